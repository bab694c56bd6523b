/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A slot as a row, with what does not fit in it; for `slots` and for the interactive view. */
#include <config.h>

#include "slotrow.h"

#include <stdlib.h>
#include <string.h>

static int add_fault(void *data, const struct xenring_field *f, const char *text)
{
	struct slot_fault_list *l = data;
	_cleanup_buf_ struct buf safe = { 0 };

	(void)f;
	put_safe(&safe, text, strlen(text), 0);
	l->texts = xreallocarray(l->texts, l->n + 1, sizeof(*l->texts));
	l->texts[l->n++] = buf_steal(&safe);
	return 0;
}

struct slot_fault_list slot_faults_of(const struct xenring_slots *slots, size_t i)
{
	static const struct xenring_visitor visitor = { .fault = add_fault };
	struct slot_fault_list l = { 0 };

	xenring_walk_slot(slots, i, &visitor, &l);
	return l;
}

void slot_faults_free(struct slot_fault_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->texts[i]);
	free(l->texts);
}

static int walk_slot(const struct row *row, const struct xenring_visitor *v, void *data)
{
	_cleanup_slot_faults_ struct slot_fault_list l = slot_faults_of(row->p, row->i);
	_cleanup_free_ const char **texts = xcalloc(l.n, sizeof(*texts));
	struct slot_faults faults = { .faults = texts, .n_faults = l.n };
	int r = xenring_walk_slot(row->p, row->i, v, data);

	for (size_t i = 0; i < l.n; i++)
		texts[i] = l.texts[i];
	return r ? r : xenring_walk(&rec_faults, &faults, v, data);
}

struct row slot_row(const struct xenring_slots *slots, size_t i)
{
	return (struct row){ .shape = "slot", .walk = walk_slot, .p = slots, .i = i };
}

bool ring_has_requests(const struct xenring_ring *ring)
{
	return ring->req_prod != XENRING_UNKNOWN;
}

bool ring_is_stream(const struct xenring_ring *ring)
{
	return !strcmp(ring->kind, "bytes") || !strcmp(ring->kind, "flex") || !strcmp(ring->kind, "vchan");
}

bool slot_is_page(const struct xenring_slot *slot)
{
	return !strcmp(slot->state, "page");
}

bool slot_is_kept(const struct xenring_slot *slot)
{
	return !strcmp(slot->state, "kept") || !strcmp(slot->state, "unsure");
}

bool slot_waits(const struct xenring_ring *ring, const struct xenring_slot *slot)
{
	uint32_t index = (uint32_t)slot->index;

	if (slot_is_page(slot) || slot_is_kept(slot))
		return true;
	if (!ring_has_requests(ring))
		return !strcmp(slot->state, "request") || !strcmp(slot->state, "waiting");
	return index - (uint32_t)ring->rsp_prod < (uint32_t)(ring->req_prod - ring->rsp_prod);
}

#define HEX_LINE 16

void put_hex_lines(struct buf *b, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	for (size_t at = 0; at < n; at += HEX_LINE) {
		buf_printf(b, "    %04zx ", at);
		for (size_t i = at; i < at + HEX_LINE; i++) {
			if (i < n)
				buf_printf(b, " %02x", p[i]);
			else
				buf_puts(b, "   ");
		}
		buf_puts(b, "  ");
		for (size_t i = at; i < at + HEX_LINE && i < n; i++)
			buf_putc(b, p[i] >= 0x20 && p[i] < 0x7f ? (char)p[i] : '.');
		buf_putc(b, '\n');
	}
}
