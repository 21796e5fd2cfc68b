#!/bin/sh
# Run once, by the database's container, when its volume is new: the portal's own role, which is no superuser, and its database.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$(cat /run/secrets/database-password)" <<'SQL'
CREATE ROLE portal LOGIN PASSWORD :'password';
CREATE DATABASE portal OWNER portal;
SQL
