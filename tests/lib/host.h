/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A fake host and a handle that looks at it, for tests of discovery. */
#ifndef HOST_H
#define HOST_H

#include "context.h"
#include "source/fake.h"
#include "xenring.h"

struct host {
	struct xenring *x;
	struct xr_fake *f;
	struct xenring_snapshot *s;	/* the last look */
};

/* An empty host with dom0, and guest 5, "guest", with two frames of grants. */
void host_open(struct host *h);
void host_close(struct host *h);
/* Takes a new snapshot, s; the one before is given back. */
void host_look(struct host *h);

#define FE "/local/domain/5/device/vbd/51712"
#define BE "/local/domain/0/backend/vbd/5/51712"
#define COPY "/libxl/5/device/vbd/51712"
#define REF 8		/* of the disk's ring */
#define PORT 7

/* A connected disk of guest 5: ring page granted as REF to dom0, event channel PORT. */
uint32_t *host_disk(struct host *h);
/* A granted page of guest 5 as gref. */
uint32_t *host_page(struct host *h, uint32_t gref, uint32_t grantee);

#define DRV 3
#define DRV_BE "/local/domain/3/backend/qdisk/5/51712"

/*
 * Domain 3 serves that disk of guest 5 in place of dom0, and looks; dom0 serves
 * another disk of it. Page 0 of the ring is returned, 7 requests and 5 answers.
 */
uint32_t *host_driver(struct host *h);
/* Writes a key, and one that all watch, so that the device is read again. */
void host_write(struct host *h, const char *path, const char *value);
void host_write_bytes(struct host *h, const char *path, const void *value, size_t n);

/* Rows by their path; the test fails if there is none. */
struct xenring_ring host_ring(const struct host *h, const char *path);
struct xenring_device host_device(const struct host *h, const char *path);
bool host_has_ring(const struct host *h, const char *path);
bool host_has_device(const struct host *h, const char *path);

#endif
