/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run of checks over a session. */
#include <config.h>

#include "watching.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "config-file.h"
#include "exit-codes.h"
#include "say.h"

static bool is_check(const char *arg)
{
	size_t n = strcspn(arg, ":");
	_cleanup_free_ char *name = xstrndup(arg, n);
	struct xenring_check check;

	/* a device has a colon, too, and always a slash before it */
	if (strchr(name, '/'))
		return false;
	for (size_t i = 0; !xenring_check(i, &check); i++)
		if (!strcmp(check.check, name) || (strchr(name, '.') && !fnmatch(name, check.check, 0)))
			return true;
	return false;
}

/* It looks like one: what it is called begins as checks do. */
static bool is_almost_check(const char *arg)
{
	size_t n = strcspn(arg, ".");
	struct xenring_check check;

	for (size_t i = 0; arg[n] == '.' && !strchr(arg, '/') && !xenring_check(i, &check); i++)
		if (!strncmp(check.check, arg, n + 1))
			return true;
	return false;
}

void watching_sort(struct check_opts *ret, const struct opts *o)
{
	*ret = (struct check_opts){
		.checks = xcalloc(o->n_args, sizeof(*ret->checks)),
		.targets = xcalloc(o->n_args, sizeof(*ret->targets)),
	};
	for (size_t i = 0; i < o->n_args; i++) {
		if (is_check(o->args[i]) || is_almost_check(o->args[i]))
			ret->checks[ret->n_checks++] = o->args[i];
		else
			ret->targets[ret->n_targets++] = o->args[i];
	}
}

void watching_free(struct check_opts *c)
{
	free(c->checks);
	free(c->targets);
}

static bool wants(void *data, const char *domain, int64_t domid, const char *device, const char *ring)
{
	const struct session *s = data;

	for (size_t i = 0; i < s->n_targets; i++)
		if (target_meets(&s->targets[i], domain, domid, device, ring))
			return true;
	return !s->n_targets;
}

static void put_nearest(const char *arg)
{
	_cleanup_free_ char *name = xstrndup(arg, strcspn(arg, ":"));
	_cleanup_nearest_ struct nearest near = { .word = name };
	struct xenring_check check;

	for (size_t i = 0; !xenring_check(i, &check); i++)
		nearest_try(&near, check.check);
	if (nearest_get(&near))
		hint("did you mean \"%s\"?", nearest_get(&near));
	else
		hint("xenringtop checks lists them");
}

int watching_configure(struct xenring_watch *watch, const struct opts *o)
{
	struct xenring_check check;
	int r = 0;

	for (size_t i = 0; !r && !xenring_check(i, &check); i++) {
		const char *args = config_get(o, CONFIG_CHECKS, check.check);

		if (args)
			r = xenring_watch_adjust(watch, check.check, args);
	}
	return r;
}

bool watching_check_args(const char *check, const char *args)
{
	struct xenring_watch *watch = NULL;
	struct xenring *x = NULL;
	int r = xenring_new(&x);

	if (!r)
		r = xenring_watch_new(&watch, x);
	if (!r)
		r = xenring_watch_adjust(watch, check, args);
	if (r)
		say("%s", x ? xenring_message(x) : strerror(-r));
	if (r == -ENOENT)
		put_nearest(check);
	xenring_watch_free(watch);
	xenring_close(x);
	return !r;
}

/* What a text says of an argument last: *ret_n bytes, or NULL. */
static const char *given_arg(const char *text, const char *name, size_t *ret_n)
{
	size_t n = strlen(name);
	const char *found = NULL;

	for (const char *p = text; p && *p; p += *p == ',') {
		p += strspn(p, " \t");
		if (!strncmp(p, name, n) && p[n] == '=') {
			found = p + n + 1;
			*ret_n = strcspn(found, ",");
		}
		p += strcspn(p, ",");
	}
	return found;
}

/* own: what it is if nobody says so, or NULL. */
static void put_arg(struct buf *b, const char *name, const char *own, const char *given, bool changed)
{
	size_t n = own ? strlen(own) : 0;
	const char *value = given_arg(given, name, &n);
	bool is_own = own && (!value || (strlen(own) == n && !memcmp(own, value, n)));

	if ((!own && !value) || (is_own && changed))
		return;
	buf_printf(b, "%s%s=%.*s", b->n ? "," : "", name, (int)n, value ? value : own);
}

void watching_put_args(struct buf *b, const struct xenring_check *check, const char *given, bool changed)
{
	_cleanup_buf_ struct buf args = { 0 };

	for (size_t i = 0; i < check->n_args; i++) {
		const struct xenring_check_arg *arg = &check->args[i];
		const char *unit = arg->unit && !strcmp(arg->unit, xenring_unit_name(XENRING_U_SECONDS)) ? "s" : "";
		_cleanup_free_ char *own = xasprintf("%g%s", arg->value, unit);

		put_arg(&args, arg->name, own, given, changed);
	}
	put_arg(&args, "warn", check->warn, given, changed);
	put_arg(&args, "crit", check->crit, given, changed);
	buf_puts(b, buf_str(&args));
}

/* A new watch with what was asked for. 0 or -errno. */
static int make(struct watching *w)
{
	const struct opts *o = w->s->o;
	int r = xenring_watch_new(&w->watch, w->s->x);

	if (!r)
		r = watching_configure(w->watch, o);
	for (size_t i = 0; !r && i < w->given->n_checks; i++) {
		r = xenring_watch_choose(w->watch, w->given->checks[i]);
		if (r == -ENOENT) {
			say("%s", xenring_message(w->s->x));
			put_nearest(w->given->checks[i]);
			return r;
		}
	}
	if (!r)
		r = xenring_watch_thresholds(w->watch, o->warning, o->critical);
	if (!r && o->unreadable)
		r = xenring_watch_unreadable(w->watch, o->unreadable);
	if (!r)
		xenring_watch_select(w->watch, wants, w->s);
	else
		session_failed(w->s, r, false);
	return r;
}

static void taken(struct session *s, struct xenring_snapshot *snap, void *data)
{
	struct watching *w = data;
	struct xenring_time t;

	xenring_snapshot_time(snap, &t);
	if (w->failed)
		return;
	if (t.mono_ns < w->last_ns) {
		xenring_watch_free(w->watch);
		w->watch = NULL;
		if (make(w)) {
			w->failed = true;
			return;
		}
	}
	w->last_ns = t.mono_ns;
	if (xenring_watch_step(w->watch, snap)) {
		session_failed(s, -ENOMEM, false);
		w->failed = true;
	} else if (w->judged) {
		w->judged(w, snap, w->data);
	}
}

int watching_begin(struct watching *w, struct session *s, const struct check_opts *given)
{
	int r;

	w->s = s;
	w->given = given;
	w->last_ns = INT64_MIN;
	r = make(w);
	if (r)
		return r == -ENOMEM ? XT_FAILED : XT_USAGE;
	s->taken = taken;
	s->taken_data = w;
	return 0;
}

void watching_end(struct watching *w)
{
	xenring_watch_free(w->watch);
	w->watch = NULL;
}
