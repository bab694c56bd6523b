/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a watch asks of the source beside samples. */
#include <config.h>

#include "check/readings.h"

#include <errno.h>
#include <stdlib.h>

#include "context.h"

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
		e->err = x->src.ops->evtchns ? x->src.ops->evtchns(&x->src, e->domid, &e->all) : -EOPNOTSUPP;
		if (e->err == -ENOMEM)
			return -ENOMEM;
		if (!e->err)
			e->abi = xr_evtchns_abi(&e->all, &why);
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
