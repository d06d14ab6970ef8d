/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "envelope-form-private.h"

#include <glib/gi18n.h>
#include <openssl/asn1t.h>
#include <openssl/err.h>
#include <openssl/pkcs7.h>
#include <string.h>

#define TAG_LENGTH     16 /* of AES-GCM, whole */
#define WRAPPED_LENGTH 40 /* 32 octets and 8 of a check */
#define NONCE_LENGTH   12 /* RFC 5084, section 3.2 */

/* RFC 5652, section 6.2.1 */
typedef struct KeyTransport {
	ASN1_INTEGER *version;
	ASN1_TYPE *recipient;
	X509_ALGOR *algorithm;
	ASN1_OCTET_STRING *encrypted_key;
} KeyTransport;

/* RFC 5652, section 6.2.2 */
typedef struct AgreedKey {
	ASN1_TYPE *recipient;
	ASN1_OCTET_STRING *encrypted_key;
} AgreedKey;

DEFINE_STACK_OF(AgreedKey)

typedef struct PublicKey {
	X509_ALGOR *algorithm;
	ASN1_BIT_STRING *point;
} PublicKey;

/* A CHOICE, of which one is written. */
typedef struct Originator {
	int type;
	union {
		PublicKey *key;
	} value;
} Originator;

typedef struct KeyAgreement {
	ASN1_INTEGER *version;
	Originator *originator;
	X509_ALGOR *algorithm;
	STACK_OF(AgreedKey) * keys;
} KeyAgreement;

typedef struct Recipient {
	int type;
	union {
		KeyTransport *transport;
		KeyAgreement *agreement;
	} value;
} Recipient;

enum {
	RECIPIENT_TRANSPORT,
	RECIPIENT_AGREEMENT
};

DEFINE_STACK_OF(Recipient)

typedef struct EncryptedContent {
	ASN1_OBJECT *type;
	X509_ALGOR *algorithm;
	ASN1_OCTET_STRING *ciphertext;
} EncryptedContent;

/* RFC 5083, section 2.1, without the parts that are not written here: no others are accepted. */
typedef struct AuthEnveloped {
	ASN1_INTEGER *version;
	STACK_OF(Recipient) * recipients;
	EncryptedContent *content;
	ASN1_OCTET_STRING *tag;
} AuthEnveloped;

typedef struct Form {
	ASN1_OBJECT *type;
	AuthEnveloped *body;
} Form;

/* clang-format off */
ASN1_SEQUENCE(KeyTransport) = {
	ASN1_SIMPLE(KeyTransport, version, ASN1_INTEGER),
	ASN1_SIMPLE(KeyTransport, recipient, ASN1_ANY),
	ASN1_SIMPLE(KeyTransport, algorithm, X509_ALGOR),
	ASN1_SIMPLE(KeyTransport, encrypted_key, ASN1_OCTET_STRING)
} static_ASN1_SEQUENCE_END(KeyTransport)

ASN1_SEQUENCE(AgreedKey) = {
	ASN1_SIMPLE(AgreedKey, recipient, ASN1_ANY),
	ASN1_SIMPLE(AgreedKey, encrypted_key, ASN1_OCTET_STRING)
} static_ASN1_SEQUENCE_END(AgreedKey)

ASN1_SEQUENCE(PublicKey) = {
	ASN1_SIMPLE(PublicKey, algorithm, X509_ALGOR),
	ASN1_SIMPLE(PublicKey, point, ASN1_BIT_STRING)
} static_ASN1_SEQUENCE_END(PublicKey)

ASN1_CHOICE(Originator) = {
	ASN1_IMP(Originator, value.key, PublicKey, 1)
} static_ASN1_CHOICE_END(Originator)

ASN1_SEQUENCE(KeyAgreement) = {
	ASN1_SIMPLE(KeyAgreement, version, ASN1_INTEGER),
	ASN1_EXP(KeyAgreement, originator, Originator, 0),
	ASN1_SIMPLE(KeyAgreement, algorithm, X509_ALGOR),
	ASN1_SEQUENCE_OF(KeyAgreement, keys, AgreedKey)
} static_ASN1_SEQUENCE_END(KeyAgreement)

ASN1_CHOICE(Recipient) = {
	ASN1_SIMPLE(Recipient, value.transport, KeyTransport),
	ASN1_IMP(Recipient, value.agreement, KeyAgreement, 1)
} static_ASN1_CHOICE_END(Recipient)

ASN1_SEQUENCE(EncryptedContent) = {
	ASN1_SIMPLE(EncryptedContent, type, ASN1_OBJECT),
	ASN1_SIMPLE(EncryptedContent, algorithm, X509_ALGOR),
	ASN1_IMP(EncryptedContent, ciphertext, ASN1_OCTET_STRING, 0)
} static_ASN1_SEQUENCE_END(EncryptedContent)

ASN1_SEQUENCE(AuthEnveloped) = {
	ASN1_SIMPLE(AuthEnveloped, version, ASN1_INTEGER),
	ASN1_SET_OF(AuthEnveloped, recipients, Recipient),
	ASN1_SIMPLE(AuthEnveloped, content, EncryptedContent),
	ASN1_SIMPLE(AuthEnveloped, tag, ASN1_OCTET_STRING)
} static_ASN1_SEQUENCE_END(AuthEnveloped)

ASN1_SEQUENCE(Form) = {
	ASN1_SIMPLE(Form, type, ASN1_OBJECT),
	ASN1_EXP(Form, body, AuthEnveloped, 0)
} static_ASN1_SEQUENCE_END(Form)
	/* clang-format on */

	static void form_free(Form * form)
{
	ASN1_item_free((ASN1_VALUE *)form, ASN1_ITEM_rptr(Form));
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Form, form_free)

typedef PKCS7_ISSUER_AND_SERIAL IssuerAndSerial;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(IssuerAndSerial, PKCS7_ISSUER_AND_SERIAL_free)

static gboolean is_same_der(guint8 *der, int der_length, const guint8 *expected, gsize length)
{
	gboolean is_same =
		der_length > 0 && (gsize)der_length == length && memcmp(der, expected, length) == 0;

	OPENSSL_free(der);

	return is_same;
}

/* Whole, and as DER writes it: the same value has no second encoding. */
static Form *parse(const guint8 *der, gsize length)
{
	const guint8 *at = der;
	g_autoptr(Form) form = (Form *)ASN1_item_d2i(NULL, &at, (long)length, ASN1_ITEM_rptr(Form));
	guint8 *again = NULL;
	int again_length = 0;

	if (form == NULL)
		return NULL;
	again_length = ASN1_item_i2d((const ASN1_VALUE *)form, &again, ASN1_ITEM_rptr(Form));

	return is_same_der(again, again_length, der, length) ? g_steal_pointer(&form) : NULL;
}

static gboolean is_version(const ASN1_INTEGER *version, gint64 expected)
{
	gint64 value = -1;

	return ASN1_INTEGER_get_int64(&value, version) == 1 && value == expected;
}

static gboolean is_object(const ASN1_OBJECT *object, int nid)
{
	return OBJ_obj2nid(object) == nid;
}

/* id-aes256-GCM with a nonce of 12 octets and a tag of 16. */
static gboolean is_gcm(const X509_ALGOR *algorithm)
{
	static const guint8 head[] = { V_ASN1_SEQUENCE | V_ASN1_CONSTRUCTED, NONCE_LENGTH + 5,
		V_ASN1_OCTET_STRING, NONCE_LENGTH };
	static const guint8 end[] = { V_ASN1_INTEGER, 1, TAG_LENGTH };
	const ASN1_OBJECT *object = NULL;
	const void *value = NULL;
	const guint8 *bytes = NULL;
	int type = V_ASN1_UNDEF;

	X509_ALGOR_get0(&object, &type, &value, algorithm);
	if (!is_object(object, NID_aes_256_gcm) || type != V_ASN1_SEQUENCE ||
		ASN1_STRING_length(value) != (int)(sizeof head + NONCE_LENGTH + sizeof end))
		return FALSE;
	bytes = ASN1_STRING_get0_data(value);

	return memcmp(bytes, head, sizeof head) == 0 &&
	       memcmp(bytes + sizeof head + NONCE_LENGTH, end, sizeof end) == 0;
}

/* IssuerAndSerialNumber, octet by octet. */
static gboolean names(const ASN1_TYPE *identifier, X509 *recipient)
{
	g_autoptr(IssuerAndSerial) expected = PKCS7_ISSUER_AND_SERIAL_new();
	guint8 *der = NULL;
	int length = 0;

	if (identifier->type != V_ASN1_SEQUENCE || expected == NULL ||
		X509_NAME_set(&expected->issuer, X509_get_issuer_name(recipient)) != 1)
		return FALSE;
	ASN1_INTEGER_free(expected->serial);
	expected->serial = ASN1_INTEGER_dup(X509_get0_serialNumber(recipient));
	length = expected->serial != NULL ? i2d_PKCS7_ISSUER_AND_SERIAL(expected, &der) : 0;

	return is_same_der(der, length, ASN1_STRING_get0_data(identifier->value.sequence),
		(gsize)ASN1_STRING_length(identifier->value.sequence));
}

/* In whole octets, and not in the hybrid form, which says twice where it lies (SEC 1, section 2.3.3). */
static gboolean is_plain_point(const ASN1_BIT_STRING *point)
{
	const guint8 *octets = ASN1_STRING_get0_data(point);

	return (point->flags & 0x07) == 0 && ASN1_STRING_length(point) > 0 && octets[0] >= 2 &&
	       octets[0] <= 4;
}

/* RFC 5753, section 7.1.4, with the KDF of SHA-256, and the AES key wrap of RFC 3394. The cofactor's scheme
 * would be a second name of the same; of a wrap with padding that does not come apart, libcrypto 3.0 clears 8
 * octets more than it allocated. */
static gboolean is_agreed_plainly(const KeyAgreement *agreement)
{
	const X509_ALGOR *scheme = agreement->algorithm;
	X509_ALGOR *wrap = scheme->parameter != NULL
				   ? ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(X509_ALGOR), scheme->parameter)
				   : NULL;
	gboolean is_plain = is_object(scheme->algorithm, NID_dhSinglePass_stdDH_sha256kdf_scheme) &&
			    wrap != NULL && is_object(wrap->algorithm, NID_id_aes256_wrap) &&
			    wrap->parameter == NULL;

	X509_ALGOR_free(wrap);

	return is_plain && sk_AgreedKey_num(agreement->keys) == 1 &&
	       ASN1_STRING_length(sk_AgreedKey_value(agreement->keys, 0)->encrypted_key) == WRAPPED_LENGTH;
}

static gboolean is_plain(const Recipient *recipient)
{
	const KeyAgreement *agreement = recipient->value.agreement;

	if (recipient->type == RECIPIENT_TRANSPORT)
		return is_version(recipient->value.transport->version, 0);

	return is_version(agreement->version, 3) && is_plain_point(agreement->originator->value.key->point) &&
	       is_agreed_plainly(agreement);
}

static gboolean is_for(const Recipient *recipient, X509 *certificate)
{
	if (recipient->type == RECIPIENT_TRANSPORT)
		return names(recipient->value.transport->recipient, certificate);

	return names(sk_AgreedKey_value(recipient->value.agreement->keys, 0)->recipient, certificate);
}

static const gchar *objection(const Form *form, X509 *recipient)
{
	const AuthEnveloped *body = form->body;

	if (!is_object(form->type, NID_id_smime_ct_authEnvelopedData) || !is_version(body->version, 0) ||
		!is_object(body->content->type, NID_pkcs7_data) || !is_gcm(body->content->algorithm) ||
		ASN1_STRING_length(body->tag) != TAG_LENGTH || sk_Recipient_num(body->recipients) != 1 ||
		!is_plain(sk_Recipient_value(body->recipients, 0)))
		return _("it is of another form");
	if (!is_for(sk_Recipient_value(body->recipients, 0), recipient))
		return _("it was sealed to another certificate");

	return NULL;
}

const gchar *tf_envelope_form_objection(const guint8 *der, gsize length, X509 *recipient)
{
	g_autoptr(Form) form = parse(der, length);
	const gchar *what = form != NULL ? objection(form, recipient) : _("it is damaged or of another form");

	ERR_clear_error();

	return what;
}
