/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Test pages of blkif in the x86_32 layout, made by a 64-bit program.
 */
#define PAGES_PACKED
#include "blkif.c"
