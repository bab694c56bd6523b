# shellcheck shell=bash disable=SC2034,SC2154 # names for and from synth.sh
# SPDX-License-Identifier: GPL-2.0-or-later
# After synth.sh: every case of tests/pages of a protocol, on pages of a guest, read from the live host and compared member by
# member with what the guest says stands there. A case that comes is tested by being there.
gsh small04 'synth --list' >list
# What is like another case but for a value; tests/unit/pages.c has all of them, and here each costs half a second.
alike='(-255|-127|-65535|-far|-part|-large|-many|-more|-out-of-order-wrap|-13312)$'

# all_of PROTOCOL TYPE RING: its cases, one after the other on one device.
all_of() {
	local c cases i n pages ring=$d/$2:60000/$3
	mapfile -t cases < <(awk -v p="$1" -v but="$alike" '$1 == p && $2 !~ but { print $2 }' list)
	check "$1: there are cases" test "${#cases[@]}" -ge 4
	# Some at a time: what they say is a minute's work for the console.
	for ((i = 0; i < ${#cases[@]}; i += 10)); do
		synth_all -- "${cases[@]:i:10}"
		for c in "${cases[@]:i:10}"; do
			n=${ready[$c]#*\"pages\":} n=${n%%,*}
			if [[ $n == "$pages" ]]; then
				put_on "$2" 60000 "$c"
			else
				# Other keys: it is another device.
				[[ -z $pages ]] || detach "$d" "$2" 60000
				put_up "$2" 60000 "$c"
				pages=$n
			fi
			one_of "$c" "$ring" "want.$c"
		done
		synth_end
	done
	clean
	devices=()
}

one_of() {
	local fault
	IFS= read -r fault <"$3"
	[[ $fault =~ \"fault\":\"([a-z_]*)\" ]] && fault=${BASH_REMATCH[1]} || fault=
	case $1:$fault in
	# There may be any number of events that nobody has confirmed.
	*-evt-*:garbage | *:) as_said "$1" "$2" "$3" ;;
	*:overrun | *:garbage)
		xenringtop list --json -i 0.02 "$2" >got 2>got.err
		is "$1: exit status" $? 3
		json "$1: an error, and no numbers made of it" got \
			'.rings | length == 1 and (.[0] | .error != null and .in_flight == null)'
		;;
	*)
		as_said "$1" "$2" "$3"
		json "$1: what is wrong with it is said" got 'any(.slots[]; .faults != [] or .note != null)'
		;;
	esac
}
