#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# init-token on cards: which one is meant, what it costs, what is never destroyed by the way. What each APDU does when
# it fails is in test-card-faults.c.

setup_file() {
	load helper
	make_key rsa-2048 rsa:2048
	format_once
}

setup() {
	load helper
	fresh_card
	export HOME=$BATS_TEST_TMPDIR XDG_RUNTIME_DIR=$BATS_TEST_TMPDIR XDG_STATE_HOME=$BATS_TEST_TMPDIR/state
	umask 077
	echo 222222 >pin
	echo 333333 >puk
	echo "$SO_PIN" >so-pin
	echo 00000000 >wrong-so-pin
	secrets=(--pin-source file:pin --puk-source file:puk --so-pin-source file:so-pin)
}

blank_card() {
	tell blank
	tell count-from-0
}

# Without a terminal.
init() {
	run --separate-stderr setsid --wait "$TOKENFERRY" init-token --label e-filing "${secrets[@]}" --json "$@"
}

# At a terminal, with the lines of 'script'.
init_typed() {
	run python3 "$BATS_TEST_DIRNAME/../e2e/dialogue.py" script -- \
		"$TOKENFERRY" init-token --label e-filing "${secrets[@]}" "$@"
}

# assert_ends STATUS [NAME-OF-ERROR]
assert_ends() {
	if [ "$status" -ne "$1" ] || [ "$(tail -n 1 <<<"$output" | jq -r .error.code)" != "${2:-null}" ]; then
		echo "expected $1 ${2:-}, not $status: $output ${stderr:-}"
		return 1
	fi
}

assert_formatted_anew() {
	PIN=222222 run -0 p11 -L
	grep -E "token label +: e-filing$" <<<"$output"
	answers "63c3 63c3" 00200001 00200003
}

@test "the only blank card is formatted, by 115 APDUs at most" {
	blank_card

	init

	assert_ends 0
	spent=$(count)
	echo "# $spent APDUs from blank to ready" >&3
	[ "$spent" -le 115 ]
	[ "$(jq -r '.token.label + " " + .reader + " " + .state' <<<"$output")" = "e-filing $READER ready" ]
	assert_formatted_anew
}

@test "without a PUK of its own the SO PIN takes the PUK" {
	blank_card
	init

	answers "9000" "002c000310$(padded 333333)$(padded 44444444)"
}

@test "tokens names a card that is not formatted yet by its kind" {
	blank_card

	run --separate-stderr "$TOKENFERRY" tokens --json
	[ "$(jq -r 'select(.state == "unready") | .reader + " " + .profile + " " + .card' <<<"$output")" = "$READER myeid-opensc blank" ]

	run --separate-stderr "$TOKENFERRY" tokens --lang ja
	[[ "$output" == *"MyEID カード"*"初期化前"*"tokenferry init-token"* ]]
}

@test "a dry run says which card would be formatted, and formats none" {
	blank_card

	init --dry-run

	assert_ends 0
	[ "$(jq -r '.status + " " + .state' <<<"$output")" = "dry-run blank" ]
	[ "$(count)" -le 4 ]
	init --dry-run
	[ "$(jq -r .state <<<"$output")" = blank ]
}

@test "a half formatted card is recognised and formatted" {
	tell blank
	pkcs15-init -r "$READER" -C --so-pin 999999 --so-puk 999999
	init --dry-run
	[ "$(jq -r .state <<<"$output")" = half-formatted ]

	init

	assert_ends 0
	assert_formatted_anew
}

@test "a card that was never activated is formatted when nothing is on it" {
	tell blank
	pkcs15-init -r "$READER" -C --so-pin 999999 --so-puk 999999
	pkcs15-init -r "$READER" --store-pin --id 01 --pin "$PIN" --puk "$PUK" --label PIN

	init

	assert_ends 0
	assert_formatted_anew
}

@test "a formatted card is refused, named or not" {
	init
	assert_ends 37 token-already-initialized
	init --reader "$READER"
	assert_ends 37 token-already-initialized

	p11 -O
}

@test "a card with a key is shown with names and dates, and kept without a person, --yes or not" {
	import rsa-2048

	init --reformat --yes

	assert_ends 43 no-terminal
	[[ "$stderr" == *"Issued to"*member* && "$stderr" == *"Valid until"* ]]
	p11 --list-objects --type privkey | grep "Private Key Object"
}

@test "another name than that of the card keeps what is on it" {
	import rsa-2048
	printf '%s\n' '? type the name' '> e-filing' >script

	init_typed --reformat --yes

	[ "$status" -eq 3 ]
	p11 --list-objects --type privkey | grep "Private Key Object"
}

@test "after its name was typed a card with a key is formatted, by reader or URI" {
	label="MyEID (member)"
	printf '%s\n' '? type the name' "> $label" >script
	for way in "--reader=$READER" "--token=pkcs11:token=MyEID%20(member)"; do
		fresh_card
		import rsa-2048

		init_typed --reformat "$way"

		[ "$status" -eq 0 ] || { echo "$output" && return 1; }
		assert_formatted_anew
	done
}

@test "a wrong SO PIN costs one try and destroys nothing" {
	printf '%s\n' '? type the name' '> MyEID (member)' >script
	secrets=(--pin-source file:pin --puk-source file:puk --so-pin-source file:wrong-so-pin)

	init_typed --reformat

	[ "$status" -eq 40 ]
	answers "63c2" 00200003
	p11 -O
}

@test "PINs that the card cannot take are not sent" {
	blank_card
	echo 12345678901 >puk

	init

	assert_ends 42 pin-format
	[ "$(count)" -le 4 ]
}

@test "a person chooses again, types each number twice, and is told to write them down" {
	blank_card
	secrets=()
	printf '%s\n' '? Write them down' '? New SO PIN' '> 12' '? once more' '> 12' '? 4' '? New SO PIN' '> 12345678' \
		'? once more' '> 12345678' '? New PUK' '> 333333' '? once more' '> 333333' \
		'? New user PIN' '> 222222' '? once more' '> 222222' '? formatted' >script

	init_typed

	[ "$status" -eq 0 ] || { echo "$output" && return 1; }
	assert_formatted_anew
}

@test "a reader without a card, and a reader that is not there, are said" {
	init --reader "Station 1 00 01"
	assert_ends 30 token-missing
	init --reader 0
	assert_ends 30 token-missing
}

@test "a card pulled in the middle is said, and the same command formats it afterwards" {
	blank_card
	tell remove-at 60
	init
	assert_ends 32 token-removed
	"$TEST_CARD" wait 0 absent
	tell insert
	"$TEST_CARD" wait 0 present

	init

	assert_ends 0
	assert_formatted_anew
}
