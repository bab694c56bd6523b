/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* uthash, with a hash function that no compiler warns of (the default falls through cases). */
#ifndef XR_HASH_H
#define XR_HASH_H

#define HASH_FUNCTION HASH_OAT
#include <uthash.h>

#endif
