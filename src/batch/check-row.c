/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "batch/check-row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "batch/letter.h"
#include "key/certificate.h"
#include "letter-type-private.h"
#include "transfer/checks.h"

struct TfRowChecks {
	const gchar *manifest;	 /* NULL: a row is not held against others */
	TfChecksRequest request; /* without the member's name; the list is ours */
	GError *unusable;	 /* the list */
	TfLetterGlyphs *glyphs;	 /* NULL: nobody asked for them yet */
	/* The line of each certificate, by 64 bits of its digest: that two of 100,000 share them is less
	 * likely than one in 10^9, and then a person is shown both lines. */
	GHashTable *lines;
};

const gchar *tf_row_notice_text(TfRowNotice notice)
{
	switch (notice) {
	case TF_ROW_NOTICE_WEAK:
		return _("the key is weak (RSA below 2048 bits)");
	case TF_ROW_NOTICE_KEPT:
		return _("the file holds another secret and will be kept");
	case TF_ROW_NOTICE_NO_SERIAL:
		return _("there is no token_serial, and so no card with '--assign serial'");
	}
	g_assert_not_reached();
}

gboolean tf_row_checks_glyphs(TfRowChecks *checks, const gchar *name, GError **error)
{
	g_autofree gchar *missing = NULL;

	if (checks->glyphs == NULL)
		checks->glyphs = tf_letter_glyphs_new();

	return tf_letter_glyphs_have(checks->glyphs, name, &missing) ||
	       tf_raise(error, TF_ERROR_LETTER_GLYPH, name, missing, NULL);
}

gboolean tf_row_checks_font(TfRowChecks *checks, GError **error)
{
	return tf_row_checks_glyphs(checks, "0", NULL) ||
	       tf_raise(error, TF_ERROR_LETTER_FAILED, TF_LETTER_ANY, _("its font is not installed"), NULL);
}

TfRowChecks *tf_row_checks_new(
	const gchar *manifest, const TfCampaign *campaign, const gchar *crl, gint64 now)
{
	TfRowChecks *checks = g_new0(TfRowChecks, 1);

	checks->manifest = manifest;
	checks->request = (TfChecksRequest){ .campaign = campaign, .crl = crl, .now = now };
	checks->lines = g_hash_table_new(NULL, NULL);

	return checks;
}

void tf_row_checks_free(TfRowChecks *checks)
{
	if (checks == NULL)
		return;

	g_hash_table_unref(checks->lines);
	X509_CRL_free(checks->request.list);
	g_clear_error(&checks->unusable);
	tf_letter_glyphs_free(checks->glyphs);
	g_free(checks);
}

static gpointer key_of(X509 *certificate)
{
	guint8 digest[TF_SHA256_SIZE];
	gsize key = 0;

	tf_certificate_sha256(certificate, digest);
	memcpy(&key, digest, sizeof key);

	return GSIZE_TO_POINTER(key);
}

/* An opener may be asked about one row twice. */
static void check_repetition(
	const TfRowChecks *checks, const TfManifestRow *row, X509 *certificate, GPtrArray *problems)
{
	gpointer key = key_of(certificate);
	guint line = GPOINTER_TO_UINT(g_hash_table_lookup(checks->lines, key));
	g_autofree gchar *reason = NULL;
	GError *problem = NULL;

	if (line == 0)
		g_hash_table_insert(checks->lines, key, GUINT_TO_POINTER(row->line));
	if (line == 0 || line == row->line)
		return;
	reason = g_strdup_printf(_("this certificate is that of line %u"), line);
	tf_raise(&problem, TF_ERROR_MANIFEST_INVALID, checks->manifest, TF_NUMBER(row->line), reason, NULL);
	g_ptr_array_add(problems, problem);
}

static void free_error(gpointer error)
{
	g_error_free(error);
}

/* Once for all rows. FALSE with errors of reading. */
static gboolean read_list(TfRowChecks *checks, GError **error)
{
	g_autoptr(GError) problem = NULL;

	if (checks->request.crl == NULL || checks->request.list != NULL || checks->unusable != NULL)
		return TRUE;
	checks->request.list = tf_checks_load_crl(checks->request.crl, &problem);
	if (checks->request.list != NULL)
		return TRUE;
	if (g_error_matches(problem, TF_ERROR, TF_ERROR_CRL_UNUSABLE)) {
		checks->unusable = g_steal_pointer(&problem);
		return TRUE;
	}
	g_propagate_error(error, g_steal_pointer(&problem));

	return FALSE;
}

/* A revocation list that says nothing about this certificate (it is of another issuer, say) hides no other
 * rule that is broken. NULL as tf_checks() is. */
static GPtrArray *check_rules(const TfOpenedSource *source, TfChecksRequest request, GPtrArray *problems,
	TfRevocation *ret_revocation, GError **error)
{
	GError *unusable = NULL;
	GPtrArray *broken =
		tf_checks(source->certificate, source->chain, &request, ret_revocation, &unusable);

	if (broken != NULL)
		return broken;
	if (!g_error_matches(unusable, TF_ERROR, TF_ERROR_CRL_UNUSABLE)) {
		g_propagate_error(error, unusable);
		return NULL;
	}
	g_ptr_array_add(problems, unusable);
	request.crl = NULL;

	return tf_checks(source->certificate, source->chain, &request, ret_revocation, error);
}

GPtrArray *tf_row_checks_hold(TfRowChecks *checks, const TfManifestRow *row, const TfOpenedSource *source,
	TfRowFindings *ret_findings, GError **error)
{
	g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(free_error);
	g_autoptr(GPtrArray) broken = NULL;
	TfChecksRequest request;
	TfRowFindings findings = { 0, TF_REVOCATION_UNKNOWN };

	if (!read_list(checks, error))
		return NULL;
	request = checks->request;
	request.member_name = row->name;
	if (request.now == 0)
		request.now = g_get_real_time() / G_USEC_PER_SEC;
	if (checks->unusable != NULL) {
		g_ptr_array_add(problems, g_error_copy(checks->unusable));
		request.crl = NULL;
	}
	broken = check_rules(source, request, problems, &findings.revocation, error);
	if (broken == NULL)
		return NULL;
	for (guint i = 0; i < broken->len; i++) {
		TfProblem *problem = g_ptr_array_index(broken, i);

		g_ptr_array_insert(problems, (gint)i, g_steal_pointer(&problem->error));
	}
	if (checks->manifest != NULL)
		check_repetition(checks, row, source->certificate, problems);
	findings.notices = (source->is_weak ? TF_ROW_NOTICE_WEAK : 0u) |
			   (source->holds_one_secret ? 0u : TF_ROW_NOTICE_KEPT);
	*ret_findings = findings;

	return g_steal_pointer(&problems);
}
