/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs under with-cards: one card. What a confined worker does with OpenSC and pcscd still works. */
#include "format-world.h"
#include "process/confine.h"
#include "session-private.h"

#define MODULE "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so"

static TfTokenStatus *only_token(TfModule *module)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) tokens = tf_tokens(module, &error);
	TfTokenStatus *status = tokens != NULL ? tf_token_choose(module, tokens, NULL, TRUE, &error) : NULL;

	g_assert_no_error(error);

	return status;
}

static CK_RV write_object(const TfSession *session)
{
	CK_OBJECT_CLASS class = CKO_DATA;
	CK_BBOOL yes = CK_TRUE;
	CK_ATTRIBUTE template[] = { { CKA_CLASS, &class, sizeof class }, { CKA_TOKEN, &yes, sizeof yes },
		{ CKA_LABEL, (gpointer) "label", 5 }, { CKA_VALUE, (gpointer) "value", 5 } };
	CK_OBJECT_HANDLE object = 0;

	return tf_session_functions(session)->C_CreateObject(
		tf_session_handle(session), template, G_N_ELEMENTS(template), &object);
}

/* The process stays confined, so this test is the only one of its program. */
static void test_works(void)
{
	const gchar *const reads[] = { "/usr/lib", "/lib", "/etc/ld.so.cache", "/usr/share/opensc",
		"/etc/opensc", "/run/pcscd/pcscd.comm", NULL };
	const gchar *const writes[] = { NULL };
	const TfConfinementPlan plan = { FALSE, reads, writes, 0 };
	g_auto(TfFormatSecrets) secrets = tf_format_secrets_usual();
	g_autoptr(TfModuleChoice) choice = tf_module_named(MODULE, NULL);
	g_autoptr(TfModuleFacts) facts = tf_module_describe(choice, NULL);
	g_autoptr(GPtrArray) holds = NULL;
	g_autoptr(TfModule) module = NULL;
	g_autoptr(TfTokenStatus) status = NULL;
	g_autoptr(TfSession) session = NULL;
	g_autoptr(GError) error = NULL;
	TfCardState found = TF_CARD_BLANK;

	tf_format_fresh_card(0);
	g_assert_true(tf_format_run(0, "member", &secrets, &found, &error));
	holds = tf_confine(&plan, &error);
	g_assert_no_error(error);
	module = tf_module_load(facts, NULL, &error);
	g_assert_no_error(error);
	status = only_token(module);
	session = tf_session_open(module, status, TRUE, &error);
	g_assert_no_error(error);

	g_assert_true(tf_session_login(session, secrets.pin, FALSE, &error));
	g_assert_cmpuint(write_object(session), ==, CKR_OK);
	g_assert_cmpstr(g_ptr_array_index(holds, holds->len - 1), ==, "seccomp");
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/card-confine/OpenSC works, confined to its files and pcscd", test_works);

	return g_test_run();
}
