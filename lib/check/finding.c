/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Findings and checks as rows. */
#include <config.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "check/watch.h"
#include "context.h"
#include "desc.h"
#include "rows.h"

#define TOOL .from = XENRING_TOOL
#define NULLABLE .flags = XENRING_F_NULLABLE
#define LIST(T, m, T2, sub_, help_)							\
	{ .name = #m, .off = (uint32_t)offsetof(struct T, m), .size = (uint32_t)sizeof(struct T2),	\
	  .type = XENRING_RECORD, .sub = &(sub_), TOOL, .flags = XENRING_F_POINTER,	\
	  .count = "n_" #m, .max = UINT32_MAX, .help = help_ },				\
	XR_FIELD(T, n_##m, XENRING_UINT, TOOL, .flags = XENRING_F_HIDDEN, .help = "how many there are")

static const struct xenring_sym scope_words[] = {
	{ XR_SCOPE_DOMAIN, "domain", "a domain as a whole" },
	{ XR_SCOPE_DEVICE, "device", "a device" },
	{ XR_SCOPE_RING, "ring", "one ring" },
	{ 0 }
};

static const struct xenring_field arg_fields[] = {
	XR_FIELD(xenring_check_arg, name, XENRING_STRING, TOOL, .help = "what it is called"),
	XR_FIELD(xenring_check_arg, unit, XENRING_STRING, NULLABLE, TOOL, .help = "what it counts; null if it has no unit"),
	XR_FIELD(xenring_check_arg, value, XENRING_REAL, TOOL, .help = "what it is unless it is given"),
	XR_FIELD(xenring_check_arg, help, XENRING_STRING, TOOL, .help = "what it says"),
	XR_END
};
const struct xenring_record xr_check_arg_record =
	XR_RECORD(xenring_check_arg, "check_arg", "an argument of a check", arg_fields);

static const struct xenring_field check_fields[] = {
	XR_FIELD(xenring_check, check, XENRING_STRING, .head = "CHECK", .prio = 100, TOOL, .help = "the check's id"),
	XR_FIELD(xenring_check, rule, XENRING_STRING, TOOL, .help = "which rule it is, as its source numbers them"),
	XR_FIELD(xenring_check, scope, XENRING_STRING, .syms = scope_words, .head = "OF", .prio = 60, TOOL,
		 .help = "what it looks at"),
	XR_FIELD(xenring_check, level, XENRING_STRING, .syms = xr_level_words, .head = "LEVEL", .prio = 80, TOOL,
		 .help = "what a finding counts as, unless thresholds say otherwise"),
	XR_FIELD(xenring_check, summary, XENRING_STRING, .head = "SAYS", .prio = 90, TOOL, .help = "what it finds"),
	XR_FIELD(xenring_check, measures, XENRING_STRING, TOOL, .help = "what thresholds are compared with"),
	XR_FIELD(xenring_check, warn, XENRING_STRING, NULLABLE, TOOL, .help = "the range beyond which it warns, if it has one"),
	XR_FIELD(xenring_check, crit, XENRING_STRING, NULLABLE, TOOL, .help = "the range beyond which it is critical, if it has one"),
	LIST(xenring_check, args, xenring_check_arg, xr_check_arg_record, "its arguments"),
	XR_FIELD(xenring_check, named_only, XENRING_BOOL, TOOL, .help = "whether it is run only if it is named"),
	XR_FIELD(xenring_check, means, XENRING_STRING, TOOL, .help = "what a finding means"),
	XR_FIELD(xenring_check, known_by, XENRING_STRING, TOOL, .help = "how it is known"),
	XR_FIELD(xenring_check, causes, XENRING_STRING, TOOL, .help = "what causes it"),
	XR_FIELD(xenring_check, next, XENRING_STRING, TOOL, .help = "what to look at next"),
	XR_END
};
const struct xenring_record xr_check_record =
	XR_RECORD(xenring_check, "check", "something that can be wrong, and how that is told", check_fields);

static const struct xenring_field evidence_fields[] = {
	XR_FIELD(xenring_evidence, name, XENRING_STRING, TOOL, .help = "what was read"),
	XR_FIELD(xenring_evidence, value, XENRING_INT, NULLABLE, TOOL, .help = "its value; null if it is no number, or not known"),
	XR_FIELD(xenring_evidence, text, XENRING_STRING, NULLABLE, TOOL, .help = "its value, if it is no number"),
	XR_FIELD(xenring_evidence, from, XENRING_STRING, TOOL, .help = "how it is known"),
	XR_END
};
const struct xenring_record xr_evidence_record =
	XR_RECORD(xenring_evidence, "evidence", "a reading that a finding rests on", evidence_fields);

static const struct xenring_field finding_fields[] = {
	XR_FIELD(xenring_finding, check, XENRING_STRING, .head = "CHECK", .prio = 95, TOOL, .help = "which check found it"),
	XR_FIELD(xenring_finding, level, XENRING_STRING, .syms = xr_level_words, .head = "LEVEL", .prio = 100, TOOL,
		 .help = "how bad it is"),
	XR_FIELD(xenring_finding, path, XENRING_STRING, .head = "PATH", .prio = 98, TOOL, .help = "the target it is about"),
	XR_FIELD(xenring_finding, owes, XENRING_STRING, .syms = xr_owes_words, NULLABLE, .head = "OWES", .prio = 90, TOOL,
		 .help = "who has to make the next move; null if that is nobody, or not known"),
	XR_FIELD(xenring_finding, since, XENRING_STRING, TOOL, .help = "since when it has been so, at the latest: RFC 3339, UTC"),
	XR_FIELD(xenring_finding, age_s, XENRING_REAL, .unit = XENRING_U_SECONDS, .head = "FOR", .prio = 70, TOOL,
		 .help = "how long it has been so, at least"),
	XR_FIELD(xenring_finding, text, XENRING_STRING, .head = "SAYS", .prio = 92, TOOL, .help = "what is wrong, in words"),
	XR_FIELD(xenring_finding, known_by, XENRING_STRING, TOOL, .help = "how it is known"),
	LIST(xenring_finding, evidence, xenring_evidence, xr_evidence_record, "the readings that it rests on"),
	XR_FIELD(xenring_finding, next, XENRING_STRING, TOOL, .help = "what to look at next"),
	XR_END
};
const struct xenring_record xr_finding_record =
	XR_RECORD(xenring_finding, "finding", "something that is wrong", finding_fields);

#define COUNT(m, hp) XR_FIELD(xenring_check_summary, m, XENRING_UINT, TOOL, .help = hp)
static const struct xenring_field summary_fields[] = {
	XR_FIELD(xenring_check_summary, level, XENRING_STRING, .syms = xr_level_words, TOOL,
		 .help = "the worst of all findings; what is worth knowing only does not count"),
	COUNT(critical, "findings of the level critical"), COUNT(warning, "findings of the level warning"),
	COUNT(unknown, "findings of the level unknown"), COUNT(info, "findings of the level info"),
	COUNT(rings, "rings that were looked at"), COUNT(stuck, "rings that stand still though they should not"),
	COUNT(full, "rings that are full"), COUNT(unreadable, "rings that cannot be read"),
	XR_FIELD(xenring_check_summary, stall_s, XENRING_REAL, .unit = XENRING_U_SECONDS, TOOL,
		 .help = "the longest that nothing has moved while something is pending"),
	XR_FIELD(xenring_check_summary, watched_s, XENRING_REAL, .unit = XENRING_U_SECONDS, TOOL,
		 .help = "time from the first sample to the last"),
	XR_END
};
const struct xenring_record xr_check_summary_record =
	XR_RECORD(xenring_check_summary, "check_summary", "all findings in numbers", summary_fields);

/* ---- checks ------------------------------------------------------------------- */

static const char *word(const struct xenring_sym *words, uint64_t value)
{
	for (; words->name; words++)
		if (words->value == value)
			return words->name;
	return "unknown";
}

/* The arguments of all checks as rows, made once of the table. */
static const struct xenring_check_arg *args_of(const struct xr_check *check, struct xenring_check_arg *into, size_t *ret_n)
{
	size_t n = 0;

	for (; check->args[n].name; n++)
		into[n] = (struct xenring_check_arg){
			.name = check->args[n].name,
			.unit = check->args[n].unit ? xenring_unit_name(check->args[n].unit) : NULL,
			.value = check->args[n].dflt, .help = check->args[n].help,
		};
	*ret_n = n;
	return into;
}

int xenring_check(size_t i, struct xenring_check *ret)
{
	/* every thread writes the same */
	static struct xenring_check_arg args[XR_MAX_CHECKS][XR_CHECK_ARGS];
	const struct xr_check *check;
	size_t n = 0;

	while (n < i && xr_checks[n])
		n++;
	check = xr_checks[n];
	if (!check)
		return -ERANGE;
	*ret = (struct xenring_check){
		.check = check->id, .rule = check->rule, .scope = word(scope_words, check->scope),
		.level = word(xr_level_words, check->level), .summary = check->summary,
		.measures = check->value ? check->value : "how long it has been so, in seconds",
		.warn = check->warn, .crit = check->crit, .named_only = (check->flags & XR_CHECK_NAMED) != 0,
		.means = check->means, .known_by = check->known_by, .causes = check->causes, .next = check->next,
	};
	ret->args = args_of(check, args[i], &ret->n_args);
	return 0;
}

/* ---- findings ------------------------------------------------------------------ */

struct xr_said {
	struct xenring_finding row;
	char since[40];
	struct xr_verdict v;
	struct xenring_evidence evidence[XR_EVIDENCE];
};

void xr_watch_unsay(struct xenring_watch *w)
{
	for (size_t i = 0; w->said && i < w->n_found; i++)
		free(w->said[i]);
	free(w->said);
	w->said = NULL;
}

size_t xenring_n_findings(const struct xenring_watch *w)
{
	return w->n_found;
}

static void put_time(char *ret, size_t n, int64_t real_ns)
{
	time_t seconds = (time_t)(real_ns / 1000000000);
	struct tm tm = { 0 };
	char day[32];

	gmtime_r(&seconds, &tm);
	strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(ret, n, "%s.%03dZ", day, (int)(real_ns % 1000000000 / 1000000));
}

static enum xenring_scope scope_of(const struct xr_sig *sig)
{
	return sig->scope == XR_SCOPE_RING ? XENRING_RING :
	       sig->scope == XR_SCOPE_DEVICE ? XENRING_DEVICE : XENRING_DOMAIN;
}

/* What it takes to be sure. */
static void add_short(const struct xr_sig *sig, double age, struct xr_verdict *v)
{
	size_t n = strlen(v->text);

	snprintf(v->text + n, sizeof(v->text) - n, "; it was watched for %.1f s, and after %.0f s it would be one for sure",
		 age, sig->after_s);
}

static struct xr_said *say(const struct xenring_watch *w, const struct xr_sig *sig)
{
	struct xr_said *said = calloc(1, sizeof(*said));
	const struct xenring_snapshot *s = w->prev;
	struct xr_verdict *v = said ? &said->v : NULL;
	struct xr_ring_facts facts;
	struct xr_case c;

	if (!said)
		return NULL;
	xr_watch_case(w, sig, &c, &facts);
	xr_watch_ask(w, sig->check, &c, true, v);
	if (!v->holds)
		snprintf(v->text, sizeof(v->text), "cannot be told: %s", v->unknown ? v->unknown : "not read");
	else if (sig->short_of)
		add_short(sig, xr_since_s(&c, sig->since_ns), v);
	for (size_t i = 0; i < v->n_shown; i++)
		said->evidence[i] = (struct xenring_evidence){
			.name = v->shown[i].name, .value = v->shown[i].value,
			.text = v->shown[i].text[0] ? v->shown[i].text : NULL,
			.from = xenring_from_name(v->shown[i].from),
		};
	put_time(said->since, sizeof(said->since), s->at.real_ns - (s->at.mono_ns - sig->since_ns));
	said->row = (struct xenring_finding){
		.check = xr_checks[sig->check]->id, .level = word(xr_level_words, sig->level),
		.path = xenring_path(s, scope_of(sig), sig->at), .owes = v->owes, .since = said->since,
		.age_s = xr_since_s(&c, sig->since_ns), .text = v->text, .known_by = v->known_by,
		.evidence = said->evidence, .n_evidence = v->n_shown, .next = v->next,
	};
	return said;
}

int xenring_finding(struct xenring_watch *w, size_t i, struct xenring_finding *ret)
{
	if (i >= w->n_found)
		return -ERANGE;
	if (!w->said)
		w->said = calloc(w->n_found, sizeof(struct xr_said *));
	if (w->said && !w->said[i])
		w->said[i] = say(w, &w->now.all[w->found[i]]);
	if (!w->said || !w->said[i])
		return xr_fail(w->x, "check", ENOMEM, "out of memory");
	*ret = w->said[i]->row;
	return 0;
}

int xenring_finding_at(const struct xenring_watch *w, size_t i, enum xenring_scope *ret_scope,
		       size_t *ret_at, const char **ret_level)
{
	const struct xr_sig *sig;

	if (i >= w->n_found)
		return -ERANGE;
	sig = &w->now.all[w->found[i]];
	*ret_scope = scope_of(sig);
	*ret_at = sig->at;
	*ret_level = word(xr_level_words, sig->level);
	return 0;
}

/* ---- the sum --------------------------------------------------------------------- */

static double longest_stall(const struct xenring_watch *w)
{
	const struct xenring_snapshot *s = w->prev;
	double longest = 0;

	for (size_t i = 0; i < s->top->n_rings; i++) {
		const struct xr_topo_ring *tr = &s->top->rings[i];
		const struct xr_topo_dev *td = &s->top->devs[tr->dev];
		struct xr_flow flow;
		double stall;

		if (!w->want_ring[i] || s->look[i] != XR_LOOK_OK || s->moved_ns[i] == INT64_MIN ||
		    s->moved_ns[i] == s->at.mono_ns || xr_is_held(&s->top->doms[td->dom]) ||
		    !xr_is_connected(td->dev) || xr_model_insane(tr->ring, s->idx[i]))
			continue;
		flow = xr_kind_of(tr->ring)->flow(tr->ring, s->idx[i]);
		stall = (double)(s->at.mono_ns - s->moved_ns[i]) / 1e9;
		if (flow.pending && !flow.patient && tr->ring->desc->stuck_after_s < XR_NEVER_STUCK && stall > longest)
			longest = stall;
	}
	return longest;
}

void xenring_watch_sum(const struct xenring_watch *w, struct xenring_check_summary *ret)
{
	enum xr_level worst = XR_OK;
	size_t stuck = SIZE_MAX;

	*ret = (struct xenring_check_summary){ .critical = 0 };
	for (size_t k = 0; k < w->now.n; k++) {
		const struct xr_sig *sig = &w->now.all[k];
		const struct xr_check *check = xr_checks[sig->check];

		ret->critical += sig->level == XR_CRITICAL;
		ret->warning += sig->level == XR_WARNING;
		ret->unknown += sig->level == XR_UNKNOWN;
		ret->info += sig->level == XR_INFO;
		if (sig->level > worst && sig->level > XR_INFO)
			worst = sig->level;
		if (sig->scope != XR_SCOPE_RING || sig->level <= XR_INFO)
			continue;
		if (check->flags & XR_CHECK_BLIND) {
			ret->unreadable++;
		} else if (!strcmp(check->id, "ring.full")) {
			ret->full++;
		} else if (check->flags & XR_CHECK_STALL && stuck != sig->at) {
			ret->stuck++;
			stuck = sig->at;
		}
	}
	ret->level = word(xr_level_words, worst);
	if (!w->prev)
		return;
	for (size_t i = 0; i < w->prev->top->n_rings; i++)
		ret->rings += w->want_ring[i];
	ret->stall_s = longest_stall(w);
	ret->watched_s = (double)(w->prev->at.mono_ns - w->first_ns) / 1e9;
}
