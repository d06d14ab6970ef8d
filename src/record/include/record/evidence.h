/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What an audit of one key on one token found. A module may lie (law 7): attributes read back are a claim,
 * refusals of well-formed attempts are evidence. The grade is computed from what is recorded, never stored as
 * a fact of its own.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

typedef enum TfAttemptOutcome {
	TF_ATTEMPT_REFUSED,	 /* a code that means "this key does not leave" */
	TF_ATTEMPT_NOT_OFFERED,	 /* the token has no such function or mechanism */
	TF_ATTEMPT_INCONCLUSIVE, /* any other code: a malformed attempt proves nothing */
	TF_ATTEMPT_LEAKED,	 /* the key, a component, or an extractable copy came out */
	TF_N_ATTEMPT_OUTCOMES
} TfAttemptOutcome;

typedef enum TfControl {
	TF_CONTROL_NONE,   /* no control key could be made */
	TF_CONTROL_PASSED, /* the same call succeeded on an extractable key: the refusal means something */
	TF_CONTROL_FAILED, /* it was refused there too: the refusal means nothing, the attempt is inconclusive
			    */
} TfControl;

typedef struct TfAttempt {
	gchar *name; /* "read CKA_PRIVATE_EXPONENT", "wrap with CKM_AES_KEY_WRAP" */
	TfAttemptOutcome outcome;
	gchar *code; /* the CK_RV's name, "CKR_OK" for a leak */
	TfControl control;
} TfAttempt;

typedef enum TfClaim {
	TF_CLAIM_FALSE,
	TF_CLAIM_TRUE,
	TF_CLAIM_UNKNOWN
} TfClaim;

typedef struct TfAttribute {
	gchar *name; /* "CKA_EXTRACTABLE" */
	TfClaim value;
} TfAttribute;

typedef enum TfGrade {
	TF_GRADE_REFUSED, /* every attempt refused or not offered, and the challenge answered */
	TF_GRADE_CLAIMED, /* an attempt was inconclusive, only attributes speak, or no client can sign */
	TF_GRADE_REFUTED, /* something leaked, or the token itself says that the key is extractable */
	TF_N_GRADES
} TfGrade;

typedef struct TfResponse {
	gchar *via;	  /* "cryptoki" or "libp11" */
	gchar *mechanism; /* "CKM_RSA_PKCS", "CKM_ECDSA", "CKM_RSA_PKCS_OAEP"; for libp11 "EVP_DigestSign" */
	GBytes *bytes;	  /* the signature (ECDSA as DER), never the answer to a decryption challenge */
} TfResponse;

typedef struct TfEvidence {
	GPtrArray *attributes; /* TfAttribute */
	GPtrArray *dropped;    /* gchar: attributes asked for at import that the token refused to take */
	GPtrArray *constants;  /* gchar: attributes that this kind of token answers whatever was written */
	GPtrArray *attempts;   /* TfAttempt */
	GPtrArray *responses;  /* TfResponse */
	gchar *challenge;      /* "signed", "decrypted" or "none" */
	gchar *unanswered;     /* why libp11 or Cryptoki gave no response; NULL when both answered */
	guint copies;	       /* further private keys of the same modulus, point or CKA_ID on the token */
	gboolean certificate_is_public; /* found by CKA_ID without login */
} TfEvidence;

TfEvidence *tf_evidence_new(void);
TfEvidence *tf_evidence_copy(const TfEvidence *evidence);
void tf_evidence_free(TfEvidence *evidence);

/* A name that is there already gets the new value. */
void tf_evidence_add_attribute(TfEvidence *evidence, const gchar *name, TfClaim value);
void tf_evidence_add_attempt(TfEvidence *evidence, const gchar *name, TfAttemptOutcome outcome,
	const gchar *code, TfControl control);
void tf_evidence_add_dropped(TfEvidence *evidence, const gchar *name);
void tf_evidence_add_response(TfEvidence *evidence, const gchar *via, const gchar *mechanism, GBytes *bytes);

/* Of an attribute that was not read, or is among them already, nothing is noted. */
void tf_evidence_add_constant(TfEvidence *evidence, const gchar *name);

/* Whether the value of this attribute is not even a claim. */
gboolean tf_evidence_is_constant(const TfEvidence *evidence, const gchar *name);

/* No attempt at all is TF_GRADE_CLAIMED: silence is no evidence; so are further copies of the key on the
 * token, which were not audited, "signed" without the bytes of a signature, and a key that signs for us and
 * for no client. CKA_EXTRACTABLE read as TRUE is TF_GRADE_REFUTED; CKA_SENSITIVE, ALWAYS_SENSITIVE,
 * NEVER_EXTRACTABLE and LOCAL never worsen a grade (tokens answer constants). */
TfGrade tf_evidence_grade(const TfEvidence *evidence);

/* The grade of what the token keeps, whether a client can sign or not: for whoever has none asked, and as
 * earlier versions graded. Where the two differ, all that is missing is a signature through libp11, which is
 * how other programs use the key. */
TfGrade tf_evidence_grade_without_client(const TfEvidence *evidence);
gboolean tf_evidence_lacks_only_client(const TfEvidence *evidence);

/* The first attempt that leaked, or the attribute that says so; NULL when none. Borrowed. */
const gchar *tf_evidence_leak(const TfEvidence *evidence);

const gchar *tf_grade_name(TfGrade grade);			/* "refused" */
const gchar *tf_attempt_outcome_name(TfAttemptOutcome outcome); /* "not-offered" */

/* The 'evidence' object of cli.md, the responses in base64 and the constants added; evidence of an earlier
 * version has no 'constants', which reads as none. Reading bounds and checks every field: the
 * text may come from a file, or from a process with a hostile module in it. TF_ERROR_EVIDENCE_UNREADABLE;
 * 'name' says whence. */
json_t *tf_evidence_to_json(const TfEvidence *evidence);
TfEvidence *tf_evidence_from_json(const json_t *object, const gchar *name, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfEvidence, tf_evidence_free)
