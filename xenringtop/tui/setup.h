/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How tables look by configuration: which columns, in which order. */
#ifndef XT_TUI_SETUP_H
#define XT_TUI_SETUP_H

#include <stdbool.h>

#include "buf.h"

#define SETUP_COLUMNS "top.columns"
#define SETUP_SORT "top.sort"

/* For the configuration: is it a view with a table, and are these its columns? False after a complaint. */
bool setup_check_columns(const char *view, const char *columns);
bool setup_check_sort(const char *view, const char *column);

struct ui;
struct grid;

/* Once the views are there. */
void setup_apply(struct ui *ui);
/* As the configuration has them: "path,state"; "path", "-stall_s", "worst". */
void setup_put_columns(struct buf *b, const struct grid *g);
void setup_put_sort(struct buf *b, const struct grid *g);

#endif
