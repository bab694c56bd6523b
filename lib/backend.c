/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What backends say of themselves: their files, what these say, and rows of it. */
#include <config.h>

#include "backend.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "context.h"
#include "desc.h"
#include "util/cleanup.h"
#include "util/text.h"

/* ---- files -------------------------------------------------------------- */

enum dir { XENBUS, STATISTICS, NETBACK, TAPDISK, N_DIRS };

static const struct {
	const char *before, *between, *behind;	/* of domid and id; before may have the type */
	const char *types[3];			/* NULL: any */
	bool by_type, anybody;			/* anybody may make such a folder */
} dirs[N_DIRS] = {
	[XENBUS] = { "/sys/bus/xen-backend/devices/", "-", "/xenbus", .by_type = true },
	[STATISTICS] = { "/sys/bus/xen-backend/devices/", "-", "/statistics", { "vbd" }, .by_type = true },
	[NETBACK] = { "/sys/kernel/debug/xen-netback/vif", ".", "", { "vif" } },
	[TAPDISK] = { "/dev/shm/vbd3-", "-", "", { "vbd3", "vbd" }, .anybody = true },
};

static const struct file {
	enum xr_backend_what what;
	enum dir dir;
	const char *name;
} files[] = {
#define X(id, number, folder, file) { XR_BF_##id, folder, file },
	XR_BACKEND_FILES(X)
#undef X
};
#define N_FILES (sizeof(files) / sizeof(files[0]))

static bool has_dir(enum dir d, const char *type)
{
	if (!dirs[d].types[0])
		return true;
	for (size_t i = 0; i < sizeof(dirs[d].types) / sizeof(dirs[d].types[0]) && dirs[d].types[i]; i++)
		if (!strcmp(dirs[d].types[i], type))
			return true;
	return false;
}

/* Whose is it? What anybody may have put there is read only if it was root, or us. */
static bool is_trusted(const struct stat *st)
{
	return !st->st_uid || st->st_uid == geteuid();
}

static int open_dir(const char *root, enum dir d, const struct xr_backend_key *key)
{
	_cleanup_free_ char *path = xr_sprintf("%s%s%s%s%u%s%u%s", root, dirs[d].before,
					       dirs[d].by_type ? key->type : "", dirs[d].by_type ? "-" : "",
					       key->domid, dirs[d].between, key->id, dirs[d].behind);
	struct stat st;
	int fd;

	if (!path)
		return -ENOMEM;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (dirs[d].anybody && (fstat(fd, &st) || !is_trusted(&st))) {
		close(fd);
		return -EPERM;
	}
	return fd;
}

/* The bytes of an open file into f; more than fit are an error. */
static int read_bytes(int fd, struct xr_backend_file *f)
{
	uint8_t bytes[XR_BACKEND_MAX_FILE + 1];
	size_t n = 0;

	while (n < sizeof(bytes)) {
		ssize_t got = read(fd, bytes + n, sizeof(bytes) - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (!got)
			break;
		n += (size_t)got;
	}
	if (n > XR_BACKEND_MAX_FILE)
		return -EFBIG;
	f->bytes = malloc(n + 1);
	if (!f->bytes)
		return -ENOMEM;
	memcpy(f->bytes, bytes, n);
	f->n = (uint32_t)n;
	return 0;
}

static int read_file(int dir_fd, const char *name, bool anybody, struct xr_backend_file *f)
{
	int fd = openat(dir_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC), r = 0;
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st))
		r = -errno;
	else if (!S_ISREG(st.st_mode))
		r = -EINVAL;
	else if (anybody && !is_trusted(&st))
		r = -EPERM;
	if (!r) {
		f->mtime_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
		r = read_bytes(fd, f);
	}
	close(fd);
	return r;
}

static int add_file(struct xr_backend_files *to, const struct xr_backend_file *f)
{
	struct xr_backend_file *at = reallocarray(to->at, to->n + 1, sizeof(*at));

	if (!at)
		return -ENOMEM;
	to->at = at;
	at[to->n++] = *f;
	return 0;
}

/* One file of an open folder, or of each queue one, unless it is not there. */
static int read_files(int dir_fd, const struct file *file, uint32_t queues, struct xr_backend_files *to)
{
	bool per_queue = file->what == XR_BF_NETBACK_QUEUE;

	for (uint32_t q = 0; q < (per_queue ? queues : 1); q++) {
		struct xr_backend_file f = { .what = file->what, .queue = q };
		char name[32];
		int r;

		snprintf(name, sizeof(name), per_queue ? "%s%u" : "%s", file->name, q);
		f.err = read_file(dir_fd, name, dirs[file->dir].anybody, &f);
		if (f.err == -ENOENT)
			continue;
		r = f.err == -ENOMEM ? f.err : add_file(to, &f);
		if (r) {
			free(f.bytes);
			return r;
		}
	}
	return 0;
}

int xr_backend_read(const char *root, const struct xr_backend_key *key, struct xr_backend_files *ret)
{
	uint32_t queues = key->queues < 1 ? 1 : key->queues;
	struct xr_backend_files all = { .n = 0 };
	int r = 0;

	if (queues > XR_BACKEND_MAX_QUEUES)
		queues = XR_BACKEND_MAX_QUEUES;
	for (enum dir d = 0; d < N_DIRS && !r; d++) {
		int fd = has_dir(d, key->type) ? open_dir(root, d, key) : -ENOENT;

		if (fd < 0) {
			r = fd == -ENOMEM ? fd : 0;
			continue;
		}
		for (size_t i = 0; i < N_FILES && !r; i++)
			if (files[i].dir == d)
				r = read_files(fd, &files[i], queues, &all);
		close(fd);
	}
	if (r) {
		xr_backend_files_free(&all);
		return r;
	}
	*ret = all;
	return 0;
}

void xr_backend_files_free(struct xr_backend_files *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->at[i].bytes);
	free(f->at);
	*f = (struct xr_backend_files){ .n = 0 };
}

int xr_backend_files_copy(const struct xr_backend_files *f, struct xr_backend_files *ret)
{
	struct xr_backend_files copy = { .n = 0 };

	for (size_t i = 0; i < f->n; i++) {
		struct xr_backend_file one = f->at[i];

		one.bytes = malloc(one.n + 1);
		if (one.bytes && one.n)
			memcpy(one.bytes, f->at[i].bytes, one.n);
		if (!one.bytes || add_file(&copy, &one)) {
			free(one.bytes);
			xr_backend_files_free(&copy);
			return -ENOMEM;
		}
	}
	*ret = copy;
	return 0;
}

bool xr_backend_files_equal(const struct xr_backend_files *a, const struct xr_backend_files *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		const struct xr_backend_file *x = &a->at[i], *y = &b->at[i];

		if (x->what != y->what || x->queue != y->queue || x->err != y->err || x->n != y->n ||
		    x->mtime_ns != y->mtime_ns || (x->n && memcmp(x->bytes, y->bytes, x->n) != 0))
			return false;
	}
	return true;
}

/* ---- what they say ------------------------------------------------------ */

/* A number and nothing else but a newline. Counters of 32 bits are printed as signed ones. */
static int64_t whole_number(const struct xr_backend_file *f)
{
	uint32_t n = f->n && f->bytes[f->n - 1] == '\n' ? f->n - 1 : f->n, i = 0;
	bool minus = n && f->bytes[0] == '-';
	int64_t v = 0;

	i = minus;
	if (i == n || n - i > 18)
		return XENRING_UNKNOWN;
	for (; i < n; i++) {
		if (f->bytes[i] < '0' || f->bytes[i] > '9')
			return XENRING_UNKNOWN;
		v = v * 10 + (f->bytes[i] - '0');
	}
	if (!minus)
		return v;
	return v > INT64_C(0x80000000) ? XENRING_UNKNOWN : (int64_t)(uint32_t)-v;
}

/* The number behind a word of the line, as in "cons 17 (3)"; of those with a sign the 32 bits. */
static int64_t number_after(const char *line, const char *word)
{
	const char *at = strstr(line, word);
	struct xr_backend_file digits = { .n = 0 };

	if (!at)
		return XENRING_UNKNOWN;
	at += strlen(word);
	digits.bytes = (uint8_t *)(uintptr_t)at;
	digits.n = (uint32_t)((*at == '-') + strspn(at + (*at == '-'), "0123456789"));
	return whole_number(&digits);
}

static bool begins(const char *line, const char *with)
{
	return !strncmp(line, with, strlen(with));
}

static const char debugfs[] = "debugfs", sysfs[] = "sysfs", tapdisk[] = "tapdisk";
static const char tx_kind[] = "tx", rx_kind[] = "rx", disk[] = "disk";

static struct xr_backend_ring *add_ring(struct xr_readings *r, const char *from, const char *kind, uint32_t queue)
{
	struct xr_backend_ring *rings = reallocarray(r->rings, r->n_rings + 1, sizeof(*rings)), *new;
	int64_t no = XENRING_UNKNOWN;

	if (!rings)
		return NULL;
	r->rings = rings;
	new = &rings[r->n_rings++];
	*new = (struct xr_backend_ring){ .row = {
		.kind = kind, .from = from, .slots = no, .req_prod = no, .req_cons = no, .req_event = no, .rsp_prod = no,
		.rsp_prod_pvt = no, .rsp_event = no, .pending = no, .queue_len = no, .queue_max = no,
		.queue_packets = no, .stopped = -1, .credit_timer = -1, .intact = -1, .age_s = NAN,
	} };
	/* the only ring of a disk's queue has no name of its own */
	if (kind == disk)
		snprintf(new->name, sizeof(new->name), "q%u", queue);
	else
		snprintf(new->name, sizeof(new->name), "q%u/%s", queue, kind);
	return new;
}

/* A line about the indices of a ring, the same of netback and tapdisk. */
static void take_indices(const char *line, struct xenring_backend_ring *row)
{
	if (begins(line, "req prod ")) {
		row->req_prod = number_after(line, "prod ");
		row->req_cons = number_after(line, "cons ");
		row->req_event = number_after(line, "event ");
	} else if (begins(line, "rsp prod ")) {
		row->rsp_prod = number_after(line, "prod ");
		row->rsp_prod_pvt = number_after(line, "pvt ");
		row->rsp_event = number_after(line, "event ");
	}
}

/* Lines that belong to the queue, and not to one of its rings: told with the ring they are about. */
static void take_queue(const char *line, struct xenring_backend_ring *tx, struct xenring_backend_ring *rx)
{
	if (tx && begins(line, "pending prod "))
		tx->pending = number_after(line, "nr_pending_reqs ");
	else if (tx && begins(line, "Credit timer_pending: "))
		tx->credit_timer = number_after(line, "timer_pending: ") > 0;
	else if (rx && begins(line, "Rx internal queue: ")) {
		rx->queue_len = number_after(line, "len ");
		rx->queue_max = number_after(line, "max ");
		rx->queue_packets = number_after(line, "pkts ");
		rx->stopped = strstr(line, " stopped") ? 1 : strstr(line, " running") ? 0 : -1;
	}
}

/* Text of a file, which may hold any byte: up to the first NUL. NULL: no memory. */
static char *text_of(const uint8_t *bytes, size_t n)
{
	return strndup(n ? (const char *)bytes : "", n);
}

static int take_netback(const struct xr_backend_file *f, struct xr_readings *r)
{
	_cleanup_free_ char *text = text_of(f->bytes, f->n);
	size_t none = SIZE_MAX, tx = none, rx = none, now = none;
	char *at = text, *line;

	if (!text)
		return -ENOMEM;
	while ((line = strsep(&at, "\n"))) {
		bool is_tx = begins(line, "TX: nr_ents "), is_rx = begins(line, "RX: nr_ents ");

		/* each once, whatever the file says */
		if ((is_tx && tx == none) || (is_rx && rx == none)) {
			struct xr_backend_ring *ring = add_ring(r, debugfs, is_tx ? tx_kind : rx_kind, f->queue);

			if (!ring)
				return -ENOMEM;
			now = r->n_rings - 1;
			*(is_tx ? &tx : &rx) = now;
			ring->row.slots = number_after(line, "nr_ents ");
		}
		if (now != none)
			take_indices(line, &r->rings[now].row);
		take_queue(line, tx != none ? &r->rings[tx].row : NULL, rx != none ? &r->rings[rx].row : NULL);
	}
	return 0;
}

/* The CRC-32 of Ethernet, zlib and others, bit by bit: of 100 bytes, each 5 s. */
static uint32_t crc32_of(const uint8_t *p, size_t n)
{
	uint32_t crc = UINT32_MAX;

	for (; n; n--, p++) {
		crc ^= *p;
		for (int i = 0; i < 8; i++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static uint64_t u64_at(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

#define CRC_SIZE 8u	/* an unsigned long */

static int take_tapdisk_ring(const struct xr_backend_file *f, int64_t now_ns, struct xr_readings *r)
{
	static const char first[] = "nr_ents ";
	/* versions before 2016 wrote the text alone */
	size_t head = f->n >= sizeof(first) - 1 && !memcmp(f->bytes, first, sizeof(first) - 1) ? 0 : CRC_SIZE;
	_cleanup_free_ char *text = NULL;
	struct xr_backend_ring *ring;
	char *at, *line;

	if (f->n < head)
		return 0;
	at = text = text_of(f->bytes + head, f->n - head);
	ring = text ? add_ring(r, tapdisk, disk, 0) : NULL;
	if (!ring)
		return -ENOMEM;
	while ((line = strsep(&at, "\n"))) {
		if (begins(line, first))
			ring->row.slots = number_after(line, first);
		take_indices(line, &ring->row);
	}
	if (head)
		ring->row.intact = u64_at(f->bytes) == crc32_of(f->bytes + head, f->n - head);
	if (f->mtime_ns && now_ns >= f->mtime_ns)
		ring->row.age_s = (double)(now_ns - f->mtime_ns) / 1e9;
	return 0;
}

/* struct blkback_stats: numbers of 64 bits, one behind the other. */
static void take_tapdisk_statistics(const struct xr_backend_file *f, struct xr_readings *r)
{
	static const struct {
		enum xr_backend_what what;
		uint32_t at;
	} numbers[] = {
		{ XR_BF_DS_REQ, 0 }, { XR_BF_F_REQ, 8 }, { XR_BF_OO_REQ, 16 }, { XR_BF_RD_REQ, 24 },
		{ XR_BF_RD_SECT, 40 }, { XR_BF_WR_REQ, 64 }, { XR_BF_WR_SECT, 80 },
	};

	/* of all of it: one that is shorter is laid out in another way */
	if (f->n < 112)
		return;
	r->of_tapdisk = true;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		uint64_t v = u64_at(f->bytes + numbers[i].at);

		r->value[numbers[i].what] = v > INT64_MAX ? XENRING_UNKNOWN : (int64_t)v;
	}
}

int xr_readings_parse(const struct xr_backend_files *f, int64_t now_ns, struct xr_readings *ret)
{
	struct xr_readings r = { .n_rings = 0 };
	int err = 0;

	for (size_t i = 0; i < XR_N_READINGS; i++)
		r.value[i] = XENRING_UNKNOWN;
	for (size_t i = 0; i < f->n && !err; i++) {
		const struct xr_backend_file *file = &f->at[i];

		if (file->err)
			continue;
		if (file->what < XR_N_READINGS)
			r.value[file->what] = whole_number(file);
		else if (file->what == XR_BF_NETBACK_QUEUE)
			err = take_netback(file, &r);
		else if (file->what == XR_BF_TAPDISK_RING)
			err = take_tapdisk_ring(file, now_ns, &r);
		else if (file->what == XR_BF_TAPDISK_STATISTICS)
			take_tapdisk_statistics(file, &r);
	}
	if (err) {
		xr_readings_free(&r);
		return err;
	}
	for (size_t i = 0; i < r.n_rings; i++)
		r.rings[i].row.ring = r.rings[i].name;
	*ret = r;
	return 0;
}

void xr_readings_free(struct xr_readings *r)
{
	free(r->rings);
	*r = (struct xr_readings){ .n_rings = 0 };
}

int64_t xr_counter_since(int64_t before, int64_t now)
{
	if (before == XENRING_UNKNOWN || now == XENRING_UNKNOWN || now < before)
		return XENRING_UNKNOWN;
	return now - before;
}

/* ---- rows --------------------------------------------------------------- */

#define NULLABLE .flags = XENRING_F_NULLABLE
#define BACKEND .from = XENRING_BACKEND

static const struct xenring_sym from_words[] = {
	{ 0, "sysfs", "Linux' backend driver, in /sys/bus/xen-backend" },
	{ 0, "debugfs", "Linux' network backend, in /sys/kernel/debug" },
	{ 0, "tapdisk", "tapdisk, in /dev/shm" },
	{ 0 }
};

#define FROM(T) XR_FIELD(T, from, XENRING_STRING, .syms = from_words, .from = XENRING_TOOL, \
			 .help = "who says so, and where")

static const struct xenring_field events_fields[] = {
	FROM(xenring_backend_events),
	XR_FIELD(xenring_backend_events, event_channels, XENRING_UINT, NULLABLE, BACKEND,
		 .help = "event channels that the backend has bound"),
	XR_FIELD(xenring_backend_events, events, XENRING_UINT, NULLABLE, BACKEND,
		 .help = "events that came from the frontend, modulo 2^32"),
	XR_FIELD(xenring_backend_events, events_per_s, XENRING_REAL, NULLABLE, BACKEND, .unit = XENRING_U_PER_S,
		 .help = "events per second between the last two readings, 5 s or more apart"),
	XR_FIELD(xenring_backend_events, spurious_events, XENRING_UINT, NULLABLE, BACKEND,
		 .help = "events among them after which there was nothing to do"),
	XR_FIELD(xenring_backend_events, jiffies_eoi_delayed, XENRING_UINT, NULLABLE, BACKEND,
		 .help = "how long the frontend was made to wait because of them, in ticks of the kernel"),
	XR_FIELD(xenring_backend_events, spurious_threshold, XENRING_UINT, NULLABLE, BACKEND,
		 .help = "spurious events in a row that are let pass before it is made to wait"),
	XR_END
};
const struct xenring_record xr_backend_events_record =
	XR_RECORD(xenring_backend_events, "backend_events", "what the backend counts of a device's events",
		  events_fields);

static const struct xenring_field requests_fields[] = {
	FROM(xenring_backend_requests),
	XR_FIELD(xenring_backend_requests, oo_req, XENRING_UINT, NULLABLE, BACKEND,
		 .help = "requests that had to wait, for the backend had no room for them"),
	XR_FIELD(xenring_backend_requests, rd_req, XENRING_UINT, NULLABLE, BACKEND, .help = "requests that read"),
	XR_FIELD(xenring_backend_requests, wr_req, XENRING_UINT, NULLABLE, BACKEND, .help = "requests that write"),
	XR_FIELD(xenring_backend_requests, f_req, XENRING_UINT, NULLABLE, BACKEND,
		 .help = "requests that flush the cache"),
	XR_FIELD(xenring_backend_requests, ds_req, XENRING_UINT, NULLABLE, BACKEND,
		 .help = "requests that discard sectors"),
	XR_FIELD(xenring_backend_requests, rd_sect, XENRING_UINT, NULLABLE, BACKEND, .unit = XENRING_U_SECTORS,
		 .help = "sectors that were read"),
	XR_FIELD(xenring_backend_requests, wr_sect, XENRING_UINT, NULLABLE, BACKEND, .unit = XENRING_U_SECTORS,
		 .help = "sectors that were written"),
	XR_END
};
const struct xenring_record xr_backend_requests_record =
	XR_RECORD(xenring_backend_requests, "backend_requests", "what a disk's backend counts of its requests",
		  requests_fields);

static const struct xenring_sym kind_words[] = {
	{ 0, "tx", "a network's requests to send" },
	{ 0, "rx", "a network's buffers to receive into" },
	{ 0, "disk", "a disk's requests" },
	{ 0 }
};

static const struct xenring_field ring_fields[] = {
	XR_FIELD(xenring_backend_ring, ring, XENRING_STRING, .from = XENRING_TOOL,
		 .help = "the ring within its device"),
	XR_FIELD(xenring_backend_ring, kind, XENRING_STRING, .syms = kind_words, .from = XENRING_TOOL,
		 .help = "what it is for, and so which of the keys have a meaning"),
	FROM(xenring_backend_ring),
	XR_FIELD(xenring_backend_ring, slots, XENRING_UINT, NULLABLE, BACKEND, .unit = XENRING_U_SLOTS,
		 .help = "how many requests fit"),
	XR_FIELD(xenring_backend_ring, req_prod, XENRING_UINT, NULLABLE, BACKEND,
		 .help = "index of the next request, as the backend saw it in the page"),
	XR_FIELD(xenring_backend_ring, req_cons, XENRING_UINT, NULLABLE, BACKEND,
		 .help = "requests below this index were taken; the page does not say that"),
	XR_FIELD(xenring_backend_ring, req_event, XENRING_UINT, NULLABLE, BACKEND,
		 .help = "the backend asks to be woken when req_prod passes this"),
	XR_FIELD(xenring_backend_ring, rsp_prod, XENRING_UINT, NULLABLE, BACKEND,
		 .help = "index of the next response, as it stands in the page"),
	XR_FIELD(xenring_backend_ring, rsp_prod_pvt, XENRING_UINT, NULLABLE, BACKEND,
		 .help = "responses below this index are made, but those from rsp_prod on not yet published"),
	XR_FIELD(xenring_backend_ring, rsp_event, XENRING_UINT, NULLABLE, BACKEND,
		 .help = "the frontend asks to be woken when rsp_prod passes this"),
	XR_FIELD(xenring_backend_ring, pending, XENRING_UINT, NULLABLE, .only = "tx", BACKEND,
		 .help = "requests that the network backend has in its hands"),
	XR_FIELD(xenring_backend_ring, credit_timer, XENRING_BOOL, NULLABLE, .only = "tx", BACKEND,
		 .help = "its rate is limited, and it waits for the next credit"),
	XR_FIELD(xenring_backend_ring, queue_len, XENRING_UINT, NULLABLE, .only = "rx", BACKEND, .unit = XENRING_U_BYTES,
		 .help = "bytes that wait in the network backend for the guest to post buffers"),
	XR_FIELD(xenring_backend_ring, queue_max, XENRING_UINT, NULLABLE, .only = "rx", BACKEND, .unit = XENRING_U_BYTES,
		 .help = "bytes at which it stops to take more"),
	XR_FIELD(xenring_backend_ring, queue_packets, XENRING_UINT, NULLABLE, .only = "rx", BACKEND,
		 .help = "packets that wait there"),
	XR_FIELD(xenring_backend_ring, stopped, XENRING_BOOL, NULLABLE, .only = "rx", BACKEND,
		 .help = "it takes no packets for the guest"),
	XR_FIELD(xenring_backend_ring, age_s, XENRING_REAL, NULLABLE, .only = "disk", BACKEND, .unit = XENRING_U_SECONDS,
		 .help = "how old the file was when it was read: tapdisk writes it each 5 s, and not if it hangs"),
	XR_FIELD(xenring_backend_ring, intact, XENRING_BOOL, NULLABLE, .only = "disk", BACKEND,
		 .help = "the file's checksum holds; it does not while tapdisk writes"),
	XR_END
};
const struct xenring_record xr_backend_ring_record =
	XR_RECORD(xenring_backend_ring, "backend_ring", "a ring as its backend has it, with what no page says",
		  ring_fields);

/* ---- of a host ---------------------------------------------------------- */

/* A device's readings, found by its domain and name. */
struct reading {
	uint32_t domid;
	uint64_t uid;			/* of its first ring: another connection begins anew */
	char *name;
	struct xr_readings now, before;
	bool has_before;
	struct xenring_backend_events events;
	struct xenring_backend_requests requests;
	struct xenring_backend_ring *rings;
};

struct xr_backends {
	unsigned refs;
	int64_t mono_ns;
	double elapsed_s;		/* since those before */
	struct reading *at;		/* by domain and name */
	size_t n;
};

struct xr_backends *xr_backends_ref(struct xr_backends *b)
{
	if (b)
		b->refs++;
	return b;
}

void xr_backends_unref(struct xr_backends *b)
{
	if (!b || --b->refs)
		return;
	for (size_t i = 0; i < b->n; i++) {
		xr_readings_free(&b->at[i].now);
		xr_readings_free(&b->at[i].before);
		free(b->at[i].rings);
		free(b->at[i].name);
	}
	free(b->at);
	free(b);
}

static int by_name(const void *a, const void *b)
{
	const struct reading *x = a, *y = b;

	if (x->domid != y->domid)
		return x->domid < y->domid ? -1 : 1;
	return strcmp(x->name, y->name);
}

static const struct reading *reading_of(const struct xr_backends *b, const struct xr_dev *dev)
{
	struct reading key = { .domid = dev->domid, .name = dev->name };

	return b && b->n ? bsearch(&key, b->at, b->n, sizeof(*b->at), by_name) : NULL;
}

uint32_t xr_own_domid(struct xenring *x)
{
	_cleanup_free_ void *value = NULL;
	uint32_t domid = 0;
	size_t n = 0;

	/* where the toolstack does not say it, it is dom0 */
	if (!x->src.ops->store_read(&x->src, "domid", &value, &n))
		xr_parse_u32(value, n, XR_DOMID_FIRST_RESERVED - 1, &domid);
	return domid;
}

bool xr_backend_key_of(const struct xr_dev *dev, uint32_t own, struct xr_backend_key *ret)
{
	*ret = (struct xr_backend_key){ .domid = dev->domid, .type = dev->be_type, .queues = dev->queues };
	/* a type is a part of a path, and names that a guest chose are not */
	return !dev->no_bus && dev->be_type && dev->be_domid == own && dev->pairing != XR_PAIR_FORGED &&
	       strlen(dev->be_type) < XR_BACKEND_TYPE &&
	       dev->be_type[0] && !dev->be_type[strspn(dev->be_type, "abcdefghijklmnopqrstuvwxyz0123456789_")] &&
	       !xr_parse_u32(dev->id, strlen(dev->id), UINT32_MAX, &ret->id);
}

static int ask(struct xenring *x, const struct xr_dev *dev, uint32_t own, struct xr_backend_files *ret)
{
	struct xr_backend_key key;

	*ret = (struct xr_backend_files){ .n = 0 };
	if (!x->src.ops->backend || !xr_backend_key_of(dev, own, &key))
		return -ENOENT;
	return x->src.ops->backend(&x->src, &key, ret);
}

struct xr_backend_key *xr_backend_keys(struct xenring *x, const struct xr_topology *top)
{
	struct xr_backend_key *keys = calloc(top->n_devs + 1, sizeof(*keys));
	uint32_t own = keys && top->n_devs ? xr_own_domid(x) : 0;

	for (size_t i = 0; keys && i < top->n_devs; i++)
		if (!xr_backend_key_of(top->devs[i].dev, own, &keys[i]))
			keys[i].type = NULL;
	return keys;
}

static void fill_rows(struct reading *r, double elapsed_s)
{
	const int64_t *v = r->now.value, *was = r->before.value;
	int64_t since = r->has_before ? xr_counter_since(was[XR_BF_EVENTS], v[XR_BF_EVENTS]) : XENRING_UNKNOWN;

	r->events = (struct xenring_backend_events){
		.from = sysfs, .event_channels = v[XR_BF_EVENT_CHANNELS], .events = v[XR_BF_EVENTS],
		.events_per_s = since == XENRING_UNKNOWN ? (double)NAN : (double)since / elapsed_s,
		.spurious_events = v[XR_BF_SPURIOUS_EVENTS], .jiffies_eoi_delayed = v[XR_BF_JIFFIES_EOI_DELAYED],
		.spurious_threshold = v[XR_BF_SPURIOUS_THRESHOLD],
	};
	r->requests = (struct xenring_backend_requests){
		.from = r->now.of_tapdisk ? tapdisk : sysfs, .oo_req = v[XR_BF_OO_REQ], .rd_req = v[XR_BF_RD_REQ],
		.wr_req = v[XR_BF_WR_REQ], .f_req = v[XR_BF_F_REQ], .ds_req = v[XR_BF_DS_REQ],
		.rd_sect = v[XR_BF_RD_SECT], .wr_sect = v[XR_BF_WR_SECT],
	};
	for (size_t i = 0; i < r->now.n_rings; i++) {
		r->rings[i] = r->now.rings[i].row;
		r->rings[i].ring = r->now.rings[i].name;
	}
}

/* One device's; *at stays empty if it has none. */
static int take(struct xenring *x, const struct xr_dev *dev, uint32_t own, int64_t real_ns,
		struct xr_backends *b)
{
	const struct reading *was = reading_of(x->backends, dev);
	struct reading *r = &b->at[b->n];
	struct xr_backend_files f;
	int err = ask(x, dev, own, &f);

	if (err || !f.n) {
		xr_backend_files_free(&f);
		return err == -ENOMEM ? err : 0;
	}
	*r = (struct reading){ .domid = dev->domid, .uid = dev->n_rings ? dev->rings[0].uid : 0 };
	err = xr_readings_parse(&f, real_ns, &r->now);
	xr_backend_files_free(&f);
	if (err)
		return err;
	b->n++;
	r->name = strdup(dev->name);
	r->rings = calloc(r->now.n_rings + 1, sizeof(*r->rings));
	if (!r->name || !r->rings)
		return -ENOMEM;
	if (was && was->uid == r->uid) {
		memcpy(r->before.value, was->now.value, sizeof(was->now.value));
		r->has_before = true;
	}
	fill_rows(r, b->elapsed_s);
	return 0;
}

int xr_backends_refresh(struct xenring *x, const struct xenring_snapshot *s, const struct xenring_time *now)
{
	struct xr_backends *b;
	uint32_t own;
	int r;

	if (x->backends && now->mono_ns - x->backends->mono_ns < (x->backends_ns ? x->backends_ns : XR_BACKENDS_NS) &&
	    now->mono_ns >= x->backends->mono_ns)
		return 0;
	b = calloc(1, sizeof(*b));
	if (!b)
		return -ENOMEM;
	b->refs = 1;
	b->mono_ns = now->mono_ns;
	b->elapsed_s = x->backends ? (double)(now->mono_ns - x->backends->mono_ns) / 1e9 : 0;
	b->at = calloc(s->top->n_devs + 1, sizeof(*b->at));
	own = xr_own_domid(x);
	r = b->at ? 0 : -ENOMEM;
	for (size_t i = 0; i < s->top->n_devs && !r; i++)
		r = take(x, s->top->devs[i].dev, own, now->real_ns, b);
	if (r) {
		xr_backends_unref(b);
		return r;
	}
	qsort(b->at, b->n, sizeof(*b->at), by_name);
	xr_backends_unref(x->backends);
	x->backends = b;
	return 0;
}

static bool any(const int64_t *v, size_t from, size_t to)
{
	for (; from <= to; from++)
		if (v[from] != XENRING_UNKNOWN)
			return true;
	return false;
}

void xr_backends_row(const struct xr_backends *b, const struct xr_dev *dev, struct xenring_device *ret)
{
	const struct reading *r = reading_of(b, dev);

	if (!r)
		return;
	if (any(r->now.value, XR_BF_EVENT_CHANNELS, XR_BF_SPURIOUS_THRESHOLD))
		ret->backend_events = &r->events;
	if (any(r->now.value, XR_BF_OO_REQ, XR_BF_WR_SECT))
		ret->backend_requests = &r->requests;
	ret->backend_rings = r->rings;
	ret->n_backend_rings = r->now.n_rings;
}

const struct xr_readings *xr_backends_of(const struct xr_backends *b, const struct xr_dev *dev,
					 const struct xr_readings **ret_before, double *ret_elapsed_s)
{
	const struct reading *r = reading_of(b, dev);

	if (!r)
		return NULL;
	*ret_before = r->has_before ? &r->before : NULL;
	*ret_elapsed_s = b->elapsed_s;
	return &r->now;
}
