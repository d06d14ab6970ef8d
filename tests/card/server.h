/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One thread per card, each connected to its virtual reader of vpcd, and a socket that takes commands for
 * them. */
#pragma once

#include <glib.h>

#define CARD_MAX_READERS 16 /* what pcsc-lite can hold */

typedef struct CardServerPlan {
	guint n_cards;
	guint16 first_port;   /* of vpcd's first reader; the others follow one by one */
	guint latency;	      /* milliseconds per APDU */
	const gchar *states;  /* directory of the state files, 'N.card' from 0 on */
	const gchar *logs;    /* directory of the logs, '<reader>.log'; NULL for none */
	const gchar *control; /* path of the control socket */
} CardServerPlan;

/* The reader's name as pcscd makes it from our configuration. */
gchar *card_server_reader_name(guint number);

/* Serves until the command 'quit' comes. */
gboolean card_server_run(const CardServerPlan *plan, GError **error);
