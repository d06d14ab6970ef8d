/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "cli/answer.h"
#include "cli/interrupt.h"

#define LINE_LIMIT 4096u

struct TfTerminal {
	int fd;
};

/* Typing is treated otherwise as long as this lives. */
typedef struct Mode {
	int fd;
	struct termios before;
} Mode;

static void mode_clear(Mode *mode)
{
	if (mode->fd < 0)
		return;

	(void)tcsetattr(mode->fd, TCSAFLUSH, &mode->before);
	tf_interrupt_forget_terminal();
	mode->fd = -1;
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Mode, mode_clear)

static gboolean mode_set(Mode *mode, int fd, int when, const struct termios *changed)
{
	tf_interrupt_remember_terminal(fd, &mode->before);
	mode->fd = fd;

	return tcsetattr(fd, when, changed) == 0;
}

static gboolean hide(Mode *mode, int fd, GError **error)
{
	struct termios hidden;

	if (tcgetattr(fd, &mode->before) != 0)
		return tf_raise(error, TF_ERROR_SECRET_SOURCE, "tty", g_strerror(errno), NULL);
	hidden = mode->before;
	hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
	hidden.c_lflag |= (tcflag_t)(ICANON | ISIG);
	if (!mode_set(mode, fd, TCSAFLUSH, &hidden))
		return tf_raise(error, TF_ERROR_SECRET_SOURCE, "tty", g_strerror(errno), NULL);

	return TRUE;
}

/* As it comes, without waiting for the end of a line or for more. */
static gboolean bare(Mode *mode, int fd)
{
	struct termios changed;

	if (tcgetattr(fd, &mode->before) != 0)
		return FALSE;
	changed = mode->before;
	changed.c_lflag &= ~(tcflag_t)ICANON;
	changed.c_cc[VMIN] = 0;
	changed.c_cc[VTIME] = 0;

	return mode_set(mode, fd, TCSANOW, &changed);
}

TfTerminal *tf_terminal_new(int fd)
{
	TfTerminal *terminal = g_new0(TfTerminal, 1);

	terminal->fd = fd;

	return terminal;
}

TfTerminal *tf_terminal_open(void)
{
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	return fd >= 0 ? tf_terminal_new(fd) : NULL;
}

void tf_terminal_free(TfTerminal *terminal)
{
	if (terminal == NULL)
		return;

	tf_file_close(&terminal->fd);
	g_free(terminal);
}

int tf_terminal_fd(const TfTerminal *terminal)
{
	return terminal->fd;
}

static void print(TfTerminal *terminal, const gchar *text)
{
	(void)tf_file_write_all(terminal->fd, text, strlen(text));
}

void tf_terminal_say(TfTerminal *terminal, const gchar *text)
{
	print(terminal, text);
	print(terminal, "\n");
}

gboolean tf_terminal_drop_typed(TfTerminal *terminal)
{
	g_auto(Mode) reading = { .fd = -1 };
	gchar last = '\n';
	gchar byte = '\n';

	if (!bare(&reading, terminal->fd))
		return FALSE;
	while (read(terminal->fd, &byte, 1) == 1)
		last = byte;

	/* NUL stands for Ctrl-D, which ends a line, too. */
	return last != '\n' && last != '\0';
}

/* Into 'secret' up to the newline, which is left out. *ret_is_whole is FALSE when more came than fits. */
static gboolean read_line(TfTerminal *terminal, TfSecret *secret, gboolean *ret_is_whole, GError **error)
{
	gboolean is_whole = TRUE;

	for (;;) {
		guint8 *byte = tf_secret_buffer(secret) + tf_secret_length(secret);
		gssize n = 0;

		if (!tf_interrupt_wait_readable(terminal->fd, error))
			return FALSE;
		n = read(terminal->fd, byte, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return tf_raise(error, TF_ERROR_INTERRUPTED, NULL);
		if (*byte == '\n')
			break;
		/* The last byte is for reading on to the newline. */
		if (tf_secret_length(secret) + 1 < tf_secret_capacity(secret))
			tf_secret_set_length(secret, tf_secret_length(secret) + 1);
		else
			is_whole = FALSE;
	}
	tf_secret_set_length(secret, tf_secret_length(secret));
	*ret_is_whole = is_whole;

	return TRUE;
}

gchar *tf_terminal_ask_line(TfTerminal *terminal, const gchar *prompt, GError **error)
{
	for (;;) {
		g_autoptr(TfSecret) line = tf_secret_new(LINE_LIMIT);
		gboolean is_whole = FALSE;

		if (line == NULL) {
			tf_raise(error, TF_ERROR_SYSTEM, "tty", g_strerror(ENOMEM), NULL);
			return NULL;
		}
		print(terminal, prompt);
		if (!read_line(terminal, line, &is_whole, error)) {
			print(terminal, "\n");
			return NULL;
		}
		if (is_whole && g_utf8_validate_len(
					(const gchar *)tf_secret_peek(line), tf_secret_length(line), NULL))
			return g_strndup((const gchar *)tf_secret_peek(line), tf_secret_length(line));

		tf_terminal_say(terminal, _("This could not be read. Please type it again."));
	}
}

/* TRUE when the line that is read next was begun before the question, which then stands on a line of its own.
 */
static gboolean forget_typed(TfTerminal *terminal)
{
	gboolean is_amid_line = tf_terminal_drop_typed(terminal);

	if (is_amid_line)
		tf_terminal_say(terminal, "");

	return is_amid_line;
}

static void say_void(TfTerminal *terminal)
{
	tf_terminal_say(terminal, _("This line was begun before the question, and counts for nothing."));
}

gchar *tf_terminal_ask_fresh_line(TfTerminal *terminal, const gchar *prompt, GError **error)
{
	for (;;) {
		gboolean is_void = forget_typed(terminal);
		g_autofree gchar *line = tf_terminal_ask_line(terminal, prompt, error);

		if (line == NULL || !is_void)
			return g_steal_pointer(&line);
		say_void(terminal);
	}
}

static TfSecret *read_secret(TfTerminal *terminal, const gchar *prompt, GError **error)
{
	g_autoptr(TfSecret) secret = tf_secret_new(TF_TERMINAL_SECRET_LIMIT + 1);
	g_auto(Mode) hiding = { .fd = -1 };
	gboolean is_whole = FALSE;
	gboolean is_read = FALSE;

	if (secret == NULL) {
		tf_raise(error, TF_ERROR_SECRET_SOURCE, "tty", g_strerror(ENOMEM), NULL);
		return NULL;
	}
	if (!hide(&hiding, terminal->fd, error))
		return NULL;
	print(terminal, prompt);
	is_read = read_line(terminal, secret, &is_whole, error);
	print(terminal, "\n");
	if (!is_read)
		return NULL;
	if (!is_whole) {
		tf_raise(error, TF_ERROR_SECRET_SOURCE, "tty", g_strerror(EFBIG), NULL);
		return NULL;
	}

	return g_steal_pointer(&secret);
}

TfSecret *tf_terminal_ask_secret(TfTerminal *terminal, const gchar *prompt, GError **error)
{
	for (;;) {
		gboolean is_void = forget_typed(terminal);
		g_autoptr(TfSecret) secret = read_secret(terminal, prompt, error);

		if (secret == NULL || !is_void)
			return g_steal_pointer(&secret);
		say_void(terminal);
	}
}

gboolean tf_terminal_confirm(TfTerminal *terminal, const gchar *question, gboolean *ret_yes, GError **error)
{
	g_autofree gchar *prompt = g_strdup_printf("%s %s ", question, _("[y/n]"));

	for (;;) {
		g_autofree gchar *line = tf_terminal_ask_fresh_line(terminal, prompt, error);
		TfAnswer answer = TF_ANSWER_UNCLEAR;

		if (line == NULL)
			return FALSE;
		answer = tf_answer_parse(line);
		if (answer != TF_ANSWER_UNCLEAR) {
			*ret_yes = answer == TF_ANSWER_YES;
			return TRUE;
		}
		tf_terminal_say(terminal, _("Please answer y (yes) or n (no)."));
	}
}
