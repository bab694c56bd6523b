#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Is the emulated host what the other tests expect? Needs nothing of xenringtop.
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"

is "Xen is 4.17" "$(xl info xen_version | cut -d. -f1,2)" 4.17
# Without it, registers leak between processes in this emulator: results of tests would be worth nothing.
check "Xen saves the FPU eagerly" grep -q EAGER_FPU <(xl dmesg)
check "debugfs is there" test -d /sys/kernel/debug/xen-netback
check "tracefs is there" test -e /sys/kernel/tracing/kprobe_events

# connected DOMID DEVICE: at both ends
connected() {
	[[ $(xenstore-read "/local/domain/$1/device/$2/state" "/local/domain/0/backend/${2%/*}/$1/${2#*/}/state") == 4$'\n'4 ]]
}
for g in web01 db02 pvh03; do
	# under emulation a PVH guest may die at any moment, of the emulator
	domid "$g" >/dev/null 2>&1 || guest start --idle "$g"
	d=$(domid "$g") || {
		fail "$g runs"
		continue
	}
	ok "$g runs"
	for dev in vbd/51712 vif/0; do check "$g: $dev is connected" wait_for 10 connected "$d" "$dev"; done
	b=/sys/bus/xen-backend/devices/vbd-$d-51712/statistics/rd_req
	was=$(<"$b")
	gsh "$g" 'dd if=/dev/xvda of=/dev/null bs=4k count=5 iflag=direct' >/dev/null 2>&1
	check "$g: its disk is read" test "$(<"$b")" -ge $((was + 5))
done

d=$(domid db02)
f=/local/domain/$d/device
is "db02: two block queues" "$(xenstore-read "$f/vbd/51712/multi-queue-num-queues")" 2
is "db02: a block ring of four pages" "$(xenstore-read "$f/vbd/51712/ring-page-order")" 2
is "db02: two network queues" "$(xenstore-read "$f/vif/0/multi-queue-num-queues")" 2
check "web01: a block ring of one page" test -n "$(xenstore-read "/local/domain/$(domid web01)/device/vbd/51712/ring-ref")"
is "a disk's sector says which one it is" "$(gsh web01 'dd if=/dev/xvda bs=512 skip=4711 count=1 2>/dev/null | head -c 16')" SECTOR0000004711
check "a guest reaches dom0" gsh pvh03 'ping -c 1 -W 5 10.77.0.1'
