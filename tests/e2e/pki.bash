# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# A small certification authority of our own, and .p12 files as different programs make them. Nothing here is secret:
# every key is made for one run, or one build, and thrown away. Used by the demo, the end-to-end tests and the lint of README's examples.

# The common name of the issuer that the demo campaign demands.
pki_demo_issuer() {
	sed -n 's/^Issuer=//p' "$TOKENFERRY_SOURCE/profiles/campaigns/demo.profile"
}

# pki_authority DIR ISSUER: a root, and the issuing authority with the common name ISSUER below it.
pki_authority() {
	local dir=$1 issuer=$2

	mkdir -p "$dir/issued"
	: >"$dir/index.txt"
	cat >"$dir/ca.cnf" <<-END
		[ca]
		default_ca = issuing
		[issuing]
		database = $dir/index.txt
		new_certs_dir = $dir/issued
		certificate = $dir/intermediate.pem
		private_key = $dir/intermediate.key
		rand_serial = yes
		unique_subject = no
		default_md = sha256
		default_days = 1825
		default_crl_days = 30
		policy = anything
		email_in_dn = no
		copy_extensions = none
		[anything]
		countryName = optional
		organizationName = optional
		commonName = supplied
		[req]
		distinguished_name = empty
		string_mask = utf8only
		[empty]
		[authority]
		basicConstraints = critical,CA:TRUE
		keyUsage = critical,keyCertSign,cRLSign
		subjectKeyIdentifier = hash
		[member]
		basicConstraints = critical,CA:FALSE
		keyUsage = critical,digitalSignature,nonRepudiation
		subjectKeyIdentifier = hash
		authorityKeyIdentifier = keyid
		[decipherer]
		basicConstraints = critical,CA:FALSE
		keyUsage = critical,keyEncipherment,dataEncipherment
	END
	pki_key "$dir/root.key" rsa:2048
	pki_key "$dir/intermediate.key" rsa:2048
	openssl req -config "$dir/ca.cnf" -x509 -key "$dir/root.key" -utf8 -days 7300 -extensions authority \
		-subj "/C=JP/O=Tokenferry Test/CN=Tokenferry Test Root" -out "$dir/root.pem"
	openssl req -config "$dir/ca.cnf" -new -key "$dir/intermediate.key" -utf8 -subj "/C=JP/O=Tokenferry Test/CN=$issuer" \
		-out "$dir/intermediate.csr"
	openssl x509 -req -in "$dir/intermediate.csr" -CA "$dir/root.pem" -CAkey "$dir/root.key" -days 3650 \
		-extfile "$dir/ca.cnf" -extensions authority -out "$dir/intermediate.pem" 2>/dev/null
}

# pki_key FILE KEY: KEY is rsa:BITS or ec:CURVE. While the build's stock of RSA keys (tests/keys) lasts, one that this file of
# tests did not have yet; a new one otherwise.
pki_key() {
	local file=$1 key=$2 algorithm n
	local stock=${TOKENFERRY_BUILD:-}/tests/keys/stock/${key/:/} taken=${BATS_FILE_TMPDIR:-$(dirname "$file")}/taken-${key/:/}

	n=$(wc -c 2>/dev/null <"$taken") || n=0
	if [ -e "$stock-$n.pem" ]; then
		printf . >>"$taken"
		cp "$stock-$n.pem" "$file"
		return
	fi
	algorithm=(-algorithm RSA -pkeyopt "rsa_keygen_bits:${key#rsa:}")
	[ "${key%%:*}" = ec ] && algorithm=(-algorithm EC -pkeyopt "ec_paramgen_curve:${key#ec:}" -pkeyopt ec_param_enc:named_curve)
	openssl genpkey "${algorithm[@]}" -out "$file" 2>/dev/null
}

# pki_escrow DIR: escrow.key and escrow.pem, the federation's, to which PINs are sealed.
pki_escrow() {
	pki_key "$1/escrow.key" rsa:2048
	openssl req -x509 -key "$1/escrow.key" -utf8 -days 30 -subj "/CN=連合会 金庫" -addext keyUsage=keyEncipherment \
		-out "$1/escrow.pem"
}

# pki_station DIR PASSPHRASE_FILE: station.pem, a station's key as the first batch makes it beside its ledger, but opened a
# hundred times as fast.
pki_station() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=tokenferry station" \
		-addext keyUsage=critical,keyAgreement -keyout "$1/station.key" -out "$1/station.crt" 2>/dev/null
	openssl pkcs8 -topk8 -scrypt -scrypt_N 2 -in "$1/station.key" -passout "file:$2" -out "$1/station.pem"
	cat "$1/station.crt" >>"$1/station.pem"
}

# pki_member DIR NAME SUBJECT [KEY [START END [EXTENSIONS]]]: NAME.key and NAME.pem in DIR. KEY is rsa:BITS or
# ec:CURVE; START and END are days, YYYY-MM-DD, in Japanese time; by default a certificate of five years less one day.
pki_member() {
	local dir=$1 name=$2 subject=$3 key=${4:-rsa:2048}
	local start=${5:-$(TZ=Asia/Tokyo date -d yesterday +%F)}
	local end=${6:-$(TZ=Asia/Tokyo date -d "$start + 5 years - 1 day" +%F)} extensions=${7:-member}

	pki_key "$dir/$name.key" "$key"
	openssl req -config "$dir/ca.cnf" -new -utf8 -subj "$subject" -key "$dir/$name.key" -out "$dir/$name.csr"
	openssl ca -config "$dir/ca.cnf" -batch -notext -utf8 -in "$dir/$name.csr" -out "$dir/$name.pem" -extensions "$extensions" \
		-startdate "$(pki_date "$start 00:00:00")" -enddate "$(pki_date "$end 23:59:59")" 2>/dev/null
}

# The form of a date that 'openssl ca' takes.
pki_date() {
	date -u -d "$1 JST" +%Y%m%d%H%M%SZ
}

# pki_revoke DIR NAME; pki_crl DIR: DIR/crl.pem with all that was revoked.
pki_revoke() {
	openssl ca -config "$1/ca.cnf" -batch -revoke "$1/$2.pem" 2>/dev/null
}

pki_crl() {
	openssl ca -config "$1/ca.cnf" -batch -gencrl -out "$1/crl.pem" 2>/dev/null
}

# p12_openssl DIR NAME PASSWORD_FILE FILE [OPTION...]: by OpenSSL 3, with the chain. A password goes by file, never
# by argument, as everywhere in this project.
p12_openssl() {
	local dir=$1 name=$2 password=$3 file=$4

	shift 4
	cat "$dir/intermediate.pem" "$dir/root.pem" >"$dir/chain.pem"
	openssl pkcs12 -export -inkey "$dir/$name.key" -in "$dir/$name.pem" -certfile "$dir/chain.pem" -name "$name" \
		-passout "file:$password" -out "$file" "$@"
}

# As in 2014 and as Windows does it: RC2-40 for certificates, 3DES for the key, SHA-1 in the MAC.
p12_legacy() {
	p12_openssl "$@" -legacy -certpbe PBE-SHA1-RC2-40 -keypbe PBE-SHA1-3DES -macalg sha1
}

# p12_nss DIR NAME PASSWORD_FILE FILE: by pk12util, out of a certificate database.
p12_nss() {
	local dir=$1 name=$2 password=$3 file=$4 database

	database=$(mktemp -d "$dir/nss.XXXXXX")
	certutil -N -d "sql:$database" --empty-password
	p12_openssl "$dir" "$name" "$password" "$database/in.p12"
	pk12util -i "$database/in.p12" -d "sql:$database" -w "$password" >/dev/null
	pk12util -o "$file" -n "$name" -d "sql:$database" -w "$password" >/dev/null
	rm -r "$database"
}

# p12_java DIR NAME PASSWORD_FILE FILE: by keytool.
p12_java() {
	local dir=$1 name=$2 password=$3 file=$4

	p12_openssl "$dir" "$name" "$password" "$file.in"
	keytool -importkeystore -noprompt -srckeystore "$file.in" -srcstoretype PKCS12 -srcstorepass:file "$password" \
		-destkeystore "$file" -deststoretype PKCS12 -deststorepass:file "$password" 2>/dev/null
	rm "$file.in"
}

# p12_gnutls DIR NAME PASSWORD_FILE FILE: by certtool.
p12_gnutls() {
	local dir=$1 name=$2 password=$3 file=$4

	cat "$dir/$name.pem" "$dir/intermediate.pem" >"$file.chain"
	certtool --to-p12 --outder --load-privkey "$dir/$name.key" --load-certificate "$file.chain" --p12-name "$name" \
		--password "$(cat "$password")" --outfile "$file" 2>/dev/null
	rm "$file.chain"
}

# secret_file FILE TEXT: one line that only its owner may read.
secret_file() {
	(umask 077 && printf '%s\n' "$2" >"$1")
}

# softhsm_store DIR: an empty SoftHSM2 store of its own; sets and exports SOFTHSM2_CONF.
softhsm_store() {
	mkdir -p "$1/tokens"
	printf 'directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n' "$1/tokens" >"$1/softhsm2.conf"
	export SOFTHSM2_CONF=$1/softhsm2.conf
}
