/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From blank to formatted to activated; what the card tells about itself; what is put into it. */
#include <string.h>

#include "card.h"
#include "key.h"
#include "status.h"

#define DATA_MODULUS	  0x01
#define DATA_EXPONENT	  0x02
#define DATA_EC_POINT	  0x86
#define DATA_INFORMATION  0xA0
#define DATA_FILES	  0xA1
#define DATA_CAPABILITIES 0xAA
#define DATA_SECRET	  0xA0 /* PUT DATA: a symmetric key */
#define DATA_FORMAT	  0xE0
#define PIN_RECORD_LENGTH 19
#define FORMAT_LENGTH	  8
#define MAX_COMPONENT	  514 /* a modulus of 4096 bits and its leading zero */

guint16 card_activate(Card *card, const CardApdu *apdu, GByteArray *answer)
{
	const CardFile *app = card_file_system_find(&card->files, CARD_MF_ID, CARD_APP_ID);

	(void)answer;
	if (apdu->p1 != 0x04 || apdu->p2 != 0)
		return CARD_WRONG_P1_P2;
	if (apdu->length != g_bytes_get_size(app->name) ||
		memcmp(apdu->data, g_bytes_get_data(app->name, NULL), apdu->length) != 0)
		return CARD_NOT_FOUND;
	if (card->is_activated)
		return CARD_NOT_SATISFIED;

	card->is_activated = !card->ignores_activate;

	return CARD_SUCCESS;
}

/* Everything goes: files, keys, PINs. Conditions of MF and application come with the command. */
static guint16 format(Card *card, const CardApdu *apdu)
{
	const CardFile *mf = card_file_system_find(&card->files, 0, CARD_MF_ID);

	if (apdu->length != FORMAT_LENGTH)
		return CARD_WRONG_LENGTH;
	if (!card_allows(card, mf, CARD_ACCESS_DELETE))
		return CARD_NOT_VERIFIED;

	card_file_system_format(&card->files, apdu->data + 2, apdu->data + 5);
	memset(card->pins, 0, sizeof card->pins);
	memset(&card->environment, 0, sizeof card->environment);
	card->is_activated = FALSE;

	return CARD_SUCCESS;
}

static guint16 create_pin(Card *card, const CardApdu *apdu)
{
	if (apdu->length != PIN_RECORD_LENGTH)
		return CARD_WRONG_LENGTH;
	if (card->is_activated)
		return CARD_NOT_SATISFIED;

	card_pin_create(&card->pins[apdu->p2], apdu->data);

	return CARD_SUCCESS;
}

static guint16 put_component(Card *card, const CardApdu *apdu, guint8 component)
{
	CardFile *file = card->files.selected;
	gsize n_zeros = 0;

	if (!card_file_is_key(file))
		return CARD_NO_FILE;
	if (!card_allows(card, file, CARD_ACCESS_UPDATE))
		return CARD_NOT_VERIFIED;
	if (apdu->length == 0 || apdu->length > MAX_COMPONENT)
		return CARD_WRONG_LENGTH;

	/* A number with its highest bit set comes with a zero in front. */
	n_zeros = file->type == CARD_FILE_RSA && apdu->length > 1 && apdu->data[0] == 0 ? 1 : 0;
	card_key_set_component(file, component, apdu->data + n_zeros, apdu->length - n_zeros);

	return CARD_SUCCESS;
}

guint16 card_put_data(Card *card, const CardApdu *apdu, GByteArray *answer)
{
	(void)answer;
	if (apdu->p1 != 0x01)
		return CARD_WRONG_P1_P2;
	if (apdu->p2 > 0 && apdu->p2 < CARD_N_PINS)
		return create_pin(card, apdu);
	if (apdu->p2 >= CARD_COMPONENT_FIRST && apdu->p2 <= CARD_COMPONENT_INVERSE)
		return put_component(card, apdu, apdu->p2);
	if (apdu->p2 == DATA_SECRET)
		return put_component(card, apdu, CARD_COMPONENT_SECRET);
	if (apdu->p2 == DATA_FORMAT)
		return format(card, apdu);

	return CARD_WRONG_P1_P2;
}

static void add_u16(GByteArray *answer, guint number)
{
	const guint8 bytes[] = { (guint8)(number >> 8), (guint8)number };

	g_byte_array_append(answer, bytes, sizeof bytes);
}

/* Name, version, serial number, change counter. */
static void add_information(const Card *card, GByteArray *answer)
{
	static const guint8 version[] = { 'M', 'y', 'E', 'I', 'D', 4, 5, 5 };

	g_byte_array_append(answer, version, sizeof version);
	g_byte_array_append(answer, card->serial, sizeof card->serial);
	add_u16(answer, card->n_changes);
}

/* Features, then the longest RSA, DES, AES and EC key. */
static void add_capabilities(const Card *card, GByteArray *answer)
{
	static const guint8 layout_version = 1;

	g_byte_array_append(answer, &layout_version, 1);
	add_u16(answer, card->features);
	add_u16(answer, card->max_rsa_bits);
	add_u16(answer, (card->features & CARD_FEATURE_3DES) != 0 ? 192 : 0);
	add_u16(answer, (card->features & CARD_FEATURE_AES) != 0 ? 256 : 0);
	add_u16(answer, (card->features & CARD_FEATURE_ECC) != 0 ? 521 : 0);
}

static void add_files(const Card *card, GByteArray *answer)
{
	for (guint i = 0; i < card->files.files->len; i++) {
		const CardFile *file = g_ptr_array_index(card->files.files, i);

		if (file->parent == card->files.df->id)
			add_u16(answer, file->id);
	}
}

static guint16 add_component(const CardFile *file, guint8 component, GByteArray *answer)
{
	GBytes *bytes = card_key_component(file, component);

	if (bytes == NULL)
		return CARD_NO_REFERENCE;
	if (component == CARD_COMPONENT_EC_POINT && file->type == CARD_FILE_EC)
		card_tlv_add(answer, DATA_EC_POINT, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	else
		g_byte_array_append(answer, g_bytes_get_data(bytes, NULL), (guint)g_bytes_get_size(bytes));

	return CARD_SUCCESS;
}

static guint16 get_component(const Card *card, const CardApdu *apdu, GByteArray *answer)
{
	const CardFile *file = card->files.selected;

	if (!card_file_is_key(file))
		return CARD_NO_FILE;
	if (apdu->p2 == DATA_MODULUS && file->type == CARD_FILE_RSA)
		return add_component(file, CARD_COMPONENT_MODULUS, answer);
	if (apdu->p2 == DATA_EXPONENT && file->type == CARD_FILE_RSA)
		return add_component(file, CARD_COMPONENT_EXPONENT, answer);
	if (apdu->p2 == DATA_EC_POINT && file->type == CARD_FILE_EC)
		return add_component(file, CARD_COMPONENT_EC_POINT, answer);
	if (card->is_leaky && apdu->p2 >= CARD_COMPONENT_PRIME_P && apdu->p2 <= CARD_COMPONENT_INVERSE)
		return add_component(file, apdu->p2, answer);

	return CARD_WRONG_P1_P2;
}

guint16 card_get_data(Card *card, const CardApdu *apdu, GByteArray *answer)
{
	if (apdu->p1 != 0x01)
		return CARD_WRONG_P1_P2;
	if (apdu->length != 0)
		return CARD_WRONG_LENGTH;

	switch (apdu->p2) {
	case DATA_INFORMATION:
		add_information(card, answer);
		return CARD_SUCCESS;
	case DATA_FILES:
		add_files(card, answer);
		return CARD_SUCCESS;
	case DATA_CAPABILITIES:
		add_capabilities(card, answer);
		return CARD_SUCCESS;
	default:
		return get_component(card, apdu, answer);
	}
}
