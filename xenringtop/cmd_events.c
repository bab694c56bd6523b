/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `events`: the event channels of one domain, and whose they are. */
#include <config.h>

#include <inttypes.h>
#include <string.h>

#include "cmd.h"
#include "exit-codes.h"
#include "say.h"
#include "session.h"
#include "sink/format.h"

struct events {
	struct columns columns;
	struct sink sink;
};

static void channels_free_p(struct xenring_channels **p)
{
	xenring_channels_free(*p);
}

/* The one domain that the target means. */
static int the_domain(const struct session *s, const struct choice *c)
{
	if (c->n_domains == 1)
		return 0;
	say("%s: it names %zu domains, and only one can be shown", s->targets[0].text, c->n_domains);
	for (size_t i = 0; i < c->n_domains && i < 10; i++)
		hint("xenringtop events %" PRId64, c->domains[i].domid);
	if (c->n_domains > 10)
		hint("... and %zu more", c->n_domains - 10);
	return XT_USAGE;
}

static void put_heading(struct buf *b, const struct session *s, const struct xenring_channel_table *t)
{
	put_safe(b, t->domain, strlen(t->domain), s->term.safe);
	buf_printf(b, "  %" PRId64 " event channel%s, %" PRId64 " ports", t->open, t->open == 1 ? "" : "s", t->ports);
	if (t->reserved)
		buf_printf(b, ", %" PRId64 " of them Xen's own", t->reserved);
	buf_putc(b, '\n');
	if (t->note)
		buf_printf(b, "pending and masked: unknown (%s)\n", t->note);
	buf_putc(b, '\n');
}

static struct xenring_channel *all_channels(const struct xenring_channels *channels, size_t *ret_n)
{
	size_t n = xenring_n_channels(channels);
	struct xenring_channel *rows = xcalloc(n, sizeof(*rows));

	for (size_t i = 0; i < n; i++)
		xenring_channel(channels, i, &rows[i]);
	*ret_n = n;
	return rows;
}

static void snapshot_unref_p(struct xenring_snapshot **p)
{
	xenring_snapshot_unref(*p);
}

/* A port that no device of the domain names may lead to a device of the domain at its other end. */
static bool look_further(struct session *s, const struct xenring_channels *channels)
{
	struct xenring_channel ch;
	bool more = false;

	for (size_t i = 0; !xenring_channel(channels, i, &ch); i++)
		if (!ch.used_by && ch.remote_port != XENRING_UNKNOWN)
			more |= session_look_at_domain(s, ch.remote_domid);
	return more;
}

/* The channels of the one domain that is chosen of snap. */
static int read_channels(struct session *s, const struct xenring_snapshot *snap, struct choice *c,
			 struct xenring_channels **ret)
{
	int r = session_choose(s, snap, c, true);

	if (!r)
		r = the_domain(s, c);
	if (r)
		return r;
	r = xenring_read_channels(s->x, snap, c->domain_at[0], ret);
	return r ? session_failed(s, r, false) : 0;
}

static int show(struct session *s, struct xenring_snapshot *snap, void *data)
{
	_cleanup_(channels_free_p) struct xenring_channels *channels = NULL;
	_cleanup_(snapshot_unref_p) struct xenring_snapshot *wider = NULL;
	_cleanup_choice_ struct choice c = { 0 };
	_cleanup_free_ struct xenring_channel *list = NULL;
	_cleanup_free_ struct row *rows = NULL;
	struct xenring_channel_table table;
	struct row table_row = { .shape = "channel_table", .p = &table };
	struct events *e = data;
	struct doc_head head;
	size_t n = 0;
	int r = read_channels(s, snap, &c, &channels);

	while (!r && look_further(s, channels)) {
		xenring_channels_free(channels);
		channels = NULL;
		choice_free(&c);
		xenring_snapshot_unref(wider);
		wider = NULL;
		r = session_again(s, &wider);
		if (!r)
			r = read_channels(s, wider, &c, &channels);
	}
	if (r)
		return r;
	xenring_channels_table(channels, &table);
	list = all_channels(channels, &n);
	rows = rows_of("channel", list, n, sizeof(*list));
	columns_sort(&e->columns, rows, n);
	head = session_head(s, wider ? wider : snap, &c, 0);
	if (sink_is_text(&e->sink) && !s->o->no_headings)
		put_heading(&e->sink.text, s, &table);
	sink_begin(&e->sink, &doc_events, &head);
	if (!sink_is_text(&e->sink))
		sink_rows(&e->sink, &doc_events, "domain", &table_row, 1);
	sink_rows(&e->sink, &doc_events, "channels", rows, n);
	sink_rows(&e->sink, &doc_events, "errors", NULL, 0);
	sink_end(&e->sink);
	return 0;
}

static int run(const struct opts *o)
{
	_cleanup_session_ struct session s = { 0 };
	struct events e = { 0 };
	const char *shape = "channel";
	int r;

	if (o->list_columns)
		return columns_list(&shape, 1, o);
	if (!o->n_args) {
		say("events: DOMAIN is missing");
		hint("xenringtop events -h shows the usage");
		return XT_USAGE;
	}
	r = columns_choose(&e.columns, shape, o);
	if (!r)
		r = session_open(&s, o);
	if (!r && s.targets[0].depth > 1) {
		say("%s: a domain is wanted, no part of one", s.targets[0].text);
		hint("xenringtop events %s", s.targets[0].part[0]);
		r = XT_USAGE;
	}
	if (!r) {
		sink_init(&e.sink, &sink_table, o, &s.term);
		e.sink.columns = &e.columns;
		session_look_at_targets(&s);
		r = session_run(&s, show, &e);
	}
	sink_free(&e.sink);
	columns_free(&e.columns);
	return r;
}

const struct cmd cmd_events = {
	.name = "events", .group = "Look", .args = "DOMAIN",
	.help = "Show the event channels of a domain",
	.more = "Shown is each port that is not closed, what it is bound to, and the ring that uses it, "
		"by what the frontend says in xenstore; a closed port only if a device names it. "
		"Xen's own ports are counted. Whether a port is pending or masked is known of a PV "
		"guest with two-level event channels; with FIFO ones, which Linux prefers, nobody "
		"outside the guest can find that out.",
	.examples = (const struct example[]){
		{ .args = "events web01", .what = "who is at the other end of each port" },
		{ .args = "events -J 0", .what = "those of dom0 as JSON" },
		{ .args = NULL },
	},
	.opts = (const enum opt_id[]){
		OPT_AT, OPT_TEE, OPT_JSON, OPT_COLUMNS, OPT_LIST_COLUMNS, OPT_NO_HEADINGS, OPT_SORT,
		OPT_INTERVAL, OPT_N
	},
	.complete = "target", .max_args = 1, .run = run,
};
