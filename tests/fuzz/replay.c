/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs a fuzz target over its corpus, without a fuzzer: whatever crashed once
 * must never again. Folders and files as arguments; without any the target's
 * own corpus. TAP, one line a file.
 */
#include <config.h>

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz/fuzz.h"

static unsigned n, failed;

static void run_file(const char *path)
{
	const char *slash = strrchr(path, '/');
	FILE *f = fopen(path, "rb");
	uint8_t *bytes = NULL;
	struct stat st;
	bool ok = false;

	if (f && !fstat(fileno(f), &st) && (bytes = malloc((size_t)st.st_size + 1)))
		ok = fread(bytes, 1, (size_t)st.st_size, f) == (size_t)st.st_size;
	if (f)
		fclose(f);
	if (ok)
		LLVMFuzzerTestOneInput(bytes, (size_t)st.st_size);
	else
		failed++;
	free(bytes);
	printf("%s %u - %s\n", ok ? "ok" : "not ok", ++n, slash ? slash + 1 : path);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void run(const char *path)
{
	struct dirent **names;
	struct stat st;
	int count;

	if (stat(path, &st) || !S_ISDIR(st.st_mode)) {
		run_file(path);
		return;
	}
	count = scandir(path, &names, NULL, by_name);
	for (int i = 0; i < count; i++) {
		char file[4096];

		if (names[i]->d_name[0] != '.' &&
		    snprintf(file, sizeof(file), "%s/%s", path, names[i]->d_name) < (int)sizeof(file))
			run_file(file);
		free(names[i]);
	}
	if (count >= 0)
		free(names);
}

int main(int argc, char **argv)
{
	const char *top = getenv("top_srcdir");
	char own[4096];

	snprintf(own, sizeof(own), "%s/%s", top ? top : ".", XR_CORPUS);
	if (argc < 2)
		run(own);
	for (int i = 1; i < argc; i++)
		run(argv[i]);
	printf("1..%u\n", n);
	return failed || !n;
}
