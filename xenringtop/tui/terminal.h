/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What shows canvases and gives keys: a real terminal, or a script and a text. */
#ifndef XT_TUI_TERMINAL_H
#define XT_TUI_TERMINAL_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "tui/canvas.h"
#include "tui/keys.h"

struct event {
	int key;		/* a character, or K_... */
	int y, x;		/* of the mouse; of K_RESIZE the size; of K_TICK .x samples */
};

struct terminal;

struct terminal_ops {
	void (*size)(struct terminal *t, int *ret_w, int *ret_h);
	/* Shows the canvas; what has not changed since the last one is not written. */
	void (*draw)(struct terminal *t, const struct canvas *cv);
	/* The next event, without waiting. False: there is none now. */
	bool (*event)(struct terminal *t, struct event *ret);
	/* Gives the terminal back as it was, and takes it again: for SIGTSTP. */
	void (*leave)(struct terminal *t);
	void (*enter)(struct terminal *t);
	void (*mouse)(struct terminal *t, bool on);
	/* Other colours, from the next draw() on. */
	void (*scheme)(struct terminal *t, enum scheme scheme);
	/* The next draw() writes all of it. */
	void (*forget)(struct terminal *t);
	void (*close)(struct terminal *t);
};

struct terminal {
	const struct terminal_ops *ops;
	int fd;			/* readable: there may be events; -1: a script */
	bool ascii, color;
	enum scheme scheme;
	uint64_t written;	/* bytes, where they are counted */
};

/*
 * Takes the terminal at standard input and output. 0, or -ENOTTY, -EOPNOTSUPP
 * (not in this build), -EINVAL: TERM names none that a screen can be drawn on;
 * *ret_why says more. ops->close() gives it back.
 */
int terminal_curses(struct terminal **ret, bool ascii, bool color, enum scheme scheme, const char **ret_why);
bool terminal_has_curses(void);

/*
 * A script: words apart by blanks. A key by its name; @ or @N: N samples; =WxH:
 * another size; text:WORD types it ("_" is a blank). NULL: ok, else the word
 * that is none.
 */
const char *terminal_script_check(const char *script);
struct terminal *terminal_script(const char *script, int w, int h, bool ascii);
/* The canvas as text, without blanks at the ends of lines; styles: each line's runs behind it. */
void canvas_dump(struct buf *b, const struct canvas *cv, bool styles);

#endif
