/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The files of a MyEID card: the MF 3F00, the application DF 5015 below it, and EFs and key files below
 * either. Every file carries three bytes of access conditions, a nibble each: 0 always, 15 never, n after PIN
 * n.
 */
#pragma once

#include <glib.h>

#define CARD_MF_ID  0x3F00
#define CARD_APP_ID 0x5015

typedef enum CardFileType {
	CARD_FILE_EF = 0x01,
	CARD_FILE_RSA = 0x11,
	CARD_FILE_DES = 0x19,
	CARD_FILE_EC = 0x22,
	CARD_FILE_AES = 0x29,
	CARD_FILE_SECRET = 0x41,
	CARD_FILE_DF = 0x38,
} CardFileType;

/* Places of the nibbles in CardFile.acl; what they mean depends on the type of file. */
typedef enum CardAccess {
	CARD_ACCESS_READ = 0, /* an EF's content */
	CARD_ACCESS_USE = 0,  /* a key */
	CARD_ACCESS_CREATE_DF = 0,
	CARD_ACCESS_CREATE_EF = 1,
	CARD_ACCESS_UPDATE = 1,
	CARD_ACCESS_DELETE = 2,
	CARD_ACCESS_GENERATE = 3,
} CardAccess;

#define CARD_ACCESS_ALWAYS 0x0
#define CARD_ACCESS_NEVER  0xF

/* What PUT DATA loads into a key file: 0x80 modulus to 0x87. */
#define CARD_COMPONENT_FIRST 0x80
#define CARD_N_COMPONENTS    0x0A

typedef struct CardFile {
	guint16 id;
	guint16 parent; /* the DF's identifier; 0 for the MF */
	CardFileType type;
	guint16 size; /* bytes of an EF, bits of a key */
	guint8 acl[3];
	guint8 properties[2];
	GBytes *name;	     /* of a DF; NULL elsewhere */
	GByteArray *content; /* of an EF, as long as 'size' says */
	GBytes *components[CARD_N_COMPONENTS];
} CardFile;

typedef struct CardFileSystem {
	GPtrArray *files; /* owned CardFile; a DF stands before its files */
	CardFile *df;	  /* selected; never NULL */
	CardFile *selected;
} CardFileSystem;

CardFile *card_file_new(guint16 parent, guint16 id, CardFileType type, guint16 size);
void card_file_free(CardFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CardFile, card_file_free)
gboolean card_file_is_key(const CardFile *file);
guint8 card_file_access(const CardFile *file, CardAccess access);

void card_file_system_init(CardFileSystem *system);
void card_file_system_clear(CardFileSystem *system);

/* Only MF and application DF are left, with these access conditions; the MF is selected. */
void card_file_system_format(CardFileSystem *system, const guint8 mf_acl[3], const guint8 app_acl[3]);

/* What power-on does: the application is selected. */
void card_file_system_reset(CardFileSystem *system);

CardFile *card_file_system_find(const CardFileSystem *system, guint16 parent, guint16 id);
void card_file_system_add(CardFileSystem *system, CardFile *file);

/* With all files below it. Its DF becomes the selected file. */
void card_file_system_remove(CardFileSystem *system, CardFile *file);

/* Selects, and keeps the selected DF's rule: the DF itself, or the one the file is in. */
void card_file_system_select(CardFileSystem *system, CardFile *file);

/* The file control information SELECT answers, ISO/IEC 7816-4 clause 7.4.3. */
void card_file_add_control(const CardFile *file, gboolean is_activated, GByteArray *answer);
