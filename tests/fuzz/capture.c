/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzz target: a capture that somebody hostile wrote.
 *
 *	byte 0	how the file is made, enum layout in capture.h
 *	byte 1	low half: ticks of a frame, 0: a frame at each HEAD; high half: enum damage
 *	byte 2	where the damage is, in 256ths of the file; what is wrong with trailers and index
 *	byte 3	how it is read, enum reading in capture.h
 *	rest	the blocks of ticks, as `zstd -d` gives them; with RAW the file itself
 *
 * Lengths that do not fit are cut and all hashes are made right, so that what
 * is hostile gets past them. Whatever the file is: no read outside of it, an
 * end to it, nothing unescaped in a row, and what is recorded of its replay is
 * a capture without a flaw.
 */
#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <zstd.h>

#include "capture/answers.h"
#include "capture/reader.h"
#include "context.h"
#include "fuzz/capture.h"
#include "fuzz/fuzz.h"
#include "util/text.h"

#define MOST_INPUT (256u << 10)
#define MAX_FRAMES 64
/* One replay ends for the fuzzer, not for the library, which is asked on after errors, too. */
#define MAX_SAMPLES 12
#define MAX_ERRORS 3
/* What a pipe takes before somebody reads it. */
#define PIPE_ROOM (60u << 10)

enum damage { D_NONE, D_CUT, D_FLIP, D_INSERT, D_APPEND, D_TWICE, D_LOSE };

static volatile uint64_t sink;

static void check(bool holds, const char *what, int line)
{
	if (holds)
		return;
	fprintf(stderr, "capture.c:%d: %s does not hold\n", line, what);
	abort();
}

#define must(what) check(what, #what, __LINE__)

/* ---- a file of blocks ----------------------------------------------------- */

struct maker {
	const uint8_t *control;
	struct xr_in input;		/* for what is to be wrong, see wrong() */
	struct xr_out file, tick;
	size_t frame_at, ticks_in_frame;
	bool in_frame;
	uint64_t samples;
	struct xr_frame_entry frames[MAX_FRAMES];
	size_t n_frames;
};

static bool is(const struct maker *m, unsigned layout)
{
	return m->control[0] & layout;
}

static void skippable(struct xr_out *out, const char *name, size_t size)
{
	xr_put_fixed(out, XR_SKIP_MAGIC, 4);
	xr_put_fixed(out, size, 4);
	xr_put_bytes(out, name, XR_NAME_SIZE);
}

/* The hash of what follows the skippable frame's head at that place. */
static void sign(struct xr_out *out, size_t at)
{
	xr_put_fixed(out, xr_hash(out->p + at + 8, out->n - at - 8), 8);
}

static void put_stored(struct xr_out *out, const uint8_t *p, size_t n)
{
	for (size_t piece; n; p += piece, n -= piece) {
		piece = n < 16384 ? n : 16384;
		xr_put_fixed(out, piece << 3, 3);
		xr_put_bytes(out, p, piece);
	}
}

static void put_compressed(struct xr_out *out, const uint8_t *p, size_t n, ZSTD_EndDirective how)
{
	static ZSTD_CCtx *z;
	ZSTD_inBuffer from = { .src = p, .size = n };
	size_t left;

	if (!z) {
		z = ZSTD_createCCtx();
		must(z && !ZSTD_isError(ZSTD_CCtx_setParameter(z, ZSTD_c_compressionLevel, 1)) &&
		     !ZSTD_isError(ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, 1)) &&
		     /* small, for speed; it makes no difference to the reader */
		     !ZSTD_isError(ZSTD_CCtx_setParameter(z, ZSTD_c_windowLog, 14)));
	}
	do {
		size_t room = ZSTD_compressBound(n) + 64, before = out->n;
		ZSTD_outBuffer to = { .dst = xr_out_room(out, room), .size = room };

		must(to.dst != NULL);
		left = ZSTD_compressStream2(z, &to, &from, how);
		must(!ZSTD_isError(left));
		out->n = before + to.pos;
	} while (left || from.pos < from.size);
}

static void begin_frame(struct maker *m, const struct xenring_time *at)
{
	m->in_frame = true;
	m->frame_at = m->file.n;
	m->ticks_in_frame = 0;
	if (m->n_frames < MAX_FRAMES)
		m->frames[m->n_frames++] = (struct xr_frame_entry){
			.offset = m->file.n, .first = m->samples, .at = *at,
		};
	if (is(m, STORED)) {
		xr_put_fixed(&m->file, XR_ZSTD_MAGIC, 4);
		xr_put_fixed(&m->file, 4 << 11, 2);	/* no size, no checksum; a window of 16 KiB */
	}
}

static void put_trailer(struct maker *m, size_t length)
{
	unsigned how = is(m, BAD_TRAILER) ? m->control[2] : 0;
	uint64_t hash = xr_hash(m->file.p + m->frame_at, length);
	size_t at = m->file.n;

	if (how & 1)
		return;
	skippable(&m->file, XR_FRAME_NAME, XR_FRAME_SIZE);
	xr_put_fixed(&m->file, length + (how & 2), 8);
	xr_put_fixed(&m->file, hash ^ (how & 4), 8);
	sign(&m->file, at);
	if (how & 8)
		m->file.p[m->file.n - 1] ^= 1;
}

static void put_name(struct maker *m, uint32_t version)
{
	size_t at = m->file.n;

	skippable(&m->file, XR_FILE_NAME, XR_FILE_SIZE);
	xr_put_fixed(&m->file, version, 4);
	sign(&m->file, at);
}

static void put_foreign(struct maker *m)
{
	skippable(&m->file, "otherone", XR_NAME_SIZE + 4);
	xr_put_fixed(&m->file, m->control[2], 4);
	xr_put_fixed(&m->file, XR_SKIP_MAGIC + 1, 4);
	xr_put_fixed(&m->file, 2, 4);
	xr_put_fixed(&m->file, 0, 2);
}

static void end_frame(struct maker *m)
{
	if (!m->in_frame)
		return;
	m->in_frame = false;
	if (is(m, STORED))
		xr_put_fixed(&m->file, 1, 3);
	else
		put_compressed(&m->file, NULL, 0, ZSTD_e_end);
	put_trailer(m, m->file.n - m->frame_at);
	if (is(m, FOREIGN))
		put_foreign(m);
}

static void flush(struct maker *m, const struct xenring_time *at)
{
	if (!m->in_frame)
		begin_frame(m, at);
	if (is(m, STORED))
		put_stored(&m->file, m->tick.p, m->tick.n);
	else
		put_compressed(&m->file, m->tick.p, m->tick.n, ZSTD_e_flush);
	m->tick.n = 0;
}

/* TICK or END, with what the input has of it and the hash as it should be. */
static void put_last(struct maker *m, uint32_t type, const uint8_t *p, size_t n)
{
	size_t size = type == XR_B_TICK ? XR_TICK_SIZE : XR_END_SIZE;
	uint8_t body[XR_TICK_SIZE] = { 0 };
	struct xr_in in = xr_in_of(body, sizeof(body));
	struct xenring_time at;
	size_t most = m->control[1] & 15;

	if (n)
		memcpy(body, p, n < size - 8 ? n : size - 8);
	at.real_ns = (int64_t)xr_take_fixed(&in, 8);
	at.mono_ns = (int64_t)xr_take_fixed(&in, 8);
	xr_put_fixed(&m->tick, type, 4);
	xr_put_fixed(&m->tick, size, 4);
	xr_put_bytes(&m->tick, body, size - 8);
	xr_put_fixed(&m->tick, xr_hash(m->tick.p, m->tick.n), 8);
	flush(m, &at);
	m->samples += type == XR_B_TICK;
	if (++m->ticks_in_frame == most)
		end_frame(m);
}

/* A number for what is to be wrong: the next eight bytes of the input. */
static uint64_t wrong(struct maker *m)
{
	return xr_take_fixed(&m->input, 8);
}

static void put_index(struct maker *m)
{
	unsigned how = is(m, BAD_INDEX) ? m->control[2] : 0;
	size_t at = m->file.n, n = m->n_frames + (how >> 7);

	skippable(&m->file, XR_INDEX_NAME, XR_NAME_SIZE + 4 + m->n_frames * XR_INDEX_ENTRY + XR_INDEX_TAIL);
	xr_put_fixed(&m->file, n, 4);
	for (size_t i = 0; i < m->n_frames; i++) {
		struct xr_frame_entry *e = &m->frames[i];

		if (how & 1)
			e->offset = wrong(m) % (at + 16);
		if (how & 2)
			e->offset = wrong(m);
		if (how & 4)
			e->at.real_ns = (int64_t)wrong(m);
		if (how & 8)
			e->at = (struct xenring_time){ INT64_MIN, INT64_MAX };
		xr_put_fixed(&m->file, e->offset, 8);
		xr_put_fixed(&m->file, e->first, 8);
		xr_put_fixed(&m->file, (uint64_t)e->at.real_ns, 8);
		xr_put_fixed(&m->file, (uint64_t)e->at.mono_ns, 8);
	}
	sign(&m->file, at);
	if (how & 16)
		m->file.p[m->file.n - 1] ^= 1;
	xr_put_fixed(&m->file, how & 32 ? wrong(m) % (at + 64) : at, 8);
	xr_put_bytes(&m->file, XR_INDEX_NAME, XR_NAME_SIZE);
	if (how & 64)
		m->file.n -= 5;
}

static void put_blocks(struct maker *m, struct xr_in in)
{
	static const struct xenring_time never;

	while (xr_in_left(&in) >= XR_BLOCK_HEAD) {
		uint32_t type = (uint32_t)xr_take_fixed(&in, 4), says = (uint32_t)xr_take_fixed(&in, 4);
		size_t n = says < xr_in_left(&in) ? says : xr_in_left(&in);
		const uint8_t *p = xr_take(&in, n);

		if (type == XR_B_HEAD && !m->tick.n && !(m->control[1] & 15))
			end_frame(m);
		if ((type == XR_B_TICK || type == XR_B_END) && !(is(m, AS_IS) && says != n)) {
			put_last(m, type, p, n);
			continue;
		}
		xr_put_fixed(&m->tick, type, 4);
		xr_put_fixed(&m->tick, is(m, AS_IS) ? says : n, 4);
		xr_put_bytes(&m->tick, p, n);
	}
	if (m->tick.n && is(m, AS_IS))
		flush(m, &never);
	else if (m->tick.n)
		put_last(m, XR_B_TICK, NULL, 0);
	end_frame(m);
}

static void put_damage(struct maker *m)
{
	struct xr_out *f = &m->file;
	size_t at = f->n * m->control[2] / 256, left = f->n - at, n;

	if (!f->n)
		return;
	switch (m->control[1] >> 4) {
	case D_CUT:
		f->n = at;
		break;
	case D_FLIP:
		if (left)
			f->p[at] ^= (uint8_t)(m->control[2] | 1);
		break;
	case D_INSERT:
	case D_TWICE:
		n = (m->control[1] >> 4) == D_INSERT ? m->control[2] % 8 + 1u : left / 2;
		must(xr_out_room(f, n) != NULL);
		memmove(f->p + at + n, f->p + at, left);
		break;
	case D_APPEND:
		put_foreign(m);
		if (m->control[2] & 1)
			put_name(m, XR_FORMAT_VERSION + 1);
		break;
	case D_LOSE:
		n = left / 2;
		memmove(f->p + at, f->p + at + n, left - n);
		f->n -= n;
		break;
	default:
		break;
	}
}

/* The file in *ret, which is in a buffer of just its size: one byte too many is found. */
static uint8_t *make_file(const uint8_t *data, size_t size, size_t *ret_n)
{
	struct maker m = { .control = data, .input = xr_in_of(data + CONTROL, size - CONTROL) };
	uint8_t *bytes;

	if (is(&m, RAW)) {
		xr_put_bytes(&m.file, data + CONTROL, size - CONTROL);
	} else {
		if (!is(&m, NO_NAME))
			put_name(&m, XR_FORMAT_VERSION);
		put_blocks(&m, m.input);
		if (!is(&m, NO_INDEX))
			put_index(&m);
		put_damage(&m);
	}
	bytes = malloc(m.file.n + 1);
	must(bytes && !m.file.failed && !m.tick.failed);
	if (m.file.n)
		memcpy(bytes, m.file.p, m.file.n);
	bytes = realloc(bytes, m.file.n ? m.file.n : 1);
	must(bytes != NULL);
	*ret_n = m.file.n;
	xr_out_free(&m.file);
	xr_out_free(&m.tick);
	return bytes;
}

/* ---- the reader ----------------------------------------------------------- */

static void see(const struct xr_tick *t)
{
	sink += xr_hash(t->blocks, t->n) + t->number;
	must(t->n <= XR_MAX_TICK);
}

/* What is dumped of a state can be applied, all of it. */
static void see_dump(const struct xr_answers *s)
{
	struct xr_out out = { 0 };
	struct xr_answers copy;
	struct xr_in in;

	xr_answers_init(&copy);
	xr_answers_dump(s, &out);
	in = xr_in_of(out.p, out.n);
	while (xr_in_left(&in)) {
		uint32_t type = (uint32_t)xr_take_fixed(&in, 4), n = (uint32_t)xr_take_fixed(&in, 4);

		must(!xr_answers_apply(&copy, type, xr_take(&in, n), n) && !in.bad);
	}
	xr_answers_clear(&copy);
	xr_out_free(&out);
}

/* Up to the first block that makes no sense, as a replay takes them. */
static void apply(struct xr_answers *s, const struct xr_tick *t)
{
	struct xr_in in = xr_in_of(t->blocks, t->n);
	int r = 0;

	while (!r && xr_in_left(&in)) {
		uint32_t type = (uint32_t)xr_take_fixed(&in, 4), n = (uint32_t)xr_take_fixed(&in, 4);

		r = xr_answers_apply(s, type, xr_take(&in, n), n);
		must(!in.bad && (!r || r == -EBADMSG || r == -ENOMEM));
	}
}

/* All that is left of it, into a state if there is one; how many ticks. */
static size_t read_to_end(struct xr_reader *r, struct xr_answers *s)
{
	struct xr_tick t, next;
	const char *damage;
	size_t n = 0;
	int e, peeked;

	do {
		peeked = xr_reader_peek(r, &next);
		e = xr_reader_next(r, &t);
		must(e == peeked);
		if (!e) {
			must(t.number == next.number && t.n == next.n);
			see(&t);
			if (s)
				apply(s, &t);
			n++;
		}
	} while (!e);
	/* the end is the end */
	must(e != -ENODATA || xr_reader_next(r, &t) == -ENODATA);
	damage = xr_reader_damage(r);
	if (damage)
		sink += strlen(damage);
	return n;
}

static void read_memory(const uint8_t *bytes, size_t n, unsigned how)
{
	const struct xr_frame_entry *frames;
	struct xr_answers s;
	struct xr_reader *r;
	struct xr_tick t;
	size_t n_frames, all;

	must(!xr_reader_new_memory(&r, bytes, n));
	xr_answers_init(&s);
	all = read_to_end(r, how & APPLY ? &s : NULL);
	if (how & APPLY)
		see_dump(&s);
	xr_answers_clear(&s);
	must(!s.held);
	if (how & SEEK && !xr_reader_frames(r, &frames, &n_frames)) {
		/* it begins anew, and is the same */
		must(read_to_end(r, NULL) == all);
		for (size_t i = 0; i < n_frames && i < 8; i++) {
			must(!xr_reader_goto(r, frames[i].offset));
			if (!xr_reader_next(r, &t))
				see(&t);
		}
	}
	xr_reader_free(r);
}

static void read_pipe(const uint8_t *bytes, size_t n)
{
	struct xr_reader *r;
	int fd[2];

	must(!pipe(fd));
	must(write(fd[1], bytes, n) == (ssize_t)n);
	close(fd[1]);
	must(!xr_reader_new_fd(&r, fd[0]) && !xr_reader_can_seek(r));
	must(xr_reader_goto(r, 0) == -ESPIPE);
	read_to_end(r, NULL);
	xr_reader_free(r);
	close(fd[0]);
}

/* ---- the replay ----------------------------------------------------------- */

static int see_row(void *data, const struct xenring_value *v)
{
	(void)data;
	if (v->known && v->field->type == XENRING_STRING)
		for (size_t i = 0; i < v->n; i++)
			must(((const uint8_t *)v->bytes)[i] >= 0x20 && ((const uint8_t *)v->bytes)[i] != 0x7f);
	return 0;
}

static int see_slot(void *data, const struct xenring_value *v)
{
	(void)data;
	for (size_t i = 0; v->known && v->bytes && i < v->n; i++)
		sink += ((const uint8_t *)v->bytes)[i];
	if (v->known)
		sink += v->u;
	return 0;
}

static const struct xenring_visitor row_visitor = { .value = see_row }, slot_visitor = { .value = see_slot };

static void see_slots(struct xenring *x, const struct xenring_snapshot *s, size_t i)
{
	struct xenring_slots *slots = NULL;

	if (xenring_read_slots(x, s, i, &slots))
		return;
	for (size_t j = 0; j < xenring_n_slots(slots); j++)
		xenring_walk_slot(slots, j, &slot_visitor, NULL);
	xenring_slots_free(slots);
}

static void see_snapshot(struct xenring *x, const struct xenring_snapshot *s)
{
	struct xenring_device device;
	struct xenring_domain domain;
	struct xenring_ring ring;

	for (size_t i = 0; i < xenring_n_rings(s); i++) {
		must(!xenring_ring(s, i, &ring));
		xenring_walk(xenring_record("ring"), &ring, &row_visitor, NULL);
		see_slots(x, s, i);
	}
	for (size_t i = 0; i < xenring_n_devices(s); i++) {
		must(!xenring_device(s, i, &device));
		xenring_walk(xenring_record("device"), &device, &row_visitor, NULL);
	}
	for (size_t i = 0; i < xenring_n_domains(s); i++) {
		must(!xenring_domain(s, i, &domain));
		xenring_walk(xenring_record("domain"), &domain, &row_visitor, NULL);
	}
}

/* The next n samples, or up to the end. Is something left that can be read? */
static bool see_samples(struct xenring *x, unsigned how, size_t n)
{
	size_t errors = 0;

	while (n--) {
		struct xenring_snapshot *s = NULL;
		struct xenring_time now;
		int r;

		if (how & REFRESH)
			xenring_refresh_domains(x);
		if (how & WAIT && !xenring_now(x, &now) && now.mono_ns < INT64_MAX - 2000000000)
			xenring_wait(x, now.mono_ns + 2000000000);
		r = xenring_sample(x, &s);
		if (r == -ENODATA)
			return true;
		if (r && ++errors == MAX_ERRORS)
			return false;
		if (r)
			continue;
		see_snapshot(x, s);
		xenring_snapshot_unref(s);
	}
	return true;
}

static int file_of(int *fd, const char *name, const uint8_t *bytes, size_t n)
{
	if (*fd < 0)
		*fd = memfd_create(name, MFD_CLOEXEC);
	must(*fd >= 0 && !ftruncate(*fd, 0) && !lseek(*fd, 0, SEEK_SET));
	must(pwrite(*fd, bytes, n, 0) == (ssize_t)n);
	return *fd;
}

/* What was recorded is a capture that anybody can read. */
static void check_recorded(int fd)
{
	struct xr_answers s;
	struct xr_reader *r;
	struct xr_tick t;
	int e;

	must(!xr_reader_new_fd(&r, fd));
	xr_answers_init(&s);
	while (!(e = xr_reader_next(r, &t))) {
		struct xr_in in = xr_in_of(t.blocks, t.n);

		while (xr_in_left(&in)) {
			uint32_t type = (uint32_t)xr_take_fixed(&in, 4), n = (uint32_t)xr_take_fixed(&in, 4);

			must(!xr_answers_apply(&s, type, xr_take(&in, n), n) && !in.bad);
		}
	}
	must(e == -ENODATA && !xr_reader_damage(r));
	xr_answers_clear(&s);
	xr_reader_free(r);
}

/* Up to the end; with SEEK on in another file, which begins with all that is known by then. */
static void record(struct xenring *x, unsigned how)
{
	static int first = -1, second = -1;
	int fd = file_of(&first, "first", NULL, 0);

	if (xenring_tee(x, fd, how & PAYLOAD ? XENRING_TEE_PAYLOAD : 0))
		return;
	if (how & SEEK && see_samples(x, how, 2) && !xenring_tee(x, file_of(&second, "second", NULL, 0), 0)) {
		check_recorded(fd);
		fd = second;
	}
	/* one that failed is not written on */
	if (see_samples(x, how, MAX_SAMPLES) && !xenring_tee(x, -1, 0))
		check_recorded(fd);
}

static void replay(const uint8_t *bytes, size_t n, unsigned how)
{
	static const int64_t moments[] = { INT64_MIN, INT64_MAX };
	static int in_fd = -1;
	struct xenring_capture c;
	struct xenring *x;
	char source[64];

	snprintf(source, sizeof(source), "file:/proc/self/fd/%d", file_of(&in_fd, "in", bytes, n));
	must(!xenring_new(&x));
	if (xenring_open(x, source)) {
		must(*xenring_message(x));
		xenring_close(x);
		return;
	}
	if (how & SEEK_FIRST)
		xenring_seek(x, INT64_MAX, 5);
	if (how & RECORD)
		record(x, how);
	see_samples(x, how, MAX_SAMPLES);
	for (size_t i = 0; how & SEEK && !(how & RECORD) && i < sizeof(moments) / sizeof(moments[0]); i++)
		if (xenring_seek(x, moments[i], i % 2 ? 0 : 60) >= 0)
			see_samples(x, how, 2);
	must(!xenring_capture(x, &c));
	must(!c.damage || *c.damage);
	xenring_close(x);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *bytes;
	size_t n;

	if (size < CONTROL || size > MOST_INPUT)
		return 0;
	bytes = make_file(data, size, &n);
	if (!(data[3] & DIRECT))
		replay(bytes, n, data[3]);
	else if (data[3] & FROM_PIPE && n <= PIPE_ROOM)
		read_pipe(bytes, n);
	else
		read_memory(bytes, n, data[3]);
	free(bytes);
	return 0;
}
