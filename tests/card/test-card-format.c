/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs under with-cards: two cards. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "card-channel.h"
#include "format-world.h"

/* pkcs15-init needs 106; two looks of ours at what it did. */
#define N_FORMAT_APDUS 111

static void expect_formatted(const TfFormatSecrets *secrets)
{
	g_assert_cmpstr(tf_format_judge(0, secrets), ==, NULL);
}

static void a_blank_card_is_formatted_within_its_apdus(void)
{
	g_auto(TfFormatSecrets) secrets = tf_format_secrets("87654321", "1234", "4711", "87651234");
	g_autoptr(GError) error = NULL;
	TfCardState found = TF_CARD_UNKNOWN;
	guint n_look = 0;

	tf_format_fresh_card(0);
	g_free(tf_card_tell(0, "count-from-0"));
	g_assert_cmpint(tf_format_state(0), ==, TF_CARD_BLANK);
	n_look = tf_card_count(0);

	g_assert_true(tf_format_run(0, "e-filing", &secrets, &found, &error));

	g_assert_no_error(error);
	g_assert_cmpint(found, ==, TF_CARD_BLANK);
	g_assert_cmpuint(tf_card_count(0) - 2 * n_look, ==, N_FORMAT_APDUS);
	g_test_message("%u APDUs to see that a card is blank, %u to format it", n_look, N_FORMAT_APDUS);
	expect_formatted(&secrets);
}

static void a_card_in_every_state_is_formatted(void)
{
	static const TfCardState states[] = { TF_CARD_HALF_FORMATTED, TF_CARD_NOT_ACTIVATED, TF_CARD_READY };

	for (gsize i = 0; i < G_N_ELEMENTS(states); i++) {
		g_auto(TfFormatSecrets) secrets =
			tf_format_secrets(TF_CARD_SO_PIN, "55555555", "222222", "333333");
		g_autoptr(GError) error = NULL;
		TfCardState found = TF_CARD_UNKNOWN;

		tf_format_fresh_card(0);
		tf_card_tool_create(0);
		if (states[i] != TF_CARD_HALF_FORMATTED)
			tf_card_tool_store_pin(0);
		if (states[i] == TF_CARD_READY)
			tf_card_tool_activate(0);

		g_assert_true(tf_format_run(0, "again", &secrets, &found, &error));

		g_assert_no_error(error);
		g_assert_cmpint(found, ==, states[i]);
		expect_formatted(&secrets);
	}
}

/* Formatted with the usual secrets, saved for the rest of the test. */
static void format_usually(void)
{
	g_auto(TfFormatSecrets) usual = tf_format_secrets_usual();
	g_autoptr(GError) error = NULL;

	tf_format_fresh_card(0);
	g_assert_true(tf_format_run(0, "member", &usual, NULL, &error));
	g_assert_no_error(error);
}

static void expect_refusal(const TfFormatSecrets *secrets, TfErrorCode code)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(tf_format_run(0, "member", secrets, NULL, &error));
	g_assert_error(error, TF_ERROR, (gint)code);
}

static void a_wrong_so_pin_costs_one_try_and_destroys_nothing(void)
{
	g_auto(TfFormatSecrets) wrong = tf_format_secrets("00000000", "1234", "1234", "1234");
	g_auto(TfFormatSecrets) usual = tf_format_secrets_usual();

	format_usually();

	expect_refusal(&wrong, TF_ERROR_SO_PIN_WRONG);

	g_assert_cmpstr(tf_format_judge(0, &usual), ==, "tries of the SO PIN are gone");
	g_free(tf_card_tell(0, "tries 3 3"));
	expect_formatted(&usual);
}

static void the_last_try_of_the_so_pin_is_never_used(void)
{
	g_auto(TfFormatSecrets) wrong = tf_format_secrets("00000000", "1234", "1234", "1234");
	g_auto(TfFormatSecrets) usual = tf_format_secrets_usual();

	format_usually();
	g_free(tf_card_tell(0, "tries 3 1"));

	expect_refusal(&wrong, TF_ERROR_SO_PIN_LAST_TRY);
	expect_refusal(&usual, TF_ERROR_SO_PIN_LAST_TRY);

	g_free(tf_card_tell(0, "tries 3 0"));
	expect_refusal(&usual, TF_ERROR_SO_PIN_LOCKED);
	g_free(tf_card_tell(0, "tries 3 3"));
	expect_formatted(&usual);
}

static gboolean erase(const gchar *so_pin, GError **error)
{
	g_autoptr(TfReader) reader = tf_card_reader(0);
	g_autoptr(TfTokenProfile) profile = tf_card_profile();
	g_autoptr(TfSecret) secret = tf_secret_new_copy(so_pin, strlen(so_pin));

	return tf_card_erase(reader, profile, tf_format_state(0), secret, TF_FORMAT_SECONDS, error);
}

static void a_card_is_erased_by_its_own_so_pin_and_no_other(void)
{
	g_auto(TfFormatSecrets) usual = tf_format_secrets_usual();
	g_autoptr(GError) error = NULL;

	format_usually();

	g_assert_false(erase("00000000", &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_SO_PIN_WRONG);
	g_clear_error(&error);
	g_free(tf_card_tell(0, "tries 3 3"));
	expect_formatted(&usual);
	g_assert_true(erase(TF_CARD_SO_PIN, &error));
	g_assert_no_error(error);
	g_assert_cmpint(tf_format_state(0), ==, TF_CARD_BLANK);
}

static void pins_that_do_not_fit_are_not_sent(void)
{
	static const struct {
		const gchar *pin;
		TfErrorCode code;
	} misfits[] = {
		{ "123", TF_ERROR_PIN_FORMAT },
		{ "123456789", TF_ERROR_PIN_FORMAT },
		{ "", TF_ERROR_PIN_FORMAT },
		{ "12ab", TF_ERROR_PIN_REFUSED },
		{ "12\n34", TF_ERROR_PIN_REFUSED },
		{ "12\00334", TF_ERROR_PIN_REFUSED },
	};

	tf_format_fresh_card(0);
	for (gsize i = 0; i < 4 * G_N_ELEMENTS(misfits); i++) {
		const gchar *pins[4] = { "1234", "1234", "1234", "1234" };
		g_auto(TfFormatSecrets) secrets = { 0 };

		pins[i % 4] = misfits[i / 4].pin;
		secrets = tf_format_secrets(pins[0], pins[1], pins[2], pins[3]);
		expect_refusal(&secrets, misfits[i / 4].code);
	}

	g_assert_cmpint(tf_format_state(0), ==, TF_CARD_BLANK);
}

static void labels_that_do_not_fit_are_refused(void)
{
	static const gchar *const labels[] = { "", "123456789012345678901234567890123", "社労士",
		"two\nlines" };
	g_auto(TfFormatSecrets) usual = tf_format_secrets_usual();

	tf_format_fresh_card(0);
	for (gsize i = 0; i < G_N_ELEMENTS(labels); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_false(tf_format_run(0, labels[i], &usual, NULL, &error));
		g_assert_error(error, TF_ERROR, TF_ERROR_USAGE);
	}

	g_assert_cmpint(tf_format_state(0), ==, TF_CARD_BLANK);
}

static void a_card_that_was_pulled_since_is_not_touched(void)
{
	g_auto(TfFormatSecrets) usual = tf_format_secrets_usual();
	const TfCardSecrets lent = { usual.so_pin, usual.so_puk, usual.pin, usual.puk };
	g_autoptr(TfReader) reader = NULL;
	g_autoptr(TfTokenProfile) profile = tf_card_profile();
	g_autoptr(GError) error = NULL;
	guint before = 0;

	tf_format_fresh_card(0);
	reader = tf_card_reader(0);
	g_free(tf_card_tell(0, "remove"));
	tf_card_wait_removed(0);
	tf_card_insert(0);
	before = tf_card_count(0);

	g_assert_false(
		tf_card_format(reader, profile, TF_CARD_BLANK, "member", &lent, TF_FORMAT_SECONDS, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_REMOVED);
	g_assert_cmpuint(tf_card_count(0), ==, before);
}

static void a_card_that_only_says_it_is_activated_is_noticed(void)
{
	g_auto(TfFormatSecrets) usual = tf_format_secrets_usual();

	tf_format_fresh_card(0);
	g_free(tf_card_tell(0, "never-activated on"));

	expect_refusal(&usual, TF_ERROR_TOKEN_NOT_ACTIVATED);

	g_free(tf_card_tell(0, "never-activated off"));
}

static void a_card_that_takes_too_long_is_given_up(void)
{
	g_auto(TfFormatSecrets) usual = tf_format_secrets_usual();
	const TfCardSecrets lent = { usual.so_pin, usual.so_puk, usual.pin, usual.puk };
	g_autoptr(TfReader) reader = NULL;
	g_autoptr(TfTokenProfile) profile = tf_card_profile();
	g_autoptr(GError) error = NULL;

	tf_format_fresh_card(0);
	reader = tf_card_reader(0);
	g_free(tf_card_tell(0, "latency 200"));

	g_assert_false(tf_card_format(reader, profile, TF_CARD_BLANK, "member", &lent, 1, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_FAILED);
	g_assert_nonnull(strstr(error->message, "timeout"));
	g_free(tf_card_tell(0, "heal"));
	g_assert_cmpint(tf_format_state(0), !=, TF_CARD_READY);
}

static void whoever_keeps_another_card_to_himself_is_not_waited_for(void)
{
	g_auto(TfFormatSecrets) usual = tf_format_secrets_usual();
	g_autofree gchar *other = tf_card_reader_name(1);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfCardChannel) channel = NULL;

	tf_format_fresh_card(0);
	tf_format_fresh_card(1);
	channel = tf_card_channel_open(other, &error);
	g_assert_no_error(error);

	g_assert_true(tf_format_run(0, "member", &usual, NULL, &error));

	g_assert_no_error(error);
	expect_formatted(&usual);
}

/* Only root mounts, and not everybody who runs this is. */
static void run_as_root(const gchar *command)
{
	g_autofree gchar *line =
		g_strdup_printf("'%s/tests/as-root' %s", g_getenv("TOKENFERRY_SOURCE"), command);
	g_autoptr(GError) error = NULL;
	gint status = 0;

	g_assert_true(g_spawn_command_line_sync(line, NULL, NULL, &status, &error));
	g_assert_true(g_spawn_check_wait_status(status, &error));
	g_assert_no_error(error);
}

static void without_the_tool_it_is_said(void)
{
	g_auto(TfFormatSecrets) usual = tf_format_secrets_usual();

	tf_format_fresh_card(0);
	run_as_root("mount --bind /dev/null /usr/bin/pkcs15-init");

	expect_refusal(&usual, TF_ERROR_TOOL_MISSING);

	run_as_root("umount /usr/bin/pkcs15-init");
}

/* What every process shows to others of the same user, looked through until told to stop. */
typedef struct Spy {
	GMutex mutex;
	gboolean is_over;
	guint n_tools;
	gchar *found;
} Spy;

static gboolean is_over(Spy *spy)
{
	gboolean result = FALSE;

	g_mutex_lock(&spy->mutex);
	result = spy->is_over;
	g_mutex_unlock(&spy->mutex);

	return result;
}

static void look_into(Spy *spy, const gchar *process, const gchar *file)
{
	static const gchar *const secrets[] = { "90210021", "90310031", "904100", "905100" };
	g_autofree gchar *path = g_build_filename("/proc", process, file, NULL);
	g_autofree gchar *content = NULL;
	gsize length = 0;

	if (!g_file_get_contents(path, &content, &length, NULL))
		return;
	if (memmem(content, length, "pkcs15-init", strlen("pkcs15-init")) != NULL)
		spy->n_tools++;
	for (gsize i = 0; i < G_N_ELEMENTS(secrets); i++) {
		if (memmem(content, length, secrets[i], strlen(secrets[i])) != NULL && spy->found == NULL)
			spy->found = g_strdup(path);
	}
}

static gpointer spy_on_processes(gpointer data)
{
	Spy *spy = data;

	while (!is_over(spy)) {
		g_autoptr(GDir) processes = g_dir_open("/proc", 0, NULL);

		for (const gchar *name; (name = g_dir_read_name(processes)) != NULL;) {
			if (!g_ascii_isdigit(name[0]))
				continue;
			look_into(spy, name, "environ");
			look_into(spy, name, "cmdline");
		}
	}

	return NULL;
}

static void no_process_shows_a_pin(void)
{
	g_auto(TfFormatSecrets) secrets = tf_format_secrets("90210021", "90310031", "904100", "905100");
	g_autoptr(GError) error = NULL;
	Spy spy = { .is_over = FALSE };
	GThread *thread = NULL;

	tf_format_fresh_card(0);
	g_mutex_init(&spy.mutex);
	thread = g_thread_new("spy", spy_on_processes, &spy);

	g_assert_true(tf_format_run(0, "member", &secrets, NULL, &error));

	g_mutex_lock(&spy.mutex);
	spy.is_over = TRUE;
	g_mutex_unlock(&spy.mutex);
	(void)g_thread_join(thread);
	g_mutex_clear(&spy.mutex);
	g_assert_cmpstr(spy.found, ==, NULL);
	g_assert_cmpuint(spy.n_tools, >, 0);
	expect_formatted(&secrets);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/card-format/a blank card is formatted within its APDUs",
		a_blank_card_is_formatted_within_its_apdus);
	g_test_add_func(
		"/card-format/a card in every state is formatted", a_card_in_every_state_is_formatted);
	g_test_add_func("/card-format/a wrong SO PIN costs one try and destroys nothing",
		a_wrong_so_pin_costs_one_try_and_destroys_nothing);
	g_test_add_func("/card-format/the last try of the SO PIN is never used",
		the_last_try_of_the_so_pin_is_never_used);
	g_test_add_func("/card-format/a card is erased by its own SO PIN and no other",
		a_card_is_erased_by_its_own_so_pin_and_no_other);
	g_test_add_func("/card-format/PINs that do not fit are not sent", pins_that_do_not_fit_are_not_sent);
	g_test_add_func(
		"/card-format/labels that do not fit are refused", labels_that_do_not_fit_are_refused);
	g_test_add_func("/card-format/a card that was pulled since it was looked at is not touched",
		a_card_that_was_pulled_since_is_not_touched);
	g_test_add_func("/card-format/a card that only says it is activated is noticed",
		a_card_that_only_says_it_is_activated_is_noticed);
	g_test_add_func("/card-format/a card that takes too long is given up",
		a_card_that_takes_too_long_is_given_up);
	g_test_add_func("/card-format/whoever keeps another card to himself is not waited for",
		whoever_keeps_another_card_to_himself_is_not_waited_for);
	g_test_add_func("/card-format/without pkcs15-init it is said", without_the_tool_it_is_said);
	g_test_add_func(
		"/card-format/no process shows a PIN while a card is formatted", no_process_shows_a_pin);

	return g_test_run();
}
