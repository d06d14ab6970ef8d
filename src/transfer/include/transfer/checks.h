/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is held against a certificate before its key is moved: campaign, name, validity, revocation. */
#pragma once

#include <glib.h>

#include "key/certificate.h"
#include "profile/campaign.h"
#include "record/outcome.h"

typedef struct TfProblem {
	TfException exception;
	GError *error;
} TfProblem;
void tf_problem_free(TfProblem *problem);

typedef struct TfChecksRequest {
	const TfCampaign *campaign; /* NULL: no campaign's rules apply */
	const gchar *member_name;   /* --name; NULL: not compared */
	const gchar *crl;	    /* --crl; NULL: revocation is unknown */
	X509_CRL *list;		    /* what 'crl' holds; NULL: it is read */
	gint64 now;		    /* seconds since the epoch */
} TfChecksRequest;

/* For whoever checks many. TF_ERROR_CRL_UNUSABLE and errors of reading. X509_CRL_free(). */
X509_CRL *tf_checks_load_crl(const gchar *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The day, in the campaign's time zone; NULL: UTC. The caller frees. */
gchar *tf_checks_day(gint64 seconds, const TfCampaign *campaign) G_GNUC_WARN_UNUSED_RESULT;

/* TfProblem of every rule broken, none for a good certificate. TF_ERROR_CRL_UNUSABLE and errors of reading
 * the CRL. */
GPtrArray *tf_checks(X509 *certificate, const TfX509Stack *chain, const TfChecksRequest *request,
	TfRevocation *ret_revocation, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Names are compared in NFKC, without case and blanks ("山田　太郎" is "山田太郎"). */
gboolean tf_names_equal(const gchar *a, const gchar *b);
