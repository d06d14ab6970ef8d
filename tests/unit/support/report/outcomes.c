/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "outcomes.h"

#include <string.h>

#include "key/certificate.h"

TfPlacement *tf_fixture_placement(const gchar *serial)
{
	g_autoptr(TfPlacement) placement = tf_placement_new();
	g_autoptr(GBytes) signature = g_bytes_new_static("signature", 9);
	TfEvidence *evidence = tf_evidence_new();

	placement->token = g_new0(TfTokenFacts, 1);
	placement->token->label = g_strdup("Test Token");
	placement->token->manufacturer = g_strdup("Maker");
	placement->token->model = g_strdup("Model 1");
	placement->token->serial = g_strdup(serial);
	placement->token->uri = g_strdup("pkcs11:token=Test%20Token");
	placement->module = g_new0(TfModuleFacts, 1);
	placement->module->path = g_strdup(TF_FIXTURE_DIRECTORY "/lib/module.so");
	placement->module->sha256 = g_strdup(TF_FIXTURE_SOURCE);
	placement->module->package = g_strdup("module 1.0");
	placement->key_id = g_strdup("a1b2c3");
	tf_evidence_add_attribute(evidence, "CKA_EXTRACTABLE", TF_CLAIM_FALSE);
	tf_evidence_add_attribute(evidence, "CKA_LOCAL", TF_CLAIM_UNKNOWN);
	tf_evidence_add_attempt(evidence, "read CKA_PRIVATE_EXPONENT", TF_ATTEMPT_REFUSED,
		"CKR_ATTRIBUTE_SENSITIVE", TF_CONTROL_PASSED);
	tf_evidence_add_attempt(evidence, "wrap with CKM_AES_KEY_WRAP", TF_ATTEMPT_REFUSED,
		"CKR_KEY_UNEXTRACTABLE", TF_CONTROL_NONE);
	tf_evidence_add_response(evidence, "cryptoki", "CKM_RSA_PKCS", signature);
	tf_evidence_add_response(evidence, "libp11", "EVP_DigestSign", signature);
	g_free(evidence->challenge);
	evidence->challenge = g_strdup("signed");
	evidence->certificate_is_public = TRUE;
	placement->evidence = evidence;

	return g_steal_pointer(&placement);
}

TfOutcome *tf_fixture_outcome(X509 *certificate, TfStatus status)
{
	TfOutcome *outcome = tf_outcome_new();

	outcome->status = status;
	outcome->run = g_strdup(TF_FIXTURE_RUN);
	outcome->started = TF_FIXTURE_FINISHED - 60;
	outcome->finished = TF_FIXTURE_FINISHED;
	outcome->campaign = g_strdup("demo");
	outcome->member_name = g_strdup(TF_FIXTURE_NAME);
	outcome->member_number = g_strdup(TF_FIXTURE_NUMBER);
	outcome->certificate = tf_certificate_describe(certificate);
	outcome->certificate_der = tf_certificate_der(certificate);
	outcome->source_sha256 = g_strdup(TF_FIXTURE_SOURCE);
	g_ptr_array_add(outcome->placements, tf_fixture_placement("0001"));
	tf_outcome_add_wiped(outcome, TF_FIXTURE_DIRECTORY "/Desktop/key.p12", "pkcs12", 3, "FG");
	tf_outcome_add_kept(outcome, "/media/taro-account/USB/key.p12", "pkcs12", TF_KEPT_BACKUP, NULL);
	g_ptr_array_add(outcome->carried, g_strdup("friendlyName"));
	g_ptr_array_add(outcome->dropped, g_strdup("1.3.6.1.4.1.311.17.1"));
	tf_outcome_add_unchecked(outcome, TF_UNCHECKED_COPIES);
	tf_outcome_add_unchecked(outcome, TF_UNCHECKED_POSTURE);
	tf_outcome_accept_pc(outcome);

	return outcome;
}

TfCampaign *tf_fixture_campaign(const gchar *name)
{
	g_autofree gchar *path =
		g_strdup_printf("%s/../../profiles/campaigns/%s.profile", g_getenv("G_TEST_SRCDIR"), name);
	g_autoptr(GError) error = NULL;
	TfCampaign *campaign = tf_campaign_load_file(path, &error);

	g_assert_no_error(error);

	return campaign;
}

void tf_assert_says(const gchar *text, const gchar *wanted)
{
	if (strstr(text, wanted) == NULL)
		g_error("'%s' is not in:\n%s", wanted, text);
}

void tf_assert_silent(const gchar *text, const gchar *unwanted)
{
	if (strstr(text, unwanted) != NULL)
		g_error("'%s' is in:\n%s", unwanted, text);
}
