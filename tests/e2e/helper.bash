# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# What every end-to-end test begins with: the installed program, a home and a token store of its own, and assertions
# that say what they saw.
#   setup_file() { load helper; shared_pki; }      one authority for the file's tests, in $PKI
#   setup()      { load helper; private_home; private_token; }
bats_require_minimum_version 1.5.0

# shellcheck source=pki.bash
. "$(dirname "${BASH_SOURCE[0]}")/pki.bash"

export TOKENFERRY=${TOKENFERRY:?the installed program} TOKENFERRY_SOURCE=${TOKENFERRY_SOURCE:?where the sources are}
export SOFTHSM=/usr/lib/softhsm/libsofthsm2.so
export PKI=${BATS_FILE_TMPDIR:-}/pki
# For runs without a terminal, where no question is asked about it: of a file below /usr, dpkg is asked for the package,
# which takes as long as all else that a run computes.
export SOFTHSM_COPY=$PKI/libsofthsm2.so
# Not exported: no process sees them in its environment.
USER_PIN=123456 SO_PIN=12345678 PIN_CODE=kirakira

# An authority, and one member with a Japanese subject, for all tests of this file.
shared_pki() {
	mkdir -p "$PKI"
	cp -L "$SOFTHSM" "$SOFTHSM_COPY"
	pki_authority "$PKI" "$(pki_demo_issuer)"
	pki_member "$PKI" member "/C=JP/O=社会保険労務士/CN=見本 花子"
	secret_file "$PKI/pin-code" "$PIN_CODE"
}

# No test sees the person's own files, environment or locale.
private_home() {
	umask 022
	export HOME=$BATS_TEST_TMPDIR/home XDG_RUNTIME_DIR=$BATS_TEST_TMPDIR/run
	export XDG_STATE_HOME=$HOME/.local/state XDG_CONFIG_HOME=$HOME/.config XDG_DATA_HOME=$HOME/.local/share
	export LC_ALL=C.UTF-8 LEDGER=sqlite:$HOME/ledger.db REPORTS=$HOME/reports
	unset LANGUAGE LANG NO_COLOR OPENSC_DEBUG P11_KIT_DEBUG
	mkdir "$HOME" "$XDG_RUNTIME_DIR" "$REPORTS"
	chmod 700 "$HOME" "$XDG_RUNTIME_DIR" "$REPORTS"
	cd "$HOME" || return
}

# A SoftHSM2 store with one formatted token, TOKEN_URI, and its PINs in files.
private_token() {
	softhsm_store "$BATS_TEST_TMPDIR/softhsm"
	secret_file "$HOME/user-pin" "$USER_PIN"
	secret_file "$HOME/so-pin" "$SO_PIN"
	softhsm2-util --init-token --free --label "${1:-member}" --pin "$USER_PIN" --so-pin "$SO_PIN" >/dev/null
	export TOKEN_URI=pkcs11:token=${1:-member}
}

# A fresh copy of a modern .p12 in the home directory: member.p12, its PIN code in pin-code.
member_p12() {
	cp "$PKI/pin-code" "$HOME/pin-code"
	p12_openssl "$PKI" member "$HOME/pin-code" "$HOME/member.p12"
}

# ferry COMMAND...: 'run' of the installed program, stdout in $output, stderr in $stderr.
ferry() {
	run --separate-stderr "$TOKENFERRY" "$@"
}

# ferry_migrate FILE [OPTION...]: the run of README, without questions. What an OPTION gives takes the place of the usual.
ferry_migrate() {
	local file=$1 usual option
	local -A usuals=(
		[--module]=$SOFTHSM_COPY
		[--token]=$TOKEN_URI
		[--password-source]=file:$HOME/pin-code
		[--pin-source]=file:$HOME/user-pin
		[--campaign]=demo
		[--name]='見本 花子'
		[--number]=12345678
		[--report-dir]=$REPORTS
		[--ledger]=$LEDGER
	)
	local options=(--yes)

	# Nobody looks at the PC for each of these runs; what they say of completion is not about that.
	[[ " $* " == *" --check-pc "* || " $* " == *" --accept posture "* ]] || options+=(--accept posture)

	shift
	for usual in "${!usuals[@]}"; do
		for option in "$@"; do
			[ "$option" = "$usual" ] && continue 2
		done
		options+=("$usual" "${usuals[$usual]}")
	done
	ferry migrate "$file" "${options[@]}" "$@"
}

# migrated_copy: the key is on the token, and a copy of its file lies in the home. The words of the run that destroys the
# copy by the token's fresh proof are in CLEAN; the ledger comes behind them.
migrated_copy() {
	private_home
	private_token member
	member_p12
	mkdir "$HOME/old"
	cp member.p12 old/copy.p12
	ferry_migrate member.p12
	assert_status 0
	# shellcheck disable=SC2034 # the tests'
	CLEAN=(sweep --wipe --yes --module "$SOFTHSM_COPY" --token "$TOKEN_URI" --pin-source "file:$HOME/user-pin"
		--password-source "file:$HOME/pin-code" --report-dir "$REPORTS" --ledger)
}

# second_pc: from now on as on a PC that knows nothing of the migration.
second_pc() {
	mkdir -p -m 700 second
	export LEDGER=sqlite:$HOME/second/ledger.db
}

as_root() {
	"$TOKENFERRY_SOURCE/tests/as-root" "$@"
}

# traced OPTION... COMMAND...: strace by root, COMMAND by who runs the test. The program's processes let nobody else look
# into their memory, and a tracer that cannot sees addresses in the place of names.
traced() {
	as_root strace -u "$(id -un)" -f -qq "$@"
}

show() {
	printf 'status %s\nstdout:\n%s\nstderr:\n%s\n' "${status:-}" "${output:-}" "${stderr:-}"
}

assert_status() {
	[ "$status" -eq "$1" ] || { echo "expected status $1" && show && return 1; }
}

assert_says() {
	[[ $output$stderr == *"$1"* ]] || { echo "expected '$1'" && show && return 1; }
}

refute_says() {
	[[ $output$stderr != *"$1"* ]] || { echo "did not expect '$1'" && show && return 1; }
}

# assert_result FILTER WANTED: a jq filter on the last line of --json.
assert_result() {
	local found

	found=$(tail -n 1 <<<"$output" | jq -r "$1") || { show && return 1; }
	[ "$found" = "$2" ] || { echo "expected $1 to be '$2', not '$found'" && show && return 1; }
}

# Another program's view of the token: its private keys, as pkcs11-tool lists them.
token_private_keys() {
	pkcs11-tool --module "$SOFTHSM" --token-label "${TOKEN_URI#pkcs11:token=}" --login --pin "$USER_PIN" \
		--list-objects --type privkey
}

assert_n_keys() {
	local n

	n=$(token_private_keys | grep -c '^Private Key Object') || true
	[ "$n" -eq "$1" ] || { echo "expected $1 private keys on the token, not $n" && token_private_keys && return 1; }
}

# assert_unchanged FILE SHA256
assert_unchanged() {
	[ "$(sha256sum <"$1")" = "$2  -" ] || { echo "$1 has changed" && return 1; }
}

# is_like PATH FILE: PATH fits a line of FILE, or a line fits PATH; a '*' in either stands for what a run makes up.
is_like() {
	local line

	while read -r line; do
		# shellcheck disable=SC2053
		[[ $1 == $line || $line == $1 ]] && return
	done <"$2"

	return 1
}
