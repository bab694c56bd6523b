/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The state of a capture: blocks that change it, and the blocks that make it. */
#include <config.h>

#include "capture/answers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "evtchn.h"
#include "grants.h"
#include "store.h"
#include "util/cleanup.h"
#include "util/text.h"

#define WORD 8u
#define MAX_TABLE_PAGES 4096u	/* of a grant table: more than Xen allows by far */

/* ---- memory ------------------------------------------------------------- */

/* n bytes of zeros. NULL: there are none, or the state has as many as it may have. */
static void *hold(struct xr_answers *s, size_t n)
{
	void *p = n <= XR_MAX_STATE - s->held ? calloc(1, n) : NULL;

	if (p)
		s->held += n;
	return p;
}

/* Frees p, of n bytes; NULL is fine. */
static void let_go(struct xr_answers *s, void *p, size_t n)
{
	if (p)
		s->held -= n;
	free(p);
}

static size_t copy_size(const struct xr_map *m)
{
	return (size_t)m->key.n_pages * XR_PAGE_SIZE;
}

static void free_grants(struct xr_answers *s, struct xr_grants *g)
{
	let_go(s, g->shared, (size_t)g->n_frames * XR_PAGE_SIZE);
	let_go(s, g->status, (size_t)(g->n_status + 1) * XR_PAGE_SIZE);
	*g = (struct xr_grants){ .version = 0 };
}

/* ---- what goes away ----------------------------------------------------- */

static void drop_node(struct xr_answers *s, struct xr_node *n)
{
	HASH_DEL(s->nodes, n);
	let_go(s, n->path, strlen(n->path) + 1);
	let_go(s, n->value, n->n + 1);
	let_go(s, n->names, n->names_size + 1);
	let_go(s, n, sizeof(*n));
}

static void drop_page(struct xr_answers *s, struct xr_page *p)
{
	HASH_DEL(s->pages, p);
	let_go(s, p->bytes, XR_PAGE_SIZE);
	let_go(s, p, sizeof(*p));
}

static void drop_pages_of(struct xr_answers *s, uint32_t map_id)
{
	struct xr_page *p, *tmp;

	HASH_ITER(hh, s->pages, p, tmp)
		if (p->map_id == map_id)
			drop_page(s, p);
}

static void drop_map(struct xr_answers *s, struct xr_map *m)
{
	if (m->newest)
		HASH_DELETE(hh_key, s->by_key, m);
	HASH_DEL(s->maps, m);
	drop_pages_of(s, m->id);
	xr_err_clear(&m->err);
	let_go(s, m->copy.bytes, copy_size(m));
	let_go(s, m->announced, sizeof(*m->announced));
	let_go(s, m, sizeof(*m));
}

static void drop_table(struct xr_answers *s, struct xr_table_answer *t)
{
	HASH_DEL(s->tables, t);
	free_grants(s, &t->grants);
	let_go(s, t, sizeof(*t));
}

static void drop_port(struct xr_answers *s, struct xr_port_answer *p)
{
	HASH_DEL(s->ports, p);
	let_go(s, p, sizeof(*p));
}

static void drop_evtchns(struct xr_answers *s, struct xr_evtchns_answer *e)
{
	HASH_DEL(s->evtchns, e);
	let_go(s, e->evtchns.at, (e->evtchns.n + 1) * sizeof(*e->evtchns.at));
	let_go(s, e, sizeof(*e));
}

static void drop_backend(struct xr_answers *s, struct xr_backend_answer *b)
{
	HASH_DEL(s->backends, b);
	xr_backend_files_free(&b->files);
	s->held -= b->size;
	let_go(s, b, sizeof(*b));
}

void xr_answers_init(struct xr_answers *s)
{
	*s = (struct xr_answers){ .doms_errno = -1 };
}

void xr_answers_clear(struct xr_answers *s)
{
	struct xr_node *n, *tmp_n;
	struct xr_map *m, *tmp_m;
	struct xr_port_answer *p, *tmp_p;
	struct xr_page *g, *tmp_g;
	struct xr_table_answer *t, *tmp_t;
	struct xr_evtchns_answer *e, *tmp_e;
	struct xr_backend_answer *b, *tmp_b;

	HASH_ITER(hh, s->nodes, n, tmp_n)
		drop_node(s, n);
	HASH_ITER(hh, s->pages, g, tmp_g)
		drop_page(s, g);
	HASH_ITER(hh, s->maps, m, tmp_m)
		drop_map(s, m);
	HASH_ITER(hh, s->ports, p, tmp_p)
		drop_port(s, p);
	HASH_ITER(hh, s->tables, t, tmp_t)
		drop_table(s, t);
	HASH_ITER(hh, s->evtchns, e, tmp_e)
		drop_evtchns(s, e);
	HASH_ITER(hh, s->backends, b, tmp_b)
		drop_backend(s, b);
	free(s->creator);
	free(s->host);
	free(s->doms);
	xr_answers_init(s);
}

/* All nodes below dir, but not it. */
static void drop_below(struct xr_answers *s, const char *dir)
{
	struct xr_node *n, *tmp;
	size_t len = strlen(dir);

	HASH_ITER(hh, s->nodes, n, tmp)
		if (!strncmp(n->path, dir, len) && n->path[len] == '/')
			drop_node(s, n);
}

/* The names of a listed node, to look some up among many. */
struct listing {
	const char **sorted;
	size_t n;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* -ENOMEM. The names stay the node's. */
static int listing_of(const struct xr_node *dir, struct listing *ret)
{
	const char *at = dir->names;

	ret->n = dir->n_names;
	ret->sorted = calloc(ret->n + 1, sizeof(*ret->sorted));
	if (!ret->sorted)
		return -ENOMEM;
	for (size_t i = 0; i < ret->n; i++, at += strlen(at) + 1)
		ret->sorted[i] = at;
	if (ret->n)
		qsort(ret->sorted, ret->n, sizeof(*ret->sorted), by_name);
	return 0;
}

static bool is_listed(const struct listing *l, const char *name, size_t len)
{
	size_t from = 0, to = l->n;

	while (from < to) {
		size_t i = from + (to - from) / 2;
		int order = strncmp(name, l->sorted[i], len);

		if (!order && !l->sorted[i][len])
			return true;
		if (order > 0)
			from = i + 1;
		else	/* one that begins so, but is longer, stands behind */
			to = i;
	}
	return false;
}

/* Is a name among those of before that are not listed any more? */
static bool has_lost(const struct listing *l, const char *before, size_t n)
{
	for (size_t i = 0; i < n; i++, before += strlen(before) + 1)
		if (!is_listed(l, before, strlen(before)))
			return true;
	return false;
}

/* What is below names that dir no longer has has gone with them. */
static void drop_unlisted(struct xr_answers *s, const struct xr_node *dir, const struct listing *l)
{
	struct xr_node *n, *tmp;
	size_t len = strlen(dir->path);

	HASH_ITER(hh, s->nodes, n, tmp) {
		const char *name = n->path + len + 1;

		if (n != dir && !strncmp(n->path, dir->path, len) && n->path[len] == '/' &&
		    !is_listed(l, name, strcspn(name, "/")))
			drop_node(s, n);
	}
}

static bool is_known(const struct xr_answers *s, uint32_t domid)
{
	for (size_t i = 0; i < s->n_doms; i++)
		if (s->doms[i].domid == domid)
			return true;
	return false;
}

/* Whose node is it? False: nobody's in particular. */
static bool owner(const char *path, uint32_t *ret)
{
	static const char libxl[] = "/libxl/", xenops[] = "/xenops/domain/";
	struct xr_path_parts p;
	const char *at = NULL;

	xr_path_split(path, &p);
	if (p.what != XR_PATH_OTHER) {
		*ret = p.domid;
		return true;
	}
	if (!strncmp(path, libxl, sizeof(libxl) - 1))
		at = path + sizeof(libxl) - 1;
	else if (!strncmp(path, xenops, sizeof(xenops) - 1))
		at = path + sizeof(xenops) - 1;
	return at && !xr_parse_u32(at, strcspn(at, "/"), XR_DOMID_FIRST_RESERVED - 1, ret);
}

/* The list of domains has changed: what belonged to those that have gone. -ENOMEM. */
static int drop_gone_domains(struct xr_answers *s)
{
	static const char local[] = "/local/domain";
	const struct xr_node *list = xr_answers_node(s, local);
	struct listing folders = { .sorted = NULL };
	struct xr_node *n, *tmp_n;
	struct xr_port_answer *p, *tmp_p;
	struct xr_table_answer *t, *tmp_t;
	struct xr_evtchns_answer *e, *tmp_e;
	struct xr_backend_answer *b, *tmp_b;
	struct xr_map *m, *tmp_m;
	int r = list && list->listed ? listing_of(list, &folders) : 0;

	if (r)
		return r;
	HASH_ITER(hh, s->ports, p, tmp_p)
		if (!is_known(s, p->key.domid))
			drop_port(s, p);
	HASH_ITER(hh, s->tables, t, tmp_t)
		if (!is_known(s, t->domid))
			drop_table(s, t);
	HASH_ITER(hh, s->evtchns, e, tmp_e)
		if (!is_known(s, e->domid))
			drop_evtchns(s, e);
	HASH_ITER(hh, s->backends, b, tmp_b)
		if (!is_known(s, b->key.domid))
			drop_backend(s, b);
	/* one that is mapped goes when it is let go */
	HASH_ITER(hh, s->maps, m, tmp_m)
		if (m->err.op && !is_known(s, m->key.domid))
			drop_map(s, m);
	HASH_ITER(hh, s->nodes, n, tmp_n) {
		uint32_t domid;
		char number[16];

		if (!owner(n->path, &domid) || is_known(s, domid))
			continue;
		/* some have but a folder */
		snprintf(number, sizeof(number), "%u", domid);
		if (!is_listed(&folders, number, strlen(number)))
			drop_node(s, n);
	}
	free(folders.sorted);
	return 0;
}

/* ---- blocks ------------------------------------------------------------- */

size_t xr_block_begin(struct xr_out *out, enum xr_block_type type)
{
	size_t at = out->n;

	xr_put_fixed(out, type, 4);
	xr_put_fixed(out, 0, 4);
	return at;
}

void xr_block_end(struct xr_out *out, size_t at)
{
	if (!out->failed)
		xr_set_fixed(out->p + at + 4, out->n - at - XR_BLOCK_HEAD, 4);
}

static int flaw(const struct xr_in *in)
{
	return in->bad || in->p != in->end ? -EBADMSG : 0;
}

static int take_errno(struct xr_in *in)
{
	return (int)xr_take_max(in, 4095);
}

static bool was_there(const struct xr_node *n)
{
	return (n->read && !n->read_errno) || (n->listed && !n->list_errno);
}

static struct xr_node *need_node(struct xr_answers *s, const uint8_t *path, size_t n)
{
	struct xr_node *node;

	HASH_FIND(hh, s->nodes, path, n, node);
	if (node)
		return node;
	node = hold(s, sizeof(*node));
	if (!node)
		return NULL;
	node->path = hold(s, n + 1);
	if (!node->path) {
		let_go(s, node, sizeof(*node));
		return NULL;
	}
	memcpy(node->path, path, n);
	HASH_ADD_KEYPTR(hh, s->nodes, node->path, n, node);
	return node;
}

/* A path as a block holds it: no NUL in it, for it is the key of a hash. */
static const uint8_t *take_path(struct xr_in *in, size_t *ret_n)
{
	const uint8_t *path = xr_take_counted(in, ret_n);

	if (path && (!*ret_n || memchr(path, 0, *ret_n)))
		in->bad = true;
	return in->bad ? NULL : path;
}

void xr_put_store_read(struct xr_out *out, const char *path, int err, const void *value, size_t n)
{
	size_t at = xr_block_begin(out, XR_B_STORE_READ);

	xr_put_str(out, path);
	xr_put_u(out, (uint64_t)err);
	xr_put_counted(out, value, err ? 0 : n);
	xr_block_end(out, at);
}

static int apply_store_read(struct xr_answers *s, struct xr_in *in)
{
	size_t n_path, n;
	const uint8_t *path = take_path(in, &n_path), *value;
	int err = take_errno(in);
	struct xr_node *node;
	uint8_t *copy;

	value = xr_take_counted(in, &n);
	if (flaw(in))
		return -EBADMSG;
	node = need_node(s, path, n_path);
	copy = hold(s, n + 1);
	if (!node || !copy) {
		let_go(s, copy, n + 1);
		return -ENOMEM;
	}
	if (n)
		memcpy(copy, value, n);
	if (err == ENOENT && was_there(node))
		drop_below(s, node->path);
	let_go(s, node->value, node->n + 1);
	node->value = copy;
	node->n = n;
	node->read = true;
	node->read_errno = err;
	return 0;
}

void xr_put_store_list(struct xr_out *out, const char *path, int err, char *const *names, size_t n)
{
	size_t at = xr_block_begin(out, XR_B_STORE_LIST);

	if (err)
		n = 0;
	xr_put_str(out, path);
	xr_put_u(out, (uint64_t)err);
	xr_put_u(out, n);
	for (size_t i = 0; i < n; i++)
		xr_put_str(out, names[i]);
	xr_block_end(out, at);
}

static int apply_store_list(struct xr_answers *s, struct xr_in *in)
{
	size_t n_path, n, size = 0;
	const uint8_t *path = take_path(in, &n_path);
	int err = take_errno(in);
	struct xr_node *node;
	struct xr_in names;
	char *copy, *to, *before;
	size_t n_before, before_size;
	int r = 0;

	n = xr_take_count(in, 1);
	names = *in;
	for (size_t i = 0; i < n; i++) {
		size_t len;
		const uint8_t *name = xr_take_counted(in, &len);

		if (!name || memchr(name, 0, len))
			in->bad = true;
		size += len + 1;
	}
	if (flaw(in))
		return -EBADMSG;
	node = need_node(s, path, n_path);
	to = copy = hold(s, size + 1);
	if (!node || !copy) {
		let_go(s, copy, size + 1);
		return -ENOMEM;
	}
	for (size_t i = 0; i < n; i++) {
		size_t len;
		const uint8_t *name = xr_take_counted(&names, &len);

		memcpy(to, name, len);
		to += len + 1;
	}
	if (err == ENOENT && was_there(node))
		drop_below(s, node->path);
	before = node->names;
	n_before = node->n_names;
	before_size = node->names_size;
	node->names = copy;
	node->names_size = size;
	node->n_names = n;
	node->listed = true;
	node->list_errno = err;
	if (!err && n_before) {
		struct listing l;

		r = listing_of(node, &l);
		if (!r && has_lost(&l, before, n_before))
			drop_unlisted(s, node, &l);
		if (!r)
			free(l.sorted);
	}
	let_go(s, before, before_size + 1);
	return r;
}

void xr_put_domains(struct xr_out *out, int err, const struct xr_dominfo *doms, size_t n)
{
	size_t at = xr_block_begin(out, XR_B_DOMAINS);

	if (err)
		n = 0;
	xr_put_u(out, (uint64_t)err);
	xr_put_u(out, n);
	for (size_t i = 0; i < n; i++) {
		xr_put_u(out, doms[i].domid);
		xr_put_bytes(out, doms[i].uuid, sizeof(doms[i].uuid));
		xr_put_fixed(out, (doms[i].paused ? XR_DOM_PAUSED : 0u) |
				  (doms[i].shutdown ? XR_DOM_SHUTDOWN : 0u) |
				  (doms[i].dying ? XR_DOM_DYING : 0u), 1);
		xr_put_fixed(out, doms[i].shutdown_reason, 1);
	}
	xr_block_end(out, at);
}

static int apply_domains(struct xr_answers *s, struct xr_in *in)
{
	int err = take_errno(in);
	size_t n = xr_take_count(in, 19);
	struct xr_dominfo *doms = calloc(n + 1, sizeof(*doms)), *before;
	size_t n_before;
	int r = 0;

	if (!doms)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const uint8_t *uuid;
		unsigned flags;

		doms[i].domid = (uint32_t)xr_take_max(in, UINT16_MAX);
		uuid = xr_take(in, sizeof(doms[i].uuid));
		if (uuid)
			memcpy(doms[i].uuid, uuid, sizeof(doms[i].uuid));
		flags = (unsigned)xr_take_fixed(in, 1);
		doms[i].paused = flags & XR_DOM_PAUSED;
		doms[i].shutdown = flags & XR_DOM_SHUTDOWN;
		doms[i].dying = flags & XR_DOM_DYING;
		doms[i].shutdown_reason = (uint8_t)xr_take_fixed(in, 1);
	}
	if (flaw(in)) {
		free(doms);
		return -EBADMSG;
	}
	before = s->doms;
	n_before = s->n_doms;
	s->doms = doms;
	s->n_doms = n;
	s->doms_errno = err;
	for (size_t i = 0; i < n_before && !err; i++)
		if (!is_known(s, before[i].domid)) {
			r = drop_gone_domains(s);
			break;
		}
	free(before);
	return r;
}

void xr_put_port(struct xr_out *out, uint32_t domid, uint32_t port, int err, const struct xr_port *p)
{
	size_t at = xr_block_begin(out, XR_B_PORT);
	const uint64_t words[] = {
		domid, port, (uint64_t)err, p->status, p->vcpu, p->remote_domid, p->remote_port,
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		xr_put_u(out, words[i]);
	xr_block_end(out, at);
}

static int apply_port(struct xr_answers *s, struct xr_in *in)
{
	struct xr_port_answer *p, got = { .err = 0 };

	got.key.domid = (uint32_t)xr_take_max(in, UINT32_MAX);
	got.key.port = (uint32_t)xr_take_max(in, UINT32_MAX);
	got.err = take_errno(in);
	got.port.status = (uint32_t)xr_take_max(in, UINT32_MAX);
	got.port.vcpu = (uint32_t)xr_take_max(in, UINT32_MAX);
	got.port.remote_domid = (uint32_t)xr_take_max(in, UINT32_MAX);
	got.port.remote_port = (uint32_t)xr_take_max(in, UINT32_MAX);
	if (flaw(in))
		return -EBADMSG;
	HASH_FIND(hh, s->ports, &got.key, sizeof(got.key), p);
	if (!p) {
		p = hold(s, sizeof(*p));
		if (!p)
			return -ENOMEM;
		p->key.domid = got.key.domid;
		p->key.port = got.key.port;
		HASH_ADD(hh, s->ports, key, sizeof(p->key), p);
	}
	p->err = got.err;
	p->port = got.port;
	return 0;
}

void xr_put_evtchns(struct xr_out *out, uint32_t domid, int err, const struct xr_evtchns *e)
{
	size_t at = xr_block_begin(out, XR_B_EVTCHNS);
	uint32_t next = 0;

	xr_put_u(out, domid);
	xr_put_u(out, (uint64_t)err);
	if (!err) {
		xr_put_u(out, e->end);
		xr_put_u(out, e->n);
		for (uint32_t i = 0; i < e->n; i++) {
			const struct xr_evtchn *c = &e->at[i];

			xr_put_u(out, c->number - next);
			xr_put_fixed(out, c->status, 1);
			xr_put_u(out, c->vcpu);
			xr_put_u(out, c->remote_domid);
			xr_put_u(out, c->remote_port);
			xr_put_u(out, c->irq);
			next = c->number + 1;
		}
		xr_put_u(out, (uint64_t)-e->page_err);
		xr_put_u(out, e->n_bits);
		xr_put_bytes(out, e->pending, e->n_bits / 8);
		xr_put_bytes(out, e->mask, e->n_bits / 8);
	}
	xr_block_end(out, at);
}

/* What is behind the errno; .at is the caller's, also of what makes no sense. */
static void take_evtchns(struct xr_answers *s, struct xr_in *in, struct xr_evtchns *e)
{
	const uint8_t *pending, *mask;
	uint32_t next = 0, n;

	e->end = (uint32_t)xr_take_max(in, XR_MAX_PORTS);
	n = (uint32_t)xr_take_count(in, 6);
	e->at = hold(s, (n + 1) * sizeof(*e->at));
	if (!e->at)
		return;
	e->n = n;
	for (uint32_t i = 0; i < n && !in->bad; i++) {
		struct xr_evtchn *c = &e->at[i];

		c->number = next + (uint32_t)xr_take_max(in, XR_MAX_PORTS);
		c->status = (uint32_t)xr_take_fixed(in, 1);
		c->vcpu = (uint32_t)xr_take_max(in, UINT32_MAX);
		c->remote_domid = (uint32_t)xr_take_max(in, UINT32_MAX);
		c->remote_port = (uint32_t)xr_take_max(in, UINT32_MAX);
		c->irq = (uint32_t)xr_take_max(in, UINT32_MAX);
		if (c->number >= e->end || c->status == XR_PORT_CLOSED)
			in->bad = true;
		next = c->number + 1;
	}
	e->page_err = -take_errno(in);
	e->n_bits = (uint32_t)xr_take_max(in, XR_EVTCHN_WIDE);
	if (e->n_bits && e->n_bits != XR_EVTCHN_WIDE && e->n_bits != XR_EVTCHN_NARROW)
		in->bad = true;
	pending = xr_take(in, e->n_bits / 8);
	mask = xr_take(in, e->n_bits / 8);
	if (in->bad || !mask)
		return;
	memcpy(e->pending, pending, e->n_bits / 8);
	memcpy(e->mask, mask, e->n_bits / 8);
}

static int apply_evtchns(struct xr_answers *s, struct xr_in *in)
{
	struct xr_evtchns_answer *e, got = { .err = 0 };
	int r = 0;

	got.domid = (uint32_t)xr_take_max(in, UINT32_MAX);
	got.err = take_errno(in);
	if (!got.err) {
		take_evtchns(s, in, &got.evtchns);
		r = !got.evtchns.at ? -ENOMEM : 0;
	}
	if (!r)
		r = flaw(in);
	HASH_FIND(hh, s->evtchns, &got.domid, sizeof(got.domid), e);
	if (!r && !e) {
		e = hold(s, sizeof(*e));
		if (e) {
			e->domid = got.domid;
			HASH_ADD(hh, s->evtchns, domid, sizeof(e->domid), e);
		}
		r = e ? 0 : -ENOMEM;
	}
	if (r) {
		let_go(s, got.evtchns.at, (got.evtchns.n + 1) * sizeof(*got.evtchns.at));
		return r;
	}
	let_go(s, e->evtchns.at, (e->evtchns.n + 1) * sizeof(*e->evtchns.at));
	e->err = got.err;
	e->evtchns = got.evtchns;
	return 0;
}

void xr_put_backend(struct xr_out *out, const struct xr_backend_key *key, int err,
		    const struct xr_backend_files *f)
{
	size_t at = xr_block_begin(out, XR_B_BACKEND), n = err ? 0 : f->n;

	xr_put_str(out, key->type);
	xr_put_u(out, key->domid);
	xr_put_u(out, key->id);
	xr_put_u(out, (uint64_t)err);
	xr_put_u(out, n);
	for (size_t i = 0; i < n; i++) {
		xr_put_u(out, f->at[i].what);
		xr_put_u(out, f->at[i].queue);
		xr_put_u(out, (uint64_t)-f->at[i].err);
		xr_put_u(out, (uint64_t)f->at[i].mtime_ns);
		xr_put_counted(out, f->at[i].bytes, f->at[i].n);
	}
	xr_block_end(out, at);
}

/* The files of a block, in memory of their own; size: what they take. */
static int take_files(struct xr_answers *s, struct xr_in *in, struct xr_backend_files *f, size_t *size)
{
	size_t n = xr_take_count(in, 5);

	*size = (n + 1) * sizeof(*f->at);
	if (*size > XR_MAX_STATE - s->held)
		return -ENOMEM;
	f->at = calloc(n + 1, sizeof(*f->at));
	if (!f->at)
		return -ENOMEM;
	for (size_t i = 0; i < n && !in->bad; i++) {
		struct xr_backend_file *file = &f->at[f->n++];
		const uint8_t *bytes;
		size_t len;

		file->what = (uint32_t)xr_take_max(in, UINT32_MAX);
		file->queue = (uint32_t)xr_take_max(in, UINT32_MAX);
		file->err = -take_errno(in);
		file->mtime_ns = (int64_t)xr_take_max(in, XR_MAX_TIME);
		bytes = xr_take_counted(in, &len);
		if (!bytes || len > XR_BACKEND_MAX_FILE)
			return -EBADMSG;
		*size += len + 1;
		file->bytes = *size > XR_MAX_STATE - s->held ? NULL : malloc(len + 1);
		if (!file->bytes)
			return -ENOMEM;
		memcpy(file->bytes, bytes, len);
		file->n = (uint32_t)len;
	}
	return flaw(in);
}

static struct xr_backend_answer *need_backend(struct xr_answers *s, const struct xr_backend_name *key)
{
	struct xr_backend_answer *b;

	HASH_FIND(hh, s->backends, key, sizeof(*key), b);
	if (b)
		return b;
	b = hold(s, sizeof(*b));
	if (!b)
		return NULL;
	b->key = *key;
	HASH_ADD(hh, s->backends, key, sizeof(b->key), b);
	return b;
}

static int apply_backend(struct xr_answers *s, struct xr_in *in)
{
	struct xr_backend_files f = { .n = 0 };
	struct xr_backend_name key;
	struct xr_backend_answer *b = NULL;
	size_t n, size = 0;
	const uint8_t *type = take_path(in, &n);
	int err, r = type && n < sizeof(key.type) ? 0 : -EBADMSG;

	memset(&key, 0, sizeof(key));
	if (!r)
		memcpy(key.type, type, n);
	key.domid = (uint32_t)xr_take_max(in, UINT32_MAX);
	key.id = (uint32_t)xr_take_max(in, UINT32_MAX);
	err = take_errno(in);
	if (!r)
		r = take_files(s, in, &f, &size);
	if (!r) {
		b = need_backend(s, &key);
		r = b ? 0 : -ENOMEM;
	}
	if (r) {
		xr_backend_files_free(&f);
		return r;
	}
	xr_backend_files_free(&b->files);
	s->held += size - b->size;
	b->size = size;
	b->err = err;
	b->files = f;
	return 0;
}

void xr_map_key(const struct xr_mapping *m, struct xr_map_key *ret)
{
	*ret = (struct xr_map_key){
		.gfn = m->gfn, .domid = m->domid, .backend_domid = m->backend_domid,
		.n_pages = m->n_pages, .idx_off = m->idx_off,
		.how = (uint8_t)((m->any_grantee ? XR_MAP_ANY_GRANTEE : 0) |
				 (m->no_grant ? XR_MAP_NO_GRANT : 0) |
				 (m->second ? XR_MAP_SECOND : 0)),
		.kind = (uint8_t)m->kind,
	};
	memcpy(ret->refs, m->refs, m->n_pages * sizeof(m->refs[0]));
}

static void put_map(struct xr_out *out, uint32_t id, const struct xr_map_key *k, const struct xr_err *err,
		    bool by_gfn, int64_t grantee, const uint64_t *frames)
{
	size_t at = xr_block_begin(out, XR_B_MAP);

	xr_put_u(out, id);
	xr_put_u(out, k->domid);
	xr_put_u(out, k->backend_domid);
	xr_put_fixed(out, k->how, 1);
	xr_put_fixed(out, k->kind, 1);
	xr_put_u(out, k->idx_off);
	xr_put_fixed(out, k->gfn, 8);
	xr_put_u(out, k->n_pages);
	for (uint32_t i = 0; i < k->n_pages; i++)
		xr_put_u(out, k->refs[i]);
	xr_put_u(out, err->op ? (uint64_t)err->code : 0);
	if (err->op) {
		xr_put_str(out, err->op);
		xr_put_str(out, err->text);
	} else {
		xr_put_fixed(out, by_gfn, 1);
		xr_put_i(out, grantee);
		for (uint32_t i = 0; i < k->n_pages; i++)
			xr_put_u(out, frames[i]);
	}
	xr_block_end(out, at);
}

void xr_put_map(struct xr_out *out, uint32_t id, const struct xr_mapping *m, const struct xr_err *err)
{
	struct xr_map_key key;

	xr_map_key(m, &key);
	put_map(out, id, &key, err, m->by_gfn, m->grantee, m->frames);
}

/* xr_err's words are static; those of a capture become one of ours. */
static const char *op_word(const char *op)
{
	static const char *const words[] = { "store", "pair", "grant", "map", "sample" };

	for (size_t i = 0; op && i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(words[i], op))
			return words[i];
	return "map";
}

static void take_map(struct xr_in *in, struct xr_map *m)
{
	int err;

	m->id = (uint32_t)xr_take_max(in, UINT32_MAX);
	m->key.domid = (uint32_t)xr_take_max(in, UINT32_MAX);
	m->key.backend_domid = (uint32_t)xr_take_max(in, UINT32_MAX);
	m->key.how = xr_take_fixed(in, 1) & (XR_MAP_ANY_GRANTEE | XR_MAP_NO_GRANT | XR_MAP_SECOND);
	m->key.kind = (uint8_t)xr_take_fixed(in, 1);
	m->key.idx_off = (uint32_t)xr_take_max(in, XR_PAGE_SIZE);
	m->key.gfn = xr_take_fixed(in, 8);
	m->key.n_pages = (uint32_t)xr_take_max(in, XR_MAX_PAGES);
	if (!m->key.n_pages || m->key.kind >= XR_KIND_N)
		in->bad = true;
	for (uint32_t i = 0; i < m->key.n_pages; i++)
		m->key.refs[i] = (uint32_t)xr_take_max(in, UINT32_MAX);
	err = take_errno(in);
	if (err) {
		_cleanup_free_ char *op = xr_take_str(in), *text = xr_take_str(in);

		/* it goes where texts of the library go, which are printable */
		if (!in->bad && text) {
			_cleanup_free_ char *safe = xr_printable(text, strlen(text), 1024);

			xr_err_set(&m->err, op_word(op), err, "%s", safe ? safe : "");
		}
		return;
	}
	m->by_gfn = xr_take_fixed(in, 1) & 1;
	m->grantee = xr_take_i(in);
	for (uint32_t i = 0; i < m->key.n_pages; i++)
		m->frames[i] = xr_take_u(in);
}

static int apply_map(struct xr_answers *s, struct xr_in *in)
{
	struct xr_map *m = hold(s, sizeof(*m)), *was;

	if (!m)
		return -ENOMEM;
	take_map(in, m);
	if (flaw(in)) {
		xr_err_clear(&m->err);
		let_go(s, m, sizeof(*m));
		return -EBADMSG;
	}
	HASH_FIND(hh, s->maps, &m->id, sizeof(m->id), was);
	if (was)
		drop_map(s, was);
	HASH_FIND(hh_key, s->by_key, &m->key, sizeof(m->key), was);
	if (was && was->err.op) {
		drop_map(s, was);	/* a failure has no end of its own */
	} else if (was) {
		HASH_DELETE(hh_key, s->by_key, was);
		was->newest = false;
	}
	HASH_ADD(hh, s->maps, id, sizeof(m->id), m);
	HASH_ADD(hh_key, s->by_key, key, sizeof(m->key), m);
	m->newest = true;
	return 0;
}

void xr_put_unmap(struct xr_out *out, uint32_t id)
{
	size_t at = xr_block_begin(out, XR_B_UNMAP);

	xr_put_u(out, id);
	xr_block_end(out, at);
}

static struct xr_map *find_map(const struct xr_answers *s, uint32_t id)
{
	struct xr_map *m;

	HASH_FIND(hh, s->maps, &id, sizeof(id), m);
	return m;
}

static int apply_unmap(struct xr_answers *s, struct xr_in *in)
{
	struct xr_map *m = find_map(s, (uint32_t)xr_take_max(in, UINT32_MAX));

	if (flaw(in) || !m)
		return -EBADMSG;
	drop_map(s, m);
	return 0;
}

void xr_put_announced(struct xr_out *out, uint32_t id, const struct xr_announced *a)
{
	size_t at = xr_block_begin(out, XR_B_ANNOUNCED);

	xr_put_u(out, id);
	xr_put_fixed(out, a->req_prod, 4);
	xr_put_fixed(out, a->rsp_prod, 4);
	xr_put_fixed(out, a->more, 1);
	xr_put_u(out, a->n);
	for (uint32_t i = 0; i < a->n; i++) {
		xr_put_fixed(out, a->at[i].id, 8);
		xr_put_u(out, a->at[i].gref);
		xr_put_u(out, a->at[i].port);
	}
	xr_block_end(out, at);
}

static int apply_announced(struct xr_answers *s, struct xr_in *in)
{
	struct xr_map *m = find_map(s, (uint32_t)xr_take_max(in, UINT32_MAX));
	struct xr_announced a = { .begun = true };

	a.req_prod = (uint32_t)xr_take_fixed(in, 4);
	a.rsp_prod = (uint32_t)xr_take_fixed(in, 4);
	a.more = xr_take_fixed(in, 1) & 1;
	a.n = (uint32_t)xr_take_count(in, 10);
	if (a.n > XR_MAX_ANNOUNCED)
		return -EBADMSG;
	for (uint32_t i = 0; i < a.n; i++) {
		a.at[i].id = xr_take_fixed(in, 8);
		a.at[i].gref = (uint32_t)xr_take_max(in, UINT32_MAX);
		a.at[i].port = (uint32_t)xr_take_max(in, UINT32_MAX);
		/* in order, each once: who takes it over relies on that */
		if (i && a.at[i].id <= a.at[i - 1].id)
			return -EBADMSG;
	}
	if (flaw(in) || !m)
		return -EBADMSG;
	if (!m->announced)
		m->announced = hold(s, sizeof(*m->announced));
	if (!m->announced)
		return -ENOMEM;
	*m->announced = a;
	return 0;
}

static int apply_sample(struct xr_answers *s, struct xr_in *in)
{
	size_t n = xr_take_count(in, 6);
	uint32_t id = 0;

	for (size_t i = 0; i < n; i++) {
		struct xr_map *m;
		uint32_t look;

		id += (uint32_t)xr_take_i(in);
		look = (uint32_t)xr_take_fixed(in, 1);
		m = find_map(s, id);
		if (in->bad || !m || look > XR_LOOK_GONE)
			return -EBADMSG;
		m->look = (uint8_t)look;
		for (int j = 0; j < XR_N_IDX; j++)
			m->idx[j] += (uint32_t)xr_take_i(in);
	}
	return flaw(in);
}

/* So few words that stay are told again: to say that they stay takes as much. */
#define GAP 3

/* Words of 8 bytes: how many stay, how many are new, the new ones; until n are told. */
static void put_words(struct xr_out *out, const uint64_t *now, const uint64_t *before, size_t n)
{
	static const uint64_t zeros[XR_MAX_PAGES * XR_PAGE_SIZE / WORD];
	size_t i = 0;

	if (!before && n <= sizeof(zeros) / WORD)
		before = zeros;
	while (i < n) {
		size_t same = i, changed, last;

		while (same < n && now[same] == (before ? before[same] : 0))
			same++;
		last = changed = same;
		for (; last < n && last - changed <= GAP; last++)
			if (now[last] != (before ? before[last] : 0))
				changed = last + 1;
		xr_put_u(out, same - i);
		xr_put_u(out, changed - same);
		xr_put_bytes(out, now + same, (changed - same) * WORD);
		i = changed;
	}
}

static void take_words(struct xr_in *in, uint8_t *bytes, size_t n)
{
	size_t i = 0;

	while (i < n && !in->bad) {
		size_t same = (size_t)xr_take_max(in, n - i), changed;
		const uint8_t *p;

		i += same;
		changed = (size_t)xr_take_max(in, n - i);
		p = xr_take(in, changed * WORD);
		/* neither: would go on for ever */
		if (!same && !changed)
			in->bad = true;
		if (p)
			memcpy(bytes + i * WORD, p, changed * WORD);
		i += changed;
	}
}

static void put_copy(struct xr_out *out, const struct xr_map *map, const struct xr_copied *c,
		     const uint8_t *before)
{
	size_t at = xr_block_begin(out, XR_B_COPY);

	xr_put_u(out, map->id);
	xr_put_u(out, (uint64_t)c->look);
	for (int i = 0; i < XR_N_IDX; i++)
		xr_put_fixed(out, c->before[i], 4);
	for (int i = 0; i < XR_N_IDX; i++)
		xr_put_fixed(out, c->after[i], 4);
	put_words(out, (const uint64_t *)(const void *)c->bytes, (const uint64_t *)(const void *)before,
		  map->key.n_pages * (XR_PAGE_SIZE / WORD));
	xr_block_end(out, at);
}

void xr_put_copy(struct xr_out *out, const struct xr_map *map, const struct xr_copied *c)
{
	put_copy(out, map, c, map->copied ? map->copy.bytes : NULL);
}

static int apply_copy(struct xr_answers *s, struct xr_in *in)
{
	struct xr_map *m = find_map(s, (uint32_t)xr_take_max(in, UINT32_MAX));
	unsigned look = (unsigned)xr_take_max(in, XR_LOOK_GONE);

	if (in->bad || !m || m->err.op)
		return -EBADMSG;
	if (!m->copied) {
		m->copy.bytes = hold(s, copy_size(m));
		if (!m->copy.bytes)
			return -ENOMEM;
		m->copied = true;
	}
	/* pages that earlier requests named */
	drop_pages_of(s, m->id);
	m->copy.look = (enum xr_look)look;
	for (int i = 0; i < XR_N_IDX; i++)
		m->copy.before[i] = (uint32_t)xr_take_fixed(in, 4);
	for (int i = 0; i < XR_N_IDX; i++)
		m->copy.after[i] = (uint32_t)xr_take_fixed(in, 4);
	take_words(in, m->copy.bytes, copy_size(m) / WORD);
	return flaw(in);
}

static void put_page(struct xr_out *out, uint32_t gref, int grant_errno, const struct xr_grant *g,
		     int page_errno, const uint8_t *bytes)
{
	xr_put_u(out, gref);
	xr_put_u(out, (uint64_t)grant_errno);
	xr_put_u(out, g->flags);
	xr_put_u(out, g->domid);
	xr_put_u(out, g->frame);
	xr_put_fixed(out, g->in_use, 1);
	xr_put_u(out, (uint64_t)page_errno);
	if (!page_errno)
		xr_put_bytes(out, bytes, XR_PAGE_SIZE);
}

void xr_put_fetched(struct xr_out *out, uint32_t id, const struct xr_fetch *f, size_t n)
{
	size_t at = xr_block_begin(out, XR_B_FETCHED);

	xr_put_u(out, id);
	xr_put_u(out, n);
	for (size_t i = 0; i < n; i++)
		put_page(out, f[i].gref, -f[i].grant_err, &f[i].grant, -f[i].page_err, f[i].into);
	xr_block_end(out, at);
}

static int take_page(struct xr_answers *s, const struct xr_map *m, struct xr_in *in)
{
	struct xr_page *p, got = { .map_id = m->id };
	const uint8_t *bytes = NULL;

	got.key.domid = m->key.domid;
	got.key.gref = (uint32_t)xr_take_max(in, UINT32_MAX);
	got.grant_errno = take_errno(in);
	got.grant.flags = (uint16_t)xr_take_max(in, UINT16_MAX);
	got.grant.domid = (uint16_t)xr_take_max(in, UINT16_MAX);
	got.grant.frame = xr_take_u(in);
	got.grant.in_use = xr_take_fixed(in, 1) & 1;
	got.page_errno = take_errno(in);
	if (!got.page_errno)
		bytes = xr_take(in, XR_PAGE_SIZE);
	if (in->bad)
		return -EBADMSG;
	HASH_FIND(hh, s->pages, &got.key, sizeof(got.key), p);
	if (p)
		drop_page(s, p);
	p = hold(s, sizeof(*p));
	if (bytes) {
		got.bytes = hold(s, XR_PAGE_SIZE);
		if (got.bytes)
			memcpy(got.bytes, bytes, XR_PAGE_SIZE);
	}
	if (!p || (bytes && !got.bytes)) {
		let_go(s, p, sizeof(*p));
		let_go(s, got.bytes, XR_PAGE_SIZE);
		return -ENOMEM;
	}
	*p = got;
	HASH_ADD(hh, s->pages, key, sizeof(p->key), p);
	return 0;
}

static int apply_fetched(struct xr_answers *s, struct xr_in *in)
{
	const struct xr_map *m = find_map(s, (uint32_t)xr_take_max(in, UINT32_MAX));
	size_t n = xr_take_count(in, 7);

	if (in->bad || !m)
		return -EBADMSG;
	drop_pages_of(s, m->id);
	for (size_t i = 0; i < n; i++) {
		int r = take_page(s, m, in);

		if (r)
			return r;
	}
	return flaw(in);
}

static bool same_size(const struct xr_grants *a, const struct xr_grants *b)
{
	return a->version == b->version && a->n_frames == b->n_frames && a->n_status == b->n_status;
}

void xr_put_grants(struct xr_out *out, uint32_t domid, int err, const struct xr_grants *g,
		   const struct xr_table_answer *before)
{
	size_t at = xr_block_begin(out, XR_B_GRANTS);
	bool diff = before && !before->err && before->grants.shared && !err &&
		    same_size(&before->grants, g);

	xr_put_u(out, domid);
	xr_put_u(out, (uint64_t)err);
	if (!err) {
		xr_put_u(out, g->version);
		xr_put_u(out, g->n_frames);
		xr_put_u(out, g->n_status);
		put_words(out, (const uint64_t *)(void *)g->shared,
			  diff ? (const uint64_t *)(void *)before->grants.shared : NULL,
			  g->n_frames * (XR_PAGE_SIZE / WORD));
		put_words(out, (const uint64_t *)(void *)g->status,
			  diff ? (const uint64_t *)(void *)before->grants.status : NULL,
			  g->n_status * (XR_PAGE_SIZE / WORD));
	}
	xr_block_end(out, at);
}

static struct xr_table_answer *need_table(struct xr_answers *s, uint32_t domid)
{
	struct xr_table_answer *t;

	HASH_FIND(hh, s->tables, &domid, sizeof(domid), t);
	if (t)
		return t;
	t = hold(s, sizeof(*t));
	if (!t)
		return NULL;
	t->domid = domid;
	HASH_ADD(hh, s->tables, domid, sizeof(t->domid), t);
	return t;
}

static uint32_t used_words(const struct xr_grants *g)
{
	const uint64_t *words = (const uint64_t *)(const void *)g->shared;
	uint32_t n = g->n_frames * (XR_PAGE_SIZE / WORD);

	while (n && !words[n - 1])
		n--;
	return n;
}

static int apply_grants(struct xr_answers *s, struct xr_in *in)
{
	uint32_t domid = (uint32_t)xr_take_max(in, UINT32_MAX);
	int err = take_errno(in);
	struct xr_grants g = { .version = 0 };
	struct xr_table_answer *t;

	if (in->bad)
		return -EBADMSG;
	t = need_table(s, domid);
	if (!t)
		return -ENOMEM;
	t->err = err;
	if (err) {
		/* the next one is told in full */
		free_grants(s, &t->grants);
		return flaw(in);
	}
	g.version = (unsigned)xr_take_max(in, 2);
	g.n_frames = (uint32_t)xr_take_max(in, MAX_TABLE_PAGES);
	g.n_status = (uint32_t)xr_take_max(in, MAX_TABLE_PAGES);
	if (in->bad || !g.version || !g.n_frames)
		return -EBADMSG;
	if (!t->grants.shared || !same_size(&t->grants, &g)) {
		free_grants(s, &t->grants);
		t->grants = g;
		t->grants.shared = hold(s, (size_t)g.n_frames * XR_PAGE_SIZE);
		t->grants.status = hold(s, (size_t)(g.n_status + 1) * XR_PAGE_SIZE);
		if (!t->grants.shared || !t->grants.status) {
			drop_table(s, t);
			return -ENOMEM;
		}
	}
	take_words(in, t->grants.shared, g.n_frames * (XR_PAGE_SIZE / WORD));
	take_words(in, t->grants.status, g.n_status * (XR_PAGE_SIZE / WORD));
	t->grants.n_words = used_words(&t->grants);
	return flaw(in);
}

void xr_put_table_size(struct xr_out *out, uint32_t domid, int err, const struct xr_table_size *size)
{
	size_t at = xr_block_begin(out, XR_B_TABLE_SIZE);

	xr_put_u(out, domid);
	xr_put_u(out, (uint64_t)err);
	if (!err) {
		xr_put_u(out, size->version);
		xr_put_u(out, size->n_frames);
		xr_put_u(out, size->max_frames);
	}
	xr_block_end(out, at);
}

static int apply_table_size(struct xr_answers *s, struct xr_in *in)
{
	uint32_t domid = (uint32_t)xr_take_max(in, UINT32_MAX);
	int err = take_errno(in);
	struct xr_table_size size = { .version = 0 };
	struct xr_table_answer *t;

	if (!err) {
		size.version = (unsigned)xr_take_max(in, UINT32_MAX);
		size.n_frames = (uint32_t)xr_take_max(in, UINT32_MAX);
		size.max_frames = (uint32_t)xr_take_max(in, UINT32_MAX);
	}
	if (flaw(in))
		return flaw(in);
	t = need_table(s, domid);
	if (!t)
		return -ENOMEM;
	t->sized = true;
	t->size_err = err;
	t->size = size;
	return 0;
}

static void put_head(const struct xr_answers *s, struct xr_out *out)
{
	size_t at = xr_block_begin(out, XR_B_HEAD);

	xr_put_u(out, s->version);
	xr_put_str(out, s->creator);
	xr_put_str(out, s->host);
	xr_put_u(out, s->flags);
	xr_put_fixed(out, (uint64_t)s->begun_ns, 8);
	xr_block_end(out, at);
}

static int apply_head(struct xr_answers *s, struct xr_in *in)
{
	uint32_t version = (uint32_t)xr_take_max(in, UINT32_MAX);

	xr_answers_clear(s);
	s->version = version;
	s->creator = xr_take_str(in);
	s->host = xr_take_str(in);
	s->flags = (uint32_t)xr_take_max(in, UINT32_MAX);
	s->begun_ns = (int64_t)xr_take_fixed(in, 8);
	/* a later version may have more here */
	if (in->bad)
		return -EBADMSG;
	return s->creator && s->host ? 0 : -ENOMEM;
}

int xr_answers_apply(struct xr_answers *s, uint32_t type, const void *p, size_t n)
{
	static int (*const apply[])(struct xr_answers *s, struct xr_in *in) = {
		[XR_B_HEAD] = apply_head, [XR_B_STORE_READ] = apply_store_read,
		[XR_B_STORE_LIST] = apply_store_list, [XR_B_DOMAINS] = apply_domains,
		[XR_B_PORT] = apply_port, [XR_B_MAP] = apply_map, [XR_B_UNMAP] = apply_unmap,
		[XR_B_SAMPLE] = apply_sample, [XR_B_COPY] = apply_copy,
		[XR_B_ANNOUNCED] = apply_announced,
		[XR_B_FETCHED] = apply_fetched, [XR_B_GRANTS] = apply_grants,
		[XR_B_TABLE_SIZE] = apply_table_size,
		[XR_B_EVTCHNS] = apply_evtchns, [XR_B_BACKEND] = apply_backend,
	};
	struct xr_in in = xr_in_of(p, n);

	if (type >= sizeof(apply) / sizeof(apply[0]) || !apply[type])
		return 0;
	return apply[type](s, &in);
}

/* ---- what is known ------------------------------------------------------ */

const struct xr_node *xr_answers_node(const struct xr_answers *s, const char *path)
{
	struct xr_node *n;

	HASH_FIND(hh, s->nodes, path, strlen(path), n);
	return n;
}

const struct xr_map *xr_answers_map(const struct xr_answers *s, uint32_t id)
{
	return find_map(s, id);
}

const struct xr_map *xr_answers_map_of(const struct xr_answers *s, const struct xr_mapping *m)
{
	struct xr_map_key key;
	struct xr_map *map;

	xr_map_key(m, &key);
	HASH_FIND(hh_key, s->by_key, &key, sizeof(key), map);
	return map;
}

const struct xr_port_answer *xr_answers_port(const struct xr_answers *s, uint32_t domid, uint32_t port)
{
	struct xr_port_answer key = { .key = { domid, port } }, *p;

	HASH_FIND(hh, s->ports, &key.key, sizeof(key.key), p);
	return p;
}

const struct xr_page *xr_answers_page(const struct xr_answers *s, uint32_t domid, uint32_t gref)
{
	struct xr_page key = { .key = { domid, gref } }, *p;

	HASH_FIND(hh, s->pages, &key.key, sizeof(key.key), p);
	return p;
}

const struct xr_table_answer *xr_answers_table(const struct xr_answers *s, uint32_t domid)
{
	struct xr_table_answer *t;

	HASH_FIND(hh, s->tables, &domid, sizeof(domid), t);
	return t;
}

const struct xr_evtchns_answer *xr_answers_evtchns(const struct xr_answers *s, uint32_t domid)
{
	struct xr_evtchns_answer *e;

	HASH_FIND(hh, s->evtchns, &domid, sizeof(domid), e);
	return e;
}

const struct xr_backend_answer *xr_answers_backend(const struct xr_answers *s, const struct xr_backend_key *key)
{
	struct xr_backend_answer *b;
	struct xr_backend_name name;

	memset(&name, 0, sizeof(name));
	/* it is asked for each device: printf would be most of it */
	memcpy(name.type, key->type, strnlen(key->type, sizeof(name.type) - 1));
	name.domid = key->domid;
	name.id = key->id;
	HASH_FIND(hh, s->backends, &name, sizeof(name), b);
	return b;
}

void xr_answers_fetch(const struct xr_answers *s, const struct xr_mapping *m, struct xr_fetch *f, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct xr_page *p = xr_answers_page(s, m->domid, f[i].gref);

		f[i].grant = p ? p->grant : (struct xr_grant){ 0 };
		f[i].grant_err = p ? -p->grant_errno : -ENODATA;
		f[i].page_err = p ? -p->page_errno : -ENODATA;
		if (!f[i].page_err)
			memcpy(f[i].into, p->bytes, XR_PAGE_SIZE);
	}
}

int xr_answers_grants(const struct xr_answers *s, uint32_t domid, const struct xr_grants *was,
		      struct xr_grants *ret)
{
	const struct xr_table_answer *t = xr_answers_table(s, domid);
	struct xr_table table;

	if (!t || (!t->err && !t->grants.shared))
		return -ENODATA;
	if (t->err)
		return -t->err;
	table = xr_grants_table(&t->grants);
	return xr_table_copy(&table, t->grants.n_frames, t->grants.n_status, was, ret);
}

int xr_answers_table_size(const struct xr_answers *s, uint32_t domid, struct xr_table_size *ret)
{
	const struct xr_table_answer *t = xr_answers_table(s, domid);

	if (!t || !t->sized)
		return -ENODATA;
	if (t->size_err)
		return -t->size_err;
	*ret = t->size;
	return 0;
}

/* ---- all that is known, as blocks --------------------------------------- */

static void dump_node(const struct xr_node *n, struct xr_out *out)
{
	size_t at;
	const char *name = n->names;

	if (n->read)
		xr_put_store_read(out, n->path, n->read_errno, n->value, n->n);
	if (!n->listed)
		return;
	at = xr_block_begin(out, XR_B_STORE_LIST);
	xr_put_str(out, n->path);
	xr_put_u(out, (uint64_t)n->list_errno);
	xr_put_u(out, n->n_names);
	for (size_t i = 0; i < n->n_names; i++, name += strlen(name) + 1)
		xr_put_str(out, name);
	xr_block_end(out, at);
}

/* Every mapped ring as it was looked at last, against zeros. */
static void dump_sample(const struct xr_answers *s, struct xr_out *out)
{
	size_t at = xr_block_begin(out, XR_B_SAMPLE);
	const struct xr_map *m, *tmp;
	uint32_t id = 0;

	xr_put_u(out, HASH_COUNT(s->maps));
	HASH_ITER(hh, s->maps, m, tmp) {
		xr_put_i(out, (int32_t)(m->id - id));
		xr_put_fixed(out, m->look, 1);
		for (int i = 0; i < XR_N_IDX; i++)
			xr_put_i(out, (int32_t)m->idx[i]);
		id = m->id;
	}
	xr_block_end(out, at);
}

static void dump_pages(const struct xr_answers *s, const struct xr_map *m, struct xr_out *out)
{
	const struct xr_page *p, *tmp;
	size_t n = 0, at;

	HASH_ITER(hh, s->pages, p, tmp)
		n += p->map_id == m->id;
	if (!n)
		return;
	at = xr_block_begin(out, XR_B_FETCHED);
	xr_put_u(out, m->id);
	xr_put_u(out, n);
	HASH_ITER(hh, s->pages, p, tmp)
		if (p->map_id == m->id)
			put_page(out, p->key.gref, p->grant_errno, &p->grant, p->page_errno, p->bytes);
	xr_block_end(out, at);
}

void xr_answers_dump(const struct xr_answers *s, struct xr_out *out)
{
	const struct xr_node *n, *tmp_n;
	const struct xr_map *m, *tmp_m;
	const struct xr_port_answer *p, *tmp_p;
	const struct xr_table_answer *t, *tmp_t;
	const struct xr_evtchns_answer *e, *tmp_e;
	const struct xr_backend_answer *b, *tmp_b;

	put_head(s, out);
	if (s->doms_errno >= 0)
		xr_put_domains(out, s->doms_errno, s->doms, s->n_doms);
	HASH_ITER(hh, s->nodes, n, tmp_n)
		dump_node(n, out);
	HASH_ITER(hh, s->ports, p, tmp_p)
		xr_put_port(out, p->key.domid, p->key.port, p->err, &p->port);
	/* the order in which they were made: of two with one key the newer counts */
	HASH_ITER(hh, s->maps, m, tmp_m)
		put_map(out, m->id, &m->key, &m->err, m->by_gfn, m->grantee, m->frames);
	dump_sample(s, out);
	HASH_ITER(hh, s->maps, m, tmp_m) {
		if (m->copied)
			put_copy(out, m, &m->copy, NULL);
		if (m->announced)
			xr_put_announced(out, m->id, m->announced);
		if (HASH_COUNT(s->pages))
			dump_pages(s, m, out);
	}
	HASH_ITER(hh, s->tables, t, tmp_t)
		if (t->err || t->grants.shared)
			xr_put_grants(out, t->domid, t->err, &t->grants, NULL);
	HASH_ITER(hh, s->tables, t, tmp_t)
		if (t->sized)
			xr_put_table_size(out, t->domid, t->size_err, &t->size);
	HASH_ITER(hh, s->evtchns, e, tmp_e)
		xr_put_evtchns(out, e->domid, e->err, &e->evtchns);
	HASH_ITER(hh, s->backends, b, tmp_b)
		xr_put_backend(out, &(struct xr_backend_key){
			.domid = b->key.domid, .id = b->key.id, .type = b->key.type,
		}, b->err, &b->files);
	xr_block_end(out, xr_block_begin(out, XR_B_STATE));
}
