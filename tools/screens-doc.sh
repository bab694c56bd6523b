#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Prints docs/screens.md: what the tests of screens expect, with a sentence each.
#
# usage: tools/screens-doc.sh TOP
set -eu

top=${1:?usage: screens-doc.sh TOP}
list=$top/tests/screens/TESTLIST

# screen NAME TEXT: the sentence, how one comes there, and the screen
screen()
{
	[ -e "$top/tests/screens/$1.out" ] || { echo "screens-doc.sh: there is no $1" >&2; exit 1; }
	printf '\n%s\n\n' "$2"
	awk -v name="$1" '$1 == name { sub(/^[^ \t]+[ \t]+[0-9]+[ \t]+/, ""); print "    " $0 }' "$list" |
		sed 's/[ \t][ \t]*/ /g; s/^ /    /; s/,fast / /'
	printf '\n```\n'
	cat "$top/tests/screens/$1.out"
	printf '```\n'
}

cat << 'END'
# Screens

Made by `make update-docs` from the screens that the tests expect
(`tests/screens`): what stands here is what the program draws. Above each stands
its source, and the size and keys that lead there (`@10`: ten samples later).

## Rings
END
screen rings-stuck "A disk that does not answer any more: it stands at the top, the cursor is on it, and the last line but one says what is wrong."
screen rings-stuck-wide "The same with room: the selected ring stands beside the list."
screen rings-stuck-small "The smallest there is."
screen rings-stuck-ascii "With --ascii; nothing is said by colour or characters alone."
screen rings-demo "Nothing is wrong: rings stand as they come."
screen rings-big "A large host: what needs no attention is folded."
screen rings-forged "What could not be read, and what was not looked at, says so."
screen rings-flat "t: all rings in one list."
screen rings-filter "F4: only what has this in its path."
screen rings-columns-menu "F7: which columns are shown."
screen rings-explain "e: what the words mean."
printf '\n## Ring\n'
screen ring-stuck "Enter on a ring: its slots, where the four indices stand, and the requests in them. *open or answered*: answers come in any order, and nothing has moved since one looks, so it is not known which."
screen ring-fields "Tab: the fields of the selected slot."
screen ring-hex "x: its bytes, too."
screen ring-stuck-wide "With room the slots run clockwise from the top left."
screen ring-credit "A network card's receive ring: buffers that wait for packets."
screen ring-console "A console has bytes and no slots."
printf '\n## Timeline\n'
screen timeline-stuck "What one ring did. A wake is what was due; the last one before it stood still may be the one that was lost."
screen timeline-follow-wide "f: the next requests of a ring, each through its eight steps. A step has a window, or says why nothing is seen of it."
screen timeline-kernel-after "K: each knock as the kernel sees it, or why it cannot be asked."
printf '\n## Setup\n'
screen setup-changed "F2: what can be set. Enter changes it, w writes the configuration file and leaves all else in it as it stands."
screen setup-columns "The columns of a table."
screen setup-asked "The arguments of a check: what is wrong is judged by them at once."
printf '\n## Help\n'
screen help "?: the keys of the view that one comes from."
printf '\n## Captures\n'
screen replay-start "r: at the first sample of a capture. [ and ] go from one to the next, b to a time."
