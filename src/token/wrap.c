/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wrap.h"

#include <string.h>

#include "base/error.h"
#include "ckr.h"
#include "component.h"
#include "wrapping-key.h"

#define MECHANISM_LIMIT 1024u

/* A mechanism of a vendor is tried in the commonest form: an AES key and no parameter. What comes of that is
 * judged like the others; a malformed attempt ends inconclusive. */
static TfWrapMechanism unknown_mechanism(CK_MECHANISM_TYPE type)
{
	return (TfWrapMechanism){ .type = type,
		.key_type = CKK_AES,
		.generation = CKM_AES_KEY_GEN,
		.key_length = 32,
		.kind = TF_ATTEMPT_WRAP };
}

static GArray *list_mechanisms(const TfSubject *subject, GError **error)
{
	CK_FUNCTION_LIST *functions = tf_session_functions(subject->session);
	g_autoptr(GArray) types = g_array_sized_new(FALSE, TRUE, sizeof(CK_MECHANISM_TYPE), MECHANISM_LIMIT);
	CK_ULONG count = MECHANISM_LIMIT;
	CK_RV rv = CKR_OK;

	g_array_set_size(types, MECHANISM_LIMIT);
	rv = functions->C_GetMechanismList(
		tf_session_slot(subject->session), (CK_MECHANISM_TYPE *)(gpointer)types->data, &count);
	if (!tf_ckr_check(rv, "C_GetMechanismList", error))
		return NULL;
	g_array_set_size(types, (guint)MIN(count, MECHANISM_LIMIT));

	return g_steal_pointer(&types);
}

static gboolean can_wrap(const TfSubject *subject, CK_MECHANISM_TYPE type, gboolean *ret_can, GError **error)
{
	CK_MECHANISM_INFO info = { 0 };
	CK_RV rv = tf_session_functions(subject->session)
			   ->C_GetMechanismInfo(tf_session_slot(subject->session), type, &info);

	if (tf_ckr_is_removal(rv))
		return tf_ckr_check(rv, "C_GetMechanismInfo", error);
	*ret_can = rv == CKR_OK && (info.flags & CKF_WRAP) != 0;

	return TRUE;
}

static gboolean is_control(const TfWrappingKey *wrapping_key, const TfWrapMechanism *mechanism,
	const TfControlKey *control, const TfSecret *wrapped)
{
	TfStock *stock = control->subject->stock;
	g_autoptr(TfSecret) plain = NULL;

	if (tf_stock_remembers(stock, mechanism->type, control->key, wrapped))
		return TRUE;
	plain = tf_wrapping_key_unwrap(wrapping_key, mechanism, wrapped);
	if (plain == NULL || !tf_control_is_in(control, plain))
		return FALSE;
	tf_stock_remember(stock, mechanism->type, control->key, wrapped);

	return TRUE;
}

/* Bytes that came out of the key under audit are a leak whether or not they come apart here: somebody else
 * may know how. */
static TfTry try_target(
	const TfWrappingKey *wrapping_key, const TfWrapMechanism *mechanism, CK_OBJECT_HANDLE object)
{
	g_autoptr(TfSecret) wrapped = NULL;
	TfTry try = { .was_made = TRUE };

	try.rv = tf_wrapping_key_wrap(wrapping_key, mechanism, object, &wrapped);
	try.key_came_out = wrapped != NULL && tf_secret_length(wrapped) > 0;

	return try;
}

/* For the control key only what we can take apart counts. A mechanism of whole blocks may be unable to take
 * it: that it fails then says nothing. How a token encodes the key is its own affair, so it is tried all the
 * same. */
static TfTry try_control(
	const TfWrappingKey *wrapping_key, const TfWrapMechanism *mechanism, const TfControlKey *control)
{
	g_autoptr(TfSecret) wrapped = NULL;
	TfTry try = { .was_made = FALSE };

	if (control->object == 0 || !tf_wrapping_key_is_known(wrapping_key, mechanism))
		return try;
	try.was_made = TRUE;
	try.rv = tf_wrapping_key_wrap(wrapping_key, mechanism, control->object, &wrapped);
	try.key_came_out = wrapped != NULL && is_control(wrapping_key, mechanism, control, wrapped);
	if (try.rv != CKR_OK && mechanism->block != 0 &&
		tf_secret_length(control->encoded) % mechanism->block != 0)
		try.was_made = FALSE;

	return try;
}

/* No attempt can be made, and by the standard (2.40 mechanisms, 2.1.6 and 2.1.8: RSA wraps secret keys) none
 * would get a private key out. */
static gboolean is_beside_the_point(const TfWrappingKey *wrapping_key, const TfWrapMechanism *mechanism)
{
	return wrapping_key->rv == CKR_WRAPPING_KEY_HANDLE_INVALID && mechanism->key_type == CKK_RSA &&
	       mechanism->kind == TF_ATTEMPT_WRAP_LIMITED;
}

static gboolean attempt(const TfSubject *subject, const TfControlKey *control, const gchar *name,
	const TfWrapMechanism *mechanism, TfWrapMaterial *material, GError **error)
{
	const TfWrappingKey *wrapping_key = tf_wrapping_key(material, subject, mechanism, error);
	TfTry of_control = { .was_made = FALSE };
	TfTry of_target = { .was_made = FALSE };

	if (wrapping_key == NULL)
		return FALSE;
	if (tf_ckr_is_removal(wrapping_key->rv))
		return tf_ckr_check(wrapping_key->rv, "C_CreateObject", error);
	if (wrapping_key->object == 0) {
		gboolean is_absent = tf_verdict_is_absence(TF_ATTEMPT_WRAP, wrapping_key->rv) ||
				     is_beside_the_point(wrapping_key, mechanism);

		/* Codes about the wrapping key say nothing about the key under audit. */
		tf_evidence_add_attempt(subject->evidence, name,
			is_absent ? TF_ATTEMPT_NOT_OFFERED : TF_ATTEMPT_INCONCLUSIVE,
			tf_ckr_name(wrapping_key->rv), TF_CONTROL_NONE);
		return TRUE;
	}

	of_control = try_control(wrapping_key, mechanism, control);
	if (tf_ckr_is_removal(of_control.rv))
		return tf_ckr_check(of_control.rv, "C_WrapKey", error);
	of_target = try_target(wrapping_key, mechanism, subject->key);
	if (tf_ckr_is_removal(of_target.rv))
		return tf_ckr_check(of_target.rv, "C_WrapKey", error);
	tf_verdict(subject->evidence, name, mechanism->kind, &of_target, &of_control);

	return TRUE;
}

gboolean tf_wrap_attempts(const TfSubject *subject, const TfControlKey *control, GError **error)
{
	g_autoptr(GArray) types = list_mechanisms(subject, error);
	g_auto(TfWrapMaterial) material = { NULL };
	guint n_attempts = 0;

	if (types == NULL)
		return FALSE;
	for (guint i = 0; i < types->len; i++) {
		CK_MECHANISM_TYPE type = g_array_index(types, CK_MECHANISM_TYPE, i);
		const TfWrapMechanism *known = tf_wrap_mechanism(type);
		TfWrapMechanism mechanism = known != NULL ? *known : unknown_mechanism(type);
		g_autofree gchar *name = known != NULL ? g_strdup_printf("wrap with %s", known->name)
						       : g_strdup_printf("wrap with mechanism 0x%lx", type);
		gboolean can = FALSE;

		if (!can_wrap(subject, type, &can, error))
			return FALSE;
		if (!can)
			continue;
		n_attempts++;
		if (!attempt(subject, control, name, &mechanism, &material, error))
			return FALSE;
	}
	if (n_attempts == 0)
		tf_evidence_add_attempt(subject->evidence, "wrap", TF_ATTEMPT_NOT_OFFERED,
			"CKR_MECHANISM_INVALID", TF_CONTROL_NONE);

	return TRUE;
}
