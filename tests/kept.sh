#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Captures of rings whose contents a guest made known beforehand, on the emulated Xen: decoded member by member they are what the
# guest itself said stood in them. See tests/kept/README.md.
# shellcheck source=tests/cli/lib.sh
. "${top_srcdir:-.}/tests/cli/lib.sh"
kept=$top_srcdir/tests/kept
command -v jq > /dev/null || { echo "Bail out! there is no jq"; exit 1; }

compared=0
# shellcheck disable=SC2016 # jq's $
while read -r said ring; do
	case $ring in
	*/console:*) run -r "$kept/synth.xrc" show --json "$ring" && compare='byte_differences($all[1])' ;;
	*) run -r "$kept/synth.xrc" slots --all --raw --json "$ring" && compare='differences($all[1:])' ;;
	esac
	is "$ring: exit status and complaints" "$rc/$err" 0/
	cat "$tmp/out" "$kept/$said" > "$tmp/both"
	answer=$(jq -nc "$(cat "$top_srcdir/tests/xen/t/json.jq")"'[inputs] as $all | $all[0] | '"$compare" "$tmp/both" 2>&1)
	is "$ring: ${said%.said}, as the guest said" "$answer" '[]'
	compared=$((compared + 1))
done < "$kept/rings"
is "every statement of the guest was looked at" "$compared" "$(find "$kept" -name '*.said' | wc -l)"
passes "and there are some" test "$compared" -ge 6

plan
