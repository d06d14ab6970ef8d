#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# A batch whose disks are full, whose ledger is held by another or cannot be written: it ends with the error that says
# so, no file of a member is lost, and once there is room the same command makes up for it.
# shellcheck disable=SC2154 # what station.bash sets

N_MEMBERS=3

setup_file() {
	load helper
	load station
	shared_members ec:P-256
}

setup() {
	load helper
	load station
	private_station
	sha256sum ./*.p12 >before
}

teardown() {
	[ ! -e "$BATS_TEST_TMPDIR/mounted" ] || as_root umount "$(cat "$BATS_TEST_TMPDIR/mounted")"
}

# small_disk DIR SIZE: a file system of its own, of that size, that can be filled.
small_disk() {
	mkdir -p "$1"
	as_root mount -t tmpfs -o "size=$2,mode=700,uid=$(id -u)" tmpfs "$1"
	echo "$1" >"$BATS_TEST_TMPDIR/mounted"
}

more_room() {
	as_root mount -o remount,size=64m "$(cat "$BATS_TEST_TMPDIR/mounted")"
}

assert_nobody_lost() {
	sha256sum --check --quiet before || { show && return 1; }
}

assert_made_up_for() {
	batch --json
	assert_status 0
	assert_all_provisioned
}

@test "a token store without room costs nobody a key, and with room the batch goes on" {
	small_disk "$BATS_TEST_TMPDIR/softhsm/tokens" 60k

	batch --json

	assert_status 90
	assert_result .error.code batch-place-failed
	refute_says 'tokenferry report'
	assert_nobody_lost
	more_room
	assert_made_up_for
}

@test "letters without room stop the batch before any token" {
	batch_options "$BATS_TEST_TMPDIR/letters"
	small_disk "$LETTERS" 4k

	batch --json

	assert_status 93
	assert_nobody_lost
	[ -z "$(ls "$BATS_TEST_TMPDIR/softhsm/tokens")" ]
	more_room
	assert_made_up_for
}

@test "room for one letter only costs the others nothing but time" {
	batch_options "$BATS_TEST_TMPDIR/letters"
	small_disk "$LETTERS" 12k

	batch --json

	# Her source may be gone by now, but not the letter; her escrow is in the ledger still.
	[ "$status" -eq 90 ] || [ "$status" -eq 93 ] || { show && return 1; }
	more_room
	assert_made_up_for
	[ "$(find "$LETTERS/escrow" -name '*.p7m' | wc -l)" -eq "$N_MEMBERS" ]
}

@test "a letter that a dead run left goes when nothing comes of its token" {
	strace -qq -o /dev/null -e trace=linkat -e inject=linkat:signal=KILL:when=2 \
		"$TOKENFERRY" batch "${BATCH[@]}" --json || true
	[ -n "$(find "$LETTERS" -name '1000000*.pdf')" ]
	cp passwords.csv right.csv
	sed -i 's/,.*[^d]$/,wrong/' passwords.csv

	batch --json

	assert_status 93
	[ -z "$(find "$LETTERS" -name '*.pdf')" ]
	cp right.csv passwords.csv
	assert_made_up_for
}

@test "a ledger without room stops the batch, and with room it goes on" {
	small_disk "$BATS_TEST_TMPDIR/ledger" 200k
	batch_options letters "sqlite:$BATS_TEST_TMPDIR/ledger/ledger.db"

	batch --json

	assert_status 80
	assert_nobody_lost
	more_room
	assert_made_up_for
}

@test "a ledger that cannot be written stops the batch before anything is made" {
	small_disk "$BATS_TEST_TMPDIR/ledger" 64m
	batch_options letters "sqlite:$BATS_TEST_TMPDIR/ledger/ledger.db"
	as_root mount -o remount,ro "$BATS_TEST_TMPDIR/ledger"

	batch --json

	assert_status 80
	assert_nobody_lost
	[ -z "$(ls "$BATS_TEST_TMPDIR/softhsm/tokens")" ]
	as_root mount -o remount,rw "$BATS_TEST_TMPDIR/ledger"
	assert_made_up_for
}

# dies_before_the_end: a batch that was killed when its tokens were written and its files wiped; their numbers are in the
# file 'begun'.
dies_before_the_end() {
	begin_until publish
	sqlite3 "${LEDGER#sqlite:}" '.backup before.db'
	cat <&8 >rest
	wait "$supervisor"
	sqlite3 "${LEDGER#sqlite:}" "ATTACH 'before.db' AS earlier;
		INSERT OR REPLACE INTO main.envelope SELECT * FROM earlier.envelope WHERE resume IS NOT NULL;
		UPDATE job SET state = 1 WHERE id IN (SELECT job FROM envelope WHERE resume IS NOT NULL);
		UPDATE migration SET step = 'wiped' WHERE job IN (SELECT id FROM job WHERE state = 1);
		SELECT number FROM job WHERE state = 1" >begun
	[ -s begun ]
}

@test "a letter that went away with a run that died is written again, with the PIN of its token" {
	dies_before_the_end
	rm -r letters/*.pdf letters/escrow

	batch --json

	assert_status 0
	while read -r number; do
		assert_provisioned "$number"
		[ -e "letters/escrow/$number.p7m" ]
	done <begun
}

@test "a letter of another token that lies in the folder is replaced by that of the token that is ended" {
	dies_before_the_end
	while read -r number; do
		echo 'of another token' >"letters/$number.pdf"
	done <begun

	batch --json

	assert_status 0
	while read -r number; do
		assert_provisioned "$number"
	done <begun
}

@test "a letter that is taken away before its member is ended is told, and the next run writes it again" {
	begin_until audit
	kill -STOP "$supervisor"
	number=$(jq -r .number <<<"$event")
	rm "letters/$number.pdf"
	kill -CONT "$supervisor"
	cat <&8 >rest
	wait "$supervisor" && status=0 || status=$?

	[ "$status" -eq 93 ] || { cat rest errors && return 1; }
	[ "$(jq -r 'select(.type == "failed") | .number + " " + .error' <rest)" = "$number letter-missing" ]

	assert_made_up_for
}

@test "a folder of letters that others can write to is refused with advice about letters" {
	mkdir -m 777 letters

	batch

	assert_status 90
	assert_says '--letters says where'
	refute_says '--report-dir'
	assert_nobody_lost
}

# killed_at STEP: a batch that is killed when it comes to it.
killed_at() {
	begin_until "$1"
	kill -KILL "$supervisor"
	wait "$supervisor" || true
	exec 8<&-
}

@test "letters of a killed run do not stay in its folder when the next one names another" {
	killed_at import
	[ "$(find letters -name '*.pdf' | wc -l)" -gt 0 ]
	batch_options other

	batch --json

	assert_status 0
	assert_all_provisioned
	find letters -name '*.pdf' >left
	[ ! -s left ] || { cat left && return 1; }
}

@test "a folder of letters of a killed run that is not there any more is named" {
	killed_at import
	mv letters away
	batch_options other

	batch --lang ja

	assert_status 0
	assert_says '前に動かしたときの手紙は'
	assert_says "$HOME/letters"
	assert_all_provisioned

	batch --json
	refute_says letters-elsewhere
}
