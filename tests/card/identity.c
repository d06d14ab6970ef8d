/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "identity.h"

#include <string.h>

#include "status.h"

#define INS_VERIFY	     0x20
#define INS_SELECT	     0xA4
#define P1_BY_EF	     0x02
#define P1_BY_NAME	     0x04
#define REFERENCE	     0x80
#define AUTHENTICATION	     0x0018 /* file of the PIN for user authentication */
#define SIGNATURE	     0x001B
#define AUTHENTICATION_TRIES 3
#define SIGNATURE_TRIES	     5

static const guint8 application[] = { 0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01 };

/* Of a contactless reader, which makes it without asking the card (PC/SC part 3, 3.1.3.2.3.1). */
static const guint8 contactless[] = { 0x3B, 0x80, 0x80, 0x01, 0x01 };
static const guint8 contact[] = { 0x3B, 0xE0, 0x00, 0xFF, 0x81, 0x31, 0xFE, 0x45, 0x14 };

const guint8 *card_identity_atr(const CardIdentity *identity, gsize *ret_length)
{
	gboolean is_contact = identity->kind == CARD_IDENTITY_CONTACT;

	*ret_length = is_contact ? sizeof contact : sizeof contactless;

	return is_contact ? contact : contactless;
}

void card_identity_reset(CardIdentity *identity)
{
	identity->is_selected = FALSE;
	identity->file = 0;
}

void card_identity_become(CardIdentity *identity, CardIdentityKind kind)
{
	*identity = (CardIdentity){ .kind = kind, .tries = { AUTHENTICATION_TRIES, SIGNATURE_TRIES } };
}

static guint16 select_application(CardIdentity *identity, const CardApdu *apdu)
{
	gboolean is_there =
		apdu->length == sizeof application && memcmp(apdu->data, application, apdu->length) == 0;

	identity->is_selected = is_there;
	identity->file = 0;

	return is_there ? CARD_SUCCESS : CARD_NOT_FOUND;
}

static guint16 select_file(CardIdentity *identity, const CardApdu *apdu)
{
	guint16 file = apdu->length == 2 ? (guint16)(apdu->data[0] << 8 | apdu->data[1]) : 0;

	if (!identity->is_selected || (file != AUTHENTICATION && file != SIGNATURE))
		return CARD_NOT_FOUND;
	identity->file = file;

	return CARD_SUCCESS;
}

/* Every PIN is wrong: nobody knows those of somebody else's card. */
static guint16 verify(CardIdentity *identity, const CardApdu *apdu)
{
	guint8 *tries = &identity->tries[identity->file == SIGNATURE ? 1 : 0];

	if (identity->file == 0 || apdu->p2 != REFERENCE)
		return CARD_NOT_FOUND;
	if (apdu->length > 0 && *tries > 0)
		(*tries)--;

	return *tries > 0 ? (guint16)(CARD_TRIES_LEFT | *tries) : CARD_PIN_BLOCKED;
}

guint16 card_identity_run(CardIdentity *identity, const CardApdu *apdu)
{
	if (apdu->cla != 0)
		return CARD_UNKNOWN_CLA;
	if (apdu->ins == INS_SELECT && apdu->p1 == P1_BY_NAME)
		return select_application(identity, apdu);
	if (apdu->ins == INS_SELECT && apdu->p1 == P1_BY_EF)
		return select_file(identity, apdu);
	if (apdu->ins == INS_VERIFY)
		return verify(identity, apdu);

	return apdu->ins == INS_SELECT ? CARD_NOT_FOUND : CARD_UNKNOWN_INS;
}
