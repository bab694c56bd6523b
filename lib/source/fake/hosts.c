/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The fake hosts: what stands behind fake:NAME. */
#include <config.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/blkif.h"
#include "abi/netif.h"
#include "backend.h"
#include "evtchn.h"
#include "source/fake/life.h"
#include "util/text.h"

#define TICK_NS 10000000
#define TICKS_PER_S 100
#define WARM_TICKS 200
#define SLOTS_OFF 64
#define MAPPED (XR_GTF_PERMIT | XR_GTF_READING | XR_GTF_WRITING)

struct host {
	const char *name;	/* as help shows it, "big:N[:busy]": up to a colon the name */
	const char *help;
	/* a scene that is a table of guests */
	const struct xr_fguest *guests;
	/* after the guests have been made and warmed up; arg: behind the colon, or NULL */
	int (*fill)(struct xr_life *l, const char *arg, struct xr_err *err);
	int (*step)(struct xr_life *l, uint64_t tick);
	int64_t tick_ns;	/* 0: TICK_NS */
};

#define DEVS(...) (const struct xr_fdev[]){ __VA_ARGS__, { .type = NULL } }

/* Loads of an ordinary guest. */
#define DISK_LOAD { .low = 2, .high = 12, .answers = 6, .period = 700 }
#define TX_LOAD { .low = 1, .high = 40, .answers = 24, .rounds = 2, .period = 500 }
#define RX_LOAD { .low = 1, .high = 12, .period = 600 }
#define DISK(n, ...) { .type = "vbd", .id = 51712 + 16 * (n), __VA_ARGS__ }
#define VIF(n, ...) { .type = "vif", .id = (n), __VA_ARGS__ }

/* ---- demo, idle, busy --------------------------------------------------- */

static const struct xr_fguest demo[] = {
	{ .domid = 1, .name = "web01", .frames = 4, .console = 700, .store = 900, .devs = DEVS(
		DISK(0, .queues = 2, .start = 48200, .load = DISK_LOAD),
		VIF(0, .start = 913000, .load = TX_LOAD, .rx = RX_LOAD)) },
	/* its first disk's indices pass 2^32 before long */
	{ .domid = 2, .name = "db02", .frames = 5, .console = 1900, .store = 1300, .devs = DEVS(
		DISK(0, .start = 0xfffff400, .load = {
			.low = 2, .high = 10, .answers = 4, .period = 600, .rest = 450 }),
		DISK(1, .persistent = true, .indirect = true, .start = 7340000, .load = {
			.low = 26, .high = 32, .answers = 20, .rounds = 2, .period = 400 }),
		VIF(0, .start = 61000, .load = {
			.low = 0, .high = 12, .answers = 8, .period = 300, .rest = 60 },
		    .rx = { .low = 0, .high = 4, .period = 300 })) },
	{ .domid = 3, .name = "mail03", .frames = 4, .v2 = true, .devs = DEVS(
		DISK(0, .abi = XR_ABI_32, .start = 5200), VIF(0, .start = 1700)) },
	{ .name = NULL }
};

/*
 * What drivers do not ask for: a timer, vCPUs that knock at each other, a port
 * that waits for somebody, one that Xen has itself.
 */
static const struct xr_evtchn demo_ports[] = {
	{ .number = 20, .status = XR_PORT_VIRQ, .irq = 0 },
	{ .number = 21, .status = XR_PORT_IPI },
	{ .number = 22, .status = XR_PORT_VIRQ, .vcpu = 1, .irq = 0 },
	{ .number = 23, .status = XR_PORT_IPI, .vcpu = 1 },
	{ .number = 24, .status = XR_PORT_UNBOUND },
	{ .number = 25, .status = XR_PORT_RESERVED },
};

static void demo_file(struct xr_life *l, const struct xr_backend_key *key, enum xr_backend_what what,
		      const char *fmt, ...) __attribute__((format(printf, 4, 5)));

static void demo_file(struct xr_life *l, const struct xr_backend_key *key, enum xr_backend_what what,
		      const char *fmt, ...)
{
	char text[1024];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	xr_life_keep(l, xr_fake_backend_file(l->f, key, &(struct xr_backend_file){
		.what = what, .mtime_ns = XR_FAKE_REAL_NS, .bytes = (uint8_t *)text, .n = (uint32_t)n,
	}));
}

static uint32_t put_by_guest(const struct xr_actor *a)
{
	return a->ring.req_pvt - a->dev->start;
}

/*
 * As Linux' drivers would count what the rings show: an event for each request,
 * one in a hundred for nothing. web01's disk reads and writes as much.
 */
static void demo_files(struct xr_life *l)
{
	const struct xr_backend_key disk = { .domid = 1, .id = 51712, .type = "vbd" };
	const struct xr_backend_key nic = { .domid = 1, .id = 0, .type = "vif" };
	const struct xr_actor *d = xr_life_find(l, 1, "vbd", 51712), *n = xr_life_find(l, 1, "vif", 0);
	const struct { const struct xr_backend_key *key; uint32_t channels, events; } both[] = {
		{ &disk, 2, d ? put_by_guest(d) : 0 }, { &nic, 2, n ? put_by_guest(n) : 0 },
	};

	if (!d || !n)
		return;
	for (size_t i = 0; i < 2; i++) {
		demo_file(l, both[i].key, XR_BF_EVENT_CHANNELS, "%u\n", both[i].channels);
		demo_file(l, both[i].key, XR_BF_EVENTS, "%d\n", (int)both[i].events);
		demo_file(l, both[i].key, XR_BF_SPURIOUS_EVENTS, "%d\n", (int)(both[i].events / 100));
		demo_file(l, both[i].key, XR_BF_JIFFIES_EOI_DELAYED, "0\n");
		demo_file(l, both[i].key, XR_BF_SPURIOUS_THRESHOLD, "1\n");
	}
	demo_file(l, &disk, XR_BF_OO_REQ, "0\n");
	demo_file(l, &disk, XR_BF_RD_REQ, "%u\n", put_by_guest(d) / 2);
	demo_file(l, &disk, XR_BF_WR_REQ, "%u\n", put_by_guest(d) - put_by_guest(d) / 2);
	demo_file(l, &disk, XR_BF_F_REQ, "0\n");
	demo_file(l, &disk, XR_BF_DS_REQ, "0\n");
	demo_file(l, &disk, XR_BF_RD_SECT, "%u\n", put_by_guest(d) / 2 * 8);
	demo_file(l, &disk, XR_BF_WR_SECT, "%u\n", (put_by_guest(d) - put_by_guest(d) / 2) * 8);
	demo_file(l, &nic, XR_BF_NETBACK_QUEUE,
		  "Queue 0\nTX: nr_ents %u\n"
		  "req prod %u (%d) cons %u (%d) event %u (%d)\n"
		  "rsp prod %u (base) pvt %u (0) event %u (1)\n"
		  "pending prod 256 pending cons 0 nr_pending_reqs %u\n"
		  "dealloc prod 0 dealloc cons 0 dealloc_queue 0\n\n"
		  "NAPI state: 1 NAPI weight: 64 TX queue len 0\n"
		  "Credit timer_pending: 0, credit: 18446744073709551615, usec: 0\n",
		  n->ring.slots, n->ring.req_pvt, (int)(n->ring.req_pvt - n->ring.rsp_pvt), n->ring.req_cons,
		  (int)(n->ring.req_cons - n->ring.rsp_pvt), n->ring.req_cons + 1,
		  (int)(n->ring.req_cons + 1 - n->ring.rsp_pvt), n->ring.rsp_pvt, n->ring.rsp_pvt,
		  n->ring.rsp_pvt + 1, n->ring.req_cons - n->ring.rsp_pvt);
}

static int step_demo(struct xr_life *l, uint64_t tick)
{
	if (tick % TICKS_PER_S == 0)
		demo_files(l);
	return l->r;
}

/* web01's event channels are two-level, db02's FIFO; mail03 is no PV guest. */
static int fill_demo(struct xr_life *l, const char *arg, struct xr_err *err)
{
	uint8_t *page = xr_fake_shared_page(l->f, 1, 8);
	uint8_t *mask = page ? page + XR_SHARED_MASK_WIDE : NULL;

	(void)arg;
	(void)err;
	if (!page || !xr_fake_shared_page(l->f, 2, 8))
		return -ENOMEM;
	for (const struct xr_fguest *g = demo; g->name; g++)
		for (size_t i = 0; i < sizeof(demo_ports) / sizeof(demo_ports[0]); i++)
			xr_life_keep(l, xr_fake_evtchn(l->f, g->domid, &demo_ports[i]));
	/* Linux masks all ports and unmasks those that it binds; nobody has bound the one that waits */
	memset(mask, 0xff, XR_EVTCHN_WIDE / 8);
	mask[0] = (uint8_t)~0x7e;	/* its rings' ports, 1 to 6 */
	mask[20 / 8] = (uint8_t)~0xf0;	/* 20 to 23 */
	demo_files(l);
	return l->r;
}

static const struct xr_fguest idle[] = {
	{ .domid = 10, .name = "files10", .frames = 4, .devs = DEVS(
		DISK(0, .start = 3100), DISK(1, .start = 88000), VIF(0, .start = 2000)) },
	{ .domid = 11, .name = "dns11", .frames = 2, .devs = DEVS(
		DISK(0, .abi = XR_ABI_32, .start = 900), VIF(0, .start = 40000)) },
	{ .domid = 12, .name = "test12", .frames = 2, .devs = DEVS(DISK(0, .start = 64)) },
	{ .name = NULL }
};

static const struct xr_fguest busy[] = {
	{ .domid = 20, .name = "db20", .frames = 12, .console = 50, .store = 40, .devs = DEVS(
		DISK(0, .order = 2, .persistent = true, .indirect = true, .start = 0xffffe000, .load = {
			.low = 90, .high = 128, .answers = 64, .rounds = 4, .period = 200 }),
		VIF(0, .start = 0xfffff000, .load = {
			.low = 20, .high = 120, .answers = 60, .rounds = 2, .period = 170 },
		    .rx = { .low = 4, .high = 40, .rounds = 2, .period = 230 })) },
	{ .domid = 21, .name = "web21", .frames = 5, .console = 30, .store = 60, .devs = DEVS(
		DISK(0, .queues = 2, .start = 10000000, .load = {
			.low = 12, .high = 32, .answers = 16, .rounds = 5, .period = 120 }),
		VIF(0, .queues = 2, .start = 30000000, .load = {
			.low = 120, .high = 256, .answers = 120, .rounds = 3, .period = 150 },
		    .rx = { .low = 10, .high = 60, .rounds = 2, .period = 110 })) },
	{ .domid = 22, .name = "build22", .frames = 2, .console = 20, .store = 30, .devs = DEVS(
		DISK(0, .abi = XR_ABI_32, .start = 500000, .load = {
			.low = 20, .high = 32, .answers = 24, .rounds = 6, .period = 90 })) },
	{ .name = NULL }
};

/* ---- something is wrong ------------------------------------------------- */

#define WELL_GUEST(number, called) \
	{ .domid = (number), .name = (called), .frames = 2, .console = 800, .store = 900, .devs = DEVS( \
		DISK(0, .start = 7000, .load = DISK_LOAD), \
		VIF(0, .start = 9000, .load = TX_LOAD, .rx = RX_LOAD)) }

static const struct xr_fguest stuck_blk[] = {
	{ .domid = 31, .name = "web31", .frames = 3, .console = 500, .store = 700, .devs = DEVS(
		DISK(0, .start = 23000, .load = DISK_LOAD),
		DISK(1, .start = 41000, .ailment = XR_HANGS, .load = {
			.low = 6, .high = 20, .answers = 4 }),
		VIF(0, .start = 1200, .load = TX_LOAD, .rx = RX_LOAD)) },
	WELL_GUEST(32, "mail32"), { .name = NULL }
};

static const struct xr_fguest lost_event[] = {
	{ .domid = 41, .name = "web41", .frames = 3, .console = 500, .store = 700, .devs = DEVS(
		DISK(0, .start = 52000, .ailment = XR_SLEEPS, .load = {
			.low = 4, .high = 3, .answers = 4 }),
		DISK(1, .start = 8000, .load = DISK_LOAD),
		VIF(0, .start = 1200, .load = TX_LOAD, .rx = RX_LOAD)) },
	WELL_GUEST(42, "mail42"), { .name = NULL }
};

static const struct xr_fguest full_net[] = {
	{ .domid = 51, .name = "proxy51", .frames = 3, .console = 500, .store = 700, .devs = DEVS(
		DISK(0, .start = 52000, .load = DISK_LOAD),
		VIF(0, .start = 740000, .load = { .low = 256, .high = 256, .answers = 8, .every = 200 },
		    .rx = RX_LOAD)) },
	WELL_GUEST(52, "mail52"), { .name = NULL }
};

static const struct xr_fguest starved_rx[] = {
	{ .domid = 61, .name = "voip61", .frames = 3, .console = 500, .store = 700, .devs = DEVS(
		DISK(0, .start = 52000, .load = DISK_LOAD),
		VIF(0, .start = 660000, .ailment = XR_STARVES, .load = TX_LOAD,
		    .rx = { .low = 12, .high = 12, .rounds = 2 })) },
	WELL_GUEST(62, "mail62"), { .name = NULL }
};

/* ---- leaking-grants ----------------------------------------------------- */

#define LEAK_DOMID 71
#define LEAK_FRAMES 4
#define LEAK_TICKS 25		/* an entry more */

static const struct xr_fdev leak_gone =
	DISK(3, .persistent = true, .start = 3000, .load = DISK_LOAD);

static const struct xr_fguest leaking_grants[] = {
	{ .domid = LEAK_DOMID, .name = "leaky71", .frames = LEAK_FRAMES, .console = 500, .store = 700,
	  .devs = DEVS(DISK(0, .start = 52000, .load = DISK_LOAD),
		       VIF(0, .start = 9000, .load = TX_LOAD, .rx = RX_LOAD)) },
	WELL_GUEST(72, "mail72"), { .name = NULL }
};

static void remove_device(struct xr_life *l, uint32_t domid, const struct xr_fdev *dev)
{
	char path[96];

	snprintf(path, sizeof(path), "/local/domain/%u/device/%s/%u", domid, dev->type, dev->id);
	xr_fake_remove(l->f, path);
	snprintf(path, sizeof(path), "/local/domain/0/backend/%s/%u/%u", dev->type, domid, dev->id);
	xr_fake_remove(l->f, path);
	snprintf(path, sizeof(path), "/libxl/%u/device/%s/%u", domid, dev->type, dev->id);
	xr_fake_remove(l->f, path);
}

/* A disk that was removed: its backend has let go of nothing. */
static int fill_leaking(struct xr_life *l, const char *arg, struct xr_err *err)
{
	struct xr_actor *a = xr_life_find(l, LEAK_DOMID, "vif", 0);

	(void)arg;
	(void)err;
	if (!a)
		return -EINVAL;
	/* behind what the guest's last device, its network, was given */
	l->domid = LEAK_DOMID;
	l->next_ref = a->ring_ref + 2;
	l->next_port = a->port + 2;
	xr_life_device(l, &leak_gone);
	a = xr_life_find(l, LEAK_DOMID, "vbd", leak_gone.id);
	if (!a || l->r)
		return l->r;
	a->off = true;
	remove_device(l, LEAK_DOMID, &leak_gone);
	/* it cannot grow: what leaks is missed some day */
	xr_life_keep(l, xr_fake_table_max(l->f, LEAK_DOMID, LEAK_FRAMES));
	return l->r;
}

static int step_leaking(struct xr_life *l, uint64_t tick)
{
	uint64_t ref = l->next_ref + tick / LEAK_TICKS;

	if (tick % LEAK_TICKS || ref >= LEAK_FRAMES * 512)
		return 0;
	return xr_fake_grant(l->f, LEAK_DOMID, (uint32_t)ref, MAPPED, 0, xr_fake_frames(l->f, 1));
}

/* ---- reconnect ---------------------------------------------------------- */

#define MOVED_DOMID 81
#define REBORN_DOMID 82

static const struct xr_fdev moved = DISK(0, .start = 0, .load = DISK_LOAD);

static const struct xr_fguest reconnect[] = {
	{ .domid = MOVED_DOMID, .name = "mobile81", .frames = 4, .console = 500, .store = 700,
	  .devs = DEVS(VIF(0, .start = 9000, .load = TX_LOAD, .rx = RX_LOAD)) },
	WELL_GUEST(REBORN_DOMID, "build82"),
	WELL_GUEST(83, "base83"), { .name = NULL }
};

static int fill_reconnect(struct xr_life *l, const char *arg, struct xr_err *err)
{
	struct xr_actor *a = xr_life_find(l, MOVED_DOMID, "vif", 0);

	(void)arg;
	(void)err;
	if (!a)
		return -EINVAL;
	l->domid = MOVED_DOMID;
	l->next_ref = a->ring_ref + 2;
	l->next_port = a->port + 2;
	xr_life_device(l, &moved);
	return l->r;
}

/* Every 10 s the disk goes and comes back, as blkfront and blkback do it. */
static const struct {
	uint32_t at;		/* tick of the 1000 */
	bool back;		/* whose state changes */
	uint32_t state;		/* xenbus */
	int links;		/* -1: the rings go, 1: new ones are there */
} walk[] = {
	{ 500, false, 5, 0 }, { 502, true, 5, 0 }, { 504, false, 6, -1 }, { 506, true, 6, 0 },
	{ 540, false, 1, 0 }, { 542, true, 2, 0 }, { 546, false, 3, 1 }, { 550, true, 4, 0 },
	{ 552, false, 4, 0 },
};

static void walk_disk(struct xr_life *l, uint64_t tick)
{
	uint32_t round = (uint32_t)(tick / 1000);
	struct xr_actor *a = xr_life_find(l, MOVED_DOMID, "vbd", moved.id);

	for (size_t i = 0; a && i < sizeof(walk) / sizeof(walk[0]); i++) {
		if (walk[i].at != tick % 1000)
			continue;
		if (walk[i].links < 0)
			xr_life_disconnect(l, a);
		else if (walk[i].links > 0)
			/* one of eight entries, one of eight ports */
			xr_life_connect(l, a, l->next_ref + round % 8, l->next_port + round % 8);
		(walk[i].back ? xr_life_back : xr_life_front)(l, MOVED_DOMID, &moved, "state", "%u",
							      walk[i].state);
	}
}

/* Every 30 s a guest dies, and another one is given its number. */
static void walk_guest(struct xr_life *l, uint64_t tick)
{
	struct xr_dominfo *info = xr_fake_dominfo(l->f, REBORN_DOMID);
	struct xr_fguest next = reconnect[1];
	char name[24];

	switch (tick % 3000) {
	case 1200:
		info->shutdown = true;
		xr_fake_domains_changed(l->f);
		break;
	case 1250:
		info->dying = true;
		xr_life_silence(l, REBORN_DOMID);
		xr_fake_domains_changed(l->f);
		break;
	case 1300:
		xr_fake_destroy(l->f, REBORN_DOMID);
		xr_fake_remove(l->f, "/local/domain/0/backend/vbd/82");
		xr_fake_remove(l->f, "/local/domain/0/backend/vif/82");
		break;
	case 1600:
		snprintf(name, sizeof(name), "build82-%u", (unsigned)(tick / 3000 + 2));
		next.name = name;
		xr_life_again(l, &next);
		break;
	}
}

static int step_reconnect(struct xr_life *l, uint64_t tick)
{
	walk_disk(l, tick);
	walk_guest(l, tick);
	return l->r;
}

/* ---- forged ------------------------------------------------------------- */

#define MALLORY 91
#define VICTIM 92

static const struct xr_fguest forged[] = {
	{ .domid = MALLORY, .name = "mallory91", .frames = 4, .console = 500, .store = 700, .devs = DEVS(
		DISK(0, .start = 52000, .load = DISK_LOAD),
		DISK(1, .start = 100, .load = DISK_LOAD), DISK(2, .start = 100, .load = DISK_LOAD),
		DISK(3, .start = 100, .load = DISK_LOAD)) },
	WELL_GUEST(VICTIM, "victim92"), { .name = NULL }
};

static int fill_forged(struct xr_life *l, const char *arg, struct xr_err *err)
{
	const struct xr_fdev *devs = forged[0].devs;
	struct xr_actor *a = xr_life_find(l, MALLORY, "vbd", devs[3].id);

	(void)arg;
	(void)err;
	/* the frontend says that another guest's backend is its own */
	xr_life_front(l, MALLORY, &devs[1], "backend", "/local/domain/0/backend/vbd/%u/51712",
		      VICTIM);
	/* the backend says that it belongs to another frontend */
	xr_life_back(l, MALLORY, &devs[2], "frontend", "/local/domain/%u/device/vbd/51712", VICTIM);
	/* the ring's page is granted to somebody who is not the backend */
	if (!a)
		return -EINVAL;
	return xr_fake_grant(l->f, MALLORY, a->ring_ref, MAPPED, VICTIM, a->ring_frame);
}

/* ---- hostile ------------------------------------------------------------ */

/* Sets a title, rings, ends a line, is no UTF-8, turns the line around. */
static const char evil_name[] = "ev\033]0;owned\007il\n\xff\xc2\x9b" "31m\xe2\x80\xae\\x41";

#define EVIL 1
#define PLAIN 2
#define SWARM 3

/* Devices 0 and 1 show what slots may claim; they stand still. */
static const struct xr_fdev evil_disk = DISK(0, .bare = true), plain_nic = VIF(0, .bare = true);

/* What a guest may write where a number, a path or a word is expected. */
static const struct {
	const char *bytes;
	size_t n;		/* 0: up to the NUL */
	uint32_t times;		/* repeated; 0: once */
} garbage[] = {
	{ "", 0, 0 }, { "-1", 0, 0 }, { "4294967295", 0, 0 }, { "4294967296", 0, 0 },
	{ "10000", 0, 0 }, { "9", 0, 2000 }, { "0x10", 0, 0 }, { " 8", 0, 0 }, { "8 8", 0, 0 },
	{ "8\0" "9", 3, 0 }, { "\0", 1, 64 }, { "\xff\xfe\x80", 0, 30 }, { "\033[2J\033[H", 0, 0 },
	{ "%s%n%s%n", 0, 0 }, { "../../0/name", 0, 0 }, { "/local/domain/0", 0, 0 },
	{ "/local/domain/3/device/vbd/51712/../../..", 0, 0 }, { "4", 0, 0 }, { "6", 0, 0 },
	{ "8", 0, 0 },
};

/* Keys that the swarm's devices rewrite all the time. */
static const char *const swarm_keys[] = {
	"state", "ring-ref", "event-channel", "protocol", "multi-queue-num-queues",
	"ring-page-order", "backend", "backend-id", "queue-0/ring-ref",
};

static const struct xr_fguest swarm = { .domid = SWARM, .name = "swarm03", .frames = 2 };
static const struct xr_fdev swarm_disks[] = {
	DISK(0, .bare = true), DISK(1, .bare = true), DISK(2, .bare = true),
	DISK(3, .bare = true), DISK(4, .bare = true), DISK(5, .bare = true),
};

/* The same every time; what comes next follows from the tick. */
static uint32_t mix(uint64_t x)
{
	x *= UINT64_C(0x9e3779b97f4a7c15);
	x ^= x >> 29;
	x *= UINT64_C(0xbf58476d1ce4e5b9);
	return (uint32_t)(x >> 32);
}

static int write_garbage(struct xr_life *l, const char *path, uint32_t which)
{
	const char *bytes = garbage[which].bytes;
	size_t n = garbage[which].n ? garbage[which].n : strlen(bytes);
	uint32_t times = garbage[which].times ? garbage[which].times : 1;
	char *value = malloc(n * times + 1);
	int r;

	if (!value)
		return -ENOMEM;
	for (uint32_t i = 0; i < times; i++)
		memcpy(value + i * n, bytes, n);
	r = xr_fake_write(l->f, path, value, n * times);
	free(value);
	return r;
}

/* Requests that claim more than there is, and values without a name. */
static void evil_slots(struct xr_life *l)
{
	struct xr_actor *a = xr_life_find(l, EVIL, "vbd", evil_disk.id);
	struct xr_blkif_request_64 *req;
	struct xr_netif_tx_request *tx;

	if (!a)
		return;
	req = (struct xr_blkif_request_64 *)(void *)(a->ring.page + SLOTS_OFF);
	req[0] = (struct xr_blkif_request_64){
		.operation = 0x4d, .nr_segments = 200, .id = UINT64_MAX,
		.sector_number = UINT64_MAX };
	req[1] = (struct xr_blkif_request_64){
		.operation = XR_BLKIF_WRITE, .nr_segments = 255, .id = 0x18 };
	req[2] = (struct xr_blkif_request_64){
		.operation = XR_BLKIF_DISCARD, .nr_segments = 0xfe, .id = 1 };
	((uint32_t *)(void *)a->ring.page)[XR_REQ_PROD] = 3;
	a = xr_life_find(l, PLAIN, "vif", plain_nic.id);
	if (!a)
		return;
	tx = (struct xr_netif_tx_request *)(void *)(a->ring.page + SLOTS_OFF);
	tx[0] = (struct xr_netif_tx_request){ .gref = 9, .flags = 0xfff3, .size = 60 };
	tx[1] = (struct xr_netif_tx_request){ .gref = 9, .flags = 0x40, .size = 60 };
	((uint32_t *)(void *)a->ring.page)[XR_REQ_PROD] = 2;
}

static int fill_hostile(struct xr_life *l, const char *arg, struct xr_err *err)
{
	static const struct xr_fguest evil = { .domid = EVIL, .name = "guest", .frames = 1 };
	static const struct xr_fguest plain = { .domid = PLAIN, .name = "caf\xc3\xa9", .frames = 1 };
	struct xr_actor *a;

	(void)arg;
	(void)err;
	xr_life_guest(l, &evil);
	xr_life_keep(l, xr_fake_write(l->f, "/local/domain/1/name", evil_name,
				      sizeof(evil_name) - 1));
	xr_life_device(l, &evil_disk);
	xr_life_guest(l, &plain);
	xr_life_device(l, &plain_nic);
	xr_life_guest(l, &swarm);
	for (size_t i = 0; i < sizeof(swarm_disks) / sizeof(swarm_disks[0]); i++)
		xr_life_device(l, &swarm_disks[i]);
	if (l->r)
		return l->r;
	for (size_t i = 0; i < l->n_actors; i++)
		l->actors[i]->off = true;
	evil_slots(l);
	/* ten thousand queues; a reference outside the table; more requests than slots */
	xr_life_front(l, SWARM, &swarm_disks[0], "multi-queue-num-queues", "10000");
	xr_life_front(l, SWARM, &swarm_disks[1], "ring-ref", "4000000");
	a = xr_life_find(l, SWARM, "vbd", swarm_disks[2].id);
	if (a)
		((uint32_t *)(void *)a->ring.page)[XR_REQ_PROD] = 0x80000000;
	return l->r;
}

/* The last three disks of the swarm: keys, grant entry and indices change all the time. */
static int step_hostile(struct xr_life *l, uint64_t tick)
{
	uint32_t dice = mix(tick), disk = 3 + dice % 3;
	uint32_t key = dice >> 8 & 0xff, value = dice >> 16 & 0xff;
	struct xr_actor *a = xr_life_find(l, SWARM, "vbd", swarm_disks[disk].id);
	char path[96];

	if (!a)
		return -EINVAL;
	for (int i = 0; i < XR_N_IDX; i++)
		((uint32_t *)(void *)a->ring.page)[i] = mix(tick + 7 * (uint64_t)i);
	memset(a->ring.page + SLOTS_OFF, (int)(dice & 0xff), XR_PAGE_SIZE - SLOTS_OFF);
	if (tick % 5)
		return 0;
	if (dice & 0x80000000) {
		/* back to what it was, now and then, to be mapped and torn away */
		xr_life_front(l, SWARM, a->dev, "ring-ref", "%u", a->ring_ref);
		xr_life_front(l, SWARM, a->dev, "state", "4");
		return xr_fake_grant(l->f, SWARM, a->ring_ref,
				     dice & 0x40000000 ? MAPPED : (uint16_t)dice, 0, a->ring_frame);
	}
	snprintf(path, sizeof(path), "/local/domain/%u/device/vbd/%u/%s", SWARM, a->dev->id,
		 swarm_keys[key % (sizeof(swarm_keys) / sizeof(swarm_keys[0]))]);
	return write_garbage(l, path, value % (sizeof(garbage) / sizeof(garbage[0])));
}

/* ---- big ---------------------------------------------------------------- */

/* n rings: disks of one ring, 64 to a domain. */
static int fill_big(struct xr_life *l, const char *arg, struct xr_err *err)
{
	size_t digits = arg ? strcspn(arg, ":") : 0;
	bool moves = arg && !strcmp(arg + digits, ":busy");
	struct xr_fguest guest = { .frames = 1 };
	uint32_t n;
	char name[24];

	if (!arg || xr_parse_u32(arg, digits, 1000000, &n) || !n || (arg[digits] && !moves)) {
		xr_err_set(err, "open", EINVAL, "fake:big:N[:busy] takes a number of rings, 1 to 1000000");
		return -EINVAL;
	}
	l->devs = calloc(n, sizeof(*l->devs));
	if (!l->devs)
		return -ENOMEM;
	for (uint32_t i = 0; i < n && !l->r; i++) {
		if (i % 64 == 0) {
			snprintf(name, sizeof(name), "guest%04u", ++guest.domid);
			guest.name = name;
			xr_life_guest(l, &guest);
		}
		l->devs[i] = (struct xr_fdev)DISK(i % 64, .bare = true, .start = 900, .load = {
			.low = 4, .high = 12, .answers = 8, .period = 20 });
		if (!moves)
			l->devs[i].load = (struct xr_load){
				.low = (uint16_t)(i % 7), .high = (uint16_t)(i % 7), .answers = 2 };
		xr_life_device(l, &l->devs[i]);
	}
	/* each slot is used, and few ticks are enough for it */
	l->own_ticks = 6;
	xr_life_warm_up(l, 24);
	for (size_t i = 0; i < l->n_actors && !moves; i++)
		l->actors[i]->off = true;
	return l->r;
}

/* ---- the table ---------------------------------------------------------- */

static const struct host hosts[] = {
	{ .name = "demo", .guests = demo, .fill = fill_demo, .step = step_demo,
	  .help = "three guests: a web server, a database, an idle one" },
	{ .name = "idle", .guests = idle, .help = "three guests, and nothing moves" },
	{ .name = "busy", .guests = busy, .help = "everything moves, full rings come and go" },
	{ .name = "stuck-blk", .guests = stuck_blk,
	  .help = "a disk's backend takes and answers nothing any more" },
	{ .name = "lost-event", .guests = lost_event,
	  .help = "a disk's backend sleeps: an event got lost" },
	{ .name = "full-net", .guests = full_net,
	  .help = "a transmit ring that is full all the time" },
	{ .name = "starved-rx", .guests = starved_rx,
	  .help = "a guest that posts too few buffers to receive anything" },
	{ .name = "leaking-grants", .guests = leaking_grants,
	  .fill = fill_leaking, .step = step_leaking,
	  .help = "grants stay in use, more and more of them" },
	{ .name = "reconnect", .guests = reconnect, .fill = fill_reconnect, .step = step_reconnect,
	  .help = "a disk connects anew every 10 s, a guest dies" },
	{ .name = "forged", .guests = forged, .fill = fill_forged,
	  .help = "devices name what is not theirs" },
	{ .name = "hostile", .fill = fill_hostile, .step = step_hostile,
	  .help = "guests write garbage all the time" },
	{ .name = "big:N[:busy]", .fill = fill_big, .tick_ns = 10 * TICK_NS,
	  .help = "N disks, 64 to a guest; busy: all of them move" },
};

const char *xr_fake_host(size_t i, const char **ret_help)
{
	if (i >= sizeof(hosts) / sizeof(hosts[0]))
		return NULL;
	if (ret_help)
		*ret_help = hosts[i].help;
	return hosts[i].name;
}

static int fill(struct xr_fake *f, const struct host *h, const char *arg, struct xr_err *err)
{
	struct xr_life *l;
	int r;

	if (arg && !strchr(h->name, ':')) {
		xr_err_set(err, "open", EINVAL, "fake:%s takes nothing after its name", h->name);
		return -EINVAL;
	}
	r = xr_life_new(f, h->tick_ns ? h->tick_ns : TICK_NS, &l);
	if (r)
		return r;
	if (h->guests)
		xr_life_guests(l, h->guests);
	xr_life_warm_up(l, WARM_TICKS);
	if (h->fill && !l->r)
		xr_life_keep(l, h->fill(l, arg, err));
	l->scene = h->step;
	return l->r;
}

/* NAME[:ARGUMENT] in n bytes. */
static int fill_named(struct xr_fake *f, const char *name, size_t n, struct xr_err *err)
{
	char text[64], *arg;

	if (n >= sizeof(text))
		n = sizeof(text) - 1;	/* no name is that long */
	memcpy(text, name, n);
	text[n] = '\0';
	arg = strchr(text, ':');
	if (arg)
		*arg++ = '\0';
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		if (strlen(text) == strcspn(hosts[i].name, ":") &&
		    !strncmp(hosts[i].name, text, strlen(text)))
			return fill(f, &hosts[i], arg, err);
	xr_err_set(err, "open", EINVAL, "there is no fake host \"%s\"", text);
	return -EINVAL;
}

int xr_fake_fill(struct xr_fake *f, const char *arg, struct xr_err *err)
{
	size_t n = strcspn(arg, ",");
	int r = xr_fake_domain(f, 0, "Domain-0", 1);

	if (r)
		return r;
	if (arg[n] && strcmp(arg + n, ",fast")) {
		xr_err_set(err, "open", EINVAL,
			   "a fake host may be \"fast\", and nothing else: \"%s\"", arg + n + 1);
		return -EINVAL;
	}
	xr_fake_set_fast(f, arg[n]);
	/* nothing at all is an empty host */
	return n ? fill_named(f, arg, n, err) : 0;
}
