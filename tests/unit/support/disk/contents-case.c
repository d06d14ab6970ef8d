/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "contents-case.h"

gboolean contents_found_take(const TfPiece *piece, gpointer user_data)
{
	ContentsFound *found = user_data;

	g_string_append_printf(found->text, "%s%s %s%s%s", found->n == 0 ? "" : ", ",
		tf_form_name(piece->form), piece->member != NULL ? piece->member : "-",
		piece->is_damaged ? " damaged" : "", piece->is_pem ? " pem" : "");
	found->n_in_mail += piece->is_in_mail ? 1 : 0;
	g_assert_true(piece->bytes != NULL || piece->form == TF_FORM_NSS || piece->is_damaged);

	return ++found->n < found->most;
}

gchar *contents_found_in(int fd, TfContentsLimits *ret_limits)
{
	g_autoptr(GError) error = NULL;
	ContentsFound found = { g_string_new(NULL), 0, 100, 0 };

	g_assert_true(tf_contents_visit(fd, "file", NULL, contents_found_take, &found, ret_limits, &error));
	g_assert_no_error(error);

	return g_string_free(found.text, FALSE);
}
