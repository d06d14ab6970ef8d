/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text-private.h"

#include <openssl/err.h>
#include <openssl/objects.h>

#include "key/openssl.h"

#define OBJECT_TEXT_SIZE 128

gchar *tf_text_of_string(const ASN1_STRING *string)
{
	guint8 *utf8 = NULL;
	gchar *text = NULL;
	int length = 0;

	length = ASN1_STRING_to_UTF8(&utf8, string);
	if (length < 0) {
		ERR_clear_error();
		return NULL;
	}
	text = g_utf8_make_valid((const gchar *)utf8, length);
	OPENSSL_free(utf8);

	return text;
}

gchar *tf_text_of_name(const X509_NAME *name)
{
	const unsigned long form = XN_FLAG_SEP_CPLUS_SPC | XN_FLAG_DN_REV | XN_FLAG_FN_SN |
				   XN_FLAG_DUMP_UNKNOWN_FIELDS | ASN1_STRFLGS_UTF8_CONVERT |
				   ASN1_STRFLGS_ESC_CTRL | ASN1_STRFLGS_DUMP_UNKNOWN | ASN1_STRFLGS_DUMP_DER;
	g_autoptr(BIO) bio = BIO_new(BIO_s_mem());
	char *line = NULL;
	char *bytes = NULL;
	long length = 0;
	gchar *text = NULL;

	if (bio != NULL && X509_NAME_print_ex(bio, name, 0, form) >= 0) {
		length = BIO_get_mem_data(bio, &bytes);
		return g_utf8_make_valid(bytes, length);
	}

	/* A string in the name breaks the rules of its type. */
	ERR_clear_error();
	line = X509_NAME_oneline(name, NULL, 0);
	text = g_utf8_make_valid(line != NULL ? line : "", -1);
	OPENSSL_free(line);

	return text;
}

gchar *tf_text_of_common_name(const X509_NAME *name)
{
	int last = -1;
	gchar *text = NULL;

	for (int at = -1; (at = X509_NAME_get_index_by_NID(name, NID_commonName, at)) >= 0;)
		last = at;
	if (last >= 0)
		text = tf_text_of_string(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, last)));

	return text != NULL ? text : g_strdup("");
}

gchar *tf_text_of_object(const ASN1_OBJECT *object)
{
	int nid = OBJ_obj2nid(object);
	gchar text[OBJECT_TEXT_SIZE] = "";

	if (nid != NID_undef)
		return g_strdup(OBJ_nid2sn(nid));

	(void)OBJ_obj2txt(text, sizeof text, object, 1);

	return g_strdup(text);
}
