/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many events a second the kernel source of notifications tells without
 * losing one, beside what ftrace itself gives away to who only reads its pages;
 * and that all that are lost are counted.
 *
 * There is no Xen here, so the events are calls of the system: each "port" is
 * the argument of one that does nothing. All that follows is the source's own:
 * probes, filters, its instance, reading, pairing with interrupts, order, notes.
 *
 *	event			on a host		here
 *	delivered		handle_irq_for_port	sched_get_priority_max(port)
 *	its handler begins	irq_handler_entry	getsid(irq)
 *	knock			notify_remote_via_irq	sched_get_priority_min(irq)
 *
 * usage: kernel [emulated]	emulated: no goal, and each rate is tried for a shorter while
 */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <inttypes.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "context.h"
#include "notify/kernel.h"
#include "notify/pair.h"
#include "source/fake.h"

#if HAVE_TRACEFS

#define TRACING "/sys/kernel/tracing"
#define MS INT64_C(1000000)
#define SECOND INT64_C(1000000000)
/* As the program's trace asks its sources. */
#define PACE_NS (100 * MS)
/* One rate is tried for so long, and so often before it is too fast: other work comes in between. */
#define TRIAL_NS SECOND
#define TRIES 3
#define EMULATED_NS (600 * MS)
#define EMULATED_TRIES 2
#define LEAST_RATE 1000
#define GOAL 100000
#define MAX_PORTS 16
/* What the ports' interrupts are: the number of none is a port's. */
#define IRQ(port) ((port) + 1000000)

/* ---- the load ---------------------------------------------------------------- */

/* Shared with the process that makes it. */
struct load {
	_Atomic uint64_t rate;		/* events a second; 0: none, UINT64_MAX: as fast as may be */
	_Atomic uint64_t made;
	_Atomic uint32_t order, idle;	/* to stand: how many were given, which one it has obeyed */
	_Atomic bool handlers;		/* begin, too: not counted as made */
	uint32_t n;
	uint32_t ports[MAX_PORTS];
};

static void make_pair(struct load *l, uint32_t i)
{
	uint32_t port = l->ports[i % l->n];

	syscall(SYS_sched_get_priority_max, port);
	if (atomic_load(&l->handlers))
		syscall(SYS_getsid, IRQ(port));
	syscall(SYS_sched_get_priority_min, IRQ(port));
}

/* In the order of the clock: so many as are due by now, then a rest that is shorter than a buffer lasts. */
static void make_load(struct load *l)
{
	const struct timespec nap = { .tv_nsec = 200000 };
	uint64_t rate = 0, done = 0;
	int64_t begun = 0;
	uint32_t i = 0;

	for (;;) {
		uint64_t wanted = atomic_load(&l->rate), due;

		if (wanted != rate) {
			rate = wanted;
			begun = bench_ns();
			done = 0;
		}
		if (!rate) {
			atomic_store(&l->idle, atomic_load(&l->order));
			nanosleep(&nap, NULL);
			continue;
		}
		due = rate == UINT64_MAX ? done + 64 :
			(uint64_t)((double)(bench_ns() - begun) / 1e9 * (double)rate);
		if (done >= due)
			nanosleep(&nap, NULL);
		/* a new order is seen soon, however far behind it is */
		for (uint32_t k = 0; k < 64 && done < due; k++) {
			make_pair(l, i++);
			done += 2;
			atomic_fetch_add(&l->made, 2);
		}
	}
}

static void order(struct load *l, uint64_t rate)
{
	if (!rate)
		atomic_fetch_add(&l->order, 1);
	atomic_store(&l->rate, rate);
	/* it has made the last one when it says that it stands */
	while (!rate && atomic_load(&l->idle) != atomic_load(&l->order))
		usleep(1000);
}

/* ---- what is measured ---------------------------------------------------------- */

struct bench {
	struct xenring *x;
	struct xr_source_ops ops;
	struct xr_notify_ops source;
	const struct xr_point *points;
	struct xenring_trace *t;
	struct load *load;
	char *instance;			/* the source's */
	int64_t trial_ns;
	int tries;
	char page[65536];
	uint64_t told;
};

static struct bench b;

struct result {
	uint64_t made, told, lost;	/* lost: by the source; of plain reading by the kernel's own counters */
	uint64_t overruns;		/* by these in any case */
	double seconds, cpu_us;
};

static double cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void die(const char *what)
{
	fprintf(stderr, "bench: %s: %s\n", what, b.x && xenring_message(b.x) ? xenring_message(b.x) : strerror(errno));
	exit(1);
}

/* Calls fn with each of the instance's files of that name, one for each CPU. */
static uint64_t each_cpu(const char *name, uint64_t (*fn)(const char *path))
{
	char pattern[256];
	uint64_t sum = 0;
	glob_t g;

	snprintf(pattern, sizeof(pattern), "%s/per_cpu/cpu*/%s", b.instance, name);
	if (glob(pattern, 0, NULL, &g))
		die(pattern);
	for (size_t i = 0; i < g.gl_pathc; i++)
		sum += fn(g.gl_pathv[i]);
	globfree(&g);
	return sum;
}

/* The sum of the lines of that name. */
static uint64_t stat_of(const char *path, const char *name)
{
	FILE *f = fopen(path, "re");
	char line[128];
	uint64_t sum = 0;
	size_t n = strlen(name);

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, name, n))
			sum += strtoull(line + n, NULL, 10);
	if (f)
		fclose(f);
	return sum;
}

static uint64_t overruns_of(const char *path)
{
	return stat_of(path, "overrun: ") + stat_of(path, "dropped events: ");
}

static uint64_t read_events_of(const char *path)
{
	return stat_of(path, "read events: ");
}

static uint64_t read_pages_of(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	uint64_t bytes = 0;
	ssize_t n;

	while (fd >= 0 && (n = read(fd, b.page, sizeof(b.page))) > 0)
		bytes += (uint64_t)n;
	if (fd >= 0)
		close(fd);
	return bytes;
}

static void read_ours(void)
{
	struct xenring_snapshot *s = NULL;
	struct xenring_event e;

	if (xenring_sample(b.x, &s) || xenring_trace_step(b.t, s, NULL, 0))
		die("sample");
	while (xenring_trace_next(b.t, &e))
		b.told += !strcmp(e.source, "kernel");
	xenring_snapshot_unref(s);
}

static void read_nowhere(void)
{
	each_cpu("trace_pipe_raw", read_pages_of);
}

/* Reads at the program's pace until then. */
static void read_until(void (*reader)(void), int64_t until)
{
	int64_t next = bench_ns();

	while (next < until) {
		next += PACE_NS;
		while (bench_ns() < next)
			usleep((useconds_t)((next - bench_ns()) / 1000 + 1));
		reader();
	}
}

/* stand_ns: for so long nobody reads at first. */
static struct result trial(void (*reader)(void), uint64_t rate, int64_t ns, int64_t stand_ns)
{
	uint64_t made = atomic_load(&b.load->made), told = b.told, lost = xenring_trace_lost(b.t);
	uint64_t overruns = each_cpu("stats", overruns_of), seen = each_cpu("stats", read_events_of);
	int64_t begun = bench_ns();
	struct result r = { 0 };
	double us;

	order(b.load, rate);
	if (stand_ns)
		usleep((useconds_t)(stand_ns / 1000));
	us = cpu_us();
	read_until(reader, begun + ns);
	order(b.load, 0);
	r.seconds = (double)(bench_ns() - begun) / 1e9;
	r.made = atomic_load(&b.load->made) - made;
	reader();
	r.cpu_us = cpu_us() - us;
	/* what may come late is told by then */
	if (reader == read_ours)
		read_until(read_ours, bench_ns() + 4 * PACE_NS);
	r.overruns = each_cpu("stats", overruns_of) - overruns;
	r.told = reader == read_ours ? b.told - told : each_cpu("stats", read_events_of) - seen;
	r.lost = reader == read_ours ? xenring_trace_lost(b.t) - lost : r.overruns;
	/* what the other reader has lost is not this one's */
	if (reader != read_ours)
		read_ours();
	return r;
}

static double rate_of(const struct result *r)
{
	return (double)r->made / r->seconds;
}

/* Nothing was lost, and nothing is missing; if the machine can, of so many as were wanted. */
static bool holds(void (*reader)(void), uint64_t rate, struct result *ret)
{
	bool held = false;

	for (int i = 0; i < b.tries; i++) {
		struct result r = trial(reader, rate, b.trial_ns, 0);

		if (r.lost || r.told != r.made || (held && rate_of(&r) < rate_of(ret)))
			continue;
		held = true;
		*ret = r;
		if (rate_of(&r) > 0.9 * (double)rate)
			return true;
	}
	return held;
}

/* The most events a second that are all told; *ret_at_most: the load makes no more. */
static double ceiling(void (*reader)(void), struct result *ret_best, bool *ret_at_most)
{
	uint64_t good = 0, bad = 0;
	struct result r;

	*ret_best = (struct result){ .seconds = 1 };
	*ret_at_most = false;
	for (uint64_t rate = LEAST_RATE; !bad && !*ret_at_most; rate *= 2) {
		if (!holds(reader, rate, &r)) {
			bad = rate;
			break;
		}
		good = rate;
		*ret_at_most = rate_of(&r) < 0.9 * (double)rate;
		if (rate_of(&r) > rate_of(ret_best))
			*ret_best = r;
	}
	for (int i = 0; i < 4 && bad; i++) {
		uint64_t rate = (good + bad) / 2;

		if (!holds(reader, rate, &r)) {
			bad = rate;
			continue;
		}
		good = rate;
		if (rate_of(&r) > rate_of(ret_best))
			*ret_best = r;
	}
	return rate_of(ret_best);
}

/* ---- setting up ------------------------------------------------------------------ */

static int now(struct xr_source *src, struct xenring_time *ret)
{
	int r = xr_source_fake.now(src, ret);

	ret->mono_ns = bench_ns();
	return r;
}

static const struct xr_point calls[3] = {
	[XR_PROBE_IN] = { .system = "syscalls", .event = "sys_enter_sched_get_priority_max", .field = "policy" },
	[XR_PROBE_OUT] = { .system = "syscalls", .event = "sys_enter_sched_get_priority_min", .field = "policy",
			   .filter = "policy>=1000000" },
	[XR_PROBE_ENTRY] = { .system = "syscalls", .event = "sys_enter_getsid", .field = "pid",
			     .filter = "pid>=1000000" },
};

/* The nearest to Xen's: probes in functions. Their argument is where the registers of the caller are. */
#ifdef __x86_64__
static const struct xr_point x86_functions[3] = {
	[XR_PROBE_IN] = { .function = "__x64_sys_sched_get_priority_max", .args = "port=+112($arg1):u32", .field = "port" },
	[XR_PROBE_OUT] = { .function = "__x64_sys_sched_get_priority_min", .args = "irq=+112($arg1):u32", .field = "irq",
			   .filter = "irq>=1000000" },
	[XR_PROBE_ENTRY] = { .function = "__x64_sys_getsid", .args = "irq=+112($arg1):u32", .field = "irq",
			     .filter = "irq>=1000000" },
};
static const struct xr_point *const functions = x86_functions;
#else
static const struct xr_point *const functions = NULL;
#endif

static int open_here(struct xenring_trace *t, void **ret_priv, struct xr_err *err)
{
	return xr_kernel_open(t, b.points, ret_priv, err);
}

static const char *sees_all(void *priv, const struct xenring_snapshot *s, size_t i)
{
	(void)priv;
	(void)i;
	return s ? NULL : "there is no sample";
}

/* Mounts tracefs for this process alone where it is not mounted. NULL, or what is lacking. */
static const char *find_tracing(void)
{
	if (geteuid())
		return "root's rights are needed";
	if (access(TRACING "/instances", F_OK) &&
	    (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	     mount("tracefs", TRACING, "tracefs", 0, NULL)))
		return "tracefs cannot be mounted";
	return NULL;
}

/* The source on these points; the sample that it was opened at. Why it does not work, or NULL. */
static const char *open_source(const struct xr_point *points, struct xenring_snapshot **ret)
{
	struct xenring_via via;

	b.points = points;
	if (xr_trace_new(b.x, &b.source, true, &b.t) || xenring_sample(b.x, ret) || xenring_trace_step(b.t, *ret, NULL, 0) ||
	    xenring_trace_via(b.t, 0, &via))
		die("trace");
	return via.works ? NULL : via.why;
}

static void begin(void)
{
	const char *why = "this kernel has no probes";
	struct xenring_snapshot *s = NULL;
	struct xenring_ring row;
	char pattern[128];
	glob_t g;

	b.load = mmap(NULL, sizeof(*b.load), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (b.load == MAP_FAILED)
		die("mmap");
	if (xenring_new(&b.x) || xenring_open(b.x, "fake:big:16"))
		die("open");
	b.ops = xr_source_fake;
	b.ops.now = now;
	b.x->src.ops = &b.ops;
	b.source = xr_notify_kernel;
	b.source.open = open_here;
	b.source.blind = sees_all;
	if (!access(TRACING "/kprobe_events", W_OK) && functions)
		why = open_source(functions, &s);
	if (why && b.t) {
		fprintf(stderr, "bench: no probes: %s\n", why);
		xenring_trace_free(b.t);
		xenring_snapshot_unref(s);
		s = NULL;
	}
	if (why)
		why = open_source(calls, &s);
	if (why) {
		fprintf(stderr, "bench: the kernel source: %s\n", why);
		exit(1);
	}
	for (size_t i = 0; !xenring_ring(s, i, &row) && b.load->n < MAX_PORTS; i++) {
		bool known = false;

		for (uint32_t k = 0; k < b.load->n; k++)
			known |= b.load->ports[k] == (uint32_t)row.backend_port;
		if (row.backend_port > 0 && !known)
			b.load->ports[b.load->n++] = (uint32_t)row.backend_port;
	}
	xenring_snapshot_unref(s);
	snprintf(pattern, sizeof(pattern), TRACING "/instances/" XR_PROBES_PREFIX "%d_*", (int)getpid());
	if (!b.load->n || glob(pattern, 0, NULL, &g))
		die("no port, or no instance of the source");
	b.instance = strdup(g.gl_pathv[0]);
	globfree(&g);
	if (!b.instance)
		die("instance");
}

static pid_t begin_load(void)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		make_load(b.load);
	}
	return pid;
}

/* Until all interrupts are known and their handlers are not watched any more. */
static bool learn(void)
{
	struct result r = { 0 };

	atomic_store(&b.load->handlers, true);
	trial(read_ours, LEAST_RATE, 2 * SECOND, 0);
	atomic_store(&b.load->handlers, false);
	for (int i = 0; i < 5; i++) {
		r = trial(read_ours, LEAST_RATE, SECOND, 0);
		if (r.told == r.made)
			return true;
	}
	fprintf(stderr, "bench: of %" PRIu64 " slow events %" PRIu64 " are told\n", r.made, r.told);
	return false;
}

static int measure(bool emulated)
{
	struct result ours = { 0 }, plain = { 0 }, worst = { 0 };
	bool our_most, plain_most;
	double our_rate, plain_rate;
	char against[160];

	b.trial_ns = emulated ? EMULATED_NS : TRIAL_NS;
	b.tries = emulated ? EMULATED_TRIES : TRIES;
	if (!learn())
		return 1;
	our_rate = ceiling(read_ours, &ours, &our_most);
	plain_rate = ceiling(read_nowhere, &plain, &plain_most);
	snprintf(against, sizeof(against), "a second%s; ftrace's own, read to nowhere: %.0f%s; %s",
		 our_most ? ", as fast as they come" : "", plain_rate, plain_most ? ", as fast as they come" : "",
		 b.points == calls ? "system calls" : "probes");
	if (emulated)
		bench_figure("kernel events without loss", our_rate, "events", against);
	else
		bench_least("kernel events without loss", our_rate, "events", against, GOAL);
	snprintf(against, sizeof(against), "CPU time of the reader; %.3f of ftrace's own",
		 plain.made ? plain.cpu_us / (double)plain.made : 0);
	bench_figure("a kernel event", ours.made ? ours.cpu_us / (double)ours.made : 0, "us", against);
	/* nobody reads for longer and longer, until something must be lost */
	for (int64_t stand = SECOND; !worst.overruns && stand < 30 * SECOND; stand *= 2)
		worst = trial(read_ours, UINT64_MAX, stand + SECOND / 2, stand);
	snprintf(against, sizeof(against), "%" PRIu64 " made, %" PRIu64 " told, %" PRIu64 " lost, %" PRIu64 " by the kernel",
		 worst.made, worst.told, worst.lost, worst.overruns);
	bench_line("kernel events not accounted for",
		   worst.overruns && worst.lost >= worst.overruns ?
			(double)(int64_t)(worst.made - worst.told - worst.lost) : NAN,
		   "events", against, 0);
	return 0;
}

int main(int argc, char **argv)
{
	const char *lacking = find_tracing();
	pid_t pid;
	int r;

	if (lacking) {
		fprintf(stderr, "bench: the kernel source: %s\n", lacking);
		return 1;
	}
	/* what else runs on the machine is not to be measured; the load inherits it */
	setpriority(PRIO_PROCESS, 0, -10);
	begin();
	pid = begin_load();
	r = measure(argc > 1 && !strcmp(argv[1], "emulated"));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	xenring_trace_free(b.t);
	xenring_close(b.x);
	free(b.instance);
	return r;
}

#else

int main(void)
{
	fprintf(stderr, "bench: this build cannot use the kernel's tracing\n");
	return 1;
}

#endif
