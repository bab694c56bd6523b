/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A synthetic frontend: runs in a guest, puts a test page's contents on pages
 * that it grants to the backend's domain, and plays both ends of the ring as
 * told on standard input. It touches no xenstore: its first line says what the
 * backend's side has to write there (attach.sh does).
 */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <xenevtchn.h>
#include <xengnttab.h>

#include "../pages/pages.h"

#define MAX_RINGS 4
#define MAX_WORDS 6
#define WRAP_START 0xfffffff0u

/* A page granted beside the rings: data, indirect, or for its own sake. */
struct shared {
	struct shared *next;
	const struct pages *of;		/* NULL: by the command `grant` */
	uint8_t *mem;
	uint32_t ref;
};

struct ring {
	const struct place *place;
	struct pages p;
	uint32_t *refs;
	uint32_t port;
	uint64_t id;		/* of an announced one */
};

static struct {
	bool dry_run;
	bool split;
	bool data;
	bool silent;
	bool brief;
	bool stay;
	int ready;			/* with stay: told when all is said */
	const char *abi;
	uint32_t domid;
	xengntshr_handle *gntshr;
	xenevtchn_handle *evtchn;
	uint32_t dry_ref, dry_port;
	uint32_t received;
	struct shared *shared;
	struct ring rings[MAX_RINGS];
	uint32_t nr_rings;
	uint32_t on;			/* the ring that commands are for */
	uint32_t random;
	struct json j;
} synth = { .dry_ref = 8, .dry_port = 5, .random = 2463534242u };

/* ---- where a protocol's rings stand in xenstore ---- */

struct place {
	const struct protocol *proto;
	const char *type;	/* device/<type> */
	const char *ref;	/* key of its page */
	const char *refs;	/* of several: what stands before each's number */
	const char *order;	/* key of how many there are, as a logarithm */
	const char *number;	/* as they are */
	const char *port;
	const char *split;	/* key of its port if each ring has one */
	bool own_port;		/* it shares none, whatever is asked for */
	bool names_pages;	/* its first page names the others */
	bool announced;		/* by a request of the ring before it: no keys */
};

#define VBD .type = "vbd", .ref = "ring-ref", .refs = "ring-ref", \
	.order = "ring-page-order", .port = "event-channel"

static const struct place places[] = {
	{ &blkif_protocol, VBD },
	{ &blkif_packed_protocol, VBD },
	{ &netif_tx_protocol, .type = "vif", .ref = "tx-ring-ref",
	  .port = "event-channel", .split = "event-channel-tx" },
	{ &netif_rx_protocol, .type = "vif", .ref = "rx-ring-ref",
	  .port = "event-channel", .split = "event-channel-rx" },
	{ &netif_ctrl_protocol, .type = "vif", .ref = "ctrl-ring-ref",
	  .port = "event-channel-ctrl", .own_port = true },
	{ &console_protocol, .type = "console", .ref = "ring-ref",
	  .port = "port" },
	{ &xenstore_protocol, .type = "xenstore", .ref = "ring-ref",
	  .port = "port" },
	{ &pvcalls_protocol, .type = "pvcalls", .ref = "ring-ref",
	  .port = "port" },
	{ &pvcalls_data_protocol, .type = "pvcalls", .own_port = true,
	  .announced = true },
	{ &p9fs_protocol, .type = "9pfs", .ref = "ring-ref0",
	  .port = "event-channel-0", .names_pages = true },
	{ &kbdif_protocol, .type = "vkbd", .ref = "page-gref",
	  .port = "event-channel" },
	/* Known by its frame, which a test finds: by_frame() of t/pages.sh. */
	{ &fbif_protocol, .type = "vfb", .ref = "page-ref",
	  .port = "event-channel" },
	{ &fbif_32_protocol, .type = "vfb", .ref = "page-ref",
	  .port = "event-channel" },
	{ &pciif_protocol, .type = "pci", .ref = "pci-op-ref",
	  .port = "event-channel" },
	{ &tpmif_protocol, .type = "vtpm", .ref = "ring-ref",
	  .port = "event-channel" },
	/* Not below device/, but anywhere. */
	{ &vchan_protocol, .type = "vchan", .ref = "ring-ref",
	  .port = "event-channel" },
	{ &vscsiif_protocol, .type = "vscsi", .ref = "ring-ref",
	  .port = "event-channel" },
	{ &usbif_urb_protocol, .type = "vusb", .ref = "urb-ring-ref",
	  .port = "event-channel" },
	{ &usbif_conn_protocol, .type = "vusb", .ref = "conn-ring-ref",
	  .port = "event-channel" },
	{ &fsif_protocol, .type = "vfs", .ref = "ring-ref",
	  .refs = "ring-ref-", .number = "ring-size",
	  .port = "event-channel" },
	{ &sndif_protocol, .type = "vsnd", .ref = "0/1/ring-ref",
	  .port = "0/1/event-channel", .own_port = true },
	{ &sndif_evt_protocol, .type = "vsnd", .ref = "0/1/evt-ring-ref",
	  .port = "0/1/evt-event-channel", .own_port = true },
	{ &displif_protocol, .type = "vdispl", .ref = "2/req-ring-ref",
	  .port = "2/req-event-channel", .own_port = true },
	{ &displif_evt_protocol, .type = "vdispl", .ref = "2/evt-ring-ref",
	  .port = "2/evt-event-channel", .own_port = true },
	{ &cameraif_protocol, .type = "vcamera", .ref = "req-ring-ref",
	  .port = "req-event-channel", .own_port = true },
	{ &cameraif_evt_protocol, .type = "vcamera", .ref = "evt-ring-ref",
	  .port = "evt-event-channel", .own_port = true },
};

/* What a frontend of that type writes besides. */
static const struct {
	const char *type, *key, *value;
} plain_nodes[] = {
	{ "vif", "request-rx-copy", "1" },
	{ "vif", "feature-rx-notify", "1" },
	{ "vif", "feature-sg", "1" },
	{ "pvcalls", "version", "1" },
	{ "9pfs", "version", "1" },
	{ "9pfs", "num-rings", "1" },
	{ "pci", "magic", "7" },
	{ "vtpm", "feature-protocol-v2", "1" },
};

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* NULL: it is none that a guest could grant. */
static const struct place *place_of(const struct protocol *proto)
{
	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (places[i].proto == proto)
			return &places[i];
	return NULL;
}

/* ---- answers ---- */

static void flush_lines(void)
{
	fwrite(synth.j.buf, 1, synth.j.len, stdout);
	fflush(stdout);
	synth.j.len = 0;
}

static void end_line(void)
{
	json_close(&synth.j, '}');
	json_end(&synth.j);
	flush_lines();
}

__attribute__((format(printf, 2, 3)))
static void say_error(const char *command, const char *format, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	json_open(&synth.j, NULL, '{');
	json_str(&synth.j, "error", text);
	json_str(&synth.j, "command", command);
	end_line();
}

/* An error after which nothing is known to be right. */
__attribute__((format(printf, 1, 2)))
static _Noreturn void die(const char *format, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	say_error("", "%s", text);
	exit(1);
}

/* Every answer tells where the selected ring's indices stand. */
static void end_done(void)
{
	struct pages *p = &synth.rings[synth.on].p;
	const struct ring_ops *ring = p->proto->ring;

	if (ring) {
		json_uint(&synth.j, "req_prod", *ring->index(p, REQ_PROD));
		json_uint(&synth.j, "req_event", *ring->index(p, REQ_EVENT));
		json_uint(&synth.j, "rsp_prod", *ring->index(p, RSP_PROD));
		json_uint(&synth.j, "rsp_event", *ring->index(p, RSP_EVENT));
	}
	end_line();
}

static void begin_done(const char *command)
{
	json_open(&synth.j, NULL, '{');
	json_str(&synth.j, "done", command);
}

/* ---- Xen, or for a dry run what looks like it ---- */

static void open_xen(void)
{
	if (synth.dry_run)
		return;
	synth.gntshr = xengntshr_open(NULL, 0);
	if (!synth.gntshr)
		die("cannot grant pages: /dev/xen/gntalloc: %s "
		    "(is xen-gntalloc loaded?)", strerror(errno));
	synth.evtchn = xenevtchn_open(NULL, 0);
	if (!synth.evtchn)
		die("cannot use event channels: /dev/xen/evtchn: %s "
		    "(is xen-evtchn loaded?)", strerror(errno));
}

static void close_xen(void)
{
	if (synth.evtchn)
		xenevtchn_close(synth.evtchn);
	if (synth.gntshr)
		xengntshr_close(synth.gntshr);
}

static uint8_t *share(uint32_t nr, bool writable, uint32_t *refs)
{
	uint8_t *mem;

	if (synth.dry_run) {
		for (uint32_t i = 0; i < nr; i++)
			refs[i] = synth.dry_ref++;
		return port_alloc((size_t)nr * PAGE_BYTES);
	}
	mem = xengntshr_share_pages(synth.gntshr, synth.domid, (int)nr, refs,
				    writable);
	if (!mem)
		die("cannot grant %u pages to domain %u: %s "
		    "(see xen-gntalloc's parameter limit)", nr, synth.domid,
		    strerror(errno));
	memset(mem, 0, (size_t)nr * PAGE_BYTES);
	return mem;
}

static void unshare(uint8_t *mem, uint32_t nr)
{
	if (synth.dry_run)
		port_free(mem, (size_t)nr * PAGE_BYTES);
	else
		xengntshr_unshare(synth.gntshr, mem, nr);
}

static uint32_t new_port(void)
{
	xenevtchn_port_or_error_t port;

	if (synth.dry_run)
		return synth.dry_port++;
	port = xenevtchn_bind_unbound_port(synth.evtchn, synth.domid);
	if (port < 0)
		die("cannot allocate an event channel for domain %u: %s",
		    synth.domid, strerror(errno));
	return (uint32_t)port;
}

static bool knock(uint32_t port)
{
	return synth.dry_run ||
	       xenevtchn_notify(synth.evtchn, port) == 0;
}

/* Take what events have come, without waiting for any. */
static void receive_events(void)
{
	struct pollfd pollfd = { .events = POLLIN };

	if (synth.dry_run)
		return;
	pollfd.fd = xenevtchn_fd(synth.evtchn);
	while (poll(&pollfd, 1, 0) > 0 && pollfd.revents & POLLIN) {
		xenevtchn_port_or_error_t port =
			xenevtchn_pending(synth.evtchn);

		if (port < 0)
			return;
		synth.received++;
		xenevtchn_unmask(synth.evtchn, (evtchn_port_t)port);
	}
}

/* ---- pages beside the rings ---- */

static struct shared *new_shared(const struct pages *of, bool writable)
{
	struct shared *s = malloc(sizeof(*s));

	if (!s)
		die("cannot allocate memory");
	s->of = of;
	s->mem = share(1, writable, &s->ref);
	s->next = synth.shared;
	synth.shared = s;
	return s;
}

static void end_shared(struct shared **link)
{
	struct shared *s = *link;

	*link = s->next;
	unshare(s->mem, 1);
	free(s);
}

static void end_shared_of(const struct pages *of)
{
	struct shared **link = &synth.shared;

	while (*link)
		if ((*link)->of == of)
			end_shared(link);
		else
			link = &(*link)->next;
}

/* A line of text that names the page, then bytes that follow from REF. */
static void fill_pattern(struct shared *s)
{
	int len = snprintf((char *)s->mem, PAGE_BYTES,
			   "synth data page, grant reference %u\n", s->ref);

	for (uint32_t i = (uint32_t)len; i < PAGE_BYTES; i++)
		s->mem[i] = (uint8_t)(s->ref + i + (i >> 8));
}

/* struct pages' grant(): data pages are real ones on request alone. */
static uint8_t *grant_page(struct pages *p, enum page_use use, bool writable,
			   uint32_t *gref)
{
	struct shared *s;

	/* One number is used up always: others are those of the images. */
	*gref = pages_fake_gref(p);
	if (use == PAGE_DATA && !synth.data)
		return NULL;
	s = new_shared(p, writable);
	if (use == PAGE_DATA)
		fill_pattern(s);
	*gref = s->ref;
	return s->mem;
}

/* ---- rings ---- */

static const struct page_case *find_case(const char *name,
					 const struct protocol **proto)
{
	for (size_t i = 0; protocols[i]; i++) {
		const struct protocol *pr = protocols[i];

		if (pr->abi_differs && strcmp(protocol_abi(pr), synth.abi))
			continue;
		for (size_t k = 0; k < pr->nr_cases; k++)
			if (!strcmp(pr->cases[k].name, name)) {
				*proto = pr;
				return &pr->cases[k];
			}
	}
	return NULL;
}

static void list_cases(void)
{
	for (size_t i = 0; protocols[i]; i++) {
		const struct protocol *pr = protocols[i];

		if (pr->abi)
			continue;
		for (size_t k = 0; k < pr->nr_cases; k++)
			printf("%-12s %-32s %s\n", pr->name,
			       pr->cases[k].name, pr->cases[k].about);
	}
}

static void add_ring(const char *name)
{
	const struct protocol *proto;
	const struct page_case *c = find_case(name, &proto);
	struct ring *r = &synth.rings[synth.nr_rings];
	uint32_t nr_pages;

	if (!c)
		die("no such case: %s (see synth --list)", name);
	r->place = place_of(proto);
	if (!r->place)
		die("cannot put %s on live pages: no device has such, in "
		    "xenstore", name);
	if (synth.nr_rings == MAX_RINGS)
		die("at most %d rings", MAX_RINGS);
	synth.nr_rings++;
	nr_pages = c->pages ? c->pages : 1;
	if (r->place->announced && r == synth.rings)
		die("cannot put %s on live pages alone: a ring of commands has "
		    "to announce it", name);
	r->refs = calloc(nr_pages, sizeof(*r->refs));
	if (!r->refs)
		die("cannot allocate memory");
	pages_init(&r->p, proto, share(nr_pages, true, r->refs), nr_pages);
	r->p.refs = r->refs;
	r->p.grant = grant_page;
	pages_fill(&r->p, c);
}

/*
 * One event channel serves all rings but those that always have their own, and
 * --split gives one to each.
 */
static void add_ports(void)
{
	uint32_t common = 0;

	for (uint32_t i = 0; i < synth.nr_rings; i++) {
		struct ring *r = &synth.rings[i];

		if (synth.split || r->place->own_port)
			r->port = new_port();
		else if (!common)
			r->port = common = new_port();
		else
			r->port = common;
	}
}

/* The first ring's next request is what makes the others known. */
static void announce_rings(void)
{
	for (uint32_t i = 1; i < synth.nr_rings; i++) {
		struct ring *r = &synth.rings[i];

		if (r->place->announced)
			r->id = pvcalls_announce(&synth.rings[0].p, r->refs[0],
						 r->port);
	}
}

static void free_rings(void)
{
	for (uint32_t i = 0; i < synth.nr_rings; i++) {
		struct ring *r = &synth.rings[i];

		end_shared_of(&r->p);
		pages_release(&r->p);
		unshare(r->p.mem, r->p.nr_pages);
		free(r->refs);
	}
	end_shared_of(NULL);
}

/* ---- what to write into xenstore ---- */

static void node(const char *key, uint32_t value)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", value);
	json_str(&synth.j, key, text);
}

static const char *port_key(const struct ring *r)
{
	return synth.split && r->place->split ? r->place->split :
		r->place->port;
}

static void ref_nodes(const struct ring *r)
{
	char key[64];
	uint32_t order = 0;

	if (r->place->announced)
		return;
	if (r->p.nr_pages == 1 || r->place->names_pages) {
		node(r->place->ref, r->refs[0]);
		return;
	}
	while (1u << order < r->p.nr_pages)
		order++;
	if (r->place->order)
		node(r->place->order, order);
	else
		node(r->place->number, r->p.nr_pages);
	for (uint32_t i = 0; i < r->p.nr_pages; i++) {
		snprintf(key, sizeof(key), "%s%u", r->place->refs, i);
		node(key, r->refs[i]);
	}
}

/* Rings that share a port share its key. */
static void port_node(uint32_t i)
{
	const char *key = port_key(&synth.rings[i]);

	if (!key)
		return;
	for (uint32_t k = 0; k < i; k++)
		if (port_key(&synth.rings[k]) &&
		    !strcmp(port_key(&synth.rings[k]), key))
			return;
	node(key, synth.rings[i].port);
}

/* The frontend's nodes by name, all but what every device has. */
static void say_nodes(void)
{
	const char *type = synth.rings[0].place->type;

	json_open(&synth.j, "nodes", '{');
	for (uint32_t i = 0; i < synth.nr_rings; i++) {
		ref_nodes(&synth.rings[i]);
		port_node(i);
	}
	if (synth.rings[0].p.proto->abi_differs)
		json_str(&synth.j, "protocol", !strcmp(synth.abi, "x86_32") ?
			 "x86_32-abi" : "x86_64-abi");
	for (size_t i = 0; i < ARRAY_SIZE(plain_nodes); i++)
		if (!strcmp(plain_nodes[i].type, type))
			json_str(&synth.j, plain_nodes[i].key,
				 plain_nodes[i].value);
	json_close(&synth.j, '}');
}

static void say_rings(void)
{
	json_open(&synth.j, "rings", '[');
	for (uint32_t i = 0; i < synth.nr_rings; i++) {
		const struct ring *r = &synth.rings[i];

		json_open(&synth.j, NULL, '{');
		json_str(&synth.j, "protocol", r->p.proto->name);
		json_str(&synth.j, "abi", protocol_abi(r->p.proto));
		json_uint(&synth.j, "pages", r->p.nr_pages);
		json_open(&synth.j, "refs", '[');
		for (uint32_t k = 0; k < r->p.nr_pages; k++)
			json_uint(&synth.j, NULL, r->refs[k]);
		json_close(&synth.j, ']');
		json_uint(&synth.j, "port", r->port);
		if (r->place->announced)
			json_hex(&synth.j, "id", r->id);
		json_close(&synth.j, '}');
	}
	json_close(&synth.j, ']');
}

static void say_ready(void)
{
	json_open(&synth.j, NULL, '{');
	json_str(&synth.j, "synth", "ready");
	json_bool(&synth.j, "dry_run", synth.dry_run);
	json_str(&synth.j, "type", synth.rings[0].place->type);
	json_uint(&synth.j, "domid", synth.domid);
	say_rings();
	say_nodes();
	end_line();
}

static void say_expectation(struct ring *r)
{
	pages_describe(&r->p, &synth.j, r->p.c ? r->p.c->name : "live");
	flush_lines();
}

/* ---- commands ---- */

/* "N", "0xN"; with a base also "+N" and "-N", as distances from it. */
static bool parse_u32(const char *text, uint32_t base, uint32_t *value)
{
	unsigned long long n;
	bool minus = *text == '-', relative = minus || *text == '+';
	char *end;

	if (relative)
		text++;
	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	n = strtoull(text, &end, 0);
	if (errno || *end || n > UINT32_MAX)
		return false;
	*value = (uint32_t)n;
	if (relative)
		*value = minus ? base - *value : base + *value;
	return true;
}

static uint32_t next_random(void)
{
	synth.random ^= synth.random << 13;
	synth.random ^= synth.random >> 17;
	synth.random ^= synth.random << 5;
	return synth.random;
}

/* Knocks if one is due and nobody has told us to be silent. */
static void say_notify(const struct ring *r, bool due)
{
	json_bool(&synth.j, "notify", due);
	json_bool(&synth.j, "knocked", due && !synth.silent && knock(r->port));
}

/* put N [OP] [--data] */
static void do_put(struct ring *r, char **word, int words)
{
	static const struct {
		const struct protocol *proto;
		const char *op;
	} defaults[] = {
		{ &netif_tx_protocol, "single" },
		{ &netif_rx_protocol, "buffer" },
		{ &netif_ctrl_protocol, "get-hash-flags" },
	};
	const struct ring_ops *ring = r->p.proto->ring;
	const char *op = "read", *error = NULL;
	bool data = synth.data, taken = false;
	uint32_t nr, done = 0;
	bool due;

	for (size_t i = 0; i < ARRAY_SIZE(defaults); i++)
		if (r->p.proto == defaults[i].proto)
			op = defaults[i].op;
	for (int i = 2; i < words; i++)
		if (!strcmp(word[i], "--data"))
			synth.data = true;
		else
			op = word[i];
	if (words < 2 || !parse_u32(word[1], 0, &nr)) {
		say_error("put", "usage: put N [OPERATION] [--data]");
		synth.data = data;
		return;
	}
	while (done < nr) {
		error = ring->room(&r->p) ? ring->put(&r->p, op) :
			"the ring is full";
		if (!error) {
			done++;
			continue;
		}
		/* A frontend takes responses before it gives up. */
		if (taken)
			break;
		ring->take(&r->p);
		taken = true;
	}
	synth.data = data;
	due = done && ring->push_requests(&r->p);
	if (error && !done) {
		say_error("put", "%s", error);
		return;
	}
	begin_done("put");
	json_uint(&synth.j, "put", done);
	json_str(&synth.j, "stopped", error);
	json_bool(&synth.j, "taken", taken);
	say_notify(r, due);
	end_done();
}

static bool find_id(const struct pages *p, const char *text, uint32_t *k)
{
	unsigned long long id;
	char *end;

	errno = 0;
	id = strtoull(text, &end, 0);
	if (errno || *end || end == text)
		return false;
	for (*k = 0; *k < p->nr_live; ++*k)
		if (p->live[*k].id == id)
			return true;
	return false;
}

/* answer ID|first N|random N|all [STATUS] */
static void do_answer(struct ring *r, char **word, int words)
{
	const struct ring_ops *ring = r->p.proto->ring;
	const char *how = words > 1 ? word[1] : "", *error = NULL;
	bool random = !strcmp(how, "random"), all = !strcmp(how, "all");
	bool first = !strcmp(how, "first"), due;
	/* An answer to a receive buffer is the packet's length. */
	int status = r->p.proto == &netif_rx_protocol ? 60 : 0;
	int at = random || first ? 3 : 2;
	uint32_t nr = 1, k = 0, done = 0;

	if (all)
		nr = r->p.nr_live;
	if ((words < 2) || words > at + 1 ||
	    ((random || first) &&
	     (words < 3 || !parse_u32(word[2], 0, &nr)))) {
		say_error("answer",
			  "usage: answer ID|first N|random N|all [STATUS]");
		return;
	}
	if (words > at) {
		char *end;

		status = (int)strtol(word[at], &end, 0);
		if (*end) {
			say_error("answer", "not a status: %s", word[at]);
			return;
		}
	}
	if (!random && !first && !all && !find_id(&r->p, how, &k)) {
		say_error("answer", "no request without a response has id %s",
			  how);
		return;
	}
	ring->consume(&r->p);
	while (done < nr && r->p.nr_live && !error) {
		if (random)
			k = next_random() % r->p.nr_live;
		error = ring->answer(&r->p, k, status);
		if (!error)
			done++;
	}
	if (error && !done) {
		say_error("answer", "%s", error);
		return;
	}
	due = done && ring->push_responses(&r->p);
	begin_done("answer");
	json_uint(&synth.j, "answered", done);
	json_bool(&synth.j, "notify", due);
	end_done();
}

/* A number of things to do, from 0 to most. */
static uint32_t some(uint32_t most)
{
	return next_random() % (most + 1);
}

static void leave(uint32_t ms)
{
	struct timespec t = {
		.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000,
	};

	while (ms && nanosleep(&t, &t) && errno == EINTR)
		;
}

/* Where both ends stand, once what was done is published. */
static void log_at(struct ring *r, FILE *log, uint32_t ms)
{
	const struct ring_ops *ring = r->p.proto->ring;

	fprintf(log, "at %u %u\n", *ring->index(&r->p, REQ_PROD),
		*ring->index(&r->p, RSP_PROD));
	leave(ms);
}

static uint32_t churn_put(struct ring *r, uint32_t nr, FILE *log)
{
	const struct ring_ops *ring = r->p.proto->ring;
	uint32_t done = 0;

	while (done < nr && ring->room(&r->p) && !ring->put(&r->p, "read")) {
		const struct live *l = &r->p.live[r->p.nr_live - 1];

		fprintf(log, "put %u 0x%llx\n", l->index,
			(unsigned long long)l->id);
		done++;
	}
	if (done)
		ring->push_requests(&r->p);
	return done;
}

static uint32_t churn_answer(struct ring *r, uint32_t nr, FILE *log)
{
	const struct ring_ops *ring = r->p.proto->ring;
	uint32_t done = 0;

	ring->consume(&r->p);
	for (; done < nr && r->p.nr_live; done++) {
		uint32_t k = next_random() % r->p.nr_live;

		fprintf(log, "answered %u\n", r->p.live[k].index);
		ring->answer(&r->p, k, 0);
	}
	if (done)
		ring->push_responses(&r->p);
	return done;
}

/*
 * churn N MOST MS FILE: N requests, of which up to MOST are put and up to MOST
 * answered in random order, published, and left for MS. FILE gets what was
 * done: put INDEX ID, answered INDEX, and at REQ_PROD RSP_PROD when that is
 * published.
 */
static void do_churn(struct ring *r, char **word, int words)
{
	uint32_t nr, most, ms, put = 0, most_open = 0;
	FILE *log;

	if (words != 5 || !parse_u32(word[1], 0, &nr) ||
	    !parse_u32(word[2], 0, &most) || !most ||
	    !parse_u32(word[3], 0, &ms)) {
		say_error("churn", "usage: churn N MOST MS FILE");
		return;
	}
	log = fopen(word[4], "w");
	if (!log) {
		say_error("churn", "cannot write %s: %s", word[4],
			  strerror(errno));
		return;
	}
	log_at(r, log, 0);
	while (put < nr || r->p.nr_live) {
		uint32_t want = some(most);
		uint32_t n = churn_put(r, want < nr - put ? want : nr - put,
				       log);

		put += n;
		if (n)
			log_at(r, log, ms);
		if (r->p.nr_live > most_open)
			most_open = r->p.nr_live;
		if (churn_answer(r, some(most), log))
			log_at(r, log, ms);
		r->p.proto->ring->take(&r->p);
	}
	if (fclose(log)) {
		say_error("churn", "cannot write %s: %s", word[4],
			  strerror(errno));
		return;
	}
	begin_done("churn");
	json_uint(&synth.j, "put", put);
	json_uint(&synth.j, "most_open", most_open);
	end_done();
}

static int by_value(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static uint64_t clock_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/*
 * serve N MS [OPERATION]: N requests, one after the other, each answered after
 * MS. Sleeping takes longer than it is asked to: how long the median one really
 * took, from its publication to its answer's, is said, and the longest.
 */
static void do_serve(struct ring *r, char **word, int words)
{
	const struct ring_ops *ring = r->p.proto->ring;
	const char *op = words > 3 ? word[3] : "read", *error = NULL;
	uint32_t nr, ms, done = 0;
	uint64_t *took;

	if (words < 3 || words > 4 || !parse_u32(word[1], 0, &nr) || !nr ||
	    !parse_u32(word[2], 0, &ms)) {
		say_error("serve", "usage: serve N MS [OPERATION]");
		return;
	}
	took = calloc(nr, sizeof(*took));
	if (!took)
		die("cannot allocate memory");
	for (; done < nr; done++) {
		uint64_t since;

		ring->take(&r->p);
		error = ring->room(&r->p) ? ring->put(&r->p, op) :
			"the ring is full";
		if (error)
			break;
		ring->push_requests(&r->p);
		since = clock_us();
		ring->consume(&r->p);
		leave(ms);
		/* The newest: what was open before stays so. */
		ring->answer(&r->p, r->p.nr_live - 1, 0);
		ring->push_responses(&r->p);
		took[done] = clock_us() - since;
		/* Not at once, so that two are told apart. */
		leave(1);
	}
	if (error) {
		say_error("serve", "%s", error);
	} else {
		qsort(took, nr, sizeof(*took), by_value);
		begin_done("serve");
		json_uint(&synth.j, "served", done);
		json_uint(&synth.j, "median_us", took[nr / 2]);
		json_uint(&synth.j, "most_us", took[nr - 1]);
		end_done();
	}
	free(took);
}

/* fill REF OFFSET HEX: bytes of a page that is granted beside the rings */
static void do_fill(struct ring *r, char **word, int words)
{
	size_t n = words == 4 ? strlen(word[3]) / 2 : 0;
	struct shared *s = synth.shared;
	uint32_t ref, off;

	(void)r;
	if (!n || strlen(word[3]) % 2 || !parse_u32(word[1], 0, &ref) ||
	    !parse_u32(word[2], 0, &off) || off > PAGE_BYTES ||
	    n > PAGE_BYTES - off ||
	    strspn(word[3], "0123456789abcdef") != 2 * n) {
		say_error("fill", "usage: fill REF OFFSET HEX");
		return;
	}
	while (s && s->ref != ref)
		s = s->next;
	if (!s) {
		say_error("fill", "no page has grant reference %u", ref);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		const char byte[] = { word[3][2 * i], word[3][2 * i + 1], 0 };

		s->mem[off + i] = (uint8_t)strtoul(byte, NULL, 16);
	}
	begin_done("fill");
	json_uint(&synth.j, "bytes", n);
	end_done();
}

/* ids BASE STEP: of the requests from now on */
static void do_ids(struct ring *r, char **word, int words)
{
	unsigned long long base, step;
	char *end[2];

	if (words != 3) {
		say_error("ids", "usage: ids BASE STEP");
		return;
	}
	errno = 0;
	base = strtoull(word[1], &end[0], 0);
	step = strtoull(word[2], &end[1], 0);
	if (errno || *end[0] || *end[1] || !step) {
		say_error("ids", "not an id and a distance: %s %s", word[1],
			  word[2]);
		return;
	}
	r->p.id_base = base;
	r->p.id_step = step;
	begin_done("ids");
	end_done();
}

/* consume: the backend's taking of requests; take: the frontend's. */
static void do_consume(struct ring *r, char **word, int words)
{
	(void)words;
	r->p.proto->ring->consume(&r->p);
	begin_done(word[0]);
	end_done();
}

static void do_take(struct ring *r, char **word, int words)
{
	(void)words;
	r->p.proto->ring->take(&r->p);
	begin_done(word[0]);
	end_done();
}

/* event front|back INDEX: the one that end has written, rsp_event for front */
static void do_event(struct ring *r, char **word, int words)
{
	const struct ring_ops *ring = r->p.proto->ring;
	bool front = words > 1 && !strcmp(word[1], "front");
	bool back = words > 1 && !strcmp(word[1], "back");
	uint32_t base = *ring->index(&r->p, front ? RSP_PROD : REQ_PROD);
	uint32_t value;

	if (words != 3 || (!front && !back) ||
	    !parse_u32(word[2], base, &value)) {
		say_error("event", "usage: event front|back INDEX "
			  "(or +N, -N: from rsp_prod, req_prod)");
		return;
	}
	*(volatile uint32_t *)ring->index(&r->p, front ? RSP_EVENT : REQ_EVENT)
		= value;
	begin_done("event");
	end_done();
}

/* corrupt FIELD VALUE: until the next publication overwrites it */
static void do_corrupt(struct ring *r, char **word, int words)
{
	static const char *const fields[] = {
		[REQ_PROD] = "req_prod",
		[REQ_EVENT] = "req_event",
		[RSP_PROD] = "rsp_prod",
		[RSP_EVENT] = "rsp_event",
	};

	for (int i = 0; words == 3 && i < 4; i++) {
		volatile uint32_t *index = r->p.proto->ring->index(
			&r->p, (enum ring_index)i);
		uint32_t value;

		if (strcmp(word[1], fields[i]) ||
		    !parse_u32(word[2], *index, &value))
			continue;
		*index = value;
		begin_done("corrupt");
		end_done();
		return;
	}
	say_error("corrupt", "usage: corrupt req_prod|req_event|rsp_prod|"
		  "rsp_event VALUE (or +N, -N)");
}

/* wrap [START]: an unused ring whose indices are about to pass 2^32 */
static void do_wrap(struct ring *r, char **word, int words)
{
	uint32_t start = WRAP_START;

	if (words > 1 && !parse_u32(word[1], 0, &start)) {
		say_error("wrap", "not an index: %s", word[1]);
		return;
	}
	end_shared_of(&r->p);
	pages_clear(&r->p);
	r->p.proto->start(&r->p, start);
	begin_done("wrap");
	end_done();
}

/* load CASE: another case of the same protocol on the same pages */
static void do_load(struct ring *r, char **word, int words)
{
	const struct protocol *proto = NULL;
	const struct page_case *c =
		words == 2 ? find_case(word[1], &proto) : NULL;

	if (!c || proto != r->p.proto ||
	    (c->pages ? c->pages : 1) != r->p.nr_pages) {
		say_error("load", "no such case of %s with %u pages",
			  r->p.proto->name, r->p.nr_pages);
		return;
	}
	end_shared_of(&r->p);
	pages_fill(&r->p, c);
	begin_done("load");
	json_str(&synth.j, "name", c->name);
	end_done();
}

static void do_print(struct ring *r, char **word, int words)
{
	(void)words;
	say_expectation(r);
	begin_done(word[0]);
	end_done();
}

static void do_on(struct ring *r, char **word, int words)
{
	uint32_t nr;

	(void)r;
	for (uint32_t i = 0; words == 2 && i < synth.nr_rings; i++) {
		const char *name = synth.rings[i].p.proto->name;
		const char *dash = strchr(name, '-');

		if (!strcmp(word[1], name) ||
		    (dash && !strcmp(word[1], dash + 1)) ||
		    (parse_u32(word[1], 0, &nr) && nr == i)) {
			synth.on = i;
			begin_done("on");
			json_str(&synth.j, "protocol", name);
			end_done();
			return;
		}
	}
	say_error("on", "usage: on RING (its number or tx, rx, ctrl)");
}

static void do_knock(struct ring *r, char **word, int words)
{
	uint32_t nr = 1, done = 0;

	if (words > 1 && !parse_u32(word[1], 0, &nr)) {
		say_error("knock", "not a number: %s", word[1]);
		return;
	}
	while (done < nr && knock(r->port))
		done++;
	if (done < nr) {
		say_error("knock", "cannot notify port %u: %s", r->port,
			  strerror(errno));
		return;
	}
	begin_done("knock");
	json_uint(&synth.j, "knocks", done);
	end_done();
}

static void do_silent(struct ring *r, char **word, int words)
{
	(void)r;
	synth.silent = words < 2 || strcmp(word[1], "off");
	begin_done(word[0]);
	json_bool(&synth.j, "silent", synth.silent);
	end_done();
}

static void do_events(struct ring *r, char **word, int words)
{
	(void)r;
	(void)words;
	receive_events();
	begin_done(word[0]);
	json_uint(&synth.j, "received", synth.received);
	end_done();
}

/* grant new [N] [ro], grant end REF, grant list */
static void do_grant(struct ring *r, char **word, int words)
{
	const char *what = words > 1 ? word[1] : "";
	uint32_t nr = 1;

	(void)r;
	if (!strcmp(what, "end") && words == 3 && parse_u32(word[2], 0, &nr)) {
		for (struct shared **link = &synth.shared; *link;
		     link = &(*link)->next)
			if ((*link)->ref == nr && !(*link)->of) {
				end_shared(link);
				begin_done("grant");
				json_uint(&synth.j, "ended", nr);
				end_done();
				return;
			}
		say_error("grant", "no grant made by `grant new` has "
			  "reference %u", nr);
		return;
	}
	if (!strcmp(what, "new") &&
	    (words < 3 || parse_u32(word[2], 0, &nr))) {
		begin_done("grant");
		json_open(&synth.j, "refs", '[');
		while (nr--) {
			bool ro = words > 3 && !strcmp(word[3], "ro");
			struct shared *s = new_shared(NULL, !ro);

			fill_pattern(s);
			json_uint(&synth.j, NULL, s->ref);
		}
		json_close(&synth.j, ']');
		end_done();
		return;
	}
	if (!strcmp(what, "list")) {
		begin_done("grant");
		json_open(&synth.j, "refs", '[');
		for (struct shared *s = synth.shared; s; s = s->next)
			json_uint(&synth.j, NULL, s->ref);
		json_close(&synth.j, ']');
		end_done();
		return;
	}
	say_error("grant", "usage: grant new [N] [ro] | end REF | list");
}

/* regrant: the ring moves to other pages, as after a resume */
static void do_regrant(struct ring *r, char **word, int words)
{
	uint32_t nr = r->p.nr_pages;
	uint8_t *old = r->p.mem;

	(void)words;
	if (r->place->names_pages || r->place->announced) {
		say_error(word[0], "the pages of %s are named by others",
			  r->p.proto->name);
		return;
	}
	r->p.mem = share(nr, true, r->refs);
	memcpy(r->p.mem, old, (size_t)nr * PAGE_BYTES);
	if (r->p.proto->ring)
		r->p.proto->ring->move(&r->p);
	unshare(old, nr);
	begin_done(word[0]);
	say_rings();
	say_nodes();
	end_done();
}

/* sync FILE: says there, in a pipe as a rule, that all before is done */
static void do_sync(struct ring *r, char **word, int words)
{
	FILE *f = words == 2 ? fopen(word[1], "w") : NULL;

	(void)r;
	if (!f || fputs("done\n", f) < 0 || fclose(f))
		say_error("sync", "cannot write %s: %s",
			  words == 2 ? word[1] : "nothing", strerror(errno));
}

static const struct {
	const char *name;
	void (*run)(struct ring *r, char **word, int words);
	bool ring;	/* only for ring.h rings */
} commands[] = {
	{ "put", do_put, true },
	{ "answer", do_answer, true },
	{ "churn", do_churn, true },
	{ "serve", do_serve, true },
	{ "fill", do_fill, false },
	{ "ids", do_ids, false },
	{ "consume", do_consume, true },
	{ "take", do_take, true },
	{ "event", do_event, true },
	{ "corrupt", do_corrupt, true },
	{ "wrap", do_wrap, false },
	{ "load", do_load, false },
	{ "print", do_print, false },
	{ "on", do_on, false },
	{ "knock", do_knock, false },
	{ "silent", do_silent, false },
	{ "events", do_events, false },
	{ "grant", do_grant, false },
	{ "regrant", do_regrant, false },
	{ "sync", do_sync, false },
};

/* False at `quit`. */
static bool run_command(char *line)
{
	struct ring *r = &synth.rings[synth.on];
	char *word[MAX_WORDS], *save = NULL;
	int words = 0;

	for (char *w = strtok_r(line, " \t\r\n", &save);
	     w && words < MAX_WORDS; w = strtok_r(NULL, " \t\r\n", &save))
		word[words++] = w;
	if (!words)
		return true;
	if (!strcmp(word[0], "quit"))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		if (strcmp(word[0], commands[i].name))
			continue;
		if (commands[i].ring && !r->p.proto->ring)
			say_error(word[0], "%s is no ring of requests and "
				  "responses", r->p.proto->name);
		else
			commands[i].run(r, word, words);
		/* The ring is no longer what its case was. */
		if (commands[i].ring)
			r->p.c = NULL;
		return true;
	}
	say_error(word[0], "no such command: put, answer, churn, serve, fill, ids, "
		  "consume, take, event, corrupt, wrap, load, print, on, knock, silent, "
		  "events, grant, regrant, sync, quit");
	return true;
}

static const char usage[] =
	"usage: synth [OPTION]... CASE [CASE]...\n"
	"       synth --list\n"
	"Puts test pages on live rings: one case, or one for each ring of a\n"
	"device (netif-tx-*, netif-rx-*, netif-ctrl-*), then reads commands.\n"
	"\n"
	"  --domid N     the backend's domain (0)\n"
	"  --abi ABI     layout of blkif, fbif: x86_64 (default) or x86_32\n"
	"  --data        grant a real page for every data segment\n"
	"  --split       an event channel for each ring\n"
	"  --brief       do not print the expectation unasked (consoles are slow)\n"
	"  --silent      never notify but by the command knock\n"
	"  --stay        return when the rings are there; a child keeps them\n"
	"  --dry-run     no Xen: memory and numbers of our own\n";

/*
 * With --stay: the rings are made by a child, and this process ends when they
 * are there and all is said of them, or when the child has died.
 */
static void stay_behind(void)
{
	int ends[2];
	char byte;

	if (!synth.stay)
		return;
	if (pipe(ends))
		die("cannot make a pipe: %s", strerror(errno));
	switch (fork()) {
	case -1:
		die("cannot fork: %s", strerror(errno));
	case 0:
		close(ends[0]);
		synth.ready = ends[1];
		return;
	default:
		close(ends[1]);
		_exit(read(ends[0], &byte, 1) != 1);
	}
}

static void say_started(void)
{
	begin_done("start");
	end_done();
	if (!synth.stay)
		return;
	if (write(synth.ready, "", 1) != 1)
		die("cannot write to the pipe: %s", strerror(errno));
	close(synth.ready);
}

static void parse_options(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && argv[i][0] == '-'; i++) {
		const char *value = i + 1 < argc ? argv[i + 1] : "";

		if (!strcmp(argv[i], "--dry-run")) {
			synth.dry_run = true;
		} else if (!strcmp(argv[i], "--data")) {
			synth.data = true;
		} else if (!strcmp(argv[i], "--split")) {
			synth.split = true;
		} else if (!strcmp(argv[i], "--silent")) {
			synth.silent = true;
		} else if (!strcmp(argv[i], "--brief")) {
			synth.brief = true;
		} else if (!strcmp(argv[i], "--stay")) {
			synth.stay = true;
		} else if (!strcmp(argv[i], "--list")) {
			list_cases();
			exit(0);
		} else if (!strcmp(argv[i], "--domid")) {
			if (!parse_u32(value, 0, &synth.domid) ||
			    synth.domid >= 0x7ff0)
				die("not a domain: %s", value);
			i++;
		} else if (!strcmp(argv[i], "--abi")) {
			if (strcmp(value, "x86_64") && strcmp(value, "x86_32"))
				die("no such ABI: %s (x86_64, x86_32)", value);
			synth.abi = value;
			i++;
		} else {
			fputs(usage, stderr);
			exit(2);
		}
	}
	if (i == argc) {
		fputs(usage, stderr);
		exit(2);
	}
	stay_behind();
	open_xen();
	for (; i < argc; i++) {
		add_ring(argv[i]);
		if (strcmp(synth.rings[0].place->type,
			   synth.rings[synth.nr_rings - 1].place->type))
			die("%s is not of the same device as the case before",
			    argv[i]);
	}
}

int main(int argc, char **argv)
{
	char line[256];

	json_init(&synth.j, 4u << 20);
	synth.abi = native_abi;
	parse_options(argc, argv);
	add_ports();
	announce_rings();
	say_ready();
	for (uint32_t i = 0; i < synth.nr_rings && !synth.brief; i++)
		say_expectation(&synth.rings[i]);
	say_started();

	for (;;) {
		if (!fgets(line, sizeof(line), stdin)) {
			/*
			 * Nobody to talk to: stay until somebody ends us, and
			 * leave the memory to the guest's other ones.
			 */
			if (!synth.dry_run)
				json_free(&synth.j);
			while (!synth.dry_run)
				pause();
			break;
		}
		receive_events();
		if (!run_command(line))
			break;
	}

	begin_done("quit");
	end_done();
	free_rings();
	close_xen();
	json_free(&synth.j);
	return 0;
}
