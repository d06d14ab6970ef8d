/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The test card.
 *   test-card serve --cards N --port P --states DIR [--logs DIR] [--latency MS] --control SOCKET
 *   test-card tell SOCKET NUMBER|all COMMAND...      script.h lists the commands; 'tell SOCKET quit' ends the
 * server test-card wait NUMBER present|absent             until pcscd sees it
 */
#include <string.h>

#include "server.h"
#include "tell.h"
#include "wait.h"

#define WAIT_SECONDS 30

static int run_serve(int argc, char **argv)
{
	gint n_cards = 1, port = 0, latency = 0;
	g_autofree gchar *states = NULL, *logs = NULL, *control = NULL;
	g_autoptr(GError) error = NULL;
	const GOptionEntry entries[] = {
		{ "cards", 0, 0, G_OPTION_ARG_INT, &n_cards, NULL, NULL },
		{ "port", 0, 0, G_OPTION_ARG_INT, &port, NULL, NULL },
		{ "latency", 0, 0, G_OPTION_ARG_INT, &latency, NULL, NULL },
		{ "states", 0, 0, G_OPTION_ARG_FILENAME, &states, NULL, NULL },
		{ "logs", 0, 0, G_OPTION_ARG_FILENAME, &logs, NULL, NULL },
		{ "control", 0, 0, G_OPTION_ARG_FILENAME, &control, NULL, NULL },
		G_OPTION_ENTRY_NULL,
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);

	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, &argc, &argv, &error)) {
		g_printerr("%s\n", error->message);
		return 2;
	}
	if (n_cards < 1 || n_cards > CARD_MAX_READERS || port < 1 || port > G_MAXUINT16 - CARD_MAX_READERS ||
		latency < 0 || states == NULL || control == NULL) {
		g_printerr("--cards 1..%d, --port, --states and --control are needed\n", CARD_MAX_READERS);
		return 2;
	}
	if (!card_server_run(&(CardServerPlan){ .n_cards = (guint)n_cards,
				     .first_port = (guint16)port,
				     .latency = (guint)latency,
				     .states = states,
				     .logs = logs,
				     .control = control },
		    &error)) {
		g_printerr("%s\n", error->message);
		return 1;
	}

	return 0;
}

/* Prints the value; a refused command is on stderr. */
static int run_tell(char **words)
{
	g_autofree gchar *answer = NULL;
	g_autofree gchar *line = words[0] != NULL ? g_strjoinv(" ", words + 1) : NULL;

	if (line == NULL || line[0] == '\0') {
		g_printerr("tell SOCKET NUMBER|all COMMAND...\n");
		return 2;
	}
	answer = card_tell(words[0], line);
	if (answer == NULL) {
		g_printerr("%s: nobody listens\n", words[0]);
		return 1;
	}
	if (g_str_has_prefix(answer, "error")) {
		g_printerr("%s\n", answer);
		return 1;
	}
	if (g_str_has_prefix(answer, "ok "))
		g_print("%s\n", answer + strlen("ok "));

	return 0;
}

static int run_wait(const char *word, const char *presence)
{
	guint64 number = 0;
	g_autofree gchar *reader = NULL;

	if (!g_ascii_string_to_unsigned(word, 10, 0, CARD_MAX_READERS - 1, &number, NULL)) {
		g_printerr("wait NUMBER present|absent\n");
		return 2;
	}
	reader = card_server_reader_name((guint)number);
	if (card_wait(reader, g_str_equal(presence, "absent") ? CARD_ABSENT : CARD_PRESENT, WAIT_SECONDS))
		return 0;

	g_printerr("%s: the card is not %s after %d s\n", reader, presence, WAIT_SECONDS);

	return 1;
}

int main(int argc, char **argv)
{
	if (argc > 1 && g_str_equal(argv[1], "serve"))
		return run_serve(argc - 1, argv + 1);
	if (argc > 2 && g_str_equal(argv[1], "tell"))
		return run_tell(argv + 2);
	if (argc == 4 && g_str_equal(argv[1], "wait"))
		return run_wait(argv[2], argv[3]);

	g_printerr("usage: test-card serve|tell|wait ...\n");

	return 2;
}
