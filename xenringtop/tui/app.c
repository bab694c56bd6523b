/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interactive view's loop: samples by the clock, keys and signals as they come. */
#include <config.h>

#include "tui/app.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "exit-codes.h"
#include "say.h"
#include "tui/ui.h"
#include "tui/work.h"

#define NS_PER_S INT64_C(1000000000)
/* While nothing is to be shown the source still hears of what changes. */
#define PAUSED_S 1.0
/* However fast a guest knocks, a sample for it comes no sooner after the last. */
#define KNOCK_NS (NS_PER_S / 50)

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

/* Work that goes on for longer than this is shown, and keys are answered meanwhile ... */
#define LONG_NS (NS_PER_S / 25)
/* ... and how far it is as often as that. */
#define SHOW_NS (NS_PER_S / 10)
/* Who leaves does not wait longer than that for what cannot be ended. */
#define LEAVE_NS (NS_PER_S / 5)
#define KEYS_MAX 64

/*
 * The terminal and signals are the main thread's, all the rest of a view the
 * working thread's while it works (work.h): what views read, and what keys do.
 */
struct app {
	struct ui ui;
	struct work *work;
	sigset_t old_mask;
	int signals;		/* signalfd */
	int wake;		/* eventfd: readable ends a wait */
	int both;		/* epoll, the source's: that, or a knock at a port that is bound */
	int knock_fd;		/* in it */
	int64_t next_ns;	/* of the next sample, by our own clock */
	int64_t ticked_ns;	/* of the last one */
	int64_t until_ns;	/* of the wait */
	bool dirty, resized, quit;
	bool still;		/* no samples come by themselves */
	bool mouse;		/* as the terminal has it ... */
	enum scheme scheme;	/* ... and these */
	/* as of the begin of the work */
	bool recording, holds;
	const struct view *view;
	struct event keys[KEYS_MAX];	/* that came during the work, to be done after it */
	size_t n_keys;
	struct event key;	/* that is done now */
	/* what stands on the screen, and the same with what lies over it during long work */
	struct canvas shown, over;
	struct frame_over lies_over;
};

/*
 * Signals are read like keys, so that none comes at a bad moment. They stay
 * blocked, also for curses' own handlers.
 */
static int open_events(struct app *a)
{
	static const int wanted[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP, SIGCONT };
	struct epoll_event readable = { .events = EPOLLIN };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		sigaddset(&set, wanted[i]);
	pthread_sigmask(SIG_BLOCK, &set, &a->old_mask);
	a->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	a->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	a->both = epoll_create1(EPOLL_CLOEXEC);
	if (a->signals < 0 || a->wake < 0 || a->both < 0 || epoll_ctl(a->both, EPOLL_CTL_ADD, a->wake, &readable))
		return -errno;
	return work_new(&a->work);
}

static void close_events(struct app *a)
{
	work_free(a->work);
	if (a->signals >= 0)
		close(a->signals);
	if (a->wake >= 0)
		close(a->wake);
	if (a->both >= 0)
		close(a->both);
	canvas_free(&a->shown);
	canvas_free(&a->over);
	buf_free(&a->lies_over.help);
	pthread_sigmask(SIG_SETMASK, &a->old_mask, NULL);
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
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	/* here we stand still until SIGCONT */
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	sigaction(SIGTSTP, &old, NULL);
	t->ops->enter(t);
}

/* Between works. */
static void resize(struct app *a)
{
	int w, h;

	a->resized = false;
	a->ui.t->ops->size(a->ui.t, &w, &h);
	canvas_resize(&a->ui.cv, w, h);
	a->ui.t->ops->forget(a->ui.t);
}

/* True: there were some. */
static bool take_signals(struct app *a)
{
	struct signalfd_siginfo s;
	bool any = false;

	while (read(a->signals, &s, sizeof(s)) == (ssize_t)sizeof(s)) {
		any = a->dirty = true;
		switch ((int)s.ssi_signo) {
		case SIGTSTP:
			stop(a);
			a->resized = true;
			break;
		case SIGWINCH:
		case SIGCONT:
			a->resized = true;
			break;
		default:
			a->quit = true;
			break;
		}
	}
	return any;
}

/* Until then, or until a key, a signal or the end of the work. */
static void sleep_until(struct app *a, int64_t until_ns)
{
	struct pollfd p[] = {
		{ .fd = STDIN_FILENO, .events = POLLIN }, { .fd = a->signals, .events = POLLIN },
		{ .fd = work_fd(a->work), .events = POLLIN },
	};
	int64_t left = until_ns - now_ns(CLOCK_MONOTONIC);
	struct timespec t = { .tv_sec = left / NS_PER_S, .tv_nsec = left % NS_PER_S };

	if (left <= 0)
		return;
	/* a terminal that is gone is readable for ever */
	if (ppoll(p, 3, until_ns == INT64_MAX ? NULL : &t, NULL) > 0 && p[0].revents & (POLLHUP | POLLERR | POLLNVAL))
		a->quit = true;
}

/* ---- work ------------------------------------------------------------------------------ */

/* In the thread that works. The devices of a sample that leads up to another are no news. */
static bool goes_on(void *data, const char *what, uint64_t done, uint64_t total)
{
	const struct app *a = data;

	if (a->ui.s->capture && strcmp(what, "sample") != 0)
		return true;
	return work_goes_on(a->work, what, done, total);
}

struct job {
	struct app *a;
	int (*fn)(struct app *a);
	int r;
};

static void do_job(void *data)
{
	struct job *j = data;

	j->r = j->fn(j->a);
}

/* Keys that came: they are done later, but end a wait now. True: there were some. */
static bool take_keys(struct app *a)
{
	struct event e;
	bool any = false;

	while (a->ui.t->ops->event(a->ui.t, &e)) {
		any = true;
		if (e.key == K_RESIZE)
			a->resized = true;
		else if (a->n_keys < KEYS_MAX)
			a->keys[a->n_keys++] = e;
	}
	return any;
}

/* What a key does while the work goes on. False: it is for later. */
static bool busy_key(struct app *a, const struct event *e)
{
	enum action act = action_of(e->key, T_TEXT);
	struct frame_over *o = &a->lies_over;

	if (act == A_QUIT)
		a->quit = true;
	else if (act == A_REDRAW)
		a->ui.t->ops->forget(a->ui.t);
	else if (o->help.n)
		frame_over_key(o, act);
	else if (act == A_HELP)
		help_of_view(&o->help, a->view, a->shown.ascii);
	else if (act == A_BACK && e->key != K_ESC && e->key != K_BACKSPACE)
		a->quit = true;
	else if (act == A_BACK && o->progress.what && o->capture)
		work_give_up(a->work);
	else
		return act == A_BACK;
	return true;
}

static void busy_keys(struct app *a)
{
	size_t n = 0;

	for (size_t i = 0; i < a->n_keys; i++)
		if (!busy_key(a, &a->keys[i]))
			a->keys[n++] = a->keys[i];
	a->n_keys = n;
}

static void draw_busy(struct app *a)
{
	int w, h;

	a->ui.t->ops->size(a->ui.t, &w, &h);
	canvas_resize(&a->over, w, h);
	a->over.ascii = a->shown.ascii;
	for (int y = 0; y < h && y < a->shown.h; y++)
		memcpy(canvas_at(&a->over, y, 0), canvas_at(&a->shown, y, 0),
		       (size_t)(w < a->shown.w ? w : a->shown.w) * sizeof(*a->over.cells));
	frame_over(&a->over, &a->lies_over);
	a->ui.t->ops->draw(a->ui.t, &a->over);
}

/* It is to end; what hangs in a call that does not return has nothing to lose. */
static void leave_work(struct app *a, int64_t since_ns)
{
	work_give_up(a->work);
	/* a capture is finished, and probes are switched off first */
	if (a->recording || a->holds || now_ns(CLOCK_MONOTONIC) < since_ns + LEAVE_NS)
		return;
	a->ui.t->ops->close(a->ui.t);
	_exit(0);
}

/*
 * Has fn done, and reads keys meanwhile: short ones are done afterwards. While
 * it is but waiting time does not count before something is to be done.
 */
static int work(struct app *a, int (*fn)(struct app *a), bool waits)
{
	struct job job = { .a = a, .fn = fn };
	int64_t begin = now_ns(CLOCK_MONOTONIC), since = waits ? INT64_MAX - LONG_NS : begin, next, left = 0;
	const uint64_t one = 1;
	bool over = false;
	uint64_t n;

	a->recording = a->ui.s->recording.fd >= 0;
	a->holds = a->ui.holds;
	a->view = ui_view(&a->ui);
	next = since + LONG_NS;
	work_begin(a->work, do_job, &job);
	for (;;) {
		bool signals, keys;
		int64_t now;

		sleep_until(a, next);
		if (work_is_done(a->work))
			break;
		now = now_ns(CLOCK_MONOTONIC);
		signals = take_signals(a);
		keys = take_keys(a);
		if (signals || keys || a->quit) {
			/* a file is not waited for, and to read it on is not to fail by a key */
			if (!a->ui.s->can_seek && write(a->wake, &one, sizeof(one)) < 0)
				a->dirty = true;
			if (since > now)
				since = now;
			next = over ? now : since + LONG_NS;
		}
		if (now < next)
			continue;
		over = true;
		next = now + SHOW_NS;
		a->lies_over.capture = a->ui.s->capture;
		a->lies_over.progress = work_progress(a->work);
		a->lies_over.seconds = (double)(now - since) / NS_PER_S;
		busy_keys(a);
		draw_busy(a);
		if (a->quit) {
			left = left ? left : now;
			next = now + NS_PER_S / 50;
			leave_work(a, left);
		}
	}
	/* nobody is woken any more */
	if (read(a->wake, &n, sizeof(n)) > 0)
		a->dirty |= over;
	if (over) {
		a->dirty = true;
		buf_clear(&a->lies_over.help);
	}
	return job.r;
}

static int begin_work(struct app *a)
{
	return time_begin(&a->ui);
}

static int event_work(struct app *a)
{
	ui_event(&a->ui, &a->key);
	return 0;
}

static void do_keys(struct app *a)
{
	take_keys(a);
	while (a->n_keys && !a->ui.quit && !a->quit) {
		a->key = a->keys[0];
		memmove(a->keys, a->keys + 1, --a->n_keys * sizeof(a->keys[0]));
		a->dirty = true;
		work(a, event_work, false);
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

/* 0, -errno or an exit code. */
static int tick_work(struct app *a)
{
	struct ui *ui = &a->ui;
	int r = recording_go_on(&ui->s->recording);
	bool paused = ui->paused;

	if (r)
		return r;
	measure(ui);
	if (!ui->s->capture || ui_is_newest(ui) || !ui->n_past)
		return time_sample(ui);
	time_step(ui, 1);
	ui->paused = paused;
	return 0;
}

/* The exit code of a failure, which is said where the terminal was. */
static int failed(struct app *a, int r)
{
	a->ui.t->ops->leave(a->ui.t);
	say_to(NULL, NULL);
	return session_failed(a->ui.s, r, false);
}

/* A sample whose time has come. 0 or an exit code. */
static int tick(struct app *a)
{
	int64_t interval = (int64_t)(a->ui.interval * NS_PER_S), now = now_ns(CLOCK_MONOTONIC);
	int r;

	/* what took longer than the interval is not made up for */
	a->ticked_ns = now;
	a->next_ns = a->next_ns + interval > now ? a->next_ns + interval : now + interval;
	r = work(a, tick_work, false);
	a->dirty = true;
	if (r >= 0 || r == -EINTR || r == -EAGAIN)
		return r > 0 ? r : 0;
	return failed(a, r);
}

/* A port that is bound stays masked until a sample was taken, so that it is not asked for while the time stands still. */
static void listen_for_knocks(struct app *a, bool still)
{
	struct epoll_event readable = { .events = EPOLLIN };
	int fd = still ? -1 : a->ui.knock_fd;

	/* one that was closed has gone from it, and another may have its number */
	if (a->knock_fd >= 0 && a->knock_fd != fd)
		epoll_ctl(a->both, EPOLL_CTL_DEL, a->knock_fd, NULL);
	a->knock_fd = fd;
	if (fd >= 0 && epoll_ctl(a->both, EPOLL_CTL_ADD, fd, &readable) && errno != EEXIST)
		a->knock_fd = -1;
}

static bool has_knocked(const struct app *a)
{
	struct pollfd p = { .fd = a->knock_fd, .events = POLLIN };

	return a->knock_fd >= 0 && poll(&p, 1, 0) > 0;
}

static int wait_work(struct app *a)
{
	struct xenring_time now;
	int64_t left = a->until_ns - now_ns(CLOCK_MONOTONIC);
	struct session *s = a->ui.s;
	int r = xenring_now(s->x, &now);

	if (r || left <= 0)
		return r;
	/* who follows a ring looks at it meanwhile, unless the time stands still */
	return a->still || !s->wait ? xenring_wait(s->x, now.mono_ns + left) : s->wait(s, now.mono_ns + left, s->wait_data);
}

/* Until it is time, or a key or a signal comes; what has gone is let go of meanwhile. */
static int wait_for(struct app *a, int64_t until_ns)
{
	int r = 0;

	/* a knock is shown as it comes, with the indices of that moment */
	if (has_knocked(a) && a->next_ns > a->ticked_ns + KNOCK_NS)
		until_ns = a->next_ns = a->ticked_ns + KNOCK_NS;
	a->until_ns = until_ns;
	if (!a->ui.s->capture && !has_knocked(a) && now_ns(CLOCK_MONOTONIC) < until_ns)
		r = work(a, wait_work, true);
	if (r < 0 && r != -EINTR)
		return failed(a, r);
	/* what is followed is not what it was: a sample finds that out */
	if (r > 0)
		a->next_ns = now_ns(CLOCK_MONOTONIC);
	if (r)
		return 0;
	/* a clock that jumps instead of passing, and a capture's, do not sleep */
	if (!a->n_keys && !a->quit)
		sleep_until(a, until_ns);
	return 0;
}

static void show(struct app *a)
{
	struct ui *ui = &a->ui;
	size_t n = (size_t)ui->cv.w * (size_t)ui->cv.h * sizeof(*ui->cv.cells);

	if (a->mouse != ui->mouse)
		ui->t->ops->mouse(ui->t, ui->mouse);
	a->mouse = ui->mouse;
	if (a->scheme != ui->scheme)
		ui->t->ops->scheme(ui->t, ui->scheme);
	a->scheme = ui->scheme;
	a->shown.ascii = ui->cv.ascii;
	if (ui->redraw)
		ui->t->ops->forget(ui->t);
	ui->redraw = false;
	frame_draw(ui);
	ui->t->ops->draw(ui->t, &ui->cv);
	if (a->shown.w != ui->cv.w || a->shown.h != ui->cv.h)
		canvas_resize(&a->shown, ui->cv.w, ui->cv.h);
	memcpy(a->shown.cells, ui->cv.cells, n);
	a->dirty = false;
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
		if (a->resized)
			resize(a);
		do_keys(a);
		if (ui->quit || a->quit)
			break;
		now = now_ns(CLOCK_MONOTONIC);
		/* a shorter interval counts at once */
		if (a->next_ns > now + (int64_t)(ui->interval * NS_PER_S))
			a->next_ns = now + (int64_t)(ui->interval * NS_PER_S);
		if (!still && now >= a->next_ns)
			r = tick(a);
		if (r)
			break;
		if (a->dirty && !a->resized)
			show(a);
		a->still = still;
		listen_for_knocks(a, still);
		if (!a->resized)
			r = wait_for(a, still ? now + (int64_t)(PAUSED_S * NS_PER_S) : a->next_ns);
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
	struct app a = { .signals = -1, .wake = -1, .both = -1, .knock_fd = -1, .dirty = true };
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
	r = open_events(&a);
	if (r) {
		say("%s", strerror(-r));
		close_events(&a);
		return session_end(&s, XT_FAILED);
	}
	xenring_set_wake_fd(s.x, a.both);
	r = open_terminal(&s, &t);
	if (r) {
		close_events(&a);
		return session_end(&s, r);
	}
	ui_init(&a.ui, &s, t);
	a.scheme = a.ui.scheme;
	say_to(said, &a.ui);
	xenring_set_progress(s.x, goes_on, &a);
	s.progress = goes_on;
	s.progress_data = &a;
	show(&a);
	r = work(&a, begin_work, false);
	if (!r)
		r = loop(&a);
	xenring_set_progress(s.x, NULL, NULL);
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
