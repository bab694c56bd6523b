/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can be done, and by which keys: the one table, action.def. */
#ifndef XT_TUI_ACTION_H
#define XT_TUI_ACTION_H

#include <stdbool.h>

#include "buf.h"
#include "tui/action.def"
#include "tui/keys.h"

/* What a view is, and thereby which actions are there in it. */
enum trait {
	T_LIST = 1,		/* rows to move among, and to find */
	T_TREE = 2,		/* ... that can be folded */
	T_SORT = 4,		/* ... with columns to sort by and to choose */
	T_TAG = 8,		/* ... that can be marked */
	T_FILTER = 16,		/* shows only what the filter lets through */
	T_TEXT = 32,		/* text to scroll */
	T_OPEN = 64,		/* Enter opens something */
	T_SLOTS = 128,		/* one ring's slots */
	T_TIMELINE = 256,
	T_SETUP = 1024,
	T_GRANTS = 512,		/* a table's entries, or who uses them */
};
#define A_ALL 0x40000000

enum action {
	A_NONE,
#define X(V, id, ...) A_##id,
	ACTIONS(X, 0)
#undef X
	A_N
};

/* X(id, title): headings of the help screen, in order */
#define ACTION_GROUPS(X)						\
	X(MOVE, "Move") X(OPEN, "Open") X(VIEWS, "Views") X(FIND, "Find")	\
	X(ORDER, "Order") X(TREE, "Tree") X(TIME, "Time") X(LOOK, "Look")	\
	X(KEEP, "Keep") X(OTHER, "Other")

enum action_group {
#define X(id, title) GROUP_##id,
	ACTION_GROUPS(X)
#undef X
	GROUP_N
};

#define ACTION_KEYS 4

struct action_row {
	const char *name;		/* "find_next", as the configuration has it */
	enum action_group group;
	unsigned where;			/* traits, or A_ALL */
	int keys[ACTION_KEYS];		/* K_NONE: no further one */
	const char *label;		/* in the bar; NULL: does not stand there */
	const char *help;
};

/* a from A_NONE + 1 to A_N - 1. */
const struct action_row *action_row(enum action a);
const char *action_group_title(enum action_group g);
/* Is it there in a view of these traits? */
bool action_in(enum action a, unsigned traits);
/* What a key does in a view of these traits; A_NONE. */
enum action action_of(int key, unsigned traits);
/*
 * Gives an action other keys, up to ACTION_KEYS, for the rest of the run. False
 * and nothing changed if one of them has another meaning in a view that both
 * are in: *ret_other says which.
 */
bool action_set_keys(enum action a, const int *keys, unsigned n, enum action *ret_other);
/*
 * The same by names, "F9 R", as the configuration has it. False after a complaint:
 * there is no such action or key, or the key has another meaning.
 */
bool action_configure(const char *name, const char *keys);
/* Its name as the configuration has it, "find_next". */
void action_put_name(struct buf *b, enum action a);
/* The action called name, or A_NONE. */
enum action action_named(const char *name);

#endif
