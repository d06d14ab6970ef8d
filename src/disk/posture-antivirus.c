/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Protection against viruses. Of ClamAV it can be told whether it runs and how old its definitions are; of
 * others only that they are there. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/file.h"
#include "base/wait.h"
#include "day-private.h"
#include "definitions-private.h"
#include "posture-private.h"
#include "site-private.h"

#define CURRENT_DAYS   7
#define ANSWER_SECONDS 5
#define OTHERS_PLACE   "/opt"
#define PLACES	       "/run/clamav, /usr/bin, " OTHERS_PLACE

static const gchar *const sockets[] = { "/run/clamav/clamd.ctl", "/run/clamav/clamd.sock",
	"/run/clamd.scan/clamd.sock", "/run/clamd.socket" };
static const gchar *const scanners[] = { "/usr/bin/clamscan", "/usr/sbin/clamd", "/usr/bin/clamdscan" };

static const struct {
	const gchar *path;
	const gchar *name;
} others[] = {
	{ "/opt/eset", "ESET" },
	{ "/opt/microsoft/mdatp", "Microsoft Defender" },
	{ "/opt/sophos-spl", "Sophos" },
	{ "/opt/sophos-av", "Sophos" },
	{ "/opt/f-secure", "F-Secure" },
	{ "/opt/withsecure", "WithSecure" },
	{ "/opt/McAfee", "McAfee" },
	{ "/opt/bitdefender-security-tools", "Bitdefender" },
	{ "/opt/kaspersky", "Kaspersky" },
	{ "/opt/TrendMicro", "Trend Micro" },
	{ "/opt/drweb.com", "Dr.Web" },
	{ "/opt/CrowdStrike", "CrowdStrike" },
	{ "/opt/sentinelone", "SentinelOne" },
};

/* PONG to a PING, by clamd(8). */
static gboolean answers_ping(int fd)
{
	static const gchar request[] = "zPING";
	gint64 deadline = g_get_monotonic_time() + ANSWER_SECONDS * TF_WAIT_SECOND;
	gchar answer[5] = "";

	if (send(fd, request, sizeof request, MSG_NOSIGNAL) != (gssize)sizeof request ||
		!tf_wait_for(fd, POLLIN, deadline))
		return FALSE;

	return recv(fd, answer, 4, 0) == 4 && strcmp(answer, "PONG") == 0;
}

static gboolean listens(const TfPostureSite *site, const gchar *path, gboolean *ret_is_refused)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	TF_AUTO_FD int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	g_autofree gchar *real = tf_site_path(site, path);

	if (fd < 0 || g_strlcpy(address.sun_path, real, sizeof address.sun_path) >= sizeof address.sun_path)
		return FALSE;
	if (connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
		*ret_is_refused = *ret_is_refused || errno == EACCES;
		return FALSE;
	}

	return answers_ping(fd);
}

static gboolean has_any(const TfPostureSite *site, const gchar *const *paths, gsize n)
{
	for (gsize i = 0; i < n; i++) {
		if (tf_site_has(site, paths[i]))
			return TRUE;
	}

	return FALSE;
}

/* NULL: there is none; or none is known of, '*ret_is_elsewhere': their place is not looked at. */
static const gchar *other_one(const TfPostureSite *site, gboolean *ret_is_elsewhere)
{
	*ret_is_elsewhere = FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
		TfSiteAccess access = tf_site_look(site, others[i].path);

		if (access == TF_SITE_READ)
			return others[i].name;
		*ret_is_elsewhere = *ret_is_elsewhere || access == TF_SITE_ELSEWHERE;
	}

	return NULL;
}

static TfPostureFinding judge_date(const TfPostureSite *site, gint64 date, gboolean is_running)
{
	if (date > site->now + TF_DAY_SECONDS)
		return TF_FINDING_ANTIVIRUS_CLOCK;
	if (date < site->now - CURRENT_DAYS * TF_DAY_SECONDS)
		return TF_FINDING_ANTIVIRUS_STALE;

	return is_running ? TF_FINDING_ANTIVIRUS_RUNNING : TF_FINDING_ANTIVIRUS_ON_DEMAND;
}

/* What ClamAV, which is there, comes to. */
static void judge_clamav(const TfPostureSite *site, gboolean is_running, gboolean is_refused,
	const TfDefinitions *definitions, TfPosture *posture)
{
	gboolean is_elsewhere = FALSE;
	const gchar *other = other_one(site, &is_elsewhere);
	TfPostureFinding finding = TF_FINDING_ANTIVIRUS_EMPTY;
	g_autofree gchar *day = tf_day_to_iso(definitions->date);
	TfPostureAnswer *answer = NULL;

	if (definitions->path != NULL)
		finding = judge_date(site, definitions->date, is_running);
	else if (definitions->is_refused || definitions->is_odd)
		finding = TF_FINDING_ANTIVIRUS_UNREADABLE;

	if (other != NULL && tf_finding_answer(finding) != TF_YES)
		answer = tf_posture_add(posture, TF_FINDING_ANTIVIRUS_OTHER, PLACES, site->now, other, NULL);
	else if (definitions->path != NULL)
		answer = tf_posture_add(posture, finding, definitions->path, definitions->date, day, NULL);
	else
		answer = tf_posture_add(posture, finding, TF_DEFINITIONS_DIRECTORY, site->now, NULL);
	answer->root_would_add =
		definitions->is_refused || (is_refused && finding == TF_FINDING_ANTIVIRUS_ON_DEMAND);
}

void tf_posture_antivirus(const TfPostureSite *site, TfPosture *posture)
{
	TfDefinitions definitions = tf_definitions_look(site);
	gboolean is_elsewhere = FALSE;
	const gchar *other = other_one(site, &is_elsewhere);
	gboolean is_running = FALSE;
	gboolean is_refused = FALSE;

	for (gsize i = 0; !is_running && i < G_N_ELEMENTS(sockets); i++)
		is_running = listens(site, sockets[i], &is_refused);
	if (is_running || has_any(site, scanners, G_N_ELEMENTS(scanners)))
		judge_clamav(site, is_running, is_refused, &definitions, posture);
	else if (other != NULL)
		(void)tf_posture_add(posture, TF_FINDING_ANTIVIRUS_OTHER, PLACES, site->now, other, NULL);
	else if (is_elsewhere)
		(void)tf_posture_add(
			posture, TF_FINDING_ANTIVIRUS_ELSEWHERE, PLACES, site->now, OTHERS_PLACE, NULL);
	else
		(void)tf_posture_add(posture, TF_FINDING_ANTIVIRUS_NONE, PLACES, site->now, NULL);
	g_free(definitions.path);
}
