#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# How long requests take, against a backend that answers after 1, 10 and 100 ms and says how long it really took; what is told of
# requests that nobody answers, or that were there before.
# shellcheck disable=SC2016 # the $ are those of jq
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# Once for all: each time it begins in another folder.
need web01
# shellcheck source=tests/xen/t/synth.sh
. "$t_dir/synth.sh"

ring=$d/vbd:60000/q0
synth_live blkif-empty
put_up vbd 60000 live
# Two of them before anybody looks.
synth 'put 2 discard' >put
xenringtop latency -J --for 170 "$ring" >got 2>got.err &
timer=$!
at_exit kill "$timer"
# The ring is mapped, and looked at.
nap 3
XRT_GSH_LIMIT=90 synth 'serve 400 1 read' 'serve 100 10 write' 'serve 20 100 flush' 'answer first 2' 'put 3' >served
nap 1
kill -INT "$timer"
wait "$timer"
is 'a signal ends it: exit status' $? 0
is 'nothing on standard error' "$(<got.err)" ''
# The library's document, then what the guest says of each.
grep '"served"' served | cat got - >both
json 'all are done' both -s '[.[1:][].served] == [400, 100, 20]'
json 'what period held is said' both -s '.[0].rings[0] | .period_s > 0 and .period_s < 0.02 and .period_max_s >= .period_p99_s and .samples > 100'
for row in 'read 1 1' 'write 2 10' 'flush 3 100'; do
	read -r op at ms <<<"$row"
	json "$op after $ms ms: the median is off by 10 % or a period at most" both -s '
		(.['"$at"'].median_us / 1e6) as $true |
		(.[0].operations[] | select(.operation == "'"$op"'")) as $o | $o.off_by_s as $period |
		if $o.p50_s == null then $o.shorter_than_p50_s >= $true * 0.9
		else ($o.p50_s - $true | fabs) <= ([$true * 0.1, $period] | max) end
		| if . then . else "median \($o.p50_s) of \($true), period \($period), \($o.count)" end'
	json "$op: all are counted but for what is not known" both -s '
		(.[0].operations[] | select(.operation == "'"$op"'")) as $o | (.['"$at"'].served) as $n | .[0].rings[0].unknown as $u |
		$o.count <= $n and $o.count + $u + 2 >= $n'
done
json 'the longest one is no shorter than it was' both -s '
	(.[0].operations[] | select(.operation == "flush")) as $o | (.[3].most_us / 1e6) as $most |
	$o.max_s <= $most + .[0].rings[0].period_max_s and $o.max_s >= $most - .[0].rings[0].period_max_s'
json 'those that were there before are told, and not timed' both -s '.[0].rings[0].unknown >= 2 and all(.[0].operations[]; .operation != "discard")'
json 'and those that are not answered' both -s '.[0].rings[0] | .in_flight == 3 and .oldest_s > 0.5'
json 'none is lost' both -s '.[0].rings[0].lost == 0'

# In a tight loop, as text; nothing else moves.
xenringtop latency -i 10us --for 2 "$ring" >text 2>text.err
is 'a tight loop: exit status, standard error' "$?/$(<text.err)" 0/
check 'what is said of a ring that stands still' grep -q 'of no request is it known how long it took' text
check 'and of what waits on it' grep -Eq '^  3 requests not answered yet, the oldest there for at least ' text

# A disk that works: its times are those of requests that the kernel's own counters have, too.
load web01 disk
busy=$(domid web01)
xenringtop latency -J --for 5 "$busy/vbd:51712" >got 2>got.err
is 'a live disk: exit status, standard error' "$?/$(<got.err)" 0/
json 'reads and writes, and when they end' got '
	[.operations[] | select(.operation == "read" or .operation == "write")] | length > 0 and
	all(.[]; .count > 0 and (.max_s == null or (.max_s > 0 and .max_s < 6)))'
load web01 idle
