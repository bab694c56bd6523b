/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run over a source: open it, sample it as the options say, name what could not be read. */
#ifndef XT_SESSION_H
#define XT_SESSION_H

#include <stdbool.h>

#include <xenring.h>

#include "opts.h"
#include "recording.h"
#include "records.h"
#include "sink/sink.h"
#include "target.h"
#include "term.h"

struct session {
	const struct opts *o;
	struct xenring *x;
	struct term term;
	struct target *targets;
	size_t n_targets;
	struct recording recording;	/* of --tee; .x NULL: none */
	bool capture;			/* what is read is one ... */
	bool can_seek;			/* ... and no pipe */
	int64_t end_mono_ns;		/* of --for */
	char time[40];			/* of the current head */
	int64_t last_mono_ns;		/* of the sample before; XENRING_UNKNOWN: none */
	int64_t now_mono_ns;
	bool first;			/* nothing was shown yet */
	bool repeats;			/* more than one sample is shown, or may be */
	bool in_place;			/* the command can be redrawn in place ... */
	bool redraw;			/* ... and is, for this is a terminal */
	bool to_the_end;		/* the last sample is that of the end of --for */
	bool shows_domains;		/* ask for the domains' states each time */
	/* each sample that is taken, also those that only lead up to what is shown; or NULL */
	void (*taken)(struct session *s, struct xenring_snapshot *snap, void *data);
	void *taken_data;
	/* lets time pass in place of xenring_wait(), which it is like, but 1: the next sample is to come at once; or NULL */
	int (*wait)(struct session *s, int64_t until_mono_ns, void *data);
	void *wait_data;
	/* how far the way to a moment of a capture is; false gives it up. NULL: nobody wants to know */
	xenring_progress *progress;
	void *progress_data;
	bool shows_backends;		/* ask for what backends say of themselves */
	bool narrow;			/* only what the targets can mean is looked at ... */
	int64_t *further;		/* ... and all of these domains, by their numbers */
	size_t n_further;
	/*
	 * goes on until show says -1, a signal comes or --for is over; --count is the
	 * command's own. The samples are as far apart as pace says, in seconds, unless
	 * --interval does
	 */
	bool runs_on;
	double pace;
	int event_fd, both_fd;		/* of session_wake_by(); -1: none */
	struct told *told;		/* errors that have been named */
	char **untold;			/* those of the last sample, while a screen is redrawn */
	size_t n_untold;
};

/*
 * Opens the source the options name and reads the targets among the arguments.
 * 0, or an exit code after the complaint. Free with session_close() in any case.
 */
int session_open(struct session *s, const struct opts *o);
void session_close(struct session *s);
#define _cleanup_session_ _cleanup_(session_close)

/*
 * Samples and calls show as often as --count, --for and --interval say. By
 * default there are two samples 0.2 s apart and the second is shown, so that
 * states and rates are known. show returns an exit code; all but 0 and 3 end
 * the run, and so does -1, which is none. Returns the worst.
 */
int session_run(struct session *s,
		int (*show)(struct session *s, struct xenring_snapshot *snap, void *data),
		void *data);
/*
 * The pieces of a run, for who shows samples in a way of its own.
 * session_take(): a further sample; 0 or -errno, -ENODATA at a capture's end.
 * session_wait(): lets that much time of the source pass; -EINTR: not all of it.
 * session_start(): the sample that --at means, or a capture's last; session_seek():
 * what was the newest at a moment. NULL in *ret: there is none.
 */
int session_take(struct session *s, struct xenring_snapshot **ret);
int session_wait(struct session *s, double seconds);
int session_start(struct session *s, struct xenring_snapshot **ret);
int session_seek(struct session *s, int64_t real_ns, struct xenring_snapshot **ret);
/* What xl dmesg printed after xl debug-keys g, for a source that is open. 0, or an exit code after the complaint, and why. */
int session_debug_keys(struct session *s, const char *path, const char **ret_why);
/* Begins the recording of --tee, if there is one. 0, or an exit code after the complaint. */
int session_tee(struct session *s);
/* Ends a recording, and says what was wrong with a capture. The exit code of a run that ended with r. */
int session_end(struct session *s, int r);

/* Has a sample taken as soon as fd is readable, whatever the pace; -1: not. */
void session_wake_by(struct session *s, int fd);
/* Seconds until --for is over. */
double session_left(const struct session *s);
/* Are --count, --for and --json such that session_run() can be done? 0 or XT_USAGE. */
int session_check(const struct opts *o);

/*
 * For a command that shows nothing but what its targets name: has nothing else
 * looked at, so that little is asked of a host with many guests. Not while a
 * capture is read or written, which is for other commands, too.
 */
void session_look_at_targets(struct session *s);
/* The same for all of a domain besides, from the next sample on. True: it was not looked at before. */
bool session_look_at_domain(struct session *s, int64_t domid);
/* Takes the sample that is shown again, with what is looked at by now; *ret is the caller's reference. An exit code. */
int session_again(struct session *s, struct xenring_snapshot **ret);

/*
 * What the targets choose of snap, as choice_make() does; what a complaint
 * suggests is looked for among all that there is.
 */
int session_choose(struct session *s, const struct xenring_snapshot *snap, struct choice *c, bool missing);

/* The head of a document about what is chosen of snap, NULL: all of it; strings belong to s. */
struct doc_head session_head(struct session *s, const struct xenring_snapshot *snap,
			     const struct choice *c, size_t n_errors);
/* One line: time, host, what there is. For text that repeats. */
void session_headline(struct session *s, const struct doc_head *head);
/* The rows of a result's errors go to standard error, each once. 0 or XT_PARTIAL. */
int session_errors(struct session *s, const struct xenring_error *errors, size_t n);
/* After a failed library call: complains; the exit code. opening: nothing was seen yet. */
int session_failed(struct session *s, int r, bool opening);
/* A moment of the source's clock as documents write it, with digits of the second's fraction. */
void format_time(char *ret, size_t n, int64_t real_ns, unsigned digits);
/* When a moment of a source's own clock was, in ns since 1970; at: one moment by both clocks. */
static inline int64_t real_of(const struct xenring_time *at, int64_t mono_ns)
{
	return at->real_ns - (at->mono_ns - mono_ns);
}

/* A document that needs no source: one list, no errors. Returns 0. */
int put_offline(struct sink *sink, const struct doc_kind *kind, const char *list,
		const struct row *rows, size_t n);
/* The same as a table of those columns, sorted as they say; o is how it is printed. Returns 0. */
int put_table(const struct opts *o, struct columns *columns, const struct doc_kind *kind, const char *list,
	      struct row *rows, size_t n);
/* The same with the lists of one's own between begin and end. */
void begin_offline(struct sink *sink, const struct doc_kind *kind);
void end_offline(struct sink *sink, const struct doc_kind *kind);

/* Makes SIGINT and SIGTERM end a run instead of the program. */
void signals_init(void);
bool interrupted(void);

#endif
