/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "record/facts.h"

#include <string.h>

#include "json-private.h"

/* Generous for what is lawful (X.520 names end at 64 characters, Cryptoki's fields at 32 bytes), and small
 * enough for a hostile writer. */
#define NAME_LIMIT   65536u
#define SERIAL_LIMIT 256u
#define TOKEN_LIMIT  256u
#define URI_LIMIT    4096u
#define PATH_LIMIT   16384u

/* 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z: what RFC 3339 and X.509 can both write. */
#define TIME_MINIMUM G_GINT64_CONSTANT(-62135596800)
#define TIME_MAXIMUM G_GINT64_CONSTANT(253402300799)

#define CERTIFICATE(member) G_STRUCT_OFFSET(TfCertificateFacts, member)
#define TOKEN(member)	    G_STRUCT_OFFSET(TfTokenFacts, member)
#define MODULE(member)	    G_STRUCT_OFFSET(TfModuleFacts, member)

static const TfJsonField certificate_fields[] = {
	{ "subject", CERTIFICATE(subject), TF_JSON_TEXT, FALSE, 0, NAME_LIMIT },
	{ "common_name", CERTIFICATE(common_name), TF_JSON_TEXT, FALSE, 0, NAME_LIMIT },
	{ "issuer", CERTIFICATE(issuer), TF_JSON_TEXT, FALSE, 0, NAME_LIMIT },
	{ "issuer_common_name", CERTIFICATE(issuer_common_name), TF_JSON_TEXT, FALSE, 0, NAME_LIMIT },
	{ "serial", CERTIFICATE(serial), TF_JSON_HEX, FALSE, 1, SERIAL_LIMIT },
	{ "not_before", CERTIFICATE(not_before), TF_JSON_TIME, FALSE, 0, 0 },
	{ "not_after", CERTIFICATE(not_after), TF_JSON_TIME, FALSE, 0, 0 },
	{ "sha256", CERTIFICATE(sha256), TF_JSON_DIGEST, FALSE, 0, 0 },
	{ "spki_sha256", CERTIFICATE(spki_sha256), TF_JSON_DIGEST, FALSE, 0, 0 },
	{ "key_type", CERTIFICATE(key_type), TF_JSON_TEXT, FALSE, 2, 3 },
	{ "bits", CERTIFICATE(bits), TF_JSON_COUNT, FALSE, 1, 65536 },
	TF_JSON_END,
};

static const TfJsonField token_fields[] = {
	{ "label", TOKEN(label), TF_JSON_TEXT, FALSE, 0, TOKEN_LIMIT },
	{ "serial", TOKEN(serial), TF_JSON_TEXT, FALSE, 0, TOKEN_LIMIT },
	{ "manufacturer", TOKEN(manufacturer), TF_JSON_TEXT, FALSE, 0, TOKEN_LIMIT },
	{ "model", TOKEN(model), TF_JSON_TEXT, FALSE, 0, TOKEN_LIMIT },
	{ "uri", TOKEN(uri), TF_JSON_TEXT, FALSE, 0, URI_LIMIT },
	TF_JSON_END,
};

static const TfJsonField module_fields[] = {
	{ "path", MODULE(path), TF_JSON_TEXT, FALSE, 1, PATH_LIMIT },
	{ "sha256", MODULE(sha256), TF_JSON_DIGEST, FALSE, 0, 0 },
	{ "package", MODULE(package), TF_JSON_TEXT, TRUE, 0, TOKEN_LIMIT },
	{ "let_pass", MODULE(let_pass), TF_JSON_TEXT, TRUE, 0, PATH_LIMIT },
	TF_JSON_END,
};

TfCertificateFacts *tf_certificate_facts_copy(const TfCertificateFacts *facts)
{
	TfCertificateFacts *copy = g_new0(TfCertificateFacts, 1);

	tf_json_copy(facts, copy, certificate_fields);

	return copy;
}

void tf_certificate_facts_free(TfCertificateFacts *facts)
{
	if (facts == NULL)
		return;

	tf_json_clear(facts, certificate_fields);
	g_free(facts);
}

json_t *tf_certificate_facts_to_json(const TfCertificateFacts *facts)
{
	json_t *object = json_object();

	tf_json_write(object, facts, certificate_fields);

	return object;
}

TfCertificateFacts *tf_certificate_facts_from_json(const json_t *object)
{
	g_autoptr(TfCertificateFacts) facts = g_new0(TfCertificateFacts, 1);
	const gchar *key = NULL;

	if (!tf_json_read(object, facts, certificate_fields, &key))
		return NULL;
	if (strcmp(facts->key_type, "rsa") != 0 && strcmp(facts->key_type, "ec") != 0)
		return NULL;

	return g_steal_pointer(&facts);
}

TfTokenFacts *tf_token_facts_copy(const TfTokenFacts *facts)
{
	TfTokenFacts *copy = g_new0(TfTokenFacts, 1);

	tf_json_copy(facts, copy, token_fields);

	return copy;
}

void tf_token_facts_free(TfTokenFacts *facts)
{
	if (facts == NULL)
		return;

	tf_json_clear(facts, token_fields);
	g_free(facts);
}

json_t *tf_token_facts_to_json(const TfTokenFacts *facts)
{
	json_t *object = json_object();

	tf_json_write(object, facts, token_fields);

	return object;
}

TfTokenFacts *tf_token_facts_from_json(const json_t *object)
{
	g_autoptr(TfTokenFacts) facts = g_new0(TfTokenFacts, 1);
	const gchar *key = NULL;

	if (!tf_json_read(object, facts, token_fields, &key))
		return NULL;

	return g_steal_pointer(&facts);
}

gboolean tf_token_facts_equal(const TfTokenFacts *a, const TfTokenFacts *b)
{
	return g_strcmp0(a->manufacturer, b->manufacturer) == 0 && g_strcmp0(a->model, b->model) == 0 &&
	       g_strcmp0(a->serial, b->serial) == 0;
}

TfModuleFacts *tf_module_facts_copy(const TfModuleFacts *facts)
{
	TfModuleFacts *copy = g_new0(TfModuleFacts, 1);

	tf_json_copy(facts, copy, module_fields);

	return copy;
}

void tf_module_facts_free(TfModuleFacts *facts)
{
	if (facts == NULL)
		return;

	tf_json_clear(facts, module_fields);
	g_free(facts);
}

json_t *tf_module_facts_to_json(const TfModuleFacts *facts)
{
	json_t *object = json_object();

	tf_json_write(object, facts, module_fields);

	return object;
}

TfModuleFacts *tf_module_facts_from_json(const json_t *object)
{
	g_autoptr(TfModuleFacts) facts = g_new0(TfModuleFacts, 1);
	const gchar *key = NULL;

	if (!tf_json_read(object, facts, module_fields, &key))
		return NULL;

	return g_steal_pointer(&facts);
}

gchar *tf_time_to_text(gint64 seconds)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(CLAMP(seconds, TIME_MINIMUM, TIME_MAXIMUM));

	return g_strdup_printf("%04d-%02d-%02dT%02d:%02d:%02dZ", g_date_time_get_year(time),
		g_date_time_get_month(time), g_date_time_get_day_of_month(time), g_date_time_get_hour(time),
		g_date_time_get_minute(time), g_date_time_get_second(time));
}

/* Two or four digits at 'at'; -1 when they are none. */
static gint digits(const gchar *at, gsize n)
{
	gint number = 0;

	for (gsize i = 0; i < n; i++) {
		if (!g_ascii_isdigit(at[i]))
			return -1;
		number = 10 * number + g_ascii_digit_value(at[i]);
	}

	return number;
}

gboolean tf_time_from_text(const gchar *text, gint64 *ret_seconds)
{
	g_autoptr(GDateTime) time = NULL;
	g_autofree gchar *again = NULL;

	if (text == NULL || strlen(text) != strlen("YYYY-MM-DDTHH:MM:SSZ"))
		return FALSE;
	time = g_date_time_new_utc(digits(text, 4), digits(text + 5, 2), digits(text + 8, 2),
		digits(text + 11, 2), digits(text + 14, 2), digits(text + 17, 2));
	if (time == NULL)
		return FALSE;
	/* The one form, so that a time that is read and written stays the same text. */
	again = tf_time_to_text(g_date_time_to_unix(time));
	if (strcmp(text, again) != 0)
		return FALSE;
	*ret_seconds = g_date_time_to_unix(time);

	return TRUE;
}
