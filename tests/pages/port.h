/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The few things the page makers want from a C library, so that the same
 * code also builds without one (gcc -m32 needs no 32-bit libc that way).
 */
#ifndef PAGES_PORT_H
#define PAGES_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Declared here and not taken from <string.h>: glibc's headers refuse to be
 * read under -m32 where its 32-bit half is not installed.
 */
void *memset(void *dst, int c, size_t n);
void *memcpy(void *dst, const void *src, size_t n);
size_t strlen(const char *s);
int strcmp(const char *a, const char *b);

/* Zeroed memory, aligned to a page. It never fails: it ends the program. */
void *port_alloc(size_t size);
void port_free(void *mem, size_t size);

/* A new file, or an emptied one; -1 on failure. */
int port_create(const char *path);
/* An existing file to read, and what read(2) says of it. */
int port_open(const char *path);
long port_read(int fd, void *buf, size_t len);
bool port_write(int fd, const void *buf, size_t len);
bool port_close(int fd);

/* Print the three parts as one line of standard error and exit with 1. */
_Noreturn void port_die(const char *what, const char *where, const char *why);

#endif
