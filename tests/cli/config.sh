#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The configuration file: where it is, what it sets, what goes before it, what is wrong with it.
# shellcheck disable=SC2035 # they are patterns and name no files
# shellcheck source=tests/cli/lib.sh
. "${top_srcdir:-.}/tests/cli/lib.sh"

unset XENRINGTOP_CONFIG
export XDG_CONFIG_HOME=$tmp/xdg HOME=$tmp/home
file=$XDG_CONFIG_HOME/xenringtop/config
mkdir -p "${file%/*}" "$HOME/.config/xenringtop"
umask 022

# config LINE...: the user's file
config() { printf '%s\n' "$@" > "$file"; }
heads() { sed 1q "$tmp/out" | tr -s ' '; }

# ---- where it is
demo list
is "no file: nothing is said" "$rc/$err" 0/
default=$(heads)
config 'columns = path,state'
demo list
is "XDG_CONFIG_HOME" "$rc/$err/$(heads)" "0//RING STATE"
XDG_CONFIG_HOME=relative demo list
is "a relative XDG_CONFIG_HOME is none" "$(heads)" "$default"
echo 'columns = path,slots' > "$HOME/.config/xenringtop/config"
XDG_CONFIG_HOME='' demo list
is "the folder .config of HOME" "$(heads)" "RING SLOTS"
demo list --no-config
is "--no-config" "$(heads)" "$default"
echo 'columns = path,kind' > "$tmp/other"
demo list --config "$tmp/other"
is "--config FILE" "$(heads)" "RING KIND"
XENRINGTOP_CONFIG=$tmp/other demo list
is "XENRINGTOP_CONFIG" "$(heads)" "RING KIND"
XENRINGTOP_CONFIG=$tmp/other demo list --config "$file"
is "--config goes before XENRINGTOP_CONFIG" "$(heads)" "RING STATE"
XENRINGTOP_CONFIG='' demo list
is "an empty XENRINGTOP_CONFIG: none" "$(heads)" "$default"
usage_error "--config and --no-config" '--config and --no-config*' list --config "$file" --no-config
demo list --config "$tmp/none"
is "a file that is named and not there: 1" "$rc/$out/$err" "1//xenringtop: $tmp/none: No such file or directory"

# ---- the command line before the environment before the file
config "source = $DEMO" 'color = always' 'ascii = yes' 'no-headings = yes' 'interval = 10ms'
run list
is "source" "$rc/$err" 0/
like "color" "$out" *$'\e['*
unlike "no-headings" "$out" *STATE*
run list -s fake:stuck-blk,fast
unlike "--source goes before source" "$out" *db02*
XENRINGTOP_SOURCE=fake:stuck-blk,fast run list
unlike "XENRINGTOP_SOURCE goes before source" "$out" *db02*
run list --color never
unlike "--color goes before color" "$out" *$'\e['*
NO_COLOR=1 run list
unlike "NO_COLOR goes before color" "$out" *$'\e['*
NO_COLOR=1 run list --color always
like "--color goes before NO_COLOR" "$out" *$'\e['*
run list --color never --tree
is "ascii" "$(LC_ALL=C grep -c '[^ -~]' "$tmp/out")" 0
config 'ascii = no'
demo list --tree
like "ascii = no" "$out" *├*
"$XENRINGTOP" -s fake:demo record -n 2 -i 10ms "$tmp/c.xrc" 2> /dev/null
config "source = fake:nothing"
run list -r "$tmp/c.xrc"
is "--read goes before source" "$rc" 0
run replay "$tmp/c.xrc" list
is "replay does" "$rc/$err" 0/
run --config "$file" list
is "without them it is what is read" "$rc" 2
config "source = $DEMO" 'map = grant' 'vchan = /local/domain/1/data/foo'
run list
is "map is for a live host; vchan" "$rc/$(grep -c data.foo "$tmp/out")" 3/2
config 'interval = 0.5'
demo list --ndjson -n 3
is "interval" "$(grep -c '\"interval_s\": *0.5' "$tmp/out")" 2
demo list --ndjson -n 3 -i 0.25
is "--interval goes before interval" "$(grep -c '\"interval_s\": *0.25' "$tmp/out")" 2
demo explain stuck
is "a key that the command has no use for" "$rc/$err" 0/

# ---- tables
config 'columns = path,state' 'columns = +slots' 'sort = -path' '' '[device]' 'columns = +frontend_path' \
	'sort = -path' '[slot]' 'columns = index'
demo list
is "columns of two lines" "$(heads)" "RING STATE SLOTS"
is "sort" "$(sed 1d "$tmp/out" | cut -d' ' -f1)" "$(sed 1d "$tmp/out" | cut -d' ' -f1 | sort -r)"
demo list -o path
is "--columns goes before columns" "$(heads)" RING
demo list --sort path
is "--sort goes before sort" "$(sed 1d "$tmp/out" | cut -d' ' -f1)" "$(sed 1d "$tmp/out" | cut -d' ' -f1 | sort)"
demo list -v
unlike "--verbose: all columns" "$(heads)" "RING STATE SLOTS"
demo list --devices
like "[device]: others beside the default ones" "$(heads)" "DEVICE *FRONTEND_PATH*"
demo slots web01/vbd:51712/q0
is "[slot]" "$(grep -c '^ *INDEX$' "$tmp/out")" 1
demo list --tree
is "--tree has no columns, and does not mind" "$rc/$err" 0/
demo -J list
a=$(sed 's/"time": "[^"]*"//' "$tmp/out")
demo -J list --no-config
is "JSON is as without" "$a" "$(sed 's/"time": "[^"]*"//' "$tmp/out")"
for shape in $("$XENRINGTOP" columns --no-headings -o table | sort -u); do
	config "[$shape]" 'columns = nosuch'
	demo list
	like "[$shape] is a section" "$err" "xenringtop: $file:2: nosuch: there is no such column*"
done

# ---- colours
config 'color = always' '[colors]' 'good = 1;36' 'head ='
demo list
like "[colors]: of a state" "$out" *$'\e[1;36mbusy\e[0m'*
unlike "[colors]: none" "$out" *$'\e[1m'*
XENRINGTOP_COLORS=good=35 demo list
like "XENRINGTOP_COLORS goes before [colors]" "$out" *$'\e[35mbusy\e[0m'*

# ---- the interactive view
screen() { run --config "$file" -s $DEMO __screen 80x24 "$1"; }
config 'mouse = yes' 'scheme = light' '[keys]' 'pause = W F8' 'step_back = , ['
screen '@3 W'
like "[keys]: another key" "$rc/$err/$out" 0//*PAUSED*
screen '@3 p'
unlike "[keys]: not the one that was" "$out" *PAUSED*
screen '@3 ,'
like "[keys]: a further one" "$out" *"1 BACK"*
config 'scheme = dark' '[keys]' 'pause = d' 'paus = W' 'pause = Hyper' 'pause = 1 2 3 4 5' 'pause ='
screen '@3 p'
like "[keys]: the rest holds" "$out" *PAUSED*
is "[keys]: mistakes" "$err" "xenringtop: $file:1: scheme dark: not default, light, mono or high-contrast
xenringtop: $file:3: pause: one of these keys means delay
xenringtop: $file:4: paus: there is no such action
xenringtop: hint: did you mean \"pause\"?
xenringtop: $file:5: pause: there is no key \"Hyper\"
xenringtop: $file:6: pause: these are more than 4 keys
xenringtop: $file:7: pause: there is no key in it"

# ---- arguments of checks
config '[checks]' 'ring.unanswered = after=1s, critical=3s' 'ring.full=warn=1'
run -s fake:stuck-blk,fast check
like "[checks]: as soon as they say" "$rc/$err/$out" "2//XENRING CRITICAL - *ring.unanswered *"
run -s fake:stuck-blk,fast check --no-config
is "[checks]: --no-config" "$rc/$err" 1/
run -s fake:stuck-blk,fast check ring.unanswered:critical=20s
is "[checks]: the command line goes before them" "$rc" 1
run -s fake:stuck-blk,fast check -w 2 -c 100 --for 6
is "[checks]: so do ranges for all" "$rc" 1
run -s fake:stuck-blk,fast stream -n 4 -i 1 ring.unanswered
like "[checks]: stream" "$out" *'"level":"critical"'*
config '[checks]' 'ring.full = warn=@' 'ring.unansward = after=1s' 'ring.unanswered = after=soon' 'ring.polled = 5' \
	'ring.unread = rate=1,after=2' 'ring.unanswered = critical=4s'
run -s fake:stuck-blk,fast check
is "[checks]: the rest holds" "$rc" 2
is "[checks]: mistakes" "$err" "xenringtop: $file:2: ring.full: \"@\" is no range
xenringtop: $file:3: there is no check \"ring.unansward\"
xenringtop: hint: did you mean \"ring.unanswered\"?
xenringtop: $file:4: ring.unanswered: after is \"soon\", no number that it can be
xenringtop: $file:5: ring.polled: \"5\" has no value
xenringtop: $file:6: ring.unread takes no argument \"rate\""

# ---- mistakes: file, line, what; and the rest holds
mistake() # NAME LINE PATTERN: columns = path in front, LINE is 2
{
	config 'columns = path' "$2"
	demo list
	like "$1: it is said" "$err" "xenringtop: $file:2: $3"
	is "$1: the rest holds" "$rc/$(heads)" "0/RING"
}
mistake "unknown key" 'intervall = 3' 'intervall: there is no such key*hint: did you mean "interval"?'
mistake "key of the command line only" 'json = yes' 'json: there is no such key'
mistake "no key" 'interval' 'neither "key = value", nor "[[]section]", nor a comment'
mistake "time" 'interval = soon' 'interval soon: not a time such as *'
mistake "flag" 'ascii = maybe' 'ascii maybe: not yes or no'
mistake "colour" 'color = red' 'color red: not auto, always or never'
mistake "map" 'map = all' 'map all: not foreign or grant'
mistake "nothing" 'source =' 'source : not text'
mistake "order" 'sort = ring_refs' '--sort ring_refs: the column holds more*'
mistake "section that does not end" '[device' 'neither *'
config 'columns = path' '[devise]' 'sort = path'
demo list
is "section: its key tells" "$err" \
	"xenringtop: $file:3: [devise]: there is no such section"$'\nxenringtop: hint: did you mean "device"?'
config '[device]' 'interval = 3' '[colors]' 'bad = 1' 'good = red' $'crit = 1\e[2J'
demo list
is "sections have their own keys" "$err" "xenringtop: $file:2: interval: there is no such key in [device]
xenringtop: $file:4: bad: there is no such class of states
xenringtop: $file:5: good red: not a colour such as 33 or 1;31
xenringtop: $file:6: crit 1\\x1b[2J: not a colour such as 33 or 1;31"
config 'intervall = 3' 'intervall = 3' 'intervall = 3'
demo list
is "an unknown key is told once" "$(grep -c 'no such key' "$tmp/err")" 1
config 'interval = 2' 'interval = x'
demo list --ndjson -n 2
is "a wrong value leaves the right one" "$(grep -c '\"interval_s\": *2\.0' "$tmp/out")" 1
config $'\xef\xbb\xbf  interval=2 ; with a comment' '# another' '; and one' '' $'\tascii : yes\r'
demo list --ndjson -n 2
is "blanks, comments, other ends of lines" "$err/$(grep -c '\"interval_s\": *2\.0' "$tmp/out")" /1
config 'nosuch = 1'
for c in --help --version "list -h" --dump-cli "-s help"; do
	# shellcheck disable=SC2086 # words
	run $c
	is "$c reads none" "$rc/$err" 0/
done
config "source = $DEMO" 'nosuch = 1'
run __complete target w
is "what completes a line says nothing, and knows the source" "$out/$err" web01//

# ---- files that are none
not_read() # NAME WHAT
{
	demo list
	is "$1" "$rc/$err/$(heads)" "0/xenringtop: $file$2/$default"
}
long=$(printf 'x%.0s' {1..300})
config "source = $long" 'interval = x'
demo list
is "a line that is too long is one" "$(sed 's/.*config//' "$tmp/err")" \
	$':1: the line is too long: more than 198 bytes\n:2: interval x: not a time such as 0.5, 500ms or 2m'
for ((i = 0; i < 2000; i++)); do echo "key$i = $i"; done > "$file"
demo list
is "2000 mistakes: 10 are said" "$rc/$(wc -l < "$tmp/err")" 0/11
like "and that it ends there" "$err" *":10: that is no configuration: what follows is not read"
config 'columns = path'
chmod 666 "$file"
not_read "a file that others may write to" " is not read: others may write to it"
chmod 620 "$file"
not_read "a file that its group may write to" " is not read: others may write to it"
demo list --config "$file"
is "... is read if it is named" "$rc/$err/$(heads)" "0//RING"
chmod 600 "$file"
if ((EUID)); then
	# nobody but root can give a file away: one that is root's is read, one that nobody may read is told
	chmod 0 "$file"
	not_read "a file that cannot be read" ": Permission denied"
else
	chown 65534 "$file"
	not_read "a file of somebody else" " is not read: it belongs to somebody else"
fi
rm "$file"
ln -s nowhere "$file"
demo list
is "a link to nothing" "$rc/$err" 0/
rm "$file"
ln -s config "$file"
not_read "a link to itself" ": Too many levels of symbolic links"
rm "$file"
mkdir "$file"
not_read "a folder" " is not read: it is a folder"
rmdir "$file"
mkfifo "$file"
not_read "a pipe that nobody writes to" " is not read: it is no regular file"
rm "$file"
ln -s /dev/zero "$file"
not_read "a device without end" " is not read: it is no regular file"
rm "$file"
head -c 65537 /dev/zero | tr '\0' '\n' > "$file"
not_read "more than 64 KiB" " is not read: it is larger than 64 KiB"
truncate -s -1 "$file"
demo list
is "64 KiB" "$rc/$err" 0/
head -c 1000 /dev/zero > "$file"
not_read "bytes that are no text" ": that is no text"
: > "$file"
demo list
is "an empty one" "$rc/$err" 0/

# ---- anything: no crash, and at most so much is said; the same bytes each time
$PYTHON - "$tmp/any" << 'END'
import random, sys
rng = random.Random(6)
good = b"source = fake:demo,fast\ncolumns = +slots\n[device]\nsort = -path\n[colors]\ncrit = 1;31\ninterval = 2\n"
for i in range(60):
    text = bytearray(good * rng.randrange(1, 30))
    for _ in range(rng.randrange(1, 40)):
        at = rng.randrange(len(text))
        text[at:at + rng.randrange(3)] = bytes(rng.randrange(1, 256) for _ in range(rng.randrange(4)))
    open("%s%d" % (sys.argv[1], i), "wb").write(text)
END
bad=
for ((i = 0; i < 60; i++)); do
	demo list --config "$tmp/any$i"
	[[ $rc -eq 0 && $(wc -l < "$tmp/err") -le 25 ]] || bad+=" $i:$rc"
done
is "60 files that are spoilt" "$bad" ""

plan
