/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run over a source: open it, sample it as the options say, name what could not be read. */
#include <config.h>

#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

/* the default falls through cases without saying so */
#define HASH_FUNCTION HASH_OAT
#include <uthash.h>

#include "exit-codes.h"
#include "say.h"

#define NS_PER_S 1000000000
/* The two samples of a command that shows one, in seconds. */
#define SHORT_INTERVAL 0.2
/* What of a capture is looked at before the sample that is shown, for rates and stalls. */
#define HISTORY_S 60.0
#define NAMED_MAX 10

static volatile sig_atomic_t signalled;
/* A byte in it ends a wait, also one that begins only now. */
static int wake_pipe[2] = { -1, -1 };

struct told {
	char *text;
	UT_hash_handle hh;
};

static void on_signal(int sig)
{
	int saved = errno;

	signalled = sig;
	/* full: it is readable as it is */
	if (write(wake_pipe[1], "", 1) < 0)
		errno = 0;
	errno = saved;
}

void signals_init(void)
{
	struct sigaction sa = { .sa_handler = on_signal };
	char bytes[64];

	if (wake_pipe[0] < 0 && pipe2(wake_pipe, O_CLOEXEC | O_NONBLOCK))
		wake_pipe[0] = wake_pipe[1] = -1;
	while (read(wake_pipe[0], bytes, sizeof(bytes)) > 0)
		;
	signalled = 0;
	sigemptyset(&sa.sa_mask);
	/* no SA_RESTART: a wait is to end */
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	/* a reader that goes away is an error of write(2), told by the exit code ... */
	sa.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &sa, NULL);
	/* ... and so is a file that may not get any bigger */
	sigaction(SIGXFSZ, &sa, NULL);
}

bool interrupted(void)
{
	return signalled != 0;
}

static void debug_line(void *data, const char *area, const char *line)
{
	const char *mask = data;
	size_t n = strlen(area);

	for (const char *p = mask; p && *p; p += strcspn(p, ","), p += *p == ',') {
		size_t len = strcspn(p, ",");

		if ((len == n && !strncmp(p, area, n)) || (len == 3 && !strncmp(p, "all", 3))) {
			say("debug: %s: %s", area, line);
			return;
		}
	}
}

/* A new string; NULL: the default. */
static char *asked_source(const struct opts *o)
{
	/* a source that is not given is the environment's or the configuration's */
	if (o->read)
		return xasprintf("file:%s", o->read);
	return o->source ? xstrdup(o->source) : NULL;
}

static bool is_xen(const char *source)
{
	return !source || !strncmp(source, "xen:", 4) || !strcmp(source, "xen");
}

static const char by_grant[] = "xen:grant";

/* The same with --map, which is said to the live source. */
static char *source_of(const struct opts *o)
{
	char *source = asked_source(o);

	if ((o->given[OPT_MAP] || o->map != MAP_FOREIGN) && is_xen(source)) {
		free(source);
		return xstrdup(o->map == MAP_GRANT ? by_grant : "xen:");
	}
	return source;
}

static void hint_sources(void)
{
	_cleanup_buf_ struct buf text = { 0 };
	const char *name, *what = NULL;

	for (size_t i = 0; (name = xenring_next_source(i, &what)); i++)
		buf_printf(&text, "%s%s: (%s)", i ? ", " : "", name, what);
	hint("the sources are %s", buf_str(&text));
}

int session_failed(struct session *s, int r, bool opening)
{
	const char *message = xenring_message(s->x), *advice = xenring_hint(s->x);
	_cleanup_free_ char *source = source_of(s->o);

	if (r == -EINTR && interrupted())
		return XT_INTERRUPTED;
	say("%s", message && message[0] ? message : strerror(-r));
	if (advice)
		hint("%s", advice);
	else if (opening && r == -EINVAL)
		hint_sources();
	else if (opening && is_xen(source))
		hint("run as root in dom0, or try it with --source fake:demo");
	if (r == -EPROTONOSUPPORT || r == -EBADMSG)
		return XT_DAMAGED;
	if (!opening)
		return XT_FAILED;
	if (r == -EINVAL)
		return XT_USAGE;
	if (is_xen(source) && (r == -ENODEV || r == -EACCES || r == -EPERM || r == -ENOENT ||
			       r == -EOPNOTSUPP))
		return XT_NO_XEN;
	return XT_FAILED;
}

/* The folders of --vchan. 0 or -errno. */
static int name_vchans(struct session *s, const char *list)
{
	_cleanup_free_ char *copy = xstrdup(list ? list : "");
	char *at = copy, *path;
	int r = 0;

	while (!r && list && (path = strsep(&at, ",")))
		r = xenring_add_vchan(s->x, path);
	return r;
}

int session_open(struct session *s, const struct opts *o)
{
	const char *mask = o->debug;
	_cleanup_free_ char *source = source_of(o);
	struct xenring_capture capture;
	int r;

	*s = (struct session){ .o = o, .first = true, .last_mono_ns = XENRING_UNKNOWN,
			       .now_mono_ns = XENRING_UNKNOWN };
	s->recording.fd = -1;
	s->event_fd = s->both_fd = -1;
	term_init(&s->term, o);
	s->targets = xcalloc(o->n_args, sizeof(*s->targets));
	for (size_t i = 0; i < o->n_args; i++) {
		r = target_parse(&s->targets[i], o->args[i]);
		if (r)
			return r;
		s->n_targets++;
	}
	r = xenring_new(&s->x);
	if (r) {
		say("%s", strerror(-r));
		return XT_FAILED;
	}
	if (mask && mask[0]) {
		/* the mask outlives the session, and nobody writes to it */
		xenring_set_debug(s->x, debug_line, (void *)(uintptr_t)mask);
	}
	xenring_set_wake_fd(s->x, wake_pipe[0]);
	xenring_show_secrets(s->x, o->secrets);
	if (o->given[OPT_MAP] && !is_xen(source)) {
		say("--map is for a live host, not for %s", source);
		hint("leave out --map, or the source");
		return XT_USAGE;
	}
	r = name_vchans(s, o->vchan);
	if (r)
		return session_failed(s, r, r == -EINVAL);
	r = xenring_open(s->x, source);
	if (r)
		return session_failed(s, r, true);
	s->capture = !xenring_capture(s->x, &capture);
	s->can_seek = s->capture && capture.can_seek;
	if (o->given[OPT_AT] && !s->capture) {
		say("--at is for captures");
		hint("xenringtop --read FILE --at TIME ...");
		return XT_USAGE;
	}
	if (o->given[OPT_AT] && o->at.from == MOMENT_END && o->at.ns && !s->can_seek) {
		say("--at -SEC: where a pipe ends is not known before it has been read");
		hint("put the capture into a file, or give --at as a time or as +SEC");
		return XT_USAGE;
	}
	return 0;
}

static void forget_untold(struct session *s)
{
	for (size_t i = 0; i < s->n_untold; i++)
		free(s->untold[i]);
	free(s->untold);
	s->untold = NULL;
	s->n_untold = 0;
}

void session_close(struct session *s)
{
	struct told *t, *next;

	for (size_t i = 0; i < s->n_targets; i++)
		target_free(&s->targets[i]);
	free(s->targets);
	free(s->further);
	forget_untold(s);
	HASH_ITER(hh, s->told, t, next) {
		HASH_DEL(s->told, t);
		free(t->text);
		free(t);
	}
	xenring_close(s->x);
	if (s->both_fd >= 0)
		close(s->both_fd);
	term_free(&s->term);
	*s = (struct session){ 0 };
}

static void snapshot_unref_p(struct xenring_snapshot **p)
{
	xenring_snapshot_unref(*p);
}

/* ---- what is looked at ----------------------------------------------------- */

static bool wants(void *data, int64_t domid, const char *domain, const char *device)
{
	const struct session *s = data;

	for (size_t i = 0; i < s->n_further; i++)
		if (s->further[i] == domid)
			return true;
	/* what a domain's row says is of all its devices */
	return targets_want(s->targets, s->n_targets, domid, domain, s->shows_domains ? NULL : device);
}

void session_look_at_targets(struct session *s)
{
	if (!s->n_targets || s->capture || s->o->tee)
		return;
	s->narrow = true;
	xenring_look_at(s->x, wants, s);
}

bool session_look_at_domain(struct session *s, int64_t domid)
{
	for (size_t i = 0; i < s->n_further; i++)
		if (s->further[i] == domid)
			return false;
	if (!s->narrow)
		return false;
	s->further = xreallocarray(s->further, s->n_further + 1, sizeof(*s->further));
	s->further[s->n_further++] = domid;
	xenring_look_at(s->x, wants, s);
	return true;
}

int session_again(struct session *s, struct xenring_snapshot **ret)
{
	struct xenring_time t;
	int r = xenring_sample(s->x, ret);

	if (r)
		return session_failed(s, r, false);
	xenring_snapshot_time(*ret, &t);
	/* the sample before it stays the one that was before */
	s->now_mono_ns = t.mono_ns;
	return 0;
}

static bool names_devices(const struct session *s)
{
	for (size_t i = 0; i < s->n_targets; i++)
		if (s->targets[i].depth > 1)
			return true;
	return false;
}

int session_choose(struct session *s, const struct xenring_snapshot *snap, struct choice *c, bool missing)
{
	_cleanup_(snapshot_unref_p) struct xenring_snapshot *all = NULL;
	int r = 0;

	/* of domains all names are known anyway */
	if (s->narrow && missing && names_devices(s) &&
	    !targets_are_there(s->targets, s->n_targets, snap)) {
		xenring_look_at(s->x, NULL, NULL);
		if (!xenring_sample(s->x, &all))
			r = choice_make(c, all, s->targets, s->n_targets, true);
		/* it may have come meanwhile, and that is too late */
		choice_free(c);
	}
	return r ? r : choice_make(c, snap, s->targets, s->n_targets, missing);
}

int session_check(const struct opts *o)
{
	if (!o->json || (!o->given[OPT_FOR] && (!o->given[OPT_COUNT] || o->count == 1)))
		return 0;
	say("--json is one document and holds one sample");
	hint("use --ndjson for more");
	return XT_USAGE;
}

static bool is_readable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return fd >= 0 && poll(&p, 1, 0) > 0;
}

void session_wake_by(struct session *s, int fd)
{
	struct epoll_event e = { .events = EPOLLIN };

	s->event_fd = fd;
	if (fd < 0)
		return;
	/* the library waits for one descriptor: this one stands for both */
	s->both_fd = epoll_create1(EPOLL_CLOEXEC);
	if (s->both_fd < 0 || epoll_ctl(s->both_fd, EPOLL_CTL_ADD, wake_pipe[0], &e) ||
	    epoll_ctl(s->both_fd, EPOLL_CTL_ADD, fd, &e))
		return;
	xenring_set_wake_fd(s->x, s->both_fd);
}

/* 0, or -EINTR. */
static int wait_until(struct session *s, int64_t until)
{
	for (;;) {
		struct xenring_time now;
		int r = xenring_now(s->x, &now);

		if (r)
			return r;
		if (interrupted())
			return -EINTR;
		if (now.mono_ns >= until)
			return 0;
		r = s->wait ? s->wait(s, until, s->wait_data) : xenring_wait(s->x, until);
		if (r > 0)
			return 0;
		if (r && r != -EINTR)
			return r;
		/* something that cannot wait, or a signal that is not for us to end by */
		if (r && is_readable(s->event_fd))
			return 0;
	}
}

int session_take(struct session *s, struct xenring_snapshot **ret)
{
	struct xenring_time t;
	int r;

	if (s->shows_domains)
		xenring_refresh_domains(s->x);
	if (s->shows_backends)
		xenring_refresh_backends(s->x);
	r = xenring_sample(s->x, ret);
	if (r)
		return r;
	xenring_snapshot_time(*ret, &t);
	s->last_mono_ns = s->now_mono_ns;
	s->now_mono_ns = t.mono_ns;
	if (s->taken)
		s->taken(s, *ret, s->taken_data);
	return 0;
}

/* The exit code after a sample that failed. What could not be written down says so itself. */
static int take_failed(struct session *s, int r, bool opening)
{
	int e = recording_end(&s->recording);

	return e ? e : session_failed(s, r, opening);
}

/* The sample that only makes the next one's states and rates known. */
static int warm_up(struct session *s, double interval)
{
	_cleanup_(snapshot_unref_p) struct xenring_snapshot *snap = NULL;
	int r = session_take(s, &snap);

	if (!r)
		r = wait_until(s, s->now_mono_ns + (int64_t)(interval * NS_PER_S));
	return r ? take_failed(s, r, true) : 0;
}

/* What a line on standard error would have drawn over is said afterwards. */
static void name_untold(const struct session *s)
{
	for (size_t i = 0; i < s->n_untold && i < NAMED_MAX; i++)
		say("%s", s->untold[i]);
	if (s->n_untold > NAMED_MAX)
		say("and %zu more", s->n_untold - NAMED_MAX);
}

/* ---- captures ------------------------------------------------------------ */

/* The moment that --at means; INT64_MAX: the last sample. */
static int64_t wanted_time(const struct session *s)
{
	const struct moment *at = &s->o->at;
	struct xenring_capture c;

	if (!s->o->given[OPT_AT] || xenring_capture(s->x, &c) || c.first.mono_ns == XENRING_UNKNOWN)
		return INT64_MAX;
	/* where it ends is not known yet */
	if (at->from == MOMENT_END)
		return at->ns ? -at->ns : INT64_MAX;
	return moment_ns(at, c.first.real_ns, INT64_MAX);
}

/*
 * Goes to where the options say and takes the samples that lead up to it; the
 * last of them stays in *ret. NULL: there is none. 0 or -errno.
 */
static int go_to(struct session *s, int64_t real_ns, struct xenring_snapshot **ret)
{
	int n = xenring_seek(s->x, real_ns, HISTORY_S), r = 0;

	if (n < 0)
		return n;
	/* what was seen elsewhere is not the sample before */
	s->now_mono_ns = XENRING_UNKNOWN;
	for (int i = 0; !r && i < n; i++) {
		if (s->progress && !s->progress(s->progress_data, "sample", (uint64_t)i, (uint64_t)n))
			return -EINTR;
		xenring_snapshot_unref(*ret);
		*ret = NULL;
		r = session_take(s, ret);
	}
	return r == -ENODATA ? 0 : r;
}

/* Before the end by that much: the last sample tells when the end is. */
static int go_before_end(struct session *s, int64_t ns, struct xenring_snapshot **ret)
{
	struct xenring_time t;
	int r = go_to(s, INT64_MAX, ret);

	if (r || !*ret)
		return r;
	xenring_snapshot_time(*ret, &t);
	return go_to(s, t.real_ns - ns, ret);
}

/* From a pipe, on and on: to the first sample from --at on, or to the last there is. */
static int read_on(struct session *s, struct xenring_snapshot **ret)
{
	int64_t until = wanted_time(s);

	for (;;) {
		struct xenring_snapshot *next = NULL;
		struct xenring_time t;
		int r = session_take(s, &next);

		if (r)
			return r == -ENODATA ? 0 : r;
		xenring_snapshot_unref(*ret);
		*ret = next;
		xenring_snapshot_time(next, &t);
		if (t.real_ns >= until)
			return 0;
	}
}

static int go_where_wanted(struct session *s, struct xenring_snapshot **ret)
{
	int64_t at = wanted_time(s);

	if (!s->can_seek)
		return read_on(s, ret);
	if (s->o->given[OPT_AT] && s->o->at.from == MOMENT_END && s->o->at.ns)
		return go_before_end(s, s->o->at.ns, ret);
	return go_to(s, at, ret);
}

/* ---- a run --------------------------------------------------------------- */

typedef int (*shower)(struct session *s, struct xenring_snapshot *snap, void *data);

struct run {
	shower show;
	void *data;
	double interval;
	int64_t count, shown, next;
	bool each;		/* a capture's samples, each of them */
	int worst;
};

static int show_snapshot(struct session *s, struct run *run, struct xenring_snapshot *snap)
{
	int r = run->show(s, snap, run->data);

	s->first = false;
	run->shown++;
	if (r && r != XT_PARTIAL)
		return r;
	if (r)
		run->worst = r;
	if (!out_flush() || interrupted() || recording_is_done(&s->recording) ||
	    (run->count && run->shown >= run->count))
		return -1;
	return 0;
}

/* Waits for the time of the next sample: 0, -1 if there is to be none, else an exit code. */
static int wait_for_next(struct session *s, struct run *run)
{
	int r;

	if (run->shown == 1) {
		run->next = s->now_mono_ns;
		s->end_mono_ns = run->next + (int64_t)(s->o->for_s * NS_PER_S);
	}
	run->next += (int64_t)(run->interval * NS_PER_S);
	/* a sample that took longer than the interval: leave out what is past; so does a gap in a capture */
	if (run->next < s->now_mono_ns)
		run->next = s->now_mono_ns + (s->capture ? (int64_t)(run->interval * NS_PER_S) : 0);
	if (s->to_the_end && s->now_mono_ns < s->end_mono_ns && run->next > s->end_mono_ns)
		run->next = s->end_mono_ns;
	if (run->each)
		return s->o->given[OPT_FOR] && s->now_mono_ns >= s->end_mono_ns ? -1 : 0;
	if (s->o->given[OPT_FOR] && run->next > s->end_mono_ns)
		return -1;
	r = wait_until(s, run->next);
	if (r == -EINTR)
		return -1;
	return r ? session_failed(s, r, false) : 0;
}

static int run_on(struct session *s, struct run *run)
{
	for (;;) {
		_cleanup_(snapshot_unref_p) struct xenring_snapshot *snap = NULL;
		int r = recording_go_on(&s->recording);

		if (r)
			return r;
		r = session_take(s, &snap);
		/* a capture is at its end, or whoever sent it was */
		if (r == -ENODATA || (r == -EINTR && interrupted() && run->shown))
			return run->worst;
		if (r)
			return take_failed(s, r, s->first);
		r = show_snapshot(s, run, snap);
		if (!r)
			r = wait_for_next(s, run);
		if (r)
			return r < 0 ? run->worst : r;
	}
}

/* What shows one sample of a capture: the last, or that of --at. */
static int run_once(struct session *s, struct run *run)
{
	_cleanup_(snapshot_unref_p) struct xenring_snapshot *snap = NULL;
	int r = go_where_wanted(s, &snap);

	if (r)
		return take_failed(s, r, true);
	if (!snap)
		return 0;
	r = show_snapshot(s, run, snap);
	return r < 0 ? run->worst : r;
}

/* On from the moment that --at says. */
static int run_from(struct session *s, struct run *run)
{
	_cleanup_(snapshot_unref_p) struct xenring_snapshot *snap = NULL;
	int r = go_where_wanted(s, &snap);

	if (r)
		return take_failed(s, r, true);
	if (!snap)
		return 0;
	r = show_snapshot(s, run, snap);
	if (!r)
		r = wait_for_next(s, run);
	if (r)
		return r < 0 ? run->worst : r;
	return run_on(s, run);
}

/* What was wrong with the capture, as far as it was read. */
static int tell_damage(const struct session *s, int r)
{
	const char *name = xenring_source(s->x);
	struct xenring_capture c;

	if (!s->capture || xenring_capture(s->x, &c) || !c.damage)
		return r;
	if (!strncmp(name, "file:", 5))
		name += 5;
	say("%s %s", !strcmp(name, "-") ? "standard input" : name, c.damage);
	return r && r != XT_PARTIAL ? r : XT_DAMAGED;
}

static int end_recording(struct session *s, int r)
{
	int e = recording_end(&s->recording);

	return e && (!r || r == XT_PARTIAL) ? e : r;
}

int session_tee(struct session *s)
{
	const struct opts *o = s->o;

	if (!o->tee)
		return 0;
	s->recording = (struct recording){
		.x = s->x, .path = o->tee, .flags = o->payload ? XENRING_TEE_PAYLOAD : 0,
		.max_size = o->max_size, .rotate = o->given[OPT_ROTATE] ? o->rotate : -1,
		.fd = -1,
	};
	return recording_begin(&s->recording);
}

int session_end(struct session *s, int r)
{
	return tell_damage(s, end_recording(s, r));
}

int session_wait(struct session *s, double seconds)
{
	return wait_until(s, s->now_mono_ns + (int64_t)(seconds * NS_PER_S));
}

int session_start(struct session *s, struct xenring_snapshot **ret)
{
	return go_where_wanted(s, ret);
}

int session_seek(struct session *s, int64_t real_ns, struct xenring_snapshot **ret)
{
	return go_to(s, real_ns, ret);
}

int session_run(struct session *s, shower show, void *data)
{
	const struct opts *o = s->o;
	bool repeats = s->runs_on || o->given[OPT_COUNT] || o->given[OPT_FOR];
	struct run run = {
		.show = show, .data = data,
		.interval = o->given[OPT_INTERVAL] ? o->interval : s->runs_on ? s->pace :
			    repeats ? o->interval : SHORT_INTERVAL,
		.count = s->runs_on ? 0 : o->given[OPT_COUNT] ? o->count : o->given[OPT_FOR] ? 0 : 1,
		.each = s->capture && !o->given[OPT_INTERVAL],
	};
	int r;

	/* what arrives bit by bit has no last sample until it ends */
	if (s->capture && !s->can_seek && !repeats && !o->given[OPT_AT] && !o->json) {
		repeats = true;
		run.count = 0;
	}
	s->redraw = s->in_place && repeats && run.count != 1 && s->term.tty && !o->ndjson &&
		    (!s->capture || !s->can_seek);
	s->repeats = repeats && run.count != 1;
	r = session_tee(s);
	if (r)
		return r;
	if (s->capture && !repeats)
		r = run_once(s, &run);
	else if (s->capture && o->given[OPT_AT])
		r = run_from(s, &run);
	else {
		r = repeats ? 0 : warm_up(s, run.interval);
		if (!r)
			r = run_on(s, &run);
	}
	name_untold(s);
	return session_end(s, r);
}

double session_left(const struct session *s)
{
	double left = (double)(s->end_mono_ns - s->now_mono_ns) / NS_PER_S;

	/* before the first sample has set it */
	return s->end_mono_ns && left > 0 ? left : s->end_mono_ns ? 0 : s->o->for_s;
}

void format_time(char *ret, size_t n, int64_t real_ns, unsigned digits)
{
	static const int per[] = { [3] = 1000000, [6] = 1000 };
	time_t seconds = (time_t)(real_ns / NS_PER_S);
	struct tm tm = { 0 };
	char day[24];

	gmtime_r(&seconds, &tm);
	strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(ret, n, "%s.%0*dZ", day, (int)digits, (int)(real_ns % NS_PER_S / per[digits]));
}

struct doc_head session_head(struct session *s, const struct xenring_snapshot *snap,
			     const struct choice *c, size_t n_errors)
{
	struct xenring_time t;

	xenring_snapshot_time(snap, &t);
	format_time(s->time, sizeof(s->time), t.real_ns, 3);
	return (struct doc_head){
		.schema = XT_SCHEMA,
		.source = xenring_source(s->x),
		.host = xenring_host(s->x),
		.time = s->time,
		.interval_s = s->last_mono_ns == XENRING_UNKNOWN ? (double)NAN :
			      (double)(s->now_mono_ns - s->last_mono_ns) / NS_PER_S,
		.mono_ns = t.mono_ns,
		.domains = (int64_t)(c ? c->n_domains : xenring_n_domains(snap)),
		.devices = (int64_t)(c ? c->n_devices : xenring_n_devices(snap)),
		.rings = (int64_t)(c ? c->n_rings : xenring_n_rings(snap)),
		.errors = (int64_t)n_errors,
	};
}

void session_headline(struct session *s, const struct doc_head *head)
{
	_cleanup_buf_ struct buf text = { 0 };
	size_t n;

	buf_printf(&text, "%s  ", head->time);
	put_safe(&text, head->host, strlen(head->host), s->term.safe);
	buf_printf(&text, "  %lld domain%s, %lld device%s, %lld ring%s",
		   (long long)head->domains, head->domains == 1 ? "" : "s",
		   (long long)head->devices, head->devices == 1 ? "" : "s",
		   (long long)head->rings, head->rings == 1 ? "" : "s");
	if (head->errors)
		buf_printf(&text, ", %lld not readable", (long long)head->errors);
	n = text.n;
	if (s->redraw && s->term.width && n > s->term.width)
		n = s->term.width;	/* a second line would push the last one out */
	if (s->redraw)
		out_str("\033[H\033[J");
	else if (!s->first)
		out_str("\n");
	out(text.p, n);
	out_str("\n");
}

/* True the first time. */
static bool tell_once(struct session *s, const char *text)
{
	struct told *t;

	HASH_FIND_STR(s->told, text, t);
	if (t)
		return false;
	t = xcalloc(1, sizeof(*t));
	t->text = xstrdup(text);
	HASH_ADD_KEYPTR(hh, s->told, t->text, strlen(t->text), t);
	return true;
}

static void keep_untold(struct session *s, const struct xenring_error *errors, size_t n)
{
	forget_untold(s);
	s->untold = xcalloc(n, sizeof(*s->untold));
	for (; s->n_untold < n; s->n_untold++) {
		const struct xenring_error *e = &errors[s->n_untold];

		s->untold[s->n_untold] =
			xasprintf("cannot read %s: %s: %s", e->path, e->op, e->text);
	}
}

int session_errors(struct session *s, const struct xenring_error *errors, size_t n)
{
	size_t named = 0, more = 0;
	_cleanup_free_ char *source = source_of(s->o);
	bool denied = false;

	if (s->redraw && !s->o->quiet) {
		keep_untold(s, errors, n);
		return n ? XT_PARTIAL : 0;
	}
	for (size_t i = 0; i < n && !s->o->quiet; i++) {
		const struct xenring_error *e = &errors[i];
		_cleanup_free_ char *text = NULL;

		text = xasprintf("cannot read %s: %s: %s", e->path, e->op, e->text);
		if (!tell_once(s, text))
			continue;
		if (named == NAMED_MAX) {
			more++;
			continue;
		}
		say("%s", text);
		named++;
		/* a forged device and a grant to another domain are EPERM, too, for anybody */
		denied |= !strcmp(e->code, "EACCES") || (!strcmp(e->code, "EPERM") && !strcmp(e->op, "map"));
	}
	if (more)
		say("and %zu more", more);
	/* of what is granted to this domain, more rights would not be more */
	if (denied && is_xen(source) && (!source || strcmp(source, by_grant)))
		hint("run as root in dom0");
	return n ? XT_PARTIAL : 0;
}

void begin_offline(struct sink *sink, const struct doc_kind *kind)
{
	char host[256] = "", now[40];
	struct timespec real = { 0 }, mono = { 0 };

	if (gethostname(host, sizeof(host) - 1))
		strcpy(host, "localhost");
	clock_gettime(CLOCK_REALTIME, &real);
	clock_gettime(CLOCK_MONOTONIC, &mono);
	format_time(now, sizeof(now), (int64_t)real.tv_sec * NS_PER_S + real.tv_nsec, 3);
	sink_begin(sink, kind, &(struct doc_head){
		.schema = XT_SCHEMA, .host = host, .time = now, .interval_s = (double)NAN,
		.mono_ns = (int64_t)mono.tv_sec * NS_PER_S + mono.tv_nsec,
	});
}

void end_offline(struct sink *sink, const struct doc_kind *kind)
{
	sink_rows(sink, kind, "errors", NULL, 0);
	sink_end(sink);
}

int put_offline(struct sink *sink, const struct doc_kind *kind, const char *list,
		const struct row *rows, size_t n)
{
	begin_offline(sink, kind);
	sink_rows(sink, kind, list, rows, n);
	end_offline(sink, kind);
	return 0;
}

int put_table(const struct opts *o, struct columns *columns, const struct doc_kind *kind, const char *list,
	      struct row *rows, size_t n)
{
	_cleanup_term_ struct term term = { 0 };
	_cleanup_sink_ struct sink sink = { 0 };

	columns_sort(columns, rows, n);
	term_init(&term, o);
	sink_init(&sink, &sink_table, o, &term);
	sink.columns = columns;
	return put_offline(&sink, kind, list, rows, n);
}
