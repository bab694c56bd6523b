/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program's own data, described as the library describes its own: what a
 * document, an NDJSON line and the rows of the describing commands hold. JSON,
 * schema, tables, man pages and explain are walks over these and the library's.
 */
#ifndef XT_RECORDS_H
#define XT_RECORDS_H

#include <xenring.h>

#define XT_SCHEMA "xenringtop/1"

/* What every document begins with; the counts go into NDJSON's sample lines only. */
struct doc_head {
	const char *schema, *source, *host, *time;
	double interval_s;
	const char *type;
	int64_t mono_ns;
	int64_t domains, devices, rings, errors;
};

/* What every NDJSON line begins with. */
struct line_head {
	const char *type, *time;
	int64_t mono_ns;
};

/* What is added to a slot: why its bytes do not fit. */
struct slot_faults {
	const char **faults;
	size_t n_faults;
};

/* What a packet's headers say, as packet.h has it. */
struct packet_row {
	const char *source_mac, *destination_mac;
	int64_t vlan;
	const char *protocol, *source, *destination;
	int64_t source_port, destination_port;
	const char *info;
};

/* What is added to a request's data. */
struct packet_of {
	const struct packet_row *packet;	/* NULL: it is none, or its headers were not read */
};

/* A row of `columns`: a field of a row record. */
struct column_row {
	const char *table, *name, *heading;
	int8_t is_default;
	const char *type, *unit, *from;
	int8_t nullable;
	const char *help;
};

/* A value that has a name, or a part of something. */
struct value_row {
	const char *name, *value, *help;
};

/* A row of `explain`: what a word means in one place. */
struct meaning_row {
	const char *word, *kind;
	const char **in;		/* the records or fields it belongs to */
	size_t n_in;
	const char *type, *unit, *from;
	int8_t nullable;
	const char *help;
	const struct value_row *values, *fields;
	size_t n_values, n_fields;
};

/* Rows of --dump-cli. */
struct command_row {
	const char *name, *alias, *group, *args, *help;
	const char **options;
	size_t n_options;
};

struct option_row {
	const char *name, *letter, *arg;
	int8_t everywhere, config;
	const char *variable;
	const char *help;
};

/* In front of a finding's line in a stream. */
struct finding_change {
	const char *change;
};

struct exit_code_row {
	int64_t code;
	const char *help;
};

struct variable_row {
	const char *name, *help;
};

/*
 * A kind of document: the head, then these lists (or single records: .max 0)
 * of rows. A list's .sub is but the name of a shape.
 */
struct doc_kind {
	const char *name, *help;
	const struct xenring_field *lists;	/* ends with .name == NULL */
};

extern const struct doc_kind doc_rings, doc_devices, doc_domains, doc_show, doc_slots,
	doc_grants, doc_grants_domain,
	doc_events, doc_check, doc_checks, doc_stream, doc_peek, doc_latency,
	doc_protocols, doc_columns, doc_explain, doc_cli;
/* The kinds of documents in order, NULL at the end. */
const struct doc_kind *doc_kind_at(size_t i);
/* The list of kind called name; never NULL for a name that the program uses. */
const struct xenring_field *doc_list(const struct doc_kind *kind, const char *name);

extern const struct xenring_record rec_doc_head, rec_sample, rec_line, rec_faults,
	rec_packet_of, rec_column, rec_meaning, rec_command, rec_option, rec_finding_change,
	rec_exit_code, rec_variable;

/*
 * A shape is what one JSON object or one row of a table is made of: one record
 * after another. Most have one part.
 */
#define SHAPE_PARTS 3

struct shape {
	const char *name;
	const char *what;			/* one sentence, or NULL: as the record's help */
	const char *parts[SHAPE_PARTS];		/* names of records */
};

/* Shapes of more than one record, in order; NULL at the end. */
const struct shape *shape_at(size_t i);
/* What an NDJSON line about a row of this shape has for its type. Free it. */
char *shape_line_type(const char *shape);
/*
 * The records that make up the shape called name (a record's name is a shape,
 * too); returns how many, 0 if there is no such thing.
 */
size_t shape_records(const char *name, const struct xenring_record *ret[SHAPE_PARTS]);
/* A record of the program or of the library, or NULL. */
const struct xenring_record *record_find(const char *name);
/* All records: the program's, then the library's; prev NULL: the first. */
const struct xenring_record *record_next(const struct xenring_record *prev);
/* The field of a shape by its name, or NULL. */
const struct xenring_field *shape_field(const char *shape, const char *name);
/* The fields of a shape that are shown, part after part; prev NULL: the first. */
const struct xenring_field *shape_next_field(const char *shape, const struct xenring_field *prev);

/* One row: a shape and how to walk it. */
struct row {
	const char *shape;
	/* NULL: xenring_walk() over p. Walks all parts, each as an outermost record. */
	int (*walk)(const struct row *row, const struct xenring_visitor *v, void *data);
	const void *p;
	size_t i;
};

int row_walk(const struct row *row, const struct xenring_visitor *v, void *data);
/* The value of one field, by name; text belongs to the row. False: a list, a record, none. */
bool row_value(const struct row *row, const char *name, struct xenring_value *ret);
/*
 * Sorts rows by the field called key, numbers by value, text with numbers in it
 * naturally, what is unknown last. Stable.
 */
void rows_sort(struct row *rows, size_t n, const char *key, bool descending);
/* Rows over an array of structs of the given size. Free with free(). */
struct row *rows_of(const char *shape, const void *array, size_t n, size_t size);

#endif
