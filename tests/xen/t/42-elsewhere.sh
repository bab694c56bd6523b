#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Rings whose backend is not dom0 but another guest: shown like any other. First those of a synthetic frontend with nodes made
# by hand, then a disk that a driver in the other guest really serves.
# shellcheck disable=SC2016,SC2154 # the $ are those of jq, or for the guest's shell; names from synth.sh
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/xen/t/synth.sh
. "$t_dir/synth.sh"
need web01
other=$(domid web01)

# ---- synthetic: small04 grants its ring to web01 ----

synth_all --domid "$other" -- blkif-statuses
synth_all -- blkif-wrap
export ATTACH_BACKEND=$other
put_up vbd 60003 blkif-statuses
# Named is web01, too, but the page is granted to dom0.
put_up vbd 60004 blkif-wrap
xenringtop list --json small04 >list.json 2>list.err
is 'one ring cannot be read: exit status' $? 3
cat list.json want.blkif-statuses >both
json 'the ring is read, and its backend is the other guest' both -s \
	'.[1] as $w | [.[0].rings[] | select(.device == "vbd:60003")] | length == 1 and (.[0] | .error == null and
	.backend_domid == '"$other"' and .pairing == "unconfirmed" and
	all("req_prod", "rsp_prod", "req_event", "rsp_event"; . as $k | $w[$k] != null) and
	[.req_prod, .rsp_prod, .req_event, .rsp_event, .slots] == [$w | .req_prod, .rsp_prod, .req_event, .rsp_event, .entries])'
json 'a page that is granted to another than the one named: an error, and no numbers' list.json \
	'[.rings[] | select(.device == "vbd:60004")] | length == 1 and .[0].error.op == "grant" and .[0].req_prod == null'
json 'the real ones beside them have none' list.json \
	'[.rings[] | select((.device | test(":6000[34]$") | not) and .error == null)] | length == 5'
as_said "in web01's care: blkif-statuses" "$d/vbd:60003/q0" want.blkif-statuses
attach_confirm "$d" vbd 60003
xenringtop list --json small04 >list.json 2>list.err
json "with the toolstack's copy: confirmed" list.json \
	'[.rings[] | select(.device == "vbd:60003")] | length == 1 and .[0].pairing == "confirmed" and .[0].error == null'

# Nothing in dom0's own folder changes: it is the other guest's that has to be watched.
xenringtop list -n 0 -i 0.3 --ndjson small04 >watch.ndjson 2>watch.err &
watcher=$!
at_exit kill "$watcher"
wait_for 20 grep -q vbd:60003 watch.ndjson
xenstore-write "/local/domain/$other/backend/qdisk/$d/60003/state" 5
closing=$(now_ns)
nap 1.2
kill "$watcher"
json "the backend's new state is seen within an interval" watch.ndjson -s \
	"sample($closing; 2; select(.device == \"vbd:60003\").backend_state) == [\"closing\"]"
clean
devices=()
unset ATTACH_BACKEND

# ---- real: small04 serves a disk to web01 ----

front=/local/domain/$other/device/vbd/51744 back=/local/domain/$d/backend/vbd/$other/51744
states() { xenstore-read "$front/state" "$back/state" 2>/dev/null | paste -sd /; }
reach() { [[ $(states) == "$1" ]]; }
# No toolstack runs in the driver domain: what it would write there, and remove in the end, is done here.
detached() {
	xl block-detach web01 51744 >/dev/null 2>&1 &
	wait_for 10 eval "[[ \$(xenstore-read $back/state) == 6 ]]"
	xenstore-rm "$back"
	wait $!
}
gsh small04 'modprobe brd rd_nr=1 rd_size=4096 && modprobe xen-blkback' >/dev/null
xl block-attach web01 format=raw,vdev=xvdc,access=rw,backend=small04,target=/dev/ram0 >attach.log 2>&1 &
attacher=$!
at_exit detached
check 'the driver in the other guest answers' wait_for 20 eval "[[ \$(xenstore-read $back/state) == 2 ]]"
xenstore-write "$back/physical-device" 1:0 "$back/hotplug-status" connected
check 'both are connected' wait_for 20 reach 4/4
wait "$attacher"
is 'xl is content' $? 0
served() { gsh small04 "cd /sys/devices/vbd-$other-51744/statistics && cat rd_req wr_req f_req ds_req" | awk '{ n += $1 } END { print n }'; }
ring=web01/vbd:51744/q0
produced() { xenringtop list --raw --no-headings -o req_prod "$ring" | tr -d ' '; }
a=$(served) p=$(produced)
gsh web01 'dd if=/dev/xvdc of=/dev/null bs=32k count=40 iflag=direct' >/dev/null 2>&1
b=$(served) q=$(produced)
check "requests were made ($((b - a)))" test $((b - a)) -ge 40
is "as many by req_prod as by the driver's own count" "$((q - p))" "$((b - a))"
xenringtop list --json web01 >list.json 2>list.err
is 'all of it can be read: exit status' $? 0
json 'its backend is the other guest, as the toolstack says' list.json \
	"[.rings[] | select(.device == \"vbd:51744\")] | length == 1 and .[0].backend_domid == $d and"'
	.[0].pairing == "confirmed" and .[0].backend_state == "connected" and .[0].backend_port != null and .[0].in_flight == 0'
xenringtop slots --all --json -i 0.02 "$ring" >slots.json 2>slots.err
json 'its slots are read' slots.json '[.slots[] | select(.state == "response" and .record.status == "okay")] | length == 32'
