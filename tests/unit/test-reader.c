/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Readers and cards themselves are in tests/card/readers.bats; here is what PC/SC says when it has none to
 * give. */
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/error.h"
#include "fixtures.h"
#include "reader-state.h"

#define CARD_ATR "\x3b\x00"

/* libpcsclite looks at its variable once in a process. */
static void without_service(void)
{
	g_test_trap_subprocess("/reader/subprocess/absent", 0, G_TEST_SUBPROCESS_DEFAULT);
	g_test_trap_assert_passed();
}

static void absent(void)
{
	g_autoptr(GError) error = NULL;

	g_setenv("PCSCLITE_CSOCK_NAME", "/nonexistent/pcscd.comm", TRUE);

	g_assert_null(tf_readers(&error));

	g_assert_error(error, TF_ERROR, TF_ERROR_PCSC_UNAVAILABLE);
	g_assert_nonnull(strstr(error->message, "does not run"));
}

static void with_a_silent_one(void)
{
	g_test_trap_subprocess("/reader/subprocess/silent", 0, G_TEST_SUBPROCESS_DEFAULT);
	g_test_trap_assert_passed();
}

/* Something listens and never says a word, as a pcscd does that was stopped. */
static void silent(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) readers = NULL;
	g_autofree gchar *place = tf_fixture_directory();
	g_autofree gchar *path = g_build_filename(place, "pcscd.comm", NULL);
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	g_assert_cmpuint(
		g_strlcpy(address.sun_path, path, sizeof address.sun_path), <, sizeof address.sun_path);
	g_assert_cmpint(bind(fd, (const struct sockaddr *)&address, sizeof address), ==, 0);
	g_assert_cmpint(listen(fd, 1), ==, 0);
	g_setenv("PCSCLITE_CSOCK_NAME", path, TRUE);

	readers = tf_readers_within(0, &error);

	g_assert_null(readers);
	g_assert_error(error, TF_ERROR, TF_ERROR_PCSC_UNAVAILABLE);
	g_assert_nonnull(strstr(error->message, "does not answer"));

	tf_fixture_remove(place);
	g_assert_cmpint(close(fd), ==, 0);
}

static void a_card(void)
{
	const SCARD_READERSTATE state = { .szReader = "R 00 00",
		.dwEventState = SCARD_STATE_PRESENT | SCARD_STATE_CHANGED,
		.cbAtr = sizeof CARD_ATR - 1,
		.rgbAtr = CARD_ATR };
	g_autoptr(TfReader) reader = tf_reader_from_state(&state);
	g_autoptr(GBytes) atr = g_bytes_new_static(CARD_ATR, sizeof CARD_ATR - 1);

	g_assert_cmpstr(reader->name, ==, "R 00 00");
	g_assert_true(reader->has_card);
	g_assert_false(reader->is_mute);
	g_assert_true(g_bytes_equal(reader->atr, atr));
}

static void a_mute_card(void)
{
	const SCARD_READERSTATE state = { .szReader = "R 00 00",
		.dwEventState = SCARD_STATE_PRESENT | SCARD_STATE_MUTE,
		.cbAtr = MAX_ATR_SIZE };
	g_autoptr(TfReader) reader = tf_reader_from_state(&state);

	g_assert_true(reader->has_card);
	g_assert_true(reader->is_mute);
	g_assert_null(reader->atr);
}

static void an_empty_reader(void)
{
	const SCARD_READERSTATE state = {
		.szReader = "R 00 00", .dwEventState = SCARD_STATE_EMPTY | SCARD_STATE_MUTE, .cbAtr = 2
	};
	g_autoptr(TfReader) reader = tf_reader_from_state(&state);

	g_assert_false(reader->has_card);
	g_assert_false(reader->is_mute);
	g_assert_null(reader->atr);
}

/* The library's own length is not trusted further than its buffer. */
static void a_long_atr(void)
{
	const SCARD_READERSTATE state = {
		.szReader = "R 00 00", .dwEventState = SCARD_STATE_PRESENT, .cbAtr = 4000
	};
	g_autoptr(TfReader) reader = tf_reader_from_state(&state);

	g_assert_cmpuint(g_bytes_get_size(reader->atr), ==, MAX_ATR_SIZE);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/reader/no pcscd is said", without_service);
	g_test_add_func("/reader/subprocess/absent", absent);
	g_test_add_func("/reader/a pcscd that does not answer is not waited for", with_a_silent_one);
	g_test_add_func("/reader/subprocess/silent", silent);
	g_test_add_func("/reader/a card has an ATR", a_card);
	g_test_add_func("/reader/a mute card has none", a_mute_card);
	g_test_add_func("/reader/an empty reader has no card", an_empty_reader);
	g_test_add_func("/reader/an ATR is no longer than it can be", a_long_atr);

	return g_test_run();
}
