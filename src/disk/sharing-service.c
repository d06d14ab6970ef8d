/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Folders that a program copies to somewhere else, as their names and what lies in them show. */
#include <string.h>
#include <sys/stat.h>

#include "disk/mounts.h"
#include "mounts-private.h"
#include "reach-private.h"
#include "sharing-private.h"

#define DIGITS	    "0123456789"
#define NAMES_LIMIT 10000u

/* How the folder is called, in lower case; so, or with more of it for a further account. */
typedef struct Name {
	const gchar *service;
	const gchar *folder;
	gboolean is_word; /* anybody may call a folder so: in a home directory it is the program's */
} Name;

static const Name names[] = {
	{ "Box", "box", TRUE },
	{ "Box", "box sync", FALSE },
	{ "Dropbox", "dropbox", FALSE },
	{ "Google Drive", "google drive", FALSE },
	{ "Google Drive", "google ドライブ", FALSE },
	{ "Google Drive", "googleドライブ", FALSE },
	{ "Google Drive", "googledrive", FALSE },
	{ "Google Drive", "my drive", FALSE },
	{ "Google Drive", "マイドライブ", FALSE },
	{ "iCloud", "com~apple~clouddocs", FALSE },
	{ "iCloud", "icloud", FALSE },
	{ "iCloud", "iclouddrive", FALSE },
	{ "Insync", "insync", FALSE },
	{ "MEGA", "mega", TRUE },
	{ "MEGA", "megasync", FALSE },
	{ "Nextcloud", "nextcloud", FALSE },
	{ "OneDrive", "onedrive", FALSE },
	{ "ownCloud", "owncloud", FALSE },
	{ "pCloud", "pcloud drive", FALSE },
	{ "pCloud", "pclouddrive", FALSE },
	{ "Proton Drive", "proton drive", FALSE },
	{ "Proton Drive", "protondrive", FALSE },
	{ "Seafile", "seafile", FALSE },
	{ "Synology Drive", "synology drive", FALSE },
	{ "Synology Drive", "synologydrive", FALSE },
};

/* What the program leaves in the topmost folder that it copies. */
typedef struct Marker {
	const gchar *service;
	const gchar *file;
	gboolean is_setting; /* in a home directory it is where the program keeps its settings */
} Marker;

static const Marker markers[] = {
	{ "Dropbox", ".dropbox", TRUE },
	{ "Dropbox", ".dropbox.cache", FALSE },
	{ "Google Drive", ".tmp.drivedownload", FALSE },
	{ "Google Drive", ".tmp.driveupload", FALSE },
	{ "MEGA", ".megaignore", FALSE },
	{ "Nextcloud", ".nextcloudsync.log", FALSE },
	{ "ownCloud", ".owncloudsync.log", FALSE },
	{ "Resilio Sync", ".sync", TRUE },
	{ "Resilio Sync", ".sync/IgnoreList", FALSE },
	{ "Seafile", ".seafile-data", FALSE },
	{ "Synology Drive", ".SynologyWorkingDirectory", FALSE },
	{ "Syncthing", ".stfolder", FALSE },
};

/* Two programs of one origin name the database of a folder so; what stands between tells the account. */
#define DATABASE_SERVICE   "Nextcloud/ownCloud"
#define DATABASE_BEGIN	   ".sync_"
#define DATABASE_BEGIN_OLD "._sync_"
#define DATABASE_ENDING	   ".db"

/* Some systems take names apart into letters and marks. */
static gchar *folded(const gchar *name)
{
	g_autofree gchar *normal = g_utf8_normalize(name, -1, G_NORMALIZE_ALL_COMPOSE);

	return normal != NULL ? g_utf8_casefold(normal, -1) : g_ascii_strdown(name, -1);
}

/* "Nextcloud2", "Dropbox (Office)", "OneDrive - Office". */
static gboolean is_further(const gchar *rest)
{
	return strchr(" (-", rest[strspn(rest, DIGITS)]) != NULL;
}

/* "Box2", "Box 2", "Box (Office)", but no "Box of photos". */
static gboolean is_numbered(const gchar *rest)
{
	const gchar *more = rest + strspn(rest, " ");

	return more[strspn(more, DIGITS)] == '\0' || (more[0] == '(' && g_str_has_suffix(more, ")"));
}

static gboolean is_called(const Name *name, const gchar *folder)
{
	const gchar *rest = g_str_has_prefix(folder, name->folder) ? folder + strlen(name->folder) : NULL;

	if (rest == NULL)
		return FALSE;

	return name->is_word ? is_numbered(rest) : is_further(rest);
}

static const gchar *service_by_name(const TfSharing *sharing, const gchar *folder)
{
	g_autofree gchar *last = g_path_get_basename(folder);
	g_autofree gchar *name = folded(last);
	g_autofree gchar *above = g_path_get_dirname(folder);

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		if (is_called(&names[i], name) && (!names[i].is_word || tf_sharing_is_home(sharing, above)))
			return names[i].service;
	}

	return NULL;
}

static gboolean has(const gchar *folder, const gchar *file)
{
	g_autofree gchar *path = g_build_filename(folder, file, NULL);
	struct stat status;

	return lstat(path, &status) == 0;
}

static gboolean has_database(const gchar *folder)
{
	g_autoptr(GDir) directory = g_dir_open(folder, 0, NULL);
	const gchar *name = NULL;

	for (guint i = 0; directory != NULL && i < NAMES_LIMIT; i++) {
		name = g_dir_read_name(directory);
		if (name == NULL)
			break;
		if ((g_str_has_prefix(name, DATABASE_BEGIN) || g_str_has_prefix(name, DATABASE_BEGIN_OLD)) &&
			g_str_has_suffix(name, DATABASE_ENDING))
			return TRUE;
	}

	return FALSE;
}

static const gchar *service_by_marker(const TfSharing *sharing, const gchar *folder)
{
	gboolean is_home = tf_sharing_is_home(sharing, folder);

	for (gsize i = 0; i < G_N_ELEMENTS(markers); i++) {
		if (!(is_home && markers[i].is_setting) && has(folder, markers[i].file))
			return markers[i].service;
	}

	return has_database(folder) ? DATABASE_SERVICE : NULL;
}

const gchar *tf_sharing_service(const TfSharing *sharing, const gchar *path)
{
	g_autoptr(TfMounts) mounts = tf_mounts_new();
	g_autofree gchar *folder = g_path_get_dirname(path);
	gboolean is_beside = TRUE; /* on the file system that has just answered */

	while (strcmp(folder, "/") != 0 && strcmp(folder, ".") != 0) {
		const gchar *service = service_by_name(sharing, folder);
		gchar *above = NULL;

		if (service == NULL && (is_beside || tf_reach_is_own(folder)))
			service = service_by_marker(sharing, folder);
		if (service != NULL)
			return service;
		is_beside = is_beside && tf_mounts_at(mounts, folder) == NULL;
		above = g_path_get_dirname(folder);
		g_free(folder);
		folder = above;
	}

	return NULL;
}
