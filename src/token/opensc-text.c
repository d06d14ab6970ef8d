/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "opensc-text.h"

#include "base/error.h"
#include "token/reader.h"

/*
 * A string of this syntax reaches to the next quote or the end of the line, and has no escapes: whoever
 * writes a name with either writes settings. So a name is quoted when it is safe, and refused when it is not.
 */
static gboolean append_quoted(GString *text, const gchar *name, GError **error)
{
	if (!tf_reader_name_is_safe(name))
		return tf_raise(error, TF_ERROR_READER_HOSTILE, name, NULL);
	g_string_append_printf(text, "\"%s\"", name);

	return TRUE;
}

static gboolean append_ignored(GString *text, const GPtrArray *ignored, GError **error)
{
	if (ignored == NULL || ignored->len == 0)
		return TRUE;

	g_string_append(text, "\tignored_readers = ");
	for (guint i = 0; i < ignored->len; i++) {
		if (i > 0)
			g_string_append(text, ", ");
		if (!append_quoted(text, g_ptr_array_index(ignored, i), error))
			return FALSE;
	}
	g_string_append(text, ";\n");

	return TRUE;
}

/*
 * Everything stands in 'default': OpenSC's tools and both of its modules read that block, and there is no
 * other for them to prefer. 64 slots are 16 readers, all that pcscd can have, by the 4 that OpenSC gives to
 * each. A PIN is unblocked by C_SetPIN with the PUK, before any login.
 */
gchar *tf_opensc_text(const GPtrArray *ignored, GError **error)
{
	g_autoptr(GString) text = g_string_new("app default {\n"
					       "\tdebug = 0;\n"
					       "\tcard_drivers = internal;\n");

	if (!append_ignored(text, ignored, error))
		return NULL;
	g_string_append(text, "\tframework pkcs15 {\n"
			      "\t\tuse_file_caching = no;\n"
			      "\t}\n"
			      "\tpkcs11 {\n"
			      "\t\tmax_virtual_slots = 64;\n"
			      "\t\tuser_pin_unblock_style = set_pin_in_unlogged_session;\n"
			      "\t}\n"
			      "}\n");

	return g_string_free(g_steal_pointer(&text), FALSE);
}
