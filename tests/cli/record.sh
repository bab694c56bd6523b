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
for file in -; do
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
	*$'\r\e[K'"xenringtop: $tmp/cut ends early, after sample 2"$'\r\n\r2 samples, '*

plan
