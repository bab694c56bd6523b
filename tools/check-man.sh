#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Compares xenringtop(8) with what the program says of itself: each option, each
# command, each exit code and each variable has its .It, and no other has one.
#
# usage: XENRINGTOP=path/to/xenringtop tools/check-man.sh MANDIR
set -eu

dir=${1:?usage: check-man.sh MANDIR}
prog=${XENRINGTOP:-xenringtop}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

"$prog" --dump-cli > "$tmp/cli.json"
/usr/bin/python3 - "$tmp/cli.json" > "$tmp/program" << 'END'
import json, sys

cli = json.load(open(sys.argv[1]))
for o in cli["options"]:
    if o["letter"]:
        print("Fl", o["letter"])
    print("Fl", "-" + o["name"])
for c in cli["commands"]:
    print("Cm", c["name"])
    if c["alias"]:
        print("Cm", c["alias"])
for v in cli["variables"]:
    print("Ev", v["name"])
for e in cli["exit_codes"]:
    print("It", e["code"])
END

# .It Fl s , Fl -source Ar URL      .It Cm list | ls Op Ar TARGET      .It Ev NAME      .It 3
awk '
/^\.It Fl / {
	for (i = 2; i < NF; i++)
		if ($i == "Fl")
			print "Fl", $(i + 1)
}
/^\.It Cm / {
	print "Cm", $3
	if ($4 == "|")
		print "Cm", $5
}
/^\.It Ev / { print "Ev", $3 }
/^\.It [0-9]+$/ { print "It", $2 }
' "$dir/xenringtop.8" > "$tmp/page"

sort -u "$tmp/program" > "$tmp/a"
sort -u "$tmp/page" > "$tmp/b"
diff -u --label program --label xenringtop.8 "$tmp/a" "$tmp/b"
