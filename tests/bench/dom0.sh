#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Figures of the program on a Xen host with many guests; runs in dom0 of the emulated one. Prints lines as bench.h does. Takes
# ten minutes: xenstored answers 250 requests a second here.
# usage: dom0.sh [N]	N further guests (300) that are only in xenstore
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/t/lib.sh"
n=${1-300}
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
