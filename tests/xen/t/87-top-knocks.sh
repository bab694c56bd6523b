#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The timeline of the interactive view, in tmux in dom0: B binds a port that a frontend offers and shows each knock as it comes,
# and leaving the view gives the port back; K shows a live disk's knocks both ways.
# limit: 240
# shellcheck disable=SC2154 # names from lib.sh and synth.sh
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/xen/t/mux.sh
. "$t_dir/mux.sh"
# shellcheck source=tests/xen/t/synth.sh
. "$t_dir/synth.sh"
need web01
T=/sys/kernel/tracing
# seconds from one refresh to the next
EACH=5

state_of() { lsevtchn "$1" | sed 's/^ *//; s/ *$//' | grep "^ *$2: "; }
ports() { lsevtchn "$1" | sed 's/^ *//; s/ *$//' | sort -n; }
bound() { state_of "$d" "$port" | grep -q 'Connected) - Remote Domain 0'; }
as_before() { [[ $(state_of "$d" "$port") == "$before" ]]; }
# what stands in the list, and not what the line below it says of the selected row
listed() { (($(screen | grep -cE 'knock F to B +bound') >= $1)); }
ours_left() { find $T/instances -maxdepth 1 -name 'xenringtop_*'; grep xenringtop_ $T/kprobe_events; }
probes() { [[ -n $(ours_left) ]]; }
no_probes() { [[ -z $(ours_left) ]]; }
# top OPTIONS...: starts it; pid is its number.
top() {
	rm -f pid
	# shellcheck disable=SC2016 # it is the other shell's
	type_line 'clear; sh -c "echo \$\$ >pid; exec xenringtop top -i '"$EACH $*"'"'
	# what was typed may still stand there
	sees 'it has the terminal' '\[Rings\]'
	pid=$(<pid)
}
ended() { ! kill -0 "$pid"; }
# ask_for NAME PORT: B, and what it asks for.
ask_for() {
	keys B
	sees "$1: B asks for a port" 'Bind DOMAIN:PORT:'
	type_line "$2"
}

synth_live blkif-empty
put_up vbd 51800 live state=3 back/state=1
port=$(xenstore-read "/local/domain/$d/device/vbd/51800/event-channel")
check 'it is offered to dom0' grep -q 'Waiting connection) - Remote Domain 0' <(state_of "$d" "$port")
synth 'put 1' >/dev/null
before=$(state_of "$d" "$port")
live=$(xenstore-read "/local/domain/$(domid web01)/device/vbd/51712/event-channel")
terminal

# ---- B ----

top --tee knocks.xrc
keys 5
sees 'the timeline' '\[Timeline\]'
ports 0 >p0
ask_for "a live disk's port" "web01:$live"
sees "a live disk's port is refused, with the reason" 'nobody can listen to a live one'
check 'and no port has changed' diff p0 <(ports 0)
ask_for 'a port that is offered' "small04:$port"
comes 'it is bound' 20 bound
sees 'the timeline is that of the ring it belongs to' 'small04/vbd:51800/q0 .* heard at small04:'
nap 1
is "Xen's own event is none" "$(screen | grep -cE 'knock F to B +bound')" 0
# only the first put, which was before, knocks by itself
for i in 1 2 3; do
	synth 'put 1' 'knock 1' >/dev/null
	comes "knock $i is a line within one refresh" $EACH listed "$i"
done
is 'each of them is one line' "$(screen | grep -cE 'knock F to B +bound')" 3
sees 'with its port and the index of that moment' "knock F to B +bound +port $port > [0-9]+ +req_prod 4 "
sees 'and in the lane' 'knock F>B .*█'
keys '?'
sees 'help is read meanwhile' 'bind a port'
check 'and does not give it back' bound
keys q
sees 'and left' '\[Timeline\]'
keys 1
comes 'leaving the view gives it back' 20 as_before
xenringtop trace --bind "small04:$port" >out 2>err &
other=$!
comes 'another can bind it' 30 bound
kill $other
wait $other 2>/dev/null
keys 5
ask_for 'again' "small04:$port"
comes 'it is bound again' 20 bound
kill -TERM "$pid"
wait_for 20 ended
comes 'SIGTERM gives it back' 10 as_before
LC_ALL=C.UTF-8 xenringtop -r knocks.xrc __screen 120x40 '/ text:small04/vbd:51800 Enter 5 r @60' >replay 2>&1
check 'what was recorded has the knocks: the list' grep -qE 'knock F to B +bound' replay
check 'and the lane' grep -qE 'knock F>B .*█' replay

# ---- K ----

load web01 disk
at_exit load web01 idle
top web01/vbd:51712
keys 5
sees "a live disk's timeline" 'web01/vbd:51712/q[0-9]+ .* worked out from samples'
keys K
sees 'K: the kernel tells' "heard by the kernel's probes"
check 'its probes are there' probes
sees 'it hears the frontend' 'knock F to B +kernel'
sees 'and the backend' 'knock B to F +kernel'
sees 'both are lanes' 'knock F>B .*█'
sees 'each of them' 'knock B>F .*█'
keys f
sees 'f: a request of it, in its eight steps' '7 answered +[▒█]'
keys f
sees 'f again: knocks are listed' 'knock [FB] to [FB] +kernel'
keys K
sees 'K again: it does not any more' 'worked out from samples'
check 'and nothing is left in tracefs' no_probes
keys Q
wait_for 20 ended
