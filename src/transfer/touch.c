/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/touch.h"

#include <sys/stat.h>

#include "disk/trash.h"

void tf_touch_free(TfTouch *touch)
{
	if (touch == NULL)
		return;

	g_free(touch->what);
	g_free(touch);
}

void tf_touch_add(GPtrArray *touches, TfTouchKind kind, gchar *what)
{
	TfTouch *touch = g_new0(TfTouch, 1);

	touch->kind = kind;
	touch->what = what;
	g_ptr_array_add(touches, touch);
}

void tf_touch_add_record(GPtrArray *touches, const gchar *path)
{
	gchar *record = tf_trash_record(path);

	if (record != NULL)
		tf_touch_add(touches, TF_TOUCH_REMOVE_RECORD, record);
}

gchar *tf_touch_find_left(const TfWipeTrace *trace)
{
	const gchar *const names[] = { trace->new_name, trace->name };

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree gchar *path = g_build_filename(trace->directory, names[i], NULL);
		struct stat status;

		if (lstat(path, &status) == 0 && status.st_ino == trace->inode)
			return g_steal_pointer(&path);
	}

	return NULL;
}

/* Another file at the old name has the record by now. */
void tf_touch_add_record_left(GPtrArray *touches, const TfWipeTrace *trace)
{
	g_autofree gchar *path = g_build_filename(trace->directory, trace->name, NULL);
	g_autofree gchar *left = tf_touch_find_left(trace);
	struct stat status;

	if (g_strcmp0(left, path) == 0 || lstat(path, &status) != 0)
		tf_touch_add_record(touches, path);
}
