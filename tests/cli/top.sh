#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The interactive view on a real terminal (tmux): however it ends, the terminal is given back.
# shellcheck disable=SC2035 # they are patterns and name no files
# shellcheck source=tests/cli/lib.sh
. "${top_srcdir:-.}/tests/cli/lib.sh"

command -v tmux > /dev/null || { echo "Bail out! there is no tmux"; exit 1; }
mux() { tmux -S "$tmp/mux" -f /dev/null "$@"; }
trap 'mux kill-server 2> /dev/null; rm -rf "$tmp"' EXIT
cat > "$tmp/rc" << 'END'
PS1='ready> '
ulimit -c 0
END
mux new-session -d -x 80 -y 24 "env -u TMUX bash --rcfile $tmp/rc -i" 2> "$tmp/err" ||
	{ echo "Bail out! tmux: $(cat "$tmp/err")"; exit 1; }
mux set -g remain-on-exit on

keys() { mux send-keys "$@"; }
type_line() { mux send-keys -l "$1" && mux send-keys Enter; }
screen() { mux capture-pane -p; }
shows() { screen | grep -qF -- "$1"; }
shows_not() { ! shows "$1"; }
# sees NAME TEXT: it comes to the screen, within 10 s
sees()
{
	if until_true shows "$2"; then
		ok "$1"
	else
		not_ok "$1" "no \"$2\" in"
		screen | sed 's/^/# /'
	fi
}
state() { mux display-message -p '#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{keypad_flag}'; }
# modes FILE: the terminal's, as stty has them
modes()
{
	rm -f "$1"
	type_line "clear; stty -a > $1.new; mv $1.new $1"
	until_true test -e "$1"
}
# back NAME: the shell has the terminal as it was
back()
{
	until_true shows "ready>"
	modes "$tmp/after"
	is "$1: the terminal's modes" "$(diff "$tmp/before" "$tmp/after")" ""
	is "$1: the shell's screen, its cursor, no mouse, no keypad" "$(state)" "$before"
}
top_env=
# top ARG...: starts it and waits for its screen; pid is its number
top()
{
	rm -f "$tmp/pid"
	type_line "clear; $top_env sh -c 'echo \$\$ > $tmp/pid; exec \"\$@\"' sh $XENRINGTOP $*"
	until_true shows "F1Help"
	until_true test -s "$tmp/pid"
	pid=$(cat "$tmp/pid")
}
ended() { ! kill -0 "$pid" 2> /dev/null; }
status_is()
{
	rm -f "$tmp/status"
	type_line "echo \$? > $tmp/status.new; mv $tmp/status.new $tmp/status"
	until_true test -e "$tmp/status"
	is "$1" "$(cat "$tmp/status")" "$2"
}

until_true shows "ready>"
modes "$tmp/before"
before=$(state)

top -s fake:stuck-blk
sees "without a command on a terminal: the interactive view" "[Rings]"
is "it has the other screen, and no cursor" "$(state)" "1 0 0 1"
sees "the stuck ring is found and marked" "STUCK"
until_true shows "> "
like "... and the cursor is on it" "$(screen | grep '^>')" *xvdb*STUCK*
sees "... and explained below" "20 requests wait"
keys F1
sees "F1: a key that is a sequence" "Help  rings"
keys Escape
sees "Escape by itself" "[Rings]"
for size in 120x40 60x12 40x8 200x60 80x24; do
	mux resize-window -x "${size%x*}" -y "${size#*x}"
	sleep 0.1
	keys j
done
sees "after other sizes" "[Rings]"
is "the screen has as many lines as it has" "$(screen | wc -l)" 24
mux resize-window -x 40 -y 8
sees "too small: says what is needed" "60 x 12"
mux resize-window -x 80 -y 24
sees "large enough again" "F1Help"

keys C-z
until_true shows "Stopped"
back "^Z"
type_line fg
sees "fg: the screen is there again" "[Rings]"
is "... and is the other one" "$(state)" "1 0 0 1"
kill -TSTP "$pid"
until_true shows "Stopped"
back "SIGTSTP"
type_line fg
until_true shows "F1Help"
keys m
until_true shows "mouse selects"
like "m: the mouse is used" "$(state)" "1 0 1 1"
keys q
until_true ended
status_is "q: exit 0" 0
back "q"

for sig in TERM INT HUP QUIT; do
	top -s fake:busy
	kill -s $sig "$pid"
	until_true ended
	status_is "SIG$sig ends it as finished" 0
	back "SIG$sig"
done
for sig in SEGV ABRT BUS; do
	top -s fake:busy --mouse
	kill -s $sig "$pid"
	until_true ended
	status_is "SIG$sig: a crash is still one" "$((128 + $(kill -l $sig)))"
	back "SIG$sig"
done

# while a ring is looked at without a pause keys are answered, and other views
top -s fake:busy
keys / && keys -l vbd:51728 && keys Enter 5
sees "the timeline of a disk" "vbd:51728"
keys f
sees "f: its requests are followed" "7 answered"
keys 1
sees "... another view meanwhile ends that" "[Rings]"
keys 5 f
sees "... and again" "7 answered"
keys K
sees "K: why the kernel does not tell" "only a live host has a kernel to ask"
keys B && keys -l web21:4 && keys Enter
sees "B: why a port is not bound" "only a live host has ports to bind"
kill -TERM "$pid"
until_true ended
status_is "SIGTERM while requests are followed" 0
back "SIGTERM while requests are followed"

# where there is no other screen what stood there does not stay around the shell's
top_env="env TERM=vt100" top -s fake:busy
kill -s SEGV "$pid"
until_true ended
is "TERM=vt100: a crash leaves nothing on the screen" "$(screen | grep -c F1Help)" 0
back "TERM=vt100: SIGSEGV"

for term in vt100 linux xterm xterm-256color screen tmux-256color; do
	top_env="env TERM=$term"
	type_line "clear; $top_env $XENRINGTOP -s fake:stuck-blk -i 0.1"
	sees "TERM=$term" "F1Help"
	keys End Home j k
	sees "TERM=$term: keys" "[Rings]"
	keys Q
	until_true shows "ready>"
done
colors() { mux capture-pane -pe | grep -c $'\033\\[[0-9;]*3[0-7]'; }
type_line "clear; $XENRINGTOP -s fake:busy"
until_true shows "F1Help"
unlike "there are colours" "$(colors)" 0
keys q
until_true shows "ready>"
type_line "clear; NO_COLOR=1 $XENRINGTOP -s fake:busy"
until_true shows "F1Help"
is "NO_COLOR: none" "$(colors)" 0
keys q
until_true shows "ready>"
type_line "clear; $XENRINGTOP -s fake:busy --ascii"
until_true shows "F1Help"
is "--ascii: nothing else is on the screen" "$(screen | LC_ALL=C grep -c '[^ -~]')" 0
keys q
until_true shows "ready>"

# what takes long: nobody waits for it with a key
type_line "clear; export SLOW=$tmp/slow"
echo 50 > "$tmp/slow"
type_line "clear; $HOSTILE -s fake:slow:4000; echo found: \$?"
sees "a first search that takes long has a bar, and says how far it is" "of 64 domains"
sees "... and nothing is paused" "F8Pause"
keys F1
sees "... help meanwhile" "this list of keys"
keys Escape
sees "... and back" "of 64 domains"
rm "$tmp/slow"
sees "... and then what was found" "4000 rings"
keys q
sees "... which q leaves" "found: 0"
echo 3600000 > "$tmp/slow"
type_line "clear; $HOSTILE -s fake:slow:400; echo ended \$?"
sees "a call that does not return: that it works" "q:Quit"
keys q
sees "... q ends it all the same" "ended 0"
back "q, with a call that does not return"
rm "$tmp/slow"

# the answer to a key while each call takes 0.1 s; more than half of them, for others run here, too
echo 100 > "$tmp/slow"
SLOW=$tmp/slow run_as $PYTHON "$top_srcdir/tests/cli/keys.py" "of 64 domains" "?" 11 \
	"$HOSTILE" -s fake:slow:4000
like "keys are answered during a first search" "$out" [0-9]*
echo "# milliseconds until each answer, the median first: ${out//$'\n'/, until it had ended and its exit code: }"
ms=${out%% *}
passes "... within 0.1 s" test "${ms:-1000}" -le 100
like "... and q ends it" "$out" *" 0"
rm "$tmp/slow"

# the way to a moment of a capture
run -s fake:big:40,fast record -n 200 "$tmp/long.xrc"
is "a capture" "$rc" 0
echo 100 > "$tmp/slow"
type_line "clear; $HOSTILE --read $tmp/long.xrc top; echo read: \$?"
sees "a capture that takes long to read: how far it is" "samples"
keys Escape
sees "Esc gives it up, and what was read is shown" "given up"
like "... with its rings" "$(screen)" *" 40 rings"*
rm "$tmp/slow"
keys G ] q
sees "... which goes on from there" "read: 0"

type_line "clear; TERM=dumb $XENRINGTOP -s fake:demo,fast"
sees "TERM=dumb: the list" "REQ_PROD"
type_line "clear; TERM=nosuchterm $XENRINGTOP -s fake:demo,fast top"
sees "TERM that nobody knows: a sentence" "TERM names no terminal that is known here"
back "after that"
type_line "clear; $XENRINGTOP -s fake:demo,fast -n 1"
sees "an option that only lists have: the list" "REQ_PROD"
run -s fake:demo top
is "no terminal: exit 1" "$rc" 1
like "no terminal: what to do" "$err" *"no terminal"*"hint: xenringtop list"*
run -s fake:demo,fast
like "no command and no terminal: the list" "$out" *REQ_PROD*
type_line "clear; $XENRINGTOP -s fake:nosuch"
sees "no such source: said on the shell's screen" "hint: the sources are"
back "after that, too"

plan
