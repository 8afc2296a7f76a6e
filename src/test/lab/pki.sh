#!/bin/bash
# Part of lab.sh: the certificates.
# shellcheck disable=SC2154 # LAB, RUN, LOG, PKI and the like are set by lab.sh

# name subject authority extensions: name.key and name.pem.
certificate() {
  local name=$1 subject=$2 authority=$3 extensions=$4
  openssl req -newkey rsa:2048 -nodes -subj "$subject" -keyout "$name.key" -out "$name.csr"
  openssl x509 -req -in "$name.csr" -CA "$authority.pem" -CAkey "$authority.key" -CAcreateserial -out "$name.pem" \
    -days 3650 -extfile <(printf '%b\n' "$extensions")
}

authority() {
  openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=$2" -keyout "$1.key" -out "$1.pem" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
}

# What openssl x509 of Debian 12 cannot: a validity that is over.
expired_certificate() {
  openssl req -newkey rsa:2048 -nodes -subj "/CN=lab expired client" -keyout expired.key -out expired.csr
  : >index.txt
  openssl ca -batch -notext -in expired.csr -out expired.pem -startdate 20200101000000Z -enddate 20210101000000Z \
    -cert ca.pem -keyfile ca.key -outdir . -config <(
      printf '%s\n' '[ca]' 'default_ca=lab' '[lab]' 'database=index.txt' 'rand_serial=yes' 'default_md=sha256' \
        'policy=any' 'x509_extensions=client' '[any]' 'commonName=supplied' '[client]' 'extendedKeyUsage=clientAuth'
    )
}

make_pki() {
  rm -rf "$PKI"
  mkdir -p "$PKI"
  cd "$PKI" || exit 1
  umask 077
  authority ca "lab CA"
  authority stranger-ca "another CA"
  certificate server /CN=localhost ca 'extendedKeyUsage=serverAuth\nsubjectAltName=DNS:localhost,IP:127.0.0.1'
  certificate client "/CN=lab client" ca extendedKeyUsage=clientAuth
  certificate stranger "/CN=lab stranger" stranger-ca extendedKeyUsage=clientAuth
  expired_certificate
  openssl pkcs8 -topk8 -v2 aes-256-cbc -in client.key -passout "pass:$KEY_PASSPHRASE" -out client-encrypted.key
  openssl rsa -traditional -in client.key -out client-pkcs1.key
  find . -type f ! -name '*.key' ! -name '*.pem' -delete
  find . -name '[0-9A-F][0-9A-F][0-9A-F]*.pem' -delete
  touch complete
}
