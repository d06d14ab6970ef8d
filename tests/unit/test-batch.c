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

/* Killed and started again for each member, it has one answer too many for every one of them. */
static void test_auditor_chatters(TfBatchWorld *world, gconstpointer data)
{
	(void)data;
	tf_batch_world_misbehave(world, "auditor", TF_MISCONDUCT_CHATTERS);

	tf_batch_world_assert_run(world, 0, TF_BATCH_MEMBERS);

	g_assert_cmpuint(tf_batch_world_n_sources(world), ==, TF_BATCH_MEMBERS);
	g_assert_cmpuint(tf_batch_world_n_tokens(world), ==, 0);
	assert_made_up_for(world, TF_BATCH_MEMBERS);
}

static void test_auditor_chatters_once(TfBatchWorld *world, gconstpointer data)
{
	(void)data;
	tf_batch_world_misbehave(world, "auditor", TF_MISCONDUCT_CHATTERS);
	world->hook = behave_once_restarted;

	tf_batch_world_assert_run(world, TF_BATCH_MEMBERS, 0);

	g_assert_cmpuint(world->n_told[TF_BATCH_RESTARTED], ==, 1);
	assert_everybody_has_a_token(world);
}

static void test_worker_says_a_serial_twice(TfBatchWorld *world, gconstpointer data)
{
	(void)data;
	world->lie = g_strdup("0011223344556677");
	tf_batch_world_misbehave(world, "worker", TF_MISCONDUCT_LIES);

	tf_batch_world_assert_run(world, 1, TF_BATCH_MEMBERS - 1);

	g_assert_cmpuint(tf_batch_world_n_sources(world), ==, TF_BATCH_MEMBERS - 1);
	assert_made_up_for(world, TF_BATCH_MEMBERS - 1);
}

static void test_worker_litters(TfBatchWorld *world, gconstpointer data)
{
	(void)data;
	tf_batch_world_misbehave(world, "worker", TF_MISCONDUCT_LITTERS);

	tf_batch_world_assert_run(world, TF_BATCH_MEMBERS - 1, 1);

	g_assert_cmpuint(tf_batch_world_n_sources(world), ==, 1);
	assert_made_up_for(world, 1);
}

/* Files that are not there, by a name that comes back. */
static void take_sources_away(const TfBatchWorld *world, gboolean takes_away)
{
	for (guint i = 1; i < TF_BATCH_MEMBERS; i++) {
		g_autofree gchar *away = g_strconcat(world->sources[i], ".away", NULL);

		g_assert_cmpint(
			takes_away ? g_rename(world->sources[i], away) : g_rename(away, world->sources[i]),
			==, 0);
	}
}

static void test_worker_says_a_serial_of_another(TfBatchWorld *world, gconstpointer data)
{
	const LedgerFixture fixture = { .path = world->ledger_path };

	(void)data;
	take_sources_away(world, TRUE);
	tf_batch_world_assert_run(world, 1, TF_BATCH_MEMBERS - 1);
	take_sources_away(world, FALSE);
	world->lie = job_fixture_ask(&fixture, "SELECT token_serial FROM job WHERE id = 1");
	tf_batch_world_misbehave(world, "worker", TF_MISCONDUCT_LIES);

	tf_batch_world_assert_run(world, 1, 1);

	assert_made_up_for(world, 1);
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
	ADD("/batch/an auditor that keeps talking proves nothing, and the run ends", NULL,
		test_auditor_chatters);
	ADD("/batch/an auditor that keeps talking costs no token once it is quiet", NULL,
		test_auditor_chatters_once);
	ADD("/batch/a worker that says a serial number twice costs those tokens only", NULL,
		test_worker_says_a_serial_twice);
	ADD("/batch/a worker that says another member's serial number costs that token only", NULL,
		test_worker_says_a_serial_of_another);
	ADD("/batch/a worker that makes a folder in a token costs that token only", NULL,
		test_worker_litters);
	ADD("/batch/an auditor that answers before it is asked proves nothing", NULL, test_auditor_is_eager);
	ADD("/batch/a clock that jumps changes neither deadlines nor timings", NULL, test_clock_jumps);

	return g_test_run();
}
