/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An outside program against the installed library: what a newcomer would write first. */
#include <stdio.h>
#include <xenring.h>

int main(void)
{
	struct xenring_snapshot *s = NULL;
	struct xenring *x = NULL;
	struct xenring_ring ring;
	int r = xenring_new(&x);

	if (r)
		return 1;
	if (xenring_open(x, "fake:demo") || xenring_sample(x, &s)) {
		fprintf(stderr, "outside: %s\n", xenring_message(x));
		xenring_close(x);
		return 1;
	}
	for (size_t i = 0; i < xenring_n_rings(s); i++)
		if (!xenring_ring(s, i, &ring))
			printf("%s %s\n", ring.path, ring.state);
	xenring_snapshot_unref(s);
	xenring_close(x);
	return 0;
}
