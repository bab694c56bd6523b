/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The state of a capture: the newest answer to each question that was asked.
 * A writer keeps one to leave out what has not changed and to begin a frame
 * with all that is known; a reader keeps one to answer from. Both change it
 * only by applying blocks, so that they cannot differ.
 *
 * What has gone takes with it what was known of it: a node that is not there
 * has nothing below it, a domain that is not listed has no ports, no table.
 */
#ifndef XR_ANSWERS_H
#define XR_ANSWERS_H

#include "capture/format.h"
#include "capture/wire.h"
#include "source.h"
#include "util/hash.h"

/* A xenstore node as it was answered, for reading and for listing. */
struct xr_node {
	char *path;
	bool read, listed;		/* was it asked for? */
	int read_errno, list_errno;	/* positive; 0: as follows */
	uint8_t *value;
	size_t n;
	char *names;			/* one after another, each with its NUL */
	size_t n_names, names_size;
	UT_hash_handle hh;
};

/* A mapped ring, or why it could not be mapped. */
struct xr_map {
	uint32_t id;
	struct xr_map_key {		/* what was asked; no padding but zeros */
		uint64_t gfn;
		uint32_t domid, backend_domid, n_pages, idx_off;
		uint32_t refs[XR_MAX_PAGES];
		uint8_t how, kind, unused[6];	/* how: XR_MAP_... */
	} key;
	struct xr_err err;		/* .op NULL: mapped */
	uint64_t frames[XR_MAX_PAGES];
	int64_t grantee;
	bool by_gfn;
	uint8_t look;			/* of the last sample, enum xr_look */
	uint32_t idx[XR_N_IDX];
	bool copied;			/* the rest holds something */
	struct xr_copied copy;		/* .bytes: all pages, owned */
	struct xr_announced *announced;	/* NULL: none was told of */
	bool newest;			/* in the hash by key */
	UT_hash_handle hh, hh_key;
};

struct xr_port_answer {
	struct { uint32_t domid, port; } key;
	int err;			/* positive errno */
	struct xr_port port;
	UT_hash_handle hh;
};

/* A page that a request named. */
struct xr_page {
	struct { uint32_t domid, gref; } key;
	uint32_t map_id;
	int grant_errno, page_errno;	/* positive */
	struct xr_grant grant;
	uint8_t *bytes;			/* XR_PAGE_SIZE if page_errno is 0 */
	UT_hash_handle hh;
};

struct xr_table_answer {
	uint32_t domid;
	int err;			/* positive errno */
	struct xr_grants grants;	/* .shared NULL: none yet */
	bool sized;			/* the rest was asked, too */
	int size_err;			/* positive errno */
	struct xr_table_size size;
	UT_hash_handle hh;
};

struct xr_evtchns_answer {
	uint32_t domid;
	int err;			/* positive errno */
	struct xr_evtchns evtchns;
	UT_hash_handle hh;
};

struct xr_backend_answer {
	struct xr_backend_name {	/* no padding but zeros */
		char type[XR_BACKEND_TYPE];
		uint32_t domid, id;
	} key;
	int err;			/* positive errno */
	size_t size;			/* bytes held for the files */
	struct xr_backend_files files;
	UT_hash_handle hh;
};

struct xr_answers {
	char *creator, *host;
	uint32_t version, flags;
	int64_t begun_ns;
	struct xr_node *nodes;
	size_t held;			/* bytes of all below, as far as a capture decides how many */
	int doms_errno;			/* positive; -1: not asked yet */
	struct xr_dominfo *doms;
	size_t n_doms;
	struct xr_map *maps, *by_key;
	struct xr_port_answer *ports;
	struct xr_page *pages;
	struct xr_table_answer *tables;
	struct xr_evtchns_answer *evtchns;
	struct xr_backend_answer *backends;
};

void xr_answers_init(struct xr_answers *s);
/* Frees all it holds; it may be used again. */
void xr_answers_clear(struct xr_answers *s);

/*
 * Applies one block of type with n bytes at p: all but CHANGES, TICK, END and
 * NOTE, which are no state and do nothing. Hostile bytes are fine. -EBADMSG: it
 * makes no sense; what it said so far may have been taken. -ENOMEM, also where
 * there would be more than XR_MAX_STATE.
 */
int xr_answers_apply(struct xr_answers *s, uint32_t type, const void *p, size_t n);

/* What is known; NULL: it was never asked for. */
const struct xr_node *xr_answers_node(const struct xr_answers *s, const char *path);
const struct xr_map *xr_answers_map(const struct xr_answers *s, uint32_t id);
/* The newest answer to what m asks. */
const struct xr_map *xr_answers_map_of(const struct xr_answers *s, const struct xr_mapping *m);
const struct xr_port_answer *xr_answers_port(const struct xr_answers *s, uint32_t domid, uint32_t port);
const struct xr_page *xr_answers_page(const struct xr_answers *s, uint32_t domid, uint32_t gref);
const struct xr_table_answer *xr_answers_table(const struct xr_answers *s, uint32_t domid);
const struct xr_evtchns_answer *xr_answers_evtchns(const struct xr_answers *s, uint32_t domid);
const struct xr_backend_answer *xr_answers_backend(const struct xr_answers *s, const struct xr_backend_key *key);

/* f as xr_source_fetch() fills it; what is not known is -ENODATA. */
void xr_answers_fetch(const struct xr_answers *s, const struct xr_mapping *m, struct xr_fetch *f, size_t n);
/* A copy of the domain's table. 1: it is as was (may be NULL). -ENODATA: not known; else the error it was answered with. */
int xr_answers_grants(const struct xr_answers *s, uint32_t domid, const struct xr_grants *was,
		      struct xr_grants *ret);
/* Its size, likewise. */
int xr_answers_table_size(const struct xr_answers *s, uint32_t domid, struct xr_table_size *ret);

/* Blocks that make an empty state what s is: HEAD first, STATE last. */
void xr_answers_dump(const struct xr_answers *s, struct xr_out *out);

/* ---- blocks, as they are written ---------------------------------------- */

/* Begins a block; where it begins, for the end, which puts its length. */
size_t xr_block_begin(struct xr_out *out, enum xr_block_type type);
void xr_block_end(struct xr_out *out, size_t at);

/* All errnos here are positive or 0. */
void xr_put_store_read(struct xr_out *out, const char *path, int err, const void *value, size_t n);
void xr_put_store_list(struct xr_out *out, const char *path, int err, char *const *names, size_t n);
void xr_put_domains(struct xr_out *out, int err, const struct xr_dominfo *doms, size_t n);
void xr_put_port(struct xr_out *out, uint32_t domid, uint32_t port, int err, const struct xr_port *p);
/* m as it was answered; err->op NULL if it was mapped. */
void xr_put_map(struct xr_out *out, uint32_t id, const struct xr_mapping *m, const struct xr_err *err);
void xr_put_unmap(struct xr_out *out, uint32_t id);
/* The copy of map's pages against the one that the state has. */
void xr_put_copy(struct xr_out *out, const struct xr_map *map, const struct xr_copied *c);
void xr_put_announced(struct xr_out *out, uint32_t id, const struct xr_announced *a);
void xr_put_fetched(struct xr_out *out, uint32_t id, const struct xr_fetch *f, size_t n);
/* Against what the state has (may be NULL). */
void xr_put_grants(struct xr_out *out, uint32_t domid, int err, const struct xr_grants *g,
		   const struct xr_table_answer *before);
void xr_put_table_size(struct xr_out *out, uint32_t domid, int err, const struct xr_table_size *size);
void xr_put_evtchns(struct xr_out *out, uint32_t domid, int err, const struct xr_evtchns *e);
void xr_put_backend(struct xr_out *out, const struct xr_backend_key *key, int err,
		    const struct xr_backend_files *f);

/* The key under which m's answer is kept. */
void xr_map_key(const struct xr_mapping *m, struct xr_map_key *ret);

#endif
