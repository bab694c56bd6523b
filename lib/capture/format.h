/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The capture format, xenringtop-capture(5): what was read, not what it meant.
 *
 *	file	skippable frame "XENRING\n"	who wrote it; not needed to read it
 *		zstd frame			ticks, the first of them a key tick
 *		skippable frame "xrcframe"	length and hash of the frame before
 *		...				frame and trailer, again and again
 *		skippable frame "xrcindex"	where the frames begin; only at the end
 *
 * So `zstd -d` gives the ticks. A tick is a run of blocks, all little-endian:
 *
 *	block	type u32 | length u32 | length bytes
 *	tick	[ HEAD  blocks of the state so far  STATE ]	a key tick has these
 *		answers, CHANGES, answers, SAMPLE, answers, COPY, ...
 *		TICK	real_ns i64 | mono_ns i64 | number u64 | hash u64
 *
 * A block is an answer to a question; the state is the newest answer to each.
 * CHANGES says that something is to be asked again: what follows, up to the
 * next CHANGES, SAMPLE or TICK, are the answers. The hash (XXH3, 64 bits) is of
 * all bytes of the tick before it: a tick counts only if it holds. The writer
 * flushes after each tick, so that all whole ticks can be read however it ended;
 * END says that it ended well.
 *
 * A frame is ended, and a key tick begins the next, as xr_writer says, so that
 * a reader can begin there, or go on there after damage.
 *
 * A block never changes: what a new version wants to add is a new type, and an
 * unknown type is passed over.
 */
#ifndef XR_FORMAT_H
#define XR_FORMAT_H

#include <stddef.h>
#include <stdint.h>

/*
 * 1	what there was at first
 * 2	MAP's kind may be above 1 and its flags have "no grant"; COPY may have been
 *	cut to what is public, with zeros behind it
 */
#define XR_FORMAT_VERSION 2u

/*
 * X(NAME, type, what it is, its layout). In layouts: u a varint, i a signed
 * one, u8 u32 u64 i64 of fixed width, s counted bytes; [n] n times what follows
 * in brackets.
 */
#define XR_BLOCKS(X)							\
	X(HEAD, 1, "begins a key tick: who wrote this, of which host; all that was known is void", \
	  "version u, creator s, host s, flags u, begun_ns i64")	\
	X(STATE, 2, "ends the part of a key tick that repeats what was known already", "") \
	X(STORE_READ, 3, "the value of a xenstore node, or the errno",	\
	  "path s, errno u, value s")					\
	X(STORE_LIST, 4, "the names below a xenstore node, or the errno", \
	  "path s, errno u, n u [n] name s")				\
	X(DOMAINS, 5, "the list of domains, or the errno",		\
	  "errno u, n u [n] domid u, uuid 16 bytes, flags u8 (1 paused, 2 shutdown, 4 dying), " \
	  "shutdown_reason u8")						\
	X(PORT, 6, "an event channel, or the errno",			\
	  "domid u, port u, errno u, status u, vcpu u, remote_domid u, remote_port u") \
	X(MAP, 7, "a ring that was to be mapped, and what came of it",	\
	  "id u, domid u, backend_domid u, flags u8 (1 any grantee, 2 no grant, 4 the second ring of its page), kind u8, idx_off u, gfn u64, " \
	  "n_pages u [n_pages] ref u; errno u; if 0: flags u8 (1 by gfn), grantee i, " \
	  "[n_pages] frame u; else op s, text s")			\
	X(UNMAP, 8, "the ring with that id was let go", "id u")		\
	X(CHANGES, 9, "what xenstore's watches said",			\
	  "flags u8 (1 the list of domains), n u [n] path s")		\
	X(SAMPLE, 10, "all rings were looked at; those that differ from the sample before", \
	  "n u [n] id i (difference to the one before), look u8 (1 consistent, 2 torn, 3 gone), " \
	  "[4] word i (difference to its last value)")			\
	X(COPY, 11, "the pages of a ring, against the copy before",	\
	  "id u, look u8, [4] before u32, [4] after u32, then words of 8 bytes until the pages are full: " \
	  "same u, changed u [changed] 8 bytes")			\
	X(FETCHED, 12, "pages that requests of a ring name; those named before are void", \
	  "id u, n u [n] ref u, errno u, flags u, domid u, frame u, in_use u8, page_errno u, if 0: 4096 bytes") \
	X(GRANTS, 13, "a domain's grant table, against the one before, or the errno", \
	  "domid u, errno u; if 0: version u, n_frames u, n_status u, words as in COPY") \
	X(TICK, 14, "ends a sample", "real_ns i64, mono_ns i64, number u64, hash u64") \
	X(END, 15, "ends the capture", "samples u64, hash u64")		\
	X(NOTE, 16, "a remark", "text s")				\
	X(ANNOUNCED, 17, "rings that a ring's requests have announced, all that are there", \
	  "id u, req_prod u32, rsp_prod u32 (before these they were looked at), more u8 (than these), " \
	  "n u [n] id u64, ref u, port u")				\
	X(EVTCHNS, 18, "all event channels of a domain that are not closed, and the bits of its shared page, or the errno", \
	  "domid u, errno u; if 0: end u, n u [n] port u (how many are left out before it), " \
	  "status u8 (255: Xen's own), vcpu u, remote_domid u, remote_port u, irq u; page_errno u, bits u; " \
	  "if not 0: bits / 8 bytes of pending, as many of mask")	\
	X(BACKEND, 19, "files in which a backend says what it does, those that there are, or the errno", \
	  "type s, domid u, id u, errno u, n u [n] what u, queue u, errno u, mtime_ns u, bytes s")	\
	X(TABLE_SIZE, 20, "how large a domain's grant table is and may get, or the errno", \
	  "domid u, errno u; if 0: version u, n_frames u, max_frames u")	\
	X(NOTIFIED, 21, "notifications that were seen up to this sample; who traces writes it with each sample", \
	  "n_paths u [n_paths] path s; n u [n] mono_ns i (difference to the one before, at first to 0), " \
	  "source u8 (1 sampled, 2 counted, 3 kernel, 4 bound), direction u8 (0 to the backend, 1 to the frontend, 2 none), " \
	  "flags u8 (1 path, 2 port, 4 backend port, 8 event, 16 not counted), " \
	  "index u8 (0 none, 1 req_prod, 2 rsp_prod, 3 out_prod, 4 in_prod), domid u, " \
	  "what the flags say: path u, port u, backend_port u; count u unless 16; lost u; " \
	  "unless index is 0: producer u32, moved u; with 8: event u32")

enum xr_block_type {
#define X(name, type, what, layout) XR_B_##name = type,
	XR_BLOCKS(X)
#undef X
};

#define XR_BLOCK_HEAD 8u	/* bytes of type and length */
#define XR_TICK_SIZE 32u	/* bytes of TICK's body ... */
#define XR_END_SIZE 16u		/* ... and of END's; the hash is the last eight */

enum { XR_HEAD_PAYLOAD = 1 };	/* HEAD's flags: with what guests' pages hold */
enum { XR_DOM_PAUSED = 1, XR_DOM_SHUTDOWN = 2, XR_DOM_DYING = 4 };
enum { XR_CHANGES_DOMAINS = 1 };
enum { XR_MAP_ANY_GRANTEE = 1, XR_MAP_NO_GRANT = 2, XR_MAP_SECOND = 4 };

/* zstd's frames (RFC 8878) and ours among its skippable ones. */
#define XR_ZSTD_MAGIC 0xfd2fb528u
#define XR_SKIP_MAGIC 0x184d2a50u
#define XR_NAME_SIZE 8u
#define XR_FILE_NAME "XENRING\n"
#define XR_FRAME_NAME "xrcframe"
#define XR_INDEX_NAME "xrcindex"
/* name 8 | version u32 | hash u64 */
#define XR_FILE_SIZE 20u
/* name 8 | length u64 | hash u64 of the frame's bytes | hash u64 of the 24 before */
#define XR_FRAME_SIZE 32u
/* name 8 | n u32 | n entries | hash u64 of all before | offset of this frame u64 | name 8 */
#define XR_INDEX_ENTRY 32u	/* offset u64 | first number u64 | first real_ns i64 | mono_ns i64 */
#define XR_INDEX_TAIL 24u

#define XR_MAX_TICK (UINT32_C(1) << 28)	/* bytes of one tick; more is damage */
#define XR_MAX_INDEX (UINT32_C(1) << 26)
/* Bytes that a reader holds of what is known; few bytes of blocks can ask for many. */
#define XR_MAX_STATE (UINT32_C(1) << 30)
/* Times are 0 to this, so that whoever adds to them or subtracts them stays within 64 bits. */
#define XR_MAX_TIME (INT64_C(1) << 62)

/* All hashes: XXH3, 64 bits, seed 0. In writer.c, so that one file has the library. */
uint64_t xr_hash(const void *p, size_t n);

#endif
