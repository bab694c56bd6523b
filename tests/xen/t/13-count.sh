#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A known number of requests: the rings' indices and blkback's own counters agree on it.
# shellcheck disable=SC2016 # the $ are those of jq, or for the guest's shell
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
need db02
domid=$(domid db02)

blkback() {
	local s=/sys/bus/xen-backend/devices/vbd-$domid-51712/statistics
	cat "$s"/{rd_req,wr_req,f_req,ds_req} | awk '{ n += $1 } END { print n }'
}
produced() { xenringtop list --raw --no-headings -o req_prod 'db02/vbd:51712/*' | awk '{ n += $1 } END { print n }'; }

nap 0.5
a=$(blkback) p=$(produced)
is 'the disk is idle' "$(blkback)" "$a"
gsh db02 'dd if=/dev/xvda of=/dev/null bs=64k count=50 iflag=direct & dd if=/dev/zero of=/dev/xvda seek=900 bs=32k count=30 oflag=direct conv=fsync; wait' >/dev/null 2>&1
b=$(blkback) q=$(produced)
check "requests were made ($((b - a)))" test $((b - a)) -ge 80
is 'as many by req_prod of both queues as by blkback' "$((q - p))" "$((b - a))"
xenringtop list --json 'db02/vbd:51712/*' >list.json
json 'all are answered' list.json 'all(.rings[]; .in_flight == 0 and .state == "idle" and .rsp_prod == .req_prod)'
