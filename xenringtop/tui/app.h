/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interactive view: on a terminal, or by a script. */
#ifndef XT_TUI_APP_H
#define XT_TUI_APP_H

#include "opts.h"

/* Until the operator leaves. An exit code. */
int app_run(const struct opts *o);
/* Is there such a view in this build, and a terminal for it? */
bool app_is_possible(void);
/*
 * Plays a script of keys (terminal.h) on a screen of that size and prints what
 * stands there at its end; with --color always also the style of each run.
 */
int app_script(const struct opts *o, int w, int h, const char *script);

#endif
