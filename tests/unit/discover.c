/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Discovery over a host in memory: who is believed, what a guest can write
 * without harm, and what happens when devices and domains come and go.
 */
#include <config.h>

#include "lib/test.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "context.h"
#include "lib/host.h"
#include "source/fake.h"

#define RING "guest/vbd:51712/q0"
#define DEV "guest/vbd:51712"

static int setup(void **state)
{
	struct host *h = calloc(1, sizeof(*h));

	assert_non_null(h);
	host_open(h);
	*state = h;
	return 0;
}

static int teardown(void **state)
{
	struct host *h = *state;

	host_close(h);
	free(h);
	return 0;
}

static void assert_readable(struct host *h, const char *path)
{
	struct xenring_ring r = host_ring(h, path);

	if (r.error)
		fail_msg("%s: %s: %s", path, r.error->op, r.error->text);
	assert_true(r.req_prod != XENRING_UNKNOWN || r.in_prod != XENRING_UNKNOWN ||
		    r.out_prod != XENRING_UNKNOWN || r.in_flight != XENRING_UNKNOWN);
	assert_true(xr_fake_mapped(h->f) > 0);
}

/* Not mapped, and it says where it failed; the sentence has something of `about`. */
static void assert_refused(struct host *h, const char *path, const char *op, const char *about)
{
	struct xenring_ring r = host_ring(h, path);

	if (!r.error)
		fail_msg("%s has no error (state %s)", path, r.state);
	if (!r.error)
		return;
	if (strcmp(r.error->op, op) || !strstr(r.error->text, about))
		fail_msg("%s: %s: \"%s\" is not about %s %s", path, r.error->op, r.error->text, op, about);
	for (const char *p = r.error->text; *p; p++)
		assert_true((unsigned char)*p >= 0x20 && *p != 0x7f);
	assert_int_equal(r.req_prod, XENRING_UNKNOWN);
	assert_int_equal(xr_fake_mapped(h->f), 0);
}

static void assert_pairing(struct host *h, const char *want)
{
	struct xenring_device d = host_device(h, DEV);

	if (!want)
		assert_null(d.pairing);
	else if (!d.pairing || strcmp(d.pairing, want))
		fail_msg("pairing is %s, not %s", d.pairing ? d.pairing : "unknown", want);
}

/* ---- who is whose backend -------------------------------------------------- */

static void test_confirmed(void **state)
{
	struct host *h = *state;
	uint32_t *page = host_disk(h);
	struct xenring_ring r;

	page[XR_REQ_PROD] = 7;
	page[XR_RSP_PROD] = 5;
	host_look(h);
	assert_pairing(h, "confirmed");
	assert_readable(h, RING);
	r = host_ring(h, RING);
	assert_int_equal(r.slots, 32);
	assert_int_equal(r.in_flight, 2);
	assert_int_equal(r.req_prod, 7);
	assert_int_equal(r.port, PORT);
	assert_int_equal(r.backend_port, 33);
	assert_int_equal(r.epoch, 1);
	assert_int_equal(r.n_ring_refs, 1);
	assert_int_equal(r.ring_refs[0], REF);
	assert_string_equal(r.abi, "x86_64");
	assert_string_equal(r.state, "busy");
}

static void test_unconfirmed(void **state)
{
	struct host *h = *state;

	host_disk(h);
	xr_fake_remove(h->f, "/libxl/5");
	host_look(h);
	assert_pairing(h, "unconfirmed");
	assert_readable(h, RING);
}

/* XCP-ng's copy counts as libxl's does. */
static void test_xenops_copy(void **state)
{
	struct host *h = *state;

	host_disk(h);
	xr_fake_remove(h->f, "/libxl");
	host_write(h, "/xenops/domain/5/device/vbd/51712/backend", BE);
	host_look(h);
	assert_pairing(h, "confirmed");
	host_write(h, "/xenops/domain/5/device/vbd/51712/backend", "/local/domain/0/backend/vbd3/5/51712");
	host_look(h);
	assert_pairing(h, "forged");
	assert_refused(h, RING, "pair", "toolstack");
}

struct lie {
	const char *name, *path, *value;
};

/* Each of these alone makes a device forged, whether a copy of the toolstack's is there or not. */
static void test_forged(void **state)
{
	static const struct lie lies[] = {
		{ "backend of another guest", FE "/backend", "/local/domain/0/backend/vbd/6/51712" },
		{ "backend of another device", FE "/backend", "/local/domain/0/backend/vbd/5/51728" },
		{ "backend in another domain", FE "/backend", "/local/domain/6/backend/vbd/5/51712" },
		{ "backend below itself", FE "/backend", "/local/domain/5/backend/vbd/5/51712" },
		{ "backend is no path", FE "/backend", "vbd" },
		{ "backend is empty", FE "/backend", "" },
		{ "backend climbs", FE "/backend", "/local/domain/0/backend/../backend/vbd/5/51712" },
		{ "backend goes on", FE "/backend", BE "/" },
		{ "backend has two slashes", FE "/backend", "/local/domain/0//backend/vbd/5/51712" },
		{ "backend has a zero in front", FE "/backend", "/local/domain/00/backend/vbd/5/51712" },
		{ "backend-id of another domain", FE "/backend-id", "6" },
		{ "backend-id is no number", FE "/backend-id", "zero" },
		{ "backend-id is -0", FE "/backend-id", "-0" },
		{ "backend-id is empty", FE "/backend-id", "" },
		{ "backend names another frontend", BE "/frontend", "/local/domain/6/device/vbd/51712" },
		{ "backend names another device", BE "/frontend", "/local/domain/5/device/vbd/51728" },
		{ "backend names nobody", BE "/frontend", "" },
		{ "frontend-id is another domain", BE "/frontend-id", "6" },
		{ "frontend-id is garbage", BE "/frontend-id", "5x" },
	};
	struct host *h = *state;

	host_disk(h);
	/* what the lies name is there, and goes along with them as far as it can */
	host_write(h, "/local/domain/6/backend/vbd/5/51712/frontend", FE);
	host_write(h, "/local/domain/6/backend/vbd/5/51712/frontend-id", "5");
	host_write(h, "/local/domain/5/backend/vbd/5/51712/frontend", FE);
	host_write(h, "/local/domain/5/backend/vbd/5/51712/frontend-id", "5");
	host_write(h, "/local/domain/0/backend/vbd/6/51712/frontend", FE);
	host_write(h, "/local/domain/0/backend/vbd/6/51712/frontend-id", "5");
	host_write(h, "/local/domain/0/backend/vbd/5/51728/frontend", "/local/domain/5/device/vbd/51728");
	host_write(h, "/local/domain/0/backend/vbd/5/51728/frontend-id", "5");
	for (size_t copy = 0; copy < 2; copy++) {
		host_look(h);
		assert_pairing(h, copy ? "unconfirmed" : "confirmed");
		for (size_t i = 0; i < ARRAY_SIZE(lies); i++) {
			char *was = NULL;
			size_t n;

			assert_int_equal(h->x->src.ops->store_read(&h->x->src, lies[i].path,
								   (void **)&was, &n), 0);
			host_write(h, lies[i].path, lies[i].value);
			host_look(h);
			print_message("# %s\n", lies[i].name);
			assert_pairing(h, "forged");
			assert_refused(h, RING, "pair", "");
			assert_string_equal(host_ring(h, RING).state, "forged");
			/* and the truth again is believed again */
			host_write_bytes(h, lies[i].path, was, n);
			host_look(h);
			assert_pairing(h, copy ? "unconfirmed" : "confirmed");
			assert_readable(h, RING);
			free(was);
		}
		xr_fake_remove(h->f, "/libxl/5");
		host_write(h, FE "/state", "4");
	}
}

static void test_forged_with_nul(void **state)
{
	static const char path[] = BE "\0/state";
	struct host *h = *state;

	host_disk(h);
	host_write_bytes(h, FE "/backend", path, sizeof(path) - 1);
	host_look(h);
	assert_pairing(h, "forged");
	host_write_bytes(h, FE "/backend", BE, sizeof(BE));	/* with its NUL */
	host_look(h);
	assert_pairing(h, "forged");
	host_write_bytes(h, FE "/backend", BE, sizeof(BE) - 1);
	host_write_bytes(h, BE "/frontend", FE "\0x", sizeof(FE) + 1);
	host_look(h);
	assert_pairing(h, "forged");
}

static void test_toolstack_disagrees(void **state)
{
	struct host *h = *state;

	host_disk(h);
	host_write(h, COPY "/backend", "/local/domain/0/backend/qdisk/5/51712");
	host_look(h);
	assert_pairing(h, "forged");
	assert_refused(h, RING, "pair", "toolstack");
}

/* A backend in a driver domain is as good as one in dom0; its grants go to that domain. */
static void test_driver_domain(void **state)
{
	struct host *h = *state;

	assert_int_equal(xr_fake_domain(h->f, 3, "driver", 1), 0);
	host_page(h, REF, 3);
	assert_int_equal(xr_fake_device(h->f, 5, "vbd", 51712, 3, "vbd"), 0);
	host_write(h, FE "/ring-ref", "8");
	host_look(h);
	assert_pairing(h, "confirmed");
	assert_readable(h, RING);
	assert_int_equal(host_ring(h, RING).backend_domid, 3);
}

/* ---- half of a device ------------------------------------------------------- */

static void test_half_built(void **state)
{
	static const char *const keys[] = {
		FE "/backend", FE "/backend-id", FE "/state", BE "/frontend", BE "/frontend-id", BE "/state",
		FE "/ring-ref", FE "/event-channel", FE "/protocol", BE, COPY,
	};
	struct host *h = *state;

	host_disk(h);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		struct xenring_ring r;

		host_disk(h);
		xr_fake_remove(h->f, keys[i]);
		host_write(h, FE "/poke", "1");
		host_look(h);
		r = host_ring(h, RING);
		print_message("# without %s: %s%s%s\n", keys[i], r.state, r.error ? ", " : "",
			      r.error ? r.error->text : "");
		assert_non_null(r.state);
	}
	host_disk(h);
	host_look(h);
	assert_readable(h, RING);
}

static void test_empty_folder(void **state)
{
	struct host *h = *state;

	assert_int_equal(xr_fake_write(h->f, FE, "", 0), 0);
	assert_int_equal(xr_fake_write(h->f, "/local/domain/5/device/vif", "", 0), 0);
	assert_int_equal(xr_fake_write(h->f, "/local/domain/5/device/suspend/event-channel", "7", 1), 0);
	host_look(h);
	assert_true(host_has_device(h, DEV));
	assert_pairing(h, NULL);
	assert_int_equal(xenring_n_devices(h->s), 1);
}

/* A device is not mapped before it is connectable, and its stale keys not after. */
static void test_states(void **state)
{
	static const struct {
		const char *fe;
		bool mapped;
		const char *want;
	} rows[] = {
		{ "1", false, "initialising" }, { "2", false, "initwait" }, { "3", true, "initialised" },
		{ "4", true, "idle" }, { "5", false, "closed" }, { "6", false, "closed" },
		{ "7", true, "idle" }, { "8", true, "idle" }, { "0", false, "unknown" },
		{ "9", false, "unreadable" }, { "-1", false, "unreadable" }, { "", false, "unreadable" },
		{ "4 4", false, "unreadable" }, { "4\n", true, "idle" }, { "four", false, "unreadable" },
	};
	struct host *h = *state;

	host_disk(h);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct xenring_ring r;

		host_write(h, FE "/state", rows[i].fe);
		host_look(h);
		r = host_ring(h, RING);
		if (strcmp(r.state, rows[i].want))
			fail_msg("state \"%s\": %s, not %s", rows[i].fe, r.state, rows[i].want);
		assert_int_equal(xr_fake_mapped(h->f), rows[i].mapped);
	}
}

/* ---- what a guest can write -------------------------------------------------- */

static char nines[4096], long_zeros[300];

/* Nothing that stands in any key of a guest may crash, hang or map; all are told apart. */
static void test_garbage_everywhere(void **state)
{
	static const char *const keys[] = {
		"backend", "backend-id", "state", "ring-ref", "ring-ref0", "ring-ref1", "event-channel",
		"protocol", "multi-queue-num-queues", "ring-page-order", "num-ring-pages",
		"queue-0/ring-ref", "queue-0/event-channel", "queue-1/ring-ref", "feature-persistent",
	};
	static const struct {
		const char *bytes;
		size_t n;
	} values[] = {
		{ "", 0 }, { "\0", 1 }, { "\0\0\0\0", 4 }, { "-1", 2 }, { "4294967295", 10 }, { "4294967296", 10 },
		{ "8 8", 3 }, { "0x8", 3 }, { "8\0x", 3 }, { "99999999", 8 }, { "200", 3 }, { "10000", 5 },
		{ nines, sizeof(nines) }, { long_zeros, sizeof(long_zeros) }, { long_zeros, 256 },
		{ "\033[2J\033[31m", 9 }, { "\xe2\x80\xae" "8", 4 }, { "\xc0\xaf", 2 }, { "%s%n%s", 6 },
		{ "../../../0", 10 }, { "/", 1 }, { "\xff\xfe\xfd", 3 }, { "x86_64-abi\0", 11 }, { "x86_64-abii", 11 },
	};
	struct host *h = *state;

	memset(nines, '9', sizeof(nines));
	memset(long_zeros, '0', sizeof(long_zeros));
	for (size_t k = 0; k < ARRAY_SIZE(keys); k++)
		for (size_t v = 0; v < ARRAY_SIZE(values); v++) {
			char path[128];

			xr_fake_remove(h->f, FE);
			host_disk(h);
			snprintf(path, sizeof(path), FE "/%s", keys[k]);
			host_write_bytes(h, path, values[v].bytes, values[v].n);
			host_look(h);
			for (size_t i = 0; i < xenring_n_rings(h->s); i++) {
				struct xenring_ring r;

				assert_int_equal(xenring_ring(h->s, i, &r), 0);
				for (const char *p = r.error ? r.error->text : ""; *p; p++)
					assert_true((unsigned char)*p >= 0x20 && *p != 0x7f);
			}
			assert_true(xr_fake_mapped(h->f) <= 2);
		}
}

static void test_name_is_printable(void **state)
{
	static const char name[] = "a/b\033[31m\0c\xe2\x80\xae";
	struct xenring_domain d;
	struct host *h = *state;

	host_disk(h);
	assert_int_equal(xr_fake_write(h->f, "/local/domain/5/name", name, sizeof(name) - 1), 0);
	host_look(h);
	for (size_t i = 0; i < xenring_n_domains(h->s); i++) {
		assert_int_equal(xenring_domain(h->s, i, &d), 0);
		if (d.domid == 5)
			assert_string_equal(d.domain, "a|b\\x1b[31m\\x00c\\xe2\\x80\\xae");
	}
	xr_fake_remove(h->f, "/local/domain/5/name");
	host_look(h);
	assert_true(host_has_ring(h, "5/vbd:51712/q0"));
}

struct bad {
	const char *name, *key, *value, *op, *about;
};

static void test_bad_values(void **state)
{
	static const struct bad rows[] = {
		{ "outside the table", "ring-ref", "1024", "grant", "outside" },
		{ "far outside", "ring-ref", "4294967295", "grant", "outside" },
		{ "an entry that is not made", "ring-ref", "9", "grant", "invalid" },
		{ "no number", "ring-ref", "eight", "store", "ring-ref" },
		{ "negative", "ring-ref", "-1", "store", "-1" },
		{ "too large a number", "ring-ref", "4294967296", "store", "range" },
		{ "empty", "ring-ref", "", "store", "ring-ref" },
		{ "a port beyond all", "event-channel", "99999999", "store", "event-channel" },
		{ "no port", "event-channel", "x", "store", "event-channel" },
		{ "order 200", "ring-page-order", "200", "store", "ring-page-order" },
		{ "order 5", "ring-page-order", "5", "store", "range" },
		{ "pages that are no power of two", "num-ring-pages", "3", "store", "num-ring-pages" },
		{ "no pages", "num-ring-pages", "0", "store", "num-ring-pages" },
		{ "17 pages", "num-ring-pages", "17", "store", "range" },
		{ "10000 queues", "multi-queue-num-queues", "10000", "store", "10000" },
		{ "no queues", "multi-queue-num-queues", "0", "store", "multi-queue-num-queues" },
		{ "queues that are no number", "multi-queue-num-queues", "two", "store", "two" },
		{ "an ABI nobody knows", "protocol", "sparc-abi", "store", "sparc-abi" },
	};
	struct host *h = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char path[128];

		xr_fake_remove(h->f, FE);
		host_disk(h);
		snprintf(path, sizeof(path), FE "/%s", rows[i].key);
		host_write(h, path, rows[i].value);
		host_look(h);
		print_message("# %s\n", rows[i].name);
		assert_refused(h, RING, rows[i].op, rows[i].about);
		assert_string_equal(host_ring(h, RING).state, "unreadable");
	}
	xr_fake_remove(h->f, FE);
	host_disk(h);
	host_write(h, FE "/multi-queue-num-queues", "10000");
	host_look(h);
	/* whatever is claimed, there are not ten thousand rows of it */
	assert_true(xenring_n_rings(h->s) <= 64);
}

static void test_bad_grants(void **state)
{
	static const struct {
		const char *name;
		uint16_t flags;
		uint32_t grantee;
		const char *about;
	} rows[] = {
		{ "granted to another domain", XR_GTF_PERMIT, 6, "domain 6" },
		{ "granted to the guest itself", XR_GTF_PERMIT, 5, "domain 5" },
		{ "accept_transfer", 2, 0, "accept_transfer" },
		{ "transitive", 3, 0, "transitive" },
		{ "a part of a page", XR_GTF_PERMIT | XR_GTF_SUB_PAGE, 0, "part" },
		{ "invalid", 0, 0, "invalid" },
	};
	struct host *h = *state;
	uint64_t frame;

	host_disk(h);
	host_look(h);
	assert_readable(h, RING);
	assert_non_null(xr_fake_pages(h->f, 5, 1, &frame));
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(xr_fake_grant(h->f, 5, REF, rows[i].flags, rows[i].grantee, frame), 0);
		host_write(h, FE "/poke", "1");
		host_look(h);
		print_message("# %s\n", rows[i].name);
		assert_refused(h, RING, "grant", rows[i].about);
	}
	/* a frame that is not the guest's */
	assert_int_equal(xr_fake_grant(h->f, 5, REF, XR_GTF_PERMIT, 0, 0x12345), 0);
	host_write(h, FE "/poke", "2");
	host_look(h);
	assert_refused(h, RING, "map", "12345");
}

static void test_one_grant_twice(void **state)
{
	struct host *h = *state;

	host_disk(h);
	host_write(h, FE "/ring-page-order", "1");
	host_write(h, FE "/ring-ref0", "8");
	host_write(h, FE "/ring-ref1", "8");
	host_look(h);
	assert_refused(h, RING, "grant", "two");
}

/* ---- rings of several pages --------------------------------------------------- */

/* Two contiguous pages as grants first and first + 1. */
static void two_pages(struct host *h, uint32_t first)
{
	uint64_t frame;

	assert_non_null(xr_fake_pages(h->f, 5, 2, &frame));
	assert_int_equal(xr_fake_grant(h->f, 5, first, XR_GTF_PERMIT, 0, frame), 0);
	assert_int_equal(xr_fake_grant(h->f, 5, first + 1, XR_GTF_PERMIT, 0, frame + 1), 0);
}

static void test_ring_keys(void **state)
{
	static const struct {
		const char *name;
		const char *order, *pages, *ref, *ref0, *ref1;	/* NULL: not there */
		int64_t first, n_pages, slots;
	} rows[] = {
		{ "ring-ref alone", NULL, NULL, "8", NULL, NULL, 8, 1, 32 },
		{ "ring-ref0 alone", NULL, NULL, NULL, "20", NULL, 20, 1, 32 },
		{ "both, no order: ring-ref", NULL, NULL, "8", "20", NULL, 8, 1, 32 },
		{ "both, order 0: ring-ref0", "0", NULL, "8", "20", NULL, 20, 1, 32 },
		{ "order 0, ring-ref alone", "0", NULL, "8", NULL, NULL, 8, 1, 32 },
		{ "order 1", "1", NULL, NULL, "20", "21", 20, 2, 64 },
		{ "order 1, stale ring-ref", "1", NULL, "8", "20", "21", 20, 2, 64 },
		{ "two pages by number", NULL, "2", NULL, "20", "21", 20, 2, 64 },
		{ "one page by number", NULL, "1", NULL, "20", NULL, 20, 1, 32 },
		{ "both, the order counts", "1", "4", NULL, "20", "21", 20, 2, 64 },
	};
	struct host *h = *state;

	two_pages(h, 20);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct xenring_ring r;

		xr_fake_remove(h->f, FE);
		host_disk(h);
		xr_fake_remove(h->f, FE "/ring-ref");
		if (rows[i].order)
			host_write(h, FE "/ring-page-order", rows[i].order);
		if (rows[i].pages)
			host_write(h, FE "/num-ring-pages", rows[i].pages);
		if (rows[i].ref)
			host_write(h, FE "/ring-ref", rows[i].ref);
		if (rows[i].ref0)
			host_write(h, FE "/ring-ref0", rows[i].ref0);
		if (rows[i].ref1)
			host_write(h, FE "/ring-ref1", rows[i].ref1);
		host_look(h);
		r = host_ring(h, RING);
		print_message("# %s\n", rows[i].name);
		assert_readable(h, RING);
		assert_int_equal(r.pages, rows[i].n_pages);
		assert_int_equal(r.slots, rows[i].slots);
		assert_int_equal(r.ring_refs[0], rows[i].first);
	}
}

static void test_missing_second_page(void **state)
{
	struct host *h = *state;

	two_pages(h, 20);
	host_disk(h);
	host_write(h, FE "/ring-page-order", "1");
	host_write(h, FE "/ring-ref0", "20");
	host_look(h);
	assert_refused(h, RING, "store", "ring-ref1");
}

/* Pages may lie anywhere in the guest, not only side by side; and in any order. */
static void test_pages_in_any_order(void **state)
{
	struct host *h = *state;

	two_pages(h, 20);
	host_disk(h);
	host_write(h, FE "/ring-page-order", "1");
	host_write(h, FE "/ring-ref0", "21");
	host_write(h, FE "/ring-ref1", "20");
	host_look(h);
	/* the fake host maps contiguous frames only; it must say so and not show the wrong page */
	if (host_ring(h, RING).error)
		assert_refused(h, RING, "map", "");
}

/* ---- queues -------------------------------------------------------------------- */

static void test_queues(void **state)
{
	struct host *h = *state;

	host_disk(h);
	host_page(h, 30, 0);
	host_page(h, 31, 0);
	host_write(h, BE "/multi-queue-max-queues", "4");
	host_write(h, FE "/multi-queue-num-queues", "2");
	host_write(h, FE "/queue-0/ring-ref", "30");
	host_write(h, FE "/queue-1/ring-ref", "31");
	host_write(h, FE "/queue-1/event-channel", "9");
	host_look(h);
	assert_readable(h, "guest/vbd:51712/q0");
	assert_readable(h, "guest/vbd:51712/q1");
	/* the flat keys are an older connection's */
	assert_int_equal(host_ring(h, "guest/vbd:51712/q0").ring_refs[0], 30);
	assert_int_equal(host_ring(h, "guest/vbd:51712/q1").port, 9);
	assert_int_equal(xr_fake_mapped(h->f), 2);
	host_write(h, FE "/multi-queue-num-queues", "5");
	host_look(h);
	assert_refused(h, RING, "store", "5");
}

/* One queue is flat; only if nothing is flat it is below queue-0. */
static void test_one_queue(void **state)
{
	struct host *h = *state;

	host_disk(h);
	host_page(h, 30, 0);
	host_write(h, FE "/multi-queue-num-queues", "1");
	host_look(h);
	assert_int_equal(host_ring(h, RING).ring_refs[0], REF);
	host_write(h, FE "/queue-0/ring-ref", "30");
	host_look(h);
	assert_int_equal(host_ring(h, RING).ring_refs[0], REF);
	xr_fake_remove(h->f, FE "/ring-ref");
	xr_fake_remove(h->f, FE "/event-channel");
	host_look(h);
	assert_int_equal(host_ring(h, RING).ring_refs[0], 30);
	assert_readable(h, RING);
}

/* One queue whose keys are missing: the others are read all the same. */
static void test_half_a_queue(void **state)
{
	struct host *h = *state;

	host_disk(h);
	host_page(h, 31, 0);
	host_write(h, FE "/multi-queue-num-queues", "2");
	host_write(h, FE "/queue-1/ring-ref", "31");
	host_look(h);
	assert_readable(h, "guest/vbd:51712/q1");
	assert_string_equal(host_ring(h, "guest/vbd:51712/q0").error->op, "store");
	assert_int_equal(xr_fake_mapped(h->f), 1);
}

/* ---- netif, console, store ------------------------------------------------------ */

#define VIF "/local/domain/5/device/vif/0"

static void vif(struct host *h)
{
	assert_int_equal(xr_fake_device(h->f, 5, "vif", 0, 0, "vif"), 0);
	host_page(h, 40, 0);
	host_page(h, 41, 0);
	host_write(h, VIF "/tx-ring-ref", "40");
	host_write(h, VIF "/rx-ring-ref", "41");
}

static void test_netif(void **state)
{
	struct host *h = *state;
	uint32_t *page;

	vif(h);
	host_write(h, VIF "/event-channel", "11");
	host_look(h);
	assert_readable(h, "guest/vif:0/q0/tx");
	assert_readable(h, "guest/vif:0/q0/rx");
	assert_false(host_has_ring(h, "guest/vif:0/ctrl"));
	assert_int_equal(host_ring(h, "guest/vif:0/q0/tx").slots, 256);
	assert_int_equal(host_ring(h, "guest/vif:0/q0/rx").slots, 256);
	/* one event channel for both */
	assert_int_equal(host_ring(h, "guest/vif:0/q0/tx").port, 11);
	assert_int_equal(host_ring(h, "guest/vif:0/q0/rx").port, 11);
	/* or one for each */
	host_write(h, VIF "/event-channel-tx", "12");
	host_write(h, VIF "/event-channel-rx", "13");
	page = host_page(h, 42, 0);
	page[XR_REQ_PROD] = 3;
	host_write(h, VIF "/ctrl-ring-ref", "42");
	host_write(h, VIF "/event-channel-ctrl", "14");
	host_look(h);
	assert_int_equal(host_ring(h, "guest/vif:0/q0/tx").port, 12);
	assert_int_equal(host_ring(h, "guest/vif:0/q0/rx").port, 13);
	assert_int_equal(host_ring(h, "guest/vif:0/ctrl").port, 14);
	assert_int_equal(host_ring(h, "guest/vif:0/ctrl").slots, 128);
	assert_int_equal(host_ring(h, "guest/vif:0/ctrl").in_flight, 3);
}

static void test_netif_queues(void **state)
{
	struct host *h = *state;

	vif(h);
	host_page(h, 42, 0);
	host_page(h, 43, 0);
	host_page(h, 44, 0);
	host_write(h, VIF "/multi-queue-num-queues", "2");
	host_write(h, VIF "/queue-0/tx-ring-ref", "40");
	host_write(h, VIF "/queue-0/rx-ring-ref", "41");
	host_write(h, VIF "/queue-1/tx-ring-ref", "42");
	host_write(h, VIF "/queue-1/rx-ring-ref", "43");
	host_write(h, VIF "/queue-1/event-channel-rx", "15");
	host_write(h, VIF "/ctrl-ring-ref", "44");
	host_look(h);
	assert_readable(h, "guest/vif:0/q0/tx");
	assert_readable(h, "guest/vif:0/q1/rx");
	assert_readable(h, "guest/vif:0/ctrl");
	assert_int_equal(host_ring(h, "guest/vif:0/q1/rx").port, 15);
	assert_int_equal(host_device(h, "guest/vif:0").rings, 5);
	assert_int_equal(host_device(h, "guest/vif:0").queues, 2);
}

static void test_console_and_store(void **state)
{
	struct host *h = *state;
	uint32_t *console = host_page(h, 0, 0), *store = host_page(h, 1, 0);
	struct xenring_ring r;

	host_write(h, "/local/domain/5/console/ring-ref", "4097");
	host_write(h, "/local/domain/5/console/port", "2");
	host_write(h, "/local/domain/5/store/ring-ref", "4098");
	host_write(h, "/local/domain/5/store/port", "1");
	console[3072 / 4] = 5;		/* in_cons, in_prod, out_cons, out_prod */
	console[3072 / 4 + 1] = 6;
	console[3072 / 4 + 2] = 7;
	console[3072 / 4 + 3] = 17;
	store[2048 / 4] = 100;		/* req_cons, req_prod, rsp_cons, rsp_prod */
	store[2048 / 4 + 1] = 120;
	store[2048 / 4 + 2] = 200;
	store[2048 / 4 + 3] = 207;
	host_look(h);
	r = host_ring(h, "guest/console:0/ring");
	assert_readable(h, r.path);
	assert_string_equal(r.kind, "bytes");
	assert_int_equal(r.in_cons, 5);
	assert_int_equal(r.in_prod, 6);
	assert_int_equal(r.out_cons, 7);
	assert_int_equal(r.out_prod, 17);
	assert_int_equal(r.in_size, 1024);
	assert_int_equal(r.out_size, 2048);
	assert_int_equal(r.port, 2);
	r = host_ring(h, "guest/store:0/ring");
	assert_readable(h, r.path);
	assert_string_equal(r.protocol, "xenstore");
	/* the guest's requests go out, replies come in */
	assert_int_equal(r.out_cons, 100);
	assert_int_equal(r.out_prod, 120);
	assert_int_equal(r.in_cons, 200);
	assert_int_equal(r.in_prod, 207);
}

/* Consoles from 1 on have a grant of their own, and may not take the reserved one's place. */
static void test_second_console(void **state)
{
	struct host *h = *state;
	uint32_t *page = host_page(h, 50, 0);
	unsigned consoles = 0;

	host_page(h, 0, 0);
	host_write(h, "/local/domain/5/console/port", "2");
	host_write(h, "/local/domain/5/console/ring-ref", "4097");
	assert_int_equal(xr_fake_device(h->f, 5, "console", 1, 0, "console"), 0);
	host_write(h, "/local/domain/5/device/console/1/ring-ref", "50");
	host_write(h, "/local/domain/5/device/console/1/port", "16");
	/* a folder that would stand beside the toolstack's console 0 is not looked at */
	assert_int_equal(xr_fake_device(h->f, 5, "console", 0, 0, "console"), 0);
	page[3072 / 4 + 3] = 3;
	host_look(h);
	assert_readable(h, "guest/console:1/ring");
	assert_int_equal(host_ring(h, "guest/console:1/ring").out_prod, 3);
	assert_int_equal(host_ring(h, "guest/console:1/ring").port, 16);
	for (size_t i = 0; i < xenring_n_devices(h->s); i++) {
		struct xenring_device d;

		assert_int_equal(xenring_device(h->s, i, &d), 0);
		consoles += !strncmp(d.device, "console:", 8);
	}
	assert_int_equal(consoles, 2);
}

/* ---- pages without a grant, keyboards and framebuffers ----------------------- */

#define KBD "/local/domain/5/device/vkbd/0"
#define FB "/local/domain/5/device/vfb/0"

/* A page of guest 5 that no grant names; its frame as text. */
static uint32_t *frame_page(struct host *h, char text[24])
{
	uint64_t frame;
	uint32_t *page = xr_fake_pages(h->f, 5, 1, &frame);

	assert_non_null(page);
	snprintf(text, 24, "%" PRIu64, frame);
	return page;
}

static void test_vkbd(void **state)
{
	struct host *h = *state;
	uint32_t *page = host_page(h, 60, 0), *old;
	struct xenring_ring r;
	char frame[24];

	/* four words: in_cons, in_prod, out_cons, out_prod */
	page[0] = 100;
	page[1] = 103;
	old = frame_page(h, frame);
	old[0] = 7;
	old[1] = 8;
	assert_int_equal(xr_fake_device(h->f, 5, "vkbd", 0, 0, "vkbd"), 0);
	host_write(h, KBD "/event-channel", "9");
	host_write(h, KBD "/page-ref", frame);
	host_write(h, KBD "/page-gref", "60");
	host_look(h);
	r = host_ring(h, "guest/vkbd:0/in");
	assert_readable(h, r.path);
	assert_string_equal(r.kind, "events");
	assert_string_equal(r.protocol, "kbdif");
	assert_int_equal(r.in_cons, 100);
	assert_int_equal(r.in_prod, 103);
	assert_int_equal(r.in_size, 51);
	assert_int_equal(r.out_size, XENRING_UNKNOWN);
	assert_int_equal(r.port, 9);
	assert_int_equal(r.n_ring_refs, 1);
	assert_int_equal(r.ring_refs[0], 60);
	r = host_ring(h, "guest/vkbd:0/out");
	assert_null(r.error);
	assert_int_equal(r.out_prod, 0);
	assert_int_equal(r.out_size, 25);
	assert_int_equal(r.in_size, XENRING_UNKNOWN);
	/* a grant for somebody else is refused, and the frame beside it not taken in its place */
	assert_int_equal(xr_fake_grant(h->f, 5, 60, XR_GTF_PERMIT, 3, 0x1000), 0);
	host_write(h, KBD "/state", "4");
	host_look(h);
	assert_refused(h, "guest/vkbd:0/in", "grant", "domain 3");
	/* of old there was but the frame */
	xr_fake_remove(h->f, KBD "/page-gref");
	host_write(h, KBD "/state", "4");
	host_look(h);
	r = host_ring(h, "guest/vkbd:0/in");
	assert_readable(h, r.path);
	assert_int_equal(r.in_cons, 7);
	assert_int_equal(r.in_prod, 8);
	assert_int_equal(r.n_ring_refs, 0);
	assert_int_equal(r.pages, 1);
	/* what waits in a page that is 51 events long */
	old[1] = 7 + 52;
	host_look(h);
	assert_string_equal(host_ring(h, "guest/vkbd:0/in").state, "unreadable");
}

static void test_vfb(void **state)
{
	struct host *h = *state;
	char frame[24];
	uint32_t *page = frame_page(h, frame);
	struct xenring_ring r;

	page[2] = 4;
	page[3] = 55;
	assert_int_equal(xr_fake_device(h->f, 5, "vfb", 0, 0, "vfb"), 0);
	host_write(h, FB "/page-ref", frame);
	host_write(h, FB "/event-channel", "10");
	host_write(h, FB "/protocol", "x86_32-abi");
	host_look(h);
	r = host_ring(h, "guest/vfb:0/out");
	assert_readable(h, r.path);
	assert_string_equal(r.protocol, "fbif");
	assert_string_equal(r.abi, "x86_32");
	assert_string_equal(r.state, "full");
	assert_int_equal(r.out_cons, 4);
	assert_int_equal(r.out_prod, 55);
	assert_int_equal(r.out_size, 51);
	assert_int_equal(r.n_ring_refs, 0);
	assert_int_equal(r.port, 10);
	assert_int_equal(host_ring(h, "guest/vfb:0/in").in_size, 25);
	/* no key: the 64-bit one */
	xr_fake_remove(h->f, FB "/protocol");
	host_write(h, FB "/state", "4");
	host_look(h);
	assert_string_equal(host_ring(h, "guest/vfb:0/out").abi, "x86_64");
	/* another page is another connection */
	page = frame_page(h, frame);
	page[3] = 1;
	host_write(h, FB "/page-ref", frame);
	host_look(h);
	r = host_ring(h, "guest/vfb:0/out");
	assert_int_equal(r.out_prod, 1);
	assert_int_equal(r.epoch, 2);
}

/* A frame is the guest's word: it must be one, and its own, and no register of a device. */
static void test_frames_refused(void **state)
{
	static const struct {
		const char *value, *op, *about;
	} rows[] = {
		{ "", "store", "not a frame" }, { "-1", "store", "not a frame" },
		{ "0x1000", "store", "not a frame" }, { "18446744073709551616", "store", "not a frame" },
		{ "7", "map", "not a page" }, { "18446744073709551614", "map", "not a page" },
	};
	struct host *h = *state;
	char frame[24];

	frame_page(h, frame);
	assert_int_equal(xr_fake_device(h->f, 5, "vfb", 0, 0, "vfb"), 0);
	host_look(h);
	assert_refused(h, "guest/vfb:0/in", "store", "page-ref");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		print_message("# %s\n", rows[i].value);
		host_write(h, FB "/page-ref", rows[i].value);
		host_look(h);
		assert_refused(h, "guest/vfb:0/in", rows[i].op, rows[i].about);
		assert_refused(h, "guest/vfb:0/out", rows[i].op, rows[i].about);
		assert_int_equal(host_ring(h, "guest/vfb:0/in").n_ring_refs, 0);
	}
	host_write(h, FB "/page-ref", frame);
	host_look(h);
	assert_readable(h, "guest/vfb:0/in");
	host_write(h, "/local/domain/5/device/pci/0/state", "4");
	host_write(h, FB "/state", "4");
	host_look(h);
	assert_refused(h, "guest/vfb:0/in", "map", "PCI");
	assert_int_equal(host_ring(h, "guest/vfb:0/in").n_ring_refs, 0);
	/* a grant is another matter */
	assert_int_equal(xr_fake_device(h->f, 5, "vkbd", 0, 0, "vkbd"), 0);
	host_write(h, KBD "/page-ref", frame);
	host_look(h);
	assert_refused(h, "guest/vkbd:0/in", "map", "PCI");
	host_page(h, 60, 0);
	host_write(h, KBD "/page-gref", "60");
	host_look(h);
	assert_readable(h, "guest/vkbd:0/in");
}

/* ---- 9pfs --------------------------------------------------------------------- */

#define P9 "/local/domain/5/device/9pfs/0"

static void test_9pfs(void **state)
{
	struct host *h = *state;
	uint32_t *page = host_page(h, 70, 0), *other = host_page(h, 71, 0);
	struct xenring_ring r;

	/* in_cons, in_prod at 0, out_cons, out_prod at 64, ring_order at 128 */
	page[0] = 1;
	page[1] = 3;
	page[16] = 10;
	page[17] = 40;
	page[32] = 4;
	other[32] = 0;
	assert_int_equal(xr_fake_device(h->f, 5, "9pfs", 0, 0, "9pfs"), 0);
	host_write(h, P9 "/num-rings", "2");
	host_write(h, P9 "/ring-ref0", "70");
	host_write(h, P9 "/ring-ref1", "71");
	host_write(h, P9 "/event-channel-0", "20");
	host_write(h, P9 "/event-channel-1", "21");
	host_look(h);
	r = host_ring(h, "guest/9pfs:0/r0");
	assert_readable(h, r.path);
	assert_string_equal(r.protocol, "9pfs");
	assert_string_equal(r.kind, "flex");
	assert_int_equal(r.in_cons, 1);
	assert_int_equal(r.in_prod, 3);
	assert_int_equal(r.out_cons, 10);
	assert_int_equal(r.out_prod, 40);
	assert_int_equal(r.in_size, 32768);
	assert_int_equal(r.out_size, 32768);
	assert_int_equal(r.port, 20);
	r = host_ring(h, "guest/9pfs:0/r1");
	assert_readable(h, r.path);
	assert_int_equal(r.in_size, 2048);
	assert_int_equal(r.port, 21);
	assert_int_equal(r.ring_refs[0], 71);
	assert_int_equal(host_device(h, "guest/9pfs:0").queues, 2);
	/* what the backend does not offer */
	host_write(h, "/local/domain/0/backend/9pfs/5/0/max-rings", "1");
	host_write(h, P9 "/state", "4");
	host_look(h);
	assert_string_equal(host_ring(h, "guest/9pfs:0/r0").state, "unreadable");
	host_write(h, "/local/domain/0/backend/9pfs/5/0/max-rings", "4");
	/* a size that the guest cannot have: told, and nothing is read by it */
	other[32] = 10;
	host_write(h, P9 "/ring-ref1", "999");
	host_look(h);
	host_write(h, P9 "/ring-ref1", "71");
	host_look(h);
	r = host_ring(h, "guest/9pfs:0/r1");
	assert_string_equal(r.state, "unreadable");
	assert_non_null(r.error);
	assert_non_null(strstr(r.error->text, "ring_order"));
	assert_int_equal(r.in_size, 1 << 20);
	/* more queued than there is room: the indices of the other ring */
	page[17] = 10 + 32768 + 1;
	host_look(h);
	assert_string_equal(host_ring(h, "guest/9pfs:0/r0").state, "unreadable");
}

/* ---- mailboxes ------------------------------------------------------------------ */

#define PCI "/local/domain/5/device/pci/0"
#define TPM "/local/domain/5/device/vtpm/0"

static void look_after(struct host *h, int64_t ns)
{
	struct xenring_time t;

	xr_fake_clock(h->f, &t);
	assert_int_equal(xr_fake_advance(h->f, t.mono_ns + ns, false), 0);
	host_look(h);
}

static void test_pci(void **state)
{
	struct host *h = *state;
	uint32_t *page = host_page(h, 80, 0);
	struct xenring_ring r;

	assert_int_equal(xr_fake_device(h->f, 5, "pci", 0, 0, "pci"), 0);
	host_write(h, PCI "/pci-op-ref", "80");
	host_write(h, PCI "/event-channel", "30");
	host_write(h, PCI "/magic", "7");
	host_look(h);
	r = host_ring(h, "guest/pci:0/op");
	assert_readable(h, r.path);
	assert_string_equal(r.kind, "mailbox");
	assert_string_equal(r.protocol, "pciif");
	assert_string_equal(r.state, "idle");
	assert_int_equal(r.in_flight, 0);
	assert_int_equal(r.slots, XENRING_UNKNOWN);
	assert_int_equal(r.port, 30);
	/* a request: Linux gives up after 2 s */
	page[0] = 1;
	host_look(h);
	assert_int_equal(host_ring(h, "guest/pci:0/op").in_flight, 1);
	look_after(h, 1000000000);
	assert_string_equal(host_ring(h, "guest/pci:0/op").state, "busy");
	look_after(h, 1000000000);
	assert_string_equal(host_ring(h, "guest/pci:0/op").state, "stuck");
	page[0] = 2;
	host_look(h);
	assert_int_equal(host_ring(h, "guest/pci:0/op").in_flight, 0);
	page[0] = 2 | 4 | 1;
	host_look(h);
	assert_int_equal(host_ring(h, "guest/pci:0/op").in_flight, 2);
	assert_int_equal(host_device(h, "guest/pci:0").in_flight, 2);
}

/* Which row describes the ring: the record of its page tells. */
static const char *page_record(struct host *h, const char *path)
{
	static char name[40];
	struct xenring_slots *slots = NULL;
	struct xenring_slot slot = { .index = 0 };
	struct xenring_ring r;
	size_t i = 0;

	while (!xenring_ring(h->s, i, &r) && strcmp(r.path, path))
		i++;
	assert_int_equal(xenring_read_slots(h->x, h->s, i, &slots), 0);
	assert_int_equal(xenring_slot(slots, xenring_n_slots(slots) - 1, &slot), 0);
	assert_string_equal(slot.state, "page");
	snprintf(name, sizeof(name), "%s", slot.type);
	xenring_slots_free(slots);
	return name;
}

static void test_vtpm(void **state)
{
	static const struct {
		const char *value;	/* of feature-protocol-v2; NULL: there is none */
		const char *page;
	} rows[] = {
		{ NULL, "v1" }, { "1", "page" }, { "0", "v1" }, { "x", "page" },
	};
	struct host *h = *state;
	uint32_t *page;

	/* the TPM is in a domain of its own */
	assert_int_equal(xr_fake_domain(h->f, 3, "vtpm", 1), 0);
	page = host_page(h, 90, 3);
	assert_int_equal(xr_fake_device(h->f, 5, "vtpm", 0, 3, "vtpm"), 0);
	host_write(h, TPM "/event-channel", "31");
	/* not connected: one ring, whatever version it will be */
	host_write(h, TPM "/state", "1");
	host_look(h);
	assert_int_equal(host_device(h, "guest/vtpm:0").rings, 1);
	host_write(h, TPM "/state", "4");
	host_look(h);
	assert_refused(h, "guest/vtpm:0/ring", "store", "ring-ref");
	host_write(h, TPM "/ring-ref", "90");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		xr_fake_remove(h->f, TPM "/feature-protocol-v2");
		if (rows[i].value)
			host_write(h, TPM "/feature-protocol-v2", rows[i].value);
		host_write(h, TPM "/state", "4");
		host_look(h);
		assert_int_equal(host_device(h, "guest/vtpm:0").rings, 1);
		assert_readable(h, "guest/vtpm:0/ring");
		assert_string_equal(page_record(h, "guest/vtpm:0/ring"), rows[i].page);
	}
	/* a command may take minutes: submit, at the second word's first byte */
	page[1] = 1;
	host_look(h);
	assert_int_equal(host_ring(h, "guest/vtpm:0/ring").in_flight, 1);
	look_after(h, 200000000000);
	assert_string_equal(host_ring(h, "guest/vtpm:0/ring").state, "busy");
	look_after(h, 100000000000);
	assert_string_equal(host_ring(h, "guest/vtpm:0/ring").state, "stuck");
	page[1] = 2;
	host_look(h);
	assert_int_equal(host_ring(h, "guest/vtpm:0/ring").in_flight, 0);
	look_after(h, 1000000000);
	assert_string_equal(host_ring(h, "guest/vtpm:0/ring").state, "idle");
}

/* A device nobody has a protocol for is listed, without rings. */
static void test_unknown_type(void **state)
{
	struct host *h = *state;

	assert_int_equal(xr_fake_device(h->f, 5, "vfoo", 3, 0, "vfoo"), 0);
	host_look(h);
	assert_true(host_has_device(h, "guest/vfoo:3"));
	assert_null(host_device(h, "guest/vfoo:3").protocol);
	assert_int_equal(xenring_n_rings(h->s), 0);
}

/* ---- coming and going ------------------------------------------------------------ */

static void test_new_connection(void **state)
{
	struct host *h = *state;
	uint32_t *page = host_disk(h), *other;
	struct xenring_ring r;

	page[XR_REQ_PROD] = page[XR_RSP_PROD] = 1000;
	host_look(h);
	host_look(h);
	assert_true(host_ring(h, RING).requests_per_s <= 0);
	other = host_page(h, 60, 0);
	other[XR_REQ_PROD] = other[XR_RSP_PROD] = 2;
	host_write(h, FE "/ring-ref", "60");
	host_look(h);
	r = host_ring(h, RING);
	assert_int_equal(r.epoch, 2);
	assert_int_equal(r.req_prod, 2);
	/* from 1000 to 2 is no rate: it is another ring */
	assert_false(r.requests_per_s <= 0 || r.requests_per_s > 0);
	assert_int_equal(xr_fake_mapped(h->f), 1);
	/* the same keys written again are the same connection */
	host_write(h, FE "/ring-ref", "60");
	host_look(h);
	assert_int_equal(host_ring(h, RING).epoch, 2);
	/* another port is another connection */
	host_write(h, FE "/event-channel", "8");
	host_look(h);
	assert_int_equal(host_ring(h, RING).epoch, 3);
	assert_int_equal(xr_fake_mapped(h->f), 1);
}

/* The entry changes under the same reference: seen by the next look, before its page is read. */
static void test_regrant_in_place(void **state)
{
	struct host *h = *state;
	uint32_t *page = host_disk(h), *other;

	page[XR_REQ_PROD] = 5;
	host_look(h);
	other = host_page(h, REF, 0);
	other[XR_REQ_PROD] = 9;
	host_look(h);
	assert_int_equal(host_ring(h, RING).req_prod, 9);
	assert_int_equal(host_ring(h, RING).epoch, 2);
	assert_int_equal(xr_fake_mapped(h->f), 1);
}

/* The backend lets go of the grant (a guest that dies loses just that): not read any more. */
static void test_backend_lets_go(void **state)
{
	struct host *h = *state;
	uint64_t frame;
	void *page = xr_fake_pages(h->f, 5, 1, &frame);

	assert_non_null(page);
	host_disk(h);
	assert_int_equal(xr_fake_grant(h->f, 5, REF, XR_GTF_PERMIT | XR_GTF_READING, 0, frame), 0);
	host_look(h);
	assert_readable(h, RING);
	assert_int_equal(xr_fake_grant(h->f, 5, REF, XR_GTF_PERMIT, 0, frame), 0);
	host_write(h, FE "/state", "6");
	host_look(h);
	assert_int_equal(xr_fake_mapped(h->f), 0);
	assert_string_equal(host_ring(h, RING).state, "closed");
}

static void test_device_vanishes(void **state)
{
	struct host *h = *state;

	host_disk(h);
	vif(h);
	host_look(h);
	assert_true(host_has_device(h, DEV));
	xr_fake_remove(h->f, FE);
	xr_fake_remove(h->f, BE);
	xr_fake_remove(h->f, COPY);
	host_look(h);
	assert_false(host_has_device(h, DEV));
	assert_readable(h, "guest/vif:0/q0/tx");
	/* all devices at once: the guest removes its folder */
	xr_fake_remove(h->f, "/local/domain/5/device");
	host_look(h);
	assert_int_equal(xr_fake_mapped(h->f), 0);
	/* the toolstack still knows this one: it is shown, and says what is missing */
	assert_true(host_has_device(h, "guest/vif:0"));
	assert_non_null(host_device(h, "guest/vif:0").error);
	host_write(h, FE "/backend", BE);
	host_disk(h);
	host_look(h);
	assert_readable(h, RING);
}

static void test_domain_dies(void **state)
{
	struct host *h = *state;

	host_disk(h);
	host_look(h);
	assert_readable(h, RING);
	xr_fake_dominfo(h->f, 5)->dying = true;
	xenring_refresh_domains(h->x);
	host_look(h);
	assert_int_equal(xr_fake_mapped(h->f), 0);
	xr_fake_destroy(h->f, 5);
	host_look(h);
	assert_false(host_has_device(h, DEV));
	assert_int_equal(xr_fake_mapped(h->f), 0);
}

/* Suspended guests' pages are let go of; paused ones' are not. */
static void test_suspend(void **state)
{
	struct host *h = *state;

	host_disk(h);
	host_look(h);
	xr_fake_dominfo(h->f, 5)->paused = true;
	xenring_refresh_domains(h->x);
	host_look(h);
	assert_int_equal(xr_fake_mapped(h->f), 1);
	xr_fake_dominfo(h->f, 5)->shutdown = true;
	xr_fake_dominfo(h->f, 5)->shutdown_reason = 2;
	xenring_refresh_domains(h->x);
	host_look(h);
	assert_int_equal(xr_fake_mapped(h->f), 0);
	xr_fake_dominfo(h->f, 5)->shutdown = xr_fake_dominfo(h->f, 5)->paused = false;
	xenring_refresh_domains(h->x);
	host_look(h);
	assert_readable(h, RING);
}

/* Longer than a suspended domain goes unasked for. */
static void pass(struct host *h)
{
	struct xenring_time now;

	assert_int_equal(xenring_now(h->x, &now), 0);
	assert_int_equal(xenring_wait(h->x, now.mono_ns + 60000000), 0);
}

/* A checkpoint: the guest runs on, and nobody says so. */
static void test_checkpoint(void **state)
{
	struct host *h = *state;

	host_disk(h);
	host_look(h);
	xr_fake_dominfo(h->f, 5)->shutdown = true;
	xr_fake_dominfo(h->f, 5)->shutdown_reason = 2;
	xenring_refresh_domains(h->x);
	host_look(h);
	assert_int_equal(xr_fake_mapped(h->f), 0);
	pass(h);
	host_look(h);
	assert_int_equal(xr_fake_mapped(h->f), 0);
	xr_fake_dominfo(h->f, 5)->shutdown = false;
	pass(h);
	host_look(h);
	assert_readable(h, RING);
}

/* The number is given to another guest at once: nothing of the old one is kept. */
static void test_domid_reused(void **state)
{
	struct host *h = *state;
	uint32_t *page = host_disk(h);

	page[XR_REQ_PROD] = page[XR_RSP_PROD] = 77;
	host_look(h);
	host_look(h);
	memset(xr_fake_dominfo(h->f, 5)->uuid, 0xab, 16);
	page[XR_REQ_PROD] = page[XR_RSP_PROD] = 5000;
	xenring_refresh_domains(h->x);
	host_look(h);
	assert_int_equal(host_ring(h, RING).epoch, 1);
	assert_false(host_ring(h, RING).requests_per_s >= 0);	/* not known */
	assert_int_equal(xr_fake_mapped(h->f), 1);
}

/* A snapshot outlives what it shows, and its handle. */
static void test_old_snapshots(void **state)
{
	struct host *h = *state;
	struct xenring_snapshot *old;
	struct xenring_ring r;

	host_disk(h);
	host_look(h);
	old = xenring_snapshot_ref(h->s);
	xr_fake_destroy(h->f, 5);
	host_look(h);
	host_close(h);
	assert_int_equal(xenring_ring(old, 0, &r), 0);
	assert_string_equal(r.path, RING);
	xenring_snapshot_unref(old);
	host_open(h);
}

/* Looking again without any news asks xenstore nothing. */
static void test_quiet_host_asks_nothing(void **state)
{
	struct host *h = *state;
	uint64_t before;

	host_disk(h);
	vif(h);
	host_look(h);
	before = xr_fake_requests(h->f);
	for (int i = 0; i < 100; i++)
		host_look(h);
	assert_true(xr_fake_requests(h->f) == before);
}

/* Closing does not take back the watches one by one: each would be a request. */
static void test_end_asks_nothing(void **state)
{
	struct host *h = *state;
	uint64_t n;

	host_disk(h);
	host_look(h);
	n = xr_fake_requests(h->f);
	xr_plan_drop(&h->x->plan);
	xr_discovery_free(h->x->disc);
	h->x->disc = NULL;
	assert_int_equal(xr_fake_requests(h->f), n);
	assert_int_equal(xr_fake_mapped(h->f), 0);
}

/* A guest that makes folders without end: only so many are looked at. */
static void test_many_devices(void **state)
{
	struct host *h = *state;

	for (unsigned i = 0; i < 3000; i++) {
		char path[96];

		snprintf(path, sizeof(path), "/local/domain/5/device/vbd/%u", i);
		assert_int_equal(xr_fake_write(h->f, path, "", 0), 0);
	}
	host_look(h);
	assert_true(xenring_n_devices(h->s) <= 1024);
}

/* Names of folders that are no devices. */
static void test_odd_folders(void **state)
{
	static const char *const names[] = {
		"/local/domain/5/device/vbd/x", "/local/domain/5/device/vbd/-1",
		"/local/domain/5/device/vbd/4294967296", "/local/domain/5/device/vbd/1 ",
		"/local/domain/5/device/\033[31m/0",
		"/local/domain/5/device/averyveryveryverylongtypeofdevice/0",
		"/local/domain/x/device/vbd/0", "/local/domain/40000/device/vbd/0",
	};
	struct host *h = *state;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_int_equal(xr_fake_write(h->f, names[i], "", 0), 0);
	host_look(h);
	for (size_t i = 0; i < xenring_n_devices(h->s); i++) {
		struct xenring_device d;

		assert_int_equal(xenring_device(h->s, i, &d), 0);
		fail_msg("%s is no device", d.path);
	}
}

/* News every 10 us, long before anybody has looked at the last. */
static int always_news(struct xr_source *src, int64_t until_mono_ns)
{
	struct xr_fake *f = xr_fake_of(src);
	struct xenring_time now;

	(void)until_mono_ns;
	xr_fake_clock(f, &now);
	assert_int_equal(xr_fake_advance(f, now.mono_ns + 10000, false), 0);
	return 1;
}

/* However fast a guest rewrites its keys, a wait ends when its time is up. */
static void test_storm(void **state)
{
	struct xr_source_ops stormy = xr_source_fake;
	struct xenring_time before, after;
	struct xenring *x = NULL;

	(void)state;
	stormy.wait = always_news;
	assert_int_equal(xenring_new(&x), 0);
	assert_int_equal(xenring_open(x, "fake:demo,fast"), 0);
	x->src.ops = &stormy;
	assert_int_equal(xenring_now(x, &before), 0);
	alarm(20);	/* a wait that never ends must not hang the run */
	assert_int_equal(xenring_wait(x, before.mono_ns + 120000000), 0);
	alarm(0);
	assert_int_equal(xenring_now(x, &after), 0);
	assert_true(after.mono_ns - before.mono_ns >= 120000000);
	x->src.ops = &xr_source_fake;
	xenring_close(x);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_confirmed), TEST(test_unconfirmed), TEST(test_xenops_copy), TEST(test_forged),
		TEST(test_forged_with_nul), TEST(test_toolstack_disagrees), TEST(test_driver_domain),
		TEST(test_half_built), TEST(test_empty_folder), TEST(test_states),
		TEST(test_garbage_everywhere), TEST(test_name_is_printable), TEST(test_bad_values),
		TEST(test_bad_grants), TEST(test_one_grant_twice), TEST(test_ring_keys),
		TEST(test_missing_second_page), TEST(test_pages_in_any_order), TEST(test_queues),
		TEST(test_one_queue), TEST(test_half_a_queue), TEST(test_netif), TEST(test_netif_queues),
		TEST(test_console_and_store), TEST(test_second_console), TEST(test_unknown_type),
		TEST(test_vkbd), TEST(test_vfb), TEST(test_frames_refused), TEST(test_9pfs),
		TEST(test_pci), TEST(test_vtpm),
		TEST(test_new_connection), TEST(test_regrant_in_place), TEST(test_backend_lets_go),
		TEST(test_device_vanishes), TEST(test_domain_dies), TEST(test_suspend),
		TEST(test_checkpoint), TEST(test_domid_reused), TEST(test_old_snapshots),
		TEST(test_quiet_host_asks_nothing), TEST(test_end_asks_nothing),
		TEST(test_many_devices), TEST(test_odd_folders),
		cmocka_unit_test(test_storm),
	};

	return RUN(tests);
}
