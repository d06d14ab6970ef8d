/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writes the objects of one key pair. What it wrote is removed again when it is freed, unless told to stay.
 */
#pragma once

#include "object.h"
#include "template.h"

typedef struct TfWriter TfWriter;

/* 'key' (any half): whose ghosts may be removed. Borrows both. 'copies_public': see TfImportOptions. */
TfWriter *tf_writer_new(TfSession *session, EVP_PKEY *key, gboolean copies_public) G_GNUC_WARN_UNUSED_RESULT;

/* Destroys what was written, latest first, as far as the token lets it, unless tf_writer_keep() was called.
 */
void tf_writer_free(TfWriter *writer);
void tf_writer_keep(TfWriter *writer);

/* From now on nothing lies on the token but what this writer writes: it was seen empty, and nobody else, nor
 * the token of itself, makes objects there. Then nothing is looked for but what was written. */
void tf_writer_begin_alone(TfWriter *writer);
gboolean tf_writer_is_alone(const TfWriter *writer);

/*
 * C_CreateObject, in steps of tf_template_yield() where the token refuses the template. After a failure
 * whatever it left is looked for and removed: some tokens leave half a private key. After a success the
 * object is looked for: TF_ERROR_TOKEN_KEY_MISSING when it is not there. A public key object that a token
 * does not take at all is left out and told: clients live without it.
 */
gboolean tf_writer_create(TfWriter *writer, TfTemplate *template, GError **error);

/* What the token refused to take: gchar. Borrowed. */
/* Whether any write had to be made again or left out: then a card may hold what the first attempt left. */
gboolean tf_writer_was_refused(const TfWriter *writer);
GPtrArray *tf_writer_dropped(const TfWriter *writer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfWriter, tf_writer_free)
