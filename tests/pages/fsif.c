/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Test pages of fsif, which is obsolete: every request, and its geometry.
 */
#include "pages.h"
#include "xenheaders.h"

#include <xen/io/fsif.h>

#define RING fsif
#include "ring-template.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static const char *const names[] = {
	[REQ_FILE_OPEN] = "open", [REQ_FILE_CLOSE] = "close",
	[REQ_FILE_READ] = "read", [REQ_FILE_WRITE] = "write",
	[REQ_STAT] = "stat", [REQ_FILE_TRUNCATE] = "truncate",
	[REQ_REMOVE] = "remove", [REQ_RENAME] = "rename",
	[REQ_CREATE] = "create", [REQ_DIR_LIST] = "list",
	[REQ_CHMOD] = "chmod", [REQ_FS_SPACE] = "space",
	[REQ_FILE_SYNC] = "sync",
};

static void put(struct pages *p, uint8_t type)
{
	struct fsif_request *req = &fsif_request(p, SLOT_REQUEST)->req;
	uint64_t id = pages_new_id(p);

	memset(req, 0, sizeof(union fsif_sring_entry));
	req->type = type;
	req->id = (uint16_t)id;
	switch (type) {
	case REQ_FILE_OPEN:
	case REQ_REMOVE:
	case REQ_FS_SPACE:
		req->u.fopen.gref = pages_data_grant(p, false);
		break;
	case REQ_FILE_READ:
	case REQ_FILE_WRITE:
		req->u.fread.fd = 3;
		req->u.fread.len = 4096;
		req->u.fread.offset = UINT64_C(0x123456789a);
		req->u.fread.grefs[0] = pages_data_grant(p, type == REQ_FILE_READ);
		break;
	case REQ_FILE_TRUNCATE:
		req->u.ftruncate.fd = 3;
		req->u.ftruncate.length = 100;
		break;
	case REQ_RENAME:
		req->u.frename.new_name_offset = 64;
		req->u.frename.gref = pages_data_grant(p, false);
		break;
	case REQ_CREATE:
		req->u.fcreate.mode = 0644;
		req->u.fcreate.gref = pages_data_grant(p, false);
		break;
	case REQ_DIR_LIST:
		req->u.flist.offset = 2;
		req->u.flist.gref = pages_data_grant(p, true);
		break;
	case REQ_CHMOD:
		req->u.fchmod.fd = 3;
		req->u.fchmod.mode = 0600;
		break;
	default:
		req->u.fclose.fd = 3;
		break;
	}
	pages_live(p, id, fsif_req_pvt(p) - 1)->operation = type;
}

static void respond(struct pages *p, uint32_t k, int status)
{
	struct live l = pages_answered(p, k);
	struct fsif_response *rsp = &fsif_response(p, SLOT_RESPONSE)->rsp;

	rsp->id = (uint16_t)l.id;
	if (l.operation == REQ_STAT) {
		rsp->u.fstat.stat_ret = status;
		rsp->u.fstat.stat_size = 12345;
	} else {
		rsp->u.ret_val = (uint64_t)(int64_t)status;
	}
}

static const char *fsif_put(struct pages *p, const char *op)
{
	for (uint8_t i = 1; i < ARRAY_SIZE(names); i++)
		if (!strcmp(op, names[i])) {
			put(p, i);
			return NULL;
		}
	return "no such request: open, close, read, write, stat, truncate, remove, "
	       "rename, create, list, chmod, space, sync";
}

static const char *fsif_answer(struct pages *p, uint32_t k, int status)
{
	respond(p, k, status);
	return NULL;
}

static void describe_slot(struct pages *p, struct json *j,
			  const struct slot_note *note)
{
	struct fsif_ends *e = p->priv;

	json_bytes(j, "bytes", RING_GET_REQUEST(&e->front, note->index),
		   sizeof(union fsif_sring_entry));
}

static void describe(struct pages *p, struct json *j)
{
	ring_describe(p, j, sizeof(union fsif_sring_entry));
	ring_describe_slots(p, j, fsif_req_pvt(p), describe_slot);
}

static void put_mixed(struct pages *p, uint32_t nr)
{
	for (uint32_t i = 0; i < nr; i++)
		put(p, (uint8_t)(1 + i % (ARRAY_SIZE(names) - 1)));
}

static void fill_idle(struct pages *p, uint32_t start)
{
	fsif_start(p, start);
}

static void fill_requests(struct pages *p, uint32_t nr)
{
	put_mixed(p, nr);
	fsif_push_requests(p);
	fsif_consume(p);
}

static void fill_full(struct pages *p, uint32_t start)
{
	fsif_start(p, start);
	fill_requests(p, p->nr_ents);
}

static void fill_out_of_order(struct pages *p, uint32_t start)
{
	fsif_start(p, start);
	for (uint32_t turn = 0; turn < 40; turn++) {
		put_mixed(p, fsif_room(p));
		fsif_push_requests(p);
		fsif_consume(p);
		for (uint32_t i = 0; i < 9; i++)
			respond(p, (i * 5 + turn) % p->nr_live, i % 3 ? 0 : -2);
		fsif_push_responses(p);
		fsif_take(p);
	}
}

static void fill_overrun(struct pages *p, uint32_t distance)
{
	fill_full(p, 0);
	*fsif_index(p, REQ_PROD) = distance;
}

static void fill_garbage(struct pages *p, uint32_t seed)
{
	pages_garbage(p, seed);
}

#define FS(name_) .name = "fsif-" name_

static const struct page_case cases[] = {
	{ FS("idle"), .fill = fill_idle,
	  .about = "as the frontend initialises it" },
	{ FS("requests"), .fill = fill_requests, .arg = 13,
	  .about = "one of each request" },
	{ FS("full"), .fill = fill_full, .about = "every slot a request" },
	{ FS("full-2-pages"), .fill = fill_full, .pages = 2,
	  .about = "every slot of two pages a request" },
	{ FS("wrap"), .fill = fill_full, .arg = 0xfffffff8,
	  .about = "a full ring across 2^32" },
	{ FS("out-of-order"), .fill = fill_out_of_order,
	  .about = "responses in any order, after some turns of the ring" },
	{ FS("out-of-order-wrap"), .fill = fill_out_of_order, .pages = 2,
	  .arg = 0xffffff00, .about = "the same across 2^32" },
	{ FS("overrun"), .fill = fill_overrun, .arg = 65,
	  .fault = "overrun", .about = "one request more than slots" },
	{ FS("garbage"), .fill = fill_garbage, .arg = 0xb55a4f09,
	  .fault = "garbage", .opaque = true,
	  .about = "bytes that mean nothing" },
};

const struct protocol fsif_protocol = {
	.name = "fsif",
	.priv_size = sizeof(struct fsif_ends),
	.start = fsif_start,
	.describe = describe,
	.ring = &fsif_ring_ops,
	.cases = cases,
	.nr_cases = ARRAY_SIZE(cases),
};
