/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `peek`: the data of requests in flight, the only command that shows any. */
#include <config.h>

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* the default falls through cases without saying so */
#define HASH_FUNCTION HASH_OAT
#include <uthash.h>

#include "cmd.h"
#include "exit-codes.h"
#include "packet.h"
#include "pcapng.h"
#include "say.h"
#include "session.h"
#include "sink/format.h"
#include "slotrow.h"

/* A request that was shown, so that the next sample does not show it again. */
struct seen {
	char *key;
	UT_hash_handle hh;
};

/* A network device's queue, as its file of packets has it. */
struct interface {
	char *name;
	uint32_t number;
	UT_hash_handle hh;
};

struct peek {
	struct sink sink;
	int64_t index;			/* XENRING_UNKNOWN: all */
	bool tracked;
	struct seen *seen;
	/* --pcap */
	const char *path;
	int fd;				/* -1: none is written */
	struct interface *interfaces;
	uint64_t n_packets;
	bool any_network;
};

static void payload_free_p(struct xenring_payload **p)
{
	xenring_payload_free(*p);
}

/* ---- a request as a row: the library's record, then its headers ----------- */

/* All of its data that was read, up to the first that was not; the caller's. */
static uint8_t *join(const struct xenring_payload_request *q, size_t *ret_n)
{
	uint8_t *bytes = xcalloc((size_t)q->bytes_read + 1, 1);
	size_t n = 0;

	for (size_t i = 0; i < q->n_parts && !q->parts[i].error; i++) {
		memcpy(bytes + n, q->parts[i].data, q->parts[i].n_data);
		n += q->parts[i].n_data;
	}
	*ret_n = n;
	return bytes;
}

static bool is_packet(const struct xenring_payload_request *q)
{
	return !strcmp(q->type, "tx_request");
}

static const char *text_or_null(const char *s)
{
	return s[0] ? s : NULL;
}

static int64_t number_or_unknown(int64_t n)
{
	return n < 0 ? XENRING_UNKNOWN : n;
}

static int walk_request(const struct row *row, const struct xenring_visitor *v, void *data)
{
	const struct xenring_payload_request *q = row->p;
	struct packet k;
	struct packet_row packet;
	struct packet_of of = { .packet = NULL };
	size_t n = 0;
	_cleanup_free_ uint8_t *bytes = is_packet(q) ? join(q, &n) : NULL;
	int r = xenring_walk(xenring_record("payload"), q, v, data);

	if (bytes && packet_decode(bytes, n, &k)) {
		packet = (struct packet_row){
			.source_mac = k.source_mac, .destination_mac = k.destination_mac,
			.vlan = number_or_unknown(k.vlan), .protocol = k.protocol,
			.source = text_or_null(k.source), .destination = text_or_null(k.destination),
			.source_port = number_or_unknown(k.source_port),
			.destination_port = number_or_unknown(k.destination_port),
			.info = text_or_null(k.info),
		};
		of.packet = &packet;
	}
	return r ? r : xenring_walk(&rec_packet_of, &of, v, data);
}

/* ---- text ---------------------------------------------------------------- */

static void put_address(struct buf *b, const char *address, int64_t port)
{
	bool six = strchr(address, ':') != NULL;

	if (port < 0)
		buf_puts(b, address);
	else
		buf_printf(b, six ? "[%s]:%" PRId64 : "%s:%" PRId64, address, port);
}

/* "tcp 10.0.0.1:40000 > 10.0.0.254:443 [PA] seq 1 ack 7": one line of a packet. */
static void put_packet(struct buf *b, const struct xenring_payload_request *q)
{
	size_t n = 0;
	_cleanup_free_ uint8_t *bytes = join(q, &n);
	struct packet k;

	buf_printf(b, "packet %" PRId64 "  ", q->index);
	if (q->bytes != XENRING_UNKNOWN)
		buf_printf(b, "%" PRId64 " bytes  ", q->bytes);
	if (!packet_decode(bytes, n, &k)) {
		buf_puts(b, "its Ethernet header was not read\n");
		return;
	}
	buf_printf(b, "%s > %s  ", k.source_mac, k.destination_mac);
	if (k.vlan >= 0)
		buf_printf(b, "vlan %" PRId64 "  ", k.vlan);
	buf_puts(b, k.protocol);
	if (k.source[0]) {
		buf_putc(b, ' ');
		put_address(b, k.source, k.source_port);
		buf_puts(b, " > ");
		put_address(b, k.destination, k.destination_port);
	}
	if (k.info[0])
		buf_printf(b, "  %s", k.info);
	buf_putc(b, '\n');
}

static void put_part(struct buf *b, const struct term *term, const struct xenring_payload_part *p, bool as_text)
{
	if (p->sector != XENRING_UNKNOWN)
		buf_printf(b, "  sector %" PRId64, p->sector);
	if (p->gref != XENRING_UNKNOWN)
		buf_printf(b, "  grant %" PRId64, p->gref);
	if (p->bytes != XENRING_UNKNOWN)
		buf_printf(b, "  %" PRId64 " bytes at %" PRId64, p->bytes, p->offset);
	if (p->error) {
		buf_printf(b, "  %s not shown: %s\n", term_glyph(term, GLYPH_FAULT), p->error);
		return;
	}
	if (as_text) {
		buf_puts(b, "  \"");
		put_safe(b, p->data, p->n_data, term->safe | SAFE_WIRE);
		buf_puts(b, "\"\n");
		return;
	}
	buf_putc(b, '\n');
	put_hex_lines(b, p->data, p->n_data);
}

static void put_request(struct buf *b, const struct peek *k, const struct session *s,
			const struct xenring_payload_request *q)
{
	bool queue = !strcmp(q->type, "bytes");

	if (is_packet(q)) {
		put_packet(b, q);
	} else {
		buf_printf(b, "%s %" PRId64, queue ? "bytes" : q->slots != XENRING_UNKNOWN ? "request" : "message",
			   q->index);
		if (q->operation)
			buf_printf(b, "  %s", q->operation);
		else if (!queue)
			buf_printf(b, "  %s", q->type);
		if (q->direction)
			buf_printf(b, "  %s", q->direction);
		if (q->id)
			buf_printf(b, "  id 0x%" PRIx64, *q->id);
		buf_printf(b, "  %s", q->state);
		if (q->bytes != XENRING_UNKNOWN)
			buf_printf(b, "  %" PRId64 " bytes", q->bytes);
		buf_putc(b, '\n');
		if (q->direction && !strcmp(q->direction, "in") && !queue && q->bytes)
			buf_puts(b, "  what was there before, until it is answered:\n");
	}
	if (q->note)
		buf_printf(b, "    %s %s\n", term_glyph(&s->term, GLYPH_FAULT), q->note);
	for (size_t i = 0; i < q->n_parts; i++)
		if (!is_packet(q) || s->o->hex || q->parts[i].error)
			put_part(b, &s->term, &q->parts[i], queue && !s->o->hex);
	(void)k;
}

/* ---- packets in a file ---------------------------------------------------- */

static int write_all(const struct peek *k, const struct buf *b)
{
	int r;

	if (k->fd == STDOUT_FILENO) {
		out(buf_str(b), b->n);
		return out_flush() ? 0 : XT_FAILED;
	}
	r = buf_write(b, k->fd);
	if (!r)
		return 0;
	say("cannot write %s: %s", k->path, strerror(-r));
	return r == -EPIPE ? XT_READER_GONE : XT_FAILED;
}

static int open_pcap(struct peek *k, const char *path)
{
	_cleanup_buf_ struct buf b = { 0 };
	_cleanup_free_ char *creator = xasprintf("xenringtop %s", xenring_version());
	int r = 0;

	k->path = path;
	if (!strcmp(path, "-"))
		k->fd = STDOUT_FILENO;
	else
		r = output_open(path, false, &k->fd);
	if (r)
		return r;
	if (isatty(k->fd)) {
		say("packets are not written to a terminal");
		hint("name a file, or send them on: ... --pcap - | tshark -r -");
		return XT_USAGE;
	}
	pcapng_section(&b, creator);
	return write_all(k, &b);
}

/* The interface of a ring's queue, "web01/vif:0/q0" of web01/vif:0/q0/tx; put when it is met. */
static uint32_t interface_of(struct peek *k, struct buf *b, const struct xenring_ring *ring)
{
	const char *slash = strrchr(ring->path, '/');
	_cleanup_free_ char *name = xstrndup(ring->path, slash ? (size_t)(slash - ring->path) : strlen(ring->path));
	struct interface *i;

	HASH_FIND_STR(k->interfaces, name, i);
	if (!i) {
		_cleanup_free_ char *what = xasprintf("Xen vif, packets that wait for the backend in domain %" PRId64,
						      ring->backend_domid);

		i = xcalloc(1, sizeof(*i));
		i->number = HASH_COUNT(k->interfaces);
		i->name = name;
		name = NULL;
		HASH_ADD_KEYPTR(hh, k->interfaces, i->name, strlen(i->name), i);
		pcapng_interface(b, i->name, what);
	}
	return i->number;
}

/* What the frame itself does not say: why it ends early, and what the ring says of it. */
static char *comment_of(const struct xenring_payload_request *q)
{
	_cleanup_buf_ struct buf b = { 0 };

	buf_printf(&b, "request %" PRId64, q->index);
	if (q->note)
		buf_printf(&b, "; %s", q->note);
	for (size_t i = 0; i < q->n_parts; i++)
		if (q->parts[i].error) {
			buf_printf(&b, "; grant %" PRId64 ": %s", q->parts[i].gref, q->parts[i].error);
			break;
		}
	return buf_steal(&b);
}

static void put_pcap(struct peek *k, struct buf *b, uint32_t interface, const struct xenring_payload_request *q,
		     int64_t real_ns)
{
	size_t n = 0;
	_cleanup_free_ uint8_t *bytes = join(q, &n);
	_cleanup_free_ char *comment = comment_of(q);

	pcapng_packet(b, &(struct pcapng_packet){
		.interface = interface, .real_ns = real_ns, .bytes = bytes, .n = (uint32_t)n,
		.length = q->bytes > (int64_t)n ? (uint32_t)q->bytes : (uint32_t)n,
		.outbound = true, .comment = comment,
	});
	k->n_packets++;
}

/* ---- a sample ------------------------------------------------------------- */

/* Was this request shown in an earlier sample? */
static bool seen_before(struct peek *k, const struct xenring_ring *ring, int64_t index)
{
	_cleanup_free_ char *key = xasprintf("%s %" PRId64 " %" PRId64, ring->path, ring->epoch, index);
	struct seen *s;

	HASH_FIND_STR(k->seen, key, s);
	if (s)
		return true;
	s = xcalloc(1, sizeof(*s));
	s->key = key;
	key = NULL;
	HASH_ADD_KEYPTR(hh, k->seen, s->key, strlen(s->key), s);
	return false;
}

/* All that one sample shows. */
struct shown {
	struct xenring_payload **payloads;
	struct xenring_payload_request *requests;
	size_t n_payloads, n;
	struct xenring_error *errors;
	size_t n_errors;
	char **texts;			/* of errors that are not the snapshot's */
	size_t n_texts;
};

static void free_shown(struct shown *w)
{
	for (size_t i = 0; i < w->n_payloads; i++)
		payload_free_p(&w->payloads[i]);
	for (size_t i = 0; i < w->n_texts; i++)
		free(w->texts[i]);
	free(w->payloads);
	free(w->requests);
	free(w->errors);
	free(w->texts);
}

static void add_error(struct shown *w, const struct xenring_error *e)
{
	w->errors = xreallocarray(w->errors, w->n_errors + 1, sizeof(*w->errors));
	w->errors[w->n_errors++] = *e;
}

/* The path stands beside it. */
static const char *keep_text(struct shown *w, const char *path, const char *text)
{
	size_t n = strlen(path);

	if (!strncmp(text, path, n) && !strncmp(text + n, ": ", 2))
		text += n + 2;
	w->texts = xreallocarray(w->texts, w->n_texts + 1, sizeof(*w->texts));
	return w->texts[w->n_texts++] = xstrdup(text);
}

/* A ring's requests go into what is shown, and its packets into the file. -errno. */
static int read_ring(struct session *s, struct peek *k, struct xenring_snapshot *snap, size_t at,
		     const struct xenring_ring *ring, struct shown *w, struct buf *pcap)
{
	struct xenring_payload *p = NULL;
	struct xenring_time t;
	bool network = !strcmp(ring->protocol, "netif");
	int r = xenring_read_payload(s->x, snap, at, k->index, &p);

	k->any_network |= network;
	if (r)
		return r;
	xenring_snapshot_time(snap, &t);
	w->payloads = xreallocarray(w->payloads, w->n_payloads + 1, sizeof(*w->payloads));
	w->payloads[w->n_payloads++] = p;
	w->requests = xreallocarray(w->requests, w->n + xenring_n_payload(p) + 1, sizeof(*w->requests));
	if (k->path && network)
		interface_of(k, pcap, ring);
	for (size_t i = 0; i < xenring_n_payload(p); i++) {
		struct xenring_payload_request *q = &w->requests[w->n];

		xenring_payload(p, i, q);
		if (seen_before(k, ring, q->index))
			continue;
		if (k->path && is_packet(q))
			put_pcap(k, pcap, interface_of(k, pcap, ring), q, t.real_ns);
		w->n++;
	}
	return 0;
}

static const char *code_of(int r)
{
	return r == -ENODATA ? "ENODATA" : r == -ESTALE ? "ESTALE" : r == -ERANGE ? "ERANGE" :
	       r == -EOPNOTSUPP ? "EOPNOTSUPP" : "EAGAIN";
}

/* Is it a ring whose requests hold nothing, or nothing that can be shown? Then only who names it is told. */
static bool is_passed_over(const struct session *s, const struct choice *c, int r)
{
	return r == -EOPNOTSUPP && (c->n_rings > 1 || s->targets[0].depth < 3);
}

static int read_all(struct session *s, struct peek *k, struct xenring_snapshot *snap, const struct choice *c,
		    struct shown *w, struct buf *pcap)
{
	bool any = false;

	for (size_t i = 0; i < c->n_rings; i++) {
		const struct xenring_ring *ring = &c->rings[i];
		int r;

		if (ring->error) {
			add_error(w, ring->error);
			continue;
		}
		r = read_ring(s, k, snap, c->ring_at[i], ring, w, pcap);
		any |= !r;
		if (!r || is_passed_over(s, c, r))
			continue;
		if (c->n_rings == 1 || r == -ENOMEM)
			return session_failed(s, r, false);
		add_error(w, &(struct xenring_error){
			.path = ring->path, .op = "payload", .code = code_of(r),
			.text = keep_text(w, ring->path, xenring_message(s->x)),
		});
	}
	if (any || w->n_errors)
		return 0;
	say("%s: none of its rings has requests with data", s->targets[0].text);
	hint("xenringtop show %s tells more", s->targets[0].text);
	return XT_FAILED;
}

static void put_text(struct buf *b, const struct peek *k, const struct session *s, const struct choice *c,
		     const struct shown *w)
{
	for (size_t i = 0; i < c->n_rings; i++) {
		bool first = true;

		for (size_t j = 0; j < w->n; j++) {
			if (strcmp(w->requests[j].path, c->rings[i].path))
				continue;
			if (first && !s->o->no_headings) {
				put_colored(b, &s->term, COLOR_HEAD, c->rings[i].path);
				buf_putc(b, '\n');
			}
			first = false;
			put_request(b, k, s, &w->requests[j]);
		}
		if (first && c->n_rings == 1 && !s->repeats && !c->rings[i].error)
			buf_printf(b, "%s: nothing is in flight\n", c->rings[i].path);
	}
}

static int put_out(struct session *s, struct peek *k, struct xenring_snapshot *snap, const struct choice *c,
		   const struct shown *w)
{
	_cleanup_free_ struct row *rows = xcalloc(w->n, sizeof(*rows));
	_cleanup_free_ struct row *rings = rows_of("ring", c->rings, c->n_rings, sizeof(*c->rings));
	_cleanup_free_ struct row *errors = rows_of("problem", w->errors, w->n_errors, sizeof(*w->errors));
	struct doc_head head = session_head(s, snap, c, w->n_errors);

	for (size_t i = 0; i < w->n; i++)
		rows[i] = (struct row){ .shape = "payload", .walk = walk_request, .p = &w->requests[i], .i = i };
	if (k->path)
		return session_errors(s, w->errors, w->n_errors);
	if (sink_is_text(&k->sink)) {
		put_text(&k->sink.text, k, s, c, w);
		sink_end(&k->sink);
		return session_errors(s, w->errors, w->n_errors);
	}
	sink_begin(&k->sink, &doc_peek, &head);
	sink_rows(&k->sink, &doc_peek, "rings", rings, c->n_rings);
	sink_rows(&k->sink, &doc_peek, "requests", rows, w->n);
	sink_rows(&k->sink, &doc_peek, "errors", errors, w->n_errors);
	sink_end(&k->sink);
	return session_errors(s, w->errors, w->n_errors);
}

/* Requests of a ring that is kept track of: it is known which are open. */
static void track(struct session *s, struct xenring_snapshot *snap, void *data)
{
	_cleanup_choice_ struct choice c = { 0 };
	struct peek *k = data;

	if (k->tracked || choice_make(&c, snap, s->targets, s->n_targets, false))
		return;
	for (size_t i = 0; i < c.n_rings; i++)
		xenring_track(s->x, snap, c.ring_at[i], true);
	k->tracked = true;
}

static int show(struct session *s, struct xenring_snapshot *snap, void *data)
{
	_cleanup_choice_ struct choice c = { 0 };
	_cleanup_(free_shown) struct shown w = { 0 };
	_cleanup_buf_ struct buf pcap = { 0 };
	struct peek *k = data;
	int r = session_choose(s, snap, &c, true);

	if (r)
		return r;
	if (!c.n_rings) {
		say("%s: it has no rings", s->targets[0].text);
		hint("xenringtop show %s tells more", s->targets[0].text);
		return XT_FAILED;
	}
	if (k->index != XENRING_UNKNOWN && c.n_rings > 1) {
		say("%s: it has %zu rings, and INDEX is of one", s->targets[0].text, c.n_rings);
		hint("%s", c.rings[0].path);
		return XT_USAGE;
	}
	r = read_all(s, k, snap, &c, &w, &pcap);
	if (!r && k->path)
		r = write_all(k, &pcap);
	if (r)
		return r;
	if (k->index != XENRING_UNKNOWN && !w.n && !w.n_errors && !s->repeats) {
		say("%s: request %" PRId64 " is not in flight", c.rings[0].path, k->index);
		hint("xenringtop slots %s shows which are", c.rings[0].path);
		return XT_FAILED;
	}
	return put_out(s, k, snap, &c, &w);
}

/* ---- the command ---------------------------------------------------------- */

static int parse_index(const char *text, int64_t *ret)
{
	unsigned long long v;
	char *end;

	errno = 0;
	v = isdigit((unsigned char)text[0]) ? strtoull(text, &end, 0) : 1;
	if (isdigit((unsigned char)text[0]) && !errno && !*end && v <= UINT32_MAX) {
		*ret = (int64_t)v;
		return 0;
	}
	say("%s: not the index of a request, a number from 0 to 4294967295", text);
	hint("xenringtop slots TARGET shows them");
	return XT_USAGE;
}

static int check(const struct opts *o, struct peek *k)
{
	if (!o->n_args) {
		say("peek: TARGET is missing");
		hint("xenringtop peek -h shows the usage");
		return XT_USAGE;
	}
	if ((o->json || o->ndjson) && (o->pcap || o->hex)) {
		say("--%s is for text, JSON holds all bytes", o->pcap ? "pcap" : "hex");
		hint("leave out --%s or --json", o->pcap ? "pcap" : "hex");
		return XT_USAGE;
	}
	if (o->n_args > 1)
		return parse_index(o->args[1], &k->index);
	return session_check(o);
}

static void free_peek(struct peek *k)
{
	struct seen *s, *next_s;
	struct interface *i, *next_i;

	HASH_ITER(hh, k->seen, s, next_s) {
		HASH_DEL(k->seen, s);
		free(s->key);
		free(s);
	}
	HASH_ITER(hh, k->interfaces, i, next_i) {
		HASH_DEL(k->interfaces, i);
		free(i->name);
		free(i);
	}
	if (k->fd >= 0 && k->fd != STDOUT_FILENO)
		close(k->fd);
	sink_free(&k->sink);
}

/* What was written, for who did not ask for it on standard output. */
static int end_pcap(const struct peek *k, const struct opts *o, int r)
{
	if (!k->path || (r && r != XT_PARTIAL && r != XT_DAMAGED))
		return r;
	if (!k->any_network) {
		say("%s: only rings of network devices hold packets", o->args[0]);
		hint("leave out --pcap");
		return XT_FAILED;
	}
	if (k->fd != STDOUT_FILENO && !o->quiet)
		say("%" PRIu64 " packet%s of %u queue%s in %s", k->n_packets, k->n_packets == 1 ? "" : "s",
		    HASH_COUNT(k->interfaces), HASH_COUNT(k->interfaces) == 1 ? "" : "s", k->path);
	return r;
}

static int run(const struct opts *o)
{
	_cleanup_session_ struct session s = { 0 };
	_cleanup_(free_peek) struct peek k = { .index = XENRING_UNKNOWN, .fd = -1 };
	/* the second argument is no target */
	struct opts first = *o;
	int r = check(o, &k);

	if (r)
		return r;
	first.n_args = 1;
	r = session_open(&s, &first);
	if (!r)
		sink_init(&k.sink, &sink_text, &first, &s.term);
	if (!r && o->pcap)
		r = open_pcap(&k, o->pcap);
	if (!r) {
		s.taken = track;
		s.taken_data = &k;
		session_look_at_targets(&s);
		r = end_pcap(&k, o, session_run(&s, show, &k));
	}
	return r;
}

const struct cmd cmd_peek = {
	.name = "peek", .group = "Look", .args = "TARGET [INDEX]",
	.help = "Show the data of requests in flight",
	.more = "The pages that requests name are mapped read-only in one batch, copied and unmapped. "
		"Of a disk shown are sectors and bytes, of a network card a line for each packet that "
		"waits to be sent (with --hex its bytes, too), of a console the text that is queued; "
		"keys and the like are redacted unless --secrets. INDEX is that of one request, as slots "
		"shows it. A page that may not be read, or whose request was answered meanwhile, is said "
		"so and not shown. With --count or --for each request is shown once. This is a guest's own "
		"data, which no other command shows; a capture has it if it was recorded with --payload.",
	.examples = (const struct example[]){
		{ .args = "peek web01/vif:0", .what = "packets that wait, a line each" },
		{ .args = "peek --pcap out.pcapng web01", .what = "the same for Wireshark" },
		{ .args = "peek web01/vbd:51712/q0", .what = "what a disk is to write" },
		{ .args = NULL },
	},
	.opts = (const enum opt_id[]){
		OPT_AT, OPT_HEX, OPT_PCAP, OPT_SECRETS, OPT_JSON, OPT_NDJSON, OPT_NO_HEADINGS, OPT_INTERVAL,
		OPT_COUNT, OPT_FOR, OPT_N
	},
	.complete = "target", .max_args = 2, .run = run,
};
