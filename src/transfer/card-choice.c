/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/card-choice.h"

#include <string.h>

#include "base/error.h"

void tf_card_choice_free(TfCardChoice *choice)
{
	if (choice == NULL)
		return;

	tf_reader_free(choice->reader);
	g_free(choice);
}

gboolean tf_card_state_is_formatted(TfCardState state)
{
	switch (state) {
	case TF_CARD_BLANK:
	case TF_CARD_HALF_FORMATTED:
	case TF_CARD_NOT_ACTIVATED:
		return FALSE;
	case TF_CARD_UNKNOWN:
	case TF_CARD_READY:
	case TF_CARD_FOREIGN:
	case TF_N_CARD_STATES:
		break;
	}

	return TRUE;
}

/* Takes the reader out of 'readers'. */
static TfCardChoice *look(GPtrArray *readers, guint index, const TfTokenProfile *profile, GError **error)
{
	g_autoptr(TfCardChoice) choice = g_new0(TfCardChoice, 1);

	choice->profile = profile;
	if (!tf_card_look(g_ptr_array_index(readers, index), profile, &choice->state, error))
		return NULL;
	choice->reader = g_ptr_array_steal_index(readers, index);

	return g_steal_pointer(&choice);
}

static gboolean find_reader(const GPtrArray *readers, const gchar *name, guint *ret_index)
{
	for (guint i = 0; i < readers->len; i++) {
		const TfReader *reader = g_ptr_array_index(readers, i);

		if (strcmp(reader->name, name) == 0 && reader->has_card) {
			*ret_index = i;
			return TRUE;
		}
	}

	return FALSE;
}

static TfCardChoice *choose_named(
	const TfFamilies *families, GPtrArray *readers, const gchar *name, GError **error)
{
	const TfTokenProfile *profile = NULL;
	const TfReader *reader = NULL;
	guint index = 0;

	if (!find_reader(readers, name, &index)) {
		tf_raise(error, TF_ERROR_TOKEN_MISSING, name, NULL);
		return NULL;
	}
	reader = g_ptr_array_index(readers, index);
	if (reader->is_mute) {
		tf_raise(error, TF_ERROR_TOKEN_FAILED, "ATR", "SCARD_STATE_MUTE", NULL);
		return NULL;
	}
	if (!tf_families_find(families, NULL, NULL, reader->atr, &profile, error))
		return NULL;
	if (profile != NULL && !tf_token_profile_is_target(profile)) {
		tf_raise(error, TF_ERROR_TOKEN_IDENTITY, name, NULL);
		return NULL;
	}
	if (profile == NULL || tf_token_profile_format(profile) != TF_TOKEN_FORMAT_PKCS15_INIT) {
		tf_raise(error, TF_ERROR_TOKEN_FORMAT_UNSUPPORTED, name, NULL);
		return NULL;
	}

	return look(readers, index, profile, error);
}

/* TfCardChoice of every card that could be meant; the ATR alone has to say so. */
static GPtrArray *find_cards(const TfFamilies *families, GPtrArray *readers, GError **error)
{
	g_autoptr(GPtrArray) cards = g_ptr_array_new_with_free_func((GDestroyNotify)tf_card_choice_free);

	for (guint i = readers->len; i > 0; i--) {
		const TfReader *reader = g_ptr_array_index(readers, i - 1);
		const TfTokenProfile *profile = NULL;
		TfCardChoice *card = NULL;

		if (reader->atr == NULL)
			continue;
		if (!tf_families_find(families, NULL, NULL, reader->atr, &profile, error))
			return NULL;
		if (profile == NULL || !tf_token_profile_fits_atr(profile, reader->atr) ||
			!tf_token_profile_is_target(profile) ||
			tf_token_profile_format(profile) != TF_TOKEN_FORMAT_PKCS15_INIT)
			continue;
		card = look(readers, i - 1, profile, error);
		if (card == NULL)
			return NULL;
		g_ptr_array_add(cards, card);
	}

	return g_steal_pointer(&cards);
}

static TfCardChoice *choose_only(
	const TfFamilies *families, GPtrArray *readers, gboolean takes_formatted, GError **error)
{
	g_autoptr(GPtrArray) cards = find_cards(families, readers, error);
	g_autofree gchar *formatted = NULL;

	if (cards == NULL)
		return NULL;
	for (guint i = cards->len; !takes_formatted && i > 0; i--) {
		const TfCardChoice *card = g_ptr_array_index(cards, i - 1);

		if (!tf_card_state_is_formatted(card->state))
			continue;
		g_free(formatted);
		formatted = g_strdup(card->reader->name);
		g_ptr_array_remove_index(cards, i - 1);
	}
	if (cards->len == 1)
		return g_ptr_array_steal_index(cards, 0);
	if (cards->len > 1)
		tf_raise(error, TF_ERROR_TOKEN_AMBIGUOUS, TF_NUMBER(cards->len), "PC/SC", NULL);
	else if (formatted != NULL)
		tf_raise(error, TF_ERROR_TOKEN_ALREADY_INITIALIZED, formatted, NULL);

	return NULL;
}

TfCardChoice *tf_card_choose(
	const TfFamilies *families, const gchar *reader, gboolean takes_formatted, GError **error)
{
	g_autoptr(GError) problem = NULL;
	g_autoptr(GPtrArray) readers = tf_readers(&problem);
	g_autoptr(TfCardChoice) choice = NULL;

	if (readers == NULL && reader == NULL)
		return NULL;
	if (readers == NULL) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return NULL;
	}
	if (!tf_readers_check(readers, error))
		return NULL;
	if (reader == NULL)
		return choose_only(families, readers, takes_formatted, error);

	choice = choose_named(families, readers, reader, error);
	if (choice != NULL && !takes_formatted && tf_card_state_is_formatted(choice->state)) {
		tf_raise(error, TF_ERROR_TOKEN_ALREADY_INITIALIZED, reader, NULL);
		return NULL;
	}

	return g_steal_pointer(&choice);
}
