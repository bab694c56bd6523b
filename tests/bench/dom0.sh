#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Figures of the program on a Xen host: of kernel events, of a guest's disk, of many guests; runs in dom0 of the emulated one.
# Prints lines as bench.h does. Many guests take long: xenstored answers 250 requests a second here.
# usage: dom0.sh [N]	N further guests (100) that are only in xenstore
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/t/lib.sh"
n=${1-100}
bench=$(cd "$(dirname "$0")" && pwd)
need web01 db02 pvh03 idle05

# line NAME FIGURE UNIT AGAINST [GOAL]. What is no number could not be had: that is a failure in the end.
lacking=0
line() {
	if [[ ! $2 =~ ^[0-9.]+$ ]]; then
		printf '%-34s could not be had: "%s"\n' "$1" "$2"
		lacking=1
		return
	fi
	awk -v name="$1" -v figure="$2" -v unit="$3" -v against="$4" -v goal="${5-}" 'BEGIN {
		if (goal == "")
			printf "%-34s %9.3f %-8s %s\n", name, figure, unit, against
		else
			printf "%-34s %9.3f %-8s %-44s goal <= %-8g %s\n", name, figure, unit, against, goal,
				figure + 0 <= goal + 0 ? "met" : "NOT MET"
	}'
}
median() { sort -n "$1" | awk '{ a[NR] = $1 } END { if (NR) print a[int((NR + 1) / 2)] }'; }
over() { awk -v a="$1" -v b="$2" 'BEGIN { if (a > 0 && b > 0) printf "%.3f", a / b }'; }
us() { echo "${EPOCHREALTIME/./}"; }
seconds() { awk -v us="$1" 'BEGIN { printf "%.3f", us / 1e6 }'; }

# requests ARGUMENTS...: to xenstored, by a command that shows one sample.
requests() {
	"$tools/xtrace" -o asked xenringtop "$@" -q >/dev/null
	grep -c '^xenstore' asked
}

gsh web01 load idle
gsh db02 load idle
gsh pvh03 load idle

# ---- a steady refresh, beside xentop's ----

# cpu COMMAND...: what it takes of the processor, in us.
cpu() {
	local TIMEFORMAT='%U %S' user sys
	read -r user sys < <({ time "$@" >/dev/null 2>&1; } 2>&1)
	awk -v u="$user" -v s="$sys" 'BEGIN { printf "%d\n", (u + s) * 1e6 }'
}
# refreshes FILE COMMAND...: adds to FILE what one more costs, in ms: 11 less 1, by 10. Their number is the last word.
refreshes() {
	local file=$1 one eleven
	shift
	one=$(cpu "$@" 1)
	eleven=$(cpu "$@" 11)
	awk -v a="$one" -v b="$eleven" 'BEGIN { printf "%.3f\n", (b - a) / 1e4 }' >>"$file"
}
for _ in 1 2 3; do
	refreshes refresh.xentop xentop -b -d 1 -i
	refreshes refresh.ours xenringtop list -i 1 -n
done
theirs=$(median refresh.xentop) ours=$(median refresh.ours)
line 'CPU of a steady refresh' "$(over "$ours" "$theirs")" x "median of 3, $ours ms; xentop -b $theirs ms" 0.5

# ---- the kernel's events ----

"$bench/kernel" emulated || lacking=1

# ---- a guest's disk, while it is looked at ----

# reads N: N times 400 reads of 16 KiB, one after the other, and how long all of them took by the guest's clock, in 10 ms.
reads() {
	local from to
	# shellcheck disable=SC2016 # the guest's $
	read -r from to < <(XRT_GSH_LIMIT=120 gsh web01 'read -r a _ </proc/uptime; for i in $(seq '"$1"'); do'\
		' dd if=/dev/xvda of=/dev/null bs=16k count=400 iflag=direct 2>/dev/null; done;'\
		' read -r b _ </proc/uptime; echo "${a%.*}${a#*.} ${b%.*}${b#*.}"')
	echo $((10#${to:-0} - 10#${from:-0}))
}
# speed N: of so many in MiB a second.
speed() { awk -v n="$1" -v t="$(reads "$1")" 'BEGIN { if (t > 0) printf "%.3f\n", n * 6.25 / (t / 100) }'; }
mux() { tmux -S "$here/mux" -f /dev/null "$@"; }
shown() { mux capture-pane -p | grep -q vbd:51712; }
left() { ! mux has-session; }
at_exit mux kill-server

# begin_HOW: until it is at work; end_HOW. Where it does not begin there is no figure.
begin_nothing() { :; }
end_nothing() { :; }
begin_trace() {
	local d
	d=$(domid web01)
	xenringtop trace "$d/vbd:51712" >traced 2>traced.err &
	watching=$!
	# handlers are watched for the first second
	wait_for 60 grep -q 'tracing .* via' traced.err && nap 2
}
end_trace() {
	kill -TERM "$watching"
	wait "$watching"
	wc -l <traced >>events
}
begin_top() {
	mux new-session -d -x 120 -y 40 'env -u TMUX LC_ALL=C.UTF-8 xenringtop' && wait_for 60 shown && nap 1
}
end_top() {
	mux send-keys q
	wait_for 30 left || mux kill-server
}

# A first run says how many reads take 3 s.
once=$(reads 1)
many=$(((300 + once / 2) / (once > 0 ? once : 300)))
((many)) || many=1
for _ in {1..5}; do
	for how in nothing trace top; do
		if "begin_$how"; then speed "$many" >>"speed.$how"; fi
		"end_$how"
	done
done
alone=$(median speed.nothing)
for how in trace top; do
	line "a disk's throughput with $how" "$(over "$(median "speed.$how")" "$alone")" x \
		"median of $(wc -l <"speed.$how"), $(median "speed.$how") MiB/s; without $alone MiB/s"
done
line 'knocks that trace showed of that' "$(median events)" events "$((many * 400)) reads, $(sed -n 's/.*tracing .* \(via .*\)/\1/p' traced.err)"

# ---- many guests ----

make_guests "$n" || exit 1
at_exit remove_guests "$n"

# Twice each, in turns; the better one counts.
best_ls=0 best_list=0
for _ in 1 2; do
	t=$(us)
	xenstore-ls -f >nodes
	t=$(($(us) - t))
	((best_ls && best_ls < t)) || best_ls=$t
	t=$(us)
	xenringtop list --json -q >list.json
	t=$(($(us) - t))
	((best_list && best_list < t)) || best_list=$t
done
best_list=$((best_list - 200000))
rings=$(jq '.rings | length' list.json)
against="xenstore-ls -f of $(wc -l <nodes) nodes, $(seconds "$best_ls") s"
line "first discovery, $n more guests" "$(seconds "$best_list")" s "of $rings rings"
line 'first discovery' "$(awk -v a="$best_list" -v b="$best_ls" 'BEGIN { print a / b }')" x "$against" 0.40

for what in 'list web01' 'slots web01/vbd:51712/q0'; do
	# shellcheck disable=SC2086 # words
	asked=$(requests $what)
	line "requests of $what" "$asked" requests "$n more guests: a watch and a name of each" $((2 * (n + 5) + 100))
done

# One run, traced: what discovery asks, what a tick costs, and that news still arrive. The last target may mean any device,
# so all are looked at; it shows a ring of db02's.
"$tools/xtrace" -o trace xenringtop list -q -n 0 -i 0.2 --ndjson web01 idle05 '*/*/q1' >>watch.ndjson 2>/dev/null &
tracer=$!
at_exit kill "$tracer"
taken() { (($(samples) >= $1)); }
samples() { grep -c '^{"type":"sample"' watch.ndjson; }
wait_for 600 taken 2
requests=$(grep -c '^xenstore' trace)
line 'requests to xenstored at first' "$requests" requests "$(wc -l <nodes) nodes"
line 'requests per ring' "$(awk -v a="$requests" -v b="$rings" 'BEGIN { print a / b }')" requests "$rings rings"
rss=$(awk '/^VmRSS/ { print $2 / 1024 }' "/proc/$(pidof xenringtop | awk '{ print $1 }')/status")
line 'resident memory' "$rss" MiB "$rings rings, $n guests"
# Ticks are counted by their timer; the first ones may still have news of the start.
first=$(samples)
wait_for 60 taken $((first + 30))
awk '{ a[NR] = $0 } $0 == "syscall ppoll" { p[++n] = NR }
	END { for (i = p[n - 20]; i < p[n]; i++) print a[i] }' trace >ticks
beyond=$(grep -Evxc 'syscall (ppoll|clock_gettime)|write stdout' ticks)
line 'system calls per steady tick' "$(awk -v a="$beyond" 'BEGIN { print a / 20 }')" calls 'beyond the timer and the output' 0

# intervals SINCE FILTER: how many samples were taken after SINCE before FILTER held.
intervals() {
	jq -s --argjson since "$1" '[.[] | select(.type == "sample" and .mono_ns > $since).mono_ns] as $t |
		[.[] | select(.type == "ring")] as $rings |
		first($t | to_entries[] | .value as $at | select([$rings[] | select(.mono_ns == $at)] | '"$2"') | .key)' watch.ndjson
}
d=$(domid web01)
front=/local/domain/$d/device/vbd/51712
ref=$(xenstore-read "$front/ring-ref")
at_exit xenstore-write "$front/ring-ref" "$ref"
: >watch.ndjson
xenstore-write "$front/ring-ref" 4000000
changed=$(now_ns)
nap 3
line 'a changed ring-ref is noticed after' "$(intervals "$changed" 'any(.[]; .path == "web01/vbd:51712/q0" and .error != null)')" \
	samples 'that were shown before it' 1
xenstore-write "$front/ring-ref" "$ref"
gone=$(domid idle05)
: >watch.ndjson
xl destroy idle05 &
for _ in {1..1000}; do xenstore-exists "/local/domain/$gone" || break; done
destroyed=$(now_ns)
wait $!
nap 3
line 'a destroyed guest is noticed after' "$(intervals "$destroyed" "all(.[]; .domid != $gone)")" samples \
	'that were shown after xenstore lost it' 1
line 'domains kept from being freed' "$(xl list | grep -cF '(null)')" domains 'while it still runs' 0
((lacking == 0))
