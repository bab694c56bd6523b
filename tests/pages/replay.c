/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plays the script of a fake host again, with the structures and macros of
 * Xen's own headers, and writes the pages that come of it.
 *
 * usage: replay SCRIPT PAGES
 *
 * A line of SCRIPT is a ring's number, an operation (lib/source/fake/ring.h
 * tells what each does) and decimal numbers. "N new KIND PAGES" makes a ring;
 * "N save" appends its pages, as they are now, to the file PAGES.
 */
#include "replay.h"
#include "xenheaders.h"

#include <xen/io/console.h>
#include <xen/io/netif.h>
#include <xen/io/xs_wire.h>

#define RING netif_tx
#include "replay-ring.h"

#define RING netif_rx
#include "replay-ring.h"

#define MAX_RINGS 512
#define MAX_ARGS 1200
#define MAX_WORD 24

int main(int argc, char **argv);

/* ---- netif ---- */

static void put_gso(struct netif_extra_info *extra, const uint64_t *a)
{
	extra->type = XEN_NETIF_EXTRA_TYPE_GSO;
	extra->flags = (uint8_t)a[0];
	extra->u.gso.size = (uint16_t)a[1];
	extra->u.gso.type = (uint8_t)a[2];
	extra->u.gso.pad = 0;
	extra->u.gso.features = 0;
}

static bool run_tx(struct replay *r, const char *op, const uint64_t *a,
		   size_t n)
{
	(void)n;
	if (!strcmp(op, "tx")) {
		struct netif_tx_request *req = netif_tx_request(r);

		req->gref = (grant_ref_t)a[0];
		req->offset = (uint16_t)a[1];
		req->flags = (uint16_t)a[2];
		req->id = (uint16_t)a[3];
		req->size = (uint16_t)a[4];
	} else if (!strcmp(op, "tx-gso")) {
		put_gso(netif_tx_request(r), a);
	} else if (!strcmp(op, "tx-answer")) {
		struct netif_tx_response *rsp = netif_tx_response(r);

		rsp->id = (uint16_t)a[0];
		rsp->status = (int16_t)a[1];
	} else if (!strcmp(op, "tx-null")) {
		struct netif_tx_response *rsp = netif_tx_response(r);

		rsp->status = NETIF_RSP_NULL;
	} else {
		return netif_tx_common(r, op, a);
	}
	return true;
}

static bool run_rx(struct replay *r, const char *op, const uint64_t *a,
		   size_t n)
{
	(void)n;
	if (!strcmp(op, "rx")) {
		struct netif_rx_request *req = netif_rx_request(r);

		req->id = (uint16_t)a[0];
		req->gref = (grant_ref_t)a[1];
	} else if (!strcmp(op, "rx-answer")) {
		struct netif_rx_response *rsp = netif_rx_response(r);

		rsp->id = (uint16_t)a[0];
		rsp->offset = (uint16_t)a[1];
		rsp->flags = (uint16_t)a[2];
		rsp->status = (int16_t)a[3];
	} else if (!strcmp(op, "rx-gso")) {
		put_gso(netif_rx_response(r), a);
	} else {
		return netif_rx_common(r, op, a);
	}
	return true;
}

const struct replay_kind replay_netif_tx = {
	.name = "netif-tx",
	.ends_size = sizeof(struct netif_tx_ends),
	.run = run_tx,
};

const struct replay_kind replay_netif_rx = {
	.name = "netif-rx",
	.ends_size = sizeof(struct netif_rx_ends),
	.run = run_rx,
};

/* ---- console and xenstore ---- */

static bool run_console(struct replay *r, const char *op, const uint64_t *a,
			size_t n)
{
	struct xencons_interface *intf = (void *)r->mem;

	if (!strcmp(op, "start")) {
		memset(intf, 0, PAGE_BYTES);
		intf->in_cons = intf->in_prod = (XENCONS_RING_IDX)a[0];
		intf->out_cons = intf->out_prod = (XENCONS_RING_IDX)a[0];
	} else if (!strcmp(op, "out")) {
		for (size_t i = 0; i < n; i++, intf->out_prod++)
			intf->out[MASK_XENCONS_IDX(intf->out_prod, intf->out)] = (char)a[i];
	} else if (!strcmp(op, "in")) {
		for (size_t i = 0; i < n; i++, intf->in_prod++)
			intf->in[MASK_XENCONS_IDX(intf->in_prod, intf->in)] = (char)a[i];
	} else if (!strcmp(op, "take-out")) {
		intf->out_cons += (XENCONS_RING_IDX)a[0];
	} else if (!strcmp(op, "take-in")) {
		intf->in_cons += (XENCONS_RING_IDX)a[0];
	} else {
		return false;
	}
	return true;
}

static void put_bytes(char *ring, XENSTORE_RING_IDX *prod, const void *bytes,
		      size_t n)
{
	const char *at = bytes;

	for (size_t i = 0; i < n; i++, (*prod)++)
		ring[MASK_XENSTORE_IDX(*prod)] = at[i];
}

static void put_message(char *ring, XENSTORE_RING_IDX *prod, const uint64_t *a,
			size_t n)
{
	const struct xsd_sockmsg msg = {
		.type = (uint32_t)a[0], .req_id = (uint32_t)a[1],
		.tx_id = (uint32_t)a[2], .len = (uint32_t)(n - 3),
	};

	put_bytes(ring, prod, &msg, sizeof(msg));
	for (size_t i = 3; i < n; i++) {
		char c = (char)a[i];

		put_bytes(ring, prod, &c, 1);
	}
}

static bool run_xenstore(struct replay *r, const char *op, const uint64_t *a,
			 size_t n)
{
	struct xenstore_domain_interface *intf = (void *)r->mem;

	if (!strcmp(op, "start")) {
		memset(intf, 0, PAGE_BYTES);
		intf->req_cons = intf->req_prod = (XENSTORE_RING_IDX)a[0];
		intf->rsp_cons = intf->rsp_prod = (XENSTORE_RING_IDX)a[0];
	} else if (!strcmp(op, "send")) {
		put_message(intf->req, &intf->req_prod, a, n);
	} else if (!strcmp(op, "receive")) {
		put_message(intf->rsp, &intf->rsp_prod, a, n);
	} else if (!strcmp(op, "take-out")) {
		intf->req_cons += (XENSTORE_RING_IDX)a[0];
	} else if (!strcmp(op, "take-in")) {
		intf->rsp_cons += (XENSTORE_RING_IDX)a[0];
	} else {
		return false;
	}
	return true;
}

const struct replay_kind replay_console = {
	.name = "console",
	.run = run_console,
};

const struct replay_kind replay_xenstore = {
	.name = "xenstore",
	.run = run_xenstore,
};

/* ---- the script ---- */

static const struct replay_kind *const kinds[] = {
	&replay_blkif, &replay_segments, &replay_netif_tx, &replay_netif_rx,
	&replay_console, &replay_xenstore,
#ifndef __i386__
	&replay_blkif_packed,
#endif
	NULL
};

/* A file, byte by byte. */
struct reader {
	int fd;
	const char *path;
	uint8_t buf[1 << 16];
	size_t at, len;
};

/* The next byte, or -1 at the end. */
static int next(struct reader *in)
{
	if (in->at == in->len) {
		long n = port_read(in->fd, in->buf, sizeof(in->buf));

		if (n < 0)
			port_die("cannot read", in->path, "");
		in->at = 0;
		in->len = (size_t)n;
		if (!n)
			return -1;
	}
	return in->buf[in->at++];
}

struct line {
	char op[MAX_WORD], text[MAX_WORD];	/* text: the kind of a new ring */
	uint64_t ring, a[MAX_ARGS];
	size_t n;
};

/* One word of a line and what ends it. */
static int read_word(struct reader *in, char word[MAX_WORD])
{
	size_t len = 0;
	int c;

	while ((c = next(in)) >= 0 && c != ' ' && c != '\n') {
		if (len + 1 == MAX_WORD)
			port_die("a word of", in->path, "is too long");
		word[len++] = (char)c;
	}
	word[len] = '\0';
	return c;
}

static uint64_t to_number(const struct reader *in, const char *word)
{
	uint64_t value = 0;

	for (; *word; word++) {
		if (*word < '0' || *word > '9')
			port_die("not a number:", word, in->path);
		value = value * 10 + (uint64_t)(*word - '0');
	}
	return value;
}

/* False at the end of the file. */
static bool read_line(struct reader *in, struct line *l)
{
	char word[MAX_WORD];
	int c = read_word(in, word);

	if (c < 0 && !word[0])
		return false;
	l->ring = to_number(in, word);
	l->n = 0;
	l->text[0] = '\0';
	c = c == ' ' ? read_word(in, l->op) : c;
	if (c == ' ' && !strcmp(l->op, "new"))
		c = read_word(in, l->text);
	while (c == ' ') {
		c = read_word(in, word);
		if (l->n == MAX_ARGS)
			port_die("a line of", in->path, "is too long");
		l->a[l->n++] = to_number(in, word);
	}
	return true;
}

static void make_ring(struct replay *r, const struct line *l)
{
	for (size_t i = 0; kinds[i]; i++)
		if (!strcmp(kinds[i]->name, l->text))
			r->kind = kinds[i];
	if (!r->kind)
		port_die("no such kind of ring here:", l->text, "");
	r->nr_pages = (uint32_t)l->a[0];
	r->mem = port_alloc((size_t)r->nr_pages * PAGE_BYTES);
	r->ends = r->kind->ends_size ? port_alloc(r->kind->ends_size) : NULL;
}

int main(int argc, char **argv)
{
	static struct replay rings[MAX_RINGS];
	static struct reader in;
	static struct line l;
	int fd;

	if (argc != 3)
		port_die("usage: replay SCRIPT PAGES", "", "");
	in.path = argv[1];
	in.fd = port_open(argv[1]);
	if (in.fd < 0)
		port_die("cannot open", argv[1], "");
	fd = port_create(argv[2]);
	if (fd < 0)
		port_die("cannot create", argv[2], "");
	while (read_line(&in, &l)) {
		struct replay *r = &rings[l.ring % MAX_RINGS];

		if (l.ring >= MAX_RINGS)
			port_die("too many rings in", argv[1], "");
		if (!strcmp(l.op, "new"))
			make_ring(r, &l);
		else if (!r->kind)
			port_die("a ring is used before it is made:", l.op, argv[1]);
		else if (strcmp(l.op, "save")) {
			if (!r->kind->run(r, l.op, l.a, l.n))
				port_die("no such operation:", l.op, r->kind->name);
		} else if (!port_write(fd, r->mem, (size_t)r->nr_pages * PAGE_BYTES)) {
			port_die("cannot write", argv[2], "is the disk full?");
		}
	}
	if (!port_close(fd))
		port_die("cannot write", argv[2], "is the disk full?");
	return 0;
}
