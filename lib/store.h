/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading xenstore through a source: typed values, hostile bytes, paths. */
#ifndef XR_STORE_H
#define XR_STORE_H

#include "source.h"

#define XR_STORE_SCALAR 256	/* longest value that is looked at, bytes */
#define XR_PATH_MAX 3072	/* XENSTORE_ABS_PATH_MAX */

/* xenbus states (io/xenbus.h). */
enum xr_xenbus {
	XR_BUS_UNKNOWN, XR_BUS_INITIALISING, XR_BUS_INITWAIT, XR_BUS_INITIALISED,
	XR_BUS_CONNECTED, XR_BUS_CLOSING, XR_BUS_CLOSED, XR_BUS_RECONFIGURING,
	XR_BUS_RECONFIGURED, XR_BUS_N
};
extern const struct xenring_sym xr_bus_words[];
/* "connected"; NULL for -1 and what is no state. */
const char *xr_bus_name(int state);

/*
 * dir/key (key may hold slashes; NULL or "": dir itself) as a string of at
 * most XR_STORE_SCALAR bytes, ended with NUL; *ret_n without it. To free().
 * -ENOENT: no such node; -E2BIG: longer; -EACCES ...
 */
int xr_store_read(struct xr_source *src, const char *dir, const char *key, char **ret, size_t *ret_n);
/* The same as a strict decimal number up to max. -EINVAL and -ERANGE too; *ret_raw (may be NULL)
 * gets the printable text of what stands there, for messages; to free(), set on failure only. */
int xr_store_u32(struct xr_source *src, const char *dir, const char *key, uint32_t max,
		 uint32_t *ret, char **ret_raw);
/* Names below dir/key, in one allocation to free(); sorted. */
int xr_store_list(struct xr_source *src, const char *dir, const char *key, char ***ret, size_t *ret_n);
/* A sorted list has name. */
bool xr_names_have(char **names, size_t n, const char *name);

/* A device's type as the toolstacks name them: at most 31 letters, digits, '_' and '-'. */
bool xr_is_type(const char *s, size_t n);

/* Could xenstored have a node of this name? It has no '.', among others. */
bool xr_is_node_name(const char *s, size_t n);
/*
 * A folder within a domain's own, /local/domain/<domid>/...: *ret_below points
 * behind the domain's, at "/data/vchan/0". -EINVAL: it is no such path, or longer
 * than XR_FOLDER_MAX.
 */
int xr_parse_folder(const char *path, uint32_t *ret_domid, const char **ret_below);
#define XR_FOLDER_MAX 200	/* bytes below the domain's folder */

/* Parts of /local/domain/<backend>/backend/<type>/<frontend>/<id>. */
struct xr_backend_path {
	uint32_t backend, frontend, id;
	char type[32];
};

/* Strict: every part as Xen writes it, nothing else. -EINVAL. */
int xr_parse_backend_path(const char *path, size_t n, struct xr_backend_path *ret);

/* What a changed path is about. */
struct xr_path_parts {
	enum { XR_PATH_OTHER, XR_PATH_NAME, XR_PATH_DEVICE, XR_PATH_FIXED, XR_PATH_BACKEND } what;
	uint32_t domid;			/* the frontend's */
	char type[32];			/* "" if the path is above it; of a backend, the backend's */
	bool has_id;
	uint32_t id;
	const char *below;		/* what stands behind the domain's own folder, in path; NULL of a backend */
};
void xr_path_split(const char *path, struct xr_path_parts *ret);

#endif
