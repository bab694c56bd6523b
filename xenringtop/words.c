/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All words that the tables hold: for `explain`, for completion, for the nearest name. */
#include <config.h>

#include "words.h"

#include <string.h>

size_t record_protocol_len(const struct xenring_record *rec)
{
	const char *dot = strchr(rec->name, '.');

	return dot ? (size_t)(dot - rec->name) : 0;
}

static void record_words(const struct xenring_record *rec,
			 void (*each)(void *data, const struct word *w), void *data)
{
	const struct xenring_field *f = NULL;
	struct word w = { .kind = WORD_RECORD, .name = rec->name, .help = rec->help, .rec = rec };

	each(data, &w);
	while ((f = xenring_next_field(rec, f))) {
		if (f->flags & XENRING_F_HIDDEN)
			continue;
		w = (struct word){
			.kind = WORD_FIELD, .name = f->name, .help = f->help,
			.rec = rec, .field = f,
		};
		each(data, &w);
		for (const struct xenring_sym *s = f->syms; s && s->name; s++) {
			w = (struct word){
				.kind = WORD_VALUE, .name = s->name, .help = s->help,
				.rec = rec, .field = f, .sym = s,
			};
			each(data, &w);
		}
	}
}

void words_each(void (*each)(void *data, const struct word *w), void *data)
{
	const struct xenring_record *rec = NULL;
	const struct xenring_proto *p = NULL;

	while ((p = xenring_next_proto(p))) {
		struct word w = {
			.kind = WORD_PROTOCOL, .name = xenring_proto_name(p), .proto = p,
		};

		each(data, &w);
	}
	for (size_t i = 0; ; i++) {
		struct xenring_check check;
		struct word w = { .kind = WORD_CHECK, .check = &check };

		if (xenring_check(i, &check))
			break;
		w.name = check.check;
		w.help = check.summary;
		each(data, &w);
	}
	while ((rec = record_next(rec)))
		record_words(rec, each, data);
}
