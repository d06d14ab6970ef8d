/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A card formatted by ours, and held against what a person was told. Everything asserts. */
#pragma once

#include "token/card.h"
#include "world.h"

#define TF_FORMAT_SECONDS 60

/* The secrets of one run. */
typedef struct TfFormatSecrets {
	TfSecret *so_pin;
	TfSecret *so_puk;
	TfSecret *pin;
	TfSecret *puk;
} TfFormatSecrets;

TfFormatSecrets tf_format_secrets(
	const gchar *so_pin, const gchar *so_puk, const gchar *pin, const gchar *puk);
TfFormatSecrets tf_format_secrets_usual(void);
void tf_format_secrets_clear(TfFormatSecrets *secrets);

/* A new card in the reader, that does what it is told. */
void tf_format_fresh_card(guint number);

/* As init-token does: looks, and formats what it has found. */
gboolean tf_format_run(guint number, const gchar *label, const TfFormatSecrets *secrets,
	TfCardState *ret_found, GError **error);

TfCardState tf_format_state(guint number);

/* The card is ready, takes each of the secrets, and no try of the user PIN and the SO PIN was lost. NULL, or
 * what is wrong. Formats nothing, and leaves nobody logged in. */
const gchar *tf_format_judge(guint number, const TfFormatSecrets *secrets);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TfFormatSecrets, tf_format_secrets_clear)
