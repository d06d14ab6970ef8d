/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The functions whose answers the script changes. Each is called when the call is counted and unbroken. */
#include <string.h>

#include "mock.h"

static CK_FUNCTION_LIST *real(void)
{
	return mock_state()->real;
}

static const CK_ATTRIBUTE *find(const CK_ATTRIBUTE *attributes, CK_ULONG count, CK_ATTRIBUTE_TYPE type)
{
	for (CK_ULONG i = 0; i < count; i++) {
		if (attributes[i].type == type)
			return &attributes[i];
	}

	return NULL;
}

static gboolean has_flag(const CK_ATTRIBUTE *attributes, CK_ULONG count, CK_ATTRIBUTE_TYPE type)
{
	const CK_ATTRIBUTE *attribute = find(attributes, count, type);

	return attribute != NULL && attribute->ulValueLen == sizeof(CK_BBOOL) &&
	       *(const CK_BBOOL *)attribute->pValue == CK_TRUE;
}

static gboolean has_class(const CK_ATTRIBUTE *attributes, CK_ULONG count, CK_OBJECT_CLASS class)
{
	const CK_ATTRIBUTE *attribute = find(attributes, count, CKA_CLASS);

	return attribute != NULL && attribute->ulValueLen == sizeof(class) &&
	       memcmp(attribute->pValue, &class, sizeof(class)) == 0;
}

static gboolean is_private_key(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object)
{
	CK_OBJECT_CLASS class = CKO_DATA;
	CK_ATTRIBUTE attribute = { CKA_CLASS, &class, sizeof(class) };

	return real()->C_GetAttributeValue(session, object, &attribute, 1) == CKR_OK &&
	       class == CKO_PRIVATE_KEY;
}

static CK_RV hook_C_GetSlotList(CK_BYTE token_present, CK_SLOT_ID *slot_list, CK_ULONG *count)
{
	const Mock *mock = mock_state();
	CK_RV rv = real()->C_GetSlotList(token_present, slot_list, count);
	guint64 disappear = mock->script->numbers[MOCK_DISAPPEAR_NTH];

	if (rv != CKR_OK || disappear == 0 || !token_present)
		return rv;
	if (mock->call.nth >= disappear)
		*count = 0;

	return rv;
}

static CK_RV hook_C_GetTokenInfo(CK_SLOT_ID slot_id, CK_TOKEN_INFO *info)
{
	static const struct {
		MockSwitch name;
		CK_FLAGS flag;
	} rows[] = {
		{ MOCK_FINAL_TRY, CKF_USER_PIN_FINAL_TRY },
		{ MOCK_COUNT_LOW, CKF_USER_PIN_COUNT_LOW },
		{ MOCK_PIN_LOCKED, CKF_USER_PIN_LOCKED },
		{ MOCK_SO_FINAL_TRY, CKF_SO_PIN_FINAL_TRY },
		{ MOCK_SO_PIN_LOCKED, CKF_SO_PIN_LOCKED },
		{ MOCK_WRITE_PROTECTED, CKF_WRITE_PROTECTED },
	};
	const MockScript *script = mock_state()->script;
	guint64 nth = script->numbers[MOCK_WRONG_SERIAL_NTH];
	CK_RV rv = real()->C_GetTokenInfo(slot_id, info);

	if (rv != CKR_OK)
		return rv;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (mock_has(rows[i].name))
			info->flags |= rows[i].flag;
	}
	if (script->protected_pin != NULL)
		info->flags |= CKF_PROTECTED_AUTHENTICATION_PATH;
	if (nth != 0 && mock_state()->call.nth_own >= nth)
		memset(info->serialNumber, '9', sizeof(info->serialNumber));

	return rv;
}

static CK_RV hook_C_Login(CK_SESSION_HANDLE session, CK_USER_TYPE user_type, CK_BYTE *pin, CK_ULONG pin_len)
{
	gchar *typed = mock_state()->script->protected_pin;

	if (mock_has(MOCK_PIN_LOCKED) && user_type == CKU_USER)
		return CKR_PIN_LOCKED;
	if (typed != NULL && pin == NULL)
		return real()->C_Login(session, user_type, (CK_BYTE *)typed, strlen(typed));

	return real()->C_Login(session, user_type, pin, pin_len);
}

static CK_RV hook_C_SetPIN(
	CK_SESSION_HANDLE session, CK_BYTE *old_pin, CK_ULONG old_len, CK_BYTE *new_pin, CK_ULONG new_len)
{
	gchar *typed = mock_state()->script->protected_pin;

	if (typed != NULL && old_pin == NULL && new_pin == NULL)
		return real()->C_SetPIN(
			session, (CK_BYTE *)typed, strlen(typed), (CK_BYTE *)typed, strlen(typed));

	return real()->C_SetPIN(session, old_pin, old_len, new_pin, new_len);
}

static CK_RV hook_C_GetInfo(CK_INFO *info)
{
	static const gchar maker[] = "OpenSC Project                  ";
	CK_RV rv = real()->C_GetInfo(info);

	if (rv == CKR_OK && mock_has(MOCK_SAYS_OPENSC))
		memcpy(info->manufacturerID, maker, sizeof(info->manufacturerID));

	return rv;
}

static gboolean is_refused(const CK_ATTRIBUTE *attributes, CK_ULONG count)
{
	const GArray *refused = mock_state()->script->refused;

	for (guint i = 0; i < refused->len; i++) {
		if (find(attributes, count, g_array_index(refused, CK_ATTRIBUTE_TYPE, i)) != NULL)
			return TRUE;
	}

	return FALSE;
}

static CK_RV create_private(
	CK_SESSION_HANDLE session, CK_ATTRIBUTE *attributes, CK_ULONG count, CK_OBJECT_HANDLE *object)
{
	g_autofree CK_ATTRIBUTE *changed = g_memdup2(attributes, count * sizeof(CK_ATTRIBUTE));
	CK_BBOOL no = CK_FALSE;
	CK_RV rv = CKR_OK;

	for (CK_ULONG i = 0; i < count && mock_has(MOCK_IGNORE_SENSITIVE); i++) {
		if (changed[i].type == CKA_SENSITIVE)
			changed[i].pValue = &no;
	}
	rv = real()->C_CreateObject(session, changed, count, object);
	if (rv != CKR_OK)
		return rv;
	mock_memory_store(attributes, count);
	if (mock_has(MOCK_LOSE_KEY))
		(void)real()->C_DestroyObject(session, *object);

	return mock_has(MOCK_GHOST) ? CKR_FUNCTION_FAILED : CKR_OK;
}

static CK_RV hook_C_CreateObject(
	CK_SESSION_HANDLE session, CK_ATTRIBUTE *attributes, CK_ULONG count, CK_OBJECT_HANDLE *object)
{
	if (!has_flag(attributes, count, CKA_TOKEN))
		return real()->C_CreateObject(session, attributes, count, object);
	if (is_refused(attributes, count))
		return CKR_ATTRIBUTE_TYPE_INVALID;
	if (mock_state()->script->refuse_create != CKR_OK)
		return mock_state()->script->refuse_create;
	if (has_class(attributes, count, CKO_PRIVATE_KEY))
		return create_private(session, attributes, count, object);

	return real()->C_CreateObject(session, attributes, count, object);
}

static CK_RV hook_C_CopyObject(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *attributes,
	CK_ULONG count, CK_OBJECT_HANDLE *new_object)
{
	CK_OBJECT_HANDLE twin = 0;

	if (mock_has(MOCK_COPY_EXTRACTABLE) && has_flag(attributes, count, CKA_EXTRACTABLE))
		twin = mock_memory_twin(session, object);
	if (twin == 0)
		return real()->C_CopyObject(
			session, object, attributes, mock_has(MOCK_COPY_IN_SESSION) ? 0 : count, new_object);
	*new_object = twin;

	return CKR_OK;
}

static gboolean wants_component(const CK_ATTRIBUTE *attributes, CK_ULONG count)
{
	return find(attributes, count, CKA_PRIVATE_EXPONENT) != NULL ||
	       find(attributes, count, CKA_VALUE) != NULL;
}

static CK_RV hook_C_GetAttributeValue(
	CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *attributes, CK_ULONG count)
{
	CK_OBJECT_HANDLE twin = 0;
	const CK_ATTRIBUTE *extractable = find(attributes, count, CKA_EXTRACTABLE);
	CK_RV rv = CKR_OK;

	if (mock_has(MOCK_LEAK_EXPONENT) && wants_component(attributes, count))
		twin = mock_memory_twin(session, object);
	rv = real()->C_GetAttributeValue(session, twin != 0 ? twin : object, attributes, count);
	if (twin != 0)
		(void)real()->C_DestroyObject(session, twin);
	if (mock_has(MOCK_EXTRACTABLE_AFTER) && extractable != NULL && extractable->pValue != NULL &&
		extractable->ulValueLen == sizeof(CK_BBOOL) && is_private_key(session, object))
		*(CK_BBOOL *)extractable->pValue = CK_TRUE;

	return rv;
}

static CK_RV hook_C_SetAttributeValue(
	CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *attributes, CK_ULONG count)
{
	if (mock_has(MOCK_SETTABLE_EXTRACTABLE) && find(attributes, count, CKA_EXTRACTABLE) != NULL)
		return CKR_OK;

	return real()->C_SetAttributeValue(session, object, attributes, count);
}

static CK_RV hook_C_WrapKey(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE wrapping_key,
	CK_OBJECT_HANDLE key, CK_BYTE *wrapped_key, CK_ULONG *wrapped_key_len)
{
	CK_OBJECT_HANDLE twin = mock_has(MOCK_WRAP_SUCCEEDS) ? mock_memory_twin(session, key) : 0;
	CK_RV rv = real()->C_WrapKey(
		session, mechanism, wrapping_key, twin != 0 ? twin : key, wrapped_key, wrapped_key_len);

	if (twin != 0)
		(void)real()->C_DestroyObject(session, twin);

	return rv;
}

static void spoil(CK_BYTE *signature, const CK_ULONG *length)
{
	if (mock_has(MOCK_WRONG_SIGNATURE) && signature != NULL && *length > 0)
		signature[*length - 1] ^= 1u;
}

static CK_RV hook_C_Sign(CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG data_len, CK_BYTE *signature,
	CK_ULONG *signature_len)
{
	CK_RV rv = real()->C_Sign(session, data, data_len, signature, signature_len);

	if (rv == CKR_OK)
		spoil(signature, signature_len);

	return rv;
}

static CK_RV hook_C_SignFinal(CK_SESSION_HANDLE session, CK_BYTE *signature, CK_ULONG *signature_len)
{
	CK_RV rv = real()->C_SignFinal(session, signature, signature_len);

	if (rv == CKR_OK)
		spoil(signature, signature_len);

	return rv;
}

const CK_FUNCTION_LIST *mock_hooks(void)
{
	static const CK_FUNCTION_LIST hooks = {
		.C_GetInfo = hook_C_GetInfo,
		.C_GetSlotList = hook_C_GetSlotList,
		.C_GetTokenInfo = hook_C_GetTokenInfo,
		.C_Login = hook_C_Login,
		.C_SetPIN = hook_C_SetPIN,
		.C_CreateObject = hook_C_CreateObject,
		.C_CopyObject = hook_C_CopyObject,
		.C_GetAttributeValue = hook_C_GetAttributeValue,
		.C_SetAttributeValue = hook_C_SetAttributeValue,
		.C_WrapKey = hook_C_WrapKey,
		.C_Sign = hook_C_Sign,
		.C_SignFinal = hook_C_SignFinal,
	};

	return &hooks;
}
