/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What OpenSC is told before opensc-pkcs11 or one of its tools runs: an opensc.conf(5) of our own, named by
 * OPENSC_CONF, so that neither the system's nor the user's has a say. Internal card drivers only, no file
 * cache, no log, all readers in as many slots as there can be, and the named readers ignored.
 */
#pragma once

#include <glib.h>

typedef struct TfOpensc TfOpensc;

/*
 * Writes the file into a new directory (0700) below the user's runtime or temporary directory, the first that
 * others cannot change; it stays as long as the object lives. 'ignored' (gchar, full reader names; may be
 * NULL): matched by OpenSC as substrings, so a reader whose name contains an ignored one is ignored as well,
 * and a reader plugged in afterwards is not. TF_ERROR_READER_HOSTILE for a name that is not safe,
 * TF_ERROR_OUTPUT_FAILED.
 */
TfOpensc *tf_opensc_new(const GPtrArray *ignored, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same in a directory that bears the name of its owner, so that the next run of the same owner sweeps
 * away what one that was killed left. No two of them run at a time. */
TfOpensc *tf_opensc_new_of(
	const gchar *owner, const GPtrArray *ignored, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void tf_opensc_sweep(const gchar *owner);

const gchar *tf_opensc_path(const TfOpensc *opensc);

/*
 * From now on this process, and whatever it executes, has OpenSC read that file: changes the environment, so
 * it is called before there is a second thread, before a module is loaded, and before
 * tf_module_check_leaks(), which then looks at the file that counts. The object must outlive the last module
 * and the last child.
 */
void tf_opensc_use(const TfOpensc *opensc);

/* The same for a child only: takes 'environment' over (g_get_environ()) and returns it changed. */
GStrv tf_opensc_environment(const TfOpensc *opensc, GStrv environment) G_GNUC_WARN_UNUSED_RESULT;

/* Removes file and directory. */
void tf_opensc_free(TfOpensc *opensc);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfOpensc, tf_opensc_free)
