# shellcheck shell=bash disable=SC2016,SC2034,SC2154 # jq's and the guest's $; names from and for others
# SPDX-License-Identifier: GPL-2.0-or-later
# What the tests with synth share, after lib.sh: synth in small04, told what to do, and its slots compared with ours.
# shellcheck source=tests/xen/attach.sh
. "$tools/attach.sh"
need small04
d=$(domid small04)

# A program in the guest that takes its commands from a pipe; its answers are a file there.
synth_start() {
	gsh small04 'rm -f /tmp/s.*; mkfifo /tmp/s.in; (while [ -e /tmp/s.in ]; do sleep 1; done >/tmp/s.in & synth '"$*"' </tmp/s.in >>/tmp/s.out 2>&1; rm -f /tmp/s.in) >/dev/null 2>&1 &' >/dev/null
	synth_answer
}
# The lines up to the one that ends an answer.
synth_answer() {
	gsh small04 'i=0; until grep -q "^{\"\(done\|error\)\"" /tmp/s.out || [ $i -gt 200 ]; do usleep 20000; i=$((i+1)); done; cat /tmp/s.out; : >/tmp/s.out'
}
synth() {
	gsh small04 "echo '$*' >/tmp/s.in"'; i=0; until grep -q "^{\"\(done\|error\)\"" /tmp/s.out || [ $i -gt 200 ]; do usleep 20000; i=$((i+1)); done; cat /tmp/s.out; : >/tmp/s.out'
}
synth_quit() {
	gsh small04 'echo quit >/tmp/s.in; usleep 200000; cat /tmp/s.out; kill $(pidof synth) 2>/dev/null; rm -f /tmp/s.in' 2>/dev/null
}
clean() {
	synth_quit >/dev/null
	for dev in "${devices[@]}"; do detach small04 "${dev%:*}" "${dev#*:}"; done
} 2>/dev/null
devices=()
at_exit clean
gsh small04 'kill $(pidof synth)' >/dev/null 2>&1

# as_said NAME RING: are the slots what the guest says they are?
as_said() {
	synth print | grep '^{"name"' >want
	xenringtop slots --all --raw --json -i 0.02 "$2" >got 2>got.err
	check "$1: $(grep -o '"kind"' want | grep -c .) slots are said, $(grep -c '"index"' got) shown" test -s want -a -s got
	# the library, then what the guest says, in one file
	cat got want >both
	json "$1: decoded member by member" both -s '. as $all | $all[0] | differences($all[1:])'
}
# compare RING CASE: the same of a case that the guest loads first.
compare() {
	synth "load $2" >loaded
	as_said "$2$abi" "$1"
}
abi=

