/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "server.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "station.h"

#define MAX_LINE 4096

/* Each copy of vpcd's driver has two slots. */
gchar *card_server_reader_name(guint number)
{
	return g_strdup_printf("Station %u 00 %02u", number / 2 + 1, number % 2);
}

static CardStation *open_station(const CardServerPlan *plan, guint number, GError **error)
{
	g_autofree gchar *state_name = g_strdup_printf("%u.card", number);
	g_autofree gchar *state = g_build_filename(plan->states, state_name, NULL);
	g_autofree gchar *reader = card_server_reader_name(number);
	g_autofree gchar *log_name = g_strconcat(reader, ".log", NULL);
	g_autofree gchar *log_path = NULL;
	CardLog *log = NULL;

	if (plan->logs != NULL) {
		log_path = g_build_filename(plan->logs, log_name, NULL);
		log = card_log_open(log_path, error);
		if (log == NULL)
			return NULL;
	}

	return card_station_new(
		number, (guint16)(plan->first_port + number), state, log, plan->latency, error);
}

static int listen_on(const gchar *path, GError **error)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = -1;

	if (g_strlcpy(address.sun_path, path, sizeof address.sun_path) >= sizeof address.sun_path) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_NAMETOOLONG, "%s: too long for a socket", path);
		return -1;
	}
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof address) != 0 ||
		listen(fd, 8) != 0) {
		g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "%s: %s", path,
			g_strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}

	return fd;
}

/* 'N COMMAND' is for card N, 'all COMMAND' for each in turn; the answer is the last one's, or the first
 * error. */
static gchar *run_line(GPtrArray *stations, const gchar *line)
{
	g_auto(GStrv) parts = g_strsplit(line, " ", 2);
	gboolean is_for_all = parts[0] != NULL && g_str_equal(parts[0], "all");
	guint64 number = 0;
	g_autofree gchar *answer = NULL;

	if (g_strv_length(parts) != 2 || (!is_for_all && !g_ascii_string_to_unsigned(parts[0], 10, 0,
								 stations->len - 1, &number, NULL)))
		return g_strdup("error: neither 'all COMMAND' nor 'NUMBER COMMAND'");
	if (!is_for_all)
		return card_station_command(g_ptr_array_index(stations, number), parts[1]);

	for (guint i = 0; i < stations->len; i++) {
		g_free(answer);
		answer = card_station_command(g_ptr_array_index(stations, i), parts[1]);
		if (g_str_has_prefix(answer, "error"))
			break;
	}

	return g_steal_pointer(&answer);
}

/* One connection is one line and its answer; FALSE after 'quit'. */
static gboolean serve_client(int fd, GPtrArray *stations)
{
	gchar line[MAX_LINE + 1];
	gsize length = 0;
	ssize_t n = 1;
	g_autofree gchar *answer = NULL;

	while (n > 0 && length < MAX_LINE && memchr(line, '\n', length) == NULL) {
		n = TEMP_FAILURE_RETRY(recv(fd, line + length, MAX_LINE - length, 0));
		length += n > 0 ? (gsize)n : 0;
	}
	line[length] = '\0';
	g_strchomp(line);
	if (g_str_equal(line, "quit"))
		return FALSE;
	if (length == 0)
		return TRUE;

	answer = run_line(stations, line);
	(void)!TEMP_FAILURE_RETRY(send(fd, answer, strlen(answer), MSG_NOSIGNAL));

	return TRUE;
}

static void serve(int listener, GPtrArray *stations)
{
	gboolean goes_on = TRUE;

	while (goes_on) {
		int fd = (int)TEMP_FAILURE_RETRY(accept4(listener, NULL, NULL, SOCK_CLOEXEC));

		if (fd < 0)
			return;
		goes_on = serve_client(fd, stations);
		close(fd);
	}
}

gboolean card_server_run(const CardServerPlan *plan, GError **error)
{
	int listener = -1;
	g_autoptr(GPtrArray) stations = g_ptr_array_new_with_free_func((GDestroyNotify)card_station_free);

	for (guint i = 0; i < plan->n_cards; i++) {
		CardStation *station = open_station(plan, i, error);

		if (station == NULL)
			return FALSE;
		g_ptr_array_add(stations, station);
	}
	listener = listen_on(plan->control, error);
	if (listener < 0)
		return FALSE;

	serve(listener, stations);
	close(listener);

	return TRUE;
}
