/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Test pages of framebuffers in the x86_32 layout, made by a 64-bit program.
 */
#define PAGES_32
#include "fbif.c"
