/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Runs under with-cards: the card of each reader is formatted again and again, the work shared between them.
 * Once the card is pulled at each APDU, once each APDU is answered 6F00. The card is put back and the same is
 * done again, with a new user PIN: it ends formatted with the secrets of the second run, and no try is lost.
 */
#include "base/error.h"
#include "format-world.h"
#include "replay.h"

#define N_CARDS	  8u
#define N_MINIMUM 100u

static const gchar *const remove_at[] = { "remove-at", "" };
static const gchar *const remove_after[] = { "remove-after", "" };
static const gchar *const answer_at[] = { "answer-at", " 6f00" };

typedef struct Share {
	guint number; /* of the card */
	guint n_apdus;
	const gchar *const *fault; /* what stands before and behind the number of the APDU */
	guint n_points;
	GPtrArray *complaints; /* gchar */
} Share;

static TfFormatSecrets first_secrets(void)
{
	return tf_format_secrets_usual();
}

static TfFormatSecrets second_secrets(void)
{
	return tf_format_secrets(TF_CARD_SO_PIN, "55555555", "222222", "333333");
}

/* Whether the first run's word and the card agree. */
static const gchar *judge_broken_run(guint number, const TfFormatSecrets *secrets, const GError *error)
{
	TfCardState state = tf_format_state(number);
	const gchar *complaint = NULL;

	if (error != NULL && !g_error_matches(error, TF_ERROR, TF_ERROR_TOKEN_REMOVED) &&
		!g_error_matches(error, TF_ERROR, TF_ERROR_TOKEN_FAILED))
		return "the error is another one";
	if (state == TF_CARD_UNKNOWN || state == TF_CARD_FOREIGN)
		return "the state is not recognised";
	if (state != TF_CARD_READY)
		return error == NULL ? "done, but the card is not ready" : NULL;

	complaint = tf_format_judge(number, secrets);

	return complaint != NULL ? "the card reads as ready and is not whole" : NULL;
}

static void put_back(guint number)
{
	g_autofree gchar *left = tf_card_tell(number, "heal");

	(void)left;
	tf_card_insert(number);
}

static gchar *break_apdu(const Share *share, guint nth)
{
	g_auto(TfFormatSecrets) first = first_secrets();
	g_auto(TfFormatSecrets) second = second_secrets();
	g_autofree gchar *command = g_strdup_printf("%s %u%s", share->fault[0], nth, share->fault[1]);
	g_autoptr(GError) error = NULL;
	g_autoptr(GError) again = NULL;
	const gchar *complaint = NULL;

	tf_format_fresh_card(share->number);
	g_free(tf_card_tell(share->number, "%s", command));
	(void)tf_format_run(share->number, "member", &first, NULL, &error);
	if (g_error_matches(error, TF_ERROR, TF_ERROR_TOKEN_REMOVED))
		tf_card_wait_removed(share->number);
	put_back(share->number);

	complaint = judge_broken_run(share->number, &first, error);
	if (complaint == NULL && !tf_format_run(share->number, "member", &second, NULL, &again))
		complaint = "the second run failed";
	if (complaint == NULL)
		complaint = tf_format_judge(share->number, &second);

	return complaint == NULL ? NULL
				 : g_strdup_printf("%s: %s (first: %s; second: %s)", command, complaint,
					   error != NULL ? error->message : "no error",
					   again != NULL ? again->message : "no error");
}

static gpointer work(gpointer data)
{
	Share *share = data;

	for (guint nth = 1 + share->number; nth <= share->n_apdus; nth += N_CARDS) {
		gchar *complaint = NULL;

		if (tf_replay_skips(nth))
			continue;
		complaint = break_apdu(share, nth);
		share->n_points++;
		if (complaint != NULL)
			g_ptr_array_add(share->complaints, complaint);
	}

	return NULL;
}

static guint count_apdus(void)
{
	g_auto(TfFormatSecrets) secrets = first_secrets();
	g_autoptr(GError) error = NULL;

	tf_format_fresh_card(0);
	g_free(tf_card_tell(0, "count-from-0"));
	g_assert_true(tf_format_run(0, "member", &secrets, NULL, &error));
	g_assert_no_error(error);

	return tf_card_count(0);
}

static void break_every_apdu(gconstpointer fault)
{
	Share shares[N_CARDS];
	GThread *threads[N_CARDS];
	guint n_apdus = count_apdus();
	guint n_points = 0;

	g_assert_cmpuint(n_apdus, >, N_MINIMUM);
	for (guint i = 0; i < N_CARDS; i++) {
		shares[i] = (Share){ i, n_apdus, fault, 0, g_ptr_array_new_with_free_func(g_free) };
		threads[i] = g_thread_new("card", work, &shares[i]);
	}
	for (guint i = 0; i < N_CARDS; i++) {
		(void)g_thread_join(threads[i]);
		n_points += shares[i].n_points;
		for (guint j = 0; j < shares[i].complaints->len; j++)
			g_test_fail_printf("%s", (const gchar *)g_ptr_array_index(shares[i].complaints, j));
		g_ptr_array_unref(shares[i].complaints);
	}
	g_test_message("%u of %u APDUs broken", n_points, n_apdus);
	g_assert_cmpuint(n_points, >, 0);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

	g_test_add_data_func(
		"/card-faults/a card pulled at every APDU of its formatting is formatted by the next",
		remove_at, break_every_apdu);
	g_test_add_data_func(
		"/card-faults/a card pulled after every APDU of its formatting is formatted by the next",
		remove_after, break_every_apdu);
	g_test_add_data_func("/card-faults/after 6F00 at every APDU the card is formatted by the next run",
		answer_at, break_every_apdu);

	return g_test_run();
}
