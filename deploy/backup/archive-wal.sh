#!/bin/sh
# archive_command: copies one file of the write-ahead log. Whole or not at all, never over another one, and on disk before PostgreSQL forgets it.
set -eu
path=$1 name=$2
archive=${PORTAL_WAL_ARCHIVE:-/backup/wal}

if [ -e "$archive/$name" ]; then
  # PostgreSQL asks again after a crash. The same file is fine; another one under this name is not.
  cmp -s "$path" "$archive/$name"
  exit
fi
cp "$path" "$archive/$name.part"
sync "$archive/$name.part"
mv "$archive/$name.part" "$archive/$name"
sync "$archive"
