# shellcheck shell=bash disable=SC2034,SC2154 # names for and from synth.sh
# SPDX-License-Identifier: GPL-2.0-or-later
# After synth.sh: every case of tests/pages of a protocol, on pages of a guest, read from the live host and compared member by
# member with what the guest says stands there. A case that comes is tested by being there.
gsh small04 'synth --list' >list
# What is like another case but for a value; tests/unit/pages.c has all of them, and here each costs half a second.
alike='(-255|-127|-65535|-far|-part|-large|-many|-more|-out-of-order-wrap|-13312)$|^pciif-(err-[adin]|msix-all|bad-err)'
alike+='|^(kbdif|fbif)-(ring-end|taken|full|garbage)|^9pfs-(ring-end|taken|full|size-[06]|many-pages|overrun)'
# Nor more here, unless a test asks for every one, than what a protocol's test has to have: idle, all operations, wrapped, malformed.
[[ ${every-} ]] ||
	alike+='|^([^fv]|f[^s]|v[^c]).*-(overrun|garbage|page-end|full|running-wrap|wrap-responses|out-of-order|lost)$'
alike+='|^tpmif-(idle|full|empty|zero|extra-most)|^vchan-(full|dead-empty|11|12-11|12-0|10-19|20-11|10-10|9-12|21-12)|^pvcalls-data-(order-4|full)'

# cases_of PROTOCOL: its cases, in the list `cases`.
cases_of() {
	mapfile -t cases < <(awk -v p="$1" -v but="$alike" '$1 == p && $2 !~ but { print $2 }' list)
	check "$1: there are cases" test "${#cases[@]}" -ge 4
}

# all_of PROTOCOL TYPE RINGS [OPTION]...: its cases, one after the other on one device. RINGS that show the same page are joined by +.
all_of() {
	local c cases i n pages ring rings
	IFS=+ read -ra rings <<<"$3"
	cases_of "$1"
	# Some at a time: what they say is a minute's work for the console.
	for ((i = 0; i < ${#cases[@]}; i += 10)); do
		synth_all "${@:4}" -- "${cases[@]:i:10}"
		[[ $2 != vfb ]] || by_frame page-ref "${cases[@]:i:10}"
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
			for ring in "${rings[@]}"; do
				# That there is nothing in the last of them needs no telling each time.
				[[ $ring != "${rings[-1]}" || $c == *-empty ]] || ! grep -q "\"$ring\":\[\]" "want.$c" || continue
				one_of "$c" "$d/$2:60000/$ring" "want.$c"
			done
		done
		synth_end
	done
	clean
	devices=()
}

# by_frame KEY CASES...: the key, which names a page's grant, names its frame.
by_frame() {
	local c ref frame
	"$tools/gdump" "$d" >grants
	for c in "${@:2}"; do
		[[ ${ready[$c]} =~ \"$1\":\"([0-9]+)\" ]] || return
		ref=${BASH_REMATCH[1]}
		frame=$(sed -n "s/^entry $ref flags .* frame \(0x[0-9a-f]*\)$/\1/p" grants)
		# shellcheck disable=SC2004 # it is an associative array
		ready[$c]=${ready[$c]/"\"$1\":\"$ref\""/"\"$1\":\"$((frame))\""}
	done
}

# put_vchan NUMBER CASE: its vchan, which is no device: two keys below data/vchan. end_vchans: there is none any more.
put_vchan() {
	local key args=()
	local -A nodes=()
	attach_nodes "${ready[$2]}" || return
	for key in "${!nodes[@]}"; do args+=("/local/domain/$d/data/vchan/$1/$key" "${nodes[$key]}"); done
	xenstore-write "${args[@]}"
}
end_vchans() { xenstore-rm "/local/domain/$d/data/vchan" 2>/dev/null; }
at_exit end_vchans

# unread NAME RING
unread() {
	xenringtop list --json -i 0.02 "$2" >got 2>got.err
	is "$1: exit status" $? 3
	json "$1: an error, and no numbers made of it" got \
		'.rings | length == 1 and (.[0] | .error != null and .in_flight == null)'
}

one_of() {
	local said fault name=$1
	IFS= read -r said <"$3"
	if [[ $said == *'"rings":{'* ]]; then
		# It says of each row itself whether something is wrong with it.
		name+=", ${2##*/}"
		if [[ $said == *"\"${2##*/}\":null"* ]]; then unread "$name" "$2"; else as_said "$name" "$2" "$3"; fi
		return
	fi
	[[ $said =~ \"fault\":\"([a-z_]*)\" ]] && fault=${BASH_REMATCH[1]} || fault=
	case $1:$fault in
	# There may be any number of events that nobody has confirmed.
	*-evt-*:garbage | *:) as_said "$1" "$2" "$3" ;;
	*:overrun | *:garbage) unread "$1" "$2" ;;
	*)
		as_said "$1" "$2" "$3"
		json "$1: what is wrong with it is said" got 'any(.slots[]; .faults != [] or .note != null)'
		;;
	esac
}
