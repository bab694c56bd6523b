/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program's own records, documents and shapes, and rows over them. */
#include <config.h>

#include "records.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"

#define NULLABLE .flags = XENRING_F_NULLABLE
#define TOOL .from = XENRING_TOOL
#define F(m, ty, ...) XENRING_FIELD(T, m, ty, TOOL, __VA_ARGS__)
/* A list of a row: a pointer, and a size_t sibling n_... that says how many. */
#define LIST(m, ty, ...)						\
	{ .name = #m, .off = (uint32_t)offsetof(struct T, m),		\
	  .size = (uint32_t)sizeof(*((struct T *)0)->m), .type = ty, TOOL, \
	  .flags = XENRING_F_POINTER, .count = "n_" #m, .max = UINT32_MAX, __VA_ARGS__ }
#define COUNT(m)							\
	XENRING_FIELD(T, n_##m, XENRING_UINT, TOOL, .flags = XENRING_F_HIDDEN, \
		      .help = "how many " #m " there are")
#define RECORD(var, nm, what, fl)					\
	const struct xenring_record var = {				\
		.name = nm, .help = what, .size = (uint32_t)sizeof(struct T), .fields = fl }

/* ---- documents ---------------------------------------------------------- */

static const struct xenring_sym schema_words[] = {
	{ .name = XT_SCHEMA, .help = "keys may be added; none is removed, renamed or retyped" },
	{ .name = NULL },
};

#define T doc_head
#define SOURCE F(source, XENRING_STRING, NULLABLE,			\
		 .help = "where the readings come from; null if none were needed")
#define HOST F(host, XENRING_STRING, .help = "name of the host this ran on")
#define TIME F(time, XENRING_STRING, .help = "when the sample was taken: RFC 3339, UTC")
#define MONO F(mono_ns, XENRING_UINT,					\
	       .help = "the same moment in nanoseconds of the monotonic clock")
#define INTERVAL F(interval_s, XENRING_REAL, NULLABLE, .unit = XENRING_U_SECONDS, \
		   .help = "time from the sample before to this one; null for the first")

static const struct xenring_field head_fields[] = {
	F(schema, XENRING_STRING, .syms = schema_words, .help = "name and version of this format"),
	SOURCE, HOST, TIME, INTERVAL,
	XENRING_FIELD_END
};
RECORD(rec_doc_head, "document", "what every document begins with", head_fields);

static const struct xenring_field sample_fields[] = {
	F(type, XENRING_STRING, .help = "what kind of line this is"),
	TIME, MONO, SOURCE, HOST, INTERVAL,
	F(domains, XENRING_UINT, .help = "domains there are, or those that the targets mean"),
	F(devices, XENRING_UINT, .help = "devices there are, or those that the targets mean"),
	F(rings, XENRING_UINT, .help = "rings there are, or those that the targets mean"),
	F(errors, XENRING_UINT, .help = "how many of those shown could not be read"),
	XENRING_FIELD_END
};
RECORD(rec_sample, "sample", "an NDJSON line that begins a sample", sample_fields);
#undef T

#define T line_head
static const struct xenring_field line_fields[] = {
	F(type, XENRING_STRING, .help = "what kind of line this is"),
	TIME, MONO,
	XENRING_FIELD_END
};
RECORD(rec_line, "line", "what every NDJSON line of a sample begins with", line_fields);
#undef T

/*
 * A document's lists are filled row by row and never walked as one struct, so
 * they need no place in memory; what stands in them is the name of a shape.
 */
#define ROWS(key, shape, what)						\
	{ .name = key, .type = XENRING_RECORD, TOOL, .max = UINT32_MAX,	\
	  .sub = &(const struct xenring_record){ .name = shape }, .help = what }
#define ONE(key, shape, what)						\
	{ .name = key, .type = XENRING_RECORD, TOOL,			\
	  .sub = &(const struct xenring_record){ .name = shape }, .help = what }
#define ERRORS ROWS("errors", "problem", "all that could not be read, empty if nothing")
#define DOC(var, nm, what, ...)						\
	static const struct xenring_field var##_lists[] = { __VA_ARGS__, XENRING_FIELD_END }; \
	const struct doc_kind var = { .name = nm, .help = what, .lists = var##_lists }

DOC(doc_rings, "rings", "list",
    ROWS("rings", "ring", "the rings, as text shows them"), ERRORS);
DOC(doc_devices, "devices", "list --devices",
    ROWS("devices", "device", "the devices, as text shows them"), ERRORS);
DOC(doc_domains, "domains", "list --domains",
    ROWS("domains", "domain", "the domains, as text shows them"), ERRORS);
DOC(doc_show, "show", "show",
    ROWS("devices", "device", "the target's devices"),
    ROWS("rings", "ring", "the target's rings"), ERRORS);
DOC(doc_slots, "slots", "slots",
    ONE("ring", "ring", "the ring, with the indices that belong to the slots"),
    ROWS("slots", "slot", "the slots, oldest index first"), ERRORS);
DOC(doc_grants, "grants", "grants",
    ROWS("domains", "grant_table", "the grant tables, as text shows them"), ERRORS);
DOC(doc_grants_domain, "grants domain", "grants DOMAIN",
    ROWS("domains", "grant_table", "the domain's grant table as a whole"),
    ROWS("users", "grant_user", "what uses entries of it"),
    ROWS("entries", "grant", "its entries that are granted or mapped, by their references"), ERRORS);
DOC(doc_events, "events", "events",
    ONE("domain", "channel_table", "the domain and how many there are"),
    ROWS("channels", "channel", "the event channels, by their numbers"), ERRORS);
DOC(doc_check, "check", "check",
    ROWS("findings", "finding", "what is wrong, the worst first; empty if nothing is"),
    ONE("summary", "check_summary", "all findings in numbers"), ERRORS);
DOC(doc_checks, "checks", "checks",
    ROWS("checks", "check", "what can be wrong"), ERRORS);
/* lines only */
DOC(doc_stream, "stream", "stream",
    ROWS("rings", "ring", "the rings"),
    ROWS("findings", "finding_change", "findings that begin, change or end"), ERRORS);
DOC(doc_peek, "peek", "peek",
    ROWS("rings", "ring", "the target's rings"),
    ROWS("requests", "payload", "their requests in flight with data, each once"), ERRORS);
DOC(doc_latency, "latency", "latency",
    ROWS("rings", "latency_ring", "how each ring was sampled, and what was seen of it"),
    ROWS("operations", "latency", "how long requests took, ring by ring, by operation"), ERRORS);
DOC(doc_protocols, "protocols", "protocols",
    ROWS("protocols", "protocol", "the protocols that can be decoded"), ERRORS);
DOC(doc_columns, "columns", "columns, and --list-columns",
    ROWS("columns", "column", "the columns there are"), ERRORS);
DOC(doc_explain, "explain", "explain",
    ROWS("meanings", "meaning", "what the word means, each place once"), ERRORS);
DOC(doc_cli, "cli", "--dump-cli",
    ROWS("commands", "command", "the commands"),
    ROWS("options", "option", "the options"),
    ROWS("exit_codes", "exit_code", "what the exit status says"),
    ROWS("variables", "variable", "environment variables"), ERRORS);

const struct doc_kind *doc_kind_at(size_t i)
{
	static const struct doc_kind *const kinds[] = {
		&doc_rings, &doc_devices, &doc_domains, &doc_show, &doc_slots,
		&doc_grants, &doc_grants_domain,
		&doc_events, &doc_check, &doc_checks, &doc_peek, &doc_latency,
		&doc_protocols, &doc_columns, &doc_explain, &doc_cli,
	};

	return i < sizeof(kinds) / sizeof(kinds[0]) ? kinds[i] : NULL;
}

const struct xenring_field *doc_list(const struct doc_kind *kind, const char *name)
{
	const struct xenring_field *f = kind->lists;

	while (f->name && strcmp(f->name, name))
		f++;
	return f;
}

/* ---- rows --------------------------------------------------------------- */

#define T slot_faults
static const struct xenring_field faults_fields[] = {
	LIST(faults, XENRING_STRING,
	     .help = "what the guest wrote and does not fit: a count too big, a record cut short"),
	COUNT(faults),
	XENRING_FIELD_END
};
RECORD(rec_faults, "faults", "what is wrong with the bytes of a slot", faults_fields);
#undef T

#define T packet_row
static const struct xenring_field packet_fields[] = {
	F(source_mac, XENRING_STRING, .help = "Ethernet address of who sends it"),
	F(destination_mac, XENRING_STRING, .help = "Ethernet address of who is to get it"),
	F(vlan, XENRING_UINT, NULLABLE, .help = "number of the VLAN in its outermost tag"),
	F(protocol, XENRING_STRING,
	  .help = "the innermost protocol that is known: arp, ipv4, ipv6, tcp, udp, icmp, icmpv6, or the "
		  "Ethernet type as a number"),
	F(source, XENRING_STRING, NULLABLE, .help = "its source by IPv4, IPv6 or ARP"),
	F(destination, XENRING_STRING, NULLABLE, .help = "its destination by IPv4, IPv6 or ARP"),
	F(source_port, XENRING_UINT, NULLABLE, .help = "source port of TCP or UDP"),
	F(destination_port, XENRING_UINT, NULLABLE, .help = "destination port of TCP or UDP"),
	F(info, XENRING_STRING, NULLABLE, .help = "what else its headers say, in words"),
	XENRING_FIELD_END
};
static RECORD(rec_packet, "packet", "what the headers of a packet say", packet_fields);
#undef T

#define T packet_of
static const struct xenring_field packet_of_fields[] = {
	{ .name = "packet", .off = (uint32_t)offsetof(struct T, packet), .size = sizeof(void *),
	  .type = XENRING_RECORD, TOOL, .sub = &rec_packet,
	  .flags = XENRING_F_NULLABLE | XENRING_F_POINTER,
	  .help = "what its headers say; null if it is no packet, or they were not read" },
	XENRING_FIELD_END
};
RECORD(rec_packet_of, "packet_of", "what is in the data of a request", packet_of_fields);
#undef T

#define TYPE F(type, XENRING_STRING, NULLABLE, .head = "TYPE", .prio = 60, \
	       .help = "what kind of value it is")
#define UNIT F(unit, XENRING_STRING, NULLABLE, .head = "UNIT", .prio = 50, \
	       .help = "what it counts; null if it has no unit")
#define FROM F(from, XENRING_STRING, NULLABLE, .head = "FROM", .prio = 40, \
	       .help = "how the value is known")
#define MAYBE F(nullable, XENRING_BOOL, NULLABLE, .help = "whether it can be unknown")
#define HELP(...) F(help, XENRING_STRING, .head = "HELP", .prio = 90, __VA_ARGS__)

#define T column_row
static const struct xenring_field column_fields[] = {
	F(table, XENRING_STRING, .head = "TABLE", .prio = 80, .help = "which rows have the column"),
	F(name, XENRING_STRING, .head = "NAME", .prio = 100,
	  .help = "what --columns and --sort call it, and its key in JSON"),
	F(heading, XENRING_STRING, NULLABLE, .help = "its short heading; null if it has none"),
	XENRING_FIELD_ALIAS(T, "default", is_default, XENRING_BOOL, TOOL, .head = "DEFAULT",
			    .prio = 70, .help = "whether it is shown unless others are asked for"),
	TYPE, UNIT, FROM, MAYBE,
	HELP(.help = "what it says"),
	XENRING_FIELD_END
};
RECORD(rec_column, "column", "a column of a table, which is a field of its rows", column_fields);
#undef T

#define T value_row
static const struct xenring_field value_fields[] = {
	F(name, XENRING_STRING, .help = "the word that is shown for the value"),
	F(value, XENRING_STRING, NULLABLE,
	  .help = "the number it stands for; null for words and parts"),
	F(help, XENRING_STRING, .help = "what it means"),
	XENRING_FIELD_END
};
static RECORD(rec_value, "value", "a value that has a name, or a part that has one", value_fields);
#undef T

static const struct xenring_sym meaning_kinds[] = {
	{ .name = "field", .help = "a field of a record: a key in JSON, a column of a table" },
	{ .name = "record", .help = "a row, or what a guest writes into a slot" },
	{ .name = "protocol", .help = "what the two ends of a ring speak" },
	{ .name = "value", .help = "a value that has a name" },
	{ .name = "check", .help = "something that can be wrong" },
	{ .name = NULL },
};

#define T meaning_row
static const struct xenring_field meaning_fields[] = {
	F(word, XENRING_STRING, .help = "the full name of what is explained"),
	F(kind, XENRING_STRING, .syms = meaning_kinds, .help = "what it is"),
	LIST(in, XENRING_STRING, .help = "the records or fields it belongs to"),
	COUNT(in),
	TYPE, UNIT, FROM, MAYBE,
	F(help, XENRING_STRING, .help = "what it means"),
	LIST(values, XENRING_RECORD, .sub = &rec_value, .help = "the values that have names"),
	COUNT(values),
	LIST(fields, XENRING_RECORD, .sub = &rec_value,
	     .help = "the fields of a record, the records of a protocol"),
	COUNT(fields),
	XENRING_FIELD_END
};
RECORD(rec_meaning, "meaning", "what a word means", meaning_fields);
#undef T

#define T command_row
static const struct xenring_field command_fields[] = {
	F(name, XENRING_STRING, .help = "the command"),
	F(alias, XENRING_STRING, NULLABLE, .help = "another name of it"),
	F(group, XENRING_STRING, .help = "the line of --help it stands in"),
	F(args, XENRING_STRING, .help = "its arguments"),
	F(help, XENRING_STRING, .help = "what it does"),
	LIST(options, XENRING_STRING,
	     .help = "options that it takes beside those of every command"),
	COUNT(options),
	XENRING_FIELD_END
};
RECORD(rec_command, "command", "a command of the program", command_fields);
#undef T

#define T option_row
static const struct xenring_field option_fields[] = {
	F(name, XENRING_STRING, .help = "the option's long name, without the hyphens"),
	F(letter, XENRING_STRING, NULLABLE, .help = "its letter, without the hyphen"),
	F(arg, XENRING_STRING, NULLABLE, .help = "its argument"),
	F(everywhere, XENRING_BOOL, .help = "whether every command takes it"),
	F(config, XENRING_BOOL, .help = "whether it is also a key of the configuration file"),
	F(variable, XENRING_STRING, NULLABLE, .help = "the environment variable that stands for it"),
	F(help, XENRING_STRING, .help = "what it does"),
	XENRING_FIELD_END
};
RECORD(rec_option, "option", "an option of the program", option_fields);
#undef T

static const struct xenring_sym change_words[] = {
	{ .name = "begins", .help = "it was not there at the sample before" },
	{ .name = "changes", .help = "it has another level than before" },
	{ .name = "ends", .help = "it is not there any more; this is what was said last" },
	{ .name = NULL },
};

#define T finding_change
static const struct xenring_field change_fields[] = {
	F(change, XENRING_STRING, .syms = change_words, .help = "what happens to the finding"),
	XENRING_FIELD_END
};
RECORD(rec_finding_change, "finding_change", "what a line about a finding has besides", change_fields);
#undef T

#define T exit_code_row
static const struct xenring_field exit_code_fields[] = {
	F(code, XENRING_UINT, .help = "the exit status"),
	F(help, XENRING_STRING, .help = "what it says"),
	XENRING_FIELD_END
};
RECORD(rec_exit_code, "exit_code", "what an exit status says", exit_code_fields);
#undef T

#define T variable_row
static const struct xenring_field variable_fields[] = {
	F(name, XENRING_STRING, .help = "the environment variable"),
	F(help, XENRING_STRING, .help = "what it sets"),
	XENRING_FIELD_END
};
RECORD(rec_variable, "variable", "an environment variable that is read", variable_fields);
#undef T

static const struct xenring_record *const own[] = {
	&rec_doc_head, &rec_sample, &rec_line, &rec_faults, &rec_packet_of, &rec_packet,
	&rec_column, &rec_value, &rec_meaning, &rec_command, &rec_option, &rec_finding_change,
	&rec_exit_code, &rec_variable,
};

#define N_OWN (sizeof(own) / sizeof(own[0]))

const struct xenring_record *record_next(const struct xenring_record *prev)
{
	if (!prev)
		return own[0];
	for (size_t i = 0; i < N_OWN; i++)
		if (own[i] == prev)
			return i + 1 < N_OWN ? own[i + 1] : xenring_next_record(NULL);
	return xenring_next_record(prev);
}

const struct xenring_record *record_find(const char *name)
{
	for (size_t i = 0; i < N_OWN; i++)
		if (!strcmp(own[i]->name, name))
			return own[i];
	return xenring_record(name);
}

static const struct shape shapes[] = {
	{ .name = "slot", .parts = { "slot", "faults" } },
	{ .name = "payload", .parts = { "payload", "packet_of" } },
	{ .name = "payload line", .what = "a line for a request with its data",
	  .parts = { "line", "payload", "packet_of" } },
	{ .name = "ring line", .what = "a line for a ring", .parts = { "line", "ring" } },
	{ .name = "device line", .what = "a line for a device", .parts = { "line", "device" } },
	{ .name = "domain line", .what = "a line for a domain", .parts = { "line", "domain" } },
	{ .name = "grant_table line", .what = "a line for a grant table", .parts = { "line", "grant_table" } },
	{ .name = "grant_user line", .what = "a line for what uses entries", .parts = { "line", "grant_user" } },
	{ .name = "finding line", .what = "a line for a finding that begins, changes or ends",
	  .parts = { "line", "finding_change", "finding" } },
	{ .name = "event line", .what = "a line for a notification", .parts = { "line", "event" } },
	{ .name = "course line", .what = "a line for a request that was followed", .parts = { "line", "course" } },
	{ .name = "error line", .what = "a line for what could not be read",
	  .parts = { "line", "problem" } },
};

const struct shape *shape_at(size_t i)
{
	return i < sizeof(shapes) / sizeof(shapes[0]) ? &shapes[i] : NULL;
}

char *shape_line_type(const char *shape)
{
	const struct shape *s;

	for (size_t i = 0; (s = shape_at(i)); i++)
		if (!strcmp(s->parts[0], rec_line.name) && s->parts[1] &&
		    !strcmp(s->parts[1], shape))
			return xstrndup(s->name, strcspn(s->name, " "));
	return xstrdup(shape);
}

size_t shape_records(const char *name, const struct xenring_record *ret[SHAPE_PARTS])
{
	const struct shape *s;
	size_t n = 0;

	for (size_t i = 0; (s = shape_at(i)); i++) {
		if (strcmp(s->name, name))
			continue;
		for (; n < SHAPE_PARTS && s->parts[n]; n++)
			ret[n] = record_find(s->parts[n]);
		return n;
	}
	ret[0] = record_find(name);
	return ret[0] ? 1 : 0;
}

const struct xenring_field *shape_next_field(const char *shape, const struct xenring_field *prev)
{
	const struct xenring_record *parts[SHAPE_PARTS];
	size_t n = shape_records(shape, parts);
	bool found = !prev;

	for (size_t i = 0; i < n; i++) {
		const struct xenring_field *f = NULL;

		while ((f = xenring_next_field(parts[i], f))) {
			if (found && !(f->flags & XENRING_F_HIDDEN))
				return f;
			if (f == prev)
				found = true;
		}
	}
	return NULL;
}

const struct xenring_field *shape_field(const char *shape, const char *name)
{
	const struct xenring_field *f = NULL;

	while ((f = shape_next_field(shape, f)))
		if (!strcmp(f->name, name))
			return f;
	return NULL;
}

/* ---- walking and sorting ------------------------------------------------ */

int row_walk(const struct row *row, const struct xenring_visitor *v, void *data)
{
	const struct xenring_record *parts[SHAPE_PARTS];

	if (row->walk)
		return row->walk(row, v, data);
	if (!shape_records(row->shape, parts))
		return 0;
	return xenring_walk(parts[0], row->p, v, data);
}

struct grab {
	const char *name;
	unsigned depth;			/* 1: a field of the row itself */
	bool found;
	struct xenring_value value;
};

static int grab_in(void *data, const struct xenring_field *f, const struct xenring_record *rec)
{
	struct grab *g = data;

	(void)f;
	(void)rec;
	g->depth++;
	return 0;
}

static int grab_out(void *data, const struct xenring_field *f, const struct xenring_record *rec)
{
	struct grab *g = data;

	(void)f;
	(void)rec;
	g->depth--;
	return 0;
}

static int grab_list(void *data, const struct xenring_field *f, size_t n)
{
	struct grab *g = data;

	(void)f;
	(void)n;
	g->depth++;
	return 0;
}

static int grab_list_end(void *data, const struct xenring_field *f)
{
	struct grab *g = data;

	(void)f;
	g->depth--;
	return 0;
}

static int grab_value(void *data, const struct xenring_value *v)
{
	struct grab *g = data;

	if (g->depth != 1 || strcmp(v->field->name, g->name))
		return 0;
	g->value = *v;
	g->found = true;
	return 1;
}

bool row_value(const struct row *row, const char *name, struct xenring_value *ret)
{
	static const struct xenring_visitor visitor = {
		.begin = grab_in, .end = grab_out,
		.list = grab_list, .list_end = grab_list_end,
		.value = grab_value,
	};
	struct grab g = { .name = name };

	row_walk(row, &visitor, &g);
	if (g.found)
		*ret = g.value;
	return g.found;
}

struct sort_key {
	struct row row;
	struct xenring_value value;
	char *text;
	size_t was;
	bool descending;
};

static int cmp_real(double a, double b)
{
	return (a > b) - (a < b);
}

static int cmp_keys(const void *pa, const void *pb)
{
	const struct sort_key *a = pa, *b = pb;
	int r = 0;

	/* unknown comes last, whichever way the rest goes */
	if (a->value.known != b->value.known)
		return a->value.known ? -1 : 1;
	if (a->value.known) {
		switch (a->value.field->type) {
		case XENRING_STRING:
			r = strverscmp(a->text, b->text);
			break;
		case XENRING_REAL:
			r = cmp_real(a->value.real, b->value.real);
			break;
		case XENRING_UINT:
		case XENRING_INT:
			r = (a->value.i > b->value.i) - (a->value.i < b->value.i);
			break;
		default:
			r = (a->value.u > b->value.u) - (a->value.u < b->value.u);
			break;
		}
	}
	if (a->descending)
		r = -r;
	return r ? r : (a->was > b->was) - (a->was < b->was);
}

void rows_sort(struct row *rows, size_t n, const char *key, bool descending)
{
	_cleanup_free_ struct sort_key *keys = xcalloc(n, sizeof(*keys));

	for (size_t i = 0; i < n; i++) {
		struct sort_key *k = &keys[i];

		*k = (struct sort_key){ .row = rows[i], .was = i, .descending = descending };
		if (!row_value(&rows[i], key, &k->value))
			k->value.known = false;
		else if (k->value.known && k->value.field->type == XENRING_STRING)
			k->text = xstrndup(k->value.bytes, k->value.n);
	}
	qsort(keys, n, sizeof(*keys), cmp_keys);
	for (size_t i = 0; i < n; i++) {
		rows[i] = keys[i].row;
		free(keys[i].text);
	}
}

struct row *rows_of(const char *shape, const void *array, size_t n, size_t size)
{
	struct row *rows = xcalloc(n, sizeof(*rows));

	for (size_t i = 0; i < n; i++)
		rows[i] = (struct row){
			.shape = shape, .p = (const char *)array + i * size, .i = i,
		};
	return rows;
}
