#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# check of devices of a guest that each have another fault, at once: indices that cannot be, an index that goes back, a guest
# that posts too few buffers, a handshake that is stuck, a path to another guest's backend.
# shellcheck disable=SC2154 # names from lib.sh and synth.sh
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/xen/t/synth.sh
. "$t_dir/synth.sh"
# shellcheck source=tests/xen/t/faults.sh
. "$t_dir/faults.sh"
need web01

net=netif-tx-idle+netif-rx-starved
synth_all --brief --data -- $net
synth_all --brief -- blkif-overrun blkif-drained blkif-statuses
synth_live blkif-empty

serve_net 7 $net
vif=vif$d.7
check "netback's interface" test -e "/sys/class/net/$vif"
ip addr add 10.78.0.1/24 dev "$vif"
ip link set "$vif" up
arp -i "$vif" -s 10.78.0.2 00:16:3e:5e:00:01
# As many packets as there are buffers, and more.
for ((i = 0; i < 60; i++)); do echo packet >/dev/udp/10.78.0.2/9; done 2>/dev/null
put_up vbd 60001 blkif-overrun
put_up vbd 60002 live
# Nobody serves that one: it never gets further.
put_up vbd 60003 blkif-drained state=3 back/state=2
put_up vbd 60004 blkif-statuses
take blkif-overrun live
guest_writes small04 device/vbd/60004/backend "/local/domain/0/backend/vbd/$(domid web01)/51712"

watched rings 15s "${but_grants[@]}" small04
# Seen with four requests, then with two, then as it should be.
synth 'put 4' consume >/dev/null
nap 1
synth 'corrupt req_prod -2' >/dev/null
nap 1
synth 'corrupt req_prod +2' 'answer all' take >/dev/null
seen
found rings 2 \
	'critical ring.overrun small04/vbd:60001/q0 frontend' \
	'critical ring.backwards small04/vbd:60002/q0 -' \
	'critical device.forged small04/vbd:60004 -' \
	'warning net.rx-starved small04/vif:7/q0/rx frontend' \
	'warning state.waits small04/vbd:60003 backend'
