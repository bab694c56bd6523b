/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What there is: domains, devices, rings. A topology is immutable and shared
 * by the snapshots taken while it held; discovery makes a new one only when
 * something changed. Devices are immutable too, except for the mapping of
 * their rings, which only the handle that owns the newest topology touches.
 *
 *	topology -> doms[]  sorted by domid
 *		 -> devs[]  sorted by domid, type, id (numbers as such); each a counted xr_dev
 *		 -> rings[] in the order of devs; what sampling and rows index
 */
#ifndef XR_TOPOLOGY_H
#define XR_TOPOLOGY_H

#include "proto.h"
#include "source.h"
#include "store.h"

enum xr_pairing { XR_PAIR_UNKNOWN, XR_PAIR_CONFIRMED, XR_PAIR_UNCONFIRMED, XR_PAIR_FORGED };
extern const struct xenring_sym xr_pairing_words[];

struct xr_ring {
	const struct xr_ring_desc *desc;
	uint32_t queue;
	uint64_t id;			/* of one that was announced */
	char *name;			/* "q0/tx" */
	uint64_t uid;			/* never the same for two connections */
	uint32_t epoch;			/* counts connections, from 1 */
	bool wanted;			/* connected far enough to be mapped */
	uint32_t slots, slot_size;	/* 0: not known */
	uint32_t in_size, out_size;	/* bytes or events that fit; 0: not known, or no such direction */
	int64_t port, backend_port;	/* XENRING_UNKNOWN */
	struct xr_mapping map;		/* .refs, .n_pages: from the store */
	struct xr_err err;
};

#define XR_NO_KEY (-2)			/* a flag of which its side says nothing */

struct xr_dev {
	unsigned refs;
	uint32_t domid;
	const struct xenring_proto *proto;	/* NULL: one we do not know */
	/* "vbd", "51712"; of one without xenbus its folder below the domain's, "/data/vchan/0/7" */
	char *type, *id;
	char *name;			/* "vbd:51712", "vchan:0.7" */
	char *fe_path, *be_path;	/* be_path NULL: not known; printable */
	char *be_type;
	int fe_state, be_state;		/* enum xr_xenbus, -1: none or not known */
	int64_t be_domid;
	bool no_bus;			/* no xenbus device: it has no states and no backend's folder */
	enum xr_pairing pairing;
	bool abi_known;
	enum xr_abi abi;
	const char *abi_name;		/* static; NULL: one layout, or not known */
	uint32_t queues;
	/* .persistent_key of its protocol: 1 set, 0 said to be not, -1 not known, XR_NO_KEY */
	int8_t fe_persistent, be_persistent;
	/* of a disk: units of 512 bytes that it has at most; XENRING_UNKNOWN */
	int64_t be_sectors;
	/* of a device that is not connected on both sides */
	bool hotplug_read;
	char *hotplug;			/* hotplug-status of the backend's folder, printable; NULL: it is not there */
	char *hotplug_error;		/* and hotplug-error */
	char *driver_error;		/* what the backend's driver said last, else the frontend's */
	bool has_physical;		/* physical-device is there and not empty */
	struct xr_err err;
	struct xr_err note;		/* what is wrong with it, but not with its rings */
	struct xr_ring *rings;
	size_t n_rings;
};

struct xr_dom {
	struct xr_dominfo info;
	bool known;			/* the hypervisor knows it; else only xenstore does */
	char *name;			/* printable; its number if it has none */
	char uuid[37];			/* "" not known */
	size_t first_dev, n_devs;	/* in the topology that holds it */
};

struct xr_topo_dev {
	struct xr_dev *dev;		/* a reference */
	char *path;			/* "web01/vbd:51712" */
	struct xenring_error err;	/* .op NULL: none; strings are the device's */
	size_t dom, first_ring;
};

struct xr_topo_ring {
	struct xr_ring *ring;		/* of dev */
	size_t dev;
	char *path;
	struct xenring_error err;	/* the ring's own, or its device's */
};

struct xr_topology {
	unsigned refs;
	struct xr_dom *doms;
	size_t n_doms;
	struct xr_topo_dev *devs;
	size_t n_devs;
	struct xr_topo_ring *rings;
	int64_t *ports;			/* of the rings, again: so that who asks for all of them touches no ring */
	size_t n_rings;
};

struct xr_topology *xr_topology_ref(struct xr_topology *t);
void xr_topology_unref(struct xr_topology *t);

#define XR_NOWHERE SIZE_MAX
/*
 * Of each ring of now where the same connection stands in before, XR_NOWHERE
 * if it is not there: now->n_rings of them, the caller's. NULL: no memory.
 */
size_t *xr_topology_places(const struct xr_topology *now, const struct xr_topology *before);

struct xr_dev *xr_dev_ref(struct xr_dev *d);
void xr_dev_unref(struct xr_dev *d);

/* A new one, not mapped, as the store told of d: without the rings that were announced. NULL: no memory. */
struct xr_dev *xr_dev_again(const struct xr_dev *d);

static inline void xr_dev_freep(struct xr_dev **d)
{
	xr_dev_unref(*d);
}

#endif
