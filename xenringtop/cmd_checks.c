/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `checks`: what can be wrong. */
#include <config.h>

#include "cmd.h"
#include "session.h"

static int run(const struct opts *o)
{
	_cleanup_columns_ struct columns columns = { 0 };
	_cleanup_free_ struct xenring_check *checks = NULL;
	_cleanup_free_ struct row *rows = NULL;
	struct xenring_check check;
	const char *shape = "check";
	size_t n = 0;
	int r;

	if (o->list_columns)
		return columns_list(&shape, 1, o);
	r = columns_choose(&columns, shape, o);
	if (r)
		return r;
	for (; !xenring_check(n, &check); n++) {
		checks = xreallocarray(checks, n + 1, sizeof(*checks));
		checks[n] = check;
	}
	rows = rows_of(shape, checks, n, sizeof(*checks));
	return put_table(o, &columns, &doc_checks, "checks", rows, n);
}

const struct cmd cmd_checks = {
	.name = "checks", .group = "Ask", .args = "",
	.help = "List what check looks for",
	.more = "explain with the id of a check tells what it means, how it is known, what causes it, and what to look "
		"at next.",
	.opts = (const enum opt_id[]){
		OPT_JSON, OPT_COLUMNS, OPT_LIST_COLUMNS, OPT_NO_HEADINGS, OPT_SORT, OPT_N
	},
	.run = run,
};
