/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The words of the letter. Like the campaign's mail it speaks the language of its reader, whatever the locale
 * of the station and whether or not a catalogue is installed; so its words stand here in every language, and
 * are no messages of gettext.
 */
#pragma once

#include <glib.h>

typedef enum TfLetterLanguage {
	TF_LETTER_ENGLISH,
	TF_LETTER_JAPANESE,
	TF_N_LETTER_LANGUAGES
} TfLetterLanguage;

typedef enum TfLetterWord {
	TF_LETTER_NUMBER,    /* when the campaign has no label of its own */
	TF_LETTER_ADDRESSEE, /* holds {name} */
	TF_LETTER_TITLE,
	TF_LETTER_INTRODUCTION,
	TF_LETTER_TOKEN_LABEL,
	TF_LETTER_TOKEN_SERIAL,
	TF_LETTER_USER_PIN,
	TF_LETTER_NOTE_PIN_CODE,
	TF_LETTER_NOTE_KEEP_APART,
	TF_LETTER_NOTE_CHANGE,
	TF_LETTER_NOTE_WRONG,
	TF_LETTER_NOTE_NOT_DONE,
	TF_LETTER_CONTACT,
	TF_N_LETTER_WORDS
} TfLetterWord;

/* "ja" is Japanese, anything else English. */
TfLetterLanguage tf_letter_language(const gchar *language);
const gchar *tf_letter_language_tag(TfLetterLanguage language); /* RFC 5646 */

const gchar *tf_letter_word(TfLetterLanguage language, TfLetterWord word);
