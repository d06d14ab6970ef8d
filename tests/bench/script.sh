#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# script.sh MODULE FIRST LAST DIRECTORY PASSWORD_FILE: members FIRST to LAST as a script of the plain tools does them;
# SOFTHSM2_CONF says where. PINs on the command line, keys in files: what people do, and the reason for tokenferry.
set -eu
module=$1 first=$2 last=$3 directory=$4 password=$5
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
cd "$work"

tool() {
	pkcs11-tool --module "$module" --token-label "script $i" --login --pin 12345678 "$@" >>log 2>&1
}

for i in $(seq "$first" "$last"); do
	openssl pkcs12 -in "$directory/m$i.p12" -passin "file:$password" -nodes -nocerts 2>/dev/null |
		openssl pkey -outform DER -out key.der
	openssl pkcs12 -in "$directory/m$i.p12" -passin "file:$password" -nokeys -clcerts 2>/dev/null |
		openssl x509 -outform DER -out certificate.der
	openssl x509 -inform DER -in certificate.der -noout -pubkey >public.pem
	openssl pkey -pubin -in public.pem -outform DER -out public.der
	softhsm2-util --module "$module" --init-token --free --label "script $i" --so-pin 87654321 --pin 12345678 >>log
	tool --write-object key.der --type privkey --id 01 --label member --usage-sign
	tool --write-object public.der --type pubkey --id 01 --label member
	tool --write-object certificate.der --type cert --id 01 --label member
	tool --list-objects
	tool --read-object --type cert --id 01 --output-file back.der
	cmp certificate.der back.der
	echo challenge >challenge
	tool --sign --mechanism SHA256-RSA-PKCS --id 01 --input-file challenge --output-file signature
	openssl dgst -sha256 -verify public.pem -signature signature challenge >>log
	rm key.der
done
