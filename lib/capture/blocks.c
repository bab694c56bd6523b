/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kinds of blocks, for whoever describes the format: the rows of XR_BLOCKS. */
#include <config.h>

#include <errno.h>

#include "capture/format.h"
#include "xenring.h"

static const struct xenring_block blocks[] = {
#define X(block, number, what, body)					\
	{ .name = #block, .type = number, .help = what, .layout = body },
	XR_BLOCKS(X)
#undef X
};

int xenring_capture_block(size_t i, struct xenring_block *ret)
{
	if (i >= sizeof(blocks) / sizeof(blocks[0]))
		return -ERANGE;
	*ret = blocks[i];
	return 0;
}
