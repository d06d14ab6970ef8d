#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# A batch killed, and its card pulled, after one APDU or another: the same card ends with the PIN of its letter. One APDU
# in 40 each day, in 40 days all of them; tests/soak/card-cuts takes all at once.

setup_file() {
	load batch
	members 2
}

setup() {
	load batch
}

teardown() {
	end_all
}

# cut N OPTION...: after the Nth APDU the card is pulled, and then the batch killed; and the card put in for another run.
cut() {
	begin "${@:2}"
	tell 0 remove-after "$1"
	tell 0 count-from-0
	insert 0
	until [ "$(tell 0 count)" -ge "$1" ]; do :; done
	"$TEST_CARD" wait 0 absent
	# shellcheck disable=SC2154 # of 'begin'
	kill -KILL "$supervisor" 2>/dev/null || true
	wait "$supervisor" 2>/dev/null || true
	tell 0 heal
	insert 0
}

# await_end: the card in reader 0 is said to be done and labelled, and the run to be done. A run that finds nothing left to
# do but the ledger's last line does it without the card.
await_end() {
	await '(.type == "take-out" or .type == "provisioned") and .label == "10000001"'
	ends 0
}

# sweep LAST CARD OPTION...: cut after one APDU or another up to LAST, of the card in that file, or of a blank one.
sweep() {
	local every=${EVERY:-40} first
	first=${FROM:-$((1 + $(date +%j | sed 's/^0*//') % every))}
	for ((n = first; n <= (${TO:-$1} < $1 ? ${TO:-$1} : $1); n += every)); do
		rm -rf "${BATS_TEST_TMPDIR:?}/home" "${BATS_TEST_TMPDIR:?}/run"
		station 1
		secret_file so-pin 12345678
		[ -z "$2" ] || tell 0 load "$2"
		echo "# after APDU $n"
		cut "$n" "${@:3}"
		begin "${@:3}"
		await_end
		assert_card 0 10000001
	done
}

@test "SIGKILL after any APDU of a card: the same card ends provisioned, with the PIN of its letter" {
	sweep 330 ''
}

@test "SIGKILL after any APDU of a card that --reformat destroys: the same card ends provisioned" {
	station 1
	somebodys 0
	tell 0 save "$BATS_TEST_TMPDIR/theirs.card"
	# The way to an empty card is what differs; it is cut half as often.
	EVERY=${EVERY:-80} sweep 350 "$BATS_TEST_TMPDIR/theirs.card" --reformat --so-pin-source file:so-pin
}

@test "a card that was done but for the last line of the ledger is said to be labelled, without the card" {
	station 1
	begin
	tell 0 hold-after "$INTO_AUDIT"
	insert 0
	await '.step == "audit"'
	sqlite3 "${LEDGER#sqlite:}" ".backup before.db"
	tell 0 heal
	await_done 0 10000001
	taken_out 0
	ends 0
	# As SIGKILL would have left it, straight after the wipe.
	sqlite3 "${LEDGER#sqlite:}" "ATTACH 'before.db' AS earlier; UPDATE migration SET step = 'wiped'; UPDATE job SET state = 1;
		INSERT OR REPLACE INTO main.envelope SELECT * FROM earlier.envelope"

	begin
	await '.type == "provisioned"'

	# shellcheck disable=SC2154 # of batch.bash
	[ "$(jq -r .label <<<"$event")" = 10000001 ]
	ends 0
}

@test "a card pulled after its last APDU is done, and its label is told all the same" {
	station 2
	begin
	tell 0 count-from-0
	insert 0
	await_done 0 10000001
	apdus=$(tell 0 count)
	taken_out 0
	tell 0 new 1
	tell 0 hold-after "$apdus"
	tell 0 count-from-0
	insert 0
	until [ "$(tell 0 count)" -ge "$apdus" ]; do :; done
	pkill -STOP -P "$supervisor" -f 'role auditor'
	tell 0 heal
	taken_out 0
	sleep 1 # the supervisor hears of it
	pkill -CONT -P "$supervisor" -f 'role auditor'

	await '(.type == "take-out" or .type == "provisioned") and .label == "10000002"'

	ends 0
	tell 0 heal
	assert_card 0 10000002
}

@test "letters that went away while a card was audited are written again before that card is ended" {
	station 1
	begin
	tell 0 hold-after "$INTO_AUDIT"
	insert 0
	await '.step == "audit"'
	rm -r letters
	tell 0 heal
	await '.type == "failed" and .error == "letter-missing"'
	taken_out 0
	ends 93

	begin
	await '.type == "provisioned" and .label == "10000001"'
	ends 0
	assert_card 0 10000001
}
