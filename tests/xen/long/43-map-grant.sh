#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# --map grant inside a guest that really serves another one's disk: the same rings as dom0 sees, let go when they close and
# when the program ends, however it does; and refused in dom0.
# shellcheck disable=SC2016,SC2154 # the $ are those of jq, or for the guest's shell
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
need web01 small04
front_id=$(domid web01) back_id=$(domid small04)
front=/local/domain/$front_id/device/vbd/51760 back=/local/domain/$back_id/backend/vbd/$front_id/51760

# ---- dom0: there it is refused, before anything is touched ----

"$tools/xtrace" -o refused.log xenringtop --map grant list >refused.out 2>refused.err
is 'in dom0: exit status' $? 1
is 'in dom0: nothing on standard output' "$(<refused.out)" ''
is 'in dom0: a sentence and a hint' "$(sed 's/:.*//' refused.err | uniq -c | tr -s ' ')" ' 2 xenringtop'
check 'in dom0: it says why' grep -q 'foreign mapping works here' refused.err
check 'in dom0: the hypervisor was asked' grep -q '^hypercall sysctl getdomaininfolist' refused.log
is 'in dom0: no grant device, no xenstore, no mapping' "$(grep -E 'gntdev|^xenstore|MMAP' refused.log)" ''

# ---- the program into the guest: by a disk that holds an archive ----

mapfile -t libs < <(LD_TRACE_LOADED_OBJECTS=1 /usr/bin/xenringtop | grep -o '/[^ ]*')
# pthread_cancel loads libgcc_s
tar -chf tool.img -C / usr/bin/xenringtop lib/x86_64-linux-gnu/libgcc_s.so.1 "${libs[@]#/}" 2>/dev/null
xl block-attach small04 "format=raw,vdev=xvdf,access=ro,target=$here/tool.img" >/dev/null
at_exit xl block-detach small04 51792
# A piece of shell for the guest: waits until the command there succeeds, 10 s at most. A command for a guest is one line.
until_there() { echo "i=0; until $1 || [ \$i -ge 100 ]; do usleep 100000; i=\$((i + 1)); done"; }
gsh small04 "$(until_there '[ -e /dev/xvdf ]'); tar xf /dev/xvdf -C / && modprobe brd rd_nr=1 rd_size=4096 && modprobe xen-blkback" >/dev/null
tool='/usr/bin/xenringtop --map grant'
is 'it runs there' "$(gsh small04 "$tool --version" | head -n 1)" "$(xenringtop --version | head -n 1)"
is 'without a device: nothing, and no error' "$(gsh small04 "$tool list --no-headings 2>/tmp/err; echo \$?")" 0
gsh small04 '/usr/bin/xenringtop list >/tmp/o 2>&1; r=$?; cat /tmp/o; exit $r' >foreign.out
is 'foreign mapping does not work there: exit status' $? 4
check 'it says what does' grep -q -- '--map grant' foreign.out

# ---- small04 serves a disk to web01 ----

state_of() { xenstore-read "$front/state" "$back/state" 2>/dev/null | paste -sd /; }
reach() { [[ $(state_of) == "$1" ]]; }
be_is() { [[ $(xenstore-read "$back/state" 2>/dev/null) == "$1" ]]; }
# No toolstack runs in the driver domain: what it would write there, and remove in the end, is done here.
attach() {
	xl block-attach web01 format=raw,vdev=xvdd,access=rw,backend=small04,target=/dev/ram0 >attach.log 2>&1 &
	wait_for 20 be_is 2
	xenstore-write "$back/physical-device" 1:0 "$back/hotplug-status" connected
	check "$1" wait_for 20 reach 4/4
	wait $!
	ref=$(xenstore-read "$front/ring-ref")
}
detach() {
	xl block-detach web01 51760 >/dev/null 2>&1 &
	wait_for 10 be_is 6
}
detached() {
	xenstore-rm "$back"
	wait
}
remove() {
	xenstore-exists "$back/state" || return
	gsh small04 'kill -9 $(cat /tmp/pid)'
	detach
	detached
}
at_exit remove
entry() { "$tools/gdump" "$front_id" | sed -n "s/^entry $ref flags \(0x[0-9a-f]*\) .*/\1/p"; }
# ended: the grant is not in use any more, whoever has the entry now.
ended() {
	flags=$(entry)
	(((flags & 0x18) == 0))
}
# pins: how often the entry is mapped for reading and for writing, as Xen counts it.
pins() {
	xl debug-keys g
	xl dmesg -c | awk -v d="d$front_id" -v ref="$(printf '[0x%03x]' "$ref")" '
		/^\(XEN\) / { sub(/^\(XEN\) /, "") }
		/^grant-table for remote / { here = $4 == d }
		here && $1 == ref { print $4 }'
}

xl dmesg -c >/dev/null
attach 'both are connected'
at_exit xl unpause web01
unpinned=$(pins)
check "Xen tells how often the ring is mapped ($unpinned)" test -n "$unpinned"
gsh web01 'dd if=/dev/xvdd of=/dev/null bs=32k count=40 iflag=direct' >/dev/null 2>&1
xl pause web01
ring=vbd:51760/q0
gsh small04 "$tool list --json" >there.json
is 'all of it can be read there: exit status' $? 0
xenringtop list --json "web01/$ring" >here.json
xl unpause web01
cat here.json there.json >both.json
json 'only what it serves is listed there' there.json "[.rings[].path] == [\"$front_id/$ring\"]"
json 'the same as dom0 sees' both.json -s 'def it: .rings[0] | {device, ring, protocol, abi, kind, slots, in_flight, req_prod,
	rsp_prod, req_event, rsp_event, req_cons_min, req_cons_max, port, ring_refs, pages, frontend_state, backend_state,
	backend_domid, domid}; (.[0] | it) == (.[1] | it)'
json 'requests have been made' there.json '.rings[0].req_prod >= 40'
json 'what nobody there may know is not known' there.json '.rings[0].backend_port == null and .rings[0].pairing == "unconfirmed"'
is 'mapped no longer, once it has ended' "$(pins)" "$unpinned"
xl pause web01
gsh small04 "$tool slots --all --json $front_id/$ring" >slots-there.json
xenringtop slots --all --json "web01/$ring" >slots-here.json
xl unpause web01
cat slots-here.json slots-there.json >slots.json
json 'the slots are the same' slots.json -s 'map([.slots[] | del(.seen_s)]) | (.[0] | length) == 32 and .[0] == .[1]'

# ---- let go ----

pid='$(cat /tmp/pid)' # in the guest
# begin INTERVAL NAME: the program in the guest, until it has shown the ring.
begin() {
	gsh small04 ": >/tmp/out; $tool list -n 0 -i $1 --ndjson >/tmp/out 2>/tmp/err & echo \$! >/tmp/pid; $(until_there 'grep -q 51760 /tmp/out')"
	pinned=$(pins)
	check "$2: it is mapped (pins $unpinned, now $pinned)" test "$pinned" != "$unpinned"
}
begin 30 'SIGTERM'
gsh small04 "kill $pid; $(until_there "[ ! -e /proc/$pid/fd/1 ]")"
is 'SIGTERM: let go' "$(pins)" "$unpinned"
begin 30 'SIGKILL'
gsh small04 "kill -9 $pid; $(until_there "[ ! -e /proc/$pid/fd/1 ]")"
is 'SIGKILL: let go' "$(pins)" "$unpinned"

# The disk goes. That what is held would be seen here is shown first: by a program that is stopped, and so lets go of nothing.
begin 30 'a disk that goes'
gsh small04 'kill -STOP $(cat /tmp/pid)'
detach
nap 2
ended
is 'stopped, it keeps the grant in use: read, but not written to as a backend does' "$((flags & 0x18))" 8
gsh small04 'kill -CONT $(cat /tmp/pid)'
resumed=$(now_ns)
check 'as soon as it runs it lets go, 30 s before its next sample' wait_for 6 ended
printf '# %d ms after it was told to run\n' $((($(now_ns) - resumed) / 1000000))
detached

attach 'connected again'
mapped() { [[ $(pins) == "$pinned" ]]; }
check 'mapped again without a sample' wait_for 6 mapped
detach
closed=$(now_ns)
check 'let go without a sample' wait_for 6 ended
printf '# %d ms after the backend was closed\n' $((($(now_ns) - closed) / 1000000))
gsh small04 'kill $(cat /tmp/pid)'
detached
is 'neither guest has anything to complain of' "$(for g in web01 small04; do
	gsh $g 'dmesg | grep -E "still (in use|pending)|WARNING:|BUG:"'; done)" ''
