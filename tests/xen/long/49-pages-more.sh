#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Known contents of what no driver here speaks, and of what one does, but never so; see pages.sh.
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/xen/t/synth.sh
. "$t_dir/synth.sh"
# shellcheck source=tests/xen/t/pages.sh
. "$t_dir/pages.sh"

all_of pvcalls pvcalls cmd
all_of pciif pci op
