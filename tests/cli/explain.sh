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
run explain idle nothing blkif
is "one of several that is nothing: 1, said once" "$rc/$(grep -c 'no table' <<< "$err")" 1/1
like "one of several that is nothing: the others are explained" "$out" "idle: "*$'\n\n'"blkif: "*
mapfile -t words < <("$XENRINGTOP" __complete word)
passes "there are many words" test "${#words[@]}" -gt 500
run explain "${words[@]}"
is "every word of the tables is explained" "$rc/$err" "0/"
is "each by its name, or by that without what it is of" "$(awk -F': ' '
	NR == FNR { if (/^[^ ].*: (field|record|protocol|value|check)/) said[$1] = 1; next }
	{ short = $0; sub(/^[^.]*\./, "", short) }
	!($0 in said) && !(short in said)' "$tmp/out" <(printf '%s\n' "${words[@]}") | head -n 5)" ""

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
