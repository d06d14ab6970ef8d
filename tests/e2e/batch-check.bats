#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# A list of members and its files, looked through before a token is touched; and PIN codes that stand in the list itself.

setup_file() {
	load helper
	shared_pki
	for i in 1 2 3; do
		pki_member "$PKI" "m$i" "/C=JP/O=社会保険労務士/CN=会員 ${i}号" ec:prime256v1
	done
	pki_member "$PKI" expired '/C=JP/O=社会保険労務士/CN=会員 5号' ec:prime256v1 2015-01-01 2016-01-01
	pki_member "$PKI" revoked '/C=JP/O=社会保険労務士/CN=会員 6号' ec:prime256v1
	pki_revoke "$PKI" revoked
	pki_crl "$PKI"
	# CN: a hieroglyph, which no font of letters has
	pki_member "$PKI" glyph '/C=JP/O=社会保険労務士/CN=会員𓀀' ec:prime256v1
	pki_member "$PKI" weak '/C=JP/O=社会保険労務士/CN=会員 8号' rsa:1024
	pki_authority "$PKI/other" 'Some Other CA'
	pki_member "$PKI/other" foreign '/C=JP/O=社会保険労務士/CN=会員 9号' ec:prime256v1
}

setup() {
	load helper
	private_home
	(umask 077 && echo 'number,password' >passwords.csv)
	echo 'number,name,p12' >manifest.csv
	for i in 1 2 3; do
		add_member "1000000$i" "会員 ${i}号" "m$i"
	done
}

# add_member NUMBER NAME KEY [PKI]: the member's .p12 and lines in both lists.
add_member() {
	p12_openssl "${4:-$PKI}" "$3" "$PKI/pin-code" "$1.p12"
	printf '%s,%s,%s.p12\n' "$1" "$2" "$1" >>manifest.csv
	printf '%s,%s\n' "$1" "$PIN_CODE" >>passwords.csv
}

check() {
	ferry batch manifest.csv --check --campaign demo --passwords passwords.csv --ledger "$LEDGER" "$@"
}

# The errors of --json with their lines, "LINE NUMBER ERROR" each, as they came.
problems() {
	jq -r 'select(.type == "problem") | "\(.line) \(.number) \(.error)"' <<<"$output"
}

# assert_problems TEXT
assert_problems() {
	diff <(problems) - <<<"$1" || { show && return 1; }
}

@test "a list in order is said to be, and nothing is made: no ledger, no letter" {
	find . -type f | sort >"$BATS_TEST_TMPDIR/before"

	check --json

	assert_status 0
	assert_result .status 'done'
	assert_result .rows 3
	assert_result .problems 0
	find . -type f | sort | diff "$BATS_TEST_TMPDIR/before" -
}

@test "every defect of list and files is told with its line, in their order" {
	add_member 10000005 '会員 5号' expired
	add_member 10000006 '会員 6号' revoked
	add_member 10000007 '会員𓀀' glyph
	add_member 10000009 '会員 9号' foreign "$PKI/other"
	add_member 10000010 '会員 1号' m1
	add_member 10000011 '別人' m2
	sed -i 's/^10000002,.*/10000002,wrong/; /^10000003,/d' passwords.csv
	echo 'no PKCS#12' >10000012.p12
	printf '10000012,会員,10000012.p12\n10000013,会員,away.p12\n1000001,会員,10000001.p12\n10000014,会員,../x.p12\n' >>manifest.csv
	printf '10000012,x\n10000013,x\n' >>passwords.csv
	printf '10000001,会員 1号,10000001.p12\n' >>manifest.csv

	check --json --crl "$PKI/crl.pem"

	assert_status 92
	assert_problems '3 10000002 pin-code-wrong
4 10000003 pin-code-unlisted
5 10000005 certificate-expired
6 10000006 certificate-revoked
7 10000007 letter-glyph
8 10000009 certificate-issuer
8 10000009 crl-unusable
9 10000010 manifest-invalid
10 10000011 certificate-name
11 10000012 source-damaged
12 10000013 source-missing
13 null number-format
14 null manifest-invalid
15 10000001 manifest-invalid
15 null manifest-invalid
15 null manifest-invalid'
	assert_result .status 'invalid'
	assert_result .rows 14
	assert_result .problems 16
	[ ! -e "${LEDGER#sqlite:}" ]
}

@test "a weak key is noticed and stops nobody" {
	add_member 10000008 '会員 8号' weak

	check --json

	assert_status 0
	grep '"type": *"notice"' <<<"$output" | jq -e '.line == 5 and .number == "10000008" and .notice == "weak"'
}

@test "who has no token_serial is named where cards are given by it" {
	sed -i "1s/\$/,token_serial/; 2s/\$/,/; 3s/\$/,0102/; 4s/\$/,/" manifest.csv

	check --assign serial --json

	assert_status 0
	diff <(jq -r 'select(.notice == "no-serial") | "\(.line) \(.number)"' <<<"$output") - <<<$'2 10000001\n4 10000003' ||
		{ show && return 1; }
}

@test "a list with a column of PIN codes needs no --passwords" {
	(umask 077 && awk -F, -v OFS=, -v code="$PIN_CODE" '{ print $0, NR == 1 ? "password" : code }' manifest.csv >own.csv)

	ferry batch own.csv --check --campaign demo --ledger "$LEDGER" --json

	assert_status 0
	assert_result .rows 3
	refute_says "$PIN_CODE"
}

@test "the list's own PIN code goes before the one of --passwords, and rows without one have theirs there" {
	(umask 077 && awk -F, -v OFS=, -v code="$PIN_CODE" '{ print $0, NR == 1 ? "password" : NR == 2 ? code : "" }' manifest.csv >own.csv)
	sed -i 's/^10000001,.*/10000001,wrong/' passwords.csv

	ferry batch own.csv --check --campaign demo --passwords passwords.csv --ledger "$LEDGER" --json

	assert_status 0
}

@test "tokens are made of a list with its own PIN codes; a name that no letter can show costs that member only" {
	softhsm_store "$BATS_TEST_TMPDIR/softhsm"
	secret_file passphrase 'ame ni mo makezu'
	add_member 10000007 '会員𓀀' glyph
	(umask 077 && awk -F, -v OFS=, -v code="$PIN_CODE" '{ print $0, NR == 1 ? "password" : code }' manifest.csv >own.csv)

	ferry batch own.csv --module "$SOFTHSM" --campaign demo --letters letters --no-escrow --no-client \
		--passphrase-source "file:$HOME/passphrase" --ledger "$LEDGER" --json

	assert_status 93
	[ "$(grep -c '"type": *"provisioned"' <<<"$output")" -eq 3 ] || { show && return 1; }
	grep '"type": *"failed"' <<<"$output" | jq -e '.number == "10000007" and .error == "letter-glyph"'
	[ -e 10000007.p12 ]
	[ "$(pkcs11-tool --module "$SOFTHSM" --list-token-slots | grep -c 'token label')" -eq 3 ]

	# Whose token is made needs no file any more.
	ferry batch own.csv --check --campaign demo --ledger "$LEDGER" --json

	assert_status 92
	assert_problems '5 10000007 letter-glyph'

	sed -i 's/^10000002,[^,]*/10000002,別人/' own.csv
	ferry batch own.csv --check --campaign demo --ledger "$LEDGER" --json

	assert_status 92
	assert_problems '3 10000002 manifest-changed
5 10000007 letter-glyph'
}

@test "sealed PINs without a folder of letters would lie nowhere, and are refused" {
	ferry batch manifest.csv --module "$SOFTHSM" --campaign demo --passwords passwords.csv --no-letters \
		--escrow-to federation.pem --ledger "$LEDGER"

	assert_status 2
	assert_says '--escrow-to needs --letters'
	[ ! -e "${LEDGER#sqlite:}" ]
}

@test "a check speaks English and Japanese" {
	sed -i 's/^10000002,.*/10000002,wrong/' passwords.csv

	check

	assert_status 92
	assert_says 'Line 3, 10000002: The PIN code does not open'
	assert_says 'Defects: 1, in a list of 3 members.'

	check --lang ja

	assert_status 92
	assert_says '3行目 10000002: このPINコード(お知らせの紙)では'
	assert_says 'トークンには触れていません'
}

@test "what is wrong with a file is said in Japanese throughout, whatever the locale" {
	echo 'no PKCS#12 at all' >10000001.p12
	export LC_ALL=C

	check --lang ja

	assert_status 92
	assert_says '10000001.p12'
	refute_says 'structure'
	refute_says 'cannot'
	assert_says '読み取れません'
}

@test "a number whose zero at the front was lost is named with its line, in plain words, too" {
	sed -i 's/^10000002,/1000002,/' manifest.csv

	check
	assert_status 92
	assert_says 'Line 3: A spreadsheet has probably dropped a zero'

	check --lang ja
	assert_says '3行目: '
}
