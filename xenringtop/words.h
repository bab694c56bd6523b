/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All words that the tables hold: for `explain`, for completion, for the nearest name. */
#ifndef XT_WORDS_H
#define XT_WORDS_H

#include "records.h"

/* Something a table says. Which members are set depends on .kind. */
struct word {
	enum word_kind { WORD_FIELD, WORD_RECORD, WORD_PROTOCOL, WORD_VALUE, WORD_CHECK } kind;
	const char *name, *help;
	const struct xenring_record *rec;	/* FIELD, RECORD, VALUE */
	const struct xenring_field *field;	/* FIELD, VALUE */
	const struct xenring_sym *sym;		/* VALUE */
	const struct xenring_proto *proto;	/* PROTOCOL */
	const struct xenring_check *check;	/* CHECK; until each() returns */
};

/* Calls each with every word; the same name comes as often as tables hold it. */
void words_each(void (*each)(void *data, const struct word *w), void *data);
/* The part of a record's name before the dot, as its protocol is called; "" if it has none. */
size_t record_protocol_len(const struct xenring_record *rec);

#endif
