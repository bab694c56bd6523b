#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A healthy host under full load: check finds nothing, with the thresholds it comes with.
# limit: 300
# shellcheck disable=SC2016,SC2154 # the guest's $; names from lib.sh
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/xen/t/faults.sh
. "$t_dir/faults.sh"
# another test of this one asks for more
: "${healthy_s:=60}"
need web01 db02 pvh03

for g in web01 db02 pvh03; do
	at_exit load "$g" idle
	# in the emulator a PVH guest panics at an interrupt now and then (in error_entry): it gets few, and not for long
	if [[ $g == pvh03 ]]; then
		load "$g" light
		if ((healthy_s > 60)); then
			{ sleep 60 && load "$g" idle; } &
		fi
		continue
	fi
	load "$g" disk
	gsh "$g" 'ping -q -A 10.77.0.1 >/dev/null 2>&1 & echo $! >>/tmp/load.pids'
done
produced() { xenringtop list --no-headings --raw -o path,req_prod '*/vbd:51712/*' '*/vif:0/*/tx'; }
nap 2
produced >before
looked healthy "${healthy_s}s"
produced >after
for g in db02 pvh03 web01; do load "$g" idle; done
found healthy 0
is 'healthy: nothing on standard error' "$(<healthy.err)" ''
is 'each disk and each network card was busy meanwhile' "$(awk 'NR == FNR { was[$1] = $2; next }
	$2 != was[$1] { split($1, p, "/"); busy[p[1] " " p[2]] } END { for (b in busy) print b }' before after |
	grep -v 'pvh03 vif\|small04' | sort | paste -sd ,)" 'db02 vbd:51712,db02 vif:0,pvh03 vbd:51712,web01 vbd:51712,web01 vif:0'
