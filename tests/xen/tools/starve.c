/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * starve PID: that thread, one of the kernel's, too, does not get a turn until this ends, after SECONDS at most: it is put on
 * one processor with a loop of the highest priority. Interrupts are still served there: what they wake does not run.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CPU 1
#define RUNTIME "/proc/sys/kernel/sched_rt_runtime_us"

static volatile sig_atomic_t ended;

static void end(int sig)
{
	(void)sig;
	ended = 1;
}

/* Below the highest priorities the kernel keeps a part of the time for others: all of it, or as usual. */
static int set_runtime(const char *us)
{
	FILE *f = fopen(RUNTIME, "w");

	return !f || fputs(us, f) < 0 || fclose(f) ? -1 : 0;
}

int main(int argc, char **argv)
{
	struct sched_param param = { .sched_priority = 50 };
	struct sigaction action = { .sa_handler = end };
	time_t limit = time(NULL) + (argc == 3 ? atoi(argv[2]) : 0);
	cpu_set_t cpus;

	if (argc != 3) {
		fputs("usage: starve PID SECONDS\n", stderr);
		return 2;
	}
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	CPU_ZERO(&cpus);
	CPU_SET(CPU, &cpus);
	if (sched_setaffinity(atoi(argv[1]), sizeof(cpus), &cpus) || sched_setaffinity(0, sizeof(cpus), &cpus) ||
	    set_runtime("-1") || sched_setscheduler(0, SCHED_FIFO, &param)) {
		fprintf(stderr, "starve: %s\n", strerror(errno));
		return 1;
	}
	while (!ended && time(NULL) < limit)
		;
	return set_runtime("950000") ? 1 : 0;
}
