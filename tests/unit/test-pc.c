/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/secret.h"
#include "pc.h"
#include "transfer/pc.h"

static const TfPostureAnswer *answer_to(const TfPosture *posture, TfPostureQuestion question)
{
	const TfPostureAnswer *answer = tf_posture_answer(posture, question);

	g_assert_nonnull(answer);

	return answer;
}

static TfModuleChoice *module_at(const gchar *path)
{
	g_autoptr(GError) error = NULL;
	TfModuleChoice *module = tf_module_named(path, &error);

	g_assert_no_error(error);

	return module;
}

static void test_every_question(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();
	g_autoptr(TfPosture) posture = tf_pc_look(&pc->site, NULL);

	g_assert_cmpuint(posture->answers->len, ==, TF_N_POSTURE_QUESTIONS);
}

static void test_variable(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();
	g_autoptr(TfPosture) posture = NULL;
	const TfPostureAnswer *answer = NULL;

	g_setenv("PKCS11SPY", "/usr/lib/opensc-pkcs11.so", TRUE);
	posture = tf_pc_look(&pc->site, NULL);
	g_unsetenv("PKCS11SPY");
	answer = answer_to(posture, TF_POSTURE_VARIABLES);

	g_assert_cmpint(answer->finding, ==, TF_FINDING_VARIABLE_LEAKS);
	g_assert_cmpstr(answer->arguments[0], ==, "PKCS11SPY");
}

static void test_named_module(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();
	g_autofree gchar *path = g_strconcat(pc->root, "/module.so", NULL);
	g_autoptr(TfModuleChoice) module = NULL;
	g_autoptr(TfPosture) posture = NULL;
	const TfPostureAnswer *answer = NULL;

	tf_fixture_pc_put(pc, "/module.so", "");
	module = module_at(path); /* below /tmp, where everybody may write */
	posture = tf_pc_look(&pc->site, module);
	answer = answer_to(posture, TF_POSTURE_MODULES);

	g_assert_cmpint(answer->finding, ==, TF_FINDING_MODULE_UNTRUSTED);
	g_assert_cmpstr(answer->arguments[0], ==, path);
	g_assert_cmpstr(answer->source, ==, path);
}

/* It passes everything on, and writes it down. */
static void test_leaky_module(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();
	g_autofree gchar *path = g_strconcat(pc->root, "/pkcs11-spy.so", NULL);
	g_autoptr(TfModuleChoice) module = NULL;
	g_autoptr(TfPosture) posture = NULL;
	const TfPostureAnswer *answer = NULL;

	tf_fixture_pc_put(pc, "/pkcs11-spy.so", "");
	module = module_at(path);
	posture = tf_pc_look(&pc->site, module);
	answer = answer_to(posture, TF_POSTURE_VARIABLES);

	g_assert_cmpint(answer->finding, ==, TF_FINDING_VARIABLE_LEAKS);
	g_assert_cmpstr(answer->arguments[0], ==, "pkcs11-spy.so");
	g_assert_cmpstr(answer->source, ==, path);
}

static void test_trusted_module(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();
	g_autoptr(TfModuleChoice) module = module_at("/usr/lib/softhsm/libsofthsm2.so");
	g_autoptr(TfPosture) posture = tf_pc_look(&pc->site, module);
	const TfPostureAnswer *answer = answer_to(posture, TF_POSTURE_MODULES);

	g_assert_cmpint(answer->finding, ==, TF_FINDING_MODULES_TRUSTED);
	g_assert_cmpstr(answer->arguments[0], ==, "1");
	g_assert_cmpstr(answer->source, ==, module->path);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pc/every question is answered", test_every_question);
	g_test_add_func("/pc/a variable that leaks is named", test_variable);
	g_test_add_func("/pc/a module that others may change is not trusted", test_named_module);
	g_test_add_func("/pc/a module that writes keys to a log is named", test_leaky_module);
	g_test_add_func("/pc/a module of the system is trusted", test_trusted_module);

	return g_test_run();
}
