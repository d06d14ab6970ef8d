/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The supplement to a report: what is said of the search, and to whom. */
#include "base/secret.h"
#include "outcomes.h"
#include "report/report.h"

typedef struct Fixture {
	TfFixtureMember *member;
	TfCampaign *campaign;
	TfOutcome *outcome;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
	TfSearch *search = tf_search_new();

	(void)data;
	fixture->member = tf_fixture_member("ec256", TF_FIXTURE_NAME, "Tokenferry Demo Issuing CA");
	fixture->campaign = tf_fixture_campaign("demo");
	fixture->outcome = tf_fixture_outcome(fixture->member->certificate, TF_STATUS_DONE);
	fixture->outcome->search = search;
	g_ptr_array_add(search->paths, g_strdup("/home/taro"));
	g_ptr_array_add(search->skipped, g_strdup("/mnt/nas (nfs4)"));
	g_ptr_array_add(search->elsewhere, g_strdup("the \x1b[31mPC at home"));
	search->n_files = 4711;
	search->n_skipped = 1;
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_outcome_free(fixture->outcome);
	tf_campaign_free(fixture->campaign);
	tf_fixture_member_free(fixture->member);
}

static void test_supplement(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *text = tf_report_text(fixture->outcome, fixture->campaign);

	(void)data;
	tf_assert_says(text, "Supplement to the report");
	tf_assert_says(text, fixture->outcome->certificate->sha256);
	tf_assert_says(text, "no report of completion");
	tf_assert_silent(text, "This may be reported as completed");
	tf_assert_says(text, "Folder: /home/taro\n");
	tf_assert_says(text, "Files looked at: 4711\n");
	tf_assert_says(text, "/mnt/nas (nfs4)");
	tf_assert_says(text, "Not checked, though the file was there once: the ");
	tf_assert_silent(text, "\x1b");
	g_assert_false(tf_outcome_may_claim_completion(fixture->outcome));
}

static void test_unknown(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *before = NULL;
	g_autofree gchar *after = NULL;

	(void)data;
	g_ptr_array_set_size(fixture->outcome->wiped, 0);
	g_ptr_array_set_size(fixture->outcome->kept, 0);
	before = tf_report_text(fixture->outcome, fixture->campaign);
	tf_search_add_unknown(fixture->outcome->search, "/home/taro/mbox", "2: \x1b[31ma.p12", "pkcs12");
	after = tf_report_text(fixture->outcome, fixture->campaign);

	tf_assert_says(before, "No copy of the key was found");
	tf_assert_silent(after, "No copy of the key was found");
	tf_assert_says(after, "not known whose they are");
	tf_assert_says(after, "/home/taro/mbox\n    Inside: 2: ");
	tf_assert_says(after, "--password-source");
	tf_assert_silent(after, "\x1b");
}

/* A .p12 in a zip under a password is how it comes by mail. */
static void test_left_out(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *text = NULL;
	g_autofree gchar *sent = NULL;
	json_t *object = NULL;
	TfSearch *search = fixture->outcome->search;

	(void)data;
	g_ptr_array_set_size(fixture->outcome->wiped, 0);
	g_ptr_array_set_size(fixture->outcome->kept, 0);
	search->n_left_out = 1;
	g_ptr_array_add(search->left_out,
		tf_left_out_new("/home/taro/a.zip", 1u << TF_LIMIT_LOCKED | 1u << TF_LIMIT_TOO_DEEP));
	search->n_unreadable = 1;
	g_ptr_array_add(search->unreadable, g_strdup("/home/taro/closed"));
	text = tf_report_text(fixture->outcome, fixture->campaign);
	object = tf_outcome_to_json_public(fixture->outcome);
	sent = json_dumps(object, 0);
	json_decref(object);

	tf_assert_silent(text, "No copy of the key was found where was searched");
	tf_assert_says(text, "not everything could");
	tf_assert_says(text, "Not looked at completely: 1\n    File: /home/taro/a.zip\n");
	tf_assert_says(text, "under a password");
	tf_assert_says(text, "too many deep");
	tf_assert_says(text, "Could not be read: 1\n    File: /home/taro/closed\n");
	tf_assert_says(text, "Look yourself into the files");
	tf_assert_silent(sent, "/home/taro");
}

static void test_offsets(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *text = NULL;

	(void)data;
	tf_search_add_unknown(fixture->outcome->search, "/home/taro/core", "offset 4096", "pkcs12");
	tf_outcome_add_kept(fixture->outcome, "/home/taro/disk.img", "file", TF_KEPT_WITHIN,
		"a.zip: b.p12; offset 8192; offset 9000 (+3)");
	text = tf_report_text(fixture->outcome, fixture->campaign);

	tf_assert_says(text, "/home/taro/core\n    Inside: in the middle of the file, at byte 4096\n");
	tf_assert_says(text, "    Inside: a.zip: b.p12; in the middle of the file, at byte 8192; "
			     "in the middle of the file, at byte 9000 (+3)\n");
}

static void test_names_like_offsets(void)
{
	static const gchar *const names[] = { "offset ", "offset 12a", "offset 12.p12", "a.zip: offset 12" };

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree gchar *place = tf_report_member(names[i]);

		g_assert_cmpstr(place, ==, names[i]);
	}
}

static void test_unknown_is_sent(Fixture *fixture, gconstpointer data)
{
	json_t *object = NULL;
	g_autofree gchar *text = NULL;

	(void)data;
	tf_search_add_unknown(fixture->outcome->search, "/home/taro/mbox", "2: a.p12", "pkcs12");
	object = tf_outcome_to_json_public(fixture->outcome);
	text = json_dumps(object, 0);
	json_decref(object);

	tf_assert_says(text, "\"n_unknown\": 1");
	tf_assert_says(text, "{\"kind\": \"pkcs12\", \"count\": 1}");
	tf_assert_silent(text, "a.p12");
}

static void test_exposures(Fixture *fixture, gconstpointer data)
{
	static const gchar *const reasons[TF_N_EXPOSURES] = {
		[TF_EXPOSURE_UNPROTECTED] = "no password protects",
		[TF_EXPOSURE_MAIL] = "every server that the mail went through",
		[TF_EXPOSURE_SYNCED] = "copies to somewhere else",
		[TF_EXPOSURE_SHARED] = "offers to others on the network",
		[TF_EXPOSURE_READABLE] = "Other users of this PC could read",
		[TF_EXPOSURE_WEAK] = "can be broken within hours",
		[TF_EXPOSURE_INFECTED] = "Malware was on this PC",
	};

	(void)data;
	for (guint i = 0; i < TF_N_EXPOSURES; i++) {
		g_autofree gchar *text = NULL;

		fixture->outcome->search->exposures = 1u << i;
		text = tf_report_text(fixture->outcome, fixture->campaign);

		tf_assert_says(text, reasons[i]);
		tf_assert_says(text, "others may know the key already");
		tf_assert_says(text, "whether the certificate is to be revoked");
		tf_assert_says(text, "WHOM TO ASK");
	}
}

static void test_nothing_seen(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *text = tf_report_text(fixture->outcome, fixture->campaign);

	(void)data;
	tf_assert_says(text, "That does not prove that nobody has a copy.");
	tf_assert_silent(text, "others may know the key already");
}

static void test_sent(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) mail = tf_report_mail(fixture->outcome, fixture->campaign, &error);
	json_t *object = tf_outcome_to_json_public(fixture->outcome);
	g_autofree gchar *text = json_dumps(object, 0);

	(void)data;
	json_decref(object);
	g_assert_no_error(error);
	g_assert_nonnull(mail);
	tf_assert_silent(text, "/home/taro");
	tf_assert_silent(text, "/mnt/nas");
	tf_assert_says(text, "\"exposure\": \"not-seen\"");
	tf_assert_says(text, "PC at home");
}

static void test_read_back(Fixture *fixture, gconstpointer data)
{
	json_t *object = tf_outcome_to_json(fixture->outcome);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfOutcome) again = tf_outcome_from_json(object, "report", &error);

	(void)data;
	json_decref(object);
	g_assert_no_error(error);
	g_assert_nonnull(again->search);
	g_assert_cmpuint(again->search->n_files, ==, 4711);
}

static void add(const gchar *path, void (*test)(Fixture *fixture, gconstpointer data))
{
	g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	add("/text-search/a supplement names its report and claims no completion", test_supplement);
	add("/text-search/where the content of a key is unknown nothing is said to be clean", test_unknown);
	add("/text-search/what could not be looked into is named, and may hold a copy", test_left_out);
	add("/text-search/a place in the middle of a file is said in words", test_offsets);
	g_test_add_func(
		"/text-search/a name that looks like such a place stays one", test_names_like_offsets);
	add("/text-search/of unknown keys kind and count are sent", test_unknown_is_sent);
	add("/text-search/each reason for exposure is said with whom to ask", test_exposures);
	add("/text-search/nothing seen proves nothing", test_nothing_seen);
	add("/text-search/the copy that is sent names no path", test_sent);
	add("/text-search/a supplement is read back", test_read_back);

	return g_test_run();
}
