/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What there is: domains, devices, rings. */
#include <config.h>

#include "topology.h"

#include <stdlib.h>

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
	xr_err_clear(&d->err);
	free(d);
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
	free(t);
}
