/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a watch tells of real readers is in tests/card/readers.bats. libpcsclite looks once in a process for
 * where pcscd is: each case has a process of its own. */
#include "token/reader-watch.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/error.h"
#include "fixtures.h"

#define PATIENCE 10000 /* milliseconds, for what takes a few */

static TfReaderWatch *begin(void)
{
	g_autoptr(GError) error = NULL;
	TfReaderWatch *watch = tf_reader_watch_new(&error);

	g_assert_no_error(error);

	return watch;
}

static void in_a_process(const gchar *path)
{
	g_test_trap_subprocess(path, 0, G_TEST_SUBPROCESS_DEFAULT);
	g_test_trap_assert_passed();
}

static void without_pcscd(void)
{
	in_a_process("/reader-watch/subprocess/absent");
}

static void absent(void)
{
	g_autoptr(TfReaderWatch) watch = NULL;
	g_autoptr(TfReaderEvent) event = NULL;
	struct pollfd poll_fd = { .events = POLLIN };

	g_setenv("PCSCLITE_CSOCK_NAME", "/nonexistent/pcscd.comm", TRUE);
	watch = begin();
	poll_fd.fd = tf_reader_watch_fd(watch);

	g_assert_cmpint(poll(&poll_fd, 1, PATIENCE), ==, 1);
	event = tf_reader_watch_take(watch);

	g_assert_cmpint(event->kind, ==, TF_SERVICE_LOST);
	g_assert_null(event->reader);
	g_assert_nonnull(strstr(event->reason, "does not run"));
	/* Told once, however often it is tried. */
	g_assert_null(tf_reader_watch_take(watch));
	g_assert_cmpint(poll(&poll_fd, 1, 0), ==, 0);
}

static void with_a_silent_one(void)
{
	in_a_process("/reader-watch/subprocess/silent");
}

/* It listens and never says a word, as a pcscd does that was stopped: the thread hangs, its owner does not.
 */
static void silent(void)
{
	g_autofree gchar *place = tf_fixture_directory();
	g_autofree gchar *path = g_build_filename(place, "pcscd.comm", NULL);
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct pollfd poll_fd = { .fd = listener, .events = POLLIN };
	TfReaderWatch *watch = NULL;

	g_assert_cmpuint(
		g_strlcpy(address.sun_path, path, sizeof address.sun_path), <, sizeof address.sun_path);
	g_assert_cmpint(bind(listener, (const struct sockaddr *)&address, sizeof address), ==, 0);
	g_assert_cmpint(listen(listener, 1), ==, 0);
	g_setenv("PCSCLITE_CSOCK_NAME", path, TRUE);
	watch = begin();
	g_assert_cmpint(poll(&poll_fd, 1, PATIENCE), ==, 1);

	g_assert_null(tf_reader_watch_take(watch));
	tf_reader_watch_free(watch);

	tf_fixture_remove(place);
}

static void names(void)
{
	g_assert_cmpstr(tf_reader_event_name(TF_READER_ARRIVED), ==, "reader-arrived");
	g_assert_cmpstr(tf_reader_event_name(TF_READER_REMOVED), ==, "reader-removed");
	g_assert_cmpstr(tf_reader_event_name(TF_CARD_INSERTED), ==, "card-inserted");
	g_assert_cmpstr(tf_reader_event_name(TF_CARD_REMOVED), ==, "card-removed");
	g_assert_cmpstr(tf_reader_event_name(TF_SERVICE_LOST), ==, "service-lost");
	g_assert_cmpstr(tf_reader_event_name(TF_SERVICE_BACK), ==, "service-back");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/reader-watch/a pcscd that is not there is told once", without_pcscd);
	g_test_add_func("/reader-watch/subprocess/absent", absent);
	g_test_add_func("/reader-watch/a pcscd that hangs does not hang its watcher", with_a_silent_one);
	g_test_add_func("/reader-watch/subprocess/silent", silent);
	g_test_add_func("/reader-watch/each event has a name for programs", names);

	return g_test_run();
}
