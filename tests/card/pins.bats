#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# tokenferry and the PINs of a card that counts: one try per entry, never the last one, and a way out when it is
# locked. What is left is read back from the card itself.

setup_file() {
	load helper
	format_once
}

setup() {
	load helper
	fresh_card
	export HOME=$BATS_TEST_TMPDIR XDG_STATE_HOME=$BATS_TEST_TMPDIR/state
	umask 077
	echo "$PIN" >pin
	echo 000000 >wrong-pin
	echo 222222 >new-pin
	echo "$PUK" >puk
	echo 111111 >wrong-puk
	printf 'app opensc-pkcs11 { pkcs11 { user_pin_unblock_style = set_pin_in_unlogged_session; } }\n' >opensc.conf
	export OPENSC_CONF=$PWD/opensc.conf
}

# pin COMMAND OPTION...
pin() {
	run --separate-stderr "$TOKENFERRY" pin "$@" --module "$MODULE" --new-pin-source file:new-pin --json
}

assert_ends() {
	if [ "$status" -ne "$1" ] || [ "$(tail -n 1 <<<"$output" | jq -r .error.code)" != "$2" ]; then
		echo "expected $1 $2, not $status: $output${stderr:-}"
		return 1
	fi
}

# What the card has left of PIN 1: "63c3" for three tries, 6983 when locked.
assert_tries() {
	answers "$1" 00200001
}

@test "a changed user PIN is the only one that counts, and no PUK was used for it" {
	pin change --pin-source file:pin

	[ "$status" -eq 0 ]
	PIN=222222 p11 -O
	run ! p11 -O
	answers 63c9 "002c000110$(padded 000000)$(padded 222222)" # the first wrong PUK ever
}

@test "a new user PIN of letters is refused before it is sent, as the card's family takes digits" {
	echo abcdef >new-pin

	pin change --pin-source file:pin
	assert_ends 42 pin-refused
	pin unblock --puk-source file:puk
	assert_ends 42 pin-refused

	p11 -O
	answers 63c9 "002c000110$(padded 000000)$(padded 222222)" # the first wrong PUK ever
}

@test "a wrong user PIN costs one try and stops, and is not sent again" {
	pin change --pin-source file:wrong-pin
	assert_ends 40 pin-wrong
	assert_tries 63c2

	pin change --pin-source file:wrong-pin

	assert_ends 40 pin-failed-before
	assert_tries 63c2
}

@test "how many tries the card has left is said before the next one is taken" {
	pin change --pin-source file:wrong-pin
	assert_ends 40 pin-wrong

	run --separate-stderr "$TOKENFERRY" pin change --module "$MODULE" --new-pin-source file:new-pin --pin-source file:pin

	[ "$status" -eq 0 ]
	[[ "$stderr" == *"2 tries are left for the user PIN"* ]]
}

@test "with one try left nothing is sent, not even the right PIN" {
	tell tries 1 1

	pin change --pin-source file:pin --yes

	assert_ends 41 pin-last-try
	assert_tries 63c1
}

@test "a locked card is said, with the way out" {
	tell tries 1 0

	pin change --pin-source file:pin

	assert_ends 41 pin-locked
	[[ "$(jq -r .error.advice <<<"$output")" == *"pin unblock"* ]]
	run --separate-stderr "$TOKENFERRY" pin change --module "$MODULE" --lang ja
	[[ "$stderr" == *"「tokenferry pin unblock」"* ]]
}

@test "the PUK unblocks a locked card" {
	tell tries 1 0

	pin unblock --puk-source file:puk

	[ "$status" -eq 0 ]
	assert_tries 63c3
	PIN=222222 p11 -O
}

@test "the PUK sets a forgotten user PIN before it is locked, and costs it no try" {
	tell tries 1 2

	pin unblock --puk-source file:puk

	[ "$status" -eq 0 ]
	assert_tries 63c3
	PIN=222222 p11 -O
}

@test "a wrong PUK costs one try and is not sent again" {
	tell tries 1 0
	pin unblock --puk-source file:wrong-puk
	assert_ends 40 puk-wrong
	pin unblock --puk-source file:wrong-puk
	assert_ends 40 unblock-failed-before

	answers "63c8 6983" "002c000110$(padded 000000)$(padded 222222)" 00200001
}

@test "a PUK that is locked as well is said, with what is left to do" {
	tell tries 1 0
	for ((i = 0; i < 9; i++)); do
		statuses "002c000110$(padded 000000)$(padded 222222)"
	done
	pin unblock --puk-source file:wrong-puk
	assert_ends 41 puk-locked

	pin unblock --puk-source file:puk

	assert_ends 41 puk-locked
	assert_tries 6983
}

@test "the SO PIN is not sent to a card that OpenSC cannot unblock with it" {
	tell tries 1 0

	pin unblock --so-pin-source file:pin

	assert_ends 35 unblock-unsupported
	answers 63c3 00200003
}

# retire ID SUBJECT: a key on the card whose certificate has expired.
retire() {
	openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$1.pem" 2>/dev/null
	openssl pkey -in "$1.pem" -outform DER -out "$1.key"
	certificate_of_the_past "$1" "$2"
	p11 --write-object "$1.crt" --type cert --id "$1" --label member
	p11 --write-object "$1.key" --type privkey --id "$1" --label member --usage-sign
}

# A certificate of the past, by 'openssl ca', which takes both dates.
certificate_of_the_past() {
	: >index.txt
	printf '[ca]\ndefault_ca=c\n[c]\ndatabase=index.txt\nnew_certs_dir=.\nrand_serial=yes\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n' >ca.cnf
	openssl req -new -key "$1.pem" -subj "/CN=$2" -out "$1.csr"
	openssl ca -config ca.cnf -batch -notext -selfsign -keyfile "$1.pem" -in "$1.csr" -out "$1.crt.pem" \
		-startdate 20140101000000Z -enddate 20181231235959Z 2>/dev/null
	openssl x509 -in "$1.crt.pem" -outform DER -out "$1.crt"
}

@test "an expired key is removed from the card with its certificate, and another one stays" {
	retire 77 retired
	openssl req -x509 -newkey rsa:2048 -nodes -keyout 88.pem -subj /CN=valid -days 9 -outform DER -out 88.crt 2>/dev/null
	openssl pkey -in 88.pem -outform DER -out 88.key
	p11 --write-object 88.crt --type cert --id 88 --label valid
	p11 --write-object 88.key --type privkey --id 88 --label valid --usage-sign

	run --separate-stderr "$TOKENFERRY" remove --module "$MODULE" --pin-source file:pin --yes --json

	[ "$status" -eq 0 ]
	[ "$(tail -n 1 <<<"$output" | jq -r .key.id)" = 77 ]
	run -0 p11 --list-objects
	[[ "$output" != *"ID:         77"* ]]
	[ "$(grep -c "ID:         88" <<<"$output")" -eq 3 ]
}

# There is one card, which has the key, and is the one that is unblocked.
@test "a key on a card opens PINs that were sealed to it, and their PUK sets the user PIN" {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout federation.pem -subj /CN=federation -days 9 -out federation.crt.pem \
		-addext keyUsage=critical,keyEncipherment 2>/dev/null
	openssl pkey -in federation.pem -outform DER -out federation.key
	openssl x509 -in federation.crt.pem -outform DER -out federation.crt
	p11 --write-object federation.crt --type cert --id 77 --label federation
	p11 --write-object federation.key --type privkey --id 77 --label federation --usage-decrypt
	printf '%s\n' "tokenferry-pins 1" "number 00012345" "so $SO_PIN" "puk $PUK" | openssl cms -encrypt -binary -aes-256-gcm \
		-outform DER -out 1.p7m -recip federation.crt.pem -keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha256 \
		-keyopt rsa_mgf1_md:sha256

	pin unblock --escrow 1.p7m --escrow-key pkcs11:model=PKCS%2315 --escrow-pin-source file:pin --yes

	[ "$status" -eq 0 ]
	[ "$(tail -n 1 <<<"$output" | jq -r .number)" = 00012345 ]
	assert_tries 63c3
	PIN=222222 p11 -O
}
