#!/bin/sh
# Makes the secrets of compose.yaml, each in a file of its own that only the broker's user reads. Never overwrites.
# Run as root (or with sudo), as the files are given to user 10001, who is in no other way able to read them.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets
chmod 755 secrets
make_secret() {
  if [ -e "secrets/$1" ]; then
    echo "kept secrets/$1"
    return
  fi
  head -c 32 /dev/urandom | base64 | tr -d '\n' >"secrets/$1"
  chmod 400 "secrets/$1"
  chown 10001:10001 "secrets/$1"
  echo "made secrets/$1"
}
make_secret root.key
make_secret app.password
make_secret owner.password
