/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Samples: the newest, those before it, and any moment of a capture. */
#include <config.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tui/ui.h"

/* Samples to go back to: no more of them, and no more bytes, than that. */
#define PAST_MAX 600
#define PAST_BYTES (16 << 20)
#define RING_BYTES 48	/* what a snapshot holds of a ring (lib/model.c) */

static int64_t now_ns(void)
{
	struct timespec t = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* A state's word is at one place in the library: a comparison of pointers tells. */
static size_t word_of(struct shown *s, const struct xenring_brief *r)
{
	size_t i;

	for (i = 0; i < s->n_words; i++)
		if (s->words[i].text == r->state)
			return i;
	if (s->n_words == sizeof(s->words) / sizeof(s->words[0]))
		return i - 1;
	s->words[i].text = r->state;
	s->words[i].severity = severity_of(r->state);
	s->words[i].n = 0;
	return s->n_words++;
}

static void count_ring(struct shown *s, size_t i)
{
	const struct xenring_brief *r = &s->rings[i];
	size_t word = word_of(s, r);

	if (!isnan(r->requests_per_s))
		s->requests_per_s += r->requests_per_s;
	if (!isnan(r->responses_per_s))
		s->responses_per_s += r->responses_per_s;
	s->words[word].n++;
	s->severity[i] = (uint8_t)s->words[word].severity;
}

/* What is as it should be is counted apart. */
static void take_word(struct shown *s, const char *word, size_t *ret_n)
{
	*ret_n = 0;
	for (size_t i = 0; i < s->n_words; i++)
		if (!strcmp(s->words[i].text, word)) {
			*ret_n = s->words[i].n;
			s->words[i] = s->words[--s->n_words];
			return;
		}
}

struct word_order {
	int severity;
	const char *text;
	size_t at;
};

static int by_severity(const void *a, const void *b)
{
	const struct word_order *x = a, *y = b;

	return x->severity != y->severity ? y->severity - x->severity : strcmp(x->text, y->text);
}

/* The worst words first. */
static void sort_words(struct shown *s)
{
	struct word_order order[sizeof(s->words) / sizeof(s->words[0])];
	struct shown copy = *s;

	for (size_t i = 0; i < s->n_words; i++) {
		order[i] = (struct word_order){ (int)s->words[i].severity, s->words[i].text, i };
	}
	qsort(order, s->n_words, sizeof(order[0]), by_severity);
	for (size_t i = 0; i < s->n_words; i++)
		s->words[i] = copy.words[order[i].at];
}

#define ROOM(array, cap, n)						\
	do {								\
		if ((n) > (cap)) {					\
			(array) = xreallocarray((array), (n), sizeof(*(array)));	\
			(cap) = (n);					\
		}							\
	} while (0)

static void forget_rows(struct ui *ui)
{
	ui->row.ring_at = ui->row.device_at = ui->row.domain_at = SIZE_MAX;
}

static void show(struct ui *ui, size_t at)
{
	struct shown *s = &ui->shown;

	ui->at_past = at;
	s->snap = ui->past[at];
	xenring_snapshot_time(s->snap, &s->time);
	s->n_rings = xenring_n_rings(s->snap);
	s->n_devices = xenring_n_devices(s->snap);
	s->n_domains = xenring_n_domains(s->snap);
	ROOM(s->rings, s->rings_cap, s->n_rings);
	ROOM(s->severity, s->severity_cap, s->n_rings);
	forget_rows(ui);
	s->n_words = 0;
	s->requests_per_s = s->responses_per_s = 0;
	for (size_t i = 0; i < s->n_rings; i++) {
		xenring_brief(s->snap, i, &s->rings[i]);
		count_ring(s, i);
	}
	if (ui_is_newest(ui))
		found_mark(ui);
	take_word(s, "idle", &s->idle);
	take_word(s, "busy", &s->busy);
	sort_words(s);
	ui_refresh(ui);
}

static void forget_past(struct ui *ui)
{
	for (size_t i = 0; i < ui->n_past; i++)
		xenring_snapshot_unref(ui->past[i]);
	ui->n_past = ui->at_past = 0;
	ui->shown.snap = NULL;
	forget_rows(ui);
}

static size_t past_max(const struct xenring_snapshot *snap)
{
	size_t n = PAST_BYTES / RING_BYTES / (xenring_n_rings(snap) + 1);

	return n > PAST_MAX ? PAST_MAX : n < 2 ? 2 : n;
}

/* Takes over a reference. */
static void add(struct ui *ui, struct xenring_snapshot *snap)
{
	size_t max = past_max(snap), drop = ui->n_past >= max ? ui->n_past - max + 1 : 0;

	/* what is looked at stays, and the time runs on behind it */
	if (drop > ui->at_past && !ui_is_newest(ui))
		drop = ui->at_past;
	for (size_t i = 0; i < drop; i++)
		xenring_snapshot_unref(ui->past[i]);
	ui->n_past -= drop;
	ui->at_past -= drop <= ui->at_past ? drop : ui->at_past;
	if (drop)
		memmove(ui->past, ui->past + drop, ui->n_past * sizeof(ui->past[0]));
	ROOM(ui->past, ui->past_cap, ui->n_past + 1);
	ui->past[ui->n_past++] = snap;
	ui->samples++;
}

static void taken(struct ui *ui)
{
	for (unsigned v = 0; v < VIEW_N; v++)
		if (view_at(v)->taken)
			view_at(v)->taken(ui, ui->state[v]);
}

static void show_newest(struct ui *ui)
{
	show(ui, ui->n_past - 1);
	taken(ui);
}

int time_sample(struct ui *ui)
{
	bool follow = !ui->n_past || ui_is_newest(ui);
	struct xenring_snapshot *snap = NULL;
	int64_t begin = now_ns();
	int r = session_take(ui->s, &snap);

	if (r == -ENODATA) {
		ui->at_end = true;
		ui->paused = true;
		return 0;
	}
	if (r)
		return r;
	add(ui, snap);
	if (follow)
		show_newest(ui);
	ui->tick_ns = now_ns() - begin;
	return 0;
}

/* The samples of a capture that lead up to the one that is gone to: they are its past. */
struct lead {
	struct xenring_snapshot **at;
	size_t n, cap;
};

static void keep_lead(struct lead *l, struct xenring_snapshot *snap)
{
	struct xenring_time now, last = { 0 };

	xenring_snapshot_time(snap, &now);
	if (l->n)
		xenring_snapshot_time(l->at[l->n - 1], &last);
	/* the end was looked for first */
	while (l->n && now.mono_ns <= last.mono_ns)
		xenring_snapshot_unref(l->at[--l->n]);
	ROOM(l->at, l->cap, l->n + 64 - l->n % 64);
	l->at[l->n++] = xenring_snapshot_ref(snap);
}

static void each_sample(struct session *s, struct xenring_snapshot *snap, void *data)
{
	struct ui *ui = data;

	(void)s;
	if (ui->lead)
		keep_lead(ui->lead, snap);
	for (unsigned v = 0; v < VIEW_N; v++)
		if (view_at(v)->each)
			view_at(v)->each(ui, ui->state[v], snap);
	found_judge(ui, snap);
}

/* What was kept is the past, and the last of it is shown. False: there is none, the past is as it was. */
static bool take_lead(struct ui *ui, struct lead *l, bool good)
{
	ui->lead = NULL;
	if (good && l->n)
		forget_past(ui);
	for (size_t i = 0; i < l->n; i++) {
		if (!good) {
			xenring_snapshot_unref(l->at[i]);
			continue;
		}
		add(ui, l->at[i]);
		ui->at_past = ui->n_past - 1;
	}
	free(l->at);
	if (good && l->n)
		show_newest(ui);
	return good && l->n;
}

/* The way to a moment ends early: what it has come to is shown, for that is where the capture is now. */
static int given_up(struct ui *ui, struct xenring_snapshot **snap)
{
	ui_say(ui, S_WARN, "given up: this is how far it was read");
	return *snap ? 0 : session_take(ui->s, snap);
}

int time_begin(struct ui *ui)
{
	struct xenring_snapshot *snap = NULL;
	struct lead lead = { 0 };
	int r;

	ui->s->taken = each_sample;
	ui->s->taken_data = ui;
	if (!ui->s->can_seek) {
		r = time_sample(ui);
		return r && r != -EINTR ? session_failed(ui->s, r, true) : 0;
	}
	ui->lead = &lead;
	r = session_start(ui->s, &snap);
	if (r == -EINTR)
		r = given_up(ui, &snap);
	take_lead(ui, &lead, !r && snap);
	xenring_snapshot_unref(snap);
	if (r)
		return session_failed(ui->s, r, true);
	ui->paused = true;
	return 0;
}

/* A capture at a moment: the samples that are kept are of elsewhere. */
static void seek(struct ui *ui, int64_t real_ns)
{
	struct xenring_snapshot *snap = NULL;
	struct lead lead = { 0 };
	int r;

	ui->lead = &lead;
	r = session_seek(ui->s, real_ns, &snap);
	if (r == -EINTR)
		r = given_up(ui, &snap);
	if (take_lead(ui, &lead, !r && snap)) {
		ui->paused = true;
		ui->at_end = false;
	} else {
		ui_say(ui, S_WARN, "%s", r ? xenring_message(ui->s->x) : "there is no sample");
	}
	xenring_snapshot_unref(snap);
}

void time_step(struct ui *ui, int by)
{
	if (!ui->n_past)
		return;
	ui->paused = true;
	if (by > 0 && !ui_is_newest(ui)) {
		show(ui, ui->at_past + 1);
		return;
	}
	if (by > 0) {
		/* what is live comes when it comes, so that what is paused is but one step */
		int r = ui->s->capture ? time_sample(ui) : session_wait(ui->s, ui->interval);

		if (!r && !ui->s->capture)
			r = time_sample(ui);
		if (ui->at_end)
			ui_say(ui, S_DIM, "this is the last sample");
		else if (r && r != -EINTR)
			ui_say(ui, S_WARN, "%s", xenring_message(ui->s->x));
		return;
	}
	/* of a sample that is gone to everything can be read, of one that is kept only the indices */
	if (ui->at_past && !ui->s->can_seek) {
		show(ui, ui->at_past - 1);
		return;
	}
	if (ui->s->can_seek) {
		int64_t before = ui->shown.time.real_ns;

		seek(ui, before - 1);
		if (ui->shown.time.real_ns >= before)
			ui_say(ui, S_DIM, "this is the first sample");
		return;
	}
	ui_say(ui, S_DIM, "this is the first sample that is kept");
}

static void go_back_to(struct ui *ui, int64_t real_ns)
{
	size_t at = 0;

	for (size_t i = 0; i < ui->n_past; i++) {
		struct xenring_time t;

		xenring_snapshot_time(ui->past[i], &t);
		if (t.real_ns <= real_ns)
			at = i;
	}
	ui->paused = true;
	show(ui, at);
}

void ui_go_to(struct ui *ui, int64_t real_ns)
{
	if (ui->s->can_seek)
		seek(ui, real_ns);
	else if (ui->n_past)
		go_back_to(ui, real_ns);
}

void time_go_to(struct ui *ui, const char *text)
{
	struct xenring_time first = ui->shown.time, last = ui->shown.time;
	struct xenring_capture c;
	struct moment at;

	if (!ui->n_past)
		return;
	if (!opts_moment(text, &at)) {
		ui_say(ui, S_WARN, "%s: not a moment such as 12:04:31, +90 or -90", text);
		return;
	}
	if (!xenring_capture(ui->s->x, &c) && c.first.mono_ns != XENRING_UNKNOWN)
		first = c.first;
	else
		xenring_snapshot_time(ui->past[0], &first);
	xenring_snapshot_time(ui->past[ui->n_past - 1], &last);
	if (ui->s->can_seek && at.from == MOMENT_END) {
		seek(ui, INT64_MAX);
		last = ui->shown.time;
	}
	if (ui->s->can_seek)
		seek(ui, moment_ns(&at, first.real_ns, last.real_ns));
	else
		go_back_to(ui, moment_ns(&at, first.real_ns, last.real_ns));
}

void time_rewind(struct ui *ui)
{
	if (ui->s->can_seek)
		seek(ui, 0);
	else if (ui->n_past)
		go_back_to(ui, 0);
}

void time_resume(struct ui *ui)
{
	ui->paused = false;
	if (ui->at_end) {
		ui->paused = true;
		ui_say(ui, S_DIM, "this is the last sample");
	}
	/* of a capture it goes on from there, live from now */
	if (ui->n_past && !ui_is_newest(ui)) {
		if (ui->s->capture)
			return;
		show(ui, ui->n_past - 1);
	}
}

void time_judge_again(struct ui *ui)
{
	if (!ui->n_past)
		return;
	if (ui->s->can_seek) {
		bool paused = ui->paused;

		seek(ui, ui->shown.time.real_ns);
		ui->paused = paused;
		return;
	}
	found_again(ui);
	found_judge(ui, ui_newest(ui));
	if (ui_is_newest(ui))
		show(ui, ui->at_past);
}

void time_free(struct ui *ui)
{
	ui->s->taken = NULL;
	forget_past(ui);
	free(ui->past);
	free(ui->shown.rings);
	free(ui->shown.severity);
}
