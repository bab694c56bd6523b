#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Known contents of sound cards, displays and cameras, requests and events; see pages.sh.
# limit: 300
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/xen/t/synth.sh
. "$t_dir/synth.sh"
# shellcheck source=tests/xen/t/pages.sh
. "$t_dir/pages.sh"

all_of sndif vsnd 0/1/req
all_of sndif-evt vsnd 0/1/evt
all_of displif vdispl 2/req
all_of displif-evt vdispl 2/evt
all_of cameraif vcamera req
all_of cameraif-evt vcamera evt
