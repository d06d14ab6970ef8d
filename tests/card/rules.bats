#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# What makes the test card a card: PINs that count, access conditions that hold, keys that stay. In APDUs, since no
# tool asks for what it must not get. mutations.bats breaks these rules and expects a failure here.

setup_file() {
	load helper
	make_key rsa-2048 rsa:2048
	format
	import rsa-2048
	tell save "$BATS_FILE_TMPDIR/formatted"
}

setup() {
	load helper
	fresh_card
	select_key=00a4080c0450154b01
	sign_with_key=002241b60a80010281024b01840100
	sign=002a9e9a03010203
	right=0020000108$(padded "$PIN")
	wrong=0020000108$(padded 000000)
	right_so=0020000308$(padded "$SO_PIN")
}

@test "a key signs only after the PIN" {
	answers "9000 6982 9000 9000" "$sign_with_key" "$sign" "$right" "${sign}00"
}

@test "a wrong PIN opens nothing" {
	answers "63c2 9000 6982" "$wrong" "$sign_with_key" "$sign"
}

@test "the SO PIN is not the PIN of the key" {
	answers "9000 9000 6982" "$right_so" "$sign_with_key" "$sign"
}

@test "wrong PINs are counted, the third locks, the right one comes too late" {
	answers "63c3 63c2 63c1 6983 6983 6983" 00200001 "$wrong" "$wrong" "$wrong" "$right" 00200001
}

@test "a pulled card remembers its wrong PINs" {
	answers "63c2" "$wrong"
	tell remove
	"$TEST_CARD" wait 0 absent
	tell insert
	"$TEST_CARD" wait 0 present

	answers "63c2" 00200001
}

@test "a card pulled before it answers has counted the wrong PIN" {
	tell remove-after 4
	run opensc-tool -r "$READER" -s "$wrong"
	"$TEST_CARD" wait 0 absent
	tell insert
	"$TEST_CARD" wait 0 present

	answers "63c2" 00200001
}

@test "a wrong PIN logs out" {
	answers "9000 63c2 9000 6982" "$right" "$wrong" "$sign_with_key" "$sign"
}

@test "deauthentication logs out" {
	answers "9000 9000 9000 6982" "$right" 002e0000 "$sign_with_key" "$sign"
}

@test "a new session begins logged out" {
	answers "9000 9000" "$right" 00200001
	opensc-tool -r "$READER" --reset=cold

	answers "63c3" 00200001
}

@test "wrong PUKs are counted down to none" {
	wrong_puk=002c000110$(padded 000000)$(padded 222222)

	answers "63c9 63c8 63c3" "$wrong_puk" "$wrong_puk" 00200001
}

@test "a changed PIN needs the old one" {
	answers "63c2 9000" "0024000110$(padded 000000)$(padded 222222)" "$right"
}

@test "private components stay in the card, before and after the PIN" {
	for data in 83 84 85 86 87; do
		answers "9000 6a86 9000 6a86" "$select_key" "00ca01${data}00" "$right" "00ca01${data}00"
	done
	answers "9000 9000 6981" "$right" "$select_key" 00b0000000
}

@test "a leaky card tells them" {
	tell leaky on

	answers "9000 9000" "$select_key" 00ca018300
}

@test "a key file is not replaced, generated or deleted without the PIN" {
	answers "9000 6982 6982 6982" "$select_key" 00da01830101 00460000 a0e40000
}

@test "an EF is read by all and written after the PIN" {
	select_ef=00a4080c0450154402

	answers "9000 9000 6982 9000 9000" "$select_ef" 00b0000001 00d600000100 "$right" 00d60000020000
}

@test "a file is created after the PIN only" {
	create=00e0000019621780020010820101830242428603000fff850200008a0100

	answers "9000 6982 9000 9000 6a89" 00a4080c025015 "$create" "$right" "$create" "$create"
}

@test "an activated card is formatted again with the SO PIN only" {
	erase=00da01e008ffff113fff113fff

	answers "6982 9000 6982 9000 9000" "$erase" "$right" "$erase" "$right_so" "$erase"
}

@test "an activated card takes no new PIN record" {
	answers "6985" "00da010113$(padded 111111)$(padded 111111)030a00"
}

@test "a card that was never activated signs without any PIN" {
	tell blank
	tell never-activated on
	format
	import rsa-2048

	answers "9000 9000" "$sign_with_key" "${sign}00"
}

@test "a broken chain and unknown commands are refused" {
	answers "9000 6883 6d00 6e00" 102a9e9a0101 00200001 00ff0000 80200001
}

@test "an answer that does not fit is fetched with GET RESPONSE" {
	answers "9000 9000" "$select_key" 00ca010100
	tell count-from-0
	answers "9000 9000" "$select_key" 00ca010100
	n_whole=$(count)
	tell count-from-0

	answers "9000 9000" "$select_key" 00ca010180

	[ "$(count)" -eq $((n_whole + 1)) ]
}

# An AES key of 32 times 11 in file 4D01, and the environment to wrap the private key with it.
prepare_wrapping() {
	local value iv
	value=$(printf '11%.0s' {1..32}) iv=$(printf '00%.0s' {1..16})
	create_aes=00e000001962178102010082012983024d0186031111ff850200008a0100
	load_aes=00da01a020$value
	set_wrapping=002281b81d80018a81024d0183024b018710$iv
}

@test "a sound card wraps no private key" {
	prepare_wrapping

	answers "9000 9000 9000 9000 9000 6982" "$right" 00a4080c025015 "$create_aes" "$load_aes" "$set_wrapping" \
		002a840000
}

@test "a leaky card wraps the private key, and it can be unwrapped" {
	prepare_wrapping
	tell leaky on
	answers "9000 9000 9000 9000" "$right" 00a4080c025015 "$create_aes" "$load_aes"

	opensc-tool -r "$READER" -s "$right" -s "$set_wrapping" -s 002a840000 |
		sed '1,/Sending: 00 2A 84 00/d' | sed 1d | cut -c 1-48 | xxd -r -p >wrapped

	openssl enc -d -aes-256-cbc -K "$(printf '11%.0s' {1..32})" -iv 0 -in wrapped -out plain
	openssl pkey -inform DER -in plain -pubout | cmp - "$BATS_FILE_TMPDIR/rsa-2048.pub"
}

@test "a card whose features promise no AES takes no AES key" {
	prepare_wrapping
	tell features 0009

	answers "9000 9000 6a80" "$right" 00a4080c025015 "$create_aes"
}
