/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `check`: watch, then judge, as a monitoring plugin does. */
#include <config.h>

#include <errno.h>
#include <string.h>

#include "cmd.h"
#include "exit-codes.h"
#include "say.h"
#include "session.h"
#include "watching.h"

/* Index crossings are to be seen, and a stall is no matter of milliseconds. */
#define INTERVAL_S 0.2
/* A plugin's first line may be cut behind 1 KiB, and its figures must not be. */
#define FIRST_LINE 1000

struct check {
	struct watching w;
	struct xenring_snapshot *last;
	bool missing;			/* a target names nothing */
};

/* In the order in which one hides another. */
enum verdict { OK, UNKNOWN, WARNING, CRITICAL };

static const struct {
	const char *word, *level;
	int code;
} verdicts[] = {
	[OK] = { "OK", "ok", 0 },
	[UNKNOWN] = { "UNKNOWN", "unknown", 3 },
	[WARNING] = { "WARNING", "warning", 1 },
	[CRITICAL] = { "CRITICAL", "critical", 2 },
};

static enum verdict verdict_of(const char *level)
{
	enum verdict v = CRITICAL;

	while (v > OK && strcmp(verdicts[v].level, level))
		v--;
	return v;
}

static void upper(struct buf *b, const char *word)
{
	for (; *word; word++)
		buf_putc(b, *word >= 'a' && *word <= 'z' ? (char)(*word - 'a' + 'A') : *word);
}

static enum color_class color_of_level(const char *level)
{
	return !strcmp(level, "critical") ? COLOR_CRIT : !strcmp(level, "warning") ? COLOR_WARN :
	       !strcmp(level, "unknown") ? COLOR_UNKNOWN : COLOR_NONE;
}

/* ---- the plugin's line ------------------------------------------------------------ */

static void put_counts(struct buf *b, const struct xenring_check_summary *sum)
{
	const struct { int64_t n; const char *what; } counts[] = {
		{ sum->critical, "critical" }, { sum->warning, "warning" }, { sum->unknown, "unknown" },
	};
	bool some = false;

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		if (!counts[i].n)
			continue;
		buf_printf(b, "%s%lld %s", some ? ", " : "", (long long)counts[i].n, counts[i].what);
		some = true;
	}
	if (!some)
		buf_puts(b, "nothing is wrong");
	buf_printf(b, " in %lld ring%s", (long long)sum->rings, sum->rings == 1 ? "" : "s");
}

static void put_figures(struct buf *b, const struct opts *o, const struct xenring_check_summary *sum)
{
	long long n = sum->rings;

	buf_printf(b, " | rings=%lld;;;0 stuck=%lld;;0;0;%lld full=%lld;0;;0;%lld unreadable=%lld;0;;0;%lld", n,
		   (long long)sum->stuck, n, (long long)sum->full, n, (long long)sum->unreadable, n);
	buf_printf(b, " stall=%.1fs;%s;%s;0\n", sum->stall_s, o->warning ? o->warning : "",
		   o->critical ? o->critical : "");
}

/* A bar ends the text, and an equals sign in it is none of a figure's. */
static void put_plain(struct buf *b, const char *text, unsigned safe)
{
	_cleanup_buf_ struct buf clean = { 0 };

	put_safe(&clean, text, strlen(text), safe);
	for (char *p = clean.p; p && (p = strpbrk(p, "|\n")); )
		*p = '_';
	buf_puts(b, buf_str(&clean));
}

static void put_first_line(struct session *s, struct check *c, enum verdict v,
			   const struct xenring_check_summary *sum, const char *trouble)
{
	_cleanup_buf_ struct buf b = { 0 }, figures = { 0 };
	struct xenring_finding f;
	const char *colon = ": ";

	put_figures(&figures, s->o, sum);
	buf_printf(&b, "XENRING %s - ", verdicts[v].word);
	put_counts(&b, sum);
	if (trouble)
		buf_printf(&b, ", %s", trouble);
	for (size_t i = 0; v != OK && !xenring_finding(c->w.watch, i, &f); i++) {
		_cleanup_buf_ struct buf one = { 0 };

		/* those that make it what it is; the others stand below */
		if (strcmp(f.level, verdicts[v].level))
			break;
		buf_printf(&one, "%s%s ", colon, f.check);
		put_plain(&one, f.path, s->term.safe);
		if (b.n + one.n + figures.n + 4 > FIRST_LINE) {
			buf_puts(&b, "...");
			break;
		}
		buf_puts(&b, buf_str(&one));
		colon = ", ";
	}
	out(b.p, b.n);
	out(figures.p, figures.n);
}

static void put_evidence(struct buf *b, const struct term *t, const struct xenring_finding *f)
{
	buf_printf(b, "         owes: %s; since %s\n         seen:", f->owes ? f->owes : "nobody in particular", f->since);
	for (size_t i = 0; i < f->n_evidence; i++) {
		const struct xenring_evidence *e = &f->evidence[i];

		buf_printf(b, "%s %s ", i ? "," : "", e->name);
		if (e->text)
			put_safe(b, e->text, strlen(e->text), t->safe);
		else if (e->value == XENRING_UNKNOWN)
			buf_puts(b, "unknown");
		else
			buf_printf(b, "%lld", (long long)e->value);
	}
	buf_printf(b, "\n         known by: %s\n         next: %s\n", f->known_by, f->next);
}

static void put_details(struct session *s, struct check *c)
{
	size_t n = xenring_n_findings(c->w.watch), check_width = 0, path_width = 0;
	_cleanup_buf_ struct buf b = { 0 };
	struct xenring_finding f;

	for (size_t i = 0; i < n && !xenring_finding(c->w.watch, i, &f); i++) {
		_cleanup_buf_ struct buf path = { 0 };

		put_plain(&path, f.path, s->term.safe);
		if (strlen(f.check) > check_width)
			check_width = strlen(f.check);
		if (text_width(buf_str(&path)) > path_width && text_width(buf_str(&path)) <= 40)
			path_width = text_width(buf_str(&path));
	}
	for (size_t i = 0; i < n && !xenring_finding(c->w.watch, i, &f); i++) {
		_cleanup_buf_ struct buf level = { 0 }, path = { 0 };
		size_t width;

		upper(&level, f.level);
		put_plain(&path, f.path, s->term.safe);
		width = text_width(buf_str(&path));
		put_colored(&b, &s->term, color_of_level(f.level), buf_str(&level));
		buf_fill(&b, ' ', 9 - level.n);
		buf_printf(&b, "%-*s  %s", (int)check_width, f.check, buf_str(&path));
		buf_fill(&b, ' ', 2 + (width < path_width ? path_width - width : 0));
		put_plain(&b, f.text, s->term.safe);
		buf_putc(&b, '\n');
		if (s->o->verbose)
			put_evidence(&b, &s->term, &f);
	}
	out(buf_str(&b), b.n);
}

/* ---- tap -------------------------------------------------------------------------- */

/* The worst that a check has found: its level in words, NULL if nothing that counts. */
static const char *worst_of(struct check *c, const char *check)
{
	struct xenring_finding f;

	for (size_t i = 0; !xenring_finding(c->w.watch, i, &f); i++)
		if (!strcmp(f.check, check))
			return strcmp(f.level, "info") ? f.level : NULL;
	return NULL;
}

static void put_tap(struct session *s, struct check *c)
{
	_cleanup_buf_ struct buf b = { 0 };
	struct xenring_check check;
	struct xenring_finding f;
	size_t n = 0, at = 0;

	for (size_t i = 0; !xenring_check(i, &check); i++)
		n += xenring_watch_runs(c->w.watch, i);
	buf_printf(&b, "TAP version 13\n1..%zu\n", n);
	for (size_t i = 0; !xenring_check(i, &check); i++) {
		if (!xenring_watch_runs(c->w.watch, i))
			continue;
		buf_printf(&b, "%sok %zu - %s\n", worst_of(c, check.check) ? "not " : "", ++at, check.check);
		for (size_t k = 0; !s->o->quiet && !xenring_finding(c->w.watch, k, &f); k++) {
			if (strcmp(f.check, check.check))
				continue;
			buf_puts(&b, "# ");
			upper(&b, f.level);
			buf_putc(&b, ' ');
			put_plain(&b, f.path, s->term.safe);
			buf_puts(&b, ": ");
			put_plain(&b, f.text, s->term.safe);
			buf_putc(&b, '\n');
		}
	}
	out(b.p, b.n);
}

/* ---- JSON ------------------------------------------------------------------------- */

static void put_json(struct session *s, struct check *c, const struct xenring_check_summary *sum)
{
	size_t n = xenring_n_findings(c->w.watch);
	_cleanup_free_ struct xenring_finding *list = xcalloc(n, sizeof(*list));
	_cleanup_free_ struct row *findings = NULL, *errors = NULL;
	struct row summary = { .shape = "check_summary", .p = sum };
	_cleanup_choice_ struct choice choice = { 0 };
	_cleanup_sink_ struct sink sink = { 0 };
	struct doc_head head;

	choice_make(&choice, c->last, s->targets, s->n_targets, false);
	for (size_t i = 0; i < n; i++)
		xenring_finding(c->w.watch, i, &list[i]);
	findings = rows_of("finding", list, n, sizeof(*list));
	errors = rows_of("problem", choice.errors, choice.n_errors, sizeof(*choice.errors));
	head = session_head(s, c->last, &choice, choice.n_errors);
	sink_init(&sink, &sink_text, s->o, &s->term);
	sink_begin(&sink, &doc_check, &head);
	sink_rows(&sink, &doc_check, "findings", findings, n);
	sink_rows(&sink, &doc_check, "summary", &summary, 1);
	sink_rows(&sink, &doc_check, "errors", errors, choice.n_errors);
	sink_end(&sink);
}

/* ---- the run ---------------------------------------------------------------------- */

static int show(struct session *s, struct xenring_snapshot *snap, void *data)
{
	struct check *c = data;

	if (s->first && s->n_targets) {
		_cleanup_choice_ struct choice choice = { 0 };

		c->missing = choice_make(&choice, snap, s->targets, s->n_targets, true) != 0;
	}
	xenring_snapshot_unref(c->last);
	c->last = xenring_snapshot_ref(snap);
	return c->missing || c->w.failed ? XT_FAILED : 0;
}

/* Without a verdict: a plugin says that, too. */
static int no_verdict(struct session *s, const struct opts *o, int r, const char *why)
{
	const char *message = why ? why : s->x ? xenring_message(s->x) : "";
	_cleanup_buf_ struct buf b = { 0 };

	if (r == XT_INTERRUPTED || r == XT_READER_GONE)
		return r;
	if (!o->json && r != XT_USAGE && !o->format) {
		buf_puts(&b, "XENRING UNKNOWN - ");
		put_plain(&b, message[0] ? message : "nothing could be looked at", s->term.safe);
		buf_putc(&b, '\n');
		out(b.p, b.n);
	}
	return verdicts[UNKNOWN].code;
}

static int conclude(struct session *s, struct check *c, int r)
{
	struct xenring_check_summary sum;
	const char *trouble = NULL;
	enum verdict v;

	if (c->missing || c->w.failed || !c->last || (r && r != XT_PARTIAL && r != XT_DAMAGED))
		return no_verdict(s, s->o, r, c->missing ? "a target does not exist" : NULL);
	if (xenring_watch_end(c->w.watch))
		return no_verdict(s, s->o, session_failed(s, -ENOMEM, false), NULL);
	xenring_watch_sum(c->w.watch, &sum);
	v = verdict_of(sum.level);
	if (r == XT_DAMAGED) {
		trouble = "the capture is damaged or ends early";
		v = v == OK ? UNKNOWN : v;
	}
	if (s->o->json) {
		put_json(s, c, &sum);
	} else if (s->o->format && !strcmp(s->o->format, "tap")) {
		put_tap(s, c);
	} else {
		put_first_line(s, c, v, &sum, trouble);
		if (!s->o->quiet)
			put_details(s, c);
	}
	return verdicts[v].code;
}

static int check_options(const struct opts *o)
{
	if (o->format && strcmp(o->format, "nagios") && strcmp(o->format, "tap")) {
		say("--format %s: not nagios or tap", o->format);
		hint("xenringtop check -h shows the usage");
		return XT_USAGE;
	}
	if (o->format && o->json) {
		say("--json and --format: only one of the two");
		hint("xenringtop check -h shows the usage");
		return XT_USAGE;
	}
	return 0;
}

static int run(const struct opts *o)
{
	_cleanup_session_ struct session s = { 0 };
	_cleanup_(watching_free) struct check_opts given = { 0 };
	struct check c = { .last = NULL };
	struct opts all = *o;
	const char *why = NULL;
	int r = check_options(o);

	if (r)
		return verdicts[UNKNOWN].code;
	watching_sort(&given, o);
	all.args = given.targets;
	all.n_args = given.n_targets;
	/* what is found is told as findings, in their own way */
	if (!o->given[OPT_INTERVAL])
		all.interval = INTERVAL_S;
	r = session_open(&s, &all);
	/* which checks are run depends on it */
	if (!r && o->from_debug_keys)
		r = session_debug_keys(&s, o->from_debug_keys, &why);
	if (!r)
		r = watching_begin(&c.w, &s, &given);
	if (!r && !s.capture && !o->given[OPT_COUNT] && !o->given[OPT_FOR]) {
		all.for_s = xenring_watch_needs_s(c.w.watch);
		all.given[OPT_FOR] = true;
	} else if (!r && s.capture && !o->given[OPT_COUNT] && !o->given[OPT_FOR] && !o->given[OPT_AT]) {
		all.count = 0;
		all.given[OPT_COUNT] = true;
	}
	if (!r) {
		s.to_the_end = true;
		r = session_run(&s, show, &c);
		r = conclude(&s, &c, r);
	} else {
		r = no_verdict(&s, &all, r, why);
	}
	xenring_snapshot_unref(c.last);
	watching_end(&c.w);
	return r;
}

const struct cmd cmd_check = {
	.name = "check", .group = "Check", .args = "[CHECK|TARGET...]", .plugin = true,
	.help = "Watch for a while, then say what is wrong and who owes the next move",
	.more = "Prints one line as a monitoring plugin does, then one for each finding; with --verbose what it "
		"rests on and what to look at next. Exits with 0 (ok), 1 (warning), 2 (critical) or 3 (unknown, and "
		"all failures). An argument is a check if it is the id of one, an id with arguments as in "
		"ring.full:after=10s, or a pattern over ids with a dot in it; all others are targets. Watches for "
		"--for, else as long as the checks that are named take, else for 5 s; a capture as a whole. What "
		"looks wrong, but was not watched for long enough to be sure, is unknown. grant.maptrack is run if it "
		"is named, or --from-debug-keys gives what it needs.",
	.examples = (const struct example[]){
		{ .args = "check --for 10s", .what = "find what is stuck; exit 0, 1, 2 or 3" },
		{ .args = "check ring.unanswered web01", .what = "one check, one domain" },
		{ .args = "check 'ring.*' -w 5 -c 30", .what = "thresholds, in seconds" },
		{ .args = "check -v -r out.xrc", .what = "a capture, with the evidence" },
		{ .args = NULL },
	},
	.opts = (const enum opt_id[]){
		OPT_AT, OPT_INTERVAL, OPT_COUNT, OPT_FOR, OPT_WARNING, OPT_CRITICAL, OPT_UNREADABLE,
		OPT_FROM_DEBUG_KEYS, OPT_FORMAT,
		OPT_TEE, OPT_JSON, OPT_N
	},
	.complete = "check-or-target", .max_args = ANY_ARGS, .run = run,
};
