#!/bin/sh
# Makes the secrets of one installation, each in a file of its own, in the folder you name. What is there already stays.
#   deploy/make-secrets.sh deploy/secrets [where the database is, by default db:5432/portal]
set -eu
folder=${1:?"name a folder, e.g. deploy/secrets"}
database=${2:-db:5432/portal}
mkdir -p "$folder"
# Containers read the files under another user's number, so the folder is what keeps others out.
chmod 0700 "$folder"
cd "$folder"

# make NAME: keeps the file that is there, or writes standard input to it.
make() {
  if [ -e "$1" ]; then cat > /dev/null; else cat > "$1"; fi
  chmod 0444 "$1"
}

openssl rand -hex 32 | make auth-secret
echo "$(date +%Y)a:$(openssl rand -base64 32)" | make data-keys
openssl rand -hex 24 | make metrics-token
openssl rand -hex 24 | make database-superuser-password
openssl rand -hex 24 | make database-password
echo "postgresql://portal:$(cat database-password)@$database" | make database-url
openssl genrsa 2048 2> /dev/null | make cardzo-private-key
openssl rsa -in cardzo-private-key -pubout 2> /dev/null | make cardzo-public-key.pem
: | make cardzo-merchant-control
: | make smtp-url

for name in cardzo-merchant-control smtp-url; do
  [ -s "$name" ] || echo "Still empty: $folder/$name"
done
echo "Cardzo needs $folder/cardzo-public-key.pem. Keep a copy of data-keys and auth-secret apart from the database's backups."
