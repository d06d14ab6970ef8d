/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of readers come from USB devices: whatever they are, OpenSC reads out of our file what we meant to
 * write. */
#include <string.h>

#include "base/error.h"
#include "opensc-text.h"
#include "scconf.h"
#include "token/reader.h"

#define MAX_NAMES 16

static const gchar *const before[] = { "app default: debug = 0", "app default: card_drivers = internal",
	NULL };
static const gchar *const after[] = {
	"app default: framework pkcs15: use_file_caching = no",
	"app default: pkcs11: max_virtual_slots = 64",
	"app default: pkcs11: user_pin_unblock_style = set_pin_in_unlogged_session",
	NULL,
};

/* Names are divided by NUL, which none can hold. */
static GPtrArray *names_of(const guint8 *data, gsize size)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	gsize at = 0;

	while (at < size && names->len < MAX_NAMES) {
		gsize length = strnlen((const gchar *)data + at, size - at);

		g_ptr_array_add(names, g_strndup((const gchar *)data + at, length));
		at += length + 1;
	}

	return names;
}

static gboolean are_all_safe(const GPtrArray *names)
{
	for (guint i = 0; i < names->len; i++) {
		if (!tf_reader_name_is_safe(g_ptr_array_index(names, i)))
			return FALSE;
	}

	return TRUE;
}

static GStrv expected(const GPtrArray *names)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	g_autoptr(GString) line = g_string_new("app default: ignored_readers = ");

	for (guint i = 0; i < names->len; i++)
		g_string_append_printf(
			line, "%s%s", i > 0 ? "|" : "", (const gchar *)g_ptr_array_index(names, i));
	g_strv_builder_addv(builder, (const gchar **)before);
	if (names->len > 0)
		g_strv_builder_add(builder, line->str);
	g_strv_builder_addv(builder, (const gchar **)after);

	return g_strv_builder_end(builder);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autoptr(GPtrArray) names = names_of(data, size);
	g_autoptr(GError) error = NULL;
	g_autofree gchar *text = tf_opensc_text(names, &error);
	g_auto(GStrv) settings = NULL;
	g_auto(GStrv) meant = NULL;

	if (text == NULL) {
		g_assert(g_error_matches(error, TF_ERROR, TF_ERROR_READER_HOSTILE));
		g_assert(!are_all_safe(names));
		return 0;
	}
	settings = tf_scconf_settings(text);
	meant = expected(names);
	g_assert(settings != NULL &&
		 g_strv_equal((const gchar *const *)settings, (const gchar *const *)meant));

	return 0;
}
