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

plan
