#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every case of tests/pages of the protocols that no driver here speaks, on pages of a guest: read from the live host, and compared
# member by member with what the guest says stands there. A case that comes is tested by being there.
# shellcheck disable=SC2016,SC2154 # jq's $; names from synth.sh
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/xen/t/synth.sh
. "$t_dir/synth.sh"

gsh small04 'synth --list' >list

# all_of PROTOCOL TYPE RING: its cases, one after the other on one device.
all_of() {
	local c cases fault rc ring=$d/$2:60000/$3
	mapfile -t cases < <(awk -v p="$1" '$1 == p { print $2 }' list)
	check "$1: there are cases" test "${#cases[@]}" -ge 4
	synth_all -- "${cases[@]}"
	put_up "$2" 60000 "${cases[0]}"
	for c in "${cases[@]}"; do
		put_on "$2" 60000 "$c"
		fault=$(sed -n 's/.*"fault":"\([^"]*\)".*/\1/p;q' "want.$c")
		case $fault in
		overrun | garbage)
			xenringtop list --json -i 0.02 "$ring" >got 2>got.err
			rc=$?
			is "$c: exit status" $rc 3
			json "$c: an error, and no numbers made of it" got \
				'.rings | length == 1 and (.[0] | .error != null and .in_flight == null)'
			;;
		*)
			as_said "$c" "$ring" "want.$c"
			[[ -z $fault ]] || json "$c: what is wrong with it is said" got \
				'any(.slots[]; .faults != [] or .note != null)'
			;;
		esac
	done
	clean
	devices=()
}

all_of pvcalls pvcalls cmd
