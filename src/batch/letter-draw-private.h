/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The page: what stands where. A4, folded twice for an envelope with a window: the member in the upper third,
 * the user PIN in the middle one, inside the fold. Every text has a box and is set smaller until it fits; one
 * that does not fit is TF_ERROR_LETTER_FAILED, nothing is ever clipped.
 */
#pragma once

#include "base/secret.h"
#include "letter-ink-private.h"
#include "letter-words-private.h"

/* What the page says; borrowed, escaped already. NULL as in TfLetter. */
typedef struct TfLetterContents {
	const gchar *number, *name, *number_label, *campaign_title, *contact, *token_label, *token_serial;
	const gchar *date;
	TfLetterLanguage language;
	gint64 issued;
} TfLetterContents;

/* From the body of WRITE_LETTER, whose texts are then borrowed. TF_ERROR_LETTER_FAILED when something is
 * missing, too long or not escaped: our supervisor does not write such a body. */
gboolean tf_letter_contents_read(GVariant *body, TfLetterContents *ret_contents, GError **error);

/* The texts that are the same for all members of a campaign. */
gboolean tf_letter_draw_common(
	TfLetterInk *ink, TfLetterType *type, const TfLetterContents *contents, GError **error);

/* Those of this member and token, all but the PIN. */
gboolean tf_letter_draw_member(
	TfLetterInk *ink, TfLetterType *type, const TfLetterContents *contents, GError **error);

/*
 * The content stream of the PIN alone, digits in groups of four, in the font resource 'resource' of an ink
 * that began with tf_letter_ink_add_digits(); 'digit_width' is what that said. It never leaves the secure
 * heap. TF_ERROR_LETTER_FAILED when the PIN is not 4 to 32 digits, or the heap is full.
 */
TfSecret *tf_letter_draw_pin(const TfSecret *pin, const gchar *resource, double digit_width,
	const gchar *letter, GError **error) G_GNUC_WARN_UNUSED_RESULT;
