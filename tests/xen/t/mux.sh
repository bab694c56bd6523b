# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A terminal in dom0 for the tests of the interactive view, after lib.sh.
# shellcheck disable=SC2154 # names from lib.sh

mux() { tmux -S "$here/mux" -f /dev/null "$@"; }
keys() { mux send-keys "$@"; }
type_line() { mux send-keys -l "$1" && mux send-keys Enter; }
screen() { mux capture-pane -p; }
shows() { screen | grep -qE -- "$1"; }
shows_not() { ! shows "$1"; }
# comes NAME SECONDS COMMAND...: within so long; if not, the screen is shown.
comes() {
	local name=$1 seconds=$2
	shift 2
	if wait_for "$seconds" "$@"; then
		ok "$name"
	else
		screen | sed 's/^/# /'
		fail "$name" "not within $seconds s: $*"
	fi
}
sees() { comes "$1" 30 shows "$2"; }
gone() { comes "$1" 30 shows_not "$2"; }
# terminal: a shell in one of 120x40, whose prompt is "ready> ".
terminal() {
	at_exit mux kill-server
	printf "PS1='ready> '\\nulimit -c 0\\n" >rc
	check 'a terminal' mux new-session -d -x 120 -y 40 "env -u TMUX LC_ALL=C.UTF-8 bash --rcfile rc -i"
	wait_for 10 shows 'ready>'
}
