/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All that a snapshot shows, as text. */
#include <config.h>

#include "lib/text_of.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static int begin(void *data, const struct xenring_field *field, const struct xenring_record *rec)
{
	fprintf(data, "%s:%s{", field ? field->name : "", rec ? rec->name : "");
	return 0;
}

static int end(void *data, const struct xenring_field *field, const struct xenring_record *rec)
{
	(void)field;
	(void)rec;
	fputc('}', data);
	return 0;
}

static int value(void *data, const struct xenring_value *v)
{
	fprintf(data, "%s=", v->field->name);
	if (!v->known)
		fputs("?", data);
	else if (v->field->type == XENRING_REAL)
		fprintf(data, "%.9g", v->real);
	else if (v->field->type == XENRING_STRING || v->field->type == XENRING_BYTES)
		for (size_t i = 0; i < v->n; i++)
			fprintf(data, "%02x", ((const unsigned char *)v->bytes)[i]);
	else if (v->field->type == XENRING_INT)
		fprintf(data, "%" PRId64, v->i);
	else
		fprintf(data, "%" PRIu64, v->u);
	fputc(' ', data);
	return 0;
}

static int fault(void *data, const struct xenring_field *field, const char *text)
{
	fprintf(data, "!%s:%s ", field ? field->name : "", text);
	return 0;
}

static const struct xenring_visitor visitor = { .begin = begin, .end = end, .value = value, .fault = fault };

static void put_slots(FILE *to, struct xenring *x, const struct xenring_snapshot *s, size_t i)
{
	struct xenring_slots *slots = NULL;

	if (xenring_read_slots(x, s, i, &slots))
		return;
	for (size_t j = 0; j < xenring_n_slots(slots); j++) {
		xenring_walk_slot(slots, j, &visitor, to);
		fputc('\n', to);
	}
	xenring_slots_free(slots);
}

char *text_of(struct xenring *x, const struct xenring_snapshot *s)
{
	struct xenring_ring ring;
	struct xenring_device dev;
	struct xenring_domain dom;
	struct xenring_time at;
	char *text = NULL;
	size_t n;
	FILE *to = open_memstream(&text, &n);

	if (!to)
		abort();
	xenring_snapshot_time(s, &at);
	fprintf(to, "%" PRId64 " %" PRId64 " %s\n", at.real_ns, at.mono_ns, xenring_host(x));
	for (size_t i = 0; !xenring_domain(s, i, &dom); i++) {
		xenring_walk(xenring_record("domain"), &dom, &visitor, to);
		fputc('\n', to);
	}
	for (size_t i = 0; !xenring_device(s, i, &dev); i++) {
		xenring_walk(xenring_record("device"), &dev, &visitor, to);
		fputc('\n', to);
	}
	for (size_t i = 0; !xenring_ring(s, i, &ring); i++) {
		xenring_walk(xenring_record("ring"), &ring, &visitor, to);
		fputc('\n', to);
		put_slots(to, x, s, i);
	}
	fclose(to);
	return text;
}
