/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/access.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#define ACCESS_LIST "system.posix_acl_access"

/* How somebody else gets at the file. */
typedef enum Way {
	WAY_OTHERS, /* as everybody */
	WAY_GROUP,  /* of the file */
	WAY_LIST,   /* named in an access list, which stands for the group in the mode */
} Way;

typedef FILE Accounts;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Accounts, fclose)

/* The account's own group, as most systems make one, has nobody else in it. */
static gboolean is_first_group_of_another(gid_t group, uid_t owner)
{
	g_autoptr(Accounts) accounts = fopen("/etc/passwd", "re");
	const struct passwd *account = NULL;

	while (accounts != NULL && (account = fgetpwent(accounts)) != NULL) {
		if (account->pw_gid == group && account->pw_uid != owner && account->pw_uid != 0)
			return TRUE;
	}

	return FALSE;
}

static gchar *name_of(uid_t owner)
{
	g_autoptr(Accounts) accounts = fopen("/etc/passwd", "re");
	const struct passwd *account = NULL;

	while (accounts != NULL && (account = fgetpwent(accounts)) != NULL) {
		if (account->pw_uid == owner)
			return g_strdup(account->pw_name);
	}

	return NULL;
}

static gboolean has_another_member(gid_t group, uid_t owner)
{
	g_autoptr(Accounts) groups = fopen("/etc/group", "re");
	g_autofree gchar *name = name_of(owner);
	const struct group *entry = NULL;

	while (groups != NULL && (entry = fgetgrent(groups)) != NULL) {
		for (gsize i = 0; entry->gr_gid == group && entry->gr_mem[i] != NULL; i++) {
			if (g_strcmp0(entry->gr_mem[i], name) != 0 && strcmp(entry->gr_mem[i], "root") != 0)
				return TRUE;
		}
	}

	return FALSE;
}

static gboolean is_passable(const gchar *folder, const struct stat *file, Way way)
{
	struct stat status;

	if (stat(folder, &status) != 0)
		return FALSE;
	if ((status.st_mode & S_IXOTH) != 0)
		return TRUE;

	/* Who an access list names may be in any group. */
	return (status.st_mode & S_IXGRP) != 0 && way != WAY_OTHERS &&
	       (way == WAY_LIST || status.st_gid == file->st_gid);
}

static gboolean is_reachable(const gchar *path, const struct stat *file, Way way)
{
	g_autofree gchar *at = g_path_get_dirname(path);

	while (is_passable(at, file, way)) {
		gchar *above = NULL;

		if (strcmp(at, "/") == 0)
			return TRUE;
		above = g_path_get_dirname(at);
		g_free(at);
		at = above;
	}

	return FALSE;
}

/* One that says no more than the mode is not kept by file systems. */
static gboolean has_access_list(int fd)
{
	return fgetxattr(fd, ACCESS_LIST, NULL, 0) > 0;
}

gboolean tf_access_by_others(int fd, const gchar *path)
{
	struct stat file;
	gboolean is_in_group = FALSE;

	if (fstat(fd, &file) != 0)
		return FALSE;
	if ((file.st_mode & S_IROTH) != 0 && is_reachable(path, &file, WAY_OTHERS))
		return TRUE;
	if ((file.st_mode & S_IRGRP) == 0)
		return FALSE;
	if (has_access_list(fd) && is_reachable(path, &file, WAY_LIST))
		return TRUE;
	is_in_group = is_first_group_of_another(file.st_gid, file.st_uid) ||
		      has_another_member(file.st_gid, file.st_uid);

	return is_in_group && is_reachable(path, &file, WAY_GROUP);
}
