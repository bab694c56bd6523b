/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random keys, clicks, sizes and samples for the interactive view, over hosts
 * that write garbage. It is to end without a finding of the sanitizers, and no
 * cell may ever hold what a terminal would take for more than a character.
 *
 * usage: tests/cli/monkey [N [SEED]]	N events for each host; "make check-long": 100000
 */
#include <config.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tui/ui.h"

#define SHORT 1500

static uint64_t state;

/* xorshift: the same numbers from the same seed, everywhere */
static unsigned below(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 33) % n;
}

/* What a row of the table says, so that each action gets its turn. */
static int a_key(void)
{
	const struct action_row *row = action_row((enum action)(1 + below(A_N - 1)));

	if (below(8) == 0)
		return (int)(' ' + 1 + below(0x5e));
	if (below(40) == 0)
		return 0x100 + (int)below(0x2000);
	return row->keys[below(2)];
}

static struct event an_event(const struct ui *ui)
{
	static const int clicks[] = { K_CLICK, K_DOUBLE_CLICK, K_WHEEL_UP, K_WHEEL_DOWN };
	struct event e = { .key = a_key() };

	/* a name that is typed at random is no file to be written */
	if (ui->ask.on && !strncmp(ui->ask.label, "Record", 6))
		e.key = below(2) ? K_ESC : K_ENTER;
	else if (below(12) == 0)
		e = (struct event){ .key = clicks[below(4)], .y = (int)below(60), .x = (int)below(200) };
	return e;
}

static const char *bad_cell(const struct canvas *cv)
{
	for (int y = 0; y < cv->h; y++)
		for (int x = 0; x < cv->w; x++) {
			const struct cell_of_screen *c = canvas_at(cv, y, x);
			const unsigned char *s = (const unsigned char *)c->utf8;

			if (!c->width) {
				if (!x || c[-1].width != 2)
					return "half of nothing";
				continue;
			}
			if (c->width == 2 && (x + 1 == cv->w || c[1].width))
				return "a half that is cut off";
			if (s[0] < ' ' || s[0] == 0x7f || (s[0] == 0xc2 && s[1] < 0xa0))
				return "a control character";
			if ((c->style & STYLE_MASK) >= STYLE_N)
				return "no style";
			if (columns_of(c->utf8, false) != c->width)
				return "no character of that width";
		}
	return NULL;
}

static int resize(struct ui *ui)
{
	static const int sizes[][2] = { { 80, 24 }, { 120, 40 }, { 60, 12 }, { 1, 1 }, { 59, 30 }, { 200, 60 } };
	unsigned i = below(8);

	if (i < 6)
		canvas_resize(&ui->cv, sizes[i][0], sizes[i][1]);
	else
		canvas_resize(&ui->cv, 1 + (int)below(250), 1 + (int)below(80));
	return 0;
}

static int step(struct ui *ui)
{
	unsigned what = below(20);
	struct event e;

	if (what == 0)
		return resize(ui);
	if (what < 3) {
		if (ui->s->capture)
			return 0;
		if (session_wait(ui->s, 0.1 * (1 + below(20))))
			return 1;
		return !ui->paused && time_sample(ui);
	}
	e = an_event(ui);
	ui_event(ui, &e);
	ui->quit = false;
	return 0;
}

/* 0: it went well. */
static int play(const char *source, unsigned long n)
{
	char program[] = "xenringtop", opt[] = "-s", cmd[] = "list";
	_cleanup_free_ char *from = xstrdup(source);
	char *argv[] = { program, opt, from, cmd, NULL };
	struct terminal *t;
	struct session s;
	const char *bad = NULL;
	struct opts o;
	struct ui ui;

	if (opts_parse(&o, 4, argv) || session_open(&s, &o))
		return 1;
	t = terminal_script("", 80, 24, below(2));
	ui_init(&ui, &s, t);
	if (time_begin(&ui))
		return 1;
	for (unsigned long i = 0; i < n && !bad; i++) {
		if (step(&ui)) {
			bad = xenring_message(s.x);
			break;
		}
		frame_draw(&ui);
		bad = bad_cell(&ui.cv);
	}
	if (bad)
		printf("not ok - %s: %s\n", source, bad);
	else
		printf("ok - %s: %lu random events\n", source, n);
	ui_fini(&ui);
	t->ops->close(t);
	session_close(&s);
	opts_free(&o);
	return bad != NULL;
}

int main(int argc, char **argv)
{
	static const char *const hosts[] = { "fake:hostile,fast", "fake:reconnect,fast", "fake:big:300:busy,fast" };
	unsigned long n = argc > 1 ? strtoul(argv[1], NULL, 10) : SHORT;
	char dir[] = "/tmp/xenringtop-monkey-XXXXXX";
	_cleanup_free_ char *clean = NULL;
	int bad = 0;

	state = argc > 2 ? strtoull(argv[2], NULL, 0) : 88172645463325252u;
	/* screens and selections are written into the current folder */
	if (!state || !setlocale(LC_ALL, "C.UTF-8") || !mkdtemp(dir) || chdir(dir))
		return 1;
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("1..%zu\n", sizeof(hosts) / sizeof(hosts[0]));
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		bad += play(hosts[i], n);
	clean = xasprintf("rm -rf %s", dir);
	if (system(clean))
		return 1;
	return bad != 0;
}
