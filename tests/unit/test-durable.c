/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The power fails the moment a run has ended: what is on the medium then, a copy of the image shows. */
#include "transfer/durable.h"

#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"
#include "base/secret.h"
#include "cleaning-case.h"
#include "dead-run.h"
#include "volume.h"

static const gchar *program;

/* The C library's, but for a medium that takes its time until somebody lets it go on. */
static struct {
	GMutex mutex;
	GCond has_changed;
	gboolean is_held;
} medium;

void sync(void)
{
	g_mutex_lock(&medium.mutex);
	while (medium.is_held)
		g_cond_wait(&medium.has_changed, &medium.mutex);
	g_mutex_unlock(&medium.mutex);
	(void)syscall(SYS_sync);
}

static void hold_medium(gboolean is_held)
{
	g_mutex_lock(&medium.mutex);
	medium.is_held = is_held;
	g_cond_signal(&medium.has_changed);
	g_mutex_unlock(&medium.mutex);
}

typedef struct Fixture {
	TfFixtureVolume *volume; /* writes nothing of itself for minutes */
	TfFixtureVolume *copy;
	TfCleaningCase it; /* its stage alone, where no key was moved yet */
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->volume = tf_fixture_volume_ext4("has_journal", "rw,commit=300");
	fixture->copy = tf_fixture_volume_new(32);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	if (fixture->it.home != NULL)
		tf_cleaning_case_clear(&fixture->it);
	else
		tf_stage_free(fixture->it.stage);
	tf_fixture_volume_free(fixture->copy);
	tf_fixture_volume_free(fixture->volume);
}

static void use_store(const gchar *directory)
{
	g_autofree gchar *configuration = g_build_filename(directory, "softhsm2.conf", NULL);
	g_autofree gchar *text =
		g_strdup_printf("directories.tokendir = %s\nobjectstore.backend = file\n", directory);

	g_assert_true(g_file_set_contents(configuration, text, -1, NULL));
	g_assert_true(g_setenv("SOFTHSM2_CONF", configuration, TRUE));
}

/* As if a module had just written it there. */
static void store_on_volume(const Fixture *fixture)
{
	g_autofree gchar *store = g_build_filename(fixture->volume->mount_point, "store", NULL);

	tf_fixture_run(
		fixture->volume->directory, "cp", "-r", fixture->it.stage->token->directory, store, NULL);
	use_store(store);
}

static guint count_after_power_cut(const Fixture *fixture)
{
	g_autofree gchar *store = g_build_filename(fixture->copy->mount_point, "store", NULL);

	tf_fixture_run(fixture->copy->directory, "cp", fixture->volume->image, fixture->copy->image, NULL);
	tf_fixture_volume_mount(fixture->copy, "ext4", "rw");
	if (!g_file_test(store, G_FILE_TEST_IS_DIR))
		return 0;
	use_store(store);

	return tf_stage_count_private_keys(fixture->it.stage);
}

static void assert_done(const TfOutcome *outcome)
{
	g_assert_nonnull(outcome);
	g_assert_cmpint(outcome->status, ==, TF_STATUS_DONE);
	g_assert_cmpuint(outcome->wiped->len, ==, 1);
}

static void a_moved_key_outlives_a_power_cut(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	fixture->it.stage = tf_stage_new("ec256", program);
	store_on_volume(fixture);
	sync();
	outcome = tf_stage_run(fixture->it.stage, NULL);

	assert_done(outcome);
	g_assert_cmpuint(count_after_power_cut(fixture), ==, 1);
}

static void a_resumed_wipe_waits_for_the_store(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	fixture->it.stage = tf_stage_new("ec256", program);
	tf_dead_run_before_wipe(fixture->it.stage);
	store_on_volume(fixture);
	outcome = tf_stage_run(fixture->it.stage, NULL);

	assert_done(outcome);
	g_assert_cmpuint(count_after_power_cut(fixture), ==, 1);
}

static void the_last_copy_is_wiped_only_then(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	tf_cleaning_case_set_up(&fixture->it, program);
	tf_cleaning_case_plant(&fixture->it, "copy", fixture->it.stage->content);
	store_on_volume(fixture);
	outcome = tf_cleaning_case_run(&fixture->it, NULL);

	assert_done(outcome);
	g_assert_cmpuint(count_after_power_cut(fixture), ==, 1);
}

static void let_go_on(TfNews news, const TfNewsContext *context, gpointer data)
{
	(void)context;
	(void)data;
	if (news == TF_NEWS_SYNCING)
		hold_medium(FALSE);
}

static void interrupt(TfNews news, const TfNewsContext *context, gpointer data)
{
	TfAnswers *answers = data;

	(void)context;
	if (news == TF_NEWS_SYNCING)
		answers->is_interrupted = TRUE;
}

static void who_has_to_wait_is_told(void)
{
	TfAnswers answers;
	g_autoptr(GError) error = NULL;

	tf_answers_init(&answers, "", "");
	answers.on_news = let_go_on;
	hold_medium(TRUE);

	g_assert_true(tf_durable(&answers.dialogue, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(answers.n_told[TF_NEWS_SYNCING], ==, 1);
}

static void a_wait_can_be_interrupted(void)
{
	TfAnswers answers;
	g_autoptr(GError) error = NULL;

	tf_answers_init(&answers, "", "");
	answers.on_news = interrupt;
	answers.data = &answers;
	hold_medium(TRUE);

	g_assert_false(tf_durable(&answers.dialogue, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_INTERRUPTED);
	hold_medium(FALSE);
}

static void add(const gchar *name, void (*test)(Fixture *, gconstpointer))
{
	g_test_add(name, Fixture, NULL, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	tf_stage_main(argc, argv);
	tf_fixture_mount_namespace(argc, argv);
	program = g_canonicalize_filename(argv[0], NULL);
	g_test_init(&argc, &argv, NULL);
	add("/durable/a key that was moved is on the medium when the run has ended",
		a_moved_key_outlives_a_power_cut);
	add("/durable/a wipe that an earlier run had begun waits until the key is on the medium",
		a_resumed_wipe_waits_for_the_store);
	add("/durable/a copy is wiped only when the token's key is on the medium",
		the_last_copy_is_wiped_only_then);
	g_test_add_func("/durable/whoever has to wait is told", who_has_to_wait_is_told);
	g_test_add_func("/durable/a wait can be interrupted", a_wait_can_be_interrupted);

	return g_test_run();
}
