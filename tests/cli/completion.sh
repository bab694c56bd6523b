#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Completions: the scripts are well-formed, and bash's offers the right words.
# shellcheck source=tests/cli/lib.sh
. "${top_srcdir:-.}/tests/cli/lib.sh"
export XENRINGTOP_SOURCE=$DEMO

for shell in bash zsh fish; do
	run completion $shell
	is "$shell: exit 0" "$rc/$err" 0/
	cp "$tmp/out" "$tmp/$shell"
	passes "$shell: the installed one is the same" cmp "$tmp/$shell" \
		"$(find "$top_builddir/completions/$shell" -type f)"
done
passes "bash -n" bash -n "$tmp/bash"
passes "shellcheck" shellcheck -s bash "$tmp/bash"
passes "zsh -n" zsh -n "$tmp/zsh"
passes "fish -n" fish -n "$tmp/fish"
for o in $("$XENRINGTOP" --dump-cli | $PYTHON -c '
import json, sys
for o in json.load(sys.stdin)["options"]: print(o["name"])'); do
	grep -q -- "--$o" "$tmp/zsh" || not_ok "option --$o" "is not in the zsh script"
	grep -q -- "-l $o\\b" "$tmp/fish" || not_ok "option --$o" "is not in the fish script"
done
ok "zsh and fish know every option"

# ---- bash: a line as readline gives it, the words as it takes them
# shellcheck disable=SC1091
. "$tmp/bash"
like "bash: it is registered" "$(complete -p xenringtop)" "complete -F _xenringtop xenringtop"
PATH=$tmp/bin:$PATH
mkdir "$tmp/bin"
# through libtool's wrapper, which does not work by another name
printf '#!/bin/sh\nexec "%s" "$@"\n' "$(realpath "$XENRINGTOP")" > "$tmp/bin/xenringtop"
chmod 755 "$tmp/bin/xenringtop"

# complete_line LINE: the words offered, a line each, in $offered
complete_line()
{
	COMP_LINE=$1
	COMP_POINT=${#1}
	COMP_WORDS=()
	COMP_CWORD=0
	COMPREPLY=()
	_xenringtop
	offered="${COMPREPLY[*]-}"
}

offers() # LINE WORDS
{
	complete_line "$1"
	is "bash: \"$1\"" "$offered" "$2"
}

COMP_WORDBREAKS=$' \t\n"\'><=;|&(:'
offers "xenringtop li" "list"
offers "xenringtop s" "show slots stream schema"
offers "xenringtop list w" "web01/"
offers "xenringtop ls w" "web01/"
offers "xenringtop -v list -n 3 w" "web01/"
offers "xenringtop list web01/vi" "web01/vif:0/"
offers "xenringtop list web01/vb" "web01/vbd:51712/"
offers "xenringtop list web01/vbd:5" "51712/"
offers "xenringtop show web01/vbd:51712/" "51712/q0 51712/q1"
offers "xenringtop slots web01/vif:0/q0/t" "0/q0/tx"
offers "xenringtop list --col" "--columns --color"
offers "xenringtop show --tr" ""
offers "xenringtop list --tr" "--tree"
offers "xenringtop list --color a" "auto always"
offers "xenringtop list --color=a" "auto always"
offers "xenringtop list --map g" "grant"
offers "xenringtop --color never li" "list"
offers "xenringtop list -o req_p" "req_prod"
offers "xenringtop list -o state,req_p" "state,req_prod"
offers "xenringtop list -o +req_p" "+req_prod"
offers "xenringtop list --sort -req_p" "-req_prod"
offers "xenringtop completion " "bash zsh fish"
offers "xenringtop explain stuc" "stuck"
offers "xenringtop -s fa" "fake:"
offers "xenringtop -s fake:st" "stuck-blk starved-rx"
offers "xenringtop -s fake:b" "busy big:"
offers "xenringtop list -n " ""
offers "xenringtop protocols " ""
offers "xenringtop list nosuch" ""
COMP_WORDBREAKS=$' \t\n'
offers "xenringtop list web01/vbd:5" "web01/vbd:51712/"
offers "xenringtop list --color=a" "--color=auto --color=always"
COMP_WORDBREAKS=$' \t\n"\'><=;|&(:'
unset XENRINGTOP_SOURCE
offers "xenringtop -s fake:big:3,fast list g" "guest0001/"
offers "xenringtop list --source=$DEMO d" "db02/"
export XENRINGTOP_SOURCE=fake:nothing
complete_line "xenringtop list w" 2> "$tmp/err"
is "bash: a source that is not there offers nothing, quietly" "$offered$(cat "$tmp/err")" ""
export XENRINGTOP_SOURCE=$DEMO

# every command and option of the program is offered
complete_line "xenringtop "
is "bash: all commands" "$offered" "$("$XENRINGTOP" --dump-cli | $PYTHON -c '
import json, sys; print(" ".join(c["name"] for c in json.load(sys.stdin)["commands"]))')"
complete_line "xenringtop -"
is "bash: all options" "$offered" "$("$XENRINGTOP" --dump-cli | $PYTHON -c '
import json, sys; print(" ".join("--" + o["name"] for o in json.load(sys.stdin)["options"]))')"

# ---- captures: files, then commands, then what is in them; not what the default source has
(
	mkdir -p "$tmp/captures/folder"
	cd "$tmp/captures" && "$XENRINGTOP" -s fake:big:3,fast record -n 1 first.xrc && cp first.xrc folder/second.xrc
)
cd "$tmp/captures" || exit
offers "xenringtop record f" "first.xrc folder/"
offers "xenringtop record folder/" "folder/second.xrc"
offers "xenringtop record --max-size 1M fi" "first.xrc"
offers "xenringtop record n" ""
offers "xenringtop replay f" "first.xrc folder/"
offers "xenringtop -v replay fi" "first.xrc"
offers "xenringtop list --tee fi" "first.xrc"
offers "xenringtop record --ro" "--rotate"
offers "xenringtop record --pay" "--payload"
offers "xenringtop record -n 1 folder/s" "folder/second.xrc"
offers "xenringtop replay folder/" "folder/second.xrc"
offers "xenringtop -r fi" "first.xrc"
complete_line "xenringtop "
commands=$offered
offers "xenringtop replay first.xrc " "$commands"
offers "xenringtop replay first.xrc sho" "show"
offers "xenringtop replay first.xrc show " "Domain-0 guest0001/"
offers "xenringtop replay first.xrc show guest0001/vbd:2" ""
offers "xenringtop replay first.xrc slots guest0001/vbd:51712/" "51712/q0"
offers "xenringtop replay folder/second.xrc list --tr" "--tree"
offers "xenringtop -r first.xrc list g" "guest0001/"
offers "xenringtop list -s first.xrc g" "guest0001/"
offers "xenringtop replay first.xrc list --a" "--at --ascii"
offers "xenringtop replay first.xrc list --color a" "auto always"
offers "xenringtop replay first.xrc list -o req_p" "req_prod"
offers "xenringtop replay nosuch.xrc show " ""

# ---- fish answers on request
fish_offers()
{
	is "fish: \"$1\"" "$(HOME=$tmp fish --no-config -c "source $tmp/fish; complete -C'$1'" 2>&1 | cut -f1 | sort | tr '\n' ' ')" "$2"
}
fish_offers "xenringtop li" "list "
fish_offers "xenringtop list w" "web01/ "
fish_offers "xenringtop show web01/vbd:51712/" "web01/vbd:51712/q0 web01/vbd:51712/q1 "
fish_offers "xenringtop list --color a" "always auto "
fish_offers "xenringtop -s fake:big:3,fast list g" "guest0001/ "
fish_offers "xenringtop rec" "record "
fish_offers "xenringtop record f" "first.xrc folder/ "
fish_offers "xenringtop record --max-size 1M folder/" "folder/second.xrc "
fish_offers "xenringtop record --pay" "--payload "
fish_offers "xenringtop list --tee fi" "first.xrc "
fish_offers "xenringtop replay first.xrc list --tre" "--tree "
fish_offers "xenringtop replay first.xrc list --color a" "always auto "
fish_offers "xenringtop replay f" "first.xrc folder/ "
fish_offers "xenringtop replay first.xrc sho" "show "
fish_offers "xenringtop replay first.xrc show " "Domain-0 guest0001/ "
fish_offers "xenringtop -n 3 replay -i 5 folder/second.xrc show g" "guest0001/ "
fish_offers "xenringtop -r first.xrc list g" "guest0001/ "

# ---- zsh in a pseudo-terminal of its own: what Tab makes of a line
zsh_line()
{
	HOME=$tmp ZDOTDIR=$tmp zsh -f -c '
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PS1= PS2= RPS1=; unset zle_bracketed_paste; stty -echo 2>/dev/null"
zpty -w z "fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -d $1/dump; compdef _xenringtop xenringtop; setopt no_beep"
zpty -w z "zle_show() { print -r -- \"<<\$BUFFER>>\"; zle kill-buffer }; zle -N zle_show; bindkey \"^T\" zle_show; print READY"
out=; while zpty -r z line; do [[ $line == READY* ]] && break; done
zpty -n -w z "$2"$'"'\\t\\x14'"'
while zpty -r z line "*<<*>>*"; do print -r -- "${${line##*<<}%%>>*}"; break; done
zpty -d z' zsh "$tmp" "$1" 2> /dev/null
}
cp "$tmp/zsh" "$tmp/_xenringtop"
zsh_offers() { is "zsh: \"$1\"" "$(timeout 20 bash -c "$(declare -f zsh_line); tmp=$tmp; zsh_line '$1'")" "$2"; }
zsh_offers "xenringtop lis" "xenringtop list "
zsh_offers "xenringtop list we" "xenringtop list web01/"
zsh_offers "xenringtop list web01/vb" "xenringtop list web01/vbd:51712/"
zsh_offers "xenringtop list --color ne" "xenringtop list --color never "
zsh_offers "xenringtop list --sort req_p" "xenringtop list --sort req_prod "
zsh_offers "xenringtop -s fake:big:3,fast list g" "xenringtop -s fake:big:3,fast list guest0001/"
zsh_offers "xenringtop list --tre" "xenringtop list --tree "
zsh_offers "xenringtop rec" "xenringtop record "
zsh_offers "xenringtop record fi" "xenringtop record first.xrc "
zsh_offers "xenringtop record --max-size 1M folder/se" "xenringtop record --max-size 1M folder/second.xrc "
zsh_offers "xenringtop record --pay" "xenringtop record --payload "
zsh_offers "xenringtop list --tee fi" "xenringtop list --tee first.xrc "
zsh_offers "xenringtop replay folder/se" "xenringtop replay folder/second.xrc "
zsh_offers "xenringtop replay first.xrc list --tre" "xenringtop replay first.xrc list --tree "
zsh_offers "xenringtop replay first.xrc list --color ne" "xenringtop replay first.xrc list --color never "
zsh_offers "xenringtop replay fi" "xenringtop replay first.xrc "
zsh_offers "xenringtop replay first.xrc sho" "xenringtop replay first.xrc show "
zsh_offers "xenringtop replay first.xrc show g" "xenringtop replay first.xrc show guest0001/"
zsh_offers "xenringtop -r first.xrc list g" "xenringtop -r first.xrc list guest0001/"

plan
