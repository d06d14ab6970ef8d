/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The state of the PC on which a key is moved: what disk/ tells of it and what token/ does. */
#pragma once

#include "disk/posture.h"
#include "token/module.h"

/* Answers every question of record/posture.h, offline and with the rights that there are. 'module' is the one
 * that was named; NULL: those configured. */
TfPosture *tf_pc_look(const TfPostureSite *site, const TfModuleChoice *module) G_GNUC_WARN_UNUSED_RESULT;
