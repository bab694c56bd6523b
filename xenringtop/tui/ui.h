/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program around the views: its state, time, events. For app.c, ui.c, frame.c and time.c. */
#ifndef XT_TUI_UI_H
#define XT_TUI_UI_H

#include "tui/terminal.h"
#include "tui/view.h"
#include "tui/work.h"

#define UI_DEPTH 8

struct place {
	enum view_id view;
	char *path;		/* what it is about; "" everything */
};

struct tag {
	struct tag *next;
	char *path;
};

/* How bad what was found about each row is: 0 nothing was, else 1 + enum severity. */
struct found {
	uint8_t *rows;
	size_t n, cap;
};

struct ui {
	struct session *s;
	struct terminal *t;
	struct term plain;		/* for the formats that text and screens share */
	struct canvas cv;
	struct rect areas[AREA_N];
	void *state[VIEW_N];
	struct place stack[UI_DEPTH];
	size_t depth;			/* stack[depth - 1] is on the screen */
	struct shown shown;
	/* the rows that were asked for last; of none: at is SIZE_MAX */
	struct {
		struct xenring_ring ring;
		struct xenring_device device;
		struct xenring_domain domain;
		size_t ring_at, device_at, domain_at;
	} row;
	size_t ring_place;		/* where ui_ring_at() found a ring last */

	/* time: samples that can be gone back to, the newest last */
	struct xenring_snapshot **past;
	size_t n_past, past_cap, at_past;
	struct lead *lead;		/* of time.c: samples that lead up to a moment */
	bool paused, at_end;		/* at_end: of a capture */
	double interval;
	int64_t samples;		/* taken */

	/* what is wrong, as of the newest sample */
	struct xenring_watch *watch;
	int64_t watched_ns;		/* the last sample that was judged ... */
	struct xenring_snapshot *judged;	/* ... and itself, or NULL */
	struct found found[XENRING_RING + 1];	/* of what is shown, if it is the newest */
	struct xenring_finding finding;	/* of ui_finding() */

	unsigned verbose;
	bool mouse;			/* is the program's; app.c tells the terminal */
	enum scheme scheme;		/* the same */
	bool back, covered;		/* see ui_is_back() and ui_is_covered() */
	bool holds;			/* something of the host's that does not go by itself: the kernel's probes */
	int knock_fd;			/* readable: something has come that a sample is to be taken for; -1: none */
	bool redraw, quit;
	char *find, *filter, *domain, *record_path;
	char *last_selected;
	struct tag *tags;
	int exit_code;

	/* what lies over the view */
	struct {
		bool on;
		char *label;
		struct buf text;
		void (*changed)(struct ui *ui, const char *text);
		void (*done)(struct ui *ui, const char *text);
	} ask;
	struct {
		bool on, stays;
		char *title;
		struct menu_item *items;
		size_t n, at, top;
		int page;
		void (*chosen)(struct ui *ui, size_t i);
	} menu;
	struct {
		bool on;
		char *title;
		struct buf text;
		size_t top, lines;
		int page;
	} box;
	struct {
		struct buf text;
		unsigned style;
	} said;
	/* where the parts of the lines stand, for the mouse */
	struct {
		int x, w;
		enum action action;
	} bar[32], tabs[VIEW_N];
	size_t n_bar, n_tabs;
	/* what it costs */
	int64_t tick_ns;
	double cpu;
	struct {
		int64_t cpu_ns, mono_ns;
	} cost;
};

/* Views and lines begin; nothing is read yet. */
void ui_init(struct ui *ui, struct session *s, struct terminal *t);
void ui_fini(struct ui *ui);
/* Reacts to a key, a click, another size. */
void ui_event(struct ui *ui, const struct event *e);
void ui_act(struct ui *ui, enum action a);
const struct view *ui_view(const struct ui *ui);
void *ui_state(const struct ui *ui);
struct grid *ui_grid(struct ui *ui);
const char *ui_selected(struct ui *ui);
/* The view is to look again at what is shown. */
void ui_refresh(struct ui *ui);

void ui_set_ascii(struct ui *ui, bool ascii);
/* What a check says of itself, as a text to read. */
void explain_check(struct buf *b, const struct xenring_check *c, const char *level);
/* To choose from the columns of a table. */
void ui_menu_of_columns(struct ui *ui, const struct grid *g, void (*chosen)(struct ui *ui, size_t i));
/* 0 is the view's own order, i + 1 column i. */
void ui_menu_of_sort(struct ui *ui, const struct grid *g, void (*chosen)(struct ui *ui, size_t i));

/* frame.c: all of the screen, into ui->cv. */
void frame_draw(struct ui *ui);

/* What lies over all of it while something takes long: how far it is, or the keys. */
struct frame_over {
	struct progress progress;
	double seconds;
	bool capture;
	struct buf help;	/* empty: not asked for */
	size_t top, lines;
	int page;
};

void frame_over(struct canvas *cv, struct frame_over *o);
/* Scrolls its help, or closes it. */
void frame_over_key(struct frame_over *o, enum action a);
/* view_help.c: the keys of a view, as text. */
void help_of_view(struct buf *b, const struct view *v, bool ascii);

/* time.c */
/* The first sample, or where --at says. 0, or an exit code after the complaint. */
int time_begin(struct ui *ui);
/* A further one. 0 or -errno; of a capture's end 0, and .at_end is set. */
int time_sample(struct ui *ui);
void time_step(struct ui *ui, int by);
void time_go_to(struct ui *ui, const char *text);
void time_rewind(struct ui *ui);
void time_resume(struct ui *ui);
/* What is shown is judged anew: of a capture as it came to that, live from now on. */
void time_judge_again(struct ui *ui);
void time_free(struct ui *ui);

/* found.c: each sample as it is taken, also those that only lead up to what is shown. */
void found_judge(struct ui *ui, struct xenring_snapshot *snap);
/* The newest sample is shown: what was found marks its rings. */
void found_mark(struct ui *ui);
/* The checks have other arguments: what is wrong is looked for anew. */
void found_again(struct ui *ui);
void found_free(struct ui *ui);

/* keep.c: to files in the current folder. */
void keep_screen(struct ui *ui);
void keep_json(struct ui *ui);
void keep_record(struct ui *ui);

#endif
