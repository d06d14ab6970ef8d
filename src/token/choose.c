/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The choice of one token by RFC 7512 URI. Never a guess. */
#include <p11-kit/uri.h>
#include <string.h>

#include "base/error.h"
#include "ckr.h"
#include "module-private.h"
#include "session-private.h"

#define ANY_TOKEN "pkcs11:"

typedef P11KitUri Uri;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Uri, p11_kit_uri_free)

/* A PIN that was put into the URI must not come out again with the error. */
static void raise_uri(const gchar *uri, GError **error)
{
	const gchar *pin = strstr(uri, "pin-value");
	g_autofree gchar *shown = pin != NULL ? g_strndup(uri, (gsize)(pin - uri)) : g_strdup(uri);

	tf_raise(error, TF_ERROR_TOKEN_URI, shown, NULL);
}

/*
 * Attributes of objects are refused, unknown ones too: leaving out what a person demanded would be a guess.
 * So are pin-value, a secret in argv, and pin-source and module-name, which would not be followed.
 */
static Uri *parse(const gchar *text, GError **error)
{
	g_autoptr(Uri) uri = p11_kit_uri_new();
	P11KitUriType types =
		P11_KIT_URI_FOR_TOKEN | P11_KIT_URI_FOR_SLOT | P11_KIT_URI_FOR_MODULE_WITH_VERSION;

	if (strstr(text, "pin-value") == NULL && p11_kit_uri_parse(text, types, uri) == P11_KIT_URI_OK &&
		!p11_kit_uri_any_unrecognized(uri) && p11_kit_uri_get_pin_source(uri) == NULL &&
		p11_kit_uri_get_module_name(uri) == NULL)
		return g_steal_pointer(&uri);

	raise_uri(text, error);

	return NULL;
}

static gboolean module_fits(TfModule *module, const Uri *uri, gboolean *ret_fits, GError **error)
{
	const gchar *path = p11_kit_uri_get_module_path(uri);
	CK_INFO info;
	CK_RV rv = CKR_OK;

	memset(&info, 0, sizeof info);
	rv = tf_module_functions(module)->C_GetInfo(&info);
	if (!tf_ckr_check(rv, "C_GetInfo", error))
		return FALSE;
	*ret_fits = p11_kit_uri_match_module_info(uri, &info) == 1 &&
		    (path == NULL || g_str_equal(path, tf_module_facts(module)->path));

	return TRUE;
}

/* The token's own bytes are compared, not their readable form. A token that has gone does not fit. */
static gboolean token_fits(
	TfModule *module, const Uri *uri, const TfTokenStatus *status, gboolean *ret_fits, GError **error)
{
	CK_SLOT_ID wanted = p11_kit_uri_get_slot_id((Uri *)uri);
	CK_SLOT_INFO slot_info;
	CK_RV rv = CKR_OK;

	memset(&slot_info, 0, sizeof slot_info);
	rv = tf_module_functions(module)->C_GetSlotInfo(status->slot, &slot_info);
	if (tf_ckr_is_removal(rv)) {
		*ret_fits = FALSE;
		return TRUE;
	}
	if (!tf_ckr_check(rv, "C_GetSlotInfo", error))
		return FALSE;
	*ret_fits = (wanted == (CK_SLOT_ID)-1 || wanted == status->slot) &&
		    p11_kit_uri_match_slot_info(uri, &slot_info) == 1 &&
		    p11_kit_uri_match_token_info(uri, status->info) == 1;

	return TRUE;
}

/* Leaves those that fit. */
static gboolean filter(TfModule *module, const Uri *uri, GPtrArray *tokens, GError **error)
{
	gboolean fits = FALSE;

	if (!module_fits(module, uri, &fits, error))
		return FALSE;
	if (!fits)
		g_ptr_array_set_size(tokens, 0);

	for (guint i = tokens->len; i > 0; i--) {
		const TfTokenStatus *status = g_ptr_array_index(tokens, i - 1);

		if (!token_fits(module, uri, status, &fits, error))
			return FALSE;
		if (!fits)
			g_ptr_array_remove_index(tokens, i - 1);
	}

	return TRUE;
}

static TfTokenStatus *choose_among(
	GPtrArray *tokens, const gchar *uri, gboolean is_initialized, GError **error)
{
	TfTokenStatus *other = NULL;
	g_autofree gchar *count = NULL;

	for (guint i = tokens->len; i > 0; i--) {
		TfTokenStatus *status = g_ptr_array_index(tokens, i - 1);

		if (!status->is_initialized == !is_initialized)
			continue;
		tf_token_status_free(other);
		other = g_ptr_array_steal_index(tokens, i - 1);
	}
	if (tokens->len == 1) {
		tf_token_status_free(other);
		return g_ptr_array_steal_index(tokens, 0);
	}

	count = g_strdup_printf("%u", tokens->len);
	if (tokens->len > 1)
		tf_raise(error, TF_ERROR_TOKEN_AMBIGUOUS, count, uri, NULL);
	else if (other == NULL)
		tf_raise(error, TF_ERROR_TOKEN_MISSING, uri, NULL);
	else
		tf_raise(error,
			is_initialized ? TF_ERROR_TOKEN_NOT_INITIALIZED : TF_ERROR_TOKEN_ALREADY_INITIALIZED,
			tf_token_name(other->facts), NULL);
	tf_token_status_free(other);

	return NULL;
}

gboolean tf_token_uri_fits(const gchar *uri, const TfTokenFacts *facts, gboolean *ret_fits, GError **error)
{
	g_autoptr(Uri) wanted = parse(uri, error);
	g_autoptr(Uri) recorded = wanted != NULL ? parse(facts->uri, error) : NULL;

	if (recorded == NULL)
		return FALSE;
	*ret_fits = p11_kit_uri_match_token_info(wanted, p11_kit_uri_get_token_info(recorded)) == 1;

	return TRUE;
}

TfTokenStatus *tf_token_choose(
	TfModule *module, GPtrArray *tokens, const gchar *uri, gboolean is_initialized, GError **error)
{
	const gchar *wanted = uri != NULL ? uri : ANY_TOKEN;
	g_autoptr(Uri) parsed = parse(wanted, error);

	if (parsed == NULL || !filter(module, parsed, tokens, error))
		return NULL;

	return choose_among(tokens, wanted, is_initialized, error);
}
