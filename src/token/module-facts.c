/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a module file is: its path and digest. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "module-private.h"

int tf_module_open_file(const gchar *path, TfFileIdentity *ret_identity, GError **error)
{
	TF_AUTO_FD int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat status;

	if (fd < 0 && errno == ENOENT) {
		tf_raise(error, TF_ERROR_MODULE_MISSING, path, NULL);
		return -1;
	}
	if (fd < 0 || fstat(fd, &status) != 0) {
		tf_raise(error, TF_ERROR_MODULE_UNLOADABLE, path, g_strerror(errno), NULL);
		return -1;
	}
	if (!S_ISREG(status.st_mode)) {
		tf_raise(error, TF_ERROR_MODULE_UNLOADABLE, path, _("it is not a regular file"), NULL);
		return -1;
	}
	if (!tf_file_identify(fd, path, ret_identity, NULL)) {
		tf_raise(error, TF_ERROR_MODULE_UNLOADABLE, path, g_strerror(EIO), NULL);
		return -1;
	}

	return tf_file_steal(&fd);
}

TfModuleFacts *tf_module_describe(const TfModuleChoice *choice, GError **error)
{
	TfFileIdentity identity;
	TF_AUTO_FD int fd = tf_module_open_file(choice->path, &identity, error);
	TfModuleFacts *facts = NULL;

	if (fd < 0)
		return NULL;

	facts = g_new0(TfModuleFacts, 1);
	facts->path = g_strdup(choice->path);
	facts->sha256 = tf_hex(identity.sha256, sizeof identity.sha256);

	return facts;
}
