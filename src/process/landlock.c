/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Landlock without a library, and without waiting for the headers of the newest kernel. */
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "confine-private.h"

/* Of ABI 3 and later (landlock(7)). */
#define ACCESS_TRUNCATE	 (G_GUINT64_CONSTANT(1) << 14)
#define ACCESS_IOCTL_DEV (G_GUINT64_CONSTANT(1) << 15)
#define NET_BIND_TCP	 (G_GUINT64_CONSTANT(1) << 0)
#define NET_CONNECT_TCP	 (G_GUINT64_CONSTANT(1) << 1)
#define SCOPE_ABSTRACT	 (G_GUINT64_CONSTANT(1) << 0)
#define SCOPE_SIGNAL	 (G_GUINT64_CONSTANT(1) << 1)

#define READ (guint64)(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define WRITE                                                                                                \
	(guint64)(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |                            \
		  LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |                             \
		  LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SYM | LANDLOCK_ACCESS_FS_REFER |     \
		  ACCESS_TRUNCATE)
#define EXECUTE (guint64) LANDLOCK_ACCESS_FS_EXECUTE
/* Devices, sockets and pipes with a name: left to nobody. */
#define SPECIAL                                                                                              \
	(guint64)(LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK |                             \
		  LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO)
/* What a file that is no directory can have; anything else is EINVAL. */
#define OF_FILE                                                                                              \
	(guint64)(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | EXECUTE | ACCESS_TRUNCATE | \
		  ACCESS_IOCTL_DEV)

/* struct landlock_ruleset_attr of ABI 6; a kernel takes as much of it as it knows. */
typedef struct Ruleset {
	guint64 access_fs;
	guint64 access_net;
	guint64 scoped;
} Ruleset;

guint tf_landlock_version(void)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	return version > 0 ? (guint)version : 0;
}

/* Everything that this kernel can deny. */
static Ruleset handled_by(guint version)
{
	Ruleset handled = { READ | WRITE | EXECUTE | SPECIAL | ACCESS_IOCTL_DEV, 0, 0 };

	if (version < 2)
		handled.access_fs &= ~(guint64)LANDLOCK_ACCESS_FS_REFER;
	if (version < 3)
		handled.access_fs &= ~ACCESS_TRUNCATE;
	if (version >= 4)
		handled.access_net = NET_BIND_TCP | NET_CONNECT_TCP;
	if (version < 5)
		handled.access_fs &= ~ACCESS_IOCTL_DEV;
	if (version >= 6)
		handled.scoped = SCOPE_ABSTRACT | SCOPE_SIGNAL;

	return handled;
}

static gsize size_for(guint version)
{
	if (version < 4)
		return G_STRUCT_OFFSET(Ruleset, access_net);

	return version < 6 ? G_STRUCT_OFFSET(Ruleset, scoped) : sizeof(Ruleset);
}

static int allow(int ruleset, const gchar *path, guint64 access)
{
	TF_AUTO_FD int fd = open(path, O_PATH | O_CLOEXEC);
	struct landlock_path_beneath_attr rule = { .allowed_access = access, .parent_fd = fd };
	struct stat status;

	if (fd < 0 || fstat(fd, &status) != 0)
		return errno;
	if (!S_ISDIR(status.st_mode))
		rule.allowed_access &= OF_FILE;

	return syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0 ? 0 : errno;
}

static gboolean allow_each(
	int ruleset, const gchar *const *paths, guint64 access, gboolean must_exist, GError **error)
{
	for (gsize i = 0; paths[i] != NULL; i++) {
		int failure = allow(ruleset, paths[i], access);

		if (failure == 0 || (!must_exist && (failure == ENOENT || failure == ENOTDIR)))
			continue;
		return tf_raise(error, TF_ERROR_SYSTEM, paths[i], g_strerror(failure), NULL);
	}

	return TRUE;
}

gboolean tf_landlock_restrict(const TfConfinementPlan *plan, guint version, GError **error)
{
	const Ruleset handled = handled_by(version);
	guint64 read = READ | (plan->may_execute ? EXECUTE : 0);
	/* pkcs15-init's terminal is made, and set. */
	guint64 write = READ | WRITE | (plan->may_execute ? ACCESS_IOCTL_DEV : 0);
	TF_AUTO_FD int ruleset = (int)syscall(SYS_landlock_create_ruleset, &handled, size_for(version), 0);

	if (ruleset < 0)
		return tf_raise(error, TF_ERROR_SYSTEM, "Landlock", g_strerror(errno), NULL);
	if (!allow_each(ruleset, plan->reads, read & handled.access_fs, FALSE, error) ||
		!allow_each(ruleset, plan->writes, write & handled.access_fs, TRUE, error))
		return FALSE;
	if (syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
		return tf_raise(error, TF_ERROR_SYSTEM, "Landlock", g_strerror(errno), NULL);

	return TRUE;
}
