#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# The state of the PC: what 'check' says about the machine that these tests run on, and about worse ones.

# One look at this machine for all tests that only read it: the package manager takes its time.
setup_file() {
	load helper
	export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	private_home
	"$TOKENFERRY" check --json >"$BATS_FILE_TMPDIR/output" && echo 0 >"$BATS_FILE_TMPDIR/status" ||
		echo $? >"$BATS_FILE_TMPDIR/status"
}

setup() {
	load helper
	private_home
}

# That look, as 'run' would have left it.
look_again() {
	output=$(cat "$BATS_FILE_TMPDIR/output")
	status=$(cat "$BATS_FILE_TMPDIR/status")
	export stderr=''
}

# The answer to a question, as the line of --json gives it.
answer_to() {
	jq -r --arg question "$1" 'select(.type == "posture" and .question == $question) | .answer' <<<"$output"
}

# shellcheck disable=SC2016 # expanded by the inner shell
# With other file systems at some places, that nobody else sees: SCRIPT, then 'check --json'.
check_where() {
	run --separate-stderr unshare --map-root-user --mount -- \
		sh -ec "$1"'; exec "$TOKENFERRY" check --json'
}

# check_without_apt OPTION...: with no lists of packages, which the package manager takes seconds to read.
# shellcheck disable=SC2016 # expanded by the inner shell
check_without_apt() {
	run --separate-stderr unshare --map-root-user --mount -- \
		sh -ec 'mount -t tmpfs none /var/lib/apt; exec "$TOKENFERRY" check "$@"' check "$@"
}

@test "each question is answered by yes, no or unknown, with source and date" {
	look_again

	[ "$(jq -r 'select(.type == "posture") | .question' <<<"$output" | sort -u | wc -l)" -eq 9 ]
	run ! jq -e 'select(.type == "posture") | select((.answer | IN("yes", "no", "unknown") | not) or .source == ""
		or (.date | test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T") | not) or (.root_would_add | type != "boolean"))' <<<"$output"
}

@test "the status says whether something is answered no, or else unknown" {
	look_again

	assert_result '.posture | length' 9
	if jq -se 'any(.[]; .type == "posture" and .answer == "no")' <<<"$output" >/dev/null; then
		assert_status 5
		assert_result .status posture-no
	elif jq -se 'any(.[]; .type == "posture" and .answer == "unknown")' <<<"$output" >/dev/null; then
		assert_status 6
		assert_result .status posture-unknown
	else
		assert_status 0
		assert_result .status 'done'
	fi
}

@test "a PC of which nothing is known is never green" {
	check_where 'mount -t tmpfs none /var/lib/apt; mount -t tmpfs none /usr/share/distro-info'

	[ "$(answer_to system-support)" = unknown ] || { show && return 1; }
	[ "$(answer_to security-updates)" = unknown ] || { show && return 1; }
	[ "$status" -eq 5 ] || [ "$status" -eq 6 ] || { show && return 1; }
}

@test "definitions of this week count as protection, old ones do not" {
	local prepare

	printf 'ClamAV-VDB:%s:27455:1:90:X:X:x:1' "$(LC_ALL=C date -u '+%d %b %Y %H-%M +0000')" >current.cvd
	printf 'ClamAV-VDB:%s:27455:1:90:X:X:x:1' '16 Sep 2021 08-32 -0400' >old.cvd
	# The scanner is looked for by its name only.
	prepare="mount -t tmpfs none /opt; mkdir '$HOME/bin' && cp /usr/bin/cp /usr/bin/mkdir '$HOME/bin' && touch '$HOME/bin/clamscan'
		mount -t tmpfs none /var/lib; mkdir /var/lib/clamav; mount --bind '$HOME/bin' /usr/bin"

	check_where "$prepare; cp '$HOME/current.cvd' /var/lib/clamav/daily.cvd"
	[ "$(answer_to antivirus)" = yes ] || { show && return 1; }

	check_where "$prepare; cp '$HOME/old.cvd' /var/lib/clamav/daily.cvd"
	[ "$(answer_to antivirus)" = no ] || { show && return 1; }
}

@test "a variable that makes a module log keys is answered with no" {
	OPENSC_DEBUG=9 check_without_apt --json

	assert_status 5
	[ "$(answer_to leak-variables)" = no ] || { show && return 1; }
	assert_says OPENSC_DEBUG
}

@test "check needs neither the network nor rights" {
	local alone=(unshare --map-current-user --net --)

	if [ "$(id -u)" -eq 0 ]; then
		alone=(unshare --net -- setpriv --reuid=65534 --regid=65534 --clear-groups)
		export HOME=/
	fi
	run --separate-stderr "${alone[@]}" "$TOKENFERRY" check --json

	[ "$(jq -r 'select(.type == "posture") | .question' <<<"$output" | wc -l)" -eq 9 ] || { show && return 1; }
}

@test "check speaks English and Japanese" {
	check_without_apt --lang en
	assert_says "Is there protection against viruses, with current definitions?"
	assert_says "Source: /proc/swaps, of "
	assert_says "Answered with yes: "
	run ! grep -qP '[\x{3040}-\x{30ff}\x{4e00}-\x{9fff}]' <<<"$output"

	check_without_apt --lang ja
	assert_says "ウイルス対策ソフトがあり、定義ファイルは最新ですか"
	assert_says "情報源: /proc/swaps("
	assert_says "コアファイルを残さない:"
	grep -qE '^\[[+!?]\] (はい|いいえ|不明) +' <<<"$output" || { show && return 1; }
	run ! grep -qE '^\[[+!?]\] (yes|no|unknown)' <<<"$output"
}

@test "check says what confines the processes of a batch, as the kernel answers" {
	look_again

	assert_result '.confinement | join(" ") | test("^no-core not-dumpable no-new-privileges no-capabilities .*seccomp$")' true
}
