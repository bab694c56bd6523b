#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Targets: names, numbers, patterns, what is below and above, what is not there.
# shellcheck disable=SC2035 # they are patterns and name no files
# shellcheck source=tests/cli/lib.sh
. "${top_srcdir:-.}/tests/cli/lib.sh"

paths() { "$XENRINGTOP" -s $DEMO list -n 1 --no-headings -o path "$@" 2>&1; }
count() { paths "$@" | grep -c .; }

all=$(count)
web=$(count web01)
passes "there is more than one domain" test "$web" -lt "$all"
is "a domain by its number" "$(paths 1)" "$(paths web01)"
is "all domains" "$(count web01 db02 mail03)" "$all"
is "two domains" "$(count web01 db02)" "$((web + $(count db02)))"
is "a pattern of domains" "$(paths 'w*')" "$(paths web01)"
is "the same twice" "$(paths web01 'web*' 1)" "$(paths web01)"
is "a device" "$(paths web01/vbd:51712)" $'web01/vbd:51712/q0\nweb01/vbd:51712/q1'
is "a device, a slash behind it" "$(paths web01/vbd:51712/)" "$(paths web01/vbd:51712)"
is "a ring" "$(paths web01/vbd:51712/q1)" web01/vbd:51712/q1
is "a ring with a slash in it" "$(paths web01/vif:0/q0/tx)" web01/vif:0/q0/tx
is "a pattern of rings" "$(paths '*/vif:*/*/tx')" $'web01/vif:0/q0/tx\ndb02/vif:0/q0/tx\nmail03/vif:0/q0/tx'
is "a pattern of devices" "$(paths 'db02/vbd:*')" $'db02/vbd:51712/q0\ndb02/vbd:51728/q0'
is "a set of characters" "$(paths 'db02/vbd:517[12]*')" $'db02/vbd:51712/q0\ndb02/vbd:51728/q0'
is "any character" "$(paths '?eb01/vbd:51712/q?')" $'web01/vbd:51712/q0\nweb01/vbd:51712/q1'
is "everything" "$(count '*')" "$all"
is "devices" "$(paths --devices 'db02/vbd:*')" $'db02/vbd:51712\ndb02/vbd:51728'
is "the device of a ring" "$(paths --devices web01/vif:0/q0/tx)" web01/vif:0
is "the domain of a ring" \
	"$("$XENRINGTOP" -s $DEMO list --domains --no-headings -o domain web01/vif:0/q0/tx)" web01

missing() # NAME TARGET SUGGESTION
{
	demo list "$2"
	is "$1: exit 1, no output" "$rc/$out" 1/
	like "$1: $2 is named" "$err" "xenringtop: $2: there is no such *"
	like "$1: $3 is suggested" "$err" *$'\nxenringtop: hint: '*"$3"*
}
missing "domain" web1 'did you mean "web01"[?]'
missing "device" web01/vbd:5171 'did you mean "web01/vbd:51712"[?]'
missing "ring" web01/vif:0/q0/xt 'did you mean "web01/vif:0/q0/tx"[?]'
missing "nothing like it" zzzzzzzz 'xenringtop list --tree'
missing "number" 99 'xenringtop list --tree'
missing "device of no domain" nosuch/vbd:1 'xenringtop list --tree'
demo list web01 nosuch
is "one that is there and one that is not: 1, no output" "$rc/$out" 1/
demo show nosuch
is "show: 1" "$rc/$out" 1/
demo slots nosuch
is "slots: 1" "$rc/$out" 1/
demo list -J nosuch
is "--json: 1, no output" "$rc/$out" 1/

# With targets little is looked at, with --tee everything is, and a replay reads what was: each shows the same.
same() # NAME SOURCE ARGUMENTS...
{
	local name=$1 source=$2 plain tee replay
	shift 2
	plain=$("$XENRINGTOP" -s "$source" "$@" 2>&1; echo "exit $?")
	tee=$("$XENRINGTOP" -s "$source" "$@" --tee "$tmp/same.xrc" 2>&1; echo "exit $?")
	is "$name: as with everything looked at" "$plain" "$tee"
	replay=$("$XENRINGTOP" -r "$tmp/same.xrc" "$@" 2>&1; echo "exit $?")
	is "$name: as the replay of that" "$plain" "${replay//file:$tmp\/same.xrc/$source}"
	rm -f "$tmp/same.xrc"
}
for host in demo forged hostile stuck-blk leaking-grants; do
	same "$host: list of one domain" fake:$host,fast list --json 2
	same "$host: its devices" fake:$host,fast list --devices --json 2
	same "$host: the tree of two" fake:$host,fast list --tree 2 3
	same "$host: the tree of a device" fake:$host,fast list --tree 1/vbd:51712
	same "$host: all disks" fake:$host,fast list --ndjson -n 2 -i 1 '*/vbd:*'
	same "$host: a pattern of names" fake:$host,fast list --json '[!d]*0?/v[bi]*'
	same "$host: consoles" fake:$host,fast show -v '*/console:0'
	same "$host: domains" fake:$host,fast list --domains --json 1/vif:0
	same "$host: a ring" fake:$host,fast show --json 1/vbd:51712/q0
	same "$host: its slots" fake:$host,fast slots --json 1/vbd:51712/q0
	same "$host: its slots, again and again" fake:$host,fast slots -n 3 -i 0.5 1/vbd:51712/q0
	same "$host: grants" fake:$host,fast grants --json 2
	same "$host: events" fake:$host,fast events --json 1
	same "$host: events of dom0" fake:$host,fast events --json 0
	same "$host: nothing" fake:$host,fast show 1/vbd:5171
done
same "reconnecting all the time" fake:reconnect,fast list --ndjson -n 20 -i 0.3 web01
same "one of many" fake:big:100,fast list --json guest0050

plan
