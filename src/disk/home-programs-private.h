/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Programs in the home directory of whoever the key belongs to: unpacked there, and those of Windows. */
#pragma once

#include "programs-private.h"

void tf_home_programs_look(TfPrograms *programs);
