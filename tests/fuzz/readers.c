/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzz target: what else the tool reads of others.
 *
 *	byte 0	enum reader, modulo their number
 *	KEYS	text, as `xl dmesg` prints it
 *	FILES	files of a backend, one behind the other: what u8 | queue u8 | size u16 | bytes
 *	EVENTS	how u8 (bit 0: words of 8 bytes; bit 1: no shared page) | n u8 | n channels of
 *		8 bytes: number u16 | status u8 | vcpu u8 | domid u8 | irq u8 | port u16
 *		| the shared page, its bits over and over
 *	GRANTS	how u8 (bit 0: version 2) | entries of 8 bytes: ref u8 | domid u8 | flags u16
 *		| frame u32; ref ff: look, and the devices that flags' bits name go
 *
 * Nothing is read that is not there, what is taken is in the order that who
 * looks things up in it relies on, and no byte that somebody else has written
 * comes out unescaped.
 */
#include <config.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "context.h"
#include "evtchn.h"
#include "fuzz/fuzz.h"
#include "grants_keys.h"
#include "source/fake.h"
#include "util/bytes.h"

enum reader { KEYS, FILES, EVENTS, GRANTS, N_READERS };

#define GUEST 5
#define N_PAGES 4	/* of its memory, granted to dom0 as 8 to 11 */
#define MAX_FILES 8
#define RECORD 8	/* bytes of the input for a channel, and for a grant entry */

static volatile uint64_t sink;

static void check(bool holds, const char *what, int line)
{
	if (holds)
		return;
	fprintf(stderr, "readers.c:%d: %s does not hold\n", line, what);
	abort();
}

#define must(what) check(what, #what, __LINE__)

static int see(void *data, const struct xenring_value *v)
{
	(void)data;
	sink += v->u;
	for (size_t i = 0; v->known && v->field->type == XENRING_STRING && i < v->n; i++)
		must(((const uint8_t *)v->bytes)[i] >= 0x20 && ((const uint8_t *)v->bytes)[i] != 0x7f);
	return 0;
}

static void walk(const char *record, const void *row)
{
	static const struct xenring_visitor visitor = { .value = see };

	must(!xenring_walk(xenring_record(record), row, &visitor, NULL));
}

/* ---- a host --------------------------------------------------------------- */

struct world {
	struct xenring *x;
	struct xr_fake *f;
	struct xenring_snapshot *s;
	uint64_t frame;		/* the first of the guest's N_PAGES */
};

static void make(struct world *w, bool v2)
{
	static const char *const keys[][2] = {
		{ "vbd/51712/ring-ref", "8" }, { "vbd/51712/event-channel", "7" },
		{ "vif/0/tx-ring-ref", "9" }, { "vif/0/rx-ring-ref", "10" }, { "vif/0/event-channel", "9" },
	};

	*w = (struct world){ .x = NULL };
	must(!xenring_new(&w->x) && !xenring_open(w->x, "fake:,fast"));
	w->f = xr_fake_of(&w->x->src);
	must(!xr_fake_domain(w->f, GUEST, "guest", 1) && (!v2 || !xr_fake_grant_v2(w->f, GUEST)) &&
	     xr_fake_pages(w->f, GUEST, N_PAGES, &w->frame));
	for (uint32_t i = 0; i < N_PAGES; i++)
		must(!xr_fake_grant(w->f, GUEST, 8 + i, XR_GTF_PERMIT, 0, w->frame + i));
	must(!xr_fake_device(w->f, GUEST, "vbd", 51712, 0, "vbd") && !xr_fake_device(w->f, GUEST, "vif", 0, 0, "vif"));
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		char path[80];

		snprintf(path, sizeof(path), "/local/domain/%d/device/%s", GUEST, keys[i][0]);
		must(!xr_fake_printf(w->f, path, "%s", keys[i][1]));
	}
}

static void end(struct world *w)
{
	xenring_snapshot_unref(w->s);
	xenring_close(w->x);
}

/* A sample later than the last one, and the guest's place in it. */
static size_t look(struct world *w)
{
	struct xenring_snapshot *s = NULL;
	struct xenring_domain d;
	struct xenring_time now;
	size_t i = 0;

	xr_fake_clock(w->f, &now);
	must(!xr_fake_advance(w->f, now.mono_ns + 1000000, false) && !xenring_sample(w->x, &s));
	xenring_snapshot_unref(w->s);
	w->s = s;
	while (!xenring_domain(s, i, &d) && d.domid != GUEST)
		i++;
	must(i < xenring_n_domains(s));
	return i;
}

/* ---- debug keys ----------------------------------------------------------- */

static void read_keys(const uint8_t *p, size_t n)
{
	struct xr_err err = { .op = NULL };
	struct xr_keys *k = NULL;
	size_t pins = 0;
	int r = xr_keys_parse((const char *)p, n, &k, &err);

	must(r ? !k && err.op && (r == -ENODATA || r == -EBADMSG || r == -ENOMEM) : k && !err.op);
	for (const char *s = err.text; s && *s; s++)
		must((unsigned char)*s >= 0x20 && *s != 0x7f);
	xr_err_clear(&err);
	for (size_t i = 0; k && i < k->n_tables; i++) {
		const struct xr_keys_table *t = &k->tables[i];

		must(t->first == pins && t->n <= k->n_pins - pins && xr_keys_table(k, t->domid) == t);
		for (size_t j = t->first; j < t->first + t->n; j++) {
			must(xr_keys_pin(k, t, k->pins[j].ref) == &k->pins[j]);
			must(xr_pin_count(&k->pins[j]) <= 510);
		}
		sink += xr_keys_handles(k, t->domid);
		pins += t->n;
	}
	must(!k || pins == k->n_pins);
	xr_keys_free(k);
}

/* ---- files of backends ---------------------------------------------------- */

static void see_readings(const struct xr_backend_files *files)
{
	struct xr_backend_files copy = { .n = 0 };
	struct xr_readings r;

	must(!xr_backend_files_copy(files, &copy) && xr_backend_files_equal(files, &copy));
	must(!xr_readings_parse(&copy, INT64_MAX, &r));
	for (size_t i = 0; i < XR_N_READINGS; i++)
		sink += (uint64_t)r.value[i];
	for (size_t i = 0; i < r.n_rings; i++)
		walk("backend_ring", &r.rings[i].row);
	xr_readings_free(&r);
	xr_backend_files_free(&copy);
}

/* The rows of devices, as their backends' files are told with them. */
static void see_devices(struct world *w, const struct xr_backend_files *files, const char *type, uint32_t id)
{
	const struct xr_backend_key key = { .domid = GUEST, .id = id, .queues = 1, .type = type };

	for (size_t i = 0; i < files->n; i++)
		must(!xr_fake_backend_file(w->f, &key, &files->at[i]));
	for (unsigned looks = 0; looks < 2; looks++) {
		xenring_refresh_backends(w->x);
		look(w);
		for (size_t i = 0; i < xenring_n_devices(w->s); i++) {
			struct xenring_device d;

			must(!xenring_device(w->s, i, &d));
			walk("device", &d);
		}
		/* half of them tell something else the next time, or nothing */
		for (size_t i = 0; i < files->n; i += 2) {
			struct xr_backend_file f = files->at[files->n - 1 - i];

			f.what = files->at[i].what;
			f.queue = files->at[i].queue;
			must(!xr_fake_backend_file(w->f, &key, &f));
		}
	}
}

/* Most inputs are read alone; with queue's highest bit in the first file a host's devices have them. */
static void read_files(const uint8_t *p, size_t n)
{
	struct xr_backend_file at[MAX_FILES];
	struct xr_backend_files files = { .at = at };
	bool whole = n > 1 && p[1] & 0x80;

	while (n >= 4 && files.n < MAX_FILES) {
		size_t size = (size_t)xr_get(p + 2, 2) % (XR_BACKEND_MAX_FILE + 1);
		struct xr_backend_file *f = &at[files.n++];

		if (size > n - 4)
			size = n - 4;
		*f = (struct xr_backend_file){ .what = p[0] % 40, .queue = p[1] & 0x3f, .n = (uint32_t)size };
		if (p[1] & 0x40)
			f->mtime_ns = XR_FAKE_REAL_NS;
		/* a copy of just this size, so that one byte too many is found */
		f->bytes = malloc(size ? size : 1);
		must(f->bytes != NULL);
		memcpy(f->bytes, p + 4, size);
		p += 4 + size;
		n -= 4 + size;
	}
	see_readings(&files);
	if (whole) {
		struct world w;

		make(&w, false);
		see_devices(&w, &files, "vbd", 51712);
		see_devices(&w, &files, "vif", 0);
		end(&w);
	}
	for (size_t i = 0; i < files.n; i++)
		free(at[i].bytes);
}

/* ---- event channels ------------------------------------------------------- */

static void read_channels(const uint8_t *p, size_t n)
{
	struct xenring_channel_table table;
	struct xenring_channels *c = NULL;
	struct xenring_watch *watch = NULL;
	struct xenring_finding found;
	size_t n_channels, guest;
	uint8_t how, *page;
	int64_t last = -1;
	struct world w;

	if (n < 2)
		return;
	how = p[0];
	n_channels = p[1];
	p += 2;
	n -= 2;
	make(&w, false);
	for (; n_channels && n >= RECORD; n_channels--, p += RECORD, n -= RECORD) {
		struct xr_evtchn ch = {
			.number = (uint32_t)xr_get(p, 2), .status = p[2] % 9, .vcpu = p[3],
			.remote_domid = p[4], .irq = p[5], .remote_port = (uint32_t)xr_get(p + 6, 2),
		};

		must(!xr_fake_evtchn(w.f, GUEST, &ch));
	}
	if (!(how & 2)) {
		page = xr_fake_shared_page(w.f, GUEST, how & 1 ? 8 : 4);
		must(page != NULL);
		for (size_t i = XR_SHARED_PENDING; n && i < XR_PAGE_SIZE; i++)
			page[i] = p[(i - XR_SHARED_PENDING) % n];
	}
	guest = look(&w);
	must(!xenring_read_channels(w.x, w.s, guest, &c));
	xenring_channels_table(c, &table);
	walk("channel_table", &table);
	for (size_t i = 0; i < xenring_n_channels(c); i++) {
		struct xenring_channel row;

		must(!xenring_channel(c, i, &row) && row.port > last);
		last = row.port;
		walk("channel", &row);
	}
	xenring_channels_free(c);
	/* what checks make of them */
	must(!xenring_watch_new(&watch, w.x) && !xenring_watch_step(watch, w.s));
	look(&w);
	must(!xenring_watch_step(watch, w.s));
	for (size_t i = 0; !xenring_finding(watch, i, &found); i++)
		walk("finding", &found);
	xenring_watch_free(watch);
	end(&w);
}

/* ---- grant tables --------------------------------------------------------- */

static void see_grants(struct world *w)
{
	struct xenring_grants *g = NULL;
	struct xenring_grant_table table;
	int64_t last = -1, live = 0;
	size_t guest = look(w);

	must(!xenring_read_grants(w->x, w->s, guest, 0, &g) && !xenring_grants_table(g, &table));
	walk("grant_table", &table);
	for (size_t i = 0; i < xenring_n_grants(g); i++) {
		struct xenring_grant row;

		must(!xenring_grant(g, i, &row) && row.ref > last && row.ref < table.entries_total);
		last = row.ref;
		live += row.in_use > 0;
		walk("grant", &row);
	}
	must(live == table.entries_in_use);
	for (size_t i = 0; i < xenring_n_grant_users(g); i++) {
		struct xenring_grant_user row;

		must(!xenring_grant_user(g, i, &row) && row.entries > 0 && row.mapped <= row.entries);
		walk("grant_user", &row);
	}
	for (size_t i = 0; i < xenring_n_grant_errors(g); i++) {
		struct xenring_error row;

		must(!xenring_grant_error(g, i, &row));
		walk("error", &row);
	}
	xenring_grants_free(g);
}

static void read_table(const uint8_t *p, size_t n)
{
	struct world w;

	if (!n)
		return;
	make(&w, p[0] & 1);
	for (p++, n--; n >= RECORD; p += RECORD, n -= RECORD) {
		uint16_t flags = (uint16_t)xr_get(p + 2, 2);
		uint64_t frame = xr_get(p + 4, 4);

		if (p[0] != 0xff) {
			/* most frames are the guest's own */
			xr_fake_grant(w.f, GUEST, p[0], flags, p[1], frame & 0x80 ? frame : w.frame + frame % 8);
			continue;
		}
		see_grants(&w);
		if (flags & 1)
			xr_fake_remove(w.f, "/local/domain/5/device/vbd/51712");
		if (flags & 2)
			xr_fake_remove(w.f, "/local/domain/5/device/vif/0");
	}
	see_grants(&w);
	end(&w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const readers[N_READERS])(const uint8_t *p, size_t n) = {
		[KEYS] = read_keys, [FILES] = read_files, [EVENTS] = read_channels, [GRANTS] = read_table,
	};
	uint8_t *copy;

	if (!size || size > 65536)
		return 0;
	/* a copy of just this size, so that one byte too many is found */
	copy = malloc(size > 1 ? size - 1 : 1);
	if (!copy)
		return 0;
	memcpy(copy, data + 1, size - 1);
	readers[data[0] % N_READERS](copy, size - 1);
	free(copy);
	return 0;
}
