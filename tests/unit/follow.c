/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page directories that requests name, as a guest may write them: too short,
 * too long, in a circle, somebody else's. The pages are a fake guest's.
 */
#include <config.h>

#include "lib/test.h"

#include <stdlib.h>

#include "abi/sndif.h"
#include "desc.h"
#include "follow.h"
#include "lib/host.h"

/* A request of a made-up protocol: bytes of a buffer, and its directory. */
struct request {
	uint32_t bytes, directory;
};

static const struct xenring_field fields[] = {
	XR_FIELD(request, bytes, XENRING_UINT, .help = "bytes of the buffer"),
	XR_FIELD(request, directory, XENRING_GREF, .help = "grant of the directory's first page"),
	{ .name = "grefs", .size = 4, .type = XENRING_GREF, .flags = XENRING_F_FETCHED,
	  .max = 1, .help = "grants of the buffer's pages" },
	XR_END
};
static const struct xenring_record record = XR_RECORD(request, "test.request", "a buffer", fields);

#define UNSAID (UINT32_MAX - 1)

static void follow(const struct xenring_record *rec, const uint8_t *slot, struct xr_follow *ret)
{
	struct request req;

	assert_ptr_equal(rec, &record);
	memcpy(&req, slot, sizeof(req));
	xr_follow_directory(req.directory, req.bytes, ret);
	if (req.bytes == UNSAID)
		ret->n = XR_FOLLOW_TO_ZERO;
}

static const struct xr_ring_desc desc = { .name = "ring", .kind = XR_RING_SLOTS, .follow = follow };

/* One more page of the directory, granted as gref to dom0. */
static uint32_t *directory(struct host *h, uint32_t gref, uint32_t next)
{
	uint32_t *page = host_page(h, gref, 0);

	page[0] = next;
	for (uint32_t i = 1; i < 1024; i++)
		page[i] = 1000 * gref + i;
	return page;
}

/* Follows n requests; what comes of them is the caller's to clear. */
static void run(struct host *h, const struct request *reqs, struct xr_followed *f, size_t n)
{
	const struct xr_ring ring = {
		.desc = &desc, .map = { .domid = 5, .grantee = 0, .backend_domid = 0, .n_pages = 1 },
	};

	for (size_t i = 0; i < n; i++)
		f[i] = (struct xr_followed){ .rec = &record, .slot = (const uint8_t *)&reqs[i] };
	assert_int_equal(xr_follow_all(&h->x->src, &ring, f, n), 0);
}

struct row {
	const char *name;
	uint32_t bytes, directory;
	size_t n;		/* elements that are found */
	size_t pages;		/* that were read for it */
	const char *note;	/* something of it; NULL: nothing is wrong */
};

static void test_directories(void **state)
{
	static const struct row rows[] = {
		{ "a byte", 1, 20, 1, 1, NULL },
		{ "a page", 4096, 20, 1, 1, NULL },
		{ "a page and a byte", 4097, 20, 2, 1, NULL },
		{ "one page of grants", 1023 * 4096, 20, 1023, 1, NULL },
		{ "two pages of grants", 1023 * 4096 + 1, 21, 1024, 2, NULL },
		{ "more pages than it needs are not read", 4096, 21, 1, 1, NULL },
		{ "nothing", 0, 20, 0, 0, NULL },
		{ "nothing, and no directory", 0, 0, 0, 0, NULL },
		{ "no directory", 4096, 0, 0, 0, "gref_directory is 0" },
		{ "it ends too soon", 1024 * 4096, 20, 1023, 1, "1023 of 1024" },
		{ "it points to itself", 1024 * 4096, 23, 1023, 1, "comes back to grant 23" },
		{ "it goes round by three", UINT32_MAX, 24, 3 * 1023, 3, "comes back to grant 24" },
		{ "all that 32 bits can say", UINT32_MAX, 30, 16 * 1023, 16, "16 pages are read" },
		{ "all the bounds allow", 16 * 1023 * 4096, 30, 16 * 1023, 16, NULL },
		{ "a page for another domain", 4096, 60, 0, 1, "grant 60 was not read" },
		{ "which the second one names", 1024 * 4096, 61, 1023, 2, "grant 60 was not read" },
		{ "an entry that is not made", 4096, 62, 0, 1, "grant 62 was not read" },
		{ "outside the table", 4096, UINT32_MAX, 0, 1, "outside the grant table" },
		{ "up to the first 0", UNSAID, 63, 5, 1, NULL },
		{ "up to the first 0, in the second", UNSAID, 64, 1023 + 5, 2, NULL },
		{ "up to a 0 that is not there", UNSAID, 23, 1023, 1, "comes back to grant 23" },
	};
	struct request reqs[ARRAY_SIZE(rows)];
	struct xr_followed f[ARRAY_SIZE(rows)];
	struct host h;

	(void)state;
	host_open(&h);
	directory(&h, 20, 0);
	directory(&h, 21, 22);
	directory(&h, 22, 0);
	directory(&h, 23, 23);
	directory(&h, 24, 25);
	directory(&h, 25, 26);
	directory(&h, 26, 24);
	for (uint32_t i = 0; i < 20; i++)
		directory(&h, 30 + i, 31 + i);
	host_page(&h, 60, 6);
	directory(&h, 61, 60);
	directory(&h, 63, 0)[6] = 0;
	directory(&h, 64, 63);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		reqs[i] = (struct request){ rows[i].bytes, rows[i].directory };
	run(&h, reqs, f, ARRAY_SIZE(rows));
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct row *r = &rows[i];
		uint32_t gref;

		if (f[i].n != r->n || f[i].n_grefs != r->pages)
			fail_msg("%s: %zu grants from %zu pages, not %zu from %zu", r->name, f[i].n, f[i].n_grefs,
				 r->n, r->pages);
		if (!r->note ? f[i].note != NULL : !f[i].note || !strstr(f[i].note, r->note))
			fail_msg("%s: the note is \"%s\"", r->name, f[i].note ? f[i].note : "");
		/* the first and the last are what stands in the pages */
		for (size_t k = 0; k < f[i].n; k += f[i].n - 1 ? f[i].n - 1 : 1) {
			memcpy(&gref, f[i].elements + 4 * k, 4);
			assert_int_equal(gref, 1000 * f[i].grefs[k / 1023] + 1 + k % 1023);
		}
		xr_followed_clear(&f[i]);
	}
	host_close(&h);
}

/* However many requests name directories, only so many pages are read for one listing. */
static void test_many(void **state)
{
	enum { N = 1100 };
	struct request *reqs = calloc(N, sizeof(*reqs));
	struct xr_followed *f = calloc(N, sizeof(*f));
	size_t pages = 0, notes = 0;
	struct host h;

	(void)state;
	assert_true(reqs && f);
	host_open(&h);
	directory(&h, 20, 0);
	for (size_t i = 0; i < N; i++)
		reqs[i] = (struct request){ 4096, 20 };
	run(&h, reqs, f, N);
	for (size_t i = 0; i < N; i++) {
		pages += f[i].n_grefs;
		notes += f[i].note != NULL;
		assert_int_equal(f[i].n, f[i].n_grefs);
		xr_followed_clear(&f[i]);
	}
	assert_int_equal(pages, XR_FOLLOW_PAGES);
	assert_int_equal(notes, N - XR_FOLLOW_PAGES);
	host_close(&h);
	free(reqs);
	free(f);
}

/* A stream's OPEN as its slot is shown: its directory's grant, then the buffer's. */
static void test_slot(void **state)
{
	const struct xr_sndif_open open = {
		.id = 7, .operation = XR_SNDIF_OPEN, .buffer_sz = 2 * 4096 + 1, .gref_directory = 20,
	};
	struct xenring_slots *slots = NULL;
	struct xenring_slot slot;
	uint32_t *page;
	struct host h;

	(void)state;
	host_open(&h);
	directory(&h, 20, 0);
	page = host_page(&h, 60, 0);
	page[XR_REQ_PROD] = 1;
	memcpy(page + 16, &open, sizeof(open));
	assert_int_equal(xr_fake_device(h.f, 5, "vsnd", 0, 0, "vsnd"), 0);
	assert_int_equal(xr_fake_printf(h.f, "/local/domain/5/device/vsnd/0/0/0/ring-ref", "60"), 0);
	host_look(&h);
	assert_string_equal(host_ring(&h, "guest/vsnd:0/0/0/req").path, "guest/vsnd:0/0/0/req");
	for (size_t i = 0; i < xenring_n_rings(h.s) && !slots; i++) {
		struct xenring_ring r;

		assert_int_equal(xenring_ring(h.s, i, &r), 0);
		if (!strcmp(r.path, "guest/vsnd:0/0/0/req"))
			assert_int_equal(xenring_read_slots(h.x, h.s, i, &slots), 0);
	}
	assert_non_null(slots);
	/* the newest is the last */
	assert_int_equal(xenring_slot(slots, xenring_n_slots(slots) - 1, &slot), 0);
	assert_string_equal(slot.state, "request");
	assert_string_equal(slot.type, "open");
	assert_int_equal(slot.n_grefs, 4);
	assert_int_equal(slot.grefs[0], 20);
	assert_int_equal(slot.grefs[1], 20001);
	assert_int_equal(slot.grefs[3], 20003);
	assert_null(slot.record->note);
	xenring_slots_free(slots);
	host_close(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_directories),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_slot),
	};

	return RUN(tests);
}
