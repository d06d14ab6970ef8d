#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# 'sweep --wipe': what is left of a moved key is destroyed by the token's fresh proof, and nothing else is.

setup_file() {
	load helper
	shared_pki
}

setup() {
	load helper
	migrated_copy
}

# clean ARGUMENT…: by the migrated key's token.
clean() {
	ferry "${CLEAN[@]}" "$LEDGER" "$@"
}

# Of the last run: the names that were wiped, or kept and why, on one line.
wiped() {
	tail -n 1 <<<"$output" | jq -r '.wiped[].path' | sed 's|.*/||' | LC_ALL=C sort | tr '\n' ' '
}

kept() {
	tail -n 1 <<<"$output" | jq -r '.kept[] | (.path | sub(".*/"; "")) + ":" + .why' | LC_ALL=C sort | tr '\n' ' '
}

# read_mail FILE: its subject, and what stands in its parts.
read_mail() {
	python3 -c 'import email, sys
from email import policy
mail = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=policy.default)
print(mail["subject"])
for part in mail.walk():
    if not part.is_multipart():
        print(part.get_content() if part.get_content_maintype() == "text" else part.get_content().decode())' "$1"
}

@test "copies are wiped, each with its level, and what holds more than the key is kept and said" {
	openssl pkcs12 -in old/copy.p12 -passin file:pin-code -nodes -out old/bags.pem
	{ echo 'password = 1' && openssl pkcs12 -in old/copy.p12 -passin file:pin-code -nodes -nocerts; } >old/vpn.conf
	openssl pkcs8 -topk8 -in old/bags.pem -passout file:pin-code -out old/locked.pem
	openssl rsa -in old/bags.pem -traditional -aes128 -passout file:pin-code -out old/ciphered.pem 2>/dev/null
	zip -q old/backup.zip old/copy.p12

	clean "$HOME/old" --json

	assert_status 72
	[ "$(wiped)" = "bags.pem ciphered.pem copy.p12 locked.pem " ]
	[ "$(kept)" = "backup.zip:within vpn.conf:within " ]
	[[ $(tail -n 1 <<<"$output" | jq -r '.wiped[0].level') == W[234] ]]
	[ ! -e old/copy.p12 ]
	[ -e old/backup.zip ]
}

@test "a key that hides another one in its own form is kept, as another secret" {
	openssl pkcs12 -in old/copy.p12 -passin file:pin-code -nodes -nocerts -out key.pem
	openssl pkcs8 -topk8 -nocrypt -in key.pem -outform DER -out old/alone
	openssl ecparam -name prime256v1 -genkey -noout -outform DER -out other
	python3 - <<'END'
def der(tag, content):
    return bytes([tag, 0x82]) + len(content).to_bytes(2, "big") + content

key, other = (open(name, "rb").read() for name in ("old/alone", "other"))
version, algorithm, octets = key[4:7], key[7:22], key[26:]
attribute = der(0x30, bytes.fromhex("06092a864886f70d010937") + der(0x31, der(0x04, other)))
open("old/behind", "wb").write(der(0x30, version + algorithm + der(0x04, octets + other)))
open("old/attribute", "wb").write(der(0x30, version + algorithm + der(0x04, octets) + der(0xA0, attribute)))
END

	clean "$HOME/old" --json

	assert_status 72
	[ "$(wiped)" = "alone copy.p12 " ]
	[ "$(kept)" = "attribute:other-secret behind:other-secret " ]
}

@test "when nothing is left the run says done, and says it again" {
	clean "$HOME/old" --json
	assert_status 0
	assert_result .status 'done'
	assert_result .completed false

	clean "$HOME/old" --json
	assert_status 0
	assert_result '.wiped | length' 0
}

@test "where few files may be open at once the rest is left to the next run, and said" {
	for i in $(seq 60); do
		cp old/copy.p12 "old/copy-$i.p12"
	done
	ulimit -n 80

	clean "$HOME/old" --json
	assert_status 70
	[ "$(tail -n 1 <<<"$output" | jq '.wiped | length')" -eq 40 ] || { show && return 1; }
	[ "$(tail -n 1 <<<"$output" | jq '.kept | length')" -eq 21 ] || { show && return 1; }

	clean "$HOME/old" --json
	assert_status 0
	[ -z "$(ls old)" ]
}

@test "a second PC needs only the token and the certificate" {
	second_pc

	clean "$HOME/old" --certificate "$PKI/member.pem" --json

	assert_status 0
	[ "$(wiped)" = "copy.p12 " ]
}

@test "of two keys on the token the ledger's only one is meant; between two an error names both, and --id chooses" {
	local id
	pki_member "$PKI" beside "/C=JP/O=社会保険労務士/CN=見本 花子"
	p12_openssl "$PKI" beside "$HOME/pin-code" "$HOME/beside.p12"
	ferry_migrate beside.p12 --ledger "sqlite:$HOME/other.db"
	assert_status 0

	clean "$HOME/old" --json
	assert_status 0
	[ "$(wiped)" = "copy.p12 " ]

	second_pc
	p12_openssl "$PKI" beside "$HOME/pin-code" "$HOME/old/beside.p12"
	clean "$HOME/old" --json
	assert_status 31
	assert_result .error.code token-several-keys
	id=$(openssl x509 -in "$PKI/beside.pem" -noout -modulus | sed 's/Modulus=//' | xxd -r -p | sha1sum | cut -c1-40)
	assert_says "$id (見本 花子)"
	clean "$HOME/old" --id "$id" --json
	assert_status 0
	[ "$(wiped)" = "beside.p12 " ]
}

@test "a second PC finds the key in a browser's store by the token's certificate, or by a file's" {
	second_pc
	mkdir -m 700 profile
	secret_file "$HOME/empty" ''
	certutil -N -d sql:profile -f empty
	pk12util -i old/copy.p12 -d sql:profile -k empty -w pin-code >/dev/null

	clean "$HOME/profile" --json
	assert_status 72
	[ "$(kept)" = "key4.db:store " ] || { show && return 1; }

	ferry sweep --certificate "$PKI/member.pem" --ledger sqlite:none.db "$HOME/profile" --json
	assert_status 72
	[ "$(jq -r 'select(.type == "stray" and (.path | endswith("/key4.db"))) | .rank + " " + .basis' <<<"$output")" = \
		"same-key key-id" ]
}

@test "without the PIN code a second PC says what it could not open, and is not done" {
	second_pc

	ferry sweep --wipe --yes --module "$SOFTHSM_COPY" --token "$TOKEN_URI" --pin-source "file:$HOME/user-pin" \
		--ledger "$LEDGER" --report-dir "$REPORTS" --campaign demo --name '見本 花子' --number 12345678 \
		"$HOME/old" --json

	assert_status 72
	assert_result .status kept
	assert_result .supplement.n_unknown 1
	assert_result '.supplement.unknown[0].path' "$HOME/old/copy.p12"
	local report=$output
	run ! grep -q "No copy of the key was found" "$(tail -n 1 <<<"$report" | jq -r .report.text)"
	ferry verify --evidence "$(tail -n 1 <<<"$report" | jq -r .report.json)" --json
	assert_status 0

	# With it the same run finds out, and wipes.
	clean "$HOME/old" --json
	assert_status 0
	[ "$(wiped)" = "copy.p12 " ]
}

@test "without a question's answer nothing is wiped" {
	ferry sweep --wipe --module "$SOFTHSM_COPY" --token "$TOKEN_URI" --pin-source "file:$HOME/user-pin" \
		--ledger "$LEDGER" "$HOME/old" --json

	[ "$status" -ne 0 ]
	[ -e old/copy.p12 ]
}

@test "without the token, and with a wrong PIN, nothing is wiped" {
	secret_file "$HOME/wrong-pin" 999999
	ferry sweep --wipe --yes --module "$SOFTHSM_COPY" --token pkcs11:token=another --ledger "$LEDGER" \
		--pin-source "file:$HOME/user-pin" "$HOME/old" --json
	assert_result .error.code token-missing
	ferry sweep --wipe --yes --module "$SOFTHSM_COPY" --token "$TOKEN_URI" --pin-source "file:$HOME/wrong-pin" \
		--ledger "$LEDGER" "$HOME/old" --json
	assert_result .error.code pin-wrong

	[ -e old/copy.p12 ]
}

@test "a dry run lists what would be wiped, and touches nothing" {
	find "$HOME" -printf '%p %i %s %m %T@ %C@\n' | sort >/tmp/"$BATS_ROOT_PID"-before

	clean "$HOME/old" --dry-run --json
	assert_status 0
	[ "$(jq -r 'select(.kind == "wipe-file") | .what' <<<"$output")" = "$HOME/old/copy.p12" ]
	[ "$(jq -r 'select(.kind == "write-file") | .what' <<<"$output" | grep -c ledger.db)" -eq 1 ]

	find "$HOME" -printf '%p %i %s %m %T@ %C@\n' | sort | diff /tmp/"$BATS_ROOT_PID"-before -
	rm /tmp/"$BATS_ROOT_PID"-before
}

# throw_away FILE NAME: into the trash of the home, with the record that a desktop makes.
throw_away() {
	mkdir -p .local/share/Trash/files .local/share/Trash/info
	mv "$1" ".local/share/Trash/files/$2"
	printf '[Trash Info]\nPath=%s\nDeletionDate=2014-05-09T10:00:00\n' "$HOME/$1" \
		>".local/share/Trash/info/$2.trashinfo"
}

@test "what is wiped in the trash takes the trash's record of it along, and a dry run says so" {
	throw_away old/copy.p12 copy.2.p12
	echo mine >old/letter.txt
	throw_away old/letter.txt letter.txt
	trash=$HOME/.local/share/Trash

	clean "$trash" --dry-run --json
	[ "$(jq -r 'select(.kind == "remove-record") | .what' <<<"$output")" = "$trash/info/copy.2.p12.trashinfo" ]
	[ -e "$trash/info/copy.2.p12.trashinfo" ]

	clean "$trash" --json
	assert_status 0
	[ "$(wiped)" = "copy.2.p12 " ]
	assert_result '.wiped[0].name_may_stay' true
	[ "$(ls "$trash/info")" = letter.txt.trashinfo ]
}

@test "a dry run that names the key lists no other key of the ledger" {
	pki_member "$PKI" second "/C=JP/O=社会保険労務士/CN=見本 花子"
	p12_openssl "$PKI" second "$HOME/pin-code" "$HOME/second.p12"
	cp second.p12 old/second.p12
	softhsm2-util --init-token --free --label second --pin "$USER_PIN" --so-pin "$SO_PIN" >/dev/null
	ferry_migrate second.p12 --token pkcs11:token=second
	assert_status 0

	clean "$HOME/old" --certificate "$PKI/member.pem" --dry-run --json

	assert_status 0
	[ "$(jq -r 'select(.kind == "wipe-file") | .what' <<<"$output")" = "$HOME/old/copy.p12" ]
	clean "$HOME/old" --certificate "$PKI/member.pem" --json
	[ "$(wiped)" = "copy.p12 " ]
	[ -e old/second.p12 ]
}

@test "options that destroy go together with --wipe" {
	ferry sweep --dry-run "$HOME/old" --json
	assert_status 2
	ferry sweep --wipe-backup "$HOME/old/copy.p12" --json
	assert_status 2
	[ -e old/copy.p12 ]
}

@test "people read in their own language what was wiped and what was kept" {
	zip -q old/backup.zip old/copy.p12

	clean "$HOME/old" --lang ja

	assert_status 72
	[[ $output == *copy.p12* ]]
	[[ $output == *鍵は別のものの中にあり* ]]
	run ! grep -E '[a-z]{4,} [a-z]{2,} [a-z]{2,}' <<<"$output"
}

@test "of mail, an archive and a text the supplement says in which messages, members and lines the key lies" {
	python3 - <<-'END'
		import email.message, zipfile
		key = open("old/copy.p12", "rb").read()
		with open("old/Inbox", "wb") as inbox:
		    for number in range(3):
		        mail = email.message.EmailMessage()
		        mail["From"] = mail["To"] = "a@example.jp"
		        mail.set_content("x")
		        mail.add_attachment(key, "application", "octet-stream", filename=f"cert{number}.p12")
		        inbox.write(b"From a@example.jp Fri May  9 10:00:00 2014\n" + mail.as_bytes() + b"\n\n")
		with zipfile.ZipFile("old/backup.zip", "w") as archive:
		    archive.writestr("2014/a.p12", key)
		    archive.writestr("2014/b.p12", key)
	END
	{ echo 'password = 1' && openssl pkcs12 -in old/copy.p12 -passin file:pin-code -nodes -nocerts; } >old/vpn.conf

	clean "$HOME/old" --json

	assert_status 72
	local text
	[ "$(tail -n 1 <<<"$output" | jq -r '.kept[] | .kind + "=" + .detail' | LC_ALL=C sort | head -n 2)" = \
		"archive=2014/a.p12; 2014/b.p12
mail=1: cert0.p12; 2: cert1.p12; 3: cert2.p12" ] || { show && return 1; }
	assert_result '.kept[] | select(.path | endswith("vpn.conf")) | .kind' text
	text=$(tail -n 1 <<<"$output" | jq -r .report.text)
	grep -q "mail or mailbox: $HOME/old/Inbox" "$text"
	grep -q "Inside: 1: cert0.p12; 2: cert1.p12; 3: cert2.p12" "$text"
}

@test "a supplement to the report of the same certificate is written, for the member and to be sent" {
	chmod 755 "$HOME"
	mkdir -m 755 Dropbox
	cp old/copy.p12 Dropbox/
	chmod 644 Dropbox/copy.p12
	zip -q old/backup.zip old/copy.p12

	clean "$HOME" --elsewhere "the PC at home" --elsewhere 古いスマートフォン --json

	assert_status 72
	local report=$output text
	[ "$(tail -n 1 <<<"$report" | jq -r .exposure)" = suspected ]
	[[ $(tail -n 1 <<<"$report" | jq -c .supplement.exposures) == *'"synced"'* ]]
	[ "$(tail -n 1 <<<"$report" | jq -r '.supplement.elsewhere[0]')" = "the PC at home" ]
	[ "$(tail -n 1 <<<"$report" | jq -r .completed)" = false ]
	text=$(tail -n 1 <<<"$report" | jq -r .report.text)
	[[ $text == "$REPORTS"/tokenferry-supplement-*.txt ]]
	grep -q "Supplement to the report" "$text"
	grep -q "$(openssl x509 -in "$PKI/member.pem" -outform DER | sha256sum | cut -c1-64)" "$text"
	grep -q "the PC at home" "$text"
	grep -q "revoked" "$text"

	# Its evidence can be checked by whoever gets it, without the token.
	ferry verify --evidence "$(tail -n 1 <<<"$report" | jq -r .report.json)" --json
	assert_status 0
	assert_result .placements_signed 1

	# Sent is how much, of what kind and how well; no path.
	mail=$(tail -n 1 <<<"$report" | jq -r .report.mail)
	read_mail "$mail" >mail.txt
	grep -q "完了連絡の補足" mail.txt
	grep -q "古いスマートフォン" mail.txt
	grep -q '"exposure":"suspected"' mail.txt
	grep -q "各ファイルの読み取り範囲: 先頭の4,096バイト" mail.txt
	run ! grep -q "$HOME" mail.txt
}

@test "the supplement of a second PC is shown once more, and written again" {
	second_pc
	mkdir -m 700 again
	clean "$HOME/old" --certificate "$PKI/member.pem" --elsewhere "the PC at home" --json
	assert_status 0

	ferry report --ledger "$LEDGER"
	assert_status 0
	assert_says "Supplement to the report"
	assert_says "old/copy.p12"
	assert_says "the PC at home"
	ferry report s1 --ledger "$LEDGER" --report-dir "$HOME/again" --json
	assert_status 0
	[ "$(find again -name 'tokenferry-supplement-*.txt' | wc -l)" -eq 1 ]
	ferry report --list --ledger "$LEDGER" --json
	assert_result .supplements 1
	[ "$(jq -r 'select(.type == "supplement") | .supplement' <<<"$output")" = s1 ]
	ferry report s2 --ledger "$LEDGER"
	assert_status 80
	ferry report sx --ledger "$LEDGER"
	assert_status 80
}

@test "malware that the member knows of makes the key suspect" {
	clean "$HOME/old" --infected --json

	assert_status 0
	assert_result .exposure suspected
	assert_result '.supplement.exposures | join(" ")' infected
}

# dialogue: 'tokenferry sweep --wipe' in Japanese with a person at its terminal who follows ./script.
dialogue() {
	run python3 "$TOKENFERRY_SOURCE/tests/e2e/dialogue.py" script 80 -- "$TOKENFERRY" sweep --wipe --lang ja \
		--module "$SOFTHSM" --token "$TOKEN_URI" --ledger "$LEDGER" --report-dir "$REPORTS" "$@"
}

@test "a person is shown the list, and asked once, in their own language" {
	printf '%s\n' '? Enterのみ): ' "> $PIN_CODE" '? ほかの場所: ' '> 自宅のパソコン' '? ほかの場所: ' '> ' '? [y/n]' '> n' \
		'? 表示されません): ' "> $USER_PIN" '? old/copy.p12' '? このパソコンから消去しますか' '? [y/n]' '> y' >script

	dialogue "$HOME/old"

	assert_status 0
	assert_says "以前ファイルがあったが、確認していない場所: 自宅のパソコン"
	refute_says "$PIN_CODE"
	[ ! -e old/copy.p12 ]
}

@test "a person is asked what opens the copies that stayed locked, and they are wiped with the others" {
	openssl pkcs12 -in old/copy.p12 -passin file:pin-code -nodes -out all.pem
	openssl pkcs12 -export -in all.pem -passout pass:Zweites7 -out old/second.p12
	rm all.pem
	printf '%s\n' '? Enterのみ): ' "> $PIN_CODE" '? ほかの場所: ' '> ' '? [y/n]' '> n' '? 表示されません): ' "> $USER_PIN" \
		'? old/second.p12' '? Enterのみ): ' '> Falsches8' '? 開けたファイルの数: 0' '? Enterのみ): ' '> Zweites7' \
		'? old/second.p12' '? このパソコンから消去しますか' '? [y/n]' '> y' >script

	dialogue "$HOME/old"

	assert_status 0
	refute_says Zweites7
	[ -z "$(ls old)" ]
}

@test "between two keys on the token a person chooses by their certificates" {
	second_pc
	pki_member "$PKI" beside "/C=JP/O=社会保険労務士/CN=見本 花子"
	p12_openssl "$PKI" beside "$HOME/pin-code" "$HOME/beside.p12"
	ferry_migrate beside.p12 --ledger "sqlite:$HOME/other.db"
	assert_status 0
	p12_openssl "$PKI" beside "$HOME/pin-code" "$HOME/old/beside.p12"
	serial=$(openssl x509 -in "$PKI/beside.pem" -noout -serial | sed 's/serial=//' | tr A-F a-f)
	printf '%s\n' '? Enterのみ): ' "> $PIN_CODE" '? ほかの場所: ' '> ' '? [y/n]' '> n' '? 表示されません): ' "> $USER_PIN" \
		'? 鍵が2個あります' '? 有効期限' "? $serial" '? 番号を入力してください: ' '> 3' '? 番号を入力してください: ' '> 2' \
		'? このパソコンから消去しますか' '? [y/n]' '> y' >script

	dialogue "$HOME/old"

	assert_status 0
	[ -e old/copy.p12 ] || [ -e old/beside.p12 ]
	[ ! -e old/copy.p12 ] || [ ! -e old/beside.p12 ]
}

@test "a dry run that names the key by its number lists no other key of the ledger" {
	local id
	pki_member "$PKI" second "/C=JP/O=社会保険労務士/CN=見本 花子"
	p12_openssl "$PKI" second "$HOME/pin-code" "$HOME/second.p12"
	cp second.p12 old/second.p12
	ferry_migrate second.p12
	assert_status 0
	id=$(openssl x509 -in "$PKI/second.pem" -noout -modulus | sed 's/Modulus=//' | xxd -r -p | sha1sum | cut -c1-40)

	clean "$HOME/old" --id "$id" --dry-run --json

	assert_status 0
	[ "$(jq -r 'select(.kind == "wipe-file") | .what' <<<"$output")" = "$HOME/old/second.p12" ]
	clean "$HOME/old" --id "$id" --json
	[ "$(wiped)" = "second.p12 " ]
	[ -e old/copy.p12 ]
}

@test "in Japanese a supplement says in words that a key lies in the middle of a file, and that all was read" {
	{ head -c 8192 /dev/zero && cat old/copy.p12; } >old/disk.img

	clean "$HOME/old" --whole --lang ja

	assert_status 72
	grep -q "中の場所: ファイルの途中(8192バイト目)" "$REPORTS"/tokenferry-supplement-*.txt
	read_mail "$REPORTS"/tokenferry-supplement-*.eml >mail.txt
	grep -q "各ファイルの読み取り範囲: 全体" mail.txt
}

@test "a person who says no keeps what was found" {
	printf '%s\n' '? Enterのみ): ' '> ' '? ほかの場所: ' '> ' '? [y/n]' '> y' '? 表示されません): ' "> $USER_PIN" \
		'? このパソコンから消去しますか' '? [y/n]' '> n' >script

	dialogue "$HOME/old"

	assert_status 72
	assert_says "このパソコンにマルウェアがあった"
	[ -e old/copy.p12 ]
}

@test "a name or number that is not the member's is refused before anything is searched" {
	clean "$HOME/old" --name "別人 太郎" --json
	assert_result .error.code certificate-name
	clean "$HOME/old" --number 12 --json
	assert_result .error.code number-format
	[ -e old/copy.p12 ]
}

@test "what a dry run lists is what a run writes to, no more and no less" {
	rm -f "$REPORTS"/*
	cp old/copy.p12 old/second.p12
	zip -q old/backup.zip old/copy.p12

	clean "$HOME/old" --dry-run --json
	assert_status 0
	# Where the root of a test runs it, the journal of an ext4 would be emptied as well: no file is written to.
	jq -r 'select(.type == "touch" and .kind != "empty-journal") | .what' <<<"$output" | sort -u >announced

	traced -y -e trace=openat,openat2 -e status=successful -o trace "$TOKENFERRY" sweep --wipe --yes --module "$SOFTHSM" \
		--token "$TOKEN_URI" --pin-source "file:$HOME/user-pin" --password-source "file:$HOME/pin-code" \
		--ledger "$LEDGER" --report-dir "$REPORTS" "$HOME/old" >/dev/null || true
	[ ! -e old/second.p12 ]
	grep -E 'O_(WRONLY|RDWR)' trace | grep -v -e softhsm -e /dev/ -e O_PATH |
		sed -nE 's/.*openat2?\([A-Z_0-9]+<([^>]*)>, "([^"]+)".*= [0-9]+<([^>]*)>.*/\3/p' |
		sed -E 's/(-(wal|shm|journal)|\.lock)$//; s/ \(deleted\)$//' | sort -u >touched
	cat announced touched
	while read -r path; do
		is_like "$path" touched || { echo "announced, not touched: $path" && return 1; }
	done <announced
	while read -r path; do
		is_like "$path" announced || { echo "touched, not announced: $path" && return 1; }
	done <touched
}

@test "the ledger's word alone makes no other file the moved one" {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout other.key -subj /CN=Other -days 9 -out other.crt 2>/dev/null
	openssl pkcs12 -export -inkey other.key -in other.crt -passout pass:another -out old/other.p12
	sqlite3 ledger.db "UPDATE migration SET source_sha256 = x'$(sha256sum <old/other.p12 | cut -c1-64)'"

	clean "$HOME/old" --json

	[ -e old/other.p12 ]
	[ "$(wiped)" = "copy.p12 " ]
}
