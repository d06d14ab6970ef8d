/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One call: counted over all processes, broken by the script, logged. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "mock.h"
#include "names.h"

/* The file is an array of numbers: one per function, then that of all. */
static void count_in_file(const gchar *path, guint index, MockCall *call)
{
	gsize n = mock_n_functions() + 1;
	g_autofree guint64 *counts = g_new0(guint64, n);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0 || flock(fd, LOCK_EX) != 0)
		g_error("mock: counter '%s' cannot be used", path);
	if (pread(fd, counts, n * sizeof(guint64), 0) < 0)
		g_error("mock: counter '%s' cannot be read", path);
	call->nth_own = ++counts[index];
	call->nth = ++counts[n - 1];
	/* At the start still. Not pwrite(): the crash test kills at each of the journey's, and wants none of
	 * the mock's. */
	if (write(fd, counts, n * sizeof(guint64)) != (gssize)(n * sizeof(guint64)))
		g_error("mock: counter '%s' cannot be written", path);
	(void)close(fd);
}

static void count_call(MockCall *call)
{
	Mock *mock = mock_state();
	guint index = mock_function_index(call->function);

	if (mock->counter != NULL) {
		count_in_file(mock->counter, index, call);
	} else {
		call->nth_own = ++mock->counts[index];
		call->nth = ++mock->counts[mock_n_functions()];
	}
}

static gboolean is_nth(const MockCall *call, MockNumber number)
{
	return mock_state()->script->numbers[number] == call->nth;
}

static gboolean is_call_of(const MockCall *call, const MockCallOf *wanted)
{
	return wanted->function != NULL && wanted->nth == call->nth_own &&
	       strcmp(wanted->function, call->function) == 0;
}

static gboolean comes_up(const MockOdds *odds, GRand *dice)
{
	return odds->one_in != 0 && g_rand_int_range(dice, 0, (gint32)odds->one_in) == 0;
}

static gboolean is_to_be_killed(const MockCall *call)
{
	const Mock *mock = mock_state();

	return is_nth(call, MOCK_KILL_NTH) || is_call_of(call, &mock->script->kill) ||
	       comes_up(&mock->script->kill_odds, mock->kill_dice);
}

static gboolean is_to_hang(const MockCall *call)
{
	const Mock *mock = mock_state();

	return is_nth(call, MOCK_HANG_NTH) || is_call_of(call, &mock->script->hang) ||
	       comes_up(&mock->script->hang_odds, mock->hang_dice);
}

/* What a token that was pulled out answers: the module itself stays, and can be finalised. */
static CK_RV rv_without_token(const gchar *function)
{
	static const struct {
		const gchar *function;
		CK_RV rv;
	} rows[] = {
		{ "C_Initialize", CKR_OK },
		{ "C_Finalize", CKR_OK },
		{ "C_GetInfo", CKR_OK },
		{ "C_GetSlotList", CKR_OK },
		{ "C_GetSlotInfo", CKR_OK },
		{ "C_GetTokenInfo", CKR_TOKEN_NOT_PRESENT },
		{ "C_GetMechanismList", CKR_TOKEN_NOT_PRESENT },
		{ "C_GetMechanismInfo", CKR_TOKEN_NOT_PRESENT },
		{ "C_OpenSession", CKR_TOKEN_NOT_PRESENT },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (strcmp(rows[i].function, function) == 0)
			return rows[i].rv;
	}

	return CKR_DEVICE_REMOVED;
}

static CK_RV injected_fault(const MockCall *call)
{
	const GArray *faults = mock_state()->script->faults;

	for (guint i = 0; i < faults->len; i++) {
		const MockFault *fault = &g_array_index(faults, MockFault, i);
		guint64 nth = fault->function == NULL ? call->nth : call->nth_own;

		if (fault->function != NULL && strcmp(fault->function, call->function) != 0)
			continue;
		if (nth == fault->nth || (fault->and_later && nth > fault->nth))
			return fault->rv;
	}

	return CKR_OK;
}

CK_RV mock_enter(const gchar *function, MockCall *ret_call)
{
	guint64 disappear = mock_state()->script->numbers[MOCK_DISAPPEAR_NTH];
	CK_RV rv = CKR_OK;

	*ret_call = (MockCall){ .function = function };
	count_call(ret_call);
	mock_state()->call = *ret_call;
	if (is_to_be_killed(ret_call))
		(void)kill(getpid(), SIGKILL);
	if (is_to_hang(ret_call)) {
		for (;;)
			(void)pause();
	}
	if (disappear != 0 && ret_call->nth >= disappear)
		rv = rv_without_token(function);

	return rv == CKR_OK ? injected_fault(ret_call) : rv;
}

static void write_log(const MockCall *call, CK_RV rv)
{
	const gchar *name = mock_rv_name(rv);
	g_autofree gchar *number = g_strdup_printf("0x%lx", rv);
	g_autofree gchar *line = g_strdup_printf("%d %" G_GUINT64_FORMAT " %s %s\n", (int)getpid(), call->nth,
		call->function, name != NULL ? name : number);
	int fd = open(mock_state()->log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, line, strlen(line)) != (gssize)strlen(line))
		g_error("mock: log '%s' cannot be written", mock_state()->log);
	(void)close(fd);
}

CK_RV mock_leave(const MockCall *call, CK_RV rv)
{
	if (mock_state()->log != NULL)
		write_log(call, rv);
	if (is_nth(call, MOCK_KILL_AFTER_NTH))
		(void)kill(getpid(), SIGKILL);

	return rv;
}
