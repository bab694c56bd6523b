#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vchans: those that are found, those that --vchan names, and what their page says.
# shellcheck disable=SC2035 # they are patterns and name no files
# shellcheck source=tests/cli/lib.sh
. "${top_srcdir:-.}/tests/cli/lib.sh"

FOO=/local/domain/1/data/foo
vchans() { hostile -s fake:vchans "$@"; }

vchans list --no-headings -o path
is "one is found" "$rc/$out" $'0/web01/vchan:0.7/left\nweb01/vchan:0.7/right'
vchans --vchan $FOO list --no-headings -o path
is "another one is named" "$rc/$out" \
	$'0/web01/vchan:data.foo/left\nweb01/vchan:data.foo/right\nweb01/vchan:0.7/left\nweb01/vchan:0.7/right'
vchans list --vchan=$FOO,/local/domain/1/data/vchan/0/7 --devices --no-headings -o path
is "two are named, and one is found anyway" "$rc/$out" $'0/web01/vchan:data.foo\nweb01/vchan:0.7'
vchans --vchan /local/domain/1/data/none list --no-headings -o path,state web01/vchan:data.none
is "one that is not there: 3" "$rc" 3
like "it is listed all the same" "$out" "web01/vchan:data.none/left *unreadable"*
like "and said where it was looked for" "$err" *"/local/domain/1/data/none has no ring-ref"*
for path in data/foo /local/domain/1 /local/domain/x/data/foo '/local/domain/1/a..b' "$FOO,,$FOO"; do
	vchans --vchan "$path" list
	is "--vchan $path: 2, no output" "$rc/$out" 2/
	like "--vchan $path: what is wrong" "$err" *"is no folder of a domain in xenstore"*"hint: "*
done
vchans list --json web01/vchan:0.7
passes "as JSON" $PYTHON - "$tmp/out" << 'END'
import json, sys
left, right = json.load(open(sys.argv[1]))["rings"]
assert left["kind"] == right["kind"] == "vchan"
assert left["protocol"] == "vchan" and left["pairing"] == "unconfirmed"
assert (left["in_prod"], left["in_cons"], left["in_size"]) == (7, 0, 1024), left
assert left["out_prod"] is None and left["out_size"] is None
assert (right["out_prod"], right["out_size"]) == (100, 2048), right
assert right["in_prod"] is None and right["backend_domid"] == 0
END
vchans slots web01/vchan:0.7/left
is "slots: 0" "$rc" 0
like "what the page says" "$out" *"cli_live=connected srv_live=exited cli_notify=write"*
like "who will not take what is there" "$out" *"! the server has exited: nobody will take what is queued"*
unlike "there are no slots to count" "$out" *" slots"*
like "an empty line, then the page" "$out" *$'\n\nINDEX'*
vchans slots web01/vchan:0.7/right
unlike "the client is there" "$out" *"! "*
vchans slots -J web01/vchan:0.7/left
passes "the page as JSON" $PYTHON - "$tmp/out" << 'END'
import json, sys
slot, = json.load(open(sys.argv[1]))["slots"]
assert slot["state"] == "page" and slot["type"] == "page", slot
assert slot["record"]["srv_live"] == "exited" and slot["record"]["right_order"] == 11
assert len(slot["faults"]) == 1
END
# a capture does not tell what was named, but has it
vchans --vchan $FOO record -n 2 "$tmp/c.xrc"
run --read "$tmp/c.xrc" list --no-headings -o path
is "a capture: those that are found" "$rc/$out" $'0/web01/vchan:0.7/left\nweb01/vchan:0.7/right'
run --read "$tmp/c.xrc" --vchan $FOO list --no-headings -o path,in_prod web01/vchan:data.foo/left
like "a capture: and who is named again" "$rc/$out" "0/web01/vchan:data.foo/left * 7"

plan
