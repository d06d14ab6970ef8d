/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What becomes of a batch whose children misbehave, or whose clock does. */
#include <glib/gstdio.h>
#include <time.h>

#include "base/error.h"
#include "base/secret.h"
#include "batch-world.h"
#include "job-fixture.h"

/* Long enough for an honest answer on a busy machine, short enough to wait for. */
#define ANSWER_MS 3000u

/* The clock that somebody sets: here it jumps as a test says. Deadlines and timings go by another. */
static gint64 jump;

gint64 g_get_real_time(void)
{
	struct timespec now;

	g_assert_cmpint(clock_gettime(CLOCK_REALTIME, &now), ==, 0);

	return (now.tv_sec * G_USEC_PER_SEC) + (now.tv_nsec / 1000) + jump;
}

static void assert_everybody_has_a_token(const TfBatchWorld *world)
{
	g_assert_cmpuint(tf_batch_world_count(world, TF_JOB_PROVISIONED), ==, TF_BATCH_MEMBERS);
	g_assert_cmpuint(tf_batch_world_n_tokens(world), ==, TF_BATCH_MEMBERS);
	g_assert_cmpuint(tf_batch_world_n_sources(world), ==, 0);
}

static void assert_everybody_waits(const TfBatchWorld *world)
{
	g_assert_cmpuint(tf_batch_world_count(world, TF_JOB_WAITING), ==, TF_BATCH_MEMBERS);
	g_assert_cmpuint(tf_batch_world_n_tokens(world), ==, 0);
	g_assert_cmpuint(tf_batch_world_n_sources(world), ==, TF_BATCH_MEMBERS);
}

static void assert_broken(TfBatchWorld *world)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(tf_batch_world_run(world, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_WORKER_BROKEN);
}

/* The next run, of good children, makes up for everything. */
static void assert_made_up_for(TfBatchWorld *world, guint n)
{
	tf_batch_world_misbehave(world, "nobody", TF_CONDUCT_GOOD);
	tf_batch_world_script(world, "");
	world->hook = NULL;
	tf_batch_world_assert_run(world, n, 0);
	assert_everybody_has_a_token(world);
}

static void behave_once_restarted(TfBatchWorld *world, const TfBatchNews *news)
{
	if (news->kind != TF_BATCH_RESTARTED)
		return;
	tf_batch_world_misbehave(world, "nobody", TF_CONDUCT_GOOD);
	tf_batch_world_script(world, "");
}

static void test_good(TfBatchWorld *world, gconstpointer data)
{
	(void)data;
	tf_batch_world_assert_run(world, TF_BATCH_MEMBERS, 0);

	assert_everybody_has_a_token(world);
	g_assert_cmpuint(world->n_told[TF_BATCH_RESTARTED], ==, 0);
}

/* 'data' is the role. */
static void test_killed_while_it_starts(TfBatchWorld *world, gconstpointer data)
{
	tf_batch_world_misbehave(world, data, TF_MISCONDUCT_KILLED);
	world->hook = behave_once_restarted;

	tf_batch_world_assert_run(world, TF_BATCH_MEMBERS, 0);

	assert_everybody_has_a_token(world);
	g_assert_cmpuint(world->n_told[TF_BATCH_RESTARTED], >, 0);
}

static void test_never_starts(TfBatchWorld *world, gconstpointer data)
{
	tf_batch_world_misbehave(world, data, TF_MISCONDUCT_KILLED);

	assert_broken(world);

	assert_everybody_waits(world);
	assert_made_up_for(world, TF_BATCH_MEMBERS);
}

static void die_from_the_audit_on(TfBatchWorld *world, const TfBatchNews *news)
{
	if (news->kind == TF_BATCH_STEP && news->step == TF_BATCH_STEP_AUDIT &&
		world->n_told[TF_BATCH_GIVEN_UP] == 0)
		tf_batch_world_misbehave(world, "auditor", TF_MISCONDUCT_DIES);
	if (news->kind == TF_BATCH_GIVEN_UP)
		tf_batch_world_misbehave(world, "nobody", TF_CONDUCT_GOOD);
}

static void test_last_lane(TfBatchWorld *world, gconstpointer data)
{
	(void)data;
	world->hook = die_from_the_audit_on;

	assert_broken(world);

	assert_everybody_waits(world);
	assert_made_up_for(world, TF_BATCH_MEMBERS);
}

static void test_other_lane(TfBatchWorld *world, gconstpointer data)
{
	(void)data;
	world->plan.n_lanes = 2;
	world->hook = die_from_the_audit_on;

	tf_batch_world_assert_run(world, TF_BATCH_MEMBERS, 0);

	g_assert_cmpuint(world->n_told[TF_BATCH_GIVEN_UP], ==, 1);
	assert_everybody_has_a_token(world);
}

static void test_worker_hangs(TfBatchWorld *world, gconstpointer data)
{
	(void)data;
	tf_batch_world_script(world, "hang=C_InitToken:2");
	world->plan.answer_ms = ANSWER_MS;
	world->hook = behave_once_restarted;

	tf_batch_world_assert_run(world, TF_BATCH_MEMBERS - 1, 1);

	g_assert_cmpuint(world->n_told[TF_BATCH_RESTARTED], ==, 1);
	g_assert_cmpuint(tf_batch_world_n_sources(world), ==, 1);
	assert_made_up_for(world, 1);
}

static void test_worker_killed(TfBatchWorld *world, gconstpointer data)
{
	(void)data;
	tf_batch_world_script(world, "kill=C_CreateObject:2");
	world->hook = behave_once_restarted;

	tf_batch_world_assert_run(world, TF_BATCH_MEMBERS - 1, 1);

	g_assert_cmpuint(tf_batch_world_n_sources(world), ==, 1);
	assert_made_up_for(world, 1);
}

static void test_auditor_killed(TfBatchWorld *world, gconstpointer data)
{
	(void)data;
	tf_batch_world_script(world, "kill=C_Sign:2");
	world->hook = behave_once_restarted;

	tf_batch_world_assert_run(world, TF_BATCH_MEMBERS, 0);

	g_assert_cmpuint(world->n_told[TF_BATCH_RESTARTED], ==, 1);
	assert_everybody_has_a_token(world);
}

static void test_auditor_hangs(TfBatchWorld *world, gconstpointer data)
{
	(void)data;
	tf_batch_world_script(world, "hang=C_Sign:2");
	world->plan.answer_ms = ANSWER_MS;
	world->hook = behave_once_restarted;

	tf_batch_world_assert_run(world, TF_BATCH_MEMBERS, 0);

	g_assert_cmpuint(world->n_told[TF_BATCH_RESTARTED], ==, 1);
	assert_everybody_has_a_token(world);
}

static void test_worker_babbles(TfBatchWorld *world, gconstpointer data)
{
	(void)data;
	tf_batch_world_misbehave(world, "worker", TF_MISCONDUCT_BABBLES);
	world->hook = behave_once_restarted;

	tf_batch_world_assert_run(world, TF_BATCH_MEMBERS - 1, 1);

	g_assert_cmpuint(tf_batch_world_n_sources(world), ==, 1);
	assert_made_up_for(world, 1);
}

static void test_auditor_babbles(TfBatchWorld *world, gconstpointer data)
{
	(void)data;
	tf_batch_world_misbehave(world, "auditor", TF_MISCONDUCT_BABBLES);

	tf_batch_world_assert_run(world, 0, TF_BATCH_MEMBERS);

	g_assert_cmpuint(tf_batch_world_n_sources(world), ==, TF_BATCH_MEMBERS);
	g_assert_cmpuint(tf_batch_world_n_tokens(world), ==, 0);
	assert_made_up_for(world, TF_BATCH_MEMBERS);
}

static void test_auditor_is_eager(TfBatchWorld *world, gconstpointer data)
{
	(void)data;
	tf_batch_world_misbehave(world, "auditor", TF_MISCONDUCT_EAGER);

	/* Whether it is caught talking out of turn, or its words come just after it is asked, is chance. */
	(void)tf_batch_world_run(world, NULL);

	g_assert_cmpuint(world->result.n_provisioned, ==, 0);
	g_assert_cmpuint(tf_batch_world_n_tokens(world), ==, 0);
	g_assert_cmpuint(tf_batch_world_n_sources(world), ==, TF_BATCH_MEMBERS);
	assert_made_up_for(world, TF_BATCH_MEMBERS);
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

static void jump_at_every_step(TfBatchWorld *world, const TfBatchNews *news)
{
	static const gint64 years[TF_N_BATCH_STEPS] = { 10, -20, 5, -3, 30 };

	(void)world;
	if (news->kind == TF_BATCH_STEP)
		jump = years[news->step] * 365 * G_TIME_SPAN_DAY;
}

static void test_clock_jumps(TfBatchWorld *world, gconstpointer data)
{
	const LedgerFixture fixture = { .path = world->ledger_path };
	g_autofree gchar *strange = NULL;

	(void)data;
	world->plan.answer_ms = ANSWER_MS;
	world->hook = jump_at_every_step;

	tf_batch_world_assert_run(world, TF_BATCH_MEMBERS, 0);

	jump = 0;
	assert_everybody_has_a_token(world);
	strange = job_fixture_ask(&fixture,
		"SELECT count(*) FROM attempt WHERE timings IS NULL OR EXISTS"
		" (SELECT 1 FROM json_each(timings) WHERE value < 0 OR value > 600000)");
	g_assert_cmpstr(strange, ==, "0");
}

#define ADD(name, data, function)                                                                            \
	g_test_add(name, TfBatchWorld, data, tf_batch_world_set_up, function, tf_batch_world_tear_down)

int main(int argc, char **argv)
{
	tf_secret_setup();
	tf_batch_world_main(argc, argv);
	g_test_init(&argc, &argv, NULL);
	ADD("/batch/everybody gets a token, and loses the file", NULL, test_good);
	ADD("/batch/an opener killed while it starts is started again", "opener",
		test_killed_while_it_starts);
	ADD("/batch/a worker killed while it starts is started again", "worker", test_killed_while_it_starts);
	ADD("/batch/an auditor killed while it starts is started again", "auditor",
		test_killed_while_it_starts);
	ADD("/batch/without openers the run ends, and everybody waits", "opener", test_never_starts);
	ADD("/batch/without a worker the run ends, and everybody waits", "worker", test_never_starts);
	ADD("/batch/without an auditor the run ends, and everybody waits", "auditor", test_never_starts);
	ADD("/batch/an auditor that is lost in the last lane ends the run, and everybody waits", NULL,
		test_last_lane);
	ADD("/batch/what a broken lane gives back another lane makes", NULL, test_other_lane);
	ADD("/batch/a worker that hangs costs one token", NULL, test_worker_hangs);
	ADD("/batch/a worker that is killed costs one token", NULL, test_worker_killed);
	ADD("/batch/a worker that talks nonsense costs one token", NULL, test_worker_babbles);
	ADD("/batch/an auditor killed in mid-group costs no token", NULL, test_auditor_killed);
	ADD("/batch/an auditor that hangs in mid-group costs no token", NULL, test_auditor_hangs);
	ADD("/batch/an auditor that talks nonsense proves nothing, and no file is touched", NULL,
		test_auditor_babbles);
	ADD("/batch/an auditor that answers before it is asked proves nothing", NULL, test_auditor_is_eager);
	ADD("/batch/PINs that cannot be opened cost that member only", NULL, test_pins_of_another_key);
	ADD("/batch/a proof that cannot be verified again is made again", "proved",
		test_proof_without_signature);
	ADD("/batch/a wipe whose proof cannot be verified again is finished by a new one", "wiping",
		test_proof_without_signature);
	ADD("/batch/a clock that jumps changes neither deadlines nor timings", NULL, test_clock_jumps);

	return g_test_run();
}
