#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# latency: how long requests take, as text and JSON, live and of a capture; what is not counted is said.
# shellcheck disable=SC2035 # they are patterns and name no files
# shellcheck source=tests/cli/lib.sh
. "${top_srcdir:-.}/tests/cli/lib.sh"

DISK=web01/vbd:51712 Q=web01/vbd:51712/q0

usage_error "an interval that is none" "*--interval x: not a time*" -s $DEMO latency -i x $Q
usage_error "--count" "--count does not go with latency*" -s $DEMO latency -n 2 $Q
usage_error "--ndjson" "--ndjson does not go with latency*" -s $DEMO latency --ndjson $Q
demo latency nobody
is "a domain that is not there: 1, no output" "$rc/$out" 1/
demo latency web01/vif:0/q0/rx
like "answers in order: 1, and why" "$rc/$out$err" "1/*no ids tie its answers to its requests*"
demo latency web01/console:0
like "bytes: 1, and why" "$rc/$out$err" "1/*no ids tie its answers to its requests*"
hostile -s fake:denied:1 latency --for 1 $Q
like "a ring that cannot be read: 3, and nothing known" "$rc/$out$err" "3/"*"not sampled twice, so nothing is known"*"cannot read $Q"*
run -s fake:idle,fast latency --for 1 '*'
like "nothing moves: said" "$rc/$out" "0/"*"of no request is it known how long it took"*
unlike "and no number is made up" "$out" *OPERATION*

# ---- text
demo latency --for 5 $DISK
is "a disk: 0, nothing on standard error" "$rc/$err" 0/
like "how it was sampled" "$out" "$Q"$'\n'"  100001 samples in 5 s, mostly 50 us apart (99 in 100 up to 50 us, all up to 50 us): "*
like "a row for each operation" "$out" *"  OPERATION "*" COUNT "*" MIN "*" P50 "*" MAX    OFF BY"$'\n'"  "*$'\n'"  read  "*
like "the second ring, too" "$out" *$'\n'"web01/vbd:51712/q1"$'\n'*
like "a histogram" "$out" *$'\n'"  read"$'\n'*" ms to "*" ms  "*"█ "[0-9]*
like "what is not answered" "$out" *" not answered yet"*
demo latency --ascii --for 5 $Q
like "--ascii: bars of another sign" "$out" *"# "[0-9]*
unlike "and of no other" "$out" *█*
demo latency --no-headings --for 1 $Q
unlike "--no-headings" "$out" *OPERATION*
demo latency --raw --for 1 $Q
like "--raw: seconds" "$out" *" samples in 1.000000000, mostly 0.000050000 apart "*
demo latency -i 3ms --for 3 $Q
like "--interval: how far apart" "$out" *" mostly 3 ms apart "*
run -s fake:stuck-blk,fast latency --for 40 web31/vbd:51728
like "a backend that answers nothing: how long" "$rc/$out" \
	"0/"*"of no request is it known"*"20 requests not answered yet, the oldest there for at least 40 s"

# ---- JSON
demo latency -J --for 5 '*'
is "JSON: 0" "$rc/$err" 0/
is "its lists" "$(jq -c 'keys - ["schema", "source", "host", "time", "interval_s"]' "$tmp/out")" '["errors","operations","rings"]'
passes "the numbers agree" $PYTHON - "$tmp/out" << 'END'
import json, sys
doc = json.load(open(sys.argv[1]))
rings = {r["path"]: r for r in doc["rings"]}
assert "web01/vbd:51712/q0" in rings and "web01/vif:0/q0/tx" in rings and not [p for p in rings if p.endswith("/rx")], rings
ops = {}
for o in doc["operations"]:
    ops.setdefault(o["path"], []).append(o)
assert ops.keys() <= rings.keys()
n = 0
for path, r in rings.items():
    mine = ops.get(path, [])
    for k in "whole", "shorter":
        assert sum(o[k] for o in mine) == r[k], (k, path)
    assert abs(r["period_s"] - 50e-6) < 1e-6 and r["samples"] > 90000
    for o in mine:
        times = [t for t in (o[k] for k in ("min_s", "p50_s", "p90_s", "p99_s", "p999_s", "max_s")) if t is not None]
        assert times == sorted(times), o
        assert o["count"] == o["whole"] + o["shorter"] and (o["operation"] is None) == ("vbd" not in path or o["operation"] is None)
        assert sum(s["count"] for s in o["histogram"]) == o["whole"], o
        assert (o["shorter_than_s"] is None) == (o["shorter"] == 0), o
        # the made-up host lives in steps of 10 ms, and nothing takes another time
        if o["max_s"] is not None:
            assert abs(o["max_s"] / 0.01 - round(o["max_s"] / 0.01)) < 0.02, o
        n += o["count"]
assert n > 10000, n
END

# ---- captures: the same samples, the same times
run -s $DEMO record -q -n 301 -i 10ms "$tmp/c.xrc"
demo latency -J -i 10ms --for 3 $DISK
live=$(jq -cS '[.operations, .rings]' "$tmp/out" | md5sum)
run -r "$tmp/c.xrc" latency -J $DISK
is "a capture replays: the same times" "$(jq -cS '[.operations, .rings]' "$tmp/out" | md5sum)" "$live"
passes "there are some" test "$(jq '[.operations[].whole] | add' "$tmp/out")" -gt 500
run -r "$tmp/c.xrc" --at +1 latency -J $Q
is "--at: from there on" "$(jq '.rings[0].duration_s == 2' "$tmp/out")" true
run -r "$tmp/c.xrc" latency -J --for 1 $Q
is "--for: so long" "$(jq '.rings[0].duration_s == 1' "$tmp/out")" true

# ---- it ends by a signal, and tells what it has
"$XENRINGTOP" -s fake:demo latency --for 1h $Q > "$tmp/out" 2> "$tmp/err" &
pid=$!
sleep 1.5
kill -INT $pid
wait $pid
is "a signal: 0" $? 0
like "what was seen until then" "$(< "$tmp/out")" "$Q"$'\n'*" samples in "*

plan
