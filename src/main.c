/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>
#include <string.h>

#include "base/secret.h"
#include "batch/role.h"
#include "cli/command.h"
#include "cli/language.h"
#include "disk/looker.h"
#include "token/audit.h"

#define AUDITOR_OPTION "--auditor"
#define ROLE_OPTION    "--role"

int main(int argc, char **argv)
{
	/* This very program, even when its file is replaced while it runs. */
	static const gchar *const auditor[] = { "/proc/self/exe", AUDITOR_OPTION, NULL };
	static const gchar *const roles[] = { "/proc/self/exe", ROLE_OPTION, NULL };
	static const TfPrograms programs = { auditor, roles };
	static const TfRoleHandler *const handlers[] = { &tf_opener_handler, &tf_worker_handler,
		&tf_auditor_handler, &tf_formatter_handler, &tf_letter_handler, &tf_looker_handler, NULL };

	tf_secret_setup();
	if (argc == 2 && strcmp(argv[1], AUDITOR_OPTION) == 0) {
		/* Ctrl-C reaches every process of the terminal; the parent stops when the audit is over. */
		(void)signal(SIGINT, SIG_IGN);
		tf_language_take_over();
		return tf_auditor_main();
	}
	if (argc == 3 && strcmp(argv[1], ROLE_OPTION) == 0) {
		tf_language_take_over();
		return tf_role_main(argv[2], handlers);
	}

	return tf_cli_main((const gchar *const *)argv + MIN(argc, 1), &programs);
}
