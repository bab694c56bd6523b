# SPDX-License-Identifier: GPL-2.0-or-later
# What the filters of json (lib.sh) may use.

def hex: ltrimstr("0x") | explode | reduce .[] as $c (0; . * 16 + (if $c > 96 then $c - 87 else $c - 48 end));

# Numbers may be names' values in hexadecimal, flags a list of them; what is less than 0 there is not cut to its size here.
def number:
	if type == "string" then (if startswith("0x") then hex else . end)
	elif type == "array" then (map(number) | add // 0)
	elif type == "boolean" then (if . then 1 else 0 end)
	else . end;

def same($want; $got):
	if ($want | type) == "object" then ($got | type) == "object" and all($want | keys[]; same($want[.]; $got[.]))
	elif ($want | type) == "array" then
		($got | type) == "array" and ($want | length) == ($got | length) and all(range($want | length); same($want[.]; $got[.]))
	elif ($want | type) == "number" then
		($got | number) as $n | $n == $want or ($want < 0 and any(256, 65536, 4294967296; . + $want == $n))
	else $want == $got end;

# What a request has in pages of its own, by what the guest says of these pages: null if it has none.
def elements($pages):
	if .indirect_grefs then [.indirect_grefs[] | $pages[tostring][]][:.nr_segments]
	elif .follow then .follow.n as $n | [.follow.pieces // [] | .[] | select(.length > 0) | $pages["\(.gref)+\(.offset)"][]][:$n]
	else null end;

def slot_differences($case; $pages):
. as $doc
| ([.slots[] | select(.state | IN("kept", "unsure") | not) | { key: (.index | tostring), value: . }] | from_entries) as $got
| (
	("req_prod", "rsp_prod", "req_event", "rsp_event" | select($case[.] != $doc.ring[.]) |
		"\(.): \($case[.]), not \($doc.ring[.])"),
	(if $case.entries != ([$doc.slots[] | select(.state | IN("kept", "unsure") | not)] | length) then
		"slots: \($doc.slots | length), not \($case.entries)" else empty end),
	($case.slots[] | . as $w | elements($pages) as $elements | $got[.index | tostring] as $g |
		if $g == null then "no slot of index \($w.index)"
		elif $g.slot != $w.slot then "index \($w.index) is in slot \($g.slot), not \($w.slot)"
		elif $w.kind != "extra" and ($g.state | if IN("open", "answered") then "request" else . end) != $w.kind then "index \($w.index) is a \($g.state), not a \($w.kind)"
		elif ($g.state == "answered" and ($w.answered | not)) or ($g.state == "open" and $w.answered) then
			"index \($w.index) is \($g.state), but answered: \($w.answered)"
		elif (same($w | del(.index, .slot, .kind, .answered, .follow) | if has("index_member") then .index = .index_member | del(.index_member)
				else . end; $g.record) | not) then
			"index \($w.index): \($w)\n    was decoded as \($g.record)"
		elif $g.id and ($g.id | number) != ([$w.req_id, $w.rqid, $w.id | values][0] | number) then
			"index \($w.index): id \($g.id)"
		elif $elements and $g.state != "answered" and (same($elements; $g.record | .segments // .frames) | not) then
			"index \($w.index): other segments than on its pages"
		else empty end),
	# What nothing was ever written to is not shown as if it were something.
	([$case.slots[].index] as $known | $doc.slots[] | select(.state != "free" and .state != "response" and
		(.index | IN($known[]) | not)) | "index \(.index): a \(.state) from nowhere")
);

# Of a page of events: those that wait, the oldest first.
def event_differences($case):
. as $doc
| [.slots[] | select(.state == "waiting")] as $got
| (
	("in_cons", "in_prod", "out_cons", "out_prod" | select($case[.] != null and $case[.] != $doc.ring[.]) |
		"\(.): \($case[.]), not \($doc.ring[.])"),
	(if $case.events and ($case.events | length) != ($got | length) then "\($got | length) events wait, not \($case.events | length)" else empty end),
	(range($case.events // [] | length) as $i | $case.events[$i] as $w | $got[$i] as $g |
		if $g.index != $w.index or $g.slot != $w.slot then "event \($i) is \($g.index) in slot \($g.slot), not \($w.index) in \($w.slot)"
		elif (same($w | del(.index, .slot) | if has("index_member") then .index = .index_member | del(.index_member) else . end;
				$g.record) | not) then
			"index \($w.index): \($w)\n    was decoded as \($g.record)"
		else empty end)
);

# Of a ring of events, messages or mails: the rows, but for what is only left over.
def row_differences($case): . as $doc
| $case.rings[.ring.ring] as $rows
| [.slots[] | select(.state != "taken" and .state != "free")] as $got
| if $rows == null then "it was read" else
	("in_cons", "in_prod", "out_cons", "out_prod", "in_flight" |
		select($case[.] != null and $doc.ring[.] != null and $case[.] != $doc.ring[.]) | "\(.): \($case[.]), not \($doc.ring[.])"),
	(if ($rows | length) != ($got | length) then "\($got | length) rows, not \($rows | length)" else empty end),
	(range($rows | length) as $i | $rows[$i] as $w | $got[$i] as $g |
		if [$g.index, $g.slot, $g.state, $g.type] != [$w.index, $w.slot, $w.state, $w.type] then
			"row \($i) is \($g | [.index, .slot, .state, .type]), not \($w | [.index, .slot, .state, .type])"
		elif ($g.faults != []) != $w.wrong then "row \($i): \($w)\n    has the faults \($g.faults)"
		elif $w.record != {} and (same($w.record; $g.record) | not) then "row \($i): \($w)\n    was decoded as \($g.record)"
		else empty end)
end;

# $of steps back, as indices count: modulo 2^32.
def ahead($of): (. - $of + 4294967296) % 4294967296;

# A ring whose page says itself how large its queues are: what of that its row has.
def queues_of($ring):
	if has("left_order") | not then {in_cons, in_prod, in_size, out_cons, out_prod, out_size}
	elif $ring == "left" then {in_cons: .left_cons, in_prod: .left_prod, in_size: .left_size}
	else {out_cons: .right_cons, out_prod: .right_prod, out_size: .right_size} end;
# Is there something in it that nobody will take, as the page says?
def is_dead($ring):
	if has("in_error") then .out_prod != .out_cons and .out_error != 0
	elif $ring == "left" then .left_prod != .left_cons and .srv_live == 0
	else .right_prod != .right_cons and .cli_live == 0 end;
def stream_differences($case): . as $doc
| ($case | queues_of($doc.ring.ring)) as $queues
| ($queues | keys[] | select($queues[.] != $doc.ring[.]) | "\(.): \($queues[.]), not \($doc.ring[.])"),
if (.slots | map(.state)) != ["page"] then "the rows are \(.slots | map(.state))" else .slots[0] |
	(if .record | length < 7 then "the page says only \(.record)" else empty end),
	(.record | to_entries[] | .value as $got | select(same($case[.key]; $got) | not) | "\(.key): \($case[.key]), not \($got)"),
	(if (.faults != []) != ($case | is_dead($doc.ring.ring)) then "it has the faults \(.faults)" else empty end)
end;

# How `xenringtop slots --all --raw --json` (input) differs from the lines that synth printed ($want): the first is of the ring, the
# others are of pages that its requests name.
def differences($want):
	$want[0] as $case
	| ([$want[1:][] | select(.seg) | { key: (.gref | tostring), value: .seg },
		{ key: "\(.gref)+\(.offset // 0)", value: .seg }] | from_entries) as $pages
	| [if $case | has("rings") then row_differences($case)
		elif $case | has("events") then event_differences($case)
		elif $case | has("left_order") or has("in_error") then stream_differences($case)
		else slot_differences($case; $pages) end];

# The same of a ring of bytes: its indices and sizes.
def byte_differences($case): .rings[0] as $ring |
	["in_cons", "in_prod", "out_cons", "out_prod" | select($case[.] != $ring[.]) | "\(.): \($case[.]), not \($ring[.])"];

# Of the lines of a run with --ndjson: when samples were taken after $since, when ones with a ring for which f holds, and how
# many were taken before the first of those (null if there is none).
def samples($since): [.[] | select(.type == "sample" and .mono_ns > $since).mono_ns];
def samples_with($since; f): [.[] | select(.type == "ring" and .mono_ns > $since) | select(f).mono_ns] | unique;
def samples_before($since; f): samples_with($since; f)[0] as $first |
	if $first then [samples($since)[] | select(. < $first)] | length else null end;

# What f says of the rings of the Nth sample after $since, from 1 on.
def sample($since; $n; f): samples($since)[$n - 1] as $t | [.[] | select(.type == "ring" and .mono_ns == $t) | f];

# The slots of a blkif document (`slots` without --all) that hold requests. A backend writes its answers from rsp_prod on before it
# moves rsp_prod: the first slots may be answers already, told by what no request of Linux' has: the answer's id, a small number,
# fills the first 8 bytes, so that handle is 0 (where operation then reads as indirect, which has no handle there, nr_segments is).
def is_request: .state | IN("request", "open", "kept", "unsure");
def is_answer: is_request and (.record | if .operation == "indirect" then .nr_segments == 0 else .handle == 0 end);
def requests: .slots | .[(map(is_answer | not) | index(true)) // length:] | map(select(is_request));
