/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "batch/escrow.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "key/certificate.h"
#include "key/envelope.h"

#define FILE_LIMIT	   ((gsize)1 << 20)
#define FINGERPRINT_DIGITS (2 * (gsize)TF_SHA256_SIZE)
#define TAIL_DIGITS	   8

/* Lower case, without the colons and blanks that programs and people put between digits; NULL when anything
 * but hexadecimal digits is left. */
static gchar *digits_of(const gchar *text)
{
	g_autoptr(GString) digits = g_string_new(NULL);

	for (const gchar *at = text; *at != '\0'; at++) {
		if (*at == ':' || g_ascii_isspace(*at))
			continue;
		if (!g_ascii_isxdigit(*at))
			return NULL;
		g_string_append_c(digits, g_ascii_tolower(*at));
	}

	return g_strdup(digits->str);
}

static gchar *fingerprint_of(X509 *certificate)
{
	guint8 digest[TF_SHA256_SIZE];

	tf_certificate_sha256(certificate, digest);

	return tf_hex(digest, sizeof digest);
}

/* 'wanted' NULL: nobody demands one. */
static gboolean is_demanded(X509 *certificate, const gchar *wanted)
{
	g_autofree gchar *digits = wanted != NULL ? digits_of(wanted) : NULL;
	g_autofree gchar *found = fingerprint_of(certificate);

	return wanted == NULL || g_strcmp0(digits, found) == 0;
}

static gboolean is_fingerprint(const gchar *text)
{
	g_autofree gchar *digits = digits_of(text);

	return digits != NULL && strlen(digits) == FINGERPRINT_DIGITS;
}

static gboolean check(X509 *certificate, const gchar *path, const gchar *pinned, const gchar *given,
	gint64 now, GError **error)
{
	if (!tf_envelope_check_certificate(certificate, path, now, error))
		return FALSE;
	if (!is_demanded(certificate, pinned))
		return tf_raise(error, TF_ERROR_ESCROW_CERTIFICATE, path,
			_("its fingerprint is not the one that the campaign demands"), NULL);
	if (!is_demanded(certificate, given))
		return tf_raise(error, TF_ERROR_ESCROW_CERTIFICATE, path,
			_("its fingerprint is not the one that was given"), NULL);

	return TRUE;
}

X509 *tf_escrow_load(const gchar *path, const TfCampaign *campaign, const gchar *given_fingerprint,
	gint64 now, gboolean *ret_needs_confirmation, GError **error)
{
	const gchar *pinned = campaign != NULL ? tf_campaign_escrow_fingerprint(campaign) : NULL;
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(X509) certificate = NULL;

	if (given_fingerprint != NULL && !is_fingerprint(given_fingerprint)) {
		tf_raise(error, TF_ERROR_USAGE,
			_("--escrow-fingerprint is not a SHA-256 fingerprint: 64 hexadecimal digits"), NULL);
		return NULL;
	}
	bytes = tf_file_load(path, FILE_LIMIT, error);
	if (bytes == NULL)
		return NULL;
	certificate = tf_certificate_parse(bytes, path, error);
	if (certificate == NULL || !check(certificate, path, pinned, given_fingerprint, now, error))
		return NULL;
	*ret_needs_confirmation = pinned == NULL && given_fingerprint == NULL;

	return g_steal_pointer(&certificate);
}

gboolean tf_escrow_tail_fits(X509 *certificate, const gchar *typed)
{
	g_autofree gchar *digits = digits_of(typed);
	g_autofree gchar *found = fingerprint_of(certificate);

	return g_strcmp0(digits, found + FINGERPRINT_DIGITS - TAIL_DIGITS) == 0;
}
