/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Test pages of vscsiif: commands, aborts and resets, right and wrong.
 */
#include "pages.h"
#include "xenheaders.h"

#include <xen/io/vscsiif.h>

#define RING vscsiif
#include "ring-template.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define NR_MASK (VSCSIIF_SG_GRANT - 1)

/* Linux' enum dma_data_direction; the header has the numbers in a comment. */
enum { BIDIRECTIONAL, TO_DEVICE, FROM_DEVICE, NO_DATA };

static const struct command {
	const char *name;
	uint8_t len, direction, cdb[VSCSIIF_MAX_COMMAND_SIZE];
} commands[] = {
	{ "test-unit-ready", 6, NO_DATA, { 0x00 } },
	{ "inquiry", 6, FROM_DEVICE, { 0x12, 0, 0, 0, 0xff } },
	{ "read", 10, FROM_DEVICE, { 0x28, 0, 0, 0x12, 0x34, 0x56, 0, 0, 8 } },
	{ "write", 16, TO_DEVICE,
	  { 0x8a, 8, 0, 0, 0, 1, 0xfe, 0xdc, 0xba, 0x98, 0, 0, 1, 0, 0, 0xff } },
	{ "write-read", 10, BIDIRECTIONAL, { 0x53, 0, 0, 0, 0, 7, 0, 0, 1 } },
};
#define READ (&commands[2])
#define WRITE (&commands[3])

static void put_segment(struct pages *p, vscsiif_segment_t *seg, uint32_t i,
			bool writable)
{
	seg->gref = pages_data_grant(p, writable);
	seg->offset = (uint16_t)(i % 3 * 512);
	seg->length = (uint16_t)(PAGE_BYTES - i % 5 * 512);
}

/* What a request has in common; whatever it is, the slot is its own. */
static struct vscsiif_request *put(struct pages *p, uint8_t act)
{
	struct vscsiif_request *req = &vscsiif_request(p, SLOT_REQUEST)->req;
	uint64_t rqid = pages_new_id(p);

	memset(req, 0, sizeof(*req));
	req->rqid = (uint16_t)rqid;
	req->act = act;
	pages_live(p, rqid, vscsiif_req_pvt(p) - 1)->operation = act;
	return req;
}

static struct vscsiif_request *put_target(struct pages *p, uint8_t act)
{
	struct vscsiif_request *req = put(p, act);

	req->channel = 1;
	req->id = 2;
	req->lun = 0x4003;
	return req;
}

static struct vscsiif_request *put_command(struct pages *p, const struct command *c)
{
	struct vscsiif_request *req = put_target(p, VSCSIIF_ACT_SCSI_CDB);

	req->cmd_len = c->len;
	memcpy(req->cmnd, c->cdb, sizeof(req->cmnd));
	req->timeout_per_command = 30;
	req->sc_data_direction = c->direction;
	return req;
}

static struct vscsiif_request *put_rw(struct pages *p, const struct command *c,
				      uint32_t nr)
{
	struct vscsiif_request *req = put_command(p, c);

	req->nr_segments = (uint8_t)nr;
	for (uint32_t i = 0; i < nr && i < VSCSIIF_SG_TABLESIZE; i++)
		put_segment(p, &req->seg[i], i, c->direction != TO_DEVICE);
	return req;
}

/* As many pages of segments as it takes, with at most per of them in each. */
static struct vscsiif_request *put_indirect(struct pages *p, const struct command *c,
					    uint32_t nr, uint32_t per)
{
	struct vscsiif_request *req = put_command(p, c);
	uint32_t done = 0, page = 0;

	for (; done < nr; page++) {
		uint32_t here = nr - done < per ? nr - done : per;
		uint8_t *mem = pages_indirect(p, here, &req->seg[page].gref);
		struct granted *g = &p->granted[p->nr_granted - 1];

		/* A page that is not full need not begin at its beginning. */
		g->off = (uint32_t)(VSCSIIF_SG_PER_PAGE - here) / 2 *
			 (uint32_t)sizeof(vscsiif_segment_t);
		req->seg[page].offset = (uint16_t)g->off;
		req->seg[page].length = (uint16_t)(here * sizeof(vscsiif_segment_t));
		for (uint32_t i = 0; i < here; i++, done++)
			put_segment(p, (vscsiif_segment_t *)(void *)(mem + g->off) + i,
				    done, c->direction != TO_DEVICE);
	}
	req->nr_segments = (uint8_t)(page | VSCSIIF_SG_GRANT);
	return req;
}

static struct vscsiif_request *put_abort(struct pages *p, uint16_t rqid)
{
	struct vscsiif_request *req = put_target(p, VSCSIIF_ACT_SCSI_ABORT);

	req->ref_rqid = rqid;
	return req;
}

static void put_preset(struct pages *p, uint32_t nr)
{
	struct vscsiif_sg_list *list = (void *)put(p, VSCSIIF_ACT_SCSI_SG_PRESET);

	list->nr_segments = (uint8_t)nr;
	for (uint32_t i = 0; i < nr && i < VSCSIIF_SG_LIST_SIZE; i++)
		put_segment(p, &list->seg[i], i, true);
}

/* Bytes of sense data beyond the buffer are claimed, and not there. */
static void respond(struct pages *p, uint32_t k, uint32_t rslt, uint8_t sense_len)
{
	static const uint8_t head[] = { 0x70, 0, 0x05, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x24 };
	struct live l = pages_answered(p, k);
	struct vscsiif_response *rsp = &vscsiif_response(p, SLOT_RESPONSE)->rsp;

	/* act is what the slot held: backends of today do not write it. */
	rsp->rqid = (uint16_t)l.id;
	rsp->sense_len = sense_len;
	for (uint32_t i = 0; i < sense_len && i < VSCSIIF_SENSE_BUFFERSIZE; i++)
		rsp->sense_buffer[i] = i < sizeof(head) ? head[i] : (uint8_t)i;
	rsp->rslt = (int32_t)rslt;
	rsp->residual_len = sense_len * 512u;
}

/* "read:9" has 9 data pages, "read:50" a page that describes them. */
static const char *vscsiif_put(struct pages *p, const char *op)
{
	uint32_t nr;
	size_t len = pages_parse_op(op, 1, &nr);

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		const struct command *c = &commands[i];

		if (!pages_op_is(op, len, c->name))
			continue;
		if (c->direction == NO_DATA)
			nr = 0;
		if (nr <= VSCSIIF_SG_TABLESIZE) {
			put_rw(p, c, nr);
			return NULL;
		}
		if (nr > VSCSIIF_SG_TABLESIZE * VSCSIIF_SG_PER_PAGE)
			return "a request has at most 13312 segments";
		if (p->nr_granted + VSCSIIF_SG_TABLESIZE > MAX_GRANTED)
			return "too many pages of segments: load a case anew";
		put_indirect(p, c, nr, VSCSIIF_SG_PER_PAGE);
		return NULL;
	}
	if (pages_op_is(op, len, "abort"))
		put_abort(p, (uint16_t)nr);
	else if (pages_op_is(op, len, "reset"))
		put_target(p, VSCSIIF_ACT_SCSI_RESET);
	else
		return "no such command: test-unit-ready, inquiry, read[:SEGMENTS], "
		       "write, write-read, abort[:RQID], reset";
	return NULL;
}

static const char *vscsiif_answer(struct pages *p, uint32_t k, int status)
{
	uint8_t act = p->live[k].operation;

	if (act == VSCSIIF_ACT_SCSI_ABORT || act == VSCSIIF_ACT_SCSI_RESET)
		respond(p, k, status ? XEN_VSCSIIF_RSLT_RESET_FAILED :
			XEN_VSCSIIF_RSLT_RESET_SUCCESS, 0);
	else
		respond(p, k, (uint32_t)status, 0);
	return NULL;
}

/* ---- expectations ---- */

static void describe_segments(struct json *j, const char *key, const void *seg,
			      uint32_t nr)
{
	json_open(j, key, '[');
	for (uint32_t i = 0; i < nr; i++) {
		vscsiif_segment_t s;

		memcpy(&s, (const uint8_t *)seg + i * sizeof(s), sizeof(s));
		json_open(j, NULL, '{');
		json_uint(j, "gref", s.gref);
		json_uint(j, "offset", s.offset);
		json_uint(j, "length", s.length);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void describe_granted(struct json *j, const struct granted *g)
{
	json_uint(j, "offset", g->off);
	describe_segments(j, "seg", g->mem + g->off, g->nr_segments);
}

static void describe_command(struct pages *p, struct json *j,
			     const struct vscsiif_request *req)
{
	bool indirect = req->nr_segments & VSCSIIF_SG_GRANT;
	uint32_t nr = req->nr_segments & NR_MASK, bytes = 0;
	uint32_t len = req->cmd_len;

	if (nr > VSCSIIF_SG_TABLESIZE)
		nr = VSCSIIF_SG_TABLESIZE;
	if (len > sizeof(req->cmnd))
		len = sizeof(req->cmnd);
	json_uint(j, "cmd_len", req->cmd_len);
	json_bytes(j, "cmnd", req->cmnd, len);
	json_uint(j, "timeout_per_command", req->timeout_per_command);
	json_uint(j, "channel", req->channel);
	json_uint(j, "id", req->id);
	json_uint(j, "lun", req->lun);
	json_uint(j, "sc_data_direction", req->sc_data_direction);
	json_uint(j, "nr_segments", req->nr_segments & NR_MASK);
	json_uint(j, "sg_grant", indirect);
	describe_segments(j, "seg", req->seg, nr);
	if (!indirect)
		return;
	for (uint32_t i = 0; i < nr; i++)
		bytes += req->seg[i].length;
	json_open(j, "follow", '{');
	/* A segment in two pages, or beyond one: no backend takes that. */
	if (p->c && p->c->fault && !strcmp(p->c->fault, "length")) {
		json_null(j, "pieces");
	} else {
		describe_segments(j, "pieces", req->seg, nr);
		json_uint(j, "n", bytes / sizeof(vscsiif_segment_t));
	}
	json_close(j, '}');
}

static void describe_response(struct json *j, const struct vscsiif_response *rsp)
{
	uint32_t len = rsp->sense_len;

	json_uint(j, "rqid", rsp->rqid);
	json_uint(j, "act", rsp->act);
	if (!len && (rsp->rslt == XEN_VSCSIIF_RSLT_RESET_SUCCESS ||
		     rsp->rslt == XEN_VSCSIIF_RSLT_RESET_FAILED)) {
		json_int(j, "rslt", rsp->rslt);
		return;
	}
	if (len > sizeof(rsp->sense_buffer))
		len = sizeof(rsp->sense_buffer);
	json_uint(j, "sense_len", rsp->sense_len);
	json_bytes(j, "sense_buffer", rsp->sense_buffer, len);
	json_uint(j, "rslt", (uint32_t)rsp->rslt);
	json_int(j, "status", XEN_VSCSIIF_RSLT_STATUS(rsp->rslt));
	json_int(j, "host", XEN_VSCSIIF_RSLT_HOST(rsp->rslt));
	json_uint(j, "residual_len", rsp->residual_len);
}

static void describe_slot(struct pages *p, struct json *j,
			  const struct slot_note *note)
{
	struct vscsiif_ends *e = p->priv;
	const struct vscsiif_request *req =
		RING_GET_REQUEST(&e->front, note->index);
	const struct vscsiif_sg_list *list = (const void *)req;

	if (note->kind == SLOT_RESPONSE) {
		describe_response(j, RING_GET_RESPONSE(&e->front, note->index));
		return;
	}
	json_uint(j, "rqid", req->rqid);
	json_uint(j, "act", req->act);
	switch (req->act) {
	case VSCSIIF_ACT_SCSI_ABORT:
	case VSCSIIF_ACT_SCSI_RESET:
		json_uint(j, "channel", req->channel);
		json_uint(j, "id", req->id);
		json_uint(j, "lun", req->lun);
		if (req->act == VSCSIIF_ACT_SCSI_ABORT)
			json_uint(j, "ref_rqid", req->ref_rqid);
		break;
	case VSCSIIF_ACT_SCSI_SG_PRESET:
		json_uint(j, "nr_segments", list->nr_segments);
		describe_segments(j, "seg", list->seg,
				  list->nr_segments < VSCSIIF_SG_LIST_SIZE ?
				  list->nr_segments : (uint32_t)VSCSIIF_SG_LIST_SIZE);
		break;
	default:
		describe_command(p, j, req);
		break;
	}
}

static void describe(struct pages *p, struct json *j)
{
	ring_describe(p, j, sizeof(union vscsiif_sring_entry));
	ring_describe_slots(p, j, vscsiif_req_pvt(p), describe_slot);
}

/* ---- cases ---- */

static void put_mixed(struct pages *p, uint32_t nr)
{
	for (uint32_t i = 0; i < nr; i++)
		switch (i % 8) {
		case 6:
			put_abort(p, (uint16_t)(i - 1));
			break;
		case 7:
			put_target(p, VSCSIIF_ACT_SCSI_RESET);
			break;
		default:
			put_rw(p, &commands[i % 5], i % 5 ? i * 3 % 27 : 0);
			break;
		}
}

static void fill_idle(struct pages *p, uint32_t start)
{
	vscsiif_start(p, start);
}

static void fill_commands(struct pages *p, uint32_t arg)
{
	(void)arg;
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		put_rw(p, &commands[i], i ? (uint32_t)i : 0);
	put_abort(p, 3);
	put_target(p, VSCSIIF_ACT_SCSI_RESET);
	put_preset(p, 5);
	vscsiif_push_requests(p);
	vscsiif_consume(p);
}

static void fill_segments(struct pages *p, uint32_t nr)
{
	put_rw(p, READ, nr);
	vscsiif_push_requests(p);
}

/* arg: segments, and in its upper half how many of them a page has. */
static void fill_indirect(struct pages *p, uint32_t arg)
{
	put_indirect(p, WRITE, arg & 0xffff, arg >> 16);
	vscsiif_push_requests(p);
	vscsiif_consume(p);
}

static void fill_preset(struct pages *p, uint32_t nr)
{
	put_preset(p, nr);
	vscsiif_push_requests(p);
}

static void fill_full(struct pages *p, uint32_t start)
{
	vscsiif_start(p, start);
	put_mixed(p, p->nr_ents);
	vscsiif_push_requests(p);
	vscsiif_consume(p);
}

static void fill_out_of_order(struct pages *p, uint32_t start)
{
	static const uint32_t results[] = { 0, 2, 8, 0x00010000, 0x28, 0x00070002 };

	vscsiif_start(p, start);
	for (uint32_t turn = 0; turn < 40; turn++) {
		put_mixed(p, vscsiif_room(p));
		vscsiif_push_requests(p);
		vscsiif_consume(p);
		for (uint32_t i = 0; i < 5 && p->nr_live; i++) {
			uint32_t k = (i * 5 + turn) % p->nr_live;
			uint8_t act = p->live[k].operation;
			uint32_t result = results[(i + turn) % 6];

			if (act != VSCSIIF_ACT_SCSI_CDB)
				vscsiif_answer(p, k, turn & 1);
			else
				respond(p, k, result, (result & 0xff) == 2 ? 18 : 0);
		}
		vscsiif_push_responses(p);
		vscsiif_take(p);
	}
}

/* arg: the first of eleven results, in the order of the header. */
static void fill_hosts(struct pages *p, uint32_t first)
{
	for (uint32_t i = 0; i < 11; i++)
		put_rw(p, READ, 1);
	vscsiif_push_requests(p);
	vscsiif_consume(p);
	for (uint32_t i = 0; i < 11; i++)
		respond(p, 0, (first + i < 21 ? first + i : 0) << 16, 0);
	vscsiif_push_responses(p);
}

static void fill_statuses(struct pages *p, uint32_t arg)
{
	static const uint8_t statuses[] = {
		0x00, 0x02, 0x04, 0x08, 0x10, 0x14, 0x18, 0x22, 0x28, 0x30, 0x40,
	};
	static const uint8_t lengths[] = { 0, 18, 8, 1, 0, 0, 0, 96, 32, 0, 0 };

	(void)arg;
	for (size_t i = 0; i < sizeof(statuses); i++)
		put_rw(p, &commands[i % 5], 0);
	vscsiif_push_requests(p);
	vscsiif_consume(p);
	for (size_t i = 0; i < sizeof(statuses); i++)
		respond(p, 0, 0x08000000u | statuses[i], lengths[i]);
	vscsiif_push_responses(p);
	vscsiif_take(p);
}

/* The same numbers as results of a command, which has sense data. */
static void fill_resets(struct pages *p, uint32_t arg)
{
	(void)arg;
	put_rw(p, READ, 2);
	put_abort(p, 0);
	put_target(p, VSCSIIF_ACT_SCSI_RESET);
	vscsiif_push_requests(p);
	vscsiif_consume(p);
	vscsiif_answer(p, 1, 1);
	vscsiif_answer(p, 1, 0);
	respond(p, 0, XEN_VSCSIIF_RSLT_RESET_SUCCESS, 18);
	vscsiif_push_responses(p);
}

static void fill_bad_segments(struct pages *p, uint32_t nr)
{
	put_rw(p, READ, 2);
	put_rw(p, WRITE, nr);
	put_rw(p, READ, 2);
	vscsiif_push_requests(p);
}

static void fill_bad_indirect(struct pages *p, uint32_t nr)
{
	struct vscsiif_request *req = put_indirect(p, WRITE, 100, 50);

	req->nr_segments = (uint8_t)(nr | VSCSIIF_SG_GRANT);
	vscsiif_push_requests(p);
}

/* arg: the second page's offset, and in its upper half the length. */
static void fill_bad_length(struct pages *p, uint32_t arg)
{
	struct vscsiif_request *req = put_indirect(p, WRITE, 100, 50);

	req->seg[1].offset = (uint16_t)arg;
	req->seg[1].length = (uint16_t)(arg >> 16);
	vscsiif_push_requests(p);
}

static void fill_bad_cmd_len(struct pages *p, uint32_t len)
{
	put_rw(p, READ, 2)->cmd_len = (uint8_t)len;
	vscsiif_push_requests(p);
}

static void fill_bad_sense_len(struct pages *p, uint32_t len)
{
	put_rw(p, READ, 2);
	vscsiif_push_requests(p);
	vscsiif_consume(p);
	respond(p, 0, 2, (uint8_t)len);
	vscsiif_push_responses(p);
}

static void fill_bad_act(struct pages *p, uint32_t act)
{
	put_rw(p, READ, 2)->act = (uint8_t)act;
	vscsiif_push_requests(p);
}

static void fill_bad_direction(struct pages *p, uint32_t direction)
{
	put_rw(p, READ, 2)->sc_data_direction = (uint8_t)direction;
	vscsiif_push_requests(p);
}

static void fill_bad_results(struct pages *p, uint32_t rslt)
{
	put_rw(p, READ, 2);
	vscsiif_push_requests(p);
	vscsiif_consume(p);
	respond(p, 0, rslt, 0);
	vscsiif_push_responses(p);
}

static void fill_overrun(struct pages *p, uint32_t distance)
{
	fill_full(p, 0);
	*vscsiif_index(p, REQ_PROD) = distance;
}

static void fill_garbage(struct pages *p, uint32_t seed)
{
	pages_garbage(p, seed);
}

#define VSCSI(name_) .name = "vscsiif-" name_

static const struct page_case cases[] = {
	{ VSCSI("idle"), .fill = fill_idle,
	  .about = "as the frontend initialises it" },
	{ VSCSI("commands"), .fill = fill_commands,
	  .about = "one of each request" },
	{ VSCSI("segments-0"), .fill = fill_segments, .arg = 0,
	  .about = "a read without data pages" },
	{ VSCSI("segments-26"), .fill = fill_segments, .arg = 26,
	  .about = "a read of as many data pages as fit a slot" },
	{ VSCSI("indirect-27"), .fill = fill_indirect, .arg = 27 | 512 << 16,
	  .about = "one segment more than fits: they are in a page" },
	{ VSCSI("indirect-1000"), .fill = fill_indirect,
	  .arg = 1000 | 512 << 16, .about = "segments in two pages" },
	{ VSCSI("indirect-78"), .fill = fill_indirect, .arg = 78 | 3 << 16,
	  .about = "three segments in each of 26 pages" },
	{ VSCSI("indirect-13312"), .fill = fill_indirect,
	  .arg = 13312 | 512 << 16, .about = "26 full pages of segments" },
	{ VSCSI("preset-0"), .fill = fill_preset, .arg = 0,
	  .about = "an old preset of no segments" },
	{ VSCSI("preset-31"), .fill = fill_preset, .arg = 31,
	  .about = "an old preset of all segments that fit" },
	{ VSCSI("full"), .fill = fill_full, .about = "every slot a request" },
	{ VSCSI("wrap"), .fill = fill_full, .arg = 0xfffffff8,
	  .about = "a full ring across 2^32" },
	{ VSCSI("out-of-order"), .fill = fill_out_of_order,
	  .about = "responses in any order, after some turns of the ring" },
	{ VSCSI("out-of-order-wrap"), .fill = fill_out_of_order,
	  .arg = 0xffffffa0, .about = "the same across 2^32" },
	{ VSCSI("hosts"), .fill = fill_hosts, .arg = 0,
	  .about = "the first codes of the host" },
	{ VSCSI("hosts-more"), .fill = fill_hosts, .arg = 11,
	  .about = "the other codes of the host" },
	{ VSCSI("statuses"), .fill = fill_statuses,
	  .about = "each status of a device, with sense data and without" },
	{ VSCSI("resets"), .fill = fill_resets,
	  .about = "results of aborts and resets, and a command's like them" },
	{ VSCSI("bad-segments-27"), .fill = fill_bad_segments, .arg = 27,
	  .fault = "nr_segments", .about = "one segment more than fits" },
	{ VSCSI("bad-segments-127"), .fill = fill_bad_segments, .arg = 127,
	  .fault = "nr_segments", .about = "all seven bits of the count" },
	{ VSCSI("bad-indirect-27"), .fill = fill_bad_indirect, .arg = 27,
	  .fault = "nr_segments", .about = "27 pages of segments" },
	{ VSCSI("bad-indirect-127"), .fill = fill_bad_indirect, .arg = 127,
	  .fault = "nr_segments", .about = "all bits of the count are set" },
	{ VSCSI("bad-preset-32"), .fill = fill_preset, .arg = 32,
	  .fault = "nr_segments", .about = "one segment more than fits" },
	{ VSCSI("bad-preset-255"), .fill = fill_preset, .arg = 255,
	  .fault = "nr_segments", .about = "the largest count" },
	{ VSCSI("bad-length-beyond"), .fill = fill_bad_length,
	  .arg = 3704 | 400 << 16, .fault = "length",
	  .about = "segments that end 8 bytes behind their page" },
	{ VSCSI("bad-length-far"), .fill = fill_bad_length,
	  .arg = 0xfff8fff8, .fault = "length",
	  .about = "segments far behind their page" },
	{ VSCSI("bad-length-part"), .fill = fill_bad_length,
	  .arg = 0 | 12 << 16, .fault = "length",
	  .about = "a segment and a half" },
	{ VSCSI("bad-cmd-len-17"), .fill = fill_bad_cmd_len, .arg = 17,
	  .fault = "cmd_len", .about = "a command longer than 16 bytes" },
	{ VSCSI("bad-cmd-len-255"), .fill = fill_bad_cmd_len, .arg = 255,
	  .fault = "cmd_len", .about = "the longest command" },
	{ VSCSI("bad-sense-len-97"), .fill = fill_bad_sense_len, .arg = 97,
	  .fault = "sense_len", .about = "more sense data than fit" },
	{ VSCSI("bad-sense-len-255"), .fill = fill_bad_sense_len, .arg = 255,
	  .fault = "sense_len", .about = "the most sense data" },
	{ VSCSI("bad-act"), .fill = fill_bad_act, .arg = 0,
	  .fault = "operation", .about = "an act of no request" },
	{ VSCSI("bad-act-255"), .fill = fill_bad_act, .arg = 255,
	  .fault = "operation", .about = "an act of no request" },
	{ VSCSI("bad-direction"), .fill = fill_bad_direction, .arg = 4,
	  .fault = "operation", .about = "data that go nowhere" },
	{ VSCSI("bad-host"), .fill = fill_bad_results, .arg = 0x00150000,
	  .fault = "status", .about = "a code of the host that is none" },
	{ VSCSI("bad-status"), .fill = fill_bad_results, .arg = 0xff0000ff,
	  .fault = "status", .about = "a status that is none" },
	{ VSCSI("overrun"), .fill = fill_overrun, .arg = 17,
	  .fault = "overrun", .about = "one request more than slots" },
	{ VSCSI("garbage"), .fill = fill_garbage, .arg = 0x165667b1,
	  .fault = "garbage", .opaque = true,
	  .about = "bytes that mean nothing" },
};

const struct protocol vscsiif_protocol = {
	.name = "vscsiif",
	.priv_size = sizeof(struct vscsiif_ends),
	.start = vscsiif_start,
	.describe = describe,
	.ring = &vscsiif_ring_ops,
	.granted = "vscsiif-indirect",
	.describe_granted = describe_granted,
	.cases = cases,
	.nr_cases = ARRAY_SIZE(cases),
};
