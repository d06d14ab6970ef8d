/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PINs are written, sealed to the station's own key, opened and read in this process, and its memory is
 * searched for them and for the passphrase. */
#include <openssl/rand.h>
#include <string.h>

#include "batch/pins.h"
#include "batch/station-key.h"
#include "fixtures.h"
#include "key/envelope.h"
#include "memory.h"

#define LENGTH 32

static const gchar *program;

typedef struct Needles {
	TfNeedle pin;
	TfNeedle passphrase;
} Needles;

/* ---- the maker: another process, so that what it leaves in memory is gone with it ---- */

static TfNeedle draw(const gchar *name)
{
	guint8 digits[LENGTH];

	g_assert_cmpint(RAND_bytes(digits, LENGTH), ==, 1);
	for (gsize i = 0; i < LENGTH; i++)
		digits[i] = (guint8)('0' + digits[i] % 10);

	return tf_needle_new(name, digits, LENGTH);
}

static int make(const gchar *directory)
{
	Needles needles = { draw("PIN"), draw("passphrase") };
	g_autofree gchar *path = g_build_filename(directory, "needles", NULL);

	g_assert_true(g_file_set_contents(path, (const gchar *)&needles, sizeof needles, NULL));

	return 0;
}

/* ---- the searcher ---- */

typedef struct Fixture {
	gchar *directory;
	gchar *ledger;
	Needles needles;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *path = NULL;
	g_autofree gchar *content = NULL;
	gsize length = 0;

	(void)data;
	fixture->directory = tf_fixture_directory();
	fixture->ledger = g_build_filename(fixture->directory, "ledger.db", NULL);
	path = g_build_filename(fixture->directory, "needles", NULL);
	tf_fixture_run(fixture->directory, program, "--make", fixture->directory, NULL);
	g_assert_true(g_file_get_contents(path, &content, &length, NULL));
	g_assert_cmpuint(length, ==, sizeof fixture->needles);
	memcpy(&fixture->needles, content, length);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_fixture_remove(fixture->directory);
	g_free(fixture->directory);
	g_free(fixture->ledger);
}

static TfStationKey *open_station(const Fixture *fixture)
{
	g_autoptr(TfSecret) passphrase = tf_needle_secret(&fixture->needles.passphrase);
	g_autoptr(GError) error = NULL;
	TfStationKey *station = tf_station_key_open(fixture->ledger, passphrase, &error);

	g_assert_no_error(error);

	return station;
}

static GBytes *seal(const Fixture *fixture, X509 *certificate)
{
	g_autoptr(TfPins) pins = g_new0(TfPins, 1);
	g_autoptr(TfSecret) text = NULL;
	g_autoptr(GError) error = NULL;
	GBytes *envelope = NULL;

	pins->so = tf_needle_secret(&fixture->needles.pin);
	text = tf_pins_write(pins, "12345678", TRUE, &error);
	g_assert_no_error(error);
	envelope = tf_envelope_seal(text, certificate, &error);
	g_assert_no_error(error);

	return envelope;
}

static TfPins *unseal(GBytes *envelope, EVP_PKEY *key, X509 *certificate)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfSecret) text = tf_envelope_open(envelope, key, certificate, "1.p7m", &error);
	TfPins *pins = NULL;

	g_assert_no_error(error);
	pins = tf_pins_read(text, "12345678", "1.p7m", &error);
	g_assert_no_error(error);

	return pins;
}

static void assert_found(const TfNeedle *needle, guint expected)
{
	guint found = tf_memory_count(needle, NULL);

	g_test_message("%s: %u times", needle->name, found);
	if (found != expected)
		g_test_fail_printf("%s lies in memory %u times, not %u", needle->name, found, expected);
}

static void test_station(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfStationKey) made = open_station(fixture);
	g_autoptr(TfStationKey) station = open_station(fixture);
	X509 *certificate = tf_station_key_certificate(station);
	g_autoptr(GBytes) envelope = seal(fixture, certificate);
	TfPins *pins = NULL;

	(void)data;
	assert_found(&fixture->needles.pin, 0);
	pins = unseal(envelope, tf_station_key_private(station), certificate);
	assert_found(&fixture->needles.pin, 1);
	tf_pins_free(pins);

	assert_found(&fixture->needles.pin, 0);
	assert_found(&fixture->needles.passphrase, 0);
}

static void test_rsa(Fixture *fixture, gconstpointer data)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("rsa2048");
	g_autoptr(X509) certificate =
		tf_fixture_certificate(&(TfFixtureCertificate){ .key = key, .name = "Federation" });
	g_autoptr(GBytes) envelope = seal(fixture, certificate);
	TfPins *pins = unseal(envelope, key, certificate);

	(void)data;
	assert_found(&fixture->needles.pin, 1);
	tf_pins_free(pins);

	assert_found(&fixture->needles.pin, 0);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	if (argc == 3 && strcmp(argv[1], "--make") == 0)
		return make(argv[2]);
	program = g_canonicalize_filename(argv[0], NULL);
	g_test_init(&argc, &argv, NULL);
	g_test_add("/residue-envelope/the station's key leaves neither PIN nor passphrase", Fixture, NULL,
		set_up, test_station, tear_down);
	g_test_add("/residue-envelope/an RSA key leaves no PIN", Fixture, NULL, set_up, test_rsa, tear_down);

	return g_test_run();
}
