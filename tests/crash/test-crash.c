/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * SIGKILL after every PKCS#11 call and at every system call that makes something durable or destroys
 * something; then the same command again. The key is never lost, never on the token twice, and the source is
 * never touched before the proof.
 */
#include "points.h"

#include <string.h>

static const gchar *program;

/* Ledger commits (fdatasync), the wipe's writes, syncs, rename and unlink. */
static const gchar *const system_calls[] = { "fdatasync", "fsync", "pwrite64", "renameat2", "ftruncate",
	"unlinkat" };

/* After a death: either the file is whole, or the key is on the token (and then once). NULL, or what is
 * wrong. */
static const gchar *judge_death(const TfReplay *replay)
{
	guint n_keys = tf_points_keys_seen_by_pkcs11_tool();

	if (n_keys > 1)
		return "the key is on the token more than once";
	if (n_keys == 0 && !tf_stage_source_is_whole(replay->stage))
		return "the source was touched and the key is not on the token";

	return NULL;
}

static const gchar *judge_second_run(TfReplay *replay)
{
	guint n_keys = 0;

	tf_replay_script(replay, "");
	if (tf_points_run(replay, program) != TF_POINTS_DONE)
		return "the second run is not done";
	if (!tf_stage_source_is_gone(replay->stage))
		return "the second run left the source";
	n_keys = tf_points_keys_seen_by_pkcs11_tool();
	if (n_keys == 0)
		return "after the second run there is no key on the token";
	if (n_keys > 1)
		return "after the second run there are several keys on the token";

	return NULL;
}

static void judge(TfReplay *replay, const gchar *where, guint nth)
{
	const gchar *complaint = judge_death(replay);

	if (complaint == NULL)
		complaint = judge_second_run(replay);
	if (complaint != NULL)
		g_test_fail_printf("killed at %s %u: %s", where, nth, complaint);
}

static void killed_after_every_module_call(void)
{
	g_autoptr(TfReplay) replay = tf_replay_new("ec256", program);
	guint n_calls = 0;
	guint n_killed = 0;
	guint n_survived = 0;

	tf_replay_rewind(replay, "");
	g_assert_cmpint(tf_points_run(replay, program), ==, TF_POINTS_DONE);
	n_calls = tf_replay_n_calls(replay);
	g_assert_cmpuint(n_calls, >, 50);

	for (guint nth = 1; nth <= n_calls; nth++) {
		g_autofree gchar *script = g_strdup_printf("kill-after-nth=%u\n", nth);

		if (tf_replay_skips(nth))
			continue;
		tf_replay_rewind(replay, script);
		/* The auditor is killed by its calls, which the run survives when it had answered. */
		if (tf_points_run(replay, program) == TF_POINTS_DONE)
			n_survived++;
		judge(replay, "module call", nth);
		n_killed++;
	}
	g_test_message("killed after %u of %u module calls, %u of them when the auditor had answered",
		n_killed, n_calls, n_survived);
	g_assert_cmpuint(n_killed, >, 0);
	g_assert_cmpuint(n_survived, <, 1 + n_killed / 10);
}

static guint kill_at_every(TfReplay *replay, const gchar *call)
{
	guint n_calls = 0;
	guint n_tried = 0;
	guint n_killed = 0;

	tf_replay_rewind(replay, "");
	n_calls = tf_points_count(replay, program, call);
	for (guint nth = 1; nth <= n_calls; nth++) {
		if (tf_replay_skips(nth))
			continue;
		tf_replay_rewind(replay, "");
		n_killed += tf_points_run_killed(replay, program, call, nth) == TF_POINTS_KILLED;
		n_tried++;
		judge(replay, call, nth);
	}
	g_test_message("killed %u times at %u of %u %s", n_killed, n_tried, n_calls, call);
	/* How often SQLite syncs depends a little on how large its log has become. */
	g_assert_cmpuint(n_tried, <=, n_killed + 1);

	return n_calls;
}

static void killed_at_every_durable_step(void)
{
	g_autoptr(TfReplay) replay = tf_replay_new("ec256", program);

	for (gsize i = 0; i < G_N_ELEMENTS(system_calls); i++)
		g_assert_cmpuint(kill_at_every(replay, system_calls[i]), >, 0);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	tf_stage_main(argc, argv);
	if (argc > 1 && strcmp(argv[1], "--journey") == 0)
		return tf_points_journey(argc, argv);
	program = g_canonicalize_filename(argv[0], NULL);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func(
		"/crash/module/killed after every PKCS#11 call no key is lost and none is there twice",
		killed_after_every_module_call);
	g_test_add_func("/crash/disk/killed at every durable step no key is lost and none is there twice",
		killed_at_every_durable_step);

	return g_test_run();
}
