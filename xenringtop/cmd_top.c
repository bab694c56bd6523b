/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `top`: the interactive view; `__screen`: the same by a script, printed as text. */
#include <config.h>

#include <stdio.h>

#include "cmd.h"
#include "exit-codes.h"
#include "say.h"
#include "tui/app.h"

static int run_top(const struct opts *o)
{
	return app_run(o);
}

const struct cmd cmd_top = {
	.name = "top", .group = "Look", .args = "[TARGET...]",
	.help = "Watch rings on the whole terminal, and look into them",
	.more = "This is also what runs without a command on a terminal. Rings stand in a tree, the "
		"worst first; the last lines say what the selected one is about and which keys "
		"there are, and ? lists all of them. A capture is shown from its last sample or "
		"that of --at, and can be gone through.",
	.examples = (const struct example[]){
		{ .args = "top", .what = "watch all rings" },
		{ .args = "top -i 0.2 web01", .what = "one domain's, five times a second" },
		{ .args = NULL },
	},
	.opts = (const enum opt_id[]){ OPT_AT, OPT_TEE, OPT_INTERVAL, OPT_SECRETS, OPT_MOUSE, OPT_SCHEME,
		OPT_N },
	.complete = "target", .max_args = ANY_ARGS, .run = run_top,
};

static int run_screen(const struct opts *o)
{
	struct opts rest = *o;
	char end;
	int w, h;

	if (sscanf(o->args[0], "%dx%d%c", &w, &h, &end) != 2 || w < 1 || h < 1 || w > 1000 || h > 1000) {
		say("__screen %s: not a size such as 80x24", o->args[0]);
		return XT_USAGE;
	}
	rest.args = o->args + 2;
	rest.n_args = o->n_args - 2;
	return app_script(&rest, w, h, o->args[1]);
}

const struct cmd cmd_screen = {
	.name = "__screen", .args = "SIZE KEYS [TARGET...]",
	.help = "Print the screen that a script of keys leads to",
	.opts = (const enum opt_id[]){ OPT_AT, OPT_TEE, OPT_INTERVAL, OPT_SECRETS, OPT_MOUSE, OPT_SCHEME,
		OPT_N },
	.min_args = 2, .max_args = ANY_ARGS, .run = run_screen,
};
