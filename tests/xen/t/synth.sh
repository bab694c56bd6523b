# shellcheck shell=bash disable=SC2016,SC2034,SC2154 # jq's and the guest's $; names from and for others
# SPDX-License-Identifier: GPL-2.0-or-later
# What the tests with synth share, after lib.sh: synth in small04, told what to do, and its slots compared with ours.
# A command in a guest costs half a second: as much as possible goes into each.
# shellcheck source=tests/xen/attach.sh
. "$tools/attach.sh"
need small04
d=$(domid small04)

# synth_all OPTIONS... -- CASES...: a synth for each of them, which stays. CASES may be several of one vif, joined by +. After it
# ready[CASES] is the line for attach, and the file want.CASES what the guest says stands in the slots.
declare -A ready=()
synth_all() {
	local options='' line case
	while [[ $1 != -- ]]; do
		options+=" $1"
		shift
	done
	shift
	gsh small04 "for c in $*; do echo \"case \$c\"; synth --stay$options \${c//+/ } </dev/null; done" >said
	while IFS= read -r line; do
		case $line in
		'case '*)
			case=${line#case }
			: >"want.$case"
			;;
		'{"synth":"ready"'*) ready[$case]=$line ;;
		'{"name"'*) printf '%s\n' "$line" >>"want.$case" ;;
		'{"error"'*) fail "synth $case" "$line" ;;
		esac
	done <said
}

# synth_live OPTIONS... CASE: one that takes commands; ready[live] is its line for attach.
synth_live() {
	gsh small04 'mkfifo /tmp/s.in /tmp/s.ok; synth --stay --brief '"$*"' <>/tmp/s.in' >said
	ready[live]=$(head -n 1 said)
}
# synth COMMAND...: what it answers, when all of them are done.
synth() {
	gsh small04 "printf '%s\n' $(printf "'%s' " "$@") 'sync /tmp/s.ok' >/tmp/s.in; read -r x </tmp/s.ok"
}
synth_end() {
	gsh small04 'killall synth; rm -f /tmp/s.in /tmp/s.ok' >/dev/null 2>&1
}
clean() {
	synth_end
	for dev in "${devices[@]}"; do detach "$d" "${dev%:*}" "${dev#*:}"; done
} 2>/dev/null
devices=()
at_exit clean

# put_up TYPE ID CASES [KEY=VALUE]...: a device of these rings. put_on is for one that is up: its rings are those from now on.
put_up() {
	attach "$d" "$1" "$2" "${ready[$3]}" "${@:4}"
	devices+=("$1:$2")
}
put_on() { attach_update "$d" "$1" "$2" "${ready[$3]}"; }

# as_said NAME RING FILE: are the slots what the guest says they are? from is where to read, if it is not the live host.
from=()
as_said() {
	local want=$3
	xenringtop slots "${from[@]}" --all --raw --json -i 0.02 --secrets "$2" >got 2>got.err
	check "$1: is said and shown" test -s "$want" -a -s got
	# the library, then what the guest says, in one file
	cat got "$want" >both
	json "$1: decoded member by member" both -s '. as $all | $all[0] | differences($all[1:])'
}
