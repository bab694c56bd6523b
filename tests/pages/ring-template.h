/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Both ends of one ring.h ring, made of Xen's macros. Include it after a
 * `#define RING tag`, where tag is the name given to DEFINE_RING_TYPES();
 * the file that does has to define tag_put() and tag_answer().
 */
#define RING_GLUE_(a, b) a##_##b
#define RING_GLUE(a, b) RING_GLUE_(a, b)
#define R(name) RING_GLUE(RING, name)

struct R(ends) {
	R(front_ring_t) front;
	R(back_ring_t) back;
};

static const char *R(put)(struct pages *p, const char *op);
static const char *R(answer)(struct pages *p, uint32_t k, int status);

static void R(start)(struct pages *p, uint32_t at)
{
	struct R(ends) *e = p->priv;
	R(sring_t) *s = (void *)p->mem;

	SHARED_RING_INIT(s);
	s->req_prod = s->rsp_prod = at;
	s->req_event = s->rsp_event = at + 1;
	FRONT_RING_ATTACH(&e->front, s, at, p->nr_pages * PAGE_BYTES);
	BACK_RING_ATTACH(&e->back, s, at, p->nr_pages * PAGE_BYTES);
	p->nr_ents = RING_SIZE(&e->front);
}

static void R(move)(struct pages *p)
{
	struct R(ends) *e = p->priv;

	e->front.sring = e->back.sring = (void *)p->mem;
}

static uint32_t R(room)(const struct pages *p)
{
	struct R(ends) *e = p->priv;

	return RING_FREE_REQUESTS(&e->front);
}

static uint32_t *R(index)(struct pages *p, enum ring_index which)
{
	R(sring_t) *s = (void *)p->mem;

	switch (which) {
	case REQ_PROD:
		return &s->req_prod;
	case REQ_EVENT:
		return &s->req_event;
	case RSP_PROD:
		return &s->rsp_prod;
	case RSP_EVENT:
		break;
	}
	return &s->rsp_event;
}

static struct slot_note *R(mark)(struct pages *p, uint32_t index,
				 enum slot_kind kind)
{
	struct slot_note *note = &p->note[index & (p->nr_ents - 1)];

	*note = (struct slot_note){ .index = index, .kind = (uint8_t)kind };
	return note;
}

/* The next slot for a request, not yet published. */
static union R(sring_entry) *R(request)(struct pages *p, enum slot_kind kind)
{
	struct R(ends) *e = p->priv;
	uint32_t index = e->front.req_prod_pvt++;
	union R(sring_entry) *slot =
		(void *)RING_GET_REQUEST(&e->front, index);

	R(mark)(p, index, kind);
	return slot;
}

/* The next slot for a response, not yet published. */
static union R(sring_entry) *R(response)(struct pages *p, enum slot_kind kind)
{
	struct R(ends) *e = p->priv;
	uint32_t index = e->back.rsp_prod_pvt++;
	union R(sring_entry) *slot =
		(void *)RING_GET_RESPONSE(&e->back, index);

	R(mark)(p, index, kind);
	return slot;
}

static uint32_t R(req_pvt)(const struct pages *p)
{
	const struct R(ends) *e = p->priv;

	return e->front.req_prod_pvt;
}

static bool R(push_requests)(struct pages *p)
{
	struct R(ends) *e = p->priv;
	bool notify;

	RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&e->front, notify);
	return notify;
}

static bool R(push_responses)(struct pages *p)
{
	struct R(ends) *e = p->priv;
	bool notify;

	RING_PUSH_RESPONSES_AND_CHECK_NOTIFY(&e->back, notify);
	return notify;
}

static void R(consume)(struct pages *p)
{
	struct R(ends) *e = p->priv;
	int more;

	e->back.req_cons = e->back.sring->req_prod;
	RING_FINAL_CHECK_FOR_REQUESTS(&e->back, more);
	(void)more;
}

static void R(take)(struct pages *p)
{
	struct R(ends) *e = p->priv;
	int more;

	e->front.rsp_cons = e->front.sring->rsp_prod;
	RING_FINAL_CHECK_FOR_RESPONSES(&e->front, more);
	(void)more;
}

static const struct ring_ops R(ring_ops) = {
	.room = R(room),
	.put = R(put),
	.answer = R(answer),
	.push_requests = R(push_requests),
	.push_responses = R(push_responses),
	.consume = R(consume),
	.take = R(take),
	.index = R(index),
	.move = R(move),
};

#undef R
#undef RING_GLUE
#undef RING_GLUE_
#undef RING
