/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all sinks have in common. */
#include <config.h>

#include "sink/sink.h"

#include <stdlib.h>

#include "say.h"

void sink_init(struct sink *s, const struct sink_ops *text, const struct opts *o,
	       const struct term *term)
{
	*s = (struct sink){
		.ops = o->json ? &sink_json : o->ndjson ? &sink_ndjson : text,
		.o = o,
		.term = term,
	};
}

void sink_free(struct sink *s)
{
	buf_free(&s->text);
	free(s->time);
	s->time = NULL;
}

bool sink_is_text(const struct sink *s)
{
	return s->ops != &sink_json && s->ops != &sink_ndjson;
}

void sink_begin(struct sink *s, const struct doc_kind *kind, const struct doc_head *head)
{
	s->ops->begin(s, kind, head);
}

void sink_rows(struct sink *s, const struct doc_kind *kind, const char *name,
	       const struct row *rows, size_t n)
{
	s->ops->rows(s, doc_list(kind, name), rows, n);
}

void sink_end(struct sink *s)
{
	s->ops->end(s);
	out(buf_str(&s->text), s->text.n);
	buf_clear(&s->text);
}
