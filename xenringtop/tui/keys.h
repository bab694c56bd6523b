/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys as numbers: a character is its own, the others have names. */
#ifndef XT_TUI_KEYS_H
#define XT_TUI_KEYS_H

#include <stddef.h>

/* X(name in the code, name on screens and in files) */
#define NAMED_KEYS(X)							\
	X(K_UP, "Up") X(K_DOWN, "Down") X(K_LEFT, "Left") X(K_RIGHT, "Right")	\
	X(K_PGUP, "PgUp") X(K_PGDN, "PgDn") X(K_HOME, "Home") X(K_END, "End")	\
	X(K_ENTER, "Enter") X(K_ESC, "Esc") X(K_BACKSPACE, "Backspace")	\
	X(K_TAB, "Tab") X(K_BTAB, "Shift-Tab") X(K_SPACE, "Space")	\
	X(K_DELETE, "Delete")						\
	X(K_F1, "F1") X(K_F2, "F2") X(K_F3, "F3") X(K_F4, "F4") X(K_F5, "F5")	\
	X(K_F6, "F6") X(K_F7, "F7") X(K_F8, "F8") X(K_F9, "F9") X(K_F10, "F10")	\
	X(K_CTRL_C, "^C") X(K_CTRL_L, "^L") X(K_CTRL_U, "^U")

enum {
	K_NONE = 0,
	K_NAMED = 0x110000,	/* above all characters */
#define X(id, name) id,
	NAMED_KEYS(X)
#undef X
	/* what is no key, but comes the same way */
	K_RESIZE,		/* the terminal has another size */
	K_CLICK, K_DOUBLE_CLICK, K_WHEEL_UP, K_WHEEL_DOWN,	/* .y, .x */
	K_TICK,			/* of a script: time for a sample */
	K_OTHER
};

/* "Up", "F10", "j"; "?" for none. At most 12 bytes go to buf. */
const char *name_of_key(int key, char buf[12]);
/* The key of a name; K_NONE: there is none. */
int key_of(const char *name, size_t n);

#endif
