#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A network card that a driver in another guest serves, not one in dom0. 42-elsewhere.sh has a disk.
# shellcheck disable=SC2016,SC2154 # the $ are those of jq, or for the guest's shell; names from real.sh
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/xen/t/real.sh
. "$t_dir/real.sh"
need small04 web01
driver=$(domid small04) d=$(domid web01)
folder=/local/domain/$driver/backend/vif/$d/1

# No toolstack runs in the driver domain: what it would write there, and remove in the end, is done here.
detached() {
	xl network-detach web01 1 >/dev/null 2>&1 &
	wait_for 10 eval "[[ \$(xenstore-read $folder/state) == 6 ]]"
	xenstore-rm "$folder"
	wait $!
}
gsh small04 'modprobe xen-netback; [ -e /sys/kernel/debug/xen-netback ] || mount -t debugfs debugfs /sys/kernel/debug'
xl network-attach web01 mac=00:16:3e:77:01:11 backend=small04 bridge=none >attach.log 2>&1 &
attacher=$!
at_exit detached
check 'the driver in the other guest answers' wait_for 20 eval "[[ \$(xenstore-read $folder/state) == 2 ]]"
xenstore-write "$folder/hotplug-status" connected
check 'both are connected' wait_for 20 connected vif/1
wait "$attacher"
is 'xl is content' $? 0
# IPv6's own packets would come at any time.
gsh small04 "echo 1 >/proc/sys/net/ipv6/conf/vif$d.1/disable_ipv6; ip link set vif$d.1 up; ip addr add 10.78.0.1/24 dev vif$d.1"
gsh web01 'echo 1 >/proc/sys/net/ipv6/conf/eth1/disable_ipv6; ip link set eth1 up; ip addr add 10.78.0.2/24 dev eth1'
lost=$(gsh web01 'ping -q -c 20 -i 0.05 10.78.0.1' | sed -n 's/.* \([0-9]*\)% packet loss.*/\1/p')
is 'packets go to the other guest and back' "$lost" 0

# Netback tells its private indices, too: 'req prod 7 (0) cons 7 (0) event 8 (1)', then 'rsp prod 7 (base) pvt 7 (0) event 8 (1)'.
# Neighbours ask for each other again some seconds after they spoke: until the driver says the same before and after the look.
driver_says() { gsh small04 "cat /sys/kernel/debug/xen-netback/vif$d.1/io_ring_q0" >"$1"; }
driver_says netback
for _ in 1 2 3 4; do
	xenringtop list --json -i 0.02 web01 >list.json 2>list.err
	listed=$?
	driver_says netback.after
	cmp -s netback netback.after && break
	mv netback.after netback
done
said() { awk -v dir="$1:" '$1 ~ /^(TX|RX):$/ { on = $1 == dir } on && $1 == "req" { r = $3 "," $9 } on && $1 == "rsp" { print r "," $3 "," $9; exit }' netback; }
fact tx "[$(said TX)]"
fact rx "[$(said RX)]"
is 'all rings can be read: exit status' "$listed" 0
with list.json >both
for dir in tx rx; do
	json "$dir: the indices are those that the driver tells" both -s \
		"$(in_ring vif:1 q0/$dir) as \$r | .[1] as \$f | (\$f.$dir | first) > 20 and (\$r | $slot_words) == \$f.$dir"
	json "$dir: its backend is the other guest, as the toolstack says" both -s \
		"$(in_ring vif:1 q0/$dir) | .backend_domid == $driver and .pairing == \"confirmed\" and .backend_state == \"connected\" and
		.backend_port != null and .error == null"
done
xenringtop slots --all --json -i 0.02 web01/vif:1/q0/tx >slots.json 2>slots.err
json 'its slots are read' slots.json '[.slots[] | select(.state == "response" and .record.status == "okay")] | length >= 20'
