/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --dump-cli: commands, options, exit codes and variables, as a document. */
#ifndef XT_CLI_H
#define XT_CLI_H

#include "opts.h"

/* An exit code. */
int cli_dump(const struct opts *o);

#endif
