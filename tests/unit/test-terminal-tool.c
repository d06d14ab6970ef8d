/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Played against programs of the shell that ask as pkcs15-init does. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "terminal-tool.h"

#define PATIENCE (20 * G_TIME_SPAN_SECOND)

/* Prints a prompt, turns the echo off, which throws away what was typed before, and reads. */
#define ASK "ask() { printf '%s' \"$1\"; stty -echo; read -r \"$2\"; stty echo; echo; }; "

static const gchar *const environment[] = { "PATH=/usr/bin:/bin", "LC_ALL=C", NULL };

typedef struct Secrets {
	TfSecret *first;
	TfSecret *second;
} Secrets;

static void secrets_clear(Secrets *secrets)
{
	tf_secret_free(secrets->first);
	tf_secret_free(secrets->second);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Secrets, secrets_clear)

static Secrets make_secrets(void)
{
	return (Secrets){ tf_secret_new_copy("hidden-one", 10), tf_secret_new_copy("hidden-two", 10) };
}

static gboolean run_prompts(const gchar *script, const TfToolPrompt *prompts, gint64 patience,
	TfToolResult *ret_result, GError **error)
{
	const gchar *const arguments[] = { "/bin/sh", "-c", script, NULL };

	return tf_tool_run(&(TfTool){ arguments, environment, prompts, g_get_monotonic_time() + patience },
		ret_result, error);
}

static TfToolEnd run_silent(const gchar *script, gint64 patience)
{
	static const TfToolPrompt none[] = { { NULL, NULL } };
	g_autoptr(GError) error = NULL;
	g_auto(TfToolResult) result = { 0 };

	g_assert_true(run_prompts(script, none, patience, &result, &error));
	g_assert_no_error(error);

	return result.end;
}

static void prompts_are_answered(void)
{
	g_auto(Secrets) secrets = make_secrets();
	const TfToolPrompt prompts[] = { { "First: ", secrets.first }, { "\r\nSecond: ", secrets.second },
		{ NULL, NULL } };
	g_autoptr(GError) error = NULL;
	g_auto(TfToolResult) result = { 0 };

	g_assert_true(run_prompts(ASK "ask 'First: ' a; ask 'Second: ' b; "
				      "[ \"$a\" = hidden-one ] && [ \"$b\" = hidden-two ]",
		prompts, PATIENCE, &result, &error));

	g_assert_no_error(error);
	g_assert_cmpint(result.end, ==, TF_TOOL_DONE);
}

static void no_answer_comes_back(void)
{
	g_auto(Secrets) secrets = make_secrets();
	const TfToolPrompt prompts[] = { { "First: ", secrets.first }, { NULL, NULL } };
	g_autoptr(GError) error = NULL;
	g_auto(TfToolResult) result = { 0 };

	g_assert_true(run_prompts(ASK "ask 'First: ' a; echo the end", prompts, PATIENCE, &result, &error));

	g_assert_true(tf_tool_result_says(&result, "the end"));
	g_assert_false(tf_tool_result_says(&result, "hidden"));
}

static void without_echo_off_nothing_is_typed(void)
{
	g_auto(Secrets) secrets = make_secrets();
	const TfToolPrompt prompts[] = { { "First: ", secrets.first }, { NULL, NULL } };
	g_autoptr(GError) error = NULL;
	g_auto(TfToolResult) result = { 0 };

	g_assert_true(
		run_prompts("printf 'First: '; read -r a", prompts, G_TIME_SPAN_SECOND, &result, &error));

	g_assert_cmpint(result.end, ==, TF_TOOL_LATE);
	g_assert_true(tf_tool_result_says(&result, "First: "));
}

static void an_unknown_prompt_is_not_answered(void)
{
	static const gchar *const scripts[] = { ASK "ask 'Other: ' a", ASK "ask 'First:  ' a",
		ASK "echo PIN too short; ask 'First: ' a", ASK "ask 'First: ' a; ask 'Again: ' b" };
	g_auto(Secrets) secrets = make_secrets();
	const TfToolPrompt prompts[] = { { "First: ", secrets.first }, { NULL, NULL } };

	for (gsize i = 0; i < G_N_ELEMENTS(scripts); i++) {
		g_autoptr(GError) error = NULL;
		g_auto(TfToolResult) result = { 0 };

		g_assert_true(run_prompts(scripts[i], prompts, PATIENCE, &result, &error));

		g_assert_cmpint(result.end, ==, TF_TOOL_UNEXPECTED);
	}
}

static void a_program_that_does_not_ask_is_unexpected(void)
{
	g_auto(Secrets) secrets = make_secrets();
	const TfToolPrompt prompts[] = { { "First: ", secrets.first }, { NULL, NULL } };
	g_autoptr(GError) error = NULL;
	g_auto(TfToolResult) result = { 0 };

	g_assert_true(run_prompts("true", prompts, PATIENCE, &result, &error));

	g_assert_cmpint(result.end, ==, TF_TOOL_UNEXPECTED);
}

static void failures_are_told(void)
{
	static const TfToolPrompt none[] = { { NULL, NULL } };
	g_autoptr(GError) error = NULL;
	g_auto(TfToolResult) result = { 0 };

	g_assert_true(run_prompts("echo Failed to erase card >&2; exit 1", none, PATIENCE, &result, &error));

	g_assert_cmpint(result.end, ==, TF_TOOL_FAILED);
	g_assert_true(tf_tool_result_says(&result, "Failed to erase card\r\n"));
	g_assert_cmpint(run_silent("kill -SEGV $$", PATIENCE), ==, TF_TOOL_FAILED);
}

static void a_hanging_program_is_killed(void)
{
	g_assert_cmpint(run_silent("exec cat", G_TIME_SPAN_SECOND / 2), ==, TF_TOOL_LATE);
	g_assert_cmpint(run_silent("exec </dev/null >/dev/null 2>&1; trap '' HUP; exec tail -f /dev/null",
				G_TIME_SPAN_SECOND / 2),
		==, TF_TOOL_LATE);
}

static void a_talkative_program_comes_to_its_end(void)
{
	g_assert_cmpint(run_silent("seq 100000", PATIENCE), ==, TF_TOOL_DONE);
}

static void no_descriptor_is_inherited(void)
{
	int leaked = open("/dev/null", O_RDONLY); /* without O_CLOEXEC, as a secret's source may come to us */

	g_assert_cmpint(leaked, >, 2);
	g_assert_cmpint(run_silent("for fd in /proc/self/fd/*; do case ${fd##*/} in 0|1|2) ;; "
				   "*) [ ! -e \"$fd\" ] || exit 1;; esac; done",
				PATIENCE),
		==, TF_TOOL_DONE);
	close(leaked);
}

static void the_terminal_is_the_programs_own(void)
{
	g_assert_cmpint(run_silent("[ \"$(ps -o sid= -p $$ | tr -d ' ')\" = $$ ] && true >/dev/tty && "
				   "[ \"$(tty)\" = \"/dev/$(ps -o tty= -p $$ | tr -d ' ')\" ]",
				PATIENCE),
		==, TF_TOOL_DONE);
}

static void a_missing_program_is_said(void)
{
	static const gchar *const missing[] = { "/nowhere/pkcs15-init", "/dev/null", NULL };
	static const TfToolPrompt none[] = { { NULL, NULL } };

	for (gsize i = 0; missing[i] != NULL; i++) {
		const gchar *const arguments[] = { missing[i], NULL };
		g_autoptr(GError) error = NULL;
		g_auto(TfToolResult) result = { 0 };

		g_assert_false(
			tf_tool_run(&(TfTool){ arguments, environment, none, G_MAXINT64 }, &result, &error));

		g_assert_error(error, TF_ERROR, TF_ERROR_TOOL_MISSING);
	}
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/terminal-tool/each prompt gets its answer", prompts_are_answered);
	g_test_add_func("/terminal-tool/no answer comes back by echo", no_answer_comes_back);
	g_test_add_func("/terminal-tool/as long as the terminal echoes nothing is typed",
		without_echo_off_nothing_is_typed);
	g_test_add_func("/terminal-tool/a prompt that is not known to the byte is not answered",
		an_unknown_prompt_is_not_answered);
	g_test_add_func("/terminal-tool/a program that does not ask what it should is unexpected",
		a_program_that_does_not_ask_is_unexpected);
	g_test_add_func("/terminal-tool/failures and what was printed are told", failures_are_told);
	g_test_add_func(
		"/terminal-tool/a hanging program is killed at the deadline", a_hanging_program_is_killed);
	g_test_add_func(
		"/terminal-tool/a talkative program comes to its end", a_talkative_program_comes_to_its_end);
	g_test_add_func("/terminal-tool/the program inherits no descriptor", no_descriptor_is_inherited);
	g_test_add_func("/terminal-tool/the terminal controls the program's session alone",
		the_terminal_is_the_programs_own);
	g_test_add_func("/terminal-tool/a missing program is said", a_missing_program_is_said);

	return g_test_run();
}
