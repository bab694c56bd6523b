/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Checks of grant tables. */
#include <config.h>

#include <string.h>

#include "check/check.h"
#include "check/oldest.h"
#include "check/watch.h"

static const struct xr_grant_facts *facts_of(const struct xr_case *c, struct xr_verdict *v)
{
	const struct xr_grant_facts *g = xr_grant_facts_of(&c->w->grants, c->dom->info.domid);

	if (!g)
		v->unknown = "the domain's grant table was not read";
	return g;
}

static void show(const struct xr_grant_facts *g, struct xr_verdict *v)
{
	xr_show(v, "frames", g->table.frames, XENRING_HYPERVISOR);
	xr_show(v, "max_frames", g->table.max_frames, XENRING_HYPERVISOR);
	xr_show(v, "entries_total", g->table.entries_total, XENRING_HYPERVISOR);
	xr_show(v, "entries_in_use", g->table.entries_in_use, XENRING_SHARED);
	xr_show(v, "entries_mapped", g->table.entries_mapped, XENRING_SHARED);
}

/* ---- grant.near-limit ---------------------------------------------------------------- */

static void near_limit(const struct xr_case *c, struct xr_verdict *v)
{
	const struct xr_grant_facts *g = facts_of(c, v);

	if (!g || g->table.frames < 0 || g->table.max_frames <= 0)
		return;
	v->value = (double)g->table.frames * 100 / (double)g->table.max_frames;
	xr_say(v, "toolstack", "its grant table has %lld of at most %lld frames", (long long)g->table.frames,
	       (long long)g->table.max_frames);
	show(g, v);
}

const struct xr_check xr_check_grant_near_limit = {
	.id = "grant.near-limit", .rule = "G1", .scope = XR_SCOPE_DOMAIN, .level = XR_WARNING, .needs = XR_NEEDS_GRANTS,
	.value = "percent of the frames that the table may have", .warn = "80", .crit = "95",
	.summary = "a guest's grant table is nearly as large as it may get",
	.means = "Each request names its pages by entries of the guest's grant table. The table grows frame by frame up "
		"to a limit, and never shrinks. At the limit nothing fails yet: entries may be free in it, which "
		"grant.exhausted tells.",
	.known_by = "GNTTABOP_query_size",
	.causes = "Many disks, network queues and persistent grants; a leak.",
	.next = "xenringtop grants DOMAIN shows who uses them; gnttab_max_frames=, max_grant_frames in its configuration",
	.eval = near_limit,
};

/* ---- grant.exhausted ------------------------------------------------------------------- */

static void exhausted(const struct xr_case *c, struct xr_verdict *v)
{
	const struct xr_grant_facts *g = facts_of(c, v);
	int64_t left;

	if (!g || g->table.entries_total <= 0 || g->table.entries_in_use < 0 || g->table.frames < g->table.max_frames)
		return;
	left = g->table.entries_total - g->table.entries_in_use;
	if ((double)left * 100 >= (double)g->table.entries_total * c->arg[0])
		return;
	xr_say(v, "toolstack", "its grant table cannot grow, and %lld of %lld entries are free", (long long)left,
	       (long long)g->table.entries_total);
	show(g, v);
}

const struct xr_check xr_check_grant_exhausted = {
	.id = "grant.exhausted", .rule = "G2", .scope = XR_SCOPE_DOMAIN, .level = XR_CRITICAL, .needs = XR_NEEDS_GRANTS,
	.args = { { "free", XENRING_NOUNIT, 5, "percent of the entries that should be free" } },
	.summary = "a guest has no grant entries left",
	.means = "The table is as large as it may get, and hardly an entry of it is free. Requests that need one wait or "
		"fail: a disk hangs, a network interface drops packets, no further device connects.",
	.known_by = "entries of the table that are of type invalid, and its size against the limit",
	.causes = "A limit that is too small for the guest's devices, or a leak: see grant.orphan and grant.rising.",
	.next = "xenringtop grants DOMAIN; raise max_grant_frames, which takes effect when the guest is made anew",
	.eval = exhausted,
};

/* ---- grant.orphan ------------------------------------------------------------------------ */

static void orphan(const struct xr_case *c, struct xr_verdict *v)
{
	const struct xr_grant_facts *g = facts_of(c, v);

	if (!g || !g->left)
		return;
	v->level = g->left_mapped ? XR_WARNING : XR_INFO;
	xr_say(v, g->left_mapped ? "backend" : "frontend", "%lld entr%s of %s, which is no more, %s still granted, %lld of "
	       "them mapped", (long long)g->left, g->left == 1 ? "y" : "ies", g->left_by, g->left == 1 ? "is" : "are",
	       (long long)g->left_mapped);
	xr_show_text(v, "left_by", g->left_by, XENRING_INFERRED);
	xr_show(v, "left", g->left, XENRING_SHARED);
	xr_show(v, "left_mapped", g->left_mapped, XENRING_SHARED);
	show(g, v);
}

const struct xr_check xr_check_grant_orphan = {
	.id = "grant.orphan", .rule = "G3", .scope = XR_SCOPE_DOMAIN, .level = XR_WARNING, .needs = XR_NEEDS_GRANTS,
	.args = { { XR_AFTER, XENRING_U_SECONDS, 10, "how long they may stay" } },
	.summary = "grants of a device that has gone are still there",
	.means = "Entries were seen in use by a device's ring, that connection has ended, and they still grant the same "
		"pages. Those that are mapped the guest cannot take back; it leaks the pages.",
	.known_by = "who named the entries while it was watched, and that nothing does any more; entries that were left "
		"before that have no name",
	.causes = "A backend that does not unmap, a frontend that forgets to end its grants.",
	.next = "xenringtop grants --all DOMAIN; the guest's kernel log: \"g.e. still in use\"",
	.eval = orphan,
};

/* ---- grant.zombie ------------------------------------------------------------------------- */

static void zombie(const struct xr_case *c, struct xr_verdict *v)
{
	const struct xr_grant_facts *g = facts_of(c, v);

	v->unknown = NULL;
	if (c->dom->known && c->dom->info.dying)
		xr_say(v, "backend", "the domain has been dying for %.0f s: somebody holds pages of it",
		       xr_since_s(c, v->since_ns));
	else if (g && g->dead_mapped)
		xr_say(v, "toolstack", "%lld entries are mapped by domain %lld, which does not exist",
		       (long long)g->dead_mapped, (long long)g->dead);
	else
		return;
	if (g)
		show(g, v);
}

const struct xr_check xr_check_grant_zombie = {
	.id = "grant.zombie", .rule = "G4", .scope = XR_SCOPE_DOMAIN, .level = XR_CRITICAL, .needs = XR_NEEDS_GRANTS,
	.args = { { XR_AFTER, XENRING_U_SECONDS, 30, "how long it may take" } },
	.summary = "pages are held by, or of, a domain that is no more",
	.means = "A domain that was destroyed stays in the list without a name until the last of its pages is let go of; "
		"or a guest's pages are mapped by a domain that has died.",
	.known_by = "the hypervisor says that the domain is dying; the grantee of mapped entries is not in its list",
	.causes = "A backend that still has its grants mapped, a program that maps its memory, a hung I/O.",
	.next = "xl list; which backend's device is left in xenstore? A dump by xl debug-keys g shows who maps what",
	.eval = zombie,
};

/* ---- grant.rising --------------------------------------------------------------------------- */

static void rising(const struct xr_case *c, struct xr_verdict *v)
{
	const struct xr_grant_facts *g = facts_of(c, v);

	if (!g || (double)g->rises < c->arg[0])
		return;
	v->since_ns = g->rises_since_ns;
	xr_say(v, "frontend", "%lld entries are used by nobody that is known, %lld more than %.0f s ago, and at each of %u "
	       "readings there were more", (long long)g->unowned, (long long)(g->unowned - g->unowned_then),
	       xr_since_s(c, g->rises_since_ns), g->rises);
	xr_show(v, "unowned", g->unowned, XENRING_SHARED);
	xr_show(v, "unowned_then", g->unowned_then, XENRING_SHARED);
	show(g, v);
}

const struct xr_check xr_check_grant_rising = {
	.id = "grant.rising", .rule = "G5", .scope = XR_SCOPE_DOMAIN, .level = XR_WARNING, .needs = XR_NEEDS_GRANTS,
	.args = { { "readings", XENRING_NOUNIT, 6, "so many times it must have risen without a break" } },
	.summary = "grants that nobody is known to use become more and more",
	.means = "Reading after reading there are more entries that no ring and no request names. A pool of persistent "
		"grants is not counted, nor what a device keeps.",
	.known_by = "the entries of the table that nobody names, each 5 s",
	.causes = "A leak: a driver that ends requests without ending their grants, a user-space program that grants "
		"and forgets.",
	.next = "xenringtop grants --all DOMAIN; the guest's kernel log",
	.eval = rising,
};

/* ---- grant.maptrack --------------------------------------------------------------------------- */

static void maptrack(const struct xr_case *c, struct xr_verdict *v)
{
	const struct xr_grant_facts *g = facts_of(c, v);

	if (!g)
		return;
	if (g->table.maptrack_frames < 0 || g->table.maptrack_max_frames <= 0) {
		v->unknown = "only Xen's console tells it (xl debug-keys g)";
		return;
	}
	v->value = (double)g->table.maptrack_frames * 100 / (double)g->table.maptrack_max_frames;
	xr_say(v, "toolstack", "it has %lld of at most %lld maptrack frames", (long long)g->table.maptrack_frames,
	       (long long)g->table.maptrack_max_frames);
	xr_show(v, "maptrack_frames", g->table.maptrack_frames, XENRING_HYPERVISOR);
	xr_show(v, "maptrack_max_frames", g->table.maptrack_max_frames, XENRING_HYPERVISOR);
}

const struct xr_check xr_check_grant_maptrack = {
	.id = "grant.maptrack", .rule = "G7", .scope = XR_SCOPE_DOMAIN, .level = XR_WARNING,
	.flags = XR_CHECK_NAMED | XR_CHECK_CONSOLE,
	.needs = XR_NEEDS_GRANTS,
	.value = "percent of the maptrack frames that it may have", .warn = "80", .crit = "95",
	.summary = "a backend's domain has little room left to map grants",
	.means = "Each grant that a backend maps takes an entry of its own domain's maptrack. Without one it can map "
		"nothing more, for any guest. Xen tells of it on its console only, so this is run if it is named, or if "
		"--from-debug-keys gives that.",
	.known_by = "what xl debug-keys g printed, as --from-debug-keys gives it",
	.causes = "Many guests with persistent grants, a backend that does not unmap.",
	.next = "gnttab_max_maptrack_frames on Xen's command line, max_maptrack_frames in a driver domain's configuration",
	.eval = maptrack,
};

/* ---- grant.unusable, grant.not-mapped ----------------------------------------------------------- */

/* The ring's own grants are good: those that its requests name. */
static void unusable_data(const struct xr_case *c, struct xr_verdict *v)
{
	const struct xr_bad_grant *b = c->dev->pairing != XR_PAIR_FORGED ? xr_suspect_grant(c) : NULL;

	if (!b)
		return;
	xr_say(v, "frontend", "request %u names grant %u, %s", b->index, b->gref, b->why);
	v->next = "xenringtop slots RING, grants --all DOMAIN; the backend's kernel log";
	xr_show(v, "request", b->index, XENRING_SHARED);
	xr_show(v, "gref", b->gref, XENRING_SHARED);
}

static void unusable(const struct xr_case *c, struct xr_verdict *v)
{
	const struct xenring_error *e = &c->tr->err;

	if (!e->op)
		unusable_data(c, v);
	/* what has no frontend's word for its grant is only unreadable */
	if (!e->op || strcmp(e->op, "grant") != 0 || c->dev->pairing == XR_PAIR_FORGED || c->dev->no_bus)
		return;
	xr_say(v, "frontend", "%s: the backend cannot map the ring", e->text);
	for (uint32_t i = 0; i < c->ring->map.n_pages && i < 4; i++)
		xr_show(v, "ring_ref", c->ring->map.refs[i], XENRING_STORE);
}

const struct xr_check xr_check_grant_unusable = {
	.id = "grant.unusable", .rule = "R11", .scope = XR_SCOPE_RING, .level = XR_CRITICAL, .flags = XR_CHECK_ANY_LOOK,
	.when = XR_WHEN_ERROR | XR_WHEN_WAITS,
	.args = { { XR_AFTER, XENRING_U_SECONDS, 1, "how long it must be so" } },
	.summary = "a grant that the ring or a request names is none for the backend",
	.means = "The frontend names a grant reference for its ring that grants nothing, or something to another domain "
		"than the backend's, or a page twice: the backend cannot map it. Or a request that nobody has answered "
		"names such a one for its data, or one that may only be read where the backend is to write.",
	.known_by = "the entry in the guest's grant table against the backend's domain; of requests on rings that have "
		"answered nothing for half a second or more",
	.causes = "A broken frontend, one that was restored with old references, or one that wants others to look at "
		"memory that is not its own.",
	.next = "xenringtop grants --all DOMAIN; ring-ref in the frontend's folder",
	.eval = unusable,
};

/* The frontend gives the page's frame beside its grant (vkbd's page-ref): QEMU maps that, and the grant never. */
static bool has_frame_beside(const struct xr_ring_desc *desc)
{
	return desc->gfn_key && desc->ref_keys[0] && strcmp(desc->gfn_key, desc->ref_keys[0]) != 0;
}

static void not_mapped(const struct xr_case *c, struct xr_verdict *v)
{
	if (!c->seen->unmapped || has_frame_beside(c->ring->desc) || c->dev->no_bus || c->dev->fe_state != XR_BUS_CONNECTED ||
	    c->dev->be_state != XR_BUS_CONNECTED)
		return;
	xr_say(v, "backend", "both sides are connected, and the backend does not have grant %u mapped, the ring's first page",
	       c->ring->map.refs[0]);
	xr_show(v, "ring_ref", c->ring->map.refs[0], XENRING_STORE);
	xr_show(v, "backend_domid", c->dev->be_domid, XENRING_STORE);
}

const struct xr_check xr_check_grant_not_mapped = {
	.id = "grant.not-mapped", .rule = "D.2", .scope = XR_SCOPE_RING, .level = XR_CRITICAL, .flags = XR_CHECK_ANY_LOOK,
	.when = XR_WHEN_READ,
	.needs = XR_NEEDS_GRANTS, .args = { { XR_AFTER, XENRING_U_SECONDS, 5, "how long it must be so" } },
	.summary = "both sides are connected, and the backend has not mapped the ring",
	.means = "Xen marks an entry while it is mapped. The ring's is not, so whoever served this ring has gone, though "
		"its state in xenstore still says connected.",
	.known_by = "GTF_reading and GTF_writing of the ring's grant entry are clear, at two readings",
	.causes = "The backend's process was killed, its driver was unloaded or unbound.",
	.next = "is the backend's process or driver there?",
	.eval = not_mapped,
};
