/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A trace: which source tells of which ring, and all they tell in the order of time. */
#include <config.h>

#include "notify/notify.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "context.h"
#include "desc.h"
#include "notify/bound.h"
#include "source/tee.h"
#include "util/cleanup.h"
#include "util/text.h"

#define XR_NOTIFY(n) &xr_notify_##n,
const struct xr_notify_ops *const xr_notifies[] = {
#include "notify/notify.def"
	NULL
};
#undef XR_NOTIFY

/* The one that was asked for, and what is left where that sees nothing. */
#define MAX_USES 2

struct use {
	const struct xr_notify_ops *ops;
	void *priv;
	bool open;
	size_t devices;
	char *why;			/* why it cannot work at all */
	const char *blind;		/* why it does not tell of blind devices */
	size_t blind_devices;
};

struct xenring_trace {
	struct xenring *x;
	bool by_name;			/* a source was asked for */
	bool begun;			/* the sources are open */
	struct use uses[MAX_USES];
	size_t n_uses;
	struct xr_path *paths;		/* all that notes ever had */
	/* those told and not yet asked for: the first n_ready are in order and complete */
	struct xr_note *notes;
	size_t n_notes, n_ready, at, room;
	uint64_t seq, lost, lost_untold[XR_VIA_N];
	/* what is wanted, and who tells of it; of the rings of top */
	struct xr_topology *top;
	bool *wanted;
	uint8_t *whose;
	bool all, aimed, moved;
	struct xenring_snapshot *before;	/* the sample of the round before */
	struct xr_bound *bound;		/* NULL: no port was asked for */
	bool recorded;			/* the capture has notifications of the samples since the last step */
	int failed;
	struct xr_err err;
};

/* ---- records ------------------------------------------------------------- */

const struct xenring_sym xr_via_words[] = {
	{ XR_VIA_SAMPLED, "sampled", "due between two samples: an index has crossed what the other side asked to be woken at" },
	{ XR_VIA_COUNTED, "counted", "counted by the backend's driver in this domain" },
	{ XR_VIA_KERNEL, "kernel", "seen by the kernel of this domain, with its time and port" },
	{ XR_VIA_BOUND, "bound", "came to a port that this program has bound" },
	{ 0 }
};

const struct xenring_sym xr_way_words[] = {
	{ XR_TO_BACK, "front_to_back", "the frontend knocks at the backend" },
	{ XR_TO_FRONT, "back_to_front", "the backend knocks at the frontend" },
	{ 0 }
};

const struct xenring_sym xr_index_words[] = {
	{ XR_IX_REQ_PROD, "req_prod", "the next request that the frontend will put" },
	{ XR_IX_RSP_PROD, "rsp_prod", "the next response that the backend will put" },
	{ XR_IX_OUT_PROD, "out_prod", "bytes or events that the frontend has put" },
	{ XR_IX_IN_PROD, "in_prod", "bytes or events that were put towards the frontend" },
	{ 0 }
};

#define NULLABLE .flags = XENRING_F_NULLABLE

static const struct xenring_field event_fields[] = {
	XR_FIELD(xenring_event, source, XENRING_STRING, .syms = xr_via_words, .from = XENRING_TOOL,
		 .help = "how it is known"),
	XR_FIELD(xenring_event, direction, XENRING_STRING, .syms = xr_way_words, NULLABLE, .from = XENRING_TOOL,
		 .help = "who knocks at whom; null for an interrupt of Xen's"),
	XR_FIELD(xenring_event, path, XENRING_STRING, NULLABLE, .from = XENRING_TOOL,
		 .help = "the ring; of several with one event channel what their paths have in common, or the one of "
			 "them that has moved; if the source knows no more, the device; null if no device names the port"),
	XR_FIELD(xenring_event, domid, XENRING_UINT, .from = XENRING_HYPERVISOR,
		 .help = "number of the frontend's domain; of an interrupt of Xen's the domain that gets it"),
	XR_FIELD(xenring_event, port, XENRING_UINT, NULLABLE, .from = XENRING_STORE,
		 .help = "event channel at the frontend"),
	XR_FIELD(xenring_event, backend_port, XENRING_UINT, NULLABLE, .from = XENRING_HYPERVISOR,
		 .help = "its other end, at the backend"),
	XR_FIELD(xenring_event, count, XENRING_UINT, NULLABLE, .from = XENRING_INFERRED,
		 .help = "how many notifications it stands for, at least so many if they are sampled; null if a counter "
			 "was set back"),
	XR_FIELD(xenring_event, lost, XENRING_UINT, .from = XENRING_TOOL,
		 .help = "how many before it were lost, for they came faster than they could be read"),
	XR_FIELD(xenring_event, index, XENRING_STRING, .syms = xr_index_words, NULLABLE, .from = XENRING_TOOL,
		 .help = "which index the next three are of; null if they are not known"),
	XR_FIELD(xenring_event, prod, XENRING_UINT, NULLABLE, .from = XENRING_SHARED,
		 .help = "that index, in the sample that followed"),
	XR_FIELD(xenring_event, moved, XENRING_UINT, NULLABLE, .from = XENRING_SHARED,
		 .help = "how far it has gone since the sample before"),
	XR_FIELD(xenring_event, event, XENRING_UINT, NULLABLE, .from = XENRING_SHARED,
		 .help = "the other side asks to be woken when the index passes this; null where a protocol has no such thing"),
	XR_END
};
const struct xenring_record xr_event_record =
	XR_RECORD(xenring_event, "event", "a notification, or several of one source", event_fields);

static const char *word(const struct xenring_sym *words, uint64_t value)
{
	for (; words->name; words++)
		if (words->value == value)
			return words->name;
	return NULL;
}

/* ---- what sources tell ---------------------------------------------------- */

struct xenring *xr_trace_handle(struct xenring_trace *t)
{
	return t->x;
}

struct xr_path *xr_trace_path(struct xenring_trace *t, const char *text, size_t n)
{
	struct xr_path *p;

	HASH_FIND(hh, t->paths, text, n, p);
	if (p)
		return p;
	p = calloc(1, sizeof(*p) + n + 1);
	if (!p)
		return NULL;
	memcpy(p->text, text, n);
	HASH_ADD_KEYPTR(hh, t->paths, p->text, n, p);
	return p;
}

int xr_trace_tell(struct xenring_trace *t, const struct xr_note *note)
{
	struct xr_note *n;

	if (t->n_notes == t->room) {
		n = reallocarray(t->notes, 2 * t->room + 64, sizeof(*n));
		if (!n)
			return -ENOMEM;
		t->room = 2 * t->room + 64;
		t->notes = n;
	}
	n = &t->notes[t->n_notes++];
	*n = *note;
	n->seq = t->seq++;
	n->lost += t->lost_untold[n->via];
	t->lost_untold[n->via] = 0;
	return 0;
}

void xr_trace_lose(struct xenring_trace *t, enum xr_via via, uint64_t n)
{
	t->lost += n;
	t->lost_untold[via] += n;
}

int xr_trace_tell_ring(struct xenring_trace *t, const struct xr_round *r, size_t i, struct xr_note note, bool indices)
{
	const struct xr_topo_ring *tr = &r->now->top->rings[i];
	size_t was = xr_round_was(r, i);
	int prod, event;
	enum xr_index index = xr_ring_index(tr->ring, (enum xr_knock)note.way, &prod, &event);

	note.domid = r->now->top->devs[tr->dev].dev->domid;
	note.port = tr->ring->port;
	/* no port is 0 */
	if (!note.backend_port)
		note.backend_port = tr->ring->backend_port;
	if (!note.path)
		note.path = xr_trace_path(t, tr->path, strlen(tr->path));
	if (indices && index != XR_IX_NONE && r->now->look[i] == XR_LOOK_OK && was != XR_NOWHERE &&
	    r->before->look[was] == XR_LOOK_OK) {
		note.index = (uint8_t)index;
		note.prod = r->now->idx[i][prod];
		note.moved = xr_idx_sub(note.prod, r->before->idx[was][prod]);
		note.has_event = event >= 0;
		note.event = note.has_event ? r->now->idx[i][event] : 0;
	}
	return note.path ? xr_trace_tell(t, &note) : -ENOMEM;
}

/* ---- who tells of what ----------------------------------------------------- */

static const struct xr_notify_ops *find(const char *name)
{
	for (size_t i = 0; xr_notifies[i]; i++)
		if (!strcmp(xr_notifies[i]->name, name))
			return xr_notifies[i];
	return NULL;
}

static bool is_capture(const struct xenring *x)
{
	return x->src.ops->next != NULL;
}

/* Opens what is to be used; what cannot work says why. */
static int begin(struct xenring_trace *t)
{
	if (t->begun)
		return 0;
	t->begun = true;
	for (size_t i = 0; i < t->n_uses; i++) {
		struct use *u = &t->uses[i];
		struct xr_err err = { 0 };
		int r = u->ops->open(t, &u->priv, &err);

		u->open = !r;
		if (r && err.text)
			u->why = strdup(err.text);
		xr_err_clear(&err);
		if (r == -ENOMEM || (r && !u->why))
			return -ENOMEM;
	}
	return 0;
}

/* Gives each wanted ring to the first source that sees it. */
static void give_out(struct xenring_trace *t, const struct xenring_snapshot *s)
{
	const struct xr_topology *top = s->top;

	for (size_t k = 0; k < t->n_uses; k++) {
		t->uses[k].devices = t->uses[k].blind_devices = 0;
		t->uses[k].blind = NULL;
	}
	for (size_t d = 0; d < top->n_devs; d++) {
		bool tells[MAX_USES] = { false }, blind[MAX_USES] = { false };

		for (size_t j = 0; j < top->devs[d].dev->n_rings; j++) {
			size_t i = top->devs[d].first_ring + j;

			t->whose[i] = 0;
			for (size_t k = 0; t->wanted[i] && !t->whose[i] && k < t->n_uses; k++) {
				struct use *u = &t->uses[k];
				const char *why = u->open ? u->ops->blind(u->priv, s, i) : NULL;

				if (why) {
					u->blind = why;
					blind[k] = true;
				} else if (u->open) {
					t->whose[i] = (uint8_t)(k + 1);
					tells[k] = true;
				}
			}
		}
		for (size_t k = 0; k < t->n_uses; k++) {
			t->uses[k].devices += tells[k];
			t->uses[k].blind_devices += blind[k];
		}
	}
}

/*
 * Has who is wanted stand for the rings of s. What was wanted of another
 * topology stays so where it is the same connection; what is new there the next
 * step says.
 */
static int follow_topology(struct xenring_trace *t, const struct xenring_snapshot *s)
{
	const struct xr_topology *top = s->top;
	_cleanup_free_ size_t *places = NULL;
	bool *wanted;
	uint8_t *whose;

	if (t->top == top)
		return 0;
	places = t->top ? xr_topology_places(top, t->top) : NULL;
	wanted = calloc(top->n_rings + 1, sizeof(*wanted));
	whose = calloc(top->n_rings + 1, sizeof(*whose));
	if (!wanted || !whose || (t->top && !places)) {
		free(wanted);
		free(whose);
		return -ENOMEM;
	}
	for (size_t i = 0; i < top->n_rings; i++)
		wanted[i] = t->all || (places && places[i] != XR_NOWHERE && t->wanted[places[i]]);
	free(t->wanted);
	free(t->whose);
	t->wanted = wanted;
	t->whose = whose;
	xr_topology_unref(t->top);
	t->top = xr_topology_ref(s->top);
	t->moved = true;
	return 0;
}

/* Which rings are meant from now on. */
static int aim(struct xenring_trace *t, struct xenring_snapshot *s, const size_t *rings, size_t n)
{
	_cleanup_free_ bool *wanted = calloc(s->top->n_rings + 1, sizeof(*wanted));
	bool first = !t->aimed;
	int r;

	if (!wanted)
		return -ENOMEM;
	for (size_t i = 0; rings && i < n; i++)
		if (rings[i] < s->top->n_rings)
			wanted[rings[i]] = true;
	t->all = !rings;
	r = follow_topology(t, s);
	if (r)
		return r;
	if (!rings)
		memset(wanted, true, s->top->n_rings * sizeof(*wanted));
	if (memcmp(wanted, t->wanted, s->top->n_rings * sizeof(*wanted)) != 0) {
		memcpy(t->wanted, wanted, s->top->n_rings * sizeof(*wanted));
		t->moved = true;
	}
	t->aimed = true;
	if (first)
		r = begin(t);
	/* what moves from this sample on is told */
	if (!r && first && !is_capture(t->x))
		t->before = xenring_snapshot_ref(s);
	if (!r && t->moved)
		give_out(t, s);
	return r;
}

/* ---- a round --------------------------------------------------------------- */

static int by_time(const void *a, const void *b)
{
	const struct xr_note *x = a, *y = b;

	if (x->mono_ns != y->mono_ns)
		return x->mono_ns < y->mono_ns ? -1 : 1;
	return (x->seq > y->seq) - (x->seq < y->seq);
}

/* What was told up to then is complete: no source comes with something older any more. */
static void ripen(struct xenring_trace *t, int64_t until_ns)
{
	size_t n = t->n_notes - t->n_ready;

	if (n > 1)
		qsort(t->notes + t->n_ready, n, sizeof(*t->notes), by_time);
	while (t->n_ready < t->n_notes && t->notes[t->n_ready].mono_ns <= until_ns)
		t->n_ready++;
}

static int64_t late_ns(const struct xenring_trace *t)
{
	int64_t late = 0;

	for (size_t k = 0; k < t->n_uses; k++) {
		const struct xr_notify_ops *ops = t->uses[k].ops;
		int64_t its = t->uses[k].open && t->uses[k].devices && ops->late ? ops->late(t->uses[k].priv) : 0;

		late = its > late ? its : late;
	}
	return late;
}

/* Asks the sources that are open: all of them, for what is not wanted must be taken from them, too. */
static int ask(struct xenring_trace *t, struct xenring_snapshot *s, int64_t mono_ns)
{
	_cleanup_free_ size_t *places = NULL;
	struct xr_round round = {
		.now = s, .before = t->before, .whose = t->whose, .moved = t->moved, .mono_ns = mono_ns,
	};
	int r = 0;

	if (t->before && t->before->top != s->top) {
		places = xr_topology_places(s->top, t->before->top);
		if (!places)
			return -ENOMEM;
		round.places = places;
	}
	for (size_t k = 0; k < t->n_uses && !r; k++) {
		round.me = (uint8_t)(k + 1);
		if (t->uses[k].open)
			r = t->uses[k].ops->step(t, t->uses[k].priv, &round, &t->err);
	}
#ifdef HAVE_XEN
	if (!r && t->bound)
		r = xr_bound_step(t->bound, t, &round);
#endif
	t->moved = false;
	xenring_snapshot_unref(t->before);
	t->before = xenring_snapshot_ref(s);
	return r;
}

static bool begins_path(const char *path, const char *text, size_t n)
{
	return !strncmp(path, text, n) && (!path[n] || path[n] == '/');
}

/* Is what a capture's note belongs to meant? */
static bool is_wanted(const struct xenring_trace *t, const char *text, size_t n)
{
	if (t->all || !text)
		return true;
	for (size_t i = 0; i < t->top->n_rings; i++)
		if (t->wanted[i] && begins_path(t->top->rings[i].path, text, n))
			return true;
	return false;
}

static int on_recorded(void *data, struct xr_note *note, const char *text, size_t n)
{
	struct xenring_trace *t = data;

	if (t->by_name && note->via != t->uses[0].ops->via)
		return 0;
	if (!t->aimed || !is_wanted(t, text, n))
		return 0;
	if (text) {
		note->path = xr_trace_path(t, text, n);
		if (!note->path)
			return -ENOMEM;
	}
	t->lost += note->lost;
	return xr_trace_tell(t, note);
}

/* What the capture holds is what was seen, and goes before what its indices say. */
static int gather_recorded(struct xenring_trace *t)
{
	bool from_answers = t->by_name && t->uses[0].ops->from_answers;
	int r = t->x->src.ops->notified && !from_answers ?
		t->x->src.ops->notified(&t->x->src, on_recorded, t) : -ENODATA;

	if (r == -ENODATA)
		return 0;
	t->recorded = true;
	return r;
}

/* What was given goes. */
static void compact(struct xenring_trace *t)
{
	if (!t->at)
		return;
	memmove(t->notes, t->notes + t->at, (t->n_notes - t->at) * sizeof(*t->notes));
	t->n_notes -= t->at;
	t->n_ready -= t->at;
	t->at = 0;
}

static int gather(struct xenring_trace *t, struct xenring_snapshot *s)
{
	struct xenring_time now;
	size_t first;
	int r;

	compact(t);
	first = t->n_ready;
	if (is_capture(t->x))
		r = gather_recorded(t);
	else
		r = t->x->src.ops->now(&t->x->src, &now);
	if (r || is_capture(t->x))
		return r;
	if (!t->aimed)
		return 0;
	r = follow_topology(t, s);
	if (!r && t->moved)
		give_out(t, s);
	if (!r)
		r = ask(t, s, now.mono_ns);
	if (r)
		return r;
	ripen(t, now.mono_ns - late_ns(t));
	return xr_is_tee(&t->x->src) ? xr_tee_notes(&t->x->src, t->notes + first, t->n_ready - first) : 0;
}

int xr_trace_gather(struct xenring *x, struct xenring_snapshot *s)
{
	struct xenring_trace *t = x->trace;
	int r;

	if (!t || t->failed)
		return 0;
	r = gather(t, s);
	/* a capture that cannot be written is the sample's own failure; all else the trace's */
	if (r && !(xr_is_tee(&x->src) && r != -ENOMEM && !t->err.op))
		t->failed = r;
	return t->failed ? 0 : r;
}

void xr_trace_take(struct xenring *x)
{
#ifdef HAVE_XEN
	if (x->trace && x->trace->bound)
		xr_bound_take(x->trace->bound);
#else
	(void)x;
#endif
}

void xr_trace_prepare(struct xenring *x)
{
	if (x->trace && x->backends_ns)
		x->want_backends = true;
}

void xr_trace_forget(struct xenring *x)
{
	struct xenring_trace *t = x->trace;

	if (!t)
		return;
	xenring_snapshot_unref(t->before);
	t->before = NULL;
}

/* ---- the public half -------------------------------------------------------- */

const char *xenring_next_via(size_t i, const char **ret_help)
{
	size_t n = sizeof(xr_notifies) / sizeof(xr_notifies[0]) - 1;

	if (i >= n)
		return NULL;
	if (ret_help)
		*ret_help = xr_notifies[i]->help;
	return xr_notifies[i]->name;
}

/* What is used from now on: that, and for what it does not see what was due. */
static void set_uses(struct xenring_trace *t, const struct xr_notify_ops *first, bool by_name)
{
	t->by_name = by_name;
	t->n_uses = 0;
	t->uses[t->n_uses++] = (struct use){ .ops = first };
	if (first != &xr_notify_sampled)
		t->uses[t->n_uses++] = (struct use){ .ops = &xr_notify_sampled };
	/* the first sample has them already, so that it is known who counts */
	t->x->backends_ns = first->backends_ns;
}

static void close_uses(struct xenring_trace *t)
{
	for (size_t k = 0; k < t->n_uses; k++) {
		if (t->uses[k].open)
			t->uses[k].ops->close(t->uses[k].priv);
		free(t->uses[k].why);
	}
	t->n_uses = 0;
}

static int no_such_way(struct xenring *x, const char *via)
{
	return xr_fail(x, "trace", EINVAL, "there is no way to see notifications called \"%s\"", via);
}

int xenring_trace_use(struct xenring_trace *t, const char *via)
{
	const struct xr_notify_ops *first = via ? find(via) : xr_notifies[0];
	int r = 0;

	t->x->hint = NULL;
	if (!first)
		return no_such_way(t->x, via);
	close_uses(t);
	set_uses(t, first, via != NULL);
	t->begun = false;
	t->moved = true;
	/* nothing told it who tells of what: that is given out anew */
	if (t->whose)
		memset(t->whose, 0, t->top->n_rings * sizeof(*t->whose));
	if (t->aimed)
		r = begin(t);
	return r ? xr_fail(t->x, "trace", -r, "out of memory") : 0;
}

int xr_trace_new(struct xenring *x, const struct xr_notify_ops *first, bool by_name, struct xenring_trace **ret)
{
	struct xenring_trace *t = calloc(1, sizeof(*t));

	if (!t)
		return xr_fail(x, "trace", ENOMEM, "out of memory");
	t->x = x;
	set_uses(t, first, by_name);
	x->trace = t;
	*ret = t;
	return 0;
}

int xenring_trace_new(struct xenring *x, const char *via, struct xenring_trace **ret)
{
	const struct xr_notify_ops *first = via ? find(via) : xr_notifies[0];

	x->hint = NULL;
	if (!x->open)
		return xr_fail(x, "trace", EINVAL, "no source is open");
	if (x->trace)
		return xr_fail(x, "trace", EBUSY, "this handle has a trace already");
	if (!first)
		return no_such_way(x, via);
	return xr_trace_new(x, first, via != NULL, ret);
}

void xenring_trace_free(struct xenring_trace *t)
{
	struct xr_path *p, *tmp;

	if (!t)
		return;
	close_uses(t);
	HASH_ITER(hh, t->paths, p, tmp) {
		HASH_DEL(t->paths, p);
		free(p);
	}
#ifdef HAVE_XEN
	xr_bound_free(t->bound);
#endif
	xenring_snapshot_unref(t->before);
	xr_topology_unref(t->top);
	xr_err_clear(&t->err);
	free(t->wanted);
	free(t->whose);
	free(t->notes);
	t->x->backends_ns = 0;
	t->x->trace = NULL;
	free(t);
}

int xenring_trace_step(struct xenring_trace *t, struct xenring_snapshot *s, const size_t *rings, size_t n)
{
	int r = t->failed;

	if (!r)
		r = aim(t, s, rings, n);
	/* where nobody traced when the capture was made its indices tell what was due */
	if (!r && is_capture(t->x) && !t->recorded)
		r = ask(t, s, s->at.mono_ns);
	t->recorded = false;
	if (!r && is_capture(t->x))
		ripen(t, INT64_MAX);
	if (r && !t->failed)
		t->failed = r;
	if (r)
		xr_fail(t->x, "trace", -r, "%s", t->err.text ? t->err.text : strerror(-r));
	return r;
}

int xenring_trace_end(struct xenring_trace *t)
{
	struct xr_round round = { .now = t->before, .whose = t->whose };
	int r = t->failed;

	/* what a capture no longer gets is not told either: a replay shows the same */
	if (r || !t->before || is_capture(t->x) || xr_is_tee(&t->x->src))
		return r;
	for (size_t k = 0; k < t->n_uses && !r; k++)
		if (t->uses[k].open && t->uses[k].ops->finish)
			r = t->uses[k].ops->finish(t, t->uses[k].priv, &round);
	if (r)
		return xr_fail(t->x, "trace", -r, "%s", strerror(-r));
	ripen(t, INT64_MAX);
	return 0;
}

int xenring_trace_next(struct xenring_trace *t, struct xenring_event *ret)
{
	const int64_t no = XENRING_UNKNOWN;
	const struct xr_note *n;
	bool indexed;

	if (t->at == t->n_ready)
		return 0;
	n = &t->notes[t->at++];
	indexed = n->index != XR_IX_NONE;
	*ret = (struct xenring_event){
		.mono_ns = n->mono_ns, .source = word(xr_via_words, n->via), .direction = word(xr_way_words, n->way),
		.path = n->path ? n->path->text : NULL, .domid = n->domid, .port = n->port,
		.backend_port = n->backend_port, .count = n->count == XR_UNCOUNTED ? no : (int64_t)n->count,
		.lost = (int64_t)n->lost, .index = word(xr_index_words, n->index),
		.prod = indexed ? n->prod : no, .moved = indexed ? n->moved : no,
		.event = indexed && n->has_event ? n->event : no,
	};
	return 1;
}

uint64_t xenring_trace_lost(const struct xenring_trace *t)
{
	return t->lost;
}

int xenring_trace_via(const struct xenring_trace *t, size_t i, struct xenring_via *ret)
{
	const struct use *u;

	if (i >= t->n_uses)
		return -ERANGE;
	u = &t->uses[i];
	*ret = (struct xenring_via){
		.source = u->ops->name, .devices = u->devices, .blind = u->blind_devices,
		.why = u->why ? u->why : u->blind, .works = u->open,
	};
	return 0;
}

/* ---- ports of one's own ------------------------------------------------------ */

#ifdef HAVE_XEN

/* xen/include/public/xen.h: those that a domain has one of, not each vCPU. */
static const struct xenring_sym virqs[] = {
	{ 2, "console", "characters have come on Xen's own console" },
	{ 3, "dom_exc", "a domain has come, gone or changed" },
	{ 4, "tbuf", "Xen's trace buffer has records" },
	{ 6, "debugger", "a domain has stopped for a debugger" },
	{ 8, "con_ring", "something was put into Xen's console ring" },
	{ 9, "pcpu_state", "a CPU of the machine has come or gone" },
	{ 10, "mem_event", "a domain has run out of memory that was given out twice" },
	{ 11, "argo", "a message has come by Argo" },
	{ 12, "enomem", "little memory is left" },
	{ 0 }
};

/* A live host, and ports to bind on it. */
static int need_bound(struct xenring_trace *t)
{
	struct xenring *x = t->x;
	int r;

	x->hint = NULL;
	if (strcmp(x->src.ops->name, "xen") != 0 && !xr_is_tee(&x->src))
		return xr_fail(x, "bind", EOPNOTSUPP, "only a live host has ports to bind");
	r = t->bound ? 0 : xr_bound_new(&t->bound);
	if (!r)
		return 0;
	x->hint = "run as root, and see that the module xen-evtchn is loaded";
	return xr_fail(x, "bind", -r, "no port can be bound here: %s", strerror(-r));
}

int xenring_trace_bind(struct xenring_trace *t, const struct xenring_snapshot *s, uint32_t domid, uint32_t port)
{
	struct xenring *x = t->x;
	struct xr_port status = { 0 };
	const char *why;
	int r = need_bound(t);

	if (r)
		return r;
	r = x->src.ops->port ? x->src.ops->port(&x->src, domid, port, &status) : -EOPNOTSUPP;
	if (r)
		return xr_fail(x, "bind", -r, "port %u of domain %u: %s", port, domid,
			       r == -EINVAL ? "there is no such port" : strerror(-r));
	why = xr_bind_refusal(s->top, xr_own_domid(x), domid, port, &status);
	if (why)
		return xr_fail(x, "bind", EPERM, "port %u of domain %u is not bound: %s", port, domid, why);
	r = xr_bound_bind(t->bound, domid, port);
	return r ? xr_fail(x, "bind", -r, "port %u of domain %u cannot be bound: %s", port, domid, strerror(-r)) : 0;
}

int xenring_trace_offer(struct xenring_trace *t, uint32_t domid, uint32_t *ret_port)
{
	int r = need_bound(t);

	if (r)
		return r;
	r = xr_bound_offer(t->bound, domid, ret_port);
	return r ? xr_fail(t->x, "bind", -r, "no port can be offered to domain %u: %s", domid, strerror(-r)) : 0;
}

int xenring_trace_virq(struct xenring_trace *t, const char *name)
{
	const struct xenring_sym *v = virqs;
	int r = need_bound(t);

	if (r)
		return r;
	while (v->name && strcmp(v->name, name) != 0)
		v++;
	if (!v->name)
		return xr_fail(t->x, "bind", EINVAL, "there is no interrupt of Xen's called \"%s\"", name);
	r = xr_bound_virq(t->bound, xr_own_domid(t->x), (unsigned)v->value);
	if (r == -EEXIST)
		return xr_fail(t->x, "bind", EEXIST, "%s has a taker already, and can have but one", name);
	return r ? xr_fail(t->x, "bind", -r, "%s cannot be bound: %s", name, strerror(-r)) : 0;
}

const char *xenring_next_virq(size_t i, const char **ret_help)
{
	if (i >= sizeof(virqs) / sizeof(virqs[0]) - 1)
		return NULL;
	if (ret_help)
		*ret_help = virqs[i].help;
	return virqs[i].name;
}

int xenring_trace_fd(const struct xenring_trace *t)
{
	return t->bound ? xr_bound_fd(t->bound) : -1;
}

#else

static int no_bound(struct xenring_trace *t)
{
	return xr_fail(t->x, "bind", EOPNOTSUPP, "only a live host has ports to bind");
}

int xenring_trace_bind(struct xenring_trace *t, const struct xenring_snapshot *s, uint32_t domid, uint32_t port)
{
	(void)s;
	(void)domid;
	(void)port;
	return no_bound(t);
}

int xenring_trace_offer(struct xenring_trace *t, uint32_t domid, uint32_t *ret_port)
{
	(void)domid;
	(void)ret_port;
	return no_bound(t);
}

int xenring_trace_virq(struct xenring_trace *t, const char *name)
{
	(void)name;
	return no_bound(t);
}

const char *xenring_next_virq(size_t i, const char **ret_help)
{
	(void)i;
	(void)ret_help;
	return NULL;
}

int xenring_trace_fd(const struct xenring_trace *t)
{
	(void)t;
	return -1;
}

#endif
