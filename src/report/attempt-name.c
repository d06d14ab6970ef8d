/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "attempt-name-private.h"

#include <string.h>

#define WHAT "{what}"

static const gchar *const prefixes[TF_N_ATTEMPT_VERBS] = {
	[TF_ATTEMPT_VERB_CARD_FIND] = "card: find key file",
	[TF_ATTEMPT_VERB_CARD_FILE] = "card: read key file",
	[TF_ATTEMPT_VERB_CARD_READ] = "card: read ",
	[TF_ATTEMPT_VERB_READ] = "read ",
	[TF_ATTEMPT_VERB_SET] = "set ",
	[TF_ATTEMPT_VERB_COPY] = "copy",
	[TF_ATTEMPT_VERB_WRAP_WITH] = "wrap with ",
	[TF_ATTEMPT_VERB_WRAP] = "wrap",
	[TF_ATTEMPT_VERB_OTHER] = "",
};

TfAttemptVerb tf_attempt_verb(const gchar *name)
{
	guint verb = 0;

	while (!g_str_has_prefix(name, prefixes[verb]))
		verb++;

	return (TfAttemptVerb)verb;
}

gchar *tf_attempt_name_fill(const gchar *name, const gchar *template)
{
	const gchar *what = name + strlen(prefixes[tf_attempt_verb(name)]);
	const gchar *place = strstr(template, WHAT);

	if (place == NULL)
		return g_strdup(template);

	return g_strdup_printf("%.*s%s%s", (gint)(place - template), template, what, place + strlen(WHAT));
}
