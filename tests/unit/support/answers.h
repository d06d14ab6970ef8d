/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A TfDialogue for tests: answers from a table, and keeps what it was told. */
#pragma once

#include <glib.h>

#include "record/outcome.h"
#include "transfer/dialogue.h"

typedef struct TfAnswers {
	TfDialogue dialogue;		    /* hand this to the journey */
	const gchar *password;		    /* the PIN code of the file */
	const gchar *store_password;	    /* the primary password of a store */
	const gchar *pin;		    /* the user PIN; NULL: protected path */
	const gchar *spare_pin;		    /* NULL: the same */
	const gchar *new_pin;		    /* a user PIN to be set; NULL: protected path */
	const gchar *unblock_secret;	    /* the PUK or SO PIN; NULL: protected path */
	gboolean says_no[TF_N_QUESTIONS];   /* everything else is answered yes … */
	gboolean is_needed;		    /* … but TF_QUESTION_FILE_NEEDED, which is answered so */
	gboolean confirms[TF_N_EXCEPTIONS]; /* and the exceptions, confirmed only where set */
	const gchar *serial;		    /* typed to accept claimed evidence; NULL: not accepted */
	const gchar *typed_removal;	    /* to confirm the removal of a valid key; NULL: not confirmed */
	const gchar *directory;		    /* a removable medium; NULL: none */
	guint key_index;
	gboolean is_interrupted;
	void (*on_news)(TfNews news, const TfNewsContext *context, gpointer data); /* NULL: nothing */
	gpointer data;
	guint n_told[TF_N_NEWS];
	guint n_asked[TF_N_QUESTIONS];
	guint n_passwords;
	guint n_store_passwords;
	guint n_pins;
	guint n_unblock_secrets;
	guint n_removals; /* shown */
} TfAnswers;

void tf_answers_init(TfAnswers *answers, const gchar *password, const gchar *pin);
