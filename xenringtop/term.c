/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What standard output can show: its size, its characters, its colours. */
#include <config.h>

#include "term.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "config-file.h"
#include "say.h"

static const struct {
	const char *name, *sgr;
} classes[COLOR_N] = {
	[COLOR_NONE] = { .name = "none", .sgr = NULL },
	[COLOR_GOOD] = { .name = "good", .sgr = "32" },
	[COLOR_WARN] = { .name = "warn", .sgr = "33" },
	[COLOR_CRIT] = { .name = "crit", .sgr = "1;31" },
	[COLOR_UNKNOWN] = { .name = "unknown", .sgr = "35" },
	[COLOR_HEAD] = { .name = "head", .sgr = "1" },
};

static const struct {
	const char *word;
	enum color_class class;
} states[] = {
	{ .word = "busy", .class = COLOR_GOOD },
	{ .word = "full", .class = COLOR_WARN },
	{ .word = "torn", .class = COLOR_WARN },
	{ .word = "stuck", .class = COLOR_CRIT },
	{ .word = "forged", .class = COLOR_CRIT },
	{ .word = "unreadable", .class = COLOR_UNKNOWN },
};

static const struct {
	const char *utf8, *ascii;
} glyphs[GLYPH_N] = {
	[GLYPH_BRANCH] = { .utf8 = "├─ ", .ascii = "|- " },
	[GLYPH_LAST] = { .utf8 = "└─ ", .ascii = "`- " },
	[GLYPH_TRUNK] = { .utf8 = "│  ", .ascii = "|  " },
	[GLYPH_GAP] = { .utf8 = "   ", .ascii = "   " },
	[GLYPH_AT_LEAST] = { .utf8 = "≥", .ascii = ">=" },
	[GLYPH_AT_MOST] = { .utf8 = "≤", .ascii = "<=" },
	[GLYPH_FAULT] = { .utf8 = "!", .ascii = "!" },
	[GLYPH_BAR] = { .utf8 = "█", .ascii = "#" },
};

const char *term_glyph(const struct term *t, enum glyph g)
{
	return t->utf8 ? glyphs[g].utf8 : glyphs[g].ascii;
}

enum color_class color_of_state(const char *state)
{
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (!strcmp(states[i].word, state))
			return states[i].class;
	return COLOR_NONE;
}

/* A size from the environment; 0 if it says none. */
static size_t env_size(const char *name)
{
	const char *s = getenv(name);
	char *end;
	unsigned long v;

	if (!s || s[0] < '0' || s[0] > '9')
		return 0;
	v = strtoul(s, &end, 10);
	return *end || v > 65535 ? 0 : v;
}

static bool is_sgr(const char *s)
{
	return !s[strspn(s, "0123456789;")];
}

bool term_color_check(const char *class, const char *sgr)
{
	_cleanup_nearest_ struct nearest near = { .word = class };

	for (size_t i = COLOR_NONE + 1; i < COLOR_N; i++) {
		nearest_try(&near, classes[i].name);
		if (strcmp(classes[i].name, class))
			continue;
		if (!is_sgr(sgr))
			say("%s %s: not a colour such as 33 or 1;31", class, sgr);
		return is_sgr(sgr);
	}
	say("%s: there is no such class of states", class);
	if (nearest_get(&near))
		hint("did you mean \"%s\"?", nearest_get(&near));
	return false;
}

/* Those of the configuration. */
static void configured_colors(struct term *t, const struct opts *o)
{
	for (size_t i = COLOR_NONE + 1; i < COLOR_N; i++) {
		const char *sgr = config_get(o, "colors", classes[i].name);

		if (sgr)
			t->sgr[i] = *sgr ? sgr : NULL;
	}
}

/* "crit=1;31:warn=33": only digits and semicolons get to the terminal. */
static void own_colors(struct term *t, const char *spec)
{
	char *save = NULL;

	t->colors = xstrdup(spec);
	for (char *p = strtok_r(t->colors, ":", &save); p; p = strtok_r(NULL, ":", &save)) {
		char *sgr = strchr(p, '=');

		if (!sgr)
			continue;
		*sgr++ = '\0';
		if (!is_sgr(sgr))
			continue;
		for (size_t i = 0; i < COLOR_N; i++)
			if (i != COLOR_NONE && !strcmp(classes[i].name, p))
				t->sgr[i] = *sgr ? sgr : NULL;
	}
}

static bool want_color(const struct term *t, const struct opts *o)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	/* the command line wins over the environment, that over the configuration */
	if (o->color != WHEN_AUTO && (o->given[OPT_COLOR] || !no || !no[0]))
		return o->color == WHEN_ALWAYS;
	if (no && no[0])
		return false;
	return t->tty && term && term[0] && strcmp(term, "dumb") != 0;
}

void term_init(struct term *t, const struct opts *o)
{
	const char *colors = getenv("XENRINGTOP_COLORS");
	struct winsize ws;

	*t = (struct term){ .tty = isatty(STDOUT_FILENO) };
	t->utf8 = !o->ascii && !strcmp(nl_langinfo(CODESET), "UTF-8");
	t->safe = t->utf8 ? 0 : SAFE_ASCII;
	if (t->tty && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws)) {
		t->width = ws.ws_col;
		t->height = ws.ws_row;
	}
	if (env_size("COLUMNS"))
		t->width = env_size("COLUMNS");
	if (t->tty && env_size("LINES"))
		t->height = env_size("LINES");
	if (!want_color(t, o))
		return;
	for (size_t i = 0; i < COLOR_N; i++)
		t->sgr[i] = classes[i].sgr;
	configured_colors(t, o);
	if (colors)
		own_colors(t, colors);
}

void term_free(struct term *t)
{
	free(t->colors);
	t->colors = NULL;
}

void put_colored(struct buf *b, const struct term *t, enum color_class c, const char *text)
{
	if (t->sgr[c])
		buf_printf(b, "\033[%sm%s\033[0m", t->sgr[c], text);
	else
		buf_puts(b, text);
}
