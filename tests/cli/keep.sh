#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the interactive view writes: a screen, a selection, a capture, and its settings.
# shellcheck disable=SC2035 # they are patterns and name no files
# shellcheck source=tests/cli/lib.sh
. "${top_srcdir:-.}/tests/cli/lib.sh"

[[ $XENRINGTOP == /* ]] || XENRINGTOP=$PWD/$XENRINGTOP
[[ $top_srcdir == /* ]] || top_srcdir=$PWD/$top_srcdir
mkdir "$tmp/here" && cd "$tmp/here" || exit 1
umask 022
screen() { run -s "$1" __screen "$2" "$3"; }
mode() { stat -c %a "$1"; }
# the one file that is here
the_file() { find . -type f -printf '%P\n'; }
clean() { find . -mindepth 1 -delete; }

# ---- P
screen $DEMO 80x24 '@3 P'
like "P: says where" "$out" *"written to xenringtop-"*.txt*
is "... a file of the screen's time" "$(the_file)" xenringtop-20260101-120003.txt
is "... for nobody else's eyes" "$(mode "$(the_file)")" 600
text=$(cat "$(the_file)")
screen $DEMO 80x24 '@3'
is "... which holds the screen" "$text" "$out"
ln -s target xenringtop-20260101-120003-1.txt
screen $DEMO 80x24 '@3 P'
is "a name that is taken, be it by a link, stays as it is" "$(find . -printf '%P\n' | sort | xargs)" \
	"xenringtop-20260101-120003-1.txt xenringtop-20260101-120003-2.txt xenringtop-20260101-120003.txt"
clean
chmod 555 .
if ((UID)); then
	screen $DEMO 80x24 '@3 P'
	like "where nothing may be written: said" "$out" *"cannot write xenringtop-"*"Permission denied"*
fi
chmod 755 .

# ---- J
clean
screen $DEMO 80x24 '@3 / text:vbd:51728/q0 Enter J'
is "J: a file" "$(the_file)" xenringtop-20260101-120003.json
is "... for nobody else's eyes" "$(mode "$(the_file)")" 600
"$XENRINGTOP" schema > "$tmp/schema"
$PYTHON "$top_srcdir/tests/cli/validate.py" "$tmp/schema" <<< "$(the_file)"$'\tdoc\t-\tJ: as the schema says'
n_tests=$((n_tests + 1))
paths() { $PYTHON -c 'import json, sys; print(*(r["path"] for r in json.load(open(sys.argv[1]))["rings"]))' "$1"; }
like "... with the ring that is selected" "$(paths "$(the_file)")" */vbd:51728/q0
clean
screen $DEMO 80x24 '@3 / text:vbd:51712/q0 Enter Space / text:vbd:51728/q0 Enter Space J'
is "... or those that are marked" "$(paths "$(the_file)" | wc -w)" 2
clean

# ---- F9
screen $DEMO 80x24 '@3 F9 Enter @5 F9'
is "F9: a capture" "$(the_file)" 20260101-120003.xrc
is "... for nobody else's eyes" "$(mode "$(the_file)")" 600
like "... and how much is in it" "$out" *"5 samples in 20260101-120003.xrc"*
run replay --ndjson "$(the_file)"
is "... which can be read" "$rc/$err" 0/
like "... and holds what was seen" "$out" *vbd:51728*
clean
screen $DEMO 80x24 '@3 F9 ^C'
is "... not if it was thought better of" "$(the_file)" ""

# ---- Setup
export XDG_CONFIG_HOME=$tmp/xdg
unset XENRINGTOP_CONFIG
file=$tmp/xdg/xenringtop/config
screen $DEMO 120x40 '@3 F2 w'
like "Setup: says where" "$out" *"written to $file"*
is "... folders and all" "$(mode "$tmp/xdg")/$(mode "${file%/*}")/$(mode "$file")" 700/700/600
is "... where nothing differs from how it is anyway nothing stands in it" "$(cat "$file")" ""
# delay 2s, the scheme after mono, ASCII, the mouse; rings without REQ/S, by their path the other way round
KEYS='@3 F2 Enter Backspace Backspace text:2s Enter Down Enter Down Enter Down Enter Down Enter'
KEYS+=' Down Enter Down Down Down Down Down Enter Esc Down Down Down Down Enter Down Enter Enter Enter'
setup() { run --config "$file" -s $DEMO __screen "$1" "$2"; }
printf '%s\n' '# mine' 'source = fake:busy' '; its colours' 'scheme = mono  ; old eyes' '' '[keys]' 'find = F3 y' > "$file"
setup 120x40 "$KEYS w"
set_up=$(sed -n 2,15p <<< "$out")
is "Setup: what was in the file stays, with its comments" "$(cat "$file")" '# mine
source = fake:busy
; its colours
scheme = high-contrast  ; old eyes
interval = 2s
ascii = yes
mouse = yes

[keys]
find = F3 y

[top.columns]
rings = path,severity,state,fill_ratio,in_flight,responses_per_s,stall_s,protocol,port,backend_port

[top.sort]
rings = -path'
setup 120x40 '@3 F2'
is "... and is read back as it was set" "$(sed -n 2,15p <<< "$out" | tr -d '>' | tr -s ' ')" \
	"$(tr -d '>' <<< "$set_up" | tr -s ' ')"
is "... without a complaint" "$err" ""
before=$(cat "$file")
setup 120x40 '@3 F2 w'
is "... and written once more it is the same" "$(cat "$file")" "$before"
setup 80x24 '@3'
like "... the table is as set up" "$(sed -n 4p <<< "$out")" *RSP/S*
unlike "... without what was hidden" "$(sed -n 4p <<< "$out")" *REQ/S*
# a check's arguments: what is its own anyway is left out
setup_check() { run --config "$tmp/checks" -s $DEMO __screen 80x24 "@3 F2 / text:$1 Enter Enter ^U ${2:+text:$2 }Enter w"; }
printf '%s\n' '[checks]' 'ring.full = after=7  ; mine' > "$tmp/checks"
setup_check ring.unanswered after=5s,critical=2m
is "Setup: arguments of a check" "$(cat "$tmp/checks")" '[checks]
ring.full = after=7  ; mine
ring.unanswered = critical=2m'
setup_check ring.full
is "... its own again" "$(cat "$tmp/checks")" '[checks]
ring.full = after=5s  ; mine
ring.unanswered = critical=2m'
setup_check ring.full after=never
is "... what it does not take is not written" "$(cat "$tmp/checks")" '[checks]
ring.full = after=5s  ; mine
ring.unanswered = critical=2m'
mv "$file" "$tmp/elsewhere"
ln -s "$tmp/elsewhere" "$file"
setup 120x40 '@3 F2 Down Down Enter w'
like "a symbolic link is not written" "$out" *"$file is a symbolic link, and is not written"*
is "... nor what it names" "$(cat "$tmp/elsewhere")" "$before"
is "... and nothing is left behind" "$(find "${file%/*}" -printf '%P ')" " config "
run --no-config -s $DEMO __screen 80x24 '@3 F2 w'
like "--no-config: none is written either" "$out" *"no configuration file for this run"*
printf '[top.columns]\nrings = path,stat\nring = path\n[top.sort]\nrings = -nothing\n' > "$tmp/wrong"
run --config "$tmp/wrong" -s $DEMO __screen 80x24 '@3'
is "mistakes in it are told" "$err" "xenringtop: $tmp/wrong:2: stat: the view rings has no such column
xenringtop: hint: did you mean \"state\"?
xenringtop: $tmp/wrong:3: ring: there is no such view with a table
xenringtop: hint: did you mean \"rings\"?
xenringtop: $tmp/wrong:5: nothing: the view rings has no such column"

plan
