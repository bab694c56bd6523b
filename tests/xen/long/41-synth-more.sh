#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The other rings of known contents: the 32-bit layout, four pages, network, console.
# shellcheck disable=SC2016 # the $ are those of jq, or for the guest's shell
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/xen/t/synth.sh
. "$t_dir/synth.sh"

packed=(blkif-statuses blkif-indirect-read blkif-discard)
synth_all --abi x86_32 -- "${packed[@]}"
put_up vbd 60001 blkif-statuses
for c in "${packed[@]}"; do
	put_on vbd 60001 "$c"
	as_said "$c as x86_32" "$d/vbd:60001/q0" "want.$c"
done

consoles=(console-text console-wrap console-in-full console-escapes)
synth_all -- blkif-out-of-order-4-pages "${consoles[@]}"
put_up vbd 60002 blkif-out-of-order-4-pages
as_said blkif-out-of-order-4-pages "$d/vbd:60002/q0" want.blkif-out-of-order-4-pages

net=netif-tx-mixed+netif-rx-packets+netif-ctrl-requests more=netif-tx-wrap+netif-ctrl-responses
synth_all --split -- $net $more
# want.CASES has what each ring is said to hold; one of them.
of() { grep "\"name\":\"$1\"\|\"protocol\":\"blkif-indirect\"" "want.$2" >"want.$1"; }
put_up vif 7 $net
for c in tx-mixed:q0/tx rx-packets:q0/rx ctrl-requests:ctrl; do
	of "netif-${c%:*}" $net
	as_said "netif-${c%:*}" "$d/vif:7/${c#*:}" "want.netif-${c%:*}"
done
put_on vif 7 $more
for c in tx-wrap:q0/tx ctrl-responses:ctrl; do
	of "netif-${c%:*}" $more
	as_said "netif-${c%:*}" "$d/vif:7/${c#*:}" "want.netif-${c%:*}"
done

synth_all --brief -- console-overrun
put_up console 5 console-text
for c in "${consoles[@]}"; do
	put_on console 5 "$c"
	xenringtop list --json -i 0.02 "$d/console:5" >got 2>got.err
	cat got "want.$c" >both
	json "$c: indices and sizes" both -s \
		'.[0].rings[0] as $r | .[1] | [.in_cons, .in_prod, .out_cons, .out_prod, 1024, 2048] ==
		[$r | .in_cons, .in_prod, .out_cons, .out_prod, .in_size, .out_size]'
done
put_on console 5 console-overrun
xenringtop list --json -i 0.02 "$d/console:5" >got 2>got.err
is 'console-overrun: exit status' $? 3
