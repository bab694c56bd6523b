/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file that a capture is written to: how it gets there, its size, those that come after it. */
#ifndef XT_RECORDING_H
#define XT_RECORDING_H

#include <stdbool.h>
#include <stdint.h>

#include <xenring.h>

#include "cleanup.h"

/*
 * A file of mode 0600 at path, which takes the place of one that was there; a
 * fifo or a device is opened. renamed: it is to be renamed later, so it must be
 * a file. 0, or an exit code after the complaint.
 */
int output_open(const char *path, bool renamed, int *ret_fd);
/*
 * A new file of mode 0600 beside path, which nobody else has: its descriptor,
 * and its name in *ret_name (the caller frees it), to be renamed; or -errno.
 */
int output_new(const char *path, char **ret_name);

/* The first five are for who begins one to set. */
struct recording {
	struct xenring *x;
	const char *path;		/* "-": standard output */
	unsigned flags;			/* XENRING_TEE_... */
	int64_t max_size;		/* 0: no limit */
	int64_t rotate;			/* files kept beside the newest; -1: it ends at max_size */
	int fd;				/* -1: none is written */
	uint64_t samples, bytes;	/* in files that are finished */
};

/*
 * Begins a capture of all that x reads from the next sample on. The file has
 * mode 0600 and takes the place of one that was there; a symbolic link is not
 * followed. 0, or an exit code after the complaint.
 */
int recording_begin(struct recording *r);
/* After a sample: is the file full, and there is to be no other? */
bool recording_is_done(const struct recording *r);
/* Before a sample: on to the next file if this one is full. 0, or an exit code after the complaint. */
int recording_go_on(struct recording *r);
/* Completes the capture. 0, or an exit code after the complaint. Nothing to do is fine. */
int recording_end(struct recording *r);
/* All files together, without what ends them. */
struct xenring_written recording_total(const struct recording *r);

#endif
