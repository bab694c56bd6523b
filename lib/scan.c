/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading one domain's devices and one device's rings out of xenstore. */
#include <config.h>

#include "scan.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/text.h"

#define LOCAL "/local/domain"
#define MAX_PORT ((1u << 17) - 1)	/* of FIFO event channels */

void xr_scan_init(struct xr_scan *scan, struct xr_source *src)
{
	*scan = (struct xr_scan){ .src = src };
}

/* ---- listing ----------------------------------------------------------- */

/* Does anybody keep a trusted copy here? One request for the whole run. */
static unsigned copies(struct xr_scan *scan)
{
	_cleanup_free_ char **names = NULL;
	size_t n = 0;

	/* they are for dom0's eyes */
	if (!scan->asked && !scan->driver && !xr_store_list(scan->src, "/", NULL, &names, &n)) {
		scan->asked = true;
		if (xr_names_have(names, n, "libxl"))
			scan->copies |= XR_COPY_LIBXL;
		if (xr_names_have(names, n, "xenops"))
			scan->copies |= XR_COPY_XENOPS;
	}
	return scan->copies;
}

static void copy_dir(char buf[96], enum xr_copy copy, uint32_t domid)
{
	if (copy == XR_COPY_LIBXL)
		snprintf(buf, 96, "/libxl/%u/device", domid);
	else
		snprintf(buf, 96, "/xenops/domain/%u/device", domid);
}

void xr_scan_clear(struct xr_scan *scan)
{
	for (size_t i = 0; i < scan->n_named; i++)
		free(scan->named[i].id);
	free(scan->named);
	scan->named = NULL;
	scan->n_named = 0;
}

static bool is_named(const struct xr_scan *scan, uint32_t domid, const char *id)
{
	for (size_t i = 0; i < scan->n_named; i++)
		if (scan->named[i].domid == domid && !strcmp(scan->named[i].id, id))
			return true;
	return false;
}

int xr_scan_name(struct xr_scan *scan, uint32_t domid, const char *id)
{
	struct xr_named *named;

	if (is_named(scan, domid, id))
		return 0;
	if (scan->n_named == XR_MAX_NAMED)
		return -ENOSPC;
	named = reallocarray(scan->named, scan->n_named + 1, sizeof(*named));
	if (!named)
		return -ENOMEM;
	scan->named = named;
	named[scan->n_named] = (struct xr_named){ .domid = domid, .id = strdup(id) };
	if (!named[scan->n_named].id)
		return -ENOMEM;
	scan->n_named++;
	return 0;
}

/* The protocol whose fixed folder makes a device of this type and id 0, or NULL. */
static const struct xenring_proto *fixed_proto(const char *type, const char *id)
{
	for (const struct xenring_proto *const *p = xr_protos; !strcmp(id, "0") && *p; p++)
		if ((*p)->fixed_type && !strcmp((*p)->fixed_type, type))
			return *p;
	return NULL;
}

/* The protocol whose devices of this type are folders anywhere, or NULL. */
static const struct xenring_proto *walked_proto(const char *type)
{
	for (const struct xenring_proto *const *p = xr_protos; *p; p++)
		if ((*p)->walk_type && !strcmp((*p)->walk_type, type))
			return *p;
	return NULL;
}

static bool wants(const struct xr_finder *to, const char *type)
{
	return !to->wants || to->wants(to->data, type);
}

static void list_below(struct xr_scan *scan, const char *dir, const struct xr_finder *to)
{
	_cleanup_free_ char **types = NULL;
	size_t n_types = 0;

	if (xr_store_list(scan->src, dir, NULL, &types, &n_types))
		return;
	for (size_t i = 0; i < n_types; i++) {
		_cleanup_free_ char **ids = NULL;
		size_t n_ids = 0;

		/* "suspend" holds an event channel, not a device */
		if (!strcmp(types[i], "suspend") || !xr_is_type(types[i], strlen(types[i])) ||
		    walked_proto(types[i]) || !wants(to, types[i]))
			continue;
		if (xr_store_list(scan->src, dir, types[i], &ids, &n_ids))
			continue;
		if (n_ids > XR_MAX_DEVICES) {
			xr_debug(scan->src, "store", "%s/%s: %zu devices, %u are looked at", dir,
				 types[i], n_ids, XR_MAX_DEVICES);
			n_ids = XR_MAX_DEVICES;
		}
		for (size_t j = 0; j < n_ids; j++) {
			char id[12];
			uint32_t number;

			if (xr_parse_u32(ids[j], strlen(ids[j]), UINT32_MAX, &number))
				continue;
			snprintf(id, sizeof(id), "%u", number);
			if (!fixed_proto(types[i], id))
				to->found(to->data, types[i], id);
		}
	}
}

/* ---- a driver domain's own backends ------------------------------------ */

static void own_dir(const struct xr_scan *scan, char buf[64])
{
	snprintf(buf, 64, LOCAL "/%u/backend", scan->self);
}

int xr_scan_as_driver(struct xr_scan *scan)
{
	/* a path without a slash begins at the domain's own folder */
	int r = xr_store_u32(scan->src, "domid", NULL, XR_DOMID_FIRST_RESERVED - 1, &scan->self, NULL);

	if (!r)
		scan->driver = true;
	return r;
}

/* Calls found for each name that is a number, of each type that there is below dir/TYPE/MORE. */
static int each_own(struct xr_scan *scan, const char *more,
		    void (*found)(void *data, const char *type, uint32_t number), void *data)
{
	_cleanup_free_ char **types = NULL;
	size_t n_types = 0;
	char dir[64];
	int r;

	own_dir(scan, dir);
	r = xr_store_list(scan->src, dir, NULL, &types, &n_types);
	if (r)
		return r == -ENOENT ? 0 : r;
	for (size_t i = 0; i < n_types; i++) {
		_cleanup_free_ char *key = xr_sprintf("%s%s", types[i], more);
		_cleanup_free_ char **names = NULL;
		size_t n = 0;

		if (!key)
			return -ENOMEM;
		if (!xr_is_type(types[i], strlen(types[i])) ||
		    xr_store_list(scan->src, dir, key, &names, &n))
			continue;
		for (size_t j = 0; j < n && j < XR_MAX_DEVICES; j++) {
			uint32_t number;

			if (!xr_parse_u32(names[j], strlen(names[j]), UINT32_MAX, &number))
				found(data, types[i], number);
		}
	}
	return 0;
}

struct served {
	struct xr_scan *scan;
	uint32_t domid;
	void (*domain)(void *data, uint32_t domid);
	void *data;			/* domain's */
	const struct xr_finder *to;
};

static void on_served(void *data, const char *type, uint32_t domid)
{
	struct served *s = data;

	(void)type;
	if (domid < XR_DOMID_FIRST_RESERVED)
		s->domain(s->data, domid);
}

int xr_scan_served(struct xr_scan *scan, void (*found)(void *data, uint32_t domid), void *data)
{
	struct served s = { .scan = scan, .domain = found, .data = data };

	return each_own(scan, "", on_served, &s);
}

/* The frontend that a backend of ours is for; its type may be another than the backend's. */
static void on_backend(void *data, const char *type, uint32_t id)
{
	struct served *s = data;
	_cleanup_free_ char *frontend = NULL, *strict = NULL;
	struct xr_path_parts p;
	char dir[64], key[64], name[12];

	own_dir(s->scan, dir);
	snprintf(key, sizeof(key), "%s/%u/%u/frontend", type, s->domid, id);
	if (xr_store_read(s->scan->src, dir, key, &frontend, NULL))
		return;
	xr_path_split(frontend, &p);
	snprintf(name, sizeof(name), "%u", p.id);
	strict = xr_sprintf(LOCAL "/%u/device/%s/%s", s->domid, p.type, name);
	if (p.what == XR_PATH_DEVICE && p.has_id && strict && !strcmp(strict, frontend))
		s->to->found(s->to->data, p.type, name);
	else
		xr_debug(s->scan->src, "store", "%s/%s is no device's folder", dir, key);
}

static void list_served(struct xr_scan *scan, uint32_t domid, const struct xr_finder *to)
{
	struct served s = { .scan = scan, .domid = domid, .to = to };
	char more[16];

	snprintf(more, sizeof(more), "/%u", domid);
	each_own(scan, more, on_backend, &s);
}

/* ---- devices without xenbus ---------------------------------------------- */

struct walk {
	struct xr_scan *scan;
	const struct xenring_proto *proto;
	uint32_t domid;
	unsigned folders;	/* looked into */
	const struct xr_finder *to;
};

/* The keys without which a folder is no device: the first ring's page and its event channel. */
static bool is_device(const struct xenring_proto *proto, char **names, size_t n)
{
	const struct xr_ring_desc *first = proto->rings;

	return xr_names_have(names, n, first->ref_keys[0]) && xr_names_have(names, n, first->port_keys[0]);
}

static void walk(struct walk *w, const char *id, unsigned depth)
{
	_cleanup_free_ char *dir = NULL;
	_cleanup_free_ char **names = NULL;
	size_t n = 0;

	if (w->folders++ == XR_MAX_WALKED)
		xr_debug(w->scan->src, "store", LOCAL "/%u/%s: %u folders are looked into, there are more",
			 w->domid, w->proto->walk_dir, XR_MAX_WALKED);
	if (w->folders > XR_MAX_WALKED)
		return;
	dir = xr_sprintf(LOCAL "/%u%s", w->domid, id);
	if (!dir || xr_store_list(w->scan->src, dir, NULL, &names, &n))
		return;
	if (depth < w->proto->walk_depth && is_device(w->proto, names, n)) {
		w->to->found(w->to->data, w->proto->walk_type, id);
		return;
	}
	for (size_t i = 0; depth && i < n && w->folders <= XR_MAX_WALKED; i++) {
		_cleanup_free_ char *below = NULL;

		if (!xr_is_node_name(names[i], strlen(names[i])) ||
		    strlen(id) + 1 + strlen(names[i]) > XR_FOLDER_MAX)
			continue;
		below = xr_sprintf("%s/%s", id, names[i]);
		if (below)
			walk(w, below, depth - 1);
	}
}

void xr_scan_walk(struct xr_scan *scan, uint32_t domid, const struct xr_finder *to)
{
	for (const struct xenring_proto *const *p = xr_protos; *p; p++) {
		struct walk w = { .scan = scan, .proto = *p, .domid = domid, .to = to };
		_cleanup_free_ char *top = NULL;

		if (!(*p)->walk_dir || !wants(to, (*p)->walk_type))
			continue;
		top = xr_sprintf("/%s", (*p)->walk_dir);
		if (top)
			walk(&w, top, (*p)->walk_depth);
		for (size_t i = 0; i < scan->n_named; i++)
			if (scan->named[i].domid == domid)
				to->found(to->data, (*p)->walk_type, scan->named[i].id);
	}
}

void xr_scan_list(struct xr_scan *scan, uint32_t domid, const struct xr_finder *to)
{
	char dir[96];

	if (scan->driver) {
		list_served(scan, domid, to);
		return;
	}
	snprintf(dir, sizeof(dir), LOCAL "/%u/device", domid);
	list_below(scan, dir, to);
	/* the guest can remove its own folder; the toolstack's copy stays */
	for (enum xr_copy c = XR_COPY_LIBXL; c <= XR_COPY_XENOPS; c <<= 1)
		if (copies(scan) & c) {
			copy_dir(dir, c, domid);
			list_below(scan, dir, to);
		}
	for (const struct xenring_proto *const *p = xr_protos; *p; p++)
		if ((*p)->fixed_dir && domid && wants(to, (*p)->fixed_type))
			to->found(to->data, (*p)->fixed_type, "0");
	xr_scan_walk(scan, domid, to);
}

/* ---- a device's two sides ---------------------------------------------- */

/* "%u" in a key or name template replaced by n. */
static char *numbered(const char *template, uint32_t n)
{
	const char *at = strstr(template, "%u");

	return at ? xr_sprintf("%.*s%u%s", (int)(at - template), template, n, at + 2) :
		    strdup(template);
}

/* A reason that keeps with the device: what stands at the key and why it does not do. */
static void bad_value(struct xr_err *err, const char *where, const char *key, int code, const char *raw)
{
	if (code == -ENOENT)
		xr_err_set(err, "store", ENOENT, "%s/%s is missing", where, key);
	else if (code == -E2BIG)
		xr_err_set(err, "store", E2BIG, "%s/%s is longer than %d bytes", where, key,
			   XR_STORE_SCALAR);
	else if (raw)
		xr_err_set(err, "store", code, "%s/%s is \"%s\": %s", where, key, raw,
			   code == -ERANGE ? "out of range" : "not a plain number");
	else
		xr_err_set(err, "store", code, "%s/%s: %s", where, key, strerror(-code));
}

/* -1: not there or no number. */
static int read_state(struct xr_scan *scan, const char *dir, struct xr_err *err, const char *side)
{
	_cleanup_free_ char *raw = NULL;
	uint32_t state;
	int r = xr_store_u32(scan->src, dir, "state", XR_BUS_N - 1, &state, &raw);

	if (!r)
		return (int)state;
	if (r != -ENOENT)
		bad_value(err, side, "state", r, raw);
	return -1;
}

/* The backend's path in the toolstack's own copy, in a new string; NULL: there is none. */
static char *copied_backend(struct xr_scan *scan, const struct xr_dev *dev)
{
	for (enum xr_copy c = XR_COPY_LIBXL; c <= XR_COPY_XENOPS; c <<= 1) {
		char dir[96], key[96], *value;

		if (!(copies(scan) & c))
			continue;
		copy_dir(dir, c, dev->domid);
		snprintf(key, sizeof(key), "%s/%s/backend", dev->type, dev->id);
		if (!xr_store_read(scan->src, dir, key, &value, NULL))
			return value;
	}
	return NULL;
}

/*
 * The frontend's folder is not there, but the toolstack knows the device: it
 * is being taken apart (its backend closes or has gone too), or the guest has
 * removed what it may remove. -ENOENT: nobody knows it.
 */
static int frontend_missing(struct xr_scan *scan, struct xr_dev *dev)
{
	_cleanup_free_ char *backend = copied_backend(scan, dev);
	struct xr_backend_path p;

	if (!backend)
		return -ENOENT;
	dev->be_path = xr_printable(backend, strlen(backend), XR_STORE_SCALAR);
	if (!xr_parse_backend_path(backend, strlen(backend), &p)) {
		dev->be_domid = p.backend;
		dev->be_type = strdup(p.type);
		dev->be_state = read_state(scan, backend, &dev->err, "backend");
	}
	if (dev->be_state >= 0 && dev->be_state < XR_BUS_CLOSING)
		xr_err_set(&dev->err, "store", ENOENT, "the frontend's folder is missing");
	else
		dev->be_state = XR_BUS_CLOSED;
	return 0;
}

static void forged(struct xr_dev *dev, const char *why)
{
	dev->pairing = XR_PAIR_FORGED;
	xr_err_set(&dev->err, "pair", EPERM, "%s: not looked at", why);
}

/*
 * Who is the backend, and do both sides and the toolstack agree? The frontend's
 * folder belongs to the guest, so its word alone is nothing.
 */
static void pair(struct xr_scan *scan, struct xr_dev *dev)
{
	_cleanup_free_ char *backend = NULL, *frontend = NULL, *raw = NULL, *raw2 = NULL, *copy = NULL;
	struct xr_backend_path p;
	uint32_t id;
	size_t n = 0;
	int r;

	r = xr_store_read(scan->src, dev->fe_path, "backend", &backend, &n);
	if (r) {
		bad_value(&dev->err, "frontend", "backend", r, NULL);
		if (r != -ENOENT)
			dev->pairing = XR_PAIR_FORGED;
		return;
	}
	dev->be_path = xr_printable(backend, n, XR_STORE_SCALAR);
	if (strlen(backend) != n || xr_parse_backend_path(backend, n, &p)) {
		forged(dev, "the frontend's backend key is no backend's path");
		return;
	}
	dev->be_domid = p.backend;
	dev->be_type = strdup(p.type);
	if (scan->driver && p.backend != scan->self) {
		forged(dev, "the frontend of a backend here names one in another domain");
		return;
	}
	if (p.frontend != dev->domid) {
		forged(dev, "the frontend names a backend of another domain's device");
		return;
	}
	copy = copied_backend(scan, dev);
	if (copy && strcmp(copy, backend)) {
		forged(dev, "the frontend names another backend than the toolstack");
		return;
	}
	r = xr_store_u32(scan->src, dev->fe_path, "backend-id", UINT32_MAX, &id, &raw);
	if (r == -ENOENT) {
		bad_value(&dev->err, "frontend", "backend-id", r, NULL);
		return;
	}
	if (r || id != p.backend) {
		forged(dev, "the frontend's backend-id and backend disagree");
		return;
	}
	r = xr_store_read(scan->src, backend, "frontend", &frontend, &n);
	if (r) {
		bad_value(&dev->err, "backend", "frontend", r, NULL);
		return;
	}
	if (strlen(frontend) != n || strcmp(frontend, dev->fe_path)) {
		forged(dev, "the backend names another frontend");
		return;
	}
	r = xr_store_u32(scan->src, backend, "frontend-id", UINT32_MAX, &id, &raw2);
	if (r || id != dev->domid) {
		forged(dev, "the backend's frontend-id is another domain");
		return;
	}
	dev->be_state = read_state(scan, backend, &dev->err, "backend");
	dev->pairing = copy ? XR_PAIR_CONFIRMED : XR_PAIR_UNCONFIRMED;
}

static void read_abi(struct xr_scan *scan, struct xr_dev *dev, char **names, size_t n_names)
{
	static const struct {
		const char *key, *name;
		enum xr_abi abi;
	} abis[] = {
		{ "x86_64-abi", "x86_64", XR_ABI_64 },
		{ "x86_32-abi", "x86_32", XR_ABI_32 },
		{ "arm-abi", "arm", XR_ABI_64 },
	};
	_cleanup_free_ char *value = NULL, *raw = NULL;
	size_t n = 0;
	int r;

	dev->abi_known = true;
	if (!dev->proto->abi_key)
		return;
	if (!xr_names_have(names, n_names, dev->proto->abi_key)) {
		const struct xr_abi_default *d = dev->proto->abi_defaults;

		while (d->backend_type && (!dev->be_type || strcmp(d->backend_type, dev->be_type)))
			d++;
		dev->abi = d->abi;
		dev->abi_name = abis[d->abi].name;
		return;
	}
	r = xr_store_read(scan->src, dev->fe_path, dev->proto->abi_key, &value, &n);
	for (size_t i = 0; !r && i < sizeof(abis) / sizeof(abis[0]); i++)
		if (!strcmp(value, abis[i].key)) {
			dev->abi = abis[i].abi;
			dev->abi_name = abis[i].name;
			return;
		}
	dev->abi_known = false;
	if (r) {
		bad_value(&dev->err, "frontend", dev->proto->abi_key, r, NULL);
		return;
	}
	raw = xr_printable(value, n, 40);
	xr_err_set(&dev->err, "store", EINVAL, "frontend/%s is \"%s\": no ABI that is known",
		   dev->proto->abi_key, raw ? raw : "");
}

/* ---- rings ------------------------------------------------------------- */

/* Where one queue's keys stand, and which there are. */
struct queue {
	const char *dir;	/* the device's folder, or queue-N below it */
	const char *label;	/* for messages: "frontend" or "frontend/queue-1" */
	const char *below;	/* what its rings' names begin with: "", or "0/1/" */
	char **names;
	size_t n;
};

/* A key of the ring as it stands in the store, a new string: with its number, if it is numbered. */
static char *ring_key(const struct xr_ring *ring, const char *template)
{
	return ring->desc->flags & XR_NUMBERED ? numbered(template, ring->queue) : strdup(template);
}

static void read_port(struct xr_scan *scan, struct xr_ring *ring, const struct queue *q)
{
	for (size_t i = 0; i < XR_PORT_KEYS && ring->desc->port_keys[i]; i++) {
		_cleanup_free_ char *key = ring_key(ring, ring->desc->port_keys[i]);
		_cleanup_free_ char *raw = NULL;
		uint32_t port;
		int r;

		if (!key || !xr_names_have(q->names, q->n, key))
			continue;
		r = xr_store_u32(scan->src, q->dir, key, MAX_PORT, &port, &raw);
		if (r)
			bad_value(&ring->err, q->label, key, r, raw);
		else
			ring->port = port;
		return;
	}
}

static void read_refs(struct xr_scan *scan, struct xr_ring *ring, const struct queue *q, bool several)
{
	const char *one = ring->desc->ref_keys[0], *many = ring->desc->ref_keys[1];

	/*
	 * The order key, even as "0", makes backends read ring-ref0; without it
	 * they read ring-ref. What is there decides.
	 */
	if (ring->map.n_pages == 1 && many) {
		_cleanup_free_ char *first = numbered(many, 0);
		bool have_one = xr_names_have(q->names, q->n, one);
		bool have_many = first && xr_names_have(q->names, q->n, first);

		several = have_many && (several || !have_one);
	}
	for (uint32_t i = 0; i < ring->map.n_pages; i++) {
		_cleanup_free_ char *key = several && many ? numbered(many, i) : ring_key(ring, one);
		_cleanup_free_ char *raw = NULL;
		int r;

		if (!key)
			return;
		r = xr_store_u32(scan->src, q->dir, key, UINT32_MAX, &ring->map.refs[i], &raw);
		if (r) {
			bad_value(&ring->err, q->label, key, r, raw);
			return;
		}
	}
}

/* The number of ring pages, which stands at the device's top. -errno with the error set. */
static int read_pages(struct xr_scan *scan, const struct xr_dev *dev, struct xr_ring *ring,
		      const struct queue *top, bool *ret_several)
{
	const char *key = NULL;
	_cleanup_free_ char *raw = NULL;
	uint32_t v;
	int r;

	ring->map.n_pages = 1;
	*ret_several = true;
	if (ring->desc->order_key && xr_names_have(top->names, top->n, ring->desc->order_key)) {
		key = ring->desc->order_key;
		r = xr_store_u32(scan->src, dev->fe_path, key, ring->desc->max_order, &v, &raw);
		if (!r)
			ring->map.n_pages = 1u << v;
	} else if (ring->desc->pages_key && xr_names_have(top->names, top->n, ring->desc->pages_key)) {
		key = ring->desc->pages_key;
		r = xr_store_u32(scan->src, dev->fe_path, key, 1u << ring->desc->max_order, &v, &raw);
		if (!r && (!v || (v & (v - 1)))) {
			r = -EINVAL;
			raw = xr_sprintf("%u", v);
		}
		if (!r)
			ring->map.n_pages = v;
	} else {
		*ret_several = false;
		return 0;
	}
	if (r)
		bad_value(&ring->err, "frontend", key, r, raw);
	return r;
}

/* A frame number, for a ring without a grant. */
static void read_gfn(struct xr_scan *scan, struct xr_ring *ring, const struct queue *q)
{
	_cleanup_free_ char *value = NULL;
	char *end;
	size_t n = 0;

	ring->map.gfn = UINT64_MAX;
	if (xr_store_read(scan->src, q->dir, ring->desc->gfn_key, &value, &n) || !n ||
	    value[0] < '0' || value[0] > '9')
		return;
	errno = 0;
	ring->map.gfn = strtoull(value, &end, 10);
	if (errno || *end)
		ring->map.gfn = UINT64_MAX;
}

/*
 * The frontend gives a frame instead of a grant (vfb's page-ref): its word
 * alone, but Xen maps no page that is not its own. Of a PV guest with a PCI
 * device "its own" includes the device's registers, and to read some of these
 * does something.
 */
static void claim_gfn(struct xr_scan *scan, const struct xr_dev *dev, struct xr_ring *ring,
		      const struct queue *q)
{
	_cleanup_free_ char **names = NULL;
	char dir[64];
	size_t n = 0;

	ring->map.n_pages = 1;
	ring->map.no_grant = true;
	read_gfn(scan, ring, q);
	if (ring->map.gfn == UINT64_MAX) {
		xr_err_set(&ring->err, "store", EINVAL, "%s/%s is not a frame number", q->label,
			   ring->desc->gfn_key);
		return;
	}
	snprintf(dir, sizeof(dir), LOCAL "/%u/device/pci", dev->domid);
	if (!xr_store_list(scan->src, dir, NULL, &names, &n) && n)
		xr_err_set(&ring->err, "map", EPERM,
			   "%s/%s of a domain with PCI devices may be a register of one: not looked at",
			   q->label, ring->desc->gfn_key);
}

static bool has_ref_key(const struct xr_ring *ring, const struct queue *q)
{
	for (size_t i = 0; i < XR_REF_KEYS && ring->desc->ref_keys[i]; i++) {
		_cleanup_free_ char *key = numbered(ring->desc->ref_keys[i],
						    ring->desc->flags & XR_NUMBERED ? ring->queue : 0);

		if (key && xr_names_have(q->names, q->n, key))
			return true;
	}
	return false;
}

static void fill_ring(struct xr_scan *scan, struct xr_dev *dev, struct xr_ring *ring,
		      const struct queue *q, const struct queue *top, bool fixed)
{
	const struct xr_ring_desc *desc = ring->desc;
	bool several;

	if (fixed) {
		ring->map.n_pages = 1;
		ring->map.any_grantee = true;
		ring->map.refs[0] = (uint32_t)desc->reserved_gref;
		if (desc->gfn_key)
			read_gfn(scan, ring, q);
	} else if (desc->gfn_key && !has_ref_key(ring, q)) {
		claim_gfn(scan, dev, ring, q);
	} else {
		if (read_pages(scan, dev, ring, top, &several))
			return;
		read_refs(scan, ring, q, several);
		if (dev->no_bus) {
			/* nobody says who the other side is: the grant does */
			ring->map.any_grantee = true;
			ring->map.gfn = UINT64_MAX;
		}
	}
	read_port(scan, ring, q);
	if (desc->kind == XR_RING_SLOTS && dev->abi_known) {
		ring->slot_size = desc->slot_size[dev->abi];
		ring->slots = xr_ring_slots(ring->map.n_pages, desc->slots_off, ring->slot_size);
	}
	if (desc->kind == XR_RING_EVENTS && dev->abi_known)
		ring->slot_size = desc->slot_size[dev->abi];
}

/* Are the keys of a ring of this kind there? */
static bool has_keys(const struct xr_ring_desc *desc, const struct queue *q)
{
	const struct xr_ring first = { .desc = desc };

	return has_ref_key(&first, q);
}

/* below: the numbers of the folders it is in, "0/1/"; "" if it is in none. */
static struct xr_ring *new_ring(struct xr_dev *dev, const struct xr_ring_desc *desc, uint32_t queue,
				const char *below)
{
	_cleanup_free_ char *name = numbered(desc->name, queue);
	struct xr_ring *rings = reallocarray(dev->rings, dev->n_rings + 1, sizeof(*rings));
	struct xr_ring *ring;

	if (!rings)
		return NULL;
	dev->rings = rings;
	ring = &rings[dev->n_rings];
	*ring = (struct xr_ring){
		.desc = desc, .queue = queue, .name = name ? xr_sprintf("%s%s", below, name) : NULL,
		.in_size = desc->in_size, .out_size = desc->out_size,
		.port = XENRING_UNKNOWN, .backend_port = XENRING_UNKNOWN, .epoch = 1,
	};
	if (!ring->name)
		return NULL;
	ring->map.domid = dev->domid;
	ring->map.kind = desc->kind;
	ring->map.idx_off = desc->idx_off;
	ring->map.second = desc->flags & XR_NO_IN;
	ring->map.public_size = desc->kind == XR_RING_SLOTS ? UINT32_MAX : desc->public_size;
	ring->map.grantee = XENRING_UNKNOWN;
	ring->map.backend_domid = dev->be_domid >= 0 ? (uint32_t)dev->be_domid : 0;
	dev->n_rings++;
	return ring;
}

const struct xr_ring *xr_scan_announcer(const struct xr_dev *dev)
{
	for (size_t i = 0; i < dev->n_rings; i++)
		if (dev->rings[i].desc->announces)
			return &dev->rings[i];
	return NULL;
}

/* Is the page of this grant the device's already? */
static bool is_taken(const struct xr_dev *dev, uint32_t gref)
{
	for (size_t i = 0; i < dev->n_rings; i++)
		for (uint32_t j = 0; j < dev->rings[i].map.n_pages; j++)
			if (!dev->rings[i].map.no_grant && dev->rings[i].map.refs[j] == gref)
				return true;
	return false;
}

/* "s%x" with the id in place of the "%x". */
static char *announced_name(const char *template, uint64_t id)
{
	const char *at = strstr(template, "%x");

	return at ? xr_sprintf("%.*s%" PRIx64 "%s", (int)(at - template), template, id, at + 2) :
		    strdup(template);
}

int xr_scan_announced(struct xr_dev *dev, const struct xr_announced *a)
{
	const struct xr_ring *by = xr_scan_announcer(dev);
	const struct xr_ring_desc *desc = dev->proto ? dev->proto->rings : NULL;
	bool wanted = by && by->wanted;

	while (desc && desc->name && !(desc->flags & XR_ANNOUNCED))
		desc++;
	if (!desc || !desc->name)
		return 0;
	for (uint32_t i = 0; i < a->n; i++) {
		bool taken = is_taken(dev, a->at[i].gref);
		struct xr_ring *ring = new_ring(dev, desc, 0, "");

		if (!ring)
			return -ENOMEM;
		free(ring->name);
		ring->name = announced_name(desc->name, a->at[i].id);
		if (!ring->name)
			return -ENOMEM;
		ring->id = a->at[i].id;
		ring->map.n_pages = 1;
		ring->map.refs[0] = a->at[i].gref;
		if (taken)
			xr_err_set(&ring->err, "grant", EINVAL, "grant %u is the page of another ring of the device",
				   a->at[i].gref);
		if (a->at[i].port > MAX_PORT)
			xr_err_set(&ring->err, "map", ERANGE, "its event channel is %u: out of range",
				   a->at[i].port);
		else
			ring->port = a->at[i].port;
		ring->wanted = wanted && !ring->err.op;
	}
	if (a->more)
		xr_err_set(&dev->note, "map", ENOSPC,
			   "more than %d rings were announced at a time: those beyond are not looked at",
			   XR_MAX_ANNOUNCED);
	return 0;
}

/* How many queues the frontend says it has; 0 with the device's error set. */
static uint32_t read_queues(struct xr_scan *scan, struct xr_dev *dev, const struct queue *top)
{
	const char *key = dev->proto->queues_key;
	_cleanup_free_ char *raw = NULL;
	uint32_t n = 1, limit;
	int r;

	if (!key || !xr_names_have(top->names, top->n, key))
		return 1;
	r = xr_store_u32(scan->src, dev->fe_path, key, UINT32_MAX, &n, &raw);
	if (r) {
		bad_value(&dev->err, "frontend", key, r, raw);
		return 0;
	}
	if (n > 1 && dev->proto->queues_max_key && dev->pairing != XR_PAIR_FORGED &&
	    !xr_store_u32(scan->src, dev->be_path, dev->proto->queues_max_key, UINT32_MAX, &limit,
			  NULL) && n > limit) {
		xr_err_set(&dev->err, "store", ERANGE,
			   "frontend/%s is %u, but the backend offers %u", key, n, limit);
		return 0;
	}
	if (n < 1 || n > XR_MAX_QUEUES) {
		xr_err_set(&dev->err, "store", ERANGE, "frontend/%s is %u: 1 to %u are looked at",
			   key, n, XR_MAX_QUEUES);
		return 0;
	}
	return n;
}

/* A key that says yes or no: 1, 0, XR_NO_KEY, -1 if that cannot be told. */
static int8_t read_flag(struct xr_scan *scan, const char *dir, const char *key)
{
	uint32_t v = 0;
	int r = dir ? xr_store_u32(scan->src, dir, key, UINT32_MAX, &v, NULL) : -ENOENT;

	return r == -ENOENT ? XR_NO_KEY : r ? -1 : v != 0;
}

/* Whether pages stay granted: the backend is asked only if the frontend would. */
static void read_persistent(struct xr_scan *scan, struct xr_dev *dev, const struct queue *top)
{
	const char *key = dev->proto->persistent_key;

	if (!key || !xr_names_have(top->names, top->n, key))
		return;
	dev->fe_persistent = read_flag(scan, dev->fe_path, key);
	if (dev->fe_persistent)
		dev->be_persistent = read_flag(scan, dev->be_path, key);
}

/*
 * How large the disk is. Linux' backend counts 512 bytes, QEMU's the disk's own
 * sectors: the larger of the two is a bound.
 */
static void read_size(struct xr_scan *scan, struct xr_dev *dev)
{
	const struct xenring_proto *p = dev->proto;
	uint32_t unit = 512;
	_cleanup_free_ char *value = NULL;
	uint64_t sectors = 0;
	size_t n = 0;

	if (!p->size_key || dev->be_state != XR_BUS_CONNECTED ||
	    xr_store_read(scan->src, dev->be_path, p->size_key, &value, &n))
		return;
	/* twelve digits are 500 TiB */
	for (size_t i = 0; i < n && n <= 12; i++) {
		if (value[i] < '0' || value[i] > '9')
			return;
		sectors = 10 * sectors + (uint64_t)(value[i] - '0');
	}
	if (xr_store_u32(scan->src, dev->be_path, p->unit_key, 1 << 16, &unit, NULL) || unit < 512)
		unit = 512;
	if (sectors)
		dev->be_sectors = (int64_t)(sectors * (unit / 512));
}

/* A printable text, NULL if the key is not there. False: that is not known, a capture may not hold it. */
static bool read_text(struct xr_scan *scan, const char *dir, const char *key, char **ret)
{
	_cleanup_free_ char *value = NULL;
	size_t n = 0;
	int r = xr_store_read(scan->src, dir, key, &value, &n);

	if (!r)
		*ret = xr_printable(value, n, 80);
	return !r || r == -ENOENT;
}

/* Why a device does not connect: what scripts and drivers have written, which changes fire the backend's watch. */
static void read_hotplug(struct xr_scan *scan, struct xr_dev *dev)
{
	_cleanup_free_ char *physical = NULL, *back = NULL, *front = NULL;

	if (!dev->be_type || dev->be_state < 0 || dev->be_state >= XR_BUS_CLOSING ||
	    (dev->fe_state == XR_BUS_CONNECTED && dev->be_state == XR_BUS_CONNECTED))
		return;
	dev->hotplug_read = read_text(scan, dev->be_path, "hotplug-status", &dev->hotplug);
	dev->hotplug_read &= read_text(scan, dev->be_path, "hotplug-error", &dev->hotplug_error);
	dev->hotplug_read &= read_text(scan, dev->be_path, "physical-device", &physical);
	dev->has_physical = physical && physical[0];
	/* Linux' xenbus_dev_error() */
	back = xr_sprintf(LOCAL "/%" PRId64 "/error/backend/%s/%u/%s", dev->be_domid, dev->be_type, dev->domid, dev->id);
	front = xr_sprintf(LOCAL "/%u/error/device/%s/%s", dev->domid, dev->type, dev->id);
	if (back)
		read_text(scan, back, "error", &dev->driver_error);
	if (front && !dev->driver_error)
		read_text(scan, front, "error", &dev->driver_error);
}

/*
 * A mapping by grant keeps a frontend from taking its ring apart, so there must
 * be none before both sides are connected, and none after.
 */
static bool may_map(const struct xr_scan *scan, const struct xr_dev *dev)
{
	return !scan->driver ||
	       (dev->fe_state == XR_BUS_CONNECTED && dev->be_state == XR_BUS_CONNECTED);
}

/* Does the frontend speak the version that this row is of? */
static bool is_spoken(struct xr_scan *scan, const struct xr_ring_desc *desc, const struct queue *q)
{
	const char *key = desc->if_key ? desc->if_key : desc->unless_key;
	uint32_t v = 1;

	if (!key)
		return true;
	/* what is no number is not "0" */
	return (xr_names_have(q->names, q->n, key) &&
		(xr_store_u32(scan->src, q->dir, key, UINT32_MAX, &v, NULL) || v)) == (desc->if_key != NULL);
}

static void scan_queue(struct xr_scan *scan, struct xr_dev *dev, const struct queue *q,
		       const struct queue *top, uint32_t number, bool fixed)
{
	for (const struct xr_ring_desc *desc = dev->proto->rings; desc->name; desc++) {
		const struct queue *from = desc->flags & XR_PER_QUEUE ? q : top;
		struct xr_ring *ring;

		if ((!(desc->flags & (XR_PER_QUEUE | XR_NUMBERED)) && number) || desc->flags & XR_ANNOUNCED)
			continue;
		if (!is_spoken(scan, desc, from))
			continue;
		if (!fixed && (desc->flags & XR_OPTIONAL) && !has_keys(desc, from))
			continue;
		ring = new_ring(dev, desc, number, q->below);
		if (!ring)
			return;
		fill_ring(scan, dev, ring, from, top, fixed);
		ring->wanted = !ring->err.op && !dev->err.op && dev->abi_known && may_map(scan, dev);
	}
}

/* A row for each ring that will be there, nothing known of it. */
static void place_queue(struct xr_dev *dev, const struct queue *q)
{
	for (const struct xr_ring_desc *desc = dev->proto->rings; desc->name; desc++)
		if (!(desc->flags & (XR_OPTIONAL | XR_ANNOUNCED)) && !desc->unless_key)
			new_ring(dev, desc, 0, q->below);
}

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/*
 * The folders of q that have a number for a name, by number; other keys stand
 * beside them. A name that Xen's drivers would not write ("00") is another
 * folder than the number's. -ERANGE: there are too many.
 */
static int folders(const struct queue *q, uint32_t ret[XR_MAX_BELOW], size_t *ret_n)
{
	size_t n = 0;

	for (size_t i = 0; i < q->n; i++) {
		char text[11];
		uint32_t number;

		if (xr_parse_u32(q->names[i], strlen(q->names[i]), UINT32_MAX, &number))
			continue;
		snprintf(text, sizeof(text), "%u", number);
		if (strcmp(text, q->names[i]) != 0)
			continue;
		if (n == XR_MAX_BELOW)
			return -ERANGE;
		ret[n++] = number;
	}
	qsort(ret, n, sizeof(*ret), by_number);
	*ret_n = n;
	return 0;
}

/*
 * The rings of a device that stand in folders below it, depth of them one in
 * the other: read, or only given their rows. What keeps it from looking at all
 * of them is the device's error.
 */
static int scan_below(struct xr_scan *scan, struct xr_dev *dev, const struct queue *q, unsigned depth,
		      bool read)
{
	uint32_t numbers[XR_MAX_BELOW];
	size_t n = 0;
	int r;

	if (!depth) {
		if (read)
			scan_queue(scan, dev, q, q, 0, false);
		else
			place_queue(dev, q);
		return 0;
	}
	r = folders(q, numbers, &n);
	if (r)
		xr_err_set(&dev->err, "store", r, "%s has more than %u folders: not looked at", q->label,
			   XR_MAX_BELOW);
	for (size_t i = 0; !r && i < n; i++) {
		_cleanup_free_ char *dir = xr_sprintf("%s/%u", q->dir, numbers[i]);
		_cleanup_free_ char *label = xr_sprintf("%s/%u", q->label, numbers[i]);
		_cleanup_free_ char *below = xr_sprintf("%s%u/", q->below, numbers[i]);
		_cleanup_free_ char **names = NULL;
		struct queue sub = { .dir = dir, .label = label, .below = below };

		if (!dir || !label || !below)
			return -ENOMEM;
		r = xr_store_list(scan->src, dir, NULL, &names, &sub.n);
		sub.names = names;
		if (r == -ENOENT)
			r = 0;	/* it goes just now, which is a change that will be seen */
		else if (!r)
			r = scan_below(scan, dev, &sub, depth - 1, read);
		else
			xr_err_set(&dev->err, "store", r, "%s: %s", label, strerror(-r));
	}
	return r;
}

/* The rows of a device whose keys are not looked at. */
static void placeholder_rings(struct xr_scan *scan, struct xr_dev *dev, const struct queue *top)
{
	scan_below(scan, dev, top, dev->proto->depth, false);
}

static void scan_rings(struct xr_scan *scan, struct xr_dev *dev, const struct queue *top, bool fixed)
{
	uint32_t n = read_queues(scan, dev, top);
	bool below = n > 1 && !(dev->proto->rings->flags & XR_NUMBERED);

	dev->queues = n;
	if (!n) {
		placeholder_rings(scan, dev, top);
		return;
	}
	if (dev->proto->depth) {
		/* all or nothing: the device's error is each ring's */
		if (scan_below(scan, dev, top, dev->proto->depth, true))
			for (size_t i = 0; i < dev->n_rings; i++)
				dev->rings[i].wanted = false;
		return;
	}
	if (n == 1 && xr_names_have(top->names, top->n, "queue-0")) {
		/* one queue, but below queue-0; flat keys may be an old connection's */
		below = true;
		for (const struct xr_ring_desc *desc = dev->proto->rings; desc->name; desc++)
			if ((desc->flags & XR_PER_QUEUE) && has_keys(desc, top))
				below = false;
	}
	for (uint32_t i = 0; i < n; i++) {
		_cleanup_free_ char *dir = NULL, *label = NULL;
		_cleanup_free_ char **names = NULL;
		struct queue q = *top;

		if (below) {
			dir = xr_sprintf("%s/queue-%u", dev->fe_path, i);
			label = xr_sprintf("frontend/queue-%u", i);
			if (!dir || !label)
				return;
			q = (struct queue){ .dir = dir, .label = label, .below = "" };
			if (!xr_store_list(scan->src, dir, NULL, &names, &q.n))
				q.names = names;
		}
		scan_queue(scan, dev, &q, top, i, fixed);
	}
}

static bool is_connectable(int state)
{
	return state == XR_BUS_INITIALISED || state == XR_BUS_CONNECTED ||
	       state == XR_BUS_RECONFIGURING || state == XR_BUS_RECONFIGURED;
}

/* A device in one of the two places. -ENOENT: not there. */
static int scan_fixed(struct xr_scan *scan, struct xr_dev *dev, const struct queue *top)
{
	/* the toolstack's own folder, read-only to the guest: its word is good */
	dev->pairing = XR_PAIR_CONFIRMED;
	dev->no_bus = true;
	dev->abi_known = true;
	if (!has_keys(dev->proto->rings, top) && !xr_names_have(top->names, top->n, "port"))
		return -ENOENT;
	scan_rings(scan, dev, top, true);
	return 0;
}

/* One that is just a folder. -ENOENT: it is none, and nobody named it. */
static int scan_walked(struct xr_scan *scan, struct xr_dev *dev, const struct queue *top)
{
	dev->pairing = XR_PAIR_UNCONFIRMED;
	dev->no_bus = true;
	dev->abi_known = true;
	if (is_device(dev->proto, top->names, top->n)) {
		scan_rings(scan, dev, top, false);
		return 0;
	}
	if (!is_named(scan, dev->domid, dev->id))
		return -ENOENT;
	xr_err_set(&dev->err, "store", ENOENT, "%s has no %s and %s: its server has not made it, or not here",
		   dev->fe_path, dev->proto->rings->ref_keys[0], dev->proto->rings->port_keys[0]);
	placeholder_rings(scan, dev, top);
	return 0;
}

char *xr_scan_name_of(const char *type, const char *id)
{
	const struct xenring_proto *walked = *id ? walked_proto(type) : NULL;
	size_t n = walked ? strlen(walked->walk_dir) : 0;
	char *name;

	if (walked && !strncmp(id + 1, walked->walk_dir, n) && id[1 + n] == '/')
		id += 1 + n;
	name = xr_sprintf("%s:%s", type, walked ? id + 1 : id);
	for (char *p = name; p && (p = strchr(p, '/')); )
		*p = '.';
	return name;
}

int xr_scan_device(struct xr_scan *scan, uint32_t domid, const char *type, const char *id,
		   struct xr_dev **ret)
{
	_cleanup_(xr_dev_freep) struct xr_dev *dev = calloc(1, sizeof(*dev));
	_cleanup_free_ char **names = NULL;
	const struct xenring_proto *fixed = fixed_proto(type, id);
	const struct xenring_proto *walked = walked_proto(type);
	struct queue top = { .label = walked ? "server" : "frontend", .below = "" };
	int r;

	if (!dev)
		return -ENOMEM;
	dev->refs = 1;
	dev->domid = domid;
	dev->proto = fixed ? fixed : walked ? walked : xr_proto_of_type(type);
	dev->fe_state = dev->be_state = -1;
	dev->be_domid = dev->be_sectors = XENRING_UNKNOWN;
	dev->type = strdup(type);
	dev->id = strdup(id);
	dev->name = xr_scan_name_of(type, id);
	dev->fe_path = fixed ? xr_sprintf(LOCAL "/%u/%s", domid, fixed->fixed_dir) :
		       walked ? xr_sprintf(LOCAL "/%u%s", domid, id) :
				xr_sprintf(LOCAL "/%u/device/%s/%s", domid, type, id);
	if (!dev->type || !dev->id || !dev->name || !dev->fe_path)
		return -ENOMEM;
	top.dir = dev->fe_path;
	r = xr_store_list(scan->src, dev->fe_path, NULL, &names, &top.n);
	top.names = names;
	if (fixed || walked) {
		if (fixed)
			r = r ? -ENOENT : scan_fixed(scan, dev, &top);
		else
			r = scan_walked(scan, dev, &top);
		if (r)
			return r;
		*ret = xr_steal(&dev);
		return 0;
	}
	if (r == -ENOENT) {
		if (frontend_missing(scan, dev))
			return -ENOENT;
	} else if (r) {
		xr_err_set(&dev->err, "store", r, "%s: %s", dev->fe_path, strerror(-r));
	} else {
		dev->fe_state = read_state(scan, dev->fe_path, &dev->err, "frontend");
		pair(scan, dev);
		if (dev->pairing > XR_PAIR_UNKNOWN && dev->pairing != XR_PAIR_FORGED)
			read_hotplug(scan, dev);
	}
	if (dev->proto) {
		if (dev->pairing == XR_PAIR_FORGED || !is_connectable(dev->fe_state) ||
		    !dev->pairing) {
			placeholder_rings(scan, dev, &top);
		} else {
			/*
			 * Keys of two connections may be mixed if the guest is
			 * changing them now; then the watch has us read again.
			 */
			read_abi(scan, dev, names, top.n);
			read_persistent(scan, dev, &top);
			read_size(scan, dev);
			scan_rings(scan, dev, &top, false);
		}
	}
	*ret = xr_steal(&dev);
	return 0;
}

bool xr_scan_is_connected(struct xr_scan *scan, const struct xr_dev *dev)
{
	struct xr_err none = { 0 };
	bool is = dev->be_path && read_state(scan, dev->fe_path, &none, "") == XR_BUS_CONNECTED &&
		  read_state(scan, dev->be_path, &none, "") == XR_BUS_CONNECTED;

	xr_err_clear(&none);
	return is;
}

void xr_scan_port(struct xr_scan *scan, const struct xr_dev *dev, struct xr_ring *ring)
{
	struct xr_port port;

	if (ring->port < 0 || !scan->src->ops->port ||
	    scan->src->ops->port(scan->src, dev->domid, (uint32_t)ring->port, &port))
		return;
	if (port.status == XR_PORT_INTERDOMAIN)
		ring->backend_port = port.remote_port;
}
