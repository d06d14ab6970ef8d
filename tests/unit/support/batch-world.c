/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "batch-world.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/child.h"
#include "base/wait.h"
#include "batch/role.h"
#include "process/role-main.h"
#include "profile-folder.h"
#include "soft-token.h"
#include "station-pem-private.h"
#include "store-private.h"
#include "token/module.h"

#define PASSWORD   "kirakira"
#define PASSPHRASE "ame ni mo makezu"
/* For children, which open both before they are confined: the conduct as it is at any time, the script as it
 * is when they start. */
#define CONDUCT_VARIABLE "TF_TEST_CONDUCT"
#define SCRIPT_VARIABLE	 "TF_TEST_SCRIPT"
#define CONDUCT_FD	 100
#define SCRIPT_FD	 101
#define SCRIPT_PATH	 "/proc/self/fd/101"
#define CONDUCT_LIMIT	 128u

static const gchar *const conducts[TF_N_MISCONDUCTS] = { "good", "killed", "dies", "babbles", "eager",
	"chatters", "lies", "litters" };
static const gchar *const ourselves[] = { "/proc/self/exe", "--role", NULL };

/* How a child of this role is to behave now. */
static TfMisconduct read_conduct(const gchar *role, gchar **ret_lie)
{
	gchar text[CONDUCT_LIMIT + 1] = "";
	g_auto(GStrv) words = NULL;

	g_assert_cmpint(pread(CONDUCT_FD, text, CONDUCT_LIMIT, 0), ==, CONDUCT_LIMIT);
	g_strchomp(text);
	words = g_strsplit(text, " ", 3);
	if (ret_lie != NULL)
		*ret_lie = g_strdup(words[2]);
	for (guint i = 0; i < TF_N_MISCONDUCTS; i++) {
		if (strcmp(words[0], role) == 0 && strcmp(words[1], conducts[i]) == 0)
			return (TfMisconduct)i;
	}

	return TF_CONDUCT_GOOD;
}

static const TfRoleHandler *honest(const gchar *role)
{
	return strcmp(role, tf_worker_role.name) == 0 ? &tf_worker_handler : &tf_auditor_handler;
}

/* A misbehaving role as its own handlers see it. */
typedef struct Rogue {
	const TfRoleHandler *honest;
	const gchar *role;
	gpointer state;
	guint n_formatted;
	guint n_imported;
} Rogue;

static gpointer set_up(GVariant *setup, GError **error, const gchar *role)
{
	Rogue *rogue = g_new0(Rogue, 1);

	rogue->role = role;
	rogue->honest = honest(role);
	rogue->state = rogue->honest->set_up(setup, error);
	g_assert_nonnull(rogue->state);

	return rogue;
}

static gpointer set_up_worker(GVariant *setup, GError **error)
{
	return set_up(setup, error, tf_worker_role.name);
}

static gpointer set_up_auditor(GVariant *setup, GError **error)
{
	return set_up(setup, error, tf_auditor_role.name);
}

static gboolean chatter(TfTalk *talk, GError **error)
{
	while (tf_talk_say(talk, TF_MESSAGE_AUDITED, g_variant_new("(us)", 0, "{}"), NULL, error))
		(void)tf_wait_for(tf_talk_fd(talk), POLLHUP, g_get_monotonic_time() + TF_WAIT_SECOND / 5);

	return FALSE;
}

static gboolean lie(Rogue *rogue, TfTalk *talk, TfMessage *request, const gchar *serial, GError **error)
{
	rogue->n_formatted += request->kind == TF_MESSAGE_FORMAT ? 1 : 0;
	if (rogue->n_formatted > 1 && request->kind == TF_MESSAGE_FORMAT)
		return tf_talk_say(talk, TF_MESSAGE_FORMATTED,
			g_variant_new(
				"(ssssst)", "lie", "SoftHSM project", "SoftHSM v2", serial, "pkcs11:", 7),
			NULL, error);
	if (rogue->n_formatted > 1 && request->kind == TF_MESSAGE_IMPORT)
		return tf_talk_say(talk, TF_MESSAGE_IMPORTED, g_variant_new_strv(NULL, 0), NULL, error);

	return rogue->honest->answer(rogue->state, talk, request, error);
}

/* In every token of the staging store, which is its store. */
static void litter(void)
{
	g_autoptr(TfStore) store = tf_store_find(NULL);
	g_autoptr(GDir) listing = g_dir_open(tf_store_directory(store), 0, NULL);
	const gchar *name = NULL;

	while ((name = g_dir_read_name(listing)) != NULL) {
		g_autofree gchar *path = g_build_filename(tf_store_directory(store), name, "folder", NULL);

		g_assert_cmpint(g_mkdir(path, 0700), ==, 0);
	}
}

static gboolean answer(gpointer state, TfTalk *talk, TfMessage *request, GError **error)
{
	static const gchar nonsense[] = "I am done, trust me";
	Rogue *rogue = state;
	g_autofree gchar *serial = NULL;
	TfMisconduct conduct = read_conduct(rogue->role, &serial);

	if (conduct == TF_MISCONDUCT_DIES)
		(void)raise(SIGKILL);
	if (conduct == TF_MISCONDUCT_BABBLES)
		return write(tf_talk_fd(talk), nonsense, sizeof(nonsense)) > 0;
	if (conduct == TF_MISCONDUCT_CHATTERS)
		return chatter(talk, error);
	if (conduct == TF_MISCONDUCT_LIES)
		return lie(rogue, talk, request, serial, error);
	if (conduct == TF_MISCONDUCT_LITTERS && request->kind == TF_MESSAGE_IMPORT &&
		rogue->n_imported++ == 0)
		litter();

	return rogue->honest->answer(rogue->state, talk, request, error);
}

static void tear_down(gpointer state)
{
	Rogue *rogue = state;

	rogue->honest->tear_down(rogue->state);
	g_free(rogue);
}

/* READY, at once what only an order would allow, and the end. */
static int be_eager(const TfRole *role)
{
	g_autoptr(TfTalk) talk = tf_talk_new(TF_CHILD_FIRST_FD, role, FALSE);
	g_autoptr(TfMessage) setup = tf_talk_hear(talk, -1, NULL);
	g_autoptr(GVariant) body = g_variant_ref_sink(g_variant_new("(us)", 0, "{\"answer\":\"00\"}"));
	gsize size = sizeof(guint32) + g_variant_get_size(body);
	g_autofree gchar *packet = g_malloc(size);
	const guint32 kind = TF_MESSAGE_AUDITED;

	g_assert_nonnull(setup);
	(void)tf_talk_say(talk, TF_MESSAGE_READY, g_variant_new_strv(NULL, 0), NULL, NULL);
	memcpy(packet, &kind, sizeof(kind));
	g_variant_store(body, packet + sizeof(kind));
	(void)!write(TF_CHILD_FIRST_FD, packet, size);

	return EXIT_SUCCESS;
}

static void open_orders(void)
{
	g_autofree gchar *script = NULL;
	gsize length = 0;
	int conduct = open(g_getenv(CONDUCT_VARIABLE), O_RDONLY | O_CLOEXEC);
	int memory = memfd_create("script", MFD_CLOEXEC);

	g_assert_true(g_file_get_contents(g_getenv(SCRIPT_VARIABLE), &script, &length, NULL));
	g_assert_cmpint(write(memory, script, length), ==, length);
	g_assert_cmpint(dup3(conduct, CONDUCT_FD, O_CLOEXEC), ==, CONDUCT_FD);
	g_assert_cmpint(dup3(memory, SCRIPT_FD, O_CLOEXEC), ==, SCRIPT_FD);
	(void)close(conduct);
	(void)close(memory);
}

static int serve(const gchar *name)
{
	static const TfRoleHandler worker = { &tf_worker_role, set_up_worker, answer, tear_down };
	static const TfRoleHandler auditor = { &tf_auditor_role, set_up_auditor, answer, tear_down };
	static const TfRoleHandler *const handlers[] = { &worker, &auditor, &tf_opener_handler,
		&tf_formatter_handler, &tf_letter_handler, NULL };
	TfMisconduct conduct = TF_CONDUCT_GOOD;

	open_orders();
	conduct = read_conduct(name, NULL);
	if (conduct == TF_MISCONDUCT_KILLED || conduct == TF_MISCONDUCT_DIES)
		(void)raise(SIGKILL);
	if (conduct == TF_MISCONDUCT_EAGER)
		return be_eager(strcmp(name, tf_worker_role.name) == 0 ? &tf_worker_role : &tf_auditor_role);

	return tf_role_main(name, handlers);
}

void tf_batch_world_main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "--role") == 0)
		exit(serve(argv[2]));
}

static TfSecret *secret(const gchar *text)
{
	return tf_secret_new_copy(text, strlen(text));
}

static gchar *write_file(const TfBatchWorld *world, const gchar *name, const gchar *text)
{
	gchar *path = g_build_filename(world->directory, name, NULL);

	g_assert_true(g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));

	return path;
}

static void make_store(const TfBatchWorld *world)
{
	g_autofree gchar *tokens = g_build_filename(world->directory, "tokens", NULL);
	g_autofree gchar *text = g_strdup_printf(
		"directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n", tokens);
	g_autofree gchar *configuration = write_file(world, "softhsm2.conf", text);

	g_assert_cmpint(g_mkdir(tokens, 0700), ==, 0);
	g_assert_true(g_setenv("SOFTHSM2_CONF", configuration, TRUE));
	g_assert_true(g_setenv("XDG_RUNTIME_DIR", world->directory, TRUE));
	g_assert_true(g_setenv(CONDUCT_VARIABLE, world->conduct, TRUE));
	g_assert_true(g_setenv(SCRIPT_VARIABLE, world->script, TRUE));
}

static void make_members(TfBatchWorld *world)
{
	g_autoptr(GString) list = g_string_new("number,password\n");
	g_autofree gchar *path = NULL;

	for (guint i = 0; i < TF_BATCH_MEMBERS; i++) {
		g_autofree gchar *name = g_strdup_printf("Member %u", i + 1);
		g_autofree gchar *number = g_strdup_printf("%u", 10000001 + i);
		g_autofree gchar *file = g_strconcat(number, ".p12", NULL);
		g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", name, "Batch Issuing CA");
		TfJobPlan plan = { .number = number, .name = name, .line = i + 2 };

		world->sources[i] = g_build_filename(world->directory, file, NULL);
		tf_fixture_write_pkcs12(member, world->sources[i], PASSWORD);
		plan.source_path = world->sources[i];
		g_assert_true(tf_ledger_add_job(world->ledger, &plan, NULL));
		g_string_append_printf(list, "%s,%s\n", number, PASSWORD);
	}
	path = write_file(world, "passwords.csv", list->str);
	world->passwords = tf_passwords_open(path, NULL);
	g_assert_nonnull(world->passwords);
}

static void find_module(TfBatchWorld *world)
{
	g_autoptr(TfModuleChoice) choice = NULL;
	g_autoptr(GError) error = NULL;

	world->module_arguments = g_strdup("module=" TF_SOFT_MODULE " script=" SCRIPT_PATH);
	choice = tf_module_named(g_getenv("TF_MOCK_MODULE"), &error);
	g_assert_no_error(error);
	world->module = tf_module_describe(choice, &error);
	g_assert_no_error(error);
}

/* As the first batch makes it beside its ledger, but opened without the work that scrypt is for. */
static void write_station_key(const TfBatchWorld *world)
{
	g_autofree gchar *path = g_strconcat(world->ledger_path, ".station.pem", NULL);
	g_autoptr(EVP_PKEY) key = EVP_EC_gen("P-256");
	g_autoptr(X509) certificate = tf_station_certificate_make(key);
	PKCS8_PRIV_KEY_INFO *plain = EVP_PKEY2PKCS8(key);
	X509_SIG *encrypted = PKCS8_set0_pbe(PASSPHRASE, (int)strlen(PASSPHRASE), plain,
		PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), NULL, 0, NULL, 2, 8, 1));
	BIO *file = BIO_new_file(path, "w");

	g_assert_cmpint(PEM_write_bio_PKCS8(file, encrypted), ==, 1);
	g_assert_cmpint(PEM_write_bio_X509(file, certificate), ==, 1);
	g_assert_cmpint(chmod(path, 0600), ==, 0);
	BIO_free(file);
	X509_SIG_free(encrypted);
	PKCS8_PRIV_KEY_INFO_free(plain);
}

static void make_station(TfBatchWorld *world)
{
	g_autofree gchar *url = NULL;
	g_autofree gchar *profiles = profile_folder_shipped();
	g_autoptr(TfSecret) passphrase = secret(PASSPHRASE);
	g_autoptr(GError) error = NULL;

	world->ledger_path = g_build_filename(world->directory, "ledger.db", NULL);
	url = g_strconcat("sqlite:", world->ledger_path, NULL);
	world->ledger = tf_ledger_open(url, &error);
	g_assert_no_error(error);
	write_station_key(world);
	world->key = tf_station_key_open(world->ledger_path, passphrase, &error);
	g_assert_no_error(error);
	world->family = tf_token_profile_load("softhsm2", profiles, &error);
	g_assert_no_error(error);
}

void tf_batch_world_set_up(TfBatchWorld *world, gconstpointer data)
{
	(void)data;
	world->directory = tf_fixture_directory();
	world->conduct = g_build_filename(world->directory, "conduct", NULL);
	tf_batch_world_misbehave(world, "nobody", TF_CONDUCT_GOOD);
	world->script = write_file(world, "mock.script", "");
	make_store(world);
	find_module(world);
	make_station(world);
	make_members(world);
	world->plan = (TfBatchPlan){
		.program = ourselves,
		.module = world->module,
		.module_arguments = world->module_arguments,
		.family = world->family,
		.passwords = world->passwords,
		.language = "en",
		.station_key = world->key,
		.skips_client = TRUE,
		.n_lanes = 1,
	};
}

void tf_batch_world_tear_down(TfBatchWorld *world, gconstpointer data)
{
	(void)data;
	tf_ledger_free(world->ledger);
	tf_station_key_free(world->key);
	tf_passwords_free(world->passwords);
	tf_token_profile_free(world->family);
	tf_module_facts_free(world->module);
	tf_fixture_remove(world->directory);
	for (guint i = 0; i < TF_BATCH_MEMBERS; i++)
		g_free(world->sources[i]);
	g_free(world->ledger_path);
	g_free(world->module_arguments);
	g_free(world->script);
	g_free(world->conduct);
	g_free(world->lie);
	g_free(world->directory);
}

void tf_batch_world_misbehave(const TfBatchWorld *world, const gchar *role, TfMisconduct conduct)
{
	g_autofree gchar *text =
		g_strjoin(" ", role, conducts[conduct], world->lie != NULL ? world->lie : "", NULL);
	g_autofree gchar *padded = g_strdup_printf("%-*s", (int)CONDUCT_LIMIT, text);
	int fd = open(world->conduct, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	/* In place: children hold it open. */
	g_assert_cmpint(pwrite(fd, padded, CONDUCT_LIMIT, 0), ==, CONDUCT_LIMIT);
	(void)close(fd);
}

void tf_batch_world_script(const TfBatchWorld *world, const gchar *text)
{
	g_assert_true(g_file_set_contents(world->script, text, -1, NULL));
}

static void tell(const TfBatchNews *news, gpointer user_data)
{
	TfBatchWorld *world = user_data;

	world->n_told[news->kind]++;
	if (news->problem != NULL)
		g_test_message("%s", news->problem->message);
	if (world->hook != NULL)
		world->hook(world, news);
}

static gboolean is_interrupted(G_GNUC_UNUSED gpointer user_data)
{
	return FALSE;
}

gboolean tf_batch_world_run(TfBatchWorld *world, GError **error)
{
	const TfBatchListener listener = { .tell = tell,
		.is_interrupted = is_interrupted,
		.interrupt_fd = -1,
		.answers_fd = -1,
		.user_data = world };

	memset(world->n_told, 0, sizeof(world->n_told));
	world->result = (TfBatchResult){ 0 };

	return tf_batch_run(&world->plan, world->ledger, &listener, &world->result, error);
}

void tf_batch_world_assert_run(TfBatchWorld *world, guint n_provisioned, guint n_failed)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(tf_batch_world_run(world, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(world->result.n_provisioned, ==, n_provisioned);
	g_assert_cmpuint(world->result.n_failed, ==, n_failed);
}

guint64 tf_batch_world_count(const TfBatchWorld *world, TfJobState state)
{
	guint64 counts[TF_N_JOB_STATES] = { 0 };

	g_assert_true(tf_ledger_count_jobs(world->ledger, counts, NULL));

	return counts[state];
}

guint tf_batch_world_n_tokens(const TfBatchWorld *world)
{
	g_autofree gchar *tokens = g_build_filename(world->directory, "tokens", NULL);
	g_autoptr(GDir) listing = g_dir_open(tokens, 0, NULL);
	const gchar *name = NULL;
	guint n = 0;

	while ((name = g_dir_read_name(listing)) != NULL)
		n += name[0] != '.' ? 1 : 0;

	return n;
}

guint tf_batch_world_n_sources(const TfBatchWorld *world)
{
	guint n = 0;

	for (guint i = 0; i < TF_BATCH_MEMBERS; i++)
		n += g_file_test(world->sources[i], G_FILE_TEST_EXISTS) ? 1 : 0;

	return n;
}
