/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * xtrace -o FILE COMMAND...: runs a command and writes into FILE, one line
 * each, every system call that it and its threads and children make, decoded
 * as far as a test needs to decide which are allowed:
 *
 *	open r|w|rw PATH			also with flags: creat, trunc, append
 *	connect PATH
 *	mmap OBJECT r|w|x... shared|private	OBJECT: a path, "anonymous"
 *	mprotect OBJECT r|w|x...		of what was mapped from below /dev/xen
 *	hypercall OP CMD
 *	ioctl OBJECT NAME
 *	xenstore TYPE PATH			a request to xenstored
 *	write OBJECT
 *	thread, fork				a new one
 *	syscall NAME				all others
 *	signal NAME				one that was delivered
 *
 * x86_64 alone. What it cannot decode it names by its number; what it cannot
 * read it calls unreadable: neither is ever on a list of what is allowed.
 */
#define _GNU_SOURCE 1
#define __XEN_TOOLS__ 1

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <xen/event_channel.h>
#include <xen/grant_table.h>
#include <xen/io/xs_wire.h>
#include <xen/memory.h>
#include <xen/sys/privcmd.h>
#include <xen/xen.h>

#define SPOON 1000		/* a file descriptor of the tracee's, see borrow() */
#define MAX_TASKS 512
#define MAX_STREAMS 64
#define MAX_MAPS 8192

/* A thread that is traced. */
struct task {
	pid_t tid, tgid;
	bool is_device;			/* the call under way maps one */
	enum { NOT, READS, AGAIN } borrowed;	/* its call is one of ours, see borrow() */
	struct user_regs_struct regs;
	uint64_t op;
	char object[PATH_MAX];
	uint64_t length;
};

/* Requests to xenstored arrive in pieces: what is known of the one under way. */
struct stream {
	char object[64];
	pid_t tgid;
	uint8_t head[sizeof(struct xsd_sockmsg)];
	size_t have, left;		/* bytes of the head, bytes of the body to come */
	char path[512];
	size_t n_path;
};

/* What was mapped from a device of Xen. */
struct map {
	pid_t tgid;
	uint64_t at, length;
	char object[64];
};

struct name {
	long number;
	const char *name;
};

static struct task tasks[MAX_TASKS];
static struct stream streams[MAX_STREAMS];
static struct map maps[MAX_MAPS];
static size_t n_maps;
static struct { char object[64], path[108]; } sockets[MAX_STREAMS];
static FILE *out;
static pid_t first;
static int spoon;

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "xtrace: %s: %s\n", what, strerror(errno));
	exit(125);
}

__attribute__((format(printf, 1, 2)))
static void say(const char *format, ...)
{
	char text[PATH_MAX + 256];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	/* one event, one line of plain text, whatever a path holds */
	for (char *p = text; *p; p++)
		putc(*p >= ' ' && *p < 0x7f ? *p : '?', out);
	putc('\n', out);
}

/* ---- names --------------------------------------------------------------- */

#define X(n) { SYS_##n, #n }
static const struct name syscalls[] = {
	X(access), X(alarm), X(arch_prctl), X(bind), X(brk), X(chdir), X(chmod), X(chown),
	X(clock_getres), X(clock_gettime), X(clock_nanosleep), X(clone), X(clone3), X(close),
	X(close_range), X(connect), X(copy_file_range), X(creat), X(dup), X(dup2), X(dup3),
	X(epoll_create1), X(epoll_ctl), X(epoll_pwait), X(epoll_wait), X(eventfd2), X(execve),
	X(exit), X(exit_group), X(faccessat), X(faccessat2), X(fadvise64), X(fchmod), X(fchown),
	X(fcntl), X(flock), X(fork), X(fstat), X(fstatfs), X(fsync), X(ftruncate), X(futex),
	X(getcwd), X(getdents64), X(getegid), X(geteuid), X(getgid), X(getpeername),
	X(getpgrp), X(getpid), X(getppid), X(getrandom), X(getrlimit), X(getrusage),
	X(getsockname), X(getsockopt), X(gettid), X(gettimeofday), X(getuid), X(io_uring_enter),
	X(io_uring_register), X(io_uring_setup), X(ioctl), X(kill), X(lchown), X(link), X(listen),
	X(lseek), X(lstat), X(madvise), X(mincore), X(mkdir), X(mknod), X(mlock), X(mmap),
	X(mount), X(mprotect), X(mremap), X(msync), X(munlock), X(munmap), X(nanosleep),
	X(newfstatat), X(open), X(openat), X(openat2), X(pause), X(pipe), X(pipe2), X(poll),
	X(ppoll), X(prctl), X(pread64), X(preadv), X(prlimit64), X(process_vm_readv),
	X(process_vm_writev), X(pselect6), X(ptrace), X(pwrite64), X(pwritev), X(pwritev2),
	X(read), X(readlink), X(readlinkat), X(readv), X(recvfrom), X(recvmsg), X(rename),
	X(restart_syscall), X(rseq), X(rt_sigaction), X(rt_sigpending), X(rt_sigprocmask),
	X(rt_sigreturn), X(rt_sigsuspend), X(rt_sigtimedwait), X(sched_getaffinity),
	X(sched_setaffinity), X(sched_yield), X(seccomp), X(select), X(sendfile), X(sendmmsg),
	X(sendmsg), X(sendto), X(set_robust_list), X(set_tid_address), X(setpgid), X(setsid),
	X(setsockopt), X(shutdown), X(sigaltstack), X(socket), X(socketpair), X(splice),
	X(stat), X(statfs), X(statx), X(symlink), X(sysinfo), X(tee), X(tgkill), X(time),
	X(timerfd_create), X(timerfd_settime), X(truncate), X(umask), X(uname), X(unlink),
	X(unlinkat), X(utimensat), X(vfork), X(vmsplice), X(wait4), X(waitid), X(write),
	X(writev), { -1, NULL }
};
#undef X

#define X(n) { __HYPERVISOR_##n, #n }
static const struct name hypercalls[] = {
	X(memory_op), X(xen_version), X(console_io), X(grant_table_op), X(mmuext_op), X(sched_op),
	X(event_channel_op), X(physdev_op), X(hvm_op), X(sysctl), X(domctl), X(platform_op),
	X(hypfs_op), X(dm_op), { -1, NULL }
};
#undef X

#define X(n) { GNTTABOP_##n, #n }
static const struct name gnttab_cmds[] = {
	X(map_grant_ref), X(unmap_grant_ref), X(setup_table), X(dump_table), X(transfer), X(copy),
	X(query_size), X(unmap_and_replace), X(set_version), X(get_status_frames), X(get_version),
	X(swap_grant_ref), X(cache_flush), { -1, NULL }
};
#undef X

#define X(n) { EVTCHNOP_##n, #n }
static const struct name evtchn_cmds[] = {
	X(bind_interdomain), X(bind_virq), X(bind_pirq), X(close), X(send), X(status),
	X(alloc_unbound), X(bind_ipi), X(bind_vcpu), X(unmask), X(reset), X(init_control),
	X(expand_array), X(set_priority), { -1, NULL }
};
#undef X

/* Both are answered by a list of domains. */
static const struct name domctl_cmds[] = { { 5, "getdomaininfo" }, { 36, "get_address_size" }, { -1, NULL } };
static const struct name sysctl_cmds[] = { { 6, "getdomaininfolist" }, { -1, NULL } };

#define X(n) { (long)IOCTL_PRIVCMD_##n, #n }
static const struct name ioctls[] = {
	X(HYPERCALL), X(MMAP), X(MMAPBATCH), X(MMAPBATCH_V2), X(DM_OP), X(RESTRICT),
	X(MMAP_RESOURCE),
	/* Xen's libraries ask what there certainly is not, to learn how the kernel says so */
	{ (long)_IOC(_IOC_NONE, 'P', 0xff, 0), "UNIMPLEMENTED" },
	/* asked of any file by the C library, to see whether it is a terminal */
	{ 0x5401, "TCGETS" }, { 0x5413, "TIOCGWINSZ" }, { -1, NULL }
};
#undef X

#define X(n) { XS_##n, #n }
static const struct name requests[] = {
	X(CONTROL), X(DIRECTORY), X(READ), X(GET_PERMS), X(WATCH), X(UNWATCH),
	X(TRANSACTION_START), X(TRANSACTION_END), X(INTRODUCE), X(RELEASE), X(GET_DOMAIN_PATH),
	X(WRITE), X(MKDIR), X(RM), X(SET_PERMS), X(IS_DOMAIN_INTRODUCED), X(RESUME), X(SET_TARGET),
	X(RESET_WATCHES), X(DIRECTORY_PART), { -1, NULL }
};
#undef X

#define X(n) { n, #n }
static const struct name signal_names[] = {
	X(SIGHUP), X(SIGINT), X(SIGQUIT), X(SIGABRT), X(SIGBUS), X(SIGSEGV), X(SIGPIPE),
	X(SIGTERM), X(SIGCHLD), X(SIGWINCH), { -1, NULL }
};
#undef X

static const char *name_of(const struct name *table, long number)
{
	static char text[4][32];
	static unsigned at;

	for (; table->name; table++)
		if (table->number == number)
			return table->name;
	at = (at + 1) % 4;
	snprintf(text[at], sizeof(text[at]), "%#lx", (unsigned long)number);
	return text[at];
}

/* ---- the tracee's memory and files --------------------------------------- */

static bool peek(pid_t pid, uint64_t at, void *into, size_t n)
{
	struct iovec here = { into, n }, there = { (void *)(uintptr_t)at, n };

	return process_vm_readv(pid, &here, 1, &there, 1, 0) == (ssize_t)n;
}

/* A string of the tracee's, byte by byte near the end of a page. */
static const char *peek_string(pid_t pid, uint64_t at, char *buf, size_t size)
{
	size_t n = 0;

	if (!at)
		return "unreadable";
	while (n + 1 < size) {
		size_t part = 4096 - ((at + n) & 4095);

		if (part > size - 1 - n)
			part = size - 1 - n;
		if (!peek(pid, at + n, buf + n, part))
			return "unreadable";
		buf[n + part] = '\0';
		if (strlen(buf + n) < part)
			return buf;
		n += part;
	}
	return buf;
}

/* What a file descriptor stands for: a path, "socket:[123]", "pipe:[45]". */
static const char *object_of(pid_t pid, long fd, char buf[PATH_MAX])
{
	char link[64];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/%d/fd/%d", pid, (int)fd);
	n = readlink(link, buf, PATH_MAX - 1);
	if (n < 0)
		return "closed";
	buf[n] = '\0';
	return buf;
}

static const char *socket_path(const char *object)
{
	for (size_t i = 0; i < MAX_STREAMS; i++)
		if (sockets[i].object[0] && !strcmp(sockets[i].object, object))
			return sockets[i].path;
	return NULL;
}

static bool is_xenstore(const char *object)
{
	const char *path = socket_path(object);

	return !strcmp(object, "/dev/xen/xenbus") || !strcmp(object, "/proc/xen/xenbus") ||
	       (path && strstr(path, "xenstored/socket"));
}

static bool is_xen_device(const char *object)
{
	return !strncmp(object, "/dev/xen/", 9) || !strncmp(object, "/proc/xen/", 10);
}

/* ---- decoding ------------------------------------------------------------ */

static void on_open(struct task *t, const char *path, uint64_t flags)
{
	static const char *const how[] = { "r", "w", "rw", "?" };

	(void)t;
	say("open %s%s%s%s %s", how[flags & O_ACCMODE], flags & O_CREAT ? ",creat" : "",
	    flags & O_TRUNC ? ",trunc" : "", flags & O_APPEND ? ",append" : "", path);
}

static void on_connect(struct task *t, long fd, uint64_t addr, uint64_t length)
{
	struct sockaddr_un un = { 0 };
	char object[PATH_MAX];

	if (length > sizeof(un))
		length = sizeof(un);
	if (!peek(t->tid, addr, &un, length) || un.sun_family != AF_UNIX) {
		say("connect family %d", un.sun_family);
		return;
	}
	un.sun_path[sizeof(un.sun_path) - 1] = '\0';
	say("connect %s", un.sun_path);
	object_of(t->tid, fd, object);
	for (size_t i = 0; i < MAX_STREAMS; i++)
		if (!sockets[i].object[0] || !strcmp(sockets[i].object, object)) {
			snprintf(sockets[i].object, sizeof(sockets[i].object), "%.63s", object);
			snprintf(sockets[i].path, sizeof(sockets[i].path), "%s", un.sun_path);
			return;
		}
	say("too many sockets");
}

static const char *prot_text(uint64_t prot)
{
	static char text[4];
	char *p = text;

	if (prot & PROT_READ)
		*p++ = 'r';
	if (prot & PROT_WRITE)
		*p++ = 'w';
	if (prot & PROT_EXEC)
		*p++ = 'x';
	*p = '\0';
	return *text ? text : "none";
}

static void on_mmap(struct task *t, const uint64_t args[6])
{
	char buf[PATH_MAX];
	const char *object = args[3] & MAP_ANONYMOUS ? "anonymous" :
			     object_of(t->tid, (long)args[4], buf);

	say("mmap %s %s %s", object, prot_text(args[2]),
	    args[3] & MAP_SHARED ? "shared" : "private");
	t->is_device = is_xen_device(object);
	snprintf(t->object, sizeof(t->object), "%s", object);
	t->length = (args[1] + 4095) & ~UINT64_C(4095);
}

static void mapped(const struct task *t, uint64_t at)
{
	if (n_maps == MAX_MAPS) {
		say("too many mappings");
		return;
	}
	maps[n_maps] = (struct map){ .tgid = t->tgid, .at = at, .length = t->length };
	snprintf(maps[n_maps++].object, sizeof(maps[0].object), "%.63s", t->object);
}

/* The mapping of a device that this range touches, or NULL. */
static struct map *map_at(const struct task *t, uint64_t at, uint64_t length)
{
	for (size_t i = 0; i < n_maps; i++)
		if (maps[i].tgid == t->tgid && at < maps[i].at + maps[i].length &&
		    maps[i].at < at + length)
			return &maps[i];
	return NULL;
}

static void on_munmap(struct task *t, uint64_t at, uint64_t length)
{
	struct map *m;

	say("syscall munmap");
	while ((m = map_at(t, at, length)) != NULL && m->at >= at &&
	       m->at + m->length <= at + length)
		*m = maps[--n_maps];
}

static const char *hypercall_cmd(const struct privcmd_hypercall *h)
{
	switch (h->op) {
	case __HYPERVISOR_grant_table_op:
		return name_of(gnttab_cmds, (long)h->arg[0]);
	case __HYPERVISOR_event_channel_op:
		return name_of(evtchn_cmds, (long)h->arg[0]);
	default:
		return name_of(&(const struct name){ -1, NULL }, (long)h->arg[0]);
	}
}

static void on_resource(struct task *t, uint64_t arg)
{
	struct privcmd_mmap_resource r;

	if (!peek(t->tid, arg, &r, sizeof(r)))
		say("ioctl privcmd MMAP_RESOURCE unreadable");
	else if (r.type == XENMEM_resource_grant_table)
		say("ioctl privcmd MMAP_RESOURCE grant_table %s domid %u frames %" PRIu64,
		    r.id == XENMEM_resource_grant_table_id_shared ? "shared" : "status", r.dom,
		    r.idx + (uint64_t)r.num);
	else
		say("ioctl privcmd MMAP_RESOURCE type %u", r.type);
}

/*
 * What a domctl or sysctl asks stands in a buffer that nobody but the tracee
 * can read, as it is mapped from a device. So its call is first made another
 * one, which writes the beginning of the buffer to a file that is ours too, and
 * then it is made as it was.
 */
static void borrow(struct task *t, uint64_t op, uint64_t at)
{
	struct user_regs_struct regs;

	if (ptrace(PTRACE_GETREGS, t->tid, NULL, &regs))
		die("PTRACE_GETREGS");
	t->regs = regs;
	t->op = op;
	t->borrowed = READS;
	regs.orig_rax = SYS_pwrite64;
	regs.rdi = SPOON;
	regs.rsi = at;
	regs.rdx = sizeof(uint32_t);
	regs.r10 = 0;
	if (ptrace(PTRACE_SETREGS, t->tid, NULL, &regs))
		die("PTRACE_SETREGS");
}

static void give_back(struct task *t, bool is_error)
{
	uint32_t cmd = 0;

	if (is_error || pread(spoon, &cmd, sizeof(cmd), 0) != sizeof(cmd))
		say("hypercall %s unreadable", name_of(hypercalls, (long)t->op));
	else
		say("hypercall %s %s", name_of(hypercalls, (long)t->op),
		    name_of(t->op == __HYPERVISOR_domctl ? domctl_cmds : sysctl_cmds, (long)cmd));
	t->regs.rip -= 2;	/* the length of "syscall" */
	t->regs.rax = t->regs.orig_rax;
	if (ptrace(PTRACE_SETREGS, t->tid, NULL, &t->regs))
		die("PTRACE_SETREGS");
	t->borrowed = AGAIN;
}

static void on_ioctl(struct task *t, long fd, unsigned long request, uint64_t arg)
{
	char buf[PATH_MAX];
	const char *object = object_of(t->tid, fd, buf);
	struct privcmd_hypercall h;
	struct privcmd_dm_op dm;

	if (!strcmp(object, "/dev/xen/privcmd") || !strcmp(object, "/proc/xen/privcmd")) {
		if (request == IOCTL_PRIVCMD_HYPERCALL) {
			if (!peek(t->tid, arg, &h, sizeof(h)))
				say("hypercall unreadable");
			else if (h.op == __HYPERVISOR_domctl || h.op == __HYPERVISOR_sysctl)
				borrow(t, h.op, h.arg[0]);
			else
				say("hypercall %s %s", name_of(hypercalls, (long)h.op),
				    hypercall_cmd(&h));
			return;
		}
		if (request == IOCTL_PRIVCMD_MMAP_RESOURCE) {
			on_resource(t, arg);
			return;
		}
		object = "privcmd";
		/* also asked by Xen's libraries, with no buffers: is there such a thing? */
		if (request == IOCTL_PRIVCMD_DM_OP && peek(t->tid, arg, &dm, sizeof(dm)) && !dm.num) {
			say("ioctl privcmd DM_OP of nothing");
			return;
		}
	}
	say("ioctl %s %s", object, name_of(ioctls, (long)request));
}

static struct stream *stream_of(const struct task *t, const char *object)
{
	struct stream *free_one = NULL;

	for (size_t i = 0; i < MAX_STREAMS; i++) {
		struct stream *s = &streams[i];

		if (s->tgid == t->tgid && !strcmp(s->object, object))
			return s;
		if (!s->tgid && !free_one)
			free_one = s;
	}
	if (free_one) {
		free_one->tgid = t->tgid;
		snprintf(free_one->object, sizeof(free_one->object), "%.63s", object);
	}
	return free_one;
}

static void request_done(struct stream *s)
{
	struct xsd_sockmsg m;

	memcpy(&m, s->head, sizeof(m));
	s->path[s->n_path] = '\0';
	say("xenstore %s %s", name_of(requests, (long)m.type), s->path);
	s->have = s->n_path = 0;
}

static void feed(struct stream *s, const uint8_t *p, size_t n)
{
	for (; n; n--, p++) {
		if (s->have < sizeof(s->head)) {
			struct xsd_sockmsg m;

			s->head[s->have++] = *p;
			if (s->have < sizeof(s->head))
				continue;
			memcpy(&m, s->head, sizeof(m));
			s->left = m.len;
		} else {
			if (s->n_path + 1 < sizeof(s->path))
				s->path[s->n_path++] = (char)*p;
			s->left--;
		}
		if (!s->left)
			request_done(s);
	}
}

static void on_write(struct task *t, long fd, const struct iovec *iov, size_t n)
{
	char buf[PATH_MAX];
	const char *object = object_of(t->tid, fd, buf);
	struct stream *s;

	if (!is_xenstore(object)) {
		const char *path = socket_path(object);

		if (fd == 1 || fd == 2)
			object = fd == 1 ? "stdout" : "stderr";
		say("write %s", path ? path : strncmp(object, "pipe:", 5) ? object : "pipe");
		return;
	}
	s = stream_of(t, object);
	if (!s) {
		say("too many connections to xenstored");
		return;
	}
	for (size_t i = 0; i < n; i++) {
		uint8_t data[8192];

		if (iov[i].iov_len > sizeof(data) ||
		    !peek(t->tid, (uint64_t)(uintptr_t)iov[i].iov_base, data, iov[i].iov_len)) {
			say("xenstore unreadable");
			return;
		}
		feed(s, data, iov[i].iov_len);
	}
}

static void on_writev(struct task *t, long fd, uint64_t vec, uint64_t n)
{
	struct iovec iov[16];

	if (n > 16 || !peek(t->tid, vec, iov, n * sizeof(iov[0])))
		say("writev unreadable");
	else
		on_write(t, fd, iov, n);
}

static void on_call(struct task *t, uint64_t nr, const uint64_t a[6])
{
	char buf[PATH_MAX];
	struct msghdr msg;

	switch (nr) {
	case SYS_open:
		on_open(t, peek_string(t->tid, a[0], buf, sizeof(buf)), a[1]);
		break;
	case SYS_openat:
		on_open(t, peek_string(t->tid, a[1], buf, sizeof(buf)), a[2]);
		break;
	case SYS_connect:
		on_connect(t, (long)a[0], a[1], a[2]);
		break;
	case SYS_mmap:
		on_mmap(t, a);
		break;
	case SYS_munmap:
		on_munmap(t, a[0], a[1]);
		break;
	case SYS_mprotect:
	case SYS_mremap: {
		const struct map *m = map_at(t, a[0], a[1]);

		if (m)
			say("%s %s %s", nr == SYS_mremap ? "mremap" : "mprotect", m->object,
			    nr == SYS_mremap ? "" : prot_text(a[2]));
		else
			say("syscall %s", name_of(syscalls, (long)nr));
		break;
	}
	case SYS_ioctl:
		on_ioctl(t, (long)a[0], a[1], a[2]);
		break;
	case SYS_write:
	case SYS_sendto:
		on_write(t, (long)a[0], &(struct iovec){ (void *)(uintptr_t)a[1], a[2] }, 1);
		break;
	case SYS_writev:
		on_writev(t, (long)a[0], a[1], a[2]);
		break;
	case SYS_sendmsg:
		if (peek(t->tid, a[1], &msg, sizeof(msg)))
			on_writev(t, (long)a[0], (uint64_t)(uintptr_t)msg.msg_iov, msg.msg_iovlen);
		else
			say("sendmsg unreadable");
		break;
	default:
		say("syscall %s", name_of(syscalls, (long)nr));
	}
}

/* ---- tracing ------------------------------------------------------------- */

static pid_t group_of(pid_t tid)
{
	char path[64], line[128];
	pid_t tgid = tid;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", tid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "Tgid: %d", &tgid) == 1)
			break;
	if (f)
		fclose(f);
	return tgid;
}

/* The task, made known if it is new; *ret_new says so. */
static struct task *task_of(pid_t tid, bool *ret_new)
{
	struct task *empty = NULL;

	*ret_new = false;
	for (size_t i = 0; i < MAX_TASKS; i++) {
		if (tasks[i].tid == tid)
			return &tasks[i];
		if (!tasks[i].tid && !empty)
			empty = &tasks[i];
	}
	if (!empty) {
		errno = EMFILE;
		die("too many threads");
	}
	*empty = (struct task){ .tid = tid, .tgid = group_of(tid) };
	*ret_new = true;
	return empty;
}

static void forget(pid_t tid)
{
	for (size_t i = 0; i < MAX_TASKS; i++)
		if (tasks[i].tid == tid)
			tasks[i].tid = 0;
	for (size_t i = 0; i < MAX_STREAMS; i++)
		if (streams[i].tgid == tid)
			streams[i] = (struct stream){ 0 };
	for (size_t i = n_maps; i-- > 0; )
		if (maps[i].tgid == tid)
			maps[i] = maps[--n_maps];
}

static void on_stop(struct task *t)
{
	struct __ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, t->tid, (void *)sizeof(info), &info) <= 0)
		return;
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
		uint64_t args[6];

		if (t->borrowed == AGAIN) {
			t->borrowed = NOT;
			return;
		}
		for (int i = 0; i < 6; i++)
			args[i] = info.entry.args[i];
		t->is_device = false;
		on_call(t, info.entry.nr, args);
	} else if (info.op == PTRACE_SYSCALL_INFO_EXIT && t->borrowed == READS) {
		give_back(t, info.exit.is_error);
	} else if (info.op == PTRACE_SYSCALL_INFO_EXIT && t->is_device) {
		if (!info.exit.is_error)
			mapped(t, (uint64_t)info.exit.rval);
		t->is_device = false;
	}
}

/* What a stop is about; the signal to pass on, 0 for none. */
static int handle(pid_t tid, int status)
{
	int sig = WSTOPSIG(status), event = status >> 16;
	bool is_new;
	struct task *t = task_of(tid, &is_new);

	if (sig == (SIGTRAP | 0x80)) {
		on_stop(t);
		return 0;
	}
	if (event) {
		if (event == PTRACE_EVENT_CLONE)
			say("thread");
		else if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK)
			say("fork");
		return 0;
	}
	/* a new one begins with a stop of its own */
	if (is_new && sig == SIGSTOP)
		return 0;
	say("signal %s", name_of(signal_names, sig));
	return sig;
}

static void pass_on(int sig)
{
	kill(first, sig);
}

static int trace(void)
{
	const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
			     PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
	int status, result = 125;
	bool is_new;
	pid_t tid;

	if (waitpid(first, &status, 0) != first || !WIFSTOPPED(status))
		die("the command did not start");
	task_of(first, &is_new);
	if (ptrace(PTRACE_SETOPTIONS, first, NULL, (void *)options))
		die("ptrace");
	ptrace(PTRACE_SYSCALL, first, NULL, NULL);
	for (;;) {
		tid = waitpid(-1, &status, __WALL);
		if (tid < 0 && errno == EINTR)
			continue;
		if (tid < 0)
			return result;
		if (WIFEXITED(status) || WIFSIGNALED(status)) {
			forget(tid);
			if (tid == first)
				result = WIFEXITED(status) ? WEXITSTATUS(status) :
					 128 + WTERMSIG(status);
		} else if (WIFSTOPPED(status)) {
			int sig = handle(tid, status);

			ptrace(PTRACE_SYSCALL, tid, NULL, (void *)(long)sig);
		}
	}
}

int main(int argc, char **argv)
{
	struct sigaction sa = { .sa_handler = pass_on };
	int result;

	if (argc < 4 || strcmp(argv[1], "-o")) {
		fputs("usage: xtrace -o FILE COMMAND...\n", stderr);
		return 125;
	}
	out = fopen(argv[2], "we");
	if (!out)
		die(argv[2]);
	/* whoever counts lines while it runs sees whole ones */
	setvbuf(out, NULL, _IOLBF, 0);
	spoon = memfd_create("xtrace", MFD_CLOEXEC);
	if (spoon < 0)
		die("memfd_create");
	first = fork();
	if (first < 0)
		die("fork");
	if (!first) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		dup2(spoon, SPOON);
		raise(SIGSTOP);
		execvp(argv[3], argv + 3);
		fprintf(stderr, "xtrace: %s: %s\n", argv[3], strerror(errno));
		_exit(127);
	}
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	result = trace();
	return ferror(out) || fclose(out) ? 125 : result;
}
