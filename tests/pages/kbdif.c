/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Test pages of keyboards and pointers.
 */
#include "pages.h"
#include "xenheaders.h"

#include <xen/io/kbdif.h>

static void start(struct pages *p, uint32_t at)
{
	struct xenkbd_page *page = (void *)p->mem;

	page->in_cons = page->in_prod = at;
	page->out_cons = page->out_prod = at;
}

/*
 * Member by member, the rest is zero: what padding holds is the compiler's
 * business, and not the same for two of them.
 */
static void put(struct pages *p, const union xenkbd_in_event *event)
{
	struct xenkbd_page *page = (void *)p->mem;
	union xenkbd_in_event *at = &XENKBD_IN_RING_REF(p->mem, page->in_prod);

	memset(at, 0, sizeof(*at));
	at->type = event->type;
	switch (event->type) {
	case XENKBD_TYPE_MOTION:
		at->motion.rel_x = event->motion.rel_x;
		at->motion.rel_y = event->motion.rel_y;
		at->motion.rel_z = event->motion.rel_z;
		break;
	case XENKBD_TYPE_KEY:
		at->key.pressed = event->key.pressed;
		at->key.keycode = event->key.keycode;
		break;
	case XENKBD_TYPE_POS:
		at->pos.abs_x = event->pos.abs_x;
		at->pos.abs_y = event->pos.abs_y;
		at->pos.rel_z = event->pos.rel_z;
		break;
	case XENKBD_TYPE_MTOUCH:
		at->mtouch.event_type = event->mtouch.event_type;
		at->mtouch.contact_id = event->mtouch.contact_id;
		if (event->mtouch.event_type == XENKBD_MT_EV_ORIENT)
			at->mtouch.u.orientation = event->mtouch.u.orientation;
		else
			at->mtouch.u.pos = event->mtouch.u.pos;
		break;
	default:
		break;
	}
	page->in_prod++;
}

#define PUT(p, ...)							\
	put(p, &(const union xenkbd_in_event){ __VA_ARGS__ })
#define TOUCH(p, what, ...)						\
	PUT(p, .mtouch = { .type = XENKBD_TYPE_MTOUCH, .event_type = what, \
			   .contact_id = 3, __VA_ARGS__ })

static void put_key(struct pages *p, uint32_t keycode, uint8_t pressed)
{
	PUT(p, .key = { .type = XENKBD_TYPE_KEY, .pressed = pressed,
			.keycode = keycode });
}

static void describe_event(struct json *j,
			   const union xenkbd_in_event *e)
{
	json_uint(j, "type", e->type);
	switch (e->type) {
	case XENKBD_TYPE_MOTION:
		json_int(j, "rel_x", e->motion.rel_x);
		json_int(j, "rel_y", e->motion.rel_y);
		json_int(j, "rel_z", e->motion.rel_z);
		break;
	case XENKBD_TYPE_KEY:
		json_uint(j, "pressed", e->key.pressed);
		json_uint(j, "keycode", e->key.keycode);
		break;
	case XENKBD_TYPE_POS:
		json_int(j, "abs_x", e->pos.abs_x);
		json_int(j, "abs_y", e->pos.abs_y);
		json_int(j, "rel_z", e->pos.rel_z);
		break;
	case XENKBD_TYPE_MTOUCH:
		json_uint(j, "event_type", e->mtouch.event_type);
		json_uint(j, "contact_id", e->mtouch.contact_id);
		switch (e->mtouch.event_type) {
		case XENKBD_MT_EV_DOWN:
		case XENKBD_MT_EV_MOTION:
			json_int(j, "abs_x", e->mtouch.u.pos.abs_x);
			json_int(j, "abs_y", e->mtouch.u.pos.abs_y);
			break;
		case XENKBD_MT_EV_SHAPE:
			json_uint(j, "major", e->mtouch.u.shape.major);
			json_uint(j, "minor", e->mtouch.u.shape.minor);
			break;
		case XENKBD_MT_EV_ORIENT:
			json_int(j, "orientation", e->mtouch.u.orientation);
			break;
		default:
			break;
		}
		break;
	default:
		break;
	}
}

static const char *type_of(const union xenkbd_in_event *e)
{
	static const char *const touches[] = {
		[XENKBD_MT_EV_DOWN] = "mtouch_pos", [XENKBD_MT_EV_UP] = "mtouch",
		[XENKBD_MT_EV_MOTION] = "mtouch_pos",
		[XENKBD_MT_EV_SYN] = "mtouch", [XENKBD_MT_EV_SHAPE] = "mtouch_shape",
		[XENKBD_MT_EV_ORIENT] = "mtouch_orient",
	};

	switch (e->type) {
	case XENKBD_TYPE_MOTION:
		return "motion";
	case XENKBD_TYPE_KEY:
		return "key";
	case XENKBD_TYPE_POS:
		return "position";
	case XENKBD_TYPE_MTOUCH:
		return e->mtouch.event_type <= XENKBD_MT_EV_ORIENT ?
			touches[e->mtouch.event_type] : "mtouch";
	default:
		return "event";
	}
}

static bool is_wrong(const union xenkbd_in_event *e)
{
	if (e->type == XENKBD_TYPE_MTOUCH)
		return e->mtouch.event_type > XENKBD_MT_EV_ORIENT;
	return !e->type || e->type > XENKBD_TYPE_MTOUCH;
}

static void describe(struct pages *p, struct json *j)
{
	const struct xenkbd_page *page = (const void *)p->mem;

	json_uint(j, "in_cons", page->in_cons);
	json_uint(j, "in_prod", page->in_prod);
	json_uint(j, "out_cons", page->out_cons);
	json_uint(j, "out_prod", page->out_prod);
	json_open(j, "rings", '{');
	if (page->in_prod - page->in_cons > XENKBD_IN_RING_LEN) {
		json_null(j, "in");
	} else {
		json_open(j, "in", '[');
		for (uint32_t i = page->in_cons; i != page->in_prod; i++) {
			const union xenkbd_in_event *e =
				&XENKBD_IN_RING_REF(p->mem, i);
			/* 2^32 is 1 modulo 51: its place was used again */
			bool lost = page->in_prod < page->in_cons &&
				    i > page->in_prod &&
				    i % XENKBD_IN_RING_LEN < page->in_prod;

			row_open(j, i, i % XENKBD_IN_RING_LEN, "waiting",
				 type_of(e), lost || is_wrong(e));
			describe_event(j, e);
			row_close(j);
		}
		json_close(j, ']');
	}
	if (page->out_prod - page->out_cons > XENKBD_OUT_RING_LEN) {
		json_null(j, "out");
	} else {
		json_open(j, "out", '[');
		for (uint32_t i = page->out_cons; i != page->out_prod; i++) {
			row_open(j, i, i % XENKBD_OUT_RING_LEN, "waiting",
				 "out_event", false);
			json_uint(j, "type", XENKBD_OUT_RING_REF(p->mem, i).type);
			row_close(j);
		}
		json_close(j, ']');
	}
	json_close(j, '}');
}

static void fill_empty(struct pages *p, uint32_t at)
{
	start(p, at);
}

/* One of each event there is. */
static void fill_every(struct pages *p, uint32_t at)
{
	start(p, at);
	PUT(p, .motion = { .type = XENKBD_TYPE_MOTION, .rel_x = -5, .rel_y = 7,
			   .rel_z = -1 });
	put_key(p, 30, 1);
	put_key(p, 30, 0);
	put_key(p, 0x110, 1);	/* BTN_LEFT */
	PUT(p, .pos = { .type = XENKBD_TYPE_POS, .abs_x = 32767,
			.abs_y = 100, .rel_z = 1 });
	TOUCH(p, XENKBD_MT_EV_DOWN, .u.pos = { .abs_x = 10, .abs_y = 20 });
	TOUCH(p, XENKBD_MT_EV_MOTION, .u.pos = { .abs_x = -11, .abs_y = 21 });
	TOUCH(p, XENKBD_MT_EV_SHAPE, .u.shape = { .major = 9, .minor = 4 });
	TOUCH(p, XENKBD_MT_EV_ORIENT, .u.orientation = -90);
	TOUCH(p, XENKBD_MT_EV_SYN, .u.pos = { .abs_x = 0 });
	TOUCH(p, XENKBD_MT_EV_UP, .u.pos = { .abs_x = 0 });
}

static void fill_full(struct pages *p, uint32_t at)
{
	start(p, at);
	for (uint32_t i = 0; i < XENKBD_IN_RING_LEN; i++)
		put_key(p, i + 1, 1);
}

static void fill_taken(struct pages *p, uint32_t at)
{
	struct xenkbd_page *page = (void *)p->mem;

	fill_every(p, at);
	page->in_cons = page->in_prod - 3;
}

static void fill_unknown(struct pages *p, uint32_t type)
{
	PUT(p, .type = (uint8_t)type);
	PUT(p, .type = XENKBD_TYPE_RESERVED);
	put_key(p, 1, 255);
	TOUCH(p, 6, .u.pos = { .abs_x = 1 });
	TOUCH(p, 255, .u.pos = { .abs_x = 1 });
}

/* Nothing is defined, but a guest can put it. */
static void fill_out(struct pages *p, uint32_t at)
{
	struct xenkbd_page *page = (void *)p->mem;

	start(p, at);
	for (uint32_t i = 0; i < XENKBD_OUT_RING_LEN; i++)
		XENKBD_OUT_RING_REF(p->mem, page->out_prod++).type = (uint8_t)i;
}

static void fill_overrun(struct pages *p, uint32_t over)
{
	struct xenkbd_page *page = (void *)p->mem;

	fill_full(p, 0);
	page->in_prod = page->in_cons + XENKBD_IN_RING_LEN + over;
	page->out_prod = page->out_cons - over;
}

static void fill_garbage(struct pages *p, uint32_t seed)
{
	pages_garbage(p, seed);
}

static const struct page_case cases[] = {
	{ .name = "kbdif-empty", .fill = fill_empty,
	  .about = "nothing was ever put" },
	{ .name = "kbdif-every", .fill = fill_every,
	  .about = "one event of each type and each touch waits" },
	{ .name = "kbdif-ring-end", .fill = fill_every, .arg = 51 * 7 - 4,
	  .about = "events continue at the beginning of the ring" },
	{ .name = "kbdif-wrap", .fill = fill_every, .arg = 0xfffffff9,
	  .about = "indices pass 2^32, where places go on from 0: the event at 0xffffffff is lost" },
	{ .name = "kbdif-taken", .fill = fill_taken, .arg = 1000,
	  .about = "all but three events were taken" },
	{ .name = "kbdif-full", .fill = fill_full, .arg = 17,
	  .about = "51 keys, the guest does not take them" },
	{ .name = "kbdif-full-wrap", .fill = fill_full, .arg = 0xffffffe0,
	  .about = "the same across 2^32" },
	{ .name = "kbdif-unknown", .fill = fill_unknown, .arg = 77,
	  .fault = "type", .about = "types of events and of touches that are not defined" },
	{ .name = "kbdif-out", .fill = fill_out, .arg = 24,
	  .about = "the guest has put 25 events, of which none is defined" },
	{ .name = "kbdif-overrun", .fill = fill_overrun, .arg = 1,
	  .fault = "overrun", .about = "one event more than there is room" },
	{ .name = "kbdif-garbage", .fill = fill_garbage, .arg = 0x1b873593,
	  .fault = "garbage", .opaque = true, .about = "bytes that mean nothing" },
};

const struct protocol kbdif_protocol = {
	.name = "kbdif",
	.start = start,
	.describe = describe,
	.cases = cases,
	.nr_cases = sizeof(cases) / sizeof(cases[0]),
};
