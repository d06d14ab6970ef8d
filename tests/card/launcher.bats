#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# with-cards: readers of one's own, and nothing left of them.

setup() {
	bats_require_minimum_version 1.5.0
	with_cards=$BATS_TEST_DIRNAME/with-cards
	reader="Station 1 00 00"
	cd "$BATS_TEST_TMPDIR" || return
}

@test "sixteen readers have a card each" {
	run -0 "$with_cards" --readers 16 -- opensc-tool --list-readers

	[ "$(grep -c "Yes .*Station [1-8] 00 0[01]" <<<"$output")" -eq 16 ]
}

@test "an odd number leaves one reader empty" {
	run -0 "$with_cards" --readers 3 -- opensc-tool --list-readers

	grep "No .*Station 2 00 01" <<<"$output"
	[ "$(grep -c "Yes " <<<"$output")" -eq 3 ]
}

@test "the exit status is the command's" {
	run -7 "$with_cards" -- sh -c 'exit 7'
}

@test "two runs side by side do not meet" {
	"$with_cards" --readers 4 -- opensc-tool --list-readers >four &
	run -0 "$with_cards" --readers 1 -- opensc-tool --list-readers
	wait

	[ "$(grep -c "Yes " <<<"$output")" -eq 1 ]
	[ "$(grep -c "Yes " four)" -eq 4 ]
}

@test "each card has a serial number of its own" {
	run -0 "$with_cards" --readers 2 -- sh -c \
		'opensc-tool -r "Station 1 00 00" --serial; opensc-tool -r "Station 1 00 01" --serial'

	[ "$(sort -u <<<"$output" | wc -l)" -eq 2 ]
}

@test "the log has one line for each APDU" {
	mkdir log
	# shellcheck disable=SC2016 # the launcher sets them
	run -0 "$with_cards" --log "$PWD/log" -- sh -c \
		'opensc-tool -r "Station 1 00 00" -n && "$TEST_CARD" tell "$TEST_CARD_CONTROL" 0 count'

	[ "${lines[-1]}" -eq "$(wc -l <"log/$reader.log")" ]
	grep -E "^1 00a404000ca000000063504b43532d313500 > 6f25[0-9a-f]+9000$" "log/$reader.log"
}

@test "cards live on in their state files, wrong PINs included" {
	mkdir states
	pin=3131313131313131 puk=3131313131313131
	record=00da010113$pin${puk}030a00

	"$with_cards" --states "$PWD/states" -- opensc-tool -r "$reader" -s "$record" \
		-s 00200001083030303030303030
	run -0 "$with_cards" --states "$PWD/states" -- opensc-tool -r "$reader" -s 00200001

	[[ "$output" == *"SW1=0x63, SW2=0xC2"* ]]
}

@test "each answer waits for the latency" {
	run -0 "$with_cards" --latency 100 -- bash -c 'time opensc-tool -r "Station 1 00 00" -n'

	grep -E "^real.*0m0\.[3-9]" <<<"$output"
}

@test "a card that is held runs its APDU, and answers when it is healed" {
	cat >held <<-'END'
		tell() { "$TEST_CARD" tell "$TEST_CARD_CONTROL" 0 "$@"; }
		tell count-from-0
		tell hold-after 1
		opensc-tool -r "Station 1 00 00" -n 3>&- &
		until [ "$(tell count)" -eq 1 ]; do :; done
		kill -0 $! && echo it waits
		tell heal
		wait $!
	END

	run -0 "$with_cards" -- bash -eu held

	[ "${lines[0]}" = "it waits" ]
	[ "${lines[1]}" = "MyEID 4.5.5" ]
}

@test "too many readers, a broken option and a missing program are said" {
	run -125 "$with_cards" --readers 17 -- true
	[[ "$output" == *"--readers takes 1 to 16"* ]]
	run -125 "$with_cards" --colour red -- true
	[[ "$output" == *"unknown option --colour"* ]]
	TEST_CARD=$PWD/none run -125 "$with_cards" -- true
	[[ "$output" == *"/none is missing"* ]]
}

# A copy, since not everybody may look into where the sources are.
@test "without root, and without a sudo that asks for no password, it says so" {
	local place
	place=$(mktemp -d)
	mkdir "$place/card"
	cp "$with_cards" "$place/card"
	cp "$BATS_TEST_DIRNAME/../as-root" "$place"
	printf '#!/bin/sh\n' >"$place/test-card"
	chmod -R a+rX "$place"
	chmod a+x "$place/test-card"
	local nobody=("$BATS_TEST_DIRNAME/../as-root" setpriv --reuid=65534 --clear-groups --no-new-privs env
		--chdir=/ "TMPDIR=/tmp" "TEST_CARD=$place/test-card")

	run -125 "${nobody[@]}" "$place/card/with-cards" -- true

	[[ "$output" == *"needs root, or a user with a sudo that asks for no password"* ]]
	rm -r "$place"
}

@test "the command is run by who asked for it, the environment theirs" {
	# shellcheck disable=SC2016
	LD_LIBRARY_PATH=/nowhere LOCPATH=/nowhere TMPDIR=$PWD run -0 "$with_cards" -- sh -c \
		'id -u; touch made; echo "$HOME $PATH $LD_LIBRARY_PATH $LOCPATH $TMPDIR"'

	[ "${lines[0]}" = "$(id -u)" ]
	[ -O made ]
	[[ "${lines[1]}" == "$HOME $PATH"*" /nowhere /nowhere $PWD" ]]
}

@test "nothing is left behind" {
	TMPDIR=$PWD run -0 "$with_cards" -- sh -c 'echo $$; mount | grep -c "tmpfs on /run/pcscd"'

	run -0 ls -A
	[ -z "$output" ]
}
