/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes that end where memory ends. */
#include <config.h>

#include "lib/tail_alloc.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct tail tail_new(size_t max)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t room = (max + page - 1) / page * page;
	struct tail t = { .mapped = room + page };

	t.map = mmap(NULL, t.mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (t.map == MAP_FAILED || mprotect(t.map + room, page, PROT_NONE))
		abort();
	t.end = t.map + room;
	return t;
}

void tail_drop(struct tail *t)
{
	munmap(t->map, t->mapped);
	t->map = t->end = NULL;
}

uint8_t *tail_put(struct tail *t, const void *bytes, size_t n)
{
	if (n > (size_t)(t->end - t->map))
		abort();
	if (n)
		memcpy(t->end - n, bytes, n);
	return t->end - n;
}
