#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# grants: what it takes for an argument, what it refuses, and that a replay shows the same.
# shellcheck disable=SC2035 # they are patterns and name no files
# shellcheck source=tests/cli/lib.sh
. "${top_srcdir:-.}/tests/cli/lib.sh"

LEAK=fake:leaking-grants,fast
GOLDEN=$top_srcdir/tests/golden

run -s $LEAK grants
is "a table that nobody is given is no failure of who asks for all" "$rc/$err" 0/
like "it is named" "$out" *"Domain-0: only the size is known, "*
like "its size is shown, its entries are not" "$out" *" 0  Domain-0  1 "*" 512  "*"?  "*"?"*
like "why maptrack is not known" "$out" *"maptrack is not known: only Xen's console "*
run -s $LEAK grants Domain-0
is "who asks for it alone: 3" "$rc" 3
like "is told why" "$err" *"cannot read Domain-0: grant: "*
run -s $LEAK grants --no-headings
unlike "--no-headings: rows and nothing else" "$out" *maptrack*
is "a row for each domain" "$(wc -l < "$tmp/out")" 3
run -s $LEAK grants 71
is "by number: 0" "$rc/$err" 0/
like "what nobody uses" "$out" *$'\nnobody '*
run -s $LEAK grants --all --no-headings -o ref,used_by leaky71
is "--all: a row for each entry" "$(wc -l < "$tmp/out")" 701

usage_error "two domains" "*domains, and only one*" -s $LEAK grants '*'
usage_error "a device has no table" "*a grant table is a domain's*" -s $LEAK grants leaky71/vbd:51712
usage_error "--all of no domain" "*DOMAIN is missing*" -s $LEAK grants --all
usage_error "several samples are no document" "*one document*" -s $LEAK grants -J -n 2
usage_error "a column of another table" "*no such column*" -s $LEAK grants -o used_by
run -s $LEAK grants nobody71
is "no such domain: 1" "$rc/$out" 1/
run -s $LEAK grants -H
like "-H: all three tables" "$out" *grant_table*grant_user*"grant  "*

# a device that goes leaves its grants to whom it was
run -s $LEAK grants -n 3 -i 1 leaky71
like "what it has lost is known over samples" "$out" *" kept "*

# ---- what only the console tells ----

run -s $LEAK grants --from-debug-keys "$GOLDEN/debug-keys.txt" leaky71
like "maptrack of a file" "$out" *"maptrack 0 of 1024 frames"*
run -s $LEAK grants --from-debug-keys "$GOLDEN/debug-keys-wrapped.txt" leaky71
is "a wrapped one: 1, no output" "$rc/$out" 1/
like "it is incomplete, and what to do" "$err" *incomplete*"hint: "*conring_size*
run -s $LEAK grants --from-debug-keys "$tmp/nothing"
is "no such file: 1" "$rc/$out" 1/
like "which" "$err" *"$tmp/nothing: No such file"*
run -s $LEAK grants --from-debug-keys "$tmp"
is "no file: 1" "$rc/$out" 1/
echo 'something else' > "$tmp/else"
run -s $LEAK grants --from-debug-keys "$tmp/else"
like "something else" "$err" *"there is no output of xl debug-keys g in it"*
truncate -s 70M "$tmp/else"
run -s $LEAK grants --from-debug-keys "$tmp/else"
like "one that is far too large" "$err" *"File too large"*

# ---- a replay ----

# same NAME SOURCE ARGS...: written down while it is shown, and read back
same()
{
	local name=$1 source=$2 live
	shift 2
	run -s "$source" grants --tee "$tmp/a.xrc" "$@"
	live="$rc|$out|$err"
	run -r "$tmp/a.xrc" grants "$@"
	is "$name" "$rc|$out|$err" "$live"
}
same "a replay: all tables" $LEAK
same "a replay: users" $LEAK leaky71
same "a replay: entries" $LEAK --all leaky71
same "a replay: version 2" fake:demo,fast --all mail03
same "a replay: a pool" fake:demo,fast db02
same "a replay: over samples" $LEAK -n 4 leaky71
same "a replay: what a guest made up" fake:hostile,fast --all 1
run -s $LEAK record --for 2s "$tmp/b.xrc"
run -r "$tmp/b.xrc" grants leaky71
is "a recording has the tables, too" "$rc/$(grep -c 'vif:0/q0/rx  *data ' "$tmp/out")" 0/1
# what an older program wrote has no size; the table tells most of it
run -r "$GOLDEN/demo.xrc" grants --no-headings -o domain,version,frames,max_frames,entries_total
like "an older capture: how large it may get is unknown" "$out" *"web01 "*" 1 "*" 4 "*" ? "*" 2048"*

plan
