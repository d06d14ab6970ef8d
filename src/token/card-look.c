/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The state of a card as pkcs15-init leaves a MyEID card: PrKDF is the first file it makes, then ODF, the SO
 * PIN, AODF and EF.DIR, at last the user PIN; then it activates.
 */
#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/hex.h"
#include "base/log.h"
#include "card-channel.h"
#include "card-private.h"
#include "task.h"
#include "token/card.h"

#define DEADLINE_SECONDS 20

#define SW_NOT_FOUND	0x6A82u
#define SW_PIN_BLOCKED	0x6983u
#define SW_TRIES_LEFT	0x63C0u /* and how many, in the last digit */
#define SW_TRIES_MASK	0xfff0u
#define ANSWER_CAPACITY 256u

#define IDENTITY_SIZE 20u
#define SERIAL_OFFSET 8u
#define SERIAL_SIZE   10u
/* CK_TOKEN_INFO has room for sixteen characters; OpenSC puts the last ones there. */
#define SERIAL_LENGTH 16u

typedef struct Command {
	gsize length;
	guint8 bytes[20];
} Command;

/* SELECT by AID, answering the FCI (ISO/IEC 7816-4, 7.1.1), whose tag 8A is the life cycle (5.3.3.2). */
static const Command select_application = { 18, { 0x00, 0xA4, 0x04, 0x00, 12, 0xA0, 0x00, 0x00, 0x00, 0x63,
							'P', 'K', 'C', 'S', '-', '1', '5', 0x00 } };
/* SELECT by path from the MF, answering nothing. */
static const Command select_odf = { 9, { 0x00, 0xA4, 0x08, 0x0C, 4, 0x50, 0x15, 0x50, 0x31 } };
static const Command select_prkdf = { 9, { 0x00, 0xA4, 0x08, 0x0C, 4, 0x50, 0x15, 0x44, 0x02 } };
static const Command select_dir = { 7, { 0x00, 0xA4, 0x08, 0x0C, 2, 0x2F, 0x00 } };
/* VERIFY without data asks for the tries left of a PIN. */
static const Command query_user_pin = { 4, { 0x00, 0x20, 0x00, 0x01 } };
static const Command query_so_pin = { 4, { 0x00, 0x20, 0x00, 0x03 } };
/* GET DATA: name (5 bytes), version (3), serial number (10), change counter (2). */
static const Command get_identity = { 5, { 0x00, 0xCA, 0x01, 0xA0, IDENTITY_SIZE } };

#define TAG_FCI	       0x6F
#define TAG_LIFE_CYCLE 0x8A

/* One that its caller may have stopped waiting for. */
typedef struct Look {
	gchar *reader;
	gboolean (*look)(TfCardChannel *channel, struct Look *look, GError **error);
	TfCardState state;
	guint tries_left;
	gchar *serial;
	GError *error;
} Look;

static void look_free(gpointer data)
{
	Look *look = data;

	g_free(look->reader);
	g_free(look->serial);
	g_clear_error(&look->error);
	g_free(look);
}

static gboolean raise_number(const gchar *what, guint number, GError **error)
{
	g_autofree gchar *code = g_strdup_printf("%04X", number);

	return tf_raise(error, TF_ERROR_TOKEN_FAILED, what, code, NULL);
}

static gboolean send(TfCardChannel *channel, const Command *command, TfSecret *ret_data, guint16 *ret_status,
	GError **error)
{
	return tf_card_channel_transmit(
		channel, command->bytes, command->length, ret_data, ret_status, error);
}

/* The value of the life cycle byte; FALSE when there is none. */
static gboolean find_life_cycle(const TfSecret *fci, guint8 *ret_value)
{
	const guint8 *bytes = tf_secret_peek(fci);
	gsize n = tf_secret_length(fci);
	gsize at = 2;

	if (n < at || bytes[0] != TAG_FCI || bytes[1] > n - at)
		return FALSE;

	while (at + 2 <= n) {
		guint8 tag = bytes[at];
		gsize length = bytes[at + 1];

		at += 2;
		if (length > n - at)
			return FALSE;
		if (tag == TAG_LIFE_CYCLE && length == 1) {
			*ret_value = bytes[at];
			return TRUE;
		}
		at += length;
	}

	return FALSE;
}

/* ISO/IEC 7816-4, table 14: 01 creation, 03 initialisation, 05 and 07 operational and in force. */
static gboolean ask_activation(TfCardChannel *channel, gboolean *ret_is_active, GError **error)
{
	g_autoptr(TfSecret) fci = tf_secret_new(ANSWER_CAPACITY);
	guint16 status = 0;
	guint8 life_cycle = 0;

	if (fci == NULL)
		return tf_raise(error, TF_ERROR_SYSTEM, "SELECT", g_strerror(ENOMEM), NULL);
	if (!send(channel, &select_application, fci, &status, error))
		return FALSE;
	if (status != TF_SW_OK)
		return raise_number("SELECT", status, error);
	if (!find_life_cycle(fci, &life_cycle))
		return tf_raise(error, TF_ERROR_TOKEN_FAILED, "SELECT", "FCI", NULL);
	if (life_cycle != 0x01 && life_cycle != 0x03 && life_cycle != 0x05 && life_cycle != 0x07)
		return raise_number("SELECT", life_cycle, error);
	*ret_is_active = life_cycle == 0x05 || life_cycle == 0x07;

	return TRUE;
}

static gboolean ask_file(
	TfCardChannel *channel, const Command *select, gboolean *ret_is_there, GError **error)
{
	guint16 status = 0;

	if (!send(channel, select, NULL, &status, error))
		return FALSE;
	if (status != TF_SW_OK && status != SW_NOT_FOUND)
		return raise_number("SELECT", status, error);
	*ret_is_there = status == TF_SW_OK;

	return TRUE;
}

/* What a card says of a PIN that was never made differs: 6A88, 6A86. 6F00 and its like are no such word. */
static gboolean ask_pin(TfCardChannel *channel, gboolean *ret_is_made, GError **error)
{
	guint16 status = 0;

	if (!send(channel, &query_user_pin, NULL, &status, error))
		return FALSE;
	*ret_is_made =
		status == TF_SW_OK || status == SW_PIN_BLOCKED || (status & SW_TRIES_MASK) == SW_TRIES_LEFT;
	if (!*ret_is_made && status >> 8 != 0x6A)
		return raise_number("VERIFY", status, error);

	return TRUE;
}

/* Without a directory of PKCS#15 objects, and without access rules in force. */
static gboolean look_unformatted(TfCardChannel *channel, Look *look, GError **error)
{
	gboolean has_prkdf = FALSE;

	if (!ask_file(channel, &select_prkdf, &has_prkdf, error))
		return FALSE;
	look->state = has_prkdf ? TF_CARD_HALF_FORMATTED : TF_CARD_BLANK;

	return TRUE;
}

static gboolean look_myeid(TfCardChannel *channel, Look *look, GError **error)
{
	gboolean is_active = FALSE;
	gboolean has_odf = FALSE;
	gboolean has_dir = FALSE;
	gboolean has_pin = FALSE;

	if (!ask_activation(channel, &is_active, error) || !ask_file(channel, &select_odf, &has_odf, error))
		return FALSE;
	if (!has_odf && !is_active)
		return look_unformatted(channel, look, error);
	if (has_odf && !ask_file(channel, &select_dir, &has_dir, error))
		return FALSE;
	if (is_active) {
		look->state = has_dir ? TF_CARD_READY : TF_CARD_FOREIGN;
		return TRUE;
	}
	if (!ask_pin(channel, &has_pin, error))
		return FALSE;
	look->state = has_dir && has_pin ? TF_CARD_NOT_ACTIVATED : TF_CARD_HALF_FORMATTED;

	return TRUE;
}

/* TF_CARD_READY when the access rules are in force: for whoever knows the rest already. */
static gboolean look_activation(TfCardChannel *channel, Look *look, GError **error)
{
	gboolean is_active = FALSE;

	if (!ask_activation(channel, &is_active, error))
		return FALSE;
	look->state = is_active ? TF_CARD_READY : TF_CARD_NOT_ACTIVATED;

	return TRUE;
}

static gboolean look_tries(TfCardChannel *channel, const Command *query, Look *look, GError **error)
{
	guint16 status = 0;

	if (!send(channel, query, NULL, &status, error))
		return FALSE;
	look->tries_left = status == SW_PIN_BLOCKED ? 0 : TF_PIN_TRIES_UNKNOWN;
	if ((status & SW_TRIES_MASK) == SW_TRIES_LEFT)
		look->tries_left = status & 0x0fu;

	return TRUE;
}

static gboolean look_so_pin(TfCardChannel *channel, Look *look, GError **error)
{
	return look_tries(channel, &query_so_pin, look, error);
}

static gboolean look_user_pin(TfCardChannel *channel, Look *look, GError **error)
{
	return look_tries(channel, &query_user_pin, look, error);
}

static gboolean look_serial(TfCardChannel *channel, Look *look, GError **error)
{
	g_autoptr(TfSecret) identity = tf_secret_new(ANSWER_CAPACITY);
	g_autofree gchar *digits = NULL;
	guint16 status = 0;

	if (identity == NULL)
		return tf_raise(error, TF_ERROR_SYSTEM, "GET DATA", g_strerror(ENOMEM), NULL);
	if (!send(channel, &get_identity, identity, &status, error))
		return FALSE;
	if (status != TF_SW_OK)
		return raise_number("GET DATA", status, error);
	if (tf_secret_length(identity) != IDENTITY_SIZE)
		return tf_raise(error, TF_ERROR_TOKEN_FAILED, "GET DATA", "Le", NULL);
	digits = tf_hex(tf_secret_peek(identity) + SERIAL_OFFSET, SERIAL_SIZE);
	look->serial = g_strdup(digits + strlen(digits) - SERIAL_LENGTH);

	return TRUE;
}

static void run(gpointer data)
{
	Look *look = data;
	g_autoptr(TfCardChannel) channel = tf_card_channel_open(look->reader, &look->error);

	if (channel != NULL)
		(void)look->look(channel, look, &look->error);
}

/* NULL with an error; a look that is over else. */
static Look *look_at(
	const gchar *reader, gboolean (*function)(TfCardChannel *, Look *, GError **), GError **error)
{
	Look *look = g_new0(Look, 1);

	look->reader = g_strdup(reader);
	look->look = function;
	if (!tf_task_run("pcsc", run, look, look_free, DEADLINE_SECONDS)) {
		tf_raise(error, TF_ERROR_TOKEN_FAILED, "SCardBeginTransaction", "SCARD_E_TIMEOUT", NULL);
		return NULL;
	}
	if (look->error != NULL) {
		g_propagate_error(error, g_steal_pointer(&look->error));
		look_free(look);
		return NULL;
	}

	return look;
}

gboolean tf_card_look(
	const TfReader *reader, const TfTokenProfile *profile, TfCardState *ret_state, GError **error)
{
	Look *look = NULL;

	if (tf_token_profile_activation(profile) != TF_TOKEN_ACTIVATION_MYEID) {
		*ret_state = TF_CARD_UNKNOWN;
		return TRUE;
	}
	look = look_at(reader->name, look_myeid, error);
	if (look == NULL)
		return FALSE;
	*ret_state = look->state;
	tf_log("card", "reader", reader->name, "state", tf_card_state_name(look->state), NULL);
	look_free(look);

	return TRUE;
}

gboolean tf_card_is_active(const TfReader *reader, gboolean *ret_is_active, GError **error)
{
	Look *look = look_at(reader->name, look_activation, error);

	if (look == NULL)
		return FALSE;
	*ret_is_active = look->state == TF_CARD_READY;
	look_free(look);

	return TRUE;
}

gboolean tf_card_so_pin_tries(const TfReader *reader, guint *ret_tries_left, GError **error)
{
	Look *look = look_at(reader->name, look_so_pin, error);

	if (look == NULL)
		return FALSE;
	*ret_tries_left = look->tries_left;
	look_free(look);

	return TRUE;
}

guint tf_card_pin_tries(const gchar *reader, const TfTokenProfile *profile)
{
	g_autoptr(GError) problem = NULL;
	guint tries_left = TF_PIN_TRIES_UNKNOWN;
	Look *look = NULL;

	if (tf_token_profile_activation(profile) != TF_TOKEN_ACTIVATION_MYEID)
		return TF_PIN_TRIES_UNKNOWN;
	look = look_at(reader, look_user_pin, &problem);
	if (look == NULL)
		return TF_PIN_TRIES_UNKNOWN;
	tries_left = look->tries_left;
	look_free(look);

	return tries_left;
}

gboolean tf_card_serial(
	const TfReader *reader, const TfTokenProfile *profile, gchar **ret_serial, GError **error)
{
	Look *look = NULL;

	if (tf_token_profile_activation(profile) != TF_TOKEN_ACTIVATION_MYEID) {
		*ret_serial = NULL;
		return TRUE;
	}
	look = look_at(reader->name, look_serial, error);
	if (look == NULL)
		return FALSE;
	*ret_serial = g_steal_pointer(&look->serial);
	look_free(look);

	return TRUE;
}

gboolean tf_card_state_from_name(const gchar *name, TfCardState *ret_state)
{
	for (guint i = 0; i < TF_N_CARD_STATES; i++) {
		if (g_str_equal(name, tf_card_state_name((TfCardState)i))) {
			*ret_state = (TfCardState)i;
			return TRUE;
		}
	}

	return FALSE;
}

const gchar *tf_card_state_name(TfCardState state)
{
	static const gchar *const names[TF_N_CARD_STATES] = {
		[TF_CARD_UNKNOWN] = "unknown",
		[TF_CARD_BLANK] = "blank",
		[TF_CARD_HALF_FORMATTED] = "half-formatted",
		[TF_CARD_NOT_ACTIVATED] = "not-activated",
		[TF_CARD_READY] = "ready",
		[TF_CARD_FOREIGN] = "foreign",
	};

	return names[state];
}
