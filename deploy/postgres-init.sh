#!/bin/sh
# Runs once, when the database is empty: a role and databases of their own for the product and for Temporal.
set -eu
psql -v ON_ERROR_STOP=1 -v continuo="$CONTINUO_DB_PASSWORD" -v temporal="$TEMPORAL_DB_PASSWORD" -U postgres <<'SQL'
create role continuo login password :'continuo';
create database continuo owner continuo;
create role temporal login password :'temporal';
create database temporal owner temporal;
create database temporal_visibility owner temporal;
SQL
