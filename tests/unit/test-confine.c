/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A module that is malware, loaded by a process that is confined and by one that is not: what the one does
 * not let it do, the other does. And a module that is none, which still works.
 */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/file.h"
#include "base/wait.h"
#include "confine-private.h"
#include "object.h"
#include "open-token.h"
#include "session-private.h"

#define FREE	 "--free"
#define CONFINED "--confined"
#define TALKING	 "--talking" /* confined, with a socket among what it reads */
#define OLD	 "--old"     /* confined, by a kernel without Landlock */
#define SOFT	 "--soft"
#define SOON	 (g_get_monotonic_time() + 60 * TF_WAIT_SECOND)

/* What there is to steal, and where. */
typedef struct Ground {
	gchar *home;
	gchar *output; /* the only directory that a confined process may write */
	gchar *log;
	gchar *bus;
	int network; /* listening */
	int local;
	guint port;
} Ground;

static void put(const gchar *directory, const gchar *name, const gchar *text)
{
	g_autofree gchar *path = g_build_filename(directory, name, NULL);

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void listen_on_network(Ground *ground)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t length = sizeof address;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ground->network = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_assert_cmpint(bind(ground->network, (const struct sockaddr *)&address, sizeof address), ==, 0);
	g_assert_cmpint(listen(ground->network, 8), ==, 0);
	g_assert_cmpint(getsockname(ground->network, (struct sockaddr *)&address, &length), ==, 0);
	ground->port = ntohs(address.sin_port);
}

static void listen_on_bus(Ground *ground)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	g_strlcpy(address.sun_path, ground->bus, sizeof address.sun_path);
	ground->local = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_assert_cmpint(bind(ground->local, (const struct sockaddr *)&address, sizeof address), ==, 0);
	g_assert_cmpint(listen(ground->local, 8), ==, 0);
}

static void ground_set_up(Ground *ground)
{
	g_autofree gchar *keys = NULL;

	ground->home = g_dir_make_tmp("tf-confine-XXXXXX", NULL);
	ground->output = g_build_filename(ground->home, "output", NULL);
	ground->log = g_build_filename(ground->output, "log", NULL);
	ground->bus = g_build_filename(ground->home, "bus", NULL);
	keys = g_build_filename(ground->home, ".ssh", NULL);
	g_assert_cmpint(g_mkdir(ground->output, 0700), ==, 0);
	g_assert_cmpint(g_mkdir(keys, 0700), ==, 0);
	put(keys, "id_ed25519", "a key");
	listen_on_network(ground);
	listen_on_bus(ground);
	/* The malware's victim is us: nothing but the confinement shall stand between. */
	(void)prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	(void)prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
}

static void ground_clear(Ground *ground)
{
	const gchar *const names[] = { "output/log", "output", ".ssh/id_ed25519", ".ssh", "planted", "bus",
		"" };

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree gchar *path = g_build_filename(ground->home, names[i], NULL);

		(void)g_remove(path);
	}
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	tf_file_close(&ground->network);
	tf_file_close(&ground->local);
	g_free(ground->home);
	g_free(ground->output);
	g_free(ground->log);
	g_free(ground->bus);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Ground, ground_clear)

/* As a kernel answers that was built without it. */
static gboolean take_landlock_away(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	gboolean is_away =
		seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(landlock_create_ruleset), 0) == 0 &&
		seccomp_load(filter) == 0;

	seccomp_release(filter);

	return is_away;
}

/* The child's main(): loads the module as a PKCS#11 module is loaded, confined before or not at all. */
static int act(const gchar *mode, const gchar *directory, const gchar *socket, gchar *arguments)
{
	const gchar *module = g_getenv("TF_HOSTILE_MODULE");
	const gchar *const reads[] = { module, strcmp(mode, TALKING) == 0 ? socket : NULL, NULL };
	const gchar *const writes[] = { directory, NULL };
	const TfConfinementPlan plan = { FALSE, reads, writes, 0 };
	g_autoptr(GPtrArray) holds = NULL;
	CK_C_INITIALIZE_ARGS initialization = { .pReserved = arguments };
	CK_C_GetFunctionList get = NULL;
	CK_FUNCTION_LIST *functions = NULL;
	void *library = NULL;

	if (strcmp(mode, OLD) == 0 && !take_landlock_away())
		return 4;
	if (strcmp(mode, FREE) != 0) {
		holds = tf_confine(&plan, NULL);
		if (holds == NULL)
			return 2;
	}
	if (strcmp(mode, OLD) == 0 &&
		!g_ptr_array_find_with_equal_func(holds, "no-landlock", g_str_equal, NULL))
		return 5;
	library = dlopen(module, RTLD_NOW | RTLD_LOCAL);
	get = library != NULL ? (CK_C_GetFunctionList)dlsym(library, "C_GetFunctionList") : NULL;
	if (get == NULL || get(&functions) != CKR_OK || functions->C_Initialize(&initialization) != CKR_OK)
		return 3;

	return 0;
}

/* The module is read again by its facts, the token opened, and something written to it that stays. */
static int work(const gchar *directory)
{
	const gchar *const reads[] = { "/usr/lib", "/lib", "/etc/ld.so.cache", NULL };
	const gchar *const writes[] = { directory, NULL };
	const TfConfinementPlan plan = { FALSE, reads, writes, 0 };
	CK_OBJECT_CLASS class = CKO_DATA;
	CK_BBOOL yes = CK_TRUE;
	CK_ATTRIBUTE template[] = { { CKA_CLASS, &class, sizeof class }, { CKA_TOKEN, &yes, sizeof yes },
		{ CKA_PRIVATE, &yes, sizeof yes }, { CKA_VALUE, (gpointer) "value", 5 } };
	CK_OBJECT_HANDLE object = 0;
	g_autoptr(TfModuleChoice) choice = tf_module_named(TF_SOFT_MODULE, NULL);
	g_autoptr(TfModuleFacts) facts = tf_module_describe(choice, NULL);
	g_autoptr(TfSecret) pin = tf_open_token_pin();
	g_autoptr(GPtrArray) holds = tf_confine(&plan, NULL);
	g_autoptr(TfModule) module = holds != NULL ? tf_module_load(facts, NULL, NULL) : NULL;
	g_autoptr(TfTokenStatus) status = NULL;
	g_autoptr(TfSession) session = NULL;
	CK_RV rv = CKR_GENERAL_ERROR;

	if (module == NULL)
		return 2;
	status = tf_open_token_choose(module, "pkcs11:token=Test%20Token", TRUE, NULL);
	session = status != NULL ? tf_session_open(module, status, TRUE, NULL) : NULL;
	if (session == NULL || !tf_session_login(session, pin, FALSE, NULL))
		return 3;
	rv = tf_session_functions(session)->C_CreateObject(
		tf_session_handle(session), template, G_N_ELEMENTS(template), &object);

	return rv == CKR_OK ? 0 : 4;
}

static gchar *run(const Ground *ground, const gchar *mode)
{
	g_autofree gchar *arguments = g_strdup_printf("%s %s %u", ground->log, ground->home, ground->port);
	const gchar *const argv[] = { "/proc/self/exe", mode, ground->output, ground->bus, arguments, NULL };
	g_auto(TfChild) child = { 0, -1 };
	gchar *log = NULL;

	(void)g_remove(ground->log);
	g_assert_cmpint(tf_child_start(argv, NULL, NULL, 0, &child), ==, 0);
	tf_child_reap(&child, SOON);
	g_assert_true(g_file_get_contents(ground->log, &log, NULL, NULL));

	return log;
}

/* The errno value of a try; -1 when the log does not have it. */
static int outcome(const gchar *log, const gchar *name)
{
	g_autofree gchar *line = g_strdup_printf("\n%s ", name);
	g_autofree gchar *lines = g_strconcat("\n", log, NULL);
	const gchar *at = strstr(lines, line);

	return at != NULL ? (int)g_ascii_strtoll(at + strlen(line), NULL, 10) : -1;
}

static const struct {
	const gchar *name;
	int free;
	int confined;
	gboolean is_of_landlock;
} tries[] = {
	{ "key", 0, EACCES, TRUE },
	{ "plant", 0, EACCES, TRUE },
	{ "memory", 0, EACCES, TRUE },
	{ "network", 0, EPERM, FALSE },
	{ "bus", 0, EPERM, FALSE },
	{ "execve", ENOENT, EPERM, FALSE },
	{ "spawn", 0, EPERM, FALSE },
	{ "fork", 0, EPERM, FALSE },
	{ "ptrace", 0, EPERM, FALSE },
	{ "read-memory", 0, EPERM, FALSE },
	{ "signal", 0, EPERM, FALSE },
	{ "type", ENOTTY, EPERM, FALSE },
	{ "dumpable", 0, EPERM, FALSE },
	{ "outlive", 0, EPERM, FALSE },
	{ "ring", EFAULT, EPERM, FALSE },
	{ "core", 0, EPERM, FALSE },
};

/* Files are then protected by their permissions only, and memory where the victim has capabilities, which a
 * confined process lacks. */
static int without_landlock(gsize i)
{
	if (!tries[i].is_of_landlock)
		return tries[i].confined;

	return strcmp(tries[i].name, "memory") == 0 && geteuid() == 0 ? EACCES : tries[i].free;
}

static void test_malware(void)
{
	g_auto(Ground) ground = { 0 };
	g_autofree gchar *free_log = NULL;
	g_autofree gchar *confined_log = NULL;

	ground_set_up(&ground);
	free_log = run(&ground, FREE);
	confined_log = run(&ground, CONFINED);

	for (gsize i = 0; i < G_N_ELEMENTS(tries); i++) {
		int expected = tf_landlock_version() > 0 ? tries[i].confined : without_landlock(i);

		g_test_message("%s", tries[i].name);
		g_assert_cmpint(outcome(free_log, tries[i].name), ==, tries[i].free);
		g_assert_cmpint(outcome(confined_log, tries[i].name), ==, expected);
	}
}

static void test_reader_socket(void)
{
	g_auto(Ground) ground = { 0 };
	g_autofree gchar *log = NULL;

	ground_set_up(&ground);
	log = run(&ground, TALKING);

	g_assert_cmpint(outcome(log, "bus"), ==, 0);
	g_assert_cmpint(outcome(log, "network"), ==, EPERM);
}

static void test_without_landlock(void)
{
	g_auto(Ground) ground = { 0 };
	g_autofree gchar *log = NULL;

	ground_set_up(&ground);
	log = run(&ground, OLD);

	for (gsize i = 0; i < G_N_ELEMENTS(tries); i++)
		g_assert_cmpint(outcome(log, tries[i].name), ==, without_landlock(i));
}

static void test_honest_module(void)
{
	g_autoptr(TfOpenToken) token = tf_open_soft_token();
	const gchar *const argv[] = { "/proc/self/exe", SOFT, token->soft->directory, NULL };
	g_auto(TfChild) child = { 0, -1 };
	siginfo_t end = { 0 };
	g_autoptr(GArray) objects = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(tf_child_start(argv, NULL, NULL, 0, &child), ==, 0);
	g_assert_cmpint(waitid(P_PIDFD, (id_t)child.pidfd, &end, WEXITED | WNOWAIT), ==, 0);
	tf_open_token_again(token);
	objects = tf_objects_of_class(token->session, CKO_DATA, NULL, &error);

	g_assert_cmpint(end.si_code, ==, CLD_EXITED);
	g_assert_cmpint(end.si_status, ==, 0);
	g_assert_no_error(error);
	g_assert_cmpuint(objects->len, ==, 1);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	/* Neither exit handlers nor leaks of a module are of interest, and leaks cannot be looked for any
	 * more. */
	if (argc == 3)
		_exit(work(argv[2]));
	if (argc == 5)
		_exit(act(argv[1], argv[2], argv[3], argv[4]));
	g_test_init(&argc, &argv, NULL);
	g_test_add_func(
		"/confine/a module that is malware gets nowhere, and unconfined it does", test_malware);
	g_test_add_func(
		"/confine/whoever is named a socket may talk to it, and has no network", test_reader_socket);

	g_test_add_func(
		"/confine/a kernel without Landlock is told, and seccomp holds", test_without_landlock);
	g_test_add_func("/confine/SoftHSM works, confined to its own store", test_honest_module);

	return g_test_run();
}
