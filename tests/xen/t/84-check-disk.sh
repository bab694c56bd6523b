#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# check of a real guest's disk: storage that is frozen below it, a guest that is paused while answers wait, a backend that has
# gone, feature-persistent that differs. Each is one finding, and none when it is over.
# limit: 300
# shellcheck disable=SC2154 # names from lib.sh
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/xen/t/faults.sh
. "$t_dir/faults.sh"
need web01
w=$(domid web01)
disk=web01/vbd:51744 ring=$disk/q0

new_dm slow 8
plug web01 xvdc "$dev"
busy web01 xvdc 2
at_exit idle web01

freeze slow
looked frozen 8s web01
found frozen 1 "warning ring.unanswered $ring storage"
json 'frozen: how many wait, and how long' frozen.json '.findings[0] | (.text | test("2 requests wait [5-9]")) and .age_s >= 5'

# What is in flight is answered while the guest is paused.
xl pause web01
at_exit xl unpause web01
thaw slow
looked paused 7s web01
found paused 1 'warning domain.paused web01 frontend'
json 'paused: the finding says so' paused.json '.findings[0].text | test("is paused")'
xl unpause web01

echo "vbd-$w-51744" >/sys/bus/xen-backend/drivers/vbd/unbind
nap 1
looked gone 7s web01
echo "vbd-$w-51744" >/sys/bus/xen-backend/drivers/vbd/bind
json 'gone: the channel is broken, and the backend owes' gone.json '[.findings[] | select(.check == "event.broken")] |
	length == 1 and (.[0] | .level == "critical" and .owes == "backend" and .path == "'"$ring"'")'
json 'gone: nothing is found elsewhere' gone.json ".findings | all(.path | startswith(\"$disk\"))"
is 'gone: exit status' "$(<gone.rc)" 2

# A backend that does not keep pages mapped any more, as after a move to another host, and a frontend that does.
new_disk plain 8
at_exit eval 'echo Y >/sys/module/xen_blkback/parameters/feature_persistent'
echo N >/sys/module/xen_blkback/parameters/feature_persistent
plug web01 xvdd "$dev"
looked differs 5s web01/vbd:51760
found differs 1 'warning blk.persistent-differs web01/vbd:51760 toolstack'
xl block-detach web01 xvdd
echo Y >/sys/module/xen_blkback/parameters/feature_persistent

nap 1
looked again 7s
found again 0
idle web01
