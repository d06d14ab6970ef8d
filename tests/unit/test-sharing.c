/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/sharing.h"

#include <unistd.h>

#include "base/secret.h"
#include "pc.h"
#include "silence.h"
#include "volume.h"

#define PATIENCE_SECONDS 20

typedef struct Fixture {
	TfFixturePc *pc;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->pc = tf_fixture_pc_new();
	(void)alarm(PATIENCE_SECONDS);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	(void)alarm(0);
	tf_fixture_pc_free(fixture->pc);
}

static void samba_and_nfs_are_read(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfSharing) sharing = NULL;

	(void)data;
	tf_fixture_pc_put(fixture->pc, "/etc/samba/smb.conf",
		"[global]\n workgroup = W\n[docs]\n\tPath = /home/m/Public/\n; path = /home/m/off\n");
	tf_fixture_pc_put(fixture->pc, "/var/lib/samba/usershares/pics",
		"#VERSION 2\npath=/home/m/Pictures\nshare_name=pics\n");
	tf_fixture_pc_put(
		fixture->pc, "/etc/exports", "# comment\n/srv/nfs 192.168.0.0/24(ro)\n/home/m/nfs\t*(rw)\n");
	sharing = tf_sharing_new(fixture->pc->root);

	g_assert_true(tf_sharing_is_offered(sharing, "/home/m/Public/key.p12"));
	g_assert_true(tf_sharing_is_offered(sharing, "/home/m/Pictures/a/key.p12"));
	g_assert_true(tf_sharing_is_offered(sharing, "/srv/nfs/key.p12"));
	g_assert_true(tf_sharing_is_offered(sharing, "/home/m/nfs/key.p12"));
	g_assert_false(tf_sharing_is_offered(sharing, "/home/m/off/key.p12"));
	g_assert_false(tf_sharing_is_offered(sharing, "/home/m/Publicly/key.p12"));
}

static void blanks_in_exports_are_read(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfSharing) sharing = NULL;

	(void)data;
	tf_fixture_pc_put(fixture->pc, "/etc/exports",
		"\"/srv/my share\" *(ro)\n/srv/your\\040share *(ro)\n/srv/long \\\n  *(ro) \\\n  "
		"/srv/client(rw)\n"
		"\"/srv/no end\n");
	sharing = tf_sharing_new(fixture->pc->root);

	g_assert_true(tf_sharing_is_offered(sharing, "/srv/my share/key.p12"));
	g_assert_true(tf_sharing_is_offered(sharing, "/srv/your share/key.p12"));
	g_assert_true(tf_sharing_is_offered(sharing, "/srv/long/key.p12"));
	g_assert_true(tf_sharing_is_offered(sharing, "/srv/no end/key.p12"));
	g_assert_false(tf_sharing_is_offered(sharing, "/srv/my/key.p12"));
	g_assert_false(tf_sharing_is_offered(sharing, "/srv/client/key.p12"));
}

static void further_exports_are_read(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfSharing) sharing = NULL;

	(void)data;
	tf_fixture_pc_put(fixture->pc, "/etc/exports.d/office.exports", "/srv/office *\n");
	tf_fixture_pc_put(fixture->pc, "/etc/exports.d/old.exports.bak", "/srv/old *\n");
	tf_fixture_pc_put(fixture->pc, "/etc/exports.d/.hidden.exports", "/srv/hidden *\n");
	sharing = tf_sharing_new(fixture->pc->root);

	g_assert_true(tf_sharing_is_offered(sharing, "/srv/office/key.p12"));
	g_assert_false(tf_sharing_is_offered(sharing, "/srv/old/key.p12"));
	g_assert_false(tf_sharing_is_offered(sharing, "/srv/hidden/key.p12"));
}

static void the_root_directory_is_a_folder(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfSharing) sharing = NULL;

	(void)data;
	tf_fixture_pc_put(fixture->pc, "/etc/exports", "/ *(ro)\n");
	sharing = tf_sharing_new(fixture->pc->root);

	g_assert_true(tf_sharing_is_offered(sharing, "/home/m/key.p12"));
}

static void what_leads_nowhere_is_taken_as_it_stands(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfSharing) sharing = NULL;

	(void)data;
	tf_fixture_pc_put(fixture->pc, "/etc/exports", "//srv/./a//b/../c/ *\nsrv/relative *\n");
	sharing = tf_sharing_new(fixture->pc->root);

	g_assert_true(tf_sharing_is_offered(sharing, "/srv/a/c/key.p12"));
	g_assert_false(tf_sharing_is_offered(sharing, "/srv/relative/key.p12"));
}

static void links_are_seen_through(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfSharing) sharing = NULL;

	(void)data;
	tf_fixture_pc_put(fixture->pc, "/home/m/Public/key.p12", "");
	tf_fixture_pc_link(fixture->pc, "/srv/all", "/home/m");
	tf_fixture_pc_put(fixture->pc, "/etc/real/smb.conf", "[docs]\npath = /srv/all/Public\n");
	tf_fixture_pc_link(fixture->pc, "/etc/samba/smb.conf", "/etc/real/smb.conf");
	sharing = tf_sharing_new(fixture->pc->root);

	g_assert_true(tf_sharing_is_offered(sharing, "/home/m/Public/key.p12"));
	g_assert_false(tf_sharing_is_offered(sharing, "/home/m/key.p12"));
}

static void a_server_that_is_gone_is_not_asked(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *gone = g_strconcat(fixture->pc->root, "/gone", NULL);
	g_autoptr(TfFixtureSilence) silence = NULL;
	g_autoptr(TfSharing) sharing = NULL;

	(void)data;
	tf_fixture_pc_put(fixture->pc, "/etc/passwd", "m:x:1000:1000::/gone/m:/bin/sh\n");
	tf_fixture_pc_put(fixture->pc, "/etc/samba/smb.conf",
		"[homes]\n[a]\npath = /gone/a\n[b]\npath = /link/b\ninclude = /gone/smb.conf\n"
		"[global]\nusershare path = /link/usershares\n");
	tf_fixture_pc_link(fixture->pc, "/link", "/gone");
	tf_fixture_pc_link(fixture->pc, "/etc/exports", "/gone/exports");
	g_assert_cmpint(g_mkdir_with_parents(gone, 0700), ==, 0);
	silence = tf_fixture_silence_new(gone, "fuse.sshfs");
	sharing = tf_sharing_new(fixture->pc->root);

	g_assert_true(tf_sharing_is_offered(sharing, "/gone/a/key.p12"));
	g_assert_true(tf_sharing_is_offered(sharing, "/gone/m/key.p12"));
	g_assert_false(tf_sharing_is_offered(sharing, "/gone/b/key.p12"));
}

static void where_nothing_is_nothing_is_claimed(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfSharing) sharing = tf_sharing_new("/nowhere");

	(void)fixture;
	(void)data;

	g_assert_false(tf_sharing_is_offered(sharing, "/home/m/Public/key.p12"));
}

static void add(const gchar *path, void (*test)(Fixture *fixture, gconstpointer data))
{
	g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
	tf_fixture_mount_namespace(argc, argv);
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	add("/sharing/what Samba and NFS offer is read from their files", samba_and_nfs_are_read);
	add("/sharing/blanks in the path of an export are quoted or escaped", blanks_in_exports_are_read);
	add("/sharing/what NFS offers stands in several files", further_exports_are_read);
	add("/sharing/whoever offers the root directory offers everything", the_root_directory_is_a_folder);
	add("/sharing/a folder that is not there is known by its path put in order",
		what_leads_nowhere_is_taken_as_it_stands);
	add("/sharing/a folder that is offered over a link is known where it lies", links_are_seen_through);
	add("/sharing/a server that does not answer is not asked", a_server_that_is_gone_is_not_asked);
	add("/sharing/where nothing can be read nothing is claimed", where_nothing_is_nothing_is_claimed);

	return g_test_run();
}
