/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "disk/recognise.h"

/* The same file opened otherwise (for writing) takes the place of the descriptor held; 'fd' is taken over. */
void tf_found_replace_fd(TfFound *found, int fd);

/* As they were given to tf_recognise_recorded(); NULL. */
TfMounts *tf_found_mounts(const TfFound *found);
