/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where results go. A command hands a sink one document per result: its head,
 * then each of its lists as rows. What that looks like is the sink's business.
 */
#ifndef XT_SINK_H
#define XT_SINK_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "columns.h"
#include "opts.h"
#include "records.h"
#include "term.h"

struct sink;

struct sink_ops {
	const char *name;
	void (*begin)(struct sink *s, const struct doc_kind *kind, const struct doc_head *head);
	void (*rows)(struct sink *s, const struct xenring_field *list, const struct row *rows,
		     size_t n);
	void (*end)(struct sink *s);
};

struct sink {
	const struct sink_ops *ops;
	const struct opts *o;
	const struct term *term;
	const struct columns *columns;	/* of a table; NULL: the default ones */
	struct buf text;		/* what is not written yet */
	size_t max_lines;		/* 0: no limit; of a table that is redrawn in place */
	/* the sinks' own */
	void *root, *head;
	struct doc_head line;
	char *time;
};

/* A document of everything, printed at its end; a line per row; a table; keys and values. */
extern const struct sink_ops sink_json, sink_ndjson, sink_table, sink_text;

/* The sink that the options ask for: JSON, NDJSON, or else text. Free with sink_free(). */
void sink_init(struct sink *s, const struct sink_ops *text, const struct opts *o,
	       const struct term *term);
void sink_free(struct sink *s);
#define _cleanup_sink_ _cleanup_(sink_free)

bool sink_is_text(const struct sink *s);
void sink_begin(struct sink *s, const struct doc_kind *kind, const struct doc_head *head);
/* The list called name; for what is no list n is 1. */
void sink_rows(struct sink *s, const struct doc_kind *kind, const char *name,
	       const struct row *rows, size_t n);
void sink_end(struct sink *s);
/* NDJSON: one line at once, which belongs to no sample's document. */
void sink_line(struct sink *s, const struct line_head *head, const struct row *row);

/* ---- pieces that commands with a form of their own use ------------------- */

struct table {
	const struct columns *columns;
	const struct term *term;
	const struct opts *o;
	size_t max_lines;
	/* what stands below a row, if it is set */
	void (*below)(struct buf *b, const struct table *t, const struct row *row);
};

void table_put(struct buf *b, const struct table *t, const struct row *rows, size_t n);
/* One row as a heading and a line for each field. */
void text_put(struct buf *b, const struct term *t, const struct opts *o, const char *heading,
	      const struct row *row);

#endif
