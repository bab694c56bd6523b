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

kept=/var/lib/xrt/kept
mkdir -p "$kept"

# A row is a device, its rings, and a case for each of these; rings with a comma between them show the same page.
# put_row ROW NAME: the device, and in NAME.rings what is said of which ring.
put_row() {
	local dev rings cases i r
	local -a ring case same
	read -r dev rings cases <<<"$1"
	IFS=+ read -ra ring <<<"$rings"
	IFS=+ read -ra case <<<"$cases"
	if [[ $dev == vchan:* ]]; then put_vchan "${dev#*:}" "$cases"; else put_up "${dev%:*}" "${dev#*:}" "$cases"; fi
	for i in "${!case[@]}"; do
		grep "\"name\":\"${case[i]}\"" "want.$cases" >"$kept/${case[i]}.said"
		IFS=, read -ra same <<<"${ring[i]}"
		for r in "${same[@]}"; do printf '%s %s\n' "${case[i]}.said" "small04/$dev/$r" >>"$kept/$2.rings"; done
	done
}

# recorded NAME STATUS [OPTION]...: NAME.xrc, of what is there; afterwards it is there no more.
recorded() {
	xenringtop record -q -n 3 -i 0.2 "${@:3}" "$kept/$1.xrc"
	is "$1: recorded: exit status" "$?" "$2"
	clean
	end_vchans
	devices=()
	check "$1: the devices have gone" gone
}
gone() { ! xenstore-ls "/local/domain/$d/device" | grep -q 6000; }

# as_kept NAME: is it what the guest said?
as_kept() {
	local said ring
	# shellcheck disable=SC2034 # as_said's
	from=(-r "$kept/$1.xrc")
	while read -r said ring; do as_said "${said%.said}, $ring, replayed" "$ring" "$kept/$said"; done <"$kept/$1.rings"
}

rm -f "$kept"/pages.* "$kept"/payload.* "$kept"/pci.*
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

# Events, messages and mails are not in a capture without payload: they are what somebody typed, or has in his files.
rows=(
	'vkbd:60000 in kbdif-every'
	'vkbd:60001 in,out kbdif-out'
	'vfb:60000 in,out fbif-every'
	'9pfs:60000 r0 9pfs-mixed'
	'9pfs:60001 r0 9pfs-order-3'
	'vtpm:60000 ring tpmif-submit'
	'vtpm:60001 ring tpmif-extra'
	'pvcalls:60000 cmd+s@ pvcalls-idle+pvcalls-data-order-1'
	'vchan:0 left,right vchan-full'
	'vchan:1 left,right vchan-12-11'
)
synth_all -- "${rows[@]##* }"
synth_all --abi x86_32 -- fbif-ring-end
rows+=('vfb:60001 in,out fbif-ring-end')
by_frame page-ref fbif-every fbif-ring-end
id=${ready[pvcalls-idle+pvcalls-data-order-1]#*'"id":"0x'}
for row in "${rows[@]}"; do put_row "${row/@/${id%%\"*}}" payload; done
recorded payload 0 --payload
as_kept payload

# By themselves: of a guest that has PCI devices no page is mapped by its frame.
rows=('pci:60000 op pciif-msix' 'pci:60001 op pciif-aer-answered')
synth_all -- "${rows[@]##* }"
for row in "${rows[@]}"; do put_row "$row" pci; done
recorded pci 0
as_kept pci
