/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "batch/station-key.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <openssl/err.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "station-pem-private.h"

#define SUFFIX	   ".station.pem"
#define FILE_LIMIT ((gsize)16 << 10)

gchar *tf_station_key_path(const gchar *ledger_path)
{
	return g_strconcat(ledger_path, SUFFIX, NULL);
}

struct TfStationKey {
	EVP_PKEY *key;
	X509 *certificate;
};

void tf_station_key_free(TfStationKey *key)
{
	if (key == NULL)
		return;

	EVP_PKEY_free(key->key);
	X509_free(key->certificate);
	g_free(key);
}

static TfStationKey *refuse(const gchar *path, const gchar *reason, GError **error)
{
	tf_raise(error, TF_ERROR_LEDGER_FAILED, path, reason, NULL);

	return NULL;
}

/* ---- making ---- */

/* The file gets its name when it is whole and on the disk. One that another process has named meanwhile
 * stays. */
static int publish(int directory, const gchar *name, GBytes *pem)
{
	TF_AUTO_FD int fd = openat(directory, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	g_autofree gchar *link = g_strdup_printf("/proc/self/fd/%d", fd);
	int failure = 0;

	if (fd < 0)
		return errno;
	failure = tf_file_write_all(fd, g_bytes_get_data(pem, NULL), g_bytes_get_size(pem));
	if (failure != 0)
		return failure;
	if (fsync(fd) != 0 || linkat(AT_FDCWD, link, directory, name, AT_SYMLINK_FOLLOW) != 0 ||
		fsync(directory) != 0)
		return errno;

	return 0;
}

/* NULL without error when another process was faster. */
static TfStationKey *make(int directory, const gchar *name, const TfSecret *passphrase, GError **error)
{
	g_autoptr(TfStationKey) station = g_new0(TfStationKey, 1);
	g_autoptr(GBytes) pem = NULL;
	int failure = 0;

	station->key = tf_station_key_make();
	if (station->key != NULL)
		station->certificate = tf_station_certificate_make(station->key);
	if (station->certificate != NULL)
		pem = tf_station_pem_write(station->key, station->certificate, passphrase);
	ERR_clear_error();
	if (pem == NULL) {
		tf_raise(error, TF_ERROR_SYSTEM, "libcrypto", _("the station's key cannot be made"), NULL);
		return NULL;
	}
	failure = publish(directory, name, pem);
	if (failure != 0 && failure != EEXIST)
		tf_raise(error, TF_ERROR_OUTPUT_FAILED, name, g_strerror(failure), NULL);

	return failure == 0 ? g_steal_pointer(&station) : NULL;
}

/* ---- reading ---- */

static gboolean is_ours(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid() &&
	       (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

static TfStationKey *parse(GBytes *pem, const gchar *path, const TfSecret *passphrase, GError **error)
{
	g_autoptr(TfStationKey) station = g_new0(TfStationKey, 1);

	if (!tf_station_pem_read(pem, passphrase, &station->key, &station->certificate))
		return refuse(path, _("it is damaged"), error);
	if (station->key == NULL) {
		tf_raise(error, TF_ERROR_PASSPHRASE_WRONG, path, NULL);
		return NULL;
	}
	/* Whoever puts another certificate there would be the one to whom PINs are sealed. */
	if (X509_check_private_key(station->certificate, station->key) != 1)
		return refuse(path, _("its certificate is not the one of its key"), error);

	return g_steal_pointer(&station);
}

static TfStationKey *load(int fd, const gchar *path, const TfSecret *passphrase, GError **error)
{
	g_autoptr(GBytes) pem = NULL;
	TfStationKey *station = NULL;

	if (!is_ours(fd))
		return refuse(path, _("it belongs to somebody else, or others may write to it"), error);
	pem = tf_file_read(fd, path, FILE_LIMIT, NULL);
	if (pem == NULL)
		return refuse(path, _("it is damaged"), error);
	station = parse(pem, path, passphrase, error);
	ERR_clear_error();

	return station;
}

static int open_file(int directory, const gchar *name)
{
	return openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

TfStationKey *tf_station_key_open(const gchar *ledger_path, const TfSecret *passphrase, GError **error)
{
	g_autofree gchar *path = g_strconcat(ledger_path, SUFFIX, NULL);
	g_autofree gchar *folder = g_path_get_dirname(path);
	g_autofree gchar *name = g_path_get_basename(path);
	g_autoptr(GError) problem = NULL;
	TF_AUTO_FD int directory = -1;
	TF_AUTO_FD int fd = -1;

	if (tf_secret_length(passphrase) == 0) {
		tf_raise(error, TF_ERROR_USAGE, _("the station's passphrase is empty"), NULL);
		return NULL;
	}
	directory = tf_file_open_directory(folder, error);
	if (directory < 0)
		return NULL;
	fd = open_file(directory, name);
	if (fd < 0 && errno == ENOENT) {
		TfStationKey *station = make(directory, name, passphrase, &problem);

		if (station != NULL)
			return station;
		if (problem != NULL) {
			g_propagate_error(error, g_steal_pointer(&problem));
			return NULL;
		}
		fd = open_file(directory, name);
	}
	if (fd < 0)
		return refuse(path, g_strerror(errno), error);

	return load(fd, path, passphrase, error);
}

X509 *tf_station_key_certificate(const TfStationKey *key)
{
	return key->certificate;
}

EVP_PKEY *tf_station_key_private(const TfStationKey *key)
{
	return key->key;
}
