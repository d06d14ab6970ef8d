/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What files, devices and the kernel tell about this PC (record/posture.h), without the network and without
 * rights: support of the system, updates, other programs, antivirus, swap, core dumps, encryption. What they
 * say is believed only as far as it is in form; the rest is 'unknown'.
 */
#pragma once

#include <glib.h>
#include <sys/resource.h>

#include "record/posture.h"

/* The PC that is looked at. */
typedef struct TfPostureSite {
	const gchar *root;    /* its root directory; "" is this PC's */
	const gchar *home;    /* of whoever the key belongs to, absolute, without 'root' */
	gint64 now;	      /* seconds since the epoch */
	gboolean is_dumpable; /* of this process: PR_GET_DUMPABLE is not 0 */
	rlim_t core_limit;    /* of this process: RLIMIT_CORE */
} TfPostureSite;

/* This PC, this process, now. */
TfPostureSite tf_posture_site_here(void);

/* Answers each of those questions. Runs apt-get (in simulation, without locks) for up to a minute. */
void tf_posture_look(const TfPostureSite *site, TfPosture *posture);
