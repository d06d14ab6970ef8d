/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/file.h"
#include "base/secret.h"
#include "pc.h"
#include "posture-private.h"

#define CURRENT "ClamAV-VDB:28 Nov 2026 03-26 -0500:27455:2066000:90:X:X:raynman:1764300000"
#define OLD	"ClamAV-VDB:16 Sep 2021 08-32 -0400:62:6647427:90:X:X:sigmgr:1631795562"
#define TO_COME "ClamAV-VDB:28 Nov 2027 03-26 -0500:27455:2066000:90:X:X:raynman:1764300000"
#define DAILY	"/var/lib/clamav/daily.cvd"
#define SCANNER "/usr/bin/clamscan"

/* clamd, for one question. */
typedef struct Daemon {
	int fd;
	const gchar *answer;
	GThread *thread;
} Daemon;

static gpointer serve(gpointer data)
{
	const Daemon *clamd = data;
	TF_AUTO_FD int fd = accept(clamd->fd, NULL, NULL);
	gchar question[6];

	g_assert_cmpint(recv(fd, question, sizeof question, MSG_WAITALL), ==, 6);
	g_assert_cmpmem(question, 6, "zPING", 6);
	(void)send(fd, clamd->answer, strlen(clamd->answer) + 1, MSG_NOSIGNAL);

	return NULL;
}

static void start(Daemon *clamd, const TfFixturePc *pc, const gchar *answer)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	g_autofree gchar *path = g_strconcat(pc->root, "/run/clamav/clamd.ctl", NULL);

	tf_fixture_pc_put(pc, "/run/clamav/other", "");
	g_assert_cmpuint(
		g_strlcpy(address.sun_path, path, sizeof address.sun_path), <, sizeof address.sun_path);
	clamd->answer = answer;
	clamd->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_assert_cmpint(bind(clamd->fd, (const struct sockaddr *)&address, sizeof address), ==, 0);
	g_assert_cmpint(listen(clamd->fd, 1), ==, 0);
	clamd->thread = g_thread_new("clamd", serve, clamd);
}

static void finish(Daemon *clamd)
{
	(void)g_thread_join(clamd->thread);
	(void)close(clamd->fd);
}

static void test_running(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();
	const TfPostureAnswer *answer = NULL;
	Daemon clamd;

	tf_fixture_pc_put(pc, DAILY, CURRENT);
	start(&clamd, pc, "PONG");
	tf_posture_antivirus(&pc->site, pc->posture);
	finish(&clamd);

	answer = tf_fixture_pc_expect(pc, TF_FINDING_ANTIVIRUS_RUNNING, "2026-11-28", NULL);
	g_assert_cmpstr(answer->source, ==, DAILY);
	g_assert_cmpint(answer->date, ==, 1795854360);
}

/* Something else that listens there. */
static void test_not_clamd(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();
	Daemon clamd;

	tf_fixture_pc_put(pc, DAILY, CURRENT);
	start(&clamd, pc, "HTTP/1.0 400");
	tf_posture_antivirus(&pc->site, pc->posture);
	finish(&clamd);

	tf_fixture_pc_expect(pc, TF_FINDING_ANTIVIRUS_NONE, NULL);
}

static void expect_of(const gchar *definitions, TfPostureFinding finding, const gchar *day)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();

	tf_fixture_pc_put(pc, SCANNER, "");
	if (definitions != NULL)
		tf_fixture_pc_put(pc, DAILY, definitions);
	tf_posture_antivirus(&pc->site, pc->posture);

	tf_fixture_pc_expect(pc, finding, day, NULL);
}

static void test_on_demand(void)
{
	expect_of(CURRENT, TF_FINDING_ANTIVIRUS_ON_DEMAND, "2026-11-28");
}

static void test_stale(void)
{
	expect_of(OLD, TF_FINDING_ANTIVIRUS_STALE, "2021-09-16");
}

static void test_to_come(void)
{
	expect_of(TO_COME, TF_FINDING_ANTIVIRUS_CLOCK, "2027-11-28");
}

static void test_without_definitions(void)
{
	expect_of(NULL, TF_FINDING_ANTIVIRUS_EMPTY, NULL);
}

static void test_odd_definitions(void)
{
	expect_of("ClamAV-VDB:", TF_FINDING_ANTIVIRUS_UNREADABLE, NULL);
}

static void test_other(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();

	tf_fixture_pc_put(pc, "/opt/eset/efs/bin/odscan", "");
	tf_posture_antivirus(&pc->site, pc->posture);

	tf_fixture_pc_expect(pc, TF_FINDING_ANTIVIRUS_OTHER, "ESET", NULL);
}

/* Old definitions of the one say nothing about the other. */
static void test_other_beside_stale(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();

	tf_fixture_pc_put(pc, SCANNER, "");
	tf_fixture_pc_put(pc, DAILY, OLD);
	tf_fixture_pc_put(pc, "/opt/microsoft/mdatp/sbin/wdavdaemon", "");
	tf_posture_antivirus(&pc->site, pc->posture);

	tf_fixture_pc_expect(pc, TF_FINDING_ANTIVIRUS_OTHER, "Microsoft Defender", NULL);
}

static void test_none(void)
{
	g_autoptr(TfFixturePc) pc = tf_fixture_pc_new();

	tf_posture_antivirus(&pc->site, pc->posture);

	tf_fixture_pc_expect(pc, TF_FINDING_ANTIVIRUS_NONE, NULL);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/posture-antivirus/a daemon that answers, with definitions of this week, is good",
		test_running);
	g_test_add_func("/posture-antivirus/what answers otherwise is no clamd", test_not_clamd);
	g_test_add_func("/posture-antivirus/a scanner is told from a daemon", test_on_demand);
	g_test_add_func("/posture-antivirus/old definitions are not current", test_stale);
	g_test_add_func("/posture-antivirus/definitions of a day to come are unknown", test_to_come);
	g_test_add_func(
		"/posture-antivirus/without definitions it protects from nothing", test_without_definitions);
	g_test_add_func(
		"/posture-antivirus/definitions that cannot be read are unknown", test_odd_definitions);
	g_test_add_func("/posture-antivirus/of another one it is only known that it is there", test_other);
	g_test_add_func(
		"/posture-antivirus/another one beside an old ClamAV is unknown", test_other_beside_stale);
	g_test_add_func("/posture-antivirus/none is told as none", test_none);

	return g_test_run();
}
