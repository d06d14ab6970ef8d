/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From --module and --token to one token: modules are trusted and checked for leaks before they are loaded.
 */
#pragma once

#include <glib.h>

#include "token/session.h"
#include "transfer/cards.h"
#include "transfer/dialogue.h"

typedef struct TfModuleRequest {
	const gchar *module;	/* --module; NULL: those configured */
	const gchar *arguments; /* --module-args; NULL: what is configured for each */
	gboolean allows_leaky;	/* --allow-leaky-module */
	/* What was arranged before; NULL: nothing was, and families are not known. */
	const TfCards *cards;
} TfModuleRequest;

/* Trust and leaks, before any code of the module runs. A module that is not trusted is asked about, or let
 * pass by who named it and gave --yes; 'allows_leaky' lets one pass that may leak. Either is told, and
 * *ret_let_pass says what speaks against it, else NULL; the caller frees. TF_ERROR_MODULE_LEAKY,
 * TF_ERROR_MODULE_UNTRUSTED, TF_ERROR_DECLINED. */
gboolean tf_module_admit(const TfModuleChoice *candidate, gboolean allows_leaky, const TfDialogue *dialogue,
	gchar **ret_let_pass, GError **error);

/* One module that could be loaded, and the tokens in it. */
typedef struct TfLoadedModule {
	TfModule *module;
	GPtrArray *tokens;     /* TfTokenStatus, those of identity cards left out; NULL after a choice */
	GPtrArray *identities; /* TfTokenStatus of those */
	gboolean is_exception; /* untrusted or leaky, and confirmed */
	const TfCards *cards;  /* of the request, borrowed */
} TfLoadedModule;
void tf_loaded_module_free(TfLoadedModule *loaded);

/*
 * The modules of 'request', loaded: TfLoadedModule. A named module that fails is an error; of several
 * configured ones a failing one is told (TF_NEWS_MODULE_SKIPPED) and left out, and is an error only when none
 * is left. The same token seen through two modules is listed once, with the first.
 */
GPtrArray *tf_modules_load(
	const TfModuleRequest *request, const TfDialogue *dialogue, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* One token, and the module it is in, which stays loaded as long as the choice. */
typedef struct TfChoice {
	GPtrArray *modules; /* TfLoadedModule: those that the choice was made among */
	TfModule *module;   /* borrowed from one of them */
	TfTokenStatus *status;
	gboolean is_exception;
} TfChoice;
void tf_choice_free(TfChoice *choice);

/* The one token that fits 'uri' over all those modules (see tf_token_choose()). The first choice is among the
 * tokens as they were at loading, each later one among those there are then. */
TfChoice *tf_choose_among(GPtrArray *modules, const gchar *uri, gboolean is_initialized,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* tf_modules_load(), then tf_choose_among(). */
TfChoice *tf_choose(const TfModuleRequest *request, const gchar *uri, gboolean is_initialized,
	const TfDialogue *dialogue, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfLoadedModule, tf_loaded_module_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfChoice, tf_choice_free)
