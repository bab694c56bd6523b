/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `protocols`: what can be decoded. */
#include <config.h>

#include "cmd.h"
#include "session.h"

static int walk_proto(const struct row *row, const struct xenring_visitor *v, void *data)
{
	return xenring_walk_proto(row->p, v, data);
}

static int run(const struct opts *o)
{
	_cleanup_columns_ struct columns columns = { 0 };
	_cleanup_free_ struct row *rows = NULL;
	const struct xenring_proto *p = NULL;
	const char *shape = "protocol";
	size_t n = 0;
	int r;

	if (o->list_columns)
		return columns_list(&shape, 1, o);
	r = columns_choose(&columns, shape, o);
	if (r)
		return r;
	while ((p = xenring_next_proto(p))) {
		rows = xreallocarray(rows, n + 1, sizeof(*rows));
		rows[n++] = (struct row){ .shape = shape, .walk = walk_proto, .p = p };
	}
	return put_table(o, &columns, &doc_protocols, "protocols", rows, n);
}

const struct cmd cmd_protocols = {
	.name = "protocols", .group = "Ask", .args = "",
	.help = "List the protocols that can be decoded",
	.opts = (const enum opt_id[]){
		OPT_JSON, OPT_COLUMNS, OPT_LIST_COLUMNS, OPT_NO_HEADINGS, OPT_SORT, OPT_N
	},
	.run = run,
};
