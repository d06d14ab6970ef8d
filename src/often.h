/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What most sources include, and what takes longer to read than they do: with -Db_pch=true it is read once
 * per ring. Each source includes it all the same; without the option, and by clang-tidy, nothing of this is
 * seen.
 */
#include <glib.h>
#include <glib/gi18n.h>
