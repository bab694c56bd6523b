/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A domain's grant table, read at once and put to its users: rows for whoever shows them. */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "context.h"
#include "desc.h"
#include "grants.h"
#include "grants_keys.h"
#include "grants_use.h"
#include "rows.h"
#include "slots.h"
#include "util/cleanup.h"
#include "util/hash.h"
#include "util/text.h"

#define NULLABLE .flags = XENRING_F_NULLABLE

/* ---- descriptors --------------------------------------------------------- */

const struct xenring_sym xr_grant_types[] = {
	{ XR_GTF_INVALID, "invalid", "it grants nothing, but is mapped all the same" },
	{ XR_GTF_PERMIT, "permit_access", "the page may be mapped, or copied from and to" },
	{ XR_GTF_TRANSFER, "accept_transfer", "the other domain may give a page for it" },
	{ XR_GTF_TRANSITIVE, "transitive", "it passes on what a third domain has granted" },
	{ 0 }
};

const struct xenring_sym xr_grant_mapped[] = {
	{ 0, "no", "nobody has it mapped; it may be copied from or to" },
	{ XR_GTF_READING, "read", "the grantee has it mapped to read" },
	{ XR_GTF_WRITING, "write", "the grantee has it mapped to write" },
	{ 0 }
};

enum access {
	ACCESS_NONE, ACCESS_WRITE, ACCESS_READ, ACCESS_PART, ACCESS_TRANSFER, ACCESS_TRANSITIVE
};
const struct xenring_sym xr_grant_access[] = {
	{ ACCESS_NONE, "none", "it grants nothing any more" },
	{ ACCESS_WRITE, "write", "the page may be read and written" },
	{ ACCESS_READ, "read", "the page may only be read" },
	{ ACCESS_PART, "part", "a part of the page may be copied, none of it mapped" },
	{ ACCESS_TRANSFER, "transfer", "a page is to be given for it" },
	{ ACCESS_TRANSITIVE, "transitive", "what a third domain has granted may be copied" },
	{ 0 }
};

/*
 * An entry's flags without its type, by Xen's bits (xen/include/public/grant_table.h);
 * those of a transfer, whose bits others have too, are moved up. Those of mapping
 * stand in the status of a v2 table and are put to them.
 */
#define TRANSFER_SHIFT 16
static const struct xenring_sym flag_words[] = {
	{ 0x004, "readonly", "it may not be written" },
	{ 0x008, "reading", "it is mapped to be read" },
	{ 0x010, "writing", "it is mapped to be written" },
	{ 0x020, "PWT", "cache attribute: write through" },
	{ 0x040, "PCD", "cache attribute: not cached" },
	{ 0x080, "PAT", "cache attribute: by the table" },
	{ 0x100, "sub_page", "a part of the page" },
	{ UINT64_C(0x4) << TRANSFER_SHIFT, "transfer_committed", "the transfer has begun" },
	{ UINT64_C(0x8) << TRANSFER_SHIFT, "transfer_completed", "the page has come" },
	{ 0 }
};

#define USED_BY(T)								\
	XR_FIELD(T, used_by, XENRING_STRING, .head = "USED BY", .prio = 100,	\
		 .from = XENRING_INFERRED,					\
		 .help = "the ring or device that uses it; nobody if none is known to"),	\
	XR_FIELD(T, use, XENRING_STRING, .syms = xr_use_words, .head = "AS", .prio = 95, \
		 .from = XENRING_INFERRED,					\
		 .help = "in which way it is used")

static const struct xenring_field table_fields[] = {
	XR_FIELD(xenring_grant_table, domid, XENRING_UINT, .head = "ID", .prio = 100,
		 .from = XENRING_HYPERVISOR,
		 .help = "the domain's number"),
	XR_FIELD(xenring_grant_table, domain, XENRING_STRING, .head = "DOMAIN", .prio = 100,
		 .from = XENRING_STORE,
		 .help = "the domain's name, its number if it has none"),
	XR_FIELD(xenring_grant_table, version, XENRING_UINT, NULLABLE, .head = "V", .prio = 60,
		 .from = XENRING_HYPERVISOR,
		 .help = "layout of the entries, 1 or 2"),
	XR_FIELD(xenring_grant_table, frames, XENRING_UINT, NULLABLE, .head = "FRAMES", .prio = 90,
		 .from = XENRING_HYPERVISOR,
		 .help = "pages that the table has; they never become fewer"),
	XR_FIELD(xenring_grant_table, max_frames, XENRING_UINT, NULLABLE, .head = "MAX", .prio = 90,
		 .from = XENRING_HYPERVISOR,
		 .help = "pages that the table may get"),
	XR_FIELD(xenring_grant_table, entries_total, XENRING_UINT, NULLABLE, .head = "ENTRIES",
		 .prio = 70, .from = XENRING_HYPERVISOR,
		 .help = "entries that its pages have room for"),
	XR_FIELD(xenring_grant_table, entries_in_use, XENRING_UINT, NULLABLE, .head = "GRANTED",
		 .prio = 85, .from = XENRING_SHARED,
		 .help = "entries that grant something: not of type invalid"),
	XR_FIELD(xenring_grant_table, entries_mapped, XENRING_UINT, NULLABLE, .head = "MAPPED",
		 .prio = 80, .from = XENRING_SHARED,
		 .help = "entries that somebody has mapped now"),
	XR_FIELD(xenring_grant_table, maptrack_frames, XENRING_UINT, NULLABLE, .head = "MAPTRACK",
		 .prio = 40, .from = XENRING_HYPERVISOR,
		 .help = "pages in which Xen keeps what the domain has mapped of others"),
	XR_FIELD(xenring_grant_table, maptrack_max_frames, XENRING_UINT, NULLABLE,
		 .from = XENRING_HYPERVISOR,
		 .help = "how many pages Xen may use for that"),
	XR_FIELD(xenring_grant_table, maptrack_in_use, XENRING_UINT, NULLABLE,
		 .from = XENRING_HYPERVISOR,
		 .help = "how many mappings of others' entries the domain holds, at least"),
	XR_FIELD(xenring_grant_table, maptrack_error, XENRING_STRING, NULLABLE,
		 .from = XENRING_TOOL,
		 .help = "why maptrack is not known; null if it is"),
	XR_FIELD(xenring_grant_table, withheld, XENRING_BOOL, .from = XENRING_HYPERVISOR,
		 .help = "whether it is that of the domain which asks: Xen gives it to nobody"),
	{ .name = "error", .off = offsetof(struct xenring_grant_table, error),
		.size = sizeof(void *),
	  .type = XENRING_RECORD, .sub = &xr_error_record, .from = XENRING_TOOL,
	  .flags = XENRING_F_NULLABLE | XENRING_F_POINTER,
	  .help = "why it could not be read; null if nothing is wrong" },
	XR_END
};
const struct xenring_record xr_grant_table_record =
	XR_RECORD(xenring_grant_table, "grant_table", "a domain's grant table as a whole",
		  table_fields);

static const struct xenring_field grant_fields[] = {
	XR_FIELD(xenring_grant, ref, XENRING_GREF, .head = "REF", .prio = 100,
		 .from = XENRING_SHARED,
		 .help = "the entry's number, by which it is named"),
	XR_FIELD(xenring_grant, type, XENRING_STRING, .syms = xr_grant_types, .head = "TYPE",
		 .prio = 60, .from = XENRING_SHARED,
		 .help = "what it grants"),
	XR_FIELD(xenring_grant, domid, XENRING_UINT, .head = "TO", .prio = 90,
		 .from = XENRING_SHARED,
		 .help = "number of the domain it is granted to"),
	XR_FIELD(xenring_grant, frame, XENRING_OPAQUE, .head = "FRAME", .prio = 50,
		 .from = XENRING_SHARED, .flags = XENRING_F_NULLABLE | XENRING_F_POINTER,
		 .help = "the page: its number in the guest, of a PV guest in the machine"),
	XR_FIELD(xenring_grant, flags, XENRING_FLAGS, .syms = flag_words, .head = "FLAGS",
		 .prio = 40, .from = XENRING_SHARED,
		 .help = "the entry's flags without its type, with its status if it has one"),
	XR_FIELD(xenring_grant, in_use, XENRING_BOOL, .from = XENRING_SHARED,
		 .help = "whether it grants something: is not of type invalid"),
	XR_FIELD(xenring_grant, mapped, XENRING_STRING, .syms = xr_grant_mapped, NULLABLE,
		 .head = "MAPPED", .prio = 80, .from = XENRING_SHARED,
		 .help = "how somebody has it mapped now"),
	USED_BY(xenring_grant),
	XR_FIELD(xenring_grant, slot, XENRING_UINT, NULLABLE, .head = "SLOT", .prio = 70,
		 .from = XENRING_TOOL,
		 .help = "index of the request that names it; null if none does"),
	XR_FIELD(xenring_grant, mapped_by, XENRING_UINT, NULLABLE, .from = XENRING_HYPERVISOR,
		 .help = "number of the domain that has it mapped, by Xen's own list"),
	XR_FIELD(xenring_grant, pins, XENRING_UINT, NULLABLE, .from = XENRING_HYPERVISOR,
		 .help = "how often it is mapped, by Xen's own list"),
	XR_END
};
const struct xenring_record xr_grant_record =
	XR_RECORD(xenring_grant, "grant", "an entry of a grant table", grant_fields);

static const struct xenring_field user_fields[] = {
	USED_BY(xenring_grant_user),
	XR_FIELD(xenring_grant_user, domid, XENRING_UINT, .head = "TO", .prio = 90,
		 .from = XENRING_SHARED,
		 .help = "number of the domain they are granted to"),
	XR_FIELD(xenring_grant_user, access, XENRING_STRING, .syms = xr_grant_access,
		 .head = "ACCESS", .prio = 70, .from = XENRING_SHARED,
		 .help = "what that domain may do"),
	XR_FIELD(xenring_grant_user, entries, XENRING_UINT, .head = "ENTRIES", .prio = 85,
		 .from = XENRING_SHARED,
		 .help = "how many entries are used and granted so"),
	XR_FIELD(xenring_grant_user, mapped, XENRING_UINT, NULLABLE, .head = "MAPPED", .prio = 80,
		 .from = XENRING_SHARED,
		 .help = "how many of them somebody has mapped now"),
	XR_FIELD(xenring_grant_user, first_ref, XENRING_GREF, .head = "FIRST", .prio = 50,
		 .from = XENRING_SHARED,
		 .help = "reference of the first of these entries"),
	XR_END
};
const struct xenring_record xr_grant_user_record =
	XR_RECORD(xenring_grant_user, "grant_user", "what uses entries of a grant table",
		  user_fields);

/* ---- what was read ------------------------------------------------------- */

/* An entry that was read. */
struct entry {
	uint32_t ref, user;
	int64_t slot;
	uint64_t frame;
	uint32_t flags;
	uint16_t domid;
	uint8_t type, access;
	int8_t use;		/* as xr_table_use() */
};

struct group {
	uint64_t key;
	uint32_t user, first_ref, entries, mapped;
	uint16_t domid;
	uint8_t access;
	bool unknown;		/* of one it is not known whether it is mapped */
};

struct xenring_grants {
	struct xr_topology *top;	/* for the strings */
	struct xenring_grant_table row;
	struct xenring_error error;	/* of the table; .op NULL: none */
	char *error_text, *maptrack_error;
	struct xr_uses uses;
	struct entry *entries;
	size_t n_entries;
	struct group *groups;		/* n of them, in the order of their first entry */
	size_t n_groups, groups_room;
	struct xenring_error *errors;
	char **texts;			/* of them */
	size_t n_errors;
	const struct xr_keys_table *pins_of;	/* in keys; NULL: not known */
	struct xr_keys *keys;		/* of this domain alone: the rows may outlive the handle */
};

void xenring_grants_free(struct xenring_grants *g)
{
	if (!g)
		return;
	xr_uses_clear(&g->uses);
	for (size_t i = 0; i < g->n_errors; i++)
		free(g->texts[i]);
	free(g->texts);
	free(g->errors);
	free(g->entries);
	free(g->groups);
	free(g->error_text);
	free(g->maptrack_error);
	xr_keys_free(g->keys);
	xr_topology_unref(g->top);
	free(g);
}

XR_DEFINE_FREEP(struct xenring_grants, xenring_grants_free)
XR_DEFINE_FREEP(struct xenring_slots, xenring_slots_free)

/* ---- users --------------------------------------------------------------- */

static int add_error(struct xenring_grants *g, const char *path, const struct xr_err *err)
{
	struct xenring_error *errors;
	char **texts;

	for (size_t i = 0; i < g->n_errors; i++)
		if (g->errors[i].path == path)
			return 0;
	errors = reallocarray(g->errors, g->n_errors + 1, sizeof(*errors));
	if (!errors)
		return -ENOMEM;
	g->errors = errors;
	texts = reallocarray(g->texts, g->n_errors + 1, sizeof(*texts));
	if (!texts)
		return -ENOMEM;
	g->texts = texts;
	texts[g->n_errors] = strdup(err->text ? err->text : "");
	if (!texts[g->n_errors])
		return -ENOMEM;
	errors[g->n_errors] = (struct xenring_error){
		.path = path, .op = err->op, .code = xr_errno_name(err->code),
		.text = texts[g->n_errors],
	};
	g->n_errors++;
	return 0;
}

static int name_all(struct xr_uses *u, const uint32_t *grefs, size_t n, int64_t user, int64_t slot)
{
	int r = user < 0 ? (int)user : 0;

	for (size_t i = 0; !r && i < n; i++)
		r = xr_uses_name(u, grefs[i], (uint32_t)user, slot);
	return r;
}

/* What one slot names: pages that hold more of it, then the rest. */
static int name_slot(struct xr_uses *u, const struct xenring_slots *slots, size_t i, uint64_t uid,
		     const char *path)
{
	const uint32_t *pages = NULL;
	size_t n_pages = xr_slots_pages(slots, i, &pages);
	struct xenring_slot s;
	int r = xenring_slot(slots, i, &s);

	if (r)
		return r;
	if (!strcmp(s.state, "page")) {
		if (!s.n_grefs)
			return 0;
		return name_all(u, s.grefs, s.n_grefs, xr_uses_user(u, XR_USE_RING_DATA, uid, path),
				XR_NO_SLOT);
	}
	/* what an answer names has been given back */
	if (strcmp(s.state, "request") != 0 && strcmp(s.state, "waiting") != 0)
		return 0;
	if (n_pages)
		r = name_all(u, pages, n_pages, xr_uses_user(u, XR_USE_LIST, uid, path), s.index);
	if (!r && s.n_grefs)
		r = name_all(u, s.grefs, s.n_grefs, xr_uses_user(u, XR_USE_DATA, uid, path),
			     s.index);
	return r;
}

static int name_ring(struct xenring *x, const struct xenring_snapshot *snap, size_t at,
		     struct xenring_grants *g)
{
	_cleanup_(xenring_slots_freep) struct xenring_slots *slots = NULL;
	const struct xr_topo_ring *tr = &snap->top->rings[at];
	int r;

	/* what a person typed, or what stands in xenstore, is not even looked at */
	if (!xr_ring_has_grefs(tr->ring->desc))
		return 0;
	r = xenring_read_slots(x, snap, at, &slots);
	/* bytes name nothing; what is not mapped has its reason, or is not connected */
	if (r == -EOPNOTSUPP || r == -ESTALE)
		return 0;
	if (r == -ENOMEM)
		return r;
	if (r)
		return add_error(g, tr->path, &x->err);
	for (size_t i = 0; !r && i < xenring_n_slots(slots); i++)
		r = name_slot(&g->uses, slots, i, tr->ring->uid, tr->path);
	return r;
}

/* What the slots of all its rings name at this moment. */
static int name_slots(struct xenring *x, const struct xenring_snapshot *snap, size_t dom,
		      struct xenring_grants *g)
{
	const struct xr_dom *d = &snap->top->doms[dom];
	int r = 0;

	for (size_t i = 0; !r && i < d->n_devs; i++) {
		const struct xr_topo_dev *td = &snap->top->devs[d->first_dev + i];

		for (size_t k = 0; !r && k < td->dev->n_rings; k++)
			r = name_ring(x, snap, td->first_ring + k, g);
	}
	return r;
}

/* ---- the table ----------------------------------------------------------- */

static void fill_entry(const struct xr_table *t, uint32_t ref, const struct xr_grant *e,
		       struct entry *ret)
{
	unsigned type = e->flags & XR_GTF_TYPE, flags = e->flags & ~(unsigned)XR_GTF_TYPE;
	const unsigned using = XR_GTF_READING | XR_GTF_WRITING, transfer = 0xc;
	int use = xr_table_use(t, ref, e);

	if (type == XR_GTF_TRANSFER)
		flags = (flags & ~transfer) | (flags & transfer) << TRANSFER_SHIFT;
	else if (t->version == 2)
		/* what a guest has put there means nothing to Xen */
		flags = (flags & ~using) | (use > 0 ? (unsigned)use : 0);
	*ret = (struct entry){
		.ref = ref, .frame = e->frame, .domid = e->domid, .type = (uint8_t)type,
		.flags = flags,
		.use = (int8_t)use, .slot = XR_NO_SLOT,
		.access = type == XR_GTF_INVALID ? ACCESS_NONE :
			  type == XR_GTF_TRANSFER ? ACCESS_TRANSFER :
			  type == XR_GTF_TRANSITIVE ? ACCESS_TRANSITIVE :
			  flags & XR_GTF_SUB_PAGE ? ACCESS_PART :
			  flags & XR_GTF_READONLY ? ACCESS_READ : ACCESS_WRITE,
	};
}

/* Counts, and lists what is granted or mapped. */
static int list_entries(struct xenring_grants *g, const struct xr_table *t, bool only_count)
{
	size_t room = 0;
	bool unknown = t->version == 2 && !t->status;

	g->row.entries_in_use = g->row.entries_mapped = 0;
	for (uint32_t i = 0; i < t->n_entries; i++) {
		struct xr_grant e;
		struct entry entry;

		xr_table_entry(t, i, &e);
		fill_entry(t, i, &e, &entry);
		g->row.entries_in_use += entry.type != XR_GTF_INVALID;
		g->row.entries_mapped += entry.use > 0;
		if (only_count || (entry.type == XR_GTF_INVALID && entry.use <= 0))
			continue;
		if (g->n_entries == room) {
			struct entry *entries;

			room = room ? 2 * room : 64;
			if (room > t->n_entries)
				room = t->n_entries;
			entries = reallocarray(g->entries, room, sizeof(*entries));
			if (!entries)
				return -ENOMEM;
			g->entries = entries;
		}
		g->entries[g->n_entries++] = entry;
	}
	if (unknown)
		g->row.entries_mapped = XENRING_UNKNOWN;
	return 0;
}

static int new_group(struct xenring_grants *g, const struct entry *e, uint64_t key)
{
	if (g->n_groups == g->groups_room) {
		size_t room = g->groups_room ? 2 * g->groups_room : 32;
		struct group *groups = reallocarray(g->groups, room, sizeof(*groups));

		if (!groups)
			return -ENOMEM;
		g->groups = groups;
		g->groups_room = room;
	}
	g->groups[g->n_groups++] = (struct group){
		.key = key, .user = e->user, .domid = e->domid, .access = e->access,
		.first_ref = e->ref,
	};
	return 0;
}

/* Where groups are found by their key. */
struct place {
	uint64_t key;
	size_t at;
	UT_hash_handle hh;
};

static int group_entries(struct xenring_grants *g)
{
	_cleanup_free_ struct place *places = calloc(g->n_entries + 1, sizeof(*places));
	struct place *by_key = NULL, *p = NULL;
	int r = places ? 0 : -ENOMEM;

	for (size_t i = 0; !r && i < g->n_entries; i++) {
		const struct entry *e = &g->entries[i];
		uint64_t key = (uint64_t)e->user << 24 | (uint64_t)e->domid << 8 | e->access;

		/* neighbours are mostly alike */
		if (!p || p->key != key)
			HASH_FIND(hh, by_key, &key, sizeof(key), p);
		if (!p) {
			p = &places[g->n_groups];
			*p = (struct place){ .key = key, .at = g->n_groups };
			HASH_ADD(hh, by_key, key, sizeof(p->key), p);
			r = new_group(g, e, key);
		}
		if (r)
			break;
		g->groups[p->at].entries++;
		g->groups[p->at].mapped += e->use > 0;
		g->groups[p->at].unknown |= e->use < 0;
	}
	HASH_CLEAR(hh, by_key);
	return r;
}

/* Why there is no table, for the one who asked. */
static void set_error(struct xenring *x, struct xenring_grants *g, int r)
{
	const char *why = strerror(-r);

	if (r == -EPERM && g->row.domid == xr_own_domid(x))
		g->row.withheld = true;
	if (r == -EPERM)
		why = "Xen does not give it out; a domain's own table is not to be had";
	else if (r == -EOPNOTSUPP)
		why = "from here only rings can be looked at";
	else if (r == -ENODATA)
		why = x->src.ops->capture ? "the capture does not hold the grant table" :
			"it has none";
	else if (r == -ESRCH)
		why = "the domain has gone";
	g->error_text = strdup(why);
	g->error = (struct xenring_error){
		.path = g->row.domain, .op = "grant", .code = xr_errno_name(-r),
		.text = g->error_text ? g->error_text : why,
	};
	g->row.error = &g->error;
}

static void put_size(struct xenring_grants *g, unsigned version, uint32_t n_frames)
{
	g->row.frames = n_frames;
	if (version != 1 && version != 2)
		return;
	g->row.version = version;
	g->row.entries_total = (int64_t)n_frames *
			       (version == 2 ? XR_V2_PER_FRAME : XR_V1_PER_FRAME);
}

static int settle(struct xenring *x, const struct xenring_snapshot *snap, size_t dom,
		  const struct xr_table *t,
		  struct xenring_grants *g)
{
	struct xr_use_history *h;
	int r;

	xr_use_history_prune(&x->seen, snap->top);
	h = xr_use_history_of(&x->seen, &snap->top->doms[dom].info);
	r = h ? xr_uses_settle(&g->uses, t, snap->top, dom, h) : -ENOMEM;
	for (size_t i = 0; !r && i < g->n_entries; i++) {
		g->entries[i].user = g->uses.user[g->entries[i].ref];
		g->entries[i].slot = g->uses.slot[g->entries[i].ref];
	}
	return r ? r : group_entries(g);
}

/*
 * A ring moves on while we look: what its slots name is taken before and after
 * the table, so that an entry that was in use at the moment of the copy is
 * named by one of the two.
 */
static int read_table(struct xenring *x, const struct xenring_snapshot *snap, size_t dom,
		      bool only_count,
		      struct xenring_grants *g)
{
	uint32_t domid = snap->top->doms[dom].info.domid;
	_cleanup_free_ uint8_t *shared = NULL, *status = NULL;
	struct xr_grants copy = { .version = 0 };
	struct xr_table t;
	int r = only_count ? 0 : xr_uses_rings(&g->uses, snap->top, dom);

	if (!r && !only_count)
		r = name_slots(x, snap, dom, g);
	if (r)
		return r;
	r = x->src.ops->grants ? x->src.ops->grants(&x->src, domid, NULL, &copy) : -EOPNOTSUPP;
	shared = copy.shared;
	status = copy.status;
	if (r == -ENOMEM)
		return r;
	if (r) {
		set_error(x, g, r);
		return 0;
	}
	/* it may have grown since it was asked for its size */
	put_size(g, copy.version, copy.n_frames);
	t = xr_grants_table(&copy);
	r = list_entries(g, &t, only_count);
	if (!r && !only_count)
		r = name_slots(x, snap, dom, g);
	if (!r && !only_count)
		r = settle(x, snap, dom, &t, g);
	return r;
}

/* ---- what only the console tells ------------------------------------------ */

/* The pins of one table alone, which the rows keep. */
static int keep_pins(struct xenring_grants *g, const struct xr_keys *k,
		     const struct xr_keys_table *t)
{
	g->keys = calloc(1, sizeof(*g->keys));
	if (!g->keys)
		return -ENOMEM;
	g->keys->tables = malloc(sizeof(*t));
	g->keys->pins = calloc(t->n + 1, sizeof(*g->keys->pins));
	if (!g->keys->tables || !g->keys->pins)
		return -ENOMEM;
	g->keys->tables[0] = *t;
	g->keys->tables[0].first = 0;
	g->keys->n_tables = 1;
	g->keys->n_pins = t->n;
	if (t->n)
		memcpy(g->keys->pins, k->pins + t->first, t->n * sizeof(*k->pins));
	g->pins_of = g->keys->tables;
	return 0;
}

static int put_keys(const struct xenring *x, struct xenring_grants *g, bool only_count)
{
	const struct xr_keys_table *t = x->keys ? xr_keys_table(x->keys, (uint32_t)g->row.domid) :
		NULL;

	g->row.maptrack_frames = g->row.maptrack_max_frames = XENRING_UNKNOWN;
	g->row.maptrack_in_use = XENRING_UNKNOWN;
	if (!t) {
		g->maptrack_error = x->keys ?
			xr_sprintf("the output of xl debug-keys g has no domain %u",
				   (unsigned)g->row.domid) :
			strdup("only Xen's console tells it, after xl debug-keys g");
		g->row.maptrack_error = g->maptrack_error;
		return g->maptrack_error ? 0 : -ENOMEM;
	}
	g->row.maptrack_frames = t->maptrack_frames;
	g->row.maptrack_max_frames = t->maptrack_max_frames;
	g->row.maptrack_in_use = (int64_t)xr_keys_handles(x->keys, t->domid);
	return only_count ? 0 : keep_pins(g, x->keys, t);
}

int xenring_use_debug_keys(struct xenring *x, const char *text, size_t n)
{
	struct xr_keys *keys = NULL;
	int r;

	xr_err_clear(&x->err);
	x->hint = NULL;
	r = xr_keys_parse(text, n, &keys, &x->err);
	if (r) {
		x->hint = r == -EBADMSG ?
			"a larger buffer (conring_size= on Xen's command line) or fewer mappings "
			"let all of it fit: xl dmesg -c, xl debug-keys g, xl dmesg >FILE" :
			r == -ENODATA ? "xl debug-keys g; xl dmesg >FILE" : NULL;
		return r;
	}
	xr_keys_free(x->keys);
	x->keys = keys;
	return 0;
}

void xenring_keep_grants(struct xenring *x)
{
	x->rec.each_table = true;
}

/* ---- rows ---------------------------------------------------------------- */

int xenring_read_grants(struct xenring *x, const struct xenring_snapshot *snap, size_t i,
			unsigned flags,
			struct xenring_grants **ret)
{
	_cleanup_(xenring_grants_freep) struct xenring_grants *g = NULL;
	bool only_count = flags & XENRING_GRANTS_COUNT;
	struct xr_table_size size = { .version = 0 };
	const struct xr_dom *dom;
	int r;

	if (i >= snap->top->n_doms)
		return xr_fail(x, "grant", ERANGE, "there is no such domain");
	dom = &snap->top->doms[i];
	g = calloc(1, sizeof(*g));
	if (!g || xr_uses_init(&g->uses))
		return xr_fail(x, "grant", ENOMEM, "out of memory");
	g->top = xr_topology_ref(snap->top);
	g->row = (struct xenring_grant_table){
		.domid = dom->info.domid, .domain = dom->name, .version = XENRING_UNKNOWN,
		.frames = XENRING_UNKNOWN, .max_frames = XENRING_UNKNOWN,
		.entries_total = XENRING_UNKNOWN,
		.entries_in_use = XENRING_UNKNOWN, .entries_mapped = XENRING_UNKNOWN,
	};
	if (x->src.ops->table_size && !x->src.ops->table_size(&x->src, dom->info.domid, &size)) {
		put_size(g, size.version, size.n_frames);
		g->row.max_frames = size.max_frames;
	}
	r = put_keys(x, g, only_count);
	if (!r)
		r = read_table(x, snap, i, only_count, g);
	if (r)
		return xr_fail(x, "grant", -r, "out of memory");
	*ret = xr_steal(&g);
	return 0;
}

int xenring_grants_table(const struct xenring_grants *g, struct xenring_grant_table *ret)
{
	*ret = g->row;
	return 0;
}

size_t xenring_n_grants(const struct xenring_grants *g)
{
	return g->n_entries;
}

static const char *word(const struct xenring_sym *words, uint64_t value)
{
	while (words->name && words->value != value)
		words++;
	return words->name;
}

static const char *mapped_word(int use)
{
	if (use < 0)
		return NULL;
	return word(xr_grant_mapped, use & XR_GTF_WRITING ? XR_GTF_WRITING : use & XR_GTF_READING);
}

static const char *path_of(const struct xr_user *u)
{
	return u->path ? u->path : "nobody";
}

int xenring_grant(const struct xenring_grants *g, size_t i, struct xenring_grant *ret)
{
	const struct xr_user *user;
	const struct xr_pin *pin;
	const struct entry *e;

	if (i >= g->n_entries)
		return -ERANGE;
	e = &g->entries[i];
	user = &g->uses.users[e->user];
	pin = g->pins_of ? xr_keys_pin(g->keys, g->pins_of, e->ref) : NULL;
	*ret = (struct xenring_grant){
		.ref = e->ref, .type = word(xr_grant_types, e->type), .domid = e->domid,
		/* a transitive entry has the third domain and its reference there */
		.frame = e->type == XR_GTF_TRANSITIVE ? NULL : &e->frame, .flags = e->flags,
		.in_use = e->type != XR_GTF_INVALID, .mapped = mapped_word(e->use),
		.used_by = path_of(user), .use = word(xr_use_words, user->use),
		.slot = e->slot == XR_NO_SLOT ? XENRING_UNKNOWN : e->slot,
		.mapped_by = pin ? pin->mapped_by : XENRING_UNKNOWN,
		.pins = pin ? xr_pin_count(pin) : g->pins_of ? 0 : XENRING_UNKNOWN,
	};
	return 0;
}

size_t xenring_n_grant_users(const struct xenring_grants *g)
{
	return g->n_groups;
}

int xenring_grant_user(const struct xenring_grants *g, size_t i, struct xenring_grant_user *ret)
{
	const struct xr_user *user;
	const struct group *group;

	if (i >= g->n_groups)
		return -ERANGE;
	group = &g->groups[i];
	user = &g->uses.users[group->user];
	*ret = (struct xenring_grant_user){
		.used_by = path_of(user), .use = word(xr_use_words, user->use),
		.domid = group->domid,
		.access = word(xr_grant_access, group->access), .entries = group->entries,
		.mapped = group->unknown ? XENRING_UNKNOWN : group->mapped,
		.first_ref = group->first_ref,
	};
	return 0;
}

size_t xenring_n_grant_errors(const struct xenring_grants *g)
{
	return (g->error.op != NULL) + g->n_errors;
}

int xenring_grant_error(const struct xenring_grants *g, size_t i, struct xenring_error *ret)
{
	if (i >= xenring_n_grant_errors(g))
		return -ERANGE;
	if (g->error.op && !i)
		*ret = g->error;
	else
		*ret = g->errors[i - (g->error.op != NULL)];
	return 0;
}
