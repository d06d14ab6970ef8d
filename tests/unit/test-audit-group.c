/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "audit-group.h"

#include <string.h>
#include <sys/socket.h>

#include "base/error.h"
#include "base/file.h"
#include "fixtures.h"

/* Two requests of one module: the first with a PIN, the second without. */
typedef struct Pair {
	TfFixtureMember *member;
	TfModuleFacts module;
	TfTokenFacts token;
	GBytes *statements[2];
	TfSecret *pin;
	TfAuditRequest requests[2];
	const TfAuditRequest *pointers[2];
} Pair;

static Pair *pair_new(void)
{
	static gchar path[] = "/usr/lib/module.so";
	static gchar sha256[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	static gchar word[] = "Label";
	static gchar uri[] = "pkcs11:token=Label";
	Pair *pair = g_new0(Pair, 1);

	pair->member = tf_fixture_member("ec256", "Yamada Taro", "Test Issuing Authority");
	pair->module = (TfModuleFacts){ .path = path, .sha256 = sha256 };
	pair->token = (TfTokenFacts){
		.label = word, .manufacturer = word, .model = word, .serial = word, .uri = uri
	};
	pair->statements[0] = g_bytes_new_static("first", 5);
	pair->statements[1] = g_bytes_new_static("second", 6);
	pair->pin = tf_secret_new_copy("739146", 6);
	for (gsize i = 0; i < 2; i++) {
		pair->requests[i] = (TfAuditRequest){ .module = &pair->module,
			.module_arguments = "configdir='sql:/somewhere'",
			.token = &pair->token,
			.key_id = pair->statements[i],
			.certificate = pair->member->certificate,
			.statement = pair->statements[i],
			.pin = i == 0 ? pair->pin : NULL,
			.deadline_seconds = 1 };
		pair->pointers[i] = &pair->requests[i];
	}

	return pair;
}

static void pair_free(Pair *pair)
{
	tf_fixture_member_free(pair->member);
	g_bytes_unref(pair->statements[0]);
	g_bytes_unref(pair->statements[1]);
	tf_secret_free(pair->pin);
	g_free(pair);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pair, pair_free)

static void test_arrives(void)
{
	g_autoptr(Pair) pair = pair_new();
	g_autofree gchar *text = tf_audit_group_to_text(pair->pointers, 2);
	g_autoptr(TfAuditGroup) group = tf_audit_group_from_text(text);

	g_assert_cmpstr(group->module->path, ==, pair->module.path);
	g_assert_cmpstr(group->module_arguments, ==, pair->requests[0].module_arguments);
	g_assert_cmpuint(group->orders->len, ==, 2);
	for (guint i = 0; i < 2; i++) {
		const TfAuditOrder *order = g_ptr_array_index(group->orders, i);

		g_assert_true(g_bytes_equal(order->statement, pair->statements[i]));
	}
	g_assert_null(strstr(text, "739146"));
}

static void test_no_group(void)
{
	const gchar *const texts[] = { "", "not JSON", "[]", "{}", "{\"orders\":[]}", "{\"orders\":[{}]}",
		"{\"module\":{},\"orders\":[]}", "{\"orders\":7,\"orders\":[]}" };

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		g_assert_null(tf_audit_group_from_text(texts[i]));
}

static void test_too_many(void)
{
	g_autoptr(Pair) pair = pair_new();
	g_autofree gchar *text = tf_audit_group_to_text(pair->pointers, 1);
	g_autoptr(json_t) object = json_loads(text, 0, NULL);
	json_t *orders = json_object_get(object, "orders");
	g_autoptr(TfAuditGroup) largest = NULL;
	char *large = NULL;

	while (json_array_size(orders) < TF_AUDIT_GROUP_LIMIT)
		(void)json_array_append(orders, json_array_get(orders, 0));
	large = json_dumps(object, 0);
	largest = tf_audit_group_from_text(large);
	g_assert_nonnull(largest);
	free(large);

	(void)json_array_append(orders, json_array_get(orders, 0));
	large = json_dumps(object, 0);
	g_assert_null(tf_audit_group_from_text(large));
	free(large);
}

static void test_pins(void)
{
	g_autoptr(Pair) pair = pair_new();
	g_autofree gchar *text = tf_audit_group_to_text(pair->pointers, 2);
	g_autoptr(TfAuditGroup) group = tf_audit_group_from_text(text);
	g_autoptr(TfSecret) pins = tf_audit_group_pins(pair->pointers, 2);
	g_autoptr(GPtrArray) split = tf_audit_group_split(group, pins);

	g_assert_cmpuint(split->len, ==, 2);
	g_assert_true(tf_secret_equal(g_ptr_array_index(split, 0), pair->pin));
	g_assert_null(g_ptr_array_index(split, 1));
}

static void test_other_pins(void)
{
	static const struct {
		const gchar *bytes;
		gsize length;
	} others[] = { { "", 0 }, { "\0", 1 },
		{ "\0\7"
		  "739146",
			8 },
		{ "\0\6"
		  "739146\0",
			9 },
		{ "\0\6"
		  "739146\0\6"
		  "739146",
			16 },
		{ "\xff\xff", 2 } };
	g_autoptr(Pair) pair = pair_new();
	g_autofree gchar *text = tf_audit_group_to_text(pair->pointers, 2);
	g_autoptr(TfAuditGroup) group = tf_audit_group_from_text(text);

	for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
		g_autoptr(TfSecret) pins = tf_secret_new(16);

		g_assert_true(tf_secret_append(pins, others[i].bytes, others[i].length));
		g_assert_null(tf_audit_group_split(group, pins));
	}
}

/* The index of a message may be anything: what a text is about, it says itself. */
static void test_result_of_another(void)
{
	g_autoptr(Pair) pair = pair_new();
	g_autofree gchar *text = tf_audit_group_to_text(pair->pointers, 2);
	g_autoptr(TfAuditGroup) group = tf_audit_group_from_text(text);
	g_autoptr(GError) wrong = NULL;
	g_autoptr(json_t) object = NULL;
	g_autoptr(TfAuditResult) own = NULL;
	g_autoptr(TfAuditResult) other = NULL;
	char *result = NULL;

	tf_raise(&wrong, TF_ERROR_PIN_WRONG, "Label", NULL);
	object = tf_audit_error_to_json(g_ptr_array_index(group->orders, 0), wrong);
	result = json_dumps(object, 0);

	own = tf_audit_group_result(result, &pair->requests[0]);
	other = tf_audit_group_result(result, &pair->requests[1]);

	g_assert_error(own->error, TF_ERROR, TF_ERROR_PIN_WRONG);
	g_assert_error(other->error, TF_ERROR, TF_ERROR_AUDITOR_FAILED);
	g_assert_null(other->evidence);
	free(result);
}

static void test_hostile_results(void)
{
	g_autoptr(Pair) pair = pair_new();
	g_autofree gchar *large = g_strnfill(TF_AUDIT_MESSAGE_LIMIT + 1, ' ');
	const gchar *const texts[] = { "", "[]", "{}", "not JSON", "{\"error\":\"pin-wrong\"}",
		"{\"about\":1,\"about\":2}", "{\"evidence\":{},\"answer\":null}", large };

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(TfAuditResult) result = tf_audit_group_result(texts[i], &pair->requests[0]);

		g_assert_error(result->error, TF_ERROR, TF_ERROR_AUDITOR_FAILED);
		g_assert_null(result->evidence);
		g_assert_null(result->answer);
	}
}

static void test_packets(void)
{
	g_autofree gchar *large = g_strnfill(TF_AUDIT_MESSAGE_LIMIT + 1, ' ');
	g_autofree gchar *received = NULL;
	int pair[2] = { -1, -1 };

	g_assert_cmpint(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), ==, 0);
	g_assert_true(tf_audit_send(pair[0], "a text"));
	received = tf_audit_receive(pair[1]);
	g_assert_cmpstr(received, ==, "a text");
	g_assert_false(tf_audit_send(pair[0], large));
	g_assert_cmpint(send(pair[0], large, strlen(large), 0), ==, strlen(large));
	g_assert_null(tf_audit_receive(pair[1]));
	g_assert_cmpint(send(pair[0], "a\0b", 3, 0), ==, 3);
	g_assert_null(tf_audit_receive(pair[1]));
	tf_file_close(&pair[0]);
	g_assert_null(tf_audit_receive(pair[1]));
	g_assert_false(tf_audit_send(pair[1], "a text"));
	tf_file_close(&pair[1]);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/audit-group/a group arrives as it was sent, and no PIN in it", test_arrives);
	g_test_add_func("/audit-group/what is no group is refused", test_no_group);
	g_test_add_func("/audit-group/a group has its limit", test_too_many);
	g_test_add_func("/audit-group/each order gets its PIN", test_pins);
	g_test_add_func("/audit-group/PINs that are not those of the group are refused", test_other_pins);
	g_test_add_func("/audit-group/the result of one request is none of another", test_result_of_another);
	g_test_add_func("/audit-group/a hostile result is not understood", test_hostile_results);
	g_test_add_func("/audit-group/a packet is one text, whole", test_packets);

	return g_test_run();
}
