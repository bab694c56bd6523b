/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What backends' drivers count of the events that come from their frontends
 * (Linux, drivers/xen/xenbus/xenbus_probe.c: xenbus/events of a device): exact
 * numbers of a device, all its queues together, and no moment within.
 */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "context.h"
#include "notify/notify.h"

struct counted {
	struct xr_backends *last;	/* a reference; what was told already */
};

static int counted_open(struct xenring_trace *t, void **ret_priv, struct xr_err *err)
{
	struct xenring *x = xr_trace_handle(t);
	struct counted *c;

	if (!x->src.ops->backend) {
		xr_err_set(err, "trace", EOPNOTSUPP, "this source has no files of backends");
		return -EOPNOTSUPP;
	}
	c = calloc(1, sizeof(*c));
	if (!c)
		return -ENOMEM;
	c->last = xr_backends_ref(x->backends);
	*ret_priv = c;
	return 0;
}

static void counted_close(void *priv)
{
	struct counted *c = priv;

	if (c)
		xr_backends_unref(c->last);
	free(c);
}

static const struct xr_readings *readings(struct xr_backends *b, const struct xr_dev *dev,
					  const struct xr_readings **ret_before)
{
	double elapsed;

	*ret_before = NULL;
	return xr_backends_of(b, dev, ret_before, &elapsed);
}

static const char *counted_blind(void *priv, const struct xenring_snapshot *s, size_t i)
{
	const struct xr_dev *dev = s->top->devs[s->top->rings[i].dev].dev;
	const struct counted *c = priv;
	const struct xr_readings *now, *before;

	/* not read yet, or since before it came: the next reading tells */
	if (!c->last)
		return NULL;
	now = readings(c->last, dev, &before);
	return now && now->value[XR_BF_EVENTS] != XENRING_UNKNOWN ? NULL :
		"its backend does not count events, or is elsewhere";
}

/* One device's events since the reading before; a counter that was set back tells not how many. */
static int tell_device(struct xenring_trace *t, const struct xr_round *r, struct xr_backends *b, size_t i)
{
	const struct xr_topo_dev *td = &r->now->top->devs[i];
	const struct xr_readings *before, *now = readings(b, td->dev, &before);
	const int64_t none = XENRING_UNKNOWN;
	struct xr_note note = {
		.mono_ns = r->mono_ns, .via = XR_VIA_COUNTED, .way = XR_TO_BACK, .domid = td->dev->domid,
		.port = none, .backend_port = none, .count = XR_UNCOUNTED,
	};
	int64_t since;

	if (!now || !before || now->value[XR_BF_EVENTS] == none || before->value[XR_BF_EVENTS] == none)
		return 0;
	since = xr_counter_since(before->value[XR_BF_EVENTS], now->value[XR_BF_EVENTS]);
	if (!since)
		return 0;
	if (since != none)
		note.count = (uint64_t)since;
	note.path = xr_trace_path(t, td->path, strlen(td->path));
	return note.path ? xr_trace_tell(t, &note) : -ENOMEM;
}

static int counted_step(struct xenring_trace *t, void *priv, const struct xr_round *r, struct xr_err *err)
{
	const struct xr_topology *top = r->now->top;
	struct xr_backends *b = xr_trace_handle(t)->backends;
	struct counted *c = priv;

	(void)err;
	if (!b || b == c->last)
		return 0;
	/* what the first reading is compared with is older than the trace */
	for (size_t i = 0; c->last && i < top->n_devs; i++) {
		const struct xr_topo_dev *td = &top->devs[i];
		bool mine = false;
		int f;

		for (size_t k = 0; k < td->dev->n_rings; k++)
			mine |= r->whose[td->first_ring + k] == r->me;
		f = mine ? tell_device(t, r, b, i) : 0;
		if (f)
			return f;
	}
	xr_backends_unref(c->last);
	c->last = xr_backends_ref(b);
	return 0;
}

const struct xr_notify_ops xr_notify_counted = {
	.via = XR_VIA_COUNTED, .name = "counted",
	.help = "what the backend's driver in this domain counts: from the frontend, exact numbers, each second",
	.open = counted_open, .close = counted_close, .blind = counted_blind, .step = counted_step,
	.from_answers = true, .backends_ns = INT64_C(1000000000),
};
