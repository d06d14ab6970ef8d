/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pc.h"

#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

TfFixturePc *tf_fixture_pc_new(void)
{
	TfFixturePc *pc = g_new0(TfFixturePc, 1);

	pc->root = tf_fixture_directory();
	pc->site = (TfPostureSite){
		.root = pc->root,
		.home = "/home/hanako",
		.now = TF_FIXTURE_NOW,
		.is_dumpable = FALSE,
		.core_limit = 0,
	};
	pc->posture = tf_posture_new();

	return pc;
}

void tf_fixture_pc_free(TfFixturePc *pc)
{
	if (pc == NULL)
		return;

	tf_fixture_remove(pc->root);
	g_free(pc->root);
	tf_posture_free(pc->posture);
	g_free(pc);
}

static gchar *place(const TfFixturePc *pc, const gchar *path)
{
	gchar *file = g_strconcat(pc->root, path, NULL);
	g_autofree gchar *directory = g_path_get_dirname(file);

	g_assert_cmpint(g_mkdir_with_parents(directory, 0700), ==, 0);

	return file;
}

void tf_fixture_pc_put(const TfFixturePc *pc, const gchar *path, const gchar *text)
{
	g_autofree gchar *file = place(pc, path);
	const struct utimbuf day_before = { TF_FIXTURE_NOW - 86400, TF_FIXTURE_NOW - 86400 };

	g_assert_true(g_file_set_contents(file, text, -1, NULL));
	g_assert_cmpint(utime(file, &day_before), ==, 0);
}

void tf_fixture_pc_put_program(const TfFixturePc *pc, const gchar *path, const gchar *text)
{
	g_autofree gchar *file = place(pc, path);

	tf_fixture_pc_put(pc, path, text);
	g_assert_cmpint(chmod(file, 0700), ==, 0);
}

void tf_fixture_pc_link(const TfFixturePc *pc, const gchar *path, const gchar *target)
{
	g_autofree gchar *link = place(pc, path);
	g_autofree gchar *absolute = g_strconcat(pc->root, target, NULL);

	g_assert_cmpint(symlink(absolute, link), ==, 0);
}

const TfPostureAnswer *tf_fixture_pc_expect(const TfFixturePc *pc, TfPostureFinding finding, ...)
{
	const TfPostureAnswer *answer = NULL;
	guint n = 0;
	va_list list;

	g_assert_cmpuint(pc->posture->answers->len, ==, 1);
	answer = g_ptr_array_index(pc->posture->answers, 0);
	g_assert_cmpstr(tf_finding_name(answer->finding), ==, tf_finding_name(finding));
	va_start(list, finding);
	for (const gchar *argument; (argument = va_arg(list, const gchar *)) != NULL; n++)
		g_assert_cmpstr(answer->arguments[n], ==, argument);
	va_end(list);
	g_assert_cmpuint(n, ==, g_strv_length(answer->arguments));

	return answer;
}
