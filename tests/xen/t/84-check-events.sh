#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# check of a ring that blkback serves while its event is lost, and while blkback's thread does not run: the indices are the
# same, and the backend's counter of events tells which it is.
# shellcheck disable=SC2154 # names from lib.sh and synth.sh
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/xen/t/synth.sh
. "$t_dir/synth.sh"
# shellcheck source=tests/xen/t/faults.sh
. "$t_dir/faults.sh"
ring=small04/vbd:60000/q0

new_disk served 8
synth_live --data blkif-empty
serve_disk 60000 live "$dev"
synth 'put 3' >/dev/null
nap 0.3
synth take >/dev/null

watched lost 15s "${but_grants[@]}" small04
synth silent 'put 3' >put
seen
found lost 2 "critical ring.lost-event $ring event"
json 'lost: no event came since' lost.json ".findings[0] | $(reading events_before) == $(reading events)"
check 'lost: one was due, and not sent' grep -q '"notify":true,"knocked":false' put
synth knock >/dev/null
nap 0.5
synth take 'silent off' >/dev/null

starve "$d.xvds-0" 60
# only this device: of netback's threads some may not get their turn, either
watched asleep 15s "${but_grants[@]}" small04/vbd:60000
synth 'put 3' >put
seen
feed
found asleep 2 "critical ring.backend-asleep $ring backend"
json 'asleep: an event came' asleep.json ".findings[0] | $(reading events_before) < $(reading events)"
check 'asleep: it was sent' grep -q '"notify":true,"knocked":true' put

nap 0.5
synth take >/dev/null
looked served 6s "${but_grants[@]}" small04
found served 0
