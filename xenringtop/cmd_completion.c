/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `completion`: scripts for shells, from the tables; the words come from `__complete`. */
#include <config.h>

#include <string.h>

#include "cmd.h"
#include "exit-codes.h"
#include "say.h"

/* Text within single quotes of a shell, and safe for what _arguments makes of it. */
static void put_quoted(struct buf *b, const char *s, const char *backslashed)
{
	for (; *s; s++) {
		if (*s == '\'') {
			buf_puts(b, "'\\''");
			continue;
		}
		if (strchr(backslashed, *s))
			buf_putc(b, '\\');
		buf_putc(b, *s);
	}
}

/* ---- bash ---------------------------------------------------------------- */

static void bash_names(struct buf *b, const struct opt *o)
{
	if (o->letter)
		buf_printf(b, "-%c|", o->letter);
	buf_printf(b, "--%s", o->name);
}

static bool takes_word(const struct opt *o)
{
	return !o->hidden && o->kind != OPT_FLAG && !o->optional_arg;
}

/* A pattern of all commands whose arguments are of this kind. */
static void put_commands(struct buf *b, const char *kind, const char *between)
{
	const struct cmd *c;
	bool some = false;

	for (size_t i = 0; (c = cmd_at(i)); i++) {
		if (!c->complete || strcmp(c->complete, kind) || !c->group)
			continue;
		buf_printf(b, "%s%s", some ? between : "", c->name);
		some = true;
		if (c->alias)
			buf_printf(b, "%s%s", between, c->alias);
	}
}

/* True if no command before number n has the same kind of arguments. */
static bool is_first_of_kind(size_t n)
{
	const char *kind = cmd_at(n)->complete;

	for (size_t i = 0; i < n; i++)
		if (cmd_at(i)->complete && !strcmp(cmd_at(i)->complete, kind))
			return false;
	return true;
}

static void put_bash(struct buf *b)
{
	const struct cmd *c;

	buf_puts(b,
"# bash completion for xenringtop\n"
"# shellcheck shell=bash\n"
"\n"
"# The kind of word that option $1 takes; \"-\" if it takes one that nobody knows.\n"
"_xenringtop_arg()\n"
"{\n"
"	case $1 in\n");
	for (size_t i = 0; i < OPT_N; i++) {
		const struct opt *o = &opt_table[i];

		if (!takes_word(o))
			continue;
		buf_puts(b, "	");
		bash_names(b, o);
		buf_printf(b, ") echo %s ;;\n", o->complete ? o->complete : "-");
	}
	buf_puts(b,
"	esac\n"
"}\n"
"\n"
"_xenringtop()\n"
"{\n"
"	local IFS=$' \\t\\n' line cur kind cmd='' word i before='' cut=0\n"
"	local -a words=() from=()\n"
"\n"
"	COMPREPLY=()\n"
"	# a target has colons in it, at which readline splits: split at blanks alone\n"
"	line=${COMP_LINE:0:COMP_POINT}\n"
"	read -r -a words <<< \"$line\"\n"
"	[[ $line == *[[:blank:]] ]] && words+=(\"\")\n"
"	((${#words[@]} > 1)) || return 0\n"
"	for ((i = 1; i < ${#words[@]} - 1; i++)); do\n"
"		word=${words[i]}\n"
"		case $word in\n"
"		-s | --source) from=(-s \"${words[i + 1]}\") ;;\n"
"		--source=*) from=(-s \"${word#*=}\") ;;\n"
"		-r | --read) from=(-r \"${words[i + 1]}\") ;;\n"
"		--read=*) from=(-r \"${word#*=}\") ;;\n"
"		esac\n"
"		if [[ $word == -* ]]; then\n"
"			[[ $word != *=* && -n $(_xenringtop_arg \"$word\") ]] && ((i++))\n"
"		elif [[ -z $cmd ]]; then\n"
"			cmd=$word\n"
"		elif [[ $cmd == replay ]]; then\n"
"			# its file has been said; a command follows\n"
"			from=(-r \"$word\")\n"
"			cmd=''\n"
"		fi\n"
"	done\n"
"	cur=${words[-1]}\n"
"	kind=$(_xenringtop_arg \"${words[-2]}\")\n"
"	if [[ -n $kind ]]; then\n"
"		:\n"
"	elif [[ $cur == --*=* ]]; then\n"
"		kind=$(_xenringtop_arg \"${cur%%=*}\")\n"
"		before=${cur%%=*}=\n"
"		cur=${cur#*=}\n"
"	elif [[ $cur == -* ]]; then\n"
"		kind=option\n"
"	elif [[ -z $cmd ]]; then\n"
"		kind='command'\n"
"	else\n"
"		case $cmd in\n");
	for (size_t i = 0; (c = cmd_at(i)); i++) {
		if (!c->group || !c->complete || !is_first_of_kind(i))
			continue;
		buf_puts(b, "		");
		put_commands(b, c->complete, " | ");
		buf_printf(b, ") kind='%s' ;;\n", c->complete);
	}
	buf_puts(b,
"		esac\n"
"	fi\n"
"	[[ -n $kind && $kind != - ]] || return 0\n"
"	mapfile -t COMPREPLY < <(\"${words[0]}\" \"${from[@]}\" __complete \"$kind\" -- \\\n"
"		\"$cur\" \"$cmd\" 2> /dev/null)\n"
"	if ((${#COMPREPLY[@]} == 1)) &&\n"
"		[[ ${COMPREPLY[0]} == */ || ${COMPREPLY[0]} == *: || $kind == columns ]]; then\n"
"		compopt -o nospace 2> /dev/null\n"
"	fi\n"
"	# readline replaces only what follows the last break\n"
"	word=$before$cur\n"
"	for ((i = 0; i < ${#word}; i++)); do\n"
"		[[ ${word:i:1} == [:=] && $COMP_WORDBREAKS == *\"${word:i:1}\"* ]] &&\n"
"			cut=$((i + 1))\n"
"	done\n"
"	for i in \"${!COMPREPLY[@]}\"; do\n"
"		word=$before${COMPREPLY[i]}\n"
"		COMPREPLY[i]=${word:cut}\n"
"	done\n"
"	return 0\n"
"}\n"
"\n"
"complete -F _xenringtop xenringtop\n");
}

/* ---- zsh ----------------------------------------------------------------- */

static void zsh_option(struct buf *b, const struct opt *o)
{
	buf_puts(b, "		");
	if (o->letter)
		buf_printf(b, "'(-%c --%s)'{-%c,--%s%s}'", o->letter, o->name, o->letter, o->name,
			   o->kind != OPT_FLAG ? "=" : "");
	else
		buf_printf(b, "'--%s%s", o->name,
			   o->optional_arg ? "=-" : o->kind != OPT_FLAG ? "=" : "");
	buf_putc(b, '[');
	put_quoted(b, o->help, "[]:\\");
	buf_putc(b, ']');
	if (o->kind != OPT_FLAG) {
		buf_printf(b, "%s:%s:", o->optional_arg ? ":" : "", o->arg);
		if (o->complete)
			/* the blank keeps _arguments from putting words of its own in */
			buf_printf(b, " _xenringtop_words %s", o->complete);
	}
	buf_puts(b, "' \\\n");
}

static void put_zsh(struct buf *b)
{
	const struct cmd *c;

	buf_puts(b,
"#compdef xenringtop\n"
"# zsh completion for xenringtop\n"
"\n"
"_xenringtop_words()\n"
"{\n"
"	local kind=$1 url=${opt_args[-s]:-${opt_args[--source]}}\n"
"	local file=${opt_args[-r]:-${opt_args[--read]}}\n"
"	local -a from found open shut\n"
"\n"
"	[[ -n $url ]] && from=(-s \"${(Q)url}\")\n"
"	[[ -n $file ]] && from=(-r \"${(Q)file}\")\n"
"	found=(${(f)\"$(xenringtop $from __complete $kind -- \"${(Q)PREFIX}\" \"${line[1]}\" \\\n"
"		2> /dev/null)\"})\n"
"	# more can follow a slash or a colon: no blank there\n"
"	open=(${(M)found:#*[/:]})\n"
"	shut=(${found:#*[/:]})\n"
"	[[ $kind == columns ]] && open=($found) shut=()\n"
"	(( $#open )) && compadd -S '' -a open\n"
"	(( $#shut )) && compadd -a shut\n"
"	(( $#found ))\n"
"}\n"
"\n"
"_xenringtop()\n"
"{\n"
"	local curcontext=$curcontext state state_descr\n"
"	local -a line\n"
"	typeset -A opt_args\n"
"\n"
"	_arguments -C -S \\\n");
	for (size_t i = 0; i < OPT_N; i++)
		if (!opt_table[i].hidden)
			zsh_option(b, &opt_table[i]);
	buf_puts(b,
"		'1:command: _xenringtop_words command' \\\n"
"		'*:argument:->argument' && return 0\n"
"	[[ $state == argument ]] || return 1\n"
"	if [[ $line[1] == replay ]] && (( $#line > 2 )); then\n"
"		# its file has been said; a command follows\n"
"		opt_args[-r]=$line[2]\n"
"		shift 2 line\n"
"		(( $#line == 1 )) && { _xenringtop_words command; return }\n"
"	fi\n"
"	case $line[1] in\n");
	for (size_t i = 0; (c = cmd_at(i)); i++) {
		if (!c->group || !c->complete || !is_first_of_kind(i))
			continue;
		buf_puts(b, "	");
		put_commands(b, c->complete, "|");
		buf_printf(b, ") _xenringtop_words %s ;;\n", c->complete);
	}
	buf_puts(b,
"	*) return 1 ;;\n"
"	esac\n"
"}\n"
"\n"
"_xenringtop \"$@\"\n");
}

/* ---- fish ---------------------------------------------------------------- */

/* All options whose word follows, those that name a source aside. */
static void put_fish_words(struct buf *b)
{
	for (size_t i = 0; i < OPT_N; i++) {
		const struct opt *o = &opt_table[i];

		if (!takes_word(o) || i == OPT_SOURCE || i == OPT_READ)
			continue;
		if (o->letter)
			buf_printf(b, " -%c", o->letter);
		buf_printf(b, " --%s", o->name);
	}
}

static void put_fish(struct buf *b)
{
	const struct cmd *c;

	buf_puts(b,
"# fish completion for xenringtop\n"
"\n"
"# What was said so far: the command, or an empty line; then the source, as options.\n"
"function __xenringtop_said\n"
"    set -l words (commandline -opc)[2..-1]\n"
"    set -l from\n"
"    set -l cmd ''\n"
"    while set -q words[1]\n"
"        set -l word $words[1]\n"
"        set -e words[1]\n"
"        switch $word\n"
"            case -s --source -r --read\n"
"                set from $word $words[1]\n"
"                set -e words[1]\n"
"            case '--source=*' '--read=*'\n"
"                set from $word\n"
"            case");
	put_fish_words(b);
	buf_puts(b, "\n"
"                set -e words[1]\n"
"            case '-*'\n"
"            case '*'\n"
"                if test \"$cmd\" = replay\n"
"                    # its file has been said; a command follows\n"
"                    set from -r $word\n"
"                    set cmd ''\n"
"                else if test -z \"$cmd\"\n"
"                    set cmd $word\n"
"                end\n"
"        end\n"
"    end\n"
"    printf '%s\\n' \"$cmd\" $from\n"
"end\n"
"\n"
"function __xenringtop_in\n"
"    contains -- (__xenringtop_said)[1] $argv\n"
"end\n"
"\n"
"function __xenringtop_words\n"
"    set -l said (__xenringtop_said)\n"
"    set -l word (commandline -ct | string replace -r '^--[^=]*=' '')\n"
"    xenringtop $said[2..-1] __complete $argv[1] -- \"$word\" \"$said[1]\" 2>/dev/null\n"
"end\n"
"\n"
"complete -c xenringtop -f\n");
	for (size_t i = 0; (c = cmd_at(i)); i++) {
		if (!c->group)
			continue;
		buf_printf(b, "complete -c xenringtop -n \"__xenringtop_in ''\" -a %s -d '",
			   c->name);
		put_quoted(b, c->help, "\\");
		buf_puts(b, "'\n");
	}
	for (size_t i = 0; (c = cmd_at(i)); i++) {
		if (!c->group || !c->complete || !is_first_of_kind(i))
			continue;
		buf_puts(b, "complete -c xenringtop -n '__xenringtop_in ");
		put_commands(b, c->complete, " ");
		buf_printf(b, "' -a '(__xenringtop_words %s)'\n", c->complete);
	}
	for (size_t i = 0; i < OPT_N; i++) {
		const struct opt *o = &opt_table[i];

		if (o->hidden)
			continue;
		buf_puts(b, "complete -c xenringtop");
		if (o->letter)
			buf_printf(b, " -s %c", o->letter);
		buf_printf(b, " -l %s", o->name);
		if (takes_word(o))
			buf_puts(b, " -x");
		if (o->complete)
			buf_printf(b, " -a '(__xenringtop_words %s)'", o->complete);
		buf_puts(b, " -d '");
		put_quoted(b, o->help, "\\");
		buf_puts(b, "'\n");
	}
}

static const struct {
	const char *name;
	void (*put)(struct buf *b);
} shells[] = {
	{ .name = "bash", .put = put_bash },
	{ .name = "zsh", .put = put_zsh },
	{ .name = "fish", .put = put_fish },
};

static int run(const struct opts *o)
{
	_cleanup_nearest_ struct nearest near = { .word = o->args[0] };
	_cleanup_buf_ struct buf b = { 0 };

	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
		nearest_try(&near, shells[i].name);
		if (strcmp(shells[i].name, o->args[0]))
			continue;
		shells[i].put(&b);
		out(buf_str(&b), b.n);
		return 0;
	}
	say("completion %s: there is no script for it", o->args[0]);
	if (nearest_get(&near))
		hint("did you mean \"%s\"?", nearest_get(&near));
	else
		hint("there are bash, zsh and fish");
	return XT_USAGE;
}

const struct cmd cmd_completion = {
	.name = "completion", .group = "Ask", .args = "bash|zsh|fish",
	.help = "Print a completion script for a shell",
	.examples = (const struct example[]){
		{ .args = "completion bash", .what = "source <(...) completes in this shell" },
		{ .args = NULL },
	},
	.complete = "shell", .min_args = 1, .max_args = 1, .run = run,
};
