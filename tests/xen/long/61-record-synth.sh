#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Rings of known contents are recorded; when all of them have gone, the capture shows what the guest said stood in them.
# What is compared is left in /var/lib/xrt/kept: tests/kept/README.md says how it becomes a test that needs no Xen.
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/xen/t/synth.sh
. "$t_dir/synth.sh"

net=netif-tx-mixed+netif-rx-packets+netif-ctrl-requests
synth_all --abi x86_32 -- blkif-statuses
synth_all -- blkif-indirect-read blkif-out-of-order-4-pages console-text
synth_all --split -- $net
put_up vbd 60001 blkif-statuses
put_up vbd 60002 blkif-indirect-read
put_up vbd 60003 blkif-out-of-order-4-pages
put_up vif 7 $net
put_up console 5 console-text

kept=/var/lib/xrt/kept
mkdir -p "$kept" && rm -f "$kept"/synth.*
xenringtop record -q -n 2 -i 0.2 "$kept/synth.xrc"
is 'recorded: exit status' "$?" 0
clean
devices=()
gone() { ! xenstore-exists "/local/domain/$d/device/vbd/60001"; }
check 'the devices have gone' gone

# kept FILE RING: what the guest said of that ring.
keep() {
	cp "want.$1" "$kept/$1.said"
	printf '%s %s\n' "$1.said" "small04/$2" >>"$kept/synth.rings"
}
for c in tx-mixed:q0/tx rx-packets:q0/rx ctrl-requests:ctrl; do
	grep "\"name\":\"netif-${c%:*}\"" "want.$net" >"want.netif-${c%:*}"
	keep "netif-${c%:*}" "vif:7/${c#*:}"
done
keep blkif-statuses vbd:60001/q0
keep blkif-indirect-read vbd:60002/q0
keep blkif-out-of-order-4-pages vbd:60003/q0

keep console-text console:5/ring

# shellcheck disable=SC2034 # as_said's
from=(-r "$kept/synth.xrc")
while read -r said ring; do
	if [[ $ring == */console:* ]]; then
		xenringtop "${from[@]}" show --json "$ring" >got 2>got.err
		cat got "$kept/$said" >both
		# shellcheck disable=SC2016 # jq's $
		json "${said%.said}, replayed: indices" both -s '.[1] as $case | .[0] | byte_differences($case)'
		continue
	fi
	as_said "${said%.said}, replayed" "$ring" "$kept/$said"
done <"$kept/synth.rings"
