/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "batch/manifest.h"

#include <glib/gstdio.h>
#include <malloc.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "manifest-case.h"
#include "profile-folder.h"

#define HEADER	   "number,name,p12\n"
#define NOTHING	   ((const gchar *const[]){ NULL })
#define LIST(...)  ((const gchar *const[]){ __VA_ARGS__, NULL })
#define YAMADA_932 "\x8E\x52\x93\x63" /* 山田 */

static TfCampaign *eight_digits(void)
{
	g_autofree gchar *directory = profile_folder_shipped();
	g_autoptr(GError) error = NULL;
	TfCampaign *campaign = tf_campaign_load("sharoushi-2014", directory, &error);

	g_assert_no_error(error);

	return campaign;
}

static void assert_rows(ManifestCase *manifest, const gchar *content, const gchar *const *rows)
{
	manifest_case_assert(manifest, NULL, content, rows, NOTHING);
}

static void assert_problems(ManifestCase *manifest, const gchar *content, const gchar *const *problems)
{
	manifest_case_assert(manifest, NULL, content, NOTHING, problems);
}

static void columns_stand_in_any_order(ManifestCase *manifest, gconstpointer data)
{
	(void)data;
	assert_rows(manifest, HEADER "1,山田太郎,a.p12\n", LIST("2|1|山田太郎|a.p12|-|-"));
	assert_rows(manifest,
		"token_serial,p12,password,name,number\r\nS,a.p12,\"p,\"\"w\",山田,1\r\n,b.p12,,佐藤,2",
		LIST("2|1|山田|a.p12|p,\"w|S", "3|2|佐藤|b.p12|-|-"));
}

static void utf8_and_cp932_are_told_apart(ManifestCase *manifest, gconstpointer data)
{
	(void)data;
	assert_rows(
		manifest, "\xEF\xBB\xBF" HEADER "1,Ye,a\n2,山田,b\n", LIST("2|1|Ye|a|-|-", "3|2|山田|b|-|-"));
	assert_rows(manifest, HEADER "1,Ye,a\n2,山田,b\n", LIST("2|1|Ye|a|-|-", "3|2|山田|b|-|-"));
	assert_rows(manifest, HEADER "1,Ye,a\n2," YAMADA_932 ",\x8E\x52/b\n",
		LIST("2|1|Ye|a|-|-", "3|2|山田|山/b|-|-"));
	assert_rows(manifest, "number,name,p12,password\n1," YAMADA_932 ",a," YAMADA_932 "\n",
		LIST("2|1|山田|a|山田|-"));
}

static void a_mixed_encoding_ends_the_reading(ManifestCase *manifest, gconstpointer data)
{
	(void)data;
	manifest_case_assert(manifest, NULL, HEADER "1,山田,a\n2," YAMADA_932 ",b\n3,x,c\n",
		LIST("2|1|山田|a|-|-"), LIST("line 3: The list"));
	g_assert_nonnull(strstr(g_ptr_array_index(manifest->problems, 0), "not UTF-8 as line 2 is"));
	manifest_case_assert(manifest, NULL, HEADER "1," YAMADA_932 ",a\n2,é,b\n3,x,c\n",
		LIST("2|1|山田|a|-|-", "3|2|ﾃｩ|b|-|-", "4|3|x|c|-|-"), NOTHING);
	manifest_case_assert(manifest, NULL, HEADER "1," YAMADA_932 ",a\n2,\x8E,b\n3,x,c\n",
		LIST("2|1|山田|a|-|-"), LIST("not CP932 as line 2 is"));
	assert_problems(manifest, HEADER "1,\xFF,a\n2,x,b\n", LIST("neither UTF-8 nor CP932"));
	assert_problems(manifest, "\xEF\xBB\xBF" HEADER "1," YAMADA_932 ",a\n2,x,b\n",
		LIST("not UTF-8 as line 1 is"));
}

static void utf16_is_named(ManifestCase *manifest, gconstpointer data)
{
	const gchar text[] = "\xFF\xFEn\0u\0m\0b\0e\0r\0,\0n\0a\0m\0e\0\n";

	(void)data;
	manifest_case_write(manifest, text, sizeof text);
	manifest_case_read(manifest, NULL);

	g_assert_cmpuint(manifest->problems->len, ==, 1);
	g_assert_nonnull(strstr(g_ptr_array_index(manifest->problems, 0), "UTF-16"));
}

static void a_wrong_header_ends_the_reading(ManifestCase *manifest, gconstpointer data)
{
	(void)data;
	assert_problems(manifest, "", LIST("line 1: The list"));
	assert_problems(manifest, "\n\n", LIST("is empty"));
	assert_problems(manifest, HEADER, LIST("names nobody"));
	assert_problems(manifest, HEADER "\n\n", LIST("names nobody"));
	assert_problems(manifest, "number,name\n1,n\n",
		LIST("the column 'p12' is missing; the first line must be "
		     "number,name,p12[,password][,token_serial]"));
	assert_problems(manifest, "number,name,p12,name\n1,n,a,n\n", LIST("'name' stands there twice"));
	assert_problems(manifest, "number,name,p12,\n1,n,a,\n", LIST("column 4 is not known"));
	assert_problems(manifest, "1,山田,a.p12,secret\n", LIST("column 1 is not known"));
	assert_problems(manifest, "Number,name,p12\n1,n,a\n", LIST("column 1 is not known"));
	assert_problems(manifest, "number;name;p12\n1;n;a\n", LIST("semicolons or tabs"));
	assert_problems(manifest, "number\tname\tp12\n1\tn\ta\n", LIST("semicolons or tabs"));
	assert_problems(manifest, "number,\"name,p12\n1,n,a\n", LIST("not closed"));
}

static void every_defect_is_told_and_the_reading_goes_on(ManifestCase *manifest, gconstpointer data)
{
	(void)data;
	manifest_case_assert(manifest, NULL,
		HEADER "1,n,a,\n"	  /* 2 */
		       "2,n\n"		  /* 3 */
		       ",n,a\n"		  /* 4 */
		       "3,,a\n"		  /* 5 */
		       "4,n,\n"		  /* 6 */
		       "5,n\"m,a\n"	  /* 7 */
		       "6,n\tm,a\n"	  /* 8 */
		       "7,\"n\nm\",a\n"	  /* 9 */
		       "8,n\u202Em,a\n"	  /* 11 */
		       "9,n\xC2\x85m,a\n" /* 12 */
		       "\n10,n,a\n",	  /* 14 */
		LIST("14|10|n|a|-|-"),
		LIST("line 2: ", "line 3: ", "line 4: ", "line 5: ", "line 6: ", "line 7: ", "line 8: ",
			"line 9: ", "line 11: ", "line 12: "));
	assert_problems(manifest, HEADER "1,n,a,\n2,n\n,n,a\n",
		LIST("4 cells, but the first line has 3", "2 cells", "'number' is empty"));
}

static void every_rule_that_a_row_breaks_is_told(ManifestCase *manifest, gconstpointer data)
{
	g_autoptr(TfCampaign) campaign = eight_digits();

	(void)data;
	manifest_case_assert(manifest, campaign, HEADER "123,山?,/a\n", NOTHING,
		LIST("'123' is not a registration number of 8 digits", "lost in CP932",
			"in the folder of the list"));
}

static void cells_have_bounds(ManifestCase *manifest, gconstpointer data)
{
	g_autofree gchar *path = g_strnfill(4095, 'p');
	g_autofree gchar *content = g_strdup_printf(HEADER "1,n,%s\n2,n,%sp\n", path, path);
	g_autofree gchar *row = g_strdup_printf("2|1|n|%s|-|-", path);
	g_autofree gchar *name = g_strnfill(301, 'n');
	g_autofree gchar *named = g_strdup_printf(HEADER "1,%s,a\n", name);

	(void)data;
	manifest_case_assert(manifest, NULL, content, LIST(row), LIST("line 3: "));
	assert_problems(manifest, named, LIST("'name' is too long"));
}

static void a_lost_zero_is_named(ManifestCase *manifest, gconstpointer data)
{
	g_autoptr(TfCampaign) campaign = eight_digits();

	(void)data;
	manifest_case_assert(manifest, campaign,
		HEADER "12345678,n,a\n1234567,n,a\n123456,n,a\n 2345678,n,a\n123456789,n,a\n1.23E+07,n,a\n",
		LIST("2|12345678|n|a|-|-"),
		LIST("line 3: A spreadsheet has probably dropped a zero at the front: '1234567' is not",
			"line 4: '123456' is not", "line 5: ' 2345678' is not", "line 6: '123456789' is not",
			"line 7: '1.23E+07' is not"));
}

static void a_number_that_no_label_holds_is_named(ManifestCase *manifest, gconstpointer data)
{
	(void)data;
	assert_rows(manifest, HEADER "12345678901234567890123456789012,x,a\n",
		LIST("2|12345678901234567890123456789012|x|a|-|-"));
	assert_problems(manifest, HEADER "123456789012345678901234567890123,x,a\n",
		LIST("longer than the label of a token"));
	assert_problems(manifest, HEADER "山1,x,a\n", LIST("other characters than those of ASCII"));
}

static void a_number_in_full_width_digits_is_named(ManifestCase *manifest, gconstpointer data)
{
	g_autoptr(TfCampaign) campaign = eight_digits();

	(void)data;
	manifest_case_assert(manifest, campaign, HEADER "１２３４５６７８,n,a\n1234567８,n,a\n", NOTHING,
		LIST("full-width", "full-width"));
}

static void a_number_makes_no_path(ManifestCase *manifest, gconstpointer data)
{
	(void)data;
	assert_problems(manifest, HEADER "../1,n,a\n.1,n,a\n1/2,n,a\n", LIST("line 2", "line 3", "line 4"));
}

static void a_name_with_a_lost_character_is_told(ManifestCase *manifest, gconstpointer data)
{
	(void)data;
	assert_problems(manifest, HEADER "1,?橋,a\n2,〓橋,a\n3,\uFFFD橋,a\n4,??,a\n5,\uE000橋,a\n",
		LIST("lost in CP932", "lost in CP932", "lost in a conversion", "lost in CP932", "gaiji"));
	assert_problems(manifest, HEADER "1,\x81\xAC" YAMADA_932 ",a\n2,\xF0\x40" YAMADA_932 ",b\n",
		LIST("lost in CP932", "gaiji"));
	assert_rows(manifest, HEADER "1,髙橋,a\n2,葛\U000E0100城,a\n",
		LIST("2|1|髙橋|a|-|-", "3|2|葛\U000E0100城|a|-|-"));
}

static void a_path_stays_below_the_list(ManifestCase *manifest, gconstpointer data)
{
	(void)data;
	assert_problems(manifest,
		HEADER "1,n,/a\n2,n,../a\n3,n,a/../../b\n4,n,a/./../..//a\n5,n,a\\b\n6,n,..\n",
		LIST("line 2", "line 3", "line 4", "line 5", "line 6: ", "line 7"));
	assert_rows(
		manifest, HEADER "1,n,a/../b\n2,n,..a/b..\n", LIST("2|1|n|a/../b|-|-", "3|2|n|..a/b..|-|-"));
}

static void formulas_stay_text(ManifestCase *manifest, gconstpointer data)
{
	(void)data;
	assert_rows(manifest, HEADER "1,=cmd|' /C calc'!A0,a\n", LIST("2|1|=cmd|' /C calc'!A0|a|-|-"));
}

static void passwords_demand_an_owner_only_list(ManifestCase *manifest, gconstpointer data)
{
	(void)data;
	manifest_case_write(manifest, "number,name,p12,password\n1,n,a,\n", -1);
	g_assert_cmpint(g_chmod(manifest->path, 0640), ==, 0);
	manifest_case_read(manifest, NULL);

	g_assert_cmpuint(manifest->rows->len, ==, 0);
	g_assert_cmpuint(manifest->problems->len, ==, 1);
	g_assert_nonnull(strstr(g_ptr_array_index(manifest->problems, 0), "chmod 600"));

	manifest_case_write(manifest, HEADER "1,n,a\n", -1);
	g_assert_cmpint(g_chmod(manifest->path, 0644), ==, 0);
	manifest_case_read(manifest, NULL);
	g_assert_cmpuint(manifest->rows->len, ==, 1);
}

static void no_problem_repeats_a_password(ManifestCase *manifest, gconstpointer data)
{
	(void)data;
	assert_problems(manifest,
		"number,name,p12,password\n1,n,a,b,secret\n2,n,a,se\"cret\n3,n,a,secret\t\n4,n,a,"
		"secret\uFFFD\n",
		LIST("5 cells", "quotation mark", "'password' holds", "'password' holds"));
	for (guint i = 0; i < manifest->problems->len; i++)
		g_assert_null(strstr(g_ptr_array_index(manifest->problems, i), "secret"));
}

static gboolean stop_at_row(const TfManifestRow *row, gpointer n_calls, GError **error)
{
	(*(guint *)n_calls)++;

	return tf_raise(error, TF_ERROR_LEDGER_BUSY, row->number, NULL);
}

static gboolean stop_at_problem(guint line, const GError *problem, gpointer n_calls, GError **error)
{
	(void)line;
	(void)problem;
	(*(guint *)n_calls)++;

	return tf_raise(error, TF_ERROR_INTERRUPTED, NULL);
}

static void assert_stops(const ManifestCase *manifest, const gchar *content, TfErrorCode code)
{
	g_autoptr(GError) error = NULL;
	guint n_calls = 0;

	manifest_case_write(manifest, content, -1);

	g_assert_false(
		tf_manifest_read(manifest->path, NULL, stop_at_row, stop_at_problem, &n_calls, &error));
	g_assert_error(error, TF_ERROR, (gint)code);
	g_assert_cmpuint(n_calls, ==, 1);
}

static void a_callback_may_stop(ManifestCase *manifest, gconstpointer data)
{
	(void)data;
	assert_stops(manifest, HEADER "1,n,a\n2,n,a\n", TF_ERROR_LEDGER_BUSY);
	assert_stops(manifest, HEADER "1/2,?,/a\n2,n,a\n", TF_ERROR_INTERRUPTED);
	assert_stops(manifest, HEADER "1\n2\n", TF_ERROR_INTERRUPTED);
	assert_stops(manifest, HEADER, TF_ERROR_INTERRUPTED);
}

static void assert_unreadable(const gchar *path, TfErrorCode code)
{
	g_autoptr(GError) error = NULL;
	guint n_calls = 0;

	g_assert_false(tf_manifest_read(path, NULL, stop_at_row, stop_at_problem, &n_calls, &error));
	g_assert_error(error, TF_ERROR, (gint)code);
	g_assert_cmpuint(n_calls, ==, 0);
}

static void only_a_regular_file_is_a_list(ManifestCase *manifest, gconstpointer data)
{
	g_autofree gchar *link = g_build_filename(manifest->directory, "link", NULL);
	g_autofree gchar *fifo = g_build_filename(manifest->directory, "fifo", NULL);

	(void)data;
	manifest_case_write(manifest, HEADER "1,n,a\n", -1);
	g_assert_cmpint(symlink(manifest->path, link), ==, 0);
	g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);

	assert_unreadable(link, TF_ERROR_SOURCE_UNREADABLE);
	assert_unreadable(fifo, TF_ERROR_SOURCE_UNREADABLE);
	assert_unreadable("/dev/zero", TF_ERROR_SOURCE_UNREADABLE);
	assert_unreadable(manifest->directory, TF_ERROR_SOURCE_UNREADABLE);
	g_assert_cmpint(g_unlink(fifo), ==, 0);
	assert_unreadable(fifo, TF_ERROR_SOURCE_MISSING);
}

typedef struct Measure {
	gsize first, most;
	guint n_rows;
} Measure;

static gboolean measure(const TfManifestRow *row, gpointer user_data, GError **error)
{
	Measure *measured = user_data;
	const struct mallinfo2 now = mallinfo2();

	(void)row;
	(void)error;
	if (++measured->n_rows == 1000)
		measured->first = now.uordblks + now.hblkhd;
	measured->most = MAX(measured->most, now.uordblks + now.hblkhd);

	return TRUE;
}

static void memory_is_constant(ManifestCase *manifest, gconstpointer data)
{
	Measure measured = { 0, 0, 0 };
	g_autoptr(GError) error = NULL;

	(void)data;
	manifest_case_write_members(manifest, 100000);

	g_assert_true(tf_manifest_read(manifest->path, NULL, measure, stop_at_problem, &measured, &error));
	g_assert_cmpuint(measured.n_rows, ==, 100000);
	g_assert_cmpuint(measured.most, <=, measured.first + 65536);
}

#define ADD(name, test)                                                                                      \
	g_test_add(name, ManifestCase, NULL, manifest_case_set_up, test, manifest_case_tear_down)

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	ADD("/manifest/columns stand in any order", columns_stand_in_any_order);
	ADD("/manifest/UTF-8 and CP932 are told apart", utf8_and_cp932_are_told_apart);
	ADD("/manifest/a mixed encoding ends the reading", a_mixed_encoding_ends_the_reading);
	ADD("/manifest/UTF-16 is named", utf16_is_named);
	ADD("/manifest/a wrong header ends the reading", a_wrong_header_ends_the_reading);
	ADD("/manifest/every defect is told and the reading goes on",
		every_defect_is_told_and_the_reading_goes_on);
	ADD("/manifest/every rule that a row breaks is told", every_rule_that_a_row_breaks_is_told);
	ADD("/manifest/cells have bounds", cells_have_bounds);
	ADD("/manifest/a lost zero is named", a_lost_zero_is_named);
	ADD("/manifest/a number that no token's label can hold is named",
		a_number_that_no_label_holds_is_named);
	ADD("/manifest/a number in full-width digits is named", a_number_in_full_width_digits_is_named);
	ADD("/manifest/a number makes no path", a_number_makes_no_path);
	ADD("/manifest/a name with a lost character is told", a_name_with_a_lost_character_is_told);
	ADD("/manifest/a path stays below the list", a_path_stays_below_the_list);
	ADD("/manifest/formulas stay text", formulas_stay_text);
	ADD("/manifest/passwords demand an owner-only list", passwords_demand_an_owner_only_list);
	ADD("/manifest/no problem repeats a password", no_problem_repeats_a_password);
	ADD("/manifest/a callback may stop", a_callback_may_stop);
	ADD("/manifest/only a regular file is a list", only_a_regular_file_is_a_list);
	ADD("/manifest/memory is constant", memory_is_constant);

	return g_test_run();
}
