#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# list and show: tables, columns, order, width, trees, repetition.
# shellcheck disable=SC2035 # they are patterns and name no files
# shellcheck source=tests/cli/lib.sh
. "${top_srcdir:-.}/tests/cli/lib.sh"

demo list
like "headings" "${out%%$'\n'*}" "RING *STATE *"
rows=$(tail -n +2 "$tmp/out" | wc -l)
demo list --no-headings
is "--no-headings" "$(wc -l < "$tmp/out")" "$rows"
is "a ring for each row" "$(grep -c '^[a-z0-9]*/[a-z0-9]*:[0-9]*/' "$tmp/out")" "$rows"
is "as many as in JSON" "$("$XENRINGTOP" -s $DEMO list -J | $PYTHON -c '
import json, sys; print(len(json.load(sys.stdin)["rings"]))')" "$rows"
is "numbers stand at the right" "$("$XENRINGTOP" -s $DEMO list -o slots | awk '{ print length($0) }' | sort -u | wc -l)" 1
is "no blank at the end of a line" "$(grep -c ' $' "$tmp/out")" 0

# ---- columns
demo list -o path,state
is "-o: exactly these" "${out%%$'\n'*}" "$(printf '%-21s  STATE' RING)"
demo list -o +abi
like "-o +: after the others" "${out%%$'\n'*}" "RING *  ABI"
demo list -o state,path,state
like "-o: each once, in this order" "${out%%$'\n'*}" "STATE*RING"
demo list -v
passes "-v: all columns" test "$(head -1 "$tmp/out" | wc -w)" -gt 30
for t in "" --devices --domains; do
	demo list -H $t --no-headings -o name
	is "-H $t" "$rc/$err" 0/
	cols=$("$XENRINGTOP" list -H $t --no-headings | awk '{ print $2 }')
	for c in $cols; do
		demo list -n 1 $t -o "$c"
		[[ $rc -eq 0 && -n $out ]] || not_ok "-o $c $t" "exit $rc"
	done
	ok "every column of -H $t can be chosen"
done
demo list --no-headings -o path,ring_refs web01/vbd:51712/q0
like "a list in a cell" "$out" "web01/vbd:51712/q0  [0-9]*"

# ---- order
sorted() { "$XENRINGTOP" -s $DEMO list -n 1 --no-headings -o "$1" --sort "$2"; }
is "--sort: numbers" "$(sorted req_prod req_prod | grep -v -- -)" "$(sorted req_prod req_prod | grep -v -- - | sort -n)"
is "--sort: what there is none of comes last" "$(sorted req_prod req_prod | tail -1 | tr -d ' ')" "-"
is "--sort -: the other way, that last still" "$(sorted req_prod -req_prod | tail -1 | tr -d ' ')" "-"
is "--sort -: numbers" "$(sorted req_prod -req_prod | grep -v -- -)" "$(sorted req_prod req_prod | grep -v -- - | sort -nr)"
is "--sort: text" "$(sorted device device)" "$(sorted device device | sort -V)"
is "--sort by what is not shown" "$("$XENRINGTOP" -s $DEMO list --no-headings -o in_flight --sort -in_flight | head -1 | tr -d ' ')" 256
is "--sort goes for JSON" "$("$XENRINGTOP" -s $DEMO list -J --sort -req_prod | $PYTHON -c '
import json, sys; print(json.load(sys.stdin)["rings"][0]["req_prod"])')" "$(sorted req_prod -req_prod | head -1 | tr -d ' ')"

# ---- width
for w in 200 120 80 60 40 30; do
	COLUMNS=$w demo list -n 1
	passes "COLUMNS=$w is kept" test "$(awk '{ if (length($0) > w) w = length($0) } END { print w }' "$tmp/out")" -le "$w"
	like "COLUMNS=$w: the ring stays" "$out" RING*
done
COLUMNS=20 demo list -o path,state,protocol
like "columns that were asked for stay" "$out" RING*STATE*PROTOCOL*
COLUMNS=abc demo list
is "COLUMNS that is no number" "$rc" 0

# ---- trees
demo list --tree
like "tree: UTF-8" "$out" *$'\nweb01  '*$'\n├─ '*$'\n│  └─ '*$'\n└─ '*
utf8=$out
demo list --tree --ascii
is "tree: --ascii is ASCII" "$(LC_ALL=C grep -c '[^ -~]' "$tmp/out")" 0
is "tree: the same in ASCII" "$out" "$(sed 's/├─/|-/g; s/└─/`-/g; s/│/|/g' <<< "$utf8")"
LC_ALL=C demo list --tree
is "tree: ASCII in the C locale" "$(LC_ALL=C grep -c '[^ -~]' "$tmp/out")" 0
is "tree: a leaf for each ring" "$(grep -c '^[ │├└─]\{6\}' <<< "$utf8")" "$rows"
demo list --tree web01/vif:0/q0/tx
is "tree: a ring and what it is part of" "$(wc -l < "$tmp/out")" 3

# ---- show
demo show web01/vbd:51712/q0
like "show: the device, then the ring" "$out" "device web01/vbd:51712"$'\n'*$'\n\n'"ring web01/vbd:51712/q0"$'\n'*
is "show: of this ring alone" "$(grep -c '^ring ' "$tmp/out")" 1
like "show: a lower bound" "$out" *$'\n  req_cons_min:'*"≥ "[0-9]*
like "show: an upper bound" "$out" *$'\n  req_cons_max:'*"≤ "[0-9]*
like "show: a unit" "$out" *"32 slots"*
demo show --ascii web01/vbd:51712/q0
like "show --ascii: bounds" "$out" *">= "*"<= "*
demo show --raw web01/vbd:51712/q0
unlike "show --raw: no unit" "$out" *"32 slots"*
demo show -v web01/vbd:51712/q0
like "show -v: how it is known" "$out" *"req_prod:"*" shared  "*
like "show -v: how it is known, inferred" "$out" *"req_cons_min:"*" inferred  "*
for f in $("$XENRINGTOP" columns --no-headings -o table,name | awk '$1 == "ring" { print $2 }'); do
	grep -q "^  $f:  *[^ ].*  *[^ ]" "$tmp/out" || not_ok "show -v: $f" "is not there"
done
ok "show -v: every field of a ring"

# ---- repetition
demo list -n 3 -i 10ms -o path web01/vif:0
is "-n 3: three times" "$(grep -c '^RING' "$tmp/out")" 3
is "-n 3: a line of time, host and counts above each" \
	"$(grep -c '^20..-..-..T..:..:..\....Z  .*  1 domain, 1 device, 2 rings$' "$tmp/out")" 3
unlike "not a terminal: no escape" "$out" *$'\033'*
demo list -n 1 -o path,requests_per_s web01/vbd:51712/q0
like "-n 1: one sample has no rates" "$out" *"web01/vbd:51712/q0 *[?]"
demo list -o path,requests_per_s web01/vbd:51712/q0
like "two samples have" "$out" *"web01/vbd:51712/q0 *[0-9].[0-9]"
hostile list -s fake: -o path
is "a host without guests: an empty list" "$rc/$out" 0/
like "a host without guests: said on stderr" "$err" "xenringtop: there is no ring to show"

# ---- a terminal: script(1) gives one
tty_run() { script -qec "stty rows 10 cols 60; $*" /dev/null < /dev/null; }
text=$(tty_run "$XENRINGTOP" -s fake:big:50,fast list -n 2 -i 10ms)
is "terminal: drawn in place" "$(grep -o $'\033\[H\033\[J' <<< "$text" | wc -l)" 2
last=${text##*$'\033[H\033[J'}
passes "terminal: no more lines than it has" test "$(wc -l <<< "$last")" -le 10
like "terminal: says that there is more" "$last" *"... and "[0-9]*" more"*
text=$(tty_run "$XENRINGTOP" -s fake:big:50,fast list --tree -n 2 -i 10ms)
last=${text##*$'\033[H\033[J'}
passes "terminal: no more lines of a tree" test "$(wc -l <<< "$last")" -le 10
like "terminal: says that there is more of the tree" "$last" *"... and "[0-9]*" more"*
text=$(tty_run "$HOSTILE" -s fake:denied:2 list -n 3 -i 10ms)
is "terminal: errors are named after the last picture" "$(grep -c 'cannot read' <<< "${text##*$'\033[H\033[J'}")" 2
is "terminal: and not before" "$(grep -c 'cannot read' <<< "$text")" 2
text=$(tty_run "$XENRINGTOP" -s $DEMO list db02)
like "terminal: colour" "$text" *$'\033[33mfull\033[0m'*
text=$(tty_run "NO_COLOR=1 $XENRINGTOP" -s $DEMO list db02)
unlike "terminal: NO_COLOR" "$text" *$'\033['*
text=$(tty_run "NO_COLOR=1 $XENRINGTOP" -s $DEMO list --color always db02)
like "--color wins over NO_COLOR" "$text" *$'\033[33mfull\033[0m'*
text=$(tty_run "TERM=dumb $XENRINGTOP" -s $DEMO list db02)
unlike "terminal: dumb" "$text" *$'\033['*
demo list --color always db02
like "--color always" "$out" *$'\033[33mfull\033[0m'*
XENRINGTOP_COLORS='warn=4:crit=x:bogus=1' demo list --color always db02
like "XENRINGTOP_COLORS" "$out" *$'\033[4mfull\033[0m'*
XENRINGTOP_COLORS='warn=' demo list --color always db02
unlike "XENRINGTOP_COLORS: none" "$out" *$'m'"full"*
XENRINGTOP_COLORS=$'warn=1m\033]0;x' demo list --color always db02
like "XENRINGTOP_COLORS: nothing but digits gets through" "$out" *$'\033[33mfull\033[0m'*
strip() { sed $'s/\033\\[[0-9;]*m//g'; }
is "colour changes nothing else" "$("$XENRINGTOP" -s $DEMO list -o path,state --color always | strip)" \
	"$("$XENRINGTOP" -s $DEMO list -o path,state)"

plan
