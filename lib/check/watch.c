/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A run of checks: which cases are looked at, and which signatures become findings. */
#include <config.h>

#include "check/watch.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "context.h"
#include "util/cleanup.h"

/* How often the domains' states are asked for, at most, in seconds. */
#define DOMAINS_S 1.0

int xenring_watch_new(struct xenring_watch **ret, struct xenring *x)
{
	struct xenring_watch *w = calloc(1, sizeof(*w));
	struct xr_verdict *v = calloc(1, sizeof(*v));

	if (!w || !v) {
		free(w);
		free(v);
		return xr_fail(x, "check", ENOMEM, "out of memory");
	}
	w->x = x;
	w->verdict = v;
	w->blind = XR_UNKNOWN;
	for (unsigned k = 0; xr_checks[k]; k++)
		for (unsigned i = 0; xr_checks[k]->args[i].name; i++)
			w->chosen[k].arg[i] = xr_checks[k]->args[i].dflt;
	*ret = w;
	return 0;
}

static void drop_sigs(struct xr_sigs *s)
{
	xr_topology_unref(s->top);
	free(s->all);
	*s = (struct xr_sigs){ .n = 0 };
}

static void drop_places(struct xenring_watch *w)
{
	free(w->want_dom);
	free(w->want_dev);
	free(w->want_ring);
	free(w->quiet_dev);
	free(w->seen);
	w->want_dom = w->want_dev = w->want_ring = w->quiet_dev = NULL;
	w->seen = NULL;
}

void xenring_watch_free(struct xenring_watch *w)
{
	if (!w)
		return;
	xr_watch_unsay(w);
	drop_places(w);
	drop_sigs(&w->now);
	drop_sigs(&w->before);
	xr_suspects_drop(&w->suspects);
	xr_event_lists_drop(&w->events);
	xr_grant_lists_drop(&w->grants);
	xr_backends_unref(w->backends);
	xenring_snapshot_unref(w->prev);
	xr_hist_drop(&w->hist);
	free(w->found);
	free(w->verdict);
	free(w);
}

void xenring_watch_select(struct xenring_watch *w,
			  bool (*wants)(void *data, const char *domain, int64_t domid, const char *device,
					const char *ring), void *data)
{
	w->wants = wants;
	w->wants_data = data;
}

static int arg_at(const struct xr_check *check, const char *name)
{
	for (int i = 0; check->args[i].name; i++)
		if (!strcmp(check->args[i].name, name))
			return i;
	return -1;
}

static double arg_of(const struct xenring_watch *w, unsigned k, const char *name)
{
	int i = arg_at(xr_checks[k], name);

	return i < 0 ? (double)NAN : w->chosen[k].arg[i];
}

/* Are there ranges that decide, and are they about the time that it has been so? */
static bool ranges_of(const struct xenring_watch *w, unsigned k, struct xr_range *warn, struct xr_range *crit)
{
	const struct xr_check *check = xr_checks[k];
	const struct xr_chosen *c = &w->chosen[k];

	*warn = c->warn;
	*crit = c->crit;
	if (c->has_ranges && !(c->weak && w->has_ranges))
		return true;
	if (!check->value && arg_at(check, XR_AFTER) < 0)
		return false;
	*warn = w->warn;
	*crit = w->crit;
	if (w->has_ranges)
		return true;
	*warn = *crit = (struct xr_range){ .set = false };
	if (check->warn)
		xr_range_parse(check->warn, warn);
	if (check->crit)
		xr_range_parse(check->crit, crit);
	return check->warn || check->crit;
}

static double bound_of(const struct xr_range *r)
{
	return !r->set ? 0 : isfinite(r->to) ? r->to : isfinite(r->from) ? r->from : 0;
}

/* How long a signature of the check must hold to be told. */
static double after_of(const struct xenring_watch *w, unsigned k)
{
	struct xr_range warn, crit;
	double after = arg_of(w, k, XR_AFTER);

	if (!xr_checks[k]->value && ranges_of(w, k, &warn, &crit))
		return warn.set && crit.set ? fmin(bound_of(&warn), bound_of(&crit)) :
			fmax(bound_of(&warn), bound_of(&crit));
	return after > 0 ? after : 0;
}

double xenring_watch_needs_s(struct xenring_watch *w)
{
	double longest = w->some || w->has_ranges ? 0 : XR_STUCK_AFTER_S;

	for (unsigned k = 0; xr_checks[k]; k++) {
		struct xr_range warn, crit;
		double s;

		if (w->some && !w->chosen[k].on)
			continue;
		s = after_of(w, k);
		/* what is compared with the time must be exceeded */
		if (!xr_checks[k]->value && ranges_of(w, k, &warn, &crit))
			s = fmax(bound_of(&warn), bound_of(&crit)) * 1.05;
		/* of checks that nobody named only the usual ones count */
		if (!w->some && s > XR_STUCK_AFTER_S && !w->has_ranges && !w->chosen[k].adjusted)
			continue;
		longest = fmax(longest, s);
	}
	return fmax(longest, 1);
}

void xr_watch_settle(struct xenring_watch *w)
{
	if (w->set_up)
		return;
	w->set_up = true;
	w->needs = 0;
	w->domains_s = DOMAINS_S;
	memset(w->n_by_scope, 0, sizeof(w->n_by_scope));
	for (unsigned k = 0; xr_checks[k]; k++) {
		const struct xr_check *check = xr_checks[k];
		double s;

		if (!w->some)
			w->chosen[k].on = !(check->flags & XR_CHECK_NAMED) ||
					  (check->flags & XR_CHECK_CONSOLE && w->x->keys);
		if (!w->chosen[k].on)
			continue;
		w->by_scope[check->scope][w->n_by_scope[check->scope]++] = k;
		w->needs |= check->needs;
		s = after_of(w, k);
		/* that a domain is paused must be known before its rings seem to hang */
		if (check->flags & XR_CHECK_STALL && s > 0)
			w->domains_s = fmin(w->domains_s, s / 2);
	}
}

bool xenring_watch_runs(struct xenring_watch *w, size_t i)
{
	xr_watch_settle(w);
	return i < XR_MAX_CHECKS && w->chosen[i].on;
}

/* ---- what belongs to a topology ------------------------------------------------ */

static int choose_places(struct xenring_watch *w, const struct xr_topology *top)
{
	w->want_dom = calloc(top->n_doms + 1, 1);
	w->want_dev = calloc(top->n_devs + 1, 1);
	w->want_ring = calloc(top->n_rings + 1, 1);
	w->quiet_dev = calloc(top->n_devs + 1, 1);
	if (!w->want_dom || !w->want_dev || !w->want_ring || !w->quiet_dev)
		return -ENOMEM;
	for (size_t i = 0; i < top->n_doms; i++)
		w->want_dom[i] = !w->wants || w->wants(w->wants_data, top->doms[i].name, top->doms[i].info.domid,
						       NULL, NULL);
	for (size_t i = 0; i < top->n_devs; i++) {
		const struct xr_topo_dev *td = &top->devs[i];

		w->want_dev[i] = !w->wants || w->wants(w->wants_data, top->doms[td->dom].name, td->dev->domid,
						       td->dev->name, NULL);
	}
	for (size_t i = 0; i < top->n_rings; i++) {
		const struct xr_topo_dev *td = &top->devs[top->rings[i].dev];

		w->want_ring[i] = !w->wants || w->wants(w->wants_data, top->doms[td->dom].name, td->dev->domid,
							td->dev->name, top->rings[i].ring->name);
	}
	return 0;
}

/* Where the domain or device stands that stood at i; both lists are by domid and name. */
static size_t same_path(const struct xr_topology *now, const struct xr_topology *was, enum xr_scope scope, size_t i)
{
	if (scope == XR_SCOPE_DOMAIN) {
		for (size_t k = 0; k < now->n_doms; k++)
			if (now->doms[k].info.domid == was->doms[i].info.domid)
				return strcmp(now->doms[k].uuid, was->doms[i].uuid) ? XR_NOWHERE : k;
		return XR_NOWHERE;
	}
	for (size_t d = 0; d < now->n_doms; d++) {
		const struct xr_dom *dom = &now->doms[d], *old = &was->doms[was->devs[i].dom];

		if (dom->info.domid != old->info.domid)
			continue;
		for (size_t k = dom->first_dev; k < dom->first_dev + dom->n_devs; k++)
			if (!strcmp(now->devs[k].dev->name, was->devs[i].dev->name))
				return strcmp(dom->uuid, old->uuid) ? XR_NOWHERE : k;
	}
	return XR_NOWHERE;
}

static int by_place(const void *a, const void *b)
{
	const struct xr_sig *x = a, *y = b;

	if (x->scope != y->scope)
		return x->scope < y->scope ? -1 : 1;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return (x->check > y->check) - (x->check < y->check);
}

/* The signatures of the sample before, by the places of this one. to: of each ring before. */
static void move_sigs(struct xr_sigs *s, struct xr_topology *top, const size_t *to)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		struct xr_sig *sig = &s->all[i];
		size_t at = sig->scope == XR_SCOPE_RING ? to[sig->at] : same_path(top, s->top, sig->scope, sig->at);

		if (at == XR_NOWHERE)
			continue;
		sig->at = at;
		s->all[n++] = *sig;
	}
	s->n = n;
	if (n)
		qsort(s->all, n, sizeof(*s->all), by_place);
	xr_topology_unref(s->top);
	s->top = xr_topology_ref(top);
}

static int follow_topology(struct xenring_watch *w, struct xr_topology *top)
{
	struct xr_topology *was = w->prev ? w->prev->top : NULL;
	_cleanup_free_ size_t *places = was ? xr_topology_places(top, was) : NULL;
	_cleanup_free_ size_t *to = was ? malloc((was->n_rings + 1) * sizeof(*to)) : NULL;
	struct xr_seen *seen = calloc(top->n_rings + 1, sizeof(*seen));
	int r;

	if (!seen || (was && (!places || !to))) {
		free(seen);
		return -ENOMEM;
	}
	for (size_t i = 0; was && i < was->n_rings; i++)
		to[i] = XR_NOWHERE;
	for (size_t i = 0; i < top->n_rings; i++) {
		if (was && places[i] != XR_NOWHERE) {
			seen[i] = w->seen[places[i]];
			to[places[i]] = i;
		} else {
			seen[i].events = seen[i].crossed_events = XENRING_UNKNOWN;
			seen[i].rsp_ns = XR_NEVER;
		}
		seen[i].quiet = false;
	}
	if (w->before.top)
		move_sigs(&w->before, top, to);
	xr_suspects_keep(&w->suspects, top);
	drop_places(w);
	r = choose_places(w, top);
	w->seen = seen;
	return r;
}

/* ---- the past of a ring that only checks need ------------------------------------ */

static bool has_moved(const struct xenring_watch *w, const struct xenring_snapshot *s, size_t i)
{
	return !w->prev || w->prev->top != s->top || w->prev->look[i] != s->look[i] ||
	       memcmp(w->prev->idx[i], s->idx[i], sizeof(s->idx[i])) != 0;
}

static void look_back(struct xenring_watch *w, const struct xr_case *c)
{
	struct xr_seen *seen = &w->seen[c->ring_at];

	if (!c->f->ok || !c->f->slots)
		return;
	if (c->f->owed_rsp == -1)
		seen->armed_rsp = true;
	if (seen->rsp_ns == XR_NEVER || seen->rsp_prod != c->idx[XR_RSP_PROD]) {
		seen->rsp_ns = c->now_ns;
		seen->rsp_prod = c->idx[XR_RSP_PROD];
		seen->rsp_req_prod = c->idx[XR_REQ_PROD];
	}
	if (!c->past || c->past->owed_req_ns != c->now_ns)
		return;
	/* it has just crossed: what was read before is what it is compared with */
	seen->crossed_events = seen->events;
	seen->crossed_exact = w->prev && w->prev->top == c->s->top &&
			      seen->events_req_prod == w->prev->idx[c->ring_at][XR_REQ_PROD];
	seen->read_since = false;
}

/* New readings of backends: what they count is kept with each ring. */
static void take_backends(struct xenring_watch *w, const struct xenring_snapshot *s)
{
	for (size_t i = 0; i < s->top->n_rings; i++) {
		const struct xr_past *past = xr_hist_ring(&w->hist, i);
		const struct xr_dev *dev = s->top->devs[s->top->rings[i].dev].dev;
		const struct xr_readings *was = NULL, *now;
		struct xr_seen *seen = &w->seen[i];
		double elapsed_s = 0;

		now = xr_backends_of(s->backends, dev, &was, &elapsed_s);
		seen->events = now ? now->value[XR_BF_EVENTS] : XENRING_UNKNOWN;
		seen->events_req_prod = s->idx[i][XR_REQ_PROD];
		seen->read_since = past && past->owed_req_ns != XR_NEVER && past->owed_req_ns < s->at.mono_ns;
	}
	xr_backends_unref(w->backends);
	w->backends = xr_backends_ref(s->backends);
}

/* What is asked of the source at a pace of its own. *ret_news: rings are to be judged anew. */
static int read_more(struct xenring_watch *w, const struct xenring_snapshot *s, bool *ret_news)
{
	int64_t events_ns = w->events.read ? w->events.read_ns : INT64_MIN, age = s->at.mono_ns - w->refs_ns;
	int r = 0;

	if (w->needs & XR_NEEDS_EVENTS)
		r = xr_event_lists_refresh(&w->events, w->x, s);
	*ret_news |= w->events.read && w->events.read_ns != events_ns;
	if (r || !(w->needs & XR_NEEDS_GRANTS))
		return r;
	r = xr_grant_lists_refresh(&w->grants, w->x, s, w->want_dom);
	if (r < 0)
		return r;
	if (w->refs_ns && age >= 0 && age < XR_READINGS_NS)
		return 0;
	w->refs_ns = s->at.mono_ns;
	*ret_news = true;
	for (size_t i = 0; i < s->top->n_rings; i++)
		w->seen[i].unmapped = w->want_ring[i] && xr_ring_is_unmapped(w->x, s->top->rings[i].ring);
	return 0;
}

/* ---- judging --------------------------------------------------------------------- */

void xr_watch_ask(const struct xenring_watch *w, unsigned k, struct xr_case *c, bool in_words, struct xr_verdict *v)
{
	const struct xr_check *check = xr_checks[k];

	c->arg = w->chosen[k].arg;
	v->in_words = in_words;
	v->holds = false;
	v->since_ns = c->held_ns == XR_NEVER ? c->now_ns : c->held_ns;
	v->level = check->level;
	v->value = NAN;
	v->at_least_s = 0;
	v->owes = NULL;
	v->known_by = check->known_by;
	v->next = check->next;
	v->mark = 0;
	v->unknown = NULL;
	v->text[0] = '\0';
	v->n_shown = 0;
	check->eval(c, v);
}

static enum xr_level by_ranges(const struct xr_range *warn, const struct xr_range *crit, double value)
{
	return xr_range_tells(crit, value) ? XR_CRITICAL : xr_range_tells(warn, value) ? XR_WARNING : XR_OK;
}

/* What a signature that holds comes to now. */
static void weigh(const struct xenring_watch *w, const struct xr_case *c, const struct xr_verdict *v,
		  struct xr_sig *sig)
{
	const struct xr_check *check = xr_checks[sig->check];
	double age = xr_since_s(c, sig->since_ns), worse = arg_of(w, sig->check, XR_WORSE);
	struct xr_range warn, crit;

	sig->value = check->value ? v->value : age;
	sig->after_s = fmax(after_of(w, sig->check), v->at_least_s);
	if (ranges_of(w, sig->check, &warn, &crit)) {
		sig->level = by_ranges(&warn, &crit, sig->value);
	} else if (age >= sig->after_s) {
		sig->level = v->level;
		if (!isnan(worse) && age >= fmax(worse, v->at_least_s))
			sig->level = XR_CRITICAL;
	}
	if (sig->level == XR_UNKNOWN && check->flags & XR_CHECK_BLIND)
		sig->level = w->blind;
	sig->short_of = sig->level == XR_OK && !check->value && !(check->flags & XR_CHECK_BLIND) &&
			v->level > XR_INFO && age < sig->after_s && sig->since_ns <= w->first_ns;
}

static struct xr_sig *add_sig(struct xr_sigs *s)
{
	if (s->n == s->room) {
		size_t room = s->room ? 2 * s->room : 16;
		struct xr_sig *all = reallocarray(s->all, room, sizeof(*all));

		if (!all)
			return NULL;
		s->all = all;
		s->room = room;
	}
	return &s->all[s->n++];
}

struct pass {
	struct xenring_watch *w;
	size_t next;		/* of the signatures of the sample before */
};

static const struct xr_sig *sig_before(struct pass *p, const struct xr_sig *key)
{
	const struct xr_sigs *b = &p->w->before;

	while (p->next < b->n && by_place(&b->all[p->next], key) < 0)
		p->next++;
	return p->next < b->n && !by_place(&b->all[p->next], key) ? &b->all[p->next] : NULL;
}

/* All chosen checks of one scope over one case. True: something holds. */
static int judge(struct pass *p, enum xr_scope scope, size_t at, struct xr_case *c, bool held, bool *ret_holds)
{
	struct xenring_watch *w = p->w;

	*ret_holds = false;
	for (size_t i = 0; i < w->n_by_scope[scope]; i++) {
		unsigned k = w->by_scope[scope][i];
		struct xr_sig key = { .scope = scope, .at = at, .check = k }, *sig;
		struct xr_verdict *v = w->verdict;
		const struct xr_sig *was;

		if (held && xr_checks[k]->flags & XR_CHECK_STALL)
			continue;
		if (c->ring && c->s->look[at] != XR_LOOK_OK && !(xr_checks[k]->flags & XR_CHECK_ANY_LOOK))
			continue;
		was = sig_before(p, &key);
		c->held_ns = was ? was->since_ns : XR_NEVER;
		c->mark = was ? was->mark : 0;
		xr_watch_ask(w, k, c, false, v);
		if (!v->holds && !(v->unknown && w->chosen[k].named))
			continue;
		sig = add_sig(&w->now);
		if (!sig)
			return -ENOMEM;
		*sig = key;
		sig->since_ns = v->since_ns;
		sig->held_ns = c->held_ns;
		sig->was_mark = c->mark;
		sig->mark = v->mark;
		if (v->holds)
			weigh(w, c, v, sig);
		else
			sig->level = XR_UNKNOWN;
		*ret_holds = true;
	}
	return 0;
}

void xr_watch_case(const struct xenring_watch *w, const struct xr_sig *sig, struct xr_case *ret,
		   struct xr_ring_facts *facts)
{
	const struct xenring_snapshot *s = w->prev;
	const struct xr_topology *top = s->top;

	*ret = (struct xr_case){
		.w = w, .s = s, .now_ns = s->at.mono_ns, .held_ns = sig->held_ns, .mark = sig->was_mark,
		.dom_at = XR_NOWHERE, .dev_at = XR_NOWHERE, .ring_at = XR_NOWHERE,
	};
	if (sig->scope == XR_SCOPE_RING) {
		ret->ring_at = sig->at;
		ret->tr = &top->rings[sig->at];
		ret->ring = ret->tr->ring;
		ret->idx = s->idx[sig->at];
		ret->past = xr_hist_ring(&w->hist, sig->at);
		ret->seen = &w->seen[sig->at];
		ret->dev_at = ret->tr->dev;
	} else if (sig->scope == XR_SCOPE_DEVICE) {
		ret->dev_at = sig->at;
	} else {
		ret->dom_at = sig->at;
	}
	if (ret->dev_at != XR_NOWHERE) {
		ret->td = &top->devs[ret->dev_at];
		ret->dev = ret->td->dev;
		ret->dom_at = ret->td->dom;
		ret->states_ns = w->hist.states_ns[ret->dev_at];
	}
	ret->dom = &top->doms[ret->dom_at];
	if (ret->ring) {
		xr_ring_facts(ret, facts);
		ret->f = facts;
		ret->wait = xr_wait_of(ret);
	}
}

static int judge_rings(struct pass *p, const struct xenring_snapshot *s, const uint8_t *moved, bool news)
{
	struct xenring_watch *w = p->w;

	for (size_t i = 0; i < s->top->n_rings; i++) {
		struct xr_ring_facts facts;
		struct xr_case c;
		bool holds;
		int r;

		if (!w->want_ring[i] || (w->seen[i].quiet && !moved[i] && !news))
			continue;
		xr_watch_case(w, &(struct xr_sig){ .scope = XR_SCOPE_RING, .at = i }, &c, &facts);
		if (c.dom->info.dying)
			continue;
		r = xr_suspects_look(&w->suspects, w->x, &c);
		if (!r)
			r = judge(p, XR_SCOPE_RING, i, &c, xr_is_held(c.dom), &holds);
		if (r)
			return r;
		/* what waits may hang some day, and what was read of it counts then */
		w->seen[i].quiet = !holds && !(facts.ok && (facts.pending || facts.queued || (facts.answers && !facts.credit)));
	}
	return 0;
}

static int judge_devices(struct pass *p, const struct xenring_snapshot *s, bool news)
{
	struct xenring_watch *w = p->w;

	for (size_t i = 0; i < s->top->n_devs; i++) {
		struct xr_case c;
		bool holds;
		int r;

		if (!w->want_dev[i] || (w->quiet_dev[i] && !news))
			continue;
		xr_watch_case(w, &(struct xr_sig){ .scope = XR_SCOPE_DEVICE, .at = i }, &c, NULL);
		if (c.dom->info.dying)
			continue;
		r = judge(p, XR_SCOPE_DEVICE, i, &c, xr_is_held(c.dom), &holds);
		if (r)
			return r;
		w->quiet_dev[i] = !holds;
	}
	return 0;
}

static int judge_domains(struct pass *p, const struct xenring_snapshot *s)
{
	for (size_t i = 0; i < s->top->n_doms; i++) {
		struct xr_case c;
		bool holds;
		int r;

		if (!p->w->want_dom[i])
			continue;
		xr_watch_case(p->w, &(struct xr_sig){ .scope = XR_SCOPE_DOMAIN, .at = i }, &c, NULL);
		r = judge(p, XR_SCOPE_DOMAIN, i, &c, xr_is_held(c.dom), &holds);
		if (r)
			return r;
	}
	return 0;
}

/* The findings among the signatures, the worst first. */
static int find(struct xenring_watch *w)
{
	uint32_t *found = reallocarray(w->found, w->now.n + 1, sizeof(*found));

	if (!found)
		return -ENOMEM;
	w->found = found;
	w->n_found = 0;
	for (unsigned level = XR_LEVEL_N; --level > XR_OK; )
		for (size_t i = 0; i < w->now.n; i++)
			if (w->now.all[i].level == level)
				found[w->n_found++] = (uint32_t)i;
	return 0;
}

/* Which rings have moved since the sample before, and what follows for what is kept of them. */
static uint8_t *look_at_rings(struct xenring_watch *w, struct xenring_snapshot *s)
{
	uint8_t *moved = malloc(s->top->n_rings + 1);
	struct xenring_snapshot *prev = w->prev;

	for (size_t i = 0; moved && i < s->top->n_rings; i++) {
		moved[i] = has_moved(w, s, i);
		if (moved[i] && w->want_ring[i]) {
			struct xr_ring_facts facts;
			struct xr_case c;

			w->prev = s;
			xr_watch_case(w, &(struct xr_sig){ .scope = XR_SCOPE_RING, .at = i }, &c, &facts);
			w->prev = prev;
			look_back(w, &c);
		}
	}
	return moved;
}

static int step(struct xenring_watch *w, struct xenring_snapshot *s)
{
	bool new_top = !w->prev || w->prev->top != s->top, news = new_top;
	_cleanup_free_ uint8_t *moved = NULL;
	struct pass p = { .w = w };
	struct xr_sigs swap;
	int r = xr_hist_step(&w->hist, s);

	if (r)
		return r;
	swap = w->before;
	w->before = w->now;
	w->now = swap;
	w->now.n = 0;
	if (new_top)
		r = follow_topology(w, s->top);
	if (!r)
		r = read_more(w, s, &news);
	if (r)
		return r;
	moved = look_at_rings(w, s);
	if (!moved)
		return -ENOMEM;
	if (s->backends && s->backends != w->backends) {
		take_backends(w, s);
		news = true;
	}
	xr_topology_unref(w->now.top);
	w->now.top = xr_topology_ref(s->top);
	xenring_snapshot_unref(w->prev);
	w->prev = xenring_snapshot_ref(s);
	r = judge_domains(&p, s);
	if (!r)
		r = judge_devices(&p, s, news);
	if (!r)
		r = judge_rings(&p, s, moved, news);
	return r ? r : find(w);
}

int xenring_watch_step(struct xenring_watch *w, struct xenring_snapshot *s)
{
	int r;

	xr_watch_settle(w);
	xr_watch_unsay(w);
	if (!w->prev) {
		w->first_ns = s->at.mono_ns;
		w->domains_ns = s->at.mono_ns;
	}
	r = step(w, s);
	if (r)
		return xr_fail(w->x, "check", -r, "out of memory");
	if (w->needs & XR_NEEDS_BACKENDS)
		xenring_refresh_backends(w->x);
	if (s->at.mono_ns - w->domains_ns >= (int64_t)(w->domains_s * 1e9) || s->at.mono_ns < w->domains_ns) {
		xenring_refresh_domains(w->x);
		w->domains_ns = s->at.mono_ns;
	}
	return 0;
}

int xenring_watch_end(struct xenring_watch *w)
{
	xr_watch_unsay(w);
	for (size_t i = 0; i < w->now.n; i++)
		if (w->now.all[i].short_of)
			w->now.all[i].level = XR_UNKNOWN;
	return find(w) ? xr_fail(w->x, "check", ENOMEM, "out of memory") : 0;
}
