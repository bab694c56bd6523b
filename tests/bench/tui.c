/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the interactive view costs: a frame of 10,000 rings, memory over 10,000
 * frames, what an idle refresh writes to a terminal, and the CPU it all takes.
 * The last two are of the program on a terminal of its own: argv[1] is its path.
 */
#include <config.h>

#include <pty.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"
#include "tui/ui.h"

#define FRAMES 200
#define LONG_FRAMES 10000
/* Seconds that the program is watched for. */
#define WATCHED 10

static double cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double resident_mib(void)
{
	long pages = 0, size;
	FILE *f = fopen("/proc/self/statm", "r");

	if (f && fscanf(f, "%ld %ld", &size, &pages) != 2)
		pages = 0;
	if (f)
		fclose(f);
	return (double)pages * (double)sysconf(_SC_PAGESIZE) / (1 << 20);
}

struct view_on {
	struct opts o;
	struct session s;
	struct ui ui;
};

static void open_view(struct view_on *v, char *source, int w, int h)
{
	char program[] = "xenringtop", opt[] = "-s", cmd[] = "list";
	char *argv[] = { program, opt, source, cmd, NULL };

	if (opts_parse(&v->o, 4, argv) || session_open(&v->s, &v->o))
		exit(1);
	ui_init(&v->ui, &v->s, terminal_script("", w, h, false));
	if (time_begin(&v->ui))
		exit(1);
}

static void close_view(struct view_on *v)
{
	struct terminal *t = v->ui.t;

	ui_fini(&v->ui);
	t->ops->close(t);
	session_close(&v->s);
	opts_free(&v->o);
}

static void frame(struct view_on *v)
{
	if (session_wait(&v->s, v->ui.interval) || time_sample(&v->ui))
		exit(1);
	frame_draw(&v->ui);
}

/* A frame without what the host and the sample cost: those are tick.c's. */
static void bench_frame(char *source, const char *name, int w, int h)
{
	struct view_on v = { 0 };
	double with = 0, without = 0;
	char against[64];

	open_view(&v, source, w, h);
	frame(&v);
	frame(&v);
	/* by turns, so that what else runs here slows both */
	for (int i = 0; i < FRAMES; i++) {
		struct xenring_snapshot *snap = NULL;
		double begin = cpu_ms(), between;

		frame(&v);
		between = cpu_ms();
		if (session_wait(&v.s, v.ui.interval) || session_take(&v.s, &snap))
			exit(1);
		xenring_snapshot_unref(snap);
		with += (between - begin) / FRAMES;
		without += (cpu_ms() - between) / FRAMES;
	}
	snprintf(against, sizeof(against), "of CPU; sample and host: %.2f ms more", without);
	bench_line(name, with - without, "ms", against, 5);
	close_view(&v);
}

static void bench_memory(void)
{
	char source[] = "fake:demo,fast";
	struct view_on v = { 0 };
	double begin;

	open_view(&v, source, 120, 40);
	/* what is kept of the past is full then */
	for (int i = 0; i < 1000; i++)
		frame(&v);
	begin = resident_mib();
	for (int i = 0; i < LONG_FRAMES; i++)
		frame(&v);
	bench_line("memory, 10000 frames more", resident_mib() - begin, "MiB", "resident", 0.25);
	close_view(&v);
}

/* ---- the program on a terminal -------------------------------------------------- */

struct watched {
	pid_t pid;
	int fd;
};

static struct watched start(const char *program, const char *source)
{
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	struct watched w = { 0 };

	w.pid = forkpty(&w.fd, NULL, NULL, &size);
	if (w.pid < 0)
		exit(1);
	if (!w.pid) {
		setenv("TERM", "xterm-256color", 1);
		setenv("LC_ALL", "C.UTF-8", 1);
		execl(program, program, "-s", source, "--no-config", "top", (char *)NULL);
		_exit(127);
	}
	return w;
}

/* What comes within that time. */
static double bytes_in(const struct watched *w, double seconds)
{
	int64_t end = bench_ns() + (int64_t)(seconds * 1e9), left;
	double n = 0;

	while ((left = end - bench_ns()) > 0) {
		struct pollfd p = { .fd = w->fd, .events = POLLIN };
		char bytes[4096];
		ssize_t r;

		if (poll(&p, 1, (int)(left / 1000000) + 1) <= 0)
			continue;
		r = read(w->fd, bytes, sizeof(bytes));
		/* it has ended */
		if (r <= 0)
			break;
		n += (double)r;
	}
	return n;
}

/* Nanoseconds that a process has run. */
static double cpu_of(pid_t pid)
{
	struct timespec t;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &t))
		exit(1);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void stop(const struct watched *w)
{
	kill(w->pid, SIGTERM);
	bytes_in(w, 0.2);
	kill(w->pid, SIGKILL);
	close(w->fd);
	waitpid(w->pid, NULL, 0);
}

static void bench_terminal(const char *program)
{
	struct watched w = start(program, "fake:idle");
	double cpu, bytes;

	bytes_in(&w, 3);
	bytes = bytes_in(&w, WATCHED);
	bench_line("an idle refresh", bytes / WATCHED, "bytes", "to the terminal, once a second", 200);
	stop(&w);
	w = start(program, "fake:big:1000");
	bytes_in(&w, 3);
	cpu = cpu_of(w.pid);
	bytes_in(&w, WATCHED);
	cpu = cpu_of(w.pid) - cpu;
	bench_line("1000 rings, once a second", cpu / 1e9 / WATCHED * 100, "%", "of a core, all of it", 1);
	stop(&w);
}

int main(int argc, char **argv)
{
	char idle[] = "fake:big:10000,fast";

	if (argc < 2 || !setlocale(LC_ALL, "C.UTF-8"))
		return 1;
	bench_frame(idle, "a frame of 10000 rings, 80x24", 80, 24);
	bench_frame(idle, "a frame of 10000 rings, 300x100", 300, 100);
	bench_memory();
	bench_terminal(argv[1]);
	return 0;
}
