/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which program copies a folder to somewhere else. */
#include <sys/mount.h>

#include "base/secret.h"
#include "disk/sharing.h"
#include "pc.h"
#include "volume.h"

typedef struct Fixture {
	TfFixturePc *pc;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->pc = tf_fixture_pc_new();
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_fixture_pc_free(fixture->pc);
}

static void assert_service(const Fixture *fixture, const gchar *path, const gchar *expected)
{
	g_autoptr(TfSharing) sharing = tf_sharing_new("");
	g_autofree gchar *whole = g_strconcat(fixture->pc->root, path, NULL);

	g_assert_cmpstr(tf_sharing_service(sharing, whole), ==, expected);
}

static void names_tell(Fixture *fixture, gconstpointer data)
{
	static const gchar *const rows[][2] = {
		{ "/m/Dropbox/a/key.p12", "Dropbox" },
		{ "/m/dropbox/key.p12", "Dropbox" },
		{ "/m/Google Drive/key.p12", "Google Drive" },
		{ "/m/Google ドライブ/key.p12", "Google Drive" },
		{ "/m/google ト\u3099ライフ\u3099/key.p12", "Google Drive" },
		{ "/m/マイドライブ/key.p12", "Google Drive" },
		{ "/m/My Drive/key.p12", "Google Drive" },
		{ "/m/iCloudDrive/key.p12", "iCloud" },
		{ "/m/Box Sync/key.p12", "Box" },
		{ "/m/pCloud Drive/key.p12", "pCloud" },
		{ "/m/pCloudDrive/key.p12", "pCloud" },
		{ "/m/MEGAsync/key.p12", "MEGA" },
		{ "/m/Proton Drive/key.p12", "Proton Drive" },
		{ "/m/SynologyDrive/key.p12", "Synology Drive" },
		{ "/m/Insync/key.p12", "Insync" },
		{ "/m/NEXTCLOUD/key.p12", "Nextcloud" },
		{ "/m/MEGAlith/key.p12", NULL },
		{ "/m/Documents/key.p12", NULL },
		{ "/m/\xff/key.p12", NULL },
		{ "/m/Dropbox", NULL },
	};

	(void)data;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		assert_service(fixture, rows[i][0], rows[i][1]);
}

static void further_accounts_are_known(Fixture *fixture, gconstpointer data)
{
	(void)data;

	assert_service(fixture, "/m/Nextcloud2/key.p12", "Nextcloud");
	assert_service(fixture, "/m/Nextcloud 2/key.p12", "Nextcloud");
	assert_service(fixture, "/m/Dropbox (Office)/key.p12", "Dropbox");
	assert_service(fixture, "/m/ownCloud(2)/key.p12", "ownCloud");
	assert_service(fixture, "/m/OneDrive - Office/key.p12", "OneDrive");
	assert_service(fixture, "/m/GoogleDrive-m@example.jp/key.p12", "Google Drive");
	assert_service(fixture, "/m/Nextcloud2go/key.p12", NULL);
	assert_service(fixture, "/m/Dropboxes/key.p12", NULL);
}

static void everyday_words_tell_in_a_home_only(Fixture *fixture, gconstpointer data)
{
	(void)data;

	assert_service(fixture, "/home/m/Box/key.p12", "Box");
	assert_service(fixture, "/Users/m/box/a/key.p12", "Box");
	assert_service(fixture, "/home/m/MEGA/key.p12", "MEGA");
	assert_service(fixture, "/home/m/MEGA (2)/key.p12", "MEGA");
	assert_service(fixture, "/home/m/Box 2/key.p12", "Box");
	assert_service(fixture, "/home/m/Box of photos/key.p12", NULL);
	assert_service(fixture, "/home/m/Documents/Box/key.p12", NULL);
	assert_service(fixture, "/srv/MEGA/key.p12", NULL);
}

static void homes_are_those_of_accounts(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfSharing) sharing = NULL;

	(void)data;
	tf_fixture_pc_put(fixture->pc, "/etc/passwd", "m:x:1000:1000::/data/m:/bin/sh\n");
	sharing = tf_sharing_new(fixture->pc->root);

	g_assert_cmpstr(tf_sharing_service(sharing, "/data/m/Box/key.p12"), ==, "Box");
	g_assert_null(tf_sharing_service(sharing, "/data/n/Box/key.p12"));
}

static void markers_tell(Fixture *fixture, gconstpointer data)
{
	static const gchar *const rows[][2] = {
		{ ".stfolder", "Syncthing" },
		{ ".nextcloudsync.log", "Nextcloud" },
		{ ".owncloudsync.log", "ownCloud" },
		{ ".sync_0a1b2c3d4e5f.db", "Nextcloud/ownCloud" },
		{ "._sync_0a1b2c3d4e5f.db", "Nextcloud/ownCloud" },
		{ ".dropbox", "Dropbox" },
		{ ".dropbox.cache", "Dropbox" },
		{ ".sync", "Resilio Sync" },
		{ ".seafile-data", "Seafile" },
		{ ".SynologyWorkingDirectory", "Synology Drive" },
		{ ".megaignore", "MEGA" },
		{ ".sync_0a1b2c3d4e5f.db-wal", NULL },
		{ ".stignore", NULL },
	};

	(void)data;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree gchar *marker = g_strdup_printf("/m/%" G_GSIZE_FORMAT "/%s", i, rows[i][0]);
		g_autofree gchar *beside = g_strdup_printf("/m/%" G_GSIZE_FORMAT "/key.p12", i);
		g_autofree gchar *below = g_strdup_printf("/m/%" G_GSIZE_FORMAT "/a/b/key.p12", i);

		tf_fixture_pc_put(fixture->pc, marker, "");
		tf_fixture_pc_put(fixture->pc, below, "");
		assert_service(fixture, beside, rows[i][1]);
		assert_service(fixture, below, rows[i][1]);
	}
	assert_service(fixture, "/m/other/key.p12", NULL);
}

static void settings_are_no_markers(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_fixture_pc_put(fixture->pc, "/home/m/.dropbox/info.json", "");
	tf_fixture_pc_put(fixture->pc, "/home/m/.sync/settings.dat", "");
	tf_fixture_pc_put(fixture->pc, "/home/n/.sync/IgnoreList", "");

	assert_service(fixture, "/home/m/Documents/key.p12", NULL);
	assert_service(fixture, "/home/n/Documents/key.p12", "Resilio Sync");
}

static void a_marker_above_a_mount_tells(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *disk = g_strconcat(fixture->pc->root, "/m/disk", NULL);

	(void)data;
	tf_fixture_pc_put(fixture->pc, "/m/.stfolder", "");
	g_assert_cmpint(g_mkdir_with_parents(disk, 0700), ==, 0);
	g_assert_cmpint(mount("tmpfs", disk, "tmpfs", 0, NULL), ==, 0);

	assert_service(fixture, "/m/disk/key.p12", "Syncthing");
	g_assert_cmpint(umount2(disk, MNT_DETACH), ==, 0);
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
	add("/sharing-service/folders of services that copy files are known by their names", names_tell);
	add("/sharing-service/folders of further accounts are known", further_accounts_are_known);
	add("/sharing-service/an everyday word tells in a home directory only",
		everyday_words_tell_in_a_home_only);
	add("/sharing-service/a home directory is where an account says", homes_are_those_of_accounts);
	add("/sharing-service/others are known by what the programs leave in them", markers_tell);
	add("/sharing-service/settings of a program in a home directory are no marker of it",
		settings_are_no_markers);
	add("/sharing-service/a marker above a mounted disk tells", a_marker_above_a_mount_tells);

	return g_test_run();
}
