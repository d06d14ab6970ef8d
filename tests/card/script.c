/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "script.h"

#include <string.h>

#include "state.h"

#define MAX_WORDS  3
#define MAX_NUMBER 1000000

typedef struct Call {
	CardScript *script;
	Card *card;
	gchar *const *words; /* of the command line, its name first */
} Call;

typedef struct Command {
	const gchar *name;
	guint n_words;
	gboolean (*run)(const Call *call, GError **error);
} Command;

/* Counts down; TRUE when it arrives. */
static gboolean is_due(guint *counter)
{
	if (*counter == 0)
		return FALSE;

	return --*counter == 0;
}

CardFate card_script_count(CardScript *script)
{
	gboolean removes = is_due(&script->remove_at);
	gboolean removes_after = is_due(&script->remove_after);
	gboolean holds = is_due(&script->hold_after);
	gboolean answers = is_due(&script->answer_at);

	script->n_apdus++;
	if (removes)
		return CARD_FATE_REMOVE;
	if (removes_after)
		return CARD_FATE_REMOVE_AFTER;
	if (holds)
		return CARD_FATE_HOLD;

	return answers ? CARD_FATE_ANSWER : CARD_FATE_RUN;
}

static gboolean read_number(const gchar *word, guint base, guint64 limit, guint64 *ret_number, GError **error)
{
	return g_ascii_string_to_unsigned(word, base, 0, limit, ret_number, error);
}

static gboolean read_count(const gchar *word, guint *ret_count, GError **error)
{
	guint64 number = 0;

	if (!read_number(word, 10, MAX_NUMBER, &number, error))
		return FALSE;
	*ret_count = (guint)number;

	return TRUE;
}

static gboolean read_switch(const gchar *word, gboolean *ret_is_on, GError **error)
{
	if (!g_str_equal(word, "on") && !g_str_equal(word, "off")) {
		g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
			"'%s' is neither on nor off", word);
		return FALSE;
	}
	*ret_is_on = g_str_equal(word, "on");

	return TRUE;
}

static gboolean run_insert(const Call *call, GError **error)
{
	(void)error;
	call->script->is_inserted = TRUE;

	return TRUE;
}

static gboolean run_remove(const Call *call, GError **error)
{
	(void)error;
	call->script->is_inserted = FALSE;

	return TRUE;
}

static gboolean run_remove_at(const Call *call, GError **error)
{
	return read_count(call->words[1], &call->script->remove_at, error);
}

static gboolean run_remove_after(const Call *call, GError **error)
{
	return read_count(call->words[1], &call->script->remove_after, error);
}

static gboolean run_hold_after(const Call *call, GError **error)
{
	return read_count(call->words[1], &call->script->hold_after, error);
}

static gboolean run_answer_at(const Call *call, GError **error)
{
	guint64 status = 0;

	if (!read_number(call->words[2], 16, G_MAXUINT16, &status, error))
		return FALSE;
	call->script->answer = (guint16)status;

	return read_count(call->words[1], &call->script->answer_at, error);
}

static gboolean run_latency(const Call *call, GError **error)
{
	return read_count(call->words[1], &call->script->latency, error);
}

static gboolean run_tries(const Call *call, GError **error)
{
	guint64 reference = 0, tries = 0;

	if (!read_number(call->words[1], 10, CARD_N_PINS - 1, &reference, error) ||
		!read_number(call->words[2], 10, 15, &tries, error))
		return FALSE;
	call->card->pins[reference].tries_left = (guint8)tries;
	call->card->is_dirty = TRUE;

	return TRUE;
}

static gboolean run_never_activated(const Call *call, GError **error)
{
	return read_switch(call->words[1], &call->card->ignores_activate, error);
}

static gboolean run_leaky(const Call *call, GError **error)
{
	return read_switch(call->words[1], &call->card->is_leaky, error);
}

static gboolean run_identity(const Call *call, GError **error)
{
	static const gchar *const kinds[] = { "off", "on", "contact", NULL };

	for (guint i = 0; kinds[i] != NULL; i++) {
		if (g_str_equal(call->words[1], kinds[i])) {
			card_identity_become(&call->card->identity, (CardIdentityKind)i);
			return TRUE;
		}
	}
	g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
		"'%s' is none of on, contact and off", call->words[1]);

	return FALSE;
}

static gboolean run_features(const Call *call, GError **error)
{
	guint64 features = 0;

	if (!read_number(call->words[1], 16, G_MAXUINT16, &features, error))
		return FALSE;
	call->card->features = (guint16)features;
	call->card->is_dirty = TRUE;

	return TRUE;
}

static gboolean run_rsa_bits(const Call *call, GError **error)
{
	guint64 bits = 0;

	if (!read_number(call->words[1], 10, 4096, &bits, error))
		return FALSE;
	call->card->max_rsa_bits = (guint16)bits;
	call->card->is_dirty = TRUE;

	return TRUE;
}

static gboolean run_blank(const Call *call, GError **error)
{
	Card *card = call->card;
	guint8 serial[CARD_SERIAL_LENGTH];

	(void)error;
	memcpy(serial, card->serial, sizeof serial);
	card_clear(card);
	card_init(card, 0);
	memcpy(card->serial, serial, sizeof serial);
	card->is_dirty = TRUE;

	return TRUE;
}

static gboolean run_new(const Call *call, GError **error)
{
	guint64 number = 0;

	if (!read_number(call->words[1], 10, G_MAXUINT16, &number, error))
		return FALSE;
	card_clear(call->card);
	card_init(call->card, (guint)number);
	call->card->is_dirty = TRUE;

	return TRUE;
}

static gboolean run_save(const Call *call, GError **error)
{
	return card_state_save(call->card, call->words[1], error);
}

static gboolean run_load(const Call *call, GError **error)
{
	if (!card_state_load(call->card, call->words[1], error))
		return FALSE;
	call->card->is_dirty = TRUE;

	return TRUE;
}

static gboolean run_count(const Call *call, GError **error)
{
	(void)call;
	(void)error;

	return TRUE;
}

static gboolean run_count_from_0(const Call *call, GError **error)
{
	(void)error;
	call->script->n_apdus = 0;

	return TRUE;
}

static gboolean run_heal(const Call *call, GError **error)
{
	CardScript *script = call->script;

	(void)error;
	script->latency = 0;
	script->remove_at = 0;
	script->remove_after = 0;
	script->hold_after = 0;
	script->is_held = FALSE;
	script->answer_at = 0;

	return TRUE;
}

static const Command commands[] = {
	{ "insert", 1, run_insert },
	{ "remove", 1, run_remove },
	{ "remove-at", 2, run_remove_at },
	{ "remove-after", 2, run_remove_after },
	{ "hold-after", 2, run_hold_after },
	{ "answer-at", 3, run_answer_at },
	{ "latency", 2, run_latency },
	{ "tries", 3, run_tries },
	{ "never-activated", 2, run_never_activated },
	{ "leaky", 2, run_leaky },
	{ "identity", 2, run_identity },
	{ "features", 2, run_features },
	{ "rsa-bits", 2, run_rsa_bits },
	{ "blank", 1, run_blank },
	{ "new", 2, run_new },
	{ "save", 2, run_save },
	{ "load", 2, run_load },
	{ "count", 1, run_count },
	{ "count-from-0", 1, run_count_from_0 },
	{ "heal", 1, run_heal },
};

static const Command *find(gchar *const *words)
{
	guint n_words = g_strv_length((gchar **)words);

	for (gsize i = 0; i < G_N_ELEMENTS(commands); i++)
		if (n_words == commands[i].n_words && g_str_equal(words[0], commands[i].name))
			return &commands[i];

	return NULL;
}

gchar *card_script_run(CardScript *script, Card *card, const gchar *line)
{
	g_auto(GStrv) words = g_strsplit(line, " ", MAX_WORDS + 1);
	const Command *command = find(words);
	g_autoptr(GError) error = NULL;

	if (command == NULL)
		return g_strdup_printf("error: no such command: '%s'", line);
	if (!command->run(&(Call){ script, card, words }, &error))
		return g_strdup_printf("error: %s", error->message);
	if (command->run == run_count)
		return g_strdup_printf("ok %u", script->n_apdus);

	return g_strdup("ok");
}
