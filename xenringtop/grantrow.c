/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows over what was read of a grant table: for the command and the view. */
#include <config.h>

#include "grantrow.h"

#include "buf.h"

static int walk_entry(const struct row *row, const struct xenring_visitor *v, void *data)
{
	struct xenring_grant grant;
	int r = xenring_grant(row->p, row->i, &grant);

	return r ? r : xenring_walk(xenring_record("grant"), &grant, v, data);
}

static int walk_user(const struct row *row, const struct xenring_visitor *v, void *data)
{
	struct xenring_grant_user user;
	int r = xenring_grant_user(row->p, row->i, &user);

	return r ? r : xenring_walk(xenring_record("grant_user"), &user, v, data);
}

static struct row *make_rows(const struct xenring_grants *g, const char *shape, size_t n,
			     int (*walk)(const struct row *row, const struct xenring_visitor *v,
					 void *data))
{
	struct row *rows = xcalloc(n, sizeof(*rows));

	for (size_t i = 0; i < n; i++)
		rows[i] = (struct row){ .shape = shape, .walk = walk, .p = g, .i = i };
	return rows;
}

struct row *grant_entry_rows(const struct xenring_grants *g, size_t *ret_n)
{
	*ret_n = xenring_n_grants(g);
	return make_rows(g, "grant", *ret_n, walk_entry);
}

struct row *grant_user_rows(const struct xenring_grants *g, size_t *ret_n)
{
	*ret_n = xenring_n_grant_users(g);
	return make_rows(g, "grant_user", *ret_n, walk_user);
}
