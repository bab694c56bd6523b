#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The indices of network rings, to the digit, against what netback itself prints of them.
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
need web01 db02

# netback DOMID QUEUE: a line for tx, one for rx: req_prod rsp_prod req_event rsp_event, and what netback has taken.
netback() {
	awk '$1 == "TX:" || $1 == "RX:" { dir = $1 == "TX:" ? "tx" : "rx" }
		$1 == "req" { rp = $3; re = $9; taken = $6 }
		$1 == "rsp" { print dir, rp, $3, re, $9, taken }' "/sys/kernel/debug/xen-netback/vif$1.0/io_ring_q$2" | sort
}

# compare GUEST QUEUE: retried while packets come in between.
compare() {
	local domid try before after
	domid=$(domid "$1")
	for try in 1 2 3 4 5; do
		before=$(netback "$domid" "$2")
		xenringtop list --no-headings --raw -o ring,req_prod,rsp_prod,req_event,rsp_event,req_cons_min,req_cons_max "$1/vif:0/q$2/*" |
			sed "s/^q$2.//; s/[<>]=//g" | sort >seen
		after=$(netback "$domid" "$2")
		[[ $before == "$after" ]] && break
	done
	check "$1 q$2: a quiet moment, after $try tries" test "$before" = "$after"
	is "$1 q$2: req_prod rsp_prod req_event rsp_event" "$(awk '{ print $1, $2, $3, $4, $5 }' seen)" "$(awk '{ print $1, $2, $3, $4, $5 }' <<<"$before")"
	check "$1 q$2: what netback has taken is within the bounds" within "$before"
}
# Indices this young do not wrap.
within() {
	echo "$1" | sort | paste -d ' ' - seen | awk '$6 < $12 || $6 > $13 { bad = 1; print } END { exit bad || NR != 2 }'
}

# Something must have passed, else zeros are compared with zeros.
for g in web01 db02; do gsh "$g" ping -q -c 2 -i 0.2 10.77.0.1 >/dev/null; done
compare web01 0
compare db02 0
compare db02 1
read -r _ was _ < <(grep ^tx <<<"$(netback "$(domid web01)" 0)")
gsh web01 ping -q -c 3 -i 0.2 10.77.0.1 >/dev/null
compare web01 0
read -r _ is _ < <(grep ^tx seen)
check "they have moved, from $was to $is" test "$is" -ge $((was + 3))
