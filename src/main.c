/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>
#include <string.h>

#include "base/secret.h"
#include "batch/role-main.h"
#include "cli/command.h"
#include "token/audit.h"

#define AUDITOR_OPTION "--auditor"
#define ROLE_OPTION    "--role"

int main(int argc, char **argv)
{
	/* This very program, even when its file is replaced while it runs. */
	static const gchar *const auditor[] = { "/proc/self/exe", AUDITOR_OPTION, NULL };
	static const gchar *const roles[] = { "/proc/self/exe", ROLE_OPTION, NULL };
	static const TfPrograms programs = { auditor, roles };

	tf_secret_setup();
	if (argc == 2 && strcmp(argv[1], AUDITOR_OPTION) == 0) {
		/* Ctrl-C reaches every process of the terminal; the parent stops when the audit is over. */
		(void)signal(SIGINT, SIG_IGN);
		return tf_auditor_main();
	}
	if (argc == 3 && strcmp(argv[1], ROLE_OPTION) == 0)
		return tf_role_main(argv[2]);

	return tf_cli_main((const gchar *const *)argv + MIN(argc, 1), &programs);
}
