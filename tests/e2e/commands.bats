#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# The commands around the journey: before it init-token and profiles, after it report.

setup_file() {
	load helper
	shared_pki
}

setup() {
	load helper
	private_home
	private_token
}

@test "init-token formats the empty slot, and leaves the token that is there" {
	ferry init-token --module "$SOFTHSM" --label second --pin-source "file:$HOME/user-pin" \
		--so-pin-source "file:$HOME/so-pin" --yes --json

	assert_status 0
	assert_result .status 'done'
	pkcs11-tool --module "$SOFTHSM" --token-label second --login --pin "$USER_PIN" --list-objects
	pkcs11-tool --module "$SOFTHSM" --token-label member --login --pin "$USER_PIN" --list-objects
}

@test "a folder of profiles that is not there is a mistake" {
	ferry profiles --profiles /nonexistent

	assert_status 2
	assert_says "'/nonexistent' is no folder"
}

@test "a formatted token is destroyed by --reformat only, and only after its name was typed" {
	options=(--module "$SOFTHSM" --token "$TOKEN_URI" --label anew --pin-source "file:$HOME/new-pin"
		--so-pin-source "file:$HOME/so-pin")
	secret_file "$HOME/new-pin" 654321
	printf '%s\n' '? type the name' '> member' >yes
	printf '%s\n' '? type the name' '> anew' >no
	ferry init-token "${options[@]}" --yes --json
	assert_status 37
	run --separate-stderr setsid --wait "$TOKENFERRY" init-token "${options[@]}" --reformat --yes --json
	assert_status 43
	run python3 "$TOKENFERRY_SOURCE/tests/e2e/dialogue.py" no -- "$TOKENFERRY" init-token "${options[@]}" --reformat
	assert_status 3
	pkcs11-tool --module "$SOFTHSM" --token-label member --login --pin "$USER_PIN" --list-objects

	run python3 "$TOKENFERRY_SOURCE/tests/e2e/dialogue.py" yes -- "$TOKENFERRY" init-token "${options[@]}" --reformat

	assert_status 0
	pkcs11-tool --module "$SOFTHSM" --token-label anew --login --pin 654321 --list-objects
	run ! pkcs11-tool --module "$SOFTHSM" --token-label member --list-objects
}

@test "--reformat with a wrong SO PIN destroys nothing" {
	secret_file "$HOME/wrong" 00000000
	printf '%s\n' '? type the name' '> member' >script

	run python3 "$TOKENFERRY_SOURCE/tests/e2e/dialogue.py" script -- "$TOKENFERRY" init-token --module "$SOFTHSM" \
		--token "$TOKEN_URI" --label anew --pin-source "file:$HOME/user-pin" --so-pin-source "file:$HOME/wrong" --reformat

	assert_status 40
	pkcs11-tool --module "$SOFTHSM" --token-label member --login --pin "$USER_PIN" --list-objects
}

@test "profiles lists the campaigns, and --check stops with status 91 at a bad one" {
	ferry profiles --json
	assert_status 0
	assert_result .invalid 0

	printf '[campaign]\nnonsense=1\n' >bad.profile
	ferry profiles --check bad.profile --json
	assert_status 91
	assert_result .invalid 1
}

@test "profiles --check finds every shipped profile sound, and the one broken token family of a folder" {
	ferry profiles --check --profiles "$TOKENFERRY_SOURCE/profiles" --json
	assert_status 0
	assert_result .invalid 0
	assert_result .profiles "$(find "$TOKENFERRY_SOURCE/profiles" -name '*.profile' | wc -l)"

	mkdir -p mine/tokens
	cp "$TOKENFERRY_SOURCE/profiles/tokens/"*.profile mine/tokens
	sed -i 's/^Parallel=.*/&\nParallel=one/' mine/tokens/softhsm2.profile
	ferry profiles --check --profiles mine --json
	assert_status 91
	assert_result .invalid 1
	[ "$(jq -r 'select(.valid == false) | .path' <<<"$output")" = mine/tokens/softhsm2.profile ]
	jq -r 'select(.valid == false) | .message' <<<"$output" | grep -q Parallel
}

@test "report lists the runs and writes the report of one again" {
	member_p12
	ferry_migrate member.p12
	assert_status 0
	first=$(jq -r .statement "$REPORTS"/*.json)

	ferry report --list --ledger "$LEDGER" --json
	assert_status 0
	assert_result .runs 1

	ferry report --ledger "$LEDGER" --format json
	assert_status 0
	[ "$(jq -r .statement <<<"$output")" = "$first" ]
}

@test "report of a ledger without a finished run says so" {
	ferry report --ledger "$LEDGER"

	assert_status 80
	assert_says "$HOME/ledger.db"
}
