/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A terminal that is none: keys from a script, screens as text. For tests, and for printing a screen. */
#include <config.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/terminal.h"

struct script {
	struct terminal t;
	char *text;
	const char *at, *typing;
	size_t typing_n;
	int w, h;
};

/* "@", "@12", "=80x24": the event it is. */
static bool special(const char *word, size_t n, struct event *ret)
{
	_cleanup_free_ char *copy = xstrndup(word, n);
	char end;

	if (n && copy[0] == '@') {
		*ret = (struct event){ .key = K_TICK, .x = 1 };
		return n == 1 || (sscanf(copy + 1, "%d%c", &ret->x, &end) == 1 && ret->x > 0);
	}
	*ret = (struct event){ .key = K_RESIZE };
	return n && copy[0] == '=' && sscanf(copy + 1, "%dx%d%c", &ret->x, &ret->y, &end) == 2 &&
	       ret->x > 0 && ret->y > 0;
}

static const char *skip_blanks(const char *s)
{
	while (isspace((unsigned char)*s))
		s++;
	return s;
}

static size_t word_len(const char *s)
{
	return strcspn(s, " \t\n");
}

const char *terminal_script_check(const char *script)
{
	for (const char *s = skip_blanks(script); *s; s = skip_blanks(s + word_len(s))) {
		size_t n = word_len(s);
		struct event e;

		if (!special(s, n, &e) && strncmp(s, "text:", 5) && key_of(s, n) == K_NONE)
			return s;
	}
	return NULL;
}

static bool script_event(struct terminal *t, struct event *ret)
{
	struct script *s = (struct script *)t;
	size_t n;

	if (s->typing_n) {
		s->typing_n--;
		*ret = (struct event){ .key = (unsigned char)*s->typing++ };
		if (ret->key == '_')
			ret->key = K_SPACE;
		return true;
	}
	s->at = skip_blanks(s->at);
	n = word_len(s->at);
	if (!n)
		return false;
	if (!strncmp(s->at, "text:", 5)) {
		s->typing = s->at + 5;
		s->typing_n = n - 5;
		s->at += n;
		return script_event(t, ret);
	}
	if (!special(s->at, n, ret))
		*ret = (struct event){ .key = key_of(s->at, n) };
	if (ret->key == K_RESIZE) {
		s->w = ret->x;
		s->h = ret->y;
	}
	s->at += n;
	return true;
}

static void script_size(struct terminal *t, int *ret_w, int *ret_h)
{
	struct script *s = (struct script *)t;

	*ret_w = s->w;
	*ret_h = s->h;
}

static void script_close(struct terminal *t)
{
	struct script *s = (struct script *)t;

	free(s->text);
	free(s);
}

static void no_draw(struct terminal *t, const struct canvas *cv)
{
	(void)t;
	(void)cv;
}

static void nothing(struct terminal *t)
{
	(void)t;
}

static void no_scheme(struct terminal *t, enum scheme scheme)
{
	t->scheme = scheme;
}

static void no_mouse(struct terminal *t, bool on)
{
	(void)t;
	(void)on;
}

static const struct terminal_ops script_ops = {
	.size = script_size, .draw = no_draw, .event = script_event, .leave = nothing,
	.enter = nothing, .mouse = no_mouse, .scheme = no_scheme, .forget = nothing, .close = script_close,
};

struct terminal *terminal_script(const char *script, int w, int h, bool ascii)
{
	struct script *s = xcalloc(1, sizeof(*s));

	*s = (struct script){
		.t = { .ops = &script_ops, .fd = -1, .ascii = ascii }, .text = xstrdup(script), .w = w, .h = h,
	};
	s->at = s->text;
	return &s->t;
}

static void put_runs(struct buf *b, const struct canvas *cv, int y)
{
	bool some = false;

	for (int x = 0, end; x < cv->w; x = end) {
		unsigned style = canvas_at(cv, y, x)->style;

		for (end = x + 1; end < cv->w && canvas_at(cv, y, end)->style == style; end++)
			;
		if (style == S_PLAIN)
			continue;
		if (!some)
			buf_printf(b, "\t%d:", y + 1);
		some = true;
		buf_printf(b, " %d-%d=%s%s", x + 1, end, style_name(style), style & STYLE_CURSOR ? "+cursor" : "");
	}
	if (some)
		buf_putc(b, '\n');
}

void canvas_dump(struct buf *b, const struct canvas *cv, bool styles)
{
	for (int y = 0; y < cv->h; y++) {
		size_t begin = b->n;

		for (int x = 0; x < cv->w; x++)
			if (canvas_at(cv, y, x)->width)
				buf_puts(b, canvas_at(cv, y, x)->utf8);
		while (b->n > begin && b->p[b->n - 1] == ' ')
			b->p[--b->n] = '\0';
		buf_putc(b, '\n');
		if (styles)
			put_runs(b, cv, y);
	}
}
