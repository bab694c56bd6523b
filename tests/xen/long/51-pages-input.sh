#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Known contents of keyboards and screens, the latter in both layouts; see pages.sh.
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/xen/t/synth.sh
. "$t_dir/synth.sh"
# shellcheck source=tests/xen/t/pages.sh
. "$t_dir/pages.sh"

all_of kbdif vkbd in+out
all_of fbif vfb in+out
all_of fbif vfb out --abi x86_32
