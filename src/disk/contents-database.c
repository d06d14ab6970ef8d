/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A browser's key database, told by its tables and records as they stand in the file: it is not opened here.
 */
#include <string.h>

#include "contents-private.h"

void tf_search_database(
	TfSearch *search, const guint8 *bytes, gsize length, const gchar *member, G_GNUC_UNUSED guint depth)
{
	/* Of key4.db the tables' names, of key3.db (Berkeley DB) its records'. */
	static const gchar *const marks[] = { "nssPrivate", "nssPublic", "global-salt" };
	const TfPiece piece = { .form = TF_FORM_NSS, .member = member };

	for (gsize i = 0; i < G_N_ELEMENTS(marks); i++) {
		if (memmem(bytes, length, marks[i], strlen(marks[i])) != NULL) {
			tf_search_tell(search, &piece);
			return;
		}
	}
}
