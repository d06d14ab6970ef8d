/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A browser's key store that does not lie on this PC's own disk (law 4), or cannot be written. */
#include "base/secret.h"
#include "nss-profile.h"
#include "stage.h"
#include "token/nss-removal.h"
#include "volume.h"

static const gchar *program;

typedef struct Fixture {
	TfFixtureVolume *volume;
	TfStage *stage;
	gchar *source;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfNssProfile) profile = tf_nss_profile_new(FALSE);

	(void)data;
	fixture->volume = tf_fixture_volume_ext4("has_journal", "rw");
	fixture->stage = tf_stage_new("ec256", program);
	tf_nss_profile_add(profile, fixture->stage->member, "member");
	tf_fixture_run(fixture->volume->mount_point, "cp", "-a", profile->directory, "profile", NULL);
	fixture->source = g_build_filename(fixture->volume->mount_point, "profile", NULL);
	fixture->stage->plan.source = fixture->source;
	fixture->stage->plan.is_from_store = TRUE;
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_stage_free(fixture->stage);
	tf_fixture_volume_free(fixture->volume);
	g_free(fixture->source);
}

static TfOutcome *run(Fixture *fixture)
{
	g_autoptr(GError) error = NULL;
	TfOutcome *outcome = tf_stage_run(fixture->stage, &error);

	g_assert_no_error(error);

	return outcome;
}

static gboolean holds_key(const Fixture *fixture)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfNssStore) store = tf_nss_store_open(fixture->source, FALSE, &error);
	gboolean finds = FALSE;

	g_assert_no_error(error);
	(void)tf_nss_removal_finds_private(store, fixture->stage->member->certificate, &finds, &error);
	g_assert_no_error(error);

	return finds;
}

static void assert_kept(const TfOutcome *outcome, TfKeptWhy why)
{
	const TfKept *kept = NULL;

	g_assert_cmpuint(outcome->wiped->len, ==, 0);
	g_assert_cmpuint(outcome->kept->len, ==, 1);
	kept = g_ptr_array_index(outcome->kept, 0);
	g_assert_cmpint(kept->why, ==, why);
	g_assert_cmpstr(kept->kind, ==, "nss");
}

static void on_a_removable_medium_it_is_kept(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	tf_fixture_volume_declare_removable(fixture->volume);
	outcome = run(fixture);
	tf_fixture_volume_withdraw_removable(fixture->volume);

	assert_kept(outcome, TF_KEPT_BACKUP);
	g_assert_true(holds_key(fixture));
}

static void named_there_it_is_emptied(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	fixture->stage->plan.wipe_backup = fixture->source;
	tf_fixture_volume_declare_removable(fixture->volume);
	outcome = run(fixture);
	tf_fixture_volume_withdraw_removable(fixture->volume);

	g_assert_cmpint(outcome->status, ==, TF_STATUS_DONE);
	g_assert_true(tf_outcome_has_exception(outcome, TF_EXCEPTION_BACKUP_WIPED));
	g_assert_false(holds_key(fixture));
}

static void what_cannot_be_written_is_kept(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	tf_fixture_run(
		fixture->stage->directory, "mount", "-o", "remount,ro", fixture->volume->mount_point, NULL);
	outcome = run(fixture);

	g_assert_cmpint(outcome->status, ==, TF_STATUS_KEPT);
	assert_kept(outcome, TF_KEPT_WIPE_REFUSED);
	g_assert_cmpint(fixture->stage->where, ==, TF_WHERE_SOURCE_AND_TOKEN);
	g_assert_true(holds_key(fixture));
}

int main(int argc, char **argv)
{
	static const struct {
		const gchar *name;
		void (*test)(Fixture *, gconstpointer);
	} tests[] = {
		{ "/emptying-mounted/on a removable medium it is kept", on_a_removable_medium_it_is_kept },
		{ "/emptying-mounted/named there it is emptied", named_there_it_is_emptied },
		{ "/emptying-mounted/what cannot be written is kept", what_cannot_be_written_is_kept },
	};

	tf_secret_setup();
	tf_stage_main(argc, argv);
	tf_fixture_mount_namespace(argc, argv);
	program = g_canonicalize_filename(argv[0], NULL);
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].name, Fixture, NULL, set_up, tests[i].test, tear_down);

	return g_test_run();
}
