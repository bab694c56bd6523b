#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Known contents of streams whose page says itself how large they are: vchans, and the connections of pvcalls; see pages.sh.
# shellcheck disable=SC2016,SC2154 # jq's $; names from and for others
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/xen/t/synth.sh
. "$t_dir/synth.sh"
# shellcheck source=tests/xen/t/pages.sh
. "$t_dir/pages.sh"

# streams_of TYPE RING...: the devices 0 and on of that type are those of `cases`.
streams_of() {
	local type=$1 n c ring said
	shift
	for n in "${!cases[@]}"; do
		c=${cases[n]} said=want.${cases[n]##*+}
		# of several lines the last one is the stream's
		tail -n 1 "want.$c" >"$said.last" && mv "$said.last" "$said"
		for ring; do
			# What makes no sense is the same page for both; where there is too much in left, right is as it was.
			[[ $ring != right ]] || ! grep -q '_size":null' "$said" || continue
			if grep -q '_size":null' "$said" || { [[ $ring != right ]] && grep -q '"fault":"overrun"' "$said"; }; then
				unread "$c, $ring" "$d/$type:$n/$ring"
			else
				as_said "$c, $ring" "$d/$type:$n/$ring" "$said"
			fi
		done
	done
}

cases_of vchan
synth_all -- "${cases[@]}"
for n in "${!cases[@]}"; do put_vchan "$n" "${cases[n]}"; done
streams_of vchan left right
end_vchans
synth_end

# A connection is known by the request that made it: the only one in the ring of commands.
cases_of pvcalls-data
cases=("${cases[@]/#/pvcalls-idle+}")
synth_all -- "${cases[@]}"
id=${ready[${cases[0]}]#*'"id":"0x'} id=${id%%\"*}
for n in "${!cases[@]}"; do put_up pvcalls "$n" "${cases[n]}"; done
streams_of pvcalls "s$id"
