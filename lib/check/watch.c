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
	free(w->moved);
	free(w->again_ns);
	free(w->block_moved);
	free(w->block_ns);
	w->want_dom = w->want_dev = w->want_ring = w->quiet_dev = w->moved = w->block_moved = NULL;
	w->seen = NULL;
	w->again_ns = w->block_ns = NULL;
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
	memset(w->of_scope, 0, sizeof(w->of_scope));
	memset(w->by_when, 0, sizeof(w->by_when));
	w->stall = w->any_look = w->always = 0;
	for (unsigned k = 0; xr_checks[k]; k++) {
		const struct xr_check *check = xr_checks[k];
		uint64_t bit = UINT64_C(1) << k;
		double s;

		w->stall |= check->flags & XR_CHECK_STALL ? bit : 0;
		w->any_look |= check->flags & XR_CHECK_ANY_LOOK ? bit : 0;
		w->always |= check->when ? 0 : bit;
		for (unsigned i = 0; i < XR_WHEN_N; i++)
			w->by_when[i] |= check->when & 1u << i ? bit : 0;

		if (!w->some)
			w->chosen[k].on = !(check->flags & XR_CHECK_NAMED) ||
					  (check->flags & XR_CHECK_CONSOLE && w->x->keys);
		if (!w->chosen[k].on)
			continue;
		w->of_scope[check->scope] |= bit;
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
	w->moved = calloc(top->n_rings + 1, 1);
	w->again_ns = calloc(top->n_rings + 1, sizeof(*w->again_ns));
	w->block_moved = calloc(top->n_rings / XR_BLOCK + 1, 1);
	w->block_ns = calloc(top->n_rings / XR_BLOCK + 1, sizeof(*w->block_ns));
	if (!w->want_dom || !w->want_dev || !w->want_ring || !w->quiet_dev || !w->moved || !w->again_ns ||
	    !w->block_moved || !w->block_ns)
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

/*
 * Which rings are not as at the last step, by what is in arrays only. Also one
 * that has moved there and back: a sample between the two knows of it.
 */
static void find_moved(struct xenring_watch *w, const struct xenring_snapshot *s, const struct xenring_snapshot *was)
{
	size_t n = s->top->n_rings;

	if (!was || was->top != s->top) {
		memset(w->moved, 1, n);
		memset(w->block_moved, 1, n / XR_BLOCK + 1);
		return;
	}
	for (size_t from = 0; from < n; from += XR_BLOCK) {
		size_t len = n - from < XR_BLOCK ? n - from : XR_BLOCK;
		int64_t last_ns = INT64_MIN;
		bool any;

		for (size_t i = from; i < from + len; i++)
			last_ns = s->moved_ns[i] > last_ns ? s->moved_ns[i] : last_ns;
		any = last_ns > was->at.mono_ns || memcmp(s->look + from, was->look + from, len) != 0 ||
		      memcmp(s->idx + from, was->idx + from, len * sizeof(*s->idx)) != 0;
		w->block_moved[from / XR_BLOCK] = any;
		for (size_t i = from; i < from + len; i++)
			w->moved[i] = any && (s->moved_ns[i] > was->at.mono_ns || s->look[i] != was->look[i] ||
					      memcmp(s->idx[i], was->idx[i], sizeof(s->idx[i])) != 0);
	}
}

/* The ring has moved, or is new. was: the sample that was judged before this one, or NULL. */
static void look_back(struct xenring_watch *w, const struct xr_case *c, const struct xenring_snapshot *was)
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
	seen->crossed_exact = was && was->top == c->s->top &&
			      seen->events_req_prod == was->idx[c->ring_at][XR_REQ_PROD];
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

/* What a signature comes to now. */
static void weigh(const struct xenring_watch *w, int64_t now_ns, struct xr_sig *sig)
{
	const struct xr_check *check = xr_checks[sig->check];
	double age = (double)(now_ns - sig->since_ns) / 1e9, worse = arg_of(w, sig->check, XR_WORSE);
	struct xr_range warn, crit;

	if (!sig->holds) {
		sig->level = XR_UNKNOWN;
		return;
	}
	sig->value = check->value ? sig->said_value : age;
	sig->after_s = fmax(after_of(w, sig->check), sig->at_least_s);
	if (ranges_of(w, sig->check, &warn, &crit)) {
		sig->level = by_ranges(&warn, &crit, sig->value);
	} else if (age >= sig->after_s) {
		sig->level = sig->said_level;
		if (!isnan(worse) && age >= fmax(worse, sig->at_least_s))
			sig->level = XR_CRITICAL;
	}
	if (sig->level == XR_UNKNOWN && check->flags & XR_CHECK_BLIND)
		sig->level = w->blind;
	sig->short_of = sig->level == XR_OK && !check->value && !(check->flags & XR_CHECK_BLIND) &&
			sig->said_level > XR_INFO && age < sig->after_s && sig->since_ns <= w->first_ns;
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

static int order(const struct xr_sig *sig, enum xr_scope scope, size_t at)
{
	return sig->scope != scope ? (sig->scope > scope) - (sig->scope < scope) : (sig->at > at) - (sig->at < at);
}

/* The checks that spoke of the case at the sample before. */
static uint64_t spoke_before(struct pass *p, enum xr_scope scope, size_t at)
{
	const struct xr_sigs *b = &p->w->before;
	uint64_t checks = 0;

	while (p->next < b->n && order(&b->all[p->next], scope, at) < 0)
		p->next++;
	for (size_t i = p->next; i < b->n && !order(&b->all[i], scope, at); i++)
		checks |= UINT64_C(1) << b->all[i].check;
	return checks;
}

/* Those of them that may speak of the case of a ring. */
static uint64_t may_speak(const struct xenring_watch *w, unsigned when)
{
	uint64_t checks = w->always;

	for (; when; when &= when - 1)
		checks |= w->by_when[__builtin_ctz(when)];
	return checks;
}

/* What the chosen checks of one scope say of a case ... */
enum said {
	SAID_NOTHING,
	SAID_AGAIN,	/* they would say the same once more, if nothing is new to them */
	SAID_NEWS,	/* or not: they know now what they said */
};

/* when: of a ring, what is so. */
static int judge(struct pass *p, enum xr_scope scope, size_t at, struct xr_case *c, unsigned when, bool held,
		 enum said *ret_said)
{
	struct xenring_watch *w = p->w;
	uint64_t before = spoke_before(p, scope, at), todo = w->of_scope[scope];

	*ret_said = SAID_NOTHING;
	if (c->ring && !w->anew)
		todo &= may_speak(w, when) | before;
	if (c->ring && c->s->look[at] != XR_LOOK_OK)
		todo &= w->any_look;
	if (held)
		todo &= ~w->stall;
	for (; todo; todo &= todo - 1) {
		unsigned k = (unsigned)__builtin_ctzll(todo);
		struct xr_verdict *v = w->verdict;
		const struct xr_sig *was = NULL;
		struct xr_sig *sig;

		if (before >> k & 1) {
			while (w->before.all[p->next].check != k)
				p->next++;
			was = &w->before.all[p->next];
		}
		c->held_ns = was ? was->since_ns : XR_NEVER;
		c->mark = was ? was->mark : 0;
		xr_watch_ask(w, k, c, false, v);
		if (!v->holds && !(v->unknown && w->chosen[k].named))
			continue;
		sig = add_sig(&w->now);
		if (!sig)
			return -ENOMEM;
		*sig = (struct xr_sig){
			.scope = scope, .at = at, .check = k, .since_ns = v->since_ns, .held_ns = c->held_ns,
			.was_mark = c->mark, .mark = v->mark, .holds = v->holds, .said_level = v->level,
			.said_value = v->value, .at_least_s = v->at_least_s,
		};
		weigh(w, c->now_ns, sig);
		if (sig->held_ns != sig->since_ns || sig->was_mark != sig->mark)
			*ret_said = SAID_NEWS;
		else if (*ret_said == SAID_NOTHING)
			*ret_said = SAID_AGAIN;
	}
	return 0;
}

/* All but why nothing moves, which follows from what is remembered of the ring. */
static void case_of(const struct xenring_watch *w, const struct xr_sig *sig, struct xr_case *ret,
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
	}
}

void xr_watch_case(const struct xenring_watch *w, const struct xr_sig *sig, struct xr_case *ret,
		   struct xr_ring_facts *facts)
{
	case_of(w, sig, ret, facts);
	if (ret->ring)
		ret->wait = xr_wait_of(ret);
}

/* What is so of the ring, of all that its checks may speak of. */
static unsigned when_of(const struct xr_case *c, bool read)
{
	const struct xr_ring_facts *f = c->f;
	enum xr_look look = (enum xr_look)c->s->look[c->ring_at];
	bool slots = f->ok && f->slots;

	return (look == XR_LOOK_OK && !f->ok ? XR_WHEN_ODD : 0u) |
	       (c->past && c->past->back_ns != XR_NEVER ? XR_WHEN_BACK : 0u) |
	       (f->pending ? XR_WHEN_WAITS : 0u) |
	       (slots && !f->credit && f->answers ? XR_WHEN_ANSWERS : 0u) |
	       (slots && !f->credit && f->flight == f->n ? XR_WHEN_FULL : 0u) |
	       (slots ? XR_WHEN_SLOTS : 0u) | (f->ok && !f->slots ? XR_WHEN_OTHER : 0u) |
	       (slots && f->credit ? XR_WHEN_CREDIT : 0u) | (c->tr->err.op ? XR_WHEN_ERROR : 0u) |
	       (look == XR_LOOK_TORN ? XR_WHEN_TORN : 0u) | (read ? XR_WHEN_READ : 0u);
}

/* Until when is the same said of the ring, if it stands still and nothing new is read? */
static int64_t again_of(const struct xr_case *c, unsigned when)
{
	bool waits = c->f->slots ? c->f->pending : c->f->queued > 0;
	int64_t still_ns = xr_still_ns(c), since_ns = c->f->slots ? c->seen->rsp_ns : still_ns;

	/* whether one queue is full beside an empty one depends on that, too; what went back is told for a while */
	if (when & (XR_WHEN_FULL | XR_WHEN_BACK) || xr_is_suspect(&c->w->suspects, c->ring->uid))
		return INT64_MIN;
	if (!c->f->ok)
		return INT64_MAX;
	/* at the sample after one at which it moved it stands still */
	if (still_ns == c->now_ns)
		return c->now_ns + 1;
	/* then its requests are looked at, sample after sample */
	return waits && !xr_is_held(c->dom) && since_ns != XR_NEVER ? since_ns + XR_SUSPECT_NS : INT64_MAX;
}

/* was: the sample that was judged before; looked: what moved since has been looked back at. */
static int judge_ring(struct pass *p, size_t i, const struct xenring_snapshot *was, bool looked, bool news)
{
	struct xenring_watch *w = p->w;
	struct xr_ring_facts facts;
	struct xr_case c;
	unsigned when;
	enum said said;
	int r;

	case_of(w, &(struct xr_sig){ .scope = XR_SCOPE_RING, .at = i }, &c, &facts);
	if (w->moved[i] && !looked)
		look_back(w, &c, was);
	if (c.dom->info.dying) {
		w->again_ns[i] = INT64_MAX;
		return 0;
	}
	c.wait = xr_wait_of(&c);
	r = xr_suspects_look(&w->suspects, w->x, &c);
	if (r)
		return r;
	/* what is read besides was not asked of one that could not be looked at */
	when = when_of(&c, news || !was || was->look[i] != c.s->look[i]);
	r = judge(p, XR_SCOPE_RING, i, &c, when, xr_is_held(c.dom), &said);
	w->again_ns[i] = said == SAID_NEWS ? INT64_MIN : again_of(&c, when);
	return r;
}

/* Of rings from to end nothing else is said than before. */
static int say_again(struct pass *p, size_t from, size_t end, int64_t now_ns)
{
	const struct xr_sigs *b = &p->w->before;

	while (p->next < b->n && order(&b->all[p->next], XR_SCOPE_RING, from) < 0)
		p->next++;
	for (; p->next < b->n && order(&b->all[p->next], XR_SCOPE_RING, end) < 0; p->next++) {
		struct xr_sig *sig = add_sig(&p->w->now);

		if (!sig)
			return -ENOMEM;
		*sig = b->all[p->next];
		sig->level = XR_OK;
		weigh(p->w, now_ns, sig);
	}
	return 0;
}

static int judge_rings(struct pass *p, const struct xenring_snapshot *s, const struct xenring_snapshot *was,
		       bool looked, bool news)
{
	struct xenring_watch *w = p->w;
	int64_t now_ns = s->at.mono_ns;
	bool all = news || w->anew;

	for (size_t from = 0; from < s->top->n_rings; from += XR_BLOCK) {
		size_t end = from + XR_BLOCK < s->top->n_rings ? from + XR_BLOCK : s->top->n_rings;
		size_t block = from / XR_BLOCK;
		int64_t first_ns = INT64_MAX;

		if (!all && !w->block_moved[block] && now_ns < w->block_ns[block]) {
			int r = say_again(p, from, end, now_ns);

			if (r)
				return r;
			continue;
		}
		for (size_t i = from; i < end; i++) {
			int r = 0;

			if (!w->want_ring[i])
				continue;
			if (all || w->moved[i] || now_ns >= w->again_ns[i])
				r = judge_ring(p, i, was, looked, news);
			else
				r = say_again(p, i, i + 1, now_ns);
			if (r)
				return r;
			first_ns = w->again_ns[i] < first_ns ? w->again_ns[i] : first_ns;
		}
		w->block_ns[block] = first_ns;
	}
	return 0;
}

static int judge_devices(struct pass *p, const struct xenring_snapshot *s, bool news)
{
	struct xenring_watch *w = p->w;

	for (size_t i = 0; i < s->top->n_devs; i++) {
		struct xr_case c;
		enum said said;
		int r;

		if (!w->want_dev[i] || (w->quiet_dev[i] && !news && !w->anew))
			continue;
		xr_watch_case(w, &(struct xr_sig){ .scope = XR_SCOPE_DEVICE, .at = i }, &c, NULL);
		if (c.dom->info.dying)
			continue;
		r = judge(p, XR_SCOPE_DEVICE, i, &c, 0, xr_is_held(c.dom), &said);
		if (r)
			return r;
		w->quiet_dev[i] = said == SAID_NOTHING;
	}
	return 0;
}

static int judge_domains(struct pass *p, const struct xenring_snapshot *s)
{
	for (size_t i = 0; i < s->top->n_doms; i++) {
		struct xr_case c;
		enum said said;
		int r;

		if (!p->w->want_dom[i])
			continue;
		xr_watch_case(p->w, &(struct xr_sig){ .scope = XR_SCOPE_DOMAIN, .at = i }, &c, NULL);
		r = judge(p, XR_SCOPE_DOMAIN, i, &c, 0, xr_is_held(c.dom), &said);
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

/* What follows from the rings that have moved for what is kept of them: of all, before readings are taken. */
static void look_at_rings(struct xenring_watch *w, const struct xenring_snapshot *s, const struct xenring_snapshot *was)
{
	for (size_t i = 0; i < s->top->n_rings; i++) {
		struct xr_ring_facts facts;
		struct xr_case c;

		if (!w->moved[i] || !w->want_ring[i])
			continue;
		case_of(w, &(struct xr_sig){ .scope = XR_SCOPE_RING, .at = i }, &c, &facts);
		look_back(w, &c, was);
	}
}

/* was: the sample that was judged before; NULL: none. w->prev is s by now. */
static int judge_all(struct xenring_watch *w, struct xenring_snapshot *s, const struct xenring_snapshot *was, bool news)
{
	bool readings = s->backends && s->backends != w->backends;
	struct pass p = { .w = w };
	int r;

	if (readings) {
		look_at_rings(w, s, was);
		take_backends(w, s);
	}
	/* also if there are none any more */
	news |= was && s->backends != was->backends;
	r = judge_domains(&p, s);
	if (!r)
		r = judge_devices(&p, s, news);
	if (!r)
		r = judge_rings(&p, s, was, readings, news);
	return r ? r : find(w);
}

static int step(struct xenring_watch *w, struct xenring_snapshot *s)
{
	struct xenring_snapshot *was = w->prev;
	/* who goes back in time sees what was so then */
	bool new_top = !was || was->top != s->top, news = new_top || s->at.mono_ns < was->at.mono_ns;
	struct xr_sigs swap = w->before;
	int r = 0;

	w->before = w->now;
	w->now = swap;
	w->now.n = 0;
	if (new_top)
		r = follow_topology(w, s->top);
	if (r)
		return r;
	find_moved(w, s, was);
	r = xr_hist_step(&w->hist, s, w->anew ? NULL : w->moved);
	if (!r)
		r = read_more(w, s, &news);
	if (r)
		return r;
	xr_topology_unref(w->now.top);
	w->now.top = xr_topology_ref(s->top);
	w->prev = xenring_snapshot_ref(s);
	r = judge_all(w, s, was, news);
	xenring_snapshot_unref(was);
	return r;
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
