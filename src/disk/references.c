/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "references-private.h"

#include <linux/btrfs.h>
#include <linux/btrfs_tree.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

/* The smallest piece of an extent that somebody may refer to; at most so many are asked about. */
#define SECTOR	     4096u
#define SECTOR_LIMIT 1024u

/* What one extent's references may take; subvolumes nested deeper are no sane tree. */
#define ANSWER_SIZE 65536u
#define DEPTH_LIMIT 32

/* A file is an inode of a tree; every subvolume and snapshot is a tree. */
typedef struct Reference {
	guint64 inode;
	guint64 tree;
} Reference;

/* Where in its tree an inode lies, '/' at the end; "" is the top of the tree. NULL when it cannot be told. */
static gchar *path_in_tree(int fd, const Reference *reference)
{
	struct btrfs_ioctl_ino_lookup_args request = { .treeid = reference->tree,
		.objectid = reference->inode };

	if (ioctl(fd, BTRFS_IOC_INO_LOOKUP, &request) != 0)
		return NULL;

	return g_strndup(request.name, sizeof request.name);
}

static guint64 own_tree(int fd)
{
	struct btrfs_ioctl_ino_lookup_args request = { .objectid = BTRFS_FIRST_FREE_OBJECTID };

	return ioctl(fd, BTRFS_IOC_INO_LOOKUP, &request) == 0 ? request.treeid : 0;
}

/* The folder in which a tree hangs, and its name there. */
static gchar *find_parent(int fd, guint64 tree, Reference *ret_folder)
{
	struct btrfs_ioctl_search_args request = { .key = {
							   .tree_id = BTRFS_ROOT_TREE_OBJECTID,
							   .min_objectid = tree,
							   .max_objectid = tree,
							   .max_offset = G_MAXUINT64,
							   .max_transid = G_MAXUINT64,
							   .min_type = BTRFS_ROOT_BACKREF_KEY,
							   .max_type = BTRFS_ROOT_BACKREF_KEY,
							   .nr_items = 1,
						   } };
	struct btrfs_ioctl_search_header header;
	struct btrfs_root_ref item;
	gsize length = 0;

	if (ioctl(fd, BTRFS_IOC_TREE_SEARCH, &request) != 0 || request.key.nr_items != 1)
		return NULL;
	memcpy(&header, request.buf, sizeof header);
	if (header.len < sizeof item || header.len > sizeof request.buf - sizeof header)
		return NULL;
	memcpy(&item, request.buf + sizeof header, sizeof item);
	length = GUINT16_FROM_LE(item.name_len);
	if (length > header.len - sizeof item)
		return NULL;
	*ret_folder = (Reference){ .inode = GUINT64_FROM_LE(item.dirid), .tree = header.offset };

	return g_strndup(request.buf + sizeof header + sizeof item, length);
}

/* From the top of the file system. NULL when a part of it cannot be told. */
static gchar *path_of(int fd, const Reference *reference)
{
	g_autofree gchar *path = path_in_tree(fd, reference);
	Reference at = *reference;

	for (guint i = 0; path != NULL && at.tree != BTRFS_FS_TREE_OBJECTID; i++) {
		Reference folder = { 0, 0 };
		g_autofree gchar *name = i < DEPTH_LIMIT ? find_parent(fd, at.tree, &folder) : NULL;
		g_autofree gchar *above = name != NULL ? path_in_tree(fd, &folder) : NULL;
		g_autofree gchar *below = g_steal_pointer(&path);

		if (above == NULL)
			return NULL;
		path = g_strconcat(above, name, "/", below, NULL);
		at = folder;
	}
	if (path != NULL && g_str_has_suffix(path, "/"))
		path[strlen(path) - 1] = '\0';

	return g_steal_pointer(&path);
}

static gboolean is_at(const gchar *path, const Reference *reference)
{
	struct stat status;
	struct statfs volume;

	return lstat(path, &status) == 0 && statfs(path, &volume) == 0 &&
	       volume.f_type == BTRFS_SUPER_MAGIC && S_ISREG(status.st_mode) &&
	       status.st_ino == reference->inode;
}

/*
 * Where a path from the top is mounted, told from our own file, whose path is known both ways: what the two
 * have in common at the end is below the mount, or in it. Tried from the longest such part on.
 */
static gchar *mounted_path(
	const gchar *own_path, const gchar *own_top, const gchar *top, const Reference *reference)
{
	gsize mounted = strlen(own_path);
	gsize beneath = strlen(own_top);

	while (mounted > 0 && beneath > 0 && own_path[mounted - 1] == own_top[beneath - 1]) {
		mounted--;
		beneath--;
	}
	for (; beneath <= strlen(own_top) && mounted <= strlen(own_path); mounted++, beneath++) {
		g_autofree gchar *path = NULL;

		if (strncmp(own_top, top, beneath) != 0)
			return NULL;
		path = g_strdup_printf("%.*s%s", (int)mounted, own_path, top + beneath);
		if (is_at(path, reference))
			return g_steal_pointer(&path);
	}

	return NULL;
}

static void add_path(GPtrArray *paths, const TfTarget *target, const Reference *own, const Reference *other)
{
	g_autofree gchar *own_top = path_of(target->fd, own);
	g_autofree gchar *top = path_of(target->fd, other);
	g_autofree gchar *path = NULL;

	if (own_top == NULL || top == NULL)
		return;
	path = mounted_path(target->path, own_top, top, other);
	if (path == NULL)
		path = g_strconcat("btrfs:/", top, NULL);
	if (!g_ptr_array_find_with_equal_func(paths, path, g_str_equal, NULL))
		g_ptr_array_add(paths, g_steal_pointer(&path));
}

/* Who refers to the extent at this address of the file system (not of a device). */
static void add_references(GArray *references, int fd, guint64 address)
{
	g_autofree struct btrfs_data_container *answer = g_malloc0(ANSWER_SIZE);
	struct btrfs_ioctl_logical_ino_args request = {
		.logical = address,
		.size = ANSWER_SIZE,
		.flags = BTRFS_LOGICAL_INO_ARGS_IGNORE_OFFSET,
		.inodes = (guintptr)answer,
	};

	if (ioctl(fd, BTRFS_IOC_LOGICAL_INO_V2, &request) != 0)
		return;
	for (guint i = 0; i + 2 < answer->elem_cnt; i += 3) {
		const Reference reference = { .inode = answer->val[i], .tree = answer->val[i + 2] };

		g_array_append_val(references, reference);
	}
}

/* Neighbouring extents were noted as one, so every sector is asked about. */
static GArray *references_to(int fd, const TfExtents *extents)
{
	GArray *references = g_array_new(FALSE, FALSE, sizeof(Reference));
	guint n_asked = 0;

	for (guint i = 0; i < extents->runs->len; i++) {
		const TfExtent *run = &g_array_index(extents->runs, TfExtent, i);

		for (guint64 at = 0; at < run->length && n_asked < SECTOR_LIMIT; at += SECTOR, n_asked++)
			add_references(references, fd, run->physical + at);
	}

	return references;
}

static gboolean was_before(const GArray *references, guint index)
{
	const Reference *wanted = &g_array_index(references, Reference, index);

	for (guint i = 0; i < index; i++) {
		const Reference *reference = &g_array_index(references, Reference, i);

		if (reference->inode == wanted->inode && reference->tree == wanted->tree)
			return TRUE;
	}

	return FALSE;
}

GPtrArray *tf_references_of(const TfTarget *target, const TfExtents *extents)
{
	const Reference own = { .inode = target->status.st_ino, .tree = own_tree(target->fd) };
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GArray) references = NULL;

	if (own.tree == 0 || strcmp(target->media->file_system, "btrfs") != 0)
		return NULL;
	references = references_to(target->fd, extents);
	for (guint i = 0; i < references->len; i++) {
		const Reference *reference = &g_array_index(references, Reference, i);

		if ((reference->inode != own.inode || reference->tree != own.tree) &&
			!was_before(references, i))
			add_path(paths, target, &own, reference);
	}

	return paths->len > 0 ? g_steal_pointer(&paths) : NULL;
}
