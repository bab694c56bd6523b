/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the bench programs share: a clock, and the one form of a result's line. */
#ifndef XR_BENCH_H
#define XR_BENCH_H

#include <stdint.h>
#include <stdio.h>
#include <time.h>

static inline int64_t bench_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* name | figure | compared with | goal | met or not; a goal is a maximum. */
static inline void bench_line(const char *name, double figure, const char *unit, const char *against,
			      double goal)
{
	printf("%-34s %9.3f %-8s %-44s goal <= %-8g %s\n", name, figure, unit, against, goal,
	       figure <= goal ? "met" : "NOT MET");
}

/* The same of a goal that is a minimum. */
static inline void bench_least(const char *name, double figure, const char *unit, const char *against,
			       double goal)
{
	printf("%-34s %9.0f %-8s %-44s goal >= %-8g %s\n", name, figure, unit, against, goal,
	       figure >= goal ? "met" : "NOT MET");
}

/* One that has no goal of its own. */
static inline void bench_figure(const char *name, double figure, const char *unit, const char *against)
{
	printf("%-34s %9.3f %-8s %s\n", name, figure, unit, against);
}

#endif
