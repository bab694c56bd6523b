/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which event channel an interrupt is, by the order of what is seen. */
#include <config.h>

#include "notify/pair.h"

#include <errno.h>
#include <stdlib.h>

#include "util/hash.h"

/* So often at most what was seen counts: another device may get the interrupt. */
#define MOST_VOTES 8

struct pair {
	uint32_t irq, port;
	unsigned votes;
	UT_hash_handle hh;
};

struct xr_pairs {
	struct pair *by_irq;
	struct cpu {
		bool in;		/* an event was delivered, and no handler has been seen since */
		uint32_t port;
	} *cpus;
	size_t n_cpus;
};

struct xr_pairs *xr_pairs_new(void)
{
	return calloc(1, sizeof(struct xr_pairs));
}

static void drop(struct xr_pairs *p, struct pair *pair)
{
	HASH_DEL(p->by_irq, pair);
	free(pair);
}

void xr_pairs_free(struct xr_pairs *p)
{
	struct pair *pair, *tmp;

	if (!p)
		return;
	HASH_ITER(hh, p->by_irq, pair, tmp)
		drop(p, pair);
	free(p->cpus);
	free(p);
}

static int vote(struct xr_pairs *p, uint32_t irq, uint32_t port)
{
	struct pair *pair;

	HASH_FIND(hh, p->by_irq, &irq, sizeof(irq), pair);
	if (!pair) {
		pair = calloc(1, sizeof(*pair));
		if (!pair)
			return -ENOMEM;
		*pair = (struct pair){ .irq = irq, .port = port };
		HASH_ADD(hh, p->by_irq, irq, sizeof(pair->irq), pair);
	}
	if (pair->port == port) {
		pair->votes += pair->votes < MOST_VOTES;
	} else if (!--pair->votes) {
		pair->port = port;
		pair->votes = 1;
	}
	return 0;
}

static struct cpu *cpu_at(struct xr_pairs *p, uint32_t cpu)
{
	if (cpu >= p->n_cpus) {
		size_t n = (size_t)cpu + 1;
		struct cpu *cpus = reallocarray(p->cpus, n, sizeof(*cpus));

		if (!cpus)
			return NULL;
		for (size_t i = p->n_cpus; i < n; i++)
			cpus[i] = (struct cpu){ .in = false };
		p->cpus = cpus;
		p->n_cpus = n;
	}
	return &p->cpus[cpu];
}

int xr_pairs_see(struct xr_pairs *p, const struct xr_seen *s)
{
	struct cpu *cpu = s->what == XR_PROBE_OUT ? NULL : cpu_at(p, s->cpu);
	bool in;

	if (s->what == XR_PROBE_OUT)
		return 0;
	if (!cpu)
		return -ENOMEM;
	in = cpu->in;
	cpu->in = s->what == XR_PROBE_IN;
	if (cpu->in)
		cpu->port = s->number;
	return !cpu->in && in ? vote(p, s->number, cpu->port) : 0;
}

bool xr_pairs_port(const struct xr_pairs *p, uint32_t irq, uint32_t *ret_port)
{
	struct pair *pair;

	HASH_FIND(hh, p->by_irq, &irq, sizeof(irq), pair);
	if (!pair)
		return false;
	*ret_port = pair->port;
	return true;
}

bool xr_pairs_irq(const struct xr_pairs *p, uint32_t port, uint32_t *ret_irq)
{
	const struct pair *best = NULL;

	for (const struct pair *i = p->by_irq; i; i = i->hh.next)
		if (i->port == port && (!best || i->votes > best->votes))
			best = i;
	if (best)
		*ret_irq = best->irq;
	return best != NULL;
}

void xr_pairs_drop(struct xr_pairs *p, uint32_t port)
{
	struct pair *pair, *tmp;

	HASH_ITER(hh, p->by_irq, pair, tmp)
		if (pair->port == port)
			drop(p, pair);
}
