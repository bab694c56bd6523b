/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Notifications in captures: the block NOTIFIED, written and read. */
#include <config.h>

#include <errno.h>

#include "capture/answers.h"
#include "notify/notify.h"

enum { HAS_PATH = 1, HAS_PORT = 2, HAS_BACKEND_PORT = 4, HAS_EVENT = 8, IS_UNCOUNTED = 16, ALL_FLAGS = 31 };

static unsigned flags_of(const struct xr_note *n)
{
	return (n->path ? HAS_PATH : 0) | (n->port >= 0 ? HAS_PORT : 0) |
	       (n->backend_port >= 0 ? HAS_BACKEND_PORT : 0) | (n->has_event ? HAS_EVENT : 0) |
	       (n->count == XR_UNCOUNTED ? IS_UNCOUNTED : 0);
}

static void put_note(struct xr_out *out, const struct xr_note *n, int64_t before_ns)
{
	unsigned flags = flags_of(n);

	xr_put_i(out, n->mono_ns - before_ns);
	xr_put_fixed(out, n->via, 1);
	xr_put_fixed(out, n->way, 1);
	xr_put_fixed(out, flags, 1);
	xr_put_fixed(out, n->index, 1);
	xr_put_u(out, (uint64_t)n->domid);
	if (flags & HAS_PATH)
		xr_put_u(out, n->path->mark);
	if (flags & HAS_PORT)
		xr_put_u(out, (uint64_t)n->port);
	if (flags & HAS_BACKEND_PORT)
		xr_put_u(out, (uint64_t)n->backend_port);
	if (!(flags & IS_UNCOUNTED))
		xr_put_u(out, n->count);
	xr_put_u(out, n->lost);
	if (n->index == XR_IX_NONE)
		return;
	xr_put_fixed(out, n->prod, 4);
	xr_put_u(out, n->moved);
	if (flags & HAS_EVENT)
		xr_put_fixed(out, n->event, 4);
}

void xr_put_notified(struct xr_out *out, const struct xr_note *notes, size_t n)
{
	size_t at = xr_block_begin(out, XR_B_NOTIFIED);
	uint32_t paths = 0;

	for (size_t i = 0; i < n; i++)
		if (notes[i].path)
			notes[i].path->mark = UINT32_MAX;
	for (size_t i = 0; i < n; i++)
		if (notes[i].path && notes[i].path->mark == UINT32_MAX)
			notes[i].path->mark = paths++;
	xr_put_u(out, paths);
	paths = 0;
	for (size_t i = 0; i < n; i++) {
		if (!notes[i].path || notes[i].path->mark != paths)
			continue;
		xr_put_str(out, notes[i].path->text);
		paths++;
	}
	xr_put_u(out, n);
	for (size_t i = 0; i < n; i++)
		put_note(out, &notes[i], i ? notes[i - 1].mono_ns : 0);
	xr_block_end(out, at);
}

struct text {
	const uint8_t *p;
	size_t n;
};

/* Nobody puts a control character into a path. */
static bool is_plain(const struct text *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->p[i] < 0x20 || t->p[i] == 0x7f)
			return false;
	return t->n > 0;
}

static void take_note(struct xr_in *in, const struct text *paths, size_t n_paths, int64_t before_ns,
		      struct xr_note *ret, struct text *ret_text)
{
	int64_t delta = xr_take_i(in);
	unsigned flags;

	*ret = (struct xr_note){ .port = XENRING_UNKNOWN, .backend_port = XENRING_UNKNOWN, .count = XR_UNCOUNTED };
	*ret_text = (struct text){ NULL, 0 };
	/* both are bounded, so their sum is within 64 bits */
	if (delta < -XR_MAX_TIME || delta > XR_MAX_TIME)
		in->bad = true;
	else
		ret->mono_ns = before_ns + delta;
	if (ret->mono_ns < 0 || ret->mono_ns > XR_MAX_TIME)
		in->bad = true;
	ret->via = (uint8_t)xr_take_fixed(in, 1);
	ret->way = (uint8_t)xr_take_fixed(in, 1);
	flags = (unsigned)xr_take_fixed(in, 1);
	ret->index = (uint8_t)xr_take_fixed(in, 1);
	if (!ret->via || ret->via >= XR_VIA_N || ret->way >= XR_WAY_N || flags > ALL_FLAGS || ret->index >= XR_IX_N)
		in->bad = true;
	ret->domid = (int64_t)xr_take_max(in, UINT16_MAX);
	if (flags & HAS_PATH) {
		size_t k = (size_t)xr_take_u(in);

		if (k >= n_paths)
			in->bad = true;
		else
			*ret_text = paths[k];
	}
	if (flags & HAS_PORT)
		ret->port = (int64_t)xr_take_max(in, UINT32_MAX);
	if (flags & HAS_BACKEND_PORT)
		ret->backend_port = (int64_t)xr_take_max(in, UINT32_MAX);
	if (!(flags & IS_UNCOUNTED))
		ret->count = xr_take_max(in, INT64_MAX);
	ret->lost = xr_take_max(in, INT64_MAX);
	if (ret->index == XR_IX_NONE)
		return;
	ret->prod = (uint32_t)xr_take_fixed(in, 4);
	ret->moved = (uint32_t)xr_take_max(in, UINT32_MAX);
	ret->has_event = flags & HAS_EVENT;
	if (ret->has_event)
		ret->event = (uint32_t)xr_take_fixed(in, 4);
}

int xr_take_notified(struct xr_in *in, int (*each)(void *data, struct xr_note *note, const char *text, size_t n_text),
		     void *data)
{
	size_t n_paths = xr_take_count(in, 2), n;
	struct text *paths = calloc(n_paths + 1, sizeof(*paths));
	int64_t at_ns = 0;
	int r = 0;

	if (!paths)
		return -ENOMEM;
	for (size_t i = 0; i < n_paths && !in->bad; i++) {
		paths[i].p = xr_take_counted(in, &paths[i].n);
		if (!in->bad && !is_plain(&paths[i]))
			in->bad = true;
	}
	n = xr_take_count(in, 7);
	for (size_t i = 0; i < n && !r && !in->bad; i++) {
		struct xr_note note;
		struct text text;

		take_note(in, paths, n_paths, at_ns, &note, &text);
		at_ns = note.mono_ns;
		if (!in->bad)
			r = each(data, &note, (const char *)text.p, text.n);
	}
	free(paths);
	return in->bad ? -EBADMSG : r;
}
