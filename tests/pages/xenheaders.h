/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Xen's public headers with the few things that they leave to their user.
 */
#ifndef PAGES_XENHEADERS_H
#define PAGES_XENHEADERS_H

#include "port.h"

/* New enough for version 2 grant entries and for the names xen_mb() etc. */
#define __XEN_INTERFACE_VERSION__ 0x00040300

#define xen_mb() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define xen_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define xen_wmb() __atomic_thread_fence(__ATOMIC_RELEASE)

#include <xen/grant_table.h>
#include <xen/io/ring.h>

#endif
