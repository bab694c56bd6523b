/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run of the program: parses the command line and runs a command. */
#include <config.h>

#include "program.h"

#include <json-c/json.h>
#include <locale.h>
#include <stdio.h>

#include "cli.h"
#include "cmd.h"
#include "exit-codes.h"
#include "say.h"
#include "session.h"

static int print_version(void)
{
	_cleanup_buf_ struct buf b = { 0 };
	const char *name, *help = NULL;

	buf_printf(&b, "xenringtop %s, libxenring %s, json-c %s\n" XR_BUILD "\nsources:",
		   PACKAGE_VERSION, xenring_version(), json_c_version());
	for (size_t i = 0; (name = xenring_next_source(i, &help)); i++)
		buf_printf(&b, " %s", name);
	buf_putc(&b, '\n');
	out(buf_str(&b), b.n);
	return 0;
}

static int print_help(const struct opts *o)
{
	_cleanup_buf_ struct buf b = { 0 };

	help_text(&b, o->cmd_given ? o->cmd : NULL);
	out(buf_str(&b), b.n);
	return 0;
}

/* What --source takes, from the library's tables. */
static int print_sources(void)
{
	_cleanup_buf_ struct buf b = { 0 };
	const char *name, *arg, *help = NULL;

	for (size_t i = 0; (name = xenring_next_source(i, &help)); i++) {
		buf_printf(&b, "%s:  %s\n", name, help);
		for (size_t k = 0; (arg = xenring_next_source_arg(name, k, &help)); k++) {
			_cleanup_free_ char *url = xasprintf("%s:%s", name, arg);

			buf_printf(&b, "  %-20s  %s\n", url, help);
		}
	}
	out(buf_str(&b), b.n);
	return 0;
}

/* What was wrong may have hidden which command it was. */
static const struct cmd *command_of(const struct opts *o, int argc, char **argv)
{
	const struct cmd *cmd = o->cmd_given ? o->cmd : o->n_args ? cmd_find(o->args[0]) : NULL;

	for (int i = 1; !cmd && !o->n_args && i < argc; i++)
		cmd = cmd_find(argv[i]);
	return cmd;
}

int program_main(int argc, char **argv)
{
	_cleanup_(opts_free) struct opts o;
	int r;

	/* characters only: numbers keep their point in every language */
	setlocale(LC_CTYPE, "");
	signals_init();
	r = opts_parse(&o, argc, argv);
	if (r) {
		int code = cmd_usage_code(command_of(&o, argc, argv));

		/* of check any other code would be a verdict */
		return r == XT_USAGE || code != XT_USAGE ? code : r;
	}
	/* one write for a screen, not one for a line */
	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	if (o.help)
		r = print_help(&o);
	else if (o.version)
		r = print_version();
	else if (o.dump_cli)
		r = cli_dump(&o);
	else if (opts_asks_sources(&o))
		r = print_sources();
	else
		r = o.cmd->run(&o);
	return out_end(r);
}
