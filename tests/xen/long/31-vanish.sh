#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Devices, folders and guests appear and vanish many times a second while the program looks: it never falls over.
# limit: 300
# shellcheck disable=SC2016 # the $ are those of jq, or for the guest's shell
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
need web01 db02
d=$(domid web01)

# storm SEED LINES: what random makes of devices: whole ones, single keys, folders removed from above and below.
storm() {
	awk -v seed="$1" -v lines="$2" -v real="$d" '
	function dev() {
		dom = rand() < .5 ? real : 1000 + int(rand() * 4)
		id = 70000 + int(rand() * 4)
		f = "/local/domain/" dom "/device/vbd/" id
		b = "/local/domain/0/backend/qdisk/" dom "/" id
	}
	BEGIN {
		srand(seed)
		split("ring-ref event-channel protocol multi-queue-num-queues ring-page-order backend-id", keys, " ")
		for (n = 0; n < lines; n++) {
			dev()
			r = rand()
			if (r < .35) {
				print "w " f "/backend " b
				print "w " f "/backend-id 0"
				print "w " b "/frontend " f
				print "w " b "/frontend-id " dom
				print "w " f "/ring-ref " int(rand() * 12)
				print "w " f "/event-channel " int(rand() * 12)
				print "w " f "/protocol x86_64-abi"
				print "w " b "/state 4"
				print "w " f "/state " int(rand() * 4) + 3
			} else if (r < .6)
				print "w " f "/" keys[int(rand() * 6) + 1] " " int(rand() * 40) - 2
			else if (r < .7)
				print "r " f
			else if (r < .8)
				print "r " b
			else if (r < .85)
				print "r " f "/ring-ref"
			else if (r < .9)
				print "r /local/domain/0/backend/qdisk/" dom
			else if (dom != real)
				print "r /local/domain/" dom (rand() < .5 ? "/device" : "")
			else
				print "w " f "/queue-0/ring-ref " int(rand() * 12)
		}
	}' >"storm.$1"
}
end_storms() {
	kill "${storms[@]}"
	wait "${storms[@]}"
	storms=()
} 2>/dev/null
clean() {
	: >enough
	wait "$maker"
	end_storms
	xenstore-rm /local/domain/0/backend/qdisk
	for n in {1000..1003}; do xenstore-rm "/local/domain/$n"; done
	for n in {70000..70003}; do xenstore-rm "/local/domain/$d/device/vbd/$n"; done
} 2>/dev/null
# Guests that hardly live: made, never run, destroyed.
guests() {
	until [[ -e enough ]]; do
		xl create -q -p /etc/xrt/guests/idle05.cfg
		xl destroy idle05
	done >/dev/null 2>&1
}

! domid idle05 >/dev/null 2>\&1 || guest stop idle05
[[ -e /var/lib/xrt/disks/idle05.img ]] || cp /share/img/disk.img /var/lib/xrt/disks/idle05.img
# Not faster: xenstored answers 250 requests a second here, and has to be left some for the program.
storm 1 5000
storm 2 5000
"$tools/xsbulk" -p 20 <storm.1 &
storms=($!)
"$tools/xsbulk" -p 30 <storm.2 &
storms+=($!)
maker=
at_exit clean

cores=$(find /share/cores -type f | wc -l)
timeout 60 xenringtop list -n 10 -i 0.1 --ndjson >storm.ndjson 2>storm.err
rc=$?
check "10 samples in the storm: exit status 0 or 3 ($rc)" test "$rc" -eq 0 -o "$rc" -eq 3
json 'each line is an object' storm.ndjson -s "length == $(wc -l <storm.ndjson) and all(.[]; type == \"object\")"
is 'ten samples' "$(grep -c '^{"type":"sample"' storm.ndjson)" 10
json 'after each sample as many rings as it says' storm.ndjson -s \
	'reduce .[] as $l ({ ok: true, left: 0 }; if $l.type == "sample" then { ok: (.ok and .left == 0), left: $l.rings }
	elif $l.type == "ring" then .left -= 1 else . end) | .ok and .left == 0'
json 'the real rings are in each of them, without an error' storm.ndjson -s \
	'[.[] | select(.type == "ring" and (.path | IN("web01/vbd:51712/q0", "db02/vbd:51712/q1", "db02/vif:0/q0/tx")) and .error == null)] |
	length == 30'
json 'the storm was seen' storm.ndjson -s '[.[] | select(.type == "ring" and (.device // "" | startswith("vbd:7"))).state] | unique | length >= 2'
check 'the storm has not ended' kill -0 "${storms[@]}"
xenringtop show --json web01 >show.json 2>/dev/null
rc=$?
check "show in the storm ($rc)" test "$rc" -eq 0 -o "$rc" -eq 3
json 'show: a document' show.json '.devices | length >= 4'
# xl wants hundreds of answers of xenstored to make a guest: what is left of the storm leaves it some.
end_storms
storm 3 2000
"$tools/xsbulk" -p 100 <storm.3 &
storms=($!)
guests &
maker=$!
# until one was seen to come and go
came_and_went() {
	[[ $(sed -n 's/^{"type":"sample".*"domains":\([0-9]*\).*/\1/p' guests.ndjson | uniq | wc -l) -ge 3 ]]
}
timeout 90 xenringtop list -n 0 -i 0.2 --ndjson >guests.ndjson 2>guests.err &
looking=$!
wait_for 60 came_and_went
kill "$looking"
wait "$looking"
rc=$?
check "while guests are made and destroyed, too: exit status 0 or 3 ($rc)" test "$rc" -eq 0 -o "$rc" -eq 3
json 'each line is an object here, too' guests.ndjson -s "length == $(wc -l <guests.ndjson) and all(.[]; type == \"object\")"
json 'a guest came and went' guests.ndjson -s \
	'[.[] | select(.type == "sample").domains] | unique | length >= 2'
clean
check 'the guest is gone' wait_for 10 eval '! domid idle05'
is 'no core was dumped' "$(find /share/cores -type f | wc -l)" "$cores"
check 'nothing stays behind as (null)' test "$(xl list | grep -cF '(null)')" -eq 0
xenringtop list >/dev/null 2>&1
is 'afterwards all is well' $? 0
