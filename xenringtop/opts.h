/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options: one table, from which parsing, help, completions and man pages come. */
#ifndef XT_OPTS_H
#define XT_OPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/theme.h"

enum opt_id {
	OPT_SOURCE, OPT_READ, OPT_MAP, OPT_VCHAN, OPT_AT, OPT_INTERVAL, OPT_COUNT, OPT_FOR,
	OPT_TEE, OPT_PAYLOAD, OPT_MAX_SIZE, OPT_ROTATE,
	OPT_VIA, OPT_BIND, OPT_OFFER, OPT_VIRQ,
	OPT_JSON, OPT_NDJSON,
	OPT_COLUMNS, OPT_LIST_COLUMNS, OPT_NO_HEADINGS, OPT_SORT,
	OPT_TREE, OPT_DEVICES, OPT_DOMAINS, OPT_MOUSE, OPT_SCHEME,
	OPT_ALL, OPT_FROM, OPT_HEX, OPT_PCAP, OPT_SECRETS,
	OPT_FROM_DEBUG_KEYS,
	OPT_WARNING, OPT_CRITICAL, OPT_UNREADABLE, OPT_FORMAT,
	OPT_RAW, OPT_VERBOSE, OPT_QUIET, OPT_COLOR, OPT_ASCII, OPT_DEBUG,
	OPT_CONFIG, OPT_NO_CONFIG,
	OPT_HELP, OPT_VERSION, OPT_DUMP_CLI,
	OPT_N
};

/* What an argument must be; how the value is stored. */
enum opt_kind {
	OPT_FLAG,	/* none; a bool */
	OPT_TEXT,	/* a const char *, argv's */
	OPT_SECONDS,	/* 0.5, 500ms, 2m; a double in seconds, more than 0 */
	OPT_NUMBER,	/* 0 to 2^32-1; an int64_t */
	OPT_WHEN,	/* auto, always, never; an enum when */
	OPT_HOW,	/* foreign, grant; an enum map_how */
	OPT_SIZE,	/* 4096, 10M, 1G; an int64_t in bytes, more than 0 */
	OPT_TIME,	/* a moment, a struct moment */
	OPT_THEME,	/* the name of one, an enum scheme */
};

enum when { WHEN_AUTO, WHEN_ALWAYS, WHEN_NEVER };
/* How guests' pages are mapped. */
enum map_how { MAP_FOREIGN, MAP_GRANT };

/* A moment in a capture. */
enum moment_from {
	MOMENT_REAL,	/* since 1970, UTC */
	MOMENT_BEGIN,	/* since the capture's first sample */
	MOMENT_END,	/* before its last one */
	MOMENT_DAY,	/* of the day of its first sample, or of the next: "12:04:31" */
};

struct moment {
	enum moment_from from;
	int64_t ns;
};

/* Whether the configuration file has an option as a key of the same name. */
enum opt_config {
	CONFIG_NO,
	CONFIG_KEY,
	CONFIG_TABLE,	/* in the section of a table; outside of one it is about rings */
};

struct config;

/*
 * How a command line says it; given[] tells 0 from not said. What is not given
 * is as the environment or the configuration says, where they do.
 */
struct opts {
	const char *from_debug_keys, *pcap;
	const char *warning, *critical, *unreadable, *format;
	const char *source, *read, *vchan, *tee, *columns, *sort, *debug, *via, *config_file;
	const char *bind, *offer, *virq;
	double interval, for_s;
	int64_t count, from, max_size, rotate;
	struct moment at;
	bool json, ndjson, list_columns, no_headings;
	bool tree, devices, domains, all, hex, payload, secrets;
	bool raw, verbose, quiet, ascii, no_config, help, version, dump_cli;
	bool mouse;
	enum when color;
	enum map_how map;
	enum scheme scheme;
	bool given[OPT_N];
	const struct cmd *cmd;	/* without one: list */
	bool cmd_given;
	const char **args;	/* what follows the command, argv's strings */
	size_t n_args;
	struct config *config;	/* NULL: none was read */
};

struct opt {
	const char *name, *arg, *help;
	char letter;		/* 0: none */
	enum opt_kind kind;
	bool optional_arg;
	bool everywhere;	/* every command takes it */
	bool brief;		/* stands in the short list of --help */
	bool hidden;		/* stands in no help */
	const char *complete;	/* kind of word for __complete, or NULL */
	enum opt_config config;
	const char *env;	/* the variable that stands for it, or NULL */
	size_t off;		/* in struct opts */
};

extern const struct opt opt_table[OPT_N];

/* Does cmd take option id? */
bool opt_goes_with(enum opt_id id, const struct cmd *cmd);

/*
 * Sets option id to what arg says, as on a command line. Strings are kept as
 * they are. False after a complaint, which calls the option by prefix and name.
 */
bool opt_set(struct opts *o, enum opt_id id, const char *prefix, const char *arg);
/*
 * Parses a command line, and reads the configuration for the rest. 0, or XT_USAGE after the complaint has been printed.
 * Free with opts_free() in either case.
 */
int opts_parse(struct opts *o, int argc, char **argv);
/* Do the options and arguments go with the command and with each other? 0 or XT_USAGE. */
int opts_check(const struct opts *o);
/* Says that there is no command of that name, and which is nearest. XT_USAGE. */
int opts_unknown_command(const char *name);
/* --source help: a list is wanted, and nothing else of the command. */
bool opts_asks_sources(const struct opts *o);
void opts_free(struct opts *o);

/* "0.5", "500ms", "2m". False: it is none of these, or not more than 0. */
bool opts_seconds(const char *s, double *ret);
/* "2026-11-22T12:04:31Z", "12:04:31", "+90", "-1m"; seconds may have a fraction. */
bool opts_moment(const char *s, struct moment *ret);
/* A moment in a capture, in nanoseconds since 1970. */
int64_t moment_ns(const struct moment *at, int64_t first_ns, int64_t last_ns);

/* One environment variable that the program reads; .name == NULL ends. */
struct variable {
	const char *name, *help;
};

extern const struct variable variable_table[];

#endif
