#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# explain, protocols, columns: what is known, from the tables.
# shellcheck disable=SC2035 # they are patterns and name no files
# shellcheck source=tests/cli/lib.sh
. "${top_srcdir:-.}/tests/cli/lib.sh"

run explain stuck
is "a state: exit 0, quietly" "$rc/$err" 0/
like "a state" "$out" "stuck: value of ring.state"$'\n'*
# these have colours
for word in busy full torn stuck forged unreadable; do
	run explain $word
	like "the state $word" "$out" *"$word: value of ring.state"*
done
run explain in_flight
like "a field, with its unit and how it is known" "$out" \
	"in_flight: field of ring"$'\n'*"unsigned, in slots, known by: "*
run explain ring.state
like "a field of a record, with its words" "$out" "state: field of ring"*idle*busy*full*
run explain blkif
like "a protocol and its records" "$out" "blkif: protocol"*blkif.request*
run explain blkif.request
like "a record and its fields" "$out" "blkif.request: record"*nr_segments*
run explain blkif.sector_number
like "a field by its protocol" "$out" "sector_number: field of blkif."*"in sectors"*
run explain operation=nothing
is "nothing like it: 1, no output" "$rc/$out" 1/
run explain stukc
is "a slip: 1, no output" "$rc/$out" 1/
like "a slip: the nearest word" "$err" *'did you mean "stuck"[?]'
bad=
for word in $("$XENRINGTOP" __complete word); do
	"$XENRINGTOP" explain "$word" > /dev/null 2>&1 || bad+=" $word"
done
is "every word of the tables is explained" "$bad" ""

run protocols
is "protocols: exit 0" "$rc/$err" 0/
for p in blkif netif console xenstore; do
	like "protocols: $p" "$out" *$'\n'"$p "*
done
run protocols --no-headings -o name --sort name
is "protocols: sorted" "$out" "$(sort <<< "$out")"
run columns --no-headings
is "columns: exit 0" "$rc/$err" 0/
for t in ring device domain slot protocol column; do
	like "columns: those of a $t" $'\n'"$out" *$'\n'"$t "*
done

plan
