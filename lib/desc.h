/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one way to describe data. A record is a table of fields over a C struct:
 * text, JSON, schema, help and man tables are walks over such tables.
 */
#ifndef XR_DESC_H
#define XR_DESC_H

#include "xenring.h"

#define XR_FIELD(T, m, ty, ...) XENRING_FIELD(T, m, ty, __VA_ARGS__)
#define XR_FIELD_ALIAS(T, key, m, ty, ...) XENRING_FIELD_ALIAS(T, key, m, ty, __VA_ARGS__)
/* A list inside the record: elements of the array m, as many as sibling cnt says. */
#define XR_LIST(T, m, ty, cnt, ...)					\
	{ .name = #m, .off = (uint32_t)offsetof(struct T, m),		\
	  .size = (uint32_t)sizeof(((struct T *)0)->m[0]), .type = ty,	\
	  .count = cnt,							\
	  .max = (uint32_t)(sizeof(((struct T *)0)->m) / sizeof(((struct T *)0)->m[0])), \
	  __VA_ARGS__ }
#define XR_END XENRING_FIELD_END

/* A record over struct T. */
#define XR_RECORD(T, nm, hp, fl)					\
	{ .name = nm, .help = hp, .size = (uint32_t)sizeof(struct T), .fields = fl }

/* What a pointer of type XENRING_DECODED points to: bytes and what they are. */
struct xenring_decoded {
	const struct xenring_record *rec;	/* NULL: raw, not decoded */
	const uint8_t *bytes;			/* private copy */
	size_t n;				/* bytes there are */
	const uint8_t *fetched;			/* elements of its XENRING_F_FETCHED list */
	size_t n_fetched;			/* how many are there */
	const char *note;			/* what is wrong with it, or NULL: a fault */
	bool secrets;			/* XENRING_F_SECRET fields are shown */
};

#endif
