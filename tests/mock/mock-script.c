/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mock-script.h"

#include <string.h>

#include "mock.h"
#include "names.h"

static const gchar *const switch_names[MOCK_N_SWITCHES] = {
	[MOCK_EXTRACTABLE_AFTER] = "extractable-after",
	[MOCK_LEAK_EXPONENT] = "leak-exponent",
	[MOCK_WRAP_SUCCEEDS] = "wrap-succeeds",
	[MOCK_COPY_EXTRACTABLE] = "copy-extractable",
	[MOCK_COPY_IN_SESSION] = "copy-in-session",
	[MOCK_SETTABLE_EXTRACTABLE] = "settable-extractable",
	[MOCK_WRONG_SIGNATURE] = "wrong-signature",
	[MOCK_LOSE_KEY] = "lose-key",
	[MOCK_GHOST] = "ghost",
	[MOCK_IGNORE_SENSITIVE] = "ignore-sensitive",
	[MOCK_FINAL_TRY] = "final-try",
	[MOCK_COUNT_LOW] = "count-low",
	[MOCK_PIN_LOCKED] = "pin-locked",
	[MOCK_SO_FINAL_TRY] = "so-final-try",
	[MOCK_SO_PIN_LOCKED] = "so-pin-locked",
	[MOCK_SAYS_OPENSC] = "says-opensc",
	[MOCK_WRITE_PROTECTED] = "write-protected",
};

static const gchar *const number_names[MOCK_N_NUMBERS] = {
	[MOCK_DISAPPEAR_NTH] = "disappear-nth",
	[MOCK_KILL_NTH] = "kill-nth",
	[MOCK_KILL_AFTER_NTH] = "kill-after-nth",
	[MOCK_HANG_NTH] = "hang-nth",
	[MOCK_WRONG_SERIAL_NTH] = "wrong-token-serial-nth",
};

static gboolean read_nth(const gchar *value, guint64 *ret_nth)
{
	return g_ascii_string_to_unsigned(value, 10, 1, G_MAXUINT32, ret_nth, NULL);
}

/* FUNCTION:N:CKR_X or, for all functions together, N:CKR_X. */
static gboolean read_fault(MockScript *script, const gchar *value, gboolean of_all, gboolean and_later)
{
	g_auto(GStrv) parts = g_strsplit(value, ":", 4);
	guint at = of_all ? 0 : 1;
	MockFault fault = { NULL, 0, and_later, CKR_OK };

	if (g_strv_length(parts) != at + 2)
		return FALSE;
	if (!of_all)
		fault.function = mock_function_named(parts[0]);
	if (!of_all && fault.function == NULL)
		return FALSE;
	if (!read_nth(parts[at], &fault.nth) || !mock_rv_named(parts[at + 1], &fault.rv))
		return FALSE;
	g_array_append_val(script->faults, fault);

	return TRUE;
}

/* FUNCTION:N */
static gboolean read_call_of(const gchar *value, MockCallOf *ret_call)
{
	g_auto(GStrv) parts = g_strsplit(value, ":", 2);

	if (g_strv_length(parts) != 2)
		return FALSE;
	ret_call->function = mock_function_named(parts[0]);

	return ret_call->function != NULL && read_nth(parts[1], &ret_call->nth);
}

/* N:SEED */
static gboolean read_odds(const gchar *value, MockOdds *ret_odds)
{
	g_auto(GStrv) parts = g_strsplit(value, ":", 2);
	guint64 one_in = 0;
	guint64 seed = 0;

	if (g_strv_length(parts) != 2 || !read_nth(parts[0], &one_in) ||
		!g_ascii_string_to_unsigned(parts[1], 10, 0, G_MAXUINT32, &seed, NULL))
		return FALSE;
	*ret_odds = (MockOdds){ (guint32)one_in, (guint32)seed };

	return one_in <= G_MAXINT32;
}

static gboolean read_refused(MockScript *script, const gchar *value)
{
	g_auto(GStrv) names = g_strsplit(value, ",", -1);

	for (guint i = 0; names[i] != NULL; i++) {
		CK_ATTRIBUTE_TYPE type = 0;

		if (!mock_attribute_named(names[i], &type))
			return FALSE;
		g_array_append_val(script->refused, type);
	}

	return names[0] != NULL;
}

static gboolean read_protected_pin(MockScript *script, const gchar *value)
{
	g_free(script->protected_pin);
	script->protected_pin = g_strdup(value);

	return *value != '\0';
}

static gboolean read_switch(MockScript *script, const gchar *name)
{
	for (guint i = 0; i < MOCK_N_SWITCHES; i++) {
		if (strcmp(switch_names[i], name) == 0)
			return script->switches[i] = TRUE;
	}
	if (strcmp(name, "refuse-extractable") == 0)
		return read_refused(script, "CKA_EXTRACTABLE");

	return FALSE;
}

static gboolean read_setting(MockScript *script, const gchar *name, const gchar *value)
{
	for (guint i = 0; i < MOCK_N_NUMBERS; i++) {
		if (strcmp(number_names[i], name) == 0)
			return read_nth(value, &script->numbers[i]);
	}
	if (strcmp(name, "fail") == 0)
		return read_fault(script, value, FALSE, FALSE);
	if (strcmp(name, "fail-from") == 0)
		return read_fault(script, value, FALSE, TRUE);
	if (strcmp(name, "fail-nth") == 0)
		return read_fault(script, value, TRUE, FALSE);
	if (strcmp(name, "kill") == 0)
		return read_call_of(value, &script->kill);
	if (strcmp(name, "hang") == 0)
		return read_call_of(value, &script->hang);
	if (strcmp(name, "kill-one-in") == 0)
		return read_odds(value, &script->kill_odds);
	if (strcmp(name, "hang-one-in") == 0)
		return read_odds(value, &script->hang_odds);
	if (strcmp(name, "refuse") == 0)
		return read_refused(script, value);
	if (strcmp(name, "refuse-create") == 0)
		return mock_rv_named(value, &script->refuse_create);
	if (strcmp(name, "protected-path") == 0)
		return read_protected_pin(script, value);

	return FALSE;
}

static gboolean read_line(MockScript *script, const gchar *line)
{
	const gchar *equals = strchr(line, '=');
	g_autofree gchar *name = NULL;

	if (*line == '\0' || *line == '#')
		return TRUE;
	if (equals == NULL)
		return read_switch(script, line);
	name = g_strndup(line, (gsize)(equals - line));

	return read_setting(script, name, equals + 1);
}

gboolean mock_script_add(MockScript *script, const gchar *command, gchar **ret_complaint)
{
	if (read_line(script, command))
		return TRUE;
	*ret_complaint = g_strdup_printf("'%s' is not understood", command);

	return FALSE;
}

MockScript *mock_script_load(const gchar *path, gchar **ret_complaint)
{
	g_autoptr(MockScript) script = g_new0(MockScript, 1);
	g_autofree gchar *text = NULL;
	g_auto(GStrv) lines = NULL;
	g_autoptr(GError) error = NULL;

	script->refused = g_array_new(FALSE, FALSE, sizeof(CK_ATTRIBUTE_TYPE));
	script->faults = g_array_new(FALSE, FALSE, sizeof(MockFault));
	if (path == NULL)
		return g_steal_pointer(&script);
	if (!g_file_get_contents(path, &text, NULL, &error)) {
		*ret_complaint = g_strdup(error->message);
		return NULL;
	}
	lines = g_strsplit(text, "\n", -1);
	for (guint i = 0; lines[i] != NULL; i++) {
		if (!read_line(script, g_strstrip(lines[i]))) {
			*ret_complaint =
				g_strdup_printf("%s:%u: '%s' is not understood", path, i + 1, lines[i]);
			return NULL;
		}
	}

	return g_steal_pointer(&script);
}

void mock_script_free(MockScript *script)
{
	if (script == NULL)
		return;

	if (script->refused != NULL)
		g_array_unref(script->refused);
	if (script->faults != NULL)
		g_array_unref(script->faults);
	g_free(script->protected_pin);
	g_free(script);
}
