#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# peek: the data of requests, as text, JSON and packets that tshark reads; and that nothing else shows any.
# shellcheck disable=SC2035 # they are patterns and name no files
# shellcheck source=tests/cli/lib.sh
. "${top_srcdir:-.}/tests/cli/lib.sh"

command -v tshark > /dev/null || { echo "Bail out! there is no tshark"; exit 1; }
TX=web01/vif:0/q0/tx Q=web01/vbd:51712/q0
# stands in all data pages of a fake host
MARK="fake payload"

usage_error "no target" "peek: TARGET is missing*" -s $DEMO peek
usage_error "an index that is none" "-1: not the index*" -s $DEMO peek $Q -- -1
usage_error "one that is too large" "4294967296: not the index*" -s $DEMO peek $Q 4294967296
usage_error "three arguments" "peek: one argument too many*" -s $DEMO peek $Q 1 2
usage_error "an index of several rings" "web01/vbd:51712: it has 2 rings*" -s $DEMO peek web01/vbd:51712 1
usage_error "--pcap and --json" "--pcap is for text*" -s $DEMO peek -J --pcap - $TX
usage_error "--hex and --ndjson" "--hex is for text*" -s $DEMO peek --ndjson --hex $TX
usage_error "--json of several samples" "--json is one document*" -s $DEMO peek -J -n 2 $TX
demo peek nobody
is "a domain that is not there: 1, no output" "$rc/$out" 1/
demo peek $Q 7
like "a request that is not in flight: 1" "$rc/$err" "1/xenringtop: $Q: request 7 is not in flight*"
demo peek web01/vif:0/q0/rx
like "buffers to receive into: 1, and why" "$rc/$err" "1/*buffers for the backend to fill, and hold nothing yet"

# ---- disks
demo peek $Q
is "a disk: 0, nothing on standard error" "$rc/$err" 0/
like "the ring, a request, its sectors" "$out" "$Q"$'\n'"request "*" bytes"$'\n'*"  sector "*"  grant "*" bytes at "*
like "its data" "$out" *"66 61 6b 65 20 70 61 79"*"fake payload"*
# a request that slots shows, with its sectors, and each page's own data behind its grant
passes "what slots shows is what is read" $PYTHON - "$XENRINGTOP" << 'END'
import json, subprocess, sys
def doc(*args):
    return json.loads(subprocess.run([sys.argv[1], "-s", "fake:demo,fast", *args], check=True, stdout=subprocess.PIPE).stdout)
q = "web01/vbd:51712/q0"
slots = {s["index"]: s for s in doc("slots", "-J", q)["slots"]}
requests = {r["index"]: r for r in doc("peek", "-J", q)["requests"]}
open_ = [s["index"] for s in slots.values() if s["state"] != "answered"]
assert sorted(open_) == sorted(requests), (sorted(open_), sorted(requests))
n = 0
for i, r in requests.items():
    s = slots[i]
    assert r["operation"] == s["record"]["operation"] and r["id"] == s["id"] and r["path"] == q, r
    assert r["direction"] == {"read": "in", "write": "out"}.get(r["operation"]), r
    assert r["packet"] is None
    sector = s["record"]["sector_number"]
    for part, seg in zip(r["parts"], s["record"].get("seg", []), strict=True):
        length = 512 * (seg["last_sect"] - seg["first_sect"] + 1)
        assert (part["gref"], part["offset"], part["bytes"]) == (seg["gref"], 512 * seg["first_sect"], length), part
        assert part["sector"] == sector and part["error"] is None, part
        line = b"fake payload of domain 1, grant %d\n" % seg["gref"]
        page = (line * 200)[:4096]
        assert bytes.fromhex(part["data"]) == page[part["offset"]:part["offset"] + length], part
        sector += length // 512
        n += 1
    assert r["bytes"] == r["bytes_read"] == 512 * (sector - s["record"]["sector_number"])
assert n > 5, n
one = min(requests)
assert [r["index"] for r in doc("peek", "-J", q, str(one))["requests"]] == [one]
END

# ---- packets
demo peek $TX
like "a packet: one line" "$out" *$'\n'"packet "*" bytes  00:16:3e:00:00:01 > 00:16:3e:00:00:fe  icmp 10.0.0.1 > 10.0.0.254  echo request id 1 seq "*
unlike "no bytes unless asked" "$out" *"    0000  "*
packets=$(grep -c '^packet' "$tmp/out")
demo peek --hex $TX
like "--hex: its bytes, too" "$out" *"  grant "*" bytes at 66"$'\n'"    0000  "*
demo peek --pcap "$tmp/out.pcapng" $TX
is "--pcap: nothing on standard output" "$rc/$out" 0/
is "how many there were" "$err" "xenringtop: $packets packets of 1 queue in $tmp/out.pcapng"
is "nobody else may read it" "$(stat -c %a "$tmp/out.pcapng")" 600
demo peek -q --pcap - $TX
is "to standard output: the same bytes" "$rc$err/$(cmp "$tmp/out" "$tmp/out.pcapng" && echo same)" 0/same
ts() { tshark -r "$1" -T fields "${@:2}" 2> "$tmp/tshark.err"; }
is "tshark reads all of them" "$(ts "$tmp/out.pcapng" -e frame.number | tail -1)" "$packets"
is "the queue is the interface" "$(ts "$tmp/out.pcapng" -e frame.interface_name | sort -u)" web01/vif:0/q0
is "the sample's time" "$(ts "$tmp/out.pcapng" -e frame.time_epoch | sort -u)" 1767268800.200000000
is "tshark finds nothing malformed" "$(tshark -r "$tmp/out.pcapng" -Y _ws.malformed 2> /dev/null)" ""
run -s $DEMO peek -J $TX
passes "tshark and we say the same" $PYTHON - "$tmp/out" "$tmp/out.pcapng" << 'END'
import json, subprocess, sys
fields = ["frame.len", "frame.cap_len", "eth.src", "eth.dst", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "tcp.srcport",
          "tcp.dstport", "udp.srcport", "udp.dstport", "arp.src.proto_ipv4", "arp.dst.proto_ipv4", "icmp.seq", "frame.comment"]
text = subprocess.run(["tshark", "-r", sys.argv[2], "-T", "fields", "-E", "separator=|"] +
                      [x for f in fields for x in ("-e", f)], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
theirs = [dict(zip(fields, l.split("|"))) for l in text.splitlines()]
ours = [r for r in json.load(open(sys.argv[1]))["requests"] if r["decoded_as"] == "tx_request"]
assert len(ours) == len(theirs) > 10
seen = set()
for o, t in zip(ours, theirs):
    p = o["packet"]
    assert (str(o["bytes"]), p["source_mac"], p["destination_mac"]) == (t["frame.len"], t["eth.src"], t["eth.dst"]), (o, t)
    assert p["source"] == (t["ip.src"] or t["ipv6.src"] or t["arp.src.proto_ipv4"]), (p, t)
    assert p["destination"] == (t["ip.dst"] or t["ipv6.dst"] or t["arp.dst.proto_ipv4"]), (p, t)
    for end, key in (("source_port", "srcport"), ("destination_port", "dstport")):
        assert str(p[end] if p[end] is not None else "") == t["tcp." + key] + t["udp." + key], (p, t)
    if p["protocol"] == "icmp":
        assert p["info"].endswith(" seq " + t["icmp.seq"]), (p, t)
    assert t["frame.comment"].startswith("request %d" % o["index"]), t
    assert int(t["frame.cap_len"]) <= int(t["frame.len"])
    seen.add(p["protocol"])
assert seen == {"arp", "tcp", "udp", "icmp"}, seen
END
demo peek -q --pcap "$tmp/more.pcapng" '*/vif:*'
is "an interface for each vif and queue" "$(ts "$tmp/more.pcapng" -e frame.interface_name | sort -u | wc -l)" \
	"$("$XENRINGTOP" -s $DEMO peek -J '*/vif:*' | jq -r '[.requests[] | select(.packet) | .path] | unique | length')"
demo peek -q -n 5 -i 0.2 --pcap - $TX
is "several samples: each packet once" "$(tshark -r "$tmp/out" -T fields -e frame.comment 2> /dev/null | sort | uniq -d)" ""
passes "and there are more of them" test "$(ts "$tmp/out" -e frame.number | wc -l)" -gt "$packets"
demo peek --pcap "$tmp/none" $Q
like "no packets on a disk: 1" "$rc/$err" "1/*only rings of network devices hold packets*"
ln -s nowhere "$tmp/link"
demo peek --pcap "$tmp/link" $TX
like "a symbolic link is not followed" "$rc/$err" "1/*is a symbolic link*"

# ---- bytes
hostile -s fake:kinds peek '*/9pfs:*'
like "a queue: the text in it" "$out" *"/r0"$'\n'"bytes 0  out  waiting  42 bytes"$'\n'"  42 bytes at 0  \""?x13*'x00"'
hostile -s fake:kinds peek --hex '*/9pfs:*'
like "--hex: as bytes" "$out" *$'\n'"    0000  13 00 00 00 "*
for t in vkbd:0/in store:0 vtpm:0; do
	hostile -s fake:kinds peek "web01/$t"
	like "$t: redacted, not even how long it is" "$rc/$out" "0/"*"! not shown: redacted: --secrets shows it"
	unlike "$t: no length is made up" "$out" *" bytes"*
	hostile -s fake:kinds peek --secrets "web01/$t"
	unlike "$t --secrets: it is not" "$out" *redacted*
	like "$t --secrets: it is there" "$out" *" bytes at 0"[$' \n']*
done
hostile -s fake:denied:1 peek web01/vbd:51712/q0
like "a ring that cannot be read: 3, no output" "$rc/$out" 3/

# ---- captures
run -s $DEMO record -q -n 3 --payload "$tmp/with.xrc"
run -s $DEMO record -q -n 3 "$tmp/without.xrc"
run -s $DEMO peek -n 1 $TX
cp "$tmp/out" "$tmp/live"
run -r "$tmp/with.xrc" --at +0 peek $TX
unlike "a replay has data" "$out" *"does not hold"*
like "a replay: packets" "$out" *" icmp 10.0.0.1 > "*
is "as it was live" "$(grep ' icmp ' "$tmp/out" | head -3)" "$(grep ' icmp ' "$tmp/live" | head -3)"
run -r "$tmp/without.xrc" peek $TX
like "without payload: said, and not made up" "$rc/$out$err" \
	"1/xenringtop: $TX: the capture does not hold its data"*"record --payload"*
run -r "$tmp/without.xrc" peek web01/vif:0
like "one of several rings: 3" "$rc/$out$err" \
	"3/xenringtop: cannot read $TX: payload: the capture does not hold its data"*
run -r "$tmp/without.xrc" peek -J web01/vif:0
is "in JSON: no request, an error" "$(jq -c '[.requests, .errors[].errno]' "$tmp/out")" '[[],"ENODATA"]'

# ---- nothing else shows it: text and JSON, live and of a capture that has it
leaks()
{
	local c
	while read -r c; do
		# shellcheck disable=SC2086 # words
		"$XENRINGTOP" "$@" $c > "$tmp/leak" 2>&1 < /dev/null
		# as it stands, and in hex
		if grep -qaiE "$MARK|66 ?61 ?6b ?65 ?20 ?70 ?61 ?79 ?6c ?6f ?61 ?64" "$tmp/leak"; then echo "$c"; fi
	done <<- END
		list
		list -J
		list --ndjson -n 2
		list -v
		list --tree
		list --devices -J
		list --domains
		show web01
		show -v web01
		show -J web01
		show --secrets -J *
		slots --all --hex $TX
		slots --all -v --hex $TX
		slots --all -J $TX
		slots --all --hex --secrets $Q
		slots --all -J --secrets $Q
		slots --all --hex --secrets web01/vbd:51712/q1
		slots --all --hex --secrets db02/vbd:51712/q0
		grants --all web01
		grants -J web01
		events web01
		events -J web01
		explain payload
	END
}
is "no other command shows a byte of it" "$(leaks -s $DEMO)" ""
is "nor of a capture with payload" "$(leaks -r "$tmp/with.xrc")" ""
zstd -dcq "$tmp/with.xrc" > "$tmp/with"
passes "a capture with payload has it" grep -qa "$MARK" "$tmp/with"
zstd -dcq "$tmp/without.xrc" > "$tmp/without"
is "one without has not" "$(grep -ca "$MARK" "$tmp/without")" 0
passes "peek itself is found out" test "$("$XENRINGTOP" -s $DEMO peek --hex $TX | grep -cE "$MARK|66 61 6b 65")" -gt 0

plan
