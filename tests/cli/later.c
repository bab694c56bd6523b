/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes a capture one of another version: later VERSION < CAPTURE > CAPTURE. */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>

#include "capture/format.h"

/* XR_FILE_NAME's frame: magic, size, name; then the version and the hash. */
#define NAME_AT 8u
#define VERSION_AT (NAME_AT + XR_NAME_SIZE)
#define HASH_AT (VERSION_AT + 4u)

static void put(uint8_t *p, uint64_t v, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

int main(int argc, char **argv)
{
	uint8_t head[NAME_AT + XR_FILE_SIZE], rest[4096];
	size_t n;

	if (argc != 2 || fread(head, sizeof(head), 1, stdin) != 1)
		return 2;
	put(head + VERSION_AT, strtoul(argv[1], NULL, 10), 4);
	put(head + HASH_AT, xr_hash(head + NAME_AT, HASH_AT - NAME_AT), 8);
	if (fwrite(head, sizeof(head), 1, stdout) != 1)
		return 1;
	while ((n = fread(rest, 1, sizeof(rest), stdin)) > 0)
		if (fwrite(rest, 1, n, stdout) != n)
			return 1;
	return fflush(stdout) ? 1 : 0;
}
