/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What may be said of a wiped file, from what was established: never better than that. */
#pragma once

#include <glib.h>

#include "disk/wipe.h"

typedef struct TfWipeFacts {
	gboolean is_overwritten;   /* every allocated byte, each write and the last fsync without error */
	gboolean was_whole;	   /* nothing of it had been overwritten by an earlier run */
	gboolean is_placed;	   /* it was known where it lay */
	gboolean has_same_extents; /* known before and after, and equal */
	gboolean is_shared;	   /* before or after */
	gboolean is_plain;	   /* before and after */
	gboolean is_read_back;	   /* the device held the file's bytes before, and the new ones after */
	gboolean is_contradicted;  /* the first, and not the second */
	gboolean journal_may_hold_content;
	gboolean name_may_stay;
	gboolean is_discarded;		/* all that was free afterwards, on the device's word */
	TfTristate overwrites_in_place; /* of the medium */
	TfTristate is_flash;
	TfTristate is_encrypted;
} TfWipeFacts;

TfWipeResult tf_assurance(const TfWipeFacts *facts);
