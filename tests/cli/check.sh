#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# check exits as a monitoring plugin does, also where it fails; a capture gives the verdict that was given live.
# shellcheck disable=SC2035 # they are patterns and name no files
# shellcheck source=tests/cli/lib.sh
. "${top_srcdir:-.}/tests/cli/lib.sh"

# verdict NAME CODE FIRST-LINE ARG...
verdict()
{
	local name=$1 code=$2 line=$3
	shift 3
	run "$@"
	is "$name: exit code" "$rc" "$code"
	like "$name: first line" "${out%%$'\n'*}" "$line"
	like "$name: the figures are whole" "${out%%$'\n'*}" "* | rings=*stall=*s;*;*;0"
}

verdict "healthy" 0 "XENRING OK - nothing is wrong in *" check -s fake:demo,fast
verdict "a warning" 1 "XENRING WARNING - 1 warning in *: ring.unanswered *" check -s fake:stuck-blk,fast
verdict "critical" 2 "XENRING CRITICAL - *: ring.unread *" check -s fake:lost-event,fast
verdict "too short" 3 "XENRING UNKNOWN - *: ring.unread *" check --for 1 -s fake:lost-event,fast
verdict "many findings" 1 "XENRING WARNING - * warning in *... | *" check ring.unanswered -s fake:big:2000,fast
passes "the first line is at most 1 KiB" test "$(head -1 "$tmp/out" | wc -c)" -le 1024

for bad in "check --no-such" "check --for x" "check -w 9:3" "check ring.full:no=1" "check ring.nothing" \
	"check --format xml" "check --unreadable bad" "check -J --format tap" "check no-such-domain" "--bad check"; do
	# shellcheck disable=SC2086 # the words of a command line
	run -s fake:idle,fast $bad
	is "$bad: exit code" "$rc" 3
	like "$bad: says why" "$err" "xenringtop: *"
done
run -s fake:no-such check
is "no such source: exit code" "$rc" 3

# the range of a threshold, and what -q and tap leave of the text
run -s fake:stuck-blk,fast check -q -w 2 -c 3 --for 4
is "thresholds" "$rc" 2
is "one line with -q" "$(wc -l < "$tmp/out")" 1
run -s fake:stuck-blk,fast check --format tap
is "tap: the exit code stays" "$rc" 1
like "tap: one line for each check" "$out" "TAP version 13"$'\n'"1..$(grep -c '^\(not \)\?ok ' "$tmp/out")"$'\n'"*"
like "tap: what was found" "$out" *$'\n'"not ok "*" - ring.unanswered"$'\n'"# WARNING web31/vbd:51728/q0: "*

# what only Xen's console tells: with it maptrack is looked at, also if nobody names the check
keys=$top_srcdir/tests/golden/debug-keys.txt
run -s fake:leaking-grants,fast check --from-debug-keys "$keys" --for 2 -J
unlike "debug keys: room is left" "$out" *grant.maptrack*
sed 's/2 maptrack frames/990 maptrack frames/' "$keys" > "$tmp/keys"
run -s fake:leaking-grants,fast check --from-debug-keys "$tmp/keys" --for 2
is "debug keys: little is left" "$rc" 2
like "debug keys: of whom, and how much" "$out" *"CRITICAL grant.maptrack    Domain-0  it has 990 of at most 1024 maptrack frames"*
run -s fake:leaking-grants,fast check --for 2
unlike "no debug keys: it is not looked at" "$out" *grant.maptrack*
run -s fake:leaking-grants,fast check grant.maptrack
is "no debug keys, and it is named: it is not known" "$rc" 3
for bad in debug-keys-wrapped.txt none; do
	run -s fake:leaking-grants,fast check --from-debug-keys "$top_srcdir/tests/golden/$bad"
	is "debug keys, $bad: exit code" "$rc" 3
	like "debug keys, $bad: a plugin's line" "$out" "XENRING UNKNOWN - *"
	like "debug keys, $bad: why" "$err" "xenringtop: --from-debug-keys *$bad: *"
done
run -s fake:leaking-grants,fast check --from-debug-keys "$top_srcdir/tests/golden/debug-keys-wrapped.txt"
like "debug keys: a wrapped buffer is told" "$out" "XENRING UNKNOWN - *is incomplete: its first line is missing*"

# what is recorded gives the same verdict, by whichever command
for host in stuck-blk lost-event full-net starved-rx leaking-grants reconnect forged idle busy; do
	run -s "fake:$host,fast" check -v --for 12 --tee "$tmp/tee.xrc"
	live="$rc $out"
	run -r "$tmp/tee.xrc" check -v
	is "$host: a replay says the same" "$rc $out" "$live"
	run -s "fake:$host,fast" record -i 0.2 --for 12 "$tmp/record.xrc"
	run -r "$tmp/record.xrc" check -v
	is "$host: so does what record has kept" "$rc $out" "$live"
done

# a stream: every line is an object; a finding begins once
run -s fake:starved-rx,fast stream -n 20 -i 1
is "stream: exit code" "$rc" 0
is "stream: a line for each ring and sample" "$(grep -c '"type":"ring"' "$tmp/out")" 200
is "stream: a finding begins once" "$(grep -c '"change":"begins"' "$tmp/out")" 1
run -s fake:starved-rx,fast stream -n 80 -i 1 voip61
is "stream: its level changes" "$(grep -c '"change":"changes"' "$tmp/out")" 1
run -s fake:reconnect,fast stream -n 320 -i 0.02 state.waits:after=20ms,closing=20ms mobile81/vbd:51712
like "stream: and it ends" "$(grep '"change":"ends"' "$tmp/out")" *state.waits*

run checks -J
passes "checks: JSON" "$PYTHON" -c 'import json, sys
checks = json.load(open(sys.argv[1]))["checks"]
assert len(checks) > 30 and all(c["means"] and c["next"] for c in checks)' "$tmp/out"
for id in $("$XENRINGTOP" checks --no-headings -o check); do
	run explain "$id"
	like "explain $id" "$out" "$id: check"$'\n'*"means"*"known by"*"caused by"*"next"*
done
plan
