/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A PKCS#11 module that forwards every function to a real one and misbehaves as a script says
 * (mock-script.h). It is told by the string that C_Initialize gets as pReserved (--module-args):
 *
 *   module=PATH   the real module                 script=PATH  the misbehaviour; none: it is faithful
 *
 *   do=COMMAND    one line of a script more, for a process that may not read files of tests; any number
 *
 *   log=PATH      one line per call is appended: process, number, function, return value
 *
 *   counter=PATH  calls are counted over all processes that name this file; none: per process
 *
 *   memory=PATH   private keys created on the token are remembered there, so that the mock can give them away
 */
#pragma once

#include <glib.h>
#include <p11-kit/pkcs11.h>

#include "mock-script.h"

/* One call under way. */
typedef struct MockCall {
	const gchar *function;
	guint64 nth;	 /* of all calls */
	guint64 nth_own; /* of this function */
} MockCall;

typedef struct Mock {
	void *library;
	CK_FUNCTION_LIST *real; /* NULL: not initialised */
	MockScript *script;
	gchar *log;
	gchar *counter;
	gchar *memory;
	guint64 *counts; /* per function, then of all; for calls without 'counter' */
	GRand *kill_dice, *hang_dice;
	guint n_initialised; /* so far, in this process */
	MockCall call;	     /* the newest one */
} Mock;

/* The module's one state: Cryptoki has no handle for it. */
Mock *mock_state(void);
gboolean mock_has(MockSwitch name);

/* The name as a literal that lives as long as the module; NULL when there is no such function. */
const gchar *mock_function_named(const gchar *name);
guint mock_function_index(const gchar *name);
guint mock_n_functions(void);

/* Counts the call and lets the script break it: a call that does not answer CKR_OK is not forwarded. */
CK_RV mock_enter(const gchar *function, MockCall *ret_call);
/* Logs it; returns 'rv'. */
CK_RV mock_leave(const MockCall *call, CK_RV rv);

/* Functions that the script may change; the members of all others are NULL. */
const CK_FUNCTION_LIST *mock_hooks(void);

/* The remembered keys. */
void mock_memory_store(const CK_ATTRIBUTE *attributes, CK_ULONG count);
/* An extractable session twin, in the real module, of a remembered key on the token; 0 when it is none. */
CK_OBJECT_HANDLE mock_memory_twin(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key);
