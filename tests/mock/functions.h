/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every function of a Cryptoki 2.40 function list that is forwarded: name, parameters, arguments. */
#pragma once

/* clang-format off */
#define MOCK_FUNCTIONS(F) \
	F(C_GetInfo, (CK_INFO *info), \
		(info)) \
	F(C_GetSlotList, (CK_BYTE token_present, CK_SLOT_ID *slot_list, CK_ULONG *count), \
		(token_present, slot_list, count)) \
	F(C_GetSlotInfo, (CK_SLOT_ID slot_id, CK_SLOT_INFO *info), \
		(slot_id, info)) \
	F(C_GetTokenInfo, (CK_SLOT_ID slot_id, CK_TOKEN_INFO *info), \
		(slot_id, info)) \
	F(C_GetMechanismList, (CK_SLOT_ID slot_id, CK_MECHANISM_TYPE *mechanism_list, CK_ULONG *count), \
		(slot_id, mechanism_list, count)) \
	F(C_GetMechanismInfo, (CK_SLOT_ID slot_id, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO *info), \
		(slot_id, type, info)) \
	F(C_InitToken, (CK_SLOT_ID slot_id, CK_BYTE *pin, CK_ULONG pin_len, CK_BYTE *label), \
		(slot_id, pin, pin_len, label)) \
	F(C_InitPIN, (CK_SESSION_HANDLE session, CK_BYTE *pin, CK_ULONG pin_len), \
		(session, pin, pin_len)) \
	F(C_SetPIN, (CK_SESSION_HANDLE session, CK_BYTE *old_pin, CK_ULONG old_len, CK_BYTE \
		*new_pin, CK_ULONG new_len), \
		(session, old_pin, old_len, new_pin, new_len)) \
	F(C_OpenSession, (CK_SLOT_ID slot_id, CK_FLAGS flags, void *application, CK_NOTIFY notify, \
		CK_SESSION_HANDLE *session), \
		(slot_id, flags, application, notify, session)) \
	F(C_CloseSession, (CK_SESSION_HANDLE session), \
		(session)) \
	F(C_CloseAllSessions, (CK_SLOT_ID slot_id), \
		(slot_id)) \
	F(C_GetSessionInfo, (CK_SESSION_HANDLE session, CK_SESSION_INFO *info), \
		(session, info)) \
	F(C_GetOperationState, (CK_SESSION_HANDLE session, CK_BYTE *operation_state, CK_ULONG \
		*operation_state_len), \
		(session, operation_state, operation_state_len)) \
	F(C_SetOperationState, (CK_SESSION_HANDLE session, CK_BYTE *operation_state, CK_ULONG \
		operation_state_len, CK_OBJECT_HANDLE encryption_key, CK_OBJECT_HANDLE authentication_key), \
		(session, operation_state, operation_state_len, encryption_key, authentication_key)) \
	F(C_Login, (CK_SESSION_HANDLE session, CK_USER_TYPE user_type, CK_BYTE *pin, CK_ULONG pin_len), \
		(session, user_type, pin, pin_len)) \
	F(C_Logout, (CK_SESSION_HANDLE session), \
		(session)) \
	F(C_CreateObject, (CK_SESSION_HANDLE session, CK_ATTRIBUTE *attributes, CK_ULONG count, \
		CK_OBJECT_HANDLE *object), \
		(session, attributes, count, object)) \
	F(C_CopyObject, (CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE \
		*attributes, CK_ULONG count, CK_OBJECT_HANDLE *new_object), \
		(session, object, attributes, count, new_object)) \
	F(C_DestroyObject, (CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object), \
		(session, object)) \
	F(C_GetObjectSize, (CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ULONG *size), \
		(session, object, size)) \
	F(C_GetAttributeValue, (CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE \
		*attributes, CK_ULONG count), \
		(session, object, attributes, count)) \
	F(C_SetAttributeValue, (CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE \
		*attributes, CK_ULONG count), \
		(session, object, attributes, count)) \
	F(C_FindObjectsInit, (CK_SESSION_HANDLE session, CK_ATTRIBUTE *attributes, CK_ULONG count), \
		(session, attributes, count)) \
	F(C_FindObjects, (CK_SESSION_HANDLE session, CK_OBJECT_HANDLE *object, CK_ULONG \
		max_object_count, CK_ULONG *object_count), \
		(session, object, max_object_count, object_count)) \
	F(C_FindObjectsFinal, (CK_SESSION_HANDLE session), \
		(session)) \
	F(C_EncryptInit, (CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key), \
		(session, mechanism, key)) \
	F(C_Encrypt, (CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG data_len, CK_BYTE \
		*encrypted_data, CK_ULONG *encrypted_data_len), \
		(session, data, data_len, encrypted_data, encrypted_data_len)) \
	F(C_EncryptUpdate, (CK_SESSION_HANDLE session, CK_BYTE *part, CK_ULONG part_len, CK_BYTE \
		*encrypted_part, CK_ULONG *encrypted_part_len), \
		(session, part, part_len, encrypted_part, encrypted_part_len)) \
	F(C_EncryptFinal, (CK_SESSION_HANDLE session, CK_BYTE *last_encrypted_part, CK_ULONG \
		*last_encrypted_part_len), \
		(session, last_encrypted_part, last_encrypted_part_len)) \
	F(C_DecryptInit, (CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key), \
		(session, mechanism, key)) \
	F(C_Decrypt, (CK_SESSION_HANDLE session, CK_BYTE *encrypted_data, CK_ULONG \
		encrypted_data_len, CK_BYTE *data, CK_ULONG *data_len), \
		(session, encrypted_data, encrypted_data_len, data, data_len)) \
	F(C_DecryptUpdate, (CK_SESSION_HANDLE session, CK_BYTE *encrypted_part, CK_ULONG \
		encrypted_part_len, CK_BYTE *part, CK_ULONG *part_len), \
		(session, encrypted_part, encrypted_part_len, part, part_len)) \
	F(C_DecryptFinal, (CK_SESSION_HANDLE session, CK_BYTE *last_part, CK_ULONG *last_part_len), \
		(session, last_part, last_part_len)) \
	F(C_DigestInit, (CK_SESSION_HANDLE session, CK_MECHANISM *mechanism), \
		(session, mechanism)) \
	F(C_Digest, (CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG data_len, CK_BYTE *digest, \
		CK_ULONG *digest_len), \
		(session, data, data_len, digest, digest_len)) \
	F(C_DigestUpdate, (CK_SESSION_HANDLE session, CK_BYTE *part, CK_ULONG part_len), \
		(session, part, part_len)) \
	F(C_DigestKey, (CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key), \
		(session, key)) \
	F(C_DigestFinal, (CK_SESSION_HANDLE session, CK_BYTE *digest, CK_ULONG *digest_len), \
		(session, digest, digest_len)) \
	F(C_SignInit, (CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key), \
		(session, mechanism, key)) \
	F(C_Sign, (CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG data_len, CK_BYTE *signature, \
		CK_ULONG *signature_len), \
		(session, data, data_len, signature, signature_len)) \
	F(C_SignUpdate, (CK_SESSION_HANDLE session, CK_BYTE *part, CK_ULONG part_len), \
		(session, part, part_len)) \
	F(C_SignFinal, (CK_SESSION_HANDLE session, CK_BYTE *signature, CK_ULONG *signature_len), \
		(session, signature, signature_len)) \
	F(C_SignRecoverInit, (CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key), \
		(session, mechanism, key)) \
	F(C_SignRecover, (CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG data_len, CK_BYTE \
		*signature, CK_ULONG *signature_len), \
		(session, data, data_len, signature, signature_len)) \
	F(C_VerifyInit, (CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key), \
		(session, mechanism, key)) \
	F(C_Verify, (CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG data_len, CK_BYTE \
		*signature, CK_ULONG signature_len), \
		(session, data, data_len, signature, signature_len)) \
	F(C_VerifyUpdate, (CK_SESSION_HANDLE session, CK_BYTE *part, CK_ULONG part_len), \
		(session, part, part_len)) \
	F(C_VerifyFinal, (CK_SESSION_HANDLE session, CK_BYTE *signature, CK_ULONG signature_len), \
		(session, signature, signature_len)) \
	F(C_VerifyRecoverInit, (CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key), \
		(session, mechanism, key)) \
	F(C_VerifyRecover, (CK_SESSION_HANDLE session, CK_BYTE *signature, CK_ULONG signature_len, \
		CK_BYTE *data, CK_ULONG *data_len), \
		(session, signature, signature_len, data, data_len)) \
	F(C_DigestEncryptUpdate, (CK_SESSION_HANDLE session, CK_BYTE *part, CK_ULONG part_len, \
		CK_BYTE *encrypted_part, CK_ULONG *encrypted_part_len), \
		(session, part, part_len, encrypted_part, encrypted_part_len)) \
	F(C_DecryptDigestUpdate, (CK_SESSION_HANDLE session, CK_BYTE *encrypted_part, CK_ULONG \
		encrypted_part_len, CK_BYTE *part, CK_ULONG *part_len), \
		(session, encrypted_part, encrypted_part_len, part, part_len)) \
	F(C_SignEncryptUpdate, (CK_SESSION_HANDLE session, CK_BYTE *part, CK_ULONG part_len, CK_BYTE \
		*encrypted_part, CK_ULONG *encrypted_part_len), \
		(session, part, part_len, encrypted_part, encrypted_part_len)) \
	F(C_DecryptVerifyUpdate, (CK_SESSION_HANDLE session, CK_BYTE *encrypted_part, CK_ULONG \
		encrypted_part_len, CK_BYTE *part, CK_ULONG *part_len), \
		(session, encrypted_part, encrypted_part_len, part, part_len)) \
	F(C_GenerateKey, (CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_ATTRIBUTE \
		*attributes, CK_ULONG count, CK_OBJECT_HANDLE *key), \
		(session, mechanism, attributes, count, key)) \
	F(C_GenerateKeyPair, (CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_ATTRIBUTE \
		*public_key_template, CK_ULONG public_key_attribute_count, CK_ATTRIBUTE \
		*private_key_template, CK_ULONG private_key_attribute_count, CK_OBJECT_HANDLE *public_key, \
		CK_OBJECT_HANDLE *private_key), \
		(session, mechanism, public_key_template, public_key_attribute_count, private_key_template, private_key_attribute_count, public_key, private_key)) \
	F(C_WrapKey, (CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE \
		wrapping_key, CK_OBJECT_HANDLE key, CK_BYTE *wrapped_key, CK_ULONG *wrapped_key_len), \
		(session, mechanism, wrapping_key, key, wrapped_key, wrapped_key_len)) \
	F(C_UnwrapKey, (CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE \
		unwrapping_key, CK_BYTE *wrapped_key, CK_ULONG wrapped_key_len, CK_ATTRIBUTE *attributes, \
		CK_ULONG attribute_count, CK_OBJECT_HANDLE *key), \
		(session, mechanism, unwrapping_key, wrapped_key, wrapped_key_len, attributes, attribute_count, key)) \
	F(C_DeriveKey, (CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE \
		base_key, CK_ATTRIBUTE *attributes, CK_ULONG attribute_count, CK_OBJECT_HANDLE *key), \
		(session, mechanism, base_key, attributes, attribute_count, key)) \
	F(C_SeedRandom, (CK_SESSION_HANDLE session, CK_BYTE *seed, CK_ULONG seed_len), \
		(session, seed, seed_len)) \
	F(C_GenerateRandom, (CK_SESSION_HANDLE session, CK_BYTE *random_data, CK_ULONG random_len), \
		(session, random_data, random_len)) \
	F(C_GetFunctionStatus, (CK_SESSION_HANDLE session), \
		(session)) \
	F(C_CancelFunction, (CK_SESSION_HANDLE session), \
		(session)) \
	F(C_WaitForSlotEvent, (CK_FLAGS flags, CK_SLOT_ID *slot, void *reserved), \
		(flags, slot, reserved))
/* clang-format on */
