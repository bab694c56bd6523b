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
