/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "replay.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECONDS_PER_DAY 86400

static gchar *in_token(const TfReplay *replay, const gchar *name)
{
	return g_build_filename(replay->stage->token->directory, name, NULL);
}

TfReplay *tf_replay_new(const gchar *key_type, const gchar *program)
{
	TfReplay *replay = g_new0(TfReplay, 1);
	TfStage *stage = tf_stage_new(key_type, program);

	replay->stage = stage;
	replay->backup = g_build_filename(stage->directory, "fresh", NULL);
	tf_fixture_run(stage->directory, "cp", "-a", stage->token->directory, replay->backup, NULL);
	replay->arguments = tf_soft_token_mock_arguments(stage->token, "");
	stage->plan.module.module = g_getenv("TF_MOCK_MODULE");
	stage->plan.module.arguments = replay->arguments;
	/* Where libp11 is made to wait for ever, so would each of the points. */
	stage->plan.client_seconds = 5;
	stage->answers.confirms[TF_EXCEPTION_MODULE] = TRUE;

	return replay;
}

void tf_replay_free(TfReplay *replay)
{
	if (replay == NULL)
		return;

	tf_stage_free(replay->stage);
	g_free(replay->backup);
	g_free(replay->arguments);
	g_free(replay);
}

void tf_replay_script(TfReplay *replay, const gchar *script)
{
	g_autofree gchar *counter = in_token(replay, "mock.counter");
	g_autofree gchar *log = in_token(replay, "mock.log");

	g_unlink(counter);
	g_unlink(log);
	g_free(replay->arguments);
	replay->arguments = tf_soft_token_mock_arguments(replay->stage->token, script);
	replay->stage->plan.module.arguments = replay->arguments;
}

void tf_replay_rewind(TfReplay *replay, const gchar *script)
{
	g_autofree gchar *state = g_build_filename(replay->stage->directory, "state", NULL);
	g_autofree gchar *fresh = g_strconcat(replay->backup, "/.", NULL);
	const gchar *token = replay->stage->token->directory;

	tf_fixture_run(replay->stage->directory, "rm", "-rf", token, state, replay->stage->source, NULL);
	tf_fixture_run(replay->stage->directory, "mkdir", "-m", "700", token, NULL);
	tf_fixture_run(replay->stage->directory, "cp", "-a", fresh, token, NULL);
	tf_fixture_write(replay->stage->source, replay->stage->content);
	tf_replay_script(replay, script);
}

static GStrv log_lines(const TfReplay *replay)
{
	g_autofree gchar *log = in_token(replay, "mock.log");
	g_autofree gchar *text = NULL;

	if (!g_file_get_contents(log, &text, NULL, NULL))
		return g_new0(gchar *, 1);
	g_strchomp(text);

	return g_strsplit(text, "\n", -1);
}

guint tf_replay_n_calls(const TfReplay *replay)
{
	g_auto(GStrv) lines = log_lines(replay);

	return g_strv_length(lines);
}

/* "PID NUMBER FUNCTION RV" */
static gchar *word_of(const TfReplay *replay, guint nth, guint word)
{
	g_auto(GStrv) lines = log_lines(replay);

	for (guint i = 0; lines[i] != NULL; i++) {
		g_auto(GStrv) words = g_strsplit(lines[i], " ", 4);

		g_assert_cmpuint(g_strv_length(words), >=, 3);
		if (g_ascii_strtoull(words[1], NULL, 10) == nth)
			return g_strdup(words[word]);
	}

	return NULL;
}

gchar *tf_replay_function(const TfReplay *replay, guint nth)
{
	return word_of(replay, nth, 2);
}

gchar *tf_replay_returned(const TfReplay *replay, guint nth)
{
	return word_of(replay, nth, 3);
}

gboolean tf_replay_skips(guint nth)
{
	const gchar *point = g_getenv("TF_TEST_POINT");
	const gchar *text = g_getenv("TF_TEST_EVERY");
	guint64 every = text != NULL ? g_ascii_strtoull(text, NULL, 10) : 1;
	guint64 day = (guint64)(g_get_real_time() / G_USEC_PER_SEC / SECONDS_PER_DAY);

	if (point != NULL)
		return nth != g_ascii_strtoull(point, NULL, 10);

	return every > 1 && nth % every != day % every;
}
