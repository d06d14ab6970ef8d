/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/secret.h"
#include "outcomes.h"
#include "report/report.h"

typedef struct Fixture {
	TfFixtureMember *member;
	TfCampaign *campaign;
	TfOutcome *outcome;
	gchar *directory;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->member = tf_fixture_member("ec256", TF_FIXTURE_NAME, "Tokenferry Demo Issuing CA");
	fixture->campaign = tf_fixture_campaign("demo");
	fixture->outcome = tf_fixture_outcome(fixture->member->certificate, TF_STATUS_DONE);
	g_free(fixture->outcome->certificate->serial);
	fixture->outcome->certificate->serial = g_strdup("0AF3");
	fixture->directory = tf_fixture_directory();
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_fixture_remove(fixture->directory);
	g_free(fixture->directory);
	tf_outcome_free(fixture->outcome);
	tf_campaign_free(fixture->campaign);
	tf_fixture_member_free(fixture->member);
}

static gchar *content(const Fixture *fixture, const gchar *name)
{
	g_autofree gchar *path = g_build_filename(fixture->directory, name, NULL);
	gchar *text = NULL;

	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));

	return text;
}

static gboolean exists(const Fixture *fixture, const gchar *name)
{
	g_autofree gchar *path = g_build_filename(fixture->directory, name, NULL);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

static void write_reports(Fixture *fixture)
{
	g_autoptr(GError) error = NULL;

	tf_report_write(fixture->outcome, fixture->campaign, fixture->directory, &error);
	g_assert_no_error(error);
}

static void test_three(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *json = NULL;
	g_autofree gchar *text = NULL;
	g_autofree gchar *mail = NULL;
	g_autoptr(json_t) object = NULL;
	json_t *report = NULL;

	(void)data;
	write_reports(fixture);
	json = content(fixture, "tokenferry-2027-01-01-0af3.json");
	text = content(fixture, "tokenferry-2027-01-01-0af3.txt");
	mail = content(fixture, "tokenferry-2027-01-01-0af3.eml");
	object = json_loads(json, 0, NULL);
	report = json_object_get(object, "report");

	g_assert_cmpstr(
		json_string_value(json_object_get(report, "text")), ==, fixture->outcome->report_text);
	g_assert_cmpstr(
		json_string_value(json_object_get(report, "json")), ==, fixture->outcome->report_json);
	g_assert_cmpstr(
		json_string_value(json_object_get(report, "mail")), ==, fixture->outcome->report_mail);
	g_assert_true(g_path_is_absolute(fixture->outcome->report_mail));
	g_assert_nonnull(strstr(text, fixture->outcome->report_mail));
	g_assert_nonnull(strstr(mail, "X-Unsent: 1"));
	g_assert_null(strstr(mail, fixture->directory));
	g_assert_cmpuint(strcspn(json, "\n"), ==, strlen(json) - 1);
	g_assert_true(g_str_is_ascii(json));
}

static void test_private(Fixture *fixture, gconstpointer data)
{
	struct stat status;

	(void)data;
	write_reports(fixture);

	g_assert_cmpint(stat(fixture->outcome->report_text, &status), ==, 0);
	g_assert_cmpuint(status.st_mode & 0777, ==, 0600);
	g_assert_cmpint(stat(fixture->outcome->report_json, &status), ==, 0);
	g_assert_cmpuint(status.st_mode & 0777, ==, 0600);
	g_assert_cmpint(stat(fixture->outcome->report_mail, &status), ==, 0);
	g_assert_cmpuint(status.st_mode & 0777, ==, 0600);
}

static void test_numbers(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *first = NULL;
	g_autofree gchar *again = NULL;

	(void)data;
	write_reports(fixture);
	first = content(fixture, "tokenferry-2027-01-01-0af3.json");
	write_reports(fixture);
	again = content(fixture, "tokenferry-2027-01-01-0af3.json");

	g_assert_cmpstr(first, ==, again);
	g_assert_true(exists(fixture, "tokenferry-2027-01-01-0af3-2.txt"));
	g_assert_true(exists(fixture, "tokenferry-2027-01-01-0af3-2.json"));
	g_assert_true(exists(fixture, "tokenferry-2027-01-01-0af3-2.eml"));
	g_assert_true(g_str_has_suffix(fixture->outcome->report_text, "-0af3-2.txt"));
}

static void test_planted_link(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *link = g_build_filename(fixture->directory, "tokenferry-2027-01-01-0af3.eml", NULL);
	g_autofree gchar *target = g_build_filename(fixture->directory, "victim", NULL);

	(void)data;
	g_assert_cmpint(symlink(target, link), ==, 0);
	write_reports(fixture);

	g_assert_false(exists(fixture, "victim"));
	g_assert_true(g_str_has_suffix(fixture->outcome->report_text, "-0af3-2.txt"));
}

static void test_no_mail(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *json = NULL;

	(void)data;
	g_clear_pointer(&fixture->outcome->member_number, g_free);
	write_reports(fixture);
	json = content(fixture, "tokenferry-2027-01-01-0af3.json");

	g_assert_false(exists(fixture, "tokenferry-2027-01-01-0af3.eml"));
	g_assert_null(fixture->outcome->report_mail);
	g_assert_nonnull(strstr(json, "\"mail\":null"));
}

static void test_undo(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	(void)data;
	fixture->outcome->report_text = g_strdup("/before.txt");
	g_free(fixture->outcome->member_name);
	fixture->outcome->member_name = g_strdup("two\nlines");
	tf_report_write(fixture->outcome, fixture->campaign, fixture->directory, &error);

	g_assert_error(error, TF_ERROR, TF_ERROR_USAGE);
	g_assert_cmpint(g_rmdir(fixture->directory), ==, 0);
	g_assert_cmpstr(fixture->outcome->report_text, ==, "/before.txt");
	g_assert_null(fixture->outcome->report_json);
	g_assert_cmpint(g_mkdir(fixture->directory, 0700), ==, 0);
}

static void test_unsafe(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	(void)data;
	g_assert_cmpint(g_chmod(fixture->directory, 0777), ==, 0);
	tf_report_write(fixture->outcome, fixture->campaign, fixture->directory, &error);

	g_assert_error(error, TF_ERROR, TF_ERROR_OUTPUT_UNSAFE);
	g_assert_null(fixture->outcome->report_text);
}

static void test_hostile_serial(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_free(fixture->outcome->certificate->serial);
	fixture->outcome->certificate->serial = g_strdup("../../zz0F");
	write_reports(fixture);

	g_assert_true(exists(fixture, "tokenferry-2027-01-01-0f.txt"));
}

static void test_json(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *line = tf_report_json(fixture->outcome);
	g_autoptr(json_t) object = json_loads(line, 0, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfOutcome) outcome = tf_outcome_from_json(object, "line", &error);

	(void)data;
	g_assert_no_error(error);
	g_assert_null(strchr(line, '\n'));
	g_assert_cmpstr(outcome->member_name, ==, TF_FIXTURE_NAME);
	g_assert_cmpstr(((TfWiped *)g_ptr_array_index(outcome->wiped, 0))->path, ==,
		TF_FIXTURE_DIRECTORY "/Desktop/key.p12");
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

#define ADD(path, function) g_test_add(path, Fixture, NULL, set_up, function, tear_down)
	ADD("/report-write/writes text, JSON and mail, which name each other", test_three);
	ADD("/report-write/only the owner can read them", test_private);
	ADD("/report-write/a second report gets a number and leaves the first", test_numbers);
	ADD("/report-write/a planted link is not followed", test_planted_link);
	ADD("/report-write/without a number there is no mail", test_no_mail);
	ADD("/report-write/a report that fails leaves nothing and changes nothing", test_undo);
	ADD("/report-write/refuses a folder that others may write to", test_unsafe);
	ADD("/report-write/a hostile serial number makes no path", test_hostile_serial);
	ADD("/report-write/the JSON is one line with full paths, and reads back", test_json);
#undef ADD

	return g_test_run();
}
