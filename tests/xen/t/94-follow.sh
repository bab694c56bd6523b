#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# follow: a read and a write of a disk whose sectors are known, step by step, against what the kernel's own probes say; with
# persistent grants and without; and a disk that is frozen.
# limit: 300
# shellcheck disable=SC2016,SC2154 # the $ are those of jq and awk; names from lib.sh and faults.sh
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/xen/t/faults.sh
. "$t_dir/faults.sh"
need web01
T=/sys/kernel/tracing

# new_slow NAME MB: a disk that answers after 0.3 s: the emulated host takes looks at some 100 a second.
new_slow() {
	new_disk "$1" "$2"
	modprobe dm-mod
	modprobe dm-delay
	echo "0 $(($2 * 2048)) delay $dev 0 300" | dmsetup create "$1" --noudevrules --noudevsync
	at_exit dmsetup remove --noudevrules --noudevsync "$1"
	dmsetup mknodes "$1"
	dev=/dev/mapper/$1
}
persistent() { echo "$1" >/sys/module/xen_blkback/parameters/feature_persistent; }

# ---- probes of the test's own ----

echo 'p:truth/in handle_irq_for_port port=$arg1:u32' >>$T/kprobe_events
echo 'p:truth/out notify_remote_via_irq irq=$arg1:u32' >>$T/kprobe_events
mkdir $T/instances/truth
at_exit sh -c "rmdir $T/instances/truth; echo '-:truth/in' >>$T/kprobe_events; echo '-:truth/out' >>$T/kprobe_events"
echo mono >$T/instances/truth/trace_clock
echo 1 >$T/instances/truth/events/truth/enable

# truth: all that they have seen so far, a line each: {"in":s} of the port, {"out":s} of any.
truth() {
	sed -n 's/.* \([0-9]*\.[0-9]*\): \(in\|out\): .*/{"\2":\1}/p' $T/instances/truth/trace
}

# followed NAME RING COMMAND: NAME.json is the second of the requests that the command in the guest makes, again and again: by
# then the probes are there.
followed() {
	local i
	echo "port==$port" >$T/instances/truth/events/truth/in/filter
	echo >$T/instances/truth/trace
	echo 1 >$T/instances/truth/tracing_on
	timeout 60 xenringtop follow "$2" --ndjson -n 2 >"$1.two" 2>"$1.err" &
	for ((i = 0; i < 40; i++)); do
		kill -0 $! 2>/dev/null || break
		gsh web01 "$3" >/dev/null 2>&1
		nap 0.2
	done
	wait $!
	is "$1: exit status" $? 0
	echo 0 >$T/instances/truth/tracing_on
	is "$1: nothing on standard error" "$(<"$1.err")" ''
	tail -n 1 "$1.two" >"$1.json"
	sed 's/^/# /' "$1.json"
}
# The seconds of step n's window, by the monotonic clock.
at='def at(n): (.mono_ns / 1e9) as $t | .steps[n - 1] | [$t + .after_s, $t + .by_s]; '
# steps NAME OPERATION SECTOR: all of them, as that request's.
steps() {
	json "$1: it is that request" "$1.json" -s "[.[] | select(.operation != \"$2\" or .sector != $3 or .sectors != 8 or .grants != 1)]"
	json "$1: done, and nobody is waited for" "$1.json" -s '.[0] | .done and .stands_at == 8 and .owes == null'
	json "$1: windows never contradict" "$1.json" -s '.[0] | [.steps[] | select(.step != 2 and .state == "seen")] as $s |
		([$s[].after_s] | . == sort) and ([$s[].by_s] | . == sort) and all($s[]; .after_s <= .by_s)'
	json "$1: all steps but that of the pages are seen" "$1.json" -s '.[0] | [.steps[] | select(.step != 6 and .state != "seen") | .name]'
	json "$1: each that is seen has a window" "$1.json" -s \
		'.[0] | [.steps[] | select(.state == "seen" and .step != 2 and (.after_s == null or .by_s == null))]'
	# another probe of the same event has its own time: here it is some 100 us later
	{ cat "$1.json" && truth; } >"$1.all"
	json "$1: steps 3 and 4 are what the kernel saw" "$1.all" -s "$at"'
		.[1:] as $truth | .[0] | at(3) as $k | at(4) as $w | any($truth[].in // 0; . >= $k[0] - 2e-3 and
		. <= $k[1] + 2e-3 and . >= $w[0] - 2e-3 and . <= $w[1] + 2e-3)'
	json "$1: step 7 ends with a knock that the kernel saw" "$1.all" -s "$at"'
		.[1:] as $truth | .[0] | at(7) as $a | any($truth[].out // 0; . >= $a[0] and . <= $a[1] + 0.05)'
}

for mode in Y N; do
	name=persistent-$mode
	[[ $mode == Y ]] && xvd=xvdf id=51792
	[[ $mode == N ]] && xvd=xvdg id=51808
	persistent $mode
	new_slow "slow$mode" 4
	plug web01 "$xvd" "$dev"
	persistent Y
	ring=web01/vbd:$id/q0
	port=$(xenringtop list --json -i 0.02 "$ring" | jq '.rings[0].backend_port')
	# what the kernel looks for in a new disk is over
	nap 2
	followed "read-$name" "$ring" "dd if=/dev/$xvd of=/dev/null bs=4k skip=100 count=1 iflag=direct"
	steps "read-$name" read 800
	followed "write-$name" "$ring" "dd if=/dev/zero of=/dev/$xvd bs=4k seek=200 count=1 conv=notrunc oflag=direct"
	steps "write-$name" write 1600
	# the guest has little memory, and its driver keeps much of it for each disk
	xl block-detach web01 "$xvd"
	for what in read write; do
		if [[ $mode == Y ]]; then
			# the first use maps it, all others find it mapped
			json "$what-$name: step 6" "$what-$name.json" -s '.[0].steps[5] | .state == "seen" or (.text | test("persistent"))'
		else
			json "$what-$name: step 6 is seen" "$what-$name.json" -s '.[0].steps[5] | .state == "seen" and .text == "1 of 1 grants in use"'
		fi
	done
done

# ---- a disk that is frozen ----

new_dm frozen 4
plug web01 xvdh "$dev"
nap 2
freeze frozen
at_exit thaw frozen
xenringtop follow "web01/vbd:51824/q0" --ndjson --for 15s >frozen.json 2>frozen.err &
pid=$!
nap 4
gsh web01 'dd if=/dev/xvdh of=/dev/null bs=4k skip=7 count=1 iflag=direct >/dev/null 2>&1 &'
wait $pid
thaw frozen
json 'frozen: it stands at step 6, and storage is waited for' frozen.json -s \
	'.[-1] | .done == false and .stands_at == 6 and .owes == "storage" and .sector == 56 and .age_s > 1'
json 'frozen: steps 7 and 8 are waited for' frozen.json -s '.[-1] | [.steps[6:][].state] == ["waits", "waits"]'
