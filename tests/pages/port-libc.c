/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * port.h on an ordinary C library.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "port.h"

#define PAGE 4096u

void *port_alloc(size_t size)
{
	void *mem;

	size = (size + PAGE - 1) / PAGE * PAGE;
	mem = aligned_alloc(PAGE, size);
	if (!mem)
		port_die("cannot allocate memory", "", "");
	return memset(mem, 0, size);
}

void port_free(void *mem, size_t size)
{
	(void)size;
	free(mem);
}

int port_create(const char *path)
{
	return open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
}

int port_open(const char *path)
{
	return open(path, O_RDONLY);
}

long port_read(int fd, void *buf, size_t len)
{
	return (long)read(fd, buf, len);
}

bool port_write(int fd, const void *buf, size_t len)
{
	const char *at = buf;

	while (len) {
		ssize_t n = write(fd, at, len);

		if (n <= 0)
			return false;
		at += n;
		len -= (size_t)n;
	}
	return true;
}

bool port_close(int fd)
{
	return close(fd) == 0;
}

_Noreturn void port_die(const char *what, const char *where, const char *why)
{
	fprintf(stderr, "%s%s%s%s%s\n", what, *where ? " " : "", where,
		*why ? ": " : "", why);
	exit(1);
}
