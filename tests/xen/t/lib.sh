# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What tests in dom0 source first: checks that print "ok - NAME" or "not ok - NAME: WHY", which the lab counts, and helpers.
# gsh GUEST COMMAND (a command in a guest) and guest start|stop NAME... are programs of dom0.

exec {nap}<>/run/xrt/nap
# A sleep without a process.
nap() { read -rt "$1" -u "$nap" || true; }

ok() { printf 'ok - %s\n' "$1"; }
fail() {
	printf 'not ok - %s: %s\n' "$1" "${2-}"
	return 1
}

# check NAME COMMAND...: good if the command says so; if not, its output is shown.
check() {
	local name=$1 out rc
	shift
	out=$("$@" 2>&1)
	rc=$?
	if ((rc == 0)); then
		ok "$name"
	else
		[[ -z $out ]] || printf '%s\n' "$out" | sed 's/^/# /'
		fail "$name" "$1 returned $rc"
	fi
}

# is NAME GOT EXPECTED
is() { if [[ $2 == "$3" ]]; then ok "$1"; else fail "$1" "got '$2', expected '$3'"; fi; }

domid() { xl domid "$1"; }

# wait_for SECONDS COMMAND...: until the command succeeds; fails if it has not by then.
wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		((SECONDS < end)) || return 1
		nap 0.3
	done
}

# ---- tests of xenringtop ----

# Where `lab test` puts the programs of tests/xen/tools, and attach.sh.
# shellcheck disable=SC2034 # for those that source this
tools=/opt/xrt/tools
t_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/xen/t/answers.sh
. "$t_dir/answers.sh"

# need GUEST...: guests that run and are idle; then we are in an empty directory.
need() {
	local g id rest
	local -A ids=()
	here=$(mktemp -d) && cd "$here" || exit 1
	at_exit rm -rf "$here"
	while read -r g id rest; do ids[$g]=$id; done < <(xl list)
	for g; do
		# The emulator kills one now and then, and it may be just about to be known.
		if [[ -n ${ids[$g]-} ]] && try_load "$g" idle "${ids[$g]}"; then
			:
		elif domid "$g" >/dev/null 2>&1; then
			load "$g" idle
		elif guest start --idle "$g"; then
			echo idle >"/run/xrt/load.$(domid "$g")"
		else
			fail "$g runs" 'it cannot be started'
			exit 1
		fi
	done
}

# load GUEST WHAT [DOMID]: what it is busy with (idle, disk, net); where all are busy, everything here takes ten times as long.
load() { try_load "$@" || fail "$1 is $2" 'it gives no answer'; }
try_load() {
	local mark
	mark=/run/xrt/load.${3:-$(domid "$1")}
	[[ -e $mark && $(<"$mark") == "$2" ]] && return
	# where all is slow an answer may come too late: what it does is done once more then
	if gsh "$1" load "$2" >/dev/null || gsh "$1" load "$2" >/dev/null; then
		echo "$2" >"$mark"
	else
		rm -f "$mark"
		return 1
	fi
}

# at_exit COMMAND...: is run when the test ends, the last one first.
undo=()
at_exit() { undo=("$(printf '%q ' "$@")" "${undo[@]}"); }
run_undo() {
	local u
	json_answers
	for u in "${undo[@]}"; do eval "$u"; done >/dev/null 2>&1
}
trap run_undo EXIT
trap 'exit 143' TERM INT HUP

# json NAME FILE [-s] FILTER: good if jq's FILTER says true of what is in FILE now, or gives the empty list. With -s it gets a
# list of all the documents in FILE. Answered at the end of the test, all at once: to start jq takes a second here.
jsons=() json_files=()
declare -A json_at=()
json() {
	local name=$1 file=$2 how='[0]' at=${#json_files[@]} sum
	shift 2
	if [[ $1 == -s ]]; then
		how=''
		shift
	fi
	sum=$(md5sum <"$file")
	: "${json_at[$sum]:=$at}"
	at=${json_at[$sum]}
	if ((at == ${#json_files[@]})); then
		json_files+=("$here/json.$at")
		cp "$file" "$here/json.$at"
	fi
	jsons+=("$name")
	# shellcheck disable=SC2016 # jq's $
	printf 'def c%d: (%s\n);\ndef d%d: $f%d%s;\n' ${#jsons[@]} "$1" ${#jsons[@]} "$at" "$how" >>"$here/json.jq"
}

# They are answered here, or, if XRT_ANSWERS is a folder, by whoever reads it.
json_answers() {
	local i dir=$here/answers
	((${#jsons[@]})) || return 0
	mkdir "$dir"
	mv "$here"/json.[0-9]* "$dir"
	printf '%s\n' "${jsons[@]}" >"$dir/names"
	{
		cat "$t_dir/json.jq" "$here/json.jq"
		for ((i = 1; i <= ${#jsons[@]}; i++)); do
			printf 'try (d%d | c%d | tojson) catch "error: \\(.)"%s\n' $i $i "$( ((i == ${#jsons[@]})) || echo ,)"
		done
	} >"$dir/questions"
	if [[ -d ${XRT_ANSWERS-} ]]; then
		cp "$dir"/* "$XRT_ANSWERS"
	else
		answers "$dir"
	fi
}

# The monotonic clock, as in mono_ns.
now_ns() {
	local up
	read -r up _ </proc/uptime
	echo "${up/./}0000000"
}

# make_guests N, remove_guests N: N guests that are only in xenstore, with all that web01 has there; from domid 1000 on.
make_guests() {
	local d
	d=$(domid web01)
	for t in "/local/domain/$d" "/local/domain/0/backend/vbd/$d" "/local/domain/0/backend/vif/$d" "/libxl/$d"; do
		xenstore-ls -f "$t"
	done | awk -v d="$d" -v n="$1" '
		match($0, / = "/) {
			path = substr($0, 1, RSTART - 1)
			value = substr($0, RSTART + 4, length($0) - RSTART - 4)
			if (value == "" || path ~ /\/(control|memory|data|drivers|attr|error|cpu)(\/|$)/)
				next
			paths[++all] = path
			values[all] = value
		}
		END {
			for (g = 1000; g < 1000 + n; g++)
				for (i = 1; i <= all; i++) {
					path = paths[i]
					value = values[i]
					sub("/domain/" d "/", "/domain/" g "/", path)
					sub("/vbd/" d "/", "/vbd/" g "/", path)
					sub("/vif/" d "/", "/vif/" g "/", path)
					sub("/libxl/" d "/", "/libxl/" g "/", path)
					sub("/domain/" d "/", "/domain/" g "/", value)
					sub("/vbd/" d "/", "/vbd/" g "/", value)
					sub("/vif/" d "/", "/vif/" g "/", value)
					if (path ~ /frontend-id$/)
						value = g
					if (path ~ "^/local/domain/[0-9]*/name$")
						value = "fake" g
					print "w " path " " value
				}
		}' | "$tools/xsbulk"
}
remove_guests() {
	local g
	for ((g = 1000; g < 1000 + $1; g++)); do
		printf 'r %s\n' "/local/domain/$g" "/local/domain/0/backend/vbd/$g" "/local/domain/0/backend/vif/$g" "/libxl/$g"
	done | "$tools/xsbulk"
}
