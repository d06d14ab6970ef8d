/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/log.h"

#include "base/secret.h"

static void nothing_is_logged_until_it_is_enabled(void)
{
	if (g_test_subprocess()) {
		tf_log("slot", "token", "member", NULL);
		return;
	}

	g_test_trap_subprocess(NULL, 0, 0);

	g_test_trap_assert_passed();
	g_test_trap_assert_stderr("");
}

static void an_event_is_one_line_with_escaped_fields(void)
{
	if (g_test_subprocess()) {
		tf_log_enable(TRUE);
		tf_log("slot", "token", "a\nb\033", "reader", "CK 00", NULL);
		return;
	}

	g_test_trap_subprocess(NULL, 0, 0);

	g_test_trap_assert_passed();
	g_test_trap_assert_stderr("tokenferry: slot token='a\\u{a}b\\u{1b}' reader='CK 00'\n");
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/log/nothing is logged until it is enabled", nothing_is_logged_until_it_is_enabled);
	g_test_add_func(
		"/log/an event is one line with escaped fields", an_event_is_one_line_with_escaped_fields);

	return g_test_run();
}
