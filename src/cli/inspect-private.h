/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What 'inspect' found, printed for people and for programs. No secret is among it. */
#pragma once

#include <glib.h>

#include "key/certificate.h"
#include "key/pkcs12.h"
#include "profile/campaign.h"
#include "record/facts.h"

/* One key of the file. */
typedef struct TfInspectedKey {
	guint number;		   /* as --key counts, from 1 */
	TfCertificateFacts *facts; /* NULL: no certificate fits */
	TfCampaign *campaign;	   /* NULL: none */
	GPtrArray *problems;	   /* TfProblem: rules that the certificate breaks */
	TfRevocation revocation;
	GPtrArray *attributes; /* gchar: of the bags */
	gboolean carries_name; /* the friendlyName can become the token's label */
	gboolean is_weak;
	GError *unusable; /* why a token cannot take it; NULL: a token can */
} TfInspectedKey;

/* How the file could be looked into. */
typedef enum TfLook {
	TF_LOOK_CLOSED,	  /* nobody gave the PIN code */
	TF_LOOK_OPENED,	  /* by the PIN code */
	TF_LOOK_UNLOCKED, /* it takes none */
} TfLook;

void tf_inspect_print_file(const gchar *path, const TfPkcs12 *pkcs12);
void tf_inspect_print_contents(const TfPkcs12 *pkcs12, TfLook look);
void tf_inspect_print_key(const TfInspectedKey *key);

/* The whole file as one object. */
void tf_inspect_print_file_json(const gchar *path, const TfPkcs12 *pkcs12, TfLook look);
void tf_inspect_print_key_json(const TfInspectedKey *key);
