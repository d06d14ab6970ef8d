/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Runs under with-cards with two cards. During a journey onto the first one it is pulled and the second one
 * put into the same reader. The run notices: it ends in an error, nothing is wiped, and the second card is as
 * it was, no try of its PIN lost. With the first card back, the same run ends done.
 */
#include <string.h>

#include "base/error.h"
#include "format-world.h"
#include "journey-world.h"

#define OTHER	  1u
#define OTHER_PIN "111111"
/* Into the audit: after the module was initialised, and the key found. */
#define APDUS_INTO_AUDIT 62u

static const gchar *program;

typedef struct Swap {
	TfCardJourney *journey;
	gchar *other;  /* state of the second card */
	gchar *pulled; /* of the first one, when it was pulled */
	TfNews news;   /* when it is swapped */
	guint n_apdus; /* and how many APDUs later; 0: at once */
	GThread *thread;
	gboolean is_done;
} Swap;

static Swap *swap_new(TfNews news, guint n_apdus)
{
	Swap *swap = g_new0(Swap, 1);
	const gchar *directory = NULL;

	swap->journey = tf_card_journey_new("rsa1024", program);
	directory = swap->journey->stage->directory;
	swap->other = g_build_filename(directory, "other.card", NULL);
	swap->pulled = g_build_filename(directory, "pulled.card", NULL);
	swap->news = news;
	swap->n_apdus = n_apdus;
	tf_format_fresh_card(OTHER);
	tf_card_tool(OTHER, "-C", "--so-pin", TF_CARD_SO_PIN, "--so-puk", TF_CARD_SO_PUK, NULL);
	tf_card_tool(OTHER, "--store-pin", "--id", "01", "--pin", OTHER_PIN, "--puk", TF_CARD_PUK, "--label",
		"other", "--so-pin", TF_CARD_SO_PIN, NULL);
	tf_card_tool_activate(OTHER);
	g_free(tf_card_tell(OTHER, "save %s", swap->other));
	g_free(tf_card_tell(OTHER, "remove"));
	tf_card_wait_removed(OTHER);

	return swap;
}

static void swap_free(Swap *swap)
{
	tf_card_journey_free(swap->journey);
	g_free(swap->other);
	g_free(swap->pulled);
	g_free(swap);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Swap, swap_free)

/* The reader is empty: what lay in it is kept, and the other card put in. */
static void put_in(Swap *swap, const gchar *state)
{
	tf_card_wait_removed(0);
	g_free(tf_card_tell(0, "save %s", swap->pulled));
	g_free(tf_card_tell(0, "heal"));
	g_free(tf_card_tell(0, "load %s", state));
	tf_card_insert(0);
}

static gpointer put_other_in(gpointer data)
{
	Swap *swap = data;

	put_in(swap, swap->other);

	return NULL;
}

static void on_news(TfNews news, const TfNewsContext *context, gpointer data)
{
	Swap *swap = data;

	(void)context;
	if (news != swap->news || swap->is_done)
		return;
	swap->is_done = TRUE;
	if (swap->n_apdus > 0) {
		g_free(tf_card_tell(0, "remove-at %u", swap->n_apdus));
		swap->thread = g_thread_new("swap", put_other_in, swap);
		return;
	}
	g_free(tf_card_tell(0, "remove"));
	put_in(swap, swap->other);
}

static void expect_untouched(Swap *swap)
{
	g_autofree gchar *before = NULL;
	g_autofree gchar *after = NULL;
	g_autofree gchar *now = g_strconcat(swap->other, ".now", NULL);

	g_free(tf_card_tell(0, "save %s", now));
	g_assert_true(g_file_get_contents(swap->other, &before, NULL, NULL));
	g_assert_true(g_file_get_contents(now, &after, NULL, NULL));
	g_assert_cmpstr(before, ==, after);
}

/* The first card again, as it was when it was pulled. */
static void put_first_back(Swap *swap)
{
	g_free(tf_card_tell(0, "remove"));
	tf_card_wait_removed(0);
	g_free(tf_card_tell(0, "load %s", swap->pulled));
	tf_card_insert(0);
}

static void swapped(TfNews news, guint n_apdus)
{
	g_autoptr(Swap) swap = swap_new(news, n_apdus);
	TfStage *stage = swap->journey->stage;
	g_autoptr(GError) error = NULL;
	g_autoptr(GError) again = NULL;
	g_autoptr(TfOutcome) outcome = NULL;
	g_autoptr(TfOutcome) second = NULL;
	g_autofree gchar *complaint = NULL;

	(void)tf_card_journey_measure(swap->journey);
	tf_card_journey_rewind(swap->journey);
	stage->answers.on_news = on_news;
	stage->answers.data = swap;
	outcome = tf_stage_run(stage, &error);
	if (swap->thread != NULL)
		g_thread_join(swap->thread);

	g_assert_true(swap->is_done);
	g_assert_null(outcome);
	g_test_message("%s", error->message);
	g_assert_true(g_error_matches(error, TF_ERROR, TF_ERROR_TOKEN_REMOVED) ||
		      g_error_matches(error, TF_ERROR, TF_ERROR_TOKEN_MISSING));
	g_assert_true(tf_stage_source_is_whole(stage));
	expect_untouched(swap);

	put_first_back(swap);
	second = tf_stage_run(stage, &again);
	g_assert_no_error(again);
	g_assert_cmpint(second->status, ==, TF_STATUS_DONE);
	complaint = tf_card_journey_judge(swap->journey, 0);
	g_assert_cmpstr(complaint, ==, NULL);
}

static void before_the_write(void)
{
	swapped(TF_NEWS_TOKEN_CHOSEN, 0);
}

static void after_the_login(void)
{
	swapped(TF_NEWS_IMPORTING, 0);
}

static void after_the_write(void)
{
	swapped(TF_NEWS_IMPORTED, 0);
}

static void before_the_audit(void)
{
	swapped(TF_NEWS_AUDITING, 0);
}

static void inside_the_audit(void)
{
	swapped(TF_NEWS_AUDITING, APDUS_INTO_AUDIT);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	tf_stage_main(argc, argv);
	program = g_canonicalize_filename(argv[0], NULL);
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/journey-swap/another card after the choice is noticed", before_the_write);
	g_test_add_func("/journey-swap/another card after the login is noticed", after_the_login);
	g_test_add_func("/journey-swap/another card after the write is noticed", after_the_write);
	g_test_add_func("/journey-swap/another card before the audit is noticed", before_the_audit);
	g_test_add_func("/journey-swap/another card in the middle of the audit is noticed", inside_the_audit);

	return g_test_run();
}
