#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# A batch on smart cards that are put in and taken out by hand, looked at with OpenSC's own tools.
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

@test "cards put in one after the other become the members' tokens, and are asked to be taken out and labelled" {
	begin
	await '.type == "insert"'
	insert 0
	await_done 0
	assert_card 0 "$label"
	insert 1
	await_done 1
	kept=$label
	tell 0 remove
	await '.type == "insert"'
	tell 0 new 7
	insert 0
	await_done 0

	ends 0

	assert_card 0 "$label"
	assert_card 1 "$kept"
	[ "$(find letters -name '*.pdf' | wc -l)" -eq 3 ]
	[ "$(find letters/escrow -name '*.p7m' | wc -l)" -eq 3 ]
}

@test "a card pulled in the middle is finished with the PIN of its letter when it comes back, by the same run" {
	begin
	await '.type == "insert"'
	tell 0 remove-after 60
	insert 0
	await '.type == "failed" and .error == "token-removed"'
	number=$(jq -r .number <<<"$event")
	tell 0 heal
	insert 0
	await_done 0 "$number"
	assert_card 0 "$number"
	interrupt
}

@test "a card that is provisioned is refused, for whomever it was made" {
	begin
	insert 0
	await_done 0
	tell 0 remove
	await '.type == "insert"'
	insert 0
	await_refusal 0 token-provisioned
	interrupt
	assert_card 0 "$label"
	begin
	insert 0
	await_refusal 0 token-provisioned
	interrupt
}

@test "a card that somebody else formatted is refused, and so is one of another kind and an identity card" {
	insert 0
	"$TEST_CARD" wait 0 present
	pkcs15-init -r "$(reader 0)" -C --so-pin 12345678 --so-puk 87654321
	pkcs15-init -r "$(reader 0)" --store-pin --id 01 --pin 123456 --puk 654321 --label somebody --so-pin 12345678
	begin
	await_refusal 0 token-foreign
	tell 0 remove
	await '.type == "insert"'
	tell 0 count-from-0
	tell 0 identity contact
	insert 0
	await_refusal 0 token-identity
	tell 0 remove
	await '.type == "insert"'
	tell 0 identity on
	insert 0
	await_refusal 0 token-format-unsupported
	[ "$(tell 0 count)" -eq 0 ]
	interrupt
}

@test "a card that the list demands is given to that member only" {
	sed -i 's/^number,name,p12$/&,token_serial/; s/p12$/&,/; s/\(10000003.*\),$/\1,2701520000000001/' manifest.csv
	sed -i '1s/,$//' manifest.csv
	begin
	insert 1
	await_done 1 10000003
	insert 0
	await_done 0
	[ "$label" != 10000003 ]
	interrupt
}
