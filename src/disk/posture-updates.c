/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether the security updates that there are were installed, asked of apt. */
#include <string.h>

#include "base/capture.h"
#include "day-private.h"
#include "lists-private.h"
#include "os-release-private.h"
#include "posture-private.h"
#include "site-private.h"

#define APT	     "/usr/bin/apt-get"
#define DPKG	     "/usr/bin/dpkg"
#define OUTPUT_LIMIT (4u << 20)
#define SECONDS	     60u
#define NAMES_SHOWN  5u
#define SOURCE	     "apt-get -s upgrade"

static const gchar *const restarts[] = { "/run/reboot-required", "/var/run/reboot-required" };

typedef struct Packages {
	guint n;
	GString *names; /* of the first ones */
} Packages;

static void packages_clear(Packages *packages)
{
	g_string_free(packages->names, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Packages, packages_clear)

static void add_package(Packages *packages, const gchar *name, gsize length)
{
	if (packages->n == NAMES_SHOWN)
		g_string_append(packages->names, " …");
	if (packages->n < NAMES_SHOWN) {
		g_string_append(packages->names, packages->n > 0 ? " " : "");
		g_string_append_len(packages->names, name, (gssize)length);
	}
	packages->n++;
}

/* "Inst openssl [3.0.17-1] (3.0.18-1 Debian-Security:12/oldstable-security [amd64])": where it comes from
 * stands in the parentheses. */
static void collect_security(const gchar *const *lines, Packages *packages)
{
	for (guint i = 0; lines[i] != NULL; i++) {
		const gchar *name = lines[i] + strlen("Inst ");
		const gchar *origin = g_str_has_prefix(lines[i], "Inst ") ? strchr(name, '(') : NULL;

		if (origin != NULL && strstr(origin, "ecurity") != NULL)
			add_package(packages, name, strcspn(name, " "));
	}
}

/* Indented lines of names below "The following packages have been kept back:". */
static void collect_held(const gchar *const *lines, Packages *packages)
{
	gboolean is_below = FALSE;

	for (guint i = 0; lines[i] != NULL; i++) {
		g_auto(GStrv) names = g_str_has_prefix(lines[i], "  ") ? g_strsplit(lines[i], " ", -1) : NULL;

		if (names == NULL)
			is_below = g_str_has_suffix(lines[i], "kept back:");
		for (guint k = 0; is_below && names != NULL && names[k] != NULL; k++) {
			if (names[k][0] != '\0')
				add_package(packages, names[k], strlen(names[k]));
		}
	}
}

static void add_packages(TfPosture *posture, TfPostureFinding finding, gint64 date, const Packages *packages)
{
	g_autofree gchar *count = g_strdup_printf("%u", packages->n);

	(void)tf_posture_add(posture, finding, SOURCE, date, count, packages->names->str, NULL);
}

static void judge(const TfPostureSite *site, const gchar *text, gint64 date, TfPosture *posture)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	g_auto(Packages) pending = { 0, g_string_new(NULL) };
	g_auto(Packages) held = { 0, g_string_new(NULL) };

	collect_security((const gchar *const *)lines, &pending);
	collect_held((const gchar *const *)lines, &held);
	if (pending.n > 0) {
		add_packages(posture, TF_FINDING_UPDATES_PENDING, date, &pending);
		return;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(restarts); i++) {
		if (tf_site_has(site, restarts[i])) {
			(void)tf_posture_add(
				posture, TF_FINDING_UPDATES_RESTART, restarts[i], site->now, NULL);
			return;
		}
	}
	if (held.n > 0)
		add_packages(posture, TF_FINDING_UPDATES_HELD, date, &held);
	else
		(void)tf_posture_add(posture, TF_FINDING_UPDATED, SOURCE, date, NULL);
}

/* New packages are allowed, for a kernel comes as one. */
static gchar *ask_apt(const TfPostureSite *site)
{
	g_autofree gchar *program = tf_site_path(site, APT);
	const gchar *const argv[] = { program, "-s", "-o", "Debug::NoLocking=1", "-o",
		"APT::Get::Upgrade-Allow-New=true", "upgrade", NULL };
	g_autofree gchar *text = tf_capture(argv, OUTPUT_LIMIT, SECONDS);

	return text != NULL ? g_utf8_make_valid(text, -1) : NULL;
}

/* "0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.": what has not come so far says nothing. */
static gboolean has_summary(const gchar *text)
{
	return g_regex_match_simple("^[0-9]+ upgraded, [0-9]+ newly installed, ", text, G_REGEX_MULTILINE, 0);
}

/* FALSE when the lists are good enough to ask by. */
static gboolean judge_lists(const TfPostureSite *site, const TfLists *lists, TfPosture *posture)
{
	g_autofree gchar *day = tf_day_to_iso(lists->date);
	TfPostureAnswer *answer = NULL;

	if ((lists->n == 0 && !lists->is_partial) || lists->is_odd) {
		answer = tf_posture_add(
			posture, TF_FINDING_LISTS_MISSING, TF_LISTS_DIRECTORY, site->now, NULL);
		answer->root_would_add = lists->is_refused;
		return TRUE;
	}
	if (lists->is_partial) {
		answer = tf_posture_add(
			posture, TF_FINDING_LISTS_PARTIAL, TF_LISTS_DIRECTORY, site->now, NULL);
		answer->root_would_add = lists->is_refused;
		return TRUE;
	}
	if (!lists->is_early && !lists->is_stale)
		return FALSE;
	(void)tf_posture_add(posture, lists->is_early ? TF_FINDING_LISTS_CLOCK : TF_FINDING_LISTS_STALE,
		TF_LISTS_DIRECTORY, lists->date, day, NULL);

	return TRUE;
}

static gchar *native_architecture(const TfPostureSite *site)
{
	g_autofree gchar *program = tf_site_path(site, DPKG);
	const gchar *const argv[] = { program, "--print-architecture", NULL };
	gchar *text = tf_capture(argv, OUTPUT_LIMIT, SECONDS);

	return text != NULL ? g_strstrip(text) : NULL;
}

/* The lists of packages for this PC that apt takes into account, and that are there: those of sources that
 * were switched off stay in its folder. */
static GStrv configured_lists(const TfPostureSite *site)
{
	g_autofree gchar *program = tf_site_path(site, APT);
	const gchar *const argv[] = { program, "indextargets", "--format",
		"$(CREATED_BY) $(ARCHITECTURE) $(FILENAME)", NULL };
	g_autofree gchar *text = tf_capture(argv, OUTPUT_LIMIT, SECONDS);
	g_autofree gchar *architecture = native_architecture(site);
	g_autofree gchar *prefix = g_strdup_printf(
		"Packages %s " TF_LISTS_DIRECTORY "/", architecture != NULL ? architecture : "");
	g_auto(GStrv) lines = g_strsplit(text != NULL ? text : "", "\n", -1);
	GStrv names = g_new0(gchar *, g_strv_length(lines) + 1);
	guint n = 0;

	for (guint i = 0; lines[i] != NULL; i++) {
		if (g_str_has_prefix(lines[i], prefix) && strchr(lines[i] + strlen(prefix), '/') == NULL)
			names[n++] = g_strdup(lines[i] + strlen(prefix));
	}

	return names;
}

/* A derivative may take its updates of security from the system that it is made of. */
static GStrv codenames(const TfPostureSite *site)
{
	static const gchar *const keys[] = { "VERSION_CODENAME", "UBUNTU_CODENAME", "DEBIAN_CODENAME" };
	const gchar *source = NULL;
	TfSiteFile file;
	g_auto(GStrv) lines = tf_os_release_read(site, &source, &file);
	GStrv names = g_new0(gchar *, G_N_ELEMENTS(keys) + 1);
	guint n = 0;

	for (gsize i = 0; lines != NULL && i < G_N_ELEMENTS(keys); i++) {
		names[n] = tf_os_release_value((const gchar *const *)lines, keys[i]);
		n += names[n] != NULL ? 1 : 0;
	}

	return names;
}

static TfLists look_at_lists(const TfPostureSite *site)
{
	g_auto(GStrv) names = codenames(site);
	g_auto(GStrv) configured = configured_lists(site);
	const TfListsScope scope = { (const gchar *const *)names, (const gchar *const *)configured };

	return tf_lists_look(site, &scope);
}

void tf_posture_updates(const TfPostureSite *site, TfPosture *posture)
{
	TfLists lists = look_at_lists(site);
	g_autofree gchar *text = NULL;

	if (tf_site_look(site, APT) != TF_SITE_NONE && judge_lists(site, &lists, posture))
		return;
	text = ask_apt(site);
	if (text == NULL || !has_summary(text))
		(void)tf_posture_add(posture, TF_FINDING_UPDATES_UNTOLD, APT, site->now, NULL);
	else
		judge(site, text, lists.date, posture);
}
