/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xattrs-private.h"

#include <fcntl.h>
#include <string.h>
#include <sys/xattr.h>

#include "base/file.h"
#include "volume.h"

typedef struct Desk {
	TfFixtureVolume *volume;
	TfFixtureSource *source;
	int fd;
} Desk;

static void set_up(Desk *desk, G_GNUC_UNUSED gconstpointer data)
{
	desk->volume = tf_fixture_volume_ext4("has_journal,ea_inode", "rw");
	desk->source = tf_fixture_source(desk->volume->mount_point);
	desk->fd = open(desk->source->path, O_RDONLY | O_CLOEXEC);
	g_assert_cmpint(desk->fd, >=, 0);
}

static void tear_down(Desk *desk, G_GNUC_UNUSED gconstpointer data)
{
	tf_file_close(&desk->fd);
	tf_fixture_source_free(desk->source);
	tf_fixture_volume_free(desk->volume);
}

static void put(const Desk *desk, const gchar *name, gconstpointer value, gsize length)
{
	g_assert_cmpint(fsetxattr(desk->fd, name, value, length, 0), ==, 0);
}

static gboolean holds_one_secret(const Desk *desk)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfFound) found = tf_recognise_recorded(
		desk->source->path, desk->source->sha256, desk->source->spki_sha256, TRUE, NULL, &error);

	g_assert_no_error(error);

	return tf_found_holds_one_secret(found);
}

static void what_browsers_note_of_a_download_is_no_secret(Desk *desk, G_GNUC_UNUSED gconstpointer data)
{
	static const gchar origin[] = "https://example.jp/download?file=member.p12";

	put(desk, "user.xdg.origin.url", origin, strlen(origin));
	put(desk, "user.xdg.referrer.url", origin, strlen(origin));

	g_assert_false(tf_xattrs_may_hide_key(desk->fd));
	g_assert_true(holds_one_secret(desk));
}

static void a_key_in_an_attribute_is_another_secret(Desk *desk, G_GNUC_UNUSED gconstpointer data)
{
	g_autofree gchar *content = NULL;
	gsize length = 0;

	g_assert_true(g_file_get_contents(desk->source->path, &content, &length, NULL));
	put(desk, "user.copy", content, length);

	g_assert_true(tf_xattrs_may_hide_key(desk->fd));
	g_assert_false(holds_one_secret(desk));
}

static void a_key_behind_other_octets_of_an_attribute_is_seen(Desk *desk, G_GNUC_UNUSED gconstpointer data)
{
	g_autofree gchar *content = NULL;
	g_autofree gchar *value = NULL;
	gsize length = 0;

	g_assert_true(g_file_get_contents(desk->source->path, &content, &length, NULL));
	value = g_malloc0(5000 + length);
	memcpy(value + 5000, content, length);
	put(desk, "user.copy", value, 5000 + length);

	g_assert_true(tf_xattrs_may_hide_key(desk->fd));
}

static void attributes_that_cannot_be_read_may_hide_one(void)
{
	g_assert_true(tf_xattrs_may_hide_key(-1));
}

int main(int argc, char **argv)
{
	tf_fixture_mount_namespace(argc, argv);
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add("/xattrs/what browsers note of a download is no secret", Desk, NULL, set_up,
		what_browsers_note_of_a_download_is_no_secret, tear_down);
	g_test_add("/xattrs/a key in an attribute is another secret", Desk, NULL, set_up,
		a_key_in_an_attribute_is_another_secret, tear_down);
	g_test_add("/xattrs/a key behind other octets of an attribute is seen", Desk, NULL, set_up,
		a_key_behind_other_octets_of_an_attribute_is_seen, tear_down);
	g_test_add_func("/xattrs/attributes that cannot be read may hide one",
		attributes_that_cannot_be_read_may_hide_one);

	return g_test_run();
}
