/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The search of the PC for what is left of keys: every file is looked at, and nothing is changed. */
#pragma once

#include <glib.h>

#include "base/secret.h"
#include "disk/contents.h"
#include "disk/known.h"
#include "disk/mounts.h"
#include "disk/volumes.h"
#include "disk/walk.h"
#include "ledger/ledger.h"
#include "record/stray.h"

/* Beyond the paths that are named. */
typedef struct TfSweepScope {
	gboolean is_everywhere; /* every volume of this PC besides (disk/volumes.h), each once */
	gboolean reads_whole;	/* every file, for keys anywhere in it */
} TfSweepScope;

typedef struct TfSweepPlan {
	const gchar *const *paths;
	TfSweepScope scope;
	TfKnown *known;
	const TfSecret *password;    /* the PIN code, tried once on each file; NULL: none */
	const gchar *const *program; /* argv of our children (disk/looking.h) */
	TfMounts *mounts;	     /* of whoever keeps what was caught; NULL: the search's own */
	GPtrArray *catches; /* each file with the moved key is added (catch.h); NULL: only looked for */
} TfSweepPlan;

/* So often somebody is asked for a further password. */
#define TF_SWEEP_FURTHER_LIMIT 10u

/* Who hears of it; each function gets 'user_data'. All are called in the caller's thread. */
typedef struct TfSweepListener {
	gpointer user_data;
	void (*found)(gpointer user_data, const TfStray *stray);
	void (*left_out)(gpointer user_data, const gchar *path, guint limits); /* of 1 << TfLimit */
	void (*progress)(gpointer user_data, const TfWalkProgress *progress);  /* several times a second */
	gboolean (*go_on)(gpointer user_data, GError **error);		       /* FALSE ends the search */
	void (*over)(gpointer user_data);				       /* however it ended */
	/* After that: a further PIN code or password for the files (gchar) that stayed locked; 'n_asked'
	 * counts from 0, the last one opened 'n_opened' files. *ret_password NULL: nobody knows one. What it
	 * opens is found once more. NULL: nobody is asked. */
	gboolean (*further_password)(gpointer user_data, const GPtrArray *paths, guint n_asked,
		guint n_opened, TfSecret **ret_password, GError **error);
} TfSweepListener;

typedef struct TfSweepResult {
	TfWalkProgress progress;
	guint n_of_rank[TF_N_RANKS];
	guint exposures;       /* of 1 << TfExposure: why the moved key may be known to others */
	GPtrArray *unknown;    /* TfStray: the first of those of unknown content */
	gboolean reads_whole;  /* as the plan asked */
	guint n_left_out;      /* files that were not looked at whole */
	GPtrArray *left_out;   /* TfLeftOut: the first of them */
	GPtrArray *volumes;    /* TfVolume; NULL: only what was named was searched */
	GPtrArray *skipped;    /* TfSkipped */
	GPtrArray *unreadable; /* gchar: the first of them */
	GStrv confinement;     /* of whoever looked into the files (process/confine.h); NULL: none was needed
				*/
} TfSweepResult;
void tf_sweep_result_clear(TfSweepResult *result);

/* The key of this certificate, also by the CKA_ID that NSS gives it. */
void tf_sweep_know_certificate(TfKnown *known, X509 *certificate);

/* The keys that this ledger's runs moved, and their sources. */
gboolean tf_sweep_know_ledger(TfKnown *known, TfLedger *ledger, GError **error);

/* This one only; of its sources those for which a stored proof holds. */
gboolean tf_sweep_know_key(
	TfKnown *known, TfLedger *ledger, const guint8 spki_sha256[TF_SHA256_SIZE], GError **error);

/* TF_ERROR_SOURCE_MISSING and _UNREADABLE for a path that was named, TF_ERROR_LOOKER_BROKEN,
 * TF_ERROR_SYSTEM; and what 'go_on' gave. */
gboolean tf_sweep(
	const TfSweepPlan *plan, const TfSweepListener *listener, TfSweepResult *ret_result, GError **error);

/* The key database of a browser, as 'migrate --from-nss' takes it: and no copy of one, under another name or
 * without what belongs beside it. */
gboolean tf_sweep_is_live_store(const TfStray *stray);

/* What a report says of a search that is over: 'paths' are those of its plan. */
TfSearch *tf_sweep_describe(const gchar *const *paths, const TfSweepResult *result) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TfSweepResult, tf_sweep_result_clear)
