#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# What people do, and what befalls them: at the terminal with Japanese input on, with the wrong file, with a USB memory,
# as an ordinary user, on a full disk. Each ends with a sentence they can act on, and with the file whole.

setup_file() {
	load helper
	shared_pki
}

setup() {
	load helper
	private_home
	private_token
	member_p12
	digest=$(sha256sum <member.p12 | cut -d' ' -f1)
}

# On this PC with no list of updates: that something is open about it is certain, and the package manager is not run.
# shellcheck disable=SC2016 # expanded by the inner shell
on_open_pc=("$TOKENFERRY_SOURCE/tests/as-root" unshare --mount -- bash -ec 'mount -t tmpfs none /var/lib/apt
	exec setpriv --reuid="$0" --regid="$1" --init-groups -- "${@:2}"' "$(id -u)" "$(id -g)")

# dialogue COLUMNS OPTION...: 'tokenferry migrate' in Japanese with a person at its terminal who follows ./script.
dialogue() {
	local columns=$1

	shift
	run python3 "$TOKENFERRY_SOURCE/tests/e2e/dialogue.py" script "$columns" -- "${on_open_pc[@]}" "$TOKENFERRY" migrate \
		--lang ja --module "$SOFTHSM" --ledger "$LEDGER" --report-dir "$REPORTS" "$@"
}

# What is not in order about the PC that these tests run on, the person confirms.
CONFIRM_PC='* 後でできます。 [y/n] = y'

NO_MALWARE=('? 疑わしいことがありましたか' '> n')

# What the person types up to the question 'is this you?'.
up_to_you() {
	printf '%s\n' "$CONFIRM_PC" "${NO_MALWARE[@]}" '? 番号を入力' '> １' '? 氏名' '> 見本　花子' '? 登録番号' '> １２３４５６７８' '? Enterを押' '> ' \
		'? 表示されません): ' '> kirakira' '? [y/n]'
}

@test "the guided run ends done: wrong PIN codes first, Japanese input left on" {
	printf '%s\n' "$CONFIRM_PC" "${NO_MALWARE[@]}" '? 番号を入力' '> ９' '? がありません' '? 番号を入力' '> １' '? 氏名' '> 見本　花子' '? 登録番号' \
		'> １２３４５６７８' '? Enterを押' '> ' '? 表示されません): ' '> まちがい' '? 表示されません): ' '> wrong' \
		'? 表示されません): ' '> kirakira' '? [y/n]' '> ん' '? お答えください' '? [y/n]' '> はい' '? 表示されません): ' \
		"> $USER_PIN" '? まだ必要ですか' '> ｎ' '? 消去しますか' '> y' >script

	dialogue 40

	assert_status 0
	assert_says "完了として連絡できます"
	assert_says "登録番号(8ケタ): 12345678"
	refute_says kirakira
	refute_says "表示されません): $USER_PIN"
	[ ! -e member.p12 ]
	assert_n_keys 1
}

@test "the PC comes first; what is open about it and not confirmed is not reported as completed before it is" {
	{
		printf '%s\n' '? このパソコンの状態を調べています' '* 後でできます。 [y/n] = n' "${NO_MALWARE[@]}" '? 1. ファイル'
		up_to_you | tail -n +4
		printf '%s\n' '> y' '? 表示されません): ' "> $USER_PIN" '? まだ必要ですか' '> n' '? 消去しますか' '> y'
	} >script

	dialogue 80

	assert_status 0
	assert_says "[?] 不明: セキュリティ更新は適用されていますか"
	assert_says "完了としては"
	[ ! -e member.p12 ]

	ferry_migrate member.p12 --check-pc --accept posture --json
	assert_status 0
	assert_result .completed true
	assert_result '.posture | length' 9
	assert_result 'any(.posture[]; .answer != "yes" and (.confirmed | not))' false
}

@test "the guided run offers the key store of a browser that holds a key, and moves it out of there" {
	local profile=.mozilla/firefox/abcd1234.default empty=.mozilla/firefox/efgh5678.other

	mkdir -p "$profile" "$empty"
	certutil -N -d "sql:$empty" --empty-password
	certutil -N -d "sql:$profile" --empty-password
	pk12util -i member.p12 -d "sql:$profile" -w pin-code -K '' >/dev/null
	rm member.p12
	printf '%s\n' "$CONFIRM_PC" "${NO_MALWARE[@]}" '? 番号を入力' '> １' '? 氏名' '> 見本　花子' '? 登録番号' \
		'> １２３４５６７８' '? Enterを押' '> ' '? [y/n]' '> y' '? 表示されません): ' "> $USER_PIN" '? 削除しますか' '> y' >script

	dialogue 80

	assert_status 0
	assert_says "1. ブラウザー"
	refute_says "$empty"
	assert_n_keys 1
	[ "$(certutil -K -d "sql:$profile" 2>&1 | grep -c '^<')" -eq 0 ]
}

@test "malware on the PC, which the guided run asks about, makes the key suspect" {
	{
		up_to_you | sed '/疑わしい/{n;s/.*/> y/}'
		printf '%s\n' '> y' '? 表示されません): ' "> $USER_PIN" '? まだ必要ですか' '> n' '? 消去しますか' '> y'
	} >script

	dialogue 80

	assert_status 0
	assert_says "マルウェアがあった、とのことです"
	ferry report --ledger "$LEDGER" --format json
	[ "$(jq -r '.exposures | join(" ")' <<<"$output")" = infected ]
}

@test "a script that has nobody look at the PC reports nothing as completed" {
	run --separate-stderr "$TOKENFERRY" migrate member.p12 --yes --json --campaign demo --name '見本 花子' --number 12345678 \
		--module "$SOFTHSM_COPY" --token "$TOKEN_URI" --password-source "file:$HOME/pin-code" --pin-source "file:$HOME/user-pin" --ledger "$LEDGER" --report-dir "$REPORTS"

	assert_status 0
	assert_result .status 'done'
	assert_result .completed false
	assert_result '.unchecked | index("posture") != null' true
	grep -q -- --check-pc "$REPORTS"/*.txt

	ferry_migrate member.p12 --accept posture --json
	assert_status 0
	assert_result .completed true
	assert_result '.exceptions | index("posture") != null' true
}

@test "--yes confirms nothing about the PC" {
	run --separate-stderr "${on_open_pc[@]}" "$TOKENFERRY" migrate member.p12 --yes --json --check-pc \
		--module "$SOFTHSM_COPY" --token "$TOKEN_URI" --password-source "file:$HOME/pin-code" --pin-source "file:$HOME/user-pin" --ledger "$LEDGER" --report-dir "$REPORTS"

	assert_status 0
	assert_result .status 'done'
	assert_result .completed false
	assert_result '.unchecked | index("posture")' null
	assert_result '.posture[] | select(.question == "security-updates") | .answer' unknown
}

@test "a user PIN typed in full-width characters is asked for again and costs no try" {
	{
		up_to_you
		printf '%s\n' '> y' '? 表示されません): ' '> １２３４５６' '? トークンには送っていません' '? 表示されません): ' \
			"> $USER_PIN " '? トークンには送っていません' '? 表示されません): ' '^C'
	} >script

	dialogue 80

	assert_status 130
	assert_says "あと何回試せるかは、トークンからは分かりません"
	ferry tokens --module "$SOFTHSM" --json
	[ "$(head -n 1 <<<"$output" | jq -r .pin_state)" = fine ]
	assert_unchanged member.p12 "$digest"
}

@test "Ctrl-C at every question stops with status 130 and says where the key is" {
	local i lines_of_script
	mapfile -t lines_of_script < <(printf '%s\n' '? 後でできます。 [y/n]' '> y' && up_to_you &&
		printf '%s\n' '> y' '? 表示されません): ')

	for i in "${!lines_of_script[@]}"; do
		[[ ${lines_of_script[i]} == '? '* ]] || continue
		printf '%s\n' "${lines_of_script[@]:0:i+1}" '^C' >script
		dialogue 80

		assert_status 130
		assert_says "秘密鍵の今の場所: "
		assert_says "もう一度実行すると"
	done
	assert_unchanged member.p12 "$digest"
	assert_n_keys 0
}

@test "Ctrl-C during the audit stops before the wipe, and the same command then ends done" {
	{ up_to_you && printf '%s\n' '> y' '? 表示されません): ' "> $USER_PIN" '? 取り出しを試みて' '^C'; } >script

	dialogue 80

	assert_status 130
	assert_says "ファイルの中とトークンの両方にあります"
	assert_unchanged member.p12 "$digest"

	ferry_migrate member.p12
	assert_status 0
	[ ! -e member.p12 ]
	assert_n_keys 1
}

@test "what is typed while the audit runs answers no question" {
	{
		up_to_you
		printf '%s\n' '> y' '? 表示されません): ' "> $USER_PIN" '? 取り出しを試みて' '> n' '> y' '_ y' '? まだ必要ですか' '> ' \
			'? 答えとして扱いません' '? まだ必要ですか' '> n' '? 消去しますか' '> n' '? 連絡しますか' '> n'
	} >script

	dialogue 80

	assert_status 4
	assert_unchanged member.p12 "$digest"
	assert_n_keys 1
}

@test "whoever says that this is not them stops with status 3" {
	{ up_to_you && echo '> いいえ'; } >script

	dialogue 80

	assert_status 3
	assert_says "ご本人の電子証明書であること"
	assert_unchanged member.p12 "$digest"
}

@test "a folder that is not on a USB memory is asked for again; only Enter keeps the file" {
	{
		up_to_you
		printf '%s\n' '> y' '? 表示されません): ' "> $USER_PIN" '? まだ必要ですか' '> y' '? USBメモリのフォルダー' "> $HOME" \
			'? 使えません' '? USBメモリのフォルダー' '> ' '? 連絡しますか' '> n'
	} >script

	dialogue 80

	assert_status 4
	assert_says "完了としては連絡しません"
	assert_unchanged member.p12 "$digest"
}

@test "full-width digits are a number, and a blank of any width is a blank" {
	ferry_migrate member.p12 --number ' １２３４５６７８' --name '　見本　花子 ' --json

	assert_status 0
	assert_result .member_number 12345678
	assert_result .member_name '見本　花子'
}

@test "who left name and number out gets the mail by giving them later, though the file is gone" {
	local options=(--yes --module "$SOFTHSM" --token "$TOKEN_URI" --password-source "file:$HOME/pin-code"
		--pin-source "file:$HOME/user-pin" --report-dir "$REPORTS" --ledger "$LEDGER")
	ferry migrate member.p12 "${options[@]}"
	assert_status 0
	[ -z "$(find "$REPORTS" -name '*.eml')" ]

	ferry migrate member.p12 "${options[@]}" --name '別人 太郎' --number 12345678
	assert_status 21
	ferry migrate member.p12 "${options[@]}" --name '見本 花子' --number 1234
	assert_status 2
	ferry migrate member.p12 "${options[@]}" --name '見本 花子' --number 12345678

	assert_status 0
	[ -n "$(find "$REPORTS" -name '*.eml')" ]
}

@test "a certificate, an empty file and a picture are called what they are" {
	openssl x509 -in "$PKI/member.pem" -outform DER -out member.cer
	: >empty.p12
	printf '\377\330\377\340JFIF' >picture.p12
	truncate -s 3000 picture.p12

	ferry_migrate member.cer --lang ja
	assert_status 15
	assert_says "秘密鍵が入っていません"
	ferry_migrate empty.p12 --lang ja
	assert_status 14
	assert_says "空のファイルです"
	ferry_migrate picture.p12 --lang ja
	assert_status 14
	assert_says "PINコードと一緒に渡されたファイル"
}

# A MAC cannot tell damage from a wrong PIN code; a part that the PIN code opens all the same can.
@test "a damaged file with the right PIN code is called damaged, and the PIN code right" {
	printf '\377' | dd of=member.p12 bs=1 seek=1000 conv=notrunc status=none

	ferry_migrate member.p12 --lang ja

	assert_status 14
	assert_says "PINコードは合っていますが、中身が検査用の値(MAC)と一致しません"
	assert_n_keys 0
}

@test "a damaged file with a wrong PIN code is not only blamed on the PIN code" {
	printf '\377' | dd of=member.p12 bs=1 seek=1000 conv=notrunc status=none
	secret_file wrong 7654321

	ferry_migrate member.p12 --lang ja --password-source file:wrong

	assert_status 12
	assert_says "ファイルが壊れているおそれ"
	assert_says "USBメモリにあるものなど"
	assert_n_keys 0
}

@test "a module that others could replace is named, with the reason, before the PIN is asked for" {
	cp "$SOFTHSM" module.so
	chmod 666 module.so

	ferry_migrate member.p12 --lang ja --module "$HOME/module.so" --pin-source "file:$HOME/nothing"

	assert_status 43
	assert_says "「$HOME/module.so」にほかの人も書き込めます"
	assert_says "それでもモジュール「$HOME/module.so」を使います"
}

@test "a secret of CRLF is taken, of two lines or open to others refused" {
	printf '%s\r\n' "$PIN_CODE" >crlf
	printf '%s\nmore\n' "$PIN_CODE" >two
	cp pin-code open
	chmod 600 crlf two
	chmod 640 open

	ferry_migrate member.p12 --password-source file:crlf --dry-run
	assert_status 0
	for name in two open nothing; do
		ferry_migrate member.p12 --password-source "file:$name" --lang ja
		assert_status 43
		assert_says "PINコードや暗証番号を受け取れません"
	done
	assert_unchanged member.p12 "$digest"
}

@test "in a pipe the lines of both outputs keep their order" {
	"$TOKENFERRY" migrate member.p12 --yes --module "$SOFTHSM" --token "$TOKEN_URI" --password-source "file:$HOME/pin-code" \
		--pin-source "file:$HOME/user-pin" --campaign demo --report-dir "$REPORTS" --ledger "$LEDGER" 2>&1 | cat >both

	grep -n '^Written: ' both | head -n 1 | cut -d: -f1 >first
	[ "$(cat first)" -gt "$(grep -n 'WHOM TO ASK' both | cut -d: -f1)" ]
	run ! grep -E '.Written: ' both
}

@test "whoever closes the pipe has read enough; a full disk is told" {
	run bash -c '"$TOKENFERRY" tokens --module "$SOFTHSM" 2>errors | head -n 1; exit "${PIPESTATUS[0]}"'
	assert_status 0
	run ! grep -q tokenferry: errors

	run bash -c '"$TOKENFERRY" tokens --module "$SOFTHSM" >/dev/full'
	assert_status 90
}

@test "--json ends with exactly one result, whatever goes wrong" {
	local n arguments=('--bogus' '--token pkcs11:token=nobody' '--token nonsense' '--password-source file:nothing'
		'--ledger nonsense' '--report-dir /proc/nowhere' '--number 12' '--key 7' '--accept nonsense' '--dry-run')

	for arguments in "${arguments[@]}"; do
		# shellcheck disable=SC2086
		ferry_migrate member.p12 --json $arguments
		n=$(jq -r 'select(.type == "result") | .status' <<<"$output" | wc -l)
		[ "$n" -eq 1 ] || { echo "$arguments: $n results" && show && return 1; }
		assert_result .type result
		assert_result '.error.exit // 0' "$status"
	done
	assert_unchanged member.p12 "$digest"
}

@test "of two runs at once one waits to be told, and the key is there once" {
	local options=(--yes --module "$SOFTHSM" --token "$TOKEN_URI" --password-source "file:$HOME/pin-code" --keep-source
		--pin-source "file:$HOME/user-pin" --campaign demo --report-dir "$REPORTS" --ledger "$LEDGER")

	"$TOKENFERRY" migrate member.p12 "${options[@]}" >one 2>&1 &
	"$TOKENFERRY" migrate member.p12 "${options[@]}" >two 2>&1 || [ $? -eq 80 ]
	wait $! || [ $? -eq 80 ]

	assert_n_keys 1
	assert_unchanged member.p12 "$digest"
}

@test "one of several keys is moved by --key, and the file is kept for the other" {
	pki_member "$PKI" second "/C=JP/CN=見本 花子" ec:P-256
	p12_java "$PKI" member pin-code both.p12
	p12_openssl "$PKI" second pin-code second.p12
	keytool -importkeystore -noprompt -srckeystore second.p12 -srcstoretype PKCS12 -srcstorepass:file pin-code \
		-destkeystore both.p12 -deststoretype PKCS12 -deststorepass:file pin-code 2>/dev/null
	digest=$(sha256sum <both.p12 | cut -d' ' -f1)

	ferry_migrate both.p12 --lang ja
	assert_status 16
	assert_says "--key"
	ferry_migrate both.p12 --key 3
	assert_status 16
	ferry_migrate both.p12 --key ２ --json
	assert_status 4
	assert_result '.kept[0].why' other-secret
	assert_unchanged both.p12 "$digest"
	assert_n_keys 1
}

@test "on a reader with keys of its own the user PIN is typed there" {
	printf 'protected-path=%s\n' "$USER_PIN" >script
	chmod 600 script

	ferry_migrate member.p12 --lang ja --pin-source pinpad --module "$TF_MOCK_MODULE" --module-args \
		"module=$SOFTHSM script=$HOME/script counter=$HOME/counter memory=$HOME/memory log=$HOME/log"

	assert_status 0
	assert_says "リーダー"
	assert_n_keys 1
}

@test "an expired certificate on a PC with a wrong clock: the date of the PC is named" {
	pki_member "$PKI" old "/C=JP/CN=見本 花子" rsa:2048 2014-04-01 2019-03-31
	p12_openssl "$PKI" old pin-code old.p12

	ferry_migrate old.p12 --lang ja

	assert_status 22
	assert_says "このパソコンの日付を確かめてください"
}

# with_mounts MOUNTS SCRIPT: in a mount namespace of their own, root runs MOUNTS, then who runs the test SCRIPT: the
# program is never more than its user, and the reports are theirs.
with_mounts() {
	# shellcheck disable=SC2016
	run as_root unshare --mount bash -euc "$1"'
		exec setpriv --reuid="$0" --regid="$1" --init-groups bash -euc "$2"' "$(id -u)" "$(id -g)" "$2"
}

# on_usb SCRIPT: with an ext4 'USB memory' on ./usb, where the device of the image says that it is removable; $MIGRATE
# are the usual options.
on_usb() {
	export MIGRATE="migrate --lang ja --yes --accept posture --module $SOFTHSM --token $TOKEN_URI --password-source file:$HOME/pin-code
		--pin-source file:$HOME/user-pin --campaign demo --number 12345678 --name 見本花子
		--report-dir $REPORTS --ledger $LEDGER"
	truncate -s 8M stick.img
	mkfs.ext4 -q stick.img
	mkdir -p usb
	echo 1 >one
	# shellcheck disable=SC2016
	with_mounts 'mount -o loop stick.img usb
		mount --bind one "/sys/dev/block/$(mountpoint -d usb)/removable"
		chmod 700 usb
		chown "$0:$1" usb' "$1"
}

@test "a source on a USB memory is the backup: kept, for the locked cabinet" {
	# shellcheck disable=SC2016
	on_usb 'mv member.p12 usb/; "$TOKENFERRY" $MIGRATE usb/member.p12; sha256sum usb/member.p12'

	assert_status 0
	assert_says "バックアップ: 鍵付きキャビネットへ"
	assert_says "完了として連絡できます"
	assert_says "$digest  usb/member.p12"
}

@test "--wipe-backup wipes the backup that it names, and no other" {
	# shellcheck disable=SC2016
	on_usb 'mv member.p12 usb/; "$TOKENFERRY" $MIGRATE usb/member.p12 --wipe-backup usb/other.p12 >first
		sha256sum usb/member.p12; "$TOKENFERRY" $MIGRATE usb/member.p12 --wipe-backup usb/member.p12; ls -A usb'

	assert_status 0
	assert_says "$digest  usb/member.p12"
	assert_says "を消去しました"
	[ "${lines[-1]}" = lost+found ]
}

@test "a file that is still needed moves to the USB memory and leaves the PC" {
	# shellcheck disable=SC2016
	on_usb '"$TOKENFERRY" $MIGRATE member.p12 --move-to usb; sha256sum usb/member.p12'

	assert_status 0
	assert_says "鍵付きキャビネットへ"
	assert_says "$digest  usb/member.p12"
	[ ! -e member.p12 ]
}

@test "--move-to a folder of this PC is refused in words about the file" {
	ferry_migrate member.p12 --move-to "$HOME" --lang ja

	assert_status 90
	assert_says "USBメモリのフォルダー(--move-to)"
	assert_unchanged member.p12 "$digest"
}

@test "a token that does not answer: the first Ctrl-C says that it waits, the second stops and says that nothing is lost" {
	echo 'hang=C_CreateObject:1' >hang
	for format in text json; do
		how=(--verbose)
		[ "$format" = text ] || how=(--json)
		exec {lines}< <(exec "$TOKENFERRY" migrate member.p12 --yes --accept posture --module "$TF_MOCK_MODULE" --module-args \
			"module=$SOFTHSM script=$HOME/hang" --token "$TOKEN_URI" --password-source "file:$HOME/pin-code" \
			--pin-source "file:$HOME/user-pin" --report-dir "$REPORTS" --ledger "$LEDGER" --lang ja \
			"${how[@]}" 2> >(tee "said-$format"))
		waiting=$!
		while read -r line <&"$lines" && [[ $line != *書き込んでいます* && $line != *importing* ]]; do :; done
		kill -TERM "$waiting"
		while read -r line <&"$lines" && [[ $line != *'もう一度 Ctrl-C'* ]]; do :; done
		kill -TERM "$waiting"
		cat <&"$lines" >"rest-$format"
		wait "$waiting" && status=0 || status=$?
		[ "$status" -eq 130 ]
	done

	grep '何も失われていません' rest-text
	[ "$(tail -n 1 rest-json | jq -r .error.code)" = interrupted ]
	assert_unchanged member.p12 "$digest"
}

@test "a disk without room for the ledger stops before anything is written" {
	mkdir full
	export MIGRATE="migrate member.p12 --lang ja --yes --module $SOFTHSM --token $TOKEN_URI
		--password-source file:$HOME/pin-code --pin-source file:$HOME/user-pin --campaign demo --report-dir $REPORTS"

	# shellcheck disable=SC2016
	with_mounts 'mount -t tmpfs -o "size=80k,mode=700,uid=$0" full full' \
		'"$TOKENFERRY" $MIGRATE --ledger "sqlite:$HOME/full/ledger.db"'

	assert_status 80
	assert_says "台帳なしではトークンに何も書き込みません"
	assert_unchanged member.p12 "$digest"
	assert_n_keys 0
}

# The program and its profiles are copied, since nobody may look into where they were built.
@test "a user without any rights does the whole journey" {
	local place
	place=$(mktemp -d)
	cp "$TOKENFERRY" member.p12 pin-code user-pin "$place"
	cp -r "$TOKENFERRY_SOURCE/profiles" "$place"
	softhsm_store "$place/softhsm"
	softhsm2-util --init-token --free --label member --pin "$USER_PIN" --so-pin "$SO_PIN" >/dev/null
	mkdir "$place/closed"
	as_root chown -R nobody "$place"
	as_root chmod 500 "$place/closed"
	local user=(as_root setpriv --reuid=nobody --clear-groups --no-new-privs env --chdir="$place" HOME="$place"
		XDG_STATE_HOME="$place/state" ./tokenferry migrate member.p12 --yes --module "$SOFTHSM" --token "$TOKEN_URI"
		--password-source file:pin-code --pin-source file:user-pin --profiles profiles --campaign demo --json)

	run "${user[@]}" --report-dir closed
	assert_status 90
	as_root test -e "$place/member.p12"
	run "${user[@]}" --discard
	assert_status 2
	as_root test -e "$place/member.p12"

	run "${user[@]}"

	assert_status 0
	assert_result .status 'done'
	as_root test ! -e "$place/member.p12"
	as_root rm -r "$place"
}
