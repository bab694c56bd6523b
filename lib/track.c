/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rings of a handle whose requests are kept track of. */
#include <config.h>

#include "track.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"

static void clear(struct xr_track *tr)
{
	free(tr->device);
	free(tr->ring);
	xr_tracker_free(tr->tracker);
}

void xr_tracks_free(struct xr_tracks *t)
{
	for (size_t i = 0; i < t->n; i++)
		clear(&t->all[i]);
	free(t->all);
	free(t->pages);
	*t = (struct xr_tracks){ .n = 0 };
}

static int by_names(const struct xr_track *a, const struct xr_track *b)
{
	int r;

	if (a->domid != b->domid)
		return a->domid < b->domid ? -1 : 1;
	r = strcmp(a->device, b->device);
	return r ? r : strcmp(a->ring, b->ring);
}

static int compare(const void *a, const void *b)
{
	return by_names(a, b);
}

static struct xr_track *find(const struct xr_tracks *t, const struct xr_topology *top, size_t i)
{
	const struct xr_dev *dev = top->devs[top->rings[i].dev].dev;
	struct xr_track key = { .domid = dev->domid, .device = dev->name, .ring = top->rings[i].ring->name };

	return t->n ? bsearch(&key, t->all, t->n, sizeof(key), compare) : NULL;
}

/* Where they stand in the topology of the plan. */
static void locate(struct xenring *x)
{
	struct xr_tracks *t = &x->tracks;

	if (t->serial == x->plan.serial)
		return;
	t->serial = x->plan.serial;
	for (size_t k = 0; k < t->n; k++)
		t->all[k].at = SIZE_MAX;
	for (size_t i = 0; i < x->top->n_rings; i++) {
		struct xr_track *tr = find(t, x->top, i);

		if (tr)
			tr->at = i;
	}
}

/* A tracker for the connection that the ring has now. */
static int connect(struct xr_track *tr, const struct xr_ring *ring, enum xr_abi abi)
{
	int r;

	if (tr->tracker && tr->uid == ring->uid)
		return 0;
	xr_tracker_free(tr->tracker);
	tr->tracker = NULL;
	tr->uid = ring->uid;
	r = xr_tracker_new(&tr->tracker, ring->desc, abi, ring->slots, ring->slot_size);
	if (!r && tr->latency)
		xr_tracker_watch(tr->tracker, &xr_latency_watch, tr->latency);
	return r;
}

static int step(struct xenring *x, struct xr_track *tr, const struct xenring_snapshot *s)
{
	const struct xr_topo_ring *topo = &s->top->rings[tr->at];
	const struct xr_ring *ring = topo->ring;
	struct xr_copied c = { .bytes = x->tracks.pages };
	bool told = true;
	int r;

	if (!ring->slots || !ring->map.page || s->look[tr->at] != XR_LOOK_OK)
		return 0;
	r = connect(tr, ring, s->top->devs[topo->dev].dev->abi);
	if (r)
		return r;
	/* the fast path has seen it stand still until then */
	if (tr->latency && tr->latency->last_ns != INT64_MIN)
		xr_tracker_rest(tr->tracker, tr->latency->last_ns);
	if (!xr_tracker_is_at(tr->tracker, s->idx[tr->at])) {
		/* a capture may not hold them: then nothing is learned */
		told = !xr_source_copy(&x->src, &ring->map, &c) &&
		       xr_tracker_step(tr->tracker, s->at.mono_ns, &c);
	} else {
		xr_tracker_rest(tr->tracker, s->at.mono_ns);
	}
	if (tr->latency && told)
		xr_latency_sampled(tr->latency, s->at.mono_ns);
	return 0;
}

static int tell(struct xenring_snapshot *s, const struct xr_track *tr)
{
	struct xr_track_sum sum;

	if (!s->oldest_ns) {
		s->oldest_ns = malloc((s->top->n_rings + 1) * sizeof(*s->oldest_ns));
		if (!s->oldest_ns)
			return -ENOMEM;
		for (size_t i = 0; i < s->top->n_rings; i++)
			s->oldest_ns[i] = INT64_MIN;
	}
	xr_tracker_sum(tr->tracker, &sum);
	if (sum.samples)
		s->oldest_ns[tr->at] = sum.oldest_ns == INT64_MIN ? s->at.mono_ns : sum.oldest_ns;
	return 0;
}

int xr_tracks_step(struct xenring *x, struct xenring_snapshot *s)
{
	struct xr_tracks *t = &x->tracks;

	if (!t->n)
		return 0;
	locate(x);
	for (size_t k = 0; k < t->n; k++) {
		struct xr_track *tr = &t->all[k];
		int r;

		if (tr->at == SIZE_MAX)
			continue;
		r = step(x, tr, s);
		if (!r && s->look[tr->at] == XR_LOOK_OK && tr->tracker)
			r = tell(s, tr);
		if (r)
			return r;
	}
	return 0;
}

const struct xr_tracker *xr_tracks_look(struct xenring *x, const struct xenring_snapshot *s,
					const struct xr_ring *ring, const struct xr_copied *c)
{
	struct xr_track_sum sum;

	for (size_t k = 0; k < x->tracks.n; k++) {
		const struct xr_track *tr = &x->tracks.all[k];

		if (!tr->tracker || tr->uid != ring->uid)
			continue;
		if (!xr_tracker_is_at(tr->tracker, c->before))
			xr_tracker_step(tr->tracker, s->at.mono_ns, c);
		xr_tracker_sum(tr->tracker, &sum);
		return sum.samples > 1 && xr_tracker_is_at(tr->tracker, c->before) ? tr->tracker : NULL;
	}
	return NULL;
}

static int add(struct xenring *x, const struct xenring_snapshot *s, size_t i)
{
	const struct xr_dev *dev = s->top->devs[s->top->rings[i].dev].dev;
	struct xr_tracks *t = &x->tracks;
	struct xr_track *all = reallocarray(t->all, t->n + 1, sizeof(*all));
	struct xr_track *tr;

	if (!all)
		return -ENOMEM;
	t->all = all;
	if (!t->pages)
		t->pages = malloc((size_t)XR_MAX_PAGES * XR_PAGE_SIZE);
	tr = &all[t->n];
	*tr = (struct xr_track){
		.domid = dev->domid, .device = strdup(dev->name), .ring = strdup(s->top->rings[i].ring->name),
		.at = SIZE_MAX,
	};
	if (!t->pages || !tr->device || !tr->ring) {
		clear(tr);
		return -ENOMEM;
	}
	t->n++;
	qsort(t->all, t->n, sizeof(*t->all), compare);
	return 0;
}

int xenring_track(struct xenring *x, const struct xenring_snapshot *s, size_t i, bool on)
{
	struct xr_tracks *t = &x->tracks;
	const struct xr_ring_desc *desc;
	struct xr_track *tr;
	int r = 0;

	if (i >= s->top->n_rings)
		return xr_fail(x, "track", ERANGE, "there is no such ring");
	desc = s->top->rings[i].ring->desc;
	if (!xr_tracker_suits(desc))
		return xr_fail(x, "track", EOPNOTSUPP, "%s: no ids tie its answers to its requests, in any order",
			       s->top->rings[i].path);
	tr = find(t, s->top, i);
	if (tr && !on) {
		clear(tr);
		memmove(tr, tr + 1, (size_t)(t->all + t->n - tr - 1) * sizeof(*tr));
		t->n--;
	} else if (!tr && on) {
		r = add(x, s, i);
		/* what the newest sample shows is the first that is known */
		if (!r && x->last && x->last->top == x->top) {
			t->serial = 0;
			locate(x);
			tr = find(t, s->top, i);
			if (tr && tr->at != SIZE_MAX)
				r = step(x, tr, x->last);
		}
	}
	return r ? xr_fail(x, "track", -r, "out of memory") : 0;
}

/* ---- how long they take ----------------------------------------------------- */

struct xr_track *xr_track_of(struct xenring *x, const struct xenring_snapshot *s, size_t i)
{
	return find(&x->tracks, s->top, i);
}

void xr_track_time(struct xr_track *tr, struct xr_latency_ring *l)
{
	tr->latency = l;
	if (tr->tracker)
		xr_tracker_watch(tr->tracker, l ? &xr_latency_watch : NULL, l);
}

const struct xr_track *xr_tracks_timed(const struct xenring *x, const struct xr_latency_ring *l)
{
	for (size_t k = 0; k < x->tracks.n; k++)
		if (x->tracks.all[k].latency == l)
			return &x->tracks.all[k];
	return NULL;
}

void xr_tracks_leave(struct xenring *x, const struct xr_latency_ring *l)
{
	for (size_t k = 0; k < x->tracks.n; k++)
		if (x->tracks.all[k].latency == l)
			xr_track_time(&x->tracks.all[k], NULL);
}

int xr_tracks_fast(struct xenring *x, struct xr_fast *ret, size_t max, size_t *ret_n)
{
	size_t n = 0;

	locate(x);
	for (size_t k = 0; k < x->tracks.n && n < max; k++) {
		struct xr_track *tr = &x->tracks.all[k];
		const struct xr_topo_ring *topo = tr->at == SIZE_MAX ? NULL : &x->top->rings[tr->at];
		const struct xr_hot *hot = topo && tr->at < x->plan.n ? &x->plan.hot[tr->at] : NULL;
		int r;

		if (!tr->latency || !hot || !hot->words || !topo->ring->slots)
			continue;
		r = connect(tr, topo->ring, x->top->devs[topo->dev].dev->abi);
		if (r)
			return r;
		ret[n++] = (struct xr_fast){
			.words = hot->words, .guards = x->plan.guards + hot->first_guard, .n_guards = hot->n_guards,
			.map = &topo->ring->map, .tracker = tr->tracker, .latency = tr->latency,
		};
		xr_tracker_words(tr->tracker, &ret[n - 1].req_prod, &ret[n - 1].rsp_prod);
	}
	*ret_n = n;
	return 0;
}
