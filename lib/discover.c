/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finding domains, devices and rings, and keeping up with them. */
#include <config.h>

#include "discover.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scan.h"
#include "util/cleanup.h"
#include "util/hash.h"
#include "util/text.h"

#define LOCAL "/local/domain"
/* How often the hypervisor is asked whether a suspended domain is back. */
#define ASK_NS 50000000

/* A device as discovery remembers it. */
struct known_dev {
	struct xr_dev *dev;
	bool dirty, seen;
	/* of one with a ring whose requests announce others; NULL at first */
	struct announced *announced;
};

/* What such a ring has announced, and how far it was looked at. */
struct announced {
	struct xr_announced rings;
	uint64_t uid;			/* of the connection that they belong to */
	bool looked, changed;
	uint32_t last[XR_N_IDX];	/* as it was last sampled */
};

/* A domain as discovery remembers it. */
struct known_dom {
	uint32_t domid;
	struct xr_dominfo info;
	bool known;			/* to the hypervisor */
	bool seen;			/* by the scan under way */
	bool name_watched;
	bool watched, backend_watched;	/* its own folders; those of backends it runs */
	bool deaf;			/* ... but not all of them could be */
	bool name_dirty, list_dirty;
	bool walk_dirty;		/* the list of devices without xenbus alone */
	char *name;
	struct known_dev *devs;
	size_t n_devs;
	UT_hash_handle hh;
};

struct xr_discovery {
	struct xr_source *src;
	struct xr_scan scan;
	struct known_dom *doms;
	xenring_wants *wants;		/* NULL: everything is */
	void *wants_data;
	bool domains_dirty, any_dirty;
	bool changed;			/* since the last topology */
	bool suspended;			/* some domain is: see is_due() */
	bool own_watched;		/* the backends of this driver domain are */
	int64_t ask_at;
};

/* ---- small steps ------------------------------------------------------- */

static void unmap(struct xr_discovery *d, struct xr_ring *ring)
{
	if (ring->map.page) {
		d->src->ops->unmap_ring(d->src, &ring->map);
		/* nobody may sample before the next update */
		d->changed = d->any_dirty = true;
	}
}

static void unmap_dev(struct xr_discovery *d, struct xr_dev *dev)
{
	for (size_t i = 0; i < dev->n_rings; i++)
		unmap(d, &dev->rings[i]);
}

static void drop_dev(struct xr_discovery *d, struct known_dom *dom, size_t i)
{
	unmap_dev(d, dom->devs[i].dev);
	xr_dev_unref(dom->devs[i].dev);
	free(dom->devs[i].announced);
	dom->devs[i] = dom->devs[--dom->n_devs];
	d->changed = true;
}

/* Is one of the two the folder that the other is in, or are they the same? */
static bool on_one_path(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b), least = n < m ? n : m;

	return !strncmp(a, b, least) && (n == m || (n > m ? a : b)[least] == '/');
}

/* Is the folder, "/data/vchan/0", in one that is watched as a whole? */
static bool is_watched_anyway(const char *id)
{
	for (const struct xenring_proto *const *p = xr_protos; *p; p++) {
		size_t n = (*p)->walk_dir ? strlen((*p)->walk_dir) : 0;

		if (n && strlen(id + 1) >= n && on_one_path(id + 1, (*p)->walk_dir))
			return true;
	}
	return false;
}

/* Starts or ends a watch on a folder of the domain. -errno; a source without watches has all news without. */
static int watch(struct xr_discovery *d, uint32_t domid, const char *below, bool on)
{
	char path[XR_FOLDER_MAX + 64];
	int r;

	if (!d->src->ops->store_watch)
		return 0;
	snprintf(path, sizeof(path), LOCAL "/%u/%s", domid, below);
	r = on ? d->src->ops->store_watch(d->src, path) : d->src->ops->store_unwatch(d->src, path);
	if (r)
		xr_debug(d->src, "store", "%s %s: %s", on ? "watch" : "unwatch", path, strerror(-r));
	return r;
}

/* The name alone, which tells whether any of the rest is wanted. It is not for a driver domain's eyes. */
static void watch_name(struct xr_discovery *d, struct known_dom *dom, bool on)
{
	if (!d->scan.driver)
		watch(d, dom->domid, "name", on);
	dom->name_watched = on;
}

static void watch_own(struct xr_discovery *d, struct known_dom *dom, bool on)
{
	static const char *const below[] = { "device", "console" };
	/* the others are not for a driver domain's eyes */
	size_t n = d->scan.driver ? 1 : sizeof(below) / sizeof(below[0]);

	dom->deaf = false;
	for (size_t i = 0; i < n; i++)
		dom->deaf |= watch(d, dom->domid, below[i], on) != 0;
	/* what has no xenbus keeps nobody's rings, and is not for a driver domain's eyes either */
	for (const struct xenring_proto *const *p = xr_protos; !d->scan.driver && *p; p++)
		if ((*p)->walk_dir)
			watch(d, dom->domid, (*p)->walk_dir, on);
	for (size_t i = 0; !d->scan.driver && i < d->scan.n_named; i++)
		if (d->scan.named[i].domid == dom->domid && !is_watched_anyway(d->scan.named[i].id))
			watch(d, dom->domid, d->scan.named[i].id + 1, on);
	dom->watched = on;
}

static void drop_dom(struct xr_discovery *d, struct known_dom *dom)
{
	while (dom->n_devs)
		drop_dev(d, dom, dom->n_devs - 1);
	if (dom->watched)
		watch_own(d, dom, false);
	if (dom->name_watched)
		watch_name(d, dom, false);
	if (dom->backend_watched)
		watch(d, dom->domid, "backend", false);
	HASH_DEL(d->doms, dom);
	free(dom->devs);
	free(dom->name);
	free(dom);
	d->changed = true;
}

static struct known_dom *find_dom(struct xr_discovery *d, uint32_t domid)
{
	struct known_dom *dom;

	HASH_FIND(hh, d->doms, &domid, sizeof(domid), dom);
	return dom;
}

static struct known_dom *need_dom(struct xr_discovery *d, uint32_t domid)
{
	struct known_dom *dom = find_dom(d, domid);

	if (dom)
		return dom;
	dom = calloc(1, sizeof(*dom));
	if (!dom)
		return NULL;
	dom->domid = domid;
	dom->name_dirty = dom->list_dirty = true;
	HASH_ADD(hh, d->doms, domid, sizeof(dom->domid), dom);
	d->changed = true;
	return dom;
}

/* A domain whose pages nobody may hold: it dies, or it has left by suspend. */
static bool is_leaving(const struct known_dom *dom)
{
	enum { SUSPEND = 2 };	/* SHUTDOWN_suspend, xen/include/public/sched.h */

	return dom->known &&
	       (dom->info.dying || (dom->info.shutdown && dom->info.shutdown_reason == SUSPEND));
}

static bool is_suspended(const struct known_dom *dom)
{
	return is_leaving(dom) && !dom->info.dying;
}

/*
 * Nobody announces it when a suspended domain runs on, after a checkpoint or a
 * migration that failed: neither a watch fires nor do its keys change.
 */
static bool is_due(const struct xr_discovery *d)
{
	struct xenring_time now;

	return d->suspended && !d->src->ops->now(d->src, &now) && now.mono_ns >= d->ask_at;
}

/* ---- what has changed -------------------------------------------------- */

void xr_discovery_domains_changed(struct xr_discovery *d)
{
	d->domains_dirty = d->any_dirty = true;
}

void xr_discovery_all_changed(struct xr_discovery *d)
{
	struct known_dom *dom, *tmp;

	xr_discovery_domains_changed(d);
	d->scan.asked = false;
	HASH_ITER(hh, d->doms, dom, tmp) {
		dom->name_dirty = dom->list_dirty = true;
		for (size_t i = 0; i < dom->n_devs; i++)
			dom->devs[i].dirty = true;
	}
}

static void mark(struct known_dom *dom, const struct xr_path_parts *p)
{
	bool found = false;

	char id[12];

	snprintf(id, sizeof(id), "%u", p->id);
	for (size_t i = 0; i < dom->n_devs; i++) {
		struct known_dev *k = &dom->devs[i];
		const char *type = p->what == XR_PATH_BACKEND ? k->dev->be_type : k->dev->type;

		if (p->has_id && !strcmp(k->dev->id, id) && type && !strcmp(type, p->type))
			k->dirty = found = true;
	}
	if (!found)
		dom->list_dirty = true;
}

/*
 * The same for a folder that devices without xenbus are in, at any depth. It
 * may be above several. False: there are none on its path.
 */
static bool mark_walked(struct known_dom *dom, const char *below)
{
	bool found = false, above = false;

	if (!below || !*below)
		return false;
	for (size_t i = 0; i < dom->n_devs; i++)
		if (dom->devs[i].dev->id[0] == '/' && on_one_path(dom->devs[i].dev->id, below)) {
			dom->devs[i].dirty = found = true;
			above |= strlen(below) < strlen(dom->devs[i].dev->id);
		}
	/* a key of a device that is known brings no other one */
	if (is_watched_anyway(below) && (!found || above))
		dom->walk_dirty = found = true;
	return found;
}

void xr_discovery_path_changed(struct xr_discovery *d, const char *path)
{
	struct xr_path_parts p;
	struct known_dom *dom;

	xr_path_split(path, &p);
	if (p.what == XR_PATH_OTHER)
		return;
	dom = find_dom(d, p.domid);
	if (d->scan.driver && p.what == XR_PATH_BACKEND) {
		/* nobody else tells of domains, and of devices that have gone */
		xr_discovery_domains_changed(d);
		if (dom)
			dom->list_dirty = true;
	}
	if (!dom)
		return;		/* its introduction comes as a change of domains */
	d->any_dirty = true;
	if (mark_walked(dom, p.below))
		return;
	if (p.what == XR_PATH_NAME) {
		dom->name_dirty = true;
	} else if (p.what == XR_PATH_FIXED) {
		p.has_id = true;
		mark(dom, &p);
	} else if (p.what == XR_PATH_DEVICE && !p.type[0]) {
		/* the folder itself: its removal takes all below with it */
		dom->list_dirty = true;
		for (size_t i = 0; i < dom->n_devs; i++)
			dom->devs[i].dirty = true;
	} else {
		mark(dom, &p);
	}
}

bool xr_discovery_is_dirty(const struct xr_discovery *d)
{
	return d->any_dirty || is_due(d);
}

/* ---- rings that were announced ------------------------------------------- */

static struct known_dev *known_of(struct xr_discovery *d, const struct xr_dev *dev)
{
	struct known_dom *dom = find_dom(d, dev->domid);

	for (size_t i = 0; dom && i < dom->n_devs; i++)
		if (dom->devs[i].dev == dev)
			return &dom->devs[i];
	return NULL;
}

static void forget_at(struct xr_announced *a, uint32_t i)
{
	memmove(&a->at[i], &a->at[i + 1], (--a->n - i) * sizeof(a->at[0]));
}

/* The place of id among them, or where it would be. */
static uint32_t place_of(const struct xr_announced *a, uint64_t id)
{
	uint32_t i = 0;

	while (i < a->n && a->at[i].id < id)
		i++;
	return i;
}

/* True: it was not known like this. */
static bool take_ring(struct xr_announced *a, const struct xr_announce *new)
{
	uint32_t i = place_of(a, new->id);

	if (i < a->n && a->at[i].id == new->id) {
		if (a->at[i].gref == new->gref && a->at[i].port == new->port)
			return false;
		forget_at(a, i);
	}
	/* a page is but one's: who names it now has it */
	for (uint32_t j = 0; j < a->n; j++)
		if (a->at[j].gref == new->gref) {
			forget_at(a, j);
			break;
		}
	if (a->n == XR_MAX_ANNOUNCED) {
		bool first = !a->more;

		a->more = true;
		return first;
	}
	i = place_of(a, new->id);
	memmove(&a->at[i + 1], &a->at[i], (a->n++ - i) * sizeof(a->at[0]));
	a->at[i] = *new;
	return true;
}

static bool take_end(struct xr_announced *a, uint64_t id)
{
	uint32_t i = place_of(a, id);

	if (i == a->n || a->at[i].id != id)
		return false;
	forget_at(a, i);
	return true;
}

/*
 * What requests and responses that were not looked at yet say. What is older
 * than the ring is long has been missed. True: something has changed.
 */
static bool take_news(struct xr_announced *a, const struct xr_ring *ring, const struct xr_copied *c)
{
	uint32_t n = ring->slots, req = c->before[XR_REQ_PROD], rsp = c->before[XR_RSP_PROD];
	bool changed = false;

	for (uint32_t i = req - n; i != req; i++) {
		bool answered = xr_idx_sub(req, i) > xr_idx_sub(req, rsp);
		struct xr_announce news = { .id = 0 };
		const uint8_t *slot = c->bytes + xr_slot_at(i, n, ring->desc->slots_off, ring->slot_size);

		if (a->begun && xr_idx_sub(i, answered ? a->rsp_prod : a->req_prod) > INT32_MAX)
			continue;	/* it was looked at */
		if (xr_slot_may_have_changed(i, n, c->before, c->after))
			continue;
		switch (ring->desc->announces(slot, i, answered, &news)) {
		case XR_NEWS_RING:
			changed |= take_ring(a, &news);
			break;
		case XR_NEWS_END:
			changed |= take_end(a, news.id);
			break;
		case XR_NO_NEWS:
			break;
		}
	}
	a->begun = true;
	a->req_prod = req;
	a->rsp_prod = rsp;
	return changed;
}

static void remember(struct xr_discovery *d, const struct xr_ring *ring, const struct announced *a)
{
	if (d->src->ops->remember && ring->map.page)
		d->src->ops->remember(d->src, &ring->map, &a->rings);
}

static void news_of(struct xr_discovery *d, const struct xr_ring *ring, struct announced *a)
{
	_cleanup_free_ uint8_t *pages = malloc((size_t)ring->map.n_pages * XR_PAGE_SIZE);
	struct xr_copied c = { .bytes = pages };
	int r = pages ? xr_source_copy(d->src, &ring->map, &c) : -ENOMEM;

	if (r || c.look != XR_LOOK_OK ||
	    xr_idx_sub(c.before[XR_REQ_PROD], c.before[XR_RSP_PROD]) > ring->slots) {
		xr_debug(d->src, "map", "domain %u, %s: its requests cannot be looked at", ring->map.domid,
			 ring->name);
		a->looked = false;	/* again with the next sample */
		return;
	}
	if (take_news(&a->rings, ring, &c))
		a->changed = d->any_dirty = true;
	remember(d, ring, a);
}

bool xr_discovery_look(struct xr_discovery *d, struct xr_ring *ring, const struct xr_dev *dev,
		       const uint32_t idx[XR_N_IDX])
{
	struct known_dev *k = known_of(d, dev);
	struct announced *a;

	if (!k || !ring->slots)
		return false;
	if (!k->announced)
		k->announced = calloc(1, sizeof(*k->announced));
	a = k->announced;
	if (!a)
		return false;
	if (a->uid != ring->uid) {
		a->changed = a->rings.n > 0 || a->rings.more;
		d->any_dirty |= a->changed;
		a->rings = (struct xr_announced){ .n = 0 };
		a->uid = ring->uid;
		a->looked = false;
		/* a capture says what it was told by now; a live source knows nothing */
		if (d->src->ops->recall && !d->src->ops->recall(d->src, &ring->map, &a->rings))
			a->changed = d->any_dirty = true;
	} else if (a->looked && a->last[XR_REQ_PROD] == idx[XR_REQ_PROD] &&
		   a->last[XR_RSP_PROD] == idx[XR_RSP_PROD]) {
		return false;
	}
	a->looked = true;
	memcpy(a->last, idx, sizeof(a->last));
	news_of(d, ring, a);
	return a->changed;
}

void xr_discovery_remember(struct xr_discovery *d)
{
	struct known_dom *dom, *tmp;

	HASH_ITER(hh, d->doms, dom, tmp)
		for (size_t i = 0; i < dom->n_devs; i++) {
			const struct xr_ring *ring = xr_scan_announcer(dom->devs[i].dev);

			if (ring && dom->devs[i].announced && dom->devs[i].announced->uid == ring->uid)
				remember(d, ring, dom->devs[i].announced);
		}
}

/* One that was announced has ended: its device is what it was, and nobody has died of that. */
static void announced_gone(struct xr_discovery *d, const struct xr_ring *ring, const struct xr_dev *dev)
{
	struct known_dev *k = known_of(d, dev);
	const struct xr_ring *by = xr_scan_announcer(dev);

	if (!k || !k->announced || !take_end(&k->announced->rings, ring->id))
		return;
	k->announced->changed = true;
	if (by)
		remember(d, by, k->announced);
}

void xr_discovery_ring_gone(struct xr_discovery *d, struct xr_ring *ring, const struct xr_dev *dev)
{
	struct known_dev *k = known_of(d, dev);

	unmap(d, ring);
	d->any_dirty = true;
	if (ring->desc->flags & XR_ANNOUNCED) {
		announced_gone(d, ring, dev);
		return;
	}
	if (k)
		k->dirty = true;
	/* a death is seen here first, before anybody announces it */
	d->domains_dirty = true;
}

/* ---- domains ----------------------------------------------------------- */

/* The hypervisor's list into the known domains. Unmaps for those that leave. */
static int take_domains(struct xr_discovery *d, struct xr_err *err)
{
	_cleanup_free_ struct xr_dominfo *infos = NULL;
	struct known_dom *dom, *tmp;
	struct xenring_time now = { 0 };
	size_t n = 0;
	int r = d->src->ops->domains(d->src, &infos, &n);

	if (!r)
		r = d->src->ops->now(d->src, &now);
	if (r == -EOPNOTSUPP)
		return r;
	if (r) {
		xr_err_set(err, "domains", r, "cannot list the domains: %s", strerror(-r));
		return r;
	}
	HASH_ITER(hh, d->doms, dom, tmp)
		dom->seen = false;
	for (size_t i = 0; i < n; i++) {
		dom = need_dom(d, infos[i].domid);
		if (!dom)
			return -ENOMEM;
		if (dom->known && memcmp(dom->info.uuid, infos[i].uuid, sizeof(infos[i].uuid))) {
			/* the number was given to another guest meanwhile */
			drop_dom(d, dom);
			dom = need_dom(d, infos[i].domid);
			if (!dom)
				return -ENOMEM;
		}
		if (!dom->known || memcmp(&dom->info, &infos[i], sizeof(infos[i]))) {
			bool left = is_leaving(dom);

			dom->info = infos[i];
			dom->known = true;
			d->changed = true;
			if (left != is_leaving(dom)) {
				dom->list_dirty = d->any_dirty = true;
				/* it is back: its rings are to be mapped again */
				for (size_t j = 0; j < dom->n_devs; j++)
					dom->devs[j].dirty = true;
			}
		}
		dom->seen = true;
	}
	d->suspended = false;
	d->ask_at = now.mono_ns + ASK_NS;
	HASH_ITER(hh, d->doms, dom, tmp) {
		if (dom->known && !dom->seen) {
			dom->known = false;
			dom->list_dirty = d->any_dirty = true;
			d->changed = true;
			for (size_t i = 0; i < dom->n_devs; i++)
				unmap_dev(d, dom->devs[i].dev);
		} else if (is_leaving(dom)) {
			d->suspended |= is_suspended(dom);
			for (size_t i = 0; i < dom->n_devs; i++)
				unmap_dev(d, dom->devs[i].dev);
		}
	}
	return 0;
}

void xr_discovery_unmap_dead(struct xr_discovery *d)
{
	struct xr_err err = { 0 };

	if (take_domains(d, &err))
		xr_debug(d->src, "store", "%s", err.text ? err.text : "no list of domains");
	xr_err_clear(&err);
}

/* Those that were not seen go, those that are new are watched. */
static void sift_domains(struct xr_discovery *d)
{
	struct known_dom *dom, *tmp;

	HASH_ITER(hh, d->doms, dom, tmp) {
		if (!dom->seen) {
			drop_dom(d, dom);
		} else if (!dom->name_watched) {
			watch_name(d, dom, true);
			dom->name_dirty = dom->list_dirty = true;
		}
	}
}

static void on_served(void *data, uint32_t domid)
{
	struct known_dom *dom = need_dom(data, domid);

	if (dom)
		dom->seen = true;
}

/* All that a driver domain knows of others: those whose devices it serves. */
static int scan_served(struct xr_discovery *d, struct xr_err *err)
{
	struct known_dom *dom, *tmp;
	int r = d->scan.driver ? 0 : xr_scan_as_driver(&d->scan);

	if (r) {
		xr_err_set(err, "domains", r, "xenstore does not say which domain this is: %s", strerror(-r));
		return r;
	}
	if (!d->own_watched)
		r = watch(d, d->scan.self, "backend", true);
	if (!r) {
		d->own_watched = true;
		HASH_ITER(hh, d->doms, dom, tmp)
			dom->seen = false;
		r = xr_scan_served(&d->scan, on_served, d);
	}
	if (r) {
		xr_err_set(err, "store", r, "cannot look at the backends of this domain, %u: %s", d->scan.self,
			   strerror(-r));
		return r;
	}
	sift_domains(d);
	return 0;
}

/* All domains: the hypervisor's, and those that only have a folder. */
static int scan_domains(struct xr_discovery *d, struct xr_err *err)
{
	_cleanup_free_ char **names = NULL;
	struct known_dom *dom, *tmp;
	size_t n = 0;
	int r = take_domains(d, err);

	if (r == -EOPNOTSUPP)
		return scan_served(d, err);
	if (r)
		return r;
	r = xr_store_list(d->src, LOCAL, NULL, &names, &n);
	if (r && r != -ENOENT) {
		xr_err_set(err, "store", r, "cannot list " LOCAL ": %s", strerror(-r));
		return r;
	}
	HASH_ITER(hh, d->doms, dom, tmp)
		dom->seen = dom->known;
	for (size_t i = 0; i < n; i++) {
		uint32_t domid;

		if (xr_parse_u32(names[i], strlen(names[i]), XR_DOMID_FIRST_RESERVED - 1, &domid))
			continue;
		dom = need_dom(d, domid);
		if (!dom)
			return -ENOMEM;
		dom->seen = true;
	}
	sift_domains(d);
	return 0;
}

static void scan_name(struct xr_discovery *d, struct known_dom *dom)
{
	_cleanup_free_ char *value = NULL;
	char path[64], *name = NULL;
	size_t n = 0;

	dom->name_dirty = false;
	snprintf(path, sizeof(path), LOCAL "/%u", dom->domid);
	if (!xr_store_read(d->src, path, "name", &value, &n) && n)
		name = xr_printable(value, n, 128);
	if (!name)
		name = xr_sprintf("%u", dom->domid);
	/* a slash would make the name look like a device's path */
	for (char *p = name; p && (p = strchr(p, '/')); )
		*p = '|';
	if (!dom->name || !name || strcmp(dom->name, name))
		d->changed = true;
	free(dom->name);
	dom->name = name;
}

/* ---- devices ----------------------------------------------------------- */

static bool same_connection(const struct xr_ring *a, const struct xr_ring *b)
{
	return a->port == b->port && a->slots == b->slots && a->slot_size == b->slot_size &&
	       a->map.n_pages == b->map.n_pages && a->map.gfn == b->map.gfn &&
	       a->map.no_grant == b->map.no_grant &&
	       a->map.backend_domid == b->map.backend_domid &&
	       !memcmp(a->map.refs, b->map.refs, sizeof(a->map.refs[0]) * a->map.n_pages);
}

static struct xr_ring *twin(struct xr_dev *dev, const struct xr_ring *ring)
{
	for (size_t i = 0; dev && i < dev->n_rings; i++)
		if (dev->rings[i].desc == ring->desc && !strcmp(dev->rings[i].name, ring->name))
			return &dev->rings[i];
	return NULL;
}

/* What the first page of a mapped ring says of its size. The page is the guest's: it is judged by a copy. */
static void measure(struct xr_discovery *d, struct xr_ring *ring)
{
	_cleanup_free_ uint8_t *page = NULL;
	struct xr_copied c = { .look = XR_LOOK_NONE };
	struct xr_measure m = { .in_size = 0 };
	int r;

	if (!ring->desc->measure)
		return;
	page = malloc((size_t)ring->map.n_pages * XR_PAGE_SIZE);
	c.bytes = page;
	r = page ? xr_source_copy(d->src, &ring->map, &c) : -ENOMEM;
	if (r) {
		xr_err_set(&ring->err, "map", r, "its first page cannot be read: %s", strerror(-r));
		return;
	}
	ring->desc->measure(ring->desc, page, &m);
	ring->in_size = m.in_size;
	ring->out_size = m.out_size;
	if (m.fault)
		xr_err_set(&ring->err, "map", EINVAL, "%s", m.fault);
}

/* By the hypervisor, or, where it cannot be asked, by xenstore. False: the reason is set. */
static bool may_map(const struct xr_discovery *d, const struct known_dom *dom, struct xr_err *err)
{
	if (!d->scan.driver && !dom->known)
		xr_err_set(err, "map", ESRCH, "the hypervisor knows no domain %u", dom->domid);
	else if (d->scan.driver && dom->deaf)
		xr_err_set(err, "map", EPERM,
			   "xenstore would not tell when it closes, so it is not mapped by grant");
	return !err->op;
}

/* Maps what is to be mapped, keeping what the old device had of it. */
static void connect_rings(struct xr_discovery *d, const struct known_dom *dom,
			  struct xr_dev *old, struct xr_dev *dev)
{
	bool mapped = false;

	for (size_t i = 0; i < dev->n_rings; i++) {
		struct xr_ring *ring = &dev->rings[i], *was = twin(old, ring);
		bool same = was && same_connection(was, ring);

		if (is_leaving(dom))
			ring->wanted = false;
		if (was && was->map.page && same && ring->wanted) {
			ring->map = was->map;
			was->map.page = NULL;
			was->map.guards = NULL;
			was->map.n_guards = 0;
			ring->backend_port = was->backend_port;
			if (ring->desc->measure) {
				ring->in_size = was->in_size;
				ring->out_size = was->out_size;
				/* that its first page made no sense */
				xr_err_copy(&ring->err, &was->err);
			}
			if (ring->backend_port < 0)
				xr_scan_port(&d->scan, dev, ring);
		} else if (ring->wanted) {
			if (may_map(d, dom, &ring->err) &&
			    !d->src->ops->map_ring(d->src, &ring->map, &ring->err)) {
				mapped = true;
				/*
				 * The same frames again: the connection has not changed. By
				 * grant nobody knows frames, but what was let go was closed.
				 */
				same = same && !d->scan.driver && !memcmp(was->map.frames, ring->map.frames,
						       sizeof(ring->map.frames[0]) *
						       ring->map.n_pages);
				measure(d, ring);
			}
			xr_scan_port(&d->scan, dev, ring);
		}
		ring->epoch = was ? was->epoch + !same : 1;
		ring->uid = was && same ? was->uid : ++d->scan.last_uid;
	}
	if (old)
		unmap_dev(d, old);
	/* it may have closed since its keys were read, before there was anything to let go of */
	if (mapped && d->scan.driver && !xr_scan_is_connected(&d->scan, dev))
		unmap_dev(d, dev);
}

/* dom0's backends are watched by the source; those of a driver domain from here on. */
static void watch_backend(struct xr_discovery *d, const struct xr_dev *dev)
{
	struct known_dom *dom;

	if (dev->be_domid <= 0 || dev->pairing == XR_PAIR_FORGED || d->scan.driver)
		return;
	dom = find_dom(d, (uint32_t)dev->be_domid);
	if (!dom || dom->backend_watched)
		return;
	watch(d, dom->domid, "backend", true);
	dom->backend_watched = true;
}

/* Are the rings that were announced still those of the device as it is now? */
static bool still_announced(const struct xr_dev *old, struct xr_dev *dev)
{
	const struct xr_ring *was = xr_scan_announcer(old), *by = xr_scan_announcer(dev);

	return was && by && by->wanted && same_connection(was, by);
}

/* Adds what was announced and maps it all. Takes the old device's place. */
static void replace_dev(struct xr_discovery *d, struct known_dom *dom, size_t i, struct xr_dev *dev)
{
	struct known_dev *k = &dom->devs[i];
	struct xr_dev *old = k->dev;

	if (k->announced && !still_announced(old, dev)) {
		free(k->announced);
		k->announced = NULL;
	}
	if (k->announced) {
		k->announced->changed = false;
		/* without memory some are missing until something else changes */
		if (xr_scan_announced(dev, &k->announced->rings))
			xr_debug(d->src, "map", "%s: out of memory for what it announced", dev->name);
	}
	connect_rings(d, dom, old, dev);
	k->dev = dev;
	d->changed = true;
	xr_dev_unref(old);
}

/* A device whose keys are what they were, with other rings announced: nobody is asked. */
static void update_announced(struct xr_discovery *d, struct known_dom *dom, size_t i)
{
	struct xr_dev *dev = xr_dev_again(dom->devs[i].dev);

	if (dev)
		replace_dev(d, dom, i, dev);
}

static void scan_dev(struct xr_discovery *d, struct known_dom *dom, size_t i)
{
	struct xr_dev *old = dom->devs[i].dev, *dev = NULL;
	int r = xr_scan_device(&d->scan, dom->domid, old->type, old->id, &dev);

	dom->devs[i].dirty = false;
	d->changed = true;
	if (r == -ENOENT) {
		drop_dev(d, dom, i);
		return;
	}
	if (r)
		return;		/* without memory the old one stays */
	watch_backend(d, dev);
	replace_dev(d, dom, i, dev);
}

static void add_dev(struct xr_discovery *d, struct known_dom *dom, const char *type, const char *id)
{
	struct xr_dev *dev = NULL;
	struct known_dev *devs;

	for (size_t i = 0; i < dom->n_devs; i++)
		if (!strcmp(dom->devs[i].dev->id, id) && !strcmp(dom->devs[i].dev->type, type)) {
			dom->devs[i].seen = true;
			return;
		}
	if (xr_scan_device(&d->scan, dom->domid, type, id, &dev))
		return;
	devs = reallocarray(dom->devs, dom->n_devs + 1, sizeof(*devs));
	if (!devs) {
		xr_dev_unref(dev);
		return;
	}
	dom->devs = devs;
	devs[dom->n_devs++] = (struct known_dev){ .dev = dev, .seen = true };
	watch_backend(d, dev);
	connect_rings(d, dom, NULL, dev);
	d->changed = true;
}

struct found {
	struct xr_discovery *d;
	struct known_dom *dom;
};

static bool is_wanted(const struct xr_discovery *d, const struct known_dom *dom, const char *device)
{
	return !d->wants || d->wants(d->wants_data, dom->domid, dom->name ? dom->name : "", device);
}

/* Any of this type, with id "", or that device. */
static bool device_is_wanted(const struct found *f, const char *type, const char *id)
{
	_cleanup_free_ char *name = f->d->wants ? xr_scan_name_of(type, id) : NULL;

	/* without memory it is looked at for nothing */
	return !name || is_wanted(f->d, f->dom, name);
}

static bool on_type(void *data, const char *type)
{
	return device_is_wanted(data, type, "");
}

static void on_device(void *data, const char *type, const char *id)
{
	struct found *f = data;

	if (device_is_wanted(f, type, id))
		add_dev(f->d, f->dom, type, id);
}

static bool is_mapped(const struct xr_dev *dev)
{
	for (size_t i = 0; i < dev->n_rings; i++)
		if (dev->rings[i].map.page)
			return true;
	return false;
}

/*
 * What is mapped by grant must go before anything else is looked at: a frontend
 * that closes waits for nobody.
 */
static void let_go(struct xr_discovery *d)
{
	struct known_dom *dom, *tmp;

	HASH_ITER(hh, d->doms, dom, tmp)
		for (size_t i = 0; i < dom->n_devs; i++) {
			struct known_dev *k = &dom->devs[i];

			if (k->dirty && is_mapped(k->dev) && !xr_scan_is_connected(&d->scan, k->dev))
				unmap_dev(d, k->dev);
		}
}

/* Nothing of it is looked at until its name changes, or what is wanted. */
static void ignore_dom(struct xr_discovery *d, struct known_dom *dom)
{
	while (dom->n_devs)
		drop_dev(d, dom, dom->n_devs - 1);
	if (dom->watched)
		watch_own(d, dom, false);
}

static void scan_dom(struct xr_discovery *d, struct known_dom *dom)
{
	struct found f = { .d = d, .dom = dom };
	struct xr_finder to = { .wants = on_type, .found = on_device, .data = &f };

	if (dom->name_dirty)
		scan_name(d, dom);
	if (!is_wanted(d, dom, NULL)) {
		ignore_dom(d, dom);
		return;
	}
	if (!dom->watched) {
		/* before it is read: what changes meanwhile is then told */
		watch_own(d, dom, true);
		dom->list_dirty = true;
	}
	if (dom->list_dirty) {
		dom->list_dirty = dom->walk_dirty = false;
		for (size_t i = 0; i < dom->n_devs; i++)
			dom->devs[i].seen = false;
		xr_scan_list(&d->scan, dom->domid, &to);
		for (size_t i = dom->n_devs; i-- > 0; )
			if (!dom->devs[i].seen)
				drop_dev(d, dom, i);
	} else if (dom->walk_dirty) {
		/* those that have gone are dirty themselves */
		dom->walk_dirty = false;
		xr_scan_walk(&d->scan, dom->domid, &to);
	}
	for (size_t i = dom->n_devs; i-- > 0; )
		if (dom->devs[i].dirty)
			scan_dev(d, dom, i);
		else if (dom->devs[i].announced && dom->devs[i].announced->changed)
			update_announced(d, dom, i);
}

/* Who gives up comes again: what was not looked at is still marked. */
static int scan_doms(struct xr_discovery *d, struct xr_err *err)
{
	struct known_dom *dom, *tmp;
	uint64_t n = 0;

	d->any_dirty = false;
	HASH_ITER(hh, d->doms, dom, tmp) {
		if (!xr_goes_on(d->src, "domain", n++, HASH_COUNT(d->doms))) {
			d->any_dirty = true;
			xr_err_set(err, "discover", EINTR, "%s", strerror(EINTR));
			return -EINTR;
		}
		scan_dom(d, dom);
	}
	return 0;
}

/* ---- the topology ------------------------------------------------------ */

static int by_domid(const void *a, const void *b)
{
	const struct known_dom *x = *(struct known_dom *const *)a, *y = *(struct known_dom *const *)b;

	return (x->domid > y->domid) - (x->domid < y->domid);
}

/* Numbers without leading zeros by their size, before folders, which go by their text. */
static int by_id(const char *a, const char *b)
{
	bool x = a[0] != '/', y = b[0] != '/';

	if (x && y && strlen(a) != strlen(b))
		return strlen(a) < strlen(b) ? -1 : 1;
	return x == y ? strcmp(a, b) : x ? -1 : 1;
}

static int by_type_and_id(const void *a, const void *b)
{
	const struct known_dev *x = a, *y = b;
	int c = strcmp(x->dev->type, y->dev->type);

	return c ? c : by_id(x->dev->id, y->dev->id);
}

static void uuid_text(const uint8_t u[16], char ret[37])
{
	char *p = ret;

	for (int i = 0; i < 16; i++)
		p += sprintf(p, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", u[i]);
}

static struct xenring_error public_error(const char *path, const struct xr_err *e)
{
	return (struct xenring_error){
		.path = path, .op = e->op, .code = e->op ? xr_errno_name(e->code) : NULL,
		.text = e->text ? e->text : "",
	};
}

static int build_dev(struct xr_topology *t, size_t dom, struct xr_dev *dev)
{
	struct xr_topo_dev *td = &t->devs[t->n_devs];

	td->path = xr_sprintf("%s/%s", t->doms[dom].name, dev->name);
	if (!td->path)
		return -ENOMEM;
	td->dev = xr_dev_ref(dev);
	td->dom = dom;
	td->err = public_error(td->path, dev->err.op ? &dev->err : &dev->note);
	td->first_ring = t->n_rings;
	for (size_t i = 0; i < dev->n_rings; i++) {
		struct xr_topo_ring *tr = &t->rings[t->n_rings];

		tr->path = xr_sprintf("%s/%s", td->path, dev->rings[i].name);
		if (!tr->path)
			break;
		tr->ring = &dev->rings[i];
		t->ports[t->n_rings] = tr->ring->port;
		tr->dev = t->n_devs;
		tr->err = public_error(tr->path, tr->ring->err.op ? &tr->ring->err : &dev->err);
		t->n_rings++;
	}
	t->n_devs++;
	return td->first_ring + dev->n_rings == t->n_rings ? 0 : -ENOMEM;
}

static int build(struct xr_discovery *d, struct xr_topology **ret)
{
	_cleanup_free_ struct known_dom **order = NULL;
	struct xr_topology *t = calloc(1, sizeof(*t));
	struct known_dom *dom, *tmp;
	size_t n_doms = 0, n_devs = 0, n_rings = 0, at = 0;
	int r = 0;

	if (!t)
		return -ENOMEM;
	t->refs = 1;
	HASH_ITER(hh, d->doms, dom, tmp) {
		n_doms++;
		n_devs += dom->n_devs;
		for (size_t i = 0; i < dom->n_devs; i++)
			n_rings += dom->devs[i].dev->n_rings;
	}
	order = calloc(n_doms + 1, sizeof(*order));
	t->doms = calloc(n_doms + 1, sizeof(*t->doms));
	t->devs = calloc(n_devs + 1, sizeof(*t->devs));
	t->rings = calloc(n_rings + 1, sizeof(*t->rings));
	t->ports = calloc(n_rings + 1, sizeof(*t->ports));
	if (!order || !t->doms || !t->devs || !t->rings || !t->ports)
		r = -ENOMEM;
	if (!r) {
		HASH_ITER(hh, d->doms, dom, tmp)
			order[at++] = dom;
		qsort(order, n_doms, sizeof(*order), by_domid);
	}
	for (size_t i = 0; !r && i < n_doms; i++) {
		struct xr_dom *to = &t->doms[i];

		dom = order[i];
		to->info = dom->info;
		to->info.domid = dom->domid;
		to->known = dom->known;
		to->name = dom->name ? strdup(dom->name) : xr_sprintf("%u", dom->domid);
		if (!to->name) {
			r = -ENOMEM;
			break;
		}
		t->n_doms++;
		if (dom->known)
			uuid_text(dom->info.uuid, to->uuid);
		to->first_dev = t->n_devs;
		to->n_devs = dom->n_devs;
		if (dom->n_devs)
			qsort(dom->devs, dom->n_devs, sizeof(*dom->devs), by_type_and_id);
		for (size_t j = 0; !r && j < dom->n_devs; j++)
			r = build_dev(t, i, dom->devs[j].dev);
	}
	if (r) {
		xr_topology_unref(t);
		return r;
	}
	*ret = t;
	return 0;
}

int xr_discovery_update(struct xr_discovery *d, struct xr_topology **topology, struct xr_err *err)
{
	struct xr_topology *t = NULL;
	struct known_dom *dom, *tmp;
	int r;

	if (d->any_dirty && d->scan.driver)
		let_go(d);
	if (d->domains_dirty) {
		d->domains_dirty = false;
		r = scan_domains(d, err);
		if (r) {
			d->domains_dirty = true;
			return r;
		}
	} else if (is_due(d)) {
		r = take_domains(d, err);
		if (r)
			return r;
	}
	if (d->any_dirty) {
		r = scan_doms(d, err);
		if (r)
			return r;
	}
	if (d->scan.driver)
		HASH_ITER(hh, d->doms, dom, tmp)
			if (!dom->n_devs && is_wanted(d, dom, NULL))
				drop_dom(d, dom);
	if (!d->changed && *topology)
		return 0;
	r = build(d, &t);
	if (r) {
		xr_err_set(err, "discover", r, "out of memory");
		return r;
	}
	d->changed = false;
	xr_topology_unref(*topology);
	*topology = t;
	return 1;
}

int xr_discovery_new(struct xr_discovery **ret, struct xr_source *src, uint64_t after_uid)
{
	struct xr_discovery *d = calloc(1, sizeof(*d));

	if (!d)
		return -ENOMEM;
	d->src = src;
	xr_scan_init(&d->scan, src);
	d->scan.last_uid = after_uid;
	d->domains_dirty = d->any_dirty = true;
	*ret = d;
	return 0;
}

void xr_discovery_look_at(struct xr_discovery *d, xenring_wants *wants, void *data)
{
	struct known_dom *dom, *tmp;

	d->wants = wants;
	d->wants_data = data;
	d->any_dirty = true;
	HASH_ITER(hh, d->doms, dom, tmp)
		dom->list_dirty = true;
}

int xr_discovery_name(struct xr_discovery *d, uint32_t domid, const char *below)
{
	struct known_dom *dom = find_dom(d, domid);
	int r = xr_scan_name(&d->scan, domid, below);

	if (r || !dom)
		return r;
	if (dom->watched && !is_watched_anyway(below))
		watch(d, dom->domid, below + 1, true);
	dom->walk_dirty = d->any_dirty = true;
	return 0;
}

uint64_t xr_discovery_last_uid(const struct xr_discovery *d)
{
	return d->scan.last_uid;
}

void xr_discovery_free(struct xr_discovery *d)
{
	struct known_dom *dom, *tmp;

	if (!d)
		return;
	HASH_ITER(hh, d->doms, dom, tmp) {
		/* the source's end takes its watches with it, without a request for each */
		dom->watched = dom->name_watched = dom->backend_watched = false;
		drop_dom(d, dom);
	}
	xr_scan_clear(&d->scan);
	free(d);
}
