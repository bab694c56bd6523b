/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Guests of a fake host, and what their drivers and backends do. A scene is a
 * table of guests and devices; each ring of it has an actor that plays both
 * ends, tick by tick, as the Linux drivers do.
 */
#ifndef XR_FAKE_LIFE_H
#define XR_FAKE_LIFE_H

#include "source/fake/ring.h"

/* How busy a ring is: it swings between low and high, and rests now and then. */
struct xr_load {
	uint16_t low, high;	/* slots open at a time; of receiving: packets in a round */
	uint16_t answers;	/* in a round, at most */
	uint16_t rounds;	/* in a tick; 0: 1 */
	uint16_t every;		/* only every so many ticks; 0: 1 */
	uint32_t period;	/* ticks of a swing; 0: always high */
	uint32_t rest;		/* the first ticks of a period, in which nothing is asked */
};

/* What is wrong with it; it begins before the host's clock does. */
enum xr_ailment {
	XR_WELL,
	XR_HANGS,		/* the backend neither takes nor answers */
	XR_SLEEPS,		/* the backend missed the event and waits for it for ever */
	XR_STARVES,		/* vif: the guest posts too few buffers */
};

/* A device of a scene. */
struct xr_fdev {
	const char *type;	/* "vbd", "vif"; NULL ends a list */
	uint32_t id;
	uint32_t queues;	/* 0: 1 */
	uint32_t order;		/* vbd: log2 of a ring's pages */
	enum xr_abi abi;
	bool persistent;	/* vbd: pages stay granted and mapped */
	bool indirect;		/* vbd: requests of up to 32 segments */
	bool bare;		/* vbd: its requests name no page but the ring's own; cheap */
	uint32_t start;		/* the indices' first value */
	enum xr_ailment ailment;
	struct xr_load load;	/* vbd; vif: transmitting */
	struct xr_load rx;	/* vif */
};

/* A guest of a scene. */
struct xr_fguest {
	uint32_t domid;
	const char *name;	/* NULL ends a list */
	uint32_t frames;	/* of its grant table */
	bool v2;
	uint16_t console, store;	/* ticks between two lines, two requests; 0: silent */
	const struct xr_fdev *devs;
};

struct xr_life;

/* One ring and what its two ends do. */
struct xr_actor {
	int (*step)(struct xr_actor *a, int64_t tick);
	void (*idle)(struct xr_actor *a);
	struct xr_life *life;
	struct xr_fring ring;
	const struct xr_fdev *dev;
	bool off;		/* its device is not connected */
	uint32_t domid, queue;
	uint32_t ring_ref, port;
	uint32_t refs, n_refs;	/* its own entries of the grant table, for data */
	uint64_t ring_frame, frames;
	uint32_t rng;
};

struct xr_life {
	struct xr_fake *f;
	struct xr_actor **actors;
	size_t n_actors;
	uint32_t domid, next_ref, next_port;	/* the guest under construction */
	int64_t own_ticks;	/* of the warm-up, the last ones by the scene's loads */
	struct xr_fdev *devs;	/* of a scene that is no table; freed with the life */
	/* what the scene does itself in each tick, or NULL */
	int (*scene)(struct xr_life *l, uint64_t tick);
	int r;			/* the first failure */
};

/* A new life of f, which ends with it. -ENOMEM. */
int xr_life_new(struct xr_fake *f, int64_t tick_ns, struct xr_life **ret);
/* Keeps the first failure. */
void xr_life_keep(struct xr_life *l, int r);

/* Guests with their console, store and devices, all connected. */
void xr_life_guests(struct xr_life *l, const struct xr_fguest *guests);
/* The steps of that: a guest without anything, a device of it, its console and store. */
void xr_life_guest(struct xr_life *l, const struct xr_fguest *guest);
void xr_life_device(struct xr_life *l, const struct xr_fdev *dev);
void xr_life_system(struct xr_life *l, const struct xr_fguest *guest);
/* What happened before the clock begins, so that rings have a past. */
void xr_life_warm_up(struct xr_life *l, int64_t ticks);
/* A guest that dies: nobody uses its pages any more. */
void xr_life_silence(struct xr_life *l, uint32_t domid);
/* Another one with its number, devices and memory. */
void xr_life_again(struct xr_life *l, const struct xr_fguest *guest);

/* The actor of a queue's first ring; the rings of a device follow one another. */
struct xr_actor *xr_life_find(struct xr_life *l, uint32_t domid, const char *type, uint32_t id);
/* The device's rings: unused ones by these references and ports; or no longer granted. */
void xr_life_connect(struct xr_life *l, struct xr_actor *first, uint32_t ref, uint32_t port);
void xr_life_disconnect(struct xr_life *l, struct xr_actor *first);
/* A key below the device's frontend and its backend in dom0. */
void xr_life_front(struct xr_life *l, uint32_t domid, const struct xr_fdev *dev, const char *key,
		   const char *fmt, ...) __attribute__((format(printf, 5, 6)));
void xr_life_back(struct xr_life *l, uint32_t domid, const struct xr_fdev *dev, const char *key,
		  const char *fmt, ...) __attribute__((format(printf, 5, 6)));

#endif
