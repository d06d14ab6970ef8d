/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who works at the PC, and where they live: Samba may offer each their home, and programs that copy files
 * make their folder there. A server of accounts (LDAP) is not asked: it may be gone. */
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "reach-private.h"
#include "sharing-private.h"

#define ACCOUNTS       "/etc/passwd"
#define ACCOUNTS_LIMIT 1000u

/* Debian Policy 9.2.2: accounts of people; those below and above are of programs. */
#define FIRST_PERSON 1000u
#define LAST_PERSON  59999u

typedef FILE Accounts;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Accounts, fclose)

static void add(TfSharing *sharing, const gchar *name, const gchar *home)
{
	g_autofree gchar *resolved = home[0] == '/' ? tf_sharing_resolve(sharing, home) : NULL;
	TfAccount *account = NULL;

	if (resolved == NULL || strcmp(resolved, "/") == 0)
		return;

	account = g_new0(TfAccount, 1);
	account->name = g_strdup(name);
	account->home = g_steal_pointer(&resolved);
	g_ptr_array_add(sharing->accounts, account);
}

/* It may be known to a server of accounts only. Root's is offered to nobody as a home. */
static void add_own(TfSharing *sharing)
{
	const gchar *home = g_get_home_dir();

	if (home[0] == '/')
		sharing->home = tf_sharing_resolve(sharing, home);
	if (geteuid() != 0)
		add(sharing, g_get_user_name(), home);
}

void tf_sharing_read_accounts(TfSharing *sharing)
{
	g_autofree gchar *path = tf_site_path(&sharing->site, ACCOUNTS);
	g_autoptr(Accounts) accounts = tf_reach_is_own(path) ? fopen(path, "re") : NULL;
	const struct passwd *account = NULL;

	while (accounts != NULL && sharing->accounts->len < ACCOUNTS_LIMIT &&
		(account = fgetpwent(accounts)) != NULL) {
		if (account->pw_uid >= FIRST_PERSON && account->pw_uid <= LAST_PERSON)
			add(sharing, account->pw_name, account->pw_dir);
	}
	if (sharing->root[0] == '\0')
		add_own(sharing);
}

static gboolean is_home_by_place(const gchar *folder)
{
	g_autofree gchar *above = g_path_get_dirname(folder);
	g_autofree gchar *name = g_path_get_basename(above);

	return strcmp(name, "home") == 0 || g_ascii_strcasecmp(name, "Users") == 0;
}

gboolean tf_sharing_is_home(const TfSharing *sharing, const gchar *folder)
{
	if (g_strcmp0(folder, sharing->home) == 0)
		return TRUE;
	for (guint i = 0; i < sharing->accounts->len; i++) {
		const TfAccount *account = g_ptr_array_index(sharing->accounts, i);

		if (strcmp(folder, account->home) == 0)
			return TRUE;
	}

	return is_home_by_place(folder);
}
