/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A port of one's own: each knock is told with indices that hold what it is for. */
#include <config.h>

#include "lib/host.h"
#include "lib/test.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>
#include <xenevtchn.h>

#include "abi/evtchn.h"

/*
 * libxenevtchn and the kernel's driver behind it, in its place: a descriptor that
 * holds the ports that have come, each of them masked when it is read.
 */
#define LOCAL 40	/* ours */

struct xenevtchn_handle {
	int fd[2];
	bool bound, masked, pending;
};

static struct xenevtchn_handle driver;

static void fire(void)
{
	const evtchn_port_t port = LOCAL;

	driver.pending = true;
	if (driver.masked)
		return;
	driver.pending = false;
	driver.masked = true;
	assert_int_equal(write(driver.fd[1], &port, sizeof(port)), sizeof(port));
}

xenevtchn_handle *xenevtchn_open(struct xentoollog_logger *logger, unsigned int flags)
{
	(void)logger;
	(void)flags;
	memset(&driver, 0, sizeof(driver));
	return pipe(driver.fd) ? NULL : &driver;
}

int xenevtchn_close(xenevtchn_handle *xce)
{
	close(xce->fd[0]);
	return close(xce->fd[1]);
}

int xenevtchn_fd(xenevtchn_handle *xce)
{
	return xce->fd[0];
}

xenevtchn_port_or_error_t xenevtchn_bind_interdomain(xenevtchn_handle *xce, uint32_t domid, evtchn_port_t port)
{
	assert_int_equal(domid, 5);
	assert_int_equal(port, PORT);
	xce->bound = true;
	/* Xen itself does so, see evtchn_bind_interdomain() */
	fire();
	return LOCAL;
}

xenevtchn_port_or_error_t xenevtchn_bind_unbound_port(xenevtchn_handle *xce, uint32_t domid)
{
	(void)xce;
	(void)domid;
	errno = EINVAL;
	return -1;
}

xenevtchn_port_or_error_t xenevtchn_bind_virq(xenevtchn_handle *xce, unsigned int virq)
{
	(void)xce;
	(void)virq;
	errno = EINVAL;
	return -1;
}

int xenevtchn_unbind(xenevtchn_handle *xce, evtchn_port_t port)
{
	assert_int_equal(port, LOCAL);
	xce->bound = false;
	return 0;
}

xenevtchn_port_or_error_t xenevtchn_pending(xenevtchn_handle *xce)
{
	evtchn_port_t port;

	return read(xce->fd[0], &port, sizeof(port)) == sizeof(port) ? (xenevtchn_port_or_error_t)port : -1;
}

int xenevtchn_unmask(xenevtchn_handle *xce, evtchn_port_t port)
{
	assert_int_equal(port, LOCAL);
	assert_true(xce->masked);
	xce->masked = false;
	if (xce->pending)
		fire();
	return 0;
}

/* ---- a live host, whose guest acts while it is looked at ------------------- */

static struct {
	struct xr_source_ops ops;
	const struct xr_source_ops *fake;
	uint32_t *page;
	uint32_t knocks_late;	/* so many requests, each with its knock, between the indices and the port */
} live;

static void put_and_knock(void)
{
	live.page[XR_REQ_PROD]++;
	fire();
}

/* The indices are read by now: the trace asks for the time before it asks its sources. */
static int now(struct xr_source *src, struct xenring_time *ret)
{
	for (; live.knocks_late; live.knocks_late--)
		put_and_knock();
	return live.fake->now(src, ret);
}

static void open_live(struct host *h, struct xenring_trace **ret)
{
	host_open(h);
	live.page = host_disk(h);
	/* nothing is due by its indices: what is told is the port's */
	live.page[XR_REQ_EVENT] = live.page[XR_RSP_EVENT] = 1000;
	host_write(h, BE "/state", "1");
	host_write(h, FE "/state", "3");
	assert_int_equal(xr_fake_evtchn(h->f, 5, &(struct xr_evtchn){ .number = PORT, .status = XR_PORT_UNBOUND }), 0);
	live.fake = h->x->src.ops;
	live.ops = *live.fake;
	live.ops.name = "xen";
	live.ops.now = now;
	live.knocks_late = 0;
	h->x->src.ops = &live.ops;
	host_look(h);
	assert_int_equal(xenring_trace_new(h->x, "sampled", ret), 0);
	assert_int_equal(xenring_trace_bind(*ret, h->s, 5, PORT), 0);
	assert_true(driver.bound);
}

static bool is_heard(const struct xenring_trace *t)
{
	struct pollfd fd = { .fd = xenring_trace_fd(t), .events = POLLIN };

	return poll(&fd, 1, 0) > 0;
}

/* Looks; n knocks are told, the last of them with that req_prod. */
static void assert_told(const char *name, struct host *h, struct xenring_trace *t, unsigned n, int64_t prod, int64_t moved)
{
	struct xenring_event e = { 0 };
	unsigned got = 0;

	host_look(h);
	assert_int_equal(xenring_trace_step(t, h->s, NULL, 0), 0);
	while (xenring_trace_next(t, &e))
		got++;
	if (got != n || (n && (strcmp(e.source, "bound") != 0 || e.prod != prod || e.moved != moved)))
		fail_msg("%s: %u knocks, the last by %s at %ld+%ld, not %u at %ld+%ld", name, got, got ? e.source : "-",
			 (long)e.prod, (long)e.moved, n, (long)prod, (long)moved);
}

static void indices_hold_the_knock(void **state)
{
	struct xenring_trace *t;
	struct host h;
	int64_t prod;

	(void)state;
	open_live(&h, &t);
	prod = live.page[XR_REQ_PROD];
	assert_told("Xen's own event is none", &h, t, 0, 0, 0);
	assert_false(is_heard(t));
	put_and_knock();
	assert_true(is_heard(t));
	assert_told("before the sample", &h, t, 1, prod + 1, 1);
	assert_false(is_heard(t));
	live.knocks_late = 1;
	assert_told("after the indices: not yet", &h, t, 0, 0, 0);
	assert_true(is_heard(t));
	assert_told("but with the next", &h, t, 1, prod + 2, 1);
	assert_false(is_heard(t));
	/* one that comes while it is masked is told as well, and both with what they are for */
	put_and_knock();
	live.knocks_late = 2;
	assert_told("before, and two after", &h, t, 1, prod + 3, 1);
	assert_true(is_heard(t));
	assert_told("the two are one", &h, t, 1, prod + 5, 2);
	assert_told("then there is quiet", &h, t, 0, 0, 0);
	xenring_trace_free(t);
	assert_false(driver.bound);
	h.x->src.ops = live.fake;
	host_close(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(indices_hold_the_knock),
	};

	return RUN(tests);
}
