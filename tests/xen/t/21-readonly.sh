#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A stopped guest, looked at from all sides: its grant table, its pages and its nodes are the same afterwards.
# shellcheck disable=SC2016 # the $ are those of jq, or for the guest's shell
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
need web01 pvh03

# freeze GUEST FILE: all that a look could change. The flags of an entry hold whether somebody reads or writes its page.
freeze() {
	local d
	d=$(domid "$1")
	{
		"$tools/gdump" "$d"
		lsevtchn "$d"
		xenstore-ls -f -p "/local/domain/$d"
		xenstore-ls -f -p "/libxl/$d"
		for b in vbd vif; do xenstore-ls -f -p "/local/domain/0/backend/$b/$d"; done
	} >"$2" 2>&1
}
same() { cmp "$1" "$2" || diff "$1" "$2" | head -n 20; cmp -s "$1" "$2"; }

runs() {
	xenringtop list >/dev/null
	if [[ $1 == web01 ]]; then
		xenringtop list --tree >/dev/null
		xenringtop show -v "$1" >/dev/null
		xenringtop list -n 5 -i 0.2 --ndjson "$1" >/dev/null
	fi
	for ring in vbd:51712/q0 vif:0/q0/tx vif:0/q0/rx; do
		xenringtop slots --all --hex -i 0.02 "$1/$ring" >"slots.$1.${ring//\//.}" || return
	done
}

# quiet DOMID 0|1: 0: the bridge sends the guest nothing that is for everybody; netback would put it into its buffers, paused or not.
quiet() {
	local what
	for what in broadcast multicast unicast; do echo "$2" >"/sys/class/net/vif$1.0/brport/${what}_flood" || return; done
}

# blkback lets go of a page that a disk keeps when it was not used for a minute.
unused=/sys/module/xen_blkback/parameters/persistent_grant_unused_seconds
at_exit cp unused.was "$unused"
cat "$unused" >unused.was
check 'the disks keep their pages' eval 'echo 3600 >"$unused"'

for g in web01 pvh03; do
	d=$(domid "$g")
	at_exit quiet "$d" 1
	check "$g: others do not reach it" quiet "$d" 0
	xl pause "$g"
	at_exit xl unpause "$g"
	nap 1
	# What is on its way may still come in: the guest counts as stopped once two looks are the same.
	for _ in 1 2 3 4 5; do
		freeze "$g" before
		freeze "$g" again
		cmp -s before again && break
	done
	check "$g stands still" same before again
	check "$g: its grant table and its pages were read" test "$(grep -c '^page' before)" -gt 20
	is "$g: all pages could be read" "$(grep -c 'not mapped' before)" 0
	check "$g: it is looked at" runs "$g"
	freeze "$g" after
	check "$g: not a bit has changed" same before after
	is "$g: slots were shown" "$(cat "slots.$g".* | grep -c '^    0000  ')" 544
	xl unpause "$g"
	quiet "$d" 1
done
# That it would be seen if there were something to see: the guest runs, and all changes.
nap 0.5
freeze web01 after
check 'a running guest does change' test "$(cmp -s before after; echo $?)" -eq 1
