/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pin.h"

#include <openssl/crypto.h>
#include <string.h>

#include "status.h"

void card_pin_create(CardPin *pin, const guint8 record[19])
{
	memset(pin, 0, sizeof *pin);
	pin->exists = TRUE;
	memcpy(pin->value, record, CARD_PIN_LENGTH);
	memcpy(pin->puk, record + CARD_PIN_LENGTH, CARD_PIN_LENGTH);
	pin->max_tries = MIN(record[16], 15);
	pin->tries_left = pin->max_tries;
	pin->max_puk_tries = MIN(record[17], 15);
	pin->puk_tries_left = pin->max_puk_tries;
}

static guint16 status_of_tries(guint8 tries_left)
{
	return tries_left == 0 ? CARD_PIN_BLOCKED : (guint16)(CARD_TRIES_LEFT | tries_left);
}

guint16 card_pin_query(const CardPin *pin)
{
	if (!pin->exists)
		return CARD_NO_REFERENCE;

	return pin->is_verified ? CARD_SUCCESS : status_of_tries(pin->tries_left);
}

/* A try is taken first, so that pulling the card in between cannot save it. */
static guint16 compare(const guint8 *given, const guint8 *right, guint8 *tries_left, guint8 max_tries)
{
	if (*tries_left == 0)
		return CARD_PIN_BLOCKED;

	--*tries_left;
	if (CRYPTO_memcmp(given, right, CARD_PIN_LENGTH) != 0)
		return status_of_tries(*tries_left);
	*tries_left = max_tries;

	return CARD_SUCCESS;
}

guint16 card_pin_verify(CardPin *pin, const guint8 value[CARD_PIN_LENGTH])
{
	guint16 status = CARD_NO_REFERENCE;

	if (pin->exists)
		status = compare(value, pin->value, &pin->tries_left, pin->max_tries);
	pin->is_verified = status == CARD_SUCCESS;

	return status;
}

guint16 card_pin_change(
	CardPin *pin, const guint8 old_value[CARD_PIN_LENGTH], const guint8 new_value[CARD_PIN_LENGTH])
{
	guint16 status = card_pin_verify(pin, old_value);

	if (status == CARD_SUCCESS)
		memcpy(pin->value, new_value, CARD_PIN_LENGTH);

	return status;
}

guint16 card_pin_unblock(
	CardPin *pin, const guint8 puk[CARD_PIN_LENGTH], const guint8 new_value[CARD_PIN_LENGTH])
{
	guint16 status = CARD_NO_REFERENCE;

	if (pin->exists)
		status = compare(puk, pin->puk, &pin->puk_tries_left, pin->max_puk_tries);
	if (status != CARD_SUCCESS)
		return status;
	memcpy(pin->value, new_value, CARD_PIN_LENGTH);
	pin->tries_left = pin->max_tries;

	return CARD_SUCCESS;
}
