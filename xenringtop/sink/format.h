/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How one value looks: as text for people, and the words that text and JSON share. */
#ifndef XT_FORMAT_H
#define XT_FORMAT_H

#include <xenring.h>

#include "buf.h"
#include "term.h"

enum {
	FORMAT_RAW = 1,		/* numbers instead of names, no units, all digits */
	FORMAT_UNIT = 2,	/* "32 slots" */
	FORMAT_BOUND = 4,	/* mark what is only a bound */
	FORMAT_BOTH = 8,	/* a name with its number: "write (1)" */
	FORMAT_WIRE = 16,	/* a guest's own bytes */
};

void format_value(struct buf *b, const struct term *t, const struct xenring_value *v,
		  unsigned how);
/* A double with the digits it needs: "0.2", "3.0". */
void format_real(struct buf *b, double v);
/* "0x4d", as wide as it is. */
void format_hex(struct buf *b, uint64_t v);
/* Bytes as hexadecimal digits. */
void format_bytes(struct buf *b, const void *bytes, size_t n);
/*
 * The names of the bits of v, one per call and at last, as "0x40", the bits
 * that have none. raw: all of them as one number.
 */
void format_flags(const struct xenring_value *v, bool raw,
		  void (*each)(void *data, const char *name), void *data);
/* An enum's value as one word: its name, or "0x4d". */
void format_enum(struct buf *b, const struct xenring_value *v, bool raw);

enum bound { BOUND_NONE, BOUND_AT_LEAST, BOUND_AT_MOST };
/* Inferred numbers called ..._min and ..._max are bounds. */
enum bound field_bound(const struct xenring_field *f);
/*
 * A record that is not there, such as an error, or what the tool itself would
 * say: there is none, which is known, unlike a number that could not be read.
 */
bool field_is_absent(const struct xenring_value *v);
/* Numbers stand at the right of their column. */
bool field_is_number(const struct xenring_field *f);

/* The number, or "?" of one that is not known. */
void put_integer(struct buf *b, int64_t v);

/* One line that holds what stands in a nested list or record: "a=1 b=[2 3]". */
struct cell {
	struct buf text;
	const struct term *term;
	unsigned how, depth;
	bool first;
};

/* A visitor for what is below one field; data is a struct cell. */
extern const struct xenring_visitor cell_visitor;

/* What stands in place of a secret, in text and in JSON. */
#define REDACTED "redacted"

#endif
