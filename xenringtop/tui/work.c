/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What may take long, off the loop of keys: one thread that does one thing at a time. */
#include <config.h>

#include "tui/work.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "buf.h"

struct work {
	pthread_t thread;
	int fd;
	pthread_mutex_t lock;	/* of all that follows */
	pthread_cond_t news;
	void (*fn)(void *data);	/* NULL: there is nothing to do */
	void *data;
	bool done, end, given_up;
	struct progress progress;
};

static void *do_work(void *data)
{
	struct work *w = data;
	const uint64_t one = 1;

	pthread_mutex_lock(&w->lock);
	for (;;) {
		while (!w->fn && !w->end)
			pthread_cond_wait(&w->news, &w->lock);
		if (w->end)
			break;
		pthread_mutex_unlock(&w->lock);
		w->fn(w->data);
		pthread_mutex_lock(&w->lock);
		w->fn = NULL;
		w->done = true;
		/* it cannot be full */
		if (write(w->fd, &one, sizeof(one)) < 0)
			abort();
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

int work_new(struct work **ret)
{
	struct work *w = xcalloc(1, sizeof(*w));
	int err = 0;

	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->news, NULL);
	w->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (w->fd < 0)
		err = errno;
	if (!err)
		err = pthread_create(&w->thread, NULL, do_work, w);
	if (!err) {
		*ret = w;
		return 0;
	}
	if (w->fd >= 0)
		close(w->fd);
	free(w);
	return -err;
}

void work_free(struct work *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->end = true;
	pthread_cond_signal(&w->news);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	pthread_cond_destroy(&w->news);
	pthread_mutex_destroy(&w->lock);
	close(w->fd);
	free(w);
}

void work_begin(struct work *w, void (*fn)(void *data), void *data)
{
	pthread_mutex_lock(&w->lock);
	w->fn = fn;
	w->data = data;
	w->done = w->given_up = false;
	w->progress = (struct progress){ 0 };
	pthread_cond_signal(&w->news);
	pthread_mutex_unlock(&w->lock);
}

int work_fd(const struct work *w)
{
	return w->fd;
}

bool work_is_done(struct work *w)
{
	uint64_t n;
	bool done;

	pthread_mutex_lock(&w->lock);
	done = w->done;
	w->done = false;
	if (done && read(w->fd, &n, sizeof(n)) < 0)
		abort();
	pthread_mutex_unlock(&w->lock);
	return done;
}

void work_give_up(struct work *w)
{
	pthread_mutex_lock(&w->lock);
	w->given_up = true;
	pthread_mutex_unlock(&w->lock);
}

bool work_goes_on(void *data, const char *what, uint64_t done, uint64_t total)
{
	struct work *w = data;
	bool on;

	pthread_mutex_lock(&w->lock);
	w->progress = (struct progress){ what, done, total };
	on = !w->given_up;
	pthread_mutex_unlock(&w->lock);
	return on;
}

struct progress work_progress(struct work *w)
{
	struct progress p;

	pthread_mutex_lock(&w->lock);
	p = w->progress;
	pthread_mutex_unlock(&w->lock);
	return p;
}
