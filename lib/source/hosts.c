/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The fake hosts: what stands behind fake:demo and fake:big:N. */
#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/blkif.h"
#include "abi/netif.h"
#include "source/fake.h"
#include "util/text.h"

#define FIRST_REF 8	/* the first eight entries are Xen's own */
#define PERMIT_USED (XR_GTF_PERMIT | XR_GTF_READING | XR_GTF_WRITING)
#define SLOTS_OFF 64

struct ring {
	uint8_t *page;
	uint32_t slots, size;
};

static uint32_t *words(const struct ring *r)
{
	return (uint32_t *)(void *)r->page;
}

static void *slot(const struct ring *r, uint32_t idx)
{
	return r->page + xr_slot_at(idx, r->slots, SLOTS_OFF, r->size);
}

/* As SHARED_RING_INIT, but after `start` requests that were all answered. */
static void ring_init(struct ring *r, uint32_t start)
{
	words(r)[XR_REQ_PROD] = words(r)[XR_RSP_PROD] = start;
	words(r)[XR_REQ_EVENT] = words(r)[XR_RSP_EVENT] = start + 1;
}

/* One domain under construction: what it has used up. */
struct guest {
	struct xr_fake *f;
	uint32_t domid, next_ref, next_port;
	int r;			/* the first failure */
};

static void keep(struct guest *g, int r)
{
	if (!g->r)
		g->r = r;
}

static uint32_t grant(struct guest *g, uint16_t flags, uint64_t frame)
{
	keep(g, xr_fake_grant(g->f, g->domid, g->next_ref, flags, 0, frame));
	return g->next_ref++;
}

static void port(struct guest *g, const char *path)
{
	keep(g, xr_fake_port(g->f, g->domid, g->next_port, 0, 20 + g->domid * 8 + g->next_port));
	keep(g, xr_fake_printf(g->f, path, "%u", g->next_port));
	g->next_port++;
}

/* A granted one-page ring whose reference stands at path. */
static struct ring new_ring(struct guest *g, const char *path, uint32_t size)
{
	struct ring r = { .size = size, .slots = xr_ring_slots(1, SLOTS_OFF, size) };
	uint64_t frame = 0;

	r.page = xr_fake_pages(g->f, g->domid, 1, &frame);
	if (!r.page) {
		keep(g, -ENOMEM);
		return r;
	}
	keep(g, xr_fake_printf(g->f, path, "%u", grant(g, PERMIT_USED, frame)));
	return r;
}

static void key(struct guest *g, char buf[128], const char *type, uint32_t id, const char *sub,
		const char *name)
{
	snprintf(buf, 128, "/local/domain/%u/device/%s/%u/%s%s", g->domid, type, id, sub, name);
}

static void put_blkif(const struct ring *r, uint32_t idx, uint32_t n)
{
	struct xr_blkif_request_64 *req = slot(r, idx);

	*req = (struct xr_blkif_request_64){
		.operation = idx % 3 ? XR_BLKIF_READ : XR_BLKIF_WRITE,
		.nr_segments = (uint8_t)(1 + idx % 4), .handle = 51712, .id = idx % r->slots,
		.sector_number = 4096 + (uint64_t)n * 64,
	};
	for (unsigned i = 0; i < req->nr_segments; i++)
		req->seg[i] = (struct xr_blkif_segment){ .gref = 64 + idx % 32 * 4 + i, .last_sect = 7 };
}

static void answer_blkif(const struct ring *r, uint32_t idx)
{
	struct xr_blkif_request_64 *req = slot(r, idx);
	uint8_t operation = req->operation;
	uint64_t id = req->id;
	struct xr_blkif_response *rsp = slot(r, idx);

	rsp->id = id;
	rsp->operation = operation;
	rsp->status = 0;
}

/* A disk of n queues: queue i has answered 1000 + i requests and has `busy` open. */
static void disk(struct guest *g, uint32_t id, uint32_t queues, uint32_t busy)
{
	char path[128], sub[24] = "";

	keep(g, xr_fake_device(g->f, g->domid, "vbd", id, 0, "vbd"));
	key(g, path, "vbd", id, "", "protocol");
	keep(g, xr_fake_printf(g->f, path, "x86_64-abi"));
	if (queues > 1) {
		key(g, path, "vbd", id, "", "multi-queue-num-queues");
		keep(g, xr_fake_printf(g->f, path, "%u", queues));
		snprintf(path, sizeof(path), "/local/domain/0/backend/vbd/%u/%u/multi-queue-max-queues",
			 g->domid, id);
		keep(g, xr_fake_printf(g->f, path, "4"));
	}
	for (uint32_t q = 0; q < queues && !g->r; q++) {
		struct ring r;

		if (queues > 1)
			snprintf(sub, sizeof(sub), "queue-%u/", q);
		key(g, path, "vbd", id, sub, "event-channel");
		port(g, path);
		key(g, path, "vbd", id, sub, "ring-ref");
		r = new_ring(g, path, sizeof(struct xr_blkif_request_64));
		if (g->r)
			return;
		ring_init(&r, 0);
		for (uint32_t i = 0; i < 1000 + q + busy; i++) {
			put_blkif(&r, i, i);
			words(&r)[XR_REQ_PROD]++;
			if (i >= busy) {
				answer_blkif(&r, i - busy);
				words(&r)[XR_RSP_PROD]++;
			}
		}
		words(&r)[XR_REQ_EVENT] = words(&r)[XR_REQ_PROD] + !busy;
		words(&r)[XR_RSP_EVENT] = words(&r)[XR_RSP_PROD] + 1;
	}
}

static void nic(struct guest *g, uint32_t id)
{
	char path[128];
	struct ring tx, rx;

	keep(g, xr_fake_device(g->f, g->domid, "vif", id, 0, "vif"));
	key(g, path, "vif", id, "", "event-channel-tx");
	port(g, path);
	key(g, path, "vif", id, "", "event-channel-rx");
	port(g, path);
	key(g, path, "vif", id, "", "tx-ring-ref");
	tx = new_ring(g, path, sizeof(struct xr_netif_tx_request));
	key(g, path, "vif", id, "", "rx-ring-ref");
	rx = new_ring(g, path, sizeof(struct xr_netif_rx_request));
	if (g->r)
		return;
	ring_init(&tx, 0);
	for (uint32_t i = 0; i < 40; i++) {
		struct xr_netif_tx_request *req = slot(&tx, i);

		*req = (struct xr_netif_tx_request){
			.gref = 300 + i, .offset = 64, .id = (uint16_t)i, .size = (uint16_t)(60 + i * 20),
		};
		words(&tx)[XR_REQ_PROD]++;
		if (i < 38) {
			struct xr_netif_tx_response *rsp = slot(&tx, i);

			*rsp = (struct xr_netif_tx_response){ .id = (uint16_t)i };
			words(&tx)[XR_RSP_PROD]++;
		}
	}
	words(&tx)[XR_REQ_EVENT] = 41;
	words(&tx)[XR_RSP_EVENT] = 39;
	ring_init(&rx, 0);
	for (uint32_t i = 0; i < 256; i++) {
		struct xr_netif_rx_request *req = slot(&rx, i);

		*req = (struct xr_netif_rx_request){ .id = (uint16_t)i, .gref = 400 + i };
		words(&rx)[XR_REQ_PROD]++;
	}
	words(&rx)[XR_REQ_EVENT] = 257;
}

/* The console or the store: a byte ring behind a reserved grant entry. */
static void byte_ring(struct guest *g, const char *dir, uint32_t gref, uint32_t words_off,
		      uint32_t out)
{
	uint64_t frame = 0;
	uint8_t *page = xr_fake_pages(g->f, g->domid, 1, &frame);
	uint32_t *w = (uint32_t *)(void *)(page + words_off);
	char path[128];

	if (!page) {
		keep(g, -ENOMEM);
		return;
	}
	keep(g, xr_fake_grant(g->f, g->domid, gref, PERMIT_USED, 0, frame));
	snprintf(path, sizeof(path), "/local/domain/%u/%s/ring-ref", g->domid, dir);
	keep(g, xr_fake_printf(g->f, path, "%llu", (unsigned long long)frame));
	snprintf(path, sizeof(path), "/local/domain/%u/%s/port", g->domid, dir);
	port(g, path);
	for (int i = 0; i < 4; i++)
		w[i] = out;
}

static void system_rings(struct guest *g)
{
	byte_ring(g, "store", 1, 2048, 1234);
	byte_ring(g, "console", 0, 3072, 5678);
}

static struct guest guest(struct xr_fake *f, uint32_t domid, const char *name, uint32_t frames)
{
	struct guest g = { .f = f, .domid = domid, .next_ref = FIRST_REF, .next_port = 1 };

	keep(&g, xr_fake_domain(f, domid, name, frames));
	return g;
}

static int demo(struct xr_fake *f, const char *arg, struct xr_err *err)
{
	struct guest g;

	if (*arg) {
		xr_err_set(err, "open", EINVAL, "fake:demo takes nothing after its name");
		return -EINVAL;
	}
	g = guest(f, 1, "web01", 2);
	system_rings(&g);
	disk(&g, 51712, 2, 5);
	nic(&g, 0);
	if (g.r)
		return g.r;
	g = guest(f, 2, "db02", 2);
	system_rings(&g);
	disk(&g, 51712, 1, 0);
	disk(&g, 51728, 1, 32);
	nic(&g, 0);
	return g.r;
}

/* n rings: disks of one ring, 64 to a domain. */
static int big(struct xr_fake *f, const char *arg, struct xr_err *err)
{
	uint32_t n, domid = 0;
	struct guest g = { 0 };

	if (xr_parse_u32(arg, strlen(arg), 1000000, &n) || !n) {
		xr_err_set(err, "open", EINVAL, "fake:big:N takes a number of rings, 1 to 1000000");
		return -EINVAL;
	}
	for (uint32_t i = 0; i < n && !g.r; i++) {
		if (i % 64 == 0) {
			char name[24];

			snprintf(name, sizeof(name), "guest%04u", ++domid);
			g = guest(f, domid, name, 1);
		}
		disk(&g, 51712 + i % 64 * 16, 1, i % 7);
	}
	return g.r;
}

static const struct {
	const char *name;
	int (*fill)(struct xr_fake *f, const char *arg, struct xr_err *err);
} hosts[] = {
	{ "demo", demo },
	{ "big", big },
};

int xr_fake_fill(struct xr_fake *f, const char *name, struct xr_err *err)
{
	size_t n = strcspn(name, ":");
	int r = xr_fake_domain(f, 0, "Domain-0", 1);

	if (r || !*name)
		return r;	/* fake: alone is an empty host */
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		if (strlen(hosts[i].name) == n && !memcmp(hosts[i].name, name, n))
			return hosts[i].fill(f, name[n] ? name + n + 1 : "", err);
	xr_err_set(err, "open", EINVAL, "there is no fake host \"%.*s\"; there are demo and big:N", (int)n, name);
	return -EINVAL;
}
