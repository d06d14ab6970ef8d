/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a person typed, understood generously where it does no harm: yes and no in both languages, a path
 * dropped onto the terminal, a number in full-width digits. */
#pragma once

#include <glib.h>

typedef enum TfAnswer {
	TF_ANSWER_YES,
	TF_ANSWER_NO,
	TF_ANSWER_UNCLEAR,
} TfAnswer;

/* y, yes, はい; n, no, いいえ; full-width letters, half-width kana, case and blanks do not matter. */
TfAnswer tf_answer_parse(const gchar *text);

/* 1..maximum; 0 when it is no such number. */
guint tf_answer_number(const gchar *text, guint maximum);

/* A number whose leading zeros count: full-width characters become what they usually are, blanks go. The rest
 * stays, so that whoever checks it can show it. The caller frees. */
gchar *tf_answer_digits(const gchar *text) G_GNUC_WARN_UNUSED_RESULT;

/* Blanks around, quotes, backslashes and file:// taken off, as file managers put them on; ~/ resolved. The
 * caller frees. */
gchar *tf_answer_path(const gchar *text) G_GNUC_WARN_UNUSED_RESULT;

/* Without blanks around, full-width ones included; NULL when nothing is left. The caller frees. */
gchar *tf_answer_text(const gchar *text) G_GNUC_WARN_UNUSED_RESULT;
