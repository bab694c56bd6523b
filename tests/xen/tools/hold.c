/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hold DOMID REF... [port PORT...]: maps these grants of a domain and binds these ports, as a backend does that then does
 * nothing. It says "held N" when all is there, and keeps it until it is killed.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <xenevtchn.h>
#include <xengnttab.h>

static int usage(void)
{
	fputs("usage: hold DOMID REF... [port PORT...]\n", stderr);
	return 2;
}

int main(int argc, char **argv)
{
	xengnttab_handle *gnttab = xengnttab_open(NULL, 0);
	xenevtchn_handle *evtchn = xenevtchn_open(NULL, 0);
	uint32_t n = 0, domid, *refs = calloc((size_t)argc, sizeof(*refs));
	int i = 2;

	if (argc < 3 || !refs)
		return usage();
	if (!gnttab || !evtchn) {
		perror("hold");
		return 1;
	}
	domid = (uint32_t)strtoul(argv[1], NULL, 0);
	for (; i < argc && strcmp(argv[i], "port"); i++)
		refs[n++] = (uint32_t)strtoul(argv[i], NULL, 0);
	if (n && !xengnttab_map_domain_grant_refs(gnttab, n, domid, refs, PROT_READ | PROT_WRITE)) {
		perror("hold: grants");
		return 1;
	}
	for (i++; i < argc; i++) {
		if (xenevtchn_bind_interdomain(evtchn, domid, (evtchn_port_t)strtoul(argv[i], NULL, 0)) < 0) {
			perror("hold: ports");
			return 1;
		}
	}
	printf("held %u\n", n);
	fflush(stdout);
	for (;;)
		pause();
}
