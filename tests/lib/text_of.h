/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All that a snapshot shows, as text: what two runs are compared by. */
#ifndef TEXT_OF_H
#define TEXT_OF_H

#include "xenring.h"

/* Every field of every row, a line each row; and of all slots that can be read. Free it. */
char *text_of(struct xenring *x, const struct xenring_snapshot *s);

#endif
