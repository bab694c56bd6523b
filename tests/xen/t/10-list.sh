#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What list says of three running guests: every ring, its size, its ports, and that it moves.
# shellcheck disable=SC2016 # the $ are those of jq, or for the guest's shell
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
need web01 db02 pvh03

want() {
	local g
	for g in web01 pvh03; do
		printf "$g/%s\n" console:0/ring store:0/ring vbd:51712/q0 vif:0/q0/rx vif:0/q0/tx
	done
	printf 'db02/%s\n' console:0/ring store:0/ring vbd:51712/q{0,1} vif:0/q{0,1}/{rx,tx}
}

# Xenstore's and Xen's own words on each ring, one line a ring: path, references, then both ports.
outside() {
	local g d p port
	for g in web01 db02 pvh03; do
		d=$(domid "$g")
		lsevtchn "$d" >evtchn
		for p in console:0 store:1; do
			port=$(xenstore-read "/local/domain/$d/${p%:*}/port")
			echo "$g/${p%:*}:0/ring ${p#*:} $port $(sed -n "s/^ *$port:.*Remote Domain 0, Port //p" evtchn)"
		done
		xenstore-ls -f "/local/domain/$d/device" | awk -v g="$g" '
			function say(path, port) { print g "/" path, refs[path], port, remote[port] }
			NR == FNR {
				if ($0 ~ /Remote Domain 0,/)
					remote[$1 + 0] = $NF
				next
			}
			{
				split($1, p, "/")
				gsub(/"/, "", $3)
				dev = p[6] ":" p[7]
				q = p[8] ~ /^queue-/ ? "q" substr(p[8], 7) : "q0"
				key = p[8] ~ /^queue-/ ? p[9] : p[8]
			}
			key ~ /^ring-ref/ { path = dev "/" q; refs[path] = refs[path] (refs[path] == "" ? "" : ",") $3 }
			key == "event-channel" { ports[dev "/" q] = $3 }
			key ~ /^[rt]x-ring-ref$/ { refs[dev "/" q "/" substr(key, 1, 2)] = $3 }
			key ~ /^event-channel-[rt]x$/ { ports[dev "/" q "/" substr(key, 15)] = $3 }
			END { for (path in refs) say(path, ports[path]) }' evtchn -
	done | sort
}

load web01 disk
xenringtop list --json -i 1 web01 db02 pvh03 >list.json 2>list.err
is 'exit status' $? 0
is 'nothing on standard error' "$(<list.err)" ''
load web01 idle
jq -r '.rings[] | .path, ("\(.path) \(.ring_refs | map(tostring) | join(",")) \(.port) \(.backend_port)")' \
	list.json >paths
is 'every ring of the guests is listed, and no other' "$(grep -v ' ' paths | sort)" "$(want | sort)"
is 'references are those of xenstore, the ports of both ends those of Xen' "$(grep ' ' paths | sort)" "$(outside)"
json 'no errors' list.json '.errors == [] and all(.rings[]; .error == null)'
json 'all are paired as the toolstack says' list.json 'all(.rings[]; .pairing == "confirmed" and .backend_domid == 0)'
json 'devices are connected at both ends' list.json \
	'all(.rings[] | select(.kind == "slots"); .frontend_state == "connected" and .backend_state == "connected")'
json 'a disk of one page has 32 slots, of four pages 128' list.json \
	'[.rings[] | select(.protocol == "blkif") | [.domain, .slots, .pages]] | sort ==
	[["db02", 128, 4], ["db02", 128, 4], ["pvh03", 32, 1], ["web01", 32, 1]]'
json 'network rings have 256 slots' list.json '[.rings[] | select(.protocol == "netif") | [.slots, .pages]] | unique == [[256, 1]]'
json 'as many references as pages' list.json 'all(.rings[]; (.ring_refs | length) == .pages)'
json 'not more in flight than slots' list.json 'all(.rings[] | select(.kind == "slots"); .in_flight >= 0 and .in_flight <= .slots)'
json 'what the backend has taken lies between answers and requests' list.json \
	'[.rings[] | select(.kind == "slots")] | all(.[]; . as $r | [.req_cons_min, .req_cons_max] |
	all(.[]; ahead($r.rsp_prod) <= ($r.req_prod | ahead($r.rsp_prod))))'
json 'the disk under load moves' list.json \
	'[.rings[] | select(.path == "web01/vbd:51712/q0")] | length == 1 and .[0].requests_per_s > 0 and .[0].responses_per_s > 0'
json 'nothing was torn, nothing has changed hands' list.json 'all(.rings[]; .torn == false and .epoch == 1)'

xenringtop list --no-headings >text
is 'exit status without a target, as text' $? 0
is 'a line per ring, the same and more' "$(grep -cE '^(web01|db02|pvh03)/' text)" 18
xenringtop list --tree web01 >tree
is 'the tree has the domain, its devices, its rings' "$(grep -cE 'web01|vbd:51712|vif:0|console:0|store:0|q0|q0/[tr]x|ring' tree)" 10
