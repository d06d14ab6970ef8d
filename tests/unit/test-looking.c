/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A looker is the test itself, executed again: it does what the file that it looks into tells it to do, as
 * one does that a file took over. */
#include "disk/looking.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "confine-private.h"
#include "disk/looker.h"
#include "fixtures.h"

#define SHORT_MILLISECONDS 300
#define FCHMODAT2	   452 /* of every processor */
#define MUCH_MEMORY	   ((gsize)1 << 42)

static const gchar *const ourselves[] = { "/proc/self/exe", "--role", NULL };

/* What a looker says in place of the truth; its octets are zeros. */
typedef struct Lie {
	const gchar *name;
	guint32 form;
	gsize member_length; /* 0: none */
	gboolean is_damaged;
	gboolean is_pem;
	guint64 length;
	gsize n_written;
} Lie;

static const Lie lies[] = {
	{ "no-form", TF_N_FORMS, 0, FALSE, FALSE, 10, 10 },
	{ "no-key", TF_FORM_ARCHIVE, 0, FALSE, FALSE, 10, 10 },
	{ "long-name", TF_FORM_PKCS8, TF_LOOKER_MEMBER_LIMIT + 1, FALSE, FALSE, 10, 10 },
	{ "empty", TF_FORM_PKCS8, 0, FALSE, FALSE, 0, 0 },
	{ "huge", TF_FORM_PKCS8, 0, FALSE, FALSE, G_MAXUINT64, 10 },
	{ "large", TF_FORM_PKCS8, 0, FALSE, FALSE, (1u << 20) + 1, 10 },
	{ "database", TF_FORM_NSS, 0, FALSE, FALSE, 10, 10 },
	{ "pem", TF_FORM_PKCS12, 0, FALSE, TRUE, 10, 10 },
	{ "short", TF_FORM_PKCS8, 0, FALSE, FALSE, 100, 10 },
};

static void say_lie(const TfMessage *request, TfTalk *talk, const Lie *lie)
{
	static const guint8 zeros[10] = { 0 };
	g_autofree gchar *member = lie->member_length > 0 ? g_strnfill(lie->member_length, 'x') : NULL;

	(void)tf_talk_say(talk, TF_MESSAGE_KEY,
		g_variant_new(
			"(umsbbbt)", lie->form, member, lie->is_damaged, lie->is_pem, FALSE, lie->length),
		NULL, NULL);
	(void)!write(request->fds[1], zeros, lie->n_written);
}

/* 0 or an errno value of each try of malware in a looker. */
static gchar *attack(const gchar *key)
{
	GString *tries = g_string_new(NULL);
	char *const argv[] = { NULL };
	int fd = open(key, O_RDONLY | O_CLOEXEC);
	void *memory = NULL;
	pid_t pid = 0;

	g_string_append_printf(tries, "key %d", fd >= 0 ? 0 : errno);
	tf_file_close(&fd);
	fd = open(key, O_WRONLY | O_CLOEXEC);
	g_string_append_printf(tries, " write %d", fd >= 0 ? 0 : errno);
	tf_file_close(&fd);
	g_string_append_printf(tries, " mode %d", chmod(key, 0644) == 0 ? 0 : errno);
	g_string_append_printf(tries, " mode2 %d",
		syscall(FCHMODAT2, AT_FDCWD, key, 0644, 0) == 0 || errno == ENOSYS ? 0 : errno);
	g_string_append_printf(tries, " time %d", utimensat(AT_FDCWD, key, NULL, 0) == 0 ? 0 : errno);
	g_string_append_printf(tries, " name %d", rename(key, key) == 0 ? 0 : errno);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_string_append_printf(tries, " network %d", fd >= 0 ? 0 : errno);
	tf_file_close(&fd);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_string_append_printf(tries, " bus %d", fd >= 0 ? 0 : errno);
	tf_file_close(&fd);
	(void)execve("/nonexistent", argv, argv);
	g_string_append_printf(tries, " execve %d", errno);
	pid = (pid_t)syscall(SYS_fork);
	if (pid == 0)
		_exit(0);
	g_string_append_printf(tries, " fork %d", pid > 0 ? 0 : errno);
	if (pid > 0)
		(void)waitpid(pid, NULL, 0);
	memory = mmap(NULL, MUCH_MEMORY, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	g_string_append_printf(tries, " memory %d", memory != MAP_FAILED ? 0 : errno);
	if (memory != MAP_FAILED)
		(void)munmap(memory, MUCH_MEMORY);

	return g_string_free(tries, FALSE);
}

static void say_attack(TfTalk *talk, const gchar *key)
{
	g_autofree gchar *tries = attack(key);

	(void)tf_talk_say(talk, TF_MESSAGE_KEY,
		g_variant_new("(umsbbbt)", (guint32)TF_FORM_PKCS8, tries, TRUE, FALSE, FALSE, (guint64)0),
		NULL, NULL);
	(void)tf_talk_say(
		talk, TF_MESSAGE_LOOKED, g_variant_new("(bbbb)", FALSE, FALSE, FALSE, FALSE), NULL, NULL);
}

/* Never ends by itself. */
static void say_keys(TfTalk *talk)
{
	while (tf_talk_say(talk, TF_MESSAGE_KEY,
		g_variant_new("(umsbbbt)", (guint32)TF_FORM_PKCS12, NULL, TRUE, FALSE, FALSE, (guint64)0),
		NULL, NULL))
		continue;
}

static gboolean answer(gpointer state, TfTalk *talk, TfMessage *request, GError **error)
{
	gchar order[256] = "";

	(void)!pread(request->fds[0], order, sizeof order - 1, 0);
	if (strcmp(order, "die") == 0)
		(void)raise(SIGKILL);
	if (strcmp(order, "hang") == 0)
		(void)pause();
	if (strcmp(order, "babble") == 0)
		return write(tf_talk_fd(talk), order, sizeof order) > 0;
	if (strcmp(order, "flood") == 0)
		say_keys(talk);
	if (g_str_has_prefix(order, "attack ")) {
		say_attack(talk, order + strlen("attack "));
		return TRUE;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(lies); i++) {
		if (strcmp(order, lies[i].name) == 0)
			say_lie(request, talk, &lies[i]);
	}

	return tf_looker_handler.answer(state, talk, request, error);
}

static int act(void)
{
	const TfRoleHandler rogue = { &tf_looker_role, tf_looker_handler.set_up, answer,
		tf_looker_handler.tear_down };

	return tf_role_serve(&rogue);
}

typedef struct Found {
	guint n;
	guint most;
	TfForm form;
	gchar *member;
	gboolean is_damaged;
	GBytes *content; /* of a fixture, no secret */
} Found;

static void found_clear(Found *found)
{
	g_clear_pointer(&found->member, g_free);
	g_clear_pointer(&found->content, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Found, found_clear)

static gboolean take(const TfPiece *piece, gpointer user_data)
{
	Found *found = user_data;

	found_clear(found);
	found->form = piece->form;
	found->member = g_strdup(piece->member);
	found->is_damaged = piece->is_damaged;
	if (piece->bytes != NULL)
		found->content = g_bytes_new(tf_secret_peek(piece->bytes), tf_secret_length(piece->bytes));

	return ++found->n < found->most;
}

static TfLooking *start(guint milliseconds)
{
	return tf_looking_new(&(TfLookingOptions){ .program = ourselves, .milliseconds = milliseconds });
}

static gboolean visit(TfLooking *looking, gconstpointer content, gsize length, Found *found,
	TfContentsLimits *ret_limits, GError **error)
{
	TF_AUTO_FD int fd = memfd_create("looking", MFD_CLOEXEC);

	g_assert_cmpint(tf_file_write_all(fd, content, length), ==, 0);

	return tf_looking_visit(looking, fd, NULL, take, found, ret_limits, error);
}

/* Of text; it succeeds. */
static TfContentsLimits look(TfLooking *looking, const gchar *text, Found *found)
{
	TfContentsLimits limits = { 0 };
	g_autoptr(GError) error = NULL;

	g_assert_true(visit(looking, text, strlen(text), found, &limits, &error));
	g_assert_no_error(error);

	return limits;
}

static void test_key(void)
{
	g_autoptr(TfLooking) looking = start(0);
	g_autoptr(TfFixtureMember) member = tf_fixture_member("rsa2048", "佐藤 花子", "CA");
	g_autoptr(GBytes) pkcs12 =
		tf_fixture_pkcs12(member->key, member->certificate, NULL, NULL, "12345678");
	g_auto(Found) found = { .most = 10 };
	TfContentsLimits limits = { .is_unanswered = TRUE };
	g_autoptr(GError) error = NULL;

	g_assert_true(visit(
		looking, g_bytes_get_data(pkcs12, NULL), g_bytes_get_size(pkcs12), &found, &limits, &error));

	g_assert_no_error(error);
	g_assert_cmpuint(found.n, ==, 1);
	g_assert_cmpint(found.form, ==, TF_FORM_PKCS12);
	g_assert_null(found.member);
	g_assert_false(found.is_damaged);
	g_assert_true(g_bytes_equal(found.content, pkcs12));
	g_assert_false(limits.is_unanswered);
}

static void test_nothing(void)
{
	g_autoptr(TfLooking) looking = start(0);
	g_auto(Found) found = { .most = 10 };
	TfContentsLimits limits = look(looking, "nothing", &found);

	g_assert_cmpuint(found.n, ==, 0);
	g_assert_false(limits.is_too_large || limits.is_unreadable || limits.is_unanswered);
}

/* More than the pipe and the socket hold at once. */
static void test_many(void)
{
	g_autoptr(TfLooking) looking = start(0);
	g_autoptr(TfFixtureMember) member = tf_fixture_member("rsa2048", "佐藤 花子", "CA");
	g_autoptr(GBytes) pkcs12 =
		tf_fixture_pkcs12(member->key, member->certificate, NULL, NULL, "12345678");
	g_autofree gchar *base64 = g_base64_encode(g_bytes_get_data(pkcs12, NULL), g_bytes_get_size(pkcs12));
	g_autoptr(GString) text = g_string_new(NULL);
	g_auto(Found) found = { .most = 1000 };

	for (guint i = 0; i < 200; i++)
		g_string_append_printf(text, "%s\n;\n", base64);
	(void)look(looking, text->str, &found);

	g_assert_cmpuint(found.n, ==, 200);
	g_assert_true(g_bytes_equal(found.content, pkcs12));
}

/* The C library's converter for it is a file that the looker has to read. */
static void test_old_charset(void)
{
	g_autoptr(TfLooking) looking = start(0);
	g_auto(Found) found = { .most = 10 };
	TfContentsLimits limits = look(looking,
		"From: a@b\nSubject: x\nMIME-Version: 1.0\n"
		"Content-Type: application/x-pkcs12; name=\"=?iso-2022-jp?b?GyRCPlpMQD1xGyhCLnAxMg==?=\"\n"
		"Content-Transfer-Encoding: base64\n\nMIIJaQIBAzCCCS8GCSqGSIb3DQEHAaCCCSAEggkc\n",
		&found);

	g_assert_false(limits.is_unreadable || limits.is_unanswered);
	g_assert_cmpstr(found.member, ==, "証明書.p12");
	g_assert_true(found.is_damaged);
}

static void assert_costs_one_file(TfLooking *looking, const gchar *order)
{
	g_auto(Found) found = { .most = 10 };
	TfContentsLimits limits = look(looking, order, &found);

	g_test_message("%s", order);
	g_assert_true(limits.is_unanswered);
	g_assert_cmpuint(found.n, ==, 0);
	limits = look(looking, "-----BEGIN PRIVATE KEY-----\nnone", &found);
	g_assert_false(limits.is_unanswered);
}

static void test_dies(void)
{
	g_autoptr(TfLooking) looking = start(0);

	assert_costs_one_file(looking, "die");
}

static void test_hangs(void)
{
	g_autoptr(TfLooking) looking = start(SHORT_MILLISECONDS);

	assert_costs_one_file(looking, "hang");
}

static void test_babbles(void)
{
	g_autoptr(TfLooking) looking = start(0);

	assert_costs_one_file(looking, "babble");
}

static void test_lies(void)
{
	g_autoptr(TfLooking) looking = start(SHORT_MILLISECONDS);

	for (gsize i = 0; i < G_N_ELEMENTS(lies); i++)
		assert_costs_one_file(looking, lies[i].name);
}

static void test_floods(void)
{
	g_autoptr(TfLooking) looking = start(0);
	g_auto(Found) found = { .most = G_MAXUINT };
	TfContentsLimits limits = look(looking, "flood", &found);

	g_assert_cmpuint(found.n, ==, 10000);
	g_assert_true(limits.is_too_large);
}

static void test_killed_idle(void)
{
	g_autoptr(TfLooking) looking = start(0);
	g_auto(Found) found = { .most = 10 };
	g_autofree gchar *children = NULL;
	TfContentsLimits limits = look(looking, "nothing", &found);

	g_assert_false(limits.is_unanswered);
	g_assert_true(g_file_get_contents("/proc/thread-self/children", &children, NULL, NULL));
	g_assert_cmpint(kill((pid_t)g_ascii_strtoll(children, NULL, 10), SIGKILL), ==, 0);
	g_assert_cmpint(waitid(P_ALL, 0, &(siginfo_t){ 0 }, WEXITED | WNOWAIT), ==, 0);
	limits = look(looking, "nothing", &found);

	g_assert_false(limits.is_unanswered);
}

static void test_ends_when_told(void)
{
	g_autoptr(TfLooking) looking = start(0);
	g_auto(Found) found = { .most = 3 };
	TfContentsLimits limits = look(looking, "flood", &found);

	g_assert_cmpuint(found.n, ==, 3);
	g_assert_false(limits.is_unanswered || limits.is_too_large);
}

static gboolean stop(gpointer user_data, GError **error)
{
	guint *n = user_data;

	++*n;

	return tf_raise(error, TF_ERROR_INTERRUPTED, NULL);
}

static void test_stopped(void)
{
	guint n = 0;
	g_autoptr(TfLooking) looking =
		tf_looking_new(&(TfLookingOptions){ .program = ourselves, .go_on = stop, .user_data = &n });
	g_auto(Found) found = { .most = 10 };
	TfContentsLimits limits = { 0 };
	g_autoptr(GError) error = NULL;

	g_assert_false(visit(looking, "hang", strlen("hang"), &found, &limits, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_INTERRUPTED);
	g_assert_cmpuint(n, ==, 1);
}

static void test_not_there(void)
{
	static const gchar *const program[] = { "/nonexistent/program", NULL };
	g_autoptr(TfLooking) looking = tf_looking_new(&(TfLookingOptions){ .program = program });
	g_auto(Found) found = { .most = 10 };
	TfContentsLimits limits = { 0 };
	g_autoptr(GError) error = NULL;

	g_assert_false(visit(looking, "", 0, &found, &limits, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_LOOKER_BROKEN);
	g_assert_null(tf_looking_confinement(looking));
}

/* The control shows that nothing but the confinement is in the way. */
static void test_malware(void)
{
	g_autoptr(TfLooking) looking = start(0);
	g_autofree gchar *home = g_dir_make_tmp("tf-looking-XXXXXX", NULL);
	g_autofree gchar *key = g_build_filename(home, "id_ed25519", NULL);
	g_autofree gchar *order = g_strdup_printf("attack %s", key);
	g_auto(Found) found = { .most = 10 };
	g_autofree gchar *control = NULL;
	gboolean has_landlock = tf_landlock_version() > 0;

	g_assert_true(g_file_set_contents(key, "a key", -1, NULL));
	control = attack(key);
	(void)look(looking, order, &found);

	g_assert_cmpstr(control, ==,
		"key 0 write 0 mode 0 mode2 0 time 0 name 0 network 0 bus 0 execve 2 fork 0 memory 0");
	g_assert_cmpstr(found.member, ==,
		has_landlock ? "key 13 write 1 mode 1 mode2 1 time 1 name 1 network 1 bus 1 execve 1 fork 1 "
			       "memory 12"
			     : "key 0 write 1 mode 1 mode2 1 time 1 name 1 network 1 bus 1 execve 1 fork 1 "
			       "memory 12");
	g_assert_true(g_strv_contains(tf_looking_confinement(looking), "seccomp"));
	g_assert_true(g_strv_contains(tf_looking_confinement(looking), "bounded-memory"));
	(void)g_remove(key);
	(void)g_rmdir(home);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	/* Leaks cannot be looked for in a confined process. */
	if (argc == 3 && strcmp(argv[1], "--role") == 0)
		_exit(act());
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/looking/a key comes back whole", test_key);
	g_test_add_func("/looking/in a file without keys there is none", test_nothing);
	g_test_add_func("/looking/of many keys none is lost", test_many);
	g_test_add_func("/looking/names in ISO-2022-JP are read", test_old_charset);
	g_test_add_func("/looking/a file that kills its looker costs no other", test_dies);
	g_test_add_func("/looking/a file that never ends costs no other", test_hangs);
	g_test_add_func("/looking/a looker that talks nonsense is replaced", test_babbles);
	g_test_add_func("/looking/keys that cannot be are not believed", test_lies);
	g_test_add_func("/looking/keys without end are left", test_floods);
	g_test_add_func("/looking/a looker that was killed while idle costs no file", test_killed_idle);
	g_test_add_func("/looking/it ends when it is told to", test_ends_when_told);
	g_test_add_func("/looking/whoever waits may stop it", test_stopped);
	g_test_add_func("/looking/a looker that cannot be started is an error", test_not_there);
	g_test_add_func("/looking/a looker that was taken over reaches nothing else", test_malware);

	return g_test_run();
}
