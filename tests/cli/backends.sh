#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What backends say of themselves: where it is shown, where it is null, and that nobody else asks for it.
# shellcheck disable=SC2035 # they are patterns and name no files
# shellcheck source=tests/cli/lib.sh
. "${top_srcdir:-.}/tests/cli/lib.sh"

demo show web01/vif:0
is "exit 0" "$rc/$err" 0/
like "events, and where they are from" "$out" *"backend_events:"*"from: *sysfs"*"spurious_events: "*
like "netback's own indices" "$out" *"ring=q0/tx kind=tx from=debugfs slots=256 "*"req_cons="*"pending="*
demo show web01/vbd:51712
like "a disk's requests" "$out" *"backend_requests:"*"oo_req: "*"rd_sect: *sectors"*
demo show db02/vif:0
unlike "nothing is made up" "$out" *backend_events*
demo show -J 'web01' -i 7
passes "the keys are always there, null where nothing is known" $PYTHON - "$tmp/out" << 'END'
import json, sys
by = {d["device"]: d for d in json.load(open(sys.argv[1]))["devices"]}
for d in by.values():
    assert {"backend_events", "backend_requests", "backend_rings"} <= set(d), d
assert by["console:0"]["backend_events"] is None and by["console:0"]["backend_rings"] == []
disk, nic = by["vbd:51712"], by["vif:0"]
assert nic["backend_requests"] is None
assert disk["backend_events"]["from"] == disk["backend_requests"]["from"] == "sysfs"
r = disk["backend_requests"]
assert r["rd_req"] + r["wr_req"] == disk["backend_events"]["events"], disk
assert disk["backend_events"]["events_per_s"] > 0, disk
tx = nic["backend_rings"][0]
assert tx["ring"] == "q0/tx" and tx["from"] == "debugfs" and tx["queue_len"] is None, tx
assert tx["req_cons"] <= tx["req_prod"] and tx["pending"] == tx["req_cons"] - tx["rsp_prod"], tx
END
demo list -J --devices
passes "list --devices -J has them" $PYTHON -c '
import json, sys
d = {d["path"]: d for d in json.load(open(sys.argv[1]))["devices"]}
assert d["web01/vbd:51712"]["backend_requests"]["oo_req"] == 0' "$tmp/out"

# a replay shows the same, also where the recording did not ask
run -s $DEMO record -n 12 "$tmp/demo.xrc"
run -r "$tmp/demo.xrc" show -J --at +5 web01/vbd:51712
passes "from a capture" $PYTHON -c '
import json, sys
d = json.load(open(sys.argv[1]))["devices"][0]
assert d["backend_events"]["events"] > 500 and d["backend_requests"]["from"] == "sysfs", d' "$tmp/out"

plan
