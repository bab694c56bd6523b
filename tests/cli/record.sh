#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A capture gets to where it was wanted, whole, and can be read however its recording ended.
# shellcheck disable=SC2035 # they are patterns and name no files
# shellcheck source=tests/cli/lib.sh
. "${top_srcdir:-.}/tests/cli/lib.sh"

TERMINAL=$top_srcdir/tests/cli/terminal.py
box=$tmp/box
mkdir "$box"
F=$box/f.xrc

# samples FILE: how many a replay shows; its exit code in rc, its words in err
samples()
{
	run -r "$1" list -n 0 --ndjson --domains
	n_samples=$(grep -c '^{"type":"sample"' "$tmp/out")
}

# replays NAME FILE SAMPLES: as many, and nothing is wrong with it
replays() { samples "$2" && is "$1" "$rc/$n_samples/$err" "0/$3/"; }

# names [PATTERN]: what is in the box
names() { find "$box" -mindepth 1 -name "${1-*}" -printf '%f\n' | sort | paste -sd' '; }

# whole FILE: ticks and END as they stand in the file
whole() { zstd -qdc "$1" 2> /dev/null | $PYTHON "$top_srcdir/tests/cli/capture.py"; }

# cut_short NAME FILE: a replay shows all its whole samples, and says that it has no end
cut_short()
{
	local ticks end
	# of a frame without an end, zstd may leave out the last
	read -r ticks end < <(whole "$2")
	samples "$2"
	passes "$1: every whole sample is read" test "$n_samples" -ge "$ticks"
	like "$1: it ends early" "$rc/$end/$err" "5/no end/xenringtop: $2 ends early, after sample $n_samples"
}

# ---- how long
demo record -n 5 "$F"
is "record -n 5: done, quietly" "$rc/$out/$err" 0//
replays "-n 5: five samples" "$F" 5
is "they and the end are in the file" "$(whole "$F")" "5 end"
passes "zstd -t accepts it" zstd -qt "$F"
demo record --for 3s "$F"
replays "--for 3s: four samples" "$F" 4
demo record -n 3 -i 10 "$F"
run -r "$F" list -n 0 --ndjson --domains
is "-i 10: ten seconds apart" "$(grep -o '"sample","time":"[^"]*' "$tmp/out" | grep -o '..:..:..' | paste -sd' ')" \
	"12:00:00 12:00:10 12:00:20"
demo record --max-size 60K "$F"
is "--max-size: done" "$rc/$out/$err" 0//
passes "it ends behind the limit" test "$(stat -c %s "$F")" -ge 61440 -a "$(stat -c %s "$F")" -lt 75000
samples "$F"
is "--max-size: a whole capture" "$rc/$(whole "$F")" "0/$n_samples end"
run_as "$HOSTILE" -s fake:denied:3 record -n 2 -i 10ms "$F"
like "what cannot be read: 3, and it is named" "$rc/$err" "3/*cannot read web01/vbd:51712/q0: *"
run -q -r "$F" list
is "it cannot be read in the replay either" "$rc" 3
run_as "$HOSTILE" -q -s fake:denied:3 record -n 2 -i 10ms "$F"
is "-q: nothing is said" "$rc/$err" 3/
hostile -s xen:nodev record "$F"
is "no Xen here: 4" "$rc" 4

# ---- to where
rm -f "$F"
for mask in 000 077 777; do
	(umask $mask && "$XENRINGTOP" -s $DEMO record -n 1 "$box/mask")
	is "umask $mask: mode 0600" "$(stat -c %a "$box/mask")" 600
	rm -f "$box/mask"
done
demo record -n 3 "$F"
is "nothing else is left there" "$(names)" f.xrc
cp "$F" "$tmp/old"
chmod 644 "$F"
ln "$F" "$tmp/other-name"
exec 3< "$F"
demo record -n 2 "$F"
replays "over a file: the new capture" "$F" 2
is "mode 0600, whatever it was" "$(stat -c %a "$F")" 600
passes "the old one was not written to" cmp "$tmp/old" "$tmp/other-name"
passes "who has it open reads it to its end" cmp "$tmp/old" /dev/fd/3
exec 3<&-
(cd "$box" && "$XENRINGTOP" -s $DEMO record -n 3 here.xrc)
replays "a name without a folder" "$box/here.xrc" 3
ln -s "$box" "$tmp/link-to-folder"
demo record -n 1 "$tmp/link-to-folder/g.xrc"
is "a folder may be a link" "$rc/$(stat -c %F "$box/g.xrc")" "0/regular file"
rm "$box/g.xrc" "$box/here.xrc"

# refused NAME FILE PATTERN: exit 1 and a sentence
refused() { demo record -n 1 "$2" && like "$1" "$rc/$out$err" "1/xenringtop: $3"; }
ln -s "$F" "$box/link"
ln -s "$box/nowhere" "$box/dangling"
cp "$F" "$tmp/old"
for link in link dangling; do
	refused "a symbolic link ($link)" "$box/$link" "$box/$link is a symbolic link*hint: *"
	is "it stays one" "$(stat -c %F "$box/$link")" "symbolic link"
done
passes "what it points to is not touched" cmp "$F" "$tmp/old"
is "nor made" "$(names)" "dangling f.xrc link"
refused "a folder" "$box" "cannot open $box: Is a directory"
refused "a folder, with a slash" "$box/" "cannot open $box/: Is a directory"
refused "a folder that is not there" "$box/no/f.xrc" "cannot create *: No such file*"
refused "a file for a folder" "$F/f.xrc" "cannot create *: Not a directory"
is "nothing came of it" "$(names)" "dangling f.xrc link"

# to FILE -n 5, as what is in $tmp/five
demo record -n 5 "$tmp/five"
mkfifo "$box/fifo"
cat "$box/fifo" > "$tmp/got" &
demo record -n 5 "$box/fifo"
wait $!
passes "a fifo gets the same bytes" cmp "$tmp/got" "$tmp/five"
is "and stays one" "$rc/$(stat -c %F "$box/fifo")" "0/fifo"
demo record -n 5 -
is "standard output: done" "$rc/$err" 0/
passes "standard output gets the same bytes" cmp "$tmp/out" "$tmp/five"
# root could replace the machine's own
if [[ $(id -u) -eq 0 ]] && mknod "$box/null" c 1 3; then null=$box/null; else null=/dev/null; fi
demo record -n 5 "$null"
is "a device is written to as it is" "$rc/$err/$(stat -c %F "$null")" "0//character special file"

# ---- a terminal
on_terminal() { run_as $PYTHON "$TERMINAL" "$@"; }
for file in - /dev/tty; do
	on_terminal 12 "$XENRINGTOP" -s $DEMO record -n 1 $file
	like "$file on a terminal: refused" "$rc/$out" "2/xenringtop: a capture is not written to a terminal*"hint*
	is "nothing else is drawn there ($file)" "$(wc -l < "$tmp/out")" 2
done
on_terminal 2 "$XENRINGTOP" -s $DEMO record --for 2 "$F"
is "progress: samples, bytes, time left" \
	"$(tr '\r' '\n' < "$tmp/out" | sed 's/[0-9.]* KiB/N KiB/; s/\x1b\[K/~/' | paste -sd'|')" \
	"|1 sample, N KiB, 2 s left~|2 samples, N KiB, 1 s left~|3 samples, N KiB, 0 s left~|3 samples, N KiB~|"
size=$(tr '\r' '\n' < "$tmp/out" | grep -o '[0-9.]* KiB' | tail -1 | tr -dc '0-9')
passes "the bytes are those of the file" test $((size * 1024 / 10)) -le "$(stat -c %s "$F")" \
	-a $((size * 1024 / 10 + 500)) -ge "$(stat -c %s "$F")"
on_terminal 2 "$XENRINGTOP" -s $DEMO record -n 2 -
like "progress with the capture on standard output" "$(tr -d '\0' < "$tmp/out")" *$'\r1 sample, '*" 1 left"*
on_terminal 2 "$XENRINGTOP" -q -s $DEMO record --for 2 "$F"
is "-q: no progress" "$rc/$out" 0/
head -c 30000 "$tmp/five" > "$tmp/cut"
on_terminal 2 "$XENRINGTOP" -r "$tmp/cut" record "$F"
like "a complaint stands in a line of its own" "$out" \
	*$'\r\e?K'"xenringtop: $tmp/cut ends early, after sample "[0-9]$'\r\n\r'[0-9]" samples, "*

# ---- signals
for sig in INT TERM; do
	rm -f "$F"
	start -s fake:demo record -i 60 "$F"
	until_true test -s "$F"
	stop $sig
	is "SIG$sig: done, quietly" "$rc/$(cat "$tmp/out" "$tmp/err")" 0/
	replays "SIG$sig: a whole capture" "$F" 1
	is "SIG$sig: its end is there" "$(whole "$F")" "1 end"
	start -s fake:demo record "$box/fifo"
	# whether it waits for the fifo's reader by then or not
	until_true catches $sig
	stop $sig
	is "SIG$sig before anything: 130, quietly" "$rc/$(cat "$tmp/err")" 130/
done
has_bytes() { [[ -e $F && $(stat -c %s "$F") -ge $1 ]]; }
for bytes in 30000 150000 300000; do
	rm -f "$F"
	start -s fake:busy record -i 10ms "$F"
	until_true has_bytes $bytes
	samples "$F"
	before=$n_samples
	stop KILL 2> /dev/null
	cut_short "SIGKILL behind $bytes bytes" "$F"
	passes "SIGKILL behind $bytes bytes: as many as before it, or more" test "$n_samples" -ge "$before"
done
passes "SIGKILL: there was more than one sample" test "$n_samples" -gt 1

# ---- no room, no reader
# full NAME FILE REASON: the recording failed for it, and what was written is read
full()
{
	is "$1: 1, a sentence and a hint" "$rc/$err" \
		"1/xenringtop: cannot write $2: $3"$'\n'"xenringtop: hint: what was written can be read; --max-size limits a capture"
	[[ ! -f $2 ]] || cut_short "$1" "$2"
}
demo record /dev/full
full "a device without room" /dev/full "No space left on device"
# tells how much may be written to a file
limited() (ulimit -f 30 && exec "$@")
run_as limited "$XENRINGTOP" -s $DEMO record "$F"
full "a limit to a file's size" "$F" "File too large"
# in a file system of 64 KiB; what is there afterwards is copied out of it
cat > "$tmp/small-disk" << 'END'
mkdir "$1/disk" && mount -t tmpfs -o size=64k none "$1/disk" || exit 99
rc=0
"$2" -s "$3" record "$1/disk/f.xrc" || rc=$?
cp "$1/disk/f.xrc" "$1/"
exit $rc
END
run_as unshare -rm bash "$tmp/small-disk" "$tmp" "$XENRINGTOP" $DEMO
if [[ $rc -eq 99 || $err == unshare:* ]]; then
	ok "a full disk # SKIP no file system may be mounted here: $err"
else
	err=${err//\/disk\//\/}
	full "a full disk" "$tmp/f.xrc" "No space left on device"
fi
"$XENRINGTOP" -s $DEMO record - 2> "$tmp/err" | head -c 100 > /dev/null
is "a closed pipe: 141, quietly" "${PIPESTATUS[0]}/$(cat "$tmp/err")" 141/
head -c 100 "$box/fifo" > /dev/null &
demo record "$box/fifo"
is "a closed fifo: 141, quietly" "$rc/$out$err" 141/

# ---- beside other commands
for args in "list --ndjson -n 3" "list --tree" "show web01" "slots --all -J web01/vbd:51712/q0"; do
	# shellcheck disable=SC2086
	demo $args
	shown=$rc/$out/$err
	rm -f "$F"
	# shellcheck disable=SC2086
	demo $args --tee "$F"
	is "$args --tee: shows the same" "$rc/$out/$err" "$shown"
	is "$args --tee: mode 0600" "$(stat -c %a "$F")" 600
	samples "$F"
	is "$args --tee: a whole capture" "$rc/$(whole "$F")" "0/$n_samples end"
	# shellcheck disable=SC2086
	demo $args --tee /dev/full
	full "$args --tee: no room" /dev/full "No space left on device"
	# shellcheck disable=SC2086
	demo $args --tee "$box/link"
	like "$args --tee: no symbolic link" "$rc/$out/$err" "1//*is a symbolic link*"
	# shellcheck disable=SC2086
	usage_error "$args --tee -" "--tee -: standard output is for what is shown*" -s $DEMO $args --tee -
done
usage_error "replay FILE list --tee -" "--tee -: *" replay "$tmp/five" list --tee -
rm -f "$F"
start -s fake:demo list --ndjson -n 0 -i 60 --tee "$F"
until_true test -s "$tmp/out"
stop TERM
replays "SIGTERM: what list --tee wrote is whole" "$F" 1

# ---- rotation
rotated() { demo record --max-size 60K --rotate "$1" -n "$2" "$box/r.xrc"; }
rotated 2 60
is "--rotate 2: done" "$rc/$out/$err" 0//
is "FILE and two older ones" "$(names "r.xrc*")" "r.xrc r.xrc.1 r.xrc.2"
seen=()
for f in "$box"/r.xrc.2 "$box"/r.xrc.1 "$box"/r.xrc; do
	name=${f##*/}
	run -r "$f" list --ndjson -n 0 -i 1
	is "$name: a whole capture" "$rc/$err" 0/
	mapfile -t -O ${#seen[@]} seen < <(sed -n 's/^{"type":"sample".*"mono_ns":\([0-9]*\)000000000,.*/\1/p' "$tmp/out")
	is "$name: its first sample has all rings, and what they hold" \
		"$(grep '^{"type":"ring"' "$tmp/out" | head -17 | grep -v '"error":null' ; grep '^{"type":' "$tmp/out" |
		sed -n '2,18s/.*"type":"\([^"]*\)".*/\1/p' | sort | uniq -c | tr -s ' ')" " 17 ring"
	is "$name: mode 0600" "$(stat -c %a "$f")" 600
	# a sample more than the limit, and what a first one needs
	passes "$name: not much larger than the limit" test "$(stat -c %s "$f")" -lt 80000
done
is "together they hold the last samples, each of them" "${seen[*]}" "$(seq -s' ' $((86460 - ${#seen[@]})) 86459)"
find "$box" -name "r.xrc*" -delete
for n in 9 10 11 12 13 14 15; do
	rotated 1 $n
	samples "$box/r.xrc"
	passes "-n $n: the newest file has a sample" test "$rc" -eq 0 -a "$n_samples" -ge 1
done
find "$box" -name "r.xrc*" -delete
rotated 0 30
is "--rotate 0: one file" "$rc/$(names "r.xrc*")" "0/r.xrc"
run_as timeout 20 "$XENRINGTOP" -s $DEMO record --max-size 20K --rotate 4294967295 -n 7 "$box/r.xrc"
like "a number of files that never comes" "$rc/$(names "r.xrc*")" "0/r.xrc r.xrc.1 r.xrc.2*"
find "$box" -name "r.xrc*" -delete
mkdir "$box/r.xrc.1"
rotated 1 30
like "a folder is in the way: 1" "$rc/$err" "1/xenringtop: cannot rename *"
samples "$box/r.xrc"
is "what was written is whole" "$rc/$(whole "$box/r.xrc")" "0/$n_samples end"
for f in "$box/fifo" "$null"; do
	kind=$(stat -c %F "$f")
	demo record --max-size 20K --rotate 1 -n 7 "$f"
	like "--rotate: no $kind" "$rc/$err" "1/xenringtop: $f is no regular file*hint: *"
	is "it is where it was" "$(stat -c %F "$f")" "$kind"
done

# ---- what guests write
for secret in "" --payload; do
	demo record -n 30 $secret "$F"
	found=$(zstd -qdc "$F" | grep -a -c -F -e "EXT4-fs (xvda1)" -e "xen_netfront:")
	if [[ $secret ]]; then
		passes "--payload: consoles' text is kept" test "$found" -gt 0
	else
		is "consoles' text is not kept" "$found" 0
	fi
	passes "zstd -t accepts it ($secret)" zstd -qt "$F"
done

# ---- usage
usage_error "no FILE" "record: FILE is missing*" record
usage_error "two FILEs" "record: one argument too many: b*" record a b
for args in "--rotate 2 $F" "--rotate 2 --max-size 1M -"; do
	# shellcheck disable=SC2086
	usage_error "record $args" "--rotate goes with --max-size, and with a file*" -s $DEMO record $args
done
for o in "--at +1" --json --ndjson "--tee $F" --tree; do
	# shellcheck disable=SC2086
	usage_error "record $o" "${o%% *} does not go with record*" -s $DEMO record $o "$F"
done
for o in --payload "--max-size 1M" "--rotate 1"; do
	for c in list "show web01" protocols; do
		# shellcheck disable=SC2086
		usage_error "$c $o" "${o%% *} does not go with ${c%% *}*" -s $DEMO $c $o
	done
done
for size in 0 -1 1X 10MM "" 9999999999G; do
	usage_error "--max-size \"$size\"" "--max-size $size: not a size*" record --max-size "$size" "$F"
done

plan
