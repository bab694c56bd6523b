#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A SCSI disk: the guest's xen-scsifront, dom0's xen-scsiback. No toolstack knows this device: its nodes are made here.
# shellcheck disable=SC2016,SC2154 # the $ are those of jq, or for the guest's shell; names from real.sh
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/xen/t/real.sh
. "$t_dir/real.sh"
need qemu06
d=$(domid qemu06)
b=/local/domain/0/backend/vscsi/$d/0 f=/local/domain/$d/device/vscsi/0
T=/sys/kernel/config/target W=naa.600140512345678f
loop=$(losetup -f)

# ---- a disk whose every sector says which one it is, on a device that can be stopped, and a SCSI target of it ----

target_up() {
	modprobe -a dm-mod target_core_mod target_core_file xen-scsiback || return
	[[ -d $T ]] || mount -t configfs none /sys/kernel/config || return
	cp /share/img/disk.img /var/lib/xrt/lun.img && losetup "$loop" /var/lib/xrt/lun.img &&
		echo "0 65536 linear $loop 0" | dmsetup create lun --noudevrules --noudevsync && dmsetup mknodes lun &&
		mkdir -p "$T/core/fileio_0/disk0" &&
		echo 'fd_dev_name=/dev/mapper/lun,fd_dev_size=33554432' >"$T/core/fileio_0/disk0/control" &&
		echo 1 >"$T/core/fileio_0/disk0/enable" && mkdir -p "$T/xen-pvscsi/$W/tpgt_1" &&
		echo "$W" >"$T/xen-pvscsi/$W/tpgt_1/nexus" && mkdir "$T/xen-pvscsi/$W/tpgt_1/lun/lun_0" &&
		ln -s "$T/core/fileio_0/disk0" "$T/xen-pvscsi/$W/tpgt_1/lun/lun_0/xen-pvscsi_port"
}
down() {
	dmsetup resume --noudevsync lun
	xenstore-write "$b/online" 0 "$b/state" 5
	wait_for 5 eval "[[ \$(xenstore-read $f/state) == 6 ]]"
	xenstore-rm "$f"
	xenstore-rm "$b"
	rm "$T/xen-pvscsi/$W/tpgt_1/lun/lun_0/xen-pvscsi_port"
	rmdir "$T/xen-pvscsi/$W/tpgt_1/lun/lun_0" "$T/xen-pvscsi/$W/tpgt_1" "$T/xen-pvscsi/$W" "$T/core/fileio_0/disk0"
	dmsetup remove --noudevsync lun
	losetup -d "$loop"
	rm -f /var/lib/xrt/lun.img
}
at_exit down
check 'a SCSI target' target_up

# Both ends look at once: all of it in one transaction; folders first, whose permissions new nodes inherit.
gsh qemu06 'modprobe -a xen-scsifront sd_mod'
xenstore-write "$b" '' "$b/vscsi-devs" '' "$b/vscsi-devs/dev-0" '' "$f" ''
xenstore-chmod -r "$b" n0 "r$d"
xenstore-chmod -r "$f" "n$d" r0
xenstore-write "$f/backend" "$b" "$f/backend-id" 0 "$f/state" 1 "$b/frontend" "$f" "$b/frontend-id" "$d" "$b/online" 1 \
	"$b/feature-host" 0 "$b/vscsi-devs/dev-0/p-dev" "$W:0" "$b/vscsi-devs/dev-0/p-devname" "$W:0" \
	"$b/vscsi-devs/dev-0/v-dev" 0:0:0:0 "$b/vscsi-devs/dev-0/state" 1 "$b/state" 1
check 'a driver at both ends' wait_for 10 connected vscsi/0
disk() { gsh qemu06 'grep -q " sda$" /proc/partitions'; }
check 'the guest has found the disk' wait_for 10 disk
ring() { words ref vscsi/0/ring-ref 0 4; }
IFS=, read -r before _ < <(ring)
sector=$(gsh qemu06 'dd if=/dev/sda bs=64k skip=3 count=1 iflag=direct 2>/dev/null | head -c 16')
is 'what is read is what is there' "$sector" SECTOR0000000384
IFS=, read -r after _ < <(ring)
is 'by one request' $((after - before)) 1

# ---- the device below is stopped: requests wait in the ring ----

# The first needs 16 segments, which stand in the request; the second 64, whose list is in a page of its own.
dmsetup suspend --noflush --nolockfs --noudevsync lun
gsh qemu06 'dd if=/dev/sda of=/dev/null bs=64k skip=5 count=1 iflag=direct >/tmp/a 2>&1 &
	usleep 200000; dd if=/dev/sda of=/dev/null bs=256k skip=9 count=1 iflag=direct >/tmp/b 2>&1 & usleep 300000'
IFS=, read -r req_prod req_event rsp_prod rsp_event < <(ring)
is 'two requests wait' $((req_prod - rsp_prod)) 2
fact vscsi "[$req_prod,$req_event,$rsp_prod,$rsp_event]"
xenringtop list --json -i 0.02 qemu06 >list.json 2>list.err
is 'all rings can be read: exit status' $? 0
with list.json >both
json 'the indices are those in the page' both -s "$(in_ring vscsi:0 ring) as \$r | .[1] as \$f | (\$r | $slot_words) == \$f.vscsi and
	\$r.in_flight == 2 and \$r.slots == 16 and \$r.backend_domid == 0"
xenringtop slots --json -i 0.02 qemu06/vscsi:0/ring >slots.json 2>slots.err
# READ(10): the sector in bytes 2 to 5, how many in 7 and 8.
json 'the first: 128 sectors from 640 on, to 16 segments' slots.json '.slots | length == 2 and (.[0] | .state == "request" and
	(.record | .act == "cdb" and .cmd_len == 10 and .cmnd == "28000000028000008000" and .sc_data_direction == "from_device" and
	.channel == 0 and .id == 0 and .lun == 0 and .sg_grant == false and .nr_segments == 16 and
	(.seg | length == 16 and (map(.length) | add) == 65536)))'
json 'the second: 512 sectors from 4608 on, to 64 segments in a page' slots.json '.slots[1].record |
	.cmnd == "28000000120000020000" and .sg_grant == true and .nr_segments == 1 and
	(.segments | length == 64 and (map(.length) | add) == 262144 and all(.gref > 7))'
dmsetup resume --noudevsync lun
served() {
	local a b
	IFS=, read -r a _ b _ < <(ring) && ((a == b)) && gsh qemu06 'cat /tmp/a /tmp/b' | grep -c '^1+0 records in' | grep -qx 2
}
check 'the device runs again: both are served' wait_for 10 served
xenringtop slots --all --json -i 0.02 qemu06/vscsi:0/ring >slots.json 2>slots.err
json 'the answers are good' slots.json '[.slots[] | select(.state == "response")] | length == 16 and
	(.[-2:] | all(.record | .status == "good" and .host == "ok" and .residual_len == 0))'
