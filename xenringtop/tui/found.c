/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is wrong: each sample is judged, and what was found marks the rows that it is about. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "tui/ui.h"
#include "watching.h"

enum severity severity_of_level(const char *level)
{
	static const struct {
		const char *level;
		enum severity severity;
	} levels[] = {
		{ "critical", SEV_CRIT }, { "warning", SEV_WARN }, { "unknown", SEV_UNKNOWN },
	};

	for (size_t i = 0; level && i < sizeof(levels) / sizeof(levels[0]); i++)
		if (!strcmp(levels[i].level, level))
			return levels[i].severity;
	return SEV_NONE;
}

static void renew(struct ui *ui)
{
	xenring_watch_free(ui->watch);
	ui->watch = NULL;
	if (xenring_watch_new(&ui->watch, ui->s->x) || watching_configure(ui->watch, ui->s->o)) {
		xenring_watch_free(ui->watch);
		ui->watch = NULL;
	}
}

static void forget(struct ui *ui)
{
	for (size_t i = 0; i < sizeof(ui->found) / sizeof(ui->found[0]); i++)
		ui->found[i].n = 0;
	xenring_snapshot_unref(ui->judged);
	ui->judged = NULL;
}

void found_judge(struct ui *ui, struct xenring_snapshot *snap)
{
	struct xenring_time t;

	xenring_snapshot_time(snap, &t);
	forget(ui);
	/* a capture went back: what was seen later is not the past */
	if (!ui->watch || t.mono_ns <= ui->watched_ns)
		renew(ui);
	ui->watched_ns = t.mono_ns;
	if (!ui->watch || xenring_watch_step(ui->watch, snap))
		ui_say(ui, S_CRIT, "there is no memory left to look for what is wrong");
	else
		ui->judged = xenring_snapshot_ref(snap);
}

void found_again(struct ui *ui)
{
	forget(ui);
	xenring_watch_free(ui->watch);
	ui->watch = NULL;
}

void found_free(struct ui *ui)
{
	forget(ui);
	for (size_t i = 0; i < sizeof(ui->found) / sizeof(ui->found[0]); i++)
		free(ui->found[i].rows);
	xenring_watch_free(ui->watch);
	ui->watch = NULL;
}

static void clear(struct found *f, size_t n)
{
	if (n > f->cap) {
		f->rows = xreallocarray(f->rows, n, sizeof(*f->rows));
		f->cap = n;
	}
	f->n = n;
	if (n)
		memset(f->rows, 0, n * sizeof(*f->rows));
}

void found_mark(struct ui *ui)
{
	struct shown *s = &ui->shown;
	const char *level;
	enum xenring_scope scope;
	size_t at;

	if (!ui->judged || ui->judged != s->snap)
		return;
	clear(&ui->found[XENRING_DOMAIN], s->n_domains);
	clear(&ui->found[XENRING_DEVICE], s->n_devices);
	clear(&ui->found[XENRING_RING], s->n_rings);
	for (size_t i = 0; !xenring_finding_at(ui->watch, i, &scope, &at, &level); i++) {
		struct found *f = &ui->found[scope];
		enum severity severity = severity_of_level(level);

		/* the worst come first, so the first about a row is its worst */
		if (at >= f->n || f->rows[at])
			continue;
		f->rows[at] = (uint8_t)(1 + severity);
		if (scope == XENRING_RING && severity > s->severity[at])
			s->severity[at] = (uint8_t)severity;
	}
}

bool ui_found(const struct ui *ui, enum xenring_scope scope, size_t i, enum severity *ret)
{
	const struct found *f = &ui->found[scope];

	if (i >= f->n || !f->rows[i] || !ui_is_newest(ui))
		return false;
	*ret = (enum severity)(f->rows[i] - 1);
	return true;
}

struct xenring_watch *ui_watch(const struct ui *ui)
{
	return ui->watch;
}

const struct xenring_finding *ui_finding(const struct ui *ui, const char *path)
{
	/* the row is the caller's to read, and ours to make */
	struct xenring_finding *to = &((struct ui *)(uintptr_t)ui)->finding;
	enum xenring_scope scope;
	const char *level, *of;
	size_t at;

	if (!path || !ui->judged || !ui_is_newest(ui))
		return NULL;
	for (size_t i = 0; !xenring_finding_at(ui->watch, i, &scope, &at, &level); i++) {
		of = xenring_path(ui->judged, scope, at);
		if (of && !strcmp(of, path))
			return xenring_finding(ui->watch, i, to) ? NULL : to;
	}
	return NULL;
}
