#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# As 61-record-synth.sh, of the protocols that have no driver here, and of those that have: devices of each, recorded together. What is
# compared is left in /var/lib/xrt/kept, too.
# shellcheck disable=SC2154 # names from synth.sh
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/xen/t/synth.sh
. "$t_dir/synth.sh"
# shellcheck source=tests/xen/t/pages.sh
. "$t_dir/pages.sh"
# shellcheck source=tests/xen/t/recorded.sh
. "$t_dir/recorded.sh"

rm -f "$kept"/pages.*
rows=(
	'pvcalls:60000 cmd pvcalls-requests'
	'vscsi:60000 ring vscsiif-commands'
	'vscsi:60001 ring vscsiif-indirect-27'
	'vscsi:60002 ring vscsiif-statuses'
	'vusb:60000 urb+conn usbif-urb-requests+usbif-conn-empty'
	'vusb:60001 urb+conn usbif-urb-statuses+usbif-conn-empty'
	'vfs:60000 ring fsif-requests'
	'vsnd:60000 0/1/req+0/1/evt sndif-requests+sndif-evt-page-end'
	'vsnd:60001 0/1/req+0/1/evt sndif-responses+sndif-evt-wrap'
	'vdispl:60000 2/req+2/evt displif-requests+displif-evt-some'
	'vcamera:60000 req+evt cameraif-requests+cameraif-evt-some'
)
synth_all -- "${rows[@]##* }"
for row in "${rows[@]}"; do put_row "$row" pages; done
# Of the connections that pvcalls-requests tells of nobody has granted the pages.
recorded pages 3
as_kept pages
