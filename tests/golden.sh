#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the program prints, byte for byte: the lines of tests/golden/TESTLIST.
#
# usage: tests/golden.sh [NAME...]	those tests, or all (make check)
#        tests/golden.sh --bless NAME	what it prints now is right (make bless TEST=NAME); all: of every test
# shellcheck source=tests/cli/lib.sh
. "${top_srcdir:-.}/tests/cli/lib.sh"

: "${GOLDEN:=$top_srcdir/tests/golden}"
# names of captures are relative, for documents name their source; writable or not, nothing is written here by a test
cd "$GOLDEN" || { echo "Bail out! there is no $GOLDEN"; exit 1; }
export COLUMNS=100

names=()
declare -A status source args
# The table; what is wrong with it is a failure of its own.
read_list()
{
	local name s from rest
	while read -r name s from rest || [[ $name ]]; do
		[[ $name && $name != \#* ]] || continue
		if [[ ! $name =~ ^[a-z0-9][a-z0-9-]*$ || $name == all || ! $s =~ ^[0-9]+$ || ! $from ]]; then
			not_ok "TESTLIST" "\"$name $s $from\" is no name, exit status and source"
		elif [[ ${status[$name]-} ]]; then
			not_ok "TESTLIST" "$name stands twice"
		else
			names+=("$name")
			status[$name]=$s source[$name]=$from args[$name]=$rest
		fi
	done < TESTLIST
	((${#names[@]})) || not_ok "TESTLIST" "there are no tests in it"
}

# Every file here is one that a line names.
check_files()
{
	local f name strangers=()
	local -A known=([TESTLIST]=1 [README.md]=1)
	for name in "${names[@]}"; do
		known[$name.out]=1 known[$name.err]=1
		[[ ${source[$name]} != *.xrc ]] || known[${source[$name]}]=1
		for f in ${args[$name]}; do
			[[ $f != *.txt ]] || known[$f]=1
		done
	done
	while IFS= read -r f; do
		[[ ${known[$f]-} ]] || strangers+=("$f")
	done < <(find . -mindepth 1 -printf '%P\n' | sort)
	is "no file without a line in TESTLIST" "${strangers[*]-}" ""
}

# result NAME: runs the test; its output is in $tmp/out and $tmp/err, its status in rc
result()
{
	local argv=()
	mapfile -t argv < <(xargs -r -n 1 printf '%s\n' <<< "${args[$1]}")
	case ${source[$1]} in
	-) ;;
	*.xrc) argv=(-s "file:${source[$1]}" "${argv[@]}") ;;
	*) argv=(-s "${source[$1]}" "${argv[@]}") ;;
	esac
	run "${argv[@]}"
}

# valid FILE NAME: TAP; JSON is what the schema says. Nothing for what is no JSON.
valid()
{
	local kind=doc
	[[ $(head -c 1 "$1") == "{" ]] || return 0
	[[ $(head -c 8 "$1") != '{"type":' ]] || kind=lines
	[[ -e $tmp/schema ]] || "$XENRINGTOP" schema > "$tmp/schema"
	printf '%s\t%s\t-\t%s\n' "$1" $kind "$2" | $PYTHON "$top_srcdir/tests/cli/validate.py" "$tmp/schema"
}

# differ FILE GOT: their difference, as comments of TAP without control characters
differ() { diff -au --label "$1" --label "$1 now" "$1" "$2" | sed 's/[^[:print:]\t]/?/g; s/^/# /'; }

# check NAME
check()
{
	local name=$1 wrong=() tap
	result "$name"
	[[ $rc -eq ${status[$name]} ]] || wrong+=("exit $rc, wanted ${status[$name]}")
	if [[ ! -e $name.out ]]; then
		wrong+=("there is no $name.out")
	elif ! cmp -s "$name.out" "$tmp/out"; then
		wrong+=("another output")
		differ "$name.out" "$tmp/out"
	fi
	: > "$tmp/wanted"
	[[ ! -e $name.err ]] || cp "$name.err" "$tmp/wanted"
	if ! cmp -s "$tmp/wanted" "$tmp/err"; then
		wrong+=("another standard error")
		cp "$tmp/wanted" "$tmp/$name.err"
		(cd "$tmp" && differ "$name.err" err)
	fi
	if ((${#wrong[@]})); then
		not_ok "$name" "$(printf '%s; ' "${wrong[@]}")if it is right: make bless TEST=$name"
	else
		ok "$name"
	fi
	tap=$(valid "$tmp/out" "$name")
	if [[ $tap ]]; then
		echo "$tap"
		n_tests=$((n_tests + 1))
	fi
}

die() { printf 'golden.sh: %s\n' "$@" >&2; exit 1; }

# What must hold of an output that is to be compared with for ever.
bless()
{
	local name=$1 tap twice
	result "$name"
	[[ $rc -eq ${status[$name]} ]] ||
		die "$name: exit $rc, but TESTLIST says ${status[$name]}; if $rc is right, say so there first" \
			"$(cat "$tmp/err")"
	cp "$tmp/out" "$tmp/first.out"
	cp "$tmp/err" "$tmp/first.err"
	result "$name"
	twice=$(diff -au "$tmp/first.out" "$tmp/out" && diff -au "$tmp/first.err" "$tmp/err") ||
		die "$name: two runs differ, so there is nothing to compare with:" "$twice"
	tap=$(valid "$tmp/out" "$name")
	[[ $tap != not\ ok* ]] || die "$tap"
	touch "$name.out" "$name.err" || die "cannot write to $GOLDEN"
	differ "$name.out" "$tmp/out"
	differ "$name.err" "$tmp/err"
	cat "$tmp/out" > "$name.out" || die "cannot write $GOLDEN/$name.out"
	cat "$tmp/err" > "$name.err" || die "cannot write $GOLDEN/$name.err"
	[[ -s $name.err ]] || rm "$name.err"
	echo "$name is blessed: look at the difference in git before you commit it"
}

chosen()
{
	local name
	for name; do
		[[ ${status[$name]-} ]] || die "there is no test \"$name\" in TESTLIST; there are: ${names[*]}"
	done
}

read_list
if [[ ${1-} == --bless ]]; then
	((n_tests == 0)) || die "nothing is blessed before that is right"
	[[ $# -eq 2 && ${2-} ]] || die "which one? make bless TEST=NAME, one of: ${names[*]}"
	if [[ $2 == all ]]; then set -- "${names[@]}"; else set -- "$2"; fi
	chosen "$@"
	for name; do bless "$name"; done
	exit
fi
chosen "$@"
if (($#)); then
	names=("$@")
else
	check_files
fi
for name in "${names[@]}"; do check "$name"; done
plan
