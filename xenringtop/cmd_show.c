/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `show`: everything known of devices and their rings. */
#include <config.h>

#include "cmd.h"
#include "session.h"

static int show(struct session *s, struct xenring_snapshot *snap, void *data)
{
	struct sink *sink = data;
	_cleanup_choice_ struct choice c = { 0 };
	_cleanup_free_ struct row *devices = NULL, *rings = NULL, *errors = NULL;
	struct doc_head head;
	int r = session_choose(s, snap, &c, s->first);

	if (r)
		return r;
	devices = rows_of("device", c.devices, c.n_devices, sizeof(*c.devices));
	rings = rows_of("ring", c.rings, c.n_rings, sizeof(*c.rings));
	errors = rows_of("problem", c.errors, c.n_errors, sizeof(*c.errors));
	head = session_head(s, snap, &c, c.n_errors);
	if (sink_is_text(sink) && s->repeats)
		session_headline(s, &head);
	sink_begin(sink, &doc_show, &head);
	sink_rows(sink, &doc_show, "devices", devices, c.n_devices);
	sink_rows(sink, &doc_show, "rings", rings, c.n_rings);
	sink_rows(sink, &doc_show, "errors", errors, c.n_errors);
	sink_end(sink);
	return session_errors(s, c.errors, c.n_errors);
}

static int run(const struct opts *o)
{
	_cleanup_session_ struct session s = { 0 };
	_cleanup_sink_ struct sink sink = { 0 };
	int r = session_check(o);

	if (!r)
		r = session_open(&s, o);
	if (r)
		return r;
	sink_init(&sink, &sink_text, o, &s.term);
	s.shows_backends = true;
	session_look_at_targets(&s);
	return session_run(&s, show, &sink);
}

const struct cmd cmd_show = {
	.name = "show", .group = "Look", .args = "TARGET...",
	.help = "Show everything known of a device or a ring",
	.more = "A device is shown with its rings, a ring with its device. A number marked >= or "
		"<= is a bound that follows from what the ring holds. With --verbose each value "
		"says how it is known and what it means.",
	.examples = (const struct example[]){
		{ .args = "show web01/vbd:51712", .what = "everything about one disk" },
		{ .args = "show -v web01/vif:0/q0/tx", .what = "a ring, with explanations" },
		{ .args = NULL },
	},
	.opts = (const enum opt_id[]){
		OPT_AT, OPT_TEE, OPT_INTERVAL, OPT_COUNT, OPT_FOR, OPT_JSON, OPT_NDJSON, OPT_N
	},
	.complete = "target", .min_args = 1, .max_args = ANY_ARGS, .run = run,
};
