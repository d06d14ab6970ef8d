#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# The key of a member who had imported it into a browser: taken out of the profile's key store, proven on the token,
# and removed from the store.

setup_file() {
	load helper
	shared_pki
}

setup() {
	load helper
	private_home
	private_token
	secret_file "$HOME/empty" ''
	secret_file "$HOME/primary" 'master 4711'
	cp "$PKI/pin-code" "$HOME/pin-code"
}

# profile PASSWORD_FILE NAME...: a Firefox profile in $HOME/profile with these members' keys.
profile() {
	local password=$1 name

	shift
	mkdir -m 700 "$HOME/profile"
	certutil -N -d "sql:$HOME/profile" -f "$password"
	for name in "$@"; do
		p12_openssl "$PKI" "$name" "$HOME/pin-code" "$HOME/import.p12"
		pk12util -i "$HOME/import.p12" -d "sql:$HOME/profile" -k "$password" -w "$HOME/pin-code" >/dev/null
		rm "$HOME/import.p12"
	done
}

# What another program sees: assert_stored N [PASSWORD_FILE].
assert_stored() {
	local n

	n=$(certutil -K -d "sql:$HOME/profile" -f "${2:-$HOME/empty}" | grep -c '^<') || true
	[ "$n" -eq "$1" ] || { echo "expected $1 keys in the store, not $n" && return 1; }
}

ferry_browser() {
	ferry_migrate "--from-nss=$HOME/profile" "$@"
}

@test "a key in a browser's store arrives, and the store shows neither key nor certificate any more" {
	profile "$HOME/empty" member

	ferry_browser --json

	assert_status 0
	assert_n_keys 1
	assert_result .status 'done'
	assert_result .evidence.grade refused
	assert_result '.wiped[0] | [.path, .kind, .level, .suffixes] | join(" ")' "$HOME/profile nss W1 G"
	grep -q '"step":"open-store"' <<<"$output"
	assert_result '.unchecked | index("generations") != null' true
	assert_stored 0
	run ! certutil -L -n member -d "sql:$HOME/profile"
	grep -q "$HOME/profile" "$REPORTS"/*.txt
	grep -q 'may still be recovered from deleted journal files' "$REPORTS"/*.txt
	run ! grep -q "$HOME" "$REPORTS"/*.eml
}

@test "a store with a primary password: a wrong one is sent once and ends with status 18, the right one opens it" {
	profile "$HOME/primary" member

	ferry_browser
	assert_status 18
	assert_says "did not get as far as the key"
	assert_stored 1 "$HOME/primary"

	ferry_browser --password-source "file:$HOME/primary" --json
	assert_status 0
	assert_result .status 'done'
	assert_stored 0 "$HOME/primary"
}

@test "the store is said to be in use while a program has it open, and the same command then ends done" {
	profile "$HOME/empty" member
	exec {held}<"$HOME/profile/key4.db"
	sleep 60 <&"$held" &
	holder=$!
	exec {held}<&-

	ferry_browser --json
	assert_status 19
	assert_result .error.code store-in-use
	assert_result '.error.message | test("sleep")' true
	assert_stored 1

	kill "$holder"
	wait "$holder" || true
	ferry_browser
	assert_status 0
	assert_stored 0
}

@test "of two keys none is guessed: the name, the campaign or a number says which, and the other one stays" {
	pki_member "$PKI" other "/C=JP/CN=別人 太郎"
	profile "$HOME/empty" member other

	ferry_migrate "--from-nss=$HOME/profile" --name '第三 者'
	assert_status 16
	assert_says "別人 太郎"
	assert_stored 2

	ferry_browser --json
	assert_status 0
	assert_result .certificate.common_name '見本 花子'
	assert_stored 1
	certutil -L -n other -d "sql:$HOME/profile" >/dev/null
}

@test "--keep-source leaves the key in the store, and the next run without it removes it" {
	profile "$HOME/empty" member

	ferry_browser --keep-source --json
	assert_status 0
	assert_result .status kept
	assert_result '.kept[0] | [.kind, .why] | join(" ")' 'nss asked'
	assert_stored 1

	ferry_browser --json
	assert_status 0
	assert_result .status 'done'
	assert_stored 0
	assert_n_keys 1
}

@test "an emptied store gives the same report again" {
	profile "$HOME/empty" member
	ferry_browser --json
	assert_status 0
	run_id=$(tail -n 1 <<<"$output" | jq -r .run)

	ferry_browser --json

	assert_status 0
	assert_result .run "$run_id"
}

@test "a dry run names the databases, and changes no byte of them" {
	profile "$HOME/empty" member
	before=$(sha256sum profile/*)

	ferry_browser --dry-run --json

	assert_status 0
	[ "$(sha256sum profile/*)" = "$before" ]
	assert_n_keys 0
	jq -r 'select(.kind == "empty-store") | .what' <<<"$output" | sort >announced
	[ "$(wc -l <announced)" -eq 2 ]

	traced -y -e trace=openat -e status=successful -o trace "$TOKENFERRY" migrate --from-nss profile \
		--module "$SOFTHSM_COPY" --token "$TOKEN_URI" --pin-source "file:$HOME/user-pin" --campaign demo --name '見本 花子' \
		--number 12345678 --report-dir "$REPORTS" --ledger "$LEDGER" --yes >/dev/null

	assert_stored 0
	grep -E 'O_(WRONLY|RDWR)' trace | grep -oE "\"$HOME/profile/[^\"]*" | tr -d '"' | sed 's/-journal$//' | sort -u | diff announced -
}

@test "every stop says that the key is still in the store" {
	profile "$HOME/empty" member

	TOKEN_URI=pkcs11:token=another ferry_browser

	assert_status 30
	assert_says "in the key store, which is unchanged"
	assert_stored 1
}

# Where the run is killed: the journal appears when SQLite is about to write, and goes when it has.
@test "killed between the proof and the end of the removal, the same command ends done" {
	for call in openat unlink; do
		rm -rf profile
		profile "$HOME/empty" member

		traced -P "$HOME/profile/key4.db-journal" -e trace=openat,unlink -e "inject=$call:signal=KILL" -o trace \
			"$TOKENFERRY" migrate --from-nss profile --module "$SOFTHSM_COPY" --token "$TOKEN_URI" \
			--pin-source "file:$HOME/user-pin" --campaign demo --name '見本 花子' --number 12345678 \
			--report-dir "$REPORTS" --ledger "$LEDGER" --yes >/dev/null 2>&1 || true
		grep -q 'killed by SIGKILL' trace
		[ "$(sqlite3 "$HOME/ledger.db" 'SELECT step FROM migration ORDER BY id DESC LIMIT 1')" = wiping ]

		ferry_browser --json
		assert_status 0
		assert_result .status 'done'
		assert_result '.wiped[0].kind' nss
		assert_stored 0
		assert_n_keys 1
	done
}

# What docs/wiping.md says of it. Debian's SQLite overwrites what it frees (SECURE_DELETE).
@test "the encrypted key does not stand in the database any more" {
	profile "$HOME/empty" member
	blob=$(sqlite3 profile/key4.db "SELECT hex(substr(a123, 40, 40)) FROM nssPrivate")
	[ "${#blob}" -eq 80 ]
	xxd -p profile/key4.db | tr -d '\n' | grep -qi "$blob"

	ferry_browser
	assert_status 0

	xxd -p profile/key4.db | tr -d '\n' >content
	run ! grep -qi "$blob" content
	[ ! -e profile/key4.db-journal ]
}

@test "a folder without a store, a file beside --from-nss and a link are told apart" {
	mkdir nothing
	ferry_migrate "--from-nss=$HOME/nothing"
	assert_status 10
	ferry_migrate --from-nss=none
	assert_status 11

	ferry migrate --from-nss nothing member.p12 --yes
	assert_status 2

	profile "$HOME/empty" member
	ln -s profile link
	ferry_migrate "--from-nss=$HOME/link" --json
	assert_status 0
	assert_result '.wiped[0].path' "$HOME/profile"
}

@test "a search says that the moved key lies in a browser's store, too, and what removes it there" {
	profile "$HOME/primary" member
	member_p12
	ferry_migrate member.p12
	assert_status 0

	ferry sweep --ledger "$LEDGER" --json profile
	assert_status 72
	[ "$(jq -r 'select(.type == "stray") | [.path, .rank, .basis] | join(" ")' <<<"$output" | grep -v cert9)" = \
		"$HOME/profile/key4.db same-key key-id" ]
	ferry sweep --ledger "$LEDGER" profile
	assert_says "tokenferry migrate --from-nss '$HOME/profile'"

	before=$(sha256sum profile/*)
	ferry sweep --wipe --yes --module "$SOFTHSM_COPY" --token "$TOKEN_URI" --pin-source "file:$HOME/user-pin" \
		--ledger "$LEDGER" --json profile
	[ "$(sha256sum profile/*)" = "$before" ]
	assert_result '.wiped | length' 0
	assert_result '.kept[0] | [.path, .why] | join(" ")' "$HOME/profile/key4.db store"

	ferry_browser --password-source "file:$HOME/primary" --json
	assert_status 0
	assert_result .status 'done'
	assert_n_keys 1
	assert_stored 0 "$HOME/primary"

	ferry sweep --ledger "$LEDGER" --json profile
	assert_status 0
}

@test "at the terminal, in Japanese: a wrong password is typed again, the key is chosen, the removal is confirmed" {
	pki_member "$PKI" other "/C=JP/CN=別人 太郎"
	profile "$HOME/primary" member other
	printf '%s\n' '* 後でできます。 [y/n] = y' '? 表示されません): ' '> wrong' '? 表示されません): ' '> master 4711' '? 番号を入力' '> 2' '? [y/n]' '> y' \
		'? 表示されません): ' "> $USER_PIN" '? 今すぐ削除しますか' '> y' >script

	run python3 "$TOKENFERRY_SOURCE/tests/e2e/dialogue.py" script 100 -- "$TOKENFERRY" migrate --lang ja \
		--from-nss profile --module "$SOFTHSM" --token "$TOKEN_URI" --ledger "$LEDGER" --report-dir "$REPORTS"

	assert_status 0
	assert_says "もう残っていないことを確かめました"
	refute_says "master 4711"
	assert_stored 1 "$HOME/primary"
	assert_n_keys 1
}
