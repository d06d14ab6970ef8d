#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# A key's journey onto a smart card, judged by OpenSC's own tools and by the card's count of APDUs.

setup_file() {
	load helper
	# shellcheck source=../e2e/pki.bash
	. "$TOKENFERRY_SOURCE/tests/e2e/pki.bash"
	pki=$BATS_FILE_TMPDIR/pki
	pki_authority "$pki" "$(pki_demo_issuer)"
	secret_file "$pki/pin-code" kirakira
	for kind in rsa:2048 rsa:3072 ec:P-256 ec:P-384; do
		pki_member "$pki" "$kind" "/C=JP/O=Test/CN=Hanako Mihon" "$kind"
		openssl pkcs12 -export -inkey "$pki/$kind.key" -in "$pki/$kind.pem" -name member \
			-passout "file:$pki/pin-code" -out "$pki/$kind.p12"
	done
	format_once
}

setup() {
	load helper
	fresh_card
	export HOME=$BATS_TEST_TMPDIR XDG_STATE_HOME=$BATS_TEST_TMPDIR/state XDG_CONFIG_HOME=$BATS_TEST_TMPDIR/config
	umask 077
	mkdir reports
	pki=$BATS_FILE_TMPDIR/pki
	cp "$pki/pin-code" .
	echo "$PIN" >pin
	echo 000000 >wrong-pin
}

# migrate KIND OPTION...: the whole journey, without questions and without --module.
migrate() {
	cp "$pki/$1.p12" member.p12
	run --separate-stderr "$TOKENFERRY" migrate member.p12 --password-source file:pin-code --pin-source "file:${PIN_FILE:-pin}" \
		--campaign demo --name 'Hanako Mihon' --number 12345678 --report-dir reports --yes --json "${@:2}"
}

result() {
	tail -n 1 <<<"$output" | jq -r "$1"
}

# ends STATUS FILTER WANTED
ends() {
	if [ "$status" -ne "$1" ] || [ "$(result "$2")" != "$3" ]; then
		echo "expected $1, $2 = $3; not $status, $(result .status), $(result .error): $(result .evidence)"
		echo "${stderr:-}"
		return 1
	fi
}

private_keys() {
	p11 --list-objects --type privkey | grep -c '^Private Key Object' || true
}

is_whole() {
	cmp member.p12 "$pki/$1.p12"
}

@test "a formatted card is proven within 200 APDUs, and the file is wiped" {
	tell count-from-0

	migrate rsa:2048

	echo "# $(count) APDUs from formatted card to report" >&3
	ends 0 .evidence.grade refused
	[ "$(count)" -le 200 ]
	[ ! -e member.p12 ]
	[ "$(private_keys)" -eq 1 ]
}

@test "from a blank card to the proof it takes 310 APDUs at most" {
	tell blank
	tell count-from-0
	echo "$PUK" >puk
	echo "$SO_PIN" >so-pin
	"$TOKENFERRY" init-token --reader "$READER" --label member --pin-source file:pin --puk-source file:puk \
		--so-pin-source file:so-pin --yes

	migrate rsa:2048

	echo "# $(count) APDUs from blank card to report" >&3
	ends 0 .evidence.grade refused
	[ "$(count)" -le 310 ]
}

@test "what is on the card signs for OpenSC's own tools, and the certificate verifies it" {
	migrate rsa:2048
	id=$(result .key.id)

	p11 --sign --mechanism SHA256-RSA-PKCS --id "$id" -i data -o signature

	openssl x509 -in "$pki/rsa:2048.pem" -noout -pubkey >member.pub
	openssl dgst -sha256 -verify member.pub -signature signature data
}

@test "keys of every kind the card takes are proven on it" {
	for kind in rsa:3072 ec:P-256 ec:P-384; do
		fresh_card
		migrate "$kind"
		ends 0 .evidence.grade refused
		[ "$(private_keys)" -eq 1 ]
	done
}

@test "an intermediate certificate costs 36 APDUs at most" {
	migrate rsa:2048
	tell load "$BATS_FILE_TMPDIR/formatted"
	tell count-from-0
	migrate rsa:2048 --ledger sqlite:first.db
	without=$(count)
	tell load "$BATS_FILE_TMPDIR/formatted"
	cat "$pki/intermediate.pem" >chain.pem
	openssl pkcs12 -export -inkey "$pki/rsa:2048.key" -in "$pki/rsa:2048.pem" -certfile chain.pem -name member \
		-passout file:pin-code -out "$pki/chain.p12"
	tell count-from-0

	migrate chain --ledger sqlite:second.db

	echo "# $(count) APDUs with an intermediate, $without without" >&3
	ends 0 .status "done"
	[ $(($(count) - without)) -le 36 ]
}

@test "the card itself is asked for the key, not only its module" {
	migrate rsa:2048

	[ "$(result '[.evidence.attempts[] | select(.name | startswith("card: ")) | .outcome] | unique | join(" ")')" = not-offered ]
	[ "$(result '[.evidence.attempts[] | select(.name | startswith("card: "))] | length')" -eq 6 ]
}

@test "what OpenSC answers whatever was written is no claim of the card, in the report and by verify" {
	migrate rsa:2048
	ends 0 '.evidence.constants | sort | join(" ")' \
		"CKA_ALWAYS_SENSITIVE CKA_EXTRACTABLE CKA_LOCAL CKA_NEVER_EXTRACTABLE CKA_SENSITIVE"
	sed -n '/a claim, no evidence/,/Answered by this kind of token whatever was written/p' reports/*.txt >claims
	[ -s claims ]
	run ! grep -E 'CKA_(EXTRACTABLE|SENSITIVE|LOCAL)' claims
	grep -A5 'Answered by this kind of token whatever was written' reports/*.txt | grep 'CKA_LOCAL: no'

	run --separate-stderr "$TOKENFERRY" verify --pin-source file:pin --json
	ends 0 '.evidence.constants | length' 5
}

@test "a card that gives its key away is refuted, emptied, and the file stays whole" {
	tell leaky on

	migrate rsa:2048

	ends 60 .error.code evidence-refuted
	is_whole rsa:2048
	tell leaky off
	[ "$(private_keys)" -eq 0 ]
}

@test "a card that gives an elliptic-curve key away is refuted, too" {
	tell leaky on

	migrate ec:P-256

	ends 60 .error.code evidence-refuted
	is_whole ec:P-256
}

@test "a card that answers an attempt with nonsense only claims, and nothing is wiped" {
	tell count-from-0
	migrate rsa:2048
	total=$(count)
	grades=
	for ((n = total - 14; n < total - 6; n++)); do # the card's own attempts, before libp11's six
		tell load "$BATS_FILE_TMPDIR/formatted"
		tell answer-at "$n" 6f00
		migrate rsa:2048 --ledger "sqlite:$n.db"
		tell heal
		[ "$status" -eq 0 ] || is_whole rsa:2048
		grades+="$status $(result .evidence.grade) "
	done
	echo "$grades"
	[[ "$grades" == *"61 claimed"* ]]
	[[ "$grades" != *refuted* ]]
}

@test "a card that was never activated is refused before a PIN is asked for" {
	tell blank
	pkcs15-init -r "$READER" -C --so-pin "$SO_PIN" --so-puk "$SO_PUK"
	pkcs15-init -r "$READER" --store-pin --id 01 --pin "$PIN" --puk "$PUK" --label member --so-pin "$SO_PIN"

	migrate rsa:2048

	ends 37 .error.code token-not-activated
	is_whole rsa:2048
}

@test "a wrong PIN costs one try and stops; with one try left none is used" {
	PIN_FILE=wrong-pin migrate rsa:2048
	ends 40 .error.code pin-wrong
	answers 63c2 00200001
	echo 111111 >wrong-pin
	PIN_FILE=wrong-pin migrate rsa:2048
	ends 40 .error.code pin-wrong
	answers 63c1 00200001

	migrate rsa:2048

	ends 41 .error.code pin-last-try
	answers 63c1 00200001
	is_whole rsa:2048
}

@test "a locked card is said, with the way out" {
	tell tries 1 0

	migrate rsa:2048 --lang ja

	ends 41 .error.code pin-locked
	[[ "$(result .error.advice)" == *"pin unblock"* ]]
	is_whole rsa:2048
}

@test "verify finds the key again, years later" {
	migrate rsa:2048

	run --separate-stderr "$TOKENFERRY" verify --pin-source file:pin --json

	ends 0 .evidence.grade refused
}

@test "a token without a profile that was tried is confirmed first" {
	migrate rsa:2048 --token-profile yubikey-piv

	ends 44 .error.code token-unverified
	is_whole rsa:2048
}
