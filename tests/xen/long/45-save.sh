#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A guest is saved and comes back while the program watches: nothing of the old domain is held, all of the new one is shown.
# limit: 300
# shellcheck disable=SC2016 # the $ are those of jq, or for the guest's shell
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
need small04
file=/var/lib/xrt/small04.saved
d=$(domid small04)
load small04 disk
# Its console's log has another name once it is restored, so gsh cannot reach it any more: nobody needs it after this.
at_exit rm -f "$file"
at_exit guest stop small04

xenringtop list -n 0 -i 0.3 --ndjson >watch.ndjson 2>watch.err &
watcher=$!
at_exit kill "$watcher"
wait_for 20 grep -q '"small04/vif:0/q0/tx"' watch.ndjson

# moves DOMID SINCE: in the samples after SINCE its five rings are there, the last time without an error, and the disk's moves.
moves() {
	printf 'samples(%s) as $t | [.[] | select(.type == "ring" and .domid == %s and .mono_ns > %s)] as $r |
	[$r[] | select(.mono_ns == $t[-1])] as $last | [$r[] | select(.device == "vbd:51712" and .req_prod != null).req_prod] as $p |
	($t | length) >= 3 and ($last | length) == 5 and all($last[]; .error == null and (.req_prod // .in_prod) != null) and
	($p | length) >= 2 and $p[0] != $p[-1]' "$2" "$1" "$2"
}

check 'a checkpoint' xl save -c small04 "$file"
back=$(now_ns)
nap 2
is 'it is the same domain' "$(domid small04)" "$d"
check 'nothing is kept as (null) after the checkpoint' test "$(xl list | grep -cF '(null)')" -eq 0
cp watch.ndjson checkpoint.ndjson

check 'saved' xl save small04 "$file"
saved=$(now_ns)
nap 2
check 'the program still runs' kill -0 "$watcher"
check 'no domain is kept as (null), two seconds after' test "$(xl list | grep -cF '(null)')" -eq 0
cp watch.ndjson saved.ndjson

check 'restored' xl restore "$file"
again=$(domid small04)
check "it is another domain ($d, now $again)" test "$again" -gt "$d"
connected() { [[ $(xenstore-read "/local/domain/$again/device/"{vbd/51712,vif/0}/state | paste -sd /) == 4/4 ]]; }
check 'its devices are connected' wait_for 20 connected
restored=$(now_ns)
nap 2
kill "$watcher"
wait "$watcher"
rc=$?
check "SIGTERM ends the watching one ($rc)" test "$rc" -eq 0 -o "$rc" -eq 3
json 'after the checkpoint all its rings are shown again, and move' checkpoint.ndjson -s "$(moves "$d" "$back")"
json 'when it is saved, nothing of it is shown from the second sample on' saved.ndjson -s \
	"(samples($saved) | length) >= 3 and (samples_with(samples($saved)[0]; .domid == $d) | length) == 0"
json 'restored, all its rings are shown as those of the new domain, and move' watch.ndjson -s "$(moves "$again" "$restored")"
