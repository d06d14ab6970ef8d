/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "attempts.h"

#include "ckr.h"
#include "component.h"
#include "control.h"
#include "object.h"
#include "verdict.h"
#include "wrap.h"

/* RSA-8192 in bytes: more than any component of a key we take. */
#define COMPONENT_LIMIT 1024u

#define ATTRIBUTE(name)                                                                                      \
	{                                                                                                    \
		name, #name                                                                                  \
	}

static const struct {
	CK_ATTRIBUTE_TYPE type;
	const gchar *name;
} claims[] = {
	ATTRIBUTE(CKA_EXTRACTABLE),
	ATTRIBUTE(CKA_SENSITIVE),
	ATTRIBUTE(CKA_ALWAYS_SENSITIVE),
	ATTRIBUTE(CKA_NEVER_EXTRACTABLE),
	ATTRIBUTE(CKA_LOCAL),
	ATTRIBUTE(CKA_TOKEN),
	ATTRIBUTE(CKA_PRIVATE),
	ATTRIBUTE(CKA_MODIFIABLE),
	ATTRIBUTE(CKA_COPYABLE),
	ATTRIBUTE(CKA_DESTROYABLE),
	ATTRIBUTE(CKA_SIGN),
	ATTRIBUTE(CKA_DECRYPT),
	ATTRIBUTE(CKA_UNWRAP),
	ATTRIBUTE(CKA_DERIVE),
	ATTRIBUTE(CKA_ALWAYS_AUTHENTICATE),
	ATTRIBUTE(CKA_WRAP_WITH_TRUSTED),
};

gboolean tf_attempts_ask(const TfSubject *subject, GError **error)
{
	CK_ATTRIBUTE_TYPE types[G_N_ELEMENTS(claims)];
	TfClaim values[G_N_ELEMENTS(claims)];

	for (gsize i = 0; i < G_N_ELEMENTS(claims); i++)
		types[i] = claims[i].type;
	if (!tf_object_read_booleans(
		    subject->session, subject->key, types, G_N_ELEMENTS(claims), values, error))
		return FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS(claims); i++)
		tf_evidence_add_attribute(subject->evidence, claims[i].name, values[i]);

	return TRUE;
}

/* A value that is not the component is no leak; that CKR_OK came with it stays inconclusive. */
static TfTry try_read(
	const TfSubject *subject, CK_OBJECT_HANDLE object, EVP_PKEY *public, CK_ATTRIBUTE_TYPE type)
{
	g_autoptr(TfSecret) value = tf_secret_new(COMPONENT_LIMIT);
	CK_ATTRIBUTE attribute = { type, NULL, COMPONENT_LIMIT };
	TfTry try = { .was_made = TRUE, .rv = CKR_HOST_MEMORY };

	if (value == NULL)
		return try;
	attribute.pValue = tf_secret_buffer(value);
	try.rv = tf_session_functions(subject->session)
			 ->C_GetAttributeValue(tf_session_handle(subject->session), object, &attribute, 1);
	if (try.rv != CKR_OK || attribute.ulValueLen > COMPONENT_LIMIT)
		return try;
	tf_secret_set_length(value, attribute.ulValueLen);
	try.key_came_out = tf_component_matches(public, type, value);

	return try;
}

static gboolean conclude(const TfSubject *subject, const gchar *name, TfAttemptKind kind, const gchar *call,
	const TfTry *target, const TfTry *control, GError **error)
{
	CK_RV rv = control->was_made && tf_ckr_is_removal(control->rv) ? control->rv : target->rv;

	if (tf_ckr_is_removal(rv))
		return tf_ckr_check(rv, call, error);
	tf_verdict(subject->evidence, name, kind, target, control);

	return TRUE;
}

/* 'suffix' tells reads of a copy or after a change from the first ones. */
static gboolean read_components(const TfSubject *subject, const TfControlKey *control,
	CK_OBJECT_HANDLE object, const gchar *suffix, GError **error)
{
	gsize n_types = 0;
	const CK_ATTRIBUTE_TYPE *types = tf_component_types(subject->public, &n_types);

	for (gsize i = 0; i < n_types; i++) {
		g_autofree gchar *name = g_strdup_printf("read %s%s", tf_component_name(types[i]), suffix);
		TfTry of_control = { .was_made = FALSE };
		TfTry of_target = try_read(subject, object, subject->public, types[i]);

		if (control->object != 0)
			of_control = try_read(subject, control->object, control->key, types[i]);
		if (!conclude(subject, name, TF_ATTEMPT_READ, "C_GetAttributeValue", &of_target, &of_control,
			    error))
			return FALSE;
	}

	return TRUE;
}

static CK_RV copy_extractable(const TfSubject *subject, CK_OBJECT_HANDLE object, CK_OBJECT_HANDLE *ret_copy)
{
	CK_BBOOL yes = CK_TRUE;
	CK_BBOOL no = CK_FALSE;
	CK_ATTRIBUTE template[] = {
		{ CKA_TOKEN, &no, sizeof(no) },
		{ CKA_EXTRACTABLE, &yes, sizeof(yes) },
	};

	return tf_session_functions(subject->session)
		->C_CopyObject(tf_session_handle(subject->session), object, template, G_N_ELEMENTS(template),
			ret_copy);
}

static gboolean says_extractable(const TfSubject *subject, CK_OBJECT_HANDLE object)
{
	TfClaim claim = TF_CLAIM_UNKNOWN;

	return tf_object_read_boolean(subject->session, object, CKA_EXTRACTABLE, &claim, NULL) &&
	       claim == TF_CLAIM_TRUE;
}

static void destroy(const TfSubject *subject, CK_OBJECT_HANDLE object)
{
	(void)tf_session_functions(subject->session)
		->C_DestroyObject(tf_session_handle(subject->session), object);
}

static TfTry try_copy(const TfSubject *subject, CK_OBJECT_HANDLE object, CK_OBJECT_HANDLE *ret_copy)
{
	TfTry try = { .was_made = TRUE };

	try.rv = copy_extractable(subject, object, ret_copy);
	try.key_came_out = try.rv == CKR_OK && says_extractable(subject, *ret_copy);

	return try;
}

/* The copy of a copy is not asked for: what it would show, its components show. */
static gboolean examine_copy(
	const TfSubject *subject, const TfControlKey *control, CK_OBJECT_HANDLE copy, GError **error)
{
	gboolean is_examined = read_components(subject, control, copy, " of a copy", error);

	destroy(subject, copy);

	return is_examined;
}

static gboolean copy(const TfSubject *subject, const TfControlKey *control, GError **error)
{
	CK_OBJECT_HANDLE copy_of_control = 0;
	CK_OBJECT_HANDLE copy_of_key = 0;
	TfTry of_control = { .was_made = FALSE };
	TfTry of_target = { .was_made = FALSE };

	if (control->object != 0)
		of_control = try_copy(subject, control->object, &copy_of_control);
	if (of_control.was_made && of_control.rv == CKR_OK)
		destroy(subject, copy_of_control);
	of_target = try_copy(subject, subject->key, &copy_of_key);
	if (!conclude(subject, "copy as extractable", TF_ATTEMPT_COPY, "C_CopyObject", &of_target,
		    &of_control, error))
		return FALSE;

	return of_target.rv != CKR_OK || examine_copy(subject, control, copy_of_key, error);
}

static CK_RV set_extractable(const TfSubject *subject, CK_OBJECT_HANDLE object, CK_BBOOL value)
{
	CK_ATTRIBUTE attribute = { CKA_EXTRACTABLE, &value, sizeof(value) };

	return tf_session_functions(subject->session)
		->C_SetAttributeValue(tf_session_handle(subject->session), object, &attribute, 1);
}

/* A token that answers CKR_OK has let the key go, whatever it shows afterwards: what comes out is tried
 * again, and the attribute is put back. */
static gboolean set(const TfSubject *subject, const TfControlKey *control, GError **error)
{
	TfTry of_control = { .was_made = FALSE };
	TfTry of_target = { .was_made = TRUE };
	gboolean is_read = FALSE;

	if (control->object != 0) {
		of_control.was_made = TRUE;
		of_control.rv = set_extractable(subject, control->object, CK_TRUE);
		of_control.key_came_out = of_control.rv == CKR_OK;
	}
	of_target.rv = set_extractable(subject, subject->key, CK_TRUE);
	of_target.key_came_out = of_target.rv == CKR_OK;
	if (!conclude(subject, "set CKA_EXTRACTABLE", TF_ATTEMPT_SET, "C_SetAttributeValue", &of_target,
		    &of_control, error))
		return FALSE;
	if (of_target.rv != CKR_OK)
		return TRUE;

	if (says_extractable(subject, subject->key))
		tf_evidence_add_attribute(subject->evidence, "CKA_EXTRACTABLE", TF_CLAIM_TRUE);
	is_read = read_components(subject, control, subject->key, " after that", error);
	(void)set_extractable(subject, subject->key, CK_FALSE);

	return is_read;
}

gboolean tf_attempts_run(const TfSubject *subject, GError **error)
{
	g_autoptr(TfControlKey) control = tf_control_new(subject, error);

	if (control == NULL)
		return FALSE;

	return read_components(subject, control, subject->key, "", error) && copy(subject, control, error) &&
	       tf_wrap_attempts(subject, control, error) && set(subject, control, error);
}
