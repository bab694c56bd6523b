/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A capture as a source: every question is answered with what was answered
 * when it was written, at that sample. A tick's blocks are taken step by step,
 * as the questions come that they answered:
 *
 *	next	blocks up to the first CHANGES or SAMPLE
 *	changes	one CHANGES, and the answers behind it
 *	sample	one SAMPLE, and the answers behind it
 *	tick	what is left, and the time
 *
 * so that discovery goes the way it went. Who asks otherwise (another version,
 * another command) gets the newest answers there are by then, and -ENODATA to
 * what nobody asked.
 */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/reader.h"
#include "capture/answers.h"
#include "backend.h"
#include "evtchn.h"
#include "notify/notify.h"
#include "sample.h"
#include "source.h"
#include "util/cleanup.h"
#include "util/text.h"

/* What map_ring gives for a page: only told from NULL, never read. */
static const uint8_t mapped;

struct file {
	int fd;
	bool close_fd;
	char *path;			/* printable */
	struct xr_reader *reader;
	struct xr_answers state;
	struct xr_tick tick;
	struct xr_in left;		/* blocks of tick that were not taken yet */
	bool any, domains_changed;
	struct xenring_time now;	/* of the last sample, or waited for */
	struct xenring_time first;	/* of the first sample; .mono_ns INT64_MIN: there is none */
};

static struct file *file_of(const struct xr_source *src)
{
	return src->priv;
}

/* ---- blocks ------------------------------------------------------------- */

static uint32_t peek_type(const struct xr_in *in)
{
	struct xr_in copy = *in;

	return (uint32_t)xr_take_fixed(&copy, 4);
}

/* The block that comes next, and past it. The reader has checked that it is whole. */
static uint32_t take_block(struct file *f, struct xr_in *ret)
{
	uint32_t type = (uint32_t)xr_take_fixed(&f->left, 4);
	size_t n = (size_t)xr_take_fixed(&f->left, 4);
	const uint8_t *p = xr_take(&f->left, n);

	*ret = xr_in_of(p, p ? n : 0);
	return type;
}

static int apply_next(struct file *f)
{
	struct xr_in in;
	uint32_t type = take_block(f, &in);

	if (type == XR_B_DOMAINS)
		f->domains_changed = true;
	return f->left.bad ? -EBADMSG : xr_answers_apply(&f->state, type, in.p, xr_in_left(&in));
}

/* Answers up to the next step, or to the end of the tick. */
static int apply_answers(struct file *f)
{
	int r = 0;

	while (!r && xr_in_left(&f->left)) {
		uint32_t type = peek_type(&f->left);

		if (type == XR_B_CHANGES || type == XR_B_SAMPLE)
			break;
		r = apply_next(f);
	}
	return r;
}

/* All that is left of the tick, whoever asked. */
static int apply_rest(struct file *f)
{
	int r = 0;

	while (!r && xr_in_left(&f->left))
		r = apply_next(f);
	return r;
}

/* What a key tick repeats; who knows it already passes over it. */
static int take_repeated(struct file *f, bool known)
{
	int r = 0;

	while (!r && xr_in_left(&f->left)) {
		uint32_t type = peek_type(&f->left);
		struct xr_in in;

		if (known)
			take_block(f, &in);
		else
			r = apply_next(f);
		if (type == XR_B_STATE)
			break;
	}
	return r;
}

/* ---- ticks -------------------------------------------------------------- */

static int file_next(struct xr_source *src)
{
	struct file *f = file_of(src);
	/* what the last sample left, if it was not seen to its end */
	int r = apply_rest(f);
	bool gap;

	xr_reader_set_wake_fd(f->reader, src->wake_fd);
	if (!r)
		r = xr_reader_next(f->reader, &f->tick);
	if (r)
		return r;
	f->left = xr_in_of(f->tick.blocks, f->tick.n);
	gap = f->any && f->tick.gap;
	if (f->tick.key)
		r = take_repeated(f, f->any && !gap);
	if (!r && f->state.version > XR_FORMAT_VERSION)
		r = -EPROTONOSUPPORT;
	if (!r)
		r = apply_answers(f);
	f->any = true;
	return r ? r : gap;
}

static int file_changes(struct xr_source *src, struct xr_changes *ret)
{
	struct file *f = file_of(src);
	int r;

	if (f->domains_changed)
		ret->domains = true;
	f->domains_changed = false;
	if (!xr_in_left(&f->left) || peek_type(&f->left) != XR_B_CHANGES)
		return 0;
	{
		struct xr_in in;
		size_t n;

		take_block(f, &in);
		if (xr_take_fixed(&in, 1) & XR_CHANGES_DOMAINS)
			ret->domains = true;
		n = xr_take_count(&in, 1);
		for (size_t i = 0; i < n && !in.bad; i++) {
			_cleanup_free_ char *path = xr_take_str(&in);

			if (path && ret->path)
				ret->path(ret->data, path);
		}
	}
	r = apply_answers(f);
	if (f->domains_changed)
		ret->domains = true;
	f->domains_changed = false;
	return r ? r : 1;
}

static size_t file_sample(struct xr_source *src, const struct xr_plan *plan, uint32_t (*idx)[XR_N_IDX],
			  uint8_t *look)
{
	struct file *f = file_of(src);
	size_t gone = 0;
	int r = 0;

	/* news that nobody asked for stand before it only if the asker went another way */
	while (!r && xr_in_left(&f->left) && peek_type(&f->left) != XR_B_SAMPLE)
		r = apply_next(f);
	if (!r && xr_in_left(&f->left))
		r = apply_next(f);
	for (size_t i = 0; i < plan->n; i++) {
		const struct xr_map *m = plan->maps[i] ?
			xr_answers_map(&f->state, (uint32_t)(uintptr_t)plan->maps[i]->priv) : NULL;

		look[i] = !plan->maps[i] ? XR_LOOK_NONE : m ? m->look : XR_LOOK_GONE;
		/* mapped, but not looked at yet */
		if (m && m->look == XR_LOOK_NONE)
			look[i] = XR_LOOK_TORN;
		if (m)
			memcpy(idx[i], m->idx, sizeof(m->idx));
		gone += look[i] == XR_LOOK_GONE;
	}
	if (!r)
		r = apply_answers(f);
	/* tick() tells it */
	if (r)
		f->left.bad = true;
	return gone;
}

static int file_tick(struct xr_source *src, struct xenring_time *ret)
{
	struct file *f = file_of(src);
	int r = f->left.bad ? -EBADMSG : apply_rest(f);

	if (r)
		return r;
	f->now = *ret = f->tick.at;
	return 0;
}

static int file_now(struct xr_source *src, struct xenring_time *ret)
{
	*ret = file_of(src)->now;
	return 0;
}

/* Its own clock, which nobody has to wait for: the next sample is taken from there on. */
static int file_wait(struct xr_source *src, int64_t until_mono_ns)
{
	struct file *f = file_of(src);

	if (until_mono_ns > f->now.mono_ns) {
		f->now.real_ns += until_mono_ns - f->now.mono_ns;
		f->now.mono_ns = until_mono_ns;
	}
	return 0;
}

/* ---- answers ------------------------------------------------------------ */

static const char *file_host(struct xr_source *src)
{
	const struct file *f = file_of(src);

	return f->state.host ? f->state.host : "";
}

static int file_fd(struct xr_source *src)
{
	(void)src;
	return -1;
}

static int file_domains(struct xr_source *src, struct xr_dominfo **ret, size_t *ret_n)
{
	const struct file *f = file_of(src);
	struct xr_dominfo *doms;

	if (f->state.doms_errno)
		return f->state.doms_errno < 0 ? -ENODATA : -f->state.doms_errno;
	doms = calloc(f->state.n_doms + 1, sizeof(*doms));
	if (!doms)
		return -ENOMEM;
	if (f->state.n_doms)
		memcpy(doms, f->state.doms, f->state.n_doms * sizeof(*doms));
	*ret = doms;
	*ret_n = f->state.n_doms;
	return 0;
}

static int file_store_read(struct xr_source *src, const char *path, void **ret, size_t *ret_n)
{
	const struct xr_node *n = xr_answers_node(&file_of(src)->state, path);
	void *value;

	if (!n || !n->read)
		return -ENODATA;
	if (n->read_errno)
		return -n->read_errno;
	value = malloc(n->n + 1);
	if (!value)
		return -ENOMEM;
	memcpy(value, n->value, n->n + 1);
	*ret = value;
	*ret_n = n->n;
	return 0;
}

static int file_store_list(struct xr_source *src, const char *path, char ***ret, size_t *ret_n)
{
	const struct xr_node *n = xr_answers_node(&file_of(src)->state, path);
	char **names, *at;

	if (!n || !n->listed)
		return -ENODATA;
	if (n->list_errno)
		return -n->list_errno;
	names = malloc((n->n_names + 1) * sizeof(*names) + n->names_size);
	if (!names)
		return -ENOMEM;
	at = (char *)(names + n->n_names + 1);
	if (n->names_size)
		memcpy(at, n->names, n->names_size);
	for (size_t i = 0; i < n->n_names; i++, at += strlen(at) + 1)
		names[i] = at;
	*ret = names;
	*ret_n = n->n_names;
	return 0;
}

static int file_port(struct xr_source *src, uint32_t domid, uint32_t port, struct xr_port *ret)
{
	const struct xr_port_answer *p = xr_answers_port(&file_of(src)->state, domid, port);

	if (!p || p->err)
		return p ? -p->err : -ENODATA;
	*ret = p->port;
	return 0;
}

static int file_evtchns(struct xr_source *src, uint32_t domid, const struct xr_evtchns *was,
			struct xr_evtchns *ret)
{
	const struct xr_evtchns_answer *e = xr_answers_evtchns(&file_of(src)->state, domid);

	if (!e || e->err)
		return e ? -e->err : -ENODATA;
	return was && xr_evtchns_equal(was, &e->evtchns) ? 1 : xr_evtchns_copy(&e->evtchns, ret);
}

static int file_backend(struct xr_source *src, const struct xr_backend_key *key, struct xr_backend_files *ret)
{
	const struct xr_backend_answer *b = xr_answers_backend(&file_of(src)->state, key);

	if (!b || b->err)
		return b ? -b->err : -ENODATA;
	return xr_backend_files_copy(&b->files, ret);
}

static int file_map(struct xr_source *src, struct xr_mapping *m, struct xr_err *err)
{
	const struct xr_map *map = xr_answers_map_of(&file_of(src)->state, m);

	if (!map) {
		xr_err_set(err, "map", ENODATA, "the capture does not hold this ring");
		return -ENODATA;
	}
	if (map->err.op) {
		xr_err_set(err, map->err.op, map->err.code, "%s", map->err.text ? map->err.text : "");
		return -map->err.code;
	}
	memcpy(m->frames, map->frames, sizeof(m->frames));
	m->grantee = map->grantee;
	m->by_gfn = map->by_gfn;
	m->page = &mapped;
	m->priv = (void *)(uintptr_t)map->id;
	return 0;
}

static void file_unmap(struct xr_source *src, struct xr_mapping *m)
{
	(void)src;
	m->page = NULL;
	m->priv = NULL;
}

static int file_copy(struct xr_source *src, const struct xr_mapping *m, struct xr_copied *ret)
{
	const struct file *f = file_of(src);
	const struct xr_map *map = xr_answers_map(&f->state, (uint32_t)(uintptr_t)m->priv);
	uint8_t *bytes = ret->bytes;

	/* a capture may give the id to another ring; m is not told, and has room for its own pages */
	if (!map || !map->copied || map->key.n_pages != m->n_pages)
		return -ENODATA;
	*ret = map->copy;
	ret->bytes = bytes;
	ret->valid = m->n_pages * XR_PAGE_SIZE;
	if (!(f->state.flags & XR_HEAD_PAYLOAD) && ret->valid > m->public_size)
		ret->valid = m->public_size;
	memcpy(bytes, map->copy.bytes, (size_t)map->key.n_pages * XR_PAGE_SIZE);
	return 0;
}

static int file_recall(struct xr_source *src, const struct xr_mapping *m, struct xr_announced *ret)
{
	const struct xr_map *map = xr_answers_map(&file_of(src)->state, (uint32_t)(uintptr_t)m->priv);

	if (!map || !map->announced)
		return -ENODATA;
	*ret = *map->announced;
	return 0;
}

static int file_fetch(struct xr_source *src, const struct xr_mapping *m, struct xr_fetch *f, size_t n)
{
	xr_answers_fetch(&file_of(src)->state, m, f, n);
	return 0;
}

static int file_grants(struct xr_source *src, uint32_t domid, const struct xr_grants *was,
		       struct xr_grants *ret)
{
	return xr_answers_grants(&file_of(src)->state, domid, was, ret);
}

static int file_table_size(struct xr_source *src, uint32_t domid, struct xr_table_size *ret)
{
	return xr_answers_table_size(&file_of(src)->state, domid, ret);
}

/* ---- going elsewhere ---------------------------------------------------- */

/* How many ticks from here on are not newer than real_ns; at least one, if there is one. */
static int count_until(struct file *f, const struct xr_source *src, int64_t real_ns)
{
	struct xr_tick tick;
	int n = 0, r;

	while (!(r = xr_reader_next(f->reader, &tick)) && (tick.at.real_ns <= real_ns || !n)) {
		n++;
		if (!xr_goes_on(src, "sample", (uint64_t)n, 0))
			return -EINTR;
	}
	return r && r != -ENODATA ? r : n;
}

static int file_seek(struct xr_source *src, int64_t real_ns, int64_t history_ns, struct xr_err *err)
{
	struct file *f = file_of(src);
	const struct xr_frame_entry *frames;
	size_t n = 0, from = 0;
	int64_t last = real_ns, begin;
	int r, samples = 0;

	xr_reader_set_wake_fd(f->reader, src->wake_fd);
	r = xr_reader_frames(f->reader, &frames, &n);
	/* the tick's bytes are the reader's, which has gone elsewhere, be it in vain */
	if (r != -ESPIPE)
		f->left = (struct xr_in){ 0 };
	if (!r && n) {
		if (last > frames[n - 1].at.real_ns)
			last = frames[n - 1].at.real_ns;
		if (last < 0)
			last = 0;	/* no sample is older */
		begin = last - history_ns;
		for (size_t i = 0; i < n; i++)
			if (frames[i].at.real_ns <= begin)
				from = i;
		r = xr_reader_goto(f->reader, frames[from].offset);
		if (!r)
			r = samples = count_until(f, src, real_ns);
		/* given up: the next sample is that of the frame, which knows all of what it is about */
		if (r >= 0 || r == -EINTR) {
			int back = xr_reader_goto(f->reader, frames[from].offset);

			r = back < 0 ? back : r;
		}
		if (r == -EINTR) {
			xr_answers_clear(&f->state);
			f->any = false;
		}
	}
	if (r < 0) {
		xr_err_set(err, "seek", r, r == -ESPIPE ? "%s cannot go back: it is no file" :
			   r == -EINTR ? "%s was not searched to the end" : "%s cannot be searched", f->path);
		return r;
	}
	xr_answers_clear(&f->state);
	f->any = false;
	return samples;
}

static void file_capture(struct xr_source *src, struct xenring_capture *ret)
{
	struct file *f = file_of(src);

	*ret = (struct xenring_capture){
		.creator = f->state.creator, .first = f->first,
		.can_seek = xr_reader_can_seek(f->reader), .damage = xr_reader_damage(f->reader),
	};
}

static int file_notified(struct xr_source *src,
			 int (*each)(void *data, struct xr_note *note, const char *text, size_t n_text), void *data)
{
	struct file *f = file_of(src);
	struct xr_in blocks = xr_in_of(f->tick.blocks, f->tick.n);
	int r = -ENODATA;

	while (xr_in_left(&blocks) && (!r || r == -ENODATA)) {
		uint32_t type = (uint32_t)xr_take_fixed(&blocks, 4);
		size_t n = (size_t)xr_take_fixed(&blocks, 4);
		const uint8_t *p = xr_take(&blocks, n);
		struct xr_in in = xr_in_of(p, p ? n : 0);

		if (type == XR_B_NOTIFIED)
			r = xr_take_notified(&in, each, data);
	}
	return r;
}

/* ---- opening ------------------------------------------------------------ */

static void file_close(struct xr_source *src)
{
	struct file *f = file_of(src);

	xr_reader_free(f->reader);
	xr_answers_clear(&f->state);
	if (f->close_fd)
		close(f->fd);
	free(f->path);
	free(f);
}

/* Reads as far as the first sample, to know whether this is a capture. */
static int look_inside(struct file *f, struct xr_err *err)
{
	struct xr_tick tick;
	int r = xr_reader_peek(f->reader, &tick);

	f->first = (struct xenring_time){ .mono_ns = INT64_MIN };
	if (!r) {
		f->first = tick.at;
		/* who wrote it, and of which host, is known from here on */
		f->left = xr_in_of(tick.blocks, tick.n);
		if (tick.key && peek_type(&f->left) == XR_B_HEAD)
			r = apply_next(f);
		f->left = (struct xr_in){ 0 };
	}
	if (!r || r == -ENODATA)
		return 0;
	xr_err_set(err, "open", r, "%s %s", f->path,
		   r == -EPROTO ? "is not a capture of xenringtop" :
		   r == -EPROTONOSUPPORT ? "was written by a later version of xenringtop" : "cannot be read");
	return r;
}

static int file_open(struct xr_source *src, const char *arg, struct xr_err *err)
{
	struct file *f;
	int r;

	if (!*arg) {
		xr_err_set(err, "open", EINVAL, "file: wants the path of a capture, or -");
		return -EINVAL;
	}
	f = calloc(1, sizeof(*f));
	if (!f)
		return -ENOMEM;
	src->priv = f;
	xr_answers_init(&f->state);
	f->close_fd = strcmp(arg, "-") != 0;
	f->path = f->close_fd ? xr_printable(arg, strlen(arg), 4096) : strdup("standard input");
	f->fd = f->close_fd ? open(arg, O_RDONLY | O_CLOEXEC | O_NOCTTY) : STDIN_FILENO;
	if (f->fd < 0) {
		r = -errno;
		xr_err_set(err, "open", r, "cannot open %s: %s", f->path ? f->path : "", strerror(-r));
		f->close_fd = false;
		file_close(src);
		return r;
	}
	r = f->path ? xr_reader_new_fd(&f->reader, f->fd) : -ENOMEM;
	if (!r)
		r = look_inside(f, err);
	if (r)
		file_close(src);
	return r;
}

const struct xr_source_ops xr_source_file = {
	.name = "file", .help = "a capture: file:PATH, or file:- for standard input",
	.open = file_open, .close = file_close, .fd = file_fd, .host = file_host, .next = file_next,
	.changes = file_changes, .now = file_now, .tick = file_tick, .wait = file_wait,
	.settle = file_wait, .domains = file_domains, .store_read = file_store_read,
	.store_list = file_store_list, .map_ring = file_map, .unmap_ring = file_unmap,
	.sample = file_sample, .copy = file_copy, .fetch = file_fetch, .port = file_port,
	.table_size = file_table_size,
	.evtchns = file_evtchns, .backend = file_backend,
	.grants = file_grants, .recall = file_recall, .seek = file_seek, .capture = file_capture,
	.notified = file_notified,
};
