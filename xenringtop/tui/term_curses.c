/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The real terminal. The only file that knows curses. */
#include <config.h>

#include "tui/terminal.h"

#include <errno.h>

#ifdef HAVE_CURSES
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

struct curses {
	struct terminal t;
	SCREEN *screen;
	struct canvas shown;		/* what is on the screen */
	bool all;			/* ... is not known */
	bool mouse;
	short pairs[STYLE_N];
};

/* ---- giving it back, whatever happens -------------------------------------------- */

/* For a signal handler: nothing but write(2) and tcsetattr(3), which may be called there. */
static struct {
	struct termios modes;
	char bytes[512];
	size_t n;
	volatile sig_atomic_t taken;
} rescue;

static void rescue_add(const char *s)
{
	size_t n = s && s != (char *)-1 ? strlen(s) : 0;

	if (rescue.n + n > sizeof(rescue.bytes))
		return;
	for (size_t i = 0; i < n; i++) {
		/* "$<5>": padding, for terminals that are long gone */
		if (s[i] == '$' && s[i + 1] == '<' && strchr(s + i, '>'))
			i = (size_t)(strchr(s + i, '>') - s);
		else
			rescue.bytes[rescue.n++] = s[i];
	}
}

static void on_crash(int sig)
{
	if (rescue.taken) {
		ssize_t n = write(STDOUT_FILENO, rescue.bytes, rescue.n);

		(void)n;
		tcsetattr(STDIN_FILENO, TCSANOW, &rescue.modes);
		rescue.taken = 0;
	}
	/* SA_RESETHAND: who waits for us is to see what it was, and a core is to be written */
	raise(sig);
}

static void prepare_rescue(void)
{
	static const int crashes[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };
	struct sigaction sa = { .sa_handler = on_crash, .sa_flags = (int)(SA_RESETHAND | SA_NODEFER) };
	size_t n;

	rescue.n = 0;
	rescue_add("\033[?1000l\033[?1002l\033[?1006l");
	rescue_add(tigetstr("sgr0"));
	rescue_add(tigetstr("cnorm"));
	rescue_add(tigetstr("rmkx"));
	n = rescue.n;
	rescue_add(tigetstr("rmcup"));
	/* where there is no other screen the shell would go on in the middle of this one */
	if (rescue.n == n)
		rescue_add(tigetstr("clear"));
	rescue_add("\r");
	sigemptyset(&sa.sa_mask);
	for (size_t i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++)
		sigaction(crashes[i], &sa, NULL);
}

/* ---- colours ------------------------------------------------------------------------- */

static void begin_colors(struct curses *c)
{
	bool default_bg;

	if (!c->t.color || !has_colors())
		c->t.scheme = SCHEME_MONO;
	if (c->t.scheme == SCHEME_MONO)
		return;
	start_color();
	default_bg = use_default_colors() == OK;
	for (unsigned s = 0; s < STYLE_N; s++) {
		struct appearance l = theme_look(c->t.scheme, s);
		short fg = COLORS >= 256 && l.fg256 >= 0 ? l.fg256 : l.fg, bg = l.bg;

		if (!default_bg && fg < 0)
			fg = COLOR_WHITE;
		if (!default_bg && bg < 0)
			bg = COLOR_BLACK;
		if (COLOR_PAIRS > (int)s + 1 && init_pair((short)(s + 1), fg, bg) == OK)
			c->pairs[s] = (short)(s + 1);
	}
}

static attr_t attrs_of(const struct curses *c, unsigned style)
{
	struct appearance l = theme_look(c->t.scheme, style);
	attr_t a = A_NORMAL;

	if (l.attrs & LOOK_BOLD)
		a |= A_BOLD;
	if (l.attrs & LOOK_REVERSE)
		a |= A_REVERSE;
	if (l.attrs & LOOK_UNDERLINE)
		a |= A_UNDERLINE;
	if (l.attrs & LOOK_DIM)
		a |= A_DIM;
	return a;
}

/* ---- drawing ------------------------------------------------------------------------- */

static void curses_size(struct terminal *t, int *ret_w, int *ret_h)
{
	struct winsize ws;

	(void)t;
	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) && ws.ws_row && ws.ws_col)
		resizeterm(ws.ws_row, ws.ws_col);
	*ret_w = COLS;
	*ret_h = LINES;
}

static bool same(const struct cell_of_screen *a, const struct cell_of_screen *b)
{
	return a->style == b->style && a->width == b->width && !strcmp(a->utf8, b->utf8);
}

static void put_cell(const struct curses *c, int y, int x, const struct cell_of_screen *cell)
{
	wchar_t text[2] = { L'?', 0 };
	cchar_t out;

	if (mbstowcs(text, cell->utf8, 1) == (size_t)-1)
		text[0] = L'?';
	if (setcchar(&out, text, attrs_of(c, cell->style), c->pairs[cell->style & STYLE_MASK], NULL) == OK)
		mvadd_wch(y, x, &out);
}

static void curses_draw(struct terminal *t, const struct canvas *cv)
{
	struct curses *c = (struct curses *)t;
	bool all = c->all || c->shown.w != cv->w || c->shown.h != cv->h;

	if (c->all)
		clear();
	else if (all)
		erase();
	if (c->shown.w != cv->w || c->shown.h != cv->h)
		canvas_resize(&c->shown, cv->w, cv->h);
	for (int y = 0; y < cv->h; y++)
		for (int x = 0; x < cv->w; x++) {
			const struct cell_of_screen *cell = canvas_at(cv, y, x);

			if (cell->width && (all || !same(cell, canvas_at(&c->shown, y, x)) ||
					    (cell->width == 2 && x + 1 < cv->w &&
					     !same(cell + 1, canvas_at(&c->shown, y, x + 1)))))
				put_cell(c, y, x, cell);
		}
	memcpy(c->shown.cells, cv->cells, (size_t)cv->w * (size_t)cv->h * sizeof(*cv->cells));
	c->all = false;
	refresh();
}

/* ---- keys ---------------------------------------------------------------------------- */

static int named_key(int key)
{
	static const struct {
		int curses, ours;
	} keys[] = {
		{ KEY_UP, K_UP }, { KEY_DOWN, K_DOWN }, { KEY_LEFT, K_LEFT }, { KEY_RIGHT, K_RIGHT },
		{ KEY_PPAGE, K_PGUP }, { KEY_NPAGE, K_PGDN }, { KEY_HOME, K_HOME }, { KEY_END, K_END },
		{ KEY_ENTER, K_ENTER }, { KEY_BACKSPACE, K_BACKSPACE }, { KEY_BTAB, K_BTAB },
		{ KEY_DC, K_DELETE },
	};

	if (key >= KEY_F(1) && key <= KEY_F(10))
		return K_F1 + key - KEY_F(1);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (keys[i].curses == key)
			return keys[i].ours;
	return K_OTHER;
}

static int character(wint_t c)
{
	switch (c) {
	case '\r': case '\n':
		return K_ENTER;
	case 27:
		return K_ESC;
	case '\t':
		return K_TAB;
	case ' ':
		return K_SPACE;
	case 8: case 127:
		return K_BACKSPACE;
	case 3:
		return K_CTRL_C;
	case 12:
		return K_CTRL_L;
	case 21:
		return K_CTRL_U;
	default:
		return (int)c;
	}
}

static bool mouse_event(struct event *ret)
{
	MEVENT m;

	if (getmouse(&m) != OK)
		return false;
	*ret = (struct event){ .y = m.y, .x = m.x, .key = K_OTHER };
	if (m.bstate & BUTTON1_DOUBLE_CLICKED)
		ret->key = K_DOUBLE_CLICK;
	else if (m.bstate & (BUTTON1_CLICKED | BUTTON1_PRESSED))
		ret->key = K_CLICK;
	else if (m.bstate & BUTTON4_PRESSED)
		ret->key = K_WHEEL_UP;
#ifdef BUTTON5_PRESSED
	else if (m.bstate & BUTTON5_PRESSED)
		ret->key = K_WHEEL_DOWN;
#endif
	return true;
}

static bool curses_event(struct terminal *t, struct event *ret)
{
	wint_t c;
	int r = get_wch(&c);

	(void)t;
	if (r == ERR)
		return false;
	if (r == KEY_CODE_YES && c == KEY_MOUSE)
		return mouse_event(ret);
	*ret = (struct event){ .key = r == KEY_CODE_YES ? named_key((int)c) : character(c) };
	return true;
}

static void curses_mouse(struct terminal *t, bool on)
{
	struct curses *c = (struct curses *)t;

	c->mouse = on;
	mouseinterval(0);
	mousemask(on ? BUTTON1_CLICKED | BUTTON1_PRESSED | BUTTON1_DOUBLE_CLICKED | BUTTON4_PRESSED
#ifdef BUTTON5_PRESSED
	  | BUTTON5_PRESSED
#endif
	  : 0, NULL);
}

static void curses_scheme(struct terminal *t, enum scheme scheme)
{
	struct curses *c = (struct curses *)t;

	t->scheme = scheme;
	memset(c->pairs, 0, sizeof(c->pairs));
	begin_colors(c);
	c->all = true;
}

static void curses_forget(struct terminal *t)
{
	((struct curses *)t)->all = true;
}

static void curses_leave(struct terminal *t)
{
	(void)t;
	rescue.taken = 0;
	endwin();
}

static void curses_enter(struct terminal *t)
{
	struct curses *c = (struct curses *)t;

	rescue.taken = 1;
	c->all = true;
	refresh();
	curses_mouse(t, c->mouse);
}

static void curses_close(struct terminal *t)
{
	struct curses *c = (struct curses *)t;

	curses_mouse(t, false);
	rescue.taken = 0;
	endwin();
	delscreen(c->screen);
	canvas_free(&c->shown);
	free(c);
}

static const struct terminal_ops curses_ops = {
	.size = curses_size, .draw = curses_draw, .event = curses_event, .leave = curses_leave,
	.enter = curses_enter, .mouse = curses_mouse, .scheme = curses_scheme, .forget = curses_forget, .close = curses_close,
};

bool terminal_has_curses(void)
{
	return true;
}

/* The screen of a terminal whose cursor can be moved. */
static int new_screen(SCREEN **ret, const char **ret_why)
{
	SCREEN *s;
	const char *cup;

	*ret_why = "standard input and output are no terminal";
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return -ENOTTY;
	tcgetattr(STDIN_FILENO, &rescue.modes);
	*ret_why = "TERM names no terminal that is known here";
	s = newterm(NULL, stdout, stdin);
	if (!s)
		return -EINVAL;
	*ret_why = "the cursor of this terminal cannot be moved";
	cup = tigetstr("cup");
	if (cup && cup != (const char *)-1) {
		*ret = s;
		return 0;
	}
	endwin();
	delscreen(s);
	return -EINVAL;
}

int terminal_curses(struct terminal **ret, bool ascii, bool color, enum scheme scheme, const char **ret_why)
{
	SCREEN *screen;
	struct curses *c;
	int r;

	if (!getenv("ESCDELAY"))
		set_escdelay(25);
	r = new_screen(&screen, ret_why);
	if (r)
		return r;
	prepare_rescue();
	c = xcalloc(1, sizeof(*c));
	c->t = (struct terminal){
		.ops = &curses_ops, .fd = STDIN_FILENO, .ascii = ascii, .color = color, .scheme = scheme,
	};
	c->screen = screen;
	rescue.taken = 1;
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	curs_set(0);
	begin_colors(c);
	*ret = &c->t;
	return 0;
}

#else

bool terminal_has_curses(void)
{
	return false;
}

int terminal_curses(struct terminal **ret, bool ascii, bool color, enum scheme scheme, const char **ret_why)
{
	(void)ret;
	(void)ascii;
	(void)color;
	(void)scheme;
	*ret_why = "this build has no interactive view (--without-curses)";
	return -EOPNOTSUPP;
}

#endif
