/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "base/secret.h"
#include "cli/conversation.h"

typedef struct Script {
	TfOptions options;
	TfConversation conversation;
	gboolean is_yes; /* the last answer */
} Script;

static void set_up(Script *script, gconstpointer data)
{
	(void)data;
	tf_options_init(&script->options);
	script->options.is_json = TRUE;
}

static void tear_down(Script *script, gconstpointer data)
{
	(void)data;
	tf_conversation_clear(&script->conversation);
	tf_options_clear(&script->options);
}

static void begin(Script *script, gboolean is_yes, const gchar *accepted)
{
	script->options.is_yes = is_yes;
	if (accepted != NULL)
		g_ptr_array_add(script->options.accepted, g_strdup(accepted));
	g_assert_true(tf_conversation_init(&script->conversation, &script->options, NULL));
	g_clear_pointer(&script->conversation.terminal, tf_terminal_free);
}

static TfErrorCode ask(Script *script, TfQuestion question, TfException exception, gboolean module_is_named)
{
	const TfQuestionContext context = {
		.path = "a.p12", .exception = exception, .module_is_named = module_is_named
	};
	TfDialogue dialogue = tf_conversation_dialogue(&script->conversation);
	g_autoptr(GError) error = NULL;

	script->is_yes = FALSE;
	if (dialogue.confirm(dialogue.data, question, &context, &script->is_yes, &error))
		return TF_N_ERRORS;
	g_assert_true(error->domain == TF_ERROR);

	return (TfErrorCode)error->code;
}

static void assert_answer(Script *script, TfQuestion question, TfException exception, gboolean wanted)
{
	g_assert_cmpint(ask(script, question, exception, FALSE), ==, TF_N_ERRORS);
	g_assert_cmpint(script->is_yes, ==, wanted);
}

static void test_expected(Script *script, gconstpointer data)
{
	(void)data;
	begin(script, TRUE, NULL);

	assert_answer(script, TF_QUESTION_IS_THIS_YOU, 0, TRUE);
	assert_answer(script, TF_QUESTION_WIPE, 0, TRUE);
	assert_answer(script, TF_QUESTION_FILE_NEEDED, 0, FALSE);
}

static void test_never(Script *script, gconstpointer data)
{
	(void)data;
	begin(script, TRUE, NULL);

	assert_answer(script, TF_QUESTION_INSIST_PIN, 0, FALSE);
	assert_answer(script, TF_QUESTION_COMPLETE_THOUGH_KEPT, 0, FALSE);
	for (TfException exception = 0; exception < TF_N_EXCEPTIONS; exception++)
		assert_answer(script, TF_QUESTION_EXCEPTION, exception, FALSE);
}

static void test_accepted(Script *script, gconstpointer data)
{
	(void)data;
	begin(script, TRUE, "expired");

	assert_answer(script, TF_QUESTION_EXCEPTION, TF_EXCEPTION_EXPIRED, TRUE);
	assert_answer(script, TF_QUESTION_EXCEPTION, TF_EXCEPTION_NAME, FALSE);
	assert_answer(script, TF_QUESTION_COMPLETE_THOUGH_KEPT, 0, FALSE);
}

static void test_accepted_kept(Script *script, gconstpointer data)
{
	(void)data;
	begin(script, TRUE, "kept");

	assert_answer(script, TF_QUESTION_COMPLETE_THOUGH_KEPT, 0, TRUE);
}

static void test_named_module(Script *script, gconstpointer data)
{
	(void)data;
	begin(script, TRUE, NULL);

	g_assert_cmpint(ask(script, TF_QUESTION_EXCEPTION, TF_EXCEPTION_MODULE, TRUE), ==, TF_N_ERRORS);
	g_assert_true(script->is_yes);
}

static void test_named_module_without_yes(Script *script, gconstpointer data)
{
	(void)data;
	begin(script, FALSE, NULL);

	g_assert_cmpint(ask(script, TF_QUESTION_EXCEPTION, TF_EXCEPTION_MODULE, TRUE), ==, TF_N_ERRORS);
	g_assert_false(script->is_yes);
}

static void test_nobody(Script *script, gconstpointer data)
{
	(void)data;
	begin(script, FALSE, NULL);

	g_assert_cmpint(ask(script, TF_QUESTION_IS_THIS_YOU, 0, FALSE), ==, TF_ERROR_NO_TERMINAL);
	g_assert_cmpint(ask(script, TF_QUESTION_WIPE, 0, FALSE), ==, TF_ERROR_NO_TERMINAL);
	g_assert_cmpint(ask(script, TF_QUESTION_FILE_NEEDED, 0, FALSE), ==, TF_ERROR_NO_TERMINAL);
}

static void test_move(Script *script, gconstpointer data)
{
	TfDialogue dialogue;
	g_autofree gchar *directory = NULL;

	(void)data;
	script->options.move_to = g_strdup("/media/usb");
	begin(script, TRUE, NULL);
	dialogue = tf_conversation_dialogue(&script->conversation);

	assert_answer(script, TF_QUESTION_FILE_NEEDED, 0, TRUE);
	g_assert_true(dialogue.removable_directory(dialogue.data, "a.p12", &directory, NULL));
	g_assert_cmpstr(directory, ==, "/media/usb");
}

static void test_serial(Script *script, gconstpointer data)
{
	const TfTokenFacts token = { .serial = (gchar *)"1234" };
	TfDialogue dialogue;
	g_autofree gchar *serial = NULL;

	(void)data;
	begin(script, TRUE, NULL);
	dialogue = tf_conversation_dialogue(&script->conversation);

	g_assert_true(dialogue.typed_serial(dialogue.data, &token, &serial, NULL));
	g_assert_null(serial);
}

static void test_unknown_rules(Script *script, gconstpointer data)
{
	const gchar *const rules[] = { "module", "claimed", "backup-wiped", "", "everything" };

	(void)data;
	for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
		g_autoptr(GError) error = NULL;

		g_ptr_array_set_size(script->options.accepted, 0);
		g_ptr_array_add(script->options.accepted, g_strdup(rules[i]));
		g_assert_false(tf_conversation_init(&script->conversation, &script->options, &error));
		g_assert_error(error, TF_ERROR, TF_ERROR_USAGE);
	}
}

static void test_no_secret(Script *script, gconstpointer data)
{
	TfDialogue dialogue;
	gboolean may_retry = FALSE;
	g_autoptr(GError) error = NULL;
	g_autoptr(TfSecret) secret = NULL;

	(void)data;
	begin(script, TRUE, NULL);
	dialogue = tf_conversation_dialogue(&script->conversation);
	secret = dialogue.password(dialogue.data, "a.p12", 0, &may_retry, &error);

	g_assert_null(secret);
	g_assert_error(error, TF_ERROR, TF_ERROR_NO_TERMINAL);
}

static void add(const gchar *path, void (*test)(Script *, gconstpointer))
{
	g_test_add(path, Script, NULL, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	add("/dialogue-script/--yes confirms what is expected", test_expected);
	add("/dialogue-script/--yes confirms no broken rule and no last try", test_never);
	add("/dialogue-script/--accept confirms the rule it names", test_accepted);
	add("/dialogue-script/--accept kept reports completion though kept", test_accepted_kept);
	add("/dialogue-script/--yes lets a named module pass", test_named_module);
	add("/dialogue-script/a named module does not pass without --yes", test_named_module_without_yes);
	add("/dialogue-script/without --yes and terminal there is nobody to ask", test_nobody);
	add("/dialogue-script/--move-to says that the file is needed, and where", test_move);
	add("/dialogue-script/the token's serial is never typed by --yes", test_serial);
	add("/dialogue-script/--accept takes no other rules", test_unknown_rules);
	add("/dialogue-script/a secret comes from a terminal or a source only", test_no_secret);

	return g_test_run();
}
