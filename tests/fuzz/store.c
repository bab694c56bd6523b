/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzz target: a xenstore tree written by a hostile guest, its toolstack and
 * its backend. A line is an order, the rest of the line its value (any bytes):
 *
 *	fKEY VALUE	a key of the frontend		bKEY VALUE	of the backend
 *	cKEY VALUE	of the toolstack's copy		dKEY VALUE	of the guest's folder
 *	-KEY		the frontend's key goes		gREF		six bytes: the grant entry
 *	tTYPE		another type of device from here on
 *	iPW		four bytes: word W of page P's first 16 bytes, by their last digits
 *	z		a byte: the domain is paused, shut down, dying, and why it was shut down
 *	!		look			s		look, and read the slots (also at the end)
 *
 * However much is forged, what is mapped must be granted to the named backend
 * or, where a protocol has a frame in place of a grant, be a page of the guest's;
 * and no byte of the guest's comes out unescaped.
 */
#include <config.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "fuzz/fuzz.h"
#include "proto.h"
#include "source/fake.h"

#define GUEST 5
#define N_PAGES 16		/* of its memory, granted to dom0 as 8 to 23 */

struct world {
	struct xenring *x;
	struct xr_fake *f;
	struct xenring_snapshot *s;
	uint64_t frame;
	uint8_t *pages;			/* N_PAGES of the guest's, from frame on */
	const char *type;
	uint32_t id;
};

static void must_be_printable(const char *s)
{
	for (; s && *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			abort();
}

/* Most of the time goes into slots, which a tree that changes says nothing new of each time. */
static void look(struct world *w, bool read_slots)
{
	struct xenring_snapshot *s = NULL;
	struct xenring_time now;

	/* time passes between two looks, or there would be no rates */
	xr_fake_clock(w->f, &now);
	if (xr_fake_advance(w->f, now.mono_ns + 1000000, false))
		abort();
	if (xenring_sample(w->x, &s))
		return;
	xenring_snapshot_unref(w->s);
	w->s = s;
	for (size_t i = 0; i < xenring_n_rings(s); i++) {
		const struct xr_ring *ring = s->top->rings[i].ring;
		const struct xr_dev *dev = s->top->devs[s->top->rings[i].dev].dev;
		struct xenring_slots *slots = NULL;
		struct xenring_ring r;

		if (xenring_ring(s, i, &r))
			abort();
		must_be_printable(r.path);
		must_be_printable(r.error ? r.error->text : NULL);
		if (!ring->map.page)
			continue;
		if (dev->pairing == XR_PAIR_FORGED || dev->pairing == XR_PAIR_UNKNOWN)
			abort();
		if (ring->map.no_grant && (ring->map.frames[0] < w->frame || ring->map.frames[0] >= w->frame + N_PAGES))
			abort();
		for (uint32_t j = 0; j < ring->map.n_pages && !ring->map.no_grant; j++) {
			struct xr_grant g;

			if (w->x->src.ops->grant(&w->x->src, GUEST, ring->map.refs[j], &g) ||
			    (g.flags & XR_GTF_TYPE) != XR_GTF_PERMIT || g.frame != ring->map.frames[j])
				abort();
			if (!ring->map.any_grantee && g.domid != dev->be_domid)
				abort();
		}
		if (read_slots && !xenring_read_slots(w->x, s, i, &slots))
			xenring_slots_free(slots);
	}
	for (size_t i = 0; i < xenring_n_devices(s); i++) {
		struct xenring_device d;

		if (xenring_device(s, i, &d))
			abort();
		must_be_printable(d.path);
		must_be_printable(d.backend_path);
		must_be_printable(d.error ? d.error->text : NULL);
	}
}

/* A path that the store would take: letters, digits and what xenstored allows. */
static int path_of(char *buf, size_t room, const struct world *w, char where, const char *key, size_t n)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/_@";
	int len;

	switch (where) {
	case 'f':
	case '-':
		len = snprintf(buf, room, "/local/domain/%u/device/%s/%u/", GUEST, w->type, w->id);
		break;
	case 'b':
		len = snprintf(buf, room, "/local/domain/0/backend/%s/%u/%u/", w->type, GUEST, w->id);
		break;
	case 'c':
		len = snprintf(buf, room, "/libxl/%u/device/%s/%u/", GUEST, w->type, w->id);
		break;
	default:
		len = snprintf(buf, room, "/local/domain/%u/", GUEST);
		break;
	}
	if (len < 0 || (size_t)len + n + 1 > room || !n || key[n - 1] == '/' || key[0] == '/')
		return -1;
	for (size_t i = 0; i < n; i++)
		if (!key[i] || !strchr(allowed, key[i]) || (key[i] == '/' && key[i + 1] == '/'))
			return -1;
	memcpy(buf + len, key, n);
	buf[(size_t)len + n] = '\0';
	return 0;
}

/* From here on it is a device of this type, if any protocol has it. */
static void set_type(struct world *w, const char *key, size_t n)
{
	for (const struct xenring_proto *const *p = xr_protos; *p; p++)
		for (const char *const *type = (*p)->device_types; type && *type; type++)
			if (strlen(*type) == n && !memcmp(*type, key, n)) {
				w->type = *type;
				w->id = !strcmp(*type, "vbd") ? 51712 : 1;
				xr_fake_device(w->f, GUEST, w->type, w->id, 0, w->type);
				return;
			}
}

static void set_state(struct world *w, uint8_t how)
{
	struct xr_dominfo *info = xr_fake_dominfo(w->f, GUEST);

	if (!info)
		abort();
	info->paused = how & 1;
	info->shutdown = how & 2;
	info->dying = how & 4;
	info->shutdown_reason = how >> 3 & 7;
	xr_fake_domains_changed(w->f);
}

static void order(struct world *w, const char *line, size_t n)
{
	const char *space = memchr(line, ' ', n);
	size_t key_n = (space ? (size_t)(space - line) : n) - 1;
	const char *value = space ? space + 1 : line + n, *key = line + 1;
	size_t value_n = n - (size_t)(value - line);
	char path[256];

	switch (line[0]) {
	case '!':
	case 's':
		look(w, line[0] == 's');
		break;
	case 't':
		set_type(w, key, key_n);
		break;
	case 'g':
		if (value_n >= 6)
			xr_fake_grant(w->f, GUEST, (uint32_t)(uint8_t)value[0] | (uint32_t)(uint8_t)value[1] << 8,
				      (uint16_t)((uint8_t)value[2] | (uint8_t)value[3] << 8), (uint8_t)value[4] % 8,
				      w->frame + (uint8_t)value[5] % 20);
		break;
	case 'i':
		if (key_n == 2 && value_n >= 4)
			memcpy(w->pages + (uint8_t)key[0] % N_PAGES * XR_PAGE_SIZE + 4 * ((uint8_t)key[1] % 4), value, 4);
		break;
	case 'z':
		if (value_n)
			set_state(w, (uint8_t)value[0]);
		break;
	case '-':
		if (!path_of(path, sizeof(path), w, '-', key, key_n))
			xr_fake_remove(w->f, path);
		break;
	case 'f':
	case 'b':
	case 'c':
	case 'd':
		if (!path_of(path, sizeof(path), w, line[0], key, key_n))
			xr_fake_write(w->f, path, value, value_n);
		break;
	default:
		break;
	}
}

/* The slots, too, are the guest's: what the input says is in them, over and over, behind the words. */
static void fill_pages(uint8_t *pages, const uint8_t *data, size_t size)
{
	size_t all = N_PAGES * XR_PAGE_SIZE, n = size < all ? size : all;

	if (n)
		memcpy(pages, data, n);
	for (size_t more; n && n < all; n += more) {
		more = n < all - n ? n : all - n;
		memcpy(pages + n, pages, more);
	}
	/* in three of four pages requests are open, if it is a ring of slots */
	for (unsigned i = 0; i < N_PAGES; i++) {
		memset(pages + i * XR_PAGE_SIZE, i, 16);
		pages[i * XR_PAGE_SIZE] += i % 4;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *at = (const char *)data, *end = at + size;
	struct world w = { .type = "vbd", .id = 51712 };

	if (size > 65536 || xenring_new(&w.x))
		return 0;
	if (xenring_open(w.x, "fake:,fast"))
		abort();
	w.f = xr_fake_of(&w.x->src);
	xr_fake_domain(w.f, GUEST, "guest", 1);
	w.pages = xr_fake_pages(w.f, GUEST, N_PAGES, &w.frame);
	if (!w.pages)
		abort();
	fill_pages(w.pages, data, size);
	for (uint32_t i = 0; i < N_PAGES; i++)
		xr_fake_grant(w.f, GUEST, 8 + i, XR_GTF_PERMIT, 0, w.frame + i);
	xr_fake_grant(w.f, GUEST, 0, XR_GTF_PERMIT, 0, w.frame);
	xr_fake_device(w.f, GUEST, "vbd", 51712, 0, "vbd");
	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		size_t n = (size_t)((stop ? stop : end) - at);

		if (n)
			order(&w, at, n);
		at += n + 1;
	}
	look(&w, true);
	xenring_snapshot_unref(w.s);
	xenring_close(w.x);
	return 0;
}
