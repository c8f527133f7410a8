#!/bin/sh
# Creates and updates both of Temporal's schemas; every step may run again.
set -eu
# By the environment: arguments can be read by whoever lists the processes.
export SQL_PLUGIN="$DB" SQL_HOST="$POSTGRES_SEEDS" SQL_PORT="$DB_PORT" SQL_USER="$POSTGRES_USER" SQL_PASSWORD="$POSTGRES_PWD"
update() {
  SQL_DATABASE=$1 temporal-sql-tool setup-schema --version 0.0
  SQL_DATABASE=$1 temporal-sql-tool update-schema --schema-name "postgresql/v12/$2"
  echo "The schema of $1 is up to date."
}
update temporal temporal
update temporal_visibility visibility
