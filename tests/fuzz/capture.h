/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an input of capture.c begins with; who changes one must know it, too. */
#ifndef FUZZ_CAPTURE_H
#define FUZZ_CAPTURE_H

#define CONTROL 4		/* bytes before the blocks */

/* Byte 0: how the file is made. */
enum layout {
	RAW = 1,		/* what follows is the file itself */
	STORED = 2,		/* zstd's blocks without compression; else as the writer does */
	NO_NAME = 4,		/* no frame at the beginning that says what it is */
	NO_INDEX = 8,
	BAD_INDEX = 16,		/* it is signed, but what it says is the input's */
	BAD_TRAILER = 32,
	FOREIGN = 64,		/* skippable frames of somebody else between frames */
	AS_IS = 128,		/* lengths as they are, nothing added at the end */
};

#endif
