/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What backends say of themselves: files that are read, or must not be; what they say; and at which pace. */
#include <config.h>

#include "lib/blocks.h"
#include "lib/host.h"
#include "lib/test.h"
#include "lib/text_of.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend.h"
#include "capture/answers.h"
#include "util/cleanup.h"
#include "util/text.h"

/* ---- counters ------------------------------------------------------------ */

static void counters(void **state)
{
	static const struct {
		const char *name;
		int64_t before, now, want;
	} rows[] = {
		{ "goes on", 7, 19, 12 }, { "stands", 7, 7, 0 }, { "beyond 31 bits", 0x7fffffff, 0x80000001, 2 },
		{ "was set to 0", 1000, 3, XENRING_UNKNOWN }, { "by one", 1, 0, XENRING_UNKNOWN },
		{ "not known before", XENRING_UNKNOWN, 3, XENRING_UNKNOWN },
		{ "not known any more", 3, XENRING_UNKNOWN, XENRING_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_row(rows[i].name, xr_counter_since(rows[i].before, rows[i].now) == rows[i].want);
}

/* ---- what files say ------------------------------------------------------ */

static struct xr_readings parse(enum xr_backend_what what, const void *bytes, size_t n, int64_t mtime_ns,
				int64_t now_ns)
{
	struct xr_backend_file file = { .what = what, .n = (uint32_t)n, .mtime_ns = mtime_ns };
	struct xr_backend_files files = { .n = 1, .at = &file };
	struct xr_readings r;

	/* no byte behind them may be read */
	file.bytes = malloc(n ? n : 1);
	assert_non_null(file.bytes);
	memcpy(file.bytes, bytes, n);
	assert_int_equal(xr_readings_parse(&files, now_ns, &r), 0);
	free(file.bytes);
	return r;
}

static void numbers(void **state)
{
	static const struct {
		const char *text;
		int64_t want;
	} rows[] = {
		{ "0\n", 0 }, { "17\n", 17 }, { "17", 17 }, { "2147483647\n", 2147483647 },
		/* a counter of 32 bits that is printed as a signed one */
		{ "-2147483648\n", 2147483648 }, { "-1\n", 4294967295 },
		{ "123456789012345678\n", 123456789012345678 },
		{ "-2147483649\n", XENRING_UNKNOWN }, { "1234567890123456789\n", XENRING_UNKNOWN },
		{ "", XENRING_UNKNOWN }, { "\n", XENRING_UNKNOWN }, { "-\n", XENRING_UNKNOWN },
		{ "17 \n", XENRING_UNKNOWN }, { "0x11\n", XENRING_UNKNOWN }, { "17\n18\n", XENRING_UNKNOWN },
		{ " 17\n", XENRING_UNKNOWN }, { "--1\n", XENRING_UNKNOWN }, { "+1\n", XENRING_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct xr_readings r = parse(XR_BF_EVENTS, rows[i].text, strlen(rows[i].text), 1, 1);

		assert_row(rows[i].text, r.value[XR_BF_EVENTS] == rows[i].want);
		assert_row(rows[i].text, r.value[XR_BF_OO_REQ] == XENRING_UNKNOWN);
		xr_readings_free(&r);
	}
}

static const char io_ring[] =
	"Queue 1\nTX: nr_ents 256\n"
	"req prod 4294967290 (10) cons 4294967289 (9) event 4294967291 (11)\n"
	"rsp prod 4294967280 (base) pvt 4294967281 (1) event 4294967282 (2)\n"
	"pending prod 256 pending cons 9 nr_pending_reqs 9\n"
	"dealloc prod 7 dealloc cons 7 dealloc_queue 0\n\n"
	"RX: nr_ents 256\nreq prod 300 (256) cons 44 (0) event 45 (1)\nrsp prod 44 (base) pvt 44 (0) event 45 (1)\n\n"
	"NAPI state: 1 NAPI weight: 64 TX queue len 0\nCredit timer_pending: 1, credit: 10, usec: 50\n"
	"remaining: 0, expires: 1, now: 2\n\nRx internal queue: len 3000 max 524288 pkts 2 stopped\n";

static void netback(void **state)
{
	struct xr_readings r = parse(XR_BF_NETBACK_QUEUE, io_ring, sizeof(io_ring) - 1, 1, 1);
	const struct xenring_backend_ring *tx, *rx;

	(void)state;
	assert_int_equal(r.n_rings, 2);
	tx = &r.rings[0].row;
	rx = &r.rings[1].row;
	assert_string_equal(tx->ring, "q0/tx");
	assert_string_equal(rx->ring, "q0/rx");
	assert_string_equal(tx->from, "debugfs");
	assert_int_equal(tx->slots, 256);
	assert_int_equal(tx->req_prod, 4294967290);
	assert_int_equal(tx->req_cons, 4294967289);
	assert_int_equal(tx->req_event, 4294967291);
	assert_int_equal(tx->rsp_prod, 4294967280);
	assert_int_equal(tx->rsp_prod_pvt, 4294967281);
	assert_int_equal(tx->rsp_event, 4294967282);
	assert_int_equal(tx->pending, 9);
	assert_int_equal(tx->credit_timer, 1);
	assert_int_equal(tx->queue_len, XENRING_UNKNOWN);
	assert_int_equal(rx->req_prod, 300);
	assert_int_equal(rx->req_cons, 44);
	assert_int_equal(rx->queue_len, 3000);
	assert_int_equal(rx->queue_max, 524288);
	assert_int_equal(rx->queue_packets, 2);
	assert_int_equal(rx->stopped, 1);
	assert_int_equal(rx->pending, XENRING_UNKNOWN);
	assert_int_equal(rx->intact, -1);
	assert_true(isnan(rx->age_s));
	xr_readings_free(&r);
	/* cut anywhere, and said twice: never more than two rings, nothing is read beyond */
	for (size_t n = 0; n < sizeof(io_ring); n++) {
		r = parse(XR_BF_NETBACK_QUEUE, io_ring, n, 1, 1);
		assert_true(r.n_rings <= 2);
		xr_readings_free(&r);
	}
	{
		_cleanup_free_ char *twice = xr_sprintf("%s%s", io_ring, io_ring);

		r = parse(XR_BF_NETBACK_QUEUE, twice, strlen(twice), 1, 1);
		assert_int_equal(r.n_rings, 2);
		xr_readings_free(&r);
	}
}

/* Its checksum is zlib's crc32() of the text, as a long. */
#define TAPDISK_TEXT "nr_ents 32\nreq prod 4294967295 cons -2 event 7\nrsp prod 5 pvt 6 event 9\n"
#define TAPDISK_CRC 0x90988529

static void tapdisk(void **state)
{
	static const char text[] = TAPDISK_TEXT;
	uint8_t bytes[8 + sizeof(text) - 1];
	uint64_t crc = TAPDISK_CRC;
	struct xr_readings r;

	(void)state;
	memcpy(bytes, &crc, 8);
	memcpy(bytes + 8, text, sizeof(text) - 1);
	r = parse(XR_BF_TAPDISK_RING, bytes, sizeof(bytes), 1000000000, 3500000000);
	assert_int_equal(r.n_rings, 1);
	assert_string_equal(r.rings[0].row.ring, "q0");
	assert_string_equal(r.rings[0].row.from, "tapdisk");
	assert_int_equal(r.rings[0].row.intact, 1);
	assert_true(fabs(r.rings[0].row.age_s - 2.5) < 1e-9);
	assert_int_equal(r.rings[0].row.slots, 32);
	assert_int_equal(r.rings[0].row.req_prod, 4294967295);
	assert_int_equal(r.rings[0].row.req_cons, 4294967294);
	assert_int_equal(r.rings[0].row.rsp_prod_pvt, 6);
	xr_readings_free(&r);
	/* while it is written; and from a clock that was set back */
	bytes[20] ^= 1;
	r = parse(XR_BF_TAPDISK_RING, bytes, sizeof(bytes), 5000000000, 3500000000);
	assert_int_equal(r.rings[0].row.intact, 0);
	assert_true(isnan(r.rings[0].row.age_s));
	xr_readings_free(&r);
	/* of a version without a checksum */
	r = parse(XR_BF_TAPDISK_RING, text, sizeof(text) - 1, 1, 1);
	assert_int_equal(r.rings[0].row.intact, -1);
	assert_int_equal(r.rings[0].row.rsp_event, 9);
	xr_readings_free(&r);
	for (size_t n = 0; n < sizeof(bytes); n++) {
		r = parse(XR_BF_TAPDISK_RING, bytes, n, 1, 1);
		assert_int_equal(r.n_rings, n >= 8);
		xr_readings_free(&r);
	}
}

static void statistics(void **state)
{
	uint64_t words[14];
	struct xr_readings r;

	(void)state;
	for (uint64_t i = 0; i < ARRAY_SIZE(words); i++)
		words[i] = 100 + i;
	words[10] = UINT64_MAX;
	r = parse(XR_BF_TAPDISK_STATISTICS, words, sizeof(words), 1, 1);
	assert_true(r.of_tapdisk);
	assert_int_equal(r.value[XR_BF_DS_REQ], 100);
	assert_int_equal(r.value[XR_BF_F_REQ], 101);
	assert_int_equal(r.value[XR_BF_OO_REQ], 102);
	assert_int_equal(r.value[XR_BF_RD_REQ], 103);
	assert_int_equal(r.value[XR_BF_RD_SECT], 105);
	assert_int_equal(r.value[XR_BF_WR_REQ], 108);
	assert_int_equal(r.value[XR_BF_WR_SECT], XENRING_UNKNOWN);
	xr_readings_free(&r);
	r = parse(XR_BF_TAPDISK_STATISTICS, words, sizeof(words) - 1, 1, 1);
	assert_false(r.of_tapdisk);
	assert_int_equal(r.value[XR_BF_DS_REQ], XENRING_UNKNOWN);
	xr_readings_free(&r);
}

/* ---- files --------------------------------------------------------------- */

#define SYS "/sys/bus/xen-backend/devices/vbd-3-51712"
#define SHM "/dev/shm/vbd3-3-51712"

struct root {
	char dir[64];
};

static void make_dirs(const struct root *root, const char *path)
{
	_cleanup_free_ char *full = xr_sprintf("%s%s", root->dir, path);

	for (char *p = full + strlen(root->dir) + 1; ; p++) {
		char was = *p;

		if (was && was != '/')
			continue;
		*p = '\0';
		mkdir(full, 0755);
		*p = was;
		if (!was)
			break;
	}
}

static void put(const struct root *root, const char *path, const void *bytes, size_t n)
{
	_cleanup_free_ char *full = xr_sprintf("%s%s", root->dir, path);
	FILE *f = fopen(full, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	fclose(f);
}

static void root_make(struct root *root)
{
	snprintf(root->dir, sizeof(root->dir), "/tmp/xr-backend-XXXXXX");
	assert_non_null(mkdtemp(root->dir));
	make_dirs(root, "/sys/devices/vbd-3-51712/xenbus");
	make_dirs(root, "/sys/devices/vbd-3-51712/statistics");
	make_dirs(root, "/sys/bus/xen-backend/devices");
	make_dirs(root, SHM);
	{
		/* as sysfs has it: the device is a link */
		_cleanup_free_ char *link = xr_sprintf("%s" SYS, root->dir);

		assert_int_equal(symlink("../../../devices/vbd-3-51712", link), 0);
	}
	put(root, SYS "/xenbus/events", "12\n", 3);
	put(root, SYS "/xenbus/spurious_events", "1\n", 2);
	put(root, SYS "/statistics/oo_req", "0\n", 2);
	put(root, SHM "/io_ring", TAPDISK_TEXT, sizeof(TAPDISK_TEXT) - 1);
}

static void root_remove(struct root *root)
{
	_cleanup_free_ char *command = xr_sprintf("rm -rf '%s'", root->dir);

	assert_int_equal(system(command), 0);
}

static const struct xr_backend_key vbd = { .domid = 3, .id = 51712, .queues = 2, .type = "vbd" };

static struct xr_backend_files read_root(const struct root *root, const struct xr_backend_key *key)
{
	struct xr_backend_files f = { .n = 0 };

	assert_int_equal(xr_backend_read(root->dir, key, &f), 0);
	return f;
}

static bool has_file(const struct xr_backend_files *f, enum xr_backend_what what)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->at[i].what == what)
			return true;
	return false;
}

/* What was read of it, which must be there. */
static const struct xr_backend_file *file_of(const struct xr_backend_files *f, enum xr_backend_what what)
{
	size_t i = 0;

	while (i < f->n && f->at[i].what != what)
		i++;
	assert_true(i < f->n);
	return &f->at[i];
}

static void files(void **state)
{
	const struct xr_backend_key other = { .domid = 3, .id = 51728, .type = "vbd" };
	const struct xr_backend_key nic = { .domid = 3, .id = 0, .queues = 3, .type = "vif" };
	struct xr_backend_files f, copy;
	struct root root;

	(void)state;
	root_make(&root);
	f = read_root(&root, &vbd);
	assert_int_equal(f.n, 4);
	assert_int_equal(file_of(&f, XR_BF_EVENTS)->n, 3);
	assert_memory_equal(file_of(&f, XR_BF_EVENTS)->bytes, "12\n", 3);
	assert_true(file_of(&f, XR_BF_EVENTS)->mtime_ns > 0);
	assert_true(has_file(&f, XR_BF_TAPDISK_RING));
	assert_int_equal(xr_backend_files_copy(&f, &copy), 0);
	assert_true(xr_backend_files_equal(&f, &copy));
	copy.at[0].bytes[0] ^= 1;
	assert_false(xr_backend_files_equal(&f, &copy));
	xr_backend_files_free(&copy);
	xr_backend_files_free(&f);
	f = read_root(&root, &other);
	assert_int_equal(f.n, 0);
	xr_backend_files_free(&f);
	/* a file for each queue */
	make_dirs(&root, "/sys/kernel/debug/xen-netback/vif3.0");
	put(&root, "/sys/kernel/debug/xen-netback/vif3.0/io_ring_q0", io_ring, sizeof(io_ring) - 1);
	put(&root, "/sys/kernel/debug/xen-netback/vif3.0/io_ring_q2", io_ring, sizeof(io_ring) - 1);
	put(&root, "/sys/kernel/debug/xen-netback/vif3.0/io_ring_q3", io_ring, sizeof(io_ring) - 1);
	f = read_root(&root, &nic);
	assert_int_equal(f.n, 2);
	assert_int_equal(f.at[1].queue, 2);
	xr_backend_files_free(&f);
	root_remove(&root);
}

/* What somebody may have put there in place of a file: nothing hangs, nothing is followed. */
static void hostile_files(void **state)
{
	static uint8_t big[XR_BACKEND_MAX_FILE + 1];
	struct xr_backend_files f;
	struct root root;
	char path[160], to[200];

	(void)state;
	root_make(&root);
	put(&root, SYS "/xenbus/event_channels", big, XR_BACKEND_MAX_FILE);
	put(&root, SYS "/xenbus/jiffies_eoi_delayed", big, sizeof(big));
	snprintf(path, sizeof(path), "%s" SYS "/xenbus/spurious_threshold", root.dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	snprintf(path, sizeof(path), "%s" SYS "/statistics/rd_req", root.dir);
	assert_int_equal(symlink("oo_req", path), 0);
	make_dirs(&root, SYS "/statistics/wr_req");
	f = read_root(&root, &vbd);
	assert_int_equal(file_of(&f, XR_BF_EVENT_CHANNELS)->n, XR_BACKEND_MAX_FILE);
	assert_int_equal(file_of(&f, XR_BF_JIFFIES_EOI_DELAYED)->err, -EFBIG);
	assert_int_equal(file_of(&f, XR_BF_SPURIOUS_THRESHOLD)->err, -EINVAL);
	assert_int_equal(file_of(&f, XR_BF_RD_REQ)->err, -ELOOP);
	assert_int_equal(file_of(&f, XR_BF_WR_REQ)->err, -EINVAL);
	{
		struct xr_readings r;

		assert_int_equal(xr_readings_parse(&f, 0, &r), 0);
		assert_int_equal(r.value[XR_BF_EVENTS], 12);
		assert_int_equal(r.value[XR_BF_EVENT_CHANNELS], XENRING_UNKNOWN);
		assert_int_equal(r.value[XR_BF_RD_REQ], XENRING_UNKNOWN);
		xr_readings_free(&r);
	}
	xr_backend_files_free(&f);
	/* a folder of /dev/shm that is a link to another one */
	snprintf(path, sizeof(path), "%s" SHM, root.dir);
	snprintf(to, sizeof(to), "%s/dev/shm/elsewhere", root.dir);
	assert_int_equal(rename(path, to), 0);
	assert_int_equal(symlink("elsewhere", path), 0);
	f = read_root(&root, &vbd);
	assert_false(has_file(&f, XR_BF_TAPDISK_RING));
	xr_backend_files_free(&f);
	/* or somebody else's */
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rename(to, path), 0);
	if (!geteuid()) {
		assert_int_equal(chown(path, 65534, 65534), 0);
		f = read_root(&root, &vbd);
		assert_false(has_file(&f, XR_BF_TAPDISK_RING));
		xr_backend_files_free(&f);
		assert_int_equal(chown(path, 0, 0), 0);
		snprintf(to, sizeof(to), "%s/io_ring", path);
		assert_int_equal(chown(to, 65534, 65534), 0);
		f = read_root(&root, &vbd);
		assert_int_equal(file_of(&f, XR_BF_TAPDISK_RING)->err, -EPERM);
		xr_backend_files_free(&f);
	}
	root_remove(&root);
}

/* ---- of a host ----------------------------------------------------------- */

static const struct xr_backend_key disk = { .domid = 5, .id = 51712, .type = "vbd" };

static void set(struct host *h, enum xr_backend_what what, const char *text)
{
	struct xr_backend_file f = {
		.what = what, .n = (uint32_t)strlen(text), .bytes = (uint8_t *)(uintptr_t)text, .mtime_ns = 1,
	};

	assert_int_equal(xr_fake_backend_file(h->f, &disk, &f), 0);
}

static struct xenring_device look_at(struct host *h, int64_t wait_s, const char *path)
{
	struct xenring_time now;

	assert_int_equal(xenring_now(h->x, &now), 0);
	assert_int_equal(xenring_wait(h->x, now.mono_ns + wait_s * 1000000000), 0);
	xenring_refresh_backends(h->x);
	host_look(h);
	return host_device(h, path);
}

static struct xenring_device look(struct host *h, int64_t wait_s)
{
	return look_at(h, wait_s, "guest/vbd:51712");
}

/* Only if asked for, each 5 s and no more often; a counter that went back is a reset. */
static void pace(void **state)
{
	struct xenring_device d;
	struct host h;

	(void)state;
	host_open(&h);
	host_disk(&h);
	set(&h, XR_BF_EVENTS, "100\n");
	host_look(&h);
	d = host_device(&h, "guest/vbd:51712");
	assert_null(d.backend_events);
	d = look(&h, 1);
	assert_non_null(d.backend_events);
	assert_null(d.backend_requests);
	assert_int_equal(d.n_backend_rings, 0);
	assert_int_equal(d.backend_events->events, 100);
	assert_true(isnan(d.backend_events->events_per_s));
	set(&h, XR_BF_EVENTS, "700\n");
	d = look(&h, 1);
	assert_int_equal(d.backend_events->events, 100);
	d = look(&h, 5);
	assert_int_equal(d.backend_events->events, 700);
	assert_true(fabs(d.backend_events->events_per_s - 100) < 1);
	set(&h, XR_BF_EVENTS, "3\n");
	d = look(&h, 6);
	assert_int_equal(d.backend_events->events, 3);
	assert_true(isnan(d.backend_events->events_per_s));
	/* and nobody who does not ask gets them */
	host_look(&h);
	d = host_device(&h, "guest/vbd:51712");
	assert_null(d.backend_events);
	/* another connection: its counters are others */
	set(&h, XR_BF_EVENTS, "50\n");
	host_page(&h, 9, 0);
	host_write(&h, FE "/ring-ref", "9");
	d = look(&h, 6);
	assert_int_equal(d.backend_events->events, 50);
	assert_true(isnan(d.backend_events->events_per_s));
	xr_fake_backend_gone(h.f, &disk);
	d = look(&h, 6);
	assert_null(d.backend_events);
	host_close(&h);
}

/* Files with its names are not those of a backend that is elsewhere, or that the guest only names. */
static void whose(void **state)
{
	struct xenring_device d;
	struct host h;

	(void)state;
	host_open(&h);
	host_disk(&h);
	set(&h, XR_BF_EVENTS, "100\n");
	host_write(&h, FE "/backend", "/local/domain/0/backend/vbd/6/51712");
	d = look(&h, 1);
	assert_string_equal(d.pairing, "forged");
	assert_null(d.backend_events);
	host_close(&h);
	/* from inside the domain that serves it: the files are its own, and dom0's disk is none of its */
	host_open(&h);
	host_driver(&h);
	{
		const struct xr_backend_key own = { .domid = 5, .id = 51712, .type = "qdisk" };
		const struct xr_backend_file f = { .what = XR_BF_EVENTS, .n = 2, .bytes = (uint8_t[]){ '7', '\n' } };

		assert_int_equal(xr_fake_backend_file(h.f, &own, &f), 0);
	}
	d = look_at(&h, 1, "5/vbd:51712");
	assert_non_null(d.backend_events);
	assert_int_equal(d.backend_events->events, 7);
	host_close(&h);
	/* seen from dom0, the same backend is elsewhere */
	host_open(&h);
	assert_int_equal(xr_fake_domain(h.f, DRV, "driver", 1), 0);
	host_page(&h, REF, DRV);
	assert_int_equal(xr_fake_device(h.f, 5, "vbd", 51712, DRV, "vbd"), 0);
	host_write(&h, FE "/ring-ref", "8");
	set(&h, XR_BF_EVENTS, "100\n");
	d = look(&h, 1);
	assert_int_equal(d.backend_domid, DRV);
	assert_null(d.backend_events);
	host_close(&h);
}

/* ---- captures ------------------------------------------------------------ */

#define SAMPLES 24

/* A replay that asks for them shows at each sample what was shown live. */
static void captured(void **state)
{
	char *live[SAMPLES], path[64], number[24];
	int fd = memfd_create("capture", MFD_CLOEXEC), seen = 0;
	struct xenring_snapshot *snap;
	struct xenring *x;
	struct host h;

	(void)state;
	assert_true(fd >= 0);
	host_open(&h);
	host_disk(&h);
	assert_int_equal(xenring_tee(h.x, fd, 0), 0);
	for (int i = 0; i < SAMPLES; i++) {
		struct xenring_device d;

		snprintf(number, sizeof(number), "%d\n", i == 12 ? 1 : 100 * i);
		set(&h, XR_BF_EVENTS, number);
		set(&h, XR_BF_RD_REQ, number);
		if (i == 17)
			xr_fake_backend_gone(h.f, &disk);
		if (i == 20)
			xr_fake_destroy(h.f, 5);
		if (i < 20) {
			d = look(&h, 1);
			seen += d.backend_events && !isnan(d.backend_events->events_per_s);
		} else {
			struct xenring_time now;

			assert_int_equal(xenring_now(h.x, &now), 0);
			assert_int_equal(xenring_wait(h.x, now.mono_ns + 1000000000), 0);
			xenring_refresh_backends(h.x);
			host_look(&h);
		}
		live[i] = text_of(h.x, h.s);
	}
	assert_true(seen > 3);
	assert_int_equal(xenring_tee(h.x, -1, 0), 0);
	host_close(&h);
	snprintf(path, sizeof(path), "file:/proc/self/fd/%d", fd);
	assert_int_equal(xenring_new(&x), 0);
	assert_int_equal(xenring_open(x, path), 0);
	for (int i = 0; i < SAMPLES; i++) {
		char *text;

		xenring_refresh_backends(x);
		assert_int_equal(xenring_sample(x, &snap), 0);
		text = text_of(x, snap);
		assert_string_equal(text, live[i]);
		free(text);
		free(live[i]);
		xenring_snapshot_unref(snap);
	}
	xenring_close(x);
	close(fd);
}

/* A backend without files is asked each ten minutes, one with files at each of these looks. */
static void late(void **state)
{
	struct xenring_device d;
	char path[64], number[24];
	int fd = memfd_create("capture", MFD_CLOEXEC), first = -1;
	struct xenring_snapshot *snap;
	struct xenring *x;
	struct host h;

	(void)state;
	assert_true(fd >= 0);
	host_open(&h);
	host_disk(&h);
	assert_int_equal(xenring_tee(h.x, fd, 0), 0);
	for (int i = 0; i < 16; i++) {
		struct xenring_time now;

		host_look(&h);
		snprintf(number, sizeof(number), "%d\n", i);
		set(&h, XR_BF_EVENTS, number);
		assert_int_equal(xenring_now(h.x, &now), 0);
		assert_int_equal(xenring_wait(h.x, now.mono_ns + 50000000000), 0);
	}
	assert_int_equal(xenring_tee(h.x, -1, 0), 0);
	host_close(&h);
	snprintf(path, sizeof(path), "file:/proc/self/fd/%d", fd);
	assert_int_equal(xenring_new(&x), 0);
	assert_int_equal(xenring_open(x, path), 0);
	for (int i = 0; i < 16; i++) {
		xenring_refresh_backends(x);
		assert_int_equal(xenring_sample(x, &snap), 0);
		assert_int_equal(xenring_device(snap, 0, &d), 0);
		if (d.backend_events && first < 0)
			first = i;
		if (first >= 0)
			assert_int_equal(d.backend_events->events, i - 1);
		xenring_snapshot_unref(snap);
	}
	assert_in_range(first, 11, 13);
	xenring_close(x);
	close(fd);
}

/* Blocks that no writer puts are refused, and the next key tick has what is known. */
static void blocks(void **state)
{
	struct xr_backend_file at[] = {
		{ .what = XR_BF_EVENTS, .n = 2, .bytes = (uint8_t[]){ '7', '\n' }, .mtime_ns = 99 },
		{ .what = XR_BF_NETBACK_QUEUE, .queue = 3, .err = -EACCES },
	};
	const struct xr_backend_files good = { .n = 2, .at = at };
	static uint8_t big[XR_BACKEND_MAX_FILE + 1];
	struct xr_backend_key key = { .domid = 5, .id = 51712, .type = "vbd" };
	struct xr_out out = { 0 };
	struct xr_answers s;

	(void)state;
	xr_answers_init(&s);
	for (int i = 0; i < 6; i++) {
		struct xr_backend_file save = at[0];

		xr_out_free(&out);
		key.type = i == 1 ? "a-type-that-is-longer-than-any-of-them" : i == 2 ? "" : "vbd";
		if (i == 3)
			at[0] = (struct xr_backend_file){ .n = sizeof(big), .bytes = big };
		if (i == 4)
			at[0].mtime_ns = INT64_MAX;
		xr_put_backend(&out, &key, 0, &good);
		at[0] = save;
		/* the first is good, the last is cut */
		assert_int_equal(xr_answers_apply(&s, XR_B_BACKEND, out.p + XR_BLOCK_HEAD,
						  out.n - XR_BLOCK_HEAD - (i == 5)), i ? -EBADMSG : 0);
	}
	key.type = "vbd";
	assert_true(xr_backend_files_equal(&xr_answers_backend(&s, &key)->files, &good));
	xr_out_free(&out);
	xr_answers_dump(&s, &out);
	xr_answers_clear(&s);
	assert_int_equal(s.held, 0);
	blocks_apply(&s, &out);
	assert_true(xr_backend_files_equal(&xr_answers_backend(&s, &key)->files, &good));
	xr_out_free(&out);
	xr_put_backend(&out, &key, EOPNOTSUPP, NULL);
	assert_int_equal(xr_answers_apply(&s, XR_B_BACKEND, out.p + XR_BLOCK_HEAD, out.n - XR_BLOCK_HEAD), 0);
	assert_int_equal(xr_answers_backend(&s, &key)->err, EOPNOTSUPP);
	xr_out_free(&out);
	xr_answers_clear(&s);
	assert_int_equal(s.held, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counters), cmocka_unit_test(numbers), cmocka_unit_test(netback),
		cmocka_unit_test(tapdisk), cmocka_unit_test(statistics), cmocka_unit_test(files),
		cmocka_unit_test(hostile_files), cmocka_unit_test(pace), cmocka_unit_test(whose),
		cmocka_unit_test(captured), cmocka_unit_test(late), cmocka_unit_test(blocks),
	};

	return RUN(tests);
}
