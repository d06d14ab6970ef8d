/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Letters for tests, and what another program (poppler) reads in them. Everything here asserts. */
#pragma once

#include "batch/letter.h"

/* The usual letter, in Japanese; a copy is changed as the test needs. */
extern const TfLetter tf_letter_usual;

/* What 'argv' prints when "{}" in it is replaced by 'path'. The caller frees. */
gchar *tf_letter_ask(const gchar *path, const gchar *const *argv);

/* The page's text, in the order in which it was drawn, without blanks and line ends. */
gchar *tf_letter_read(const gchar *path);
