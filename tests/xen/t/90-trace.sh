#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# trace --via kernel against what xenbus counts, with two guests and two queues under load; and what it leaves behind: nothing,
# and nothing of others is touched.
# shellcheck disable=SC2016,SC2154 # the $ are those of jq; names from lib.sh
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
need web01 db02
w=$(domid web01) d=$(domid db02)
T=/sys/kernel/tracing

# What xenbus counts, and when, without a process in between.
count_now()
{
	local up

	read -r w_now <"/sys/bus/xen-backend/devices/vbd-$w-51712/xenbus/events"
	read -r d_now <"/sys/bus/xen-backend/devices/vbd-$d-51712/xenbus/events"
	read -r up _ </proc/uptime
	t_now=${up/./}0000000
}
ours_left() { find $T/instances -maxdepth 1 -name 'xenringtop_*'; grep xenringtop_ $T/kprobe_events; ls /run/xenringtop 2>/dev/null; }

# what others have, and what one that was killed long ago has left
mkdir $T/instances/other
at_exit rmdir $T/instances/other
echo 'p:other_group/one handle_irq_for_port' >>$T/kprobe_events
at_exit sh -c "echo '-:other_group/one' >>$T/kprobe_events"
mkdir $T/instances/xenringtop_1_2_0
echo 'p:xenringtop_1_2_0/in handle_irq_for_port' >>$T/kprobe_events

load web01 disk
load db02 disk
nap 1
xenringtop trace --via kernel --ndjson "$w/vbd:51712" "$d/vbd:51712" >trace.json 2>trace.err &
pid=$!
check 'it begins, and says so' wait_for 30 grep -q 'tracing 2 devices via kernel' trace.err
check 'what a dead one has left is gone' test ! -e $T/instances/xenringtop_1_2_0
# between two moments of the trace's own clock
nap 2
count_now
w0=$w_now d0=$d_now t0=$t_now
nap 10
count_now
w1=$w_now d1=$d_now t1=$t_now
nap 1
kill -TERM $pid
wait $pid
rc=$?
check "it ends on SIGTERM ($rc): all was seen, or so many lost" test $rc = 0 -o $rc = 3
is 'after SIGTERM nothing is left' "$(ours_left)" ''
load web01 idle
load db02 idle
lost=$(sed -n 's/.*: \([0-9]*\) event.* lost.*/\1/p' trace.err)
printf '{"w":%s,"d":%s,"t0":%s,"t1":%s,"lost":%s,"wp":"%s","dp":"%s"}\n' $((w1 - w0)) $((d1 - d0)) "$t0" "$t1" "${lost:-0}" web01 db02 >truth.json
cat truth.json trace.json >both.json
# the clock is read 10 ms apart from the counters at most, and what a probe missed is counted
json 'inbound: as many as xenbus counts, per device' both.json -s '.[0] as $f | .[1:] | map(select(.source == "kernel" and .direction ==
	"front_to_back" and .mono_ns > $f.t0 and .mono_ns <= $f.t1)) | [["w", $f.wp, $f.w], ["d", $f.dp, $f.d]] as $want |
	[$want[] as [$k, $dom, $n] | (map(select(.path | startswith($dom))) | length) as $got |
	select($n < 20 or ($got - $n | fabs) > $f.lost + $n * 0.03 + 5) | [$dom, $got, $n, $f.lost]]'
json 'outbound: each device is seen to answer' both.json -s '.[1:] | map(select(.direction == "back_to_front")) |
	([.[] | select(.path | startswith("web01"))] | length) > 20 and ([.[] | select(.path | startswith("db02"))] | length) > 20'
json 'both queues' both.json -s '[.[1:][] | select(.path | startswith("db02")) | .path] | unique | length == 2'
json 'in the order of time' both.json -s '[.[1:][] | .mono_ns] | . == sort'
xenringtop list --json -i 0.02 "$w" "$d" >rings.json 2>/dev/null
jq -c '.rings[]' rings.json >ports.json
cat both.json ports.json >all.json
json 'each with the ports of its ring' all.json -s '(map(select(.type == null and .path != null)) | map({key: .path, value: "\(.port) \(.backend_port)"}) |
	from_entries) as $p | [.[] | select(.source == "kernel") | select($p[.path] != "\(.port) \(.backend_port)") | {path, port, backend_port}] | .[0:3]'
json 'every one is a kernel event' both.json -s '[.[1:][] | select(.source != "kernel" or .type != "event" or .count != 1)]'

# ---- ends ----

load web01 disk
xenringtop trace --via kernel -n 10 "$w/vbd:51712" >ten 2>ten.err
is 'a normal end: ten lines' "$(wc -l <ten)" 10
is 'and nothing is left' "$(ours_left)" ''
xenringtop trace --via kernel "$w/vbd:51712" >killed 2>killed.err &
pid=$!
check 'one more begins' wait_for 30 grep -q 'via kernel' killed.err
kill -KILL $pid
wait $pid 2>/dev/null
check 'after SIGKILL something is left' test -n "$(ours_left)"
xenringtop trace --via kernel -n 1 "$w/vbd:51712" >last 2>last.err
is 'until the next one has come and gone' "$(ours_left)" ''
load web01 idle
check "another's instance is still there" test -d $T/instances/other
check "and another's probe" grep -q 'other_group/one' $T/kprobe_events

# ---- where there is nothing to probe, the next best, and why ----

umount $T && {
	xenringtop trace --via kernel --for 1s "$w" >out 2>none.err
	is 'without tracefs: exit status' $? 3
	check 'it says why' grep -q 'tracefs is not mounted' none.err
	check 'and what is used' grep -q 'via sampled' none.err
	mount -t tracefs tracefs $T
}
