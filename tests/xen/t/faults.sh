# shellcheck shell=bash disable=SC2016,SC2034,SC2154 # the guest's $; names from and for others
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes rings go wrong for real, after lib.sh and, for what wants synth, synth.sh; each undoes itself at the end of the test.

# ---- what check says ----

# looked NAME TIME [TARGET]...: NAME.json is what check says after that time, NAME.xrc what it saw, NAME.rc its exit status.
# The captures stay for whoever makes the folder captures in the share (.lab/run/share).
looked() {
	xenringtop check --json --for "$2" --tee "$1.xrc" "${@:3}" >"$1.json" 2>"$1.err"
	echo $? >"$1.rc"
	[[ ! -d /share/captures ]] || cp "$1.xrc" /share/captures/
}
# All but those of grants: what they would find of small04, which has a small table on purpose.
but_grants=('ring.*' 'event.*' 'state.*' 'device.*' 'net.*' 'domain.*')
# watched NAME TIME [TARGET]...: the same beside the test, which waits for it by seen; what is done meanwhile comes after the
# first samples.
watched() {
	looked "$@" &
	watcher=$!
	nap 3
}
seen() { wait "$watcher"; }
# found NAME STATUS [FINDING]...: those of NAME.json are these, each as LEVEL CHECK PATH OWES, with - for nobody, in any order.
found() {
	local name=$1 status=$2 want
	shift 2
	is "$name: exit status" "$(<"$name.rc")" "$status"
	want=$(printf '%s\n' "$@" | sed 's/.*/"&"/' | paste -sd ,)
	(($#)) || want=
	json "$name: what is found" "$name.json" "[.findings[] | \"\\(.level) \\(.check) \\(.path) \\(.owes // \"-\")\"] |
		if sort == ([$want] | sort) then true else {found: .} end"
	json "$name: each has all its parts" "$name.json" '[.findings[] | select((.since | test("^20..-.*Z$") | not) or
		(.text | length) < 10 or (.known_by | length) < 10 or (.next | length) < 10 or .age_s < 0 or .evidence == [] or
		(.evidence | any(.value == null and .text == null)))]'
}
# Of the finding that a filter sees: a reading.
# shellcheck disable=SC2120
reading() { printf '(.evidence[] | select(.name == "%s") | .value)' "$1"; }

# ---- disks ----

# new_disk NAME MB: a file as a block device; dev is its name.
new_disk() {
	local file=/var/lib/xrt/disks/$1.test
	dd if=/dev/zero of="$file" bs=1M count="$2" 2>/dev/null
	dev=$(losetup -f)
	losetup "$dev" "$file"
	at_exit rm -f "$file"
	at_exit losetup -d "$dev"
}

# new_dm NAME MB: the same below the device mapper, which can be frozen: /dev/mapper/NAME.
new_dm() {
	new_disk "$1" "$2"
	modprobe dm-mod
	echo "0 $(($2 * 2048)) linear $dev 0" | dmsetup create "$1" --noudevrules --noudevsync
	at_exit dmsetup remove --noudevrules --noudevsync "$1"
	dmsetup mknodes "$1"
	dev=/dev/mapper/$1
}
freeze() { dmsetup suspend --noflush --nolockfs --noudevsync "$1"; }
thaw() { dmsetup resume --noudevsync "$1"; }

# plug GUEST XVDx DEVICE: a further disk of a guest; unplugged at the end.
plug() {
	xl block-attach "$1" "format=raw,vdev=$2,access=rw,target=$3" >/dev/null
	at_exit xl block-detach "$1" "$2"
	gsh "$1" "i=0; until [ -e /dev/$2 ] || [ \$i -ge 100 ]; do usleep 100000; i=\$((i + 1)); done; [ -e /dev/$2 ]"
}
# busy GUEST XVDx [READERS]: reads that disk, until idle.
busy() {
	gsh "$1" "for i in \$(seq ${3:-1}); do
		(while dd if=/dev/$2 of=/dev/null bs=16k iflag=direct; do :; done) >/dev/null 2>&1 & echo \$! >>/tmp/busy.pids; done"
}
idle() { gsh "$1" 'kill $(cat /tmp/busy.pids); rm /tmp/busy.pids; killall dd'; } >/dev/null 2>&1

# ---- synthetic frontends that a driver of dom0 serves ----

# serve_disk ID CASES BLOCKDEV: blkback takes the ring of that device.
serve_disk() {
	ATTACH_BETYPE=vbd attach "$d" vbd "$1" "${ready[$2]}" state=3 back/state=1 back/dev=xvds \
		"back/physical-device=$(stat -c %t:%T "$(readlink -f "$3")")"
	at_exit unserve vbd "$1"
	connected vbd "$1"
}
# serve_net ID CASES: netback takes the rings. It removes what a hotplug script has said before.
serve_net() {
	ATTACH_BETYPE=vif attach "$d" vif "$1" "${ready[$2]}" back/state=1 back/script=/bin/true
	wait_for 5 eval "[[ \$(xenstore-read /local/domain/0/backend/vif/$d/$1/state) == 2 ]]"
	xenstore-write "/local/domain/0/backend/vif/$d/$1/hotplug-status" connected
	at_exit unserve vif "$1"
	connected vif "$1"
}
connected() {
	check "$1 $2: the driver has taken it" wait_for 20 eval "[[ \$(xenstore-read /local/domain/0/backend/$1/$d/$2/state) == 4 ]]"
	xenstore-write "/local/domain/$d/device/$1/$2/state" 4
}
# take CASES...: a backend that does nothing with the rings of these but to map them and bind their ports, until let_go.
takers=()
take() {
	local c line refs=() ports=()
	for c; do
		line=${ready[$c]}
		mapfile -t -O "${#refs[@]}" refs < <(grep -o '"refs":\[[0-9,]*\]' <<<"$line" | grep -o '[0-9]*')
		mapfile -t -O "${#ports[@]}" ports < <(grep -o '"port":[0-9]*' <<<"$line" | grep -o '[0-9]*' | sort -u)
	done
	"$tools/hold" "$d" "${refs[@]}" port "${ports[@]}" >took &
	takers+=($!)
	at_exit let_go
	check "$*: a backend has taken them" wait_for 5 grep -q held took
}
let_go() {
	kill "${takers[@]}"
	wait "${takers[@]}"
	takers=()
} 2>/dev/null
# As a frontend that ends in order: the driver lets go, and only then its nodes go.
unserve() {
	xenstore-write "/local/domain/$d/device/$1/$2/state" 6 "/local/domain/0/backend/$1/$d/$2/online" 0 \
		"/local/domain/0/backend/$1/$d/$2/state" 5
	wait_for 10 eval "[[ \$(xenstore-read /local/domain/0/backend/$1/$d/$2/state) != [1-5] ]]"
	ATTACH_BETYPE=$1 detach "$d" "$1" "$2"
}

# ---- what does not get its turn ----

# starve THREAD SECONDS: the kernel's thread of that name in dom0 does not run, until feed or so long.
starve() {
	local f name pid=
	for f in /proc/[0-9]*/comm; do
		read -r name <"$f" && [[ $name == "$1" ]] && pid=${f//[!0-9]/}
	done 2>/dev/null
	check "$1: it is there" test -n "$pid"
	"$tools/starve" "$pid" "$2" &
	hog=$!
	at_exit feed
}
feed() {
	kill "$hog"
	wait "$hog"
} 2>/dev/null

# ---- what a guest writes ----

# guest_writes GUEST KEY VALUE: to its own folder in xenstore, by itself: a message as xs_wire.h has it.
guest_writes() {
	local n=$((${#2} + 1 + ${#3})) head
	printf -v head '\\%o' 11 0 0 0 1 0 0 0 0 0 0 0 $((n & 255)) $((n >> 8)) 0 0
	gsh "$1" "printf '$head$2\\0$3' >/dev/xen/xenbus"
}
