/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The requests of one ring as they are followed: of each its eight steps, as lanes of one time. */
#ifndef XT_TUI_STEPS_H
#define XT_TUI_STEPS_H

#include "tui/view.h"

#define STEPS_N 8
/* Requests that are kept. */
#define FOLLOWED_MAX 100
/* Lines of the drawing: which request it is, and its steps. */
#define STEPS_H (1 + STEPS_N)

/* A request, with strings of its own. */
struct followed {
	struct xenring_course course;
	struct xenring_course_step steps[STEPS_N];
	char *path, *operation, *texts[STEPS_N];
	char *name;		/* "request 127903": what the cursor stays on */
};

/* All zero, but .ui, is one that follows nothing. */
struct steps {
	struct ui *ui;
	struct xenring_follow *f;	/* NULL: nobody is followed */
	struct followed *list;		/* the oldest first */
	size_t n, cap;
	bool under_way;			/* the last of them is */
	bool traced;			/* a trace will tell of them */
	bool now_and_then;		/* only for a moment after each sample */
	char *path;
	int64_t looked_ns;		/* the sample that was looked at last */
};

/*
 * Follows the requests of a ring of the newest sample from now on. traced: the
 * kernel will tell of them. False: it cannot be, and why was said.
 */
bool steps_begin(struct steps *s, const char *path, bool traced);
/* The same, live only, but just those of a moment after each sample, which costs little; nothing is said. */
void steps_now_and_then(struct steps *s, const char *path);
void steps_end(struct steps *s);
/* After each sample, and after what a trace told of it. */
void steps_look(struct steps *s, struct xenring_snapshot *snap);
void steps_take(struct steps *s, struct xenring_snapshot *snap);
void steps_free(struct steps *s);
/* Row i, the newest first. */
const struct followed *steps_row(const struct steps *s, size_t i);
/* The newest that is through, or else the newest; NULL. */
const struct followed *steps_newest(const struct steps *s);
/* "write  sectors 8-15  in 1.204 ms", or how far it is. */
void steps_put_detail(struct buf *b, const struct followed *q);
/* All that is known of it, as `follow` prints it. at: one moment by both clocks. */
void steps_put_text(struct buf *b, const struct xenring_time *at, const struct followed *q);
/* The steps of one request below each other; those that the pane has no room for are left out. */
void steps_draw(const struct followed *q, const struct xenring_time *at, const struct pane *p);

#endif
