/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a worker is told of its module and of the family of its tokens: the dictionary of its SETUP,
 * (asasa{sv}). */
#pragma once

#include <glib.h>

#include "profile/token-profile.h"
#include "record/facts.h"

/* FORMAT's slot, where a module always offers one blank token (SoftHSM). */
#define TF_WORKER_ANY_BLANK G_MAXUINT64

typedef struct TfWorkerSetup {
	TfModuleFacts *module;
	gchar *arguments; /* NULL: none */
	gchar *reader;	  /* PC/SC; NULL: no card */
	TfTokenProbe probe;
	gboolean certificate_first;
	gboolean makes_public_key;
} TfWorkerSetup;

/* a{sv}, floating. 'family' NULL: not known. */
GVariant *tf_worker_setup_write(const TfModuleFacts *module, const gchar *arguments, const gchar *reader,
	const TfTokenProfile *family);

/* What a process with this module may read: the module; what lies beside it where only root can put it, and
 * neither a home nor /etc lies below; libraries, and their files in /etc by name; configuration; and with
 * 'has_reader' pcscd's socket, to which it may connect. Ended by NULL (in the array too); the caller
 * frees. */
GPtrArray *tf_worker_reads(const TfModuleFacts *module, const gchar *configuration,
	gboolean has_reader) G_GNUC_WARN_UNUSED_RESULT;

/* From the body of SETUP. TF_ERROR_SYSTEM: the supervisor said nonsense, which is a bug of ours. */
TfWorkerSetup *tf_worker_setup_read(GVariant *setup, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void tf_worker_setup_free(TfWorkerSetup *setup);
