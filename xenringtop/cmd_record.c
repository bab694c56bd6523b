/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `record`: what the source says, kept in a file. */
#include <config.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "exit-codes.h"
#include "say.h"
#include "session.h"

static void put_size(struct buf *b, uint64_t bytes)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	double v = (double)bytes;
	size_t i = 0;

	for (; v >= 1024 && i + 1 < sizeof(units) / sizeof(units[0]); i++)
		v /= 1024;
	buf_printf(b, i ? "%.1f %s" : "%.0f %s", v, units[i]);
}

/* How much there is, and how long it will take. */
static void progress(struct session *s, bool last)
{
	_cleanup_buf_ struct buf b = { 0 };
	struct xenring_written w = recording_total(&s->recording);
	const struct opts *o = s->o;

	buf_printf(&b, "%llu sample%s, ", (unsigned long long)w.samples, w.samples == 1 ? "" : "s");
	put_size(&b, w.bytes);
	if (!last && o->given[OPT_FOR])
		buf_printf(&b, ", %.0f s left", session_left(s));
	else if (!last && o->given[OPT_COUNT] && o->count)
		buf_printf(&b, ", %lld left", (long long)(o->count - (int64_t)w.samples));
	say_status(buf_str(&b));
}

static int show(struct session *s, struct xenring_snapshot *snap, void *data)
{
	const bool *on_terminal = data;
	_cleanup_choice_ struct choice c = { 0 };
	int r = choice_make(&c, snap, NULL, 0, false);

	if (!r)
		r = session_errors(s, c.errors, c.n_errors);
	if (*on_terminal)
		progress(s, false);
	return r;
}

static int run(const struct opts *o)
{
	_cleanup_session_ struct session s = { 0 };
	bool on_terminal = isatty(STDERR_FILENO) && !o->quiet;
	struct opts all = *o;
	int r;

	if (o->given[OPT_ROTATE] && (!o->given[OPT_MAX_SIZE] || !strcmp(o->args[0], "-"))) {
		say("--rotate goes with --max-size, and with a file");
		hint("xenringtop record --max-size 100M --rotate 5 FILE");
		return XT_USAGE;
	}
	/* its one argument is a file, not a target */
	all.tee = o->args[0];
	all.n_args = 0;
	if (!o->given[OPT_COUNT]) {
		all.count = 0;
		all.given[OPT_COUNT] = true;
	}
	r = session_open(&s, &all);
	if (r)
		return r;
	s.shows_domains = true;
	r = session_run(&s, show, &on_terminal);
	if (on_terminal && recording_total(&s.recording).samples)
		progress(&s, true);
	say_status(NULL);
	return r;
}

const struct cmd cmd_record = {
	.name = "record", .group = "Over time", .args = "FILE",
	.help = "Keep what is read in a file, to look at later",
	.more = "FILE is a capture, which replay and --read read with every command; - is standard "
		"output. It holds the indices and pages of all rings, the answers of xenstore, the "
		"grant tables and the domains' states, sample by sample, and can be read up to the "
		"last whole sample however the recording ended. What guests write to their "
		"consoles, and what the pages of their requests hold, is left out unless --payload. "
		"Ends with --for, --count, --max-size or a signal.",
	.examples = (const struct example[]){
		{ .args = "record out.xrc", .what = "keep what happens" },
		{ .args = "record --for 1m -i 0.1 out.xrc", .what = "ten samples a second" },
		{ .args = "record --max-size 100M --rotate 5 a.xrc", .what = "in 6 x 100 MiB" },
		{ .args = NULL },
	},
	.opts = (const enum opt_id[]){
		OPT_INTERVAL, OPT_COUNT, OPT_FOR, OPT_PAYLOAD, OPT_MAX_SIZE, OPT_ROTATE, OPT_N
	},
	.complete = "file", .min_args = 1, .max_args = 1, .run = run,
};
