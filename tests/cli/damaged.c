/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program over a small capture that was cut at each of its bytes, and with
 * each of its bytes flipped: it shows every sample that is whole, says what is
 * missing, and its exit code is 5. In one process, the files in memory.
 */
#include <config.h>

#include "lib/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "capture/reader.h"
#include "context.h"
#include "exit-codes.h"
#include "program.h"
#include "source/fake.h"
#include "xenring.h"

/* As many as end a frame, and some more. */
#define SAMPLES 64
/* Samples in which a value in xenstore is another one. */
#define NEWS 12
#define MOST_OUTPUT (128u << 10)

struct capture {
	uint8_t *bytes;
	size_t n, ends[SAMPLES];	/* how long it was when that sample had been written */
	long long at[SAMPLES];		/* when it was taken */
	size_t frame[SAMPLES];		/* which one it is in */
};

/* What a run of the program has to say. */
struct said {
	int code;
	char out[MOST_OUTPUT], err[1024];
};

static int in_memory(const char *name)
{
	int fd = memfd_create(name, MFD_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static void make_capture(struct capture *c)
{
	struct xenring_written w;
	struct xr_fake *f;
	struct xenring *x;
	char news[2000];
	int fd = in_memory("whole");

	assert_int_equal(xenring_new(&x), 0);
	assert_int_equal(xenring_open(x, "fake:big:1,fast"), 0);
	f = xr_fake_of(&x->src);
	assert_int_equal(xenring_tee(x, fd, 0), 0);
	for (int i = 0; i < SAMPLES; i++) {
		struct xenring_snapshot *s = NULL;
		struct xenring_time t;

		/* a frame is as long as it takes to write as much as its key tick has */
		memset(news, 'a' + i % 26, sizeof(news));
		if (i && i <= NEWS)
			assert_int_equal(xr_fake_write(f, "/local/domain/1/device/vbd/51712/feature-persistent", news,
						       sizeof(news)), 0);
		assert_int_equal(xenring_sample(x, &s), 0);
		xenring_snapshot_time(s, &t);
		c->at[i] = t.mono_ns;
		xenring_written(x, &w);
		c->ends[i] = w.bytes;
		xenring_snapshot_unref(s);
		assert_int_equal(xenring_wait(x, t.mono_ns + 1000000000), 0);
	}
	assert_int_equal(xenring_tee(x, -1, 0), 0);
	xenring_close(x);
	c->n = (size_t)lseek(fd, 0, SEEK_END);
	c->bytes = malloc(c->n);
	assert_non_null(c->bytes);
	assert_int_equal(pread(fd, c->bytes, c->n, 0), c->n);
	close(fd);
}

static void find_frames(struct capture *c)
{
	struct xr_reader *r;
	struct xr_tick t;
	size_t n = 0, frame = 0;

	assert_int_equal(xr_reader_new_memory(&r, c->bytes, c->n), 0);
	for (; !xr_reader_next(r, &t); n++) {
		assert_true(n < SAMPLES);
		frame += n && t.key;
		c->frame[n] = frame;
	}
	xr_reader_free(r);
	/* one that may be hit, and one that must not be */
	assert_true(n == SAMPLES && frame == 1);
}

static void read_back(int fd, char *ret, size_t room)
{
	ssize_t n = pread(fd, ret, room - 1, 0);

	assert_true(n >= 0 && (size_t)n < room - 1);
	ret[n] = '\0';
}

/* The program, its output and its errors in s; they are ours again afterwards. */
static void run(char **args, int n, struct said *s)
{
	static int out = -1, err = -1;
	int was_out, was_err;

	if (out < 0) {
		out = in_memory("out");
		err = in_memory("err");
	}
	assert_false(ftruncate(out, 0) || ftruncate(err, 0));
	assert_true(lseek(out, 0, SEEK_SET) == 0 && lseek(err, 0, SEEK_SET) == 0);
	fflush(stdout);
	was_out = dup(STDOUT_FILENO);
	was_err = dup(STDERR_FILENO);
	assert_true(was_out >= 0 && was_err >= 0);
	assert_true(dup2(out, STDOUT_FILENO) >= 0 && dup2(err, STDERR_FILENO) >= 0);
	s->code = program_main(n, args);
	assert_true(dup2(was_out, STDOUT_FILENO) >= 0 && dup2(was_err, STDERR_FILENO) >= 0);
	close(was_out);
	close(was_err);
	read_back(out, s->out, sizeof(s->out));
	read_back(err, s->err, sizeof(s->err));
}

/* Each sample of the bytes, and what is to be said of them. */
static void replay(const uint8_t *bytes, size_t n, struct said *s)
{
	static int in = -1;
	char file[64], program[] = "xenringtop", command[] = "replay", list[] = "list", ndjson[] = "--ndjson",
	     count[] = "-n", all[] = "0";
	char *args[] = { program, command, file, list, ndjson, count, all, NULL };

	if (in < 0)
		in = in_memory("damaged");
	snprintf(file, sizeof(file), "/proc/self/fd/%d", in);
	assert_false(ftruncate(in, 0));
	assert_int_equal(pwrite(in, bytes, n, 0), n);
	run(args, ARRAY_SIZE(args) - 1, s);
}

/* Which samples were shown: true in ret; each must be one of the capture's, in order. */
static size_t shown(const struct capture *c, const struct said *s, size_t place, bool ret[SAMPLES])
{
	static const char begin[] = "{\"type\":\"sample\"", key[] = "\"mono_ns\":";
	const char *at = s->out;
	size_t i = 0, n = 0, last = 0;

	memset(ret, 0, SAMPLES * sizeof(*ret));
	while ((at = strstr(at, begin))) {
		long long when;

		at = strstr(at, key);
		assert_non_null(at);
		when = strtoll(at + strlen(key), NULL, 10);
		while (i < SAMPLES && c->at[i] != when)
			i++;
		if (i == SAMPLES)
			fail_msg("byte %zu: a sample of %lld behind sample %zu; %s", place, when, last, s->err);
		last = i;
		ret[i++] = true;
		n++;
	}
	return n;
}

/* All that end in the first len bytes are there, and the run said what is wrong. */
static void check(const struct capture *c, const struct said *s, size_t len, const char *how, size_t place,
		  bool seen[SAMPLES])
{
	shown(c, s, place, seen);
	for (size_t i = 0; i < SAMPLES && c->ends[i] <= len; i++)
		if (!seen[i])
			fail_msg("%s at byte %zu: sample %zu is whole, and not shown; %s", how, place, i,
				 s->err);
	if (s->code != XT_DAMAGED)
		fail_msg("%s at byte %zu: exit %d; %s", how, place, s->code, s->err);
	if (!strstr(s->err, " is damaged at byte ") && !strstr(s->err, " ends early, after sample ") &&
	    !strstr(s->err, " ends before its first whole sample"))
		fail_msg("%s at byte %zu: nothing is said of what is missing: %s", how, place, s->err);
}

static struct capture capture;
static struct said said;

static void whole(void **state)
{
	bool seen[SAMPLES];

	(void)state;
	replay(capture.bytes, capture.n, &said);
	assert_int_equal(said.code, XT_DONE);
	assert_string_equal(said.err, "");
	assert_int_equal(shown(&capture, &said, 0, seen), SAMPLES);
}

static void cut(void **state)
{
	bool seen[SAMPLES];

	(void)state;
	for (size_t len = 0; len < capture.n; len++) {
		replay(capture.bytes, len, &said);
		check(&capture, &said, len, "cut", len, seen);
	}
}

/* Nor does it take a sample of the other frame along. */
static void flipped(void **state)
{
	static const uint8_t masks[] = { 0xff, 0x01, 0x10 };
	bool seen[SAMPLES];

	(void)state;
	for (size_t i = 0; i < capture.n; i++) {
		uint8_t mask = masks[i % ARRAY_SIZE(masks)];
		bool lost[2] = { false };

		capture.bytes[i] ^= mask;
		replay(capture.bytes, capture.n, &said);
		capture.bytes[i] ^= mask;
		check(&capture, &said, i, "flipped", i, seen);
		for (size_t j = 0; j < SAMPLES; j++)
			lost[capture.frame[j]] |= !seen[j];
		if (lost[0] && lost[1])
			fail_msg("byte %zu flipped: samples of both frames are missing", i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole), cmocka_unit_test(cut), cmocka_unit_test(flipped),
	};

	make_capture(&capture);
	find_frames(&capture);
	return RUN(tests);
}
