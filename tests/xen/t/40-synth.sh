#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Rings of known contents in a guest: decoded member by member, and followed while they move, break, and go away.
# shellcheck disable=SC2016 # the $ are those of jq, or for the guest's shell
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/xen/t/synth.sh
. "$t_dir/synth.sh"

ring=$d/vbd:60000/q0
cases=(blkif-statuses blkif-wrap blkif-out-of-order-long blkif-indirect-write blkif-discard-secure blkif-most-segments
	blkif-bad-operation blkif-drained blkif-bad-nr-segments)
synth_all -- "${cases[@]}"
synth_all --brief -- blkif-overrun blkif-garbage
put_up vbd 60000 blkif-statuses
for c in "${cases[@]}"; do
	put_on vbd 60000 "$c"
	as_said "$c" "$ring" "want.$c"
	case $c in
	blkif-drained)
		json 'a drained ring has no requests' got 'all(.slots[]; .state == "response" and (.record.status | number) == 0)'
		;;
	blkif-bad-nr-segments)
		json 'malformed: the slot says what is wrong, and shows no more than there is' got \
			'[.slots[] | select(.faults != [])] | length == 1 and (.[0].record.seg | length) <= 11 and .[0].record.nr_segments == 255'
		;;
	esac
done
for c in overrun garbage; do
	put_on vbd 60000 "blkif-$c"
	xenringtop list --json "$ring" >got 2>got.err
	is "$c: exit status" $? 3
	json "$c: an error, and no numbers made of it" got '.rings[0].error != null and .rings[0].in_flight == null'
done

# Live: what the guest does is what is seen.
row() { xenringtop list --raw --no-headings -i 0.02 -o req_prod,rsp_prod,in_flight "$ring" 2>/dev/null | tr -s ' ' | sed 's/^ //; s/ $//'; }
synth_live blkif-empty
put_on vbd 60000 live
is 'an empty ring' "$(row)" '0 0 0'
synth 'put 5 write:3' >put
is 'five requests' "$(row)" '5 0 5'
synth 'answer random 2' print >answer
is 'two of them answered' "$(row)" '5 2 3'
grep '^{"name"' answer >want.live
as_said 'requests put and answered live' "$ring" want.live
synth wrap 'put 20' >wrapped
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
attach_update "$d" vbd 60000 "$moved"
later 'the ring moves to other pages: read there within an interval' \
	".[0].ring_refs == [$(sed -n 's/.*"refs":\[\([0-9]*\)\].*/\1/p' <<<"$moved")] and .[0].in_flight == 20 and .[0].epoch == 2"
synth_end
later 'the guest takes its pages back: closed or an error, and no numbers' \
	'length == 1 and (.[0].error != null or .[0].state == "closed") and .[0].req_prod == null'
detach "$d" vbd 60000
devices=()
later 'the device goes: not shown any more' '. == []'
kill "$watcher"
for ((i = 0; i < ${#laters[@]}; i += 2)); do json "${laters[i]}" watch.ndjson -s "${laters[i + 1]}"; done
