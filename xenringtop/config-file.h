/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration files: what options are where the command line does not say it. */
#ifndef XT_CONFIG_FILE_H
#define XT_CONFIG_FILE_H

#include "buf.h"
#include "opts.h"

/*
 * Reads the system's file and then the user's, or the one that is asked for by
 * --config or XENRINGTOP_CONFIG. Sets those of o's options that neither the
 * command line nor the environment has set; what belongs to a section is kept
 * in o->config. A mistake in a file is told with file and line, and that value
 * is as if it did not stand there. 0, or XT_FAILED: a file that was asked for
 * cannot be read, which has been said.
 */
int config_read(struct opts *o);
/* One that says nothing, for o->config. */
struct config *config_new(void);
void config_free(struct config *c);

/* What a section says of a key, or NULL. Owned by o's configuration. */
const char *config_get(const struct opts *o, const char *section, const char *key);

/* Has it say so from now on, in this run. */
void config_set(const struct opts *o, const char *section, const char *key, const char *value);

/* The sections beside those of the tables; NULL at the end. */
struct config_section {
	const char *name, *key;		/* key: what stands for one in documents, "CLASS" */
	const char *value, *help;	/* the same for a value; one sentence without a stop */
	/* Is it a key of the section, and the value one of its? False after a complaint. */
	bool (*check)(const char *key, const char *value);
};

/* The one with arguments of checks. */
#define CONFIG_CHECKS "checks"

const struct config_section *config_section_at(size_t i);

/* A larger one is none. */
#define CONFIG_SIZE_MAX (64u << 10)

/* The file that settings of this run are written to, as a new string; NULL: none. */
char *config_file_to_write(const struct opts *o);
/* The user's file as a new string, whether it is there or not; NULL: there is no place for it. */
char *config_user_file(void);

#endif
