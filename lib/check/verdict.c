/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What checks have in common: saying something, and what the words of a ring come to. */
#include <config.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "backend.h"
#include "check/check.h"

#define XR_CHECK(n) extern const struct xr_check xr_check_##n;
#include "check/checks.def"
#undef XR_CHECK

#define XR_CHECK(n) &xr_check_##n,
const struct xr_check *const xr_checks[] = {
#include "check/checks.def"
	NULL
};
#undef XR_CHECK

_Static_assert(sizeof(xr_checks) / sizeof(xr_checks[0]) <= XR_MAX_CHECKS, "too many checks");

const struct xenring_sym xr_level_words[] = {
	{ XR_OK, "ok", "nothing is wrong" },
	{ XR_INFO, "info", "worth knowing; does not count" },
	{ XR_UNKNOWN, "unknown", "it could not be read, or not for long enough" },
	{ XR_WARNING, "warning", "somebody should look at it" },
	{ XR_CRITICAL, "critical", "something does not work" },
	{ 0 }
};

const struct xenring_sym xr_owes_words[] = {
	{ 0, "frontend", "the guest's driver, or the guest" },
	{ 1, "backend", "the backend's driver or process" },
	{ 2, "storage", "what is behind the backend of a disk" },
	{ 3, "event", "an event that was lost on its way" },
	{ 4, "toolstack", "what makes devices and domains, and its scripts" },
	{ 0 }
};

void xr_say(struct xr_verdict *v, const char *owes, const char *fmt, ...)
{
	va_list ap;

	v->holds = true;
	v->owes = owes;
	if (!v->in_words)
		return;
	va_start(ap, fmt);
	vsnprintf(v->text, sizeof(v->text), fmt, ap);
	va_end(ap);
}

static struct xr_shown *next_shown(struct xr_verdict *v, const char *name, enum xenring_from from)
{
	struct xr_shown *s;

	if (!v->in_words || v->n_shown == XR_EVIDENCE)
		return NULL;
	s = &v->shown[v->n_shown++];
	*s = (struct xr_shown){ .name = name, .value = XENRING_UNKNOWN, .from = from };
	return s;
}

void xr_show(struct xr_verdict *v, const char *name, int64_t value, enum xenring_from from)
{
	struct xr_shown *s = next_shown(v, name, from);

	if (s)
		s->value = value;
}

void xr_show_text(struct xr_verdict *v, const char *name, const char *text, enum xenring_from from)
{
	struct xr_shown *s = text ? next_shown(v, name, from) : NULL;

	if (s)
		snprintf(s->text, sizeof(s->text), "%s", text);
}

void xr_show_words(const struct xr_case *c, struct xr_verdict *v)
{
	const struct xr_ring_desc *d = c->ring->desc;

	if (d->kind == XR_RING_SLOTS) {
		xr_show(v, "req_prod", c->idx[XR_REQ_PROD], XENRING_SHARED);
		xr_show(v, "req_event", c->idx[XR_REQ_EVENT], XENRING_SHARED);
		xr_show(v, "rsp_prod", c->idx[XR_RSP_PROD], XENRING_SHARED);
		xr_show(v, "rsp_event", c->idx[XR_RSP_EVENT], XENRING_SHARED);
	}
	if (xr_ring_has_out(d)) {
		xr_show(v, "out_cons", c->idx[d->out_word], XENRING_SHARED);
		xr_show(v, "out_prod", c->idx[d->out_word + 1], XENRING_SHARED);
	}
	if (xr_ring_has_in(d)) {
		xr_show(v, "in_cons", c->idx[d->in_word], XENRING_SHARED);
		xr_show(v, "in_prod", c->idx[d->in_word + 1], XENRING_SHARED);
	}
}

static bool is_up(int state)
{
	return state == XR_BUS_CONNECTED || state == XR_BUS_RECONFIGURING || state == XR_BUS_RECONFIGURED;
}

bool xr_is_connected(const struct xr_dev *dev)
{
	return dev->pairing != XR_PAIR_FORGED && (dev->no_bus || (is_up(dev->fe_state) && is_up(dev->be_state)));
}

/* At most so many answers the frontend has not taken: what it has asked past and what it has room for say so. */
static uint32_t answers_max(const uint32_t *idx, uint32_t n)
{
	uint32_t since = xr_idx_sub(idx[XR_RSP_PROD] + 1, idx[XR_RSP_EVENT]);
	uint32_t room = n - xr_idx_sub(idx[XR_REQ_PROD], idx[XR_RSP_PROD]);

	return since < room ? since : room;
}

/* Where the backend itself says that it stands, if it was read since the ring stands still. */
static void take_consumer(const struct xr_case *c, struct xr_ring_facts *f)
{
	const struct xr_readings *was = NULL, *now;
	double elapsed_s = 0;

	now = xr_backends_of(c->s->backends, c->dev, &was, &elapsed_s);
	for (size_t i = 0; now && i < now->n_rings; i++) {
		const struct xenring_backend_ring *r = &now->rings[i].row;
		uint32_t cons = (uint32_t)r->req_cons;

		if (strcmp(now->rings[i].name, c->ring->name) != 0 || r->req_prod != c->idx[XR_REQ_PROD] ||
		    r->req_cons == XENRING_UNKNOWN || xr_idx_sub(cons, c->idx[XR_RSP_PROD]) > f->flight)
			continue;
		f->cons = (struct xr_cons){ .known = true, .min = cons, .max = cons };
	}
}

void xr_ring_facts(const struct xr_case *c, struct xr_ring_facts *f)
{
	const struct xr_ring_desc *d = c->ring->desc;
	const struct xr_kind_ops *kind = xr_kind_of(c->ring);
	const uint32_t *idx = c->idx;
	struct xr_flow flow;

	*f = (struct xr_ring_facts){
		.slots = d->kind == XR_RING_SLOTS, .credit = d->flags & XR_CREDIT, .n = c->ring->slots,
	};
	if (c->s->look[c->ring_at] != XR_LOOK_OK)
		return;
	f->flight = kind->in_flight ? kind->in_flight(c->ring, idx) : 0;
	if (kind->insane(c->ring, idx) || !xr_is_connected(c->dev))
		return;
	f->ok = true;
	flow = kind->flow(c->ring, idx);
	if (d->kind == XR_RING_VCHAN)
		f->queued = xr_idx_queued(idx, xr_events_word(d));
	f->pending = flow.pending && !flow.patient && d->stuck_after_s < XR_NEVER_STUCK;
	if (!f->slots)
		return;
	f->owed_req = (int32_t)xr_idx_sub(idx[XR_REQ_PROD], idx[XR_REQ_EVENT]);
	f->owed_rsp = (int32_t)xr_idx_sub(idx[XR_RSP_PROD], idx[XR_RSP_EVENT]);
	f->cons = xr_ring_cons(idx, f->n, d->event_rule);
	if (f->pending && c->s->backends)
		take_consumer(c, f);
	f->taken = f->cons.known ? xr_idx_sub(f->cons.min, idx[XR_RSP_PROD]) : 0;
	f->answers = f->owed_rsp >= 0 ? answers_max(idx, f->n) : 0;
}

/* Does the backend itself say that it leaves requests where they are? */
static bool is_throttled(const struct xr_case *c)
{
	const struct xr_readings *was = NULL, *now;
	double elapsed_s = 0;

	now = xr_backends_of(c->s->backends, c->dev, &was, &elapsed_s);
	if (!now)
		return false;
	if (was && xr_counter_since(was->value[XR_BF_OO_REQ], now->value[XR_BF_OO_REQ]) > 0)
		return true;
	for (size_t i = 0; i < now->n_rings; i++)
		if (!strcmp(now->rings[i].name, c->ring->name) && now->rings[i].row.credit_timer > 0)
			return true;
	return false;
}

/*
 * Did the event come? Only the backend's counter tells, read before the crossing
 * and after it. It counts the events of all the device's channels, so that it
 * moved says something only of a disk with one, and if nothing else was asked
 * between the reading and the crossing.
 */
static enum xr_wait by_counter(const struct xr_case *c)
{
	const struct xr_readings *was = NULL, *now = xr_backends_of(c->s->backends, c->dev, &was, &(double){ 0 });
	const struct xr_seen *seen = c->seen;
	int64_t came = seen->read_since ? xr_counter_since(seen->crossed_events, seen->events) : XENRING_UNKNOWN;

	if (!now || !c->past || c->past->owed_req_ns == c->past->since_ns || came == XENRING_UNKNOWN)
		return XR_WAIT_UNREAD;
	if (!came)
		return XR_WAIT_LOST;
	return seen->crossed_exact && now->value[XR_BF_EVENT_CHANNELS] == 1 && !strcmp(c->dev->be_type, "vbd") ?
		XR_WAIT_ASLEEP : XR_WAIT_UNREAD;
}

/* QEMU asks to be woken only when all that it took is answered: req_event says nothing until then. */
static bool asks_when_idle(const struct xr_dev *dev)
{
	return dev->be_type && !strcmp(dev->be_type, "qdisk");
}

enum xr_wait xr_wait_of(const struct xr_case *c)
{
	const struct xr_ring_facts *f = c->f;

	if (!f->ok || !f->pending || xr_still_ns(c) == c->now_ns)
		return XR_WAIT_NONE;
	if (c->ring->desc->kind == XR_RING_MAILBOX)
		return XR_WAIT_UNANSWERED;
	if (!f->slots)
		return XR_WAIT_NONE;
	if (is_throttled(c))
		return XR_WAIT_THROTTLED;
	if (f->cons.known && f->cons.min == f->cons.max)
		return f->taken == f->flight ? XR_WAIT_UNANSWERED : f->owed_req >= 0 && !f->taken ? by_counter(c) :
			XR_WAIT_UNREAD;
	if (!f->cons.known || (f->owed_req >= 0 && !f->taken && asks_when_idle(c->dev)))
		return XR_WAIT_UNREAD;
	if (f->owed_req < 0 || f->taken)
		return XR_WAIT_UNANSWERED;
	return by_counter(c);
}
