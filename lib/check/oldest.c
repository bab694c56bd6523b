/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The requests of rings whose backend is suspected to answer nothing any more. */
#include <config.h>

#include "check/oldest.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/watch.h"
#include "context.h"
#include "decode.h"

static void forget(struct xr_suspects *s, struct xr_suspect *one)
{
	s->slots -= one->slots;
	xr_tracker_free(one->tracker);
	memmove(one, one + 1, (size_t)(s->at + s->n - one - 1) * sizeof(*one));
	s->n--;
}

void xr_suspects_drop(struct xr_suspects *s)
{
	for (size_t i = 0; i < s->n; i++)
		xr_tracker_free(s->at[i].tracker);
	free(s->at);
	free(s->pages);
	*s = (struct xr_suspects){ .n = 0 };
}

static int by_uid(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static struct xr_suspect *find(const struct xr_suspects *s, uint64_t uid)
{
	/* the uid is the first member */
	return s->n ? bsearch(&uid, s->at, s->n, sizeof(*s->at), by_uid) : NULL;
}

void xr_suspects_keep(struct xr_suspects *s, const struct xr_topology *top)
{
	for (size_t i = s->n; i--; ) {
		bool there = false;

		for (size_t k = 0; k < top->n_rings && !there; k++)
			there = top->rings[k].ring->uid == s->at[i].uid;
		if (!there)
			forget(s, &s->at[i]);
	}
}

/* May its requests be asked for soon? */
static bool is_suspected(const struct xr_case *c)
{
	return c->f->ok && c->f->slots && c->f->pending && !xr_is_held(c->dom) && c->seen->rsp_ns != XR_NEVER &&
	       c->now_ns - c->seen->rsp_ns >= XR_SUSPECT_NS;
}

static int add(struct xr_suspects *s, const struct xr_case *c, struct xr_suspect **ret)
{
	const struct xr_ring *ring = c->ring;
	struct xr_suspect one = { .uid = ring->uid, .slots = ring->slots };
	size_t at = 0;
	int r;

	if (s->n == s->room) {
		size_t room = s->room ? 2 * s->room : 16;
		struct xr_suspect *all = reallocarray(s->at, room, sizeof(*all));

		if (!all)
			return -ENOMEM;
		s->at = all;
		s->room = room;
	}
	if (!s->pages)
		s->pages = malloc((size_t)XR_MAX_PAGES * XR_PAGE_SIZE);
	if (!s->pages)
		return -ENOMEM;
	r = xr_tracker_new(&one.tracker, ring->desc, c->dev->abi, ring->slots, ring->slot_size);
	if (r)
		return r;
	while (at < s->n && s->at[at].uid < one.uid)
		at++;
	memmove(&s->at[at + 1], &s->at[at], (s->n - at) * sizeof(*s->at));
	s->at[at] = one;
	s->n++;
	s->slots += one.slots;
	*ret = &s->at[at];
	return 0;
}

int xr_suspects_look(struct xr_suspects *s, struct xenring *x, const struct xr_case *c)
{
	struct xr_copied copied = { .look = XR_LOOK_NONE };
	struct xr_suspect *one;
	bool suspected;
	int r;

	/* an older sample's rings may not be mapped any more */
	if (!c->f->slots || c->s->top != x->top)
		return 0;
	suspected = is_suspected(c);
	one = find(s, c->ring->uid);
	if (one && !suspected && (!c->f->ok || !c->f->flight || c->now_ns - one->last_ns > XR_TRUST_NS)) {
		forget(s, one);
		return 0;
	}
	if (!one && suspected && c->ring->map.page && c->ring->slots <= XR_SUSPECT_SLOTS - s->slots &&
	    xr_tracker_suits(c->ring->desc)) {
		r = add(s, c, &one);
		if (r)
			return r == -ENOMEM ? r : 0;
	}
	if (!one || !c->ring->map.page)
		return 0;
	if (suspected)
		one->last_ns = c->now_ns;
	if (xr_tracker_is_at(one->tracker, c->idx)) {
		xr_tracker_rest(one->tracker, c->now_ns);
		return 0;
	}
	copied.bytes = s->pages;
	one->err = xr_source_copy(&x->src, &c->ring->map, &copied);
	if (!one->err && !xr_tracker_step(one->tracker, c->now_ns, &copied))
		one->err = -EAGAIN;
	return one->err == -ENOMEM ? -ENOMEM : 0;
}

/* ---- in words ----------------------------------------------------------------- */

/* The first of those that are not answered; whatever has an older one is not known. */
static const struct xr_tracked *first_open(const struct xr_tracker *t)
{
	const struct xr_tracked *k;

	for (size_t i = 0; (k = xr_tracker_next(t, i)); i++)
		if (!k->answered && k->has_id)
			return k;
	return NULL;
}

/* What is known of the requests of this sample, or NULL, and why there is nothing. */
static const struct xr_tracked *oldest_of(const struct xr_case *c, bool *ret_sure, const char **ret_why)
{
	const struct xr_suspect *one = find(&c->w->suspects, c->ring->uid);
	const struct xr_tracked *k = NULL;
	struct xr_track_sum sum;

	if (!one)
		*ret_why = c->w->suspects.slots + c->ring->slots > XR_SUSPECT_SLOTS ?
			"too many rings stand still for all to be looked at" : "its slots were not looked at yet";
	else if (one->err == -ENODATA)
		*ret_why = "the capture does not hold its slots";
	else if (one->err || !xr_tracker_is_at(one->tracker, c->idx))
		*ret_why = "its slots could not be read";
	else if (!(k = first_open(one->tracker)))
		*ret_why = "its slot was used again before it was seen";
	if (!k)
		return NULL;
	xr_tracker_sum(one->tracker, &sum);
	*ret_sure = k->sure && !sum.hidden;
	return k;
}

/* When it was put, at the latest: in a slot that was behind req_prod it was then. */
static int64_t put_ns(const struct xr_case *c, const struct xr_tracked *k)
{
	const struct xr_seen *seen = c->seen;
	uint32_t rsp = c->idx[XR_RSP_PROD];
	bool then = !k->kept && xr_idx_sub(k->index, rsp) < xr_idx_sub(seen->rsp_req_prod, rsp);

	return then && seen->rsp_ns < k->seen_ns ? seen->rsp_ns : k->seen_ns;
}

/* What it asks for, by its ring's table; else what its record is called. */
static void operation_of(const struct xr_case *c, const struct xr_tracked *k, char ret[XR_OPERATION])
{
	const char *dot = strchr(k->rec->name, '.');

	xr_operation(c->ring->desc, k->rec, k->bytes, c->ring->slot_size, ret);
	if (!ret[0])
		snprintf(ret, XR_OPERATION, "%s", dot ? dot + 1 : k->rec->name);
}

static struct xr_gist gist_of(const struct xr_case *c, const struct xr_tracked *k)
{
	struct xr_gist g = { .sector = XENRING_UNKNOWN, .sectors = XENRING_UNKNOWN, .segments = XENRING_UNKNOWN };

	if (c->ring->desc->gist)
		c->ring->desc->gist(k->rec, k->bytes, &g);
	return g;
}

static void add_text(struct xr_verdict *v, const char *text)
{
	size_t n = strlen(v->text);

	snprintf(v->text + n, sizeof(v->text) - n, "%s", text);
}

static void put_gist(struct xr_verdict *v, const struct xr_gist *g)
{
	char part[80];

	if (g->sectors != XENRING_UNKNOWN) {
		snprintf(part, sizeof(part), " of %" PRId64 " sector%s", XR_N(g->sectors));
		add_text(v, part);
	} else if (g->segments != XENRING_UNKNOWN) {
		snprintf(part, sizeof(part), " of %" PRId64 " segment%s", XR_N(g->segments));
		add_text(v, part);
	}
	if (g->sector != XENRING_UNKNOWN) {
		snprintf(part, sizeof(part), " from sector %" PRId64 " on", g->sector);
		add_text(v, part);
	}
}

void xr_say_oldest(const struct xr_case *c, struct xr_verdict *v)
{
	const struct xr_tracked *k;
	const char *why = NULL;
	struct xr_gist g;
	bool sure = false;
	int64_t put;
	char part[160], operation[XR_OPERATION];

	/* of what its rings do not have it is not said to be unknown */
	if (!v->in_words || !v->holds || !c->f->slots || !xr_tracker_suits(c->ring->desc))
		return;
	k = oldest_of(c, &sure, &why);
	if (!k) {
		snprintf(part, sizeof(part), "; the oldest is not known: %s", why);
		add_text(v, part);
		xr_show(v, "oldest_age_ms", XENRING_UNKNOWN, XENRING_TOOL);
		return;
	}
	put = put_ns(c, k);
	g = gist_of(c, k);
	operation_of(c, k, operation);
	add_text(v, sure ? "; the oldest: " : "; the oldest that is seen: ");
	add_text(v, operation);
	put_gist(v, &g);
	snprintf(part, sizeof(part), ", for %.1f s%s", xr_since_s(c, put), sure ? "" : ", unless it was answered out of order");
	add_text(v, part);
	xr_show_text(v, "oldest_state", sure ? "open" : "unsure", XENRING_INFERRED);
	xr_show_text(v, "oldest_operation", operation, XENRING_SHARED);
	snprintf(part, sizeof(part), "0x%" PRIx64, k->id);
	xr_show_text(v, "oldest_id", part, XENRING_SHARED);
	if (c->ring->desc->gist) {
		xr_show(v, "oldest_sector", g.sector, XENRING_SHARED);
		xr_show(v, "oldest_sectors", g.sectors, XENRING_SHARED);
		if (g.segments != XENRING_UNKNOWN)
			xr_show(v, "oldest_segments", g.segments, XENRING_SHARED);
	}
	xr_show(v, "oldest_age_ms", (c->now_ns - put) / 1000000, XENRING_TOOL);
}
