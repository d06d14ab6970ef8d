/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SELECT, CREATE FILE, DELETE FILE, READ BINARY and UPDATE BINARY. */
#include <string.h>

#include "card.h"
#include "status.h"

#define SELECT_BY_ID	      0x00
#define SELECT_BY_NAME	      0x04
#define SELECT_BY_PATH	      0x08
#define SELECT_FROM_CURRENT   0x09
#define SELECT_NO_ANSWER      0x0C
#define TAG_FCP		      0x62
#define MAX_FILES	      256
#define MAX_EF_SIZE	      0x7FFF
#define FIRST_OFFSET_WITH_SFI 0x8000

typedef struct Template {
	guint16 size;
	guint16 id;
	guint8 type;
	guint8 acl[3];
	guint8 properties[2];
} Template;

static guint16 read_u16(const guint8 *bytes)
{
	return (guint16)(bytes[0] << 8 | bytes[1]);
}

static CardFile *find_by_id(const CardFileSystem *files, guint16 id)
{
	CardFile *file = card_file_system_find(files, files->df->id, id);

	if (file == NULL && id == CARD_MF_ID)
		file = card_file_system_find(files, 0, CARD_MF_ID);
	if (file == NULL && id == files->df->id)
		file = files->df;

	return file;
}

static CardFile *find_by_name(const CardFileSystem *files, const CardApdu *apdu)
{
	g_autoptr(GBytes) name = g_bytes_new(apdu->data, apdu->length);

	for (guint i = 0; i < files->files->len; i++) {
		CardFile *file = g_ptr_array_index(files->files, i);

		if (file->name != NULL && g_bytes_equal(file->name, name))
			return file;
	}

	return NULL;
}

static CardFile *find_by_path(const CardFileSystem *files, guint16 start, const CardApdu *apdu)
{
	guint16 parent = start;
	CardFile *file = NULL;

	if (apdu->length == 0 || apdu->length % 2 != 0)
		return NULL;

	for (gsize i = 0; i < apdu->length; i += 2) {
		if (file != NULL && file->type != CARD_FILE_DF)
			return NULL;
		file = card_file_system_find(files, parent, read_u16(apdu->data + i));
		if (file == NULL)
			return NULL;
		parent = file->id;
	}

	return file;
}

static CardFile *find(const CardFileSystem *files, const CardApdu *apdu)
{
	switch (apdu->p1) {
	case SELECT_BY_ID:
		return apdu->length == 2 ? find_by_id(files, read_u16(apdu->data)) : NULL;
	case SELECT_BY_NAME:
		return find_by_name(files, apdu);
	case SELECT_BY_PATH:
		return find_by_path(files, CARD_MF_ID, apdu);
	case SELECT_FROM_CURRENT:
		return find_by_path(files, files->df->id, apdu);
	default:
		return NULL;
	}
}

guint16 card_select(Card *card, const CardApdu *apdu, GByteArray *answer)
{
	CardFile *file = NULL;

	if (apdu->p2 != 0 && apdu->p2 != SELECT_NO_ANSWER)
		return CARD_WRONG_P1_P2;
	file = find(&card->files, apdu);
	if (file == NULL)
		return CARD_NOT_FOUND;

	card_file_system_select(&card->files, file);
	if (apdu->p2 != SELECT_NO_ANSWER)
		card_file_add_control(file, card->is_activated, answer);

	return CARD_SUCCESS;
}

static gboolean read_field(const guint8 *list, gsize length, guint8 tag, guint8 *ret_value, gsize expected)
{
	const guint8 *value = NULL;
	gsize value_length = 0;

	if (!card_tlv_find(list, length, tag, &value, &value_length) || value_length != expected)
		return FALSE;
	memcpy(ret_value, value, expected);

	return TRUE;
}

static gboolean read_template(const CardApdu *apdu, Template *ret_template)
{
	const guint8 *list = NULL;
	gsize length = 0;
	guint8 size[2], id[2];

	if (!card_tlv_find(apdu->data, apdu->length, TAG_FCP, &list, &length))
		return FALSE;
	if (!read_field(list, length, 0x80, size, 2) && !read_field(list, length, 0x81, size, 2))
		return FALSE;
	ret_template->size = read_u16(size);
	if (!read_field(list, length, 0x83, id, 2))
		return FALSE;
	ret_template->id = read_u16(id);

	return read_field(list, length, 0x82, &ret_template->type, 1) &&
	       read_field(list, length, 0x85, ret_template->properties, 2) &&
	       read_field(list, length, 0x86, ret_template->acl, 3);
}

/* The size of an EF is in bytes, that of a key in bits. */
static gboolean is_possible(const Card *card, const Template *template)
{
	switch (template->type) {
	case CARD_FILE_EF:
		return template->size <= MAX_EF_SIZE;
	case CARD_FILE_RSA:
		return template->size >= 512 && template->size <= card->max_rsa_bits &&
		       template->size % 64 == 0;
	case CARD_FILE_EC:
		return (card->features & CARD_FEATURE_ECC) != 0 && template->size >= 192 &&
		       template->size <= 521;
	case CARD_FILE_AES:
		return (card->features & CARD_FEATURE_AES) != 0 &&
		       (template->size == 128 || template->size == 256);
	case CARD_FILE_SECRET:
		return template->size <= 2048;
	default:
		return FALSE;
	}
}

guint16 card_create_file(Card *card, const CardApdu *apdu, GByteArray *answer)
{
	CardFileSystem *files = &card->files;
	Template template = { 0 };
	CardFile *file = NULL;

	(void)answer;
	if (apdu->p1 != 0 || apdu->p2 != 0)
		return CARD_WRONG_P1_P2;
	if (!read_template(apdu, &template))
		return CARD_WRONG_DATA;
	if (!card_allows(card, files->df, CARD_ACCESS_CREATE_EF))
		return CARD_NOT_VERIFIED;
	if (card_file_system_find(files, files->df->id, template.id) != NULL)
		return CARD_FILE_EXISTS;
	if (!is_possible(card, &template))
		return CARD_WRONG_DATA;
	if (files->files->len >= MAX_FILES)
		return CARD_FULL;

	file = card_file_new(files->df->id, template.id, template.type, template.size);
	memcpy(file->acl, template.acl, sizeof file->acl);
	memcpy(file->properties, template.properties, sizeof file->properties);
	card_file_system_add(files, file);
	card_file_system_select(files, file);

	return CARD_SUCCESS;
}

guint16 card_delete_file(Card *card, const CardApdu *apdu, GByteArray *answer)
{
	CardFile *file = card->files.selected;

	(void)answer;
	if (apdu->p1 != 0 || apdu->p2 != 0)
		return CARD_WRONG_P1_P2;
	if (file->parent == 0 || file->name != NULL)
		return CARD_NOT_SATISFIED;
	if (!card_allows(card, file, CARD_ACCESS_DELETE))
		return CARD_NOT_VERIFIED;

	card_file_system_remove(&card->files, file);

	return CARD_SUCCESS;
}

/* The selected EF, its offset and whether the access is allowed: what READ and UPDATE BINARY share. */
static guint16 find_place(const Card *card, const CardApdu *apdu, CardAccess access, gsize *ret_offset)
{
	const CardFile *file = card->files.selected;
	gsize offset = (gsize)(apdu->p1 << 8 | apdu->p2);

	if (file->type == CARD_FILE_DF)
		return CARD_NO_FILE;
	if (file->type != CARD_FILE_EF)
		return CARD_WRONG_STRUCTURE;
	if (offset >= FIRST_OFFSET_WITH_SFI)
		return CARD_NOT_SUPPORTED;
	if (!card_allows(card, file, access))
		return CARD_NOT_VERIFIED;
	if (offset > file->content->len)
		return CARD_WRONG_OFFSET;
	*ret_offset = offset;

	return CARD_SUCCESS;
}

guint16 card_read_binary(Card *card, const CardApdu *apdu, GByteArray *answer)
{
	gsize offset = 0;
	gsize n_left = 0;
	guint16 status = find_place(card, apdu, CARD_ACCESS_READ, &offset);

	if (status != CARD_SUCCESS)
		return status;
	if (apdu->length != 0 || apdu->expected == 0)
		return CARD_WRONG_LENGTH;

	n_left = card->files.selected->content->len - offset;
	g_byte_array_append(
		answer, card->files.selected->content->data + offset, (guint)MIN(n_left, apdu->expected));

	return n_left >= apdu->expected ? CARD_SUCCESS : CARD_END_OF_FILE;
}

guint16 card_update_binary(Card *card, const CardApdu *apdu, GByteArray *answer)
{
	gsize offset = 0;
	guint16 status = find_place(card, apdu, CARD_ACCESS_UPDATE, &offset);

	(void)answer;
	if (status != CARD_SUCCESS)
		return status;
	if (apdu->length == 0)
		return CARD_WRONG_LENGTH;
	if (apdu->length > card->files.selected->content->len - offset)
		return CARD_FULL;

	memcpy(card->files.selected->content->data + offset, apdu->data, apdu->length);

	return CARD_SUCCESS;
}
