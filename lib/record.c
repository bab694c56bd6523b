/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a capture holds beside the answers that were asked for anyway. */
#include <config.h>

#include "record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "context.h"
#include "evtchn.h"
#include "follow.h"
#include "kind.h"
#include "slots.h"
#include "source/tee.h"
#include "stream.h"
#include "util/cleanup.h"

/* Grant tables are large, event channels many, and nobody needs them more often. */
#define TABLES_NS INT64_C(5000000000)
/* How often a backend is asked that had no files. */
#define NO_FILES_NS INT64_C(600000000000)
/* Pages that the requests of one ring name, in one sample. */
#define MAX_NAMED 1024

static int make_room(struct xr_recorder *rec)
{
	if (!rec->pages)
		rec->pages = malloc(XR_MAX_PAGES * XR_PAGE_SIZE);
	if (!rec->fetch)
		rec->fetch = calloc(MAX_NAMED, sizeof(*rec->fetch));
	return rec->pages && rec->fetch ? 0 : -ENOMEM;
}

void xr_recorder_free(struct xr_recorder *rec)
{
	free(rec->pages);
	free(rec->fetch);
	free(rec->fetched);
	xr_topology_unref(rec->asked);
	free(rec->keys);
	free(rec->files);
	*rec = (struct xr_recorder){ 0 };
}

static void name(struct xr_recorder *rec, size_t *n, uint32_t gref)
{
	if (*n == MAX_NAMED)
		return;
	for (size_t i = 0; i < *n; i++)
		if (rec->fetch[i].gref == gref)
			return;
	rec->fetch[(*n)++] = (struct xr_fetch){ .gref = gref };
}

/* The n pages that are named, into as much room as the most of them took so far. */
static int fetch_named(struct xenring *x, const struct xr_mapping *m, size_t n)
{
	struct xr_recorder *rec = &x->rec;
	int r;

	if (n > rec->n_fetched) {
		uint8_t *fetched = reallocarray(rec->fetched, n, XR_PAGE_SIZE);

		if (!fetched)
			return -ENOMEM;
		rec->fetched = fetched;
		rec->n_fetched = n;
	}
	for (size_t i = 0; i < n; i++)
		rec->fetch[i].into = rec->fetched + i * XR_PAGE_SIZE;
	r = n ? xr_source_fetch(&x->src, m, rec->fetch, n) : 0;
	return r == -EOPNOTSUPP ? 0 : r;
}

/* Pages that hold more of the requests: without them these could not be decoded. */
static int take_followed(struct xenring *x, const struct xr_ring *ring, enum xr_abi abi,
			 const struct xr_copied *c)
{
	uint32_t from = c->before[XR_RSP_PROD], in_flight = xr_idx_sub(c->before[XR_REQ_PROD], from);
	_cleanup_free_ struct xr_followed *f = NULL;
	size_t n = 0;
	int r;

	if (in_flight > ring->slots || !in_flight)
		return 0;
	f = calloc(in_flight, sizeof(*f));
	if (!f)
		return -ENOMEM;
	for (uint32_t i = 0; i < in_flight; i++) {
		const uint8_t *slot = c->bytes + xr_slot_at(from + i, ring->slots, ring->desc->slots_off,
							    ring->slot_size);
		const struct xenring_record *rec = xr_pick(ring->desc, abi, slot);

		if (rec && xr_fetched_size(rec))
			f[n++] = (struct xr_followed){ .rec = rec, .slot = slot };
	}
	/* the tee writes down what is fetched; what comes of it is not asked here */
	r = xr_follow_all(&x->src, ring, f, n);
	for (size_t i = 0; i < n; i++)
		xr_followed_clear(&f[i]);
	return r;
}

static void slots_freep(struct xenring_slots **s)
{
	xenring_slots_free(*s);
}

/* All pages that requests in the slots name: the data, and what is followed. */
static size_t name_all(struct xenring *x, const struct xenring_snapshot *s, size_t i)
{
	_cleanup_(slots_freep) struct xenring_slots *slots = NULL;
	size_t n = 0;

	/* the sample is not complete: nobody may learn from it yet */
	if (xr_read_slots(x, s, i, false, &slots))
		return 0;
	for (size_t j = 0; j < xenring_n_slots(slots); j++) {
		struct xenring_slot slot;
		const uint32_t *pages;
		size_t n_pages = xr_slots_pages(slots, j, &pages);

		if (xenring_slot(slots, j, &slot) || strcmp(slot.state, "request") != 0)
			continue;
		for (size_t k = 0; k < n_pages; k++)
			name(&x->rec, &n, pages[k]);
		for (size_t k = 0; k < slot.n_grefs; k++)
			name(&x->rec, &n, slot.grefs[k]);
	}
	return n;
}

/* The pages that hold what is queued in a ring of bytes. */
static size_t name_queued(struct xr_recorder *rec, const struct xr_ring *ring, const struct xr_copied *c)
{
	uint32_t grefs[XR_STREAM_PAGES];
	size_t n = 0;

	if (xr_kind_of(ring)->insane(ring, c->before))
		return 0;
	for (int in = 0; in < 2; in++) {
		struct xr_queue q;
		size_t n_grefs;

		if ((in ? !xr_ring_has_in(ring->desc) : !xr_ring_has_out(ring->desc)) ||
		    xr_queue_of(ring, c, in, &q))
			continue;
		n_grefs = xr_queue_pages(&q, grefs, XR_STREAM_PAGES);
		for (size_t i = 0; i < n_grefs; i++)
			name(rec, &n, grefs[i]);
	}
	return n;
}

static int record_ring(struct xenring *x, const struct xenring_snapshot *s, size_t i)
{
	const struct xr_topo_ring *tr = &s->top->rings[i];
	const struct xr_ring *ring = tr->ring;
	enum xr_abi abi = s->top->devs[tr->dev].dev->abi;
	bool payload = xr_tee_wants_payload(&x->src);
	struct xr_copied c = { .bytes = x->rec.pages };
	size_t n = 0;
	int r;

	xr_tee_copied(&x->src, i);
	if (!ring->map.page || (!ring->map.public_size && !payload))
		return 0;
	r = xr_source_copy(&x->src, &ring->map, &c);
	if (r)
		return r;
	if (ring->desc->measure)
		n = payload ? name_queued(&x->rec, ring, &c) : 0;
	else if (ring->desc->kind != XR_RING_SLOTS || !ring->slots)
		return 0;
	else if (!payload)
		return ring->desc->follow ? take_followed(x, ring, abi, &c) : 0;
	else
		n = name_all(x, s, i);
	return fetch_named(x, &ring->map, n);
}

static int record_evtchns(struct xenring *x, const struct xenring_snapshot *s, size_t dom)
{
	uint32_t domid = s->top->doms[dom].info.domid, vcpus[XR_ASKED_VCPUS];
	const struct xr_evtchns *e;
	int r = xr_tee_evtchns(&x->src, domid, &e);
	size_t n = r || !e ? 0 : xr_evtchns_vcpus(e, s->top, dom, vcpus, XR_ASKED_VCPUS);

	/* the tee writes down what is asked */
	for (size_t i = 0; i < n; i++)
		xr_read_offline(&x->src, domid, vcpus[i]);
	return r;
}

/*
 * Most backends have no files, and get none while the device is what it is:
 * those are not asked each time.
 */
enum files {
	FILES_ASK,
	FILES_NONE,	/* and the capture says so */
	FILES_FAILED,	/* or it has no names for any */
	FILES_AGAIN,	/* there were none: are there now? */
};

static int plan_backends(struct xenring *x, const struct xenring_snapshot *s, int64_t mono_ns)
{
	struct xr_recorder *rec = &x->rec;
	size_t n = s->top->n_devs;

	if (rec->asked == s->top && !x->src.ops->next && mono_ns - rec->asked_mono_ns < NO_FILES_NS)
		return 0;
	if (rec->asked != s->top || x->src.ops->next) {
		free(rec->keys);
		free(rec->files);
		rec->keys = xr_backend_keys(x, s->top);
		rec->files = calloc(n + 1, 1);
		xr_topology_unref(rec->asked);
		rec->asked = NULL;
		if (!rec->keys || !rec->files)
			return -ENOMEM;
		rec->asked = xr_topology_ref(s->top);
	}
	for (size_t i = 0; i < n; i++)
		rec->files[i] = rec->files[i] == FILES_NONE ? FILES_AGAIN : FILES_ASK;
	rec->n_to_ask = n;
	rec->asked_mono_ns = mono_ns;
	return 0;
}

static int record_backends(struct xenring *x, const struct xenring_snapshot *s, int64_t mono_ns)
{
	struct xr_recorder *rec = &x->rec;
	int r = plan_backends(x, s, mono_ns);

	if (r || !rec->n_to_ask)
		return r;
	rec->n_to_ask = 0;
	for (size_t i = 0; i < s->top->n_devs; i++) {
		struct xr_backend_files f = { .n = 0 };

		if (rec->files[i] == FILES_NONE || rec->files[i] == FILES_FAILED)
			continue;
		if (rec->files[i] == FILES_AGAIN && xr_tee_has_no_files(&x->src, &rec->keys[i])) {
			rec->files[i] = FILES_NONE;
			continue;
		}
		r = rec->keys[i].type ? x->src.ops->backend(&x->src, &rec->keys[i], &f) : -ENOENT;
		rec->files[i] = f.n ? FILES_ASK : r ? FILES_FAILED : FILES_NONE;
		rec->n_to_ask += f.n > 0;
		xr_backend_files_free(&f);
		if (r == -ENOMEM)
			return r;
	}
	return 0;
}

static int record_tables(struct xenring *x, const struct xenring_snapshot *s)
{
	struct xenring_time now;
	int r = x->src.ops->now(&x->src, &now);

	if (r)
		return r;
	/* of a capture what it answers is told when it changes: asking costs nothing there, and being late would */
	if (!x->src.ops->next && !x->rec.each_table && x->rec.tables_mono_ns &&
	    now.mono_ns - x->rec.tables_mono_ns < TABLES_NS)
		return 0;
	x->rec.tables_mono_ns = now.mono_ns;
	for (size_t i = 0; !r && i < s->top->n_doms; i++) {
		const struct xr_dom *dom = &s->top->doms[i];

		if (!dom->known)
			continue;
		/* also of one's own, which Xen does not give out: that is what a replay is to say */
		r = xr_tee_grants(&x->src, dom->info.domid);
		if (!r)
			r = xr_tee_table_size(&x->src, dom->info.domid);
		if (!r)
			r = record_evtchns(x, s, i);
	}
	/* what a vchan's page says beside its words changes without them */
	for (size_t i = 0; !r && i < x->plan.n_vchans; i++)
		r = record_ring(x, s, x->plan.vchans[i]);
	return r ? r : record_backends(x, s, now.mono_ns);
}

int xr_record_sample(struct xenring *x, const struct xenring_snapshot *s)
{
	int r;

	if (!xr_is_tee(&x->src))
		return 0;
	r = make_room(&x->rec);
	for (size_t i = 0; !r && (i = xr_tee_next_due(&x->src, i)) != SIZE_MAX; i++)
		r = record_ring(x, s, i);
	return r ? r : record_tables(x, s);
}

/* Everything is asked again, and what is mapped is told, for a capture that begins now. */
static int adopt_all(struct xenring *x)
{
	int r = make_room(&x->rec);

	xr_discovery_all_changed(x->disc);
	for (size_t i = 0; !r && x->top && i < x->top->n_rings; i++) {
		struct xr_ring *ring = x->top->rings[i].ring;
		struct xr_copied c = { .bytes = x->rec.pages };
		struct xr_port port;

		if (!ring->map.page)
			continue;
		r = xr_tee_adopt(&x->src, &ring->map);
		/* a replay maps it anew and asks its first page for the rest: without a copy it has none */
		if (!r && (ring->desc->measure || ring->desc->announces) &&
		    xr_source_copy(&x->src, &ring->map, &c) == -ENOMEM)
			r = -ENOMEM;
		/* what is mapped already is not asked for its port again */
		if (ring->port >= 0)
			x->src.ops->port(&x->src, ring->map.domid, (uint32_t)ring->port, &port);
	}
	if (!r)
		xr_discovery_remember(x->disc);
	return r;
}

int xenring_tee(struct xenring *x, int fd, unsigned flags)
{
	int r;

	if (!x->open)
		return xr_fail(x, "tee", EINVAL, "no source is open");
	x->rec.tables_mono_ns = 0;
	if (xr_is_tee(&x->src)) {
		r = fd < 0 ? xr_tee_stop(&x->src, true) : xr_tee_switch(&x->src, fd);
		/* what the tee held of the rings is told anew to the next one */
		return r ? xr_fail(x, "tee", -r, "cannot write the capture: %s", strerror(-r)) : 0;
	}
	if (fd < 0)
		return 0;
	/* another capture knows nothing of what was asked for the last one */
	xr_topology_unref(x->rec.asked);
	x->rec.asked = NULL;
	r = xr_tee_start(&x->src, fd, xenring_host(x), flags & XENRING_TEE_PAYLOAD);
	if (!r)
		r = adopt_all(x);
	return r ? xr_fail(x, "tee", -r, "cannot begin a capture: %s", strerror(-r)) : 0;
}

void xenring_written(const struct xenring *x, struct xenring_written *ret)
{
	*ret = (struct xenring_written){ 0 };
	if (xr_is_tee(&x->src))
		xr_tee_written(&x->src, ret);
}
