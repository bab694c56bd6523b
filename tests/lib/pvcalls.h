/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A guest's pvcalls device, with commands put and answered as Linux' drivers do. */
#ifndef PVCALLS_H
#define PVCALLS_H

#include "abi/pvcalls.h"
#include "lib/host.h"

#define CALLS "/local/domain/5/device/pvcalls/0"
#define CMD "guest/pvcalls:0/cmd"
#define CMD_REF 30
#define CMD_PORT 21

/* The device of guest 5: ring page granted as CMD_REF to dom0, indices 0. */
uint32_t *calls(struct host *h);
/* The page of a connection, granted as gref; order 0. */
uint32_t *calls_data(struct host *h, uint32_t gref);
/* Put one command each; what is said of the socket is its id, or that of the new one. The index. */
uint32_t calls_connect(uint32_t *page, uint64_t id, uint32_t gref, uint32_t port);
uint32_t calls_accept(uint32_t *page, uint64_t id, uint64_t id_new, uint32_t gref, uint32_t port);
uint32_t calls_simple(uint32_t *page, uint32_t cmd, uint64_t id);
/* Answers the request of that req_id, which is the index modulo 32, in the next slot. */
void calls_answer(uint32_t *page, uint32_t req_id, uint32_t cmd, uint64_t id, int32_t ret);

#endif
