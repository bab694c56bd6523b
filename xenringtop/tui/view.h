/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a view is, and what it may ask of the program around it. A view is one
 * file, view_ID.c, with a struct view view_ID, and one line in views.def: see
 * docs/HOWTO-ADD-VIEW.md. It draws into panes, never to the terminal, and never
 * waits; moving, finding, sorting, menus, prompts, time and files are done for it.
 */
#ifndef XT_TUI_VIEW_H
#define XT_TUI_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xenring.h>

#include "buf.h"
#include "session.h"
#include "tui/action.h"
#include "tui/canvas.h"
#include "tui/grid.h"
#include "tui/layout.h"

enum view_id {
#define VIEW(id, traits) VIEW_##id,
#include "tui/views.def"
#undef VIEW
	VIEW_N
};

struct ui;

struct view {
	const char *name;		/* "rings" */
	const char *title;		/* "Rings": its tab, and its heading on the help screen */
	const char *help;		/* one sentence without a stop */
	bool tab;			/* has one; else it is opened from another view */
	size_t size;			/* of its state, all zero at first */
	const struct grid_col *cols;	/* of its first table, if that can be set up; else NULL */
	size_t n_cols;
	struct grid *(*table)(struct ui *ui, void *st);

	/* All but .draw may be NULL. st is the view's state. */
	void (*init)(struct ui *ui, void *st);
	void (*fini)(void *st);
	/*
	 * It is on the screen from now on, about path ("": everything; else a
	 * target): .sample comes next.
	 */
	void (*show)(struct ui *ui, void *st, const char *path);
	/* It is not on the screen any more: nothing is to be read for it. */
	void (*hide)(struct ui *ui, void *st);
	/* What ui_… tells has changed: another sample, another filter. While it is shown. */
	void (*sample)(struct ui *ui, void *st);
	/*
	 * Each sample as it is taken, also while it is not shown, and those that only
	 * lead up to a moment of a capture: for what needs all of them. Be quick.
	 */
	void (*each)(struct ui *ui, void *st, struct xenring_snapshot *snap);
	/* A number that stands behind its tab's title; 0: none. */
	size_t (*count)(struct ui *ui, void *st);
	/* A sample was taken, also while it is not shown: for what keeps a past. Be quick. */
	void (*taken)(struct ui *ui, void *st);
	/* The cursor may stand elsewhere: after each action, for what is shown beside the rows. */
	void (*moved)(struct ui *ui, void *st);
	/* Its areas; by default a summary and tabs, and no second pane. */
	void (*needs)(struct ui *ui, void *st, int w, int h, struct needs *ret);
	/* side->w is 0 if there is none. */
	void (*draw)(struct ui *ui, void *st, const struct pane *body, const struct pane *side);
	/* Its table, if it is one: then what a table can do is done. */
	struct grid *(*grid)(struct ui *ui, void *st);
	/* False: the program does it, or nothing. Comes before the grid. */
	bool (*act)(struct ui *ui, void *st, enum action a);
	/* The last line but one: what the selected row is about. Returns its style. */
	unsigned (*note)(struct ui *ui, void *st, struct buf *to);
	/* What is selected, a target; NULL: nothing. By default the grid's. */
	const char *(*selected)(struct ui *ui, void *st);
	/* Words (of `explain`) about what is selected; returns how many of at most max. */
	size_t (*words)(struct ui *ui, void *st, const char **ret, size_t max);
};

#define VIEW(id, traits) extern const struct view view_##id;
#include "tui/views.def"
#undef VIEW

const struct view *view_at(unsigned id);
unsigned view_traits(unsigned id);

/* ---- what there is ----------------------------------------------------------- */

enum severity { SEV_NONE, SEV_UNKNOWN, SEV_WARN, SEV_CRIT };

/* Of a ring by the word of its state. */
enum severity severity_of(const char *state);
unsigned severity_style(enum severity s);
/* G_BLANK for none. */
enum glyph_id severity_glyph(enum severity s);

/*
 * The sample that is shown: rings[i] is about row i of the snapshot, and strings
 * belong to it. snap is NULL before the first sample. Whole rows are made of
 * what is looked at, by ui_ring_row() and the like: there may be thousands.
 */
struct shown {
	struct xenring_snapshot *snap;
	struct xenring_time time;
	struct xenring_brief *rings;
	uint8_t *severity;		/* of each ring: of its state, or of a finding if that is worse */
	size_t n_rings, n_devices, n_domains;
	size_t rings_cap, severity_cap;
	/* rings by state, what is wrong by its word; and what all of them do in a second */
	size_t idle, busy;
	struct {
		const char *text;
		enum severity severity;
		size_t n;
	} words[12];
	size_t n_words;
	double requests_per_s, responses_per_s;
};

const struct shown *ui_shown(const struct ui *ui);
/* Row i of the rings, devices or domains of what is shown. Each is valid until its next call. */
const struct xenring_ring *ui_ring_row(const struct ui *ui, size_t i);
const struct xenring_device *ui_device_row(const struct ui *ui, size_t i);
const struct xenring_domain *ui_domain_row(const struct ui *ui, size_t i);
/* The newest sample, whatever is shown; NULL: there is none. */
struct xenring_snapshot *ui_newest(const struct ui *ui);
/* The samples that are kept, the oldest first; they stay until the next key or sample. */
size_t ui_n_past(const struct ui *ui);
const struct xenring_snapshot *ui_past(const struct ui *ui, size_t i);
/* Is it the newest, so that slots, grants and channels can be read of it? */
bool ui_is_newest(const struct ui *ui);
struct session *ui_session(struct ui *ui);
/* 0: short numbers; 1: exact ones; 2: raw. */
unsigned ui_verbose(const struct ui *ui);
bool ui_ascii(const struct ui *ui);
/* For format_value() and cells: no colours, and the right characters. */
const struct term *ui_term(const struct ui *ui);
/*
 * The worst finding about just this domain, device or ring, valid until the next
 * call; NULL: there is none, or what is shown is not the newest sample.
 */
const struct xenring_finding *ui_finding(const struct ui *ui, const char *path);
/*
 * Is there a finding about just this row, and how bad is it? False, too, if what
 * is shown is not the newest sample. For who asks of all rows: ui_finding() is
 * for one.
 */
bool ui_found(const struct ui *ui, enum xenring_scope scope, size_t i, enum severity *ret);
/* All of them, as of the newest sample; NULL: nothing is judged. */
struct xenring_watch *ui_watch(const struct ui *ui);
/* Of a level's word: "critical". */
enum severity severity_of_level(const char *level);
/* Is it that of something below another, or of itself? All is below "". */
bool path_below(const char *path, const char *of);
/* Does the filter let a path through, and is it among the targets given? */
bool ui_lets_through(const struct ui *ui, const char *path);
/* For .show: is what was opened from it left now, so that all is to be as it was? */
bool ui_is_back(const struct ui *ui);
/* For .hide: does what was opened from it only lie over it, so that Esc comes back? */
bool ui_is_covered(const struct ui *ui);
/* What was selected in the view that was left last, or NULL. */
const char *ui_last_selected(const struct ui *ui);
/* The domain that was chosen last, as the first part of a path; "" if none was. */
const char *ui_domain(const struct ui *ui);
/* Was ring i of what is shown in the same state in the n samples before, too? */
bool ui_was(const struct ui *ui, size_t i, size_t n);
/* The ring of a path in what is shown; SIZE_MAX. */
size_t ui_ring_at(const struct ui *ui, const char *path);

/* ---- what it may do ------------------------------------------------------------ */

/* Opens a view about a target; Esc comes back here. */
void ui_open(struct ui *ui, enum view_id id, const char *path);
void ui_back(struct ui *ui);
/* Shows what was so at a moment: of the samples that are kept, or of a capture. */
void ui_go_to(struct ui *ui, int64_t real_ns);
/* A view's state, for who is called back without it. */
void *ui_view_state(const struct ui *ui, enum view_id id);
/* A sentence in the last line but one until the next key. */
void ui_say(struct ui *ui, unsigned style, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Asks for a line of text. done gets NULL if it was given up; changed, at each key, may be NULL. */
void ui_ask(struct ui *ui, const char *label, const char *first,
	    void (*changed)(struct ui *ui, const char *text),
	    void (*done)(struct ui *ui, const char *text));

struct menu_item {
	char *text;		/* owned by the menu once it is open */
	bool on;		/* a mark before it */
};
/* A list to choose from. stays: choosing turns a mark on or off, Esc ends. Takes items and title. */
void ui_menu(struct ui *ui, char *title, struct menu_item *items, size_t n, size_t at, bool stays,
	     void (*chosen)(struct ui *ui, size_t i));
/* A text to read, over the screen, until a key. Lines end in a newline. */
void ui_text(struct ui *ui, const char *title, const char *text);

/* ---- how numbers look ----------------------------------------------------------- */

/* "18.2k", "810", "?": at most 6 columns unless exact. */
void put_count(struct buf *b, double v, bool exact);
/* "12.4s", "3m12s", "2h04m". */
void put_seconds(struct buf *b, double s);
/* "4.0KiB" */
void put_bytes(struct buf *b, double v);
/* A sentence about a ring: its finding, else what is wrong, or what its state means. Returns its style. */
unsigned note_ring(struct ui *ui, struct buf *b, const struct xenring_ring *ring);
/* Explains what is selected, as e does. */
void ui_explain(struct ui *ui);
/* Is a path marked? For grid_draw(); ui is a struct ui. */
bool ui_tagged(void *ui, const char *path);
/* "F3 /": the keys of an action. */
void action_put_keys(struct buf *b, enum action a);

/* Lines of at most w columns out of a text, each without the blanks before it: it stays as indented as it was. */
void wrap_text(const char *text, int w, void (*each)(void *data, int indent, const char *line, size_t n),
	       void *data);

#endif
