/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --from-debug-keys: what only Xen's console tells of grants. */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "exit-codes.h"
#include "program.h"
#include "say.h"
#include "session.h"

/* Xen's console buffer is at most a few MiB; what is larger is another file. */
#define DEBUG_KEYS_MAX (64u << 20)

/* The whole file; NULL with errno. EFBIG: it is too large to be one of these. */
static char *read_file(const char *path, size_t *ret_n)
{
	_cleanup_free_ char *text = NULL;
	size_t room = 1 << 16, n = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t got;

	if (fd < 0)
		return NULL;
	text = xcalloc(1, room);
	while ((got = read(fd, text + n, room - n)) > 0 || (got < 0 && errno == EINTR &&
							    !interrupted())) {
		n += got > 0 ? (size_t)got : 0;
		if (n == room) {
			room *= 2;
			text = xreallocarray(text, room, 1);
		}
		if (n > DEBUG_KEYS_MAX) {
			errno = EFBIG;
			got = -1;
			break;
		}
	}
	if (got < 0) {
		int saved = errno;

		close(fd);
		errno = saved;
		return NULL;
	}
	close(fd);
	*ret_n = n;
	return steal(&text);
}

int session_debug_keys(struct session *s, const char *path, const char **ret_why)
{
	size_t n = 0;
	_cleanup_free_ char *text = read_file(path, &n);
	int r;

	if (!text) {
		say("--from-debug-keys %s: %s", path, strerror(errno));
		*ret_why = "what --from-debug-keys names cannot be read";
		hint("what is wanted is what xl dmesg prints after xl debug-keys g");
		return XT_FAILED;
	}
	r = xenring_use_debug_keys(s->x, text, n);
	if (!r)
		return 0;
	*ret_why = xenring_message(s->x);
	say("--from-debug-keys %s: %s", path, *ret_why);
	if (xenring_hint(s->x))
		hint("%s", xenring_hint(s->x));
	return XT_FAILED;
}
