/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Event channels: which ABI they have, whose they are, and that a capture has them. */
#include <config.h>

#include "lib/blocks.h"
#include "lib/host.h"
#include "lib/test.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "capture/answers.h"
#include "evtchn.h"
#include "util/text.h"

/* ---- which ABI ----------------------------------------------------------- */

static void set(uint8_t *bits, uint32_t n, bool on)
{
	bits[n / 8] = (uint8_t)((bits[n / 8] & ~(1u << n % 8)) | (unsigned)on << n % 8);
}

/* What each guest's page looks like, and what may be concluded from it. */
static void abi(void **state)
{
	enum { ZERO, MASKED };
	static const struct {
		const char *name;
		uint32_t end, n_bits;
		int page_err;
		int mask;
		bool timer_open, device_open, hole;
		uint32_t timer;			/* its state */
		enum xr_evtchn_abi want;
	} rows[] = {
		{ "two-level", 128, 4096, 0, MASKED, true, true, false, XR_PORT_VIRQ, XR_EVTCHN_TWO_LEVEL },
		{ "two-level, 32 bits", 128, 1024, 0, MASKED, true, true, false, XR_PORT_IPI, XR_EVTCHN_TWO_LEVEL },
		{ "FIFO: all zero", 128, 4096, 0, ZERO, true, true, false, XR_PORT_VIRQ, XR_EVTCHN_UNSURE },
		{ "FIFO after a loader that was two-level", 128, 4096, 0, MASKED, false, true, false, XR_PORT_VIRQ,
		  XR_EVTCHN_UNSURE },
		{ "no interrupt is bound", 128, 4096, 0, MASKED, true, true, false, XR_PORT_INTERDOMAIN,
		  XR_EVTCHN_UNSURE },
		{ "a port that there is not is open", 128, 4096, 0, MASKED, true, true, true, XR_PORT_VIRQ,
		  XR_EVTCHN_UNSURE },
		{ "more ports than the page numbers", 2048, 1024, 0, MASKED, true, true, false, XR_PORT_VIRQ,
		  XR_EVTCHN_UNSURE },
		{ "more ports than two-level ones can be", 4224, 4096, 0, MASKED, true, true, false, XR_PORT_VIRQ,
		  XR_EVTCHN_FIFO },
		{ "no PV guest", 128, 0, -EOPNOTSUPP, MASKED, true, true, false, XR_PORT_VIRQ, XR_EVTCHN_UNSURE },
		{ "not readable", 128, 0, -EPERM, MASKED, true, true, false, XR_PORT_VIRQ, XR_EVTCHN_UNSURE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct xr_evtchn at[] = {
			{ .number = 1, .status = XR_PORT_INTERDOMAIN },
			{ .number = 3, .status = rows[i].timer },
		};
		struct xr_evtchns e = {
			.end = rows[i].end, .n = 2, .at = at, .page_err = rows[i].page_err,
			.n_bits = rows[i].n_bits,
		};
		const char *why = "unset";

		memset(e.mask, rows[i].mask == MASKED ? 0xff : 0, sizeof(e.mask));
		if (rows[i].device_open)
			set(e.mask, 1, false);
		if (rows[i].timer_open)
			set(e.mask, 3, false);
		if (rows[i].hole)
			set(e.mask, rows[i].n_bits - 1, false);
		assert_row(rows[i].name, xr_evtchns_abi(&e, &why) == rows[i].want);
		assert_row(rows[i].name, !why == (rows[i].want == XR_EVTCHN_TWO_LEVEL));
	}
}

/* The bits of both widths are taken from where they are. */
static void page(void **state)
{
	uint8_t bytes[XR_PAGE_SIZE] = { 0 };
	struct xr_evtchns e = { .n = 0 };

	(void)state;
	bytes[XR_SHARED_PENDING] = 0x02;
	bytes[XR_SHARED_MASK_NARROW] = 0x04;
	bytes[XR_SHARED_MASK_WIDE] = 0x08;
	bytes[XR_SHARED_PENDING + 511] = 0x80;
	assert_int_equal(xr_evtchns_take_page(&e, bytes, 8), 0);
	assert_int_equal(e.n_bits, 4096);
	assert_int_equal(e.pending[0], 2);
	assert_int_equal(e.pending[511], 0x80);
	assert_int_equal(e.mask[0], 8);
	e = (struct xr_evtchns){ .n = 0 };
	assert_int_equal(xr_evtchns_take_page(&e, bytes, 4), 0);
	assert_int_equal(e.n_bits, 1024);
	assert_int_equal(e.pending[0], 2);
	assert_int_equal(e.mask[0], 4);
	assert_int_equal(e.pending[511], 0);
	assert_int_equal(xr_evtchns_take_page(&e, bytes, 2), -EINVAL);
}

/* ---- whose they are ------------------------------------------------------ */

static int64_t or_minus(int64_t v)
{
	return v == XENRING_UNKNOWN ? -1 : v;
}

/* A domain's channels as text, one a line; or what went wrong. */
static char *channels_of(struct xenring *x, const struct xenring_snapshot *s, uint32_t domid)
{
	struct xenring_channels *c = NULL;
	struct xenring_channel_table t;
	struct xenring_channel row;
	struct xenring_domain dom;
	char *text = NULL;
	size_t n, i = 0;
	FILE *to = open_memstream(&text, &n);
	int r;

	assert_non_null(to);
	while (!xenring_domain(s, i, &dom) && dom.domid != domid)
		i++;
	r = xenring_read_channels(x, s, i, &c);
	if (r) {
		fprintf(to, "%d %s", r, xenring_message(x));
		fclose(to);
		return text;
	}
	xenring_channels_table(c, &t);
	fprintf(to, "%s %" PRId64 " of %" PRId64 ", %" PRId64 " reserved, %s%s\n", t.domain, t.open, t.ports,
		t.reserved, t.abi ? t.abi : "?", t.note ? ", noted" : "");
	for (i = 0; !xenring_channel(c, i, &row); i++)
		fprintf(to, "%" PRId64 " %s %" PRId64 " %" PRId64 ":%" PRId64 " %" PRId64 " %d %d %s\n", row.port,
			row.state, or_minus(row.vcpu), or_minus(row.remote_domid), or_minus(row.remote_port),
			or_minus(row.irq), row.pending, row.masked, row.used_by ? row.used_by : "-");
	assert_int_equal(i, xenring_n_channels(c));
	assert_int_equal(xenring_channel(c, i, &row), -ERANGE);
	xenring_channels_free(c);
	fclose(to);
	return text;
}

static void assert_channels(const struct host *h, uint32_t domid, const char *want)
{
	char *text = channels_of(h->x, h->s, domid);

	assert_string_equal(text, want);
	free(text);
}

static void channel(struct host *h, uint32_t domid, struct xr_evtchn c)
{
	assert_int_equal(xr_fake_evtchn(h->f, domid, &c), 0);
}

/* A vif of guest 5 whose two rings share port 9, and one more of each kind of port. */
static void fill(struct host *h)
{
	static const char vif[] = "/local/domain/5/device/vif/0/";

	host_disk(h);
	assert_int_equal(xr_fake_port(h->f, 0, 33, 5, PORT), 0);
	host_page(h, 20, 0);
	host_page(h, 21, 0);
	assert_int_equal(xr_fake_device(h->f, 5, "vif", 0, 0, "vif"), 0);
	assert_int_equal(xr_fake_port(h->f, 5, 9, 0, 34), 0);
	for (size_t i = 0; i < 3; i++) {
		static const char *const keys[] = { "tx-ring-ref", "rx-ring-ref", "event-channel" };
		static const char *const values[] = { "20", "21", "9" };
		char *path = xr_sprintf("%s%s", vif, keys[i]);

		host_write(h, path, values[i]);
		free(path);
	}
	channel(h, 5, (struct xr_evtchn){ .number = 300, .status = XR_PORT_VIRQ, .vcpu = 1, .irq = 0 });
	channel(h, 5, (struct xr_evtchn){ .number = 12, .status = XR_PORT_PIRQ, .irq = 19 });
	channel(h, 5, (struct xr_evtchn){ .number = 13, .status = XR_PORT_UNBOUND, .remote_domid = 0 });
	channel(h, 5, (struct xr_evtchn){ .number = 14, .status = XR_PORT_IPI, .vcpu = 2 });
	channel(h, 5, (struct xr_evtchn){ .number = 15, .status = XR_PORT_RESERVED });
	channel(h, 5, (struct xr_evtchn){ .number = 16, .status = 77 });
}

static void rows(void **state)
{
	struct host h;
	uint8_t *shared;

	(void)state;
	host_open(&h);
	fill(&h);
	host_look(&h);
	assert_channels(&h, 5, "guest 7 of 384, 1 reserved, ?, noted\n"
			"7 interdomain 0 0:33 -1 -1 -1 guest/vbd:51712/q0\n"
			"9 interdomain 0 0:34 -1 -1 -1 guest/vif:0/q0\n"
			"12 pirq 0 -1:-1 19 -1 -1 -\n"
			"13 unbound 0 0:-1 -1 -1 -1 -\n"
			"14 ipi 2 -1:-1 -1 -1 -1 -\n"
			"16 unknown 0 -1:-1 -1 -1 -1 -\n"
			"300 virq 1 -1:-1 0 -1 -1 -\n");
	/* the other end */
	assert_channels(&h, 0, "Domain-0 1 of 128, 0 reserved, ?, noted\n"
			"33 interdomain 0 5:7 -1 -1 -1 guest/vbd:51712/q0\n");
	/* the shared page: 32-bit words, port 9 pending and masked */
	shared = xr_fake_shared_page(h.f, 5, 4);
	assert_non_null(shared);
	memset(shared + XR_SHARED_MASK_NARROW, 0xff, XR_EVTCHN_NARROW / 8);
	set(shared + XR_SHARED_MASK_NARROW, 7, false);
	set(shared + XR_SHARED_MASK_NARROW, 300, false);
	set(shared + XR_SHARED_PENDING, 9, true);
	assert_channels(&h, 5, "guest 7 of 384, 1 reserved, two_level\n"
			"7 interdomain 0 0:33 -1 0 0 guest/vbd:51712/q0\n"
			"9 interdomain 0 0:34 -1 1 1 guest/vif:0/q0\n"
			"12 pirq 0 -1:-1 19 0 1 -\n"
			"13 unbound 0 0:-1 -1 0 1 -\n"
			"14 ipi 2 -1:-1 -1 0 1 -\n"
			"16 unknown 0 -1:-1 -1 0 1 -\n"
			"300 virq 1 -1:-1 0 0 0 -\n");
	host_close(&h);
}

/* What the guest says of its ports may be wrong: it is shown beside what Xen says. */
static void forged(void **state)
{
	struct host h;

	(void)state;
	host_open(&h);
	host_disk(&h);
	host_look(&h);
	/* its other end has closed, so it waits for dom0 to bind it again */
	channel(&h, 5, (struct xr_evtchn){ .number = PORT, .status = XR_PORT_UNBOUND });
	assert_channels(&h, 5, "guest 1 of 128, 0 reserved, ?, noted\n"
			"7 unbound 0 0:-1 -1 -1 -1 guest/vbd:51712/q0\n");
	/* closed, and beyond the last one; then Xen's own */
	xr_fake_port_close(h.f, 5, PORT);
	assert_channels(&h, 5, "guest 0 of 128, 0 reserved, ?, noted\n"
			"7 closed -1 -1:-1 -1 -1 -1 guest/vbd:51712/q0\n");
	host_write(&h, FE "/event-channel", "100000");
	host_look(&h);
	assert_channels(&h, 5, "guest 0 of 128, 0 reserved, ?, noted\n"
			"100000 closed -1 -1:-1 -1 -1 -1 guest/vbd:51712/q0\n");
	channel(&h, 5, (struct xr_evtchn){ .number = 15, .status = XR_PORT_RESERVED });
	host_write(&h, FE "/event-channel", "15");
	host_look(&h);
	assert_channels(&h, 5, "guest 0 of 128, 1 reserved, ?, noted\n"
			"15 reserved -1 -1:-1 -1 -1 -1 guest/vbd:51712/q0\n");
	host_close(&h);
}

static void gone(void **state)
{
	struct xenring_channels *c = NULL;
	struct host h;

	(void)state;
	host_open(&h);
	host_look(&h);
	assert_channels(&h, 5, "guest 0 of 128, 0 reserved, ?, noted\n");
	assert_int_equal(xenring_read_channels(h.x, h.s, 99, &c), -ERANGE);
	assert_null(c);
	host_close(&h);
	/* a driver domain may ask nobody */
	host_open(&h);
	host_driver(&h);
	host_look(&h);
	{
		char *text = channels_of(h.x, h.s, 5);

		assert_non_null(strstr(text, "only dom0 may ask"));
		free(text);
	}
	host_close(&h);
}

/* ---- captures ------------------------------------------------------------ */

#define SAMPLES 21

static struct xenring *open_capture(int fd)
{
	char path[64];
	struct xenring *x;

	snprintf(path, sizeof(path), "file:/proc/self/fd/%d", fd);
	assert_int_equal(xenring_new(&x), 0);
	if (xenring_open(x, path))
		fail_msg("%s", xenring_message(x));
	return x;
}

/* What changes before sample i. */
static void change(struct host *h, int i)
{
	uint8_t *shared = xr_fake_shared_page(h->f, 5, 8);

	switch (i) {
	case 5:
		channel(h, 5, (struct xr_evtchn){ .number = 500, .status = XR_PORT_IPI });
		xr_fake_port_close(h->f, 5, 13);
		break;
	case 10:
		memset(shared + XR_SHARED_MASK_WIDE, 0xff, XR_EVTCHN_WIDE / 8);
		set(shared + XR_SHARED_MASK_WIDE, 14, false);
		set(shared + XR_SHARED_PENDING, 7, true);
		break;
	case 15:
		xr_fake_destroy(h->f, 5);
		break;
	case 18:
		/* another guest with its number: what was known is not its */
		assert_int_equal(xr_fake_domain(h->f, 5, "next", 1), 0);
		break;
	default:
		break;
	}
}

/*
 * Both ends' channels as a host has them, each 5 s, and as its capture has them:
 * of all samples, and where reading begins behind a key tick.
 */
static void captured(void **state)
{
	struct xenring_snapshot *snap;
	char *live[SAMPLES] = { NULL }, *dom0[SAMPLES] = { NULL };
	int fd = memfd_create("capture", MFD_CLOEXEC);
	struct xenring *x;
	struct host h;

	(void)state;
	assert_true(fd >= 0);
	host_open(&h);
	fill(&h);
	assert_int_equal(xenring_tee(h.x, fd, 0), 0);
	for (int i = 0; i < SAMPLES; i++) {
		struct xenring_time now;

		assert_int_equal(xenring_now(h.x, &now), 0);
		assert_int_equal(xenring_wait(h.x, now.mono_ns + 1000000000), 0);
		change(&h, i);
		host_look(&h);
		live[i] = channels_of(h.x, h.s, 5);
		dom0[i] = channels_of(h.x, h.s, 0);
	}
	assert_non_null(strstr(live[5], "500 ipi"));
	assert_non_null(strstr(live[10], "7 interdomain 0 0:33 -1 1 1"));
	assert_int_equal(xenring_tee(h.x, -1, 0), 0);
	host_close(&h);
	x = open_capture(fd);
	for (int i = 0; i < SAMPLES; i++) {
		char *text;

		assert_int_equal(xenring_sample(x, &snap), 0);
		text = channels_of(x, snap, 5);
		if (i % 5 == 0)
			assert_string_equal(text, live[i]);
		free(text);
		text = channels_of(x, snap, 0);
		if (i % 5 == 0)
			assert_string_equal(text, dom0[i]);
		free(text);
		xenring_snapshot_unref(snap);
	}
	xenring_close(x);
	for (int i = 0; i < SAMPLES; i++) {
		free(live[i]);
		free(dom0[i]);
	}
	close(fd);
}

static int apply(struct xr_answers *s, const struct xr_out *out, size_t cut)
{
	return xr_answers_apply(s, XR_B_EVTCHNS, out->p + XR_BLOCK_HEAD, out->n - XR_BLOCK_HEAD - cut);
}

/* Blocks that no writer puts are refused, and the next key tick has what is known. */
static void hostile(void **state)
{
	struct xr_evtchn at[] = {
		{ .number = 1, .status = XR_PORT_UNBOUND }, { .number = 4, .status = XR_PORT_VIRQ, .irq = 7 },
	};
	const struct xr_evtchns good = { .end = 128, .n = 2, .at = at, .n_bits = XR_EVTCHN_NARROW, .mask = { 5 } };
	static const struct {
		const char *name;
		uint32_t end, n_bits, status;
		int page_err;
		size_t cut;
	} bad[] = {
		{ "a port behind the end", 4, 1024, XR_PORT_VIRQ, 0, 0 },
		{ "more ports than there can be", XR_MAX_PORTS + 1, 1024, XR_PORT_VIRQ, 0, 0 },
		{ "bits of no guest", 128, 2048, XR_PORT_VIRQ, 0, 0 },
		{ "a closed one", 128, 1024, XR_PORT_CLOSED, 0, 0 },
		{ "bits are missing", 128, 1024, XR_PORT_VIRQ, 0, 1 },
		{ "no errno", 128, 0, XR_PORT_VIRQ, -5000, 0 },
	};
	struct xr_out out = { 0 };
	struct xr_answers s;

	(void)state;
	xr_answers_init(&s);
	xr_put_evtchns(&out, 5, 0, &good);
	assert_int_equal(apply(&s, &out, 0), 0);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct xr_evtchns e = good;

		xr_out_free(&out);
		at[1].status = bad[i].status;
		e.end = bad[i].end;
		e.n_bits = bad[i].n_bits;
		e.page_err = bad[i].page_err;
		xr_put_evtchns(&out, 5, 0, &e);
		assert_row(bad[i].name, apply(&s, &out, bad[i].cut) == -EBADMSG);
	}
	at[1].status = XR_PORT_VIRQ;
	assert_true(xr_evtchns_equal(&xr_answers_evtchns(&s, 5)->evtchns, &good));
	xr_out_free(&out);
	xr_answers_dump(&s, &out);
	xr_answers_clear(&s);
	assert_int_equal(s.held, 0);
	blocks_apply(&s, &out);
	assert_true(xr_evtchns_equal(&xr_answers_evtchns(&s, 5)->evtchns, &good));
	/* an errno takes the place of what was known */
	xr_out_free(&out);
	xr_put_evtchns(&out, 5, EPERM, NULL);
	assert_int_equal(apply(&s, &out, 0), 0);
	assert_int_equal(xr_answers_evtchns(&s, 5)->err, EPERM);
	xr_out_free(&out);
	xr_answers_clear(&s);
	assert_int_equal(s.held, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(abi), cmocka_unit_test(page), cmocka_unit_test(rows),
		cmocka_unit_test(forged), cmocka_unit_test(gone), cmocka_unit_test(captured),
		cmocka_unit_test(hostile),
	};

	return RUN(tests);
}
