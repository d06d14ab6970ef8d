/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "store-name.h"
#include "store-private.h"

#define MANUFACTURER "SoftHSM project"

#define CONFIGURATION_LIMIT 65536u
#define SYSTEM_FILE	    "/etc/softhsm/softhsm2.conf"
#define UUID_LENGTH	    36u
/* The serial number is the last 16 hexadecimal digits of the UUID that names the directory, in two groups. */
#define FIRST_GROUP_AT	    19u
#define FIRST_GROUP_LENGTH  4u
#define SECOND_GROUP_AT	    24u
#define SECOND_GROUP_LENGTH 12u

struct TfStore {
	gchar *configuration;
	gchar *directory;
};

static gchar *find_configuration(void)
{
	const gchar *named = g_getenv("SOFTHSM2_CONF");
	g_autofree gchar *own = NULL;

	if (named != NULL && *named != '\0')
		return g_strdup(named);
	own = g_build_filename(g_get_home_dir(), ".config", "softhsm2", "softhsm2.conf", NULL);

	return g_file_test(own, G_FILE_TEST_EXISTS) ? g_steal_pointer(&own) : g_strdup(SYSTEM_FILE);
}

/* The value of 'name' in lines of "name = value"; '#' begins a comment. The last one counts, as it does
 * there. */
static gchar *find_value(const gchar *text, const gchar *name)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	gchar *value = NULL;

	for (guint i = 0; lines[i] != NULL; i++) {
		gchar *comment = strchr(lines[i], '#');
		gchar *equals = NULL;

		if (comment != NULL)
			*comment = '\0';
		equals = strchr(lines[i], '=');
		if (equals == NULL)
			continue;
		*equals = '\0';
		if (strcmp(g_strstrip(lines[i]), name) != 0)
			continue;
		g_free(value);
		value = g_strdup(g_strstrip(equals + 1));
	}

	return value;
}

static gboolean raise_unusable(const gchar *path, const gchar *reason, GError **error)
{
	return tf_raise(error, TF_ERROR_SYSTEM, path, reason, NULL);
}

static gboolean read_configuration(TfStore *store, GError **error)
{
	g_autoptr(GBytes) bytes = tf_file_load(store->configuration, CONFIGURATION_LIMIT, error);
	g_autofree gchar *text = NULL;
	g_autofree gchar *backend = NULL;
	gsize length = 0;

	if (bytes == NULL)
		return FALSE;
	text = g_strndup(g_bytes_get_data(bytes, &length), g_bytes_get_size(bytes));
	backend = find_value(text, "objectstore.backend");
	if (backend != NULL && strcmp(backend, "file") != 0)
		return raise_unusable(store->configuration, _("its tokens are not kept in files"), error);
	store->directory = find_value(text, "directories.tokendir");
	if (store->directory == NULL || !g_path_is_absolute(store->directory))
		return raise_unusable(store->configuration, _("it names no folder for tokens"), error);
	if (!g_file_test(store->directory, G_FILE_TEST_IS_DIR))
		return raise_unusable(store->directory, g_strerror(ENOENT), error);

	return TRUE;
}

TfStore *tf_store_find(GError **error)
{
	g_autoptr(TfStore) store = g_new0(TfStore, 1);

	store->configuration = find_configuration();
	if (!read_configuration(store, error))
		return NULL;

	return g_steal_pointer(&store);
}

void tf_store_free(TfStore *store)
{
	if (store == NULL)
		return;

	g_free(store->configuration);
	g_free(store->directory);
	g_free(store);
}

const gchar *tf_store_directory(const TfStore *store)
{
	return store->directory;
}

const gchar *tf_store_configuration(const TfStore *store)
{
	return store->configuration;
}

gboolean tf_store_name_fits(const gchar *name, const gchar *serial)
{
	return strlen(name) == UUID_LENGTH && strlen(serial) == FIRST_GROUP_LENGTH + SECOND_GROUP_LENGTH &&
	       strncmp(name + FIRST_GROUP_AT, serial, FIRST_GROUP_LENGTH) == 0 &&
	       strcmp(name + SECOND_GROUP_AT, serial + FIRST_GROUP_LENGTH) == 0;
}

gchar *tf_store_find_token(const gchar *directory, const gchar *serial)
{
	g_autoptr(GDir) listing = g_dir_open(directory, 0, NULL);
	const gchar *name = NULL;

	while (listing != NULL && (name = g_dir_read_name(listing)) != NULL) {
		if (tf_store_name_fits(name, serial))
			return g_strdup(name);
	}

	return NULL;
}

gboolean tf_store_makes(const TfTokenFacts *token)
{
	return g_str_equal(token->manufacturer, MANUFACTURER);
}

gboolean tf_store_holds(const TfStore *store, const gchar *serial)
{
	g_autofree gchar *name = tf_store_find_token(store->directory, serial);

	return name != NULL;
}

static int sync_files(int directory)
{
	g_autofree gchar *path = g_strdup_printf("/proc/self/fd/%d", directory);
	g_autoptr(GDir) listing = g_dir_open(path, 0, NULL);
	const gchar *name = NULL;

	if (listing == NULL)
		return EIO;
	while ((name = g_dir_read_name(listing)) != NULL) {
		TF_AUTO_FD int fd = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);

		if (fd < 0 || fsync(fd) != 0)
			return errno;
	}

	return fsync(directory) == 0 ? 0 : errno;
}

gboolean tf_store_sync(const TfStore *store, const gchar *serial, GError **error)
{
	g_autofree gchar *name = tf_store_find_token(store->directory, serial);
	TF_AUTO_FD int names = open(store->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	TF_AUTO_FD int token = -1;
	int failure = 0;

	errno = ENOENT;
	if (names >= 0 && name != NULL)
		token = openat(names, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	failure = token < 0 ? errno : sync_files(token);
	if (failure == 0 && fsync(names) != 0)
		failure = errno;

	return failure == 0 ||
	       tf_raise(error, TF_ERROR_BATCH_PLACE_FAILED, store->directory, g_strerror(failure), NULL);
}
