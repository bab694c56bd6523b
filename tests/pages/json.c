/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A writer of single JSON lines into memory, in need of no C library.
 */
#include "json.h"
#include "port.h"

static const char hex_digits[] = "0123456789abcdef";

void json_init(struct json *j, size_t cap)
{
	j->buf = port_alloc(cap);
	j->len = 0;
	j->cap = cap;
	j->comma = false;
}

void json_free(struct json *j)
{
	port_free(j->buf, j->cap);
	j->buf = NULL;
}

static void put(struct json *j, char c)
{
	if (j->len == j->cap)
		port_die("cannot write the expectation", "", "line too long");
	j->buf[j->len++] = c;
}

static void puts_raw(struct json *j, const char *s)
{
	while (*s)
		put(j, *s++);
}

static void put_quoted(struct json *j, const void *p, size_t len)
{
	const unsigned char *at = p;

	put(j, '"');
	for (size_t i = 0; i < len; i++) {
		unsigned char c = at[i];

		if (c == '"' || c == '\\') {
			put(j, '\\');
			put(j, (char)c);
		} else if (c < 0x20 || c >= 0x7f) {
			puts_raw(j, "\\u00");
			put(j, hex_digits[c >> 4]);
			put(j, hex_digits[c & 15]);
		} else {
			put(j, (char)c);
		}
	}
	put(j, '"');
}

static void start(struct json *j, const char *key)
{
	if (j->comma)
		put(j, ',');
	j->comma = true;
	if (key) {
		put_quoted(j, key, strlen(key));
		put(j, ':');
	}
}

void json_open(struct json *j, const char *key, char bracket)
{
	start(j, key);
	put(j, bracket);
	j->comma = false;
}

void json_close(struct json *j, char bracket)
{
	put(j, bracket);
	j->comma = true;
}

void json_null(struct json *j, const char *key)
{
	start(j, key);
	puts_raw(j, "null");
}

void json_bool(struct json *j, const char *key, bool value)
{
	start(j, key);
	puts_raw(j, value ? "true" : "false");
}

/*
 * Decimal by subtraction: a 64-bit division on i386 is a call into libgcc,
 * which the build without a C library does not have.
 */
static void put_decimal(struct json *j, uint64_t value)
{
	static const uint64_t powers[] = {
		UINT64_C(10000000000000000000), UINT64_C(1000000000000000000),
		UINT64_C(100000000000000000), UINT64_C(10000000000000000),
		UINT64_C(1000000000000000), UINT64_C(100000000000000),
		UINT64_C(10000000000000), UINT64_C(1000000000000),
		UINT64_C(100000000000), UINT64_C(10000000000),
		UINT64_C(1000000000), UINT64_C(100000000),
		UINT64_C(10000000), UINT64_C(1000000), UINT64_C(100000),
		UINT64_C(10000), UINT64_C(1000), UINT64_C(100), UINT64_C(10),
		UINT64_C(1),
	};
	bool begun = false;

	for (size_t i = 0; i < sizeof(powers) / sizeof(powers[0]); i++) {
		char digit = '0';

		while (value >= powers[i]) {
			value -= powers[i];
			digit++;
		}
		if (digit != '0' || powers[i] == 1)
			begun = true;
		if (begun)
			put(j, digit);
	}
}

void json_uint(struct json *j, const char *key, uint64_t value)
{
	start(j, key);
	put_decimal(j, value);
}

void json_int(struct json *j, const char *key, int64_t value)
{
	start(j, key);
	if (value < 0)
		put(j, '-');
	put_decimal(j, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

void json_hex(struct json *j, const char *key, uint64_t value)
{
	int shift = 60;

	start(j, key);
	puts_raw(j, "\"0x");
	while (shift && !(value >> shift))
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		put(j, hex_digits[value >> shift & 15]);
	put(j, '"');
}

void json_str(struct json *j, const char *key, const char *value)
{
	if (!value) {
		json_null(j, key);
		return;
	}
	json_text(j, key, value, strlen(value));
}

void json_text(struct json *j, const char *key, const void *p, size_t len)
{
	start(j, key);
	put_quoted(j, p, len);
}

void json_bytes(struct json *j, const char *key, const void *p, size_t len)
{
	const unsigned char *at = p;

	start(j, key);
	put(j, '"');
	for (size_t i = 0; i < len; i++) {
		put(j, hex_digits[at[i] >> 4]);
		put(j, hex_digits[at[i] & 15]);
	}
	put(j, '"');
}

void json_end(struct json *j)
{
	put(j, '\n');
	j->comma = false;
}
