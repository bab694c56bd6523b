/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * blkif's part of a script in the x86_32 layout, in a 64-bit program.
 */
#define PAGES_PACKED
#include "replay-blkif.c"
