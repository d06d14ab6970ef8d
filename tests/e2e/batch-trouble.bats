#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# A batch whose disks are full, whose ledger is held by another or cannot be written: it ends with the error that says
# so, no file of a member is lost, and once there is room the same command makes up for it.

N_MEMBERS=3

setup_file() {
	load helper
	shared_pki
	for i in $(seq "$N_MEMBERS"); do
		pki_member "$PKI" "m$i" "/C=JP/O=社会保険労務士/CN=会員 ${i}号" ec:P-256
	done
	openssl req -x509 -newkey rsa:2048 -nodes -utf8 -days 30 -subj "/CN=連合会 金庫" -addext keyUsage=keyEncipherment \
		-keyout "$PKI/escrow.key" -out "$PKI/escrow.pem" 2>/dev/null
}

setup() {
	load helper
	private_home
	softhsm_store "$BATS_TEST_TMPDIR/softhsm"
	secret_file "$HOME/passphrase" 'ame ni mo makezu'
	(umask 077 && echo 'number,password' >"$HOME/passwords.csv")
	echo 'number,name,p12' >manifest.csv
	for i in $(seq "$N_MEMBERS"); do
		p12_openssl "$PKI" "m$i" "$PKI/pin-code" "m$i.p12"
		printf '1000000%d,会員 %d号,m%d.p12\n' "$i" "$i" "$i" >>manifest.csv
		printf '1000000%d,%s\n' "$i" "$PIN_CODE" >>passwords.csv
	done
	sha256sum ./*.p12 >before
}

teardown() {
	[ ! -e "$BATS_TEST_TMPDIR/mounted" ] || as_root umount "$(cat "$BATS_TEST_TMPDIR/mounted")"
}

batch() {
	ferry batch manifest.csv --json --module "$SOFTHSM" --campaign demo --passwords passwords.csv \
		--letters "${LETTERS:-letters}" --escrow-to "$PKI/escrow.pem" \
		--escrow-fingerprint "$(openssl x509 -in "$PKI/escrow.pem" -noout -fingerprint -sha256 | sed 's/.*=//')" \
		--passphrase-source "file:$HOME/passphrase" --ledger "$LEDGER"
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
	batch
	assert_status 0
	for i in $(seq "$N_MEMBERS"); do
		pin=$(pdftotext -raw "${LETTERS:-letters}/1000000$i.pdf" - | grep -oE '[0-9]+' | tail -n 1)
		pkcs11-tool --module "$SOFTHSM" --token-label "1000000$i" --login --pin "$pin" --list-objects --type privkey >objects
		[ "$(grep -c '^Private Key Object' objects)" -eq 1 ] || { cat objects && return 1; }
		[ ! -e "m$i.p12" ] || { echo "m$i.p12 is still there" && return 1; }
	done
	[ "$(pkcs11-tool --module "$SOFTHSM" --list-token-slots | grep -c 'token label')" -eq "$N_MEMBERS" ]
}

@test "a token store without room costs nobody a key, and with room the batch goes on" {
	small_disk "$BATS_TEST_TMPDIR/softhsm/tokens" 60k

	batch

	assert_status 90
	assert_nobody_lost
	more_room
	assert_made_up_for
}

@test "letters without room stop the batch before any token" {
	LETTERS=$BATS_TEST_TMPDIR/letters
	small_disk "$LETTERS" 4k

	batch

	assert_status 93
	assert_nobody_lost
	[ -z "$(ls "$BATS_TEST_TMPDIR/softhsm/tokens")" ]
	more_room
	assert_made_up_for
}

@test "room for one letter only costs the others nothing but time" {
	LETTERS=$BATS_TEST_TMPDIR/letters
	small_disk "$LETTERS" 12k

	batch

	# Her source may be gone by now, but not the letter; her escrow is in the ledger still.
	[ "$status" -eq 90 ] || [ "$status" -eq 93 ] || { show && return 1; }
	more_room
	assert_made_up_for
	[ "$(find "$LETTERS/escrow" -name '*.p7m' | wc -l)" -eq "$N_MEMBERS" ]
}

@test "a ledger without room stops the batch, and with room it goes on" {
	small_disk "$BATS_TEST_TMPDIR/ledger" 200k
	LEDGER=sqlite:$BATS_TEST_TMPDIR/ledger/ledger.db

	batch

	assert_status 80
	assert_nobody_lost
	more_room
	assert_made_up_for
}

@test "a ledger that cannot be written stops the batch before anything is made" {
	small_disk "$BATS_TEST_TMPDIR/ledger" 64m
	LEDGER=sqlite:$BATS_TEST_TMPDIR/ledger/ledger.db
	as_root mount -o remount,ro "$BATS_TEST_TMPDIR/ledger"

	batch

	assert_status 80
	assert_nobody_lost
	[ -z "$(ls "$BATS_TEST_TMPDIR/softhsm/tokens")" ]
	as_root mount -o remount,rw "$BATS_TEST_TMPDIR/ledger"
	assert_made_up_for
}
