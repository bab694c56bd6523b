/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Other people's bytes: made printable, read as numbers, taken as paths. */
#include <config.h>

#include "lib/test.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/tail_alloc.h"
#include "store.h"
#include "util/bytes.h"
#include "util/text.h"

#define BYTES(s) (s), sizeof(s) - 1

static void test_printable(void **state)
{
	static const struct {
		const char *name;
		const char *bytes;
		size_t n;
		const char *want;
	} rows[] = {
		{ "empty", BYTES(""), "" },
		{ "plain", BYTES("web01 ~"), "web01 ~" },
		{ "backslash", BYTES("a\\b"), "a\\\\b" },
		{ "NUL inside", BYTES("a\0b"), "a\\x00b" },
		{ "newline and tab", BYTES("a\n\tb"), "a\\x0a\\x09b" },
		{ "ANSI escape", BYTES("\033[2J\033]0;x\007"), "\\x1b[2J\\x1b]0;x\\x07" },
		{ "DEL", BYTES("\x7f"), "\\x7f" },
		{ "C1 as a byte", BYTES("\x9b" "31m"), "\\x9b31m" },
		{ "C1 as UTF-8", BYTES("\xc2\x9b" "31m"), "\\xc2\\x9b31m" },
		{ "umlaut", BYTES("\xc3\xa4"), "\xc3\xa4" },
		{ "no-break space is U+00A0", BYTES("\xc2\xa0"), "\xc2\xa0" },
		{ "euro", BYTES("\xe2\x82\xac"), "\xe2\x82\xac" },
		{ "four bytes", BYTES("\xf0\x9f\x98\x80"), "\xf0\x9f\x98\x80" },
		{ "overlong slash, 2", BYTES("\xc0\xaf"), "\\xc0\\xaf" },
		{ "overlong slash, 3", BYTES("\xe0\x80\xaf"), "\\xe0\\x80\\xaf" },
		{ "overlong slash, 4", BYTES("\xf0\x80\x80\xaf"), "\\xf0\\x80\\x80\\xaf" },
		{ "overlong NUL", BYTES("\xc0\x80"), "\\xc0\\x80" },
		{ "surrogate", BYTES("\xed\xa0\x80"), "\\xed\\xa0\\x80" },
		{ "beyond U+10FFFF", BYTES("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80" },
		{ "five bytes", BYTES("\xf8\x88\x80\x80\x80"), "\\xf8\\x88\\x80\\x80\\x80" },
		{ "cut character", BYTES("\xe2\x82"), "\\xe2\\x82" },
		{ "lone continuation", BYTES("\x82z"), "\\x82z" },
		{ "lead then ASCII", BYTES("\xe2" "ab"), "\\xe2ab" },
		{ "bidi override U+202E", BYTES("\xe2\x80\xae" "x"), "\\xe2\\x80\\xaex" },
		{ "bidi isolate U+2066", BYTES("\xe2\x81\xa6"), "\\xe2\\x81\\xa6" },
		{ "bidi mark U+200F", BYTES("\xe2\x80\x8f"), "\\xe2\\x80\\x8f" },
		{ "Arabic letter mark U+061C", BYTES("\xd8\x9c"), "\\xd8\\x9c" },
		{ "zero width space U+200B", BYTES("\xe2\x80\x8b"), "\\xe2\\x80\\x8b" },
		{ "line separator U+2028", BYTES("\xe2\x80\xa8"), "\\xe2\\x80\\xa8" },
		{ "byte order mark", BYTES("\xef\xbb\xbf"), "\\xef\\xbb\\xbf" },
		{ "soft hyphen U+00AD", BYTES("\xc2\xad"), "\\xc2\\xad" },
		{ "language tag U+E0041", BYTES("\xf3\xa0\x81\x81"), "\\xf3\\xa0\\x81\\x81" },
		{ "interlinear U+FFF9", BYTES("\xef\xbf\xb9"), "\\xef\\xbf\\xb9" },
	};
	struct tail t = tail_new(64);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *s = xr_printable(tail_put(&t, rows[i].bytes, rows[i].n), rows[i].n, 1000);

		if (strcmp(s, rows[i].want))
			print_error("%s: \"%s\", not \"%s\"\n", rows[i].name, s, rows[i].want);
		assert_string_equal(s, rows[i].want);
		free(s);
	}
	tail_drop(&t);
}

static void test_printable_cut(void **state)
{
	char *s;

	(void)state;
	s = xr_printable("abcdef", 6, 6);
	assert_string_equal(s, "abcdef");
	free(s);
	s = xr_printable("abcdef", 6, 3);
	assert_string_equal(s, "abc...");
	free(s);
	s = xr_printable("\xe2\x82\xac!", 4, 2);	/* a character cut by max */
	assert_string_equal(s, "\\xe2\\x82...");
	free(s);
	s = xr_printable("abc", 3, 0);
	assert_string_equal(s, "...");
	free(s);
}

/* Any three bytes: what comes out is printable, and what goes in is not overread. */
static void test_printable_any(void **state)
{
	struct tail t = tail_new(16);

	(void)state;
	for (uint32_t v = 0; v < 1u << 24; v += 1 + (v >> 8 & 3)) {
		uint8_t in[3] = { (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v };
		char *s = xr_printable(tail_put(&t, in, 3), 3, 3);

		for (const char *p = s; *p; p++)
			if ((uint8_t)*p < 0x20 || *p == 0x7f)
				fail_msg("%06x gives a control byte", v);
		free(s);
	}
	tail_drop(&t);
}

static void test_parse_u32(void **state)
{
	static char nines[4096];
	static const struct {
		const char *name;
		const char *bytes;
		size_t n;
		uint32_t max;
		int r;
		uint32_t want;
	} rows[] = {
		{ "zero", BYTES("0"), 9, 0, 0 },
		{ "seven", BYTES("7"), 9, 0, 7 },
		{ "leading zeros", BYTES("0007"), 9, 0, 7 },
		{ "the largest", BYTES("4294967295"), UINT32_MAX, 0, UINT32_MAX },
		{ "one more", BYTES("4294967296"), UINT32_MAX, -ERANGE, 0 },
		{ "ten nines", BYTES("9999999999"), UINT32_MAX, -ERANGE, 0 },
		{ "above max", BYTES("10"), 9, -ERANGE, 0 },
		{ "trailing NUL", BYTES("7\0"), 9, 0, 7 },
		{ "trailing newline", BYTES("7\n"), 9, 0, 7 },
		{ "trailing space", BYTES("7 "), 9, 0, 7 },
		{ "two trailing", BYTES("7\n\n"), 9, -EINVAL, 0 },
		{ "NUL inside", BYTES("1\0" "2"), 99, -EINVAL, 0 },
		{ "empty", BYTES(""), 9, -EINVAL, 0 },
		{ "only NUL", BYTES("\0"), 9, -EINVAL, 0 },
		{ "only space", BYTES(" "), 9, -EINVAL, 0 },
		{ "leading space", BYTES(" 7"), 9, -EINVAL, 0 },
		{ "negative", BYTES("-1"), UINT32_MAX, -EINVAL, 0 },
		{ "plus", BYTES("+1"), 9, -EINVAL, 0 },
		{ "hex", BYTES("0x1"), 9, -EINVAL, 0 },
		{ "exponent", BYTES("1e3"), 9999, -EINVAL, 0 },
		{ "fraction", BYTES("1.0"), 9, -EINVAL, 0 },
		{ "letters", BYTES("abc"), 9, -EINVAL, 0 },
		{ "eleven digits", BYTES("00000000001"), 9, -EINVAL, 0 },
		{ "ten digits and NUL", BYTES("0000000001\0"), 9, 0, 1 },
		{ "Arabic digit", BYTES("\xd9\xa1"), 9, -EINVAL, 0 },
		{ "4096 nines", nines, sizeof(nines), UINT32_MAX, -EINVAL, 0 },
	};
	struct tail t = tail_new(4096);

	(void)state;
	memset(nines, '9', sizeof(nines));
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint32_t v = 0xdead;
		int r = xr_parse_u32(tail_put(&t, rows[i].bytes, rows[i].n), rows[i].n, rows[i].max, &v);

		assert_row(rows[i].name, r == rows[i].r);
		assert_row(rows[i].name, v == (r ? 0xdead : rows[i].want));
	}
	tail_drop(&t);
}

static void test_parse_backend_path(void **state)
{
	static char deep[5000];
	static const struct {
		const char *bytes;
		size_t n;
		bool good;
		struct xr_backend_path want;
	} rows[] = {
		{ BYTES("/local/domain/0/backend/vbd/5/51712"), true, { 0, 5, 51712, "vbd" } },
		{ BYTES("/local/domain/32751/backend/vif/32751/0"), true, { 32751, 32751, 0, "vif" } },
		{ BYTES("/local/domain/3/backend/xen_9pfs/7/4294967295"), true, { 3, 7, UINT32_MAX, "xen_9pfs" } },
		{ BYTES("/local/domain/0/backend/vbd/5/51712\0"), false, { 0 } },
		{ BYTES("/local/domain/0/backend/vbd/5/51712/"), false, { 0 } },
		{ BYTES("/local/domain/0/backend/vbd/5/51712/state"), false, { 0 } },
		{ BYTES("/local/domain/0/backend/vbd/5/51712\n"), false, { 0 } },
		{ BYTES("/local/domain/0/backend/vbd/5"), false, { 0 } },
		{ BYTES("/local/domain/0/backend/vbd/5/"), false, { 0 } },
		{ BYTES("/local/domain/0/backend//5/1"), false, { 0 } },
		{ BYTES("/local/domain/0//backend/vbd/5/1"), false, { 0 } },
		{ BYTES("//local/domain/0/backend/vbd/5/1"), false, { 0 } },
		{ BYTES("local/domain/0/backend/vbd/5/1"), false, { 0 } },
		{ BYTES("/local/domain/0/backend/../5/1"), false, { 0 } },
		{ BYTES("/local/domain/../backend/vbd/5/1"), false, { 0 } },
		{ BYTES("/local/domain/0/device/vbd/5/1"), false, { 0 } },
		{ BYTES("/local/domain/-1/backend/vbd/5/1"), false, { 0 } },
		{ BYTES("/local/domain/00/backend/vbd/5/1"), false, { 0 } },
		{ BYTES("/local/domain/0/backend/vbd/05/1"), false, { 0 } },
		{ BYTES("/local/domain/0/backend/vbd/5/01"), false, { 0 } },
		{ BYTES("/local/domain/32752/backend/vbd/5/1"), false, { 0 } },	/* DOMID_SELF */
		{ BYTES("/local/domain/65536/backend/vbd/5/1"), false, { 0 } },
		{ BYTES("/local/domain/0/backend/vbd/32752/1"), false, { 0 } },
		{ BYTES("/local/domain/0/backend/vbd/5/4294967296"), false, { 0 } },
		{ BYTES("/local/domain/0/backend/vb\0d/5/1"), false, { 0 } },
		{ BYTES("/local/domain/0/backend/vbd/5\0/1"), false, { 0 } },
		{ BYTES("/local/domain/0/backend/v%sd/5/1"), false, { 0 } },
		{ BYTES("/local/domain/0/backend/v\033[d/5/1"), false, { 0 } },
		{ BYTES("/local/domain/0/backend/abcdefghijabcdefghijabcdefghija/5/1"), true,
		  { 0, 5, 1, "abcdefghijabcdefghijabcdefghija" } },
		{ BYTES("/local/domain/0/backend/abcdefghijabcdefghijabcdefghijab/5/1"), false, { 0 } },
		{ BYTES("/local/domain/0 /backend/vbd/5/1"), false, { 0 } },
		{ BYTES("/local/domain/0/backend/vbd/5 /1"), false, { 0 } },
		{ BYTES("/local/domain/"), false, { 0 } },
		{ BYTES("/local"), false, { 0 } },
		{ BYTES(""), false, { 0 } },
		{ BYTES("/"), false, { 0 } },
		{ deep, sizeof(deep), false, { 0 } },
	};
	struct tail t = tail_new(sizeof(deep));

	(void)state;
	memset(deep, '/', sizeof(deep));
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *s = (const char *)tail_put(&t, rows[i].bytes, rows[i].n);
		struct xr_backend_path p;
		int r;

		memset(&p, 0xee, sizeof(p));
		r = xr_parse_backend_path(s, rows[i].n, &p);
		assert_row(rows[i].bytes, !r == rows[i].good);
		assert_row(rows[i].bytes, !r || r == -EINVAL);
		if (r)
			continue;
		assert_row(rows[i].bytes, p.backend == rows[i].want.backend);
		assert_row(rows[i].bytes, p.frontend == rows[i].want.frontend);
		assert_row(rows[i].bytes, p.id == rows[i].want.id);
		assert_row(rows[i].bytes, !strcmp(p.type, rows[i].want.type));
	}
	/* no beginning of a good path is one, and none is read beyond its end */
	for (size_t n = 0; n < rows[0].n; n++) {
		struct xr_backend_path p;
		bool good = n > strlen("/local/domain/0/backend/vbd/5/");

		assert_int_equal(!xr_parse_backend_path((const char *)tail_put(&t, rows[0].bytes, n), n, &p),
				 good);
	}
	tail_drop(&t);
}

static void test_path_split(void **state)
{
	static const struct {
		const char *path;
		struct xr_path_parts want;
	} rows[] = {
		{ "/local/domain/5/device/vbd/51712/state", { XR_PATH_DEVICE, 5, "vbd", true, 51712 } },
		{ "/local/domain/5/device/vbd/51712", { XR_PATH_DEVICE, 5, "vbd", true, 51712 } },
		{ "/local/domain/5/device/vbd/51712/queue-0/ring-ref", { XR_PATH_DEVICE, 5, "vbd", true, 51712 } },
		{ "/local/domain/5/device/vbd", { XR_PATH_DEVICE, 5, "vbd", false, 0 } },
		{ "/local/domain/5/device", { XR_PATH_DEVICE, 5, "", false, 0 } },
		{ "/local/domain/5/device/", { XR_PATH_DEVICE, 5, "", false, 0 } },
		{ "/local/domain/5/device/vbd/x", { XR_PATH_DEVICE, 5, "vbd", false, 0 } },
		{ "/local/domain/5/device/vbd/-1", { XR_PATH_DEVICE, 5, "vbd", false, 0 } },
		{ "/local/domain/5/device/a\033b/1", { XR_PATH_DEVICE, 5, "", false, 0 } },
		{ "/local/domain/5/name", { XR_PATH_NAME, 5, "", false, 0 } },
		{ "/local/domain/5/console/ring-ref", { XR_PATH_FIXED, 5, "console", false, 0 } },
		{ "/local/domain/5/store", { XR_PATH_FIXED, 5, "store", false, 0 } },
		{ "/local/domain/0/backend/vbd/5/51712/state", { XR_PATH_BACKEND, 5, "vbd", true, 51712 } },
		{ "/local/domain/0/backend/vbd/5", { XR_PATH_BACKEND, 5, "vbd", false, 0 } },
		{ "/local/domain/0/backend/vbd", { XR_PATH_OTHER, 0, "", false, 0 } },
		{ "/local/domain/0/backend", { XR_PATH_OTHER, 0, "", false, 0 } },
		{ "/local/domain/0/backend/vbd/-5/1", { XR_PATH_OTHER, 0, "", false, 0 } },
		{ "/local/domain/32752/device", { XR_PATH_OTHER, 0, "", false, 0 } },
		{ "/local/domain/x/device", { XR_PATH_OTHER, 0, "", false, 0 } },
		{ "/local/domain/", { XR_PATH_OTHER, 0, "", false, 0 } },
		{ "/local/domain", { XR_PATH_OTHER, 0, "", false, 0 } },
		{ "@introduceDomain", { XR_PATH_OTHER, 0, "", false, 0 } },
		{ "/libxl/5/device/vbd/51712/backend", { XR_PATH_OTHER, 0, "", false, 0 } },
		{ "", { XR_PATH_OTHER, 0, "", false, 0 } },
		{ "/", { XR_PATH_OTHER, 0, "", false, 0 } },
	};
	struct tail t = tail_new(256);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct xr_path_parts p;

		xr_path_split((const char *)tail_put(&t, rows[i].path, strlen(rows[i].path) + 1), &p);
		assert_row(rows[i].path, p.what == rows[i].want.what);
		if (p.what == XR_PATH_OTHER)
			continue;
		assert_row(rows[i].path, p.domid == rows[i].want.domid);
		/* of all others it is what the path ends with, from the domain's folder on */
		assert_row(rows[i].path, p.what == XR_PATH_BACKEND ? !p.below :
					 !strcmp(p.below, rows[i].path + strlen("/local/domain/5")));
		assert_row(rows[i].path, !strcmp(p.type, rows[i].want.type));
		assert_row(rows[i].path, p.has_id == rows[i].want.has_id);
		assert_row(rows[i].path, !p.has_id || p.id == rows[i].want.id);
	}
	tail_drop(&t);
}

/* Folders within a domain's own; what names them is the operator's, and may be anything. */
static void test_parse_folder(void **state)
{
	static const struct {
		const char *path, *below;	/* NULL: no folder */
	} rows[] = {
		{ "/local/domain/5/data/vchan/0", "/data/vchan/0" }, { "/local/domain/0/x", "/x" },
		{ "/local/domain/5/a-b_c@d/E9", "/a-b_c@d/E9" },
		{ "/local/domain/5/", NULL }, { "/local/domain/5", NULL }, { "/local/domain/5/a/", NULL },
		{ "/local/domain/5//a", NULL }, { "/local/domain/5/a//b", NULL }, { "/local/domain/5/a.b", NULL },
		{ "/local/domain/5/a b", NULL }, { "/local/domain/5/\x80", NULL }, { "/local/domain//a", NULL },
		{ "/local/domain/32752/a", NULL }, { "/local/domain/05/a", NULL }, { "/local/domain/", NULL },
		{ "/libxl/5/data", NULL }, { "local/domain/5/data", NULL }, { "", NULL }, { "/", NULL },
	};
	struct tail t = tail_new(512);
	char long_one[300] = "/local/domain/5/";

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *below = NULL;
		uint32_t domid = 99;
		int r = xr_parse_folder((const char *)tail_put(&t, rows[i].path, strlen(rows[i].path) + 1),
					&domid, &below);

		assert_row(rows[i].path, r == (rows[i].below ? 0 : -EINVAL));
		assert_row(rows[i].path, rows[i].below ? !strcmp(below, rows[i].below) : domid == 99);
	}
	for (size_t n = XR_FOLDER_MAX - 1; n <= XR_FOLDER_MAX; n++) {
		const char *below;
		uint32_t domid;

		memset(long_one + 16, 'x', n);
		long_one[16 + n] = '\0';
		assert_int_equal(xr_parse_folder(long_one, &domid, &below), n < XR_FOLDER_MAX ? 0 : -EINVAL);
	}
	tail_drop(&t);
}

static void test_get(void **state)
{
	static const uint8_t b[9] = { 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x7f };

	(void)state;
	assert_int_equal(xr_get(b, 0), 0);
	assert_int_equal(xr_get(b, 1), 0x81);
	assert_int_equal(xr_get(b, 2), 0x8281);
	assert_int_equal(xr_get(b + 1, 4), 0x85848382);	/* no alignment is asked */
	assert_true(xr_get(b, 8) == UINT64_C(0x8887868584838281));
	assert_true(xr_get(b, 9) == UINT64_C(0x8887868584838281));
	assert_true(xr_get_signed(b, 1) == -127);
	assert_true(xr_get_signed(b + 8, 1) == 127);
	assert_true(xr_get_signed(b, 2) == (int16_t)0x8281);
	assert_true(xr_get_signed(b, 4) == (int32_t)0x84838281);
	assert_true(xr_get_signed(b, 8) == (int64_t)UINT64_C(0x8887868584838281));
	assert_true(xr_get_signed(b, 0) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_printable),
		cmocka_unit_test(test_printable_cut),
		cmocka_unit_test(test_printable_any),
		cmocka_unit_test(test_parse_u32),
		cmocka_unit_test(test_parse_backend_path),
		cmocka_unit_test(test_path_split),
		cmocka_unit_test(test_parse_folder),
		cmocka_unit_test(test_get),
	};

	return RUN(tests);
}
