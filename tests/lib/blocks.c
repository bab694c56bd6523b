/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Blocks of a capture, for tests of what their reader makes of them. */
#include <config.h>

#include "lib/blocks.h"

#include "lib/test.h"

void blocks_apply(struct xr_answers *s, const struct xr_out *out)
{
	struct xr_in in = xr_in_of(out->p, out->n);

	while (xr_in_left(&in)) {
		uint32_t type = (uint32_t)xr_take_fixed(&in, 4), n = (uint32_t)xr_take_fixed(&in, 4);

		assert_int_equal(xr_answers_apply(s, type, xr_take(&in, n), n), 0);
	}
}
