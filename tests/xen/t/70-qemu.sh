#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Devices that QEMU serves, with the guest kernel's own drivers: a disk, a second console, a screen, a keyboard, files by 9p. With
# QEMU stopped, what the guest sends stands still in the rings; with the guest paused, what QEMU sends does.
# shellcheck disable=SC2016,SC2154 # the $ are those of jq, or for the guest's shell; names from real.sh
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/xen/t/real.sh
. "$t_dir/real.sh"
need qemu06
d=$(domid qemu06)
qemu=$(xenstore-read "/local/domain/$d/image/device-model-pid")
devices=(vbd/51712 console/1 vfb/0 vkbd/0 9pfs/0)

# The cursor of the screen's text would blink, and each time be drawn. What nobody reads in the guest stays in the console's ring.
at_exit gsh qemu06 'killall cat'
gsh qemu06 'echo 0 >/sys/class/graphics/fbcon/cursor_blink; grep -q " /mnt " /proc/mounts ||
	{ modprobe -a 9p 9pnet_xen && mkdir -p /mnt && mount -t 9p -o trans=xen,version=9p2000.u img /mnt; };
	stty raw -echo </dev/hvc1; rm -f /tmp/typed; (stty raw -echo; exec cat >>/tmp/typed) </dev/hvc1 &' | sed 's/^/# /'
for dev in "${devices[@]}"; do check "$dev: a driver at both ends" wait_for 10 connected "$dev"; done

# Whoever opens the console's terminal has to stay: QEMU looks once a second whether somebody is there.
exec {tty}<>"$(front console/1/tty)"
stty raw -echo <&"$tty"
while IFS= read -rN 1 -t 0.3 -u "$tty" _; do :; done

# The first call after a mount is another one than those that follow.
gsh qemu06 'dd if=/mnt/vmlinux of=/dev/null bs=4096 count=1' 2>&1 | sed 's/^/# /'

# ---- QEMU is stopped ----

at_exit kill -CONT "$qemu"
kill -STOP "$qemu"
gsh qemu06 'dd if=/dev/xvda of=/dev/null bs=32k skip=7 count=1 iflag=direct >/tmp/disk 2>&1 &
	dd if=/mnt/vmlinux of=/dev/null bs=4096 skip=5 count=1 >/tmp/file 2>&1 &
	printf "text of the test" >/dev/hvc1; dd if=/dev/zero of=/dev/fb0 bs=3200 seek=100 count=2 2>/dev/null; usleep 500000'
fact vbd "[$(words ref vbd/51712/ring-ref 0 4)]"
fact console "[$(words ref console/1/ring-ref 3072 4)]"
fact vfb "[$(words frame vfb/0/page-ref 0 4)]"
fact vkbd "[$(words frame vkbd/0/page-ref 0 4)]"
for r in 0 1; do
	fact "9pfs$r" "[$(words ref 9pfs/0/ring-ref$r 0 2),$(words ref 9pfs/0/ring-ref$r 64 2)]"
done
xenringtop list --json -i 0.02 qemu06 >list.json 2>list.err
is 'all rings can be read: exit status' $? 0
with list.json >both
json 'disk: the indices are those in the page' both -s "$(in_ring vbd:51712 q0) as \$r | .[1] as \$f | (\$r | $slot_words) == \$f.vbd"
json 'disk: one request waits' both -s "$(in_ring vbd:51712 q0) | .in_flight == 1 and .slots == 32"
json 'console: the indices are those in the page' both -s "$(in_ring console:1 ring) as \$r | .[1] as \$f | (\$r | $pair_words) == \$f.console"
json 'console: as many bytes wait as were written' both -s "$(in_ring console:1 ring) | .out_prod - .out_cons == 16 and .in_prod == .in_cons"
xenringtop slots --json -i 0.02 qemu06/vbd:51712/q0 >slots.json 2>slots.err
json 'disk: the request is the one that was made' slots.json '.slots | length == 1 and .[0].state == "request" and (.[0].record |
	.operation == "read" and .sector_number == 448 and .nr_segments == 8 and (.seg | length == 8 and
	all(.gref > 7 and .first_sect == 0 and .last_sect == 7)))'

# 9p: one call of the guest's, in the queue that it belongs to by its tag; the other one is empty.
for r in 0 1; do xenringtop slots --json -i 0.02 "qemu06/9pfs:0/r$r"; done >slots.json 2>slots.err
with slots.json >both
json '9p: the indices are those in the pages' both -s '.[2] as $f | [.[:2][].ring | '"$pair_words"'] == [$f."9pfs0", $f."9pfs1"]'
messages='[.[:2][] | .ring.ring as $ring | .slots[] | select(.state != "page") | {ring: $ring, slot: .}]'
json '9p: it is one message, all of what is queued, and nothing is wrong with it' both -s '.[2] as $f | '"$messages"' |
	length == 1 and (.[0] | .slot.faults == [] and .slot.state == "waiting" and .slot.type == "request" and
	($f["9pfs" + .ring[1:]] | .[3] - .[2]) == .slot.record.size)'
json '9p: it asks for the file by its name, of seven letters' both -s "$messages"' | .[0].slot.record | .type == "twalk" and .size == 26'
json '9p: the page says how large the queues are, and nothing is wrong with it' both -s '[.[:2][].slots[] | select(.state == "page")] |
	length == 2 and all(.faults == [] and .record.ring_order > 0 and (.record | (.ref | length) == pow(2; .ring_order)))'
cp both asked.json

# The screen: what the page says is what the guest's driver does, and the lines that were written are told.
for r in in out; do xenringtop slots --json -i 0.02 "qemu06/vfb:0/$r"; done >slots.json 2>slots.err
fb=$(gsh qemu06 'cd /sys/class/graphics/fb0; echo "[$(cat virtual_size),$(cat stride),$(cat bits_per_pixel)]"' | tr -d '\r')
json "the screen: as the guest's driver says ($fb)" slots.json '[.slots[] | select(.state == "page").record] | length == 1 and
	(.[0] | [.width, .height, .line_length, .depth]) == '"$fb"
with slots.json >both
json 'the screen: the indices are those in the page' both -s '.[2] as $f | ([.[0].ring | .in_cons, .in_prod] + [.[1].ring | .out_cons, .out_prod]) == $f.vfb'
json 'the screen: what was written to is told' both -s '[.[1].slots[] | select(.state == "waiting")] | length > 0 and all(.faults == []) and
	all(.type == "update") and any(.[].record; .x >= 0 and .width <= 800 and .y <= 100 and .y + .height >= 102)'

# The guest stands still before QEMU answers: what QEMU answers with stays where it is.
at_exit xl unpause qemu06
xl pause qemu06
kill -CONT "$qemu"
answered() {
	local r a b
	for r in 0 1; do
		IFS=, read -r a b < <(words ref 9pfs/0/ring-ref$r 0 2)
		((a == b)) || return 0
	done
	return 1
}
check '9p: QEMU runs again, and answers' wait_for 10 answered
for r in 0 1; do xenringtop slots --json -i 0.02 "qemu06/9pfs:0/r$r"; done >slots.json 2>slots.err
cat asked.json slots.json >both
json '9p: the answer is to that call, and a good one' both -s '('"$messages"' | .[0]) as $asked | .[3:] | '"$messages"' | length == 1 and (.[0] |
	.ring == $asked.ring and .slot.state == "waiting" and .slot.type == "response" and .slot.faults == [] and
	.slot.record.tag == $asked.slot.record.tag and .slot.record.type == "rwalk")'
xl unpause qemu06
# Answered, all of it: by the same plain facts.
quiet() {
	local a b c e
	IFS=, read -r a b c e < <(words ref vbd/51712/ring-ref 0 4) && ((a == c)) &&
		IFS=, read -r a b c e < <(words ref console/1/ring-ref 3072 4) && ((c == e)) &&
		IFS=, read -r a b < <(words ref 9pfs/0/ring-ref0 64 2) && ((a == b)) &&
		IFS=, read -r a b c e < <(words frame vfb/0/page-ref 0 4) && ((c == e))
}
check 'QEMU runs again, and serves all of it' wait_for 10 quiet
IFS= read -rN 16 -t 5 -u "$tty" text
is 'the text has come' "$text" 'text of the test'
is 'the guest has got its data' "$(gsh qemu06 'cat /tmp/disk /tmp/file' | grep -c '^1+0 records in')" 2
xenringtop list --json -i 0.02 qemu06 >list.json 2>list.err
is 'all rings can be read again: exit status' $? 0
json 'nothing waits any more' list.json '[.rings[] | select(.in_flight != null and .in_flight > 0 or .out_prod != .out_cons)] | map(.ring)'

# ---- the guest is paused ----

xl pause qemu06
for key in ctrl-c x; do xl qemu-monitor-command qemu06 "sendkey $key" >/dev/null; done
xl qemu-monitor-command qemu06 'mouse_button 1' >/dev/null
at_exit xl qemu-monitor-command qemu06 'mouse_button 0'
printf 'typed' >&"$tty"
# Two events for each of three keys, one for the button, one that says where the pointer is; five characters.
typed() {
	local a b c e
	IFS=, read -r a b < <(words ref vkbd/0/page-gref 0 2) && ((b - a == 8)) &&
		IFS=, read -r c e < <(words ref console/1/ring-ref 3072 2) && ((e - c == 5))
}
check 'eight events and five characters wait' wait_for 10 typed
: >facts
fact vkbd "[$(words ref vkbd/0/page-gref 0 4)]"
fact console "[$(words ref console/1/ring-ref 3072 4)]"
xenringtop list --json -i 0.02 qemu06 >list.json 2>list.err
with list.json >both
json 'console: what is typed waits for the guest' both -s "$(in_ring console:1 ring) as \$r | .[1] as \$f |
	(\$r | $pair_words) == \$f.console and \$r.in_prod - \$r.in_cons == 5"
for how in '' --secrets; do xenringtop slots --json --raw $how -i 0.02 qemu06/vkbd:0/in; done >slots.json 2>slots.err
with slots.json >both
json 'keyboard: the indices are those in the page' both -s '.[2] as $f | .[0].ring | [.in_cons, .in_prod] == $f.vkbd[:2]'
keys='[.slots[] | select(.type == "key").record | [.keycode, .pressed]]'
# KEY_LEFTCTRL, KEY_C, KEY_X and BTN_LEFT of linux/input-event-codes.h; what was pressed last is let go first.
json 'keyboard: they are the keys that were pressed, in order' both -s ".[1] | $keys ==
	[[29, 1], [46, 1], [46, 0], [29, 0], [45, 1], [45, 0], [272, 1]]"
json 'keyboard: which, nobody is told who does not ask' both -s '.[0] | '"$keys"' as $keys | ($keys | length == 7 and (flatten | all(. == "redacted"))) and
	([.slots[] | .faults] | flatten == [])'
xl unpause qemu06
taken() {
	local a b c e
	IFS=, read -r a b < <(words ref vkbd/0/page-gref 0 2) && ((b == a)) &&
		IFS=, read -r c e < <(words ref console/1/ring-ref 3072 2) && ((e == c))
}
check 'the guest runs again, and takes them' wait_for 5 taken
is 'and has got what was typed' "$(gsh qemu06 'cat /tmp/typed')" typed
