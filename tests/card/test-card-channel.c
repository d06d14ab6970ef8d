/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs under with-cards: one blank card. */
#include "base/error.h"
#include "base/secret.h"
#include "card-channel.h"

#define READER "Station 1 00 00"

static const guint8 get_card_data[] = { 0x00, 0xCA, 0x01, 0xA0, 0x14 };
static const guint8 select_nothing[] = { 0x00, 0xA4, 0x00, 0x00, 0x02, 0x7F, 0x7F };

static void a_command_is_answered(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfCardChannel) channel = tf_card_channel_open(READER, &error);
	g_autoptr(TfSecret) data = tf_secret_new(64);
	guint16 status = 0;

	g_assert_no_error(error);
	g_assert_true(tf_card_channel_transmit(
		channel, get_card_data, sizeof get_card_data, data, &status, &error));

	g_assert_no_error(error);
	g_assert_cmphex(status, ==, TF_SW_OK);
	g_assert_cmpuint(tf_secret_length(data), ==, 20);
	g_assert_cmpmem(tf_secret_peek(data), 5, "MyEID", 5);
}

static void a_refusal_is_a_status_and_no_error(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfCardChannel) channel = tf_card_channel_open(READER, &error);
	guint16 status = 0;

	g_assert_true(tf_card_channel_transmit(
		channel, select_nothing, sizeof select_nothing, NULL, &status, &error));

	g_assert_no_error(error);
	g_assert_cmphex(status, ==, 0x6A82);
}

static void a_response_longer_than_its_room_is_an_error(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfCardChannel) channel = tf_card_channel_open(READER, &error);
	g_autoptr(TfSecret) data = tf_secret_new(19);
	guint16 status = 0;

	g_assert_false(tf_card_channel_transmit(
		channel, get_card_data, sizeof get_card_data, data, &status, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_FAILED);
}

static void an_empty_or_unknown_reader_is_said(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(tf_card_channel_open("Station 9 00 00", &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_REMOVED);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/card-channel/a command is answered", a_command_is_answered);
	g_test_add_func(
		"/card-channel/a refusal is a status word and no error", a_refusal_is_a_status_and_no_error);
	g_test_add_func("/card-channel/a response longer than its room is an error",
		a_response_longer_than_its_room_is_an_error);
	g_test_add_func(
		"/card-channel/a reader that is not there is said", an_empty_or_unknown_reader_is_said);

	return g_test_run();
}
