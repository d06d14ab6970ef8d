/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What no child of ours needs is denied by number. The foreign calling conventions of the same processor
 * (x32, i386), whose numbers are others, end the process.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "confine-private.h"

/* The kernel looks at the lower half of an argument that is an int; a filter sees the whole register. */
#define LOWER_HALF 0xffffffffu
#define NAMESPACES                                                                                           \
	(guint)(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS |    \
		CLONE_NEWCGROUP)

typedef scmp_filter_ctx Filter;
static void filter_clear(Filter *filter)
{
	if (*filter != NULL)
		seccomp_release(*filter);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Filter, filter_clear)

static const gchar *const denied[] = {
	/* Other processes' memory and descriptors. */
	"ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "pidfd_getfd", "kcmp",
	/* Other ways to the same calls, and to files past Landlock. */
	"io_uring_setup", "io_uring_enter", "io_uring_register", "open_by_handle_at", "name_to_handle_at",
	/* What has been a way into the kernel, and is of no use here. */
	"bpf", "perf_event_open", "userfaultfd", "personality", "modify_ldt", "vmsplice", "fanotify_init",
	"lookup_dcookie", "uselib",
	/* The file systems and their devices. */
	"mount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree", "fsopen", "fsconfig",
	"fsmount", "fspick", "mount_setattr", "swapon", "swapoff", "quotactl", "quotactl_fd", "mknod",
	"mknodat", "acct",
	/* Namespaces, where one has privileges again. */
	"unshare", "setns",
	/* Keys of the kernel. */
	"keyctl", "add_key", "request_key",
	/* The machine. */
	"kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module", "reboot", "syslog",
	"iopl", "ioperm", "settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "sethostname",
	"setdomainname", "vhangup"
};

/* A child of a child would outlive it, and whoever kills the one would not kill the other. */
static const gchar *const denied_without_executing[] = { "execve", "execveat", "fork", "vfork",
	"pidfd_send_signal", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "tkill" };

static const gchar *const denied_without_sockets[] = { "socket", "socketpair", "connect", "bind", "listen" };

/* Of these Landlock governs the names of files only: neither their mode and owner, nor their times. */
static const gchar *const denied_without_writing[] = { "chmod", "fchmod", "fchmodat", "chown", "fchown",
	"lchown", "fchownat", "setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr",
	"fremovexattr", "utime", "utimes", "futimesat", "utimensat", "truncate", "creat", "openat2", "rename",
	"renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "unlink", "unlinkat", "rmdir",
	"mkdir", "mkdirat" };

/* The same, younger than libseccomp's list of names; the numbers are those of every processor. */
static const int denied_numbers_without_writing[] = {
	452, /* fchmodat2 */
	463, /* setxattrat */
	466, /* removexattrat */
	469, /* file_setattr */
};

static int deny_if(Filter filter, const gchar *name, gsize n, const struct scmp_arg_cmp *conditions)
{
	int number = seccomp_syscall_resolve_name(name);
	int status = 0;

	if (number == __NR_SCMP_ERROR)
		return -ENOSYS;
	status = seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM), number, (guint)n, conditions);

	/* One that this kind of processor does not have. */
	return status == -EDOM ? 0 : status;
}

static int deny_each(Filter filter, const gchar *const *names, gsize n)
{
	int status = 0;

	for (gsize i = 0; status == 0 && i < n; i++)
		status = deny_if(filter, names[i], 0, NULL);

	return status;
}

static struct scmp_arg_cmp is(guint n, scmp_datum_t value)
{
	return (struct scmp_arg_cmp){ n, SCMP_CMP_MASKED_EQ, LOWER_HALF, value };
}

static struct scmp_arg_cmp is_not(guint n, scmp_datum_t value)
{
	return (struct scmp_arg_cmp){ n, SCMP_CMP_NE, value, 0 };
}

static struct scmp_arg_cmp has(guint n, scmp_datum_t flag)
{
	return (struct scmp_arg_cmp){ n, SCMP_CMP_MASKED_EQ, flag, flag };
}

static struct scmp_arg_cmp lacks(guint n, scmp_datum_t flag)
{
	return (struct scmp_arg_cmp){ n, SCMP_CMP_MASKED_EQ, flag, 0 };
}

#define DENY_IF(filter, name, ...)                                                                           \
	deny_if(filter, name, G_N_ELEMENTS(((const struct scmp_arg_cmp[]){ __VA_ARGS__ })),                  \
		(const struct scmp_arg_cmp[]){ __VA_ARGS__ })

/* glibc takes clone() instead, whose flags a filter can see. */
static int deny_clone3(Filter filter)
{
	return seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
}

static int deny_namespaces(Filter filter)
{
	int status = 0;

	for (guint flag = 1u << 31; status == 0 && flag != 0; flag >>= 1) {
		if ((flag & NAMESPACES) != 0)
			status = DENY_IF(filter, "clone", has(0, flag));
	}

	return status;
}

static int deny_processes(Filter filter)
{
	const scmp_datum_t ours = (scmp_datum_t)getpid();
	int status = deny_each(filter, denied_without_executing, G_N_ELEMENTS(denied_without_executing));

	if (status == 0)
		status = DENY_IF(filter, "clone", lacks(0, CLONE_THREAD));
	if (status == 0)
		status = DENY_IF(filter, "kill", is_not(0, ours));
	if (status == 0)
		status = DENY_IF(filter, "tgkill", is_not(0, ours));

	return status;
}

static int deny_sockets(Filter filter, gboolean may_connect)
{
	int status = 0;

	if (!may_connect)
		return deny_each(filter, denied_without_sockets, G_N_ELEMENTS(denied_without_sockets));
	status = DENY_IF(filter, "socket", is_not(0, AF_UNIX));
	if (status == 0)
		status = DENY_IF(filter, "socketpair", is_not(0, AF_UNIX));

	return status;
}

/* Another way than open() to open by flags that a filter can see is closed above. */
static int deny_open(Filter filter, const gchar *name, guint flags)
{
	static const scmp_datum_t bits[] = { O_WRONLY, O_RDWR, O_CREAT, O_TRUNC };
	int status = 0;

	for (gsize i = 0; status == 0 && i < G_N_ELEMENTS(bits); i++)
		status = DENY_IF(filter, name, has(flags, bits[i]));

	return status;
}

static int deny_writing(Filter filter)
{
	int status = deny_each(filter, denied_without_writing, G_N_ELEMENTS(denied_without_writing));

	for (gsize i = 0; status == 0 && i < G_N_ELEMENTS(denied_numbers_without_writing); i++)
		status =
			seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), denied_numbers_without_writing[i], 0);
	if (status == 0)
		status = deny_open(filter, "open", 1);
	if (status == 0)
		status = deny_open(filter, "openat", 2);

	return status;
}

/* What the process gave up it does not take back; nor does it type into its terminal. */
static int deny_undoing(Filter filter)
{
	int status = DENY_IF(filter, "prctl", is(0, PR_SET_DUMPABLE), is_not(1, 0));

	if (status == 0)
		status = DENY_IF(filter, "prctl", is(0, PR_SET_PDEATHSIG), is_not(1, SIGKILL));
	if (status == 0)
		status = DENY_IF(filter, "prlimit64", is(1, RLIMIT_CORE), is_not(2, 0));
	if (status == 0)
		status = DENY_IF(filter, "setrlimit", is(0, RLIMIT_CORE));
	if (status == 0)
		status = DENY_IF(filter, "ioctl", is(1, TIOCSTI));
	if (status == 0)
		status = DENY_IF(filter, "ioctl", is(1, TIOCLINUX));

	return status;
}

static int restrict_all(Filter filter, const TfConfinementPlan *plan, gboolean may_connect)
{
	int status = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);

	if (status == 0)
		status = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
	if (status == 0)
		status = deny_each(filter, denied, G_N_ELEMENTS(denied));
	if (status == 0)
		status = deny_clone3(filter);
	if (status == 0)
		status = deny_namespaces(filter);
	if (status == 0 && plan->writes[0] == NULL)
		status = deny_writing(filter);
	if (status == 0 && !plan->may_execute)
		status = deny_processes(filter);
	if (status == 0)
		status = deny_sockets(filter, may_connect);
	if (status == 0)
		status = deny_undoing(filter);
	if (status == 0)
		status = seccomp_load(filter);

	return status;
}

gboolean tf_seccomp_restrict(const TfConfinementPlan *plan, gboolean may_connect, GError **error)
{
	g_auto(Filter) filter = seccomp_init(SCMP_ACT_ALLOW);
	int status = filter != NULL ? restrict_all(filter, plan, may_connect) : -ENOMEM;

	if (status != 0)
		return tf_raise(error, TF_ERROR_SYSTEM, "seccomp", g_strerror(-status), NULL);

	return TRUE;
}
