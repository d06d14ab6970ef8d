/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The children of a batch's supervisor: this very program, executed again, each for one kind of work. */
#pragma once

#include <glib.h>

typedef enum TfRole {
	TF_ROLE_OPENER,	       /* opens a .p12; the only one that parses PKCS#12 */
	TF_ROLE_WORKER,	       /* writes tokens through a PKCS#11 module */
	TF_ROLE_AUDITOR,       /* proves them; never holds a key (law 2) */
	TF_ROLE_FORMATTER,     /* formats a smart card below PKCS#11 */
	TF_ROLE_LETTER_WRITER, /* draws the PIN letters; never holds a key */
	TF_N_ROLES
} TfRole;

const gchar *tf_role_name(TfRole role); /* "opener" */
gboolean tf_role_from_name(const gchar *name, TfRole *ret_role);
