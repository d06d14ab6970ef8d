/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An open token and a key pair to be written to it. Everything asserts. */
#pragma once

#include "key/keypair.h"
#include "object.h"
#include "open-token.h"
#include "token/import.h"

typedef struct TfImportWorld {
	TfOpenToken *token;
	TfFixtureMember *member;
	TfKeypair *keypair;
	GBytes *key_id;
	gboolean copies_public; /* see TfImportOptions */
} TfImportWorld;

/* Takes 'token'. */
TfImportWorld *tf_import_world_new(TfOpenToken *token, const gchar *key_type);
void tf_import_world_free(TfImportWorld *world);

gboolean tf_import_world_write(
	TfImportWorld *world, gboolean is_resumed, GPtrArray **ret_dropped, GError **error);

/* Objects of a class, with a CKA_ID or any (NULL); and of all three classes. */
guint tf_import_world_count(TfImportWorld *world, CK_OBJECT_CLASS class, GBytes *id);
guint tf_import_world_count_all(TfImportWorld *world);
CK_OBJECT_HANDLE tf_import_world_only(TfImportWorld *world, CK_OBJECT_CLASS class, GBytes *id);

/* One object of each class under the planned CKA_ID, and the intermediate without the root. */
void tf_import_world_expect_complete(TfImportWorld *world);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfImportWorld, tf_import_world_free)
