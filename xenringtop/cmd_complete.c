/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `__complete KIND PREFIX [COMMAND]`: what the completion scripts offer, one word per line. */
#include <config.h>

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd.h"
#include "config-file.h"
#include "exit-codes.h"
#include "say.h"
#include "session.h"
#include "words.h"

struct offer {
	const char *prefix;
	const struct opts *o;
	const struct cmd *cmd;
	char **seen;
	size_t n;
};

/* Each word once; a word with a blank in it would come apart. */
static void offer(void *data, const char *word)
{
	struct offer *of = data;

	if (strncmp(word, of->prefix, strlen(of->prefix)) || strpbrk(word, " \t\n"))
		return;
	for (size_t i = 0; i < of->n; i++)
		if (!strcmp(of->seen[i], word))
			return;
	of->seen = xreallocarray(of->seen, of->n + 1, sizeof(*of->seen));
	of->seen[of->n++] = xstrdup(word);
	out_str(word);
	out_str("\n");
}

static void offer_commands(struct offer *of)
{
	const struct cmd *c;

	for (size_t i = 0; (c = cmd_at(i)); i++)
		if (c->group)
			offer(of, c->name);
}

static void offer_options(struct offer *of)
{
	for (size_t i = 0; i < OPT_N; i++) {
		_cleanup_free_ char *word = xasprintf("--%s", opt_table[i].name);

		if (!opt_table[i].hidden && (!of->cmd || opt_goes_with((enum opt_id)i, of->cmd)))
			offer(of, word);
	}
}

/* The shapes whose columns the command shows. */
static bool shows(const struct offer *of, const char *shape)
{
	static const char *const of_list[] = { "ring", "device", "domain" };
	const char *name = of->cmd ? of->cmd->name : "list";

	if (!strcmp(name, "events"))
		return !strcmp(shape, "channel");
	if (strcmp(name, "list"))
		return !strncmp(shape, name, strcspn(shape, "_"));	/* slots, grants, protocols, columns */
	for (size_t i = 0; i < sizeof(of_list) / sizeof(of_list[0]); i++)
		if (!strcmp(of_list[i], shape))
			return true;
	return false;
}

/* before: what stands in front of the word that is completed, "state,". */
static void offer_columns(struct offer *of, const char *before, size_t n)
{
	const char *shape;

	for (size_t i = 0; (shape = table_shape_at(i)); i++) {
		const struct xenring_field *f = NULL;

		if (!shows(of, shape))
			continue;
		while ((f = shape_next_field(shape, f))) {
			_cleanup_free_ char *word = xasprintf("%.*s%s", (int)n, before, f->name);

			offer(of, word);
		}
	}
}

static void complete_column_list(struct offer *of)
{
	const char *comma = strrchr(of->prefix, ',');
	size_t n = comma ? (size_t)(comma - of->prefix) + 1 : of->prefix[0] == '+';

	offer_columns(of, of->prefix, n);
}

static void complete_sort(struct offer *of)
{
	offer_columns(of, of->prefix, of->prefix[0] == '-');
}

static void complete_sources(struct offer *of)
{
	const char *name, *arg;

	for (size_t i = 0; (name = xenring_next_source(i, NULL)); i++) {
		_cleanup_free_ char *word = xasprintf("%s:", name);

		offer(of, word);
		/* what stands behind it, once it does: of "big:N" what is no place for a number */
		for (size_t k = 0; !strncmp(of->prefix, word, strlen(word)) &&
		     (arg = xenring_next_source_arg(name, k, NULL)); k++) {
			_cleanup_free_ char *full =
				xasprintf("%s%.*s", word, (int)strcspn(arg, "N["), arg);

			offer(of, full);
		}
	}
}

static void snapshot_unref_p(struct xenring_snapshot **p)
{
	xenring_snapshot_unref(*p);
}

static void complete_targets(struct offer *of)
{
	_cleanup_(snapshot_unref_p) struct xenring_snapshot *snap = NULL;
	_cleanup_session_ struct session s = { 0 };
	struct opts o = *of->o;

	/* the words of this command line are no targets */
	o.n_args = 0;
	o.config = NULL;
	config_read(&o);
	if (!session_open(&s, &o) && !xenring_sample(s.x, &snap))
		target_complete(snap, of->prefix, offer, of);
	config_free(o.config);
}

static void complete_checks(struct offer *of)
{
	struct xenring_check check;

	for (size_t i = 0; !xenring_check(i, &check); i++)
		offer(of, check.check);
}

/* A target has a slash or stands before anything of it was typed; ids have a dot. */
static void complete_checks_and_targets(struct offer *of)
{
	complete_checks(of);
	complete_targets(of);
}

static void offer_word(void *data, const struct word *w)
{
	offer(data, w->name);
}

static void complete_words(struct offer *of)
{
	words_each(offer_word, of);
}

/* Files whose name goes on from the prefix; folders end in a slash, for what is in them. */
static void complete_files(struct offer *of)
{
	const char *slash = strrchr(of->prefix, '/');
	size_t n = slash ? (size_t)(slash - of->prefix) + 1 : 0;
	_cleanup_free_ char *folder = n ? xstrndup(of->prefix, n) : xstrdup(".");
	DIR *dir = opendir(folder);
	const struct dirent *e;

	while (dir && (e = readdir(dir))) {
		_cleanup_free_ char *path = xasprintf("%.*s%s", (int)n, of->prefix, e->d_name);
		_cleanup_free_ char *below = xasprintf("%s/", path);
		struct stat st;

		if (e->d_name[0] == '.' && of->prefix[n] != '.')
			continue;
		offer(of, !stat(path, &st) && S_ISDIR(st.st_mode) ? below : path);
	}
	if (dir)
		closedir(dir);
}

static void complete_fixed(struct offer *of, const char *const *words)
{
	for (; *words; words++)
		offer(of, *words);
}

static void complete_colors(struct offer *of)
{
	complete_fixed(of, (const char *const []){ "auto", "always", "never", NULL });
}

static void complete_map(struct offer *of)
{
	complete_fixed(of, (const char *const []){ "foreign", "grant", NULL });
}

static void complete_levels(struct offer *of)
{
	complete_fixed(of, (const char *const []){ "ok", "warning", "critical", NULL });
}

static void complete_formats(struct offer *of)
{
	complete_fixed(of, (const char *const []){ "nagios", "tap", NULL });
}

static void complete_schemes(struct offer *of)
{
	for (unsigned i = 0; i < SCHEME_N; i++)
		offer(of, scheme_name(i));
}

static void complete_vias(struct offer *of)
{
	const char *via;

	for (size_t i = 0; (via = xenring_next_via(i, NULL)); i++)
		offer(of, via);
}

static void complete_virqs(struct offer *of)
{
	const char *virq;

	for (size_t i = 0; (virq = xenring_next_virq(i, NULL)); i++)
		offer(of, virq);
}

static void complete_shells(struct offer *of)
{
	complete_fixed(of, (const char *const []){ "bash", "zsh", "fish", NULL });
}

static const struct {
	const char *kind;
	void (*complete)(struct offer *of);
} kinds[] = {
	{ .kind = "command", .complete = offer_commands },
	{ .kind = "option", .complete = offer_options },
	{ .kind = "target", .complete = complete_targets },
	{ .kind = "check", .complete = complete_checks },
	{ .kind = "check-or-target", .complete = complete_checks_and_targets },
	{ .kind = "level", .complete = complete_levels },
	{ .kind = "format", .complete = complete_formats },
	{ .kind = "columns", .complete = complete_column_list },
	{ .kind = "sort", .complete = complete_sort },
	{ .kind = "source", .complete = complete_sources },
	{ .kind = "file", .complete = complete_files },
	{ .kind = "word", .complete = complete_words },
	{ .kind = "color", .complete = complete_colors },
	{ .kind = "scheme", .complete = complete_schemes },
	{ .kind = "map", .complete = complete_map },
	{ .kind = "via", .complete = complete_vias },
	{ .kind = "virq", .complete = complete_virqs },
	{ .kind = "shell", .complete = complete_shells },
};

/* While a line is edited nothing may be printed into it. */
static void silence(void)
{
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	dup2(fd, STDERR_FILENO);
	close(fd);
}

static int run(const struct opts *o)
{
	struct offer of = {
		.o = o,
		.prefix = o->n_args > 1 ? o->args[1] : "",
		.cmd = o->n_args > 2 && o->args[2][0] ? cmd_find(o->args[2]) : NULL,
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].kind, o->args[0]))
			continue;
		silence();
		kinds[i].complete(&of);
		for (size_t k = 0; k < of.n; k++)
			free(of.seen[k]);
		free(of.seen);
		return 0;
	}
	say("__complete %s: there is no such kind of word", o->args[0]);
	return XT_USAGE;
}

const struct cmd cmd_complete = {
	.name = "__complete", .args = "KIND PREFIX [COMMAND]",
	.help = "Print the words that complete PREFIX",
	.min_args = 1, .max_args = 3, .run = run,
};
