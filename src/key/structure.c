/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "structure-private.h"

#include <openssl/err.h>

/* clang-format off */
ASN1_SEQUENCE(TfMacData) = {
	ASN1_SIMPLE(TfMacData, mac, X509_SIG),
	ASN1_SIMPLE(TfMacData, salt, ASN1_OCTET_STRING),
	ASN1_OPT(TfMacData, iterations, ASN1_INTEGER)
} static_ASN1_SEQUENCE_END(TfMacData)

ASN1_SEQUENCE(TfPfx) = {
	ASN1_SIMPLE(TfPfx, version, ASN1_INTEGER),
	ASN1_SIMPLE(TfPfx, auth_safe, PKCS7),
	ASN1_OPT(TfPfx, mac_data, TfMacData)
} static_ASN1_SEQUENCE_END(TfPfx)

ASN1_SEQUENCE(TfBag) = {
	ASN1_SIMPLE(TfBag, type, ASN1_OBJECT),
	ASN1_EXP(TfBag, value, ASN1_ANY, 0),
	ASN1_SET_OF_OPT(TfBag, attributes, X509_ATTRIBUTE)
} static_ASN1_SEQUENCE_END(TfBag)

ASN1_ITEM_TEMPLATE(BagSequence) = ASN1_EX_TEMPLATE_TYPE(ASN1_TFLG_SEQUENCE_OF, 0, BagSequence, TfBag)
static_ASN1_ITEM_TEMPLATE_END(BagSequence)

ASN1_ITEM_TEMPLATE(BagSet) = ASN1_EX_TEMPLATE_TYPE(ASN1_TFLG_SET_OF, 0, BagSet, TfBag)
static_ASN1_ITEM_TEMPLATE_END(BagSet)

ASN1_SEQUENCE(TfTypedValue) = {
	ASN1_SIMPLE(TfTypedValue, type, ASN1_OBJECT),
	ASN1_EXP(TfTypedValue, value, ASN1_ANY, 0)
} static_ASN1_SEQUENCE_END(TfTypedValue)
	/* clang-format on */

	/* Programs that pad write zeros; people's editors and mail programs add line ends. */
	static gboolean is_padding(const guint8 *bytes, gsize length)
{
	for (gsize i = 0; i < length; i++) {
		if (bytes[i] != 0 && !g_ascii_isspace(bytes[i]) && bytes[i] != 0xFF)
			return FALSE;
	}

	return TRUE;
}

static gpointer parse(const guint8 *der, gsize length, const ASN1_ITEM *item, gboolean *ret_has_tail)
{
	const guint8 *at = der;
	gpointer value = NULL;

	if (der == NULL || length == 0 || length > G_MAXINT)
		return NULL;

	value = ASN1_item_d2i(NULL, &at, (long)length, item);
	if (value == NULL)
		ERR_clear_error();
	else if (ret_has_tail != NULL)
		*ret_has_tail = !is_padding(at, length - (gsize)(at - der));

	return value;
}

TfPfx *tf_pfx_parse(const guint8 *der, gsize length, gboolean *ret_has_tail)
{
	return parse(der, length, ASN1_ITEM_rptr(TfPfx), ret_has_tail);
}

void tf_pfx_free(TfPfx *pfx)
{
	ASN1_item_free((ASN1_VALUE *)pfx, ASN1_ITEM_rptr(TfPfx));
}

TfSafes *tf_safes_parse(const ASN1_OCTET_STRING *content, gboolean *ret_has_tail)
{
	return parse(ASN1_STRING_get0_data(content), (gsize)ASN1_STRING_length(content),
		ASN1_ITEM_rptr(PKCS12_AUTHSAFES), ret_has_tail);
}

void tf_safes_free(TfSafes *safes)
{
	ASN1_item_free((ASN1_VALUE *)safes, ASN1_ITEM_rptr(PKCS12_AUTHSAFES));
}

TfBags *tf_bags_parse(const guint8 *der, gsize length, gboolean *ret_has_tail)
{
	TfBags *bags = parse(der, length, ASN1_ITEM_rptr(BagSequence), ret_has_tail);

	if (bags == NULL)
		bags = parse(der, length, ASN1_ITEM_rptr(BagSet), ret_has_tail);

	return bags;
}

void tf_bags_free(TfBags *bags)
{
	ASN1_item_free((ASN1_VALUE *)bags, ASN1_ITEM_rptr(BagSequence));
}

TfTypedValue *tf_typed_value_parse(const ASN1_TYPE *value)
{
	gsize length = 0;
	const guint8 *der = tf_any_der(value, &length);

	return parse(der, length, ASN1_ITEM_rptr(TfTypedValue), NULL);
}

void tf_typed_value_free(TfTypedValue *typed)
{
	ASN1_item_free((ASN1_VALUE *)typed, ASN1_ITEM_rptr(TfTypedValue));
}

const guint8 *tf_any_der(const ASN1_TYPE *value, gsize *ret_length)
{
	const ASN1_STRING *string = NULL;

	*ret_length = 0;
	if (value->type != V_ASN1_SEQUENCE && value->type != V_ASN1_SET)
		return NULL;

	string = value->value.asn1_string;
	*ret_length = (gsize)ASN1_STRING_length(string);

	return ASN1_STRING_get0_data(string);
}
