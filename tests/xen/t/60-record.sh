#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What is recorded of live guests is shown again, byte for byte; and what is left when the recording is killed.
# limit: 300
# shellcheck disable=SC2016 # the $ are those of jq, or for the guest's shell
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
need web01 db02
load web01 disk
load db02 net
at_exit load web01 idle
at_exit load db02 idle

# same NAME LIVE AGAIN: the same, but for where it was read.
same() {
	sed 's/"source": *"[^"]*"/"source":""/' "$2" >live.same
	sed 's/"source": *"[^"]*"/"source":""/' "$3" >again.same
	check "$1" cmp live.same again.same
}

# A minute's worth, with a guest that is paused meanwhile, one that comes and one that goes.
xenringtop list --ndjson -n 60 -i 0.5 --tee minute.xrc >live.ndjson 2>live.err &
recorder=$!
at_exit kill "$recorder"
nap 3
xl pause web01
nap 3
xl unpause web01
guest start small04 >/dev/null
guest stop small04 >/dev/null
wait "$recorder"
rc=$?
# of a guest that is just made or ended something may be unreadable
check "list --tee: exit status 0 or 3 ($rc)" test "$rc" -eq 0 -o "$rc" -eq 3
is 'sixty samples were shown' "$(grep -c '^{"type":"sample"' live.ndjson)" 60
check 'a guest came and went' grep -q '"domain":"small04"' live.ndjson
xenringtop -r minute.xrc list --ndjson -n 60 >again.ndjson 2>again.err
is 'the replay: the exit status is the same' "$?" "$rc"
same 'sixty samples under load, shown again: the same bytes' live.ndjson again.ndjson
xenringtop -r minute.xrc list --ndjson -n 61 2>&1 | tail -n +"$(($(wc -l <live.ndjson) + 1))" >beyond
is 'and there are no more' "$(wc -c <beyond)" 0

# The slots, too, with the descriptor pages of indirect requests.
gsh web01 'load idle; (dd if=/dev/xvda of=/dev/null bs=1M count=40 iflag=direct; load disk) >/dev/null 2>&1 &' >/dev/null
for ring in web01/vbd:51712/q0 db02/vif:0/q0/tx db02/vif:0/q0/rx; do
	xenringtop slots --all --json -i 0.1 --tee slots.xrc "$ring" >live.json 2>live.err
	xenringtop slots --all --json -r slots.xrc "$ring" >again.json 2>again.err
	same "slots of $ring, shown again: the same bytes" live.json again.json
done

# Killed: what was written can be read, and says that it ends early.
xenringtop record -q -i 0.1 killed.xrc &
recorder=$!
wait_for 30 test -s killed.xrc
nap 3
kill -KILL "$recorder"
wait "$recorder" 2>/dev/null
xenringtop -r killed.xrc list --ndjson -n 0 >killed.ndjson 2>killed.err
is 'killed: the replay exits with 5' "$?" 5
check 'killed: it says so' grep -q 'ends early' killed.err
n=$(grep -c '^{"type":"sample"' killed.ndjson)
check "killed: $n samples in three seconds" test "$n" -ge 5
json 'killed: every sample of it is whole' killed.ndjson -s 'sort_by(.mono_ns) | group_by(.mono_ns) |
	all(.[]; (map(select(.type == "sample"))[0].rings) == (map(select(.type == "ring")) | length))'

# Sent on as it arrives.
xenringtop record -n 5 -i 0.2 - 2>/dev/null | xenringtop replay - list --ndjson >pipe.ndjson 2>pipe.err
is 'through a pipe: exit status' "$?" 0
is 'through a pipe: all samples' "$(grep -c '^{"type":"sample"' pipe.ndjson)" 5
is 'a capture is its owner'\''s alone' "$(stat -c %a minute.xrc)" 600
# What a guest writes to its console is not in it.
gsh web01 'echo nobody-must-see-this' >/dev/null
xenringtop record -q -n 2 -i 0.2 quiet.xrc
xenringtop record -q -n 2 -i 0.2 --payload all.xrc
check 'payload is in it only if asked for' test "$(stat -c %s all.xrc)" -gt "$(stat -c %s quiet.xrc)"
echo "# sixty samples of $(grep -c '^{"type":"ring"' live.ndjson) rings: $(stat -c %s minute.xrc) bytes"
