#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# The member's journey on SoftHSM, from the .p12 files of the four makers to the completion report.

setup_file() {
	load helper
	shared_pki
}

setup() {
	load helper
	private_home
	private_token
	cp "$PKI/pin-code" "$HOME/pin-code"
}

# What every finished journey has in common, looked at from outside.
assert_arrived() {
	assert_status 0
	assert_n_keys 1
	[ ! -e "$1" ] || { echo "$1 is still there" && return 1; }
	token_private_keys | grep -q 'never extractable\|sensitive' || { token_private_keys && return 1; }
}

@test "a file by OpenSSL 3 arrives, is wiped and reported" {
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12

	ferry_migrate member.p12 --json --module "$SOFTHSM"

	assert_arrived member.p12
	assert_result '.module.package | test("^libsofthsm2 2[.]")' true
	assert_result .type result
	assert_result .status 'done'
	assert_result .evidence.grade refused
	assert_result .evidence.challenge signed
	assert_result .evidence.attributes.CKA_EXTRACTABLE false
	assert_result '.wiped[0].level | test("^W[23]$")' true
	assert_result '.report | [.text, .json, .mail] | map(type) | unique | .[0]' string
	[ "$(find "$REPORTS" -type f | wc -l)" -eq 3 ]
}

@test "a file as in 2014 (RC2-40 and 3DES) arrives" {
	p12_legacy "$PKI" member "$HOME/pin-code" member.p12

	ferry_migrate member.p12 --json

	assert_arrived member.p12
}

@test "a file by pk12util arrives" {
	p12_nss "$PKI" member "$HOME/pin-code" member.p12

	ferry_migrate member.p12 --json

	assert_arrived member.p12
}

@test "a file by keytool arrives" {
	p12_java "$PKI" member "$HOME/pin-code" member.p12

	ferry_migrate member.p12 --json

	assert_arrived member.p12
}

@test "a file by certtool arrives" {
	p12_gnutls "$PKI" member "$HOME/pin-code" member.p12

	ferry_migrate member.p12 --json

	assert_arrived member.p12
}

@test "an elliptic-curve key arrives" {
	pki_member "$PKI" curve "/C=JP/O=社会保険労務士/CN=見本 花子" ec:P-256
	p12_openssl "$PKI" curve "$HOME/pin-code" curve.p12

	ferry_migrate curve.p12 --json

	assert_status 0
	assert_result .key.type ec
	assert_n_keys 1
}

@test "a key whose certificate allows no signing is challenged by decryption" {
	pki_member "$PKI" decipherer "/C=JP/O=社会保険労務士/CN=見本 花子" rsa:2048 2026-01-01 2035-12-31 decipherer
	p12_openssl "$PKI" decipherer "$HOME/pin-code" decipherer.p12

	ferry_migrate decipherer.p12 --json

	assert_status 0
	assert_result .evidence.challenge decrypted
	assert_n_keys 1
}

@test "other programs sign with the key that arrived" {
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12
	ferry_migrate member.p12
	assert_status 0
	echo "to be signed" >text

	pkcs11-tool --module "$SOFTHSM" --token-label member --login --pin "$USER_PIN" --sign --mechanism SHA256-RSA-PKCS \
		--input-file text --output-file signature

	openssl x509 -in "$PKI/member.pem" -noout -pubkey >public.pem
	openssl dgst -sha256 -verify public.pem -signature signature text
}

@test "in Japanese no English sentence is said" {
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12

	ferry_migrate member.p12 --lang ja

	assert_status 0
	assert_says "取り出しを試み、すべて拒否されました"
	run ! grep -E '\b(the|was|were|not|your|and|has)\b' <<<"$output${stderr:-}"
}

@test "the mail is the guide's, and names no path of this PC" {
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12
	ferry_migrate member.p12 --campaign demo
	assert_status 0

	mail=$(cat "$REPORTS"/*.eml)

	python3 - "$REPORTS"/*.eml <<-'END'
		import email, email.policy, sys
		mail = email.message_from_file(open(sys.argv[1]), policy=email.policy.default)
		body = mail.get_body().get_content()
		assert mail['subject'] == '移行完了連絡(デモ)', mail['subject']
		assert mail['to'] == 'demo@federation.example', mail['to']
		assert '秘密鍵のトークンへの移行が完了しました' in body, body
		assert '見本 花子' in body and '12345678' in body, body
		whole = ''.join(part.get_content() if part.get_content_maintype() == 'text' else
		    part.get_payload(decode=True).decode() for part in mail.walk() if not part.is_multipart())
		assert '/home' not in whole and 'member.p12' not in whole, whole
	END
	run ! grep -q "$HOME" <<<"$mail"
}

@test "the evidence of a report is checked offline, and a doctored one is refused" {
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12
	ferry_migrate member.p12
	assert_status 0
	report=$(echo "$REPORTS"/*.json)

	SOFTHSM2_CONF=/nonexistent ferry verify --evidence "$report"
	assert_status 0
	assert_says "WHAT THIS DOES NOT SHOW"
	ferry verify --evidence "$report" --json
	assert_result '.not_shown | join(" ")' "unsigned-statements token-signed certificate-status"

	jq -c '.token.serial = "0000"' "$report" >doctored.json
	ferry verify --evidence doctored.json
	assert_status 62
}

@test "openssl alone checks the signature in a report" {
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12
	ferry_migrate member.p12
	report=$(echo "$REPORTS"/*.json)

	jq -r .statement "$report" | base64 -d >statement
	jq -r '.evidence.responses[] | select(.via == "cryptoki") | .signature' "$report" | base64 -d >signature
	jq -r .certificate_der "$report" | base64 -d | openssl x509 -inform DER -noout -pubkey >public.pem

	openssl dgst -sha256 -verify public.pem -signature signature statement
}

@test "verify grades the key years later without any source" {
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12
	ferry_migrate member.p12

	ferry verify --module "$SOFTHSM" --token "$TOKEN_URI" --pin-source "file:$HOME/user-pin" --ledger "$LEDGER" --json

	assert_status 0
	assert_result .evidence.grade refused
	assert_result .compared_with ledger
}

@test "a grade that rests on the token's own certificate says so" {
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12
	ferry_migrate member.p12

	ferry verify --module "$SOFTHSM" --token "$TOKEN_URI" --pin-source "file:$HOME/user-pin" --ledger sqlite:absent.db

	assert_status 0
	assert_says "only the token itself says"
}

# killed_before_the_wipe: a run that dies when the wipe stands in the ledger, and not an octet is overwritten.
killed_before_the_wipe() {
	traced -o /dev/null -P "$HOME/member.p12" -e trace=pwrite64 -e inject=pwrite64:error=EIO:signal=SIGKILL:when=1 \
		"$TOKENFERRY" migrate member.p12 --yes --accept posture --module "$SOFTHSM_COPY" --token "$TOKEN_URI" \
		--password-source "file:$HOME/pin-code" --pin-source "file:$HOME/user-pin" --report-dir "$REPORTS" \
		--ledger "$LEDGER" >/dev/null 2>&1 || true
	[ "$(sqlite3 "${LEDGER#sqlite:}" 'SELECT step FROM migration')" = wiping ]
	assert_unchanged member.p12 "$digest"
}

@test "a token formatted after a killed run gets the key again before the file is wiped" {
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12
	digest=$(sha256sum <member.p12 | cut -d' ' -f1)
	killed_before_the_wipe
	softhsm2-util --init-token --token member --label member --pin "$USER_PIN" --so-pin "$SO_PIN"
	assert_n_keys 0

	ferry_migrate member.p12

	assert_status 0
	assert_n_keys 1
	[ ! -e member.p12 ]
}

@test "a revocation list counts after a killed run, too" {
	pki_member "$PKI" late "/C=JP/CN=見本 花子"
	p12_openssl "$PKI" late "$HOME/pin-code" member.p12
	digest=$(sha256sum <member.p12 | cut -d' ' -f1)
	killed_before_the_wipe
	pki_revoke "$PKI" late
	pki_crl "$PKI"

	ferry_migrate member.p12 --crl "$PKI/crl.pem"

	assert_status 23
	assert_unchanged member.p12 "$digest"
}

@test "a revocation list that comes after a finished run stops the report of it" {
	pki_member "$PKI" later "/C=JP/CN=見本 花子"
	p12_openssl "$PKI" later "$HOME/pin-code" member.p12
	ferry_migrate member.p12
	assert_status 0
	pki_revoke "$PKI" later
	pki_crl "$PKI"

	ferry_migrate member.p12 --crl absent.crl
	assert_status 10
	ferry_migrate member.p12 --crl "$PKI/crl.pem"

	assert_status 23
}

@test "a spare that an earlier run wrote and never proved is not forgotten" {
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12
	digest=$(sha256sum <member.p12 | cut -d' ' -f1)
	softhsm2-util --init-token --free --label spare --pin "$USER_PIN" --so-pin "$SO_PIN"
	exec {lines}< <(exec "$TOKENFERRY" migrate member.p12 --yes --accept posture --module "$SOFTHSM_COPY" \
		--token "$TOKEN_URI" --spare pkcs11:token=spare --password-source "file:$HOME/pin-code" \
		--pin-source "file:$HOME/user-pin" --spare-pin-source "file:$HOME/user-pin" --report-dir "$REPORTS" \
		--ledger "$LEDGER" 2>&1)
	killed=$!
	while read -r line <&"$lines" && [[ $line != *"was written onto the token 'spare'"* ]]; do :; done
	kill -KILL "$killed"
	wait "$killed" || true
	[ "$(sqlite3 "${LEDGER#sqlite:}" 'SELECT group_concat(step) FROM migration')" = imported,imported ]

	ferry_migrate member.p12 --dry-run
	assert_status 61
	ferry_migrate member.p12
	assert_status 61
	assert_says "second token as well"
	assert_unchanged member.p12 "$digest"
	ferry_migrate member.p12 --accept posture --accept spare --json

	assert_status 0
	assert_result '.exceptions | index("spare") != null' true
	[ ! -e member.p12 ]
}

@test "a wrong PIN code stops with status 12 and the file whole" {
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12
	digest=$(sha256sum <member.p12 | cut -d' ' -f1)
	secret_file pin-code wrong

	ferry_migrate member.p12

	assert_status 12
	assert_unchanged member.p12 "$digest"
	assert_n_keys 0
}

@test "a wrong user PIN stops with status 40, and is not sent again" {
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12
	digest=$(sha256sum <member.p12 | cut -d' ' -f1)
	secret_file user-pin 654321

	ferry_migrate member.p12
	assert_status 40

	ferry_migrate member.p12 --json
	assert_status 40
	assert_result .error.code pin-failed-before
	assert_unchanged member.p12 "$digest"
}

@test "a token that is not there stops with status 30" {
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12
	digest=$(sha256sum <member.p12 | cut -d' ' -f1)
	TOKEN_URI=pkcs11:token=another

	ferry_migrate member.p12

	assert_status 30
	assert_unchanged member.p12 "$digest"
}

@test "two tokens that fit stop with status 31, and none is guessed" {
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12
	softhsm2-util --init-token --free --label second --pin "$USER_PIN" --so-pin "$SO_PIN" >/dev/null

	TOKEN_URI=pkcs11:manufacturer=SoftHSM%20project ferry_migrate member.p12

	assert_status 31
	[ -e member.p12 ]
}

# mock SCRIPT_LINE...: the options that put the scriptable module in front of SoftHSM.
mock() {
	printf '%s\n' "$@" >"$HOME/script"
	chmod 600 "$HOME/script"
	MOCK=(--module "$TF_MOCK_MODULE" --module-args
		"module=$SOFTHSM script=$HOME/script counter=$HOME/counter memory=$HOME/memory log=$HOME/log")
}

@test "a full token stops with status 33, nothing left on it and the file whole" {
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12
	digest=$(sha256sum <member.p12 | cut -d' ' -f1)
	mock fail=C_CreateObject:3:CKR_DEVICE_MEMORY

	ferry_migrate member.p12 "${MOCK[@]}"

	assert_status 33
	assert_unchanged member.p12 "$digest"
	assert_n_keys 0
}

@test "a key that the token's family does not take is refused before anything is asked of the token or written" {
	member_p12
	for rule in RsaBits=4096 Login=so; do
		mkdir -p "$rule/tokens"
		sed "s/^${rule%=*}=.*/$rule/" "$TOKENFERRY_SOURCE/profiles/tokens/softhsm2.profile" >"$rule/tokens/softhsm2.profile"

		ferry_migrate member.p12 --profiles "$rule" --pin-source "file:$HOME/none" --json

		assert_status 35
		assert_result .error.code token-unsupported
		[ -s member.p12 ]
		assert_n_keys 0
	done
	assert_says '(SO)'
}

@test "a token pulled in the middle stops with status 32, and the same command then ends done" {
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12
	digest=$(sha256sum <member.p12 | cut -d' ' -f1)
	mock fail-from=C_CreateObject:2:CKR_DEVICE_REMOVED

	ferry_migrate member.p12 "${MOCK[@]}"
	assert_status 32
	assert_unchanged member.p12 "$digest"

	rm -f counter
	ferry_migrate member.p12
	assert_arrived member.p12
}

@test "a token with one try left is not asked, whatever --yes says" {
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12
	mock final-try

	ferry_migrate member.p12 "${MOCK[@]}"

	assert_status 41
	run ! grep -q C_Login log
}

@test "a locked token is said to be locked" {
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12
	mock pin-locked

	ferry_migrate member.p12 "${MOCK[@]}" --json

	assert_status 41
	assert_result .error.code pin-locked
}

# NSS softokn says CKA_EXTRACTABLE=false and lets the key out: the honest negative test.
@test "NSS softokn comes out as refuted, nothing is wiped and nothing stays on it" {
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12
	digest=$(sha256sum <member.p12 | cut -d' ' -f1)
	mkdir -m 700 nss
	certutil -N -d sql:nss -f user-pin

	ferry_migrate member.p12 --module "$(find /usr/lib -path '*-linux-gnu*' -name libsoftokn3.so | head -n 1)" \
		--module-args "configdir='sql:$HOME/nss' flags=" --token 'pkcs11:token=NSS%20Certificate%20DB' --json

	assert_status 60
	assert_result .error.code evidence-refuted
	assert_unchanged member.p12 "$digest"
	ferry_migrate member.p12 --module "$(find /usr/lib -path '*-linux-gnu*' -name libsoftokn3.so | head -n 1)" --lang ja \
		--module-args "configdir='sql:$HOME/nss' flags=" --token 'pkcs11:token=NSS%20Certificate%20DB'
	assert_says の作成
	refute_says "copy as"
	run certutil -K -d sql:nss -f user-pin
	[[ $output == *"no keys found"* ]]
}

@test "a token that let the key out and does not give it up is said to hold it" {
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12
	mock leak-exponent fail-from=C_DestroyObject:1:CKR_DEVICE_ERROR

	ferry_migrate member.p12 "${MOCK[@]}" --lang ja
	assert_status 60
	assert_n_keys 1
	assert_says "ファイルの中とトークンの両方にあります"
	assert_says "同じ「migrate」コマンドをもう一度実行すると"
	run ! grep -E '\b(the|was|were|not|your|and|has)\b' <<<"$output${stderr:-}"

	mock leak-exponent
	ferry_migrate member.p12 "${MOCK[@]}" --json
	assert_status 60
	assert_result .where source
	refute_says "was removed"
	assert_n_keys 0
}

@test "a key that signs for no other program keeps the file, and the mail says so" {
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12
	mock fail-from=C_SignInit:2:CKR_FUNCTION_FAILED

	ferry_migrate member.p12 "${MOCK[@]}" --json

	assert_status 61
	assert_result .status claimed
	assert_result .completed false
	assert_result '.kept[0].why' evidence
	[ -e member.p12 ]
	python3 - "$REPORTS"/*.eml <<-'END'
		import email, email.policy, sys
		mail = email.message_from_file(open(sys.argv[1]), policy=email.policy.default)
		assert '応答がなかったもの: libp11: EVP_DigestSign' in mail.get_body().get_content()
	END
}

@test "a key that another ledger moved is said to be in both places, and the file is wiped as advised" {
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12
	ferry_migrate member.p12 --keep-source
	assert_status 0

	ferry_migrate member.p12 --ledger "sqlite:$HOME/other.db" --json
	assert_status 38
	assert_result .where source-and-token
	assert_says 'sweep --wipe PATH'
	assert_n_keys 1

	ferry sweep --wipe "$HOME/member.p12" --module "$SOFTHSM_COPY" --token "$TOKEN_URI" --pin-source file:user-pin \
		--password-source file:pin-code --ledger "sqlite:$HOME/other.db" --report-dir "$REPORTS" --yes
	assert_status 0
	[ ! -e member.p12 ]
}

@test "a token that only claims keeps the file, --yes or not" {
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12
	mock fail=C_CopyObject:1:CKR_GENERAL_ERROR

	ferry_migrate member.p12 "${MOCK[@]}" --json

	assert_status 61
	assert_result .status claimed
	assert_result '.kept[0].why' evidence
	[ -e member.p12 ]
}

@test "a refused attribute is dropped and in the report" {
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12
	mock refuse=CKA_COPYABLE,CKA_MODIFIABLE

	ferry_migrate member.p12 "${MOCK[@]}" --json

	assert_status 0
	assert_result '.evidence.dropped | map(select(test("CKA_(COPYABLE|MODIFIABLE)"))) | length > 0' true
}

@test "a spy module is refused before anything is asked" {
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12

	OPENSC_DEBUG=9 ferry_migrate member.p12

	assert_status 52
	[ -e member.p12 ]
}

@test "--keep-source ends kept, without the sentence of completion" {
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12

	ferry_migrate member.p12 --keep-source --json

	assert_status 0
	assert_result .status kept
	[ -e member.p12 ]
	assert_n_keys 1
	python3 - "$REPORTS"/*.eml <<-'END'
		import email, email.policy, sys
		mail = email.message_from_file(open(sys.argv[1]), policy=email.policy.default)
		assert mail['subject'] != '移行完了連絡(デモ)', mail['subject']
		assert '移行が完了しました' not in mail.get_body().get_content()
	END
}

@test "a spare is proven, too, before the file is wiped" {
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12
	softhsm2-util --init-token --free --label spare --pin "$USER_PIN" --so-pin "$SO_PIN" >/dev/null

	ferry_migrate member.p12 --spare pkcs11:token=spare --spare-pin-source "file:$HOME/user-pin" --json

	assert_arrived member.p12
	assert_result .spare.token.label spare
	TOKEN_URI=pkcs11:token=spare assert_n_keys 1
}

@test "a spare that is not there keeps the file and leaves the first token empty" {
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12

	ferry_migrate member.p12 --spare pkcs11:token=spare

	assert_status 30
	[ -e member.p12 ]
	assert_n_keys 0
}

@test "what is done is reported for no other name, token or campaign" {
	member_p12
	ferry_migrate member.p12
	assert_status 0
	[ ! -e member.p12 ]

	ferry_migrate member.p12 --name '別人 太郎'
	assert_status 21
	refute_says "may be reported"
	ferry_migrate member.p12 --token pkcs11:token=nobody
	assert_status 2
	ferry_migrate member.p12 --campaign sharoushi-2014
	assert_status 20
	ferry_migrate member.p12 --number 87654321 --lang ja
	assert_status 2
	assert_says "87654321"
	ferry_migrate member.p12 --name '別人 太郎' --dry-run
	assert_status 21
	ferry_migrate member.p12
	assert_status 0
}

@test "wrong issuer, another name, expired and revoked stop with a status each" {
	pki_member "$PKI" old "/C=JP/CN=見本 花子" rsa:2048 2014-04-01 2019-03-31
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12
	p12_openssl "$PKI" old "$HOME/pin-code" old.p12
	pki_member "$PKI" gone "/C=JP/CN=見本 花子"
	p12_openssl "$PKI" gone "$HOME/pin-code" gone.p12
	pki_revoke "$PKI" gone
	pki_crl "$PKI"

	ferry_migrate member.p12 --campaign sharoushi-2014
	assert_status 20
	ferry_migrate member.p12 --name '別人 太郎'
	assert_status 21
	ferry_migrate old.p12
	assert_status 22
	assert_says "31 March 2019"
	ferry_migrate old.p12 --lang ja
	assert_says 2019年3月31日
	refute_says 2019-03-31
	ferry_migrate gone.p12 --crl "$PKI/crl.pem"
	assert_status 23
	ferry_migrate member.p12 --campaign sharoushi-2014 --dry-run
	assert_status 20
	ferry_migrate member.p12 --name '別人 太郎' --dry-run
	assert_status 21
	ferry_migrate old.p12 --dry-run
	assert_status 22
	refute_says "wipe"
	assert_n_keys 0
}

@test "a revocation list that cannot be verified makes no certificate good" {
	openssl pkcs12 -export -inkey "$PKI/member.key" -in "$PKI/member.pem" -passout "file:$HOME/pin-code" -out alone.p12
	mkdir "$PKI/forged"
	pki_authority "$PKI/forged" "$(pki_demo_issuer)"
	pki_crl "$PKI/forged"

	ferry_migrate alone.p12 --crl "$PKI/forged/crl.pem" --json

	assert_status 0
	assert_result .revocation unknown
	assert_result '.unchecked | index("revocation") != null' true
}

@test "a revoked certificate that is accepted never yields the sentence of completion" {
	pki_member "$PKI" gone "/C=JP/CN=見本 花子"
	p12_openssl "$PKI" gone "$HOME/pin-code" gone.p12
	pki_revoke "$PKI" gone
	pki_crl "$PKI"

	ferry_migrate gone.p12 --crl "$PKI/crl.pem" --accept revoked --json

	assert_status 0
	assert_result '.exceptions | index("revoked") != null' true
	python3 - "$REPORTS"/*.eml <<-'END'
		import email, email.policy, sys
		mail = email.message_from_file(open(sys.argv[1]), policy=email.policy.default)
		assert '移行が完了しました' not in mail.get_body().get_content()
	END
}

@test "a name that is too long for a label is said to be dropped, by inspect and by the run" {
	local name
	name=$(printf 'a%.0s' {1..70})
	openssl pkcs12 -export -inkey "$PKI/member.key" -in "$PKI/member.pem" -name "$name" -passout "file:$HOME/pin-code" -out long.p12

	ferry inspect long.p12 --password-source "file:$HOME/pin-code" --json
	[ "$(jq -rs '.[] | select(.type == "key") | .dropped | index("friendlyName") != null' <<<"$output")" = true ]
	ferry_migrate long.p12 --json

	assert_status 0
	assert_result '.carried | index("friendlyName")' null
	assert_result '.dropped | index("friendlyName") != null' true
}

@test "a dry run lists what a run touches, and touches nothing" {
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12
	digest=$(sha256sum <member.p12 | cut -d' ' -f1)

	ferry_migrate member.p12 --dry-run --json

	assert_status 0
	assert_unchanged member.p12 "$digest"
	assert_n_keys 0
	[ ! -e "$HOME/ledger.db" ]
	[ -z "$(find "$REPORTS" -type f)" ]
	jq -r 'select(.type == "touch" and .kind != "write-token") | .what' <<<"$output" | sort >announced

	traced -y -e trace=openat,openat2 -e status=successful -o trace \
		"$TOKENFERRY" migrate member.p12 --module "$SOFTHSM" --token "$TOKEN_URI" --password-source "file:$HOME/pin-code" \
		--pin-source "file:$HOME/user-pin" --campaign demo --name '見本 花子' --number 12345678 \
		--report-dir "$REPORTS" --ledger "$LEDGER" --yes >/dev/null
	cat announced
	# Every file that was written below the home directory is a file that was announced, and the other way round.
	grep -E 'O_(WRONLY|RDWR)' trace | grep -v -e softhsm -e /dev/ -e O_PATH |
		sed -nE 's/.*openat2?\([A-Z_0-9]+<([^>]*)>, "([^"]+)".*/\1 \2/p' |
		awk '{ print $2 ~ /^\// ? $2 : $1 "/" $2 }' | sed -E 's/(-(wal|shm|journal)|\.lock)$//' | sort -u >touched
	cat touched
	while read -r path; do
		is_like "$path" touched || { echo "announced, not touched: $path" && return 1; }
	done <announced
	while read -r path; do
		is_like "$path" announced || { echo "touched, not announced: $path" && return 1; }
	done <touched
}

@test "a dry run knows of an earlier run from the ledger, and leaves it as it is" {
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12
	ferry_migrate member.p12 --keep-source
	assert_status 0
	before=$(stat -c '%n %s %y %z' "$HOME"/ledger.db*)

	ferry_migrate member.p12 --dry-run --json

	assert_status 0
	[ "$(jq -r 'select(.type == "touch") | .kind' <<<"$output" | sort -u | xargs)" = 'complete-token wipe-file write-file' ]
	[ "$(stat -c '%n %s %y %z' "$HOME"/ledger.db*)" = "$before" ]
}

@test "no secret stands in the arguments, environment or output of any process of the run" {
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12

	traced -v -s 4096 -e trace=execve,write -o trace "$TOKENFERRY" migrate member.p12 \
		--module "$SOFTHSM" --token "$TOKEN_URI" --password-source "file:$HOME/pin-code" \
		--pin-source "file:$HOME/user-pin" --campaign demo --report-dir "$REPORTS" --ledger "$LEDGER" --yes --verbose

	[ ! -e member.p12 ]
	grep execve trace >execs
	grep -E 'write\([12], ' trace >outputs
	grep -qF '"--auditor"' execs # they can be read
	grep -qF 'was wiped' outputs
	run ! grep -F -e "$PIN_CODE" -e "=$USER_PIN" -e "\"$USER_PIN" execs
	run ! grep -wF -e "$PIN_CODE" -e "$USER_PIN" outputs
	run ! grep -rF -e "$PIN_CODE" "$HOME/ledger.db" "$REPORTS"
}

@test "a link, a folder and a FIFO are no source, and nothing hangs" {
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12
	ln -s member.p12 link.p12
	mkfifo fifo.p12

	for name in link.p12 fifo.p12 "$HOME"; do
		TIMEOUT=10 ferry_migrate "$name"
		assert_status 11
	done
	assert_n_keys 0
}

@test "a file that is no PKCS#12 stops with status 14" {
	head -c 3000 /dev/urandom >noise.p12

	ferry_migrate noise.p12

	assert_status 14
}

@test "Ctrl-C in the middle loses nothing, and the same command then ends done" {
	p12_openssl "$PKI" member "$HOME/pin-code" member.p12
	mock hang-nth=60

	timeout --signal=INT --kill-after=5 3 "$TOKENFERRY" migrate member.p12 "${MOCK[@]}" --token "$TOKEN_URI" \
		--password-source "file:$HOME/pin-code" --pin-source "file:$HOME/user-pin" --campaign demo \
		--report-dir "$REPORTS" --ledger "$LEDGER" --yes || true
	[ -e member.p12 ]

	ferry_migrate member.p12
	assert_arrived member.p12
}
