#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The interactive view on a real terminal in dom0, while guests work, come and go: every view, other sizes, and however it ends
# the terminal is given back.
# limit: 300
# shellcheck disable=SC2154 # names from lib.sh
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/xen/t/mux.sh
. "$t_dir/mux.sh"
need web01 db02
guest stop small04 >/dev/null 2>&1
load web01 disk
at_exit load web01 idle

# modes FILE: the terminal's, as stty has them, its screen, cursor, mouse and keypad.
modes() {
	rm -f "$1"
	type_line "clear; stty -a >$1.new; mv $1.new $1"
	wait_for 10 test -e "$1"
	mux display-message -p '#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{keypad_flag}' >>"$1"
}
# back NAME: the shell has the terminal as it was.
back() {
	sees "$1: the shell is there" 'ready>'
	modes after
	check "$1: the terminal's modes, screen and cursor" diff before after
}
# top: starts it; pid is its number.
top() {
	rm -f pid
	# shellcheck disable=SC2016 # it is the other shell's
	type_line 'clear; sh -c "echo \$\$ >pid; exec xenringtop"'
	sees 'the rings of guests are shown' web01
	pid=$(<pid)
}
ended() { ! kill -0 "$pid"; }

terminal
modes before

top
sees 'a disk under load moves' 'vbd:51712.*busy'
sees 'rates are shown' 'req [0-9]+/s +rsp [0-9]+/s'

# ---- guests come and go ----

check 'a guest is made meanwhile' guest start --idle small04
sees 'it is on the screen' small04
check 'and ended' guest stop small04
gone 'it is not on the screen any more' small04
sees 'the others still are' 'web01'
xl pause web01
nap 2
xl unpause web01
sees 'after a pause it moves again' 'vbd:51712.*busy'

# ---- every view, at every size ----

for view in '2 Grants' '3 Events' '4 Findings' '5 Timeline' '1 Rings'; do
	keys "${view%% *}"
	sees "view ${view#* }" "\[${view#* }\]"
done
# whatever row guests that came and went have left it at
keys Home Enter
sees 'Enter folds a domain' '^> ▸ '
for size in 80x24 60x12 200x60 40x8; do
	mux resize-window -x "${size%x*}" -y "${size#*x}"
	keys j
done
sees 'too small: it says what it needs' '60 x 12'
mux resize-window -x 80 -y 24
sees 'large enough again' 'F1Help'
keys F2
sees 'F2: setup' 'SETTING +VALUE'
keys Escape
keys Home
sees 'and back' '\[Rings\]'
# as it was when modes were looked at
mux resize-window -x 120 -y 40

# ---- it is stopped, and it ends ----

keys C-z
back '^Z'
type_line fg
sees 'fg: the screen is there again' '\[Rings\]'
keys q
wait_for 10 ended
back q
for sig in TERM HUP SEGV; do
	top
	kill -s $sig "$pid"
	wait_for 10 ended
	back "SIG$sig"
done
