/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which event channel an interrupt of this kernel is. Nothing says it: /proc and
 * /sys have interrupts without ports. But what delivers an event knows its port,
 * and right after it, on the same CPU and with interrupts off, comes the
 * handler's interrupt (Linux, drivers/xen/events/events_base.c,
 * handle_irq_for_port() calls generic_handle_irq()):
 *
 *	CPU 0	handle_irq_for_port port=28	irq_handler_entry irq=46
 *
 * An event whose interrupt is busy or disabled has no handler behind it, and
 * then the next handler is another one's. So what was seen more often holds.
 */
#ifndef XR_PAIR_H
#define XR_PAIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum xr_probe { XR_PROBE_IN, XR_PROBE_OUT, XR_PROBE_ENTRY };

/* One line of the trace. */
struct xr_seen {
	int64_t mono_ns;
	uint32_t cpu;
	uint32_t number;	/* IN: the port; else the interrupt */
	uint8_t what;		/* enum xr_probe */
};

struct xr_pairs;

struct xr_pairs *xr_pairs_new(void);	/* NULL: no memory */
void xr_pairs_free(struct xr_pairs *p);
/* Lines of one CPU in the order in which they came. -ENOMEM. */
int xr_pairs_see(struct xr_pairs *p, const struct xr_seen *s);
bool xr_pairs_port(const struct xr_pairs *p, uint32_t irq, uint32_t *ret_port);
/* The other way. */
bool xr_pairs_irq(const struct xr_pairs *p, uint32_t port, uint32_t *ret_irq);
/* The port has gone, or is another one now. */
void xr_pairs_drop(struct xr_pairs *p, uint32_t port);

/* ---- what is left behind -------------------------------------------------- */

#define XR_PROBES_PREFIX "xenringtop_"
/* What those of our events are called that are probes of our own. */
extern const char *const xr_probe_names[3];

/*
 * A name for the probes of this process, which no other has: its lock in run is
 * held as long as *ret_fd is open. run is made if it is not there. *ret is the
 * caller's. Negative errno.
 */
int xr_probes_lock(const char *run, char **ret, int *ret_fd);
/*
 * Removes instances and probes below tracing that have a name as above and
 * whose lock in run nobody holds: who made them was killed. All others stay. How
 * many names were cleaned, or negative errno.
 */
int xr_probes_clean(const char *tracing, const char *run);
/* Removes those with that name, whoever holds its lock. */
void xr_probes_remove(const char *tracing, const char *name);
/* Gives the name back. */
void xr_probes_unlock(const char *run, const char *name, int fd);

#endif
