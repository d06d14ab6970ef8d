/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "batch/role.h"

#define ROLE(word, its_rows) .name = (word), .rows = (its_rows), .n_rows = G_N_ELEMENTS(its_rows)

/*
 * OPEN: the path for errors (bytes), whether there is a password. OPENED: SHA-256 of the file, certificate
 * and chain (DER), friendly name, holds one secret, is weak, carried, dropped.
 */
static const TfMessageRow opener_rows[] = {
	TF_MESSAGE_REQUEST(OPEN, "(ayb)", 2),
	TF_MESSAGE_ANSWER(OPENED, OPEN, "(ayayaaymsbbasas)", 1),
};
const TfRole tf_opener_role = { ROLE("opener", opener_rows) };

/*
 * TOKENS, each: label, manufacturer, model, serial, URI, slot, is initialised, is write-protected, has a
 * protected authentication path, number of objects seen without login. FORMAT: slot, label. FORMATTED: label,
 * manufacturer, model, serial, URI, slot. IMPORT: slot, CKA_ID, certificate, chain, label, is resumed, is
 * unfinished, owns fragments. IMPORTED: attributes that were dropped. REMOVE: slot, CKA_ID, certificate.
 */
static const TfMessageRow worker_rows[] = {
	TF_MESSAGE_REQUEST(LOOK, "()", 0),
	TF_MESSAGE_ANSWER(TOKENS, LOOK, "a(ssssstbbbu)", 0),
	TF_MESSAGE_REQUEST(FORMAT, "(ts)", 2),
	TF_MESSAGE_ANSWER(FORMATTED, FORMAT, "(ssssst)", 0),
	TF_MESSAGE_REQUEST(IMPORT, "(tayayaaysbbb)", 2),
	TF_MESSAGE_ANSWER(IMPORTED, IMPORT, "as", 0),
	TF_MESSAGE_REQUEST(REMOVE, "(tayay)", 1),
	TF_MESSAGE_ANSWER(REMOVED, REMOVE, "()", 0),
	TF_MESSAGE_REQUEST(CLOSE, "()", 0),
	TF_MESSAGE_ANSWER(CLOSED, CLOSE, "()", 0),
};
const TfRole tf_worker_role = { ROLE("worker", worker_rows) };

/* AUDIT: the group as a text (token/audit.h). AUDITED: index, the text of its result. */
static const TfMessageRow auditor_rows[] = {
	TF_MESSAGE_REQUEST(AUDIT, "s", 1),
	TF_MESSAGE_ONE_OF(AUDITED, AUDIT, "(us)", 0),
	TF_MESSAGE_ANSWER(AUDIT_ENDED, AUDIT, "()", 0),
};
const TfRole tf_auditor_role = { ROLE("auditor", auditor_rows) };

/*
 * LOOK_CARD: the reader. CARD: name of its state, serial as a module will show it, "" when unknown.
 * ERASE_CARD: the reader, the state that CARD said. FORMAT_CARD: the same, the label.
 */
static const TfMessageRow formatter_rows[] = {
	TF_MESSAGE_REQUEST(LOOK_CARD, "s", 0),
	TF_MESSAGE_ANSWER(CARD, LOOK_CARD, "(ss)", 0),
	TF_MESSAGE_REQUEST(ERASE_CARD, "(ss)", 1),
	TF_MESSAGE_ANSWER(CARD_ERASED, ERASE_CARD, "()", 0),
	TF_MESSAGE_REQUEST(FORMAT_CARD, "(sss)", 4),
	TF_MESSAGE_ANSWER(CARD_FORMATTED, FORMAT_CARD, "()", 0),
};
const TfRole tf_formatter_role = { ROLE("formatter", formatter_rows), .may_execute = TRUE };

/* WRITE_LETTER: see batch/letter.h. */
static const TfMessageRow letter_rows[] = {
	TF_MESSAGE_REQUEST(WRITE_LETTER, "a{sv}", 2),
	TF_MESSAGE_ANSWER(LETTER_WRITTEN, WRITE_LETTER, "()", 0),
};
const TfRole tf_letter_role = { ROLE("letter-writer", letter_rows) };
