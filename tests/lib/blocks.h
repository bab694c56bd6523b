/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Blocks of a capture, for tests of what their reader makes of them. */
#ifndef BLOCKS_H
#define BLOCKS_H

#include "capture/answers.h"

/* Applies all of them to the state; the test fails if one is refused. */
void blocks_apply(struct xr_answers *s, const struct xr_out *out);

#endif
