/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the PC offers by Samba: smb.conf(5), and the shares that its users made, net(8). */
#include <string.h>

#include "sharing-private.h"

#define CONFIGURATION  "/etc/samba/smb.conf"
#define USERSHARES     "/var/lib/samba/usershares"
#define INCLUDES_DEPTH 8u
#define INCLUDES_LIMIT 64u
#define SHARES_LIMIT   1000u
#define COMMENTS       "#;"

typedef enum Flag {
	FLAG_AVAILABLE,
	FLAG_VALID,
	FLAG_PRINTER,
	N_FLAGS
} Flag;

typedef enum Said {
	SAID_NOTHING,
	SAID_NO,
	SAID_YES,
} Said;

/* A section; [global] is one, too, and says what holds for those that do not say otherwise. */
typedef struct Share {
	gchar *name;
	gchar *path; /* NULL: not said */
	Said said[N_FLAGS];
} Share;

typedef struct Reading {
	TfSharing *sharing;
	GHashTable *shares; /* gchar: its name in lower case -> Share */
	Share *global;
	Share *share; /* whose lines are read; NULL: there are too many */
	gchar *usershares;
	guint depth;
	guint n_files;
} Reading;

static void share_free(Share *share)
{
	g_free(share->name);
	g_free(share->path);
	g_free(share);
}

/* The same section may come again. NULL: there are too many. */
static Share *share_named(Reading *reading, const gchar *name)
{
	g_autofree gchar *key = g_ascii_strdown(name, -1);
	Share *share = NULL;

	if (strcmp(key, "globals") == 0)
		key[strlen("global")] = '\0';
	share = g_hash_table_lookup(reading->shares, key);
	if (share == NULL && g_hash_table_size(reading->shares) < SHARES_LIMIT) {
		share = g_new0(Share, 1);
		share->name = g_strdup(name);
		g_hash_table_insert(reading->shares, g_steal_pointer(&key), share);
	}

	return share;
}

static void take_path(Reading *reading, const gchar *value)
{
	g_free(reading->share->path);
	reading->share->path = g_strdup(value);
}

static Said truth_of(const gchar *value)
{
	static const gchar *const yes[] = { "yes", "true", "on", "1", NULL };
	static const gchar *const no[] = { "no", "false", "off", "0", NULL };
	g_autofree gchar *lower = g_ascii_strdown(value, -1);

	if (g_strv_contains(yes, lower))
		return SAID_YES;

	return g_strv_contains(no, lower) ? SAID_NO : SAID_NOTHING;
}

static void take_flag(Reading *reading, Flag flag, const gchar *value)
{
	Said said = truth_of(value);

	if (said != SAID_NOTHING)
		reading->share->said[flag] = said;
}

static void take_available(Reading *reading, const gchar *value)
{
	take_flag(reading, FLAG_AVAILABLE, value);
}

static void take_valid(Reading *reading, const gchar *value)
{
	take_flag(reading, FLAG_VALID, value);
}

static void take_printer(Reading *reading, const gchar *value)
{
	take_flag(reading, FLAG_PRINTER, value);
}

/* What the share says itself holds, before and after. */
static void take_copy(Reading *reading, const gchar *value)
{
	g_autofree gchar *key = g_ascii_strdown(value, -1);
	const Share *from = g_hash_table_lookup(reading->shares, key);

	if (from == NULL)
		return;
	if (reading->share->path == NULL)
		reading->share->path = g_strdup(from->path);
	for (guint i = 0; i < N_FLAGS; i++) {
		if (reading->share->said[i] == SAID_NOTHING)
			reading->share->said[i] = from->said[i];
	}
}

static void take_usershares(Reading *reading, const gchar *value)
{
	g_free(reading->usershares);
	reading->usershares = g_strdup(value);
}

static void read_file(Reading *reading, const gchar *path);

/* The lines of that file stand for this one, in this section. */
static void take_include(Reading *reading, const gchar *value)
{
	if (value[0] != '/' || strchr(value, '%') != NULL || reading->depth >= INCLUDES_DEPTH)
		return;

	reading->depth++;
	read_file(reading, value);
	reading->depth--;
}

/* In lower case and without blanks, as which names are compared. */
typedef struct Parameter {
	const gchar *name;
	void (*take)(Reading *reading, const gchar *value);
} Parameter;

static const Parameter parameters[] = {
	{ "-valid", take_valid },
	{ "available", take_available },
	{ "configfile", take_include },
	{ "copy", take_copy },
	{ "directory", take_path },
	{ "include", take_include },
	{ "path", take_path },
	{ "printable", take_printer },
	{ "printok", take_printer },
	{ "usersharepath", take_usershares },
};

static gchar *name_of(const gchar *line, const gchar *end)
{
	GString *name = g_string_new(NULL);

	for (const gchar *at = line; at < end; at++) {
		if (!g_ascii_isspace(*at))
			g_string_append_c(name, g_ascii_tolower(*at));
	}

	return g_string_free(name, FALSE);
}

static gchar *value_of(const gchar *text)
{
	g_autofree gchar *value = g_strstrip(g_strdup(text));
	gsize length = strlen(value);

	if (length > 0 && value[length - 1] == '"')
		value[length - 1] = '\0';

	return g_strdup(value[0] == '"' ? value + 1 : value);
}

static void read_parameter(Reading *reading, const gchar *line)
{
	const gchar *equals = strchr(line, '=');
	g_autofree gchar *name = equals != NULL ? name_of(line, equals) : NULL;
	g_autofree gchar *value = equals != NULL ? value_of(equals + 1) : NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(parameters); i++) {
		if (reading->share != NULL && g_strcmp0(parameters[i].name, name) == 0)
			parameters[i].take(reading, value);
	}
}

/* "[name]" */
static void read_section(Reading *reading, const gchar *line)
{
	g_autofree gchar *name = g_strndup(line + 1, strcspn(line + 1, "]"));

	reading->share = share_named(reading, g_strstrip(name));
}

static void read_file(Reading *reading, const gchar *path)
{
	g_auto(GStrv) lines = NULL;

	if (reading->n_files++ >= INCLUDES_LIMIT)
		return;

	lines = tf_sharing_lines(reading->sharing, path, COMMENTS);
	for (guint i = 0; lines[i] != NULL; i++) {
		if (lines[i][0] == '[')
			read_section(reading, lines[i]);
		else if (lines[i][0] != '\0' && strchr(COMMENTS, lines[i][0]) == NULL)
			read_parameter(reading, lines[i]);
	}
}

/* The path with the macros that are known of that person; NULL: there are others. The caller frees. */
static gchar *expand(const gchar *path, const gchar *share, const TfAccount *account)
{
	g_autoptr(GString) expanded = g_string_new(NULL);

	for (const gchar *at = path; *at != '\0'; at++) {
		if (*at != '%') {
			g_string_append_c(expanded, *at);
			continue;
		}
		at++;
		if (*at == 'u' || *at == 'U')
			g_string_append(expanded, account->name);
		else if (*at == 'H')
			g_string_append(expanded, account->home);
		else if (*at == 'S')
			g_string_append(expanded, share);
		else
			return NULL;
	}

	return g_string_free(g_steal_pointer(&expanded), FALSE);
}

/* It is a share of each person, called as the person is. */
static gboolean is_homes(const Share *share)
{
	return g_ascii_strcasecmp(share->name, "homes") == 0;
}

/* 'path' NULL: none was said. */
static void add_of_each(TfSharing *sharing, const Share *share, const gchar *path)
{
	for (guint i = 0; i < sharing->accounts->len; i++) {
		const TfAccount *account = g_ptr_array_index(sharing->accounts, i);
		g_autofree gchar *folder =
			path != NULL ? expand(path, is_homes(share) ? account->name : share->name, account)
				     : g_strdup(is_homes(share) ? account->home : NULL);

		if (folder != NULL)
			tf_sharing_add(sharing, folder);
	}
}

static gboolean holds(const Reading *reading, const Share *share, Flag flag, gboolean by_default)
{
	Said said = share->said[flag] != SAID_NOTHING ? share->said[flag] : reading->global->said[flag];

	return said != SAID_NOTHING ? said == SAID_YES : by_default;
}

static void add_share(const Reading *reading, const Share *share)
{
	const gchar *path = share->path != NULL || is_homes(share) ? share->path : reading->global->path;

	/* Of a printer the folder is where it keeps what it is to print. */
	if (share == reading->global || !holds(reading, share, FLAG_AVAILABLE, TRUE) ||
		!holds(reading, share, FLAG_VALID, TRUE) || holds(reading, share, FLAG_PRINTER, FALSE))
		return;

	if (path == NULL || strchr(path, '%') != NULL)
		add_of_each(reading->sharing, share, path);
	else
		tf_sharing_add(reading->sharing, path);
}

static void add_shares(const Reading *reading)
{
	GHashTableIter iterator;
	gpointer share = NULL;

	g_hash_table_iter_init(&iterator, reading->shares);
	while (g_hash_table_iter_next(&iterator, NULL, &share))
		add_share(reading, share);
}

/* Anybody may write one: nothing but its path is taken from it. */
static void read_usershare(TfSharing *sharing, const gchar *file)
{
	g_auto(GStrv) lines = tf_sharing_lines(sharing, file, COMMENTS);

	for (guint i = 0; lines[i] != NULL; i++) {
		const gchar *equals = strchr(lines[i], '=');
		g_autofree gchar *name = equals != NULL ? name_of(lines[i], equals) : NULL;
		g_autofree gchar *value = equals != NULL ? value_of(equals + 1) : NULL;

		if (g_strcmp0(name, "path") == 0)
			tf_sharing_add(sharing, value);
	}
}

static void read_usershares(TfSharing *sharing, const gchar *folder)
{
	TfSiteAccess access = TF_SITE_NONE;
	g_auto(GStrv) names = tf_site_list(&sharing->site, folder, TF_SHARING_FILES_LIMIT, &access);

	for (guint i = 0; names != NULL && names[i] != NULL; i++) {
		g_autofree gchar *path = g_build_filename(folder, names[i], NULL);

		read_usershare(sharing, path);
	}
}

void tf_sharing_read_samba(TfSharing *sharing)
{
	g_autoptr(GHashTable) shares =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)share_free);
	Reading reading = { .sharing = sharing, .shares = shares };
	g_autofree gchar *usershares = NULL;

	reading.global = share_named(&reading, "global");
	reading.share = reading.global;
	read_file(&reading, CONFIGURATION);
	add_shares(&reading);
	usershares = reading.usershares;
	if (usershares == NULL || usershares[0] == '/')
		read_usershares(sharing, usershares != NULL ? usershares : USERSHARES);
}
