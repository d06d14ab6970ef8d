/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One question about the PC per file, and what these files share. */
#pragma once

#include "disk/media.h"
#include "disk/posture.h"

/* Each adds the answer to its question. */
void tf_posture_support(const TfPostureSite *site, TfPosture *posture);
void tf_posture_updates(const TfPostureSite *site, TfPosture *posture);
void tf_posture_programs(const TfPostureSite *site, TfPosture *posture);
void tf_posture_antivirus(const TfPostureSite *site, TfPosture *posture);
void tf_posture_swap(const TfPostureSite *site, TfPosture *posture);
void tf_posture_core(const TfPostureSite *site, TfPosture *posture);
void tf_posture_encryption(const TfPostureSite *site, TfPosture *posture);

/* The last of those by what was learnt of the home directory; 'media' NULL: nothing. */
void tf_posture_encryption_of(
	const TfMedia *media, const TfPostureSite *site, const gchar *home, TfPosture *posture);
