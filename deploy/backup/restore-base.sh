#!/bin/sh
# restore-base.sh NEW_DATA_FOLDER [TIME]: a data folder from the latest base backup and the archive. With a time such as
# '2026-11-26 02:00:00+00' it stops there. Run it as the user that runs PostgreSQL, then start the server on the folder.
set -eu
data=$1 until=${2:-}
backups=${PORTAL_BACKUPS:-/backup/base}
archive=${PORTAL_WAL_ARCHIVE:-/backup/wal}

[ ! -e "$data" ] || { echo "$data is there already" >&2; exit 1; }
latest=$(find "$backups" -mindepth 1 -maxdepth 1 -type d ! -name '*.part' | sort | tail -n 1)
[ -n "$latest" ] || { echo "no base backup in $backups" >&2; exit 1; }
umask 077
cp -a "$latest" "$data"
{
  echo "restore_command = 'cp $archive/%f %p'"
  echo "recovery_target_action = 'promote'"
  [ -z "$until" ] || echo "recovery_target_time = '$until'"
} >> "$data/postgresql.auto.conf"
touch "$data/recovery.signal"
echo "Restored $latest to $data. Start PostgreSQL on it, then follow docs/restore.md from step 3."
