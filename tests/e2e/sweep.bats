#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# The search for what is left of keys, on a home in which one key lies in every kind of place and form.

setup_file() {
	load helper
	shared_pki
	plant=$BATS_FILE_TMPDIR/plant
	"$TOKENFERRY_SOURCE/tests/bench/sweep-plant" "$plant" 3000 >"$BATS_FILE_TMPDIR/all"
	LC_ALL=C grep -av '^deep: ' "$BATS_FILE_TMPDIR/all" >"$BATS_FILE_TMPDIR/planted"
	LC_ALL=C grep -a '^deep: ' "$BATS_FILE_TMPDIR/all" >"$BATS_FILE_TMPDIR/deep"
}

setup() {
	load helper
	private_home
	plant=$BATS_FILE_TMPDIR/plant
	secret_file "$HOME/pin-code" 12345678
}

# sweep ARGUMENT…: knows the planted key by its certificate, and its PIN code.
sweep() {
	ferry sweep --certificate "$plant/made/cert.pem" --password-source "file:$HOME/pin-code" "$@"
}

# strays FILTER: of the last run, the paths below the plant that jq's filter takes.
strays() {
	jq -r "select(.type == \"stray\") | select($1) | .path" <<<"$output" | sort
}

# names FILTER: the same without their folders, on one line.
names() {
	strays "$1" | sed 's|.*/||' | LC_ALL=C sort | tr '\n' ' '
}

@test "a key is found in every kind of place and form, and whose it is is known" {
	sweep "$plant/planted" --json

	assert_status 72
	[ "$(jq -s '[.[] | select(.type == "stray") | .path] | unique | length' <<<"$output")" -eq \
		"$(wc -l <"$BATS_FILE_TMPDIR/planted")" ]
	[ "$(wc -l <"$BATS_FILE_TMPDIR/planted")" -ge 80 ]
	assert_result .exposure suspected
	[ "$(strays .in_mail | sed "s|$plant/planted/||" | sort)" = "$(cut -f 2 "$BATS_FILE_TMPDIR/planted" |
		sed "s|$plant/planted/||" | grep -a '^mail/\|^Maildir/\|mail.zip' | sort)" ]
	[ "$(jq -c 'select(.type == "stray" and (.path | test("/mail/|Maildir"))) | .path' <<<"$output" | uniq -d)" = "" ]
	[ "$(names '.rank == "another-key"')" = "ec ec.eml ec.txt ec8.txt ec8e.eml k1.eml p521.eml " ]
	[ "$(names '.rank == "unknown"')" = ".p8.pem.swp cert(1).p12.part " ]
	[ "$(names '.basis == "certificate"')" = "jceks jceks.eml jks jks.eml " ]
	[ -z "$(strays '.rank == "same-export"')" ]
	jq -e 'select(.type == "result") | .confinement | index("seccomp")' <<<"$output"
}

@test "read whole, a key in the middle of any file is found, and where" {
	sweep "$plant/deep" --json
	assert_status 0
	assert_result .mode heads
	sweep "$plant/deep"
	assert_says "the rest of it was not read"
	sweep "$plant/deep" --whole --json
	assert_result .mode whole

	assert_status 72
	[ "$(strays '.member | startswith("offset ")')" = "$(cut -f 2 "$BATS_FILE_TMPDIR/deep" | sort)" ]
	[ "$(names '.rank != "same-key"')" = "memory " ]
	[ "$(jq -r 'select(.type == "stray" and (.path | endswith("/sparse"))) | .member' <<<"$output")" = "offset 104857600" ]
	sweep "$plant/deep" --whole --lang ja
	[[ $output == *1048576バイト目* ]]
}

@test "read whole, nothing is found twice, and no decoy is taken for a key" {
	sweep "$plant/planted" --json
	# Where in settings and notes it lies, the one tells by the line and the other by the offset.
	found() {
		jq -c 'select(.type == "stray") | if .path | test("(client.conf|notes.txt)$") then del(.member) else . end' \
			<<<"$output" | sort
	}
	once=$(found)

	sweep "$plant/planted" --whole --json
	[ "$(found)" = "$once" ]
	sweep "$plant/decoys" --whole --json
	assert_status 0
	[ -z "$(strays true)" ]
}

@test "what was thrown away, protects nothing or only weakly is said" {
	sweep "$plant/planted" --json

	[ "$(jq -r 'select(.trashed_from != null) | .trashed_from' <<<"$output")" = /home/member/cert.p12 ]
	[ "$(names '.weak_cipher')" = "des.txt rc2-40.txt weak " ]
	strays .unprotected | grep -q '/forms/p8.txt$'
	strays .unprotected | grep -q '/forms/empty$'
	run ! grep -q '/forms/p8e.txt$' <<<"$(strays .unprotected)"
}

# The access time lies before the last change: relatime would let any reading set it.
@test "a search leaves the access times of the trash's records alone" {
	trash=$BATS_TEST_TMPDIR/Trash
	mkdir -p "$trash"/{files,info}
	cp "$plant/planted/forms/legacy" "$trash/files/cert.p12"
	printf '[Trash Info]\nPath=/home/member/cert.p12\n' >"$trash/info/cert.p12.trashinfo"
	touch -a -d 2001-01-01 "$trash"/*/*

	sweep "$trash" --json

	[ "$(jq -r 'select(.trashed_from != null) | .trashed_from' <<<"$output")" = /home/member/cert.p12 ]
	[ "$(stat -c %x "$trash"/*/* | cut -c 1-10 | sort -u)" = 2001-01-01 ]
}

@test "none of 3,000 files that only look like keys is taken for one" {
	sweep "$plant/decoys" --json

	assert_status 0
	[ -z "$(strays true)" ]
	[ "$(jq -r 'select(.type == "result") | .files' <<<"$output")" -eq 3000 ]
}

@test "without the PIN code a locked copy is not known, and one without a password is" {
	ferry sweep --certificate "$plant/made/cert.pem" "$plant/planted/forms" --json

	assert_status 72
	strays '.rank == "same-key"' | grep -q '/forms/p8.txt$'
	strays '.rank == "unknown"' | grep -q '/forms/gnutls$'
}

@test "what a run of this ledger moved is known without a certificate and without a PIN code" {
	private_token
	member_p12
	mkdir "$HOME/old"
	cp member.p12 old/copy
	ferry_migrate member.p12
	assert_status 0

	ferry sweep --ledger "$LEDGER" --json

	assert_status 72
	[ "$(strays '.rank == "same-key" and .basis == "content"')" = "$HOME/old/copy" ]
}

@test "nothing is changed, not even a time" {
	find "$plant/planted" -type f -printf '%p %i %s %m %A@ %T@ %C@\n' | sort >before

	sweep "$plant/planted"
	sweep "$plant/planted" --whole

	find "$plant/planted" -type f -printf '%p %i %s %m %A@ %T@ %C@\n' | sort >after
	diff before after
}

@test "people read in their own language what was found and what was not searched" {
	sweep "$plant/planted/Desktop" "$plant/planted/mail" --lang ja

	assert_status 72
	[[ $output == *移した鍵* ]]
	[[ $output == *社会保険労務士電子証明書.p12* ]]
	[[ $output == *ほかのパソコン* ]]
	run ! grep -E '[a-z]{4,} [a-z]{2,} [a-z]{2,}' <<<"$output"
}

@test "a path that is not there and a certificate that is none are errors" {
	sweep "$HOME/nowhere" --json
	assert_status 10

	ferry sweep --certificate "$HOME/pin-code" "$HOME" --json
	[ "$status" -ne 0 ]
	[ "$status" -ne 72 ]
}

@test "what cannot be reached is counted and named" {
	python3 -c 'import os
for n in range(30):
    os.mkdir("d" * 200)
    os.chdir("d" * 200)'

	sweep "$HOME" --json
	assert_status 0
	assert_result .unreadable 1
	sweep "$HOME"
	assert_says "Could not be read"
	assert_says dddddddddd
}

@test "a file that is found and cannot be opened is counted and named" {
	cp "$plant/made/key.p12" "$HOME"
	python3 -c 'import os
room = 4090 - len(os.getcwd())
while room > 1:
    name = "d" * min(200, room - 1)
    os.mkdir(name)
    os.chdir(name)
    room -= len(name) + 1
os.rename(os.environ["HOME"] + "/key.p12", "f" * 99 + ".p12")'

	sweep "$HOME" --json
	assert_status 0
	assert_result .unreadable 1
	sweep "$HOME"
	assert_says "fff.p12"
}

@test "every file system and one that is named do not go together" {
	ferry sweep --all "$HOME" --json

	assert_status 2
	[ "$(jq -r .error.code <<<"$output")" = usage ]
}

@test "on a terminal a line says how many files were looked at, and how fast" {
	printf '%s\n' '? 個)' '^C' >script
	run python3 "$TOKENFERRY_SOURCE/tests/e2e/dialogue.py" script 80 -- "$TOKENFERRY" sweep /usr --yes --lang ja --ledger "$LEDGER"

	[[ $output =~ [0-9]+個のファイルを調べました\(毎秒[1-9][0-9]*個\) ]]
}

# at_terminal ARGUMENT…: with a person there who follows ./script.
at_terminal() {
	run python3 "$TOKENFERRY_SOURCE/tests/e2e/dialogue.py" script 80 -- "$TOKENFERRY" sweep --ledger "$LEDGER" \
		--certificate "$plant/made/cert.pem" --lang en "$@"
}

@test "on a terminal a search asks what opens the files that stayed locked, and says whose key it is then" {
	mkdir docs
	cp "$plant/made/key.p12" docs
	printf '%s\n' '? A key, not known which' '? docs/key.p12' '? leave them locked): ' '> wrong-one' \
		'? Files opened with it: 0.' '? leave them locked): ' '> 12345678' '? The key that was moved' >script
	at_terminal docs
	assert_status 72
	refute_says wrong-one

	printf '%s\n' '? leave them locked): ' '> ' >script
	at_terminal docs
	assert_status 0
	: >script
	at_terminal docs --yes
	assert_status 0
	at_terminal docs --json
	assert_status 0
	run python3 "$TOKENFERRY_SOURCE/tests/e2e/dialogue.py" script 80 -- "$TOKENFERRY" sweep --ledger "$LEDGER" docs
	assert_status 0
}

@test "an interrupted search says so" {
	local pid

	"$TOKENFERRY" sweep / --json >out 2>err &
	pid=$!
	# Its threads search.
	while [ -d "/proc/$pid" ] && [ "$(find "/proc/$pid/task" -mindepth 1 -maxdepth 1 | wc -l)" -lt 2 ]; do
		continue
	done

	kill -TERM "$pid"
	wait "$pid" || true
	[ "$(tail -n 1 out | jq -r .error.code)" = interrupted ]
}

# beside_silence COMMAND...: as root, while a file system of the network that does not answer is mounted on ./nas.
beside_silence() {
	mkdir -p nas
	run --separate-stderr as_root unshare --mount \
		"$TOKENFERRY_BUILD/tests/unit/support/disk/silent-mount" "$PWD/nas" "$@"
}

@test "a file system that does not answer is left out and named, and the rest is searched" {
	mkdir docs
	cp "$plant/planted/forms/p8.txt" docs/key

	beside_silence timeout --kill-after=1 60 "$TOKENFERRY" sweep "$HOME" --ledger "$LEDGER" --json

	assert_status 0
	[ "$(strays true)" = "$HOME/docs/key" ]
	[ "$(jq -c 'select(.type == "result") | .skipped' <<<"$output")" = \
		"[{\"path\":\"$HOME/nas\",\"file_system\":\"fuse.sshfs\",\"network\":false}]" ]
}

@test "an interrupt ends a search that waits for a file system which does not answer" {
	local within

	for within in nas nas/within; do
		beside_silence timeout --preserve-status --signal=INT --kill-after=20 3 \
			"$TOKENFERRY" sweep "$HOME/$within" --ledger "$LEDGER" --json

		assert_status 130
		[ "$(tail -n 1 <<<"$output" | jq -r .error.code)" = interrupted ]
	done
}

@test "under sudo, where home is root's, the place has to be named" {
	local roots own
	roots=$(getent passwd 0 | cut -d: -f6) own=$(getent passwd 65534 | cut -d: -f6)

	run --separate-stderr as_root env HOME="$roots" SUDO_UID=65534 "$TOKENFERRY" sweep --wipe --lang en
	assert_status 2
	assert_says "sudo tokenferry sweep --wipe $own"
	run --separate-stderr as_root env HOME="$roots" SUDO_UID=65534 "$TOKENFERRY" sweep --lang ja
	assert_status 2
	assert_says "sudo tokenferry sweep $own"

	run --separate-stderr as_root env HOME="$roots" SUDO_UID=65534 "$TOKENFERRY" sweep --json --ledger "$LEDGER" "$PWD"
	assert_status 0
	run --separate-stderr as_root env HOME="$HOME" SUDO_UID=65534 "$TOKENFERRY" sweep --json --ledger "$LEDGER"
	assert_status 0
}
