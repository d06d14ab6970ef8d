/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stage.h"

#include <dlfcn.h>
#include <p11-kit/pkcs11.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "disk/looker.h"
#include "token/audit.h"

#define AUDITOR_OPTION "--auditor"
#define ROLE_OPTION    "--role"

void tf_stage_main(int argc, char **argv)
{
	static const TfRoleHandler *const handlers[] = { &tf_looker_handler, NULL };

	if (argc == 2 && strcmp(argv[1], AUDITOR_OPTION) == 0)
		exit(tf_auditor_main());
	if (argc == 3 && strcmp(argv[1], ROLE_OPTION) == 0)
		_exit(tf_role_main(argv[2], handlers));
}

TfStage *tf_stage_new(const gchar *key_type, const gchar *program)
{
	TfStage *stage = g_new0(TfStage, 1);

	stage->directory = tf_fixture_directory();
	stage->source = g_build_filename(stage->directory, "member.p12", NULL);
	stage->member = tf_fixture_member(key_type, "Taro Shakai", "Stage Issuing CA");
	stage->content = tf_fixture_pkcs12(stage->member->key, stage->member->certificate,
		stage->member->chain, "member", TF_STAGE_PASSWORD);
	tf_fixture_write(stage->source, stage->content);
	stage->token = tf_soft_token_new();
	stage->ledger_url = g_strdup_printf("sqlite:%s/state/ledger.db", stage->directory);
	tf_answers_init(&stage->answers, TF_STAGE_PASSWORD, TF_SOFT_PIN);
	stage->auditor[0] = program;
	stage->auditor[1] = AUDITOR_OPTION;
	stage->plan = (TfTransferPlan){
		.source = stage->source,
		.key_index = -1,
		.module = { .module = TF_SOFT_MODULE },
		.auditor = stage->auditor,
	};

	return stage;
}

void tf_stage_free(TfStage *stage)
{
	if (stage == NULL)
		return;

	tf_soft_token_free(stage->token);
	tf_fixture_member_free(stage->member);
	tf_fixture_remove(stage->directory);
	g_bytes_unref(stage->content);
	g_free(stage->ledger_url);
	g_free(stage->source);
	g_free(stage->directory);
	g_free(stage);
}

void tf_stage_use(TfStage *stage, const gchar *usage)
{
	TfFixtureMember *member = stage->member;
	const TfFixtureCertificate wanted = { .key = member->key,
		.name = "Taro Shakai",
		.issuer = sk_X509_value(member->chain, 0),
		.issuer_key = member->issuer_key,
		.usage = usage };

	X509_free(member->certificate);
	member->certificate = tf_fixture_certificate(&wanted);
	g_bytes_unref(stage->content);
	stage->content = tf_fixture_pkcs12(
		member->key, member->certificate, member->chain, "member", TF_STAGE_PASSWORD);
	tf_fixture_write(stage->source, stage->content);
}

TfOutcome *tf_stage_run(TfStage *stage, GError **error)
{
	g_autoptr(TfLedger) ledger = tf_ledger_open(stage->ledger_url, error);

	if (ledger == NULL)
		return NULL;

	return tf_transfer(&stage->plan, ledger, &stage->answers.dialogue, &stage->where, error);
}

gboolean tf_stage_source_is_whole(const TfStage *stage)
{
	g_autofree gchar *content = NULL;
	gsize length = 0;

	if (!g_file_get_contents(stage->source, &content, &length, NULL))
		return FALSE;

	return length == g_bytes_get_size(stage->content) &&
	       memcmp(content, g_bytes_get_data(stage->content, NULL), length) == 0;
}

gboolean tf_stage_source_is_gone(const TfStage *stage)
{
	return access(stage->source, F_OK) != 0;
}

static CK_SLOT_ID find_slot(CK_FUNCTION_LIST *functions)
{
	CK_SLOT_ID slots[8];
	CK_ULONG n_slots = G_N_ELEMENTS(slots);

	g_assert_cmpuint(functions->C_GetSlotList(CK_TRUE, slots, &n_slots), ==, CKR_OK);
	for (CK_ULONG i = 0; i < n_slots; i++) {
		CK_TOKEN_INFO info;

		g_assert_cmpuint(functions->C_GetTokenInfo(slots[i], &info), ==, CKR_OK);
		if ((info.flags & CKF_TOKEN_INITIALIZED) != 0)
			return slots[i];
	}
	g_assert_not_reached();
}

guint tf_stage_count_private_keys(const TfStage *stage)
{
	void *library = dlopen(TF_SOFT_MODULE, RTLD_NOW | RTLD_LOCAL);
	CK_C_GetFunctionList get_list = NULL;
	CK_FUNCTION_LIST *functions = NULL;
	CK_SESSION_HANDLE session = 0;
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_ATTRIBUTE template = { CKA_CLASS, &class, sizeof class };
	CK_OBJECT_HANDLE objects[16];
	CK_ULONG n_objects = 0;

	(void)stage;
	g_assert_nonnull(library);
	*(void **)&get_list = dlsym(library, "C_GetFunctionList");
	g_assert_cmpuint(get_list(&functions), ==, CKR_OK);
	g_assert_cmpuint(functions->C_Initialize(NULL), ==, CKR_OK);
	g_assert_cmpuint(
		functions->C_OpenSession(find_slot(functions), CKF_SERIAL_SESSION, NULL, NULL, &session), ==,
		CKR_OK);
	g_assert_cmpuint(functions->C_Login(session, CKU_USER, (CK_BYTE *)TF_SOFT_PIN, strlen(TF_SOFT_PIN)),
		==, CKR_OK);
	g_assert_cmpuint(functions->C_FindObjectsInit(session, &template, 1), ==, CKR_OK);
	g_assert_cmpuint(
		functions->C_FindObjects(session, objects, G_N_ELEMENTS(objects), &n_objects), ==, CKR_OK);
	g_assert_cmpuint(functions->C_Finalize(NULL), ==, CKR_OK);
	g_assert_cmpint(dlclose(library), ==, 0);

	return (guint)n_objects;
}
