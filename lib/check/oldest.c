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
#include "follow.h"

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

bool xr_is_suspect(const struct xr_suspects *s, uint64_t uid)
{
	return find(s, uid);
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
	int64_t still_ns = c->f->slots ? c->seen->rsp_ns : xr_still_ns(c);

	return c->f->ok && (c->f->slots ? c->f->pending : c->f->queued > 0) && !xr_is_held(c->dom) &&
	       still_ns != XR_NEVER && c->now_ns - still_ns >= XR_SUSPECT_NS;
}

static int add(struct xr_suspects *s, const struct xr_case *c, struct xr_suspect **ret)
{
	const struct xr_ring *ring = c->ring;
	struct xr_suspect one = { .uid = ring->uid, .slots = ring->slots };
	size_t at = 0;
	int r = 0;

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
	if (c->f->slots)
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

/* Who is there and who wants to be told changes while its words do not. */
static int look_at_page(struct xr_suspects *s, struct xenring *x, const struct xr_case *c, struct xr_suspect *one)
{
	struct xr_copied copied = { .bytes = s->pages };

	one->err = xr_source_copy(&x->src, &c->ring->map, &copied);
	/* of a capture nothing else is there than what it held when they moved */
	one->has_page = !one->err && copied.look == XR_LOOK_OK && copied.valid >= XR_SUSPECT_PAGE &&
			!memcmp(copied.before, c->idx, sizeof(copied.before));
	if (one->has_page)
		memcpy(one->page, s->pages, XR_SUSPECT_PAGE);
	return one->err == -ENOMEM ? -ENOMEM : 0;
}

/* Of one request: those of the longest list in a slot, vscsiif's. */
#define MOST_GREFS 31

/* Why that entry is of no use to the ring's backend; false: it is. */
static bool is_unusable(const struct xr_case *c, bool to_write, const struct xr_grant *g, char *why, size_t room)
{
	switch (g->flags & XR_GTF_TYPE) {
	case XR_GTF_INVALID:
		snprintf(why, room, "which grants nothing");
		return true;
	case XR_GTF_TRANSFER:
		snprintf(why, room, "which is for a transfer and gives no access");
		return true;
	default:
		break;
	}
	if (g->domid != c->dev->be_domid)
		snprintf(why, room, "which is granted to domain %u, and the backend is in %" PRId64, g->domid,
			 c->dev->be_domid);
	else if (to_write && (g->flags & XR_GTF_READONLY))
		snprintf(why, room, "which is read-only, and the backend is to write there");
	else
		return false;
	return true;
}

/* The first of what one request names that is of no use. */
static bool find_bad(const struct xr_case *c, struct xenring *x, const struct xr_tracked *k, struct xr_bad_grant *ret)
{
	const struct xenring_decoded d = { .rec = k->rec, .bytes = k->bytes, .n = c->ring->slot_size };
	uint32_t grefs[MOST_GREFS];
	size_t n = xr_wire_grefs(&d, grefs, MOST_GREFS);
	/* what lists more of them is for the backend to read, whatever is done with the data */
	bool to_write = c->ring->desc->flow && c->ring->desc->flow(k->rec, k->bytes) == XR_WAY_IN &&
			!xr_fetched_size(k->rec);

	for (size_t i = 0; i < n && i < MOST_GREFS; i++) {
		struct xr_grant g;
		int r;

		/* entry 0 is Xen's console's: where one may be left out, this says so */
		if (!grefs[i])
			continue;
		r = x->src.ops->grant(&x->src, c->ring->map.domid, grefs[i], &g);
		ret->found = r == -ERANGE || (!r && is_unusable(c, to_write, &g, ret->why, sizeof(ret->why)));
		if (!ret->found)
			continue;
		if (r)
			snprintf(ret->why, sizeof(ret->why), "which its grant table does not have");
		ret->index = k->index;
		ret->gref = grefs[i];
		return true;
	}
	return false;
}

/* What the requests of a ring that stands still name is looked up: a page that is not granted is never answered for. */
static void look_at_grants(struct xr_suspect *one, struct xenring *x, const struct xr_case *c)
{
	const struct xr_tracked *k;

	one->bad.found = false;
	/* a capture has the entries that were asked for when it was made */
	if (!x->src.ops->grant || x->src.ops->next || c->ring->map.by_gfn)
		return;
	for (size_t i = 0; (k = xr_tracker_next(one->tracker, i)); i++)
		if (!k->answered && find_bad(c, x, k, &one->bad))
			return;
}

static int look_at_slots(struct xr_suspects *s, struct xenring *x, const struct xr_case *c, struct xr_suspect *one)
{
	struct xr_copied copied = { .bytes = s->pages };

	one->err = xr_source_copy(&x->src, &c->ring->map, &copied);
	if (!one->err && !xr_tracker_step(one->tracker, c->now_ns, &copied))
		one->err = -EAGAIN;
	return one->err == -ENOMEM ? -ENOMEM : 0;
}

int xr_suspects_look(struct xr_suspects *s, struct xenring *x, const struct xr_case *c)
{
	struct xr_suspect *one;
	bool suspected;
	int r = 0;

	/* an older sample's rings may not be mapped any more */
	if (c->s->top != x->top || (!c->f->slots && c->ring->desc->kind != XR_RING_VCHAN))
		return 0;
	suspected = is_suspected(c);
	one = find(s, c->ring->uid);
	if (one && !suspected && (!c->f->ok || (c->f->slots ? !c->f->flight : !c->f->queued) || c->now_ns - one->last_ns > XR_TRUST_NS)) {
		forget(s, one);
		return 0;
	}
	if (!one && suspected && c->ring->map.page && c->ring->slots <= XR_SUSPECT_SLOTS - s->slots &&
	    (!c->f->slots || xr_tracker_suits(c->ring->desc))) {
		r = add(s, c, &one);
		if (r)
			return r == -ENOMEM ? r : 0;
	}
	if (!one || !c->ring->map.page)
		return 0;
	if (suspected)
		one->last_ns = c->now_ns;
	if (!one->tracker)
		return look_at_page(s, x, c, one);
	if (xr_tracker_is_at(one->tracker, c->idx))
		xr_tracker_rest(one->tracker, c->now_ns);
	else
		r = look_at_slots(s, x, c, one);
	if (!r && suspected)
		look_at_grants(one, x, c);
	return r;
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

const struct xr_tracker *xr_suspect_tracker(const struct xr_case *c)
{
	const struct xr_suspect *one = c->f->ok ? find(&c->w->suspects, c->ring->uid) : NULL;

	/* what was seen before it moved on may be half an answer by now */
	return one && one->tracker && !one->err && xr_tracker_is_at(one->tracker, c->idx) && is_suspected(c) ?
		one->tracker : NULL;
}

const struct xr_bad_grant *xr_suspect_grant(const struct xr_case *c)
{
	const struct xr_suspect *one = xr_suspect_tracker(c) ? find(&c->w->suspects, c->ring->uid) : NULL;

	return one && one->bad.found ? &one->bad : NULL;
}

const uint8_t *xr_suspect_page(const struct xr_case *c)
{
	const struct xr_suspect *one = c->f->ok ? find(&c->w->suspects, c->ring->uid) : NULL;

	return one && one->has_page && is_suspected(c) ? one->page : NULL;
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

/* The names of one thing's readings; they are static, as all are. */
static const struct {
	const char *what, *operation, *id, *sector, *sectors, *segments;
} names[] = {
	{ "oldest", "oldest_operation", "oldest_id", "oldest_sector", "oldest_sectors", "oldest_segments" },
	{ "bad", "bad_operation", "bad_id", "bad_sector", "bad_sectors", "bad_segments" },
};

void xr_show_request(const struct xr_case *c, const struct xr_tracked *k, const char *what, struct xr_verdict *v)
{
	char operation[XR_OPERATION], id[24];
	struct xr_gist g;
	size_t i = 0;

	if (!v->in_words)
		return;
	while (strcmp(names[i].what, what) != 0)
		i++;
	operation_of(c, k, operation);
	xr_show_text(v, names[i].operation, operation, XENRING_SHARED);
	snprintf(id, sizeof(id), "0x%" PRIx64, k->id);
	xr_show_text(v, names[i].id, id, XENRING_SHARED);
	if (!c->ring->desc->gist)
		return;
	g = xr_gist_of(c->ring->desc, k->rec, k->bytes);
	xr_show(v, names[i].sector, g.sector, XENRING_SHARED);
	xr_show(v, names[i].sectors, g.sectors, XENRING_SHARED);
	if (g.segments != XENRING_UNKNOWN)
		xr_show(v, names[i].segments, g.segments, XENRING_SHARED);
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
	g = xr_gist_of(c->ring->desc, k->rec, k->bytes);
	operation_of(c, k, operation);
	add_text(v, sure ? "; the oldest: " : "; the oldest that is seen: ");
	add_text(v, operation);
	put_gist(v, &g);
	snprintf(part, sizeof(part), ", for %.1f s%s", xr_since_s(c, put), sure ? "" : ", unless it was answered out of order");
	add_text(v, part);
	xr_show_text(v, "oldest_state", sure ? "open" : "unsure", XENRING_INFERRED);
	xr_show_request(c, k, "oldest", v);
	xr_show(v, "oldest_age_ms", (c->now_ns - put) / 1000000, XENRING_TOOL);
}
