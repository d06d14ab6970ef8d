# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# What the tests of the test card begin with. They run under with-cards, one card, number 0.
#   setup_file() { load helper; make_keys; format_once; }
#   setup()      { load helper; fresh_card; }
bats_require_minimum_version 1.5.0

# shellcheck source=../e2e/pki.bash
. "$TOKENFERRY_SOURCE/tests/e2e/pki.bash"

export READER="Station 1 00 00" MODULE=/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so
export LC_ALL=C.UTF-8
PIN=123456 PUK=654321 SO_PIN=12345678 SO_PUK=87654321
unset OPENSC_DEBUG OPENSC_CONF

tell() {
	"${TEST_CARD:?run this under with-cards}" tell "$TEST_CARD_CONTROL" 0 "$@"
}

count() {
	tell count
}

format() {
	pkcs15-init -r "$READER" -C --so-pin "$SO_PIN" --so-puk "$SO_PUK"
	pkcs15-init -r "$READER" --store-pin --id 01 --pin "$PIN" --puk "$PUK" --label member --so-pin "$SO_PIN"
	pkcs15-init -r "$READER" -F --so-pin "$SO_PIN"
}

# A formatted card, saved for all tests of the file.
format_once() {
	format
	tell save "$BATS_FILE_TMPDIR/formatted"
}

# become on|contact|off: another card is put in, an identity card or the MyEID card again.
become() {
	tell remove
	"$TEST_CARD" wait 0 absent
	tell identity "$1"
	tell insert
	"$TEST_CARD" wait 0 present
	touch "$BATS_FILE_TMPDIR/identity"
}

fresh_card() {
	cd "$BATS_TEST_TMPDIR" || return
	tell heal
	tell leaky off
	[ ! -e "$BATS_FILE_TMPDIR/identity" ] || become off
	tell never-activated off
	tell load "$BATS_FILE_TMPDIR/formatted"
	tell insert
	"$TEST_CARD" wait 0 present
	echo "what is signed" >data
}

# make_key NAME KEY: a key (rsa:BITS or ec:CURVE) and its certificate, as pkcs11-tool wants them.
make_key() {
	local at=$BATS_FILE_TMPDIR/$1

	pki_key "$at.pem" "$2"
	openssl pkey -in "$at.pem" -pubout -out "$at.pub"
	openssl pkey -in "$at.pem" -outform DER -out "$at.key"
	openssl req -x509 -key "$at.pem" -subj "/CN=member" -days 9 -outform DER -out "$at.crt"
}

p11() {
	pkcs11-tool --module "$MODULE" --login --pin "$PIN" "$@"
}

# import NAME: key and certificate onto the card, with ID 77.
import() {
	p11 --write-object "$BATS_FILE_TMPDIR/$1.crt" --type cert --id 77 --label member
	p11 --write-object "$BATS_FILE_TMPDIR/$1.key" --type privkey --id 77 --label member --usage-sign --usage-decrypt
}

# verifies NAME OPTIONS...: the signature in 'signature' is NAME's over 'data'.
verifies() {
	openssl dgst -sha256 -verify "$BATS_FILE_TMPDIR/$1.pub" "${@:2}" -signature signature data
}

# statuses APDU...: sends them in one session of opensc-tool and prints the status words, a line each.
statuses() {
	local apdu options=()
	for apdu in "$@"; do
		options+=(-s "$apdu")
	done
	opensc-tool -r "$READER" "${options[@]}" | sed -nE 's/^Received \(SW1=0x(..), SW2=0x(..)\).*/\1\2/p' | tr 'A-F\n' 'a-f '
}

# answers STATUSES APDU...: those are the status words.
answers() {
	local seen
	seen=$(statuses "${@:2}")
	[ "${seen% }" = "$1" ] || {
		echo "wanted $1, seen $seen" >&2
		return 1
	}
}

# padded PIN: a PIN as the card takes it, eight bytes with FF behind.
padded() {
	local hex
	hex=$(printf %s "$1" | xxd -p)
	printf '%sffffffffffffffff' "$hex" | head -c 16
}
