/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/interrupt.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/error.h"

static const int signals[] = { SIGINT, SIGTERM, SIGHUP };

/* A signal handler gets no argument of ours: what it needs is the process's. */
static volatile sig_atomic_t is_noted;
static volatile sig_atomic_t noted_fd = -1;
static volatile sig_atomic_t terminal_fd = -1;
static struct termios terminal_state;
static volatile sig_atomic_t hides_cursor;
static volatile sig_atomic_t was_stopped;

/* Before anybody is kept waiting by what cannot be cut short, and told why. */
#define SECONDS_OF_SILENCE 2u
#define WORDS_CAPACITY	   1024

/* What a handler says, made before it runs. */
typedef struct Words {
	char text[WORDS_CAPACITY];
	gsize length;
	int fd;
} Words;
static Words words_of_waiting;
static Words last_words;

/* In a handler: only what may be called there. */
static void put_terminal_back(void)
{
	static const char leave[] = TF_INTERRUPT_SHOW_CURSOR "\r\n";

	if (terminal_fd < 0)
		return;
	if (hides_cursor && write((int)terminal_fd, leave, sizeof(leave) - 1) < 0)
		hides_cursor = 0;
	(void)tcsetattr((int)terminal_fd, TCSANOW, &terminal_state);
}

static void say(const Words *words)
{
	if (words->length > 0)
		(void)!write(words->fd, words->text, words->length);
}

static void note(int number)
{
	const eventfd_t once = 1;
	int before = errno;

	(void)number;
	if (is_noted) {
		put_terminal_back();
		say(&last_words);
		_exit(TF_EXIT_INTERRUPTED);
	}
	is_noted = 1;
	if (words_of_waiting.length > 0)
		(void)alarm(SECONDS_OF_SILENCE);
	if (noted_fd >= 0)
		(void)!write((int)noted_fd, &once, sizeof once);
	errno = before;
}

/* Whoever draws on the terminal says it there. */
static void tell_waiting(int number)
{
	int before = errno;

	(void)number;
	if (!hides_cursor)
		say(&words_of_waiting);
	errno = before;
}

static void keep_words(Words *words, const gchar *text, int fd)
{
	gsize length = strlen(text);

	if (length > sizeof words->text)
		return;
	memcpy(words->text, text, length);
	words->fd = fd;
	words->length = length;
}

void tf_interrupt_prepare(const gchar *waiting, const gchar *last, int last_fd)
{
	const struct sigaction action = { .sa_handler = tell_waiting, .sa_flags = SA_RESTART };

	(void)sigaction(SIGALRM, &action, NULL);
	keep_words(&words_of_waiting, waiting, STDERR_FILENO);
	keep_words(&last_words, last, last_fd);
}

void tf_interrupt_setup(void)
{
	struct sigaction action = { .sa_handler = note };

	noted_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	sigemptyset(&action.sa_mask);
	for (gsize i = 0; i < G_N_ELEMENTS(signals); i++)
		sigaddset(&action.sa_mask, signals[i]);
	for (gsize i = 0; i < G_N_ELEMENTS(signals); i++) {
		struct sigaction before;

		/* What the caller has set to be ignored (nohup) stays ignored. */
		if (sigaction(signals[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
			(void)sigaction(signals[i], &action, NULL);
	}
	(void)signal(SIGPIPE, SIG_IGN);
}

gboolean tf_interrupt_is_noted(void)
{
	return is_noted != 0;
}

int tf_interrupt_fd(void)
{
	return (int)noted_fd;
}

/* The signals are blocked from the look at the note until ppoll() sleeps, so that none slips in between. */
static gboolean wait_unblocked(
	struct pollfd *polls, nfds_t n_polls, const sigset_t *unblocked, GError **error)
{
	for (;;) {
		int n = 0;

		if (is_noted)
			return tf_raise(error, TF_ERROR_INTERRUPTED, NULL);
		n = ppoll(polls, n_polls, NULL, unblocked);
		if (n > 0)
			return TRUE;
		if (n < 0 && errno != EINTR)
			return tf_raise(error, TF_ERROR_SYSTEM, "ppoll", g_strerror(errno), NULL);
	}
}

static gboolean wait_for(struct pollfd *polls, nfds_t n_polls, GError **error)
{
	sigset_t blocked;
	sigset_t before;
	gboolean has_come = FALSE;

	sigemptyset(&blocked);
	for (gsize i = 0; i < G_N_ELEMENTS(signals); i++)
		sigaddset(&blocked, signals[i]);
	(void)sigprocmask(SIG_BLOCK, &blocked, &before);
	has_come = wait_unblocked(polls, n_polls, &before, error);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);

	return has_come;
}

gboolean tf_interrupt_wait_readable(int fd, GError **error)
{
	struct pollfd poll = { .fd = fd, .events = POLLIN };

	return wait_for(&poll, 1, error);
}

gboolean tf_interrupt_wait_listened(int fd, int output, gboolean *ret_is_closed, GError **error)
{
	/* Without an event asked for, poll() still tells when nobody can read what is written. */
	struct pollfd polls[] = { { .fd = fd, .events = POLLIN }, { .fd = output } };

	if (!wait_for(polls, G_N_ELEMENTS(polls), error))
		return FALSE;
	*ret_is_closed = polls[1].revents != 0;

	return TRUE;
}

void tf_interrupt_remember_terminal(int fd, const struct termios *state)
{
	terminal_fd = -1;
	terminal_state = *state;
	terminal_fd = fd;
}

void tf_interrupt_forget_terminal(void)
{
	terminal_fd = -1;
}

static void watch_stop(void (*handler)(int));

/* Stopped in here, and back from here when it is continued. */
static void stop(int number)
{
	int failure = errno;
	sigset_t stopping;

	put_terminal_back();
	watch_stop(SIG_DFL);
	(void)raise(number);
	(void)sigemptyset(&stopping);
	(void)sigaddset(&stopping, number);
	(void)sigprocmask(SIG_UNBLOCK, &stopping, NULL);
	watch_stop(stop);
	was_stopped = 1;
	errno = failure;
}

static void watch_stop(void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART };

	(void)sigemptyset(&action.sa_mask);
	(void)sigaction(SIGTSTP, &action, NULL);
}

void tf_interrupt_remember_screen(int fd, const struct termios *state)
{
	struct sigaction before;

	tf_interrupt_remember_terminal(fd, state);
	hides_cursor = 1;
	if (sigaction(SIGTSTP, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
		watch_stop(stop);
}

void tf_interrupt_forget_screen(void)
{
	struct sigaction now;

	if (sigaction(SIGTSTP, NULL, &now) == 0 && now.sa_handler == stop)
		watch_stop(SIG_DFL);
	hides_cursor = 0;
	tf_interrupt_forget_terminal();
}

gboolean tf_interrupt_take_stop(void)
{
	gboolean has_stopped = was_stopped != 0;

	was_stopped = 0;

	return has_stopped;
}
