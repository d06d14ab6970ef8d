#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# The federation's staff unblocks a member's token with PINs that were sealed to the federation's certificate, whose key is
# on another token. Here another program, openssl, seals them.

setup_file() {
	load helper
	mkdir -p "$PKI"
	pki_authority "$PKI" "$(pki_demo_issuer)"
	pki_member "$PKI" federation "/C=JP/O=連合会/CN=Escrow" rsa:2048 '' '' decipherer
	openssl pkey -in "$PKI/federation.key" -outform DER -out "$PKI/federation.key.der"
	openssl x509 -in "$PKI/federation.pem" -outform DER -out "$PKI/federation.der"
}

setup() {
	load helper
	private_home
	private_token
	secret_file new-pin 864209
	secret_file federation-pin 507030
	federation_token federation --type cert --id 01
	SERIAL=$(pkcs11-tool --module "$SOFTHSM" -T | sed -nE '/label *: member/,/serial/s/.*serial num *: //p')
	seal "number 00012345" "so $SO_PIN"
}

# federation_token LABEL [OPTION...]: a token with the federation's key and, with options, its certificate.
federation_token() {
	local label=$1
	local write=(pkcs11-tool --module "$SOFTHSM" --token-label "$label" --login --pin 507030 --write-object)

	shift
	softhsm2-util --init-token --free --label "$label" --pin 507030 --so-pin 55555555 >/dev/null
	"${write[@]}" "$PKI/federation.key.der" --type privkey --id 01 --usage-decrypt
	[ $# -eq 0 ] || "${write[@]}" "$PKI/federation.der" "$@"
}

# seal LINE...: 1.p7m, as a batch writes it.
seal() {
	printf '%s\n' "tokenferry-pins 1" "$@" | openssl cms -encrypt -binary -aes-256-gcm -outform DER -out 1.p7m \
		-recip "$PKI/federation.pem" -keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha256 -keyopt rsa_mgf1_md:sha256
}

# unblock OPTION...: without --token.
unblock() {
	ferry pin unblock --module "$SOFTHSM" --ledger "$LEDGER" --escrow 1.p7m --escrow-key pkcs11:token=federation \
		--escrow-pin-source file:federation-pin --new-pin-source file:new-pin "$@"
}

assert_pin() {
	pkcs11-tool --module "$SOFTHSM" --token-label member --login --pin "$1" --list-objects
}

@test "sealed PINs unblock the token, and neither they nor the federation's PIN are shown" {
	unblock --token "$TOKEN_URI" --yes

	assert_status 0
	assert_says "00012345"
	refute_says "$SO_PIN"
	refute_says 507030
	assert_pin 864209
}

@test "the number is in the result, and the token is found by the serial number in the envelope" {
	seal "number 00012345" "token $SERIAL" "so $SO_PIN"

	unblock --json

	assert_status 0
	assert_result .number 00012345
	assert_result .token.label member
	assert_pin 864209
}

@test "the PINs of a token with another serial number are not sent" {
	seal "number 00012345" "token 0123456789abcdef" "so $SO_PIN"

	unblock --token "$TOKEN_URI" --yes --json

	assert_status 95
	assert_result .error.code envelope-unreadable
	assert_pin "$USER_PIN"
}

@test "whose token it is must be confirmed: in Japanese at the terminal, by --yes elsewhere" {
	unblock --token "$TOKEN_URI" --json </dev/null
	assert_result .error.code no-terminal
	assert_pin "$USER_PIN"
	printf '%s\n' '? 連合会の鍵' '> 507030' '? 00012345' '? [y/n]' '> いいえ' >script

	run python3 "$TOKENFERRY_SOURCE/tests/e2e/dialogue.py" script 80 -- "$TOKENFERRY" pin unblock --lang ja \
		--module "$SOFTHSM" --ledger "$LEDGER" --escrow 1.p7m --escrow-key pkcs11:token=federation --token "$TOKEN_URI"

	assert_status 3
	refute_says "$SO_PIN"
	assert_pin "$USER_PIN"
}

@test "a changed envelope opens nothing" {
	printf '\x00' | dd of=1.p7m bs=1 seek=$(($(stat -c %s 1.p7m) - 40)) conv=notrunc status=none

	unblock --token "$TOKEN_URI" --yes --json

	assert_status 95
	assert_result .error.code envelope-unreadable
	assert_pin "$USER_PIN"
}

@test "a token without that key opens nothing" {
	unblock --escrow-key pkcs11:token=member --escrow-pin-source "file:$HOME/user-pin" --token "$TOKEN_URI" --yes --json
	assert_status 2

	ferry pin unblock --module "$SOFTHSM" --escrow 1.p7m --escrow-key pkcs11:token=member --token "$TOKEN_URI" \
		--escrow-pin-source "file:$HOME/user-pin" --new-pin-source file:new-pin --yes --json

	assert_status 30
	assert_result .error.code token-key-missing
	assert_pin "$USER_PIN"
}

@test "a token that holds the key only opens with --escrow-certificate" {
	federation_token bare
	without=(pin unblock --module "$SOFTHSM" --escrow 1.p7m --escrow-key pkcs11:token=bare --token "$TOKEN_URI"
		--escrow-pin-source file:federation-pin --new-pin-source file:new-pin --yes --json)

	ferry "${without[@]}"
	assert_status 30

	ferry "${without[@]}" --escrow-certificate "$PKI/federation.pem"

	assert_status 0
	assert_pin 864209
}

@test "a wrong PIN of the federation's token is sent once, and not again by a rerun" {
	secret_file federation-pin 111111

	unblock --token "$TOKEN_URI" --yes --json
	assert_result .error.code pin-wrong
	unblock --token "$TOKEN_URI" --yes --json

	assert_status 40
	assert_result .error.code pin-failed-before
	assert_pin "$USER_PIN"
}

@test "an envelope without an SO PIN is said, and nothing is sent" {
	seal "number 00012345" "puk 12345678"

	unblock --token "$TOKEN_URI" --yes --json

	assert_status 95
	assert_result .error.code envelope-unreadable
	assert_pin "$USER_PIN"
}

@test "what does not belong together stops with status 2: a key in a file, a PUK beside it, a key alone" {
	ferry pin unblock --escrow 1.p7m --escrow-key "file:$PKI/federation.key" --json
	assert_status 2
	assert_result .error.code token-uri

	unblock --so-pin-source "file:$HOME/so-pin" --json
	assert_status 2

	ferry pin unblock --escrow-key pkcs11:token=federation --json
	assert_status 2

	ferry pin unblock --escrow 1.p7m --json
	assert_status 2
}

@test "a dry run asks for nothing and opens nothing" {
	unblock --token "$TOKEN_URI" --dry-run --json

	assert_status 0
	assert_result .status dry-run
	assert_pin "$USER_PIN"
}

@test "a key on an elliptic curve opens, too" {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout curve.key -out federation.pem -days 30 \
		-subj "/CN=Curve" -addext keyUsage=critical,keyAgreement 2>/dev/null
	openssl pkey -in curve.key -outform DER -out curve.der
	softhsm2-util --init-token --free --label curve --pin 507030 --so-pin 55555555 >/dev/null
	pkcs11-tool --module "$SOFTHSM" --token-label curve --login --pin 507030 --write-object curve.der --type privkey --id 01 \
		--usage-derive
	openssl x509 -in federation.pem -outform DER -out federation.der
	pkcs11-tool --module "$SOFTHSM" --token-label curve --login --pin 507030 --write-object federation.der --type cert --id 01
	printf '%s\n' "tokenferry-pins 1" "number 00012345" "so $SO_PIN" | openssl cms -encrypt -binary -aes-256-gcm \
		-outform DER -out 1.p7m -recip federation.pem -keyopt ecdh_kdf_md:sha256

	ferry pin unblock --module "$SOFTHSM" --escrow 1.p7m --escrow-key pkcs11:token=curve --token "$TOKEN_URI" \
		--escrow-pin-source file:federation-pin --new-pin-source file:new-pin --yes

	assert_status 0
	assert_pin 864209
}
