#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Captures of rings whose contents a guest made known beforehand, on the emulated Xen: decoded member by member they are what the
# guest itself said stood in them. See tests/kept/README.md.
# shellcheck source=tests/cli/lib.sh
. "${top_srcdir:-.}/tests/cli/lib.sh"
kept=$top_srcdir/tests/kept
command -v jq > /dev/null || { echo "Bail out! there is no jq"; exit 1; }

# all_of NAME: what NAME.rings lists, of the capture NAME.xrc.
compared=0
all_of() {
	local said ring answer compare
	while read -r said ring; do
		# shellcheck disable=SC2016 # jq's $
		case $ring in
		*/console:*) run -r "$kept/$1.xrc" show --json "$ring" && compare='byte_differences($all[1])' ;;
		*) run -r "$kept/$1.xrc" slots --all --raw --json --secrets "$ring" && compare='differences($all[1:])' ;;
		esac
		is "$ring: exit status and complaints" "$rc/$err" 0/
		cat "$tmp/out" "$kept/$said" > "$tmp/both"
		answer=$(jq -nc "$(cat "$top_srcdir/tests/xen/t/json.jq")"'[inputs] as $all | $all[0] | '"$compare" "$tmp/both" 2>&1)
		is "$ring: ${said%.said}, as the guest said" "$answer" '[]'
		compared=$((compared + 1))
	done < "$kept/$1.rings"
}
for name in synth pages payload pci; do all_of "$name"; done
is "every statement of the guest was looked at" "$(find "$kept" -name '*.rings' -exec cut -d ' ' -f 1 {} + | sort -u)" \
	"$(find "$kept" -name '*.said' -printf '%f\n' | sort)"
is "every capture was looked at" "$(find "$kept" -name '*.xrc' | wc -l)" 4
# the number that stands behind the name in a file's head
versions=$(find "$kept" -name '*.xrc' | sort | while read -r f; do
	echo "${f##*/} $(od -An -tu4 --endian=little -j16 -N4 "$f" | tr -d ' ')"
done)
# shellcheck disable=SC2016 # Markdown's backticks
is "each is of the version that the README says" "$versions" \
	"$(sed -n 's/^| `\(.*\.xrc\)` | \([0-9]*\) |$/\1 \2/p' "$kept/README.md" | sort)"
current=$(sed -n 's/^#define XR_FORMAT_VERSION \([0-9]*\)u$/\1/p' "$top_srcdir/lib/capture/format.h")
is "there is one of every version there has been" "$(cut -d ' ' -f 2 <<< "$versions" | sort -nu)" "$(seq "$current")"
passes "and there are some" test "$compared" -ge 40

plan
