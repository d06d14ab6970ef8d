/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "signer.h"

#include <libp11.h>
#include <openssl/rsa.h>
#include <openssl/ui.h>
#include <string.h>

#define ANSWER_LIMIT 1024u

struct TfSigner {
	PKCS11_CTX *context;
	gboolean is_loaded;
	PKCS11_SLOT *slots;
	unsigned int n_slots;
	UI_METHOD *ui;
	PKCS11_SLOT *slot; /* logged in to; NULL when none is taken */
	TfSecret *pin;	   /* NUL-terminated, as libp11 takes it; NULL: protected path */
	EVP_PKEY *key;
};

/* libp11 asks again for keys with CKA_ALWAYS_AUTHENTICATE; without a method of ours it would ask on the
 * terminal. */
static int answer_with_pin(UI *ui, UI_STRING *string)
{
	const TfSigner *signer = UI_get0_user_data(ui);
	const TfSecret *pin = signer->pin;

	if (pin == NULL || UI_get_string_type(string) != UIT_PROMPT)
		return 0;

	return UI_set_result(ui, string, (const char *)tf_secret_peek(pin)) == 0 ? 1 : 0;
}

static gboolean set_pin(TfSigner *signer, const TfSecret *pin)
{
	if (pin == NULL)
		return TRUE;
	/* libp11 takes a string: a PIN with a NUL inside would be cut, and cost a try. */
	if (memchr(tf_secret_peek(pin), '\0', tf_secret_length(pin)) != NULL)
		return FALSE;
	signer->pin = tf_secret_new(tf_secret_length(pin) + 1);

	return signer->pin != NULL &&
	       tf_secret_append(signer->pin, tf_secret_peek(pin), tf_secret_length(pin)) &&
	       tf_secret_append(signer->pin, "", 1);
}

static gboolean load(TfSigner *signer, const gchar *path, const gchar *arguments)
{
	signer->context = PKCS11_CTX_new();
	signer->ui = UI_create_method("tokenferry");
	if (signer->context == NULL || signer->ui == NULL ||
		UI_method_set_reader(signer->ui, answer_with_pin) != 0 ||
		PKCS11_set_ui_method(signer->context, signer->ui, signer) != 0)
		return FALSE;
	if (arguments != NULL)
		PKCS11_CTX_init_args(signer->context, arguments);
	signer->is_loaded = PKCS11_CTX_load(signer->context, path) == 0;

	return signer->is_loaded;
}

static PKCS11_SLOT *find_slot(TfSigner *signer, const TfTokenFacts *token)
{
	for (unsigned int i = 0; i < signer->n_slots; i++) {
		const PKCS11_TOKEN *found = signer->slots[i].token;

		if (found != NULL && g_strcmp0(found->manufacturer, token->manufacturer) == 0 &&
			g_strcmp0(found->model, token->model) == 0 &&
			g_strcmp0(found->serialnr, token->serial) == 0 &&
			g_strcmp0(found->label, token->label) == 0)
			return &signer->slots[i];
	}

	return NULL;
}

static gboolean log_in(const TfSigner *signer, PKCS11_SLOT *slot)
{
	const char *pin = signer->pin != NULL ? (const char *)tf_secret_peek(signer->pin) : NULL;

	if (!slot->token->loginRequired)
		return TRUE;

	return PKCS11_login(slot, 0, pin) == 0;
}

static EVP_PKEY *find_key(PKCS11_TOKEN *token, GBytes *key_id)
{
	PKCS11_KEY *keys = NULL;
	unsigned int n_keys = 0;
	gsize length = 0;
	gconstpointer id = g_bytes_get_data(key_id, &length);

	if (PKCS11_enumerate_keys(token, &keys, &n_keys) != 0)
		return NULL;
	for (unsigned int i = 0; i < n_keys; i++) {
		if (keys[i].id_len == length && length > 0 && memcmp(keys[i].id, id, length) == 0)
			return PKCS11_get_private_key(&keys[i]);
	}

	return NULL;
}

TfSigner *tf_signer_new(const TfModuleFacts *module, const gchar *arguments, const gchar **ret_failure)
{
	g_autoptr(TfSigner) signer = g_new0(TfSigner, 1);

	if (!load(signer, module->path, arguments)) {
		*ret_failure = "PKCS11_CTX_load";
		return NULL;
	}
	if (PKCS11_enumerate_slots(signer->context, &signer->slots, &signer->n_slots) != 0) {
		*ret_failure = "PKCS11_enumerate_slots";
		return NULL;
	}

	return g_steal_pointer(&signer);
}

gboolean tf_signer_take(TfSigner *signer, const TfTokenFacts *token, GBytes *key_id, const TfSecret *pin,
	const gchar **ret_failure)
{
	PKCS11_SLOT *slot = find_slot(signer, token);

	tf_signer_leave(signer);
	*ret_failure = "PKCS11_enumerate_slots";
	if (slot == NULL)
		return FALSE;
	*ret_failure = "PKCS11_login";
	if (!set_pin(signer, pin) || !log_in(signer, slot))
		return FALSE;
	signer->slot = slot;
	*ret_failure = "PKCS11_get_private_key";
	signer->key = find_key(slot->token, key_id);

	return signer->key != NULL;
}

void tf_signer_leave(TfSigner *signer)
{
	g_clear_pointer(&signer->key, EVP_PKEY_free);
	if (signer->slot != NULL)
		(void)PKCS11_logout(signer->slot);
	signer->slot = NULL;
	g_clear_pointer(&signer->pin, tf_secret_free);
}

void tf_signer_free(TfSigner *signer)
{
	if (signer == NULL)
		return;

	tf_signer_leave(signer);
	if (signer->slots != NULL)
		PKCS11_release_all_slots(signer->context, signer->slots, signer->n_slots);
	if (signer->is_loaded)
		PKCS11_CTX_unload(signer->context);
	if (signer->context != NULL)
		PKCS11_CTX_free(signer->context);
	if (signer->ui != NULL)
		UI_destroy_method(signer->ui);
	g_free(signer);
}

EVP_PKEY *tf_signer_key(const TfSigner *signer)
{
	return signer->key;
}

GBytes *tf_signer_sign(const TfSigner *signer, GBytes *message)
{
	g_autoptr(EVP_MD_CTX) context = EVP_MD_CTX_new();
	guint8 signature[ANSWER_LIMIT];
	gsize length = sizeof(signature);
	gsize message_length = 0;
	const guint8 *data = g_bytes_get_data(message, &message_length);

	if (context == NULL || EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, signer->key) != 1 ||
		EVP_DigestSign(context, signature, &length, data, message_length) != 1)
		return NULL;

	return g_bytes_new(signature, length);
}

GBytes *tf_signer_decrypt(const TfSigner *signer, GBytes *ciphertext)
{
	g_autoptr(EVP_PKEY_CTX) context = EVP_PKEY_CTX_new(signer->key, NULL);
	guint8 plain[ANSWER_LIMIT];
	gsize length = sizeof(plain);

	if (context == NULL || EVP_PKEY_decrypt_init(context) != 1 ||
		EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) != 1 ||
		EVP_PKEY_decrypt(context, plain, &length, g_bytes_get_data(ciphertext, NULL),
			g_bytes_get_size(ciphertext)) != 1)
		return NULL;

	return g_bytes_new(plain, length);
}
