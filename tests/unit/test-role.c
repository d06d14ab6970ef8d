/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "batch/role.h"

#include <string.h>

#include "base/secret.h"
#include "message-private.h"

#define BUSY(kind) (TF_TALK_BUSY + (guint)TF_MESSAGE_##kind)

static const TfRole *const roles[] = { &tf_opener_role, &tf_worker_role, &tf_auditor_role, &tf_formatter_role,
	&tf_letter_role };

static gboolean may(guint kind, const TfRole *role, gboolean is_to_child, guint state)
{
	TfMessageRule rule = { 0 };

	return tf_message_rule(kind, role, is_to_child, state, &rule);
}

static guint after(guint kind, const TfRole *role, gboolean is_to_child, guint state)
{
	TfMessageRule rule = { 0 };

	g_assert_true(tf_message_rule(kind, role, is_to_child, state, &rule));

	return rule.after;
}

/* Every row, in every state, for every role, in both directions: what is permitted is counted. */
static guint count_permitted(guint kind)
{
	guint n = 0;

	for (gsize i = 0; i < G_N_ELEMENTS(roles); i++) {
		for (guint state = 0; state < TF_TALK_BUSY + TF_N_MESSAGES; state++)
			n += (guint)may(kind, roles[i], TRUE, state) +
			     (guint)may(kind, roles[i], FALSE, state);
	}

	return n;
}

static void test_one_state(void)
{
	for (guint kind = TF_MESSAGE_OWN; kind < TF_N_MESSAGES; kind++)
		g_assert_cmpuint(count_permitted(kind), ==, 1);
	g_assert_cmpuint(count_permitted(TF_MESSAGE_SETUP), ==, G_N_ELEMENTS(roles));
	g_assert_cmpuint(count_permitted(TF_MESSAGE_READY), ==, G_N_ELEMENTS(roles));
	g_assert_cmpuint(count_permitted(TF_MESSAGE_FAILED), ==, G_N_ELEMENTS(roles) * (1 + TF_N_MESSAGES));
}

static void test_no_signature_before_challenge(void)
{
	g_assert_false(may(TF_MESSAGE_AUDITED, &tf_auditor_role, FALSE, TF_TALK_NEW));
	g_assert_false(may(TF_MESSAGE_AUDITED, &tf_auditor_role, FALSE, TF_TALK_SETTING));
	g_assert_false(may(TF_MESSAGE_AUDITED, &tf_auditor_role, FALSE, TF_TALK_IDLE));
	g_assert_cmpuint(after(TF_MESSAGE_AUDITED, &tf_auditor_role, FALSE, BUSY(AUDIT)), ==, BUSY(AUDIT));
	g_assert_cmpuint(
		after(TF_MESSAGE_AUDIT_ENDED, &tf_auditor_role, FALSE, BUSY(AUDIT)), ==, TF_TALK_IDLE);
}

static void test_role_of_its_own(void)
{
	g_assert_false(may(TF_MESSAGE_AUDIT, &tf_worker_role, TRUE, TF_TALK_IDLE));
	g_assert_false(may(TF_MESSAGE_AUDITED, &tf_worker_role, FALSE, BUSY(AUDIT)));
	g_assert_false(may(TF_MESSAGE_IMPORT, &tf_auditor_role, TRUE, TF_TALK_IDLE));
	g_assert_false(may(TF_MESSAGE_OPEN, &tf_letter_role, TRUE, TF_TALK_IDLE));
}

static void test_one_that_executes(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(roles); i++)
		g_assert_cmpint(roles[i]->may_execute, ==, roles[i] == &tf_formatter_role);
}

static void test_handlers(void)
{
	g_assert_true(tf_opener_handler.role == &tf_opener_role);
	g_assert_true(tf_worker_handler.role == &tf_worker_role);
	g_assert_true(tf_auditor_handler.role == &tf_auditor_role);
	g_assert_true(tf_formatter_handler.role == &tf_formatter_role);
	g_assert_true(tf_letter_handler.role == &tf_letter_role);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func(
		"/role/each message may be said in one state, by one side of one role", test_one_state);
	g_test_add_func(
		"/role/no signature may come before its challenge", test_no_signature_before_challenge);
	g_test_add_func("/role/no role says what is another's", test_role_of_its_own);
	g_test_add_func("/role/only the formatter may execute programs", test_one_that_executes);
	g_test_add_func("/role/each role is answered by its own handler", test_handlers);

	return g_test_run();
}
