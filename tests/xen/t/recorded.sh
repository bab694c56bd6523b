# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # names from lib.sh, synth.sh and pages.sh
# For tests that record the devices which pages.sh makes, and see whether a replay shows what the guest said.

kept=/var/lib/xrt/kept
mkdir -p "$kept"

# A row is a device, its rings, and a case for each of these; rings with a comma between them show the same page.
# put_row ROW NAME: the device, and in NAME.rings what is said of which ring.
put_row() {
	local dev rings cases i r
	local -a ring case same
	read -r dev rings cases <<<"$1"
	IFS=+ read -ra ring <<<"$rings"
	IFS=+ read -ra case <<<"$cases"
	if [[ $dev == vchan:* ]]; then put_vchan "${dev#*:}" "$cases"; else put_up "${dev%:*}" "${dev#*:}" "$cases"; fi
	for i in "${!case[@]}"; do
		grep "\"name\":\"${case[i]}\"" "want.$cases" >"$kept/${case[i]}.said"
		IFS=, read -ra same <<<"${ring[i]}"
		for r in "${same[@]}"; do printf '%s %s\n' "${case[i]}.said" "small04/$dev/$r" >>"$kept/$2.rings"; done
	done
}

# recorded NAME STATUS [OPTION]...: NAME.xrc, of what is there; afterwards it is there no more.
recorded() {
	xenringtop record -q -n 3 -i 0.2 "${@:3}" "$kept/$1.xrc"
	is "$1: recorded: exit status" "$?" "$2"
	clean
	end_vchans
	# shellcheck disable=SC2034 # pages.sh looks at it
	devices=()
	check "$1: the devices have gone" gone
}
gone() { ! xenstore-ls "/local/domain/$d/device" | grep -q 6000; }

# as_kept NAME: is it what the guest said?
as_kept() {
	local said ring
	# shellcheck disable=SC2034 # as_said's
	from=(-r "$kept/$1.xrc")
	while read -r said ring; do as_said "${said%.said}, $ring, replayed" "$ring" "$kept/$said"; done <"$kept/$1.rings"
}
