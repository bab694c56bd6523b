/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which checks are run, and by which thresholds. */
#include <config.h>

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "check/watch.h"
#include "context.h"
#include "util/cleanup.h"

/* One "name=value" of a check. 0 or -errno, complained about. */
static int take_arg(struct xenring_watch *w, unsigned k, const char *text, bool weak)
{
	const struct xr_check *check = xr_checks[k];
	struct xr_chosen *c = &w->chosen[k];
	const char *equals = strchr(text, '=');
	size_t n = equals ? (size_t)(equals - text) : strlen(text);
	bool warn = n == 4 && !strncmp(text, "warn", n), crit = n == 4 && !strncmp(text, "crit", n);

	if (!equals || !equals[1])
		return xr_fail(w->x, "check", EINVAL, "%s: \"%s\" has no value", check->id, text);
	if (warn || crit) {
		c->has_ranges = true;
		c->weak = weak;
		if (xr_range_parse(equals + 1, warn ? &c->warn : &c->crit))
			return xr_fail(w->x, "check", EINVAL, "%s: \"%s\" is no range", check->id, equals + 1);
		return 0;
	}
	for (unsigned i = 0; check->args[i].name; i++) {
		if (strlen(check->args[i].name) != n || strncmp(check->args[i].name, text, n))
			continue;
		if (xr_check_value(equals + 1, &c->arg[i]))
			return xr_fail(w->x, "check", EINVAL, "%s: %s is \"%s\", no number that it can be", check->id,
				       check->args[i].name, equals + 1);
		return 0;
	}
	w->x->hint = "xenringtop explain CHECK tells which arguments it takes; all take warn and crit";
	return xr_fail(w->x, "check", EINVAL, "%s takes no argument \"%.*s\"", check->id, (int)n, text);
}

/* "after=10s,warn=5" of check k. */
static int take_args(struct xenring_watch *w, unsigned k, const char *text, bool weak)
{
	_cleanup_free_ char *args = strdup(text);
	struct xr_chosen *c = &w->chosen[k];
	char *at = args, *arg;

	if (!args)
		return xr_fail(w->x, "check", ENOMEM, "out of memory");
	/* ranges that stood there for want of better go with the first other word */
	if (c->weak && !weak) {
		c->warn = c->crit = (struct xr_range){ .set = false };
		c->has_ranges = c->weak = false;
	}
	while (at && (arg = strsep(&at, ","))) {
		int r = take_arg(w, k, arg + strspn(arg, " \t"), weak);

		if (r)
			return r;
	}
	return 0;
}

int xenring_watch_adjust(struct xenring_watch *w, const char *check, const char *args)
{
	w->x->hint = NULL;
	w->set_up = false;
	for (unsigned k = 0; xr_checks[k]; k++) {
		if (strcmp(xr_checks[k]->id, check) != 0)
			continue;
		w->chosen[k].adjusted = true;
		return take_args(w, k, args, true);
	}
	w->x->hint = "xenringtop checks lists them";
	return xr_fail(w->x, "check", ENOENT, "there is no check \"%s\"", check);
}

int xenring_watch_choose(struct xenring_watch *w, const char *spec)
{
	const char *colon = strchr(spec, ':');
	_cleanup_free_ char *name = strndup(spec, colon ? (size_t)(colon - spec) : strlen(spec));
	bool any = false;

	w->x->hint = NULL;
	if (!name)
		return xr_fail(w->x, "check", ENOMEM, "out of memory");
	for (unsigned k = 0; xr_checks[k]; k++) {
		bool named = !strcmp(xr_checks[k]->id, name);
		int r;

		if (!named && fnmatch(name, xr_checks[k]->id, 0))
			continue;
		any = true;
		w->chosen[k].on = true;
		w->chosen[k].named |= named;
		r = colon ? take_args(w, k, colon + 1, false) : 0;
		if (r)
			return r;
	}
	if (!any) {
		w->x->hint = "xenringtop checks lists them";
		return xr_fail(w->x, "check", ENOENT, "there is no check \"%s\"", name);
	}
	w->some = true;
	w->set_up = false;
	return 0;
}

int xenring_watch_thresholds(struct xenring_watch *w, const char *warn, const char *crit)
{
	const struct { const char *text; struct xr_range *into; } both[] = {
		{ warn, &w->warn }, { crit, &w->crit },
	};

	for (size_t i = 0; i < 2; i++) {
		if (!both[i].text)
			continue;
		if (xr_range_parse(both[i].text, both[i].into))
			return xr_fail(w->x, "check", EINVAL, "\"%s\" is no range", both[i].text);
		w->has_ranges = true;
	}
	w->set_up = false;
	return 0;
}

int xenring_watch_unreadable(struct xenring_watch *w, const char *level)
{
	for (const struct xenring_sym *s = xr_level_words; s->name; s++) {
		if (strcmp(s->name, level) != 0)
			continue;
		w->blind = (enum xr_level)s->value;
		return 0;
	}
	return xr_fail(w->x, "check", EINVAL, "\"%s\" is no level: ok, warning, critical", level);
}
