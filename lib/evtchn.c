/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Event channels of a domain: what was answered, what follows from it, and whose they are. */
#include <config.h>

#include "evtchn.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "desc.h"
#include "util/cleanup.h"
#include "util/text.h"

/* ---- the answer --------------------------------------------------------- */

void xr_evtchns_free(struct xr_evtchns *e)
{
	free(e->at);
	*e = (struct xr_evtchns){ .n = 0 };
}

int xr_evtchns_copy(const struct xr_evtchns *e, struct xr_evtchns *ret)
{
	struct xr_evtchn *at = calloc((size_t)e->n + 1, sizeof(*at));

	if (!at)
		return -ENOMEM;
	if (e->n)
		memcpy(at, e->at, e->n * sizeof(*at));
	*ret = *e;
	ret->at = at;
	return 0;
}

bool xr_evtchns_equal(const struct xr_evtchns *a, const struct xr_evtchns *b)
{
	return a->end == b->end && a->n == b->n && a->page_err == b->page_err && a->n_bits == b->n_bits &&
	       (!a->n || !memcmp(a->at, b->at, a->n * sizeof(*a->at))) &&
	       !memcmp(a->pending, b->pending, a->n_bits / 8) && !memcmp(a->mask, b->mask, a->n_bits / 8);
}

int xr_evtchns_take_page(struct xr_evtchns *e, const uint8_t page[XR_PAGE_SIZE], unsigned width)
{
	if (width != 4 && width != 8)
		return -EINVAL;
	/* words of any width, the low byte first, are bits in the order of bytes */
	e->n_bits = width == 8 ? XR_EVTCHN_WIDE : XR_EVTCHN_NARROW;
	memcpy(e->pending, page + XR_SHARED_PENDING, e->n_bits / 8);
	memcpy(e->mask, page + (width == 8 ? XR_SHARED_MASK_WIDE : XR_SHARED_MASK_NARROW), e->n_bits / 8);
	return 0;
}

static bool bit(const uint8_t *bits, uint32_t n)
{
	return bits[n / 8] >> (n % 8) & 1;
}

/* Are all ports that there are not masked? */
static bool masks_the_rest(const struct xr_evtchns *e)
{
	for (uint32_t port = e->end; port < e->n_bits; port++)
		if (!bit(e->mask, port))
			return false;
	return true;
}

static bool has_open_interrupt(const struct xr_evtchns *e)
{
	for (uint32_t i = 0; i < e->n && e->at[i].number < e->n_bits; i++)
		if ((e->at[i].status == XR_PORT_VIRQ || e->at[i].status == XR_PORT_IPI) &&
		    !bit(e->mask, e->at[i].number))
			return true;
	return false;
}

enum xr_evtchn_abi xr_evtchns_abi(const struct xr_evtchns *e, const char **ret_why)
{
	/* the most that the two-level ABI has, whatever the guest's width */
	if (e->end > XR_EVTCHN_WIDE) {
		*ret_why = "FIFO event channels: they stand in pages of the guest's that nobody can find";
		return XR_EVTCHN_FIFO;
	}
	if (!e->n_bits)
		*ret_why = e->page_err == -EOPNOTSUPP ?
			"the shared page is read of PV guests only" :
			"its shared page could not be read";
	else if (e->end >= e->n_bits || !masks_the_rest(e) || !has_open_interrupt(e))
		*ret_why = "its shared page does not look as if it were in use: FIFO event channels, most likely";
	else
		*ret_why = NULL;
	return *ret_why ? XR_EVTCHN_UNSURE : XR_EVTCHN_TWO_LEVEL;
}

/* ---- rows --------------------------------------------------------------- */

static const struct xenring_sym port_words[] = {
	{ XR_PORT_CLOSED, "closed", "nobody has it, but a device names it: what it says is out of date, or forged" },
	{ XR_PORT_UNBOUND, "unbound", "it waits for the other domain to bind it, or that has closed its end" },
	{ XR_PORT_INTERDOMAIN, "interdomain", "it leads to a port of another domain" },
	{ XR_PORT_PIRQ, "pirq", "a physical interrupt" },
	{ XR_PORT_VIRQ, "virq", "a virtual interrupt of Xen's" },
	{ XR_PORT_IPI, "ipi", "one vCPU of the domain knocks at another" },
	{ XR_PORT_RESERVED, "reserved", "Xen has it itself, and tells nothing of it; but a device names it" },
	{ 0 }
};

static const struct xenring_sym abi_words[] = {
	{ XR_EVTCHN_TWO_LEVEL, "two_level", "pending and masked are bits of the domain's shared page" },
	{ XR_EVTCHN_FIFO, "fifo", "pending and masked stand in pages of the guest's that nobody can find" },
	{ 0 }
};

#define NULLABLE .flags = XENRING_F_NULLABLE
#define OPEN "unbound interdomain pirq virq ipi"

static const struct xenring_field channel_fields[] = {
	XR_FIELD(xenring_channel, port, XENRING_UINT, .head = "PORT", .prio = 100, .from = XENRING_HYPERVISOR,
		 .help = "number of the event channel in its domain"),
	XR_FIELD(xenring_channel, state, XENRING_STRING, .syms = port_words, .head = "STATE", .prio = 95,
		 .from = XENRING_HYPERVISOR, .help = "what the port is bound to"),
	XR_FIELD(xenring_channel, vcpu, XENRING_UINT, NULLABLE, .only = OPEN,
		 .head = "VCPU", .prio = 60,
		 .from = XENRING_HYPERVISOR, .help = "vCPU that its events are delivered to"),
	XR_FIELD(xenring_channel, remote_domid, XENRING_UINT, NULLABLE, .only = "unbound interdomain",
		 .head = "REMOTE", .prio = 90,
		 .from = XENRING_HYPERVISOR,
		 .help = "number of the domain at the other end, or of the one that may bind it"),
	XR_FIELD(xenring_channel, remote_port, XENRING_UINT, NULLABLE, .only = "interdomain",
		 .head = "RPORT", .prio = 85,
		 .from = XENRING_HYPERVISOR, .help = "number of the port at the other end"),
	XR_FIELD(xenring_channel, irq, XENRING_UINT, NULLABLE, .only = "pirq virq",
		 .head = "IRQ", .prio = 50,
		 .from = XENRING_HYPERVISOR, .help = "number of the virtual or physical interrupt"),
	XR_FIELD(xenring_channel, pending, XENRING_BOOL, NULLABLE, .only = OPEN,
		 .head = "PENDING", .prio = 75,
		 .from = XENRING_SHARED, .help = "an event has come and was not taken; null with FIFO event channels"),
	XR_FIELD(xenring_channel, masked, XENRING_BOOL, NULLABLE, .only = OPEN,
		 .head = "MASKED", .prio = 75,
		 .from = XENRING_SHARED, .help = "the guest does not want to be woken; null with FIFO event channels"),
	XR_FIELD(xenring_channel, used_by, XENRING_STRING, NULLABLE, .only = "unbound interdomain closed",
		 .head = "USED_BY", .prio = 80,
		 .from = XENRING_STORE,
		 .help = "ring that names it at this or the other end; of several what their paths have in common"),
	XR_END
};
const struct xenring_record xr_channel_record =
	XR_RECORD(xenring_channel, "channel", "one event channel of a domain", channel_fields);

static const struct xenring_field table_fields[] = {
	XR_FIELD(xenring_channel_table, domid, XENRING_UINT, .from = XENRING_HYPERVISOR,
		 .help = "number of the domain"),
	XR_FIELD(xenring_channel_table, domain, XENRING_STRING, .from = XENRING_STORE,
		 .help = "name of the domain, its number if it has none"),
	XR_FIELD(xenring_channel_table, ports, XENRING_UINT, .from = XENRING_HYPERVISOR,
		 .help = "ports that there are, the closed ones too: they are numbered below this"),
	XR_FIELD(xenring_channel_table, open, XENRING_UINT, .from = XENRING_HYPERVISOR,
		 .help = "ports among them that are not closed, and not Xen's own"),
	XR_FIELD(xenring_channel_table, reserved, XENRING_UINT, .from = XENRING_HYPERVISOR,
		 .help = "ports among them that Xen keeps for itself, and tells nothing of"),
	XR_FIELD(xenring_channel_table, abi, XENRING_STRING, .syms = abi_words, NULLABLE, .from = XENRING_INFERRED,
		 .help = "where pending and masked are kept; null if it cannot be told"),
	XR_FIELD(xenring_channel_table, note, XENRING_STRING, NULLABLE, .from = XENRING_TOOL,
		 .help = "why pending and masked are not known; null if they are"),
	XR_END
};
const struct xenring_record xr_channel_table_record =
	XR_RECORD(xenring_channel_table, "channel_table", "the event channels of a domain, counted", table_fields);

/* ---- whose they are ----------------------------------------------------- */

/* A port of a frontend, and the rings that name it. */
struct owner {
	uint32_t domid, port;
	size_t ring;			/* the first of them in the topology */
	size_t len;			/* of its path, as far as all have it in common */
};

struct xenring_channels {
	struct xr_topology *top;	/* a reference: paths are its */
	size_t dom;
	struct xr_evtchns answer;
	const char *why;
	enum xr_evtchn_abi abi;
	char **paths;			/* of each channel, NULL: nobody's */
	int64_t reserved;
};

static int by_port(const void *a, const void *b)
{
	const struct owner *x = a, *y = b;

	if (x->domid != y->domid)
		return x->domid < y->domid ? -1 : 1;
	if (x->port != y->port)
		return x->port < y->port ? -1 : 1;
	return (x->ring > y->ring) - (x->ring < y->ring);
}

static int by_key(const void *key, const void *row)
{
	const struct owner *x = key, *y = row;

	if (x->domid != y->domid)
		return x->domid < y->domid ? -1 : 1;
	return (x->port > y->port) - (x->port < y->port);
}

size_t xr_path_in_common(const char *a, size_t len, const char *b)
{
	size_t n = 0;

	while (n < len && a[n] == b[n])
		n++;
	if (n == len && (!b[n] || b[n] == '/'))
		return n;
	while (n && a[n] != '/')
		n--;
	return n;
}

/* All ports that rings name, each once, by domain and number. -ENOMEM. */
static int owners_of(const struct xr_topology *top, struct owner **ret, size_t *ret_n)
{
	struct owner *o = calloc(top->n_rings + 1, sizeof(*o));
	size_t n = 0, last = 0;

	if (!o)
		return -ENOMEM;
	for (size_t i = 0; i < top->n_rings; i++) {
		const struct xr_topo_ring *r = &top->rings[i];

		if (r->ring->port >= 0)
			o[n++] = (struct owner){
				.domid = top->devs[r->dev].dev->domid, .port = (uint32_t)r->ring->port,
				.ring = i, .len = strlen(r->path),
			};
	}
	if (n)
		qsort(o, n, sizeof(*o), by_port);
	for (size_t i = 1; i < n; i++) {
		if (by_key(&o[last], &o[i]))
			o[++last] = o[i];
		else
			o[last].len = xr_path_in_common(top->rings[o[last].ring].path, o[last].len,
						top->rings[o[i].ring].path);
	}
	*ret = o;
	*ret_n = n ? last + 1 : 0;
	return 0;
}

static const struct owner *owner_of(const struct owner *o, size_t n, uint32_t domid, uint32_t port)
{
	struct owner key = { .domid = domid, .port = port };

	return n ? bsearch(&key, o, n, sizeof(*o), by_key) : NULL;
}

/* Ports that a device names and that are closed, or are not there at all, among the others. -ENOMEM. */
static int add_closed(struct xr_evtchns *e, uint32_t domid, const struct owner *o, size_t n)
{
	struct xr_evtchn *at = calloc((size_t)e->n + n + 1, sizeof(*at));
	uint32_t i = 0, m = 0;

	if (!at)
		return -ENOMEM;
	for (size_t k = 0; k < n; k++) {
		if (o[k].domid != domid)
			continue;
		while (i < e->n && e->at[i].number < o[k].port)
			at[m++] = e->at[i++];
		if (i == e->n || e->at[i].number != o[k].port)
			at[m++] = (struct xr_evtchn){ .number = o[k].port, .status = XR_PORT_CLOSED };
	}
	while (i < e->n)
		at[m++] = e->at[i++];
	free(e->at);
	e->at = at;
	e->n = m;
	return 0;
}

/* What is told, and by whom each is used. Xen's own ports go, unless a device names one. */
static int attribute(struct xenring_channels *c)
{
	uint32_t domid = c->top->doms[c->dom].info.domid, m = 0;
	_cleanup_free_ struct owner *o = NULL;
	struct xr_evtchns *e = &c->answer;
	size_t n = 0;
	int r = owners_of(c->top, &o, &n);

	if (!r)
		r = add_closed(e, domid, o, n);
	if (r)
		return r;
	c->paths = calloc((size_t)e->n + 1, sizeof(*c->paths));
	if (!c->paths)
		return -ENOMEM;
	for (uint32_t i = 0; i < e->n; i++) {
		const struct xr_evtchn *ch = &e->at[i];
		const struct owner *by = owner_of(o, n, domid, ch->number);

		if (!by && ch->status == XR_PORT_INTERDOMAIN)
			by = owner_of(o, n, ch->remote_domid, ch->remote_port);
		c->reserved += ch->status == XR_PORT_RESERVED;
		if (!by && ch->status == XR_PORT_RESERVED)
			continue;
		e->at[m] = *ch;
		if (by) {
			c->paths[m] = strndup(c->top->rings[by->ring].path, by->len);
			if (!c->paths[m])
				return -ENOMEM;
		}
		m++;
	}
	e->n = m;
	return 0;
}

static int failed(struct xenring *x, const struct xr_dom *dom, int r)
{
	switch (r) {
	case -ENODATA:
		return xr_fail(x, "events", ENODATA, "the capture does not hold the event channels of %s", dom->name);
	case -EOPNOTSUPP:
		x->hint = "run as root in dom0";
		return xr_fail(x, "events", EOPNOTSUPP, "only dom0 may ask for a domain's event channels");
	case -ENOMEM:
		return xr_fail(x, "events", ENOMEM, "out of memory");
	default:
		return xr_fail(x, "events", -r, "cannot read the event channels of %s: %s", dom->name, strerror(-r));
	}
}

int xenring_read_channels(struct xenring *x, const struct xenring_snapshot *s, size_t i,
			  struct xenring_channels **ret)
{
	struct xenring_channels *c;
	const struct xr_dom *dom;
	int r;

	x->hint = NULL;
	if (i >= s->top->n_doms)
		return xr_fail(x, "events", ERANGE, "there is no such domain");
	dom = &s->top->doms[i];
	c = calloc(1, sizeof(*c));
	if (!c)
		return failed(x, dom, -ENOMEM);
	c->top = xr_topology_ref(s->top);
	c->dom = i;
	r = x->src.ops->evtchns ? x->src.ops->evtchns(&x->src, dom->info.domid, NULL, &c->answer) : -EOPNOTSUPP;
	if (!r) {
		c->abi = xr_evtchns_abi(&c->answer, &c->why);
		r = attribute(c);
	}
	if (r) {
		xenring_channels_free(c);
		return failed(x, dom, r);
	}
	*ret = c;
	return 0;
}

void xenring_channels_free(struct xenring_channels *c)
{
	if (!c)
		return;
	for (uint32_t i = 0; c->paths && i < c->answer.n; i++)
		free(c->paths[i]);
	free(c->paths);
	xr_evtchns_free(&c->answer);
	xr_topology_unref(c->top);
	free(c);
}

static const char *word(const struct xenring_sym *words, uint64_t value)
{
	for (; words->name; words++)
		if (words->value == value)
			return words->name;
	return NULL;
}

void xenring_channels_table(const struct xenring_channels *c, struct xenring_channel_table *ret)
{
	const struct xr_dom *dom = &c->top->doms[c->dom];

	*ret = (struct xenring_channel_table){
		.domid = dom->info.domid, .domain = dom->name, .ports = c->answer.end,
		.reserved = c->reserved, .abi = word(abi_words, c->abi), .note = c->why,
	};
	for (uint32_t i = 0; i < c->answer.n; i++)
		ret->open += c->answer.at[i].status != XR_PORT_CLOSED && c->answer.at[i].status != XR_PORT_RESERVED;
}

size_t xenring_n_channels(const struct xenring_channels *c)
{
	return c->answer.n;
}

int xenring_channel(const struct xenring_channels *c, size_t i, struct xenring_channel *ret)
{
	const struct xr_evtchn *ch;
	int64_t no = XENRING_UNKNOWN;
	bool open, bits;

	if (i >= c->answer.n)
		return -ERANGE;
	ch = &c->answer.at[i];
	open = ch->status != XR_PORT_CLOSED && ch->status != XR_PORT_RESERVED;
	bits = open && c->abi == XR_EVTCHN_TWO_LEVEL && ch->number < c->answer.n_bits;
	*ret = (struct xenring_channel){
		.port = ch->number, .state = word(port_words, ch->status), .vcpu = open ? ch->vcpu : no,
		.remote_domid = ch->status == XR_PORT_UNBOUND || ch->status == XR_PORT_INTERDOMAIN ?
				ch->remote_domid : no,
		.remote_port = ch->status == XR_PORT_INTERDOMAIN ? ch->remote_port : no,
		.irq = ch->status == XR_PORT_PIRQ || ch->status == XR_PORT_VIRQ ? ch->irq : no,
		.pending = bits ? bit(c->answer.pending, ch->number) : -1,
		.masked = bits ? bit(c->answer.mask, ch->number) : -1,
		.used_by = c->paths[i],
	};
	if (!ret->state)
		ret->state = "unknown";
	return 0;
}

/* ---- vCPUs -------------------------------------------------------------- */

static int by_number(const void *key, const void *at)
{
	int64_t port = *(const int64_t *)key;
	const struct xr_evtchn *c = at;

	return (port > c->number) - (port < c->number);
}

static bool is_among(const uint32_t *list, size_t n, uint32_t v)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == v)
			return true;
	return false;
}

static bool has_vcpus(const struct xr_evtchns *e)
{
	for (uint32_t i = 0; i < e->n; i++)
		if (e->at[i].vcpu)
			return true;
	return false;
}

size_t xr_evtchns_vcpus(const struct xr_evtchns *e, const struct xr_topology *top, size_t dom, uint32_t *ret,
			size_t max)
{
	const struct xr_dom *d = &top->doms[dom];
	size_t behind = d->first_dev + d->n_devs, n = 0;
	size_t end = behind < top->n_devs ? top->devs[behind].first_ring : top->n_rings;

	if (!d->n_devs || !has_vcpus(e))
		return 0;
	for (size_t i = top->devs[d->first_dev].first_ring; i < end; i++) {
		const struct xr_evtchn *c = top->ports[i] < 0 ? NULL :
			bsearch(&top->ports[i], e->at, e->n, sizeof(*e->at), by_number);

		if (c && c->vcpu && n < max && !is_among(ret, n, c->vcpu))
			ret[n++] = c->vcpu;
	}
	return n;
}

int xr_read_offline(struct xr_source *src, uint32_t domid, uint32_t vcpu)
{
	_cleanup_free_ char *value = NULL;
	char dir[64];

	snprintf(dir, sizeof(dir), "/local/domain/%u/cpu/%u", domid, vcpu);
	if (xr_store_read(src, dir, "availability", &value, NULL))
		return -1;
	return !strcmp(value, "offline") ? 1 : !strcmp(value, "online") ? 0 : -1;
}
