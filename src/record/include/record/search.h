/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a search for left-over copies of one key looked at, what it did not, and why the key may be known to
 * others: the part of an outcome that makes it a supplement to the report of the same certificate. */
#pragma once

#include <glib.h>
#include <jansson.h>

/* Why the key may be known to others: moving it does not help then. */
typedef enum TfExposure {
	TF_EXPOSURE_UNPROTECTED, /* a copy that no password protects */
	TF_EXPOSURE_MAIL,
	TF_EXPOSURE_SYNCED,   /* in a folder that is copied to somewhere else */
	TF_EXPOSURE_SHARED,   /* in a folder that this PC offers to others on the network */
	TF_EXPOSURE_READABLE, /* to other users of the PC */
	TF_EXPOSURE_WEAK,     /* under a cipher that can be broken */
	TF_EXPOSURE_INFECTED, /* the member says that malware was on the PC */
	TF_N_EXPOSURES
} TfExposure;

/* Of the places in the member's words: how many, and how many octets each. */
#define TF_ELSEWHERE_LIMIT	  32u
#define TF_ELSEWHERE_LENGTH_LIMIT 400u

/* So many keys of unknown content are listed; the rest is only counted. */
#define TF_UNKNOWN_LIMIT 1000u

/* A key of which the search cannot tell whose it is. */
typedef struct TfUnknown {
	gchar *path;   /* NULL in a public copy */
	gchar *member; /* where in the file; NULL: the file is nothing else, and in a public copy */
	gchar *kind;   /* "pkcs12" */
	guint count;   /* 1; in a public copy, of all of that kind that are listed */
} TfUnknown;

/* Why a file was not looked at completely. */
typedef enum TfLimit {
	TF_LIMIT_TOO_LARGE,
	TF_LIMIT_TOO_DEEP, /* archives in archives */
	TF_LIMIT_LOCKED,   /* a part of it is under a password */
	TF_LIMIT_DAMAGED,
	TF_LIMIT_UNANSWERED, /* whoever looked into it died, or did not answer in time */
	TF_N_LIMITS
} TfLimit;

/* So many of them are listed, and of those that could not be read; the rest is only counted. */
#define TF_LEFT_OUT_LIMIT 100u

typedef struct TfLeftOut {
	gchar *path;
	guint limits; /* of 1 << TfLimit */
} TfLeftOut;

TfLeftOut *tf_left_out_new(const gchar *path, guint limits) G_GNUC_WARN_UNUSED_RESULT;
void tf_left_out_free(TfLeftOut *left_out);

typedef struct TfSearch {
	GPtrArray *paths; /* gchar: what was searched; empty in a public copy */
	guint n_files;
	gboolean reads_whole;  /* every file to its end; else of most the first octets only (disk/walk.h) */
	guint n_left_out;      /* files that were not looked at completely */
	GPtrArray *left_out;   /* TfLeftOut: the first of them; empty in a public copy, as the next one */
	guint n_unreadable;    /* files and folders */
	GPtrArray *unreadable; /* gchar: the first of them */
	GPtrArray *skipped;    /* gchar: other file systems, not entered; empty in a public copy */
	guint n_skipped;       /* the same, counted */
	GPtrArray *elsewhere;  /* gchar: where else the file ever was, in the member's words; not checked */
	guint exposures;       /* of 1 << TfExposure; 0: nothing was seen, which proves nothing */
	guint n_unknown;       /* keys of unknown content: each may be a copy */
	GPtrArray *unknown;    /* TfUnknown: the first of them */
} TfSearch;

TfSearch *tf_search_new(void) G_GNUC_WARN_UNUSED_RESULT;
void tf_search_free(TfSearch *search);

void tf_search_add_unknown(TfSearch *search, const gchar *path, const gchar *member, const gchar *kind);

const gchar *tf_limit_name(TfLimit limit); /* "too-large" */

/* How many of the kind of this entry are listed; 0 when one of that kind stands before it. */
guint tf_search_count_unknown(const TfSearch *search, guint index);

const gchar *tf_exposure_name(TfExposure exposure); /* "mail" */
const gchar *tf_exposures_word(guint exposures);    /* "suspected", or "not-seen" */

const gchar *tf_search_mode(gboolean reads_whole); /* "heads", or "whole" */

/* A public one names no paths, and keys of unknown content by kind and count. */
json_t *tf_search_to_json(const TfSearch *search, gboolean is_public) G_GNUC_WARN_UNUSED_RESULT;

/* NULL when it is out of form: it may come from anyone. */
TfSearch *tf_search_from_json(const json_t *object) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfSearch, tf_search_free)
