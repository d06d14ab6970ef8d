# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Completion of tokenferry(1). A lint holds the commands and options below against the program's own.

_tokenferry_options() {
	local common="--help --json --lang --verbose"
	local module="--module --module-args --allow-leaky-module"
	local token="--token $module"

	case $1 in
	tokens) echo "$common $module --profiles --token-profile --watch --yes" ;;
	sweep) echo "$common $token --all --campaign --certificate --discard --dry-run --elsewhere --id --infected --ledger --name --number" \
		"--password-source --pin-source --profiles --report-dir --token-profile --whole --wipe --wipe-backup --yes" ;;
	inspect) echo "$common --campaign --certificate --crl --key --name --password-source --profiles" ;;
	check) echo "$common" ;;
	init-token)
		echo "$common $token --dry-run --label --pin-source --profiles --puk-source --reader --reformat" \
			"--so-pin-source --so-puk-source --token-profile --yes"
		;;
	migrate)
		echo "$common $token --accept --campaign --certificate --check-pc --crl --discard --dry-run --from-nss --infected --keep-source --key --ledger" \
			"--move-to" \
			"--name --number --password-source --pin-source --profiles --report-dir --spare --spare-pin-source" \
			"--token-profile --wipe-backup --yes"
		;;
	verify) echo "$common $token --certificate --evidence --ledger --pin-source --profiles --token-profile --yes" ;;
	"pin change") echo "$common $token --dry-run --ledger --new-pin-source --pin-source --profiles --token-profile --yes" ;;
	"pin unblock") echo "$common $token --dry-run --escrow --escrow-certificate --escrow-key --escrow-pin-source" \
		"--ledger --new-pin-source --profiles --puk-source --so-pin-source --token-profile --yes" ;;
	remove) echo "$common $token --dry-run --id --ledger --pin-source --profiles --token-profile --yes" ;;
	batch)
		echo "$common $module --assign --campaign --check --crl --escrow-fingerprint --escrow-to --keep-source --ledger --letters" \
			"--no-client --no-escrow --no-letters --operator --passphrase-source --passwords --profiles --reason" \
			"--reformat --replace --so-pin-source --station --token-profile --yes"
		;;
	status) echo "$common --format --ledger --list" ;;
	report) echo "$common --format --ledger --list --profiles --report-dir" ;;
	profiles) echo "$common --check --profiles" ;;
	esac
}

# The command is the first word that is neither an option nor the value of one; 'pin' takes the next one, too.
_tokenferry_command() {
	local i

	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--lang) ((i++)) ;;
		-*) ;;
		pin) echo "pin$([ $((i + 1)) -lt "$COMP_CWORD" ] && echo " ${COMP_WORDS[i + 1]}")" && return ;;
		*) echo "${COMP_WORDS[i]}" && return ;;
		esac
	done
}

_tokenferry_files() {
	compopt -o filenames 2>/dev/null
	mapfile -t COMPREPLY < <(compgen -f -- "$1")
}

_tokenferry_words() {
	mapfile -t COMPREPLY < <(compgen -W "$2" -- "$1")
}

_tokenferry() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command

	command=$(_tokenferry_command)
	case $before in
	--module | --certificate | --crl | --from-nss | --evidence | --report-dir | --wipe-backup | --profiles | --move-to | --passwords | --letters | --escrow-to) _tokenferry_files "$word" && return ;;
	--*-source) _tokenferry_words "$word" "tty fd: file: pinpad" && return ;;
	--accept) _tokenferry_words "$word" "issuer name expired validity revoked kept token-unverified spare posture" && return ;;
	--lang) _tokenferry_words "$word" "en ja" && return ;;
	--format) _tokenferry_words "$word" "text json mail" && return ;;
	--ledger) _tokenferry_words "$word" "sqlite:" && return ;;
	--token | --spare) _tokenferry_words "$word" "pkcs11:token=" && return ;;
	esac

	case $command:$word in
	:*) _tokenferry_words "$word" "tokens inspect check init-token migrate verify sweep pin remove batch status report profiles --help --version --lang" ;;
	pin:*) _tokenferry_words "$word" "change unblock" ;;
	*:-*) _tokenferry_words "$word" "$(_tokenferry_options "$command")" ;;
	inspect:* | migrate:* | sweep:* | batch:* | profiles:*) _tokenferry_files "$word" ;;
	*) COMPREPLY=() ;;
	esac
}

complete -F _tokenferry tokenferry
