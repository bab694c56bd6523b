#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# trace: which way notifications are seen, what is shown of each, and the same from a capture.
# shellcheck disable=SC2035 # they are patterns and name no files
# shellcheck source=tests/cli/lib.sh
. "${top_srcdir:-.}/tests/cli/lib.sh"

usage_error "no such way" "--via smapled: there is no such way*sampled*" -s $DEMO trace --via smapled
usage_error "one document" "--json does not go with trace*" -s $DEMO trace --json
usage_error "--bind of what is no port" "--bind web01: not a domain and a port*" -s $DEMO trace --bind web01
usage_error "--bind of no domain" "--bind :8: not a domain and a port*" -s $DEMO trace --bind :8
demo trace --bind web01:8
is "--bind on a made-up host: 1, no output" "$rc/$out" 1/
like "and why" "$err" "xenringtop: @(only a live host has ports to bind|this build cannot look at a live Xen)"
demo trace --offer nobody
is "--offer to a domain that is not there: 1" "$rc" 1
demo trace --via kernel web01/vbd:51712 -n 3
is "--via kernel on a made-up host: the next best, and 3" "$rc/$(grep -c sampled "$tmp/out")" 3/3
like "and why" "$err" "xenringtop: kernel: *"$'\n'"xenringtop: tracing 1 device via sampled"
usage_error "a time that is none" "--for x: not a time*" -s $DEMO trace --for x
usage_error "--via elsewhere" "--via does not go with list*" -s $DEMO list --via sampled
demo trace nobody --for 1s
is "a domain that is not there: 1, no output" "$rc/$out" 1/

demo trace -n 5
is "-n: so many events" "$rc/$(wc -l < "$tmp/out")" 0/5
is "who tells of them is said" "$err" "xenringtop: tracing 13 devices via sampled"
demo -q trace -n 1
is "-q: and is not" "$err" ""
demo trace web01/vbd:51712/q0 -n 4
like "a line" "$out" "12:00:00.100000  sampled  F>B  web01/vbd:51712/q0  port 3 > 83  req_prod 48990 (+30)  req_event 48991"$'\n'*
like "and back" "$out" *$'\n'"12:00:00.100000  sampled  B>F  web01/vbd:51712/q0  port 83 > 3  rsp_prod "*" (+30)  rsp_event "*
unlike "no other ring" "$out" *q1*
is "one device" "$err" "xenringtop: tracing 1 device via sampled"
demo trace web01/vbd:51712/q0 --for 2s
n=$(wc -l < "$tmp/out")
demo trace web01/vbd:51712/q0 --for 2s -i 1
is "--interval: fewer samples, fewer events" "$((n > 20 && $(wc -l < "$tmp/out") < 7))" 1

# what the backend's driver counts; of what it does not see, samples tell
demo trace --via counted --for 3s
like "counted" "$out" *"  counted  F>B  web01/vbd:51712     "*" times"$'\n'*
like "sampled, where nobody counts" "$out" *"  sampled  "*
like "which is said" "$err" *"counted does not see "*" devices: its backend does not count events, or is elsewhere"$'\n'*"tracing "*" via counted"$'\n'*"via sampled"
is "and was not asked for: 3" "$rc" 3

# JSON lines: each of them as the schema says, and together what the counters say
each='
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
assert len(lines) > 100, len(lines)
assert all(list(line) == ["type", "time", "mono_ns", "source", "direction", "path", "domid", "port", "backend_port", "count",
                          "lost", "index", "prod", "moved", "event"] for line in lines)
assert {line["type"] for line in lines} == {"event"}
times = [line["mono_ns"] for line in lines]
assert times == sorted(times)
# an index goes as far as the events say it has moved
for path, index in {(line["path"], line["index"]) for line in lines}:
    mine = [line for line in lines if line["path"] == path and line["index"] == index]
    for before, after in zip(mine, mine[1:]):
        assert (after["prod"] - before["prod"]) % 2**32 >= after["moved"] > 0, (before, after)
        assert after["count"] in (1, 2)
'
demo trace --ndjson --for 3s
is "--ndjson" "$rc" 0
passes "each line" $PYTHON -c "$each" "$tmp/out"
# what was told is in the capture, as it was told; of a capture without it, its indices tell
demo trace --for 3s --tee "$tmp/traced.xrc"
cp "$tmp/out" "$tmp/live"
run -r "$tmp/traced.xrc" trace
is "a replay shows the same" "$rc/$out" "0/$(< "$tmp/live")"
run -r "$tmp/traced.xrc" trace 'db02/*'
is "of the targets" "$(sed -E 's/  +/ /g' "$tmp/out")" "$(grep ' db02/' "$tmp/live" | sed -E 's/  +/ /g')"
demo record --for 3s -i 0.1 "$tmp/plain.xrc"
run -r "$tmp/plain.xrc" trace
is "so does one of a capture without a trace" "$rc/$out" "0/$(< "$tmp/live")"
run -r "$tmp/plain.xrc" trace -n 3
is "-n on a capture" "$rc/$out" "0/$(head -3 "$tmp/live")"
run -r "$tmp/plain.xrc" trace --at +2 -n 1
like "--at" "$out" "12:00:02.100000  *"
run -r "$tmp/traced.xrc" trace --tee "$tmp/again.xrc"
run -r "$tmp/again.xrc" trace
is "recorded again it is still there" "$rc/$out" "0/$(< "$tmp/live")"
demo trace --via counted --for 4s --tee "$tmp/counted.xrc"
grep ' counted ' "$tmp/out" > "$tmp/live"
run -r "$tmp/counted.xrc" trace
is "what was counted is told again" "$(grep ' counted ' "$tmp/out")" "$(< "$tmp/live")"

run completion bash
run __complete via ''
is "completion of --via" "$out" "$(printf '%s\n' kernel sampled counted)"

plan
