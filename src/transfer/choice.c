/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/choice.h"

#include "base/error.h"

void tf_loaded_module_free(TfLoadedModule *loaded)
{
	if (loaded == NULL)
		return;

	g_clear_pointer(&loaded->tokens, g_ptr_array_unref);
	g_clear_pointer(&loaded->identities, g_ptr_array_unref);
	tf_module_free(loaded->module);
	g_free(loaded);
}

void tf_choice_free(TfChoice *choice)
{
	if (choice == NULL)
		return;

	tf_token_status_free(choice->status);
	g_ptr_array_unref(choice->modules);
	g_free(choice);
}

static GPtrArray *list_candidates(const TfModuleRequest *request, GError **error)
{
	g_autoptr(GPtrArray) candidates = NULL;
	TfModuleChoice *named = NULL;

	if (request->module == NULL)
		return tf_modules_configured();

	named = tf_module_named(request->module, error);
	if (named == NULL)
		return NULL;
	candidates = g_ptr_array_new_with_free_func((GDestroyNotify)tf_module_choice_free);
	g_ptr_array_add(candidates, named);

	return g_steal_pointer(&candidates);
}

/* Whoever gave --yes or --allow-leaky-module hears what it let pass. */
static void tell_allowed(const TfModuleChoice *candidate, const GError *problem, const TfDialogue *dialogue)
{
	tf_dialogue_tell(dialogue, TF_NEWS_MODULE_ALLOWED,
		&(TfNewsContext){ .path = candidate->path, .problem = problem });
}

/* The last of an error's arguments is what is wrong with the module. */
static void add_reason(const GError *problem, GString *reasons)
{
	const gchar *const *arguments = tf_error_arguments(problem);
	guint n = arguments != NULL ? g_strv_length((GStrv)arguments) : 0;

	g_string_append_printf(
		reasons, "%s%s", reasons->len > 0 ? "; " : "", n > 0 ? arguments[n - 1] : problem->message);
}

gboolean tf_module_admit(const TfModuleChoice *candidate, gboolean allows_leaky, const TfDialogue *dialogue,
	gchar **ret_let_pass, GError **error)
{
	g_autoptr(GString) reasons = g_string_new(NULL);
	g_autoptr(GError) problem = NULL;
	TfQuestionContext context = { .exception = TF_EXCEPTION_MODULE,
		.path = candidate->path,
		.module_is_named = candidate->origin == TF_MODULE_NAMED };

	if (!tf_module_check_leaks(candidate, &problem)) {
		if (!allows_leaky) {
			g_propagate_error(error, g_steal_pointer(&problem));
			return FALSE;
		}
		add_reason(problem, reasons);
		tell_allowed(candidate, problem, dialogue);
		g_clear_error(&problem);
	}
	if (!tf_module_check_trust(candidate, &problem)) {
		context.problem = problem;
		if (!tf_dialogue_require(dialogue, TF_QUESTION_EXCEPTION, &context, "", error))
			return FALSE;
		add_reason(problem, reasons);
		tell_allowed(candidate, problem, dialogue);
	}
	*ret_let_pass = reasons->len > 0 ? g_strdup(reasons->str) : NULL;

	return TRUE;
}

/* TfTokenStatus of every token but those of identity cards, which go to 'identities': nobody's target is left
 * out before anything is counted. */
static GPtrArray *list_tokens(TfModule *module, const TfCards *cards, GPtrArray *identities, GError **error)
{
	g_autoptr(GPtrArray) tokens = tf_tokens(module, error);

	if (tokens == NULL)
		return NULL;
	for (guint i = tokens->len; i > 0; i--) {
		TfTokenStatus *status = g_ptr_array_index(tokens, i - 1);

		if (!tf_cards_describe(cards, module, status, error))
			return NULL;
		if (status->family != NULL && !tf_token_profile_is_target(status->family))
			g_ptr_array_add(identities, g_ptr_array_steal_index(tokens, i - 1));
	}

	return g_steal_pointer(&tokens);
}

static TfLoadedModule *load(const TfModuleChoice *candidate, const TfModuleRequest *request,
	const TfDialogue *dialogue, GError **error)
{
	g_autoptr(TfLoadedModule) loaded = g_new0(TfLoadedModule, 1);
	g_autoptr(TfModuleFacts) facts = NULL;
	g_autofree gchar *let_pass = NULL;

	loaded->cards = request->cards;
	if (!tf_module_admit(candidate, request->allows_leaky, dialogue, &let_pass, error))
		return NULL;
	loaded->is_exception = let_pass != NULL;
	facts = tf_module_describe(candidate, error);
	if (facts == NULL)
		return NULL;
	facts->let_pass = g_steal_pointer(&let_pass);
	loaded->module = tf_module_load(
		facts, request->arguments != NULL ? request->arguments : candidate->arguments, error);
	if (loaded->module == NULL)
		return NULL;
	loaded->identities = g_ptr_array_new_with_free_func((GDestroyNotify)tf_token_status_free);
	loaded->tokens = list_tokens(loaded->module, loaded->cards, loaded->identities, error);
	if (loaded->tokens == NULL)
		return NULL;

	return g_steal_pointer(&loaded);
}

static gboolean is_listed(const GPtrArray *modules, const TfTokenStatus *status)
{
	for (guint i = 0; i < modules->len; i++) {
		const TfLoadedModule *loaded = g_ptr_array_index(modules, i);

		for (guint j = 0; j < loaded->tokens->len; j++) {
			const TfTokenStatus *other = g_ptr_array_index(loaded->tokens, j);

			if (status->is_initialized && other->is_initialized &&
				tf_token_facts_equal(status->facts, other->facts))
				return TRUE;
		}
	}

	return FALSE;
}

static void drop_listed_tokens(const GPtrArray *modules, TfLoadedModule *loaded)
{
	for (guint i = loaded->tokens->len; i > 0; i--) {
		if (is_listed(modules, g_ptr_array_index(loaded->tokens, i - 1)))
			g_ptr_array_remove_index(loaded->tokens, i - 1);
	}
}

/* What must stop the whole run even where several modules are tried. */
static gboolean is_fatal(const GError *error)
{
	return g_error_matches(error, TF_ERROR, TF_ERROR_INTERRUPTED);
}

GPtrArray *tf_modules_load(const TfModuleRequest *request, const TfDialogue *dialogue, GError **error)
{
	g_autoptr(GPtrArray) candidates = list_candidates(request, error);
	g_autoptr(GPtrArray) modules = g_ptr_array_new_with_free_func((GDestroyNotify)tf_loaded_module_free);
	g_autoptr(GError) last = NULL;

	if (candidates == NULL)
		return NULL;
	for (guint i = 0; i < candidates->len; i++) {
		const TfModuleChoice *candidate = g_ptr_array_index(candidates, i);
		g_autoptr(TfLoadedModule) loaded = NULL;

		g_clear_error(&last);
		loaded = load(candidate, request, dialogue, &last);
		if (loaded != NULL) {
			drop_listed_tokens(modules, loaded);
			g_ptr_array_add(modules, g_steal_pointer(&loaded));
		} else if (candidate->origin == TF_MODULE_NAMED || is_fatal(last)) {
			g_propagate_error(error, g_steal_pointer(&last));
			return NULL;
		} else {
			tf_dialogue_tell(dialogue, TF_NEWS_MODULE_SKIPPED,
				&(TfNewsContext){ .path = candidate->path, .problem = last });
		}
	}
	if (modules->len == 0 && last != NULL) {
		g_propagate_error(error, g_steal_pointer(&last));
		return NULL;
	}
	if (modules->len == 0) {
		tf_raise(error, TF_ERROR_MODULE_MISSING, "p11-kit", NULL);
		return NULL;
	}

	return g_steal_pointer(&modules);
}

static TfChoice *make_choice(GPtrArray *modules, const TfLoadedModule *loaded, TfTokenStatus *status)
{
	TfChoice *choice = g_new0(TfChoice, 1);

	choice->modules = g_ptr_array_ref(modules);
	choice->module = loaded->module;
	choice->status = status;
	choice->is_exception = loaded->is_exception;

	return choice;
}

/* Of the reasons why no module had the token, one that names a token says more than "missing". */
static void keep_better_failure(GError **failure, GError *problem)
{
	if (*failure != NULL && !g_error_matches(*failure, TF_ERROR, TF_ERROR_TOKEN_MISSING)) {
		g_error_free(problem);
		return;
	}
	g_clear_error(failure);
	*failure = problem;
}

/* Somebody who put an identity card in, and no token, is told so. */
static void raise_identity(const TfLoadedModule *loaded, GError **error)
{
	const GPtrArray *set_aside = loaded->cards != NULL ? tf_cards_identities(loaded->cards) : NULL;
	const TfTokenProfile *family = NULL;

	if (loaded->identities->len > 0)
		family = ((const TfTokenStatus *)g_ptr_array_index(loaded->identities, 0))->family;
	else if (set_aside != NULL && set_aside->len > 0)
		family = ((const TfIdentityCard *)g_ptr_array_index(set_aside, 0))->profile;
	if (family != NULL)
		tf_raise(error, TF_ERROR_TOKEN_IDENTITY, tf_token_profile_title(family, NULL), NULL);
}

/* The first choice takes what was listed at loading: on a card each look costs an APDU. */
static TfTokenStatus *choose_in(
	TfLoadedModule *loaded, const gchar *uri, gboolean is_initialized, GError **error)
{
	g_autoptr(GPtrArray) tokens = g_steal_pointer(&loaded->tokens);
	g_autoptr(GError) problem = NULL;

	if (tokens == NULL) {
		g_ptr_array_set_size(loaded->identities, 0);
		tokens = list_tokens(loaded->module, loaded->cards, loaded->identities, error);
	}
	if (tokens == NULL)
		return NULL;
	if (tokens->len == 0 && (uri == NULL || loaded->identities->len > 0))
		raise_identity(loaded, &problem);
	if (problem != NULL) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return NULL;
	}

	return tf_token_choose(loaded->module, tokens, uri, is_initialized, error);
}

TfChoice *tf_choose_among(GPtrArray *modules, const gchar *uri, gboolean is_initialized, GError **error)
{
	g_autoptr(TfTokenStatus) found = NULL;
	TfLoadedModule *holder = NULL;
	g_autoptr(GError) failure = NULL;

	for (guint i = 0; i < modules->len; i++) {
		TfLoadedModule *loaded = g_ptr_array_index(modules, i);
		g_autoptr(GError) problem = NULL;
		g_autoptr(TfTokenStatus) status = choose_in(loaded, uri, is_initialized, &problem);

		if (g_error_matches(problem, TF_ERROR, TF_ERROR_TOKEN_AMBIGUOUS)) {
			g_propagate_error(error, g_steal_pointer(&problem));
			return NULL;
		}
		if (status == NULL) {
			keep_better_failure(&failure, g_steal_pointer(&problem));
		} else if (found == NULL) {
			found = g_steal_pointer(&status);
			holder = loaded;
		} else if (!is_initialized || !tf_token_facts_equal(found->facts, status->facts)) {
			tf_raise(error, TF_ERROR_TOKEN_AMBIGUOUS, TF_NUMBER(2),
				uri != NULL ? uri : "pkcs11:", NULL);
			return NULL;
		}
	}
	if (found != NULL)
		return make_choice(modules, holder, g_steal_pointer(&found));
	g_propagate_error(error, g_steal_pointer(&failure));

	return NULL;
}

TfChoice *tf_choose(const TfModuleRequest *request, const gchar *uri, gboolean is_initialized,
	const TfDialogue *dialogue, GError **error)
{
	g_autoptr(GPtrArray) modules = tf_modules_load(request, dialogue, error);

	if (modules == NULL)
		return NULL;

	return tf_choose_among(modules, uri, is_initialized, error);
}
