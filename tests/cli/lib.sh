# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034 # some are for those who source this
# What the tests share. A test sources this, makes its checks and ends with plan.
# patterns are for [[ ]]; none is to become the name of a file
set -u -f

: "${XENRINGTOP:?path of the program}" "${top_srcdir:=.}" "${top_builddir:=.}"
HOSTILE=$top_builddir/tests/cli/hostile
PYTHON=/usr/bin/python3
unset XENRINGTOP_SOURCE XENRINGTOP_COLORS XENRING_DEBUG NO_COLOR COLUMNS LINES POSIXLY_CORRECT
# no test reads what its developer has configured
export LC_ALL=C.UTF-8 TZ=UTC TERM=xterm XENRINGTOP_CONFIG=

for needed in "$XENRINGTOP" "$HOSTILE" $PYTHON; do
	[[ -x $needed ]] || { echo "Bail out! there is no $needed"; exit 1; }
done
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
n_tests=0

ok() { n_tests=$((n_tests + 1)) && echo "ok - $1"; }
not_ok() { n_tests=$((n_tests + 1)) && echo "not ok - $1: ${*:2}"; }
plan() { echo "1..$n_tests"; }

# is NAME GOT WANTED
is()
{
	if [[ $2 == "$3" ]]; then
		ok "$1"
	else
		not_ok "$1" "got \"${2//$'\n'/|}\", wanted \"${3//$'\n'/|}\""
	fi
}

# like NAME TEXT PATTERN (a pattern of [[ ]])
like()
{
	# shellcheck disable=SC2053
	if [[ $2 == $3 ]]; then
		ok "$1"
	else
		not_ok "$1" "\"${2//$'\n'/|}\" is not like \"$3\""
	fi
}

unlike()
{
	# shellcheck disable=SC2053
	if [[ $2 != $3 ]]; then
		ok "$1"
	else
		not_ok "$1" "\"${2//$'\n'/|}\" is like \"$3\""
	fi
}

# passes NAME COMMAND...: it succeeds; what it says is told if not
passes()
{
	local name=$1 said
	shift
	if said=$("$@" 2>&1); then
		ok "$name"
	else
		not_ok "$name" "${said//$'\n'/|}"
	fi
}

# run ARG...: the program; sets out, err and rc
run() { run_as "$XENRINGTOP" "$@"; }
run_as()
{
	rc=0
	"$@" > "$tmp/out" 2> "$tmp/err" < /dev/null || rc=$?
	# what is in a file may hold NUL, a variable may not
	out=$(tr -d '\0' < "$tmp/out")
	err=$(tr -d '\0' < "$tmp/err")
}

# a host whose clock jumps instead of passing
DEMO=fake:demo,fast
demo() { run -s $DEMO "$@"; }
hostile() { run_as "$HOSTILE" "$@"; }

# start ARG...: the program in the background, its pid in pid
start()
{
	rm -f "$tmp/out"
	"$XENRINGTOP" "$@" > "$tmp/out" 2> "$tmp/err" < /dev/null &
	pid=$!
}

# until_true COMMAND...: it succeeds, at most 10 s
until_true() { local i; for ((i = 0; i < 200; i++)); do "$@" && return; sleep 0.05; done; }

# catches SIGNAL: the program has a handler of its own for it; a shell that libtool begins with has one, too
catches()
{
	local caught

	[[ $(readlink "/proc/$pid/exe") == *xenringtop* ]] || return
	caught=$(sed -n 's/^SigCgt:[[:space:]]*//p' "/proc/$pid/status")
	((0x${caught:-0} >> ($(kill -l "$1") - 1) & 1))
}

# stop SIGNAL: sends it; the exit code in rc
stop()
{
	kill -s "$1" "$pid"
	rc=0
	wait "$pid" || rc=$?
}

# usage_error NAME PATTERN ARG...: exit 2, nothing on stdout, a sentence and a hint
usage_error()
{
	local name=$1 pattern=$2
	shift 2
	run "$@"
	if [[ $rc -ne 2 ]]; then
		not_ok "$name" "exit $rc, wanted 2"
	elif [[ -s $tmp/out ]]; then
		not_ok "$name" "standard output is not empty"
	elif [[ $(wc -l < "$tmp/err") -lt 2 || $err != *$'\n'"xenringtop: hint: "* ]]; then
		not_ok "$name" "no hint in \"${err//$'\n'/|}\""
	else
		like "$name" "$err" "xenringtop: $pattern"
	fi
}
