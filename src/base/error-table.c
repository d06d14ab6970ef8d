/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every error code with its name, exit status, sentence and advice; those of a batch are in
 * error-table-batch.c. */
#include <glib/gi18n.h>

#include "error-private.h"

const TfErrorRow tf_error_rows[TF_ERROR_MANIFEST_INVALID] = {
	[TF_ERROR_SYSTEM] = { "system", TF_EXIT_SYSTEM, { "what", "reason" }, N_("{what}: {reason}."),
		N_("Nothing was changed by this step. Put the cause right and run the same command again.") },
	[TF_ERROR_USAGE] = { "usage", TF_EXIT_USAGE, { "detail" },
		N_("The command line is not understood: {detail}."),
		N_("See 'tokenferry --help' or tokenferry(1).") },
	[TF_ERROR_DECLINED] = { "declined", TF_EXIT_DECLINED, { "question" },
		N_("Stopped, because this was not confirmed: {question}"),
		N_("Run the same command again when you are sure.") },
	[TF_ERROR_NO_TERMINAL] = { "no-terminal", TF_EXIT_SECRET_SOURCE, { "what" },
		N_("There is no terminal to ask for {what}."),
		N_("Run the command in a terminal, or give the answer by --password-source, --pin-source and "
		   "the like.") },
	[TF_ERROR_INTERRUPTED] = { "interrupted", TF_EXIT_INTERRUPTED, { NULL }, N_("Interrupted."),
		N_("Nothing is lost. Run the same command again: it goes on from where it stopped.") },

	[TF_ERROR_SOURCE_MISSING] = { "source-missing", TF_EXIT_SOURCE_MISSING, { "path" },
		N_("There is no file '{path}'."),
		N_("Plug in the medium that holds it, or look for the name in the folder where you saved "
		   "it.") },
	[TF_ERROR_SOURCE_UNREADABLE] = { "source-unreadable", TF_EXIT_SOURCE_UNREADABLE, { "path", "reason" },
		N_("'{path}' cannot be read: {reason}."),
		N_("Name the file itself (no link, folder or device), and see that you are allowed to read "
		   "it.") },
	[TF_ERROR_PIN_CODE_WRONG] = { "pin-code-wrong", TF_EXIT_PIN_CODE_WRONG, { "path" },
		N_("The PIN code does not open '{path}'."),
		N_("The PIN code is on the paper notice, not the user PIN of the token. It may be tried "
		   "again as often as "
		   "you like; the file is untouched. If you are sure of it, the file may be damaged: use "
		   "another copy, for example the one on the USB memory.") },
	[TF_ERROR_SOURCE_UNSUPPORTED] = { "source-unsupported", TF_EXIT_SOURCE_UNSUPPORTED,
		{ "path", "what" }, N_("'{path}' uses something that is not supported: {what}."),
		N_("Export the certificate and key again in another program, or ask whoever issued the "
		   "file.") },
	[TF_ERROR_SOURCE_TOO_COSTLY] = { "source-too-costly", TF_EXIT_SOURCE_UNSUPPORTED,
		{ "path", "iterations", "limit" },
		N_("'{path}' asks for {iterations} rounds of key derivation; at most {limit} are done."),
		N_("No honest program writes such a file. Ask whoever gave it to you.") },
	[TF_ERROR_SOURCE_DAMAGED] = { "source-damaged", TF_EXIT_SOURCE_DAMAGED, { "path", "detail" },
		N_("'{path}' is damaged or not a PKCS#12 file: {detail}."),
		N_("Check that it is the file that was given out with the PIN code (its name ends in .p12 or "
		   ".pfx), or use "
		   "another copy, for example the one on the USB memory.") },
	[TF_ERROR_SOURCE_NO_KEY] = { "source-no-key", TF_EXIT_SOURCE_INCOMPLETE, { "path" },
		N_("'{path}' holds no private key."),
		N_("It may be a certificate only. Look for the file that was given out together with the PIN "
		   "code.") },
	[TF_ERROR_SOURCE_NO_CERTIFICATE] = { "source-no-certificate", TF_EXIT_SOURCE_INCOMPLETE, { "path" },
		N_("'{path}' holds no certificate for its private key."),
		N_("Give the certificate by --certificate FILE.") },
	[TF_ERROR_SOURCE_SEVERAL_KEYS] = { "source-several-keys", TF_EXIT_SOURCE_SEVERAL_KEYS,
		{ "path", "count" }, N_("'{path}' holds {count} private keys."),
		N_("Say which one by --key NUMBER; 'tokenferry inspect' numbers those of a file, the run "
		   "itself those of a browser's key store. A file with several keys is kept, because it "
		   "holds another secret.") },
	[TF_ERROR_SOURCE_MISMATCH] = { "source-mismatch", TF_EXIT_SOURCE_MISMATCH, { "path" },
		N_("The certificate and the private key of '{path}' do not belong together."),
		N_("Give the right certificate by --certificate FILE, or use another copy of the file.") },
	[TF_ERROR_STORE_PASSWORD_WRONG] = { "store-password-wrong", TF_EXIT_STORE_PASSWORD_WRONG, { "path" },
		N_("The primary password does not open the key store '{path}'."),
		N_("It is the primary password (master password) that was set in the browser, neither the "
		   "PIN code of the paper notice nor the user PIN of the token. It may be tried again; the "
		   "store is untouched.") },
	[TF_ERROR_STORE_UNREADABLE] = { "store-unreadable", TF_EXIT_SOURCE_UNREADABLE, { "path", "reason" },
		N_("The key store '{path}' cannot be opened: {reason}."),
		N_("Start the browser once with this profile, close it, and run the same command again. It "
		   "takes the folder of the profile.") },
	[TF_ERROR_STORE_IN_USE] = { "store-in-use", TF_EXIT_STORE_IN_USE, { "path", "program" },
		N_("The key store '{path}' is in use by {program}; nothing was changed."),
		N_("Close the browser or mail program it belongs to, all its windows, and run the same "
		   "command again.") },
	[TF_ERROR_STORE_LIBRARY_MISSING] = { "store-library-missing", TF_EXIT_MODULE_UNLOADABLE,
		{ "library" },
		N_("The library that opens the key store of a browser, {library}, was not found."),
		N_("Install the package 'libnss3' and run the same command again.") },

	[TF_ERROR_CERTIFICATE_UNREADABLE] = { "certificate-unreadable", TF_EXIT_SOURCE_DAMAGED, { "path" },
		N_("'{path}' holds no X.509 certificate."), N_("Give a certificate in PEM or DER form.") },
	[TF_ERROR_CERTIFICATE_ISSUER] = { "certificate-issuer", TF_EXIT_CERTIFICATE_ISSUER,
		{ "issuer", "expected" },
		N_("The certificate was issued by '{issuer}', not by '{expected}'."),
		N_("Check that you chose the right file. If you did, name the right campaign by "
		   "--campaign.") },
	[TF_ERROR_CERTIFICATE_NAME] = { "certificate-name", TF_EXIT_CERTIFICATE_NAME, { "subject", "name" },
		N_("The certificate belongs to '{subject}', not to '{name}'."),
		N_("Check that you chose the right file. Never move the key of somebody else.") },
	[TF_ERROR_CERTIFICATE_EXPIRED] = { "certificate-expired", TF_EXIT_CERTIFICATE_EXPIRED, { "date" },
		N_("The certificate expired on {date}."),
		N_("Check the date of this computer. If it is right, ask the federation for a new "
		   "certificate; an expired one need not be moved.") },
	[TF_ERROR_CERTIFICATE_NOT_YET_VALID] = { "certificate-not-yet-valid", TF_EXIT_CERTIFICATE_EXPIRED,
		{ "date" }, N_("The certificate is not valid before {date}."),
		N_("Check the date of this computer.") },
	[TF_ERROR_CERTIFICATE_VALIDITY] = { "certificate-validity", TF_EXIT_CERTIFICATE_VALIDITY,
		{ "not_after", "expected" },
		N_("The certificate ends on {not_after}; by the rule of this campaign it should end on "
		   "{expected}."),
		N_("Check that you chose the right certificate among several.") },
	[TF_ERROR_CERTIFICATE_REVOKED] = { "certificate-revoked", TF_EXIT_CERTIFICATE_REVOKED, { "date" },
		N_("The certificate was revoked on {date}."),
		N_("Do not move this key. Ask the federation for a new certificate.") },
	[TF_ERROR_CERTIFICATE_TAKEN] = { "certificate-taken", TF_EXIT_MANIFEST, { "number" },
		N_("The same certificate is listed for {number} as well."),
		N_("One of the two lines names the wrong file. Correct the list; no token was written for "
		   "this "
		   "line.") },
	[TF_ERROR_CRL_UNUSABLE] = { "crl-unusable", TF_EXIT_CRL_UNUSABLE, { "path", "reason" },
		N_("The revocation list '{path}' cannot be used: {reason}."),
		N_("Fetch the current list of this issuer, or leave --crl out: revocation is then "
		   "unknown.") },
	[TF_ERROR_NUMBER_FORMAT] = { "number-format", TF_EXIT_USAGE, { "number", "digits" },
		N_("'{number}' is not a registration number of {digits} digits."),
		N_("Copy the number from your registration, leading zeros included. It is not the "
		   "identification number of "
		   "the paper notice.") },

	[TF_ERROR_TOKEN_MISSING] = { "token-missing", TF_EXIT_TOKEN_MISSING, { "uri" },
		N_("No token was found (looked for: {uri})."),
		N_("Plug the token in. 'tokenferry tokens' lists what is there.") },
	[TF_ERROR_TOKEN_AMBIGUOUS] = { "token-ambiguous", TF_EXIT_TOKEN_AMBIGUOUS, { "count", "uri" },
		N_("{count} tokens were found (looked for: {uri}); which one is meant is not guessed."),
		N_("Unplug the others, or choose one by --token ('tokenferry tokens' shows the URI of each), "
		   "a "
		   "card that is not formatted yet by --reader.") },
	[TF_ERROR_TOKEN_REMOVED] = { "token-removed", TF_EXIT_TOKEN_REMOVED, { "call" },
		N_("The token was removed while it was in use ({call})."),
		N_("Put the same token back and run the same command again. The source is kept until the key "
		   "is proven.") },
	[TF_ERROR_TOKEN_FULL] = { "token-full", TF_EXIT_TOKEN_FULL, { "call" },
		N_("The token has no room left ({call})."),
		N_("Remove keys or certificates that are no longer needed, or use another token.") },
	[TF_ERROR_TOKEN_NOT_KEPT] = { "token-not-kept", TF_EXIT_TOKEN_FULL, { "token", "what" },
		N_("The token '{token}' accepted what was written to it, and does not have it: {what}."),
		N_("It may be full, or broken. Remove keys or certificates that are no longer needed, or use "
		   "another token.") },
	[TF_ERROR_TOKEN_OF_OTHER_RUN] = { "token-of-other-run", TF_EXIT_USAGE, { "token", "serial" },
		N_("An earlier run put this key on the token '{token}' (serial number {serial}), and its end "
		   "is "
		   "about that token."),
		N_("Name that token, or leave --token out. Where the file is still there and that token is "
		   "lost, "
		   "run once with --keep-source for the other one.") },
	[TF_ERROR_SPARE_UNPROVEN] = { "spare-unproven", TF_EXIT_EVIDENCE_CLAIMED, { "token", "serial" },
		N_("An earlier run put this key on a second token as well, or began to: '{token}' (serial "
		   "number {serial}). This run would not prove that one."),
		N_("Give that token by --spare, or destroy the key on it by 'tokenferry remove'. If it is "
		   "lost, confirm that in a terminal or give '--accept spare'.") },
	[TF_ERROR_TOKEN_WRITE_PROTECTED] = { "token-write-protected", TF_EXIT_TOKEN_WRITE_PROTECTED,
		{ "call" }, N_("The token does not let itself be written ({call})."),
		N_("Ask whoever gave you the token, or use another one.") },
	[TF_ERROR_TOKEN_UNSUPPORTED] = { "token-unsupported", TF_EXIT_TOKEN_UNSUPPORTED, { "what" },
		N_("The token cannot take this key: {what}."),
		N_("Use a token that supports this kind and size of key.") },
	[TF_ERROR_TOKEN_FAILED] = { "token-failed", TF_EXIT_TOKEN_FAILED, { "call", "code" },
		N_("The token or its module failed in {call} ({code})."),
		N_("Take the token out, put it back and run the same command again. The source is kept until "
		   "the key is "
		   "proven.") },
	[TF_ERROR_TOKEN_NOT_INITIALIZED] = { "token-not-initialized", TF_EXIT_TOKEN_INITIALIZATION,
		{ "token" }, N_("The token '{token}' is not formatted."),
		N_("Format it first by 'tokenferry init-token'.") },
	[TF_ERROR_TOKEN_ALREADY_INITIALIZED] = { "token-already-initialized", TF_EXIT_TOKEN_INITIALIZATION,
		{ "token" },
		N_("The token '{token}' is formatted already; formatting it again would destroy what it "
		   "holds."),
		N_("Use it as it is, or choose an empty one. --reformat destroys what it holds, after you "
		   "typed its "
		   "name.") },
	[TF_ERROR_TOKEN_KEY_EXISTS] = { "token-key-exists", TF_EXIT_TOKEN_OCCUPIED, { "token", "id" },
		N_("The token '{token}' holds this key already, under CKA_ID {id}."),
		N_("Nothing was written. If it was moved there with another ledger, run the same command "
		   "with "
		   "that one (--ledger). Else 'tokenferry sweep --wipe PATH', with the path of the file, has "
		   "the token prove the key anew and wipes the file then.") },
	[TF_ERROR_TOKEN_ID_TAKEN] = { "token-id-taken", TF_EXIT_TOKEN_OCCUPIED, { "token", "id" },
		N_("The token '{token}' holds another object under the planned CKA_ID {id}."),
		N_("Use another token, or remove the object if you know what it is; nothing was written.") },
	[TF_ERROR_TOKEN_KEY_MISSING] = { "token-key-missing", TF_EXIT_TOKEN_MISSING, { "token", "what" },
		N_("The token '{token}' does not hold {what}."),
		N_("Check that it is the right token; 'tokenferry tokens' shows what is on each.") },
	[TF_ERROR_TOKEN_KEY_UNCLEAR] = { "token-key-unclear", TF_EXIT_TOKEN_OCCUPIED, { "token", "id" },
		N_("What lies on the token '{token}' under CKA_ID {id} is not one key with its certificates; "
		   "nothing was removed."),
		N_("Another key may be meant by it. Look at it with the program that came with the token.") },
	[TF_ERROR_TOKEN_SEVERAL_KEYS] = { "token-several-keys", TF_EXIT_TOKEN_AMBIGUOUS,
		{ "token", "count", "keys" },
		N_("The token '{token}' holds {count} keys that may be meant; which one, is not guessed: "
		   "{keys}."),
		N_("Name its key by --id; 'tokenferry tokens' shows the CKA_ID of each.") },
	[TF_ERROR_TOKEN_URI] = { "token-uri", TF_EXIT_USAGE, { "uri" },
		N_("'{uri}' is not a PKCS#11 URI for a token."),
		N_("Write it as 'pkcs11:token=NAME' (RFC 7512); 'tokenferry tokens' shows the URI of each "
		   "token.") },
	[TF_ERROR_TOKEN_IDENTITY] = { "token-identity", TF_EXIT_TOKEN_IDENTITY, { "token" },
		N_("'{token}' is an identity card and is left alone."),
		N_("Take it out of the reader and put in the token that is meant for the key.") },
	[TF_ERROR_TOKEN_NOT_ACTIVATED] = { "token-not-activated", TF_EXIT_TOKEN_INITIALIZATION, { "token" },
		N_("The card '{token}' was never activated: it would sign for anybody, without a PIN."),
		N_("Format it again by 'tokenferry init-token', which activates it.") },
	[TF_ERROR_TOKEN_FORMAT_UNSUPPORTED] = { "token-format-unsupported", TF_EXIT_TOKEN_UNSUPPORTED,
		{ "token" }, N_("'{token}' is of a kind that tokenferry does not format."),
		N_("Have it formatted by whoever supplied it, or by the program of its maker; 'tokenferry "
		   "profiles' lists the kinds.") },
	[TF_ERROR_TOKEN_UNVERIFIED] = { "token-unverified", TF_EXIT_TOKEN_UNVERIFIED, { "token" },
		N_("The token '{token}' is of a kind that nobody has tried with tokenferry yet."),
		N_("Try it with a test key first, or use another kind ('tokenferry profiles' lists them). To "
		   "go on, confirm it in a terminal or give '--accept token-unverified'; the file is wiped "
		   "only with a proof, as ever.") },

	[TF_ERROR_PIN_WRONG] = { "pin-wrong", TF_EXIT_PIN_WRONG, { "token" },
		N_("The user PIN of the token '{token}' is wrong; no second attempt was made."),
		N_("The user PIN is the one of the token, not the PIN code of the paper notice. Each wrong "
		   "try counts; look "
		   "it up before you try again.") },
	[TF_ERROR_PIN_LOCKED] = { "pin-locked", TF_EXIT_PIN_LOCKED, { "token" },
		N_("The user PIN of the token '{token}' is locked."),
		N_("'tokenferry pin unblock' sets a new one, with the PUK or the SO PIN. Whoever has neither "
		   "asks "
		   "whoever gave them the token.") },
	[TF_ERROR_PIN_LAST_TRY] = { "pin-last-try", TF_EXIT_PIN_LOCKED, { "token" },
		N_("Only one try is left for the user PIN of the token '{token}'; it was not used."),
		N_("Look the PIN up. If you are sure, run the command in a terminal and insist, or ask "
		   "whoever gave you the "
		   "token.") },
	[TF_ERROR_PIN_FORMAT] = { "pin-format", TF_EXIT_PIN_FORMAT, { "token", "minimum", "maximum" },
		N_("The token '{token}' takes PINs of {minimum} to {maximum} characters; nothing was sent to "
		   "it."),
		N_("Check that you did not type another number.") },
	[TF_ERROR_PIN_REFUSED] = { "pin-refused", TF_EXIT_PIN_FORMAT, { "token", "code" },
		N_("The token '{token}' does not take this new PIN ({code}); nothing was changed."),
		N_("Choose another one: of digits only, longer, or one that was not used before.") },
	[TF_ERROR_PIN_FAILED_BEFORE] = { "pin-failed-before", TF_EXIT_PIN_WRONG, { "token" },
		N_("This user PIN failed before on the token '{token}'; it was not sent again."),
		N_("Look the PIN up and give the right one.") },
	[TF_ERROR_PIN_NOT_SET] = { "pin-not-set", TF_EXIT_TOKEN_INITIALIZATION, { "token" },
		N_("The token '{token}' has no user PIN yet."),
		N_("Format it by 'tokenferry init-token', or ask whoever gave it to you.") },
	[TF_ERROR_SO_PIN_WRONG] = { "so-pin-wrong", TF_EXIT_PIN_WRONG, { "token" },
		N_("The SO PIN of the token '{token}' is wrong; no second attempt was made."),
		N_("Look the SO PIN up before you try again; some tokens are lost when it locks.") },
	[TF_ERROR_SO_PIN_LOCKED] = { "so-pin-locked", TF_EXIT_PIN_LOCKED, { "token" },
		N_("The SO PIN of the token '{token}' is locked."),
		N_("With the SO PIN nothing can be set any more. Ask whoever gave you the token; a new token "
		   "may be needed.") },
	[TF_ERROR_SO_PIN_LAST_TRY] = { "so-pin-last-try", TF_EXIT_PIN_LOCKED, { "token" },
		N_("Only one try is left for the SO PIN of the token '{token}'; it was not used."),
		N_("Look the SO PIN up, or ask whoever gave you the token. If you are sure of it, run the "
		   "command in a terminal and insist.") },
	[TF_ERROR_PUK_WRONG] = { "puk-wrong", TF_EXIT_PIN_WRONG, { "token" },
		N_("The PUK of the token '{token}' is wrong; no second attempt was made."),
		N_("One of its few tries is used up, and when none is left the token cannot be unblocked any "
		   "more. Look the PUK up before you try again.") },
	[TF_ERROR_PUK_LOCKED] = { "puk-locked", TF_EXIT_PIN_LOCKED, { "token" },
		N_("The PUK of the token '{token}' is locked, too, so that nobody can unblock its user PIN."),
		N_("The keys on the token cannot be used any more. Ask whoever gave you the token; "
		   "formatting it "
		   "again destroys them. Move the key again from the backup, or ask for a new "
		   "certificate.") },
	[TF_ERROR_UNBLOCK_FAILED_BEFORE] = { "unblock-failed-before", TF_EXIT_PIN_WRONG, { "token", "kind" },
		N_("This {kind} failed before on the token '{token}'; it was not sent again."),
		N_("Look it up and give the right one.") },
	[TF_ERROR_UNBLOCK_UNSUPPORTED] = { "unblock-unsupported", TF_EXIT_TOKEN_UNSUPPORTED,
		{ "token", "kind" },
		N_("The user PIN of the token '{token}' cannot be set with the {kind} here; nothing was sent "
		   "to "
		   "it."),
		N_("Smart cards take the PUK (--puk-source), other tokens the SO PIN (--so-pin-source). "
		   "Otherwise "
		   "use the program that came with the token.") },
	[TF_ERROR_SECRET_SOURCE] = { "secret-source", TF_EXIT_SECRET_SOURCE, { "source", "reason" },
		N_("The secret cannot be taken from '{source}': {reason}."),
		N_("Give tty, fd:N, file:PATH (one line, readable by its owner only) or pinpad.") },

	[TF_ERROR_MODULE_MISSING] = { "module-missing", TF_EXIT_MODULE_UNLOADABLE, { "what" },
		N_("No PKCS#11 module was found ({what})."),
		N_("Install the software of the token (for smart cards 'opensc-pkcs11'), or name its module "
		   "by --module.") },
	[TF_ERROR_MODULE_UNLOADABLE] = { "module-unloadable", TF_EXIT_MODULE_UNLOADABLE, { "path", "reason" },
		N_("The PKCS#11 module '{path}' cannot be used: {reason}."),
		N_("Install the software of the token again, or name another module by --module.") },
	[TF_ERROR_MODULE_UNTRUSTED] = { "module-untrusted", TF_EXIT_MODULE_UNTRUSTED, { "path", "reason" },
		N_("The PKCS#11 module '{path}' is not trusted: {reason}."),
		N_("Whoever can replace the module gets the key. Install it where only the administrator can "
		   "write; or, if "
		   "you know it, name it by --module, and confirm it in a terminal or by --yes.") },
	[TF_ERROR_MODULE_LEAKY] = { "module-leaky", TF_EXIT_MODULE_LEAKY, { "what" },
		N_("The key would be written to a log: {what}."),
		N_("Unset the variable or choose another module. --allow-leaky-module overrides this, for "
		   "test keys only.") },

	[TF_ERROR_PCSC_UNAVAILABLE] = { "pcsc-unavailable", TF_EXIT_PCSC_UNAVAILABLE, { "reason" },
		N_("The card readers cannot be reached: {reason}."),
		N_("Install 'pcscd', or start it ('systemctl start pcscd.socket'), and run the same command "
		   "again.") },
	[TF_ERROR_READER_HOSTILE] = { "reader-hostile", TF_EXIT_READER_HOSTILE, { "reader" },
		N_("The card reader '{reader}' has a name that could be an attack; nothing runs while it is "
		   "plugged in."),
		N_("Unplug that device, keep it for whoever looks after this PC, and run the same command "
		   "again.") },
	[TF_ERROR_TOOL_MISSING] = { "tool-missing", TF_EXIT_TOOL_MISSING, { "tool" },
		N_("The program '{tool}', which formats smart cards, is not installed."),
		N_("Install the package 'opensc' and run the same command again.") },

	[TF_ERROR_EVIDENCE_REFUTED] = { "evidence-refuted", TF_EXIT_EVIDENCE_REFUTED, { "token", "attempt" },
		N_("The token '{token}' let the private key out ({attempt}), whatever it claims."),
		N_("Do not use this token. If the key is still on it, and in the file or key store as well, "
		   "running the same 'migrate' command again tries to remove it from the token.") },
	[TF_ERROR_EVIDENCE_CLAIMED] = { "evidence-claimed", TF_EXIT_EVIDENCE_CLAIMED, { "token" },
		N_("The token '{token}' only claims to keep the key, or to let it be used: not every attempt "
		   "to get it out was clearly refused, or no other program could sign with it."),
		N_("The key is on the token and the file is kept. In a terminal you may accept this by "
		   "typing the token's "
		   "serial number.") },
	[TF_ERROR_PROOF_INVALID] = { "proof-invalid", TF_EXIT_EVIDENCE_INVALID, { "reason" },
		N_("There is no proof that this key lives on the token: {reason}."),
		N_("By this nothing is wiped. Have the token itself prove it: run the same command again "
		   "with "
		   "the token put in, or 'tokenferry verify'.") },
	[TF_ERROR_EVIDENCE_UNREADABLE] = { "evidence-unreadable", TF_EXIT_EVIDENCE_INVALID,
		{ "path", "reason" }, N_("The report '{path}' cannot be checked: {reason}."),
		N_("Give the .json file of a completion report, unchanged.") },
	[TF_ERROR_AUDITOR_FAILED] = { "auditor-failed", TF_EXIT_TOKEN_FAILED, { "reason" },
		N_("The audit of the token did not come to an end: {reason}."),
		N_("Take the token out, put it back and run the same command again. The source is kept until "
		   "the key is "
		   "proven.") },

	[TF_ERROR_WIPE_REFUSED] = { "wipe-refused", TF_EXIT_WIPE_REFUSED, { "path", "reason" },
		N_("'{path}' was not wiped: {reason}."),
		N_("The key is on the token. Put the cause right and run the same command again to "
		   "finish.") },
	[TF_ERROR_WIPE_INCOMPLETE] = { "wipe-incomplete", TF_EXIT_WIPE_INCOMPLETE, { "path", "reason" },
		N_("'{path}' was not wiped completely: {reason}."),
		N_("The key is on the token. Run the same command again to finish; a half-wiped file is "
		   "still recognised.") },

	[TF_ERROR_LEDGER_FAILED] = { "ledger-failed", TF_EXIT_LEDGER, { "ledger", "reason" },
		N_("The ledger '{ledger}' cannot be used: {reason}."),
		N_("Without the ledger nothing is written to a token. See that the disk is not full and the "
		   "file is yours.") },
	[TF_ERROR_LEDGER_BUSY] = { "ledger-busy", TF_EXIT_LEDGER, { "ledger" },
		N_("Another run is working on the same file or token (ledger '{ledger}')."),
		N_("Wait until it has ended, then run the same command again.") },
	[TF_ERROR_LEDGER_NEWER] = { "ledger-newer", TF_EXIT_LEDGER, { "ledger", "version" },
		N_("The ledger '{ledger}' was written by a newer version (schema {version})."),
		N_("Use that version, or another ledger by --ledger.") },
	[TF_ERROR_LEDGER_STEP] = { "ledger-step", TF_EXIT_LEDGER, { "from", "to" },
		N_("The ledger does not allow the step from '{from}' to '{to}'."),
		N_("This should not happen; please report it. Nothing was destroyed.") },
	[TF_ERROR_LEDGER_NO_RUN] = { "ledger-no-run", TF_EXIT_LEDGER, { "ledger" },
		N_("The ledger '{ledger}' knows no such run."),
		N_("'tokenferry report --list' shows the runs it knows.") },

	[TF_ERROR_OUTPUT_UNSAFE] = { "output-unsafe", TF_EXIT_OUTPUT, { "path", "reason" },
		N_("Nothing is put into '{path}': {reason}."),
		N_("For the report, choose a folder of your own that nobody else can write to "
		   "(--report-dir); for "
		   "the file, a folder on a USB memory (--move-to).") },
	[TF_ERROR_OUTPUT_FAILED] = { "output-failed", TF_EXIT_OUTPUT, { "path", "reason" },
		N_("'{path}' cannot be written: {reason}."),
		N_("Make room or choose another place; then 'tokenferry report' writes it again.") },
	[TF_ERROR_PROFILE_INVALID] = { "profile-invalid", TF_EXIT_PROFILE,
		{ "file", "line", "where", "reason" },
		N_("The profile '{file}' is not valid, line {line}, {where}: {reason}."),
		N_("See tokenferry-profile(5), and check it by 'tokenferry profiles --check'.") },
	[TF_ERROR_PROFILE_MISSING] = { "profile-missing", TF_EXIT_PROFILE, { "name" },
		N_("There is no profile named '{name}'."), N_("'tokenferry profiles' lists them.") },
};
