/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * misdeed WHAT DOMID GFN: does one of the things that xenringtop must never
 * do, to see that the test which watches for them notices. Nothing is changed:
 * what is mapped writable is not written to, a bound port is closed again.
 */
#define __XEN_TOOLS__ 1

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <xencall.h>
#include <xenevtchn.h>
#include <xenforeignmemory.h>
#include <xengnttab.h>

#include <xen/event_channel.h>
#include <xen/memory.h>
#include <xen/xen.h>

static int done(const void *p)
{
	if (p)
		return 0;
	perror("misdeed");
	return 1;
}

static void *map(uint32_t domid, uint64_t gfn, int prot)
{
	xenforeignmemory_handle *fmem = xenforeignmemory_open(NULL, 0);
	xen_pfn_t pfn = gfn;
	int err = 0;

	return fmem ? xenforeignmemory_map(fmem, domid, prot, 1, &pfn, &err) : NULL;
}

static int map_writable(uint32_t domid, uint64_t gfn)
{
	return done(map(domid, gfn, PROT_READ | PROT_WRITE));
}

/* The back door: a mapping that only becomes writable later. */
static int protect_later(uint32_t domid, uint64_t gfn)
{
	void *p = map(domid, gfn, PROT_READ);

	if (p && mprotect(p, 4096, PROT_READ | PROT_WRITE))
		perror("mprotect");
	return done(p);
}

static int map_ioreq(uint32_t domid, uint64_t gfn)
{
	xenforeignmemory_handle *fmem = xenforeignmemory_open(NULL, 0);
	void *p = NULL;

	/* refused or not, it is not a grant table */
	(void)gfn;
	if (fmem)
		xenforeignmemory_map_resource(fmem, (domid_t)domid, XENMEM_resource_ioreq_server, 0,
					      0, 1, &p, PROT_READ, 0);
	return done(fmem);
}

static int open_evtchn(uint32_t domid, uint64_t gfn)
{
	(void)domid;
	(void)gfn;
	return done(xenevtchn_open(NULL, 0));
}

static int open_gntdev(uint32_t domid, uint64_t gfn)
{
	(void)domid;
	(void)gfn;
	return done(xengnttab_open(NULL, 0));
}

static int alloc_port(uint32_t domid, uint64_t gfn)
{
	xencall_handle *call = xencall_open(NULL, 0);
	struct evtchn_alloc_unbound *alloc;
	struct evtchn_close *close;
	void *buf = call ? xencall_alloc_buffer(call, 4096) : NULL;
	uint32_t port;

	(void)gfn;
	if (!buf)
		return done(NULL);
	alloc = buf;
	*alloc = (struct evtchn_alloc_unbound){ .dom = DOMID_SELF, .remote_dom = (domid_t)domid };
	if (xencall2(call, __HYPERVISOR_event_channel_op, EVTCHNOP_alloc_unbound,
		     (uint64_t)(uintptr_t)buf))
		return done(NULL);
	port = alloc->port;
	close = buf;
	*close = (struct evtchn_close){ .port = port };
	xencall2(call, __HYPERVISOR_event_channel_op, EVTCHNOP_close, (uint64_t)(uintptr_t)buf);
	return 0;
}

static const struct {
	const char *name;
	int (*run)(uint32_t domid, uint64_t gfn);
} misdeeds[] = {
	{ "map-writable", map_writable },
	{ "protect-later", protect_later },
	{ "map-ioreq", map_ioreq },
	{ "open-evtchn", open_evtchn },
	{ "open-gntdev", open_gntdev },
	{ "alloc-port", alloc_port },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc == 4 && i < sizeof(misdeeds) / sizeof(misdeeds[0]); i++)
		if (!strcmp(argv[1], misdeeds[i].name))
			return misdeeds[i].run((uint32_t)strtoul(argv[2], NULL, 0),
					       strtoull(argv[3], NULL, 0));
	fputs("usage: misdeed WHAT DOMID GFN, WHAT being one of:", stderr);
	for (size_t i = 0; i < sizeof(misdeeds) / sizeof(misdeeds[0]); i++)
		fprintf(stderr, " %s", misdeeds[i].name);
	fputc('\n', stderr);
	return 2;
}
