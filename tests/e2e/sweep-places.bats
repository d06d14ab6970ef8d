#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# 'sweep --wipe' where a file lies at two places, where what was wiped stays readable, and where it cannot look.

setup_file() {
	load helper
	shared_pki
}

setup() {
	load helper
	migrated_copy
}

@test "a copy that a second mount shows once more is wiped once" {
	mkdir old/again
	# shellcheck disable=SC2016 # the inner shell's
	run --separate-stderr as_root unshare --mount bash -euc 'mount --bind "$1" "$1/again"; shift; "$@"' - \
		"$HOME/old" "$TOKENFERRY" "${CLEAN[@]}" "sqlite:$HOME/root.db" --certificate "$PKI/member.pem" "$HOME/old" --json

	assert_status 0
	[ "$(jq -s '[.[] | select(.type == "stray")] | length' <<<"$output")" -eq 2 ]
	[ "$(jq 'select(.type == "result") | .wiped | length' <<<"$output")" -eq 1 ]
	[ ! -e old/copy.p12 ]
}

# on_btrfs COMMAND…: in a mount namespace with a btrfs at old, whose copy of the file a snapshot holds, too.
on_btrfs() {
	truncate -s 128M image
	mkfs.btrfs -q image
	# shellcheck disable=SC2016 # the inner shell's
	run --separate-stderr as_root unshare --mount bash -euc 'mount -o loop "$1/image" "$1/old"
		cp "$1/backup.p12" "$1/old/copy.p12"
		btrfs -q subvolume snapshot "$1/old" "$1/old/snapshot"
		shift
		eval "$1"' - "$HOME" "$1"
}

@test "what a snapshot holds still is named, and is not done before that is deleted" {
	mv old/copy.p12 backup.p12
	on_btrfs "\"$TOKENFERRY\" ${CLEAN[*]@Q} sqlite:$HOME/root.db --certificate \"$PKI/member.pem\" $HOME/old/copy.p12 --json"

	assert_status 72
	[ "$(jq -r 'select(.type == "result") | .status' <<<"$output")" = kept ]
	[ "$(jq -r 'select(.type == "result") | .kept[] | .why + " " + .path' <<<"$output")" = "shared $HOME/old/snapshot/copy.p12" ]
	[ "$(jq -r 'select(.type == "result") | .wiped[0].level' <<<"$output")" = W2 ]
}

@test "the report of a migration claims no completion while a snapshot holds the file, and does so once it is deleted" {
	mv old/copy.p12 backup.p12
	softhsm2-util --init-token --free --label fresh --pin "$USER_PIN" --so-pin "$SO_PIN" >/dev/null
	local migrate="\"$TOKENFERRY\" migrate $HOME/old/copy.p12 --yes --module $SOFTHSM_COPY --token pkcs11:token=fresh --ledger sqlite:$HOME/root.db \
		--pin-source file:$HOME/user-pin --password-source file:$HOME/pin-code --report-dir $REPORTS --accept posture --json"
	on_btrfs "$migrate >first || echo \$? >status
		$migrate --lang ja >again || true
		btrfs -q subvolume delete $HOME/old/snapshot
		$migrate >last"

	assert_status 0
	[ "$(cat status)" = 4 ]
	[ "$(tail -n 1 first | jq -r '.status + " " + (.completed | tostring) + " " + .kept[0].why')" = "kept false shared" ]
	[ "$(tail -n 1 again | jq -r '.status + " " + (.completed | tostring)')" = "kept false" ]
	[ "$(tail -n 1 last | jq -r '.status + " " + (.completed | tostring)')" = "done true" ]
}

@test "an archive under a password is named in the supplement, with why, and nothing is said to be clean" {
	zip -q -P secret mail.zip old/copy.p12
	mv mail.zip old/
	rm old/copy.p12

	ferry "${CLEAN[@]}" "$LEDGER" "$HOME/old" --json

	assert_status 0
	assert_result '.supplement.left_out_files[0].path' "$HOME/old/mail.zip"
	assert_result '.supplement.left_out_files[0].why[0]' locked
	local text
	text=$(tail -n 1 <<<"$output" | jq -r .report.text)
	grep -q "not everything could" "$text"
	grep -q "File: $HOME/old/mail.zip" "$text"
	run ! grep -q "where was searched" "$text"
}

@test "a folder, a pipe, and a place that may not be entered are not searched in silence" {
	mkdir shut
	chmod 0 shut
	mkfifo pipe

	ferry "${CLEAN[@]}" "$LEDGER" --wipe-backup "$HOME/old" "$HOME/old" --json
	assert_status 2
	ferry sweep --ledger "$LEDGER" "$HOME/pipe" --json
	assert_status 11
	if [ "$(id -u)" -eq 0 ]; then
		run --separate-stderr setpriv --reuid=65534 --regid=65534 --clear-groups -- \
			"$TOKENFERRY" sweep --ledger sqlite:/nonexistent/ledger.db "$HOME/shut"
	else
		ferry sweep --ledger "$LEDGER" "$HOME/shut" --json
	fi
	assert_status 11
	[ -e old/copy.p12 ]
}

@test "a named backup that is no copy of the key is kept and said" {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout other.key -subj /CN=Other -days 9 -out other.crt 2>/dev/null
	openssl pkcs12 -export -inkey other.key -in other.crt -passout file:pin-code -out other.p12

	ferry "${CLEAN[@]}" "$LEDGER" --wipe-backup "$HOME/other.p12" "$HOME/old" --json

	assert_status 70
	[ -e other.p12 ]
	[ ! -e old/copy.p12 ]
	assert_result '.kept[0].path' "$HOME/other.p12"
	[ "$(tail -n 1 <<<"$output" | jq -r '.supplement.paths | join(" ")')" = "$HOME/old $HOME/other.p12" ]
}

@test "a dry run on a second PC asks for the certificate, and with it lists what the run wipes" {
	second_pc
	ln old/copy.p12 old/second.p12
	cp old/copy.p12 old/free.p12

	ferry "${CLEAN[@]}" "$LEDGER" "$HOME/old" --dry-run --json
	assert_status 2
	ferry "${CLEAN[@]}" "$LEDGER" --certificate "$PKI/member.pem" "$HOME/old" --dry-run --json

	assert_status 0
	[ "$(jq -r 'select(.kind == "wipe-file") | .what' <<<"$output")" = "$HOME/old/free.p12" ]
}

@test "on a PC that knows of no key what opens is nobody's" {
	second_pc
	openssl pkcs12 -in old/copy.p12 -passin file:pin-code -nodes -out old/key.pem

	ferry sweep --ledger "$LEDGER" "$HOME/old" --json

	[ "$(jq -r 'select(.type == "stray" and (.path | endswith(".pem"))) | .rank + " " + .basis' <<<"$output")" = "unknown no-key" ]
}
