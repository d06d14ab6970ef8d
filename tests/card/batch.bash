# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# A station with card readers, for the tests of a batch on cards. They run under with-cards --readers 2.
#   setup_file() { load batch; members 3; }
#   setup()      { load batch; station 3; }
# shellcheck source=../e2e/helper.bash
. "$TOKENFERRY_SOURCE/tests/e2e/helper.bash"
OPENSC=/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so

# APDUs of a blank card, from the one that it is put in with: some 5 of the first look, then 190 until it is formatted, 60
# until its key is on it, and 80 of the audit; to destroy the key takes EMPTYING.
# shellcheck disable=SC2034 # for those who load this
INTO_RECOGNITION=25 INTO_FORMATTING=30 INTO_IMPORT=220 INTO_AUDIT=280 EMPTYING=134

# members N: an authority and the keys of N members, for all tests of the file.
members() {
	shared_pki
	for i in $(seq "$1"); do
		pki_member "$PKI" "m$i" "/C=JP/O=社会保険労務士/CN=会員 ${i}号"
		p12_openssl "$PKI" "m$i" "$PKI/pin-code" "$PKI/m$i.p12"
	done
	pki_escrow "$PKI"
	secret_file "$PKI/passphrase" 'ame ni mo makezu'
	pki_station "$PKI" "$PKI/passphrase"
}

# tell READER COMMAND...: to the card, or with 'all' to all of them.
tell() {
	"${TEST_CARD:?run this under with-cards}" tell "$TEST_CARD_CONTROL" "$@"
}

# station N: blank cards, all taken out, and the files and lists of N members.
station() {
	private_home
	tell all heal
	tell all leaky off
	tell all identity off
	tell all remove
	for i in 0 1; do
		tell "$i" new "$i"
		"$TEST_CARD" wait "$i" absent
	done
	cp "$PKI/passphrase" "$HOME/passphrase"
	cp "$PKI/station.pem" "${LEDGER#sqlite:}.station.pem"
	(umask 077 && echo 'number,password' >"$HOME/passwords.csv")
	echo 'number,name,p12' >manifest.csv
	for i in $(seq "$1"); do
		cp "$PKI/m$i.p12" .
		printf '1000000%d,会員 %d号,m%d.p12\n' "$i" "$i" "$i" >>manifest.csv
		printf '1000000%d,%s\n' "$i" "$PIN_CODE" >>passwords.csv
	done
	BATCH=(manifest.csv --module "$OPENSC" --campaign demo --passwords passwords.csv --letters letters
		--escrow-to "$PKI/escrow.pem" --escrow-fingerprint "$(fingerprint "$PKI/escrow.pem")"
		--passphrase-source "file:$HOME/passphrase" --ledger "$LEDGER")
}

fingerprint() {
	openssl x509 -in "$1" -noout -fingerprint -sha256 | sed 's/.*=//'
}

reader() {
	echo "Station $(($1 / 2 + 1)) 00 0$(($1 % 2))"
}

# begin [OPTION...]: the batch, whose events 'await' reads; what it said is in the file 'said'.
# shellcheck disable=SC2120 # options are for those who load this
begin() {
	exec {events}< <(exec "$TOKENFERRY" batch "${BATCH[@]}" --json --verbose "$@" 2>>errors)
	supervisor=$!
	: >said
}

# await FILTER: the next event for which a jq filter holds; it is in $event.
await() {
	local line

	while IFS= read -r -t 60 -u "$events" line; do
		echo "$line" >>said
		event=$line
		[ "$(jq "$1" <<<"$line")" != true ] || return 0
	done
	echo "never came: $1"
	cat said errors
	return 1
}

# await_insert READER: a card is to be put into that reader.
await_insert() {
	await '.type == "insert" and .reader == "'"$(reader "$1")"'"'
}

# await_refusal READER ERROR: the card in that reader is to be taken out, because of ERROR.
await_refusal() {
	await '.type == "take-out" and .reader == "'"$(reader "$1")"'" and .error == "'"$2"'"'
}

# await_done READER [NUMBER]: the card in that reader is done and to be labelled, with what is in $label.
await_done() {
	await '.type == "take-out" and .reader == "'"$(reader "$1")"'" and .label != null'
	label=$(jq -r .label <<<"$event")
	[ -z "${2:-}" ] || [ "$label" = "$2" ] || { echo "labelled $label, not $2" && cat said && return 1; }
}

# ends STATUS: the batch, by itself.
ends() {
	cat <&"$events" >>said
	wait "$supervisor" && status=0 || status=$?
	[ "$status" -eq "$1" ] || { echo "expected status $1, not $status" && cat said errors && return 1; }
}

# interrupt: Ctrl-C, and the end.
interrupt() {
	kill -INT "$supervisor"
	ends 130
}

insert() {
	tell "$1" insert
}

# held_while_emptied: the card in reader 0 gave its key away, and stands before what destroys the key; its member is $number.
held_while_emptied() {
	tell 0 leaky on
	tell 0 hold-after "$INTO_AUDIT"
	insert 0
	await '.step == "audit"'
	number=$(jq -r .number <<<"$event")
	signal STOP formatter
	tell 0 heal
	await '.step == "empty"'
}

# signal SIGNAL ROLE: to all children of that role.
signal() {
	pkill "-$1" -P "$supervisor" -f "role $2"
}

# What a failed test leaves running.
end_all() {
	[ -z "${supervisor:-}" ] || kill -KILL "$supervisor" 2>/dev/null || true
}

# The user PIN, as its letter says it.
pin_of() {
	pdftotext -raw "letters/$1.pdf" - | grep -oE '[0-9]+' | tail -n 1
}

# assert_card READER NUMBER: the card has that member's key and label, and opens by the PIN of the letter.
assert_card() {
	local card member=m${2: -1}
	card=$(reader "$1")
	tell "$1" insert
	"$TEST_CARD" wait "$1" present
	pkcs11-tool --module "$OPENSC" --token-label "$2" --login --pin "$(pin_of "$2")" --sign --mechanism SHA256-RSA-PKCS \
		--input-file manifest.csv --output-file signature 2>/dev/null
	openssl x509 -in "$PKI/$member.pem" -noout -pubkey >member.pub
	openssl dgst -sha256 -verify member.pub -signature signature manifest.csv >/dev/null
	[ "$(pkcs15-tool --reader "$card" --list-keys | grep -c '^Private RSA Key')" -eq 1 ]
	[ ! -e "$member.p12" ]
}

# taken_out READER: its card.
taken_out() {
	tell "$1" remove
	"$TEST_CARD" wait "$1" absent
}

# dies_at APDUS STEP: SIGKILL while the card in reader 0 is in that step; it is taken out, and its member is $number.
dies_at() {
	# shellcheck disable=SC2119 # without options
	begin
	tell 0 hold-after "$1"
	insert 0
	await ".step == \"$2\""
	# shellcheck disable=SC2034 # for those who load this
	number=$(jq -r .number <<<"$event")
	kill -KILL "$supervisor"
	wait "$supervisor" || true
	taken_out 0
	tell 0 heal
}

# somebodys READER [LABEL]: a card that somebody formatted, with a certificate on it.
somebodys() {
	insert "$1"
	"$TEST_CARD" wait "$1" present
	for options in "-C --label ${2:-somebody} --so-pin 12345678 --so-puk 87654321" '--store-pin --id 01 --pin 123456 --puk 654321 --label PIN --so-pin 12345678' '-F'; do
		# shellcheck disable=SC2086 # words
		pkcs15-init -r "$(reader "$1")" $options
	done
	taken_out "$1"
}

# statuses READER APDU: the status word.
statuses() {
	opensc-tool -r "$(reader "$1")" -s 00A4040C0CA000000063504B43532D3135 -s "$2" |
		sed -nE '$!d; s/.*SW1=0x(..), SW2=0x(..).*/\1\2/p' | tr A-F a-f
}
