/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A slot as a row, with what does not fit in it; for `slots` and for the interactive view. */
#ifndef XT_SLOTROW_H
#define XT_SLOTROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xenring.h>

#include "buf.h"
#include "records.h"

/* Slot i of slots as a row of the shape "slot". slots must outlive it. */
struct row slot_row(const struct xenring_slots *slots, size_t i);

/* What the guest wrote in a slot and does not fit, safe to print. */
struct slot_fault_list {
	char **texts;
	size_t n;
};
struct slot_fault_list slot_faults_of(const struct xenring_slots *slots, size_t i);
void slot_faults_free(struct slot_fault_list *l);
#define _cleanup_slot_faults_ _cleanup_(slot_faults_free)

/* Has the ring indices of requests and responses? Else what waits says so itself. */
bool ring_has_requests(const struct xenring_ring *ring);
/* Bytes, or messages one behind the other, as many as there are: it has no slots. */
bool ring_is_stream(const struct xenring_ring *ring);
/* What the page says beside its messages: always shown, and not counted. */
bool slot_is_page(const struct xenring_slot *slot);
/* A request that has no slot any more. */
bool slot_is_kept(const struct xenring_slot *slot);
/* A request that no response has taken the slot of, or a message that was not taken: what is shown by default. */
bool slot_waits(const struct xenring_ring *ring, const struct xenring_slot *slot);

/* Bytes in lines of 16, as hexadecimal numbers and characters. */
void put_hex_lines(struct buf *b, const void *bytes, size_t n);

#endif
