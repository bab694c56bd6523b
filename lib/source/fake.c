/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A host in memory, and the source that looks at it. */
#include <config.h>

#include "source/fake.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "evtchn.h"
#include "grants.h"
#include "source/fake/memory.h"
#include "store.h"
#include "util/cleanup.h"
#include "util/hash.h"

/* Xen's own default, opt_max_grant_frames (xen/common/grant_table.c) */
#define MAX_FRAMES 64

struct node {
	char *name;
	void *value;		/* NULL: empty */
	size_t n;
	struct node *below;	/* by name */
	UT_hash_handle hh;
};

struct port {
	uint32_t port;
	struct xr_evtchn c;
	UT_hash_handle hh;
};

struct domain {
	uint32_t domid;
	struct xr_dominfo info;
	bool listed;
	struct xr_table table;	/* its memory is ours: domain_table() */
	uint32_t max_frames;	/* its table may get */
	size_t mapped;		/* rings */
	struct port *ports;
	struct xr_evtchn *sorted;	/* of the ports, by number; NULL: to be made */
	uint8_t *shared_page;	/* of a PV guest; NULL: none that can be read */
	unsigned width;
	UT_hash_handle hh;
	struct domain *next_gone;
};

/* A run of contiguous pages; frames are numbered host-wide. */
struct run {
	uint64_t first;
	uint32_t n, domid;
	uint8_t *bytes;		/* NULL: they are drawn when they are asked for */
	void (*draw)(void *data, uint32_t nth, uint8_t *page);
	void *draw_data;
};

struct backend {
	struct xr_backend_key key;
	char type[XR_BACKEND_TYPE];
	struct xr_backend_files files;
	struct backend *next;
};

struct change {
	char *path;		/* NULL: the list of domains */
	struct change *next;
};

struct watch {
	char *path;
	UT_hash_handle hh;
};

struct xr_fake {
	struct node root;
	struct domain *domains;
	struct domain *gone;		/* whose number somebody else has now */
	struct run *runs;		/* sorted by frame */
	size_t n_runs;
	struct xr_fake_memory memory;	/* of the runs that are not drawn */
	uint64_t next_frame;
	uint32_t from;			/* the driver domain that looks at it; 0: dom0 */
	struct watch *watches;
	struct backend *backends;
	struct change *changes, **last_change;
	uint64_t requests;
	size_t mapped;
	int64_t clock_ns;		/* since the beginning */
	bool fast;
	const struct xr_source *src;	/* whose wake_fd ends a wait; NULL: nobody's */
	int64_t tick_ns;		/* 0: it does not live */
	uint64_t n_ticks;		/* that are over */
	int (*step)(void *data, uint64_t tick);
	void (*end)(void *data);
	void *life;
	void (*listener)(void *data, uint32_t ring, const uint8_t *page, const char *line);
	void *listener_data;
	uint32_t n_rings;
};

/* ---- the host ---------------------------------------------------------- */

int xr_fake_new(struct xr_fake **ret)
{
	struct xr_fake *f = calloc(1, sizeof(*f));

	if (!f)
		return -ENOMEM;
	f->last_change = &f->changes;
	f->next_frame = 0x1000;
	*ret = f;
	return 0;
}

static void free_nodes(struct node *parent)
{
	struct node *n, *tmp;

	HASH_ITER(hh, parent->below, n, tmp) {
		HASH_DEL(parent->below, n);
		free_nodes(n);
		free(n->name);
		free(n->value);
		free(n);
	}
}

static void free_domain(struct domain *d)
{
	struct port *p, *tmp;

	HASH_ITER(hh, d->ports, p, tmp) {
		HASH_DEL(d->ports, p);
		free(p);
	}
	free((void *)(uintptr_t)d->table.shared);
	free((void *)(uintptr_t)d->table.status);
	free(d->sorted);
	free(d->shared_page);
	free(d);
}

void xr_fake_free(struct xr_fake *f)
{
	struct domain *d, *tmp_d;
	struct watch *w, *tmp_w;

	if (!f)
		return;
	free_nodes(&f->root);
	free(f->root.value);
	if (f->end)
		f->end(f->life);
	HASH_ITER(hh, f->domains, d, tmp_d) {
		HASH_DEL(f->domains, d);
		free_domain(d);
	}
	while (f->gone) {
		d = f->gone;
		f->gone = d->next_gone;
		free_domain(d);
	}
	HASH_ITER(hh, f->watches, w, tmp_w) {
		HASH_DEL(f->watches, w);
		free(w->path);
		free(w);
	}
	while (f->changes) {
		struct change *c = f->changes;

		f->changes = c->next;
		free(c->path);
		free(c);
	}
	while (f->backends) {
		struct backend *b = f->backends;

		f->backends = b->next;
		xr_backend_files_free(&b->files);
		free(b);
	}
	xr_fake_memory_free(&f->memory);
	free(f->runs);
	free(f);
}

/* The node at path, made if make; NULL: not there, or no memory. */
static struct node *find(struct xr_fake *f, const char *path, bool make)
{
	struct node *at = &f->root;

	while (*path == '/')
		path++;
	while (at && *path) {
		size_t n = strcspn(path, "/");
		struct node *next;

		HASH_FIND(hh, at->below, path, n, next);
		if (!next && make) {
			next = calloc(1, sizeof(*next));
			if (!next)
				return NULL;
			next->name = strndup(path, n);
			if (!next->name) {
				free(next);
				return NULL;
			}
			HASH_ADD_KEYPTR(hh, at->below, next->name, n, next);
		}
		at = next;
		path += n;
		while (*path == '/')
			path++;
	}
	return at;
}

static void note(struct xr_fake *f, const char *path)
{
	struct change *c;

	/* @introduceDomain and @releaseDomain are not for everybody */
	if (!path && f->from)
		return;
	c = calloc(1, sizeof(*c));
	if (!c)
		return;
	c->path = path ? strdup(path) : NULL;
	*f->last_change = c;
	f->last_change = &c->next;
}

/*
 * As libxl sets the permissions: dom0 may read everything, a driver domain its
 * own folder and the devices' whose backend-id it is.
 */
static bool may_read(struct xr_fake *f, const char *path)
{
	_cleanup_free_ char *device = NULL;
	struct xr_path_parts p;
	const struct node *node;
	char own[40];
	size_t n;

	if (!f->from)
		return true;
	n = (size_t)snprintf(own, sizeof(own), "/local/domain/%u", f->from);
	if (!strncmp(path, own, n) && (path[n] == '/' || !path[n]))
		return true;
	xr_path_split(path, &p);
	if (p.what != XR_PATH_DEVICE || !p.has_id ||
	    asprintf(&device, "/local/domain/%u/device/%s/%u/backend-id", p.domid, p.type, p.id) < 0)
		return false;
	node = find(f, device, false);
	return node && node->value && strtoul(node->value, NULL, 10) == f->from;
}

/* Where a path begins that has no slash in front. */
static char *absolute(const struct xr_fake *f, const char *path)
{
	char *full = NULL;

	if (path[0] == '/')
		return strdup(path);
	return asprintf(&full, "/local/domain/%u/%s", f->from, path) < 0 ? NULL : full;
}

/* Does anybody watch path or something above it? Only those who do, and may read it, are told. */
static void fire(struct xr_fake *f, const char *path, bool readable)
{
	struct watch *w, *tmp;

	if (!readable)
		return;
	HASH_ITER(hh, f->watches, w, tmp) {
		size_t n = strlen(w->path);

		if (!strncmp(w->path, path, n) && (path[n] == '/' || !path[n])) {
			note(f, path);
			return;
		}
	}
}

int xr_fake_write(struct xr_fake *f, const char *path, const void *value, size_t n)
{
	struct node *node = find(f, path, true);
	void *copy = malloc(n + 1);

	if (!node || !copy) {
		free(copy);
		return -ENOMEM;
	}
	memcpy(copy, value, n);
	((char *)copy)[n] = '\0';
	free(node->value);
	node->value = copy;
	node->n = n;
	fire(f, path, may_read(f, path));
	return 0;
}

int xr_fake_printf(struct xr_fake *f, const char *path, const char *fmt, ...)
{
	_cleanup_free_ char *value = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&value, fmt, ap);
	va_end(ap);
	return n < 0 ? -ENOMEM : xr_fake_write(f, path, value, (size_t)n);
}

void xr_fake_remove(struct xr_fake *f, const char *path)
{
	const char *slash = strrchr(path, '/');
	_cleanup_free_ char *parent = strndup(path, slash ? (size_t)(slash - path) : 0);
	struct node *above = parent ? find(f, parent, false) : NULL, *node;
	bool readable = may_read(f, path);

	if (!above || !slash)
		return;
	HASH_FIND(hh, above->below, slash + 1, strlen(slash + 1), node);
	if (!node)
		return;
	HASH_DEL(above->below, node);
	free_nodes(node);
	free(node->name);
	free(node->value);
	free(node);
	fire(f, path, readable);
}

static struct domain *domain(const struct xr_fake *f, uint32_t domid)
{
	struct domain *d;

	HASH_FIND(hh, f->domains, &domid, sizeof(domid), d);
	return d;
}

/* Another guest takes the number; rings of the one before may still be mapped. */
static void replace(struct xr_fake *f, struct domain *old, struct domain *d)
{
	/* every guest has its own uuid */
	memcpy(d->info.uuid, old->info.uuid, sizeof(d->info.uuid));
	d->info.uuid[15]++;
	HASH_DEL(f->domains, old);
	if (!old->mapped) {
		free_domain(old);
		return;
	}
	old->next_gone = f->gone;
	f->gone = old;
}

int xr_fake_domain(struct xr_fake *f, uint32_t domid, const char *name, uint32_t frames)
{
	struct domain *d = calloc(1, sizeof(*d)), *old = domain(f, domid);
	char path[64];
	int r;

	if (!d)
		return -ENOMEM;
	d->domid = d->info.domid = domid;
	for (int i = 0; i < 16; i++)
		d->info.uuid[i] = (uint8_t)(domid >> (i % 4 * 8) ^ i * 37);
	d->listed = true;
	d->max_frames = frames > MAX_FRAMES ? frames : MAX_FRAMES;
	d->table.version = 1;
	d->table.n_entries = frames * XR_V1_PER_FRAME;
	d->table.shared = calloc(d->table.n_entries + 1, sizeof(uint64_t));
	if (!d->table.shared) {
		free(d);
		return -ENOMEM;
	}
	if (old)
		replace(f, old, d);
	HASH_ADD(hh, f->domains, domid, sizeof(d->domid), d);
	snprintf(path, sizeof(path), "/local/domain/%u/name", domid);
	r = name ? xr_fake_printf(f, path, "%s", name) : 0;
	note(f, NULL);
	return r;
}

struct xr_dominfo *xr_fake_dominfo(struct xr_fake *f, uint32_t domid)
{
	struct domain *d = domain(f, domid);

	return d ? &d->info : NULL;
}

void xr_fake_destroy(struct xr_fake *f, uint32_t domid)
{
	struct domain *d = domain(f, domid);
	char path[64];

	if (!d)
		return;
	d->listed = false;
	snprintf(path, sizeof(path), "/local/domain/%u", domid);
	xr_fake_remove(f, path);
	snprintf(path, sizeof(path), "/libxl/%u", domid);
	xr_fake_remove(f, path);
	note(f, NULL);
}

void *xr_fake_pages(struct xr_fake *f, uint32_t domid, uint32_t n, uint64_t *ret_frame)
{
	struct run *runs = reallocarray(f->runs, f->n_runs + 1, sizeof(*runs));
	void *bytes;

	if (!runs)
		return NULL;
	f->runs = runs;
	bytes = xr_fake_memory_take(&f->memory, n);
	if (!bytes)
		return NULL;
	runs[f->n_runs++] = (struct run){
		.first = f->next_frame, .n = n, .domid = domid, .bytes = bytes,
	};
	*ret_frame = f->next_frame;
	f->next_frame += n;
	return bytes;
}

uint64_t xr_fake_drawn(struct xr_fake *f, uint32_t domid, uint32_t n,
		       void (*draw)(void *data, uint32_t nth, uint8_t *page), void *data)
{
	struct run *runs = reallocarray(f->runs, f->n_runs + 1, sizeof(*runs));
	uint64_t first = f->next_frame;

	if (!runs)
		return 0;
	f->runs = runs;
	runs[f->n_runs++] = (struct run){
		.first = first, .n = n, .domid = domid, .draw = draw, .draw_data = data,
	};
	f->next_frame += n;
	return first;
}

/* The run that frame of domid is in, or NULL. */
static const struct run *run_of(const struct xr_fake *f, uint32_t domid, uint64_t frame)
{
	size_t lo = 0, hi = f->n_runs;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		const struct run *run = &f->runs[mid];

		if (frame < run->first)
			hi = mid;
		else if (frame >= run->first + run->n)
			lo = mid + 1;
		else
			return run->domid == domid ? run : NULL;
	}
	return NULL;
}

/* n contiguous pages of domid from this frame on, or NULL. */
static uint8_t *pages_at(const struct xr_fake *f, uint32_t domid, uint64_t frame, uint32_t n)
{
	const struct run *run = run_of(f, domid, frame);

	return run && run->bytes && frame + n <= run->first + run->n ?
		run->bytes + (frame - run->first) * XR_PAGE_SIZE : NULL;
}

uint64_t xr_fake_frames(struct xr_fake *f, uint32_t n)
{
	uint64_t first = f->next_frame;

	f->next_frame += n;
	return first;
}

int xr_fake_grant_v2(struct xr_fake *f, uint32_t domid)
{
	struct domain *d = domain(f, domid);
	uint32_t n;

	if (!d)
		return -ESRCH;
	n = d->table.n_entries / (XR_V1_PER_FRAME / XR_V2_PER_FRAME);
	/* whole frames, as those of a real one */
	d->table.status = calloc((n + XR_STATUS_PER_FRAME - 1) / XR_STATUS_PER_FRAME, XR_PAGE_SIZE);
	if (!d->table.status)
		return -ENOMEM;
	d->table.version = 2;
	d->table.n_entries = n;
	return 0;
}

int xr_fake_grant(struct xr_fake *f, uint32_t domid, uint32_t gref, uint16_t flags,
		  uint32_t grantee, uint64_t frame)
{
	const uint16_t in_use = XR_GTF_READING | XR_GTF_WRITING;
	struct domain *d = domain(f, domid);
	volatile uint64_t *entry, *status;
	unsigned shift = 16 * (gref & 3);

	if (!d || gref >= d->table.n_entries)
		return -ERANGE;
	entry = (volatile uint64_t *)(uintptr_t)d->table.shared;
	if (d->table.version == 1) {
		entry[gref] = flags | (uint64_t)(uint16_t)grantee << 16 | frame << 32;
		return 0;
	}
	entry[2 * (size_t)gref] = (flags & (unsigned)~in_use) | (uint64_t)(uint16_t)grantee << 16;
	entry[2 * (size_t)gref + 1] = frame;
	status = (volatile uint64_t *)(uintptr_t)&d->table.status[gref / 4];
	*status = (*status & ~(UINT64_C(0xffff) << shift)) | (uint64_t)(flags & in_use) << shift;
	return 0;
}

int xr_fake_table_max(struct xr_fake *f, uint32_t domid, uint32_t frames)
{
	struct domain *d = domain(f, domid);

	if (!d)
		return -ESRCH;
	d->max_frames = frames;
	return 0;
}

static void ports_changed(struct domain *d)
{
	free(d->sorted);
	d->sorted = NULL;
}

int xr_fake_evtchn(struct xr_fake *f, uint32_t domid, const struct xr_evtchn *c)
{
	struct domain *d = domain(f, domid);
	struct port *p;

	if (!d)
		return -ESRCH;
	HASH_FIND(hh, d->ports, &c->number, sizeof(c->number), p);
	if (!p) {
		p = calloc(1, sizeof(*p));
		if (!p)
			return -ENOMEM;
		p->port = c->number;
		HASH_ADD(hh, d->ports, port, sizeof(p->port), p);
	}
	p->c = *c;
	ports_changed(d);
	return 0;
}

int xr_fake_port(struct xr_fake *f, uint32_t domid, uint32_t port, uint32_t remote_domid,
		 uint32_t remote_port)
{
	return xr_fake_evtchn(f, domid, &(struct xr_evtchn){
		.number = port, .status = XR_PORT_INTERDOMAIN,
		.remote_domid = remote_domid, .remote_port = remote_port,
	});
}

uint8_t *xr_fake_shared_page(struct xr_fake *f, uint32_t domid, unsigned width)
{
	struct domain *d = domain(f, domid);

	if (!d)
		return NULL;
	if (!d->shared_page)
		d->shared_page = calloc(1, XR_PAGE_SIZE);
	d->width = width;
	return d->shared_page;
}

static struct backend *backend(const struct xr_fake *f, const struct xr_backend_key *key)
{
	struct backend *b = f->backends;

	while (b && (b->key.domid != key->domid || b->key.id != key->id || strcmp(b->type, key->type) != 0))
		b = b->next;
	return b;
}

int xr_fake_backend_file(struct xr_fake *f, const struct xr_backend_key *key,
			 const struct xr_backend_file *file)
{
	struct xr_backend_files one = { .n = 1, .at = (struct xr_backend_file *)(uintptr_t)file }, copy, *to;
	struct backend *b = backend(f, key);
	size_t i = 0;

	if (!b) {
		b = calloc(1, sizeof(*b));
		if (!b)
			return -ENOMEM;
		b->key = *key;
		snprintf(b->type, sizeof(b->type), "%s", key->type);
		b->next = f->backends;
		f->backends = b;
	}
	if (xr_backend_files_copy(&one, &copy))
		return -ENOMEM;
	to = &b->files;
	while (i < to->n && (to->at[i].what != file->what || to->at[i].queue != file->queue))
		i++;
	if (i == to->n) {
		struct xr_backend_file *at = reallocarray(to->at, to->n + 1, sizeof(*at));

		if (!at) {
			xr_backend_files_free(&copy);
			return -ENOMEM;
		}
		to->at = at;
		to->n++;
	} else {
		free(to->at[i].bytes);
	}
	to->at[i] = copy.at[0];
	free(copy.at);
	return 0;
}

void xr_fake_backend_gone(struct xr_fake *f, const struct xr_backend_key *key)
{
	struct backend *b = backend(f, key);

	if (b)
		xr_backend_files_free(&b->files);
}

static int fake_backend(struct xr_source *src, const struct xr_backend_key *key, struct xr_backend_files *ret)
{
	const struct backend *b = backend(src->priv, key);

	*ret = (struct xr_backend_files){ .n = 0 };
	return b ? xr_backend_files_copy(&b->files, ret) : 0;
}

void xr_fake_port_close(struct xr_fake *f, uint32_t domid, uint32_t port)
{
	struct domain *d = domain(f, domid);
	struct port *p = NULL;

	if (d)
		HASH_FIND(hh, d->ports, &port, sizeof(port), p);
	if (!p)
		return;
	HASH_DEL(d->ports, p);
	free(p);
	ports_changed(d);
}

uint64_t xr_fake_requests(const struct xr_fake *f)
{
	return f->requests;
}

size_t xr_fake_mapped(const struct xr_fake *f)
{
	return f->mapped;
}

int xr_fake_device(struct xr_fake *f, uint32_t domid, const char *type, uint32_t id,
		   uint32_t backend, const char *backend_type)
{
	char fe[96], be[96], path[192];
	const struct {
		const char *dir, *key;
		const char *text;	/* NULL: the number */
		uint32_t number;
	} nodes[] = {
		{ fe, "backend", be, 0 }, { fe, "backend-id", NULL, backend }, { fe, "state", NULL, 4 },
		{ be, "frontend", fe, 0 }, { be, "frontend-id", NULL, domid }, { be, "state", NULL, 4 },
		{ NULL, "frontend", fe, 0 }, { NULL, "backend", be, 0 },
	};
	int r = 0;

	snprintf(fe, sizeof(fe), "/local/domain/%u/device/%s/%u", domid, type, id);
	snprintf(be, sizeof(be), "/local/domain/%u/backend/%s/%u/%u", backend, backend_type, domid, id);
	for (size_t i = 0; !r && i < sizeof(nodes) / sizeof(nodes[0]); i++) {
		if (nodes[i].dir)
			snprintf(path, sizeof(path), "%s/%s", nodes[i].dir, nodes[i].key);
		else
			snprintf(path, sizeof(path), "/libxl/%u/device/%s/%u/%s", domid, type, id,
				 nodes[i].key);
		r = nodes[i].text ? xr_fake_printf(f, path, "%s", nodes[i].text) :
				    xr_fake_printf(f, path, "%u", nodes[i].number);
	}
	return r;
}

int xr_fake_look_from(struct xr_fake *f, uint32_t domid)
{
	char path[64];

	f->from = domid;
	snprintf(path, sizeof(path), "/local/domain/%u/domid", domid);
	return xr_fake_printf(f, path, "%u", domid);
}

void xr_fake_domains_changed(struct xr_fake *f)
{
	note(f, NULL);
}

/* ---- time and the script ----------------------------------------------- */

void xr_fake_clock(const struct xr_fake *f, struct xenring_time *ret)
{
	ret->real_ns = XR_FAKE_REAL_NS + f->clock_ns;
	ret->mono_ns = XR_FAKE_MONO_NS + f->clock_ns;
}

void xr_fake_set_fast(struct xr_fake *f, bool fast)
{
	f->fast = fast;
}

void xr_fake_live(struct xr_fake *f, int64_t tick_ns, int (*step)(void *data, uint64_t tick),
		  void (*end)(void *data), void *data)
{
	f->tick_ns = tick_ns;
	f->step = step;
	f->end = end;
	f->life = data;
}

/* What the host does until then (since the beginning); where it ended. */
static int play(struct xr_fake *f, int64_t until, bool until_news, int64_t *ret_end)
{
	*ret_end = until;
	while (f->step && (int64_t)(f->n_ticks + 1) * f->tick_ns <= until) {
		int r = f->step(f->life, f->n_ticks++);

		if (r)
			return r;
		if (until_news && f->changes) {
			*ret_end = (int64_t)f->n_ticks * f->tick_ns;
			break;
		}
	}
	return 0;
}

int xr_fake_advance(struct xr_fake *f, int64_t mono_ns, bool until_news)
{
	int64_t until = mono_ns - XR_FAKE_MONO_NS, begin = f->clock_ns;
	static const struct xr_source nobody = { .wake_fd = -1 };
	int r;

	if (until_news && f->changes)
		return 1;
	if (until <= begin)
		return 0;
	r = play(f, until, until_news, &f->clock_ns);
	if (r)
		return r;
	if (!f->fast) {
		struct xenring_time now;

		xr_clock(&now);
		r = xr_sleep(f->src ? f->src : &nobody, now.mono_ns + f->clock_ns - begin, -1);
		if (r)
			return r;
	}
	return until_news && f->changes;
}

void xr_fake_listen(struct xr_fake *f,
		    void (*fn)(void *data, uint32_t ring, const uint8_t *page, const char *line),
		    void *data)
{
	f->listener = fn;
	f->listener_data = data;
}

bool xr_fake_listened(const struct xr_fake *f)
{
	return f->listener;
}

void xr_fake_tell(struct xr_fake *f, uint32_t ring, const uint8_t *page, const char *line)
{
	if (f->listener)
		f->listener(f->listener_data, ring, page, line);
}

uint32_t xr_fake_new_ring(struct xr_fake *f)
{
	return f->n_rings++;
}

/* ---- the source -------------------------------------------------------- */

struct xr_fake *xr_fake_of(struct xr_source *src)
{
	return src->priv;
}

static int fake_open(struct xr_source *src, const char *arg, struct xr_err *err)
{
	struct xr_fake *f;
	int r = xr_fake_new(&f);

	if (r)
		return r;
	r = xr_fake_fill(f, arg, err);
	if (r) {
		xr_fake_free(f);
		return r;
	}
	src->priv = f;
	f->src = src;
	return 0;
}

static void fake_close(struct xr_source *src)
{
	xr_fake_free(src->priv);
}

static int fake_fd(struct xr_source *src)
{
	(void)src;
	return -1;
}

static int fake_changes(struct xr_source *src, struct xr_changes *ret)
{
	struct xr_fake *f = src->priv;

	while (f->changes) {
		struct change *c = f->changes;

		f->changes = c->next;
		if (!c->path)
			ret->domains = true;
		else if (ret->path)
			ret->path(ret->data, c->path);
		free(c->path);
		free(c);
	}
	f->last_change = &f->changes;
	return 0;
}

static int fake_now(struct xr_source *src, struct xenring_time *ret)
{
	xr_fake_clock(src->priv, ret);
	return 0;
}

static int fake_settle(struct xr_source *src, int64_t until_mono_ns)
{
	return xr_fake_advance(src->priv, until_mono_ns, false);
}

static int fake_wait(struct xr_source *src, int64_t until_mono_ns)
{
	return xr_fake_advance(src->priv, until_mono_ns, true);
}

static int fake_domains(struct xr_source *src, struct xr_dominfo **ret, size_t *ret_n)
{
	struct xr_fake *f = src->priv;
	struct xr_dominfo *infos;
	struct domain *d, *tmp;
	size_t n = 0;

	if (f->from)
		return -EOPNOTSUPP;
	infos = calloc(HASH_COUNT(f->domains) + 1, sizeof(*infos));
	if (!infos)
		return -ENOMEM;
	HASH_ITER(hh, f->domains, d, tmp)
		if (d->listed)
			infos[n++] = d->info;
	*ret = infos;
	*ret_n = n;
	return 0;
}

static int fake_store_read(struct xr_source *src, const char *path, void **ret, size_t *ret_n)
{
	struct xr_fake *f = src->priv;
	_cleanup_free_ char *full = absolute(f, path);
	const struct node *node;
	char *value;

	f->requests++;
	if (!full)
		return -ENOMEM;
	if (!may_read(f, full))
		return -EACCES;
	node = find(f, full, false);
	if (!node)
		return -ENOENT;
	value = malloc(node->n + 1);
	if (!value)
		return -ENOMEM;
	if (node->n)
		memcpy(value, node->value, node->n);
	value[node->n] = '\0';
	*ret = value;
	*ret_n = node->n;
	return 0;
}

static int fake_store_list(struct xr_source *src, const char *path, char ***ret, size_t *ret_n)
{
	struct xr_fake *f = src->priv;
	struct node *node = find(f, path, false), *n, *tmp;
	size_t count, bytes = 0, i = 0;
	char **names, *at;

	f->requests++;
	if (!may_read(f, path))
		return -EACCES;
	if (!node)
		return -ENOENT;
	count = HASH_COUNT(node->below);
	HASH_ITER(hh, node->below, n, tmp)
		bytes += strlen(n->name) + 1;
	names = malloc((count + 1) * sizeof(*names) + bytes);
	if (!names)
		return -ENOMEM;
	at = (char *)(names + count + 1);
	HASH_ITER(hh, node->below, n, tmp) {
		names[i++] = at;
		at = stpcpy(at, n->name) + 1;
	}
	*ret = names;
	*ret_n = count;
	return 0;
}

static int fake_store_watch(struct xr_source *src, const char *path)
{
	struct xr_fake *f = src->priv;
	struct watch *w = calloc(1, sizeof(*w));

	f->requests++;
	if (!w)
		return -ENOMEM;
	w->path = strdup(path);
	if (!w->path) {
		free(w);
		return -ENOMEM;
	}
	HASH_ADD_KEYPTR(hh, f->watches, w->path, strlen(w->path), w);
	return 0;
}

static int fake_store_unwatch(struct xr_source *src, const char *path)
{
	struct xr_fake *f = src->priv;
	struct watch *w;

	f->requests++;
	HASH_FIND(hh, f->watches, path, strlen(path), w);
	if (!w)
		return -ENOENT;
	HASH_DEL(f->watches, w);
	free(w->path);
	free(w);
	return 0;
}

static struct xr_table table_of(const struct domain *d)
{
	return d->table;
}

/* Nobody looks at its table any more: it goes, if its number is another's. */
static void bury(struct xr_fake *f, struct domain *d)
{
	for (struct domain **p = &f->gone; *p; p = &(*p)->next_gone)
		if (*p == d) {
			*p = d->next_gone;
			free_domain(d);
			return;
		}
}

static void fake_unmap(struct xr_source *src, struct xr_mapping *m)
{
	struct xr_fake *f = src->priv;
	struct domain *d = m->priv;

	free(m->guards);
	m->guards = NULL;
	m->n_guards = 0;
	m->page = NULL;
	f->mapped--;
	d->mapped--;
	if (!d->mapped)
		bury(f, d);
}

static int fake_map(struct xr_source *src, struct xr_mapping *m, struct xr_err *err)
{
	struct xr_fake *f = src->priv;
	struct domain *d = domain(f, m->domid);
	struct xr_table t;
	int r;

	if (!d || !d->listed) {
		xr_err_set(err, "map", ESRCH, "there is no domain %u", m->domid);
		return -ESRCH;
	}
	if (f->from && m->backend_domid != f->from) {
		xr_err_set(err, "map", EPERM, "its page is not granted to domain %u", f->from);
		return -EPERM;
	}
	if (m->no_grant) {
		m->frames[0] = m->gfn;
		m->by_gfn = true;
	} else {
		t = table_of(d);
		r = xr_table_claim(&t, m, err);
		if (r)
			return r;
	}
	m->priv = d;
	d->mapped++;
	m->page = pages_at(f, m->domid, m->frames[0], m->n_pages);
	f->mapped++;
	for (uint32_t i = 1; i < m->n_pages; i++)
		if (m->frames[i] != m->frames[0] + i)
			m->page = NULL;
	if (!m->page) {
		fake_unmap(src, m);
		xr_err_set(err, "map", EINVAL, "frame %#llx is not a page of domain %u",
			   (unsigned long long)m->frames[0], m->domid);
		return -EINVAL;
	}
	if (f->from) {
		/* who maps by grant sees the page and nothing of the table */
		free(m->guards);
		m->guards = NULL;
		m->n_guards = 0;
		memset(m->frames, 0, sizeof(m->frames));
	}
	return 0;
}

/* What a driver domain may ask of another one: nothing. */
static int denied(const struct xr_source *src)
{
	const struct xr_fake *f = src->priv;

	return f->from ? -EOPNOTSUPP : 0;
}

static int fake_entry(struct xr_source *src, uint32_t domid, uint32_t gref, struct xr_grant *ret)
{
	const struct domain *d = domain(src->priv, domid);
	struct xr_table t;

	if (denied(src))
		return denied(src);
	if (!d)
		return -ESRCH;
	t = table_of(d);
	return xr_table_entry(&t, gref, ret);
}

static int fake_copy(struct xr_source *src, uint32_t domid, const uint64_t *frames, size_t n,
		     void *into, int *err)
{
	for (size_t i = 0; i < n; i++) {
		const struct run *run = run_of(src->priv, domid, frames[i]);
		uint8_t *to = (uint8_t *)into + i * XR_PAGE_SIZE;

		err[i] = run ? 0 : -EINVAL;
		if (run && run->bytes)
			xr_ring_copy(to, run->bytes + (frames[i] - run->first) * XR_PAGE_SIZE, XR_PAGE_SIZE);
		else if (run)
			run->draw(run->draw_data, (uint32_t)(frames[i] - run->first), to);
	}
	return 0;
}

static int fake_port(struct xr_source *src, uint32_t domid, uint32_t port, struct xr_port *ret)
{
	const struct domain *d = domain(src->priv, domid);
	struct port *p = NULL;

	if (denied(src))
		return denied(src);
	if (!d)
		return -ESRCH;
	HASH_FIND(hh, d->ports, &port, sizeof(port), p);
	if (p && p->c.status == XR_PORT_RESERVED)
		return -EACCES;
	*ret = p ? xr_port_of(&p->c) : (struct xr_port){ 0 };
	return 0;
}

/* Xen makes room for ports in such steps. */
#define BUCKET 128u

static int by_number(const void *a, const void *b)
{
	const struct xr_evtchn *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

/* Sorting them takes longer than all that a sample does, and they hardly change. */
static int sort_ports(struct domain *d)
{
	struct port *p, *tmp;
	uint32_t n = 0;

	if (d->sorted)
		return 0;
	d->sorted = calloc((size_t)HASH_COUNT(d->ports) + 1, sizeof(*d->sorted));
	if (!d->sorted)
		return -ENOMEM;
	HASH_ITER(hh, d->ports, p, tmp)
		d->sorted[n++] = p->c;
	if (n)
		qsort(d->sorted, n, sizeof(*d->sorted), by_number);
	return 0;
}

static int fake_evtchns(struct xr_source *src, uint32_t domid, const struct xr_evtchns *was,
			struct xr_evtchns *ret)
{
	struct domain *d = domain(src->priv, domid);
	struct xr_evtchns e = { .n = 0, .end = BUCKET, .page_err = -EOPNOTSUPP };

	if (denied(src))
		return denied(src);
	if (!d)
		return -ESRCH;
	if (sort_ports(d))
		return -ENOMEM;
	e.n = HASH_COUNT(d->ports);
	e.at = d->sorted;
	if (e.n)
		e.end = e.at[e.n - 1].number / BUCKET * BUCKET + BUCKET;
	if (d->shared_page)
		e.page_err = xr_evtchns_take_page(&e, d->shared_page, d->width);
	return was && xr_evtchns_equal(was, &e) ? 1 : xr_evtchns_copy(&e, ret);
}

static uint32_t frames_of(const struct domain *d)
{
	return d->table.n_entries / (d->table.version == 2 ? XR_V2_PER_FRAME : XR_V1_PER_FRAME);
}

static int fake_table_size(struct xr_source *src, uint32_t domid, struct xr_table_size *ret)
{
	const struct domain *d = domain(src->priv, domid);

	if (denied(src))
		return denied(src);
	if (!d)
		return -ESRCH;
	*ret = (struct xr_table_size){
		.version = d->table.version, .n_frames = frames_of(d), .max_frames = d->max_frames,
	};
	return 0;
}

static int fake_grants(struct xr_source *src, uint32_t domid, const struct xr_grants *was,
		       struct xr_grants *ret)
{
	const struct domain *d = domain(src->priv, domid);
	struct xr_table t;

	if (denied(src))
		return denied(src);
	if (!d)
		return -ESRCH;
	/* as Xen: a domain's own table is none of another's resources */
	if (!domid)
		return -EPERM;
	t = table_of(d);
	return xr_table_copy(&t, frames_of(d),
			     (t.n_entries + XR_STATUS_PER_FRAME - 1) / XR_STATUS_PER_FRAME, was, ret);
}

static const char *fake_host(struct xr_source *src)
{
	(void)src;
	return "fake";
}

const struct xr_source_ops xr_source_fake = {
	.name = "fake", .help = "made-up hosts that run anywhere", .arg = xr_fake_host,
	.open = fake_open, .close = fake_close, .fd = fake_fd, .changes = fake_changes,
	.now = fake_now, .wait = fake_wait, .settle = fake_settle, .domains = fake_domains,
	.store_read = fake_store_read, .store_list = fake_store_list,
	.store_watch = fake_store_watch, .store_unwatch = fake_store_unwatch,
	.map_ring = fake_map, .unmap_ring = fake_unmap, .grant = fake_entry, .pages = fake_copy,
	.port = fake_port, .evtchns = fake_evtchns, .backend = fake_backend, .grants = fake_grants, .host = fake_host,
	.table_size = fake_table_size,
};
