/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cases that sound cards, displays and cameras share: a ring of requests
 * and a page of events, all of 64 bytes. Include it behind ring-template.h and
 *
 *	MEDIA		the protocol, as a name of C and in quotes: MEDIA_NAME
 *	RING_TAG	the name given to DEFINE_RING_TYPES()
 *	REQ, RSP, EVT, EVENT_PAGE	the header's structures
 *	EVENT_REF, EVENT_LEN		its macros for the event page
 *
 * and these of the file that includes it:
 *
 *	static const uint8_t media_ops[];	every operation
 *	static void media_fill(struct pages *p, REQ *req, uint32_t n);
 *		its own members, by req->operation; n makes them differ
 *	static void media_fill_rsp(RSP *rsp, uint32_t n);
 *	static void media_fill_evt(EVT *evt, uint32_t n);	its type, too
 *	static void media_describe(struct json *j, const REQ *req);
 *	static void media_describe_rsp(struct json *j, const RSP *rsp);
 *	static void media_describe_evt(struct json *j, const EVT *evt);
 *		what stands behind the head
 */
#define MEDIA_GLUE_(a, b) a##_##b
#define MEDIA_GLUE(a, b) MEDIA_GLUE_(a, b)
#define R(name) MEDIA_GLUE(RING_TAG, name)
#define M(name) MEDIA_GLUE(MEDIA, name)
#define MEDIA_OPS (uint32_t)(sizeof(media_ops) / sizeof(media_ops[0]))

/* ---- the ring of requests ---- */

static REQ *media_put(struct pages *p, uint8_t operation, uint32_t n)
{
	REQ *req = &R(request)(p, SLOT_REQUEST)->req;
	uint64_t id = pages_new_id(p);

	memset(req, 0, sizeof(*req));
	req->id = (uint16_t)id;
	req->operation = operation;
	media_fill(p, req, n);
	pages_live(p, id, R(req_pvt)(p) - 1)->operation = operation;
	return req;
}

/* A backend writes what it has to say and leaves the rest of the slot. */
static void media_answer(struct pages *p, uint32_t k, int status, uint32_t n)
{
	struct live l = pages_answered(p, k);
	RSP *rsp = &R(response)(p, SLOT_RESPONSE)->rsp;

	rsp->id = (uint16_t)l.id;
	rsp->operation = l.operation;
	rsp->status = status;
	if (!status)
		media_fill_rsp(rsp, n);
}

static const char *R(put)(struct pages *p, const char *op)
{
	uint32_t n;

	pages_parse_op(op, 0, &n);
	if (!pages_op_is(op, pages_parse_op(op, 0, &n), "op") || n >= MEDIA_OPS)
		return "no such operation: op:NUMBER, in the order of the header";
	media_put(p, media_ops[n], 1);
	return NULL;
}

static const char *R(answer)(struct pages *p, uint32_t k, int status)
{
	media_answer(p, k, status, 1);
	return NULL;
}

static void media_describe_slot(struct pages *p, struct json *j,
				const struct slot_note *note)
{
	struct R(ends) *e = p->priv;
	const REQ *req = RING_GET_REQUEST(&e->front, note->index);
	const RSP *rsp = RING_GET_RESPONSE(&e->front, note->index);

	json_hex(j, "id", req->id);
	json_uint(j, "operation", req->operation);
	if (note->kind != SLOT_RESPONSE) {
		media_describe(j, req);
		return;
	}
	json_int(j, "status", rsp->status);
	if (!rsp->status)
		media_describe_rsp(j, rsp);
}

static void media_describe_ring(struct pages *p, struct json *j)
{
	ring_describe(p, j, sizeof(union R(sring_entry)));
	ring_describe_slots(p, j, R(req_pvt)(p), media_describe_slot);
}

static void media_idle(struct pages *p, uint32_t start)
{
	R(start)(p, start);
}

static void media_put_all(struct pages *p, uint32_t n)
{
	for (uint32_t i = 0; i < MEDIA_OPS; i++)
		media_put(p, media_ops[i], n + i);
}

static void media_requests(struct pages *p, uint32_t start)
{
	R(start)(p, start);
	media_put_all(p, start);
	R(push_requests)(p);
}

/* Two of each, the second time failed; then some that are not answered. */
static void media_responses(struct pages *p, uint32_t start)
{
	R(start)(p, start);
	p->id_base = 0x100;
	p->id_step = 7;
	for (uint32_t round = 0; round < 2; round++) {
		media_put_all(p, round);
		R(push_requests)(p);
		R(consume)(p);
		for (uint32_t i = 0; p->nr_live; i++)
			media_answer(p, 0, round ? -22 : 0, i);
		R(push_responses)(p);
		R(take)(p);
	}
	media_put(p, media_ops[0], 5);
	media_put(p, media_ops[1], 6);
	R(push_requests)(p);
}

/* The last that was put is answered first. */
static void media_out_of_order(struct pages *p, uint32_t start)
{
	media_requests(p, start);
	R(consume)(p);
	for (uint32_t i = 0; i < 3; i++)
		media_answer(p, p->nr_live - 1, 0, i);
	R(push_responses)(p);
}

static void media_full(struct pages *p, uint32_t start)
{
	R(start)(p, start);
	for (uint32_t i = 0; R(room)(p); i++)
		media_put(p, media_ops[i % MEDIA_OPS], i);
	R(push_requests)(p);
}

static void media_bad_op(struct pages *p, uint32_t operation)
{
	media_put(p, (uint8_t)operation, 1);
	media_put(p, 0xff, 1);
	R(push_requests)(p);
	R(consume)(p);
	media_answer(p, 0, 0, 1);
	R(push_responses)(p);
}

static void media_bad_status(struct pages *p, uint32_t status)
{
	media_put(p, media_ops[0], 1);
	R(push_requests)(p);
	R(consume)(p);
	media_answer(p, 0, (int)status, 1);
	R(push_responses)(p);
}

static void media_overrun(struct pages *p, uint32_t by)
{
	media_full(p, 0);
	*R(index)(p, REQ_PROD) += by;
}

static void media_garbage(struct pages *p, uint32_t seed)
{
	pages_garbage(p, seed);
}

static const struct page_case media_cases[] = {
	{ .name = MEDIA_NAME "-idle", .fill = media_idle, .about = "nothing was ever asked" },
	{ .name = MEDIA_NAME "-requests", .fill = media_requests,
	  .about = "one request of every operation in flight" },
	{ .name = MEDIA_NAME "-responses", .fill = media_responses,
	  .about = "every operation answered, well and badly, and two more asked" },
	{ .name = MEDIA_NAME "-out-of-order", .fill = media_out_of_order, .arg = 1000,
	  .about = "the last three answered first" },
	{ .name = MEDIA_NAME "-wrap", .fill = media_requests, .arg = 0xfffffffd,
	  .about = "indices pass 2^32" },
	{ .name = MEDIA_NAME "-wrap-responses", .fill = media_responses, .arg = 0xfffffff4,
	  .about = "answers and requests across 2^32" },
	{ .name = MEDIA_NAME "-full", .fill = media_full, .arg = 77, .about = "32 requests in flight" },
	{ .name = MEDIA_NAME "-bad-op", .fill = media_bad_op, .arg = 0x80, .fault = "operation",
	  .about = "operations that nobody knows, one of them answered" },
	{ .name = MEDIA_NAME "-bad-status", .fill = media_bad_status, .arg = 4000, .fault = "status",
	  .about = "a status that is no negative errno" },
	{ .name = MEDIA_NAME "-overrun", .fill = media_overrun, .arg = 1, .fault = "overrun",
	  .about = "one request more than there are slots" },
	{ .name = MEDIA_NAME "-garbage", .fill = media_garbage, .arg = 0x2545f491, .fault = "garbage",
	  .opaque = true, .about = "bytes that mean nothing" },
};

const struct protocol M(protocol) = {
	.name = MEDIA_NAME,
	.priv_size = sizeof(struct R(ends)),
	.start = R(start),
	.describe = media_describe_ring,
	.ring = &R(ring_ops),
	.cases = media_cases,
	.nr_cases = sizeof(media_cases) / sizeof(media_cases[0]),
};

/* ---- the page of events ---- */

static void media_evt_start(struct pages *p, uint32_t at)
{
	EVENT_PAGE *page = (void *)p->mem;

	page->in_cons = page->in_prod = at;
}

static void media_send(struct pages *p, uint32_t n)
{
	EVENT_PAGE *page = (void *)p->mem;

	while (n--) {
		EVT *evt = &EVENT_REF(page, page->in_prod);

		memset(evt, 0, sizeof(*evt));
		evt->id = (uint16_t)page->in_prod;
		media_fill_evt(evt, page->in_prod);
		page->in_prod++;
	}
}

/* The events that wait and are still there: of a place, the last one written. */
static void media_describe_events(struct pages *p, struct json *j)
{
	EVENT_PAGE *page = (void *)p->mem;
	uint32_t waiting = page->in_prod - page->in_cons;

	json_uint(j, "in_cons", page->in_cons);
	json_uint(j, "in_prod", page->in_prod);
	if (p->c && p->c->opaque) {
		json_null(j, "events");
		return;
	}
	if (waiting > 2 * EVENT_LEN)
		waiting = 2 * EVENT_LEN;
	json_open(j, "events", '[');
	for (uint32_t i = page->in_prod - waiting; i != page->in_prod; i++) {
		const EVT *evt = &EVENT_REF(page, i);

		if (evt->id != (uint16_t)i)
			continue;	/* overwritten */
		json_open(j, NULL, '{');
		json_uint(j, "index", i);
		json_uint(j, "slot", i % EVENT_LEN);
		json_hex(j, "id", evt->id);
		json_uint(j, "type", evt->type);
		media_describe_evt(j, evt);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void media_evt_idle(struct pages *p, uint32_t at)
{
	media_evt_start(p, at);
}

static void media_evt_some(struct pages *p, uint32_t at)
{
	EVENT_PAGE *page = (void *)p->mem;

	media_evt_start(p, at);
	media_send(p, 10);
	page->in_cons += 3;
}

static void media_evt_many(struct pages *p, uint32_t n)
{
	media_evt_start(p, 0);
	media_send(p, n);
}

/* From in front of 2^32 on, where the places do not go on in turn. */
static void media_evt_wrap(struct pages *p, uint32_t before)
{
	media_evt_start(p, 0 - before);
	media_send(p, 40);
}

static void media_evt_taken(struct pages *p, uint32_t n)
{
	EVENT_PAGE *page = (void *)p->mem;

	media_evt_many(p, n);
	page->in_cons = page->in_prod - 5;
}

static void media_evt_bad_type(struct pages *p, uint32_t type)
{
	EVENT_PAGE *page = (void *)p->mem;

	media_send(p, 2);
	EVENT_REF(page, 1).type = (uint8_t)type;
}

static const struct page_case media_evt_cases[] = {
	{ .name = MEDIA_NAME "-evt-idle", .fill = media_evt_idle, .about = "nothing has ever happened" },
	{ .name = MEDIA_NAME "-evt-some", .fill = media_evt_some, .about = "seven events wait, three are taken" },
	{ .name = MEDIA_NAME "-evt-page-end", .fill = media_evt_some, .arg = 63 * 9 - 4,
	  .about = "events go on at the beginning of their page" },
	{ .name = MEDIA_NAME "-evt-full", .fill = media_evt_many, .arg = 63, .about = "63 events, none taken" },
	{ .name = MEDIA_NAME "-evt-lost", .fill = media_evt_many, .arg = 100,
	  .about = "100 events, none confirmed: 63 are still there, and that is right" },
	{ .name = MEDIA_NAME "-evt-taken", .fill = media_evt_taken, .arg = 1000,
	  .about = "995 of 1000 events taken" },
	{ .name = MEDIA_NAME "-evt-wrap", .fill = media_evt_wrap, .arg = 4,
	  .about = "indices pass 2^32, and four places are used again at once" },
	{ .name = MEDIA_NAME "-evt-wrap-many", .fill = media_evt_wrap, .arg = 30,
	  .about = "thirty events before 2^32, and ten behind it" },
	{ .name = MEDIA_NAME "-evt-bad-type", .fill = media_evt_bad_type, .arg = 99, .fault = "type",
	  .about = "an event of a type that nobody knows" },
	{ .name = MEDIA_NAME "-evt-garbage", .fill = media_garbage, .arg = 0x9e3779b9, .fault = "garbage",
	  .opaque = true, .about = "bytes that mean nothing" },
};

const struct protocol M(evt_protocol) = {
	.name = MEDIA_NAME "-evt",
	.start = media_evt_start,
	.describe = media_describe_events,
	.cases = media_evt_cases,
	.nr_cases = sizeof(media_evt_cases) / sizeof(media_evt_cases[0]),
};

#undef R
#undef M
