#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# A batch of members on SoftHSM: every member gets one token, a letter that opens it and an escrow that unblocks it, and
# that is looked at with other programs than ours.

N_MEMBERS=6

setup_file() {
	load helper
	shared_pki
	for i in $(seq "$N_MEMBERS"); do
		pki_member "$PKI" "m$i" "/C=JP/O=社会保険労務士/CN=会員 ${i}号"
	done
	openssl req -x509 -newkey rsa:2048 -nodes -utf8 -days 30 -subj "/CN=連合会 金庫" -addext keyUsage=keyEncipherment \
		-keyout "$PKI/escrow.key" -out "$PKI/escrow.pem" 2>/dev/null
}

setup() {
	load helper
	private_home
	softhsm_store "$BATS_TEST_TMPDIR/softhsm"
	secret_file "$HOME/passphrase" 'ame ni mo makezu'
	(umask 077 && echo 'number,password' >"$HOME/passwords.csv")
	echo 'number,name,p12' >manifest.csv
	for i in $(seq "$N_MEMBERS"); do
		add_member "$i"
	done
	batch_options
}

# add_member I: its .p12 and its lines in both lists.
add_member() {
	p12_openssl "$PKI" "m$1" "$PKI/pin-code" "m$1.p12"
	printf '1000000%d,会員 %d号,m%d.p12\n' "$1" "$1" "$1" >>manifest.csv
	printf '1000000%d,%s\n' "$1" "$PIN_CODE" >>passwords.csv
}

batch() {
	ferry batch "${BATCH[@]}" "$@"
}

# Everything that a batch is told here.
batch_options() {
	BATCH=(manifest.csv --module "$SOFTHSM" --campaign demo --passwords passwords.csv --letters letters \
		--escrow-to "$PKI/escrow.pem" --escrow-fingerprint "$(fingerprint "$PKI/escrow.pem")" \
		--passphrase-source "file:$HOME/passphrase" --ledger "$LEDGER")
}

fingerprint() {
	openssl x509 -in "$1" -noout -fingerprint -sha256 | sed 's/.*=//'
}

# The user PIN, as its letter says it.
pin_of() {
	pdftotext -raw "letters/$1.pdf" - | grep -oE '[0-9]+' | tail -n 1
}

# assert_provisioned NUMBER: the PIN of the letter opens a token of that label, with one key that stays there.
assert_provisioned() {
	local pin

	pin=$(pin_of "$1")
	[ -n "$pin" ] || { pdftotext -layout "letters/$1.pdf" - && return 1; }
	pkcs11-tool --module "$SOFTHSM" --token-label "$1" --login --pin "$pin" --list-objects --type privkey >objects
	[ "$(grep -c '^Private Key Object' objects)" -eq 1 ] || { cat objects && return 1; }
	grep -q 'never extractable\|sensitive' objects || { cat objects && return 1; }
}

@test "every member gets one token, a letter that opens it, and loses the file" {
	batch --json

	assert_status 0
	assert_result .status 'done'
	assert_result .provisioned "$N_MEMBERS"
	for i in $(seq "$N_MEMBERS"); do
		assert_provisioned "1000000$i"
		[ ! -e "m$i.p12" ] || { echo "m$i.p12 is still there" && return 1; }
	done
	[ "$(pkcs11-tool --module "$SOFTHSM" --list-token-slots | grep -c 'token label')" -eq "$N_MEMBERS" ]
}

@test "running a finished batch again changes nothing" {
	batch
	assert_status 0
	find "$BATS_TEST_TMPDIR/softhsm" letters -type f -exec sha256sum {} + | sort >before

	batch --json

	assert_status 0
	assert_result .provisioned 0
	find "$BATS_TEST_TMPDIR/softhsm" letters -type f -exec sha256sum {} + | sort | diff before -
}

@test "status says who has which token, while the batch runs and after it" {
	batch
	assert_status 0

	ferry status --ledger "$LEDGER" --json --list

	assert_status 0
	assert_result .provisioned "$N_MEMBERS"
	serial=$(head -n 1 <<<"$output" | jq -r .token_serial)
	pkcs11-tool --module "$SOFTHSM" --list-token-slots | grep -A8 "$(head -n 1 <<<"$output" | jq -r .number)" |
		grep -q "serial num *: $serial"

	ferry status --ledger "$LEDGER" --format csv

	assert_says "10000001,会員 1号,provisioned,"
	[ "$(wc -l <<<"$output")" -eq $((N_MEMBERS + 1)) ]
}

@test "an interrupted batch ends what it began, and the next one goes on" {
	mkfifo events
	"$TOKENFERRY" batch "${BATCH[@]}" --json --verbose >events 2>errors &
	supervisor=$!
	exec 8<events
	while read -r event <&8 && [[ $event != *'"step":"import"'* ]]; do :; done
	kill -TERM "$supervisor"
	cat <&8 >rest
	wait "$supervisor" && status=0 || status=$?

	[ "$status" -eq 130 ] || { cat rest errors && return 1; }
	n=$(grep -c '"type":"provisioned"' rest) || true
	[ "$n" -lt "$N_MEMBERS" ]
	[ "$(find letters -name '*.pdf' | wc -l)" -eq "$n" ]
	[ "$(find . -maxdepth 1 -name '*.p12' | wc -l)" -eq $((N_MEMBERS - n)) ]

	batch --json

	assert_status 0
	assert_result .provisioned $((N_MEMBERS - n))
	for i in $(seq "$N_MEMBERS"); do
		assert_provisioned "1000000$i"
	done
}

@test "more damaged files than are opened ahead cost those members only" {
	for i in $(seq 20000001 20000130); do
		: >"$i.p12"
		sed -i "1a $i,会員 見本,$i.p12" manifest.csv
		echo "$i,$PIN_CODE" >>passwords.csv
	done

	batch --json

	assert_status 93
	[ "$(grep -c '"type":"failed"' <<<"$output")" -eq 130 ]
	[ "$(grep -c '"type":"provisioned"' <<<"$output")" -eq "$N_MEMBERS" ]
}

@test "one member's wrong PIN code costs that member only, and the next run makes up for it" {
	sed -i 's/^10000003,.*/10000003,wrong/' passwords.csv

	batch --json

	assert_status 93
	[ "$(grep -c '"type": *"provisioned"' <<<"$output")" -eq $((N_MEMBERS - 1)) ]
	grep '"type": *"failed"' <<<"$output" | jq -e '.number == "10000003" and .error == "pin-code-wrong"'
	[ -e m3.p12 ]
	[ ! -e letters/10000003.pdf ]

	sed -i "s/^10000003,.*/10000003,$PIN_CODE/" passwords.csv
	batch --json

	assert_status 0
	assert_result .provisioned 1
	assert_provisioned 10000003
}

@test "a name that is not the certificate's stops that member before a token" {
	sed -i 's/会員 2号/会員 5号/' manifest.csv

	batch --json

	assert_status 93
	grep '"type": *"failed"' <<<"$output" | jq -e '.number == "10000002" and .error == "certificate-name"'
	[ -e m2.p12 ]
	[ "$(pkcs11-tool --module "$SOFTHSM" --list-token-slots | grep -c 'token label')" -eq $((N_MEMBERS - 1)) ]
}

@test "the same certificate under two numbers is given one token only" {
	cp m1.p12 again.p12
	printf '10000009,会員 1号,again.p12\n' >>manifest.csv
	printf '10000009,%s\n' "$PIN_CODE" >>passwords.csv

	batch --json

	assert_status 93
	grep '"type": *"failed"' <<<"$output" | jq -e '.error == "certificate-taken"'
	[ "$(pkcs11-tool --module "$SOFTHSM" --list-token-slots | grep -c 'token label')" -eq "$N_MEMBERS" ]
}

@test "a list with a defect touches no token, and every defect is named with its line" {
	printf '1000007,zero lost,m1.p12\n10000001,again,m2.p12\n10000008,away,../m1.p12\n' >>manifest.csv

	batch --json

	assert_status 92
	[ "$(grep '"type": *"problem"' <<<"$output" | jq -r .line | sort -nu | tr '\n' ' ')" = '8 9 10 ' ] ||
		{ show && return 1; }
	run pkcs11-tool --module "$SOFTHSM" --list-token-slots
	[[ $output != *'token label'* ]]
	[ -e m1.p12 ]
}

@test "the escrow of a token opens with the federation's key, and holds no user PIN" {
	batch
	assert_status 0

	openssl cms -decrypt -inform DER -in letters/escrow/10000004.p7m -inkey "$PKI/escrow.key" -recip "$PKI/escrow.pem" -out pins

	grep -q '^tokenferry-pins 1' pins
	grep -q '^number 10000004' pins
	grep -q '^so ' pins
	run -1 grep -q '^user ' pins
}

@test "no PIN and no password is in the ledger, in messages or on the screen" {
	batch --json --verbose
	assert_status 0

	for i in $(seq "$N_MEMBERS"); do
		pin=$(pin_of "1000000$i")
		refute_says "$pin"
		(! grep -aq "$pin" "${LEDGER#sqlite:}"*) || { echo "$pin is in the ledger" && return 1; }
	done
	refute_says "$PIN_CODE"
	(! grep -aq "$PIN_CODE" "${LEDGER#sqlite:}"*) || { echo 'a PIN code is in the ledger' && return 1; }
}

@test "a batch speaks Japanese" {
	sed -i 's/^10000003,.*/10000003,wrong/' passwords.csv

	batch --lang ja

	assert_status 93
	assert_says 'トークン'
	assert_says '10000003 会員 3号'
	[[ $(pdftotext letters/10000001.pdf -) == *暗証番号* ]]
}

@test "a second supervisor on the same ledger is refused" {
	mkfifo events
	"$TOKENFERRY" batch "${BATCH[@]}" --json --verbose >events 2>errors &
	supervisor=$!
	exec 8<events
	while read -r event <&8 && [[ $event != *'"step":"format"'* ]]; do :; done
	kill -STOP "$supervisor"

	batch --json

	kill -CONT "$supervisor"
	assert_status 80
	assert_result .error.code ledger-busy
	cat <&8 >rest
	wait "$supervisor"
	[ "$(tail -n 1 rest | jq -r .status)" = 'done' ]
}

@test "without letters or escrow nothing begins unless that is said" {
	ferry batch manifest.csv --module "$SOFTHSM" --passwords passwords.csv --escrow-to "$PKI/escrow.pem" \
		--passphrase-source "file:$HOME/passphrase" --ledger "$LEDGER"

	assert_status 2
	[ -e m1.p12 ]
}
