#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A guest reads and writes known sectors of a slow disk: those, and no others, are in the decoded slots.
# shellcheck disable=SC2016 # the $ are those of jq, or for the guest's shell
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
need web01

slow_up() {
	cp --sparse=never /share/img/disk.img /var/lib/xrt/disks/slow.img 2>/dev/null || cp /share/img/disk.img /var/lib/xrt/disks/slow.img
	loop=$(losetup -f)
	losetup "$loop" /var/lib/xrt/disks/slow.img
	modprobe -a dm-mod dm-delay
	echo "0 65536 delay $loop 0 800" | dmsetup create slow --noudevrules --noudevsync
	dmsetup mknodes slow
	xl block-attach web01 format=raw,vdev=xvdb,access=rw,target=/dev/mapper/slow
	wait_for 20 quiet
}
# The guest has looked for partitions, which takes 0.8 s for each sector that it reads.
quiet() { [[ $(xenringtop list -n 5 -i 0.2 --ndjson web01/vbd:51728/q0 | grep -c '"state":"idle"') == 5 ]]; }
slow_down() {
	xl block-detach web01 xvdb
	dmsetup remove --noudevrules --noudevsync slow
	losetup -d "$loop"
	rm -f /var/lib/xrt/disks/slow.img
}

# watch COMMAND: while the guest runs it, what stands in the slots; one document a line in seen.json.
watch() {
	gsh web01 "$1" >/dev/null 2>&1 &
	: >seen.json
	while kill -0 $! 2>/dev/null; do
		xenringtop slots web01/vbd:51728/q0 --json -i 0.02 2>>slots.err >>seen.json
	done
	wait $!
}

: >slots.err
check 'a slow disk for the guest' slow_up || exit 1
at_exit slow_down

# 8 segments of a page each: 64 sectors a request, one at a time.
watch 'dd if=/dev/xvdb of=/dev/null bs=32k skip=100 count=5 iflag=direct'
json 'requests were seen' seen.json -s '[.[] | requests[]] | length > 0'
json 'reads of just the sectors that are read' seen.json -s \
	'[.[] | requests[].record | select((.operation == "read" and .sector_number >= 6400 and
	.sector_number < 6720 and (.sector_number - 6400) % 64 == 0 and .nr_segments == 8) | not)]'
json 'their segments are whole pages' seen.json -s \
	'[.[] | requests[].record.seg[] | [.first_sect, .last_sect]] | unique == [[0, 7]]'
json 'the references of a slot are those of its segments' seen.json -s \
	'[.[] | requests[] | select((.grefs == [.record.seg[].gref] and (.grefs | unique | length) == 8) | not)]'
json 'one is in flight' seen.json -s 'any(.[]; .ring.in_flight == 1) and all(.[]; .ring.in_flight <= 1)'

watch 'dd if=/dev/zero of=/dev/xvdb bs=4k seek=777 count=5 oflag=direct'
json 'writes of just the sectors that are written' seen.json -s \
	'[.[] | requests[].record | select(.operation != "flush")] | length > 0 and all(.[];
	.operation == "write" and (.sector_number | IN(6216, 6224, 6232, 6240, 6248)) and (.seg | length) == 1)'

# More segments than fit a slot: they stand on a page that the request names.
watch 'dd if=/dev/xvdb of=/dev/null bs=1M skip=3 count=5 iflag=direct'
json 'indirect requests were seen' seen.json -s '[.[] | requests[] | select(.type == "indirect")] | length > 0'
json 'all that is asked for is within what is read' seen.json -s \
	'[.[] | requests[].record] | all(.[]; .sector_number >= 6144 and .sector_number < 16384)'
json 'indirect ones are reads' seen.json -s \
	'[.[] | requests[] | select(.type == "indirect").record] | all(.[]; .operation == "indirect" and .indirect_op == "read")'
json 'their segments were fetched, as many as they say' seen.json -s \
	'[.[] | requests[] | select(.type == "indirect")] | all(.[]; .faults == [] and .record.nr_segments > 11 and
	(.record.segments | length) == .record.nr_segments)'
json 'the segments name pages: all different, and the slot lists them all' seen.json -s \
	'[.[] | requests[] | select(.type == "indirect")] | all(.[]; (.grefs | unique | length) ==
	(.record.nr_segments + (.record.indirect_grefs | length)) and ([.record.segments[].gref] - .grefs) == [])'
json 'where the next request begins, the one before ends' seen.json -s \
	'def sectors: [(.segments // .seg)[] | .last_sect - .first_sect + 1] | add;
	[.[] | [requests[].record | [.sector_number, sectors]] | sort | . as $r |
	range(1; length) | select($r[. - 1][0] + $r[. - 1][1] != $r[.][0])] == []'
json 'together they are the megabyte' seen.json -s \
	'def sectors: [(.segments // .seg)[] | .last_sect - .first_sect + 1] | add;
	[.[] | [requests[].record | sectors] | add] | max == 2048'
is 'slots had nothing to say' "$(<slots.err)" ''
xenringtop list --json "web01" >list.json
json 'the disk is listed' list.json '[.rings[] | select(.device == "vbd:51728")] | length == 1 and .[0].slots == 32'
