#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# A batch on smart cards that are put in and taken out by hand, looked at with OpenSC's own tools.
# shellcheck disable=SC2154 # what batch.bash sets

setup_file() {
	load batch
	members 3
}

setup() {
	load batch
	station 3
}

teardown() {
	end_all
	rm -f "${TEST_CARD_HIDDEN:?run this under with-cards --hidden}"
	# The one of the last test: bats would wait for it.
	[ ! -e pcscd.log ] || as_root kill -KILL "$(cat /run/pcscd/pcscd.pid)"
}

@test "cards put in one after the other become the members' tokens, and are asked to be taken out and labelled" {
	begin
	await_insert 0
	tell 0 count-from-0
	insert 0
	await_done 0
	# With a chain of two certificates, each of which takes 36.
	echo "# $(tell 0 count) APDUs from a blank card to its proof" >&3
	[ "$(tell 0 count)" -le 340 ]
	assert_card 0 "$label"
	insert 1
	await_done 1
	kept=$label
	tell 0 remove
	await_insert 0
	tell 0 new 7
	insert 0
	await_done 0

	ends 0

	assert_card 0 "$label"
	assert_card 1 "$kept"
	[ "$(find letters -name '*.pdf' | wc -l)" -eq 3 ]
	[ "$(find letters/escrow -name '*.p7m' | wc -l)" -eq 3 ]
}

@test "the first card becomes the first member's, whose file takes long to be opened" {
	p12_openssl "$PKI" m1 "$PKI/pin-code" m1.p12 -iter 1500000
	insert 0
	"$TEST_CARD" wait 0 present
	begin
	await_done 0 10000001
	interrupt
}

@test "a first member whose file cannot be opened is not waited for" {
	sed -i 's/^10000001,.*/10000001,wrong/' "$HOME/passwords.csv"
	insert 0
	begin
	await_done 0 10000002
	interrupt
}

@test "a card whose member's file cannot be opened is to be taken out, and that is said with why" {
	sed -i 's/^number,name,p12$/&,token_serial/; s/p12$/&,/; s/\(10000001.*\),$/\1,2701520000000000/' manifest.csv
	sed -i 's/^10000001,.*/10000001,wrong/' "$HOME/passwords.csv"
	begin
	await_insert 0
	insert 0
	await_refusal 0 pin-code-wrong
	interrupt
}

@test "a card pulled in the middle is finished with the PIN of its letter when it comes back, by the same run" {
	begin
	await_insert 0
	tell 0 remove-after 60
	insert 0
	await '.type == "failed" and .error == "token-removed"'
	number=$(jq -r .number <<<"$event")
	"$TEST_CARD" wait 0 absent
	tell 0 heal
	insert 0
	await_done 0 "$number"
	assert_card 0 "$number"
	interrupt
}

# unproven STEP: the run that died had come to that step of a key that decrypts: without a signature in the ledger.
unproven() {
	sqlite3 "$HOME/ledger.db" "UPDATE migration SET step = '$1', evidence = '{}', outcome = '{}',
		wipe_directory = CAST('$PWD' AS BLOB), wipe_name = CAST('m1.p12' AS BLOB), wipe_new_name = CAST('.away' AS BLOB),
		wipe_device = $(stat -c %d m1.p12), wipe_inode = $(stat -c %i m1.p12), wipe_size = $(stat -c %s m1.p12)
		WHERE step = 'imported' RETURNING 'at ' || step"
}

@test "a card whose proof nobody can verify again is proven once more when it comes back, and its file is wiped" {
	for step in proved wiping; do
		rm -rf "${BATS_TEST_TMPDIR:?}/home" "${BATS_TEST_TMPDIR:?}/run"
		station 1
		begin
		tell 0 hold-after "$INTO_AUDIT"
		insert 0
		await '.step == "audit"'
		kill -KILL "$supervisor"
		wait "$supervisor" || true
		tell 0 remove
		"$TEST_CARD" wait 0 absent
		tell 0 heal
		[ "$(unproven "$step")" = "at $step" ]

		begin
		insert 0

		await_done 0 10000001
		ends 0
		assert_card 0 10000001
	done
}

@test "a card that is put into another reader before its own one noticed is finished there, and not said to be done" {
	begin
	tell 0 hold-after "$INTO_IMPORT"
	insert 0
	await '.step == "import"'
	number=$(jq -r .number <<<"$event")
	pkill -STOP -P "$supervisor" -f 'role auditor'
	tell 0 heal
	await '.step == "audit"'
	taken_out 0
	tell 0 save "$BATS_TEST_TMPDIR/moved.card"
	tell 1 load "$BATS_TEST_TMPDIR/moved.card"
	tell 1 count-from-0
	insert 1
	until [ "$(tell 1 count)" -ge 3 ]; do :; done # it is looked at
	pkill -CONT -P "$supervisor" -f 'role auditor'
	await_done 1 "$number"
	run ! grep token-provisioned said
	interrupt
	assert_card 1 "$number"
}

@test "a card that is provisioned is refused, for whomever it was made" {
	begin
	insert 0
	await_done 0
	tell 0 remove
	await_insert 0
	insert 0
	await_refusal 0 token-provisioned
	interrupt
	assert_card 0 "$label"
	begin
	insert 0
	await_refusal 0 token-provisioned
	interrupt
}

@test "a card that somebody else formatted is refused, and so is one of another kind and an identity card" {
	insert 0
	"$TEST_CARD" wait 0 present
	pkcs15-init -r "$(reader 0)" -C --so-pin 12345678 --so-puk 87654321
	pkcs15-init -r "$(reader 0)" --store-pin --id 01 --pin 123456 --puk 654321 --label somebody --so-pin 12345678
	begin
	await_refusal 0 token-foreign
	tell 0 remove
	await_insert 0
	tell 0 count-from-0
	tell 0 identity contact
	insert 0
	await_refusal 0 token-identity
	tell 0 remove
	await_insert 0
	tell 0 identity on
	insert 0
	await_refusal 0 token-format-unsupported
	[ "$(tell 0 count)" -eq 0 ]
	interrupt
}

@test "a card that the list demands is given to that member only" {
	sed -i 's/^number,name,p12$/&,token_serial/; s/p12$/&,/; s/\(10000003.*\),$/\1,2701520000000001/' manifest.csv
	begin
	insert 1
	await_done 1 10000003
	insert 0
	await_done 0
	[ "$label" != 10000003 ]
	interrupt
}

@test "a card whose member failed before it was begun is given to nobody else" {
	sed -i 's/^number,name,p12$/&,token_serial/; s/p12$/&,/; s/\(10000001.*\),$/\1,2701520000000000/' manifest.csv
	sed -i 's/^10000001,.*/10000001,wrongcode/' passwords.csv
	begin
	insert 0
	await '.type == "failed" and .error == "pin-code-wrong"'
	await '.type == "take-out"'
	tell 0 remove
	await_insert 0
	insert 0
	await_refusal 0 token-unassigned
	interrupt
}

# pulled_while_emptied APDUS: a card that gave its key away, after so many of the APDUs that destroy the key; it gives none away
# any more, and is put in again.
pulled_while_emptied() {
	held_while_emptied
	tell 0 remove-after "$1"
	signal CONT formatter
	await '.type == "failed" and .error == "token-removed"'
	pin=$(pin_of "$number")
	tell 0 leaky off
	await_insert 0
	insert 0
}

@test "a card pulled while its key is destroyed is that member's when it comes back, with the same PINs" {
	begin

	pulled_while_emptied $((EMPTYING / 4))

	await_done 0 "$number"
	[ "$(pin_of "$number")" = "$pin" ]
	interrupt
	assert_card 0 "$number"
}

@test "a card pulled when its key was destroyed, but nobody knew, is that member's when it comes back" {
	begin

	pulled_while_emptied "$EMPTYING"

	await_done 0 "$number"
	[ "$(pin_of "$number")" = "$pin" ]
	interrupt
	assert_card 0 "$number"
}

@test "a card that gives its key away is emptied, and its member gets the next attempt with the same PINs" {
	begin
	tell 0 leaky on
	insert 0
	await '.type == "failed" and .error == "evidence-refuted"'
	number=$(jq -r .number <<<"$event")
	await '.type == "take-out"'
	pin=$(pin_of "$number")
	pkcs11-tool --module "$OPENSC" --token-label "$number" --login --pin "$pin" --list-objects --type privkey >objects
	[ ! -s objects ]
	[ -e "m${number: -1}.p12" ]

	tell 0 remove
	"$TEST_CARD" wait 0 absent
	tell 0 leaky off
	insert 0

	await_done 0 "$number"
	[ "$(pin_of "$number")" = "$pin" ]
	assert_card 0 "$number"
	interrupt
}

@test "a reader that is plugged in later makes cards, and the others are told to ignore it" {
	reader 1 >"$TEST_CARD_HIDDEN"
	tell 0 insert
	"$TEST_CARD" wait 0 present
	begin
	await_done 0
	run ! grep -q "$(reader 1)" "$XDG_RUNTIME_DIR"/tokenferry-*/opensc.conf
	rm "$TEST_CARD_HIDDEN"
	tell 0 remove
	await_insert 1
	insert 1
	await_done 1
	grep -q "ignored_readers = \"$(reader 0)\";" "$XDG_RUNTIME_DIR"/tokenferry-*/opensc.conf
	tell 0 new 7
	tell 0 hold-after "$INTO_FORMATTING"
	insert 0
	await '.step == "format"'
	grep -q "ignored_readers = \"$(reader 1)\";" "$XDG_RUNTIME_DIR"/tokenferry-*/opensc.conf
	tell 0 heal
	await_done 0
	ends 0
}

@test "a reader that is plugged in while a card is recognised costs that card nothing" {
	reader 1 >"$TEST_CARD_HIDDEN"
	dies_at "$INTO_IMPORT" import

	begin
	tell 0 hold-after "$INTO_RECOGNITION"
	insert 0
	await '.step == "format"'
	rm "$TEST_CARD_HIDDEN"
	await_insert 1
	tell 0 heal
	await_done 0 "$number"
	run ! grep '"type":"failed"' said
	interrupt
	assert_card 0 "$number"
}

@test "a batch ends when the processes of the last reader that is plugged in do not start" {
	cp -r "$TOKENFERRY_SOURCE/profiles" profiles
	begin --profiles profiles
	await_insert 1
	reader 1 >"$TEST_CARD_HIDDEN"
	# The formatter reads it when it starts.
	rm profiles/tokens/myeid-opensc.profile
	insert 0
	await '.type == "given-up" and .error == "source-missing"'
	ends 10
}

@test "every process of a card is confined: only the formatter runs programs, and all know one reader" {
	begin
	tell 0 hold-after "$INTO_FORMATTING"
	insert 0
	await '.step == "format"'
	until pgrep -P "$(pgrep -P "$supervisor" -f 'role formatter')" -x pkcs15-init >/dev/null; do :; done
	pgrep -P "$supervisor" -f 'role (formatter|worker|auditor)' >children
	[ "$(wc -l <children)" -eq 3 ]
	while read -r child; do
		grep -q '^Seccomp:	2$' "/proc/$child/status"
		grep -q '^NoNewPrivs:	1$' "/proc/$child/status"
		grep -q '^CapEff:	0000000000000000$' "/proc/$child/status"
	done <children
	tell 0 heal
	await_done 0
	interrupt
}

@test "--assign serial gives a card to nobody but who demands it" {
	sed -i 's/^number,name,p12$/&,token_serial/; s/p12$/&,/; s/\(10000003.*\),$/\1,2701520000000001/' manifest.csv
	begin --assign serial
	insert 0
	await_refusal 0 token-unassigned
	insert 1
	await_done 1 10000003
	ends 93
	assert_card 1 10000003

	ferry batch "${BATCH[@]}" --assign first
	assert_status 2
}

@test "--assign serial names who has no token_serial before it begins, and ends without them" {
	sed -i 's/^number,name,p12$/&,token_serial/; s/p12$/&,/; s/\(10000003.*\),$/\1,2701520000000001/' manifest.csv
	begin --assign serial
	await '.type == "insert"'
	[ "$(jq -r 'select(.type == "unassigned") | .number' said | xargs)" = '10000001 10000002' ]
	insert 1
	await_done 1 10000003
	ends 93
	tail -n 1 said | jq -e '.error.code == "batch-unassigned" and .error.exit == 93'
	tail -n 1 said | jq -r .error.message | grep 'of 3 members have no token yet; 2 of them'

	ferry batch "${BATCH[@]}" --assign serial
	assert_status 93
	[[ $stderr == *'Line 2, 10000001 会員 1号: no token_serial'*'Line 3, 10000002'*'with no token_serial: 2'* ]]
}

@test "a card that was begun for somebody without token_serial is finished with --assign serial" {
	begin
	tell 0 hold-after "$INTO_IMPORT"
	insert 0
	await '.step == "import"'
	number=$(jq -r .number <<<"$event")
	tell 0 remove
	await '.type == "failed"'
	interrupt
	tell 0 heal
	begin --assign serial
	await '.type == "insert"'
	[ "$(jq -r 'select(.type == "unassigned") | .number' said | grep -c "$number")" -eq 0 ]
	insert 0
	await_done 0 "$number"
	ends 93
}

@test "an answer that was begun for a card that is taken out meanwhile confirms no other" {
	insert 0
	cat >script <<-'END'
		? Station 1 00 00: whose card is this?
		! pkill -STOP -P "$1" -f 'role opener'
		> 10000002
		! "$TEST_CARD" tell "$TEST_CARD_CONTROL" 1 insert
		? Station 1 00 01: whose card is this? Type or scan the registration number.
		_ y
		? y
		! "$TEST_CARD" tell "$TEST_CARD_CONTROL" 1 remove
		? Station 1 00 01: the card was taken out
		! pkill -CONT -P "$1" -f 'role opener'
		>
		? The certificate is that of 会員 2号. Is this the member?
		> n
		? Station 1 00 00: whose card is this?
		^C
	END

	run python3 "$TOKENFERRY_SOURCE/tests/e2e/dialogue.py" script -- "$TOKENFERRY" batch "${BATCH[@]}" --assign ask

	[ "$status" -eq 130 ] || { echo "$output" && return 1; }
	[ "$(sqlite3 "$HOME/ledger.db" 'SELECT group_concat(state) FROM job ORDER BY number')" = 0,0,0 ]
}

@test "an answer that is typed before its question counts for nothing" {
	insert 0
	cat >script <<-'END'
		? Station 1 00 00: whose card is this?
		! pkill -STOP -P "$1" -f 'role opener'
		> 10000002
		> y
		_ perhaps
		? perhaps
		! pkill -CONT -P "$1" -f 'role opener'
		? The certificate is that of 会員 2号. Is this the member?
		> y
		? begun before the question
		? Is this the member?
		> n
		? Station 1 00 00: whose card is this?
		^C
	END

	run python3 "$TOKENFERRY_SOURCE/tests/e2e/dialogue.py" script -- "$TOKENFERRY" batch "${BATCH[@]}" --assign ask

	[ "$status" -eq 130 ] || { echo "$output" && return 1; }
	[ "$(sqlite3 "$HOME/ledger.db" 'SELECT group_concat(state) FROM job ORDER BY number')" = 0,0,0 ]
}

@test "a pcscd that is killed in the middle holds the batch up, and the card is finished when it is back" {
	begin
	tell 0 hold-after "$INTO_IMPORT"
	insert 0
	await '.step == "import"'
	number=$(jq -r .number <<<"$event")
	as_root kill -KILL "$(cat /run/pcscd/pcscd.pid)"
	await '.type == "held-up" and .error == "pcsc-unavailable"'
	tell 0 heal
	as_root pcscd --foreground --config "$TEST_CARD_READERS" >pcscd.log 2>&1 3>&- &
	await_done 0 "$number"
	assert_card 0 "$number"
	interrupt
}
