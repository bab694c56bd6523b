/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each check of the table: one case where it fires, and one near it where it
 * must not. A check without both fails.
 */
#include <config.h>

#include "lib/test.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "abi/blkif.h"
#include "abi/evtchn.h"
#include "abi/netif.h"
#include "backend.h"
#include "check/check.h"
#include "check/range.h"
#include "check/watch.h"
#include "lib/host.h"

#define SECOND INT64_C(1000000000)
#define DISK "guest/vbd:51712"
#define RING DISK "/q0"
#define SLOTS 32

struct rig {
	struct host h;
	struct xenring_watch *w, *anew;	/* the other judges all of it at each sample, and comes to the same */
	uint32_t *disk, *tx;	/* their rings' words; tx: of what vif() makes */
	const char *only;	/* the check that is looked for */
	bool torn;		/* the first ring cannot be read consistently: said of the samples */
};

static void rig_open(struct rig *r)
{
	*r = (struct rig){ .w = NULL };
	host_open(&r->h);
	r->disk = host_disk(&r->h);
	assert_int_equal(xenring_watch_new(&r->w, r->h.x), 0);
	assert_int_equal(xenring_watch_new(&r->anew, r->h.x), 0);
}

static void rig_close(struct rig *r)
{
	xenring_watch_free(r->anew);
	xenring_watch_free(r->w);
	host_close(&r->h);
}

/* Judges as w does, but everything and at each sample. */
static void step_anew(struct xenring_watch *anew, const struct xenring_watch *w, struct xenring_snapshot *s)
{
	memcpy(anew->chosen, w->chosen, sizeof(anew->chosen));
	anew->some = w->some;
	anew->warn = w->warn;
	anew->crit = w->crit;
	anew->has_ranges = w->has_ranges;
	anew->blind = w->blind;
	anew->wants = w->wants;
	anew->wants_data = w->wants_data;
	anew->set_up = false;
	anew->anew = true;
	assert_int_equal(xenring_watch_step(anew, s), 0);
}

static bool same_sig(const struct xr_sig *a, const struct xr_sig *b)
{
	return a->scope == b->scope && a->at == b->at && a->check == b->check && a->level == b->level &&
	       a->since_ns == b->since_ns && a->held_ns == b->held_ns && a->was_mark == b->was_mark &&
	       a->mark == b->mark && !memcmp(&a->value, &b->value, sizeof(a->value)) &&
	       !memcmp(&a->after_s, &b->after_s, sizeof(a->after_s)) && a->short_of == b->short_of &&
	       a->holds == b->holds && a->said_level == b->said_level && a->at_least_s == b->at_least_s;
}

/* What the two have come to: signatures, findings, and what both remember, bit by bit. */
static void assert_same(const char *name, const struct xenring_watch *w, const struct xenring_watch *anew)
{
	for (size_t i = 0; i < w->now.n && i < anew->now.n; i++)
		if (!same_sig(&w->now.all[i], &anew->now.all[i]))
			fail_msg("%s: signature %zu is %s of place %zu, and if all is judged %s of %zu, or another one", name, i,
				 xr_checks[w->now.all[i].check]->id, w->now.all[i].at,
				 xr_checks[anew->now.all[i].check]->id, anew->now.all[i].at);
	if (w->now.n != anew->now.n)
		fail_msg("%s: %zu signatures, and %zu if all is judged", name, w->now.n, anew->now.n);
	assert_row(name, w->n_found == anew->n_found &&
			 (!w->n_found || !memcmp(w->found, anew->found, w->n_found * sizeof(*w->found))));
	for (size_t i = 0; i < w->prev->top->n_rings; i++) {
		const struct xr_past *a = xr_hist_ring(&w->hist, i), *b = xr_hist_ring(&anew->hist, i);

		assert_row(name, !a == !b && (!a || !memcmp(a, b, sizeof(*a))));
	}
}

/* A sample, dt seconds after the one before. */
static void look(struct rig *r, double dt)
{
	struct xenring_time t;

	xr_fake_clock(r->h.f, &t);
	assert_true(xr_fake_advance(r->h.f, t.mono_ns + (int64_t)(dt * 1e9), false) >= 0);
	xenring_snapshot_unref(r->h.s);
	r->h.s = NULL;
	if (xenring_sample(r->h.x, &r->h.s))
		fail_msg("%s", xenring_message(r->h.x));
	if (r->torn)
		r->h.s->look[0] = XR_LOOK_TORN;
	/* another one was begun */
	if (!r->w->prev) {
		xenring_watch_free(r->anew);
		assert_int_equal(xenring_watch_new(&r->anew, r->h.x), 0);
	}
	assert_int_equal(xenring_watch_step(r->w, r->h.s), 0);
	step_anew(r->anew, r->w, r->h.s);
	assert_same("the rig", r->w, r->anew);
}

/* Samples for so long, two a second. */
static void watch(struct rig *r, double seconds)
{
	for (double t = 0; t < seconds; t += 0.5)
		look(r, 0.5);
}

static void words(uint32_t *page, uint32_t rp, uint32_t re, uint32_t sp, uint32_t se)
{
	page[XR_REQ_PROD] = rp;
	page[XR_REQ_EVENT] = re;
	page[XR_RSP_PROD] = sp;
	page[XR_RSP_EVENT] = se;
}

/* Where it stands is told without words, too. */
static void is_at(const struct rig *r, size_t i, const struct xenring_finding *f)
{
	enum xenring_scope scope;
	const char *level;
	size_t at;

	assert_int_equal(xenring_finding_at(r->w, i, &scope, &at, &level), 0);
	assert_string_equal(level, f->level);
	assert_string_equal(xenring_path(r->w->prev, scope, at), f->path);
	assert_int_equal(xenring_finding_at(r->w, xenring_n_findings(r->w), &scope, &at, &level), -ERANGE);
}

static bool find(struct rig *r, const char *check, const char *path, struct xenring_finding *ret)
{
	struct xenring_finding f;

	for (size_t i = 0; !xenring_finding(r->w, i, &f); i++) {
		is_at(r, i, &f);
		if (strcmp(f.check, check) != 0 || (path && strcmp(f.path, path) != 0))
			continue;
		if (ret)
			*ret = f;
		return true;
	}
	return false;
}

static void print_all(struct rig *r)
{
	struct xenring_finding f;

	for (size_t i = 0; !xenring_finding(r->w, i, &f); i++)
		print_error("found: %s %s %s: %s\n", f.level, f.check, f.path, f.text);
}

static void assert_says(const struct xenring_finding *f, const char *text)
{
	if (!strstr(f->text, text))
		fail_msg("not \"%s\": %s", text, f->text);
}

/* The check in hand has found this, and all that is to be said of it is. */
static struct xenring_finding fires(struct rig *r, const char *path, const char *level, const char *owes)
{
	struct xenring_finding f = { .check = NULL };

	if (!find(r, r->only, path, &f)) {
		print_all(r);
		fail_msg("%s does not fire for %s", r->only, path);
	}
	assert_string_equal(f.level, level);
	if (owes && f.owes)
		assert_string_equal(f.owes, owes);
	else
		assert_true(!owes && !f.owes);
	assert_true(f.text[0] && f.known_by[0] && f.next[0] && f.since[0] && f.age_s >= 0);
	return f;
}

static void silent(struct rig *r)
{
	if (!find(r, r->only, NULL, NULL))
		return;
	print_all(r);
	fail_msg("%s fires", r->only);
}

/* ---- rings ------------------------------------------------------------------------ */

static void overrun_fires(struct rig *r)
{
	words(r->disk, 140, 101, 100, 101);
	watch(r, 1);
	fires(r, RING, "critical", "frontend");
}

static void overrun_near(struct rig *r)
{
	/* as many as fit, across 2^32 */
	words(r->disk, 16, 0xfffffff1, 0xfffffff0, 0xfffffff1);
	watch(r, 1);
	silent(r);
}

static void backwards_fires(struct rig *r)
{
	words(r->disk, 100, 101, 100, 101);
	look(r, 0.5);
	words(r->disk, 5, 6, 5, 6);
	look(r, 0.5);
	fires(r, RING, "critical", NULL);
}

static void backwards_near(struct rig *r)
{
	words(r->disk, 0xfffffffe, 0xffffffff, 0xfffffffe, 0xffffffff);
	look(r, 0.5);
	/* across 2^32; and the frontend asks for events of another number than before */
	words(r->disk, 5, 6, 5, 2);
	look(r, 0.5);
	silent(r);
	/* it is told for a minute */
	words(r->disk, 1, 2, 1, 2);
	look(r, 0.5);
	assert_true(find(r, r->only, RING, NULL));
	look(r, 61);
	silent(r);
}

static void unread_fires(struct rig *r)
{
	words(r->disk, 104, 101, 100, 101);
	watch(r, 4);
	assert_false(find(r, r->only, NULL, NULL));
	watch(r, 2);
	/* it had crossed before the first sample: which of the two it was nobody can tell */
	fires(r, RING, "critical", NULL);
}

static void unread_near(struct rig *r)
{
	/* the same, but now and then something moves */
	for (uint32_t i = 0; i < 20; i++) {
		words(r->disk, 104 + i, 101, 100, 101);
		look(r, 1);
	}
	silent(r);
	/* all was taken: that is another check's */
	words(r->disk, 130, 131, 100, 101);
	watch(r, 10);
	silent(r);
}

/* The backend's counter of events. */
static void counter(struct rig *r, unsigned events, unsigned channels)
{
	const struct xr_backend_key key = { .domid = 5, .id = 51712, .type = "vbd" };
	char text[2][24];

	snprintf(text[0], sizeof(text[0]), "%u\n", events);
	snprintf(text[1], sizeof(text[1]), "%u\n", channels);
	for (int i = 0; i < 2; i++)
		assert_int_equal(xr_fake_backend_file(r->h.f, &key, &(struct xr_backend_file){
			.what = i ? XR_BF_EVENT_CHANNELS : XR_BF_EVENTS, .mtime_ns = XR_FAKE_REAL_NS,
			.bytes = (uint8_t *)text[i], .n = (uint32_t)strlen(text[i]) }), 0);
}

/* Idle, then four requests that pass the event point; from then on the counter says so many. */
static void cross(struct rig *r, unsigned before, unsigned after, unsigned channels)
{
	counter(r, before, channels);
	words(r->disk, 100, 101, 100, 101);
	watch(r, 7);
	words(r->disk, 104, 101, 100, 101);
	counter(r, after, channels);
	watch(r, 14);
}

static void asleep_fires(struct rig *r)
{
	cross(r, 70, 71, 1);
	fires(r, RING, "critical", "backend");
}

static void asleep_near(struct rig *r)
{
	/* nothing came */
	cross(r, 70, 70, 1);
	silent(r);
	/* two channels share the counter: it may have been the other one's */
	words(r->disk, 104, 105, 104, 105);
	cross(r, 70, 71, 2);
	silent(r);
}

static void lost_fires(struct rig *r)
{
	struct xenring_finding f;
	int64_t seen = XENRING_UNKNOWN;

	cross(r, 70, 70, 1);
	f = fires(r, RING, "critical", "event");
	for (size_t i = 0; i < f.n_evidence; i++)
		if (!strcmp(f.evidence[i].name, "req_event"))
			seen = f.evidence[i].value;
	assert_int_equal(seen, 101);
}

static void lost_near(struct rig *r)
{
	cross(r, 70, 71, 1);
	silent(r);
	/* the counter was set to 0 meanwhile: what it says is no difference */
	words(r->disk, 104, 105, 104, 105);
	look(r, 0.5);
	cross(r, 70, 3, 1);
	silent(r);
}

static void throttled_files(struct rig *r, unsigned oo)
{
	const struct xr_backend_key key = { .domid = 5, .id = 51712, .type = "vbd" };
	char text[24];

	snprintf(text, sizeof(text), "%u\n", oo);
	assert_int_equal(xr_fake_backend_file(r->h.f, &key, &(struct xr_backend_file){
		.what = XR_BF_OO_REQ, .mtime_ns = XR_FAKE_REAL_NS, .bytes = (uint8_t *)text,
		.n = (uint32_t)strlen(text) }), 0);
}

static void throttled_fires(struct rig *r)
{
	words(r->disk, 104, 101, 100, 101);
	for (unsigned i = 0; i < 12; i++) {
		throttled_files(r, 10 + i);
		look(r, 1);
	}
	fires(r, RING, "warning", "backend");
}

static void throttled_near(struct rig *r)
{
	words(r->disk, 104, 101, 100, 101);
	throttled_files(r, 10);
	watch(r, 12);
	silent(r);
	/* log_stats sets it to 0 */
	throttled_files(r, 0);
	watch(r, 6);
	silent(r);
}

static void unanswered_fires(struct rig *r)
{
	words(r->disk, 130, 131, 100, 101);
	watch(r, 6);
	fires(r, RING, "warning", "storage");
	watch(r, 26);
	fires(r, RING, "critical", "storage");
}

/* ---- the oldest request of a ring that stands still ---------------------------- */

static uint8_t *slot(struct rig *r, uint32_t index)
{
	return (uint8_t *)r->disk + 64 + 112 * (index % SLOTS);
}

/* A request as a 64-bit guest puts it; each of its segments is a page. */
static void ask(struct rig *r, uint32_t index, uint8_t operation, uint64_t id, uint64_t sector, uint8_t segments)
{
	struct xr_blkif_request_64 q = {
		.operation = operation, .nr_segments = segments, .id = id, .sector_number = sector,
	};

	for (unsigned i = 0; i < XR_BLKIF_SEGMENTS; i++)
		q.seg[i] = (struct xr_blkif_segment){ .gref = 100 + i, .last_sect = 7 };
	memcpy(slot(r, index), &q, sizeof(q));
}

static void answer(struct rig *r, uint32_t index, uint64_t id)
{
	const struct xr_blkif_response a = { .id = id };

	memcpy(slot(r, index), &a, sizeof(a));
}

static const struct xenring_evidence *evidence(const struct xenring_finding *f, const char *name)
{
	for (size_t i = 0; i < f->n_evidence; i++)
		if (!strcmp(f->evidence[i].name, name))
			return &f->evidence[i];
	fail_msg("no evidence %s: %s", name, f->text);
	return NULL;
}

/* What is said of it: n is a number of sectors, or XENRING_UNKNOWN. */
static void assert_oldest(struct rig *r, const char *text, const char *state, const char *id, int64_t n, int64_t age_ms)
{
	struct xenring_finding f;

	assert_true(find(r, "ring.unanswered", RING, &f));
	assert_says(&f, text);
	assert_string_equal(evidence(&f, "oldest_state")->text, state);
	assert_string_equal(evidence(&f, "oldest_id")->text, id);
	assert_int_equal(evidence(&f, "oldest_sectors")->value, n);
	assert_int_equal(evidence(&f, "oldest_age_ms")->value, age_ms);
}

static void test_oldest(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	/* it hangs from the first sample on: what is in its slots is all that is known */
	ask(&r, 100, XR_BLKIF_WRITE, 1, 4711, 2);
	ask(&r, 101, XR_BLKIF_READ, 2, 4800, 1);
	words(r.disk, 102, 103, 100, 101);
	watch(&r, 6);
	assert_oldest(&r, "the oldest that is seen: write of 16 sectors from sector 4711 on, for 5.5 s", "unsure", "0x1",
		      16, 5500);
	/* both are answered; those that were seen to come are known for sure */
	answer(&r, 100, 1);
	ask(&r, 102, XR_BLKIF_READ, 3, 4900, 3);
	words(r.disk, 103, 104, 101, 102);
	look(&r, 0.5);
	answer(&r, 101, 2);
	ask(&r, 103, XR_BLKIF_READ, 4, 5000, 4);
	words(r.disk, 104, 105, 102, 103);
	look(&r, 0.5);
	/* 4 is answered in the slot of 3, of which nothing is on the page any more */
	answer(&r, 102, 4);
	words(r.disk, 104, 105, 103, 104);
	watch(&r, 8);
	assert_oldest(&r, "; the oldest: read of 24 sectors from sector 4900 on, for 8.5 s", "open", "0x3", 24, 8500);
	rig_close(&r);
}

/* A queue that grows behind what hangs. */
static void test_oldest_of_a_queue(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	words(r.disk, 100, 101, 100, 101);
	look(&r, 0.5);
	for (uint32_t i = 0; i < SLOTS; i++) {
		ask(&r, 100 + i, XR_BLKIF_READ, i, 1000 + 8 * i, 1);
		words(r.disk, 101 + i, 102 + i, 100, 101);
		look(&r, 0.25);
	}
	watch(&r, 6);
	/* it is looked at from the second on, half a second after the last answer */
	assert_oldest(&r, "read of 8 sectors from sector 1000 on, for 13.5 s", "unsure", "0x0", 8, 13500);
	rig_close(&r);
}

/* Whatever a guest writes there, numbers that cannot be true are not told. */
static void test_oldest_hostile(void **state)
{
	struct xenring_finding f;
	struct rig r;

	(void)state;
	rig_open(&r);
	ask(&r, 100, XR_BLKIF_READ, UINT64_MAX, UINT64_MAX, 255);
	words(r.disk, 101, 102, 100, 101);
	watch(&r, 6);
	assert_oldest(&r, "the oldest that is seen: read, for", "unsure", "0xffffffffffffffff", XENRING_UNKNOWN, 5500);
	rig_close(&r);
	rig_open(&r);
	ask(&r, 100, 0xfe, 9, 5, 1);
	slot(&r, 100)[offsetof(struct xr_blkif_request_64, seg) + 4] = 8;
	words(r.disk, 101, 102, 100, 101);
	watch(&r, 6);
	assert_oldest(&r, "0xfe from sector 5 on", "unsure", "0x9", XENRING_UNKNOWN, 5500);
	rig_close(&r);
	/* segments that stand elsewhere */
	rig_open(&r);
	ask(&r, 100, XR_BLKIF_INDIRECT, 9, 0, 0);
	slot(&r, 100)[1] = XR_BLKIF_WRITE;
	slot(&r, 100)[2] = 32;
	words(r.disk, 101, 102, 100, 101);
	watch(&r, 6);
	assert_oldest(&r, "write of 32 segments from sector 0 on", "unsure", "0x9", XENRING_UNKNOWN, 5500);
	assert_true(find(&r, "ring.unanswered", RING, &f));
	assert_int_equal(evidence(&f, "oldest_segments")->value, 32);
	rig_close(&r);
	/* a flush has no sectors, and an id is no place */
	rig_open(&r);
	ask(&r, 100, XR_BLKIF_FLUSH, 0xffffffff00000000, 77, 0);
	words(r.disk, 101, 102, 100, 101);
	watch(&r, 6);
	assert_oldest(&r, "the oldest that is seen: flush, for 5.5 s", "unsure", "0xffffffff00000000", XENRING_UNKNOWN, 5500);
	rig_close(&r);
}

static void unanswered_near(struct rig *r)
{
	/* slow, but something is answered each 4 s */
	for (uint32_t i = 0; i < 6; i++) {
		words(r->disk, 130, 131, 100 + i, 101 + i);
		watch(r, 4);
	}
	silent(r);
}

static void answers_fires(struct rig *r)
{
	/* it asks, as always ... */
	words(r->disk, 100, 101, 100, 101);
	look(r, 0.5);
	words(r->disk, 104, 105, 100, 101);
	look(r, 0.5);
	/* ... and then does not take the answers */
	words(r->disk, 104, 105, 104, 101);
	watch(r, 6);
	fires(r, RING, "critical", "frontend");
}

static void answers_near(struct rig *r)
{
	/* a full ring: whoever filled it has taken all answers, though it never asked again */
	words(r->disk, 100, 101, 100, 101);
	look(r, 0.5);
	words(r->disk, 104 + SLOTS, 105, 104, 101);
	watch(r, 6);
	silent(r);
	/* one that polls: it never asks */
	words(r->disk, 5000, 5001, 5000, 1);
	xenring_watch_free(r->w);
	assert_int_equal(xenring_watch_new(&r->w, r->h.x), 0);
	watch(r, 6);
	silent(r);
	/* the middle of what is open, as older frontends ask for: not reached yet */
	words(r->disk, 5020, 5021, 5004, 5011);
	watch(r, 6);
	silent(r);
}

static void polled_fires(struct rig *r)
{
	words(r->disk, 5000, 5001, 5000, 1);
	watch(r, 6);
	fires(r, RING, "info", NULL);
}

static void polled_near(struct rig *r)
{
	words(r->disk, 5000, 5001, 5000, 5001);
	watch(r, 6);
	silent(r);
}

static void full_fires(struct rig *r)
{
	/* a slot becomes free each second, and is used at once */
	for (uint32_t i = 0; i < 7; i++) {
		words(r->disk, 132 + i, 133 + i, 100 + i, 101 + i);
		look(r, 1);
	}
	fires(r, RING, "warning", "backend");
}

static void full_near(struct rig *r)
{
	/* as full at each sample, but all of it has gone round meanwhile */
	for (uint32_t i = 0; i < 20; i++) {
		words(r->disk, 132 + 20 * i, 133 + 20 * i, 100 + 20 * i, 101 + 20 * i);
		look(r, 1);
	}
	silent(r);
}

static void unreachable_fires(struct rig *r)
{
	words(r->disk, 100, 101, 100, 102 + SLOTS);
	watch(r, 2);
	fires(r, RING, "warning", "frontend");
}

static void unreachable_near(struct rig *r)
{
	words(r->disk, 130, 131, 100, 101 + SLOTS);
	watch(r, 2);
	silent(r);
	/* passed long ago: the numbers have gone round */
	words(r->disk, 0x90000000, 0x90000001, 0x90000000, 1);
	watch(r, 2);
	silent(r);
}

static void unreadable_fires(struct rig *r)
{
	/* a frame that is nobody's */
	assert_int_equal(xr_fake_grant(r->h.f, 5, REF, XR_GTF_PERMIT, 0, 0xfffff), 0);
	host_write(&r->h, FE "/state", "4");
	look(r, 0.5);
	look(r, 0.5);
	fires(r, RING, "unknown", NULL);
}

static void unreadable_near(struct rig *r)
{
	/* not connected yet: there is nothing to be read */
	host_write(&r->h, FE "/state", "1");
	xr_fake_remove(r->h.f, FE "/ring-ref");
	watch(r, 2);
	silent(r);
}

static void torn_fires(struct rig *r)
{
	look(r, 0.5);
	r->torn = true;
	watch(r, 6);
	fires(r, RING, "unknown", NULL);
}

static void torn_near(struct rig *r)
{
	for (int i = 0; i < 20; i++) {
		r->torn = i % 2;
		look(r, 0.5);
	}
	silent(r);
}

/* ---- network ----------------------------------------------------------------------- */

#define VIF "guest/vif:0"

static uint32_t *vif(struct rig *r)
{
	uint32_t *tx = host_page(&r->h, 20, 0), *rx = host_page(&r->h, 21, 0);

	assert_int_equal(xr_fake_device(r->h.f, 5, "vif", 0, 0, "vif"), 0);
	assert_int_equal(xr_fake_port(r->h.f, 5, 12, 0, 34), 0);
	host_write(&r->h, "/local/domain/5/device/vif/0/tx-ring-ref", "20");
	host_write(&r->h, "/local/domain/5/device/vif/0/rx-ring-ref", "21");
	host_write(&r->h, "/local/domain/5/device/vif/0/event-channel", "12");
	words(tx, 0, 1, 0, 1);
	r->tx = tx;
	return rx;
}

static void starved_fires(struct rig *r)
{
	/* posted are 4, one packet of more is there */
	words(vif(r), 260, 261, 256, 257);
	watch(r, 6);
	fires(r, VIF "/q0/rx", "warning", "frontend");
	watch(r, 60);
	fires(r, VIF "/q0/rx", "critical", "frontend");
}

static void starved_near(struct rig *r)
{
	uint32_t *rx = vif(r);

	/* idle with all buffers posted: req_event is far behind, or just where netback once asked */
	words(rx, 512, 300, 256, 257);
	watch(r, 6);
	silent(r);
	words(rx, 512, 513, 256, 257);
	watch(r, 6);
	silent(r);
	/* nothing was ever asked for: as the ring is made */
	words(rx, 0, 1, 0, 1);
	watch(r, 6);
	silent(r);
}

static void trickle_fires(struct rig *r)
{
	words(vif(r), 260, 258, 256, 257);
	watch(r, 6);
	fires(r, VIF "/q0/rx", "warning", "frontend");
}

static void trickle_near(struct rig *r)
{
	words(vif(r), 274, 258, 256, 257);
	watch(r, 6);
	silent(r);
}

/* A request of a packet; more: another one follows. */
static void send(struct rig *r, uint32_t index, unsigned offset, unsigned size, bool more)
{
	struct xr_netif_tx_request q = {
		.gref = 200 + index, .offset = (uint16_t)offset, .size = (uint16_t)size, .id = (uint16_t)index,
		.flags = more ? XR_NETTXF_MORE_DATA : 0,
	};

	memcpy((uint8_t *)r->tx + 64 + sizeof(q) * (index % 256), &q, sizeof(q));
}

/* A small packet, and one of n requests of 64 bytes. */
static void send_chain(struct rig *r, unsigned n)
{
	vif(r);
	send(r, 10, 0, 60, false);
	for (unsigned i = 0; i < n; i++)
		send(r, 11 + i, 0, i ? 64 : 64 * n, i + 1 < n);
	words(r->tx, 11 + n, 12 + n, 10, 11);
	watch(r, 3);
}

static void chain_fires(struct rig *r)
{
	struct xenring_finding f;

	send_chain(r, 22);
	f = fires(r, VIF "/q0/tx", "critical", "frontend");
	assert_says(&f, "begins at 11: it has 22 requests");
	/* as many as some backends take */
	rig_close(r);
	rig_open(r);
	r->only = "net.tx-chain";
	send_chain(r, 19);
	fires(r, VIF "/q0/tx", "warning", "frontend");
	/* one that goes beyond its page, and is the only one */
	rig_close(r);
	rig_open(r);
	r->only = "net.tx-chain";
	vif(r);
	send(r, 10, 4000, 100, false);
	words(r->tx, 11, 12, 10, 11);
	watch(r, 3);
	f = fires(r, VIF "/q0/tx", "critical", "frontend");
	assert_says(&f, "beyond its page");
	/* a long one, and one without an end */
	rig_close(r);
	rig_open(r);
	r->only = "net.tx-chain";
	send_chain(r, 100);
	f = fires(r, VIF "/q0/tx", "critical", "frontend");
	assert_says(&f, "begins at 11: it has 100 requests");
	rig_close(r);
	rig_open(r);
	r->only = "net.tx-chain";
	vif(r);
	for (unsigned i = 0; i < 100; i++)
		send(r, 10 + i, 0, i ? 64 : 6500, true);
	words(r->tx, 110, 111, 10, 11);
	watch(r, 3);
	f = fires(r, VIF "/q0/tx", "critical", "frontend");
	assert_says(&f, "begins at 10: it has 100 requests");
}

static void chain_near(struct rig *r)
{
	/* half of it is there, and it can still become one */
	vif(r);
	for (unsigned i = 0; i < 18; i++)
		send(r, 10 + i, 0, i ? 64 : 1500, true);
	words(r->tx, 28, 29, 10, 11);
	watch(r, 3);
	silent(r);
	rig_close(r);
	rig_open(r);
	r->only = "net.tx-chain";
	/* as large as each backend takes it, up to the page's end, and it hangs */
	send_chain(r, 18);
	send(r, 29, 4000, 96, false);
	words(r->tx, 30, 31, 10, 11);
	watch(r, 3);
	silent(r);
	/* too long, but the ring goes on: what stands there may be half an answer */
	for (uint32_t i = 0; i < 20; i++) {
		words(r->tx, 30 + i, 31 + i, 11 + i, 12 + i);
		for (uint32_t k = 11 + i; k < 30 + i; k++)
			send(r, k, 0, k == 11 + i ? 64 * 19 : 64, k + 1 < 30 + i);
		look(r, 0.4);
	}
	silent(r);
}

/* ---- event channels ------------------------------------------------------------------ */

static void broken_fires(struct rig *r)
{
	look(r, 0.5);
	/* the backend has gone: the guest's end waits for anybody */
	assert_int_equal(xr_fake_evtchn(r->h.f, 5, &(struct xr_evtchn){ .number = PORT, .status = XR_PORT_UNBOUND }), 0);
	watch(r, 7);
	fires(r, RING, "critical", "backend");
	xr_fake_port_close(r->h.f, 5, PORT);
	watch(r, 7);
	fires(r, RING, "critical", "frontend");
	/* to a domain that is not the backend's */
	assert_int_equal(xr_fake_port(r->h.f, 5, PORT, 3, 33), 0);
	watch(r, 7);
	fires(r, RING, "critical", "frontend");
}

static void broken_near(struct rig *r)
{
	watch(r, 7);
	silent(r);
	/* it closes, and so does its channel */
	host_write(&r->h, FE "/state", "6");
	host_write(&r->h, BE "/state", "6");
	xr_fake_port_close(r->h.f, 5, PORT);
	watch(r, 7);
	silent(r);
}

static void bind_to(struct rig *r, uint32_t vcpu)
{
	assert_int_equal(xr_fake_evtchn(r->h.f, 5, &(struct xr_evtchn){
		.number = PORT, .status = XR_PORT_INTERDOMAIN, .vcpu = vcpu, .remote_domid = 0, .remote_port = 33 }), 0);
}

#define VCPU(n) "/local/domain/5/cpu/" #n "/availability"

static void vcpu_fires(struct rig *r)
{
	bind_to(r, 2);
	host_write(&r->h, VCPU(2), "offline");
	words(r->disk, 100, 101, 100, 101);
	watch(r, 6);
	/* nothing waits: it may be there all the same */
	fires(r, RING, "info", "frontend");
	words(r->disk, 104, 105, 104, 101);
	watch(r, 7);
	fires(r, RING, "critical", "frontend");
}

static void vcpu_near(struct rig *r)
{
	/* another vCPU is offline, and answers wait */
	bind_to(r, 2);
	host_write(&r->h, VCPU(2), "online");
	host_write(&r->h, VCPU(3), "offline");
	words(r->disk, 104, 105, 104, 101);
	watch(r, 7);
	silent(r);
	/* nobody says what it is to be */
	xr_fake_remove(r->h.f, VCPU(2));
	watch(r, 7);
	silent(r);
	/* the channel has been moved in time */
	host_write(&r->h, VCPU(2), "offline");
	bind_to(r, 1);
	host_write(&r->h, VCPU(1), "online");
	watch(r, 7);
	silent(r);
}

/* ---- domains, handshakes --------------------------------------------------------------- */

static void paused_fires(struct rig *r)
{
	struct xenring_finding f;

	words(r->disk, 104, 105, 100, 101);
	look(r, 0.5);
	words(r->disk, 104, 105, 104, 101);
	xr_fake_dominfo(r->h.f, 5)->paused = true;
	xr_fake_domains_changed(r->h.f);
	watch(r, 40);
	f = fires(r, "guest", "warning", "frontend");
	assert_says(&f, "paused");
	/* nothing else is said of it */
	assert_int_equal(xenring_n_findings(r->w), 1);
}

static void paused_near(struct rig *r)
{
	/* paused, and nothing waits */
	xr_fake_dominfo(r->h.f, 5)->paused = true;
	xr_fake_domains_changed(r->h.f);
	words(r->disk, 104, 105, 104, 105);
	watch(r, 8);
	silent(r);
	/* answers wait, and it runs */
	xr_fake_dominfo(r->h.f, 5)->paused = false;
	xr_fake_domains_changed(r->h.f);
	words(r->disk, 104, 105, 104, 101);
	watch(r, 8);
	silent(r);
}

static void waits_fires(struct rig *r)
{
	host_write(&r->h, FE "/state", "3");
	host_write(&r->h, BE "/state", "2");
	watch(r, 12);
	fires(r, DISK, "warning", "backend");
	host_write(&r->h, FE "/state", "4");
	host_write(&r->h, BE "/state", "5");
	watch(r, 32);
	fires(r, DISK, "warning", "frontend");
	/* a guest without a driver */
	host_write(&r->h, FE "/state", "1");
	host_write(&r->h, BE "/state", "2");
	watch(r, 12);
	fires(r, DISK, "info", "frontend");
}

static void waits_near(struct rig *r)
{
	static const char *const walk[][2] = { { "1", "1" }, { "1", "2" }, { "3", "2" }, { "3", "4" } };

	/* slowly, but it goes on */
	for (size_t i = 0; i < ARRAY_SIZE(walk); i++) {
		host_write(&r->h, FE "/state", walk[i][0]);
		host_write(&r->h, BE "/state", walk[i][1]);
		watch(r, 8);
	}
	silent(r);
	host_write(&r->h, FE "/state", "4");
	watch(r, 20);
	silent(r);
	/* detached */
	host_write(&r->h, FE "/state", "6");
	host_write(&r->h, BE "/state", "6");
	watch(r, 60);
	silent(r);
}

static void hotplug_fires(struct rig *r)
{
	struct xenring_finding f;

	host_write(&r->h, BE "/hotplug-error", "losetup: \x1b[2J no such file");
	host_write(&r->h, BE "/hotplug-status", "error");
	host_write(&r->h, "/local/domain/0/error/backend/vbd/5/51712/error", "2 opening device");
	host_write(&r->h, FE "/state", "1");
	host_write(&r->h, BE "/state", "2");
	watch(r, 12);
	f = fires(r, DISK, "critical", "toolstack");
	assert_says(&f, "losetup: \\x1b[2J no such file");
	assert_string_equal(evidence(&f, "driver_error")->text, "2 opening device");
	/* the script says nothing, and the frontend is ready */
	xr_fake_remove(r->h.f, BE "/hotplug-error");
	xr_fake_remove(r->h.f, BE "/hotplug-status");
	host_write(&r->h, FE "/state", "3");
	watch(r, 12);
	f = fires(r, DISK, "critical", "toolstack");
	assert_says(&f, "physical-device");
}

static void hotplug_near(struct rig *r)
{
	/* it takes a while */
	host_write(&r->h, FE "/state", "3");
	host_write(&r->h, BE "/state", "2");
	watch(r, 8);
	host_write(&r->h, BE "/physical-device", "7:0");
	host_write(&r->h, BE "/hotplug-status", "connected");
	watch(r, 8);
	silent(r);
	/* the script is done: that the backend does not connect is state.waits' */
	watch(r, 8);
	silent(r);
	/* connected: what an earlier script said is past */
	host_write(&r->h, BE "/hotplug-error", "once");
	host_write(&r->h, FE "/state", "4");
	host_write(&r->h, BE "/state", "4");
	watch(r, 12);
	silent(r);
}

static void forged_fires(struct rig *r)
{
	host_write(&r->h, FE "/backend", "/local/domain/0/backend/vbd/9/51712");
	watch(r, 1);
	fires(r, DISK, "critical", NULL);
}

static void forged_near(struct rig *r)
{
	/* no toolstack's copy: nobody contradicts */
	xr_fake_remove(r->h.f, COPY);
	host_write(&r->h, FE "/state", "4");
	watch(r, 2);
	silent(r);
}

/* ---- backends' files ------------------------------------------------------------------- */

static void put_file(struct rig *r, const struct xr_backend_key *key, enum xr_backend_what what, const char *text,
		     int64_t mtime_ns)
{
	assert_int_equal(xr_fake_backend_file(r->h.f, key, &(struct xr_backend_file){
		.what = what, .mtime_ns = mtime_ns, .bytes = (uint8_t *)(uintptr_t)text,
		.n = (uint32_t)strlen(text) }), 0);
}

static const struct xr_backend_key disk_key = { .domid = 5, .id = 51712, .type = "vbd" };
static const struct xr_backend_key nic_key = { .domid = 5, .id = 0, .type = "vif", .queues = 1 };

static void storm(struct rig *r, unsigned spurious)
{
	for (unsigned i = 0; i < 3; i++) {
		char events[24], others[24];

		snprintf(events, sizeof(events), "%u\n", 1000 + 200 * i);
		snprintf(others, sizeof(others), "%u\n", spurious * i);
		put_file(r, &disk_key, XR_BF_EVENTS, events, XR_FAKE_REAL_NS);
		put_file(r, &disk_key, XR_BF_SPURIOUS_EVENTS, others, XR_FAKE_REAL_NS);
		watch(r, 6);
	}
}

static void storm_fires(struct rig *r)
{
	storm(r, 30);
	fires(r, DISK, "warning", "frontend");
}

static void storm_near(struct rig *r)
{
	storm(r, 10);
	silent(r);
}

static void credit(struct rig *r, int timer)
{
	char text[600];

	snprintf(text, sizeof(text), "Queue 0\nTX: nr_ents 256\n"
		 "req prod 10 (0) cons 10 (0) event 11 (1)\nrsp prod 10 (base) pvt 10 (0) event 11 (1)\n"
		 "pending prod 256 pending cons 0 nr_pending_reqs 0\n"
		 "dealloc prod 0 dealloc cons 0 dealloc_queue 0\n\n"
		 "NAPI state: 1 NAPI weight: 64 TX queue len 0\n"
		 "Credit timer_pending: %d, credit: 18446744073709551615, usec: 0\n", timer);
	put_file(r, &nic_key, XR_BF_NETBACK_QUEUE, text, XR_FAKE_REAL_NS);
}

static void limited_fires(struct rig *r)
{
	vif(r);
	credit(r, 1);
	watch(r, 2);
	fires(r, VIF, "info", NULL);
}

static void limited_near(struct rig *r)
{
	vif(r);
	credit(r, 0);
	watch(r, 2);
	silent(r);
}

/* tapdisk's file with a checksum that is none, or old. */
static void stale_fires(struct rig *r)
{
	static const char text[] = "12345678nr_ents 32\nreq prod 1 cons 1 event 2\nrsp prod 1 pvt 1 event 2\n";

	put_file(r, &disk_key, XR_BF_TAPDISK_RING, text, XR_FAKE_REAL_NS);
	watch(r, 8);
	fires(r, DISK, "warning", "backend");
}

static void stale_near(struct rig *r)
{
	/* there is no such file: no tapdisk */
	put_file(r, &disk_key, XR_BF_EVENTS, "7\n", XR_FAKE_REAL_NS);
	watch(r, 8);
	silent(r);
}

/* ---- masks and limits ------------------------------------------------------------------ */

static uint8_t *two_level(struct rig *r)
{
	uint8_t *page = xr_fake_shared_page(r->h.f, 5, 8);

	assert_non_null(page);
	if (!page)
		return NULL;
	/* a VIRQ that is not masked: the kernel runs; and the ring's port */
	assert_int_equal(xr_fake_evtchn(r->h.f, 5, &(struct xr_evtchn){ .number = 20, .status = XR_PORT_VIRQ }), 0);
	memset(page + XR_SHARED_MASK_WIDE, 0xff, XR_EVTCHN_WIDE / 8);
	page[XR_SHARED_MASK_WIDE + 20 / 8] &= (uint8_t)~(1 << (20 % 8));
	return page;
}

static void masked_fires(struct rig *r)
{
	uint8_t *page = two_level(r);

	page[XR_SHARED_PENDING + PORT / 8] |= 1 << (PORT % 8);
	watch(r, 12);
	fires(r, RING, "critical", "frontend");
}

static void masked_near(struct rig *r)
{
	uint8_t *page = two_level(r);

	/* masked, and nothing pending; then pending, and not masked */
	watch(r, 12);
	silent(r);
	page[XR_SHARED_PENDING + PORT / 8] |= 1 << (PORT % 8);
	page[XR_SHARED_MASK_WIDE + PORT / 8] &= (uint8_t)~(1 << (PORT % 8));
	watch(r, 12);
	silent(r);
}

static void ports(struct rig *r, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		assert_int_equal(xr_fake_evtchn(r->h.f, 5, &(struct xr_evtchn){ .number = 30 + i,
				 .status = XR_PORT_UNBOUND }), 0);
	watch(r, 6);
}

static void channels_fires(struct rig *r)
{
	ports(r, 830);
	fires(r, "guest", "warning", "toolstack");
	ports(r, 990);
	fires(r, "guest", "critical", "toolstack");
}

static void channels_near(struct rig *r)
{
	ports(r, 810);
	silent(r);
}

/* ---- keys -------------------------------------------------------------------------------- */

static void negotiation_fires(struct rig *r)
{
	host_write(&r->h, FE "/ring-ref", "many");
	watch(r, 3);
	fires(r, DISK, "warning", "frontend");
}

static void negotiation_near(struct rig *r)
{
	/* not connected: keys are yet to come */
	host_write(&r->h, FE "/state", "3");
	host_write(&r->h, FE "/ring-ref", "many");
	watch(r, 3);
	silent(r);
}

static void persistent(struct rig *r, const char *front, const char *back)
{
	host_write(&r->h, BE "/feature-persistent", back);
	host_write(&r->h, FE "/feature-persistent", front);
	host_write(&r->h, FE "/state", "4");
	watch(r, 3);
}

static void persistent_fires(struct rig *r)
{
	persistent(r, "1", "0");
	fires(r, DISK, "warning", "toolstack");
}

static void persistent_near(struct rig *r)
{
	persistent(r, "1", "1");
	silent(r);
	/* a frontend that cannot is as it should be */
	persistent(r, "0", "1");
	silent(r);
	/* and so is one that could, of a backend that never heard of it */
	xr_fake_remove(r->h.f, BE "/feature-persistent");
	host_write(&r->h, FE "/feature-persistent", "1");
	watch(r, 3);
	silent(r);
}

static void bad_fires(struct rig *r)
{
	struct xenring_finding f;

	ask(r, 100, XR_BLKIF_READ, 1, 10, 1);
	ask(r, 101, XR_BLKIF_WRITE, 2, 20, 12);
	words(r->disk, 102, 103, 100, 101);
	watch(r, 3);
	f = fires(r, RING, "critical", "frontend");
	assert_says(&f, "request 101 ");
	assert_string_equal(evidence(&f, "bad_operation")->text, "write");
	assert_int_equal(evidence(&f, "bad_requests")->value, 1);
	/* behind the end of the disk, by one sector */
	rig_close(r);
	rig_open(r);
	r->only = "blk.bad-slot";
	host_write(&r->h, BE "/sectors", "1000");
	ask(r, 100, XR_BLKIF_READ, 1, 993, 1);
	words(r->disk, 101, 102, 100, 101);
	watch(r, 3);
	f = fires(r, RING, "critical", "frontend");
	assert_says(&f, "beyond the end");
	assert_int_equal(evidence(&f, "disk_sectors_max")->value, 1000);
}

static void bad_near(struct rig *r)
{
	/* all of the last page; and a flush, which has no segments */
	host_write(&r->h, BE "/sectors", "1000");
	ask(r, 100, XR_BLKIF_READ, 1, 992, 1);
	ask(r, 101, XR_BLKIF_FLUSH, 2, 0, 0);
	ask(r, 102, XR_BLKIF_WRITE_BARRIER, 3, 0, 0);
	ask(r, 103, XR_BLKIF_WRITE, 4, 0, 11);
	words(r->disk, 104, 105, 100, 101);
	watch(r, 3);
	silent(r);
	/* a size that may be in the disk's own sectors */
	host_write(&r->h, BE "/sector-size", "4096");
	ask(r, 104, XR_BLKIF_READ, 5, 7992, 1);
	words(r->disk, 105, 106, 100, 101);
	watch(r, 3);
	silent(r);
	/* the ring goes on: what stands there may be half an answer */
	for (uint32_t i = 0; i < 20; i++) {
		ask(r, 105 + i, XR_BLKIF_READ, i, 10, 200);
		words(r->disk, 106 + i, 107 + i, 101 + i, 102 + i);
		look(r, 0.4);
	}
	silent(r);
}

/* A second queue of the disk. */
static uint32_t *second_queue(struct rig *r)
{
	uint32_t *page = host_page(&r->h, 9, 0);

	assert_int_equal(xr_fake_port(r->h.f, 5, 13, 0, 35), 0);
	host_write(&r->h, BE "/multi-queue-max-queues", "2");
	host_write(&r->h, FE "/multi-queue-num-queues", "2");
	host_write(&r->h, FE "/queue-0/ring-ref", "8");
	host_write(&r->h, FE "/queue-0/event-channel", "7");
	host_write(&r->h, FE "/queue-1/ring-ref", "9");
	host_write(&r->h, FE "/queue-1/event-channel", "13");
	host_write(&r->h, FE "/state", "4");
	return page;
}

static void imbalance_fires(struct rig *r)
{
	words(second_queue(r), 50, 51, 50, 51);
	look(r, 0.5);
	for (uint32_t i = 0; i < 14; i++) {
		words(r->disk, 132 + 20 * i, 133 + 20 * i, 100 + 20 * i, 101 + 20 * i);
		look(r, 0.5);
	}
	fires(r, RING, "info", "frontend");
}

static void imbalance_near(struct rig *r)
{
	uint32_t *other = second_queue(r);

	/* now and then the other one is used */
	for (uint32_t i = 0; i < 20; i++) {
		words(r->disk, 132 + 20 * i, 133 + 20 * i, 100 + 20 * i, 101 + 20 * i);
		words(other, 50 + i / 6, 51 + i / 6, 50 + i / 6, 51 + i / 6);
		look(r, 0.5);
	}
	silent(r);
}

/* ---- grant tables -------------------------------------------------------------------------- */

static void limit_fires(struct rig *r)
{
	assert_int_equal(xr_fake_table_max(r->h.f, 5, 2), 0);
	watch(r, 1);
	fires(r, "guest", "critical", "toolstack");
}

static void limit_near(struct rig *r)
{
	assert_int_equal(xr_fake_table_max(r->h.f, 5, 3), 0);
	watch(r, 1);
	silent(r);
}

static void fill_table(struct rig *r, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++)
		assert_int_equal(xr_fake_grant(r->h.f, 5, i, XR_GTF_PERMIT, 0, 0x4000 + i), 0);
}

static void exhausted_fires(struct rig *r)
{
	assert_int_equal(xr_fake_table_max(r->h.f, 5, 2), 0);
	fill_table(r, 30, 1020);
	watch(r, 1);
	fires(r, "guest", "critical", "toolstack");
}

static void exhausted_near(struct rig *r)
{
	/* as full, and it can grow; then at the limit, and not as full */
	fill_table(r, 30, 1020);
	watch(r, 1);
	silent(r);
	for (uint32_t i = 500; i < 1020; i++)
		assert_int_equal(xr_fake_grant(r->h.f, 5, i, 0, 0, 0), 0);
	assert_int_equal(xr_fake_table_max(r->h.f, 5, 2), 0);
	watch(r, 7);
	silent(r);
}

static void orphan_fires(struct rig *r)
{
	struct xenring_finding f;

	watch(r, 7);
	/* the disk goes, its ring's page stays granted and mapped */
	xr_fake_remove(r->h.f, FE);
	xr_fake_remove(r->h.f, BE);
	xr_fake_remove(r->h.f, COPY);
	watch(r, 30);
	f = fires(r, "guest", "warning", "backend");
	assert_says(&f, "vbd:51712");
}

static void orphan_near(struct rig *r)
{
	watch(r, 7);
	xr_fake_remove(r->h.f, FE);
	xr_fake_remove(r->h.f, BE);
	xr_fake_remove(r->h.f, COPY);
	/* it is given back, though late */
	watch(r, 4);
	assert_int_equal(xr_fake_grant(r->h.f, 5, REF, 0, 0, 0), 0);
	watch(r, 30);
	silent(r);
}

static void zombie_fires(struct rig *r)
{
	look(r, 0.5);
	xr_fake_dominfo(r->h.f, 5)->dying = true;
	xr_fake_domains_changed(r->h.f);
	watch(r, 32);
	fires(r, "guest", "critical", "backend");
}

static void zombie_near(struct rig *r)
{
	look(r, 0.5);
	xr_fake_dominfo(r->h.f, 5)->dying = true;
	xr_fake_domains_changed(r->h.f);
	watch(r, 10);
	xr_fake_destroy(r->h.f, 5);
	watch(r, 30);
	silent(r);
}

static void rising_fires(struct rig *r)
{
	for (uint32_t i = 0; i < 40; i++) {
		fill_table(r, 100 + i, 101 + i);
		look(r, 1);
	}
	fires(r, "guest", "warning", "frontend");
}

static void rising_near(struct rig *r)
{
	/* up, and down once in a while */
	for (uint32_t i = 0; i < 80; i++) {
		fill_table(r, 100 + i % 20, 101 + i % 20);
		if (i % 20 == 19)
			for (uint32_t k = 0; k < 20; k++)
				assert_int_equal(xr_fake_grant(r->h.f, 5, 100 + k, 0, 0, 0), 0);
		look(r, 1);
	}
	silent(r);
}

/* Two requests stand still, each with one page: grants 100 and 101. */
static void two_requests(struct rig *r, uint8_t operation, unsigned flags, uint16_t domid)
{
	struct xr_blkif_request_64 *q;
	uint64_t frame;

	rig_close(r);
	rig_open(r);
	r->only = "grant.unusable";
	assert_non_null(xr_fake_pages(r->h.f, 5, 1, &frame));
	assert_int_equal(xr_fake_grant(r->h.f, 5, 100, XR_GTF_PERMIT, 0, frame), 0);
	assert_int_equal(xr_fake_grant(r->h.f, 5, 101, flags, domid, frame), 0);
	ask(r, 100, XR_BLKIF_WRITE, 1, 10, 1);
	ask(r, 101, operation, 2, 20, 1);
	q = (struct xr_blkif_request_64 *)slot(r, 101);
	q->seg[0].gref = 101;
	words(r->disk, 102, 103, 100, 101);
	watch(r, 4);
}

static void unusable_fires(struct rig *r)
{
	struct xenring_finding f;

	assert_int_equal(xr_fake_grant(r->h.f, 5, REF, 0, 0, 0), 0);
	watch(r, 3);
	fires(r, RING, "critical", "frontend");
	/* what requests name: nothing, another domain's, what is not to be written */
	two_requests(r, XR_BLKIF_WRITE, 0, 0);
	f = fires(r, RING, "critical", "frontend");
	assert_says(&f, "request 101 names grant 101, which grants nothing");
	two_requests(r, XR_BLKIF_WRITE, XR_GTF_PERMIT, 3);
	f = fires(r, RING, "critical", "frontend");
	assert_says(&f, "which is granted to domain 3, and the backend is in 0");
	two_requests(r, XR_BLKIF_READ, XR_GTF_PERMIT | XR_GTF_READONLY, 0);
	f = fires(r, RING, "critical", "frontend");
	assert_says(&f, "read-only");
}

static void unusable_near(struct rig *r)
{
	/* it may be read by who is to write it to the disk */
	two_requests(r, XR_BLKIF_WRITE, XR_GTF_PERMIT | XR_GTF_READONLY, 0);
	silent(r);
	two_requests(r, XR_BLKIF_READ, XR_GTF_PERMIT, 0);
	silent(r);
	rig_close(r);
	rig_open(r);
	r->only = "grant.unusable";
	/* read-only for the guest's own sake is another matter; granted to the backend it is usable */
	host_write(&r->h, FE "/ring-ref", "9");
	host_page(&r->h, 9, 0);
	watch(r, 3);
	silent(r);
}

static void unmapped_fires(struct rig *r)
{
	uint64_t frame;

	assert_non_null(xr_fake_pages(r->h.f, 5, 1, &frame));
	/* the backend has let go of it, and both sides say that they are connected */
	assert_int_equal(xr_fake_grant(r->h.f, 5, REF, XR_GTF_PERMIT, 0, frame), 0);
	watch(r, 12);
	fires(r, RING, "critical", "backend");
}

#define KEYBOARD "/local/domain/5/device/vkbd/0"
#define KEYBOARD_BE "/local/domain/0/backend/vkbd/5/0"

static void unmapped_near(struct rig *r)
{
	uint64_t frame;
	char number[32];

	/* QEMU takes a keyboard's page by its frame, and leaves the grant beside it alone */
	assert_non_null(xr_fake_pages(r->h.f, 5, 1, &frame));
	assert_int_equal(xr_fake_grant(r->h.f, 5, 30, XR_GTF_PERMIT, 0, frame), 0);
	snprintf(number, sizeof(number), "%llu", (unsigned long long)frame);
	host_write(&r->h, KEYBOARD "/backend", KEYBOARD_BE);
	host_write(&r->h, KEYBOARD "/backend-id", "0");
	host_write(&r->h, KEYBOARD_BE "/frontend", KEYBOARD);
	host_write(&r->h, KEYBOARD_BE "/frontend-id", "5");
	host_write(&r->h, KEYBOARD_BE "/state", "4");
	host_write(&r->h, KEYBOARD "/page-ref", number);
	host_write(&r->h, KEYBOARD "/page-gref", "30");
	host_write(&r->h, KEYBOARD "/event-channel", "12");
	host_write(&r->h, KEYBOARD "/state", "4");
	host_look(&r->h);
	assert_true(host_has_ring(&r->h, "guest/vkbd:0/in"));
	watch(r, 12);
	silent(r);
	host_write(&r->h, BE "/state", "2");
	assert_int_equal(xr_fake_grant(r->h.f, 5, REF, XR_GTF_PERMIT, 0, 0x123), 0);
	watch(r, 12);
	silent(r);
}

/* What xl debug-keys g prints of a host whose dom0 has so many maptrack frames. */
static void debug_keys(struct rig *r, unsigned frames)
{
	char text[600];

	snprintf(text, sizeof(text), "(XEN) gnttab_usage_print_all [ key 'g' pressed\n"
		 "(XEN)       -------- active --------       -------- shared --------\n"
		 "(XEN) [ref] localdom mfn      pin          localdom gmfn     flags\n"
		 "(XEN) grant-table for remote d5 (v1)\n"
		 "(XEN)   2 frames (64 max), %u maptrack frames (100 max)\n"
		 "(XEN) no active grant table entries\n"
		 "(XEN) gnttab_usage_print_all ] done\n", frames);
	if (xenring_use_debug_keys(r->h.x, text, strlen(text)))
		fail_msg("%s", xenring_message(r->h.x));
}

static void maptrack_fires(struct rig *r)
{
	debug_keys(r, 85);
	watch(r, 1);
	fires(r, "guest", "warning", "toolstack");
}

static void maptrack_near(struct rig *r)
{
	debug_keys(r, 60);
	watch(r, 1);
	assert_false(find(r, r->only, "guest", NULL));
	/* nobody gave it: that is not known, and said to who asks for it by name */
	rig_close(r);
	rig_open(r);
	r->only = "grant.maptrack";
	assert_int_equal(xenring_watch_choose(r->w, r->only), 0);
	watch(r, 1);
	fires(r, "guest", "unknown", NULL);
}

/* ---- streams ---------------------------------------------------------------------------------- */

/* Page of a console or xenstore of the guest, behind the grant that Xen reserves for it. */
static uint32_t *special(struct rig *r, const char *dir, uint32_t gref)
{
	uint32_t *page = host_page(&r->h, gref, 0);
	char path[64];

	snprintf(path, sizeof(path), "/local/domain/5/%s/ring-ref", dir);
	host_write(&r->h, path, "77");
	snprintf(path, sizeof(path), "/local/domain/5/%s/port", dir);
	host_write(&r->h, path, "3");
	return page;
}

#define CONSOLE_WORDS (3072 / 4)	/* in_cons in_prod out_cons out_prod */
#define STORE_WORDS (2048 / 4)		/* req_cons req_prod rsp_cons rsp_prod */

static void console_fires(struct rig *r)
{
	special(r, "console", 0)[CONSOLE_WORDS + 3] = 2048;
	watch(r, 6);
	fires(r, "guest/console:0/ring", "warning", "backend");
}

static void console_near(struct rig *r)
{
	uint32_t *w = special(r, "console", 0) + CONSOLE_WORDS;

	w[3] = 2047;
	watch(r, 6);
	silent(r);
	/* the guest does not read what is typed: that is its right */
	w[3] = 0;
	w[1] = 1024;
	watch(r, 6);
	silent(r);
}

static void store_fires(struct rig *r)
{
	uint32_t *w = special(r, "store", 1) + STORE_WORDS;

	w[1] = 40;
	watch(r, 6);
	fires(r, "guest/store:0/ring", "critical", "backend");
	w[1] = 1025;
	watch(r, 2);
	fires(r, "guest/store:0/ring", "critical", NULL);
}

static void store_near(struct rig *r)
{
	uint32_t *w = special(r, "store", 1) + STORE_WORDS;

	for (uint32_t i = 0; i < 10; i++) {
		w[1] = 40 * i + 40;
		w[0] = 40 * i;
		look(r, 1);
	}
	silent(r);
}

static uint32_t *vchan(struct rig *r)
{
	uint32_t *page = host_page(&r->h, 40, 0);

	page[4] = 10 | 11 << 16;		/* left_order, right_order */
	((uint8_t *)page)[20] = ((uint8_t *)page)[21] = 1;	/* both live */
	host_write(&r->h, "/local/domain/5/data/vchan/0/ring-ref", "40");
	host_write(&r->h, "/local/domain/5/data/vchan/0/event-channel", "15");
	return page;
}

static void vchan_fires(struct rig *r)
{
	uint32_t *page = vchan(r);

	look(r, 0.5);
	page[1] = 1025;
	watch(r, 1);
	fires(r, "guest/vchan:0/left", "critical", NULL);
}

static void vchan_near(struct rig *r)
{
	vchan(r)[1] = 1024;
	watch(r, 10);
	silent(r);
}

enum { CLI_LIVE = 20, SRV_LIVE, CLI_NOTIFY, SRV_NOTIFY };

static void vchan_dead_fires(struct rig *r)
{
	uint32_t *page = vchan(r);

	look(r, 0.5);
	page[1] = 100;
	look(r, 0.5);
	/* its words do not change, and it goes all the same */
	((uint8_t *)page)[SRV_LIVE] = 0;
	watch(r, 6);
	fires(r, "guest/vchan:0/left", "critical", "frontend");
	page[1] = 0;
	page[3] = 7;
	((uint8_t *)page)[CLI_LIVE] = 0;
	watch(r, 6);
	fires(r, "guest/vchan:0/right", "critical", "backend");
}

static void vchan_dead_near(struct rig *r)
{
	uint32_t *page = vchan(r);

	/* what the server has put for a client that is yet to come */
	page[3] = 7;
	((uint8_t *)page)[CLI_LIVE] = 2;
	watch(r, 8);
	silent(r);
	/* who has put it has gone, and the reader is there */
	((uint8_t *)page)[CLI_LIVE] = 1;
	((uint8_t *)page)[SRV_LIVE] = 0;
	watch(r, 8);
	silent(r);
	/* both have gone, and nothing is lost */
	page[2] = 7;
	((uint8_t *)page)[CLI_LIVE] = 0;
	watch(r, 8);
	silent(r);
}

static void vchan_lost_fires(struct rig *r)
{
	uint32_t *page = vchan(r);

	/* the server waits for data ... */
	((uint8_t *)page)[CLI_NOTIFY] = 1;
	look(r, 0.5);
	/* ... and the client puts some and tells it */
	page[1] = 100;
	((uint8_t *)page)[CLI_NOTIFY] = 0;
	watch(r, 32);
	fires(r, "guest/vchan:0/left", "warning", NULL);
}

static void vchan_lost_near(struct rig *r)
{
	uint32_t *page = vchan(r);

	/* it waits for more than there is */
	page[1] = 100;
	((uint8_t *)page)[CLI_NOTIFY] = 1;
	watch(r, 40);
	silent(r);
	/* told, and it reads, though slowly */
	((uint8_t *)page)[CLI_NOTIFY] = 0;
	for (uint32_t i = 0; i < 4; i++) {
		page[0] = 10 * i;
		watch(r, 20);
	}
	silent(r);
}

/* ---- the table ------------------------------------------------------------------------- */

static const struct pair {
	const char *id;
	void (*fires)(struct rig *r), (*near)(struct rig *r);
} pairs[] = {
	{ "ring.overrun", overrun_fires, overrun_near },
	{ "ring.backwards", backwards_fires, backwards_near },
	{ "ring.unread", unread_fires, unread_near },
	{ "ring.backend-asleep", asleep_fires, asleep_near },
	{ "ring.lost-event", lost_fires, lost_near },
	{ "ring.throttled", throttled_fires, throttled_near },
	{ "ring.unanswered", unanswered_fires, unanswered_near },
	{ "ring.answers-waiting", answers_fires, answers_near },
	{ "ring.polled", polled_fires, polled_near },
	{ "ring.full", full_fires, full_near },
	{ "ring.event-unreachable", unreachable_fires, unreachable_near },
	{ "queue.imbalance", imbalance_fires, imbalance_near },
	{ "ring.unreadable", unreadable_fires, unreadable_near },
	{ "sample.torn", torn_fires, torn_near },
	{ "net.rx-starved", starved_fires, starved_near },
	{ "net.rx-trickle", trickle_fires, trickle_near },
	{ "net.tx-chain", chain_fires, chain_near },
	{ "event.broken", broken_fires, broken_near },
	{ "event.vcpu-offline", vcpu_fires, vcpu_near },
	{ "domain.paused", paused_fires, paused_near },
	{ "state.waits", waits_fires, waits_near },
	{ "state.hotplug", hotplug_fires, hotplug_near },
	{ "device.forged", forged_fires, forged_near },
	{ "net.limited", limited_fires, limited_near },
	{ "event.pending-masked", masked_fires, masked_near },
	{ "event.near-limit", channels_fires, channels_near },
	{ "event.storm", storm_fires, storm_near },
	{ "state.negotiation", negotiation_fires, negotiation_near },
	{ "blk.persistent-differs", persistent_fires, persistent_near },
	{ "blk.bad-slot", bad_fires, bad_near },
	{ "grant.near-limit", limit_fires, limit_near },
	{ "grant.exhausted", exhausted_fires, exhausted_near },
	{ "grant.orphan", orphan_fires, orphan_near },
	{ "grant.zombie", zombie_fires, zombie_near },
	{ "grant.rising", rising_fires, rising_near },
	{ "grant.unusable", unusable_fires, unusable_near },
	{ "grant.not-mapped", unmapped_fires, unmapped_near },
	{ "grant.maptrack", maptrack_fires, maptrack_near },
	{ "vchan.corrupt", vchan_fires, vchan_near },
	{ "vchan.dead", vchan_dead_fires, vchan_dead_near },
	{ "vchan.lost-event", vchan_lost_fires, vchan_lost_near },
	{ "console.full", console_fires, console_near },
	{ "store.error", store_fires, store_near },
	{ "backend.stale", stale_fires, stale_near },
};

static void test_pairs(void **state)
{
	struct xenring_check check;

	(void)state;
	for (size_t i = 0; !xenring_check(i, &check); i++) {
		const struct pair *p = NULL;

		for (size_t k = 0; k < ARRAY_SIZE(pairs); k++)
			if (!strcmp(pairs[k].id, check.check))
				p = &pairs[k];
		assert_row(check.check, p && p->fires && p->near && p->fires != p->near);
		for (int near = 0; p && near < 2; near++) {
			struct rig r;

			rig_open(&r);
			r.only = check.check;
			if (check.named_only)
				assert_int_equal(xenring_watch_choose(r.w, check.check), 0);
			(near ? p->near : p->fires)(&r);
			rig_close(&r);
		}
	}
}

/* Each row says everything that there is to say. */
static void test_rows(void **state)
{
	struct xenring_check a, b;

	(void)state;
	for (size_t i = 0; !xenring_check(i, &a); i++) {
		assert_row(a.check, a.rule[0] && a.summary[0] && a.measures[0]);
		assert_row(a.check, a.means[0] && a.known_by[0] && a.causes[0] && a.next[0]);
		assert_row(a.check, strchr(a.check, '.') && a.summary[strlen(a.summary) - 1] != '.');
		for (size_t k = 0; k < a.n_args; k++)
			assert_row(a.check, a.args[k].name[0] && a.args[k].help[0]);
		for (size_t k = 0; k < i; k++)
			assert_row(a.check, !xenring_check(k, &b) && strcmp(a.check, b.check) != 0);
	}
}

/* ---- the engine ------------------------------------------------------------------------ */

static void test_short_of(void **state)
{
	struct xenring_finding f;
	struct rig r;

	(void)state;
	rig_open(&r);
	words(r.disk, 104, 101, 100, 101);
	watch(&r, 3);
	assert_int_equal(xenring_n_findings(r.w), 0);
	assert_int_equal(xenring_watch_end(r.w), 0);
	assert_true(find(&r, "ring.unread", RING, &f));
	assert_string_equal(f.level, "unknown");
	rig_close(&r);
	/* what has begun under our eyes is younger than that for sure */
	rig_open(&r);
	words(r.disk, 100, 101, 100, 101);
	watch(&r, 3);
	words(r.disk, 104, 101, 100, 101);
	watch(&r, 3);
	assert_int_equal(xenring_watch_end(r.w), 0);
	assert_int_equal(xenring_n_findings(r.w), 0);
	rig_close(&r);
}

static void test_thresholds(void **state)
{
	struct xenring_finding f;
	struct rig r;

	(void)state;
	rig_open(&r);
	assert_int_equal(xenring_watch_choose(r.w, "ring.unread:after=2s"), 0);
	words(r.disk, 104, 101, 100, 101);
	watch(&r, 3);
	assert_true(find(&r, "ring.unread", RING, &f));
	rig_close(&r);
	rig_open(&r);
	assert_int_equal(xenring_watch_thresholds(r.w, "1", "~:8"), 0);
	words(r.disk, 104, 101, 100, 101);
	watch(&r, 3);
	assert_true(find(&r, "ring.unread", RING, &f));
	assert_string_equal(f.level, "warning");
	watch(&r, 7);
	assert_true(find(&r, "ring.unread", RING, &f));
	assert_string_equal(f.level, "critical");
	rig_close(&r);
	rig_open(&r);
	assert_int_equal(xenring_watch_choose(r.w, "no.such"), -ENOENT);
	assert_int_equal(xenring_watch_choose(r.w, "ring.full:no=3"), -EINVAL);
	assert_int_equal(xenring_watch_choose(r.w, "ring.full:after=x"), -EINVAL);
	assert_int_equal(xenring_watch_choose(r.w, "ring.full:after=-1"), -EINVAL);
	assert_int_equal(xenring_watch_choose(r.w, "ring.full:warn=9:3"), -EINVAL);
	assert_int_equal(xenring_watch_thresholds(r.w, "5x", NULL), -EINVAL);
	assert_int_equal(xenring_watch_unreadable(r.w, "bad"), -EINVAL);
	rig_close(&r);
}

/* Other arguments than the row's, before whatever is asked for. */
static void test_adjust(void **state)
{
	struct xenring_finding f;
	struct rig r;

	(void)state;
	rig_open(&r);
	/* all checks are run, and it takes as long as that one does */
	assert_int_equal(xenring_watch_adjust(r.w, "ring.unread", "after=8s"), 0);
	assert_true(fabs(xenring_watch_needs_s(r.w) - 8) < 0.01);
	words(r.disk, 104, 101, 100, 101);
	watch(&r, 7);
	assert_false(find(&r, "ring.unread", RING, NULL));
	watch(&r, 3);
	assert_true(find(&r, "ring.unread", RING, NULL));
	rig_close(&r);
	/* ranges: those for all go before them, and so do arguments that are asked for */
	for (int i = 0; i < 3; i++) {
		rig_open(&r);
		assert_int_equal(xenring_watch_adjust(r.w, "ring.unread", "warn=1,crit=20"), 0);
		if (i == 1)
			assert_int_equal(xenring_watch_thresholds(r.w, NULL, "2"), 0);
		if (i == 2)
			assert_int_equal(xenring_watch_choose(r.w, "ring.unread:after=2s"), 0);
		words(r.disk, 104, 101, 100, 101);
		watch(&r, 4);
		assert_true(find(&r, "ring.unread", RING, &f));
		assert_string_equal(f.level, i ? "critical" : "warning");
		rig_close(&r);
	}
	rig_open(&r);
	assert_int_equal(xenring_watch_adjust(r.w, "ring.*", "after=1"), -ENOENT);
	assert_int_equal(xenring_watch_adjust(r.w, "ring.full", "after"), -EINVAL);
	assert_int_equal(xenring_watch_adjust(r.w, "ring.full", "rate=1"), -EINVAL);
	assert_int_equal(xenring_watch_adjust(r.w, "ring.full", "after=-1"), -EINVAL);
	rig_close(&r);
}

/* Only these checks; for as long as they take. */
static void test_choice(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	assert_true(fabs(xenring_watch_needs_s(r.w) - 5) < 0.01);
	assert_int_equal(xenring_watch_choose(r.w, "state.*"), 0);
	assert_true(fabs(xenring_watch_needs_s(r.w) - 10) < 0.01);
	assert_int_equal(xenring_watch_choose(r.w, "ring.full:after=30"), 0);
	assert_true(fabs(xenring_watch_needs_s(r.w) - 30) < 0.01);
	words(r.disk, 104, 101, 100, 101);
	watch(&r, 8);
	assert_int_equal(xenring_n_findings(r.w), 0);
	rig_close(&r);
}

static bool only_vifs(void *data, const char *domain, int64_t domid, const char *device, const char *ring)
{
	(void)data;
	(void)domain;
	(void)domid;
	(void)ring;
	return !device || !strncmp(device, "vif", 3);
}

static void test_select(void **state)
{
	struct xenring_check_summary sum;
	struct rig r;

	(void)state;
	rig_open(&r);
	xenring_watch_select(r.w, only_vifs, NULL);
	words(r.disk, 104, 101, 100, 101);
	words(vif(&r), 260, 261, 256, 257);
	watch(&r, 8);
	assert_true(find(&r, "net.rx-starved", NULL, NULL));
	assert_int_equal(xenring_n_findings(r.w), 1);
	xenring_watch_sum(r.w, &sum);
	assert_int_equal(sum.rings, 2);
	assert_int_equal(sum.warning, 1);
	assert_string_equal(sum.level, "warning");
	rig_close(&r);
}

/* Since when survives what happens to others, and not a new connection. */
static void test_since(void **state)
{
	struct xenring_finding f;
	struct rig r;

	(void)state;
	rig_open(&r);
	words(r.disk, 100, 101, 100, 102 + SLOTS);
	watch(&r, 10);
	vif(&r);
	watch(&r, 10);
	assert_true(find(&r, "ring.event-unreachable", RING, &f));
	assert_true(f.age_s > 18);
	/* the ring is another one */
	words(host_page(&r.h, 30, 0), 100, 101, 100, 102 + SLOTS);
	host_write(&r.h, FE "/ring-ref", "30");
	watch(&r, 3);
	assert_true(find(&r, "ring.event-unreachable", RING, &f));
	assert_true(f.age_s < 3);
	rig_close(&r);
}

/* ---- captures --------------------------------------------------------------------------- */

static void offline_scene(struct rig *r)
{
	bind_to(r, 2);
	host_write(&r->h, VCPU(2), "offline");
	words(r->disk, 104, 105, 104, 101);
	watch(r, 14);
}

static void hotplug_scene(struct rig *r)
{
	host_write(&r->h, BE "/hotplug-error", "no such file");
	host_write(&r->h, FE "/state", "3");
	host_write(&r->h, BE "/state", "2");
	watch(r, 14);
}

static void beyond_scene(struct rig *r)
{
	host_write(&r->h, BE "/sectors", "1000");
	ask(r, 100, XR_BLKIF_READ, 1, 993, 1);
	words(r->disk, 101, 102, 100, 101);
	watch(r, 14);
}

static void exited_scene(struct rig *r)
{
	uint32_t *page = vchan(r);

	look(r, 0.5);
	page[1] = 100;
	look(r, 0.5);
	((uint8_t *)page)[SRV_LIVE] = 0;
	watch(r, 14);
}

static const struct scene {
	const char *check;
	void (*play)(struct rig *r);
} scenes[] = {
	{ "event.vcpu-offline", offline_scene }, { "state.hotplug", hotplug_scene },
	{ "blk.bad-slot", beyond_scene }, { "ring.unanswered", beyond_scene }, { "vchan.dead", exited_scene },
};

/* What a capture comes to: is it found, and how it is said at the end. */
static void replay(int fd, const char *check, char *ret, size_t n)
{
	struct rig r = { .w = NULL };
	struct xenring_finding f;
	char path[64];

	ret[0] = '\0';
	snprintf(path, sizeof(path), "file:/proc/self/fd/%d", fd);
	assert_int_equal(xenring_new(&r.h.x), 0);
	assert_int_equal(xenring_open(r.h.x, path), 0);
	assert_int_equal(xenring_watch_new(&r.w, r.h.x), 0);
	while (!xenring_sample(r.h.x, &r.h.s)) {
		assert_int_equal(xenring_watch_step(r.w, r.h.s), 0);
		xenring_snapshot_unref(r.h.s);
		r.h.s = NULL;
	}
	if (find(&r, check, NULL, &f))
		snprintf(ret, n, "%s %s", f.level, f.text);
	xenring_watch_free(r.w);
	xenring_close(r.h.x);
}

/* A capture gives the same verdict, whether these checks were run while it was written or not. */
static void test_captures(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(scenes); i++) {
		const struct scene *s = &scenes[i / 2];
		int fd = memfd_create("capture", MFD_CLOEXEC);
		char live[600], again[600];
		struct xenring_finding f;
		struct rig r;

		rig_open(&r);
		assert_true(fd >= 0);
		if (i % 2)
			assert_int_equal(xenring_watch_choose(r.w, "ring.backwards"), 0);
		assert_int_equal(xenring_tee(r.h.x, fd, 0), 0);
		s->play(&r);
		assert_int_equal(xenring_tee(r.h.x, -1, 0), 0);
		replay(fd, s->check, again, sizeof(again));
		assert_row(s->check, again[0]);
		if (!(i % 2)) {
			assert_row(s->check, find(&r, s->check, NULL, &f));
			snprintf(live, sizeof(live), "%s %s", f.level, f.text);
			assert_string_equal(again, live);
		}
		close(fd);
		rig_close(&r);
	}
}

static void choose(struct xenring_watch *w, unsigned how)
{
	/* the usual ones; all, and what they cannot tell; few, whose places nobody else keeps an eye on */
	for (unsigned k = 0; xr_checks[k] && how == 1; k++)
		assert_int_equal(xenring_watch_choose(w, xr_checks[k]->id), 0);
	if (how == 2) {
		assert_int_equal(xenring_watch_choose(w, "queue.imbalance"), 0);
		assert_int_equal(xenring_watch_choose(w, "store.error:after=0"), 0);
		assert_int_equal(xenring_watch_choose(w, "blk.*"), 0);
		assert_int_equal(xenring_watch_choose(w, "vchan.*"), 0);
	}
}

#define CHOICES 3

/* Two hosts alike, so that what is asked of one changes nothing for the other; each with all choices. */
struct twins {
	struct xenring *x[2];
	struct xenring_watch *w[2][CHOICES];
	size_t told[CHOICES];
};

static void twins_open(struct twins *t, const char *host)
{
	*t = (struct twins){ .told = { 0 } };
	for (unsigned k = 0; k < 2; k++) {
		assert_int_equal(xenring_new(&t->x[k]), 0);
		assert_int_equal(xenring_open(t->x[k], host), 0);
		for (unsigned how = 0; how < CHOICES; how++) {
			assert_int_equal(xenring_watch_new(&t->w[k][how], t->x[k]), 0);
			choose(t->w[k][how], how);
		}
	}
}

static void twins_close(struct twins *t)
{
	for (unsigned k = 0; k < 2; k++) {
		for (unsigned how = 0; how < CHOICES; how++)
			xenring_watch_free(t->w[k][how]);
		xenring_close(t->x[k]);
	}
}

/* A sample of each, dt seconds later; skip: there is another one between, which is not judged. */
static void twins_step(struct twins *t, double dt, bool skip)
{
	for (unsigned k = 0; k < 2; k++) {
		struct xenring_snapshot *s = NULL;
		struct xenring_time now;

		assert_int_equal(xenring_now(t->x[k], &now), 0);
		assert_int_equal(xenring_wait(t->x[k], now.mono_ns + (int64_t)(dt * 1e9)), 0);
		for (int i = 0; i < 1 + skip; i++) {
			xenring_snapshot_unref(s);
			assert_int_equal(xenring_sample(t->x[k], &s), 0);
		}
		for (unsigned how = 0; how < CHOICES; how++)
			if (k)
				step_anew(t->w[1][how], t->w[0][how], s);
			else
				assert_int_equal(xenring_watch_step(t->w[0][how], s), 0);
		xenring_snapshot_unref(s);
	}
}

static void assert_same_texts(struct xenring_watch *a, struct xenring_watch *b)
{
	for (size_t i = 0; i < a->n_found; i++) {
		struct xenring_finding x, y;

		assert_int_equal(xenring_finding(a, i, &x), 0);
		assert_int_equal(xenring_finding(b, i, &y), 0);
		assert_string_equal(x.text, y.text);
	}
}

static void compare_host(const char *host)
{
	static const double steps[] = { 1, 0, 0.1, 0.3, 1, 2.5, 0.05, 0.05, 5, 0.6, 1, 0.4 };
	struct twins t;

	twins_open(&t, host);
	for (size_t i = 0; i < 3 * ARRAY_SIZE(steps); i++) {
		twins_step(&t, steps[i % ARRAY_SIZE(steps)], i % 7 == 3);
		for (unsigned how = 0; how < CHOICES; how++) {
			char name[96];

			snprintf(name, sizeof(name), "%s, sample %zu, choice %u", host, i, how);
			assert_same(name, t.w[0][how], t.w[1][how]);
			if (i % 10 == 9)
				assert_same_texts(t.w[0][how], t.w[1][how]);
			t.told[how] += t.w[0][how]->now.n;
		}
	}
	/* what is told of nothing would be the same, too */
	assert_row(host, t.told[1] > 0);
	twins_close(&t);
}

/* What is not judged again is what it was: all fake hosts, hostile ones too. */
static void test_not_again(void **state)
{
	const char *name;

	(void)state;
	for (size_t i = 0; (name = xr_source_fake.arg(i, NULL)); i++) {
		char host[64];

		if (strchr(name, ':'))
			continue;
		snprintf(host, sizeof(host), "fake:%s,fast", name);
		compare_host(host);
	}
	compare_host("fake:big:130,fast");
	compare_host("fake:big:130:busy,fast");
}

static void test_ranges(void **state)
{
	static const struct { const char *text; double v; bool tells; } cases[] = {
		{ "10", 10, false }, { "10", 10.1, true }, { "10", -1, true },
		{ "10:", 9, true }, { "10:", 10, false }, { "10:", 1e9, false },
		{ "~:3", -100, false }, { "~:3", 3.5, true },
		{ "10:20", 9, true }, { "10:20", 15, false }, { "10:20", 21, true },
		{ "@10:20", 9, false }, { "@10:20", 10, true }, { "@10:20", 21, false },
		{ "500ms", 0.4, false }, { "500ms", 0.6, true }, { "2m", 121, true }, { "80%", 81, true },
	};
	static const char *const bad[] = { "", "@", "a", "1:2:3", "3:1", "5x", "~", "1e400", "--5" };
	struct xr_range range;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_row(cases[i].text, !xr_range_parse(cases[i].text, &range));
		assert_row(cases[i].text, xr_range_tells(&range, cases[i].v) == cases[i].tells);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_row(bad[i], xr_range_parse(bad[i], &range) == -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_short_of),
		cmocka_unit_test(test_thresholds),
		cmocka_unit_test(test_adjust),
		cmocka_unit_test(test_choice),
		cmocka_unit_test(test_select),
		cmocka_unit_test(test_since),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_not_again),
		cmocka_unit_test(test_captures),
		cmocka_unit_test(test_oldest),
		cmocka_unit_test(test_oldest_of_a_queue),
		cmocka_unit_test(test_oldest_hostile),
	};

	return RUN(tests);
}
