/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/secret.h"
#include "batch/role.h"
#include "fixtures.h"
#include "process/process.h"
#include "process/role-main.h"
#include "token/module.h"
#include "worker-setup.h"

#define SOFTHSM "/usr/lib/softhsm/libsofthsm2.so"

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

/* A home with a key, a module beside it, and a folder to write in. */
typedef struct Ground {
	gchar *home;
	gchar *output;
	gchar *log;
	TfModuleFacts *module;
} Ground;

static void ground_clear(Ground *ground)
{
	tf_module_facts_free(ground->module);
	tf_fixture_remove(ground->home);
	g_free(ground->home);
	g_free(ground->output);
	g_free(ground->log);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Ground, ground_clear)

static void ground_set_up(Ground *ground)
{
	g_autofree gchar *keys = NULL;
	g_autofree gchar *key = NULL;
	g_autofree gchar *copy = NULL;
	g_autoptr(TfModuleChoice) choice = NULL;
	g_autoptr(GError) error = NULL;

	ground->home = tf_fixture_directory();
	ground->output = g_build_filename(ground->home, "output", NULL);
	ground->log = g_build_filename(ground->output, "log", NULL);
	keys = g_build_filename(ground->home, ".ssh", NULL);
	key = g_build_filename(keys, "id_ed25519", NULL);
	copy = g_build_filename(ground->home, "x.so", NULL);
	g_assert_cmpint(g_mkdir(ground->output, 0700), ==, 0);
	g_assert_cmpint(g_mkdir(keys, 0700), ==, 0);
	g_assert_true(g_file_set_contents(key, "a key", -1, NULL));
	tf_fixture_run(ground->home, "cp", g_getenv("TF_HOSTILE_MODULE"), copy, NULL);
	g_assert_true(g_setenv("HOME", ground->home, TRUE));
	choice = tf_module_named(copy, &error);
	g_assert_no_error(error);
	ground->module = tf_module_describe(choice, &error);
	g_assert_no_error(error);
}

/* What it tried, as a real worker that looks at its tokens. */
static gchar *run(const Ground *ground, gboolean *ret_has_landlock)
{
	static const gchar *const ourselves[] = { "/proc/self/exe", "--role", NULL };
	g_autoptr(GPtrArray) reads = tf_worker_reads(ground->module, ground->log, FALSE);
	const gchar *const writes[] = { ground->output, NULL };
	g_autofree gchar *arguments = g_strdup_printf("%s %s 1", ground->log, ground->home);
	const TfProcessOptions options = { .program = ourselves,
		.setup = g_variant_new("(^as^as@a{sv})", (const gchar *const *)reads->pdata, writes,
			tf_worker_setup_write(ground->module, arguments, NULL, NULL)) };
	const gint64 soon = g_get_monotonic_time() + G_TIME_SPAN_MINUTE;
	g_autoptr(GError) error = NULL;
	g_autoptr(TfProcess) worker = tf_process_start(&tf_worker_role, &options, &error);
	g_autoptr(TfMessage) answer = NULL;
	gchar *log = NULL;

	g_assert_no_error(error);
	g_assert_true(tf_process_wait_ready(worker, soon, &error));
	g_assert_true(g_strv_contains(tf_process_confinement(worker), "seccomp"));
	*ret_has_landlock = !g_strv_contains(tf_process_confinement(worker), "no-landlock");
	g_assert_true(tf_talk_say(tf_process_talk(worker), TF_MESSAGE_LOOK, g_variant_new("()"), NULL, NULL));
	/* It has no tokens. */
	answer = tf_talk_hear(tf_process_talk(worker), soon, NULL);
	g_assert_true(g_file_get_contents(ground->log, &log, NULL, NULL));

	return log;
}

static void test_a_module_at_home_opens_nothing_else_there(void)
{
	static const struct {
		const gchar *name;
		int failure;
		gboolean takes_landlock;
	} tries[] = { { "key", EACCES, TRUE }, { "shadow", EACCES, TRUE }, { "plant", EACCES, TRUE },
		{ "network", EPERM, FALSE }, { "bus", EPERM, FALSE }, { "execve", EPERM, FALSE },
		{ "spawn", EPERM, FALSE } };
	gboolean has_landlock = FALSE;
	g_auto(Ground) ground = { 0 };
	g_autofree gchar *log = NULL;
	g_auto(GStrv) lines = NULL;

	ground_set_up(&ground);
	log = run(&ground, &has_landlock);
	lines = g_strsplit(log, "\n", -1);

	for (gsize i = 0; i < G_N_ELEMENTS(tries); i++) {
		g_autofree gchar *line = g_strdup_printf("%s %d", tries[i].name, tries[i].failure);

		g_test_message("%s", line);
		g_assert_true(g_strv_contains((const gchar *const *)lines, line) ||
			      (tries[i].takes_landlock && !has_landlock));
	}
}

static gboolean reads(const gchar *module, const gchar *path)
{
	const TfModuleFacts facts = { .path = (gchar *)module };
	g_autoptr(GPtrArray) all = tf_worker_reads(&facts, "/c", FALSE);

	return g_strv_contains((const gchar *const *)all->pdata, path);
}

static void test_the_module_s_folder(void)
{
	g_autofree gchar *directory = tf_fixture_directory();
	g_autofree gchar *module = g_build_filename(directory, "x.so", NULL);

	g_assert_true(reads(SOFTHSM, SOFTHSM));
	g_assert_true(reads(SOFTHSM, "/usr/lib/softhsm"));
	g_assert_true(reads("/etc/x.so", "/etc/x.so"));
	g_assert_false(reads("/etc/x.so", "/etc"));
	g_assert_false(reads("/x.so", "/"));
	g_assert_false(reads("/tmp/x.so", "/tmp"));
	g_assert_cmpint(reads(module, directory), ==, geteuid() == 0);
	g_assert_true(g_setenv("HOME", directory, TRUE));
	g_assert_false(reads(module, directory));

	tf_fixture_remove(directory);
}

int main(int argc, char **argv)
{
	static const TfRoleHandler *const handlers[] = { &tf_worker_handler, NULL };

	tf_secret_setup();
	if (argc == 3 && strcmp(argv[1], "--role") == 0)
		return tf_role_main(argv[2], handlers);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/worker-setup/a worker reads what it is told", test_a_worker_reads_what_it_is_told);
	g_test_add_func("/worker-setup/without a module there is no worker",
		test_without_a_module_there_is_no_worker);
	g_test_add_func("/worker-setup/a module at home opens nothing else there, nor root's files",
		test_a_module_at_home_opens_nothing_else_there);
	g_test_add_func("/worker-setup/what lies beside a module is read where only root puts it",
		test_the_module_s_folder);

	return g_test_run();
}
