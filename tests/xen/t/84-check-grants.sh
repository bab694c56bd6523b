#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# check of a guest's grant table: a small one that the guest fills, and pages of a device that has gone which a backend holds.
# limit: 300
# shellcheck disable=SC2154 # names from lib.sh and synth.sh
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# A table does not shrink: the guest is left to nobody.
at_exit guest stop small04
# shellcheck source=tests/xen/t/synth.sh
. "$t_dir/synth.sh"
# shellcheck source=tests/xen/t/faults.sh
. "$t_dir/faults.sh"

# The device's requests are open, its backend maps their pages, and it goes away while we watch.
synth_live --data blkif-empty
put_up vbd 60005 live
synth 'put 4' consume >/dev/null
xenringtop grants --json small04 >before.json 2>before.err
pages=$(jq -r '[.entries[] | select(.used_by == "small04/vbd:60005/q0" and .use == "data") | .ref] | join(" ")' before.json)
# shellcheck disable=SC2086 # words
"$tools/hold" "$d" $pages >held &
holder=$!
at_exit kill "$holder"
check "a backend maps the pages of its requests ($pages)" wait_for 5 grep -q held held
watched leak 20s small04
detach "$d" vbd 60005
devices=()
seen
found leak 1 'warning grant.orphan small04 backend'
json 'leak: the device is named, and how many pages' leak.json '.findings[0].text | test("vbd:60005")'
kill "$holder"
synth_end

# All but a few of its entries are granted: the table cannot grow any more. The interface keeps some that it does not use.
interface() {
	gsh small04 "echo vif-0 >/sys/bus/xen/drivers/vif/$1" >/dev/null
	[[ $1 == unbind ]] && return
	xenstore-write "/local/domain/0/backend/vif/$d/0/hotplug-status" connected
	ip link set "vif$d.0" up
	brctl addif xenbr0 "vif$d.0"
}
at_exit interface bind
interface unbind
synth_live blkif-empty
xenringtop grants --json small04 >small.json 2>small.err
read -r max granted < <(jq -r '.domains[0] | "\(.max_frames) \(.entries_in_use)"' small.json)
XRT_GSH_LIMIT=90 synth "grant new $((max * 512 - granted - 60))" >/dev/null
looked full 6s small04
found full 2 'critical grant.exhausted small04 toolstack' 'critical grant.near-limit small04 toolstack'
synth_end
nap 1
looked freed 6s small04
json 'freed: it is not full any more' freed.json '[.findings[] | select(.check == "grant.exhausted")]'
