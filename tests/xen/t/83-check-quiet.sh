#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What only looks wrong, and in which check finds nothing: an interface that its rate holds back, a guest that is paused and that
# nothing waits for.
# shellcheck disable=SC2016,SC2154 # the guest's $; names from lib.sh
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/xen/t/faults.sh
. "$t_dir/faults.sh"
need web01 db02

# 8,000 bytes each 8 s: what is over waits in the ring, which stands still.
ip addr add 10.79.0.1/24 dev xenbr0
at_exit ip addr del 10.79.0.1/24 dev xenbr0
xl network-attach web01 bridge=xenbr0 'rate=8Kb/s@8s' >/dev/null
at_exit xl network-detach web01 1
gsh web01 'i=0; until [ -e /sys/class/net/eth1 ] || [ $i -ge 50 ]; do usleep 100000; i=$((i + 1)); done;
	ip addr add 10.79.0.11/24 dev eth1; ip link set eth1 up;
	for i in 1 2 3 4 5 6; do ping -q -A -s 1400 10.79.0.1 >/dev/null 2>&1 & echo $! >>/tmp/load.pids; done'
at_exit gsh web01 'kill $(cat /tmp/load.pids); rm /tmp/load.pids'
nap 3
looked limited 12s web01
is 'limited: exit status' "$(<limited.rc)" 0
json 'limited: that it is, is told, and nothing else' limited.json '[.findings[] | select((.check == "net.limited" and .level == "info" and
	.path == "web01/vif:1") | not)]'
waited() { xenringtop -r limited.xrc list --ndjson -n 0 'web01/vif:1/*/tx' | grep -c '"in_flight":[1-9]'; }
check 'limited: packets did wait meanwhile' test "$(waited)" -ge 5

# Nothing comes by the bridge to a guest that is not on it.
vif=vif$(domid db02).0
brctl delif xenbr0 "$vif"
at_exit brctl addif xenbr0 "$vif"
nap 1
at_exit xl unpause db02
xl pause db02
looked paused 8s db02
found paused 0
