/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/live-screen.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/file.h"
#include "base/wait.h"
#include "cli/columns.h"
#include "cli/interrupt.h"

/* ECMA-48 */
#define LINE_START  "\r"
#define UP	    "\033[%uA"
#define CLEAR_LINE  "\033[K"
#define CLEAR_BELOW "\033[J"
#define HIDE_CURSOR "\033[?25l"
/* A terminal that does not say how large it is. */
#define USUAL_COLUMNS 80u
#define USUAL_ROWS    24u
/* More of this than a slow terminal takes at the end is left out. */
#define PATIENCE TF_WAIT_SECOND

struct TfLiveScreen {
	int fd; /* our own description of the terminal: that it does not block is nobody else's matter */
	struct termios before;
	gboolean has_entered;
	gboolean is_paused;
	GString *said;	  /* lines for good that no frame holds yet */
	GString *pending; /* of a frame, not taken by the terminal yet */
	GPtrArray *shown; /* lines of the last frame */
	guint columns;	  /* of the window then */
};

static int open_own(int fd)
{
	gchar name[PATH_MAX];

	if (ttyname_r(fd, name, sizeof(name)) != 0)
		return -1;

	return open(name, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
}

/* Who is not its foreground would be stopped, or write into what somebody else does there. */
static gboolean is_ours(int fd)
{
	pid_t foreground = tcgetpgrp(fd);

	return foreground < 0 || foreground == getpgrp();
}

static gboolean can_be_drawn_on(int fd)
{
	const gchar *kind = g_getenv("TERM");

	return isatty(fd) != 0 && kind != NULL && kind[0] != '\0' && strcmp(kind, "dumb") != 0 && is_ours(fd);
}

static void enter(TfLiveScreen *screen)
{
	struct termios quiet = screen->before;

	quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
	tf_interrupt_remember_screen(screen->fd, &screen->before);
	(void)tcsetattr(screen->fd, TCSADRAIN, &quiet);
	g_string_append(screen->pending, HIDE_CURSOR);
	screen->has_entered = TRUE;
}

TfLiveScreen *tf_live_screen_new(int fd)
{
	TfLiveScreen *screen = NULL;
	TF_AUTO_FD int own = can_be_drawn_on(fd) ? open_own(fd) : -1;
	struct termios before;

	if (own < 0 || tcgetattr(own, &before) != 0)
		return NULL;
	screen = g_new0(TfLiveScreen, 1);
	screen->fd = tf_file_steal(&own);
	screen->before = before;
	screen->said = g_string_new(NULL);
	screen->pending = g_string_new(NULL);
	screen->shown = g_ptr_array_new_with_free_func(g_free);

	return screen;
}

/* As much as it takes now. A terminal that is gone takes everything. */
static gboolean flush(TfLiveScreen *screen)
{
	while (screen->pending->len > 0) {
		gssize n = write(screen->fd, screen->pending->str, screen->pending->len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return FALSE;
		g_string_erase(screen->pending, 0, n < 0 ? -1 : n);
	}

	return TRUE;
}

static void flush_at_last(TfLiveScreen *screen)
{
	gint64 deadline = g_get_monotonic_time() + PATIENCE;

	while (!flush(screen)) {
		if (!tf_wait_for(screen->fd, POLLOUT, deadline))
			return;
	}
}

/* What is shown stays, with the last lines for good. */
static void leave(TfLiveScreen *screen)
{
	if (screen->said->len > 0)
		tf_live_screen_show(screen, screen->shown);
	if (screen->has_entered && is_ours(screen->fd)) {
		flush_at_last(screen);
		g_string_assign(screen->pending, screen->shown->len > 0 ? "\r\n" : "");
		g_string_append(screen->pending, TF_INTERRUPT_SHOW_CURSOR);
		flush_at_last(screen);
		(void)tcsetattr(screen->fd, TCSANOW, &screen->before);
	}
	tf_interrupt_forget_screen();
	g_string_truncate(screen->pending, 0);
	g_ptr_array_set_size(screen->shown, 0);
	screen->has_entered = FALSE;
}

void tf_live_screen_pause(TfLiveScreen *screen)
{
	if (screen->is_paused)
		return;
	leave(screen);
	screen->is_paused = TRUE;
}

void tf_live_screen_go_on(TfLiveScreen *screen)
{
	screen->is_paused = FALSE;
}

gboolean tf_live_screen_is_paused(const TfLiveScreen *screen)
{
	return screen->is_paused;
}

void tf_live_screen_free(TfLiveScreen *screen)
{
	gboolean has_entered = FALSE;

	if (screen == NULL)
		return;

	has_entered = screen->has_entered;
	leave(screen);
	if (has_entered && is_ours(screen->fd))
		(void)tcflush(screen->fd, TCIFLUSH);
	tf_file_close(&screen->fd);
	g_string_free(screen->said, TRUE);
	g_string_free(screen->pending, TRUE);
	g_ptr_array_unref(screen->shown);
	g_free(screen);
}

void tf_live_screen_size(const TfLiveScreen *screen, guint *ret_columns, guint *ret_rows)
{
	struct winsize size = { 0 };

	(void)ioctl(screen->fd, TIOCGWINSZ, &size);
	*ret_columns = size.ws_col != 0 ? size.ws_col : USUAL_COLUMNS;
	*ret_rows = size.ws_row != 0 ? size.ws_row : USUAL_ROWS;
}

gboolean tf_live_screen_has_colours(G_GNUC_UNUSED const TfLiveScreen *screen)
{
	const gchar *refusal = g_getenv("NO_COLOR");

	return refusal == NULL || refusal[0] == '\0';
}

void tf_live_screen_say(TfLiveScreen *screen, const gchar *text)
{
	g_string_append_printf(screen->said, "%s" CLEAR_LINE "\r\n", text);
}

static gboolean is_shown(const TfLiveScreen *screen, const GPtrArray *lines)
{
	if (lines->len != screen->shown->len || screen->said->len > 0)
		return FALSE;
	for (guint i = 0; i < lines->len; i++) {
		if (strcmp(g_ptr_array_index(lines, i), g_ptr_array_index(screen->shown, i)) != 0)
			return FALSE;
	}

	return TRUE;
}

/* What a line is wide without what colours it. */
static guint visible_columns(const gchar *line)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (const gchar *at = line; *at != '\0'; at++) {
		if (*at == '\033')
			at += strcspn(at, "m");
		else
			g_string_append_c(text, *at);
	}

	return tf_columns(text->str);
}

/* Rows from the first line of the last frame to the cursor: a window that became narrower has broken its
 * lines. */
static guint rows_up(const TfLiveScreen *screen, guint columns)
{
	guint rows = 0;

	for (guint i = 0; i < screen->shown->len; i++) {
		guint width = visible_columns(g_ptr_array_index(screen->shown, i));

		rows += columns < screen->columns && width > columns ? (width + columns - 1) / columns : 1;
	}

	return rows > 0 ? rows - 1 : 0;
}

static void add_frame(TfLiveScreen *screen, const GPtrArray *lines, guint columns)
{
	guint up = rows_up(screen, columns);

	g_string_append(screen->pending, LINE_START);
	if (up > 0)
		g_string_append_printf(screen->pending, UP, up);
	if (columns != screen->columns)
		g_string_append(screen->pending, CLEAR_BELOW);
	g_string_append(screen->pending, screen->said->str);
	g_string_truncate(screen->said, 0);
	for (guint i = 0; i < lines->len; i++)
		g_string_append_printf(screen->pending, "%s%s" CLEAR_LINE, i > 0 ? "\r\n" : "",
			(const gchar *)g_ptr_array_index(lines, i));
	g_string_append(screen->pending, CLEAR_BELOW);
}

static void remember(TfLiveScreen *screen, const GPtrArray *lines, guint columns)
{
	g_autoptr(GPtrArray) copy = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < lines->len; i++)
		g_ptr_array_add(copy, g_strdup(g_ptr_array_index(lines, i)));
	g_ptr_array_unref(screen->shown);
	screen->shown = g_steal_pointer(&copy);
	screen->columns = columns;
}

/* After Ctrl-Z and 'fg' the shell has written below what was shown. */
static void come_back(TfLiveScreen *screen)
{
	if (tf_interrupt_take_stop()) {
		g_ptr_array_set_size(screen->shown, 0);
		g_string_truncate(screen->pending, 0);
		screen->has_entered = FALSE;
	}
	if (!screen->has_entered)
		enter(screen);
}

void tf_live_screen_show(TfLiveScreen *screen, const GPtrArray *lines)
{
	guint columns = 0;
	guint rows = 0;

	if (screen->is_paused || !is_ours(screen->fd))
		return;
	come_back(screen);
	tf_live_screen_size(screen, &columns, &rows);
	if (!flush(screen) || (is_shown(screen, lines) && columns == screen->columns))
		return;
	add_frame(screen, lines, columns);
	remember(screen, lines, columns);
	(void)flush(screen);
}
