/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads a capture tick by tick, however damaged. */
#include <config.h>

#include "capture/reader.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <xxhash.h>
#include <zstd.h>

#include "util/cleanup.h"
#include "util/text.h"

#define CHUNK (64u << 10)
/* The least that a frame begins with; it says how much more. */
#define FRAME_HEAD 5u
#define BLOCK_HEAD 3u
/* Bytes looked through for the first frame of something that does not begin like a capture. */
#define LOOK_FOR (1u << 20)
/* Bytes that are read once more for the sake of damaged frames: dozens of large ones. */
#define MAX_GONE_BACK (UINT64_C(1) << 29)
/* Frames that we write have windows of at most 2 MiB. */
#define MAX_WINDOW_LOG 23

/* Where the next byte of the file comes from. */
struct input {
	int fd;				/* -1: memory */
	int wake_fd;			/* readable: read no further; -1: none */
	const uint8_t *memory;
	size_t memory_n;
	bool seekable;
	uint64_t offset;		/* in the file, of buf[at] */
	uint8_t *buf;			/* CHUNK bytes, by themselves: to read beyond them is seen */
	size_t at, n;
	bool eof;
};

struct xr_reader {
	struct input in;
	ZSTD_DCtx *z;
	XXH3_state_t *hash;
	struct xr_out plain;		/* decompressed, from the tick that is being put together on */
	size_t parsed;			/* blocks up to here are whole and belong to it */
	bool in_frame;
	bool frame_done;		/* the decompressor has given all of it */
	bool known;			/* something in here was a capture's */
	bool ended, has_index;		/* END was read; the index that comes after it */
	bool alien;			/* it does not begin as a capture does */
	bool gap, must_key;
	bool moved;			/* the next sample need not follow the last one */
	uint64_t frame_offset, frame_length, frame_hash;
	size_t wanted;			/* what the decompressor takes next: a block, or a piece of one */
	bool frame_unchecked;		/* its trailer must come */
	uint64_t next_number, ticks;
	uint64_t gone_back;		/* bytes, over all damaged frames */
	/* what is wrong: the first place, how many samples are missing, was the end seen */
	const char *why;
	uint64_t why_offset, missing;
	/*
	 * The file ended within a frame: either that is all there is, or the frame
	 * is damaged and took what follows for its own. It is being looked through
	 * for a frame behind it; nothing found on the way is a finding.
	 */
	bool doubtful;
	bool ends_early;
	char *damage;			/* in words, made when asked for */
	struct xr_tick peeked;
	int peeked_r;
	bool has_peeked;
	struct xr_frame_entry *frames;
	size_t n_frames;
	bool has_frames;
};

/* ---- input -------------------------------------------------------------- */

static bool is_readable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return fd >= 0 && poll(&p, 1, 0) > 0;
}

/* Makes at least want bytes available, if there are as many. Negative: read failed, or -EINTR. */
static int fill(struct input *in, size_t want)
{
	while (in->n - in->at < want && !in->eof) {
		ssize_t got;

		if (in->at) {
			memmove(in->buf, in->buf + in->at, in->n - in->at);
			in->n -= in->at;
			in->at = 0;
		}
		/* what is damaged is gone through to its end, and that may be far */
		if (is_readable(in->wake_fd))
			return -EINTR;
		if (in->fd < 0) {
			size_t from = (size_t)in->offset + in->n;
			size_t left = from < in->memory_n ? in->memory_n - from : 0;

			got = (ssize_t)(left < CHUNK - in->n ? left : CHUNK - in->n);
			if (got)
				memcpy(in->buf + in->n, in->memory + from, (size_t)got);
		} else if (in->seekable) {
			got = pread(in->fd, in->buf + in->n, CHUNK - in->n, (off_t)(in->offset + in->n));
		} else {
			got = read(in->fd, in->buf + in->n, CHUNK - in->n);
		}
		if (got < 0)
			return -errno;
		in->n += (size_t)got;
		in->eof = !got;
	}
	return 0;
}

static size_t available(const struct input *in)
{
	return in->n - in->at;
}

static void advance(struct input *in, size_t n)
{
	in->at += n;
	in->offset += n;
}

static void go_to(struct input *in, uint64_t offset)
{
	in->offset = offset;
	in->at = in->n = 0;
	in->eof = false;
}

/* n bytes, n <= CHUNK, into *ret where they stand. 1: there are not as many. */
static int look(struct input *in, size_t n, const uint8_t **ret)
{
	int r = fill(in, n);

	if (r)
		return r;
	if (available(in) < n)
		return 1;
	*ret = in->buf + in->at;
	return 0;
}

static uint64_t fixed(const uint8_t *p, size_t size)
{
	struct xr_in in = xr_in_of(p, size);

	return xr_take_fixed(&in, size);
}

/* ---- the reader --------------------------------------------------------- */

static int new_reader(struct xr_reader **ret)
{
	struct xr_reader *r = calloc(1, sizeof(*r));

	if (!r)
		return -ENOMEM;
	r->in.buf = malloc(CHUNK);
	r->z = ZSTD_createDCtx();
	r->hash = XXH3_createState();
	r->must_key = true;
	r->in.wake_fd = -1;
	if (!r->in.buf || !r->z || !r->hash ||
	    ZSTD_isError(ZSTD_DCtx_setParameter(r->z, ZSTD_d_windowLogMax, MAX_WINDOW_LOG))) {
		xr_reader_free(r);
		return -ENOMEM;
	}
	*ret = r;
	return 0;
}

int xr_reader_new_fd(struct xr_reader **ret, int fd)
{
	struct stat st;
	int r = new_reader(ret);

	if (r)
		return r;
	(*ret)->in.fd = fd;
	(*ret)->in.seekable = !fstat(fd, &st) && S_ISREG(st.st_mode);
	return 0;
}

int xr_reader_new_memory(struct xr_reader **ret, const void *bytes, size_t n)
{
	int r = new_reader(ret);

	if (r)
		return r;
	(*ret)->in.fd = -1;
	(*ret)->in.memory = bytes;
	(*ret)->in.memory_n = n;
	(*ret)->in.seekable = true;
	return 0;
}

void xr_reader_free(struct xr_reader *r)
{
	if (!r)
		return;
	free(r->in.buf);
	ZSTD_freeDCtx(r->z);
	XXH3_freeState(r->hash);
	xr_out_free(&r->plain);
	free(r->damage);
	free(r->frames);
	free(r);
}

void xr_reader_set_wake_fd(struct xr_reader *r, int fd)
{
	r->in.wake_fd = fd;
}

bool xr_reader_can_seek(const struct xr_reader *r)
{
	return r->in.seekable;
}

const char *xr_reader_damage(struct xr_reader *r)
{
	_cleanup_free_ char *where = NULL, *end = NULL, *missing = NULL;

	if (!r->why && !r->ends_early)
		return NULL;
	if (r->why)
		where = xr_sprintf("is damaged at byte %llu: %s",
				   (unsigned long long)r->why_offset, r->why);
	if (r->missing)
		missing = xr_sprintf("; %llu samples are missing", (unsigned long long)r->missing);
	if (r->ends_early && r->ticks)
		end = xr_sprintf("%sends early, after sample %llu", where ? "; it " : "",
				 (unsigned long long)r->next_number);
	else if (r->ends_early)
		end = xr_sprintf("%sends before its first whole sample", where ? "; it " : "");
	free(r->damage);
	r->damage = xr_sprintf("%s%s%s", where ? where : "", missing ? missing : "", end ? end : "");
	return r->damage ? r->damage : "is damaged";
}

/* The first place is told; what follows from it is not news. */
static void damaged(struct xr_reader *r, const char *why)
{
	if (r->why || r->doubtful)
		return;
	r->why = why;
	r->why_offset = r->in.offset;
}

/* From here on nothing of the frame is good: look for the next. */
static void leave_frame(struct xr_reader *r)
{
	r->in_frame = r->frame_done = r->frame_unchecked = false;
	r->plain.n = r->parsed = 0;
	r->must_key = true;
	r->gap = true;
}

static void lost(struct xr_reader *r, const char *why)
{
	damaged(r, why);
	leave_frame(r);
	/*
	 * The decompressor may have taken what looked like part of this frame and
	 * is the next one; where going back is possible, all behind its first byte
	 * is looked through. But not without an end: frames within frames would
	 * have each byte read again for each of them.
	 */
	r->gone_back += r->in.offset - r->frame_offset;
	if (r->in.seekable && r->gone_back <= MAX_GONE_BACK)
		go_to(&r->in, r->frame_offset + 1);
	else if (r->in.offset == r->frame_offset)
		advance(&r->in, 1);
}

static bool is_sane(const struct xenring_time *at)
{
	return at->real_ns >= 0 && at->real_ns <= XR_MAX_TIME && at->mono_ns >= 0 && at->mono_ns <= XR_MAX_TIME;
}

/* ---- ticks -------------------------------------------------------------- */

/*
 * A whole tick in what is decompressed? 0: yes, in *ret. 1: more bytes are
 * needed. 2: END. -EBADMSG: this cannot be one.
 */
static int find_tick(struct xr_reader *r, struct xr_tick *ret)
{
	for (;;) {
		size_t left = r->plain.n - r->parsed, whole = r->parsed;
		const uint8_t *p;
		uint32_t type, n;

		if (left < XR_BLOCK_HEAD)
			return 1;
		p = r->plain.p + whole;
		type = (uint32_t)fixed(p, 4);
		n = (uint32_t)fixed(p + 4, 4);
		if (n > XR_MAX_TICK || whole + n > XR_MAX_TICK)
			return -EBADMSG;
		if (left - XR_BLOCK_HEAD < n)
			return 1;
		p += XR_BLOCK_HEAD;
		r->parsed += XR_BLOCK_HEAD + n;
		if (type != XR_B_TICK && type != XR_B_END)
			continue;
		if (n != (type == XR_B_TICK ? XR_TICK_SIZE : XR_END_SIZE) ||
		    fixed(p + n - 8, 8) != xr_hash(r->plain.p, r->parsed - 8))
			return -EBADMSG;
		if (type == XR_B_END)
			return 2;
		*ret = (struct xr_tick){
			.blocks = r->plain.p, .n = whole,
			.at = { .real_ns = (int64_t)fixed(p, 8), .mono_ns = (int64_t)fixed(p + 8, 8) },
			.number = fixed(p + 16, 8),
			.key = whole >= XR_BLOCK_HEAD && fixed(r->plain.p, 4) == XR_B_HEAD,
		};
		return is_sane(&ret->at) ? 0 : -EBADMSG;
	}
}

/* The tick that was given out has been used: what follows it moves to the front. */
static void drop_tick(struct xr_reader *r)
{
	if (!r->parsed)
		return;
	memmove(r->plain.p, r->plain.p + r->parsed, r->plain.n - r->parsed);
	r->plain.n -= r->parsed;
	r->parsed = 0;
}

/* ---- frames ------------------------------------------------------------- */

/*
 * Decompresses a piece more, of one block at most: what is behind it may be
 * damaged, and would take what was before it along. 1: the frame is at its
 * end; -EBADMSG; read's errno.
 */
static int decompress(struct xr_reader *r)
{
	struct input *in = &r->in;
	size_t room = ZSTD_DStreamOutSize(), before = r->plain.n, left;
	ZSTD_inBuffer from;
	ZSTD_outBuffer to;
	uint8_t *at;
	int e = fill(in, 1);

	if (e)
		return e;
	if (r->plain.n > XR_MAX_TICK)
		return -EBADMSG;
	/* room for a whole block: what would stay inside is not waited for from a pipe */
	at = xr_out_room(&r->plain, room);
	if (!at)
		return -ENOMEM;
	r->plain.n = before;
	from = (ZSTD_inBuffer){ .src = in->buf + in->at,
				.size = available(in) < r->wanted ? available(in) : r->wanted };
	to = (ZSTD_outBuffer){ .dst = at, .size = room };
	left = ZSTD_decompressStream(r->z, &to, &from);
	if (ZSTD_isError(left))
		return -EBADMSG;
	/* it would like to have the next block's head along with this one */
	r->wanted = left > BLOCK_HEAD ? left - BLOCK_HEAD : left;
	if (!available(in) && !to.pos)
		return -ENODATA;	/* the file ends here */
	XXH3_64bits_update(r->hash, in->buf + in->at, from.pos);
	r->frame_length += from.pos;
	advance(in, from.pos);
	r->plain.n = before + to.pos;
	return left ? 0 : 1;
}

static void begin_frame(struct xr_reader *r)
{
	r->frame_offset = r->in.offset;
	r->frame_length = 0;
	r->in_frame = true;
	r->frame_done = false;
	r->plain.n = r->parsed = 0;
	ZSTD_DCtx_reset(r->z, ZSTD_reset_session_only);
	r->wanted = FRAME_HEAD;
	XXH3_64bits_reset(r->hash);
}

/* One of ours, whose bytes behind the name are p up to n. */
static void check_trailer(struct xr_reader *r, const uint8_t *p)
{
	if (r->frame_unchecked && fixed(p + XR_NAME_SIZE, 8) == r->frame_length &&
	    fixed(p + XR_NAME_SIZE + 8, 8) == r->frame_hash)
		r->frame_unchecked = false;
}

static bool is_signed(const uint8_t *p, size_t n)
{
	return n >= 8 && fixed(p + n - 8, 8) == xr_hash(p, n - 8);
}

/*
 * Passes over a skippable frame: 0. The trailer is compared with the frame
 * before. -EBADMSG: it is none of ours, or it does not hold.
 */
static int pass_over(struct xr_reader *r)
{
	struct input *in = &r->in;
	const uint8_t *p;
	uint32_t size;
	int e = look(in, 8 + XR_NAME_SIZE, &p);

	if (e)
		return e < 0 ? e : -ENODATA;
	size = (uint32_t)fixed(p + 4, 4);
	p += 8;
	if (!memcmp(p, XR_FILE_NAME, XR_NAME_SIZE) && size == XR_FILE_SIZE) {
		e = look(in, 8 + size, &p);
		if (e)
			return e < 0 ? e : -ENODATA;
		if (!is_signed(p + 8, size))
			return -EBADMSG;
		r->known = true;
		if (fixed(p + 8 + XR_NAME_SIZE, 4) > XR_FORMAT_VERSION)
			return -EPROTONOSUPPORT;
	} else if (!memcmp(p, XR_FRAME_NAME, XR_NAME_SIZE) && size == XR_FRAME_SIZE) {
		e = look(in, 8 + size, &p);
		if (e)
			return e < 0 ? e : -ENODATA;
		if (!is_signed(p + 8, size))
			return -EBADMSG;
		check_trailer(r, p + 8);
	} else if (!memcmp(p, XR_INDEX_NAME, XR_NAME_SIZE) && size <= XR_MAX_INDEX) {
		return 2;
	} else {
		return -EBADMSG;
	}
	advance(in, 8 + size);
	return 0;
}

/* The index that stands at the input, with its entries in *ret (allocated). 1: it does not hold. */
static int read_index(struct xr_reader *r, struct xr_frame_entry **ret, size_t *ret_n)
{
	struct input *in = &r->in;
	uint64_t begins = in->offset;
	const uint8_t *head;
	_cleanup_free_ uint8_t *body = NULL;
	_cleanup_free_ struct xr_frame_entry *frames = NULL;
	size_t size, got = 0, n;
	int e = look(in, 8, &head);

	if (e)
		return e;
	size = (size_t)fixed(head + 4, 4);
	if (size < XR_NAME_SIZE + 4 + XR_INDEX_TAIL || size > XR_MAX_INDEX)
		return 1;
	body = malloc(size);
	if (!body)
		return -ENOMEM;
	advance(in, 8);
	while (got < size) {
		size_t take;

		e = fill(in, 1);
		if (e)
			return e;
		take = available(in) < size - got ? available(in) : size - got;
		if (!take)
			return 1;
		memcpy(body + got, in->buf + in->at, take);
		advance(in, take);
		got += take;
	}
	n = (size_t)fixed(body + XR_NAME_SIZE, 4);
	if (size != XR_NAME_SIZE + 4 + n * XR_INDEX_ENTRY + XR_INDEX_TAIL ||
	    !is_signed(body, size - 16) || fixed(body + size - 16, 8) != begins ||
	    memcmp(body + size - 8, XR_INDEX_NAME, XR_NAME_SIZE))
		return 1;
	if (!ret)
		return 0;
	frames = calloc(n + 1, sizeof(*frames));
	if (!frames)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const uint8_t *p = body + XR_NAME_SIZE + 4 + i * XR_INDEX_ENTRY;

		frames[i] = (struct xr_frame_entry){
			.offset = fixed(p, 8), .first = fixed(p + 8, 8),
			.at = { .real_ns = (int64_t)fixed(p + 16, 8), .mono_ns = (int64_t)fixed(p + 24, 8) },
		};
		if (!is_sane(&frames[i].at) || frames[i].offset >= begins)
			return 1;
	}
	*ret = xr_steal(&frames);
	*ret_n = n;
	return 0;
}

static void trailer_missing(struct xr_reader *r)
{
	if (r->frame_unchecked)
		damaged(r, "the frame before it has no trailer that fits");
	r->frame_unchecked = false;
}

static bool may_begin(const uint8_t *p)
{
	uint32_t magic = (uint32_t)fixed(p, 4);

	return magic == XR_ZSTD_MAGIC || magic == XR_SKIP_MAGIC;
}

/* A byte further, to where something of ours may begin. */
static int resync(struct xr_reader *r)
{
	struct input *in = &r->in;

	for (bool moved = false;; moved = true) {
		const uint8_t *p;
		size_t i = moved ? 0 : 1, n;
		int e = look(in, 4, &p);

		if (e < 0)
			return e;
		if (e)
			return -ENODATA;
		/* all that is at hand; the last three bytes are looked at with what follows */
		n = available(in) - 3;
		while (i < n && !((p[i] == (XR_ZSTD_MAGIC & 0xff) || p[i] == (XR_SKIP_MAGIC & 0xff)) &&
				  may_begin(p + i)))
			i++;
		advance(in, i);
		if (i < n)
			return 0;
		if (!r->known && in->offset > LOOK_FOR)
			return -ENODATA;
	}
}

/* Up to the beginning of a zstd frame. -ENODATA: the file ends. */
static int find_frame(struct xr_reader *r)
{
	struct input *in = &r->in;

	for (;;) {
		const uint8_t *p;
		uint32_t magic;
		int e = look(in, 4, &p);

		if (e < 0)
			return e;
		if (e)
			return -ENODATA;
		magic = (uint32_t)fixed(p, 4);
		if (magic == XR_ZSTD_MAGIC) {
			trailer_missing(r);
			begin_frame(r);
			return 0;
		}
		e = magic == XR_SKIP_MAGIC ? pass_over(r) : -EBADMSG;
		if (e == 2) {
			trailer_missing(r);
			e = read_index(r, NULL, NULL);
			r->has_index = !e;
			if (e > 0) {
				damaged(r, "the index does not hold");
				e = available(in) || !in->eof ? -EBADMSG : -ENODATA;
			}
		}
		if (e == -EBADMSG) {
			damaged(r, "there is something else than a capture has");
			r->alien = r->alien || !in->offset;
			r->gap = r->must_key = true;
			e = resync(r);
		}
		if (e)
			return e;
	}
}

/* A frame whose bytes have all been given. */
static void frame_ends(struct xr_reader *r)
{
	if (r->plain.n) {
		lost(r, "a frame ends within a sample");
		return;
	}
	r->in_frame = r->frame_done = false;
	r->frame_hash = XXH3_64bits_digest(r->hash);
	r->frame_unchecked = r->known;
}

static int in_frame_failed(struct xr_reader *r, int e)
{
	if (e == -ENODATA) {
		/* the frame under way when the writer died? */
		bool again = r->in.seekable && !r->doubtful;

		r->doubtful = again || r->doubtful;
		lost(r, "it cannot be decompressed");
		return again ? 0 : -ENODATA;
	}
	if (e == -EBADMSG) {
		lost(r, "it cannot be decompressed");
		e = 0;
	}
	return e;
}

/* The tick that comes next, as it is in the file. */
static int read_tick(struct xr_reader *r, struct xr_tick *ret)
{
	drop_tick(r);
	for (;;) {
		int e;

		if (!r->in_frame) {
			e = find_frame(r);
			if (e)
				return e;
		}
		e = find_tick(r, ret);
		/* what is damaged may decompress to what was there before, hash and all */
		if (!e && !ret->key && (r->must_key || ret->number != r->next_number))
			e = -EBADMSG;
		if (!e) {
			if (r->doubtful) {
				r->doubtful = false;
				damaged(r, "a frame before it is damaged");
			}
			r->known = true;
			ret->gap = r->gap || ret->number != r->next_number;
			return 0;
		}
		if (e == 2) {
			r->known = r->ended = true;
			drop_tick(r);
		} else if (e < 0) {
			lost(r, "what is there is not the sample that follows");
		} else if (r->frame_done) {
			frame_ends(r);
		} else {
			e = decompress(r);
			if (e == 1)
				r->frame_done = true;
			else if (e)
				e = in_frame_failed(r, e);
			if (e < 0)
				return e;
		}
	}
}

/* The file is at its end: is that all there was? */
static int at_end(struct xr_reader *r)
{
	if (!r->known && r->alien)
		return -EPROTO;
	r->doubtful = false;
	trailer_missing(r);
	if (r->ended && !r->has_index)
		damaged(r, "the index is missing");
	r->ends_early = !r->ended;
	return -ENODATA;
}

int xr_reader_peek(struct xr_reader *r, struct xr_tick *ret)
{
	if (!r->has_peeked) {
		int e = read_tick(r, &r->peeked);

		if (e && e != -ENODATA)
			return e;
		r->peeked_r = e ? at_end(r) : 0;
		r->has_peeked = true;
	}
	if (!r->peeked_r)
		*ret = r->peeked;
	return r->peeked_r;
}

int xr_reader_next(struct xr_reader *r, struct xr_tick *ret)
{
	int e = xr_reader_peek(r, ret);

	if (e)
		return e;
	r->has_peeked = false;
	r->gap = r->must_key = false;
	if (ret->number > r->next_number && !r->moved)
		r->missing += ret->number - r->next_number;
	r->moved = false;
	r->next_number = ret->number + 1;
	r->ticks++;
	return 0;
}

/* ---- going elsewhere ---------------------------------------------------- */

int xr_reader_goto(struct xr_reader *r, uint64_t offset)
{
	if (!r->in.seekable)
		return -ESPIPE;
	leave_frame(r);
	go_to(&r->in, offset);
	r->has_peeked = r->ended = r->has_index = false;
	r->moved = true;
	return 0;
}

/* The index at the file's end. 1: there is none that holds. */
static int last_index(struct xr_reader *r)
{
	uint64_t size = r->in.memory_n;
	const uint8_t *p;
	struct stat st;
	int e;

	if (r->in.fd >= 0) {
		if (fstat(r->in.fd, &st))
			return -errno;
		size = (uint64_t)st.st_size;
	}
	if (size < XR_INDEX_TAIL)
		return 1;
	go_to(&r->in, size - 16);
	e = look(&r->in, 16, &p);
	if (e)
		return e;
	if (memcmp(p + 8, XR_INDEX_NAME, XR_NAME_SIZE) || fixed(p, 8) > size)
		return 1;
	go_to(&r->in, fixed(p, 8));
	e = look(&r->in, 8 + XR_NAME_SIZE, &p);
	if (e)
		return e;
	if ((uint32_t)fixed(p, 4) != XR_SKIP_MAGIC || memcmp(p + 8, XR_INDEX_NAME, XR_NAME_SIZE))
		return 1;
	return read_index(r, &r->frames, &r->n_frames);
}

/* Without an index: all is read once, and what is wrong is found on the way. */
static int make_index(struct xr_reader *r)
{
	int e = xr_reader_goto(r, 0);

	r->n_frames = 0;
	while (!e) {
		struct xr_frame_entry *frames;
		struct xr_tick tick;

		e = xr_reader_next(r, &tick);
		if (e || !tick.key)
			continue;
		frames = reallocarray(r->frames, r->n_frames + 1, sizeof(*frames));
		if (!frames)
			return -ENOMEM;
		r->frames = frames;
		frames[r->n_frames++] = (struct xr_frame_entry){
			.offset = r->frame_offset, .first = tick.number, .at = tick.at,
		};
	}
	return e == -ENODATA ? 0 : e;
}

int xr_reader_frames(struct xr_reader *r, const struct xr_frame_entry **ret, size_t *ret_n)
{
	int e;

	if (!r->in.seekable)
		return -ESPIPE;
	if (!r->has_frames) {
		e = last_index(r);
		if (e > 0)
			e = make_index(r);
		if (!e)
			e = xr_reader_goto(r, 0);
		if (e)
			return e;
		r->ticks = r->next_number = 0;
		r->moved = false;
		r->has_frames = true;
	}
	*ret = r->frames;
	*ret_n = r->n_frames;
	return 0;
}
