/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands. A command is one file that defines a struct cmd, and its line
 * in cmd.def; help, completions, man tables and --dump-cli follow.
 */
#ifndef XT_CMD_H
#define XT_CMD_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "opts.h"

struct example {
	const char *args, *what;
};

struct cmd {
	const char *name, *alias;	/* alias NULL: none */
	const char *group;		/* its line of --help; NULL: hidden */
	const char *args;		/* "[TARGET...]", "" */
	const char *help;		/* one sentence without a stop */
	const char *more;		/* further sentences, or NULL */
	const struct example *examples;	/* ends with .args == NULL; or NULL */
	const enum opt_id *opts;	/* beside those of every command; ends with OPT_N */
	bool plugin;			/* its exit codes are those of a monitoring plugin: 3 is a failure */
	bool any_opts;			/* takes whatever a command takes: it runs one */
	const char *complete;		/* what its arguments are, for __complete; or NULL */
	unsigned min_args, max_args;
	/* Returns an exit code; all complaints have been printed. */
	int (*run)(const struct opts *o);
};

#define ANY_ARGS 65535

#define CMD(id) extern const struct cmd cmd_##id;
#include "cmd.def"
#undef CMD

/* The commands in the order of cmd.def, hidden ones too; NULL at the end. */
const struct cmd *cmd_at(size_t i);
/* By name or alias, or NULL. */
const struct cmd *cmd_find(const char *name);

/* The exit code of a usage error. cmd NULL: not known. */
int cmd_usage_code(const struct cmd *cmd);

/* The text of --help, and of "COMMAND -h" (cmd not NULL). */
void help_text(struct buf *b, const struct cmd *cmd);
/* "  -i, --interval SEC": an option as help and man pages write it. */
void opt_usage(struct buf *b, const struct opt *o);

#endif
