/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A .p12 in a folder, and the proof that its key answers, the "token" being software. */
#pragma once

#include "disk/wipe.h"
#include "fixtures.h"

typedef struct TfFixtureSource {
	gchar *directory; /* resolved */
	gchar *path;
	gboolean owns_directory;
	TfFixtureMember *member;
	guint8 sha256[TF_SHA256_SIZE];
	guint8 spki_sha256[TF_SHA256_SIZE];
} TfFixtureSource;

/* "key.p12" in 'directory', or in a new temporary one when NULL; removed again with what it made. */
TfFixtureSource *tf_fixture_source(const gchar *directory);
void tf_fixture_source_free(TfFixtureSource *source);

/* Leaves in the folder what another process needs to go on with the source, and takes it up there. */
void tf_fixture_source_save(const TfFixtureSource *source);
TfFixtureSource *tf_fixture_source_load(const gchar *directory);

/* The same file with 'text' repeated instead, 'size' bytes of it: raw devices are searched for it. */
void tf_fixture_source_fill(TfFixtureSource *source, const gchar *text, gsize size);

TfFound *tf_fixture_found(const TfFixtureSource *source);

/* A fresh proof by the key of the source, and one stored in a ledger row and loaded again. */
TfProof *tf_fixture_proof(const TfFixtureSource *source);
TfProof *tf_fixture_stored_proof(const TfFixtureSource *source);

/* A journal that keeps a copy in *(TfWipeTrace **)user_data. */
gboolean tf_fixture_journal(const TfWipeTrace *trace, gpointer user_data, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfFixtureSource, tf_fixture_source_free)
