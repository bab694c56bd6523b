/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The handle: opening a source, keeping up with it, taking snapshots. */
#include <config.h>

#include "context.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend.h"
#include "notify/notify.h"
#include "scan.h"
#include "source/tee.h"
#include "util/cleanup.h"
#include "util/text.h"

/* Changes are looked at no more often than this, however busy a guest's keys are. */
#define SETTLE_NS 50000000
#define KEEP_UP_BATCHES 16

const char *xenring_version(void)
{
	return PACKAGE_VERSION;
}

int xr_fail(struct xenring *x, const char *op, int code, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	xr_err_clear(&x->err);
	xr_err_set(&x->err, op, code, "%s", text);
	return -x->err.code;
}

int xenring_new(struct xenring **ret)
{
	struct xenring *x = calloc(1, sizeof(*x));

	if (!x)
		return -ENOMEM;
	x->src.wake_fd = -1;
	x->until_mono_ns = INT64_MIN;
	*ret = x;
	return 0;
}

void xenring_close(struct xenring *x)
{
	if (!x)
		return;
	xenring_trace_free(x->trace);
	xr_plan_drop(&x->plan);
	xr_discovery_free(x->disc);
	xenring_snapshot_unref(x->last);
	xr_topology_unref(x->top);
	if (x->open)
		x->src.ops->close(&x->src);
	xr_err_clear(&x->err);
	xr_recorder_free(&x->rec);
	xr_use_history_free(x->seen);
	xr_keys_free(x->keys);
	xr_tracks_free(&x->tracks);
	xr_backends_unref(x->backends);
	for (size_t i = 0; i < x->n_vchans; i++)
		free(x->vchans[i]);
	free(x->vchans);
	free(x->host);
	free(x->url);
	free(x);
}

const char *xenring_message(const struct xenring *x)
{
	return x->err.text ? x->err.text : "";
}

const char *xenring_hint(const struct xenring *x)
{
	return x->hint;
}

const char *xenring_source(const struct xenring *x)
{
	return x->url ? x->url : "";
}

/* An empty name would say that nothing is known of the host. */
#define NO_HOST "localhost"

const char *xenring_host(struct xenring *x)
{
	const char *of_source = x->open && x->src.ops->host ? x->src.ops->host(&x->src) : NULL;
	char name[256] = "";

	/* This machine's is asked for once, a source's may change while a capture goes on: no system call a sample. */
	if (!of_source && x->host && !x->host_of_source)
		return x->host[0] ? x->host : NO_HOST;
	if (!of_source && gethostname(name, sizeof(name) - 1))
		name[0] = '\0';
	free(x->host);
	x->host_of_source = of_source != NULL;
	x->host = of_source ? xr_printable(of_source, strlen(of_source), sizeof(name)) :
			      xr_printable(name, strlen(name), sizeof(name));
	return x->host && x->host[0] ? x->host : NO_HOST;
}

void xenring_show_secrets(struct xenring *x, bool show)
{
	x->secrets = show;
}

void xenring_set_wake_fd(struct xenring *x, int fd)
{
	x->src.wake_fd = fd;
}

void xenring_set_progress(struct xenring *x, xenring_progress *fn, void *data)
{
	x->src.progress = fn;
	x->src.progress_data = data;
}

void xenring_set_debug(struct xenring *x, void (*fn)(void *data, const char *area, const char *line), void *data)
{
	x->src.debug = fn;
	x->src.debug_data = data;
}

/* A path that needs no "file:" before it. */
static bool is_capture(const char *source)
{
	size_t n = source ? strlen(source) : 0;

	return n > 4 && !strcmp(source + n - 4, ".xrc") && strncmp(source, "file:", 5) != 0;
}

static const char hint_help[] = "xenringtop --source help shows the sources there are";

/* Tells discovery of a folder that was named; it was looked at before. */
static int name_vchan(struct xenring *x, const char *path)
{
	const char *below = NULL;
	uint32_t domid = 0;
	int r = xr_parse_folder(path, &domid, &below);

	return r ? r : xr_discovery_name(x->disc, domid, below);
}

/* A discovery that knows nothing yet but what the operator has named. */
static int discover(struct xenring *x, uint64_t after_uid)
{
	int r = xr_discovery_new(&x->disc, &x->src, after_uid);

	if (!r && x->wants)
		xr_discovery_look_at(x->disc, x->wants, x->wants_data);
	for (size_t i = 0; !r && i < x->n_vchans; i++)
		r = name_vchan(x, x->vchans[i]);
	return r;
}

int xenring_add_vchan(struct xenring *x, const char *path)
{
	const char *below = NULL;
	uint32_t domid = 0;
	char **vchans;
	int r;

	if (xr_parse_folder(path, &domid, &below)) {
		_cleanup_free_ char *shown = xr_printable(path, strlen(path), XR_STORE_SCALAR);

		x->hint = "its server's folder is meant, in full, as in /local/domain/5/data/vchan/0";
		return xr_fail(x, "vchan", EINVAL, "\"%s\" is no folder of a domain in xenstore",
			       shown ? shown : "");
	}
	for (size_t i = 0; i < x->n_vchans; i++)
		if (!strcmp(x->vchans[i], path))
			return 0;
	if (x->n_vchans == XR_MAX_NAMED)
		return xr_fail(x, "vchan", ENOSPC, "more than %d vchans are named", XR_MAX_NAMED);
	vchans = reallocarray(x->vchans, x->n_vchans + 1, sizeof(*vchans));
	if (vchans) {
		x->vchans = vchans;
		vchans[x->n_vchans] = strdup(path);
	}
	if (!vchans || !vchans[x->n_vchans])
		return xr_fail(x, "vchan", ENOMEM, "out of memory");
	x->n_vchans++;
	r = x->disc ? name_vchan(x, path) : 0;
	return r ? xr_fail(x, "vchan", -r, "out of memory") : 0;
}

void xenring_look_at(struct xenring *x, xenring_wants *wants, void *data)
{
	x->wants = wants;
	x->wants_data = data;
	if (x->disc)
		xr_discovery_look_at(x->disc, wants, data);
}

int xenring_open(struct xenring *x, const char *source)
{
	_cleanup_free_ char *bare = is_capture(source) ? xr_sprintf("file:%s", source) : NULL;
	const char *name = bare ? bare : source ? source : xr_sources[0]->name;
	const char *colon = strchr(name, ':');
	size_t n = colon ? (size_t)(colon - name) : strlen(name);
	const struct xr_source_ops *ops = NULL;
	int r;

	x->hint = NULL;
	if (x->open)
		return xr_fail(x, "open", EBUSY, "this handle has a source already");
	for (size_t i = 0; xr_sources[i]; i++)
		if (strlen(xr_sources[i]->name) == n && !memcmp(xr_sources[i]->name, name, n))
			ops = xr_sources[i];
	if (!ops && n == 3 && !memcmp(name, "xen", 3))
		return xr_fail(x, "open", EOPNOTSUPP, "this build cannot look at a live Xen");
	if (!ops) {
		x->hint = hint_help;
		return xr_fail(x, "open", EINVAL, "there is no source called \"%.*s\"", (int)n, name);
	}
	x->url = xr_sprintf("%.*s:%s", (int)n, name, colon ? colon + 1 : "");
	if (!x->url)
		return xr_fail(x, "open", ENOMEM, "out of memory");
	x->src.ops = ops;
	xr_err_clear(&x->err);
	r = ops->open(&x->src, colon ? colon + 1 : "", &x->err);
	if (r) {
		if (r == -ENODEV)
			x->hint = "run in dom0 of a Xen host, or try: xenringtop --source fake:demo";
		else if (r == -EACCES || r == -EPERM)
			x->hint = "run as root in dom0";
		else if (r == -EINVAL)
			x->hint = hint_help;
		else if (r == -EEXIST)
			x->hint = "leave out --map grant: foreign mapping touches nothing of the guest's";
		if (!x->err.op)
			xr_fail(x, "open", -r, "cannot open %s: %s", x->url, strerror(-r));
		return r;
	}
	x->open = true;
	r = discover(x, 0);
	return r ? xr_fail(x, "open", -r, "out of memory") : 0;
}

int xenring_now(struct xenring *x, struct xenring_time *ret)
{
	if (!x->open)
		return xr_fail(x, "clock", EINVAL, "no source is open");
	return x->src.ops->now(&x->src, ret);
}

void xenring_refresh_domains(struct xenring *x)
{
	if (x->disc)
		xr_discovery_domains_changed(x->disc);
}

void xenring_refresh_backends(struct xenring *x)
{
	x->want_backends = true;
}

static void on_path(void *data, const char *path)
{
	struct xenring *x = data;

	xr_discovery_path_changed(x->disc, path);
}

/* Empties the source's queue of changes into what is dirty. 1: there are more. */
static int take_changes(struct xenring *x)
{
	struct xr_changes c = { .path = on_path, .data = x };
	int r;

	if (!x->src.ops->changes)
		return 0;
	r = x->src.ops->changes(&x->src, &c);
	if (r < 0)
		return xr_fail(x, "store", -r, "cannot read xenstore's watches: %s", strerror(-r));
	if (c.domains)
		xr_discovery_domains_changed(x->disc);
	return r;
}

/* Looks again at what is dirty; afterwards topology and plan belong together. */
static int update(struct xenring *x)
{
	struct xr_err err = { 0 };
	int r = 0;

	/* mapping can show that a domain has gone, and a scan make news of its own */
	for (int i = 0; i < 3 && (xr_discovery_is_dirty(x->disc) || !x->top); i++) {
		/* what is unmapped now must not be sampled if anything fails */
		xr_plan_drop(&x->plan);
		r = xr_discovery_update(x->disc, &x->top, &err);
		if (r < 0) {
			xr_fail(x, err.op ? err.op : "discover", -r, "%s",
				err.text ? err.text : strerror(-r));
			x->hint = r != -EPERM ? NULL :
				"run as root in dom0, or with --map grant in a domain that runs backends for others";
			break;
		}
	}
	xr_err_clear(&err);
	if (r < 0)
		return r;
	if (!x->plan.hot && xr_plan_make(&x->plan, x->top))
		return xr_fail(x, "sample", ENOMEM, "out of memory");
	return 0;
}

int xr_keep_up(struct xenring *x)
{
	int r = 1;

	/* a guest that rewrites its keys all the time must not keep us here; the rest is there next time */
	for (int i = 0; i < KEEP_UP_BATCHES && r > 0; i++)
		r = take_changes(x);
	return r < 0 ? r : xr_discovery_is_dirty(x->disc) ? update(x) : 0;
}

int xenring_wait(struct xenring *x, int64_t until_mono_ns)
{
	struct xenring_time now;
	int r;

	if (!x->open)
		return xr_fail(x, "wait", EINVAL, "no source is open");
	x->until_mono_ns = until_mono_ns;
	while ((r = x->src.ops->wait(&x->src, until_mono_ns)) > 0) {
		r = take_changes(x);
		if (!r && xr_discovery_is_dirty(x->disc))
			r = update(x);
		if (!r)
			r = x->src.ops->now(&x->src, &now);
		if (r)
			return r;
		/* however fast news come, the time is up */
		if (now.mono_ns >= until_mono_ns)
			break;
		/* a guest that rewrites its keys all the time must not keep us busy */
		if (now.mono_ns + SETTLE_NS >= until_mono_ns)
			continue;
		r = x->src.ops->settle(&x->src, now.mono_ns + SETTLE_NS);
		if (r)
			return r;
	}
	x->waited = !r;
	return r;
}

/* All that was known is void: a capture goes on elsewhere. */
static int forget(struct xenring *x)
{
	uint64_t uid = xr_discovery_last_uid(x->disc);

	xr_plan_drop(&x->plan);
	xr_discovery_free(x->disc);
	x->disc = NULL;
	xr_topology_unref(x->top);
	x->top = NULL;
	xenring_snapshot_unref(x->last);
	x->last = NULL;
	xr_use_history_free(x->seen);
	x->seen = NULL;
	xr_backends_unref(x->backends);
	x->backends = NULL;
	xr_trace_forget(x);
	x->until_mono_ns = INT64_MIN;
	return discover(x, uid);
}

/* On to what the next sample shows, and all that has changed until then. */
static int advance(struct xenring *x)
{
	bool waited = x->waited;
	int r;

	x->waited = false;
	if (x->src.ops->next) {
		r = x->src.ops->next(&x->src);
		if (r > 0)
			r = forget(x);
		if (r == -ENODATA)
			return xr_fail(x, "sample", ENODATA, "the capture has no further sample");
		if (r == -EINTR)
			return r;
		if (r)
			return xr_fail(x, "sample", -r, "the capture cannot be read any further: %s",
				       r == -EBADMSG ? "a sample in it makes no sense" : strerror(-r));
	} else if (waited) {
		return 0;
	}
	while ((r = take_changes(x)) > 0) {
		r = update(x);
		if (r)
			return r;
	}
	return r;
}

/* What requests in the rings announce; true if there is something to look at again. */
static bool look_for_news(struct xenring *x, const struct xenring_snapshot *s)
{
	bool news = false;

	for (size_t k = 0; k < x->plan.n_announcers; k++) {
		const struct xr_topo_ring *tr = &x->top->rings[x->plan.announcers[k]];

		if (s->look[x->plan.announcers[k]] == XR_LOOK_OK)
			news |= xr_discovery_look(x->disc, tr->ring, x->top->devs[tr->dev].dev,
						  s->idx[x->plan.announcers[k]]);
	}
	return news;
}

/* One look at every ring, without what follows from earlier ones. */
static int look(struct xenring *x, struct xenring_snapshot **ret)
{
	struct xenring_snapshot *s = NULL;
	int r = advance(x);
	bool again;

	if (r)
		return r;
	for (int i = 0; ; i++) {
		r = update(x);
		if (r)
			return r;
		r = xr_snapshot_new(&s, x->top);
		if (r)
			return xr_fail(x, "sample", -r, "out of memory");
		xr_trace_take(x);
		again = xr_source_sample(&x->src, &x->plan, s->idx, s->look) > 0;
		/* once a sample, however fast a guest announces */
		if (!i && look_for_news(x, s))
			again = true;
		/* what could not be kept up with is shown as it was found: closed */
		if (!again || i == 2)
			break;
		for (size_t j = 0; j < x->plan.n; j++)
			if (s->look[j] == XR_LOOK_GONE)
				xr_discovery_ring_gone(x->disc, x->top->rings[j].ring,
						       x->top->devs[x->top->rings[j].dev].dev);
		xenring_snapshot_unref(s);
	}
	xr_trace_prepare(x);
	r = xr_record_sample(x, s);
	/* what is written down must be asked before the sample ends; a capture tells its time at the end */
	if (!r && x->want_backends && !x->src.ops->next) {
		r = x->src.ops->now(&x->src, &s->at);
		if (!r)
			r = xr_backends_refresh(x, s, &s->at);
	}
	if (!r)
		r = xr_trace_gather(x, s);
	if (!r)
		r = x->src.ops->tick ? x->src.ops->tick(&x->src, &s->at) :
				       x->src.ops->now(&x->src, &s->at);
	if (!r && x->want_backends && x->src.ops->next)
		r = xr_backends_refresh(x, s, &s->at);
	if (!r && x->want_backends)
		s->backends = xr_backends_ref(x->backends);
	if (r) {
		xenring_snapshot_unref(s);
		if (xr_is_tee(&x->src))
			return xr_fail(x, "tee", -r, "cannot write the capture: %s", strerror(-r));
		return xr_fail(x, "sample", -r, "%s", strerror(-r));
	}
	*ret = s;
	return 0;
}

int xenring_sample(struct xenring *x, struct xenring_snapshot **ret)
{
	struct xenring_snapshot *s = NULL;
	int r;

	if (!x->open)
		return xr_fail(x, "sample", EINVAL, "no source is open");
	do {
		xenring_snapshot_unref(s);
		r = look(x, &s);
		if (r)
			return r;
		/* samples of a capture that come before what was waited for */
	} while (x->src.ops->next && s->at.mono_ns < x->until_mono_ns);
	r = xr_model_step(s, x->last);
	if (!r)
		r = xr_tracks_step(x, s);
	if (r) {
		xenring_snapshot_unref(s);
		return xr_fail(x, "sample", -r, "%s", strerror(-r));
	}
	xenring_snapshot_unref(x->last);
	x->last = xenring_snapshot_ref(s);
	x->want_backends = false;
	*ret = s;
	return 0;
}

int xenring_capture(struct xenring *x, struct xenring_capture *ret)
{
	if (!x->open || !x->src.ops->capture)
		return xr_fail(x, "capture", EOPNOTSUPP, "the source is no capture");
	x->src.ops->capture(&x->src, ret);
	return 0;
}

int xenring_seek(struct xenring *x, int64_t real_ns, double history_s)
{
	struct xr_err err = { 0 };
	int n, r;

	if (!x->open || !x->src.ops->seek)
		return xr_fail(x, "seek", ESPIPE, "only a capture can go back in time");
	n = x->src.ops->seek(&x->src, real_ns, (int64_t)(history_s * 1e9), &err);
	if (n < 0) {
		xr_fail(x, "seek", -n, "%s", err.text ? err.text : strerror(-n));
		xr_err_clear(&err);
		/* it has gone elsewhere all the same */
		return n == -EINTR && forget(x) ? -ENOMEM : n;
	}
	r = forget(x);
	return r ? xr_fail(x, "seek", -r, "out of memory") : n;
}
