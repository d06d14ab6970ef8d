/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A token of some kind, its module loaded by ours, a session for writing, logged in. Everything asserts. */
#pragma once

#include "fixtures.h"
#include "soft-token.h"
#include "token/session.h"

#define TF_NSS_MODULE "/usr/lib/x86_64-linux-gnu/libsoftokn3.so"

typedef struct TfOpenToken {
	TfSoftToken *soft; /* NULL for NSS */
	gchar *directory;  /* of the NSS database; NULL for the others */
	gchar *arguments;
	gchar *path; /* of the module, once it was closed */
	TfModule *module;
	TfTokenStatus *status;
	TfSession *session; /* NULL for a token that was only loaded */
} TfOpenToken;

TfOpenToken *tf_open_soft_token(void);
/* SoftHSM behind the mock module with 'script' (tests/mock/mock-script.h). */
TfOpenToken *tf_open_mock_token(const gchar *script);
/* The same without the login: for scripts that would spoil it. */
TfOpenToken *tf_load_mock_token(const gchar *script);
/* NSS softokn on a fresh database. */
TfOpenToken *tf_open_nss_token(void);
/* tf_token_choose() among all tokens of the module. */
TfTokenStatus *tf_open_token_choose(
	TfModule *module, const gchar *uri, gboolean is_initialized, GError **error);
void tf_open_token_free(TfOpenToken *token);

/* Loads a module by path; asserts. */
TfModule *tf_load_module(const gchar *path, const gchar *arguments);

/* The user PIN of all of them. */
TfSecret *tf_open_token_pin(void);

/* A session for writing that is not logged in. */
TfSession *tf_open_token_session(TfOpenToken *token);

/* Whether 'pin' logs in now, in a session of its own; the module counts for nothing before. */
gboolean tf_open_token_takes(TfOpenToken *token, const gchar *pin);

/* How often the mock saw that function called. */
guint tf_open_token_n_calls(const TfOpenToken *token, const gchar *function);

void tf_open_token_close(TfOpenToken *token);

/* Finalises the module (unless it was closed) and loads it again, with a fresh logged-in session: what is
 * read then is no cache. */
void tf_open_token_again(TfOpenToken *token);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfOpenToken, tf_open_token_free)
