/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "cryptoki-private.h"
#include "pin-private.h"

static TfTokenStatus *status_with(gulong minimum, gulong maximum)
{
	TfTokenStatus *status = g_new0(TfTokenStatus, 1);

	status->facts = g_new0(TfTokenFacts, 1);
	status->facts->label = g_strdup("Token");
	status->facts->serial = g_strdup("1");
	status->facts->uri = g_strdup("pkcs11:");
	status->pin_state = TF_PIN_FINE;
	status->pin_minimum = minimum;
	status->pin_maximum = maximum;

	return status;
}

static TfSecret *secret_of(const gchar *text)
{
	return tf_secret_new_copy(text, strlen(text));
}

static void expect(const TfTokenStatus *status, const gchar *pin_text, gboolean fits)
{
	g_autoptr(TfSecret) pin = secret_of(pin_text);
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(tf_pin_fits(status, pin, &error), ==, fits);
	if (!fits)
		g_assert_error(error, TF_ERROR, TF_ERROR_PIN_FORMAT);
}

static void bounds(void)
{
	g_autoptr(TfTokenStatus) status = status_with(4, 6);

	expect(status, "123", FALSE);
	expect(status, "1234", TRUE);
	expect(status, "123456", TRUE);
	expect(status, "1234567", FALSE);
}

static void no_bounds(void)
{
	g_autoptr(TfTokenStatus) status = status_with(CK_UNAVAILABLE_INFORMATION, 0);

	expect(status, "", TRUE);
	expect(status, "a very long passphrase", TRUE);
}

/* The token takes 4 to 255 bytes, its family 6 to 8 digits. */
static void family(void)
{
	static const gchar text[] = "[family]\nTitle=T\nTitle[ja]=T\nVerified=software\n[match]\nModel=M\n"
				    "[format]\nMethod=none\n[pin]\nUserMinimum=6\nUserMaximum=8\n"
				    "UserCharset=digits\n[import]\nLogin=user\n[behaviour]\nParallel=one\n"
				    "[notes]\nText=T\nText[ja]=T\n";
	static const struct {
		const gchar *pin;
		gint code; /* -1: it suits */
	} pins[] = {
		{ "12345", TF_ERROR_PIN_FORMAT },
		{ "123456", -1 },
		{ "12345678", -1 },
		{ "123456789", TF_ERROR_PIN_FORMAT },
		{ "12345a", TF_ERROR_PIN_REFUSED },
	};
	g_autoptr(GBytes) bytes = g_bytes_new_static(text, strlen(text));
	g_autoptr(GError) invalid = NULL;
	g_autoptr(TfTokenProfile) profile = tf_token_profile_parse(bytes, "t.profile", &invalid);
	g_autoptr(TfTokenStatus) status = status_with(4, 255);

	g_assert_no_error(invalid);
	status->family = profile;
	for (gsize i = 0; i < G_N_ELEMENTS(pins); i++) {
		g_autoptr(TfSecret) pin = secret_of(pins[i].pin);
		g_autoptr(GError) error = NULL;

		g_assert_cmpint(tf_pin_suits(status, TF_TOKEN_PIN_USER, pin, &error), ==, pins[i].code == -1);
		if (pins[i].code != -1)
			g_assert_error(error, TF_ERROR, pins[i].code);
	}
}

static void unset(void)
{
	g_autoptr(TfTokenStatus) status = status_with(4, 6);
	g_autoptr(TfSecret) pin = secret_of("1234");
	g_autoptr(GError) error = NULL;

	status->pin_state = TF_PIN_UNSET;
	g_assert_false(tf_pin_guard(status, pin, TRUE, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_PIN_NOT_SET);
}

static void same_digest(void)
{
	g_autoptr(TfSecret) pin = secret_of("1234");
	g_autoptr(GBytes) salt = tf_pin_salt();
	g_autoptr(GBytes) first = tf_pin_digest(pin, salt);
	g_autoptr(GBytes) second = tf_pin_digest(pin, salt);

	g_assert_true(g_bytes_equal(first, second));
}

static void other_digest(void)
{
	g_autoptr(TfSecret) pin = secret_of("1234");
	g_autoptr(TfSecret) other_pin = secret_of("1235");
	g_autoptr(GBytes) salt = tf_pin_salt();
	g_autoptr(GBytes) other_salt = tf_pin_salt();
	g_autoptr(GBytes) digest = tf_pin_digest(pin, salt);
	g_autoptr(GBytes) by_pin = tf_pin_digest(other_pin, salt);
	g_autoptr(GBytes) by_salt = tf_pin_digest(pin, other_salt);

	g_assert_false(g_bytes_equal(digest, by_pin));
	g_assert_false(g_bytes_equal(digest, by_salt));
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/pin/keeps to the token's bounds", bounds);
	g_test_add_func("/pin/takes a missing bound for none", no_bounds);
	g_test_add_func("/pin/keeps to the bounds and characters of the token's family", family);
	g_test_add_func("/pin/sends nothing where no PIN was set", unset);
	g_test_add_func("/pin/knows a failed PIN again by its digest", same_digest);
	g_test_add_func("/pin/digests differ by PIN and by salt", other_digest);

	return g_test_run();
}
