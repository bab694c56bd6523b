/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A source that stands on another one and writes down what that answers. */
#include <config.h>

#include "source/tee.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "capture/writer.h"
#include "backend.h"
#include "evtchn.h"
#include "grants.h"
#include "notify/notify.h"
#include "sample.h"
#include "util/cleanup.h"

/* A ring that the source below has mapped. */
struct held {
	uint32_t id;
	struct xr_mapping map;		/* as it was answered; what it points to is the ring's */
	bool due;			/* it was, when the plan was given up */
	UT_hash_handle hh;
};

/*
 * The last sample, in the order of its plan, so that the next one is compared
 * with it at a stroke; and which of its rings have moved since they were copied.
 */
struct shadow {
	uint64_t serial;		/* of the plan; 0: none */
	size_t n, n_due;
	uint32_t (*idx)[XR_N_IDX];
	uint32_t *tags;
	uint8_t *look, *due;
};

struct tee {
	struct xr_source inner;
	struct xr_source_ops ops;	/* those of tee_ops that the source below can do */
	struct xr_writer *w;
	uint32_t last_id;
	struct held *held;
	struct shadow shadow;
	int failed;			/* what went wrong with writing: negative errno */
	/* what changes() is gathering */
	struct xr_changes *asked;
	struct xr_out paths;
	size_t n_paths;
};

static struct tee *tee_of(const struct xr_source *src)
{
	return src->priv;
}

/* The source below, with what its users have set meanwhile. */
static struct xr_source *below(struct xr_source *src)
{
	struct tee *t = tee_of(src);

	t->inner.debug = src->debug;
	t->inner.debug_data = src->debug_data;
	t->inner.wake_fd = src->wake_fd;
	return &t->inner;
}

static void took(struct tee *t)
{
	int r = xr_writer_took(t->w);

	if (r && !t->failed)
		t->failed = r;
}

static struct held *find_held(const struct tee *t, uint32_t tag)
{
	struct held *h;

	HASH_FIND(hh, t->held, &tag, sizeof(tag), h);
	return h;
}

static const struct xr_answers *answers(const struct tee *t)
{
	return xr_writer_answers(t->w);
}

/* ---- what is passed on -------------------------------------------------- */

static void tee_close(struct xr_source *src)
{
	xr_tee_stop(src, false);
	src->ops->close(src);
}

static int tee_fd(struct xr_source *src)
{
	struct xr_source *inner = below(src);

	return inner->ops->fd(inner);
}

static const char *tee_host(struct xr_source *src)
{
	struct xr_source *inner = below(src);

	return inner->ops->host ? inner->ops->host(inner) : NULL;
}

static int tee_next(struct xr_source *src)
{
	struct xr_source *inner = below(src);

	return inner->ops->next(inner);
}

static int tee_seek(struct xr_source *src, int64_t real_ns, int64_t history_ns, struct xr_err *err)
{
	struct xr_source *inner = below(src);

	return inner->ops->seek(inner, real_ns, history_ns, err);
}

static void tee_capture(struct xr_source *src, struct xenring_capture *ret)
{
	struct xr_source *inner = below(src);

	inner->ops->capture(inner, ret);
}

static int tee_now(struct xr_source *src, struct xenring_time *ret)
{
	struct xr_source *inner = below(src);

	return inner->ops->now(inner, ret);
}

static int tee_wait(struct xr_source *src, int64_t until_mono_ns)
{
	struct xr_source *inner = below(src);

	return inner->ops->wait(inner, until_mono_ns);
}

static int tee_settle(struct xr_source *src, int64_t until_mono_ns)
{
	struct xr_source *inner = below(src);

	return inner->ops->settle(inner, until_mono_ns);
}

static int tee_watch(struct xr_source *src, const char *path)
{
	struct xr_source *inner = below(src);

	return inner->ops->store_watch(inner, path);
}

static int tee_unwatch(struct xr_source *src, const char *path)
{
	struct xr_source *inner = below(src);

	return inner->ops->store_unwatch(inner, path);
}

static int tee_grant(struct xr_source *src, uint32_t domid, uint32_t gref, struct xr_grant *ret)
{
	struct xr_source *inner = below(src);

	return inner->ops->grant ? inner->ops->grant(inner, domid, gref, ret) : -EOPNOTSUPP;
}

/* ---- what is written down ----------------------------------------------- */

static void on_path(void *data, const char *path)
{
	struct tee *t = data;

	xr_put_str(&t->paths, path);
	t->n_paths++;
	if (t->asked->path)
		t->asked->path(t->asked->data, path);
}

static int tee_changes(struct xr_source *src, struct xr_changes *ret)
{
	struct tee *t = tee_of(src);
	struct xr_source *inner = below(src);
	struct xr_changes c = { .path = on_path, .data = t };
	struct xr_out *out;
	size_t at;
	int r;

	if (!inner->ops->changes)
		return 0;
	t->asked = ret;
	t->paths.n = t->n_paths = 0;
	r = inner->ops->changes(inner, &c);
	ret->domains = ret->domains || c.domains;
	if (r < 0 || (!t->n_paths && !c.domains))
		return r;
	out = xr_writer_out(t->w);
	at = xr_block_begin(out, XR_B_CHANGES);
	xr_put_fixed(out, c.domains ? XR_CHANGES_DOMAINS : 0, 1);
	xr_put_u(out, t->n_paths);
	xr_put_bytes(out, t->paths.p, t->paths.n);
	xr_block_end(out, at);
	took(t);
	return r;
}

static int tee_domains(struct xr_source *src, struct xr_dominfo **ret, size_t *ret_n)
{
	struct tee *t = tee_of(src);
	struct xr_source *inner = below(src);
	const struct xr_answers *s = answers(t);
	int r = inner->ops->domains(inner, ret, ret_n);

	if (r == -ENOMEM)
		return r;
	if (s->doms_errno == -r && (r || (s->n_doms == *ret_n &&
					  !memcmp(s->doms, *ret, *ret_n * sizeof(**ret)))))
		return r;
	xr_put_domains(xr_writer_out(t->w), -r, r ? NULL : *ret, r ? 0 : *ret_n);
	took(t);
	return r;
}

static int tee_store_read(struct xr_source *src, const char *path, void **ret, size_t *ret_n)
{
	struct tee *t = tee_of(src);
	struct xr_source *inner = below(src);
	const struct xr_node *node = xr_answers_node(answers(t), path);
	int r = inner->ops->store_read(inner, path, ret, ret_n);

	if (r == -ENOMEM || (node && node->read && node->read_errno == -r &&
			     (r || (node->n == *ret_n && !memcmp(node->value, *ret, node->n)))))
		return r;
	xr_put_store_read(xr_writer_out(t->w), path, -r, r ? NULL : *ret, r ? 0 : *ret_n);
	took(t);
	return r;
}

static bool same_names(const struct xr_node *node, char *const *names, size_t n)
{
	const char *at = node->names;

	if (node->n_names != n)
		return false;
	for (size_t i = 0; i < n; i++, at += strlen(at) + 1)
		if (strcmp(at, names[i]))
			return false;
	return true;
}

static int tee_store_list(struct xr_source *src, const char *path, char ***ret, size_t *ret_n)
{
	struct tee *t = tee_of(src);
	struct xr_source *inner = below(src);
	const struct xr_node *node = xr_answers_node(answers(t), path);
	int r = inner->ops->store_list(inner, path, ret, ret_n);

	if (r == -ENOMEM || (node && node->listed && node->list_errno == -r &&
			     (r || same_names(node, *ret, *ret_n))))
		return r;
	xr_put_store_list(xr_writer_out(t->w), path, -r, r ? NULL : *ret, r ? 0 : *ret_n);
	took(t);
	return r;
}

static int tee_port(struct xr_source *src, uint32_t domid, uint32_t port, struct xr_port *ret)
{
	struct tee *t = tee_of(src);
	struct xr_source *inner = below(src);
	const struct xr_port_answer *was = xr_answers_port(answers(t), domid, port);
	struct xr_port got = { 0 };
	int r = inner->ops->port ? inner->ops->port(inner, domid, port, &got) : -EOPNOTSUPP;

	if (!was || was->err != -r || memcmp(&was->port, &got, sizeof(got)) != 0) {
		xr_put_port(xr_writer_out(t->w), domid, port, -r, &got);
		took(t);
	}
	if (!r)
		*ret = got;
	return r;
}

static int hold(struct tee *t, struct xr_mapping *m)
{
	struct held *h = calloc(1, sizeof(*h));

	if (!h)
		return -ENOMEM;
	h->id = m->tag;
	h->map = *m;
	HASH_ADD(hh, t->held, id, sizeof(h->id), h);
	return 0;
}

int xr_tee_adopt(struct xr_source *src, struct xr_mapping *m)
{
	struct tee *t = tee_of(src);
	struct xr_err none = { 0 };

	m->tag = ++t->last_id;
	xr_put_map(xr_writer_out(t->w), m->tag, m, &none);
	took(t);
	return hold(t, m);
}

static int tee_map_ring(struct xr_source *src, struct xr_mapping *m, struct xr_err *err)
{
	struct tee *t = tee_of(src);
	struct xr_source *inner = below(src);
	int r = inner->ops->map_ring(inner, m, err);

	if (r == -ENOMEM)
		return r;
	if (!r && xr_tee_adopt(src, m)) {
		inner->ops->unmap_ring(inner, m);
		xr_err_set(err, "map", ENOMEM, "out of memory");
		return -ENOMEM;
	}
	if (r) {
		xr_put_map(xr_writer_out(t->w), ++t->last_id, m, err);
		took(t);
	}
	return r;
}

static void tee_unmap_ring(struct xr_source *src, struct xr_mapping *m)
{
	struct tee *t = tee_of(src);
	struct xr_source *inner = below(src);
	struct held *h;

	h = find_held(t, m->tag);
	if (h) {
		HASH_DEL(t->held, h);
		free(h);
		xr_put_unmap(xr_writer_out(t->w), m->tag);
		took(t);
	}
	inner->ops->unmap_ring(inner, m);
}

static bool is_copy_due(const struct xr_map *map)
{
	return map->look == XR_LOOK_OK &&
	       (!map->copied || memcmp(map->copy.before, map->idx, sizeof(map->idx)) != 0);
}

static void shadow_drop(struct shadow *s)
{
	free(s->idx);
	free(s->tags);
	free(s->look);
	free(s->due);
	*s = (struct shadow){ 0 };
}

static void set_due(struct shadow *s, size_t i, bool due)
{
	s->n_due += (size_t)due - s->due[i];
	s->due[i] = due;
}

/*
 * What is due stays so: a copy may have been written since, but not what
 * belongs to it, if the same sample is taken again by another plan.
 */
static void keep_due(struct tee *t)
{
	const struct shadow *s = &t->shadow;

	for (size_t i = 0; s->n_due && i < s->n; i++) {
		struct held *h = s->due[i] ? find_held(t, s->tags[i]) : NULL;

		if (h)
			h->due = true;
	}
}

/* Of another plan: what was known of its rings comes from what has been written. */
static int shadow_make(struct tee *t, const struct xr_plan *plan)
{
	struct shadow *s = &t->shadow;

	keep_due(t);
	shadow_drop(s);
	s->idx = calloc(plan->n + 1, sizeof(*s->idx));
	s->tags = calloc(plan->n + 1, sizeof(*s->tags));
	s->look = calloc(plan->n + 1, sizeof(*s->look));
	s->due = calloc(plan->n + 1, sizeof(*s->due));
	if (!s->idx || !s->tags || !s->look || !s->due)
		return -ENOMEM;
	s->serial = plan->serial;
	s->n = plan->n;
	for (size_t i = 0; i < plan->n; i++) {
		const struct xr_map *m = plan->maps[i] ? xr_answers_map(answers(t), plan->maps[i]->tag) :
							 NULL;
		struct held *h = m ? find_held(t, plan->maps[i]->tag) : NULL;

		if (!m)
			continue;
		memcpy(s->idx[i], m->idx, sizeof(m->idx));
		s->tags[i] = plan->maps[i]->tag;
		s->look[i] = m->look;
		set_due(s, i, is_copy_due(m) || (h && h->due));
		if (h)
			h->due = false;
	}
	return 0;
}

/* Those rings that differ from the sample before, into a block. */
static void put_sample(struct tee *t, const struct xr_plan *plan, uint32_t (*idx)[XR_N_IDX],
		       const uint8_t *look)
{
	struct shadow *s = &t->shadow;
	struct xr_out entries = { 0 }, *out = xr_writer_out(t->w);
	size_t at = xr_block_begin(out, XR_B_SAMPLE), n = 0;
	/* most of the time nothing has moved at all */
	bool same = !memcmp(look, s->look, plan->n) && !memcmp(idx, s->idx, plan->n * sizeof(*idx));
	uint32_t id = 0;

	for (size_t i = 0; i < plan->n && !same; i++) {
		if (!plan->maps[i] || (look[i] == s->look[i] && !memcmp(idx[i], s->idx[i], sizeof(idx[i]))))
			continue;
		xr_put_i(&entries, (int32_t)(plan->maps[i]->tag - id));
		xr_put_fixed(&entries, look[i], 1);
		for (int j = 0; j < XR_N_IDX; j++)
			xr_put_i(&entries, (int32_t)(idx[i][j] - s->idx[i][j]));
		id = plan->maps[i]->tag;
		s->look[i] = look[i];
		memcpy(s->idx[i], idx[i], sizeof(idx[i]));
		set_due(s, i, look[i] == XR_LOOK_OK);
		n++;
	}
	/* their number is a varint before them, so they were gathered apart */
	xr_put_u(out, n);
	xr_put_bytes(out, entries.p, entries.n);
	if (entries.failed)
		out->failed = true;
	xr_out_free(&entries);
	xr_block_end(out, at);
}

static size_t tee_sample(struct xr_source *src, const struct xr_plan *plan, uint32_t (*idx)[XR_N_IDX],
			 uint8_t *look)
{
	struct tee *t = tee_of(src);
	size_t gone = xr_source_sample(below(src), plan, idx, look);

	if (t->shadow.serial != plan->serial && shadow_make(t, plan)) {
		t->failed = -ENOMEM;
		return gone;
	}
	put_sample(t, plan, idx, look);
	took(t);
	return gone;
}

size_t xr_tee_next_due(const struct xr_source *src, size_t i)
{
	const struct shadow *s = &tee_of(src)->shadow;

	if (!s->n_due)
		return SIZE_MAX;
	while (i < s->n && !s->due[i])
		i++;
	return i < s->n ? i : SIZE_MAX;
}

void xr_tee_copied(struct xr_source *src, size_t i)
{
	set_due(&tee_of(src)->shadow, i, false);
}

/* What is written of a ring's pages. */
static uint32_t public_size(const struct tee *t, const struct xr_mapping *m)
{
	uint32_t all = m->n_pages * XR_PAGE_SIZE;

	return xr_writer_wants_payload(t->w) || m->public_size > all ? all : m->public_size;
}

/* A ring whose pages are not all written: the asker gets them, the capture what is public. */
static int copy_in_part(struct xr_source *src, const struct xr_mapping *m, const struct held *h,
			const struct xr_map *map, struct xr_copied *ret)
{
	struct tee *t = tee_of(src);
	uint32_t all = m->n_pages * XR_PAGE_SIZE, n = public_size(t, m);
	_cleanup_free_ uint8_t *bytes = NULL;
	struct xr_copied c;
	int r = xr_source_copy(below(src), &h->map, ret);

	if (r || !n)
		return r;
	bytes = calloc(1, all);
	if (!bytes)
		return -ENOMEM;
	memcpy(bytes, ret->bytes, n);
	c = *ret;
	c.bytes = bytes;
	xr_put_copy(xr_writer_out(t->w), map, &c);
	took(t);
	return t->failed;
}

/* The copy that was written, if it is of the last sample; else one is taken. */
static int tee_copy(struct xr_source *src, const struct xr_mapping *m, struct xr_copied *ret)
{
	struct tee *t = tee_of(src);
	const struct xr_map *map = xr_answers_map(answers(t), m->tag);
	uint8_t *bytes = ret->bytes;
	struct held *h;
	int r;

	h = find_held(t, m->tag);
	if (!map || !h)
		return -ESTALE;
	/* of a vchan the page changes without its words */
	if (public_size(t, m) < m->n_pages * XR_PAGE_SIZE || m->kind == XR_RING_VCHAN)
		return copy_in_part(src, m, h, map, ret);
	if (map->look != XR_LOOK_OK || is_copy_due(map) || !map->copied) {
		r = xr_source_copy(below(src), &h->map, ret);
		if (r)
			return r;
		xr_put_copy(xr_writer_out(t->w), map, ret);
		took(t);
		if (t->failed)
			return t->failed;
	}
	*ret = map->copy;
	ret->bytes = bytes;
	ret->valid = map->key.n_pages * XR_PAGE_SIZE;
	memcpy(bytes, map->copy.bytes, ret->valid);
	return 0;
}

static void tee_remember(struct xr_source *src, const struct xr_mapping *m, const struct xr_announced *a)
{
	struct tee *t = tee_of(src);
	const struct xr_map *map = xr_answers_map(answers(t), m->tag);

	if (!map)
		return;
	if (map->announced && map->announced->n == a->n && map->announced->more == a->more &&
	    map->announced->req_prod == a->req_prod && map->announced->rsp_prod == a->rsp_prod &&
	    !memcmp(map->announced->at, a->at, a->n * sizeof(a->at[0])))
		return;
	xr_put_announced(xr_writer_out(t->w), m->tag, a);
	took(t);
}

static int tee_recall(struct xr_source *src, const struct xr_mapping *m, struct xr_announced *ret)
{
	struct xr_source *inner = below(src);
	struct tee *t = tee_of(src);
	struct held *h;

	h = find_held(t, m->tag);
	return h ? inner->ops->recall(inner, &h->map, ret) : -ESTALE;
}

/* Of a ring's pages all are written, or none: what is there answers. */
static bool has_all(const struct tee *t, const struct xr_mapping *m, const struct xr_fetch *f, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct xr_page *p = xr_answers_page(answers(t), m->domid, f[i].gref);

		if (!p || p->map_id != m->tag)
			return false;
	}
	return true;
}

static int tee_fetch(struct xr_source *src, const struct xr_mapping *m, struct xr_fetch *f, size_t n)
{
	struct tee *t = tee_of(src);
	int r;

	for (size_t i = 0; i < n; i++)
		if (f[i].payload && !xr_writer_wants_payload(t->w))
			return xr_source_fetch(below(src), m, f, n);
	if (has_all(t, m, f, n)) {
		xr_answers_fetch(answers(t), m, f, n);
		return 0;
	}
	r = xr_source_fetch(below(src), m, f, n);
	if (r)
		return r;
	xr_put_fetched(xr_writer_out(t->w), m->tag, f, n);
	took(t);
	return 0;
}

int xr_tee_evtchns(struct xr_source *src, uint32_t domid, const struct xr_evtchns **ret)
{
	struct tee *t = tee_of(src);
	struct xr_source *inner = below(src);
	const struct xr_evtchns_answer *was = xr_answers_evtchns(answers(t), domid);
	struct xr_evtchns got = { .n = 0 };
	int r = -EOPNOTSUPP;

	if (inner->ops->evtchns)
		r = inner->ops->evtchns(inner, domid, was && !was->err ? &was->evtchns : NULL, &got);
	if (r == -ENOMEM)
		return r;
	if (!r || (r < 0 && (!was || was->err != -r))) {
		xr_put_evtchns(xr_writer_out(t->w), domid, r < 0 ? -r : 0, &got);
		took(t);
		xr_evtchns_free(&got);
		if (t->failed)
			return t->failed;
		was = xr_answers_evtchns(answers(t), domid);
	}
	*ret = was && !was->err ? &was->evtchns : NULL;
	return 0;
}

static int tee_evtchns(struct xr_source *src, uint32_t domid, const struct xr_evtchns *known,
		       struct xr_evtchns *ret)
{
	const struct xr_evtchns_answer *now;
	const struct xr_evtchns *e;
	int r = xr_tee_evtchns(src, domid, &e);

	if (r)
		return r;
	now = xr_answers_evtchns(answers(tee_of(src)), domid);
	if (!e)
		return now ? -now->err : -ENODATA;
	return known && xr_evtchns_equal(known, e) ? 1 : xr_evtchns_copy(e, ret);
}

bool xr_tee_has_no_files(struct xr_source *src, const struct xr_backend_key *key)
{
	struct xr_source *inner = below(src);
	struct xr_backend_files got = { .n = 0 };
	bool none = inner->ops->backend && !inner->ops->backend(inner, key, &got) && !got.n;

	xr_backend_files_free(&got);
	return none;
}

static int tee_backend(struct xr_source *src, const struct xr_backend_key *key, struct xr_backend_files *ret)
{
	struct tee *t = tee_of(src);
	struct xr_source *inner = below(src);
	const struct xr_backend_answer *was = xr_answers_backend(answers(t), key);
	struct xr_backend_files got = { .n = 0 };
	int r = inner->ops->backend ? inner->ops->backend(inner, key, &got) : -EOPNOTSUPP;

	if (r == -ENOMEM)
		return r;
	if (!was || was->err != -r || (!r && !xr_backend_files_equal(&was->files, &got))) {
		xr_put_backend(xr_writer_out(t->w), key, -r, &got);
		took(t);
	}
	if (!r)
		*ret = got;
	return r;
}

int xr_tee_grants(struct xr_source *src, uint32_t domid)
{
	struct tee *t = tee_of(src);
	struct xr_source *inner = below(src);
	const struct xr_table_answer *was = xr_answers_table(answers(t), domid);
	const struct xr_grants *held = was && was->grants.shared ? &was->grants : NULL;
	struct xr_grants g = { 0 };
	int r = inner->ops->grants ? inner->ops->grants(inner, domid, held, &g) : -EOPNOTSUPP;

	if (r == -ENOMEM)
		return r;
	if (!r || (r < 0 && (!was || was->err != -r))) {
		xr_put_grants(xr_writer_out(t->w), domid, -r, &g, was);
		took(t);
	}
	free(g.shared);
	free(g.status);
	return t->failed;
}

/*
 * What was written with the sample, as of rings' pages: asked for again, it
 * would be another one, in the tick to come, which a last sample has not.
 */
static int tee_grants(struct xr_source *src, uint32_t domid, const struct xr_grants *known,
		      struct xr_grants *ret)
{
	struct tee *t = tee_of(src);
	const struct xr_table_answer *was = xr_answers_table(answers(t), domid);
	int r = was && (was->err || was->grants.shared) ? 0 : xr_tee_grants(src, domid);

	return r ? r : xr_answers_grants(answers(t), domid, known, ret);
}

int xr_tee_table_size(struct xr_source *src, uint32_t domid)
{
	struct tee *t = tee_of(src);
	struct xr_source *inner = below(src);
	struct xr_table_size size = { .version = 0 }, was;
	int r = inner->ops->table_size ? inner->ops->table_size(inner, domid, &size) : -EOPNOTSUPP;
	int before = xr_answers_table_size(answers(t), domid, &was);

	if (r == -ENOMEM)
		return r;
	if (before != r || (!r && (was.version != size.version || was.n_frames != size.n_frames ||
				   was.max_frames != size.max_frames))) {
		xr_put_table_size(xr_writer_out(t->w), domid, -r, &size);
		took(t);
	}
	return t->failed;
}

static int tee_table_size(struct xr_source *src, uint32_t domid, struct xr_table_size *ret)
{
	struct tee *t = tee_of(src);
	const struct xr_table_answer *was = xr_answers_table(answers(t), domid);
	int r = was && was->sized ? 0 : xr_tee_table_size(src, domid);

	return r ? r : xr_answers_table_size(answers(t), domid, ret);
}

/* Whoever asks writes what comes of it. */
static int tee_notified(struct xr_source *src,
			int (*each)(void *data, struct xr_note *note, const char *text, size_t n_text), void *data)
{
	struct xr_source *inner = below(src);

	return inner->ops->notified(inner, each, data);
}

int xr_tee_notes(struct xr_source *src, const struct xr_note *notes, size_t n)
{
	struct tee *t = tee_of(src);

	xr_put_notified(xr_writer_out(t->w), notes, n);
	took(t);
	return t->failed;
}

static int tee_tick(struct xr_source *src, struct xenring_time *ret)
{
	struct tee *t = tee_of(src);
	struct xr_source *inner = below(src);
	int r = inner->ops->tick ? inner->ops->tick(inner, ret) : inner->ops->now(inner, ret);

	if (r)
		return r;
	if (!t->failed)
		t->failed = xr_writer_tick(t->w, ret);
	return t->failed;
}

/* ---- beginning and end -------------------------------------------------- */

static const struct xr_source_ops tee_ops = {
	.name = "tee", .help = "another source, written down",
	.close = tee_close, .fd = tee_fd, .host = tee_host, .changes = tee_changes, .now = tee_now,
	.tick = tee_tick, .wait = tee_wait, .settle = tee_settle, .domains = tee_domains,
	.store_read = tee_store_read, .store_list = tee_store_list, .store_watch = tee_watch,
	.store_unwatch = tee_unwatch, .map_ring = tee_map_ring, .unmap_ring = tee_unmap_ring,
	.sample = tee_sample, .copy = tee_copy, .fetch = tee_fetch, .grant = tee_grant,
	.port = tee_port, .evtchns = tee_evtchns, .grants = tee_grants,
	.backend = tee_backend, .next = tee_next, .seek = tee_seek,
	.table_size = tee_table_size,
	.notified = tee_notified,
	.capture = tee_capture, .remember = tee_remember, .recall = tee_recall,
};

/* What the source below cannot do is not offered. */
static void offer(struct xr_source_ops *ops, const struct xr_source_ops *inner)
{
	*ops = tee_ops;
	if (!inner->store_watch)
		ops->store_watch = NULL;
	if (!inner->store_unwatch)
		ops->store_unwatch = NULL;
	if (!inner->next)
		ops->next = NULL;
	if (!inner->seek)
		ops->seek = NULL;
	if (!inner->capture)
		ops->capture = NULL;
	if (!inner->notified)
		ops->notified = NULL;
	if (!inner->recall)
		ops->recall = NULL;
}

bool xr_is_tee(const struct xr_source *src)
{
	return src->ops && src->ops->sample == tee_sample;
}

int xr_tee_start(struct xr_source *src, int fd, const char *host, bool payload)
{
	struct tee *t = calloc(1, sizeof(*t));
	struct xenring_time now;
	int r;

	if (!t)
		return -ENOMEM;
	r = src->ops->now(src, &now);
	if (!r)
		r = xr_writer_new(&t->w, fd, "xenringtop " PACKAGE_VERSION, host, payload, &now);
	if (r) {
		free(t);
		return r;
	}
	t->inner = *src;
	offer(&t->ops, t->inner.ops);
	src->ops = &t->ops;
	src->priv = t;
	return 0;
}

int xr_tee_switch(struct xr_source *src, int fd)
{
	struct tee *t = tee_of(src);
	struct xr_source *inner = below(src);
	struct xenring_time now;
	int r = t->failed;

	if (!r)
		r = inner->ops->now(inner, &now);
	if (!r)
		r = t->failed = xr_writer_switch(t->w, fd, &now);
	return r;
}

int xr_tee_stop(struct xr_source *src, bool end)
{
	struct tee *t = tee_of(src);
	struct held *h, *tmp;
	int r = t->failed;

	below(src);
	if (end && !r)
		r = xr_writer_end(t->w);
	HASH_ITER(hh, t->held, h, tmp) {
		HASH_DEL(t->held, h);
		free(h);
	}
	xr_writer_free(t->w);
	shadow_drop(&t->shadow);
	xr_out_free(&t->paths);
	*src = t->inner;
	free(t);
	return r;
}

bool xr_tee_wants_payload(const struct xr_source *src)
{
	return xr_writer_wants_payload(tee_of(src)->w);
}

void xr_tee_written(const struct xr_source *src, struct xenring_written *ret)
{
	const struct tee *t = tee_of(src);

	*ret = (struct xenring_written){
		.samples = xr_writer_samples(t->w), .bytes = xr_writer_bytes(t->w),
	};
}
