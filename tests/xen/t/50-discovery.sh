#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Many more guests in xenstore than there are: all their devices are shown, as unreadable.
# shellcheck disable=SC2016 # the $ are those of jq, or for the guest's shell
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
need web01
n=25
check "$n guests that are only in xenstore" make_guests "$n"
at_exit remove_guests "$n"
xenringtop list --json >many.json 2>many.err
is 'exit status: done in part' $? 3
json 'each has its rings' many.json \
	"[.rings[] | select(.domid >= 1000)] | (map(.domid) | unique | length) == $n and length == 5 * $n"
json 'none of them can be read, and each says why' many.json \
	'all(.rings[] | select(.domid >= 1000); .error.errno == "ESRCH" and .req_prod == null and .in_prod == null)'
json 'the real ones are read' many.json '[.rings[] | select(.domain == "web01" and .error == null)] | length == 5'
check 'not all are named one by one on standard error' test "$(wc -l <many.err)" -le 15
remove_guests "$n"
xenringtop list --json >many.json 2>/dev/null
is 'removed: exit status' $? 0
json 'removed: they are gone' many.json 'all(.rings[]; .domid < 1000)'
