#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A guest's own ring to xenstored. While the guest is paused, what it watches for stands in the ring.
# shellcheck disable=SC2016,SC2154 # the $ are those of jq, or for the guest's shell; names from real.sh
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/xen/t/real.sh
. "$t_dir/real.sh"
need small04
d=$(domid small04)

# The four indices stand behind the two queues; the grant of the page is the second of those that Xen itself makes.
words_of_ring() { "$tools/gdump" "$d" ref 1 2048 4 | tr ' ' ,; }
queued() {
	local a b c e
	IFS=, read -r a b c e < <(words_of_ring) && ((e - c > 0 && b == a))
}
at_exit xl unpause small04
xl pause small04
# Every guest's kernel watches how much memory it should have. It has that already.
target=/local/domain/$d/memory/target
for _ in 1 2; do xenstore-write "$target" "$(xenstore-read "$target")"; done
check 'news for the guest wait in the ring' wait_for 5 queued
fact store "[$(words_of_ring)]"
for how in '' --secrets; do xenringtop slots --json $how -i 0.02 small04/store:0/ring; done >slots.json 2>slots.err
with slots.json >both
json 'the indices are those in the page' both -s '.[2].store as $f | .[0].ring | [.out_cons, .out_prod, .in_cons, .in_prod] == $f'
json 'two messages wait for the guest, and nothing is wrong with them' both -s '.[1].slots | map(select(.state != "page")) | length == 2 and
	all(.state == "waiting" and .type == "reply" and .faults == [] and .record.type == "watch_event")'
json 'they are all of what is queued' both -s '.[2].store as $f | [.[1].slots[] | select(.state != "page").record.len + 16] | add == $f[3] - $f[2]'
json 'they say what has changed' both -s 'all(.[1].slots[] | select(.state != "page"); .record.body | startswith("memory/target"))'
json 'nobody is told who does not ask' both -s '.[0].slots | map(select(.state != "page")) | length == 2 and all(.record.body == "redacted")'
xl unpause small04
taken() { ! queued; }
check 'the guest runs again, and takes them' wait_for 5 taken

# ---- xenstored is stopped: what the guest asks waits ----

# Nobody can begin to look then, for to find rings takes xenstore. Who has begun goes on.
xenringtop record --payload -q -i 0.1 -n 0 store.xrc &
recorder=$!
check 'a recording has begun' wait_for 20 test -s store.xrc
# READ name, in a transaction of no number; the kernel gives it a number of its own. In a while, for a command takes xenstore, too.
gsh small04 '(usleep 3000000; printf "\002\000\000\000\007\000\000\000\000\000\000\000\005\000\000\000name\000" >/dev/xen/xenbus) >/dev/null 2>&1 &'
xenstored=$(pidof xenstored)
at_exit kill -CONT "$xenstored"
kill -STOP "$xenstored"
asked() {
	local a b c e
	IFS=, read -r a b c e < <(words_of_ring) && ((b - a == 21 && c == e))
}
check 'a request waits' wait_for 10 asked
: >facts
fact store "[$(words_of_ring)]"
nap 1
kill -INT "$recorder"
nap 0.5
kill -CONT "$xenstored"
wait "$recorder"
is 'recorded: exit status' $? 0
xenringtop -r store.xrc slots --json --secrets small04/store:0/ring >slots.json 2>slots.err
with slots.json >both
json 'the indices are those in the page' both -s '.[1].store as $f | .[0].ring | [.out_cons, .out_prod, .in_cons, .in_prod] == $f'
json 'it is the one that was made' both -s '.[0].slots | map(select(.state != "page")) | length == 1 and (.[0] | .state == "waiting" and
	.type == "request" and .faults == [] and (.record | .type == "read" and .len == 5 and .tx_id == 0 and (.body | startswith("name"))))'
answered() {
	local a b c e
	IFS=, read -r a b c e < <(words_of_ring) && ((a == b && c == e))
}
check 'xenstored runs again, and answers' wait_for 10 answered
