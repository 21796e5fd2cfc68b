#!/bin/sh
# A base backup of the running server, verified, and the removal of those that are older than PORTAL_BACKUPS_KEPT days.
# Needs PGHOST, PGUSER (a role with REPLICATION) and a password in ~/.pgpass.
set -eu
backups=${PORTAL_BACKUPS:-/backup/base}
archive=${PORTAL_WAL_ARCHIVE:-/backup/wal}
kept=${PORTAL_BACKUPS_KEPT:-14}
name=$(date -u +%Y%m%dT%H%M%SZ)

umask 077
pg_basebackup --pgdata="$backups/$name.part" --checkpoint=fast --wal-method=stream --label="portal $name"
pg_verifybackup --quiet "$backups/$name.part"
mv "$backups/$name.part" "$backups/$name"

# The log is needed from the oldest backup that stays.
find "$backups" -mindepth 1 -maxdepth 1 -type d -mtime +"$kept" ! -name "$name" -exec rm -r {} +
oldest=$(find "$backups" -mindepth 1 -maxdepth 1 -type d ! -name '*.part' | sort | head -n 1)
first=$(sed -n 's/^START WAL LOCATION: .* (file \([0-9A-F]*\)).*/\1/p' "$oldest/backup_label")
pg_archivecleanup "$archive" "$first"
