#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# Expired and retired keys are destroyed on their token: shown first, confirmed, and nothing else touched.

setup_file() {
	load helper
	shared_pki
	pki_member "$PKI" expired "/C=JP/CN=期限切れ 花子" rsa:2048 2019-01-01 2023-12-31
	pki_member "$PKI" older "/C=JP/CN=期限切れ 太郎" ec:prime256v1 2014-01-01 2018-12-31
}

setup() {
	load helper
	private_home
	private_token
}

# put NAME ID: a member's key and certificate onto the token, by another program.
put() {
	local option

	openssl x509 -in "$PKI/$1.pem" -outform DER -out "$1.crt"
	openssl pkey -in "$PKI/$1.key" -outform DER -out "$1.der"
	for option in "$1.der --type privkey --usage-sign" "$1.crt --type cert"; do
		# shellcheck disable=SC2086
		pkcs11-tool --module "$SOFTHSM" --token-label member --login --pin "$USER_PIN" --id "$2" --label "$1" \
			--write-object $option >/dev/null
	done
	rm "$1.der"
}

# remove OPTION...
remove() {
	ferry remove --module "$SOFTHSM" --token "$TOKEN_URI" --ledger "$LEDGER" --pin-source "file:$HOME/user-pin" "$@"
}

# Every object on the token, as pkcs11-tool counts them.
assert_n_objects() {
	local n

	n=$(pkcs11-tool --module "$SOFTHSM" --token-label member --login --pin "$USER_PIN" --list-objects 2>/dev/null |
		grep -cE '^(Private|Public|Certificate)') || true
	[ "$n" -eq "$1" ] || { echo "expected $1 objects, not $n" && return 1; }
}

@test "the only expired key goes with its certificate, and the other one stays" {
	put expired 77
	put member 88

	remove --yes --json

	assert_status 0
	assert_result .key.id 77
	assert_result .valid false
	assert_n_objects 2
	remove --yes
	assert_status 30
	assert_n_objects 2
}

@test "between two expired keys none is guessed; --id names one" {
	put expired 77
	put older 78
	remove --yes --json
	assert_status 31
	assert_result .error.code token-several-keys
	assert_n_objects 4

	remove --yes --id 78

	assert_status 0
	assert_says "2018"
	assert_says "Nobody can bring the key back"
	assert_n_objects 2
	assert_n_keys 1
}

@test "--yes does not destroy a key whose certificate is valid" {
	put member 88

	remove --yes --id 88

	assert_status 3
	assert_n_objects 2
}

@test "a valid one goes when the name of the token is typed, in Japanese" {
	put member 88
	printf '%s\n' '? 表示されません): ' "> $USER_PIN" '? まだ有効です' '? 名前またはCKA_ID: ' '> other' >script
	typed=(python3 "$TOKENFERRY_SOURCE/tests/e2e/dialogue.py" script 80 -- "$TOKENFERRY" remove --lang ja --id 88
		--module "$SOFTHSM" --token "$TOKEN_URI" --ledger "$LEDGER")
	run "${typed[@]}"
	assert_status 3
	assert_n_objects 2
	sed -i 's/> other/> member/' script

	run "${typed[@]}"

	assert_status 0
	assert_says "元に戻すことは誰にもできません"
	assert_says "見本 花子"
	assert_n_objects 0
}

@test "--dry-run shows the key and touches nothing" {
	put expired 77

	remove --dry-run

	assert_status 0
	assert_says "期限切れ 花子"
	assert_says "Nothing was touched"
	assert_n_objects 2
}

@test "another key under the same CKA_ID is never touched" {
	put expired 77
	put older 77

	remove --yes --id 77 --json

	assert_status 38
	assert_result .error.code token-key-unclear
	assert_n_objects 4
}

@test "a key that was moved is gone from token and ledger, the intermediate certificate with it" {
	member_p12
	ferry_migrate member.p12
	assert_status 0
	ferry tokens --module "$SOFTHSM" --json
	id=$(jq -r '.. | objects | select(.kind? == "public-key") | .id' <<<"$output" | head -n 1)
	printf '%s\n' '? 表示されません): ' "> $USER_PIN" '? 唯一の' '? CKA_ID: ' "> $id" >script

	run python3 "$TOKENFERRY_SOURCE/tests/e2e/dialogue.py" script 80 -- "$TOKENFERRY" remove --lang ja --id "$id" \
		--module "$SOFTHSM" --token "$TOKEN_URI" --ledger "$LEDGER"

	assert_status 0
	assert_n_objects 0
	ferry report --list --ledger "$LEDGER" --json
	[ "$(jq -r 'select(.type == "run") | .step' <<<"$output")" = removed ]
}
