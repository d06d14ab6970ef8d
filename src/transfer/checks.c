/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/checks.h"

#include <string.h>

#include "base/error.h"
#include "base/file.h"

#define CRL_SIZE_LIMIT (16u << 20)

void tf_problem_free(TfProblem *problem)
{
	if (problem == NULL)
		return;

	g_clear_error(&problem->error);
	g_free(problem);
}

static void add_problem(GPtrArray *problems, TfException exception, GError *error)
{
	TfProblem *problem = g_new0(TfProblem, 1);

	problem->exception = exception;
	problem->error = error;
	g_ptr_array_add(problems, problem);
}

gchar *tf_checks_day(gint64 seconds, const TfCampaign *campaign)
{
	const gchar *zone_name = campaign != NULL ? tf_campaign_time_zone(campaign) : NULL;
	g_autoptr(GTimeZone) zone = zone_name != NULL ? g_time_zone_new_identifier(zone_name) : NULL;
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(seconds);
	g_autoptr(GDateTime) local = NULL;

	if (utc == NULL)
		return g_strdup("?");
	if (zone == NULL)
		return g_date_time_format(utc, "%Y-%m-%d");
	local = g_date_time_to_timezone(utc, zone);

	return g_date_time_format(local, "%Y-%m-%d");
}

static void check_campaign(GPtrArray *problems, const TfCertificateFacts *facts, const TfCampaign *campaign)
{
	gint64 expected = 0;

	if (!tf_campaign_fits_issuer(campaign, facts->issuer, facts->issuer_common_name)) {
		GError *error = NULL;

		tf_raise(&error, TF_ERROR_CERTIFICATE_ISSUER, facts->issuer_common_name,
			tf_campaign_issuer(campaign), NULL);
		add_problem(problems, TF_EXCEPTION_ISSUER, error);
	}
	if (!tf_campaign_fits_validity(campaign, facts->not_before, facts->not_after, &expected)) {
		g_autofree gchar *end = tf_checks_day(facts->not_after, campaign);
		g_autofree gchar *end_by_rule = tf_checks_day(expected, campaign);
		GError *error = NULL;

		tf_raise(&error, TF_ERROR_CERTIFICATE_VALIDITY, end, end_by_rule, NULL);
		add_problem(problems, TF_EXCEPTION_VALIDITY, error);
	}
}

static void check_dates(GPtrArray *problems, const TfCertificateFacts *facts, const TfChecksRequest *request)
{
	GError *error = NULL;

	if (request->now > facts->not_after) {
		g_autofree gchar *day = tf_checks_day(facts->not_after, request->campaign);

		tf_raise(&error, TF_ERROR_CERTIFICATE_EXPIRED, day, NULL);
	} else if (request->now < facts->not_before) {
		g_autofree gchar *day = tf_checks_day(facts->not_before, request->campaign);

		tf_raise(&error, TF_ERROR_CERTIFICATE_NOT_YET_VALID, day, NULL);
	}
	if (error != NULL)
		add_problem(problems, TF_EXCEPTION_EXPIRED, error);
}

static gchar *name_key(const gchar *name)
{
	g_autofree gchar *normal = g_utf8_normalize(name, -1, G_NORMALIZE_NFKC);
	g_autofree gchar *folded = normal != NULL ? g_utf8_casefold(normal, -1) : g_strdup(name);
	g_autoptr(GString) key = g_string_new(NULL);

	for (const gchar *at = folded; *at != '\0'; at = g_utf8_next_char(at)) {
		gunichar character = g_utf8_get_char(at);

		if (!g_unichar_isspace(character))
			g_string_append_unichar(key, character);
	}

	return g_string_free(g_steal_pointer(&key), FALSE);
}

gboolean tf_names_equal(const gchar *a, const gchar *b)
{
	g_autofree gchar *key_a = NULL;
	g_autofree gchar *key_b = NULL;

	if (!g_utf8_validate(a, -1, NULL) || !g_utf8_validate(b, -1, NULL))
		return FALSE;
	key_a = name_key(a);
	key_b = name_key(b);

	return key_a[0] != '\0' && strcmp(key_a, key_b) == 0;
}

X509_CRL *tf_checks_load_crl(const gchar *path, GError **error)
{
	g_autoptr(GBytes) bytes = tf_file_load(path, CRL_SIZE_LIMIT, error);

	return bytes != NULL ? tf_crl_parse(bytes, path, error) : NULL;
}

static gboolean check_crl(GPtrArray *problems, X509 *certificate, const TfX509Stack *chain,
	const TfChecksRequest *request, TfRevocation *ret_revocation, GError **error)
{
	TfRevocation revocation = TF_REVOCATION_UNKNOWN;
	gint64 revoked_at = 0;

	if (!tf_certificate_check_crl(certificate, chain, request->list, request->crl, request->now,
		    &revocation, &revoked_at, error))
		return FALSE;

	if (revocation == TF_REVOCATION_REVOKED) {
		g_autofree gchar *day = tf_checks_day(revoked_at, request->campaign);
		GError *problem = NULL;

		tf_raise(&problem, TF_ERROR_CERTIFICATE_REVOKED, day, NULL);
		add_problem(problems, TF_EXCEPTION_REVOKED, problem);
	}
	*ret_revocation = revocation;

	return TRUE;
}

static gboolean read_and_check_crl(GPtrArray *problems, X509 *certificate, const TfX509Stack *chain,
	const TfChecksRequest *request, TfRevocation *ret_revocation, GError **error)
{
	TfChecksRequest whole = *request;
	gboolean is_checked = FALSE;

	if (request->list != NULL)
		return check_crl(problems, certificate, chain, request, ret_revocation, error);
	whole.list = tf_checks_load_crl(request->crl, error);
	is_checked =
		whole.list != NULL && check_crl(problems, certificate, chain, &whole, ret_revocation, error);
	X509_CRL_free(whole.list);

	return is_checked;
}

GPtrArray *tf_checks(X509 *certificate, const TfX509Stack *chain, const TfChecksRequest *request,
	TfRevocation *ret_revocation, GError **error)
{
	g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify)tf_problem_free);
	g_autoptr(TfCertificateFacts) facts = tf_certificate_describe(certificate);
	TfRevocation revocation = TF_REVOCATION_UNKNOWN;

	if (request->campaign != NULL)
		check_campaign(problems, facts, request->campaign);
	if (request->member_name != NULL && !tf_names_equal(facts->common_name, request->member_name)) {
		GError *problem = NULL;

		tf_raise(&problem, TF_ERROR_CERTIFICATE_NAME, facts->common_name, request->member_name, NULL);
		add_problem(problems, TF_EXCEPTION_NAME, problem);
	}
	check_dates(problems, facts, request);
	if (request->crl != NULL &&
		!read_and_check_crl(problems, certificate, chain, request, &revocation, error))
		return NULL;
	*ret_revocation = revocation;

	return g_steal_pointer(&problems);
}
