/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration files: what options are where the command line does not say it. */
#include <config.h>

#include "config-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ini.h>

#include "columns.h"
#include "exit-codes.h"
#include "say.h"
#include "term.h"
#include "tui/action.h"
#include "watching.h"
#include "tui/setup.h"

#define SYSTEM_FILE XR_SYSCONFDIR "/xenringtop.conf"
#define USER_FILE "xenringtop/config"
#define SIZE_MAX_TEXT "64 KiB"
/* Who makes more mistakes than that has given us another file. */
#define MISTAKES_MAX 10
/* Options that belong to a table are about rings where no section says another. */
#define DEFAULT_TABLE "ring"

struct setting {
	char *section, *key, *value;
};

struct config {
	struct setting *settings;
	size_t n;
};

static const struct config_section sections[] = {
	{ .name = "colors", .key = "CLASS", .value = "SGR", .check = term_color_check,
	  .help = "colours of classes of states, each as numbers of the terminal, 1;31; the classes are "
		  "crit, warn, unknown, good and head" },
	{ .name = "keys", .key = "ACTION", .value = "KEY ...", .check = action_configure,
	  .help = "other keys of the interactive view, up to four, in place of all that an action had: "
		  "characters, or names such as F9 and PgUp; the actions are called as in KEYS" },
	{ .name = CONFIG_CHECKS, .key = "CHECK", .value = "ARG=VALUE,...", .check = watching_check_args,
	  .help = "other arguments of a check than its own, as xenringtop explain CHECK tells them, and warn and crit, "
		  "which are ranges: ring.unanswered = after=10s,critical=2m; what is asked for on the command line "
		  "goes before them; Setup, F2, writes this, too" },
	{ .name = SETUP_COLUMNS, .key = "VIEW", .value = "COLUMN,...", .check = setup_check_columns,
	  .help = "the columns of a view of the interactive view, rings, grants, events or findings, as F7 "
		  "chooses them; Setup, F2, writes this" },
	{ .name = SETUP_SORT, .key = "VIEW", .value = "COLUMN", .check = setup_check_sort,
	  .help = "the column that such a view is sorted by, -COLUMN the other way round; worst is its own "
		  "order" },
};

const struct config_section *config_section_at(size_t i)
{
	return i < sizeof(sections) / sizeof(sections[0]) ? &sections[i] : NULL;
}

/* ---- what was read ------------------------------------------------------- */

static struct setting *find(const struct config *c, const char *section, const char *key)
{
	for (size_t i = 0; c && i < c->n; i++)
		if (!strcmp(c->settings[i].section, section) && !strcmp(c->settings[i].key, key))
			return &c->settings[i];
	return NULL;
}

const char *config_get(const struct opts *o, const char *section, const char *key)
{
	const struct setting *s = find(o->config, section, key);

	return s ? s->value : NULL;
}

/* Keeps a value; a later one takes its place. The string that was kept. */
static const char *keep(struct config *c, const char *section, const char *key, const char *value)
{
	struct setting *s = find(c, section, key);

	if (!s) {
		c->settings = xreallocarray(c->settings, c->n + 1, sizeof(*c->settings));
		s = &c->settings[c->n++];
		*s = (struct setting){ .section = xstrdup(section), .key = xstrdup(key) };
	}
	free(s->value);
	s->value = xstrdup(value);
	return s->value;
}

struct config *config_new(void)
{
	return xcalloc(1, sizeof(struct config));
}

void config_set(const struct opts *o, const char *section, const char *key, const char *value)
{
	keep(o->config, section, key, value);
}

void config_free(struct config *c)
{
	for (size_t i = 0; c && i < c->n; i++) {
		free(c->settings[i].section);
		free(c->settings[i].key);
		free(c->settings[i].value);
	}
	if (c)
		free(c->settings);
	free(c);
}

/* ---- a file -------------------------------------------------------------- */

struct parser {
	struct opts *o;
	const char *path;
	const char *at, *end;		/* what is left of the text */
	unsigned line;
	unsigned mistakes;
	char *told[MISTAKES_MAX];	/* sections and keys that there are not */
	size_t n_told;
};

static void mistake(struct parser *p)
{
	if (++p->mistakes < MISTAKES_MAX)
		return;
	say("that is no configuration: what follows is not read");
	p->at = p->end;
}

static void set_where(struct parser *p, unsigned at_line)
{
	_cleanup_free_ char *where = xasprintf("%s:%u", p->path, at_line);

	say_where(where);
}

/* Hands inih a line as fgets() does, without what stands before its first word: no line goes on another. */
static char *next_line(char *ret, int size, void *data)
{
	struct parser *p = data;

	while (p->at < p->end) {
		size_t n = strcspn(p->at, "\n"), blank = strspn(p->at, " \t\r\f\v");
		const char *text = p->at + (blank < n ? blank : n);

		n -= (size_t)(text - p->at);
		p->at = text + n + (text[n] == '\n');
		set_where(p, ++p->line);
		if (n + 1 >= (size_t)size) {
			say("the line is too long: more than %d bytes", size - 2);
			mistake(p);
			n = 0;
		}
		memcpy(ret, text, n);
		strcpy(ret + n, "\n");
		return ret;
	}
	return NULL;
}

/* True the first time. */
static bool is_news(struct parser *p, const char *section, const char *key)
{
	_cleanup_free_ char *name = xasprintf("[%s]%s", section, key);

	for (size_t i = 0; i < p->n_told; i++)
		if (!strcmp(p->told[i], name))
			return false;
	if (p->n_told < MISTAKES_MAX)
		p->told[p->n_told++] = steal(&name);
	return true;
}

static void no_such_key(struct parser *p, const char *section, const char *key, struct nearest *near)
{
	if (!is_news(p, section, key))
		return;
	if (section[0])
		say("%s: there is no such key in [%s]", key, section);
	else
		say("%s: there is no such key", key);
	if (nearest_get(near))
		hint("did you mean \"%s\"?", nearest_get(near));
	mistake(p);
}

static bool is_given(const struct opts *o, enum opt_id id)
{
	const char *env = opt_table[id].env ? getenv(opt_table[id].env) : NULL;

	return o->given[id] || (env && env[0]);
}

static void set_option(struct parser *p, enum opt_id id, const char *value)
{
	struct opts scratch = { 0 };

	if (!opt_set(&scratch, id, "", value)) {
		mistake(p);
		return;
	}
	/* of text o keeps the string that is kept here */
	value = keep(p->o->config, "", opt_table[id].name, value);
	if (!is_given(p->o, id))
		opt_set(p->o, id, "", value);
}

/* "+LIST" adds to what stands above, and else to the columns that are shown anyway. */
static void set_columns(struct parser *p, const char *table, const char *key, const char *value)
{
	const char *before = config_get(p->o, table, key);
	_cleanup_free_ char *all = NULL;

	if (before && value[0] == '+')
		value = all = xasprintf("%s,%s", before, value + 1);
	keep(p->o->config, table, key, value);
}

static void set_of_table(struct parser *p, enum opt_id id, const char *table, const char *value)
{
	if (!columns_check(table, id, value))
		mistake(p);
	else if (id == OPT_COLUMNS)
		set_columns(p, table, opt_table[id].name, value);
	else
		keep(p->o->config, table, opt_table[id].name, value);
}

static const struct config_section *find_section(const char *name)
{
	const struct config_section *s;

	for (size_t i = 0; (s = config_section_at(i)); i++)
		if (!strcmp(s->name, name))
			return s;
	return NULL;
}

static bool is_table(const char *name)
{
	const char *shape;

	for (size_t i = 0; (shape = table_shape_at(i)); i++)
		if (!strcmp(shape, name))
			return true;
	return false;
}

static void no_such_section(struct parser *p, const char *name)
{
	_cleanup_nearest_ struct nearest near = { .word = name };
	const struct config_section *s;
	const char *shape;

	if (!is_news(p, name, ""))
		return;
	for (size_t i = 0; (shape = table_shape_at(i)); i++)
		nearest_try(&near, shape);
	for (size_t i = 0; (s = config_section_at(i)); i++)
		nearest_try(&near, s->name);
	say("[%s]: there is no such section", name);
	if (nearest_get(&near))
		hint("did you mean \"%s\"?", nearest_get(&near));
	mistake(p);
}

static int take(void *data, const char *section, const char *key, const char *value)
{
	struct parser *p = data;
	const struct config_section *s = find_section(section);
	_cleanup_nearest_ struct nearest near = { .word = key };
	bool table = is_table(section);

	if (p->mistakes >= MISTAKES_MAX)
		return 1;
	if (s) {
		if (s->check(key, value))
			keep(p->o->config, section, key, value);
		else
			mistake(p);
		return 1;
	}
	if (section[0] && !table) {
		no_such_section(p, section);
		return 1;
	}
	for (size_t i = 0; i < OPT_N; i++) {
		const struct opt *t = &opt_table[i];

		if (t->config == CONFIG_NO || (table && t->config != CONFIG_TABLE))
			continue;
		nearest_try(&near, t->name);
		if (strcmp(t->name, key))
			continue;
		if (t->config == CONFIG_TABLE)
			set_of_table(p, (enum opt_id)i, table ? section : DEFAULT_TABLE, value);
		else
			set_option(p, (enum opt_id)i, value);
		return 1;
	}
	no_such_key(p, section, key, &near);
	return 1;
}

static void parse(struct opts *o, const char *path, const char *text, size_t n)
{
	struct parser p = { .o = o, .path = path, .at = text, .end = text + n };
	int r;

	if (memchr(text, '\0', n)) {
		say("%s: that is no text", path);
		return;
	}
	r = ini_parse_stream(next_line, &p, take, &p);
	if (r > 0 && p.mistakes < MISTAKES_MAX) {
		set_where(&p, (unsigned)r);
		say("neither \"key = value\", nor \"[section]\", nor a comment");
	}
	say_where(NULL);
	for (size_t i = 0; i < p.n_told; i++)
		free(p.told[i]);
}

/*
 * The whole file; NULL after errno was set, or to 0 after a complaint of its
 * own. Of a file that nobody named, who else could have written it matters.
 */
static char *read_file(const char *path, bool named, size_t *ret_n)
{
	const size_t room = CONFIG_SIZE_MAX + 1;
	_cleanup_free_ char *text = NULL;
	/* nonblocking: of a pipe that nobody writes to nothing is waited for */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	const char *wrong = NULL;
	struct stat st;
	ssize_t got = 0;
	size_t n = 0;
	int err;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st))
		got = -1;
	else if (!S_ISREG(st.st_mode))
		wrong = S_ISDIR(st.st_mode) ? "it is a folder" : "it is no regular file";
	else if (!named && st.st_uid != 0 && st.st_uid != geteuid())
		wrong = "it belongs to somebody else";
	else if (!named && st.st_mode & (S_IWGRP | S_IWOTH))
		wrong = "others may write to it";
	text = xcalloc(1, room + 1);
	while (!wrong && got >= 0 && n < room && (got = read(fd, text + n, room - n)) > 0)
		n += (size_t)got;
	err = got < 0 ? errno : 0;
	close(fd);
	if (!wrong && n == room)
		wrong = "it is larger than " SIZE_MAX_TEXT;
	if (wrong)
		say("%s is not read: %s", path, wrong);
	errno = wrong ? 0 : err;
	if (wrong || err)
		return NULL;
	*ret_n = n;
	return steal(&text);
}

/* False: it is not there, or could not be read, which has been said. */
static bool read_one(struct opts *o, const char *path, bool named)
{
	size_t n = 0;
	_cleanup_free_ char *text = read_file(path, named, &n);

	if (text)
		parse(o, path, text, n);
	else if (errno && (named || (errno != ENOENT && errno != ENOTDIR)))
		say("%s: %s", path, strerror(errno));
	return text;
}

char *config_user_file(void)
{
	const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	/* a relative path is to be ignored, says the XDG base directory specification */
	if (xdg && xdg[0] == '/')
		return xasprintf("%s/" USER_FILE, xdg);
	return home && home[0] == '/' ? xasprintf("%s/.config/" USER_FILE, home) : NULL;
}

char *config_file_to_write(const struct opts *o)
{
	if (o->config_file)
		return xstrdup(o->config_file);
	return o->no_config || getenv(opt_table[OPT_CONFIG].env) ? NULL : config_user_file();
}

int config_read(struct opts *o)
{
	const char *env = getenv(opt_table[OPT_CONFIG].env);
	_cleanup_free_ char *user = NULL;

	if (!o->config)
		o->config = config_new();
	if (o->no_config || (!o->config_file && env))
		return 0;
	if (o->config_file)
		return read_one(o, o->config_file, true) ? 0 : XT_FAILED;
	read_one(o, SYSTEM_FILE, false);
	user = config_user_file();
	if (user)
		read_one(o, user, false);
	return 0;
}
