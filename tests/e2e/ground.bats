#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# The program itself: what it says about itself, and in which language.

setup() {
	load helper
	private_home
}

@test "--version names program and version" {
	ferry --version

	assert_status 0
	assert_says "tokenferry "
}

@test "--help lists every command with a summary" {
	ferry --help

	assert_status 0
	for command in tokens inspect init-token migrate verify report profiles; do
		grep -qE "^ +$command +[^ ]" <<<"$output" || { show && return 1; }
	done
}

@test "each command has help of its own" {
	mapfile -t commands < <("$TOKENFERRY" --list-commands)
	[ ${#commands[@]} -ge 7 ]

	for command in "${commands[@]}"; do
		read -ra words <<<"$command" # 'pin change' is two
		ferry "${words[@]}" --help
		assert_status 0
		assert_says "$command"
	done
}

@test "an unknown command is a usage error" {
	ferry ferryman

	assert_status 2
	assert_says "ferryman"
	[ -z "$output" ]
}

@test "an unknown option is a usage error" {
	ferry migrate --pin 1234

	assert_status 2
	[ -z "$output" ]
}

@test "--lang ja speaks Japanese in the C locale" {
	LC_ALL=C ferry --lang ja --help

	assert_status 0
	assert_says "トークン"
}

@test "--lang ja after the command speaks Japanese, too" {
	LC_ALL=C ferry migrate --lang ja "$HOME/no-such-file.p12"

	assert_status 10
	assert_says "ありません"
}

@test "--lang en speaks English in a Japanese locale" {
	LC_ALL=ja_JP.UTF-8 ferry --lang en migrate "$HOME/no-such-file.p12"

	assert_status 10
	assert_says "There is no file"
}

@test "a Japanese locale speaks Japanese" {
	LC_ALL=ja_JP.UTF-8 ferry --help

	assert_status 0
	assert_says "トークン"
}

@test "every message is in English without a language" {
	ferry --help

	assert_status 0
	run ! grep -qP '[\x{3040}-\x{30ff}\x{4e00}-\x{9fff}]' <<<"$output"
}

@test "the exit statuses are listed, each with its name" {
	ferry --list-exit-statuses

	assert_status 0
	grep -qx "0 done" <<<"$output"
	grep -qx "2 usage" <<<"$output"
	grep -qx "40 pin-wrong" <<<"$output"
	run ! grep -qvE '^[0-9]+ [a-z-]+$' <<<"$output"
}

@test "memory that cannot be locked is said" {
	local without_privilege=()

	head -c 100 /dev/zero >file.p12
	[ "$(id -u)" -ne 0 ] || without_privilege=(setpriv --inh-caps=-ipc_lock --bounding-set=-ipc_lock)

	run --separate-stderr "${without_privilege[@]}" prlimit --memlock=0 "$TOKENFERRY" inspect file.p12

	assert_says "does not let the program lock its memory"
}
