/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Test pages: what all protocols have in common.
 */
#include "pages.h"

#if defined(__i386__)
const char native_abi[] = "x86_32";
#else
/* Every other architecture aligns uint64_t to 8 bytes, as x86_64 does. */
const char native_abi[] = "x86_64";
#endif

const struct protocol *const protocols[] = {
	&blkif_protocol,
#ifndef __i386__
	&blkif_packed_protocol,
#endif
	&netif_tx_protocol,
	&netif_rx_protocol,
	&netif_ctrl_protocol,
	&console_protocol,
	&xenstore_protocol,
	&grant_protocol,
	&pvcalls_protocol,
	&sndif_protocol,
	&sndif_evt_protocol,
	&displif_protocol,
	&displif_evt_protocol,
	&cameraif_protocol,
	&cameraif_evt_protocol,
	&vscsiif_protocol,
	&usbif_urb_protocol,
	&usbif_conn_protocol,
	&fsif_protocol,
	&p9fs_protocol,
	&pciif_protocol,
	&tpmif_protocol,
	&kbdif_protocol,
	&fbif_protocol,
#ifndef __i386__
	&fbif_32_protocol,
#endif
	&pvcalls_data_protocol,
	&vchan_protocol,
	NULL,
};

const char *protocol_abi(const struct protocol *proto)
{
	return proto->abi ? proto->abi : native_abi;
}

uint32_t pages_fake_gref(struct pages *p)
{
	/* No two alike, none of the eight reserved ones, in no plain order. */
	return 8 + (p->next_gref++ * 37 & 0xfff);
}

static uint8_t *grant_fake(struct pages *p, enum page_use use, bool writable,
			   uint32_t *gref)
{
	(void)writable;
	*gref = pages_fake_gref(p);
	return use == PAGE_DATA ? NULL : port_alloc(PAGE_BYTES);
}

void pages_init(struct pages *p, const struct protocol *proto, uint8_t *mem,
		uint32_t nr_pages)
{
	memset(p, 0, sizeof(*p));
	p->proto = proto;
	p->mem = mem;
	p->nr_pages = nr_pages;
	p->grant = grant_fake;
	if (proto->priv_size)
		p->priv = port_alloc(proto->priv_size);
}

static void release_granted(struct pages *p)
{
	if (p->grant == grant_fake)
		for (uint32_t i = 0; i < p->nr_granted; i++)
			port_free(p->granted[i].mem, PAGE_BYTES);
	p->nr_granted = 0;
}

void pages_clear(struct pages *p)
{
	release_granted(p);
	memset(p->mem, 0, (size_t)p->nr_pages * PAGE_BYTES);
	memset(p->note, 0, sizeof(p->note));
	p->c = NULL;
	p->nr_live = 0;
	p->id_base = 0;
	p->id_step = 1;
	p->next_sector = 2048;
	p->next_gref = 0;
	p->proto->start(p, 0);
}

void pages_fill(struct pages *p, const struct page_case *c)
{
	pages_clear(p);
	p->c = c;
	c->fill(p, c->arg);
}

void pages_release(struct pages *p)
{
	release_granted(p);
	if (p->priv)
		port_free(p->priv, p->proto->priv_size);
	p->priv = NULL;
}

uint32_t pages_data_grant(struct pages *p, bool writable)
{
	uint32_t gref;

	p->grant(p, PAGE_DATA, writable, &gref);
	return gref;
}

uint8_t *pages_indirect(struct pages *p, uint32_t nr_segments, uint32_t *gref)
{
	struct granted *g;

	if (p->nr_granted == MAX_GRANTED)
		port_die("cannot grant an indirect page",
			 p->c ? p->c->name : "", "too many of them");
	g = &p->granted[p->nr_granted++];
	/* Backends map descriptor pages read-only. */
	g->mem = p->grant(p, PAGE_INDIRECT, false, gref);
	g->gref = *gref;
	g->use = PAGE_INDIRECT;
	g->nr_segments = nr_segments;
	return g->mem;
}

uint64_t pages_new_id(const struct pages *p)
{
	for (uint32_t n = 0;; n++) {
		uint64_t id = p->id_base + n * p->id_step;
		uint32_t i = 0;

		while (i < p->nr_live && p->live[i].id != id)
			i++;
		if (i == p->nr_live)
			return id;
	}
}

struct live *pages_live(struct pages *p, uint64_t id, uint32_t index)
{
	struct live *l;

	if (p->nr_live == MAX_SLOTS)
		port_die("cannot put a request", p->c ? p->c->name : "",
			 "too many without a response");
	l = &p->live[p->nr_live++];
	*l = (struct live){ .id = id, .index = index };
	return l;
}

struct live pages_answered(struct pages *p, uint32_t k)
{
	struct live l = p->live[k];
	struct slot_note *note = &p->note[l.index & (p->nr_ents - 1)];

	for (p->nr_live--; k < p->nr_live; k++)
		p->live[k] = p->live[k + 1];
	/* Its slot may hold somebody else's response by now. */
	if (note->kind == SLOT_REQUEST && note->index == l.index)
		note->answered = true;
	return l;
}

void ring_describe(struct pages *p, struct json *j, uint32_t entry_size)
{
	const struct ring_ops *ring = p->proto->ring;

	json_uint(j, "entry_size", entry_size);
	json_uint(j, "entries", p->nr_ents);
	json_uint(j, "req_prod", *ring->index(p, REQ_PROD));
	json_uint(j, "req_event", *ring->index(p, REQ_EVENT));
	json_uint(j, "rsp_prod", *ring->index(p, RSP_PROD));
	json_uint(j, "rsp_event", *ring->index(p, RSP_EVENT));
	if (p->c && p->c->opaque) {
		json_null(j, "unanswered");
		return;
	}
	json_open(j, "unanswered", '[');
	for (uint32_t i = 0; i < p->nr_live; i++) {
		json_open(j, NULL, '{');
		json_uint(j, "index", p->live[i].index);
		json_hex(j, "id", p->live[i].id);
		json_close(j, '}');
	}
	json_close(j, ']');
}

void ring_describe_slots(struct pages *p, struct json *j, uint32_t newest,
			 void (*slot)(struct pages *p, struct json *j,
				      const struct slot_note *note))
{
	static const char *const kinds[] = {
		[SLOT_REQUEST] = "request",
		[SLOT_EXTRA] = "extra",
		[SLOT_RESPONSE] = "response",
	};

	if (p->c && p->c->opaque) {
		json_null(j, "slots");
		return;
	}
	json_open(j, "slots", '[');
	for (uint32_t i = 0; i < p->nr_ents; i++) {
		uint32_t at = (newest + i) & (p->nr_ents - 1);
		const struct slot_note *note = &p->note[at];

		if (note->kind == SLOT_UNUSED)
			continue;
		json_open(j, NULL, '{');
		json_uint(j, "index", note->index);
		json_uint(j, "slot", at);
		json_str(j, "kind", kinds[note->kind]);
		if (note->kind == SLOT_REQUEST)
			json_bool(j, "answered", note->answered);
		slot(p, j, note);
		json_close(j, '}');
	}
	json_close(j, ']');
}

void pages_describe(struct pages *p, struct json *j, const char *name)
{
	json_open(j, NULL, '{');
	json_str(j, "name", name);
	json_str(j, "protocol", p->proto->name);
	json_str(j, "abi", protocol_abi(p->proto));
	json_uint(j, "pages", p->nr_pages);
	json_str(j, "fault", p->c ? p->c->fault : NULL);
	json_str(j, "about", p->c ? p->c->about : NULL);
	p->proto->describe(p, j);
	json_close(j, '}');
	json_end(j);

	for (uint32_t i = 0; i < p->nr_granted; i++) {
		const struct granted *g = &p->granted[i];

		json_open(j, NULL, '{');
		json_str(j, "name", name);
		json_str(j, "protocol", p->proto->granted);
		json_str(j, "abi", protocol_abi(p->proto));
		json_uint(j, "pages", 1);
		json_uint(j, "gref", g->gref);
		p->proto->describe_granted(j, g);
		json_close(j, '}');
		json_end(j);
	}
}

void row_open(struct json *j, uint32_t index, uint32_t slot, const char *state,
	      const char *type, bool wrong)
{
	json_open(j, NULL, '{');
	json_uint(j, "index", index);
	json_uint(j, "slot", slot);
	json_str(j, "state", state);
	json_str(j, "type", type);
	json_bool(j, "wrong", wrong);
	json_open(j, "record", '{');
}

void row_close(struct json *j)
{
	json_close(j, '}');
	json_close(j, '}');
}

void pages_garbage(struct pages *p, uint32_t seed)
{
	/* xorshift32 */
	for (uint32_t i = 0; i < p->nr_pages * PAGE_BYTES; i++) {
		seed ^= seed << 13;
		seed ^= seed >> 17;
		seed ^= seed << 5;
		p->mem[i] = (uint8_t)(seed >> 11);
	}
}

size_t pages_parse_op(const char *op, uint32_t otherwise, uint32_t *n)
{
	size_t len = 0;
	uint32_t value = 0;

	while (op[len] && op[len] != ':')
		len++;
	*n = otherwise;
	if (!op[len])
		return len;
	for (const char *at = op + len + 1; *at >= '0' && *at <= '9'; at++)
		value = value * 10 + (uint32_t)(*at - '0');
	*n = value;
	return len;
}

bool pages_op_is(const char *op, size_t len, const char *name)
{
	for (size_t i = 0; i < len; i++)
		if (!name[i] || op[i] != name[i])
			return false;
	return !name[len];
}
