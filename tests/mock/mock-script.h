/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The script of the mock: one command per line, '#' begins a comment line. An unknown command or a value out
 * of form makes C_Initialize answer CKR_ARGUMENTS_BAD and a line on stderr.
 *
 *   extractable-after          CKA_EXTRACTABLE of a private key reads as TRUE
 *   leak-exponent              CKA_PRIVATE_EXPONENT and CKA_VALUE of a remembered key can be read
 *   wrap-succeeds              C_WrapKey wraps a remembered key, whatever its attributes say
 *   copy-extractable           C_CopyObject makes an extractable session copy of a remembered key
 *   copy-in-session            C_CopyObject heeds nothing that the copy is asked to be
 *   settable-extractable       C_SetAttributeValue of CKA_EXTRACTABLE answers CKR_OK and does nothing
 *   wrong-signature            one bit of every signature is turned round
 *   lose-key                   a private key is destroyed behind the CKR_OK of its C_CreateObject
 *   ghost                      C_CreateObject of a private key fails and leaves the object
 *   ignore-sensitive           CKA_SENSITIVE is taken as FALSE
 *   refuse-extractable         C_CreateObject with CKA_EXTRACTABLE: CKR_ATTRIBUTE_TYPE_INVALID
 *   refuse=CKA_A,CKA_B         the same for any attributes
 *   refuse-create=CKR_X        C_CreateObject of anything that is to stay on the token fails so
 *   final-try, count-low, pin-locked, so-final-try, so-pin-locked, write-protected    flags of C_GetTokenInfo
 *   protected-path=PIN         the flag, and the PIN that is typed on the reader, the new one being the same
 *   says-opensc                the module's manufacturer is OpenSC's
 *   fail=C_NAME:N:CKR_X        the N-th call of a function fails so, and is not forwarded
 *   fail-from=C_NAME:N:CKR_X   and every later one
 *   fail-nth=N:CKR_X           the N-th call of all
 *   disappear-nth=N            from the N-th call of all on the token is gone
 *   kill-nth=N, kill-after-nth=N    the process is killed before or after the N-th call of all is forwarded
 *   hang-nth=N                 the N-th call of all never returns
 *   kill=C_NAME:N, hang=C_NAME:N    the same at the N-th call of a function
 *   kill-one-in=N:SEED, hang-one-in=N:SEED    the same at one call of N, by dice of the seed, the process,
 * and how often the module was initialised in it wrong-token-serial-nth=N   from the N-th C_GetTokenInfo on
 * another token stands in the slot
 */
#pragma once

#include <glib.h>
#include <p11-kit/pkcs11.h>

typedef enum MockSwitch {
	MOCK_EXTRACTABLE_AFTER,
	MOCK_LEAK_EXPONENT,
	MOCK_WRAP_SUCCEEDS,
	MOCK_COPY_EXTRACTABLE,
	MOCK_COPY_IN_SESSION,
	MOCK_SETTABLE_EXTRACTABLE,
	MOCK_WRONG_SIGNATURE,
	MOCK_LOSE_KEY,
	MOCK_GHOST,
	MOCK_IGNORE_SENSITIVE,
	MOCK_FINAL_TRY,
	MOCK_COUNT_LOW,
	MOCK_PIN_LOCKED,
	MOCK_SO_FINAL_TRY,
	MOCK_SO_PIN_LOCKED,
	MOCK_SAYS_OPENSC,
	MOCK_WRITE_PROTECTED,
	MOCK_N_SWITCHES
} MockSwitch;

typedef enum MockNumber {
	MOCK_DISAPPEAR_NTH,
	MOCK_KILL_NTH,
	MOCK_KILL_AFTER_NTH,
	MOCK_HANG_NTH,
	MOCK_WRONG_SERIAL_NTH,
	MOCK_N_NUMBERS
} MockNumber;

/* Which calls of which function fail how. */
typedef struct MockFault {
	const gchar *function; /* NULL: counted over all functions */
	guint64 nth;
	gboolean and_later;
	CK_RV rv;
} MockFault;

/* The N-th call of a function; NULL: none. */
typedef struct MockCallOf {
	const gchar *function;
	guint64 nth;
} MockCallOf;

/* One call of so many; 0: none. */
typedef struct MockOdds {
	guint32 one_in;
	guint32 seed;
} MockOdds;

typedef struct MockScript {
	gboolean switches[MOCK_N_SWITCHES];
	guint64 numbers[MOCK_N_NUMBERS]; /* 0: never */
	MockCallOf kill, hang;
	MockOdds kill_odds, hang_odds;
	CK_RV refuse_create;  /* CKR_OK: do not */
	gchar *protected_pin; /* NULL: no protected path */
	GArray *refused;      /* CK_ATTRIBUTE_TYPE */
	GArray *faults;	      /* MockFault */
} MockScript;

/* NULL 'path': a script without commands. NULL with *ret_complaint when it cannot be read or understood. */
MockScript *mock_script_load(const gchar *path, gchar **ret_complaint);
/* One command more. FALSE with *ret_complaint when it is not understood. */
gboolean mock_script_add(MockScript *script, const gchar *command, gchar **ret_complaint);
void mock_script_free(MockScript *script);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(MockScript, mock_script_free)
