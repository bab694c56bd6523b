/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An error that stays with the thing it belongs to: what failed, why, in words. */
#include <config.h>

#include "err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void xr_err_set(struct xr_err *e, const char *op, int code, const char *fmt, ...)
{
	va_list ap;

	if (e->op)
		return;
	e->op = op;
	e->code = code < 0 ? -code : code;
	va_start(ap, fmt);
	if (vasprintf(&e->text, fmt, ap) < 0)
		e->text = NULL;
	va_end(ap);
}

void xr_err_copy(struct xr_err *e, const struct xr_err *from)
{
	if (from->op)
		xr_err_set(e, from->op, from->code, "%s", from->text ? from->text : "");
}

void xr_err_clear(struct xr_err *e)
{
	free(e->text);
	*e = (struct xr_err){ 0 };
}

const char *xr_errno_name(int code)
{
	const char *name = strerrorname_np(code < 0 ? -code : code);

	return name ? name : "EIO";
}
