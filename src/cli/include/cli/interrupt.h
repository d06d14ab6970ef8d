/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Ctrl-C and its like. The first SIGINT, SIGTERM or SIGHUP is only noted, so that the journey stops between
 * two steps with everything recorded; the second ends the process at once, with the terminal as it was.
 */
#pragma once

#include <glib.h>
#include <termios.h>

/* System calls are not restarted after a signal. SIGPIPE is ignored: a closed pipe is a failed write. */
void tf_interrupt_setup(void);

/* What is said on stderr when a noted signal has not ended the process within two seconds, and to 'last_fd'
 * when a second one ends it at once. With their newlines; what is longer than 1,024 bytes is not said. */
void tf_interrupt_prepare(const gchar *waiting, const gchar *last, int last_fd);

gboolean tf_interrupt_is_noted(void);

/* Readable from then on, for a loop that waits for more; never read. -1 when there is none. */
int tf_interrupt_fd(void);

/* Waits, as long as it takes a person, until 'fd' can be read. TF_ERROR_INTERRUPTED. */
gboolean tf_interrupt_wait_readable(int fd, GError **error);

/* The same, and until nobody reads 'output' any more (a pipe whose other end was closed), which
 * *ret_is_closed tells. */
gboolean tf_interrupt_wait_listened(int fd, int output, gboolean *ret_is_closed, GError **error);

/* The state to put the terminal 'fd' back to when a second signal ends the process; until
 * tf_interrupt_forget_terminal(). */
void tf_interrupt_remember_terminal(int fd, const struct termios *state);
void tf_interrupt_forget_terminal(void);

/* The same for a terminal that is drawn on with its cursor hidden; and when Ctrl-Z (SIGTSTP) stops the
 * process: then both are put back first. */
#define TF_INTERRUPT_SHOW_CURSOR "\033[?25h"
void tf_interrupt_remember_screen(int fd, const struct termios *state);
void tf_interrupt_forget_screen(void);

/* Whether the process was stopped since this was asked before. */
gboolean tf_interrupt_take_stop(void);
