/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xattrs-private.h"

#include <errno.h>
#include <linux/limits.h>
#include <string.h>
#include <sys/xattr.h>

#include "base/secret.h"
#include "disk/form.h"
#include "disk/marks.h"

/* The system's own: labels and lists of access. */
static gboolean is_systems(const gchar *name)
{
	return g_str_has_prefix(name, "security.") || g_str_has_prefix(name, "system.");
}

static gboolean is_key(const guint8 *value, gsize length)
{
	TfForm form = tf_form_of(value, MIN(length, TF_FORM_HEAD));

	return tf_form_is_key(form) || form == TF_FORM_TEXT || tf_marks_find(value, length, 0) >= 0;
}

/* One that went meanwhile hides nothing. */
static gboolean may_hide_key(int fd, const gchar *name)
{
	g_autoptr(TfSecret) value = tf_secret_new(XATTR_SIZE_MAX);
	gssize length =
		value != NULL ? fgetxattr(fd, name, tf_secret_buffer(value), tf_secret_capacity(value)) : -1;

	if (length < 0)
		return value == NULL || errno != ENODATA;
	tf_secret_set_length(value, (gsize)length);

	return is_key(tf_secret_peek(value), tf_secret_length(value));
}

gboolean tf_xattrs_may_hide_key(int fd)
{
	g_autofree gchar *names = g_malloc(XATTR_LIST_MAX);
	gssize length = flistxattr(fd, names, XATTR_LIST_MAX);

	if (length < 0)
		return errno != ENOTSUP;
	for (gssize at = 0; at < length; at += (gssize)strlen(names + at) + 1) {
		if (!is_systems(names + at) && may_hide_key(fd, names + at))
			return TRUE;
	}

	return FALSE;
}
