#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# How many lines of what reads captures the corpus reaches; make fuzz-coverage calls it in the build directory.
# TAP, a line a file; fails below a file's least.
set -euo pipefail
n=0 bad=0

# lines FILE LEAST: of lib/FILE.c, in percent
lines() {
	local note figure
	# of objects made of one file (with and without -fPIC) the better one counts
	figure=$(find "lib/${1%/*}" -name "*${1##*/}.gcno" | while read -r note; do
		LC_ALL=C gcov -n "$note" 2>/dev/null
	done | awk -v file="lib/$1.c'" '
		/^File / { ours = index($0, file) == length($0) - length(file) + 1 }
		/^Lines executed:/ && ours { sub(/^Lines executed:/, ""); if ($0 + 0 >= best) { best = $0 + 0; all = $0 } }
		END { if (all == "") exit 1; print all }') || {
		echo "not ok $((n += 1)) - lib/$1.c: no figure; configure with --enable-coverage"
		bad=1
		return
	}
	if awk -v f="$figure" -v least="$2" 'BEGIN { exit !(f + 0 >= least) }'; then
		echo "ok $((n += 1)) - lib/$1.c: $figure lines, at least $2 %"
	else
		echo "not ok $((n += 1)) - lib/$1.c: $figure lines, at least $2 %"
		bad=1
	fi
}

lines capture/reader 85
lines capture/answers 85
lines source/file 85
echo "1..$n"
exit $bad
