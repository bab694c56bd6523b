/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A writer of single JSON lines into memory, in need of no C library.
 */
#ifndef PAGES_JSON_H
#define PAGES_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json {
	char *buf;
	size_t len, cap;
	bool comma; /* the next member needs one in front */
};

void json_init(struct json *j, size_t cap);
void json_free(struct json *j);

/* A key of NULL is an element of an array, or the outermost value. */
void json_open(struct json *j, const char *key, char bracket);
void json_close(struct json *j, char bracket);
void json_null(struct json *j, const char *key);
void json_bool(struct json *j, const char *key, bool value);
void json_uint(struct json *j, const char *key, uint64_t value);
void json_int(struct json *j, const char *key, int64_t value);
/* A number as a string "0x...": JSON readers lose low bits of large ones. */
void json_hex(struct json *j, const char *key, uint64_t value);
void json_str(struct json *j, const char *key, const char *value);
/* Bytes as text, one character \u0000 to \u00ff each, and as hex digits. */
void json_text(struct json *j, const char *key, const void *p, size_t len);
void json_bytes(struct json *j, const char *key, const void *p, size_t len);
/* End the line with a newline. */
void json_end(struct json *j);

#endif
