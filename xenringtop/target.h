/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Targets: the one grammar by which domains, devices and rings are named. */
#ifndef XT_TARGET_H
#define XT_TARGET_H

#include <stdbool.h>
#include <stddef.h>

#include <xenring.h>

#include "cleanup.h"

/*
 * DOMAIN[/DEVICE[/RING]]. DOMAIN is a name or a number; each part may be a
 * pattern of fnmatch(3). The ring's part may itself hold slashes (q0/tx).
 */
struct target {
	const char *text;	/* as it was given */
	char *part[3];		/* domain, device, ring; NULL: not said */
	unsigned depth;		/* how many are said, 1 to 3 */
};

/* 0, or XT_USAGE after a complaint. text must outlive the target. */
int target_parse(struct target *t, const char *text);
void target_free(struct target *t);

/*
 * Is this named by the target, or below what it names, or above? ring NULL: a
 * device; device NULL: a domain.
 */
bool target_meets(const struct target *t, const char *domain, int64_t domid, const char *device,
		  const char *ring);

/* The rows of a snapshot that targets choose, and their places in it. */
struct choice {
	struct xenring_domain *domains;
	struct xenring_device *devices;
	struct xenring_ring *rings;
	size_t n_domains, n_devices, n_rings;
	size_t *domain_at, *device_at, *ring_at;
	struct xenring_error *errors;	/* of the devices and rings chosen */
	size_t n_errors;
};

/*
 * Chooses: what a target names, all below it, and what it is part of. Without
 * targets, everything. 0, or XT_FAILED after a complaint if missing is set and
 * a target names nothing. Strings belong to the snapshot.
 */
int choice_make(struct choice *c, const struct xenring_snapshot *snap,
		const struct target *targets, size_t n, bool missing);
void choice_free(struct choice *c);
#define _cleanup_choice_ _cleanup_(choice_free)

/* May a device be of use to one of the targets, as xenring_look_at() asks it? */
bool targets_want(const struct target *targets, size_t n, int64_t domid, const char *domain,
		  const char *device);
/* Does each of the targets name something in snap? */
bool targets_are_there(const struct target *targets, size_t n, const struct xenring_snapshot *snap);

/*
 * Calls each with every word that may follow prefix as a target, level by
 * level: "web01/", then "web01/vbd:51712/", then "web01/vbd:51712/q0".
 */
void target_complete(const struct xenring_snapshot *snap, const char *prefix,
		     void (*each)(void *data, const char *word), void *data);

#endif
