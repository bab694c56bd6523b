#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# trace --bind, --offer, --virq: each knock at a port of ours, and what is refused.
# shellcheck disable=SC2016,SC2154 # the $ are those of jq; names from lib.sh and synth.sh
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/xen/t/synth.sh
. "$(dirname "$0")/synth.sh"
need web01

# ports DOMID: what each port of a domain is, as Xen says.
ports() { lsevtchn "$1" | sed 's/^ *//; s/ *$//' | sort -n; }
state_of() { ports "$1" | grep "^ *$2: "; }

# ---- a port that a frontend offers ----

synth_live blkif-empty
put_up vbd 51800 live state=3 back/state=1
port=$(xenstore-read "/local/domain/$d/device/vbd/51800/event-channel")
check 'it is offered to dom0' grep -q 'Waiting connection) - Remote Domain 0' <(state_of "$d" "$port")
before=$(state_of "$d" "$port")
xenringtop trace --bind "small04:$port" --ndjson -n 3 --for 60s >knocks 2>knocks.err &
pid=$!
bound() { state_of "$d" "$port" | grep -q 'Connected) - Remote Domain 0'; }
check 'it is bound' wait_for 30 bound
nap 1
is "Xen's own event is none" "$(wc -l <knocks)" 0
for i in 1 2 3; do
	synth 'put 1' 'knock 1' >/dev/null
	wait_for 10 test "$(wc -l <knocks)" -ge "$i"
	nap 0.3
done
wait $pid
is 'exit status' $? 0
is 'three lines' "$(wc -l <knocks)" 3
json 'each knock, with its port' knocks -s 'all(.[]; .source == "bound" and .direction == "front_to_back" and .count == 1)'
json 'and indices that hold what it is for' knocks -s '[.[].prod] == [1, 2, 3]'
json 'on its ring' knocks -s 'all(.[]; .path | test("vbd:51800/q0"))'
is "afterwards the guest's port is as it was" "$(state_of "$d" "$port")" "$before"

# killed, too
xenringtop trace --bind "small04:$port" >out 2>err &
pid=$!
check 'bound again' wait_for 30 bound
kill -KILL $pid
wait $pid 2>/dev/null
is 'after SIGKILL it is as it was' "$(state_of "$d" "$port")" "$before"

# ---- what is refused ----

# refuse NAME WHY ARGUMENT: exit status 1, with the reason, and no port anywhere is other than before.
refuse() {
	ports 0 >p0
	ports "${3%%:*}" >p1 2>/dev/null || ports "$(domid "${3%%:*}")" >p1
	timeout 60 xenringtop trace --bind "$3" --for 2s >out 2>err
	is "$1: exit status" $? 1
	check "$1: says why" grep -q "$2" err
	check "$1: nothing has changed" diff p0 <(ports 0)
}
w=$(domid web01)
live=$(xenstore-read "/local/domain/$w/device/vbd/51712/event-channel")
refuse "a live disk's port" 'nobody can listen to a live one' "$w:$live"
check 'the disk works on' gsh web01 'dd if=/dev/xvda of=/dev/null bs=16k count=4 iflag=direct'
refuse 'a port that is closed' 'it is closed\|there is no such port' "$d:120"
xenstore-write "/local/domain/0/backend/qdisk/$d/51800/state" 2
refuse 'a port that a backend is about to bind' 'is about to bind it' "$d:$port"
xenstore-write "/local/domain/0/backend/qdisk/$d/51800/state" 1
xenstore-write "/local/domain/$d/device/vbd/51800/state" 4
refuse 'one of a device that was connected' 'has been connected before' "$d:$port"
synth_end
gsh small04 "synth --stay --domid $w blkif-empty </dev/null" >said
other=$(sed -n 's/.*"event-channel":"\([0-9]*\)".*/\1/p' said | head -1)
check 'a port for another domain' test -n "$other"
refuse 'offered to another domain' 'offered to another domain' "$d:$other"

# ---- an interrupt of Xen's ----

xenringtop trace --virq con_ring -n 1 --for 30s >virq 2>virq.err &
pid=$!
# it may not be listening yet the first time
knocked() { xl debug-keys h && test -s virq; }
wait_for 30 knocked
wait $pid
check 'an interrupt of Xen is shown' grep -q ' bound ' virq
# ---- a port of ours ----
xenringtop trace --offer small04 --for 5s >offer 2>offer.err &
pid=$!
check 'a port is offered' wait_for 20 grep -q 'is offered to small04' offer.err
mine=$(sed -n 's/.*port \([0-9]*\) is offered.*/\1/p' offer.err)
check 'Xen says so' grep -q "Waiting connection) - Remote Domain $d" <(state_of 0 "$mine")
wait $pid
check 'and it is given back' test -z "$(state_of 0 "$mine" | grep "Remote Domain $d")"
