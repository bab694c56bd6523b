/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A fake host and a handle that looks at it. */
#include <config.h>

#include "lib/host.h"

#include "lib/test.h"

void host_open(struct host *h)
{
	*h = (struct host){ .x = NULL };
	assert_int_equal(xenring_new(&h->x), 0);
	assert_int_equal(xenring_open(h->x, "fake:,fast"), 0);
	h->f = xr_fake_of(&h->x->src);
	assert_int_equal(xr_fake_domain(h->f, 5, "guest", 2), 0);
}

void host_close(struct host *h)
{
	xenring_snapshot_unref(h->s);
	xenring_close(h->x);
	*h = (struct host){ .x = NULL };
}

void host_look(struct host *h)
{
	struct xenring_snapshot *s = NULL;
	struct xenring_time t;

	/* a host's clock moves only if it is made to */
	xr_fake_clock(h->f, &t);
	assert_int_equal(xr_fake_advance(h->f, t.mono_ns + 1000000, false), 0);
	if (xenring_sample(h->x, &s))
		fail_msg("%s", xenring_message(h->x));
	xenring_snapshot_unref(h->s);
	h->s = s;
}

uint32_t *host_page(struct host *h, uint32_t gref, uint32_t grantee)
{
	uint64_t frame;
	uint32_t *page = xr_fake_pages(h->f, 5, 1, &frame);

	assert_non_null(page);
	assert_int_equal(xr_fake_grant(h->f, 5, gref, XR_GTF_PERMIT | XR_GTF_READING | XR_GTF_WRITING,
				       grantee, frame), 0);
	return page;
}

void host_write_bytes(struct host *h, const char *path, const void *value, size_t n)
{
	assert_int_equal(xr_fake_write(h->f, path, value, n), 0);
	/* a backend's or a toolstack's key is not watched; the state of the frontend is */
	assert_int_equal(xr_fake_printf(h->f, FE "/poke", "1"), 0);
}

void host_write(struct host *h, const char *path, const char *value)
{
	host_write_bytes(h, path, value, strlen(value));
}

uint32_t *host_disk(struct host *h)
{
	uint32_t *page = host_page(h, REF, 0);

	assert_int_equal(xr_fake_device(h->f, 5, "vbd", 51712, 0, "vbd"), 0);
	assert_int_equal(xr_fake_port(h->f, 5, PORT, 0, 33), 0);
	host_write(h, FE "/protocol", "x86_64-abi");
	host_write(h, FE "/ring-ref", "8");
	host_write(h, FE "/event-channel", "7");
	page[XR_REQ_EVENT] = page[XR_RSP_EVENT] = 1;
	return page;
}

uint32_t *host_driver(struct host *h)
{
	uint32_t *page;

	assert_int_equal(xr_fake_domain(h->f, DRV, "driver", 1), 0);
	assert_int_equal(xr_fake_device(h->f, 5, "vbd", 51728, 0, "vbd"), 0);
	host_page(h, 9, 0);
	host_write(h, "/local/domain/5/device/vbd/51728/ring-ref", "9");
	page = host_page(h, REF, DRV);
	assert_int_equal(xr_fake_device(h->f, 5, "vbd", 51712, DRV, "qdisk"), 0);
	assert_int_equal(xr_fake_port(h->f, 5, PORT, DRV, 33), 0);
	host_write(h, FE "/protocol", "x86_64-abi");
	host_write(h, FE "/ring-ref", "8");
	host_write(h, FE "/event-channel", "7");
	page[XR_REQ_PROD] = 7;
	page[XR_RSP_PROD] = 5;
	page[XR_REQ_EVENT] = page[XR_RSP_EVENT] = 1;
	assert_int_equal(xr_fake_look_from(h->f, DRV), 0);
	return page;
}

bool host_has_ring(const struct host *h, const char *path)
{
	struct xenring_ring r;

	for (size_t i = 0; i < xenring_n_rings(h->s); i++)
		if (!xenring_ring(h->s, i, &r) && !strcmp(r.path, path))
			return true;
	return false;
}

bool host_has_device(const struct host *h, const char *path)
{
	struct xenring_device d;

	for (size_t i = 0; i < xenring_n_devices(h->s); i++)
		if (!xenring_device(h->s, i, &d) && !strcmp(d.path, path))
			return true;
	return false;
}

struct xenring_ring host_ring(const struct host *h, const char *path)
{
	struct xenring_ring r = { .path = NULL };

	for (size_t i = 0; i < xenring_n_rings(h->s); i++)
		if (!xenring_ring(h->s, i, &r) && !strcmp(r.path, path))
			return r;
	fail_msg("there is no ring %s", path);
	return r;
}

struct xenring_device host_device(const struct host *h, const char *path)
{
	struct xenring_device d = { .path = NULL };

	for (size_t i = 0; i < xenring_n_devices(h->s); i++)
		if (!xenring_device(h->s, i, &d) && !strcmp(d.path, path))
			return d;
	fail_msg("there is no device %s", path);
	return d;
}
