#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The man pages agree with the program, and are clean.
# shellcheck source=tests/cli/lib.sh
. "${top_srcdir:-.}/tests/cli/lib.sh"

export XENRINGTOP
passes "generated parts are up to date (make update-docs)" \
	"$top_srcdir/tools/update-docs.sh" --check "$top_srcdir/man"
passes "xenringtop(8) lists the options, commands, codes and variables there are" \
	"$top_srcdir/tools/check-man.sh" "$top_srcdir/man"
passes "docs/screens.md has the screens that the tests expect (make update-docs)" \
	diff "$top_srcdir/docs/screens.md" <("$top_srcdir/tools/screens-doc.sh" "$top_srcdir")
for page in $(find "$top_srcdir/man" -name "*.[1-9]" | sort); do
	name=${page##*/}
	is "$name: mandoc finds nothing" "$(mandoc -T lint -W warning "$page" 2>&1)" ""
	is "$name: groff finds nothing" "$(groff -mdoc -ww -Tutf8 -z "$page" 2>&1)" ""
done
missing=
while read -r fn; do
	grep -q "Fn $fn\\( \\|\$\\)" "$top_srcdir/man/libxenring.3" || missing+=" $fn"
done < <(sed -n 's/^[a-z].*[ *]\(xenring_[a-z_]*\)(.*/\1/p' "$top_srcdir/lib/include/xenring.h")
is "libxenring(3) names every function" "$missing" ""
extra=
while read -r _ fn; do
	grep -q "[ *]$fn(" "$top_srcdir/lib/include/xenring.h" || extra+=" $fn"
done < <(grep -o 'Fn xenring_[a-z_]*' "$top_srcdir/man/libxenring.3" | sort -u)
is "libxenring(3) names no other" "$extra" ""
# examples WHERE FILE PREFIX: the commands behind the prefix work on the demo, or on a capture of it
mkdir "$tmp/at"
"$XENRINGTOP" -s fake:demo record -n 3 -i 0.1 "$tmp/demo.xrc" 2> /dev/null
examples()
{
	local bad='' cmd from
	while IFS= read -r cmd; do
		cmd=${cmd#"$3"}
		cmd=$(sed 's/fake:[a-z-]*/&,fast/; s/-n 0/-n 1/' <<< "${cmd%%   *}")
		from="-s $DEMO"
		case $cmd in
		# what would not end by itself
		follow* | record* | stream* | trace*) cmd+=' -n 1' ;;
		replay* | *-r\ * | *--read*) from= ;;
		# for these a terminal is needed; what the options say is seen without one
		top*) cmd="__screen 80x24 @${cmd#top}" ;;
		esac
		(
			cd "$tmp/at" && cp "$tmp/demo.xrc" out.xrc &&
				eval "\"$XENRINGTOP\" $from $cmd" > /dev/null 2>&1 < out.xrc
		) || bad+=" [$cmd]"
	done < <(grep "^$3" "$2")
	is "the examples of $1 work" "$bad" ""
}
examples "xenringtop(8)" "$top_srcdir/man/xenringtop.8" '.Dl $ xenringtop '
for c in "" list show slots events peek latency record replay explain completion; do "$XENRINGTOP" $c -h; done > "$tmp/help"
examples "--help" "$tmp/help" '  xenringtop '

plan
