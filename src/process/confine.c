/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"
#include "confine-private.h"

static gboolean names_socket(const gchar *const *paths)
{
	for (gsize i = 0; paths[i] != NULL; i++) {
		struct stat status;

		if (stat(paths[i], &status) == 0 && S_ISSOCK(status.st_mode))
			return TRUE;
	}

	return FALSE;
}

/* What a process of root could do beside the files that are its own. What it executes cannot take them back,
 * since no new privileges are given. */
static gboolean drop_capabilities(void)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

	return syscall(SYS_capset, &header, none) == 0;
}

static gboolean has_no_capabilities(void)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

	return syscall(SYS_capget, &header, data) == 0 && data[0].permitted == 0 && data[1].permitted == 0;
}

/* What the process has already is not counted: a sanitizer's shadow is larger than any bound. */
static gboolean bound_memory(guint64 more)
{
	g_autofree gchar *pages = NULL;
	struct rlimit limit = { 0, 0 };

	if (!g_file_get_contents("/proc/self/statm", &pages, NULL, NULL))
		return FALSE;
	limit.rlim_cur = g_ascii_strtoull(pages, NULL, 10) * (guint64)sysconf(_SC_PAGESIZE) + more;
	limit.rlim_max = limit.rlim_cur;

	return setrlimit(RLIMIT_AS, &limit) == 0;
}

static gboolean has_no_core(void)
{
	struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };

	return getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_cur == 0 && limit.rlim_max == 0;
}

static void add_if(GPtrArray *names, gboolean holds, const gchar *name)
{
	if (holds)
		g_ptr_array_add(names, g_strdup(name));
}

static GPtrArray *list(guint landlock, gboolean has_bounded_memory)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

	add_if(names, has_no_core(), "no-core");
	add_if(names, prctl(PR_GET_DUMPABLE) == 0, "not-dumpable");
	add_if(names, prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1, "no-new-privileges");
	add_if(names, has_no_capabilities(), "no-capabilities");
	if (landlock > 0)
		g_ptr_array_add(names, g_strdup_printf("landlock-%u", landlock));
	else
		g_ptr_array_add(names, g_strdup("no-landlock"));
	add_if(names, prctl(PR_GET_SECCOMP) == SECCOMP_MODE_FILTER, "seccomp");
	add_if(names, has_bounded_memory, "bounded-memory");

	return g_steal_pointer(&names);
}

GPtrArray *tf_confine(const TfConfinementPlan *plan, GError **error)
{
	gboolean may_connect = names_socket(plan->reads);
	gboolean has_bounded_memory = plan->more_memory > 0 && bound_memory(plan->more_memory);
	guint landlock = tf_landlock_version();

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
		tf_raise(error, TF_ERROR_SYSTEM, "PR_SET_NO_NEW_PRIVS", g_strerror(errno), NULL);
		return NULL;
	}
	if (landlock > 0 && !tf_landlock_restrict(plan, landlock, error))
		return NULL;
	if (!drop_capabilities()) {
		tf_raise(error, TF_ERROR_SYSTEM, "capset", g_strerror(errno), NULL);
		return NULL;
	}
	if (!tf_seccomp_restrict(plan, may_connect, error))
		return NULL;

	return list(landlock, has_bounded_memory);
}
