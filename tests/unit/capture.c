/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Captures: what is written is what is read, and damage takes nothing else with it. */
#include <config.h>

#include "lib/blocks.h"
#include "lib/host.h"
#include "lib/pvcalls.h"
#include "lib/test.h"
#include "lib/text_of.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "abi/blkif.h"
#include "capture/reader.h"
#include "capture/answers.h"
#include "capture/writer.h"
#include "source.h"

/* ---- a host whose life is written down ---------------------------------- */

#define MAX_SAMPLES 400

struct story {
	struct host h;
	int fd;
	char *text[MAX_SAMPLES];	/* what each sample showed */
	size_t n;
};

static int new_file(void)
{
	int fd = memfd_create("capture", MFD_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static char *path_of(int fd)
{
	static char path[64];

	snprintf(path, sizeof(path), "file:/proc/self/fd/%d", fd);
	return path;
}

static void story_begin(struct story *s, unsigned flags)
{
	s->n = 0;
	host_open(&s->h);
	s->fd = new_file();
	assert_int_equal(xenring_tee(s->h.x, s->fd, flags), 0);
}

static void story_look(struct story *s)
{
	struct xenring_time now;

	assert_true(s->n < MAX_SAMPLES);
	assert_int_equal(xenring_now(s->h.x, &now), 0);
	assert_int_equal(xenring_wait(s->h.x, now.mono_ns + 1000000000), 0);
	host_look(&s->h);
	s->text[s->n++] = text_of(s->h.x, s->h.s);
}

static void story_free(struct story *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->text[i]);
	host_close(&s->h);
	close(s->fd);
}

static struct xenring *open_capture(int fd)
{
	struct xenring *x;

	assert_int_equal(xenring_new(&x), 0);
	if (xenring_open(x, path_of(fd)))
		fail_msg("%s", xenring_message(x));
	return x;
}

/* The samples of the capture in fd from number first on are those that the story showed. */
static void assert_told(const struct story *s, int fd, size_t first)
{
	struct xenring *x = open_capture(fd);
	struct xenring_capture c;
	struct xenring_snapshot *snap;

	for (size_t i = first; i < s->n; i++) {
		char *text;

		if (xenring_sample(x, &snap))
			fail_msg("sample %zu: %s", i, xenring_message(x));
		text = text_of(x, snap);
		assert_string_equal(text, s->text[i]);
		free(text);
		xenring_snapshot_unref(snap);
	}
	assert_int_equal(xenring_sample(x, &snap), -ENODATA);
	assert_int_equal(xenring_capture(x, &c), 0);
	assert_null(c.damage);
	xenring_close(x);
}

/* One request more on the disk's ring. */
static void put(uint32_t *page, uint8_t operation, uint64_t id)
{
	struct xr_blkif_request_64 *req = (void *)((uint8_t *)page + 64 + (page[XR_REQ_PROD] & 31) * 112);

	*req = (struct xr_blkif_request_64){
		.operation = operation, .nr_segments = 1, .id = id, .sector_number = id * 8,
		.seg = { { .gref = 100, .last_sect = 7 } },
	};
	page[XR_REQ_PROD]++;
}

static void answer(uint32_t *page)
{
	struct xr_blkif_response *rsp = (void *)((uint8_t *)page + 64 + (page[XR_RSP_PROD] & 31) * 112);

	*rsp = (struct xr_blkif_response){ .id = page[XR_RSP_PROD], .operation = XR_BLKIF_READ };
	page[XR_RSP_PROD]++;
}

/* An indirect request whose segments stand in the page that gref 20 grants. */
static void put_indirect(struct story *s, uint32_t *page)
{
	struct xr_blkif_indirect_64 *req =
		(void *)((uint8_t *)page + 64 + (page[XR_REQ_PROD] & 31) * 112);
	struct xr_blkif_segment *seg = (void *)host_page(&s->h, 20, 0);

	for (uint32_t i = 0; i < 12; i++)
		seg[i] = (struct xr_blkif_segment){ .gref = 200 + i, .last_sect = 7 };
	*req = (struct xr_blkif_indirect_64){
		.operation = XR_BLKIF_INDIRECT, .indirect_op = XR_BLKIF_WRITE, .nr_segments = 12, .id = 77,
		.sector_number = 4711, .indirect_grefs = { 20 },
	};
	page[XR_REQ_PROD]++;
}

static void same(void **state)
{
	struct story s;
	uint32_t *page;

	(void)state;
	story_begin(&s, 0);
	page = host_disk(&s.h);
	story_look(&s);
	put(page, XR_BLKIF_READ, 1);
	story_look(&s);
	put_indirect(&s, page);
	story_look(&s);
	story_look(&s);			/* nothing moved: the descriptor page is still known */
	answer(page);
	story_look(&s);
	/* an impossible index, and back */
	page[XR_REQ_PROD] += 100;
	story_look(&s);
	page[XR_REQ_PROD] -= 100;
	story_look(&s);
	/* the device moves to another ring page */
	page = host_page(&s.h, 9, 0);
	page[XR_REQ_EVENT] = page[XR_RSP_EVENT] = 1;
	host_write(&s.h, FE "/ring-ref", "9");
	story_look(&s);
	put(page, XR_BLKIF_WRITE, 5);
	story_look(&s);
	/* its grant is taken back, without a word */
	assert_int_equal(xr_fake_grant(s.h.f, 5, 9, 0, 0, 0), 0);
	story_look(&s);
	/* garbage */
	host_write_bytes(&s.h, FE "/ring-ref", "\0\xff\n8", 4);
	story_look(&s);
	host_write(&s.h, FE "/ring-ref", "999999");
	story_look(&s);
	host_write(&s.h, FE "/backend", "/local/domain/7/backend/vbd/5/51712");
	story_look(&s);
	xr_fake_dominfo(s.h.f, 5)->paused = true;
	xenring_refresh_domains(s.h.x);
	story_look(&s);
	xr_fake_destroy(s.h.f, 5);
	story_look(&s);
	assert_int_equal(xr_fake_domain(s.h.f, 6, "next", 1), 0);
	story_look(&s);
	assert_int_equal(xenring_tee(s.h.x, -1, 0), 0);
	assert_told(&s, s.fd, 0);
	story_free(&s);
}

/*
 * As a driver domain sees it: there is no list of domains to tell who is there,
 * and what requests name is not read.
 */
static void driver_domain(void **state)
{
	struct story s;
	uint32_t *page;

	(void)state;
	story_begin(&s, 0);
	page = host_driver(&s.h);
	story_look(&s);
	assert_int_equal(xr_fake_mapped(s.h.f), 1);
	put_indirect(&s, page);
	story_look(&s);
	assert_non_null(strstr(s.text[1], "only rings can be read from here"));
	host_write(&s.h, DRV_BE "/state", "5");
	story_look(&s);
	assert_int_equal(xr_fake_mapped(s.h.f), 0);
	host_write(&s.h, FE "/state", "6");
	story_look(&s);
	host_write(&s.h, FE "/state", "4");
	host_write(&s.h, DRV_BE "/state", "4");
	story_look(&s);
	assert_int_equal(xr_fake_mapped(s.h.f), 1);
	answer(page);
	story_look(&s);
	xr_fake_remove(s.h.f, "/local/domain/3/backend/qdisk/5");
	story_look(&s);
	assert_int_equal(xenring_n_domains(s.h.s), 0);
	assert_int_equal(xenring_tee(s.h.x, -1, 0), 0);
	assert_told(&s, s.fd, 0);
	story_free(&s);
}

static bool holds(int fd, const char *word)
{
	uint8_t *bytes;
	size_t n = (size_t)lseek(fd, 0, SEEK_END);
	struct xr_reader *r;
	struct xr_tick tick;
	bool found = false;

	bytes = malloc(n);
	assert_int_equal(pread(fd, bytes, n, 0), n);
	assert_int_equal(xr_reader_new_memory(&r, bytes, n), 0);
	while (!xr_reader_next(r, &tick))
		found |= memmem(tick.blocks, tick.n, word, strlen(word)) != NULL;
	xr_reader_free(r);
	free(bytes);
	return found;
}

#define VCHAN "/local/domain/5/data/vchan/3/7"

/* A vchan of guest 5 with domain 3, its page granted as gref. */
static uint32_t *vchan(struct story *s, uint32_t gref)
{
	uint32_t *page = host_page(&s->h, gref, 3);

	page[4] = 10 | 12u << 16;
	page[5] = 1 | 1u << 8;
	memcpy(page + 256, "PASSWORD", 8);	/* in left's bytes */
	assert_int_equal(xr_fake_printf(s->h.f, VCHAN "/ring-ref", "%u", gref), 0);
	assert_int_equal(xr_fake_printf(s->h.f, VCHAN "/event-channel", "12"), 0);
	return page;
}

/* A vchan's page is asked for its sizes, and that is in the capture; what is said in it is not. */
static void vchans(void **state)
{
	(void)state;
	for (unsigned flags = 0; flags <= XENRING_TEE_PAYLOAD; flags++) {
		struct story s;
		uint32_t *page;

		story_begin(&s, flags);
		story_look(&s);
		page = vchan(&s, 60);
		story_look(&s);
		for (int i = 0; i < 5; i++) {
			page[1] += 10;
			story_look(&s);
		}
		page = vchan(&s, 61);
		page[4] = 77;
		story_look(&s);
		xr_fake_remove(s.h.f, VCHAN);
		story_look(&s);
		page = vchan(&s, 62);
		story_look(&s);
		page[3] += 4096;
		story_look(&s);
		page[3]++;
		page[5] = 0;
		story_look(&s);
		assert_int_equal(xr_fake_grant(s.h.f, 5, 62, 0, 0, 0), 0);
		story_look(&s);
		assert_int_equal(xenring_tee(s.h.x, -1, 0), 0);
		assert_int_equal(holds(s.fd, "PASSWORD"), flags != 0);
		assert_told(&s, s.fd, 0);
		story_free(&s);
	}
}

/* The same, if it was looked at before anything was written down. */
static void vchan_later(void **state)
{
	struct xenring_snapshot *snap;
	struct xenring *x;
	struct xenring_ring r;
	struct story s = { .n = 0 };

	(void)state;
	host_open(&s.h);
	vchan(&s, 60)[1] = 20;
	host_look(&s.h);
	s.fd = new_file();
	assert_int_equal(xenring_tee(s.h.x, s.fd, 0), 0);
	host_look(&s.h);
	assert_int_equal(xenring_tee(s.h.x, -1, 0), 0);
	x = open_capture(s.fd);
	assert_int_equal(xenring_sample(x, &snap), 0);
	assert_int_equal(xenring_ring(snap, 0, &r), 0);
	assert_null(r.error);
	assert_int_equal(r.in_size, 1024);
	assert_int_equal(r.in_prod, 20);
	xenring_snapshot_unref(snap);
	xenring_close(x);
	story_free(&s);
}

/* Sockets come and go as commands say, fast and slow: a replay finds the same at each sample. */
static uint32_t *tell_sockets(struct story *s, uint32_t *page)
{
	uint32_t *data = calls_data(&s->h, 60), at;

	calls_connect(page, 0xffff888012345000, 60, 70);
	story_look(s);
	calls_answer(page, 0, XR_PVCALLS_CONNECT, 0xffff888012345000, 0);
	data[1] = 50;
	story_look(s);
	calls_data(&s->h, 61);
	at = calls_connect(page, 0xb, 61, 71);
	calls_answer(page, at, XR_PVCALLS_CONNECT, 0xb, 0);
	story_look(s);
	for (int i = 0; i < 40; i++)
		calls_answer(page, calls_simple(page, XR_PVCALLS_SOCKET, 9), XR_PVCALLS_SOCKET, 9, 0);
	data[17] = 7;
	data[2] = (uint32_t)-107;
	story_look(s);
	/* forged: no grant, the commands' own page, a page that makes no sense */
	calls_connect(page, 0xc, 999, 1);
	calls_connect(page, 0xd, CMD_REF, 1);
	calls_data(&s->h, 62)[32] = 77;
	calls_connect(page, 0xe, 62, UINT32_MAX);
	calls_connect(page, 0xf, 62, 5);
	story_look(s);
	story_look(s);
	/* the grant of one is taken back */
	assert_int_equal(xr_fake_grant(s->h.f, 5, 61, 0, 0, 0), 0);
	story_look(s);
	story_look(s);
	/* the device is read again */
	host_write(&s->h, CALLS "/state", "4");
	story_look(s);
	return data;
}

static void sockets(void **state)
{
	struct story s;
	uint32_t *page;

	(void)state;
	story_begin(&s, 0);
	story_look(&s);
	page = calls(&s.h);
	story_look(&s);
	tell_sockets(&s, page);
	/* an impossible index, and back */
	page[XR_REQ_PROD] += 100;
	story_look(&s);
	page[XR_REQ_PROD] -= 100;
	story_look(&s);
	calls_simple(page, XR_PVCALLS_RELEASE, 0xffff888012345000);
	story_look(&s);
	/* more than are kept */
	for (uint32_t i = 0; i < 200; i++) {
		calls_data(&s.h, 100 + i);
		calls_answer(page, calls_connect(page, 0x100 + i, 100 + i, i), XR_PVCALLS_CONNECT, 0x100 + i, 0);
		if (i % 25 == 0)
			story_look(&s);
	}
	story_look(&s);
	host_write(&s.h, CALLS "/state", "6");
	story_look(&s);
	page = calls(&s.h);
	host_write(&s.h, CALLS "/state", "4");
	story_look(&s);
	calls_data(&s.h, 60);
	calls_accept(page, 1, 2, 60, 70);
	story_look(&s);
	xr_fake_destroy(s.h.f, 5);
	story_look(&s);
	assert_int_equal(xenring_tee(s.h.x, -1, 0), 0);
	assert_told(&s, s.fd, 0);
	/* and what is recorded from that */
	{
		struct xenring *x = open_capture(s.fd);
		struct xenring_snapshot *snap;
		int copy = new_file();

		assert_int_equal(xenring_tee(x, copy, 0), 0);
		while (!xenring_sample(x, &snap))
			xenring_snapshot_unref(snap);
		assert_int_equal(xenring_tee(x, -1, 0), 0);
		xenring_close(x);
		assert_told(&s, copy, 0);
		close(copy);
	}
	story_free(&s);
}

/* From wherever reading begins: what was announced long before is known there, too. */
static void sockets_anywhere(void **state)
{
	struct story s;
	struct xenring *x;
	uint32_t *page;

	(void)state;
	story_begin(&s, 0);
	page = calls(&s.h);
	story_look(&s);
	/* all is sent: how long nothing moves is told from where reading begins */
	tell_sockets(&s, page)[16] = 7;
	for (int i = 0; i < 250; i++) {
		if (i % 3 == 0)
			calls_answer(page, calls_simple(page, XR_PVCALLS_SOCKET, 9), XR_PVCALLS_SOCKET, 9, 0);
		story_look(&s);
	}
	assert_int_equal(xenring_tee(s.h.x, -1, 0), 0);
	assert_told(&s, s.fd, 0);
	x = open_capture(s.fd);
	for (size_t i = 1; i < s.n; i += 41) {
		struct xenring_snapshot *snap = NULL;
		int n = xenring_seek(x, strtoll(s.text[i], NULL, 10), 0), all = n;
		char *text;

		assert_true(n > 0);
		for (; n; n--) {
			xenring_snapshot_unref(snap);
			assert_int_equal(xenring_sample(x, &snap), 0);
		}
		text = text_of(x, snap);
		if (all > 1 && strcmp(text, s.text[i])) {
			size_t at = 0;

			while (text[at] == s.text[i][at])
				at++;
			at -= at < 60 ? at : 60;
			fail_msg("sample %zu, %d from its frame's begin: %.120s; but it was %.120s", i, all, text + at,
				 s.text[i] + at);
		}
		free(text);
		xenring_snapshot_unref(snap);
	}
	xenring_close(x);
	story_free(&s);
}

/* A capture that begins when the commands have long gone holds what they said. */
static void sockets_later(void **state)
{
	struct story s = { .n = 0 };
	struct xenring_snapshot *snap;
	struct xenring *x;
	uint32_t *page;

	(void)state;
	host_open(&s.h);
	page = calls(&s.h);
	s.fd = new_file();
	story_look(&s);
	tell_sockets(&s, page);
	for (size_t i = 0; i < s.n; i++)
		free(s.text[i]);
	s.n = 0;
	assert_int_equal(xenring_tee(s.h.x, s.fd, 0), 0);
	for (int i = 0; i < 3; i++) {
		story_look(&s);
		calls_simple(page, XR_PVCALLS_POLL, 5);
	}
	assert_int_equal(xenring_tee(s.h.x, -1, 0), 0);
	x = open_capture(s.fd);
	for (size_t i = 0; i < s.n; i++) {
		char *text, *got, *want;

		assert_int_equal(xenring_sample(x, &snap), 0);
		text = text_of(x, snap);
		/* epochs and stalls are counted from where one began to look */
		got = strstr(text, "sffff888012345000");
		want = strstr(s.text[i], "sffff888012345000");
		assert_int_equal(got != NULL, want != NULL);
		free(text);
		{
			struct xenring_ring r;
			size_t n = 0;

			while (!xenring_ring(snap, n, &r)) {
				if (strstr(r.path, "/sffff888012345000")) {
					assert_null(r.error);
					assert_int_equal(r.in_prod, 50);
					assert_int_equal(r.out_prod, 7);
				}
				n++;
			}
			/* commands, and what was announced and has not ended */
			assert_int_equal(n, xenring_n_rings(s.h.s));
			assert_true(n > 3);
		}
		xenring_snapshot_unref(snap);
	}
	xenring_close(x);
	story_free(&s);
}

/* A long one has many frames; each sample is the same, wherever reading begins. */
static void frames(void **state)
{
	struct story s;
	struct xenring *x;
	uint32_t *page;

	(void)state;
	story_begin(&s, 0);
	page = host_disk(&s.h);
	for (int i = 0; i < 300; i++) {
		put(page, XR_BLKIF_READ, (uint64_t)i);
		story_look(&s);
		answer(page);
		if (i == 150)
			host_write(&s.h, "/local/domain/5/name", "renamed");
	}
	assert_int_equal(xenring_tee(s.h.x, -1, 0), 0);
	assert_told(&s, s.fd, 0);
	x = open_capture(s.fd);
	for (size_t i = 0; i < s.n; i += 37) {
		struct xenring_snapshot *snap = NULL;
		int64_t at = strtoll(s.text[i], NULL, 10);
		int n = xenring_seek(x, at, 0), all = n;
		char *text, *want;

		assert_true(n > 0 && n <= 600);
		for (; n; n--) {
			xenring_snapshot_unref(snap);
			assert_int_equal(xenring_sample(x, &snap), 0);
		}
		text = text_of(x, snap);
		/* rates need a sample before; the rest does not */
		want = s.text[i];
		if (all > 1)
			assert_string_equal(text, want);
		assert_memory_equal(text, want, strcspn(want, "\n"));
		free(text);
		xenring_snapshot_unref(snap);
	}
	assert_int_equal(xenring_seek(x, 0, 60), 1);
	assert_true(xenring_seek(x, INT64_MAX, 60) > 1);
	xenring_close(x);
	story_free(&s);
}

static bool give_up_at(void *data, const char *what, uint64_t done, uint64_t total)
{
	const uint64_t *at = data;

	return strcmp(what, "sample") != 0 || total || done < *at;
}

/* A search that is given up ends before that moment, with all that the sample there is about. */
static void given_up(void **state)
{
	uint64_t at = 20;
	struct story s;
	struct xenring *x;
	uint32_t *page;

	(void)state;
	story_begin(&s, 0);
	page = host_disk(&s.h);
	for (int i = 0; i < 300; i++) {
		put(page, XR_BLKIF_READ, (uint64_t)i);
		story_look(&s);
		answer(page);
	}
	assert_int_equal(xenring_tee(s.h.x, -1, 0), 0);
	x = open_capture(s.fd);
	xenring_set_progress(x, give_up_at, &at);
	for (int i = 0; i < 2; i++) {
		struct xenring_snapshot *snap = NULL;
		struct xenring_time t;

		/* the second time from elsewhere */
		assert_int_equal(xenring_seek(x, INT64_MAX, 1e9), -EINTR);
		assert_int_equal(xenring_sample(x, &snap), 0);
		xenring_snapshot_time(snap, &t);
		assert_int_equal(t.real_ns, strtoll(s.text[0], NULL, 10));
		assert_int_equal(xenring_n_rings(snap), 1);
		xenring_snapshot_unref(snap);
		assert_int_equal(xenring_seek(x, strtoll(s.text[10], NULL, 10), 0), 11);
	}
	xenring_close(x);
	story_free(&s);
}

/* Begun while rings are mapped already, it holds them all the same. */
static void later(void **state)
{
	struct story s;
	uint32_t *page;
	int first;

	(void)state;
	s.n = 0;
	host_open(&s.h);
	page = host_disk(&s.h);
	put(page, XR_BLKIF_READ, 1);
	host_look(&s.h);
	s.fd = new_file();
	assert_int_equal(xenring_tee(s.h.x, s.fd, 0), 0);
	host_look(&s.h);
	put(page, XR_BLKIF_READ, 2);
	host_look(&s.h);
	/* on in another file, with all that is known */
	first = s.fd;
	s.fd = new_file();
	assert_int_equal(xenring_tee(s.h.x, s.fd, 0), 0);
	for (int i = 0; i < 3; i++) {
		put(page, XR_BLKIF_READ, 3);
		story_look(&s);
	}
	assert_int_equal(xenring_tee(s.h.x, -1, 0), 0);
	{
		struct xenring *x = open_capture(s.fd);
		struct xenring_snapshot *snap;

		for (size_t i = 0; i < s.n; i++) {
			char *text;

			assert_int_equal(xenring_sample(x, &snap), 0);
			text = text_of(x, snap);
			/* the first has no rates, having none before it */
			if (i)
				assert_string_equal(text, s.text[i]);
			free(text);
			xenring_snapshot_unref(snap);
		}
		xenring_close(x);
	}
	close(first);
	story_free(&s);
}

/* What was recorded from a recording is the same. */
static void again(void **state)
{
	struct story s;
	struct xenring *x;
	struct xenring_snapshot *snap;
	uint32_t *page;
	int copy = new_file();

	(void)state;
	story_begin(&s, 0);
	page = host_disk(&s.h);
	for (int i = 0; i < 5; i++) {
		put(page, XR_BLKIF_READ, (uint64_t)i);
		story_look(&s);
	}
	assert_int_equal(xenring_tee(s.h.x, -1, 0), 0);
	x = open_capture(s.fd);
	assert_int_equal(xenring_tee(x, copy, 0), 0);
	while (!xenring_sample(x, &snap))
		xenring_snapshot_unref(snap);
	assert_int_equal(xenring_tee(x, -1, 0), 0);
	xenring_close(x);
	assert_told(&s, copy, 0);
	close(copy);
	story_free(&s);
}

/* What guests wrote to each other's consoles and disks is in it only if asked for. */
static void payload(void **state)
{
	static const char secret[] = "PASSWORD";

	(void)state;
	for (unsigned flags = 0; flags <= XENRING_TEE_PAYLOAD; flags++) {
		struct story s;
		uint32_t *page, *console, *data;

		story_begin(&s, flags);
		page = host_disk(&s.h);
		data = host_page(&s.h, 100, 0);
		memcpy(data, "DATAPAGE", 8);
		console = host_page(&s.h, 0, 0);
		memcpy(console, secret, 8);
		console[3072 / 4 + 3] = 8;
		host_write(&s.h, "/local/domain/5/console/ring-ref", "1");
		host_write(&s.h, "/local/domain/5/console/port", "2");
		put(page, XR_BLKIF_WRITE, 1);
		story_look(&s);
		assert_int_equal(xenring_tee(s.h.x, -1, 0), 0);
		assert_int_equal(holds(s.fd, secret), flags != 0);
		assert_int_equal(holds(s.fd, "DATAPAGE"), flags != 0);
		assert_told(&s, s.fd, 0);
		story_free(&s);
	}
}

/* Ring i of the newest sample, by its path. */
static size_t ring_at(struct xenring_snapshot *s, const char *path)
{
	struct xenring_ring r;
	size_t i = 0;

	while (!xenring_ring(s, i, &r) && strcmp(r.path, path))
		i++;
	assert_row(path, !xenring_ring(s, i, &r));
	return i;
}

/* How many rows a ring lists, or why it lists none: negative errno. */
static int listed(struct xenring *x, struct xenring_snapshot *s, const char *path)
{
	struct xenring_slots *slots = NULL;
	int r = xenring_read_slots(x, s, ring_at(s, path), &slots);

	if (!r)
		r = (int)xenring_n_slots(slots);
	xenring_slots_free(slots);
	return r;
}

/* Keys that were typed are in it only if asked for, be the page named by a grant or by its frame. */
static void keys(void **state)
{
	static const uint8_t key[8] = { 3, 1, 0, 0, 'K', 'E', 'Y', 'S' };

	(void)state;
	for (unsigned how = 0; how < 4; how++) {
		unsigned flags = how & 1 ? XENRING_TEE_PAYLOAD : 0;
		struct xenring_snapshot *snap;
		struct xenring *x;
		struct story s;
		uint32_t *page;
		uint64_t frame;
		char text[24];

		story_begin(&s, flags);
		page = xr_fake_pages(s.h.f, 5, 1, &frame);
		assert_non_null(page);
		assert_int_equal(xr_fake_grant(s.h.f, 5, 60, XR_GTF_PERMIT, 0, frame), 0);
		assert_int_equal(xr_fake_device(s.h.f, 5, "vkbd", 0, 0, "vkbd"), 0);
		snprintf(text, sizeof(text), "%" PRIu64, frame);
		host_write(&s.h, "/local/domain/5/device/vkbd/0/page-ref", text);
		if (how & 2)
			host_write(&s.h, "/local/domain/5/device/vkbd/0/page-gref", "60");
		for (int i = 0; i < 4; i++) {
			memcpy((uint8_t *)page + 1024 + 40 * (size_t)i, key, sizeof(key));
			page[1]++;
			story_look(&s);
			/* looked at while it is written, too */
			assert_int_equal(listed(s.h.x, s.h.s, "guest/vkbd:0/in"), 51);
		}
		assert_int_equal(xenring_tee(s.h.x, -1, 0), 0);
		assert_int_equal(holds(s.fd, "KEYS"), flags != 0);
		/* without, what was listed live is not in it */
		if (flags)
			assert_told(&s, s.fd, 0);
		x = open_capture(s.fd);
		assert_int_equal(xenring_sample(x, &snap), 0);
		assert_int_equal(listed(x, snap, "guest/vkbd:0/in"), flags ? 51 : -ENODATA);
		if (!flags)
			assert_non_null(strstr(xenring_message(x), "the capture does not hold"));
		xenring_snapshot_unref(snap);
		xenring_close(x);
		story_free(&s);
	}
}

/*
 * A ring with pages of its own: its size is known at a replay, also of one that
 * began later; what is in the pages is in it only if asked for.
 */
static void streams(void **state)
{
	static const uint8_t message[] = { 15, 0, 0, 0, 118, 1, 0, 'F', 'I', 'L', 'E', 'D', 'A', 'T', 'A' };

	(void)state;
	for (unsigned how = 0; how < 4; how++) {
		unsigned flags = how & 1 ? XENRING_TEE_PAYLOAD : 0;
		struct xenring_snapshot *snap;
		struct xenring_ring r;
		struct xenring *x;
		uint32_t *page, *data;
		struct story s = { .n = 0 };

		host_open(&s.h);
		s.fd = new_file();
		page = host_page(&s.h, 70, 0);
		data = host_page(&s.h, 71, 0);
		page[32] = 0;
		page[33] = 71;
		if (!(how & 2))
			assert_int_equal(xenring_tee(s.h.x, s.fd, flags), 0);
		assert_int_equal(xr_fake_device(s.h.f, 5, "9pfs", 0, 0, "9pfs"), 0);
		host_write(&s.h, "/local/domain/5/device/9pfs/0/num-rings", "1");
		host_write(&s.h, "/local/domain/5/device/9pfs/0/ring-ref0", "70");
		if (how & 2) {
			host_look(&s.h);
			assert_int_equal(xenring_tee(s.h.x, s.fd, flags), 0);
		}
		for (unsigned i = 0; i < 3; i++) {
			memcpy((uint8_t *)data + 2048 + i * sizeof(message), message, sizeof(message));
			page[17] += sizeof(message);
			story_look(&s);
			/* its messages and the page itself */
			assert_int_equal(listed(s.h.x, s.h.s, "guest/9pfs:0/r0"), i + 2);
		}
		assert_int_equal(xenring_tee(s.h.x, -1, 0), 0);
		assert_int_equal(holds(s.fd, "FILEDATA"), flags != 0);
		x = open_capture(s.fd);
		for (int i = 0; i < 3; i++) {
			assert_int_equal(xenring_sample(x, &snap), 0);
			assert_int_equal(xenring_ring(snap, ring_at(snap, "guest/9pfs:0/r0"), &r), 0);
			assert_null(r.error);
			assert_int_equal(r.in_size, 2048);
			assert_int_equal(r.out_size, 2048);
			assert_int_equal(listed(x, snap, "guest/9pfs:0/r0"), flags ? i + 2 : -ENODATA);
			if (!flags)
				assert_non_null(strstr(xenring_message(x), "the capture does not hold its data"));
			xenring_snapshot_unref(snap);
		}
		xenring_close(x);
		story_free(&s);
	}
}

/* Another ring that is announced in the same sample costs no ring what its pages hold. */
static void streams_beside_sockets(void **state)
{
	static const uint8_t message[] = { 15, 0, 0, 0, 118, 1, 0, 'F', 'I', 'L', 'E', 'D', 'A', 'T', 'A' };
	struct xenring_snapshot *snap;
	struct xenring *x;
	uint32_t *page;
	struct story s;

	(void)state;
	story_begin(&s, XENRING_TEE_PAYLOAD);
	page = host_page(&s.h, 70, 0);
	memcpy((uint8_t *)host_page(&s.h, 71, 0) + 2048, message, sizeof(message));
	page[17] = sizeof(message);
	page[33] = 71;
	assert_int_equal(xr_fake_device(s.h.f, 5, "9pfs", 0, 0, "9pfs"), 0);
	host_write(&s.h, "/local/domain/5/device/9pfs/0/num-rings", "1");
	host_write(&s.h, "/local/domain/5/device/9pfs/0/ring-ref0", "70");
	page = calls(&s.h);
	calls_data(&s.h, 40);
	calls_connect(page, 1, 40, 31);
	story_look(&s);
	assert_int_equal(xenring_tee(s.h.x, -1, 0), 0);
	x = open_capture(s.fd);
	assert_int_equal(xenring_sample(x, &snap), 0);
	ring_at(snap, "guest/pvcalls:0/s1");
	assert_int_equal(listed(x, snap, "guest/9pfs:0/r0"), 2);
	xenring_snapshot_unref(snap);
	xenring_close(x);
	story_free(&s);
}

/* No byte of a TPM's command gets into a capture, not even as one of the ring's words. */
static void commands(void **state)
{
	static const uint8_t command[] = "TPMSECRET";

	(void)state;
	for (unsigned flags = 0; flags <= XENRING_TEE_PAYLOAD; flags++) {
		struct xenring_snapshot *snap;
		struct xenring *x;
		struct story s;
		uint32_t *page;

		story_begin(&s, flags);
		page = host_page(&s.h, 90, 0);
		assert_int_equal(xr_fake_device(s.h.f, 5, "vtpm", 0, 0, "vtpm"), 0);
		host_write(&s.h, "/local/domain/5/device/vtpm/0/feature-protocol-v2", "1");
		host_write(&s.h, "/local/domain/5/device/vtpm/0/ring-ref", "90");
		for (int i = 0; i < 3; i++) {
			memcpy(page + 2, command, sizeof(command));
			page[0] = sizeof(command);
			page[1] = i % 2 ? 2 : 1;
			story_look(&s);
			assert_int_equal(listed(s.h.x, s.h.s, "guest/vtpm:0/ring"), 2);
		}
		assert_int_equal(xenring_tee(s.h.x, -1, 0), 0);
		for (size_t i = 0; i + 4 < sizeof(command); i++) {
			char part[5] = { 0 };

			memcpy(part, command + i, 4);
			assert_row(part, holds(s.fd, part) == (flags != 0));
		}
		x = open_capture(s.fd);
		assert_int_equal(xenring_sample(x, &snap), 0);
		xenring_show_secrets(x, true);
		/* that a command waits is known all the same */
		assert_int_equal(listed(x, snap, "guest/vtpm:0/ring"), 2);
		{
			struct xenring_slots *slots = NULL;
			struct xenring_slot slot;
			size_t n = 99;

			assert_int_equal(xenring_read_slots(x, snap, ring_at(snap, "guest/vtpm:0/ring"), &slots), 0);
			assert_int_equal(xenring_slot(slots, 0, &slot), 0);
			assert_string_equal(slot.state, "request");
			assert_non_null(xenring_slot_bytes(slots, 0, &n));
			assert_int_equal(n, flags ? sizeof(command) : 0);
			assert_int_equal(slot.record->note != NULL, !flags);
			xenring_slots_free(slots);
		}
		xenring_snapshot_unref(snap);
		xenring_close(x);
		story_free(&s);
	}
}

/* ---- damage ------------------------------------------------------------- */

/* The ticks of a capture, as whoever reads it undamaged sees them. */
struct ticks {
	struct tick {
		uint8_t *blocks;
		size_t n;
		uint64_t number;
		bool key;
	} *at;
	size_t n;
};

static struct ticks read_all(const uint8_t *bytes, size_t n, const char **ret_damage)
{
	struct ticks t = { .at = calloc(MAX_SAMPLES, sizeof(*t.at)) };
	static char damage[512];
	struct xr_reader *r;
	struct xr_tick tick;
	int e;

	assert_int_equal(xr_reader_new_memory(&r, bytes, n), 0);
	while (!(e = xr_reader_next(r, &tick))) {
		assert_true(t.n < MAX_SAMPLES);
		t.at[t.n].blocks = malloc(tick.n + 1);
		memcpy(t.at[t.n].blocks, tick.blocks, tick.n);
		t.at[t.n].n = tick.n;
		t.at[t.n].number = tick.number;
		t.at[t.n].key = tick.key;
		t.n++;
	}
	assert_int_equal(e, -ENODATA);
	*ret_damage = NULL;
	if (xr_reader_damage(r)) {
		snprintf(damage, sizeof(damage), "%s", xr_reader_damage(r));
		*ret_damage = damage;
	}
	xr_reader_free(r);
	return t;
}

static void free_ticks(struct ticks *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->at[i].blocks);
	free(t->at);
}

#define SMALL 190	/* samples of a small capture */

/* Some frames of it; ends[i] is how long the file was when sample i had been written. */
static uint8_t *small_capture(size_t *ret_n, size_t ends[SMALL])
{
	struct story s;
	uint32_t *page;
	uint8_t *bytes;

	story_begin(&s, 0);
	page = host_disk(&s.h);
	for (int i = 0; i < SMALL; i++) {
		struct xenring_written w;

		put(page, XR_BLKIF_READ, (uint64_t)i);
		host_look(&s.h);
		answer(page);
		xenring_written(s.h.x, &w);
		ends[i] = w.bytes;
	}
	assert_int_equal(xenring_tee(s.h.x, -1, 0), 0);
	*ret_n = (size_t)lseek(s.fd, 0, SEEK_END);
	bytes = malloc(*ret_n);
	assert_int_equal(pread(s.fd, bytes, *ret_n, 0), *ret_n);
	story_free(&s);
	return bytes;
}

/* How many samples are whole in the first len bytes. */
static size_t n_whole(const size_t ends[SMALL], size_t len)
{
	size_t n = 0;

	while (n < SMALL && ends[n] <= len)
		n++;
	return n;
}

static void assert_part_of(const struct ticks *got, const struct ticks *all)
{
	for (size_t i = 0; i < got->n; i++) {
		const struct tick *g = &got->at[i];

		assert_true(g->number < all->n);
		assert_int_equal(g->n, all->at[g->number].n);
		assert_memory_equal(g->blocks, all->at[g->number].blocks, g->n);
	}
}

static void cut(void **state)
{
	size_t n, most = 0, ends[SMALL];
	uint8_t *bytes = small_capture(&n, ends);
	const char *damage;
	struct ticks all = read_all(bytes, n, &damage);

	(void)state;
	assert_int_equal(all.n, SMALL);
	assert_null(damage);
	for (size_t len = 0; len < n; len++) {
		/* a buffer of its own: to read beyond it is seen */
		uint8_t *part = malloc(len ? len : 1);
		struct ticks got;

		memcpy(part, bytes, len);
		got = read_all(part, len, &damage);
		if (!damage)
			fail_msg("cut at %zu: nothing is said to be missing", len);
		/* all that are whole, and more of the file never gives less */
		if (got.n < n_whole(ends, len) || got.n < most)
			fail_msg("cut at %zu: %zu samples", len, got.n);
		most = got.n;
		assert_part_of(&got, &all);
		free_ticks(&got);
		free(part);
	}
	assert_int_equal(most, all.n);
	free_ticks(&all);
	free(bytes);
}

/* Samples in the longest frame. */
static size_t longest_frame(const struct ticks *t)
{
	size_t longest = 0, n = 0;

	for (size_t i = 0; i < t->n; i++) {
		n = t->at[i].key ? 1 : n + 1;
		if (n > longest)
			longest = n;
	}
	return longest;
}

/* Of the samples only those of the frame that was hit may be missing, and only behind the place. */
static void flipped(void **state)
{
	static const uint8_t masks[] = { 0xff, 0x01, 0x10 };
	size_t n, worst = 0, ends[SMALL];
	uint8_t *bytes = small_capture(&n, ends);
	const char *damage;
	struct ticks all = read_all(bytes, n, &damage);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		struct ticks got;
		uint8_t mask = masks[i % ARRAY_SIZE(masks)];

		bytes[i] ^= mask;
		got = read_all(bytes, n, &damage);
		bytes[i] ^= mask;
		if (!damage)
			fail_msg("byte %zu flipped by %#x: nothing is said to be wrong", i, mask);
		assert_part_of(&got, &all);
		for (size_t j = 0; j < n_whole(ends, i); j++)
			if (j >= got.n || got.at[j].number != j)
				fail_msg("byte %zu flipped by %#x: sample %zu before it is missing", i,
					 mask, j);
		if (all.n - got.n > worst)
			worst = all.n - got.n;
		free_ticks(&got);
	}
	/* no frame takes another with it */
	assert_true(longest_frame(&all) < all.n);
	assert_in_range(worst, 1, longest_frame(&all));
	free_ticks(&all);
	free(bytes);
}

/* A place that is damaged for long is left when somebody says so, and gone on with after that. */
static void woken(void **state)
{
	enum { NOTHING = 4 << 20 };
	size_t n, ends[SMALL], got = 0;
	uint8_t *bytes = small_capture(&n, ends), *nothing = calloc(1, NOTHING);
	int fd = new_file(), wake[2], e;
	struct xr_reader *r;
	struct xr_tick tick;

	(void)state;
	assert_non_null(nothing);
	assert_int_equal(pipe(wake), 0);
	assert_int_equal(write(fd, bytes, n), n);
	assert_int_equal(write(fd, nothing, NOTHING), NOTHING);
	assert_int_equal(write(fd, bytes, n), n);
	assert_int_equal(xr_reader_new_fd(&r, fd), 0);
	xr_reader_set_wake_fd(r, wake[0]);
	for (; got < SMALL; got++)
		assert_int_equal(xr_reader_next(r, &tick), 0);
	assert_int_equal(write(wake[1], "", 1), 1);
	assert_int_equal(xr_reader_next(r, &tick), -EINTR);
	assert_int_equal(xr_reader_next(r, &tick), -EINTR);
	assert_int_equal(read(wake[0], nothing, 1), 1);
	for (; !(e = xr_reader_next(r, &tick)); got++)
		;
	assert_int_equal(e, -ENODATA);
	assert_int_equal(got, 2 * SMALL);
	assert_non_null(xr_reader_damage(r));
	xr_reader_free(r);
	close(wake[0]);
	close(wake[1]);
	close(fd);
	free(nothing);
	free(bytes);
}

static void not_one(void **state)
{
	static const char *const others[] = {
		"hello, this is a text and no capture at all\n", "\x28\xb5\x2f\xfd nothing",
		"\x50\x2a\x4d\x18\x04\0\0\0abcdefghijklmnopqrstuvwxyz",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		struct xr_reader *r;
		struct xr_tick tick;
		int e;

		assert_int_equal(xr_reader_new_memory(&r, others[i], strlen(others[i])), 0);
		e = xr_reader_next(r, &tick);
		assert_true(e == -EPROTO || (e == -ENODATA && xr_reader_damage(r)));
		xr_reader_free(r);
	}
}

/* ---- what nobody would write --------------------------------------------- */

/* A capture whose ticks the test puts together. */
struct forgery {
	struct xr_writer *w;
	int fd;
	struct xenring_time at;
};

static void forge(struct forgery *f)
{
	f->fd = new_file();
	f->at = (struct xenring_time){ .real_ns = 1000, .mono_ns = 1000 };
	assert_int_equal(xr_writer_new(&f->w, f->fd, "test", "host", false, &f->at), 0);
}

static void forge_tick(struct forgery *f)
{
	assert_int_equal(xr_writer_took(f->w), 0);
	assert_int_equal(xr_writer_tick(f->w, &f->at), 0);
}

static void forge_end(struct forgery *f)
{
	assert_int_equal(xr_writer_end(f->w), 0);
	xr_writer_free(f->w);
}

/* Times that nobody could reckon with are damage, in a sample and in the index. */
static void times(void **state)
{
	static const struct xenring_time insane[] = {
		{ INT64_MIN, 1000 }, { 1000, INT64_MIN }, { INT64_MAX, 1000 }, { 1000, INT64_MAX }, { -1, 1000 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(insane); i++) {
		struct xenring_capture c;
		struct xenring_snapshot *snap;
		struct forgery f;
		struct xenring *x;

		forge(&f);
		f.at = insane[i];
		forge_tick(&f);
		forge_end(&f);
		x = open_capture(f.fd);
		assert_int_equal(xenring_seek(x, INT64_MIN, 60), 0);
		assert_int_equal(xenring_sample(x, &snap), -ENODATA);
		assert_int_equal(xenring_capture(x, &c), 0);
		assert_non_null(c.damage);
		xenring_close(x);
		close(f.fd);
	}
}

/* A tick without blocks but what makes it a key tick. */
static void put_tick(struct xr_out *out, bool key, uint64_t number)
{
	size_t at = out->n;

	if (key)
		xr_block_end(out, xr_block_begin(out, XR_B_HEAD));
	xr_put_fixed(out, XR_B_TICK, 4);
	xr_put_fixed(out, XR_TICK_SIZE, 4);
	xr_put_fixed(out, 1000, 8);
	xr_put_fixed(out, 1000, 8);
	xr_put_fixed(out, number, 8);
	xr_put_fixed(out, xr_hash(out->p + at, out->n - at), 8);
}

/* A frame of one block that is stored, not compressed. */
static void put_frame(struct xr_out *out, const struct xr_out *plain)
{
	xr_put_fixed(out, XR_ZSTD_MAGIC, 4);
	xr_put_fixed(out, 4 << 11, 2);		/* a window of 16 KiB */
	xr_put_fixed(out, plain->n << 3 | 1, 3);
	xr_put_bytes(out, plain->p, plain->n);
}

/* A frame's samples follow one another: what is there twice, as damage can make it, is damage. */
static void repeated(void **state)
{
	static const struct {
		uint64_t numbers[3];
		size_t n;
	} rows[] = { { { 0, 1, 2 }, 3 }, { { 0, 1, 1 }, 2 }, { { 0, 0, 1 }, 1 }, { { 0, 1, 3 }, 2 }, { { 7, 8, 9 }, 3 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct xr_out plain = { 0 }, file = { 0 };
		const char *damage;
		struct ticks got;

		for (size_t j = 0; j < ARRAY_SIZE(rows[i].numbers); j++)
			put_tick(&plain, !j, rows[i].numbers[j]);
		put_frame(&file, &plain);
		got = read_all(file.p, file.n, &damage);
		assert_int_equal(got.n, rows[i].n);
		assert_non_null(damage);
		assert_int_equal(strstr(damage, "not the sample that follows") != NULL, rows[i].n < 3);
		free_ticks(&got);
		xr_out_free(&plain);
		xr_out_free(&file);
	}
}

/*
 * Frames in frames, each of them damaged only where the file ends: to look into
 * every one of them would take a minute for these few bytes, and hours for more.
 */
static void nested(void **state)
{
	enum { UNIT = 32, N = 1 << 16, HEAD = 6, BLOCK = 3 };
	struct timespec before, after;
	struct xr_out file = { 0 };
	struct xr_reader *r;
	struct xr_tick tick;
	int e;

	(void)state;
	for (int i = 0; i < N; i++) {
		size_t at = file.n;

		xr_put_fixed(&file, XR_ZSTD_MAGIC, 4);
		xr_put_fixed(&file, 4 << 11, HEAD - 4);
		/* a stored block, up to that of the next frame */
		xr_put_fixed(&file, (UNIT - BLOCK) << 3, BLOCK);
		/* what would be a block of a tick, with much more to come */
		xr_put_fixed(&file, XR_B_NOTE, 4);
		xr_put_fixed(&file, XR_MAX_TICK / 2, 4);
		while (file.n - at < UNIT)
			xr_put_fixed(&file, 0, 1);
	}
	xr_put_fixed(&file, UINT64_MAX, 8);
	xr_put_fixed(&file, UINT64_MAX, 8);
	assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before), 0);
	assert_int_equal(xr_reader_new_memory(&r, file.p, file.n), 0);
	e = xr_reader_next(r, &tick);
	assert_true(e == -EPROTO || e == -ENODATA);
	xr_reader_free(r);
	assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after), 0);
	assert_true(after.tv_sec - before.tv_sec < 30);
	xr_out_free(&file);
}

/* A ring's copy has room for the pages it was mapped with, whatever has its id by now. */
static void remapped(void **state)
{
	struct xr_source src = { .wake_fd = -1 };
	struct xr_mapping m = { .domid = 5, .n_pages = 1, .refs = { 8 } }, more = m;
	static uint8_t pages[2 * XR_PAGE_SIZE];
	struct xr_copied c = { .bytes = pages }, copied = { .bytes = NULL };
	struct xr_err err = { 0 };
	struct forgery f;

	(void)state;
	for (size_t i = 0; xr_sources[i]; i++)
		if (!strcmp(xr_sources[i]->name, "file"))
			src.ops = xr_sources[i];
	assert_non_null(src.ops);
	forge(&f);
	xr_put_map(xr_writer_out(f.w), 1, &m, &err);
	assert_int_equal(xr_writer_took(f.w), 0);
	xr_put_copy(xr_writer_out(f.w), xr_answers_map(xr_writer_answers(f.w), 1), &c);
	forge_tick(&f);
	more.n_pages = 2;
	xr_put_map(xr_writer_out(f.w), 1, &more, &err);
	assert_int_equal(xr_writer_took(f.w), 0);
	xr_put_copy(xr_writer_out(f.w), xr_answers_map(xr_writer_answers(f.w), 1), &c);
	forge_tick(&f);
	forge_end(&f);

	assert_int_equal(src.ops->open(&src, path_of(f.fd) + strlen("file:"), &err), 0);
	assert_int_equal(src.ops->next(&src), 0);
	assert_int_equal(src.ops->map_ring(&src, &m, &err), 0);
	copied.bytes = malloc(XR_PAGE_SIZE);
	assert_int_equal(src.ops->copy(&src, &m, &copied), 0);
	assert_int_equal(src.ops->next(&src), 0);
	assert_int_equal(src.ops->copy(&src, &m, &copied), -ENODATA);
	free(copied.bytes);
	src.ops->close(&src);
	close(f.fd);
}

/* A search that fails has moved the reader: what a bad sample left is not looked at any more. */
static void lost_place(void **state)
{
	static const uint8_t bad[] = { 0xff }, large[1 << 20];
	struct xenring_snapshot *snap = NULL;
	struct xr_out later = { 0 };
	struct forgery f;
	struct xenring *x;
	int r;

	(void)state;
	forge(&f);
	forge_tick(&f);
	for (int i = 0; i < 100; i++) {
		size_t at = xr_block_begin(xr_writer_out(f.w), XR_B_PORT);

		xr_put_bytes(xr_writer_out(f.w), bad, sizeof(bad));
		xr_block_end(xr_writer_out(f.w), at);
	}
	assert_int_equal(xr_writer_tick(f.w, &f.at), 0);
	for (int i = 0; i < 2; i++) {
		size_t at = xr_block_begin(xr_writer_out(f.w), XR_B_NOTE);

		xr_put_bytes(xr_writer_out(f.w), large, sizeof(large));
		xr_block_end(xr_writer_out(f.w), at);
		forge_tick(&f);
	}
	assert_int_equal(xr_writer_end(f.w), 0);
	xr_writer_free(f.w);
	/* behind it one of a later version, which ends every search */
	xr_put_fixed(&later, XR_SKIP_MAGIC, 4);
	xr_put_fixed(&later, XR_FILE_SIZE, 4);
	xr_put_bytes(&later, XR_FILE_NAME, XR_NAME_SIZE);
	xr_put_fixed(&later, XR_FORMAT_VERSION + 1, 4);
	xr_put_fixed(&later, xr_hash(later.p + 8, later.n - 8), 8);
	assert_int_equal(write(f.fd, later.p, later.n), later.n);
	xr_out_free(&later);

	x = open_capture(f.fd);
	assert_int_equal(xenring_sample(x, &snap), -ENODATA);	/* of the domains: nobody asked */
	assert_int_equal(xenring_sample(x, &snap), -EBADMSG);
	assert_int_equal(xenring_seek(x, 0, 0), -EPROTONOSUPPORT);
	r = xenring_sample(x, &snap);
	assert_true(r && r != -EBADMSG);
	xenring_close(x);
	close(f.fd);
}

/* A few bytes that ask for grant tables of many domains do not get all the memory there is. */
static void limited(void **state)
{
	/* errno 0, version 1, 4096 frames, none of status; no word differs from 0 */
	static const uint8_t table[] = { 0, 1, 0x80, 0x20, 0, 0x80, 0x80, 0x80, 0x01, 0 };
	const struct xr_table_answer *t;
	struct xr_answers s;
	uint32_t domid = 0;
	int r;

	(void)state;
	xr_answers_init(&s);
	do {
		struct xr_out out = { 0 };

		xr_put_u(&out, ++domid);
		xr_put_bytes(&out, table, sizeof(table));
		r = xr_answers_apply(&s, XR_B_GRANTS, out.p, out.n);
		xr_out_free(&out);
	} while (!r && domid < 1000);
	assert_int_equal(r, -ENOMEM);
	t = xr_answers_table(&s, 1);
	assert_int_equal(t->grants.n_frames, 4096);
	assert_in_range(domid, 2, XR_MAX_STATE / (4096 * XR_PAGE_SIZE) + 1);
	xr_answers_clear(&s);
	assert_int_equal(s.held, 0);
}

/* ---- the state ----------------------------------------------------------- */

/* Two rings of one page have four words each, read one after the other: each its own. */
static void one_page(void **state)
{
	struct xr_mapping in = { .domid = 5, .n_pages = 1, .refs = { 8 } }, out = in;
	struct xr_err none = { 0 };
	struct xr_answers s;
	struct xr_out blocks = { 0 };

	(void)state;
	out.second = true;
	xr_answers_init(&s);
	xr_put_map(&blocks, 1, &in, &none);
	xr_put_map(&blocks, 2, &out, &none);
	blocks_apply(&s, &blocks);
	for (int again = 0; again < 2; again++) {
		assert_int_equal(xr_answers_map_of(&s, &in)->id, 1);
		assert_int_equal(xr_answers_map_of(&s, &out)->id, 2);
		/* and behind a key tick */
		xr_out_free(&blocks);
		xr_answers_dump(&s, &blocks);
		xr_answers_clear(&s);
		blocks_apply(&s, &blocks);
	}
	xr_answers_clear(&s);
	xr_out_free(&blocks);
}

/* Announcements that no writer would put are refused before they are believed. */
static void announced(void **state)
{
	struct xr_mapping m = { .domid = 5, .n_pages = 1, .refs = { 8 } };
	struct xr_announced a = { .begun = true, .req_prod = 7, .rsp_prod = 3, .n = 3 };
	static const struct {
		uint32_t id, n, swap, cut;
		int want;
	} rows[] = {
		{ 1, 3, 0, 0, 0 }, { 1, 0, 0, 0, 0 }, { 2, 3, 0, 0, -EBADMSG }, { 1, 3, 1, 0, -EBADMSG },
		{ 1, 3, 0, 1, -EBADMSG }, { 1, XR_MAX_ANNOUNCED, 0, 0, 0 },
	};
	struct xr_err none = { 0 };
	struct xr_answers s;
	struct xr_out out = { 0 };

	(void)state;
	xr_answers_init(&s);
	for (uint32_t i = 0; i < XR_MAX_ANNOUNCED; i++)
		a.at[i] = (struct xr_announce){ .id = i, .gref = 100 + i, .port = i };
	xr_put_map(&out, 1, &m, &none);
	blocks_apply(&s, &out);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		xr_out_free(&out);
		a.n = rows[i].n;
		a.at[1].id = rows[i].swap ? 0 : 1;
		xr_put_announced(&out, rows[i].id, &a);
		assert_int_equal(xr_answers_apply(&s, XR_B_ANNOUNCED, out.p + XR_BLOCK_HEAD,
						  out.n - XR_BLOCK_HEAD - rows[i].cut), rows[i].want);
	}
	assert_int_equal(xr_answers_map(&s, 1)->announced->n, XR_MAX_ANNOUNCED);
	/* more than anybody keeps, in a block that has them all */
	xr_out_free(&out);
	xr_put_u(&out, 1);
	xr_put_fixed(&out, 7, 4);
	xr_put_fixed(&out, 3, 4);
	xr_put_fixed(&out, 0, 1);
	xr_put_u(&out, XR_MAX_ANNOUNCED + 1);
	for (uint32_t i = 0; i <= XR_MAX_ANNOUNCED; i++) {
		xr_put_fixed(&out, i, 8);
		xr_put_u(&out, i);
		xr_put_u(&out, i);
	}
	assert_int_equal(xr_answers_apply(&s, XR_B_ANNOUNCED, out.p, out.n), -EBADMSG);
	/* what is known survives the next key tick, and goes with its ring */
	xr_out_free(&out);
	xr_answers_dump(&s, &out);
	xr_answers_clear(&s);
	blocks_apply(&s, &out);
	assert_int_equal(xr_answers_map(&s, 1)->announced->n, XR_MAX_ANNOUNCED);
	assert_int_equal(xr_answers_map(&s, 1)->announced->req_prod, 7);
	xr_out_free(&out);
	xr_put_unmap(&out, 1);
	blocks_apply(&s, &out);
	xr_out_free(&out);
	xr_answers_clear(&s);
	assert_int_equal(s.held, 0);
}

/* What has gone takes with it what was below. */
static void forgets(void **state)
{
	char first[] = "1", second[] = "2", *const both[] = { first, second };
	struct xr_dominfo doms[] = { { .domid = 1 }, { .domid = 2 } };
	struct xr_port port = { .status = 2 };
	struct xr_out out = { 0 };
	struct xr_answers s;

	(void)state;
	xr_answers_init(&s);
	xr_put_domains(&out, 0, doms, 2);
	xr_put_store_list(&out, "/local/domain", 0, both, 2);
	xr_put_store_read(&out, "/local/domain/1/name", 0, "one", 3);
	xr_put_store_read(&out, "/local/domain/2/name", 0, "two", 3);
	xr_put_store_read(&out, "/libxl/1/device/vbd/0/backend", 0, "x", 1);
	xr_put_store_read(&out, "/local/domain/0/backend/vbd/1/0/state", 0, "4", 1);
	xr_put_port(&out, 1, 7, 0, &port);
	blocks_apply(&s, &out);
	assert_non_null(xr_answers_node(&s, "/libxl/1/device/vbd/0/backend"));
	xr_out_free(&out);
	xr_put_store_list(&out, "/local/domain", 0, both + 1, 1);
	blocks_apply(&s, &out);
	assert_null(xr_answers_node(&s, "/local/domain/1/name"));
	assert_non_null(xr_answers_node(&s, "/local/domain/2/name"));
	xr_out_free(&out);
	xr_put_domains(&out, 0, doms + 1, 1);
	blocks_apply(&s, &out);
	assert_null(xr_answers_node(&s, "/libxl/1/device/vbd/0/backend"));
	assert_null(xr_answers_node(&s, "/local/domain/0/backend/vbd/1/0/state"));
	assert_null(xr_answers_port(&s, 1, 7));
	xr_out_free(&out);
	xr_put_store_read(&out, "/local/domain/2", ENOENT, NULL, 0);
	blocks_apply(&s, &out);
	xr_out_free(&out);
	xr_put_store_read(&out, "/local/domain/2/name", ENOENT, NULL, 0);
	blocks_apply(&s, &out);
	assert_int_equal(xr_answers_node(&s, "/local/domain/2/name")->read_errno, ENOENT);
	xr_out_free(&out);
	xr_answers_clear(&s);
}

/* A table that could not be had for a while is told in full again, zeros too. */
static void table_again(void **state)
{
	static uint64_t shared[512];
	struct xr_grants g = { .version = 1, .n_frames = 1, .shared = (uint8_t *)shared };
	struct xr_out out = { 0 };
	struct xr_answers s;

	(void)state;
	xr_answers_init(&s);
	memset(shared, 0xaa, sizeof(shared));
	for (int i = 0; i < 3; i++) {
		xr_put_grants(&out, 5, i == 1 ? EPERM : 0, &g, xr_answers_table(&s, 5));
		blocks_apply(&s, &out);
		xr_out_free(&out);
		memset(shared, 0, sizeof(shared));
		shared[7] = 0x77;
	}
	assert_int_equal(xr_answers_table(&s, 5)->err, 0);
	assert_memory_equal(xr_answers_table(&s, 5)->grants.shared, shared, sizeof(shared));
	xr_answers_clear(&s);
}

/* Of two lists of a hundred thousand names, in another order, none is missing; and that is soon known. */
static void many_names(void **state)
{
	enum { N = 100000 };
	struct timespec before, after;
	struct xr_answers s;

	(void)state;
	xr_answers_init(&s);
	assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before), 0);
	for (int turn = 0; turn < 3; turn++) {
		size_t n = turn < 2 ? N : N - 1;
		struct xr_out out = { 0 };

		xr_put_str(&out, "/dir");
		xr_put_u(&out, 0);
		xr_put_u(&out, n);
		for (size_t i = 0; i < n; i++) {
			char name[16];

			snprintf(name, sizeof(name), "%zu", turn == 1 ? N - 1 - i : i);
			xr_put_str(&out, name);
		}
		assert_int_equal(xr_answers_apply(&s, XR_B_STORE_LIST, out.p, out.n), 0);
		out.n = 0;
		if (!turn) {
			xr_put_store_read(&out, "/dir/99999/x", 0, "1", 1);
			xr_put_store_read(&out, "/dir/9999/x", 0, "1", 1);
			blocks_apply(&s, &out);
		}
		xr_out_free(&out);
		/* the last list has one less, and one whose name that begins with stays */
		assert_int_equal(xr_answers_node(&s, "/dir/99999/x") != NULL, turn < 2);
		assert_non_null(xr_answers_node(&s, "/dir/9999/x"));
	}
	assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after), 0);
	/* a hundredth of that is what it takes; each with each, it was half a minute */
	assert_true(after.tv_sec - before.tv_sec < 10);
	xr_answers_clear(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same), cmocka_unit_test(driver_domain), cmocka_unit_test(frames), cmocka_unit_test(later),
		cmocka_unit_test(again), cmocka_unit_test(payload), cmocka_unit_test(keys), cmocka_unit_test(streams),
		cmocka_unit_test(commands), cmocka_unit_test(cut),
		cmocka_unit_test(flipped), cmocka_unit_test(woken), cmocka_unit_test(not_one), cmocka_unit_test(forgets),
		cmocka_unit_test(table_again), cmocka_unit_test(vchans), cmocka_unit_test(vchan_later),
		cmocka_unit_test(sockets), cmocka_unit_test(given_up), cmocka_unit_test(sockets_anywhere), cmocka_unit_test(sockets_later), cmocka_unit_test(announced), cmocka_unit_test(streams_beside_sockets), cmocka_unit_test(one_page),
		cmocka_unit_test(times), cmocka_unit_test(repeated), cmocka_unit_test(nested), cmocka_unit_test(remapped), cmocka_unit_test(lost_place),
		cmocka_unit_test(limited), cmocka_unit_test(many_names),
	};

	return RUN(tests);
}
