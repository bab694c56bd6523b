/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who uses the entries of a domain's grant table. */
#include <config.h>

#include "grants_use.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/text.h"

const struct xenring_sym xr_use_words[] = {
	{ XR_USE_NOBODY, "none", "nothing that is known uses it" },
	{ XR_USE_RING, "ring", "a page of the ring" },
	{ XR_USE_RING_DATA, "ring-data",
		"a page that the ring's own page names: what flows through it" },
	{ XR_USE_LIST, "list",
		"a page with more of a request: indirect segments, a page directory" },
	{ XR_USE_DATA, "data", "a request in a slot names it" },
	{ XR_USE_RESERVED, "reserved",
		"an entry that Xen reserves for it, but its ring names no grant" },
	{ XR_USE_KEPT, "kept",
		"a request named it before, none does now: the request is open and has "
	  "lost its slot, or the frontend keeps the page granted" },
	{ XR_USE_PERSISTENT, "persistent",
		"a request named it before, and both sides keep pages of data granted" },
	{ XR_USE_CANDIDATE, "candidate",
		"it is mapped by the backend of a device that keeps pages of data granted, "
	  "and may be one of these; no request was seen to name it" },
	{ XR_USE_LEFT, "left", "it was seen in use by a ring that has gone since" },
	{ 0 }
};

/* What an entry was used by when it was named last. */
struct seen {
	uint64_t frame;
	uint32_t owner;			/* from 1; 0: it was not seen */
	uint16_t domid;
};

struct owner {
	uint64_t uid;
	char *path;
};

struct xr_use_history {
	uint32_t domid;
	uint8_t uuid[16];
	uint32_t n;
	struct seen *seen;		/* n of them */
	struct owner *owners;
	size_t n_owners, room, tidied;	/* how many were left after the last tidying */
	struct xr_use_history *next;
};

/* ---- naming -------------------------------------------------------------- */

int xr_uses_init(struct xr_uses *u)
{
	int64_t r;

	*u = (struct xr_uses){ .n_users = 0 };
	r = xr_uses_user(u, XR_USE_NOBODY, 0, NULL);
	return r < 0 ? (int)r : 0;
}

void xr_uses_clear(struct xr_uses *u)
{
	for (size_t i = 0; i < u->n_users; i++)
		free(u->users[i].path);
	free(u->users);
	free(u->names);
	free(u->user);
	free(u->slot);
	*u = (struct xr_uses){ .n_users = 0 };
}

int64_t xr_uses_user(struct xr_uses *u, enum xr_use use, uint64_t uid, const char *path)
{
	char *copy;

	for (size_t i = u->n_users; i-- > 0; ) {
		const struct xr_user *have = &u->users[i];

		if (have->use == use && have->uid == uid &&
		    (have->path && path ? !strcmp(have->path, path) : have->path == path))
			return (int64_t)i;
	}
	if (u->n_users == u->users_room) {
		size_t room = u->users_room ? 2 * u->users_room : 16;
		struct xr_user *users = reallocarray(u->users, room, sizeof(*users));

		if (!users)
			return -ENOMEM;
		u->users = users;
		u->users_room = room;
	}
	copy = path ? strdup(path) : NULL;
	if (path && !copy)
		return -ENOMEM;
	u->users[u->n_users] = (struct xr_user){ .use = use, .uid = uid, .path = copy };
	return (int64_t)u->n_users++;
}

int xr_uses_name(struct xr_uses *u, uint32_t gref, uint32_t user, int64_t slot)
{
	if (u->n_names == u->names_room) {
		size_t room = u->names_room ? 2 * u->names_room : 256;
		struct xr_naming *names = reallocarray(u->names, room, sizeof(*names));

		if (!names)
			return -ENOMEM;
		u->names = names;
		u->names_room = room;
	}
	u->names[u->n_names++] = (struct xr_naming){ .gref = gref, .user = user, .slot = slot };
	return 0;
}

/* Has the ring references, and are they those that the store says? */
static bool has_refs(const struct xr_ring *ring)
{
	return !ring->map.by_gfn && !ring->map.no_grant &&
	       !(ring->err.op && !strcmp(ring->err.op, "store"));
}

/* All rings of domain dom: calls fn with each, its device, and its path. */
#define EACH_RING(top, dom, td, k)							\
	for (const struct xr_topo_dev *td = (top)->devs + (top)->doms[dom].first_dev,	\
	     *td##_end = td + (top)->doms[dom].n_devs; td < td##_end; td++)		\
		for (size_t k = 0; k < td->dev->n_rings; k++)

int xr_uses_rings(struct xr_uses *u, const struct xr_topology *top, size_t dom)
{
	EACH_RING(top, dom, td, k) {
		const struct xr_ring *ring = &td->dev->rings[k];
		int64_t user;

		if (!has_refs(ring) || !ring->map.n_pages)
			continue;
		user = xr_uses_user(u, XR_USE_RING, ring->uid, top->rings[td->first_ring + k].path);
		if (user < 0)
			return (int)user;
		for (uint32_t i = 0; i < ring->map.n_pages; i++) {
			int r = xr_uses_name(u, ring->map.refs[i], (uint32_t)user, XR_NO_SLOT);

			if (r)
				return r;
		}
	}
	return 0;
}

/* ---- entries ------------------------------------------------------------- */

static unsigned type_of(const struct xr_grant *g)
{
	return g->flags & XR_GTF_TYPE;
}

/* Does the entry grant something, or has somebody it mapped all the same? */
static bool is_live(const struct xr_table *t, uint32_t ref, struct xr_grant *ret)
{
	return !xr_table_entry(t, ref, ret) &&
	       (type_of(ret) != XR_GTF_INVALID || xr_table_use(t, ref, ret) > 0);
}

static int put_names(struct xr_uses *u, const struct xr_table *t)
{
	u->n_entries = t->n_entries;
	u->user = calloc((size_t)t->n_entries + 1, sizeof(*u->user));
	u->slot = malloc(((size_t)t->n_entries + 1) * sizeof(*u->slot));
	if (!u->user || !u->slot)
		return -ENOMEM;
	for (uint32_t i = 0; i < t->n_entries; i++)
		u->slot[i] = XR_NO_SLOT;
	for (size_t i = 0; i < u->n_names; i++) {
		const struct xr_naming *n = &u->names[i];

		/* a guest may name what it likes */
		if (n->gref >= t->n_entries || u->user[n->gref])
			continue;
		u->user[n->gref] = n->user;
		u->slot[n->gref] = n->slot;
	}
	return 0;
}

/* ---- history ------------------------------------------------------------- */

struct xr_use_history *xr_use_history_of(struct xr_use_history **list, const struct xr_dominfo *dom)
{
	struct xr_use_history *h = *list;

	while (h && (h->domid != dom->domid || memcmp(h->uuid, dom->uuid, sizeof(h->uuid)) != 0))
		h = h->next;
	if (h)
		return h;
	h = calloc(1, sizeof(*h));
	if (!h)
		return NULL;
	h->domid = dom->domid;
	memcpy(h->uuid, dom->uuid, sizeof(h->uuid));
	h->next = *list;
	*list = h;
	return h;
}

size_t xr_use_history_owners(const struct xr_use_history *h)
{
	return h->n_owners;
}

static void free_one(struct xr_use_history *h)
{
	for (size_t i = 0; i < h->n_owners; i++)
		free(h->owners[i].path);
	free(h->owners);
	free(h->seen);
	free(h);
}

void xr_use_history_free(struct xr_use_history *list)
{
	while (list) {
		struct xr_use_history *h = list;

		list = h->next;
		free_one(h);
	}
}

void xr_use_history_prune(struct xr_use_history **list, const struct xr_topology *top)
{
	while (*list) {
		struct xr_use_history *h = *list;
		size_t i = 0;

		while (i < top->n_doms && (top->doms[i].info.domid != h->domid ||
					   memcmp(top->doms[i].info.uuid, h->uuid,
						  sizeof(h->uuid)) != 0))
			i++;
		if (i < top->n_doms) {
			list = &h->next;
			continue;
		}
		*list = h->next;
		free_one(h);
	}
}

static int grow(struct xr_use_history *h, uint32_t n)
{
	struct seen *seen;

	if (n <= h->n)
		return 0;
	seen = reallocarray(h->seen, n, sizeof(*seen));
	if (!seen)
		return -ENOMEM;
	memset(seen + h->n, 0, (n - h->n) * sizeof(*seen));
	h->seen = seen;
	h->n = n;
	return 0;
}

/* Owners of which nothing is remembered go: a device may connect anew for days. */
static int tidy(struct xr_use_history *h)
{
	_cleanup_free_ uint32_t *now = calloc(h->n_owners + 1, sizeof(*now));
	size_t n = 0;

	if (!now)
		return -ENOMEM;
	for (uint32_t i = 0; i < h->n; i++)
		now[h->seen[i].owner] = 1;
	for (size_t i = 0; i < h->n_owners; i++) {
		if (!now[i + 1]) {
			free(h->owners[i].path);
			continue;
		}
		h->owners[n++] = h->owners[i];
		now[i + 1] = (uint32_t)n;
	}
	now[0] = 0;
	for (uint32_t i = 0; i < h->n; i++)
		h->seen[i].owner = now[h->seen[i].owner];
	h->n_owners = h->tidied = n;
	return 0;
}

/* The number of the connection among those remembered, from 1; -ENOMEM. */
static int64_t owner_of(struct xr_use_history *h, const struct xr_user *user)
{
	for (size_t i = h->n_owners; i-- > 0; )
		if (h->owners[i].uid == user->uid)
			return (int64_t)i + 1;
	if (h->n_owners == h->room) {
		size_t room = h->room ? 2 * h->room : 16;
		struct owner *owners = reallocarray(h->owners, room, sizeof(*owners));

		if (!owners)
			return -ENOMEM;
		h->owners = owners;
		h->room = room;
	}
	h->owners[h->n_owners] = (struct owner){ .uid = user->uid, .path = strdup(user->path) };
	if (!h->owners[h->n_owners].path)
		return -ENOMEM;
	return (int64_t)++h->n_owners;
}

#define TIDY_EACH 64	/* connections more than after the last time */

/* What is named now is remembered, what has changed since it was named forgotten. */
static int learn(struct xr_use_history *h, const struct xr_uses *u, const struct xr_table *t)
{
	_cleanup_free_ uint32_t *owners = calloc(u->n_users, sizeof(*owners));
	int r = owners ? grow(h, t->n_entries) : -ENOMEM;

	if (!r && h->n_owners > h->tidied + TIDY_EACH)
		r = tidy(h);
	for (uint32_t i = 0; !r && i < h->n; i++) {
		const struct xr_user *user = i < t->n_entries ? &u->users[u->user[i]] : NULL;
		struct seen *seen = &h->seen[i];
		struct xr_grant g;

		if (!user || !is_live(t, i, &g)) {
			seen->owner = 0;
			continue;
		}
		if (!user->uid) {
			if (seen->frame != g.frame || seen->domid != g.domid)
				seen->owner = 0;
			continue;
		}
		if (!owners[u->user[i]]) {
			int64_t owner = owner_of(h, user);

			if (owner < 0)
				return (int)owner;
			owners[u->user[i]] = (uint32_t)owner;
		}
		*seen = (struct seen){
			.frame = g.frame, .owner = owners[u->user[i]], .domid = g.domid,
		};
	}
	return r;
}

static bool keeps_pages(const struct xr_dev *dev)
{
	return dev->fe_persistent > 0 && dev->be_persistent > 0;
}

/* How a connection that was seen before has the entry now. */
static enum xr_use use_of_owner(const struct xr_topology *top, size_t dom, uint64_t uid)
{
	EACH_RING(top, dom, td, k)
		if (td->dev->rings[k].uid == uid)
			return keeps_pages(td->dev) ? XR_USE_PERSISTENT : XR_USE_KEPT;
	return XR_USE_LEFT;
}

/* Users of entries that nobody names any more. */
static int recall(const struct xr_use_history *h, struct xr_uses *u, const struct xr_topology *top,
		  size_t dom)
{
	_cleanup_free_ uint32_t *users = calloc(h->n_owners + 1, sizeof(*users));

	if (!users)
		return -ENOMEM;
	for (uint32_t i = 0; i < u->n_entries; i++) {
		uint32_t owner = h->seen[i].owner;

		if (!owner || u->user[i])
			continue;
		if (!users[owner]) {
			const struct owner *o = &h->owners[owner - 1];
			int64_t user = xr_uses_user(u, use_of_owner(top, dom, o->uid), o->uid,
						    o->path);

			if (user < 0)
				return (int)user;
			users[owner] = (uint32_t)user;
		}
		u->user[i] = users[owner];
	}
	return 0;
}

/* ---- what may be ---------------------------------------------------------- */

/* Devices that keep pages granted, by where their backend is. */
struct pool {
	uint32_t domid, user;
	const struct xr_topo_dev *only;	/* NULL: there are several */
};

/* One pool for each domain of such a backend, in *ret, n of them. -ENOMEM. */
static int find_pools(struct xr_uses *u, const struct xr_topology *top, size_t dom,
		      struct pool **ret, size_t *ret_n)
{
	_cleanup_free_ struct pool *pools = calloc(top->doms[dom].n_devs + 1, sizeof(*pools));
	size_t n = 0;

	if (!pools)
		return -ENOMEM;
	for (size_t i = 0; i < top->doms[dom].n_devs; i++) {
		const struct xr_topo_dev *td = &top->devs[top->doms[dom].first_dev + i];
		size_t at = 0;

		if (!keeps_pages(td->dev) || td->dev->be_domid < 0)
			continue;
		while (at < n && pools[at].domid != (uint32_t)td->dev->be_domid)
			at++;
		if (at == n)
			pools[n++] = (struct pool){ .domid = (uint32_t)td->dev->be_domid,
				.only = td };
		else
			pools[at].only = NULL;
	}
	for (size_t i = 0; i < n; i++) {
		/* which of several it is nobody can tell */
		int64_t user = xr_uses_user(u, XR_USE_CANDIDATE, 0, pools[i].only ?
					    pools[i].only->path : NULL);

		if (user < 0)
			return (int)user;
		pools[i].user = (uint32_t)user;
	}
	*ret = xr_steal(&pools);
	*ret_n = n;
	return 0;
}

/* Entries that are mapped by a domain with such a backend, and that nobody is known to use. */
static int find_candidates(struct xr_uses *u, const struct xr_table *t,
			   const struct xr_topology *top, size_t dom)
{
	_cleanup_free_ struct pool *pools = NULL;
	size_t n = 0;
	int r = find_pools(u, top, dom, &pools, &n);

	for (uint32_t i = 0; !r && n && i < u->n_entries; i++) {
		struct xr_grant g;

		if (u->user[i] || !is_live(t, i, &g) || type_of(&g) != XR_GTF_PERMIT ||
		    xr_table_use(t, i, &g) == 0)
			continue;
		for (size_t p = 0; p < n; p++)
			if (pools[p].domid == g.domid)
				u->user[i] = pools[p].user;
	}
	return r;
}

/* What Xen keeps for a ring of the toolstack's that is not there, or is not found by it. */
static int find_reserved(struct xr_uses *u, const struct xr_topology *top, size_t dom)
{
	for (size_t p = 0; xr_protos[p]; p++)
		for (const struct xr_ring_desc *d = xr_protos[p]->rings; d->name; d++) {
			_cleanup_free_ char *path = NULL;
			int64_t user;

			if (!xr_protos[p]->fixed_type || d->reserved_gref == XR_NO_GREF ||
			    (uint32_t)d->reserved_gref >= u->n_entries || u->user[d->reserved_gref])
				continue;
			path = xr_sprintf("%s/%s:0", top->doms[dom].name, xr_protos[p]->fixed_type);
			user = path ? xr_uses_user(u, XR_USE_RESERVED, 0, path) : -ENOMEM;
			if (user < 0)
				return (int)user;
			u->user[d->reserved_gref] = (uint32_t)user;
		}
	return 0;
}

int xr_uses_settle(struct xr_uses *u, const struct xr_table *t, const struct xr_topology *top,
		   size_t dom,
		   struct xr_use_history *h)
{
	int r = put_names(u, t);

	if (!r && h)
		r = learn(h, u, t);
	if (!r && h)
		r = recall(h, u, top, dom);
	if (!r)
		r = find_reserved(u, top, dom);
	if (!r)
		r = find_candidates(u, t, top, dom);
	return r;
}
