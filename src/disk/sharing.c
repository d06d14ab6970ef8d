/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/sharing.h"

#include <string.h>
#include <sys/stat.h>

#include "base/file.h"

#define CONFIGURATION_LIMIT (1u << 20)
#define SHARES_LIMIT	    1000u

struct TfSharing {
	GPtrArray *offered; /* gchar: folders */
};

/* What a program leaves in the folder that it copies, or how its folder is called: so, or so and more of it,
 * as in "Dropbox (Office)" and "OneDrive - Office". */
typedef struct Service {
	const gchar *name;
	const gchar *folder; /* NULL: it may have any name */
	const gchar *marker; /* in it; NULL: the name alone tells */
} Service;

static const Service services[] = {
	{ "Dropbox", "Dropbox", NULL },
	{ "Dropbox", NULL, ".dropbox" },
	{ "Dropbox", NULL, ".dropbox.cache" },
	{ "OneDrive", "OneDrive", NULL },
	{ "Google Drive", "Google Drive", NULL },
	{ "Google Drive", "GoogleDrive", NULL },
	{ "Google Drive", NULL, ".tmp.drivedownload" },
	{ "Nextcloud", "Nextcloud", NULL },
	{ "Nextcloud", NULL, ".nextcloudsync.log" },
	{ "ownCloud", "ownCloud", NULL },
	{ "ownCloud", NULL, ".owncloudsync.log" },
	{ "iCloud", "iCloud", NULL },
	{ "MEGA", "MEGA", NULL },
	{ "pCloud", "pCloudDrive", NULL },
	{ "Box", "Box Sync", NULL },
	{ "Syncthing", NULL, ".stfolder" },
	{ "Resilio Sync", NULL, ".sync" },
	{ "Seafile", "Seafile", NULL },
};

static gboolean has_marker(const gchar *folder, const gchar *marker)
{
	g_autofree gchar *path = g_build_filename(folder, marker, NULL);
	struct stat status;

	return lstat(path, &status) == 0;
}

static gboolean is_called(const gchar *name, const gchar *folder)
{
	return g_str_has_prefix(name, folder) && strchr(" (-", name[strlen(folder)]) != NULL;
}

static const gchar *service_of(const gchar *folder)
{
	g_autofree gchar *name = g_path_get_basename(folder);

	for (gsize i = 0; i < G_N_ELEMENTS(services); i++) {
		const Service *service = &services[i];

		if (service->folder != NULL ? is_called(name, service->folder)
					    : has_marker(folder, service->marker))
			return service->name;
	}

	return NULL;
}

const gchar *tf_sharing_service(const gchar *path)
{
	g_autofree gchar *folder = g_path_get_dirname(path);

	while (strcmp(folder, "/") != 0 && strcmp(folder, ".") != 0) {
		const gchar *service = service_of(folder);
		gchar *parent = NULL;

		if (service != NULL)
			return service;
		parent = g_path_get_dirname(folder);
		g_free(folder);
		folder = parent;
	}

	return NULL;
}

static gchar *load(const gchar *path)
{
	g_autoptr(GBytes) bytes = tf_file_load(path, CONFIGURATION_LIMIT, NULL);

	return bytes != NULL ? g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes)) : NULL;
}

static void add(TfSharing *sharing, const gchar *path, gsize length)
{
	g_autofree gchar *folder = g_strndup(path, length);

	g_strstrip(folder);
	while (strlen(folder) > 1 && g_str_has_suffix(folder, "/"))
		folder[strlen(folder) - 1] = '\0';
	if (folder[0] == '/' && strlen(folder) > 1 && sharing->offered->len < SHARES_LIMIT)
		g_ptr_array_add(sharing->offered, g_steal_pointer(&folder));
}

/* "path = /home/member/Public", of smb.conf(5) and of a usershare (net(8)). */
static void read_samba(TfSharing *sharing, const gchar *path)
{
	g_autofree gchar *text = load(path);
	g_auto(GStrv) lines = g_strsplit(text != NULL ? text : "", "\n", -1);

	for (guint i = 0; lines[i] != NULL; i++) {
		const gchar *line = g_strchug(lines[i]);
		const gchar *value = NULL;

		if (g_ascii_strncasecmp(line, "path", strlen("path")) != 0)
			continue;
		value = line + strlen("path");
		value += strspn(value, " \t");
		if (*value == '=')
			add(sharing, value + 1, strlen(value + 1));
	}
}

/* exports(5): the folder is the first word. */
static void read_nfs(TfSharing *sharing, const gchar *path)
{
	g_autofree gchar *text = load(path);
	g_auto(GStrv) lines = g_strsplit(text != NULL ? text : "", "\n", -1);

	for (guint i = 0; lines[i] != NULL; i++)
		add(sharing, lines[i], strcspn(lines[i], " \t"));
}

static void read_usershares(TfSharing *sharing, const gchar *folder)
{
	g_autoptr(GDir) shares = g_dir_open(folder, 0, NULL);
	const gchar *name = NULL;

	while (shares != NULL && sharing->offered->len < SHARES_LIMIT &&
		(name = g_dir_read_name(shares)) != NULL) {
		g_autofree gchar *path = g_build_filename(folder, name, NULL);

		read_samba(sharing, path);
	}
}

TfSharing *tf_sharing_new(const gchar *root)
{
	TfSharing *sharing = g_new0(TfSharing, 1);
	g_autofree gchar *samba = g_strconcat(root, "/etc/samba/smb.conf", NULL);
	g_autofree gchar *usershares = g_strconcat(root, "/var/lib/samba/usershares", NULL);
	g_autofree gchar *exports = g_strconcat(root, "/etc/exports", NULL);

	sharing->offered = g_ptr_array_new_with_free_func(g_free);
	read_samba(sharing, samba);
	read_usershares(sharing, usershares);
	read_nfs(sharing, exports);

	return sharing;
}

void tf_sharing_free(TfSharing *sharing)
{
	if (sharing == NULL)
		return;

	g_ptr_array_unref(sharing->offered);
	g_free(sharing);
}

gboolean tf_sharing_is_offered(const TfSharing *sharing, const gchar *path)
{
	for (guint i = 0; i < sharing->offered->len; i++) {
		if (tf_file_below(path, g_ptr_array_index(sharing->offered, i)) != NULL)
			return TRUE;
	}

	return FALSE;
}
