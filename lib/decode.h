/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The bounded walk over records. Never reads outside the bytes it is given. */
#ifndef XR_DECODE_H
#define XR_DECODE_H

#include "desc.h"

/*
 * Walks a wire record: n private bytes that a guest wrote. A count that the
 * guest claims is clamped to the table's .max and to n, and reported by
 * visitor->fault; a record that ends early is reported once. rec NULL or
 * decoded->rec NULL: nothing is called.
 */
int xr_walk_wire(const struct xenring_decoded *decoded, const struct xenring_field *as,
		 const struct xenring_visitor *visitor, void *data);

/* Has each single number of rec in n bytes that is to have a name one? False, too, if it is cut. */
bool xr_all_named(const struct xenring_record *rec, const uint8_t *bytes, size_t n);

/* The value of the field called name in n bytes of rec. -ENOENT, -ENODATA (cut). */
int xr_wire_number(const struct xenring_record *rec, const uint8_t *bytes, size_t n,
		   const char *name, uint64_t *ret);

/*
 * All grant references of the record, its lists and what was fetched, in
 * order; at most max. Returns how many.
 */
size_t xr_wire_grefs(const struct xenring_decoded *decoded, uint32_t *ret, size_t max);

/*
 * The elements of list f of the record that there are, bounded as the walk has
 * them: how many, and the first of them, f->size bytes each.
 */
size_t xr_wire_list(const struct xenring_decoded *decoded, const struct xenring_field *f, const uint8_t **ret);

/* Has the record a field that is not to be shown? rec NULL: no. */
bool xr_has_secrets(const struct xenring_record *rec);
/* Has it a field that names a grant? rec NULL: no. */
bool xr_has_grefs(const struct xenring_record *rec);

#endif
