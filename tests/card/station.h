/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One card and the virtual reader it is put into. vpcd listens on a TCP port per reader; being connected is
 * being inserted. Every message is a big-endian 16-bit length and a body; a body of one byte is a control
 * code.
 */
#pragma once

#include "log.h"
#include "script.h"

typedef struct CardStation CardStation;

/* A card loaded from its state file, or a blank one; its thread runs from now on, the card inserted. */
CardStation *card_station_new(
	guint number, guint16 port, const gchar *state, CardLog *log, guint latency, GError **error);

/* Pulls the card and waits for the thread. */
void card_station_free(CardStation *station);

/* card_script_run() between two APDUs. */
gchar *card_station_command(CardStation *station, const gchar *line);
