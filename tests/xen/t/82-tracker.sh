#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Which requests of a ring are open, answered, or kept though their slot is reused: against what the ring's two ends did, at
# every sample of a thousand requests that are answered in random order.
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/xen/t/synth.sh
. "$t_dir/synth.sh"

ring=$d/vbd:60000/q0
synth_live blkif-empty
put_up vbd 60000 live

# churned INTERVAL COMMAND...: samples while synth does that, and, in log, what it did.
churned() {
	local interval=$1
	shift
	gsh small04 'rm -f /tmp/log'
	xenringtop slots -n 0 -i "$interval" --raw -o index,state,id "$ring" >samples 2>samples.err &
	sampler=$!
	at_exit kill "$sampler"
	wait_for 10 test -s samples
	XRT_GSH_LIMIT=90 synth "$@" >churned.out
	nap 0.2
	kill -INT "$sampler"
	wait "$sampler"
	is "$*: exit status of slots" $? 0
	is "$*: nothing on standard error" "$(<samples.err)" ''
	XRT_GSH_LIMIT=90 gsh small04 'cat /tmp/log' >log
}

# compare: each sample with what was so when the indices were those: a line in wrong for what is not so, and the counts.
compare() {
	awk '
		function less(a, b) { return a != b && (b - a + 4294967296) % 4294967296 < 2147483648 }
		FNR == 1 { file++ }
		file == 1 && $1 == "put" { id[$2] = $3; open[$2] = known[$2] = 1; next }
		file == 1 && $1 == "answered" { delete open[$2]; next }
		file == 1 && $1 == "at" {
			at = $2 " " $3
			truth[at] = ""
			for (i in known)
				if (i in open)
					truth[at] = truth[at] " " i (less(i, $3) ? ":kept" : ":open")
				else if (less(i, $3))
					delete known[i]
				else
					truth[at] = truth[at] " " i ":answered"
			next
		}
		function wrong(i, was, got) { print "sample " samples " at " at ": " i " is " was ", not " got >"wrong" }
		function end_sample(   n, i, w, t, want, doubts, shown, so) {
			samples++
			if (!(at in truth)) {
				wrong("it", "never so", "seen")
				return
			}
			n = split(truth[at], t, " ")
			for (i = 1; i <= n; i++) {
				split(t[i], w, ":")
				want[w[1]] = w[2]
				so += w[2] != "answered"
			}
			for (i in got) {
				# A request of which nothing is said may be an answer that is not published yet.
				if (got[i] != "request" && gid[i] != id[i])
					wrong(i, id[i], gid[i])
				# Both say that it is not known whether it is answered, and, of one without slot, gone.
				if (got[i] == "request" ? i in want && want[i] != "kept" : got[i] == "unsure" && (!(i in want) || want[i] == "kept"))
					doubts++
				else if (!(i in want))
					wrong(i, "gone", got[i])
				else if (want[i] != got[i])
					wrong(i, want[i], got[i])
				else {
					is[got[i]]++
					shown += got[i] != "answered"
				}
			}
			# What is open and not shown as such is counted.
			if (shown + unknown != so)
				wrong("open", so, shown " and " unknown)
			for (i in want)
				if (!(i in got) && want[i] != "kept")
					wrong(i, want[i], "left out")
			doubtful += doubts || unknown
		}
		file == 2 && / req_prod / {
			if (seen++)
				end_sample()
			split("", got)
			split("", gid)
			at = ""
			unknown = 0
			for (k = 1; k < NF; k++)
				if ($k == "req_prod" || $k == "rsp_prod")
					at = at (at == "" ? "" : " ") $(k + 1)
			next
		}
		file == 2 && / in flight: / {
			if (match($0, /[0-9]+ not known/))
				unknown = substr($0, RSTART, RLENGTH) + 0
			next
		}
		file == 2 && NF == 3 && $1 ~ /^[0-9]+$/ { got[$1] = $2; gid[$1] = $3 }
		END {
			end_sample()
			print samples + 0, samples - doubtful, is["open"] + 0, is["answered"] + 0, is["kept"] + 0 >"counts"
		}' log samples
}

# judge NAME: nothing but what is so.
judge() {
	: >wrong
	compare
	read -r samples exact open answered kept <counts
	is "$1: what is said at $samples samples is so" "$(head -n 20 wrong)" ''
	check "$1: requests that are open ($open), answered ($answered), kept ($kept)" \
		test "$open" -gt 0 -a "$answered" -gt 0 -a "$kept" -gt 0
}

# Ids that are addresses, used again and again, and indices that pass 2^32. Each step can be seen, but for an emulator that stalls.
synth wrap 'ids 0xffff888004a51c00 0x140' >/dev/null
churned 0.02 'churn 1000 10 25 /tmp/log'
judge 'addresses'
check "addresses: nothing in doubt at $exact of them" test "$samples" -ge 100 -a "$exact" -ge $((samples * 3 / 4))
# Small numbers, and more steps between two samples than can be seen: then it is said what is not known.
synth 'wrap 4294966000' 'ids 0 1' >/dev/null
churned 0.02 'churn 3000 20 2 /tmp/log'
judge 'small numbers, in haste'
check "small numbers, in haste: $samples samples, nothing in doubt at $exact" test "$samples" -ge 20
