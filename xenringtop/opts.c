/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options: one table, from which parsing, help, completions and man pages come. */
#include <config.h>

#include "opts.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "buf.h"
#include "cmd.h"
#include "config-file.h"
#include "exit-codes.h"
#include "say.h"
#include "tui/app.h"

#define AT(m) .off = offsetof(struct opts, m)

const struct opt opt_table[OPT_N] = {
	[OPT_SOURCE] = {
		.letter = 's', .name = "source", .arg = "URL", .kind = OPT_TEXT, AT(source),
		.everywhere = true, .brief = true, .complete = "source",
		.config = CONFIG_KEY, .env = "XENRINGTOP_SOURCE",
		.help = "where to read: xen: (default), file:PATH or fake:NAME; help lists "
			"them",
	},
	[OPT_READ] = {
		.letter = 'r', .name = "read", .arg = "FILE", .kind = OPT_TEXT, AT(read),
		.everywhere = true, .brief = true, .complete = "file",
		.help = "read a capture, as --source file:FILE; - is standard input",
	},
	[OPT_MAP] = {
		.name = "map", .arg = "HOW", .kind = OPT_HOW, AT(map), .everywhere = true,
		.complete = "map",
		.config = CONFIG_KEY,
		.help = "foreign (default), or grant: inside a driver domain, the rings of the guests "
			"it serves",
	},
	[OPT_VCHAN] = {
		.name = "vchan", .arg = "PATH,...", .kind = OPT_TEXT, AT(vchan), .everywhere = true,
		.config = CONFIG_KEY,
		.help = "look at these vchans, too, each by its server's folder in xenstore, as in "
			"/local/domain/5/data/foo; those below data/vchan are found anyway; for a "
			"replay name them again",
	},
	[OPT_AT] = {
		.name = "at", .arg = "TIME", .kind = OPT_TIME, AT(at),
		.help = "on a capture: the moment to show, as in 12:04:31, 2026-11-22T12:04:31Z, +90 "
			"(seconds after its begin) or -90 (before its end)",
	},
	[OPT_INTERVAL] = {
		.letter = 'i', .name = "interval", .arg = "SEC", .kind = OPT_SECONDS, AT(interval),
		.config = CONFIG_KEY,
		.brief = true, .help = "time between samples: 0.5, 500ms, 2m (1)",
	},
	[OPT_COUNT] = {
		.letter = 'n', .name = "count", .arg = "N", .kind = OPT_NUMBER, AT(count),
		.brief = true, .help = "show N samples; 0: no end",
	},
	[OPT_FOR] = {
		.name = "for", .arg = "TIME", .kind = OPT_SECONDS, AT(for_s),
		.help = "show samples until TIME has passed",
	},
	[OPT_TEE] = {
		.name = "tee", .arg = "FILE", .kind = OPT_TEXT, AT(tee), .complete = "file",
		.help = "also write what is read to FILE, as a capture",
	},
	[OPT_PAYLOAD] = {
		.name = "payload", .kind = OPT_FLAG, AT(payload),
		.help = "with what guests' consoles, store pages and data pages hold",
	},
	[OPT_MAX_SIZE] = {
		.name = "max-size", .arg = "SIZE", .kind = OPT_SIZE, AT(max_size),
		.help = "end when the file has SIZE bytes: 500K, 10M, 1G",
	},
	[OPT_ROTATE] = {
		.name = "rotate", .arg = "N", .kind = OPT_NUMBER, AT(rotate),
		.help = "go on in a new file instead, and keep N older ones, FILE.1 and so on",
	},
	[OPT_VIA] = {
		.name = "via", .arg = "SOURCE", .kind = OPT_TEXT, AT(via), .complete = "via",
		.help = "how notifications are seen: kernel, sampled or counted (the best that is to be had)",
	},
	[OPT_BIND] = {
		.name = "bind", .arg = "DOMAIN:PORT", .kind = OPT_TEXT, AT(bind),
		.help = "stand where a backend will stand: bind a port that the domain offers and nobody has "
			"taken, and show each knock at it; refused if a device is or was in use with it",
	},
	[OPT_OFFER] = {
		.name = "offer", .arg = "DOMAIN", .kind = OPT_TEXT, AT(offer),
		.help = "allocate a port that the domain may bind, name it, and show each knock at it",
	},
	[OPT_VIRQ] = {
		.name = "virq", .arg = "NAME", .kind = OPT_TEXT, AT(virq), .complete = "virq",
		.help = "show each virtual interrupt of Xen's of that name: con_ring, dom_exc and so on",
	},
	[OPT_JSON] = {
		.letter = 'J', .name = "json", .kind = OPT_FLAG, AT(json), .brief = true,
		.help = "print one JSON document",
	},
	[OPT_NDJSON] = {
		.name = "ndjson", .kind = OPT_FLAG, AT(ndjson), .brief = true,
		.help = "print one JSON object per line",
	},
	[OPT_COLUMNS] = {
		.letter = 'o', .name = "columns", .arg = "LIST", .kind = OPT_TEXT, AT(columns),
		.brief = true, .complete = "columns",
		.config = CONFIG_TABLE,
		.help = "columns to show; +LIST adds; -H lists them",
	},
	[OPT_LIST_COLUMNS] = {
		.letter = 'H', .name = "list-columns", .kind = OPT_FLAG, AT(list_columns),
		.help = "list the columns there are",
	},
	[OPT_NO_HEADINGS] = {
		.name = "no-headings", .kind = OPT_FLAG, AT(no_headings),
		.config = CONFIG_KEY,
		.help = "no line of headings above a table",
	},
	[OPT_SORT] = {
		.name = "sort", .arg = "COL", .kind = OPT_TEXT, AT(sort), .complete = "sort",
		.config = CONFIG_TABLE,
		.help = "sort by a column; -COL: the other way round",
	},
	[OPT_TREE] = {
		.name = "tree", .kind = OPT_FLAG, AT(tree),
		.help = "show domains, their devices and their rings as a tree",
	},
	[OPT_DEVICES] = {
		.name = "devices", .kind = OPT_FLAG, AT(devices),
		.help = "one row per device",
	},
	[OPT_DOMAINS] = {
		.name = "domains", .kind = OPT_FLAG, AT(domains),
		.help = "one row per domain",
	},
	[OPT_MOUSE] = {
		.name = "mouse", .kind = OPT_FLAG, AT(mouse),
		.config = CONFIG_KEY,
		.help = "top: the mouse selects, sorts and scrolls; m turns it on and off",
	},
	[OPT_SCHEME] = {
		.name = "scheme", .arg = "NAME", .kind = OPT_THEME, AT(scheme), .complete = "scheme",
		.config = CONFIG_KEY,
		.help = "top: the colours: default, light, mono or high-contrast",
	},
	[OPT_ALL] = {
		.name = "all", .kind = OPT_FLAG, AT(all),
		.help = "slots: all of them, also those that are not requests waiting; grants: each "
			"entry",
	},
	[OPT_FROM] = {
		.name = "from", .arg = "IDX", .kind = OPT_NUMBER, AT(from),
		.help = "leave out slots whose index is before IDX",
	},
	[OPT_HEX] = {
		.name = "hex", .kind = OPT_FLAG, AT(hex),
		.help = "the bytes of each slot, or of each packet, too",
	},
	[OPT_PCAP] = {
		.name = "pcap", .arg = "FILE", .kind = OPT_TEXT, AT(pcap), .complete = "file",
		.help = "write packets as pcapng, an interface for each queue, in place of text; - is "
			"standard output",
	},
	[OPT_SECRETS] = {
		.name = "secrets", .kind = OPT_FLAG, AT(secrets),
		.help = "show what is redacted without it: keys typed, commands of a TPM",
	},
	[OPT_FROM_DEBUG_KEYS] = {
		.name = "from-debug-keys", .arg = "FILE", .kind = OPT_TEXT, AT(from_debug_keys), .complete = "file",
		.help = "what only Xen's console tells of grants, maptrack above all: FILE is what xl dmesg "
			"printed after xl debug-keys g",
	},
	[OPT_WARNING] = {
		.letter = 'w', .name = "warning", .arg = "RANGE", .kind = OPT_TEXT, AT(warning),
		.help = "warn outside this range: 5 (more than 5), 10:, ~:3, 10:20, @10:20 (inside); of most "
			"checks it is the time for which it has been so",
	},
	[OPT_CRITICAL] = {
		.letter = 'c', .name = "critical", .arg = "RANGE", .kind = OPT_TEXT, AT(critical),
		.help = "it is critical outside this range",
	},
	[OPT_UNREADABLE] = {
		.name = "unreadable", .arg = "LEVEL", .kind = OPT_TEXT, AT(unreadable), .complete = "level",
		.help = "what a ring that cannot be read counts as: ok, warning, critical (unknown)",
	},
	[OPT_FORMAT] = {
		.name = "format", .arg = "FORMAT", .kind = OPT_TEXT, AT(format), .complete = "format",
		.help = "nagios (default): a line for a monitoring plugin, then one for each finding; or tap: "
			"a line for each check",
	},
	[OPT_RAW] = {
		.name = "raw", .kind = OPT_FLAG, AT(raw), .everywhere = true,
		.help = "numbers instead of names, and no units",
	},
	[OPT_VERBOSE] = {
		.letter = 'v', .name = "verbose", .kind = OPT_FLAG, AT(verbose), .everywhere = true,
		.help = "all columns; how each value is known, and what it means",
	},
	[OPT_QUIET] = {
		.letter = 'q', .name = "quiet", .kind = OPT_FLAG, AT(quiet), .everywhere = true,
		.help = "do not name on standard error what could not be read",
	},
	[OPT_COLOR] = {
		.name = "color", .arg = "WHEN", .kind = OPT_WHEN, AT(color), .everywhere = true,
		.config = CONFIG_KEY,
		.brief = true, .complete = "color", .help = "auto, always or never",
	},
	[OPT_ASCII] = {
		.name = "ascii", .kind = OPT_FLAG, AT(ascii), .everywhere = true, .brief = true,
		.config = CONFIG_KEY,
		.help = "no UTF-8",
	},
	[OPT_DEBUG] = {
		.name = "debug", .arg = "MASK", .kind = OPT_TEXT, AT(debug), .everywhere = true,
		.optional_arg = true,
		.env = "XENRING_DEBUG",
		.help = "say what the library does: store,map,all, on standard error",
	},
	[OPT_CONFIG] = {
		.name = "config", .arg = "FILE", .kind = OPT_TEXT, AT(config_file), .everywhere = true,
		.env = "XENRINGTOP_CONFIG", .complete = "file",
		.help = "read this configuration file in place of the usual ones",
	},
	[OPT_NO_CONFIG] = {
		.name = "no-config", .kind = OPT_FLAG, AT(no_config), .everywhere = true,
		.help = "read no configuration file, as scripts want",
	},
	[OPT_HELP] = {
		.letter = 'h', .name = "help", .kind = OPT_FLAG, AT(help), .everywhere = true,
		.brief = true, .help = "this help; \"xenringtop COMMAND -h\" for a command",
	},
	[OPT_VERSION] = {
		.letter = 'V', .name = "version", .kind = OPT_FLAG, AT(version), .everywhere = true,
		.brief = true, .help = "version, and what it was built with",
	},
	[OPT_DUMP_CLI] = {
		.name = "dump-cli", .kind = OPT_FLAG, AT(dump_cli), .everywhere = true,
		.hidden = true, .help = "describe commands and options as JSON",
	},
};

const struct variable variable_table[] = {
	{ .name = "XENRINGTOP_SOURCE", .help = "where to read unless --source says it" },
	{ .name = "XENRINGTOP_CONFIG",
	  .help = "a configuration file in place of the usual ones; if it is empty none is read" },
	{ .name = "XDG_CONFIG_HOME",
	  .help = "the folder in which xenringtop/config is looked for, in place of ~/.config" },
	{ .name = "HOME", .help = "where ~ is" },
	{ .name = "XENRINGTOP_COLORS",
	  .help = "colours of classes of states, as in crit=1;31:warn=33; the classes are crit, "
		  "warn, unknown, good and head" },
	{ .name = "XENRING_DEBUG", .help = "what --debug takes, for when it is not given" },
	{ .name = "NO_COLOR", .help = "if not empty: no colour unless --color asks for it" },
	{ .name = "COLUMNS", .help = "width of the output, in place of the terminal's" },
	{ .name = "LINES", .help = "height of the terminal, in place of its own" },
	{ .name = "ESCDELAY", .help = "milliseconds that a key's sequence may take after its Esc (25)" },
	{ .name = "LC_ALL", .help = "with LC_CTYPE and LANG: whether the output may be UTF-8" },
	{ .name = "TERM", .help = "the terminal; if it is dumb there is no colour" },
	{ .name = NULL },
};

bool opt_goes_with(enum opt_id id, const struct cmd *cmd)
{
	if (opt_table[id].everywhere || cmd->any_opts)
		return true;
	for (const enum opt_id *p = cmd->opts; p && *p != OPT_N; p++)
		if (*p == id)
			return true;
	return false;
}

bool opts_seconds(const char *s, double *ret)
{
	static const struct {
		const char *suffix;
		double seconds;
	} units[] = {
		{ .suffix = "", .seconds = 1 },
		{ .suffix = "us", .seconds = 1e-6 },
		{ .suffix = "ms", .seconds = 1e-3 },
		{ .suffix = "s", .seconds = 1 },
		{ .suffix = "m", .seconds = 60 },
		{ .suffix = "min", .seconds = 60 },
		{ .suffix = "h", .seconds = 3600 },
	};
	size_t digits = strspn(s, "0123456789."), n = sizeof(units) / sizeof(units[0]);
	_cleanup_free_ char *number = xstrndup(s, digits);
	char *end;
	double v;

	v = strtod(number, &end);
	if (!digits || *end || end == number)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (strcmp(s + digits, units[i].suffix))
			continue;
		v *= units[i].seconds;
		/* less than a microsecond or more than 30 years is a slip */
		if (!(v >= 1e-6 && v <= 1e9))
			return false;
		*ret = v;
		return true;
	}
	return false;
}

static bool parse_number(const char *s, int64_t *ret)
{
	unsigned long long v;
	char *end;

	if (!isdigit((unsigned char)s[0]))
		return false;
	errno = 0;
	v = strtoull(s, &end, 0);
	if (errno || *end || v > UINT32_MAX)
		return false;
	*ret = (int64_t)v;
	return true;
}

/* The place of s among n words; n: it is none of them. */
static size_t word_at(const char *const *words, size_t n, const char *s)
{
	size_t i = 0;

	while (i < n && strcmp(s, words[i]))
		i++;
	return i;
}

static bool parse_when(const char *s, enum when *ret)
{
	static const char *const words[] = {
		[WHEN_AUTO] = "auto", [WHEN_ALWAYS] = "always", [WHEN_NEVER] = "never",
	};
	size_t n = sizeof(words) / sizeof(words[0]), at = word_at(words, n, s);

	if (at < n)
		*ret = (enum when)at;
	return at < n;
}

static bool parse_how(const char *s, enum map_how *ret)
{
	static const char *const words[] = { [MAP_FOREIGN] = "foreign", [MAP_GRANT] = "grant" };
	size_t n = sizeof(words) / sizeof(words[0]), at = word_at(words, n, s);

	if (at < n)
		*ret = (enum map_how)at;
	return at < n;
}

static bool parse_scheme(const char *s, enum scheme *ret)
{
	for (unsigned i = 0; i < SCHEME_N; i++) {
		if (strcmp(s, scheme_name(i)))
			continue;
		*ret = (enum scheme)i;
		return true;
	}
	return false;
}

static bool parse_size(const char *s, int64_t *ret)
{
	static const char units[] = "KMGT";
	size_t digits = strspn(s, "0123456789");
	unsigned shift = 0;
	unsigned long long v;
	char *end;

	errno = 0;
	v = strtoull(s, &end, 10);
	if (!digits || errno || v > INT64_MAX)
		return false;
	if (*end) {
		const char *unit = strchr(units, toupper((unsigned char)*end));

		/* K, KB and KiB are all 1024 here */
		if (!unit || (end[1] && strcasecmp(end + 1, "B") && strcasecmp(end + 1, "iB")))
			return false;
		shift = 10 * (unsigned)(unit - units + 1);
	}
	if (!v || v > (unsigned long long)INT64_MAX >> shift)
		return false;
	*ret = (int64_t)(v << shift);
	return true;
}

#define NS_PER_S INT64_C(1000000000)

bool opts_moment(const char *s, struct moment *ret)
{
	struct tm tm = { .tm_mday = 1, .tm_year = 70 };
	const char *end;
	double fraction = 0;
	double seconds;

	if (s[0] == '+' || s[0] == '-') {
		if (!strcmp(s + 1, "0"))
			seconds = 0;
		else if (!opts_seconds(s + 1, &seconds))
			return false;
		*ret = (struct moment){ s[0] == '+' ? MOMENT_BEGIN : MOMENT_END, (int64_t)(seconds * 1e9) };
		return true;
	}
	ret->from = MOMENT_REAL;
	end = strptime(s, "%Y-%m-%dT%H:%M:%S", &tm);
	if (!end)
		end = strptime(s, "%Y-%m-%d %H:%M:%S", &tm);
	if (!end) {
		ret->from = MOMENT_DAY;
		tm = (struct tm){ .tm_mday = 1, .tm_year = 70 };
		end = strptime(s, "%H:%M:%S", &tm);
		if (!end)
			end = strptime(s, "%H:%M", &tm);
	}
	if (!end)
		return false;
	if (*end == '.') {
		char *after;

		fraction = strtod(end, &after);
		end = after;
	}
	if (*end == 'Z' && !end[1])
		end++;
	ret->ns = (int64_t)timegm(&tm) * NS_PER_S + (int64_t)(fraction * 1e9 + 0.5);
	return !*end;
}

int64_t moment_ns(const struct moment *at, int64_t first_ns, int64_t last_ns)
{
	const int64_t day = INT64_C(86400) * NS_PER_S;
	int64_t t;

	switch (at->from) {
	case MOMENT_REAL:
		return at->ns;
	case MOMENT_BEGIN:
		return first_ns + at->ns;
	case MOMENT_END:
		return last_ns - at->ns;
	case MOMENT_DAY:
		t = first_ns / day * day + at->ns;
		return t < first_ns / NS_PER_S * NS_PER_S ? t + day : t;
	}
	return last_ns;
}

static const char *const wants[] = {
	[OPT_FLAG] = "yes or no",
	[OPT_TEXT] = "text",
	[OPT_SECONDS] = "a time such as 0.5, 500ms or 2m",
	[OPT_NUMBER] = "a number from 0 to 4294967295",
	[OPT_WHEN] = "auto, always or never",
	[OPT_HOW] = "foreign or grant",
	[OPT_SIZE] = "a size such as 500K, 10M or 1G",
	[OPT_THEME] = "default, light, mono or high-contrast",
	[OPT_TIME] = "a moment such as 12:04:31, 2026-11-22T12:04:31Z, +90 or -90",
};

/* "yes" in a file; on a command line there is no argument. */
static bool parse_flag(const char *s, bool *ret)
{
	static const char *const words[] = { "no", "yes", "off", "on", "false", "true", "0", "1" };
	size_t n = sizeof(words) / sizeof(words[0]), at = s ? word_at(words, n, s) : 1;

	if (at < n)
		*ret = at & 1;
	return at < n;
}

bool opt_set(struct opts *o, enum opt_id id, const char *prefix, const char *arg)
{
	const struct opt *t = &opt_table[id];
	char *at = (char *)o + t->off;
	bool good = true;

	switch (t->kind) {
	case OPT_FLAG:
		good = parse_flag(arg, (bool *)at);
		break;
	case OPT_TEXT:
		good = !arg || arg[0];
		if (good)
			*(const char **)at = arg ? arg : "all";
		break;
	case OPT_SECONDS:
		good = opts_seconds(arg, (double *)at);
		break;
	case OPT_NUMBER:
		good = parse_number(arg, (int64_t *)at);
		break;
	case OPT_WHEN:
		good = parse_when(arg, (enum when *)at);
		break;
	case OPT_HOW:
		good = parse_how(arg, (enum map_how *)at);
		break;
	case OPT_SIZE:
		good = parse_size(arg, (int64_t *)at);
		break;
	case OPT_TIME:
		good = opts_moment(arg, (struct moment *)at);
		break;
	case OPT_THEME:
		good = parse_scheme(arg, (enum scheme *)at);
		break;
	}
	if (!good)
		say("%s%s %s: not %s", prefix, t->name, arg ? arg : "", wants[t->kind]);
	return good;
}

static int store(struct opts *o, enum opt_id id, const char *arg)
{
	o->given[id] = true;
	if (opt_set(o, id, "--", arg))
		return 0;
	hint("xenringtop --help shows the options");
	return XT_USAGE;
}

/* What getopt calls the option without a letter: above all characters. */
#define LONG_ONLY 256

static int complain(int c, char **argv, int at, int letter)
{
	_cleanup_nearest_ struct nearest near = { 0 };
	_cleanup_free_ char *word = NULL;
	const char *best;

	if (c == ':') {
		say("%s: the argument is missing", argv[at]);
		hint("xenringtop --help shows the options");
		return XT_USAGE;
	}
	if (strncmp(argv[at], "--", 2)) {
		say("-%c: there is no such option", letter);
		hint("xenringtop --help shows the options");
		return XT_USAGE;
	}
	word = xstrndup(argv[at] + 2, strcspn(argv[at] + 2, "="));
	near.word = word;
	for (size_t i = 0; i < OPT_N; i++) {
		if (!strcmp(opt_table[i].name, word)) {
			say("--%s: takes no argument", word);
			hint("xenringtop --help shows the options");
			return XT_USAGE;
		}
		if (!opt_table[i].hidden)
			nearest_try(&near, opt_table[i].name);
	}
	best = nearest_get(&near);
	say("--%s: there is no such option", word);
	if (best)
		hint("did you mean --%s?", best);
	else
		hint("xenringtop --help shows the options");
	return XT_USAGE;
}

static void add_arg(struct opts *o, const char *arg)
{
	o->args = xreallocarray(o->args, o->n_args + 1, sizeof(*o->args));
	o->args[o->n_args++] = arg;
}

static int scan(struct opts *o, int argc, char **argv)
{
	struct option longs[OPT_N + 1] = { 0 };
	char shorts[3 * OPT_N + 3] = "-:";	/* words come as options, in place; no messages */
	size_t n = 2;

	for (size_t i = 0; i < OPT_N; i++) {
		const struct opt *t = &opt_table[i];
		bool has_arg = t->kind != OPT_FLAG;

		longs[i] = (struct option){
			.name = t->name,
			.has_arg = t->optional_arg ? optional_argument :
				   has_arg ? required_argument : no_argument,
			.val = LONG_ONLY + (int)i,
		};
		if (t->letter) {
			shorts[n++] = t->letter;
			if (has_arg)
				shorts[n++] = ':';
		}
	}
	optind = 0;		/* start afresh, also the second time */
	for (;;) {
		int at = optind ? optind : 1, r = 0;
		int c = getopt_long(argc, argv, shorts, longs, NULL);

		if (c == -1)
			break;
		if (c == 1) {
			add_arg(o, optarg);
		} else if (c == '?' || c == ':') {
			r = complain(c, argv, at, optopt);
		} else if (c >= LONG_ONLY) {
			r = store(o, (enum opt_id)(c - LONG_ONLY), optarg);
		} else {
			for (size_t i = 0; i < OPT_N; i++)
				if (opt_table[i].letter == c)
					r = store(o, (enum opt_id)i, optarg);
		}
		if (r)
			return r;
	}
	while (optind < argc)
		add_arg(o, argv[optind++]);
	return 0;
}

int opts_unknown_command(const char *name)
{
	_cleanup_nearest_ struct nearest near = { .word = name };
	const struct cmd *cmd;

	for (size_t i = 0; (cmd = cmd_at(i)); i++) {
		if (!cmd->group)
			continue;
		nearest_try(&near, cmd->name);
		if (cmd->alias)
			nearest_try(&near, cmd->alias);
	}
	say("%s: there is no such command", name);
	if (nearest_get(&near))
		hint("did you mean \"%s\"?", nearest_get(&near));
	else if (strpbrk(name, "/:*"))
		hint("a target comes after a command: xenringtop list %s", name);
	else
		hint("xenringtop --help shows the commands");
	return XT_USAGE;
}

bool opts_asks_sources(const struct opts *o)
{
	return o->given[OPT_SOURCE] && !strcmp(o->source, "help");
}

/* What variables say of options that are not given. */
static void take_environment(struct opts *o)
{
	for (size_t i = 0; i < OPT_N; i++) {
		const struct opt *t = &opt_table[i];
		const char *value = t->env && !o->given[i] ? getenv(t->env) : NULL;

		if (value && value[0])
			*(const char **)((char *)o + t->off) = value;
	}
}

/* On a terminal the interactive view, unless an option is given that only a list has. */
static const struct cmd *default_command(const struct opts *o)
{
	if (!app_is_possible())
		return &cmd_list;
	for (size_t i = 0; i < OPT_N; i++)
		if (o->given[i] && !opt_goes_with((enum opt_id)i, &cmd_top))
			return &cmd_list;
	return &cmd_top;
}

int opts_parse(struct opts *o, int argc, char **argv)
{
	int r;

	*o = (struct opts){ .interval = 1 };
	r = scan(o, argc, argv);
	if (r)
		return r;
	o->cmd = default_command(o);
	if (o->n_args) {
		o->cmd = cmd_find(o->args[0]);
		if (!o->cmd)
			return opts_unknown_command(o->args[0]);
		o->cmd_given = true;
		memmove(o->args, o->args + 1, --o->n_args * sizeof(*o->args));
	}
	if (o->help || o->version || o->dump_cli || opts_asks_sources(o))
		return 0;
	r = opts_check(o);
	if (r)
		return r;
	take_environment(o);
	o->config = config_new();
	/* what only completes a line says nothing into it */
	return o->cmd->group || o->given[OPT_CONFIG] ? config_read(o) : 0;
}

int opts_check(const struct opts *o)
{
	for (size_t i = 0; i < OPT_N; i++) {
		if (!o->given[i] || opt_goes_with((enum opt_id)i, o->cmd))
			continue;
		say("--%s does not go with %s", opt_table[i].name, o->cmd->name);
		hint("xenringtop %s -h shows what does", o->cmd->name);
		return XT_USAGE;
	}
	if (o->n_args < o->cmd->min_args) {
		say("%s: %s is missing", o->cmd->name, o->cmd->args);
		hint("xenringtop %s -h shows the usage", o->cmd->name);
		return XT_USAGE;
	}
	if (o->n_args > o->cmd->max_args) {
		say("%s: one argument too many: %s", o->cmd->name, o->args[o->cmd->max_args]);
		hint("xenringtop %s -h shows the usage", o->cmd->name);
		return XT_USAGE;
	}
	if (o->given[OPT_READ] && o->given[OPT_SOURCE]) {
		say("--read and --source: only one of the two");
		hint("--read FILE is --source file:FILE");
		return XT_USAGE;
	}
	if (o->tee && !strcmp(o->tee, "-")) {
		say("--tee -: standard output is for what is shown");
		hint("name a file, or use record -");
		return XT_USAGE;
	}
	if (o->given[OPT_CONFIG] && o->no_config) {
		say("--config and --no-config: only one of the two");
		hint("--config FILE reads FILE, --no-config none");
		return XT_USAGE;
	}
	if (o->json && o->ndjson) {
		say("--json and --ndjson: only one of the two");
		hint("--json prints one document, --ndjson one object per line");
		return XT_USAGE;
	}
	if ((o->json || o->ndjson) && (o->columns || o->tree)) {
		say("--%s is for text, JSON always holds everything",
		    o->columns ? "columns" : "tree");
		hint("leave out --%s or --%s", o->columns ? "columns" : "tree",
		     o->json ? "json" : "ndjson");
		return XT_USAGE;
	}
	return 0;
}

void opts_free(struct opts *o)
{
	config_free(o->config);
	o->config = NULL;
	free(o->args);
	o->args = NULL;
	o->n_args = 0;
}
