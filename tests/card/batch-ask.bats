#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# A batch on smart cards whose operator is asked whose card each is.
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

@test "--assign ask shows whose certificate goes onto the card, and only a yes puts it there" {
	insert 0
	cat >script <<-'END'
		? Station 1 00 00: whose card is this?
		> 99999999
		? The list has no 99999999 who waits
		> 10000002
		? The certificate is that of 会員 2号. Is this the member?
		> n
		? whose card is this?
		> 10000003
		? The certificate is that of 会員 3号. Is this the member?
		> はい
		? take it out and label it with '10000003'
		^C
	END

	run python3 "$TOKENFERRY_SOURCE/tests/e2e/dialogue.py" script -- "$TOKENFERRY" batch "${BATCH[@]}" --assign ask

	[ "$status" -eq 130 ] || { echo "$output" && return 1; }
	assert_card 0 10000003
	[ "$(sqlite3 "$HOME/ledger.db" 'SELECT group_concat(state) FROM job ORDER BY number')" = 0,0,2 ]
}

@test "a formatter that dies while the operator is asked is started again, and the card is made" {
	insert 0
	cat >script <<-'END'
		? whose card is this?
		> 10000002
		? Is this the member?
		! pkill -KILL -P "$1" -f 'role formatter'
		? started again
		> y
		? take it out and label it with '10000002'
		^C
	END

	run python3 "$TOKENFERRY_SOURCE/tests/e2e/dialogue.py" script -- "$TOKENFERRY" batch "${BATCH[@]}" --assign ask

	[ "$status" -eq 130 ] || { echo "$output" && return 1; }
	assert_card 0 10000002
}

@test "a card that is swapped while the formatter is started again is not formatted" {
	insert 0
	cat >swap <<-'END'
		until [ -e letters/10000002.pdf ]; do :; done
		"$TEST_CARD" tell "$TEST_CARD_CONTROL" 0 remove
		"$TEST_CARD" wait 0 absent
		"$TEST_CARD" tell "$TEST_CARD_CONTROL" 0 new 7
		"$TEST_CARD" tell "$TEST_CARD_CONTROL" 0 insert
		"$TEST_CARD" wait 0 present
	END
	cat >script <<-'END'
		? whose card is this?
		> 10000002
		? Is this the member?
		! pkill -KILL -P "$1" -f 'role formatter'
		? started again
		! until pkill -STOP -P "$1" -f 'role formatter'; do :; done
		> y
		! sh swap
		! "$TEST_CARD" tell "$TEST_CARD_CONTROL" 0 count-from-0
		! pkill -CONT -P "$1" -f 'role formatter'
		? not done. The token was removed
		? whose card is this?
		^C
	END

	run python3 "$TOKENFERRY_SOURCE/tests/e2e/dialogue.py" script -- "$TOKENFERRY" batch "${BATCH[@]}" --assign ask

	[ "$status" -eq 130 ] || { echo "$output" && return 1; }
	# Two looks; to format it takes more than 100.
	[ "$(tell 0 count)" -lt 40 ]
}

@test "--assign ask goes on when the file of the one who was named is not there" {
	insert 0
	cat >script <<-'END'
		? whose card is this?
		> 10000003
		? Is this the member?
		> n
		? whose card is this?
		! mv m2.p12 gone
		> 10000002
		? There is no file
		? take it out
		^C
	END

	run python3 "$TOKENFERRY_SOURCE/tests/e2e/dialogue.py" script -- "$TOKENFERRY" batch "${BATCH[@]}" --assign ask

	[ "$status" -eq 130 ] || { echo "$output" && return 1; }
}

@test "--assign ask without a terminal is a mistake of usage" {
	run --separate-stderr setsid --wait "$TOKENFERRY" batch "${BATCH[@]}" --assign ask

	assert_status 2
}
