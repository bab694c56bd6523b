/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list of commands, and the help that is printed from the tables. */
#include <config.h>

#include "cmd.h"

#include <string.h>

#include "exit-codes.h"

static const struct cmd *const commands[] = {
#define CMD(id) &cmd_##id,
#include "cmd.def"
#undef CMD
};

const struct cmd *cmd_at(size_t i)
{
	return i < sizeof(commands) / sizeof(commands[0]) ? commands[i] : NULL;
}

const struct cmd *cmd_find(const char *name)
{
	const struct cmd *c;

	for (size_t i = 0; (c = cmd_at(i)); i++)
		if (!strcmp(c->name, name) || (c->alias && !strcmp(c->alias, name)))
			return c;
	return NULL;
}

int cmd_usage_code(const struct cmd *cmd)
{
	return cmd && cmd->plugin ? XT_PARTIAL : XT_USAGE;
}

void opt_usage(struct buf *b, const struct opt *o)
{
	if (o->letter)
		buf_printf(b, "-%c, ", o->letter);
	else
		buf_puts(b, "    ");
	buf_printf(b, "--%s", o->name);
	if (o->arg)
		buf_printf(b, o->optional_arg ? "[=%s]" : " %s", o->arg);
}

#define HELP_WIDTH 79
#define OPT_INDENT 2
#define GROUP_WIDTH 10	/* the longest is "Over time" */
#define OPT_WIDTH 23

/* Words of text, wrapped; the first line begins at column at, others at indent. */
static void wrap(struct buf *b, const char *text, size_t at, size_t indent)
{
	while (*text) {
		size_t n = strcspn(text, " ");

		if (at > indent && at + 1 + n > HELP_WIDTH) {
			buf_putc(b, '\n');
			buf_fill(b, ' ', indent);
			at = indent;
		} else if (at > indent) {
			buf_putc(b, ' ');
			at++;
		}
		buf_put(b, text, n);
		at += n;
		text += n + strspn(text + n, " ");
	}
	buf_putc(b, '\n');
}

static void help_option(struct buf *b, const struct opt *o)
{
	_cleanup_buf_ struct buf usage = { 0 };
	size_t width;

	opt_usage(&usage, o);
	width = usage.n < OPT_WIDTH ? OPT_WIDTH : usage.n + 1;
	buf_fill(b, ' ', OPT_INDENT);
	buf_puts(b, buf_str(&usage));
	buf_fill(b, ' ', width - usage.n);
	wrap(b, o->help, OPT_INDENT + OPT_WIDTH, OPT_INDENT + OPT_WIDTH);
}

/* Examples below each other, their comments in one column. */
static void help_examples(struct buf *b, const struct cmd *only)
{
	size_t width = 0;
	const struct cmd *c;

	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; (c = cmd_at(i)); i++) {
			const struct example *e = c->examples;

			if (only && c != only)
				continue;
			/* the main help has each command's first example */
			for (; e && e->args; e += 1) {
				size_t n = strlen(e->args);

				if (!pass && n > width)
					width = n;
				if (pass) {
					buf_printf(b, "  xenringtop %s", e->args);
					buf_fill(b, ' ', width - n + 3);
					buf_printf(b, "%s\n", e->what);
				}
				if (!only)
					break;
			}
		}
	}
}

static void help_main(struct buf *b)
{
	const struct cmd *c;
	const char *group = NULL;

	buf_puts(b, "Look into the I/O rings of live Xen guests.\n\n"
		 "Usage: xenringtop [options] [command] [target...]\n\n");
	help_examples(b, NULL);
	for (size_t i = 0; (c = cmd_at(i)); i++) {
		if (!c->group)
			continue;
		if (!group || strcmp(group, c->group)) {
			buf_printf(b, "\n%s:", c->group);
			buf_fill(b, ' ', GROUP_WIDTH - strlen(c->group));
			group = c->group;
		} else {
			buf_putc(b, ' ');
		}
		buf_puts(b, c->name);
	}
	buf_puts(b, "\n\nOptions:\n");
	for (size_t i = 0; i < OPT_N; i++)
		if (opt_table[i].brief && !opt_table[i].hidden)
			help_option(b, &opt_table[i]);
	buf_puts(b, "\nA target is DOMAIN[/DEVICE[/RING]], by name or number; * and ? match.\n"
		 "See xenringtop(8).\n");
}

static void help_cmd(struct buf *b, const struct cmd *c)
{
	buf_printf(b, "%s.\n\nUsage: xenringtop %s [options]%s%s\n", c->help, c->name,
		   c->args[0] ? " " : "", c->args);
	if (c->alias)
		buf_printf(b, "       xenringtop %s ...\n", c->alias);
	if (c->more) {
		buf_putc(b, '\n');
		wrap(b, c->more, 0, 0);
	}
	if (c->examples) {
		buf_putc(b, '\n');
		help_examples(b, c);
	}
	for (int everywhere = 0; everywhere < 2; everywhere++) {
		bool first = true;

		for (size_t i = 0; i < OPT_N; i++) {
			const struct opt *o = &opt_table[i];

			if (o->hidden || o->everywhere != everywhere ||
			    !opt_goes_with((enum opt_id)i, c))
				continue;
			if (first)
				buf_printf(b, "\nOptions%s:\n",
					   everywhere ? " of every command" : "");
			first = false;
			help_option(b, o);
		}
	}
	buf_puts(b, "\nSee xenringtop(8).\n");
}

void help_text(struct buf *b, const struct cmd *cmd)
{
	if (cmd)
		help_cmd(b, cmd);
	else
		help_main(b);
}
