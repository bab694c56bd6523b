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

/* Byte 3: how it is read. */
enum reading {
	FROM_PIPE = 1,		/* with DIRECT: nothing can go back */
	RECORD = 2, PAYLOAD = 4, WAIT = 8, SEEK_FIRST = 16, REFRESH = 32,
	DIRECT = 64,		/* the reader alone; else as the program replays it */
	SEEK = 128,		/* to some moments, to all frames; with RECORD: on in another file */
	APPLY = RECORD,		/* with DIRECT: the state is made of what is read, and dumped */
};

#endif
