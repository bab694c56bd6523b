#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A replay shows what was shown when it was recorded, at any moment of it, and tells what is missing.
# shellcheck disable=SC2016,SC2035,SC2094 # shells in quotes; patterns that name no files; schema is a file and a command
# shellcheck source=tests/cli/lib.sh
. "${top_srcdir:-.}/tests/cli/lib.sh"

LATER=$top_builddir/tests/cli/later
# hundreds of runs: past libtool's wrapper, whose start takes as long as the program's
if [[ -x $top_builddir/libtool ]]; then
	{ read -r XENRINGTOP && read -r LD_LIBRARY_PATH; } < <("$top_builddir/libtool" --mode=execute \
		-dlopen "$top_builddir/lib/libxenring.la" bash -c 'echo "$0"; echo "$LD_LIBRARY_PATH"' "$XENRINGTOP")
	export LD_LIBRARY_PATH
fi
F=$tmp/f.xrc

# result: what the last run gave, whichever source that was
result() { echo "$rc"; sed -E 's/"source":( ?)"[^"]*"/"source":\1/' "$tmp/out"; cat "$tmp/err"; }

# remember LIST-KIND NAME: the last run's JSON is validated at the end
n_files=0
remember()
{
	n_files=$((n_files + 1))
	cp "$tmp/out" "$tmp/$n_files.json"
	printf '%s\t%s\t-\t%s\n' "$tmp/$n_files.json" "$@" >> "$tmp/list"
}

# as_live NAME SOURCE ARG...: the command over a source, and over the capture that it leaves. They are many: what
# each gave is looked at together, by compare
pairs=()
as_live()
{
	local source=$2 n=${#pairs[@]}
	pairs+=("$1")
	shift 2
	"$XENRINGTOP" -s "$source" "$@" --tee "$F" > "$tmp/$n.live" 2> "$tmp/$n.live-err"
	echo "exit $?" >> "$tmp/$n.live-err"
	"$XENRINGTOP" -r "$F" "$@" > "$tmp/$n.replay" 2> "$tmp/$n.replay-err"
	echo "exit $?" >> "$tmp/$n.replay-err"
}

compare()
{
	local n wrong
	find "$tmp" '(' -name '*.live' -o -name '*.replay' ')' -exec sed -i -E 's/"source":( ?)"[^"]*"/"source":\1""/' {} +
	for n in "${!pairs[@]}"; do
		wrong=$(diff "$tmp/$n.live" "$tmp/$n.replay" && diff "$tmp/$n.live-err" "$tmp/$n.replay-err")
		[[ -s $tmp/$n.live ]] || wrong="nothing is shown"
		is "${pairs[n]}" "${wrong:0:500}" ""
	done
}

# ---- every host, every command
hosts=$("$XENRINGTOP" --source help | sed -n 's/^  fake:\([a-z-]*\).*/\1/p')
is "there are hosts" "$(wc -w <<< "$hosts")" 12
for host in $hosts; do
	[[ $host != big ]] || host=big:3:busy
	from=fake:$host,fast
	as_live "$host: list --devices" "$from" list --devices
	as_live "$host: list --domains --ndjson" "$from" list --domains --ndjson -n 5 -i 4
	as_live "$host: list --tree" "$from" list --tree
	as_live "$host: show" "$from" show -v '*'
	as_live "$host: list --ndjson" "$from" list --ndjson -n 20
	"$XENRINGTOP" -q -s "$from" list --no-headings -o kind,path > "$tmp/rings"
	rings=$(awk '$1 == "slots" { print $2 }' "$tmp/rings")
	[[ $rings ]] || not_ok "$host" "has no ring with slots"
	for ring in $rings; do
		as_live "$host: slots $ring" "$from" slots --all --json "$ring"
	done
done
compare

# ---- all ways to say it
cd "$tmp" || exit
demo record -n 120 f.xrc
run -r f.xrc list --ndjson -n 3
wanted=$(result)
like "it is shown" "$wanted" *'"time":"2026-01-01T12:00:02.000Z"'*
# same NAME ARG...
same()
{
	local name=$1
	shift
	run "$@"
	is "$name" "$(result)" "$wanted"
}
same "replay FILE COMMAND" replay f.xrc list --ndjson -n 3
same "replay FILE without a command lists" replay f.xrc --ndjson -n 3
same "options before it" --ndjson -n 3 replay f.xrc list
same "--read" --read f.xrc list --ndjson -n 3
same "-r behind the command" list --ndjson -n 3 -rf.xrc
same "--source file:FILE" --source file:f.xrc list --ndjson -n 3
same "-s FILE.xrc" -s f.xrc list --ndjson -n 3
same "an absolute name" -s "$tmp/f.xrc" list --ndjson -n 3
XENRINGTOP_SOURCE=f.xrc same "XENRINGTOP_SOURCE" list --ndjson -n 3
XENRINGTOP_SOURCE=fake:nothing same "-r is before XENRINGTOP_SOURCE" -r f.xrc list --ndjson -n 3
XENRINGTOP_SOURCE=fake:nothing same "replay is, too" replay f.xrc list --ndjson -n 3
run_as bash -c '"$0" "$@" < f.xrc' "$XENRINGTOP" replay - list --ndjson -n 3
is "replay - from a file" "$(result)" "$wanted"
run_as bash -c 'cat f.xrc | "$0" "$@"' "$XENRINGTOP" replay - list --ndjson -n 3
is "replay - from a pipe" "$(result)" "$wanted"
run replay f.xrc show web01
shown=$(result)
run -r f.xrc show web01
is "replay FILE show TARGET" "$(result)" "$shown"
run -r f.xrc list -n 3 --ndjson --domains
remember lines "-r FILE list --domains --ndjson"
for doc in "list" "list --devices" "list --domains" "show *" "slots web01/vbd:51712/q0"; do
	# shellcheck disable=SC2086
	run -r f.xrc -J $doc
	remember doc "-r FILE -J $doc"
	is "-r FILE -J $doc: done, quietly" "$rc/$err" 0/
done
run -r f.xrc list nosuch
like "no such domain: 1" "$rc/$out/$err" "1//xenringtop: nosuch: there is no such domain*"

# ---- moments; the samples are those of 12:00:00 to 12:01:59
# times ARG...: of the samples shown, with the time from the one before
times()
{
	run -r f.xrc list --ndjson "$@"
	[[ $rc -eq 0 && -z $err ]] || echo "exit $rc: $err"
	sed -n 's/^{"type":"sample","time":"2026-01-01T\([0-9:]*\)\.000Z".*"interval_s":\([^,]*\),.*/\1~\2/p' "$tmp/out" |
		paste -sd' '
}
at() { is "--at ${*:2}" "$(times --at "${@:2}")" "$1"; }
is "the last sample" "$(times)" "12:01:59~1.0"
at "12:01:00~1.0" 12:01:00
at "12:01:00~1.0" 12:01
at "12:01:00~1.0" 12:01:00.9
at "12:01:00~1.0" 2026-01-01T12:01:00Z
at "12:01:00~1.0" 2026-01-01T12:01:00.999Z
at "12:01:00~1.0" "2026-01-01 12:01:00"
at "12:01:30~1.0" +90
at "12:01:30~1.0" +1.5m
at "12:00:00~null" +0
at "12:00:00~null" +900ms
at "12:01:49~1.0" -10
at "12:01:58~1.0" -500ms
at "12:01:59~1.0" -0
at "12:00:00~null" -1000
at "12:00:00~null" 2025-12-31T00:00:00Z
at "12:01:59~1.0" 2026-01-02T00:00:00Z
at "12:01:59~1.0" 13:00
at "12:01:59~1.0" +1h
# of the day behind, which is behind the end
at "12:01:59~1.0" 11:00
at "12:01:00~1.0 12:01:01~1.0 12:01:02~1.0" 12:01 -n 3
at "12:01:58~1.0 12:01:59~1.0" 12:01:58 -n 0
at "12:01:00~1.0 12:01:01~1.0 12:01:02~1.0" 12:01 --for 2
# as it was shown then, the states of what came before included
run -s fake:stuck-blk,fast list --ndjson -n 40 --tee stuck.xrc
stuck=$(grep -F '"time":"2026-01-01T12:00:30.000Z"' "$tmp/out" | grep -c '"state":"stuck"')
run -r stuck.xrc list --ndjson --at 12:00:30
is "--at: what is stuck by then" "$(grep -c '"state":"stuck"' "$tmp/out")" "$stuck"
passes "something was" test "$stuck" -gt 0
for command in "show *" "slots -J --all web01/vbd:51712/q0" "list --tree"; do
	demo record -n 61 short.xrc
	# shellcheck disable=SC2086
	run -r short.xrc $command
	result > wanted
	# shellcheck disable=SC2086
	run -r f.xrc $command --at 12:01
	result > got
	passes "$command --at: as at the end of a capture that ends there" diff wanted got
done

# ---- steps by its own clock
is "-i 10 -n 3" "$(times -i 10 -n 3)" "12:00:00~null 12:00:10~10.0 12:00:20~10.0"
is "-i 50 -n 0: to its end" "$(times -i 50 -n 0)" "12:00:00~null 12:00:50~50.0 12:01:40~50.0"
is "-i 10 --for 20" "$(times -i 10 --for 20)" "12:00:00~null 12:00:10~10.0 12:00:20~10.0"
is "-i 10 --at" "$(times -i 10 -n 2 --at +5)" "12:00:05~1.0 12:00:15~10.0"
is "-n 0: each sample" "$(times -n 0 | wc -w)" 120
is "-i, but one sample" "$(times -i 10)" "12:01:59~1.0"

# ---- through a pipe, as it comes
demo record -n 1 one.xrc
mkfifo wire
"$XENRINGTOP" -s fake:demo record -n 0 -i 60 - > wire 2> recorder.err &
recorder=$!
"$XENRINGTOP" replay - list -n 0 --ndjson < wire > shown 2> shown.err &
replayer=$!
until_true test -s shown
passes "what is recorded is shown at once" kill -0 $recorder
like "a sample with all its rings" "$(head -1 shown)" '{"type":"sample",*"rings":17,"errors":0}'
kill -s TERM $recorder
rc=0
wait $recorder || rc=$?
is "the recorder ends on a signal: 0" "$rc/$(cat recorder.err)" 0/
rc=0
wait $replayer || rc=$?
is "the replay ends with it: 0" "$rc/$(cat shown.err)" 0/
is "it showed one sample" "$(grep -c '"type":"sample"' shown)/$(wc -l < shown)" 1/18
# piped ARG...: of f.xrc
piped() { run_as bash -c 'cat f.xrc | "$0" "$@"' "$XENRINGTOP" -r - "$@"; }
piped list --ndjson
is "a pipe: each sample" "$(grep -c '"type":"sample"' "$tmp/out")" 120
piped list -J
like "a pipe, one document: of the last sample" "$rc/$out" '0/{*"time": "2026-01-01T12:01:59.000Z",*'
piped list --ndjson --at 12:01:30
like "a pipe, --at" "$rc/$out" '0/{"type":"sample","time":"2026-01-01T12:01:30.000Z",*'
piped list --ndjson --at -0
like "a pipe, --at -0" "$rc/$out" '0/{"type":"sample","time":"2026-01-01T12:01:59.000Z",*'
piped list --at -5
like "a pipe, --at -5: 2" "$rc/$out/$err" "2//xenringtop: --at -SEC: *hint: *"

# ---- recorded again
for host in demo reconnect hostile; do
	run -q -s fake:$host,fast record -n 60 a.xrc
	run -q replay a.xrc record b.xrc
	is "$host: recorded again, quietly" "$out$err" ""
	is "$host: zstd accepts it" "$(zstd -qt b.xrc 2>&1)" ""
	for args in "list -n 0 --ndjson" "list -n 0 --ndjson --domains" "show *"; do
		# shellcheck disable=SC2086
		run -r a.xrc $args
		result > first
		# shellcheck disable=SC2086
		run -r b.xrc $args
		result > second
		passes "$host: $args shows the same" cmp first second
	done
done
run -s $DEMO record -n 10 a.xrc
run -r a.xrc list -n 0 --ndjson
wanted=$(result)
run replay a.xrc record a.xrc
is "over itself" "$rc/$out$err" 0/
run -r a.xrc list -n 0 --ndjson
is "it is what it was" "$(result)" "$wanted"

# ---- usage
usage_error "--at without a capture" "--at is for captures*" -s $DEMO list --at 12:00
usage_error "-r and -s" "--read and --source: *" -r f.xrc -s $DEMO list
usage_error "replay -s" "replay: FILE is what is read; --source *" replay -s $DEMO f.xrc
usage_error "replay -r" "replay: FILE is what is read; --read *" replay -r f.xrc f.xrc list
usage_error "replay without FILE" "replay: FILE *is missing*" replay
usage_error "replay FILE replay" "replay: replay is a command that runs one*" replay f.xrc replay f.xrc
usage_error "replay replay" "f.xrc: there is no such command*" replay replay f.xrc
usage_error "replay FILE nosuch" "nosuch: there is no such command*" replay f.xrc nosuch
usage_error "replay FILE lst" "lst: there is no such command*hint: did you mean \"list\"?" replay f.xrc lst
usage_error "an option that the command has not" "--at does not go with protocols*" replay f.xrc protocols --at 12:00
usage_error "show needs a target in a replay, too" "show: TARGET... is missing*" replay f.xrc show
usage_error "-J of many samples" "--json is one document*" replay f.xrc list -J -n 2
for at in "" now 25:00 12:60 12 2026-01-01 2026-13-01T00:00:00Z 12:00:00+01:00 +x -; do
	usage_error "--at \"$at\"" "--at $at: not a moment*" -r f.xrc list --at "$at"
done

# ---- what is none, or not a whole one
# damaged NAME CODE PATTERN ARG...: the exit code, one sentence; nobody has stumbled
damaged()
{
	local name=$1 code=$2 pattern=$3
	shift 3
	run "$@"
	if [[ $rc -ne $code || $(wc -l < "$tmp/err") -ne 1 ]]; then
		not_ok "$name" "exit $rc, \"${err//$'\n'/|}\""
	else
		like "$name" "$err" "xenringtop: $pattern"
	fi
}
echo "hello, this is a text" > text.xrc
: > empty.xrc
head -c 100000 "$XENRINGTOP" > other.xrc
mkdir folder.xrc
for command in "list" "list -n 0 --ndjson" "show *" "slots web01/vbd:51712/q0" "list --at 12:00" "record r.xrc"; do
	# shellcheck disable=SC2086
	{
	damaged "text, $command: 1" 1 "text.xrc is not a capture *" -r text.xrc $command
	damaged "another file, $command: 1" 1 "other.xrc is not a capture *" -r other.xrc $command
	damaged "nothing in it, $command: 5" 5 "empty.xrc ends before its first whole sample" -r empty.xrc $command
	damaged "a folder, $command: 1" 1 "folder.xrc cannot be read*" -r folder.xrc $command
	damaged "not there, $command: 1" 1 "cannot open nosuch.xrc: No such file*" -r nosuch.xrc $command
	}
	is "nothing is shown" "$out" ""
done
for version in 3 4294967295; do
	"$LATER" $version < f.xrc > later.xrc
	run -r later.xrc list
	like "version $version: 5, a sentence" "$rc/$out/$err" "5//xenringtop: later.xrc*version*"
done
"$LATER" 2 < f.xrc > later.xrc
passes "version 2 is what it was" cmp f.xrc later.xrc
run_as bash -c 'echo text | "$0" replay - list' "$XENRINGTOP"
like "text from a pipe: 1" "$rc/$out/$err" "1//xenringtop: standard input is not a capture*"
run_as bash -c ': | "$0" replay - list' "$XENRINGTOP"
like "nothing from a pipe: 5" "$rc/$out/$err" "5//xenringtop: standard input ends before *"
for command in "list --ndjson" "show -J *" "slots -J web01/vbd:51712/q0" "list --tree --at 12:00:00" "record r.xrc"; do
	head -c 40000 f.xrc > cut.xrc
	# shellcheck disable=SC2086
	damaged "cut, $command: 5" 5 "cut.xrc ends early, after sample *" -r cut.xrc $command
	[[ $command == record* || -s $tmp/out ]] || not_ok "cut, $command" "what can be read is not shown"
	[[ $command != *-J* ]] || remember doc "cut, $command"
done
for args in "-s cut.xrc" "--source file:cut.xrc"; do
	# shellcheck disable=SC2086
	damaged "cut, $args: it is named" 5 "cut.xrc ends early, after sample *" $args list
done
XENRINGTOP_SOURCE=cut.xrc damaged "cut, XENRINGTOP_SOURCE: it is named" 5 "cut.xrc ends early, *" list
run -r r.xrc list
is "recorded again, what is there is whole" "$rc/$err" 0/
run -s fake:big:2:busy,fast record -n 130 small.xrc
size=$(stat -c %s small.xrc)
last=0 stumbled=()
for ((i = 1; i < 20; i++)); do
	head -c $((size * i / 20)) small.xrc > cut.xrc
	run -r cut.xrc list -n 0 --ndjson
	n=$(grep -c '"type":"sample"' "$tmp/out")
	[[ $rc -eq 5 && $(wc -l < "$tmp/err") -eq 1 && $n -ge $last ]] || stumbled+=("$i: $rc $n $err")
	last=$n
done
is "cut anywhere: 5, and the more is left the more is shown" "${stumbled[*]-}" ""
passes "most of it at last" test "$last" -gt 100
stumbled=() least=130
for ((i = 0; i < 20; i++)); do
	$PYTHON -c '
import sys
data = bytearray(open("small.xrc", "rb").read())
data[int(sys.argv[1])] ^= 1 << int(sys.argv[2])
open("flipped.xrc", "wb").write(data)' $((size * i / 20)) $((i % 8))
	run -r flipped.xrc list -n 0 --ndjson
	n=$(grep -c '"type":"sample"' "$tmp/out")
	((n >= least)) || least=$n
	[[ $rc -eq 5 && $(wc -l < "$tmp/err") -eq 1 ]] || stumbled+=("$i: $rc $n $err")
done
is "a bit flipped anywhere: 5, and a sentence" "${stumbled[*]-}" ""
# a frame has at least 60 samples, and the first is not needed for the second
passes "what stands behind the damage is shown" test "$least" -ge 10

# ---- what the errors of a recording say in its replay
run_as "$HOSTILE" -q -s fake:denied:3 record -n 2 -i 10ms denied.xrc
run -r denied.xrc list --ndjson
like "what could not be read: 3" "$rc/$err" "3/*cannot read web01/vbd:51712/q0: *"
remember lines "errors"
run -q -s fake:hostile,fast record -n 3 hostile.xrc
run -r hostile.xrc list --ndjson -n 0
like "a hostile host: 3" "$rc/$err" "3/*cannot read *"
unlike "root does not help who reads a capture" "$err" *"run as root"*
remember lines "a hostile host"
run -r hostile.xrc -J --raw slots --all 1/vbd:51712/q0
remember doc "a hostile ring"

"$XENRINGTOP" schema > schema
$PYTHON "$top_srcdir/tests/cli/validate.py" schema < list > tap 2> err || not_ok "validate.py" "$(tail -1 err)"
cat tap
n_tests=$((n_tests + $(wc -l < tap)))
is "all of them were validated" "$(wc -l < tap)" "$n_files"

plan
