/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A source that stands on another one: passes every question on, and writes
 * the answers, errors too, to a capture. Copies of rings and of pages that
 * requests name are answered from what has been written, so that what is
 * shown and what is kept are the same bytes.
 */
#ifndef XR_TEE_H
#define XR_TEE_H

#include "source.h"

/*
 * Puts a tee under the users of src: *src becomes the tee, what it was is kept
 * inside. fd stays the caller's.
 */
int xr_tee_start(struct xr_source *src, int fd, const char *host, bool payload);
/* Is src a tee? */
bool xr_is_tee(const struct xr_source *src);
/* A ring that was mapped before the tee was started. m->tag is set. */
int xr_tee_adopt(struct xr_source *src, struct xr_mapping *m);
/* Ends the capture, begins another one with all that is known. */
int xr_tee_switch(struct xr_source *src, int fd);
/* Ends the capture if end, and makes *src again what it was. Errors are of writing. */
int xr_tee_stop(struct xr_source *src, bool end);

bool xr_tee_wants_payload(const struct xr_source *src);
void xr_tee_written(const struct xr_source *src, struct xenring_written *ret);
/*
 * The rings of the last sample's plan whose pages are to be copied, for they
 * have moved since they were last: the next one's number from i on, SIZE_MAX:
 * none.
 */
size_t xr_tee_next_due(const struct xr_source *src, size_t i);
/* Ring i of the plan needs no copy any more. */
void xr_tee_copied(struct xr_source *src, size_t i);
/* Takes the domain's grant table into the capture. Errors are of writing. */
int xr_tee_grants(struct xr_source *src, uint32_t domid);
/*
 * The same with its event channels; *ret: what was answered, the capture's until
 * it is asked again, NULL: an error.
 */
int xr_tee_evtchns(struct xr_source *src, uint32_t domid, const struct xr_evtchns **ret);
/* The same with its table's size. */
int xr_tee_table_size(struct xr_source *src, uint32_t domid);
/* Has the backend still no files, of which the capture says that already? Nothing is written. */
bool xr_tee_has_no_files(struct xr_source *src, const struct xr_backend_key *key);
/* Notifications that were seen up to the sample under way; n may be 0. */
int xr_tee_notes(struct xr_source *src, const struct xr_note *notes, size_t n);

#endif
