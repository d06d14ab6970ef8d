/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What stands in smb.conf(5). */
#include "base/secret.h"
#include "disk/sharing.h"
#include "pc.h"

#define CONFIGURATION "/etc/samba/smb.conf"
#define PEOPLE                                                                                               \
	"root:x:0:0::/root:/bin/sh\ndaemon:x:1:1::/usr/sbin:/bin/false\nnobody:x:65534:65534::/nobody:/bin/" \
	"false\n"                                                                                            \
	"m:x:1000:1000::/home/m:/bin/sh\nn:x:1001:1001::/data/n:/bin/false\n"

typedef struct Fixture {
	TfFixturePc *pc;
	TfSharing *sharing;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->pc = tf_fixture_pc_new();
	tf_fixture_pc_put(fixture->pc, "/etc/passwd", PEOPLE);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_sharing_free(fixture->sharing);
	tf_fixture_pc_free(fixture->pc);
}

static void read_again(Fixture *fixture, const gchar *text)
{
	if (text != NULL)
		tf_fixture_pc_put(fixture->pc, CONFIGURATION, text);
	tf_sharing_free(fixture->sharing);
	fixture->sharing = tf_sharing_new(fixture->pc->root);
}

static gboolean is_offered(const Fixture *fixture, const gchar *folder)
{
	g_autofree gchar *path = g_build_filename(folder, "key.p12", NULL);

	return tf_sharing_is_offered(fixture->sharing, path);
}

static void a_path_is_written_in_many_ways(Fixture *fixture, gconstpointer data)
{
	(void)data;
	read_again(fixture,
		"[a]\nDIRECTORY = /srv/a\n[b]\n  d i r e c t o r y=/srv/b\r\n[c]\npath = \"/srv/my share\"\n"
		"[d]\npath = \\\n /srv/d\n[e]\n# \\\npath = /srv/e\n;path = /srv/off\npathos = /srv/off\n");

	g_assert_true(is_offered(fixture, "/srv/a"));
	g_assert_true(is_offered(fixture, "/srv/b"));
	g_assert_true(is_offered(fixture, "/srv/my share"));
	g_assert_true(is_offered(fixture, "/srv/d"));
	g_assert_true(is_offered(fixture, "/srv/e"));
	g_assert_false(is_offered(fixture, "/srv/off"));
}

static void the_root_directory_is_a_folder(Fixture *fixture, gconstpointer data)
{
	(void)data;
	read_again(fixture, "[all]\npath = /\n");

	g_assert_true(is_offered(fixture, "/home/m"));
}

static void what_is_not_available_is_not_offered(Fixture *fixture, gconstpointer data)
{
	static const gchar *const sections[] = {
		"[docs]\npath = /srv/docs\navailable = no\n",
		"[docs]\nAvailable = False\npath = /srv/docs\n",
		"[docs]\npath = /srv/docs\navailable = off\n",
		"[docs]\npath = /srv/docs\navailable=0\n",
		"[docs]\npath = /srv/docs\n-valid = no\n",
		"[docs]\npath = /srv/docs\n[other]\npath = /srv/other\n[Docs]\navailable = no\n",
		"[global]\navailable = no\n[docs]\npath = /srv/docs\n",
		"[docs]\npath = /srv/docs\nprint ok = yes\n",
	};

	(void)data;
	for (gsize i = 0; i < G_N_ELEMENTS(sections); i++) {
		read_again(fixture, sections[i]);
		g_assert_false(is_offered(fixture, "/srv/docs"));
	}
}

static void what_is_available_again_is_offered(Fixture *fixture, gconstpointer data)
{
	(void)data;
	read_again(fixture, "[global]\navailable = no\n[docs]\npath = /srv/docs\navailable = Yes\n"
			    "[model]\npath = /srv/model\n[copied]\ncopy = Model\navailable = true\n"
			    "[odd]\npath = /srv/odd\navailable = yes\navailable = perhaps\n");

	g_assert_true(is_offered(fixture, "/srv/docs"));
	g_assert_true(is_offered(fixture, "/srv/model"));
	g_assert_true(is_offered(fixture, "/srv/odd"));
}

static void includes_are_followed(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_fixture_pc_put(fixture->pc, "/etc/samba/more.conf",
		"path = /srv/more\n[further]\npath = /srv/further\ninclude = /etc/samba/more.conf\n");
	tf_fixture_pc_put(fixture->pc, "/etc/samba/pc.conf.%m", "[pc]\npath = /srv/pc\n");
	read_again(fixture,
		"[first]\nInclude = /etc/samba/more.conf\navailable = no\n"
		"[last]\ninclude = /etc/samba/pc.conf.%m\ninclude = /etc/samba\ninclude = /etc/samba/none\n"
		"path = /srv/last\n");

	g_assert_true(is_offered(fixture, "/srv/more"));
	g_assert_false(is_offered(fixture, "/srv/further"));
	g_assert_true(is_offered(fixture, "/srv/last"));
	g_assert_false(is_offered(fixture, "/srv/pc"));
}

static void homes_are_those_of_people(Fixture *fixture, gconstpointer data)
{
	(void)data;
	read_again(fixture, "[global]\npath = /srv/none\n[Homes]\nbrowseable = no\n");

	g_assert_true(is_offered(fixture, "/home/m/Documents"));
	g_assert_true(is_offered(fixture, "/data/n"));
	g_assert_false(is_offered(fixture, "/root"));
	g_assert_false(is_offered(fixture, "/usr/sbin"));
	g_assert_false(is_offered(fixture, "/nobody"));
	g_assert_false(is_offered(fixture, "/home/other"));

	read_again(fixture, "[homes]\navailable = no\n");

	g_assert_false(is_offered(fixture, "/home/m/Documents"));
}

static void macros_of_people_are_known(Fixture *fixture, gconstpointer data)
{
	(void)data;
	read_again(fixture,
		"[homes]\npath = /srv/homes/%S\n[mine]\npath = %H/Public\n[desk]\npath = /srv/%S/%U\n"
		"[pc]\npath = /srv/pc/%m\n[odd]\npath = /srv/odd%\n");

	g_assert_true(is_offered(fixture, "/srv/homes/m"));
	g_assert_false(is_offered(fixture, "/srv/homes/other"));
	g_assert_false(is_offered(fixture, "/home/m"));
	g_assert_true(is_offered(fixture, "/data/n/Public"));
	g_assert_true(is_offered(fixture, "/srv/desk/n"));
	g_assert_false(is_offered(fixture, "/srv/desk"));
	g_assert_false(is_offered(fixture, "/srv/pc"));
	g_assert_false(is_offered(fixture, "/srv/odd"));
}

static void shares_of_users_lie_where_it_says(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_fixture_pc_put(fixture->pc, "/var/lib/samba/usershares/old", "path=/srv/old\n");
	tf_fixture_pc_put(fixture->pc, "/srv/usershares/pics",
		"#VERSION 2\npath=/home/m/Pictures\ninclude = /etc/samba/more.conf\n");
	tf_fixture_pc_put(fixture->pc, "/etc/samba/more.conf", "[more]\npath = /srv/more\n");
	read_again(fixture, "[global]\nusershare path = /srv/usershares\n");

	g_assert_true(is_offered(fixture, "/home/m/Pictures"));
	g_assert_false(is_offered(fixture, "/srv/old"));
	g_assert_false(is_offered(fixture, "/srv/more"));

	read_again(fixture, "[global]\nusershare path =\n");

	g_assert_false(is_offered(fixture, "/home/m/Pictures"));
	g_assert_false(is_offered(fixture, "/srv/old"));
}

static void too_many_shares_are_not_mixed_up(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GString) text = g_string_new("[first]\npath = /srv/first\n");

	(void)data;
	for (guint i = 0; i < 2000; i++)
		g_string_append_printf(text, "[s%u]\navailable = no\npath = /srv/%u\n", i, i);
	g_string_append(text, "[First]\npath = /srv/second\n");
	read_again(fixture, text->str);

	g_assert_false(is_offered(fixture, "/srv/first"));
	g_assert_true(is_offered(fixture, "/srv/second"));
	g_assert_false(is_offered(fixture, "/srv/1999"));
}

static void add(const gchar *path, void (*test)(Fixture *fixture, gconstpointer data))
{
	g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	add("/sharing-samba/a path is written in many ways", a_path_is_written_in_many_ways);
	add("/sharing-samba/whoever offers the root directory offers everything",
		the_root_directory_is_a_folder);
	add("/sharing-samba/a share that is not available, or a printer, is not offered",
		what_is_not_available_is_not_offered);
	add("/sharing-samba/a share says for itself what holds for all", what_is_available_again_is_offered);
	add("/sharing-samba/other files are included, and never without end", includes_are_followed);
	add("/sharing-samba/homes are those of people", homes_are_those_of_people);
	add("/sharing-samba/macros that stand for people are known, and no others",
		macros_of_people_are_known);
	add("/sharing-samba/shares of users lie where it says", shares_of_users_lie_where_it_says);
	add("/sharing-samba/one share too many is not taken for another", too_many_shares_are_not_mixed_up);

	return g_test_run();
}
