/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can be done, and by which keys: the one table, action.def. */
#include <config.h>

#include "tui/action.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "say.h"
#include "tui/view.h"

static struct action_row rows[A_N] = {
#define X(V, id, g, traits, k1, k2, k3, k4, l, h)					\
	[A_##id] = { .name = #id, .group = GROUP_##g, .where = traits,		\
		     .keys = { k1, k2, k3, k4 }, .label = l, .help = h },
	ACTIONS(X, 0)
#undef X
};

/*
 * Of each view a switch over the keys of the actions that it has: one key with
 * two meanings is a duplicate case value. What is not in the view, and no key,
 * has a number that nothing else has.
 */
#define CASE(V, id, n, traits, key)						\
	case (((traits) & (A_ALL | (V))) && (key)) ? (key) : -(A_##id * ACTION_KEYS + (n)) - 1:
#define CASES(V, id, g, traits, k1, k2, k3, k4, l, h)				\
	CASE(V, id, 0, traits, k1) CASE(V, id, 1, traits, k2)			\
	CASE(V, id, 2, traits, k3) CASE(V, id, 3, traits, k4)			\
		return A_##id;
#define VIEW(id, traits)							\
	__attribute__((unused)) static enum action one_meaning_a_key_in_##id(int key)	\
	{									\
		switch (key) {							\
		ACTIONS(CASES, traits)						\
		default:							\
			return A_NONE;						\
		}								\
	}
#include "tui/views.def"
#undef VIEW

const struct action_row *action_row(enum action a)
{
	return &rows[a];
}

const char *action_group_title(enum action_group g)
{
	static const char *const titles[] = {
#define X(id, title) [GROUP_##id] = title,
		ACTION_GROUPS(X)
#undef X
	};

	return titles[g];
}

bool action_in(enum action a, unsigned traits)
{
	return rows[a].where & (A_ALL | traits);
}

static bool has_key(enum action a, int key)
{
	for (unsigned k = 0; k < ACTION_KEYS; k++)
		if (key && rows[a].keys[k] == key)
			return true;
	return false;
}

enum action action_of(int key, unsigned traits)
{
	for (enum action a = A_NONE + 1; a < A_N; a++)
		if (has_key(a, key) && action_in(a, traits))
			return a;
	return A_NONE;
}

/* Is there a view that has both? */
static bool meet(enum action a, enum action b)
{
	for (unsigned v = 0; v < VIEW_N; v++)
		if (action_in(a, view_traits(v)) && action_in(b, view_traits(v)))
			return true;
	return false;
}

bool action_set_keys(enum action a, const int *keys, unsigned n, enum action *ret_other)
{
	for (enum action b = A_NONE + 1; b < A_N; b++) {
		for (unsigned k = 0; b != a && k < n; k++) {
			if (!has_key(b, keys[k]) || !meet(a, b))
				continue;
			*ret_other = b;
			return false;
		}
	}
	for (unsigned k = 0; k < ACTION_KEYS; k++)
		rows[a].keys[k] = k < n ? keys[k] : K_NONE;
	return true;
}

enum action action_named(const char *name)
{
	for (enum action a = A_NONE + 1; a < A_N; a++) {
		const char *p = rows[a].name;
		size_t i = 0;

		while (p[i] && tolower((unsigned char)p[i]) == tolower((unsigned char)name[i]))
			i++;
		if (!p[i] && !name[i])
			return a;
	}
	return A_NONE;
}

/* ---- keys ------------------------------------------------------------------ */

static const struct {
	int key;
	const char *name;
} named[] = {
#define X(id, text) { id, text },
	NAMED_KEYS(X)
#undef X
};

const char *name_of_key(int key, char buf[12])
{
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		if (named[i].key == key)
			return named[i].name;
	buf[0] = key > ' ' && key < 0x7f ? (char)key : '?';
	buf[1] = '\0';
	return buf;
}

int key_of(const char *name, size_t n)
{
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		if (strlen(named[i].name) == n && !memcmp(named[i].name, name, n))
			return named[i].key;
	return n == 1 && name[0] > ' ' && name[0] < 0x7f ? name[0] : K_NONE;
}

void action_put_name(struct buf *b, enum action a)
{
	for (const char *p = rows[a].name; *p; p++)
		buf_putc(b, (char)tolower((unsigned char)*p));
}

static bool no_such_action(const char *name)
{
	_cleanup_nearest_ struct nearest near = { .word = name };

	for (enum action a = A_NONE + 1; a < A_N; a++) {
		_cleanup_buf_ struct buf b = { 0 };

		action_put_name(&b, a);
		nearest_try(&near, buf_str(&b));
	}
	say("%s: there is no such action", name);
	if (nearest_get(&near))
		hint("did you mean \"%s\"?", nearest_get(&near));
	return false;
}

bool action_configure(const char *name, const char *keys)
{
	enum action a = action_named(name), other = A_NONE;
	_cleanup_buf_ struct buf meant = { 0 };
	int list[ACTION_KEYS];
	unsigned n = 0;

	if (a == A_NONE)
		return no_such_action(name);
	for (const char *p = keys + strspn(keys, " \t"); *p; p += strspn(p, " \t")) {
		size_t len = strcspn(p, " \t");
		int key = key_of(p, len);

		if (key == K_NONE) {
			say("%s: there is no key \"%.*s\"", name, (int)len, p);
			return false;
		}
		if (n == ACTION_KEYS) {
			say("%s: these are more than %d keys", name, ACTION_KEYS);
			return false;
		}
		list[n++] = key;
		p += len;
	}
	/* who has no way out any more has to kill it */
	if (!n) {
		say("%s: there is no key in it", name);
		return false;
	}
	if (action_set_keys(a, list, n, &other))
		return true;
	action_put_name(&meant, other);
	say("%s: one of these keys means %s", name, buf_str(&meant));
	return false;
}
