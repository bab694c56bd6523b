/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who uses the entries of a grant table: what rings and slots name, what was
 * seen before, what a hostile guest writes; and what Xen's console prints of it.
 */
#include <config.h>

#include "lib/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "abi/9pfs.h"
#include "grants.h"
#include "grants_keys.h"
#include "grants_use.h"
#include "lib/host.h"
#include "util/cleanup.h"

#define MAPPED (XR_GTF_PERMIT | XR_GTF_READING | XR_GTF_WRITING)
#define GUEST 5

/* ---- a disk with requests ------------------------------------------------- */

/* Request index i of the disk's ring: n segments, of the pages gref and on. */
static void request(uint32_t *page, uint32_t i, uint32_t gref, uint8_t n)
{
	uint8_t *slot = (uint8_t *)page + 64 + 112 * (i % 32);

	memset(slot, 0, 112);
	slot[1] = n;
	slot[8] = (uint8_t)i;
	for (uint32_t k = 0; k < n; k++) {
		uint32_t ref = gref + k;

		memcpy(slot + 24 + 8 * k, &ref, sizeof(ref));
		slot[24 + 8 * k + 5] = 7;
	}
	page[XR_REQ_PROD] = i + 1;
}

static void grant(struct host *h, uint32_t gref, uint16_t flags, uint32_t to)
{
	assert_int_equal(xr_fake_grant(h->f, GUEST, gref, flags, to, 0x9000 + gref), 0);
}

static size_t guest_at(const struct host *h, uint32_t domid)
{
	size_t i = 0;

	while (i < h->s->top->n_doms && h->s->top->doms[i].info.domid != domid)
		i++;
	assert_true(i < h->s->top->n_doms);
	return i;
}

static struct xenring_grants *read_of(struct host *h, uint32_t domid, unsigned flags)
{
	struct xenring_grants *g = NULL;

	host_look(h);
	if (xenring_read_grants(h->x, h->s, guest_at(h, domid), flags, &g))
		fail_msg("%s", xenring_message(h->x));
	return g;
}

/* The entry called ref; fails if it is not listed. */
static struct xenring_grant entry(const struct xenring_grants *g, uint32_t ref)
{
	struct xenring_grant e = { .ref = -1 };

	for (size_t i = 0; i < xenring_n_grants(g); i++)
		if (!xenring_grant(g, i, &e) && e.ref == ref)
			return e;
	fail_msg("grant %u is not listed", ref);
	return e;
}

static void assert_used(const struct xenring_grants *g, uint32_t ref, const char *used_by, const char *use,
			int64_t slot)
{
	struct xenring_grant e = entry(g, ref);

	if (strcmp(e.used_by, used_by) != 0 || strcmp(e.use, use) != 0 || e.slot != slot)
		fail_msg("grant %u: %s as %s, slot %lld; not %s as %s, slot %lld", ref, e.used_by, e.use,
			 (long long)e.slot, used_by, use, (long long)slot);
}

#define NO_SLOT XENRING_UNKNOWN
#define RING "guest/vbd:51712/q0"

/* ---- what is named -------------------------------------------------------- */

static void test_named(void **state)
{
	struct xenring_grant_table t;
	struct xenring_grants *g;
	uint32_t *page;
	struct host h;

	(void)state;
	host_open(&h);
	page = host_disk(&h);
	grant(&h, 0, MAPPED, 0);
	for (uint32_t ref = 20; ref < 24; ref++)
		grant(&h, ref, MAPPED, 0);
	grant(&h, 30, XR_GTF_PERMIT | XR_GTF_READONLY, 0);
	/* at both ends of the table, and beyond */
	grant(&h, 1023, XR_GTF_PERMIT | XR_GTF_READING, 0);
	request(page, 0, 20, 2);
	request(page, 1, 22, 1);
	request(page, 2, 1023, 2);
	request(page, 3, UINT32_MAX - 1, 2);
	g = read_of(&h, GUEST, 0);
	xenring_grants_table(g, &t);
	assert_int_equal(t.version, 1);
	assert_int_equal(t.frames, 2);
	assert_int_equal(t.max_frames, 64);
	assert_int_equal(t.entries_total, 1024);
	assert_int_equal(t.entries_in_use, 8);
	assert_int_equal(t.entries_mapped, 7);
	assert_int_equal(xenring_n_grants(g), 8);
	assert_null(t.error);
	assert_used(g, REF, RING, "ring", NO_SLOT);
	assert_used(g, 20, RING, "data", 0);
	assert_used(g, 21, RING, "data", 0);
	assert_used(g, 22, RING, "data", 1);
	assert_used(g, 1023, RING, "data", 2);
	assert_used(g, 23, "nobody", "none", NO_SLOT);
	assert_used(g, 30, "nobody", "none", NO_SLOT);
	/* it is Xen's for the console, of which xenstore says nothing */
	assert_used(g, 0, "guest/console:0", "reserved", NO_SLOT);
	assert_string_equal(entry(g, 30).mapped, "no");
	assert_string_equal(entry(g, 1023).mapped, "read");
	assert_string_equal(entry(g, 20).mapped, "write");
	assert_int_equal(xenring_n_grant_errors(g), 0);
	xenring_grants_free(g);
	/* an answer gives them back */
	page[XR_RSP_PROD] = 1;
	g = read_of(&h, GUEST, 0);
	assert_used(g, 22, RING, "data", 1);
	assert_used(g, 20, RING, "kept", NO_SLOT);
	xenring_grants_free(g);
	host_close(&h);
}

static void test_users(void **state)
{
	struct xenring_grant_user u;
	int64_t entries = 0, mapped = 0;
	struct xenring_grants *g;
	uint32_t *page;
	struct host h;

	(void)state;
	host_open(&h);
	page = host_disk(&h);
	for (uint32_t ref = 20; ref < 26; ref++)
		grant(&h, ref, ref < 22 ? MAPPED : XR_GTF_PERMIT | XR_GTF_READONLY, 0);
	grant(&h, 40, MAPPED, 3);
	request(page, 0, 20, 6);
	g = read_of(&h, GUEST, 0);
	assert_int_equal(xenring_n_grant_users(g), 4);
	for (size_t i = 0; i < xenring_n_grant_users(g); i++) {
		assert_int_equal(xenring_grant_user(g, i, &u), 0);
		entries += u.entries;
		mapped += u.mapped;
	}
	assert_int_equal(entries, xenring_n_grants(g));
	assert_int_equal(mapped, 4);
	assert_int_equal(xenring_grant_user(g, 2, &u), 0);
	assert_string_equal(u.used_by, RING);
	assert_string_equal(u.access, "read");
	assert_int_equal(u.entries, 4);
	assert_int_equal(u.mapped, 0);
	assert_int_equal(u.first_ref, 22);
	assert_int_equal(xenring_grant_user(g, 3, &u), 0);
	assert_int_equal(u.domid, 3);
	assert_int_equal(xenring_grant_user(g, 4, &u), -ERANGE);
	xenring_grants_free(g);
	host_close(&h);
}

/* ---- what was seen before -------------------------------------------------- */

static void forget_requests(uint32_t *page)
{
	page[XR_RSP_PROD] = page[XR_REQ_PROD];
}

static void test_history(void **state)
{
	struct xenring_grants *g;
	uint32_t *page;
	struct host h;

	(void)state;
	host_open(&h);
	page = host_disk(&h);
	for (uint32_t ref = 20; ref < 26; ref++)
		grant(&h, ref, MAPPED, 0);
	request(page, 0, 20, 4);
	xenring_grants_free(read_of(&h, GUEST, 0));
	forget_requests(page);
	/* 21 is another page now, 22 somebody else's, 23 not granted for a while */
	assert_int_equal(xr_fake_grant(h.f, GUEST, 21, MAPPED, 0, 0x8888), 0);
	grant(&h, 22, MAPPED, 3);
	grant(&h, 23, 0, 0);
	g = read_of(&h, GUEST, 0);
	assert_used(g, 20, RING, "kept", NO_SLOT);
	assert_used(g, 21, "nobody", "none", NO_SLOT);
	assert_used(g, 22, "nobody", "none", NO_SLOT);
	assert_used(g, 24, "nobody", "none", NO_SLOT);
	xenring_grants_free(g);
	grant(&h, 23, MAPPED, 0);
	g = read_of(&h, GUEST, 0);
	assert_used(g, 23, "nobody", "none", NO_SLOT);
	xenring_grants_free(g);
	/* the device goes, and leaves its ring and a page granted */
	xr_fake_remove(h.f, FE);
	xr_fake_remove(h.f, BE);
	xr_fake_remove(h.f, COPY);
	g = read_of(&h, GUEST, 0);
	assert_used(g, 20, RING, "left", NO_SLOT);
	assert_used(g, REF, RING, "left", NO_SLOT);
	assert_used(g, 24, "nobody", "none", NO_SLOT);
	xenring_grants_free(g);
	/* another guest of that number has nothing to do with it */
	assert_int_equal(xr_fake_domain(h.f, GUEST, "guest", 2), 0);
	grant(&h, 20, MAPPED, 0);
	g = read_of(&h, GUEST, 0);
	assert_used(g, 20, "nobody", "none", NO_SLOT);
	/* of the one before nothing is left */
	assert_int_equal(xr_use_history_owners(h.x->seen), 0);
	xenring_grants_free(g);
	host_close(&h);
}

/* A device that connects anew all the time does not fill the memory. */
static void test_history_is_bounded(void **state)
{
	uint32_t *page;
	struct host h;

	(void)state;
	host_open(&h);
	page = host_disk(&h);
	grant(&h, 20, MAPPED, 0);
	for (uint32_t i = 0; i < 400; i++) {
		char port[16];

		request(page, i, 20, 1);
		snprintf(port, sizeof(port), "%u", 100 + i);
		host_write(&h, FE "/event-channel", port);
		xenring_grants_free(read_of(&h, GUEST, 0));
	}
	assert_in_range(xr_use_history_owners(h.x->seen), 1, 100);
	host_close(&h);
}

/* ---- pages that stay mapped ------------------------------------------------ */

static void keep_pages(struct host *h, const char *frontend, const char *backend)
{
	host_write(h, FE "/feature-persistent", frontend);
	host_write(h, BE "/feature-persistent", backend);
	host_write(h, FE "/poke", "2");
}

static void test_persistent(void **state)
{
	static const struct {
		const char *frontend, *backend, *candidate, *seen;
	} rows[] = {
		{ "1", "1", "candidate", "persistent" }, { "1", "0", "none", "kept" },
		{ "0", "1", "none", "kept" }, { "x", "1", "none", "kept" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *by = strcmp(rows[i].candidate, "none") ? "guest/vbd:51712" : "nobody";
		struct xenring_grants *g;
		uint32_t *page;
		struct host h;

		host_open(&h);
		page = host_disk(&h);
		keep_pages(&h, rows[i].frontend, rows[i].backend);
		grant(&h, 20, MAPPED, 0);
		grant(&h, 21, MAPPED, 0);
		grant(&h, 22, XR_GTF_PERMIT, 0);
		grant(&h, 23, MAPPED, 3);
		request(page, 0, 20, 1);
		g = read_of(&h, GUEST, 0);
		assert_used(g, 20, RING, "data", 0);
		assert_used(g, 21, by, rows[i].candidate, NO_SLOT);
		/* what its backend has not mapped is in no pool of it */
		assert_used(g, 22, "nobody", "none", NO_SLOT);
		assert_used(g, 23, "nobody", "none", NO_SLOT);
		xenring_grants_free(g);
		forget_requests(page);
		g = read_of(&h, GUEST, 0);
		assert_used(g, 20, RING, rows[i].seen, NO_SLOT);
		assert_used(g, 21, by, rows[i].candidate, NO_SLOT);
		xenring_grants_free(g);
		host_close(&h);
	}
}

/* Of two devices that keep pages nobody can tell whose a page is. */
static void test_two_pools(void **state)
{
	struct xenring_grants *g;
	uint64_t frame;
	struct host h;

	(void)state;
	host_open(&h);
	host_disk(&h);
	keep_pages(&h, "1", "1");
	assert_int_equal(xr_fake_device(h.f, GUEST, "vbd", 51728, 0, "vbd"), 0);
	assert_non_null(xr_fake_pages(h.f, GUEST, 1, &frame));
	assert_int_equal(xr_fake_grant(h.f, GUEST, 9, MAPPED, 0, frame), 0);
	xr_fake_printf(h.f, "/local/domain/5/device/vbd/51728/ring-ref", "9");
	xr_fake_printf(h.f, "/local/domain/5/device/vbd/51728/event-channel", "9");
	xr_fake_printf(h.f, "/local/domain/0/backend/vbd/5/51728/feature-persistent", "1");
	xr_fake_printf(h.f, "/local/domain/5/device/vbd/51728/feature-persistent", "1");
	grant(&h, 21, MAPPED, 0);
	g = read_of(&h, GUEST, 0);
	assert_used(g, 9, "guest/vbd:51728/q0", "ring", NO_SLOT);
	assert_used(g, 21, "nobody", "candidate", NO_SLOT);
	xenring_grants_free(g);
	host_close(&h);
}

/* ---- layouts, and what a guest may write ----------------------------------- */

static void test_version_2(void **state)
{
	struct xenring_grant_table t;
	struct xenring_grants *g;
	uint32_t *page;
	struct host h;

	(void)state;
	host_open(&h);
	assert_int_equal(xr_fake_grant_v2(h.f, GUEST), 0);
	page = host_disk(&h);
	grant(&h, 20, MAPPED, 0);
	grant(&h, 21, XR_GTF_PERMIT | XR_GTF_READING | XR_GTF_READONLY, 0);
	/* given up, and still mapped: only the status of version 2 can say so */
	grant(&h, 22, XR_GTF_READING, 0);
	assert_int_equal(xr_fake_grant(h.f, GUEST, 511, XR_GTF_PERMIT, 0xffff, UINT64_MAX), 0);
	request(page, 0, 20, 1);
	g = read_of(&h, GUEST, 0);
	xenring_grants_table(g, &t);
	assert_int_equal(t.version, 2);
	assert_int_equal(t.entries_total, 512);
	assert_int_equal(t.entries_in_use, 4);
	assert_int_equal(t.entries_mapped, 4);
	assert_int_equal(xenring_n_grants(g), 5);
	assert_used(g, 20, RING, "data", 0);
	assert_int_equal(entry(g, 20).flags, XR_GTF_READING | XR_GTF_WRITING);
	assert_string_equal(entry(g, 21).mapped, "read");
	assert_string_equal(entry(g, 22).type, "invalid");
	assert_int_equal(entry(g, 22).in_use, 0);
	assert_string_equal(entry(g, 22).mapped, "read");
	assert_int_equal(entry(g, 511).domid, 0xffff);
	assert_true(*entry(g, 511).frame == UINT64_MAX);
	xenring_grants_free(g);
	host_close(&h);
}

static const struct xr_source_ops *real_ops;

static int without_status(struct xr_source *src, uint32_t domid, const struct xr_grants *was,
			  struct xr_grants *ret)
{
	int r = real_ops->grants(src, domid, was, ret);

	if (!r) {
		free(ret->status);
		ret->status = NULL;
		ret->n_status = 0;
	}
	return r;
}

/* Who gave up an entry that is still mapped is remembered like who keeps one. */
static void test_revoked(void **state)
{
	struct xenring_grants *g;
	uint32_t *page;
	struct host h;

	(void)state;
	host_open(&h);
	assert_int_equal(xr_fake_grant_v2(h.f, GUEST), 0);
	page = host_disk(&h);
	grant(&h, 20, MAPPED, 0);
	grant(&h, 21, MAPPED, 0);
	request(page, 0, 20, 2);
	xenring_grants_free(read_of(&h, GUEST, 0));
	forget_requests(page);
	grant(&h, 20, XR_GTF_READING | XR_GTF_WRITING, 0);
	grant(&h, 21, 0, 0);
	g = read_of(&h, GUEST, 0);
	assert_used(g, 20, RING, "kept", NO_SLOT);
	assert_string_equal(entry(g, 20).type, "invalid");
	assert_int_equal(xenring_n_grants(g), 2);
	xenring_grants_free(g);
	host_close(&h);
}

/* What a ring's own page names: a 9pfs share, whose queues are two pages. */
static void test_ring_data(void **state)
{
	struct xr_9pfs_page *shared;
	struct xenring_grants *g;
	uint64_t frame;
	struct host h;
	void *page;

	(void)state;
	host_open(&h);
	assert_int_equal(xr_fake_device(h.f, GUEST, "9pfs", 0, 0, "9pfs"), 0);
	page = xr_fake_pages(h.f, GUEST, 1, &frame);
	assert_non_null(page);
	assert_int_equal(xr_fake_grant(h.f, GUEST, 9, MAPPED, 0, frame), 0);
	shared = page;
	shared->ring_order = 1;
	shared->ref[0] = 30;
	shared->ref[1] = 31;
	for (uint32_t ref = 30; ref < 33; ref++)
		grant(&h, ref, MAPPED, 0);
	xr_fake_printf(h.f, "/local/domain/5/device/9pfs/0/num-rings", "1");
	xr_fake_printf(h.f, "/local/domain/5/device/9pfs/0/ring-ref0", "9");
	xr_fake_printf(h.f, "/local/domain/5/device/9pfs/0/event-channel-0", "9");
	g = read_of(&h, GUEST, 0);
	assert_used(g, 9, "guest/9pfs:0/r0", "ring", NO_SLOT);
	assert_used(g, 30, "guest/9pfs:0/r0", "ring-data", NO_SLOT);
	assert_used(g, 31, "guest/9pfs:0/r0", "ring-data", NO_SLOT);
	assert_used(g, 32, "nobody", "none", NO_SLOT);
	xenring_grants_free(g);
	host_close(&h);
}

/* Whether anything is mapped is unknown then, and not "no". */
static void test_no_status(void **state)
{
	struct xr_source_ops ops;
	struct xenring_grant_user u;
	struct xenring_grant_table t;
	struct xenring_grants *g;
	struct host h;

	(void)state;
	host_open(&h);
	assert_int_equal(xr_fake_grant_v2(h.f, GUEST), 0);
	host_disk(&h);
	keep_pages(&h, "1", "1");
	grant(&h, 20, MAPPED, 0);
	ops = *(real_ops = h.x->src.ops);
	ops.grants = without_status;
	h.x->src.ops = &ops;
	g = read_of(&h, GUEST, 0);
	xenring_grants_table(g, &t);
	assert_int_equal(t.entries_in_use, 2);
	assert_true(t.entries_mapped == XENRING_UNKNOWN);
	assert_null(entry(g, 20).mapped);
	assert_int_equal(entry(g, 20).flags, 0);
	assert_used(g, 20, "guest/vbd:51712", "candidate", NO_SLOT);
	assert_int_equal(xenring_grant_user(g, 0, &u), 0);
	assert_true(u.mapped == XENRING_UNKNOWN);
	xenring_grants_free(g);
	h.x->src.ops = real_ops;
	host_close(&h);
}

static void test_hostile_entries(void **state)
{
	static const struct {
		const char *name;
		uint16_t flags;
		const char *type, *mapped;
		uint32_t shown;
	} rows[] = {
		{ "a transfer that is committed", 0x6, "accept_transfer", "no", 0x40000 },
		{ "one whose bits look like mapped", 0x1a, "accept_transfer", "no", 0x80010 },
		{ "transitive", 0x3, "transitive", "no", 0 },
		{ "a part of a page, read", 0x109, "permit_access", "read", 0x108 },
		{ "not granted, but mapped", 0x10, "invalid", "write", 0x10 },
		{ "all there is", 0xfffd, "permit_access", "write", 0xfffc },
		{ "what nobody knows", 0x8001, "permit_access", "no", 0x8000 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct xenring_grants *g;
		struct xenring_grant e;
		struct host h;

		host_open(&h);
		assert_int_equal(xr_fake_grant(h.f, GUEST, 77, rows[i].flags, 0xfffe, UINT32_MAX), 0);
		g = read_of(&h, GUEST, 0);
		assert_int_equal(xenring_n_grants(g), 1);
		e = entry(g, 77);
		assert_row(rows[i].name, !strcmp(e.type, rows[i].type));
		assert_row(rows[i].name, e.mapped && !strcmp(e.mapped, rows[i].mapped));
		assert_row(rows[i].name, e.flags == rows[i].shown);
		assert_row(rows[i].name, e.in_use == (strcmp(rows[i].type, "invalid") != 0));
		assert_row(rows[i].name, !e.frame == !strcmp(rows[i].type, "transitive"));
		assert_row(rows[i].name, e.domid == 0xfffe);
		assert_row(rows[i].name, xenring_grant(g, 1, &e) == -ERANGE);
		xenring_grants_free(g);
		host_close(&h);
	}
}

/* A domain at its limit: all 32,768 entries, each to another domain. */
static void test_full(void **state)
{
	struct xenring_grant_table t;
	struct xenring_grants *g;
	struct host h;
	size_t sum = 0;

	(void)state;
	host_open(&h);
	assert_int_equal(xr_fake_domain(h.f, 6, "full", 64), 0);
	for (uint32_t ref = 0; ref < 32768; ref++)
		assert_int_equal(xr_fake_grant(h.f, 6, ref, XR_GTF_PERMIT, ref, ref), 0);
	g = read_of(&h, 6, 0);
	xenring_grants_table(g, &t);
	assert_int_equal(t.frames, 64);
	assert_int_equal(t.entries_total, 32768);
	assert_int_equal(t.entries_in_use, 32768);
	assert_int_equal(xenring_n_grants(g), 32768);
	assert_int_equal(xenring_n_grant_users(g), 32768);
	for (uint32_t ref = 0; ref < 32768; ref++) {
		struct xenring_grant_user u;
		struct xenring_grant e;

		assert_int_equal(xenring_grant(g, ref, &e), 0);
		assert_int_equal(e.ref, ref);
		assert_int_equal(e.domid, ref);
		assert_int_equal(xenring_grant_user(g, ref, &u), 0);
		sum += (size_t)u.entries;
	}
	assert_int_equal(sum, 32768);
	xenring_grants_free(g);
	host_close(&h);
}

/* ---- what cannot be read --------------------------------------------------- */

static void test_refused(void **state)
{
	struct xenring_grant_table t;
	struct xenring_grants *g;
	struct xenring_error e;
	struct host h;

	(void)state;
	host_open(&h);
	g = read_of(&h, 0, 0);
	xenring_grants_table(g, &t);
	/* its size is told, its entries are not */
	assert_int_equal(t.frames, 1);
	assert_int_equal(t.max_frames, 64);
	assert_int_equal(t.entries_total, 512);
	assert_true(t.entries_in_use == XENRING_UNKNOWN && t.entries_mapped == XENRING_UNKNOWN);
	assert_non_null(t.error);
	assert_string_equal(t.error->code, "EPERM");
	assert_true(t.withheld);
	assert_int_equal(xenring_n_grants(g), 0);
	assert_int_equal(xenring_n_grant_errors(g), 1);
	assert_int_equal(xenring_grant_error(g, 0, &e), 0);
	assert_string_equal(e.path, "Domain-0");
	xenring_grants_free(g);
	assert_int_equal(xenring_read_grants(h.x, h.s, 99, 0, &g), -ERANGE);
	host_close(&h);
}

/* A ring whose slots cannot be had is named: what they use shows as nobody's. */
static void test_torn(void **state)
{
	struct xenring_grants *g;
	struct xenring_error e;
	uint32_t *page;
	struct host h;

	(void)state;
	host_open(&h);
	page = host_disk(&h);
	page[XR_REQ_PROD] = 1000;
	g = read_of(&h, GUEST, 0);
	assert_int_equal(xenring_n_grant_errors(g), 1);
	assert_int_equal(xenring_grant_error(g, 0, &e), 0);
	assert_string_equal(e.path, RING);
	assert_used(g, REF, RING, "ring", NO_SLOT);
	xenring_grants_free(g);
	host_close(&h);
}

/* A table that is asked for again is the same one, or differs in any one of its words. */
static void test_compared(void **state)
{
	enum { FRAMES = 2, WORDS = FRAMES * XR_PAGE_SIZE / 8, USED = 21 };
	static uint64_t shared[WORDS + 1], status[XR_PAGE_SIZE / 8];

	(void)state;
	/* pages are aligned, what a capture holds of them need not be */
	for (size_t at = 0; at < 2; at++) {
		struct xr_table t = { .version = 2, .n_entries = WORDS / 2, .shared = shared + at, .status = status };
		struct xr_grants was = { 0 }, got = { 0 };

		memset(shared, 0, sizeof(shared));
		for (size_t i = 0; i < USED; i++)
			shared[at + i] = UINT64_C(1) << i % 64;
		assert_int_equal(xr_table_copy(&t, FRAMES, 1, NULL, &was), 0);
		/* how many are used is not known; so many are, or a few more */
		for (uint32_t used = 0; used < USED + 10; used += used ? 1 : USED) {
			was.n_words = used;
			assert_int_equal(xr_table_copy(&t, FRAMES, 1, &was, &got), 1);
			for (size_t i = 0; i < WORDS + XR_PAGE_SIZE / 8; i++) {
				uint64_t *word = i < WORDS ? &shared[at + i] : &status[i - WORDS];

				*word ^= UINT64_C(1) << i % 64;
				assert_int_equal(xr_table_copy(&t, FRAMES, 1, &was, &got), 0);
				assert_memory_equal(got.shared, shared + at, WORDS * 8);
				*word ^= UINT64_C(1) << i % 64;
				free(got.shared);
				free(got.status);
			}
		}
		free(was.shared);
		free(was.status);
	}
}

/* ---- captures -------------------------------------------------------------- */

/* All rows of all domains, as text. */
static char *story(struct xenring *x, const struct xenring_snapshot *s)
{
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);

	assert_non_null(f);
	for (size_t i = 0; i < xenring_n_domains(s); i++) {
		struct xenring_grant_table t;
		struct xenring_grants *g = NULL;

		assert_int_equal(xenring_read_grants(x, s, i, 0, &g), 0);
		xenring_grants_table(g, &t);
		fprintf(f, "%s v%lld %lld/%lld %lld %lld %s\n", t.domain, (long long)t.version, (long long)t.frames,
			(long long)t.max_frames, (long long)t.entries_in_use, (long long)t.entries_mapped,
			t.error ? t.error->text : "");
		for (size_t k = 0; k < xenring_n_grants(g); k++) {
			struct xenring_grant e;

			assert_int_equal(xenring_grant(g, k, &e), 0);
			fprintf(f, "%lld %s %lld %#llx %#x %s %s %s %lld\n", (long long)e.ref, e.type,
				(long long)e.domid, (unsigned long long)(e.frame ? *e.frame : 0), e.flags,
				e.mapped ? e.mapped : "?", e.used_by, e.use, (long long)e.slot);
		}
		for (size_t k = 0; k < xenring_n_grant_errors(g); k++) {
			struct xenring_error e;

			assert_int_equal(xenring_grant_error(g, k, &e), 0);
			fprintf(f, "%s %s %s %s\n", e.path, e.op, e.code, e.text);
		}
		xenring_grants_free(g);
	}
	fclose(f);
	return text;
}

/* Says the first line that is another one. */
static void assert_same_lines(const char *host, int sample, const char *now, const char *then)
{
	while (*now || *then) {
		size_t n = strcspn(now, "\n"), m = strcspn(then, "\n");

		if (n != m || strncmp(now, then, n) != 0)
			fail_msg("%s, sample %d: \"%.*s\", not \"%.*s\"", host, sample, (int)n, now, (int)m, then);
		now += n + (now[n] != '\0');
		then += m + (then[m] != '\0');
	}
}

#define SAMPLES 5

static void test_replay(void **state)
{
	static const char *const hosts[] = { "fake:leaking-grants,fast", "fake:demo,fast", "fake:hostile,fast" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(hosts); i++) {
		int fd = memfd_create("capture", MFD_CLOEXEC);
		char *live[SAMPLES], path[64];
		struct xenring *x = NULL;
		struct xenring_time now;

		assert_true(fd >= 0);
		assert_int_equal(xenring_new(&x), 0);
		assert_int_equal(xenring_open(x, hosts[i]), 0);
		assert_int_equal(xenring_tee(x, fd, 0), 0);
		xenring_keep_grants(x);
		for (int k = 0; k < SAMPLES; k++) {
			struct xenring_snapshot *s = NULL;

			assert_int_equal(xenring_sample(x, &s), 0);
			live[k] = story(x, s);
			xenring_snapshot_unref(s);
			assert_int_equal(xenring_now(x, &now), 0);
			assert_int_equal(xenring_wait(x, now.mono_ns + 300000000), 0);
		}
		assert_int_equal(xenring_tee(x, -1, 0), 0);
		xenring_close(x);
		snprintf(path, sizeof(path), "file:/proc/self/fd/%d", fd);
		assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
		assert_int_equal(xenring_new(&x), 0);
		assert_int_equal(xenring_open(x, path), 0);
		for (int k = 0; k < SAMPLES; k++) {
			struct xenring_snapshot *s = NULL;
			char *shown;

			assert_int_equal(xenring_sample(x, &s), 0);
			shown = story(x, s);
			assert_same_lines(hosts[i], k, shown, live[k]);
			free(shown);
			free(live[k]);
			xenring_snapshot_unref(s);
		}
		xenring_close(x);
		close(fd);
	}
}

/* The size, told anew as it changes, and from a table that a key tick repeats. */
static void test_size_in_capture(void **state)
{
	static const uint32_t maxima[] = { 64, 64, 32, 2 };
	int fd = memfd_create("capture", MFD_CLOEXEC);
	struct xenring_snapshot *s = NULL;
	struct xenring_time now;
	char path[64];
	struct host h;

	(void)state;
	assert_true(fd >= 0);
	host_open(&h);
	host_disk(&h);
	assert_int_equal(xenring_tee(h.x, fd, 0), 0);
	xenring_keep_grants(h.x);
	for (size_t i = 0; i < ARRAY_SIZE(maxima); i++) {
		assert_int_equal(xr_fake_table_max(h.f, GUEST, maxima[i]), 0);
		host_look(&h);
	}
	assert_int_equal(xenring_tee(h.x, -1, 0), 0);
	xenring_now(h.x, &now);
	host_close(&h);
	snprintf(path, sizeof(path), "file:/proc/self/fd/%d", fd);
	lseek(fd, 0, SEEK_SET);
	assert_int_equal(xenring_new(&h.x), 0);
	assert_int_equal(xenring_open(h.x, path), 0);
	for (size_t i = 0; i < ARRAY_SIZE(maxima); i++) {
		struct xenring_grant_table t;
		struct xenring_grants *g = NULL;

		assert_int_equal(xenring_sample(h.x, &s), 0);
		h.s = s;
		assert_int_equal(xenring_read_grants(h.x, s, guest_at(&h, GUEST), XENRING_GRANTS_COUNT, &g), 0);
		xenring_grants_table(g, &t);
		assert_int_equal(t.max_frames, maxima[i]);
		assert_int_equal(t.entries_in_use, 1);
		assert_int_equal(xenring_n_grants(g), 0);
		xenring_grants_free(g);
		xenring_snapshot_unref(s);
	}
	h.s = NULL;
	host_close(&h);
	close(fd);
}

/* ---- the console ----------------------------------------------------------- */

#define B "(XEN) gnttab_usage_print_all [ key 'g' pressed\n"
#define E "(XEN) gnttab_usage_print_all ] done\n"
#define HEADS "(XEN)       -------- active --------       -------- shared --------\n" \
	"(XEN) [ref] localdom mfn      pin          localdom gmfn     flags\n"
#define T(d, v, f, m, t, tm) HEADS "(XEN) grant-table for remote d" #d " (v" #v ")\n"	\
	"(XEN)   " #f " frames (" #m " max), " #t " maptrack frames (" #tm " max)\n"
#define NONE "(XEN) no active grant table entries\n"
#define P(r, by, pin) "(XEN) [0x" r "]  " by " 0x123456 0x" pin "          0 0x012345 0x19\n"

static const char whole[] =
	"(XEN) Xen version 4.17\n" B T(0, 1, 1, 64, 3, 1024) NONE
	"(XEN) d5v0 something of somebody else\n"
	T(5, 1, 4, 64, 0, 1024) P("008", "    0", "00000001") P("009", "    0", "00000102") P("123", "    7", "00020001")
	T(7, 2, 32, 32, 1, 256) NONE E "(XEN) and on\n";

static int parse(const char *text, struct xr_keys **ret, struct xr_err *err)
{
	*err = (struct xr_err){ .op = NULL };
	*ret = NULL;
	return xr_keys_parse(text, strlen(text), ret, err);
}

static void test_console(void **state)
{
	const struct xr_keys_table *t;
	const struct xr_pin *p;
	struct xr_keys *k;
	struct xr_err err;

	(void)state;
	assert_int_equal(parse(whole, &k, &err), 0);
	assert_int_equal(k->n_tables, 3);
	t = xr_keys_table(k, 5);
	assert_non_null(t);
	assert_int_equal(t->version, 1);
	assert_int_equal(t->frames, 4);
	assert_int_equal(t->max_frames, 64);
	assert_int_equal(t->n, 3);
	p = xr_keys_pin(k, t, 9);
	assert_non_null(p);
	/* two writing, one reading */
	assert_int_equal(xr_pin_count(p), 3);
	assert_null(xr_keys_pin(k, t, 10));
	/* once for the host, twice for a device: of the two handles one is for both */
	assert_int_equal(xr_pin_count(xr_keys_pin(k, t, 0x123)), 2);
	assert_int_equal(xr_keys_handles(k, 0), 4);
	assert_int_equal(xr_keys_handles(k, 7), 2);
	assert_int_equal(xr_keys_table(k, 0)->maptrack_frames, 3);
	assert_int_equal(xr_keys_table(k, 7)->maptrack_max_frames, 256);
	assert_null(xr_keys_table(k, 6));
	xr_keys_free(k);
}

static void test_console_forms(void **state)
{
	static const struct {
		const char *name, *text;
		int r;
		const char *why;	/* in the message; or NULL */
	} rows[] = {
		{ "empty", "", -ENODATA, "no output" },
		{ "something else", "(XEN) Xen version 4.17\nno line of it", -ENODATA, "no output" },
		{ "nothing between", B E, 0, NULL },
		{ "the first line is missing", T(5, 1, 4, 64, 0, 1024) NONE E, -EBADMSG, "wrapped" },
		{ "the first lines are missing", P("008", "0", "1") E, -EBADMSG, "wrapped" },
		{ "all but tables are missing", T(5, 1, 4, 64, 0, 1024), -EBADMSG, "wrapped" },
		{ "the last line is missing", B T(5, 1, 4, 64, 0, 1024) NONE, -EBADMSG, "last line" },
		{ "the end of an older one", E B T(5, 1, 4, 64, 0, 1024) NONE E, 0, NULL },
		{ "an older one, the newer is not whole", B E B T(5, 1, 4, 64, 0, 1024), -EBADMSG, "last line" },
		{ "without what the console puts before", "gnttab_usage_print_all [ key 'g' pressed\n"
		  "grant-table for remote d5 (v1)\n  4 frames (64 max), 0 maptrack frames (1024 max)\n"
		  "[0x008]      0 0x1 0x1          0 0x1 0x19\ngnttab_usage_print_all ] done", 0, NULL },
		{ "with a date", "(XEN) [2026-11-25 13:33:45] gnttab_usage_print_all [ key 'g' pressed\r\n"
		  "(XEN) [2026-11-25 13:33:45.123] grant-table for remote d5 (v1)\r\n"
		  "(XEN) [   12.345678]   4 frames (64 max), 0 maptrack frames (1024 max)\r\n"
		  "(XEN) [0008f00d] [0x008]      0 0x1 0x1          0 0x1 0x19\r\n"
		  "(XEN) [2026-11-25 13:33:45] gnttab_usage_print_all ] done\r\n", 0, NULL },
		{ "an entry before any table", B P("008", "0", "1") E, -EBADMSG, "line 2" },
		{ "an entry before its table's sizes", B "grant-table for remote d5 (v1)\n" P("8", "0", "1") E,
		  -EBADMSG, "line 3" },
		{ "a table without sizes", B "grant-table for remote d5 (v1)\n" E, -EBADMSG, "line 2" },
		{ "the same table twice", B T(5, 1, 4, 64, 0, 9) T(5, 1, 4, 64, 0, 9) E, -EBADMSG, "line" },
		{ "entries that do not rise", B T(5, 1, 4, 64, 0, 9) P("9", "0", "1") P("9", "0", "1") E,
		  -EBADMSG, "line 7" },
		{ "a number too big", B T(5, 1, 4, 99999999999999999999, 0, 9) E, -EBADMSG, "line 5" },
		{ "a domain too big", B T(65536, 1, 4, 64, 0, 9) E, -EBADMSG, "line 4" },
		{ "an entry cut short", B T(5, 1, 4, 64, 0, 9) "[0x008]      0 0x1\n" E, -EBADMSG, "line 6" },
		{ "no number", B T(5, 1, 4, 64, 0, 9) "[0x]      0 0x1 0x1 0 0x1 0x1\n" E, -EBADMSG, "line 6" },
		{ "three bytes", B "[0x", -EBADMSG, "last line" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct xr_keys *k;
		struct xr_err err;
		int r = parse(rows[i].text, &k, &err);

		if (r != rows[i].r)
			print_error("%s: %d: %s\n", rows[i].name, r, err.text ? err.text : "");
		assert_row(rows[i].name, r == rows[i].r);
		assert_row(rows[i].name, !rows[i].why || strstr(err.text, rows[i].why));
		assert_row(rows[i].name, !r == (k != NULL));
		xr_err_clear(&err);
		xr_keys_free(k);
	}
}

/* Whatever the bytes are, nothing is read beyond them, and what is taken is in order. */
static void test_console_mutated(void **state)
{
	size_t n = sizeof(whole) - 1;
	uint32_t x = 1;
	int taken = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		/* exactly as long as what is left, so that a byte too many is noticed */
		size_t len = i % 3 ? n : (x >> 8) % (n + 1);
		char *text = malloc(len + !len);
		struct xr_err err = { .op = NULL };
		struct xr_keys *k = NULL;
		int r;

		assert_non_null(text);
		memcpy(text, whole, len);
		for (int m = 0; len && m <= i % 4; m++) {
			x = x * 1664525 + 1013904223;
			text[(x >> 8) % len] = i % 2 ? (char)(x >> 24) : "0 [](x\n9"[x >> 29];
		}
		r = xr_keys_parse(text, len, &k, &err);
		assert_true(r == 0 || r == -EBADMSG || r == -ENODATA);
		for (size_t t = 0; !r && t < k->n_tables; t++) {
			const struct xr_keys_table *table = &k->tables[t];

			assert_true(!t || k->tables[t - 1].domid < table->domid);
			assert_true(table->first + table->n <= k->n_pins);
			for (size_t p = 1; p < table->n; p++)
				assert_true(k->pins[table->first + p - 1].ref < k->pins[table->first + p].ref);
		}
		taken += !r;
		xr_err_clear(&err);
		xr_keys_free(k);
		free(text);
	}
	/* most go wrong somewhere, and many at a place that does not matter */
	assert_in_range(taken, 1000, 19000);
}

static void test_console_in_rows(void **state)
{
	struct xenring_grant_table t;
	struct xenring_grants *g;
	struct host h;

	(void)state;
	host_open(&h);
	host_disk(&h);
	grant(&h, 20, MAPPED, 0);
	g = read_of(&h, GUEST, 0);
	xenring_grants_table(g, &t);
	assert_true(t.maptrack_frames == XENRING_UNKNOWN && t.maptrack_in_use == XENRING_UNKNOWN);
	assert_non_null(strstr(t.maptrack_error, "debug-keys"));
	assert_true(entry(g, REF).pins == XENRING_UNKNOWN);
	xenring_grants_free(g);
	/* what is refused changes nothing */
	assert_int_equal(xenring_use_debug_keys(h.x, E, strlen(E)), -EBADMSG);
	assert_non_null(strstr(xenring_message(h.x), "incomplete"));
	assert_non_null(xenring_hint(h.x));
	assert_int_equal(xenring_use_debug_keys(h.x, whole, strlen(whole)), 0);
	g = read_of(&h, GUEST, 0);
	/* it does not hang on the handle, which may be given others */
	assert_int_equal(xenring_use_debug_keys(h.x, B E, strlen(B E)), 0);
	xenring_grants_table(g, &t);
	assert_null(t.maptrack_error);
	assert_int_equal(t.maptrack_frames, 0);
	assert_int_equal(t.maptrack_max_frames, 1024);
	assert_int_equal(t.maptrack_in_use, 0);
	assert_int_equal(entry(g, REF).pins, 1);
	assert_int_equal(entry(g, REF).mapped_by, 0);
	assert_int_equal(entry(g, 20).pins, 0);
	assert_true(entry(g, 20).mapped_by == XENRING_UNKNOWN);
	xenring_grants_free(g);
	g = read_of(&h, GUEST, 0);
	xenring_grants_table(g, &t);
	assert_non_null(strstr(t.maptrack_error, "no domain 5"));
	xenring_grants_free(g);
	host_close(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_named), cmocka_unit_test(test_users), cmocka_unit_test(test_history),
		cmocka_unit_test(test_history_is_bounded), cmocka_unit_test(test_persistent),
		cmocka_unit_test(test_two_pools), cmocka_unit_test(test_version_2), cmocka_unit_test(test_no_status),
		cmocka_unit_test(test_revoked), cmocka_unit_test(test_ring_data),
		cmocka_unit_test(test_hostile_entries), cmocka_unit_test(test_full), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_torn), cmocka_unit_test(test_compared), cmocka_unit_test(test_replay),
		cmocka_unit_test(test_size_in_capture),
		cmocka_unit_test(test_console), cmocka_unit_test(test_console_forms),
		cmocka_unit_test(test_console_mutated), cmocka_unit_test(test_console_in_rows),
	};

	return RUN(tests);
}
