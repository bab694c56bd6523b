#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Rings of known contents in a guest: decoded member by member, and followed while they move, break, and go away.
# shellcheck disable=SC2016 # the $ are those of jq, or for the guest's shell
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/xen/attach.sh
. "$tools/attach.sh"
need small04
d=$(domid small04)

# A program in the guest that takes its commands from a pipe; its answers are a file there.
synth_start() {
	gsh small04 'rm -f /tmp/s.*; mkfifo /tmp/s.in; (while [ -e /tmp/s.in ]; do sleep 1; done >/tmp/s.in & synth '"$*"' </tmp/s.in >>/tmp/s.out 2>&1; rm -f /tmp/s.in) >/dev/null 2>&1 &' >/dev/null
	synth_answer
}
# The lines up to the one that ends an answer.
synth_answer() {
	gsh small04 'i=0; until grep -q "^{\"\(done\|error\)\"" /tmp/s.out || [ $i -gt 200 ]; do usleep 20000; i=$((i+1)); done; cat /tmp/s.out; : >/tmp/s.out'
}
synth() {
	gsh small04 "echo '$*' >/tmp/s.in"'; i=0; until grep -q "^{\"\(done\|error\)\"" /tmp/s.out || [ $i -gt 200 ]; do usleep 20000; i=$((i+1)); done; cat /tmp/s.out; : >/tmp/s.out'
}
synth_quit() {
	gsh small04 'echo quit >/tmp/s.in; usleep 200000; cat /tmp/s.out; kill $(pidof synth) 2>/dev/null; rm -f /tmp/s.in' 2>/dev/null
}
clean() {
	synth_quit >/dev/null
	for dev in "${devices[@]}"; do detach small04 "${dev%:*}" "${dev#*:}"; done
} 2>/dev/null
devices=()
at_exit clean
gsh small04 'kill $(pidof synth)' >/dev/null 2>&1

# as_said NAME RING: are the slots what the guest says they are?
as_said() {
	synth print | grep '^{"name"' >want
	xenringtop slots --all --raw --json -i 0.02 "$2" >got 2>got.err
	check "$1: $(grep -o '"kind"' want | grep -c .) slots are said, $(grep -c '"index"' got) shown" test -s want -a -s got
	# the library, then what the guest says, in one file
	cat got want >both
	json "$1: decoded member by member" both -s '. as $all | $all[0] | differences($all[1:])'
}
# compare RING CASE: the same of a case that the guest loads first.
compare() {
	synth "load $2" >loaded
	as_said "$2$abi" "$1"
}
abi=

ready=$(synth_start --brief blkif-statuses | head -n 1)
attach small04 vbd 60000 "$ready"
devices=(vbd:60000)
ring=$d/vbd:60000/q0
for c in blkif-statuses blkif-wrap blkif-out-of-order-long blkif-indirect-write blkif-discard-secure blkif-most-segments \
	blkif-bad-operation blkif-drained; do
	compare "$ring" "$c"
done
xenringtop slots --all --json -i 0.02 "$ring" >got
json 'a drained ring has no requests' got 'all(.slots[]; .state == "response" and .record.status == "okay")'
compare "$ring" blkif-bad-nr-segments
xenringtop slots --all --json -i 0.02 "$ring" >got
json 'malformed: the slot says what is wrong, and shows no more than there is' got \
	'[.slots[] | select(.faults != [])] | length == 1 and (.[0].record.seg | length) <= 11 and .[0].record.nr_segments == 255'
synth 'load blkif-overrun' >loaded
xenringtop list --json "$ring" >got 2>got.err
is 'more requests than slots: exit status' $? 3
json 'more requests than slots: an error, and no numbers made of it' got '.rings[0].error != null and .rings[0].in_flight == null'
synth 'load blkif-garbage' >loaded
xenringtop list --json "$ring" >got 2>got.err
is 'garbage: exit status' $? 3

# Live: what the guest does is what is seen.
row() { xenringtop list --raw --no-headings -i 0.02 -o req_prod,rsp_prod,in_flight "$ring" 2>/dev/null | tr -s ' ' | sed 's/^ //; s/ $//'; }
synth 'load blkif-empty' >loaded
is 'an empty ring' "$(row)" '0 0 0'
synth 'put 5 write:3' >put
is 'five requests' "$(row)" '5 0 5'
synth 'answer random 2' >answer
is 'two of them answered' "$(row)" '5 2 3'
as_said 'requests put and answered live' "$ring"
synth wrap >wrapped
synth 'put 20' >put
is 'across 2^32' "$(row)" '4 4294967280 20'

xenringtop list -n 0 -i 0.3 --ndjson small04 >watch.ndjson 2>watch.err &
watcher=$!
at_exit kill "$watcher"
wait_for 20 grep -q vbd:60000 watch.ndjson
# later NAME FILTER: is it true of the ring in the second sample from now on? Answered when the watching has ended.
laters=()
later() {
	laters+=("$1" "samples($(now_ns))[1] as \$b | \$b != null and
		([.[] | select(.mono_ns == \$b and .device == \"vbd:60000\")] | $2)")
	nap 1.2
}
synth 'corrupt rsp_prod +100' >corrupt
later 'an index goes mad: an error within an interval' 'length == 1 and .[0].error.op != null and .[0].in_flight == null'
synth 'corrupt rsp_prod -100' >corrupt
later 'it is mended: read again within an interval' '.[0].error == null and .[0].in_flight == 20'
moved=$(synth regrant | tail -n 1)
attach_update small04 vbd 60000 "$moved"
later 'the ring moves to other pages: read there within an interval' \
	".[0].ring_refs == [$(sed -n 's/.*"refs":\[\([0-9]*\)\].*/\1/p' <<<"$moved")] and .[0].in_flight == 20 and .[0].epoch == 2"
synth_quit >/dev/null
later 'the guest takes its pages back: closed or an error, and no numbers' \
	'length == 1 and (.[0].error != null or .[0].state == "closed") and .[0].req_prod == null'
detach small04 vbd 60000
devices=()
later 'the device goes: not shown any more' '. == []'
kill "$watcher"
for ((i = 0; i < ${#laters[@]}; i += 2)); do json "${laters[i]}" watch.ndjson -s "${laters[i + 1]}"; done

# The other layout, more pages, other protocols.
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
