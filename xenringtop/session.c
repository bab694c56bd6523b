/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run over a source: open it, sample it as the options say, name what could not be read. */
#include <config.h>

#include "session.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
/* How long a signal may go unnoticed if it comes right before a wait. */
#define WAIT_SLICE_NS 250000000
#define NAMED_MAX 10

static volatile sig_atomic_t signalled;

struct told {
	char *text;
	UT_hash_handle hh;
};

static void on_signal(int sig)
{
	signalled = sig;
}

void signals_init(void)
{
	struct sigaction sa = { .sa_handler = on_signal };

	signalled = 0;
	sigemptyset(&sa.sa_mask);
	/* no SA_RESTART: a wait is to end */
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	/* a reader that goes away is an error of write(2), told by the exit code */
	sa.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &sa, NULL);
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

static const char *source_of(const struct opts *o)
{
	const char *env = getenv("XENRINGTOP_SOURCE");

	if (o->source)
		return o->source;
	return env && env[0] ? env : NULL;
}

static bool is_xen(const char *source)
{
	return !source || !strncmp(source, "xen", 3);
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
	const char *source = source_of(s->o);

	if (r == -EINTR && interrupted())
		return XT_INTERRUPTED;
	say("%s", message && message[0] ? message : strerror(-r));
	if (advice)
		hint("%s", advice);
	else if (opening && r == -EINVAL)
		hint_sources();
	else if (opening)
		hint("run as root in dom0, or try it with --source fake:demo");
	if (!opening)
		return XT_FAILED;
	if (r == -EINVAL)
		return XT_USAGE;
	if (is_xen(source) && (r == -ENODEV || r == -EACCES || r == -EPERM || r == -ENOENT ||
			       r == -EOPNOTSUPP))
		return XT_NO_XEN;
	return XT_FAILED;
}

int session_open(struct session *s, const struct opts *o)
{
	const char *mask = o->debug ? o->debug : getenv("XENRING_DEBUG");
	int r;

	*s = (struct session){ .o = o, .first = true, .last_mono_ns = XENRING_UNKNOWN,
			       .now_mono_ns = XENRING_UNKNOWN };
	term_init(&s->term, o);
	if (gethostname(s->host, sizeof(s->host) - 1))
		strcpy(s->host, "localhost");
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
	r = xenring_open(s->x, source_of(o));
	return r ? session_failed(s, r, true) : 0;
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
	forget_untold(s);
	HASH_ITER(hh, s->told, t, next) {
		HASH_DEL(s->told, t);
		free(t->text);
		free(t);
	}
	xenring_close(s->x);
	term_free(&s->term);
	*s = (struct session){ 0 };
}

int session_check(const struct opts *o)
{
	if (!o->json || (!o->given[OPT_FOR] && (!o->given[OPT_COUNT] || o->count == 1)))
		return 0;
	say("--json is one document and holds one sample");
	hint("use --ndjson for more");
	return XT_USAGE;
}

/* 0, or -EINTR. */
static int wait_until(struct session *s, int64_t until)
{
	for (;;) {
		struct xenring_time now;
		int64_t next;
		int r = xenring_now(s->x, &now);

		if (r)
			return r;
		if (interrupted())
			return -EINTR;
		if (now.mono_ns >= until)
			return 0;
		next = until - now.mono_ns > WAIT_SLICE_NS ? now.mono_ns + WAIT_SLICE_NS : until;
		r = xenring_wait(s->x, next);
		if (r && r != -EINTR)
			return r;
	}
}

static int take(struct session *s, struct xenring_snapshot **ret)
{
	struct xenring_time t;
	int r;

	if (s->shows_domains)
		xenring_refresh_domains(s->x);
	r = xenring_sample(s->x, ret);
	if (r)
		return r;
	xenring_snapshot_time(*ret, &t);
	s->last_mono_ns = s->now_mono_ns;
	s->now_mono_ns = t.mono_ns;
	return 0;
}

static void snapshot_unref_p(struct xenring_snapshot **p)
{
	xenring_snapshot_unref(*p);
}

static int show_one(struct session *s,
		    int (*show)(struct session *s, struct xenring_snapshot *snap, void *data),
		    void *data)
{
	_cleanup_(snapshot_unref_p) struct xenring_snapshot *snap = NULL;
	int r = take(s, &snap);

	if (r)
		return session_failed(s, r, s->first);
	r = show(s, snap, data);
	s->first = false;
	return r;
}

/* The sample that only makes the next one's states and rates known. */
static int warm_up(struct session *s, double interval)
{
	_cleanup_(snapshot_unref_p) struct xenring_snapshot *snap = NULL;
	int r = take(s, &snap);

	if (!r)
		r = wait_until(s, s->now_mono_ns + (int64_t)(interval * NS_PER_S));
	return r ? session_failed(s, r, true) : 0;
}

/* What a line on standard error would have drawn over is said afterwards. */
static void name_untold(const struct session *s)
{
	for (size_t i = 0; i < s->n_untold && i < NAMED_MAX; i++)
		say("%s", s->untold[i]);
	if (s->n_untold > NAMED_MAX)
		say("and %zu more", s->n_untold - NAMED_MAX);
}

int session_run(struct session *s,
		int (*show)(struct session *s, struct xenring_snapshot *snap, void *data),
		void *data)
{
	const struct opts *o = s->o;
	bool repeats = o->given[OPT_COUNT] || o->given[OPT_FOR];
	double interval = repeats || o->given[OPT_INTERVAL] ? o->interval : SHORT_INTERVAL;
	int64_t count = o->given[OPT_COUNT] ? o->count : o->given[OPT_FOR] ? 0 : 1, next, end;
	int worst = 0, r;

	s->redraw = s->in_place && repeats && count != 1 && s->term.tty && !o->ndjson;
	if (!repeats) {
		r = warm_up(s, interval);
		if (r)
			return r;
	}
	for (int64_t shown = 1;; shown++) {
		r = show_one(s, show, data);
		if (r && r != XT_PARTIAL)
			return r == XT_INTERRUPTED && shown > 1 ? worst : r;
		if (r)
			worst = r;
		if (!out_flush() || interrupted() || (count && shown >= count))
			break;
		if (shown == 1) {
			next = s->now_mono_ns;
			end = next + (int64_t)(o->for_s * NS_PER_S);
		}
		next += (int64_t)(interval * NS_PER_S);
		/* a sample that took longer than the interval: leave out what is past */
		if (next < s->now_mono_ns)
			next = s->now_mono_ns;
		if (o->given[OPT_FOR] && next > end)
			break;
		r = wait_until(s, next);
		if (r == -EINTR)
			break;
		if (r)
			return session_failed(s, r, false);
	}
	name_untold(s);
	return worst;
}

static void format_time(char *ret, size_t n, int64_t real_ns)
{
	time_t seconds = (time_t)(real_ns / NS_PER_S);
	struct tm tm = { 0 };
	char day[24];

	gmtime_r(&seconds, &tm);
	strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(ret, n, "%s.%03dZ", day, (int)(real_ns % NS_PER_S / 1000000));
}

struct doc_head session_head(struct session *s, const struct xenring_snapshot *snap,
			     size_t n_errors)
{
	struct xenring_time t;

	xenring_snapshot_time(snap, &t);
	format_time(s->time, sizeof(s->time), t.real_ns);
	return (struct doc_head){
		.schema = XT_SCHEMA,
		.source = xenring_source(s->x),
		.host = s->host,
		.time = s->time,
		.interval_s = s->last_mono_ns == XENRING_UNKNOWN ? (double)NAN :
			      (double)(s->now_mono_ns - s->last_mono_ns) / NS_PER_S,
		.mono_ns = t.mono_ns,
		.domains = (int64_t)xenring_n_domains(snap),
		.devices = (int64_t)xenring_n_devices(snap),
		.rings = (int64_t)xenring_n_rings(snap),
		.errors = (int64_t)n_errors,
	};
}

void session_headline(struct session *s, const struct doc_head *head)
{
	_cleanup_buf_ struct buf text = { 0 };
	size_t n;

	buf_printf(&text, "%s  ", head->time);
	put_safe(&text, head->host, strlen(head->host), s->term.safe);
	buf_printf(&text, "  %lld domains, %lld devices, %lld rings", (long long)head->domains,
		   (long long)head->devices, (long long)head->rings);
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
		denied |= !strcmp(e->code, "EACCES") || !strcmp(e->code, "EPERM");
	}
	if (more)
		say("and %zu more", more);
	if (denied)
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
	format_time(now, sizeof(now), (int64_t)real.tv_sec * NS_PER_S + real.tv_nsec);
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
