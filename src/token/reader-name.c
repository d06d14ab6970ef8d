/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A reader's name comes from USB strings and goes into an opensc.conf, whose syntax has no way to quote a
 * quote: a name that could end the string it stands in is refused, whole.
 */
#include <string.h>

#include "base/error.h"
#include "token/reader.h"

/* MAX_READERNAME of pcsc-lite, its NUL among them; what is longer came from nowhere good. */
#define NAME_LIMIT 127

gboolean tf_reader_name_is_safe(const gchar *name)
{
	gsize length = strlen(name);

	/* OpenSC looks for the name within those of readers: an empty one would be found in all. */
	if (length == 0 || length > NAME_LIMIT)
		return FALSE;
	for (const gchar *at = name; *at != '\0'; at++) {
		if (*at < ' ' || *at > '~' || strchr("\"\\{};#", *at) != NULL)
			return FALSE;
	}

	return TRUE;
}

gboolean tf_readers_check(const GPtrArray *readers, GError **error)
{
	for (guint i = 0; i < readers->len; i++) {
		const TfReader *reader = g_ptr_array_index(readers, i);

		if (!tf_reader_name_is_safe(reader->name))
			return tf_raise(error, TF_ERROR_READER_HOSTILE, reader->name, NULL);
	}

	return TRUE;
}
