/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every PKCS#11 call of the journey, in this process and in the auditor, fails once with a given code. The
 * run must end in a clear error or an honest outcome with the source whole; or, where the call did not
 * matter, be done with the key on the token. The same command again must then end done, with the key on the
 * token once.
 */
#include <string.h>

#include "base/error.h"
#include "replay.h"

static const gchar *program;

/* The calls differ little between the kinds of key; RSA once, and short, since its audit makes a control key.
 */
static const struct {
	const gchar *code;
	const gchar *key_type;
} faults[] = {
	{ "CKR_DEVICE_REMOVED", "rsa1024" },
	{ "CKR_DEVICE_ERROR", "ec256" },
	{ "CKR_HOST_MEMORY", "ec256" },
	{ "CKR_FUNCTION_FAILED", "ec256" },
};

/* Whether the run's word and what can be seen agree. NULL, or what is wrong. */
static const gchar *judge_broken_run(const TfStage *stage, const TfOutcome *outcome, const GError *error)
{
	if (outcome == NULL && error->domain != TF_ERROR)
		return "the error is not one of ours";
	if (outcome == NULL && error->code == TF_ERROR_SYSTEM)
		return "the error says nothing of the token";
	if (outcome == NULL && !tf_stage_source_is_whole(stage))
		return "an error, but the source is not whole";
	if (outcome != NULL && outcome->status == TF_STATUS_DONE && !tf_stage_source_is_gone(stage))
		return "done, but the source is there";
	if (outcome != NULL && outcome->status != TF_STATUS_DONE && !tf_stage_source_is_whole(stage))
		return "not done, but the source is not whole";
	if (outcome != NULL && tf_stage_count_private_keys(stage) != 1)
		return "an outcome, but not one key on the token";

	return NULL;
}

static const gchar *judge_second_run(const TfStage *stage, const TfOutcome *outcome)
{
	if (outcome == NULL)
		return "the second run failed";
	if (outcome->status != TF_STATUS_DONE)
		return "the second run is not done";
	if (!tf_stage_source_is_gone(stage))
		return "the second run left the source";
	if (tf_stage_count_private_keys(stage) != 1)
		return "after the second run there is not one key on the token";

	return NULL;
}

static void break_call(TfReplay *replay, guint nth, const gchar *code, const gchar *function)
{
	g_autofree gchar *script = g_strdup_printf("fail-nth=%u:%s\n", nth, code);
	g_autoptr(GError) error = NULL;
	g_autoptr(GError) second_error = NULL;
	g_autoptr(TfOutcome) outcome = NULL;
	g_autoptr(TfOutcome) second = NULL;
	g_autofree gchar *returned = NULL;
	const gchar *complaint = NULL;

	tf_replay_rewind(replay, script);
	outcome = tf_stage_run(replay->stage, &error);
	returned = tf_replay_returned(replay, nth);
	complaint = g_strcmp0(returned, code) == 0 ? judge_broken_run(replay->stage, outcome, error)
						   : "the call did not fail";
	if (complaint == NULL) {
		tf_replay_script(replay, "");
		second = tf_stage_run(replay->stage, &second_error);
		complaint = judge_second_run(replay->stage, second);
	}
	if (complaint != NULL)
		g_test_fail_printf("call %u, %s: %s (first: %s; second: %s)", nth, function, complaint,
			error != NULL ? error->message : "no error",
			second_error != NULL ? second_error->message : "no error");
}

static void every_call_fails_once(gconstpointer data)
{
	const gchar *code = faults[GPOINTER_TO_UINT(data)].code;
	g_autoptr(TfReplay) replay = tf_replay_new(faults[GPOINTER_TO_UINT(data)].key_type, program);
	g_autoptr(GPtrArray) functions = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfOutcome) outcome = NULL;
	guint n_broken = 0;

	tf_replay_rewind(replay, "");
	outcome = tf_stage_run(replay->stage, &error);
	g_assert_no_error(error);
	g_assert_cmpint(outcome->status, ==, TF_STATUS_DONE);
	for (guint i = 1; i <= tf_replay_n_calls(replay); i++)
		g_ptr_array_add(functions, tf_replay_function(replay, i));
	g_assert_cmpuint(functions->len, >, 50);

	for (guint i = 0; i < functions->len; i++) {
		if (tf_replay_skips(i + 1))
			continue;
		break_call(replay, i + 1, code, g_ptr_array_index(functions, i));
		n_broken++;
	}
	g_test_message("%u of %u calls failed with %s", n_broken, functions->len, code);
	g_assert_cmpuint(n_broken, >, 0);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	tf_stage_main(argc, argv);
	program = g_canonicalize_filename(argv[0], NULL);
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(faults); i++) {
		g_autofree gchar *name =
			g_strdup_printf("/fault/%s/at every call leaves a clear state", faults[i].code);

		g_test_add_data_func(name, GUINT_TO_POINTER(i), every_call_fails_once);
	}

	return g_test_run();
}
