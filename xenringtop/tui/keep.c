/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is kept in files of the current folder: screens, selections, captures. */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sink/sink.h"
#include "tui/ui.h"

/* "xenringtop-20261122-120431.txt"; a name that is taken gets a number. */
static int new_file(const struct ui *ui, const char *ending, char **ret_name)
{
	time_t seconds = (time_t)(ui->shown.time.real_ns / 1000000000);
	struct tm tm = { 0 };
	char at[32];

	gmtime_r(&seconds, &tm);
	strftime(at, sizeof(at), "%Y%m%d-%H%M%S", &tm);
	for (int i = 0; i < 1000; i++) {
		_cleanup_free_ char *name = i ? xasprintf("xenringtop-%s-%d.%s", at, i, ending) :
						xasprintf("xenringtop-%s.%s", at, ending);
		/* names of guests and what they do are nobody else's business */
		int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

		if (fd < 0 && errno == EEXIST)
			continue;
		*ret_name = steal(&name);
		return fd < 0 ? -errno : fd;
	}
	return -EEXIST;
}

static void write_file(struct ui *ui, const char *ending, const struct buf *b)
{
	_cleanup_free_ char *name = NULL;
	int fd = new_file(ui, ending, &name), err;

	err = fd < 0 ? -fd : -buf_write(b, fd);
	if (fd >= 0 && close(fd) && !err)
		err = errno;
	if (err)
		ui_say(ui, S_CRIT, "cannot write %s: %s", name ? name : "a file", strerror(err));
	else
		ui_say(ui, S_OK, "written to %s", name);
}

void keep_screen(struct ui *ui)
{
	_cleanup_buf_ struct buf b = { 0 };

	if (!ui->shown.snap)
		return;
	frame_draw(ui);
	canvas_dump(&b, &ui->cv, false);
	write_file(ui, "txt", &b);
}

void keep_json(struct ui *ui)
{
	_cleanup_choice_ struct choice c = { 0 };
	_cleanup_free_ struct row *devices = NULL, *rings = NULL, *errors = NULL;
	const char *path = ui_selected(ui);
	_cleanup_free_ struct target *targets = NULL;
	struct opts json = *ui->s->o;
	struct doc_head head;
	struct sink sink;
	size_t n = 0;

	if (!path || !ui->shown.snap)
		return;
	for (const struct tag *t = ui->tags; t; t = t->next)
		n++;
	targets = xcalloc(n + 1, sizeof(*targets));
	n = 0;
	for (const struct tag *t = ui->tags; t; t = t->next)
		if (!target_parse(&targets[n], t->path))
			n++;
	if (!n && !target_parse(&targets[0], path))
		n = 1;
	if (n && !choice_make(&c, ui->shown.snap, targets, n, true)) {
		json.json = true;
		json.ndjson = false;
		devices = rows_of("device", c.devices, c.n_devices, sizeof(*c.devices));
		rings = rows_of("ring", c.rings, c.n_rings, sizeof(*c.rings));
		errors = rows_of("problem", c.errors, c.n_errors, sizeof(*c.errors));
		head = session_head(ui->s, ui->shown.snap, &c, c.n_errors);
		sink_init(&sink, &sink_text, &json, &ui->plain);
		sink_begin(&sink, &doc_show, &head);
		sink_rows(&sink, &doc_show, "devices", devices, c.n_devices);
		sink_rows(&sink, &doc_show, "rings", rings, c.n_rings);
		sink_rows(&sink, &doc_show, "errors", errors, c.n_errors);
		sink.ops->end(&sink);
		write_file(ui, "json", &sink.text);
		sink_free(&sink);
	}
	for (size_t i = 0; i < n; i++)
		target_free(&targets[i]);
}

/* ---- captures ------------------------------------------------------------------- */

static void record_to(struct ui *ui, const char *path)
{
	struct recording *r = &ui->s->recording;

	if (!path || !path[0])
		return;
	free(ui->record_path);
	ui->record_path = xstrdup(path);
	*r = (struct recording){ .x = ui->s->x, .path = ui->record_path, .rotate = -1, .fd = -1 };
	if (!recording_begin(r))
		ui_say(ui, S_OK, "recording to %s", path);
}

void keep_record(struct ui *ui)
{
	struct recording *r = &ui->s->recording;
	_cleanup_free_ char *first = NULL;
	time_t seconds = (time_t)(ui->shown.time.real_ns / 1000000000);
	struct tm tm = { 0 };
	char at[32];

	if (r->fd >= 0) {
		struct xenring_written w = recording_total(r);

		if (!recording_end(r))
			ui_say(ui, S_OK, "%llu samples in %s", (unsigned long long)w.samples, r->path);
		return;
	}
	gmtime_r(&seconds, &tm);
	strftime(at, sizeof(at), "%Y%m%d-%H%M%S", &tm);
	first = xasprintf("%s.xrc", at);
	ui_ask(ui, "Record to: ", first, NULL, record_to);
}
