/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc.h"

#include <glib/gi18n.h>

#include "base/error.h"

typedef struct CodeRow {
	LONG rv;
	TfErrorCode code;
	const gchar *name;
} CodeRow;

#define ROW(rv, code)                                                                                        \
	{                                                                                                    \
		rv, code, #rv                                                                                \
	}

static const CodeRow rows[] = {
	ROW(SCARD_E_NO_SERVICE, TF_ERROR_PCSC_UNAVAILABLE),
	ROW(SCARD_E_SERVICE_STOPPED, TF_ERROR_PCSC_UNAVAILABLE),
	ROW(SCARD_F_COMM_ERROR, TF_ERROR_PCSC_UNAVAILABLE),
	ROW(SCARD_E_INVALID_HANDLE, TF_ERROR_PCSC_UNAVAILABLE),	    /* the daemon was started anew */
	ROW(SCARD_W_SECURITY_VIOLATION, TF_ERROR_PCSC_UNAVAILABLE), /* polkit says no */

	ROW(SCARD_W_REMOVED_CARD, TF_ERROR_TOKEN_REMOVED),
	ROW(SCARD_E_NO_SMARTCARD, TF_ERROR_TOKEN_REMOVED),
	ROW(SCARD_W_RESET_CARD, TF_ERROR_TOKEN_REMOVED),
	ROW(SCARD_E_UNKNOWN_READER, TF_ERROR_TOKEN_REMOVED),
	ROW(SCARD_E_READER_UNAVAILABLE, TF_ERROR_TOKEN_REMOVED),
	ROW(SCARD_E_NO_READERS_AVAILABLE, TF_ERROR_TOKEN_REMOVED),

	ROW(SCARD_W_UNPOWERED_CARD, TF_ERROR_TOKEN_FAILED),
	ROW(SCARD_W_UNRESPONSIVE_CARD, TF_ERROR_TOKEN_FAILED),
	ROW(SCARD_W_UNSUPPORTED_CARD, TF_ERROR_TOKEN_FAILED),
	ROW(SCARD_E_SHARING_VIOLATION, TF_ERROR_TOKEN_FAILED),
	ROW(SCARD_E_NOT_TRANSACTED, TF_ERROR_TOKEN_FAILED),
	ROW(SCARD_E_PROTO_MISMATCH, TF_ERROR_TOKEN_FAILED),
	ROW(SCARD_E_TIMEOUT, TF_ERROR_TOKEN_FAILED),
	ROW(SCARD_E_NO_MEMORY, TF_ERROR_TOKEN_FAILED),
	ROW(SCARD_E_INSUFFICIENT_BUFFER, TF_ERROR_TOKEN_FAILED),
};

typedef struct ReasonRow {
	LONG rv;
	const gchar *reason;
} ReasonRow;

static const ReasonRow reasons[] = {
	{ SCARD_E_NO_SERVICE, N_("the service 'pcscd' does not run") },
	{ SCARD_E_SERVICE_STOPPED, N_("the service 'pcscd' was stopped") },
	{ SCARD_F_COMM_ERROR, N_("the connection to the service 'pcscd' broke") },
	{ SCARD_E_TIMEOUT, N_("the service 'pcscd' does not answer") },
	{ SCARD_W_SECURITY_VIOLATION, N_("the rules of this PC do not let you use card readers") },
	{ SCARD_E_NO_MEMORY, N_("the service 'pcscd' has too many users") },
};

const gchar *tf_pcsc_reason(LONG rv)
{
	for (gsize i = 0; i < G_N_ELEMENTS(reasons); i++) {
		if (reasons[i].rv == rv)
			return _(reasons[i].reason);
	}

	return _("the service 'pcscd' failed");
}

static gboolean raise_row(const CodeRow *row, const gchar *call, GError **error)
{
	switch ((guint)row->code) {
	case TF_ERROR_PCSC_UNAVAILABLE:
		return tf_raise(error, TF_ERROR_PCSC_UNAVAILABLE, tf_pcsc_reason(row->rv), NULL);
	case TF_ERROR_TOKEN_REMOVED:
		return tf_raise(error, TF_ERROR_TOKEN_REMOVED, call, NULL);
	default:
		return tf_raise(error, row->code, call, row->name, NULL);
	}
}

gboolean tf_pcsc_check(LONG rv, const gchar *call, GError **error)
{
	g_autofree gchar *number = NULL;

	if (rv == SCARD_S_SUCCESS)
		return TRUE;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (rows[i].rv == rv)
			return raise_row(&rows[i], call, error);
	}
	number = g_strdup_printf("0x%08lx", (gulong)rv & 0xffffffffUL);

	return tf_raise(error, TF_ERROR_TOKEN_FAILED, call, number, NULL);
}
