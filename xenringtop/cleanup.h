/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one cleanup idiom: attributes that free, and steal() to hand on. */
#ifndef XT_CLEANUP_H
#define XT_CLEANUP_H

#include <stdlib.h>

#define _cleanup_(f) __attribute__((cleanup(f)))
#define _cleanup_free_ _cleanup_(free_p)

static inline void free_p(void *p)
{
	free(*(void **)p);
}

/* The value of *p; *p becomes NULL, so that its cleanup does nothing. */
#define steal(p)							\
	({ __typeof__(*(p)) stolen_ = *(p); *(p) = NULL; stolen_; })

/* A void fn_p(type **) for a type with a fn(type *) that takes NULL. */
#define DEFINE_CLEANUP(type, fn)					\
	static inline void fn##_p(type *p) { fn(*p); }

#endif
