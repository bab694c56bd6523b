/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * xsbulk [-p MS]: changes xenstore as the lines of its input say, many requests
 * under way at a time: one by one, each costs milliseconds in an emulated host.
 *
 *	w PATH VALUE		writes; VALUE goes to the end of the line and may be empty
 *	r PATH			removes with all below; no error if it is not there
 *
 * PATH has no blanks. \xHH in VALUE is that byte, \\ a backslash. -p waits that
 * many milliseconds after each line. Fails on the first error that xenstored
 * answers, and names the line.
 */
#define _GNU_SOURCE 1

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <xen/io/xs_wire.h>

#define WINDOW 64u
#define MESSAGE (sizeof(struct xsd_sockmsg) + XENSTORE_PAYLOAD_MAX)

static int fd;
static unsigned sent, answered;
static struct { bool removes; unsigned line; } under_way[WINDOW];

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "xsbulk: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void connect_to(const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };

	snprintf(un.sun_path, sizeof(un.sun_path), "%s", path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&un, sizeof(un)))
		die(path);
}

static void read_all(void *into, size_t n)
{
	for (uint8_t *p = into; n; ) {
		ssize_t got = read(fd, p, n);

		if (got <= 0)
			die("xenstored");
		p += got;
		n -= (size_t)got;
	}
}

static void take_answer(void)
{
	char body[XENSTORE_PAYLOAD_MAX + 1];
	struct xsd_sockmsg m;

	read_all(&m, sizeof(m));
	if (m.len > XENSTORE_PAYLOAD_MAX) {
		errno = EPROTO;
		die("xenstored");
	}
	read_all(body, m.len);
	body[m.len] = '\0';
	if (m.type == XS_ERROR && !(under_way[m.req_id % WINDOW].removes && !strcmp(body, "ENOENT"))) {
		fprintf(stderr, "xsbulk: line %u: %s\n", under_way[m.req_id % WINDOW].line, body);
		exit(1);
	}
	answered++;
}

/* Answers that are there already are taken, lest both sides wait to write. */
static void send_all(const uint8_t *p, size_t n)
{
	while (n) {
		struct pollfd pfd = { .fd = fd, .events = POLLIN | POLLOUT };
		ssize_t put;

		if (poll(&pfd, 1, -1) < 0)
			die("poll");
		if (pfd.revents & POLLIN) {
			take_answer();
			continue;
		}
		put = send(fd, p, n, MSG_DONTWAIT);
		if (put < 0 && errno != EAGAIN)
			die("xenstored");
		if (put > 0) {
			p += put;
			n -= (size_t)put;
		}
	}
}

static size_t unescape(char *to, const char *from)
{
	char *start = to;

	while (*from) {
		unsigned byte;

		if (from[0] == '\\' && from[1] == 'x' && sscanf(from + 2, "%2x", &byte) == 1) {
			*to++ = (char)byte;
			from += 4;
		} else {
			if (from[0] == '\\' && from[1] == '\\')
				from++;
			*to++ = *from++;
		}
	}
	return (size_t)(to - start);
}

static void ask(char *line, unsigned number)
{
	uint8_t message[MESSAGE];
	struct xsd_sockmsg m = { .req_id = sent };
	char *body = (char *)message + sizeof(m), *path = line + 2, *value;

	if (strlen(line) > XENSTORE_PAYLOAD_MAX - 2 || (line[0] != 'w' && line[0] != 'r') ||
	    line[1] != ' ') {
		errno = EINVAL;
		fprintf(stderr, "xsbulk: line %u: \"%.40s\"\n", number, line);
		die("input");
	}
	value = path + strcspn(path, " ");
	if (*value)
		*value++ = '\0';
	m.type = line[0] == 'w' ? XS_WRITE : XS_RM;
	m.len = (uint32_t)strlen(path) + 1;
	memcpy(body, path, m.len);
	if (m.type == XS_WRITE)
		m.len += (uint32_t)unescape(body + m.len, value);
	memcpy(message, &m, sizeof(m));
	while (sent - answered == WINDOW)
		take_answer();
	under_way[sent % WINDOW].removes = m.type == XS_RM;
	under_way[sent++ % WINDOW].line = number;
	send_all(message, sizeof(m) + m.len);
}

int main(int argc, char **argv)
{
	unsigned number = 0, pause_ms = 0;
	size_t size = 0;
	char *line = NULL;
	ssize_t n;

	if (argc == 3 && !strcmp(argv[1], "-p")) {
		pause_ms = (unsigned)atoi(argv[2]);
	} else if (argc != 1) {
		fputs("usage: xsbulk [-p MS] <FILE\n", stderr);
		return 2;
	}
	connect_to("/run/xenstored/socket");
	while ((n = getline(&line, &size, stdin)) > 0) {
		if (line[n - 1] == '\n')
			line[n - 1] = '\0';
		ask(line, ++number);
		if (pause_ms)
			usleep(pause_ms * 1000);
	}
	while (answered != sent)
		take_answer();
	free(line);
	return 0;
}
