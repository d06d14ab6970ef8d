#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# The independent check of the test card: OpenSC's own tools work with it, unmodified.

setup_file() {
	load helper
	make_key rsa-2048 rsa:2048
	make_key rsa-3072 rsa:3072
	make_key rsa-4096 rsa:4096
	make_key p-256 ec:P-256
	make_key p-384 ec:P-384
	format_once
}

setup() {
	load helper
	fresh_card
}

signs_with_rsa() {
	import "$1"
	p11 --sign --mechanism SHA256-RSA-PKCS --id 77 -i data -o signature
	verifies "$1"
	p11 --sign --mechanism SHA256-RSA-PKCS-PSS --id 77 -i data -o signature
	verifies "$1" -sigopt rsa_padding_mode:pss
}

signs_with_ec() {
	import "$1"
	p11 --sign --mechanism ECDSA-SHA256 --signature-format openssl --id 77 -i data -o signature
	verifies "$1"
}

@test "pkcs15-init formats a blank card in the 106 APDUs a real format takes" {
	tell blank
	tell count-from-0

	format

	[ "$(count)" -eq 106 ]
	pkcs15-tool -r "$READER" --list-pins | grep -F "PIN [member]"
}

@test "pkcs11-tool sees a token that wants a login and has a PIN" {
	run -0 pkcs11-tool --module "$MODULE" -L

	grep -E "token flags +: login required, rng, token initialized, PIN initialized" <<<"$output"
	grep -E "token label +: MyEID \(member\)" <<<"$output"
}

@test "an imported RSA key of 2048 bits signs" {
	signs_with_rsa rsa-2048
}

@test "an imported RSA key of 3072 bits signs" {
	signs_with_rsa rsa-3072
}

@test "an imported RSA key of 4096 bits signs" {
	signs_with_rsa rsa-4096
}

@test "an imported key on P-256 signs" {
	signs_with_ec p-256
}

@test "an imported key on P-384 signs" {
	signs_with_ec p-384
}

@test "an imported RSA key decrypts" {
	import rsa-2048
	openssl pkeyutl -encrypt -pubin -inkey "$BATS_FILE_TMPDIR/rsa-2048.pub" -in data -out enciphered

	p11 --decrypt --mechanism RSA-PKCS --id 77 -i enciphered -o plain

	cmp data plain
}

@test "pkcs11-tool --test finds no errors" {
	import rsa-2048

	run -0 p11 --test

	[ "${lines[-1]}" = "No errors" ]
}

@test "an RSA key generated on the card signs" {
	p11 --keypairgen --key-type RSA:2048 --id 78 --label generated --usage-sign
	p11 --read-object --type pubkey --id 78 -o public.der
	openssl pkey -pubin -inform DER -in public.der -out "$BATS_FILE_TMPDIR/generated.pub"

	p11 --sign --mechanism SHA256-RSA-PKCS --id 78 -i data -o signature

	verifies generated
}

@test "a key on P-256 generated on the card signs" {
	p11 --keypairgen --key-type EC:prime256v1 --id 78 --label generated --usage-sign
	p11 --read-object --type pubkey --id 78 -o public.der
	openssl pkey -pubin -inform DER -in public.der -out "$BATS_FILE_TMPDIR/generated-ec.pub"

	p11 --sign --mechanism ECDSA-SHA256 --signature-format openssl --id 78 -i data -o signature

	verifies generated-ec
}

@test "a removed private key is gone" {
	import rsa-2048

	p11 --delete-object --type privkey --id 77

	run -0 p11 --list-objects --type privkey
	[[ "$output" != *"Private Key"* ]]
}

@test "the third wrong PIN locks, and then the right one is refused" {
	PIN=000000 run ! p11 -O
	[[ "$output" == *CKR_PIN_INCORRECT* ]]
	PIN=000000 run ! p11 -O
	[[ "$output" == *CKR_PIN_INCORRECT* ]]
	PIN=000000 run ! p11 -O
	[[ "$output" == *CKR_PIN_LOCKED* ]]

	run ! p11 -O
	[[ "$output" == *CKR_PIN_LOCKED* ]]
}

@test "the right PIN gives all tries back" {
	PIN=000000 run ! p11 -O
	PIN=000000 run ! p11 -O
	p11 -O

	PIN=000000 run ! p11 -O

	[[ "$output" == *CKR_PIN_INCORRECT* ]]
	p11 -O
}

@test "the PUK unblocks a locked PIN" {
	tell tries 1 0

	pkcs15-tool -r "$READER" --unblock-pin --puk "$PUK" --new-pin 222222 --auth-id 01

	run ! p11 -O
	PIN=222222 p11 -O
}

@test "a wrong PUK unblocks nothing" {
	tell tries 1 0

	run ! pkcs15-tool -r "$READER" --unblock-pin --puk 000000 --new-pin 222222 --auth-id 01

	PIN=222222 run ! p11 -O
	[[ "$output" == *CKR_PIN_LOCKED* ]]
}

@test "a changed PIN is the only one that counts" {
	p11 --change-pin --new-pin 333333

	PIN=333333 p11 -O
	run ! p11 -O
}

@test "a card survives being pulled" {
	import rsa-2048
	tell remove
	"$TEST_CARD" wait 0 absent
	run ! p11 -O
	tell insert
	"$TEST_CARD" wait 0 present

	p11 --sign --mechanism SHA256-RSA-PKCS --id 77 -i data -o signature

	verifies rsa-2048
}

@test "a card pulled at an APDU stops the tool there" {
	import rsa-2048
	tell count-from-0
	tell remove-at 60

	run ! p11 --sign --mechanism SHA256-RSA-PKCS --id 77 -i data -o signature

	[ "$(count)" -eq 60 ]
	"$TEST_CARD" wait 0 absent
}

@test "a status word out of the blue stops the tool" {
	import rsa-2048
	tell count-from-0
	p11 --sign --mechanism SHA256-RSA-PKCS --id 77 -i data -o signature
	tell answer-at $(($(count) - 1)) 6f00 # the last one logs out

	run ! p11 --sign --mechanism SHA256-RSA-PKCS --id 77 -i data -o signature

	[[ "$output" == *C_Sign* ]]
	p11 --sign --mechanism SHA256-RSA-PKCS --id 77 -i data -o signature
	verifies rsa-2048
}

@test "random numbers come from the card" {
	p11 --generate-random 64 -o first
	p11 --generate-random 64 -o second

	[ "$(stat -c %s first)" -eq 64 ]
	run ! cmp first second
}

@test "an identity card is a My Number card to OpenSC, and no PIN of it is right" {
	become on

	run -0 pkcs11-tool --module "$MODULE" --list-token-slots
	[[ "$output" == *"token manufacturer : JPKI"* ]]
	run ! pkcs11-tool --module "$MODULE" --login --pin 1234 --list-objects
	answers "9000 9000 63c2" 00A4040C0AD392F000260100000001 00A4020C020018 00200080
}

@test "an identity card may be known by its ATR alone" {
	become contact

	run -0 opensc-tool -r "$READER" --atr

	[[ "$output" == *"3b:e0:00:ff:81:31:fe:45:14"* ]]
}
