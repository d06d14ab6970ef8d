/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/access.h"

#include <fcntl.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/file.h"
#include "base/secret.h"
#include "volume.h"

/* POSIX.1e in the kernel's form: version 2, then tag, permissions and name of each entry. The owner may do
 * all, user 1 may read, nobody else anything; the mask is to read. */
static const guint8 reader_list[] = { 2, 0, 0, 0, 0x01, 0, 6, 0, 0xff, 0xff, 0xff, 0xff, 0x02, 0, 4, 0, 1, 0,
	0, 0, 0x04, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x10, 0, 4, 0, 0xff, 0xff, 0xff, 0xff, 0x20, 0, 0, 0,
	0xff, 0xff, 0xff, 0xff };

typedef struct Fixture {
	gchar *directory;
	gchar *path;
	int fd;
} Fixture;

/* In a folder that everybody may pass. */
static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->directory = tf_fixture_directory();
	fixture->path = g_build_filename(fixture->directory, "key.p12", NULL);
	fixture->fd = open(fixture->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	g_assert_cmpint(fixture->fd, >=, 0);
	g_assert_cmpint(chmod(fixture->directory, 0711), ==, 0);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	(void)close(fixture->fd);
	tf_fixture_remove(fixture->directory);
	g_free(fixture->path);
	g_free(fixture->directory);
}

static gboolean is_open_with(const Fixture *fixture, mode_t file, mode_t folder)
{
	g_assert_cmpint(fchmod(fixture->fd, file), ==, 0);
	g_assert_cmpint(chmod(fixture->directory, folder), ==, 0);

	return tf_access_by_others(fixture->fd, fixture->path);
}

static void test_mode(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_assert_false(is_open_with(fixture, 0600, 0711));
	g_assert_true(is_open_with(fixture, 0604, 0711));
	g_assert_false(is_open_with(fixture, 0604, 0710));
}

/* The first account but root's and ours, whose first group is not ours. */
static gid_t group_of_another(void)
{
	const struct passwd *account = NULL;
	gid_t group = 0;

	setpwent();
	while (group == 0 && (account = getpwent()) != NULL) {
		if (account->pw_uid != 0 && account->pw_uid != geteuid() && account->pw_gid != getegid())
			group = account->pw_gid;
	}
	endpwent();
	g_assert_cmpuint(group, >, 0);

	return group;
}

static void test_group(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_assert_cmpint(fchown(fixture->fd, geteuid(), group_of_another()), ==, 0);
	g_assert_true(is_open_with(fixture, 0640, 0711));
	g_assert_false(is_open_with(fixture, 0600, 0711));
	g_assert_false(is_open_with(fixture, 0640, 0700));

	/* A group of nobody. */
	g_assert_cmpint(fchown(fixture->fd, geteuid(), 4242424), ==, 0);
	g_assert_false(is_open_with(fixture, 0640, 0711));
}

static void test_access_list(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_assert_cmpint(
		fsetxattr(fixture->fd, "system.posix_acl_access", reader_list, sizeof reader_list, 0), ==, 0);

	g_assert_true(tf_access_by_others(fixture->fd, fixture->path));
	g_assert_cmpint(chmod(fixture->directory, 0700), ==, 0);
	g_assert_false(tf_access_by_others(fixture->fd, fixture->path));
}

int main(int argc, char **argv)
{
	tf_fixture_mount_namespace(argc, argv);
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
#define ADD(path, function) g_test_add(path, Fixture, NULL, set_up, function, tear_down)
	ADD("/access/everybody reads what the mode of file and folders lets through", test_mode);
	ADD("/access/a group reads when another account is in it", test_group);
	ADD("/access/whoever an access list names reads", test_access_list);
#undef ADD

	return g_test_run();
}
