/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vch server DOMID PATH READ_MIN WRITE_MIN
 * vch client DOMID PATH
 * One end of a libxenvchan, as a program of somebody else's would hold it: what it does is said on standard input, and done
 * by Xen's library alone. The server's sizes are what it asks for; the library rounds them up.
 *
 *	write N		N bytes of a sequence; waits until all of them are in the ring
 *	read N		waits for N bytes, and sees that they go on in that sequence
 *	state		what libxenvchan_is_open says
 *	close		ends it
 * The answer to each is a line: "done WORD NUMBER", or "error TEXT". It begins with "ready 0". The end of the input changes
 * nothing: the vchan stays until the process is killed.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libxenvchan.h>

static struct libxenvchan *vchan;
static uint8_t sent, received;	/* the next byte each way */

static void say(const char *word, long n)
{
	printf("done %s %ld\n", word, n);
	fflush(stdout);
}

static void say_error(const char *what)
{
	printf("error %s: %s\n", what, strerror(errno));
	fflush(stdout);
}

static void do_write(size_t n)
{
	for (size_t done = 0; done < n; done++, sent++)
		if (libxenvchan_send(vchan, &sent, 1) != 1) {
			say_error("libxenvchan_send");
			return;
		}
	say("write", (long)n);
}

static void do_read(size_t n)
{
	uint8_t byte;

	for (size_t done = 0; done < n; done++, received++) {
		if (libxenvchan_recv(vchan, &byte, 1) != 1) {
			say_error("libxenvchan_recv");
			return;
		}
		if (byte != received) {
			printf("error byte %zu is %u, not %u\n", done, byte, received);
			fflush(stdout);
			return;
		}
	}
	say("read", (long)n);
}

int main(int argc, char **argv)
{
	bool server = argc == 6 && !strcmp(argv[1], "server");
	char line[64], word[16];
	unsigned long n;

	if (!server && (argc != 4 || strcmp(argv[1], "client"))) {
		fputs("usage: vch server DOMID PATH READ_MIN WRITE_MIN | client DOMID PATH\n", stderr);
		return 2;
	}
	vchan = server ? libxenvchan_server_init(NULL, atoi(argv[2]), argv[3], strtoul(argv[4], NULL, 0),
						 strtoul(argv[5], NULL, 0)) :
			 libxenvchan_client_init(NULL, atoi(argv[2]), argv[3]);
	if (!vchan) {
		say_error("the vchan");
		return 1;
	}
	vchan->blocking = 1;
	vchan->server_persist = server;
	puts("ready 0");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		n = 0;
		if (sscanf(line, "%15s %lu", word, &n) < 1)
			continue;
		if (!strcmp(word, "write")) {
			do_write(n);
		} else if (!strcmp(word, "read")) {
			do_read(n);
		} else if (!strcmp(word, "state")) {
			say("state", libxenvchan_is_open(vchan));
		} else if (!strcmp(word, "close")) {
			libxenvchan_close(vchan);
			say("close", 0);
			return 0;
		} else {
			printf("error no such command: %s\n", word);
			fflush(stdout);
		}
	}
	for (;;)
		pause();
}
