#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# The user PIN of a token set anew, on SoftHSM, which has no PUK and never locks. Cards: tests/card/pins.bats.

setup() {
	load helper
	private_home
	private_token
	secret_file new-pin 864209
}

# pin COMMAND OPTION...: 'tokenferry pin' with the token and the ledger of the test.
pin() {
	ferry pin "$@" --module "$SOFTHSM" --token "$TOKEN_URI" --ledger "$LEDGER"
}

# pin_dialogue COMMAND: the same in Japanese, with a person at the terminal who follows ./script.
pin_dialogue() {
	run python3 "$TOKENFERRY_SOURCE/tests/e2e/dialogue.py" script 80 -- "$TOKENFERRY" pin "$1" --lang ja \
		--module "$SOFTHSM" --token "$TOKEN_URI" --ledger "$LEDGER"
}

# Another program's view: the PIN logs in.
assert_pin() {
	pkcs11-tool --module "$SOFTHSM" --token-label member --login --pin "$1" --list-objects
}

@test "pin change makes the new user PIN the only one that counts" {
	pin change --pin-source "file:$HOME/user-pin" --new-pin-source file:new-pin --json

	assert_status 0
	assert_result .status 'done'
	assert_result .token.label member
	assert_pin 864209
	run ! assert_pin "$USER_PIN"
}

@test "pin change asks in Japanese: the old one, the new one twice, again when they differ or do not fit" {
	printf '%s\n' '? 表示されません): ' "> $USER_PIN" '? 新しいトークンの暗証番号' '> 864209' '? もう一度: ' '> 864200' \
		'? 一致しません' '? 新しいトークンの暗証番号' '> 1' '? もう一度: ' '> 1' '? 別の番号をお決めください' \
		'? 新しいトークンの暗証番号' '> ８６４２０９' '? 新しいトークンの暗証番号' '> 864209' '? もう一度: ' '> 864209' >script

	pin_dialogue change

	assert_status 0
	assert_says "トークンの暗証番号を変更しました"
	refute_says 864209
	assert_pin 864209
}

@test "a wrong old PIN changes nothing, and is not sent again by a rerun" {
	secret_file wrong 000000

	pin change --pin-source file:wrong --new-pin-source file:new-pin
	assert_status 40
	pin change --pin-source file:wrong --new-pin-source file:new-pin --json

	assert_status 40
	assert_result .error.code pin-failed-before
	assert_pin "$USER_PIN"
}

@test "pin unblock sets a user PIN with the SO PIN; a wrong one is sent once" {
	secret_file wrong 00000000
	pin unblock --so-pin-source file:wrong --new-pin-source file:new-pin --json
	assert_status 40
	assert_result .error.code so-pin-wrong
	pin unblock --so-pin-source file:wrong --new-pin-source file:new-pin --json
	assert_status 40
	assert_result .error.code unblock-failed-before
	assert_pin "$USER_PIN"

	pin unblock --so-pin-source "file:$HOME/so-pin" --new-pin-source file:new-pin

	assert_status 0
	assert_pin 864209
}

@test "pin unblock finds out by itself that this token wants the SO PIN, and asks in Japanese" {
	printf '%s\n' '? SO PIN(管理者用' "> $SO_PIN" '? 新しいトークンの暗証番号' '> 864209' '? もう一度: ' '> 864209' >script

	pin_dialogue unblock

	assert_status 0
	assert_says "ロックを解除し、新しい暗証番号を設定しました"
	assert_pin 864209
}

@test "a PUK is not sent to a token that has none" {
	pin unblock --puk-source "file:$HOME/so-pin" --new-pin-source file:new-pin --json

	assert_status 35
	assert_result .error.code unblock-unsupported
	assert_pin "$USER_PIN"
}

@test "a new PIN that does not fit changes nothing" {
	secret_file short 1

	pin change --pin-source "file:$HOME/user-pin" --new-pin-source file:short
	assert_status 42
	pin unblock --so-pin-source "file:$HOME/so-pin" --new-pin-source file:short
	assert_status 42

	assert_pin "$USER_PIN"
}

@test "pin change --dry-run names the token and asks for nothing" {
	pin change --dry-run --json

	assert_status 0
	assert_result .status dry-run
	assert_result .token.label member
}

@test "pin alone and an unknown second word stop with status 2" {
	ferry pin
	assert_status 2
	assert_says "'pin'"

	ferry pin guess --json
	assert_status 2
	assert_result .error.code usage
}
