/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The private keys that were created through the mock, so that it can give them away: a key file with one
 * group per CKA_ID and the attributes of the template in base64. For keys of tests only. */
#include <string.h>

#include "mock.h"

#define MAX_TWIN_ATTRIBUTES 32u

static const CK_ATTRIBUTE *find(const CK_ATTRIBUTE *attributes, CK_ULONG count, CK_ATTRIBUTE_TYPE type)
{
	for (CK_ULONG i = 0; i < count; i++) {
		if (attributes[i].type == type)
			return &attributes[i];
	}

	return NULL;
}

static gchar *group_name(const void *id, gsize length)
{
	g_autofree gchar *text = g_base64_encode(id, length);

	return g_strconcat("id ", text, NULL);
}

void mock_memory_store(const CK_ATTRIBUTE *attributes, CK_ULONG count)
{
	const gchar *path = mock_state()->memory;
	const CK_ATTRIBUTE *id = find(attributes, count, CKA_ID);
	g_autoptr(GKeyFile) file = g_key_file_new();
	g_autofree gchar *group = NULL;

	if (path == NULL || id == NULL)
		return;

	(void)g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, NULL);
	group = group_name(id->pValue, id->ulValueLen);
	for (CK_ULONG i = 0; i < count; i++) {
		g_autofree gchar *key = g_strdup_printf("%lu", attributes[i].type);
		g_autofree gchar *text = g_base64_encode(attributes[i].pValue, attributes[i].ulValueLen);

		g_key_file_set_string(file, group, key, text);
	}
	(void)g_key_file_save_to_file(file, path, NULL);
}

static gboolean is_on_token(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key, gchar **ret_group)
{
	guint8 id[256];
	CK_BBOOL on_token = CK_FALSE;
	CK_ATTRIBUTE attributes[] = { { CKA_ID, id, sizeof(id) },
		{ CKA_TOKEN, &on_token, sizeof(on_token) } };

	if (mock_state()->real->C_GetAttributeValue(session, key, attributes, 2) != CKR_OK || !on_token)
		return FALSE;
	*ret_group = group_name(id, attributes[0].ulValueLen);

	return TRUE;
}

/* What makes the twin another kind of key than the one that was created. */
static gboolean is_overridden(CK_ATTRIBUTE_TYPE type)
{
	return type == CKA_TOKEN || type == CKA_EXTRACTABLE || type == CKA_SENSITIVE;
}

CK_OBJECT_HANDLE mock_memory_twin(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key)
{
	CK_BBOOL yes = CK_TRUE;
	CK_BBOOL no = CK_FALSE;
	CK_ATTRIBUTE twin[MAX_TWIN_ATTRIBUTES] = { { CKA_TOKEN, &no, sizeof(no) },
		{ CKA_EXTRACTABLE, &yes, sizeof(yes) }, { CKA_SENSITIVE, &no, sizeof(no) } };
	CK_ULONG count = 3;
	g_autoptr(GKeyFile) file = g_key_file_new();
	g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
	g_autofree gchar *group = NULL;
	g_auto(GStrv) keys = NULL;
	CK_OBJECT_HANDLE object = 0;

	if (mock_state()->memory == NULL || !is_on_token(session, key, &group))
		return 0;
	(void)g_key_file_load_from_file(file, mock_state()->memory, G_KEY_FILE_NONE, NULL);
	keys = g_key_file_get_keys(file, group, NULL, NULL);
	for (guint i = 0; keys != NULL && keys[i] != NULL && count < MAX_TWIN_ATTRIBUTES; i++) {
		g_autofree gchar *text = g_key_file_get_string(file, group, keys[i], NULL);
		CK_ATTRIBUTE_TYPE type = g_ascii_strtoull(keys[i], NULL, 10);
		gsize length = 0;

		if (is_overridden(type))
			continue;
		g_ptr_array_add(values, g_base64_decode(text, &length));
		twin[count++] = (CK_ATTRIBUTE){ type, g_ptr_array_index(values, values->len - 1), length };
	}
	if (count == 3 || mock_state()->real->C_CreateObject(session, twin, count, &object) != CKR_OK)
		return 0;

	return object;
}
