/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mock.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "functions.h"

static Mock state;

Mock *mock_state(void)
{
	return &state;
}

gboolean mock_has(MockSwitch name)
{
	return state.script->switches[name];
}

#define NAME(name, parameters, arguments) #name,
static const gchar *const function_names[] = { "C_Initialize", "C_Finalize", MOCK_FUNCTIONS(NAME) };

guint mock_n_functions(void)
{
	return G_N_ELEMENTS(function_names);
}

guint mock_function_index(const gchar *name)
{
	guint i = 0;

	while (i < G_N_ELEMENTS(function_names) && strcmp(function_names[i], name) != 0)
		i++;

	return i;
}

const gchar *mock_function_named(const gchar *name)
{
	guint i = mock_function_index(name);

	return i < G_N_ELEMENTS(function_names) ? function_names[i] : NULL;
}

/* NOLINTBEGIN(bugprone-macro-parentheses): 'arguments' brings its own. */
/* Counts and breaks the call, then hands it to the hook or to the real module. */
#define WRAPPER(name, parameters, arguments)                                                                 \
	static CK_RV wrapped_##name parameters                                                               \
	{                                                                                                    \
		const CK_FUNCTION_LIST *hooks = mock_hooks();                                                \
		MockCall call;                                                                               \
		CK_RV rv = CKR_CRYPTOKI_NOT_INITIALIZED;                                                     \
                                                                                                             \
		if (state.real == NULL)                                                                      \
			return rv;                                                                           \
		rv = mock_enter(#name, &call);                                                               \
		if (rv == CKR_OK)                                                                            \
			rv = (hooks->name != NULL ? hooks->name : state.real->name) arguments;               \
                                                                                                             \
		return mock_leave(&call, rv);                                                                \
	}
MOCK_FUNCTIONS(WRAPPER)
/* NOLINTEND(bugprone-macro-parentheses) */

static void forget(void)
{
	g_clear_pointer(&state.script, mock_script_free);
	g_clear_pointer(&state.log, g_free);
	g_clear_pointer(&state.counter, g_free);
	g_clear_pointer(&state.memory, g_free);
	g_clear_pointer(&state.counts, g_free);
	g_clear_pointer(&state.kill_dice, g_rand_free);
	g_clear_pointer(&state.hang_dice, g_rand_free);
	state.real = NULL;
	if (state.library != NULL)
		(void)dlclose(state.library);
	state.library = NULL;
}

static gboolean load_real(const gchar *path, gchar **ret_complaint)
{
	CK_C_GetFunctionList get_list = NULL;

	state.library = path != NULL ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
	if (state.library != NULL)
		get_list = (CK_C_GetFunctionList)dlsym(state.library, "C_GetFunctionList");
	if (get_list == NULL || get_list(&state.real) != CKR_OK) {
		*ret_complaint = g_strdup_printf("no PKCS#11 module: %s", path != NULL ? path : "(none)");
		return FALSE;
	}

	return TRUE;
}

static gboolean add_commands(gchar *const *words, gchar **ret_complaint)
{
	for (guint i = 0; words[i] != NULL; i++) {
		if (g_str_has_prefix(words[i], "do=") &&
			!mock_script_add(state.script, words[i] + strlen("do="), ret_complaint))
			return FALSE;
	}

	return TRUE;
}

static GRand *dice_of(const MockOdds *odds)
{
	const guint32 seeds[] = { odds->seed, (guint32)getpid(), state.n_initialised };

	return g_rand_new_with_seed_array(seeds, G_N_ELEMENTS(seeds));
}

static gboolean configure(const gchar *text, gchar **ret_complaint)
{
	g_auto(GStrv) words = g_strsplit(text != NULL ? text : "", " ", -1);
	const struct {
		const gchar *key;
		gchar **value;
	} settings[] = { { "log=", &state.log }, { "counter=", &state.counter },
		{ "memory=", &state.memory } };
	const gchar *module = NULL;
	const gchar *script = NULL;

	for (guint i = 0; words[i] != NULL; i++) {
		for (guint j = 0; j < G_N_ELEMENTS(settings); j++) {
			if (g_str_has_prefix(words[i], settings[j].key))
				*settings[j].value = g_strdup(words[i] + strlen(settings[j].key));
		}
		if (g_str_has_prefix(words[i], "module="))
			module = words[i] + strlen("module=");
		if (g_str_has_prefix(words[i], "script="))
			script = words[i] + strlen("script=");
	}
	state.counts = g_new0(guint64, G_N_ELEMENTS(function_names) + 1);
	state.script = mock_script_load(script, ret_complaint);

	if (state.script == NULL || !add_commands(words, ret_complaint))
		return FALSE;
	state.n_initialised++;
	state.kill_dice = dice_of(&state.script->kill_odds);
	state.hang_dice = dice_of(&state.script->hang_odds);

	return load_real(module, ret_complaint);
}

static CK_RV wrapped_C_Initialize(void *init_args)
{
	const CK_C_INITIALIZE_ARGS *given = init_args;
	CK_C_INITIALIZE_ARGS arguments = { .flags = CKF_OS_LOCKING_OK };
	g_autofree gchar *complaint = NULL;
	MockCall call;
	CK_RV rv = CKR_OK;

	if (state.real != NULL)
		return CKR_CRYPTOKI_ALREADY_INITIALIZED;
	if (!configure(given != NULL ? given->pReserved : NULL, &complaint)) {
		(void)fprintf(stderr, "mock: %s\n", complaint);
		forget();
		return CKR_ARGUMENTS_BAD;
	}

	rv = mock_enter("C_Initialize", &call);
	if (rv == CKR_OK)
		rv = state.real->C_Initialize(&arguments);
	rv = mock_leave(&call, rv);
	if (rv != CKR_OK)
		forget();

	return rv;
}

static CK_RV wrapped_C_Finalize(void *reserved)
{
	MockCall call;
	CK_RV rv = CKR_CRYPTOKI_NOT_INITIALIZED;

	if (state.real == NULL)
		return rv;

	rv = mock_enter("C_Finalize", &call);
	if (rv == CKR_OK)
		rv = state.real->C_Finalize(reserved);
	rv = mock_leave(&call, rv);
	if (rv == CKR_OK)
		forget();

	return rv;
}

__attribute__((visibility("default"))) CK_RV C_GetFunctionList(CK_FUNCTION_LIST **list)
{
#define MEMBER(name, parameters, arguments) .name = wrapped_##name,
	static CK_FUNCTION_LIST functions = { .version = { 2, 40 },
		.C_Initialize = wrapped_C_Initialize,
		.C_Finalize = wrapped_C_Finalize,
		.C_GetFunctionList = C_GetFunctionList,
		MOCK_FUNCTIONS(MEMBER) };

	if (list == NULL)
		return CKR_ARGUMENTS_BAD;
	*list = &functions;

	return CKR_OK;
}
