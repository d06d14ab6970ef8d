#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# 'sweep --wipe' is killed at every system call that makes something durable or destroys something; the same command again
# finishes, and nothing but the copies was touched.

setup_file() {
	load helper
	shared_pki
}

setup() {
	load helper
	private_home
	private_token
	member_p12
	cp member.p12 backup
	ferry_migrate member.p12
	assert_status 0
	mkdir old
	other_p12
	cp ledger.db ledger-before.db
}

# Another member's file, which no run may touch.
other_p12() {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout other.key -subj /CN=Other -days 9 -out other.crt 2>/dev/null
	openssl pkcs12 -export -inkey other.key -in other.crt -passout "pass:$PIN_CODE" -out other.p12
	rm other.key
	OTHER=$(sha256sum <other.p12)
}

# From the same start: two copies, and the other's file beside them.
rewind() {
	rm -rf old "$REPORTS"/tokenferry-supplement-* ledger.db ledger.db-wal ledger.db-shm
	cp ledger-before.db ledger.db
	chmod 600 ledger.db
	mkdir old
	cp backup old/first.p12
	cp backup old/second.p12
	cp other.p12 old/other.p12
}

clean() {
	"$@" "$TOKENFERRY" sweep --wipe --yes --module "$SOFTHSM_COPY" --token "$TOKEN_URI" --ledger "$LEDGER" --report-dir "$REPORTS" \
		--pin-source "file:$HOME/user-pin" --password-source "file:$HOME/pin-code" "$HOME/old" --json
}

# judge WHERE: after a death, the second run.
judge() {
	local n

	run clean env
	[ "$status" -eq 0 ] || { echo "killed at $1: the second run says $status" && echo "$output" && return 1; }
	[ "$(find old -name '[fs]*.p12' | wc -l)" -eq 0 ] || { echo "killed at $1: a copy is left" && return 1; }
	# Wiped by the dead run or by this one: told once each, unless the dead run had told it.
	n=$(tail -n 1 <<<"$output" | jq '.wiped | length')
	[ "$n" -eq 2 ] || [ "$(find "$REPORTS" -name '*supplement*.json' | wc -l)" -gt 1 ] || {
		echo "killed at $1: $n told of" && return 1
	}
	[ "$(sha256sum <old/other.p12)" = "$OTHER" ] || { echo "killed at $1: another key's file was touched" && return 1; }
	[ "$(find old -type f | wc -l)" -eq 1 ] || { echo "killed at $1: $(ls -a old)" && return 1; }
	[ "$(sqlite3 ledger.db 'SELECT count(*) FROM stray WHERE ended IS NULL')" -eq 0 ] || {
		echo "killed at $1: the ledger has a wipe that was not ended" && return 1
	}
}

# The calls of the program itself; its children's are not counted.
count() {
	rewind
	clean strace -qq -e signal=none -o calls -e "trace=$1" >/dev/null
	wc -l <calls
}

@test "killed at every durable step, the next run finishes and touches nothing else" {
	local call n nth killed=0

	for call in fdatasync fsync pwrite64 renameat2 ftruncate unlinkat; do
		n=$(count "$call")
		[ "$n" -gt 0 ]
		for ((nth = 1; nth <= n; nth++)); do
			# The ledger writes by pwrite64 as well, and what it has not synced does not count.
			[ "$call" = pwrite64 ] && [ "$n" -gt 16 ] && [ $((nth % 4)) -ne 0 ] && continue
			rewind
			clean strace -qq -o /dev/null -e "trace=$call" -e "inject=$call:signal=SIGKILL:when=$nth" >/dev/null 2>&1 || true
			judge "$call $nth"
			killed=$((killed + 1))
		done
	done
	echo "# killed at $killed points" >&3
}

# The key's own file this time, and the run that is killed is the migration's: as it syncs what it has overwritten.
kill_migration() {
	rewind
	cp backup member.p12
	traced -o /dev/null -P "$HOME/member.p12" -e trace=fsync -e inject=fsync:signal=SIGKILL:when=1 \
		"$TOKENFERRY" migrate member.p12 --yes --accept posture --module "$SOFTHSM_COPY" --token "$TOKEN_URI" \
		--password-source "file:$HOME/pin-code" --pin-source "file:$HOME/user-pin" --report-dir "$REPORTS" \
		--ledger "$LEDGER" >/dev/null 2>&1 || true
	[ "$(sqlite3 ledger.db 'SELECT step FROM migration ORDER BY id DESC LIMIT 1')" = wiping ]
	if cmp -s backup member.p12; then return 1; fi
}

@test "a search names the file that a killed migration left half wiped, and one that wipes finishes it" {
	kill_migration

	ferry sweep --ledger "$LEDGER" "$HOME/old" --json
	assert_status 72
	[ "$(jq -r 'select(.type == "half-wiped") | .path + " " + .finished_by' <<<"$output")" = "$HOME/member.p12 sweep" ]
	ferry sweep --wipe --dry-run --ledger "$LEDGER" "$HOME/old" --json
	[ "$(jq -r 'select(.kind == "finish-wipe") | .what' <<<"$output")" = "$HOME/member.p12" ]

	rm old/first.p12 old/second.p12
	run --separate-stderr clean env
	assert_status 0
	assert_result '.wiped | map(.path) | join(" ")' "$HOME/member.p12"
	[ ! -e member.p12 ]
	[ "$(sqlite3 ledger.db 'SELECT step FROM migration ORDER BY id DESC LIMIT 1')" = 'done' ]
	ferry_migrate member.p12 --json
	assert_status 0
	assert_result .status 'done'
	ferry sweep --ledger "$LEDGER" "$HOME/old"
	assert_status 0
}

@test "a plain search names what a killed run left half wiped, and changes nothing" {
	rewind
	clean strace -qq -o /dev/null -e trace=renameat2 -e inject=renameat2:signal=SIGKILL:when=1 >/dev/null 2>&1 || true
	[ "$(sqlite3 ledger.db 'SELECT count(*) FROM stray WHERE ended IS NULL')" -eq 1 ]
	find old -printf '%p %i %s %T@\n' | sort >before

	ferry sweep --ledger "$LEDGER" "$HOME/old" --json

	assert_status 72
	[[ $(jq -r 'select(.type == "half-wiped") | .path' <<<"$output") == "$HOME"/old/*.p12 ]]
	find old -printf '%p %i %s %T@\n' | sort | diff before -
	ferry sweep --wipe --dry-run --ledger "$LEDGER" "$HOME/old" --json
	[ "$(jq -r 'select(.kind == "finish-wipe") | .what' <<<"$output" | wc -l)" -eq 1 ]
}

@test "a copy whose wipe cannot be finished does not keep the others from being wiped, now or in the next run" {
	local run

	rewind
	for run in first again; do
		[ "$run" = first ] || cp backup old/third.p12
		run --separate-stderr clean strace -qq -o /dev/null -P "$HOME/old/first.p12" -e trace=fsync -e inject=fsync:error=EIO

		assert_status 71
		[ "$(jq -r 'select(.type == "result") | .status' <<<"$output")" = kept ]
		[ "$(jq -r 'select(.type == "result") | .kept[] | .path + " " + .why' <<<"$output")" = "$HOME/old/first.p12 wipe-incomplete" ]
		[ "$(find old -name 'second.p12' -o -name 'third.p12' | wc -l)" -eq 0 ]
	done

	judge "an error of the disk"
}
