/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tokens of a run that died: what of them is believed, and what is made again. */
#include <glib/gstdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/secret.h"
#include "batch-world.h"
#include "job-fixture.h"

/* Called with what was synced; NULL: nobody is interested. */
static void (*note_sync)(const gchar *path);

int fsync(int fd)
{
	g_autofree gchar *link = g_strdup_printf("/proc/self/fd/%d", fd);
	g_autofree gchar *path = g_file_read_link(link, NULL);

	if (note_sync != NULL && path != NULL)
		note_sync(path);

	return (int)syscall(SYS_fsync, fd);
}

static void assert_everybody_has_a_token(const TfBatchWorld *world)
{
	g_assert_cmpuint(tf_batch_world_count(world, TF_JOB_PROVISIONED), ==, TF_BATCH_MEMBERS);
	g_assert_cmpuint(tf_batch_world_n_tokens(world), ==, TF_BATCH_MEMBERS);
	g_assert_cmpuint(tf_batch_world_n_sources(world), ==, 0);
}

/* As if the run had died at her proof, and somebody had made the station a new key. */
static void lose_pins(const TfBatchWorld *world)
{
	const LedgerFixture fixture = { .path = world->ledger_path };
	g_autofree gchar *job = job_fixture_ask(
		&fixture, "UPDATE job SET state = 1 WHERE number = '10000001' RETURNING migration");
	g_autofree gchar *row =
		job_fixture_ask(&fixture, "UPDATE migration SET step = 'proved' WHERE job = 1 RETURNING id");

	g_assert_cmpstr(job, ==, row);
}

static void test_pins_of_another_key(TfBatchWorld *world, gconstpointer data)
{
	const LedgerFixture fixture = { .path = world->ledger_path };
	g_autofree gchar *away = g_strconcat(world->sources[1], ".away", NULL);
	g_autofree gchar *kept = NULL;

	(void)data;
	g_assert_cmpint(g_rename(world->sources[1], away), ==, 0);
	tf_batch_world_assert_run(world, TF_BATCH_MEMBERS - 1, 1);
	g_assert_cmpint(g_rename(away, world->sources[1]), ==, 0);
	lose_pins(world);

	tf_batch_world_assert_run(world, 1, 1);

	kept = job_fixture_ask(
		&fixture, "SELECT error || ' ' || (token_serial IS NOT NULL) FROM job WHERE id = 1");
	g_assert_cmpstr(kept, ==, "envelope-unreadable 1");
	g_assert_cmpuint(tf_batch_world_n_tokens(world), ==, TF_BATCH_MEMBERS);
}

/* What the ledger forgets at the end. */
static gchar *sealed;

static void keep_envelope(TfBatchWorld *world, const TfBatchNews *news)
{
	const LedgerFixture fixture = { .path = world->ledger_path };

	if (news->kind != TF_BATCH_STEP || news->step != TF_BATCH_STEP_PUBLISH)
		return;
	g_free(sealed);
	sealed = job_fixture_ask(&fixture, "SELECT hex(resume) FROM envelope WHERE job = 1");
}

/* As if the run had died at this step, of a key that decrypts: no signature is kept. */
static void die_at(const TfBatchWorld *world, const gchar *step)
{
	const LedgerFixture fixture = { .path = world->ledger_path };
	g_autofree gchar *put_back = g_strdup_printf(
		"INSERT OR REPLACE INTO envelope (job, resume) VALUES (1, x'%s') RETURNING job", sealed);
	g_autofree gchar *unprove = g_strdup_printf(
		"UPDATE migration SET step = '%s', statement = NULL, signature = NULL WHERE job = 1"
		" RETURNING job",
		step);
	g_autofree gchar *envelope = job_fixture_ask(&fixture, put_back);
	g_autofree gchar *row = job_fixture_ask(&fixture, unprove);
	g_autofree gchar *job =
		job_fixture_ask(&fixture, "UPDATE job SET state = 1 WHERE id = 1 RETURNING id");

	g_assert_cmpstr(envelope, ==, job);
	g_assert_cmpstr(row, ==, job);
	g_clear_pointer(&sealed, g_free);
}

static void test_proof_without_signature(TfBatchWorld *world, gconstpointer data)
{
	world->hook = keep_envelope;
	tf_batch_world_assert_run(world, TF_BATCH_MEMBERS, 0);
	die_at(world, data);

	tf_batch_world_assert_run(world, 1, 0);

	assert_everybody_has_a_token(world);
}

/* The first member's step at each sync of something in the store, of those that say something. */
static const gchar *store;
static GString *synced;
static gchar *ledger_path;

static void note_step(const gchar *path)
{
	const LedgerFixture fixture = { .path = ledger_path };
	g_autofree gchar *step = NULL;

	if (!g_str_has_prefix(path, store))
		return;
	step = job_fixture_ask(&fixture, "SELECT step FROM migration WHERE job = 1");
	if (g_str_equal(path, store))
		g_string_append_printf(synced, "names %s,", step);
	else if (g_str_has_suffix(path, "/token.object"))
		g_string_append_printf(synced, "token %s,", step);
}

static void test_adopted_token_is_synced(TfBatchWorld *world, gconstpointer data)
{
	g_autofree gchar *tokens = g_build_filename(world->directory, "tokens", NULL);

	(void)data;
	world->hook = keep_envelope;
	tf_batch_world_assert_run(world, TF_BATCH_MEMBERS, 0);
	die_at(world, "imported");
	store = tokens;
	ledger_path = world->ledger_path;
	synced = g_string_new(NULL);
	note_sync = note_step;

	tf_batch_world_assert_run(world, 1, 0);

	note_sync = NULL;
	g_assert_cmpstr(synced->str, ==, "token imported,names imported,");
	g_string_free(synced, TRUE);
}

#define ADD(name, data, function)                                                                            \
	g_test_add(name, TfBatchWorld, data, tf_batch_world_set_up, function, tf_batch_world_tear_down)

int main(int argc, char **argv)
{
	tf_secret_setup();
	tf_batch_world_main(argc, argv);
	g_test_init(&argc, &argv, NULL);
	ADD("/adoption/PINs that cannot be opened cost that member only", NULL, test_pins_of_another_key);
	ADD("/adoption/a proof that cannot be verified again is made again", "proved",
		test_proof_without_signature);
	ADD("/adoption/a wipe whose proof cannot be verified again is finished by a new one", "wiping",
		test_proof_without_signature);
	ADD("/adoption/a token that is adopted is synced before its proof is recorded", NULL,
		test_adopted_token_is_synced);

	return g_test_run();
}
