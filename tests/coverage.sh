#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# How many of the lines of lib/ and xenringtop/ have run, per folder; make coverage calls it in the build directory.
set -euo pipefail

# By object, for two may be made of one file (with and without -fPIC): of such the better one counts.
mapfile -t notes < <(find lib xenringtop -name '*.gcno')
((${#notes[@]})) || { echo "coverage: no *.gcno here: configure with --enable-coverage" >&2; exit 1; }
for f in "${notes[@]}"; do
	# -n: the figures only
	LC_ALL=C gcov -n "$f" 2>/dev/null || { echo "coverage: gcov cannot read $f" >&2; exit 1; }
done | awk '
	/^File / {
		file = substr($0, 7, length($0) - 7)
		while (sub(/^\.\.\//, "", file)) continue
	}
	/^Lines executed:/ && file ~ /(^|\/)(lib|xenringtop)\/.*\.c$/ {
		match(file, /(lib|xenringtop)\/.*$/)
		file = substr(file, RSTART)
		split($0, part, /[:% ]+/)
		lines[file] = part[5]
		if (part[3] + 0 > best[file] + 0) best[file] = part[3]
	}
	/^Lines executed:/ { file = "" }
	END {
		for (f in lines) {
			folder = f
			sub(/\/[^\/]*$/, "", folder)
			all[folder] += lines[f]
			ran[folder] += lines[f] * best[f] / 100
			top = f
			sub(/\/.*/, "", top)
			all[top "/ in all"] += lines[f]
			ran[top "/ in all"] += lines[f] * best[f] / 100
		}
		for (d in all)
			printf "%-20s %5.1f %% of %5d lines\n", d, 100 * ran[d] / all[d], all[d]
	}' | sort
