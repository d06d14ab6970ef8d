/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Destroys a TfFound, and states what was reached.
 *   W0  refused, nothing changed
 *   W1  the name is gone
 *   W2  overwritten, at a place that is not known
 *   W3  overwritten in place, as the file system sees it, and synced
 *   W4  that, and read back from the block device, no copy left in the journal; asks for root
 *   T   the device was told to discard the free blocks as well, and agreed; on its word
 *   F   flash or unknown medium; E  under disk encryption; G  earlier generations not covered
 * Never says "unrecoverable". SIGKILL at any moment leaves either the whole file or one that tf_wipe_resume()
 * finishes.
 */
#pragma once

#include <glib.h>

#include "disk/recognise.h"
#include "key/proof.h"
#include "record/trace.h"

typedef struct TfWipeResult {
	guint level;		/* 1..4 */
	gchar suffixes[8];	/* "FG" */
	gboolean name_may_stay; /* in the journal or in folders; FALSE only where it is known to be gone */
	gboolean is_shared;	/* a snapshot or another file held the same blocks, and holds them still */
	GPtrArray *references;	/* gchar: which, where it was found out; NULL otherwise */
} TfWipeResult;

/* Frees what it refers to. */
void tf_wipe_result_clear(TfWipeResult *result);

/* Makes the trace durable before the first byte is overwritten. FALSE with an error stops the wipe in W0. */
typedef gboolean (*TfWipeJournal)(const TfWipeTrace *trace, gpointer user_data, GError **error);

typedef struct TfWipeOptions {
	gboolean backup_is_named; /* the person named this very path: removable, network and unknown media too
				     (law 4) */
	gboolean checks_device;	  /* as root: read back from the block device, fill the journal of ext4 with
				     zeros, ask btrfs or xfs who shares the blocks. Takes a while on a large
				     journal;   without the rights for it less is claimed */
	gboolean may_discard;	  /* as root: discard all free blocks of the file system (FITRIM) */
	TfWipeJournal journal;
	gpointer user_data;
} TfWipeOptions;

/*
 * Law 1: refuses (TF_ERROR_PROOF_INVALID, nothing changed) unless 'proof' is for the same key, and, if it is
 * a stored one, for this very source. Law 3: refuses unless the key is the only secret in the file.
 * TF_ERROR_WIPE_REFUSED (W0): read-only, removable, network or unknown place not named, immutable,
 * append-only, further hard links, replaced under us since it was recognised, or open elsewhere: this process
 * too may hold no other descriptor of it than the TfFound's (and its duplicates).
 * TF_ERROR_WIPE_INCOMPLETE: writing failed half-way; the trace lets a next run finish.
 */
gboolean tf_wipe(TfFound *found, const TfProof *proof, const TfWipeOptions *options, TfWipeResult *ret_result,
	GError **error);

/* Whether a wipe would find the file in its way (TF_ERROR_WIPE_REFUSED), for a rehearsal: nothing is changed,
 * and what comes in its way later is not known. */
gboolean tf_wipe_is_free(const TfFound *found, GError **error);

/* Whether a wipe there would empty the file system's journal as well, for a rehearsal. */
gboolean tf_wipe_empties_journal(const TfMedia *media, const TfWipeOptions *options);

/*
 * The same in two halves, for whoever makes the traces of many files durable at once. The file is held
 * between them (nobody can open it for writing); prepared and not carried out, nothing has changed. 'journal'
 * of the options is not called. 'found' must outlive it.
 */
typedef struct TfWiping TfWiping;
TfWiping *tf_wipe_prepare(TfFound *found, const TfProof *proof, const TfWipeOptions *options,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
const TfWipeTrace *tf_wiping_trace(const TfWiping *wiping);
gboolean tf_wipe_carry_out(TfWiping *wiping, TfWipeResult *ret_result, GError **error);
void tf_wiping_free(TfWiping *wiping);

/*
 * Finishes what 'trace' began; law 1 again: 'proof' must be for the source with this SHA-256. The file is
 * looked for under both names and wiped only when its inode and size agree and its content is the source's,
 * or holds bytes that only this very wipe can have written: a new file at the old name is left alone even
 * when it got the same inode. The device's number is not asked for, it may be another one after a restart. A
 * wipe that had begun ends at W2 at most. Of the options only 'checks_device' and 'may_discard' count. When
 * the file is gone from its folder, level 1 is all that can be said for it. TF_ERROR_SOURCE_MISSING when the
 * folder is not there or is not the same one (a medium that is not plugged in); TF_ERROR_WIPE_REFUSED when
 * another file is at one of the names, or the trace is that of a key store. Other errors as above.
 */
gboolean tf_wipe_resume(const TfWipeTrace *trace, const TfProof *proof,
	const guint8 source_sha256[TF_SHA256_SIZE], const TfWipeOptions *options, TfWipeResult *ret_result,
	GError **error);

/* The same for a file that no row's proof names, and that was known to be this key (SPKI SHA-256): 'proof'
 * must be a fresh one for it. A file that is whole still is left, and *ret_is_whole TRUE: whose key is in it
 * can be established anew, and is not taken from a trace; *ret_result is not set then. Another file that has
 * got its name since is passed over: the search finds what that is. */
gboolean tf_wipe_resume_key(const TfWipeTrace *trace, const TfProof *proof,
	const guint8 spki_sha256[TF_SHA256_SIZE], const guint8 source_sha256[TF_SHA256_SIZE],
	const TfWipeOptions *options, gboolean *ret_is_whole, TfWipeResult *ret_result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfWiping, tf_wiping_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TfWipeResult, tf_wipe_result_clear)
