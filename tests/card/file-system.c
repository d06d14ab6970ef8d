/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "file-system.h"

#include <string.h>

#include "apdu.h"

#define TAG_CONTROL	0x6F
#define TAG_SIZE	0x80
#define TAG_BITS	0x81
#define TAG_DESCRIPTOR	0x82
#define TAG_ID		0x83
#define TAG_NAME	0x84
#define TAG_PROPERTIES	0x85
#define TAG_ACCESS	0x86
#define TAG_LIFE_CYCLE	0x8A
#define STATE_CREATION	0x01
#define STATE_ACTIVATED 0x07
#define FREE_SPACE	0x7FFF /* what a DF says is left in it */

static const guint8 application_name[] = { 0xA0, 0x00, 0x00, 0x00, 0x63, 'P', 'K', 'C', 'S', '-', '1', '5' };

CardFile *card_file_new(guint16 parent, guint16 id, CardFileType type, guint16 size)
{
	CardFile *file = g_new0(CardFile, 1);

	file->parent = parent;
	file->id = id;
	file->type = type;
	file->size = size;
	if (type == CARD_FILE_EF) {
		file->content = g_byte_array_sized_new(size);
		g_byte_array_set_size(file->content, size);
		memset(file->content->data, 0, size);
	}

	return file;
}

void card_file_free(CardFile *file)
{
	if (file == NULL)
		return;

	for (gsize i = 0; i < CARD_N_COMPONENTS; i++)
		g_bytes_unref(file->components[i]);
	g_clear_pointer(&file->content, g_byte_array_unref);
	g_bytes_unref(file->name);
	g_free(file);
}

gboolean card_file_is_key(const CardFile *file)
{
	return file->type != CARD_FILE_EF && file->type != CARD_FILE_DF;
}

guint8 card_file_access(const CardFile *file, CardAccess access)
{
	guint8 byte = file->acl[access / 2];

	return access % 2 == 0 ? byte >> 4 : byte & 0x0F;
}

void card_file_system_init(CardFileSystem *system)
{
	/* From the factory: files are created after PIN 1, everything is erased after PIN 3. */
	const guint8 mf_acl[3] = { 0x11, 0x3F, 0xFF };
	const guint8 app_acl[3] = { 0x11, 0x1F, 0xFF };

	system->files = g_ptr_array_new_with_free_func((GDestroyNotify)card_file_free);
	card_file_system_format(system, mf_acl, app_acl);
}

void card_file_system_clear(CardFileSystem *system)
{
	g_clear_pointer(&system->files, g_ptr_array_unref);
}

void card_file_system_format(CardFileSystem *system, const guint8 mf_acl[3], const guint8 app_acl[3])
{
	CardFile *mf = card_file_new(0, CARD_MF_ID, CARD_FILE_DF, FREE_SPACE);
	CardFile *app = card_file_new(CARD_MF_ID, CARD_APP_ID, CARD_FILE_DF, FREE_SPACE);

	memcpy(mf->acl, mf_acl, sizeof mf->acl);
	memcpy(app->acl, app_acl, sizeof app->acl);
	app->properties[1] = 0x02;
	app->name = g_bytes_new_static(application_name, sizeof application_name);
	g_ptr_array_set_size(system->files, 0);
	g_ptr_array_add(system->files, mf);
	g_ptr_array_add(system->files, app);
	card_file_system_select(system, mf);
}

void card_file_system_reset(CardFileSystem *system)
{
	CardFile *app = card_file_system_find(system, CARD_MF_ID, CARD_APP_ID);

	card_file_system_select(system, app != NULL ? app : g_ptr_array_index(system->files, 0));
}

CardFile *card_file_system_find(const CardFileSystem *system, guint16 parent, guint16 id)
{
	for (guint i = 0; i < system->files->len; i++) {
		CardFile *file = g_ptr_array_index(system->files, i);

		if (file->parent == parent && file->id == id)
			return file;
	}

	return NULL;
}

void card_file_system_add(CardFileSystem *system, CardFile *file)
{
	g_ptr_array_add(system->files, file);
}

void card_file_system_remove(CardFileSystem *system, CardFile *file)
{
	guint16 id = file->id;
	gboolean is_df = file->type == CARD_FILE_DF;
	CardFile *parent = file->parent == CARD_APP_ID
				   ? card_file_system_find(system, CARD_MF_ID, CARD_APP_ID)
				   : card_file_system_find(system, 0, CARD_MF_ID);

	g_assert(file->parent != 0);
	card_file_system_select(system, parent);
	g_ptr_array_remove(system->files, file);
	for (guint i = system->files->len; is_df && i > 0; i--) {
		CardFile *child = g_ptr_array_index(system->files, i - 1);

		if (child->parent == id)
			g_ptr_array_remove_index(system->files, i - 1);
	}
}

void card_file_system_select(CardFileSystem *system, CardFile *file)
{
	system->selected = file;
	if (file->type == CARD_FILE_DF)
		system->df = file;
	else
		system->df = file->parent == CARD_MF_ID
				     ? card_file_system_find(system, 0, CARD_MF_ID)
				     : card_file_system_find(system, CARD_MF_ID, file->parent);
	g_assert(system->df != NULL);
}

void card_file_add_control(const CardFile *file, gboolean is_activated, GByteArray *answer)
{
	const guint8 size[] = { (guint8)(file->size >> 8), (guint8)file->size };
	const guint8 id[] = { (guint8)(file->id >> 8), (guint8)file->id };
	const guint8 type = (guint8)file->type;
	const guint8 state = is_activated ? STATE_ACTIVATED : STATE_CREATION;
	g_autoptr(GByteArray) list = g_byte_array_new();

	card_tlv_add(list, file->type == CARD_FILE_EF ? TAG_SIZE : TAG_BITS, size, sizeof size);
	card_tlv_add(list, TAG_DESCRIPTOR, &type, 1);
	card_tlv_add(list, TAG_ID, id, sizeof id);
	card_tlv_add(list, TAG_ACCESS, file->acl, sizeof file->acl);
	card_tlv_add(list, TAG_PROPERTIES, file->properties, sizeof file->properties);
	card_tlv_add(list, TAG_LIFE_CYCLE, &state, 1);
	if (file->name != NULL)
		card_tlv_add(
			list, TAG_NAME, g_bytes_get_data(file->name, NULL), g_bytes_get_size(file->name));
	card_tlv_add(answer, TAG_CONTROL, list->data, list->len);
}
