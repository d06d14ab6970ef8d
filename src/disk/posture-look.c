/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "posture-private.h"

void tf_posture_look(const TfPostureSite *site, TfPosture *posture)
{
	tf_posture_support(site, posture);
	tf_posture_updates(site, posture);
	tf_posture_programs(site, posture);
	tf_posture_antivirus(site, posture);
	tf_posture_swap(site, posture);
	tf_posture_core(site, posture);
	tf_posture_encryption(site, posture);
}
