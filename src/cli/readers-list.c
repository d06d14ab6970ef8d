/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "base/hex.h"
#include "base/log.h"
#include "cli/describe.h"
#include "cli/language.h"
#include "cli/output.h"
#include "cli/readers.h"
#include "token/reader.h"
#include "transfer/choice.h"

typedef enum ReaderState {
	STATE_EMPTY,
	STATE_MUTE,
	STATE_UNRECOGNISED,
	STATE_TOKEN,
	STATE_IDENTITY,
	STATE_UNREADY, /* known by its ATR, and not formatted to the end */
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
	[STATE_IDENTITY] = { "identity-card", N_("holds an identity card, which is left alone") },
	[STATE_UNREADY] = { "unready", N_("holds a card that is not ready yet") },
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

static gboolean is_set_aside(const TfCards *cards, const TfReader *reader)
{
	const GPtrArray *identities = tf_cards_identities(cards);

	for (guint i = 0; i < identities->len; i++) {
		if (strcmp(((const TfIdentityCard *)g_ptr_array_index(identities, i))->reader,
			    reader->name) == 0)
			return TRUE;
	}

	return FALSE;
}

/* What one reader holds. */
typedef struct View {
	const TfReader *reader;
	ReaderState state;
	const TfTokenProfile *family; /* STATE_UNREADY only */
	TfCardState card;
	gchar *atr;
} View;

static void view_clear(View *view)
{
	g_free(view->atr);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(View, view_clear)

/* Whether a card that no module shows is one that init-token makes ready. */
static gboolean is_unready(const TfCards *cards, View *view)
{
	if (!tf_families_find(tf_cards_families(cards), NULL, NULL, view->reader->atr, &view->family, NULL) ||
		view->family == NULL || !tf_card_look(view->reader, view->family, &view->card, NULL))
		return FALSE;

	return view->card == TF_CARD_BLANK || view->card == TF_CARD_HALF_FORMATTED ||
	       view->card == TF_CARD_NOT_ACTIVATED;
}

static ReaderState state_of(const GPtrArray *modules, const TfCards *cards, View *view)
{
	if (!view->reader->has_card)
		return STATE_EMPTY;
	if (view->reader->is_mute)
		return STATE_MUTE;
	if (has_token(modules, view->reader))
		return STATE_TOKEN;
	if (is_set_aside(cards, view->reader))
		return STATE_IDENTITY;

	return is_unready(cards, view) ? STATE_UNREADY : STATE_UNRECOGNISED;
}

static void print_reader(const View *view)
{
	gboolean is_unready = view->state == STATE_UNREADY;
	g_autoptr(GString) text = g_string_new(NULL);

	tf_describe_line(text, 0, _("Card reader"), view->reader->name);
	if (is_unready)
		tf_describe_line(
			text, 2, _("Kind"), tf_token_profile_title(view->family, tf_language_spoken()));
	tf_describe_line(text, 2, _("State"),
		is_unready ? tf_describe_card_state(view->card) : _(states[view->state].sentence));
	if (is_unready)
		tf_describe_line(text, 2, _("What to do"), _("'tokenferry init-token' makes it ready"));
	tf_describe_line(text, 2, "ATR", view->atr);
	g_string_append_c(text, '\n');
	tf_output_text(text->str);
}

static void print_reader_json(const View *view)
{
	json_t *value = tf_output_object("reader");

	json_object_set_new(value, "reader", tf_output_string(view->reader->name));
	json_object_set_new(value, "state", json_string(states[view->state].name));
	if (view->state == STATE_UNREADY) {
		json_object_set_new(value, "profile", json_string(tf_token_profile_name(view->family)));
		json_object_set_new(value, "card", json_string(tf_card_state_name(view->card)));
	}
	json_object_set_new(value, "atr", tf_output_string(view->atr));
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

void tf_readers_list(const GPtrArray *modules, const TfCards *cards, gboolean is_json)
{
	g_autoptr(GError) problem = NULL;
	g_autoptr(GPtrArray) readers = tf_readers(&problem);

	if (readers == NULL) {
		tell_unavailable(problem, is_json);
		return;
	}
	for (guint i = 0; i < readers->len; i++) {
		g_auto(View) view = { .reader = g_ptr_array_index(readers, i) };

		view.state = state_of(modules, cards, &view);
		if (view.reader->atr != NULL)
			view.atr = tf_hex(
				g_bytes_get_data(view.reader->atr, NULL), g_bytes_get_size(view.reader->atr));
		if (is_json)
			print_reader_json(&view);
		else if (view.state != STATE_TOKEN && view.state != STATE_IDENTITY)
			print_reader(&view);
	}
}
