/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libxenring: find, map (read-only), sample and decode the I/O rings of live
 * Xen guests. This is the whole public interface.
 *
 * The flow of a program:
 *
 *	xenring_new() -> xenring_open("xen:")
 *	     |
 *	     v
 *	xenring_sample() -> snapshot -> xenring_ring(), xenring_device(), ...
 *	     ^                  |        rows: plain structs, one per ring
 *	     |                  v
 *	xenring_wait()     xenring_walk(xenring_record("ring"), &row, visitor)
 *	                   every field with its name, unit and meaning
 *
 * Conventions. Functions return 0 or a negative errno (or a count where said).
 * After a failure xenring_message() has a sentence and xenring_hint() what to
 * do next (or NULL). Output parameters are named ret_..., come last and are
 * left alone on failure. The library never prints, never exits, never installs
 * a signal handler, and never writes to a guest, to xenstore or to a grant
 * table. A handle may be used by one thread at a time; handles share nothing.
 *
 * Unknown is a value, never 0: XENRING_UNKNOWN in an int64_t, NaN in a double,
 * NULL in a pointer, -1 in a tri-state int8_t.
 */
#ifndef XENRING_H
#define XENRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

#define XENRING_UNKNOWN INT64_MIN

/* ---- Descriptors: what a record's fields are called and mean ----------- */

enum xenring_type {
	XENRING_UINT,		/* unsigned number */
	XENRING_INT,		/* signed number */
	XENRING_REAL,		/* double; NaN is unknown */
	XENRING_BOOL,
	XENRING_OPAQUE,		/* somebody's own value, up to 64 bits: show in hex */
	XENRING_ENUM,		/* a number with names, .syms */
	XENRING_FLAGS,		/* bits with names, .syms; each value is one mask */
	XENRING_GREF,		/* a grant reference of the frontend's table */
	XENRING_STRING,		/* text; in a wire record a char array */
	XENRING_BYTES,		/* .size bytes without a meaning of their own */
	XENRING_RECORD,		/* a nested record, .sub */
	XENRING_DECODED,	/* a wire record whose descriptor depends on the data */
	XENRING_TYPE_N
};

enum xenring_unit {
	XENRING_NOUNIT,
	XENRING_U_BYTES,
	XENRING_U_SECTORS,	/* of 512 bytes, always */
	XENRING_U_SLOTS,
	XENRING_U_SECONDS,
	XENRING_U_PER_S,
	XENRING_UNIT_N
};

/* How a number is known. */
enum xenring_from {
	XENRING_SHARED,		/* read from a page shared by the guest */
	XENRING_INFERRED,	/* follows from what was read; may be a bound */
	XENRING_BACKEND,	/* said by the backend's own files */
	XENRING_STORE,		/* read from xenstore */
	XENRING_HYPERVISOR,	/* answered by the hypervisor */
	XENRING_TOOL,		/* the tool's own: a name, a path, a verdict */
	XENRING_FROM_N
};

enum {
	XENRING_F_NULLABLE = 1,	/* may be unknown */
	XENRING_F_HIDDEN = 2,	/* not shown: a count that belongs to a list */
	XENRING_F_POINTER = 4,	/* the member is a pointer to the element(s) */
	XENRING_F_FETCHED = 8,	/* a list in pages that the record names; empty if not fetched */
	XENRING_F_SECRET = 16,	/* what a person typed or a key: not shown unless xenring_show_secrets() */
	XENRING_F_NETWORK = 32,	/* a number in network order, the high byte first */
	XENRING_F_REST = 64,	/* STRING, BYTES: goes on to the end of the bytes there are, .size at most */
	XENRING_F_LOG2 = 128,	/* a list: .count is the binary logarithm of its length */
};

/* A value and its name; a table ends with .name == NULL. */
struct xenring_sym {
	uint64_t value;
	const char *name, *help;
};

/*
 * One field of a record. Walk tables with xenring_next_field() only: this
 * struct may grow at its end.
 */
struct xenring_field {
	const char *name;	/* JSON key, column id, metric stem */
	const char *help;	/* what it says, one sentence without a stop */
	const char *head;	/* short heading; NULL: not a default column */
	uint32_t off, size;	/* where in the record, bytes of one element */
	enum xenring_type type;
	enum xenring_unit unit;
	enum xenring_from from;
	uint8_t prio;		/* columns: higher goes first when it gets narrow */
	uint8_t flags;		/* XENRING_F_... */
	const struct xenring_sym *syms;		/* ENUM, FLAGS; STRING: the words it may be */
	const struct xenring_record *sub;	/* RECORD */
	const char *count;	/* list, or BYTES and STRING: the sibling that says how many */
	uint32_t max;		/* 0: one value; else a list, and what fits */
	uint32_t per;		/* what .count counts, per element; 0 is 1 */
	const char *only;	/* rows: the values of "kind", or else "state", it has a meaning for; NULL: any */
	uint8_t shift, bits;	/* of the number the bits from shift on; bits 0: all of it */
	const char *after;	/* list: the sibling that says how many of the array come before it */
};

struct xenring_record {
	const char *name;	/* "ring", "device"; wire records "blkif.request" */
	const char *help;
	uint32_t size;		/* bytes */
	const struct xenring_field *fields;	/* ends with .name == NULL */
};

/* A field of C struct T for a table; ..._ALIAS where its name is not the member's. */
#define XENRING_FIELD_ALIAS(T, key, m, ty, ...)				\
	{ .name = key, .off = (uint32_t)offsetof(struct T, m),		\
	  .size = (uint32_t)sizeof(((struct T *)0)->m), .type = ty, __VA_ARGS__ }
#define XENRING_FIELD(T, m, ty, ...) XENRING_FIELD_ALIAS(T, #m, m, ty, __VA_ARGS__)
#define XENRING_FIELD_END { .name = NULL }

/* The next field after prev (NULL: the first), hidden ones too; NULL at the end. */
const struct xenring_field *xenring_next_field(const struct xenring_record *rec,
					       const struct xenring_field *prev);
/*
 * All records the library knows, the rows of this header first, then every
 * protocol's wire records, each name once. prev NULL: the first.
 */
const struct xenring_record *xenring_next_record(const struct xenring_record *prev);
/* A record by its name, or NULL. */
const struct xenring_record *xenring_record(const char *name);
/* Words for a unit, a provenance, a type ("sectors", "shared", "enum"). Never NULL. */
const char *xenring_unit_name(enum xenring_unit unit);
const char *xenring_from_name(enum xenring_from from);
const char *xenring_type_name(enum xenring_type type);

/* ---- The walk: one way to look at any record --------------------------- */

struct xenring_value {
	const struct xenring_field *field;
	bool known;		/* false: none of the below means anything */
	bool redacted;		/* ... since it is a secret */
	bool none;		/* ... since there is no such thing here: see .only */
	uint64_t u;		/* UINT BOOL OPAQUE ENUM FLAGS GREF */
	int64_t i;		/* INT, and UINT of a row */
	double real;		/* REAL */
	const char *sym;	/* ENUM: the value's name, or NULL */
	const void *bytes;	/* STRING, BYTES: may hold any byte, no NUL at the end */
	size_t n;
};

/*
 * Called in order. A callback may be NULL. Any result but 0 ends the walk and
 * is returned by it. field is NULL for the outermost record; each element of a
 * list of records comes as begin/end with the list's own field.
 */
struct xenring_visitor {
	int (*begin)(void *data, const struct xenring_field *field, const struct xenring_record *rec);
	int (*end)(void *data, const struct xenring_field *field, const struct xenring_record *rec);
	int (*list)(void *data, const struct xenring_field *field, size_t n);
	int (*list_end)(void *data, const struct xenring_field *field);
	int (*value)(void *data, const struct xenring_value *value);
	/* What a guest wrote does not fit: a count too big, a record cut short. */
	int (*fault)(void *data, const struct xenring_field *field, const char *text);
};

/* Walk a row of this header (rec = xenring_record("ring"), row = &ring). */
int xenring_walk(const struct xenring_record *rec, const void *row,
		 const struct xenring_visitor *visitor, void *data);

/* ---- The handle -------------------------------------------------------- */

struct xenring;

/* 0 or -ENOMEM. */
int xenring_new(struct xenring **ret);
/* Unmaps everything and frees. NULL is fine. Snapshots stay valid. */
void xenring_close(struct xenring *x);
/*
 * Opens a source, once per handle: "xen:" (also NULL), "xen:grant" (inside a
 * driver domain: the rings granted to it; a mapping keeps the frontend from
 * ending the grant until it is let go, which takes xenring_wait() or
 * xenring_sample() to be running; -EEXIST: foreign mapping works here, use
 * that), "file:PATH" or a bare
 * path that ends in .xrc, "file:-" for standard input, "fake:NAME" (a made-up
 * host with a clock of its own, which moves only while xenring_wait() waits;
 * with ",fast" behind its name without the waiting). -ENODEV: there is no Xen
 * here; -EACCES, -EPERM: no right to look; -EINVAL: no such source;
 * -EOPNOTSUPP: not in this build; -EPROTO: the file is no capture;
 * -EPROTONOSUPPORT: it is one of a later version.
 */
int xenring_open(struct xenring *x, const char *source);
/* What failed last, where and why; "" if nothing did. Valid until the next call. */
const char *xenring_message(const struct xenring *x);
/* What to do about it, or NULL. */
const char *xenring_hint(const struct xenring *x);
/* The source as opened, "xen:"; static or owned by x. */
const char *xenring_source(const struct xenring *x);
/* The name of the host that is looked at: this one, or a capture's. Owned by x. */
const char *xenring_host(struct xenring *x);
/*
 * Whether slots show what a person typed, keys and the like (fields with
 * XENRING_F_SECRET): off at first, and then such a value is redacted.
 */
void xenring_show_secrets(struct xenring *x, bool show);
/*
 * Names a vchan (libxenvchan) by its server's folder in xenstore, in full:
 * "/local/domain/5/data/foo". Those below a domain's data/vchan are found
 * without that. It is listed whatever is in the folder, at most 64 of them.
 * Before or after xenring_open(). -EINVAL: no folder of a domain; -ENOSPC.
 */
int xenring_add_vchan(struct xenring *x, const char *path);
const char *xenring_version(void);
/* The sources of this build: name and help, NULL after the last. */
const char *xenring_next_source(size_t i, const char **ret_help);
/*
 * What may stand behind a source's colon: "demo", "big:N[:busy]", entry i, and
 * a sentence about it. NULL after the last, or if nothing may.
 */
const char *xenring_next_source_arg(const char *source, size_t i, const char **ret_help);
/* Diagnostics for a developer, one line without newline per call; fn NULL: none. */
void xenring_set_debug(struct xenring *x, void (*fn)(void *data, const char *area, const char *line), void *data);

struct xenring_time {
	int64_t real_ns;	/* since 1970, UTC */
	int64_t mono_ns;	/* the host's CLOCK_MONOTONIC */
};
/* The source's clock now: a capture has its own. */
int xenring_now(struct xenring *x, struct xenring_time *ret);
/*
 * Sleeps until mono_ns by the source's clock. Meanwhile takes note of
 * domains and devices that change, and unmaps at once what has gone.
 * -EINTR: a signal came, or the wake descriptor is readable. A capture does not
 * sleep: the next sample is the first that is not older.
 */
int xenring_wait(struct xenring *x, int64_t until_mono_ns);
/*
 * Is anything wanted of this domain (device NULL), of its devices of this type
 * ("vbd:"), of this device ("vbd:51712")? domain is its name. Who says yes to a
 * device must say yes to its type and its domain.
 */
typedef bool xenring_wants(void *data, int64_t domid, const char *domain, const char *device);
/*
 * From the next sample on only these devices are looked at, so that a host with
 * many guests is asked little: domains are all known by number, name and state,
 * but have no other devices. Called again, all is judged anew. wants NULL:
 * everything, as at first. What a capture is written of then (xenring_tee()) is
 * what was looked at.
 */
void xenring_look_at(struct xenring *x, xenring_wants *wants, void *data);
/*
 * A descriptor, the caller's, that ends a wait when it is readable: a pipe that
 * a signal handler writes to, a terminal. -1: none, as at first.
 */
void xenring_set_wake_fd(struct xenring *x, int fd);
/*
 * What may take long says how far it is: "domain" while domains are searched
 * for devices, "sample" while a moment of a capture is looked for; done of
 * total, 0: how many there are is not known. In the thread that called, which
 * may not use the handle meanwhile. False gives it up: the call fails with
 * -EINTR. What was found stays known, so that the next sample goes on from there;
 * after a search that was given up it is one before that moment.
 */
typedef bool xenring_progress(void *data, const char *what, uint64_t done, uint64_t total);
void xenring_set_progress(struct xenring *x, xenring_progress *fn, void *data);

/* ---- Snapshots --------------------------------------------------------- */

struct xenring_snapshot;

/*
 * Asks for the domains' states (paused, shutdown) anew at the next sample;
 * without it they are as of the last change of the list of domains.
 */
void xenring_refresh_domains(struct xenring *x);
/*
 * Has the next sample's devices say what their backends in this domain say of
 * themselves, in files: counters of events and requests, and their own view of
 * rings. Read if the last reading is 5 s old, so that it may be asked for each
 * time; without it nothing is read, and nothing is known.
 */
void xenring_refresh_backends(struct xenring *x);
/*
 * Looks at every ring once. A ring that cannot be read is a row with an error,
 * never a failure of the call. The first call finds all domains and devices;
 * later ones look again only at what changed. *ret is the caller's reference.
 * -ENODATA: a capture has no further sample. While a capture is written, a
 * failure to write is one of the call.
 */
int xenring_sample(struct xenring *x, struct xenring_snapshot **ret);
struct xenring_snapshot *xenring_snapshot_ref(struct xenring_snapshot *s);
void xenring_snapshot_unref(struct xenring_snapshot *s);	/* NULL is fine */
void xenring_snapshot_time(const struct xenring_snapshot *s, struct xenring_time *ret);

/* ---- Captures ----------------------------------------------------------- */

enum {
	XENRING_TEE_PAYLOAD = 1,	/* what guests' byte rings and data pages hold, too */
};

/*
 * From the next sample on, what is read is also written to fd, as a capture
 * (xenringtop-capture(5)): all that a replay needs for every command, each
 * sample whole as soon as xenring_sample() returns. fd stays the caller's and
 * must stay open. Called again: the capture in hand is ended as with -1, and
 * the new one goes on with all that is known. fd -1 ends it: its last block and
 * its index are written. Ending a handle without that leaves a capture that
 * "ends early". flags: XENRING_TEE_..., of the first call.
 */
int xenring_tee(struct xenring *x, int fd, unsigned flags);

struct xenring_written {
	uint64_t samples, bytes;	/* in the capture in hand; bytes that were written */
};
/* All 0 where none is written. */
void xenring_written(const struct xenring *x, struct xenring_written *ret);

struct xenring_capture {
	const char *creator;		/* what wrote it; NULL before the first sample */
	struct xenring_time first;	/* of its first sample; .mono_ns XENRING_UNKNOWN: it has none */
	bool can_seek;			/* a pipe cannot go back */
	const char *damage;		/* what is wrong or missing, as far as was read: "ends early, ..." */
};
/* -EOPNOTSUPP: the source is no capture. Strings are owned by x, valid until its next call. */
int xenring_capture(struct xenring *x, struct xenring_capture *ret);
/*
 * Goes to the sample that was the newest at real_ns (INT64_MAX: the last; the
 * first, if it is before that), or rather history_s or more before it, so that
 * rates and stalls are known there. Returns how many samples lead up to it, it
 * included; 0: there are none. All that was known is forgotten. -ESPIPE.
 */
int xenring_seek(struct xenring *x, int64_t real_ns, double history_s);

/* A kind of block, what captures are made of. All strings are static. */
struct xenring_block {
	const char *name;	/* "STORE_READ" */
	uint32_t type;		/* its number in the file */
	const char *help;	/* what it says, one sentence without a stop */
	const char *layout;	/* its body in the notation of xenringtop-capture(5); "": empty */
};
/* Kind i of those that this library knows, by their numbers. -ERANGE after the last. */
int xenring_capture_block(size_t i, struct xenring_block *ret);

/*
 * From the next sample on, the requests of ring i are kept track of (on), or not
 * any more: each sample copies its pages if it has moved, and
 * xenring_read_slots() tells which requests are open, which are answered
 * already, which are open though their slot is reused, and since when. Of a ring
 * whose responses come in any order; whatever connection it has later. If s is
 * the newest sample, it is the first that counts. -EOPNOTSUPP: of a ring that
 * answers in order, or whose requests are not decoded. -ERANGE, -ENOMEM.
 */
int xenring_track(struct xenring *x, const struct xenring_snapshot *s, size_t i, bool on);

/* ---- Rows --------------------------------------------------------------- */

struct xenring_error {
	const char *path;	/* target the error belongs to */
	const char *op;		/* "store", "pair", "grant", "map", "sample", ... */
	const char *code;	/* "EACCES" */
	const char *text;	/* a sentence */
};

/*
 * The rows. Strings belong to the snapshot. Fields are described, in this
 * order, by xenring_record("ring") and so on.
 */
struct xenring_ring {
	const char *path;	/* "web01/vbd:51712/q0" */
	int64_t domid;
	const char *domain, *device, *ring, *kind, *protocol, *abi;
	const char *state, *frontend_state, *backend_state;
	int64_t backend_domid;
	const char *pairing;
	int64_t slots, in_flight;
	int64_t req_prod, rsp_prod, req_event, rsp_event;
	int64_t req_cons_min, req_cons_max;
	int64_t in_prod, in_cons, in_size, out_prod, out_cons, out_size;
	double requests_per_s, responses_per_s, stall_s, oldest_s;
	int64_t port, backend_port;
	const uint32_t *ring_refs;
	size_t n_ring_refs;
	int64_t pages;
	int8_t torn;
	int64_t epoch;
	const struct xenring_error *error;
};

/* What a backend in this domain says of itself; see xenring_refresh_backends(). */
struct xenring_backend_events {
	const char *from;
	int64_t event_channels, events;
	double events_per_s;
	int64_t spurious_events, jiffies_eoi_delayed, spurious_threshold;
};

struct xenring_backend_requests {
	const char *from;
	int64_t oo_req, rd_req, wr_req, f_req, ds_req, rd_sect, wr_sect;
};

struct xenring_backend_ring {
	const char *ring, *kind, *from;		/* "q0/tx" */
	int64_t slots, req_prod, req_cons, req_event, rsp_prod, rsp_prod_pvt, rsp_event;
	int64_t pending;
	int8_t credit_timer;
	int64_t queue_len, queue_max, queue_packets;
	int8_t stopped;
	double age_s;
	int8_t intact;
};

struct xenring_device {
	const char *path;	/* "web01/vbd:51712" */
	int64_t domid;
	const char *domain, *device, *protocol;
	const char *frontend_state, *backend_state;
	int64_t backend_domid;
	const char *backend_type, *pairing;
	int64_t queues, rings, in_flight;
	const char *frontend_path, *backend_path;
	const struct xenring_backend_events *backend_events;		/* NULL: not known */
	const struct xenring_backend_requests *backend_requests;
	const struct xenring_backend_ring *backend_rings;
	size_t n_backend_rings;
	const struct xenring_error *error;
};

struct xenring_domain {
	int64_t domid;
	const char *domain, *uuid, *state;
	int64_t devices, rings, unreadable, in_flight;
};

size_t xenring_n_rings(const struct xenring_snapshot *s);
size_t xenring_n_devices(const struct xenring_snapshot *s);
size_t xenring_n_domains(const struct xenring_snapshot *s);
/* Row i of each, sorted by domid, device, queue and ring. i < n, else -ERANGE. */
int xenring_ring(const struct xenring_snapshot *s, size_t i, struct xenring_ring *ret);
int xenring_device(const struct xenring_snapshot *s, size_t i, struct xenring_device *ret);
int xenring_domain(const struct xenring_snapshot *s, size_t i, struct xenring_domain *ret);
/* The device of ring i, and the domain of device i, as indices. */
size_t xenring_ring_device(const struct xenring_snapshot *s, size_t i);
size_t xenring_device_domain(const struct xenring_snapshot *s, size_t i);

/*
 * What thousands of rings are counted and sorted by at each sample: the fields
 * of struct xenring_ring that cost next to nothing. A steady idle ring's own
 * memory is not touched.
 */
struct xenring_brief {
	const char *path, *state;
	double requests_per_s, responses_per_s, stall_s;
};

/* Of ring i. -ERANGE. */
int xenring_brief(const struct xenring_snapshot *s, size_t i, struct xenring_brief *ret);

enum xenring_scope { XENRING_DOMAIN, XENRING_DEVICE, XENRING_RING };

/* The target that names row i of these, as in the row; NULL: there is no such row. */
const char *xenring_path(const struct xenring_snapshot *s, enum xenring_scope scope, size_t i);

/* ---- Slots ------------------------------------------------------------- */

struct xenring_slots;

/* One slot. id: XENRING_F_NULLABLE OPAQUE, has_id false if it has none. */
struct xenring_slot {
	int64_t index;		/* free-running, 0 to 2^32-1; of a stream that of its first byte */
	int64_t slot;		/* index modulo the number of slots */
	const char *state, *type;
	const uint64_t *id;	/* NULL: none */
	const struct xenring_decoded *record;
	const uint32_t *grefs;
	size_t n_grefs;
	double seen_s;
};

/*
 * A private copy of all slots of ring i, taken now: the ring must still be
 * readable (-ESTALE if it has gone since the snapshot). Pages that requests
 * name (blkif's indirect descriptors) are fetched in one batch. Free with
 * xenring_slots_free(). Of a ring of events the slots are the events, of a
 * mailbox what stands in it, of streams of messages (9pfs, xenstore) those that
 * are queued, out before in; their index is the position of their first byte.
 * Of a ring that is tracked, those requests are further slots that are open but
 * have lost theirs to a response.
 * What the page says beside them is a further one, of the state "page". Messages
 * of a mailbox and this are numbered from 0. -EOPNOTSUPP: a ring that holds
 * bytes (console). -ENODATA: a capture that leaves out its pages.
 */
int xenring_read_slots(struct xenring *x, const struct xenring_snapshot *s, size_t i,
		       struct xenring_slots **ret);
void xenring_slots_free(struct xenring_slots *s);	/* NULL is fine */
/* The ring's row with the indices that belong to this copy. */
int xenring_slots_ring(const struct xenring_slots *s, struct xenring_ring *ret);
/* All slots in the order of their index, oldest first. */
size_t xenring_n_slots(const struct xenring_slots *s);
int xenring_slot(const struct xenring_slots *s, size_t i, struct xenring_slot *ret);
/* Walks slot i as xenring_record("slot"), the decoded request or response in it. */
int xenring_walk_slot(const struct xenring_slots *s, size_t i,
		      const struct xenring_visitor *visitor, void *data);
/* The slot's raw bytes; *ret_n their number. NULL: there is a secret among them. */
const void *xenring_slot_bytes(const struct xenring_slots *s, size_t i, size_t *ret_n);

/* ---- Latency ------------------------------------------------------------ */

struct xenring_latency;

/* How a ring was sampled, and what was seen of it. */
struct xenring_latency_ring {
	const char *path;
	double duration_s;
	int64_t samples;
	double samples_per_s, period_s, period_p99_s, period_max_s;
	int64_t whole, shorter, unknown, lost, in_flight;
	double oldest_s;
};

struct xenring_latency_step {
	double from_s, to_s;
	int64_t count;
};

/* How long the requests of one operation took on one ring. */
struct xenring_latency_op {
	const char *path, *operation;
	int64_t count, whole, shorter;
	double shorter_than_s, shorter_than_p50_s;
	double min_s, p50_s, p90_s, p99_s, p999_s, max_s, off_by_s;
	const struct xenring_latency_step *histogram;
	size_t n_histogram;
};

/*
 * How long requests take: from the sample in which one is seen first to that in
 * which its answer is. Their rings are kept track of (xenring_track()), and each
 * sample of the handle tells of them; xenring_latency_run() looks at them and at
 * nothing else, as often as is asked. Free it before its handle. -ENOMEM.
 */
int xenring_latency_new(struct xenring *x, struct xenring_latency **ret);
void xenring_latency_free(struct xenring_latency *l);	/* NULL is fine */
/* Ring i of s, whatever connection it has later. Once more is fine. As xenring_track(). */
int xenring_latency_add(struct xenring_latency *l, const struct xenring_snapshot *s, size_t i);
/*
 * As xenring_wait(), but looks at these rings meanwhile: each interval_s, in a
 * tight loop below 20 us; 0: as often as takes a quarter of a core, 50 us to 1 ms.
 * Ends early where xenring_sample() is to find out what has become of a ring.
 * Of a capture there is nothing between its samples: it waits. -EINTR.
 */
int xenring_latency_run(struct xenring_latency *l, int64_t until_mono_ns, double interval_s);
/*
 * Rows xenring_record("latency_ring") in the order they were added; strings are
 * l's. -ERANGE; -ENOMEM: there was none for what was seen, and it is not all there.
 */
size_t xenring_n_latency_rings(const struct xenring_latency *l);
int xenring_latency_ring(struct xenring_latency *l, size_t i, struct xenring_latency_ring *ret);
/* Rows xenring_record("latency"), ring by ring. The histogram is valid until the next one is asked for. */
size_t xenring_n_latency_ops(const struct xenring_latency *l);
int xenring_latency_op(struct xenring_latency *l, size_t i, struct xenring_latency_op *ret);
/*
 * What so many in 1000 of operation i did not exceed, in seconds, where that is
 * known to be shorter than a period: that period. Else NaN.
 */
double xenring_latency_bound(const struct xenring_latency *l, size_t i, unsigned per_mille);

/* ---- Following one request ------------------------------------------------ */

struct xenring_follow;
struct xenring_event;

/* One of the eight steps. A window of seconds, from when the request was first seen. */
struct xenring_course_step {
	int64_t step;
	const char *name, *state;
	double after_s, by_s;
	const char *known_by, *text;
};

struct xenring_course {
	const char *path;
	int64_t request, slot;
	const char *operation;
	int64_t sector, sectors, grants;
	bool done;
	int64_t stands_at;
	const char *owes;
	double age_s;
	int64_t looks;
	int64_t mono_ns;		/* when it was first seen, by the source's clock; no field of the row */
	const struct xenring_course_step *steps;
	size_t n_steps;
};

/*
 * Follows the requests of ring i of s, one at a time, from its frontend to its
 * backend and back: the next one that comes, and when that is through, the next
 * after it. traced: xenring_follow_event() will tell what a trace tells; what is
 * through is then given half a second later. Whatever connection the ring has
 * later. -EOPNOTSUPP: it is no ring of requests. -ERANGE, -ENOMEM. Free it before
 * its handle.
 */
int xenring_follow_new(struct xenring *x, const struct xenring_snapshot *s, size_t i, bool traced,
		       struct xenring_follow **ret);
void xenring_follow_free(struct xenring_follow *f);	/* NULL is fine */
/*
 * Until then it looks at its ring, each 20 us, and without a pause while a request
 * is young; nothing else of the handle is looked at. Of what does not move by
 * itself (a capture) it only waits. A request that is under way then is followed
 * for up to two seconds more. 0: time is up, or the ring is not what it was:
 * take a sample. -EINTR, and as xenring_wait().
 */
int xenring_follow_run(struct xenring_follow *f, int64_t until_mono_ns);
/* After each sample, which is a look, too. -ENOMEM. */
int xenring_follow_step(struct xenring_follow *f, const struct xenring_snapshot *s);
/* What a trace tells, in the order of time. */
void xenring_follow_event(struct xenring_follow *f, const struct xenring_event *e);
/*
 * The next request that is through, oldest first: 1, and the row
 * xenring_record("course"), whose strings and steps are good until the next call
 * with f. 0: there is none. all: also those of which a trace may have to tell yet.
 */
int xenring_follow_next(struct xenring_follow *f, bool all, struct xenring_course *ret);
/* How often requests came and went between two looks: nothing is told of these. */
uint64_t xenring_follow_missed(const struct xenring_follow *f);
/* The same of the one that is under way. */
int xenring_follow_now(struct xenring_follow *f, struct xenring_course *ret);

/* ---- Payload ----------------------------------------------------------- */

struct xenring_payload;

/* A part of a request's data: what one page has of it. */
struct xenring_payload_part {
	int64_t gref;			/* XENRING_UNKNOWN: it is in the ring's own pages */
	int64_t offset, bytes, sector;
	const char *error;		/* NULL: it was read */
	const uint8_t *data;		/* n_data bytes; NULL: it was not read */
	size_t n_data;
};

/* A request in flight, of a network ring a packet; or a message, or what a queue of bytes holds. */
struct xenring_payload_request {
	const char *path;
	int64_t index, slots;
	const char *state, *type, *operation;
	const uint64_t *id;		/* NULL: none */
	const char *direction;
	int64_t bytes, bytes_read;
	const char *note;
	const struct xenring_payload_part *parts;
	size_t n_parts;
};

/*
 * What is in flight on ring i itself: the pages that its requests name, granted
 * to its backend, mapped read-only in one batch, copied and unmapped; or the
 * bytes and messages that are queued. No other call gives out any of it. index:
 * only the request of that index, be it answered, of a packet that of any of its
 * slots; XENRING_UNKNOWN: all. A page that may not be read, or whose request was
 * answered while it was, is a part with an error, never zeros. Keys and the like
 * are redacted unless xenring_show_secrets(). At most 1024 pages are read. Free
 * with xenring_payload_free(). -EOPNOTSUPP: requests that are empty buffers;
 * -ENODATA: a capture without payload; and as xenring_read_slots().
 */
int xenring_read_payload(struct xenring *x, const struct xenring_snapshot *s, size_t i, int64_t index,
			 struct xenring_payload **ret);
void xenring_payload_free(struct xenring_payload *p);	/* NULL is fine */
/* Rows xenring_record("payload"), oldest first; strings and bytes are p's. i < n, else -ERANGE. */
size_t xenring_n_payload(const struct xenring_payload *p);
int xenring_payload(const struct xenring_payload *p, size_t i, struct xenring_payload_request *ret);

/* ---- Grant tables ------------------------------------------------------ */

struct xenring_grants;

/* A domain's grant table as a whole. */
struct xenring_grant_table {
	int64_t domid;
	const char *domain;
	int64_t version, frames, max_frames;
	int64_t entries_total, entries_in_use, entries_mapped;
	/* of what the domain itself has mapped of others', by xenring_use_debug_keys() */
	int64_t maptrack_frames, maptrack_max_frames, maptrack_in_use;
	const char *maptrack_error;	/* why they are not known */
	int8_t withheld;		/* it is that of the domain this runs in: Xen gives it to nobody */
	const struct xenring_error *error;
};

/* One entry of it that is granted, or still mapped. */
struct xenring_grant {
	int64_t ref;
	const char *type;
	int64_t domid;			/* granted to */
	const uint64_t *frame;		/* NULL: the entry holds none */
	uint32_t flags;
	int8_t in_use;			/* granted: of a type other than invalid */
	const char *mapped;
	const char *used_by, *use;
	int64_t slot;
	int64_t mapped_by, pins;	/* by xenring_use_debug_keys() */
};

/* What uses entries, how many of them, and how they are granted. */
struct xenring_grant_user {
	const char *used_by, *use;
	int64_t domid;
	const char *access;
	int64_t entries, mapped, first_ref;
};

enum {
	XENRING_GRANTS_COUNT = 1,	/* only the table as a whole */
};

/*
 * Looks at the grant table of domain i of the snapshot now, and at its rings
 * and slots before and after it, to say who uses each entry. A table that
 * cannot be read is a row with an error and unknown numbers, never a failure of
 * the call. What was seen to be used is remembered by the handle, so that who
 * calls this at each sample is told of entries that no ring names any more. Of
 * a capture it is the last table that was written down, at most 5 s old. Free
 * with xenring_grants_free(). -ERANGE, -ENOMEM.
 */
int xenring_read_grants(struct xenring *x, const struct xenring_snapshot *s, size_t i, unsigned flags,
			struct xenring_grants **ret);
void xenring_grants_free(struct xenring_grants *g);	/* NULL is fine */
/* Rows: xenring_record("grant_table") and so on. Strings belong to g. i < n, else -ERANGE. */
int xenring_grants_table(const struct xenring_grants *g, struct xenring_grant_table *ret);
/* Entries by their reference: all that are not of type invalid, and those that are mapped all the same. */
size_t xenring_n_grants(const struct xenring_grants *g);
int xenring_grant(const struct xenring_grants *g, size_t i, struct xenring_grant *ret);
/* Users in the order of their first entry. */
size_t xenring_n_grant_users(const struct xenring_grants *g);
int xenring_grant_user(const struct xenring_grants *g, size_t i, struct xenring_grant_user *ret);
/* What could not be read of the domain's table and of slots, so that a user may be missing. */
size_t xenring_n_grant_errors(const struct xenring_grants *g);
int xenring_grant_error(const struct xenring_grants *g, size_t i, struct xenring_error *ret);
/* While a capture is written: grant tables go into it at each sample, as who shows them wants. */
void xenring_keep_grants(struct xenring *x);
/*
 * Takes what only Xen's console tells from n bytes of it, as `xl dmesg` prints
 * them, with the output of `xl debug-keys g` in them; the last, if there are
 * several. -ENODATA: it is not there; -EBADMSG: not all of it, for the console's
 * buffer was too small, or a line of it makes no sense. Then nothing is taken.
 */
int xenring_use_debug_keys(struct xenring *x, const char *text, size_t n);
/* ---- Event channels ----------------------------------------------------- */

struct xenring_channels;

struct xenring_channel {
	int64_t port;
	const char *state;
	int64_t vcpu, remote_domid, remote_port, irq;
	int8_t pending, masked;
	const char *used_by;	/* "web01/vif:0/q0" */
};

struct xenring_channel_table {
	int64_t domid;
	const char *domain;
	int64_t ports, open, reserved;
	const char *abi, *note;
};

/*
 * All event channels of domain i that are not closed, by their numbers, and
 * closed ones that a device names; asked for now, of a capture at most 5 s
 * before its sample. None is bound or changed. Free with
 * xenring_channels_free(). -EOPNOTSUPP: a source that may not ask; -ENODATA: a
 * capture that does not hold them; -ESRCH: the domain has gone.
 */
int xenring_read_channels(struct xenring *x, const struct xenring_snapshot *s, size_t i,
			  struct xenring_channels **ret);
void xenring_channels_free(struct xenring_channels *c);	/* NULL is fine */
/* The row xenring_record("channel_table"), and row i of xenring_record("channel"); strings are c's. */
void xenring_channels_table(const struct xenring_channels *c, struct xenring_channel_table *ret);
size_t xenring_n_channels(const struct xenring_channels *c);
int xenring_channel(const struct xenring_channels *c, size_t i, struct xenring_channel *ret);

/* ---- Checks ------------------------------------------------------------- */

/* An argument that a check takes. Rows: xenring_record("check"), "check_arg". */
struct xenring_check_arg {
	const char *name;
	const char *unit;		/* NULL: none */
	double value;			/* unless another one is given */
	const char *help;
};

/* What can be wrong, and how that is told. All strings are static. */
struct xenring_check {
	const char *check;		/* "ring.lost-event" */
	const char *rule;		/* its number in the list of rules: "R3b" */
	const char *scope;		/* what it looks at: "ring", "device", "domain" */
	const char *level;
	const char *summary;		/* one sentence without a stop */
	const char *measures;		/* what thresholds are compared with */
	const char *warn, *crit;	/* ranges, or NULL */
	const struct xenring_check_arg *args;
	size_t n_args;
	int8_t named_only;		/* it is run only if it is named */
	const char *means, *known_by, *causes, *next;	/* whole sentences */
};

/* A reading that a finding rests on. */
struct xenring_evidence {
	const char *name;
	int64_t value;			/* XENRING_UNKNOWN: text has it */
	const char *text;
	const char *from;		/* how it is known, as xenring_from_name() says */
};

/* Something is wrong. Rows: xenring_record("finding"). */
struct xenring_finding {
	const char *check, *level;
	const char *path;		/* the domain, device or ring */
	const char *owes;		/* whose turn it is; NULL: nobody's in particular, or not known */
	const char *since;		/* RFC 3339, UTC; at the latest */
	double age_s;			/* how long it has been so, at least */
	const char *text, *known_by;
	const struct xenring_evidence *evidence;
	size_t n_evidence;
	const char *next;		/* what to look at */
};

/* All findings in numbers. Row: xenring_record("check_summary"). */
struct xenring_check_summary {
	const char *level;		/* the worst; "ok" */
	int64_t critical, warning, unknown, info;
	int64_t rings;			/* that were looked at */
	int64_t stuck, full, unreadable;	/* of these */
	double stall_s;			/* the longest: something is pending and nothing moves */
	double watched_s;
};

/* Check i of those that this library knows; -ERANGE after the last. */
int xenring_check(size_t i, struct xenring_check *ret);

struct xenring_watch;

/*
 * A run of checks over the samples of x, which must outlive it. It has all
 * checks that need not be named. -ENOMEM.
 */
int xenring_watch_new(struct xenring_watch **ret, struct xenring *x);
void xenring_watch_free(struct xenring_watch *w);	/* NULL is fine */
/*
 * Only these checks, and those of further calls: an id, "ring.full", a pattern
 * over ids, "ring.*", either with arguments behind it, "ring.full:after=10s",
 * "grant.near-limit:warn=70,crit=90" (ranges as xenring_watch_thresholds()).
 * Before the first sample. -ENOENT: no check is called so; -EINVAL: one does not
 * take this argument, or it is no number.
 */
int xenring_watch_choose(struct xenring_watch *w, const char *spec);
/*
 * Other arguments for a check, "after=10s,critical=1m", whether it is run or not:
 * what xenring_watch_choose() says of it goes before them, and so do the ranges of
 * xenring_watch_thresholds() before warn and crit. check: an id. Before the first
 * sample. -ENOENT, -EINVAL as xenring_watch_choose().
 */
int xenring_watch_adjust(struct xenring_watch *w, const char *check, const char *args);
/*
 * Ranges as monitoring plugins have them, for all chosen checks that compare
 * something; NULL: none. Of most that is the time in seconds for which it has
 * been so. With them they alone decide. Before the first sample. -EINVAL.
 */
int xenring_watch_thresholds(struct xenring_watch *w, const char *warn, const char *crit);
/* What a ring that cannot be read counts as: a word of levels. At first "unknown". -EINVAL. */
int xenring_watch_unreadable(struct xenring_watch *w, const char *level);
/*
 * Asks whether something is to be looked at: a ring, a device (ring NULL), a
 * domain (device NULL, too). Called when what there is has changed.
 */
void xenring_watch_select(struct xenring_watch *w,
			  bool (*wants)(void *data, const char *domain, int64_t domid, const char *device,
					const char *ring), void *data);
/* Is check i among those that are run? */
bool xenring_watch_runs(struct xenring_watch *w, size_t i);
/* How long it takes until each chosen check can have found something, in seconds; 5 for all of them. */
double xenring_watch_needs_s(struct xenring_watch *w);
/*
 * Judges a sample of x. It is to see all of them, one after the other, the
 * first one, too. Has the next ones read what the checks need: backends' files and
 * event channels each 5 s, domains' states each second. A ring that stands still
 * with nothing pending costs a comparison, a finding no text until it is asked
 * for. -ENOMEM.
 */
int xenring_watch_step(struct xenring_watch *w, struct xenring_snapshot *s);
/*
 * There will be no further sample: what looks wrong, has done so for as long as
 * it was watched, and takes longer to be sure of, is now a finding of the level
 * "unknown". -ENOMEM.
 */
int xenring_watch_end(struct xenring_watch *w);
/* What is wrong by the newest sample, the worst first. */
size_t xenring_n_findings(const struct xenring_watch *w);
/* Finding i in words; strings are w's until the next step. -ERANGE, -ENOMEM. */
int xenring_finding(struct xenring_watch *w, size_t i, struct xenring_finding *ret);
/*
 * Where finding i stands: row *ret_at of the sample that was judged last, and its
 * level's word, static. No text is made. -ERANGE.
 */
int xenring_finding_at(const struct xenring_watch *w, size_t i, enum xenring_scope *ret_scope,
		       size_t *ret_at, const char **ret_level);
void xenring_watch_sum(const struct xenring_watch *w, struct xenring_check_summary *ret);

/* ---- Notifications ------------------------------------------------------ */

struct xenring_trace;

/* The row xenring_record("event"); its strings live as long as the trace. */
struct xenring_event {
	int64_t mono_ns;		/* when, by the source's clock; no field of the row */
	const char *source, *direction, *path;
	int64_t domid, port, backend_port;
	int64_t count, lost;
	const char *index;
	int64_t prod, moved, event;
};

/* A way to see notifications, entry i: "sampled", and what it sees. NULL after the last. */
const char *xenring_next_via(size_t i, const char **ret_help);
/*
 * Begins to look for notifications, one trace a handle. via: one of those ways,
 * or NULL for the best that this host and these rights allow; where it sees
 * nothing, what was due is told by samples. Nothing is asked of the host before
 * the first step. -EINVAL: no such way; -EBUSY: there is a trace. Free with
 * xenring_trace_free() before xenring_close(), which does it else.
 */
int xenring_trace_new(struct xenring *x, const char *via, struct xenring_trace **ret);
void xenring_trace_free(struct xenring_trace *t);	/* NULL is fine */
/*
 * Looks for them another way from now on, as xenring_trace_new() says; what is
 * bound stays so. Which devices it tells of is known from the next step on, which
 * may be with the same sample. -EINVAL: no such way; -ENOMEM.
 */
int xenring_trace_use(struct xenring_trace *t, const char *via);
/*
 * After each sample: s is the newest. rings: the n rings of it that are meant
 * from now on; NULL: all, also those to come. The first step begins the trace,
 * and what there is to be told comes from the second on. While a capture is
 * written, what is told goes into it with the sample that follows. Of a capture
 * it is what was told when it was made, or else what its indices tell. Negative
 * errno: the trace cannot go on.
 */
int xenring_trace_step(struct xenring_trace *t, struct xenring_snapshot *s, const size_t *rings, size_t n);
/* The next event that is told, in the order of time: 1. 0: there are no more before the next step. */
int xenring_trace_next(struct xenring_trace *t, struct xenring_event *ret);
/*
 * No step comes after: has the sources tell what is left. While a capture is
 * written there is nothing left to tell.
 */
int xenring_trace_end(struct xenring_trace *t);
/*
 * Binds a port of a domain's that it offers to this one and nobody has taken, and
 * tells each knock at it from then on; with the indices of the sample that
 * follows, if a device of s, the newest sample, names it. Who binds takes the
 * backend's place, so: -EPERM, with the reason in xenring_message(), unless the
 * port is unbound and offered to us, and no device claims it whose backend is
 * past initialising or has been connected before. Nothing is ever sent. The port
 * is given back with the trace, also if the program is killed.
 */
int xenring_trace_bind(struct xenring_trace *t, const struct xenring_snapshot *s, uint32_t domid, uint32_t port);
/* Allocates a port that the domain may bind, and tells each knock at it. */
int xenring_trace_offer(struct xenring_trace *t, uint32_t domid, uint32_t *ret_port);
/* Takes a virtual interrupt of Xen's, by its name. -EEXIST: it has a taker; -EINVAL: no such. */
int xenring_trace_virq(struct xenring_trace *t, const char *name);
/* The names of those, entry i; NULL after the last. */
const char *xenring_next_virq(size_t i, const char **ret_help);
/* Readable when one of these ports has something to tell: take a sample then. -1: there are none. */
int xenring_trace_fd(const struct xenring_trace *t);
/* How many were lost by now: a number without an event if nothing came after them. */
uint64_t xenring_trace_lost(const struct xenring_trace *t);

/* What a trace uses, the best first. */
struct xenring_via {
	const char *source;
	bool works;
	size_t devices;			/* whose notifications it tells */
	size_t blind;			/* those that it is asked for, and does not see */
	const char *why;		/* why it does not work, or what the last of these is; NULL. The trace's, until its next step */
};
/* Entry i, known from the first step on. -ERANGE after the last. */
int xenring_trace_via(const struct xenring_trace *t, size_t i, struct xenring_via *ret);

/* ---- What is known ----------------------------------------------------- */

struct xenring_proto;

/* Protocols in the order of the registry; prev NULL: the first. */
const struct xenring_proto *xenring_next_proto(const struct xenring_proto *prev);
const char *xenring_proto_name(const struct xenring_proto *p);
/* Walks p as xenring_record("protocol"): name help device_types rings. */
int xenring_walk_proto(const struct xenring_proto *p, const struct xenring_visitor *visitor, void *data);
/* Its wire records, each name once; prev NULL: the first. */
const struct xenring_record *xenring_proto_next_record(const struct xenring_proto *p,
						       const struct xenring_record *prev);
/* The words of "state" of rings, of slots, of xenbus, of pairing, ...; NULL after the last. */
const struct xenring_sym *xenring_words(const char *what);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif
#endif
