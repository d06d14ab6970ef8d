/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "base/secret.h"
#include "cli/options.h"

#define GROUPS (TF_OPTIONS_COMMON | TF_OPTIONS_TOKEN | TF_OPTIONS_JOURNEY)

typedef struct Parsed {
	TfOptions options;
	GStrv words;
	GError *error;
	gboolean is_parsed;
} Parsed;

static void parsed_clear(Parsed *parsed)
{
	tf_options_clear(&parsed->options);
	g_clear_pointer(&parsed->words, g_strfreev);
	g_clear_error(&parsed->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Parsed, parsed_clear)

static void parse(Parsed *parsed, const gchar *line)
{
	g_auto(GStrv) arguments = g_strsplit(line, " ", -1);

	tf_options_init(&parsed->options);
	parsed->is_parsed = tf_options_parse(
		&parsed->options, GROUPS, (const gchar *const *)arguments, &parsed->words, &parsed->error);
}

static void assert_refused(const gchar *line, const gchar *culprit)
{
	g_auto(Parsed) parsed = { 0 };

	parse(&parsed, line);

	g_assert_false(parsed.is_parsed);
	g_assert_error(parsed.error, TF_ERROR, TF_ERROR_USAGE);
	g_assert_nonnull(strstr(parsed.error->message, culprit));
	g_assert_null(parsed.words);
}

static void test_order(void)
{
	g_auto(Parsed) parsed = { 0 };

	parse(&parsed, "a.p12 --token pkcs11:token=T --json --keep-source --spare=pkcs11:token=S=x b");

	g_assert_no_error(parsed.error);
	g_assert_cmpstr(parsed.options.token, ==, "pkcs11:token=T");
	g_assert_cmpstr(parsed.options.spare, ==, "pkcs11:token=S=x");
	g_assert_true(parsed.options.is_json);
	g_assert_true(parsed.options.keeps_source);
	g_assert_false(parsed.options.is_verbose);
	g_assert_cmpuint(g_strv_length(parsed.words), ==, 2);
	g_assert_cmpstr(parsed.words[0], ==, "a.p12");
	g_assert_cmpstr(parsed.words[1], ==, "b");
}

static void test_separator(void)
{
	g_auto(Parsed) parsed = { 0 };

	parse(&parsed, "-v -- --json -v");

	g_assert_true(parsed.options.is_verbose);
	g_assert_false(parsed.options.is_json);
	g_assert_cmpuint(g_strv_length(parsed.words), ==, 2);
}

static void test_repeated_list(void)
{
	g_auto(Parsed) parsed = { 0 };

	parse(&parsed, "--accept name --accept=kept");

	g_assert_cmpuint(parsed.options.accepted->len, ==, 2);
	g_assert_cmpstr(g_ptr_array_index(parsed.options.accepted, 1), ==, "kept");
}

static void test_refusals(void)
{
	assert_refused("--pin 1234", "'--pin'");
	assert_refused("--label x", "'--label'");
	assert_refused("-x", "'-x'");
	assert_refused("--tok x", "'--tok'");
	assert_refused("--token", "'--token'");
	assert_refused("--json=yes", "'--json'");
	assert_refused("--token a --token b", "'--token'");
	assert_refused("--number \xff", "'--number'");
}

static void test_json_known_when_wrong(void)
{
	g_auto(Parsed) parsed = { 0 };

	parse(&parsed, "--nonsense --json");

	g_assert_false(parsed.is_parsed);
	g_assert_true(parsed.options.is_json);
}

static void test_secret_not_repeated(void)
{
	g_auto(Parsed) parsed = { 0 };

	parse(&parsed, "--pin=13579");

	g_assert_error(parsed.error, TF_ERROR, TF_ERROR_USAGE);
	g_assert_null(strstr(parsed.error->message, "13579"));
}

static void test_find(void)
{
	const gchar *const apart[] = { "migrate", "--lang", "ja", NULL };
	const gchar *const joined[] = { "--lang=en", "migrate", NULL };
	const gchar *const behind[] = { "migrate", "--", "--lang", "ja", NULL };
	const gchar *const bare[] = { "--lang", NULL };

	g_assert_cmpstr(tf_options_find(apart, "--lang"), ==, "ja");
	g_assert_cmpstr(tf_options_find(joined, "--lang"), ==, "en");
	g_assert_null(tf_options_find(behind, "--lang"));
	g_assert_null(tf_options_find(bare, "--lang"));
}

static void test_names_and_help(void)
{
	g_autoptr(GPtrArray) names = tf_options_names(GROUPS);
	g_autofree gchar *help = tf_options_help(GROUPS);

	g_assert_cmpuint(names->len, >, 10);
	for (guint i = 0; i < names->len; i++)
		g_assert_nonnull(strstr(help, g_ptr_array_index(names, i)));
	g_assert_null(strstr(help, "--label"));
}

static void test_pad(void)
{
	g_autoptr(GString) line = g_string_new(NULL);

	tf_options_pad(line, "鍵a", 6);

	g_assert_cmpstr(line->str, ==, "鍵a   ");
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/options/options and words may stand in any order", test_order);
	g_test_add_func("/options/after -- all are words", test_separator);
	g_test_add_func("/options/a list option may be given again", test_repeated_list);
	g_test_add_func("/options/what is not understood is named", test_refusals);
	g_test_add_func(
		"/options/--json is known even when another option is wrong", test_json_known_when_wrong);
	g_test_add_func("/options/the value of an unknown option is not repeated", test_secret_not_repeated);
	g_test_add_func("/options/an option can be found before parsing", test_find);
	g_test_add_func("/options/every option stands in the help", test_names_and_help);
	g_test_add_func("/options/padding counts terminal columns", test_pad);

	return g_test_run();
}
