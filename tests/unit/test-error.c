/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"

#include <errno.h>
#include <libintl.h>
#include <locale.h>
#include <string.h>

#include "base/secret.h"

/* Raises 'code' with as many arguments as its row names; each is a word that no sentence holds. */
static GError *provoke(TfErrorCode code)
{
	GError *error = NULL;

	switch (tf_error_code_n_arguments(code)) {
	case 0:
		tf_raise(&error, code, NULL);
		break;
	case 1:
		tf_raise(&error, code, "ARG0", NULL);
		break;
	case 2:
		tf_raise(&error, code, "ARG0", "ARG1", NULL);
		break;
	case 3:
		tf_raise(&error, code, "ARG0", "ARG1", "ARG2", NULL);
		break;
	case 4:
		tf_raise(&error, code, "ARG0", "ARG1", "ARG2", "ARG3", NULL);
		break;
	default:
		g_assert_not_reached();
	}

	return error;
}

static void every_code_has_sentence_advice_name_and_status(void)
{
	for (gint code = 0; code < TF_N_ERRORS; code++) {
		g_autoptr(GError) error = provoke((TfErrorCode)code);
		g_autofree gchar *sentence = tf_error_sentence(error);
		g_autofree gchar *advice = tf_error_advice(error);

		g_assert_cmpuint(strlen(sentence), >, 8);
		g_assert_cmpuint(strlen(advice), >, 8);
		g_assert_cmpint(tf_error_exit_status(error), >, TF_EXIT_DONE);
		g_assert_cmpint(tf_error_exit_status(error), !=, TF_EXIT_KEPT);
		g_assert_cmpuint(strlen(tf_error_name(error)), >, 2);
	}
}

static void arguments_can_be_read_back(void)
{
	g_autoptr(GError) foreign = g_error_new_literal(G_FILE_ERROR, G_FILE_ERROR_NOENT, "foreign");

	for (gint code = 0; code < TF_N_ERRORS; code++) {
		g_autoptr(GError) error = provoke((TfErrorCode)code);

		g_assert_cmpuint(g_strv_length((GStrv)tf_error_arguments(error)), ==,
			tf_error_code_n_arguments((TfErrorCode)code));
	}
	g_assert_null(tf_error_arguments(foreign));
}

static void every_argument_stands_in_the_sentence(void)
{
	for (gint code = 0; code < TF_N_ERRORS; code++) {
		g_autoptr(GError) error = provoke((TfErrorCode)code);
		g_autofree gchar *sentence = tf_error_sentence(error);

		for (guint i = 0; i < tf_error_code_n_arguments((TfErrorCode)code); i++) {
			g_autofree gchar *argument = g_strdup_printf("ARG%u", i);

			g_assert_nonnull(strstr(sentence, argument));
		}
		g_assert_null(strchr(sentence, '{'));
	}
}

static void names_are_distinct(void)
{
	g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);

	for (gint code = 0; code < TF_N_ERRORS; code++)
		g_assert_true(g_hash_table_add(names, (gpointer)tf_error_code_name((TfErrorCode)code)));
}

static void arguments_are_never_formats_or_placeholders(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree gchar *sentence = NULL;

	tf_raise(&error, TF_ERROR_SOURCE_UNREADABLE, "%s%n{reason}", "{path}", NULL);
	sentence = tf_error_sentence(error);

	g_assert_cmpstr(sentence, ==, "'%s%n{reason}' cannot be read: {path}.");
}

static void context_added_by_a_prefix_stays_in_front(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree gchar *sentence = NULL;

	tf_raise(&error, TF_ERROR_PIN_WRONG, "member", NULL);
	g_prefix_error(&error, "%s: ", "Reader 'CK 00'");
	sentence = tf_error_sentence(error);

	g_assert_true(
		g_str_has_prefix(sentence, "Reader 'CK 00': The user PIN of the token 'member' is wrong"));
}

static void an_error_of_another_domain_speaks_for_itself(void)
{
	g_autoptr(GError) error = g_error_new_literal(G_FILE_ERROR, G_FILE_ERROR_NOENT, "gone");
	g_autofree gchar *sentence = tf_error_sentence(error);

	g_assert_cmpstr(sentence, ==, "gone");
	g_assert_cmpint(tf_error_exit_status(error), ==, TF_EXIT_SYSTEM);
}

static gchar *word_serial(const gchar *name, const gchar *value)
{
	return strcmp(name, "token") == 0 ? g_strconcat("the token ", value, NULL) : NULL;
}

static void arguments_are_worded_for_people(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree gchar *sentence = NULL;

	tf_raise(&error, TF_ERROR_TOKEN_KEY_EXISTS, "T1", "77", NULL);
	g_prefix_error(&error, "%s: ", "here");
	sentence = tf_error_sentence_worded(error, word_serial);

	g_assert_true(g_str_has_prefix(sentence, "here: "));
	g_assert_nonnull(strstr(sentence, "the token T1"));
	g_assert_nonnull(strstr(sentence, "77"));
}

static void a_copied_error_keeps_its_arguments(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GError) copy = NULL;
	g_autofree gchar *sentence = NULL;

	tf_raise(&error, TF_ERROR_TOKEN_FULL, "C_CreateObject", NULL);
	copy = g_error_copy(error);
	sentence = tf_error_sentence(copy);

	g_assert_nonnull(strstr(sentence, "C_CreateObject"));
}

/* What stays Latin in a Japanese text: arguments, options, commands, and names of standards and programs. */
static gchar *without_names(const gchar *text)
{
	g_autoptr(GRegex) names = g_regex_new(
		"ARG[0-9]|「[ -~]+」|--[a-z-]+|tokenferry(-profile\\(5\\)|\\(1\\)|( [a-z-]+)*)|"
		"'?pkcs11:[A-Za-z=]*'?|PKCS#1[12]|CKA_ID|URI|RFC 7512|X\\.509|PEM|DER|PINs?|PUK|SO|"
		"USB|IC|OS|PC|JSON|json|DPAPI|systemctl start "
		"pcscd\\.socket|pcscd|opensc(-pkcs11)?|tty|fd:N|file:|PATH|pinpad|FILE|NUMBER|NAME|SHA-"
		"256|"
		"ID|p12|pfx",
		0, 0, NULL);

	return g_regex_replace_literal(names, text, -1, 0, "", 0, NULL);
}

static void assert_is_japanese(const gchar *text, TfErrorCode code)
{
	g_autofree gchar *rest = without_names(text);
	g_autoptr(GRegex) word = g_regex_new("[A-Za-z]{2,}", 0, 0, NULL);
	gboolean has_japanese = FALSE;

	if (g_regex_match(word, rest, 0, NULL))
		g_error("%s is not wholly in Japanese: %s", tf_error_code_name(code), rest);
	for (const gchar *at = rest; *at != '\0'; at = g_utf8_next_char(at))
		has_japanese = has_japanese ||
			       g_unichar_get_script(g_utf8_get_char(at)) == G_UNICODE_SCRIPT_HIRAGANA;
	if (!has_japanese)
		g_error("%s has no Japanese: %s", tf_error_code_name(code), text);
}

static void every_code_speaks_japanese_and_no_english(void)
{
	g_assert_nonnull(setlocale(LC_ALL, "C.UTF-8"));
	g_assert_true(g_setenv("LANGUAGE", "ja", TRUE));
	g_assert_nonnull(bindtextdomain(GETTEXT_PACKAGE, g_getenv("TF_TEST_LOCALEDIR")));
	g_assert_nonnull(textdomain(GETTEXT_PACKAGE));

	for (gint code = 0; code < TF_N_ERRORS; code++) {
		g_autoptr(GError) error = provoke((TfErrorCode)code);
		g_autofree gchar *sentence = tf_error_sentence(error);
		g_autofree gchar *advice = tf_error_advice(error);
		g_autofree gchar *both = g_strconcat(sentence, advice, NULL);

		assert_is_japanese(both, (TfErrorCode)code);
	}

	g_unsetenv("LANGUAGE");
	setlocale(LC_ALL, "C");
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/error/every code has a sentence, an advice, a name and a status of its own kind",
		every_code_has_sentence_advice_name_and_status);
	g_test_add_func(
		"/error/every argument stands in the sentence", every_argument_stands_in_the_sentence);
	g_test_add_func("/error/arguments can be read back", arguments_can_be_read_back);
	g_test_add_func("/error/no two codes share a name", names_are_distinct);
	g_test_add_func("/error/arguments are never formats or placeholders",
		arguments_are_never_formats_or_placeholders);
	g_test_add_func(
		"/error/context added by a prefix stays in front", context_added_by_a_prefix_stays_in_front);
	g_test_add_func("/error/an error of another domain speaks for itself",
		an_error_of_another_domain_speaks_for_itself);
	g_test_add_func("/error/a copied error keeps its arguments", a_copied_error_keeps_its_arguments);
	g_test_add_func("/error/every code speaks Japanese and no English",
		every_code_speaks_japanese_and_no_english);
	g_test_add_func("/error/a front end words the arguments for people", arguments_are_worded_for_people);

	return g_test_run();
}
