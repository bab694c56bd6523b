#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# coverage.sh TARGET: how many lines of what a target is for its corpus reaches, after a replay of it;
# make fuzz-coverage calls it in the build directory. TAP, a line a file; fails below a file's least.
set -euo pipefail
target=$1 n=0 bad=0

# lines FILE LEAST: of lib/FILE.c, in percent
lines() {
	local note figure dir=lib/$1
	# of objects made of one file (with and without -fPIC) the better one counts
	figure=$(find "${dir%/*}" -maxdepth 1 -name "*-${1##*/}.gcno" | while read -r note; do
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
		echo "ok $((n += 1)) - $target: lib/$1.c: $figure lines, at least $2 %"
	else
		echo "not ok $((n += 1)) - $target: lib/$1.c: $figure lines, at least $2 %"
		bad=1
	fi
}

case $target in
capture)
	lines capture/reader 85
	lines capture/answers 85
	lines source/file 85
	;;
decode)
	# the rest of decode.c walks rows, of proto.c the registry for its callers
	lines decode 55
	lines proto 75
	for file in "$(dirname "$0")"/../../lib/proto/*.c; do
		file=$(basename "$file" .c)
		case $file in
		console | fsif | errnos) ;;	# tables alone
		*) lines "proto/$file" 85 ;;
		esac
	done
	;;
store)
	lines discover 70
	lines scan 70
	lines store 70
	lines topology 85
	lines slots 50
	lines follow 60
	;;
readers)
	lines grants_keys 90
	lines evtchn 80
	lines grants_use 75
	lines grants_read 60
	lines backend 65
	;;
esac
echo "1..$n"
exit $bad
