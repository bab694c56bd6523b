/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which fields of a shape a table shows, and by which it is sorted. */
#include <config.h>

#include "columns.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "config-file.h"
#include "exit-codes.h"
#include "say.h"
#include "session.h"
#include "sink/sink.h"

static int no_such_column(const char *shape, const char *name)
{
	_cleanup_nearest_ struct nearest near = { .word = name };
	const struct xenring_field *f = NULL;

	while ((f = shape_next_field(shape, f)))
		nearest_try(&near, f->name);
	say("%s: there is no such column", name);
	if (nearest_get(&near))
		hint("did you mean \"%s\"?", nearest_get(&near));
	else
		hint("--list-columns shows the columns");
	return XT_USAGE;
}

static void add(struct columns *c, const struct xenring_field *f)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->fields[i] == f)
			return;
	c->fields = xreallocarray(c->fields, c->n + 1, sizeof(*c->fields));
	c->fields[c->n++] = f;
}

static void add_defaults(struct columns *c, bool all)
{
	const struct xenring_field *f = NULL;

	while ((f = shape_next_field(c->shape, f)))
		/* what was decoded is what its row is about */
		if (all || f->head || f->type == XENRING_DECODED)
			add(c, f);
}

static int add_list(struct columns *c, const char *list)
{
	_cleanup_free_ char *copy = xstrdup(list);
	char *save = NULL;

	for (char *p = strtok_r(copy, ",", &save); p; p = strtok_r(NULL, ",", &save)) {
		const struct xenring_field *f = shape_field(c->shape, p);

		if (!f)
			return no_such_column(c->shape, p);
		add(c, f);
	}
	if (c->n)
		return 0;
	say("--columns %s: there is no column in it", list);
	hint("--list-columns shows the columns");
	return XT_USAGE;
}

static int choose_sort(struct columns *c, const char *key)
{
	const struct xenring_field *f;

	c->descending = key[0] == '-';
	c->sort = key + c->descending;
	f = shape_field(c->shape, c->sort);
	if (!f)
		return no_such_column(c->shape, c->sort);
	if (!f->max && f->type != XENRING_RECORD && f->type != XENRING_DECODED)
		return 0;
	say("--sort %s: the column holds more than one value", c->sort);
	hint("sort by a column with one value, such as a number or a name");
	return XT_USAGE;
}

int columns_choose(struct columns *ret, const char *shape, const struct opts *o)
{
	bool json = o->json || o->ndjson;
	const char *list = o->columns || o->verbose || json ? o->columns :
			   config_get(o, shape, opt_table[OPT_COLUMNS].name);
	const char *sort = o->sort || json ? o->sort : config_get(o, shape, opt_table[OPT_SORT].name);
	int r = 0;

	*ret = (struct columns){
		.shape = shape, .chosen = list, .fixed = o->verbose || o->columns,
	};
	if (!list || list[0] == '+')
		add_defaults(ret, o->verbose);
	if (list)
		r = add_list(ret, list + (list[0] == '+'));
	if (!r && sort)
		r = choose_sort(ret, sort);
	return r;
}

bool columns_check(const char *shape, enum opt_id id, const char *value)
{
	const struct opts o = {
		.columns = id == OPT_COLUMNS ? value : NULL, .sort = id == OPT_SORT ? value : NULL,
	};
	_cleanup_columns_ struct columns columns = { 0 };

	return !columns_choose(&columns, shape, &o);
}

void columns_free(struct columns *c)
{
	free(c->fields);
	c->fields = NULL;
	c->n = 0;
}

void columns_sort(const struct columns *c, struct row *rows, size_t n)
{
	if (c->sort)
		rows_sort(rows, n, c->sort, c->descending);
}

const char *table_shape_at(size_t i)
{
	static const char *const shapes[] = {
		"ring", "device", "domain", "slot", "channel", "protocol", "column",
		"grant_table", "grant_user", "grant",
	};

	return i < sizeof(shapes) / sizeof(shapes[0]) ? shapes[i] : NULL;
}

static struct column_row column_row(const char *shape, const struct xenring_field *f)
{
	return (struct column_row){
		.table = shape, .name = f->name, .heading = f->head,
		.is_default = f->head || f->type == XENRING_DECODED,
		.type = xenring_type_name(f->type),
		.unit = f->unit ? xenring_unit_name(f->unit) : NULL,
		.from = xenring_from_name(f->from),
		.nullable = (f->flags & XENRING_F_NULLABLE) != 0,
		.help = f->help,
	};
}

int columns_list(const char *const *shapes, size_t n, const struct opts *o)
{
	_cleanup_columns_ struct columns columns = { 0 };
	_cleanup_free_ struct column_row *rows = NULL;
	_cleanup_free_ struct row *refs = NULL;
	struct opts plain = *o;
	size_t n_rows = 0;
	int r;

	/* with --list-columns, these are about another table */
	if (o->list_columns)
		plain.columns = plain.sort = NULL;
	r = columns_choose(&columns, "column", &plain);
	if (r)
		return r;
	for (size_t i = 0; i < n; i++) {
		const struct xenring_field *f = NULL;

		while ((f = shape_next_field(shapes[i], f))) {
			rows = xreallocarray(rows, n_rows + 1, sizeof(*rows));
			rows[n_rows++] = column_row(shapes[i], f);
		}
	}
	refs = rows_of("column", rows, n_rows, sizeof(*rows));
	return put_table(&plain, &columns, &doc_columns, "columns", refs, n_rows);
}
