/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/wiped.h"

#include <string.h>

#define KIND "pkcs12"

gchar *tf_wiped_detail(const TfWipeResult *result)
{
	return g_strdup_printf("W%u %s", result->level, result->suffixes);
}

void tf_wiped_add(TfOutcome *outcome, const gchar *path, const TfWipeResult *result)
{
	tf_outcome_add_wiped(outcome, path, KIND, result->level, result->suffixes);
	if (strchr(result->suffixes, 'G') != NULL)
		tf_outcome_add_unchecked(outcome, TF_UNCHECKED_GENERATIONS);
}

void tf_wiped_add_recorded(TfOutcome *outcome, const gchar *path, const gchar *detail)
{
	TfWipeResult result = { 1, "G" };

	if (detail != NULL && detail[0] == 'W' && g_ascii_isdigit(detail[1])) {
		result.level = (guint)g_ascii_digit_value(detail[1]);
		(void)g_strlcpy(result.suffixes, detail[2] == ' ' ? detail + 3 : "", sizeof result.suffixes);
	}
	tf_wiped_add(outcome, path, &result);
}
