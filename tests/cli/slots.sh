#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# slots: which are shown, decoded, and what is wrong with them.
# shellcheck disable=SC2035 # they are patterns and name no files
# shellcheck source=tests/cli/lib.sh
. "${top_srcdir:-.}/tests/cli/lib.sh"

Q=web01/vbd:51712/q0
index() { "$XENRINGTOP" -s $DEMO slots -n 1 --no-headings -o index "$@" | tr -d ' ' | tr '\n' ' '; }

demo slots -n 1 $Q
like "the ring is named" "$out" "$Q  blkif x86_64  *"
# what its head says: from here on requests that no response has taken, up to there
head=${out%%$'\n'*}
req=${head##*req_prod } req=${req%% *}
rsp=${head##*rsp_prod } rsp=${rsp%% *}
passes "the ring has some" test "$((req - rsp))" -gt 4 -a "$((req - rsp))" -lt 32
like "the words say what is seen" "$out" *"$((req - rsp)) request slots not yet reused, of 32 slots"*
# from INDEX: indices up to the last request's
from() { seq -s ' ' "$1" $((req - 1)); }
unlike "never in flight" "$out" *"in flight"*
like "decoded" "$out" *"operation=read"*"sector_number="*"seg=[[]{gref="*
is "those that no response has taken" "$(index $Q)" "$(from "$rsp") "
is "--all" "$(index --all $Q | wc -w)" 32
is "--all: oldest first" "$(index --all $Q | tr ' ' '\n' | head -1)" $((req - 32))
is "--from" "$(index --from $((req - 2)) $Q)" "$(from $((req - 2))) "
is "--from, in hex" "$(index --from "$(printf '0x%x' $((req - 2)))" $Q)" "$(from $((req - 2))) "
is "--all --from" "$(index --all --from $((rsp - 1)) $Q)" "$(from $((rsp - 1))) "
is "--from: indices wrap" "$(index --from 4294967290 $Q)" "$(from "$rsp") "
is "--sort" "$(index --sort -index $Q)" "$(from "$rsp" | tr ' ' '\n' | tac | tr '\n' ' ')"
demo slots --hex --all $Q
is "--hex: 112 bytes are 7 lines" "$(grep -c '^    00[0-6]0  ' "$tmp/out")" $((7 * 32))
demo slots --raw $Q
like "--raw: numbers" "$out" *"operation=0 "*
demo slots -v $Q
like "-v: names and numbers" "$out" *"operation: *read (0)"*
like "-v: what it means" "$out" *"what is asked"*
demo slots web01/vbd:51712
is "a device with two rings: 2, no output" "$rc/$out" 2/
like "and both are named" "$err" *"/q0"*"/q1"*
demo slots db02/vbd:51712
is "a device with one ring" "$rc" 0
demo slots web01/vif:0/q0/tx
like "another protocol" "$out" *"tx_request"*"gref="*
demo slots web01/console:0
is "a ring without slots: 1, no output" "$rc/$out" 1/
like "and why" "$err" "xenringtop: *bytes*"
demo slots db02/vbd:51712/q0
like "an idle ring has none" "$out" *"0 in flight: 0 open; of 32 slots"
is "an idle ring: 0" "$rc" 0

H=(-s "fake:hostile,fast" slots 1/vbd:51712/q0)
run "${H[@]}"
is "a hostile ring: 0" "$rc" 0
like "a count that is too big is cut and told" "$out" *$'\n    ! nr_segments asks for 255 '*
like "an operation without a name" "$out" *"operation=0x4d"*
is "no more than what fits" "$(grep -o 'gref=' "$tmp/out" | wc -l)" $((2 * 11))
run -J "${H[@]}"
passes "the same in JSON" $PYTHON - "$tmp/out" << 'END'
import json, sys
d = json.load(open(sys.argv[1]))
a, b = d["slots"][0], d["slots"][1]
assert a["record"]["operation"] == "0x4d", a
assert a["id"] == "0xffffffffffffffff", a["id"]
assert a["record"]["sector_number"] == 2**64 - 1
assert a["faults"], a
assert any("nr_segments asks for 255" in f for f in b["faults"]), b
assert len(b["record"]["seg"]) == 11
END
run -J -s fake:hostile,fast slots 2/vif:0/q0/tx
passes "bits without a name" $PYTHON - "$tmp/out" << 'END'
import json, sys
d = json.load(open(sys.argv[1]))
flags = [s["record"]["flags"] for s in d["slots"] if s["record"]]
assert ["0x40"] in flags, flags
assert ["csum_blank", "data_validated", "0xfff0"] in flags, flags
END
run --raw -J -s fake:hostile,fast slots 2/vif:0/q0/tx
passes "bits as a number" $PYTHON - "$tmp/out" << 'END'
import json, sys
d = json.load(open(sys.argv[1]))
flags = [s["record"]["flags"] for s in d["slots"] if s["record"]]
assert ["0xfff3"] in flags, flags
END
demo slots -J db02/vbd:51728/q0
passes "segments that stand in another page" $PYTHON - "$tmp/out" << 'END'
import json, sys
d = json.load(open(sys.argv[1]))
found = [s for s in d["slots"] if s["record"]["operation"] == "indirect" and s["state"] != "answered"]
assert found
for s in found:
    r = s["record"]
    assert not s["faults"], s
    assert 11 < r["nr_segments"] == len(r["segments"]) <= 32, r
    assert len({g["gref"] for g in r["segments"]}) == r["nr_segments"], r
# those pages may be another's by now
for s in d["slots"]:
    if s["state"] == "answered" and s["record"]["operation"] == "indirect":
        assert s["faults"] and not s["record"]["segments"], s
END

# what two samples tell that one does not
known() { run -s fake:reconnect,fast slots "$@" mobile81/vbd:51712/q0; }
known -n 4 -i 0.01
like "open requests, also those that have lost their slots" "$out" *"10 in flight: 9 open, 2 of them kept from before their slot was reused, 1 not known; 2 answered; of 32 slots"*
like "each is shown, and since when" "$out" *" kept "*0.0*" answered "*" open "*
is "four samples" "$(grep -c '^mobile81' "$tmp/out")" 4
known -n 1
like "one sample says what the slots say" "$out" *"0 request slots not yet reused, of 32 slots"
known -J -n 2
is "JSON holds one sample: 2" "$rc/$out" 2/
run -s fake:stuck-blk,fast slots -J -i 10 web31/vbd:51728/q0
passes "nothing is made up" $PYTHON - "$tmp/out" << 'END'
import json, sys
d = json.load(open(sys.argv[1]))
assert d["ring"]["oldest_s"] == 10, d["ring"]
assert {s["state"] for s in d["slots"]} == {"request", "answered"}, d["slots"]
assert all(s["seen_s"] == 10 for s in d["slots"])
END
run -s fake:demo,fast slots -J web01/vif:0/q0/rx
passes "a ring that answers in order is not kept track of" $PYTHON - "$tmp/out" << 'END'
import json, sys
d = json.load(open(sys.argv[1]))
assert d["ring"]["oldest_s"] is None
assert all(s["seen_s"] is None and s["state"] in ("request", "changing") for s in d["slots"]), d["slots"]
END

# other kinds of rings
kind() { hostile -s fake:kinds slots "$@"; }
kind web01/vkbd:0/in
like "events that wait" "$out" *"in_prod 4  in_cons 0"*$'\n'"4 not taken yet, of 51 slots"*
like "keys are not told" "$out" *" key *pressed=redacted keycode=redacted"*
unlike "in no way" "$out" *30*
like "where the pointer is, is" "$out" *"abs_x=320 abs_y=200"*
like "an event that is not defined" "$out" *$'\n    ! type 77 is not known'*
kind --hex web01/vkbd:0/in
is "--hex: not even that" "$(grep -c '^    redacted' "$tmp/out")/$(grep -c '^    00' "$tmp/out")" 4/0
kind --secrets --hex web01/vkbd:0/in
like "--secrets" "$out" *"pressed=1 keycode=30"*$'\n    0000  03 01 00 00 1e 00 00 00 '*
kind --all web01/vkbd:0/in
like "--all: all 51" "$out" *$'\n'"51 of 51 slots"*
kind web01/vkbd:0/out
like "no event is defined" "$out" *"0 not taken yet, of 25 slots"
kind web01/vfb:0/out
like "what has changed in a picture" "$out" *"1 not taken yet, of 51 slots"*"update"*"x=10 y=20 width=300 height=16"*
like "and the page itself" "$out" *" page "*"width=800 height=600 line_length=3200 mem_length=3145728 depth=32 pd=[[]4660,4661[]]"*
kind web01/9pfs:0/r0
like "messages in a stream" "$out" *$'\n'"3 not taken yet"$'\n'*" request *size=19 type=tgetattr tag=0x1"*"size=23 type=tread tag=0x2"*" response *size=11 type=rlerror tag=0x1"*
like "and where it is" "$out" *" page *ring_order=0 ref=[[]71[]]"*
kind web01/store:0/ring
like "a message of xenstore, not what is in it" "$out" *" request *type=write req_id=0x7 tx_id=0x0 len=15 body=redacted"*
like "where none begins, that is said" "$out" *" raw "*$'\n    ! 16 bytes are queued, but where a message begins is not known'*
like "and the state of the connection" "$out" *"server_features=error connection=connected error=none"*
unlike "its body in no way" "$out" *pass*
kind --secrets web01/store:0/ring
like "--secrets: its body, escaped" "$out" *'body=data/pass\\x00word\\x1b'*
kind pv02/pci:0
like "a request for interrupts" "$out" *" request *msix *cmd=enable_msix err=success domain=0 bus=1 devfn=8 value=3 msix_entries=[[]{vector=0 entry=0} {vector=0 entry=1} {vector=0 entry=4}[]]"*
like "who is waited for" "$out" *"flags=pcif_active|pcib_aerhandler"*
unlike "an error that never was" "$out" *aer_op*
kind --hex web01/vtpm:0
like "a command of a TPM" "$out" *" request *packet *packet=redacted"*"length=12 state=submit locality=0 nr_extra_pages=0"*
is "is not told" "$(grep -cE 'de ?ad ?be ?ef' "$tmp/out")" 0
kind --secrets web01/vtpm:0
like "--secrets" "$out" *"packet="*"deadbeef"*
kind web01/vtpm:1
like "the obsolete version is raw" "$out" *" v1 *request="*5b*
kind -J web01/vfb:0/in
passes "the same in JSON" $PYTHON - "$tmp/out" << 'END'
import json, sys
d = json.load(open(sys.argv[1]))
period, page = d["slots"]
assert period["state"] == "waiting" and period["record"] == {"type": "refresh_period", "period": 40}, period
assert page["state"] == "page" and page["record"]["pd"] == [0x1234, 0x1235], page
assert d["ring"]["kind"] == "events" and d["ring"]["in_size"] == 25 and d["ring"]["ring_refs"] == [], d["ring"]
END

plan
