/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `columns`: the columns of all tables. */
#include <config.h>

#include "cmd.h"
#include "columns.h"

static int run(const struct opts *o)
{
	const char *shapes[16], *s, *own = "column";
	size_t n = 0;

	if (o->list_columns)
		return columns_list(&own, 1, o);
	while (n < sizeof(shapes) / sizeof(shapes[0]) && (s = table_shape_at(n)))
		shapes[n++] = s;
	return columns_list(shapes, n, o);
}

const struct cmd cmd_columns = {
	.name = "columns", .group = "Ask", .args = "",
	.help = "List the columns of all tables",
	.more = "A column's name is also its key in JSON, and what --sort takes.",
	.opts = (const enum opt_id[]){
		OPT_JSON, OPT_COLUMNS, OPT_LIST_COLUMNS, OPT_NO_HEADINGS, OPT_SORT, OPT_N
	},
	.run = run,
};
