#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# events of paused guests against lsevtchn, port by port, and against Xen's own dump for what is pending and masked; and the
# backends' counters against sysfs.
# limit: 300
# shellcheck disable=SC2016 # the $ are those of jq, or for the guest's shell
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"

# A guest whose event channels are two-level; its disk is of the same image as all others'.
sed -e 's/idle05/two05/g' -e 's/^extra="/&xen.fifo_events=0 /' -e 's/77:00:15/77:00:17/' -e 's/10\.77\.0\.15/10.77.0.17/' \
	/etc/xrt/guests/idle05.cfg >/etc/xrt/guests/two05.cfg
need web01 pvh03 two05
at_exit rm -f /etc/xrt/guests/two05.cfg
at_exit guest stop two05

# What is seen of a domain's ports, in the words of lsevtchn.
ours() {
	jq -r '.channels[] | select(.state != "closed" and .state != "reserved") | "\(.port): VCPU \(.vcpu): " + (
		if .state == "unbound" then "Interdomain (Waiting connection) - Remote Domain \(.remote_domid)"
		elif .state == "interdomain" then
			"Interdomain (Connected) - Remote Domain \(.remote_domid), Port \(.remote_port)"
		elif .state == "pirq" then "Physical IRQ \(.irq)"
		elif .state == "virq" then "Virtual IRQ \(.irq)"
		else "IPI" end)' "$1" | sort -n
}
theirs() { lsevtchn "$1" | sed 's/^ *//; s/ *$//' | sort -n; }

# Xen's own dump of a domain: port, pending, masked, Xen's number of the state; one that Xen consumes is left out.
dump_of() {
	awk -v d="$1" '
		/Event channel information for domain / { here = $0 ~ "domain " d ":" }
		here && match($0, /[0-9]+ \[[01]\/[01]\//) {
			split(substr($0, RSTART, RLENGTH), w, /[ \[\/]+/)
			match($0, / s=[0-9]+/)
			state = substr($0, RSTART + 3, RLENGTH - 3)
			if ($0 ~ / x=0/)
				print w[1], w[2], w[3], state
		}' dump | sort -n
}
# The same of ours, state by state as Xen's sources number them (ECS_...).
as_dump() {
	jq -r '.channels[] | select(.state != "closed" and .state != "reserved") | "\(.port) \(
		if .pending == null then "?" elif .pending then 1 else 0 end) \(
		if .masked == null then "?" elif .masked then 1 else 0 end) \(
		{unbound: 2, interdomain: 3, pirq: 4, virq: 5, ipi: 6}[.state])"' "$1" | sort -n
}

load two05 disk
nap 2
for g in web01 pvh03 two05; do
	xl pause "$g"
	at_exit xl unpause "$g"
done
nap 1
for g in web01 pvh03 two05; do
	xenringtop events --json -i 0.02 "$g" >"$g.json" 2>"$g.err"
	is "$g: exit status" $? 0
	is "$g: nothing on standard error" "$(<"$g.err")" ''
	theirs "$(domid "$g")" >"$g.theirs"
	check "$g has ports" test "$(wc -l <"$g.theirs")" -ge 5
	is "$g: each port as lsevtchn has it" "$(ours "$g.json")" "$(<"$g.theirs")"
done
xenringtop events --json -i 0.02 0 >dom0.json
is 'dom0: each port as lsevtchn has it' "$(ours dom0.json)" "$(theirs 0)"

# The console's ring must hold it all: what was there before goes, and if the first line is gone, so is more.
xl dmesg -c >/dev/null
xl debug-keys e
nap 2
xl dmesg >dump
for g in web01 pvh03 two05; do
	d=$(domid "$g")
	check "$g: Xen's dump has it" grep -q "information for domain $d:" dump
	dump_of "$d" >"$g.dump"
done
is 'two-level: pending, masked and state as Xen dumps them, port by port' "$(as_dump two05.json)" "$(<two05.dump)"
check 'two-level: an event waits for the paused guest' grep -q '^[0-9]* 1 ' two05.dump
is 'FIFO: state as Xen dumps it, pending and masked unknown' "$(as_dump web01.json)" \
	"$(sed 's/^\([0-9]*\) . . /\1 ? ? /' web01.dump)"
json 'two-level is known to be' two05.json '.domain.abi == "two_level" and .domain.note == null'
json 'FIFO is not taken for it' web01.json '.domain.abi == null and (.domain.note | type == "string")'
json 'of a PVH guest it is not known' pvh03.json '.domain.abi == null and all(.channels[]; .pending == null and .masked == null)'
for g in web01 pvh03 two05; do
	json "$g: each ring's port is attributed to it" "$g.json" '[.channels[] | select(.used_by) | .used_by | split("/")[1]] | unique ==
		["console:0", "store:0", "vbd:51712", "vif:0"]'
done
json 'dom0: the other ends, too' dom0.json '[.channels[] | select(.used_by // "" | test("^two05/vbd:51712")).state] == ["interdomain"]'

# The backends' own counters stand still with their frontends.
xenringtop show --json web01/vbd:51712 web01/vif:0 two05/vbd:51712 >show.json 2>show.err
is 'show: exit status' $? 0
count() {
	local path=$1 key=$2 dir=/sys/bus/xen-backend/devices/$3
	json "$path: $key as in sysfs" show.json \
		".devices[] | select(.path == \"$path\") | .${key/\//.} == $(<"$dir/${4:-${key#*/}}")"
}
for dev in "web01 vbd 51712" "web01 vif 0" "two05 vbd 51712"; do
	read -r g type id <<<"$dev"
	for key in event_channels events spurious_events jiffies_eoi_delayed spurious_threshold; do
		count "$g/$type:$id" "backend_events/$key" "$type-$(domid "$g")-$id" "xenbus/$key"
	done
done
for key in oo_req rd_req wr_req f_req ds_req rd_sect wr_sect; do
	count two05/vbd:51712 "backend_requests/$key" "vbd-$(domid two05)-51712" "statistics/$key"
done
json 'the disk was busy' show.json '.devices[] | select(.path == "two05/vbd:51712") |
	.backend_events.events > 10 and .backend_requests.rd_req > 10'
json "netback's indices are those of the page" show.json '. as $d | all(.devices[].backend_rings[]; . as $b |
	any($d.rings[]; .path == "web01/vif:0/" + $b.ring and .req_prod == $b.req_prod and .rsp_prod == $b.rsp_prod and
	.req_event == $b.req_event)) and ([.devices[].backend_rings[].ring] == ["q0/tx", "q0/rx"])'
json 'and lie between the bounds' show.json '. as $d | all(.devices[].backend_rings[] | select(.ring == "q0/tx"); . as $b |
	any($d.rings[]; .path == "web01/vif:0/q0/tx" and .req_cons_min <= $b.req_cons and $b.req_cons <= .req_cons_max))'

# A capture tells the same.
xenringtop record -q -n 2 events.xrc
for g in web01 two05; do
	xenringtop --read events.xrc events --json "$g" >"$g.replay.json"
	is "$g: the same from a capture" "$(ours "$g.replay.json"; as_dump "$g.replay.json")" "$(ours "$g.json"; as_dump "$g.json")"
done
