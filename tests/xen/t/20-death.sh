#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Guests come and go while the program watches them: it notices at once, and never keeps a dead one from being freed.
# shellcheck disable=SC2016 # the $ are those of jq, or for the guest's shell
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
need web01
! domid idle05 >/dev/null 2>\&1 || guest stop idle05

no_zombies() { ! xl list | grep -F '(null)'; }
xenringtop list -n 0 --ndjson -i 0.5 >watch.ndjson 2>watch.err &
watcher=$!
at_exit kill "$watcher"
guest start idle05 >/dev/null &
starter=$!
wait_for 30 domid idle05
d=$(domid idle05)
front=/local/domain/$d/device/vbd/51712 back=/local/domain/0/backend/vbd/$d/51712
connected() { [[ $(xenstore-read "$front/state" "$back/state" 2>/dev/null) == 4$'\n'4 ]]; }
for _ in {1..1000}; do connected && break; done
born=$(now_ns)
wait "$starter"
is 'the guest came up' $? 0
nap 0.7
# Killed in the middle: what it held goes with it. Which of them was to blame if the guest stays, the last check cannot tell.
for sig in KILL TERM INT; do
	: >killed.ndjson
	xenringtop list -n 0 --ndjson -i 0.1 >killed.ndjson 2>/dev/null &
	victim=$!
	wait_for 20 grep -q '"idle05/vif:0/q0/tx"' killed.ndjson
	nap 0.15
	kill "-$sig" "$victim"
	wait "$victim"
	rc=$?
	if [[ $sig == KILL ]]; then
		is 'killed by SIGKILL' $rc 137
	else
		is "SIG$sig ends it as finished" $rc 0
		is "after SIG$sig its last line is whole" "$(tail -c 2 killed.ndjson)" '}'
	fi
done

xl destroy idle05 &
destroyer=$!
for _ in {1..1000}; do xenstore-exists "/local/domain/$d" || break; done
died=$(now_ns)
wait "$destroyer"
nap 2
check 'the program still runs' kill -0 "$watcher"
check 'no domain stays behind as (null), two seconds later' no_zombies
kill "$watcher"
wait "$watcher"
rc=$?
check "SIGTERM ends the watching one ($rc)" test "$rc" -eq 0 -o "$rc" -eq 3
json 'the new guest is shown by the second sample after its disk was connected' watch.ndjson -s \
	"samples_before($born; .path == \"idle05/vbd:51712/q0\" and .req_prod != null) <= 1"
json 'its rings are gone by the second sample after xenstore lost it' watch.ndjson -s \
	"(samples($died) | length) >= 3 and (samples_with(samples($died)[0]; .domid == $d) | length) == 0"
json 'while it died it had errors in at most two samples' watch.ndjson -s \
	'samples_with(0; .domain == "idle05" and .error != null) | length <= 2'
