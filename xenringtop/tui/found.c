/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is wrong: each sample is judged, and findings are kept by what they are about. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "tui/ui.h"
#include "watching.h"

/* More are not marked: then there is more to see than rows. */
#define FOUND_MAX 1000

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
	struct found *f, *next;

	HASH_ITER(hh, ui->found, f, next) {
		HASH_DEL(ui->found, f);
		free(f->path);
		free(f);
	}
}

void found_judge(struct ui *ui, struct xenring_snapshot *snap)
{
	struct xenring_time t;

	xenring_snapshot_time(snap, &t);
	/* what was found has its place among the findings of the sample before */
	forget(ui);
	/* a capture went back: what was seen later is not the past */
	if (!ui->watch || t.mono_ns <= ui->watched_ns)
		renew(ui);
	ui->watched_ns = t.mono_ns;
	if (!ui->watch || xenring_watch_step(ui->watch, snap))
		ui_say(ui, S_CRIT, "there is no memory left to look for what is wrong");
}

void found_free(struct ui *ui)
{
	forget(ui);
	xenring_watch_free(ui->watch);
	ui->watch = NULL;
}

/* The worst come first, so the first of a path is its worst. */
static void take(struct ui *ui, size_t at)
{
	struct xenring_finding finding;
	struct found *f;

	if (xenring_finding(ui->watch, at, &finding) || !finding.path)
		return;
	HASH_FIND_STR(ui->found, finding.path, f);
	if (f)
		return;
	f = xcalloc(1, sizeof(*f));
	*f = (struct found){ xstrdup(finding.path), at, severity_of_level(finding.level), .hh = { 0 } };
	HASH_ADD_KEYPTR(hh, ui->found, f->path, strlen(f->path), f);
	if (strchr(f->path, '/') && strchr(f->path, '/') == strrchr(f->path, '/'))
		ui->shown.found_devices++;
}

void found_mark(struct ui *ui)
{
	size_t n = ui->watch ? xenring_n_findings(ui->watch) : 0;
	struct shown *s = &ui->shown;

	forget(ui);
	s->found_devices = 0;
	for (size_t i = 0; i < n && i < FOUND_MAX; i++)
		take(ui, i);
	for (size_t i = 0; ui->found && i < s->n_rings; i++) {
		struct found *f;

		HASH_FIND_STR(ui->found, s->rings[i].path, f);
		if (f && f->severity > s->severity[i])
			s->severity[i] = (uint8_t)f->severity;
	}
}

struct xenring_watch *ui_watch(const struct ui *ui)
{
	return ui->watch;
}

const struct xenring_finding *ui_finding(const struct ui *ui, const char *path)
{
	struct found *f = NULL;

	if (!path || !ui->watch || !ui_is_newest(ui))
		return NULL;
	HASH_FIND_STR(ui->found, path, f);
	/* the row is the caller's to read, and ours to make */
	if (!f || xenring_finding(ui->watch, f->at, &((struct ui *)(uintptr_t)ui)->finding))
		return NULL;
	return &ui->finding;
}
