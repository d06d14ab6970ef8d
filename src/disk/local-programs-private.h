/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an administrator put below /usr/local, and Javas beside those of packages: among what the distribution
 * put there, which dpkg's lists tell apart. */
#pragma once

#include "programs-private.h"

void tf_local_programs_look(TfPrograms *programs);
