#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The other rings of known contents: the 32-bit layout, four pages, network, console.
# shellcheck disable=SC2016 # the $ are those of jq, or for the guest's shell
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/xen/t/synth.sh
. "$t_dir/synth.sh"

ready=$(synth_start --brief --abi x86_32 blkif-statuses | head -n 1)
attach small04 vbd 60001 "$ready"
devices=(vbd:60001)
abi=' as x86_32'
for c in blkif-statuses blkif-indirect-read blkif-discard; do compare "$d/vbd:60001/q0" "$c"; done
abi=
synth_quit >/dev/null
detach small04 vbd 60001

ready=$(synth_start --brief blkif-out-of-order-4-pages | head -n 1)
attach small04 vbd 60002 "$ready"
devices=(vbd:60002)
compare "$d/vbd:60002/q0" blkif-out-of-order-4-pages
synth_quit >/dev/null
detach small04 vbd 60002

ready=$(synth_start --brief --split netif-tx-mixed netif-rx-packets netif-ctrl-requests | head -n 1)
attach small04 vif 7 "$ready"
devices=(vif:7)
compare "$d/vif:7/q0/tx" netif-tx-mixed
compare "$d/vif:7/q0/tx" netif-tx-wrap
synth 'on rx' >on
compare "$d/vif:7/q0/rx" netif-rx-packets
synth 'on ctrl' >on
compare "$d/vif:7/ctrl" netif-ctrl-requests
compare "$d/vif:7/ctrl" netif-ctrl-responses
synth_quit >/dev/null
detach small04 vif 7

ready=$(synth_start --brief console-text | head -n 1)
attach small04 console 5 "$ready"
devices=(console:5)
for c in console-text console-wrap console-in-full console-escapes; do
	synth "load $c" >loaded
	synth print | grep '^{"name"' >want
	xenringtop list --json -i 0.02 "$d/console:5" >got 2>got.err
	cat got want >both
	json "$c: indices and sizes" both -s \
		'.[0].rings[0] as $r | .[1] | [.in_cons, .in_prod, .out_cons, .out_prod, 1024, 2048] ==
		[$r | .in_cons, .in_prod, .out_cons, .out_prod, .in_size, .out_size]'
done
synth 'load console-overrun' >loaded
xenringtop list --json -i 0.02 "$d/console:5" >got 2>got.err
is 'console-overrun: exit status' $? 3
synth_quit >/dev/null
detach small04 console 5
devices=()
