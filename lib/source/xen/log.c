/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A logger for Xen's libraries, which print to stderr if they are given none. */
#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "source/xen/xen.h"

static void vmessage(struct xentoollog_logger *logger, xentoollog_level level, int errnoval,
		     const char *context, const char *format, va_list al)
	__attribute__((format(printf, 5, 0)));

static void vmessage(struct xentoollog_logger *logger, xentoollog_level level, int errnoval,
		     const char *context, const char *format, va_list al)
{
	struct xr_xen_log *log = (struct xr_xen_log *)(void *)logger;
	int saved = errno;

	(void)level;
	(void)errnoval;
	(void)context;
	vsnprintf(log->text, sizeof(log->text), format, al);
	errno = saved;
}

static void progress(struct xentoollog_logger *logger, const char *context, const char *doing_what,
		     int percent, unsigned long done, unsigned long total)
{
	(void)logger;
	(void)context;
	(void)doing_what;
	(void)percent;
	(void)done;
	(void)total;
}

static void destroy(struct xentoollog_logger *logger)
{
	(void)logger;
}

void xr_xen_log_init(struct xr_xen_log *log)
{
	*log = (struct xr_xen_log){
		.logger = { .vmessage = vmessage, .progress = progress, .destroy = destroy },
	};
}
