/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The PIN letter: one page of PDF per member, drawn by a child that holds no key (law 6). */
#pragma once

#include <glib.h>

#include "base/secret.h"

/* The only fonts the letter uses. */
#define TF_LETTER_FONT "IPAexGothic"

typedef struct TfLetter {
	const gchar *number, *name;	       /* of the member */
	const gchar *number_label;	       /* by the campaign; NULL: a plain one */
	const gchar *campaign_title, *contact; /* NULL: none */
	const gchar *token_label;	       /* printed on the token's sticker; NULL */
	const gchar *token_serial;	       /* NULL: not known yet */
	const gchar *language;		       /* "ja"; anything else is English */
	gint64 issued;			       /* seconds since the epoch */
	const gchar *time_zone;		       /* of the date that is printed; NULL: UTC */
} TfLetter;

/* Body of WRITE_LETTER, floating. What no page may show (controls, bidi) is escaped in it. The two
 * descriptors of that message are the PIN's pipe and a file opened by tf_letter_file_new(). */
GVariant *tf_letter_body(const TfLetter *letter);

/* What the letter-writer reads: fonts and fontconfig's configuration and caches. Static, NULL-terminated. */
const gchar *const *tf_letter_reads(void);

/* A letter being made: an unnamed file (O_TMPFILE, 0600) in 'directory', which must stay open while the file
 * lives. Nothing is left of it unless it is published. TF_ERROR_BATCH_PLACE_FAILED. */
typedef struct TfLetterFile TfLetterFile;
TfLetterFile *tf_letter_file_new(
	int directory, const gchar *directory_name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
int tf_letter_file_fd(const TfLetterFile *file); /* borrowed */

/*
 * fsync, linkat as 'name' ("NUMBER.pdf"; no slash, no leading dot), fsync of the directory. An older letter
 * of that name is replaced in one step when 'replaces', else TF_ERROR_BATCH_PLACE_FAILED and it stays as it
 * was. An empty file is not published: TF_ERROR_LETTER_FAILED.
 */
gboolean tf_letter_file_publish(TfLetterFile *file, const gchar *name, gboolean replaces, GError **error);
void tf_letter_file_free(TfLetterFile *file);

/* Removes what runs left that were killed between the two names of a letter that is replaced. */
gboolean tf_letter_sweep(int directory, const gchar *directory_name, GError **error);

/* The characters of the letter's font, asked of fontconfig once, without drawing. Where the font is not
 * installed it has none. */
typedef struct TfLetterGlyphs TfLetterGlyphs;
TfLetterGlyphs *tf_letter_glyphs_new(void) G_GNUC_WARN_UNUSED_RESULT;
void tf_letter_glyphs_free(TfLetterGlyphs *glyphs);

/* Every character of 'text' has a glyph: TRUE, else *ret_missing (NULL: not wanted) is the first that has
 * none, with the variation selector that makes it one (UTF-8, the caller frees). */
gboolean tf_letter_glyphs_have(const TfLetterGlyphs *glyphs, const gchar *text, gchar **ret_missing);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfLetterFile, tf_letter_file_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfLetterGlyphs, tf_letter_glyphs_free)
