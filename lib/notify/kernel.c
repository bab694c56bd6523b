/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the kernel that backends run in sees: probes on the delivery of an event
 * (handle_irq_for_port, with the port) and on a driver's knock
 * (notify_remote_via_irq, with the interrupt), in an instance of our own, which
 * nobody else's tracing touches. Which port an interrupt is, pair.h finds out.
 *
 * Besides the two, irq_handler_entry is on as long as an event has come whose
 * interrupt is not known. What is not asked for is left out by the kernel: events
 * by their ports from the beginning, knocks by their interrupts as soon as all
 * are known.
 */
#include <config.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend.h"
#include "context.h"
#include "evtchn.h"
#include "notify/kernel.h"
#include "notify/pair.h"
#include "util/cleanup.h"
#include "util/text.h"

#if HAVE_TRACEFS

#include <tracefs.h>

#define TRACING "/sys/kernel/tracing"
#define RUN "/run/xenringtop"
/* Each CPU's buffer: at 100,000 events/s it lasts a third of a second. */
#define BUFFER_KB 1024
/* The kernel takes a page; what is longer becomes a range. */
#define MAX_FILTER 4000
/* A line may come that much later than one of another CPU that was written after it: a vCPU may wait so long. */
#define LATE_NS INT64_C(50000000)
/* Knocks whose port is not known yet are kept so long; they are another device's, or the port is known by then. */
#define PAIRING_NS INT64_C(300000000)
/* How long handlers are watched at first, so that the first knocks have a port. */
#define WARM_UP_NS INT64_C(1000000000)

/* The backend's end of an event channel, and the rings that have it. */
struct end {
	uint32_t port;
	size_t ring, n;			/* the first of them, and how many are the same device's */
	bool heard;			/* an event has come */
};

struct kernel {
	struct xenring *x;
	const struct xr_point *points;	/* three, by enum xr_probe */
	char *name;
	int lock;
	struct tracefs_instance *instance;
	struct tep_handle *tep;
	int id[3];			/* of events, by enum xr_probe */
	struct tep_format_field *number[3];
	bool probed, entry_on, narrow;
	int64_t begun_ns;
	struct xr_pairs *pairs;
	struct end *ends;		/* by port */
	size_t n_ends;
	struct xr_seen *seen;		/* not told yet, in the order of time up to the last drain */
	size_t n_seen, room;
	uint64_t lost, missed;		/* by the kernel's counters */
	bool out_of_memory;
};

const struct xr_point xr_xen_points[3] = {
	[XR_PROBE_IN] = { .function = "handle_irq_for_port", .args = "port=$arg1:u32", .field = "port" },
	[XR_PROBE_OUT] = { .function = "notify_remote_via_irq", .args = "irq=$arg1:u32", .field = "irq", .filter = "0" },
	/* drivers of backends, as far as Linux has them; other interrupts come far more often */
	[XR_PROBE_ENTRY] = { .system = "irq", .event = "irq_handler_entry", .field = "irq",
			     .filter = "name ~ \"*backend*\" || name ~ \"vif*\" || name ~ \"*netback*\" || "
				       "name ~ \"pvcalls*\" || name ~ \"*pciback*\"" },
};

static const char *system_of(const struct kernel *k, enum xr_probe what)
{
	return k->points[what].function ? k->name : k->points[what].system;
}

static const char *event_of(const struct kernel *k, enum xr_probe what)
{
	return k->points[what].function ? xr_probe_names[what] : k->points[what].event;
}

/* ---- setting up ------------------------------------------------------------ */

/* Why probes are refused, if the kernel says it. */
static bool is_locked_down(void)
{
	char text[128] = "";
	int fd = open("/sys/kernel/security/lockdown", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	return n > 0 && !strstr(text, "[none]");
}

static int refused(struct xr_err *err, int code, const char *what)
{
	if (code == EPERM && is_locked_down())
		xr_err_set(err, "trace", code, "%s: the kernel is locked down", what);
	else
		xr_err_set(err, "trace", code, "%s: %s", what, strerror(code));
	return -code;
}

static int check_host(const struct xenring *x, struct xr_err *err)
{
	if (strncmp(xenring_source(x), "xen:", 4) != 0) {
		xr_err_set(err, "trace", EOPNOTSUPP, "only a live host has a kernel to ask");
		return -EOPNOTSUPP;
	}
	if (access(TRACING "/kprobe_events", F_OK)) {
		xr_err_set(err, "trace", ENODEV, "there is no " TRACING "/kprobe_events: tracefs is not mounted, or the "
			   "kernel has no probes");
		return -ENODEV;
	}
	if (access(TRACING "/kprobe_events", W_OK))
		return refused(err, errno, TRACING "/kprobe_events");
	return 0;
}

static int probe(struct kernel *k, enum xr_probe what, struct xr_err *err)
{
	const struct xr_point *point = &k->points[what];

	errno = 0;
	if (!point->function || !tracefs_kprobe_raw(k->name, event_of(k, what), point->function, point->args))
		return 0;
	if (errno == ENOENT || errno == EINVAL) {
		xr_err_set(err, "trace", errno, "this kernel has no function %s to probe", point->function);
		return -errno;
	}
	return refused(err, errno ? errno : EIO, point->function);
}

/* What the kernel puts before the records of a page; without it the library takes it for that of a 32-bit kernel. */
static int learn_page(struct kernel *k, struct xr_err *err)
{
	int n = 0;
	_cleanup_free_ char *text = tracefs_instance_file_read(NULL, "events/header_page", &n);

	if (text && !tep_parse_header_page(k->tep, text, (unsigned long)n, sizeof(long)))
		return 0;
	xr_err_set(err, "trace", EPROTO, "the kernel describes its pages in a way that is not understood");
	return -EPROTO;
}

/* What the kernel writes for that event: its number, and where in it ours is. */
static int learn_format(struct kernel *k, enum xr_probe what, struct xr_err *err)
{
	const char *system = system_of(k, what), *name = event_of(k, what);
	int n = 0;
	char *text = tracefs_event_file_read(k->instance, system, name, "format", &n);
	struct tep_event *event = NULL;

	if (text && !tep_parse_event(k->tep, text, (unsigned long)n, system))
		event = tep_find_event_by_name(k->tep, system, name);
	free(text);
	k->number[what] = event ? tep_find_any_field(event, k->points[what].field) : NULL;
	if (!k->number[what]) {
		xr_err_set(err, "trace", EPROTO, "the kernel describes its event %s in a way that is not understood",
			   name);
		return -EPROTO;
	}
	k->id[what] = event->id;
	return 0;
}

static void kernel_close(void *priv)
{
	struct kernel *k = priv;

	if (!k)
		return;
	if (k->instance)
		tracefs_instance_free(k->instance);
	if (k->name) {
		xr_probes_remove(TRACING, k->name);
		xr_probes_unlock(RUN, k->name, k->lock);
	}
	if (k->tep)
		tep_free(k->tep);
	xr_pairs_free(k->pairs);
	free(k->ends);
	free(k->seen);
	free(k->name);
	free(k);
}

static int set_up(struct kernel *k, struct xr_err *err)
{
	int r = xr_probes_lock(RUN, &k->name, &k->lock);

	if (r)
		return refused(err, -r, RUN);
	xr_probes_clean(TRACING, RUN);
	k->instance = tracefs_instance_create(k->name);
	if (!k->instance)
		return refused(err, errno ? errno : EIO, TRACING "/instances");
	/* the clock that samples have, too */
	if (tracefs_instance_file_write(k->instance, "trace_clock", "mono") < 0)
		return refused(err, errno ? errno : EIO, "trace_clock");
	tracefs_instance_set_buffer_size(k->instance, BUFFER_KB, -1);
	r = learn_page(k, err);
	for (enum xr_probe i = XR_PROBE_IN; i <= XR_PROBE_ENTRY && !r; i++)
		r = probe(k, i, err);
	for (enum xr_probe i = XR_PROBE_IN; i <= XR_PROBE_ENTRY && !r; i++)
		r = learn_format(k, i, err);
	return r;
}

int xr_kernel_open(struct xenring_trace *t, const struct xr_point points[3], void **ret_priv, struct xr_err *err)
{
	struct kernel *k = calloc(1, sizeof(*k));
	int r;

	if (!k)
		return -ENOMEM;
	k->x = xr_trace_handle(t);
	k->points = points;
	k->lock = -1;
	k->tep = tep_alloc();
	k->pairs = xr_pairs_new();
	r = k->tep && k->pairs ? set_up(k, err) : -ENOMEM;
	if (r) {
		kernel_close(k);
		return r;
	}
	*ret_priv = k;
	return 0;
}

static int kernel_open(struct xenring_trace *t, void **ret_priv, struct xr_err *err)
{
	int r = check_host(xr_trace_handle(t), err);

	return r ? r : xr_kernel_open(t, xr_xen_points, ret_priv, err);
}

static const char *kernel_blind(void *priv, const struct xenring_snapshot *s, size_t i)
{
	const struct xr_ring *ring = s->top->rings[i].ring;
	const struct xr_dev *dev = s->top->devs[s->top->rings[i].dev].dev;
	struct kernel *k = priv;
	struct xr_backend_key key;
	_cleanup_free_ char *driver = NULL;

	if (!xr_backend_key_of(dev, xr_own_domid(k->x), &key))
		return "its backend is elsewhere";
	driver = xr_sprintf("/sys/bus/xen-backend/devices/%s-%" PRIu32 "-%" PRIu32 "/driver", key.type, key.domid, key.id);
	if (!driver || access(driver, F_OK))
		return "its backend is no driver of this kernel";
	if (ring->backend_port < 0)
		return "the other end of its event channel is not known";
	return NULL;
}

/* ---- what is asked for ------------------------------------------------------ */

static int by_port(const void *a, const void *b)
{
	const struct end *x = a, *y = b;

	if (x->port != y->port)
		return x->port < y->port ? -1 : 1;
	return (x->ring > y->ring) - (x->ring < y->ring);
}

static int port_of(const void *key, const void *row)
{
	const uint32_t *port = key;
	const struct end *end = row;

	return (*port > end->port) - (*port < end->port);
}

static struct end *end_of(const struct kernel *k, uint32_t port)
{
	return k->n_ends ? bsearch(&port, k->ends, k->n_ends, sizeof(*k->ends), port_of) : NULL;
}

/* The ends of all rings that are ours, each once; what was known of them stays. */
static int gather_ends(struct kernel *k, const struct xr_round *r)
{
	const struct xr_topology *top = r->now->top;
	struct end *ends = calloc(top->n_rings + 1, sizeof(*ends));
	size_t n = 0, last = 0;

	if (!ends)
		return -ENOMEM;
	for (size_t i = 0; i < top->n_rings; i++)
		if (r->whose[i] == r->me && top->rings[i].ring->backend_port >= 0)
			ends[n++] = (struct end){ .port = (uint32_t)top->rings[i].ring->backend_port, .ring = i, .n = 1 };
	if (n)
		qsort(ends, n, sizeof(*ends), by_port);
	for (size_t i = 1; i < n; i++) {
		if (ends[i].port == ends[last].port)
			ends[last].n++;
		else
			ends[++last] = ends[i];
	}
	n = n ? last + 1 : 0;
	for (size_t i = 0; i < n; i++) {
		const struct end *was = end_of(k, ends[i].port);

		ends[i].heard = was && was->heard;
	}
	/* an interrupt whose port has gone may become another one's */
	for (size_t i = 0; i < k->n_ends; i++) {
		bool kept = false;

		for (size_t j = 0; j < n && !kept; j++)
			kept = ends[j].port == k->ends[i].port;
		if (!kept)
			xr_pairs_drop(k->pairs, k->ends[i].port);
	}
	free(k->ends);
	k->ends = ends;
	k->n_ends = n;
	return 0;
}

/* "port==28||port==29": of numbers, as many as fit, else from the least to the greatest. */
static char *filter_of(const char *field, const uint32_t *numbers, size_t n)
{
	uint32_t least = UINT32_MAX, most = 0;
	struct xr_out text = { 0 };
	char *filter;

	for (size_t i = 0; i < n; i++) {
		_cleanup_free_ char *one = xr_sprintf("%s%s==%" PRIu32, i ? "||" : "", field, numbers[i]);

		if (one)
			xr_put_bytes(&text, one, strlen(one));
		if (!one)
			text.failed = true;
		least = numbers[i] < least ? numbers[i] : least;
		most = numbers[i] > most ? numbers[i] : most;
	}
	if (text.failed)
		filter = NULL;
	else if (!n)
		/* no port is 0 */
		filter = xr_sprintf("%s==0", field);
	else if (text.n > MAX_FILTER)
		filter = xr_sprintf("%s>=%" PRIu32 "&&%s<=%" PRIu32, field, least, field, most);
	else
		filter = strndup((const char *)text.p, text.n);
	xr_out_free(&text);
	return filter;
}

static int set_filter(struct kernel *k, enum xr_probe what, const char *filter, struct xr_err *err)
{
	if (!filter)
		return -ENOMEM;
	errno = 0;
	if (tracefs_event_file_write(k->instance, system_of(k, what), event_of(k, what), "filter", filter) < 0)
		return refused(err, errno ? errno : EIO, "filter");
	return 0;
}

static int switch_on(struct kernel *k, enum xr_probe what, bool on, struct xr_err *err)
{
	const char *system = system_of(k, what), *name = event_of(k, what);

	errno = 0;
	if (on ? tracefs_event_enable(k->instance, system, name) : tracefs_event_disable(k->instance, system, name))
		return refused(err, errno ? errno : EIO, "an event of the kernel's");
	return 0;
}

/* The kernel leaves out all other ports, and other interrupts once all are known. */
static int aim(struct kernel *k, struct xr_err *err)
{
	_cleanup_free_ uint32_t *ports = calloc(k->n_ends + 1, sizeof(*ports));
	_cleanup_free_ char *filter = NULL;
	int r;

	if (!ports)
		return -ENOMEM;
	for (size_t i = 0; i < k->n_ends; i++)
		ports[i] = k->ends[i].port;
	filter = filter_of(k->points[XR_PROBE_IN].field, ports, k->n_ends);
	r = set_filter(k, XR_PROBE_IN, filter, err);
	k->narrow = false;
	if (!r)
		r = set_filter(k, XR_PROBE_OUT, k->points[XR_PROBE_OUT].filter, err);
	if (!r)
		r = set_filter(k, XR_PROBE_ENTRY, k->points[XR_PROBE_ENTRY].filter, err);
	return r;
}

static int start(struct kernel *k, int64_t now_ns, struct xr_err *err)
{
	int r = switch_on(k, XR_PROBE_ENTRY, true, err);

	k->entry_on = !r;
	k->begun_ns = now_ns;
	if (!r)
		r = switch_on(k, XR_PROBE_IN, true, err);
	if (!r)
		r = switch_on(k, XR_PROBE_OUT, true, err);
	k->probed = !r;
	return r;
}

/* All of them that have heard anything, or at all, have an interrupt. */
static bool are_paired(const struct kernel *k, bool heard_only)
{
	uint32_t irq;

	for (size_t i = 0; i < k->n_ends; i++)
		if ((k->ends[i].heard || !heard_only) && !xr_pairs_irq(k->pairs, k->ends[i].port, &irq))
			return false;
	return true;
}

/* Switches on and off what costs more than it tells. */
static int adapt(struct kernel *k, int64_t now_ns, struct xr_err *err)
{
	bool entry = now_ns - k->begun_ns < WARM_UP_NS || !are_paired(k, true);
	_cleanup_free_ uint32_t *irqs = NULL;
	_cleanup_free_ char *filter = NULL;
	int r = 0;

	if (entry != k->entry_on)
		r = switch_on(k, XR_PROBE_ENTRY, entry, err);
	if (!r)
		k->entry_on = entry;
	if (r || k->narrow || !are_paired(k, false))
		return r;
	irqs = calloc(k->n_ends + 1, sizeof(*irqs));
	if (!irqs)
		return -ENOMEM;
	for (size_t i = 0; i < k->n_ends; i++)
		xr_pairs_irq(k->pairs, k->ends[i].port, &irqs[i]);
	filter = filter_of(k->points[XR_PROBE_OUT].field, irqs, k->n_ends);
	r = set_filter(k, XR_PROBE_OUT, filter, err);
	k->narrow = !r;
	return r;
}

/* ---- reading ---------------------------------------------------------------- */

static int on_record(struct tep_event *event, struct tep_record *record, int cpu, void *data)
{
	struct kernel *k = data;
	unsigned long long number;
	int what = 0;

	while (what < 3 && k->id[what] != event->id)
		what++;
	if (what == 3 || tep_read_number_field(k->number[what], record->data, &number))
		return 0;
	if (k->n_seen == k->room) {
		struct xr_seen *seen = reallocarray(k->seen, 2 * k->room + 256, sizeof(*seen));

		if (!seen) {
			k->out_of_memory = true;
			return 1;
		}
		k->seen = seen;
		k->room = 2 * k->room + 256;
	}
	k->seen[k->n_seen++] = (struct xr_seen){
		.mono_ns = (int64_t)record->ts, .cpu = (uint32_t)cpu, .number = (uint32_t)number, .what = (uint8_t)what,
	};
	return 0;
}

static int by_time(const void *a, const void *b)
{
	const struct xr_seen *x = a, *y = b;

	if (x->mono_ns != y->mono_ns)
		return x->mono_ns < y->mono_ns ? -1 : 1;
	return (x->cpu > y->cpu) - (x->cpu < y->cpu);
}

/* Takes what is there, and pairs what is new in it. */
static int drain(struct kernel *k)
{
	size_t first = k->n_seen;

	tracefs_iterate_raw_events(k->tep, k->instance, NULL, 0, on_record, k);
	if (k->out_of_memory)
		return -ENOMEM;
	/* of one CPU they come in order, and only that matters here */
	for (size_t i = first; i < k->n_seen; i++) {
		struct end *end = k->seen[i].what == XR_PROBE_IN ? end_of(k, k->seen[i].number) : NULL;
		int r = xr_pairs_see(k->pairs, &k->seen[i]);

		if (r)
			return r;
		if (end)
			end->heard = true;
	}
	if (k->n_seen)
		qsort(k->seen, k->n_seen, sizeof(*k->seen), by_time);
	return 0;
}

/* The number behind word in a file's text; 0. */
static uint64_t number_after(const char *text, const char *word)
{
	const char *at = strstr(text, word);

	return at ? strtoull(at + strlen(word), NULL, 10) : 0;
}

/* What the buffers had no room for. */
static uint64_t overruns(const struct kernel *k)
{
	long n = sysconf(_SC_NPROCESSORS_CONF);
	uint64_t sum = 0;

	for (long i = 0; i < n; i++) {
		_cleanup_free_ char *path = xr_sprintf("per_cpu/cpu%ld/stats", i);
		char *text = path ? tracefs_instance_file_read(k->instance, path, NULL) : NULL;

		/* "overrun: " is in "commit overrun: ", too, which comes behind it */
		if (text)
			sum += number_after(text, "\noverrun: ") + number_after(text, "commit overrun: ") +
			       number_after(text, "dropped events: ");
		free(text);
	}
	return sum;
}

/* What a probe did not see, since another one was at work on that CPU: "  GROUP/in  HITS  MISSES". */
static uint64_t misses(const struct kernel *k)
{
	FILE *f = fopen(TRACING "/kprobe_profile", "re");
	char line[256], event[128];
	unsigned long long hits, missed;
	size_t n = strlen(k->name);
	uint64_t sum = 0;

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "%127s %llu %llu", event, &hits, &missed) == 3 && !strncmp(event, k->name, n) &&
		    (event[n] == '/' || event[n] == '_' || !event[n]))
			sum += missed;
	if (f)
		fclose(f);
	return sum;
}

static void count_lost(struct xenring_trace *t, struct kernel *k)
{
	uint64_t lost = overruns(k), missed = misses(k);

	if (lost > k->lost)
		xr_trace_lose(t, XR_VIA_KERNEL, lost - k->lost);
	if (missed > k->missed)
		xr_trace_lose(t, XR_VIA_KERNEL, missed - k->missed);
	k->lost = lost;
	k->missed = missed;
}

/* ---- telling ---------------------------------------------------------------- */

/* Of the rings of one port the one that has moved in that direction, if it is the only one. */
static size_t one_that_moved(const struct xr_round *r, const struct end *end, enum xr_knock way)
{
	size_t found = XR_NOWHERE;

	if (end->n == 1)
		return end->ring;
	for (size_t i = end->ring; i < end->ring + end->n; i++) {
		size_t was = xr_round_was(r, i);
		int prod, event;

		if (was == XR_NOWHERE || r->now->look[i] != XR_LOOK_OK || r->before->look[was] != XR_LOOK_OK ||
		    xr_ring_index(r->now->top->rings[i].ring, way, &prod, &event) == XR_IX_NONE ||
		    r->now->idx[i][prod] == r->before->idx[was][prod])
			continue;
		if (found != XR_NOWHERE)
			return XR_NOWHERE;
		found = i;
	}
	return found;
}

/* One line; last: of its port and direction before the sample, so that what has moved belongs to it. */
static int tell(struct xenring_trace *t, const struct xr_round *r, const struct end *end, enum xr_knock way, int64_t ns,
		bool last)
{
	const struct xr_topology *top = r->now->top;
	const char *path = top->rings[end->ring].path;
	size_t n = strlen(path), one = last ? one_that_moved(r, end, way) : end->n == 1 ? end->ring : XR_NOWHERE;
	struct xr_note note = { .mono_ns = ns, .via = XR_VIA_KERNEL, .way = (uint8_t)way, .count = 1 };

	if (one == XR_NOWHERE) {
		for (size_t i = 1; i < end->n; i++)
			n = xr_path_in_common(path, n, top->rings[end->ring + i].path);
		note.path = xr_trace_path(t, path, n);
		if (!note.path)
			return -ENOMEM;
	}
	return xr_trace_tell_ring(t, r, one == XR_NOWHERE ? end->ring : one, note, last && one != XR_NOWHERE);
}

/* Whose line it is; NULL: nobody's that is asked for, or it is not known (yet: *ret_wait). */
static const struct end *whose(const struct kernel *k, const struct xr_seen *s, bool *ret_wait)
{
	uint32_t port = s->number;

	*ret_wait = false;
	if (s->what == XR_PROBE_ENTRY)
		return NULL;
	if (s->what == XR_PROBE_OUT && !xr_pairs_port(k->pairs, s->number, &port)) {
		*ret_wait = true;
		return NULL;
	}
	return end_of(k, port);
}

/* Tells all up to then; what is later, and what may yet be known, stays. */
static int tell_until(struct xenring_trace *t, struct kernel *k, const struct xr_round *r, int64_t until_ns)
{
	size_t n = 0, kept = 0;
	_cleanup_free_ size_t *last = calloc(2 * k->n_ends + 1, sizeof(*last));
	int f = 0;
	bool wait;

	if (!last)
		return -ENOMEM;
	for (n = 0; n < k->n_seen && k->seen[n].mono_ns <= until_ns; n++) {
		const struct end *end = whose(k, &k->seen[n], &wait);

		if (end)
			last[2 * (end - k->ends) + (k->seen[n].what == XR_PROBE_OUT)] = n + 1;
	}
	for (size_t i = 0; i < n && !f; i++) {
		const struct end *end = whose(k, &k->seen[i], &wait);
		bool out = k->seen[i].what == XR_PROBE_OUT;

		if (wait && k->seen[i].mono_ns > until_ns - PAIRING_NS)
			k->seen[kept++] = k->seen[i];
		if (end)
			f = tell(t, r, end, out ? XR_TO_FRONT : XR_TO_BACK, k->seen[i].mono_ns,
				 last[2 * (end - k->ends) + out] == i + 1);
	}
	if (kept < n) {
		memmove(k->seen + kept, k->seen + n, (k->n_seen - n) * sizeof(*k->seen));
		k->n_seen -= n - kept;
	}
	return f;
}

static int kernel_step(struct xenring_trace *t, void *priv, const struct xr_round *r, struct xr_err *err)
{
	struct kernel *k = priv;
	int f = 0;

	if (k->probed) {
		f = drain(k);
		if (!f)
			f = tell_until(t, k, r, r->mono_ns);
		if (!f)
			count_lost(t, k);
	}
	if (!f && r->moved) {
		f = gather_ends(k, r);
		if (!f)
			f = aim(k, err);
	}
	if (!f && !k->probed && k->n_ends)
		f = start(k, r->mono_ns, err);
	if (!f && k->probed)
		f = adapt(k, r->mono_ns, err);
	return f;
}

static int kernel_finish(struct xenring_trace *t, void *priv, const struct xr_round *r)
{
	struct kernel *k = priv;
	int f;

	if (!k->probed)
		return 0;
	tracefs_trace_off(k->instance);
	f = drain(k);
	if (!f)
		f = tell_until(t, k, r, INT64_MAX);
	if (!f)
		count_lost(t, k);
	return f;
}

/* As long as a port's interrupt is not known, its knocks wait for that. */
static int64_t kernel_late(void *priv)
{
	const struct kernel *k = priv;

	return k->narrow ? LATE_NS : PAIRING_NS;
}

const struct xr_notify_ops xr_notify_kernel = {
	.via = XR_VIA_KERNEL, .name = "kernel",
	.help = "what the kernel of this domain sees, with exact time and port: both directions, backends that are its drivers",
	.late = kernel_late,
	.open = kernel_open, .close = kernel_close, .blind = kernel_blind, .step = kernel_step, .finish = kernel_finish,
};

#else

static int kernel_open(struct xenring_trace *t, void **ret_priv, struct xr_err *err)
{
	(void)t;
	(void)ret_priv;
	xr_err_set(err, "trace", EOPNOTSUPP, "this build cannot use the kernel's tracing");
	return -EOPNOTSUPP;
}

static void kernel_close(void *priv)
{
	(void)priv;
}

static const char *kernel_blind(void *priv, const struct xenring_snapshot *s, size_t i)
{
	(void)priv;
	(void)s;
	(void)i;
	return NULL;
}

static int kernel_step(struct xenring_trace *t, void *priv, const struct xr_round *r, struct xr_err *err)
{
	(void)t;
	(void)priv;
	(void)r;
	(void)err;
	return 0;
}

const struct xr_notify_ops xr_notify_kernel = {
	.via = XR_VIA_KERNEL, .name = "kernel", .help = "the kernel's tracing, which this build cannot use",
	.open = kernel_open, .close = kernel_close, .blind = kernel_blind, .step = kernel_step,
};

#endif
