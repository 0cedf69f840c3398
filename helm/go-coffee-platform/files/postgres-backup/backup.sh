#!/bin/bash
# Writes one backup and keeps the newest seven. A backup has its name only when it is complete and readable.
set -o errexit -o nounset -o pipefail

PGPASSWORD="$(cat /run/go-coffee/secrets/postgres-password)"
export PGPASSWORD PGHOST=postgres PGUSER=postgres PGCONNECT_TIMEOUT=10
export PGSSLMODE=verify-full PGSSLROOTCERT=/run/go-coffee/secrets/ca.crt
cd /backup
name="$(date --utc +%Y-%m-%dT%H-%M-%SZ)"
rm -rf ./*.new
mkdir "$name.new"
# Roles without their passwords: those are bootstrap's, and migrate sets them again.
pg_dumpall --globals-only --no-role-passwords --file "$name.new/roles.sql"
pg_dump --format custom --compress 6 --dbname coffee --file "$name.new/coffee.dump"
pg_restore --list "$name.new/coffee.dump" > /dev/null
sync "$name.new"/*
mv "$name.new" "$name"
find . -mindepth 1 -maxdepth 1 -type d -name '*Z' | sort --reverse | tail --lines +8 | xargs --no-run-if-empty rm -r
echo "backup $name is complete ($(du --summarize --bytes "$name" | cut --fields 1) bytes)"
