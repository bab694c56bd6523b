/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a watch asks of the source beside samples. */
#include <config.h>

#include "check/readings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "grants.h"

void xr_event_lists_drop(struct xr_event_lists *l)
{
	for (size_t i = 0; i < l->n; i++)
		xr_evtchns_free(&l->at[i].all);
	free(l->at);
	*l = (struct xr_event_lists){ .n = 0 };
}

int xr_event_lists_refresh(struct xr_event_lists *l, struct xenring *x, const struct xenring_snapshot *s)
{
	int64_t age = s->at.mono_ns - l->read_ns;
	const char *why;

	if (l->read && age >= 0 && age < XR_READINGS_NS)
		return 0;
	xr_event_lists_drop(l);
	l->at = calloc(s->top->n_doms + 1, sizeof(*l->at));
	if (!l->at)
		return -ENOMEM;
	for (size_t i = 0; i < s->top->n_doms; i++) {
		struct xr_event_list *e = &l->at[l->n];

		if (!s->top->doms[i].known)
			continue;
		e->domid = s->top->doms[i].info.domid;
		e->err = x->src.ops->evtchns ? x->src.ops->evtchns(&x->src, e->domid, NULL, &e->all) :
					       -EOPNOTSUPP;
		if (e->err == -ENOMEM)
			return -ENOMEM;
		if (!e->err) {
			e->abi = xr_evtchns_abi(&e->all, &why);
			for (uint32_t k = 0; k < e->all.n; k++)
				e->open += e->all.at[k].status != XR_PORT_CLOSED;
			e->n_vcpus = xr_evtchns_vcpus(&e->all, s->top, i, e->vcpus, XR_ASKED_VCPUS);
		}
		for (size_t k = 0; k < e->n_vcpus; k++)
			e->offline[k] = (int8_t)xr_read_offline(&x->src, e->domid, e->vcpus[k]);
		l->n++;
	}
	l->read = true;
	l->read_ns = s->at.mono_ns;
	return 0;
}

static int by_domid(const void *key, const void *at)
{
	int64_t domid = *(const int64_t *)key;
	const struct xr_event_list *e = at;

	return (domid > e->domid) - (domid < e->domid);
}

const struct xr_event_list *xr_event_list_of(const struct xr_event_lists *l, int64_t domid)
{
	const struct xr_event_list *e = l->n ? bsearch(&domid, l->at, l->n, sizeof(*l->at), by_domid) : NULL;

	return e && !e->err ? e : NULL;
}

static int by_number(const void *key, const void *at)
{
	int64_t port = *(const int64_t *)key;
	const struct xr_evtchn *c = at;

	return (port > c->number) - (port < c->number);
}

const struct xr_evtchn *xr_event_of(const struct xr_event_list *l, int64_t port)
{
	return l->all.n ? bsearch(&port, l->all.at, l->all.n, sizeof(*l->all.at), by_number) : NULL;
}

static int bit(const struct xr_event_list *l, int64_t port, const uint8_t *bits)
{
	if (l->abi != XR_EVTCHN_TWO_LEVEL || port < 0 || port >= l->all.n_bits)
		return -1;
	return bits[port / 8] >> (port % 8) & 1;
}

int xr_event_pending(const struct xr_event_list *l, int64_t port)
{
	return bit(l, port, l->all.pending);
}

int xr_event_masked(const struct xr_event_list *l, int64_t port)
{
	return bit(l, port, l->all.mask);
}

int xr_vcpu_offline(const struct xr_event_list *l, uint32_t vcpu)
{
	for (size_t i = 0; i < l->n_vcpus; i++)
		if (l->vcpus[i] == vcpu)
			return l->offline[i];
	return -1;
}

/* ---- grant tables ------------------------------------------------------------- */

/* Tables that are read at one sample, at least; more if there are many. */
#define AT_ONCE 4
#define SAMPLES 20

void xr_grant_lists_drop(struct xr_grant_lists *l)
{
	free(l->at);
	*l = (struct xr_grant_lists){ .n = 0 };
}

static int facts_by_domid(const void *key, const void *at)
{
	int64_t domid = *(const int64_t *)key;
	const struct xr_grant_facts *g = at;

	return (domid > g->domid) - (domid < g->domid);
}

const struct xr_grant_facts *xr_grant_facts_of(const struct xr_grant_lists *l, int64_t domid)
{
	const struct xr_grant_facts *g = l->n ? bsearch(&domid, l->at, l->n, sizeof(*l->at), facts_by_domid) : NULL;

	return g && g->read_ns != INT64_MIN ? g : NULL;
}

/* A place for each domain that s shows; what was known of it comes along. */
static int make_places(struct xr_grant_lists *l, const struct xenring_snapshot *s)
{
	size_t n = s->top->n_doms;
	struct xr_grant_facts *at = calloc(n + 1, sizeof(*at));

	if (!at)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const struct xr_grant_facts *was = xr_grant_facts_of(l, s->top->doms[i].info.domid);

		at[i] = was ? *was : (struct xr_grant_facts){ .read_ns = INT64_MIN };
		at[i].domid = s->top->doms[i].info.domid;
	}
	free(l->at);
	l->at = at;
	l->n = n;
	return 0;
}

static bool is_known(const struct xr_topology *top, int64_t domid)
{
	if (domid < 0 || domid >= XR_DOMID_FIRST_RESERVED)
		return true;
	for (size_t i = 0; i < top->n_doms; i++)
		if (top->doms[i].info.domid == domid)
			return top->doms[i].known;
	return false;
}

static void take_users(struct xr_grant_facts *g, const struct xenring_grants *grants, const struct xr_topology *top)
{
	struct xenring_grant_user u;

	for (size_t i = 0; !xenring_grant_user(grants, i, &u); i++) {
		int64_t mapped = u.mapped > 0 ? u.mapped : 0;

		if (!strcmp(u.use, "left")) {
			g->left += u.entries;
			g->left_mapped += mapped;
			if (u.used_by)
				snprintf(g->left_by, sizeof(g->left_by), "%s", u.used_by);
		} else if (!strcmp(u.use, "none")) {
			g->unowned += u.entries;
		}
		if (mapped && !is_known(top, u.domid)) {
			g->dead = u.domid;
			g->dead_mapped += mapped;
		}
	}
}

static int read_table(struct xr_grant_facts *g, struct xenring *x, const struct xenring_snapshot *s, size_t i)
{
	struct xr_grant_facts was = *g;
	struct xenring_grants *grants = NULL;
	int r = xenring_read_grants(x, s, i, 0, &grants);

	*g = (struct xr_grant_facts){ .domid = was.domid, .read_ns = s->at.mono_ns };
	if (r == -ENOMEM)
		return r;
	if (r || xenring_grants_table(grants, &g->table)) {
		g->read_ns = INT64_MIN;
		return 0;
	}
	take_users(g, grants, s->top);
	xenring_grants_free(grants);
	g->rises_since_ns = s->at.mono_ns;
	g->unowned_then = g->unowned;
	if (was.read_ns != INT64_MIN && g->unowned + g->left > was.unowned + was.left) {
		g->rises = was.rises + 1;
		g->rises_since_ns = was.rises_since_ns;
		g->unowned_then = was.unowned_then;
	}
	return 0;
}

int xr_grant_lists_refresh(struct xr_grant_lists *l, struct xenring *x, const struct xenring_snapshot *s,
			   const uint8_t *want)
{
	size_t n = s->top->n_doms, left = n / SAMPLES > AT_ONCE ? n / SAMPLES : AT_ONCE;
	bool same = l->n == n;
	int some = 0;

	for (size_t i = 0; same && i < n; i++)
		same = l->at[i].domid == s->top->doms[i].info.domid;
	if (!same && make_places(l, s))
		return -ENOMEM;
	for (size_t k = 0; k < n && left; k++, l->next++) {
		size_t i = l->next % n;
		int64_t age = s->at.mono_ns - l->at[i].read_ns;
		int r;

		if (!want[i] || !s->top->doms[i].known ||
		    (l->at[i].read_ns != INT64_MIN && age >= 0 && age < XR_READINGS_NS))
			continue;
		r = read_table(&l->at[i], x, s, i);
		if (r)
			return r;
		some = 1;
		left--;
	}
	return some;
}

bool xr_ring_is_unmapped(struct xenring *x, const struct xr_ring *ring)
{
	struct xr_grant g;

	return ring->map.page && ring->map.n_pages && !ring->map.by_gfn && !ring->map.no_grant && x->src.ops->grant &&
	       !x->src.ops->grant(&x->src, ring->map.domid, ring->map.refs[0], &g) &&
	       (g.flags & XR_GTF_TYPE) == XR_GTF_PERMIT && !g.in_use;
}
