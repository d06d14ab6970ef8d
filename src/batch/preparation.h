/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a claimed job to everything that has to be there before its intent: what ahead.c has done, step by
 * step. */
#pragma once

#include "batch-private.h"
#include "batch/role.h"
#include "peer-private.h"

/* The .p12 of the job: the file that was there when the manifest was read, through no link. -1 with
 * TF_ERROR_SOURCE_MISSING, TF_ERROR_SOURCE_UNREADABLE. */
int tf_preparation_open(const TfTask *task, GError **error);

/* *ret_password NULL: it has none. */
gboolean tf_preparation_password(
	const TfBatch *batch, const TfTask *task, TfSecret **ret_password, GError **error);

/*
 * Takes over what the opener said, holds it against the rules of the campaign and the letter's font, and
 * gives the task its PINs: those of its resume envelope, or fresh ones, sealed. FALSE with the first thing
 * that stands against it.
 */
gboolean tf_preparation_take(TfBatch *batch, TfTask *task, TfMessage *opened, GError **error);

/* The PINs of the task from its resume envelope in the ledger. TF_ERROR_ENVELOPE_UNREADABLE also when there
 * is none. */
gboolean tf_preparation_open_pins(TfBatch *batch, TfTask *task, GError **error);

/* For the answer to it. */
#define TF_LETTER_SECONDS 60

/* The writer, which must be idle, is to draw the letter of the task, which has its PINs, into a file that
 * tf_group_publish_letter() gives its name. */
gboolean tf_preparation_ask_letter(TfBatch *batch, TfPeer *writer, TfTask *task, GError **error);
