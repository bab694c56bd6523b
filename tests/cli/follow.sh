#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# follow: one request's eight steps, as text and JSON; what is not seen says so.
# shellcheck disable=SC2035 # they are patterns and name no files
# shellcheck source=tests/cli/lib.sh
. "${top_srcdir:-.}/tests/cli/lib.sh"

Q=web01/vbd:51712/q0

usage_error "no ring" "*follow*" -s $DEMO follow
usage_error "one document" "--json does not go with follow*" -s $DEMO follow --json $Q
demo follow web01
like "several rings: one is wanted, and which there are" "$rc/$out$err" "2/*web01: 6 rings, and one is wanted*hint: the first is web01/*"
demo follow web01/console:0/ring
like "bytes: no requests" "$rc/$out$err" "1/*it has no requests that could be followed*"
demo follow nobody
is "a ring that is not there: 1, no output" "$rc/$out" 1/

demo follow $Q -n 2
is "two requests: 0, nothing on standard error" "$rc/$err" 0/
is "a head for each" "$(grep -c "^$Q  request [0-9]" <<< "$out")" 2
is "eight steps for each" "$(grep -c '^ [1-8] [a-z]' <<< "$out")" 16
like "the first: the time of day, and the slot" "$out" *" 1 on the ring    "??:??:??.??????"         shared   slot "*", req_prod "*
like "what is not seen says so" "$out" *" 3 front knocks "*
like "an answer" "$out" *" 7 answered "*"shared   okay, rsp_prod "*
demo follow $Q -n 3 --ndjson
is "--ndjson: a line for each" "$(grep -c '^{"type":"course"' <<< "$out")" 3
# the order of those that follow from each other, 2 apart: neither end of a window goes back
is "windows never contradict" "$(jq -s 'all(.[]; [.steps[] | select(.step != 2 and .state == "seen")] as $s |
	([$s[].after_s] | . == sort) and ([$s[].by_s] | . == sort) and all($s[]; .after_s <= .by_s))' <<< "$out")" true
is "each has its steps by number" "$(jq -s 'all(.[]; [.steps[].step] == [1,2,3,4,5,6,7,8])' <<< "$out")" true
demo follow web01/vif:0/q0/tx -n 1
like "a packet: Xen copies" "$rc/$out" "0/*Xen copies them: that leaves no trace*"

# ---- what stands still
run -s fake:stuck-blk follow --for 3s web31/vbd:51728/q0
like "nobody puts anything: said, with what to look at" "$rc/$err" "0/*no request came*hint: xenringtop slots *"

# ---- a capture has what its samples have
"$XENRINGTOP" -s $DEMO record --for 2s -i 5ms -q "$tmp/f.xrc" 2> "$tmp/err"
run -r "$tmp/f.xrc" follow $Q -n 2
like "of a capture" "$rc/$out" "0/$Q  request "*" 7 answered "*

plan
