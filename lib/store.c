/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading xenstore through a source: typed values, hostile bytes, paths. */
#include <config.h>

#include "store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/text.h"

const struct xenring_sym xr_bus_words[] = {
	{ XR_BUS_UNKNOWN, "unknown", "xenbus state 0: nobody has written one yet" },
	{ XR_BUS_INITIALISING, "initialising", "the driver has not answered yet" },
	{ XR_BUS_INITWAIT, "initwait", "the backend waits for the frontend's keys" },
	{ XR_BUS_INITIALISED, "initialised", "the frontend has written its rings, not connected yet" },
	{ XR_BUS_CONNECTED, "connected", "both drivers are ready and the device is in use" },
	{ XR_BUS_CLOSING, "closing", "one side is shutting the device down" },
	{ XR_BUS_CLOSED, "closed", "no rings: closed by one side" },
	{ XR_BUS_RECONFIGURING, "reconfiguring", "the device changes while it stays in use" },
	{ XR_BUS_RECONFIGURED, "reconfigured", "the change has been taken" },
	{ 0 }
};

const char *xr_bus_name(int state)
{
	return state >= 0 && state < XR_BUS_N ? xr_bus_words[state].name : NULL;
}

/* dir/key in buf. -ENAMETOOLONG. */
static int join(char buf[XR_PATH_MAX], const char *dir, const char *key)
{
	int n = key && *key ? snprintf(buf, XR_PATH_MAX, "%s/%s", dir, key) :
			      snprintf(buf, XR_PATH_MAX, "%s", dir);

	return n < 0 || n >= XR_PATH_MAX ? -ENAMETOOLONG : 0;
}

int xr_store_read(struct xr_source *src, const char *dir, const char *key, char **ret, size_t *ret_n)
{
	_cleanup_free_ void *value = NULL;
	char path[XR_PATH_MAX];
	size_t n;
	int r = join(path, dir, key);

	if (r)
		return r;
	r = src->ops->store_read(src, path, &value, &n);
	if (r)
		return r;
	if (n > XR_STORE_SCALAR)
		return -E2BIG;
	*ret = xr_steal(&value);
	if (ret_n)
		*ret_n = n;
	return 0;
}

int xr_store_u32(struct xr_source *src, const char *dir, const char *key, uint32_t max,
		 uint32_t *ret, char **ret_raw)
{
	_cleanup_free_ char *value = NULL;
	size_t n;
	int r = xr_store_read(src, dir, key, &value, &n);

	if (r) {
		if (ret_raw)
			*ret_raw = NULL;
		return r;
	}
	r = xr_parse_u32(value, n, max, ret);
	if (r && ret_raw)
		*ret_raw = xr_printable(value, n, 40);
	return r;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int xr_store_list(struct xr_source *src, const char *dir, const char *key, char ***ret, size_t *ret_n)
{
	char path[XR_PATH_MAX];
	char **names;
	size_t n;
	int r = join(path, dir, key);

	if (r)
		return r;
	r = src->ops->store_list(src, path, &names, &n);
	if (r)
		return r;
	if (n)
		qsort(names, n, sizeof(*names), by_text);
	*ret = names;
	*ret_n = n;
	return 0;
}

bool xr_names_have(char **names, size_t n, const char *name)
{
	return n && bsearch(&name, names, n, sizeof(*names), by_text);
}

/* A path's next component, up to the slash or the end. NULL when there is none. */
static const char *component(const char **at, const char *end, size_t *ret_n)
{
	const char *from = *at, *to;

	if (from >= end)
		return NULL;
	to = memchr(from, '/', (size_t)(end - from));
	if (!to)
		to = end;
	*ret_n = (size_t)(to - from);
	*at = to < end ? to + 1 : end;
	return from;
}

static bool is(const char *s, size_t n, const char *word)
{
	return s && n == strlen(word) && !memcmp(s, word, n);
}

bool xr_is_type(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z') ||
		      (s[i] >= '0' && s[i] <= '9') || s[i] == '_' || s[i] == '-'))
			return false;
	return n && n <= 31;
}

static bool take_type(const char *s, size_t n, char ret[32])
{
	if (!s || !xr_is_type(s, n))
		return false;
	memcpy(ret, s, n);
	ret[n] = '\0';
	return true;
}

/* A number as Xen writes it into a path: without what is tolerated in values. */
static bool take_number(const char *s, size_t n, uint32_t max, uint32_t *ret)
{
	return s && n && s[n - 1] >= '0' && s[n - 1] <= '9' && (s[0] != '0' || n == 1) &&
	       !xr_parse_u32(s, n, max, ret);
}

bool xr_is_node_name(const char *s, size_t n)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_@";

	for (size_t i = 0; i < n; i++)
		if (!s[i] || !strchr(allowed, s[i]))
			return false;
	return n > 0;
}

int xr_parse_folder(const char *path, uint32_t *ret_domid, const char **ret_below)
{
	static const char head[] = "/local/domain/";
	const char *at = path + sizeof(head) - 1, *end = path + strlen(path), *s, *below;
	uint32_t domid;
	size_t n = 0;

	if (strncmp(path, head, sizeof(head) - 1))
		return -EINVAL;
	s = component(&at, end, &n);
	if (!take_number(s, n, XR_DOMID_FIRST_RESERVED - 1, &domid) || at == end)
		return -EINVAL;
	below = at - 1;
	if (end[-1] == '/' || end - below > XR_FOLDER_MAX)
		return -EINVAL;
	while ((s = component(&at, end, &n)))
		if (!xr_is_node_name(s, n))
			return -EINVAL;
	*ret_domid = domid;
	*ret_below = below;
	return 0;
}

int xr_parse_backend_path(const char *path, size_t n, struct xr_backend_path *ret)
{
	static const char head[] = "/local/domain/";
	const char *at = path + sizeof(head) - 1, *end = path + n, *s;
	struct xr_backend_path p;
	size_t len = 0;

	/* a trailing NUL or slash is not what a toolstack writes */
	if (n < sizeof(head) || memcmp(path, head, sizeof(head) - 1) || path[n - 1] == '/')
		return -EINVAL;
	s = component(&at, end, &len);
	if (!take_number(s, len, XR_DOMID_FIRST_RESERVED - 1, &p.backend))
		return -EINVAL;
	s = component(&at, end, &len);
	if (!is(s, len, "backend"))
		return -EINVAL;
	s = component(&at, end, &len);
	if (!take_type(s, len, p.type))
		return -EINVAL;
	s = component(&at, end, &len);
	if (!take_number(s, len, XR_DOMID_FIRST_RESERVED - 1, &p.frontend))
		return -EINVAL;
	s = component(&at, end, &len);
	if (!take_number(s, len, UINT32_MAX, &p.id) || at != end)
		return -EINVAL;
	*ret = p;
	return 0;
}

void xr_path_split(const char *path, struct xr_path_parts *ret)
{
	static const char head[] = "/local/domain/";
	const char *at = path + sizeof(head) - 1, *end = path + strlen(path), *s;
	struct xr_path_parts p = { .what = XR_PATH_OTHER };
	size_t n = 0;

	*ret = p;
	if (strncmp(path, head, sizeof(head) - 1))
		return;
	s = component(&at, end, &n);
	if (!take_number(s, n, XR_DOMID_FIRST_RESERVED - 1, &p.domid))
		return;
	p.below = at < end || end[-1] == '/' ? at - 1 : end;
	s = component(&at, end, &n);
	if (is(s, n, "name")) {
		p.what = XR_PATH_NAME;
	} else if (is(s, n, "device")) {
		p.what = XR_PATH_DEVICE;
		s = component(&at, end, &n);
		if (s && take_type(s, n, p.type)) {
			s = component(&at, end, &n);
			p.has_id = take_number(s, n, UINT32_MAX, &p.id);
		}
	} else if (is(s, n, "backend")) {
		s = component(&at, end, &n);
		if (!s || !take_type(s, n, p.type))
			return;
		s = component(&at, end, &n);
		if (!take_number(s, n, XR_DOMID_FIRST_RESERVED - 1, &p.domid))
			return;
		p.what = XR_PATH_BACKEND;
		p.below = NULL;
		s = component(&at, end, &n);
		p.has_id = take_number(s, n, UINT32_MAX, &p.id);
	} else if (s && take_type(s, n, p.type)) {
		p.what = XR_PATH_FIXED;
	}
	*ret = p;
}
