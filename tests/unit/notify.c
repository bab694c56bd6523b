/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Notifications: what is due, whose they are, and that a capture has them. */
#include <config.h>

#include "lib/host.h"
#include "lib/test.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/answers.h"
#include "notify/bound.h"
#include "notify/notify.h"
#include "notify/pair.h"
#include "util/bytes.h"
#include "util/cleanup.h"
#include "util/text.h"

/* ---- what is due --------------------------------------------------------- */

static void due(void **state)
{
	static const struct {
		const char *name;
		uint32_t old, now, event_old, event_now;
		unsigned want;
	} rows[] = {
		{ "nothing moved", 10, 10, 11, 11, 0 },
		{ "nothing moved, and it is passed already", 10, 10, 5, 5, 0 },
		{ "crossed: it was armed for the next one", 10, 11, 11, 11, 1 },
		{ "crossed, and armed again", 10, 20, 11, 21, 1 },
		{ "just reached", 10, 20, 20, 20, 1 },
		{ "one short of it", 10, 19, 20, 20, 0 },
		{ "it was passed before", 10, 20, 10, 10, 0 },
		{ "far behind: the other side is busy", 1000, 1010, 3, 3, 0 },
		{ "armed in between, and crossed", 10, 30, 5, 25, 1 },
		{ "crossed twice", 10, 30, 11, 25, 2 },
		{ "over the end of 32 bits", UINT32_MAX - 1, 2, UINT32_MAX, UINT32_MAX, 1 },
		{ "over the end, at 0", UINT32_MAX - 1, 2, 0, 3, 1 },
		{ "over the end, not yet", UINT32_MAX - 1, 2, 3, 3, 0 },
		{ "over the end, passed before", UINT32_MAX - 1, 2, UINT32_MAX - 1, UINT32_MAX - 1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_row(rows[i].name, xr_due(rows[i].old, rows[i].now, rows[i].event_old, rows[i].event_now) ==
			   rows[i].want);
}

/* ---- pairing ------------------------------------------------------------- */

/*
 * Lines as a kernel gave them: two CPUs at once, an event whose interrupt was
 * busy (port 31, the second time), and another interrupt behind it.
 */
static const struct xr_seen lines[] = {
	{ 100, 0, 28, XR_PROBE_IN }, { 101, 1, 31, XR_PROBE_IN }, { 102, 0, 46, XR_PROBE_ENTRY },
	{ 103, 1, 49, XR_PROBE_ENTRY }, { 110, 0, 46, XR_PROBE_OUT }, { 120, 1, 31, XR_PROBE_IN },
	{ 121, 1, 28, XR_PROBE_IN }, { 122, 1, 46, XR_PROBE_ENTRY }, { 130, 1, 31, XR_PROBE_IN },
	{ 131, 1, 49, XR_PROBE_ENTRY }, { 140, 1, 31, XR_PROBE_IN }, { 141, 1, 12, XR_PROBE_ENTRY },
	{ 150, 0, 12, XR_PROBE_ENTRY },
};

static void see(struct xr_pairs *p, uint32_t port, uint32_t irq)
{
	const struct xr_seen in = { 0, 0, port, XR_PROBE_IN }, entry = { 0, 0, irq, XR_PROBE_ENTRY };

	assert_int_equal(xr_pairs_see(p, &in), 0);
	assert_int_equal(xr_pairs_see(p, &entry), 0);
}

static void pairing(void **state)
{
	struct xr_pairs *p = xr_pairs_new();
	uint32_t n = 0;

	(void)state;
	assert_non_null(p);
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		assert_int_equal(xr_pairs_see(p, &lines[i]), 0);
	assert_true(xr_pairs_port(p, 46, &n));
	assert_int_equal(n, 28);
	assert_true(xr_pairs_port(p, 49, &n));
	assert_int_equal(n, 31);
	/* it was taken for another one's once, and the port has a better one */
	assert_true(xr_pairs_irq(p, 31, &n));
	assert_int_equal(n, 49);
	assert_false(xr_pairs_port(p, 50, &n));
	assert_false(xr_pairs_irq(p, 99, &n));
	/* what is seen more often holds */
	see(p, 7, 60);
	see(p, 8, 60);
	see(p, 8, 60);
	assert_true(xr_pairs_port(p, 60, &n));
	assert_int_equal(n, 8);
	for (int i = 0; i < 100; i++)
		see(p, 8, 60);
	/* but not for ever: another device may have got it */
	for (int i = 0; i < 10; i++)
		see(p, 9, 60);
	assert_true(xr_pairs_port(p, 60, &n));
	assert_int_equal(n, 9);
	xr_pairs_drop(p, 9);
	assert_false(xr_pairs_port(p, 60, &n));
	xr_pairs_free(p);
}

/* ---- what is left behind -------------------------------------------------- */

static char *text_of(const char *path)
{
	static char text[4096];
	FILE *f = fopen(path, "r");
	size_t n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;

	text[n] = '\0';
	if (f)
		fclose(f);
	return text;
}

static void make(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

/* A folder with what tracefs has: two of ours, one of them alive, and others'. */
static void stale(void **state)
{
	char root[] = "/tmp/notify.XXXXXX", here[] = ".";
	char *mine = NULL;
	int fd = -1, back = open(here, O_RDONLY | O_CLOEXEC);
	char path[256], events[1024];

	(void)state;
	assert_true(back >= 0);
	assert_non_null(mkdtemp(root));
	assert_int_equal(chdir(root), 0);
	assert_int_equal(mkdir("tracing", 0700) | mkdir("tracing/instances", 0700), 0);
	assert_int_equal(mkdir("tracing/instances/xenringtop_7_8_0", 0700) | mkdir("tracing/instances/other", 0700) |
			 mkdir("tracing/instances/xenringtop_not", 0700), 0);
	assert_int_equal(xr_probes_lock("run", &mine, &fd), 0);
	snprintf(path, sizeof(path), "tracing/instances/%s", mine);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(events, sizeof(events), "p:other/in handle_irq_for_port\np:xenringtop_7_8_0/in f\np:xenringtop_9_9_1/out f\n"
		 "p:%s/in f\n", mine);
	make("tracing/kprobe_events", events);
	/* a lock that nobody holds */
	make("run/xenringtop_7_8_0.lock", "");
	assert_int_equal(xr_probes_clean("tracing", "run"), 2);
	assert_int_not_equal(access("tracing/instances/xenringtop_7_8_0", F_OK), 0);
	assert_int_not_equal(access("run/xenringtop_7_8_0.lock", F_OK), 0);
	assert_int_equal(access("tracing/instances/other", F_OK), 0);
	assert_int_equal(access("tracing/instances/xenringtop_not", F_OK), 0);
	assert_int_equal(access(path, F_OK), 0);
	/* what the kernel would be told: of these two names, and of no other */
	strncat(events, "-:xenringtop_7_8_0/in\n-:xenringtop_7_8_0/out\n-:xenringtop_7_8_0/entry\n"
		"-:xenringtop_9_9_1/in\n-:xenringtop_9_9_1/out\n-:xenringtop_9_9_1/entry\n",
		sizeof(events) - strlen(events) - 1);
	assert_string_equal(text_of("tracing/kprobe_events"), events);
	/* and when we are dead, it is ours */
	close(fd);
	make("tracing/kprobe_events", "");
	assert_int_equal(xr_probes_clean("tracing", "run"), 1);
	assert_int_not_equal(access(path, F_OK), 0);
	free(mine);
	/* two of one process have two names */
	assert_int_equal(xr_probes_lock("run", &mine, &fd), 0);
	{
		char *second = NULL;
		int other = -1;

		assert_int_equal(xr_probes_lock("run", &second, &other), 0);
		assert_string_not_equal(mine, second);
		xr_probes_unlock("run", second, other);
		free(second);
	}
	xr_probes_unlock("run", mine, fd);
	free(mine);
	assert_int_equal(unlink("tracing/kprobe_events") | rmdir("tracing/instances/other") |
			 rmdir("tracing/instances/xenringtop_not") | rmdir("tracing/instances") | rmdir("tracing") | rmdir("run"), 0);
	assert_int_equal(fchdir(back), 0);
	close(back);
	assert_int_equal(rmdir(root), 0);
}

/* ---- binding --------------------------------------------------------------- */

static const char *refusal(const struct host *h, uint32_t port, uint32_t status, uint32_t remote)
{
	const struct xr_port p = { .status = status, .remote_domid = remote };

	return xr_bind_refusal(h->s->top, 0, 5, port, &p);
}

static void refusals(void **state)
{
	struct host h;

	(void)state;
	host_open(&h);
	host_disk(&h);
	host_look(&h);
	/* a port that no device names: it counts whether it is free, and offered to us */
	assert_null(refusal(&h, 99, XR_PORT_UNBOUND, 0));
	assert_non_null(strstr(refusal(&h, 99, XR_PORT_UNBOUND, 3), "another domain"));
	assert_non_null(strstr(refusal(&h, 99, XR_PORT_CLOSED, 0), "closed"));
	assert_non_null(strstr(refusal(&h, 99, XR_PORT_INTERDOMAIN, 0), "bound already"));
	assert_non_null(refusal(&h, 99, XR_PORT_VIRQ, 0));
	/* a connected disk's, if its backend has died just now */
	assert_non_null(strstr(refusal(&h, PORT, XR_PORT_UNBOUND, 0), "about to bind"));
	host_write(&h, BE "/state", "2");
	host_look(&h);
	assert_non_null(strstr(refusal(&h, PORT, XR_PORT_UNBOUND, 0), "about to bind"));
	host_write(&h, BE "/state", "1");
	host_look(&h);
	assert_non_null(strstr(refusal(&h, PORT, XR_PORT_UNBOUND, 0), "connected before"));
	host_close(&h);
	/* a frontend that waits for its first backend */
	host_open(&h);
	host_disk(&h);
	host_write(&h, BE "/state", "1");
	host_write(&h, FE "/state", "3");
	host_look(&h);
	assert_null(refusal(&h, PORT, XR_PORT_UNBOUND, 0));
	host_close(&h);
}

/* ---- a trace as text ----------------------------------------------------- */

/* All events that a trace has to tell, one a line. */
static char *events_of(struct xenring_trace *t)
{
	struct xenring_event e;
	char *text = xr_sprintf("%s", "");

	while (text && xenring_trace_next(t, &e)) {
		char *more = xr_sprintf("%s%s %s %s %" PRId64 ">%" PRId64 " x%" PRId64 " lost %" PRId64 " %s %" PRId64 "+%" PRId64
					" %" PRId64 "\n", text, e.source, e.direction ? e.direction : "-",
					e.path ? e.path : "-", e.port, e.backend_port, e.count, e.lost,
					e.index ? e.index : "-", e.prod, e.moved, e.event);

		free(text);
		text = more;
	}
	assert_non_null(text);
	return text;
}

static void assert_events(struct xenring_trace *t, const char *want)
{
	_cleanup_free_ char *got = events_of(t);

	assert_string_equal(got, want);
}

static size_t ring_at(const struct host *h, const char *path)
{
	struct xenring_ring row;

	for (size_t i = 0; !xenring_ring(h->s, i, &row); i++)
		if (!strcmp(row.path, path))
			return i;
	fail_msg("there is no %s", path);
	return 0;
}

#define DISK "guest/vbd:51712/q0"

/* req_prod, req_event, rsp_prod, rsp_event */
static void put(uint32_t *page, uint32_t req_prod, uint32_t req_event, uint32_t rsp_prod, uint32_t rsp_event)
{
	page[XR_REQ_PROD] = req_prod;
	page[XR_REQ_EVENT] = req_event;
	page[XR_RSP_PROD] = rsp_prod;
	page[XR_RSP_EVENT] = rsp_event;
}

static void step(struct host *h, struct xenring_trace *t)
{
	host_look(h);
	assert_int_equal(xenring_trace_step(t, h->s, NULL, 0), 0);
}

static void sampled(void **state)
{
	struct xenring_trace *t, *second;
	struct host h;
	uint32_t *page;
	size_t i;

	(void)state;
	host_open(&h);
	page = host_disk(&h);
	put(page, 5, 6, 5, 6);
	assert_int_equal(xenring_trace_new(h.x, "heard", &t), -EINVAL);
	assert_int_equal(xenring_trace_new(h.x, "sampled", &t), 0);
	assert_int_equal(xenring_trace_new(h.x, NULL, &second), -EBUSY);
	step(&h, t);
	assert_events(t, "");
	put(page, 7, 6, 5, 6);
	step(&h, t);
	assert_events(t, "sampled front_to_back " DISK " 7>33 x1 lost 0 req_prod 7+2 6\n");
	/* the backend is busy: more requests wake nobody */
	put(page, 9, 6, 5, 6);
	step(&h, t);
	assert_events(t, "");
	/* answers, and it sleeps again */
	put(page, 9, 10, 9, 6);
	step(&h, t);
	assert_events(t, "sampled back_to_front " DISK " 7>33 x1 lost 0 rsp_prod 9+4 6\n");
	/* both, and each twice */
	put(page, 20, 15, 18, 17);
	step(&h, t);
	assert_events(t, "sampled front_to_back " DISK " 7>33 x2 lost 0 req_prod 20+11 15\n"
			 "sampled back_to_front " DISK " 7>33 x1 lost 0 rsp_prod 18+9 17\n");
	/* what makes no sense tells nothing, now and afterwards */
	put(page, 2000, 19, 18, 17);
	step(&h, t);
	assert_events(t, "");
	put(page, 21, 19, 20, 17);
	step(&h, t);
	assert_events(t, "");
	/* of a ring that is not meant nothing is told, of one that is again only what comes then */
	i = ring_at(&h, DISK);
	assert_int_equal(xenring_trace_step(t, h.s, &i, 0), 0);
	put(page, 23, 22, 22, 21);
	host_look(&h);
	assert_int_equal(xenring_trace_step(t, h.s, &i, 1), 0);
	assert_events(t, "");
	put(page, 24, 22, 22, 21);
	host_look(&h);
	assert_int_equal(xenring_trace_step(t, h.s, &i, 1), 0);
	assert_events(t, "");
	put(page, 25, 25, 22, 21);
	host_look(&h);
	assert_int_equal(xenring_trace_step(t, h.s, &i, 1), 0);
	assert_events(t, "sampled front_to_back " DISK " 7>33 x1 lost 0 req_prod 25+1 25\n");
	/* another connection begins anew */
	put(page, 30, 25, 22, 21);
	host_write(&h, FE "/event-channel", "9");
	step(&h, t);
	assert_events(t, "");
	xenring_trace_free(t);
	/* and afterwards there may be another one */
	assert_int_equal(xenring_trace_new(h.x, NULL, &t), 0);
	host_close(&h);
}

/* Another way from now on: the one before is let go of, and what it had told stays told. */
static void other_way(void **state)
{
	struct xenring_trace *t;
	struct xenring_via via;
	struct host h;
	uint32_t *page;
	size_t i;

	(void)state;
	host_open(&h);
	page = host_disk(&h);
	put(page, 5, 6, 5, 6);
	assert_int_equal(xenring_trace_new(h.x, "sampled", &t), 0);
	/* before the first step, too */
	assert_int_equal(xenring_trace_use(t, "heard"), -EINVAL);
	assert_int_equal(xenring_trace_use(t, "sampled"), 0);
	step(&h, t);
	put(page, 7, 6, 5, 6);
	step(&h, t);
	assert_events(t, "sampled front_to_back " DISK " 7>33 x1 lost 0 req_prod 7+2 6\n");
	/* the kernel cannot be asked here: it says why, and what was due is told on */
	assert_int_equal(xenring_trace_use(t, "kernel"), 0);
	i = ring_at(&h, DISK);
	assert_int_equal(xenring_trace_step(t, h.s, &i, 1), 0);
	assert_int_equal(xenring_trace_via(t, 0, &via), 0);
	assert_string_equal(via.source, "kernel");
	assert_false(via.works);
	assert_non_null(via.why);
	assert_int_equal(xenring_trace_via(t, 1, &via), 0);
	assert_string_equal(via.source, "sampled");
	assert_int_equal(via.devices, 1);
	put(page, 9, 8, 5, 6);
	host_look(&h);
	assert_int_equal(xenring_trace_step(t, h.s, &i, 1), 0);
	assert_events(t, "sampled front_to_back " DISK " 7>33 x1 lost 0 req_prod 9+2 8\n");
	/* no such way: all is as it was */
	assert_int_equal(xenring_trace_use(t, "heard"), -EINVAL);
	assert_int_equal(xenring_trace_use(t, "sampled"), 0);
	assert_int_equal(xenring_trace_via(t, 1, &via), -ERANGE);
	put(page, 11, 10, 5, 6);
	host_look(&h);
	assert_int_equal(xenring_trace_step(t, h.s, &i, 1), 0);
	assert_events(t, "sampled front_to_back " DISK " 7>33 x1 lost 0 req_prod 11+2 10\n");
	host_close(&h);
}

/* ---- captures ------------------------------------------------------------ */

struct kept {
	struct xr_note note;
	char text[40];
};

struct taken {
	struct kept at[8];
	size_t n;
};

static int take(void *data, struct xr_note *note, const char *text, size_t n)
{
	struct taken *t = data;

	assert_true(t->n < ARRAY_SIZE(t->at));
	t->at[t->n].note = *note;
	snprintf(t->at[t->n++].text, sizeof(t->at[0].text), "%.*s", text ? (int)n : 1, text ? text : "-");
	return 0;
}

static struct xr_path *path_of(const char *text)
{
	struct xr_path *p = calloc(1, sizeof(*p) + strlen(text) + 1);

	assert_non_null(p);
	memcpy(p->text, text, strlen(text));
	return p;
}

#define NOTES 4

/* All that a note can have, and all that it can lack. */
static void make_notes(struct xr_note notes[NOTES], struct xr_path *one, struct xr_path *other)
{
	notes[0] = (struct xr_note){
		.mono_ns = INT64_C(1) << 61, .path = one, .count = 1, .lost = 7, .domid = 3, .port = 8, .backend_port = 28,
		.via = XR_VIA_KERNEL, .way = XR_TO_BACK, .index = XR_IX_REQ_PROD, .has_event = true, .prod = UINT32_MAX,
		.moved = 2, .event = 5,
	};
	notes[1] = (struct xr_note){
		.mono_ns = 0, .path = other, .count = XR_UNCOUNTED, .domid = 0x7fef, .port = XENRING_UNKNOWN,
		.backend_port = XENRING_UNKNOWN, .via = XR_VIA_COUNTED, .way = XR_TO_BACK,
	};
	notes[2] = (struct xr_note){
		.mono_ns = 17, .count = 1, .domid = 0, .port = XENRING_UNKNOWN, .backend_port = UINT32_MAX,
		.via = XR_VIA_BOUND, .way = XR_NO_WAY,
	};
	notes[3] = (struct xr_note){
		.mono_ns = 17, .path = one, .count = UINT32_MAX, .domid = 3, .port = 8, .backend_port = XENRING_UNKNOWN,
		.via = XR_VIA_SAMPLED, .way = XR_TO_FRONT, .index = XR_IX_IN_PROD, .prod = 1, .moved = UINT32_MAX,
	};
}

static void assert_same(const struct kept *got, const struct xr_note *want)
{
	const struct xr_note *n = &got->note;

	assert_string_equal(got->text, want->path ? want->path->text : "-");
	assert_int_equal(n->mono_ns, want->mono_ns);
	assert_int_equal(n->count, want->count);
	assert_int_equal(n->lost, want->lost);
	assert_int_equal(n->domid, want->domid);
	assert_int_equal(n->port, want->port);
	assert_int_equal(n->backend_port, want->backend_port);
	assert_int_equal(n->via, want->via);
	assert_int_equal(n->way, want->way);
	assert_int_equal(n->index, want->index);
	assert_int_equal(n->prod, want->prod);
	assert_int_equal(n->moved, want->moved);
	assert_int_equal(n->has_event, want->has_event);
	assert_int_equal(n->event, want->event);
}

/* What is written is read; whatever else stands there is refused, and never read beyond. */
static void block(void **state)
{
	_cleanup_free_ struct xr_path *one = path_of("web01/vbd:51712/q0"), *other = path_of("web01/vif:0");
	struct xr_note notes[NOTES];
	struct xr_out out = { 0 };
	struct taken taken = { .n = 0 };
	struct xr_in in;

	(void)state;
	make_notes(notes, one, other);
	xr_put_notified(&out, notes, NOTES);
	assert_int_equal(xr_get(out.p, 4), XR_B_NOTIFIED);
	in = xr_in_of(out.p + XR_BLOCK_HEAD, out.n - XR_BLOCK_HEAD);
	assert_int_equal(xr_take_notified(&in, take, &taken), 0);
	assert_int_equal(taken.n, NOTES);
	for (size_t i = 0; i < NOTES; i++)
		assert_same(&taken.at[i], &notes[i]);
	for (size_t n = 0; n < out.n - XR_BLOCK_HEAD; n++) {
		/* a copy of just that size, so that a sanitizer sees what is read behind it */
		uint8_t *cut = malloc(n + 1);

		assert_non_null(cut);
		memcpy(cut, out.p + XR_BLOCK_HEAD, n);
		taken.n = 0;
		in = xr_in_of(cut, n);
		assert_int_equal(xr_take_notified(&in, take, &taken), -EBADMSG);
		free(cut);
	}
	xr_out_free(&out);
}

static void hostile(void **state)
{
	static const struct {
		const char *name;
		uint8_t bytes[24];
		size_t n;
	} rows[] = {
		{ "a control character in a path", { 1, 2, 'a', 0x1b, 0 }, 5 },
		{ "an empty path", { 1, 0, 0 }, 3 },
		{ "more paths than bytes", { 0xff, 0xff, 3, 'a' }, 4 },
		{ "no such source", { 0, 1, 2, 5, 0, 16, 0, 3, 0 }, 9 },
		{ "source 0", { 0, 1, 2, 0, 0, 16, 0, 3, 0 }, 9 },
		{ "no such direction", { 0, 1, 2, 1, 3, 16, 0, 3, 0 }, 9 },
		{ "no such flag", { 0, 1, 2, 1, 0, 48, 0, 3, 0 }, 9 },
		{ "no such index", { 0, 1, 2, 1, 0, 16, 5, 3, 0 }, 9 },
		{ "a path that is not there", { 0, 1, 2, 1, 0, 17, 0, 3, 0, 0 }, 10 },
		{ "a time before time", { 0, 1, 1, 1, 0, 16, 0, 3, 0 }, 9 },
		{ "a domain above all", { 0, 1, 2, 1, 0, 16, 0, 0xff, 0xff, 0xff, 1, 0 }, 12 },
	};
	/* the same, and nothing is wrong */
	static const uint8_t good[] = { 0, 1, 2, 1, 0, 16, 0, 3, 0 };
	struct taken taken = { .n = 0 };
	struct xr_in in = xr_in_of(good, sizeof(good));

	(void)state;
	assert_int_equal(xr_take_notified(&in, take, &taken), 0);
	assert_int_equal(taken.n, 1);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		in = xr_in_of(rows[i].bytes, rows[i].n);
		assert_row(rows[i].name, xr_take_notified(&in, take, &taken) == -EBADMSG);
	}
}

/* The events of all samples of a capture. */
static char *replayed(int fd, const char *via)
{
	_cleanup_free_ char *url = xr_sprintf("file:/proc/self/fd/%d", fd);
	char *text = xr_sprintf("%s", "");
	struct xenring_trace *t;
	struct xenring *x;
	int r;

	assert_non_null(url);
	assert_int_equal(xenring_new(&x), 0);
	assert_int_equal(xenring_open(x, url), 0);
	assert_int_equal(xenring_trace_new(x, via, &t), 0);
	for (;;) {
		struct xenring_snapshot *s;
		char *more, *both;

		r = xenring_sample(x, &s);
		if (r)
			break;
		assert_int_equal(xenring_trace_step(t, s, NULL, 0), 0);
		xenring_snapshot_unref(s);
		more = events_of(t);
		both = xr_sprintf("%s%s", text, more);
		assert_non_null(both);
		free(text);
		free(more);
		text = both;
	}
	assert_int_equal(r, -ENODATA);
	xenring_close(x);
	return text;
}

/* With a trace, what it told; without one, what the indices tell: here that is the same. */
static void capture(void **state)
{
	static const char want[] =
		"sampled front_to_back " DISK " 7>33 x1 lost 0 req_prod 7+2 6\n"
		"sampled back_to_front " DISK " 7>33 x1 lost 0 rsp_prod 7+2 6\n";

	(void)state;
	for (int traced = 0; traced < 2; traced++) {
		int fd = memfd_create("capture", MFD_CLOEXEC);
		struct xenring_trace *t = NULL;
		struct host h;
		uint32_t *page;
		char *text;

		assert_true(fd >= 0);
		host_open(&h);
		page = host_disk(&h);
		put(page, 5, 6, 5, 6);
		host_look(&h);
		assert_int_equal(xenring_tee(h.x, fd, 0), 0);
		if (traced)
			assert_int_equal(xenring_trace_new(h.x, NULL, &t), 0);
		host_look(&h);
		if (traced)
			assert_int_equal(xenring_trace_step(t, h.s, NULL, 0), 0);
		put(page, 7, 6, 7, 6);
		host_look(&h);
		if (traced)
			assert_int_equal(xenring_trace_step(t, h.s, NULL, 0), 0);
		host_look(&h);
		if (traced)
			assert_events(t, want);
		assert_int_equal(xenring_tee(h.x, -1, 0), 0);
		host_close(&h);
		text = replayed(fd, NULL);
		assert_string_equal(text, want);
		free(text);
		text = replayed(fd, "sampled");
		assert_string_equal(text, want);
		free(text);
		close(fd);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(due),
		cmocka_unit_test(pairing),
		cmocka_unit_test(stale),
		cmocka_unit_test(refusals),
		cmocka_unit_test(sampled),
		cmocka_unit_test(other_way),
		cmocka_unit_test(block),
		cmocka_unit_test(hostile),
		cmocka_unit_test(capture),
	};

	return RUN(tests);
}
