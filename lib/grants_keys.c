/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What `xl debug-keys g` puts on Xen's console. */
#include <config.h>

#include "grants_keys.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"

#define BEGIN "gnttab_usage_print_all ["
#define END "gnttab_usage_print_all ]"
#define TABLE "grant-table for remote d"

/* A line, or what is left of it. */
struct line {
	const char *p, *end;
	size_t number;			/* of the file, from 1 */
};

/* The next line of *rest, without the console's "(XEN) " and its time, if it has one. */
static bool next_line(struct line *rest, struct line *ret)
{
	const char *end;

	if (rest->p == rest->end)
		return false;
	end = memchr(rest->p, '\n', (size_t)(rest->end - rest->p));
	*ret = (struct line){ rest->p, end ? end : rest->end, ++rest->number };
	rest->p = end ? end + 1 : rest->end;
	if (ret->end > ret->p && ret->end[-1] == '\r')
		ret->end--;
	return true;
}

static bool take_text(struct line *l, const char *text)
{
	size_t n = strlen(text);

	if ((size_t)(l->end - l->p) < n || memcmp(l->p, text, n) != 0)
		return false;
	l->p += n;
	return true;
}

static void take_blanks(struct line *l)
{
	while (l->p < l->end && *l->p == ' ')
		l->p++;
}

/* "(XEN) ", and "[2026-11-25 13:33:45] " or "[  123.456] "; an entry's "[0x008]" is no time. */
static void take_prefix(struct line *l)
{
	const char *close;

	take_text(l, "(XEN) ");
	if (l->p == l->end || *l->p != '[')
		return;
	close = memchr(l->p, ']', (size_t)(l->end - l->p));
	if (!close || close + 1 == l->end || close[1] != ' ' || !memcmp(l->p, "[0x", 3) ||
	    (!isxdigit((unsigned char)l->p[1]) && l->p[1] != ' '))
		return;
	l->p = close + 2;
}

/* A number of that base up to max. */
static bool take_number(struct line *l, unsigned base, uint64_t max, uint64_t *ret)
{
	uint64_t v = 0;
	const char *at = l->p;

	for (; at < l->end && isxdigit((unsigned char)*at); at++) {
		unsigned digit = isdigit((unsigned char)*at) ? (unsigned)(*at - '0') :
				 (unsigned)(tolower((unsigned char)*at) - 'a' + 10);

		if (digit >= base)
			break;
		if (v > (max - digit) / base)
			return false;
		v = v * base + digit;
	}
	if (at == l->p)
		return false;
	l->p = at;
	*ret = v;
	return true;
}

static bool take_decimal(struct line *l, uint64_t max, uint32_t *ret)
{
	uint64_t v;

	if (!take_number(l, 10, max, &v))
		return false;
	*ret = (uint32_t)v;
	return true;
}

static bool take_hex(struct line *l, uint64_t max, uint64_t *ret)
{
	return take_text(l, "0x") && take_number(l, 16, max, ret);
}

/* "d1 (v1)" behind what names a table. */
static bool take_table(struct line *l, struct xr_keys_table *ret)
{
	uint32_t version;

	*ret = (struct xr_keys_table){ .version = 0 };
	if (!take_decimal(l, UINT16_MAX, &ret->domid) || !take_text(l, " (v") ||
	    !take_decimal(l, UINT32_MAX, &version) || !take_text(l, ")"))
		return false;
	ret->version = version;
	return true;
}

/* "  4 frames (64 max), 0 maptrack frames (1024 max)" */
static bool take_sizes(struct line *l, struct xr_keys_table *t)
{
	take_blanks(l);
	return take_decimal(l, UINT32_MAX, &t->frames) && take_text(l, " frames (") &&
	       take_decimal(l, UINT32_MAX, &t->max_frames) && take_text(l, " max), ") &&
	       take_decimal(l, UINT32_MAX, &t->maptrack_frames) &&
	       take_text(l, " maptrack frames (") &&
	       take_decimal(l, UINT32_MAX, &t->maptrack_max_frames) && take_text(l, " max)");
}

/* "[0x008]      0 0x12345 0x00000001          0 0x012345 0x19" */
static bool take_pin(struct line *l, struct xr_pin *ret)
{
	uint64_t ref, mfn, pins, frame, flags;
	uint32_t by, to;

	if (!take_text(l, "[") || !take_hex(l, UINT32_MAX, &ref) || !take_text(l, "]"))
		return false;
	take_blanks(l);
	if (!take_decimal(l, UINT16_MAX, &by))
		return false;
	take_blanks(l);
	if (!take_hex(l, UINT64_MAX, &mfn))
		return false;
	take_blanks(l);
	if (!take_hex(l, UINT32_MAX, &pins))
		return false;
	take_blanks(l);
	if (!take_decimal(l, UINT16_MAX, &to))
		return false;
	take_blanks(l);
	if (!take_hex(l, UINT64_MAX, &frame))
		return false;
	take_blanks(l);
	if (!take_hex(l, UINT32_MAX, &flags))
		return false;
	*ret = (struct xr_pin){
		.ref = (uint32_t)ref, .mapped_by = (uint16_t)by, .pins = (uint32_t)pins,
	};
	return true;
}

static int incomplete(struct xr_err *err, const char *why)
{
	xr_err_set(err, "debug-keys", EBADMSG, "the output of xl debug-keys g is incomplete: %s",
		   why);
	return -EBADMSG;
}

static int senseless(struct xr_err *err, size_t number)
{
	xr_err_set(err, "debug-keys", EBADMSG, "line %zu is not what Xen prints of a grant table",
		   number);
	return -EBADMSG;
}

/*
 * The lines between the last first line and the last line behind it. Where
 * there is an end without a beginning, the buffer has dropped what came before.
 */
static int find_block(const char *text, size_t n, struct line *ret, struct xr_err *err)
{
	struct line rest = { text, text + n, 0 }, l, begin = { NULL, NULL, 0 }, end = { NULL, NULL,
		0 };
	bool any = false;

	while (next_line(&rest, &l)) {
		struct line at = l;

		take_prefix(&at);
		if (take_text(&at, BEGIN)) {
			begin = rest;
			begin.number = l.number;
			end.p = NULL;
		} else if (take_text(&at, END)) {
			end = l;
		} else if (take_text(&at, TABLE)) {
			any = true;
		}
	}
	if (begin.p && end.p) {
		*ret = (struct line){ begin.p, end.p, begin.number };
		return 0;
	}
	if (begin.p)
		return incomplete(err, "its last line is missing, Xen was still printing");
	if (end.p || any)
		return incomplete(err,
				  "its first line is missing, the console's buffer has wrapped");
	xr_err_set(err, "debug-keys", ENODATA, "there is no output of xl debug-keys g in it");
	return -ENODATA;
}

static int add_table(struct xr_keys *k, size_t *room, const struct xr_keys_table *t)
{
	if (k->n_tables == *room) {
		size_t more = *room ? 2 * *room : 16;
		struct xr_keys_table *tables = reallocarray(k->tables, more, sizeof(*tables));

		if (!tables)
			return -ENOMEM;
		k->tables = tables;
		*room = more;
	}
	k->tables[k->n_tables] = *t;
	k->tables[k->n_tables++].first = k->n_pins;
	return 0;
}

static int add_pin(struct xr_keys *k, size_t *room, const struct xr_pin *p)
{
	if (k->n_pins == *room) {
		size_t more = *room ? 2 * *room : 256;
		struct xr_pin *pins = reallocarray(k->pins, more, sizeof(*pins));

		if (!pins)
			return -ENOMEM;
		k->pins = pins;
		*room = more;
	}
	k->pins[k->n_pins++] = *p;
	k->tables[k->n_tables - 1].n++;
	return 0;
}

/* The lines of one block, each either known or somebody else's message. */
static int read_block(struct line block, struct xr_keys *k, struct xr_err *err)
{
	size_t table_room = 0, pin_room = 0;
	bool sizes_due = false;
	struct line l;
	int r = 0;

	while (!r && next_line(&block, &l)) {
		struct xr_keys_table t;
		struct xr_pin pin;

		take_prefix(&l);
		if (take_text(&l, TABLE)) {
			if (sizes_due || !take_table(&l, &t) ||
			    (k->n_tables && t.domid <= k->tables[k->n_tables - 1].domid))
				return senseless(err, l.number);
			r = add_table(k, &table_room, &t);
			sizes_due = true;
		} else if (sizes_due && (l.p < l.end && *l.p == ' ')) {
			if (!take_sizes(&l, &k->tables[k->n_tables - 1]))
				return senseless(err, l.number);
			sizes_due = false;
		} else if (l.end - l.p >= 3 && !memcmp(l.p, "[0x", 3)) {
			const struct xr_keys_table *of = k->n_tables ? &k->tables[k->n_tables - 1] :
				NULL;

			if (!of || sizes_due || !take_pin(&l, &pin) ||
			    (of->n && pin.ref <= k->pins[k->n_pins - 1].ref))
				return senseless(err, l.number);
			r = add_pin(k, &pin_room, &pin);
		}
	}
	if (!r && sizes_due)
		return senseless(err, block.number);
	return r;
}

XR_DEFINE_FREEP(struct xr_keys, xr_keys_free)

int xr_keys_parse(const char *text, size_t n, struct xr_keys **ret, struct xr_err *err)
{
	_cleanup_(xr_keys_freep) struct xr_keys *k = NULL;
	struct line block;
	int r = find_block(text, n, &block, err);

	if (r)
		return r;
	k = calloc(1, sizeof(*k));
	r = k ? read_block(block, k, err) : -ENOMEM;
	if (r == -ENOMEM)
		xr_err_set(err, "debug-keys", ENOMEM, "out of memory");
	if (!r)
		*ret = xr_steal(&k);
	return r;
}

void xr_keys_free(struct xr_keys *k)
{
	if (!k)
		return;
	free(k->tables);
	free(k->pins);
	free(k);
}

static int cmp_table(const void *a, const void *b)
{
	const uint32_t *domid = a;
	const struct xr_keys_table *t = b;

	return (*domid > t->domid) - (*domid < t->domid);
}

static int cmp_pin(const void *a, const void *b)
{
	const uint32_t *ref = a;
	const struct xr_pin *p = b;

	return (*ref > p->ref) - (*ref < p->ref);
}

const struct xr_keys_table *xr_keys_table(const struct xr_keys *k, uint32_t domid)
{
	return k->n_tables ? bsearch(&domid, k->tables, k->n_tables, sizeof(*k->tables),
				     cmp_table) : NULL;
}

const struct xr_pin *xr_keys_pin(const struct xr_keys *k, const struct xr_keys_table *t,
				 uint32_t ref)
{
	return t->n ? bsearch(&ref, k->pins + t->first, t->n, sizeof(*k->pins), cmp_pin) : NULL;
}

uint32_t xr_pin_count(const struct xr_pin *p)
{
	uint32_t host = (p->pins & 0xff) + (p->pins >> 8 & 0xff);
	uint32_t device = (p->pins >> 16 & 0xff) + (p->pins >> 24);

	return host > device ? host : device;
}

uint64_t xr_keys_handles(const struct xr_keys *k, uint32_t domid)
{
	uint64_t n = 0;

	for (size_t i = 0; i < k->n_pins; i++)
		if (k->pins[i].mapped_by == domid)
			n += xr_pin_count(&k->pins[i]);
	return n;
}
