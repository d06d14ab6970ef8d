/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The error codes of a batch: its list, letters, tokens and children. */
#include <glib/gi18n.h>

#include "error-private.h"

const TfErrorRow tf_error_batch_rows[TF_N_ERRORS] = {
	[TF_ERROR_MANIFEST_INVALID] = { "manifest-invalid", TF_EXIT_MANIFEST, { "file", "line", "reason" },
		N_("The list '{file}' is not right, line {line}: {reason}."),
		N_("Correct that line and check the list again by 'tokenferry batch --check'. No token was "
		   "touched.") },
	[TF_ERROR_MANIFEST_CHANGED] = { "manifest-changed", TF_EXIT_MANIFEST, { "number", "what" },
		N_("The list says something else about {number} than when its token was made: {what}."),
		N_("Use the list that the batch began with. If the member needs another token, use "
		   "--replace.") },
	[TF_ERROR_BATCH_INCOMPLETE] = { "batch-incomplete", TF_EXIT_BATCH_INCOMPLETE, { "failed", "total" },
		N_("{failed} of {total} members have no token yet."),
		N_("'tokenferry status' says who and why. Run the same command again to go on.") },
	[TF_ERROR_BATCH_UNASSIGNED] = { "batch-unassigned", TF_EXIT_BATCH_INCOMPLETE,
		{ "failed", "total", "count" },
		N_("{failed} of {total} members have no token yet; {count} of them have no token_serial in "
		   "the list, and get none with '--assign serial'."),
		N_("Write the serial numbers of their cards into the column 'token_serial', or run the same "
		   "command again with '--assign next' or '--assign ask'. 'tokenferry status' says who has "
		   "no "
		   "token.") },
	[TF_ERROR_TOKEN_PROVISIONED] = { "token-provisioned", TF_EXIT_TOKEN_OCCUPIED, { "token", "number" },
		N_("The token '{token}' is the one of {number}; nothing was written to it."),
		N_("Take it out and put it with its letter. If it is broken, use --replace with another "
		   "token.") },
	[TF_ERROR_TOKEN_FOREIGN] = { "token-foreign", TF_EXIT_TOKEN_OCCUPIED, { "token" },
		N_("The token '{token}' is not empty, and this batch did not write it; nothing was written "
		   "to "
		   "it."),
		N_("Put in an empty token. --reformat destroys what such a token holds.") },
	[TF_ERROR_TOKEN_UNASSIGNED] = { "token-unassigned", TF_EXIT_TOKEN_OCCUPIED, { "token" },
		N_("The list gives the token '{token}' to nobody who waits."),
		N_("Take it out. The column 'token_serial' of the list says who gets which token; with "
		   "'--assign next' others go to the next member.") },
	[TF_ERROR_MEMBER_NOT_WAITING] = { "member-not-waiting", TF_EXIT_MANIFEST, { "number" },
		N_("The list has no {number} who waits for this card."),
		N_("Look the number up: it may be wrong, or that member has a token already, or gets another "
		   "one.") },
	[TF_ERROR_LETTER_PIN_REFUSED] = { "letter-pin-refused", TF_EXIT_PIN_WRONG, { "token" },
		N_("The token '{token}' refuses the user PIN of its letter, which is not sent to it again."),
		N_("Somebody changed it. Whoever knows the PIN that the card has now sets that of the letter "
		   "by "
		   "'tokenferry pin change', with the ledger of this batch; then put the card in again. Else "
		   "make another card by --replace.") },
	[TF_ERROR_CARD_SO_PIN_REFUSED] = { "card-so-pin-refused", TF_EXIT_PIN_WRONG, { "token" },
		N_("The card '{token}' refuses the SO PIN that was made for it, which is not sent to it "
		   "again."),
		N_("Somebody formatted it or changed its SO PIN, so that it cannot be finished any more. "
		   "Make "
		   "another card by --replace.") },
	[TF_ERROR_WORKER_FAILED] = { "worker-failed", TF_EXIT_WORKER_FAILED, { "reason" },
		N_("The process that works with the token failed: {reason}."),
		N_("It is started again. Take the token out and put it back; nothing is lost, and the file "
		   "is "
		   "kept until the key is proven.") },
	[TF_ERROR_WORKER_BROKEN] = { "worker-broken", TF_EXIT_WORKER_FAILED, { "reason" },
		N_("A process of the batch does not start, however often that is tried: {reason}."),
		N_("Nothing is lost, and whoever has no token waits. See that there is memory and that the "
		   "module is in order, then run the same command again.") },
	[TF_ERROR_LOOKER_BROKEN] = { "looker-broken", TF_EXIT_WORKER_FAILED, { "reason" },
		N_("The process that looks into files does not start, however often that is tried: "
		   "{reason}."),
		N_("The search ended early, and nothing was looked into unprotected. See that there is "
		   "memory, then run the same command again.") },
	[TF_ERROR_LETTER_FAILED] = { "letter-failed", TF_EXIT_OUTPUT, { "letter", "reason" },
		N_("The PIN letter '{letter}' cannot be made: {reason}."),
		N_("No token is written without its letter. Put the cause right and run the same command "
		   "again.") },
	[TF_ERROR_LETTER_MISSING] = { "letter-missing", TF_EXIT_OUTPUT, { "letter" },
		N_("The PIN letter '{letter}' is not in its folder any more."),
		N_("Its token is good, and its PINs are kept. Run the same command again: the letter is "
		   "written again.") },
	[TF_ERROR_LETTERS_ELSEWHERE] = { "letters-elsewhere", TF_EXIT_OUTPUT, { "path" },
		N_("An earlier run put letters into '{path}', which is not there now."),
		N_("Of members whose token was not finished then, destroy the letters there: only those in "
		   "the folder of this run hold.") },
	[TF_ERROR_LETTER_GLYPH] = { "letter-glyph", TF_EXIT_MANIFEST, { "name", "character" },
		N_("The PIN letter cannot show the character '{character}' of the name '{name}'."),
		N_("Write the name in the list with the usual form of that character. No token was "
		   "touched.") },
	[TF_ERROR_BATCH_PLACE_UNSAFE] = { "batch-place-unsafe", TF_EXIT_OUTPUT, { "path", "reason" },
		N_("Nothing of the batch is put into '{path}': {reason}."),
		N_("It must be a folder of your own that nobody else can write to; --letters says where "
		   "letters and sealed PINs go. Then run the same command again.") },
	[TF_ERROR_BATCH_PLACE_FAILED] = { "batch-place-failed", TF_EXIT_OUTPUT, { "path", "reason" },
		N_("The batch cannot write '{path}': {reason}."),
		N_("Make room, or see that the folder is there; then run the same command again: it goes on "
		   "from where it stopped.") },
	[TF_ERROR_PIN_CODE_UNLISTED] = { "pin-code-unlisted", TF_EXIT_SECRET_SOURCE, { "path", "number" },
		N_("The list of PIN codes '{path}' has none for {number}."),
		N_("Add a line with the number and the PIN code of its paper notice, then run the same "
		   "command "
		   "again.") },
	[TF_ERROR_MEMBER_UNKNOWN] = { "member-unknown", TF_EXIT_LEDGER, { "number" },
		N_("The ledger knows no member {number}."),
		N_("Look the number up, zeros at its front included: 'tokenferry status --list' names "
		   "everybody.") },
	[TF_ERROR_MEMBER_WITHOUT_TOKEN] = { "member-without-token", TF_EXIT_LEDGER, { "number" },
		N_("No token was begun for {number} that could be replaced."),
		N_("Run the command without --replace and --reason: the member gets a token with the "
		   "others.") },
	[TF_ERROR_ESCROW_CERTIFICATE] = { "escrow-certificate", TF_EXIT_ESCROW, { "path", "reason" },
		N_("Nothing is sealed to the certificate '{path}': {reason}."),
		N_("Use the federation's certificate for encryption, and compare its fingerprint with the "
		   "one "
		   "you were told.") },
	[TF_ERROR_ENVELOPE_UNREADABLE] = { "envelope-unreadable", TF_EXIT_ESCROW, { "path", "reason" },
		N_("The sealed PINs '{path}' cannot be opened: {reason}."),
		N_("Use the key of the certificate that they were sealed to, and the file as it was "
		   "written.") },
	[TF_ERROR_PASSPHRASE_WRONG] = { "passphrase-wrong", TF_EXIT_SECRET_SOURCE, { "path" },
		N_("The passphrase does not open the station's key '{path}'."),
		N_("It is the one that was chosen when this station's ledger was made. It may be tried as "
		   "often as "
		   "you like.") },
};
