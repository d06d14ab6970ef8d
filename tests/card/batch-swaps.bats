#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# A card that is swapped between two steps of the work on it: what is there instead, somebody else's, stays as it is, and
# the member ends with the one card that was begun.
# shellcheck disable=SC2154 # what batch.bash sets

setup_file() {
	load batch
	members 3
}

setup() {
	load batch
	station 3
	begun=$BATS_TEST_TMPDIR/begun.card
	theirs=$BATS_TEST_TMPDIR/theirs.card
	secret_file so-pin 12345678
	tell 1 new 5
	somebodys 1
	tell 1 save "$theirs"
	tell 1 new 1
}

teardown() {
	end_all
}

# swap READER: 'begun' is what was in that reader, and 'theirs' is in it now.
swap() {
	taken_out "$1"
	tell "$1" save "$begun"
	put_in "$1" "$theirs"
}

put_in() {
	tell "$1" load "$2"
	tell "$1" insert
	"$TEST_CARD" wait "$1" present
}

# swap_back READER: nothing was written to 'theirs', and 'begun' is in the reader again.
swap_back() {
	taken_out "$1"
	tell "$1" save "$BATS_TEST_TMPDIR/now.card"
	cmp "$theirs" "$BATS_TEST_TMPDIR/now.card"
	put_in "$1" "$begun"
}

# assert_one_card READER NUMBER: that member, and nobody else, has one token, the card in that reader.
assert_one_card() {
	assert_card "$1" "$2"
	[ "$(sqlite3 "$HOME/ledger.db" "SELECT group_concat(step) FROM migration WHERE step != 'refuted'")" = provisioned ]
}

@test "a card swapped after it gave its key away: the other one is not formatted, and the first is when it comes back" {
	begin
	held_while_emptied

	swap 0
	signal CONT formatter
	await '.type == "failed" and .number == "'"$number"'" and .error == "token-removed"'
	await_refusal 0 token-foreign

	swap_back 0
	await '.type == "failed" and .number == "'"$number"'" and .error == "evidence-refuted"'
	await '.type == "take-out"'
	pkcs11-tool --module "$OPENSC" --token-label "$number" --login --pin "$(pin_of "$number")" --list-objects --type privkey \
		>objects
	[ ! -s objects ]
	tell 0 remove
	await_insert 0
	tell 0 leaky off
	insert 0
	await_done 0 "$number"
	interrupt
	assert_one_card 0 "$number"
}

# begun_and_recognised [OPTION...]: a card whose formatting was done and whose import was not is in reader 0 again, and the
# module is asked whose it is; its worker is stopped.
begun_and_recognised() {
	begin "$@"
	await_insert 0
	tell 0 remove-after "$INTO_IMPORT"
	insert 0
	await '.type == "failed"'
	number=$(jq -r .number <<<"$event")
	await_insert 0
	tell 0 heal
	# Until the card was looked at, so that its worker is there to be stopped.
	signal STOP opener
	insert 0
	await '.type == "resumed" and .number == "'"$number"'"'
	signal STOP worker
	signal CONT opener
	await '.step == "format" and .number == "'"$number"'"'
}

@test "a card swapped while it is recognised: the other one is not formatted, and the first is when it comes back" {
	begun_and_recognised

	swap 0
	signal CONT worker
	await '.type == "failed" and .number == "'"$number"'" and .error == "token-removed"'
	await_refusal 0 token-foreign

	swap_back 0
	await_done 0 "$number"
	interrupt
	assert_one_card 0 "$number"
}

@test "a card swapped while it is recognised: one that the SO PIN of --reformat fits is not erased for its member" {
	# And another one is waited for.
	sed -i 's/^number,name,p12$/&,token_serial/; s/p12$/&,/; s/\(10000001.*\),$/\1,2701520000000000/' manifest.csv
	sed -i 's/\(10000002.*\),$/\1,2701520000000009/' manifest.csv
	begun_and_recognised --assign serial --reformat --so-pin-source file:so-pin

	swap 0
	signal CONT worker
	await '.type == "failed" and .number == "10000001" and .error == "token-removed"'
	await_refusal 0 token-unassigned

	swap_back 0
	await_done 0 10000001
	interrupt
	assert_one_card 0 10000001
}

# One reader tries the SO PIN until its card is healed, the other one waits for what becomes of that.
swap_the_waiting() {
	until [ -e letters/10000002.pdf ] && [ -e letters/10000003.pdf ]; do :; done
	until [ "$(tell 0 count)" -eq 10 ] || [ "$(tell 1 count)" -eq 10 ]; do :; done
	[ "$(tell 0 count)" -eq 0 ] && waiting=0 || waiting=1
	[ "$(tell "$waiting" count)" -eq 0 ]
	echo "$waiting" >waiting
	swap "$waiting"
	tell all heal
}

finish_the_waiting() {
	swap_back "$(cat waiting)"
	until [ "$(sqlite3 "$HOME/ledger.db" 'SELECT count(*) FROM job WHERE state = 2')" = 2 ]; do :; done
}

@test "a card swapped while another reader tries the SO PIN: the other one is not erased, and the first is when it comes back" {
	for i in 0 1; do
		somebodys "$i"
		insert "$i"
		"$TEST_CARD" wait "$i" present
	done
	declare -p begun theirs >functions
	declare -f tell taken_out swap put_in swap_back swap_the_waiting finish_the_waiting >>functions
	cat >script <<-'END'
		? whose card is this?
		! pkill -STOP -P "$1" -f 'role opener'
		> 10000002
		? whose card is this?
		> 10000003
		! "$TEST_CARD" tell "$TEST_CARD_CONTROL" all count-from-0
		! "$TEST_CARD" tell "$TEST_CARD_CONTROL" all hold-after 10
		! pkill -CONT -P "$1" -f 'role opener'
		? Is this the member?
		> y
		? Is this the member?
		> y
		! bash -euc '. ./functions; swap_the_waiting'
		? not done. The token was removed
		? whose card is this?
		! bash -euc '. ./functions; finish_the_waiting'
		^C
	END

	run python3 "$TOKENFERRY_SOURCE/tests/e2e/dialogue.py" script -- "$TOKENFERRY" batch "${BATCH[@]}" --assign ask \
		--reformat --so-pin-source file:so-pin

	[ "$status" -eq 130 ] || { echo "$output" && return 1; }
	[ "$(sqlite3 "$HOME/ledger.db" 'SELECT count(*) FROM migration')" = 2 ]
	for i in 0 1; do
		serial=270152000000000$i
		assert_card "$i" "$(sqlite3 "$HOME/ledger.db" "SELECT number FROM job WHERE token_serial = '$serial'")"
	done
}
