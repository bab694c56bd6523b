/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Notifications as they are heard while a timeline is looked at. */
#include <config.h>

#include "tui/hear.h"

#include <stdlib.h>
#include <string.h>

#include "knock.h"
#include "tui/ui.h"

static struct xenring *handle(const struct hear *h)
{
	return h->ui->s->x;
}

/* ---- what was heard ------------------------------------------------------------------ */

static void forget(struct hear *h)
{
	for (size_t i = 0; i < h->n; i++)
		free((char *)(uintptr_t)h->knocks[i].path);
	h->n = 0;
}

static void keep(struct hear *h, const struct xenring_event *e)
{
	if (h->n == KNOCKS_MAX) {
		size_t drop = KNOCKS_MAX / 4;

		for (size_t i = 0; i < drop; i++)
			free((char *)(uintptr_t)h->knocks[i].path);
		h->n -= drop;
		memmove(h->knocks, h->knocks + drop, h->n * sizeof(*h->knocks));
	}
	if (h->n == h->cap) {
		h->cap = h->cap ? 2 * h->cap : 64;
		h->knocks = xreallocarray(h->knocks, h->cap, sizeof(*h->knocks));
	}
	h->knocks[h->n] = *e;
	/* those of the trace go with it */
	h->knocks[h->n++].path = e->path ? xstrdup(e->path) : NULL;
}

bool hear_is_about(const struct xenring_event *e, const char *path)
{
	return path_below(path, e->path ? e->path : "");
}

static enum way way_of(const struct xenring_event *e)
{
	return !strcmp(e->direction, "front_to_back") ? TO_BACK : TO_FRONT;
}

static void count(const struct hear *h, const struct xenring_event *e, const char *path, struct past *past)
{
	if (!hear_is_about(e, path))
		return;
	past_hear(past, way_of(e), e->mono_ns, e->count == XENRING_UNKNOWN ? 1 : (uint64_t)e->count);
	/* a capture does not say since when somebody listened */
	if (h->ui->s->capture)
		past_listen(past, way_of(e), e->mono_ns);
}

void hear_again(struct hear *h, const char *path, struct past *past)
{
	past_forget_heard(past);
	for (size_t i = 0; i < h->n; i++)
		count(h, &h->knocks[i], path, past);
}

/* What was due follows from the samples, which are there anyway. */
static bool was_heard(const struct xenring_event *e)
{
	return e->direction && strcmp(e->source, "sampled") != 0 && strcmp(e->source, "counted") != 0;
}

/* ---- listening ----------------------------------------------------------------------- */

/* Where the ring is in a sample: where it was, or looked for. SIZE_MAX: it is not there. */
static size_t place_of(struct hear *h, const struct xenring_snapshot *snap, const char *path)
{
	size_t n = xenring_n_rings(snap);

	if (h->place < n && !strcmp(xenring_path(snap, XENRING_RING, h->place), path))
		return h->place;
	for (size_t i = 0; i < n; i++)
		if (!strcmp(xenring_path(snap, XENRING_RING, i), path))
			return h->place = i;
	return SIZE_MAX;
}

static bool wants_kernel(const struct hear *h)
{
	return h->kernel || h->follows;
}

/* Does the kernel tell of the ring? *ret_why: why not. */
static bool kernel_tells(const struct hear *h, const char **ret_why)
{
	struct xenring_via via;

	*ret_why = NULL;
	if (!wants_kernel(h) || xenring_trace_via(h->t, 0, &via))
		return false;
	*ret_why = via.why ? via.why : "it sees nothing of this ring";
	return via.works && via.devices;
}

static void listen(struct hear *h, const char *path, struct past *past, int64_t since_ns)
{
	const char *why;
	bool kernel = kernel_tells(h, &why), bound = h->n_ports && (!h->bound_at || !strcmp(h->bound_at, path));

	buf_clear(&h->why);
	if (wants_kernel(h) && !kernel)
		buf_puts(&h->why, why);
	if (kernel || bound)
		past_listen(past, TO_BACK, since_ns);
	else
		past_stop_listening(past, TO_BACK);
	if (kernel)
		past_listen(past, TO_FRONT, since_ns);
	else
		past_stop_listening(past, TO_FRONT);
}

/* 0 or -errno. */
static int step(struct hear *h, struct xenring_snapshot *snap, const char *path)
{
	size_t place = wants_kernel(h) ? place_of(h, snap, path) : SIZE_MAX;
	int r = xenring_trace_step(h->t, snap, h->ui->s->capture ? NULL : &place, place != SIZE_MAX);
	struct xenring_via via;

	h->ui->holds = wants_kernel(h) && !xenring_trace_via(h->t, 0, &via) && via.works;
	return r;
}

void hear_each(struct hear *h, struct xenring_snapshot *snap, const char *path, struct past *past)
{
	bool capture = h->ui->s->capture;
	struct xenring_time at;
	struct xenring_event e;

	/* whatever ring is looked at later: what a capture holds is told but once */
	if (capture && !h->t && !h->failed)
		h->failed = xenring_trace_new(handle(h), NULL, &h->t) < 0;
	if (!h->t)
		return;
	xenring_snapshot_time(snap, &at);
	if (capture && h->stepped_ns && at.mono_ns <= h->stepped_ns) {
		forget(h);
		past_forget_heard(past);
	}
	h->stepped_ns = at.mono_ns;
	if (step(h, snap, path) < 0) {
		ui_say(h->ui, S_WARN, "%s", xenring_message(handle(h)));
		hear_nothing(h, past);
		return;
	}
	while (xenring_trace_next(h->t, &e)) {
		if (h->follow)
			xenring_follow_event(h->follow, &e);
		if (!was_heard(&e))
			continue;
		keep(h, &e);
		count(h, &e, path, past);
	}
	if (!capture)
		listen(h, path, past, at.mono_ns);
}

static void end_trace(struct hear *h)
{
	xenring_trace_free(h->t);
	h->t = NULL;
	h->ui->knock_fd = -1;
	h->ui->holds = false;
}

/* A way to listen, as long as anybody wants to. 0 or -errno. */
static int use(struct hear *h)
{
	const char *via = wants_kernel(h) ? "kernel" : "sampled";

	return h->t ? xenring_trace_use(h->t, via) : xenring_trace_new(handle(h), via, &h->t);
}

static void stop_kernel(struct hear *h, struct past *past)
{
	h->kernel = false;
	/* who follows wants it, too */
	if (h->follows)
		return;
	if (h->n_ports)
		use(h);
	else
		end_trace(h);
	past_stop_listening(past, TO_FRONT);
	if (!h->n_ports)
		past_stop_listening(past, TO_BACK);
}

static void refuse(struct hear *h, struct past *past, const char *why)
{
	buf_clear(&h->why);
	buf_puts(&h->why, why);
	if (h->t)
		stop_kernel(h, past);
	h->kernel = false;
	ui_say(h->ui, S_WARN, "the kernel's probes stay off: %s", buf_str(&h->why));
}

void hear_kernel(struct hear *h, bool on, const char *path, struct past *past)
{
	struct xenring_snapshot *newest = ui_newest(h->ui);
	const char *why;

	buf_clear(&h->why);
	if (h->ui->s->capture) {
		ui_say(h->ui, S_DIM, "of a capture what was heard when it was made is shown");
		return;
	}
	if (!on) {
		stop_kernel(h, past);
		ui_say(h->ui, S_DIM, h->follows ? "the kernel's probes stay on as long as requests are followed" :
		       "the kernel's probes are off: wakes are worked out from samples");
		return;
	}
	if (!newest || !path[0]) {
		ui_say(h->ui, S_WARN, "there is no ring to listen to");
		return;
	}
	h->kernel = true;
	if (use(h) < 0 || step(h, newest, path) < 0) {
		refuse(h, past, xenring_message(handle(h)));
		return;
	}
	if (!kernel_tells(h, &why)) {
		refuse(h, past, why);
		return;
	}
	ui_say(h->ui, S_DIM, "the kernel's probes are on: each knock, both ways, with its moment");
}

bool hear_follow(struct hear *h, bool on, const char *path, struct past *past)
{
	struct xenring_snapshot *newest = ui_newest(h->ui);
	const char *why = NULL;
	bool had = wants_kernel(h);

	h->follows = on;
	h->follow = NULL;
	/* a capture tells what it holds anyway */
	if (h->ui->s->capture)
		return false;
	if (had && !wants_kernel(h))
		stop_kernel(h, past);
	if (!had && wants_kernel(h) && (!newest || use(h) < 0 || step(h, newest, path) < 0))
		why = xenring_message(handle(h));
	else if (on && h->t && kernel_tells(h, &why))
		return true;
	buf_clear(&h->why);
	buf_puts(&h->why, on && why ? why : "");
	return false;
}

/* The ring that has the port, if a device names it. */
static const char *ring_of(const struct xenring_snapshot *snap, uint32_t domid, uint32_t port)
{
	struct xenring_ring ring;

	for (size_t i = 0; i < xenring_n_rings(snap); i++)
		if (!xenring_ring(snap, i, &ring) && ring.domid == domid && ring.port == port)
			return xenring_path(snap, XENRING_RING, i);
	return NULL;
}

bool hear_bind(struct hear *h, const char *text)
{
	struct xenring_snapshot *newest = ui_newest(h->ui);
	_cleanup_free_ char *name = NULL;
	uint32_t domid = 0, port = 0;
	const char *at;

	if (!port_parse(text, &name, &port)) {
		ui_say(h->ui, S_WARN, "%s: not a domain and a port, as in web01:8", text);
		return false;
	}
	if (!newest || port_domain(newest, name, false, &domid)) {
		ui_say(h->ui, S_WARN, "%s: there is no such domain", name);
		return false;
	}
	if ((!h->t && use(h) < 0) || xenring_trace_bind(h->t, newest, domid, port) < 0) {
		ui_say(h->ui, S_WARN, "%s", xenring_message(handle(h)));
		if (h->t && !wants_kernel(h) && !h->n_ports && !h->ui->s->capture)
			end_trace(h);
		return false;
	}
	/* it begins with the sample that follows */
	if (!h->n_ports++ && !wants_kernel(h))
		step(h, newest, "");
	buf_puts(&h->ports, h->ports.n ? ", " : "");
	buf_puts(&h->ports, text);
	at = ring_of(newest, domid, port);
	free(h->bound_at);
	h->bound_at = at ? xstrdup(at) : NULL;
	h->ui->knock_fd = xenring_trace_fd(h->t);
	ui_say(h->ui, S_DIM, "%s is bound until this view is left: each knock is shown as it comes", text);
	return true;
}

void hear_nothing(struct hear *h, struct past *past)
{
	h->follows = false;
	h->follow = NULL;
	/* that of a capture holds nothing of the host's */
	if (h->ui->s->capture && h->t)
		return;
	end_trace(h);
	h->kernel = false;
	h->n_ports = 0;
	buf_clear(&h->ports);
	buf_clear(&h->why);
	for (int way = 0; way < WAYS; way++)
		past_stop_listening(past, (enum way)way);
}

void hear_free(struct hear *h)
{
	xenring_trace_free(h->t);
	forget(h);
	free(h->knocks);
	free(h->bound_at);
	buf_free(&h->ports);
	buf_free(&h->why);
	*h = (struct hear){ 0 };
}

void hear_put_source(const struct hear *h, const struct past *past, struct buf *b)
{
	bool kernel = wants_kernel(h) && !h->why.n && !h->ui->s->capture;

	if (kernel)
		buf_puts(b, "heard by the kernel's probes");
	else if (h->n_ports)
		buf_puts(b, "heard at");
	else if (h->ui->s->capture && past->heard.n)
		buf_puts(b, "heard when it was recorded");
	else
		buf_puts(b, "worked out from samples");
	if (h->n_ports)
		buf_printf(b, "%s%s", kernel ? " and at " : " ", buf_str(&h->ports));
	if (h->why.n)
		buf_printf(b, "; kernel: %s", buf_str(&h->why));
}
