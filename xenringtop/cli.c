/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --dump-cli: commands, options, exit codes and variables, as a document. */
#include <config.h>

#include "cli.h"

#include "cmd.h"
#include "exit-codes.h"
#include "session.h"

#define EXTRA_OPTS OPT_N

struct commands {
	struct command_row rows[64];
	const char *options[64][EXTRA_OPTS];
	size_t n;
};

static void collect_commands(struct commands *c)
{
	const struct cmd *cmd;

	for (size_t i = 0; (cmd = cmd_at(i)) && c->n < 64; i++) {
		struct command_row *row = &c->rows[c->n];

		if (!cmd->group)
			continue;
		*row = (struct command_row){
			.name = cmd->name, .alias = cmd->alias, .group = cmd->group,
			.args = cmd->args, .help = cmd->help, .options = c->options[c->n],
		};
		for (const enum opt_id *p = cmd->opts; p && *p != OPT_N; p++)
			c->options[c->n][row->n_options++] = opt_table[*p].name;
		c->n++;
	}
}

static size_t collect_options(struct option_row rows[OPT_N], char letters[OPT_N][2])
{
	size_t n = 0;

	for (size_t i = 0; i < OPT_N; i++) {
		const struct opt *o = &opt_table[i];

		if (o->hidden)
			continue;
		letters[n][0] = o->letter;
		rows[n] = (struct option_row){
			.name = o->name, .letter = o->letter ? letters[n] : NULL, .arg = o->arg,
			.everywhere = o->everywhere, .config = o->config != CONFIG_NO,
			.variable = o->env, .help = o->help,
		};
		n++;
	}
	return n;
}

static void put(struct sink *sink, const char *list, const char *shape, const void *array,
		size_t n, size_t size)
{
	_cleanup_free_ struct row *rows = rows_of(shape, array, n, size);

	sink_rows(sink, &doc_cli, list, rows, n);
}

int cli_dump(const struct opts *o)
{
	static const struct exit_code_row codes[] = {
#define X(name, number, what) { .code = number, .help = what },
		EXIT_CODES(X)
#undef X
	};
	_cleanup_free_ struct commands *commands = xcalloc(1, sizeof(*commands));
	char letters[OPT_N][2] = { 0 };
	struct variable_row variables[32];
	struct option_row options[OPT_N];
	_cleanup_term_ struct term term = { 0 };
	_cleanup_sink_ struct sink sink = { 0 };
	struct opts json = *o;
	size_t n_options, n_variables = 0;

	json.json = true;
	json.ndjson = false;
	collect_commands(commands);
	n_options = collect_options(options, letters);
	for (const struct variable *v = variable_table; v->name && n_variables < 32; v++)
		variables[n_variables++] =
			(struct variable_row){ .name = v->name, .help = v->help };
	term_init(&term, o);
	sink_init(&sink, &sink_text, &json, &term);
	begin_offline(&sink, &doc_cli);
	put(&sink, "commands", "command", commands->rows, commands->n, sizeof(commands->rows[0]));
	put(&sink, "options", "option", options, n_options, sizeof(options[0]));
	put(&sink, "exit_codes", "exit_code", codes, sizeof(codes) / sizeof(codes[0]),
	    sizeof(codes[0]));
	put(&sink, "variables", "variable", variables, n_variables, sizeof(variables[0]));
	end_offline(&sink, &doc_cli);
	return 0;
}
