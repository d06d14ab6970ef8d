/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "place.h"
#include "store-name.h"
#include "store-private.h"

#define PREFIX "tokenferry-staging-"
/* SoftHSM takes every directory for a token that holds a token.object, whatever its name; this one holds
 * tokens. */
#define INCOMING ".tokenferry-in-" /* and the ledger's UUID: another ledger may publish, too */
/* A link there to each staging store: the next run may be told another place for what is in memory. */
#define POINTER	      ".tokenferry-at-"
#define TOKENS	      "tokens"
#define CONFIGURATION "softhsm2.conf"
#define FILE_LIMIT    (1u << 20)

struct TfStaging {
	const TfStore *store;
	gchar *directory;
	gchar *tokens;
	gchar *configuration;
	gchar *incoming; /* name of the folder in the store */
	gchar *pointer;	 /* path */
};

static gboolean raise_failed(const gchar *path, int failure, GError **error)
{
	return tf_raise(error, TF_ERROR_BATCH_PLACE_FAILED, path, g_strerror(failure), NULL);
}

/* Where staging stores may lie: memory first, at last beside the store. */
static GPtrArray *list_roots(const TfStore *store)
{
	const gchar *named = g_getenv("XDG_RUNTIME_DIR");
	GPtrArray *roots = g_ptr_array_new_with_free_func(g_free);

	if (named != NULL)
		g_ptr_array_add(roots, g_strdup(named));
	g_ptr_array_add(roots, g_strdup("/dev/shm"));
	g_ptr_array_add(roots, g_strdup_printf("/run/user/%u", geteuid()));
	g_ptr_array_add(roots, g_path_get_dirname(tf_store_directory(store)));

	return roots;
}

static gchar *find_root(const TfStore *store)
{
	g_autoptr(GPtrArray) roots = list_roots(store);
	guint i = 0;

	for (; i + 1 < roots->len; i++) {
		const gchar *root = g_ptr_array_index(roots, i);
		struct statfs status;

		if (statfs(root, &status) == 0 && status.f_type == TMPFS_MAGIC && access(root, W_OK) == 0)
			break;
	}

	return g_strdup(g_ptr_array_index(roots, i));
}

/* A name in /dev/shm can be foreseen and taken: ours is a folder that nobody else can enter. */
static gboolean is_own(const struct stat *status)
{
	return S_ISDIR(status->st_mode) && status->st_uid == geteuid() &&
	       (status->st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

static gboolean is_in_memory(int fd)
{
	struct statfs status;

	return fstatfs(fd, &status) == 0 && status.f_type == TMPFS_MAGIC;
}

/* On a disk the content is overwritten before the name goes: what the file system makes of it is not known,
 * and a token's secrets are encrypted under its PIN besides. */
static void overwrite_file(int directory, const gchar *name)
{
	static const guint8 zeros[4096];
	TF_AUTO_FD int fd = openat(directory, name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || is_in_memory(fd))
		return;
	for (goffset at = 0; at < status.st_size; at += (goffset)sizeof zeros)
		(void)!pwrite(fd, zeros, MIN(sizeof zeros, (gsize)(status.st_size - at)), at);
	(void)fdatasync(fd);
}

static void destroy_directory(int parent, const gchar *name);

static void destroy_entries(int fd)
{
	g_autofree gchar *path = g_strdup_printf("/proc/self/fd/%d", fd);
	g_autoptr(GDir) listing = g_dir_open(path, 0, NULL);
	gboolean lies_in_memory =
		is_in_memory(fd); /* and its files with it: what is mounted is not unlinked */
	const gchar *name = NULL;

	while (listing != NULL && (name = g_dir_read_name(listing)) != NULL) {
		struct stat status;

		if (fstatat(fd, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		if (S_ISDIR(status.st_mode)) {
			destroy_directory(fd, name);
			continue;
		}
		if (!lies_in_memory)
			overwrite_file(fd, name);
		(void)unlinkat(fd, name, 0);
	}
}

static void destroy_directory(int parent, const gchar *name)
{
	TF_AUTO_FD int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0)
		destroy_entries(fd);
	(void)unlinkat(parent, name, AT_REMOVEDIR);
}

static void destroy_own(int parent, const gchar *name)
{
	TF_AUTO_FD int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) != 0 || !is_own(&status))
		return;
	destroy_entries(fd);
	(void)unlinkat(parent, name, AT_REMOVEDIR);
}

/* 0700 and ours; one that is there already was left by a run that died. */
static gboolean make_own(const gchar *directory, GError **error)
{
	struct stat status;

	if (mkdir(directory, S_IRWXU) == 0)
		return TRUE;
	if (errno != EEXIST)
		return raise_failed(directory, errno, error);
	if (lstat(directory, &status) != 0 || !is_own(&status))
		return tf_raise(error, TF_ERROR_BATCH_PLACE_UNSAFE, directory, g_strerror(EEXIST), NULL);
	destroy_directory(AT_FDCWD, directory);
	if (mkdir(directory, S_IRWXU) != 0)
		return raise_failed(directory, errno, error);

	return TRUE;
}

static gboolean write_configuration(const TfStaging *staging, GError **error)
{
	g_autofree gchar *text = g_strdup_printf("directories.tokendir = %s\nobjectstore.backend = file\n"
						 "log.level = ERROR\nslots.removable = false\n",
		staging->tokens);
	TF_AUTO_FD int fd = open(staging->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return raise_failed(staging->directory, errno, error);

	return tf_place_create(fd, CONFIGURATION, text, strlen(text), error);
}

/* Before it is there, and until it is not. */
static gboolean point_at(const TfStaging *staging, GError **error)
{
	(void)unlink(staging->pointer);

	return symlink(staging->directory, staging->pointer) == 0 ||
	       raise_failed(staging->pointer, errno, error);
}

TfStaging *tf_staging_new(const TfStore *store, const gchar *ledger_uuid, guint index, GError **error)
{
	g_autofree gchar *root = find_root(store);
	g_autofree gchar *name = g_strdup_printf(PREFIX "%s-%u", ledger_uuid, index);
	g_autofree gchar *pointer = g_strdup_printf(POINTER "%s-%u", ledger_uuid, index);
	g_autoptr(TfStaging) staging = g_new0(TfStaging, 1);

	staging->store = store;
	staging->incoming = g_strconcat(INCOMING, ledger_uuid, NULL);
	staging->pointer = g_build_filename(tf_store_directory(store), pointer, NULL);
	staging->directory = g_build_filename(root, name, NULL);
	if (!point_at(staging, error) || !make_own(staging->directory, error))
		return NULL;
	staging->tokens = g_build_filename(staging->directory, TOKENS, NULL);
	staging->configuration = g_build_filename(staging->directory, CONFIGURATION, NULL);
	if (mkdir(staging->tokens, S_IRWXU) != 0) {
		raise_failed(staging->tokens, errno, error);
		return NULL;
	}
	if (!write_configuration(staging, error))
		return NULL;

	return g_steal_pointer(&staging);
}

void tf_staging_free(TfStaging *staging)
{
	if (staging == NULL)
		return;

	destroy_own(AT_FDCWD, staging->directory);
	(void)unlink(staging->pointer);
	g_free(staging->directory);
	g_free(staging->tokens);
	g_free(staging->configuration);
	g_free(staging->incoming);
	g_free(staging->pointer);
	g_free(staging);
}

const gchar *tf_staging_directory(const TfStaging *staging)
{
	return staging->directory;
}

const gchar *tf_staging_configuration(const TfStaging *staging)
{
	return staging->configuration;
}

/* Why a token is not published: errno values; 0: no reason. */
typedef struct Failure {
	int of_token; /* what lies in the staging store is not fit */
	int of_store; /* nothing can be published */
} Failure;

/* A child has the staging store, and may have put anything there. */
static TfSecret *read_staged(int from, const gchar *name, Failure *failure)
{
	TF_AUTO_FD int source = openat(from, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	TfSecret *content = NULL;
	struct stat status;

	if (source < 0 || fstat(source, &status) != 0) {
		failure->of_token = errno;
		return NULL;
	}
	content = S_ISREG(status.st_mode) ? tf_file_read_secret(source, name, FILE_LIMIT, NULL) : NULL;
	if (content == NULL)
		failure->of_token = EINVAL;

	return content;
}

static gboolean copy_file(int from, int to, const gchar *name, Failure *failure)
{
	g_autoptr(TfSecret) content = read_staged(from, name, failure);
	TF_AUTO_FD int target = -1;

	if (content == NULL)
		return FALSE;
	target = openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
	if (target < 0) {
		failure->of_store = errno;
		return FALSE;
	}
	failure->of_store = tf_file_write_all(target, tf_secret_peek(content), tf_secret_length(content));
	if (failure->of_store == 0 && fsync(target) != 0)
		failure->of_store = errno;

	return failure->of_store == 0;
}

static gboolean copy_files(int from, int to, Failure *failure)
{
	g_autofree gchar *path = g_strdup_printf("/proc/self/fd/%d", from);
	g_autoptr(GDir) listing = g_dir_open(path, 0, NULL);
	const gchar *name = NULL;

	if (listing == NULL)
		failure->of_token = EIO;
	while (listing != NULL && (name = g_dir_read_name(listing)) != NULL) {
		if (!copy_file(from, to, name, failure))
			return FALSE;
	}
	if (listing != NULL && fsync(to) != 0)
		failure->of_store = errno;

	return listing != NULL && failure->of_store == 0;
}

/* Under a directory that is not read for tokens. */
static gboolean copy_token(int staged, int incoming, const gchar *name, Failure *failure)
{
	TF_AUTO_FD int from = openat(staged, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	TF_AUTO_FD int to = -1;

	if (from < 0) {
		failure->of_token = errno;
		return FALSE;
	}
	if (mkdirat(incoming, name, S_IRWXU) == 0)
		to = openat(incoming, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (to < 0) {
		failure->of_store = errno;
		return FALSE;
	}

	return copy_files(from, to, failure);
}

static Failure publish_token(
	const TfStaging *staging, const gchar *serial, int staged, int incoming, int store)
{
	g_autofree gchar *name = tf_store_find_token(staging->tokens, serial);
	Failure failure = { .of_token = name != NULL ? 0 : ENOENT };

	if (name == NULL || !copy_token(staged, incoming, name, &failure))
		return failure;
	if (renameat2(incoming, name, store, name, RENAME_NOREPLACE) == 0)
		return failure;
	*(errno == EEXIST ? &failure.of_token : &failure.of_store) = errno;

	return failure;
}

static int publish_tokens(const TfStaging *staging, const GPtrArray *serials, int staged, int incoming,
	int store, GError **ret_problems)
{
	int failed = 0;

	for (guint i = 0; i < serials->len && failed == 0; i++) {
		Failure failure =
			publish_token(staging, g_ptr_array_index(serials, i), staged, incoming, store);

		if (failure.of_token != 0)
			raise_failed(staging->tokens, failure.of_token, &ret_problems[i]);
		failed = failure.of_store;
	}

	/* After a failure, too: the next run adopts what was renamed. */
	return fsync(store) != 0 && failed == 0 ? errno : failed;
}

gboolean tf_staging_publish(
	const TfStaging *staging, const GPtrArray *serials, GError **ret_problems, GError **error)
{
	const gchar *directory = tf_store_directory(staging->store);
	TF_AUTO_FD int store = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	TF_AUTO_FD int staged = open(staging->tokens, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	TF_AUTO_FD int incoming = -1;
	int failure = store < 0 || staged < 0 ? errno : 0;

	if (failure == 0) {
		destroy_directory(store, staging->incoming); /* of a run that died */
		if (mkdirat(store, staging->incoming, S_IRWXU) != 0)
			failure = errno;
	}
	if (failure == 0)
		incoming = openat(store, staging->incoming, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (incoming >= 0)
		failure = publish_tokens(staging, serials, staged, incoming, store, ret_problems);
	else if (failure == 0)
		failure = errno;
	destroy_directory(store, staging->incoming);

	return failure == 0 || raise_failed(directory, failure, error);
}

gboolean tf_staging_empty(const TfStaging *staging, GError **error)
{
	TF_AUTO_FD int fd = open(staging->tokens, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return raise_failed(staging->tokens, errno, error);
	destroy_entries(fd);

	return TRUE;
}

static void destroy_with_prefix(const gchar *directory, const gchar *prefix)
{
	TF_AUTO_FD int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	g_autoptr(GDir) listing = fd >= 0 ? g_dir_open(directory, 0, NULL) : NULL;
	const gchar *name = NULL;

	while (listing != NULL && (name = g_dir_read_name(listing)) != NULL) {
		if (g_str_has_prefix(name, prefix))
			destroy_own(fd, name);
	}
}

/* Whoever can write in the store can make a link: what it leads to must be a staging store by its name, too.
 */
static void destroy_pointed_at(const gchar *store, const gchar *pointer_prefix, const gchar *prefix)
{
	g_autoptr(GDir) listing = g_dir_open(store, 0, NULL);
	const gchar *name = NULL;

	while (listing != NULL && (name = g_dir_read_name(listing)) != NULL) {
		g_autofree gchar *pointer = g_build_filename(store, name, NULL);
		g_autofree gchar *directory = NULL;
		g_autofree gchar *end = NULL;

		if (!g_str_has_prefix(name, pointer_prefix))
			continue;
		directory = g_file_read_link(pointer, NULL);
		end = directory != NULL ? g_path_get_basename(directory) : NULL;
		if (end != NULL && g_path_is_absolute(directory) && g_str_has_prefix(end, prefix))
			destroy_own(AT_FDCWD, directory);
		(void)unlink(pointer);
	}
}

void tf_staging_destroy_dead(const TfStore *store, const gchar *ledger_uuid)
{
	g_autoptr(GPtrArray) roots = list_roots(store);
	g_autofree gchar *prefix = g_strdup_printf(PREFIX "%s-", ledger_uuid);
	g_autofree gchar *pointer = g_strdup_printf(POINTER "%s-", ledger_uuid);
	g_autofree gchar *incoming = g_strconcat(INCOMING, ledger_uuid, NULL);

	destroy_pointed_at(tf_store_directory(store), pointer, prefix);
	for (guint i = 0; i < roots->len; i++)
		destroy_with_prefix(g_ptr_array_index(roots, i), prefix);
	destroy_with_prefix(tf_store_directory(store), incoming);
}
