/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program over hosts that it may not look at. Linked with
 * --wrap=xenring_open, so that it knows more sources:
 *
 *	fake:denied:N	N disks whose rings cannot be read, and one that can
 *	fake:kinds	devices of all other kinds, with something in each ring
 *	fake:vchans	a vchan where they are found, and one elsewhere
 *	fake:slow:N	the host big:N
 *	xen:nodev	no Xen here
 *	xen:denied	no right to look
 *	xen:grant	as in dom0, where there is a better way
 *
 * While a file that $SLOW names is there, each list of xenstore's and each
 * sample of a capture takes as many milliseconds as it says, of any source.
 */
#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "abi/9pfs.h"
#include "abi/fbif.h"
#include "abi/kbdif.h"
#include "abi/pciif.h"
#include "abi/tpmif.h"
#include "abi/xenstore.h"
#include "context.h"
#include "program.h"
#include "source/fake.h"

int __real_xenring_open(struct xenring *x, const char *source);
int __wrap_xenring_open(struct xenring *x, const char *source);

#define READY (XR_GTF_PERMIT | XR_GTF_READING | XR_GTF_WRITING)

static void must(int r)
{
	if (!r)
		return;
	fprintf(stderr, "hostile: %s\n", strerror(-r));
	abort();
}

static void put(struct xr_fake *f, uint32_t id, const char *key, const char *value)
{
	char path[96];

	snprintf(path, sizeof(path), "/local/domain/1/device/vbd/%u/%s", id, key);
	must(xr_fake_printf(f, path, "%s", value));
}

/* Disk i, its page granted with these flags and one request in it. */
static void disk(struct xr_fake *f, unsigned i, uint16_t flags)
{
	uint32_t id = 51712 + 16 * i, gref = 8 + i, port = 1 + i;
	char number[16];
	uint64_t frame = 0;
	uint32_t *page = xr_fake_pages(f, 1, 1, &frame);

	must(page ? 0 : -ENOMEM);
	must(xr_fake_device(f, 1, "vbd", id, 0, "vbd"));
	put(f, id, "protocol", "x86_64-abi");
	must(xr_fake_port(f, 1, port, 0, 40 + port));
	snprintf(number, sizeof(number), "%u", port);
	put(f, id, "event-channel", number);
	must(xr_fake_grant(f, 1, gref, flags, 0, frame));
	snprintf(number, sizeof(number), "%u", gref);
	put(f, id, "ring-ref", number);
	page[XR_REQ_PROD] = page[XR_REQ_EVENT] = page[XR_RSP_EVENT] = 1;
}

static void fill_denied(struct xr_fake *f, unsigned n)
{
	must(xr_fake_domain(f, 1, "web01", 1));
	for (unsigned i = 0; i < n; i++)
		disk(f, i, 0);
	disk(f, n, READY);
}

/* ---- other kinds ---------------------------------------------------------- */

/* A page of a guest, granted as gref; 0: it is not granted. */
static uint8_t *page_of(struct xr_fake *f, uint32_t domid, uint32_t gref, uint64_t *ret_frame)
{
	uint8_t *page = xr_fake_pages(f, domid, 1, ret_frame);

	must(page ? 0 : -ENOMEM);
	if (gref)
		must(xr_fake_grant(f, domid, gref, READY, 0, *ret_frame));
	return page;
}

/* A key of a device's frontend. */
static void set(struct xr_fake *f, uint32_t domid, const char *type, const char *key, uint64_t value)
{
	char path[96];

	snprintf(path, sizeof(path), "/local/domain/%u/device/%s/0/%s", domid, type, key);
	must(xr_fake_printf(f, path, "%llu", (unsigned long long)value));
}

static void keyboard(struct xr_fake *f)
{
	static const struct xr_kbdif_key keys[] = {
		{ .type = XR_KBDIF_KEY, .pressed = 1, .keycode = 30 },
		{ .type = XR_KBDIF_KEY, .keycode = 30 },
	};
	static const struct xr_kbdif_position position = {
		.type = XR_KBDIF_POS, .abs_x = 320, .abs_y = 200,
	};
	uint64_t frame;
	uint8_t *page = page_of(f, 1, 60, &frame);
	struct xr_kbdif_page *head = (void *)page;

	must(xr_fake_device(f, 1, "vkbd", 0, 0, "vkbd"));
	set(f, 1, "vkbd", "page-gref", 60);
	set(f, 1, "vkbd", "page-ref", frame);
	set(f, 1, "vkbd", "event-channel", 11);
	memcpy(page + XR_KBDIF_IN_OFF, &keys[0], sizeof(keys[0]));
	memcpy(page + XR_KBDIF_IN_OFF + XR_KBDIF_EVENT, &keys[1], sizeof(keys[1]));
	memcpy(page + XR_KBDIF_IN_OFF + 2 * XR_KBDIF_EVENT, &position, sizeof(position));
	page[XR_KBDIF_IN_OFF + 3 * XR_KBDIF_EVENT] = 77;
	head->in_prod = 4;
}

static void framebuffer(struct xr_fake *f)
{
	static const struct xr_fbif_update update = {
		.type = XR_FBIF_UPDATE, .x = 10, .y = 20, .width = 300, .height = 16,
	};
	static const struct xr_fbif_refresh_period period = {
		.type = XR_FBIF_REFRESH_PERIOD, .period = 40,
	};
	uint64_t frame;
	uint8_t *page = page_of(f, 1, 0, &frame);
	struct xr_fbif_page_64 *head = (void *)page;

	must(xr_fake_device(f, 1, "vfb", 0, 0, "vfb"));
	set(f, 1, "vfb", "page-ref", frame);
	set(f, 1, "vfb", "event-channel", 12);
	must(xr_fake_printf(f, "/local/domain/1/device/vfb/0/protocol", "x86_64-abi"));
	*head = (struct xr_fbif_page_64){
		.in_prod = 1, .out_cons = 100, .out_prod = 101, .width = 800, .height = 600,
		.line_length = 3200, .mem_length = 3u << 20, .depth = 32, .pd = { 0x1234, 0x1235 },
	};
	memcpy(page + XR_FBIF_IN_OFF, &period, sizeof(period));
	memcpy(page + XR_FBIF_OUT_OFF + 100 % XR_FBIF_OUT * XR_FBIF_EVENT, &update, sizeof(update));
}

/* Two requests wait, and the first answer. */
static void folder(struct xr_fake *f)
{
	static const uint8_t out[] = {
		19, 0, 0, 0, 24, 1, 0, [19] = 23, 0, 0, 0, 116, 2, 0, [41] = 0,
	};
	static const uint8_t in[] = { 11, 0, 0, 0, 7, 1, 0, 2, 0, 0, 0 };
	uint64_t frame;
	struct xr_9pfs_page *page = (void *)page_of(f, 1, 70, &frame);
	uint8_t *data = page_of(f, 1, 71, &frame);

	must(xr_fake_device(f, 1, "9pfs", 0, 0, "9pfs"));
	set(f, 1, "9pfs", "num-rings", 1);
	set(f, 1, "9pfs", "ring-ref0", 70);
	set(f, 1, "9pfs", "event-channel-0", 13);
	*page = (struct xr_9pfs_page){
		.in_prod = sizeof(in), .out_prod = sizeof(out), .ring_order = 0, .ref = { 71 },
	};
	memcpy(data, in, sizeof(in));
	memcpy(data + XR_PAGE_SIZE / 2, out, sizeof(out));
}

/* A guest's connection to xenstore, with a request in it that nobody has taken. */
static void store(struct xr_fake *f)
{
	static const char body[] = "data/pass\0word\033";
	const struct xr_xenstore_message head = {
		.type = XR_XS_WRITE, .req_id = 7, .len = sizeof(body) - 1,
	};
	uint64_t frame;
	struct xr_xenstore_page *page = (void *)page_of(f, 1, 1, &frame);

	must(xr_fake_printf(f, "/local/domain/1/store/port", "1"));
	memcpy(page->req, &head, XR_XENSTORE_HEAD);
	memcpy(page->req + XR_XENSTORE_HEAD, body, head.len);
	page->req_prod = XR_XENSTORE_HEAD + head.len;
	/* the guest has taken the beginning of a reply */
	memcpy(page->rsp, "the rest of some", 16);
	page->rsp_prod = 16;
	page->server_features = XR_XS_FEATURE_ERROR;
}

/* A request for three interrupts. */
static void pci(struct xr_fake *f)
{
	uint64_t frame;
	struct xr_pciif_page *page = (void *)page_of(f, 2, 80, &frame);

	must(xr_fake_device(f, 2, "pci", 0, 0, "pci"));
	set(f, 2, "pci", "pci-op-ref", 80);
	set(f, 2, "pci", "event-channel", 14);
	page->flags = XR_PCIF_ACTIVE | XR_PCIB_AERHANDLER;
	page->op = (struct xr_pciif_op){
		.cmd = XR_PCI_ENABLE_MSIX, .bus = 1, .devfn = 8, .value = 3,
		.msix_entries = { { 0, 0 }, { 0, 1 }, { 0, 4 } },
	};
}

/* A command of a TPM waits; of a second one, of version 1, little is known. */
static void tpm(struct xr_fake *f)
{
	static const uint8_t command[] = { 0, 0xc1, 0, 0, 0, 12, 0xde, 0xad, 0xbe, 0xef, 1, 2 };
	uint64_t frame;
	struct xr_tpmif_page *page = (void *)page_of(f, 1, 90, &frame);

	must(xr_fake_device(f, 1, "vtpm", 0, 0, "vtpm"));
	set(f, 1, "vtpm", "feature-protocol-v2", 1);
	set(f, 1, "vtpm", "ring-ref", 90);
	set(f, 1, "vtpm", "event-channel", 15);
	page->length = sizeof(command);
	page->state = XR_TPMIF_SUBMIT;
	memcpy((uint8_t *)page + XR_TPMIF_HEAD, command, sizeof(command));

	page_of(f, 1, 91, &frame)[8] = 0x5b;
	must(xr_fake_device(f, 1, "vtpm", 1, 0, "vtpm"));
	must(xr_fake_printf(f, "/local/domain/1/device/vtpm/1/ring-ref", "91"));
}

static void fill_kinds(struct xr_fake *f)
{
	must(xr_fake_domain(f, 1, "web01", 1));
	/* of a guest with such a device no page is read that only its frame names */
	must(xr_fake_domain(f, 2, "pv02", 1));
	pci(f);
	tpm(f);
	store(f);
	folder(f);
	keyboard(f);
	framebuffer(f);
}

/* ---- vchans -------------------------------------------------------------- */

/* A vchan that domain 0 is the client of, 100 bytes waiting for it; the server has left. */
static void vchan(struct xr_fake *f, const char *dir, uint32_t gref)
{
	char path[96];
	uint64_t frame = 0;
	uint32_t *page = xr_fake_pages(f, 1, 1, &frame);

	must(page ? 0 : -ENOMEM);
	must(xr_fake_grant(f, 1, gref, READY, 0, frame));
	snprintf(path, sizeof(path), "/local/domain/1/%s/ring-ref", dir);
	must(xr_fake_printf(f, path, "%u", gref));
	snprintf(path, sizeof(path), "/local/domain/1/%s/event-channel", dir);
	must(xr_fake_printf(f, path, "%u", gref));
	page[1] = 7;			/* left: 7 bytes for the server */
	page[3] = 100;			/* right */
	page[4] = 10 | 11u << 16;	/* 1 and 2 KiB */
	page[5] = 1 | 0u << 8 | 1u << 16;
}

static void fill_vchans(struct xr_fake *f)
{
	must(xr_fake_domain(f, 1, "web01", 1));
	vchan(f, "data/vchan/0/7", 8);
	vchan(f, "data/foo", 9);
}

/* ---- what takes its time ---------------------------------------------------- */

static struct xr_source_ops slow;
static const struct xr_source_ops *quick;

static long wanted_ms(void)
{
	FILE *file = fopen(getenv("SLOW"), "r");
	long ms = 0;

	if (file && fscanf(file, "%ld", &ms) != 1)
		ms = 0;
	if (file)
		fclose(file);
	return ms;
}

/* Nothing ends it but time, and the end of the file. */
static void take_time(void)
{
	static const struct timespec step = { .tv_nsec = 5000000 };

	for (long ms = 0; ms < wanted_ms(); ms += 5)
		nanosleep(&step, NULL);
}

static int slow_list(struct xr_source *src, const char *path, char ***ret, size_t *ret_n)
{
	take_time();
	return quick->store_list(src, path, ret, ret_n);
}

static int slow_next(struct xr_source *src)
{
	take_time();
	return quick->next(src);
}

static void slow_down(struct xr_source *src)
{
	quick = src->ops;
	slow = *quick;
	slow.store_list = slow_list;
	if (quick->next)
		slow.next = slow_next;
	src->ops = &slow;
}

static int open_one(struct xenring *x, const char *source)
{
	unsigned n = 0;
	char big[32];
	int r;

	if (source && sscanf(source, "fake:slow:%u", &n) == 1) {
		snprintf(big, sizeof(big), "fake:big:%u", n);
		return __real_xenring_open(x, big);
	}

	if (source && !strcmp(source, "xen:nodev"))
		return -ENODEV;
	if (source && !strcmp(source, "xen:denied"))
		return -EACCES;
	if (source && !strcmp(source, "xen:grant"))
		return -EEXIST;
	if (source && !strcmp(source, "fake:vchans")) {
		r = __real_xenring_open(x, "fake:,fast");
		if (!r)
			fill_vchans(xr_fake_of(&x->src));
		return r;
	}
	if (!source || (sscanf(source, "fake:denied:%u", &n) != 1 && strcmp(source, "fake:kinds")))
		return __real_xenring_open(x, source);
	r = __real_xenring_open(x, "fake:,fast");
	if (!r && n)
		fill_denied(xr_fake_of(&x->src), n);
	else if (!r)
		fill_kinds(xr_fake_of(&x->src));
	return r;
}

int __wrap_xenring_open(struct xenring *x, const char *source)
{
	int r = open_one(x, source);

	if (!r && getenv("SLOW"))
		slow_down(&x->src);
	return r;
}

int main(int argc, char **argv)
{
	return program_main(argc, argv);
}
