/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A notification as text, and a port as it is named; for `trace` and for the interactive view. */
#include <config.h>

#include "knock.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "exit-codes.h"
#include "say.h"
#include "sink/format.h"
#include "target.h"

/* From the end that knocks to the other. */
static void put_ports(struct buf *b, const struct xenring_event *e)
{
	bool to_front = e->direction && !strcmp(e->direction, "back_to_front");

	if (e->port == XENRING_UNKNOWN && e->backend_port == XENRING_UNKNOWN)
		return;
	buf_puts(b, "  port ");
	if (!e->direction) {
		put_integer(b, e->backend_port);
		return;
	}
	put_integer(b, to_front ? e->backend_port : e->port);
	buf_puts(b, " > ");
	put_integer(b, to_front ? e->port : e->backend_port);
}

static void put_times(struct buf *b, const struct xenring_event *e)
{
	if (e->count == XENRING_UNKNOWN)
		buf_puts(b, "  nobody knows how many: the counter was set back");
	else if (e->count != 1)
		buf_printf(b, "  %" PRId64 " times", e->count);
}

/* The name of the event that belongs to the producer: req_event, rsp_event. */
static void put_indices(struct buf *b, const struct xenring_event *e)
{
	if (!e->index)
		return;
	buf_printf(b, "  %s %" PRId64 " (+%" PRId64 ")", e->index, e->prod, e->moved);
	if (e->event != XENRING_UNKNOWN)
		buf_printf(b, "  %.3s_event %" PRId64, e->index, e->event);
}

void put_knock(struct buf *b, const struct xenring_event *e)
{
	put_ports(b, e);
	put_times(b, e);
	put_indices(b, e);
	if (e->lost)
		buf_printf(b, "  after %" PRId64 " that were lost", e->lost);
}

bool port_parse(const char *text, char **ret_name, uint32_t *ret_port)
{
	const char *colon = strrchr(text, ':');
	size_t digits = colon ? strspn(colon + 1, "0123456789") : 0;

	if (!colon || colon == text || !digits || digits >= 8 || colon[1 + digits])
		return false;
	*ret_name = xstrndup(text, (size_t)(colon - text));
	*ret_port = (uint32_t)strtoul(colon + 1, NULL, 10);
	return true;
}

int port_domain(const struct xenring_snapshot *snap, const char *name, bool complain, uint32_t *ret_domid)
{
	struct target one = { 0 };
	struct choice c = { 0 };
	int r = target_parse(&one, name);

	if (!r)
		r = choice_make(&c, snap, &one, 1, complain);
	if (!r && (one.depth != 1 || c.n_domains != 1)) {
		if (complain)
			say("%s: one domain is wanted", name);
		r = XT_USAGE;
	}
	if (!r)
		*ret_domid = (uint32_t)c.domains[0].domid;
	choice_free(&c);
	target_free(&one);
	return r;
}
