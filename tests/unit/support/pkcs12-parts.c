/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkcs12-parts.h"

#include <openssl/pkcs12.h>
#include <stdarg.h>
#include <string.h>

#include "base/error.h"
#include "fixtures.h"

#define TAG_INTEGER  0x02
#define TAG_OCTETS   0x04
#define TAG_OID	     0x06
#define TAG_SEQUENCE 0x30
#define TAG_CONTEXT0 0xA0

#define BAG_TYPES "1.2.840.113549.1.12.10.1"
#define OID_DATA  "1.2.840.113549.1.7.1"
#define OID_X509  "1.2.840.113549.1.9.22.1"

static GBytes *take(guint8 *der, int length)
{
	GBytes *bytes = NULL;

	g_assert_cmpint(length, >, 0);
	bytes = g_bytes_new(der, (gsize)length);
	OPENSSL_free(der);

	return bytes;
}

static GBytes *wrap(guint tag, const GByteArray *content)
{
	GByteArray *value = g_byte_array_new();
	guint8 head[5] = { (guint8)tag };
	guint n_head = 2;

	if (content->len < 0x80) {
		head[1] = (guint8)content->len;
	} else {
		head[1] = 0x83;
		head[2] = (guint8)(content->len >> 16);
		head[3] = (guint8)(content->len >> 8);
		head[4] = (guint8)content->len;
		n_head = 5;
	}
	g_byte_array_append(value, head, n_head);
	g_byte_array_append(value, content->data, content->len);

	return g_byte_array_free_to_bytes(value);
}

static void append(GByteArray *content, GBytes *part)
{
	g_byte_array_append(content, g_bytes_get_data(part, NULL), (guint)g_bytes_get_size(part));
	g_bytes_unref(part);
}

static GBytes *wrap_list(guint tag, GBytes *first, va_list list)
{
	g_autoptr(GByteArray) content = g_byte_array_new();

	for (GBytes *part = first; part != NULL; part = va_arg(list, GBytes *))
		append(content, part);

	return wrap(tag, content);
}

GBytes *tf_part_der(guint tag, ...)
{
	GBytes *value = NULL;
	va_list list;

	va_start(list, tag);
	value = wrap_list(tag, va_arg(list, GBytes *), list);
	va_end(list);

	return value;
}

GBytes *tf_part_oid(const gchar *dotted)
{
	ASN1_OBJECT *object = OBJ_txt2obj(dotted, 1);
	guint8 *der = NULL;
	int length = i2d_ASN1_OBJECT(object, &der);

	ASN1_OBJECT_free(object);

	return take(der, length);
}

GBytes *tf_part_octets(GBytes *content)
{
	return tf_part_der(TAG_OCTETS, content, NULL);
}

GBytes *tf_part_bag(guint type, GBytes *value)
{
	g_autofree gchar *dotted = g_strdup_printf(BAG_TYPES ".%u", type);

	return tf_part_der(TAG_SEQUENCE, tf_part_oid(dotted), tf_part_der(TAG_CONTEXT0, value, NULL), NULL);
}

GBytes *tf_part_key(EVP_PKEY *key)
{
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
	guint8 *der = NULL;
	int length = i2d_PKCS8_PRIV_KEY_INFO(info, &der);

	PKCS8_PRIV_KEY_INFO_free(info);

	return take(der, length);
}

static void put_behind_key(PKCS8_PRIV_KEY_INFO *info, GBytes *behind)
{
	const X509_ALGOR *algorithm = NULL;
	const ASN1_OBJECT *name = NULL;
	const guint8 *own = NULL;
	const void *value = NULL;
	int type = V_ASN1_UNDEF;
	int length = 0;
	gsize n = g_bytes_get_size(behind);
	guint8 *both = NULL;

	g_assert_cmpint(PKCS8_pkey_get0(NULL, &own, &length, &algorithm, info), ==, 1);
	X509_ALGOR_get0(&name, &type, &value, algorithm);
	both = OPENSSL_malloc((gsize)length + n);
	memcpy(both, own, (gsize)length);
	memcpy(both + length, g_bytes_get_data(behind, NULL), n);
	g_assert_cmpint(PKCS8_pkey_set0(info, OBJ_dup(name), 0, type,
				type == V_ASN1_OBJECT ? OBJ_dup(value) : NULL, both, length + (int)n),
		==, 1);
}

GBytes *tf_part_key_with_more(EVP_PKEY *key, GBytes *behind, const gchar *type, GBytes *value)
{
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
	guint8 *der = NULL;
	int length = 0;

	if (behind != NULL)
		put_behind_key(info, behind);
	if (type != NULL) {
		ASN1_OBJECT *object = OBJ_txt2obj(type, 1);

		g_assert_cmpint(PKCS8_pkey_add1_attr_by_OBJ(info, object, V_ASN1_OCTET_STRING,
					g_bytes_get_data(value, NULL), (int)g_bytes_get_size(value)),
			==, 1);
		ASN1_OBJECT_free(object);
	}
	length = i2d_PKCS8_PRIV_KEY_INFO(info, &der);
	PKCS8_PRIV_KEY_INFO_free(info);

	return take(der, length);
}

GBytes *tf_part_certificate(X509 *certificate)
{
	guint8 *der = NULL;
	int length = i2d_X509(certificate, &der);

	return tf_part_der(TAG_SEQUENCE, tf_part_oid(OID_X509),
		tf_part_der(TAG_CONTEXT0, tf_part_octets(take(der, length)), NULL), NULL);
}

GBytes *tf_part_secret(void)
{
	return tf_part_der(TAG_SEQUENCE, tf_part_oid("1.2.3.4"),
		tf_part_der(TAG_CONTEXT0, tf_part_octets(g_bytes_new_static("a secret", 8)), NULL), NULL);
}

static GBytes *take_locked(X509_SIG *locked)
{
	guint8 *der = NULL;
	int length = i2d_X509_SIG(locked, &der);

	X509_SIG_free(locked);

	return take(der, length);
}

GBytes *tf_part_locked_key(EVP_PKEY *key, X509_ALGOR *algorithm, const gchar *password)
{
	/* The old ciphers are in no other context. */
	g_autoptr(TfLibrary) library = tf_library_new(NULL);
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
	X509_SIG *locked = PKCS8_set0_pbe_ex(
		password, (int)strlen(password), info, algorithm, tf_library_context(library), NULL);

	g_assert_nonnull(locked);
	PKCS8_PRIV_KEY_INFO_free(info);

	return take_locked(locked);
}

GBytes *tf_part_locked(GBytes *plaintext, const gchar *password)
{
	X509_ALGOR *algorithm = PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), 10, NULL, 0, NULL, -1);
	X509_SIG *locked = X509_SIG_new();
	X509_ALGOR *own = NULL;
	ASN1_OCTET_STRING *octets = NULL;
	guint8 *ciphertext = NULL;
	int length = 0;

	g_assert_nonnull(PKCS12_pbe_crypt(algorithm, password, (int)strlen(password),
		g_bytes_get_data(plaintext, NULL), (int)g_bytes_get_size(plaintext), &ciphertext, &length,
		1));
	X509_SIG_getm(locked, &own, &octets);
	g_assert_cmpint(X509_ALGOR_copy(own, algorithm), ==, 1);
	ASN1_STRING_set0(octets, ciphertext, length);
	X509_ALGOR_free(algorithm);

	return take_locked(locked);
}

GBytes *tf_part_locked_nonsense(X509_ALGOR *algorithm)
{
	static const guint8 nonsense[32] = { 0 };
	X509_SIG *locked = X509_SIG_new();
	X509_ALGOR *own = NULL;
	ASN1_OCTET_STRING *octets = NULL;

	X509_SIG_getm(locked, &own, &octets);
	g_assert_cmpint(X509_ALGOR_copy(own, algorithm), ==, 1);
	g_assert_cmpint(ASN1_OCTET_STRING_set(octets, nonsense, sizeof nonsense), ==, 1);
	X509_ALGOR_free(algorithm);

	return take_locked(locked);
}

/* ContentInfo of type data. */
static GBytes *data_content(GBytes *content)
{
	return tf_part_der(TAG_SEQUENCE, tf_part_oid(OID_DATA),
		tf_part_der(TAG_CONTEXT0, tf_part_octets(content), NULL), NULL);
}

GBytes *tf_part_file(GBytes *bag, ...)
{
	GBytes *bags = NULL;
	va_list list;

	va_start(list, bag);
	bags = wrap_list(TAG_SEQUENCE, bag, list);
	va_end(list);

	return tf_part_der(TAG_SEQUENCE, tf_part_der(TAG_INTEGER, g_bytes_new_static("\003", 1), NULL),
		data_content(tf_part_der(TAG_SEQUENCE, data_content(bags), NULL)), NULL);
}

static PKCS12 *parse(GBytes *file)
{
	const guint8 *der = g_bytes_get_data(file, NULL);
	PKCS12 *pkcs12 = d2i_PKCS12(NULL, &der, (long)g_bytes_get_size(file));

	g_assert_nonnull(pkcs12);
	g_bytes_unref(file);

	return pkcs12;
}

static GBytes *take_pkcs12(PKCS12 *pkcs12)
{
	guint8 *der = NULL;
	int length = i2d_PKCS12(pkcs12, &der);

	PKCS12_free(pkcs12);

	return take(der, length);
}

GBytes *tf_part_with_mac(GBytes *file, const gchar *password, const gchar *digest, int iterations)
{
	PKCS12 *pkcs12 = parse(file);

	g_assert_cmpint(
		PKCS12_set_mac(pkcs12, password, -1, NULL, 0, iterations, EVP_get_digestbyname(digest)), ==,
		1);

	return take_pkcs12(pkcs12);
}

GBytes *tf_part_with_costly_mac(GBytes *file, int iterations)
{
	PKCS12 *pkcs12 = parse(file);

	g_assert_cmpint(PKCS12_setup_mac(pkcs12, iterations, NULL, 0, EVP_sha256()), ==, 1);

	return take_pkcs12(pkcs12);
}

TfPkcs12 *tf_part_read(GBytes *file, GError **error)
{
	g_autoptr(TfSecret) content =
		tf_secret_new_copy(g_bytes_get_data(file, NULL), g_bytes_get_size(file));

	g_assert_nonnull(content);

	return tf_pkcs12_new(content, "test.p12", error);
}

gboolean tf_part_open(TfPkcs12 *pkcs12, const gchar *password, GError **error)
{
	g_autoptr(TfSecret) secret = password != NULL ? tf_secret_new_copy(password, strlen(password)) : NULL;

	return tf_pkcs12_open(pkcs12, secret, error);
}

TfPkcs12 *tf_part_opened(GBytes *file, const gchar *password)
{
	g_autoptr(GError) error = NULL;
	TfPkcs12 *pkcs12 = tf_part_read(file, &error);

	g_assert_no_error(error);
	(void)tf_part_open(pkcs12, password, &error);
	g_assert_no_error(error);

	return pkcs12;
}

gint tf_part_failure(GBytes *file, const gchar *password)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfPkcs12) pkcs12 = tf_part_read(file, &error);

	if (pkcs12 != NULL && tf_part_open(pkcs12, password, &error))
		return -1;
	g_assert_nonnull(error);
	g_assert_true(error->domain == TF_ERROR);

	return error->code;
}

GBytes *tf_part_load(const gchar *directory, const gchar *name)
{
	g_autofree gchar *path = g_build_filename(directory, name, NULL);
	g_autoptr(GError) error = NULL;
	gchar *content = NULL;
	gsize length = 0;

	g_file_get_contents(path, &content, &length, &error);
	g_assert_no_error(error);

	return g_bytes_new_take(content, length);
}
