/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Discovery over a host in memory: who is believed, what a guest can write
 * without harm, and what happens when devices and domains come and go.
 */
#include <config.h>

#include "lib/test.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "context.h"
#include "lib/host.h"
#include "snapshot.h"
#include "lib/pvcalls.h"
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

/* ---- netif ----------------------------------------------------------------------- */

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

/* ---- habits of frontends that are not Linux' ---------------------------------- */

/* One slot that the frontend of a disk has put, by its index. */
static void slot_of(struct host *h, size_t at, struct xenring_slot *ret, struct xenring_slots **slots)
{
	size_t i = 0;

	while (strcmp(h->s->top->rings[i].path, RING))
		i++;
	assert_int_equal(xenring_read_slots(h->x, h->s, i, slots), 0);
	for (i = 0; i < xenring_n_slots(*slots); i++) {
		assert_int_equal(xenring_slot(*slots, i, ret), 0);
		if (ret->index == (int64_t)at)
			return;
	}
	fail_msg("there is no slot %zu", at);
}

/*
 * xenvbd: multi-queue-num-queues even for one queue, whose keys are flat; ids
 * are kernel pointers; rsp_event is rsp_cons + 1 after each batch, whatever is
 * still to come.
 */
static void test_windows_disk(void **state)
{
	static const uint64_t pointer = UINT64_C(0xffffe00123456780);
	struct xenring_slots *slots = NULL;
	struct host *h = *state;
	uint32_t *page = host_disk(h);
	struct xenring_slot slot;
	struct xenring_ring r;

	host_write(h, FE "/multi-queue-num-queues", "1");
	host_write(h, FE "/protocol", "x86_64-abi");
	page[XR_REQ_PROD] = 70;
	page[XR_RSP_PROD] = 66;
	page[XR_RSP_EVENT] = 67;
	memcpy((uint8_t *)page + xr_slot_at(69, 32, 64, 112) + 8, &pointer, sizeof(pointer));
	host_look(h);
	r = host_ring(h, RING);
	assert_readable(h, RING);
	assert_int_equal(r.in_flight, 4);
	assert_string_equal(r.state, "busy");
	slot_of(h, 69, &slot, &slots);
	assert_true(slot.id && *slot.id == pointer);
	xenring_slots_free(slots);
}

/* FreeBSD's blkfront: both keys for the pages, and those of an older protocol. */
static void test_freebsd_disk(void **state)
{
	struct host *h = *state;
	struct xenring_ring r;

	host_disk(h);
	two_pages(h, 20);
	xr_fake_remove(h->f, FE "/ring-ref");
	host_write(h, FE "/ring-ref0", "20");
	host_write(h, FE "/ring-ref1", "21");
	host_write(h, FE "/num-ring-pages", "2");
	host_write(h, FE "/ring-page-order", "1");
	host_write(h, FE "/max-requests", "64");
	host_write(h, FE "/max-request-segments", "11");
	host_write(h, FE "/max-request-size", "45056");
	host_look(h);
	r = host_ring(h, RING);
	assert_readable(h, RING);
	assert_int_equal(r.pages, 2);
	assert_int_equal(r.slots, 64);
}

/*
 * netfront until Linux 4.9, and those made after it: rsp_event is put half-way
 * between what was taken and what was asked, so it may be ahead of rsp_prod.
 */
static void test_midpoint_events(void **state)
{
	struct host *h = *state;
	struct xenring_ring r;
	uint32_t *page;

	vif(h);
	host_write(h, VIF "/event-channel", "11");
	page = host_page(h, 40, 0);
	page[XR_REQ_PROD] = 5;		/* over 2^32: 10 in flight */
	page[XR_RSP_PROD] = UINT32_MAX - 4;
	page[XR_RSP_EVENT] = UINT32_MAX - 4 + ((10u) >> 1) + 1;
	page[XR_REQ_EVENT] = 6;
	host_look(h);
	r = host_ring(h, "guest/vif:0/q0/tx");
	assert_null(r.error);
	assert_string_equal(r.state, "busy");
	assert_int_equal(r.in_flight, 10);
	assert_int_equal(r.rsp_event, 1);
	/* the backend has them all: it waits for the next */
	assert_int_equal(r.req_cons_min, 5);
	assert_int_equal(r.req_cons_max, 5);
}

/* ---- vscsiif --------------------------------------------------------------------- */

#define VSCSI "/local/domain/5/device/vscsi/3"

/* The slots of the ring, which must have no fault to be read by. */
static struct xenring_slots *host_slots(struct host *h, const char *path)
{
	struct xenring_slots *slots = NULL;
	struct xenring_ring r;
	size_t i = 0;

	while (!xenring_ring(h->s, i, &r) && strcmp(r.path, path))
		i++;
	if (xenring_read_slots(h->x, h->s, i, &slots))
		fail_msg("%s: %s", path, xenring_message(h->x));
	return slots;
}

static void test_vscsi(void **state)
{
	struct host *h = *state;
	uint32_t *page = host_page(h, 50, 0), *list = host_page(h, 51, 0);
	uint8_t *request = (uint8_t *)page + 64;
	struct xenring_slots *slots;
	struct xenring_slot s = { .index = 0 };
	struct xenring_ring r;

	assert_int_equal(xr_fake_device(h->f, 5, "vscsi", 3, 0, "vscsi"), 0);
	host_write(h, VSCSI "/ring-ref", "50");
	host_write(h, VSCSI "/event-channel", "21");
	host_write(h, VSCSI "/vscsi-devs/dev-0/state", "4");
	page[XR_REQ_PROD] = 1;
	page[XR_REQ_EVENT] = 2;
	/* a command with one page that holds two segments; target 7 */
	request[0] = 0x34;
	request[1] = 0x12;
	request[2] = 1;
	request[24] = 7;
	request[30] = 1;
	request[31] = 0x81;
	request[32] = 51;
	request[38] = 16;
	list[0] = 600;
	list[1] = 4096 << 16;
	list[2] = 601;
	list[3] = 512 << 16;
	host_look(h);
	assert_readable(h, "guest/vscsi:3/ring");
	r = host_ring(h, "guest/vscsi:3/ring");
	assert_int_equal(r.slots, 16);
	assert_int_equal(r.port, 21);
	assert_int_equal(r.in_flight, 1);
	assert_int_equal(r.req_cons_min, 1);
	assert_int_equal(r.req_cons_max, 1);
	assert_string_equal(r.protocol, "vscsiif");
	assert_int_equal(host_device(h, "guest/vscsi:3").rings, 1);

	slots = host_slots(h, r.path);
	assert_int_equal(xenring_n_slots(slots), 16);
	assert_int_equal(xenring_slot(slots, 15, &s), 0);
	assert_string_equal(s.state, "request");
	assert_string_equal(s.type, "indirect");
	/* what ties the answer to it, and not the target that is called id */
	assert_non_null(s.id);
	assert_int_equal(*s.id, 0x1234);
	assert_int_equal(s.n_grefs, 3);
	assert_int_equal(s.grefs[0], 51);
	assert_int_equal(s.grefs[1], 600);
	assert_int_equal(s.grefs[2], 601);
	xenring_slots_free(slots);

	/* and the answer to an abort, which says so by its number alone */
	page[XR_RSP_PROD] = 1;
	memset(request, 0, 252);
	request[0] = 0x78;
	request[2] = 1;
	request[100] = 0x02;
	request[101] = 0x20;
	slots = host_slots(h, r.path);
	assert_int_equal(xenring_slot(slots, 15, &s), 0);
	assert_string_equal(s.state, "response");
	assert_string_equal(s.type, "reset_response");
	assert_int_equal(*s.id, 0x78);
	xenring_slots_free(slots);
}

/* ---- usbif ----------------------------------------------------------------------- */

/* Where a slot of that size begins in the ring's page. */
static uint8_t *slot_at(uint32_t *page, unsigned slot, size_t size)
{
	return (uint8_t *)page + 64 + slot * size;
}

static void put_le(uint8_t *at, uint32_t value, size_t size)
{
	for (size_t i = 0; i < size; i++)
		at[i] = (uint8_t)(value >> (8 * i));
}

static int hear_fault(void *data, const struct xenring_field *f, const char *text)
{
	char *said = data;

	(void)f;
	if (!*said)
		snprintf(said, 160, "%s", text);
	return 0;
}

/* The lengths of packets, one behind the other. */
static int hear_packet(void *data, const struct xenring_value *v)
{
	char *said = data;

	if (v->known && !strcmp(v->field->name, "actual_length"))
		snprintf(said + strlen(said), 80 - strlen(said), "%u ", (unsigned)v->u);
	return 0;
}

static void usb(struct host *h, const char *type)
{
	static const struct xenring_visitor faults = { .fault = hear_fault };
	static const struct xenring_visitor packets = { .value = hear_packet };
	uint32_t *urb = host_page(h, 60, 0), *conn = host_page(h, 61, 0);
	uint8_t *first = (uint8_t *)host_page(h, 62, 0), *second = (uint8_t *)host_page(h, 63, 0);
	uint8_t *isoc = slot_at(urb, 0, 148);
	char key[96], path[40], said[160] = "", lengths[80] = "";
	struct xenring_slots *slots;
	struct xenring_slot s = { .index = 0 };
	struct xenring_ring r;

	assert_int_equal(xr_fake_device(h->f, 5, type, 1, 0, type), 0);
	snprintf(key, sizeof(key), "/local/domain/5/device/%s/1/urb-ring-ref", type);
	host_write(h, key, "60");
	snprintf(key, sizeof(key), "/local/domain/5/device/%s/1/conn-ring-ref", type);
	host_write(h, key, "61");
	snprintf(key, sizeof(key), "/local/domain/5/device/%s/1/event-channel", type);
	host_write(h, key, "22");
	urb[XR_REQ_PROD] = 1;
	urb[XR_REQ_EVENT] = 2;
	conn[XR_REQ_PROD] = 512;
	/* four packets are claimed, three described, the second in both pages */
	put_le(isoc, 9, 2);
	put_le(isoc + 16, 4, 2);
	put_le(isoc + 18, 2, 2);
	put_le(isoc + 20, 62, 4);
	put_le(isoc + 24, 4072, 2);
	put_le(isoc + 26, 24, 2);
	put_le(isoc + 28, 63, 4);
	put_le(isoc + 34, 24, 2);
	put_le(first + 4080, 100, 4);
	put_le(second, 101, 4);
	put_le(second + 16, 102, 4);
	host_look(h);

	snprintf(path, sizeof(path), "guest/%s:1/conn", type);
	assert_readable(h, path);
	r = host_ring(h, path);
	assert_int_equal(r.slots, 512);
	assert_int_equal(r.in_flight, 512);
	assert_int_equal(r.port, 22);
	assert_string_equal(r.state, "idle");
	snprintf(path, sizeof(path), "guest/%s:1/urb", type);
	assert_readable(h, path);
	r = host_ring(h, path);
	assert_int_equal(r.slots, 16);
	assert_int_equal(r.port, 22);
	assert_string_equal(r.protocol, "usbif");

	slots = host_slots(h, path);
	assert_int_equal(xenring_slot(slots, 15, &s), 0);
	assert_string_equal(s.type, "isoc");
	assert_int_equal(*s.id, 9);
	assert_int_equal(s.n_grefs, 2);
	assert_int_equal(s.grefs[0], 62);
	assert_int_equal(s.grefs[1], 63);
	assert_int_equal(xenring_walk_slot(slots, 15, &packets, lengths), 0);
	assert_string_equal(lengths, "100 101 102 ");
	assert_int_equal(xenring_walk_slot(slots, 15, &faults, said), 0);
	assert_string_equal(said, "number_of_packets asks for 4 frames, there are 3");
	xenring_slots_free(slots);
}

static void test_usb(void **state)
{
	usb(*state, "vusb");
}

static void test_usb_of_qemu(void **state)
{
	usb(*state, "qusb");
}

/* ---- fsif ------------------------------------------------------------------------ */

#define VFS "/local/domain/5/device/vfs/0"

static void test_fs(void **state)
{
	struct host *h = *state;
	struct xenring_slots *slots;
	struct xenring_slot s = { .index = 0 };
	uint32_t *page;

	two_pages(h, 70);
	page = host_page(h, 72, 0);
	page[XR_REQ_PROD] = 1;
	*slot_at(page, 0, 56) = 5;
	assert_int_equal(xr_fake_device(h->f, 5, "vfs", 0, 0, "vfs"), 0);
	host_write(h, VFS "/ring-ref", "72");
	host_write(h, VFS "/event-channel", "23");
	host_look(h);
	assert_readable(h, "guest/vfs:0/ring");
	assert_int_equal(host_ring(h, "guest/vfs:0/ring").slots, 64);
	assert_int_equal(host_ring(h, "guest/vfs:0/ring").port, 23);
	slots = host_slots(h, "guest/vfs:0/ring");
	assert_int_equal(xenring_slot(slots, 63, &s), 0);
	assert_string_equal(s.type, "raw");
	assert_null(s.id);
	assert_int_equal(s.n_grefs, 0);
	xenring_slots_free(slots);
	/* later frontends: two pages, by number */
	xr_fake_remove(h->f, VFS "/ring-ref");
	host_write(h, VFS "/ring-size", "2");
	host_write(h, VFS "/ring-ref-0", "70");
	host_write(h, VFS "/ring-ref-1", "71");
	host_look(h);
	assert_readable(h, "guest/vfs:0/ring");
	assert_int_equal(host_ring(h, "guest/vfs:0/ring").slots, 128);
	assert_int_equal(host_ring(h, "guest/vfs:0/ring").pages, 2);
	host_write(h, VFS "/ring-size", "3");
	host_look(h);
	assert_refused(h, "guest/vfs:0/ring", "store", "ring-size");
}

/* As the drivers of then wrote it: it is seen, it is told what is wrong, and nothing is mapped. */
static void test_fs_of_old(void **state)
{
	struct host *h = *state;

	host_page(h, 72, 0);
	host_write(h, VFS "/ring-size", "1");
	host_write(h, VFS "/ring-ref-0", "72");
	host_write(h, VFS "/event-channel", "23");
	host_write(h, VFS "/backend", "/local/domain/0/backend/vfs/3");
	host_write(h, VFS "/state", "ready");
	host_look(h);
	assert_string_equal(host_device(h, "guest/vfs:0").protocol, "fsif");
	assert_refused(h, "guest/vfs:0/ring", "store", "frontend/state is \"ready\"");
}

/* ---- console and store --------------------------------------------------------- */

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

/* ---- pvcalls ---------------------------------------------------------------- */

static void test_pvcalls(void **state)
{
	struct host *h = *state;
	struct xenring_slots *slots;
	struct xenring_slot slot;
	uint32_t *page = calls(h);

	/* req_id 7, poll, of socket 0x1234 */
	memcpy(page + 16, (const uint32_t[]){ 7, 6, 0x1234, 0 }, 16);
	page[XR_REQ_PROD] = 1;
	host_look(h);
	assert_readable(h, CMD);
	assert_int_equal(host_ring(h, CMD).slots, 32);
	assert_int_equal(host_ring(h, CMD).port, 21);
	assert_int_equal(host_ring(h, CMD).backend_port, 50);
	assert_int_equal(host_ring(h, CMD).in_flight, 1);
	assert_int_equal(xenring_read_slots(h->x, h->s, 0, &slots), 0);
	assert_int_equal(xenring_slot(slots, 31, &slot), 0);
	assert_string_equal(slot.type, "poll");
	/* a response has the request's req_id, not its socket, to be known by */
	assert_non_null(slot.id);
	assert_int_equal(*slot.id, 7);
	xenring_slots_free(slots);
}

/* ---- sound, displays, cameras: rings in folders below the device ------------------ */

#define CARD "/local/domain/5/device/vsnd/0"

/* What a stream's frontend writes: below is "0/1/"; its pages are gref and gref + 1. */
static void stream(struct host *h, const char *below, uint32_t gref, uint32_t port)
{
	static const char *const keys[] = { "ring-ref", "evt-ring-ref", "event-channel", "evt-event-channel" };
	const uint32_t values[] = { gref, gref + 1, port, port + 1 };

	host_page(h, gref, 0);
	host_page(h, gref + 1, 0);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		char path[96];

		snprintf(path, sizeof(path), CARD "/%s%s", below, keys[i]);
		assert_int_equal(xr_fake_printf(h->f, path, "%u", values[i]), 0);
	}
}

/* A card with streams 0/0, 0/1 and 10/0, and the keys that the toolstack writes beside them. */
static void card(struct host *h)
{
	assert_int_equal(xr_fake_device(h->f, 5, "vsnd", 0, 0, "vsnd"), 0);
	host_write(h, CARD "/version", "1");
	host_write(h, CARD "/short-name", "Card");
	host_write(h, CARD "/sample-rates", "8000,32000,44100,48000,96000");
	host_write(h, CARD "/buffer-size", "262144");
	host_write(h, CARD "/0/name", "General analog");
	host_write(h, CARD "/0/channels-max", "5");
	host_write(h, CARD "/0/0/type", "p");
	host_write(h, CARD "/0/0/unique-id", "0");
	stream(h, "0/0/", 100, 20);
	stream(h, "0/1/", 102, 22);
	stream(h, "10/0/", 104, 24);
}

static uint64_t uid_of(const struct host *h, const char *path)
{
	for (size_t i = 0; i < h->s->top->n_rings; i++)
		if (!strcmp(h->s->top->rings[i].path, path))
			return h->s->top->rings[i].ring->uid;
	fail_msg("there is no ring %s", path);
	return 0;
}

static void test_sound(void **state)
{
	static const char *const order[] = {
		"guest/vsnd:0/0/0/req", "guest/vsnd:0/0/0/evt", "guest/vsnd:0/0/1/req", "guest/vsnd:0/0/1/evt",
		"guest/vsnd:0/2/0/req", "guest/vsnd:0/2/0/evt", "guest/vsnd:0/10/0/req", "guest/vsnd:0/10/0/evt",
	};
	struct host *h = *state;
	struct xenring_ring r;

	card(h);
	stream(h, "2/0/", 106, 26);
	host_look(h);
	assert_int_equal(host_device(h, "guest/vsnd:0").rings, ARRAY_SIZE(order));
	assert_string_equal(host_device(h, "guest/vsnd:0").protocol, "sndif");
	for (size_t i = 0, at = 0; i < xenring_n_rings(h->s); i++) {
		assert_int_equal(xenring_ring(h->s, i, &r), 0);
		if (strcmp(r.device, "vsnd:0") != 0)
			continue;
		assert_string_equal(r.path, order[at++]);
		assert_readable(h, r.path);
		assert_string_equal(r.state, "idle");
	}
	r = host_ring(h, "guest/vsnd:0/0/1/req");
	assert_string_equal(r.kind, "slots");
	assert_int_equal(r.slots, 32);
	assert_int_equal(r.port, 22);
	assert_int_equal(r.ring_refs[0], 102);
	r = host_ring(h, "guest/vsnd:0/0/1/evt");
	assert_string_equal(r.kind, "events");
	assert_int_equal(r.in_size, 63);
	assert_int_equal(r.port, 23);
	assert_int_equal(r.ring_refs[0], 103);
}

/* Names that are no folder of a stream, beside those that are. */
static void test_sound_odd_names(void **state)
{
	static const char *const names[] = {
		"00", "01", "-1", "+1", "1x", "x1", "4294967296", "99999999999999999999", "0_", "a",
	};
	struct host *h = *state;

	card(h);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char below[64];

		snprintf(below, sizeof(below), "%s/0/", names[i]);
		stream(h, below, 110, 30);
		snprintf(below, sizeof(below), "0/%s/", names[i]);
		stream(h, below, 110, 30);
	}
	/* and a plain key that has a number for its name: a PCM device without streams */
	host_write(h, CARD "/3", "7");
	host_look(h);
	assert_int_equal(host_device(h, "guest/vsnd:0").rings, 6);
	assert_null(host_device(h, "guest/vsnd:0").error);
	assert_int_equal(host_ring(h, "guest/vsnd:0/0/0/req").ring_refs[0], 100);
	stream(h, "4294967295/4294967295/", 110, 30);
	host_look(h);
	assert_readable(h, "guest/vsnd:0/4294967295/4294967295/evt");
}

/* A stream that has no keys yet has its rows, which say what is missing, as a queue's do. */
static void test_sound_half_a_card(void **state)
{
	struct host *h = *state;

	card(h);
	host_write(h, CARD "/0/2/type", "c");
	xr_fake_remove(h->f, CARD "/0/1/evt-ring-ref");
	host_write(h, CARD "/10/0/ring-ref", "none");
	host_look(h);
	assert_readable(h, "guest/vsnd:0/0/0/req");
	assert_readable(h, "guest/vsnd:0/0/1/req");
	assert_readable(h, "guest/vsnd:0/10/0/evt");
	assert_int_equal(xr_fake_mapped(h->f), 4);
	assert_string_equal(host_ring(h, "guest/vsnd:0/0/2/req").error->text, "frontend/0/2/ring-ref is missing");
	assert_string_equal(host_ring(h, "guest/vsnd:0/0/2/evt").error->text,
			    "frontend/0/2/evt-ring-ref is missing");
	assert_string_equal(host_ring(h, "guest/vsnd:0/0/1/evt").error->text,
			    "frontend/0/1/evt-ring-ref is missing");
	assert_non_null(strstr(host_ring(h, "guest/vsnd:0/10/0/req").error->text, "frontend/10/0/ring-ref"));
	assert_string_equal(host_ring(h, "guest/vsnd:0/0/2/req").state, "unreadable");
	stream(h, "0/2/", 120, 40);
	host_look(h);
	assert_readable(h, "guest/vsnd:0/0/2/req");
	assert_readable(h, "guest/vsnd:0/0/2/evt");
}

/* Other rings are the same ones when a stream comes or goes. */
static void test_sound_streams_come_and_go(void **state)
{
	struct host *h = *state;
	uint64_t uid, gone;

	card(h);
	host_look(h);
	assert_int_equal(xr_fake_mapped(h->f), 6);
	uid = uid_of(h, "guest/vsnd:0/0/1/req");
	gone = uid_of(h, "guest/vsnd:0/10/0/evt");
	stream(h, "0/00/", 110, 30);
	stream(h, "0/5/", 112, 32);
	host_look(h);
	assert_int_equal(xr_fake_mapped(h->f), 8);
	assert_readable(h, "guest/vsnd:0/0/5/evt");
	assert_true(uid_of(h, "guest/vsnd:0/0/1/req") == uid);
	assert_int_equal(host_ring(h, "guest/vsnd:0/0/1/req").epoch, 1);
	/* one stream's folder, then a whole PCM device */
	xr_fake_remove(h->f, CARD "/0/0");
	host_look(h);
	assert_false(host_has_ring(h, "guest/vsnd:0/0/0/req"));
	assert_int_equal(xr_fake_mapped(h->f), 6);
	xr_fake_remove(h->f, CARD "/10");
	host_look(h);
	assert_false(host_has_ring(h, "guest/vsnd:0/10/0/evt"));
	assert_int_equal(xr_fake_mapped(h->f), 4);
	assert_true(uid_of(h, "guest/vsnd:0/0/1/req") == uid);
	/* the same keys again, but it is another connection */
	stream(h, "10/0/", 104, 24);
	host_look(h);
	assert_readable(h, "guest/vsnd:0/10/0/evt");
	assert_true(uid_of(h, "guest/vsnd:0/10/0/evt") != gone);
	assert_true(uid_of(h, "guest/vsnd:0/0/1/req") == uid);
	assert_int_equal(host_ring(h, "guest/vsnd:0/0/1/req").epoch, 1);
	/* other keys for one stream: only its rings are others */
	assert_int_equal(xr_fake_printf(h->f, CARD "/0/5/ring-ref", "%u", 110), 0);
	host_look(h);
	assert_int_equal(host_ring(h, "guest/vsnd:0/0/5/req").epoch, 2);
	assert_int_equal(host_ring(h, "guest/vsnd:0/0/5/evt").epoch, 1);
	assert_true(uid_of(h, "guest/vsnd:0/0/1/req") == uid);
}

/* Before it is connected and after it was, the rows are those of its streams; nothing is read. */
static void test_sound_states(void **state)
{
	static const struct {
		const char *fe, *want;
	} rows[] = {
		{ "1", "initialising" }, { "4", "idle" }, { "5", "closed" }, { "6", "closed" }, { "4", "idle" },
	};
	struct host *h = *state;

	card(h);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		bool mapped = !strcmp(rows[i].want, "idle");

		host_write(h, CARD "/state", rows[i].fe);
		host_look(h);
		assert_int_equal(host_device(h, "guest/vsnd:0").rings, 6);
		assert_string_equal(host_ring(h, "guest/vsnd:0/0/1/req").state, rows[i].want);
		assert_int_equal(xr_fake_mapped(h->f), mapped ? 6 : 0);
		if (!mapped)
			assert_int_equal(host_ring(h, "guest/vsnd:0/0/1/req").in_flight, XENRING_UNKNOWN);
	}
	/* forged: the same rows, and nothing is mapped */
	host_write(h, CARD "/backend-id", "6");
	host_look(h);
	assert_string_equal(host_ring(h, "guest/vsnd:0/10/0/evt").state, "forged");
	assert_int_equal(xr_fake_mapped(h->f), 0);
}

/* 32 folders are read, with one more none is: which ones would not be all. */
static void test_sound_too_many(void **state)
{
	struct host *h = *state;
	char below[32], path[96];

	card(h);
	for (unsigned i = 0; i < 32; i++) {
		snprintf(below, sizeof(below), "10/%u/", i);
		stream(h, below, 200 + 2 * i, 100 + 2 * i);
	}
	host_look(h);
	assert_null(host_device(h, "guest/vsnd:0").error);
	assert_int_equal(host_device(h, "guest/vsnd:0").rings, 2 * (2 + 32));
	assert_int_equal(xr_fake_mapped(h->f), 2 * (2 + 32));
	assert_int_equal(xr_fake_printf(h->f, CARD "/10/32/type", "p"), 0);
	host_look(h);
	assert_int_equal(xr_fake_mapped(h->f), 0);
	assert_non_null(strstr(host_device(h, "guest/vsnd:0").error->text, "frontend/10 has more than 32"));
	assert_refused(h, "guest/vsnd:0/0/0/req", "store", "frontend/10 has more than 32");
	xr_fake_remove(h->f, CARD "/10/32");
	host_look(h);
	assert_readable(h, "guest/vsnd:0/10/31/evt");
	/* however many, only so many rows */
	for (unsigned i = 0; i < 3000; i++) {
		snprintf(path, sizeof(path), CARD "/%u/0/type", i);
		assert_int_equal(xr_fake_printf(h->f, path, "p"), 0);
	}
	host_look(h);
	assert_int_equal(xr_fake_mapped(h->f), 0);
	assert_int_equal(host_device(h, "guest/vsnd:0").rings, 0);
	assert_non_null(strstr(host_device(h, "guest/vsnd:0").error->text, "frontend has more than 32"));
}

#define DISPLAY "/local/domain/5/device/vdispl/1"
#define CAMERA "/local/domain/5/device/vcamera/2"

static void test_displays_and_cameras(void **state)
{
	static const struct {
		const char *key;
		uint32_t value;
	} keys[] = {
		{ DISPLAY "/0/req-ring-ref", 70 }, { DISPLAY "/0/req-event-channel", 15 },
		{ DISPLAY "/0/evt-ring-ref", 71 }, { DISPLAY "/0/evt-event-channel", 16 },
		{ DISPLAY "/1/req-ring-ref", 72 }, { DISPLAY "/1/req-event-channel", 17 },
		{ DISPLAY "/1/evt-ring-ref", 73 }, { DISPLAY "/1/evt-event-channel", 18 },
		{ CAMERA "/req-ring-ref", 74 }, { CAMERA "/req-event-channel", 19 },
		{ CAMERA "/evt-ring-ref", 75 }, { CAMERA "/evt-event-channel", 20 },
	};
	static const struct {
		const char *path, *kind;
		uint32_t ref, port;
	} rings[] = {
		{ "guest/vdispl:1/0/req", "slots", 70, 15 }, { "guest/vdispl:1/0/evt", "events", 71, 16 },
		{ "guest/vdispl:1/1/req", "slots", 72, 17 }, { "guest/vdispl:1/1/evt", "events", 73, 18 },
		{ "guest/vcamera:2/req", "slots", 74, 19 }, { "guest/vcamera:2/evt", "events", 75, 20 },
	};
	struct host *h = *state;

	assert_int_equal(xr_fake_device(h->f, 5, "vdispl", 1, 0, "vdispl"), 0);
	assert_int_equal(xr_fake_device(h->f, 5, "vcamera", 2, 0, "vcamera"), 0);
	host_write(h, DISPLAY "/be-alloc", "1");
	host_write(h, DISPLAY "/0/resolution", "1920x1080");
	host_write(h, CAMERA "/max-buffers", "3");
	host_write(h, CAMERA "/formats/YUYV/640x480/frame-rates", "30/1,15/1");
	for (uint32_t ref = 70; ref < 76; ref++)
		host_page(h, ref, 0);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		assert_int_equal(xr_fake_printf(h->f, keys[i].key, "%u", keys[i].value), 0);
	host_look(h);
	assert_int_equal(host_device(h, "guest/vdispl:1").rings, 4);
	assert_int_equal(host_device(h, "guest/vcamera:2").rings, 2);
	for (size_t i = 0; i < ARRAY_SIZE(rings); i++) {
		struct xenring_ring r = host_ring(h, rings[i].path);

		assert_readable(h, rings[i].path);
		assert_string_equal(r.kind, rings[i].kind);
		assert_int_equal(r.ring_refs[0], rings[i].ref);
		assert_int_equal(r.port, rings[i].port);
		if (!strcmp(r.kind, "slots"))
			assert_int_equal(r.slots, 32);
		else
			assert_int_equal(r.in_size, 63);
	}
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

#define S(id) "guest/pvcalls:0/s" #id

/* The rings of the device, beside that of commands. */
static size_t sockets(const struct host *h)
{
	size_t n = 0;

	for (size_t i = 0; i < xenring_n_rings(h->s); i++) {
		struct xenring_ring r;

		assert_int_equal(xenring_ring(h->s, i, &r), 0);
		n += !strncmp(r.path, S(), strlen(S()));
	}
	return n;
}

static void fill_commands(uint32_t *page, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		calls_answer(page, calls_simple(page, XR_PVCALLS_SOCKET, 0x9999), XR_PVCALLS_SOCKET, 0x9999, 0);
}

/* A connection is found by its request, be it answered; and stays when the request has gone. */
static void test_pvcalls_connect(void **state)
{
	struct host *h = *state;
	uint32_t *page = calls(h), *data = calls_data(h, 60), at;
	struct xenring_slots *slots;
	struct xenring_slot slot;
	struct xenring_ring r;
	uint64_t n;

	host_look(h);
	assert_int_equal(sockets(h), 0);
	assert_int_equal(xr_fake_port(h->f, 5, 70, 0, 80), 0);
	data[0] = 10, data[1] = 110;			/* in: 100 bytes */
	data[16] = 0, data[17] = 7;			/* out */
	at = calls_connect(page, 0xffff888012345000, 60, 70);
	n = xr_fake_requests(h->f);
	host_look(h);
	/* at once, in the same sample, and xenstore was not asked */
	r = host_ring(h, S(ffff888012345000));
	assert_true(xr_fake_requests(h->f) == n);
	assert_null(r.error);
	assert_string_equal(r.kind, "flex");
	assert_string_equal(r.state, "busy");
	assert_int_equal(r.in_prod, 110);
	assert_int_equal(r.in_cons, 10);
	assert_int_equal(r.in_size, 2048);
	assert_int_equal(r.out_size, 2048);
	assert_int_equal(r.out_prod, 7);
	assert_int_equal(r.port, 70);
	assert_int_equal(r.backend_port, 80);
	assert_int_equal(r.ring_refs[0], 60);
	assert_int_equal(r.epoch, 1);
	calls_answer(page, at, XR_PVCALLS_CONNECT, 0xffff888012345000, 0);
	host_look(h);
	assert_int_equal(host_ring(h, S(ffff888012345000)).epoch, 1);
	fill_commands(page, 100);
	host_look(h);
	data[17] = 9;
	host_look(h);
	assert_int_equal(host_ring(h, S(ffff888012345000)).out_prod, 9);
	/* the device is read again: what it announced is known still */
	host_write(h, CALLS "/state", "4");
	host_look(h);
	assert_int_equal(host_ring(h, S(ffff888012345000)).epoch, 1);
	assert_int_equal(xr_fake_mapped(h->f), 2);
	/* what the page says */
	data[2] = (uint32_t)-107;
	assert_int_equal(xenring_read_slots(h->x, h->s, 1, &slots), 0);
	assert_int_equal(xenring_slot(slots, 0, &slot), 0);
	assert_string_equal(slot.state, "page");
	assert_string_equal(slot.type, "indexes");
	xenring_slots_free(slots);
	n = xr_fake_requests(h->f);
	for (int i = 0; i < 10; i++)
		host_look(h);
	assert_true(xr_fake_requests(h->f) == n);
}

/* Both come and go between two samples: what stands behind a response is the request's still. */
static void test_pvcalls_fast(void **state)
{
	struct host *h = *state;
	uint32_t *page = calls(h), at;

	host_look(h);
	calls_data(h, 60);
	calls_data(h, 61);
	calls_answer(page, calls_connect(page, 0xa, 60, 70), XR_PVCALLS_CONNECT, 0xa, 0);
	host_look(h);
	assert_readable(h, S(a));
	/* failed */
	calls_answer(page, calls_connect(page, 0xb, 61, 71), XR_PVCALLS_CONNECT, 0xb, -111);
	host_look(h);
	assert_int_equal(sockets(h), 1);
	/* the response in its slot is another one's: nothing can be told of it */
	at = calls_simple(page, XR_PVCALLS_POLL, 0xc);
	calls_connect(page, 0xd, 61, 71);
	calls_answer(page, at + 1, XR_PVCALLS_CONNECT, 0xd, 0);
	calls_answer(page, at, XR_PVCALLS_POLL, 0xc, 0);
	host_look(h);
	assert_int_equal(sockets(h), 1);
	/* released, in a blink */
	calls_answer(page, calls_simple(page, XR_PVCALLS_RELEASE, 0xa), XR_PVCALLS_RELEASE, 0xa, 0);
	host_look(h);
	assert_int_equal(sockets(h), 0);
	assert_int_equal(xr_fake_mapped(h->f), 1);
	/* a whole life between two samples leaves nothing */
	calls_answer(page, calls_connect(page, 0xe, 60, 70), XR_PVCALLS_CONNECT, 0xe, 0);
	calls_answer(page, calls_simple(page, XR_PVCALLS_RELEASE, 0xe), XR_PVCALLS_RELEASE, 0xe, 0);
	host_look(h);
	assert_int_equal(sockets(h), 0);
	/* more commands than the ring has: those that are gone were missed */
	calls_answer(page, calls_connect(page, 0xf, 60, 70), XR_PVCALLS_CONNECT, 0xf, 0);
	fill_commands(page, 32);
	host_look(h);
	assert_int_equal(sockets(h), 0);
}

/* Whoever begins to look later sees what the last 32 commands tell. */
static void test_pvcalls_late(void **state)
{
	struct host *h = *state;
	uint32_t *page = calls(h);

	page[XR_REQ_PROD] = page[XR_RSP_PROD] = 0xfffffff0;
	for (uint32_t i = 0; i < 6; i++) {
		calls_data(h, 60 + i);
		calls_answer(page, calls_connect(page, 1 + i, 60 + i, 70 + i), XR_PVCALLS_CONNECT, 1 + i, 0);
	}
	fill_commands(page, 27);
	calls_accept(page, 0x77, 0x10, 67, 77);
	calls_data(h, 67);
	host_look(h);
	/* 6 + 27 + 1 commands: the first two have gone */
	assert_false(host_has_ring(h, S(1)));
	assert_false(host_has_ring(h, S(2)));
	assert_readable(h, S(3));
	assert_readable(h, S(6));
	assert_readable(h, S(10));
	assert_int_equal(sockets(h), 5);
}

/* Accept and poll stay open for hours: the connection to come is there, and nobody is stuck. */
static void test_pvcalls_accept(void **state)
{
	struct host *h = *state;
	uint32_t *page = calls(h), *data = calls_data(h, 60), at;

	at = calls_accept(page, 0x10, 0x11, 60, 70);
	calls_simple(page, XR_PVCALLS_POLL, 0x10);
	page[XR_REQ_EVENT] = page[XR_REQ_PROD] + 1;
	for (int i = 0; i < 100; i++) {
		struct xenring_time now;

		xr_fake_clock(h->f, &now);
		assert_int_equal(xr_fake_advance(h->f, now.mono_ns + 60000000000, false), 0);
		host_look(h);
	}
	assert_string_equal(host_ring(h, CMD).state, "busy");
	assert_int_equal(host_ring(h, CMD).in_flight, 2);
	assert_string_equal(host_ring(h, S(11)).state, "idle");
	/* answered, it is what it was */
	calls_answer(page, at, XR_PVCALLS_ACCEPT, 0x10, 0);
	data[1] = 5;
	host_look(h);
	assert_int_equal(host_ring(h, S(11)).in_prod, 5);
	assert_int_equal(host_ring(h, S(11)).epoch, 1);
	/* input that nobody reads is the guest's affair; output that nobody sends is not */
	for (int i = 0; i < 3; i++) {
		struct xenring_time now;

		xr_fake_clock(h->f, &now);
		assert_int_equal(xr_fake_advance(h->f, now.mono_ns + 61000000000, false), 0);
		data[17] = i ? 9 : 0;
		host_look(h);
		if (!i)
			assert_string_equal(host_ring(h, S(11)).state, "idle");
	}
	host_look(h);
	assert_string_equal(host_ring(h, S(11)).state, "stuck");
}

/* Ends: by a release, by the grant, by the device; and what comes after is another connection. */
static void test_pvcalls_ends(void **state)
{
	struct host *h = *state;
	uint32_t *page = calls(h), at;
	uint64_t n;

	for (uint32_t i = 0; i < 4; i++) {
		calls_data(h, 60 + i);
		calls_accept(page, 0x10, 0xa + i, 60 + i, 70 + i);
	}
	host_look(h);
	assert_int_equal(sockets(h), 4);
	/* a release that nobody has answered yet */
	at = calls_simple(page, XR_PVCALLS_RELEASE, 0xa);
	host_look(h);
	assert_false(host_has_ring(h, S(a)));
	assert_int_equal(sockets(h), 3);
	/* the same id again, for another page: the answer to the release is no end of that */
	calls_answer(page, at, XR_PVCALLS_RELEASE, 0xa, 0);
	calls_data(h, 64);
	calls_connect(page, 0xa, 64, 74);
	host_look(h);
	assert_int_equal(host_ring(h, S(a)).ring_refs[0], 64);
	host_look(h);
	assert_readable(h, S(a));
	/* the grant goes: the device is not read again for that, and the ring does not come back */
	n = xr_fake_requests(h->f);
	assert_int_equal(xr_fake_grant(h->f, 5, 61, 0, 0, 0), 0);
	host_look(h);
	host_look(h);
	assert_false(host_has_ring(h, S(b)));
	assert_true(xr_fake_requests(h->f) == n);
	assert_int_equal(sockets(h), 3);
	/* another page at once under the same grant is another connection */
	calls_data(h, 62);
	host_look(h);
	assert_false(host_has_ring(h, S(c)));
	/* the device goes */
	host_write(h, CALLS "/state", "6");
	host_look(h);
	assert_int_equal(sockets(h), 0);
	assert_int_equal(xr_fake_mapped(h->f), 0);
	/* and connects again, with a ring of its own: the old one's sockets are not known any more */
	page = calls(h);
	host_look(h);
	host_write(h, CALLS "/state", "4");
	host_look(h);
	assert_readable(h, CMD);
	assert_int_equal(sockets(h), 0);
	calls_connect(page, 0xd, 63, 73);
	host_look(h);
	assert_readable(h, S(d));
	/* suspended, and back: what was open is open */
	xr_fake_dominfo(h->f, 5)->shutdown = true;
	xr_fake_dominfo(h->f, 5)->shutdown_reason = 2;
	xenring_refresh_domains(h->x);
	host_look(h);
	assert_int_equal(xr_fake_mapped(h->f), 0);
	xr_fake_dominfo(h->f, 5)->shutdown = false;
	xenring_refresh_domains(h->x);
	host_look(h);
	assert_readable(h, S(d));
	xr_fake_destroy(h->f, 5);
	host_look(h);
	assert_int_equal(xenring_n_rings(h->s), 0);
	assert_int_equal(xr_fake_mapped(h->f), 0);
}

/* What a guest may announce without harm. */
static void test_pvcalls_lies(void **state)
{
	static const uint32_t orders[] = { 10, 31, 32, UINT32_MAX };
	struct host *h = *state;
	uint32_t *page = calls(h), *data;

	host_page(h, 90, 6);
	calls_connect(page, 1, UINT32_MAX, 70);		/* no such grant */
	calls_connect(page, 2, 91, 70);			/* not granted */
	calls_connect(page, 3, 90, 70);			/* to another domain */
	calls_connect(page, 4, CMD_REF, 70);		/* the commands' own page */
	calls_data(h, 60);
	calls_connect(page, 5, 60, UINT32_MAX);		/* no such event channel */
	calls_data(h, 61);
	calls_connect(page, 6, 61, 71);
	calls_connect(page, 7, 61, 72);			/* one page for two: the last one has it */
	host_look(h);
	for (unsigned id = 1; id <= 5; id++) {
		char path[64];

		snprintf(path, sizeof(path), S() "%x", id);
		assert_non_null(host_ring(h, path).error);
		assert_string_equal(host_ring(h, path).state, "unreadable");
	}
	assert_false(host_has_ring(h, S(6)));
	assert_readable(h, S(7));
	assert_int_equal(sockets(h), 6);
	assert_int_equal(xr_fake_mapped(h->f), 2);
	/* its commands can be read all the same, and it says nothing wrong of itself */
	assert_readable(h, CMD);
	assert_null(host_device(h, "guest/pvcalls:0").error);
	for (size_t i = 0; i < ARRAY_SIZE(orders); i++) {
		data = calls_data(h, 62 + (uint32_t)i);
		data[32] = orders[i];
		calls_connect(page, 0x20 + i, 62 + (uint32_t)i, 80);
		host_look(h);
		assert_string_equal(host_ring(h, S(20)).error->op, "map");
	}
	/* impossible indices: nothing is taken from them */
	calls_data(h, 70);
	calls_connect(page, 0x30, 70, 80);
	page[XR_REQ_PROD] += 1000;
	host_look(h);
	assert_false(host_has_ring(h, S(30)));
	page[XR_REQ_PROD] -= 1000;
	host_look(h);
	assert_readable(h, S(30));
	/* garbage all over the slots */
	for (uint32_t turn = 0, seed = 1; turn < 500; turn++) {
		for (size_t i = 16; i < 1024; i++) {
			seed = seed * 1664525 + 1013904223;
			page[i] = seed >> (turn % 32);
		}
		page[XR_REQ_PROD] = page[XR_RSP_PROD] + turn % 33;
		page[XR_RSP_PROD] += turn % 7;
		page[XR_REQ_PROD] += turn % 7;
		host_look(h);
		assert_true(sockets(h) <= 128);
	}
}

/* However many it announces, however fast: so many are kept, and a sample looks once. */
static void test_pvcalls_flood(void **state)
{
	struct host *h = *state;
	uint32_t *page = calls(h);
	uint64_t n;
	uint32_t id = 1;

	host_look(h);
	for (int i = 0; i < 10; i++) {
		for (int j = 0; j < 20; j++, id++) {
			calls_data(h, 100 + id % 800);
			calls_answer(page, calls_connect(page, id, 100 + id % 800, id), XR_PVCALLS_CONNECT, id, 0);
		}
		n = xr_fake_requests(h->f);
		host_look(h);
		assert_true(xr_fake_requests(h->f) == n);
	}
	assert_int_equal(sockets(h), 128);
	assert_int_equal(xr_fake_mapped(h->f), 129);
	/* the device says so; its rings can be read */
	assert_non_null(host_device(h, "guest/pvcalls:0").error);
	assert_non_null(strstr(host_device(h, "guest/pvcalls:0").error->text, "128"));
	assert_readable(h, CMD);
	assert_readable(h, S(1));
	/* thousands come and go */
	for (int i = 0; i < 100; i++) {
		for (int j = 0; j < 64; j++, id++)
			calls_answer(page, calls_simple(page, XR_PVCALLS_RELEASE, id), XR_PVCALLS_RELEASE, id, 0);
		n = xr_fake_requests(h->f);
		host_look(h);
		assert_true(xr_fake_requests(h->f) == n);
	}
	for (id = 1; id <= 128; id++) {
		calls_answer(page, calls_simple(page, XR_PVCALLS_RELEASE, id), XR_PVCALLS_RELEASE, id, 0);
		if (id % 16 == 0)
			host_look(h);
	}
	assert_int_equal(sockets(h), 0);
	assert_int_equal(xr_fake_mapped(h->f), 1);
	/* a snapshot of then is as it was */
	host_look(h);
	assert_readable(h, CMD);
}

/* ---- vchan ------------------------------------------------------------------ */

#define DATA "/local/domain/5/data/vchan"

/* The first page of one, granted to domain 3: left in it, right in a page of its own. */
static uint32_t *vchan(struct host *h, const char *dir, uint32_t gref)
{
	uint32_t *page = host_page(h, gref, 3);
	char path[400];

	page[4] = 10 | 12u << 16;
	page[5] = 1 | 1u << 8;
	page[6] = 900;
	snprintf(path, sizeof(path), "%s/ring-ref", dir);
	assert_int_equal(xr_fake_printf(h->f, path, "%u", gref), 0);
	snprintf(path, sizeof(path), "%s/event-channel", dir);
	assert_int_equal(xr_fake_printf(h->f, path, "12"), 0);
	return page;
}

static size_t count_devices(const struct host *h, const char *type)
{
	size_t n = 0;

	for (size_t i = 0; i < xenring_n_devices(h->s); i++) {
		struct xenring_device d;

		assert_int_equal(xenring_device(h->s, i, &d), 0);
		n += !strncmp(d.device, type, strlen(type));
	}
	return n;
}

static void test_vchan(void **state)
{
	struct host *h = *state;
	uint32_t *page = vchan(h, DATA "/3/7", 60);
	struct xenring_slots *slots;
	struct xenring_slot slot;
	struct xenring_device d;
	struct xenring_ring r;

	assert_int_equal(xr_fake_port(h->f, 5, 12, 3, 30), 0);
	memcpy(page, (const uint32_t[]){ 100, 130, 0xfffffff0, 16 }, 16);
	host_look(h);
	d = host_device(h, "guest/vchan:3.7");
	assert_null(d.error);
	assert_string_equal(d.pairing, "unconfirmed");
	assert_string_equal(d.frontend_path, DATA "/3/7");
	assert_null(d.frontend_state);
	assert_null(d.backend_path);
	/* who the client is, only the grant says */
	assert_int_equal(d.backend_domid, 3);
	r = host_ring(h, "guest/vchan:3.7/left");
	assert_string_equal(r.kind, "vchan");
	assert_string_equal(r.state, "busy");
	assert_int_equal(r.in_cons, 100);
	assert_int_equal(r.in_prod, 130);
	assert_int_equal(r.in_size, 1024);
	assert_int_equal(r.out_size, XENRING_UNKNOWN);
	assert_int_equal(r.out_prod, XENRING_UNKNOWN);
	assert_int_equal(r.port, 12);
	assert_int_equal(r.backend_port, 30);
	assert_int_equal(r.backend_domid, 3);
	r = host_ring(h, "guest/vchan:3.7/right");
	assert_int_equal(r.out_cons, 0xfffffff0);
	assert_int_equal(r.out_prod, 16);
	assert_int_equal(r.out_size, 4096);
	/* its page says more, and what is wrong */
	assert_int_equal(xenring_read_slots(h->x, h->s, 0, &slots), 0);
	assert_int_equal(xenring_n_slots(slots), 1);
	assert_int_equal(xenring_slot(slots, 0, &slot), 0);
	assert_string_equal(slot.state, "page");
	assert_string_equal(slot.type, "page");
	xenring_slots_free(slots);
	/* a reader that takes its time is none that is stuck */
	for (int i = 0; i < 20; i++) {
		struct xenring_time now;

		xr_fake_clock(h->f, &now);
		assert_int_equal(xr_fake_advance(h->f, now.mono_ns + 1000000000, false), 0);
		host_look(h);
	}
	r = host_ring(h, "guest/vchan:3.7/left");
	assert_string_equal(r.state, "busy");
	assert_true(r.stall_s > 15);
	page[1] = 100 + 1025;
	host_look(h);
	assert_string_equal(host_ring(h, "guest/vchan:3.7/left").state, "unreadable");
	assert_string_equal(host_ring(h, "guest/vchan:3.7/right").state, "busy");
}

/* Where one is found: one to three folders below, no key missing, not within another one. */
static void test_vchan_places(void **state)
{
	static const struct {
		const char *dir, *name;
	} rows[] = {
		{ DATA "/0", "vchan:0" }, { DATA "/a/b", "vchan:a.b" }, { DATA "/x/y/z", "vchan:x.y.z" },
		{ DATA "/10", "vchan:10" }, { DATA "/9", "vchan:9" }, { DATA "/p/q/r/s", NULL },
		{ DATA "/0/inner", NULL }, { "/local/domain/5/data/other", NULL }, { DATA, NULL },
		{ "/local/domain/5/device/vchan/7", NULL },
	};
	struct host *h = *state;
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		vchan(h, rows[i].dir, 60 + (uint32_t)i);
	xr_fake_write(h->f, DATA "/half/ring-ref", "60", 2);
	xr_fake_write(h->f, DATA "/other-half/event-channel", "60", 2);
	host_look(h);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char path[64];

		if (!rows[i].name)
			continue;
		n++;
		snprintf(path, sizeof(path), "guest/%s/left", rows[i].name);
		assert_readable(h, path);
	}
	assert_int_equal(count_devices(h, "vchan:"), n);
}

static void test_vchan_named(void **state)
{
	struct host *h = *state;
	uint64_t n;

	assert_int_equal(xenring_add_vchan(h->x, "data/foo"), -EINVAL);
	assert_int_equal(xenring_add_vchan(h->x, "/local/domain/5"), -EINVAL);
	assert_int_equal(xenring_add_vchan(h->x, "/local/domain/5/"), -EINVAL);
	assert_int_equal(xenring_add_vchan(h->x, "/local/domain/5/data/"), -EINVAL);
	assert_int_equal(xenring_add_vchan(h->x, "/local/domain/5/../6/data"), -EINVAL);
	assert_int_equal(xenring_add_vchan(h->x, "/local/domain/05/data"), -EINVAL);
	assert_int_equal(xenring_add_vchan(h->x, "/local/domain/40000/data"), -EINVAL);
	assert_int_equal(xenring_add_vchan(h->x, "/local/domain/5/da\033[31mta"), -EINVAL);
	for (const char *p = xenring_message(h->x); *p; p++)
		assert_true((unsigned char)*p >= 0x20);
	assert_int_equal(xenring_add_vchan(h->x, "/local/domain/5/data/foo"), 0);
	assert_int_equal(xenring_add_vchan(h->x, "/local/domain/5/data/foo"), 0);
	host_look(h);
	/* it is listed before its server has made it, and says so */
	assert_refused(h, "guest/vchan:data.foo/left", "store", "/local/domain/5/data/foo");
	n = xr_fake_requests(h->f);
	host_look(h);
	assert_true(xr_fake_requests(h->f) == n);
	vchan(h, "/local/domain/5/data/foo", 60);
	host_look(h);
	assert_readable(h, "guest/vchan:data.foo/left");
	assert_int_equal(count_devices(h, "vchan:"), 1);
	/* and while others are looked at; one that is found anyway is there but once */
	vchan(h, "/local/domain/5/qubes", 61);
	assert_int_equal(xenring_add_vchan(h->x, "/local/domain/5/qubes"), 0);
	vchan(h, DATA "/1", 62);
	assert_int_equal(xenring_add_vchan(h->x, DATA "/1"), 0);
	host_look(h);
	assert_readable(h, "guest/vchan:qubes/right");
	assert_readable(h, "guest/vchan:1/right");
	assert_int_equal(count_devices(h, "vchan:"), 3);
	xr_fake_remove(h->f, "/local/domain/5/data/foo");
	xr_fake_remove(h->f, DATA "/1");
	host_look(h);
	assert_non_null(host_device(h, "guest/vchan:data.foo").error);
	assert_non_null(host_device(h, "guest/vchan:1").error);
	assert_int_equal(xr_fake_mapped(h->f), 2);
	for (int i = 0; i < 61; i++) {
		char path[64];

		snprintf(path, sizeof(path), "/local/domain/6/n%d", i);
		assert_int_equal(xenring_add_vchan(h->x, path), 0);
	}
	assert_int_equal(xenring_add_vchan(h->x, "/local/domain/6/more"), -ENOSPC);
}

/* They come and go: only what is on the path of what changed is asked for again. */
static void test_vchan_changes(void **state)
{
	struct host *h = *state;
	uint64_t n;

	host_disk(h);
	host_look(h);
	assert_int_equal(count_devices(h, "vchan:"), 0);
	vchan(h, DATA "/3/7", 60);
	host_look(h);
	assert_readable(h, "guest/vchan:3.7/left");
	/* a new page under the same name */
	vchan(h, DATA "/3/7", 61);
	host_look(h);
	assert_int_equal(host_ring(h, "guest/vchan:3.7/left").epoch, 2);
	assert_int_equal(host_ring(h, "guest/vchan:3.7/left").ring_refs[0], 61);
	/* a key of it makes nobody look for others, nor at disks */
	n = xr_fake_requests(h->f);
	xr_fake_write(h->f, DATA "/3/7/extra", "1", 1);
	host_look(h);
	assert_true(xr_fake_requests(h->f) - n <= 8);
	vchan(h, DATA "/3/8", 62);
	host_look(h);
	assert_int_equal(count_devices(h, "vchan:"), 2);
	xr_fake_remove(h->f, DATA "/3/7");
	host_look(h);
	assert_int_equal(count_devices(h, "vchan:"), 1);
	/* the folder above takes with it what is below */
	xr_fake_remove(h->f, DATA);
	host_look(h);
	assert_int_equal(count_devices(h, "vchan:"), 0);
	assert_int_equal(xr_fake_mapped(h->f), 1);
	/* its grant goes without a word */
	vchan(h, DATA "/4", 63);
	host_look(h);
	assert_readable(h, "guest/vchan:4/left");
	assert_int_equal(xr_fake_grant(h->f, 5, 63, 0, 0, 0), 0);
	host_look(h);
	assert_string_equal(host_ring(h, "guest/vchan:4/left").error->op, "grant");
}

/* What a server can write: into its keys, and into its page. */
static void test_vchan_lies(void **state)
{
	static const struct {
		const char *key, *value, *op;
	} rows[] = {
		{ "ring-ref", "", "store" }, { "ring-ref", "-1", "store" }, { "ring-ref", "60 60", "store" },
		{ "ring-ref", "99999999", "grant" }, { "ring-ref", "61", "grant" },
		{ "event-channel", "\033[31m", "store" }, { "event-channel", "999999", "store" },
	};
	static const uint32_t orders[] = {
		0, 10 | 10u << 16, 11 | 11u << 16, 9 | 12u << 16, 21 | 12u << 16, 12 | 31u << 16,
		UINT32_MAX, 10 | 20u << 16,
	};
	struct host *h = *state;
	uint32_t *page;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char path[64];

		xr_fake_remove(h->f, DATA);
		vchan(h, DATA "/1", 60);
		snprintf(path, sizeof(path), DATA "/1/%s", rows[i].key);
		host_write(h, path, rows[i].value);
		host_look(h);
		assert_refused(h, "guest/vchan:1/left", rows[i].op, "");
		assert_refused(h, "guest/vchan:1/right", rows[i].op, "");
	}
	for (size_t i = 0; i < ARRAY_SIZE(orders); i++) {
		xr_fake_remove(h->f, DATA);
		host_look(h);
		page = vchan(h, DATA "/1", 60);
		page[4] = orders[i];
		host_look(h);
		assert_non_null(host_ring(h, "guest/vchan:1/left").error);
		assert_string_equal(host_ring(h, "guest/vchan:1/left").error->op, "map");
		assert_string_equal(host_ring(h, "guest/vchan:1/right").state, "unreadable");
		/* read again, its page stays mapped, and makes no more sense than before */
		host_write(h, DATA "/1/extra", "1");
		host_look(h);
		assert_non_null(host_ring(h, "guest/vchan:1/left").error);
	}
	/* a disk's page named as a vchan's: it is the guest's own, and read as what it says */
	host_disk(h);
	vchan(h, DATA "/2", REF);
	host_look(h);
	assert_true(host_has_ring(h, "guest/vchan:2/left"));
	assert_true(host_has_ring(h, RING));
}

/* However much a guest puts below its folder: only so many folders are looked into, each time. */
static void test_vchan_flood(void **state)
{
	struct host *h = *state;
	char path[400];
	uint64_t n;

	for (unsigned i = 0; i < 10000; i++) {
		snprintf(path, sizeof(path), DATA "/%u/%u/%u", i / 100, i / 10 % 10, i % 10);
		assert_int_equal(xr_fake_write(h->f, path, "", 0), 0);
	}
	n = xr_fake_requests(h->f);
	host_look(h);
	assert_true(xr_fake_requests(h->f) - n <= 256 + 100);
	assert_int_equal(count_devices(h, "vchan:"), 0);
	for (int i = 0; i < 1000; i++) {
		snprintf(path, sizeof(path), DATA "/new%d/%d", i, i);
		assert_int_equal(xr_fake_write(h->f, path, "", 0), 0);
	}
	n = xr_fake_requests(h->f);
	host_look(h);
	/* a thousand changes are one look */
	assert_true(xr_fake_requests(h->f) - n <= 256 + 10);
	/* real ones, more than anybody has */
	xr_fake_remove(h->f, DATA);
	host_look(h);
	for (unsigned i = 0; i < 10000; i++) {
		snprintf(path, sizeof(path), DATA "/%u/ring-ref", i);
		assert_int_equal(xr_fake_write(h->f, path, "60", 2), 0);
		snprintf(path, sizeof(path), DATA "/%u/event-channel", i);
		assert_int_equal(xr_fake_write(h->f, path, "1", 1), 0);
	}
	host_look(h);
	assert_in_range(count_devices(h, "vchan:"), 200, 256);
	/* names that no store would have, and long ones */
	xr_fake_remove(h->f, DATA);
	host_look(h);
	memset(path, 0, sizeof(path));
	strcpy(path, DATA "/");
	memset(path + strlen(path), 'x', 190);
	vchan(h, path, 60);
	vchan(h, DATA "/a.b", 61);
	vchan(h, DATA "/\033[31m", 62);
	host_look(h);
	assert_int_equal(count_devices(h, "vchan:"), 0);
}

/* Numbers stand in the order of numbers, whatever they are of. */
static void test_order(void **state)
{
	static const uint32_t ids[] = { 4294967295, 10, 9, 51712, 0, 100 };
	uint32_t before = 0;
	struct host *h = *state;

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		assert_int_equal(xr_fake_device(h->f, 5, "vfoo", ids[i], 0, "vfoo"), 0);
	host_look(h);
	assert_int_equal(xenring_n_devices(h->s), ARRAY_SIZE(ids));
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		struct xenring_device d;
		uint32_t id;

		assert_int_equal(xenring_device(h->s, i, &d), 0);
		id = (uint32_t)strtoul(d.device + strlen("vfoo:"), NULL, 10);
		assert_true(!i || id > before);
		before = id;
	}
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

/* ---- from inside a driver domain ------------------------------------------------ */

#define DRV_RING "5/vbd:51712/q0"	/* the guest's name is not for its eyes */
#define DRV_DEV "5/vbd:51712"

static void test_from_driver_domain(void **state)
{
	struct host *h = *state;
	struct xenring_domain dom;
	struct xenring_ring r;

	host_driver(h);
	host_look(h);
	/* what it does not serve is not there: the other disk, consoles, itself, dom0 */
	assert_int_equal(xenring_n_domains(h->s), 1);
	assert_int_equal(xenring_n_devices(h->s), 1);
	assert_int_equal(xenring_domain(h->s, 0, &dom), 0);
	assert_int_equal(dom.domid, 5);
	assert_string_equal(dom.domain, "5");
	assert_string_equal(dom.state, "unknown");
	assert_null(dom.uuid);
	assert_readable(h, DRV_RING);
	r = host_ring(h, DRV_RING);
	assert_int_equal(r.req_prod, 7);
	assert_int_equal(r.rsp_prod, 5);
	assert_int_equal(r.slots, 32);
	assert_int_equal(r.backend_domid, DRV);
	assert_string_equal(r.pairing, "unconfirmed");
	assert_string_equal(r.frontend_state, "connected");
	assert_string_equal(r.backend_state, "connected");
	assert_int_equal(r.port, PORT);
	assert_int_equal(r.backend_port, XENRING_UNKNOWN);
}

/* It has no backend at all, and then the first, and then none again. */
static void test_driver_domain_idle(void **state)
{
	struct host *h = *state;

	assert_int_equal(xr_fake_domain(h->f, DRV, "driver", 1), 0);
	assert_int_equal(xr_fake_look_from(h->f, DRV), 0);
	host_look(h);
	assert_int_equal(xenring_n_domains(h->s), 0);
	assert_int_equal(xenring_n_rings(h->s), 0);
	host_driver(h);
	host_look(h);
	assert_readable(h, DRV_RING);
	/* the frontend's folder is left */
	xr_fake_remove(h->f, "/local/domain/3/backend/qdisk/5");
	host_look(h);
	assert_int_equal(xenring_n_domains(h->s), 0);
	assert_int_equal(xr_fake_mapped(h->f), 0);
}

/* Not even for a moment anything is mapped of what is not connected. */
static int map_connected(struct xr_source *src, struct xr_mapping *m, struct xr_err *err)
{
	uint32_t state;

	assert_int_equal(xr_store_u32(src, FE, "state", XR_BUS_N, &state, NULL), 0);
	assert_int_equal(state, XR_BUS_CONNECTED);
	assert_int_equal(xr_store_u32(src, DRV_BE, "state", XR_BUS_N, &state, NULL), 0);
	assert_int_equal(state, XR_BUS_CONNECTED);
	return xr_source_fake.map_ring(src, m, err);
}

/* Neither side's state but connected leaves anything mapped: at once, in the wait between two samples. */
static void test_driver_domain_lets_go(void **state)
{
	static const char *const sides[] = { FE "/state", DRV_BE "/state" };
	struct xr_source_ops ops = xr_source_fake;
	struct host *h = *state;
	uint32_t *page = host_driver(h);
	int64_t epoch;

	ops.map_ring = map_connected;
	h->x->src.ops = &ops;
	host_look(h);
	epoch = host_ring(h, DRV_RING).epoch;
	for (size_t i = 0; i < ARRAY_SIZE(sides); i++)
		for (int bus = 0; bus < XR_BUS_N; bus++) {
			struct xenring_time before;

			if (bus == XR_BUS_CONNECTED)
				continue;
			assert_int_equal(xr_fake_mapped(h->f), 1);
			assert_int_equal(xr_fake_printf(h->f, sides[i], "%d", bus), 0);
			assert_int_equal(xenring_now(h->x, &before), 0);
			assert_int_equal(xenring_wait(h->x, before.mono_ns + 5000000000), 0);
			assert_int_equal(xr_fake_mapped(h->f), 0);
			host_look(h);
			assert_int_equal(xr_fake_mapped(h->f), 0);
			assert_int_equal(host_ring(h, DRV_RING).req_prod, XENRING_UNKNOWN);
			/* connected again: another connection, though its keys are the same */
			page[XR_REQ_PROD]++;
			host_write(h, sides[i], "4");
			host_look(h);
			assert_readable(h, DRV_RING);
			assert_true(host_ring(h, DRV_RING).epoch > epoch);
			epoch = host_ring(h, DRV_RING).epoch;
		}
	h->x->src.ops = &xr_source_fake;
}

/* Nothing is listed before what has closed is let go of; and then it is connected again at once. */
static int list_and_reconnect(struct xr_source *src, const char *path, char ***ret, size_t *ret_n)
{
	struct xr_fake *f = xr_fake_of(src);

	assert_int_equal(xr_fake_mapped(f), 0);
	src->ops = &xr_source_fake;
	assert_int_equal(xr_fake_printf(f, DRV_BE "/state", "4"), 0);
	return xr_source_fake.store_list(src, path, ret, ret_n);
}

static void test_driver_domain_lets_go_first(void **state)
{
	struct xr_source_ops ops = xr_source_fake;
	struct host *h = *state;

	host_driver(h);
	host_look(h);
	assert_int_equal(host_ring(h, DRV_RING).epoch, 1);
	ops.store_list = list_and_reconnect;
	h->x->src.ops = &ops;
	host_write(h, DRV_BE "/state", "5");
	host_look(h);
	assert_ptr_equal(h->x->src.ops, &xr_source_fake);
	assert_readable(h, DRV_RING);
	/* the same keys and, for all that can be known, the same page: it is not the same connection */
	assert_int_equal(host_ring(h, DRV_RING).epoch, 2);
}

/* A source whose backend closes while the ring is being mapped: too late for a watch to let go of it. */
static int map_and_close(struct xr_source *src, struct xr_mapping *m, struct xr_err *err)
{
	int r = xr_source_fake.map_ring(src, m, err);

	assert_int_equal(xr_fake_printf(xr_fake_of(src), DRV_BE "/state", "5"), 0);
	return r;
}

static void test_driver_domain_closes_meanwhile(void **state)
{
	struct xr_source_ops ops = xr_source_fake;
	struct host *h = *state;

	host_driver(h);
	ops.map_ring = map_and_close;
	h->x->src.ops = &ops;
	host_look(h);
	assert_int_equal(xr_fake_mapped(h->f), 0);
	h->x->src.ops = &xr_source_fake;
	host_look(h);
	assert_string_equal(host_ring(h, DRV_RING).state, "closed");
}

/* What is not there or not granted to it: nothing is mapped. */
static void test_driver_domain_refuses(void **state)
{
	struct host *h = *state;

	host_driver(h);
	host_look(h);
	/* the frontend has gone to another backend, but the folder here is left */
	host_write(h, FE "/backend", BE);
	host_look(h);
	assert_string_equal(host_device(h, DRV_DEV).pairing, "forged");
	assert_refused(h, DRV_RING, "pair", "another domain");
	host_write(h, FE "/backend", DRV_BE);
	host_page(h, REF, 0);
	host_write(h, FE "/event-channel", "8");
	host_look(h);
	assert_refused(h, DRV_RING, "grant", "given to domain 0");
	/* the guest removes its folder */
	xr_fake_remove(h->f, FE);
	host_look(h);
	assert_int_equal(xr_fake_mapped(h->f), 0);
	assert_true(host_has_device(h, DRV_DEV));
	assert_string_equal(host_device(h, DRV_DEV).error->op, "store");
}

static int no_watch(struct xr_source *src, const char *path)
{
	return strstr(path, "/device") ? -EACCES : xr_source_fake.store_watch(src, path);
}

/* Without a watch on the frontend nobody would let go in time. */
static void test_driver_domain_deaf(void **state)
{
	struct xr_source_ops ops = xr_source_fake;
	struct host *h = *state;

	host_driver(h);
	ops.store_watch = no_watch;
	h->x->src.ops = &ops;
	host_look(h);
	assert_refused(h, DRV_RING, "map", "would not tell");
	h->x->src.ops = &xr_source_fake;
}

/* ---- what is looked at, and what that asks -------------------------------- */

/* What is wanted: a domain by its name, and of it all, or one device. */
struct want {
	const char *domain, *device;
};

static bool wants(void *data, int64_t domid, const char *domain, const char *device)
{
	const struct want *w = data;
	size_t n = device ? strlen(device) : 0;

	(void)domid;
	if (strcmp(domain, w->domain) != 0)
		return false;
	return !device || !w->device ||
	       (device[n - 1] == ':' ? !strncmp(device, w->device, n) : !strcmp(device, w->device));
}

/* How many requests the first look of a new handle's discovery at h makes. NULL: at everything. */
static unsigned first_look(struct host *h, const struct want *want)
{
	uint64_t before = xr_fake_requests(h->f);

	xr_plan_drop(&h->x->plan);
	xr_discovery_free(h->x->disc);
	h->x->disc = NULL;
	assert_int_equal(xr_discovery_new(&h->x->disc, &h->x->src, 0), 0);
	xenring_look_at(h->x, want ? wants : NULL, (void *)(uintptr_t)want);
	host_look(h);
	return (unsigned)(xr_fake_requests(h->f) - before);
}

/* A guest with so many disks and a network card, none of them connected. */
static void neighbour(struct host *h, uint32_t domid, const char *name, uint32_t disks)
{
	assert_int_equal(xr_fake_domain(h->f, domid, name, 1), 0);
	for (uint32_t i = 0; i < disks; i++)
		assert_int_equal(xr_fake_device(h->f, domid, "vbd", 51712 + 16 * i, 0, "vbd"), 0);
	assert_int_equal(xr_fake_device(h->f, domid, "vif", 0, 0, "vif"), 0);
}

/* Other domains cost what tells their names; other devices of the domain nothing at all. */
static void test_asks_for_what_is_wanted(void **state)
{
	static const struct want domain = { "guest", NULL }, device = { "guest", &DEV[6] },
		nobody = { "nobody", NULL };
	struct host *h = *state;
	unsigned all, of_domain, of_device, of_nobody;

	host_disk(h);
	vif(h);
	all = first_look(h, NULL);
	of_domain = first_look(h, &domain);
	assert_true(host_has_device(h, "guest/vif:0"));
	of_nobody = first_look(h, &nobody);
	of_device = first_look(h, &device);
	print_message("# requests of a guest with a disk and a card: all %u, the guest %u, its disk %u, none of it %u\n",
		      all, of_domain, of_device, of_nobody);
	/* dom0 and the guest: the list of domains, two watches, two names */
	assert_int_equal(of_nobody, 5);
	assert_true(of_device > of_nobody && of_device < of_domain && of_domain < all);
	/* the guest's own three watches, its types and its disks, whose copies there are, and those; the disk, its size too */
	assert_int_equal(of_device, of_nobody + 3 + 2 + 1 + 2 + 12);
	assert_readable(h, RING);
	assert_pairing(h, "confirmed");
	assert_false(host_has_device(h, "guest/vif:0"));

	/* ten guests more, each with four devices */
	for (uint32_t i = 0; i < 10; i++) {
		char name[16];

		snprintf(name, sizeof(name), "other%u", i);
		neighbour(h, 20 + i, name, 3);
	}
	assert_int_equal(first_look(h, &domain), of_domain + 10 * 2);
	assert_int_equal(first_look(h, &device), of_device + 10 * 2);
	assert_int_equal(xenring_n_domains(h->s), 12);
	assert_int_equal(xenring_n_devices(h->s), 1);
	assert_true(first_look(h, NULL) > all + 10 * 40);
	/* and ten devices more of the guest itself, of the same type and of another */
	for (uint32_t i = 1; i < 6; i++) {
		assert_int_equal(xr_fake_device(h->f, 5, "vbd", 51712 + 16 * i, 0, "vbd"), 0);
		assert_int_equal(xr_fake_device(h->f, 5, "vif", i, 0, "vif"), 0);
	}
	assert_int_equal(first_look(h, &device), of_device + 10 * 2);
	assert_int_equal(xenring_n_devices(h->s), 1);
	assert_readable(h, RING);
}

struct told {
	uint64_t calls, last_total, stop_at;
};

static bool tell(void *data, const char *what, uint64_t done, uint64_t total)
{
	struct told *t = data;

	assert_string_equal(what, "domain");
	assert_in_range(done, 0, total - 1);
	t->calls++;
	t->last_total = total;
	return done != t->stop_at;
}

/* How far the search is; who gives it up finds the rest the next time, and nothing twice. */
static void test_progress(void **state)
{
	struct told told = { .stop_at = 3 };
	struct host *h = *state;
	struct xenring_snapshot *s = NULL;
	uint64_t all, before;
	size_t devices;

	host_disk(h);
	for (uint32_t domid = 6; domid < 12; domid++)
		neighbour(h, domid, "other", 3);
	all = first_look(h, NULL);
	devices = xenring_n_devices(h->s);
	xr_plan_drop(&h->x->plan);
	xr_discovery_free(h->x->disc);
	assert_int_equal(xr_discovery_new(&h->x->disc, &h->x->src, 0), 0);
	before = xr_fake_requests(h->f);
	xenring_set_progress(h->x, tell, &told);
	assert_int_equal(xenring_sample(h->x, &s), -EINTR);
	assert_null(s);
	assert_int_equal(told.calls, 4);
	assert_int_equal(told.last_total, xenring_n_domains(h->s));
	assert_in_range(xr_fake_requests(h->f) - before, 1, all - 1);
	told.stop_at = UINT64_MAX;
	host_look(h);
	assert_int_equal(xenring_n_devices(h->s), devices);
	assert_readable(h, RING);
	assert_true(xr_fake_requests(h->f) - before == all);
	/* nothing is new: nothing is told */
	told.calls = 0;
	host_look(h);
	assert_int_equal(told.calls, 0);
}

/* What changes elsewhere is not looked at; a change of what is wanted is. */
static void test_wanted_changes(void **state)
{
	static const struct want device = { "guest", &DEV[6] }, other = { "other", NULL };
	struct host *h = *state;
	uint64_t before;

	host_disk(h);
	vif(h);
	neighbour(h, 6, "other", 2);
	first_look(h, &device);
	before = xr_fake_requests(h->f);
	host_write(h, "/local/domain/6/device/vbd/51712/state", "5");
	host_write(h, "/local/domain/5/device/vif/0/state", "5");
	host_write(h, "/local/domain/0/backend/vbd/6/51712/state", "5");
	host_look(h);
	/* the domain's list may be read again, the device that was written to is */
	assert_in_range(xr_fake_requests(h->f) - before, 1, 20);
	assert_int_equal(xenring_n_devices(h->s), 1);
	assert_readable(h, RING);
	assert_int_equal(xr_fake_mapped(h->f), 1);

	/* a name decides, also one that changes */
	host_write(h, "/local/domain/5/name", "renamed");
	host_look(h);
	assert_int_equal(xenring_n_devices(h->s), 0);
	assert_int_equal(xr_fake_mapped(h->f), 0);
	host_write(h, "/local/domain/5/name", "guest");
	host_look(h);
	assert_readable(h, RING);

	/* another want: what it does not name goes */
	xenring_look_at(h->x, wants, (void *)(uintptr_t)&other);
	host_look(h);
	assert_int_equal(xenring_n_devices(h->s), 3);
	assert_int_equal(xr_fake_mapped(h->f), 0);
	assert_true(host_has_device(h, "other/vbd:51728"));
	/* of who went nothing is heard any more; of who came everything is */
	before = xr_fake_requests(h->f);
	host_write(h, FE "/state", "5");
	host_look(h);
	assert_true(xr_fake_requests(h->f) == before);
	xr_fake_remove(h->f, "/local/domain/6/device/vbd/51728");
	xr_fake_remove(h->f, "/libxl/6/device/vbd/51728");
	host_look(h);
	assert_false(host_has_device(h, "other/vbd:51728"));
	host_write(h, FE "/state", "4");
	xenring_look_at(h->x, NULL, NULL);
	host_look(h);
	assert_readable(h, RING);
	assert_true(host_has_device(h, "guest/vif:0"));
	assert_int_equal(xenring_n_devices(h->s), 4);
}

/* The same from inside a driver domain, where a domain without devices is none. */
static void test_driver_domain_wanted(void **state)
{
	static const struct want device = { "5", &DEV[6] }, nobody = { "guest", NULL };
	struct host *h = *state;

	host_driver(h);
	first_look(h, &device);
	assert_true(host_has_ring(h, "5/vbd:51712/q0"));
	first_look(h, &nobody);
	assert_int_equal(xenring_n_devices(h->s), 0);
	assert_int_equal(xr_fake_mapped(h->f), 0);
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
		TEST(test_windows_disk), TEST(test_freebsd_disk), TEST(test_midpoint_events),
		TEST(test_console_and_store), TEST(test_second_console), TEST(test_pvcalls), TEST(test_pvcalls_connect), TEST(test_pvcalls_fast), TEST(test_pvcalls_late),
		TEST(test_pvcalls_accept), TEST(test_pvcalls_ends), TEST(test_pvcalls_lies), TEST(test_pvcalls_flood),
		TEST(test_vchan), TEST(test_vchan_places), TEST(test_vchan_named),
		TEST(test_vchan_changes), TEST(test_vchan_lies), TEST(test_vchan_flood), TEST(test_order),
		TEST(test_unknown_type),
		TEST(test_vscsi), TEST(test_usb), TEST(test_usb_of_qemu),
		TEST(test_fs), TEST(test_fs_of_old),
		TEST(test_sound), TEST(test_sound_odd_names), TEST(test_sound_half_a_card),
		TEST(test_sound_streams_come_and_go), TEST(test_sound_states), TEST(test_sound_too_many),
		TEST(test_displays_and_cameras),
		TEST(test_vkbd), TEST(test_vfb), TEST(test_frames_refused), TEST(test_9pfs),
		TEST(test_pci), TEST(test_vtpm),
		TEST(test_new_connection), TEST(test_regrant_in_place), TEST(test_backend_lets_go),
		TEST(test_device_vanishes), TEST(test_domain_dies), TEST(test_suspend),
		TEST(test_checkpoint), TEST(test_domid_reused), TEST(test_old_snapshots),
		TEST(test_quiet_host_asks_nothing), TEST(test_end_asks_nothing),
		TEST(test_many_devices), TEST(test_odd_folders),
		cmocka_unit_test(test_storm),
		TEST(test_from_driver_domain), TEST(test_driver_domain_idle),
		TEST(test_driver_domain_lets_go), TEST(test_driver_domain_lets_go_first),
		TEST(test_driver_domain_closes_meanwhile),
		TEST(test_driver_domain_refuses), TEST(test_driver_domain_deaf),
		TEST(test_asks_for_what_is_wanted), TEST(test_progress), TEST(test_wanted_changes),
		TEST(test_driver_domain_wanted),
	};

	return RUN(tests);
}
