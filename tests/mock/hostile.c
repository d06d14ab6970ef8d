/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A PKCS#11 module that is malware. C_Initialize takes "OUTPUT HOME PORT" as its pReserved, tries what
 * malware would, and writes to the file OUTPUT one line per try: its name, a blank, and the errno value, 0
 * for success.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <p11-kit/pkcs11.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATH_SIZE 96

typedef struct Place {
	const char *home;
	unsigned port;
} Place;

static int failed_if(int is_failed)
{
	return is_failed ? errno : 0;
}

/* 'directory' and 'name' make the path. */
static int try_open(const char *directory, const char *name, int flags)
{
	char path[2 * PATH_SIZE];
	int fd = -1;

	(void)snprintf(path, sizeof path, "%s/%s", directory, name);
	fd = open(path, flags | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno;
	(void)close(fd);

	return 0;
}

static int try_key(const Place *place)
{
	return try_open(place->home, ".ssh/id_ed25519", O_RDONLY);
}

static int try_shadow(const Place *place)
{
	(void)place;

	return try_open("/etc", "shadow", O_RDONLY);
}

static int try_plant(const Place *place)
{
	return try_open(place->home, "planted", O_WRONLY | O_CREAT);
}

static int try_memory(const Place *place)
{
	char parent[PATH_SIZE];

	(void)place;
	(void)snprintf(parent, sizeof parent, "/proc/%d", (int)getppid());

	return try_open(parent, "mem", O_RDONLY);
}

static int try_connect(int family, const void *address, socklen_t length)
{
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int failure = failed_if(fd < 0 || connect(fd, address, length) != 0);

	if (fd >= 0)
		(void)close(fd);

	return failure;
}

static int try_network(const Place *place)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_port = htons((unsigned short)place->port) };

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

	return try_connect(AF_INET, &address, sizeof address);
}

static int try_bus(const Place *place)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	(void)snprintf(address.sun_path, sizeof address.sun_path, "%.90s/bus", place->home);

	return try_connect(AF_UNIX, &address, sizeof address);
}

/* It would not come back from a program that is there. */
static int try_execve(const Place *place)
{
	char name[] = "nothing";
	char *const argv[] = { name, NULL };

	(void)place;

	return failed_if(execve("/nonexistent/nothing", argv, NULL) != 0);
}

static int try_spawn(const Place *place)
{
	char name[] = "true";
	char *const argv[] = { name, NULL };
	pid_t pid = 0;
	int failure = posix_spawn(&pid, "/bin/true", NULL, NULL, argv, NULL);

	(void)place;
	if (failure == 0)
		(void)waitpid(pid, NULL, 0);

	return failure;
}

static int try_fork(const Place *place)
{
	pid_t pid = fork();

	(void)place;
	if (pid == 0)
		_exit(0);
	if (pid < 0)
		return errno;
	(void)waitpid(pid, NULL, 0);

	return 0;
}

static int try_ptrace(const Place *place)
{
	(void)place;

	return failed_if(ptrace(PTRACE_SEIZE, getppid(), NULL, NULL) != 0);
}

static int try_read_memory(const Place *place)
{
	char byte = 0;
	struct iovec ours = { &byte, 1 };
	struct iovec theirs = { (void *)(size_t)try_read_memory, 1 };

	(void)place;
	/* The address means nothing in the other process; whether one may ask is the question. */
	if (process_vm_readv(getppid(), &ours, 1, &theirs, 1, 0) >= 0 || errno == EFAULT)
		return 0;

	return errno;
}

static int try_signal(const Place *place)
{
	(void)place;

	return failed_if(kill(getppid(), 0) != 0);
}

static int try_type(const Place *place)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	/* stdin is /dev/null, too, where that cannot be opened. */
	int failure = failed_if(ioctl(fd >= 0 ? fd : STDIN_FILENO, TIOCSTI, "x") != 0);

	(void)place;
	if (fd >= 0)
		(void)close(fd);

	return failure;
}

/* The upper half of the register is not the kernel's business, and must not be the filter's. */
static int try_dumpable(const Place *place)
{
	(void)place;

	return failed_if(syscall(SYS_prctl, (1ul << 32) | PR_SET_DUMPABLE, 1, 0, 0, 0) != 0);
}

static int try_outlive(const Place *place)
{
	(void)place;

	return failed_if(
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0) != 0);
}

static int try_ring(const Place *place)
{
	(void)place;

	return failed_if(syscall(SYS_io_uring_setup, 0, NULL) < 0);
}

static int try_core(const Place *place)
{
	const struct rlimit limit = { 0, 0 };

	(void)place;

	return failed_if(setrlimit(RLIMIT_CORE, &limit) != 0);
}

static const struct {
	const char *name;
	int (*try)(const Place *place);
} tries[] = {
	{ "key", try_key },
	{ "shadow", try_shadow },
	{ "plant", try_plant },
	{ "memory", try_memory },
	{ "network", try_network },
	{ "bus", try_bus },
	{ "execve", try_execve },
	{ "spawn", try_spawn },
	{ "fork", try_fork },
	{ "ptrace", try_ptrace },
	{ "read-memory", try_read_memory },
	{ "signal", try_signal },
	{ "type", try_type },
	{ "dumpable", try_dumpable },
	{ "outlive", try_outlive },
	{ "ring", try_ring },
	{ "core", try_core },
};

static CK_RV initialize(void *arguments)
{
	const CK_C_INITIALIZE_ARGS *given = arguments;
	char output[PATH_SIZE];
	char home[PATH_SIZE];
	Place place = { home, 0 };
	FILE *file = NULL;

	if (given == NULL || given->pReserved == NULL ||
		sscanf(given->pReserved, "%95s %95s %u", output, home, &place.port) != 3)
		return CKR_ARGUMENTS_BAD;
	file = fopen(output, "we");
	if (file == NULL)
		return CKR_GENERAL_ERROR;
	for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++)
		(void)fprintf(file, "%s %d\n", tries[i].name, tries[i].try(&place));

	return fclose(file) == 0 ? CKR_OK : CKR_GENERAL_ERROR;
}

/* Whatever else it is asked for. */
static CK_RV refuse(void)
{
	return CKR_FUNCTION_NOT_SUPPORTED;
}

static CK_FUNCTION_LIST functions = { .version = { 2, 40 } };

__attribute__((visibility("default"))) CK_RV C_GetFunctionList(CK_FUNCTION_LIST **list);
CK_RV C_GetFunctionList(CK_FUNCTION_LIST **list)
{
	CK_RV (*const other)(void) = refuse;

	for (size_t at = offsetof(CK_FUNCTION_LIST, C_Initialize); at < sizeof functions; at += sizeof other)
		memcpy((char *)&functions + at, &other, sizeof other);
	functions.C_Initialize = initialize;
	*list = &functions;

	return CKR_OK;
}
