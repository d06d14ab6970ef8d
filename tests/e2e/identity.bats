#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# A card that is somebody's identity is named and left alone. Runs under with-cards, two cards: number 0 plays Japan's My
# Number card, number 1 is a formatted MyEID card. APDUs are logged in TEST_CARD_LOG.

setup_file() {
	load helper
	shared_pki
	load ../card/helper
	READER="Station 1 00 01" format
}

setup() {
	load helper
	private_home
	secret_file "$HOME/user-pin" "$USER_PIN"
	secret_file "$HOME/so-pin" "$SO_PIN"
	play 0 on
	insert 1
}

card() {
	"$TEST_CARD" tell "$TEST_CARD_CONTROL" "$@"
}

insert() {
	card "$1" insert
	"$TEST_CARD" wait "$1" present
}

remove() {
	card "$1" remove
	"$TEST_CARD" wait "$1" absent
}

# play NUMBER on|contact|off
play() {
	remove "$1"
	card "$1" identity "$2"
	insert "$1"
	: >"$TEST_CARD_LOG/Station 1 00 00.log"
}

# seen COMMANDS...: those APDUs reached the identity card, and no others.
seen() {
	[ "$(cut -d' ' -f2 "$TEST_CARD_LOG/Station 1 00 00.log" | sort -u)" = "$(printf '%s\n' "$@" | sort -u)" ] || {
		cat "$TEST_CARD_LOG/Station 1 00 00.log" >&2
		return 1
	}
}

SELECT_JPKI=00a4040c0ad392f000260100000001

@test "tokens names an identity card and asks it nothing but what it is" {
	ferry tokens --json

	assert_status 0
	[ "$(jq -rc 'select(.type == "identity-card") | [.reader, .profile.name, .profile.target]' <<<"$output")" = \
		'["Station 1 00 00","japan-individual-number-card",false]' ]
	[ "$(jq -rc 'select(.type == "token") | .profile.name' <<<"$output" | grep -c myeid-opensc)" -eq 1 ]
	seen $SELECT_JPKI

	LC_ALL=ja_JP.UTF-8 ferry tokens --lang ja
	assert_says 'マイナンバーカード'
}

@test "a card that its ATR gives away is asked nothing at all" {
	play 0 contact
	ferry tokens --json

	assert_status 0
	[ "$(jq -rc 'select(.type == "identity-card") | .reader' <<<"$output")" = "Station 1 00 00" ]
	[ ! -s "$TEST_CARD_LOG/Station 1 00 00.log" ]
}

@test "an identity card is never formatted, written, unblocked or asked for a PIN" {
	remove 1
	member_p12
	for command in "init-token --label x --so-pin-source file:$HOME/so-pin" "verify" "pin change" \
		"migrate member.p12 --password-source file:$HOME/pin-code --keep-source"; do
		# shellcheck disable=SC2086 # words
		ferry $command --module /usr/lib/x86_64-linux-gnu/opensc-pkcs11.so --yes --json </dev/null

		assert_status 39
	done
	seen $SELECT_JPKI
	[ -s member.p12 ]
}

@test "beside an identity card the one token is chosen without being named, and the key goes there" {
	member_p12
	ferry migrate member.p12 --yes --json --password-source "file:$HOME/pin-code" \
		--pin-source "file:$HOME/user-pin" --campaign demo --name '見本 花子' --number 12345678 \
		--report-dir "$REPORTS" --ledger "$LEDGER"

	assert_status 0
	assert_result .evidence.grade refused
	assert_result .token.manufacturer 'Aventra Ltd.'
	[ ! -e member.p12 ]
	seen $SELECT_JPKI
}

@test "a token of an unknown kind is not written, --yes or not, unless that is accepted" {
	remove 0
	mkdir -p profiles/tokens
	sed 's/^Verified=.*/Verified=no/' "$TOKENFERRY_SOURCE/profiles/tokens/myeid-opensc.profile" >profiles/tokens/mine.profile
	member_p12
	local options=(--dry-run --yes --password-source "file:$HOME/pin-code" --pin-source "file:$HOME/user-pin"
		--campaign demo --name '見本 花子' --number 12345678 --report-dir "$REPORTS" --ledger "$LEDGER" --profiles profiles)

	ferry migrate member.p12 "${options[@]}"
	assert_status 44

	ferry migrate member.p12 "${options[@]}" --accept token-unverified
	assert_status 0
}
