/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How a transfer talks with the person: questions, secrets and news. The journey never touches a terminal
 * itself; cli/ answers on one, by --yes and the secret sources, and a batch worker answers from its manifest.
 */
#pragma once

#include <glib.h>

#include "base/error.h"
#include "base/secret.h"
#include "key/openssl.h"
#include "ledger/step.h"
#include "record/outcome.h"
#include "record/pin.h"
#include "token/session.h"

typedef enum TfQuestion {
	TF_QUESTION_IS_THIS_YOU, /* certificate */
	TF_QUESTION_EXCEPTION, /* go on although 'problem' says otherwise; 'exception' is what is confirmed */
	TF_QUESTION_INSIST_PIN,	    /* token: use the last try */
	TF_QUESTION_INSIST_UNBLOCK, /* token, problem: send the PUK or SO PIN nevertheless */
	TF_QUESTION_REMOVE,	    /* token, certificate: destroy this expired key on the token? */
	TF_QUESTION_FILE_NEEDED,    /* path: does the member file with a service that takes only the .p12? */
	TF_QUESTION_WIPE,	    /* path: destroy it now? */
	TF_QUESTION_EMPTY_STORE,    /* path: destroy the key in this store now? */
	TF_QUESTION_WIPE_STRAYS,    /* paths: destroy these left-over copies now? */
	TF_QUESTION_COMPLETE_THOUGH_KEPT, /* path: report completion although what it holds stays on the PC?
					   */
	TF_N_QUESTIONS
} TfQuestion;

typedef struct TfQuestionContext {
	const TfCertificateFacts *certificate;
	const TfTokenFacts *token;
	const GError *problem;
	TfException exception;
	gboolean module_is_named; /* of TF_EXCEPTION_MODULE: --module gave it, which --yes lets pass */
	const gchar *path;
	const GPtrArray *paths; /* gchar */
} TfQuestionContext;

typedef enum TfNews {
	TF_NEWS_RESUMED,	/* step: an earlier run came that far */
	TF_NEWS_MODULE_SKIPPED, /* problem: one of several configured modules is not used */
	TF_NEWS_MODULE_ALLOWED, /* path, problem: somebody lets it pass, by --module and --yes or in person */
	TF_NEWS_TOKEN_CHOSEN,	/* token */
	TF_NEWS_SOURCE_OPENED,	/* path */
	TF_NEWS_WEAK_KEY,	/* certificate: RSA below 2048 bits */
	TF_NEWS_WEAK_FILE,	/* path: protected by a 40-bit cipher, or not at all */
	TF_NEWS_OPEN_STORE,	/* path: no primary password keeps anybody out of this key store */
	TF_NEWS_NO_SPARE,	/* what losing the token will cost */
	TF_NEWS_IMPORTING,	/* token */
	TF_NEWS_IMPORTED,	/* token */
	TF_NEWS_ALREADY_THERE, /* token: an earlier run wrote the key; at most what is missing beside it is */
	TF_NEWS_SOURCE_CLOSED, /* path: no secret of it is left in this process */
	TF_NEWS_AUDITING,      /* token */
	TF_NEWS_AUDITED,       /* token, evidence */
	TF_NEWS_SYNCING,       /* what tokens were written is being made durable, which takes a while */
	TF_NEWS_UNDOING,       /* token: what was written is removed again */
	TF_NEWS_MOVED,	       /* path: the copy on the removable medium */
	TF_NEWS_WIPING,	       /* path */
	TF_NEWS_EMPTYING,      /* path: of the store that the key is removed from */
	TF_NEWS_WIPED,	       /* path, wiped */
	TF_NEWS_KEPT,	       /* path, kept */
	TF_NEWS_KEY_UNCHECKED, /* token, key_id: of no certificate, so there is nothing to hold it against */
	TF_N_NEWS
} TfNews;

typedef struct TfNewsContext {
	const TfCertificateFacts *certificate;
	const TfTokenFacts *token;
	const TfEvidence *evidence;
	const GError *problem;
	const gchar *path;
	const TfWiped *wiped;
	const TfKept *kept;
	const gchar *key_id; /* hex */
	TfStep step;
} TfNewsContext;

struct TfRemoval; /* transfer/removal.h */

/* What opens the source at 'path'; 'attempt' counts from 0. Called again after a wrong one while
 * *ret_may_retry. */
typedef TfSecret *(*TfDialoguePassword)(
	gpointer data, const gchar *path, guint attempt, gboolean *ret_may_retry, GError **error);

/* Each function gets 'data' first. On FALSE or NULL the error says why (declined, interrupted, no terminal).
 */
typedef struct TfDialogue {
	gpointer data;
	gboolean (*confirm)(gpointer data, TfQuestion question, const TfQuestionContext *context,
		gboolean *ret_yes, GError **error);

	TfDialoguePassword password; /* the PIN code of the file */
	/* The primary password of the key store in a folder, asked for only where one is set; NULL for a
	 * caller that knows no stores. */
	TfDialoguePassword store_password;

	/* The user PIN of the token, tries left having been shown; *ret_pin NULL for the protected path. */
	gboolean (*pin)(gpointer data, const TfTokenStatus *status, gboolean is_spare, TfSecret **ret_pin,
		GError **error);

	/* A user PIN that is to be set, entered twice where it is typed; *ret_pin NULL for the protected
	 * path. */
	gboolean (*new_pin)(gpointer data, const TfTokenStatus *status, TfSecret **ret_pin, GError **error);

	/* The PUK or SO PIN (TF_PIN_PUK, TF_PIN_SO); *ret_secret NULL for the protected path. */
	gboolean (*unblock_secret)(gpointer data, const TfTokenStatus *status, TfPinKind kind,
		TfSecret **ret_secret, GError **error);

	/* What would be removed from a token, before any question about it. */
	void (*show_removal)(gpointer data, const struct TfRemoval *removal);

	/* What the person typed (the token's label or the CKA_ID), to confirm that a key with a valid
	 * certificate is destroyed; NULL without error: not confirmed. */
	gboolean (*typed_removal)(
		gpointer data, const struct TfRemoval *removal, gchar **ret_typed, GError **error);

	/* Which of several keys, by their certificates (X509, NULL for a key without one), in a file or in a
	 * store. TF_ERROR_SOURCE_SEVERAL_KEYS when nobody can be asked. */
	gboolean (*choose_key)(gpointer data, const GPtrArray *certificates, const gchar *path,
		gboolean is_store, guint *ret_index, GError **error);

	/* Which of several keys of the token, by their certificates (X509). NULL: nobody can be asked. */
	gboolean (*choose_token_key)(gpointer data, const GPtrArray *certificates, const TfTokenFacts *token,
		guint *ret_index, GError **error);

	/* A directory on a removable medium to move the file to; *ret_directory NULL when the person wants
	 * none. */
	gboolean (*removable_directory)(
		gpointer data, const gchar *path, gchar **ret_directory, GError **error);

	/* What the person typed as the token's serial, to accept claimed evidence; NULL without error: not
	 * accepted. */
	gboolean (*typed_serial)(
		gpointer data, const TfTokenFacts *token, gchar **ret_serial, GError **error);

	void (*tell)(gpointer data, TfNews news, const TfNewsContext *context);

	/* TRUE once the person wants to stop (Ctrl-C); asked between steps. */
	gboolean (*is_interrupted)(gpointer data);
} TfDialogue;

/* TF_ERROR_INTERRUPTED once is_interrupted() says so. */
gboolean tf_dialogue_go_on(const TfDialogue *dialogue, GError **error);

/* TRUE when the question was answered yes. FALSE with TF_ERROR_DECLINED ('what' in it), or another error,
 * when not. */
gboolean tf_dialogue_require(const TfDialogue *dialogue, TfQuestion question,
	const TfQuestionContext *context, const gchar *what, GError **error);
void tf_dialogue_tell(const TfDialogue *dialogue, TfNews news, const TfNewsContext *context);

/*
 * Has 'ask' (password or store_password) give what 'open' takes, as often as somebody answers: a wrong one,
 * for which 'open' raises 'wrong', costs nothing. Returns what opened the source.
 */
typedef gboolean (*TfDialogueOpen)(gpointer source, const TfSecret *password, GError **error);
TfSecret *tf_dialogue_open(const TfDialogue *dialogue, TfDialoguePassword ask, const gchar *path,
	TfDialogueOpen open, gpointer source, TfErrorCode wrong, GError **error) G_GNUC_WARN_UNUSED_RESULT;
