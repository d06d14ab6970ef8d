/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The definitions of ClamAV: each database begins with 512 bytes of text that say when it was made. */
#pragma once

#include "disk/posture.h"

#define TF_DEFINITIONS_DIRECTORY "/var/lib/clamav"

typedef struct TfDefinitions {
	gchar *path;	     /* of the newest database; NULL when there is none whose head can be read */
	gint64 date;	     /* when it was made */
	gboolean is_refused; /* there may be more, which we may not read */
	gboolean is_odd;     /* a database is there whose head is out of form */
} TfDefinitions;

/* Free 'path'. */
TfDefinitions tf_definitions_look(const TfPostureSite *site);
