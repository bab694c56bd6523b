/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program over hosts that misbehave. Linked with --wrap=xenring_open, so
 * that it knows more sources:
 *
 *	fake:hostile	names that carry escape sequences, requests that claim
 *			too much, values without a name, bits without a name
 *	fake:denied:N	N disks whose rings cannot be read, and one that can
 *	fake:indirect	a request whose segments stand in another page
 *	xen:nodev	no Xen here
 *	xen:denied	no right to look
 */
#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/blkif.h"
#include "abi/netif.h"
#include "context.h"
#include "program.h"
#include "source/fake.h"

int __real_xenring_open(struct xenring *x, const char *source);
int __wrap_xenring_open(struct xenring *x, const char *source);

#define SLOTS_OFF 64
#define READY (XR_GTF_PERMIT | XR_GTF_READING | XR_GTF_WRITING)

struct guest {
	struct xr_fake *f;
	uint32_t domid, gref, port;
};

static void must(int r)
{
	if (!r)
		return;
	fprintf(stderr, "hostile: %s\n", strerror(-r));
	abort();
}

static void put(const struct guest *g, const char *type, uint32_t id, const char *key, uint32_t v)
{
	char path[160];

	snprintf(path, sizeof(path), "/local/domain/%u/device/%s/%u/%s", g->domid, type, id, key);
	must(xr_fake_printf(g->f, path, "%u", v));
}

static struct guest guest(struct xr_fake *f, uint32_t domid, const char *name, size_t n)
{
	struct guest g = { .f = f, .domid = domid, .gref = 8, .port = 1 };
	char path[64];

	must(xr_fake_domain(f, domid, "guest", 1));
	snprintf(path, sizeof(path), "/local/domain/%u/name", domid);
	must(xr_fake_write(f, path, name, n));
	return g;
}

/* A page that is granted with these flags; its reference stands under key. */
static uint32_t *ring(struct guest *g, const char *type, uint32_t id, const char *key,
		      uint16_t flags)
{
	uint64_t frame = 0;
	uint32_t *page = xr_fake_pages(g->f, g->domid, 1, &frame);

	must(page ? 0 : -ENOMEM);
	must(xr_fake_grant(g->f, g->domid, g->gref, flags, 0, frame));
	put(g, type, id, key, g->gref++);
	page[2] = 0;
	page[1] = page[3] = 1;
	return page;
}

static uint32_t *disk(struct guest *g, uint32_t id, uint16_t flags)
{
	char path[96];

	must(xr_fake_device(g->f, g->domid, "vbd", id, 0, "vbd"));
	snprintf(path, sizeof(path), "/local/domain/%u/device/vbd/%u/protocol", g->domid, id);
	must(xr_fake_printf(g->f, path, "x86_64-abi"));
	must(xr_fake_port(g->f, g->domid, g->port, 0, 40 + g->port));
	put(g, "vbd", id, "event-channel", g->port++);
	return ring(g, "vbd", id, "ring-ref", flags);
}

static void fill_hostile(struct xr_fake *f)
{
	/* sets a title, rings, ends a line, is no UTF-8, turns the line around */
	static const char name[] = "ev\033]0;owned\007il\n\xff\xc2\x9b" "31m\xe2\x80\xae\\x41";
	struct guest g = guest(f, 1, name, sizeof(name) - 1);
	struct guest plain = guest(f, 2, "caf\xc3\xa9", 5);
	uint32_t *page = disk(&g, 51712, READY);
	struct xr_blkif_request_64 *req = (void *)((char *)page + SLOTS_OFF);
	struct xr_netif_tx_request *tx;

	page[0] = 3;
	req[0] = (struct xr_blkif_request_64){
		.operation = 0x4d, .nr_segments = 200, .id = UINT64_MAX,
		.sector_number = UINT64_MAX };
	req[1] = (struct xr_blkif_request_64){
		.operation = XR_BLKIF_WRITE, .nr_segments = 255, .id = 0x18 };
	req[2] = (struct xr_blkif_request_64){
		.operation = XR_BLKIF_DISCARD, .nr_segments = 0xfe, .id = 1 };
	must(xr_fake_device(f, 2, "vif", 0, 0, "vif"));
	put(&plain, "vif", 0, "event-channel", 1);
	must(xr_fake_port(f, 2, 1, 0, 60));
	page = ring(&plain, "vif", 0, "tx-ring-ref", READY);
	ring(&plain, "vif", 0, "rx-ring-ref", READY);
	tx = (void *)((char *)page + SLOTS_OFF);
	page[0] = 2;
	tx[0] = (struct xr_netif_tx_request){ .gref = 9, .flags = 0xfff3, .size = 60 };
	tx[1] = (struct xr_netif_tx_request){ .gref = 9, .flags = 0x40, .size = 60 };
}

static void fill_denied(struct xr_fake *f, unsigned n)
{
	struct guest g = guest(f, 1, "web01", 5);

	for (unsigned i = 0; i < n; i++)
		disk(&g, 51712 + 16 * i, 0);
	disk(&g, 51712 + 16 * n, READY)[0] = 1;
}

static void fill_indirect(struct xr_fake *f)
{
	struct guest g = guest(f, 1, "web01", 5);
	uint32_t *page = disk(&g, 51712, READY);
	struct xr_blkif_indirect_64 *req = (void *)((char *)page + SLOTS_OFF);
	struct xr_blkif_segment *seg;
	uint64_t frame = 0;

	seg = xr_fake_pages(f, 1, 1, &frame);
	must(seg ? 0 : -ENOMEM);
	must(xr_fake_grant(f, 1, 100, READY, 0, frame));
	for (uint32_t i = 0; i < 88; i++)
		seg[i] = (struct xr_blkif_segment){ .gref = 200 + i, .last_sect = 7 };
	page[0] = 1;
	req->operation = XR_BLKIF_INDIRECT;
	req->indirect_op = XR_BLKIF_WRITE;
	req->nr_segments = 88;
	req->id = 0x18;
	req->indirect_grefs[0] = 100;
}

int __wrap_xenring_open(struct xenring *x, const char *source)
{
	unsigned n = 0;
	int r;

	if (source && !strcmp(source, "xen:nodev"))
		return -ENODEV;
	if (source && !strcmp(source, "xen:denied"))
		return -EACCES;
	if (!source || (strcmp(source, "fake:hostile") && strcmp(source, "fake:indirect") &&
			sscanf(source, "fake:denied:%u", &n) != 1))
		return __real_xenring_open(x, source);
	r = __real_xenring_open(x, "fake:");
	if (r)
		return r;
	if (n)
		fill_denied(xr_fake_of(&x->src), n);
	else if (!strcmp(source, "fake:hostile"))
		fill_hostile(xr_fake_of(&x->src));
	else
		fill_indirect(xr_fake_of(&x->src));
	return 0;
}

int main(int argc, char **argv)
{
	return program_main(argc, argv);
}
