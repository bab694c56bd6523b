/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `slots`: what stands in the slots of one ring, decoded. */
#include <config.h>

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "cmd.h"
#include "exit-codes.h"
#include "say.h"
#include "session.h"
#include "sink/format.h"
#include "slotrow.h"

struct slots {
	struct columns columns;
	struct sink sink;
	bool tracked;		/* the ring was found, and its requests are kept track of if they can be */
};

static void slots_free_p(struct xenring_slots **p)
{
	xenring_slots_free(*p);
}

/* ---- text ---------------------------------------------------------------- */

/* Below a slot's line: what is wrong with it, and its bytes if asked for. */
static void put_below(struct buf *b, const struct table *t, const struct row *row)
{
	_cleanup_slot_faults_ struct slot_fault_list l = slot_faults_of(row->p, row->i);
	size_t n = 0;
	const void *bytes;

	for (size_t i = 0; i < l.n && !t->o->verbose; i++)
		buf_printf(b, "    %s %s\n", term_glyph(t->term, GLYPH_FAULT), l.texts[i]);
	if (!t->o->hex)
		return;
	bytes = xenring_slot_bytes(row->p, row->i, &n);
	if (bytes)
		put_hex_lines(b, bytes, n);
	else
		buf_puts(b, "    " REDACTED "\n");
}

/* Is there something in one of its two queues? */
static bool has_bytes(const struct xenring_ring *ring)
{
	return ring->in_prod != ring->in_cons || ring->out_prod != ring->out_cons;
}

static void put_index(struct buf *b, const char *name, int64_t value)
{
	if (value != XENRING_UNKNOWN)
		buf_printf(b, "  %s %" PRId64, name, value);
}

/* How many slots there are of which sort. */
struct tally {
	size_t all, shown;		/* without the page's own */
	size_t pages;
	size_t open, kept, answered;
};

/*
 * The request slots that no answer has taken are not the requests in flight:
 * where answers come in any order, some of them are answered, and requests
 * that are open may have lost their slot. The words say what is seen; what is
 * in doubt is no more than is missing from those in flight.
 */
static void put_known(struct buf *b, const struct xenring_ring *ring, const struct tally *n)
{
	buf_printf(b, "%" PRId64 " in flight: %zu open", ring->in_flight, n->open + n->kept);
	if (n->kept)
		buf_printf(b, ", %zu of them kept from before their slot was reused", n->kept);
	if ((size_t)ring->in_flight > n->open + n->kept)
		buf_printf(b, ", %zu not known", (size_t)ring->in_flight - n->open - n->kept);
	if (n->answered)
		buf_printf(b, "; %zu answered", n->answered);
	buf_printf(b, "; of %" PRId64 " slots\n%s", ring->slots, n->shown ? "\n" : "");
}

static void put_heading(struct buf *b, const struct session *s, const struct xenring_ring *ring,
			const struct tally *n)
{
	buf_puts(b, ring->path);
	if (ring->protocol)
		buf_printf(b, "  %s", ring->protocol);
	if (ring->abi)
		buf_printf(b, " %s", ring->abi);
	if (ring->state) {
		buf_puts(b, "  ");
		put_colored(b, &s->term, color_of_state(ring->state), ring->state);
	}
	put_index(b, "req_prod", ring->req_prod);
	put_index(b, "rsp_prod", ring->rsp_prod);
	put_index(b, "in_prod", ring->in_prod);
	put_index(b, "in_cons", ring->in_cons);
	put_index(b, "out_prod", ring->out_prod);
	put_index(b, "out_cons", ring->out_cons);
	buf_putc(b, '\n');
	if (ring_is_stream(ring) && !n->shown && has_bytes(ring))
		/* of bytes nobody knows what they mean */
		buf_puts(b, n->pages ? "\n" : "");
	else if (ring_is_stream(ring))
		buf_printf(b, "%zu not taken yet\n%s", n->shown, n->shown + n->pages ? "\n" : "");
	else if (s->o->all || s->o->given[OPT_FROM])
		buf_printf(b, "%zu of %zu slots\n\n", n->shown, n->all);
	else if (!isnan(ring->oldest_s))
		put_known(b, ring, n);
	else
		buf_printf(b, "%zu %s, of %zu slots\n%s", n->shown,
			   ring_has_requests(ring) ? "request slots not yet reused" : "not taken yet", n->all,
			   n->shown + n->pages ? "\n" : "");
}

static void put_text(struct slots *l, const struct session *s, const struct xenring_ring *ring,
		     const struct row *rows, size_t n, const struct tally *tally)
{
	struct table t = {
		.columns = &l->columns, .term = &s->term, .o = s->o, .below = put_below,
	};
	struct buf *b = &l->sink.text;

	if (!s->o->no_headings)
		put_heading(b, s, ring, tally);
	if (!s->o->verbose) {
		table_put(b, &t, rows, n);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		_cleanup_buf_ struct buf heading = { 0 };
		struct xenring_value v;

		if (row_value(&rows[i], "index", &v))
			buf_printf(&heading, "slot %" PRIu64, v.u);
		if (i)
			buf_putc(b, '\n');
		text_put(b, &s->term, s->o, buf_str(&heading), &rows[i]);
		put_below(b, &t, &rows[i]);
	}
}

/* ---- choosing ------------------------------------------------------------ */

/* The one ring that the target means. */
static int the_ring(const struct session *s, const struct choice *c, size_t *ret)
{
	if (c->n_rings == 1) {
		*ret = 0;
		return 0;
	}
	if (!c->n_rings) {
		say("%s: it has no rings", s->targets[0].text);
		hint("xenringtop show %s tells more", s->targets[0].text);
		return XT_FAILED;
	}
	say("%s: it has %zu rings, and only one can be shown", s->targets[0].text, c->n_rings);
	for (size_t i = 0; i < c->n_rings && i < 10; i++)
		hint("%s", c->rings[i].path);
	if (c->n_rings > 10)
		hint("... and %zu more", c->n_rings - 10);
	return XT_USAGE;
}

static void count(struct tally *t, const struct xenring_slot *slot, bool shown)
{
	t->open += !strcmp(slot->state, "open");
	t->kept += !strcmp(slot->state, "kept");
	t->answered += !strcmp(slot->state, "answered");
	t->pages += slot_is_page(slot);
	t->all += !slot_is_page(slot) && !slot_is_kept(slot);
	t->shown += shown && !slot_is_page(slot);
}

static bool wanted(const struct opts *o, const struct xenring_ring *ring,
		   const struct xenring_slot *slot)
{
	uint32_t index = (uint32_t)slot->index;

	if (slot_is_page(slot))
		return true;
	/* indices wrap at 2^32: only differences mean anything */
	if (o->given[OPT_FROM] && (int32_t)(index - (uint32_t)o->from) < 0)
		return false;
	return o->all || slot_waits(ring, slot);
}

static struct row *make_rows(const struct opts *o, const struct xenring_slots *slots,
			     const struct xenring_ring *ring, size_t *ret_n, struct tally *ret_tally)
{
	size_t n_all = xenring_n_slots(slots), n = 0;
	struct row *rows = xcalloc(n_all, sizeof(*rows));

	for (size_t i = 0; i < n_all; i++) {
		struct xenring_slot slot;
		bool shown;

		if (xenring_slot(slots, i, &slot))
			continue;
		shown = wanted(o, ring, &slot);
		count(ret_tally, &slot, shown);
		if (!shown)
			continue;
		rows[n++] = slot_row(slots, i);
	}
	*ret_n = n;
	return rows;
}

/* A ring that cannot be read has no slots to show: the row says why. */
static int unreadable(struct session *s, struct slots *l, struct xenring_snapshot *snap,
		      const struct choice *c, const struct xenring_ring *ring)
{
	const struct xenring_error *error = ring->error;
	struct row row = { .shape = "ring", .p = ring };
	struct row error_row = { .shape = "problem", .p = error };
	struct doc_head head = session_head(s, snap, c, 1);

	if (!sink_is_text(&l->sink)) {
		sink_begin(&l->sink, &doc_slots, &head);
		sink_rows(&l->sink, &doc_slots, "ring", &row, 1);
		sink_rows(&l->sink, &doc_slots, "slots", NULL, 0);
		sink_rows(&l->sink, &doc_slots, "errors", &error_row, 1);
		sink_end(&l->sink);
	}
	return session_errors(s, error, 1);
}

/* Once it is seen which ring is meant: each sample tells more of its requests. */
static void track(struct session *s, struct xenring_snapshot *snap, void *data)
{
	_cleanup_choice_ struct choice c = { 0 };
	struct slots *l = data;

	if (l->tracked || session_choose(s, snap, &c, false) || c.n_rings != 1)
		return;
	/* of some rings there is nothing to know: their slots are shown as they are */
	xenring_track(s->x, snap, c.ring_at[0], true);
	l->tracked = true;
}

static int show(struct session *s, struct xenring_snapshot *snap, void *data)
{
	_cleanup_(slots_free_p) struct xenring_slots *slots = NULL;
	_cleanup_choice_ struct choice c = { 0 };
	_cleanup_free_ struct row *rows = NULL;
	struct slots *l = data;
	struct xenring_ring ring;
	struct row ring_row = { .shape = "ring", .p = &ring };
	struct doc_head head;
	struct tally tally = { 0 };
	size_t at = 0, n = 0;
	int r = session_choose(s, snap, &c, true);

	if (!r)
		r = the_ring(s, &c, &at);
	if (r)
		return r;
	if (c.rings[at].error)
		return unreadable(s, l, snap, &c, &c.rings[at]);
	r = xenring_read_slots(s->x, snap, c.ring_at[at], &slots);
	if (!r)
		r = xenring_slots_ring(slots, &ring);
	if (r)
		return session_failed(s, r, false);
	rows = make_rows(s->o, slots, &ring, &n, &tally);
	columns_sort(&l->columns, rows, n);
	head = session_head(s, snap, &c, 0);
	if (sink_is_text(&l->sink)) {
		if (s->repeats)
			session_headline(s, &head);
		put_text(l, s, &ring, rows, n, &tally);
		sink_end(&l->sink);
		return 0;
	}
	sink_begin(&l->sink, &doc_slots, &head);
	sink_rows(&l->sink, &doc_slots, "ring", &ring_row, 1);
	sink_rows(&l->sink, &doc_slots, "slots", rows, n);
	sink_rows(&l->sink, &doc_slots, "errors", NULL, 0);
	sink_end(&l->sink);
	return 0;
}

static int run(const struct opts *o)
{
	_cleanup_session_ struct session s = { 0 };
	struct slots l = { 0 };
	const char *shape = "slot";
	struct opts plain = *o;
	int r;

	if (o->list_columns)
		return columns_list(&shape, 1, o);
	if (!o->n_args) {
		say("slots: TARGET is missing");
		hint("xenringtop slots -h shows the usage");
		return XT_USAGE;
	}
	if (o->json && o->hex) {
		say("--hex is for text, JSON holds the decoded record");
		hint("leave out --hex or --json");
		return XT_USAGE;
	}
	if (o->json && (o->given[OPT_FOR] || (o->given[OPT_COUNT] && o->count != 1))) {
		say("--json is one document and holds one sample");
		hint("leave out --count and --for: with --interval the two samples are as far apart as you like");
		return XT_USAGE;
	}
	/* verbose is another form here, not more columns */
	plain.verbose = false;
	r = columns_choose(&l.columns, shape, &plain);
	if (!r)
		r = session_open(&s, o);
	if (!r) {
		sink_init(&l.sink, &sink_text, o, &s.term);
		s.taken = track;
		s.taken_data = &l;
		session_look_at_targets(&s);
		r = session_run(&s, show, &l);
	}
	sink_free(&l.sink);
	columns_free(&l.columns);
	return r;
}

const struct cmd cmd_slots = {
	.name = "slots", .group = "Look", .args = "TARGET",
	.help = "Show what stands in the slots of a ring, decoded",
	.more = "TARGET is a ring, or a device that has but one. Shown are the request slots that "
		"no response has taken yet. Where responses come in any order, some of those "
		"requests may be answered already, and requests still open may have lost their "
		"slot: so two samples are taken 0.2 s apart, or --interval, and from one to the "
		"next it is told which are open, answered, or kept from before. With --count or "
		"--for each sample is shown; the more there were, the more is known. With "
		"--count 1 only what the slots say. Of a ring of events, a stream of messages or a mailbox what waits is "
		"shown, and what its page says beside that.",
	.examples = (const struct example[]){
		{ .args = "slots web01/vbd:51712/q0", .what = "a disk's requests, decoded" },
		{ .args = "slots -n 0 -i 0.1 web01/vbd:51712/q0",
		  .what = "which of them are open" },
		{ .args = "slots --all --hex web01/vif:0/q0/rx",
		  .what = "every slot, with its bytes" },
		{ .args = NULL },
	},
	.opts = (const enum opt_id[]){
		OPT_AT, OPT_TEE, OPT_ALL, OPT_FROM, OPT_HEX, OPT_SECRETS, OPT_JSON, OPT_COLUMNS, OPT_LIST_COLUMNS,
		OPT_NO_HEADINGS, OPT_SORT, OPT_INTERVAL, OPT_COUNT, OPT_FOR, OPT_N
	},
	.complete = "target", .max_args = 1, .run = run,
};
