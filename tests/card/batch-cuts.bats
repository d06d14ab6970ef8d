#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# A batch killed, and its card pulled, after one APDU or another: the same card ends with the PIN of its letter. One APDU
# in 40 each day, in 40 days all of them; 'EVERY=1 bats' takes all at once.

setup_file() {
	load batch
	members 1
}

setup() {
	load batch
}

teardown() {
	end_all
}

# cut N: after the Nth APDU the card is pulled, and then the batch killed; and the card put in for another run.
cut() {
	begin
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

@test "SIGKILL after any APDU of a card: the same card ends provisioned, with the PIN of its letter" {
	every=${EVERY:-40}
	for ((n = 1 + $(date +%j | sed 's/^0*//') % every; n <= 330; n += every)); do
		rm -rf "${BATS_TEST_TMPDIR:?}/home" "${BATS_TEST_TMPDIR:?}/run"
		station 1
		echo "# after APDU $n"
		cut "$n"
		begin
		await_done 0 10000001
		ends 0
		assert_card 0 10000001
	done
}
