/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Runs under with-cards. The whole journey onto a formatted card, from its saved state: the card is pulled at
 * each APDU, or each APDU is answered 6F00. The run ends in an error that a person can act on, with the
 * source whole, or in an honest outcome. The card is put back and the same is done again: it ends done, with
 * the key on the card once and nothing else, the source gone, and no try lost.
 */
#include <string.h>

#include "base/error.h"
#include "journey-world.h"
#include "replay.h"

#define N_MINIMUM 100u
/* How often OpenSC's own tool looks at the card besides, which costs as much as a journey. */
#define LOOK_EVERY 16u

typedef struct Fault {
	const gchar *before; /* what stands before and behind the number of the APDU */
	const gchar *behind;
	gboolean only_changes; /* only APDUs that change the card: a lost answer to another is a pull before
				  the next */
} Fault;

static const Fault remove_at = { "remove-at", "", FALSE };
static const Fault remove_after = { "remove-after", "", TRUE };
static const Fault answer_at = { "answer-at", " 6f00", FALSE };

static const gchar *program;

static const TfErrorCode clear_codes[] = {
	TF_ERROR_TOKEN_REMOVED,
	TF_ERROR_TOKEN_MISSING,
	TF_ERROR_TOKEN_FAILED,
};
/* Besides, when the card goes on after 6F00: its module read it wrong, and says so in its own way. */
static const TfErrorCode codes_of_a_misread_card[] = {
	TF_ERROR_TOKEN_KEY_MISSING,
	TF_ERROR_TOKEN_UNSUPPORTED,
	TF_ERROR_PROOF_INVALID,
};

static gboolean is_among(const GError *error, const TfErrorCode *codes, gsize n_codes)
{
	for (gsize i = 0; i < n_codes; i++) {
		if (g_error_matches(error, TF_ERROR, (gint)codes[i]))
			return TRUE;
	}

	return FALSE;
}

static gboolean is_clear(const GError *error, const Fault *fault)
{
	return is_among(error, clear_codes, G_N_ELEMENTS(clear_codes)) ||
	       (fault == &answer_at &&
		       is_among(error, codes_of_a_misread_card, G_N_ELEMENTS(codes_of_a_misread_card)));
}

static const gchar *judge_broken_run(
	const TfCardJourney *journey, const Fault *fault, const TfOutcome *outcome, const GError *error)
{
	const TfStage *stage = journey->stage;
	gboolean is_done = outcome != NULL && outcome->status == TF_STATUS_DONE;

	if (outcome == NULL && !is_clear(error, fault))
		return "the error is another one";
	if (!is_done && !tf_stage_source_is_whole(stage))
		return "not done, but the source is not whole";
	if (is_done && !tf_stage_source_is_gone(stage))
		return "done, but the source is there";

	return NULL;
}

static const gchar *judge_second_run(const TfCardJourney *journey, const TfOutcome *outcome)
{
	if (outcome == NULL)
		return "the second run failed";
	if (outcome->status != TF_STATUS_DONE)
		return "the second run is not done";
	if (!tf_stage_source_is_gone(journey->stage))
		return "the second run left the source";

	return NULL;
}

/* By another program: one key, with its certificate. */
static const gchar *judge_by_opensc(void)
{
	g_autofree gchar *reader = tf_card_reader_name(0);
	const gchar *const command[] = { "pkcs15-tool", "--reader", reader, "--dump", NULL };
	g_autofree gchar *output = NULL;
	g_autoptr(GRegex) keys = g_regex_new("^Private .*Key \\[", G_REGEX_MULTILINE, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	gint status = -1;
	guint n_keys = 0;

	if (!g_spawn_sync(NULL, (gchar **)command, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL,
		    NULL, NULL, &output, NULL, &status, NULL) ||
		status != 0)
		return "pkcs15-tool cannot read the card";
	for (g_regex_match(keys, output, 0, &match); g_match_info_matches(match);
		g_match_info_next(match, NULL))
		n_keys++;
	if (n_keys != 1)
		return "pkcs15-tool does not see one key";

	return strstr(output, "X.509 Certificate [") != NULL ? NULL : "pkcs15-tool sees no certificate";
}

static void break_apdu(TfCardJourney *journey, const Fault *fault, guint nth)
{
	g_autofree gchar *command = g_strdup_printf("%s %u%s", fault->before, nth, fault->behind);
	g_autoptr(GError) error = NULL;
	g_autoptr(GError) again = NULL;
	g_autoptr(TfOutcome) outcome = NULL;
	g_autoptr(TfOutcome) second = NULL;
	g_autofree gchar *on_card = NULL;
	const gchar *complaint = NULL;

	tf_card_journey_rewind(journey);
	g_free(tf_card_tell(0, "%s", command));
	outcome = tf_stage_run(journey->stage, &error);
	if (fault != &answer_at)
		tf_card_wait_removed(0);
	g_free(tf_card_tell(0, "heal"));
	tf_card_insert(0);

	complaint = judge_broken_run(journey, fault, outcome, error);
	if (complaint == NULL && (outcome == NULL || outcome->status != TF_STATUS_DONE)) {
		second = tf_stage_run(journey->stage, &again);
		complaint = judge_second_run(journey, second);
	}
	if (complaint == NULL)
		complaint = on_card = tf_card_journey_judge(journey, 0);
	if (complaint == NULL && nth % LOOK_EVERY == 0)
		complaint = judge_by_opensc();
	if (complaint == NULL)
		return;
	g_test_message("%s: %s (first: %s; second: %s)", command, complaint,
		error != NULL ? error->message : "no error", again != NULL ? again->message : "no error");
	g_test_fail();
}

static void break_every_apdu(gconstpointer data)
{
	const Fault *fault = data;
	g_autoptr(TfCardJourney) journey = tf_card_journey_new("rsa1024", program);
	guint n_apdus = tf_card_journey_measure(journey);
	guint n_points = 0;

	g_assert_cmpuint(n_apdus, >, N_MINIMUM);
	for (guint nth = 1; nth <= n_apdus; nth++) {
		if (tf_replay_skips(nth) || (fault->only_changes && !tf_card_journey_changes(journey, nth)))
			continue;
		break_apdu(journey, fault, nth);
		n_points++;
	}
	g_test_message("%u of %u APDUs broken", n_points, n_apdus);
	g_assert_cmpuint(n_points, >, 0);
}

/* The file of another member, whose key is another one. */
static void become_another(TfStage *stage)
{
	tf_fixture_member_free(stage->member);
	stage->member = tf_fixture_member("rsa1024", "Jiro Shakai", "Stage Issuing CA");
	g_bytes_unref(stage->content);
	stage->content = tf_fixture_pkcs12(
		stage->member->key, stage->member->certificate, NULL, "member", TF_STAGE_PASSWORD);
	tf_fixture_write(stage->source, stage->content);
}

/* Pulled behind the last part of the key, before the directory names it. */
static void leave_key_file(TfCardJourney *journey)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfOutcome) outcome = NULL;
	guint nth = 0;

	for (guint i = 0; journey->apdus[i] != NULL; i++) {
		if (strstr(journey->apdus[i], " 00da0181") != NULL)
			nth = i + 1;
	}
	g_assert_cmpuint(nth, >, 0);
	g_free(tf_card_tell(0, "remove-after %u", nth));
	outcome = tf_stage_run(journey->stage, &error);
	g_assert_null(outcome);
	tf_card_wait_removed(0);
	g_free(tf_card_tell(0, "heal"));
	tf_card_insert(0);
}

static void key_file_of_another(void)
{
	g_autoptr(TfCardJourney) journey = tf_card_journey_new("rsa1024", program);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfOutcome) outcome = NULL;

	(void)tf_card_journey_measure(journey);
	tf_card_journey_rewind(journey);
	leave_key_file(journey);
	become_another(journey->stage);
	leave_key_file(journey);
	g_assert_cmpuint(tf_card_journey_n_keys(journey, 0), ==, 2);
	outcome = tf_stage_run(journey->stage, &error);

	g_assert_no_error(error);
	g_assert_cmpint(outcome->status, ==, TF_STATUS_DONE);
	g_assert_cmpuint(tf_card_journey_n_keys(journey, 0), ==, 2);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	tf_stage_main(argc, argv);
	program = g_canonicalize_filename(argv[0], NULL);
	g_test_init(&argc, &argv, NULL);

	g_test_add_data_func(
		"/journey-faults/at/a card pulled at every APDU holds the key once after the next run",
		&remove_at, break_every_apdu);
	g_test_add_data_func(
		"/journey-faults/after/a card pulled before it answers holds the key once in the end",
		&remove_after, break_every_apdu);
	g_test_add_data_func(
		"/journey-faults/6f00/after 6F00 at any APDU the card holds the key once in the end",
		&answer_at, break_every_apdu);

	g_test_add_func("/journey-faults/stray/a key file of another key without an entry stays",
		key_file_of_another);

	return g_test_run();
}
