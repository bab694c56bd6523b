#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Usage, help, versions, exit codes: what goes where.
# shellcheck disable=SC2001,SC2035 # they are patterns and name no files
# shellcheck source=tests/cli/lib.sh
. "${top_srcdir:-.}/tests/cli/lib.sh"

# ---- help and version: standard output, exit 0
widest() { awk '{ if (length($0) > w) w = length($0) } END { print w + 0 }' "$1"; }

for args in --help -h "-V" "--version"; do
	run "$args"
	is "$args: exit 0" "$rc" 0
	is "$args: nothing on stderr" "$err" ""
	like "$args: something on stdout" "$out" "?*"
done
run --help
passes "--help is at most 80 columns wide" test "$(widest "$tmp/out")" -le 80
like "--help begins with what it is for" "$out" "Look into the I/O rings of live Xen guests.*"
like "--help shows the usage" "$out" *$'\nUsage: xenringtop [[]options] [[]command] [[]target...]\n'*
like "--help has an example" "$out" *$'\n  xenringtop show web01/vbd:51712 '*
unlike "--help names no hidden command" "$out" *__complete*
run -V
like "-V says what it was built with" "$out" "xenringtop "*$'\n'*sources:*fake*

commands=$("$XENRINGTOP" --dump-cli | $PYTHON -c '
import json, sys
for c in json.load(sys.stdin)["commands"]:
    print(c["name"])')
for c in $commands; do
	run --help
	like "--help names $c" "$out" *"$c"*
	run "$c" -h
	is "$c -h: exit 0" "$rc/$err" 0/
	like "$c -h: usage" "$out" *"Usage: xenringtop $c [[]options]"*
	passes "$c -h: at most 80 columns" test "$(widest "$tmp/out")" -le 80
	run -h "$c"
	like "-h $c is the same" "$out" *"Usage: xenringtop $c "*
done
usage_error "metrics is no command" "metrics: there is no such command*" metrics

# ---- the sources there are
run --source help
is "--source help: exit 0" "$rc/$err" 0/
passes "--source help is at most 80 columns wide" test "$(widest "$tmp/out")" -le 80
sources=$out
for c in $commands; do
	run "$c" -s help
	is "$c -s help is the same" "$rc/$out" "0/$sources"
done
run --source help
hosts=$(awk '/^  fake:/ { print $1 }' "$tmp/out")
is "--source help: a line for each host" "$(wc -w <<< "$hosts")" 12
for h in $hosts; do
	h=${h%%\[*}
	run -s "${h/:N/:70},fast" list
	passes "$h can be opened" test "$rc" -eq 0 -o "$rc" -eq 3
	rings=$rc/$out$err
	run -s "${h/:N/:70},fast" list
	is "$h is the same every time" "$rc/$out$err" "$rings"
done
run -s fake:big:70:busy,fast list --no-headings
is "big:N:busy: all move" "$(grep -c ' busy ' "$tmp/out")" 70
for h in big big: big:0 big:x big:70:lazy demo:x nothing "demo,slow" "demo,fast,"; do
	usage_error "fake:$h" '*' list -s "fake:$h"
done

# ---- mistakes: exit 2, a sentence and a hint on standard error, nothing else
usage_error "unknown command" '*lsit: there is no such command*did you mean "list"*' lsit
usage_error "unknown command, another slip" '*did you mean "slots"*' slot
usage_error "unknown command that is a target" '*xenringtop list web01/vbd:1' web01/vbd:1
usage_error "unknown long option" '--colour: there is no such option*did you mean --color[?]' list --colour
usage_error "unknown letter" '-x: there is no such option*' list -x
usage_error "argument missing" '*: the argument is missing*' list -n
usage_error "argument too much" '--tree: takes no argument*' list --tree=yes
usage_error "target missing" 'show: TARGET... is missing*' show
usage_error "target missing for slots" 'slots: TARGET is missing*' slots
usage_error "one argument too many" 'slots: one argument too many: b*' slots a b
usage_error "option of another command" '--tree does not go with show*' show --tree web01
usage_error "count that is no number" '--count x: not a number*' list -n x
usage_error "count below 0" '--count -1: not a number*' list -n -1
usage_error "count above 2^32" '--count 4294967296: not a number*' list -n 4294967296
usage_error "time without digits" '--interval s: not a time*' list -i s
usage_error "time of 0" '--interval 0: not a time*' list -i 0
usage_error "time below 0" '--interval -1: not a time*' list -i -1
usage_error "time with another unit" '--interval 5d: not a time*' list -i 5d
usage_error "time that is no number" '--interval nan: not a time*' list -i nan
usage_error "time with two points" '--interval 1.2.3: not a time*' list -i 1.2.3
usage_error "colour" '--color red: not auto, always or never*' list --color red
usage_error "a way of mapping there is not" '--map copy: not foreign or grant*' list --map copy
usage_error "a way of mapping where nothing is mapped" "--map is for a live host, not for $DEMO*" list --map grant -s $DEMO
usage_error "the usual way of mapping there" '--map is for a live host, not for file:*' list --map foreign -r "$tmp/none.xrc"
usage_error "two formats" '--json and --ndjson*' list --json --ndjson
usage_error "JSON of several samples" '--json is one document*hint: use --ndjson*' list -J -n 2
usage_error "JSON without end" '--json is one document*--ndjson*' list -J -n 0
usage_error "JSON for a time" '--json is one document*--ndjson*' show -J --for 1s web01
usage_error "JSON with columns" '--columns is for text*' list -J -o path
usage_error "JSON with a tree" '--tree is for text*' list -J --tree
usage_error "JSON with hex" '--hex is for text*' slots -J --hex web01
usage_error "tree and devices" '--tree, --devices and --domains*' list --tree --devices
usage_error "tree and columns" '--tree has no columns*' list --tree -o path
usage_error "tree and order" '--tree has no columns*' list --tree --sort path
usage_error "no such column" 'stat: there is no such column*did you mean "state"*' list -o stat
usage_error "no such column to sort by" 'pth: there is no such column*did you mean "path"*' list --sort pth
usage_error "a column that has no order" '--sort ring_refs: the column holds more*' list --sort ring_refs
usage_error "no column" '--columns ,: there is no column*' list -o ,
usage_error "empty source" '--source : not text*' list -s ""
usage_error "no such source" '*' list -s nowhere:
usage_error "no such fake" '*' list -s fake:nothing
usage_error "no such shell" 'completion fihs*did you mean "fish"*' completion fihs
for t in "" / //x a//b /vbd:1; do
	usage_error "target \"$t\"" '*DOMAIN[[]/DEVICE[[]/RING]]*' list -s $DEMO -- "$t"
done

# ---- order of options, end of options, abbreviations, POSIXLY_CORRECT
strip_time='s/"time": "[^"]*"//; s/"interval_s": [0-9.]*//; s/"stall_s": [0-9.]*//'
a=$("$XENRINGTOP" -s $DEMO -J list web01 | sed "$strip_time")
b=$("$XENRINGTOP" list web01 -J -s $DEMO | sed "$strip_time")
c=$(POSIXLY_CORRECT=1 "$XENRINGTOP" list web01 --json --sour=$DEMO | sed "$strip_time")
d=$(XENRINGTOP_SOURCE=$DEMO "$XENRINGTOP" ls -J -- web01 | sed "$strip_time")
is "options after the command" "$a" "$b"
is "options after the command, with POSIXLY_CORRECT" "$a" "$c"
is "alias, environment, end of options" "$a" "$d"
a=$("$XENRINGTOP" -s $DEMO -o path,slots)
b=$("$XENRINGTOP" -s $DEMO list -o path,slots)
is "without a command it is list" "$a" "$b"
XENRINGTOP_SOURCE=fake:nothing run list -s $DEMO
is "the option wins over the environment" "$rc" 0
for sec in 0.01 10ms 10000us .01; do
	demo list -i $sec
	is "-i $sec is a time" "$rc" 0
done

# ---- exit codes
demo list
is "all well: 0" "$rc/$err" 0/
demo list nosuch
is "no such target: 1" "$rc" 1
for s in xen:nodev xen:denied; do
	hostile list -s $s
	is "$s: exit 4" "$rc" 4
	is "$s: nothing on stdout" "$out" ""
	like "$s: a sentence" "$err" "xenringtop: ?*"
	hostile list -J -s $s
	is "$s: exit 4, with --json too" "$rc/$out" 4/
done
hostile list --map grant
is "--map grant where foreign mapping works: exit 1" "$rc/$out" 1/
hostile list --map grant -s xen:denied
is "it goes before xen: of the source" "$rc" 1
hostile -s fake:denied:1 list
is "something could not be read: 3" "$rc" 3
like "it is named" "$err" "xenringtop: cannot read web01/vbd:51712*: *: ?*"
like "the rest is shown" "$out" *web01/vbd:51728/q0*
is "one line for one error" "$(grep -c 'cannot read' "$tmp/err")" 1
hostile -q -s fake:denied:1 list
is "-q: still 3, nothing said" "$rc/$err" 3/
hostile -s fake:denied:40 list
is "40 errors: at most 10 lines" "$(grep -c 'cannot read' "$tmp/err")" 10
like "and how many more" "$err" *"xenringtop: and 30 more"*
hostile -s fake:denied:3 list -n 3 -i 10ms
is "each error is named once" "$(grep -c 'cannot read' "$tmp/err")" 3
hostile -s fake:denied:1 slots web01/vbd:51712/q0
is "slots of what cannot be read: 3" "$rc/$out" 3/
run -s $DEMO list > /dev/full 2> /dev/null
"$XENRINGTOP" -s $DEMO list > /dev/full 2> "$tmp/err"
is "no room for the output: 1" "$?" 1
like "and a sentence" "$(cat "$tmp/err")" "xenringtop: cannot write the output: ?*"
"$XENRINGTOP" schema 2> "$tmp/err" | true
is "reader gone: 141, quietly" "${PIPESTATUS[0]}/$(cat "$tmp/err")" 141/
"$XENRINGTOP" -s $DEMO list --ndjson -n 0 -i 10ms 2> "$tmp/err" | head -1 > /dev/null
is "reader gone from a stream: 141, quietly" "${PIPESTATUS[0]}/$(cat "$tmp/err")" 141/

# ---- debug
demo list --debug=store
is "--debug: results stay" "$rc" 0
demo list
plain=$out
demo list -q --debug
is "--debug: nothing on stdout" "$(sed 's/[0-9.]* *$//' <<< "$out")" "$(sed 's/[0-9.]* *$//' <<< "$plain")"

plan
