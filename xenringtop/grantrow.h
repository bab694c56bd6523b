/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows over what was read of a grant table: for the command and the view. */
#ifndef XT_GRANTROW_H
#define XT_GRANTROW_H

#include "records.h"

/* The entries of a table, "grant", and what uses them, "grant_user". Free with free(); they point into g. */
struct row *grant_entry_rows(const struct xenring_grants *g, size_t *ret_n);
struct row *grant_user_rows(const struct xenring_grants *g, size_t *ret_n);

#endif
