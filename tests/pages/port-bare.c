/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * port.h for a static i386 Linux program without any C library: the entry
 * point, six system calls and the memory functions compilers call by name.
 */
#include "port.h"

#ifndef __i386__
#error "port-bare.c is i386 only: build it with -m32, others use port-libc.c"
#endif

#define SYS_EXIT 1
#define SYS_READ 3
#define SYS_WRITE 4
#define SYS_OPEN 5
#define SYS_CLOSE 6
#define SYS_MUNMAP 91
#define SYS_MMAP2 192

#define O_WRONLY_CREAT_TRUNC (01 | 0100 | 01000)
#define PROT_READ_WRITE 3
#define MAP_PRIVATE_ANONYMOUS 0x22

int main(int argc, char **argv);
_Noreturn void bare_main(long *stack);

/* The kernel starts us with argc on the top of the stack, then argv. */
__asm__(".globl _start\n"
	"_start:\n"
	"	xorl %ebp, %ebp\n"
	"	movl %esp, %eax\n"
	"	andl $-16, %esp\n"
	"	subl $12, %esp\n"
	"	pushl %eax\n"
	"	call bare_main\n"
	".section .note.GNU-stack,\"\",@progbits\n"
	".text\n");

static long sys3(long nr, long a, long b, long c)
{
	long ret;

	__asm__ volatile("int $0x80"
			 : "=a"(ret)
			 : "0"(nr), "b"(a), "c"(b), "d"(c)
			 : "memory");
	return ret;
}

/* mmap2 has six arguments, the last one (here 0) in ebp. */
static long sys_mmap(size_t size)
{
	long ret;

	__asm__ volatile("pushl %%ebp\n\t"
			 "xorl %%ebp, %%ebp\n\t"
			 "int $0x80\n\t"
			 "popl %%ebp"
			 : "=a"(ret)
			 : "0"(SYS_MMAP2), "b"(0), "c"(size),
			   "d"(PROT_READ_WRITE), "S"(MAP_PRIVATE_ANONYMOUS),
			   "D"(-1)
			 : "memory");
	return ret;
}

/* Assembly, as a compiler may turn a loop here into a call of the same. */
void *memset(void *dst, int c, size_t n)
{
	void *at = dst;

	__asm__ volatile("rep stosb"
			 : "+D"(at), "+c"(n)
			 : "a"(c)
			 : "memory");
	return dst;
}

void *memcpy(void *dst, const void *src, size_t n)
{
	void *at = dst;

	__asm__ volatile("rep movsb"
			 : "+D"(at), "+S"(src), "+c"(n)
			 :
			 : "memory");
	return dst;
}

size_t strlen(const char *s)
{
	const volatile char *at = s;

	while (*at)
		at++;
	return (size_t)(at - s);
}

int strcmp(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return (unsigned char)*a - (unsigned char)*b;
}

void *port_alloc(size_t size)
{
	long mem = sys_mmap(size);

	if (mem < 0 && mem > -4096)
		port_die("cannot allocate memory", "", "");
	return (void *)mem;
}

void port_free(void *mem, size_t size)
{
	sys3(SYS_MUNMAP, (long)mem, (long)size, 0);
}

int port_create(const char *path)
{
	long fd = sys3(SYS_OPEN, (long)path, O_WRONLY_CREAT_TRUNC, 0666);

	return fd < 0 ? -1 : (int)fd;
}

int port_open(const char *path)
{
	long fd = sys3(SYS_OPEN, (long)path, 0, 0);

	return fd < 0 ? -1 : (int)fd;
}

long port_read(int fd, void *buf, size_t len)
{
	long n = sys3(SYS_READ, fd, (long)buf, (long)len);

	return n < 0 ? -1 : n;
}

bool port_write(int fd, const void *buf, size_t len)
{
	const char *at = buf;

	while (len) {
		long n = sys3(SYS_WRITE, fd, (long)at, (long)len);

		if (n <= 0)
			return false;
		at += n;
		len -= (size_t)n;
	}
	return true;
}

bool port_close(int fd)
{
	return sys3(SYS_CLOSE, fd, 0, 0) == 0;
}

static void complain(const char *s)
{
	sys3(SYS_WRITE, 2, (long)s, (long)strlen(s));
}

_Noreturn void port_die(const char *what, const char *where, const char *why)
{
	complain(what);
	complain(*where ? " " : "");
	complain(where);
	complain(*why ? ": " : "");
	complain(why);
	complain("\n");
	for (;;)
		sys3(SYS_EXIT, 1, 0, 0);
}

_Noreturn void bare_main(long *stack)
{
	int ret = main((int)stack[0], (char **)(stack + 1));

	for (;;)
		sys3(SYS_EXIT, ret, 0, 0);
}
