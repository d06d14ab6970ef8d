/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The mock module itself, driven by raw Cryptoki: a test that trusts it must be able to. */
#include <dlfcn.h>
#include <glib/gstdio.h>
#include <p11-kit/pkcs11.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/secret.h"
#include "soft-token.h"

typedef struct Fixture {
	TfSoftToken *soft;
	void *library;
	CK_FUNCTION_LIST *functions;
	CK_SESSION_HANDLE session;
} Fixture;

/* 'more' follows in the string that the module is given. */
static CK_RV initialize_with(Fixture *fixture, const gchar *script, const gchar *more)
{
	g_autofree gchar *file = tf_soft_token_mock_arguments(fixture->soft, script);
	g_autofree gchar *text = g_strconcat(file, more, NULL);
	CK_C_INITIALIZE_ARGS arguments = { .flags = CKF_OS_LOCKING_OK, .pReserved = text };

	return fixture->functions->C_Initialize(&arguments);
}

static CK_RV initialize(Fixture *fixture, const gchar *script)
{
	return initialize_with(fixture, script, "");
}

static CK_SLOT_ID slot_of(Fixture *fixture)
{
	CK_SLOT_ID slots[8];
	CK_ULONG n_slots = G_N_ELEMENTS(slots);

	g_assert_cmpuint(fixture->functions->C_GetSlotList(CK_TRUE, slots, &n_slots), ==, CKR_OK);
	g_assert_cmpuint(n_slots, >, 0);

	return slots[0];
}

static void start(Fixture *fixture, const gchar *script)
{
	g_assert_cmpuint(initialize(fixture, script), ==, CKR_OK);
	g_assert_cmpuint(fixture->functions->C_OpenSession(slot_of(fixture),
				 CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &fixture->session),
		==, CKR_OK);
	g_assert_cmpuint(fixture->functions->C_Login(
				 fixture->session, CKU_USER, (CK_BYTE *)TF_SOFT_PIN, strlen(TF_SOFT_PIN)),
		==, CKR_OK);
}

static void set_up(Fixture *fixture, gconstpointer data)
{
	CK_C_GetFunctionList get_list = NULL;

	(void)data;
	fixture->soft = tf_soft_token_new();
	fixture->library = dlopen(g_getenv("TF_MOCK_MODULE"), RTLD_NOW | RTLD_LOCAL);
	g_assert_nonnull(fixture->library);
	get_list = (CK_C_GetFunctionList)dlsym(fixture->library, "C_GetFunctionList");
	g_assert_cmpuint(get_list(&fixture->functions), ==, CKR_OK);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	(void)fixture->functions->C_Finalize(NULL);
	(void)dlclose(fixture->library);
	tf_soft_token_free(fixture->soft);
}

static CK_RV create_key(Fixture *fixture, CK_OBJECT_HANDLE *object)
{
	g_autoptr(EVP_PKEY) key = EVP_EC_gen("prime256v1");
	g_autoptr(GBytes) id = g_bytes_new_static("test key", strlen("test key"));

	return tf_soft_create_key(fixture->functions, fixture->session, key, id, object);
}

static guint count_keys(Fixture *fixture)
{
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_ATTRIBUTE attribute = { CKA_CLASS, &class, sizeof(class) };
	CK_OBJECT_HANDLE objects[8];
	CK_ULONG n = 0;

	g_assert_cmpuint(fixture->functions->C_FindObjectsInit(fixture->session, &attribute, 1), ==, CKR_OK);
	g_assert_cmpuint(fixture->functions->C_FindObjects(fixture->session, objects, 8, &n), ==, CKR_OK);
	g_assert_cmpuint(fixture->functions->C_FindObjectsFinal(fixture->session), ==, CKR_OK);

	return (guint)n;
}

static void test_refuses_nonsense(Fixture *fixture, gconstpointer data)
{
	const gchar *const scripts[] = { "leek-exponent", "fail=C_Sign:0:CKR_DEVICE_ERROR",
		"fail=C_Sing:1:CKR_DEVICE_ERROR", "fail-nth=1:CKR_NOTHING", "refuse=CKA_NOTHING",
		"kill-nth=many", "kill-one-in=2", "hang-one-in=0:1" };

	(void)data;
	for (gsize i = 0; i < G_N_ELEMENTS(scripts); i++) {
		CK_RV rv = initialize(fixture, scripts[i]);

		g_assert_cmpuint(rv, ==, CKR_ARGUMENTS_BAD);
	}
}

static void test_is_faithful(Fixture *fixture, gconstpointer data)
{
	CK_OBJECT_HANDLE key = 0;
	CK_BYTE value[64];
	CK_ATTRIBUTE attribute = { CKA_VALUE, value, sizeof(value) };

	(void)data;
	start(fixture, "");

	g_assert_cmpuint(create_key(fixture, &key), ==, CKR_OK);
	g_assert_cmpuint(fixture->functions->C_GetAttributeValue(fixture->session, key, &attribute, 1), ==,
		CKR_ATTRIBUTE_SENSITIVE);
}

static void test_logs_calls(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *log = NULL;
	g_autofree gchar *path = g_build_filename(fixture->soft->directory, "mock.log", NULL);

	(void)data;
	start(fixture, "fail=C_Logout:1:CKR_DEVICE_ERROR");
	(void)fixture->functions->C_Logout(fixture->session);

	g_assert_true(g_file_get_contents(path, &log, NULL, NULL));
	g_assert_nonnull(strstr(log, " 1 C_Initialize CKR_OK\n"));
	g_assert_nonnull(strstr(log, " C_Login CKR_OK\n"));
	g_assert_nonnull(strstr(log, " C_Logout CKR_DEVICE_ERROR\n"));
}

static void test_leaks(Fixture *fixture, gconstpointer data)
{
	CK_OBJECT_HANDLE key = 0;
	CK_BYTE value[64];
	CK_BBOOL extractable = CK_FALSE;
	CK_ATTRIBUTE attributes[] = { { CKA_VALUE, value, sizeof(value) } };
	CK_ATTRIBUTE flag = { CKA_EXTRACTABLE, &extractable, sizeof(extractable) };

	(void)data;
	start(fixture, "leak-exponent\nextractable-after\n");

	g_assert_cmpuint(create_key(fixture, &key), ==, CKR_OK);

	g_assert_cmpuint(
		fixture->functions->C_GetAttributeValue(fixture->session, key, attributes, 1), ==, CKR_OK);
	g_assert_cmpuint(attributes[0].ulValueLen, ==, 32);
	g_assert_cmpuint(
		fixture->functions->C_GetAttributeValue(fixture->session, key, &flag, 1), ==, CKR_OK);
	g_assert_true(extractable == CK_TRUE);
	g_assert_cmpuint(count_keys(fixture), ==, 1);
}

static void test_copies(Fixture *fixture, gconstpointer data)
{
	CK_OBJECT_HANDLE key = 0;
	CK_OBJECT_HANDLE copy = 0;
	CK_BBOOL yes = CK_TRUE;
	CK_ATTRIBUTE flag = { CKA_EXTRACTABLE, &yes, sizeof(yes) };

	(void)data;
	start(fixture, "copy-extractable\nsettable-extractable");

	g_assert_cmpuint(create_key(fixture, &key), ==, CKR_OK);

	g_assert_cmpuint(
		fixture->functions->C_SetAttributeValue(fixture->session, key, &flag, 1), ==, CKR_OK);
	g_assert_cmpuint(
		fixture->functions->C_CopyObject(fixture->session, key, &flag, 1, &copy), ==, CKR_OK);
	yes = CK_FALSE;
	g_assert_cmpuint(
		fixture->functions->C_GetAttributeValue(fixture->session, copy, &flag, 1), ==, CKR_OK);
	g_assert_true(yes == CK_TRUE);
}

static void test_creation(Fixture *fixture, gconstpointer data)
{
	const struct {
		const gchar *script;
		CK_RV rv;
		guint n_keys;
	} rows[] = {
		{ "lose-key", CKR_OK, 0 },
		{ "ghost", CKR_FUNCTION_FAILED, 1 },
		{ "refuse-extractable", CKR_ATTRIBUTE_TYPE_INVALID, 1 },
		{ "refuse=CKA_ID,CKA_LABEL", CKR_ATTRIBUTE_TYPE_INVALID, 1 },
		{ "refuse-create=CKR_DEVICE_MEMORY", CKR_DEVICE_MEMORY, 1 },
		{ "fail=C_CreateObject:1:CKR_HOST_MEMORY", CKR_HOST_MEMORY, 1 },
	};

	(void)data;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree gchar *counter = g_build_filename(fixture->soft->directory, "mock.counter", NULL);
		CK_OBJECT_HANDLE key = 0;

		(void)g_unlink(counter);
		start(fixture, rows[i].script);
		g_assert_cmpuint(create_key(fixture, &key), ==, rows[i].rv);
		g_assert_cmpuint(count_keys(fixture), ==, rows[i].n_keys);
		g_assert_cmpuint(fixture->functions->C_Finalize(NULL), ==, CKR_OK);
	}
}

static void test_token_flags(Fixture *fixture, gconstpointer data)
{
	CK_TOKEN_INFO first;
	CK_TOKEN_INFO second;

	(void)data;
	g_assert_cmpuint(
		initialize(fixture, "final-try\nprotected-path=1234\nwrong-token-serial-nth=2"), ==, CKR_OK);

	g_assert_cmpuint(fixture->functions->C_GetTokenInfo(slot_of(fixture), &first), ==, CKR_OK);
	g_assert_cmpuint(fixture->functions->C_GetTokenInfo(slot_of(fixture), &second), ==, CKR_OK);

	g_assert_cmpuint(first.flags & CKF_USER_PIN_FINAL_TRY, !=, 0);
	g_assert_cmpuint(first.flags & CKF_PROTECTED_AUTHENTICATION_PATH, !=, 0);
	g_assert_cmpint(memcmp(first.serialNumber, second.serialNumber, 16), !=, 0);
}

static void test_types_pin(Fixture *fixture, gconstpointer data)
{
	CK_SESSION_HANDLE session = 0;

	(void)data;
	g_assert_cmpuint(initialize(fixture, "protected-path=" TF_SOFT_PIN), ==, CKR_OK);
	g_assert_cmpuint(
		fixture->functions->C_OpenSession(slot_of(fixture), CKF_SERIAL_SESSION, NULL, NULL, &session),
		==, CKR_OK);

	g_assert_cmpuint(fixture->functions->C_Login(session, CKU_USER, NULL, 0), ==, CKR_OK);
}

static void test_disappears(Fixture *fixture, gconstpointer data)
{
	CK_SLOT_ID slots[8];
	CK_ULONG n_slots = G_N_ELEMENTS(slots);
	CK_SESSION_INFO info;

	(void)data;
	start(fixture, "disappear-nth=5");

	g_assert_cmpuint(
		fixture->functions->C_GetSessionInfo(fixture->session, &info), ==, CKR_DEVICE_REMOVED);
	g_assert_cmpuint(fixture->functions->C_GetSlotList(CK_TRUE, slots, &n_slots), ==, CKR_OK);
	g_assert_cmpuint(n_slots, ==, 0);
}

static void test_counts_over_processes(Fixture *fixture, gconstpointer data)
{
	CK_TOKEN_INFO info;

	(void)data;
	g_assert_cmpuint(initialize(fixture, "fail-nth=5:CKR_DEVICE_ERROR"), ==, CKR_OK);
	g_assert_cmpuint(fixture->functions->C_Finalize(NULL), ==, CKR_OK);

	g_assert_cmpuint(initialize(fixture, "fail-nth=5:CKR_DEVICE_ERROR"), ==, CKR_OK);

	g_assert_cmpuint(fixture->functions->C_GetTokenInfo(slot_of(fixture), &info), ==, CKR_DEVICE_ERROR);
}

/* In a child that has nothing but the module to lose. */
static int status_of_child(Fixture *fixture, const gchar *script)
{
	int status = 0;
	pid_t child = fork();

	g_assert_cmpint(child, >=, 0);
	if (child == 0) {
		(void)initialize(fixture, script);
		_exit(0);
	}
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);

	return status;
}

static void test_kills(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *log = NULL;
	g_autofree gchar *path = g_build_filename(fixture->soft->directory, "mock.log", NULL);
	int before = status_of_child(fixture, "kill-nth=1");
	int after = 0;

	(void)data;
	g_assert_true(WIFSIGNALED(before));
	g_assert_cmpint(WTERMSIG(before), ==, SIGKILL);
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));

	after = status_of_child(fixture, "kill-after-nth=2");

	g_assert_true(WIFSIGNALED(after));
	g_assert_true(g_file_get_contents(path, &log, NULL, NULL));
	g_assert_nonnull(strstr(log, " 2 C_Initialize CKR_OK\n"));
}

static void test_kills_by_chance(Fixture *fixture, gconstpointer data)
{
	guint n_killed = 0;

	(void)data;
	for (guint i = 0; i < 64; i++)
		n_killed += WIFSIGNALED(status_of_child(fixture, "kill-one-in=2:1")) ? 1 : 0;

	g_assert_cmpuint(n_killed, >, 0);
	g_assert_cmpuint(n_killed, <, 64);
}

static void test_takes_commands(Fixture *fixture, gconstpointer data)
{
	CK_INFO info;

	(void)data;
	g_assert_cmpuint(initialize_with(fixture, "", " do=leek-exponent"), ==, CKR_ARGUMENTS_BAD);

	g_assert_cmpuint(
		initialize_with(fixture, "fail=C_GetInfo:1:CKR_DEVICE_ERROR",
			" do=fail=C_GetInfo:2:CKR_HOST_MEMORY do=fail=C_GetInfo:3:CKR_GENERAL_ERROR"),
		==, CKR_OK);

	g_assert_cmpuint(fixture->functions->C_GetInfo(&info), ==, CKR_DEVICE_ERROR);
	g_assert_cmpuint(fixture->functions->C_GetInfo(&info), ==, CKR_HOST_MEMORY);
	g_assert_cmpuint(fixture->functions->C_GetInfo(&info), ==, CKR_GENERAL_ERROR);
}

static void add(const gchar *path, void (*test)(Fixture *, gconstpointer))
{
	g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

	add("/mock/refuses a script it does not understand", test_refuses_nonsense);
	add("/mock/kills some processes by chance", test_kills_by_chance);
	add("/mock/takes commands without a file", test_takes_commands);
	add("/mock/is faithful without a script", test_is_faithful);
	add("/mock/logs every call", test_logs_calls);
	add("/mock/gives a remembered key away", test_leaks);
	add("/mock/copies and changes as extractable", test_copies);
	add("/mock/spoils the creation of a key", test_creation);
	add("/mock/changes what the token says of itself", test_token_flags);
	add("/mock/types the PIN on the reader", test_types_pin);
	add("/mock/disappears at a call and stays away", test_disappears);
	add("/mock/counts over C_Finalize and processes", test_counts_over_processes);
	add("/mock/kills the process before or after a call", test_kills);

	return g_test_run();
}
