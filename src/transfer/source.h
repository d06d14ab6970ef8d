/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The .p12 of a transfer: opened once, its key pair held until it is on the token, its file until it is
 * wiped. */
#pragma once

#include "disk/recognise.h"
#include "key/certificate.h"
#include "key/keypair.h"
#include "transfer/transfer.h"

typedef struct TfSource {
	TfFound *found;
	TfKeypair *keypair; /* NULL after tf_source_close() */
	X509 *certificate;
	TfX509Stack *chain;
	TfCertificateFacts *facts;
	guint8 sha256[TF_SHA256_SIZE];
	guint8 spki_sha256[TF_SHA256_SIZE];
	GBytes *export;	    /* what tells a copy of it without its PIN code; NULL: nothing does */
	gchar *label;	    /* for the objects on the token */
	GPtrArray *carried; /* attributes of the file, gchar */
	GPtrArray *dropped;
} TfSource;

/* Opens the plan's file, asking for its PIN code as often as the person likes, and chooses the key. */
TfSource *tf_source_open(
	const TfTransferPlan *plan, const TfDialogue *dialogue, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Forgets the key: from here on no secret of the file is in this process. */
void tf_source_close(TfSource *source);
void tf_source_free(TfSource *source);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfSource, tf_source_free)
