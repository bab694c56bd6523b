#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# As 61-record-synth.sh, of the protocols that have no driver here: a device of each, recorded together. What is compared is left in
# /var/lib/xrt/kept, too.
# shellcheck disable=SC2154 # names from synth.sh
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/xen/t/synth.sh
. "$t_dir/synth.sh"

# The device, its rings, and a case for each of these.
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
kept=/var/lib/xrt/kept
mkdir -p "$kept" && rm -f "$kept"/pages.*
synth_all -- "${rows[@]##* }"
for row in "${rows[@]}"; do
	read -r dev rings cases <<<"$row"
	put_up "${dev%:*}" "${dev#*:}" "$cases"
	IFS=+ read -ra ring <<<"$rings"
	IFS=+ read -ra case <<<"$cases"
	for i in "${!case[@]}"; do
		grep "\"name\":\"${case[i]}\"" "want.$cases" >"$kept/${case[i]}.said"
		printf '%s %s\n' "${case[i]}.said" "small04/$dev/${ring[i]}" >>"$kept/pages.rings"
	done
done
xenringtop record -q -n 2 -i 0.2 "$kept/pages.xrc"
is 'recorded: exit status' "$?" 0
clean
devices=()
gone() { ! xenstore-exists "/local/domain/$d/device/vscsi/60000"; }
check 'the devices have gone' gone

# shellcheck disable=SC2034 # as_said's
from=(-r "$kept/pages.xrc")
while read -r said ring; do
	as_said "${said%.said}, replayed" "$ring" "$kept/$said"
done <"$kept/pages.rings"
