/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The cards of with-cards, as a test program of tokenferry sees them. Everything asserts. */
#pragma once

#include "profile/token-profile.h"
#include "token/reader.h"
#include "wait.h"

/* Of every formatted card here. */
#define TF_CARD_PIN    "123456"
#define TF_CARD_PUK    "654321"
#define TF_CARD_SO_PIN "12345678"
#define TF_CARD_SO_PUK "87654321"

/* A command of script.h for card 'number', and its value ("" without one). */
gchar *tf_card_tell(guint number, const gchar *format, ...) G_GNUC_PRINTF(2, 3);
guint tf_card_count(guint number);

/* Waits until PC/SC sees it so. */
void tf_card_insert(guint number);
void tf_card_wait_removed(guint number);

/* "Station 1 00 00"; the caller frees. */
gchar *tf_card_reader_name(guint number);
TfReader *tf_card_reader(guint number);
TfTokenProfile *tf_card_profile(void);

/* One step of pkcs15-init by its own options, which must succeed; the arguments end with NULL. */
void tf_card_tool(guint number, ...) G_GNUC_NULL_TERMINATED;
/* As tests/card/helper.bash formats. */
void tf_card_tool_create(guint number);
void tf_card_tool_store_pin(guint number);
void tf_card_tool_activate(guint number);
