/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tokens of a module, the choice of one by RFC 7512 URI, sessions, and the PIN guard (law 8). */
#pragma once

#include <glib.h>

#include "base/secret.h"
#include "profile/token-profile.h"
#include "record/facts.h"
#include "token/module.h"

typedef enum TfPinState {
	TF_PIN_FINE,	  /* no flag is up; which proves nothing: tokens may always say so */
	TF_PIN_COUNT_LOW, /* a wrong PIN was given since the last right one */
	TF_PIN_LAST_TRY,
	TF_PIN_LOCKED,
	TF_PIN_UNSET, /* no user PIN was ever set */
} TfPinState;

typedef struct TfTokenStatus {
	TfTokenFacts *facts;
	gulong slot;
	gboolean is_initialized;
	gboolean is_write_protected;
	gboolean has_protected_path; /* the PIN is typed on the reader or token itself */
	TfPinState pin_state;
	TfPinState so_pin_state; /* never TF_PIN_UNSET */
	gulong pin_minimum;	 /* length in bytes */
	gulong pin_maximum;
	gulong free_private_memory; /* bytes; G_MAXULONG when unknown */

	gpointer info; /* CK_TOKEN_INFO, as the module gave it; token/ only */

	/* What whoever knows readers and families adds; NULL when unknown. */
	gchar *reader;		      /* PC/SC reader that the token lies in */
	const TfTokenProfile *family; /* borrowed */
	gboolean knows_pin_tries;     /* the card itself told */
	guint pin_tries;	      /* left for the user PIN */
} TfTokenStatus;

void tf_token_status_free(TfTokenStatus *status);

/* What the module calls the slot, which OpenSC names after the PC/SC reader (the first 64 bytes of it); ""
 * when it does not say. The caller frees. */
gchar *tf_token_slot_name(TfModule *module, const TfTokenStatus *status) G_GNUC_WARN_UNUSED_RESULT;

/* TfTokenStatus of every token present. TF_ERROR_TOKEN_FAILED. */
GPtrArray *tf_tokens(TfModule *module, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for a process whose tokens nobody else formats: an initialised one that 'known' has in a slot is
 * taken from there unasked, since for a module of files each question means reading them. 'known' is emptied;
 * NULL: all are asked. */
GPtrArray *tf_tokens_again(TfModule *module, GPtrArray *known, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What the module calls the slot: for a smart card the name of its reader, of which there may be more. ""
 * when it says nothing. The caller frees. */
#define TF_SLOT_NAME_SIZE 64
gchar *tf_slot_name(TfModule *module, gulong slot) G_GNUC_WARN_UNUSED_RESULT;

/* The keys and certificates on one token that can be seen without login. */
typedef struct TfTokenObject {
	gchar *kind; /* "certificate", "public-key", "private-key" */
	gchar *label;
	gchar *id;			 /* CKA_ID, hexadecimal */
	TfCertificateFacts *certificate; /* NULL for keys */
} TfTokenObject;
void tf_token_object_free(TfTokenObject *object);
GPtrArray *tf_token_objects(
	TfModule *module, const TfTokenStatus *status, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The one token that fits 'uri' ("pkcs11:token=…;serial=…;manufacturer=…;model=…;slot-id=…"; NULL: any),
 * among the initialised ones (or the uninitialised ones) of 'tokens', which tf_tokens() listed; it is taken
 * out of there, with those that do not fit. Never guesses: TF_ERROR_TOKEN_MISSING, TF_ERROR_TOKEN_AMBIGUOUS,
 * TF_ERROR_TOKEN_NOT_INITIALIZED (it is there, but not formatted), TF_ERROR_TOKEN_ALREADY_INITIALIZED,
 * TF_ERROR_TOKEN_URI (malformed, or with a pin-value: a secret never stands in argv).
 */
TfTokenStatus *tf_token_choose(TfModule *module, GPtrArray *tokens, const gchar *uri, gboolean is_initialized,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether such a URI fits a token that is only remembered: by what it says of the token, and not of a slot or
 * module, where it may be another time. TF_ERROR_TOKEN_URI. */
gboolean tf_token_uri_fits(const gchar *uri, const TfTokenFacts *facts, gboolean *ret_fits, GError **error);

typedef struct TfSession TfSession;

/* A session on the token of 'status'; the token is looked at again and must be the same one (manufacturer,
 * model, serial). TF_ERROR_TOKEN_REMOVED, TF_ERROR_TOKEN_WRITE_PROTECTED, TF_ERROR_TOKEN_FAILED. */
TfSession *tf_session_open(TfModule *module, const TfTokenStatus *status, gboolean for_writing,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same without that look, which costs a module of files as much as an object: for whoever has looked just
 * now, or believes nothing of the token before tf_session_login(), which looks at it again. */
TfSession *tf_session_open_unseen(TfModule *module, const TfTokenStatus *status, gboolean for_writing,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* C_Logout where logged in, C_CloseSession. */
void tf_session_free(TfSession *session);
const TfTokenFacts *tf_session_token(const TfSession *session);

/*
 * One attempt, never repeated by code. 'pin' NULL: protected authentication path. Before it: length within
 * the token's bounds (TF_ERROR_PIN_FORMAT), not locked (TF_ERROR_PIN_LOCKED), a PIN set
 * (TF_ERROR_PIN_NOT_SET), not the last try unless 'insists' (TF_ERROR_PIN_LAST_TRY). After it:
 * TF_ERROR_PIN_WRONG, TF_ERROR_PIN_LOCKED.
 */
gboolean tf_session_login(TfSession *session, const TfSecret *pin, gboolean insists, GError **error);

/*
 * Formats: C_InitToken with 'so_pin', then C_InitPIN with 'pin'. Refuses (TF_ERROR_TOKEN_ALREADY_INITIALIZED)
 * a token whose CKF_TOKEN_INITIALIZED is up, unless 'destroys': then everything on it is destroyed, and
 * 'so_pin' is the one it has (TF_ERROR_SO_PIN_WRONG). 'label' is at most 32 bytes of UTF-8, TF_ERROR_USAGE
 * else. Returns the token as it is found afterwards (slots may be renumbered; a new one is found by serial
 * and label, and is none of 'before', the tokens that were listed last; NULL: they are listed now).
 */
TfTokenStatus *tf_token_initialize(TfModule *module, const TfTokenStatus *status, gboolean destroys,
	const GPtrArray *before, const gchar *label, const TfSecret *so_pin, const TfSecret *pin,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The memory of failed PINs: a slow salted digest (PBKDF2), so that the ledger never holds a PIN. */
GBytes *tf_pin_salt(void) G_GNUC_WARN_UNUSED_RESULT;
GBytes *tf_pin_digest(const TfSecret *pin, GBytes *salt) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfTokenStatus, tf_token_status_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfTokenObject, tf_token_object_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfSession, tf_session_free)
