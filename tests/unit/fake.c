/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fake hosts: every run shows the same, each shows what its help promises,
 * and their pages are, byte for byte, those that Xen's own headers make of the
 * same script (tests/pages/replay.c). XR_PAGES is the players' directory.
 */
#include <config.h>

#include "lib/test.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "context.h"
#include "grants.h"
#include "snapshot.h"
#include "source/fake/life.h"
#include "util/cleanup.h"

#define SECOND INT64_C(1000000000)

/* ---- pages by Xen's headers ---------------------------------------------- */

#ifdef HAVE_XEN_HEADERS

#define MAX_RINGS 512

/* Two scripts: of all rings, and of those that a 32-bit program can make. */
struct script {
	FILE *all, *narrow;
	FILE *pages, *narrow_pages;	/* what the host's were at the same moments */
	struct {
		const uint8_t *page;
		uint32_t pages;
		bool wide;		/* of the x86_64 layout only */
		char kind[24];
	} rings[MAX_RINGS];
	uint32_t n_rings, n_narrow;
	unsigned n_compared;
};

/* Operations and kinds that any host's script had. */
static char seen[64][24];
static size_t n_seen;

static void see(const char *word, size_t n)
{
	assert_true(n < sizeof(seen[0]));
	for (size_t i = 0; i < n_seen; i++)
		if (strlen(seen[i]) == n && !memcmp(seen[i], word, n))
			return;
	assert_true(n_seen < ARRAY_SIZE(seen));
	memcpy(seen[n_seen++], word, n);
}

static void hear(void *data, uint32_t ring, const uint8_t *page, const char *line)
{
	struct script *s = data;
	char kind[24] = "";
	unsigned pages;

	assert_true(ring < MAX_RINGS);
	see(line, strcspn(line, " "));
	if (sscanf(line, "new %23s %u", kind, &pages) == 2) {
		assert_int_equal(ring, s->n_rings);
		see(kind, strlen(kind));
		s->rings[ring].page = page;
		s->rings[ring].pages = pages;
		s->rings[ring].wide = !strcmp(kind, "blkif-64");
		memcpy(s->rings[ring].kind, kind, sizeof(kind));
		s->n_rings++;
		s->n_narrow += !s->rings[ring].wide;
	}
	fprintf(s->all, "%u %s\n", ring, line);
	if (!s->rings[ring].wide)
		fprintf(s->narrow, "%u %s\n", ring, line);
}

/* All rings as they are now, in both; the players append theirs. */
static void save(struct script *s)
{
	for (uint32_t i = 0; i < s->n_rings; i++) {
		size_t n = (size_t)s->rings[i].pages * XR_PAGE_SIZE;

		fprintf(s->all, "%u save\n", i);
		assert_int_equal(fwrite(s->rings[i].page, 1, n, s->pages), n);
		if (s->rings[i].wide)
			continue;
		fprintf(s->narrow, "%u save\n", i);
		assert_int_equal(fwrite(s->rings[i].page, 1, n, s->narrow_pages), n);
	}
}

static const char *directory(void)
{
	const char *dir = getenv("XR_PAGES");

	return dir ? dir : "tests/pages";
}

/* Plays the script and compares; the first difference says where it is. */
static void compare(struct script *s, const char *host, const char *tmp, const char *player,
		    const char *name, FILE *ours, bool narrow)
{
	uint8_t a[XR_PAGE_SIZE], b[XR_PAGE_SIZE];
	char command[1024], path[256];
	FILE *theirs;

	snprintf(command, sizeof(command), "'%s/%s' '%s/%s' '%s/pages'", directory(), player, tmp,
		 name, tmp);
	if (system(command))
		fail_msg("%s: failed: %s", host, command);
	snprintf(path, sizeof(path), "%s/pages", tmp);
	theirs = fopen(path, "rb");
	assert_non_null(theirs);
	rewind(ours);
	for (unsigned moment = 0;; moment++) {
		for (uint32_t i = 0; i < s->n_rings; i++) {
			for (uint32_t p = 0; p < s->rings[i].pages; p++) {
				if (narrow && s->rings[i].wide)
					continue;
				if (fread(a, 1, sizeof(a), ours) != sizeof(a)) {
					/* both end together, and at a moment's beginning */
					assert_int_equal(i + p, 0);
					assert_int_equal(fread(b, 1, 1, theirs), 0);
					fclose(theirs);
					assert_true(moment > 1);
					return;
				}
				assert_int_equal(fread(b, 1, sizeof(b), theirs), sizeof(b));
				for (unsigned off = 0; off < sizeof(a); off++)
					if (a[off] != b[off])
						fail_msg("%s by %s, moment %u: ring %u (%s), page %u, "
							 "offset %u: %#x, but Xen's headers make %#x",
							 host, player, moment, i, s->rings[i].kind, p,
							 off, a[off], b[off]);
				s->n_compared++;
			}
		}
	}
}

static FILE *create(const char *dir, const char *name)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w+b");
	assert_non_null(f);
	return f;
}

/* Some moments, in milliseconds of the host's clock; the first is its beginning. */
static void compare_host(const char *host, const int *moments_ms, size_t n)
{
	char tmp[] = "/tmp/xenringtop-fake.XXXXXX", command[128], player32[512];
	struct script s = { .n_rings = 0 };
	struct xr_err err = { 0 };
	struct xr_fake *f;
	struct stat st;

	assert_non_null(mkdtemp(tmp));
	s.all = create(tmp, "all");
	s.narrow = create(tmp, "narrow");
	s.pages = create(tmp, "all.pages");
	s.narrow_pages = create(tmp, "narrow.pages");
	assert_int_equal(xr_fake_new(&f), 0);
	xr_fake_listen(f, hear, &s);
	if (xr_fake_fill(f, host, &err))
		fail_msg("%s: %s", host, err.text ? err.text : "failed");
	for (size_t i = 0; i < n; i++) {
		int64_t at = XR_FAKE_MONO_NS + moments_ms[i] * INT64_C(1000000);

		assert_int_equal(xr_fake_advance(f, at, false), 0);
		save(&s);
	}
	fclose(s.all);
	fclose(s.narrow);
	compare(&s, host, tmp, "replay", "all", s.pages, false);
	snprintf(player32, sizeof(player32), "%s/replay32", directory());
	if (!s.n_narrow)
		print_message("# %s has no ring for the 32-bit player\n", host);
	else if (!stat(player32, &st))
		compare(&s, host, tmp, "replay32", "narrow", s.narrow_pages, true);
	else
		print_message("# no i386 programs here: %s was compared by the 64-bit player alone\n",
			      host);
	print_message("# %s: %u pages compared\n", host, s.n_compared);
	fclose(s.pages);
	fclose(s.narrow_pages);
	xr_fake_free(f);
	snprintf(command, sizeof(command), "rm -r '%s'", tmp);
	assert_int_equal(system(command), 0);
}

static void test_pages(void **state)
{
	static const int slow[] = { 0, 10, 200, 3000, 7000 }, quick[] = { 0, 10, 300, 1000 };
	static const int long_[] = { 0, 5050, 5455, 9000, 12800, 13500, 16100, 17000 };
	static const char *const hosts[] = {
		"demo,fast", "idle,fast", "stuck-blk,fast", "lost-event,fast", "full-net,fast",
		"starved-rx,fast", "leaking-grants,fast", "forged,fast",
	};

	(void)state;
	n_seen = 0;
	for (size_t i = 0; i < ARRAY_SIZE(hosts); i++)
		compare_host(hosts[i], slow, ARRAY_SIZE(slow));
	compare_host("busy,fast", quick, ARRAY_SIZE(quick));
	compare_host("big:70:busy,fast", quick, ARRAY_SIZE(quick));
	compare_host("reconnect,fast", long_, ARRAY_SIZE(long_));
	/* every kind of ring, every operation, and the word that makes a ring */
	assert_int_equal(n_seen, XR_FOP_N + XR_FRING_KIND_N + 1);
}

#endif

/* ---- a host that is watched ---------------------------------------------- */

struct watch {
	struct xenring *x;
	struct xr_fake *f;
	struct xenring_snapshot *s;
	int64_t begin;
};

static void watch_open(struct watch *w, const char *host)
{
	struct xenring_time t;
	char url[64];

	*w = (struct watch){ .x = NULL };
	snprintf(url, sizeof(url), "fake:%s,fast", host);
	assert_int_equal(xenring_new(&w->x), 0);
	if (xenring_open(w->x, url))
		fail_msg("%s: %s", url, xenring_message(w->x));
	w->f = xr_fake_of(&w->x->src);
	assert_int_equal(xenring_now(w->x, &t), 0);
	w->begin = t.mono_ns;
}

static void watch_close(struct watch *w)
{
	xenring_snapshot_unref(w->s);
	xenring_close(w->x);
}

/* A sample at this time after the beginning. */
static void look(struct watch *w, int64_t ns)
{
	xenring_snapshot_unref(w->s);
	w->s = NULL;
	assert_int_equal(xenring_wait(w->x, w->begin + ns), 0);
	xenring_refresh_domains(w->x);
	if (xenring_sample(w->x, &w->s))
		fail_msg("%s: %s", xenring_source(w->x), xenring_message(w->x));
}

static bool find_ring(const struct watch *w, const char *path, struct xenring_ring *ret)
{
	for (size_t i = 0; i < xenring_n_rings(w->s); i++)
		if (!xenring_ring(w->s, i, ret) && !strcmp(ret->path, path))
			return true;
	return false;
}

static struct xenring_ring ring(const struct watch *w, const char *path)
{
	struct xenring_ring r = { .path = NULL };

	if (!find_ring(w, path, &r))
		fail_msg("%s: there is no ring %s", xenring_source(w->x), path);
	return r;
}

static bool moves(const struct xenring_ring *r)
{
	return r->requests_per_s > 0 || r->responses_per_s > 0;
}

static size_t n_errors(const struct watch *w)
{
	struct xenring_device d;
	struct xenring_ring r;
	size_t n = 0;

	for (size_t i = 0; i < xenring_n_rings(w->s); i++)
		n += !xenring_ring(w->s, i, &r) && r.error;
	for (size_t i = 0; i < xenring_n_devices(w->s); i++)
		n += !xenring_device(w->s, i, &d) && d.error;
	return n;
}

/* ---- what each promises: at every second of a hundred -------------------- */

/* Three guests; there is news all the time, and nothing is wrong. */
static void look_demo(const struct watch *w, int i)
{
	assert_int_equal(n_errors(w), 0);
	assert_int_equal(xenring_n_domains(w->s), 4);
	if (!i)
		return;
	assert_true(ring(w, "web01/vbd:51712/q0").requests_per_s > 0);
	assert_true(ring(w, "web01/vif:0/q0/tx").requests_per_s > 0);
	assert_true(ring(w, "web01/vif:0/q0/rx").responses_per_s > 0);
	assert_true(ring(w, "db02/vbd:51728/q0").in_flight >= 20);
	assert_string_equal(ring(w, "mail03/vbd:51712/q0").state, "idle");
	assert_string_equal(ring(w, "mail03/vbd:51712/q0").abi, "x86_32");
}

static void look_idle(const struct watch *w, int i)
{
	struct xenring_ring r;

	assert_int_equal(n_errors(w), 0);
	for (size_t k = 0; i && k < xenring_n_rings(w->s); k++) {
		assert_int_equal(xenring_ring(w->s, k, &r), 0);
		assert_string_equal(r.state, "idle");
		assert_false(moves(&r));
		if (strcmp(r.kind, "slots"))
			continue;
		/* both ends have taken everything and wait for the next */
		assert_int_equal((uint32_t)r.rsp_event, (uint32_t)(r.rsp_prod + 1));
		if (strcmp(r.ring, "q0/rx"))
			assert_int_equal((uint32_t)r.req_event, (uint32_t)(r.req_prod + 1));
	}
}

static void look_busy(const struct watch *w, int i)
{
	struct xenring_ring r;

	assert_int_equal(n_errors(w), 0);
	for (size_t k = 0; i && k < xenring_n_rings(w->s); k++) {
		assert_int_equal(xenring_ring(w->s, k, &r), 0);
		if (!strcmp(r.kind, "slots"))
			assert_true(r.requests_per_s > 1000 && r.responses_per_s > 1000);
	}
}

/* The others go on. */
static void look_stuck_blk(const struct watch *w, int i)
{
	struct xenring_ring r = ring(w, "web31/vbd:51728/q0");

	assert_int_equal(n_errors(w), 0);
	assert_true(r.in_flight > 10 && r.in_flight < r.slots);
	/* some were taken, and not all */
	assert_true(r.req_event > r.rsp_prod + 1 && r.req_event <= r.req_prod);
	assert_string_equal(r.state, i >= 5 ? "stuck" : "busy");
	if (!i)
		return;
	assert_true(ring(w, "web31/vbd:51712/q0").requests_per_s > 0);
	assert_true(ring(w, "web31/vif:0/q0/tx").requests_per_s > 0);
	assert_true(ring(w, "mail32/vbd:51712/q0").requests_per_s > 0);
}

/* An event was due, and the backend stands where it armed itself. */
static void look_lost_event(const struct watch *w, int i)
{
	struct xenring_ring r = ring(w, "web41/vbd:51712/q0");

	assert_int_equal(n_errors(w), 0);
	assert_int_equal(r.in_flight, 3);
	assert_int_equal(r.req_event, r.rsp_prod + 1);
	assert_int_equal(r.rsp_event, r.rsp_prod + 1);
	assert_true(r.req_prod >= r.req_event);
	assert_string_equal(r.state, i >= 5 ? "stuck" : "busy");
	if (i)
		assert_true(ring(w, "web41/vbd:51728/q0").requests_per_s > 0);
}

static void look_full_net(const struct watch *w, int i)
{
	struct xenring_ring r = ring(w, "proxy51/vif:0/q0/tx");

	assert_int_equal(n_errors(w), 0);
	assert_int_equal(r.in_flight, 256);
	assert_string_equal(r.state, "full");
	if (i)
		assert_true(ring(w, "proxy51/vif:0/q0/rx").responses_per_s > 0);
}

/* The backend waits for the very next buffer. */
static void look_starved_rx(const struct watch *w, int i)
{
	struct xenring_ring r = ring(w, "voip61/vif:0/q0/rx");

	assert_int_equal(n_errors(w), 0);
	assert_true(r.in_flight < 19);
	assert_int_equal(r.req_event, r.req_prod + 1);
	assert_false(moves(&r));
	if (i)
		assert_true(ring(w, "voip61/vif:0/q0/tx").requests_per_s > 0);
}

static unsigned in_use(const struct watch *w, uint32_t domid)
{
	struct xr_grant g;
	unsigned n = 0;

	for (uint32_t ref = 0; !w->x->src.ops->grant(&w->x->src, domid, ref, &g); ref++)
		n += g.in_use;
	return n;
}

/* The device is nowhere, its entries are in use still. */
static void look_leaking(const struct watch *w, int i)
{
	struct xenring_device d;

	assert_int_equal(n_errors(w), 0);
	for (size_t k = 0; k < xenring_n_devices(w->s); k++) {
		assert_int_equal(xenring_device(w->s, k, &d), 0);
		assert_string_not_equal(d.path, "leaky71/vbd:51760");
	}
	/* what comes and goes with the work is less than what leaks in 100 s */
	assert_true(in_use(w, 71) > 350u + 3 * (unsigned)i);
}

/* What is not its own is not looked at; the rest is. */
static void look_forged(const struct watch *w, int i)
{
	struct xenring_ring r;

	assert_string_equal(ring(w, "mallory91/vbd:51728/q0").pairing, "forged");
	assert_string_equal(ring(w, "mallory91/vbd:51728/q0").state, "forged");
	assert_string_equal(ring(w, "mallory91/vbd:51744/q0").pairing, "forged");
	assert_true(ring(w, "mallory91/vbd:51744/q0").req_prod == XENRING_UNKNOWN);
	r = ring(w, "mallory91/vbd:51760/q0");
	assert_string_equal(r.pairing, "confirmed");
	assert_string_equal(r.state, "unreadable");
	assert_non_null(r.error);
	assert_string_equal(r.error->code, "EPERM");
	assert_string_equal(ring(w, "mallory91/vbd:51712/q0").pairing, "confirmed");
	if (i)
		assert_true(ring(w, "victim92/vbd:51712/q0").requests_per_s > 0);
}

static void look_hostile(const struct watch *w, int i)
{
	struct xenring_ring r;

	(void)i;
	assert_true(n_errors(w) > 2);
	for (size_t k = 0; k < xenring_n_rings(w->s); k++) {
		assert_int_equal(xenring_ring(w->s, k, &r), 0);
		for (const char *p = r.path; *p; p++)
			assert_true((unsigned char)*p >= ' ' && *p != 0x7f);
	}
}

static void look_big(const struct watch *w, int i)
{
	struct xenring_ring r;

	assert_int_equal(n_errors(w), 0);
	assert_int_equal(xenring_n_rings(w->s), 200);
	for (size_t k = 0; i && k < xenring_n_rings(w->s); k++) {
		assert_int_equal(xenring_ring(w->s, k, &r), 0);
		assert_true(r.requests_per_s > 0);
	}
}

static void look_at_all(const struct watch *w, int i)
{
	(void)i;
	assert_true(xenring_n_rings(w->s) > 0);
}

static const struct {
	const char *name;
	void (*look)(const struct watch *w, int i);
} promises[] = {
	{ "demo", look_demo }, { "idle", look_idle }, { "busy", look_busy },
	{ "stuck-blk", look_stuck_blk }, { "lost-event", look_lost_event },
	{ "full-net", look_full_net }, { "starved-rx", look_starved_rx },
	{ "leaking-grants", look_leaking }, { "reconnect", look_at_all }, { "forged", look_forged },
	{ "hostile", look_hostile }, { "big:200:busy", look_big }, { "big:200", look_at_all },
};

static void test_promises(void **state)
{
	const char *name;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(promises); i++) {
		struct watch w;

		watch_open(&w, promises[i].name);
		for (int s = 0; s <= 100; s++) {
			look(&w, s * SECOND);
			promises[i].look(&w, s);
		}
		watch_close(&w);
	}
	/* none is left out */
	for (size_t i = 0; (name = xr_fake_host(i, NULL)); i++) {
		size_t n = strcspn(name, ":"), k = 0;

		while (k < ARRAY_SIZE(promises) && (strncmp(promises[k].name, name, n) ||
						    strcspn(promises[k].name, ":") != n))
			k++;
		assert_row(name, k < ARRAY_SIZE(promises));
	}
}

/* Full rings come and go; rates rise and fall, and are not the same everywhere. */
static void test_swings(void **state)
{
	double low = 1e9, high = 0, other = 0;
	unsigned full = 0, not_full = 0;
	struct watch w;

	(void)state;
	watch_open(&w, "busy");
	for (int i = 0; i <= 100; i++) {
		look(&w, i * SECOND / 10);
		if (!strcmp(ring(&w, "web21/vbd:51712/q0").state, "full"))
			full++;
		else
			not_full++;
	}
	assert_true(full > 2 && not_full > 10);
	watch_close(&w);
	watch_open(&w, "demo");
	for (int i = 0; i <= 60; i++) {
		double r;

		look(&w, i * SECOND / 4);
		r = ring(&w, "web01/vif:0/q0/tx").requests_per_s;
		if (!i)
			continue;
		low = r < low ? r : low;
		high = r > high ? r : high;
		other += ring(&w, "web01/vbd:51712/q0").requests_per_s !=
			 ring(&w, "web01/vbd:51712/q1").requests_per_s;
	}
	assert_true(high > 1.3 * low);
	assert_true(other > 30);
	watch_close(&w);
}

/* Answers overtake one another, and an indirect request's segments can be read. */
static void test_slots(void **state)
{
	unsigned indirect = 0, overtaken = 0;
	struct watch w;

	(void)state;
	watch_open(&w, "demo");
	for (int i = 0; i < 40; i++) {
		struct xenring_slots *slots = NULL;
		uint64_t last = 0;

		look(&w, i * SECOND / 20);
		for (size_t k = 0; k < xenring_n_rings(w.s); k++) {
			struct xenring_ring r;

			assert_int_equal(xenring_ring(w.s, k, &r), 0);
			if (!strcmp(r.path, "db02/vbd:51728/q0"))
				assert_int_equal(xenring_read_slots(w.x, w.s, k, &slots), 0);
		}
		assert_non_null(slots);
		for (size_t k = 0; k < xenring_n_slots(slots); k++) {
			struct xenring_slot slot;

			assert_int_equal(xenring_slot(slots, k, &slot), 0);
			assert_true(!slot.id || *slot.id < 32);
			if (slot.record && !strcmp(slot.record->rec->name, "blkif.indirect")) {
				assert_true(slot.record->n_fetched > 11);
				indirect++;
			}
			/* ids come from a stack: had answers the order of requests, they would not jump */
			overtaken += slot.id && k && *slot.id < last;
			last = slot.id ? *slot.id : 0;
		}
		xenring_slots_free(slots);
	}
	assert_true(indirect > 20);
	assert_true(overtaken > 100);
	watch_close(&w);
}

/* What a request names is granted; what its backend has taken is in use. */
static void test_data_grants(void **state)
{
	unsigned waiting = 0, taken = 0;
	uint32_t first = UINT32_MAX, last = 0;
	struct xr_grant g;
	struct xenring_slots *slots = NULL;
	struct xenring_ring r = { .path = NULL };
	struct watch w;
	size_t at = 0;

	(void)state;
	watch_open(&w, "stuck-blk");
	look(&w, SECOND);
	while (at < xenring_n_rings(w.s) && !xenring_ring(w.s, at, &r) &&
	       strcmp(r.path, "web31/vbd:51728/q0"))
		at++;
	assert_int_equal(xenring_read_slots(w.x, w.s, at, &slots), 0);
	for (size_t k = 0; k < xenring_n_slots(slots); k++) {
		struct xenring_slot slot;

		assert_int_equal(xenring_slot(slots, k, &slot), 0);
		/* the backend stopped at req_event - 1: what comes after it has not seen */
		for (size_t j = 0; j < slot.n_grefs; j++) {
			first = slot.grefs[j] < first ? slot.grefs[j] : first;
			last = slot.grefs[j] > last ? slot.grefs[j] : last;
			if (slot.index < r.req_event - 1)
				continue;
			assert_int_equal(w.x->src.ops->grant(&w.x->src, 31, slot.grefs[j], &g), 0);
			assert_int_equal(g.flags & XR_GTF_TYPE, XR_GTF_PERMIT);
			assert_int_equal(g.domid, 0);
			assert_false(g.in_use);
			waiting++;
		}
	}
	assert_true(waiting > 14);
	/* and of the disk's other data some is */
	for (uint32_t ref = first; ref <= last; ref++)
		taken += !w.x->src.ops->grant(&w.x->src, 31, ref, &g) && g.in_use;
	assert_true(taken >= 6);
	xenring_slots_free(slots);
	watch_close(&w);
}

/* A device goes and comes back with other references; a guest dies, another has its number. */
static void test_reconnect(void **state)
{
	unsigned closed = 0, waiting = 0, gone = 0, changed = 0;
	char name[64] = "", uuid[64] = "";
	int64_t ref = -1, port = -1;
	struct xenring_ring r = { .path = NULL };
	struct watch w;

	(void)state;
	watch_open(&w, "reconnect");
	for (int i = 0; i <= 1000; i++) {
		struct xenring_domain d;
		bool there = false;

		look(&w, i * SECOND / 10);
		if (!find_ring(&w, "mobile81/vbd:51712/q0", &r))
			fail_msg("the disk that connects anew is not listed");
		closed += !strcmp(r.state, "closed");
		waiting += !strcmp(r.state, "initialising") || !strcmp(r.state, "initwait") ||
			   !strcmp(r.state, "initialised");
		if (r.n_ring_refs && r.port != XENRING_UNKNOWN && !strcmp(r.state, "busy")) {
			changed += ref >= 0 && ref != r.ring_refs[0] && port != r.port;
			ref = r.ring_refs[0];
			port = r.port;
		}
		for (size_t k = 0; k < xenring_n_domains(w.s); k++) {
			assert_int_equal(xenring_domain(w.s, k, &d), 0);
			if (d.domid != 82)
				continue;
			there = true;
			if (strcmp(name, d.domain)) {
				assert_string_not_equal(uuid, d.uuid);
				snprintf(name, sizeof(name), "%s", d.domain);
				snprintf(uuid, sizeof(uuid), "%s", d.uuid);
			}
		}
		gone += !there;
		if (!there)
			assert_false(find_ring(&w, "82/vbd:51712/q0", &r));
	}
	/* ten times: 400 ms closed, 100 ms until it is there again */
	assert_true(closed >= 30 && closed <= 60);
	assert_true(waiting >= 10 && waiting <= 20);
	assert_true(changed == 10);
	assert_true(ring(&w, "mobile81/vbd:51712/q0").epoch >= 10);
	/* three times for 3 s */
	assert_true(gone >= 85 && gone <= 95);
	assert_string_equal(name, "build82-4");
	assert_true(ring(&w, "build82-4/vbd:51712/q0").requests_per_s > 0);
	watch_close(&w);
}

/* Every event channel has two ends that name each other, and no two rings share one. */
static void test_ports(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(promises); i++) {
		const char *host = promises[i].name;
		struct xenring_ring r, other;
		struct watch w;

		if (!strcmp(host, "hostile"))
			continue;	/* its ports are lies */
		watch_open(&w, host);
		look(&w, 0);
		for (size_t k = 0; k < xenring_n_rings(w.s); k++) {
			struct xr_port port;

			assert_int_equal(xenring_ring(w.s, k, &r), 0);
			if (r.port == XENRING_UNKNOWN)
				continue;
			assert_row(r.path, r.backend_port > 0);
			assert_int_equal(w.x->src.ops->port(&w.x->src, 0, (uint32_t)r.backend_port, &port), 0);
			assert_row(r.path, port.status == XR_PORT_INTERDOMAIN);
			assert_int_equal(port.remote_domid, r.domid);
			assert_int_equal(port.remote_port, r.port);
			for (size_t j = 0; j < k; j++) {
				assert_int_equal(xenring_ring(w.s, j, &other), 0);
				assert_row(r.path, other.backend_port != r.backend_port);
			}
		}
		watch_close(&w);
	}
}

/* ---- in brief ---------------------------------------------------------------- */

static bool same(double a, double b)
{
	return isnan(a) ? isnan(b) : a == b;
}

/* What is told in brief is what the rows say. */
static void assert_brief(const struct watch *w)
{
	struct xenring_device device;
	struct xenring_domain domain;
	struct xenring_brief brief;
	struct xenring_ring row;
	size_t i;

	for (i = 0; !xenring_brief(w->s, i, &brief); i++) {
		assert_int_equal(xenring_ring(w->s, i, &row), 0);
		assert_ptr_equal(brief.path, row.path);
		assert_ptr_equal(brief.state, row.state);
		assert_row(row.path, same(brief.requests_per_s, row.requests_per_s));
		assert_row(row.path, same(brief.responses_per_s, row.responses_per_s));
		assert_row(row.path, same(brief.stall_s, row.stall_s));
		assert_ptr_equal(xenring_path(w->s, XENRING_RING, i), row.path);
		/* so nothing needs to be looked at to know that it does not stall */
		if (!strcmp(row.state, "idle"))
			assert_row(row.path, !xr_model_pending(w->s->top->rings[i].ring, w->s->idx[i]));
	}
	assert_int_equal(i, xenring_n_rings(w->s));
	assert_null(xenring_path(w->s, XENRING_RING, i));
	for (i = 0; !xenring_device(w->s, i, &device); i++)
		assert_ptr_equal(xenring_path(w->s, XENRING_DEVICE, i), device.path);
	assert_null(xenring_path(w->s, XENRING_DEVICE, i));
	for (i = 0; !xenring_domain(w->s, i, &domain); i++)
		assert_ptr_equal(xenring_path(w->s, XENRING_DOMAIN, i), domain.domain);
	assert_null(xenring_path(w->s, XENRING_DOMAIN, i));
}

static void test_brief(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(promises); i++) {
		struct watch w;

		watch_open(&w, promises[i].name);
		for (int s = 0; s < 8; s++) {
			look(&w, s * SECOND);
			assert_brief(&w);
		}
		watch_close(&w);
	}
}

/* ---- the same every time -------------------------------------------------- */

/* All that a host shows from now on, as numbers run together. */
static uint64_t digest(const char *host, int64_t step_ns, int n, bool samples)
{
	uint64_t sum = 14695981039346656037u;
	struct watch w;

	watch_open(&w, host);
	for (int i = 0; i <= n; i++) {
		look(&w, i * step_ns);
		for (size_t k = 0; (samples || i == n) && k < xenring_n_rings(w.s); k++) {
			struct xenring_ring r;
			char text[512];
			int len;

			assert_int_equal(xenring_ring(w.s, k, &r), 0);
			len = snprintf(text, sizeof(text), "%s %s %lld %lld %lld %lld %lld %lld %lld %s", r.path,
				       samples ? r.state : "", (long long)r.req_prod, (long long)r.rsp_prod,
				       (long long)r.req_event, (long long)r.rsp_event, (long long)r.in_prod,
				       (long long)r.out_prod, (long long)r.port, r.error ? r.error->text : "");
			for (int c = 0; c < len; c++)
				sum = (sum ^ (uint8_t)text[c]) * 1099511628211u;
		}
	}
	watch_close(&w);
	return sum;
}

static void test_same_every_time(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(promises); i++) {
		const char *host = promises[i].name;

		assert_row(host, digest(host, SECOND, 20, true) == digest(host, SECOND, 20, true));
		/* however often it is looked at */
		assert_row(host, digest(host, SECOND, 12, false) == digest(host, SECOND / 8, 96, false));
		assert_row(host, digest(host, 37000000, 300, false) ==
				 digest(host, INT64_C(3700000000), 3, false));
	}
	/* and there is something to see */
	assert_true(digest("demo", SECOND, 12, false) != digest("demo", SECOND, 13, false));
}

/* ---- time ----------------------------------------------------------------- */

static int64_t real_ns(void)
{
	struct timespec t;

	assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &t), 0);
	return t.tv_sec * SECOND + t.tv_nsec;
}

static void nothing(int sig)
{
	(void)sig;
}

static void test_clock(void **state)
{
	struct itimerval timer = { .it_value = { .tv_usec = 100000 } };
	struct sigaction sa = { .sa_handler = nothing };
	struct xenring_time a, b;
	struct xenring *x = NULL;
	int64_t begin;

	(void)state;
	/* it begins at the same moment, and stands still while nobody waits */
	assert_int_equal(xenring_new(&x), 0);
	assert_int_equal(xenring_open(x, "fake:demo"), 0);
	assert_int_equal(xenring_now(x, &a), 0);
	assert_true(a.real_ns == INT64_C(1767268800) * SECOND);
	usleep(2000);
	assert_int_equal(xenring_now(x, &b), 0);
	assert_true(a.real_ns == b.real_ns && a.mono_ns == b.mono_ns);
	/* it really waits, and by the host's clock exactly as long as asked */
	begin = real_ns();
	assert_int_equal(xenring_wait(x, a.mono_ns + 60000000), 0);
	assert_true(real_ns() - begin >= 60000000);
	assert_int_equal(xenring_now(x, &b), 0);
	assert_true(b.mono_ns - a.mono_ns == 60000000);
	assert_true(b.real_ns - a.real_ns == 60000000);
	/* the past is no time to wait for */
	assert_int_equal(xenring_wait(x, a.mono_ns), 0);
	xenring_close(x);
	/* a signal ends it; there is nothing to be done before it sleeps */
	x = NULL;
	assert_int_equal(xenring_new(&x), 0);
	assert_int_equal(xenring_open(x, "fake:"), 0);
	assert_int_equal(sigaction(SIGALRM, &sa, NULL), 0);
	begin = real_ns();
	assert_int_equal(setitimer(ITIMER_REAL, &timer, NULL), 0);
	assert_int_equal(xenring_wait(x, a.mono_ns + 100 * SECOND), -EINTR);
	assert_true(real_ns() - begin < 50 * SECOND);
	xenring_close(x);
	/* a fast one does not wait at all */
	x = NULL;
	assert_int_equal(xenring_new(&x), 0);
	assert_int_equal(xenring_open(x, "fake:,fast"), 0);
	begin = real_ns();
	assert_int_equal(xenring_wait(x, a.mono_ns + 1000 * SECOND), 0);
	assert_true(real_ns() - begin < 500 * SECOND);
	assert_int_equal(xenring_now(x, &b), 0);
	assert_true(b.mono_ns - a.mono_ns == 1000 * SECOND);
	xenring_close(x);
}

/* ---- grant tables of version 2 -------------------------------------------- */

/* The status word is a guard like the entry: who lets go is noticed at once. */
static void test_grants_v2(void **state)
{
	struct xenring_ring r;
	struct xr_grant g, again;
	struct watch w;
	uint32_t ref;

	(void)state;
	watch_open(&w, "demo");
	look(&w, 0);
	r = ring(&w, "mail03/vbd:51712/q0");
	ref = r.ring_refs[0];
	assert_int_equal(r.epoch, 1);
	assert_int_equal(w.x->src.ops->grant(&w.x->src, 3, ref, &g), 0);
	assert_true(g.in_use);
	assert_int_equal(g.flags, XR_GTF_PERMIT);
	/* four frames of 256 */
	assert_int_equal(w.x->src.ops->grant(&w.x->src, 3, 1023, &again), 0);
	assert_int_equal(w.x->src.ops->grant(&w.x->src, 3, 1024, &again), -ERANGE);
	/* its neighbours in the status frame are their own */
	assert_int_equal(w.x->src.ops->grant(&w.x->src, 3, ref - 1, &again), 0);
	assert_false(again.in_use);
	assert_int_equal(xr_fake_grant(w.f, 3, ref, XR_GTF_PERMIT, 0, g.frame), 0);
	look(&w, SECOND / 100);
	/* mapped anew, and from now on without the backend's use as a guard */
	assert_int_equal(w.x->src.ops->grant(&w.x->src, 3, ref, &again), 0);
	assert_false(again.in_use);
	assert_true(again.frame == g.frame);
	r = ring(&w, "mail03/vbd:51712/q0");
	assert_string_equal(r.state, "idle");
	assert_int_equal(xr_fake_grant(w.f, 3, ref, 0, 0, g.frame), 0);
	look(&w, SECOND / 50);
	assert_string_equal(ring(&w, "mail03/vbd:51712/q0").state, "unreadable");
	watch_close(&w);
}

/* ---- what cannot be opened ------------------------------------------------ */

static void test_bad_names(void **state)
{
	static const char *const bad[] = {
		"fake:nothing", "fake:dem", "fake:demos", "fake:demo:1", "fake:big", "fake:big:",
		"fake:big:0", "fake:big:x", "fake:big:9:idle", "fake:demo,slow", "fake:demo,fast,fast",
		"fake:averyveryveryveryveryveryveryveryveryveryveryveryveryveryveryverylongname",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct xenring *x = NULL;

		assert_int_equal(xenring_new(&x), 0);
		assert_row(bad[i], xenring_open(x, bad[i]) == -EINVAL);
		assert_row(bad[i], xenring_message(x)[0]);
		xenring_close(x);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#ifdef HAVE_XEN_HEADERS
		cmocka_unit_test(test_pages),
#endif
		cmocka_unit_test(test_promises), cmocka_unit_test(test_swings),
		cmocka_unit_test(test_slots), cmocka_unit_test(test_data_grants),
		cmocka_unit_test(test_reconnect),
		cmocka_unit_test(test_ports), cmocka_unit_test(test_brief),
		cmocka_unit_test(test_same_every_time), cmocka_unit_test(test_clock),
		cmocka_unit_test(test_grants_v2), cmocka_unit_test(test_bad_names),
	};

	return RUN(tests);
}
