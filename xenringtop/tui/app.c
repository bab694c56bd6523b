/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interactive view's loop: samples by the clock, keys and signals as they come. */
#include <config.h>

#include "tui/app.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "exit-codes.h"
#include "say.h"
#include "tui/ui.h"

#define NS_PER_S INT64_C(1000000000)
/* While nothing is to be shown the source still hears of what changes. */
#define PAUSED_S 1.0

static int64_t now_ns(clockid_t clock)
{
	struct timespec t = { 0 };

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * NS_PER_S + t.tv_nsec;
}

static void said(void *data, const char *line)
{
	struct ui *ui = data;

	ui_say(ui, S_WARN, "%s", line);
}

/* ---- a real terminal ---------------------------------------------------------------- */

struct app {
	struct ui ui;
	sigset_t old_mask;
	int signals, any;	/* signalfd; epoll of it and the terminal */
	int64_t next_ns;	/* of the next sample, by our own clock */
	bool dirty;
};

/*
 * Signals are read like keys, so that none comes at a bad moment. They stay
 * blocked, also for curses' own handlers.
 */
static int open_events(struct app *a)
{
	static const int wanted[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP, SIGCONT };
	struct epoll_event e = { .events = EPOLLIN };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		sigaddset(&set, wanted[i]);
	sigprocmask(SIG_BLOCK, &set, &a->old_mask);
	a->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	a->any = epoll_create1(EPOLL_CLOEXEC);
	if (a->signals < 0 || a->any < 0 || epoll_ctl(a->any, EPOLL_CTL_ADD, a->signals, &e) ||
	    epoll_ctl(a->any, EPOLL_CTL_ADD, STDIN_FILENO, &e))
		return -errno;
	return 0;
}

static void close_events(struct app *a)
{
	if (a->signals >= 0)
		close(a->signals);
	if (a->any >= 0)
		close(a->any);
	sigprocmask(SIG_SETMASK, &a->old_mask, NULL);
}

/* As if nobody had caught it: the shell sees a stop like any other. */
static void stop(struct app *a)
{
	struct terminal *t = a->ui.t;
	struct sigaction old, by_default = { .sa_handler = SIG_DFL };
	sigset_t set;

	t->ops->leave(t);
	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	sigaction(SIGTSTP, &by_default, &old);
	raise(SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	/* here we stand still until SIGCONT */
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigaction(SIGTSTP, &old, NULL);
	t->ops->enter(t);
}

static void resize(struct app *a)
{
	int w, h;

	a->ui.t->ops->size(a->ui.t, &w, &h);
	canvas_resize(&a->ui.cv, w, h);
	a->ui.t->ops->forget(a->ui.t);
}

static void take_signals(struct app *a)
{
	struct signalfd_siginfo s;

	while (read(a->signals, &s, sizeof(s)) == (ssize_t)sizeof(s)) {
		a->dirty = true;
		switch ((int)s.ssi_signo) {
		case SIGTSTP:
			stop(a);
			resize(a);
			break;
		case SIGWINCH:
		case SIGCONT:
			resize(a);
			break;
		default:
			a->ui.quit = true;
			break;
		}
	}
}

static void take_keys(struct app *a)
{
	struct event e;

	while (!a->ui.quit && a->ui.t->ops->event(a->ui.t, &e)) {
		a->dirty = true;
		if (e.key == K_RESIZE)
			resize(a);
		else
			ui_event(&a->ui, &e);
	}
}

static void measure(struct ui *ui)
{
	int64_t cpu = now_ns(CLOCK_PROCESS_CPUTIME_ID), mono = now_ns(CLOCK_MONOTONIC);

	ui->cpu = ui->cost.mono_ns && mono > ui->cost.mono_ns ?
		  (double)(cpu - ui->cost.cpu_ns) / (double)(mono - ui->cost.mono_ns) : (double)NAN;
	ui->cost.cpu_ns = cpu;
	ui->cost.mono_ns = mono;
}

/* A sample whose time has come. 0 or an exit code. */
static int tick(struct app *a)
{
	struct ui *ui = &a->ui;
	int64_t interval = (int64_t)(ui->interval * NS_PER_S), now = now_ns(CLOCK_MONOTONIC);
	int r = recording_go_on(&ui->s->recording);

	if (r)
		return r;
	/* what took longer than the interval is not made up for */
	a->next_ns = a->next_ns + interval > now ? a->next_ns + interval : now + interval;
	measure(ui);
	if (ui->s->capture && !ui_is_newest(ui) && ui->n_past) {
		bool paused = ui->paused;

		time_step(ui, 1);
		ui->paused = paused;
		r = 0;
	} else {
		r = time_sample(ui);
	}
	a->dirty = true;
	if (!r || r == -EINTR || r == -EAGAIN)
		return 0;
	ui->t->ops->leave(ui->t);
	say_to(NULL, NULL);
	return session_failed(ui->s, r, false);
}

static void sleep_until(struct app *a, int64_t until_ns)
{
	struct pollfd p = { .fd = a->any, .events = POLLIN };
	int64_t left = until_ns - now_ns(CLOCK_MONOTONIC);
	struct timespec t = { .tv_sec = left / NS_PER_S, .tv_nsec = left % NS_PER_S };

	if (left > 0)
		ppoll(&p, 1, &t, NULL);
}

/* Until it is time, or a key or a signal comes; what has gone is let go of meanwhile. */
static int wait_for(struct app *a, int64_t until_ns)
{
	struct ui *ui = &a->ui;
	int64_t left = until_ns - now_ns(CLOCK_MONOTONIC);
	struct xenring_time now;
	int r = 0;

	if (left > 0 && !ui->s->capture) {
		r = xenring_now(ui->s->x, &now);
		if (!r)
			r = xenring_wait(ui->s->x, now.mono_ns + left);
	}
	if (r)
		return r == -EINTR ? 0 : r;
	/* a clock that jumps instead of passing, and a capture's, do not sleep */
	sleep_until(a, until_ns);
	return 0;
}

static int loop(struct app *a)
{
	struct ui *ui = &a->ui;
	int r = 0;

	a->next_ns = now_ns(CLOCK_MONOTONIC) + (int64_t)(ui->interval * NS_PER_S);
	while (!r) {
		bool still = ui->paused || ui->at_end;
		int64_t now;

		take_signals(a);
		take_keys(a);
		if (ui->quit)
			break;
		now = now_ns(CLOCK_MONOTONIC);
		/* a shorter interval counts at once */
		if (a->next_ns > now + (int64_t)(ui->interval * NS_PER_S))
			a->next_ns = now + (int64_t)(ui->interval * NS_PER_S);
		if (!still && now >= a->next_ns)
			r = tick(a);
		if (r)
			break;
		if (a->dirty) {
			frame_draw(ui);
			ui->t->ops->draw(ui->t, &ui->cv);
			a->dirty = false;
		}
		r = wait_for(a, still ? now + (int64_t)(PAUSED_S * NS_PER_S) : a->next_ns);
		if (r) {
			ui->t->ops->leave(ui->t);
			say_to(NULL, NULL);
			r = session_failed(ui->s, r, false);
		}
	}
	return r;
}

bool app_is_possible(void)
{
	const char *term = getenv("TERM");

	return terminal_has_curses() && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && term && term[0] &&
	       strcmp(term, "dumb") != 0;
}

static int no_terminal(const char *why)
{
	say("top: %s", why);
	hint("xenringtop list shows the same as text");
	return XT_FAILED;
}

static int open_terminal(const struct session *s, struct terminal **ret)
{
	const char *why = NULL;
	bool color = s->term.sgr[COLOR_CRIT] != NULL;
	int r = terminal_curses(ret, s->o->ascii || !glyphs_fit_locale(), color, s->o->scheme, &why);

	return r ? no_terminal(why) : 0;
}

int app_run(const struct opts *o)
{
	_cleanup_session_ struct session s = { 0 };
	struct app a = { .signals = -1, .any = -1, .dirty = true };
	struct terminal *t = NULL;
	int r;

	/* before anything is read, and before a source that cannot be opened is told of */
	if (!terminal_has_curses())
		return no_terminal("this build has no interactive view (--without-curses)");
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return no_terminal("standard input or output is no terminal");
	r = session_open(&s, o);
	if (!r)
		r = session_tee(&s);
	if (r)
		return r;
	if (open_events(&a)) {
		say("%s", strerror(errno));
		close_events(&a);
		return session_end(&s, XT_FAILED);
	}
	xenring_set_wake_fd(s.x, a.any);
	r = open_terminal(&s, &t);
	if (r) {
		close_events(&a);
		return session_end(&s, r);
	}
	ui_init(&a.ui, &s, t);
	say_to(said, &a.ui);
	frame_draw(&a.ui);
	t->ops->draw(t, &a.ui.cv);
	r = time_begin(&a.ui);
	if (!r)
		r = loop(&a);
	say_to(NULL, NULL);
	t->ops->close(t);
	/* what was to be said about a failure stands where it can be read */
	if (r && a.ui.said.text.n)
		say("%s", buf_str(&a.ui.said.text));
	r = session_end(&s, r);
	ui_fini(&a.ui);
	close_events(&a);
	return r;
}

/* ---- a script ------------------------------------------------------------------------ */

static int play(struct ui *ui)
{
	struct event e;
	int r = 0;

	while (!r && !ui->quit && ui->t->ops->event(ui->t, &e)) {
		if (e.key == K_RESIZE) {
			canvas_resize(&ui->cv, e.x, e.y);
		} else if (e.key == K_TICK) {
			for (int i = 0; !r && i < e.x; i++) {
				if (!ui->s->capture)
					r = session_wait(ui->s, ui->interval);
				if (!r)
					r = time_sample(ui);
			}
		} else {
			ui_event(ui, &e);
		}
		/* as on a terminal, where each is seen */
		frame_draw(ui);
	}
	return r ? session_failed(ui->s, r, false) : 0;
}

int app_script(const struct opts *o, int w, int h, const char *script)
{
	_cleanup_session_ struct session s = { 0 };
	const char *wrong = terminal_script_check(script);
	_cleanup_buf_ struct buf b = { 0 };
	struct terminal *t;
	struct ui ui;
	int r;

	if (wrong) {
		say("there is no key \"%.*s\"", (int)strcspn(wrong, " "), wrong);
		return XT_USAGE;
	}
	r = session_open(&s, o);
	if (!r)
		r = session_tee(&s);
	if (r)
		return r;
	t = terminal_script(script, w, h, o->ascii || !glyphs_fit_locale());
	ui_init(&ui, &s, t);
	say_to(said, &ui);
	frame_draw(&ui);
	r = time_begin(&ui);
	if (!r)
		r = play(&ui);
	say_to(NULL, NULL);
	if (!r) {
		frame_draw(&ui);
		canvas_dump(&b, &ui.cv, o->color == WHEN_ALWAYS);
		out(buf_str(&b), b.n);
	}
	t->ops->close(t);
	r = session_end(&s, r);
	ui_fini(&ui);
	return r;
}
