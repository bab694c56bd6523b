/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The operations that all rings of ring.h have, by Xen's macros. Include it
 * after a `#define RING tag`, tag being the name given to DEFINE_RING_TYPES().
 */
#define RING_GLUE_(a, b) a##_##b
#define RING_GLUE(a, b) RING_GLUE_(a, b)
#define R(name) RING_GLUE(RING, name)

struct R(ends) {
	R(front_ring_t) front;
	R(back_ring_t) back;
};

static void R(begin)(struct replay *r, uint32_t at)
{
	struct R(ends) *e = r->ends;
	R(sring_t) *s = (void *)r->mem;

	memset(r->mem, 0, (size_t)r->nr_pages * PAGE_BYTES);
	SHARED_RING_INIT(s);
	s->req_prod = s->rsp_prod = at;
	s->req_event = s->rsp_event = at + 1;
	FRONT_RING_ATTACH(&e->front, s, at, r->nr_pages * PAGE_BYTES);
	BACK_RING_ATTACH(&e->back, s, at, r->nr_pages * PAGE_BYTES);
}

/* The slot of the next request, of the next response. */
static void *R(request)(struct replay *r)
{
	struct R(ends) *e = r->ends;

	return RING_GET_REQUEST(&e->front, e->front.req_prod_pvt++);
}

static void *R(response)(struct replay *r)
{
	struct R(ends) *e = r->ends;

	return RING_GET_RESPONSE(&e->back, e->back.rsp_prod_pvt++);
}

static bool R(common)(struct replay *r, const char *op, const uint64_t *a)
{
	struct R(ends) *e = r->ends;
	int more;

	if (!strcmp(op, "start")) {
		R(begin)(r, (uint32_t)a[0]);
	} else if (!strcmp(op, "push")) {
		RING_PUSH_REQUESTS(&e->front);
	} else if (!strcmp(op, "take")) {
		e->front.rsp_cons += (uint32_t)a[0];
	} else if (!strcmp(op, "arm-front")) {
		RING_FINAL_CHECK_FOR_RESPONSES(&e->front, more);
	} else if (!strcmp(op, "reply")) {
		RING_PUSH_RESPONSES(&e->back);
	} else if (!strcmp(op, "consume")) {
		e->back.req_cons += (uint32_t)a[0];
	} else if (!strcmp(op, "arm-back")) {
		RING_FINAL_CHECK_FOR_REQUESTS(&e->back, more);
	} else if (!strcmp(op, "want")) {
		/* as Linux' xenvif_rx_ring_slots_available() */
		e->back.sring->req_event = e->back.sring->req_prod + 1;
	} else {
		return false;
	}
	(void)more;
	return true;
}

#undef R
#undef RING_GLUE
#undef RING_GLUE_
#undef RING
