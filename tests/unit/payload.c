/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The data of requests in flight: which bytes of which page are whose, and what
 * must not be shown: what is not granted, has been answered meanwhile, has no end.
 */
#include <config.h>

#include "lib/test.h"

#include <errno.h>

#include "abi/blkif.h"
#include "abi/netif.h"
#include "lib/host.h"

#define VIF "/local/domain/5/device/vif/0"
#define TX_REF 30
#define RX_REF 31

/* A connected network card of guest 5; its transmit ring's page. */
static uint8_t *card(struct host *h)
{
	uint8_t *page;

	assert_int_equal(xr_fake_device(h->f, 5, "vif", 0, 0, "vif"), 0);
	page = (uint8_t *)host_page(h, TX_REF, 0);
	host_page(h, RX_REF, 0);
	assert_int_equal(xr_fake_printf(h->f, VIF "/tx-ring-ref", "%d", TX_REF), 0);
	assert_int_equal(xr_fake_printf(h->f, VIF "/rx-ring-ref", "%d", RX_REF), 0);
	assert_int_equal(xr_fake_printf(h->f, VIF "/event-channel", "9"), 0);
	return page;
}

static void words(uint8_t *page, uint32_t req_prod, uint32_t rsp_prod)
{
	uint32_t *w = (uint32_t *)(void *)page;

	w[XR_REQ_PROD] = req_prod;
	w[XR_RSP_PROD] = rsp_prod;
	w[XR_REQ_EVENT] = req_prod + 1;
	w[XR_RSP_EVENT] = rsp_prod + 1;
}

static void tx(uint8_t *page, uint32_t index, struct xr_netif_tx_request req)
{
	memcpy(page + 64 + 12 * (index % 256), &req, sizeof(req));
}

/* A page of data: each byte is its place plus the grant. */
static uint8_t *data(struct host *h, uint32_t gref, uint32_t grantee)
{
	uint8_t *page = (uint8_t *)host_page(h, gref, grantee);

	for (uint32_t i = 0; i < XR_PAGE_SIZE; i++)
		page[i] = (uint8_t)(gref + i);
	return page;
}

static bool is_of(const struct xenring_payload_part *p, uint32_t gref, uint32_t off, size_t n)
{
	if (p->error || p->gref != (int64_t)gref || p->n_data != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (p->data[i] != (uint8_t)(gref + off + i))
			return false;
	return true;
}

static size_t ring_at(const struct host *h, const char *path)
{
	struct xenring_ring ring;

	for (size_t i = 0; !xenring_ring(h->s, i, &ring); i++)
		if (!strcmp(ring.path, path))
			return i;
	fail_msg("there is no %s", path);
	return 0;
}

#define TX "guest/vif:0/q0/tx"

static struct xenring_payload *payload(struct host *h, const char *path, int64_t index)
{
	struct xenring_payload *p = NULL;
	int r;

	host_look(h);
	r = xenring_read_payload(h->x, h->s, ring_at(h, path), index, &p);
	if (r)
		fail_msg("%s: %s", path, xenring_message(h->x));
	return p;
}

static void test_packets(void **state)
{
	struct xr_netif_extra gso = { .type = XR_NETIF_EXTRA_GSO, .gso = { .size = 1448, .type = 1 } };
	struct xenring_payload_request q;
	struct xenring_payload *p;
	struct host h;
	uint8_t *page;

	(void)state;
	host_open(&h);
	page = card(&h);
	for (uint32_t gref = 40; gref < 46; gref++)
		data(&h, gref, 0);
	data(&h, 46, 6);
	/* one slot; three with an extra between; two, the second of which is not granted to the backend */
	tx(page, 0xfffffffe, (struct xr_netif_tx_request){ 40, 66, 0, 1, 98 });
	tx(page, 0xffffffff, (struct xr_netif_tx_request){ 41, 100, XR_NETTXF_EXTRA_INFO | XR_NETTXF_MORE_DATA,
							   2, 66 + 4096 + 30 });
	memcpy(page + 64, &gso, sizeof(gso));
	tx(page, 1, (struct xr_netif_tx_request){ 42, 0, XR_NETTXF_MORE_DATA, 3, 4096 });
	tx(page, 2, (struct xr_netif_tx_request){ 43, 7, 0, 4, 30 });
	tx(page, 3, (struct xr_netif_tx_request){ 44, 0, XR_NETTXF_MORE_DATA, 5, 1000 });
	tx(page, 4, (struct xr_netif_tx_request){ 46, 0, 0, 6, 900 });
	tx(page, 5, (struct xr_netif_tx_request){ 45, 4000, 0, 7, 97 });
	tx(page, 6, (struct xr_netif_tx_request){ 40, 66, 0, 8, 98 });
	words(page, 7, 0xfffffffe);
	p = payload(&h, TX, XENRING_UNKNOWN);
	assert_int_equal(xenring_n_payload(p), 5);
	xenring_payload(p, 0, &q);
	assert_int_equal(q.index, 0xfffffffe);
	assert_string_equal(q.direction, "out");
	assert_int_equal(q.bytes, 98);
	assert_int_equal(q.n_parts, 1);
	assert_true(is_of(&q.parts[0], 40, 66, 98));
	xenring_payload(p, 1, &q);
	assert_int_equal(q.slots, 4);
	assert_int_equal(q.bytes, 66 + 4096 + 30);
	assert_int_equal(q.bytes_read, q.bytes);
	assert_int_equal(q.n_parts, 3);
	assert_true(is_of(&q.parts[0], 41, 100, 66));
	assert_true(is_of(&q.parts[1], 42, 0, 4096));
	assert_true(is_of(&q.parts[2], 43, 7, 30));
	xenring_payload(p, 2, &q);
	assert_int_equal(q.bytes, 1000);
	assert_int_equal(q.bytes_read, 100);
	assert_true(is_of(&q.parts[0], 44, 0, 100));
	assert_string_equal(q.parts[1].error, "it is not granted to the backend");
	assert_null(q.parts[1].data);
	xenring_payload(p, 3, &q);
	assert_string_equal(q.parts[0].error, "it goes beyond its page");
	assert_null(q.parts[0].data);
	/* the same page as the first one's, read once */
	xenring_payload(p, 4, &q);
	assert_true(is_of(&q.parts[0], 40, 66, 98));
	xenring_payload_free(p);
	/* one of them, by any of its slots */
	for (int64_t i = 0; i < 3; i++) {
		p = payload(&h, TX, i);
		assert_int_equal(xenring_n_payload(p), 1);
		xenring_payload(p, 0, &q);
		assert_int_equal(q.index, 0xffffffff);
		assert_int_equal(q.n_parts, 3);
		xenring_payload_free(p);
	}
	p = payload(&h, TX, 7);
	assert_int_equal(xenring_n_payload(p), 0);
	xenring_payload_free(p);
	/* a packet that goes on in slots that are not there yet */
	tx(page, 6, (struct xr_netif_tx_request){ 40, 66, XR_NETTXF_MORE_DATA, 8, 98 });
	p = payload(&h, TX, 6);
	assert_int_equal(xenring_n_payload(p), 1);
	xenring_payload(p, 0, &q);
	assert_null(q.parts[0].data);
	assert_non_null(strstr(q.parts[0].error, "no end"));
	xenring_payload_free(p);
	host_close(&h);
}

/* Buffers for the backend hold nothing of the guest's. */
static void test_receiving(void **state)
{
	struct xenring_payload *p = NULL;
	struct host h;

	(void)state;
	host_open(&h);
	card(&h);
	host_look(&h);
	assert_int_equal(xenring_read_payload(h.x, h.s, ring_at(&h, "guest/vif:0/q0/rx"), XENRING_UNKNOWN, &p),
			 -EOPNOTSUPP);
	assert_null(p);
	assert_int_equal(xenring_read_payload(h.x, h.s, 99, XENRING_UNKNOWN, &p), -ERANGE);
	host_close(&h);
}

static void rw(uint32_t *ring, uint32_t index, struct xr_blkif_request_64 req)
{
	memcpy((uint8_t *)ring + 64 + 112 * (index % 32), &req, sizeof(req));
}

static void test_disk(void **state)
{
	struct xr_blkif_indirect_64 indirect = {
		.operation = XR_BLKIF_INDIRECT, .indirect_op = XR_BLKIF_READ, .nr_segments = 2, .id = 3,
		.sector_number = 700, .indirect_grefs = { 44 },
	};
	const struct xr_blkif_segment segs[] = { { 40, 0, 7, 0 }, { 41, 7, 7, 0 } };
	struct xenring_payload_request q;
	struct xenring_payload *p;
	uint32_t *ring;
	struct host h;

	(void)state;
	host_open(&h);
	ring = host_disk(&h);
	for (uint32_t gref = 40; gref < 44; gref++)
		data(&h, gref, 0);
	memcpy(host_page(&h, 44, 0), segs, sizeof(segs));
	rw(ring, 10, (struct xr_blkif_request_64){
		.operation = XR_BLKIF_WRITE, .nr_segments = 4, .id = 1, .sector_number = 2048,
		.seg = { { 40, 2, 5, 0 }, { 41, 0, 7, 0 }, { 42, 6, 3, 0 }, { 999999, 0, 0, 0 } },
	});
	memcpy((uint8_t *)ring + 64 + 112 * 11, &indirect, sizeof(indirect));
	rw(ring, 12, (struct xr_blkif_request_64){ .operation = XR_BLKIF_FLUSH, .id = 4 });
	words((uint8_t *)ring, 13, 10);
	p = payload(&h, "guest/vbd:51712/q0", XENRING_UNKNOWN);
	assert_int_equal(xenring_n_payload(p), 3);
	xenring_payload(p, 0, &q);
	assert_string_equal(q.operation, "write");
	assert_string_equal(q.direction, "out");
	assert_int_equal(q.n_parts, 4);
	assert_true(is_of(&q.parts[0], 40, 1024, 2048));
	assert_int_equal(q.parts[0].sector, 2048);
	assert_true(is_of(&q.parts[1], 41, 0, 4096));
	assert_int_equal(q.parts[1].sector, 2052);
	assert_string_equal(q.parts[2].error, "its sectors make no sense");
	assert_string_equal(q.parts[3].error, "it is outside the grant table");
	assert_int_equal(q.bytes_read, 6144);
	xenring_payload(p, 1, &q);
	assert_string_equal(q.operation, "read");
	assert_string_equal(q.direction, "in");
	/* its data, not the page of its segments */
	assert_int_equal(q.n_parts, 2);
	assert_true(is_of(&q.parts[0], 40, 0, 4096));
	assert_true(is_of(&q.parts[1], 41, 3584, 512));
	assert_int_equal(q.parts[1].sector, 708);
	xenring_payload(p, 2, &q);
	assert_string_equal(q.operation, "flush");
	assert_null(q.direction);
	assert_int_equal(q.n_parts, 0);
	xenring_payload_free(p);
	host_close(&h);
}

/* ---- what happens while pages are read ------------------------------------ */

static struct xr_source_ops ops;
static void (*meanwhile)(void);
static struct host *host;
static uint32_t *disk;

static int pages_and_more(struct xr_source *src, uint32_t domid, const uint64_t *frames, size_t n, void *into,
			  int *err)
{
	int r = xr_source_fake.pages(src, domid, frames, n, into, err);

	meanwhile();
	return r;
}

static void answer_second(void)
{
	const struct xr_blkif_response rsp = { .id = 2, .operation = XR_BLKIF_WRITE };

	memcpy((uint8_t *)disk + 64 + 112 * 10, &rsp, sizeof(rsp));
	words((uint8_t *)disk, 12, 11);
}

static void run_away(void)
{
	words((uint8_t *)disk, 112, 111);
}

static void end_grant(void)
{
	assert_int_equal(xr_fake_grant(host->f, 5, 41, 0, 0, 0), 0);
}

static void use_grant(void)
{
	struct xr_grant g;

	assert_int_equal(xr_source_fake.grant(&host->x->src, 5, 41, &g), 0);
	assert_int_equal(xr_fake_grant(host->f, 5, 41, XR_GTF_PERMIT | XR_GTF_READING, 0, g.frame), 0);
}

static void let_go(void)
{
	struct xr_grant g;

	assert_int_equal(xr_source_fake.grant(&host->x->src, 5, 40, &g), 0);
	assert_int_equal(xr_fake_grant(host->f, 5, 40, XR_GTF_PERMIT, 0, g.frame), 0);
}

static void nothing(void)
{
}

static void test_meanwhile(void **state)
{
	static const struct {
		const char *name;
		void (*happens)(void);
		const char *first, *second;	/* why they are refused; NULL: they are not */
	} rows[] = {
		{ "nothing", nothing, NULL, NULL },
		{ "the backend begins to use a page", use_grant, NULL, NULL },
		{ "the second is answered, in the first one's slot", answer_second, NULL, "was answered" },
		{ "too much happens", run_away, "too fast", "too fast" },
		{ "a grant is ended", end_grant, NULL, "grant changed" },
		{ "the backend lets go of a page", let_go, "grant changed", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct xenring_payload_request q[2];
		struct xenring_payload *p;
		struct xr_grant g;
		struct host h;

		host_open(&h);
		host = &h;
		disk = host_disk(&h);
		data(&h, 40, 0);
		data(&h, 41, 0);
		xr_source_fake.grant(&h.x->src, 5, 40, &g);
		xr_fake_grant(h.f, 5, 40, XR_GTF_PERMIT | XR_GTF_READING, 0, g.frame);
		for (uint32_t k = 0; k < 2; k++)
			rw(disk, 10 + k, (struct xr_blkif_request_64){
				.operation = XR_BLKIF_WRITE, .nr_segments = 1, .id = 1 + k,
				.seg = { { 40 + k, 0, 7, 0 } },
			});
		words((uint8_t *)disk, 12, 10);
		ops = xr_source_fake;
		ops.pages = pages_and_more;
		h.x->src.ops = &ops;
		meanwhile = rows[i].happens;
		p = payload(&h, "guest/vbd:51712/q0", XENRING_UNKNOWN);
		assert_row(rows[i].name, xenring_n_payload(p) == 2);
		for (size_t k = 0; k < 2; k++) {
			const char *want = k ? rows[i].second : rows[i].first;
			const struct xenring_payload_part *part;

			xenring_payload(p, k, &q[k]);
			part = &q[k].parts[0];
			if (!want)
				assert_row(rows[i].name, is_of(part, 40 + (uint32_t)k, 0, 4096));
			else
				assert_row(rows[i].name, part->error && strstr(part->error, want) && !part->data);
		}
		xenring_payload_free(p);
		host_close(&h);
	}
}

/* No more pages than there may be are read, whatever is asked for. */
static void test_bound(void **state)
{
	struct xenring_payload_request q;
	struct xenring_payload *p;
	size_t read = 0, refused = 0;
	uint32_t *ring;
	struct host h;

	(void)state;
	host_open(&h);
	ring = host_disk(&h);
	for (uint32_t gref = 40; gref < 44; gref++) {
		struct xr_blkif_segment *segs = (void *)host_page(&h, gref, 0);

		for (uint32_t i = 0; i < XR_BLKIF_SEGMENTS_PER_PAGE; i++)
			segs[i] = (struct xr_blkif_segment){ .gref = 600 * (gref - 39) + i, .last_sect = 7 };
	}
	for (uint32_t i = 0; i < 4; i++) {
		struct xr_blkif_indirect_64 req = {
			.operation = XR_BLKIF_INDIRECT, .indirect_op = XR_BLKIF_WRITE,
			.nr_segments = XR_BLKIF_SEGMENTS_PER_PAGE, .id = i, .indirect_grefs = { 40 + i },
		};

		memcpy((uint8_t *)ring + 64 + 112 * i, &req, sizeof(req));
	}
	words((uint8_t *)ring, 4, 0);
	p = payload(&h, "guest/vbd:51712/q0", XENRING_UNKNOWN);
	for (size_t i = 0; i < xenring_n_payload(p); i++) {
		xenring_payload(p, i, &q);
		for (size_t k = 0; k < q.n_parts; k++)
			if (strstr(q.parts[k].error, "1024 pages"))
				refused++;
			else
				read++;
	}
	assert_int_equal(read, 1024);
	assert_int_equal(refused, 4 * 512 - 1024);
	xenring_payload_free(p);
	/* one of them is */
	p = payload(&h, "guest/vbd:51712/q0", 3);
	xenring_payload(p, 0, &q);
	for (size_t k = 0; k < q.n_parts; k++)
		assert_null(strstr(q.parts[k].error, "1024 pages"));
	xenring_payload_free(p);
	host_close(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_packets),
		cmocka_unit_test(test_receiving),
		cmocka_unit_test(test_disk),
		cmocka_unit_test(test_meanwhile),
		cmocka_unit_test(test_bound),
	};

	return RUN(tests);
}
