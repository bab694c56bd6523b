#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Grant tables of paused guests, entry by entry, against what Xen itself prints of them, and against tools/gdump.
# shellcheck disable=SC2016,SC2154 # the $ are those of jq; names from lib.sh
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
need web01 db02 pvh03

# console FILE: what xl debug-keys g prints now, and nothing older.
console() {
	xl dmesg -c >/dev/null
	xl debug-keys g
	xl dmesg >"$1"
}
# pinned FILE DOMID: the entries that Xen lists of that domain: reference, granted to, frame, how, mapped by.
pinned() {
	awk -v d="d$2" '
		function number(hex,   v, i) {
			v = 0
			for (i = 3; i <= length(hex); i++)
				v = v * 16 + index("0123456789abcdef", tolower(substr(hex, i, 1))) - 1
			return v
		}
		{ sub(/^\(XEN\) /, "") }
		/^grant-table for remote / { here = $4 == d }
		/^gnttab_usage_print_all \]/ { here = 0 }
		here && /^\[0x/ {
			writes = int(number($7) / 16) % 2
			# "[0x008]"
			print number(substr($1, 2, length($1) - 2)), $5, number($6), writes ? "write" : "read", $2
		}' "$1"
}
# settled GUEST DOMID: two listings with one of ours between them are the same: nobody has mapped or let go meanwhile.
settled() {
	console before && xenringtop grants --json --from-debug-keys before "$1" >"$1.json" 2>"$1.err"
	echo $? >"$1.rc"
	console after
	pinned before "$2" >"$1.xen"
	pinned after "$2" | cmp -s - "$1.xen"
}

for g in web01 db02 pvh03; do
	id=$(domid "$g")
	gsh "$g" 'dd if=/dev/xvda of=/dev/null bs=32k count=40 iflag=direct' >/dev/null 2>&1
	at_exit xl unpause "$g"
	xl pause "$g"
	check "$g: it has settled" wait_for 20 settled "$g" "$id"
	is "$g: exit status" "$(<"$g.rc")" 0
	"$tools/gdump" "$id" >"$g.dump"
	xen-diag gnttab_query_size "$id" >"$g.size"
	xl unpause "$g"

	jq -r '.entries[] | select(.mapped == "read" or .mapped == "write") |
		[.ref, .domid, .frame, .mapped, .mapped_by] | join(" ")' "$g.json" |
		while read -r ref to frame how by; do echo "$ref $to $((frame)) $how $by"; done >"$g.ours"
	check "$g: Xen lists some" test -s "$g.xen"
	check "$g: mapped entries are those that Xen lists, in order" diff "$g.xen" "$g.ours"
	# gdump shares no code with us: all that is not invalid
	sed -n 's/^entry \([0-9]*\) flags \(0x[0-9a-f]*\) domid \([0-9]*\) frame \(0x[0-9a-f]*\)$/\1 \3 \4/p' "$g.dump" |
		while read -r ref to frame; do echo "$ref $to $((frame))"; done >"$g.all"
	jq -r '.entries[] | select(.in_use) | [.ref, .domid, .frame] | join(" ")' "$g.json" |
		while read -r ref to frame; do echo "$ref $to $((frame))"; done >"$g.granted"
	check "$g: granted entries are those of the table" diff "$g.all" "$g.granted"
	# "domid=5: nr_frames=4, max_nr_frames=64"
	frames=$(sed -n 's/.*[^x_]nr_frames=\([0-9]*\).*max_nr_frames=\([0-9]*\).*/\1 \2/p' "$g.size")
	check "$g: xen-diag tells its size ($(<"$g.size"))" test -n "$frames"
	is "$g: frames" "$(jq -r '.domains[0] | "\(.frames) \(.max_frames)"' "$g.json")" "$frames"
	json "$g: counts are those of the entries" "$g.json" '.domains[0] as $t | (.entries | map(select(.in_use)) | length) == $t.entries_in_use and
		(.entries | map(select(.mapped != "no")) | length) == $t.entries_mapped and
		(.users | map(.entries) | add) == (.entries | length)'
	json "$g: how often each is mapped is told, too" "$g.json" '[.entries[] | select((.mapped != "no") != (.pins > 0))] | map(.ref)'
	json "$g: the pages of its devices' rings are theirs" "$g.json" '[.entries[] | select(.use == "ring" and (.used_by | test("/v(bd|if):")))] |
		length >= 3 and all(.mapped == "write" and .domid == 0)'
	json "$g: maptrack is told" "$g.json" '.domains[0] | .maptrack_max_frames > 0 and .maptrack_in_use == 0 and .maptrack_error == null'
done

# Persistent pages: requests were made, none is open, and both sides of Linux' disks keep theirs.
json "what is mapped is a ring's, a request's, or one of the pages that a disk keeps" web01.json '[.entries[] | select(.domid == 0 and .mapped == "write" and .use == "none")] | map(.ref)'

# ---- headroom ----

console all
xenringtop grants --json --from-debug-keys all >all.json 2>all.err
is "dom0's own table, which nobody is given, is no failure: exit status" $? 0
json 'and its row alone says why' all.json '.errors == [] and (.domains | map(select(.error != null) | .domid)) == [0] and (.domains | map(select(.withheld) | .domid)) == [0]'
json 'its size and its maptrack are told' all.json '.domains[0] | .frames >= 1 and .max_frames >= .frames and .entries_mapped == null and
	.maptrack_frames >= 1 and .maptrack_in_use > 0'
sed 1,20d all | grep -v 'print_all \[' >wrapped
xenringtop grants --from-debug-keys wrapped >wrapped.out 2>wrapped.err
is 'a wrapped one is refused: exit status' $? 1
check 'and called incomplete' grep -q incomplete wrapped.err

# ---- looking changes nothing, and a capture shows the same ----

xl pause web01
d=$(domid web01)
"$tools/gdump" "$d" >one
xenringtop grants --all --tee web.xrc web01 >live 2>live.err
"$tools/gdump" "$d" >two
xl unpause web01
check 'looking changes no entry and no page' cmp one two
xenringtop --read web.xrc grants --all web01 >replayed 2>replayed.err
check 'a replay shows the same' diff live replayed
