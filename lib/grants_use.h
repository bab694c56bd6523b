/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who uses the entries of a domain's grant table: rings name their pages,
 * requests in their slots pages of data, both by references. What none of them
 * names now may have been named before (struct xr_use_history), be part of a
 * pool that stays mapped, or have been left behind.
 */
#ifndef XR_GRANTS_USE_H
#define XR_GRANTS_USE_H

#include "grants.h"
#include "snapshot.h"

/* How an entry is used; the words are xr_use_words. */
enum xr_use {
	XR_USE_NOBODY, XR_USE_RING, XR_USE_RING_DATA, XR_USE_LIST, XR_USE_DATA, XR_USE_RESERVED,
	XR_USE_KEPT, XR_USE_PERSISTENT, XR_USE_CANDIDATE, XR_USE_LEFT, XR_USE_N
};
extern const struct xenring_sym xr_use_words[];

#define XR_NO_SLOT INT64_C(-1)

/* Somebody, in one way. */
struct xr_user {
	enum xr_use use;
	uint64_t uid;		/* of the ring's connection; 0: it is none's */
	char *path;		/* what uses it; NULL: nobody */
};

/* That a user names an entry; what comes first counts. */
struct xr_naming {
	uint32_t gref, user;
	int64_t slot;		/* index of the request, or XR_NO_SLOT */
};

/* All users of one domain's table, and what they name. */
struct xr_uses {
	struct xr_user *users;	/* the first is nobody */
	size_t n_users, users_room;
	struct xr_naming *names;
	size_t n_names, names_room;
	/* after xr_uses_settle(): of each entry of the table */
	uint32_t n_entries;
	uint32_t *user;
	int64_t *slot;
};

/*
 * What was seen to use the entries of one guest. An entry that no ring names any
 * more keeps its last user for as long as it grants the same page to the same
 * domain.
 */
struct xr_use_history;

int xr_uses_init(struct xr_uses *u);
void xr_uses_clear(struct xr_uses *u);
/* The user of this kind, made if there is none yet; path is copied. -ENOMEM, else its number. */
int64_t xr_uses_user(struct xr_uses *u, enum xr_use use, uint64_t uid, const char *path);
int xr_uses_name(struct xr_uses *u, uint32_t gref, uint32_t user, int64_t slot);

/* Entries that the rings of domain dom consist of, by what the store says. -ENOMEM. */
int xr_uses_rings(struct xr_uses *u, const struct xr_topology *top, size_t dom);
/*
 * What has been named is put to the entries of t; then what the history knows of
 * the rest, h may be NULL; then what may belong to a pool of pages that both
 * sides keep mapped; then what Xen reserves. h learns of all that is named.
 */
int xr_uses_settle(struct xr_uses *u, const struct xr_table *t, const struct xr_topology *top,
		   size_t dom,
		   struct xr_use_history *h);

/* The history of this guest in the list, made if there is none. NULL: no memory. */
struct xr_use_history *xr_use_history_of(struct xr_use_history **list,
					 const struct xr_dominfo *dom);
/* Forgets the guests that are not in top any more. */
void xr_use_history_prune(struct xr_use_history **list, const struct xr_topology *top);
/* Connections that it remembers. */
size_t xr_use_history_owners(const struct xr_use_history *h);
void xr_use_history_free(struct xr_use_history *list);	/* all of them; NULL is fine */

#endif
