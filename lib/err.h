/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An error that stays with the thing it belongs to: what failed, why, in words. */
#ifndef XR_ERR_H
#define XR_ERR_H

#include <stdbool.h>

/*
 * op: what was being done, a static word ("store", "pair", "grant", "map",
 * "sample"); NULL: no error. text is owned.
 */
struct xr_err {
	const char *op;
	int code;		/* positive errno */
	char *text;
};

/* Sets e unless it already holds one: the first failure is the cause. */
void xr_err_set(struct xr_err *e, const char *op, int code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* The same, with what another one holds, if it holds any. */
void xr_err_copy(struct xr_err *e, const struct xr_err *from);
void xr_err_clear(struct xr_err *e);
/* "EACCES"; "EIO" for what has no name. Never NULL. */
const char *xr_errno_name(int code);

#endif
