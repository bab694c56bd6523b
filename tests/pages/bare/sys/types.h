/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nothing: libxenvchan.h includes a header of the C library of which it needs
 * nothing, and -m32 finds none. Behind all other folders, for that case.
 */
