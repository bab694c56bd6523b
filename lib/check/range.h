/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Ranges as monitoring plugins write them (nagios-plugins.org, development
 * guidelines, "Threshold and Ranges"): what lies outside is told.
 *
 *	10	less than 0 or more than 10
 *	10:	less than 10
 *	~:10	more than 10
 *	10:20	less than 10 or more than 20
 *	@10:20	from 10 to 20
 */
#ifndef XR_RANGE_H
#define XR_RANGE_H

#include <stdbool.h>

struct xr_range {
	double from, to;	/* may be infinite */
	bool inside;		/* "@": what lies inside is told */
	bool set;
};

/* -EINVAL. Numbers may have a unit of time (5s, 500ms, 2m) or a %. */
int xr_range_parse(const char *s, struct xr_range *ret);
bool xr_range_tells(const struct xr_range *r, double v);

#endif
