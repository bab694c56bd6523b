/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What has no stable call: the list of domains, where a shared page is. The only file that includes
 * xenctrl.h, whose library changes with every Xen; xc_domain_getinfolist and
 * xc_domain_get_guest_width are the same from 4.17 to 4.21.
 */
#include <config.h>

#include <xenctrl.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "source/xen/xen.h"
#include "util/cleanup.h"

#define BATCH 128

int xr_xen_dom_open(struct xr_xen *xen)
{
	xen->xc = xc_interface_open(&xen->log.logger, &xen->log.logger, 0);
	return xen->xc ? 0 : -errno;
}

void xr_xen_dom_close(struct xr_xen *xen)
{
	if (xen->xc)
		xc_interface_close(xen->xc);
}

int xr_xen_domains(struct xr_source *src, struct xr_dominfo **ret, size_t *ret_n)
{
	struct xr_xen *xen = src->priv;
	_cleanup_free_ struct xr_dominfo *infos = NULL;
	_cleanup_free_ xc_domaininfo_t *raw = calloc(BATCH, sizeof(*raw));
	uint32_t first = 0;
	size_t n = 0;
	int got;

	if (!raw)
		return -ENOMEM;
	do {
		struct xr_dominfo *more;

		got = xc_domain_getinfolist(xen->xc, first, BATCH, raw);
		if (got < 0)
			return -errno;
		more = reallocarray(infos, n + (size_t)got + 1, sizeof(*infos));
		if (!more)
			return -ENOMEM;
		infos = more;
		for (int i = 0; i < got; i++) {
			const xc_domaininfo_t *d = &raw[i];

			infos[n] = (struct xr_dominfo){
				.domid = d->domain,
				.paused = d->flags & XEN_DOMINF_paused,
				.shutdown = d->flags & XEN_DOMINF_shutdown,
				.dying = d->flags & XEN_DOMINF_dying,
			};
			if (infos[n].shutdown)
				infos[n].shutdown_reason = (uint8_t)
					((d->flags >> XEN_DOMINF_shutdownshift) & XEN_DOMINF_shutdownmask);
			memcpy(infos[n].uuid, d->handle, sizeof(infos[n].uuid));
			n++;
			first = d->domain + 1u;
		}
	} while (got == BATCH);
	*ret = xr_steal(&infos);
	*ret_n = n;
	return 0;
}

int xr_xen_shared_page(struct xr_xen *xen, uint32_t domid, uint64_t *ret_frame, unsigned *ret_width)
{
	xc_domaininfo_t info;
	int got = xc_domain_getinfolist(xen->xc, domid, 1, &info);

	if (got < 0)
		return -errno;
	if (got != 1 || info.domain != domid)
		return -ESRCH;
	/* which width Xen took an HVM or PVH guest's page to have, it does not say; dom0's is our own */
	if (info.flags & XEN_DOMINF_hvm_guest || !domid)
		return -EOPNOTSUPP;
	if (xc_domain_get_guest_width(xen->xc, domid, ret_width))
		return -errno;
	*ret_frame = info.shared_info_frame;
	return 0;
}
