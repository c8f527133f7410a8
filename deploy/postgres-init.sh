#!/bin/sh
# Runs once, when the database is empty: a role and databases of their own for the product and for Temporal; neither may
# look into those of the other.
set -eu
psql -v ON_ERROR_STOP=1 -U postgres <<'SQL'
\getenv continuo CONTINUO_DB_PASSWORD
\getenv temporal TEMPORAL_DB_PASSWORD
create role continuo login password :'continuo';
create database continuo owner continuo;
revoke all on database continuo from public;
create role temporal login password :'temporal';
create database temporal owner temporal;
revoke all on database temporal from public;
create database temporal_visibility owner temporal;
revoke all on database temporal_visibility from public;
SQL
