/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A notification as text, and a port as it is named; for `trace` and for the interactive view. */
#ifndef XT_KNOCK_H
#define XT_KNOCK_H

#include <stdbool.h>
#include <stdint.h>

#include <xenring.h>

#include "buf.h"

/* Its ports, how many it stands for, indices, what was lost: "  port 8 > 28  req_prod 127913 (+2)". */
void put_knock(struct buf *b, const struct xenring_event *e);

/* "web01:8": the name, owned by the caller, and the port. False: it is none such. */
bool port_parse(const char *text, char **ret_name, uint32_t *ret_port);
/* The one domain of snap that a name or a number means: 0, or an exit code, complained about if that is wanted. */
int port_domain(const struct xenring_snapshot *snap, const char *name, bool complain, uint32_t *ret_domid);

#endif
