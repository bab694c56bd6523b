/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which fields of a shape a table shows, and by which it is sorted. */
#ifndef XT_COLUMNS_H
#define XT_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "cleanup.h"
#include "opts.h"
#include "records.h"

struct columns {
	const char *shape;
	const struct xenring_field **fields;
	size_t n;
	bool chosen;		/* by somebody: they are not the default ones */
	bool fixed;		/* on the command line: none is dropped on a narrow screen */
	const char *sort;	/* NULL: in the order they come */
	bool descending;
};

/*
 * The columns of a shape that --columns, --sort and --verbose ask for, or else
 * the configuration, which JSON does not depend on.
 * XT_USAGE after a complaint. Free with columns_free() in either case.
 */
int columns_choose(struct columns *ret, const char *shape, const struct opts *o);
/* Is value one for --columns or --sort of a shape? False after a complaint. */
bool columns_check(const char *shape, enum opt_id id, const char *value);
void columns_free(struct columns *c);
#define _cleanup_columns_ _cleanup_(columns_free)

/* Sorts rows as the columns say. */
void columns_sort(const struct columns *c, struct row *rows, size_t n);
/* Prints the columns of the shapes, as --list-columns and `columns` do. An exit code. */
int columns_list(const char *const *shapes, size_t n, const struct opts *o);
/* The shapes that have tables, in order; NULL at the end. */
const char *table_shape_at(size_t i);

#endif
