/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run of checks over a session: which ones, of what, and each sample judged. */
#ifndef XT_WATCHING_H
#define XT_WATCHING_H

#include "buf.h"
#include "session.h"

/* The arguments of a command, sorted. */
struct check_opts {
	const char **checks, **targets;
	size_t n_checks, n_targets;
};

struct watching {
	struct session *s;
	const struct check_opts *given;
	struct xenring_watch *watch;
	int64_t last_ns;		/* of the newest sample; a capture may go back */
	bool failed;			/* out of memory, and it was said */
	/* after each sample that was judged, or NULL */
	void (*judged)(struct watching *w, struct xenring_snapshot *snap, void *data);
	void *data;
};

/*
 * An id of a check, one with arguments, or a pattern over ids that has a dot: a
 * check. All else is a target.
 */
void watching_sort(struct check_opts *ret, const struct opts *o);
void watching_free(struct check_opts *c);
/* The arguments of checks as the configuration file has them. 0 or -errno. */
int watching_configure(struct xenring_watch *watch, const struct opts *o);
/*
 * The arguments that a check has, "after=5s,critical=30s": what given says, the
 * text that it is configured by, and else its own. NULL: all its own. changed:
 * only those that are not.
 */
void watching_put_args(struct buf *b, const struct xenring_check *check, const char *given, bool changed);
/* Is it a check's id, and are these arguments of it, "after=10s,critical=1m"? False after a complaint. */
bool watching_check_args(const char *check, const char *args);
/* For a session that is open; each sample it takes is judged from now on. 0 or an exit code, complained about. */
int watching_begin(struct watching *w, struct session *s, const struct check_opts *given);
void watching_end(struct watching *w);

#endif
