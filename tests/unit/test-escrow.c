/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "batch/escrow.h"

#include <string.h>

#include "base/error.h"
#include "base/secret.h"
#include "fixtures.h"
#include "key/certificate.h"
#include "profile-folder.h"

#define NOW (TF_FIXTURE_NOT_BEFORE + 1000)
#define CAMPAIGN                                                                                             \
	"[campaign]\nTitle=t\nTimeZone=Asia/Tokyo\n[number]\nLabel=l\n[mail]\nTo=a@b.example\nSubject=s\n"   \
	"Body=b\nLanguage=ja\n[contact]\nText=c\n[escrow]\nFingerprint="
#define ANOTHER "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

typedef struct Place {
	ProfileFolder folder;
	gchar *path;
	X509 *certificate;
	gchar *fingerprint;
} Place;

static void set_up(Place *place, gconstpointer usage)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	g_autoptr(GBytes) pem = NULL;
	guint8 digest[TF_SHA256_SIZE];

	profile_folder_set_up(&place->folder, "campaigns");
	place->certificate = tf_fixture_certificate(
		&(TfFixtureCertificate){ .key = key, .name = "Federation", .usage = usage });
	pem = tf_fixture_certificate_pem(place->certificate);
	place->path = g_build_filename(place->folder.root, "federation.pem", NULL);
	tf_fixture_write(place->path, pem);
	tf_certificate_sha256(place->certificate, digest);
	place->fingerprint = tf_hex(digest, sizeof digest);
}

static void tear_down(Place *place, gconstpointer usage)
{
	(void)usage;
	profile_folder_tear_down(&place->folder, "campaigns");
	g_free(place->path);
	g_free(place->fingerprint);
	X509_free(place->certificate);
}

static TfCampaign *campaign_that_pins(const Place *place, const gchar *fingerprint)
{
	g_autofree gchar *text = g_strconcat(CAMPAIGN, fingerprint, "\n", NULL);
	g_autofree gchar *path = profile_folder_write(&place->folder, "x.profile", text);
	g_autoptr(GError) error = NULL;
	TfCampaign *campaign = tf_campaign_load_file(path, &error);

	g_assert_no_error(error);

	return campaign;
}

static void assert_loads(
	const Place *place, const TfCampaign *campaign, const gchar *given, gboolean needs_confirmation)
{
	gboolean needs = !needs_confirmation;
	g_autoptr(GError) error = NULL;
	g_autoptr(X509) loaded = tf_escrow_load(place->path, campaign, given, NOW, &needs, &error);

	g_assert_no_error(error);
	g_assert_cmpint(X509_cmp(loaded, place->certificate), ==, 0);
	g_assert_cmpint(needs, ==, needs_confirmation);
}

static void assert_refused(
	const Place *place, const TfCampaign *campaign, const gchar *given, gint64 now, TfErrorCode code)
{
	gboolean needs = FALSE;
	g_autoptr(GError) error = NULL;
	g_autoptr(X509) loaded = tf_escrow_load(place->path, campaign, given, now, &needs, &error);

	g_assert_error(error, TF_ERROR, (gint)code);
	g_assert_null(loaded);
	g_assert_false(needs);
}

static void test_pinned(Place *place, gconstpointer usage)
{
	g_autofree gchar *upper = g_ascii_strup(place->fingerprint, -1);
	g_autoptr(TfCampaign) right = campaign_that_pins(place, upper);
	g_autoptr(TfCampaign) wrong = campaign_that_pins(place, ANOTHER);

	(void)usage;
	assert_loads(place, right, NULL, FALSE);
	assert_loads(place, right, place->fingerprint, FALSE);
	assert_refused(place, wrong, NULL, NOW, TF_ERROR_ESCROW_CERTIFICATE);
	assert_refused(place, wrong, place->fingerprint, NOW, TF_ERROR_ESCROW_CERTIFICATE);
	assert_refused(place, right, ANOTHER, NOW, TF_ERROR_ESCROW_CERTIFICATE);
}

static void test_given(Place *place, gconstpointer usage)
{
	g_autoptr(GString) colons = g_string_new(place->fingerprint);

	(void)usage;
	for (gssize i = (gssize)colons->len - 2; i > 0; i -= 2)
		g_string_insert_c(colons, i, ':');
	assert_loads(place, NULL, place->fingerprint, FALSE);
	assert_loads(place, NULL, colons->str, FALSE);
	assert_refused(place, NULL, ANOTHER, NOW, TF_ERROR_ESCROW_CERTIFICATE);
	assert_refused(place, NULL, place->fingerprint + 2, NOW, TF_ERROR_USAGE);
	assert_refused(place, NULL, "", NOW, TF_ERROR_USAGE);
	assert_refused(place, NULL, "federation", NOW, TF_ERROR_USAGE);
}

static void test_typed(Place *place, gconstpointer usage)
{
	const gchar *tail = place->fingerprint + strlen(place->fingerprint) - 8;
	g_autofree gchar *upper = g_ascii_strup(tail, -1);
	g_autofree gchar *parted = g_strdup_printf(" %.4s %s\n", tail, tail + 4);
	g_autofree gchar *other = g_strdup(tail);

	(void)usage;
	other[7] = other[7] == '0' ? '1' : '0';
	assert_loads(place, NULL, NULL, TRUE);
	g_assert_true(tf_escrow_tail_fits(place->certificate, tail));
	g_assert_true(tf_escrow_tail_fits(place->certificate, upper));
	g_assert_true(tf_escrow_tail_fits(place->certificate, parted));
	g_assert_false(tf_escrow_tail_fits(place->certificate, other));
	g_assert_false(tf_escrow_tail_fits(place->certificate, ""));
	g_assert_false(tf_escrow_tail_fits(place->certificate, tail + 1));
	g_assert_false(tf_escrow_tail_fits(place->certificate, tail - 1));
	g_assert_false(tf_escrow_tail_fits(place->certificate, "yes"));
}

static void test_expired(Place *place, gconstpointer usage)
{
	(void)usage;

	assert_refused(
		place, NULL, place->fingerprint, TF_FIXTURE_NOT_AFTER + 1, TF_ERROR_ESCROW_CERTIFICATE);
}

static void test_for_signatures(Place *place, gconstpointer usage)
{
	(void)usage;

	assert_refused(place, NULL, place->fingerprint, NOW, TF_ERROR_ESCROW_CERTIFICATE);
}

static void test_no_certificate(Place *place, gconstpointer usage)
{
	(void)usage;
	g_assert_true(g_file_set_contents(place->path, "hello", -1, NULL));

	assert_refused(place, NULL, NULL, NOW, TF_ERROR_CERTIFICATE_UNREADABLE);
}

static void add(const gchar *path, const gchar *usage, void (*test)(Place *, gconstpointer))
{
	g_test_add(path, Place, usage, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	add("/escrow/a fingerprint that the campaign pins decides", NULL, test_pinned);
	add("/escrow/a fingerprint that was given decides", NULL, test_given);
	add("/escrow/without one its last eight digits are typed", NULL, test_typed);
	add("/escrow/an expired certificate is refused, whatever its fingerprint", NULL, test_expired);
	add("/escrow/a certificate for signatures is refused", "digitalSignature", test_for_signatures);
	add("/escrow/a file without a certificate is refused", NULL, test_no_certificate);

	return g_test_run();
}
