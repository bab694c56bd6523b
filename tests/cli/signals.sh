#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What is meant to run on ends on a signal as finished; 130 without a result.
# shellcheck source=tests/cli/lib.sh
. "${top_srcdir:-.}/tests/cli/lib.sh"

for sig in INT TERM; do
	start -s fake:demo list --ndjson -n 0 -i 60
	until_true test -s "$tmp/out"
	stop $sig
	is "$sig: list -n 0 ends with 0" "$rc" 0
	is "$sig: quietly" "$(cat "$tmp/err")" ""
	is "$sig: no part of a line" "$(tail -c 1 "$tmp/out" | od -An -c | tr -d ' ')" '\n'
	start -s fake:demo list -i 60
	# what runs in the background ignores SIGINT until it asks for it
	until_true catches $sig
	stop $sig
	is "$sig: without a result 130" "$rc" 130
	is "$sig: nothing was printed" "$(cat "$tmp/out")" ""
	start -s fake:demo list -n 5 -i 60
	until_true test -s "$tmp/out"
	stop $sig
	is "$sig: with a result 0" "$rc" 0
done
start -s fake:demo list --ndjson --for 300ms -i 100ms
rc=0
wait "$pid" || rc=$?
is "--for ends by itself" "$rc" 0
is "--for 300ms -i 100ms: 4 samples" "$(grep -c '"type":"sample"' "$tmp/out")" 4

plan
