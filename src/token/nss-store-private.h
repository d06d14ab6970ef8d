/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of a store share. */
#pragma once

#include "session-private.h"
#include "token/nss-store.h"

struct TfNssStore {
	gchar *directory;
	TfModule *module;
	TfTokenStatus *status;
	TfSession *session;
};
