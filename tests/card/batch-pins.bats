#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# A batch on smart cards that refuse the PINs it made for them.
# shellcheck disable=SC2154 # what batch.bash sets

setup_file() {
	load batch
	members 3
}

setup() {
	load batch
	station 3
}

teardown() {
	end_all
}

# change_pin READER LABEL OLD NEW: somebody does, with another program.
change_pin() {
	insert "$1"
	"$TEST_CARD" wait "$1" present
	pkcs11-tool --module "$OPENSC" --token-label "$2" --login --pin "$3" --change-pin --new-pin "$4"
	taken_out "$1"
}

@test "a user PIN that a card refused is not sent to it again, until it is set to that of the letter" {
	dies_at "$INTO_AUDIT" audit
	change_pin 0 "$number" "$(pin_of "$number")" 999999

	begin
	insert 0
	await '.type == "failed" and .error == "letter-pin-refused"'
	taken_out 0
	insert 0
	await '.type == "failed" and .error == "letter-pin-refused"'
	interrupt
	begin
	await '.type == "failed" and .error == "letter-pin-refused"'
	interrupt
	[ "$(statuses 0 00200001)" = 63c2 ]

	secret_file changed 999999
	secret_file letter "$(pin_of "$number")"
	ferry pin change --module "$OPENSC" --ledger "$LEDGER" --token "pkcs11:token=$number" --pin-source file:changed \
		--new-pin-source file:letter
	assert_status 0
	taken_out 0
	begin
	insert 0
	await_done 0 "$number"
	interrupt
	assert_card 0 "$number"
}

@test "the SO PIN that was made for a card is not sent to it again once the card refused it" {
	dies_at "$INTO_FORMATTING" format
	tell 0 new 0
	somebodys 0 "$number"

	begin
	insert 0
	await '.type == "failed" and .error == "card-so-pin-refused"'
	interrupt
	begin
	await '.type == "failed" and .error == "card-so-pin-refused"'
	interrupt
	[ "$(statuses 0 00200003)" = 63c2 ]
}
