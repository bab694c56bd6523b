/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes settings into a configuration file, and leaves all else in it as it stands. */
#ifndef XT_CONFIG_EDIT_H
#define XT_CONFIG_EDIT_H

#include <stdbool.h>
#include <stddef.h>

struct config_change {
	const char *section;	/* "": before the first one */
	const char *key, *value;
	bool by_default;	/* it is so anyway: written only where the file has the key */
};

/*
 * A file's text with these settings, as a new string: the last line that has a
 * key gets the new value, and keeps a comment behind it; a new key stands below
 * the last one of its section, a new section at the end.
 */
char *config_edit(const char *text, const struct config_change *c, size_t n);
/*
 * The same of a file, which need not be there: another one of mode 0600 takes
 * its place, complete, or nothing happens. 0 or -errno; -ELOOP: it is a symbolic
 * link, -EFBIG, -EINVAL: it is no file that would be read.
 */
int config_write(const char *path, const struct config_change *c, size_t n);

#endif
