/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "card.h"

#include <openssl/rand.h>
#include <string.h>

#include "status.h"

#define INS_GET_RESPONSE 0xC0
#define CLA_ISO		 0x00
#define CLA_DELETE	 0xA0 /* what OpenSC sends DELETE FILE with */

typedef enum Effect {
	EFFECT_NONE,
	EFFECT_COUNTERS, /* of PINs, whether it succeeds or not */
	EFFECT_CHANGE,
} Effect;

typedef struct Instruction {
	guint8 cla;
	guint8 ins;
	Effect effect;
	guint16 (*run)(Card *card, const CardApdu *apdu, GByteArray *answer);
} Instruction;

static const Instruction instructions[] = {
	{ CLA_ISO, 0x20, EFFECT_COUNTERS, card_verify },
	{ CLA_ISO, 0x22, EFFECT_NONE, card_set_environment },
	{ CLA_ISO, 0x24, EFFECT_COUNTERS, card_change_pin },
	{ CLA_ISO, 0x2A, EFFECT_NONE, card_perform },
	{ CLA_ISO, 0x2C, EFFECT_COUNTERS, card_unblock_pin },
	{ CLA_ISO, 0x2E, EFFECT_NONE, card_deauthenticate },
	{ CLA_ISO, 0x44, EFFECT_CHANGE, card_activate },
	{ CLA_ISO, 0x46, EFFECT_CHANGE, card_generate },
	{ CLA_ISO, 0x84, EFFECT_NONE, card_get_challenge },
	{ CLA_ISO, 0x86, EFFECT_NONE, card_agree },
	{ CLA_ISO, 0xA4, EFFECT_NONE, card_select },
	{ CLA_ISO, 0xB0, EFFECT_NONE, card_read_binary },
	{ CLA_ISO, 0xCA, EFFECT_NONE, card_get_data },
	{ CLA_ISO, 0xD6, EFFECT_CHANGE, card_update_binary },
	{ CLA_ISO, 0xDA, EFFECT_CHANGE, card_put_data },
	{ CLA_ISO, 0xE0, EFFECT_CHANGE, card_create_file },
	{ CLA_ISO, 0xE4, EFFECT_CHANGE, card_delete_file },
	{ CLA_DELETE, 0xE4, EFFECT_CHANGE, card_delete_file },
};

void card_init(Card *card, guint number)
{
	/* Ten digits as a real serial number has them, different for each card of a launch. */
	const guint8 serial[CARD_SERIAL_LENGTH] = { 0x10, 0x00, 0x27, 0x01, 0x52, 0x00, 0x00, 0x00,
		(guint8)(number >> 8), (guint8)number };

	memset(card, 0, sizeof *card);
	memcpy(card->serial, serial, sizeof serial);
	card->features = CARD_FEATURE_RSA | CARD_FEATURE_3DES | CARD_FEATURE_AES | CARD_FEATURE_ECC;
	card->max_rsa_bits = 4096;
	card_file_system_init(&card->files);
	card_exchange_init(&card->exchange);
}

const guint8 *card_atr(const Card *card, gsize *ret_length)
{
	/* Of a MyEID card: T=1, historical bytes "MyEID". */
	static const guint8 myeid[] = { 0x3B, 0xF5, 0x18, 0x00, 0x00, 0x81, 0x31, 0xFE, 0x45, 'M', 'y', 'E',
		'I', 'D', 0x9A };

	if (card->identity.kind != CARD_IDENTITY_NONE)
		return card_identity_atr(&card->identity, ret_length);
	*ret_length = sizeof myeid;

	return myeid;
}

void card_clear(Card *card)
{
	card_file_system_clear(&card->files);
	card_exchange_clear(&card->exchange);
}

void card_reset(Card *card)
{
	for (guint i = 0; i < CARD_N_PINS; i++)
		card->pins[i].is_verified = FALSE;
	memset(&card->environment, 0, sizeof card->environment);
	card_file_system_reset(&card->files);
	card_exchange_reset(&card->exchange);
	card_identity_reset(&card->identity);
}

gboolean card_allows(const Card *card, const CardFile *file, CardAccess access)
{
	guint8 condition = card_file_access(file, access);

	if (!card->is_activated || condition == CARD_ACCESS_ALWAYS)
		return TRUE;

	return condition != CARD_ACCESS_NEVER && card->pins[condition].is_verified;
}

static const Instruction *find(const CardApdu *apdu, guint16 *ret_status)
{
	*ret_status = CARD_UNKNOWN_CLA;
	for (gsize i = 0; i < G_N_ELEMENTS(instructions); i++) {
		if (instructions[i].cla != apdu->cla)
			continue;
		if (instructions[i].ins == apdu->ins)
			return &instructions[i];
		*ret_status = CARD_UNKNOWN_INS;
	}

	return NULL;
}

static guint16 run(Card *card, const CardApdu *apdu, GByteArray *answer)
{
	guint16 status = CARD_SUCCESS;
	const Instruction *instruction = find(apdu, &status);

	if (instruction == NULL)
		return status;

	status = instruction->run(card, apdu, answer);
	if (instruction->effect == EFFECT_CHANGE && status == CARD_SUCCESS)
		card->n_changes++;
	if (instruction->effect != EFFECT_NONE)
		card->is_dirty = TRUE;

	return status;
}

static guint16 process(Card *card, const guint8 *bytes, gsize length, GByteArray *response)
{
	CardApdu apdu;
	guint16 status = CARD_SUCCESS;
	g_autoptr(GByteArray) answer = g_byte_array_new();

	if (!card_apdu_parse(bytes, length, &apdu))
		return CARD_WRONG_LENGTH;
	if (card->identity.kind != CARD_IDENTITY_NONE)
		return card_identity_run(&card->identity, &apdu);
	if (apdu.cla == CLA_ISO && apdu.ins == INS_GET_RESPONSE)
		return card_exchange_continue(&card->exchange, &apdu, response);
	if (!card_exchange_collect(&card->exchange, &apdu, &status))
		return status;

	status = run(card, &apdu, answer);
	if (status == CARD_SUCCESS)
		return card_exchange_answer(&card->exchange, &apdu, answer, response);
	g_byte_array_append(response, answer->data, answer->len);

	return status;
}

guint16 card_transmit(Card *card, const guint8 *bytes, gsize length, GByteArray *response)
{
	guint16 status = process(card, bytes, length, response);
	const guint8 trailer[] = { (guint8)(status >> 8), (guint8)status };

	g_byte_array_append(response, trailer, sizeof trailer);

	return status;
}

guint16 card_get_challenge(Card *card, const CardApdu *apdu, GByteArray *answer)
{
	(void)card;
	if (apdu->length != 0 || apdu->expected == 0)
		return CARD_WRONG_LENGTH;
	if (apdu->p1 != 0 || apdu->p2 != 0)
		return CARD_WRONG_P1_P2;

	g_byte_array_set_size(answer, (guint)apdu->expected);

	return RAND_bytes(answer->data, (int)answer->len) == 1 ? CARD_SUCCESS : CARD_NO_DIAGNOSIS;
}
