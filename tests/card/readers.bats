#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# Readers and cards as they come and go, readers with hostile names, and what OpenSC is told.
# Each test runs a function of this file inside of with-cards, where nobody else has readers.

setup() {
	bats_require_minimum_version 1.5.0
	with_cards=$BATS_TEST_DIRNAME/with-cards
	export AS_ROOT=$BATS_TEST_DIRNAME/../as-root
	export LC_ALL=C.UTF-8 MODULE=/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so
	unset OPENSC_CONF OPENSC_DEBUG OPENSC_DRIVER
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	cd / && rm -rf "${short:-$BATS_TEST_TMPDIR}"
}

# inside FUNCTION OPTIONS...: FUNCTION under with-cards OPTIONS.
inside() {
	declare -f >functions
	"$with_cards" "${@:2}" -- bash -euo pipefail -c ". ./functions; $1"
}

follow() {
	exec {events}< <(exec "$TOKENFERRY" tokens --watch --json)
	follower=$!
}

# await PATTERN: the next event that is like that.
await() {
	local line
	while IFS= read -r -t 30 -u "$events" line; do
		echo "$line"
		# shellcheck disable=SC2053 # a pattern
		[[ $line != $1 ]] || return 0
	done
	echo "never came: $1"
	return 1
}

# Ctrl-C ends it, with all that belongs to an end.
ends() {
	kill -INT "$follower"
	await '{"type":"result","status":"interrupted"}'
	wait "$follower" || [ $? -eq 130 ]
	! kill -0 "$follower" 2>/dev/null
}

tell() {
	"$TEST_CARD" tell "$TEST_CARD_CONTROL" "$@"
}

pcscd_pid() {
	cat /run/pcscd/pcscd.pid
}

one_card() {
	follow
	await '*"reader-arrived","reader":"Station 1 00 00"*'
	await '*"card-inserted","reader":"Station 1 00 00","atr":"3bf5*","mute":false*'
	tell 0 remove
	await '*"card-removed","reader":"Station 1 00 00","atr":"3bf5*'
	tell 0 insert
	await '*"card-inserted","reader":"Station 1 00 00"*'
	ends
}

@test "a card is followed as it comes and goes, until Ctrl-C" {
	inside one_card
}

sixteen_cards() {
	local i
	follow
	for i in 1 2 3 4 5 6 7 8; do
		await "*\"reader-arrived\",\"reader\":\"Station $i 00 00\"*"
		await "*\"reader-arrived\",\"reader\":\"Station $i 00 01\"*"
	done
	for i in {1..16}; do
		await '*"card-inserted"*'
	done
	tell 15 remove
	await '*"card-removed","reader":"Station 8 00 01"*'
	tell 0 remove
	await '*"card-removed","reader":"Station 1 00 00"*'
	tell all insert
	await '*"card-inserted"*'
	await '*"card-inserted"*'
	ends
	"$TOKENFERRY" tokens --json >listed
	[ "$(jq -r 'select(.type == "reader") | .reader' listed | sort -u | wc -l)" -eq 16 ]
}

@test "sixteen readers are all followed and listed" {
	inside sixteen_cards --readers 16
}

service_killed() {
	follow
	await '*"card-inserted"*'
	"$AS_ROOT" kill -KILL "$(pcscd_pid)"
	await '*"service-lost","reason":"*pcscd*'
	"$AS_ROOT" pcscd --foreground --config "$TEST_CARD_READERS" >pcscd.log 2>&1 &
	await '*"service-back"*'
	await '*"reader-arrived","reader":"Station 1 00 00"*'
	await '*"card-inserted","reader":"Station 1 00 00"*'
	tell 0 remove
	await '*"card-removed"*'
	ends
}

@test "a pcscd that is killed and started again is survived" {
	inside service_killed
}

service_absent() {
	"$AS_ROOT" kill -TERM "$(pcscd_pid)"
	follow
	await '*"service-lost","reason":"*does not run*'
	ends

	"$TOKENFERRY" tokens --json | tee tokens
	jq -es 'map(select(.type == "readers")) | .[0].available == false and (.[0].reason | contains("pcscd"))' tokens
	"$TOKENFERRY" tokens -v 2>&1 | grep -F "readers unavailable='the service 'pcscd' does not run'"
	"$TOKENFERRY" tokens --watch --lang ja | {
		read -r line
		grep -F "サービス「pcscd」が動いていません" <<<"$line"
	}
}

@test "without pcscd it is said, and tokens without a reader are listed all the same" {
	inside service_absent
}

service_stopped() {
	follow
	await '*"card-inserted"*'
	"$AS_ROOT" kill -STOP "$(pcscd_pid)"
	ends
	"$AS_ROOT" kill -CONT "$(pcscd_pid)"
}

@test "Ctrl-C ends the watch of a pcscd that hangs" {
	inside service_stopped
}

nobody_listens() {
	local statuses
	set +o pipefail
	"$TOKENFERRY" tokens --watch | head -n 1
	statuses=("${PIPESTATUS[@]}")
	[ "${statuses[0]}" -eq 0 ]
}

@test "the watch ends when nobody reads it any more" {
	inside nobody_listens
}

readers_too() {
	follow
	await '*"card-inserted","reader":"Station 8 00 01"*'
	echo "Station 8 00 01" >hidden
	tell 0 remove
	await '*"card-removed","reader":"Station 8 00 01"*'
	await '*"reader-removed","reader":"Station 8 00 01"*'
	: >hidden
	tell 0 insert
	await '*"reader-arrived","reader":"Station 8 00 01"*'
	await '*"card-inserted","reader":"Station 8 00 01"*'
	ends
}

@test "the sixteenth reader is followed as it goes and comes again" {
	: >hidden
	inside readers_too --readers 16 --hidden "$PWD/hidden"
}

in_words() {
	"$TOKENFERRY" tokens | tee tokens
	grep -A 2 "Card reader: *Station 2 00 00" tokens | grep "not formatted yet"
	grep -A 1 "Card reader: *Station 2 00 01" tokens | grep "no card in it"
	"$TOKENFERRY" tokens --watch 2>/dev/null | {
		read -r line
		[ "$line" = "Reader 'Station 1 00 00': there" ]
	}
	pkcs15-init -r "Station 2 00 00" -C --so-pin 12345678 --so-puk 87654321
	pkcs15-init -r "Station 2 00 00" --store-pin --id 01 --pin 123456 --puk 654321 --so-pin 12345678
	pkcs15-init -r "Station 2 00 00" -F --so-pin 12345678
	mkdir store
	echo "directories.tokendir = $PWD/store" >softhsm2.conf # the one of the system is not everybody's
	SOFTHSM2_CONF=softhsm2.conf "$TOKENFERRY" tokens --module /usr/lib/softhsm/libsofthsm2.so | tee tokens
	grep -A 1 "Card reader: *Station 2 00 00" tokens | grep "holds a card that none of the modules knows"
}

@test "people read which readers are empty and which cards nobody knows" {
	inside in_words --readers 3
}

# refused STATUS COMMAND...: that is how it ends, and what it says is in 'said'.
refused() {
	local status=0
	"${@:2}" >said 2>&1 || status=$?
	[ "$status" -eq "$1" ] || {
		echo "status $status instead of $1"
		cat said
		return 1
	}
}

# opensc OPTIONS... -- COMMAND...: with the product's configuration.
opensc() {
	"$WITH_OPENSC" "$@"
}

readers_of_opensc() {
	LC_ALL=C sed -nE 's/^[0-9]+ +(Yes|No) +(.*)$/\2/p'
}

configured() {
	[ "$(opensc -- opensc-tool --list-readers | readers_of_opensc | wc -l)" -eq 16 ]
	[ "$(opensc -- pkcs11-tool --module "$MODULE" --list-slots | grep -c "^Slot .*: Station")" -eq 16 ]
	# Left to itself, OpenSC shows four.
	[ "$(pkcs11-tool --module "$MODULE" --list-slots | grep -c "^Slot .*: Station")" -lt 16 ]
	opensc --ignore "Station 3 00 01" --ignore "Station 7 00 00" -- opensc-tool --list-readers |
		readers_of_opensc >seen
	[ "$(wc -l <seen)" -eq 14 ]
	refused 1 grep -E "Station (3 00 01|7 00 00)" seen
}

@test "OpenSC sees all sixteen readers but those it is told to ignore" {
	inside configured --readers 16
}

# has_no_say FILE: what it says was read once, and is not read any longer.
has_no_say() {
	[ "$(opensc-tool --list-readers | readers_of_opensc | wc -l)" -eq 0 ]
	[ "$(opensc -- opensc-tool --list-readers | readers_of_opensc | wc -l)" -eq 2 ]
}

others_configuration() {
	echo 'app default { ignored_readers = "Station"; }' >theirs
	OPENSC_CONF=$PWD/theirs has_no_say
	"$AS_ROOT" mount --bind theirs /etc/opensc/opensc.conf
	has_no_say
	"$AS_ROOT" umount /etc/opensc/opensc.conf
	# A driver of their own is looked for, and not found: no card of any kind is known.
	OPENSC_DRIVER=evil refused 1 opensc-tool --name
	OPENSC_DRIVER=evil opensc -- opensc-tool --name
}

@test "neither the system's nor the user's configuration has a say" {
	inside others_configuration
}

attack() {
	local name="R [x\"; card_drivers = evil; card_driver evil { module = $PWD/e.so; } # ] 00 00"
	cc -shared -fPIC -o e.so evil.c
	printf 'app default { ignored_readers = "%s"; }\n' "$name" >naive
	OPENSC_CONF=$PWD/naive pkcs11-tool --module "$MODULE" --list-slots
	[ -e loaded ]
	rm loaded

	refused 54 opensc --ignore "$name" -- pkcs11-tool --module "$MODULE" --list-slots
	grep -F 'has a name that could be an attack' said
	follow
	await '*"reader-arrived","reader":"R [[]x\\"; card_drivers = evil;*'
	ends
	[ ! -e loaded ]
}

@test "a reader's name makes OpenSC load nothing" {
	short=$(mktemp -d /tmp/r.XXXX) # a reader's name holds 121 bytes
	cd "$short"
	cat >evil.c <<-end
		#include <fcntl.h>
		__attribute__((constructor)) static void leave_a_trace(void) { (void)creat("$PWD/loaded", 0600); }
	end

	inside attack --name "R [x\"; card_drivers = evil; card_driver evil { module = $PWD/e.so; } # ]"
}

hostile_names() {
	local name
	opensc-tool --list-readers | readers_of_opensc | head -n 1 >name
	name=$(cat name)
	refused 54 opensc --ignore "$name" -- true
	"$TOKENFERRY" tokens --watch | {
		read -r line
		printf '%s\n' "$line" | tee line
	}
	# No control and nothing that turns the line around reaches the terminal.
	LC_ALL=C refused 1 grep -P '[\x00-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]|\xff' line
	grep -F " 00 00': there" line
}

@test "a name with a backslash, a brace, a control or no ASCII is refused and shown escaped" {
	inside hostile_names --name $'A\\'
	inside hostile_names --name 'A{'
	inside hostile_names --name $'A\e[2J\t'
	inside hostile_names --name $'A\u202e'
	inside hostile_names --name $'A\xff'
	inside hostile_names --name 'Aリーダー'
}
