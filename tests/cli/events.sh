#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# events: which domain, which columns, and the same from a capture.
# shellcheck disable=SC2035 # they are patterns and name no files
# shellcheck source=tests/cli/lib.sh
. "${top_srcdir:-.}/tests/cli/lib.sh"

usage_error "no domain" "events: DOMAIN is missing*" -s $DEMO events
usage_error "two domains" "events: one argument too many*" -s $DEMO events web01 db02
usage_error "part of a domain" "web01/vbd:51712: a domain is wanted*" -s $DEMO events web01/vbd:51712
usage_error "more than one" "[*]: it names 4 domains*" -s $DEMO events '*'
usage_error "a column that is not there" "*no_such*" -s $DEMO events -o no_such web01
demo events nobody
is "a domain that is not there: 1, no output" "$rc/$out" 1/
like "and that is said" "$err" "xenringtop: nobody: there is no such domain*"

demo events web01
is "exit 0, nothing on standard error" "$rc/$err" 0/
like "the head counts them" "$out" "web01  11 event channels, 128 ports, 1 of them Xen's own"$'\n'*
unlike "two-level: no excuse" "$out" *unknown*
demo events --no-headings web01
is "--no-headings: a line for each" "$(wc -l < "$tmp/out")" 11
demo events 1
like "by number" "$out" "web01  *"
demo events db02
like "FIFO: unknown, and why" "$out" *$'\n'"pending and masked: unknown (*FIFO*)"$'\n'*
unlike "FIFO: no value is made up" "$out" *" no "*
demo events mail03
like "no PV guest: unknown, and why" "$out" *"pending and masked: unknown (*PV guests*)"*
demo events --no-headings -o port,used_by --sort -port web01
is "--columns and --sort" "$(head -1 "$tmp/out" | tr -s ' ')" "24 ?"
demo events -H
like "--list-columns" "$out" *"channel "*"used_by"*

# both ends of each ring's channel are told the same
both='
import json, sys
guest, dom0 = (json.load(open(f)) for f in sys.argv[1:])
mine = {(c["port"], c["remote_port"], c["used_by"]) for c in guest["channels"] if c["state"] == "interdomain"}
theirs = {(c["remote_port"], c["port"], c["used_by"]) for c in dom0["channels"] if c["remote_domid"] == 1}
assert mine == theirs and len(mine) == 6, (mine, theirs)
assert all(c["used_by"].startswith("web01/") for c in guest["channels"] if c["state"] == "interdomain")
assert guest["domain"] == {"domid": 1, "domain": "web01", "ports": 128, "open": 11, "reserved": 1,
                           "abi": "two_level", "note": None}, guest["domain"]
assert all(isinstance(c["pending"], bool) for c in guest["channels"])
assert all(c["pending"] is None and c["masked"] is None for c in dom0["channels"])
'
demo events -J web01
cp "$tmp/out" "$tmp/guest"
demo events -J 0
passes "both ends agree" $PYTHON -c "$both" "$tmp/guest" "$tmp/out"

# a replay shows the same
run -s $DEMO record -n 2 "$tmp/demo.xrc"
for d in 0 web01 db02; do
	run -s $DEMO events --no-headings $d
	cp "$tmp/out" "$tmp/live"
	run -r "$tmp/demo.xrc" events --no-headings $d
	is "events $d from a capture" "$out" "$(< "$tmp/live")"
done
run_as "$HOSTILE" -s fake:denied:1 events web01
like "closed ports that nobody has are not listed" "$out" *$'\n   1  interdomain '*$'\n   2  interdomain '*

plan
