#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# Where the file lay that the key was moved from, and how it was protected: said, though the wipe takes the traces away.

setup_file() {
	load helper
	shared_pki
}

setup() {
	load helper
	private_home
	private_token
}

# A file under a 40-bit cipher, in a synchronised folder. That others may read it is not to be had below bats's own folder.
exposed_p12() {
	mkdir Dropbox
	member_p12
	p12_openssl "$PKI" member "$HOME/pin-code" Dropbox/m.p12 -legacy -certpbe PBE-SHA1-RC2-40 -keypbe PBE-SHA1-RC2-40 -macalg sha1
}

@test "a file that others could have read makes the key suspect, in every report of its move" {
	local text mail
	exposed_p12

	ferry_migrate Dropbox/m.p12 --json

	assert_status 0
	assert_result .exposure suspected
	assert_result '.exposures | join(" ")' 'synced weak'
	text=$(tail -n 1 <<<"$output" | jq -r .report.text)
	mail=$(tail -n 1 <<<"$output" | jq -r .report.mail)
	grep -q "others may know the key already" "$text"
	grep -q "a folder that a program copies to somewhere else" "$text"
	grep -q "whether the certificate is to be revoked" "$text"
	jq -e '.exposure == "suspected"' "${text%.txt}.json"
	python3 -c 'import email, sys
from email import policy
mail = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=policy.default)
print(mail.get_body().get_content())' "$mail" >mail.txt
	grep -q "同期フォルダー" mail.txt

	mkdir old
	ferry sweep --wipe --yes --module "$SOFTHSM_COPY" --token "$TOKEN_URI" --pin-source "file:$HOME/user-pin" --ledger "$LEDGER" \
		--report-dir "$REPORTS" "$HOME/old" --json
	assert_status 0
	assert_result .exposure suspected
	assert_result '.supplement.exposures | join(" ")' 'synced weak'
}

@test "a file that nobody else could read is not suspect, unless malware was on the PC" {
	member_p12

	ferry_migrate member.p12 --json
	assert_status 0
	assert_result .exposure not-seen
	assert_result '.exposures | length' 0

	ferry_migrate member.p12 --infected --json
	assert_status 0
	assert_result .exposure suspected
	assert_result '.exposures | join(" ")' infected
	ferry report --ledger "$LEDGER" --format json
	[ "$(jq -r .exposure <<<"$output")" = suspected ]
}

@test "what a killed run knew of its file is in the report of the run that ends it" {
	exposed_p12

	traced -o /dev/null -P "$HOME/Dropbox/m.p12" -e trace=fsync -e inject=fsync:signal=SIGKILL:when=1 \
		"$TOKENFERRY" migrate Dropbox/m.p12 --yes --accept posture --module "$SOFTHSM_COPY" --token "$TOKEN_URI" \
		--password-source "file:$HOME/pin-code" --pin-source "file:$HOME/user-pin" --report-dir "$REPORTS" \
		--ledger "$LEDGER" >/dev/null 2>&1 || true
	[ "$(sqlite3 ledger.db 'SELECT step FROM migration')" = wiping ]
	ferry_migrate Dropbox/m.p12 --json

	assert_status 0
	assert_result '.exposures | join(" ")' 'synced weak'
}
