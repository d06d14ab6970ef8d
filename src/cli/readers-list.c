/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "base/hex.h"
#include "base/log.h"
#include "cli/describe.h"
#include "cli/output.h"
#include "cli/readers.h"
#include "token/reader.h"
#include "transfer/choice.h"

typedef enum ReaderState {
	STATE_EMPTY,
	STATE_MUTE,
	STATE_UNRECOGNISED,
	STATE_TOKEN,
	N_STATES
} ReaderState;

typedef struct StateRow {
	const gchar *name;
	const gchar *sentence;
} StateRow;

static const StateRow states[N_STATES] = {
	[STATE_EMPTY] = { "empty", N_("no card in it") },
	[STATE_MUTE] = { "mute", N_("the card in it does not answer; is it the right way round?") },
	[STATE_UNRECOGNISED] = { "unrecognised", N_("holds a card that none of the modules knows") },
	[STATE_TOKEN] = { "token", N_("holds one of the tokens above") },
};

static gboolean has_token(const GPtrArray *modules, const TfReader *reader)
{
	for (guint i = 0; i < modules->len; i++) {
		const TfLoadedModule *loaded = g_ptr_array_index(modules, i);

		for (guint j = 0; j < loaded->tokens->len; j++) {
			const TfTokenStatus *status = g_ptr_array_index(loaded->tokens, j);

			if (g_strcmp0(status->reader, reader->name) == 0)
				return TRUE;
		}
	}

	return FALSE;
}

static ReaderState state_of(const GPtrArray *modules, const TfReader *reader)
{
	if (!reader->has_card)
		return STATE_EMPTY;
	if (reader->is_mute)
		return STATE_MUTE;

	return has_token(modules, reader) ? STATE_TOKEN : STATE_UNRECOGNISED;
}

static void print_reader(const TfReader *reader, ReaderState state, const gchar *atr)
{
	g_autoptr(GString) text = g_string_new(NULL);

	tf_describe_line(text, 0, _("Card reader"), reader->name);
	tf_describe_line(text, 2, _("State"), _(states[state].sentence));
	tf_describe_line(text, 2, "ATR", atr);
	g_string_append_c(text, '\n');
	tf_output_text(text->str);
}

static void print_reader_json(const TfReader *reader, ReaderState state, const gchar *atr)
{
	json_t *value = tf_output_object("reader");

	json_object_set_new(value, "reader", tf_output_string(reader->name));
	json_object_set_new(value, "state", json_string(states[state].name));
	json_object_set_new(value, "atr", tf_output_string(atr));
	tf_output_json(value);
}

static void tell_unavailable(const GError *problem, gboolean is_json)
{
	const gchar *const *arguments = tf_error_arguments(problem);
	json_t *value = NULL;

	tf_log("readers", "unavailable", arguments[0], NULL);
	if (!is_json)
		return;
	value = tf_output_object("readers");
	json_object_set_new(value, "available", json_false());
	json_object_set_new(value, "reason", tf_output_string(arguments[0]));
	tf_output_json(value);
}

void tf_readers_list(const GPtrArray *modules, gboolean is_json)
{
	g_autoptr(GError) problem = NULL;
	g_autoptr(GPtrArray) readers = tf_readers(&problem);

	if (readers == NULL) {
		tell_unavailable(problem, is_json);
		return;
	}
	for (guint i = 0; i < readers->len; i++) {
		const TfReader *reader = g_ptr_array_index(readers, i);
		ReaderState state = state_of(modules, reader);
		g_autofree gchar *atr = reader->atr != NULL ? tf_hex(g_bytes_get_data(reader->atr, NULL),
								      g_bytes_get_size(reader->atr))
							    : NULL;

		if (is_json)
			print_reader_json(reader, state, atr);
		else if (state != STATE_TOKEN)
			print_reader(reader, state, atr);
	}
}
