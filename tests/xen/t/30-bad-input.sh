#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Whatever stands in xenstore: what cannot be read says why, all else is shown, nothing falls over.
# limit: 300
# shellcheck disable=SC2016 # the $ are those of jq, or for the guest's shell
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
need web01 db02 pvh03 small04
d=$(domid web01) other=$(domid db02) small=$(domid small04)
name=$(xenstore-read "/local/domain/$d/name")

clean() {
	xenstore-write "/local/domain/$d/name" "$name"
	# Not all of them have a number for a name.
	for n in $(xenstore-list "/local/domain/$d/device/vbd"); do
		[[ $n == 51712 ]] || xenstore-rm "/local/domain/$d/device/vbd/$n"
	done
	xenstore-rm "/local/domain/$d/device/zz" 2>/dev/null
	xenstore-rm /local/domain/0/backend/qdisk 2>/dev/null
	gsh small04 'kill $(pidof synth)' >/dev/null 2>&1
}

# device ID [KEY=VALUE]...: lines for xsbulk that make a disk of web01's, by hand, whose ring is that of its real one. No
# driver takes part: the backend's type is QEMU's, and state is never 1. back/KEY is the backend's; KEY alone leaves it out.
device() {
	local id=$1 k
	local -A node=([state]=4 [backend]=/local/domain/0/backend/qdisk/$d/$1 [backend-id]=0 [ring-ref]=$ref [event-channel]=$port
		[protocol]=x86_64-abi [virtual-device]=$1 [back/frontend]=/local/domain/$d/device/vbd/$1 [back/frontend-id]=$d
		[back/state]=4 [back/online]=1)
	shift
	for k; do
		if [[ $k == *=* ]]; then node[${k%%=*}]=${k#*=}; else unset "node[$k]"; fi
	done
	for k in "${!node[@]}"; do
		if [[ $k == back/* ]]; then
			printf 'w /local/domain/0/backend/qdisk/%s/%s/%s %s\n' "$d" "$id" "${k#back/}" "${node[$k]}"
		else
			printf 'w /local/domain/%s/device/vbd/%s/%s %s\n' "$d" "$id" "$k" "${node[$k]}"
		fi
	done
}

next=60001
: >bad
# bad ABOUT [KEY=VALUE]...: one more device, which has to have an error.
bad() {
	printf '%s\t%s\n' "$next" "$1" >>bad
	device "$next" "${@:2}" >>script
	next=$((next + 1))
}

ref=$(xenstore-read "/local/domain/$d/device/vbd/51712/ring-ref")
port=$(xenstore-read "/local/domain/$d/device/vbd/51712/event-channel")
xenstore-ls -f -p >store.before
at_exit clean
# The grant that is somebody else's.
gsh small04 'rm -f /tmp/bad.out; synth --brief --domid 7 blkif-read </dev/null >/tmp/bad.out 2>&1 &' >/dev/null
foreign=$(gsh small04 'until [ -s /tmp/bad.out ]; do usleep 50000; done; head -n 1 /tmp/bad.out' |
	sed -n 's/.*"refs":\[\([0-9]*\).*/\1/p')

device 60000 >script
long=$(printf '9%.0s' {1..2000})
for key in ring-ref event-channel backend-id state; do
	bad "$key garbage" "$key=zw\\xc3\\xb6lf \\x1b[31m\\x07"
	bad "$key empty" "$key="
	bad "$key too long" "$key=$long"
	bad "$key binary" "$key=8\\x00\\xff\\x01"
	bad "$key negative" "$key=-1"
	bad "$key hexadecimal" "$key=0x8"
	bad "$key beyond 64 bits" "$key=99999999999999999999999"
done
for key in protocol multi-queue-num-queues ring-page-order backend back/frontend back/frontend-id back/state; do
	bad "$key garbage" "$key=\\x1b]0;x\\x07"
	bad "$key empty" "$key="
	bad "$key too long" "$key=$long"
	bad "$key binary" "$key=\\xff\\xfe\\x00x"
done
bad 'ten thousand queues' multi-queue-num-queues=10000
bad 'no queue' multi-queue-num-queues=0
bad 'two queues, none there' multi-queue-num-queues=2
bad 'a ring of 512 pages' ring-page-order=9
bad 'a reference outside the table' ring-ref=4000000
bad 'a reference never granted' ring-ref=900
bad 'a port that cannot be' event-channel=99999999
bad 'the same page twice' ring-ref ring-page-order=1 "ring-ref0=$ref" "ring-ref1=$ref"
bad 'the second of two references is missing' ring-ref ring-page-order=1 "ring-ref0=$ref"
bad "another guest's backend" "backend=/local/domain/0/backend/vbd/$other/51712"
bad "another device's backend" "backend=/local/domain/0/backend/vbd/$d/51712"
bad 'a backend outside of all' backend=/local/domain/0/data
bad 'a backend below dot dot' "backend=/local/domain/0/backend/../$d"
bad 'a path that is none' backend=hello
bad 'a backend in another domain' "backend=/local/domain/$other/backend/vbd/$d/60000" "backend-id=$other"
bad 'no backend key' backend
bad 'no backend-id' backend-id
bad 'the backend is not there' backend=/local/domain/0/backend/qdisk/"$d"/69999
bad 'the backend names no frontend' back/frontend
bad 'only a reference' backend backend-id protocol event-channel
bad 'no reference' ring-ref
printf '%s\t%s\n' 69000 'only a state' 69001 'only strange nodes' >>bad
cat >>script <<LINES
w /local/domain/$d/device/vbd/69000/state 4
w /local/domain/$d/device/vbd/69001/x/y/z 4
w /local/domain/$d/device/zz/hello 1
w /local/domain/$d/device/vbd/abc/state 4
w /local/domain/$d/name \\x1b[31mevil\\x07/\\xff
LINES
# Of small04: its grant is for domain 7, its backend in domain 0.
{
	f=/local/domain/$small/device/vbd/60000 b=/local/domain/0/backend/qdisk/$small/60000
	printf 'w %s %s\n' "$f/state" 4 "$f/backend" "$b" "$f/backend-id" 0 "$f/ring-ref" "$foreign" "$f/event-channel" 9 \
		"$f/protocol" x86_64-abi "$b/frontend" "$f" "$b/frontend-id" "$small" "$b/state" 4
} >>script
at_exit xenstore-rm "/local/domain/$small/device/vbd/60000"

check "$(($(wc -l <script))) nodes are written" "$tools/xsbulk" <script
xenringtop list --json >bad.json 2>bad.err
is 'exit status: done in part' $? 3
json 'the output is one document' bad.json '.schema == "xenringtop/1"'
json 'a good device beside all these is read' bad.json \
	"[.rings[] | select(.domid == $d and .device == \"vbd:60000\")] |"'
	length == 1 and .[0].error == null and .[0].req_prod != null and .[0].pairing == "unconfirmed"'
jq -r --argjson d "$d" '.rings[] | select(.domid == $d and .error != null and .req_prod == null) | .device | sub("vbd:"; "")' bad.json |
	sort -u >with-error
while IFS=$'\t' read -r id about; do
	check "an error for: $about" grep -qx "$id" with-error
done <bad
json 'a grant to another domain is refused' bad.json \
	"[.rings[] | select(.domid == $small and .device == \"vbd:60000\")] |"'length == 1 and .[0].req_prod == null and .[0].error.op == "grant"'
json 'each error has op, errno, text and path' bad.json \
	'all(.errors[]; (.op | length > 0) and (.errno | startswith("E")) and (.text | length > 0) and (.path | length > 0))'
json 'errors names each ring that has one' bad.json '[.rings[] | select(.error != null).path] - [.errors[].path] == []'
json 'the real devices are all shown, and none has an error' bad.json \
	"[.rings[] | select((.domid == $d or .domid == $other) and"' (.device | test(":(0|51712)$")) and .error == null and
	(.req_prod != null or .in_prod != null))] | length == 13'
check 'standard error names what could not be read' grep -q 'cannot read .*vbd:60001' bad.err

xenringtop list >bad.text 2>bad.text.err
is 'exit status as text' $? 3
is 'no control character in text' "$(LC_ALL=C grep -c $'[\x01-\x08\x0b-\x1f\x7f]' bad.text)" 0
is 'nor in messages' "$(LC_ALL=C grep -c $'[\x01-\x08\x0b-\x1f\x7f]' bad.text.err bad.err | paste -sd ' ')" 'bad.text.err:0 bad.err:0'
check 'the name is shown, made harmless' grep -q 'evil' bad.text
xenringtop show --json "$d" >show.json 2>/dev/null
is 'show: exit status' $? 3
json 'show: the device is there, its ring has the error' show.json \
	'([.devices[] | select(.device == "vbd:60001")] | length == 1) and ([.rings[] | select(.device == "vbd:60001")] | length == 1 and .[0].error != null)'
xenringtop slots "$d/vbd:60001/q0" >slots.out 2>slots.err
is 'slots of a ring that cannot be read: exit status' $? 3
check 'slots: and why' grep -q 'ring-ref' slots.err
xenringtop list --json "$other" >other.json 2>/dev/null
is 'exit status for a guest where all is well' $? 0

clean
xenstore-rm "/local/domain/$small/device/vbd/60000"
# What guests themselves write meanwhile is no business of this test.
xenstore-ls -f -p | grep -v /data/ >store.after
grep -v /data/ store.before | diff - store.after >store.diff
check 'xenstore is as it was before' eval 'head -n 20 store.diff; test ! -s store.diff'
xenringtop list >/dev/null 2>&1
is 'and all is well again' $? 0

# Keys of a real device, overwritten while it is in use: nobody but the program reads them again.
front=/local/domain/$d/device/vbd/51712
restore() { xenstore-write "$front/ring-ref" "$ref" "$front/event-channel" "$port"; }
at_exit restore
xenstore-write "$front/ring-ref" $'\e[31m' "$front/event-channel" 99999999
xenringtop list --json web01 >live.json 2>/dev/null
is 'overwritten keys of a real device: exit status' $? 3
json 'it has an error, the other rings of the guest have none' live.json \
	'[.rings[] | select(.error != null).device] == ["vbd:51712"] and (.rings | length == 5)'
restore
xenringtop list --json web01 >live.json 2>/dev/null
is 'written back: exit status' $? 0

xenringtop list wed01 >/dev/null 2>wrong.err
is 'a guest that is not there: exit status' $? 1
check 'the nearest name is suggested' grep -q web01 wrong.err
xenringtop list web01/vbd:51713 >/dev/null 2>wrong.err
is 'a device that is not there: exit status' $? 1
grep -q nobody /etc/passwd || echo 'nobody:x:65534:65534:::/bin/sh' >>/etc/passwd
busybox su -s /bin/sh nobody -c 'xenringtop list' >denied.out 2>denied.err
is 'without the right to look: exit status' $? 4
is 'nothing on standard output' "$(<denied.out)" ''
is 'one sentence and a hint' "$(sed -n 's/^\(xenringtop: hint\|xenringtop\): .*/\1/p' denied.err | paste -sd ,)" \
	'xenringtop,xenringtop: hint'
is 'nothing else' "$(wc -l <denied.err)" 2
