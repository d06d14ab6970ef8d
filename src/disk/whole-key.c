/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "whole-key-private.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

#include "disk/form.h"
#include "key/der.h"
#include "key/loose-key.h"
#include "key/pkcs12.h"

#define DASHES	      "-----"
#define COMMENT_LIMIT 1024u /* a distinguished name with each octet escaped; a key takes more */

/* What is asked about. */
typedef struct Reading {
	const gchar *path;
	const TfSecret *password;
	const TfLibrary *library;
} Reading;

static TfWhole read_pkcs12(const TfSecret *content, const Reading *reading, guint8 *ret_spki_sha256)
{
	g_autoptr(TfPkcs12) pkcs12 = tf_pkcs12_new(content, reading->path, NULL);

	if (pkcs12 == NULL)
		return TF_WHOLE_LOCKED;
	tf_pkcs12_share(pkcs12, reading->library, NULL);
	if (!tf_pkcs12_open(pkcs12, reading->password, NULL) && !tf_pkcs12_open(pkcs12, NULL, NULL))
		return TF_WHOLE_LOCKED;
	if (tf_pkcs12_n_keys(pkcs12) != 1 || !tf_pkcs12_holds_one_secret(pkcs12))
		return TF_WHOLE_OTHER_SECRET;
	tf_pkcs12_key_spki_sha256(pkcs12, 0, ret_spki_sha256);

	return TF_WHOLE_KEY;
}

static TfWhole read_loose(
	TfLooseForm form, const TfSecret *bytes, const Reading *reading, guint8 *ret_spki_sha256)
{
	gboolean is_alone = FALSE;

	/* What stands behind it might be another secret. */
	if (form != TF_LOOSE_PEM && !tf_der_is_one_value(tf_secret_peek(bytes), tf_secret_length(bytes)))
		return TF_WHOLE_WITHIN;
	if (!tf_loose_key_identify(form, bytes, reading->password, reading->library, reading->path,
		    ret_spki_sha256, &is_alone, NULL) &&
		!tf_loose_key_identify(
			form, bytes, NULL, reading->library, reading->path, ret_spki_sha256, &is_alone, NULL))
		return TF_WHOLE_LOCKED;

	return is_alone ? TF_WHOLE_KEY : TF_WHOLE_OTHER_SECRET;
}

static gboolean is_certificate(const guint8 *der, long length)
{
	const guint8 *at = der;
	g_autoptr(X509) certificate = d2i_X509(NULL, &at, length);

	ERR_clear_error();

	return certificate != NULL && at == der + length;
}

static gboolean is_trusted_certificate(const guint8 *der, long length)
{
	const guint8 *at = der;
	g_autoptr(X509) certificate = d2i_X509_AUX(NULL, &at, length);

	ERR_clear_error();

	return certificate != NULL && at == der + length;
}

/* By a name that libcrypto knows. */
static gboolean is_curve(const guint8 *der, long length)
{
	const guint8 *at = der;
	ASN1_OBJECT *name = d2i_ASN1_OBJECT(NULL, &at, length);
	gboolean is_known = name != NULL && OBJ_obj2nid(name) != NID_undef;

	ASN1_OBJECT_free(name);
	ERR_clear_error();

	return is_known && at == der + length;
}

/* The name of a block says what is in it; of what may stand beside the key that is made sure. */
typedef struct Label {
	const gchar *name;
	TfLooseForm form;
	gboolean (*is_public)(const guint8 *der, long length); /* NULL: it is a key */
} Label;

/* RFC 7468, and what OpenSSL writes beside a key. */
static const Label labels[] = {
	{ "PRIVATE KEY", TF_LOOSE_PKCS8, NULL },
	{ "ENCRYPTED PRIVATE KEY", TF_LOOSE_PKCS8_ENCRYPTED, NULL },
	{ "RSA PRIVATE KEY", TF_LOOSE_PKCS1, NULL },
	{ "EC PRIVATE KEY", TF_LOOSE_SEC1, NULL },
	{ "EC PARAMETERS", TF_LOOSE_PEM, is_curve },
	{ "CERTIFICATE", TF_LOOSE_PEM, is_certificate },
	{ "X509 CERTIFICATE", TF_LOOSE_PEM, is_certificate },
	{ "TRUSTED CERTIFICATE", TF_LOOSE_PEM, is_trusted_certificate },
};

static const Label *label_of(const gchar *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(labels); i++) {
		if (strcmp(name, labels[i].name) == 0)
			return &labels[i];
	}

	return NULL;
}

/* RFC 1421: a header may say anything; only what the cipher needs is known to be no secret. */
static gboolean is_cipher_header(const gchar *header)
{
	g_auto(GStrv) lines = g_strsplit(header, "\n", 8);

	for (guint i = 0; lines[i] != NULL; i++) {
		if (lines[i][0] != '\0' && !g_str_has_prefix(lines[i], "Proc-Type: ") &&
			!g_str_has_prefix(lines[i], "DEK-Info: "))
			return FALSE;
	}

	return TRUE;
}

/* One block of PEM, as libcrypto reads it. */
typedef struct Block {
	char *name;
	char *header;
	guint8 *bytes;
	long length;
} Block;

static void block_clear(Block *block)
{
	OPENSSL_secure_free(block->name);
	OPENSSL_secure_free(block->header);
	if (block->bytes != NULL)
		OPENSSL_secure_clear_free(block->bytes, (size_t)block->length);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Block, block_clear)

/* How long the block is that begins at 'text', its last line's end not counted; 0: none begins there. */
static gsize measure_block(const gchar *text, gsize length)
{
	const gchar *begin = g_strstr_len(text, (gssize)MIN(length, 16), DASHES "BEGIN ");
	const gchar *end = g_strstr_len(text, (gssize)length, "\n" DASHES "END ");
	const gchar *close = NULL;

	if (begin != text || end == NULL)
		return 0;
	end += strlen("\n" DASHES "END ");
	close = g_strstr_len(end, (gssize)(length - (gsize)(end - text)), DASHES);

	return close != NULL ? (gsize)(close - text) + strlen(DASHES) : 0;
}

/* Letters of base64 for so many octets, blanks, and nothing else. */
static gboolean is_base64_of(const gchar *text, gsize length, gsize n_octets)
{
	gsize n_letters = 0;
	gsize n_pads = 0;

	for (gsize i = 0; i < length; i++) {
		if (g_ascii_isspace(text[i]))
			continue;
		if (text[i] == '=')
			n_pads++;
		else if (n_pads > 0 || !(g_ascii_isalnum(text[i]) || text[i] == '+' || text[i] == '/'))
			return FALSE;
		else
			n_letters++;
	}

	return n_pads <= 2 && (n_letters + n_pads) % 4 == 0 &&
	       (n_letters + n_pads) / 4 * 3 - n_pads == n_octets;
}

static gboolean is_ascii(const gchar *text, gsize length)
{
	for (gsize i = 0; i < length; i++) {
		if (!g_ascii_isprint(text[i]) && !g_ascii_isspace(text[i]))
			return FALSE;
	}

	return TRUE;
}

/* Where the first line of a block ends, when there is nothing on it but the label 'name'; NULL. */
static const gchar *end_of_first_line(const gchar *text, gsize length, const gchar *name)
{
	g_autofree gchar *first = g_strconcat(DASHES "BEGIN ", name, DASHES, NULL);
	const gchar *end = memchr(text, '\n', length);

	if (end == NULL || (gsize)(end - text) < strlen(first) || memcmp(text, first, strlen(first)) != 0)
		return NULL;
	for (const gchar *at = text + strlen(first); at < end; at++) {
		if (!g_ascii_isspace(*at))
			return NULL;
	}

	return end;
}

/* Libcrypto passes over lines before the one that it takes for the first, over the end of a line that it does
 * not know, and over all that follows a dash. What it has not read might be another secret. */
static gboolean is_all_read(const TfSecret *bytes, const Block *block)
{
	const gchar *text = (const gchar *)tf_secret_peek(bytes);
	gsize length = tf_secret_length(bytes);
	const gchar *end = g_strstr_len(text, (gssize)length, "\n" DASHES "END ");
	const gchar *body = end_of_first_line(text, length, block->name);

	if (body != NULL && block->header[0] != '\0') {
		const gchar *blank = g_strstr_len(body, (gssize)(length - (gsize)(body - text)), "\n\n");

		if (blank == NULL)
			blank = g_strstr_len(body, (gssize)(length - (gsize)(body - text)), "\n\r\n");
		body = blank;
	}

	return body != NULL && end != NULL && body <= end && is_ascii(text, length) &&
	       is_base64_of(body, (gsize)(end - body), (gsize)block->length);
}

static gboolean read_block(const TfSecret *bytes, Block *ret_block)
{
	g_autoptr(BIO) text = BIO_new_mem_buf(tf_secret_peek(bytes), (int)tf_secret_length(bytes));
	gboolean is_read =
		text != NULL && PEM_read_bio_ex(text, &ret_block->name, &ret_block->header, &ret_block->bytes,
					&ret_block->length, PEM_FLAG_SECURE | PEM_FLAG_EAY_COMPATIBLE) == 1;

	ERR_clear_error();

	return is_read && is_all_read(bytes, ret_block);
}

/* A block's key; TF_WHOLE_WITHIN for one that is none, and for what stands beside it. */
static TfWhole read_key_block(
	const TfSecret *pem, const Label *label, const Block *block, const Reading *reading, guint8 *ret_spki)
{
	g_autoptr(TfSecret) der = NULL;

	if (block->header[0] != '\0')
		return is_cipher_header(block->header) ? read_loose(TF_LOOSE_PEM, pem, reading, ret_spki)
						       : TF_WHOLE_WITHIN;
	der = tf_secret_new_copy(block->bytes, (gsize)block->length);

	return der != NULL ? read_loose(label->form, der, reading, ret_spki) : TF_WHOLE_LOCKED;
}

/* What 'openssl pkcs12' writes between the blocks of a .p12 that it takes apart, none of it secret. Returns
 * the line's length without its end; 0 when it is another. */
static gsize measure_comment(const gchar *text, gsize length)
{
	static const gchar *const beginnings[] = {
		"Bag Attributes",
		"Key Attributes",
		"    friendlyName: ",
		"    localKeyID: ",
		"    Microsoft CSP Name: ",
		"    Microsoft Local Key set: ",
		"    X509v3 Key Usage: ",
		"subject=",
		"issuer=",
	};
	const gchar *end = memchr(text, '\n', length);
	gsize size = end != NULL ? (gsize)(end - text) : length;

	for (gsize i = 0; size <= COMMENT_LIMIT && i < G_N_ELEMENTS(beginnings); i++) {
		if (size >= strlen(beginnings[i]) && memcmp(text, beginnings[i], strlen(beginnings[i])) == 0)
			return size;
	}

	return 0;
}

/* Where the next block begins, behind blanks and comments; the end, when none does. */
static gsize skip_to_block(const gchar *text, gsize length, gsize at)
{
	while (at < length) {
		gsize size = measure_comment(text + at, length - at);

		if (size == 0 && !g_ascii_isspace(text[at]))
			break;
		at += MAX(size, 1);
	}

	return at;
}

/* Blocks, and what may stand between them, to the end. */
static TfWhole read_text(const TfSecret *content, const Reading *reading, guint8 *ret_spki_sha256)
{
	const gchar *text = (const gchar *)tf_secret_peek(content);
	gsize length = tf_secret_length(content);
	TfWhole whole = TF_WHOLE_WITHIN;
	guint n_keys = 0;

	for (gsize at = skip_to_block(text, length, 0); at < length; at = skip_to_block(text, length, at)) {
		g_auto(Block) block = { 0 };
		g_autoptr(TfSecret) pem = NULL;
		const Label *label = NULL;
		gsize size = measure_block(text + at, length - at);

		pem = size > 0 ? tf_secret_new_copy(text + at, size) : NULL;
		if (pem == NULL || !read_block(pem, &block))
			return TF_WHOLE_WITHIN;
		at += size;
		label = label_of(block.name);
		if (label == NULL)
			return TF_WHOLE_WITHIN;
		if (label->is_public != NULL && block.header[0] == '\0' &&
			label->is_public(block.bytes, block.length))
			continue;
		if (label->is_public != NULL)
			return TF_WHOLE_WITHIN;
		if (n_keys++ > 0)
			return TF_WHOLE_OTHER_SECRET;
		whole = read_key_block(pem, label, &block, reading, ret_spki_sha256);
		if (whole != TF_WHOLE_KEY)
			return whole;
	}

	return whole;
}

TfWhole tf_whole_key_read(const TfSecret *content, const gchar *path, const TfSecret *password,
	const TfLibrary *library, guint8 ret_spki_sha256[TF_SHA256_SIZE])
{
	static const TfLooseForm forms[TF_N_FORMS] = {
		[TF_FORM_PKCS8] = TF_LOOSE_PKCS8,
		[TF_FORM_PKCS8_ENCRYPTED] = TF_LOOSE_PKCS8_ENCRYPTED,
		[TF_FORM_PKCS1] = TF_LOOSE_PKCS1,
		[TF_FORM_SEC1] = TF_LOOSE_SEC1,
	};
	const Reading reading = { path, password, library };
	gsize length = tf_secret_length(content);
	TfForm form = tf_form_of(tf_secret_peek(content), MIN(length, TF_FORM_HEAD));
	guint8 spki[TF_SHA256_SIZE] = { 0 };
	TfWhole whole = TF_WHOLE_WITHIN;

	if (form == TF_FORM_PKCS12)
		whole = read_pkcs12(content, &reading, spki);
	else if (form == TF_FORM_TEXT || form == TF_FORM_NONE)
		/* The key may come behind so many certificates that its beginning does not show it. */
		whole = read_text(content, &reading, spki);
	else if (form == TF_FORM_PKCS8 || form == TF_FORM_PKCS8_ENCRYPTED || form == TF_FORM_PKCS1 ||
		 form == TF_FORM_SEC1)
		whole = read_loose(forms[form], content, &reading, spki);
	if (whole == TF_WHOLE_KEY)
		memcpy(ret_spki_sha256, spki, sizeof spki);

	return whole;
}
