#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every JSON document and every NDJSON line is what the schema says.
# shellcheck disable=SC2016 # it is Python in the quotes
# shellcheck source=tests/cli/lib.sh
. "${top_srcdir:-.}/tests/cli/lib.sh"

validate() { $PYTHON "$top_srcdir/tests/cli/validate.py" "$tmp/schema"; }
n_files=0

# later KIND DEFINITION NAME: what was printed last is validated with all the rest
later()
{
	n_files=$((n_files + 1))
	cp "$tmp/out" "$tmp/$n_files"
	printf '%s\t%s\t%s\t%s\n' "$tmp/$n_files" "$@" >> "$tmp/list"
}

run schema
is "schema: exit 0" "$rc/$err" 0/
cp "$tmp/out" "$tmp/schema"
passes "the schema is a schema" $PYTHON -c '
import json, sys, jsonschema
s = json.load(open(sys.argv[1]))
assert s["$schema"] == "https://json-schema.org/draft/2020-12/schema"
jsonschema.Draft202012Validator.check_schema(s)' "$tmp/schema"
passes "the schema is strict" $PYTHON - "$tmp/schema" << 'END'
import json, sys
s = json.load(open(sys.argv[1]))
refs = set()

def look(x, where):
    if isinstance(x, dict):
        if x.get("type") == "object":
            assert x["additionalProperties"] is False, where
            assert set(x["required"]) == set(x["properties"]), where
            assert len(x["required"]) == len(set(x["required"])), where
            for k, p in x["properties"].items():
                assert "const" in p or len(p["description"]) > len(k), (where, k)
        if "$ref" in x:
            refs.add(x["$ref"].rsplit("/", 1)[1])
        for k, v in x.items():
            look(v, where + "/" + k)
    elif isinstance(x, list):
        for v in x:
            look(v, where)

look(s, "")
assert refs <= set(s["$defs"]), refs - set(s["$defs"])
END
printf '{"schema": "xenringtop/1"}' > "$tmp/bad"
printf '%s\tdoc\t-\tbad\n' "$tmp/bad" > "$tmp/badlist"
like "the schema refuses what is no document" "$(validate < "$tmp/badlist")" "not ok - bad is valid: *"

# doc NAME DEFINITION ARG...
doc()
{
	local name=$1 def=$2
	shift 2
	run_as "$@"
	[[ $rc -eq 0 || $rc -eq 3 ]] || not_ok "$name: exit" "$rc: $err"
	later doc "$def" "$name"
}

D=("$XENRINGTOP" -s "$DEMO" -J -i 10ms)
doc list document-rings "${D[@]}" list
doc "list, one sample" document-rings "${D[@]}" list -n 1
doc "list --raw" document-rings "${D[@]}" --raw list
doc "list of nothing" document-rings "$XENRINGTOP" -s fake: list -J
doc "list --devices" document-devices "${D[@]}" list --devices
doc "list --domains" document-domains "${D[@]}" list --domains
doc "list of 50 rings" document-rings "$XENRINGTOP" -s fake:big:50,fast list -J
doc "list --domains of 50 rings" document-domains "$XENRINGTOP" -s fake:big:50,fast list -J --domains
doc "list with errors" document-rings "$HOSTILE" -q -s fake:denied:12 list -J
doc "list --devices with errors" document-devices "$HOSTILE" -q -s fake:denied:12 list -J --devices
doc "list of a hostile host" document-rings "$XENRINGTOP" -q -s fake:hostile,fast list -J
doc show document-show "${D[@]}" show 'web01'
doc "show a ring" document-show "${D[@]}" show web01/vif:0/q0/rx
doc "show everything" document-show "${D[@]}" show '*'
doc "show with errors" document-show "$HOSTILE" -q -s fake:denied:1 show -J '*'
doc "show 50 rings" document-show "$XENRINGTOP" -s fake:big:50,fast show -J '*'
for ring in $("$XENRINGTOP" -s $DEMO list --no-headings -o kind,path | awk '$1 == "slots" { print $2 }'); do
	doc "slots $ring" document-slots "${D[@]}" slots "$ring"
	doc "slots --all $ring" document-slots "${D[@]}" slots --all "$ring"
	doc "slots --raw $ring" document-slots "${D[@]}" --raw slots --all "$ring"
done
KINDS=("$HOSTILE" -q -s fake:kinds)
doc "list of other kinds" document-rings "${KINDS[@]}" list -J
doc "show other kinds" document-show "${KINDS[@]}" show -J '*'
for ring in $("${KINDS[@]}" list --no-headings -o path); do
	doc "slots $ring" document-slots "${KINDS[@]}" slots -J --all "$ring"
	doc "slots --secrets $ring" document-slots "${KINDS[@]}" slots -J --all --secrets "$ring"
done
doc "slots, hostile" document-slots "$XENRINGTOP" -q -s fake:hostile,fast slots -J --all 1/vbd:51712/q0
doc "slots, hostile, raw" document-slots "$XENRINGTOP" --raw -s fake:hostile,fast slots -J 1/vbd:51712/q0
doc "slots, hostile flags" document-slots "$XENRINGTOP" -q -s fake:hostile,fast slots -J --all 2/vif:0/q0/tx
for h in busy reconnect forged leaking-grants; do
	doc "list of $h" document-rings "$XENRINGTOP" -q -s fake:$h,fast list -J
done
doc "slots, unreadable" document-slots "$HOSTILE" -q -s fake:denied:1 slots -J web01/vbd:51712/q0
doc "list --devices, long enough for rates" document-devices "$XENRINGTOP" -s "$DEMO" -J list --devices -i 7
for d in 0 web01 db02 mail03; do
	doc "events $d" document-events "${D[@]}" events $d
done
for t in web01/vif:0 web01/vbd:51712/q0 '*/console:0' '*/*:*'; do
	doc "peek $t" document-peek "$XENRINGTOP" -q -s $DEMO peek -J "$t"
done
doc "latency" document-latency "$XENRINGTOP" -q -s $DEMO latency -J --for 1 web01
doc "latency of all" document-latency "$XENRINGTOP" -q -s $DEMO latency -J --for 0.1
doc "peek without payload" document-peek "$HOSTILE" -q -s fake:denied:1 peek -J web01/vbd:51712/q0
doc protocols document-protocols "$XENRINGTOP" protocols -J
doc columns document-columns "$XENRINGTOP" columns -J
doc "list -H" document-columns "$XENRINGTOP" list -H -J
for word in state blkif blkif.id stuck id read in_flight ring document schema; do
	doc "explain $word" document-explain "$XENRINGTOP" explain -J $word
done
doc "the command line" document-cli "$XENRINGTOP" --dump-cli

lines()
{
	local name=$1
	shift
	run_as "$@"
	later lines - "$name, every line"
}
L=("$XENRINGTOP" -s "$DEMO" --ndjson)
lines list "${L[@]}" list
lines "list -n 3" "${L[@]}" list -n 3 -i 10ms
is "list -n 3: three samples" "$(grep -c '^{"type":"sample"' "$tmp/out")" 3
lines "list --for" "${L[@]}" list --for 100ms -i 20ms
lines "list --devices" "${L[@]}" list --devices -n 2 -i 10ms
lines "list --domains" "${L[@]}" list --domains -n 2 -i 10ms
lines "show" "${L[@]}" show web01
lines "trace" "${L[@]}" trace --for 1s
lines "follow" "${L[@]}" follow -n 2 web01/vbd:51712/q0
lines "trace --via counted" "${L[@]}" trace --via counted --for 2s
lines "peek" "${L[@]}" peek -n 3 -i 0.2 'web01/vif:0'
lines "50 rings" "$XENRINGTOP" -s fake:big:50,fast list --ndjson -n 2 -i 10ms
is "50 rings: a line each" "$(grep -c '^{"type":"ring"' "$tmp/out")" 100
lines "errors" "$HOSTILE" -q -s fake:denied:3 list --ndjson
is "errors: a line each" "$(grep -c '^{"type":"error"' "$tmp/out")" 3
lines "a hostile host" "$XENRINGTOP" -q -s fake:hostile,fast list --ndjson --domains

validate < "$tmp/list" > "$tmp/tap" 2> "$tmp/err" || not_ok "validate.py" "$(tail -1 "$tmp/err")"
cat "$tmp/tap"
n_tests=$((n_tests + $(wc -l < "$tmp/tap")))
is "all of them were validated" "$(wc -l < "$tmp/tap")" "$n_files"

# ---- what the values are
hostile -q -s fake:denied:2 list -J
passes "an unreadable ring" $PYTHON - "$tmp/out" << 'END'
import json, sys
d = json.load(open(sys.argv[1]))
assert len(d["errors"]) == 2, d["errors"]
for e in d["errors"]:
    assert set(e) == {"path", "op", "errno", "text"}, e
bad = [r for r in d["rings"] if r["error"]]
assert len(bad) == 2
for r in bad:
    assert r["state"] == "unreadable", r
    assert r["error"]["errno"].startswith("E"), r
    for k in ("req_prod", "rsp_prod", "in_flight", "requests_per_s", "stall_s"):
        assert r[k] is None, (k, r[k])
END
demo list -J
passes "heads and numbers" $PYTHON - "$tmp/out" << 'END'
import json, re, sys
text = open(sys.argv[1]).read()
d = json.loads(text)
assert list(d)[:5] == ["schema", "source", "host", "time", "interval_s"], list(d)
assert list(d)[-1] == "errors"
assert d["schema"] == "xenringtop/1" and d["source"] == "fake:demo,fast" and d["errors"] == []
assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", d["time"]), d["time"]
assert 0.15 < d["interval_s"] < 5
# no digits that only show how doubles round
for number in re.findall(r": (\d+\.\d+)", text):
    assert len(number) <= 12, number
assert isinstance(d["rings"][0]["domid"], int)
END
order() { $PYTHON -c '
import json, sys
s = json.load(open(sys.argv[1])); d = json.load(sys.stdin)
assert list(d["rings"][0]) == s["$defs"]["ring"]["required"], list(d["rings"][0])' "$tmp/schema"; }
passes "keys stand in the order of the tables" order < "$tmp/out"
demo list -J -n 1
passes "one sample has no interval" $PYTHON -c '
import json, sys
assert json.load(open(sys.argv[1]))["interval_s"] is None' "$tmp/out"

plan
