#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# A batch of members on SoftHSM: every member gets one token, a letter that opens it and an escrow that unblocks it, and
# that is looked at with other programs than ours.
# shellcheck disable=SC2154 # what station.bash sets

N_MEMBERS=6

setup_file() {
	load helper
	load station
	shared_members
}

setup() {
	load helper
	load station
	private_station
}

n_tokens() {
	pkcs11-tool --module "$SOFTHSM" --list-token-slots | grep -c 'token label'
}

@test "every member gets one token, a letter that opens it, and loses the file" {
	batch --json

	assert_status 0
	assert_result .status 'done'
	assert_result .provisioned "$N_MEMBERS"
	assert_all_provisioned
}

@test "the ledger keeps what confined the process that wrote each token" {
	batch

	assert_status 0
	sqlite3 "${LEDGER#sqlite:}" "SELECT count(*) FROM attempt WHERE confinement LIKE 'no-core not-dumpable %seccomp'" >kept
	[ "$(cat kept)" -eq "$N_MEMBERS" ]
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
	begin_until audit
	kill -STOP "$supervisor"
	ferry status --ledger "$LEDGER" --json
	kill -CONT "$supervisor"
	assert_status 0
	assert_result .provisioned 0
	[ "$(tail -n 1 <<<"$output" | jq .claimed)" -ge 1 ]
	cat <&8 >rest
	wait "$supervisor"

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

@test "a file that could not be wiped is told with its member, at the end, and by status" {
	ln m2.p12 second-name
	batch --json
	assert_status 0
	[ "$(jq -r 'select(.type == "provisioned" and .number == "10000002") | .source + " " + .why' <<<"$output")" = 'kept wipe-refused' ]
	[ "$(jq -r 'select(.type == "provisioned" and .number == "10000001").source' <<<"$output")" = wiped ]
	assert_result .kept 1

	batch --lang ja
	assert_status 0
	assert_says '消去されずに残っているもの: 1'
	ferry status --ledger "$LEDGER" --list --lang ja
	assert_says 'm2.p12」は消去されていません。'
	ferry status --ledger "$LEDGER" --format csv
	grep '^10000002,' <<<"$output" | grep -q ',kept,wipe-refused$'
	grep '^10000001,' <<<"$output" | grep -q ',wiped,$'
	ferry status --ledger "$LEDGER" --list --json
	[ "$(jq -r 'select(.number == "10000002") | .source + " " + .why' <<<"$output")" = 'kept wipe-refused' ]

	rm m2.p12
	batch --json
	assert_result .kept 0
}

@test "a file that --keep-source keeps is said to be kept, in plain words, too" {
	batch --keep-source

	assert_status 0
	assert_says "m1.p12' was not wiped. You asked to keep it."
	assert_says "still there: $N_MEMBERS."
}

@test "an interrupted batch ends what it began, and the next one goes on" {
	begin_until import
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

@test "status says in words of the language why somebody has no token, and to programs by its code" {
	sed -i 's/^10000003,.*/10000003,wrong/' passwords.csv
	batch

	ferry status --ledger "$LEDGER" --list --lang ja
	assert_says 'このPINコード(お知らせの紙)では'
	refute_says 'pin-code-wrong'
	ferry status --ledger "$LEDGER" --format csv
	assert_says ',pin-code-wrong,'

	ferry status --ledger "$LEDGER" --format csv --json
	assert_status 2
}

@test "a number that cannot be replaced is told what it is, and an earlier reason makes no further token" {
	batch
	batch --json --replace 99999999 --reason broken
	assert_result .error.code member-unknown
	for reason in A B; do
		p12_openssl "$PKI" m1 "$PKI/pin-code" m1.p12
		batch --replace 10000001 --reason "$reason"
		assert_status 0
	done

	batch --replace 10000001 --reason A

	assert_status 0
	assert_says "replaced for this reason ('A') before, and once more since"
	[ "$(n_tokens)" -eq $((N_MEMBERS + 2)) ]
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
	refused=$(grep '"type": *"failed"' <<<"$output" | jq -r 'select(.error == "certificate-taken").number')
	[ "$(n_tokens)" -eq "$N_MEMBERS" ]
	[ ! -e "letters/${refused:?nobody was refused}.pdf" ]
	[ "$(find letters -name '*.pdf' | wc -l)" -eq "$N_MEMBERS" ]

	batch --json

	assert_status 93
	[ ! -e "letters/$refused.pdf" ]
}

@test "a member who was struck from the list gets no token, and her file stays" {
	sed -i 's/^10000003,.*/10000003,wrong/' passwords.csv
	batch
	assert_status 93
	sed -i "s/^10000003,.*/10000003,$PIN_CODE/" passwords.csv
	grep -v '^10000003,' manifest.csv >struck.csv
	mv struck.csv manifest.csv

	batch --json

	assert_status 0
	assert_result .total $((N_MEMBERS - 1))
	[ "$(jq -r 'select(.type == "unlisted").members' <<<"$output")" -eq 1 ]
	[ -e m3.p12 ]
	[ "$(n_tokens)" -eq $((N_MEMBERS - 1)) ]
	ferry status --ledger "$LEDGER" --json
	assert_result .unlisted 1
}

@test "a second list on the same ledger is made for its own members, and the first one again for the others" {
	cp manifest.csv all.csv
	grep -v '^10000001,' all.csv >manifest.csv
	batch --json
	assert_status 0
	assert_result .total $((N_MEMBERS - 1))
	grep -E '^(number|10000001),' all.csv >manifest.csv

	batch --lang ja

	assert_status 0
	assert_all_provisioned
	refute_says 今回の名簿になく
}

@test "--replace without the member's file changes nothing, and others get theirs" {
	sed -i 's/^10000003,.*/10000003,wrong/' passwords.csv
	batch
	assert_status 93
	batch --json --replace 10000001 --reason broken
	assert_result .error.code source-missing
	sed -i "s/^10000003,.*/10000003,$PIN_CODE/" passwords.csv

	batch --json

	assert_status 0
	assert_all_provisioned
}

@test "a replacement whose file went away again costs that member only" {
	sed -i 's/^10000003,.*/10000003,wrong/' passwords.csv
	batch
	p12_openssl "$PKI" m1 "$PKI/pin-code" m1.p12
	sed -i 's/^10000001,.*/10000001,wrong/' passwords.csv
	batch --replace 10000001 --reason broken
	assert_status 93
	rm m1.p12
	sed -i "s/^10000003,.*/10000003,$PIN_CODE/" passwords.csv

	batch --json

	assert_status 93
	assert_provisioned 10000003
	[ "$(jq -r 'select(.type == "failed").number' <<<"$output")" = 10000001 ]
}

@test "token_serial in a list of tokens that are no cards is a defect of the list" {
	sed -i '1s/$/,token_serial/; 2s/$/,0102030405060708/; 3,$s/$/,/' manifest.csv

	batch

	assert_status 92
	assert_says 'token_serial is for cards only'
	[ "$(n_tokens)" -eq 0 ]
}

@test "without the letters' font a batch says so before any token" {
	export FONTCONFIG_FILE=$HOME/none.conf
	echo '<?xml version="1.0"?><fontconfig></fontconfig>' >"$FONTCONFIG_FILE"

	batch --json

	assert_result .error.code letter-failed
	[ "$(n_tokens)" -eq 0 ]
}

@test "the same --replace again goes on with the replacement, and makes no second one" {
	batch
	assert_status 0
	broken=$(sha256sum letters/10000001.pdf)
	p12_openssl "$PKI" m1 "$PKI/pin-code" m1.p12
	sed -i 's/^10000001,.*/10000001,wrong/' passwords.csv
	batch --json --replace 10000001 --reason broken
	assert_status 93
	sed -i "s/^10000001,.*/10000001,$PIN_CODE/" passwords.csv

	batch --json --replace 10000001 --reason broken

	assert_status 0
	assert_result .provisioned 1
	[ "$(replacement .state)" = failed ]
	[ "$(replacement .token)" = null ]
	[ "$(n_tokens)" -eq $((N_MEMBERS + 1)) ]
	letter=$(sha256sum letters/10000001.pdf)
	[ "$letter" != "$broken" ]

	batch --json --replace 10000001 --reason broken

	assert_status 0
	assert_result .provisioned 0
	[ "$(n_tokens)" -eq $((N_MEMBERS + 1)) ]
	[ "$(sha256sum letters/10000001.pdf)" = "$letter" ]
	serial=$(sqlite3 "$HOME/ledger.db" "SELECT token_serial FROM job WHERE number = '10000001' AND replaces_reason = 'broken'")
	[ "$(replacement .state)" = provisioned ]
	[ "$(replacement '.number + " " + .reason + " " + .token.label + " " + .token.serial')" = "10000001 broken 10000001 $serial" ]
	[ "$(date -d "$(replacement .at)" +%s)" -le "$(date +%s)" ]

	batch --replace 10000001 --reason broken

	assert_status 0
	assert_says "10000001 会員 1号: replaced for this reason ('broken') already"
	assert_says "the token '10000001' ($serial), made on $(date +%F)"
	assert_says 'give another reason'
}

# replacement FILTER: of the event that says what became of --replace.
replacement() {
	jq -r "select(.type == \"replacement\") | $1" <<<"$output"
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

@test "a file that is missing is said in one sentence, in Japanese, too" {
	rm m1.p12

	batch --lang ja

	assert_status 92
	assert_says 'm1.p12」がありません。'
	refute_says '。。'
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

@test "a module that others could replace stops the batch; let pass by --yes, it stands in every report" {
	cp "$SOFTHSM" module.so
	chmod 666 module.so
	batch_options letters
	BATCH[2]=$HOME/module.so

	batch
	assert_status 51
	[ "$(find . -name '*.p12' | wc -l)" -eq "$N_MEMBERS" ]

	batch --yes --token-profile softhsm2
	assert_status 0
	assert_says "'$HOME/module.so'"
	sqlite3 "${LEDGER#sqlite:}" "SELECT count(*) FROM migration WHERE outcome LIKE '%\"exceptions\":[\"module\"]%'" >kept
	[ "$(cat kept)" -eq "$N_MEMBERS" ]
}

@test "a batch speaks Japanese" {
	sed -i 's/^10000003,.*/10000003,wrong/' passwords.csv

	batch --lang ja

	assert_status 93
	assert_says 'トークン'
	assert_says '10000003 会員 3号'
	[[ $(pdftotext letters/10000001.pdf -) == *暗証番号* ]]
}

# seen COLUMNS OPTION...: the batch on a terminal of that width, and all that it showed there.
seen() {
	local columns=$1

	shift
	echo '? SoftHSM' >script
	run python3 "$TOKENFERRY_SOURCE/tests/e2e/dialogue.py" script "$columns" -- env TERM="${TERM_KIND:-xterm}" \
		"$TOKENFERRY" batch "${BATCH[@]}" "$@"
	unset stderr
}

@test "on a terminal readers and the whole are drawn in place, and the terminal is put back" {
	sed -i 's/^10000003,.*/10000003,wrong/' passwords.csv

	seen 80

	assert_status 93
	assert_says "5 of $N_MEMBERS done, 1 failed, "
	assert_says '10000003 会員 3号: not done. The PIN code'
	refute_says '10000001 会員 1号: done'
	[[ $output == *$'\e[?25l'* && ${output##*$'\e[?25l'} == *$'\e[?25h'* ]] || { show && return 1; }
}

@test "a narrow terminal shows it as well, and in Japanese" {
	seen 40 --lang ja

	assert_status 0
	assert_says "$N_MEMBERS のうち $N_MEMBERS ができました"
}

@test "a terminal that cannot be drawn on gets a line for each member" {
	TERM_KIND=dumb seen 80

	assert_status 0
	assert_says '10000001 会員 1号: done'
	refute_says $'\e'
}

@test "a second supervisor on the same ledger is refused" {
	begin_until format
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
