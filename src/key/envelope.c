/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key/envelope.h"

#include <glib/gi18n.h>
#include <openssl/cms.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/rsa.h>

#include "base/error.h"
#include "envelope-form-private.h"
#include "key/certificate.h"

#define RSA_BITS_MINIMUM 2048
#define RSA_BITS_MAXIMUM 8192

typedef CMS_ContentInfo Cms;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Cms, CMS_ContentInfo_free)

static gboolean is_named_curve(const EVP_PKEY *key)
{
	gchar group[64] = "";
	int nid = NID_undef;

	if (EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, NULL) == 1)
		nid = OBJ_sn2nid(group);

	return nid == NID_X9_62_prime256v1 || nid == NID_secp384r1 || nid == NID_secp521r1;
}

/* What stands against a key; NULL when nothing does. */
static const gchar *key_objection(const EVP_PKEY *key)
{
	int bits = key != NULL ? EVP_PKEY_get_bits(key) : 0;

	if (key != NULL && EVP_PKEY_is_a(key, "RSA"))
		return bits >= RSA_BITS_MINIMUM && bits <= RSA_BITS_MAXIMUM
			       ? NULL
			       : _("its RSA key has fewer than 2048 or more than 8192 bits");
	if (key != NULL && EVP_PKEY_is_a(key, "EC"))
		return is_named_curve(key) ? NULL : _("its EC key is not on P-256, P-384 or P-521");

	return _("its key is neither RSA nor EC");
}

/* The same; the caller frees. */
static gchar *date_objection(X509 *certificate, gint64 now)
{
	g_autoptr(TfCertificateFacts) facts = tf_certificate_describe(certificate);
	gboolean is_expired = now > facts->not_after;
	g_autoptr(GDateTime) time =
		g_date_time_new_from_unix_local(is_expired ? facts->not_after : facts->not_before);
	g_autofree gchar *day = time != NULL ? g_date_time_format(time, "%Y-%m-%d") : g_strdup("?");

	if (is_expired)
		return g_strdup_printf(_("it expired on %s"), day);
	if (now < facts->not_before)
		return g_strdup_printf(_("it is not valid before %s"), day);

	return NULL;
}

gboolean tf_envelope_check_certificate(X509 *certificate, const gchar *path, gint64 now, GError **error)
{
	const TfKeyUsage usage = tf_certificate_key_usage(certificate);
	const gchar *what = key_objection(X509_get0_pubkey(certificate));
	g_autofree gchar *when = date_objection(certificate, now);

	ERR_clear_error();
	if (what == NULL && !usage.may_decrypt && !usage.may_derive)
		what = _("it is for signatures, not for encryption");
	if (what == NULL)
		what = when;

	return what == NULL || tf_raise(error, TF_ERROR_ESCROW_CERTIFICATE, path, what, NULL);
}

/* OAEP with SHA-256 in both its places; the KDF of X9.63 with SHA-256. */
static gboolean choose_digest(CMS_RecipientInfo *recipient)
{
	EVP_PKEY_CTX *context = CMS_RecipientInfo_get0_pkey_ctx(recipient);

	if (context == NULL)
		return FALSE;
	if (CMS_RecipientInfo_type(recipient) == CMS_RECIPINFO_AGREE)
		return EVP_PKEY_CTX_set_ecdh_kdf_md(context, EVP_sha256()) == 1;

	return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
	       EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) == 1 &&
	       EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1;
}

/* Not by CMS_final() and CMS_decrypt(), which copy the content through a buffer on the stack and leave it
 * there. */
static gboolean write_content(Cms *cms, const TfSecret *content)
{
	g_autoptr(BIO) chain = CMS_dataInit(cms, NULL);
	int length = (int)tf_secret_length(content);

	return chain != NULL && BIO_write(chain, tf_secret_peek(content), length) == length &&
	       BIO_flush(chain) == 1 && CMS_dataFinal(cms, chain) == 1;
}

static GBytes *to_der(const Cms *cms)
{
	guint8 *der = NULL;
	int length = i2d_CMS_ContentInfo(cms, &der);
	GBytes *bytes = NULL;

	if (length <= 0)
		return NULL;
	bytes = g_bytes_new(der, (gsize)length);
	OPENSSL_free(der);

	return bytes;
}

static GBytes *seal(const TfSecret *content, X509 *recipient)
{
	const guint flags = CMS_BINARY | CMS_PARTIAL;
	g_autoptr(Cms) cms = CMS_encrypt(NULL, NULL, EVP_aes_256_gcm(), flags);
	CMS_RecipientInfo *info = cms != NULL ? CMS_add1_recipient_cert(cms, recipient, CMS_KEY_PARAM) : NULL;

	if (info == NULL || !choose_digest(info) || !write_content(cms, content))
		return NULL;

	return to_der(cms);
}

GBytes *tf_envelope_seal(const TfSecret *content, X509 *recipient, GError **error)
{
	GBytes *envelope = NULL;

	g_assert_cmpuint(tf_secret_length(content), >, 0);
	g_assert_cmpuint(tf_secret_length(content), <=, TF_ENVELOPE_CONTENT_LIMIT);
	envelope = seal(content, recipient);
	ERR_clear_error();
	if (envelope == NULL)
		tf_raise(error, TF_ERROR_SYSTEM, "libcrypto", _("PINs cannot be sealed to this certificate"),
			NULL);

	return envelope;
}

/* The content is authentic only when the tag was checked, after its last byte. */
static TfSecret *read_content(Cms *cms, gsize limit)
{
	g_autoptr(BIO) chain = CMS_dataInit(cms, NULL);
	g_autoptr(TfSecret) content = tf_secret_new(limit);
	gsize length = 0;
	int n = 0;

	if (chain == NULL || content == NULL)
		return NULL;
	do {
		n = BIO_read(chain, tf_secret_buffer(content) + length, (int)(limit - length));
		length += n > 0 ? (gsize)n : 0;
	} while (n > 0 && length < limit);
	tf_secret_set_length(content, length);
	/* Nothing more may come: 'limit' is more than the content can be. */
	if (length == limit || BIO_get_cipher_status(chain) != 1)
		return NULL;

	return g_steal_pointer(&content);
}

static TfSecret *open_cms(const guint8 *der, gsize length, EVP_PKEY *key, X509 *recipient)
{
	const guint8 *at = der;
	g_autoptr(Cms) cms = d2i_CMS_ContentInfo(NULL, &at, (long)length);

	if (cms == NULL || CMS_decrypt_set1_pkey(cms, key, recipient) != 1)
		return NULL;

	return read_content(cms, length);
}

/* In the person's language; NULL: there is nothing against it, as far as one sees from outside. */
static const gchar *envelope_objection(const guint8 *der, gsize length, X509 *recipient)
{
	if (length == 0 || length > TF_ENVELOPE_LIMIT)
		return _("it is damaged or of another form");

	return tf_envelope_form_objection(der, length, recipient);
}

gboolean tf_envelope_is_for(GBytes *envelope, X509 *recipient)
{
	gsize length = 0;
	const guint8 *der = g_bytes_get_data(envelope, &length);

	return envelope_objection(der, length, recipient) == NULL;
}

TfSecret *tf_envelope_open(
	GBytes *envelope, EVP_PKEY *key, X509 *recipient, const gchar *name, GError **error)
{
	gsize length = 0;
	const guint8 *der = g_bytes_get_data(envelope, &length);
	const gchar *what = envelope_objection(der, length, recipient);
	TfSecret *content = NULL;

	if (what != NULL) {
		tf_raise(error, TF_ERROR_ENVELOPE_UNREADABLE, name, what, NULL);
		return NULL;
	}
	content = open_cms(der, length, key, recipient);
	ERR_clear_error();
	if (content == NULL)
		tf_raise(error, TF_ERROR_ENVELOPE_UNREADABLE, name,
			_("this key does not open it, or it was changed"), NULL);

	return content;
}
