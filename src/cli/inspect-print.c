/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "cli/describe.h"
#include "cli/language.h"
#include "cli/output.h"
#include "cli/phrase.h"
#include "cli/wording.h"
#include "inspect-private.h"
#include "transfer/checks.h"

typedef struct MacRow {
	const gchar *name;
	const gchar *sentence;
} MacRow;

static const MacRow macs[] = {
	[TF_PKCS12_MAC_NONE] = { "none", N_("none: damage would not be noticed") },
	[TF_PKCS12_MAC_PKCS12] = { "pkcs12", NULL },
	[TF_PKCS12_MAC_PBMAC1] = { "pbmac1", NULL },
};

static const gchar *const revocations[] = {
	[TF_REVOCATION_UNKNOWN] = N_("unknown (give a revocation list by --crl; the file has to "
				     "hold the issuer's certificate, too)"),
	[TF_REVOCATION_GOOD] = N_("not revoked, by the list given"),
	[TF_REVOCATION_REVOKED] = N_("REVOKED"),
};
static const gchar *const revocation_names[] = {
	[TF_REVOCATION_UNKNOWN] = "unknown",
	[TF_REVOCATION_GOOD] = "good",
	[TF_REVOCATION_REVOKED] = "revoked",
};

static gchar *file_digest(const TfPkcs12 *pkcs12)
{
	guint8 digest[TF_SHA256_SIZE];

	tf_pkcs12_sha256(pkcs12, digest);

	return tf_hex(digest, sizeof digest);
}

static gchar *join(const GPtrArray *texts)
{
	g_autoptr(GString) joined = g_string_new(NULL);

	for (guint i = 0; i < texts->len; i++)
		g_string_append_printf(
			joined, "%s%s", i > 0 ? ", " : "", (const gchar *)g_ptr_array_index(texts, i));

	return g_string_free(g_steal_pointer(&joined), FALSE);
}

static gchar *describe_mac(const TfPkcs12Protection *protection)
{
	if (protection->mac == TF_PKCS12_MAC_NONE)
		return g_strdup(_(macs[TF_PKCS12_MAC_NONE].sentence));

	return g_strdup_printf("%s%s", protection->mac == TF_PKCS12_MAC_PBMAC1 ? "PBMAC1 " : "HMAC ",
		protection->mac_digest != NULL ? protection->mac_digest : "?");
}

void tf_inspect_print_file(const gchar *path, const TfPkcs12 *pkcs12)
{
	const TfPkcs12Protection *protection = tf_pkcs12_protection(pkcs12);
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree gchar *digest = file_digest(pkcs12);
	g_autofree gchar *ciphers = join(protection->ciphers);
	g_autofree gchar *mac = describe_mac(protection);
	g_autofree gchar *rounds = g_strdup_printf("%" G_GUINT64_FORMAT, protection->most_iterations);

	tf_describe_line(text, 0, _("File"), path);
	tf_describe_line(text, 2, "SHA-256", digest);
	tf_describe_line(text, 2, _("Encrypted by"), ciphers);
	tf_describe_line(text, 2, _("Integrity check"), mac);
	tf_describe_line(text, 2, _("Iterations"), rounds);
	if (protection->has_weak_cipher)
		tf_describe_line(
			text, 2, _("Warning"), _("this old encryption can be broken without the PIN code"));
	if (protection->has_unprotected_secret)
		tf_describe_line(text, 2, _("Warning"), _("a key lies in this file unencrypted"));
	tf_output_text(text->str);
}

static gchar *describe_contents(const TfPkcs12Contents *contents)
{
	const guint counts[] = { contents->n_keys, contents->n_certificates, contents->n_crls,
		contents->n_secrets };
	gchar numbers[G_N_ELEMENTS(counts)][16];

	for (gsize i = 0; i < G_N_ELEMENTS(counts); i++)
		g_snprintf(numbers[i], sizeof numbers[i], "%u", counts[i]);

	return tf_phrase(_("private keys: {keys}, certificates: {certificates}, revocation lists: {crls}, "
			   "other secrets: {secrets}"),
		"keys", numbers[0], "certificates", numbers[1], "crls", numbers[2], "secrets", numbers[3],
		NULL);
}

void tf_inspect_print_contents(const TfPkcs12 *pkcs12, TfLook look)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree gchar *contents = NULL;

	if (look == TF_LOOK_CLOSED) {
		tf_describe_line(text, 2, _("Content"),
			_("locked by the PIN code (paper notice), which was not given"));
		tf_output_text(text->str);
		return;
	}

	contents = describe_contents(tf_pkcs12_contents(pkcs12));
	if (look == TF_LOOK_UNLOCKED)
		tf_describe_line(text, 2, _("Warning"), _("it opens without any PIN code"));
	tf_describe_line(text, 2, _("Content"), contents);
	tf_describe_line(text, 2, _("When it is moved"),
		tf_pkcs12_holds_one_secret(pkcs12)
			? _("the file may be wiped once its key is proven on a token; it holds no other "
			    "secret")
			: _("the file will be kept: it does not hold exactly one key and no other secret"));
	tf_output_text(text->str);
}

static gboolean is_carried(const TfInspectedKey *key, const gchar *attribute)
{
	return key->carries_name && strcmp(attribute, "friendlyName") == 0;
}

static GPtrArray *attributes_that(const TfInspectedKey *key, gboolean are_carried)
{
	g_autoptr(GPtrArray) chosen = g_ptr_array_new();

	for (guint i = 0; i < key->attributes->len; i++) {
		gchar *attribute = g_ptr_array_index(key->attributes, i);

		if (is_carried(key, attribute) == are_carried)
			g_ptr_array_add(chosen, attribute);
	}

	return g_steal_pointer(&chosen);
}

static void describe_verdict(GString *text, const TfInspectedKey *key)
{
	g_autofree gchar *kind = key->facts != NULL ? tf_describe_key(key->facts) : NULL;
	g_autofree gchar *sentence = key->unusable != NULL ? tf_wording_of_error(key->unusable) : NULL;
	g_autofree gchar *good =
		tf_phrase(_("every token that takes keys of the kind {kind}"), "kind", kind, NULL);

	if (key->is_weak)
		tf_describe_line(text, 2, _("Warning"),
			_("shorter than 2048 bits, no longer strong: ask for a new certificate"));
	tf_describe_line(text, 2, key->unusable != NULL ? _("No token can take it") : _("Can be taken by"),
		key->unusable != NULL ? sentence : good);
}

void tf_inspect_print_key(const TfInspectedKey *key)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GPtrArray) carried = attributes_that(key, TRUE);
	g_autoptr(GPtrArray) dropped = attributes_that(key, FALSE);
	g_autofree gchar *carried_names = join(carried);
	g_autofree gchar *dropped_names = join(dropped);
	g_autofree gchar *number = g_strdup_printf("%u", key->number);

	tf_describe_line(text, 0, _("Key"), number);
	if (key->facts != NULL)
		tf_describe_certificate(text, 2, key->facts, key->campaign);
	else
		tf_describe_line(text, 2, _("Certificate"), _("none that fits this key"));
	if (key->campaign != NULL)
		tf_describe_line(
			text, 2, _("Campaign"), tf_campaign_title(key->campaign, tf_language_spoken()));
	if (key->facts != NULL)
		tf_describe_line(text, 2, _("Revocation"), _(revocations[key->revocation]));
	for (guint i = 0; key->problems != NULL && i < key->problems->len; i++) {
		const TfProblem *problem = g_ptr_array_index(key->problems, i);
		g_autofree gchar *sentence = tf_wording_of_error(problem->error);

		tf_describe_line(text, 2, _("Warning"), sentence);
	}
	describe_verdict(text, key);
	tf_describe_line(text, 2, _("Goes along"), carried_names);
	tf_describe_line(text, 2, _("Does not go along"), dropped_names);
	tf_output_text(text->str);
}

static json_t *texts_to_json(const GPtrArray *texts)
{
	json_t *array = json_array();

	for (guint i = 0; i < texts->len; i++)
		json_array_append_new(array, tf_output_string(g_ptr_array_index(texts, i)));

	return array;
}

static json_t *error_to_json(const GError *error)
{
	g_autofree gchar *sentence = tf_wording_of_error(error);
	json_t *object = json_object();

	json_object_set_new(object, "code", json_string(tf_error_name(error)));
	json_object_set_new(object, "message", tf_output_string(sentence));

	return object;
}

static json_t *protection_to_json(const TfPkcs12Protection *protection)
{
	json_t *object = json_object();

	json_object_set_new(object, "mac", json_string(macs[protection->mac].name));
	json_object_set_new(object, "mac_digest", tf_output_string(protection->mac_digest));
	json_object_set_new(object, "mac_iterations", json_integer((json_int_t)protection->mac_iterations));
	json_object_set_new(object, "ciphers", texts_to_json(protection->ciphers));
	json_object_set_new(object, "most_iterations", json_integer((json_int_t)protection->most_iterations));
	json_object_set_new(object, "weak_cipher", json_boolean(protection->has_weak_cipher));
	json_object_set_new(object, "unprotected_secret", json_boolean(protection->has_unprotected_secret));

	return object;
}

static json_t *contents_to_json(const TfPkcs12Contents *contents)
{
	json_t *object = json_object();

	json_object_set_new(object, "keys", json_integer(contents->n_keys));
	json_object_set_new(object, "certificates", json_integer(contents->n_certificates));
	json_object_set_new(object, "crls", json_integer(contents->n_crls));
	json_object_set_new(object, "secrets", json_integer(contents->n_secrets));

	return object;
}

void tf_inspect_print_file_json(const gchar *path, const TfPkcs12 *pkcs12, TfLook look)
{
	json_t *object = tf_output_object("file");
	g_autofree gchar *digest = file_digest(pkcs12);

	json_object_set_new(object, "path", tf_output_string(path));
	json_object_set_new(object, "sha256", json_string(digest));
	json_object_set_new(object, "protection", protection_to_json(tf_pkcs12_protection(pkcs12)));
	json_object_set_new(object, "opened", json_boolean(look != TF_LOOK_CLOSED));
	json_object_set_new(object, "needs_pin_code", json_boolean(look != TF_LOOK_UNLOCKED));
	if (look != TF_LOOK_CLOSED) {
		json_object_set_new(object, "contents", contents_to_json(tf_pkcs12_contents(pkcs12)));
		json_object_set_new(object, "one_secret", json_boolean(tf_pkcs12_holds_one_secret(pkcs12)));
	}
	tf_output_json(object);
}

void tf_inspect_print_key_json(const TfInspectedKey *key)
{
	json_t *object = tf_output_object("key");
	json_t *checks = json_array();
	g_autoptr(GPtrArray) carried = attributes_that(key, TRUE);
	g_autoptr(GPtrArray) dropped = attributes_that(key, FALSE);

	json_object_set_new(object, "number", json_integer(key->number));
	json_object_set_new(object, "certificate",
		key->facts != NULL ? tf_certificate_facts_to_json(key->facts) : json_null());
	json_object_set_new(object, "campaign",
		tf_output_string(key->campaign != NULL ? tf_campaign_name(key->campaign) : NULL));
	json_object_set_new(object, "revocation", json_string(revocation_names[key->revocation]));
	for (guint i = 0; key->problems != NULL && i < key->problems->len; i++) {
		const TfProblem *problem = g_ptr_array_index(key->problems, i);
		json_t *check = error_to_json(problem->error);

		json_object_set_new(check, "rule", json_string(tf_exception_name(problem->exception)));
		json_array_append_new(checks, check);
	}
	json_object_set_new(object, "checks", checks);
	json_object_set_new(object, "weak", json_boolean(key->is_weak));
	json_object_set_new(object, "movable", json_boolean(key->unusable == NULL));
	if (key->unusable != NULL)
		json_object_set_new(object, "error", error_to_json(key->unusable));
	json_object_set_new(object, "carried", texts_to_json(carried));
	json_object_set_new(object, "dropped", texts_to_json(dropped));
	tf_output_json(object);
}
