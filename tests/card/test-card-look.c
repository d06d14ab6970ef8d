/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs under with-cards: one card. What a formatting that breaks at each APDU leaves is in
 * test-card-format.c. */
#include "base/error.h"
#include "base/secret.h"
#include "card-channel.h"
#include "card-private.h"
#include "token/card.h"
#include "token/session.h"
#include "world.h"

#define MODULE "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so"

#define N_APDUS 4

static const TfReader station = { .name = (gchar *)"Station 1 00 00" };

static const guint8 activate[] = { 0x00, 0x44, 0x04, 0x00, 12, 0xA0, 0x00, 0x00, 0x00, 0x63, 'P', 'K', 'C',
	'S', '-', '1', '5' };
static const guint8 wrong_so_pin[] = { 0x00, 0x20, 0x00, 0x03, 8, '0', '0', '0', '0', '0', '0', '0', '0' };

static const guint8 right_so_pin[] = { 0x00, 0x20, 0x00, 0x03, 8, '1', '2', '3', '4', '5', '6', '7', '8' };
static const guint8 erase[] = { 0x00, 0xDA, 0x01, 0xE0, 8, 0xFF, 0xFF, 0x11, 0x3F, 0xFF, 0x11, 0x1F, 0xFF };

static void send(const guint8 *command, gsize length)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfCardChannel) channel = tf_card_channel_open(station.name, &error);
	guint16 status = 0;

	g_assert_no_error(error);
	g_assert_true(tf_card_channel_transmit(channel, command, length, NULL, &status, &error));
}

static void fresh_card(void)
{
	g_free(tf_card_tell(0, "heal"));
	g_free(tf_card_tell(0, "blank"));
	tf_card_insert(0);
}

static void assert_state(TfCardState expected)
{
	g_autoptr(TfTokenProfile) profile = tf_card_profile();
	g_autoptr(GError) error = NULL;
	TfCardState state = TF_CARD_UNKNOWN;
	guint before = tf_card_count(0);

	g_assert_true(tf_card_look(&station, profile, &state, &error));

	g_assert_no_error(error);
	g_assert_cmpstr(tf_card_state_name(state), ==, tf_card_state_name(expected));
	g_assert_cmpuint(tf_card_count(0) - before, <=, N_APDUS);
}

static void a_card_as_it_is_sold_is_blank(void)
{
	fresh_card();

	assert_state(TF_CARD_BLANK);
}

static void a_card_without_user_pin_is_half_formatted(void)
{
	fresh_card();
	tf_card_tool_create(0);

	assert_state(TF_CARD_HALF_FORMATTED);
}

static void a_card_with_its_pins_is_not_activated(void)
{
	fresh_card();
	tf_card_tool_create(0);
	tf_card_tool_store_pin(0);

	assert_state(TF_CARD_NOT_ACTIVATED);
}

static void an_activated_card_is_ready(void)
{
	fresh_card();
	tf_card_tool_create(0);
	tf_card_tool_store_pin(0);
	tf_card_tool_activate(0);

	assert_state(TF_CARD_READY);
}

static void a_locked_card_is_ready(void)
{
	an_activated_card_is_ready();
	g_free(tf_card_tell(0, "tries 1 0"));

	assert_state(TF_CARD_READY);
}

static void an_erased_card_is_blank(void)
{
	an_activated_card_is_ready();
	send(right_so_pin, sizeof right_so_pin);
	send(erase, sizeof erase);

	assert_state(TF_CARD_BLANK);
}

static void an_activated_card_without_content_is_foreign(void)
{
	fresh_card();
	send(activate, sizeof activate);

	assert_state(TF_CARD_FOREIGN);
}

static void every_apdu_of_a_look_can_fail(void)
{
	g_autoptr(TfTokenProfile) profile = tf_card_profile();

	a_card_with_its_pins_is_not_activated();
	for (guint i = 1; i <= N_APDUS; i++) {
		g_autoptr(GError) error = NULL;
		TfCardState state = TF_CARD_UNKNOWN;

		g_free(tf_card_tell(0, "answer-at %u 6f00", i));
		g_assert_false(tf_card_look(&station, profile, &state, &error));
		g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_FAILED);
		g_assert_nonnull(g_strrstr(error->message, "6F00"));
	}
}

static void a_card_pulled_during_a_look_is_said_to_be_removed(void)
{
	g_autoptr(TfTokenProfile) profile = tf_card_profile();

	a_card_with_its_pins_is_not_activated();
	for (guint i = 1; i <= N_APDUS; i++) {
		g_autoptr(GError) error = NULL;
		TfCardState state = TF_CARD_UNKNOWN;

		g_free(tf_card_tell(0, "remove-at %u", i));
		g_assert_false(tf_card_look(&station, profile, &state, &error));
		g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_REMOVED);
		tf_card_wait_removed(0);
		tf_card_insert(0);
	}
}

static void an_empty_reader_is_said(void)
{
	g_autoptr(TfTokenProfile) profile = tf_card_profile();
	g_autoptr(GError) error = NULL;
	TfCardState state = TF_CARD_UNKNOWN;

	fresh_card();
	g_free(tf_card_tell(0, "remove"));
	tf_card_wait_removed(0);

	g_assert_false(tf_card_look(&station, profile, &state, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_REMOVED);
}

static void the_tries_of_the_so_pin_are_told(void)
{
	g_autoptr(GError) error = NULL;
	guint tries_left = 0;

	an_activated_card_is_ready();
	send(wrong_so_pin, sizeof wrong_so_pin);

	g_assert_true(tf_card_so_pin_tries(&station, &tries_left, &error));

	g_assert_cmpuint(tries_left, ==, 2);
	g_free(tf_card_tell(0, "tries 3 0"));
	g_assert_true(tf_card_so_pin_tries(&station, &tries_left, &error));
	g_assert_cmpuint(tries_left, ==, 0);
}

static void the_tries_of_the_user_pin_are_told(void)
{
	g_autoptr(TfTokenProfile) profile = tf_card_profile();

	an_activated_card_is_ready();
	g_free(tf_card_tell(0, "tries 1 2"));

	g_assert_cmpuint(tf_card_pin_tries(station.name, profile), ==, 2);
	g_assert_cmpuint(tf_card_pin_tries(station.name, profile), ==, 2);
	g_free(tf_card_tell(0, "tries 1 0"));
	g_assert_cmpuint(tf_card_pin_tries(station.name, profile), ==, 0);
}

static void the_tries_of_a_card_that_has_gone_are_unknown(void)
{
	g_autoptr(TfTokenProfile) profile = tf_card_profile();

	fresh_card();
	g_free(tf_card_tell(0, "remove"));
	tf_card_wait_removed(0);

	g_assert_cmpuint(tf_card_pin_tries(station.name, profile), ==, TF_PIN_TRIES_UNKNOWN);
}

static gchar *serial_of_card(void)
{
	g_autoptr(TfTokenProfile) profile = tf_card_profile();
	g_autoptr(GError) error = NULL;
	gchar *serial = NULL;

	g_assert_true(tf_card_serial(&station, profile, &serial, &error));
	g_assert_no_error(error);

	return serial;
}

static gchar *serial_of_module(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfModuleChoice) choice = tf_module_named(MODULE, &error);
	g_autoptr(TfModuleFacts) facts = tf_module_describe(choice, &error);
	g_autoptr(TfModule) module = tf_module_load(facts, NULL, &error);
	g_autoptr(GPtrArray) tokens = tf_tokens(module, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(tokens->len, ==, 1);

	return g_strdup(((TfTokenStatus *)g_ptr_array_index(tokens, 0))->facts->serial);
}

static void a_blank_card_says_the_serial_number_that_its_module_will_show(void)
{
	g_autofree gchar *blank = NULL;
	g_autofree gchar *formatted = NULL;
	g_autofree gchar *shown = NULL;

	fresh_card();
	blank = serial_of_card();
	an_activated_card_is_ready();
	formatted = serial_of_card();
	shown = serial_of_module();

	g_assert_cmpstr(blank, ==, shown);
	g_assert_cmpstr(formatted, ==, shown);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/card-look/a card as it is sold is blank", a_card_as_it_is_sold_is_blank);
	g_test_add_func("/card-look/a card without user PIN is half formatted",
		a_card_without_user_pin_is_half_formatted);
	g_test_add_func("/card-look/a card that has its PINs is not yet activated",
		a_card_with_its_pins_is_not_activated);
	g_test_add_func("/card-look/an activated card is ready", an_activated_card_is_ready);
	g_test_add_func("/card-look/a card whose PIN is locked is ready", a_locked_card_is_ready);
	g_test_add_func("/card-look/an erased card is blank", an_erased_card_is_blank);
	g_test_add_func("/card-look/an activated card without a PKCS#15 application is foreign",
		an_activated_card_without_content_is_foreign);
	g_test_add_func("/card-look/every APDU of a look can fail", every_apdu_of_a_look_can_fail);
	g_test_add_func("/card-look/a card pulled during a look is said to be removed",
		a_card_pulled_during_a_look_is_said_to_be_removed);
	g_test_add_func("/card-look/an empty reader is said", an_empty_reader_is_said);
	g_test_add_func("/card-look/the tries of the SO PIN are told", the_tries_of_the_so_pin_are_told);
	g_test_add_func("/card-look/the tries of the user PIN are told and not spent",
		the_tries_of_the_user_pin_are_told);
	g_test_add_func("/card-look/the tries of a card that has gone are unknown",
		the_tries_of_a_card_that_has_gone_are_unknown);
	g_test_add_func("/card-look/a blank card says the serial number that its module will show",
		a_blank_card_says_the_serial_number_that_its_module_will_show);

	return g_test_run();
}
