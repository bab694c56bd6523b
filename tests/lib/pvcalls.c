/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A guest's pvcalls device, with commands put and answered as Linux' drivers do. */
#include <config.h>

#include "lib/pvcalls.h"

#include "lib/test.h"

uint32_t *calls(struct host *h)
{
	uint32_t *page = host_page(h, CMD_REF, 0);

	assert_int_equal(xr_fake_device(h->f, 5, "pvcalls", 0, 0, "pvcalls"), 0);
	assert_int_equal(xr_fake_port(h->f, 5, CMD_PORT, 0, 50), 0);
	host_write(h, CALLS "/version", "1");
	assert_int_equal(xr_fake_printf(h->f, CALLS "/ring-ref", "%u", CMD_REF), 0);
	assert_int_equal(xr_fake_printf(h->f, CALLS "/port", "%u", CMD_PORT), 0);
	page[XR_REQ_EVENT] = page[XR_RSP_EVENT] = 1;
	return page;
}

uint32_t *calls_data(struct host *h, uint32_t gref)
{
	uint32_t *page = host_page(h, gref, 0);

	page[33] = gref + 1000;
	return page;
}

static void *slot(uint32_t *page, uint32_t index)
{
	return (uint8_t *)page + 64 + (index % XR_PVCALLS_SLOTS) * 64;
}

uint32_t calls_connect(uint32_t *page, uint64_t id, uint32_t gref, uint32_t port)
{
	uint32_t index = page[XR_REQ_PROD];
	struct xr_pvcalls_connect *req = slot(page, index);

	*req = (struct xr_pvcalls_connect){
		.req_id = index % XR_PVCALLS_SLOTS, .cmd = XR_PVCALLS_CONNECT, .id = id,
		.addr.in = { XR_AF_INET, 0x901f, { 192, 0, 2, 1 }, { 0 } }, .len = 16, .ref = gref,
		.evtchn = port,
	};
	page[XR_REQ_PROD]++;
	return index;
}

uint32_t calls_accept(uint32_t *page, uint64_t id, uint64_t id_new, uint32_t gref, uint32_t port)
{
	uint32_t index = page[XR_REQ_PROD];
	struct xr_pvcalls_accept *req = slot(page, index);

	*req = (struct xr_pvcalls_accept){
		.req_id = index % XR_PVCALLS_SLOTS, .cmd = XR_PVCALLS_ACCEPT, .id = id, .id_new = id_new,
		.ref = gref, .evtchn = port,
	};
	page[XR_REQ_PROD]++;
	return index;
}

uint32_t calls_simple(uint32_t *page, uint32_t cmd, uint64_t id)
{
	uint32_t index = page[XR_REQ_PROD];
	struct xr_pvcalls_poll *req = slot(page, index);

	*req = (struct xr_pvcalls_poll){ .req_id = index % XR_PVCALLS_SLOTS, .cmd = cmd, .id = id };
	page[XR_REQ_PROD]++;
	return index;
}

void calls_answer(uint32_t *page, uint32_t req_id, uint32_t cmd, uint64_t id, int32_t ret)
{
	struct xr_pvcalls_response *rsp = slot(page, page[XR_RSP_PROD]);

	*rsp = (struct xr_pvcalls_response){
		.req_id = req_id % XR_PVCALLS_SLOTS, .cmd = cmd, .ret = ret, .id = id,
	};
	page[XR_RSP_PROD]++;
}
