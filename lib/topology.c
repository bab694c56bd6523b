/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What there is: domains, devices, rings. */
#include <config.h>

#include "topology.h"

#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"

const struct xenring_sym xr_pairing_words[] = {
	{ XR_PAIR_CONFIRMED, "confirmed", "the toolstack's own copy names the same two sides" },
	{ XR_PAIR_UNCONFIRMED, "unconfirmed",
	  "both sides name each other, and there is no toolstack's copy to compare with; of a vchan "
	  "its server's word" },
	{ XR_PAIR_FORGED, "forged", "somebody's word about the other side is wrong: never mapped" },
	{ 0 }
};

struct xr_dev *xr_dev_ref(struct xr_dev *d)
{
	d->refs++;
	return d;
}

void xr_dev_unref(struct xr_dev *d)
{
	if (!d || --d->refs)
		return;
	for (size_t i = 0; i < d->n_rings; i++) {
		free(d->rings[i].name);
		xr_err_clear(&d->rings[i].err);
	}
	free(d->rings);
	free(d->type);
	free(d->id);
	free(d->name);
	free(d->fe_path);
	free(d->be_path);
	free(d->be_type);
	free(d->hotplug);
	free(d->hotplug_error);
	free(d->driver_error);
	xr_err_clear(&d->err);
	xr_err_clear(&d->note);
	free(d);
}

/* A copy of a string that may be NULL. False: no memory. */
static bool copy_text(char **ret, const char *s)
{
	*ret = s ? strdup(s) : NULL;
	return !s || *ret;
}

static bool copy_ring(struct xr_ring *ret, const struct xr_ring *ring)
{
	*ret = *ring;
	ret->err = (struct xr_err){ 0 };
	ret->map.page = NULL;
	ret->map.guards = NULL;
	ret->map.n_guards = 0;
	ret->map.priv = NULL;
	ret->backend_port = XENRING_UNKNOWN;
	/* what went wrong when it was mapped is tried again */
	if (!ring->wanted)
		xr_err_copy(&ret->err, &ring->err);
	return copy_text(&ret->name, ring->name);
}

struct xr_dev *xr_dev_again(const struct xr_dev *d)
{
	_cleanup_(xr_dev_freep) struct xr_dev *dev = malloc(sizeof(*dev));
	bool ok;

	if (!dev)
		return NULL;
	*dev = *d;
	dev->refs = 1;
	dev->err = dev->note = (struct xr_err){ 0 };
	dev->n_rings = 0;
	dev->rings = calloc(d->n_rings + 1, sizeof(*dev->rings));
	/* each of them, whatever comes of the others: until then they are the original's */
	ok = copy_text(&dev->type, d->type);
	ok = copy_text(&dev->id, d->id) && ok;
	ok = copy_text(&dev->name, d->name) && ok;
	ok = copy_text(&dev->fe_path, d->fe_path) && ok;
	ok = copy_text(&dev->be_path, d->be_path) && ok;
	ok = copy_text(&dev->be_type, d->be_type) && ok;
	ok = copy_text(&dev->hotplug, d->hotplug) && ok;
	ok = copy_text(&dev->hotplug_error, d->hotplug_error) && ok;
	ok = copy_text(&dev->driver_error, d->driver_error) && ok;
	xr_err_copy(&dev->err, &d->err);
	for (size_t i = 0; ok && dev->rings && i < d->n_rings; i++)
		if (!(d->rings[i].desc->flags & XR_ANNOUNCED))
			ok = copy_ring(&dev->rings[dev->n_rings++], &d->rings[i]);
	return ok && dev->rings ? xr_steal(&dev) : NULL;
}

struct xr_topology *xr_topology_ref(struct xr_topology *t)
{
	t->refs++;
	return t;
}

void xr_topology_unref(struct xr_topology *t)
{
	if (!t || --t->refs)
		return;
	for (size_t i = 0; i < t->n_doms; i++)
		free(t->doms[i].name);
	for (size_t i = 0; i < t->n_devs; i++) {
		xr_dev_unref(t->devs[i].dev);
		free(t->devs[i].path);
	}
	for (size_t i = 0; i < t->n_rings; i++)
		free(t->rings[i].path);
	free(t->doms);
	free(t->devs);
	free(t->rings);
	free(t->ports);
	free(t);
}

/* A connection and where it stands. */
struct place {
	uint64_t uid;
	size_t at;
};

static int by_uid(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return (x->uid > y->uid) - (x->uid < y->uid);
}

size_t *xr_topology_places(const struct xr_topology *now, const struct xr_topology *before)
{
	_cleanup_free_ struct place *places = calloc(before->n_rings + 1, sizeof(*places));
	size_t *ret = places ? calloc(now->n_rings + 1, sizeof(*ret)) : NULL;

	if (!ret)
		return NULL;
	for (size_t i = 0; i < before->n_rings; i++)
		places[i] = (struct place){ before->rings[i].ring->uid, i };
	qsort(places, before->n_rings, sizeof(*places), by_uid);
	for (size_t i = 0; i < now->n_rings; i++) {
		const struct place key = { .uid = now->rings[i].ring->uid };
		const struct place *hit = bsearch(&key, places, before->n_rings, sizeof(*places), by_uid);

		ret[i] = hit ? hit->at : XR_NOWHERE;
	}
	return ret;
}
