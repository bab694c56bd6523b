/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes that end where memory ends: who reads one too many dies. */
#ifndef TAIL_ALLOC_H
#define TAIL_ALLOC_H

#include <stddef.h>
#include <stdint.h>

struct tail {
	uint8_t *end;		/* the first byte that cannot be read */
	uint8_t *map;
	size_t mapped;
};

/* Room for at most max bytes. Ends the program without memory. */
struct tail tail_new(size_t max);
void tail_drop(struct tail *t);
/* A copy of n bytes whose last one is the last there is; valid until the next. */
uint8_t *tail_put(struct tail *t, const void *bytes, size_t n);

#endif
