/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The two halves of a confinement, for confine.c only. */
#pragma once

#include "process/confine.h"

/* Which version of Landlock the kernel has (ABI); 0: none. */
guint tf_landlock_version(void);
/* Only what the plan names is left. 'version' as above, not 0. */
gboolean tf_landlock_restrict(const TfConfinementPlan *plan, guint version, GError **error);

/* For every thread there is, and will be. */
gboolean tf_seccomp_restrict(const TfConfinementPlan *plan, gboolean may_connect, GError **error);
