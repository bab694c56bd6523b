/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ranges as monitoring plugins write them. */
#include <config.h>

#include "check/range.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check/watch.h"

static const struct { const char *name; double times; } units[] = {
	{ "", 1 }, { "s", 1 }, { "ms", 1e-3 }, { "us", 1e-6 }, { "m", 60 }, { "min", 60 }, { "h", 3600 },
	{ "%", 1 },
};

/* A number of n characters. */
static int parse_number(const char *s, size_t n, double *ret)
{
	size_t digits = strspn(s, "+-0123456789."), i;
	char copy[32], *end;
	double v;

	if (digits > n)
		digits = n;
	if (!digits || digits >= sizeof(copy))
		return -EINVAL;
	memcpy(copy, s, digits);
	copy[digits] = '\0';
	v = strtod(copy, &end);
	if (*end || end == copy)
		return -EINVAL;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strlen(units[i].name) != n - digits || strncmp(s + digits, units[i].name, n - digits))
			continue;
		*ret = v * units[i].times;
		return isfinite(*ret) ? 0 : -EINVAL;
	}
	return -EINVAL;
}

int xr_check_value(const char *s, double *ret)
{
	double v = 0;
	int r = parse_number(s, strlen(s), &v);

	if (r || v < 0)
		return -EINVAL;
	*ret = v;
	return 0;
}

int xr_range_parse(const char *s, struct xr_range *ret)
{
	struct xr_range range = { .from = 0, .to = INFINITY, .inside = *s == '@', .set = true };
	const char *colon;
	int r = 0;

	s += range.inside;
	colon = strchr(s, ':');
	if (colon && colon - s == 1 && *s == '~')
		range.from = -INFINITY;
	else if (colon && colon != s)
		r = parse_number(s, (size_t)(colon - s), &range.from);
	if (colon)
		s = colon + 1;
	if (!r && (*s || !colon))
		r = parse_number(s, strlen(s), &range.to);
	if (r || range.from > range.to)
		return -EINVAL;
	*ret = range;
	return 0;
}

bool xr_range_tells(const struct xr_range *r, double v)
{
	bool inside = v >= r->from && v <= r->to;

	return r->set && (r->inside ? inside : !inside);
}
