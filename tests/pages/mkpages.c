/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes every test page of this program's ABI, and what to expect of it.
 *
 * usage: mkpages DIRECTORY [every|packed]
 *
 * Makes DIRECTORY/NAME.ABI.bin for each case, NAME.gREF.ABI.bin for each
 * indirect page, and cases.ABI.jsonl. Without a second word, an x86_32 program
 * makes what differs from x86_64. `every` makes the rest too, and `packed`
 * makes a 64-bit program write its x86_32 pages: the build compares them all.
 */
#include "pages.h"

#define MAX_PATH 512

int main(int argc, char **argv);

struct path {
	char s[MAX_PATH];
	size_t len;
};

static void path_add(struct path *path, const char *s)
{
	size_t len = strlen(s);

	if (path->len + len >= sizeof(path->s))
		port_die("cannot make a file", s, "path too long");
	memcpy(path->s + path->len, s, len + 1);
	path->len += len;
}

static void path_add_uint(struct path *path, uint32_t value)
{
	char digits[11];
	size_t at = sizeof(digits) - 1;

	digits[at] = '\0';
	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	path_add(path, digits + at);
}

static int create(const struct path *path)
{
	int fd = port_create(path->s);

	if (fd < 0)
		port_die("cannot create", path->s,
			 "does its directory exist?");
	return fd;
}

static void save(int fd, const struct path *path, const void *buf, size_t len)
{
	if (!port_write(fd, buf, len))
		port_die("cannot write", path->s, "is the disk full?");
}

static void save_image(const char *dir, const struct pages *p,
		       const struct granted *g)
{
	struct path path = { .len = 0 };
	int fd;

	path_add(&path, dir);
	path_add(&path, "/");
	path_add(&path, p->c->name);
	if (g) {
		path_add(&path, ".g");
		path_add_uint(&path, g->gref);
	}
	path_add(&path, ".");
	path_add(&path, protocol_abi(p->proto));
	path_add(&path, ".bin");
	fd = create(&path);
	save(fd, &path, g ? g->mem : p->mem,
	     (size_t)(g ? 1 : p->nr_pages) * PAGE_BYTES);
	if (!port_close(fd))
		port_die("cannot write", path.s, "is the disk full?");
}

static void make_cases(const struct protocol *proto, const char *dir,
		       struct json *j, int fd, const struct path *cases)
{
	static struct pages p;

	for (size_t i = 0; i < proto->nr_cases; i++) {
		const struct page_case *c = &proto->cases[i];
		uint32_t nr_pages = c->pages ? c->pages : 1;
		uint8_t *mem = port_alloc((size_t)nr_pages * PAGE_BYTES);

		pages_init(&p, proto, mem, nr_pages);
		pages_fill(&p, c);
		save_image(dir, &p, NULL);
		for (uint32_t g = 0; g < p.nr_granted; g++)
			save_image(dir, &p, &p.granted[g]);
		j->len = 0;
		pages_describe(&p, j, c->name);
		save(fd, cases, j->buf, j->len);
		pages_release(&p);
		port_free(mem, (size_t)nr_pages * PAGE_BYTES);
	}
}

static bool wanted(const struct protocol *proto, const char *set)
{
	bool packed = set && !strcmp(set, "packed");
	bool every = set && !strcmp(set, "every");

	if (packed || proto->abi)
		return packed && proto->abi;
	return every || proto->abi_differs || strcmp(native_abi, "x86_32");
}

int main(int argc, char **argv)
{
	const char *set = argc > 2 ? argv[2] : NULL;
	struct path path = { .len = 0 };
	struct json j;
	int fd;

	if (argc < 2 || argc > 3 ||
	    (set && strcmp(set, "every") && strcmp(set, "packed")))
		port_die("usage: mkpages DIRECTORY [every|packed]", "", "");

	path_add(&path, argv[1]);
	path_add(&path, "/cases.");
	path_add(&path, set && !strcmp(set, "packed") ? "x86_32" : native_abi);
	path_add(&path, ".jsonl");
	fd = create(&path);
	json_init(&j, 4u << 20);
	for (size_t i = 0; protocols[i]; i++)
		if (wanted(protocols[i], set))
			make_cases(protocols[i], argv[1], &j, fd, &path);
	json_free(&j);
	if (!port_close(fd))
		port_die("cannot write", path.s, "is the disk full?");
	return 0;
}
