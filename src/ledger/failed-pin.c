/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "column-private.h"

#define SALT_LIMIT   256u
#define DIGEST_LIMIT 256u

/* As they stand in the table. */
static const gchar *const kinds[TF_N_PIN_KINDS] = {
	[TF_PIN_USER] = "user",
	[TF_PIN_SO] = "so",
	[TF_PIN_PUK] = "puk",
};

static void pin_destroy(gpointer data)
{
	tf_failed_pin_free(data);
}

void tf_failed_pin_free(TfFailedPin *pin)
{
	if (pin == NULL)
		return;

	g_clear_pointer(&pin->salt, g_bytes_unref);
	g_clear_pointer(&pin->digest, g_bytes_unref);
	g_free(pin);
}

gboolean tf_ledger_note_failed_pin(TfLedger *ledger, const TfTokenFacts *token, TfPinKind kind, GBytes *salt,
	GBytes *digest, GError **error)
{
	const TfParameter parameters[] = {
		tf_parameter_text(kinds[kind]),
		tf_parameter_text(token->manufacturer),
		tf_parameter_text(token->model),
		tf_parameter_text(token->serial),
		tf_parameter_integer(g_get_real_time() / G_USEC_PER_SEC),
		tf_parameter_bytes(salt),
		tf_parameter_bytes(digest),
	};

	return tf_ledger_change(ledger,
		"INSERT INTO failed_pin (kind, manufacturer, model, serial, at, salt, digest)"
		" VALUES (?, ?, ?, ?, ?, ?, ?)",
		parameters, G_N_ELEMENTS(parameters), error);
}

static TfFailedPin *read_pin(const TfLedger *ledger, TfQuery *row, GError **error)
{
	TfFailedPin *pin = g_new0(TfFailedPin, 1);

	pin->salt = tf_column_bytes(row, 0, SALT_LIMIT);
	pin->digest = tf_column_bytes(row, 1, DIGEST_LIMIT);
	if (pin->salt != NULL && pin->digest != NULL)
		return pin;

	tf_failed_pin_free(pin);
	tf_ledger_fail_because(ledger, _("a row in it is damaged"), error);

	return NULL;
}

GPtrArray *tf_ledger_failed_pins(TfLedger *ledger, const TfTokenFacts *token, TfPinKind kind, GError **error)
{
	const TfParameter parameters[] = {
		tf_parameter_text(kinds[kind]),
		tf_parameter_text(token->manufacturer),
		tf_parameter_text(token->model),
		tf_parameter_text(token->serial),
	};
	g_autoptr(TfQuery) statement = tf_ledger_query(ledger,
		"SELECT salt, digest FROM failed_pin WHERE kind = ? AND manufacturer = ? AND model = ?"
		" AND serial = ? ORDER BY id DESC",
		parameters, G_N_ELEMENTS(parameters), error);
	g_autoptr(GPtrArray) pins = g_ptr_array_new_with_free_func(pin_destroy);
	gboolean has_row = FALSE;

	if (statement == NULL)
		return NULL;
	while (tf_ledger_next(ledger, statement, &has_row, error)) {
		TfFailedPin *pin = NULL;

		if (!has_row)
			return g_steal_pointer(&pins);
		pin = read_pin(ledger, statement, error);
		if (pin == NULL)
			return NULL;
		g_ptr_array_add(pins, pin);
	}

	return NULL;
}

gboolean tf_ledger_forget_failed_pins(
	TfLedger *ledger, const TfTokenFacts *token, TfPinKind kind, GError **error)
{
	const TfParameter parameters[] = {
		tf_parameter_text(kinds[kind]),
		tf_parameter_text(token->manufacturer),
		tf_parameter_text(token->model),
		tf_parameter_text(token->serial),
	};

	return tf_ledger_change(ledger,
		"DELETE FROM failed_pin WHERE kind = ? AND manufacturer = ? AND model = ? AND serial = ?",
		parameters, G_N_ELEMENTS(parameters), error);
}
