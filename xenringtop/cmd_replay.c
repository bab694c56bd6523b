/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `replay`: any command over a capture. */
#include <config.h>

#include "cmd.h"
#include "exit-codes.h"
#include "say.h"

static int run(const struct opts *o)
{
	struct opts inner = *o;

	if (o->given[OPT_READ] || o->given[OPT_SOURCE]) {
		say("replay: FILE is what is read; --%s is one too many",
		    o->given[OPT_READ] ? "read" : "source");
		hint("xenringtop replay -h shows the usage");
		return XT_USAGE;
	}
	inner.read = o->args[0];
	inner.args = o->args + 1;
	inner.n_args = o->n_args - 1;
	inner.cmd = &cmd_list;
	if (inner.n_args) {
		inner.cmd = cmd_find(inner.args[0]);
		if (!inner.cmd)
			return opts_unknown_command(inner.args[0]);
		inner.args++;
		inner.n_args--;
	}
	if (inner.cmd->any_opts) {
		say("replay: %s is a command that runs one", inner.cmd->name);
		hint("xenringtop replay -h shows the usage");
		return XT_USAGE;
	}
	return opts_check(&inner) ? cmd_usage_code(inner.cmd) : inner.cmd->run(&inner);
}

const struct cmd cmd_replay = {
	.name = "replay", .group = "Over time", .args = "FILE [COMMAND...]",
	.help = "Run a command over a capture",
	.more = "The same as COMMAND with --read FILE; without COMMAND, list. What shows one "
		"sample shows the capture's last, or that of --at. With --count or --for, samples "
		"are shown from its begin, or from --at on: each, or those --interval apart. From "
		"a pipe (FILE is -) they are shown as they arrive.",
	.examples = (const struct example[]){
		{ .args = "replay out.xrc list -n 0", .what = "each sample of a capture" },
		{ .args = "replay out.xrc list --at 12:04", .what = "the rings at that moment" },
		{ .args = "replay out.xrc slots web01/vbd:51712/q0", .what = "requests at its end" },
		{ .args = "replay - list --tree", .what = "what record - sends" },
		{ .args = NULL },
	},
	.any_opts = true, .complete = "file", .min_args = 1, .max_args = ANY_ARGS, .run = run,
};
