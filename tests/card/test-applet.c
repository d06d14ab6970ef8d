/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs under with-cards: one card, which plays an identity card where a test wants it. */
#include "token/applet.h"

#include "base/error.h"
#include "base/hex.h"
#include "base/secret.h"
#include "transfer/family.h"

#define READER "Station 1 00 00"
#define JPKI   "d392f000260100000001"

static void run(const gchar *const *arguments)
{
	g_autofree gchar *output = NULL;
	g_autoptr(GError) error = NULL;
	gint status = 0;

	g_spawn_sync(
		NULL, (gchar **)arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, NULL, &status, &error);
	g_assert_no_error(error);
	g_assert_cmpint(status, ==, 0);
}

static void tell(const gchar *command, const gchar *value)
{
	const gchar *const arguments[] = { g_getenv("TEST_CARD"), "tell", g_getenv("TEST_CARD_CONTROL"), "0",
		command, value, NULL };

	run(arguments);
}

static void wait_until(const gchar *state)
{
	const gchar *const arguments[] = { g_getenv("TEST_CARD"), "wait", "0", state, NULL };

	run(arguments);
}

static void become(const gchar *kind)
{
	tell("remove", NULL);
	wait_until("absent");
	tell("identity", kind);
	tell("insert", NULL);
	wait_until("present");
}

static gboolean has_jpki(void)
{
	g_autoptr(GBytes) applet = tf_unhex(JPKI);
	g_autoptr(GError) error = NULL;
	gboolean is_there = FALSE;

	g_assert_true(tf_applet_is_on_card(READER, applet, &is_there, &error));
	g_assert_no_error(error);

	return is_there;
}

static void an_application_is_found_where_it_is(void)
{
	become("off");
	g_assert_false(has_jpki());

	become("on");
	g_assert_true(has_jpki());
}

static void a_card_that_went_is_said(void)
{
	g_autoptr(GBytes) applet = tf_unhex(JPKI);
	g_autoptr(GError) error = NULL;
	gboolean untouched = TRUE;

	become("on");
	tell("remove", NULL);
	wait_until("absent");

	g_assert_false(tf_applet_is_on_card(READER, applet, &untouched, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_REMOVED);
	g_assert_true(untouched);
}

/* A reader whose card has this ATR; *ret_n is how many identity cards are seen. */
static void count_identity_cards(const gchar *atr, guint *ret_n)
{
	g_autofree gchar *directory = g_test_build_filename(G_TEST_DIST, "..", "..", "profiles", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfFamilies) families = tf_families_load(NULL, directory, &error);
	g_autoptr(GBytes) bytes = tf_unhex(atr);
	TfReader reader = { (gchar *)READER, TRUE, FALSE, bytes, 0 };
	g_autoptr(GPtrArray) readers = g_ptr_array_new();
	g_autoptr(GPtrArray) cards = NULL;

	g_assert_no_error(error);
	g_ptr_array_add(readers, &reader);
	cards = tf_families_identity_cards(families, readers, &error);
	g_assert_no_error(error);
	*ret_n = cards->len;
}

static void an_unknown_card_is_asked_for_the_application(void)
{
	guint n = 0;

	become("on");
	count_identity_cards("3b80800101", &n);
	g_assert_cmpuint(n, ==, 1);

	become("off");
	count_identity_cards("3b80800101", &n);
	g_assert_cmpuint(n, ==, 0);
}

static void a_card_that_went_is_no_identity_card(void)
{
	guint n = 0;

	become("on");
	tell("remove", NULL);
	wait_until("absent");

	count_identity_cards("3b80800101", &n);

	g_assert_cmpuint(n, ==, 0);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/applet/an application is found where it is", an_application_is_found_where_it_is);
	g_test_add_func("/applet/a card that went is said", a_card_that_went_is_said);
	g_test_add_func("/applet/a card of unknown ATR is asked for the application",
		an_unknown_card_is_asked_for_the_application);
	g_test_add_func("/applet/a card that went is no identity card", a_card_that_went_is_no_identity_card);

	return g_test_run();
}
