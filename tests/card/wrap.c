/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Wrapping one key with another, AES in CBC mode: PERFORM SECURITY OPERATION 84 00. */
#include <openssl/x509.h>
#include <string.h>

#include "card.h"
#include "key.h"
#include "status.h"

#define EXTRACTABLE_BIT 0x08 /* of a key file's second property byte */
#define BLOCK		16
#define ALGORITHM_WRAP	0x0A
#define PKCS7_BIT	0x80 /* the card pads */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_CIPHER_CTX, EVP_CIPHER_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free)

/* What PKCS #11 wants wrapped: a PrivateKeyInfo, or a symmetric key's bytes. */
static GBytes *encode(const CardFile *file)
{
	unsigned char *der = NULL;
	int length = 0;
	GBytes *bytes = card_key_component(file, CARD_COMPONENT_SECRET);
	g_autoptr(EVP_PKEY) pkey = card_key_build(file);
	g_autoptr(PKCS8_PRIV_KEY_INFO) info = NULL;

	if (pkey == NULL)
		return bytes != NULL ? g_bytes_ref(bytes) : NULL;
	info = EVP_PKEY2PKCS8(pkey);
	length = i2d_PKCS8_PRIV_KEY_INFO(info, &der);
	if (length <= 0)
		return NULL;
	bytes = g_bytes_new(der, (gsize)length);
	OPENSSL_free(der);

	return bytes;
}

static gboolean encrypt(const Card *card, GBytes *secret, GBytes *plain, GByteArray *answer)
{
	const EVP_CIPHER *cipher = g_bytes_get_size(secret) == 16 ? EVP_aes_128_cbc() : EVP_aes_256_cbc();
	gboolean pads = (card->environment.algorithm & PKCS7_BIT) != 0;
	gsize length = g_bytes_get_size(plain);
	g_autofree guint8 *result = g_malloc(length + BLOCK);
	int n_first = 0, n_last = 0;
	g_autoptr(EVP_CIPHER_CTX) context = EVP_CIPHER_CTX_new();

	if (EVP_EncryptInit_ex2(
		    context, cipher, g_bytes_get_data(secret, NULL), card->environment.iv, NULL) != 1 ||
		EVP_CIPHER_CTX_set_padding(context, pads) != 1 ||
		EVP_EncryptUpdate(context, result, &n_first, g_bytes_get_data(plain, NULL), (int)length) !=
			1 ||
		EVP_EncryptFinal_ex(context, result + n_first, &n_last) != 1)
		return FALSE;
	g_byte_array_append(answer, result, (guint)(n_first + n_last));

	return TRUE;
}

guint16 card_wrap(Card *card, const CardApdu *apdu, GByteArray *answer)
{
	const CardEnvironment *environment = &card->environment;
	const CardFile *key = card_file_system_find(&card->files, CARD_APP_ID, environment->key);
	const CardFile *target = card_file_system_find(&card->files, CARD_APP_ID, environment->target);
	GBytes *secret = NULL;
	g_autoptr(GBytes) plain = NULL;

	if (!environment->is_output || (environment->algorithm & ~PKCS7_BIT) != ALGORITHM_WRAP)
		return CARD_NOT_SATISFIED;
	if (apdu->length != 0)
		return CARD_WRONG_LENGTH;
	if (key == NULL || key->type != CARD_FILE_AES || target == NULL || !card_file_is_key(target))
		return CARD_NO_REFERENCE;
	if (!card_allows(card, key, CARD_ACCESS_USE) || !card_allows(card, target, CARD_ACCESS_USE))
		return CARD_NOT_VERIFIED;
	if ((target->properties[1] & EXTRACTABLE_BIT) == 0 && !card->is_leaky)
		return CARD_NOT_VERIFIED;

	secret = card_key_component(key, CARD_COMPONENT_SECRET);
	plain = encode(target);
	if (secret == NULL || g_bytes_get_size(secret) * 8 != key->size || plain == NULL)
		return CARD_NOT_SATISFIED;

	return encrypt(card, secret, plain, answer) ? CARD_SUCCESS : CARD_WRONG_DATA;
}
