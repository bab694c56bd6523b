/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `stream`: a line for each ring and sample, and one for whatever goes wrong or ends to. */
#include <config.h>

#include <string.h>

#include "cmd.h"
#include "exit-codes.h"
#include "session.h"
#include "watching.h"

/* A finding that was told, to tell its end. */
struct told {
	char *check, *level, *path, *owes, *since, *text, *known_by, *next;
	double age_s;
	bool there;		/* in the newest sample */
};

struct stream {
	struct watching w;
	struct sink sink;
	struct told *told;
	size_t n_told;
};

struct change_row {
	struct finding_change change;
	struct xenring_finding finding;
};

static int walk_change(const struct row *row, const struct xenring_visitor *v, void *data)
{
	const struct change_row *c = row->p;
	int r = xenring_walk(&rec_finding_change, &c->change, v, data);

	return r ? r : xenring_walk(record_find("finding"), &c->finding, v, data);
}

static char *copy(const char *s)
{
	return s ? xstrdup(s) : NULL;
}

static void forget(struct told *t)
{
	free(t->check);
	free(t->level);
	free(t->path);
	free(t->owes);
	free(t->since);
	free(t->text);
	free(t->known_by);
	free(t->next);
}

static void remember(struct told *t, const struct xenring_finding *f)
{
	*t = (struct told){
		.check = copy(f->check), .level = copy(f->level), .path = copy(f->path), .owes = copy(f->owes),
		.since = copy(f->since), .text = copy(f->text), .known_by = copy(f->known_by), .next = copy(f->next),
		.age_s = f->age_s, .there = true,
	};
}

static struct told *find(struct stream *st, const struct xenring_finding *f)
{
	for (size_t i = 0; i < st->n_told; i++)
		if (!strcmp(st->told[i].check, f->check) && !strcmp(st->told[i].path, f->path))
			return &st->told[i];
	return NULL;
}

static void put_change(struct stream *st, const char *what, const struct xenring_finding *f)
{
	struct change_row c = { .change = { .change = what }, .finding = *f };
	struct row row = { .shape = "finding_change", .walk = walk_change, .p = &c };

	sink_rows(&st->sink, &doc_stream, "findings", &row, 1);
}

static void put_end(struct stream *st, const struct told *t)
{
	put_change(st, "ends", &(struct xenring_finding){
		.check = t->check, .level = t->level, .path = t->path, .owes = t->owes, .since = t->since,
		.text = t->text, .known_by = t->known_by, .next = t->next, .age_s = t->age_s });
}

static void put_changes(struct stream *st)
{
	struct xenring_finding f;
	size_t n = 0;

	for (size_t i = 0; i < st->n_told; i++)
		st->told[i].there = false;
	for (size_t i = 0; !xenring_finding(st->w.watch, i, &f); i++) {
		struct told *t = find(st, &f);

		if (!t) {
			put_change(st, "begins", &f);
			st->told = xreallocarray(st->told, st->n_told + 1, sizeof(*st->told));
			remember(&st->told[st->n_told++], &f);
			continue;
		}
		if (strcmp(t->level, f.level) != 0)
			put_change(st, "changes", &f);
		forget(t);
		remember(t, &f);
	}
	for (size_t i = 0; i < st->n_told; i++) {
		if (st->told[i].there) {
			st->told[n++] = st->told[i];
			continue;
		}
		put_end(st, &st->told[i]);
		forget(&st->told[i]);
	}
	st->n_told = n;
}

static int show(struct session *s, struct xenring_snapshot *snap, void *data)
{
	struct stream *st = data;
	_cleanup_choice_ struct choice c = { 0 };
	_cleanup_free_ struct row *rows = NULL, *errors = NULL;
	struct doc_head head;
	int r = session_choose(s, snap, &c, s->first);

	if (r || st->w.failed)
		return XT_FAILED;
	rows = rows_of("ring", c.rings, c.n_rings, sizeof(*c.rings));
	errors = rows_of("problem", c.errors, c.n_errors, sizeof(*c.errors));
	head = session_head(s, snap, &c, c.n_errors);
	sink_begin(&st->sink, &doc_stream, &head);
	sink_rows(&st->sink, &doc_stream, "rings", rows, c.n_rings);
	put_changes(st);
	sink_rows(&st->sink, &doc_stream, "errors", errors, c.n_errors);
	sink_end(&st->sink);
	return session_errors(s, c.errors, c.n_errors);
}

static int run(const struct opts *o)
{
	_cleanup_session_ struct session s = { 0 };
	_cleanup_(watching_free) struct check_opts given = { 0 };
	struct stream st = { .told = NULL };
	struct opts all = *o;
	int r;

	watching_sort(&given, o);
	all.args = given.targets;
	all.n_args = given.n_targets;
	all.ndjson = true;
	if (!o->given[OPT_COUNT] && !o->given[OPT_FOR]) {
		all.count = 0;
		all.given[OPT_COUNT] = true;
	}
	r = session_open(&s, &all);
	if (!r)
		r = watching_begin(&st.w, &s, &given);
	if (!r) {
		sink_init(&st.sink, &sink_text, &all, &s.term);
		r = session_run(&s, show, &st);
		sink_free(&st.sink);
	}
	for (size_t i = 0; i < st.n_told; i++)
		forget(&st.told[i]);
	free(st.told);
	watching_end(&st.w);
	return r;
}

const struct cmd cmd_stream = {
	.name = "stream", .group = "Over time", .args = "[CHECK|TARGET...]",
	.help = "Print a line for each ring and sample, and for each finding",
	.more = "Each line is a JSON object with a type: sample, ring, finding or error. A finding has a line when it "
		"begins, when its level changes, and when it ends. Goes on until --count or --for is over, or a "
		"signal comes; of a capture it takes all. Arguments are as those of check.",
	.examples = (const struct example[]){
		{ .args = "stream -i 5", .what = "every ring, each 5 s, as JSON lines" },
		{ .args = "stream web01 'ring.*'", .what = "of one domain, some checks" },
		{ .args = NULL },
	},
	.opts = (const enum opt_id[]){
		OPT_AT, OPT_INTERVAL, OPT_COUNT, OPT_FOR, OPT_WARNING, OPT_CRITICAL, OPT_UNREADABLE, OPT_TEE,
		OPT_NDJSON, OPT_N
	},
	.complete = "check-or-target", .max_args = ANY_ARGS, .run = run,
};
