# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A station that provisions N_MEMBERS members on a SoftHSM store. After helper.bash.

PASSPHRASE='ame ni mo makezu'

# shared_members [KEY]: in setup_file: a certificate for each, and the federation's.
shared_members() {
	shared_pki
	for i in $(seq "$N_MEMBERS"); do
		pki_member "$PKI" "m$i" "/C=JP/O=社会保険労務士/CN=会員 ${i}号" "$@"
	done
	pki_escrow "$PKI"
	secret_file "$PKI/passphrase" "$PASSPHRASE"
	pki_station "$PKI" "$PKI/passphrase"
}

# A home of its own with the store, both lists and every member's file; BATCH is all that a batch is told here.
private_station() {
	private_home
	softhsm_store "$BATS_TEST_TMPDIR/softhsm"
	secret_file "$HOME/passphrase" "$PASSPHRASE"
	cp "$PKI/station.pem" "${LEDGER#sqlite:}.station.pem"
	(umask 077 && echo 'number,password' >"$HOME/passwords.csv")
	echo 'number,name,p12' >manifest.csv
	for i in $(seq "$N_MEMBERS"); do
		add_member "$i"
	done
	batch_options letters
}

# add_member I: its .p12 and its lines in both lists.
add_member() {
	p12_openssl "$PKI" "m$1" "$PKI/pin-code" "m$1.p12"
	printf '1000000%d,会員 %d号,m%d.p12\n' "$1" "$1" "$1" >>manifest.csv
	printf '1000000%d,%s\n' "$1" "$PIN_CODE" >>passwords.csv
}

# batch_options LETTERS [LEDGER]
batch_options() {
	LETTERS=$1
	BATCH=(manifest.csv --module "$SOFTHSM" --campaign demo --passwords passwords.csv --letters "$LETTERS" \
		--escrow-to "$PKI/escrow.pem" --escrow-fingerprint "$(fingerprint "$PKI/escrow.pem")" \
		--passphrase-source "file:$HOME/passphrase" --ledger "${2:-$LEDGER}")
}

batch() {
	ferry batch "${BATCH[@]}" "$@"
}

# begin_until STEP: a batch at work, in $supervisor, at the first event of that step, in $event; further ones come on 8.
begin_until() {
	mkfifo events
	"$TOKENFERRY" batch "${BATCH[@]}" --json --verbose >events 2>errors &
	# shellcheck disable=SC2034 # for those who load this
	supervisor=$!
	exec 8<events
	while read -r event <&8 && [[ $event != *'"step":"'"$1"'"'* ]]; do :; done
}

fingerprint() {
	openssl x509 -in "$1" -noout -fingerprint -sha256 | sed 's/.*=//'
}

# The user PIN, as its letter says it.
pin_of() {
	pdftotext -raw "$LETTERS/$1.pdf" - | grep -oE '[0-9]+' | tail -n 1
}

# assert_provisioned NUMBER: the PIN of the letter opens a token of that label, with one key that stays there.
assert_provisioned() {
	local pin

	pin=$(pin_of "$1")
	[ -n "$pin" ] || { pdftotext -layout "$LETTERS/$1.pdf" - && return 1; }
	pkcs11-tool --module "$SOFTHSM" --token-label "$1" --login --pin "$pin" --list-objects --type privkey >objects
	[ "$(grep -c '^Private Key Object' objects)" -eq 1 ] || { cat objects && return 1; }
	grep -q 'never extractable\|sensitive' objects || { cat objects && return 1; }
}

# As many tokens as there are members, and no file of theirs.
assert_all_provisioned() {
	for i in $(seq "$N_MEMBERS"); do
		assert_provisioned "1000000$i"
		[ ! -e "m$i.p12" ] || { echo "m$i.p12 is still there" && return 1; }
	done
	[ "$(pkcs11-tool --module "$SOFTHSM" --list-token-slots | grep -c 'token label')" -eq "$N_MEMBERS" ]
}
