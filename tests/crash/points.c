/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "points.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "base/error.h"

int tf_points_journey(int argc, char **argv)
{
	TfAnswers answers;
	const gchar *const auditor[] = { argv[0], "--auditor", NULL };
	TfWhereabouts where = TF_WHERE_UNKNOWN;
	g_autoptr(GError) error = NULL;
	g_autoptr(TfLedger) ledger = NULL;
	g_autoptr(TfOutcome) outcome = NULL;

	g_assert_cmpint(argc, ==, 6);
	tf_answers_init(&answers, TF_STAGE_PASSWORD, TF_SOFT_PIN);
	answers.confirms[TF_EXCEPTION_MODULE] = TRUE;
	ledger = tf_ledger_open(argv[3], &error);
	if (ledger != NULL)
		outcome = tf_transfer(&(TfTransferPlan){ .source = argv[2],
					      .key_index = -1,
					      .module = { .module = argv[4], .arguments = argv[5] },
					      .auditor = auditor },
			ledger, &answers.dialogue, &where, &error);
	if (outcome == NULL)
		g_printerr("%s\n", error->message);

	return outcome != NULL && outcome->status == TF_STATUS_DONE ? 0 : 1;
}

static void add_journey(GPtrArray *argv, const TfReplay *replay, const gchar *program)
{
	const TfStage *stage = replay->stage;
	const gchar *const words[] = { program, "--journey", stage->source, stage->ledger_url,
		stage->plan.module.module, stage->plan.module.arguments };

	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		g_ptr_array_add(argv, (gpointer)words[i]);
	g_ptr_array_add(argv, NULL);
}

/* The wait status. */
static gint spawn(GPtrArray *argv, gchar **ret_output)
{
	g_autoptr(GError) error = NULL;
	g_autofree gchar *complaints = NULL;
	gint status = 0;

	g_spawn_sync(NULL, (gchar **)argv->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, ret_output,
		&complaints, &status, &error);
	g_assert_no_error(error);
	if (!WIFSIGNALED(status) && WEXITSTATUS(status) != 0)
		g_test_message("%s", complaints);

	return status;
}

static gboolean is_success(gint status)
{
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* strace ends as the program that it traced. */
static TfPointsEnd end_of(gint status)
{
	if (is_success(status))
		return TF_POINTS_DONE;

	return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? TF_POINTS_KILLED : TF_POINTS_FAILED;
}

TfPointsEnd tf_points_run(const TfReplay *replay, const gchar *program)
{
	g_autoptr(GPtrArray) argv = g_ptr_array_new();
	g_autofree gchar *output = NULL;

	add_journey(argv, replay, program);

	return end_of(spawn(argv, &output));
}

TfPointsEnd tf_points_run_killed(const TfReplay *replay, const gchar *program, const gchar *call, guint nth)
{
	g_autofree gchar *trace = g_strconcat("trace=", call, NULL);
	g_autofree gchar *inject = g_strdup_printf("inject=%s:signal=SIGKILL:when=%u", call, nth);
	g_autoptr(GPtrArray) argv = g_ptr_array_new();
	g_autofree gchar *output = NULL;
	const gchar *const words[] = { "strace", "-qq", "-o", "/dev/null", "-e", trace, "-e", inject };

	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		g_ptr_array_add(argv, (gpointer)words[i]);
	add_journey(argv, replay, program);

	return end_of(spawn(argv, &output));
}

guint tf_points_count(const TfReplay *replay, const gchar *program, const gchar *call)
{
	g_autofree gchar *trace = g_strconcat("trace=", call, NULL);
	g_autofree gchar *log = g_build_filename(replay->stage->directory, "strace.log", NULL);
	g_autofree gchar *text = NULL;
	g_autofree gchar *output = NULL;
	g_autoptr(GPtrArray) argv = g_ptr_array_new();
	const gchar *const words[] = { "strace", "-qq", "-e", "signal=none", "-o", log, "-e", trace };
	guint count = 0;

	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		g_ptr_array_add(argv, (gpointer)words[i]);
	add_journey(argv, replay, program);
	g_assert_true(is_success(spawn(argv, &output)));
	g_assert_true(g_file_get_contents(log, &text, NULL, NULL));
	for (const gchar *at = text; (at = strchr(at, '\n')) != NULL; at++)
		count++;

	return count;
}

guint tf_points_keys_seen_by_pkcs11_tool(void)
{
	g_autoptr(GPtrArray) argv = g_ptr_array_new();
	g_autofree gchar *output = NULL;
	const gchar *const words[] = { "pkcs11-tool", "--module", TF_SOFT_MODULE, "--token-label",
		TF_SOFT_LABEL, "--login", "--pin", TF_SOFT_PIN, "--list-objects", "--type", "privkey" };
	guint count = 0;

	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		g_ptr_array_add(argv, (gpointer)words[i]);
	g_ptr_array_add(argv, NULL);
	g_assert_true(is_success(spawn(argv, &output)));
	for (const gchar *at = output; (at = strstr(at, "Private Key Object")) != NULL; at++)
		count++;

	return count;
}
