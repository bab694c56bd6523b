/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The characters that screens are drawn with: each has a twin in ASCII of the same width. */
#include <config.h>

#include "tui/glyph.h"

#include <langinfo.h>
#include <string.h>
#include <wchar.h>

static const struct {
	const char *utf8, *ascii;
} glyphs[G_N] = {
#define X(name, utf8, ascii) [G_##name] = { utf8, ascii },
	GLYPHS(X)
#undef X
};

const char *glyph(enum glyph_id g, bool ascii)
{
	return ascii ? glyphs[g].ascii : glyphs[g].utf8;
}

bool glyphs_fit_locale(void)
{
	if (strcmp(nl_langinfo(CODESET), "UTF-8"))
		return false;
	return wcwidth(L'█') == 1 && wcwidth(L'─') == 1 && wcwidth(L'▲') == 1;
}
