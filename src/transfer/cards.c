/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/cards.h"

#include <string.h>

#include "base/error.h"
#include "token/card.h"
#include "token/opensc.h"

struct TfCards {
	TfFamilies *families;
	GPtrArray *readers;    /* TfReader */
	GPtrArray *identities; /* TfIdentityCard */
	TfOpensc *opensc;
	GError *problem;
};

void tf_cards_free(TfCards *cards)
{
	if (cards == NULL)
		return;

	tf_opensc_free(cards->opensc);
	g_clear_pointer(&cards->identities, g_ptr_array_unref);
	g_clear_pointer(&cards->readers, g_ptr_array_unref);
	tf_families_free(cards->families);
	g_clear_error(&cards->problem);
	g_free(cards);
}

/* Without PC/SC there are no readers, and software tokens work all the same. */
static GPtrArray *list_readers(TfCards *cards, GError **error)
{
	g_autoptr(GPtrArray) readers = tf_readers(&cards->problem);

	if (readers == NULL)
		return g_ptr_array_new();
	if (!tf_readers_check(readers, error))
		return NULL;

	return g_steal_pointer(&readers);
}

static gboolean set_aside(TfCards *cards, GError **error)
{
	g_autoptr(GPtrArray) ignored = g_ptr_array_new();

	cards->readers = list_readers(cards, error);
	if (cards->readers == NULL)
		return FALSE;
	cards->identities = tf_families_identity_cards(cards->families, cards->readers, error);
	for (guint i = 0; cards->identities != NULL && i < cards->identities->len; i++) {
		const TfIdentityCard *card = g_ptr_array_index(cards->identities, i);

		g_ptr_array_add(ignored, card->reader);
	}
	if (cards->identities != NULL)
		cards->opensc = tf_opensc_new(ignored, error);

	return cards->opensc != NULL;
}

TfCards *tf_cards_new(const gchar *named, const gchar *directory, GError **error)
{
	g_autoptr(TfCards) cards = g_new0(TfCards, 1);

	cards->families = tf_families_load(named, directory, error);
	if (cards->families == NULL || !set_aside(cards, error))
		return NULL;
	tf_opensc_use(cards->opensc);

	return g_steal_pointer(&cards);
}

const TfFamilies *tf_cards_families(const TfCards *cards)
{
	return cards->families;
}

const GPtrArray *tf_cards_identities(const TfCards *cards)
{
	return cards->identities;
}

const TfReader *tf_cards_reader(const TfCards *cards, const gchar *name)
{
	for (guint i = 0; cards != NULL && i < cards->readers->len; i++) {
		const TfReader *reader = g_ptr_array_index(cards->readers, i);

		if (g_strcmp0(reader->name, name) == 0)
			return reader;
	}

	return NULL;
}

/* A slot's description is its reader's name, cut to what it can hold; two readers may begin alike. */
static const TfReader *reader_of_slot(const TfCards *cards, const gchar *description)
{
	gsize length = strlen(description);
	const TfReader *found = NULL;
	guint n_found = 0;

	for (guint i = 0; i < cards->readers->len && length > 0; i++) {
		const TfReader *reader = g_ptr_array_index(cards->readers, i);

		if (strcmp(reader->name, description) == 0)
			return reader;
		if (length == TF_SLOT_NAME_SIZE && strncmp(reader->name, description, length) == 0) {
			found = reader;
			n_found++;
		}
	}

	return n_found == 1 ? found : NULL;
}

gboolean tf_cards_describe(const TfCards *cards, TfModule *module, TfTokenStatus *status, GError **error)
{
	g_autofree gchar *slot = NULL;
	const TfReader *reader = NULL;

	if (cards == NULL)
		return TRUE;
	slot = tf_slot_name(module, status->slot);
	reader = reader_of_slot(cards, slot);
	g_free(status->reader);
	status->reader = reader != NULL ? g_strdup(reader->name) : NULL;

	return tf_families_find(cards->families, status->facts, tf_module_facts(module),
		reader != NULL ? reader->atr : NULL, &status->family, error);
}

void tf_cards_count_pin_tries(TfTokenStatus *status)
{
	guint tries = TF_PIN_TRIES_UNKNOWN;

	if (status->reader != NULL && status->family != NULL)
		tries = tf_card_pin_tries(status->reader, status->family);
	status->knows_pin_tries = tries != TF_PIN_TRIES_UNKNOWN;
	if (!status->knows_pin_tries)
		return;
	status->pin_tries = tries;
	if (tries == 0)
		status->pin_state = TF_PIN_LOCKED;
	else if (tries == 1)
		status->pin_state = TF_PIN_LAST_TRY;
}

void tf_cards_instruct(TfAuditRequest *request, const TfTokenProfile *family, const TfReader *reader)
{
	request->reader = reader != NULL ? reader->name : NULL;
	if (family == NULL)
		return;
	request->lacks_session_keys = !tf_token_profile_has_session_keys(family);
	request->probe = tf_token_profile_probe(family);
}

void tf_cards_note_constants(TfEvidence *evidence, const TfTokenProfile *family)
{
	const gchar *const *names = family != NULL ? tf_token_profile_constants(family) : NULL;

	for (; names != NULL && *names != NULL; names++)
		tf_evidence_add_constant(evidence, *names);
}

gchar *tf_cards_configuration(const TfCards *cards)
{
	const gchar *path = tf_opensc_path(cards->opensc);
	g_autofree gchar *directory = g_path_get_dirname(path);
	g_autofree gchar *place = g_path_get_dirname(directory);
	g_autofree gchar *name = g_path_get_basename(path);

	return g_build_filename(place, "tokenferry-*", name, NULL);
}

const GError *tf_cards_problem(const TfCards *cards)
{
	return cards->problem;
}
