#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Known contents of SCSI and of the file systems of old guests; see pages.sh.
# limit: 300
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/xen/t/synth.sh
. "$t_dir/synth.sh"
# shellcheck source=tests/xen/t/pages.sh
. "$t_dir/pages.sh"

all_of vscsiif vscsi ring
all_of fsif vfs ring
