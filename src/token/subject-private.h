/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The key under audit, as the files of the auditor pass it on. All borrowed. */
#pragma once

#include "key/openssl.h"
#include "record/evidence.h"
#include "session-private.h"
#include "stock.h"

typedef struct TfSubject {
	TfSession *session; /* logged in */
	CK_OBJECT_HANDLE key;
	GBytes *key_id;
	EVP_PKEY *public;    /* of the certificate */
	const TfSecret *pin; /* NULL: protected authentication path */
	TfEvidence *evidence;
	TfStock *stock;
	gboolean lacks_session_keys; /* see TfAuditRequest */
} TfSubject;
