/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/touch.h"

#include <sys/stat.h>

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
