/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How OpenSC itself reads an opensc.conf: the parser of the libopensc that is installed. */
#pragma once

#include <glib.h>

/* "app default: debug = 0", "app default: framework pkcs15: use_file_caching = no" … one line for each
 * setting in the file's order, several values joined by '|'. NULL when OpenSC does not understand it. */
GStrv tf_scconf_settings(const gchar *text);
