/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is done with keys: MANAGE SECURITY ENVIRONMENT, PERFORM SECURITY OPERATION, GENERATE, ECDH. */
#include <openssl/rsa.h>
#include <string.h>

#include "card.h"
#include "key.h"
#include "status.h"

#define PURPOSE_SIGN	 0xB6
#define PURPOSE_DECIPHER 0xB8
#define PURPOSE_AGREE	 0xA4
#define ALGORITHM_RAW	 0x00
#define ALGORITHM_PKCS1	 0x02 /* the card pads */
#define ALGORITHM_ECDSA	 0x04
#define SET_FOR_INPUT	 0x41 /* to sign, decipher, agree */
#define SET_FOR_OUTPUT	 0x81 /* to encipher and wrap */
#define TAG_ALGORITHM	 0x80
#define TAG_KEY_FILE	 0x81
#define TAG_TARGET	 0x83
#define TAG_IV		 0x87
#define TAG_DYNAMIC	 0x7C
#define TAG_POINT	 0x85
#define MAX_RESULT	 512

guint16 card_set_environment(Card *card, const CardApdu *apdu, GByteArray *answer)
{
	const guint8 *value = NULL;
	gsize length = 0;
	CardEnvironment environment = { .purpose = apdu->p2, .is_output = apdu->p1 == SET_FOR_OUTPUT };

	(void)answer;
	if ((apdu->p1 != SET_FOR_INPUT && apdu->p1 != SET_FOR_OUTPUT) ||
		(apdu->p2 != PURPOSE_SIGN && apdu->p2 != PURPOSE_DECIPHER && apdu->p2 != PURPOSE_AGREE))
		return CARD_WRONG_P1_P2;
	if (card_tlv_find(apdu->data, apdu->length, TAG_ALGORITHM, &value, &length) && length == 1)
		environment.algorithm = value[0];
	if (!card_tlv_find(apdu->data, apdu->length, TAG_KEY_FILE, &value, &length) || length != 2)
		return CARD_WRONG_DATA;

	environment.key = (guint16)(value[0] << 8 | value[1]);
	if (card_tlv_find(apdu->data, apdu->length, TAG_TARGET, &value, &length) && length == 2)
		environment.target = (guint16)(value[0] << 8 | value[1]);
	if (card_tlv_find(apdu->data, apdu->length, TAG_IV, &value, &length) &&
		length == sizeof environment.iv)
		memcpy(environment.iv, value, length);
	card->environment = environment;

	return CARD_SUCCESS;
}

/* The key of the environment, ready to be used for this purpose. */
static guint16 find_key(const Card *card, guint8 purpose, CardFile **ret_file, EVP_PKEY **ret_pkey)
{
	CardFile *file = card_file_system_find(&card->files, CARD_APP_ID, card->environment.key);

	if (card->environment.purpose != purpose || card->environment.is_output)
		return CARD_NOT_SATISFIED;
	if (file == NULL || !card_file_is_key(file))
		return CARD_NO_REFERENCE;
	if (!card_allows(card, file, CARD_ACCESS_USE))
		return CARD_NOT_VERIFIED;

	*ret_pkey = card_key_build(file);
	*ret_file = file;

	return *ret_pkey != NULL ? CARD_SUCCESS : CARD_NOT_SATISFIED;
}

/* Keys that want the PIN before every use take the verification away again. */
static void take_consent(Card *card, const CardFile *file)
{
	guint8 reference = file->properties[0] >> 4;

	if (reference > 0 && reference < CARD_N_PINS)
		card->pins[reference].is_verified = FALSE;
}

static gboolean set_padding(EVP_PKEY_CTX *context, const Card *card)
{
	switch (card->environment.algorithm) {
	case ALGORITHM_RAW:
		return EVP_PKEY_CTX_set_rsa_padding(context, RSA_NO_PADDING) == 1;
	case ALGORITHM_PKCS1:
		return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
	default:
		return FALSE;
	}
}

static guint16 sign(Card *card, const CardApdu *apdu, GByteArray *answer)
{
	CardFile *file = NULL;
	guint8 result[MAX_RESULT];
	size_t length = sizeof result;
	g_autoptr(EVP_PKEY) pkey = NULL;
	g_autoptr(EVP_PKEY_CTX) context = NULL;
	guint16 status = find_key(card, PURPOSE_SIGN, &file, &pkey);

	if (status != CARD_SUCCESS)
		return status;
	if (apdu->length == 0)
		return CARD_WRONG_LENGTH;

	context = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
	if (EVP_PKEY_sign_init(context) != 1)
		return CARD_NO_DIAGNOSIS;
	if (file->type == CARD_FILE_RSA && !set_padding(context, card))
		return CARD_NOT_SUPPORTED;
	if (file->type == CARD_FILE_EC && card->environment.algorithm != ALGORITHM_ECDSA)
		return CARD_NOT_SUPPORTED;
	take_consent(card, file);
	if (EVP_PKEY_sign(context, result, &length, apdu->data, apdu->length) != 1)
		return CARD_WRONG_DATA;
	g_byte_array_append(answer, result, (guint)length);

	return CARD_SUCCESS;
}

/* The data is a padding indicator, 0 for none, and the cryptogram. */
static guint16 decipher(Card *card, const CardApdu *apdu, GByteArray *answer)
{
	CardFile *file = NULL;
	guint8 result[MAX_RESULT];
	size_t length = sizeof result;
	g_autoptr(EVP_PKEY) pkey = NULL;
	g_autoptr(EVP_PKEY_CTX) context = NULL;
	guint16 status = find_key(card, PURPOSE_DECIPHER, &file, &pkey);

	if (status != CARD_SUCCESS)
		return status;
	if (file->type != CARD_FILE_RSA)
		return CARD_NOT_SATISFIED;
	if (apdu->length != 1 + (gsize)EVP_PKEY_get_size(pkey) || apdu->data[0] != 0)
		return CARD_WRONG_DATA;

	context = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
	if (EVP_PKEY_decrypt_init(context) != 1)
		return CARD_NO_DIAGNOSIS;
	if (!set_padding(context, card))
		return CARD_NOT_SUPPORTED;
	take_consent(card, file);
	if (EVP_PKEY_decrypt(context, result, &length, apdu->data + 1, apdu->length - 1) != 1)
		return CARD_WRONG_DATA;
	g_byte_array_append(answer, result, (guint)length);

	return CARD_SUCCESS;
}

guint16 card_perform(Card *card, const CardApdu *apdu, GByteArray *answer)
{
	if (apdu->p1 == 0x9E && apdu->p2 == 0x9A)
		return sign(card, apdu, answer);
	if (apdu->p1 == 0x80 && apdu->p2 == 0x86)
		return decipher(card, apdu, answer);
	if (apdu->p1 == 0x84 && apdu->p2 == 0x00)
		return card_wrap(card, apdu, answer);

	return CARD_WRONG_P1_P2;
}

guint16 card_generate(Card *card, const CardApdu *apdu, GByteArray *answer)
{
	CardFile *file = card->files.selected;

	(void)answer;
	if (apdu->p1 != 0 || apdu->p2 != 0)
		return CARD_WRONG_P1_P2;
	if (!card_file_is_key(file))
		return CARD_NO_FILE;
	if (!card_allows(card, file, CARD_ACCESS_GENERATE))
		return CARD_NOT_VERIFIED;

	return card_key_generate(file) ? CARD_SUCCESS : CARD_NOT_SUPPORTED;
}

/* GENERAL AUTHENTICATE with the other side's point in 7C { 85 } answers the shared secret. */
guint16 card_agree(Card *card, const CardApdu *apdu, GByteArray *answer)
{
	CardFile *file = NULL;
	const guint8 *list = NULL, *point = NULL;
	gsize list_length = 0, point_length = 0;
	guint8 result[MAX_RESULT];
	size_t length = sizeof result;
	g_autoptr(EVP_PKEY) pkey = NULL;
	g_autoptr(EVP_PKEY) peer = NULL;
	g_autoptr(EVP_PKEY_CTX) context = NULL;
	guint16 status = find_key(card, PURPOSE_AGREE, &file, &pkey);

	if (status != CARD_SUCCESS)
		return status;
	if (!card_tlv_find(apdu->data, apdu->length, TAG_DYNAMIC, &list, &list_length) ||
		!card_tlv_find(list, list_length, TAG_POINT, &point, &point_length))
		return CARD_WRONG_DATA;
	peer = card_key_build_peer(file, point, point_length);
	if (peer == NULL)
		return CARD_WRONG_DATA;

	context = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
	take_consent(card, file);
	if (EVP_PKEY_derive_init(context) != 1 || EVP_PKEY_derive_set_peer(context, peer) != 1 ||
		EVP_PKEY_derive(context, result, &length) != 1)
		return CARD_WRONG_DATA;
	g_byte_array_append(answer, result, (guint)length);

	return CARD_SUCCESS;
}
