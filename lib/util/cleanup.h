/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The one cleanup idiom: attributes that free, and xr_steal() to hand on. */
#ifndef XR_CLEANUP_H
#define XR_CLEANUP_H

#include <stdlib.h>

#define _cleanup_(f) __attribute__((cleanup(f)))
#define _cleanup_free_ _cleanup_(xr_freep)

static inline void xr_freep(void *p)
{
	free(*(void **)p);
}

/* The value of *p; *p becomes NULL, so that its cleanup does nothing. */
#define xr_steal(p)				\
	({ __typeof__(*(p)) xr_stolen_ = *(p); *(p) = NULL; xr_stolen_; })

/* A void xr_x_freep(T **) for a type with an xr_x_free(T *). */
#define XR_DEFINE_FREEP(type, fn)		\
	static inline void fn##p(type **p) { fn(*p); }

#endif
