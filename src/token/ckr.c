/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ckr.h"

#include "base/error.h"

typedef struct CkrRow {
	CK_RV rv;
	const gchar *name;
	TfErrorCode code;
} CkrRow;

#define FAILED(rv)                                                                                           \
	{                                                                                                    \
		rv, #rv, TF_ERROR_TOKEN_FAILED                                                               \
	}
#define REMOVED(rv)                                                                                          \
	{                                                                                                    \
		rv, #rv, TF_ERROR_TOKEN_REMOVED                                                              \
	}
#define FULL(rv)                                                                                             \
	{                                                                                                    \
		rv, #rv, TF_ERROR_TOKEN_FULL                                                                 \
	}
#define WRITE_PROTECTED(rv)                                                                                  \
	{                                                                                                    \
		rv, #rv, TF_ERROR_TOKEN_WRITE_PROTECTED                                                      \
	}
#define UNSUPPORTED(rv)                                                                                      \
	{                                                                                                    \
		rv, #rv, TF_ERROR_TOKEN_UNSUPPORTED                                                          \
	}

/* In the order of their values. A closed or unknown session is the token's removal seen later (5.6.6). */
static const CkrRow rows[] = {
	FAILED(CKR_OK),
	FAILED(CKR_CANCEL),
	FAILED(CKR_HOST_MEMORY),
	REMOVED(CKR_SLOT_ID_INVALID),
	FAILED(CKR_GENERAL_ERROR),
	FAILED(CKR_FUNCTION_FAILED),
	FAILED(CKR_ARGUMENTS_BAD),
	FAILED(CKR_NO_EVENT),
	FAILED(CKR_NEED_TO_CREATE_THREADS),
	FAILED(CKR_CANT_LOCK),
	FAILED(CKR_ATTRIBUTE_READ_ONLY),
	FAILED(CKR_ATTRIBUTE_SENSITIVE),
	FAILED(CKR_ATTRIBUTE_TYPE_INVALID),
	FAILED(CKR_ATTRIBUTE_VALUE_INVALID),
	FAILED(CKR_ACTION_PROHIBITED),
	FAILED(CKR_DATA_INVALID),
	FAILED(CKR_DATA_LEN_RANGE),
	FAILED(CKR_DEVICE_ERROR),
	FULL(CKR_DEVICE_MEMORY),
	REMOVED(CKR_DEVICE_REMOVED),
	FAILED(CKR_ENCRYPTED_DATA_INVALID),
	FAILED(CKR_ENCRYPTED_DATA_LEN_RANGE),
	FAILED(CKR_FUNCTION_CANCELED),
	FAILED(CKR_FUNCTION_NOT_PARALLEL),
	UNSUPPORTED(CKR_FUNCTION_NOT_SUPPORTED),
	FAILED(CKR_KEY_HANDLE_INVALID),
	UNSUPPORTED(CKR_KEY_SIZE_RANGE),
	FAILED(CKR_KEY_TYPE_INCONSISTENT),
	FAILED(CKR_KEY_NOT_NEEDED),
	FAILED(CKR_KEY_CHANGED),
	FAILED(CKR_KEY_NEEDED),
	FAILED(CKR_KEY_INDIGESTIBLE),
	FAILED(CKR_KEY_FUNCTION_NOT_PERMITTED),
	FAILED(CKR_KEY_NOT_WRAPPABLE),
	FAILED(CKR_KEY_UNEXTRACTABLE),
	UNSUPPORTED(CKR_MECHANISM_INVALID),
	FAILED(CKR_MECHANISM_PARAM_INVALID),
	FAILED(CKR_OBJECT_HANDLE_INVALID),
	FAILED(CKR_OPERATION_ACTIVE),
	FAILED(CKR_OPERATION_NOT_INITIALIZED),
	FAILED(CKR_PIN_INCORRECT),
	FAILED(CKR_PIN_INVALID),
	FAILED(CKR_PIN_LEN_RANGE),
	FAILED(CKR_PIN_EXPIRED),
	FAILED(CKR_PIN_LOCKED),
	REMOVED(CKR_SESSION_CLOSED),
	FAILED(CKR_SESSION_COUNT),
	REMOVED(CKR_SESSION_HANDLE_INVALID),
	FAILED(CKR_SESSION_PARALLEL_NOT_SUPPORTED),
	WRITE_PROTECTED(CKR_SESSION_READ_ONLY),
	FAILED(CKR_SESSION_EXISTS),
	FAILED(CKR_SESSION_READ_ONLY_EXISTS),
	FAILED(CKR_SESSION_READ_WRITE_SO_EXISTS),
	FAILED(CKR_SIGNATURE_INVALID),
	FAILED(CKR_SIGNATURE_LEN_RANGE),
	FAILED(CKR_TEMPLATE_INCOMPLETE),
	FAILED(CKR_TEMPLATE_INCONSISTENT),
	REMOVED(CKR_TOKEN_NOT_PRESENT),
	FAILED(CKR_TOKEN_NOT_RECOGNIZED),
	WRITE_PROTECTED(CKR_TOKEN_WRITE_PROTECTED),
	FAILED(CKR_UNWRAPPING_KEY_HANDLE_INVALID),
	FAILED(CKR_UNWRAPPING_KEY_SIZE_RANGE),
	FAILED(CKR_UNWRAPPING_KEY_TYPE_INCONSISTENT),
	FAILED(CKR_USER_ALREADY_LOGGED_IN),
	FAILED(CKR_USER_NOT_LOGGED_IN),
	FAILED(CKR_USER_PIN_NOT_INITIALIZED),
	FAILED(CKR_USER_TYPE_INVALID),
	FAILED(CKR_USER_ANOTHER_ALREADY_LOGGED_IN),
	FAILED(CKR_USER_TOO_MANY_TYPES),
	FAILED(CKR_WRAPPED_KEY_INVALID),
	FAILED(CKR_WRAPPED_KEY_LEN_RANGE),
	FAILED(CKR_WRAPPING_KEY_HANDLE_INVALID),
	FAILED(CKR_WRAPPING_KEY_SIZE_RANGE),
	FAILED(CKR_WRAPPING_KEY_TYPE_INCONSISTENT),
	FAILED(CKR_RANDOM_SEED_NOT_SUPPORTED),
	FAILED(CKR_RANDOM_NO_RNG),
	UNSUPPORTED(CKR_DOMAIN_PARAMS_INVALID),
	UNSUPPORTED(CKR_CURVE_NOT_SUPPORTED),
	FAILED(CKR_BUFFER_TOO_SMALL),
	FAILED(CKR_SAVED_STATE_INVALID),
	FAILED(CKR_INFORMATION_SENSITIVE),
	FAILED(CKR_STATE_UNSAVEABLE),
	FAILED(CKR_CRYPTOKI_NOT_INITIALIZED),
	FAILED(CKR_CRYPTOKI_ALREADY_INITIALIZED),
	FAILED(CKR_MUTEX_BAD),
	FAILED(CKR_MUTEX_NOT_LOCKED),
	FAILED(CKR_EXCEEDED_MAX_ITERATIONS),
	FAILED(CKR_FIPS_SELF_TEST_FAILED),
	FAILED(CKR_LIBRARY_LOAD_FAILED),
	FAILED(CKR_PIN_TOO_WEAK),
	FAILED(CKR_PUBLIC_KEY_INVALID),
	FAILED(CKR_FUNCTION_REJECTED),
};

static const CkrRow *row_of(CK_RV rv)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (rows[i].rv == rv)
			return &rows[i];
	}

	return NULL;
}

const gchar *tf_ckr_name(CK_RV rv)
{
	const CkrRow *row = row_of(rv);

	if (row != NULL)
		return row->name;

	return rv >= CKR_VENDOR_DEFINED ? "CKR_VENDOR_DEFINED" : "CKR_UNKNOWN";
}

static gboolean raise_failed(CK_RV rv, const gchar *call, GError **error)
{
	const gchar *name = tf_ckr_name(rv);
	g_autofree gchar *number = NULL;

	if (row_of(rv) != NULL)
		return tf_raise(error, TF_ERROR_TOKEN_FAILED, call, name, NULL);

	number = g_strdup_printf("%s 0x%lx", name, rv);

	return tf_raise(error, TF_ERROR_TOKEN_FAILED, call, number, NULL);
}

static gboolean raise_unsupported(const CkrRow *row, const gchar *call, GError **error)
{
	g_autofree gchar *what = g_strdup_printf("%s: %s", call, row->name);

	return tf_raise(error, TF_ERROR_TOKEN_UNSUPPORTED, what, NULL);
}

gboolean tf_ckr_check(CK_RV rv, const gchar *call, GError **error)
{
	const CkrRow *row = row_of(rv);

	if (rv == CKR_OK)
		return TRUE;
	if (row == NULL || row->code == TF_ERROR_TOKEN_FAILED)
		return raise_failed(rv, call, error);
	if (row->code == TF_ERROR_TOKEN_UNSUPPORTED)
		return raise_unsupported(row, call, error);

	return tf_raise(error, row->code, call, NULL);
}

gboolean tf_ckr_is_removal(CK_RV rv)
{
	const CkrRow *row = row_of(rv);

	return row != NULL && row->code == TF_ERROR_TOKEN_REMOVED;
}
