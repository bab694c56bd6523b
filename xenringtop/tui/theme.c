/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a cell means, and how each scheme of colours shows it. */
#include <config.h>

#include "tui/theme.h"

#include <stddef.h>

enum { BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE, NONE = -1 };
#define B LOOK_BOLD
#define R LOOK_REVERSE
#define U LOOK_UNDERLINE
#define D LOOK_DIM

/* In the order of enum style, without names, so that one that is left out is noticed. */
#define SCHEMES(X)							\
	X(SCHEME_DEFAULT, dark, "default",				\
	/* plain */	{ NONE, NONE, NONE, 0 },			\
	/* ok */	{ GREEN, NONE, NONE, 0 },			\
	/* warn */	{ YELLOW, NONE, NONE, B },			\
	/* crit */	{ RED, NONE, 203, B },				\
	/* unknown */	{ MAGENTA, NONE, NONE, 0 },			\
	/* dim */	{ NONE, NONE, 245, D },				\
	/* head */	{ NONE, NONE, NONE, B },			\
	/* key */	{ CYAN, NONE, NONE, B },			\
	/* sel */	{ CYAN, NONE, NONE, R },			\
	/* front */	{ BLUE, NONE, 75, B },				\
	/* back */	{ YELLOW, NONE, 208, 0 },			\
	/* inferred */	{ CYAN, NONE, NONE, 0 },			\
	/* tag */	{ YELLOW, NONE, NONE, B },			\
	/* bar */	{ BLACK, CYAN, NONE, 0 })			\
	X(SCHEME_LIGHT, light, "light",					\
	/* plain */	{ NONE, NONE, NONE, 0 },			\
	/* ok */	{ GREEN, NONE, 28, 0 },				\
	/* warn */	{ YELLOW, NONE, 130, B },			\
	/* crit */	{ RED, NONE, 160, B },				\
	/* unknown */	{ MAGENTA, NONE, NONE, 0 },			\
	/* dim */	{ NONE, NONE, 242, D },				\
	/* head */	{ NONE, NONE, NONE, B },			\
	/* key */	{ BLUE, NONE, NONE, B },			\
	/* sel */	{ BLUE, NONE, NONE, R },			\
	/* front */	{ BLUE, NONE, 25, B },				\
	/* back */	{ RED, NONE, 166, 0 },				\
	/* inferred */	{ CYAN, NONE, 30, 0 },				\
	/* tag */	{ MAGENTA, NONE, NONE, B },			\
	/* bar */	{ WHITE, BLUE, NONE, 0 })			\
	X(SCHEME_MONO, mono, "mono",					\
	/* plain */	{ NONE, NONE, NONE, 0 },			\
	/* ok */	{ NONE, NONE, NONE, 0 },			\
	/* warn */	{ NONE, NONE, NONE, B },			\
	/* crit */	{ NONE, NONE, NONE, B | U },			\
	/* unknown */	{ NONE, NONE, NONE, U },			\
	/* dim */	{ NONE, NONE, NONE, D },			\
	/* head */	{ NONE, NONE, NONE, B },			\
	/* key */	{ NONE, NONE, NONE, B },			\
	/* sel */	{ NONE, NONE, NONE, R },			\
	/* front */	{ NONE, NONE, NONE, B },			\
	/* back */	{ NONE, NONE, NONE, 0 },			\
	/* inferred */	{ NONE, NONE, NONE, D },			\
	/* tag */	{ NONE, NONE, NONE, B },			\
	/* bar */	{ NONE, NONE, NONE, R })			\
	X(SCHEME_HIGH_CONTRAST, contrast, "high-contrast",		\
	/* plain */	{ WHITE, BLACK, 231, B },			\
	/* ok */	{ GREEN, BLACK, 46, B },			\
	/* warn */	{ YELLOW, BLACK, 226, B },			\
	/* crit */	{ WHITE, RED, 231, B },				\
	/* unknown */	{ MAGENTA, BLACK, 213, B },			\
	/* dim */	{ WHITE, BLACK, 252, 0 },			\
	/* head */	{ WHITE, BLACK, 231, B | U },			\
	/* key */	{ CYAN, BLACK, 51, B },				\
	/* sel */	{ BLACK, WHITE, 16, B },			\
	/* front */	{ CYAN, BLACK, 117, B },			\
	/* back */	{ YELLOW, BLACK, 214, B },			\
	/* inferred */	{ WHITE, BLACK, 231, 0 },			\
	/* tag */	{ YELLOW, BLACK, 226, B | U },			\
	/* bar */	{ BLACK, WHITE, 16, B })

#define X(id, name, text, ...) static const struct appearance name[] = { __VA_ARGS__ };	\
	_Static_assert(sizeof(name) / sizeof(name[0]) == STYLE_N, text ": a look for each style");
SCHEMES(X)
#undef X

static const struct {
	const char *name;
	const struct appearance *looks;
} schemes[] = {
#define X(id, array, text, ...) [id] = { text, array },
	SCHEMES(X)
#undef X
};
_Static_assert(sizeof(schemes) / sizeof(schemes[0]) == SCHEME_N, "every scheme has its row");

struct appearance theme_look(enum scheme scheme, unsigned style)
{
	struct appearance l = schemes[scheme].looks[(style & STYLE_MASK) < STYLE_N ? style & STYLE_MASK : S_PLAIN];

	/* reversed twice would be as if it were not there */
	if (style & STYLE_CURSOR)
		l.attrs = (uint8_t)((l.attrs | LOOK_REVERSE) & ~LOOK_DIM);
	return l;
}

const char *scheme_name(unsigned scheme)
{
	return scheme < SCHEME_N ? schemes[scheme].name : NULL;
}

const char *style_name(unsigned style)
{
	static const char *const names[] = {
		[S_PLAIN] = "plain", [S_OK] = "ok", [S_WARN] = "warn", [S_CRIT] = "crit",
		[S_UNKNOWN] = "unknown", [S_DIM] = "dim", [S_HEAD] = "head", [S_KEY] = "key",
		[S_SEL] = "sel", [S_FRONT] = "front", [S_BACK] = "back", [S_INFERRED] = "inferred",
		[S_TAG] = "tag", [S_BAR] = "bar",
	};
	_Static_assert(sizeof(names) / sizeof(names[0]) == STYLE_N, "every style has its name");

	return (style & STYLE_MASK) < STYLE_N ? names[style & STYLE_MASK] : "plain";
}
