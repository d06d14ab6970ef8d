/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER and MyEID's way to log out. */
#include "card.h"
#include "status.h"

static CardPin *find(Card *card, guint8 reference)
{
	return reference > 0 && reference < CARD_N_PINS ? &card->pins[reference] : NULL;
}

guint16 card_verify(Card *card, const CardApdu *apdu, GByteArray *answer)
{
	CardPin *pin = find(card, apdu->p2);

	(void)answer;
	if (apdu->p1 != 0 || pin == NULL)
		return CARD_WRONG_P1_P2;
	if (apdu->length == 0)
		return card_pin_query(pin);
	if (apdu->length != CARD_PIN_LENGTH)
		return CARD_WRONG_LENGTH;

	return card_pin_verify(pin, apdu->data);
}

guint16 card_change_pin(Card *card, const CardApdu *apdu, GByteArray *answer)
{
	CardPin *pin = find(card, apdu->p2);

	(void)answer;
	if (apdu->p1 != 0 || pin == NULL)
		return CARD_WRONG_P1_P2;
	if (apdu->length != 2 * CARD_PIN_LENGTH)
		return CARD_WRONG_LENGTH;

	return card_pin_change(pin, apdu->data, apdu->data + CARD_PIN_LENGTH);
}

guint16 card_unblock_pin(Card *card, const CardApdu *apdu, GByteArray *answer)
{
	CardPin *pin = find(card, apdu->p2);

	(void)answer;
	if (apdu->p1 != 0 || pin == NULL)
		return CARD_WRONG_P1_P2;
	if (apdu->length != 2 * CARD_PIN_LENGTH)
		return CARD_WRONG_LENGTH;

	return card_pin_unblock(pin, apdu->data, apdu->data + CARD_PIN_LENGTH);
}

/* P2 names one PIN, 0 all. */
guint16 card_deauthenticate(Card *card, const CardApdu *apdu, GByteArray *answer)
{
	(void)answer;
	if (apdu->p1 != 0 || apdu->p2 >= CARD_N_PINS)
		return CARD_WRONG_P1_P2;

	for (guint8 i = 1; i < CARD_N_PINS; i++)
		if (apdu->p2 == 0 || apdu->p2 == i)
			card->pins[i].is_verified = FALSE;

	return CARD_SUCCESS;
}
