#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# A batch on smart cards of somebody else, which the operator has destroyed by their SO PIN.
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

@test "--reformat destroys what a card holds, by the SO PIN that is given for it" {
	somebodys 0
	secret_file so-pin 12345678
	begin --reformat --so-pin-source file:so-pin
	insert 0
	await_done 0
	interrupt
	assert_card 0 "$label"
}

@test "a card of the year before bears its member's number, and is erased by the SO PIN given for it after any cut" {
	sed -i '3,$d' manifest.csv
	somebodys 0 10000001
	secret_file so-pin 12345678
	for cut in 15 40; do
		tell 0 remove-after "$cut"
		begin --reformat --so-pin-source file:so-pin
		insert 0
		ends 93
		tell 0 heal
	done
	begin --reformat --so-pin-source file:so-pin
	insert 0
	await_done 0 10000001
	ends 0
	assert_card 0 10000001
}

@test "a wrong SO PIN for --reformat costs one try of one card, and its member waits for any other" {
	somebodys 0
	somebodys 1
	secret_file so-pin 87654321
	begin --reformat --so-pin-source file:so-pin
	insert 0
	await '.type == "failed" and .error == "so-pin-wrong"'
	number=$(jq -r .number <<<"$event")
	insert 1
	await_refusal 1 so-pin-wrong
	interrupt
	[ "$(statuses 0 00200003)" = 63c2 ]
	[ "$(statuses 1 00200003)" = 63c3 ]
	[ ! -e "letters/$number.pdf" ]
	[ "$(sqlite3 "$HOME/ledger.db" "SELECT token_serial IS NULL FROM job WHERE number = '$number'")" = 1 ]
}

@test "a wrong SO PIN is not sent to the same card by a later run" {
	somebodys 0
	secret_file so-pin 87654321
	begin --reformat --so-pin-source file:so-pin
	insert 0
	await '.type == "failed" and .error == "so-pin-wrong"'
	interrupt
	begin --reformat --so-pin-source file:so-pin
	await '.type == "failed" and .error == "unblock-failed-before"'
	interrupt
	[ "$(statuses 0 00200003)" = 63c2 ]
}

@test "the PINs that an attempt before this one may have written outlive a wrong SO PIN" {
	somebodys 0
	secret_file so-pin 12345678
	tell 0 remove-after 15
	begin --reformat --so-pin-source file:so-pin
	insert 0
	await '.type == "failed" and .error == "token-removed"'
	number=$(jq -r .number <<<"$event")
	interrupt
	tell 0 heal
	secret_file so-pin 87654321
	begin --reformat --so-pin-source file:so-pin
	insert 0
	await '.type == "failed" and .error == "so-pin-wrong" and .number == "'"$number"'"'
	interrupt
	[ -e "letters/$number.pdf" ]
	[ "$(sqlite3 "$HOME/ledger.db" "SELECT token_serial FROM job WHERE number = '$number'")" = 2701520000000000 ]
}

@test "a wrong SO PIN is sent to one card, even when two were chosen for before it was tried" {
	somebodys 0
	somebodys 1
	secret_file so-pin 87654321
	for i in 0 1; do
		insert "$i"
		"$TEST_CARD" wait "$i" present
	done
	cat >script <<-'END'
		? whose card is this?
		! pkill -STOP -P "$1" -f 'role opener'
		> 10000002
		? whose card is this?
		> 10000003
		! pkill -CONT -P "$1" -f 'role opener'
		? Is this the member?
		> y
		? Is this the member?
		> y
		? not done. The SO PIN
		? not done. The SO PIN
		^C
	END

	run python3 "$TOKENFERRY_SOURCE/tests/e2e/dialogue.py" script -- "$TOKENFERRY" batch "${BATCH[@]}" --assign ask \
		--reformat --so-pin-source file:so-pin

	[ "$status" -eq 130 ] || { echo "$output" && return 1; }
	[ "$( (statuses 0 00200003 && statuses 1 00200003) | sort | tr '\n' ' ')" = '63c2 63c3 ' ]
	[ "$(sqlite3 "$HOME/ledger.db" 'SELECT count(*) FROM job WHERE token_serial IS NULL')" = 3 ]
}

@test "a card that was begun needs no SO PIN after one that did in the same reader" {
	somebodys 1
	secret_file so-pin 87654321
	tell 0 remove-after 60
	begin --reformat --so-pin-source file:so-pin
	insert 0
	await '.type == "failed" and .error == "token-removed"'
	number=$(jq -r .number <<<"$event")
	insert 1
	await '.type == "failed" and .error == "so-pin-wrong"'
	tell 1 remove
	await_insert 1
	tell 1 new 0
	insert 1
	await_done 1 "$number"
	interrupt
}
