/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/sharing.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/secret.h"
#include "fixtures.h"

static gchar *root;

static gchar *below(const gchar *path)
{
	return g_build_filename(root, path, NULL);
}

static void write_file(const gchar *path, const gchar *text)
{
	g_autofree gchar *whole = below(path);
	g_autofree gchar *folder = g_path_get_dirname(whole);
	g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));

	g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
	tf_fixture_write(whole, bytes);
}

static void assert_service(const gchar *path, const gchar *expected)
{
	g_autofree gchar *whole = below(path);

	g_assert_cmpstr(tf_sharing_service(whole), ==, expected);
}

static void test_names(void)
{
	assert_service("m/Dropbox/a/key.p12", "Dropbox");
	assert_service("m/OneDrive - Office/key.p12", "OneDrive");
	assert_service("m/Nextcloud/key.p12", "Nextcloud");
	assert_service("m/Dropbox (Office)/key.p12", "Dropbox");
	assert_service("m/MEGAlith/key.p12", NULL);
	assert_service("m/Documents/key.p12", NULL);
	assert_service("m/Dropbox", NULL);
}

static void test_markers(void)
{
	write_file("m/Sync/.stfolder/x", "");
	write_file("m/cloud/.nextcloudsync.log", "");

	assert_service("m/Sync/deep/key.p12", "Syncthing");
	assert_service("m/cloud/key.p12", "Nextcloud");
	assert_service("m/Sync2/key.p12", NULL);
}

static void test_offered(void)
{
	g_autoptr(TfSharing) sharing = NULL;

	write_file("etc/samba/smb.conf",
		"[global]\n workgroup = W\n[docs]\n\tPath = /home/m/Public/\n; path = /home/m/off\n");
	write_file("var/lib/samba/usershares/pics", "#VERSION 2\npath=/home/m/Pictures\nshare_name=pics\n");
	write_file("etc/exports", "# comment\n/srv/nfs 192.168.0.0/24(ro)\n/home/m/nfs\t*(rw)\n");
	sharing = tf_sharing_new(root);

	g_assert_true(tf_sharing_is_offered(sharing, "/home/m/Public/key.p12"));
	g_assert_true(tf_sharing_is_offered(sharing, "/home/m/Pictures/a/key.p12"));
	g_assert_true(tf_sharing_is_offered(sharing, "/srv/nfs/key.p12"));
	g_assert_true(tf_sharing_is_offered(sharing, "/home/m/nfs/key.p12"));
	g_assert_false(tf_sharing_is_offered(sharing, "/home/m/off/key.p12"));
	g_assert_false(tf_sharing_is_offered(sharing, "/home/m/Publicly/key.p12"));
}

static void test_nothing(void)
{
	g_autoptr(TfSharing) sharing = tf_sharing_new("/nowhere");

	g_assert_false(tf_sharing_is_offered(sharing, "/home/m/Public/key.p12"));
}

int main(int argc, char **argv)
{
	int status = 0;

	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	root = tf_fixture_directory();
	g_test_add_func("/sharing/folders of services that copy files are known by their names", test_names);
	g_test_add_func("/sharing/others are known by what the programs leave in them", test_markers);
	g_test_add_func("/sharing/what Samba and NFS offer is read from their files", test_offered);
	g_test_add_func("/sharing/where nothing can be read nothing is claimed", test_nothing);
	status = g_test_run();
	tf_fixture_remove(root);
	g_free(root);

	return status;
}
