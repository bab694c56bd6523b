/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program over hosts that it may not look at. Linked with
 * --wrap=xenring_open, so that it knows more sources:
 *
 *	fake:denied:N	N disks whose rings cannot be read, and one that can
 *	fake:vchans	a vchan where they are found, and one elsewhere
 *	xen:nodev	no Xen here
 *	xen:denied	no right to look
 */
#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "program.h"
#include "source/fake.h"

int __real_xenring_open(struct xenring *x, const char *source);
int __wrap_xenring_open(struct xenring *x, const char *source);

#define READY (XR_GTF_PERMIT | XR_GTF_READING | XR_GTF_WRITING)

static void must(int r)
{
	if (!r)
		return;
	fprintf(stderr, "hostile: %s\n", strerror(-r));
	abort();
}

static void put(struct xr_fake *f, uint32_t id, const char *key, const char *value)
{
	char path[96];

	snprintf(path, sizeof(path), "/local/domain/1/device/vbd/%u/%s", id, key);
	must(xr_fake_printf(f, path, "%s", value));
}

/* Disk i, its page granted with these flags and one request in it. */
static void disk(struct xr_fake *f, unsigned i, uint16_t flags)
{
	uint32_t id = 51712 + 16 * i, gref = 8 + i, port = 1 + i;
	char number[16];
	uint64_t frame = 0;
	uint32_t *page = xr_fake_pages(f, 1, 1, &frame);

	must(page ? 0 : -ENOMEM);
	must(xr_fake_device(f, 1, "vbd", id, 0, "vbd"));
	put(f, id, "protocol", "x86_64-abi");
	must(xr_fake_port(f, 1, port, 0, 40 + port));
	snprintf(number, sizeof(number), "%u", port);
	put(f, id, "event-channel", number);
	must(xr_fake_grant(f, 1, gref, flags, 0, frame));
	snprintf(number, sizeof(number), "%u", gref);
	put(f, id, "ring-ref", number);
	page[XR_REQ_PROD] = page[XR_REQ_EVENT] = page[XR_RSP_EVENT] = 1;
}

static void fill_denied(struct xr_fake *f, unsigned n)
{
	must(xr_fake_domain(f, 1, "web01", 1));
	for (unsigned i = 0; i < n; i++)
		disk(f, i, 0);
	disk(f, n, READY);
}

/* A vchan that domain 0 is the client of, 100 bytes waiting for it; the server has left. */
static void vchan(struct xr_fake *f, const char *dir, uint32_t gref)
{
	char path[96];
	uint64_t frame = 0;
	uint32_t *page = xr_fake_pages(f, 1, 1, &frame);

	must(page ? 0 : -ENOMEM);
	must(xr_fake_grant(f, 1, gref, READY, 0, frame));
	snprintf(path, sizeof(path), "/local/domain/1/%s/ring-ref", dir);
	must(xr_fake_printf(f, path, "%u", gref));
	snprintf(path, sizeof(path), "/local/domain/1/%s/event-channel", dir);
	must(xr_fake_printf(f, path, "%u", gref));
	page[1] = 7;			/* left: 7 bytes for the server */
	page[3] = 100;			/* right */
	page[4] = 10 | 11u << 16;	/* 1 and 2 KiB */
	page[5] = 1 | 0u << 8 | 1u << 16;
}

static void fill_vchans(struct xr_fake *f)
{
	must(xr_fake_domain(f, 1, "web01", 1));
	vchan(f, "data/vchan/0/7", 8);
	vchan(f, "data/foo", 9);
}

int __wrap_xenring_open(struct xenring *x, const char *source)
{
	unsigned n = 0;
	int r;

	if (source && !strcmp(source, "xen:nodev"))
		return -ENODEV;
	if (source && !strcmp(source, "xen:denied"))
		return -EACCES;
	if (source && !strcmp(source, "fake:vchans")) {
		r = __real_xenring_open(x, "fake:,fast");
		if (!r)
			fill_vchans(xr_fake_of(&x->src));
		return r;
	}
	if (!source || sscanf(source, "fake:denied:%u", &n) != 1)
		return __real_xenring_open(x, source);
	r = __real_xenring_open(x, "fake:,fast");
	if (!r)
		fill_denied(xr_fake_of(&x->src), n);
	return r;
}

int main(int argc, char **argv)
{
	return program_main(argc, argv);
}
