/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "base/secret.h"
#include "worker-setup.h"

static GVariant *body_of(GVariant *dictionary)
{
	static const gchar *const none[] = { NULL };

	return g_variant_ref_sink(g_variant_new("(^as^as@a{sv})", none, none, dictionary));
}

static void test_a_worker_reads_what_it_is_told(void)
{
	TfModuleFacts module = { .path = (gchar *)"/lib/m\xffodule.so", .sha256 = (gchar *)"00ff" };
	g_autoptr(GVariant) body =
		body_of(tf_worker_setup_write(&module, "configdir='x'", "Reader 00", NULL));
	g_autoptr(GError) error = NULL;
	TfWorkerSetup *setup = tf_worker_setup_read(body, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(setup->module->path, ==, "/lib/m\xffodule.so");
	g_assert_cmpstr(setup->module->sha256, ==, "00ff");
	g_assert_cmpstr(setup->arguments, ==, "configdir='x'");
	g_assert_cmpstr(setup->reader, ==, "Reader 00");
	g_assert_cmpint(setup->probe, ==, TF_TOKEN_PROBE_NONE);
	g_assert_false(setup->certificate_first);

	tf_worker_setup_free(setup);
}

static void test_without_a_module_there_is_no_worker(void)
{
	g_autoptr(GVariant) body = body_of(g_variant_new_array(G_VARIANT_TYPE("{sv}"), NULL, 0));
	g_autoptr(GError) error = NULL;

	g_assert_null(tf_worker_setup_read(body, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_SYSTEM);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/worker-setup/a worker reads what it is told", test_a_worker_reads_what_it_is_told);
	g_test_add_func("/worker-setup/without a module there is no worker",
		test_without_a_module_there_is_no_worker);

	return g_test_run();
}
