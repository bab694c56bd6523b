/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The registry of sources. */
#include <config.h>

#include "source.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define XR_SOURCE(n) extern const struct xr_source_ops xr_source_##n;
#include "source/sources.def"
#undef XR_SOURCE

#define XR_SOURCE(n) &xr_source_##n,
const struct xr_source_ops *const xr_sources[] = {
#include "source/sources.def"
	NULL
};
#undef XR_SOURCE

void xr_debug(const struct xr_source *src, const char *area, const char *fmt, ...)
{
	char line[512];
	va_list ap;

	if (!src->debug)
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	src->debug(src->debug_data, area, line);
}

const char *xenring_next_source(size_t i, const char **ret_help)
{
	size_t n = sizeof(xr_sources) / sizeof(xr_sources[0]) - 1;

	if (i >= n)
		return NULL;
	if (ret_help)
		*ret_help = xr_sources[i]->help;
	return xr_sources[i]->name;
}

const char *xenring_next_source_arg(const char *source, size_t i, const char **ret_help)
{
	for (size_t k = 0; xr_sources[k]; k++)
		if (!strcmp(xr_sources[k]->name, source))
			return xr_sources[k]->arg ? xr_sources[k]->arg(i, ret_help) : NULL;
	return NULL;
}
