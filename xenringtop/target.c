/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Targets: the one grammar by which domains, devices and rings are named. */
#include <config.h>

#include "target.h"

#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "exit-codes.h"
#include "say.h"

int target_parse(struct target *t, const char *text)
{
	_cleanup_free_ char *copy = xstrdup(text);
	size_t n = strlen(copy);
	char *p = copy;

	*t = (struct target){ .text = text };
	/* completion leaves one slash behind a name that has more below it */
	if (n > 1 && copy[n - 1] == '/')
		copy[n - 1] = '\0';
	for (unsigned i = 0; i < 3 && p; i++) {
		char *slash = i < 2 ? strchr(p, '/') : NULL;

		if (slash)
			*slash = '\0';
		if (!*p) {
			say("\"%s\": a target has the form DOMAIN[/DEVICE[/RING]]", text);
			hint("for example web01, web01/vbd:51712 or '*/vif:*'");
			target_free(t);
			return XT_USAGE;
		}
		t->part[t->depth++] = xstrdup(p);
		p = slash ? slash + 1 : NULL;
	}
	return 0;
}

void target_free(struct target *t)
{
	for (size_t i = 0; i < 3; i++) {
		free(t->part[i]);
		t->part[i] = NULL;
	}
	t->depth = 0;
}

/* The name itself goes before the pattern: names may hold brackets. */
static bool part_matches(const char *part, const char *name)
{
	return name && (!strcmp(part, name) || !fnmatch(part, name, 0));
}

static bool domain_matches(const char *part, const char *name, int64_t domid)
{
	char number[24];

	if (part[strspn(part, "0123456789")])
		return part_matches(part, name);
	snprintf(number, sizeof(number), "%" PRId64, domid);
	return !strcmp(part, number);
}

bool target_meets(const struct target *t, const char *domain, int64_t domid, const char *device,
		  const char *ring)
{
	return domain_matches(t->part[0], domain, domid) &&
	       (t->depth < 2 || !device || part_matches(t->part[1], device)) &&
	       (t->depth < 3 || !ring || part_matches(t->part[2], ring));
}

/* Can it match a device of this type, "vbd:"? What stands before a wildcard is plain. */
static bool part_may_match(const char *part, const char *type)
{
	size_t n = strcspn(part, "*?[\\"), len = strlen(type);

	return !strncmp(part, type, n < len ? n : len);
}

bool targets_want(const struct target *targets, size_t n, int64_t domid, const char *domain,
		  const char *device)
{
	size_t len = device ? strlen(device) : 0;

	for (size_t i = 0; i < n; i++) {
		const struct target *t = &targets[i];

		if (!domain_matches(t->part[0], domain, domid))
			continue;
		if (!device || t->depth == 1 ||
		    (len && device[len - 1] == ':' ? part_may_match(t->part[1], device) :
						     part_matches(t->part[1], device)))
			return true;
	}
	return false;
}

struct marks {
	bool *domain, *device, *ring;
};

static bool mark_domains(const struct xenring_snapshot *snap, const struct target *t, bool *marks)
{
	size_t n = xenring_n_domains(snap);
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		struct xenring_domain row;

		if (xenring_domain(snap, i, &row) ||
		    !domain_matches(t->part[0], row.domain, row.domid))
			continue;
		marks[i] = any = true;
	}
	return any;
}

static bool mark_devices(const struct xenring_snapshot *snap, const struct target *t, bool *marks)
{
	size_t n = xenring_n_devices(snap);
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		struct xenring_device row;

		if (xenring_device(snap, i, &row) ||
		    !domain_matches(t->part[0], row.domain, row.domid) ||
		    !part_matches(t->part[1], row.device))
			continue;
		marks[i] = any = true;
	}
	return any;
}

static bool mark_rings(const struct xenring_snapshot *snap, const struct target *t, bool *marks)
{
	size_t n = xenring_n_rings(snap);
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		struct xenring_ring row;

		if (xenring_ring(snap, i, &row) ||
		    !domain_matches(t->part[0], row.domain, row.domid) ||
		    !part_matches(t->part[1], row.device) ||
		    !part_matches(t->part[2], row.ring))
			continue;
		marks[i] = any = true;
	}
	return any;
}

/* What a target names brings what is below it, then all of these what they are part of. */
static void spread(const struct xenring_snapshot *snap, struct marks *m)
{
	size_t n_devices = xenring_n_devices(snap), n_rings = xenring_n_rings(snap);
	_cleanup_free_ bool *named_domain = xcalloc(xenring_n_domains(snap), sizeof(bool));
	_cleanup_free_ bool *named_device = xcalloc(n_devices, sizeof(bool));

	memcpy(named_domain, m->domain, xenring_n_domains(snap) * sizeof(bool));
	for (size_t i = 0; i < n_devices; i++) {
		if (named_domain[xenring_device_domain(snap, i)])
			m->device[i] = true;
		named_device[i] = m->device[i];
	}
	for (size_t i = 0; i < n_rings; i++) {
		if (named_device[xenring_ring_device(snap, i)])
			m->ring[i] = true;
		if (m->ring[i])
			m->device[xenring_ring_device(snap, i)] = true;
	}
	for (size_t i = 0; i < n_devices; i++)
		if (m->device[i])
			m->domain[xenring_device_domain(snap, i)] = true;
}

static void complain(const struct xenring_snapshot *snap, const struct target *t)
{
	_cleanup_nearest_ struct nearest near = { .word = t->text };

	for (size_t i = 0; t->depth == 1 && i < xenring_n_domains(snap); i++) {
		struct xenring_domain row;

		if (!xenring_domain(snap, i, &row) && row.domain)
			nearest_try(&near, row.domain);
	}
	for (size_t i = 0; t->depth == 2 && i < xenring_n_devices(snap); i++) {
		struct xenring_device row;

		if (!xenring_device(snap, i, &row))
			nearest_try(&near, row.path);
	}
	for (size_t i = 0; t->depth == 3 && i < xenring_n_rings(snap); i++) {
		struct xenring_ring row;

		if (!xenring_ring(snap, i, &row))
			nearest_try(&near, row.path);
	}
	say("%s: there is no such %s", t->text,
	    t->depth == 1 ? "domain" : t->depth == 2 ? "device" : "ring");
	if (nearest_get(&near))
		hint("did you mean \"%s\"?", nearest_get(&near));
	else
		hint("xenringtop list --tree shows what there is");
}

static bool same_error(const struct xenring_error *a, const struct xenring_error *b)
{
	return !strcmp(a->path, b->path) && !strcmp(a->op, b->op) && !strcmp(a->code, b->code);
}

static void add_error(struct choice *c, const struct xenring_error *e)
{
	if (!e || (c->n_errors && same_error(e, &c->errors[c->n_errors - 1])))
		return;
	c->errors[c->n_errors++] = *e;
}

/* Errors in the order of the rings, each device's own before those of its rings. */
static void collect_errors(struct choice *c, const struct xenring_snapshot *snap)
{
	size_t r = 0;

	c->errors = xcalloc(c->n_devices + c->n_rings, sizeof(*c->errors));
	for (size_t d = 0; d < c->n_devices; d++) {
		add_error(c, c->devices[d].error);
		while (r < c->n_rings &&
		       xenring_ring_device(snap, c->ring_at[r]) <= c->device_at[d])
			add_error(c, c->rings[r++].error);
	}
	while (r < c->n_rings)
		add_error(c, c->rings[r++].error);
}

static void collect(struct choice *c, const struct xenring_snapshot *snap, const struct marks *m)
{
	size_t n_domains = xenring_n_domains(snap), n_devices = xenring_n_devices(snap);
	size_t n_rings = xenring_n_rings(snap);

	c->domains = xcalloc(n_domains, sizeof(*c->domains));
	c->domain_at = xcalloc(n_domains, sizeof(*c->domain_at));
	c->devices = xcalloc(n_devices, sizeof(*c->devices));
	c->device_at = xcalloc(n_devices, sizeof(*c->device_at));
	c->rings = xcalloc(n_rings, sizeof(*c->rings));
	c->ring_at = xcalloc(n_rings, sizeof(*c->ring_at));
	for (size_t i = 0; i < n_domains; i++) {
		if (!m->domain[i] || xenring_domain(snap, i, &c->domains[c->n_domains]))
			continue;
		c->domain_at[c->n_domains++] = i;
	}
	for (size_t i = 0; i < n_devices; i++) {
		if (!m->device[i] || xenring_device(snap, i, &c->devices[c->n_devices]))
			continue;
		c->device_at[c->n_devices++] = i;
	}
	for (size_t i = 0; i < n_rings; i++) {
		if (!m->ring[i] || xenring_ring(snap, i, &c->rings[c->n_rings]))
			continue;
		c->ring_at[c->n_rings++] = i;
	}
	collect_errors(c, snap);
}

/* Marks what t names. False: nothing. */
static bool mark(const struct xenring_snapshot *snap, const struct target *t, const struct marks *m)
{
	return t->depth == 1 ? mark_domains(snap, t, m->domain) :
	       t->depth == 2 ? mark_devices(snap, t, m->device) :
			       mark_rings(snap, t, m->ring);
}

bool targets_are_there(const struct target *targets, size_t n, const struct xenring_snapshot *snap)
{
	_cleanup_free_ bool *domain = xcalloc(xenring_n_domains(snap), sizeof(bool));
	_cleanup_free_ bool *device = xcalloc(xenring_n_devices(snap), sizeof(bool));
	_cleanup_free_ bool *ring = xcalloc(xenring_n_rings(snap), sizeof(bool));
	const struct marks m = { .domain = domain, .device = device, .ring = ring };

	for (size_t i = 0; i < n; i++)
		if (!mark(snap, &targets[i], &m))
			return false;
	return true;
}

int choice_make(struct choice *c, const struct xenring_snapshot *snap,
		const struct target *targets, size_t n, bool missing)
{
	_cleanup_free_ bool *domain = xcalloc(xenring_n_domains(snap), sizeof(bool));
	_cleanup_free_ bool *device = xcalloc(xenring_n_devices(snap), sizeof(bool));
	_cleanup_free_ bool *ring = xcalloc(xenring_n_rings(snap), sizeof(bool));
	struct marks m = { .domain = domain, .device = device, .ring = ring };
	int r = 0;

	*c = (struct choice){ 0 };
	for (size_t i = 0; i < n; i++) {
		if (mark(snap, &targets[i], &m) || !missing)
			continue;
		complain(snap, &targets[i]);
		r = XT_FAILED;
	}
	if (r)
		return r;
	if (!n) {
		memset(domain, true, xenring_n_domains(snap));
		memset(device, true, xenring_n_devices(snap));
		memset(ring, true, xenring_n_rings(snap));
	}
	spread(snap, &m);
	collect(c, snap, &m);
	return 0;
}

void choice_free(struct choice *c)
{
	free(c->domains);
	free(c->devices);
	free(c->rings);
	free(c->domain_at);
	free(c->device_at);
	free(c->ring_at);
	free(c->errors);
	*c = (struct choice){ 0 };
}

void target_complete(const struct xenring_snapshot *snap, const char *prefix,
		     void (*each)(void *data, const char *word), void *data)
{
	const char *slash = strchr(prefix, '/');
	size_t len = strlen(prefix);
	bool want_devices = slash && !strchr(slash + 1, '/');

	for (size_t i = 0; !slash && i < xenring_n_domains(snap); i++) {
		_cleanup_free_ char *word = NULL;
		struct xenring_domain row;

		if (xenring_domain(snap, i, &row) || !row.domain)
			continue;
		word = xasprintf("%s%s", row.domain, row.devices > 0 ? "/" : "");
		if (!strncmp(word, prefix, len))
			each(data, word);
	}
	for (size_t i = 0; want_devices && i < xenring_n_devices(snap); i++) {
		_cleanup_free_ char *word = NULL;
		struct xenring_device row;

		if (xenring_device(snap, i, &row))
			continue;
		word = xasprintf("%s%s", row.path, row.rings > 0 ? "/" : "");
		if (!strncmp(word, prefix, len))
			each(data, word);
	}
	for (size_t i = 0; slash && !want_devices && i < xenring_n_rings(snap); i++) {
		struct xenring_ring row;

		if (!xenring_ring(snap, i, &row) && !strncmp(row.path, prefix, len))
			each(data, row.path);
	}
}
