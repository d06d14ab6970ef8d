/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"

#include <glib/gi18n.h>
#include <stdarg.h>
#include <string.h>

#include "base/fill.h"
#include "error-private.h"

/* Of what another process tells; a path is no longer. */
#define RELAY_LIMIT 4096u

typedef struct TfErrorPrivate {
	GStrv arguments;
} TfErrorPrivate;

static void tf_error_private_init(TfErrorPrivate *private)
{
	private->arguments = NULL;
}

static void tf_error_private_copy(const TfErrorPrivate *source, TfErrorPrivate *destination)
{
	destination->arguments = g_strdupv(source->arguments);
}

static void tf_error_private_clear(TfErrorPrivate *private)
{
	g_strfreev(private->arguments);
}

G_DEFINE_EXTENDED_ERROR(TfError, tf_error)

static const TfErrorRow *row_at(TfErrorCode code)
{
	return code < TF_ERROR_MANIFEST_INVALID ? &tf_error_rows[code] : &tf_error_batch_rows[code];
}

static const TfErrorRow *row_of(const GError *error)
{
	if (error->domain != TF_ERROR || error->code < 0 || error->code >= TF_N_ERRORS)
		return NULL;

	return row_at((TfErrorCode)error->code);
}

static guint count_arguments(const TfErrorRow *row)
{
	guint n = 0;

	while (n < TF_ERROR_ARGUMENT_LIMIT && row->arguments[n] != NULL)
		n++;

	return n;
}

static gchar *fill_in(const TfErrorRow *row, GStrv arguments, const gchar *template)
{
	return tf_fill(template, row->arguments, (const gchar *const *)arguments, count_arguments(row));
}

static GStrv collect_arguments(const TfErrorRow *row, va_list list)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	guint n = 0;

	for (const gchar *argument; (argument = va_arg(list, const gchar *)) != NULL; n++)
		g_strv_builder_add(builder, argument);
	g_assert_cmpuint(n, ==, count_arguments(row));

	return g_strv_builder_end(builder);
}

gboolean tf_raise(GError **error, TfErrorCode code, ...)
{
	const TfErrorRow *row = row_at(code);
	g_auto(GStrv) arguments = NULL;
	g_autofree gchar *message = NULL;
	va_list list;

	va_start(list, code);
	arguments = collect_arguments(row, list);
	va_end(list);
	if (error == NULL)
		return FALSE;

	message = fill_in(row, arguments, row->sentence);
	g_set_error_literal(error, TF_ERROR, (gint)code, message);
	tf_error_get_private(*error)->arguments = g_steal_pointer(&arguments);

	return FALSE;
}

const gchar *const *tf_error_arguments(const GError *error)
{
	if (row_of(error) == NULL)
		return NULL;

	return (const gchar *const *)tf_error_get_private(error)->arguments;
}

gboolean tf_error_relay(TfErrorCode code, const gchar *const *arguments, gsize n, GError **error)
{
	const gchar *all[TF_ERROR_ARGUMENT_LIMIT] = { NULL };

	if (n != count_arguments(row_at(code)))
		return FALSE;
	for (gsize i = 0; i < n; i++) {
		if (arguments[i] == NULL || strlen(arguments[i]) > RELAY_LIMIT ||
			!g_utf8_validate(arguments[i], -1, NULL))
			return FALSE;
		all[i] = arguments[i];
	}
	/* The first NULL ends them. */
	tf_raise(error, code, all[0], all[1], all[2], all[3], NULL);

	return TRUE;
}

gboolean tf_error_code_from_name(const gchar *name, TfErrorCode *ret_code)
{
	for (guint i = 0; i < TF_N_ERRORS; i++) {
		if (strcmp(row_at((TfErrorCode)i)->name, name) == 0) {
			*ret_code = (TfErrorCode)i;
			return TRUE;
		}
	}

	return FALSE;
}

const gchar *tf_number(gint64 number, gchar buffer[24])
{
	g_snprintf(buffer, 24, "%" G_GINT64_FORMAT, number);

	return buffer;
}

static GStrv word_arguments(const TfErrorRow *row, GStrv arguments, TfErrorWord word)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

	for (guint i = 0; arguments[i] != NULL; i++) {
		g_autofree gchar *worded = word != NULL ? word(row->arguments[i], arguments[i]) : NULL;

		g_strv_builder_add(builder, worded != NULL ? worded : arguments[i]);
	}

	return g_strv_builder_end(builder);
}

gchar *tf_error_sentence_worded(const GError *error, TfErrorWord word)
{
	const TfErrorRow *row = row_of(error);
	GStrv arguments = NULL;
	g_auto(GStrv) worded = NULL;
	g_autofree gchar *plain = NULL;
	g_autofree gchar *translated = NULL;
	g_autofree gchar *context = NULL;

	if (row == NULL)
		return g_strdup(error->message);

	arguments = tf_error_get_private(error)->arguments;
	worded = word_arguments(row, arguments, word);
	plain = fill_in(row, arguments, row->sentence);
	translated = fill_in(row, worded, _(row->sentence));
	if (g_str_has_suffix(error->message, plain))
		context = g_strndup(error->message, strlen(error->message) - strlen(plain));

	return g_strconcat(context != NULL ? context : "", translated, NULL);
}

gchar *tf_error_sentence(const GError *error)
{
	return tf_error_sentence_worded(error, NULL);
}

gchar *tf_error_advice(const GError *error)
{
	const TfErrorRow *row = row_of(error);

	if (row == NULL)
		return g_strdup("");

	return fill_in(row, tf_error_get_private(error)->arguments, _(row->advice));
}

int tf_error_exit_status(const GError *error)
{
	const TfErrorRow *row = row_of(error);

	return row != NULL ? (int)row->exit_status : (int)TF_EXIT_SYSTEM;
}

const gchar *tf_error_name(const GError *error)
{
	const TfErrorRow *row = row_of(error);

	return row != NULL ? row->name : row_at(TF_ERROR_SYSTEM)->name;
}

const gchar *tf_error_code_name(TfErrorCode code)
{
	return row_at(code)->name;
}

TfExit tf_error_code_exit_status(TfErrorCode code)
{
	return row_at(code)->exit_status;
}

guint tf_error_code_n_arguments(TfErrorCode code)
{
	return count_arguments(row_at(code));
}
