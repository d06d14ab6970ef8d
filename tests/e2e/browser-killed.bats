#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# 'migrate --from-nss' is killed at every system call that makes something durable or destroys something, from the proof
# on; the same command again finishes, and the other key of the store was not touched.

setup_file() {
	load helper
	shared_pki
	pki_member "$PKI" other "/C=JP/CN=別人 太郎"
}

setup() {
	load helper
	private_home
	private_token
	cp "$PKI/pin-code" "$HOME/pin-code"
	secret_file "$HOME/empty" ''
	mkdir -m 700 profile
	certutil -N -d sql:profile -f empty
	for name in member other; do
		p12_openssl "$PKI" "$name" pin-code import.p12
		pk12util -i import.p12 -d sql:profile -k empty -w pin-code >/dev/null
	done
	rm import.p12
	ferry_migrate --from-nss=profile --keep-source
	assert_status 0
	cp -a profile profile-before
	cp ledger.db ledger-before.db
}

# From the same start: the key proven on the token, and both keys in the store.
rewind() {
	rm -rf profile ledger.db ledger.db-wal ledger.db-shm
	cp -a profile-before profile
	cp -p ledger-before.db ledger.db
}

empty_store() {
	"$@" "$TOKENFERRY" migrate --from-nss profile --yes --module "$SOFTHSM_COPY" --token "$TOKEN_URI" --ledger "$LEDGER" \
		--pin-source "file:$HOME/user-pin" --name '見本 花子' --campaign demo --number 12345678 --report-dir "$REPORTS" --json
}

# judge WHERE: after a death, the second run.
judge() {
	run empty_store env
	[ "$status" -eq 0 ] || { echo "killed at $1: the second run says $status" && echo "$output" && return 1; }
	certutil -L -n other -d sql:profile >/dev/null || { echo "killed at $1: another certificate was touched" && return 1; }
	[ "$(certutil -K -d sql:profile -f empty | grep -c '^<')" -eq 1 ] || {
		echo "killed at $1:" && certutil -K -d sql:profile -f empty && return 1
	}
	run ! certutil -L -n member -d sql:profile
	[ "$(sqlite3 ledger.db 'SELECT step FROM migration ORDER BY id DESC LIMIT 1')" = 'done' ] || {
		echo "killed at $1: the ledger is not done" && return 1
	}
}

@test "killed at every durable step, the next run ends done and touches nothing else" {
	local call n nth killed=0

	for call in fdatasync fsync unlink; do
		rewind
		empty_store strace -qq -e signal=none -o calls -e "trace=$call" >/dev/null
		n=$(wc -l <calls)
		[ "$n" -gt 0 ]
		for ((nth = 1; nth <= n; nth++)); do
			rewind
			empty_store strace -qq -o /dev/null -e "trace=$call" -e "inject=$call:signal=SIGKILL:when=$nth" >/dev/null 2>&1 || true
			judge "$call $nth"
			killed=$((killed + 1))
		done
	done
	echo "# killed at $killed points" >&3
	assert_n_keys 1
}
